"""Signs that the package's font draws as wide as a Chinese character, cut to the width that English gives them."""

from __future__ import annotations

import io
from functools import cache

from fontTools import subset
from fontTools.ttLib import TTFont

from foi_analysis.fonts import FAMILY, font_path

#: Quotation marks, ellipsis, middle dot, dagger; and the family that draws them, before the package's own.
SIGNS = "“”‘’…·†"
SIGNS_FAMILY = f"{FAMILY} Signs"
#: The space left and right of a sign, and the height of an ellipsis above the line, in thousandths of an em.
_SIDE = 45
_LOWERED = {"…": 0}


@cache
def signs_font() -> bytes:
    """Give a font of these signs alone, made from the package's own; the same bytes each time."""
    options = subset.Options(hinting=False, layout_features=[], notdef_outline=True)
    options.name_IDs = [1, 2, 3, 4, 6, 13, 14]
    options.drop_tables = [*options.drop_tables, "GPOS", "GSUB"]
    with TTFont(font_path(), lazy=True, recalcTimestamp=False) as font:
        cutter = subset.Subsetter(options)
        cutter.populate(unicodes=map(ord, SIGNS))
        cutter.subset(font)
        _narrow(font)
        _rename(font)
        out = io.BytesIO()
        font.save(out)
    return out.getvalue()


def _narrow(font: TTFont) -> None:
    """Move each sign to the left of its box, and close the box behind it."""
    glyphs, metrics, names = font["glyf"], font["hmtx"], font.getBestCmap()
    for sign in SIGNS:
        name = names[ord(sign)]
        glyph = glyphs[name]
        down = glyph.yMin - _LOWERED[sign] if sign in _LOWERED else 0
        glyph.coordinates.translate((_SIDE - glyph.xMin, -down))
        glyph.recalcBounds(glyphs)
        metrics[name] = (glyph.xMax + _SIDE, glyph.xMin)


def _rename(font: TTFont) -> None:
    compact = SIGNS_FAMILY.replace(" ", "")
    names = {1: SIGNS_FAMILY, 3: f"{compact}-Regular", 4: f"{SIGNS_FAMILY} Regular", 6: f"{compact}-Regular"}
    for record in font["name"].names:
        record.string = names.get(record.nameID, record.toUnicode())
