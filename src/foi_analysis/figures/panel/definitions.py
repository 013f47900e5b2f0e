"""The share disclosed under several definitions side by side, each with the ranks that its interval leaves open."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from foi_analysis.figures.drawing import Drawing
from foi_analysis.figures.facts import joined, listed
from foi_analysis.figures.lanes import Lane
from foi_analysis.figures.panel.lines import (
    START,
    Facet,
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
from foi_analysis.statistics import rank_range

_MEASURES = ("disclosed_share", "disclosed_or_partly_share", "release_rate", "release_rate_without_query_service")
_RANKS, _GAP = 22.0, 4.0

Columns = Mapping[str, Mapping[int, Share]]
Ranks = Mapping[str, Mapping[int, tuple[int, int]]]


def definitions(panel: Panel, language: Language) -> Drawing:
    """Draw four definitions of the share disclosed for each report, with ranks within its scope.

    Raises MissingGlyphError when the font lacks a character of an organ's name.
    """
    some = shown(panel, language)
    columns = {measure: panel_shares(panel, measure, some.lines) for measure in _MEASURES}
    ranks = ranks_of(some, columns)
    title, notes = _title(some, columns, language), notes_of(panel, some, ["requests"], language)
    with drawing_style():
        sheet = Sheet()
        sheet.head(title, source(panel, say("comparison.unit_definitions", language), language))
        _draw(sheet, some, columns, ranks, language)
        sheet.notes([say("comparison.note_definitions", language), *notes])
        figure = sheet.finish()
    caption = joined([say("comparison.caption_definitions", language), *some.captions(language), *notes], language)
    return Drawing("panel_definitions", figure, _alt(title, some, columns, ranks, language), title, caption,
                   definitions_data(panel, language))  # fmt: skip


def definitions_data(panel: Panel, language: Language) -> pd.DataFrame:
    """Return what the figure draws: one row a report and definition, with its numbers as in ``measure``.

    Further columns: rank (by the share alone), best_rank and worst_rank (those that the intervals leave open), all
    within the scope and among the reports of the figure, 1 for the highest; NA where there is no share.
    """
    some = shown(panel, language)
    columns = {measure: panel_shares(panel, measure, some.lines) for measure in _MEASURES}
    ranks, places = ranks_of(some, columns), _places(some, columns)
    keys = [(line.at, name) for line in some.lines for name, shares in columns.items() if line.at in shares]
    told = {
        "rank": [places[name].get(at) for at, name in keys],
        "best_rank": [ranks[name].get(at, (None, None))[0] for at, name in keys],
        "worst_rank": [ranks[name].get(at, (None, None))[1] for at, name in keys],
    }
    extra = {name: pd.array(values, dtype="Int64") for name, values in told.items()}
    return shares_data(panel, some, columns, extra)


def ranks_of(some: Shown, columns: Columns) -> Ranks:
    """Return for each definition the best and the worst rank of each report among those of its scope."""
    found: dict[str, dict[int, tuple[int, int]]] = {name: {} for name in columns}
    for name, shares in columns.items():
        for facet in some.facets:
            known = _ranked(facet, shares)
            best, worst = rank_range([shares[at].low for at in known], [shares[at].high for at in known])
            found[name] |= {at: (int(a), int(b)) for at, a, b in zip(known, best, worst, strict=True)}
    return found


def _ranked(facet: Facet, shares: Mapping[int, Share]) -> list[int]:
    """Return the reports of a scope that have a share; none when there is nothing to rank one among."""
    known = [line.at for line in facet.lines if line.at in shares and shares[line.at].known]
    return known if len(known) > 1 else []


def _places(some: Shown, columns: Columns) -> Mapping[str, Mapping[int, int]]:
    """Rank the reports of each scope by the share alone; equal shares get the better rank."""
    found: dict[str, dict[int, int]] = {name: {} for name in columns}
    for name, shares in columns.items():
        for facet in some.facets:
            known = {at: shares[at].value for at in _ranked(facet, shares)}
            found[name] |= {at: 1 + sum(other > one for other in known.values()) for at, one in known.items()}
    return found


def _draw(sheet: Sheet, some: Shown, columns: Columns, ranks: Ranks, language: Language) -> None:
    if not some.lines:
        return
    width = (sheet.width - START) / len(columns)
    draw_heads(
        sheet,
        [(START + at * width, width, say(f"comparison.head_{name}", language)) for at, name in enumerate(columns)],
    )
    lanes = [Lane(START + at * width + 5, width - _RANKS - 3 * _GAP) for at in range(len(columns))]

    def draw(line: Line, y: float) -> None:
        for lane, (name, shares) in zip(lanes, columns.items(), strict=True):
            lane.grid(sheet, y - 6, y + 6)
            share, right = shares.get(line.at), lane.start + lane.length + 2 * _GAP
            if share:
                draw_share(sheet, lane, y, share, colour("marks", "measure"), f"{name}.{line.at}")
            sheet.fitted(right, y, _span(ranks[name].get(line.at)), size("tiny"), _RANKS, align="left")

    draw_lines(sheet, some, draw)


def _span(ranks: tuple[int, int] | None) -> str:
    if ranks is None:
        return "–"
    return str(ranks[0]) if ranks[0] == ranks[1] else f"{ranks[0]}–{ranks[1]}"


def _title(some: Shown, columns: Columns, language: Language) -> str:
    """Say how many places a report changes with the definition alone."""
    places = _places(some, columns)
    moves = [
        max(ranks) - min(ranks)
        for line in some.lines
        if len(ranks := [by_report[line.at] for by_report in places.values() if line.at in by_report]) > 1
    ]
    if not moves:
        return say("comparison.title_nothing", language)
    return say("comparison.title_definitions", language, places=max(moves), n=sum(move > 0 for move in moves),
               all=len(moves))  # fmt: skip


def _alt(title: str, some: Shown, columns: Columns, ranks: Ranks, language: Language) -> str:
    parts = []
    for name, shares in columns.items():
        lines = []
        for line in some.lines:
            text, span = said(line, shares.get(line.at), language), _span(ranks[name].get(line.at))
            lines.append(say("comparison.with_ranks", language, text=text, ranks=span) if span != "–" else text)
        head = say(f"comparison.head_{name}", language)
        parts.append(say("comparison.alt_measure", language, measure=head, lines=listed(lines, language)))
    return say("comparison.alt_definitions", language, title=title, measures=joined(parts, language))
