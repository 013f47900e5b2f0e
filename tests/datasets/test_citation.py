"""How to cite: what stands in it, what is unknown is called so, and no text of a report becomes a command."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from lxml import html
from mischief import HOSTILE

import foi_analysis as foi
from foi_analysis import Report, __version__
from foi_analysis.datasets import citation
from foi_analysis.report import Finding
from foi_analysis.resources import LANGUAGES, Language, say

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_names_organ_year_file_sum_form_version_and_the_reports_own_title(
    reference: Report, language: Language
) -> None:
    found = citation(reference, language)
    said = (reference.name, reference.sha256, "cn-2021", f"foi_analysis {__version__}", "200")
    for part in ("上海市公安局", "2024", *said):
        assert part in found.availability
    for text in (found.availability, found.report, found.bibtex):
        assert "2024年上海市公安局政府信息公开工作年度报告" in text
    assert {"zh": "公布日期：不明", "en": "unknown"}[language] in found.availability
    assert {"zh": "公布日期不明", "en": "n.d."}[language] in found.report
    assert "year = " not in found.bibtex


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_date_that_is_told_stands_in_all_of_them_and_what_was_not_read_is_supplied_or_called_unknown(
    reference: Report, language: Language
) -> None:
    dated = citation(replace(reference, published_on=Finding("2025-01-20")), language)
    assert "2025-01-20" in dated.availability
    assert "2025-01-20" in dated.report
    assert "year = {2025}" in dated.bibtex
    untitled = citation(replace(reference, organ=Finding("上海市公安局")), language)
    assert say("citation.title_supplied", language, year="2024") in untitled.report
    assert say("citation.title_supplied", language, year="2024").startswith("[")
    unknown = citation(replace(reference, organ=Finding(), year=Finding()), language)
    assert say("citation.unknown_organ", language) in unknown.report
    assert say("citation.title_undated", language) in unknown.report
    assert "foi-nd-" in unknown.bibtex


@pytest.mark.parametrize("language", LANGUAGES)
def test_cells_in_doubt_not_read_or_supplied_are_told(reference: Report, marked: Report, language: Language) -> None:
    def told(report: Report) -> list[bool]:
        text = citation(report, language).availability
        numbers = {"doubtful": len(report.doubtful), "unread": len(report.unread), "supplied": 1}
        return [say(f"citation.{name}", language, n=n).strip() in text for name, n in numbers.items()]

    assert told(marked) == [True] * 3
    assert told(reference) == [False] * 3


@pytest.mark.parametrize("text", [*HOSTILE, "}, title = {x", "\\input{a}", "a%b", "{", "two\nlines"])
def test_bibtex_keeps_every_word_of_a_report_between_its_braces(renamed: Callable[..., Report], text: str) -> None:
    bibtex = citation(renamed(text), "en").bibtex
    depth, outside = 0, []
    for character in bibtex:
        depth += {"{": 1, "}": -1}.get(character, 0)
        assert depth >= 0
        outside.append(character if depth == 0 else "")
    assert depth == 0
    assert "".join(outside).split() == ["@techreport}", "@misc}"]
    names = ("backslash", "braceleft", "braceright", "asciitilde", "asciicircum")
    assert set(re.findall(r"\\[A-Za-z]+", bibtex)) <= {rf"\text{name}" for name in names}
    fields = ("author", "institution", "title", "note", "author", "title", "note")
    assert tuple(re.findall(r"(?m)^  (\w+) = ", bibtex)) == fields
    assert not re.search(r"(?<!\\)[%&#$]", bibtex)


@pytest.mark.parametrize("text", HOSTILE)
def test_in_a_notebook_every_word_of_a_report_is_text(renamed: Callable[..., Report], text: str) -> None:
    for language in LANGUAGES:
        tree = html.fromstring(foi.say("citation", renamed(text), language).html)
        assert {element.tag for element in tree.iter()} == {"div", "p", "strong", "br", "pre", "code", "em"}
        assert " ".join(text.split()) in " ".join(tree.text_content().split())


def test_the_software_is_cited_as_its_own_citation_file_says() -> None:
    cff = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert cff["version"] == __version__
    assert cff["title"] == say("citation.software_title", "en")
    assert cff["authors"] == [{"name": say("citation.authors", "en")}]


def test_the_text_to_paste_has_every_part_below_its_name(reference: Report) -> None:
    found = citation(reference, "zh")
    for head, text in found.parts:
        assert f"{head}\n{text}\n" in found.text
    assert found.text.endswith(f"{found.hint}\n")
    assert repr(foi.say("citation", reference, "zh")) == found.text
