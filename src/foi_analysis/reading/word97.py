"""Take a Word file of 97 to 2003 apart into its paragraphs: their runs of text, and what is said of each.

Structures, names and numbers are those of Microsoft's open specification [MS-DOC]. The text lies in pieces anywhere in
the main stream. How a run or a paragraph looks, lists of modifiers (sprm) say, kept in pages by place in the stream.
"""

from __future__ import annotations

import re
import struct
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from foi_analysis.reading.document import RAISED, STRUCK, WHITE
from foi_analysis.reading.ole import streams
from foi_analysis.resources import Told

# ---- modifiers ----


#: Bytes of a modifier's operand by the three highest bits of its number; 0 where the operand tells.
_SIZES = (1, 1, 2, 4, 2, 2, 0, 3)
#: Modifiers whose operand has a size of another kind: the cells of a row, and its stops.
DEFINE_ROW, _CHANGE_TABS = (0xD606, 0xD608), 0xC615
#: Modifiers of paragraphs.
_IN_TABLE, _ENDS_ROW, _LEVEL, _DEEPER, _ENDS_CELL_WITHIN, _ENDS_ROW_WITHIN, _NUMBERED, _GROUND = (
    0x2416, 0x2417, 0x6649, 0x664A, 0x244B, 0x244C, 0x460B, 0xC64D,
)  # fmt: skip
#: Numbers of lists; others say that there is none.
_LISTS = range(1, 0x7FF)
#: Modifiers of runs.
_DELETED, _HIDDEN, _STRUCK, _STRUCK_TWICE, _RAISED, _IS_DATA, _STYLE, _SYMBOL, _MARKED = (
    0x0800, 0x083C, 0x0837, 0x2A53, 0x2A48, 0x0806, 0x4A30, 0x6A09, 0x2A0C,
)  # fmt: skip
_HEIGHT, _SIZE, _COLOR, _COLOR_NUMBER, _SHADE = 0x4845, 0x4A43, 0x6870, 0x2A42, 0xCA71
_SWITCHES = frozenset({_DELETED, _HIDDEN, _STRUCK, _STRUCK_TWICE, _RAISED, _IS_DATA, _MARKED})
#: Half points that nobody can read; a colour whose parts are all as bright is not seen.
_TINY, _WHITISH = range(1, 5), 0xF0
_CLEAR = (b"\x00\x00\x00\xff", b"\xff\xff\xff\x00", b"\xff\xff\xff\xff")
#: The short numbers that a piece may use for a modifier of its own.
_SHORT = {0x18: _IN_TABLE, 0x19: _ENDS_ROW, 0x41: _DELETED, 0x57: _STRUCK, 0x5C: _HIDDEN, 0x68: _RAISED} | {
    0x47: _IS_DATA, 0x73: _STRUCK_TWICE,
}  # fmt: skip


def damaged(key: str) -> ValueError:
    """Return the error of a damaged file; ``key`` is that of what was found."""
    return ValueError(Told("refusals.doc_damaged", how=Told(key)))


def modifiers(properties: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield each modifier of a list: its number and its operand. Raises ValueError where one is cut off."""
    at = 0
    while at + 3 <= len(properties):
        (code,) = struct.unpack_from("<H", properties, at)
        if not code:
            return  # padding
        at, size = _operand(properties, code, at + 2)
        if at + size > len(properties):
            raise damaged("refusals.doc_property")
        yield code, properties[at : at + size]
        at += size


def _operand(properties: bytes, code: int, at: int) -> tuple[int, int]:
    """Return where an operand begins, behind its size if it has one, and how long it is."""
    if size := _SIZES[code >> 13]:
        return at, size
    if code in DEFINE_ROW:
        return at + 2, max(struct.unpack_from("<H", properties, at)[0] - 1, 0)
    if code == _CHANGE_TABS and properties[at] == 0xFF:
        dropped = properties[at + 1]
        return at + 1, 2 + 4 * dropped + 3 * properties[at + 2 + 4 * dropped]
    return at + 1, properties[at]


def shades(operand: bytes) -> bool:
    """Check whether a shade has a pattern, or another colour than that of the paper."""
    return operand[4:8] not in _CLEAR or word(operand[8:]) not in (0, 0xFFFF)


#: Modifiers of runs that are no switches: which one each sets, and whether an operand switches it on.
_SETTINGS: dict[int, tuple[int, Callable[[bytes], bool]]] = {
    _HEIGHT: (_HEIGHT, any),
    _SIZE: (_SIZE, lambda operand: word(operand) in _TINY),
    _COLOR: (_COLOR, lambda operand: min(operand[:3]) >= _WHITISH),
    _COLOR_NUMBER: (_COLOR, lambda operand: operand == b"\x08"),
    _SHADE: (_SHADE, shades),
}


def _switches(properties: bytes, base: Mapping[int, int]) -> dict[int, int]:
    """Return the switches of runs that a list sets; 0x80 says as the styles below do, 0x81 the opposite."""
    state = {}
    for code, operand in modifiers(properties):
        if code in _SWITCHES:
            value = operand[0]
            state[code] = value if value < 0x80 else int(bool(base.get(code))) ^ (value & 1)
        elif code in _SETTINGS:
            code, is_on = _SETTINGS[code]
            state[code] = int(is_on(operand))
    return state


def word(operand: bytes) -> int:
    """Return the number in the first two bytes."""
    return int.from_bytes(operand[:2], "little")


class Look(NamedTuple):
    """How a run shows its text. ``symbol`` is a character of a symbol font that stands in place of the text."""

    hidden: bool = False
    sign: str = ""
    is_data: bool = False
    symbol: int = -1


class Layout(NamedTuple):
    """Where a paragraph stands: how many tables it is in, what of the innermost it ends, on what ground."""

    level: int
    ends_cell: bool
    ends_row: bool
    numbered: bool
    shaded: bool
    properties: bytes


def look(properties: bytes, style: int, styles: Mapping[int, Mapping[int, int]]) -> Look:
    """Return how a run looks, whose paragraph has a style and which may have a style of its own."""
    base, symbol = dict(styles.get(style, {})), -1
    for code, operand in modifiers(properties):
        if code == _STYLE:
            base |= styles.get(word(operand), {})
        elif code == _SYMBOL:
            symbol = word(operand[2:])
    state = base | _switches(properties, base)
    return Look(bool(state.get(_HIDDEN) or state.get(_DELETED)), _sign(state), bool(state.get(_IS_DATA)), symbol)


def _sign(state: Mapping[int, int]) -> str:
    if state.get(_STRUCK) or state.get(_STRUCK_TWICE):
        return STRUCK
    if state.get(_RAISED) or state.get(_HEIGHT):
        return RAISED
    is_white = state.get(_COLOR) and not (state.get(_SHADE) or state.get(_MARKED))
    return WHITE if is_white or state.get(_SIZE) else ""


def layout(properties: bytes) -> Layout:
    """Return where a paragraph stands."""
    said = {code: int.from_bytes(operand, "little", signed=True) for code, operand in modifiers(properties)}
    level = max(said.get(_LEVEL, 0) + said.get(_DEEPER, 0), int(bool(said.get(_IN_TABLE))))
    within = level > 1
    return Layout(
        level,
        bool(said.get(_ENDS_CELL_WITHIN)) if within else bool(level),
        bool(said.get(_ENDS_ROW_WITHIN if within else _ENDS_ROW)),
        said.get(_NUMBERED) in _LISTS,
        any(code == _GROUND and shades(operand) for code, operand in modifiers(properties)),
        properties,
    )


def of_piece(number: int, shared: list[bytes]) -> bytes:
    """Return the modifiers that a piece has of its own: those of a list, or one in short."""
    if number & 1:
        return shared[number >> 1]
    code = _SHORT.get(number >> 1 & 0x7F)
    return struct.pack("<HB", code, number >> 8) if code else b""


# ---- styles ----

_OF_PARAGRAPHS, _OF_CHARACTERS = 1, 2
_NONE, _DEEPEST = 0xFFF, 12


def read_styles(sheet: bytes) -> dict[int, dict[int, int]]:
    """Return the switches of runs that each style sets, itself or by the styles that it is based on."""
    if not sheet:
        return {}
    size, count, head = struct.unpack_from("<3H", sheet)
    at, found = 2 + size, {}
    for style in range(min(count, _NONE)):
        if at + 2 > len(sheet):
            break
        (size,) = struct.unpack_from("<H", sheet, at)
        found[style] = _style(sheet[at + 2 : at + 2 + size], head)
        at += 2 + size + size % 2
    return {style: _chained(style, found) for style in found}


def _chained(style: int, found: dict[int, tuple[int, dict[int, int]]]) -> dict[int, int]:
    state: dict[int, int] = {}
    chain: list[int] = []
    while style in found and len(chain) < _DEEPEST:
        chain.append(style)
        style = found[style][0]
    for number in reversed(chain):
        state |= found[number][1]
    return state


def _style(style: bytes, head: int) -> tuple[int, dict[int, int]]:
    """Return which style it is based on, and the switches that it sets itself."""
    try:
        kind, name = word(style[2:]), word(style[head:])
        at = head + 4 + 2 * name
        if kind & 0xF == _OF_PARAGRAPHS:
            at += 2 + struct.unpack_from("<H", style, at)[0]
            at += at % 2
        elif kind & 0xF != _OF_CHARACTERS:
            return _NONE, {}
        (size,) = struct.unpack_from("<H", style, at)
        return kind >> 4, _switches(style[at + 2 : at + 2 + size], {})
    except (struct.error, ValueError):
        return _NONE, {}  # an odd style; hardly one hides or strikes out its text


# ---- the file ----


_MAIN, _TABLES, _DATA = "WordDocument", ("0Table", "1Table"), "Data"
#: The first number in a file of Word 97 to 2003, and the oldest version of it; Word 6 and 95 have other numbers.
_WORD, _WORD_97, _OLD_WORDS = 0xA5EC, 0x00C0, (0xA5DC, 0xA697, 0xA698, 0xA699)
_LOCKED, _SECOND_TABLE = 0x0100, 0x0200
#: Places in the header: letters of the main text; styles, pages of runs, pages of paragraphs, pieces.
_LETTERS, _STYLES, _RUNS, _PARAGRAPHS, _PIECES = 0x4C, 0xA2, 0xFA, 0x102, 0x1A2
#: No report has as many letters, pages of properties, or bytes of properties and of styles.
_MOST_LETTERS, _MOST_PAGES, _MOST_PROPERTIES, _MOST_STYLES = 300_000, 3_000, 10_000_000, 1_000_000
_PAGE = 512
#: Modifiers of a paragraph that stand for others, kept apart in the stream of data; the second for those of a row.
_APART, _ROW_APART = (0x6645, 0x6646), 0x646B
_MARKS = re.compile("([\x07\x0c\r])")


class Paragraph(NamedTuple):
    """A paragraph: its runs, each with its look, and the mark at its end, which has a look as well."""

    runs: list[tuple[str, Look]]
    mark: str
    mark_look: Look
    layout: Layout


class _Piece(NamedTuple):
    """So many letters of text, from a place in the main stream, and modifiers for all of it."""

    place: int
    letters: int
    wide: bool
    properties: bytes


class _Spans:
    """Properties by place in the main stream."""

    def __init__(self, spans: Iterator[tuple[int, int, int, bytes]]) -> None:
        self._spans = sorted(spans, key=lambda span: span[:2])
        if self._spans:
            # LibreOffice says nothing of the last mark
            end = max(span[1] for span in self._spans)
            self._spans.append((end, end + 2, 0, b""))
        self._starts = [span[0] for span in self._spans]

    def at(self, place: int) -> tuple[int, int, int, bytes]:
        """Return the span over a place: its start and end, a style, and properties."""
        span = self._spans[bisect_right(self._starts, place) - 1] if self._spans else (0, 0, 0, b"")
        if not span[0] <= place < span[1]:
            raise damaged("refusals.doc_unsaid")
        return span


def paragraphs(content: bytes) -> Iterator[Paragraph]:
    """Yield the paragraphs of the main text, without notes, heads and feet.

    Raises ValueError when the file is locked, older than Word 97, damaged, or larger than any report, and struct.error
    or IndexError when a part of it is cut off.
    """
    yield from _File(content).paragraphs()


class _File:
    """The streams of a Word file, and what its header says of them."""

    def __init__(self, content: bytes) -> None:
        found = streams(content, (_MAIN, *_TABLES, _DATA))
        self._main, self._data = found.get(_MAIN, b""), found.get(_DATA, b"")
        flags = _flags(self._main)
        self._table = found.get(_TABLES[bool(flags & _SECOND_TABLE)], b"")
        (self._letters,) = struct.unpack_from("<i", self._main, _LETTERS)
        sheet = self._part(_STYLES)
        if self._letters > _MOST_LETTERS or len(sheet) > _MOST_STYLES:
            raise ValueError(Told("refusals.word_long"))
        self._styles = read_styles(sheet)
        self._runs = _Spans(self._spans(_RUNS))
        self._layouts = _Spans(self._spans(_PARAGRAPHS))
        self._taken = 0
        self._look = lru_cache(4096)(lambda style, said: look(said, style, self._styles))
        self._layout = lru_cache(4096)(lambda said: layout(self._whole(said)))

    def paragraphs(self) -> Iterator[Paragraph]:
        """Yield the paragraphs of the main text."""
        held: list[tuple[str, bytes]] = []
        for piece in self._pieces():
            width = 2 if piece.wide else 1
            for place, text, properties in self._cut(piece, width):
                for part in _MARKS.split(text):
                    if part and part in "\x07\x0c\r":
                        _, _, style, said = self._layouts.at(place)
                        yield self._paragraph(held, part, style, self._take(said, piece), properties)
                        held = []
                    elif part:
                        held.append((part, properties))
                    place += width * len(part)
        if held:
            yield self._paragraph(held, "\r", 0, b"", b"")

    def _paragraph(
        self, held: list[tuple[str, bytes]], mark: str, style: int, said: bytes, mark_said: bytes
    ) -> Paragraph:
        runs = [(text, self._look(style, properties)) for text, properties in held]
        return Paragraph(runs, mark, self._look(style, mark_said), self._layout(said))

    def _part(self, at: int) -> bytes:
        """Return the part of the table stream that the header names there."""
        place, size = struct.unpack_from("<ii", self._main, at)
        if place < 0 or size < 0 or place + size > len(self._table):
            raise damaged("refusals.doc_tables_cut")
        return self._table[place : place + size]

    def _pieces(self) -> Iterator[_Piece]:
        """Yield the pieces of the main text in order."""
        plan, shared = _plan(self._part(_PIECES))
        count = min(max(len(plan) - 4, 0) // 12, _MOST_LETTERS)
        ends, left = struct.unpack_from(f"<{count + 1}i", plan), self._letters
        if ends[0] != 0 or any(a >= b for a, b in pairwise(ends)) or ends[-1] < left:
            raise damaged("refusals.doc_apart")
        for i, (start, end) in enumerate(pairwise(ends)):
            if start >= left:
                return
            place, said = struct.unpack_from("<IH", plan, 4 * (count + 1) + 8 * i + 2)
            wide, place = not place & 0x40000000, place & 0x3FFFFFFF
            letters = min(end, left) - start
            place = place if wide else place // 2
            if place + letters * (2 if wide else 1) > len(self._main):
                raise damaged("refusals.doc_piece")
            yield _Piece(place, letters, wide, of_piece(said, shared))

    def _cut(self, piece: _Piece, width: int) -> Iterator[tuple[int, str, bytes]]:
        """Cut a piece into runs: where each begins, its text, and its properties."""
        place, end = piece.place, piece.place + piece.letters * width
        while place < end:
            _, stop, _, properties = self._runs.at(place)
            stop = place + max(min(stop, end) - place, width) // width * width
            text = self._main[place:stop].decode("utf-16-le" if piece.wide else "cp1252", "replace")
            yield place, text, self._take(properties, piece)
            place = stop

    def _take(self, properties: bytes, piece: _Piece) -> bytes:
        """Join properties and those of a piece, unless there are more in all than any report has."""
        self._count(len(properties) + len(piece.properties))
        return properties + piece.properties

    def _count(self, size: int) -> None:
        self._taken += size
        if self._taken > _MOST_PROPERTIES:
            raise ValueError(Told("refusals.word_long"))

    def _spans(self, at: int) -> Iterator[tuple[int, int, int, bytes]]:
        """Yield what the pages of runs or of paragraphs say, in any order: start, end, style and properties."""
        index = self._part(at)
        count = max(len(index) - 4, 0) // 8
        if count > _MOST_PAGES:
            raise ValueError(Told("refusals.word_long"))
        for number in struct.unpack_from(f"<{count}I", index, 4 * (count + 1)) if count else ():
            page = self._main[(number & 0x3FFFFF) * _PAGE :][:_PAGE]
            entries = page[_PAGE - 1]
            places = struct.unpack_from(f"<{entries + 1}I", page)
            for i, (start, end) in enumerate(pairwise(places)):
                offset = 2 * page[4 * (entries + 1) + (13 if at == _PARAGRAPHS else 1) * i]
                yield (start, end, *(_of_paragraph if at == _PARAGRAPHS else _of_run)(page, offset))

    def _whole(self, properties: bytes) -> bytes:
        """Put in the place of a reference the properties that are kept apart."""
        row = False
        for code, operand in modifiers(properties):
            row |= code in DEFINE_ROW
            if code in _APART or (code == _ROW_APART and not row):
                at = int.from_bytes(operand, "little")
                (size,) = struct.unpack_from("<H", self._data, at)
                self._count(size)
                said = self._data[at + 2 : at + 2 + size]
                return said if code in _APART else properties + said
        return properties


def _flags(main: bytes) -> int:
    """Return the flags of a file that can be read; raises ValueError when it cannot."""
    kind, version, flags = struct.unpack_from("<HH6xH", main)
    if kind in _OLD_WORDS or (kind == _WORD and version < _WORD_97):
        raise ValueError(Told("refusals.word_before_97"))
    if kind != _WORD:
        raise damaged("refusals.doc_start")
    if flags & _LOCKED:
        raise ValueError(Told("refusals.locked", what=Told("refusals.word_file")))
    return int(flags)


def _plan(parts: bytes) -> tuple[bytes, list[bytes]]:
    """Return the table of pieces, and the lists of modifiers that pieces refer to."""
    at, shared = 0, []
    while parts[at] == 1:
        (size,) = struct.unpack_from("<H", parts, at + 1)
        shared.append(parts[at + 3 : at + 3 + size])
        at += 3 + size
    if parts[at] != 2:
        raise damaged("refusals.doc_unlisted")
    (size,) = struct.unpack_from("<I", parts, at + 1)
    return parts[at + 5 : at + 5 + size], shared


def _of_run(page: bytes, offset: int) -> tuple[int, bytes]:
    return 0, page[offset + 1 : offset + 1 + page[offset]] if offset else b""


def _of_paragraph(page: bytes, offset: int) -> tuple[int, bytes]:
    if not offset:
        return 0, b""
    size = page[offset]
    said = page[offset + 1 : offset + 2 * size] if size else page[offset + 2 : offset + 2 + 2 * page[offset + 1]]
    return word(said), said[2:]
