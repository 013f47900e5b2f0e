"""The three tables of the prescribed form, merged as the form merges them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from foi_analysis.bilingual import Shown, Words, both, doubt_of, joined, named, organ_name, place, same, words
from foi_analysis.form import CellKey, Table, Term
from foi_analysis.report import Cell, Report, plain
from foi_analysis.resources import Language, columns, load, read_toml
from foi_analysis.tables.grid import Box, PublishedTable, Row, Scope, Value

# ---- cells ----


#: The signs behind a number: its reading is in doubt; a person supplied it. The notes spell them out.
DOUBT, SUPPLIED = "?", "†"
#: More cells than this of one kind are counted, not listed.
_LISTED = 12
#: Bytes that the pictures of all cells take on a page, and those that each takes around it.
_MOST_CLIPS, _FRAME = 60_000, 80


def value_box(cell: Cell, headers: tuple[str, ...] = (), across: int = 1, clip: bytes = b"") -> Box:
    """Show a cell: what is printed, its signs, and on hovering or by the Tab key its evidence."""
    return Box(
        _content(cell),
        across=across,
        headers=headers,
        kind=" ".join([*([] if cell.mark == "number" else [cell.mark]), *["doubt"] * bool(cell.doubt)]),
        remark=DOUBT * bool(cell.doubt and cell.is_number) + SUPPLIED * (cell.mark == "supplied"),
        spoken=_spoken(cell),
        title=evidence(cell),
        cell=str(cell.key),
        clip=clip,
    )


def _content(cell: Cell) -> Words:
    if cell.mark in ("missing", "unreadable"):
        return named("mark", cell.mark)
    return same(plain(cell.value) if cell.is_number else cell.printed.strip() if cell.mark == "dash" else "")


def _spoken(cell: Cell) -> Words | None:
    parts = [named("mark", cell.mark)] if cell.mark in ("blank", "dash", "supplied") else []
    parts += [words("doubtful", doubt=doubt_of(cell.doubt))] if cell.doubt else []
    return joined([same(""), *parts], " ", " ") if parts else None


def evidence(cell: Cell) -> Words:
    """Return where a cell stands in its source, what is printed there where it is not shown, and what proves it."""
    proofs = joined([named("proof", proof) for proof in cell.proofs]) if cell.proofs else words("no_proof")
    parts = [place(cell.where)] if cell.where else []
    if cell.printed and cell.printed != _content(cell).zh:
        parts.append(words("as_printed", printed=cell.printed))
    parts.append(words("proved_by", proofs=proofs))
    parts += [words("doubtful", doubt=doubt_of(cell.doubt))] if cell.doubt else []
    parts += [both(cell.note)] if cell.note else []
    return joined(parts, "；", "; ")


def counted(cells: Sequence[Cell]) -> Words:
    """Count cells by their mark, as in ``15 cells (number: 14, missing: 1)``."""
    marks = list(dict.fromkeys(cell.mark for cell in cells))
    if len(marks) == 1:
        return words("cells_alike", n=len(cells), mark=named("alike", marks[0]))
    parts = [words("count_of_mark", n=sum(c.mark == m for c in cells), mark=named("mark", m)) for m in marks]
    return words("cells", n=len(cells), parts=joined(parts))


def notes(report: Report, table: Table) -> tuple[Words, ...]:
    """Write out what is special about a table's cells: its doubtful, supplied, missing and unreadable ones."""
    cells = [report.grid[key] for key in table.cells]
    if all(cell.mark == "missing" for cell in cells):
        return (words("table_missing"),)
    lines = []
    for mark in ("missing", "unreadable", "blank", "dash", "supplied"):
        alike = [cell for cell in cells if cell.mark == mark]
        sign = [same(SUPPLIED)] if mark == "supplied" else []
        about = {"mark": joined([*sign, named("mark", mark)], "", " "), "means": named("means", mark)}
        lines += [words("note_mark", n=len(alike), cells=_names(table, alike), **about)] if alike else []
    return (*lines, *_doubts(table, cells))


def _doubts(table: Table, cells: Iterable[Cell]) -> list[Words]:
    """Write out doubtful numbers, those with the same doubt on one line."""
    reasons: dict[str, list[Cell]] = {}
    for cell in cells:
        if cell.doubt and cell.is_number:
            reasons.setdefault(cell.doubt, []).append(cell)
    return [
        words("note_doubt", sign=DOUBT, n=len(alike), doubt=doubt_of(reason), cells=_names(table, alike, values=True))
        for reason, alike in reasons.items()
    ]


def _names(table: Table, cells: Sequence[Cell], values: bool = False) -> Words:
    """Name cells, with their values if wanted; those beyond the first dozen are counted."""
    shown = [(name(table, cell.key), f" {plain(cell.value)}" * values) for cell in cells[:_LISTED]]
    text = joined([Words(label.zh + value, label.en + value) for label, value in shown], "；", "; ")
    return words("and_more", text=text, n=len(cells) - _LISTED) if len(cells) > _LISTED else text


def name(table: Table, key: CellKey) -> Words:
    """Name a cell by the labels of its row and column."""
    return joined([Words.of(table.row(key.row).label), Words.of(table.column(key.column).label)], "·", " · ")


# ---- merged heads ----


@dataclass(frozen=True, slots=True)
class Span:
    """A head and what it covers: ``length`` lines from ``start``, and ``depth`` levels from ``level``."""

    term: Term
    level: int
    start: int
    length: int
    depth: int
    leaf: bool

    @property
    def id(self) -> str:
        """A name of the span that is its own among the spans of one axis: its level, one digit, and its line."""
        return f"{self.level}{self.start}"


def spans(paths: Sequence[tuple[Term, ...]]) -> tuple[Span, ...]:
    """Merge the heads of some lines.

    ``paths`` holds for each line its heads, outermost first, itself last. A line with fewer heads than the
    deepest reaches over the levels that it does not have. Spans come line by line, outermost first.
    """
    depth = max(map(len, paths))
    found: list[Span] = []
    for start, path in enumerate(paths):
        for level, term in enumerate(path):
            above = path[: level + 1]
            if start and paths[start - 1][: level + 1] == above:
                continue
            length = next((i for i, other in enumerate(paths[start:]) if other[: level + 1] != above), None)
            leaf = level == len(path) - 1
            found.append(Span(term, level, start, length or len(paths) - start, depth - level if leaf else 1, leaf))
    return tuple(found)


def over(found: Sequence[Span], line: int) -> tuple[Span, ...]:
    """Return the spans over one line, outermost first."""
    return tuple(span for span in found if span.start <= line < span.start + span.length)


# ---- tables ----


_Body = tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A table of a report, on its way to be shown.

    ``heads`` begins the ids of its header cells. It is short, because each value names them all.
    """

    report: Report
    table: Table
    heads: str
    clips: Mapping[CellKey, bytes]

    def value(self, row: str, column: str, headers: Sequence[str], across: int = 1) -> Box:
        key = CellKey(self.table.key, row, column)
        return value_box(self.report.grid[key], tuple(headers), across=across, clip=self.clips.get(key, b""))

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
    sheet = _Sheet(report, shape, f"{report.form.tables.index(shape)}{report.sha256[:2]}", _clips(report))
    head, bodies = {"rows": _by_rows, "across": _across, "blocks": _blocks}[shape.layout](sheet)
    return PublishedTable(
        id=f"{table}-{report.sha256[:6]}",
        language=language,
        title=Words.of(shape.label),
        caption=(*source(report), _units(shape, report)),
        head=head,
        bodies=bodies,
        records=tuple(_records(report, shape)),
        notes=notes(report, shape),
        kind=shape.layout,
    )


def _clips(report: Report) -> Mapping[CellKey, bytes]:
    """Return small pictures of what is printed, those of doubtful cells first, as many as a page can carry."""
    if report.source is None:
        return {}
    found = load("foi_analysis.reading.clips").clips_of(report.source, report.sha256)
    clips: dict[CellKey, bytes] = {}
    size = 0
    for cell in sorted(report.grid.values(), key=lambda cell: not cell.doubt):
        clip = found.get(cell.where, b"")
        size += len(clip) * 4 // 3 + _FRAME if clip else 0
        if size > _MOST_CLIPS:
            break
        clips[cell.key] = clip
    return clips


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
    units = Words(_units_listed(table, "zh", "、"), _units_listed(table, "en", ", "))
    return words("unit", unit=units, cells=counted([report.grid[key] for key in table.cells]))


def _units_listed(table: Table, language: Language, separator: str) -> str:
    """Name each unit of a table once."""
    units = separator.join(table.unit_of(row.key, language) for row in table.rows)
    return separator.join(dict.fromkeys(units.split(separator)))


def _records(report: Report, table: Table) -> Sequence[dict[str, Value]]:
    cells = [report.grid[key] for key in table.cells]
    return [
        {
            **cell.key._asdict(),
            **columns(row=table.row(cell.key.row).label, column=table.column(cell.key.column).label),
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
    unit = words("unit_of", unit=Words.of(group.unit))
    title = joined([Words.of(group.label), unit], "", " ")
    heads = (
        Box(Words.of(sheet.table.column(key).label), "col", across=across, id=f"{start}-{key}")
        for key, across in spread.items()
    )
    return (
        (Box(title, "rowgroup", across=width + 1, id=start, kind="block"),),
        (Box(words("item"), "col"), *heads),
        *(_block_line(sheet, row, start, spread) for row in rows),
    )


def _block_line(sheet: _Sheet, row: Term, start: str, spread: Mapping[str, int]) -> Row:
    name = f"{start}-{row.key}"
    values = (sheet.value(row.key, key, [start, name, f"{start}-{key}"], across) for key, across in spread.items())
    return (Box(Words.of(row.label), "row", id=name), *values)
