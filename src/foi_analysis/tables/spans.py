"""Merge heads that stand over several rows or columns, as the form merges them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from foi_analysis.form import Term


@dataclass(frozen=True, slots=True)
class Span:
    """A head and what it covers: ``length`` lines from ``start``, and ``depth`` levels from ``level``."""

    term: Term
    level: int
    start: int
    length: int
    depth: int
    leaf: bool

    @property
    def id(self) -> str:
        """A name of the span that is its own among the spans of one axis: its level, one digit, and its line."""
        return f"{self.level}{self.start}"


def spans(paths: Sequence[tuple[Term, ...]]) -> tuple[Span, ...]:
    """Merge the heads of some lines.

    ``paths`` holds for each line its heads, outermost first, itself last. A line with fewer heads than the
    deepest reaches over the levels that it does not have. Spans come line by line, outermost first.
    """
    depth = max(map(len, paths))
    found: list[Span] = []
    for start, path in enumerate(paths):
        for level, term in enumerate(path):
            above = path[: level + 1]
            if start and paths[start - 1][: level + 1] == above:
                continue
            length = next((i for i, other in enumerate(paths[start:]) if other[: level + 1] != above), None)
            leaf = level == len(path) - 1
            found.append(Span(term, level, start, length or len(paths) - start, depth - level if leaf else 1, leaf))
    return tuple(found)


def over(found: Sequence[Span], line: int) -> tuple[Span, ...]:
    """Return the spans over one line, outermost first."""
    return tuple(span for span in found if span.start <= line < span.start + span.length)
