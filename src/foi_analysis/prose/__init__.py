"""The prose of a report: its numbers, what they count, and whether the tables agree with them.

Each number that counts something becomes a claim with a verdict. A claim contradicts the table only when its
sentence speaks of the same organ, the same year and the same thing; otherwise a difference is set aside, with the
reason. What the form does not count is not checkable, and listed as such.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, chain, islice

from foi_analysis.form import CellKey
from foi_analysis.prose.kinds import Mention, mentions
from foi_analysis.prose.numbers import Sentence, sentences
from foi_analysis.prose.verdicts import How, Judgement, Outcome, judge
from foi_analysis.report import Number, Paragraph, Report
from foi_analysis.resources import LANGUAGES, Language, pd, say

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


@dataclass(frozen=True, slots=True)
class Claim:
    """A number in the prose, what it counts, and what the table says of it.

    ``id`` names the pattern that found it: the kind, and its place there. The number allows the values
    ``low`` <= value < ``high`` (one value when equal; no upper bound when ``high`` is None), in ``unit``; 万 and 亿
    belong to the number, so amounts are in yuan. ``cells`` are the cells it is about, ``how`` tells how they give it
    (``stated``: a share of two numbers of the text), ``meaning`` is the formula, ``usual`` whether
    it is what the words usually mean. ``expected`` are the values that would agree, the usual meaning first.
    """

    id: str
    kind: str
    quote: str
    where: str
    printed: str
    low: Number
    high: Number | None
    unit: str
    cells: tuple[CellKey, ...]
    how: How
    meaning: str
    usual: bool
    expected: tuple[Number, ...]
    verdict: Outcome
    reason_zh: str
    reason_en: str

    @property
    def exact(self) -> bool:
        """Whether the number allows one value only."""
        return self.low == self.high

    @property
    def linked(self) -> bool:
        """Whether it was held against cells, or against other numbers of the text."""
        return bool(self.how)

    def reason(self, language: Language) -> str:
        """Return the reason for the verdict in one language."""
        return self.reason_zh if language == "zh" else self.reason_en


def claims(report: Report) -> tuple[Claim, ...]:
    """Find the numbers in a report's prose, in order, and compare each with the tables; never raises.

    Of prose longer than any report's, in characters or in numbers, the rest is not read: a last claim says so.
    """
    read, whole = _within(report.paragraphs)
    found = chain.from_iterable(_judged(read, report))
    first = tuple(islice(found, MOST))
    return first if whole and not next(found, None) else (*first, _too_many(read[-1].where))


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
    return pd.DataFrame(
        {
            "claim": [claim.id for claim in found],
            "kind": [claim.kind for claim in found],
            "where": [claim.where for claim in found],
            "printed": [claim.printed for claim in found],
            "low": [float(claim.low) for claim in found],
            "high": [float("nan") if claim.high is None else float(claim.high) for claim in found],
            "unit": [claim.unit for claim in found],
            "cells": [" ".join(map(str, claim.cells)) for claim in found],
            "how": [claim.how for claim in found],
            "meaning": [claim.meaning for claim in found],
            "expected": [" ".join(map(str, claim.expected)) for claim in found],
            "verdict": [claim.verdict for claim in found],
            "reason": [claim.reason(language) for claim in found],
            "quote": [claim.quote for claim in found],
        }
    )


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
        id=f"{kind.id}.{mention.at + 1}" if kind else "number",
        kind=kind.id if kind else "",
        quote=_quote(mention.sentence, mention),
        where=mention.sentence.where(found.start),
        printed=found.printed,
        low=found.interval.low,
        high=found.interval.high,
        unit=found.unit,
        cells=judgement.cells,
        how=judgement.how,
        meaning=judgement.meaning,
        usual=judgement.usual,
        expected=judgement.expected,
        verdict=judgement.outcome,
        reason_zh=judgement.reason("zh"),
        reason_en=judgement.reason("en"),
    )


def _quote(sentence: Sentence, mention: Mention) -> str:
    """Quote the sentence verbatim, a long one around the number."""
    length = len(sentence.printed)
    start = max(mention.found.start - _QUOTE // 2, 0) if length > _QUOTE else 0
    end = min(start + _QUOTE, length)
    return ("…" if start else "") + sentence.verbatim(start, end) + ("…" if end < length else "")


def _too_many(where: str) -> Claim:
    zh, en = (say("prose.too_many", language, most=MOST, longest=LONGEST) for language in LANGUAGES)
    return Claim("too_many", "", "", where, "", 0, None, "", (), "", "", False, (), "not checkable", zh, en)
