"""A legend that shows samples of cells, each painted just as in the map itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from foi_analysis.figures.form_layout import Box
from foi_analysis.figures.sheet import LEADING, Sheet
from foi_analysis.figures.style import size, width_of
from foi_analysis.figures.wrap import wrap

_SAMPLE = 24.0
_HEIGHT = 11.0
_GAP = 5.0


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a legend: what it says, and how its sample is painted."""

    text: str
    paint: Callable[[Box], None]


def draw_legend(sheet: Sheet, entries: Sequence[Entry]) -> None:
    """Draw the entries side by side, in as many lines as they need."""
    x, points = 0.0, size("small")
    for entry in entries:
        needed = _SAMPLE + _GAP + width_of(entry.text, points)
        if x and x + needed > sheet.width:
            x, sheet.y = 0.0, sheet.y + _HEIGHT + 3
        entry.paint(Box(x, sheet.y, _SAMPLE, _HEIGHT))
        lines = wrap(entry.text, points, sheet.width - _SAMPLE - _GAP)
        sheet.block(x + _SAMPLE + _GAP, sheet.y + 0.5, lines, points, sheet.width)
        sheet.y += (len(lines) - 1) * points * LEADING
        x += needed + 3 * _GAP
    sheet.y += _HEIGHT + 8
