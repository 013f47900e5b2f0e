"""Lay a report out as it is printed: headings, paragraphs, and the grids of the statutory tables.

A ``Page`` knows of each printed cell what it stands for, so that whatever is done to the page afterwards
(rows moved, cells dropped), the right answer travels with the cells.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from foi_analysis.form import CellKey, Form, Table, Term


@dataclass(frozen=True, slots=True)
class Printed:
    """A printed cell: its text, its span, and the cell of the form whose value it is (None for a label)."""

    text: str
    across: int = 1
    down: int = 1
    key: CellKey | None = None


@dataclass(frozen=True, slots=True)
class Grid:
    """A printed table: rows of printed cells, one that spans rows standing only in its first."""

    table: str
    rows: tuple[tuple[Printed, ...], ...]


@dataclass(frozen=True, slots=True)
class Page:
    """A printed report: its title, then paragraphs and grids in order."""

    title: str
    parts: tuple[str | Grid, ...]

    def truth(self) -> dict[CellKey, str]:
        """Give what the page prints for each cell that it prints."""
        cells = (cell for part in self.parts if isinstance(part, Grid) for row in part.rows for cell in row)
        return {cell.key: cell.text for cell in cells if cell.key}


def placed(grid: Grid) -> Iterator[list[tuple[int, Printed, bool]]]:
    """Give each row of a grid as (column, cell, whether it begins there), cells spanning rows in all of theirs."""
    taken: dict[int, tuple[int, Printed]] = {}
    for row in grid.rows:
        line: list[tuple[int, Printed, bool]] = []
        column, cells = 0, list(row)
        while cells or column in taken:
            if column in taken:
                left, cell = taken[column]
                line.append((column, cell, False))
                taken[column] = (left - 1, cell)
                column += cell.across
                continue
            cell = cells.pop(0)
            line.append((column, cell, True))
            taken[column] = (cell.down - 1, cell)
            column += cell.across
        taken = {at: entry for at, entry in taken.items() if entry[0] > 0}
        yield line


def with_grids(page: Page, change: Callable[[Grid], Grid]) -> Page:
    """Give the page with its tables changed."""
    return replace(page, parts=tuple(change(part) if isinstance(part, Grid) else part for part in page.parts))


def with_cells(page: Page, change: Callable[[Printed], Printed | None]) -> Page:
    """Give the page with its printed cells changed, or left out where there is none instead."""

    def changed(grid: Grid) -> Grid:
        rows = (tuple(other for cell in row if (other := change(cell))) for row in grid.rows)
        return replace(grid, rows=tuple(rows))

    return with_grids(page, changed)


def lay_out(
    form: Form, values: Mapping[CellKey, object], organ: str, year: int, subtotals: Collection[str] = ()
) -> Page:
    """Lay out a report whose cells print ``values`` (missing ones print nothing).

    ``subtotals`` are the heads under which a subtotal is printed behind its parts, with what ``values`` holds for it.
    """
    parts: list[str | Grid] = ["一、总体情况", f"{year}年，本机关依法做好政府信息公开工作。"]
    for table in form.tables:
        parts += [table.zh, Grid(table.key, tuple(_rows(with_subtotals(table, subtotals), values)))]
    parts += ["五、存在的主要问题及改进情况", "下一步将继续改进。", "六、其他需要报告的事项", "无其他需要报告的事项。"]
    return Page(f"{organ}{year}年政府信息公开工作年度报告", tuple(parts))


def with_subtotals(table: Table, heads: Collection[str]) -> Table:
    """Give a table as an organ prints it that adds subtotals: rows and columns of the form, and one under each head."""
    adding = [head for head in table.groups if head.key in heads and head.key in table.subtotal_heads]
    lines: dict[str, tuple[Term, ...]] = {"row": table.rows, "column": table.columns}
    for head in adding:
        under = [term for term in lines[head.axis] if head in table.path(term)]
        at = lines[head.axis].index(under[-1]) + 1
        subtotal = replace(under[-1], key=head.key, zh=table.subtotal_words[0], variants=())
        lines[head.axis] = (*lines[head.axis][:at], subtotal, *lines[head.axis][at:])
    return replace(table, rows=lines["row"], columns=lines["column"]) if adding else table


def _rows(table: Table, values: Mapping[CellKey, object]) -> Iterator[tuple[Printed, ...]]:
    yield from {"blocks": _blocks, "rows": _stacked, "across": _across}[table.layout](table, values)


def _value(values: Mapping[CellKey, object], table: Table, row: str, column: str, across: int = 1) -> Printed:
    key = CellKey(table.key, row, column)
    return Printed(str(values.get(key, "")), across, key=key)


def _blocks(table: Table, values: Mapping[CellKey, object]) -> Iterator[tuple[Printed, ...]]:
    """Print blocks of rows, each with its own head; narrow blocks span the width of the widest."""
    width = max(len(group.columns) for group in table.groups)
    for group in table.groups:
        spans = _spans(len(group.columns), width)
        labels = (table.column(key).zh for key in group.columns)
        yield (Printed(group.zh, width + 1),)
        yield (Printed(table.stub_zh), *(Printed(text, span) for text, span in zip(labels, spans, strict=True)))
        for row in table.rows:
            if row.group == group.key:
                cells = zip(group.columns, spans, strict=True)
                yield (Printed(row.zh), *(_value(values, table, row.key, key, span) for key, span in cells))


def _spans(parts: int, width: int) -> list[int]:
    """Share the columns of a grid among the cells of a row; the last takes what is left."""
    return [width // parts] * (parts - 1) + [width - width // parts * (parts - 1)]


def _stacked(table: Table, values: Mapping[CellKey, object]) -> Iterator[tuple[Printed, ...]]:
    """Print one line a row, heads three levels deep on both sides."""
    depth = 3
    yield from _heads(table, depth)
    seen: set[str] = set()
    for row in table.rows:
        path = table.path(row)
        heads = [
            Printed(head.zh, 1, sum(head in table.path(other) for other in table.rows))
            for head in path
            if head.key not in seen
        ]
        seen |= {head.key for head in path}
        label = Printed(row.zh, depth - len(path))
        yield (*heads, label, *(_value(values, table, row.key, column.key) for column in table.columns))


def _heads(table: Table, depth: int) -> Iterator[tuple[Printed, ...]]:
    """Print the heads over the columns, one line a level; a column without heads spans the rest."""
    levels = max(len(table.path(column)) for column in table.columns) + 1
    for level in range(levels):
        line = [Printed(table.stub_zh, depth, levels)] if level == 0 else []
        seen: set[str] = set()
        for column in table.columns:
            path = (*table.path(column), column)
            if len(path) > level and path[level].key not in seen:
                term: Term = path[level]
                seen.add(term.key)
                under = sum(term in (*table.path(other), other) for other in table.columns)
                line.append(Printed(term.zh, under, levels - level if term is column else 1))
        yield tuple(line)


def _across(table: Table, values: Mapping[CellKey, object]) -> Iterator[tuple[Printed, ...]]:
    """Print all rows side by side, those under a head one level lower."""
    size = len(table.columns)
    direct = [row for row in table.rows if not row.group]
    grouped = [row for row in table.rows if row.group]
    results = [Printed(column.zh) for column in table.columns]
    yield (
        *(Printed(row.zh, size) for row in direct),
        *(Printed(group.zh, size * sum(r.group == group.key for r in grouped)) for group in table.groups),
    )
    lower = [Printed(cell.text, 1, 2) for cell in results]
    yield (*(cell for _ in direct for cell in lower), *(Printed(row.zh, size) for row in grouped))
    yield tuple(cell for _ in grouped for cell in results)
    yield tuple(_value(values, table, row.key, column.key) for row in table.rows for column in table.columns)
