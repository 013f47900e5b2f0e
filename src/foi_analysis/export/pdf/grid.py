"""An HTML table as a grid: which cell stands where, how far it reaches, and which rows are heads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Literal

from lxml.html import HtmlElement

from foi_analysis.export.pdf.inline import classes, unseen

Align = Literal["left", "center", "right"]
_ALIGNED = re.compile(r"text-align:\s*(left|center|right)")
_MOST_SPANNED = 1000


@dataclass(frozen=True, slots=True)
class GridCell:
    """A cell of a table: its element, its place, how many columns and rows it covers, whether it fills its row."""

    element: Any
    row: int
    column: int
    across: int = 1
    down: int = 1
    alone: bool = False

    @property
    def head(self) -> bool:
        """Tell whether it is a header cell."""
        return bool(self.element is not None and self.element.tag == "th")

    @property
    def names_a_row(self) -> bool:
        """Tell whether it is the header cell of a row, or of the rows beside it."""
        scope = self.element.attrib.get("scope", "") if self.head else ""
        return scope == "row" or (scope == "rowgroup" and not self.alone)

    @property
    def text(self) -> str:
        """Give the words of the cell, those that a page shows to nobody left out."""
        return "" if self.element is None else " ".join("".join(_seen(self.element)).split())

    @property
    def align(self) -> Align:
        """Tell to which side its words stand: what its style asks for, else numbers right, heads of columns centred."""
        if self.element is None or (self.head and self.alone):
            return "left"
        asked = _ALIGNED.search(self.element.attrib.get("style", ""))
        if asked:
            return asked[1]  # type: ignore[return-value]
        if "foi-number" in classes(self.element):
            return "right"
        return "center" if self.head and not self.names_a_row else "left"


@dataclass(frozen=True, slots=True)
class Part:
    """Rows of a table that go together.

    Heads of ``level`` 1 stand over the table, those of 2 over the rows that follow; ``repeated`` ones stand on each
    page anew.
    """

    cells: tuple[GridCell, ...]
    level: int = 0
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: the number of its columns, and its rows in parts. Every place is covered by just one cell."""

    columns: int
    parts: tuple[Part, ...]

    @property
    def cells(self) -> tuple[GridCell, ...]:
        """All cells, row by row."""
        return tuple(cell for part in self.parts for cell in part.cells)


def read_grid(table: HtmlElement) -> Grid:
    """Place the cells of an HTML table; where a row is short, empty cells fill it."""
    rows = [row for row in table.iter("tr") if next(row.iterancestors("table")) is table]
    columns = max((sum(_span(cell, "colspan") for cell in _cells(row)) for row in rows), default=0)
    placed = _placed(rows, columns)
    kinds = [(_is_head(line, row, rows), _in_head(row)) for line, row in zip(placed, rows, strict=True)]
    groups = [(kind, list(numbers)) for kind, numbers in groupby(range(len(rows)), key=kinds.__getitem__)]
    heads = sum(head for (head, _), _ in groups)
    has_head = any(map(_in_head, rows))
    parts = []
    for (head, over_all), numbers in groups:
        cells = tuple(cell for number in numbers for cell in placed[number])
        level = 1 if over_all or not has_head else 2
        parts.append(Part(cells, level if head and _closed(cells) else 0, over_all or (heads == 1 and not numbers[0])))
    return Grid(columns, tuple(parts))


def _placed(rows: list[HtmlElement], columns: int) -> list[list[GridCell]]:
    """Give each cell the first free place of its row; it reaches no farther than there is room."""
    taken: set[tuple[int, int]] = set()
    placed = []
    for number, row in enumerate(rows):
        line = []
        for element in _cells(row):
            free = [column for column in range(columns) if (number, column) not in taken]
            if not free:
                break
            across = _room(free, _span(element, "colspan"))
            down = min(_span(element, "rowspan") or len(rows), len(rows) - number)
            line.append(GridCell(element, number, free[0], across, down, across == columns))
            taken |= {(number + i, free[0] + j) for i in range(down) for j in range(across)}
        empty = [column for column in range(columns) if (number, column) not in taken]
        placed.append([*line, *(GridCell(None, number, column) for column in empty)])
    return placed


def _room(free: list[int], wanted: int) -> int:
    """Count how many of the wanted columns, from the first free one on, are free side by side."""
    return next((n for n in range(1, wanted) if free[0] + n not in free[n : n + 1]), max(wanted, 1))


def _is_head(line: list[GridCell], row: HtmlElement, rows: list[HtmlElement]) -> bool:
    """Tell whether a row is one of heads: it stands in the table's head, or holds heads of columns or of a block."""
    if _in_head(row):
        return row is not rows[-1]
    elements = [cell for cell in line if cell.element is not None]
    return bool(elements) and row is not rows[-1] and all(c.head and not c.names_a_row for c in elements)


def _in_head(row: HtmlElement) -> bool:
    return bool(row.getparent().tag == "thead")


def _closed(cells: tuple[GridCell, ...]) -> bool:
    """Tell whether no cell reaches out of these rows: only then can they be repeated on the next page."""
    last = max(cell.row for cell in cells)
    return all(cell.row + cell.down - 1 <= last for cell in cells)


def _cells(row: HtmlElement) -> Iterator[HtmlElement]:
    return (cell for cell in row if cell.tag in ("td", "th"))


def _span(cell: HtmlElement, name: str) -> int:
    asked = cell.attrib.get(name, "1")
    return min(int(asked), _MOST_SPANNED) if asked.isdecimal() else 1


def _seen(element: HtmlElement) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if isinstance(child.tag, str) and not unseen(child):
            yield from _seen(child)
        yield f" {child.tail or ''}" if child.tag == "br" else child.tail or ""
