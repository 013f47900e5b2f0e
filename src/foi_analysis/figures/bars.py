"""Rows of labelled bars on one scale, each with its count and share beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from foi_analysis.bilingual import percent
from foi_analysis.figures.facts import Count, counted
from foi_analysis.figures.sheet import LEADING, Sheet
from foi_analysis.figures.style import size, width_of
from foi_analysis.figures.wrap import wrap
from foi_analysis.resources import Language

_GAP = 6.0
_INDENT = 12.0
_FOOT = 5.0


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar: what it is, how much, its share (NaN for none), how it looks.

    ``part`` is true for a part of the bar above, which is drawn smaller and set in.
    """

    name: str
    label: str
    count: Count
    share: float
    fill: str
    hatch: str | None = None
    part: bool = False


@dataclass(frozen=True, slots=True)
class Scale:
    """The scale of all bars of a figure: where they begin, and the length of one unit, in points."""

    start: float
    unit: float


def scale_of(sheet: Sheet, bars: Sequence[Bar], language: Language) -> Scale:
    """Return the scale on which the longest of all bars of a figure fills what labels and numbers leave of the width.

    Labels take at most two fifths of the sheet. One scale for all groups: bars of two groups can be compared.
    """
    labels = max(width_of(bar.label, _points(bar)) + _indent(bar) for bar in bars) + _GAP
    start = min(labels, 0.42 * sheet.width) + _GAP
    numbers = max(width_of(_figures(bar, language), _points(bar)) for bar in bars)
    longest = max(bar.count.height for bar in bars)
    return Scale(start, (sheet.width - start - _GAP - numbers) / longest if longest > 0 else 0.0)


def draw_bars(sheet: Sheet, bars: Sequence[Bar], scale: Scale, language: Language) -> None:
    """Draw a group of bars below one another."""
    top = sheet.y
    for bar in bars:
        points, indent = _points(bar), _indent(bar)
        lines = wrap(bar.label, points, scale.start - _GAP - indent)
        sheet.block(indent, sheet.y + 1, lines, points, scale.start)
        thick, length = (7.0 if bar.part else 10.0), scale.unit * bar.count.height
        middle = sheet.y + 1 + 0.57 * points
        sheet.box(scale.start, middle - thick / 2, length, thick, bar.fill, hatch=bar.hatch, name=f"bar.{bar.name}")
        sheet.text(scale.start + length + _GAP, middle - 0.57 * points, _figures(bar, language), points)
        sheet.y += max(len(lines) * points * LEADING + 1, 12.0) + (0.5 if bar.part else 2)
    sheet.upright(scale.start, top, sheet.y - 1)
    sheet.y += _FOOT


def _figures(bar: Bar, language: Language) -> str:
    """Write the count and the share; a 0 says all by itself."""
    share = percent(bar.share, language) if bar.share else ""
    return "   ".join(filter(None, (counted(bar.count, language), share)))


def _points(bar: Bar) -> float:
    return size("small") if bar.part else size("text")


def _indent(bar: Bar) -> float:
    return _INDENT if bar.part else 0.0
