"""Read what the sheets of an Excel workbook of 97 to 2003 (.xls, .et) show, from its records."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from foi_analysis.reading.document import RAISED, STRUCK, UNKNOWN, WHITE, Run, Runs
from foi_analysis.reading.ole import streams
from foi_analysis.reading.workbook import FAR, MOST_FORMATS, MOST_SHEETS, PLAIN, Place, Sheet, Style, builtin
from foi_analysis.resources import Told

#: No report's workbook is larger, or has more records or texts.
_LARGEST, _MOST_RECORDS, _MOST_TEXTS = 20_000_000, 400_000, 100_000
_BOF, _EOF, _CONTINUE = 0x809, 0x0A, 0x3C
_FONT, _FORMAT, _XF, _SST, _BOUND, _LOCKED, _DATES = 0x31, 0x41E, 0xE0, 0xFC, 0x85, 0x2F, 0x22
_ROW, _COLUMNS, _VIEW, _MERGED, _STALE, _ENGINE = 0x208, 0x7D, 0x23E, 0xE5, 0x5E, 0x1C1
_RK, _RKS, _NUMBER, _FORMULA, _STRING, _LABEL, _SHARED, _TRUTH = 0x27E, 0xBD, 0x203, 0x06, 0x207, 0x204, 0xFD, 0x205
_BLANK, _BLANKS, _RICH = 0x201, 0xBE, 0xD6
_CELLS = frozenset({_BLANK, _BLANKS, _RK, _RKS, _NUMBER, _LABEL, _RICH, _SHARED, _TRUTH, _FORMULA, _STRING})
_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}
_WHITE = frozenset({1, 9})


class _Record(NamedTuple):
    """A record: its kind, and its data with those of the records that continue it."""

    kind: int
    pieces: list[bytes]

    @property
    def data(self) -> bytes:
        return self.pieces[0]

    def numbers(self, form: str, at: int = 0) -> tuple[int, ...]:
        return struct.unpack_from(f"<{form}", self.data, at)


def read_xls(content: bytes) -> list[Sheet]:
    """Return the sheets that are not hidden. Raises ValueError when the workbook is damaged, locked or too large."""
    try:
        return _Workbook(_stream(content)).sheets()
    except (struct.error, IndexError, UnicodeDecodeError):
        raise ValueError(Told("refusals.workbook_broken")) from None


def _stream(content: bytes) -> bytes:
    """Return the stream with the records."""
    found = streams(content, ["Workbook"])
    if not found:
        raise ValueError(Told("refusals.excel_before_97"))
    if len(found["Workbook"]) > _LARGEST:
        raise ValueError(Told(FAR))
    return found["Workbook"]


def _records(data: bytes, at: int) -> Iterator[_Record]:
    """Yield the records from a place to the end that belongs to it; those of charts in between are left out."""
    depth, last = 0, _Record(0, [b""])
    while True:
        kind, size = struct.unpack_from("<HH", data, at)
        piece = struct.unpack_from(f"{size}s", data, at + 4)[0]
        at += 4 + size
        if kind == _CONTINUE:
            last.pieces.append(piece)
            continue
        if depth == 1 and last.kind:
            yield last
        last = _Record(kind, [piece])
        depth += (kind == _BOF) - (kind == _EOF)
        if depth < 1:
            return


@dataclass
class _Workbook:
    """The records of a workbook, and what its sheets share."""

    stream: bytes
    fonts: list[str] = field(default_factory=list)
    formats: dict[int, str] = field(default_factory=dict)
    styles: list[Style] = field(default_factory=list)
    strings: list[Runs] = field(default_factory=list)
    bounds: list[tuple[int, int, str]] = field(default_factory=list)
    from_1904: bool = False
    #: whether an engine is named that calculated the formulas, and what of their results is not 0
    calculated: bool = False
    count: int = 0

    def sheets(self) -> list[Sheet]:
        for record in self._counted(0):
            self._shared(record)
        if len(self.bounds) > MOST_SHEETS:
            raise ValueError(Told("refusals.workbook_sheets", most=MOST_SHEETS))
        read = [_Sheet(self, Sheet(name, self.from_1904)) for _, hidden, name in self.bounds if not hidden]
        for one, start in zip(read, (start for start, hidden, _ in self.bounds if not hidden), strict=True):
            one.read(self._counted(start))
        for one in read if not self.calculated else ():  # 0 is what programs write that do not calculate
            for place in one.nothing:
                one.sheet.put(place, ["="])
        return [one.sheet for one in read]

    def _counted(self, at: int) -> Iterator[_Record]:
        for record in _records(self.stream, at):
            self.count += 1
            if self.count > _MOST_RECORDS or len(self.formats) > MOST_FORMATS:
                raise ValueError(Told(FAR))
            yield record

    def _shared(self, record: _Record) -> None:
        """Take a record of what the sheets share."""
        kind, data = record.kind, record.data
        if kind == _LOCKED:
            raise ValueError(Told("refusals.locked", what=Told("refusals.workbook")))
        if kind == _BOF and record.numbers("H") != (0x600,):
            raise ValueError(Told("refusals.excel_before_97"))
        if kind == _BOUND and data[5] == 0:
            start, hidden = record.numbers("IB")
            self.bounds.append((start, hidden & 3, _Texts([data], 7).characters(data[6])))
        elif kind == _FORMAT:
            self.formats[record.numbers("H")[0]] = _Texts([data], 4).characters(record.numbers("H", 2)[0])
        elif kind == _SST:
            self.strings = list(_Texts(record.pieces, 8).all(self.fonts))
        elif kind == _DATES:
            self.from_1904 = record.numbers("H") == (1,)
        elif kind == _ENGINE:
            self.calculated = True
        elif kind in (_FONT, _XF):
            self._look(record)

    def _look(self, record: _Record) -> None:
        """Take a font, or the style of cells."""
        if record.kind == _FONT:
            _, flags, color, _, script = record.numbers("5H")
            white = WHITE if color in _WHITE else ""
            self.fonts.append(STRUCK if flags & 8 else RAISED if script in (1, 2) else white)
            return
        font, format_number = record.numbers("HH")
        sides, fill, color = record.numbers("IIH", 10)
        code = self.formats.get(format_number, builtin(format_number))
        bare = not fill >> 26 or color & 0x7F in _WHITE
        self.styles.append(Style(code, _font(self.fonts, font), bool(sides & 0xFFFF), bare))


def _font(fonts: Sequence[str], number: int) -> str:
    """Return the sign of a font by its number; there is none of number 4."""
    number -= number > 4
    return fonts[number] if number < len(fonts) else ""


@dataclass
class _Sheet:
    """A sheet whose records are being read; ``nothing`` are the formulas whose result is 0."""

    book: _Workbook
    sheet: Sheet
    nothing: list[Place] = field(default_factory=list)
    waiting: tuple[Place, Style] | None = None
    stale: bool = False

    def read(self, records: Iterator[_Record]) -> None:
        for record in records:
            if record.kind == _BOF and record.numbers("HH") != (0x600, 0x10):
                return  # a chart or a macro
            if record.kind in _CELLS:
                self._cell(record)
            else:
                self._layout(record)

    def _layout(self, record: _Record) -> None:
        kind = record.kind
        if kind == _ROW and (record.numbers("H", 12)[0] & 0x20 or not record.numbers("H", 6)[0] & 0x7FFF):
            self.sheet.hidden_rows.add(record.numbers("H")[0])
        elif kind == _COLUMNS:
            first, last, width, _, flags = record.numbers("5H")
            if flags & 1 or not width:
                self.sheet.hide_columns(first, last)
        elif kind == _VIEW:
            self.sheet.shows_zeros = bool(record.numbers("H")[0] & 0x10)
        elif kind == _MERGED:
            for at in range(record.numbers("H")[0]):
                top, bottom, left, right = record.numbers("4H", 2 + 8 * at)
                self.sheet.merge((top, left), (bottom, right))
        elif kind == _STALE:
            self.stale = True

    def _cell(self, record: _Record) -> None:
        kind, data = record.kind, record.data
        if kind == _STRING:
            if self.waiting:
                place, look = self.waiting
                self.sheet.put(place, [_Texts(record.pieces, 2).characters(record.numbers("H")[0])], look)
            self.waiting = None
            return
        row, column, style = record.numbers("3H")
        if kind == _BLANKS:
            for at in range((len(data) - 6) // 2):
                self._rule((row, column + at), record.numbers("H", 4 + 2 * at)[0])
        elif kind == _RKS:
            for at in range((len(data) - 6) // 6):
                style, packed = record.numbers("HI", 4 + 6 * at)
                self._put((row, column + at), style, _unpacked(packed))
        elif kind == _BLANK:
            self._rule((row, column), style)
        else:
            self._put((row, column), style, self._value(record))

    def _value(self, record: _Record) -> float | Runs:
        """Return what a cell holds."""
        kind, data = record.kind, record.data
        if kind == _SHARED:
            number = record.numbers("I", 6)[0]
            return self.book.strings[number] if number < len(self.book.strings) else [UNKNOWN]
        if kind in (_LABEL, _RICH):  # whose fonts are not read
            text = _Texts(record.pieces, 8).characters(record.numbers("H", 6)[0])
            return [UNKNOWN + text if kind == _RICH else text]
        if kind == _RK:
            return _unpacked(record.numbers("I", 6)[0])
        if kind == _TRUTH:
            return [_truth(data[6], data[7])]
        if kind == _NUMBER:
            return float(struct.unpack_from("<d", data, 6)[0])
        return self._result(record)

    def _result(self, record: _Record) -> float | Runs:
        """Return the last result of a formula, or ``=`` where it does not hold."""
        data, flags = record.data, record.numbers("H", 14)[0]
        place = record.numbers("HH")
        if self.stale or flags & 2:
            return ["="]
        if data[12:14] == b"\xff\xff":
            self.waiting = ((place[0], place[1]), self._style(record.numbers("H", 4)[0])) if data[6] == 0 else None
            return [_truth(data[8], data[6] == 2)] if data[6] in (1, 2) else [""]
        number = float(struct.unpack_from("<d", data, 6)[0])
        if number == 0:
            self.nothing.append((place[0], place[1]))
        else:
            self.book.calculated = True
        return number

    def _style(self, number: int) -> Style:
        return self.book.styles[number] if number < len(self.book.styles) else PLAIN

    def _rule(self, place: Place, style: int) -> None:
        self.sheet.rule(place, self._style(style))

    def _put(self, place: Place, style: int, value: float | Runs) -> None:
        if place in self.sheet.texts:
            raise ValueError(Told("refusals.workbook_damaged", how=Told("refusals.cell_twice")))
        self.sheet.put(place, value, self._style(style))


def _truth(value: int, is_error: int) -> str:
    return _ERRORS.get(value, "#N/A") if is_error else "TRUE" if value else "FALSE"


def _unpacked(packed: int) -> float:
    """Return a number that is stored in four bytes."""
    if packed & 2:
        number = float((packed >> 2) - (1 << 30 if packed & 0x80000000 else 0))
    else:
        number = float(struct.unpack("<d", struct.pack("<Q", (packed & 0xFFFFFFFC) << 32))[0])
    return number / 100 if packed & 1 else number


class _Texts:
    """Texts one behind the other, in pieces of which each may begin within one."""

    def __init__(self, pieces: Sequence[bytes], at: int) -> None:
        self.pieces, self.piece, self.at = pieces, 0, at

    def _take(self, size: int) -> bytes:
        """Take bytes, from the next piece where this one ends."""
        taken = b""
        while len(taken) < size:
            if self.at >= len(self.pieces[self.piece]):
                self.piece, self.at = self.piece + 1, 0
            part = self.pieces[self.piece][self.at : self.at + size - len(taken)]
            taken, self.at = taken + part, self.at + len(part)
        return taken

    def characters(self, count: int, wide: int | None = None) -> str:
        """Take so many characters, behind a byte that says how wide they are, which each piece begins with."""
        wide = self._take(1)[0] & 1 if wide is None else wide
        text = ""
        while len(text) < count:
            if self.at >= len(self.pieces[self.piece]):
                wide = self._take(1)[0] & 1
            left = len(self.pieces[self.piece]) - self.at
            size = min((count - len(text)) * (1 + wide), left - left % (1 + wide) or 1 + wide)
            text += self._take(size).decode("utf-16-le" if wide else "latin-1", "surrogatepass")
        return text

    def all(self, fonts: Sequence[str]) -> Iterator[Runs]:
        """Yield the texts to the end, each as runs where its fonts tell some apart."""
        found = 0
        while (self.piece, self.at) < (len(self.pieces) - 1, len(self.pieces[-1])) and found < _MOST_TEXTS:
            count, flags = struct.unpack("<HB", self._take(3))
            changes = struct.unpack("<H", self._take(2))[0] if flags & 8 else 0
            more = struct.unpack("<I", self._take(4))[0] if flags & 4 else 0
            text = self.characters(count, flags & 1)
            runs = struct.unpack(f"<{2 * changes}H", self._take(4 * changes))
            self._take(min(more, 1_000_000))
            found += 1
            yield _signed(text, list(zip(runs[::2], runs[1::2], strict=True)), fonts)


def _signed(text: str, changes: Sequence[tuple[int, int]], fonts: Sequence[str]) -> Runs:
    """Cut a text where its font changes, and sign what is raised, struck out or white."""
    starts = [(0, ""), *((start, _font(fonts, font)) for start, font in changes)]
    ends = [*(start for start, _ in starts[1:]), len(text)]
    parts = ((text[start:end], sign) for (start, sign), end in zip(starts, ends, strict=True))
    return [Run(part, sign) if sign else part for part, sign in parts if part]
