"""README tells what the program does: its outputs are produced, its commands exist, its files are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from readme import PARTS, written

from foi_analysis.cli import main

ROOT = Path(__file__).resolve().parent.parent
TEXT = (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_produced_part_is_up_to_date() -> None:
    assert written(TEXT) == TEXT, "run python scripts/readme.py"


def test_every_part_that_can_be_produced_stands_in_the_readme() -> None:
    assert set(re.findall(r"<!-- begin (\w+) -->", TEXT)) == set(PARTS)


@pytest.mark.parametrize("command", ["reproduce", "verify", "extract", "check", "panel", "rules"])
def test_every_command_stands_in_the_readme_and_has_help(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert f"foi-analysis {command}" in TEXT
    with pytest.raises(SystemExit) as stop:
        main([command, "--help"])
    assert stop.value.code == 0
    assert command in capsys.readouterr().out


def test_every_file_that_the_readme_links_is_there() -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", TEXT)
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []
