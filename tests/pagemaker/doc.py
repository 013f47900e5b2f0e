"""Write Word 97 files (.doc), small but whole: a few structures of [MS-DOC] and [MS-CFB] in their simplest form."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple

from pagemaker.pages import Page, Printed, placed

#: What is said of a run: a list of modifiers, each a number and its operand.
HIDDEN, STRUCK, STRUCK_TWICE, DELETED, RAISED, SPECIAL = (
    b"\x3c\x08\x01", b"\x37\x08\x01", b"\x53\x2a\x01", b"\x00\x08\x01", b"\x48\x2a\x01", b"\x55\x08\x01",
)  # fmt: skip
IN_TABLE, ENDS_ROW = b"\x16\x24\x01\x49\x66\x01\x00\x00\x00", b"\x17\x24\x01"
#: In a table within a table: a paragraph, one that ends a cell, one that ends a row.
WITHIN = b"\x16\x24\x01\x49\x66\x02\x00\x00\x00"
ENDS_CELL_WITHIN, ENDS_ROW_WITHIN = WITHIN + b"\x4b\x24\x01", WITHIN + b"\x4b\x24\x01\x4c\x24\x01"
#: A cell's flags: the first of cells joined to one, another of them; the first of cells merged downwards, another.
FIRST, JOINED, BEGINS, GOES_ON = 1, 2, 0x60, 0x20
_PAGE, _SECTOR, _TEXT, _WIDTH = 512, 512, 0x400, 700
_FREE, _LAST, _IS_FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


class Run(NamedTuple):
    """A run of text and what is said of it."""

    text: str
    said: bytes = b""


class Paragraph(NamedTuple):
    """Runs and the mark that ends them; what is said of the paragraph, and of its mark."""

    runs: Sequence[Run]
    mark: str = "\r"
    said: bytes = b""
    mark_said: bytes = b""


class Cell(NamedTuple):
    """A cell of a row: its runs, where it ends, counted from the left, and its flags."""

    runs: Sequence[Run]
    right: int
    flags: int = 0


def to_doc(page: Page, joined: bool = False) -> bytes:
    """Print a page as a Word 97 file; ``joined`` writes a cell over several columns as so many, joined to one."""
    return write(paragraphs(page, joined))


def paragraphs(page: Page, joined: bool = False) -> Iterator[Paragraph]:
    """Give the paragraphs of a page."""
    yield Paragraph([Run(page.title)])
    for part in page.parts:
        if isinstance(part, str):
            yield Paragraph([Run(part)])
            continue
        for line in placed(part):
            cells = (cell for entry in line for cell in _cells(*entry, joined))
            yield from row(list(cells))
        yield Paragraph([])


def _cells(column: int, cell: Printed, begins: bool, joined: bool) -> Iterator[Cell]:
    down = 0 if cell.down == 1 else BEGINS if begins else GOES_ON
    runs = [Run(cell.text)] if begins else []
    if not joined or cell.across == 1:
        yield Cell(runs, (column + cell.across) * _WIDTH, down)
        return
    for i in range(cell.across):
        yield Cell([] if i else runs, (column + i + 1) * _WIDTH, down | (JOINED if i else FIRST))


def row(cells: Sequence[Cell], left: int = 0, more: bytes = b"", mark_said: bytes = b"") -> Iterator[Paragraph]:
    """Give the paragraphs of a row, which begins at a place; ``more`` is said of the row behind its cells."""
    for cell in cells:
        yield Paragraph(cell.runs, "\x07", IN_TABLE)
    yield Paragraph([], "\x07", IN_TABLE + ENDS_ROW + define(cells, left) + more, mark_said)


def define(cells: Sequence[Cell], left: int = 0) -> bytes:
    """Define the cells of a row."""
    edges = struct.pack(f"<{len(cells) + 1}h", left, *(cell.right for cell in cells))
    shapes = b"".join(struct.pack("<H18x", cell.flags) for cell in cells)
    operand = bytes([len(cells)]) + edges + shapes
    return struct.pack("<HH", 0xD608, len(operand) + 1) + operand


class _Span(NamedTuple):
    """What is said of the text between two places."""

    start: int
    end: int
    said: bytes


class _Piece(NamedTuple):
    """Text of so many bits a letter: its runs, and for each whether it ends what is said of a paragraph."""

    narrow: bool
    runs: list[tuple[str, bytes, bytes]]

    def letters(self) -> int:
        return sum(len(text) for text, _, _ in self.runs)


def write(
    content: Iterable[Paragraph],
    scattered: bool = False,
    flags: int = 0,
    version: int = 0xC1,
    styles: Sequence[bytes] = (),
) -> bytes:
    """Write paragraphs as a Word 97 file: those that fit in 8 bits a letter so, the rest in 16.

    ``scattered`` cuts them at each run, and lays the pieces in the file in the opposite order, as many fast saves do;
    ``styles`` are what styles of runs say, from the 15th on, each based on the one before.
    """
    pieces = list(_pieces(content, scattered))
    places, text, runs, layouts = _laid(pieces[::-1] if scattered else pieces)
    data = bytearray(4096)
    layouts = [_apart(span, data) for span in layouts]
    main = b"\x00" * _TEXT + text
    main += b"\x00" * (-len(main) % _PAGE)
    parts = [_plan(pieces, places)]
    for spans, size in ((runs, 1), (layouts, 13)):
        made = list(_filled(spans, size))
        numbers = range(len(main) // _PAGE, len(main) // _PAGE + len(made))
        starts = [start for start, _ in made]
        parts.append(struct.pack(f"<{2 * len(made) + 1}I", *starts, spans[-1].end, *numbers))
        main += b"".join(page for _, page in made)
    parts.append(_sheet(styles))
    header = _header(parts, sum(piece.letters() for piece in pieces), flags, version)
    return ole({"WordDocument": header + main[_TEXT:], "1Table": b"".join(parts), "Data": bytes(data)})


def _pieces(content: Iterable[Paragraph], cut: bool) -> Iterator[_Piece]:
    """Give the text piece by piece."""
    held = _Piece(False, [])
    for paragraph in content:
        runs = [run for run in (*paragraph.runs, Run(paragraph.mark, paragraph.mark_said)) if run.text]
        for run in runs:
            if cut and held.runs:
                yield held
                held = _Piece(run.text.isascii(), [])
            held.runs.append((run.text, run.said, paragraph.said))
    yield held


def _laid(pieces: list[_Piece]) -> tuple[dict[int, int], bytes, list[_Span], list[_Span]]:
    """Lay pieces one behind the other: where each begins, their bytes, and the spans of runs and of paragraphs."""
    places, text, runs, layouts = dict[int, int](), bytearray(), list[_Span](), list[_Span]()
    for piece in pieces:
        text += b"\x00" * (len(text) % 2)
        places[id(piece)] = start = _TEXT + len(text)
        for letters, said, layout in piece.runs:
            at = _TEXT + len(text)
            text += letters.encode("cp1252" if piece.narrow else "utf-16-le")
            runs.append(_Span(at, _TEXT + len(text), said))
            if letters[-1] in "\r\x07" or letters is piece.runs[-1][0]:
                layouts.append(_Span(start, _TEXT + len(text), b"\x00\x00" + layout))
                start = _TEXT + len(text)
    return places, bytes(text), runs, layouts


def _apart(span: _Span, data: bytearray) -> _Span:
    """Keep in the stream of data what is too long for a page."""
    if len(span.said) < 400:
        return span
    at = len(data)
    data += struct.pack("<H", len(span.said) - 2) + span.said[2:]
    return span._replace(said=span.said[:2] + struct.pack("<HI", 0x6646, at))


def _filled(spans: list[_Span], size: int) -> Iterator[tuple[int, bytes]]:
    """Fill pages with spans, each listed in so many bytes: the first place of each page, and the page."""
    held, used = list[tuple[_Span, bytes]](), 0
    for span, after in pairwise([*spans, _Span(spans[-1].end, 0, b"")]):
        said = _entry(span.said, size > 1)
        if held and (4 + size) * (len(held) + 1) + 4 + used + len(said) > _PAGE - 2:
            yield held[0][0].start, _page(held, size)
            held, used = [], 0
        held.append((span._replace(end=after.start), said))
        used += len(said)
    yield held[0][0].start, _page(held, size)


def _entry(said: bytes, is_layout: bool) -> bytes:
    if is_layout:
        said = bytes([len(said) // 2 + 1]) + said if len(said) % 2 else bytes([0, len(said) // 2]) + said
    else:
        said = bytes([len(said)]) + said if said else b""
    return said + b"\x00" * (len(said) % 2)


def _page(held: list[tuple[_Span, bytes]], size: int) -> bytes:
    page, at = bytearray(_PAGE), _PAGE - 2
    struct.pack_into(f"<{len(held) + 1}I", page, 0, *(span.start for span, _ in held), held[-1][0].end)
    for i, (_, said) in enumerate(held):
        at -= len(said)
        page[at : at + len(said)] = said
        page[4 * (len(held) + 1) + size * i] = at // 2 if said else 0
    page[-1] = len(held)
    return bytes(page)


def _plan(pieces: list[_Piece], places: dict[int, int]) -> bytes:
    """Give the table of pieces."""
    ends = accumulate((piece.letters() for piece in pieces), initial=0)
    plan = struct.pack(f"<{len(pieces) + 1}I", *ends)
    for piece in pieces:
        place = places[id(piece)]
        plan += struct.pack("<HIH", 0, place * 2 | 0x40000000 if piece.narrow else place, 0)
    return b"\x02" + struct.pack("<I", len(plan)) + plan


def _sheet(styles: Sequence[bytes]) -> bytes:
    """Give the sheet of styles: the paragraph's of no properties, and styles of runs."""
    head = struct.pack("<H9H", 18, 15 + len(styles), 10, 1, 0, 15, 0, 0, 0, 0)
    normal = struct.pack("<5H", 0, 0xFFF1, 2, 0, 0) + _named("Normal") + struct.pack("<3H", 2, 0, 0)
    made = [normal, *[b""] * 14]
    for i, said in enumerate(styles, 15):
        base = struct.pack("<5H", 0xFFE, (i - 1 if i > 15 else 0xFFF) << 4 | 2, 1, 0, 0)
        made.append(base + _named(f"s{i}") + struct.pack("<H", len(said)) + said)
    return head + b"".join(struct.pack("<H", len(style)) + style + b"\x00" * (len(style) % 2) for style in made)


def _named(name: str) -> bytes:
    return struct.pack("<H", len(name)) + name.encode("utf-16-le") + b"\x00\x00"


def _header(parts: list[bytes], letters: int, flags: int, version: int) -> bytes:
    header = bytearray(_TEXT)
    struct.pack_into("<HHHHHH", header, 0, 0xA5EC, version, 0, 0x0804, 0, 0x1200 | flags)
    struct.pack_into("<H", header, 0x20, 14)
    struct.pack_into("<H", header, 0x3E, 22)
    struct.pack_into("<i", header, 0x4C, letters)
    struct.pack_into("<H", header, 0x98, 93)
    at = 0
    for place, part in zip((0x1A2, 0xFA, 0x102, 0xA2), parts, strict=True):
        struct.pack_into("<II", header, place, at, len(part))
        at += len(part)
    return bytes(header)


# ---- the file around it ----


def ole(streams: dict[str, bytes]) -> bytes:
    """Write up to three streams as an OLE file."""
    bodies = {name: body + b"\x00" * max(4096 - len(body), -len(body) % _SECTOR) for name, body in streams.items()}
    counts = [1, *(len(body) // _SECTOR for body in bodies.values())]
    fats = next(n for n in range(1, 110) if n * 128 >= n + sum(counts))
    table, starts = [_IS_FAT] * fats, list[int]()
    for count in counts:
        starts.append(len(table))
        table += [*range(len(table) + 1, len(table) + count), _LAST]
    table += [_FREE] * (fats * 128 - len(table))
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 16 + struct.pack("<5H6x", 0x3E, 3, 0xFFFE, 9, 6)
    head += struct.pack("<9I", 0, fats, starts[0], 0, 4096, _LAST, 0, _LAST, 0)
    head += struct.pack("<109I", *range(fats), *[_FREE] * (109 - fats))
    names = sorted(bodies, key=lambda name: (len(name), name))
    middle = len(names) // 2
    directory = _listed("Root Entry", 5, _LAST, 0, child=1 + middle)
    for i, name in enumerate(names):
        left, right = (i, i + 2) if i == middle else (_FREE, _FREE)
        start, size = starts[1 + list(bodies).index(name)], len(bodies[name])
        directory += _listed(name, 2, start, size, left if left else _FREE, right if right <= len(names) else _FREE)
    directory += b"\x00" * (_SECTOR - len(directory))
    return head + struct.pack(f"<{len(table)}I", *table) + directory + b"".join(bodies.values())


def _listed(
    name: str, kind: int, start: int, size: int, left: int = _FREE, right: int = _FREE, child: int = _FREE
) -> bytes:
    coded = name.encode("utf-16-le")
    entry = struct.pack("<64sHBBIII", coded, len(coded) + 2, kind, 1, left, right, child)
    return entry + b"\x00" * 36 + struct.pack("<III", start, size, 0)
