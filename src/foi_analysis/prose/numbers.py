"""Numbers as prose prints them: Arabic or Chinese digits, rounded or exact, each with its interval.

Words and patterns are data in ``patterns.toml``. An exact number is an interval of one value.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, cached_property, lru_cache
from itertools import accumulate
from typing import Any, NamedTuple

from foi_analysis.report import Number, Paragraph
from foi_analysis.resources import read_toml

#: The longest word before a number that makes it an interval.
_LEAD = 4


@dataclass(frozen=True, slots=True)
class Interval:
    """The values that a printed number allows: ``low`` <= value < ``high``, or one value when both are equal.

    ``high`` is None where the number only says at least so many.
    """

    low: Number
    high: Number | None

    @property
    def exact(self) -> bool:
        """Whether only one value is allowed."""
        return self.low == self.high

    def holds(self, value: Number) -> bool:
        """Check whether a value is allowed."""
        return value == self.low if self.exact else self.low <= value and (self.high is None or value < self.high)


@dataclass(frozen=True, slots=True)
class Found:
    """A number found in a text: where it stands there, as printed, its value, interval and unit.

    ``unclear`` tells that its digits can be read in more than one way (a space or a full-width comma among
    them, or a range).
    """

    start: int
    end: int
    printed: str
    value: Number
    interval: Interval
    unit: str
    unit_at: int
    unclear: bool = False


def find_numbers(text: str) -> Iterator[Found]:
    """Find the numbers of a folded text that may count something, in order; never raises.

    They have a unit, or 万 or 亿, or follow a word such as 数量. Titles in 《》, numbers of documents in 〔〕 and
    addresses are passed over.
    """
    patterns = _patterns()
    text = patterns["skip"].sub(lambda match: "_" * len(match[0]), text)
    end = 0
    for start in patterns["starts"].finditer(text):
        match = patterns["pattern"].match(text, start.start()) if start.start() >= end else None
        found = _found(text, match) if match and _may_count(text, match) else None
        if found:
            end = found.end
            yield found


def chinese_number(text: str) -> int:
    """Read a number in Chinese characters, such as 一百二十三, 两万 or 二〇二四.

    Raises KeyError when another character stands in it.

    >>> chinese_number("三千零四万")
    30040000
    """
    words = _words()
    digits, places, scales = words["digits"], words["places"], words["scales"]
    if text and all(character in digits for character in text):
        return int("".join(str(digits[character]) for character in text))
    total = section = digit = 0
    for character in text:
        if character in digits:
            digit = digits[character]
        elif character in places:
            section += (digit or 1) * places[character]
            digit = 0
        else:
            total = _scaled(total, section + digit, scales[character])
            section = digit = 0
    return total + section + digit


def interval(value: Number, form: str, last: Number) -> Interval:
    """Return the values that a printed number allows.

    ``form`` is one of exact, rounded (half of ``last``, the place of the last printed digit, either way), about
    (half of the place of its last digit that is not 0), above or below (as far as one such place), least, most.
    """
    step = last if form == "rounded" else _step(value)
    half = step // 2 if isinstance(step, int) and step % 2 == 0 else Decimal(step) / 2
    bounds: dict[str, tuple[Number, Number | None]] = {
        "exact": (value, value),
        "rounded": (value - half, value + half),
        "about": (value - half, value + half),
        "above": (value, value + step),
        "below": (value - _below(value, step), value),
        "least": (value, None),
        "most": (0, value),
    }
    return Interval(*bounds[form])


@cache
def _words() -> dict[str, Any]:
    return dict(read_toml("prose/patterns.toml")["numbers"])


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    words = _words()
    text = words["pattern"]
    for name in ("zh_units", "units"):
        text = text.replace(f"<{name}>", "|".join(map(re.escape, words[name])))
    return {"pattern": re.compile(text)} | {
        name: re.compile(words[name]) for name in ("skip", "starts", "lead", "bare")
    }


@cache
def _forms() -> dict[str, str]:
    """Return the form of the interval for each word that makes one."""
    return {word: form for form in ("above", "below", "least", "most", "about") for word in _words()[form]}


def _found(text: str, match: re.Match[str]) -> Found | None:
    """Read one match; None for a word that only looks like a number."""
    lead = _patterns()["lead"].search(text, max(match.start() - _LEAD, 0), match.start() + 1)
    word = match["more"] or match["after"] or match["tail"] or (lead[0] if lead else "")
    unit = _words()["percent"] if match["percent"] else match["unit"] or ""
    read = _read(match["digits"], match["percent"], match["zh"], match["scale"], unit, word)
    if read is None:
        return None
    start = lead.start() if lead else match.start()
    unit_at = match.start("unit") if match["unit"] else match.end()
    return Found(start, match.end(), text[start : match.end()], *read, unit, unit_at, _unclear(text, match))


def _may_count(text: str, match: re.Match[str]) -> bool:
    """Check whether a number has a unit or a scale, or what stands before it may make it a count: no date has."""
    if match["unit"] or match["scale"] or match["percent"] or match["zh"]:
        return True
    return bool(
        _patterns()["bare"].search(f"{text[max(match.start() - _LEAD, 0) : match.start()]}#{text[match.end() :][:1]}")
    )


@lru_cache(maxsize=4096)
def _read(
    digits: str | None, percent: str | None, zh: str | None, scale: str | None, unit: str, word: str
) -> tuple[Number, Interval] | None:
    """Read the parts of a match: its value and interval."""
    if zh:
        value, vague = _chinese(zh, unit)
        if value < 0 or vague == "many":
            return None if value < 0 else (value, Interval(value, value * 10))
        scaled, last = value >= 10**4 and value % 10**4 == 0, 10**4 if value >= 10**4 else 1
        return value, interval(value, _forms().get(word) or _plain(unit, scaled, bool(vague)), last)
    printed = _arabic(digits, scale) if digits else _percent(percent or "")
    return printed[0], interval(printed[0], _forms().get(word) or _plain(unit, bool(scale)), printed[1])


def _arabic(digits: str, scale: str | None) -> tuple[Number, Number]:
    """Return the value and the place of its last printed digit."""
    bare = re.sub("[,， ]", "", digits)
    factor = _words()["scales"][scale] if scale else 1
    decimals = len(bare.partition(".")[2])
    return _whole(Decimal(bare) * factor), _whole(Decimal(factor).scaleb(-decimals))


def _percent(text: str) -> tuple[Number, Number]:
    """Read the part after 百分之."""
    words = _words()
    whole, _, decimals = text.partition(words["point"])
    value = 100 if whole == words["hundred_percent"] else chinese_number(whole)
    places = "".join(str(words["digits"][digit]) for digit in decimals)
    return _whole(Decimal(f"{value}.{places or 0}")), _whole(Decimal(1).scaleb(-len(places)))


def _chinese(text: str, unit: str) -> tuple[int, str]:
    """Return the value and ``many`` or ``some`` when its digits are vague; -1 for what is no number."""
    words = _words()
    plain = text.strip(words["vague"])
    if (text == words["one"] and unit not in words["one_units"]) or text == words["nought"]:
        return -1, ""
    if not plain or any(character in words["vague"] for character in plain):
        return -1, ""
    return chinese_number(plain), "" if plain == text else "some" if text.startswith(plain) else "many"


def _plain(unit: str, scaled: bool, vague: bool = False) -> str:
    """Name the interval of a number without a word around it: a share, an amount, one in 万 or 亿 is rounded."""
    words = _words()
    return "above" if vague else "rounded" if scaled or unit == words["percent"] or unit in words["yuan"] else "exact"


def _unclear(text: str, match: re.Match[str]) -> bool:
    """Check whether other digits stand so near that they may belong to the number."""
    digits = match["digits"] or ""
    before = text[max(match.start() - 2, 0) : match.start()]
    near = len(before) == 2 and before[0].isdigit() and before[1] in " -—–~至到"
    return near or "，" in digits or " " in digits


def _scaled(total: int, section: int, scale: int) -> int:
    """Apply 万 or 亿: to all that stands before it, or after a larger one to the last part."""
    return (total + section or 1) * scale if total < scale else total + section * scale


def _below(value: Number, step: Number) -> Number:
    """Return how far a number may lie below a round one: for a lone 1, as in 近10万, a tenth of it."""
    return _whole(Decimal(step) / 10) if value == step else step


def _step(value: Number) -> Number:
    """Return the place of the last digit that is not 0."""
    if not value:
        return 1
    exponent = Decimal(value).normalize().as_tuple().exponent
    assert isinstance(exponent, int)
    return _whole(Decimal(1).scaleb(exponent))


def _whole(value: Decimal) -> Number:
    return int(value) if value == value.to_integral_value() else value


# ---- sentences ----


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
        if len(block) == 1 and _runs()["heading"].search(text):
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
def _runs() -> dict[str, re.Pattern[str]]:
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
    words = _runs()
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
    words = _runs()
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
    for match in _runs()["end"].finditer(text):
        yield from range(start + _LONGEST, match.end(), _LONGEST)
        yield match.end()
        start = match.end()
    yield from range(start + _LONGEST, len(text), _LONGEST)
    if start < len(text):
        yield len(text)
