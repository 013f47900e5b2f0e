"""Print a laid-out report as a PDF with ruled tables."""

from __future__ import annotations

import io
from collections.abc import Iterator
from xml.sax.saxutils import escape

from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table
from reportlab.platypus.doctemplate import LayoutError

from foi_analysis.resources import font_path
from pagemaker.pages import Grid, Page, placed

_FONT = "FOI"


def to_pdf(page: Page, size: float = 7.0) -> bytes:
    """Print a PDF on A4, or on one long page where a merged cell is too tall to break; ``size`` in points.

    The same page gives the same bytes.
    """
    try:
        return _build(page, size, A4)
    except LayoutError:
        return _build(page, size, (A4[0], 4 * A4[1]))


def _build(page: Page, size: float, paper: tuple[float, float]) -> bytes:

    if _FONT not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(TTFont(_FONT, str(font_path())))
    out = io.BytesIO()
    story: list[object] = [Paragraph(escape(page.title), _style(size * 2))]
    for part in page.parts:
        story += [Paragraph(escape(part), _style(size)) if isinstance(part, str) else _table(part, size), Spacer(1, 4)]
    SimpleDocTemplate(out, pagesize=paper, invariant=1, leftMargin=40, rightMargin=40).build(story)
    return out.getvalue()


def _style(size: float) -> object:

    return ParagraphStyle(f"foi{size}", fontName=_FONT, fontSize=size, leading=size * 1.4, wordWrap="CJK")


def _table(grid: Grid, size: float) -> object:

    width = max(sum(cell.across for _, cell, _ in line) for line in placed(grid))
    cells = [[""] * width for _ in grid.rows]
    for row, column, text in _texts(grid):
        cells[row][column] = Paragraph(escape(text), _style(size)) if text else ""
    labels = width > 9
    widths = [515 / width] * width if not labels or width > 14 else [60, 40, 110, *[305 / (width - 3)] * (width - 3)]
    return Table(cells, colWidths=widths, style=list(_ruled(grid)))


def _texts(grid: Grid) -> Iterator[tuple[int, int, str]]:
    for row, line in enumerate(placed(grid)):
        yield from ((row, column, cell.text) for column, cell, begins in line if begins)


def _ruled(grid: Grid) -> Iterator[tuple[object, ...]]:
    """Rule and merge the cells that are printed: a row that has lost a cell ends short, as it does on a page."""
    last = len(grid.rows) - 1
    for row, line in enumerate(placed(grid)):
        for column, cell, begins in line:
            if begins:
                corners = (column, row), (column + cell.across - 1, min(last, row + cell.down - 1))
                yield "BOX", *corners, 0.5, "black"
                if cell.across > 1 or cell.down > 1:
                    yield "SPAN", *corners
