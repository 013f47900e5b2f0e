"""Find what a report says of itself: organ, year, scope, level and date, each with the words it rests on.

Quotations are the source's own characters. Patterns are data in ``head.toml``. What the text does not say is
unknown, and stays empty.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, NamedTuple

from foi_analysis.reading.document import Document, Line, fold, unfold
from foi_analysis.report import Finding
from foi_analysis.resources import read_toml

#: The head of a report is sought in its first lines only.
_FIRST = 40
#: Longer lines and titles are searched only so far.
_LONGEST, _LONGEST_TITLE = 3000, 300
#: Stands between passages that are quoted together.
_OMITTED = " … "


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage of the source, in one line or in lines that follow one another: its printed texts and its place."""

    printed: tuple[str, ...]
    where: str

    @property
    def text(self) -> str:
        """The passage without spaces, full-width characters folded: what patterns are held against."""
        return "".join(fold(part) for part in self.printed)

    def quote(self, start: int, end: int) -> str:
        """Return the words behind ``text[start:end]`` as the source prints them; line breaks are left out."""
        quoted, before = "", 0
        for part in self.printed:
            length = len(fold(part))
            first, last = max(start - before, 0), min(end - before, length)
            if first < last:
                quoted += unfold(part, first, last)
            before += length
        return quoted


class Match(NamedTuple):
    """Where a pattern fits a passage."""

    passage: Passage
    groups: re.Match[str]

    def quote(self, group: int | str = 0) -> str:
        """Return the words of a group as printed."""
        return self.passage.quote(*self.groups.span(group))

    def finding(self, value: str) -> Finding:
        """Return `value` as found here."""
        return Finding(value, self.passage.where, self.quote())


@dataclass(frozen=True, slots=True)
class Head:
    """What a report says of itself."""

    organ: Finding
    year: Finding
    scope: Finding
    level: Finding
    published_on: Finding


def read_head(document: Document) -> Head:
    """Read the head of a report."""
    title = next(_named(_titles(document)), None)
    organ, year = _title(title)
    if title is None:
        nameless = _matches(_patterns()["years"], _titles(document))
        year = next((match.finding(match.groups["year"]) for match in nameless), Finding())
    period = next((match.finding(match.groups["year"]) for match in _prose_matches("periods", document)), Finding())
    if not year:
        year = period
    elif period and period.value != year.value:
        year = replace(year, doubt=f"years disagree: {period.value} ({period.where})")
    name = Passage((title.quote("organ"),), organ.where) if title else Passage(("",), "")
    return Head(organ, year, _scope(document, name), _level(name), _published(document))


def titled_years(document: Document) -> list[str]:
    """Return the years that titles of reports name, anywhere in the document, each once, in order."""
    lines = (Passage((line.text,), line.where) for line in document.lines if not line.grid and len(line.text) < 120)
    found = _matches([*_patterns()["titles"], *_patterns()["years"]], lines)
    return list(dict.fromkeys(match.groups["year"] for match in found))


@cache
def _patterns() -> dict[str, Any]:
    return read_toml("reading/head.toml")


def _prose(document: Document) -> Iterator[Passage]:
    """Yield each line of prose."""
    return (Passage((line.text[:_LONGEST],), line.where) for line in document.lines if not line.grid)


def _prose_matches(name: str, document: Document) -> Iterator[Match]:
    return _matches(_patterns()[name], _prose(document))


def _titles(document: Document) -> Iterator[Passage]:
    """Yield candidates for the title: the file's own, then the first lines, alone and two or three joined."""
    if document.title:
        yield Passage((document.title[:_LONGEST_TITLE],), "title")
    first: list[Line] = [line for line in document.lines[:_FIRST] if len(line.text) < 120]
    for joined in (1, 2, 3):
        for i, line in enumerate(first):
            yield Passage(tuple(part.text for part in first[i : i + joined]), line.where)


def _named(passages: Iterable[Passage]) -> Iterator[Match]:
    """Yield the titles that name an organ: what stands before the year ends as names of organs do."""
    found = _matches(_patterns()["titles"], passages)
    return (match for match in found if re.search(_patterns()["name"], match.groups["organ"]))


def _title(match: Match | None) -> tuple[Finding, Finding]:
    """Return the organ and the year that the title says."""
    if match is None:
        return Finding(), Finding()
    return match.finding(match.groups["organ"]), match.finding(match.groups["year"])


def _matches(patterns: Sequence[str], passages: Iterable[Passage]) -> Iterator[Match]:
    """Yield where each passage first fits a pattern; passages that fit none are passed over."""
    for passage in passages:
        text = passage.text
        match = next((m for pattern in patterns if (m := re.search(pattern, text))), None)
        if match:
            yield Match(passage, match)


def _scope(document: Document, organ: Passage) -> Finding:
    """Infer which bodies the figures cover; ``mixed`` when the text speaks of its own organ and of others."""
    found: dict[str, Finding] = {}
    for name, patterns in _patterns()["scopes"].items():
        scope = name.removesuffix(" name")
        for match in _matches(patterns, [organ] if scope != name else _prose(document)):
            found.setdefault(scope, match.finding(scope))
    parts = tuple(found.values())
    if len(parts) > 1:
        return Finding("mixed", parts[0].where, _OMITTED.join(part.quote for part in parts), parts=parts)
    return next(iter(parts), Finding("unknown"))


def _level(organ: Passage) -> Finding:
    for level, patterns in _patterns()["levels"].items():
        for match in _matches(patterns, [organ]):
            return match.finding(level)
    return Finding("unknown")


def _published(document: Document) -> Finding:
    if document.published_on:
        return Finding(document.published_on, "metadata", document.published_on)
    for match in _prose_matches("dates", document):
        year, month, day = (int(match.groups[part]) for part in ("year", "month", "day"))
        return match.finding(f"{year:04}-{month:02}-{day:02}")
    return Finding()
