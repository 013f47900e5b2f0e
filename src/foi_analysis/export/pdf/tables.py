"""An HTML table becomes a table of Typst: heads that are repeated, merged cells, sides, caption, a width that fits.

First its cells are placed on a grid, then the page's width is shared out among its columns.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Literal

from lxml.html import HtmlElement

from foi_analysis.export.pdf.inline import array, call, classes, lines, narrowest, sequence, unseen, width

Align = Literal["left", "center", "right"]
_ALIGNED = re.compile(r"text-align:\s*(left|center|right)")
_MOST_SPANNED = 1000
#: The width of the text on a page upright and lying, in points (A4 less its margins, see ``report.typ``).
UPRIGHT, LYING = 481.0, 728.0
#: Sizes of type to try, in points: those one reads with ease upright, then the page lies, then smaller ones.
_EASY = (8.5, 8.0, 7.5, 7.0, 6.5)
_SMALL = (6.0, 5.5, 5.0, 4.5, 4.0)
#: Upright, a smaller size is taken before what must not be cut fills more than this part of the width.
_FILLED = 0.8
_TRIES = (
    *((size, UPRIGHT, UPRIGHT * _FILLED) for size in _EASY[:-1]),
    *((size, UPRIGHT, UPRIGHT) for size in _EASY),
    *((size, LYING, LYING) for size in (*_EASY, *_SMALL)),
)
#: Space left and right of a cell's words, together, in em (see ``report.typ``).
PADDING = 1.1
#: A word longer than this, in em, is broken, so that one of them does not take the whole page.
_LONGEST = 13.0
#: Width is shared out in so many steps of equal size.
_STEPS = 120
#: A row of about so many lines is not torn between two pages.
_MOST_LINES = 18


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
        """Whether it is a header cell."""
        return bool(self.element is not None and self.element.tag == "th")

    @property
    def names_a_row(self) -> bool:
        """Whether it is the header cell of a row, or of the rows beside it."""
        scope = self.element.attrib.get("scope", "") if self.head else ""
        return scope == "row" or (scope == "rowgroup" and not self.alone)

    @property
    def text(self) -> str:
        """The words of the cell, without those that a page hides."""
        return "" if self.element is None else " ".join("".join(_seen(self.element)).split())

    @property
    def align(self) -> Align:
        """How its words are aligned: as its style asks, else numbers right, column heads centred."""
        if self.element is None or (self.head and self.alone):
            return "left"
        asked = _ALIGNED.search(self.element.attrib.get("style", ""))
        if asked:
            return asked[1]  # type: ignore[return-value]
        if "data-cell" in self.element.attrib or "foi-number" in classes(self.element):
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
    """Put each cell into the first free place of its row; it covers no more columns than are free."""
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
    """Check whether a row holds heads: it stands in the table's head, or has heads of columns or of a block."""
    if _in_head(row):
        return row is not rows[-1]
    elements = [cell for cell in line if cell.element is not None]
    return bool(elements) and row is not rows[-1] and all(c.head and not c.names_a_row for c in elements)


def _in_head(row: HtmlElement) -> bool:
    return bool(row.getparent().tag == "thead")


def _closed(cells: tuple[GridCell, ...]) -> bool:
    """Check that no cell reaches out of these rows: only then can they be repeated on the next page."""
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


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a cell asks of the columns that it covers, in em: ``least`` to cut no word, ``most`` to break no line."""

    row: int
    column: int
    across: int
    least: float
    most: float


@dataclass(frozen=True, slots=True)
class Layout:
    """How a table is set: size of type and columns in points, whether the page lies, the longest word left whole."""

    size: float
    columns: tuple[float, ...]
    lying: bool
    longest: float


def wanted(row: int, column: int, across: int, text: str) -> Wanted:
    """Measure what a cell asks for."""
    least = min(narrowest(text), _LONGEST)
    return Wanted(row, column, across, least + PADDING, max(least, width(text)) + PADDING)


def lay_out(columns: int, cells: Sequence[Wanted]) -> Layout:
    """Find the layout: upright in a size that one reads with ease, else lying; nothing is ever wider than the page."""
    least = _needs(columns, cells)
    for size, room, most in _TRIES:
        if sum(least) * size <= most:
            shared = _share(least, cells, room / size)
            return Layout(size, tuple(round(each * size, 2) for each in shared), room == LYING, _LONGEST)
    size, each = _SMALL[-1], LYING / columns
    return Layout(size, (round(each, 2),) * columns, lying=True, longest=max(each / size - PADDING, 1.0))


def _needs(columns: int, cells: Iterable[Wanted]) -> list[float]:
    """Return the width that each column needs: by its own cells first, then by those that cover several columns."""
    needs = [0.0] * columns
    for cell in sorted(cells, key=lambda cell: cell.across):
        covered = range(cell.column, cell.column + cell.across)
        lacking = cell.least - sum(needs[column] for column in covered)
        for column in covered:
            needs[column] += max(lacking, 0.0) / cell.across
    return needs


def _share(least: Sequence[float], cells: Iterable[Wanted], room: float) -> list[float]:
    """Return the width of each column: what it needs, the rest in steps to the one that shortens the table most."""
    widths = list(least)
    rows: dict[int, list[Wanted]] = {}
    for cell in cells:
        if cell.across == 1:
            rows.setdefault(cell.row, []).append(cell)
    step = (room - sum(least)) / _STEPS
    for _ in range(_STEPS):
        gains = _gains(rows.values(), widths, step)
        if not any(gains):
            break
        widths[gains.index(max(gains))] += step
    return widths


def _gains(rows: Iterable[Sequence[Wanted]], widths: Sequence[float], step: float) -> list[float]:
    """Return how many lines the table would lose if a column were wider; the tallest cell of each row counts."""
    gains = [0.0] * len(widths)
    for row in rows:
        cell = max(row, key=lambda cell: _lines(cell, widths[cell.column]))
        gains[cell.column] += _lines(cell, widths[cell.column]) - _lines(cell, widths[cell.column] + step)
    return gains


def _lines(cell: Wanted, width: float) -> float:
    """Return the number of lines that a cell takes, as a fraction."""
    return max((cell.most - PADDING) / max(width - PADDING, 0.01), 1.0)


def table(element: HtmlElement, chapter: str) -> str:
    """Write an HTML table; nothing when it has no cell."""
    grid = read_grid(element)
    if not grid.columns:
        return ""
    layout = lay_out(grid.columns, [wanted(cell.row, cell.column, cell.across, cell.text) for cell in grid.cells])
    caption = element.find("caption")
    return call(
        "tabulation",
        *_parts(grid, layout, chapter),
        caption=array(lines(caption, chapter) if caption is not None else []),
        size=f"{layout.size}pt",
        lying=_truth(layout.lying),
        whole=_truth(any(cell.down > 1 for part in grid.parts if not part.level for cell in part.cells)),
        columns=array(f"{width}pt" for width in layout.columns),
    )


def _truth(value: bool) -> str:
    return str(value).lower()


def _parts(grid: Grid, layout: Layout, chapter: str) -> Iterator[str]:
    for part in grid.parts:
        cells = [_cell(cell, part, layout, chapter) for cell in part.cells]
        if part.level:
            # Were heads of blocks repeated, Typst would repeat those of blocks that have ended, too.
            yield call("table.header", *cells, level=str(part.level), repeat=_truth(part.repeated))
        else:
            yield from cells


def _cell(cell: GridCell, part: Part, layout: Layout, chapter: str) -> str:
    """Write a cell: how far it reaches, to which side it stands, and what it is, which decides its ground."""
    spans = {"colspan": cell.across, "rowspan": cell.down}
    named = {name: str(count) for name, count in spans.items() if count > 1}
    kind = "head" if part.level or (cell.head and not cell.names_a_row) else "name" if cell.head else "value"
    breakable = {} if cell.down > 1 or _is_long(cell, layout) else {"breakable": "false"}
    return call(kind, _content(cell, layout, chapter), align=cell.align, **named, **breakable)


def _is_long(cell: GridCell, layout: Layout) -> bool:
    """Check whether a cell could be too tall to be kept on one page."""
    across = sum(layout.columns[cell.column : cell.column + cell.across]) / layout.size
    return width(cell.text) > _MOST_LINES * max(across - PADDING, 1.0)


def _content(cell: GridCell, layout: Layout, chapter: str) -> str:
    if cell.element is None:
        return "[]"
    first, *others = lines(cell.element, chapter, layout.longest) or ["[]"]
    return sequence((first, *(part for line in others for part in ("linebreak()", line))))
