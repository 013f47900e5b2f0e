"""Find the numbers of the prose that count something, what each counts, and the cells that it may equal.

The patterns are data in ``patterns.toml``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from foi_analysis.form import CellKey, Form, form_ids, load_form
from foi_analysis.formula import add_up
from foi_analysis.prose.numbers import Found, Interval, Sentence, find_numbers
from foi_analysis.resources import read_toml

_NAME = re.compile(r"(?<!\?P)<([a-z_]+|[A-Z])>")
_FILE = "prose/patterns.toml"
#: How much of the text before and after a number a pattern may see.
_BEFORE, _AFTER = 70, 40


@dataclass(frozen=True)
class Kind:
    """What a number may count.

    ``patterns`` say it clearly, where ``topic`` is spoken of; ``hints`` never do. ``cells`` are formulas
    over cells that the number may equal, the usual meaning first. A ``whole`` number counts all of something; a
    ``statement`` prints no number and says that its cells are 0. ``unit`` is that of the cells where it is money;
    ``reason`` is why a kind without cells cannot be checked.
    """

    id: str
    zh: str
    en: str
    patterns: tuple[re.Pattern[str], ...]
    hints: tuple[re.Pattern[str], ...]
    cells: tuple[str, ...]
    whole: bool = False
    statement: bool = False
    topic: re.Pattern[str] | None = None
    unit: str = ""
    reason: str = ""

    def search(self, text: str) -> tuple[re.Match[str], int] | None:
        """Find the first pattern that fits a text: the match, and the pattern's place, the hints last."""
        for at, expression in enumerate(self.patterns + self.hints):
            match = expression.search(text)
            if match:
                return match, at
        return None


@dataclass(frozen=True)
class Meaning:
    """One formula of a kind in one form: the cells added up, and for a ratio the cells that divide them."""

    text: str
    cells: tuple[CellKey, ...]
    divisor: tuple[CellKey, ...] = ()


@cache
def load_kinds() -> tuple[Kind, ...]:
    """Load all kinds, in the order in which they are tried.

    Raises ValueError when a formula names a cell that no form has, or a pattern a fragment that is not there.
    """
    kinds = tuple(_kind(entry) for entry in read_toml(_FILE)["kinds"])
    forms = [load_form(form_id) for form_id in form_ids()]
    for kind in kinds:
        for text in kind.cells:
            if not any(_meaning(form, text) for form in forms):
                raise ValueError(f"{_FILE}: kind {kind.id!r}: {text!r} names a cell that no form has")
    return kinds


@cache
def kinds_of(statement: bool) -> tuple[Kind, ...]:
    """Return the kinds that print a number, or those that state there is none."""
    return tuple(kind for kind in load_kinds() if kind.statement == statement)


@cache
def meanings(kind: Kind, form: Form) -> tuple[Meaning, ...]:
    """Return a kind's formulas as far as a form has their cells."""
    found = (_meaning(form, text) for text in kind.cells)
    return tuple(meaning for meaning in found if meaning)


@cache
def pattern(section: str, name: str) -> re.Pattern[str]:
    """Compile one named expression of the data, such as ``guards``, ``year``."""
    text = read_toml(_FILE)[section][name]
    return re.compile(_spelt(text if isinstance(text, str) else "|".join(f"(?:{part})" for part in text)))


def _kind(entry: Mapping[str, Any]) -> Kind:
    patterns, hints = (tuple(re.compile(_spelt(text)) for text in entry.get(key, ())) for key in ("patterns", "hints"))
    topic = re.compile(_spelt(entry["topic"])) if "topic" in entry else None
    plain = {key: entry[key] for key in ("id", "zh", "en", "whole", "statement", "unit", "reason") if key in entry}
    return Kind(patterns=patterns, hints=hints, topic=topic, cells=tuple(entry["cells"]), **plain)


def _spelt(text: str) -> str:
    """Put the fragments into a pattern. Raises ValueError for one that is not there."""
    data = read_toml(_FILE)
    fragments = {**data["fragments"], "topic": data["guards"]["topic"]}

    def put(match: re.Match[str]) -> str:
        if match[1] not in fragments:
            raise ValueError(f"{_FILE}: {text!r} names an unknown fragment <{match[1]}>")
        return _spelt(fragments[match[1]])

    return _NAME.sub(put, text)


def _meaning(form: Form, text: str) -> Meaning | None:
    """Resolve a formula in a form; None when the form lacks one of its cells."""
    try:
        return Meaning(text, *(tuple(add_up(form, side)) for side in text.split("/")))
    except KeyError:
        return None


@dataclass(frozen=True)
class Mention:
    """A number in a sentence, with the kind that fits it and the stretch of the sentence that tells so.

    ``at`` is the place of the pattern in its kind, the hints last.
    """

    sentence: Sentence
    found: Found
    kind: Kind | None = None
    at: int = 0
    start: int = 0
    end: int = 0

    @property
    def is_hint(self) -> bool:
        """Whether the words only hint at what is counted."""
        return self.kind is not None and self.at >= len(self.kind.patterns)

    @property
    def before(self) -> str:
        """The sentence up to the number."""
        return self.sentence.text[: self.found.start]

    @cached_property
    def clause(self) -> str:
        """The clause in which the number stands, the number written ``#``, with what leads up to its pattern."""
        text, found = self.sentence.text, self.found
        return f"{text[self.begins : found.start]}#{text[found.unit_at : self.ends]}"

    @property
    def lead(self) -> str:
        """The clause before that, with its mark."""
        text = self.sentence.text
        return text[clause_before(text, self.begins) : self.begins]

    @cached_property
    def begins(self) -> int:
        """Where the clause begins."""
        return _last(self.sentence.text, min(self.start, self.found.start) if self.kind else self.found.start)

    @property
    def ends(self) -> int:
        """Where the clause ends."""
        text, found = self.sentence.text, self.found
        stop = pattern("guards", "clause").search(text, found.end)
        return min(stop.start() if stop else len(text), found.end + _AFTER)


def mentions(sentence: Sentence) -> Iterator[Mention]:
    """Find the numbers of a sentence that count something, and its statements of none, in order."""
    yield from _numbers(sentence)
    yield from _statements(sentence)


def _numbers(sentence: Sentence) -> Iterator[Mention]:
    for found in find_numbers(sentence.text):
        window = _window(sentence.text, found)
        if not pattern("numbers", "not_claims").search(window):
            yield _classified(sentence, found, window)


def _window(text: str, found: Found) -> str:
    start = max(found.start - _BEFORE, 0)
    unit = found.unit if found.unit_at == found.end else ""
    return f"{text[start : found.start]}#{unit}{text[found.unit_at : found.end + _AFTER]}"


def _classified(sentence: Sentence, found: Found, window: str) -> Mention:
    """Take the first kind that fits a number."""
    if pattern("near", "units").search(found.unit) and pattern("near", "number").search(window):
        shift = max(found.start - _BEFORE, 0)
        mark = found.start - shift
        for kind in kinds_of(statement=False):
            hit = kind.search(window)
            if hit:
                match, at = hit
                end = found.end if match.end() <= mark + 1 else found.unit_at + match.end() - mark - 1
                return Mention(sentence, found, kind, at, shift + match.start(), max(end, found.end))
    return Mention(sentence, found)


def _statements(sentence: Sentence) -> Iterator[Mention]:
    """Find what a sentence states without a number; of two that end at one place the first kind."""
    if not pattern("near", "statement").search(sentence.text):
        return
    ends: set[int] = set()
    for kind in kinds_of(statement=True):
        hit = kind.search(sentence.text)
        if hit and hit[0].end() not in ends:
            match, at = hit
            ends.add(match.end())
            none = Found(match.start(), match.end(), match[0], 0, Interval(0, 0), "", match.end())
            yield Mention(sentence, none, kind, at, match.start(), match.end())


def clause_before(text: str, begin: int) -> int:
    """Return where the clause begins that ends where another one begins."""
    return _last(text, begin - 1)


def _last(text: str, end: int) -> int:
    """Return the start of the clause before ``end``, at most a fixed distance back."""
    start = max(end - _BEFORE, 0)
    for match in pattern("guards", "clause").finditer(text, start, max(end, 0)):
        start = match.end()
    return start
