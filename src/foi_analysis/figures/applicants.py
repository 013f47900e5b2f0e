"""What became of the requests of each kind of applicant; few requests are drawn one by one, never as shares."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from foi_analysis.bilingual import number, percent
from foi_analysis.figures.drawing import Drawing
from foi_analysis.figures.facts import Count, brief, counted, joined, listed, many, remarks, subtitle, within
from foi_analysis.figures.kinds import draw_heads, draw_kind, kinds_of
from foi_analysis.figures.sheet import Sheet
from foi_analysis.figures.style import drawing_style, limit
from foi_analysis.form import CellKey
from foi_analysis.report import Report
from foi_analysis.resources import Language, say


def applicants(report: Report, language: Language) -> Drawing:
    """Draw the outcomes of each kind of applicant: counts for all, shares only where there are requests enough.

    Raises MissingGlyphError when the font lacks a character of the report.
    """
    title, notes = _title(report, language), remarks(report, _keys(report), language)
    with drawing_style():
        sheet = Sheet()
        sheet.head(title, subtitle(report, say("figures.applicants.unit", language), language))
        draw_heads(sheet, report.form, language)
        for kind in kinds_of(report):
            draw_kind(sheet, report.form, kind, language)
        sheet.notes([_how(language), *notes])
        figure = sheet.finish()
    return Drawing("applicants", figure, _alt(report, title, language), title, _caption(report, notes, language),
                   applicants_data(report, language))  # fmt: skip


def applicants_data(report: Report, language: Language) -> pd.DataFrame:
    """Return what the figure draws: one row a kind of applicant and family of outcome, in printed order.

    Columns: applicant, family, applicant_label, label, count (requests; NaN when not wholly printed), least (what is
    printed of it), concluded (all concluded requests of the kind; NaN when not printed).
    """
    families = [head for head, _ in report.form.families()]
    rows = [(kind, head, part) for kind in kinds_of(report) for head, part in zip(families, kind.parts, strict=True)]
    return pd.DataFrame(
        {
            "applicant": [kind.term.key for kind, _, _ in rows],
            "family": [head.key for _, head, _ in rows],
            "applicant_label": [kind.term.label(language) for kind, _, _ in rows],
            "label": [brief(head, language) for _, head, _ in rows],
            "count": [part.value for _, _, part in rows],
            "least": [part.printed for _, _, part in rows],
            "concluded": [kind.whole.value for kind, _, _ in rows],
        }
    )


def _title(report: Report, language: Language) -> str:
    """Say how many of the concluded requests came from the kind that made most of them."""
    *kinds, total = kinds_of(report)
    if not (total.whole.known and all(kind.whole.known for kind in kinds)):
        return say("figures.applicants.title_unknown", language)
    if total.whole.printed <= 0:
        return say("figures.outcomes.title_none", language)
    most = max(kinds, key=lambda kind: kind.whole.printed)
    return say(
        f"figures.applicants.{'title' if most.whole.printed <= total.whole.printed else 'title_impossible'}",
        language,
        requests=many("requests", total.whole.printed, language),
        most=counted(most.whole, language),
        share=percent(most.whole.over(total.whole), language),
        applicant=within(most.term, language),
    )


def _how(language: Language) -> str:
    return say("figures.applicants.how", language, number=number(limit("shares_from"), language))


def _alt(report: Report, title: str, language: Language) -> str:
    heads = [brief(head, language) for head, _ in report.form.families()]
    said = [
        say(
            "figures.applicants.alt_kind",
            language,
            applicant=kind.term.label(language),
            whole=counted(kind.whole, language),
            outcomes=listed(_said(heads, kind.parts, language), language),
        )
        for kind in kinds_of(report)
    ]
    return joined([say("figures.applicants.alt", language, title=title), *said], language)


def _said(heads: Sequence[str], parts: Sequence[Count], language: Language) -> list[str]:
    return [
        say("figures.item_plain", language, label=head, count=counted(part, language), share="")
        for head, part in zip(heads, parts, strict=True)
    ]


def _caption(report: Report, notes: list[str], language: Language) -> str:
    table = report.form.table("requests")
    rests = say(
        "figures.applicants.caption",
        language,
        table=table.label(language),
        whole=table.row("concluded").label(language),
        columns=len(table.columns),
    )
    return joined([rests, _how(language), *notes], language)


def _keys(report: Report) -> list[CellKey]:
    rows = [row for _, members in report.form.families() for row in members] + ["concluded"]
    columns = [column.key for column in report.form.table("requests").columns]
    return [CellKey("requests", row, column) for row in rows for column in columns]
