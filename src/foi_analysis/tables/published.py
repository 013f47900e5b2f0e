"""The three tables of the prescribed form, merged as the form merges them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from foi_analysis.bilingual import Shown, Words, joined, same, words
from foi_analysis.extract import plain
from foi_analysis.form import CellKey, Table, Term
from foi_analysis.organs import organ_name
from foi_analysis.report import Report
from foi_analysis.resources import Language, read_toml
from foi_analysis.tables.grid import Box, PublishedTable, Row, Scope, Value
from foi_analysis.tables.marks import counted, notes, value_box
from foi_analysis.tables.spans import Span, over, spans

_Body = tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A table of a report, on its way to be shown.

    ``heads`` begins the ids of its header cells. It is short, because each value names them all.
    """

    report: Report
    table: Table
    heads: str

    def value(self, row: str, column: str, headers: Sequence[str], across: int = 1) -> Box:
        return value_box(self.report.grid[CellKey(self.table.key, row, column)], tuple(headers), across=across)

    def path(self, term: Term) -> tuple[Term, ...]:
        return (*self.table.path(term), term)


def published_table(report: Report, table: str, language: Shown = "both") -> PublishedTable:
    """Show one table as published.

    ``table`` is the key of a table of the report's form; ``language`` is ``zh``, ``en`` or ``both`` (Chinese
    above English). Records, one a cell in printed order: table, row, column, row_zh, row_en, column_zh,
    column_en, value (None where no number is printed), mark, printed, where, proofs, doubt.
    Raises KeyError when the form has no such table.
    """
    shape = report.form.table(table)
    sheet = _Sheet(report, shape, f"{report.form.tables.index(shape)}{report.sha256[:2]}")
    head, bodies = {"rows": _by_rows, "across": _across, "blocks": _blocks}[shape.layout](sheet)
    return PublishedTable(
        id=f"{table}-{report.sha256[:6]}",
        language=language,
        title=Words(shape.zh, shape.en),
        caption=(*source(report), _units(shape, report)),
        head=head,
        bodies=bodies,
        records=tuple(_records(report, shape)),
        notes=notes(report, shape),
        kind=shape.layout,
    )


def source(report: Report) -> tuple[Words, ...]:
    """Return whose figures a table shows, of which year, and from which file."""
    name = report.organ.value
    organ = Words(name, organ_name(name, "en")) if report.organ else words("unknown_organ")
    year = same(report.year.value) if report.year else words("unknown_year")
    if not report.sha256:
        return (words("source_name", organ=organ, year=year, file=report.name),)
    return (words("source", organ=organ, year=year, file=report.name, sha=report.sha256[:12]),)


def numbered(term: Term) -> Words:
    """Return a label in both languages, the English with the number that the form prints before the Chinese."""
    numbers: dict[str, str] = read_toml("words/numbering.toml")
    number = next((en for zh, en in numbers.items() if term.zh.startswith(zh)), "")
    return Words(term.zh, f"{number} {term.en}".strip())


def _units(table: Table, report: Report) -> Words:
    units = Words(_listed(table, "zh", "、"), _listed(table, "en", ", "))
    return words("unit", unit=units, cells=counted([report.grid[key] for key in table.cells]))


def _listed(table: Table, language: Language, separator: str) -> str:
    """Name each unit of a table once."""
    units = separator.join(table.unit_of(row.key, language) for row in table.rows)
    return separator.join(dict.fromkeys(units.split(separator)))


def _records(report: Report, table: Table) -> Sequence[dict[str, Value]]:
    cells = [report.grid[key] for key in table.cells]
    return [
        {
            **cell.key._asdict(),
            **{"row_zh": table.row(cell.key.row).zh, "row_en": table.row(cell.key.row).en},
            **{"column_zh": table.column(cell.key.column).zh, "column_en": table.column(cell.key.column).en},
            "value": cell.value if cell.value is None or isinstance(cell.value, int) else plain(cell.value),
            **{"mark": cell.mark, "printed": cell.printed, "where": cell.where},
            **{"proofs": "+".join(cell.proofs), "doubt": cell.doubt},
        }
        for cell in cells
    ]


def _by_rows(sheet: _Sheet) -> tuple[_Body, tuple[_Body, ...]]:
    """Lay out one printed line a row, with heads over columns and beside rows."""
    table = sheet.table
    columns = spans([sheet.path(column) for column in table.columns])
    rows = spans([sheet.path(row) for row in table.rows])
    depth = max(span.level + span.depth for span in rows)
    levels = max(span.level + span.depth for span in columns)
    stub = Box(Words(table.stub_zh, table.stub_en), down=levels, across=depth, kind="stub")
    head = _heads(sheet, columns)
    lines = [
        (*(_row_head(sheet, span) for span in over(rows, i) if span.start == i), *_values(sheet, row, i, rows, columns))
        for i, row in enumerate(table.rows)
    ]
    outer = [over(rows, i)[0].start for i in range(len(lines))]
    bodies = [tuple(line for _, line in group) for _, group in groupby(zip(outer, lines, strict=True), lambda x: x[0])]
    return ((stub, *head[0]), *head[1:]), tuple(bodies)


def _heads(sheet: _Sheet, columns: Sequence[Span]) -> tuple[Row, ...]:
    levels = max(span.level + span.depth for span in columns)
    return tuple(tuple(_column_head(sheet, s) for s in columns if s.level == level) for level in range(levels))


def _column_head(sheet: _Sheet, span: Span) -> Box:
    scope: Scope = "col" if span.leaf else "colgroup"
    return Box(numbered(span.term), scope, span.depth, span.length, f"{sheet.heads}c{span.id}")


def _row_head(sheet: _Sheet, span: Span) -> Box:
    scope: Scope = "row" if span.leaf else "rowgroup"
    return Box(numbered(span.term), scope, span.length, span.depth, f"{sheet.heads}r{span.id}")


def _values(sheet: _Sheet, row: Term, line: int, rows: Sequence[Span], columns: Sequence[Span]) -> Row:
    beside = [f"{sheet.heads}r{span.id}" for span in over(rows, line)]
    return tuple(
        sheet.value(row.key, column.key, [*beside, *(f"{sheet.heads}c{span.id}" for span in over(columns, i))])
        for i, column in enumerate(sheet.table.columns)
    )


def _across(sheet: _Sheet) -> tuple[_Body, tuple[_Body, ...]]:
    """Lay out all rows side by side on one printed line."""
    pairs = [(row, column) for row in sheet.table.rows for column in sheet.table.columns]
    columns = spans([(*sheet.path(row), column) for row, column in pairs])
    line = tuple(
        sheet.value(row.key, column.key, [f"{sheet.heads}c{span.id}" for span in over(columns, i)])
        for i, (row, column) in enumerate(pairs)
    )
    return _heads(sheet, columns), ((line,),)


def _blocks(sheet: _Sheet) -> tuple[_Body, tuple[_Body, ...]]:
    """Lay out groups of rows one under the other, each with column heads of its own."""
    table = sheet.table
    width = max(len(table.columns_of(row.key)) for row in table.rows)
    groups = [(key, tuple(rows)) for key, rows in groupby(table.rows, lambda row: row.group)]
    return (), tuple(_block(sheet, table.group(key), rows, width) for key, rows in groups)


def _block(sheet: _Sheet, group: Term, rows: tuple[Term, ...], width: int) -> _Body:
    """Lay out one block; its last column reaches to the right edge of the widest block."""
    keys = sheet.table.columns_of(rows[0].key)
    spread = dict.fromkeys(keys, 1) | {keys[-1]: width - len(keys) + 1}
    start = f"{sheet.heads}-{group.key}"
    unit = words("unit_of", unit=Words(group.unit_zh, group.unit_en))
    title = joined([Words(group.zh, group.en), unit], "", " ")
    heads = (_block_head(sheet, f"{start}-{key}", key, across) for key, across in spread.items())
    return (
        (Box(title, "rowgroup", across=width + 1, id=start, kind="block"),),
        (Box(words("item"), "col"), *heads),
        *(_block_line(sheet, row, start, spread) for row in rows),
    )


def _block_head(sheet: _Sheet, name: str, key: str, across: int) -> Box:
    column = sheet.table.column(key)
    return Box(Words(column.zh, column.en), "col", across=across, id=name)


def _block_line(sheet: _Sheet, row: Term, start: str, spread: Mapping[str, int]) -> Row:
    name = f"{start}-{row.key}"
    values = (sheet.value(row.key, key, [start, name, f"{start}-{key}"], across) for key, across in spread.items())
    return (Box(Words(row.zh, row.en), "row", id=name), *values)
