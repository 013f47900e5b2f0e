"""Typeset a document with Typst: tagged, the same bytes each time, in no font but the package's own.

The package's font draws some signs as wide as a Chinese character; a font of these alone has them cut to the width
that English gives them.
"""

from __future__ import annotations

import importlib.util
import io
import re
import tempfile
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from fontTools import subset
from fontTools.ttLib import TTFont

from foi_analysis.export.notebook import ExportError
from foi_analysis.export.pdf.document import Source
from foi_analysis.fonts import FAMILY, font_path
from foi_analysis.lazy import load

#: Quotation marks, ellipsis, middle dot, dagger; and the family that draws them, before the package's own.
SIGNS = "“”‘’…·†"
SIGNS_FAMILY = f"{FAMILY} Signs"
#: The space left and right of a sign, and the height of an ellipsis above the line, in thousandths of an em.
_SIDE = 45
_LOWERED = {"…": 0}
_LINE = re.compile(r"main\.typ:(\d+):")


@cache
def signs_font() -> bytes:
    """Return a font of these signs alone, made from the package's own; the same bytes each time."""
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


def can_typeset() -> bool:
    """Check whether Typst is installed."""
    return importlib.util.find_spec("typst") is not None


def require_typst() -> None:
    """Refuse to go on without Typst: raises ExportError, which says what to install."""
    if not can_typeset():
        raise ExportError("a PDF needs typst, which is not installed: pip install 'foi_analysis[pdf]'")


def typeset(source: Source) -> bytes:
    """Typeset a document as tagged PDF (PDF/UA-1).

    Raises ExportError, which names the cell, when a character is not in the font or the document would not do, and
    when Typst is not installed; OSError when its files cannot be laid out.
    """
    require_typst()
    typst = load("typst")
    try:
        with tempfile.TemporaryDirectory(prefix="foi-pdf-", ignore_cleanup_errors=True) as folder:
            main = _lay_out(source, Path(folder))
            folders = [str(font_path().parent), folder]
            fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders)
            made, warnings = typst.compile_with_warnings(main, font_paths=fonts, format="pdf", pdf_standards="ua-1")
    except typst.TypstError as error:
        raise ExportError(_told(error, source)) from error
    for warning in warnings:
        raise ExportError(_told(warning, source))
    return bytes(made)


def _lay_out(source: Source, folder: Path) -> Path:
    """Write a document and what it needs into an empty folder, outside of which Typst reads nothing."""
    style = files("foi_analysis.export.pdf").joinpath("report.typ").read_bytes()
    own = {"report.typ": style, "signs.ttf": signs_font(), "main.typ": "\n".join(source.lines).encode()}
    for name, content in {**source.files, **own}.items():
        (folder / name).write_bytes(content)
    return folder / "main.typ"


def _told(fault: Any, source: Source) -> str:
    """Say in one line what Typst found, and in which cell."""
    found = _LINE.search(fault.diagnostic or "")
    origin = source.origins[int(found[1]) - 1] if found else ""
    hint = f" ({'; '.join(fault.hints)})" if fault.hints else ""
    return f"{f'in {origin!r}: ' if origin else ''}{fault.message}{hint}"
