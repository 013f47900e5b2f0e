"""A Word file of 97 to 2003 (.doc), or one that WPS saved (.wps), becomes a Document, as a .docx would."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from foi_analysis.reading.document import OBJECT, UNKNOWN, WHITE, Builder, Document, Line
from foi_analysis.reading.word97 import Look, Paragraph, damaged, modifiers, paragraphs, shades
from foi_analysis.resources import Told

#: Characters that stand for something, and what is printed for them.
_PRINTED = {
    "\x01": OBJECT, "\x02": "", "\x03": "", "\x04": "", "\x05": "", "\x08": OBJECT, "\x0b": "\n", "\x0e": "\n",
    "\x1e": "-", "\x1f": "",
}  # fmt: skip
_BEGIN, _SEPARATE, _END = "\x13", "\x14", "\x15"
_SPECIAL = re.compile("([\x01-\x08\x0b\x0e\x13-\x15\x1e\x1f])")
#: Fields that print nothing, and fields whose control prints what no text tells.
_SILENT = re.compile(r"\s*(?:XE|TC|TA|RD|SET|ASK|PRIVATE|BIBLIOGRAPHY)\b")
_CONTROL = re.compile(r"\s*FORM(?:DROPDOWN|CHECKBOX)\b")
#: Tables within tables, rows, and cells of a row beyond which it is no report.
_DEEPEST, _MOST_ROWS, _MOST_CELLS = 20, 5_000, 64
#: Edges of cells (in twentieths of a point) that are one: people draw them, and Word moves a row by its margin of 108.
_APART = 120
#: The width of a cell of which none is told.
_WIDTH = 1_440
_DEFINE, _INSERT, _DELETE, _WIDEN, _MERGE, _SPLIT, _MERGE_DOWN = 0xD608, 0x7621, 0x5622, 0x7623, 0x5624, 0x5625, 0xD62B
_SHADES, _SHADE_SIZE = 0xD612, 10


def read_doc(name: str, content: bytes, sha256: str) -> Document:
    """Make a Document of a Word 97 to 2003 file. Raises ValueError when it is locked, older, damaged or too large."""
    reader = _Reader()
    try:
        for paragraph in paragraphs(content):
            reader.take(paragraph)
        return Document(name, reader.lines(), sha256)
    except (struct.error, IndexError):
        raise damaged("refusals.doc_cut") from None


@dataclass(slots=True)
class _Shape:
    """A cell as its row defines it: its width, whether it continues the cell before it or above, and is shaded."""

    width: int
    joins: bool = False
    continues: bool = False
    shaded: bool = False


@dataclass(slots=True)
class _Table:
    """A table that is being read: its rows, and the cells of the row that is open.

    A cell is a list of runs, each with its sign, and of tables within it.
    """

    rows: list[tuple[list[_Content], int, list[_Shape]]] = field(default_factory=list)
    cells: list[_Content] = field(default_factory=list)
    open: _Content = field(default_factory=list)


_Content = list["tuple[str, str] | _Table"]


@dataclass(slots=True)
class _Field:
    """A field: its instruction so far, and whether that is still being read."""

    shown: bool
    instruction: str = ""
    reading: bool = True


class _Reader:
    """Take paragraphs, gather those in tables, and pass on to a builder what Word would print."""

    def __init__(self) -> None:
        self._build = Builder()
        self._tables: list[_Table] = []
        self._fields: list[_Field] = []
        self._rows = 0

    def lines(self) -> tuple[Line, ...]:
        """Return the lines of all that was taken."""
        self._nest(0)
        return self._build.lines

    def take(self, paragraph: Paragraph) -> None:
        """Take the next paragraph."""
        layout = paragraph.layout
        content: _Content = [("\n", "")]
        if layout.numbered:
            content.append((UNKNOWN, ""))  # a number that Word counts, and only Word knows
        for text, look in paragraph.runs:
            is_seen = look.sign == WHITE and layout.shaded
            content += self._printed(text, look._replace(sign="") if is_seen else look)
        content.append(("\n", ""))
        self._nest(layout.level)
        if not self._tables:
            self._emit(content)
            return
        table = self._tables[-1]
        if layout.ends_row:
            # LibreOffice gives the mark of a row the look of what follows it
            if not paragraph.mark_look.hidden or not all(map(_is_empty, table.cells)):
                self._end_row(table, layout.properties)
            table.cells, table.open = [], []
            return
        table.open += content
        if layout.ends_cell and paragraph.mark == ("\x07" if layout.level == 1 else "\r"):
            table.cells.append(table.open)
            table.open = []

    def _nest(self, level: int) -> None:
        """Open or close tables until so many are open."""
        if level > _DEEPEST:
            raise ValueError(Told("refusals.word_tables_deep", deepest=_DEEPEST))
        while len(self._tables) < level:
            self._tables.append(_Table())
        while len(self._tables) > level:
            table = self._tables.pop()
            if table.cells or table.open:
                self._end_row(table, b"")
            if self._tables:
                self._tables[-1].open.append(table)
            else:
                self._emit([table])

    def _end_row(self, table: _Table, properties: bytes) -> None:
        if table.open and not _is_empty(table.open):
            table.cells.append(table.open)
        self._rows += 1
        if self._rows > _MOST_ROWS or len(table.cells) > _MOST_CELLS:
            raise ValueError(Told("refusals.word_rows"))
        left, shapes = _shapes(properties)
        if shapes and len(shapes) != len(table.cells):
            raise damaged("refusals.doc_row")
        table.rows.append((table.cells, left, shapes or [_Shape(_WIDTH) for _ in table.cells]))

    def _printed(self, text: str, look: Look) -> Iterator[tuple[str, str]]:
        """Yield what a run prints, with its sign, following the fields in it."""
        if look.symbol >= 0:
            text = chr(look.symbol | 0xF000 if look.symbol < 0x1000 else look.symbol) * len(text)
        for part in _SPECIAL.split(text):
            if part in (_BEGIN, _SEPARATE, _END):
                yield from self._field(part, look)
            elif any(open_.reading for open_ in self._fields):
                self._fields[-1].instruction += part[: 100 - len(self._fields[-1].instruction)]
            elif part and not look.hidden and not (look.is_data and part == "\x01"):
                yield _PRINTED.get(part, part), look.sign

    def _field(self, mark: str, look: Look) -> Iterator[tuple[str, str]]:
        """Follow a field: what stands before its separator is its instruction, not print."""
        if mark == _BEGIN:
            if len(self._fields) >= _DEEPEST:
                raise ValueError(Told("refusals.word_fields_deep", deepest=_DEEPEST))
            self._fields.append(_Field(not look.hidden))
        elif self._fields and mark == _SEPARATE:
            self._fields[-1].reading = False
        elif self._fields:
            ended = self._fields.pop()
            alone = ended.reading and not _SILENT.match(ended.instruction)
            shown = ended.shown and not any(open_.reading for open_ in self._fields)
            if shown and (alone or _CONTROL.match(ended.instruction)):
                yield OBJECT, ""

    def _emit(self, content: _Content, shaded: bool = True) -> None:
        for part in content:
            if isinstance(part, _Table):
                self._emit_table(part)
            elif part[0] == "\n":
                self._build.end_paragraph()
            elif self._build.in_cell or part[0] not in (OBJECT, UNKNOWN):
                text, sign = part
                is_unseen = sign == WHITE and not shaded and any(map(str.isdigit, text))
                self._build.text(UNKNOWN + text if is_unseen else text, "" if sign == WHITE else sign)

    def _emit_table(self, table: _Table) -> None:
        self._build.start_table()
        for (cells, _, shapes), edges in zip(table.rows, _grid(table), strict=True):
            self._build.start_row()
            self._build.skip(edges[0])
            for i, (cell, shape) in enumerate(zip(cells, shapes, strict=True)):
                if shape.joins and i:
                    continue
                end = i + 1
                while end < len(shapes) and shapes[end].joins:
                    end += 1
                self._build.start_cell(edges[end] - edges[i])
                if shape.continues:
                    self._build.continue_cell()
                self._emit(cell, shape.shaded)
                self._build.end_cell()
        self._build.end_table()


def _is_empty(content: _Content) -> bool:
    return all(not isinstance(part, _Table) and not part[0].strip() for part in content)


# ---- rows ----


def _shapes(properties: bytes) -> tuple[int, list[_Shape]]:
    """Return where a row begins, and its cells."""
    left, shapes, defined = 0, list[_Shape](), False
    for code, operand in modifiers(properties):
        if code == _DEFINE:
            left, shapes = _defined(operand)
            defined = True
        elif code == _INSERT and not defined:
            at, count, width = struct.unpack_from("<BBh", operand)
            shapes[at:at] = [_Shape(width) for _ in range(min(count, _MOST_CELLS))]
        elif code == _MERGE_DOWN and operand[0] < len(shapes):
            shapes[operand[0]].continues = operand[1] == 1
        elif code == _SHADES:
            for i, shape in enumerate(shapes[: len(operand) // _SHADE_SIZE]):
                shape.shaded = shades(operand[i * _SHADE_SIZE :][:_SHADE_SIZE])
        elif code in (_DELETE, _WIDEN, _MERGE, _SPLIT):
            _change(shapes, code, operand)
        if len(shapes) > _MOST_CELLS:
            raise ValueError(Told("refusals.word_cells"))
    return left, shapes


def _defined(operand: bytes) -> tuple[int, list[_Shape]]:
    count = operand[0]
    edges = struct.unpack_from(f"<{count + 1}h", operand, 1)
    said = [operand[at : at + 2] for at in range(3 + 2 * count, len(operand), 20)]
    flags = [int.from_bytes(word, "little") for word in said] + [0] * count
    pairs = zip(edges, edges[1:], flags, strict=False)
    return edges[0], [_Shape(b - a, bool(flag & 2), flag & 0x60 == 0x20) for a, b, flag in pairs]


def _change(shapes: list[_Shape], code: int, operand: bytes) -> None:
    """Change the cells from the first to before the last that a modifier names."""
    first, end = operand[0], operand[1]
    if code == _DELETE:
        del shapes[first:end]
        return
    for i, shape in enumerate(shapes[first:end]):
        if code == _WIDEN:
            (shape.width,) = struct.unpack_from("<h", operand, 2)
        else:
            shape.joins = code == _MERGE and i > 0


def _grid(table: _Table) -> list[list[int]]:
    """Return for each row the columns at which its cells begin and end: edges near each other are one."""
    edges: list[tuple[int, int, int]] = []
    for row, (_, left, shapes) in enumerate(table.rows):
        edges.append((left, 0, row))
        for i, shape in enumerate(shapes, 1):
            left += max(shape.width, 0)
            edges.append((left, i, row))
    columns: list[list[int]] = [[] for _ in table.rows]
    column, begins, there = -1, 0, set[int]()
    for place, _, row in sorted(edges):
        if column < 0 or place - begins > _APART or row in there:
            column, begins, there = column + 1, place, set()
        columns[row].append(column)
        there.add(row)
    return columns
