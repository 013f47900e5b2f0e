"""What lists of modifiers (sprm) say of the runs and paragraphs of a Word file of 97 to 2003, and what its styles do.

Numbers and structures are those of Microsoft's open specification [MS-DOC].
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from foi_analysis.reading.document import RAISED, STRUCK
from foi_analysis.resources import Told

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
#: The sign of a run that is tiny, or white on a ground that it does not shade itself.
WHITE = "white"
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
