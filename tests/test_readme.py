"""README and docs tell what the program does: outputs are produced, commands and code run, files are there."""

from __future__ import annotations

import contextlib
import io
import re
import shlex
from pathlib import Path

import matplotlib.pyplot as plt
import pytest
from pagemaker.mutations import MUTATIONS
from pagemaker.scans import DAMAGES
from pagemaker.shapes import SHAPES
from readme import DOCUMENTS, PARTS, ROOT, WORDS, written

import foi_analysis as foi
from foi_analysis.cli import _parser

TEXTS = {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in DOCUMENTS}
VERBS = ["reproduce", "verify", "extract", "check", "panel", "rules"]


def commands(text: str) -> list[list[str]]:
    """Return the arguments of every foi-analysis that a reader is shown in a console."""
    blocks = re.findall(r"```console\n(.*?)```", text, flags=re.DOTALL)
    lines = [line[2:] for block in blocks for line in block.splitlines() if line.startswith("$ ")]
    words = [shlex.split(line.partition("|")[0], comments=True) for line in lines]
    return [line[1:] for line in words if Path(line[0]).name == "foi-analysis"]


@pytest.mark.parametrize("name", TEXTS)
def test_every_produced_part_is_up_to_date(name: str) -> None:
    assert written(TEXTS[name]) == TEXTS[name], "run python scripts/readme.py"


def test_every_part_that_can_be_produced_is_shown_somewhere() -> None:
    assert {part for text in TEXTS.values() for part in re.findall(r"<!-- begin (\w+) -->", text)} == set(PARTS)


def test_every_mutation_shape_and_scan_has_a_chinese_name() -> None:
    known = {"damage": MUTATIONS, "printing": [Path(name).stem for name in SHAPES], "recognition": DAMAGES}
    assert {kind: set(WORDS["names"][kind]) for kind in known} == {kind: set(names) for kind, names in known.items()}


@pytest.mark.parametrize("name", ["README.md", "README.zh.md"])
def test_a_readme_is_short_and_names_every_command(name: str) -> None:
    assert len(TEXTS[name].encode()) <= 8000
    assert all(f"foi-analysis {verb}" in TEXTS[name] for verb in VERBS)


def test_every_command_that_is_shown_can_be_given() -> None:
    shown = {name: commands(text) for name, text in TEXTS.items()}
    assert sum(map(len, shown.values())) > 10
    for given in (line for lines in shown.values() for line in lines):
        _parser().parse_args(given)


@pytest.mark.parametrize("name", TEXTS)
def test_code_that_is_shown_without_its_output_runs(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blocks = re.findall(r"```python\n(.*?)```", TEXTS[name], flags=re.DOTALL)
    monkeypatch.chdir(tmp_path)
    panel = foi.load_panel()
    names = {"foi": foi, "panel": panel, "report": panel["shanghai_psb_2024"], "ax": plt.subplot()}
    with contextlib.redirect_stdout(io.StringIO()):
        for block in blocks:
            exec(block, names)
    foi.set_language("en")
    plt.close("all")
    plt.rcdefaults()


@pytest.mark.parametrize("name", TEXTS)
def test_every_file_that_is_linked_is_there(name: str) -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", TEXTS[name])
    assert links or name not in ("README.md", "README.zh.md")
    assert [link for link in links if not (ROOT / name).parent.joinpath(link).exists()] == []
