"""Build a Document from a stream of events: text, breaks, tables, rows, cells. HTML and Word share it.

A table that holds another table, or never more than one cell a row, is layout: what it holds becomes
paragraphs. Every other table becomes lines of fields, each with the columns of the grid that it covers.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from foi_analysis.reading.document import OBJECT, Field, Line, Run, written

#: Spans beyond these are taken as these: no form is as wide or as long.
_WIDEST, _LONGEST = 200, 500
#: A table of more columns is no form's.
_MOST_COLUMNS = 500


@dataclass(slots=True)
class _Cell:
    across: int
    down: int
    text: list[str | Run] = field(default_factory=list)
    continued: bool = False
    closed: bool = False


@dataclass(slots=True)
class _Table:
    number: int
    rows: list[list[_Cell]] = field(default_factory=list)
    sections: list[int] = field(default_factory=list)
    layout: bool = False


class Builder:
    """Take events in reading order; ``lines`` gives what they make.

    ``tables`` and ``paragraphs`` are how many came before: places count on from there.
    """

    def __init__(self, tables: int = 0, paragraphs: int = 0) -> None:
        """Begin an empty document."""
        self._lines: list[Line] = []
        self._open: list[_Table] = []
        self._text: list[str | Run] = []
        self.tables = tables
        self.paragraphs = paragraphs

    @property
    def lines(self) -> tuple[Line, ...]:
        """The lines made so far, what is still open included. Raises ValueError on a table too wide for a form."""
        while self._open:
            self.end_table()
        self._flush()
        return tuple(self._lines)

    @property
    def in_cell(self) -> bool:
        """Whether text now belongs to the cell of a table that is no layout."""
        return self._cell() is not None

    def text(self, text: str | None, sign: str = "") -> None:
        """Take a run of text, raised or struck out where ``sign`` says so; runs follow without a space."""
        if text:
            cell = self._cell()
            (cell.text if cell else self._text).append(Run(text, sign) if sign else text)

    def end_paragraph(self) -> None:
        """End a paragraph, or a line within a cell."""
        cell = self._cell()
        if cell:
            cell.text.append("\n")
        else:
            self._flush()

    def start_table(self) -> None:
        """Begin a table; begun within a cell, it makes the tables around it layout."""
        for table in self._open:
            if not table.layout:
                self._dissolve(table)
        self._flush()
        self.tables += 1
        self._open.append(_Table(self.tables))

    def start_section(self) -> None:
        """Begin a section of the innermost table: cells merged downwards end before it."""
        if self._open:
            self._open[-1].sections.append(len(self._open[-1].rows))

    def start_row(self) -> None:
        """Begin a row of the innermost table."""
        self._flush()
        if self._open:
            self._open[-1].rows.append([])

    def start_cell(self, across: int = 1, down: int = 1) -> None:
        """Begin a cell that covers so many columns and rows; 0 rows are all that follow in its section."""
        self._flush()
        if not self._open or self._open[-1].layout:
            return
        if not self._open[-1].rows:
            self.start_row()
        across, down = min(max(across, 1), _WIDEST), min(down if down > 0 else _LONGEST, _LONGEST)
        self._open[-1].rows[-1].append(_Cell(across, down))

    def continue_cell(self) -> None:
        """Mark the cell just begun as a continuation of the one above or before it."""
        cell = self._cell()
        if cell:
            cell.continued = True

    def skip(self, columns: int) -> None:
        """Leave columns of the grid empty, as Word does at the edges of some rows."""
        if columns > 0 and self._open and self._open[-1].rows:
            self._open[-1].rows[-1].append(_Cell(min(columns, _WIDEST), 1, continued=True, closed=True))

    def end_cell(self) -> None:
        """End the innermost cell: text behind it belongs to no cell."""
        cell = self._cell()
        if cell:
            cell.closed = True
        else:
            self._flush()

    def end_table(self) -> None:
        """End the innermost table."""
        if not self._open:
            return
        table = self._open[-1]
        if table.layout or all(len(row) < 2 for row in table.rows):
            self._dissolve(table)
            self._flush()
            self._open.pop()
            return
        self._flush()
        self._open.pop()
        self._lines += _grid(table)

    def _cell(self) -> _Cell | None:
        """Return the cell that text belongs to; None inside layout."""
        table = self._open[-1] if self._open else None
        if table is None or table.layout or not table.rows or not table.rows[-1]:
            return None
        cell = table.rows[-1][-1]
        return None if cell.closed else cell

    def _dissolve(self, table: _Table) -> None:
        """Turn what a table holds so far into paragraphs."""
        self._flush()
        for row in table.rows:
            for cell in row:
                for text in written(cell.text).split("\n"):
                    self._text = [text]
                    self._flush()
        table.layout, table.rows, table.sections = True, [], []

    def _flush(self) -> None:
        if not self._text:
            return
        text = " ".join(written(self._text).replace(OBJECT, " ").split())
        self._text = []
        if text:
            self.paragraphs += 1
            self._lines.append(Line((Field(text, f"paragraph {self.paragraphs}"),)))


def _grid(table: _Table) -> list[Line]:
    """Lay the cells of a table on its grid, row by row."""
    taken: dict[int, int] = {}
    lines: list[Line] = []
    for number, row in enumerate(table.rows):
        if number in table.sections:
            taken = {}
        fields, left = [], 0
        for at, cell in enumerate(row, 1):
            while taken.get(left, 0) > number:
                left += 1
            right = left + cell.across
            if right > _MOST_COLUMNS:
                raise ValueError(f"table {table.number} has more than {_MOST_COLUMNS} columns: it is no report's")
            if not cell.continued:
                where = f"table {table.number}, row {number + 1}, cell {at}"
                fields.append(Field(written(cell.text).strip(), where, left, right, cell.down))
            if cell.down > 1:
                taken |= dict.fromkeys(range(left, right), number + cell.down)
            left = right
        if fields:
            lines.append(Line(tuple(fields), table.number))
    return lines
