"""Join paragraphs that page breaks and line wraps have torn, and cut them into sentences with their places.

The text is folded one character to one: no white space, full-width letters, digits and brackets half-width. So a
place in the folded text is the same place in the words as printed.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import accumulate
from typing import NamedTuple

from foi_analysis.report import Paragraph
from foi_analysis.resources import read_toml

#: A shorter line that does not end a sentence is a heading or an entry of a list, not a torn line.
_TORN = 8
#: A longer run without a full stop is no sentence; it is cut.
_LONGEST = 1200
_INVISIBLE = re.compile("[\x00-\x08\x0e-\x1b\x7f\xad\u200b-\u200f\u2060\ufeff]")
_WORD = re.compile(r"[0-9A-Za-z０-９]")
_NUMBERS = re.compile(r"\d+")


@dataclass(frozen=True)
class Source:
    """Paragraphs that were joined: as they stand in the file, and squeezed."""

    texts: tuple[str, ...]
    printed: str

    def words(self, start: int, end: int) -> str:
        """Return the words behind ``printed[start:end]`` with their white space."""
        first, last = self._counts[start], self._counts[end]
        return self._whole[self._places[first] : self._places[last - 1] + 1] if first < last else ""

    @cached_property
    def _whole(self) -> str:
        return "".join(self.texts)

    @cached_property
    def _places(self) -> list[int]:
        """The places in the whole of what is printed: neither white space nor invisible."""
        return [i for i, character in enumerate(self._whole) if not _is_unseen(character)]

    @cached_property
    def _counts(self) -> list[int]:
        """How many characters that are not white space stand before each place of ``printed``."""
        return [0, *accumulate(not _is_unseen(character) for character in self.printed)]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence: folded, as printed, with the heading above it and the text of the sentences before it.

    ``text`` and ``printed`` are without white space, and as long as each other. ``source`` is the block that the
    sentence was cut from, ``start`` its place there. ``joins`` are the places at which lines were joined: offset in
    the text, place in the source, and whether something may be missing there.
    """

    text: str
    printed: str
    heading: str
    before: str
    joins: tuple[tuple[int, str, bool], ...]
    source: Source
    start: int

    def verbatim(self, start: int, end: int) -> str:
        """Return the words behind ``printed[start:end]`` with their white space; line breaks are left out."""
        return self.source.words(self.start + start, self.start + end)

    def where(self, offset: int) -> str:
        """Return the place in the source of a character."""
        at = bisect_right(self.joins, offset, key=lambda join: join[0])
        return self.joins[max(at - 1, 0)][1]

    def is_torn(self, start: int, end: int) -> bool:
        """Check whether something may be missing between two characters."""
        return any(start < offset < end and gap for offset, _, gap in self.joins)


def sentences(paragraphs: Iterable[Paragraph]) -> Iterator[Sentence]:
    """Cut paragraphs into sentences, in order; headings and printed tables are left out."""
    heading = ""
    for block in _blocks(paragraphs):
        text = fold_prose("".join(part.text for part in block))
        if len(block) == 1 and _words()["heading"].search(text):
            heading = text
        else:
            yield from _cut(block, text, heading)


def fold_prose(text: str) -> str:
    """Fold full-width letters, digits and brackets; each character stays one character."""
    return text.translate(_folding())


def _is_unseen(character: str) -> bool:
    return character.isspace() or bool(_INVISIBLE.match(character))


def squeeze(text: str) -> str:
    """Drop white space; between two digits or Latin letters one space stays."""
    pieces: list[str] = []
    for piece in _INVISIBLE.sub("", text).split():
        if pieces and _WORD.match(piece) and _WORD.match(pieces[-1][-1]):
            pieces.append(" ")
        pieces.append(piece)
    return "".join(pieces)


@cache
def _words() -> dict[str, re.Pattern[str]]:
    words = read_toml("prose/patterns.toml")["sentences"]
    return {name: re.compile(words[name]) for name in ("end", "closed", "heading", "opening", "page")}


def _is_table(text: str) -> bool:
    """Check whether a text is a printed table given as running text."""
    return sum(label in text for label in read_toml("prose/patterns.toml")["sentences"]["tables"]) > 1


@cache
def _folding() -> dict[int, str]:
    """Fold ASCII's full-width twins, save the comma, and the radicals that some PDFs print for characters."""
    twins = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F) if chr(code) != "，"}
    radicals = {code: unicodedata.normalize("NFKC", chr(code)) for code in (*range(0x2F00, 0x2FD6), 0x2EA0, 0x2ED3)}
    return twins | radicals


class _Part(NamedTuple):
    """A paragraph of a block: squeezed, its place, whether something may be missing before it, and as it stands."""

    text: str
    where: str
    gap: bool
    raw: str


def _blocks(paragraphs: Iterable[Paragraph]) -> Iterator[list[_Part]]:
    """Join torn paragraphs."""
    block: list[_Part] = []
    words = _words()
    for paragraph in paragraphs:
        text = squeeze(paragraph.text)
        if words["page"].search(text):
            continue
        if block and _is_torn(block[-1].text, text):
            gap = not _follows(block[-1].where, paragraph.where)
            join = " " if block[-1].text[-1].isdigit() and text[0].isdigit() else ""
            block.append(_Part(join + text, paragraph.where, gap, join + paragraph.text))
        else:
            if block:
                yield block
            block = [_Part(text, paragraph.where, False, paragraph.text)]
    if block:
        yield block


def _is_torn(last: str, text: str) -> bool:
    """Check whether a line goes on in the next: it ends no sentence, and neither is a heading."""
    words = _words()
    if len(last) < _TORN or words["closed"].search(last[-4:]):
        return False
    return not words["heading"].search(last) and not words["opening"].search(text)


def _follows(last: str, where: str) -> bool:
    """Check whether two places follow one another in the source: the last line, or paragraph, and the next."""
    old, new = ([int(number) for number in _NUMBERS.findall(place.partition(", field")[0])] for place in (last, where))
    return len(old) == len(new) > 0 and old[:-1] == new[:-1] and new[-1] == old[-1] + 1


def _cut(block: list[_Part], text: str, heading: str) -> Iterator[Sentence]:
    """Cut a block at its full stops."""
    source = Source(tuple(part.raw for part in block), "".join(part.text for part in block))
    offsets = [0, *accumulate(len(part.text) for part in block[:-1])]
    start = 0
    for end in _ends(text):
        if not _is_table(text[start:end]):
            first = bisect_right(offsets, start) - 1
            lines = range(first, bisect_left(offsets, end))
            joins = tuple((max(offsets[i] - start, 0), block[i].where, block[i].gap) for i in lines)
            printed, before = source.printed[start:end], text[max(start - 150, 0) : start]
            yield Sentence(text[start:end], printed, heading, before, joins, source, start)
        start = end


def _ends(text: str) -> Iterator[int]:
    start = 0
    for match in _words()["end"].finditer(text):
        yield from range(start + _LONGEST, match.end(), _LONGEST)
        yield match.end()
        start = match.end()
    yield from range(start + _LONGEST, len(text), _LONGEST)
    if start < len(text):
        yield len(text)
