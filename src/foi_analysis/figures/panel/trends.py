"""Series of each organ over the years: gaps stay gaps, and changes of law and form are marked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby, pairwise

import pandas as pd

from foi_analysis.bilingual import number, percent
from foi_analysis.figures.drawing import Drawing
from foi_analysis.figures.facts import joined, listed
from foi_analysis.figures.panel.joins import organ_caption
from foi_analysis.figures.panel.lines import draw_caption, draw_label, notes_of, organ_of, shown, source
from foi_analysis.figures.sheet import Sheet
from foi_analysis.figures.style import colour, drawing_style, limit, size, width_of
from foi_analysis.form import CellKey
from foi_analysis.measures import Break, load_breaks, load_measures, measure_columns
from foi_analysis.panel import Panel
from foi_analysis.resources import Language, say

_HEIGHT, _GAP, _SIDE = 46.0, 26.0, 6.0


@dataclass(frozen=True, slots=True)
class Track:
    """What is followed over the years: a measure, or a count of one cell; ``like`` names a measure with its breaks."""

    name: str
    measure: str = ""
    cell: CellKey | None = None
    like: str = ""


_TRACKS = (
    Track("track_new", cell=CellKey("requests", "new", "total")),
    Track("track_disclosed", measure="disclosed_or_partly_share"),
    Track("track_unable", measure="unable_share"),
    Track("track_direct", cell=CellKey("review", "litigation_direct", "total"), like="route_corrected_all"),
)


@dataclass(frozen=True, slots=True)
class Point:
    """A report in a series: its number, year, value, interval (NaN for a count) and whether the next joins it."""

    at: int
    year: int
    value: float
    low: float
    high: float
    joined: bool


def trends(panel: Panel, language: Language) -> Drawing:
    """Draw four series for each organ with reports of several years, those with most reports first.

    Two years are joined by a line only where they follow each other, cover the same bodies, and no change of law
    forbids it. Raises MissingGlyphError when the font lacks a character of an organ's name.
    """
    part, organs, left_out = _organs(panel)
    years = [int(part.heads["year"][at]) for reports in organs for at in reports]
    breaks = breaks_between(min(years), max(years)) if years else []
    title = _title(part, organs, language)
    notes = [*_legend(breaks, language), *notes_of(panel, shown(panel, language), ["requests"], language)[:1]]
    if left_out:
        notes.append(say("comparison.organs_left_out", language, shown=len(organs), all=len(organs) + left_out))
    with drawing_style():
        sheet = Sheet()
        sheet.head(title, source(panel, say("comparison.unit_trends", language), language))
        for reports in organs:
            _draw(sheet, part, reports, (min(years), max(years)), breaks, language)
        sheet.notes([say("comparison.note_trends", language), *notes])
        figure = sheet.finish()
    caption = joined([say("comparison.caption_trends", language), *notes], language)
    return Drawing("panel_trends", figure, _alt(title, part, organs, language), title, caption,
                   trends_data(panel, language))  # fmt: skip


def trends_data(panel: Panel, language: Language) -> pd.DataFrame:
    """Return what the figure draws: one row a report and series.

    Columns: organ, scope, report, year, form, series, label, value (a share between 0 and 1, or a count; NaN where none
    is known), low, high (95 % interval of a share), joined (whether a line leads to the organ's next report).
    """
    part, organs, _ = _organs(panel)
    rows = [
        (part.heads["organ"][p.at], part.heads["scope"][p.at], part.heads["report"][p.at], p.year,
         part.heads["form"][p.at], track.name.removeprefix("track_"), say(f"comparison.{track.name}", language),
         p.value, p.low, p.high, p.joined)
        for reports in organs
        for track in _TRACKS
        for p in series(part, reports, track)
    ]  # fmt: skip
    names = ["organ", "scope", "report", "year", "form", "series", "label", "value", "low", "high", "joined"]
    return pd.DataFrame(rows, columns=names)


def breaks_between(first: int, last: int) -> list[Break]:
    """Return the changes of law and form that fall within or between some report years, in order of time."""
    known = sorted(load_breaks().values(), key=lambda one: one.on)
    return [one for one in known if first <= one.on.year <= last]


def series(panel: Panel, reports: Sequence[int], track: Track) -> list[Point]:
    """Return a series of one organ's reports, in order of time."""
    rules = next((one for one in load_measures() if track.like in (one.id, one.family)), None) if track.like else None
    measure = next((one for one in load_measures() if one.id == track.measure), rules)
    if track.cell:
        values = panel.column(track.cell)
        numbers = {at: (float(values[at]), float("nan"), float("nan")) for at in reports}
    else:
        frame = measure_columns(panel, track.measure)
        rows = dict(enumerate(zip(*(frame[name].tolist() for name in ("value", "low", "high")), strict=True)))
        numbers = {at: rows[at] for at in reports}
    years = {at: int(panel.heads["year"][at]) for at in reports}
    joins = {
        a
        for a, b in pairwise(reports)
        if years[b] == years[a] + 1
        and panel.heads["scope"][a] == panel.heads["scope"][b]
        and not (measure and measure.breaks_between(years[a], years[b]))
    }
    return [Point(at, years[at], *numbers[at], at in joins) for at in reports]


def _organs(panel: Panel) -> tuple[Panel, list[list[int]], int]:
    """Return a panel of the organs to draw, the reports of each in order of time, and how many organs more there are.

    Reports in conflict are left out.
    """
    contested = set(panel.conflicts["report"])
    heads = panel.heads
    numbers = sorted(
        (at for at in range(len(panel)) if heads["organ"][at] and heads["year"][at]
         and heads["report"][at] not in contested),
        key=lambda at: (heads["organ"][at], heads["year"][at]),
    )  # fmt: skip
    organs = [list(group) for _, group in groupby(numbers, key=lambda at: heads["organ"][at])]
    several = sorted((group for group in organs if len(group) > 1), key=lambda group: -len(group))
    kept = several[: limit("organs")]
    part = panel.select([at for group in kept for at in group])
    ends = [sum(map(len, kept[:place])) for place in range(len(kept) + 1)]
    return part, [list(range(a, b)) for a, b in pairwise(ends)], len(several) - len(kept)


def _draw(
    sheet: Sheet, panel: Panel, reports: Sequence[int], span: tuple[int, int], breaks: Sequence[Break],
    language: Language,
) -> None:  # fmt: skip
    draw_caption(sheet, organ_caption(panel, reports, language))
    width = (sheet.width - _GAP) / 2
    for start in range(0, len(_TRACKS), 2):
        for place, track in enumerate(_TRACKS[start : start + 2]):
            left = place * (width + _GAP)
            _plot(sheet, left, width, track, series(panel, reports, track), span, breaks, language)
        sheet.y += _HEIGHT + 4 * size("tiny") * 1.4 + 12
    sheet.y += 4


def _plot(
    sheet: Sheet, left: float, width: float, track: Track, points: Sequence[Point], span: tuple[int, int],
    breaks: Sequence[Break], language: Language,
) -> None:  # fmt: skip
    tiny = size("tiny")
    step = (width - 2 * _SIDE) / (span[1] - span[0] + 1)
    top = sheet.y + 2.9 * tiny * 1.4
    bottom = top + _HEIGHT

    def x(year: float) -> float:
        return left + _SIDE + (year - span[0]) * step

    sheet.text(left, sheet.y, say(f"comparison.{track.name}", language), size("small"))
    sheet.rule(bottom, left, left + width)
    for letter, one in zip("abcdefgh", breaks, strict=False):
        at = x(one.on.year + (one.on - date(one.on.year, 1, 1)).days / 366)
        sheet.upright(at, top - 4, bottom, "rule")
        sheet.text(at, top - 4 - 1.35 * tiny, letter, tiny, ink="muted", align="center")
    known = [point for point in points if point.value == point.value]
    highest = max((max(p.value, p.high if p.high == p.high else p.value) for p in known), default=0.0) or 1.0
    places = {p.at: (x(p.year + 0.5), bottom - _HEIGHT * 0.72 * p.value / highest) for p in known}
    for a, b in pairwise(points):
        if a.joined and a.at in places and b.at in places:
            sheet.line(places[a.at], places[b.at], "outline")
    for point in (point for point in points if point not in known):
        sheet.text(x(point.year + 0.5), bottom - 1.6 * tiny, "?", tiny, ink="muted", align="center")
    _marks(sheet, known, places, bottom, highest, language)
    _years(sheet, points, x, bottom, step)


def _marks(
    sheet: Sheet, known: Sequence[Point], places: dict[int, tuple[float, float]], bottom: float, highest: float,
    language: Language,
) -> None:  # fmt: skip
    """Draw the points with their intervals, and their values where there is room."""
    tiny, end = size("tiny"), -1.0
    for point in known:
        at, y = places[point.at]
        top = y
        if point.low == point.low:
            top, low = (bottom - _HEIGHT * 0.72 * edge / highest for edge in (point.high, point.low))
            sheet.box(at - 0.5, top, 1.0, low - top, colour("ink", "outline"), line=0, name=f"interval.{point.at}")
        sheet.mark(at, y, "circle", colour("marks", "measure"), name=f"mark.{point.at}")
        text = percent(point.value, language) if point.high == point.high else number(point.value, language)
        half = width_of(text, tiny) / 2
        if at - half > end:
            draw_label(sheet, at, min(top, y - 3.5) - 1.35 * tiny, text, "center")
            end = at + half + 1


def _years(sheet: Sheet, points: Sequence[Point], x: Callable[[float], float], bottom: float, step: float) -> None:
    """Write the years for which there is a report, as many as have room."""
    tiny, end = size("tiny"), -1.0
    for point in points:
        text = str(point.year) if step > width_of("2000", tiny) + 2 else f"{point.year % 100:02d}"
        at, half = x(point.year + 0.5), width_of(text, tiny) / 2
        if at - half > end:
            sheet.text(at, bottom + 2.5, text, tiny, ink="muted", align="center")
            end = at + half + 1


def _legend(breaks: Sequence[Break], language: Language) -> list[str]:
    return [
        say("comparison.break", language, letter=letter, text=one.text(language))
        for letter, one in zip("abcdefgh", breaks, strict=False)
    ]


def _title(panel: Panel, organs: Sequence[Sequence[int]], language: Language) -> str:
    """Say how the share disclosed moved in the longest series, between its first and its last year with a share."""
    for reports in organs:
        known = [point for point in series(panel, reports, _TRACKS[1]) if point.value == point.value]
        if len(known) > 1:
            return say(
                "comparison.title_trends",
                language,
                organ=organ_of(panel, reports[0], language),
                before=percent(known[0].value, language),
                first=known[0].year,
                after=percent(known[-1].value, language),
                last=known[-1].year,
            )
    return say("comparison.title_no_series", language)


def _alt(title: str, panel: Panel, organs: Sequence[Sequence[int]], language: Language) -> str:
    parts = []
    for reports in organs:
        told = []
        for track in _TRACKS:
            values = [
                say("figures.item_plain", language, label=point.year, count=_value(point, language))
                for point in series(panel, reports, track)
            ]
            text = ("，" if language == "zh" else ", ").join(values)
            told.append(say("comparison.said", language, name=say(f"comparison.{track.name}", language), text=text))
        name = organ_caption(panel, reports, language)
        parts.append(say("comparison.said", language, name=name, text=listed(told, language)))
    return say("comparison.alt_trends", language, title=title, lines=joined(parts, language))


def _value(point: Point, language: Language) -> str:
    if point.value != point.value:
        return say("figures.not_printed_short", language)
    return percent(point.value, language) if point.high == point.high else number(point.value, language)
