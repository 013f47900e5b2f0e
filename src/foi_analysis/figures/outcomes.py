"""What became of the requests: six families of outcome, with the reasons within each."""

from __future__ import annotations

import pandas as pd

from foi_analysis.bilingual import percent
from foi_analysis.figures.bars import Bar, draw_bars, scale_of
from foi_analysis.figures.drawing import Drawing
from foi_analysis.figures.facts import brief, count, counted, joined, listed, many, remarks, subtitle
from foi_analysis.figures.sheet import Sheet
from foi_analysis.figures.style import colour, drawing_style
from foi_analysis.form import CellKey, Term
from foi_analysis.report import Report
from foi_analysis.resources import Language, say


def outcomes(report: Report, language: Language) -> Drawing:
    """Draw the six families of outcome and their reasons, as counts and as shares of all concluded requests.

    Raises MissingGlyphError when the font lacks a character of the report.
    """
    title, notes = outcomes_finding(report, language), remarks(report, _keys(report), language)
    with drawing_style():
        sheet = Sheet()
        sheet.head(title, subtitle(report, say("figures.outcomes.unit", language), language))
        groups = _groups(report, language)
        scale = scale_of(sheet, [bar for bars in groups for bar in bars], language)
        for bars in groups:
            draw_bars(sheet, bars, scale, language)
        sheet.notes(notes)
        figure = sheet.finish()
    return Drawing("outcomes", figure, _alt(title, groups, language), title, _caption(report, notes, language),
                   outcomes_data(report, language))  # fmt: skip


def outcomes_data(report: Report, language: Language) -> pd.DataFrame:
    """Return what the figure draws: one row a family, and one a reason where a family has several, in printed order.

    Columns: family, row (empty for a family's sum), label, count (requests; NaN when not wholly printed), least
    (what is printed of it), share (of all concluded requests, 0 to 1; NaN when not known).
    """
    bars = [(bars[0].name, bar) for bars in _groups(report, language) for bar in bars]
    return pd.DataFrame(
        {
            "family": [family for family, _ in bars],
            "row": [bar.name if bar.part else "" for _, bar in bars],
            "label": [bar.label for _, bar in bars],
            "count": [bar.count.value for _, bar in bars],
            "least": [bar.count.printed for _, bar in bars],
            "share": [bar.share for _, bar in bars],
        }
    )


def _groups(report: Report, language: Language) -> list[list[Bar]]:
    table = report.form.table("requests")
    groups = []
    for head, rows in report.form.families():
        bars = [_bar(report, head, rows, language)]
        if len(rows) > 1:
            bars += [_bar(report, table.row(row), (row,), language, head.key) for row in rows]
        groups.append(bars)
    return groups


def _bar(report: Report, term: Term, rows: tuple[str, ...], language: Language, family: str = "") -> Bar:
    amount = count(report, [_key(row) for row in rows])
    label = term.label(language) if family else brief(term, language)
    share = amount.over(count(report, [_key("concluded")]))
    return Bar(term.key, label, amount, share, colour("families", family or term.key), part=bool(family))


def outcomes_finding(report: Report, language: Language) -> str:
    """Say how many of the concluded requests ended in disclosure."""
    concluded = count(report, [_key("concluded")])
    opened = count(report, [_key("disclosed"), _key("partly_disclosed")])
    if not (concluded.known and opened.known):
        return say("figures.outcomes.title_unknown", language)
    if concluded.printed <= 0:
        return say("figures.outcomes.title_none", language)
    return say(
        f"figures.outcomes.{'title' if opened.printed <= concluded.printed else 'title_impossible'}",
        language,
        requests=many("requests", concluded.printed, language),
        opened=counted(opened, language),
        share=percent(opened.over(concluded), language),
    )


def _alt(title: str, groups: list[list[Bar]], language: Language) -> str:
    families = listed((_said(bars[0], language) for bars in groups), language)
    reasons = [
        say(
            "figures.outcomes.alt_reasons",
            language,
            family=bars[0].label,
            reasons=listed((_said(bar, language) for bar in bars[1:]), language),
        )
        for bars in groups
        if bars[1:]
    ]
    return joined([say("figures.outcomes.alt", language, title=title, families=families), *reasons], language)


def _said(bar: Bar, language: Language) -> str:
    share = percent(bar.share, language)
    amount = counted(bar.count, language)
    return say(f"figures.item_{'share' if share else 'plain'}", language, label=bar.label, count=amount, share=share)


def _caption(report: Report, notes: list[str], language: Language) -> str:
    table = report.form.table("requests")
    rests = say(
        "figures.outcomes.caption",
        language,
        table=table.label(language),
        column=table.column("total").label(language),
        whole=table.row("concluded").label(language),
        query=table.row("withheld_query_service").label(language),
        petition=table.row("not_processed_petition").label(language),
    )
    return joined([rests, *notes], language)


def _keys(report: Report) -> list[CellKey]:
    return [_key(row) for _, rows in report.form.families() for row in rows] + [_key("concluded")]


def _key(row: str) -> CellKey:
    return CellKey("requests", row, "total")
