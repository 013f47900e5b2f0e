"""The part of the package's font that a page needs, to travel inside the page."""

from __future__ import annotations

import base64
import io
from functools import cache

from fontTools import subset as subsetting
from fontTools.ttLib import TTFont
from fontTools.ttLib.scaleUpem import scale_upem

from foi_analysis.export.notebook import ExportError
from foi_analysis.fonts import FAMILY, font_path, missing_characters
from foi_analysis.resources import Language

#: Letterlike signs, arrows, mathematics and all of Chinese lie from here on; letters and quotation marks below.
_BEYOND_LATIN = 0x2100
#: Units of an em: a pixel of text has nearly twenty of them, and the font is a fifth smaller than on a grid of 1,000.
_UNITS = 300
#: The family of letters in the pictures of an English page.
PICTURED = f"{FAMILY} Pictured"


def font_face(characters: str, language: Language, *, pictured: str = "") -> str:
    """Give CSS rules with the font's subset for these characters: WOFF2, as a data address; empty for none.

    On an English page the font draws what Latin fonts lack and leaves letters to the machine's own: it stands
    first, with a range, because a browser that loads it last has drawn the first Chinese word without it. Only
    pictures have their letters, those of ``pictured``, drawn by it on every page: a second family, ``PICTURED``.
    Raises ExportError, which names them, when the font lacks some of the characters.
    """
    refuse_undrawn(characters)
    if language == "zh":
        return _face(FAMILY, characters)
    beyond, letters = (
        [c for c in text if (ord(c) >= _BEYOND_LATIN) == far] for text, far in ((characters, True), (pictured, False))
    )
    return _face(FAMILY, "".join(beyond), f";unicode-range:U+{_BEYOND_LATIN:X}-10FFFF") + _face(
        PICTURED, "".join(letters)
    )


def _face(family: str, characters: str, limit: str = "") -> str:
    if not characters:
        return ""
    encoded = base64.b64encode(subset(characters)).decode("ascii")
    return f'@font-face{{font-family:"{family}";src:url(data:font/woff2;base64,{encoded}) format("woff2"){limit}}}\n'


def refuse_undrawn(characters: str) -> None:
    """Refuse characters that the package's font cannot draw: raises ExportError, which names them."""
    missing = missing_characters(characters)
    if missing:
        named = ", ".join(f"{c!r} (U+{ord(c):04X})" for c in missing)
        raise ExportError(f"the package's font cannot draw {named}; add to it with scripts/build_font.py")


@cache
def subset(characters: str) -> bytes:
    """Give the font with these characters only, as WOFF2, on a grid fine enough; the same bytes each time."""
    options = subsetting.Options(flavor="woff2", hinting=False, layout_features=[], notdef_outline=True)
    options.name_IDs = [0, 1, 2, 13, 14]
    with TTFont(font_path(), lazy=True, recalcTimestamp=False) as font:
        cutter = subsetting.Subsetter(options)
        cutter.populate(unicodes=[ord(c) for c in f" {characters}"])  # a font needs a space
        cutter.subset(font)
        scale_upem(font, _UNITS)
        out = io.BytesIO()
        subsetting.save_font(font, out, options)
    return out.getvalue()
