"""What became of reconsiderations and suits: three routes by four results, side by side. Not a funnel."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from foi_analysis.figures.drawing import Drawing
from foi_analysis.figures.facts import Count, brief, count, counted, joined, listed, many, remarks, subtitle
from foi_analysis.figures.lanes import Lane, lane_for
from foi_analysis.figures.shares import Share, share_in_words, share_lines, shares_of
from foi_analysis.figures.sheet import LEADING, Sheet
from foi_analysis.figures.style import colour, drawing_style, hatch, size
from foi_analysis.figures.wrap import balance, wrap
from foi_analysis.form import CellKey, Term
from foi_analysis.report import Report
from foi_analysis.resources import Language, say

#: What a decided case ended in; a pending one is not decided.
_DECIDED = ("upheld", "corrected", "other")
#: Where the results, the pending cases and the lane of shares begin, as parts of the width.
_RESULTS, _PENDING, _LANE = 0.25, 0.595, 0.74
_CELL = 0.112
_BAR = 9.0
_TRACK = 12.0
_GAP = 4.0


@dataclass(frozen=True, slots=True)
class Route:
    """A route: its cases by result, all of them, and how many of those decided were corrected."""

    term: Term
    label: str
    total: Count
    results: tuple[tuple[Term, Count], ...]
    corrected: Share


def appeals(report: Report, language: Language) -> Drawing:
    """Draw the cases of three routes of appeal by result, pending ones apart, and the share corrected of those decided.

    Raises MissingGlyphError when the font lacks a character of the report.
    """
    title, notes = appeals_finding(report, language), remarks(report, report.form.table("review").cells, language)
    routes = routes_of(report, language)
    with drawing_style():
        sheet = Sheet()
        sheet.head(title, subtitle(report, say("figures.appeals.unit", language), language))
        draw_routes(sheet, routes, language)
        sheet.notes(notes)
        figure = sheet.finish()
    return Drawing("appeals", figure, _alt(title, routes, language), title, _caption(report, notes, language),
                   appeals_data(report, language))  # fmt: skip


def appeals_data(report: Report, language: Language) -> pd.DataFrame:
    """Return what the figure draws: one row a route and result, in printed order.

    Columns: route, result, route_label, label, count (cases; NaN where no number is printed); and for the result
    ``corrected``, NaN for the others: decided (cases of the route with a result), value (corrected of those decided,
    0 to 1; NaN when not known), low and high (its 95 % Wilson interval).
    """
    cells = [(route, term, amount) for route in routes_of(report, language) for term, amount in route.results]
    shares = [route.corrected if term.key == "corrected" else None for route, term, _ in cells]
    return pd.DataFrame(
        {
            "route": [route.term.key for route, _, _ in cells],
            "result": [term.key for _, term, _ in cells],
            "route_label": [route.label for route, _, _ in cells],
            "label": [term.label(language) for _, term, _ in cells],
            "count": [amount.value for _, _, amount in cells],
            "decided": [share.denominator if share else math.nan for share in shares],
            **{name: [getattr(share, name, math.nan) for share in shares] for name in ("value", "low", "high")},
        }
    )


def routes_of(report: Report, language: Language) -> list[Route]:
    """Return the routes of appeal in printed order."""
    table, shares = report.form.table("review"), shares_of(report)
    return [
        Route(
            row,
            say("figures.path", language).join(term.label(language) for term in (*table.path(row), row)),
            _cases(report, row, "total"),
            tuple((column, _cases(report, row, column.key)) for column in table.columns if column.key != "total"),
            _corrected(report, shares, row),
        )
        for row in table.rows
    ]


def _corrected(report: Report, shares: dict[str, Share], row: Term) -> Share:
    """Find the measure of a route: the share corrected of the cases that have a result, pending ones left out."""
    wanted = {CellKey("review", row.key, "corrected")}, {CellKey("review", row.key, result) for result in _DECIDED}
    return next(share for share in shares.values() if tuple(map(set, share.measure.sums(report.form))) == wanted)


def _cases(report: Report, row: Term, *results: str) -> Count:
    return count(report, [CellKey("review", row.key, result) for result in results])


def draw_routes(sheet: Sheet, routes: list[Route], language: Language) -> None:
    """Draw the heads, then a line a route: its name, a bar for each result, its share on a lane."""
    lane = lane_for(_LANE * sheet.width, 0.235 * sheet.width, (route.corrected for route in routes))
    _draw_heads(sheet, [term for term, _ in routes[0].results], language)
    sheet.y += size("tiny") * LEADING
    lane.ticks(sheet, sheet.y, language)
    longest = max(amount.height for route in routes for _, amount in route.results)
    unit = (_CELL * sheet.width - 2 * _GAP) / longest if longest > 0 else 0.0
    lines = []
    for route in routes:
        lines.append(sheet.y)
        _draw_route(sheet, route, unit, lane, language)
    for line in lines[1:]:
        sheet.rule(line)


def _draw_heads(sheet: Sheet, results: list[Term], language: Language) -> None:
    """Write what each column holds; those decided stand together under one line."""
    points = size("small")
    decided = say("figures.appeals.decided", language)
    sheet.text(_RESULTS * sheet.width, sheet.y, decided, points, ink="muted")
    sheet.y += points * LEADING
    sheet.rule(sheet.y, _RESULTS * sheet.width, _PENDING * sheet.width - 3 * _GAP)
    sheet.y += 2
    heads = [(_x(sheet, at, term), balance(term.label(language), points, _CELL * sheet.width - _GAP))
             for at, term in enumerate(results)]  # fmt: skip
    heads.append((_LANE * sheet.width, balance(say("figures.appeals.lane", language), points, 0.26 * sheet.width)))
    heights = [sheet.block(x, sheet.y, lines, points, sheet.width) for x, lines in heads]
    sheet.y += max(heights) + 2


def _draw_route(sheet: Sheet, route: Route, unit: float, lane: Lane, language: Language) -> None:
    top, points = sheet.y + _GAP, size("text")
    name = wrap(route.label, points, _RESULTS * sheet.width - 2 * _GAP)
    height = sheet.block(0, top, name, points, sheet.width)
    total = say("figures.appeals.total", language, total=counted(route.total, language, short=True))
    height += sheet.block(0, top + height, total, size("small"), _RESULTS * sheet.width - 2 * _GAP, ink="muted")
    bar = top + points * LEADING
    for at, (term, amount) in enumerate(route.results):
        _draw_result(sheet, f"bar.{route.term.key}.{term.key}", at, term, amount, unit, top, language)
    lane.grid(sheet, top, top + _TRACK)
    lane.draw(sheet, top + _TRACK / 2, route.corrected, "circle", colour("results", "corrected"))
    said = share_lines(route.corrected, language, size("small"), sheet.width - lane.start)
    below = sheet.block(lane.start, top + _TRACK + 1, said, size("small"), sheet.width)
    sheet.y = max(top + height, bar + _BAR, top + _TRACK + 1 + below) + _GAP


def _draw_result(
    sheet: Sheet, name: str, at: int, term: Term, amount: Count, unit: float, top: float, language: Language
) -> None:
    """Write the number of cases and draw it as a bar below."""
    x, points = _x(sheet, at, term), size("text")
    text = counted(amount, language, short=True)
    room = _CELL * sheet.width - _GAP
    sheet.fitted(x, top + 0.57 * points, text, points, room, align="left")
    bar = top + points * LEADING
    sheet.box(x, bar, unit * amount.height, _BAR, colour("results", term.key), hatch=hatch(term.key), name=name)


def _x(sheet: Sheet, at: int, term: Term) -> float:
    """Return where a column begins; that of the pending cases stands apart."""
    return (_PENDING if term.key not in _DECIDED else _RESULTS + at * _CELL) * sheet.width


def appeals_finding(report: Report, language: Language) -> str:
    """Say how many of the decided cases were corrected."""
    rows = report.form.table("review").rows
    return say(
        "figures.appeals.title",
        language,
        reconsiderations=_finding(report, [row for row in rows if not row.group], "reconsiderations", language),
        suits=_finding(report, [row for row in rows if row.group], "suits", language),
    )


def _finding(report: Report, rows: list[Term], noun: str, language: Language) -> str:
    """Say how many of the decided cases were corrected, or that this cannot be said."""
    corrected = count(report, [CellKey("review", row.key, "corrected") for row in rows])
    decided = count(report, [CellKey("review", row.key, result) for row in rows for result in _DECIDED])
    if not decided.known:
        return say(f"figures.appeals.{noun}_unknown", language)
    if decided.printed <= 0:
        return say(f"figures.appeals.{noun}_none", language)
    cases = many(f"appeals.{noun}", decided.printed, language)
    return say("figures.appeals.finding", language, corrected=counted(corrected, language), cases=cases)


def route_in_words(route: Route, language: Language) -> str:
    """Write a route with its cases by result and the share corrected."""
    return say(
        "figures.appeals.alt_route",
        language,
        route=route.label,
        total=counted(route.total, language),
        results=listed((f"{term.label(language)} {counted(n, language)}" for term, n in route.results), language),
        corrected=share_in_words(route.corrected, language),
    )


def _alt(title: str, routes: list[Route], language: Language) -> str:
    said = [route_in_words(route, language) for route in routes]
    return joined([say("figures.appeals.alt", language, title=title), *said], language)


def _caption(report: Report, notes: list[str], language: Language) -> str:
    table = report.form.table("review")
    rests = say(
        "figures.appeals.caption",
        language,
        table=table.label(language),
        cells=len(table.cells),
        corrected=table.column("corrected").label(language),
        other=table.column("other").label(language),
        pending=table.column("pending").label(language),
        direct=brief(table.row("litigation_direct"), language),
    )
    return joined([rests, *notes], language)
