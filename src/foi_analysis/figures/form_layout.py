"""Lay a form out as it is printed; what is painted into each cell is up to the map that is drawn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby

from foi_analysis.figures.sheet import LEADING, Sheet
from foi_analysis.figures.style import size, width_of
from foi_analysis.figures.wrap import balance, wrap
from foi_analysis.form import CellKey, Form, Table, Term
from foi_analysis.resources import Language, say

_COLUMN = 40.5
_LINE = 11.0
_GAP = 1.5
_INDENT = 7.0
_SPACE = 6.0
#: Never smaller than this, however long a head is.
_LEAST = 4.5
#: Heads and labels may shrink down to this to stand on one line.
_SAVING = 0.88


@dataclass(frozen=True, slots=True)
class Box:
    """Where a cell stands on the sheet, in points from the top left corner."""

    x: float
    y: float
    width: float
    height: float


#: Paint one cell into its box.
Paint = Callable[[CellKey, Box], None]


def draw_form(sheet: Sheet, form: Form, paint: Paint, language: Language) -> None:
    """Draw all tables of a form below one another, each laid out as it is printed."""
    layouts = {"blocks": _draw_blocks, "rows": _draw_rows, "across": _draw_across}
    for table in form.tables:
        sheet.y += sheet.block(0, sheet.y, table.label(language), size("text"), sheet.width) + 1
        layouts[table.layout](sheet, table, paint, language)
        sheet.y += _SPACE


def _draw_blocks(sheet: Sheet, table: Table, paint: Paint, language: Language) -> None:
    """Draw groups of rows, each with columns of its own."""
    for group, members in groupby(table.rows, key=lambda row: row.group):
        rows = list(members)
        columns = table.columns_of(rows[0].key)
        width = min(2 * _COLUMN, 7 * _COLUMN / len(columns))
        left = sheet.width - 7 * _COLUMN
        head = table.group(group).label(language) if group else ""
        labels = [table.column(column).label(language) for column in columns]
        sheet.y += _GAP
        _draw_head(sheet, head, left, width, labels)
        for row in rows:
            _draw_line(sheet, table, row, left, width, 1, paint, language)


def _draw_rows(sheet: Sheet, table: Table, paint: Paint, language: Language) -> None:
    """Draw one line a row, and over each group of rows a line that names it."""
    left = sheet.width - _COLUMN * len(table.columns)
    _draw_head(sheet, "", left, _COLUMN, [column.label(language) for column in table.columns])
    above: tuple[Term, ...] = ()
    for row in table.rows:
        path = table.path(row)
        for depth, head in enumerate(path):
            if head not in above:
                _draw_label(sheet, head.label(language), depth, left)
        above = path
        _draw_line(sheet, table, row, left, _COLUMN, len(path), paint, language)


def _draw_across(sheet: Sheet, table: Table, paint: Paint, language: Language) -> None:
    """Draw all rows side by side on one line."""
    block = sheet.width / len(table.rows)
    width = (block - _SPACE) / len(table.columns)
    heads = [[term.label(language) for term in (*table.path(row), row)] for row in table.rows]
    names = [wrap(say("figures.path", language).join(head), size("small"), block - _SPACE) for head in heads]
    labels = [column.label(language) for column in table.columns]
    for at, lines in enumerate(names):
        sheet.block(at * block, sheet.y, lines, size("small"), block)
    sheet.y += max(map(len, names)) * size("small") * LEADING
    heights = [_draw_columns(sheet, at * block, width, labels) for at in range(len(table.rows))]
    sheet.y += max(heights)
    for at, row in enumerate(table.rows):
        for place, column in enumerate(table.columns):
            x = at * block + place * width
            paint(CellKey(table.key, row.key, column.key), Box(x, sheet.y, width - _GAP, _LINE))
    sheet.y += _LINE + _GAP


def _draw_head(sheet: Sheet, head: str, left: float, width: float, labels: Sequence[str]) -> None:
    lines = wrap(head, size("small"), left - _GAP)
    height = _draw_columns(sheet, left, width, labels)
    sheet.block(0, sheet.y, lines, size("small"), left)
    sheet.y += max(height, len(lines) * size("small") * LEADING) + 1


def _draw_columns(sheet: Sheet, left: float, width: float, labels: Sequence[str]) -> float:
    """Write the heads of columns, and give the height of the tallest."""
    points = _fitting(labels, width - _GAP)
    heads = [balance(label, points, width - _GAP) for label in labels]
    for at, lines in enumerate(heads):
        sheet.block(left + at * width + (width - _GAP) / 2, sheet.y, lines, points, width, ink="muted", align="center")
    return max(map(len, heads)) * points * LEADING + 1


def _fitting(labels: Sequence[str], width: float) -> float:
    """Return the size at which no word of the labels need be broken; a little smaller still if that saves a line."""
    words = [word for label in labels for word in label.split() if word.isascii()]
    whole = _scale(labels, width)
    return max(_LEAST, size("tiny") * (whole if whole >= _SAVING else _scale(words, width)))


def _scale(texts: Sequence[str], width: float) -> float:
    """Return by how much texts must shrink for the widest of them to fit; at most 1."""
    widest = max((width_of(text, size("tiny")) for text in texts), default=0.0)
    return min(1.0, 0.98 * width / widest) if widest else 1.0


def _draw_line(
    sheet: Sheet, table: Table, row: Term, left: float, width: float, depth: int, paint: Paint, language: Language
) -> None:
    top = sheet.y
    height = _draw_label(sheet, row.label(language), depth, left)
    for at, column in enumerate(table.columns_of(row.key)):
        paint(CellKey(table.key, row.key, column), Box(left + at * width, top, width - _GAP, height - _GAP))


def _draw_label(sheet: Sheet, label: str, depth: int, left: float) -> float:
    """Write a row's label, a little smaller where that saves a line, and give the height of its line."""
    width = left - depth * _INDENT - 2 * _GAP
    whole = _scale([label], width)
    points = size("tiny") * (whole if whole >= _SAVING else 1.0)
    lines = wrap(label, points, width)
    sheet.block(depth * _INDENT, sheet.y + 1, lines, points, left)
    height = max(len(lines) * points * LEADING, _LINE - 1) + _GAP
    sheet.y += height
    return height
