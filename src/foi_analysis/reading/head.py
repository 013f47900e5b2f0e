"""Find what a report says of itself: organ, year, scope, level and date, each with the words it rests on.

Patterns are data in ``head.toml``. What the text does not say is unknown, and stays empty.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from foi_analysis.reading.document import Document, Line
from foi_analysis.reading.tokens import fold
from foi_analysis.report import Finding
from foi_analysis.resources import read_toml

#: The head of a report is sought in its first lines only.
_FIRST = 40
#: Longer lines and titles are searched only so far.
_LONGEST, _LONGEST_TITLE = 3000, 300


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
    organ, year = _title(document)
    periods = _matches(_patterns()["periods"], _lines(document))
    period = next((Finding(match["year"], where, match[0]) for match, where in periods), Finding())
    if not year:
        year = period
    elif period and period.value != year.value:
        year = Finding(year.value, year.where, year.quote, f"years disagree: {period.value} ({period.where})")
    return Head(organ, year, _scope(document, organ), _level(organ), _published(document))


@cache
def _patterns() -> dict[str, Any]:
    return read_toml("reading/head.toml")


def _lines(document: Document) -> Iterator[tuple[str, str]]:
    """Yield the folded text and place of each line of prose."""
    return ((fold(line.text[:_LONGEST]), line.where) for line in document.lines if not line.grid)


def _titles(document: Document) -> Iterator[tuple[str, str]]:
    """Yield candidates for the title: the file's own, then the first lines, alone and two or three joined."""
    if document.title:
        yield fold(document.title[:_LONGEST_TITLE]), "title"
    first: list[Line] = [line for line in document.lines[:_FIRST] if len(line.text) < 120]
    for joined in (1, 2, 3):
        for i, line in enumerate(first):
            yield "".join(fold(part.text) for part in first[i : i + joined]), line.where


def _title(document: Document) -> tuple[Finding, Finding]:
    """Return the organ and the year that the title says."""
    for match, where in _matches(_patterns()["titles"], _titles(document)):
        year = match.groupdict().get("year") or ""
        return Finding(match["organ"], where, match[0]), Finding(year, where, match[0]) if year else Finding()
    return Finding(), Finding()


def _matches(patterns: Sequence[str], texts: Iterable[tuple[str, str]]) -> Iterator[tuple[re.Match[str], str]]:
    """Yield where each text first fits a pattern, with the text's place; texts that fit none are passed over."""
    for text, where in texts:
        match = next((m for pattern in patterns if (m := re.search(pattern, text))), None)
        if match:
            yield match, where


def _scope(document: Document, organ: Finding) -> Finding:
    """Infer which bodies the figures cover; ``mixed`` when the text speaks of its own organ and of others."""
    found: dict[str, Finding] = {}
    for scope, patterns in _patterns()["scopes"].items():
        texts = [(organ.value, organ.where)] if scope.endswith(" name") else list(_lines(document))
        for match, where in _matches(patterns, texts):
            found.setdefault(scope.removesuffix(" name"), Finding(scope.removesuffix(" name"), where, match[0]))
    if len(found) > 1:
        quotes = "; ".join(f"{finding.quote} ({finding.where})" for finding in found.values())
        return Finding("mixed", next(iter(found.values())).where, quotes)
    return next(iter(found.values()), Finding("unknown"))


def _level(organ: Finding) -> Finding:
    for level, patterns in _patterns()["levels"].items():
        for match, where in _matches(patterns, [(organ.value, organ.where)]):
            return Finding(level, where, match[0])
    return Finding("unknown")


def _published(document: Document) -> Finding:
    if document.published_on:
        return Finding(document.published_on, "metadata", document.published_on)
    for match, where in _matches(_patterns()["dates"], _lines(document)):
        year, month, day = (int(match[part]) for part in ("year", "month", "day"))
        return Finding(f"{year:04}-{month:02}-{day:02}", where, match[0])
    return Finding()
