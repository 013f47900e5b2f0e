"""Measures as figures say them: a share with its counts and interval, a ratio, or why there is neither."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import pandas as pd

from foi_analysis.bilingual import number, percent
from foi_analysis.figures.style import width_of
from foi_analysis.figures.wrap import wrap
from foi_analysis.measures import Measure, load_measures, measure
from foi_analysis.report import Report
from foi_analysis.resources import Language, say


@dataclass(frozen=True, slots=True)
class Share:
    """A measure of a report.

    ``low`` and ``high`` are its 95 % interval, NaN for a ratio; ``lower`` and ``upper`` are the bounds that the
    identities leave where a cell prints no number; ``state`` is that of ``foi_analysis.measures``.
    """

    measure: Measure
    numerator: float
    denominator: float
    value: float
    low: float
    high: float
    lower: float
    upper: float
    state: str

    @property
    def is_share(self) -> bool:
        """Whether it is a part of a whole, which a scale from nothing to all can show."""
        return self.measure.kind == "share"

    @property
    def known(self) -> bool:
        """Whether it has a value."""
        return self.state == "defined"

    @property
    def bounded(self) -> bool:
        """Whether only bounds of it are known."""
        return self.state == "bounded"


def shares_of(report: Report) -> dict[str, Share]:
    """Return every measure of a report by its id, in the order of their definitions."""
    known = {one.id: one for one in load_measures()}
    frame = measure(report)
    columns = ["numerator", "denominator", "value", "low", "high", "lower", "upper", "state"]
    rows = zip(frame["measure"], frame[columns].itertuples(index=False), strict=True)
    return {name: Share(known[name], *row) for name, row in rows}


def shares_frame(shares: list[Share], language: Language, **columns: list[Any]) -> pd.DataFrame:
    """Return measures as a frame: further columns first, then measure, label, and the numbers as in ``measure``."""
    names = ("numerator", "denominator", "value", "low", "high", "lower", "upper", "state")
    return pd.DataFrame(
        {
            **columns,
            "measure": [share.measure.id for share in shares],
            "label": [share.measure.name(language) for share in shares],
            **{name: [getattr(share, name) for share in shares] for name in names},
        }
    )


def share_in_words(share: Share, language: Language) -> str:
    """Write a measure with its counts, and its interval or unit or bounds; or why there is none."""
    counts = say(
        f"figures.share.{'counts' if share.is_share else 'over'}",
        language,
        numerator=printed(share.numerator, language),
        denominator=printed(share.denominator, language),
    )
    return say(f"figures.share.{share.state}", language, counts=counts, value=value_in_words(share, language))


def share_lines(share: Share, language: Language, points: float, width: float) -> list[str]:
    """Write a measure in lines no wider than a width: its counts and its value are parted before either is broken."""
    text, value = share_in_words(share, language), value_in_words(share, language)
    if share.known and width_of(text, points) > width:
        return [line for part in (text.removesuffix(value), value) for line in wrap(part, points, width)]
    return wrap(text, points, width)


def value_in_words(share: Share, language: Language) -> str:
    """Write the value alone with its interval or unit, or its bounds; empty where there is neither."""
    if share.known:
        value = _amount(share, share.value, language)
        return value + (span(share.low, share.high, language) if share.is_share else "")
    if not share.bounded:
        return ""
    ends = {"low": _amount(share, share.lower, language), "high": _amount(share, share.upper, language)}
    if math.isinf(share.upper):
        return say("figures.share.from", language, **ends)
    return say(f"figures.share.{'one' if share.lower == share.upper else 'range'}", language, **ends)


def span(low: float, high: float, language: Language) -> str:
    """Write an interval of two shares, in per cent."""
    return say("figures.interval", language, low=f"{100 * low:.1f}", high=f"{100 * high:.1f}")


def printed(count: float, language: Language) -> str:
    """Write a count, or that it is not printed."""
    return say("figures.not_printed_short", language) if math.isnan(count) else number(count, language)


def _amount(share: Share, value: float, language: Language) -> str:
    if share.is_share:
        return percent(value, language)
    text = f"{value:,.2f}" if abs(value) < 10 else f"{value:,.1f}"
    text = (text if language == "en" else text.replace(",", "")).replace("-", "−")
    return say("figures.share.ratio", language, number=text, unit=share.measure.unit(language))
