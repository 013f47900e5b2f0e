"""Measures one below another: each a mark on its interval, with its counts; ratios as numbers only."""

from __future__ import annotations

from itertools import groupby

import pandas as pd

from foi_analysis.bilingual import percent
from foi_analysis.figures.drawing import Drawing
from foi_analysis.figures.facts import joined, listed, remarks, subtitle
from foi_analysis.figures.lanes import Lane
from foi_analysis.figures.shares import Share, share_in_words, share_lines, shares_frame, shares_of
from foi_analysis.figures.sheet import Sheet
from foi_analysis.figures.style import colour, drawing_style, size
from foi_analysis.figures.wrap import balance, wrap
from foi_analysis.form import CellKey
from foi_analysis.report import Report
from foi_analysis.resources import Language, say

_LABEL, _WORDS, _GAP = 0.45, 0.27, 8.0


def measures(report: Report, language: Language) -> Drawing:
    """Draw the measures of a report: shares on one scale with 95 % intervals, bounds as open bars, ratios as numbers.

    Measures written out for every row of the form are left to the figures of their own. Raises MissingGlyphError when
    the font lacks a character of the report.
    """
    shares = _shown(report)
    title, notes = _title(shares, language), remarks(report, _keys(report, shares), language)
    with drawing_style():
        sheet = Sheet()
        sheet.head(title, subtitle(report, say("figures.measures.unit", language), language))
        _draw(sheet, shares, language)
        sheet.notes(notes)
        figure = sheet.finish()
    return Drawing("measures", figure, _alt(title, shares, language), title, _caption(notes, language),
                   measures_data(report, language))  # fmt: skip


def measures_data(report: Report, language: Language) -> pd.DataFrame:
    """Return what the figure draws: one row a measure, in the order of their definitions.

    Columns: group, kind (share, ratio), then the measure with its numbers as in ``foi_analysis.measures``.
    """
    shares = _shown(report)
    groups, kinds = [share.measure.group for share in shares], [share.measure.kind for share in shares]
    return shares_frame(shares, language, group=groups, kind=kinds)


def _shown(report: Report) -> list[Share]:
    return [share for share in shares_of(report).values() if share.measure.id == share.measure.family]


def _draw(sheet: Sheet, shares: list[Share], language: Language) -> None:
    lane = measure_lane(sheet)
    sheet.y += size("tiny") * 0.3
    lane.ticks(sheet, sheet.y + size("tiny"), language)
    for group, members in groupby(shares, key=lambda share: share.measure.group):
        sheet.y += sheet.block(0, sheet.y, say(f"figures.measures.{group}", language), size("text"), lane.start) + 1
        for share in members:
            draw_measure(sheet, lane, share, share.measure.name(language), language)
        sheet.y += 5


def measure_lane(sheet: Sheet) -> Lane:
    """Return the scale on which measures are drawn, from nothing to all, between their names and their numbers."""
    return Lane(_LABEL * sheet.width, (1 - _LABEL - _WORDS) * sheet.width - 2 * _GAP)


def draw_measure(sheet: Sheet, lane: Lane, share: Share, label: str, language: Language) -> None:
    """Draw one measure: its name, its mark on the lane, and its numbers in words to the right."""
    points, top = size("small"), sheet.y + 1
    broken = balance if language == "en" else wrap  # Chinese breaks anywhere: no word is left alone on a line
    height = sheet.block(0, top, broken(label, points, lane.start - _GAP), points, lane.start)
    words = share_lines(share, language, points, sheet.width - lane.start - lane.length - 2 * _GAP)
    height = max(height, sheet.block(lane.start + lane.length + 2 * _GAP, top, words, points, sheet.width))
    if share.is_share:
        lane.grid(sheet, sheet.y, top + height + 1.5)
        lane.draw(sheet, top + 0.57 * points, share, "circle", colour("marks", "measure"))
    sheet.y = top + height + 1.5


def _title(shares: list[Share], language: Language) -> str:
    """Say what part was disclosed, what part withheld, and of what part there was nothing to provide."""
    named = {share.measure.id: share for share in shares}
    told = {name: named[name] for name in ("disclosed_or_partly_share", "withheld_share", "unable_share")}
    if not all(share.known for share in told.values()):
        return say("figures.measures.title_unknown", language)
    return say("figures.measures.title", language, **{n: percent(s.value, language) for n, s in told.items()})


def _alt(title: str, shares: list[Share], language: Language) -> str:
    said = [
        say("figures.measures.alt_measure", language, label=s.measure.name(language), words=share_in_words(s, language))
        for s in shares
    ]
    return say("figures.measures.alt", language, title=title, measures=listed(said, language))


def _caption(notes: list[str], language: Language) -> str:
    return joined([say("figures.measures.caption", language), *notes], language)


def _keys(report: Report, shares: list[Share]) -> set[CellKey]:
    return {key for share in shares for key in share.measure.cells(report.form)}
