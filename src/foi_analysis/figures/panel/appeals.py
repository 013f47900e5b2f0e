"""Reconsiderations and suits across organs: the share corrected of those decided, with its interval."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from foi_analysis.bilingual import number, percent
from foi_analysis.figures.drawing import Drawing
from foi_analysis.figures.facts import joined, listed
from foi_analysis.figures.lanes import Lane
from foi_analysis.figures.panel.lines import (
    START,
    Line,
    Shown,
    draw_heads,
    draw_lines,
    draw_share,
    notes_of,
    shown,
    source,
)
from foi_analysis.figures.panel.shares import panel_shares, said, shares_data
from foi_analysis.figures.shares import Share
from foi_analysis.figures.sheet import Sheet
from foi_analysis.figures.style import colour, drawing_style, size
from foi_analysis.panel import Panel
from foi_analysis.resources import Language, say

_MEASURES = ("reconsideration_corrected_decided", "suits_corrected_decided")
_COUNTS, _GAP = 50.0, 10.0


def appeals(panel: Panel, language: Language) -> Drawing:
    """Draw the share corrected, of reconsiderations and of suits decided, for each report, by scope.

    Raises MissingGlyphError when the font lacks a character of an organ's name.
    """
    some = shown(panel, language)
    columns = {measure: panel_shares(panel, measure, some.lines) for measure in _MEASURES}
    title, notes = _title(columns[_MEASURES[0]], language), notes_of(panel, some, ["review"], language)
    with drawing_style():
        sheet = Sheet()
        sheet.head(title, source(panel, say("comparison.unit_appeals", language), language))
        _draw(sheet, some, columns, language)
        sheet.notes([say("comparison.note_appeals", language), *notes])
        figure = sheet.finish()
    caption = joined([say("comparison.caption_appeals", language), *some.captions(language), *notes], language)
    return Drawing("panel_appeals", figure, _alt(title, some, columns, language), title, caption,
                   shares_data(panel, some, columns))  # fmt: skip


def appeals_data(panel: Panel, language: Language) -> pd.DataFrame:
    """Return what the figure draws: one row a report and measure, with its numbers as in ``measure``."""
    some = shown(panel, language)
    return shares_data(panel, some, {measure: panel_shares(panel, measure, some.lines) for measure in _MEASURES})


def _draw(sheet: Sheet, some: Shown, columns: Mapping[str, Mapping[int, Share]], language: Language) -> None:
    if not some.lines:
        return
    width = (sheet.width - START) / len(columns)
    draw_heads(
        sheet,
        [(START + at * width, width, say(f"comparison.head_{name}", language)) for at, name in enumerate(columns)],
    )
    lanes = [Lane(START + at * width + 6, width - _COUNTS - _GAP - 6) for at in range(len(columns))]
    sheet.y += size("tiny") * 0.6
    for lane in lanes:
        lane.ticks(sheet, sheet.y + size("tiny"), language)
    sheet.y += size("tiny") * 1.5

    def draw(line: Line, y: float) -> None:
        for lane, (name, shares) in zip(lanes, columns.items(), strict=True):
            lane.grid(sheet, y - 6, y + 6)
            share = shares.get(line.at)
            if share:
                draw_share(sheet, lane, y, share, colour("results", "corrected"), f"{name}.{line.at}")
            sheet.fitted(lane.start + lane.length + _GAP, y, _counts(share, language), size("tiny"),
                         _COUNTS - 8, align="left")  # fmt: skip

    draw_lines(sheet, some, draw)


def _counts(share: Share | None, language: Language) -> str:
    if share is None or share.denominator != share.denominator or share.numerator != share.numerator:
        return "–"
    return say("comparison.of", language, part=number(share.numerator, language),
               whole=number(share.denominator, language))  # fmt: skip


def _title(shares: Mapping[int, Share], language: Language) -> str:
    known = [share for share in shares.values() if share.known]
    if not known:
        return say("comparison.title_nothing", language)
    ends = {"low": min(one.value for one in known), "high": max(one.value for one in known)}
    widest = max(one.high - one.low for one in known)
    return say(
        "comparison.title_appeals",
        language,
        n=len(known),
        width=f"{100 * widest:.0f}",
        **{name: percent(value, language) for name, value in ends.items()},
    )


def _alt(title: str, some: Shown, columns: Mapping[str, Mapping[int, Share]], language: Language) -> str:
    parts = [
        say("comparison.alt_measure", language, measure=say(f"comparison.head_{name}", language),
            lines=listed([said(line, shares.get(line.at), language) for line in some.lines], language))
        for name, shares in columns.items()
    ]  # fmt: skip
    return say("comparison.alt_appeals", language, title=title, measures=joined(parts, language))
