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


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("浉河鄠邑瀍河埇桥硚口猇亭中小學生臺灣國務院", ""),  # place names and traditional characters
        ("≥≤×✓−%％（）《》“”：；、。→—…", ""),  # signs that the figures use
        ("a𠮷b🐼𠮷\n", "𠮷🐼"),  # each once, in order
    ],
)
def test_what_cannot_be_drawn_is_named(text: str, missing: str) -> None:
    assert missing_characters(text) == missing


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
def test_every_text_of_the_project_can_be_drawn(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert missing_characters("".join(text.split())) == ""


def test_every_name_in_the_font_is_its_own() -> None:
    names = {record.nameID: record.toUnicode() for record in TTFont(font_path())["name"].names}
    assert names[1] == FAMILY
    assert not any("Noto" in names[number] for number in (1, 3, 4, 6))


def test_the_font_is_small_enough_to_travel_the_one_that_its_note_describes_and_its_licence_lies_beside_it() -> None:
    content = font_path().read_bytes()
    assert len(content) < 5_000_000
    assert hashlib.sha256(content).hexdigest() in font_path().with_name("README.md").read_text(encoding="utf-8")
    assert "SIL OPEN FONT LICENSE Version 1.1" in font_path().with_name("OFL.txt").read_text(encoding="utf-8")
