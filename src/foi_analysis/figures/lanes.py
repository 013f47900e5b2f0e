"""Lanes on which a share stands as a mark within its interval, or as the bounds that blanks leave."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from foi_analysis.figures.shares import Share
from foi_analysis.figures.sheet import Shape, Sheet
from foi_analysis.figures.style import colour, size
from foi_analysis.resources import Language, say

#: Where a scale may end, as shares.
_ENDS = (0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0)
_PARTS = (0.0, 0.5, 1.0)
#: Half the height of the open bar that shows bounds, and its least width.
_HALF, _LEAST = 2.8, 3.0


@dataclass(frozen=True, slots=True)
class Lane:
    """The scale of shares of a figure: where 0 is, how long the scale is, in points, and the share at its end."""

    start: float
    length: float
    end: float = 1.0

    def at(self, share: float) -> float:
        """Return where a share stands."""
        return self.start + self.length * min(share / self.end, 1.0)

    def ticks(self, sheet: Sheet, y: float, language: Language) -> None:
        """Write what nothing, the half and the end of the scale are, just above the height ``y``."""
        points = size("tiny")
        for part in _PARTS:
            tick = f"{100 * part * self.end:.1f}".removesuffix(".0")
            text = say("figures.percent", language, number=tick)
            sheet.text(self.at(part * self.end), y - 1.3 * points, text, points, ink="muted", align="center")

    def grid(self, sheet: Sheet, top: float, bottom: float) -> None:
        """Draw upright lines at nothing, the half and the end of the scale."""
        for part in _PARTS:
            sheet.upright(self.at(part * self.end), top, bottom, "rule" if part else "outline")

    def draw(
        self, sheet: Sheet, y: float, share: Share, shape: Shape, fill: str, *, hollow: bool = False, name: str = ""
    ) -> None:
        """Draw a share as a mark on its interval, bounds as an open bar that has no mark, and else nothing."""
        name = name or share.measure.id
        if share.known:
            left, right = self.at(share.low), self.at(share.high)
            sheet.box(left, y - 0.8, right - left, 1.6, colour("ink", "outline"), line=0, name=f"interval.{name}")
            sheet.mark(self.at(share.value), y, shape, fill, hollow=hollow, name=f"mark.{name}")
        elif share.bounded:
            left, right = self.at(max(share.lower, 0.0)), self.at(share.upper)
            width = max(right - left, _LEAST)
            sheet.box(
                (left + right - width) / 2, y - _HALF, width, 2 * _HALF, colour("ink", "paper"),
                hatch="xxxxx", edge=colour("ink", "outline"), name=f"range.{name}",
            )  # fmt: skip


def lane_for(start: float, length: float, shares: Iterable[Share]) -> Lane:
    """Return a lane that ends where the intervals and bounds of all shares have room."""
    ends = [share.high if share.known else share.upper for share in shares if share.known or share.bounded]
    highest = max(ends, default=0.0)
    return Lane(start, length, next((end for end in _ENDS if highest <= end), 1.0))
