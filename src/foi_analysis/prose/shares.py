"""Hold a share against the quotient of two numbers, stated in the text or standing in the table.

A printed share allows the interval of its rounding; organs also cut digits off, which is told. Only a share whose
sentence names both its numbers (…929件,其中…567件,…率61%) can be contradicted, and then by the text itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import ROUND_FLOOR, Decimal

from foi_analysis.form import CellKey
from foi_analysis.prose.guards import time_guard
from foi_analysis.prose.judgement import Judgement, Words, spell
from foi_analysis.prose.mentions import Mention
from foi_analysis.prose.patterns import meanings, pattern
from foi_analysis.report import Number, Report

#: The totals of which a share of requests may be one, as sums of rows.
_WHOLES = (("concluded",), ("new",), ("new", "carried_in"))


def judge_share(mention: Mention, here: Sequence[Mention], last: Sequence[Mention], report: Report) -> Judgement:
    """Judge a percentage; ``here`` and ``last`` as for ``judge``."""
    if pattern("guards", "growth").search(mention.clause):
        return Judgement("not checkable", "growth")
    time = time_guard(mention, report)
    if time:
        return Judgement("set aside", time[0], words=dict(time[1]))
    part = _part(mention, here)
    stated = (_of_numbers(mention, part, here, last, report) or _contradicted(mention, part, here)) if part else None
    reason = "share_unclear" if part else "share_unlinked"
    return stated or _of_cells(mention, report) or Judgement("not checkable", reason)


def _part(mention: Mention, here: Sequence[Mention]) -> Mention | None:
    """Give the number of which this is the share: the last before it, with 占 or 率 between."""
    before = [other for other in here if other.found.end <= mention.found.start]
    if not before or not _is_count(before[-1]):
        return None
    between = mention.sentence.text[before[-1].found.end : mention.found.start]
    return before[-1] if pattern("guards", "rate").search(between) else None


def _is_count(mention: Mention) -> bool:
    return mention.found.interval.exact and mention.found.value > 0 and bool(mention.found.unit)


def _of_numbers(
    mention: Mention, part: Mention, here: Sequence[Mention], last: Sequence[Mention], report: Report
) -> Judgement | None:
    """Hold a share against its part and each whole that it may be of; None when no quotient fits."""
    stated = [other for other in here if other.found.end <= part.found.start] + list(last)
    wholes = [(other.found.value, ()) for other in stated if _is_count(other)]
    for whole, cells in (*wholes, *_totals(part, report)):
        why = _fits(mention, part.found.value, whole) if whole >= part.found.value else ""
        if why:
            return _share(mention, part.found.value, whole, cells, why)
    return None


def _totals(part: Mention, report: Report) -> Iterator[tuple[Number, tuple[CellKey, ...]]]:
    """Give the totals of the table, where the part is a number of requests."""
    if part.kind and any(text.startswith("requests.") for text in part.kind.cells):
        for rows in _WHOLES:
            cells = tuple(CellKey("requests", row, "total") for row in rows)
            total = _sum(cells, report)
            if total is not None:
                yield total, cells


def _fits(mention: Mention, part: Number, whole: Number) -> str:
    """Name how a quotient fits the printed share: rounded or cut off; empty when it does not."""
    quotient = Decimal(100) * Decimal(part) / Decimal(whole)
    interval, printed = mention.found.interval, Decimal(mention.found.value)
    if interval.holds(quotient):
        return "share"
    if interval.high is None or not interval.low < printed < interval.high:
        return ""
    digit = ((Decimal(interval.high) - printed) * 2).normalize()
    return "share_cut" if quotient.quantize(digit, ROUND_FLOOR) == printed else ""


def _share(mention: Mention, part: Number, whole: Number, cells: tuple[CellKey, ...], why: str) -> Judgement:
    exact = Decimal(100) * Decimal(part) == Decimal(mention.found.value) * Decimal(whole)
    words: Words = {"part": spell(part), "whole": spell(whole)}
    meaning = f"{spell(part)} / {spell(whole)}"
    expected = (_percent(part, whole),)
    return Judgement("agrees" if exact else "interval", why, cells, "stated", meaning, expected, words)


def _contradicted(mention: Mention, part: Mention, here: Sequence[Mention]) -> Judgement | None:
    """Tell that a share contradicts its own sentence, when that names both numbers without doubt."""
    at = list(here).index(part)
    whole = here[at - 1] if at else part
    if not _is_named(mention, part, whole):
        return None
    number, of = part.found.value, whole.found.value
    expected = _percent(number, of)
    words: Words = {"part": spell(number), "whole": spell(of), "expected": spell(expected)}
    return Judgement("contradicts", "share_differs", (), "stated", f"{spell(number)} / {spell(of)}", (expected,), words)


def _is_named(mention: Mention, part: Mention, whole: Mention) -> bool:
    """Whether a sentence says without doubt that the share is that of the part in the whole."""
    text, sentence = mention.sentence.text, mention.sentence
    if whole is part or not _is_count(whole) or whole.found.unit != part.found.unit:
        return False
    if part.found.value > whole.found.value or any(other.found.unclear for other in (whole, part, mention)):
        return False
    named = pattern("guards", "part_of").search(text[whole.found.end : part.found.start])
    rate = pattern("guards", "rate_of_part").search(text[part.found.end : mention.found.start])
    return bool(named and rate) and not sentence.is_torn(whole.found.start, mention.found.end)


def _of_cells(mention: Mention, report: Report) -> Judgement | None:
    """Hold a share against a quotient of cells; it agrees or is not checkable, for rates are defined in many ways."""
    for option in meanings(mention.kind, report.form) if mention.kind else ():
        part, whole = (_sum(cells, report) for cells in (option.cells, option.divisor))
        why = _fits(mention, part, whole) if part is not None and whole else ""
        if part is not None and whole and why:
            share = _share(mention, part, whole, option.cells + option.divisor, why)
            return replace(share, how="ratio", meaning=option.text)
    return None


def _sum(cells: Sequence[CellKey], report: Report) -> Number | None:
    values = [report.grid[key].value for key in cells]
    return None if any(value is None for value in values) else sum(value for value in values if value is not None)


def _percent(part: Number, whole: Number) -> Decimal:
    return (Decimal(100) * Decimal(part) / Decimal(whole)).quantize(Decimal("0.01"))
