"""The part of the package's font that a page needs, to travel inside the page."""

from __future__ import annotations

import base64
import io
from functools import cache

from foi_analysis.export.notebook import ExportError
from foi_analysis.fonts import FAMILY, font_path, missing_characters


def font_face(characters: str) -> str:
    """Give a CSS rule with the font's subset for these characters: WOFF2, as a data address.

    Raises ExportError, which names them, when the font lacks some of the characters.
    """
    missing = missing_characters(characters)
    if missing:
        named = ", ".join(f"{c!r} (U+{ord(c):04X})" for c in missing)
        raise ExportError(f"the package's font cannot draw {named}; add to it with scripts/build_font.py")
    encoded = base64.b64encode(subset(characters)).decode("ascii")
    return f'@font-face{{font-family:"{FAMILY}";src:url(data:font/woff2;base64,{encoded}) format("woff2")}}\n'


@cache
def subset(characters: str) -> bytes:
    """Give the font with these characters only, as WOFF2; the same bytes each time."""
    from fontTools import subset as subsetting
    from fontTools.ttLib import TTFont

    options = subsetting.Options(flavor="woff2", hinting=False, layout_features=[], notdef_outline=True)
    options.name_IDs = [0, 1, 2, 13, 14]
    with TTFont(font_path(), lazy=True, recalcTimestamp=False) as font:
        cutter = subsetting.Subsetter(options)
        cutter.populate(unicodes=[ord(c) for c in f" {characters}"])  # without a space, browsers fall back
        cutter.subset(font)
        out = io.BytesIO()
        subsetting.save_font(font, out, options)
    return out.getvalue()
