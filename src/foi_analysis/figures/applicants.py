"""What became of the requests of each kind of applicant; few requests are drawn one by one, never as shares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from foi_analysis.figures.drawing import Drawing
from foi_analysis.figures.facts import (
    Count,
    brief,
    count,
    counted,
    joined,
    listed,
    many,
    number,
    percent,
    remarks,
    subtitle,
    within,
)
from foi_analysis.figures.sheet import LEADING, Sheet
from foi_analysis.figures.style import colour, drawing_style, hatch, limit, size
from foi_analysis.figures.wrap import wrap
from foi_analysis.form import CellKey, Term
from foi_analysis.report import Report
from foi_analysis.resources import Language, say

if TYPE_CHECKING:
    import pandas as pd

_LABEL = 0.25
_GAP = 4.0
_STRIP = 9.0


@dataclass(frozen=True, slots=True)
class _Kind:
    """A kind of applicant: the requests concluded, and the requests of each family of outcome."""

    term: Term
    whole: Count
    parts: tuple[Count, ...]

    @property
    def has_shares(self) -> bool:
        """Whether it has requests enough for shares, all of them printed, whose parts do not exceed the whole."""
        known = self.whole.known and all(part.known for part in self.parts)
        return known and max(limit("shares_from"), *(part.printed for part in self.parts)) <= self.whole.printed


def applicants(report: Report, language: Language) -> Drawing:
    """Draw the outcomes of each kind of applicant: counts for all, shares only where there are requests enough.

    Raises MissingGlyphError when the font lacks a character of the report.
    """
    title, notes = _title(report, language), remarks(report, _keys(report), language)
    with drawing_style():
        sheet = Sheet()
        sheet.head(title, subtitle(report, say("figures.applicants.unit", language), language))
        _draw_heads(sheet, report, language)
        families = [head.key for head, _ in report.form.families()]
        for kind in _kinds(report):
            _draw_kind(sheet, kind, families, language)
        sheet.notes([_how(language), *notes])
        figure = sheet.finish()
    return Drawing("applicants", figure, _alt(report, title, language), title, _caption(report, notes, language),
                   applicants_data(report, language))  # fmt: skip


def applicants_data(report: Report, language: Language) -> pd.DataFrame:
    """Give what the figure draws: one row a kind of applicant and family of outcome, in printed order.

    Columns: applicant, family, applicant_label, label, count (requests; NaN when not wholly printed), least (what is
    printed of it), concluded (all concluded requests of the kind; NaN when not printed).
    """
    import pandas as pd

    families = [head for head, _ in report.form.families()]
    rows = [(kind, head, part) for kind in _kinds(report) for head, part in zip(families, kind.parts, strict=True)]
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


def _kinds(report: Report) -> list[_Kind]:
    families = report.form.families()
    return [
        _Kind(
            term,
            count(report, [CellKey("requests", "concluded", term.key)]),
            tuple(count(report, [CellKey("requests", row, term.key) for row in rows]) for _, rows in families),
        )
        for term in report.form.table("requests").columns
    ]


def _draw_heads(sheet: Sheet, report: Report, language: Language) -> None:
    """Write the heads of the columns, each family under a patch of its colour."""
    points, whole = size("small"), report.form.table("requests").row("concluded")
    heads = [(head.key, wrap(brief(head, language), points, _column(sheet) - 3)) for head, _ in report.form.families()]
    heads.append(("", wrap(brief(whole, language), points, _column(sheet) - 3)))
    for at, (key, lines) in enumerate(heads):
        middle = _middle(sheet, at)
        if key:
            fill, edge = colour("families", key), colour("ink", "outline")
            sheet.box(middle - 8, sheet.y, 16, 7, fill, hatch=hatch(key), edge=edge, name=f"head.{key}")
        sheet.block(middle, sheet.y + 9, lines, points, _column(sheet), align="center")
    sheet.y += 9 + max(len(lines) for _, lines in heads) * points * LEADING + 3
    sheet.rule(sheet.y)


def _draw_kind(sheet: Sheet, kind: _Kind, families: Sequence[str], language: Language) -> None:
    """Write the counts of one kind of applicant, its shares where it has any, and draw them below."""
    sheet.y += 4
    label = wrap(kind.term.label(language), size("text"), _LABEL * sheet.width - _GAP)
    named = sheet.block(0, sheet.y, label, size("text"), sheet.width)
    counts = [counted(amount, language, short=True) for amount in (*kind.parts, kind.whole)]
    top = sheet.y + _draw_line(sheet, sheet.y, counts, size("text"))
    if kind.has_shares:
        shares = [percent(part.over(kind.whole), language) if part.printed else "" for part in kind.parts]
        top += _draw_line(sheet, top, shares, size("small"), "muted")
    top += _draw_requests(sheet, top + 1, kind, families) + 1
    sheet.y = max(sheet.y + named, top) + 3
    sheet.rule(sheet.y)


def _draw_line(sheet: Sheet, y: float, texts: Sequence[str], points: float, ink: str = "text") -> float:
    """Write a line of the table, and give its height."""
    for at, text in enumerate(texts):
        sheet.fitted(_middle(sheet, at), y + 0.57 * points, text, points, _column(sheet) - 3, ink=ink)
    return points * LEADING


def _draw_requests(sheet: Sheet, top: float, kind: _Kind, families: Sequence[str]) -> float:
    """Draw what can be drawn of a kind's requests, and give the height it takes."""
    amounts = [part.height for part in kind.parts]
    total = sum(amounts)
    if total <= 0 or not all(part.known for part in kind.parts):
        return 0.0
    left = _LABEL * sheet.width
    few = total < limit("shares_from") and all(amount.is_integer() for amount in amounts)
    draw = _draw_each if few else _draw_shares
    draw(sheet, left, top, [(f"{kind.term.key}.{key}", key, a) for key, a in zip(families, amounts, strict=True)])
    return _STRIP


def _draw_shares(sheet: Sheet, x: float, top: float, parts: Sequence[tuple[str, str, float]]) -> None:
    """Draw a strip over the whole width, divided by shares."""
    unit = (sheet.width - x) / sum(amount for *_, amount in parts)
    for name, key, amount in parts:
        sheet.box(
            x, top, unit * amount, _STRIP, colour("families", key),
            hatch=hatch(key), edge=colour("ink", "outline"), name=f"share.{name}",
        )  # fmt: skip
        x += unit * amount


def _draw_each(sheet: Sheet, x: float, top: float, parts: Sequence[tuple[str, str, float]]) -> None:
    """Draw each request as a square of its own."""
    side = _STRIP - 2.5
    for name, key, amount in parts:
        for at in range(int(amount)):
            fill, edge = colour("families", key), colour("ink", "outline")
            sheet.box(x, top + 1, side, side, fill, hatch=hatch(key), edge=edge, name=f"request.{name}.{at}")
            x += side + 2


def _column(sheet: Sheet) -> float:
    return sheet.width * (1 - _LABEL) / 7


def _middle(sheet: Sheet, at: int) -> float:
    return sheet.width * _LABEL + (at + 0.5) * _column(sheet)


def _title(report: Report, language: Language) -> str:
    """Say how many of the concluded requests came from the kind that made most of them."""
    *kinds, total = _kinds(report)
    if not (total.whole.known and all(kind.whole.known for kind in kinds)):
        return say("figures.applicants.title_unknown", language)
    if total.whole.printed <= 0:
        return say("figures.outcomes.title_none", language)
    most = max(kinds, key=lambda kind: kind.whole.printed)
    return say(
        "figures.applicants.title",
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
        for kind in _kinds(report)
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
