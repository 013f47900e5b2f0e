"""What became of reconsiderations and suits: three routes, each with its results. Not a funnel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from foi_analysis.figures.bars import Bar, draw_bars, scale_of
from foi_analysis.figures.drawing import Drawing
from foi_analysis.figures.facts import Count, brief, count, counted, joined, listed, many, percent, remarks, subtitle
from foi_analysis.figures.sheet import Sheet
from foi_analysis.figures.style import colour, drawing_style, hatch, size
from foi_analysis.form import CellKey, Term
from foi_analysis.report import Report
from foi_analysis.resources import Language, say

if TYPE_CHECKING:
    import pandas as pd

#: What a decided case ended in; a pending one is not decided.
_DECIDED = ("upheld", "corrected", "other")


def appeals(report: Report, language: Language) -> Drawing:
    """Draw the results of the three routes of appeal, as counts on one scale; pending cases are hatched.

    Raises MissingGlyphError when the font lacks a character of the report.
    """
    title, notes = _title(report, language), remarks(report, _keys(report), language)
    routes = _routes(report, language)
    with drawing_style():
        sheet = Sheet()
        sheet.head(title, subtitle(report, say("figures.appeals.unit", language), language))
        scale = scale_of(sheet, [bar for _, _, bars in routes for bar in bars], language)
        for label, total, bars in routes:
            _draw_route(sheet, label, total, language)
            draw_bars(sheet, bars, scale, language)
        sheet.notes(notes)
        figure = sheet.finish()
    return Drawing("appeals", figure, _alt(title, routes, language), title, _caption(report, notes, language),
                   appeals_data(report, language))  # fmt: skip


def appeals_data(report: Report, language: Language) -> pd.DataFrame:
    """Give what the figure draws: one row a route and result, in printed order.

    Columns: route, result, route_label, label, count (cases; NaN where no number is printed), share (of all cases
    of the route, pending ones included, 0 to 1; NaN when not known).
    """
    import pandas as pd

    table = report.form.table("review")
    keys = [key for key in table.cells if key.column != "total"]
    counts = [count(report, [key]) for key in keys]
    return pd.DataFrame(
        {
            "route": [key.row for key in keys],
            "result": [key.column for key in keys],
            "route_label": [_route_label(report, table.row(key.row), language) for key in keys],
            "label": [table.column(key.column).label(language) for key in keys],
            "count": [amount.value for amount in counts],
            "share": [
                amount.over(count(report, [CellKey("review", key.row, "total")]))
                for key, amount in zip(keys, counts, strict=True)
            ],
        }
    )


def _routes(report: Report, language: Language) -> list[tuple[str, Count, list[Bar]]]:
    table = report.form.table("review")
    return [
        (
            _route_label(report, row, language),
            count(report, [CellKey("review", row.key, "total")]),
            [_bar(report, row, column, language) for column in table.columns if column.key != "total"],
        )
        for row in table.rows
    ]


def _bar(report: Report, row: Term, column: Term, language: Language) -> Bar:
    amount = count(report, [CellKey("review", row.key, column.key)])
    share = amount.over(count(report, [CellKey("review", row.key, "total")]))
    fill = colour("results", column.key)
    name = f"{row.key}.{column.key}"
    return Bar(name, column.label(language), amount, share, fill, hatch(column.key), part=True)


def _route_label(report: Report, row: Term, language: Language) -> str:
    heads = report.form.table("review").path(row)
    return say("figures.path", language).join(term.label(language) for term in (*heads, row))


def _draw_route(sheet: Sheet, label: str, total: Count, language: Language) -> None:
    text = say("figures.appeals.route", language, route=label, total=counted(total, language))
    sheet.y += sheet.block(0, sheet.y, text, size("text"), sheet.width) + 2


def _title(report: Report, language: Language) -> str:
    table = report.form.table("review")
    suits = [row.key for row in table.rows if row.group]
    return say(
        "figures.appeals.title",
        language,
        reconsiderations=_finding(
            report, [row.key for row in table.rows if not row.group], "reconsiderations", language
        ),
        suits=_finding(report, suits, "suits", language),
    )


def _finding(report: Report, rows: list[str], noun: str, language: Language) -> str:
    """Say how many of the decided cases were corrected, or that this cannot be said."""
    corrected = count(report, [CellKey("review", row, "corrected") for row in rows])
    decided = count(report, [CellKey("review", row, result) for row in rows for result in _DECIDED])
    if not decided.known:
        return say(f"figures.appeals.{noun}_unknown", language)
    if decided.printed <= 0:
        return say(f"figures.appeals.{noun}_none", language)
    cases = many(f"appeals.{noun}", decided.printed, language)
    return say("figures.appeals.finding", language, corrected=counted(corrected, language), cases=cases)


def _alt(title: str, routes: list[tuple[str, Count, list[Bar]]], language: Language) -> str:
    said = [
        say(
            "figures.appeals.alt_route",
            language,
            route=label,
            total=counted(total, language),
            results=listed((_said(bar, language) for bar in bars), language),
        )
        for label, total, bars in routes
    ]
    return joined([say("figures.appeals.alt", language, title=title), *said], language)


def _said(bar: Bar, language: Language) -> str:
    share = percent(bar.share, language)
    amount = counted(bar.count, language)
    return say(f"figures.item_{'share' if share else 'plain'}", language, label=bar.label, count=amount, share=share)


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


def _keys(report: Report) -> tuple[CellKey, ...]:
    return report.form.table("review").cells
