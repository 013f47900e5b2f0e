"""Rows of labelled bars on one scale, each with its count and share beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from foi_analysis.figures.facts import Count, counted, percent
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


def label_room(sheet: Sheet, bars: Sequence[Bar]) -> float:
    """Give the width that the labels of a figure's bars need, at most two fifths of the sheet."""
    needed = max(width_of(bar.label, _points(bar)) + _indent(bar) for bar in bars)
    return min(needed + _GAP, 0.42 * sheet.width)


def draw_bars(sheet: Sheet, bars: Sequence[Bar], longest: float, label_width: float, language: Language) -> None:
    """Draw bars below one another.

    ``longest`` is the count that fills the width; it and ``label_width`` are the same for all of a figure.
    """
    start = label_width + _GAP
    figures = [_figures(bar, language) for bar in bars]
    top = sheet.y
    room = sheet.width - start - _GAP - max(width_of(text, size("text")) for text in figures)
    for bar, text in zip(bars, figures, strict=True):
        points, indent = _points(bar), _indent(bar)
        lines = wrap(bar.label, points, label_width - indent)
        height = max(len(lines) * points * LEADING + 1, 12.0)
        sheet.block(indent, sheet.y + 1, lines, points, label_width)
        thick = 7.0 if bar.part else 10.0
        length = room * bar.count.height / longest if longest > 0 else 0.0
        middle = sheet.y + 1 + 0.57 * points
        sheet.box(start, middle - thick / 2, length, thick, bar.fill, hatch=bar.hatch, name=f"bar.{bar.name}")
        sheet.text(start + length + _GAP, middle - 0.57 * points, text, points)
        sheet.y += height + (0.5 if bar.part else 2)
    sheet.upright(start, top, sheet.y - 1)
    sheet.y += _FOOT


def _figures(bar: Bar, language: Language) -> str:
    return "   ".join(filter(None, (counted(bar.count, language), percent(bar.share, language))))


def _points(bar: Bar) -> float:
    return size("small") if bar.part else size("text")


def _indent(bar: Bar) -> float:
    return _INDENT if bar.part else 0.0
