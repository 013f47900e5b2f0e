"""A workbook (.xlsx, .xls, .et) becomes a Document: its visible sheets in order, each as prose and tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count, groupby, pairwise

from foi_analysis.form import form_ids, load_form
from foi_analysis.reading.document import Document, Field, Line, is_number
from foi_analysis.reading.labels import heading
from foi_analysis.reading.workbook import Place, Sheet
from foi_analysis.reading.xls import read_xls
from foi_analysis.reading.xlsx import read_xlsx
from foi_analysis.resources import Told

_OLD = b"\xd0\xcf\x11\xe0"
#: A cell of so many characters, or with a full stop, is a sentence and no label.
_SENTENCE = 80
#: A row with so many numbers is one of the table of requests.
_SEVERAL = 3
#: No report has as many fields; reading stops before memory does.
_MOST_FIELDS, _MOST_PLACES = 20_000, 200_000
#: The sheets of a workbook that ``foi_analysis.datasets`` writes.
_OURS = frozenset({"cells", "checks", "measures", "codebook"})
#: What would end a name within a place.
_APART = str.maketrans(",()", "，（）")


def read_spreadsheet(name: str, content: bytes, sha256: str) -> Document:
    """Make a Document of a workbook. Raises ValueError when it is damaged, locked or larger than any report."""
    sheets = (read_xls if content.startswith(_OLD) else read_xlsx)(content)
    if {sheet.name for sheet in sheets} >= _OURS:
        raise ValueError(Told("refusals.workbook_ours"))
    lines: list[Line] = []
    fields = 0
    for sheet in sheets:
        for line in _lines(sheet, max((line.grid for line in lines), default=0)):
            fields += len(line.fields)
            if fields > _MOST_FIELDS:
                raise ValueError(Told("refusals.workbook_much"))
            lines.append(line)
    return Document(name, tuple(lines), sha256)


@dataclass(frozen=True, slots=True)
class _Row:
    """A row as printed: the cells that begin in it, and which of its columns are ruled."""

    fields: tuple[Field, ...] = ()
    ruled: frozenset[int] = frozenset()

    @property
    def words(self) -> tuple[Field, ...]:
        """The cells that are not blank."""
        return tuple(field for field in self.fields if field.text.strip())

    @property
    def end(self) -> int:
        """The column behind the last cell that is not blank, or is ruled: a row that ends early has lost cells."""
        return max([*(field.right for field in self.words), *(at + 1 for at in self.ruled)], default=0)

    def between(self, left: int, right: int) -> list[Field]:
        """Return the cells that stand between two columns."""
        return [field for field in self.fields if left <= field.left and field.right <= right]

    def cut(self, left: int, right: int) -> _Row:
        """Return what stands between two columns as a row."""
        return _Row(tuple(self.between(left, right)), self.ruled & {*range(left, right)})

    @property
    def columns(self) -> frozenset[int]:
        """The columns that are ruled, or that words or joined cells cover."""
        wide = (field for field in self.fields if field.text.strip() or field.right - field.left > 1)
        return self.ruled.union(*(range(field.left, field.right) for field in wide))

    @property
    def is_labelled(self) -> bool:
        """Whether the row begins with words and ends with a number."""
        return len(self.words) > 1 and not is_number(self.words[0].text) and is_number(self.words[-1].text)

    @property
    def is_long(self) -> bool:
        """Whether the row begins with words and prints several numbers."""
        return self.is_labelled and sum(is_number(field.text) for field in self.words) >= _SEVERAL

    @property
    def is_empty(self) -> bool:
        """Whether nothing is printed, not even rules."""
        return not self.words and not self.ruled

    @property
    def is_alone(self) -> bool:
        """Whether one cell stands in the row, and no rules around another."""
        return len(self.words) == 1 and self.ruled <= {*range(self.words[0].left, self.words[0].right)}


def _lines(sheet: Sheet, tables: int) -> Iterator[Line]:
    """Yield the lines of a sheet, those of tables beside one another table by table; tables are counted on."""
    rows = list(_rows(sheet))
    numbers = count(tables + 1)
    width = max((field.right for row in rows for field in row.words), default=0)
    for _, part in groupby(rows, lambda row: row.is_empty):
        for beside, right in _beside(list(part), width):
            yield from _blocks(beside, right, numbers)


def _beside(rows: Sequence[_Row], width: int) -> list[tuple[Sequence[_Row], int]]:
    """Return the rows of each table, and where it ends, if several stand beside one another; else all rows as one.

    Only one of them may be without labels: others are a table that an empty column runs through.
    """
    columns = frozenset[int]().union(*(row.columns for row in rows))
    lefts = sorted(column for column in columns if column - 1 not in columns)
    rights = sorted(column + 1 for column in columns if column + 1 not in columns)
    parted = [([row.cut(*edges) for row in rows], edges[1]) for edges in zip(lefts, rights, strict=True)]
    labelled = sum(any(row.is_labelled for row in part) for part, _ in parted)
    are_tables = all(_is_table(part) for part, _ in parted) and len(parted) - labelled < 2
    return [*parted] if len(parted) > 1 and are_tables else [(rows, width)]


def _is_table(rows: Sequence[_Row]) -> bool:
    """Check whether rows have joined cells and numbers, two words in more than one of them."""
    fields = [field for row in rows for field in row.fields]
    joins = any(field.right - field.left > 1 or field.down > 1 for field in fields)
    numbers = any(is_number(field.text) for field in fields)
    return joins and numbers and sum(len(row.words) > 1 for row in rows) > 1


def _blocks(rows: Sequence[_Row], right: int, numbers: Iterator[int]) -> Iterator[Line]:
    """Yield the lines of rows, each table whole and the prose between them."""
    table: list[_Row] = []
    for row, after in pairwise([*rows, _Row()]):
        if _goes_on(row, after, table, right):
            table.append(row)
            continue
        yield from _table(table, numbers)
        table = []
        yield from (Line((Field(" ".join(field.text.split()), field.where),)) for field in row.words)
    yield from _table(table, numbers)


def _goes_on(row: _Row, after: _Row, table: Sequence[_Row], right: int) -> bool:
    """Check whether a row belongs to a table, such as the one that stands above it."""
    if not row.words:
        return bool(table) and bool(row.ruled) and bool(table[-1].words)
    only = row.words[0]
    if len(row.words) == 1 and ("。" in only.text or len(only.text) > _SENTENCE or _is_heading(only)):
        return False
    if not row.is_alone:
        return True
    whole = only.right - only.left > 1 and only.right >= right
    return bool(table) and not (whole and (after.is_empty or after.is_alone))


def _is_heading(field: Field) -> bool:
    return any(heading(Line((field,)), load_form(form_id)) for form_id in form_ids())


def _table(rows: Sequence[_Row], numbers: Iterator[int]) -> Iterator[Line]:
    """Yield the lines of a table, a field for each place; on a grid where cells are joined, else as a text has them.

    Where no rules show that a long row goes on behind its last value, it ends there: one may have slid to the left.
    """
    words = [field for row in rows for field in row.words]
    if not words:
        return
    left, right = min(field.left for field in words), max(field.right for field in words)
    ruled = any(row.ruled for row in rows)
    fields = [row.between(left, min(right, row.end) if ruled or row.is_long else right) for row in rows]
    if any(field.right - field.left > 1 or field.down > 1 for line in fields for field in line):
        number = next(numbers)
        yield from (Line(tuple(line), number) for line in fields if line)
    else:
        yield from (Line(tuple(replace(field, left=-1, right=-1) for field in line)) for line in fields)


def _rows(sheet: Sheet) -> Iterator[_Row]:
    """Yield the rows that are not hidden, from the first to the last that holds something."""
    places = [*sheet.texts, *sheet.ruled, *(last for _, last in sheet.merged)]
    height, width = (max((place[axis] + 1 for place in places), default=0) for axis in (0, 1))
    if height * width > _MOST_PLACES:
        raise ValueError(Told("refusals.workbook_much"))
    columns = [column for column in range(width) if column not in sheet.hidden_columns]
    shown = [row for row in range(height) if row not in sheet.hidden_rows]
    begun, taken = _joined(sheet, shown, columns)
    named = f"sheet {' '.join(sheet.name.translate(_APART).split())}"
    for row in shown:
        ruled = frozenset(at for at, column in enumerate(columns) if (row, column) in sheet.ruled)
        fields = []
        for at, column in enumerate(columns):
            first, across, down = begun.get((row, column), ((row, column), 1, 1))
            if (row, column) not in taken:
                where = f"{named}, cell {_letters(first[1])}{first[0] + 1}"
                fields.append(Field(sheet.at(first).strip(), where, at, at + across, down))
        yield _Row(tuple(fields), ruled)


def _joined(
    sheet: Sheet, rows: Sequence[int], columns: Sequence[int]
) -> tuple[dict[Place, tuple[Place, int, int]], set[Place]]:
    """Return where joined cells begin, with their first cell and their size, and which places they cover."""
    begun: dict[Place, tuple[Place, int, int]] = {}
    taken: set[Place] = set()
    visible, upright = frozenset(rows), frozenset(columns)
    for first, last in sheet.merged:
        down = [row for row in range(first[0], last[0] + 1) if row in visible]
        across = [column for column in range(first[1], last[1] + 1) if column in upright]
        if down and across:
            begun[down[0], across[0]] = (first, len(across), len(down))
            taken |= {(row, column) for row in down for column in across} - {(down[0], across[0])}
    return begun, taken


def _letters(column: int) -> str:
    """Return the letters of a column, from 0: A to Z, then AA.

    >>> [_letters(column) for column in (0, 25, 26, 701, 702)]
    ['A', 'Z', 'AA', 'ZZ', 'AAA']
    """
    return (_letters(column // 26 - 1) if column > 25 else "") + chr(65 + column % 26)
