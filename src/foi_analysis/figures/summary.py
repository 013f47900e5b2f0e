"""The organ's year on a page: counts, outcomes, definitions of disclosure, appeals, checks and source."""

from __future__ import annotations

import math
from collections import Counter
from functools import partial
from typing import Any

import pandas as pd

from foi_analysis.bilingual import number
from foi_analysis.checks import verdicts
from foi_analysis.figures.appeals import appeals_finding, draw_routes, route_in_words, routes_of
from foi_analysis.figures.check_map import State, paint_state
from foi_analysis.figures.definitions import disclosed_shares, draw_definitions
from foi_analysis.figures.drawing import Drawing
from foi_analysis.figures.facts import Count, brief, count, counted, joined, listed, remarks, row_name
from foi_analysis.figures.kinds import draw_heads, draw_kind, kinds_of
from foi_analysis.figures.legend import Entry, draw_legend
from foi_analysis.figures.measures import draw_measure, measure_lane
from foi_analysis.figures.outcomes import outcomes_finding
from foi_analysis.figures.shares import Share, share_in_words, shares_of
from foi_analysis.figures.sheet import LEADING, Sheet
from foi_analysis.figures.style import drawing_style, size
from foi_analysis.figures.wrap import balance
from foi_analysis.form import CellKey
from foi_analysis.report import Report
from foi_analysis.resources import Language, say

_MARGIN = 34.0
#: The height of a page of A4 over its width.
_A4 = 297 / 210
_OUTCOMES: tuple[State, ...] = ("holds", "broken", "not assessable")
_PROVING = {"row", "column", "balance"}


def summary(report: Report, language: Language) -> Drawing:
    """Draw the year of an organ on one page of the proportions of A4; a report of many faults makes it larger.

    Raises MissingGlyphError when the font lacks a character of the report.
    """
    notes = remarks(report, report.form.cells, language)
    with drawing_style():
        sheet = Sheet(size("page"), _MARGIN)
        _draw_head(sheet, report, language)
        _draw_counts(sheet, report, language)
        _draw_outcomes(sheet, report, language)
        _section(sheet, "definitions", language)
        draw_definitions(sheet, disclosed_shares(report), language)
        _draw_pace(sheet, report, language)
        _section(sheet, "appeals", language)
        sheet.y += sheet.block(0, sheet.y, appeals_finding(report, language), size("text"), sheet.width) + 3
        draw_routes(sheet, routes_of(report, language), language)
        _draw_checks(sheet, report, language)
        sheet.notes([*notes, *_source(report, language)])
        figure = sheet.finish(_A4)
    title = _title(report, language)
    return Drawing("summary", figure, _alt(report, title, language), title, _caption(notes, language),
                   summary_data(report, language))  # fmt: skip


def summary_data(report: Report, language: Language) -> pd.DataFrame:
    """Return what the page shows: one row a number, in the order of the page.

    Columns: section (counts, outcomes, definitions, pace, appeals, identities, cells), item, label, count (NaN when not
    wholly printed, and for measures), value, low and high (of measures, NaN for counts; low and high NaN for ratios).
    """
    nothing = math.nan
    rows: list[tuple[Any, ...]] = [
        ("counts", key, label, n.value, *[nothing] * 3) for key, label, n in _counts(report, language)
    ]
    rows += [("outcomes", key, label, n.value, *[nothing] * 3) for key, label, n in _families(report, language)]
    for section, shares in (("definitions", disclosed_shares(report)), ("pace", _pace(report))):
        rows += [(section, s.measure.id, s.measure.name(language), nothing, s.value, s.low, s.high) for s in shares]
    for route in routes_of(report, language):
        share = route.corrected
        rows += [
            ("appeals", f"{route.term.key}.{term.key}", f"{route.label}, {term.label(language)}", n.value,
             *([share.value, share.low, share.high] if term.key == "corrected" else [nothing] * 3))
            for term, n in route.results
        ]  # fmt: skip
    rows += [("identities", key, _said(key, language), n, *[nothing] * 3) for key, n in _identities(report).items()]
    rows += [("cells", key, _said(key, language), n, *[nothing] * 3) for key, n in _cells(report).items()]
    return pd.DataFrame(rows, columns=["section", "item", "label", "count", "value", "low", "high"])


def _counts(report: Report, language: Language) -> list[tuple[str, str, Count]]:
    """Return the requests that came, were concluded and are left, and the cases of each kind of appeal."""
    requests, review = report.form.table("requests"), report.form.table("review")
    found = [
        (row.key, row_name(row, language), count(report, [CellKey("requests", row.key, "total")]))
        for row in requests.rows
        if not row.family
    ]
    heads = dict.fromkeys(review.group(row.group) if row.group else row for row in review.rows)
    for head in heads:
        keys = [CellKey("review", row.key, "total") for row in review.rows if head.key in (row.key, row.group)]
        found.append((head.key, brief(head, language), count(report, keys)))
    return found


def _families(report: Report, language: Language) -> list[tuple[str, str, Count]]:
    parts = kinds_of(report)[-1].parts
    return [(h.key, brief(h, language), part) for (h, _), part in zip(report.form.families(), parts, strict=True)]


def _identities(report: Report) -> dict[str, int]:
    found: Counter[str] = Counter(verdict.outcome for verdict in verdicts(report) if verdict.kind == "identity")
    return {outcome: found[outcome] for outcome in _OUTCOMES}


def _cells(report: Report) -> dict[str, int]:
    cells = report.grid.values()
    return {
        "cells": len(cells),
        "numbers": sum(cell.is_number for cell in cells),
        "proved": sum(bool(_PROVING & set(cell.proofs)) for cell in cells),
        "doubtful": len(report.doubtful),
    }


def _draw_head(sheet: Sheet, report: Report, language: Language) -> None:
    unknown, points = say("figures.unknown", language), size("large")
    name = say("figures.summary.head", language, organ=report.organ.value or unknown, year=report.year.value or unknown)
    sheet.y += sheet.block(0, sheet.y, balance(name, points, sheet.width), points, sheet.width)
    kind = say("figures.summary.kind", language)
    sheet.y += sheet.block(0, sheet.y, kind, size("small"), sheet.width, ink="muted") + 4
    sheet.rule(sheet.y)
    sheet.y += 6


def _draw_counts(sheet: Sheet, report: Report, language: Language) -> None:
    """Write the main counts side by side, each over its name."""
    counts = _counts(report, language)
    width, points = sheet.width / len(counts), size("small")
    heights = []
    for at, (_, label, amount) in enumerate(counts):
        text = counted(amount, language, short=True)
        sheet.fitted(at * width, sheet.y + 9, text, size("large"), width - 8, align="left")
        top = sheet.y + size("large") * LEADING
        heights.append(sheet.block(at * width, top, balance(label, points, width - 8), points, width))
    sheet.y += size("large") * LEADING + max(heights) + 4


def _draw_outcomes(sheet: Sheet, report: Report, language: Language) -> None:
    _section(sheet, "outcomes", language)
    sheet.y += sheet.block(0, sheet.y, outcomes_finding(report, language), size("text"), sheet.width) + 4
    draw_heads(sheet, report.form, language)
    draw_kind(sheet, report.form, kinds_of(report)[-1], language)


def _draw_pace(sheet: Sheet, report: Report, language: Language) -> None:
    _section(sheet, "pace", language)
    for share in _pace(report):
        draw_measure(sheet, measure_lane(sheet), share, share.measure.name(language), language)


def _pace(report: Report) -> list[Share]:
    return [share for share in shares_of(report).values() if share.measure.group == "pace"]


def _draw_checks(sheet: Sheet, report: Report, language: Language) -> None:
    _section(sheet, "checks", language)
    entries = [
        Entry(_told(key, amount, language), partial(paint_state, sheet, state=key, text=""))
        for key, amount in zip(_OUTCOMES, _identities(report).values(), strict=True)
    ]
    draw_legend(sheet, entries)
    sheet.y += sheet.block(0, sheet.y - 3, _read(report, language), size("text"), sheet.width) - 3


def _section(sheet: Sheet, name: str, language: Language) -> None:
    """Begin a section with its name."""
    sheet.y += 9
    text = say(f"figures.summary.{name}", language)
    sheet.y += sheet.block(0, sheet.y, text, size("title"), sheet.width) + 2


def _said(key: str, language: Language) -> str:
    return say(f"figures.summary.{key.replace(' ', '_')}", language)


def _told(key: str, amount: int, language: Language) -> str:
    return say("figures.path", language).join((_said(key, language), number(amount, language)))


def _read(report: Report, language: Language) -> str:
    """Say how many cells were read, and what proves them."""
    return say("figures.summary.read", language, **{name: number(n, language) for name, n in _cells(report).items()})


def _source(report: Report, language: Language) -> list[str]:
    """Say which bodies the figures cover, and from which file they come."""
    scope = (report.scope.value or "unknown").replace(" ", "_")
    values = {"form": report.form.label(language), "name": report.name}
    return [
        say("figures.summary.scope", language, scope=say(f"tables.scope_{scope}", language)),
        say("figures.summary.source", language, **values),
        say("figures.summary.sha256", language, sha256=report.sha256),
    ]


def _title(report: Report, language: Language) -> str:
    return say("figures.summary.title", language, finding=outcomes_finding(report, language))


def _alt(report: Report, title: str, language: Language) -> str:
    counts, families = (
        listed((f"{label} {counted(n, language)}" for _, label, n in items), language)
        for items in (_counts(report, language), _families(report, language))
    )
    shares, pace = (
        listed((f"{s.measure.name(language)} {share_in_words(s, language)}" for s in of), language)
        for of in (disclosed_shares(report), _pace(report))
    )
    held = (_told(key, n, language) for key, n in _identities(report).items())
    values = {"counts": counts, "families": families, "definitions": shares, "pace": pace}
    said = say("figures.summary.alt", language, title=title, appeals=appeals_finding(report, language), **values)
    routes = [route_in_words(route, language) for route in routes_of(report, language)]
    checks = say("figures.summary.alt_checks", language, checks=listed(held, language))
    return joined([said, *routes, checks, _read(report, language)], language)


def _caption(notes: list[str], language: Language) -> str:
    return joined([say("figures.summary.caption", language), *notes], language)
