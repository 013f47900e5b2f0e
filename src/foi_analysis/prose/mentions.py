"""Find the numbers of the prose that count something, and what each counts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from foi_analysis.prose.numbers import Found, Interval, find_numbers
from foi_analysis.prose.patterns import Kind, kinds_of, pattern
from foi_analysis.prose.sentences import Sentence

#: How much of the text before and after a number a pattern may see.
_BEFORE, _AFTER = 70, 40


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
        stop = pattern("guards", "clause").search(text, found.end)
        end = min(stop.start() if stop else len(text), found.end + _AFTER)
        return f"{text[self._begins : found.start]}#{text[found.unit_at : end]}"

    @property
    def lead(self) -> str:
        """The clause before that, with its mark."""
        text = self.sentence.text
        return text[_last(text, self._begins - 1) : self._begins]

    @cached_property
    def _begins(self) -> int:
        """Where the clause begins."""
        return _last(self.sentence.text, min(self.start, self.found.start) if self.kind else self.found.start)


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


def _last(text: str, end: int) -> int:
    """Give where the clause begins that holds the character before ``end``; a bound keeps it near."""
    start = max(end - _BEFORE, 0)
    for match in pattern("guards", "clause").finditer(text, start, max(end, 0)):
        start = match.end()
    return start
