"""Print a laid-out report as a PDF with ruled tables."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Literal
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
Rules = Literal["all", "open left", "open right", "three lines", "one missing", "shaded"]
#: The rule that is missing stands behind this column, in the table of requests.
_MISSING = 4
Corner = tuple[int, int]


def to_pdf(page: Page, size: float = 7.0, rules: Rules = "all", unruled: int = -1) -> bytes:
    """Print a PDF on A4, or on one long page where a merged cell is too tall to break; ``size`` in points.

    No rule is drawn below the row ``unruled`` of any table.

    ``rules`` says which are drawn: ``all``; none at the left and at the top (``open left``) or at the right and at
    the bottom (``open right``); only the first and the last of a table (``three lines``); all but the one between two
    columns of values (``one missing``); none, and every other row has a ground (``shaded``). The same page gives the
    same bytes.
    """
    try:
        return _build(page, size, A4, rules, unruled)
    except (LayoutError, TypeError):  # reportlab fails over the message that a table is too tall
        return _build(page, size, (A4[0], 4 * A4[1]), rules, unruled)


def _build(page: Page, size: float, paper: tuple[float, float], rules: Rules, unruled: int) -> bytes:
    if _FONT not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(TTFont(_FONT, str(font_path())))
    out = io.BytesIO()
    story: list[object] = [Paragraph(escape(page.title), _style(size * 2))]
    for part in page.parts:
        story += [
            Paragraph(escape(part), _style(size)) if isinstance(part, str) else _table(part, size, rules, unruled),
            Spacer(1, 4),
        ]
    SimpleDocTemplate(out, pagesize=paper, invariant=1, leftMargin=40, rightMargin=40).build(story)
    return out.getvalue()


def _style(size: float) -> object:
    return ParagraphStyle(f"foi{size}", fontName=_FONT, fontSize=size, leading=size * 1.4, wordWrap="CJK")


def _table(grid: Grid, size: float, rules: Rules, unruled: int) -> object:
    width = max(sum(cell.across for _, cell, _ in line) for line in placed(grid))
    cells: list[list[object]] = [[""] * width for _ in grid.rows]
    for row, line in enumerate(placed(grid)):
        for column, cell, begins in line:
            if begins and cell.text:
                cells[row][column] = Paragraph(escape(cell.text), _style(size))
    labels = width > 9
    widths = [515 / width] * width if not labels or width > 14 else [60, 40, 110, *[305 / (width - 3)] * (width - 3)]
    return Table(cells, colWidths=widths, style=list(_ruled(grid, rules, unruled)))


def _ruled(grid: Grid, rules: Rules, unruled: int) -> Iterator[tuple[object, ...]]:
    """Rule and merge the cells that are printed: a row that has lost a cell ends short, as it does on a page."""
    if rules == "shaded":
        yield from (("BACKGROUND", (0, row), (-1, row), "#eeeeee") for row in range(0, len(grid.rows), 2))
    last = len(grid.rows) - 1
    right = max(column + cell.across for line in placed(grid) for column, cell, _ in line) - 1
    for row, line in enumerate(placed(grid)):
        for column, cell, begins in line:
            if begins:
                corners = (column, row), (column + cell.across - 1, min(last, row + cell.down - 1))
                gone = {"LINEBELOW": unruled, "LINEABOVE": unruled + 1} if unruled >= 0 else {}
                for side, ends in _sides(corners, last, right, rules):
                    if gone.get(side) not in (ends[0][1], ends[1][1]):
                        yield side, *ends, 0.5, "black"
                if cell.across > 1 or cell.down > 1:
                    yield "SPAN", *corners


def _sides(
    corners: tuple[Corner, Corner], last: int, right: int, rules: Rules
) -> Iterator[tuple[str, tuple[Corner, Corner]]]:
    """Give the sides of a cell that are ruled, each with the corners between which it runs."""
    (left, top), (end, bottom) = corners
    sides = {
        "LINEBEFORE": ((left, top), (left, bottom)),
        "LINEABOVE": ((left, top), (end, top)),
        "LINEAFTER": ((end, top), (end, bottom)),
        "LINEBELOW": ((left, bottom), (end, bottom)),
    }
    edges = {"LINEBEFORE": left == 0, "LINEABOVE": top == 0, "LINEAFTER": end == right, "LINEBELOW": bottom == last}
    missing = right == 9 and ((end == _MISSING, "LINEAFTER"), (left == _MISSING + 1, "LINEBEFORE"))
    gone = {
        "all": set(),
        "open left": {side for side in ("LINEBEFORE", "LINEABOVE") if edges[side]},
        "open right": {side for side in ("LINEAFTER", "LINEBELOW") if edges[side]},
        "three lines": {side for side in sides if side in ("LINEBEFORE", "LINEAFTER") or not edges[side]},
        "one missing": {side for here, side in missing or () if here},
        "shaded": {*sides},
    }[rules]
    yield from ((side, ends) for side, ends in sides.items() if side not in gone)
