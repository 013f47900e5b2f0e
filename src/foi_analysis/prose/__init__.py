"""The prose of a report: its numbers, what they count, and whether the tables agree with them.

Each number that counts something becomes a claim with a verdict. A claim contradicts the table only when its
sentence speaks of the same organ, the same year and the same thing; otherwise a difference is set aside, with the
reason. What the form does not count is not checkable, and listed as such.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from itertools import accumulate, chain, islice
from typing import Any

from foi_analysis.form import CellKey
from foi_analysis.prose.kinds import Mention, mentions
from foi_analysis.prose.numbers import Sentence, sentences
from foi_analysis.prose.verdicts import Filling, Judgement, Outcome, judge
from foi_analysis.report import Number, Paragraph, Report
from foi_analysis.resources import Language, pd

#: No report has as many numbers in its prose; what comes after is not read, and said so.
MOST = 1000
#: Nor as many characters.
LONGEST = 200_000
#: A longer sentence is quoted around its number.
_QUOTE = 240
_VERDICTS: dict[Outcome, str] = {
    "agrees": "agreeing",
    "interval": "interval",
    "contradicts": "contradicting",
    "not checkable": "not_checkable",
    "set aside": "set_aside",
}


_COLUMNS = (
    "claim", "kind", "where", "printed", "low", "high", "unit", "cells", "how", "meaning", "expected", "verdict",
    "reason", "quote",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim(Judgement):
    """A number in the prose, what it counts, and what the table says of it.

    ``id`` names the pattern that found it: the kind, and its place there. The number allows the values
    ``low`` <= value < ``high`` (one value when equal; no upper bound when ``high`` is None), in ``unit``; 万 and 亿
    belong to the number, so amounts are in yuan.
    """

    id: str
    where: str
    kind: str = ""
    quote: str = ""
    printed: str = ""
    low: Number = 0
    high: Number | None = None
    unit: str = ""

    @property
    def exact(self) -> bool:
        """Whether the number allows one value only."""
        return self.low == self.high

    @property
    def linked(self) -> bool:
        """Whether it was held against cells, or against other numbers of the text."""
        return bool(self.how)


def claims(report: Report) -> tuple[Claim, ...]:
    """Find the numbers in a report's prose, in order, and compare each with the tables; never raises.

    Of prose longer than any report's, in characters or in numbers, the rest is not read: a last claim says so.
    """
    read, whole = _within(report.paragraphs)
    found = chain.from_iterable(_judged(read, report))
    first = tuple(islice(found, MOST))
    if whole and not next(found, None):
        return first
    filling: Filling = {"most": MOST, "longest": LONGEST}
    return (*first, Claim("not checkable", "too_many", words=filling, id="too_many", where=read[-1].where))


def _within(paragraphs: Sequence[Paragraph]) -> tuple[tuple[Paragraph, ...], bool]:
    """Return the part of the prose that is read, and whether that is all of it."""
    ends = list(accumulate(len(paragraph.text) for paragraph in paragraphs))
    if not ends or ends[-1] <= LONGEST:
        return tuple(paragraphs), True
    last = bisect_left(ends, LONGEST)
    cut = replace(paragraphs[last], text=paragraphs[last].text[: LONGEST - ends[last] or None])
    return (*paragraphs[:last], cut), False


def coverage(found: Iterable[Claim]) -> dict[str, int]:
    """Count claims: found, linked, agreeing, interval, contradicting, not_checkable, set_aside.

    The last five add up to the first.
    """
    counted = tuple(found)
    counts = {"found": len(counted), "linked": sum(claim.linked for claim in counted)}
    return counts | {name: sum(claim.verdict == verdict for claim in counted) for verdict, name in _VERDICTS.items()}


def proved_cells(found: Iterable[Claim]) -> set[CellKey]:
    """Return the cells that the text states exactly, each alone and in the usual meaning of its words.

    These are the cells that earn the proof ``prose``.
    """
    alone = (claim for claim in found if claim.verdict == "agrees" and claim.how == "cell" and claim.exact)
    return {claim.cells[0] for claim in alone if claim.usual and claim.unit}


def stated_values(found: Iterable[Claim]) -> dict[CellKey, int]:
    """Return the whole values that the prose states for single cells, exactly."""
    return {c.cells[0]: int(c.low) for c in found if len(c.cells) == 1 and c.exact and c.low == int(c.low)}


def claims_frame(report: Report, language: Language = "en") -> pd.DataFrame:
    """Return the claims of a report as a tidy frame: one row a claim, in printed order, index from 0.

    Columns: claim (id), kind, where, printed, low, high (floats, NaN without a bound), unit, cells (joined with
    spaces), how, meaning, expected (joined with spaces), verdict, reason (in the language), quote.
    """
    found = claims(report)
    plain = ("kind", "where", "printed", "unit", "how", "meaning", "verdict", "quote")
    columns: dict[str, list[Any]] = {
        **{name: [getattr(claim, name) for claim in found] for name in plain},
        "claim": [claim.id for claim in found],
        "low": [float(claim.low) for claim in found],
        "high": [float("nan") if claim.high is None else float(claim.high) for claim in found],
        "cells": [" ".join(map(str, claim.cells)) for claim in found],
        "expected": [" ".join(map(str, claim.expected)) for claim in found],
        "reason": [claim.reason(language) for claim in found],
    }
    return pd.DataFrame({name: columns[name] for name in _COLUMNS})


def _judged(paragraphs: Sequence[Paragraph], report: Report) -> Iterator[Iterator[Claim]]:
    """Judge sentence by sentence; a share may look back at the numbers of the sentence before."""
    last: tuple[Mention, ...] = ()
    for sentence in sentences(paragraphs):
        here = tuple(islice(mentions(sentence), MOST + 1))
        yield (_claim(mention, judge(mention, here, last, report)) for mention in here)
        last = here or last


def _claim(mention: Mention, judgement: Judgement) -> Claim:
    found, kind = mention.found, mention.kind
    return Claim(
        **{one.name: getattr(judgement, one.name) for one in fields(judgement)},
        id=f"{kind.id}.{mention.at + 1}" if kind else "number",
        kind=kind.id if kind else "",
        quote=_quote(mention.sentence, mention),
        where=mention.sentence.where(found.start),
        printed=found.printed,
        low=found.interval.low,
        high=found.interval.high,
        unit=found.unit,
    )


def _quote(sentence: Sentence, mention: Mention) -> str:
    """Quote the sentence verbatim, a long one around the number."""
    length = len(sentence.printed)
    start = max(mention.found.start - _QUOTE // 2, 0) if length > _QUOTE else 0
    end = min(start + _QUOTE, length)
    return ("…" if start else "") + sentence.verbatim(start, end) + ("…" if end < length else "")
