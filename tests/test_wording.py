"""One word stands for one thing, in each language, in all texts that a reader sees."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from foi_analysis.resources import LANGUAGES, Language

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "foi_analysis"
FILES = [
    *sorted((PACKAGE / "words").glob("*.toml")),
    *sorted((PACKAGE / "forms").glob("*.toml")),
    PACKAGE / "measures.toml",
    PACKAGE / "rules.toml",
]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
PAGES = [ROOT / "README.zh.md", *sorted((ROOT / "docs" / "zh").glob("*.md"))]
FORBIDDEN: dict[str, list[dict[str, Any]]] = tomllib.loads(
    (Path(__file__).parent / "forbidden_words.toml").read_text(encoding="utf-8")
)
#: Texts whose key does not name their language.
CHINESE_ALONE = {"glossary.toml": ("gloss", "basis", "note")}
ENGLISH_ALONE = ("gloss", "legal_basis", "note", "basis")


class Text(NamedTuple):
    """A text and where it stands, such as ``words/cli.toml:organ.zh``."""

    place: str
    language: Language
    text: str


def language_of_key(file: str, key: str) -> Language | None:
    for language in LANGUAGES:
        if key == language or key.endswith(f"_{language}"):
            return language
    if key in CHINESE_ALONE.get(file, ()):
        return "zh"
    return "en" if key in ENGLISH_ALONE and file.startswith("cn-") else None


def texts_in(file: str, value: Any, path: str = "") -> Iterator[Text]:
    """Yield the texts of a TOML file; entries of a list go by their id or key, else by their number."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            at = f"{path}.{key}" if path else key
            language = language_of_key(file, key)
            if isinstance(inner, str) and language:
                yield Text(at, language, inner)
            else:
                yield from texts_in(file, inner, at)
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            named = isinstance(inner, Mapping) and (inner.get("id") or inner.get("key"))
            yield from texts_in(file, inner, str(named or f"{path}.{number}"))


def texts_of(path: Path) -> Iterator[Text]:
    if path.suffix == ".ipynb":
        yield from markdown_of(path)
    elif path.suffix == ".md":
        yield Text(path.name, "zh", re.sub(r"```.*?```", "", path.read_text(encoding="utf-8"), flags=re.DOTALL))
    else:
        folder = "" if path.parent == PACKAGE else f"{path.parent.name}/"
        for place, language, text in texts_in(path.name, tomllib.loads(path.read_text(encoding="utf-8"))):
            yield Text(f"{folder}{path.name}:{place}", language, text)


def markdown_of(path: Path) -> Iterator[Text]:
    """Yield the prose of a notebook, without what is set apart as code."""
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        tags = cell["metadata"].get("tags", ())
        for language in LANGUAGES:
            if cell["cell_type"] == "markdown" and f"lang-{language}" in tags:
                prose = re.sub(r"^    .*$", "", "".join(cell["source"]), flags=re.MULTILINE)
                yield Text(f"notebooks/{path.name}:{cell['id']}", language, prose)


def plain(text: str) -> str:
    """Return a text without names of code and of its places."""
    return re.sub(r"\{\w[^}]*\}", "{n}", re.sub(r"`[^`]*`", "", text))


def found_in(texts: Iterator[Text]) -> list[str]:
    """Return the forbidden words that stand in texts, each with its place and what to use instead."""
    return [
        f"{text.place}: “{match[0]}”; use: {entry['use']}"
        for text in texts
        for entry in FORBIDDEN[text.language]
        for match in re.finditer(entry["word"], plain(text.text))
        if not any(fnmatchcase(text.place, allowed) for allowed in entry.get("allowed", ()))
    ]


@pytest.mark.parametrize("path", [*FILES, *NOTEBOOKS, *PAGES], ids=lambda path: path.name)
def test_no_text_notebook_or_chinese_page_uses_a_second_word_for_one_thing(path: Path) -> None:
    assert found_in(texts_of(path)) == []


def test_most_files_have_texts_in_both_languages() -> None:
    for path in (*FILES, *NOTEBOOKS):
        known = {text.language for text in texts_of(path)}
        assert known == set(LANGUAGES) or path.name in ("glossary.toml", "numbering.toml"), path.name


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("zh", "190个有成立的勾稽关系证明"),
        ("zh", "办结的 1698 件申请中"),
        ("zh", "95%威尔逊区间的下端"),
        ("zh", "勾稽关系：共42项；成立42"),
        ("en", "190 are proved by an identity that holds"),
        ("en", "Rests on 13 cells"),
        ("en", "13.9 % of requests carried in"),
    ],
)
def test_a_second_word_is_found_wherever_it_stands(language: Language, text: str) -> None:
    deliberate = texts_in("cli.toml", {"line": {language: text}})
    assert found_in(deliberate)
    assert found_in(texts_in("cli.toml", {"line": {language: ""}})) == []


def test_a_place_that_is_allowed_is_passed_over_and_no_other() -> None:
    text = "不得当作机关滥用某项理由的证据"
    assert found_in(iter([Text("measures.toml:ground.never_zh", "zh", text)])) == []
    assert found_in(iter([Text("measures.toml:ground.use_zh", "zh", text)])) == [
        "measures.toml:ground.use_zh: “证据”; use: 佐证"
    ]


def test_every_entry_says_what_to_use_and_can_be_read() -> None:
    for entries in FORBIDDEN.values():
        for entry in entries:
            assert entry["use"]
            re.compile(entry["word"])
