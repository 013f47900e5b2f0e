"""The font that travels along draws whatever a report of China's organs may hold."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from foi_analysis.resources import FAMILY, font_path, missing_characters

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "foi_analysis"
TEXTS = sorted([*ROOT.glob("data/**/*.txt"), *PACKAGE.glob("forms/*.toml"), *PACKAGE.glob("words/*.toml")])


def test_place_names_and_traditional_characters_can_be_drawn() -> None:
    assert missing_characters("浉河鄠邑瀍河埇桥硚口猇亭中小學生臺灣國務院") == ""


def test_signs_that_the_figures_use_can_be_drawn() -> None:
    assert missing_characters("≥≤×✓−%％（）《》“”：；、。→—…") == ""


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
def test_every_text_of_the_project_can_be_drawn(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert missing_characters("".join(text.split())) == ""


def test_what_cannot_be_drawn_is_named_once_in_order() -> None:
    assert missing_characters("a𠮷b🐼𠮷\n") == "𠮷🐼"


def test_every_name_in_the_font_is_its_own() -> None:
    names = {record.nameID: record.toUnicode() for record in TTFont(font_path())["name"].names}
    assert names[1] == FAMILY
    assert not any("Noto" in names[number] for number in (1, 3, 4, 6))


def test_the_font_is_small_enough_to_travel_and_is_the_one_that_its_note_describes() -> None:
    content = font_path().read_bytes()
    assert len(content) < 5_000_000
    note = font_path().with_name("README.md").read_text(encoding="utf-8")
    assert hashlib.sha256(content).hexdigest() in note


def test_the_licence_lies_beside_the_font() -> None:
    assert "SIL OPEN FONT LICENSE Version 1.1" in font_path().with_name("OFL.txt").read_text(encoding="utf-8")
