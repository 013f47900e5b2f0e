"""The font that travels with the package, so that Chinese is drawn the same on every machine."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from pathlib import Path

from fontTools.ttLib import TTFont

#: The font's family name: its own, so that an installed font never takes its place.
FAMILY = "FOI Sans SC"
_SHAPELESS = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]"
)


def font_path() -> Path:
    """Return the path of the font file (TrueType, licensed under the OFL 1.1 that lies beside it)."""
    return Path(str(files("foi_analysis.fonts").joinpath("FOISansSC-Regular.ttf")))


def missing_characters(text: str) -> str:
    """Return the characters of a text that the font cannot draw, each once, in order; empty when there are none.

    Line breaks are not drawn, so they are never missing.

    >>> missing_characters("中小學，浉河")
    ''
    """
    return "".join(dict.fromkeys(c for c in text if c != "\n" and ord(c) not in _advances()))


def advance(character: str) -> float:
    """Return the width of a character in em; that of a Chinese character, 1, for one that the font cannot draw."""
    return _advances().get(ord(character), 1.0)


def visible(text: str) -> str:
    r"""Write out characters that have no shape and could turn or hide what stands around them.

    Control characters and those that set the direction of writing become their number; the ends of lines stay.

    >>> visible("a\u202eb")
    'a[U+202E]b'
    """
    return _SHAPELESS.sub(lambda found: f"[U+{ord(found[0]):04X}]", text)


@cache
def _advances() -> dict[int, float]:
    with TTFont(font_path(), lazy=True) as font:
        metrics, unit = font["hmtx"].metrics, font["head"].unitsPerEm
        return {code: metrics[glyph][0] / unit for code, glyph in font.getBestCmap().items()}
