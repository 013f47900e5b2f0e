"""Kinds of applicant as lines of a table, each with its counts and with its requests drawn below them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from foi_analysis.bilingual import percent
from foi_analysis.figures.facts import Count, brief, count, counted, row_name
from foi_analysis.figures.sheet import LEADING, Sheet
from foi_analysis.figures.style import colour, hatch, limit, size
from foi_analysis.figures.wrap import wrap
from foi_analysis.form import CellKey, Form, Term
from foi_analysis.report import Report
from foi_analysis.resources import Language

_LABEL = 0.25
_GAP = 4.0
_STRIP = 9.0


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of applicant: the requests concluded, and the requests of each family of outcome."""

    term: Term
    whole: Count
    parts: tuple[Count, ...]

    @property
    def has_shares(self) -> bool:
        """Whether it has requests enough for shares, all of them printed, whose parts do not exceed the whole."""
        known = self.whole.known and all(part.known for part in self.parts)
        return known and max(limit("shares_from"), *(part.printed for part in self.parts)) <= self.whole.printed


def kinds_of(report: Report) -> list[Kind]:
    """Return every kind of applicant in printed order, all of them together last."""
    families = report.form.families()
    return [
        Kind(
            term,
            count(report, [CellKey("requests", "concluded", term.key)]),
            tuple(count(report, [CellKey("requests", row, term.key) for row in rows]) for _, rows in families),
        )
        for term in report.form.table("requests").columns
    ]


def draw_heads(sheet: Sheet, form: Form, language: Language) -> None:
    """Write the heads of the columns, each family under a patch of its colour."""
    points, whole = size("small"), form.table("requests").row("concluded")
    heads = [(head.key, wrap(brief(head, language), points, _column(sheet) - 3)) for head, _ in form.families()]
    heads.append(("", wrap(row_name(whole, language), points, _column(sheet) - 3)))
    for at, (key, lines) in enumerate(heads):
        middle = _middle(sheet, at)
        if key:
            fill, edge = colour("families", key), colour("ink", "outline")
            sheet.box(middle - 8, sheet.y, 16, 7, fill, hatch=hatch(key), edge=edge, name=f"head.{key}")
        sheet.block(middle, sheet.y + 9, lines, points, _column(sheet), align="center")
    sheet.y += 9 + max(len(lines) for _, lines in heads) * points * LEADING + 3
    sheet.rule(sheet.y)


def draw_kind(sheet: Sheet, form: Form, kind: Kind, language: Language) -> None:
    """Write the counts of one kind of applicant, its shares where it has any, and draw them below."""
    sheet.y += 4
    label = wrap(kind.term.label(language), size("text"), _LABEL * sheet.width - _GAP)
    named = sheet.block(0, sheet.y, label, size("text"), sheet.width)
    counts = [counted(amount, language, short=True) for amount in (*kind.parts, kind.whole)]
    top = sheet.y + _draw_line(sheet, sheet.y, counts, size("text"))
    if kind.has_shares:
        shares = [percent(part.over(kind.whole), language) if part.printed else "" for part in kind.parts]
        top += _draw_line(sheet, top, shares, size("small"), "muted")
    top += _draw_requests(sheet, top + 1, kind, [head.key for head, _ in form.families()]) + 1
    sheet.y = max(sheet.y + named, top) + 3
    sheet.rule(sheet.y)


def _draw_line(sheet: Sheet, y: float, texts: Sequence[str], points: float, ink: str = "text") -> float:
    """Write a line of the table, and give its height."""
    for at, text in enumerate(texts):
        sheet.fitted(_middle(sheet, at), y + 0.57 * points, text, points, _column(sheet) - 3, ink=ink)
    return points * LEADING


def _draw_requests(sheet: Sheet, top: float, kind: Kind, families: Sequence[str]) -> float:
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
