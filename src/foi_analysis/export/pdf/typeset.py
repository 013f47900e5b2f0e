"""Typeset a document with Typst: tagged, the same bytes each time, in no font but the package's own."""

from __future__ import annotations

import importlib.util
import re
import tempfile
from importlib.resources import files
from pathlib import Path
from typing import Any

from foi_analysis.export.notebook import ExportError
from foi_analysis.export.pdf.document import Source
from foi_analysis.export.pdf.signs import signs_font
from foi_analysis.fonts import font_path
from foi_analysis.lazy import load

_LINE = re.compile(r"main\.typ:(\d+):")


def can_typeset() -> bool:
    """Tell whether Typst is installed."""
    return importlib.util.find_spec("typst") is not None


def require_typst() -> None:
    """Refuse to go on without Typst: raises ExportError, which says what to install."""
    if not can_typeset():
        raise ExportError("a PDF needs typst, which is not installed: pip install 'foi_analysis[pdf]'")


def typeset(source: Source) -> bytes:
    """Give a document as tagged PDF (PDF/UA-1).

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
