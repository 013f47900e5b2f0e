"""Take a Word file of 97 to 2003 apart into its paragraphs: their runs of text, and what is said of each.

Structures, names and numbers are those of Microsoft's open specification [MS-DOC]. The text lies in pieces anywhere in
the main stream. How a run or a paragraph looks, lists of modifiers (sprm) say, kept in pages by place in the stream.
"""

from __future__ import annotations

import re
import struct
from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from foi_analysis.reading.ole import streams
from foi_analysis.reading.word_properties import (
    DEFINE_ROW,
    Layout,
    Look,
    damaged,
    layout,
    look,
    modifiers,
    of_piece,
    read_styles,
    word,
)
from foi_analysis.resources import Told

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


# ---- the file ----


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
