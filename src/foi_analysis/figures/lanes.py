"""Lanes on which a share stands as a mark within its interval, or within the bounds that blanks leave."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from foi_analysis.figures.facts import Count, counted, percent
from foi_analysis.figures.sheet import Shape, Sheet
from foi_analysis.figures.style import colour, size
from foi_analysis.resources import Language, say

#: Where an axis may end, as shares.
_ENDS = (0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0)


@dataclass(frozen=True, slots=True)
class Share:
    """A share with its counts and its 95 % interval; ``value``, ``low`` and ``high`` are NaN where there is none."""

    numerator: Count
    denominator: Count
    value: float = math.nan
    low: float = math.nan
    high: float = math.nan

    @property
    def known(self) -> bool:
        """Whether there is a share: all its cells print numbers, its whole is above 0, no part exceeds it."""
        return not math.isnan(self.value)


def share_of(numerator: Count, denominator: Count) -> Share:
    """Give the share of a whole with its 95 % Wilson interval; without one where it is not known."""
    from foi_analysis.measures import wilson

    value = numerator.over(denominator)
    if not 0 <= value <= 1:  # NaN, too
        return Share(numerator, denominator)
    low, high = wilson(numerator.printed, denominator.printed)
    return Share(numerator, denominator, value, float(low), float(high))


def share_in_words(share: Share, language: Language) -> str:
    """Write a share with its counts and interval, or why there is none."""
    counts = {
        "numerator": counted(share.numerator, language, short=True),
        "denominator": counted(share.denominator, language, short=True),
    }
    if share.known:
        span = interval(share.low, share.high, language)
        return say("figures.share.known", language, **counts, share=percent(share.value, language), interval=span)
    if share.denominator.known and share.denominator.printed <= 0:
        return say("figures.share.undefined", language, **counts)
    return say("figures.share.unknown", language, **counts)


def interval(low: float, high: float, language: Language) -> str:
    """Write an interval of two shares, in per cent."""
    return say("figures.interval", language, low=f"{100 * low:.1f}", high=f"{100 * high:.1f}")


@dataclass(frozen=True, slots=True)
class Lane:
    """The scale of shares of a figure: where 0 is, how long the scale is, in points, and the share at its end."""

    start: float
    length: float
    end: float = 1.0

    def at(self, share: float) -> float:
        """Give where a share stands."""
        return self.start + self.length * min(share / self.end, 1.0)

    def draw_ticks(self, sheet: Sheet, y: float, language: Language) -> None:
        """Write what nothing, the half and the end of the scale are, just above the height ``y``."""
        points = size("tiny")
        for part in (0.0, 0.5, 1.0):
            tick = f"{100 * part * self.end:.1f}".removesuffix(".0")
            text = say("figures.percent", language, number=tick)
            sheet.text(self.at(part * self.end), y - 1.3 * points, text, points, ink="muted", align="center")

    def draw_grid(self, sheet: Sheet, top: float, bottom: float) -> None:
        """Draw upright lines at nothing, the half and the end of the scale."""
        for part in (0.0, 0.5, 1.0):
            sheet.upright(self.at(part * self.end), top, bottom, "rule" if part else "outline")

    def draw_share(
        self, sheet: Sheet, y: float, share: Share, shape: Shape, fill: str, *, hollow: bool = False, name: str = ""
    ) -> None:
        """Draw the interval as a line and the share as a mark; nothing where there is none."""
        if share.known:
            left, right = self.at(share.low), self.at(share.high)
            sheet.box(left, y - 0.8, right - left, 1.6, colour("ink", "outline"), line=0, name=f"interval.{name}")
            sheet.mark(self.at(share.value), y, shape, fill, hollow=hollow, name=f"mark.{name}")

    def draw_range(self, sheet: Sheet, y: float, low: float, high: float, name: str = "") -> None:
        """Draw bounds as an open bar: the value lies somewhere within, nothing says where."""
        left, right = self.at(low), self.at(high)
        sheet.box(
            left, y - 3, max(right - left, 1.0), 6, colour("ink", "paper"), hatch="/////",
            edge=colour("ink", "outline"), name=f"range.{name}",
        )  # fmt: skip


def lane_for(start: float, length: float, shares: Iterable[Share]) -> Lane:
    """Give a lane that ends where the intervals of all shares have room."""
    highest = max((share.high for share in shares if share.known), default=0.0)
    return Lane(start, length, next(end for end in _ENDS if highest <= end))
