"""Why information was not disclosed: the grounds, ranked, told apart by whether the law leaves a choice."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from foi_analysis.bilingual import number, percent
from foi_analysis.figures.drawing import Drawing
from foi_analysis.figures.facts import brief, count, joined, listed, many, remarks, subtitle
from foi_analysis.figures.lanes import Lane, lane_for
from foi_analysis.figures.shares import Share, share_in_words, share_lines, shares_frame, shares_of
from foi_analysis.figures.sheet import LEADING, Shape, Sheet
from foi_analysis.figures.style import colour, drawing_style, size
from foi_analysis.figures.wrap import wrap
from foi_analysis.form import CellKey, Form, Term
from foi_analysis.report import Report
from foi_analysis.resources import Language, say

Kind = Literal["discretionary", "mandatory", "apart"]

#: The measure whose sums tell the kinds of ground apart, and that of each ground.
_DIVIDES, _GROUND = "discretionary_share", "ground_share"
_SHAPES: dict[Kind, tuple[Shape, bool]] = {
    "discretionary": ("square", False),
    "mandatory": ("circle", True),
    "apart": ("diamond", True),
}
_LABEL, _WORDS = 0.4, 0.3
_GAP = 8.0


@dataclass(frozen=True, slots=True)
class _Ground:
    """A ground: its row, its share of all not disclosed, and whether the law leaves a choice."""

    term: Term
    share: Share
    kind: Kind
    count: float


def grounds(report: Report, language: Language) -> Drawing:
    """Draw the grounds for not disclosing, ranked, as shares of all requests not disclosed, with intervals.

    Grounds on which the organ may choose, those that forbid disclosure, and inquiry matters, which are no
    exemption, differ in the shape of their marks. Raises MissingGlyphError when the font lacks a character.
    """
    ranked, title = _ranked(report), _title(report, language)
    notes = remarks(report, [_key(ground.term) for ground in ranked], language)
    with drawing_style():
        sheet = Sheet()
        sheet.head(title, subtitle(report, say("figures.grounds.unit", language), language))
        _draw(sheet, ranked, language)
        sheet.notes(notes)
        figure = sheet.finish()
    return Drawing("grounds", figure, _alt(title, ranked, language), title, _caption(report, notes, language),
                   grounds_data(report, language))  # fmt: skip


def grounds_data(report: Report, language: Language) -> pd.DataFrame:
    """Return what the figure draws: one row a ground, ranked, what is no exemption last.

    Columns: ground (the row of the form), ground_label, basis (discretionary, mandatory, apart), count (requests; NaN
    where no number is printed), then the measure with its numbers as in ``foi_analysis.measures``.
    """
    ranked = _ranked(report)
    return shares_frame(
        [ground.share for ground in ranked],
        language,
        ground=[ground.term.key for ground in ranked],
        ground_label=[brief(ground.term, language) for ground in ranked],
        basis=[ground.kind for ground in ranked],
        count=[ground.count for ground in ranked],
    )


def _ranked(report: Report) -> list[_Ground]:
    """Return the grounds, the most frequent first, equal ones in printed order, and what is no exemption at the end."""
    table, shares = report.form.table("requests"), shares_of(report)
    kinds = _kinds(report.form, shares[_DIVIDES])
    found = [
        _Ground(table.row(row), shares[f"{_GROUND}.{row}"], kind, count(report, [_key(table.row(row))]).value)
        for row, kind in kinds.items()
    ]
    return sorted(found, key=lambda ground: (ground.kind == "apart", -_rank(ground)))


def _rank(ground: _Ground) -> float:
    """Return what a ground is ranked by: its share, or the least that it can be, or its count alone."""
    known = (ground.share.value, ground.share.lower, ground.count)
    return next((each for each in known if not math.isnan(each)), -1.0)


def _kinds(form: Form, divides: Share) -> dict[str, Kind]:
    """Return the kind of each ground, in printed order, from the measure that divides them."""
    chosen, divided = ({key.row for key in total} for total in divides.measure.sums(form))
    rows = next(rows for head, rows in form.families() if divided <= set(rows))
    return {row: "discretionary" if row in chosen else "mandatory" if row in divided else "apart" for row in rows}


def _draw(sheet: Sheet, ranked: list[_Ground], language: Language) -> None:
    start = _LABEL * sheet.width
    lane = lane_for(start, (1 - _LABEL - _WORDS) * sheet.width - 2 * _GAP, (ground.share for ground in ranked))
    _draw_key(sheet, language)
    sheet.y += size("tiny") * LEADING
    lane.ticks(sheet, sheet.y, language)
    for at, ground in enumerate(ranked):
        if at and ground.kind == "apart" != ranked[at - 1].kind:
            sheet.y += 3
            sheet.rule(sheet.y)
            sheet.y += 3
        _draw_ground(sheet, lane, ground, language)


def _draw_key(sheet: Sheet, language: Language) -> None:
    """Say what each mark means."""
    points = size("small")
    for kind, (shape, hollow) in _SHAPES.items():
        lines = wrap(say(f"figures.grounds.{kind}", language), points, sheet.width - 14)
        sheet.mark(
            5, sheet.y + 0.57 * points, shape, colour("families", "withheld"), hollow=hollow, name=f"mark.{kind}"
        )
        sheet.y += sheet.block(14, sheet.y, lines, points, sheet.width) + 2
    sheet.y += 4


def _draw_ground(sheet: Sheet, lane: Lane, ground: _Ground, language: Language) -> None:
    points, top = size("text"), sheet.y + 2
    height = sheet.block(0, top, brief(ground.term, language), points, lane.start - _GAP)
    x = lane.start + lane.length + 2 * _GAP
    words = share_lines(ground.share, language, size("small"), sheet.width - x)
    height = max(height, sheet.block(x, top + 0.5, words, size("small"), sheet.width))
    shape, hollow = _SHAPES[ground.kind]
    middle = top + 0.57 * points
    lane.grid(sheet, sheet.y, top + height + 2)
    lane.draw(sheet, middle, ground.share, shape, colour("families", "withheld"), hollow=hollow)
    sheet.y = top + height + 2


def _title(report: Report, language: Language) -> str:
    """Say how many of those withheld on grounds of exemption rest on a choice that the law leaves."""
    share = shares_of(report)[_DIVIDES]
    if not share.known:
        return say(f"figures.grounds.title_{'none' if share.state == 'undefined' else 'unknown'}", language)
    return say(
        "figures.grounds.title",
        language,
        requests=many("requests", share.denominator, language),
        chosen=number(share.numerator, language),
        share=percent(share.value, language),
    )


def _alt(title: str, ranked: list[_Ground], language: Language) -> str:
    said = [
        say(
            "figures.grounds.alt_ground",
            language,
            label=brief(ground.term, language),
            words=share_in_words(ground.share, language),
            kind=say(f"figures.grounds.short_{ground.kind}", language),
        )
        for ground in ranked
    ]
    return say("figures.grounds.alt", language, title=title, grounds=listed(said, language))


def _caption(report: Report, notes: list[str], language: Language) -> str:
    table = report.form.table("requests")
    head = table.group(table.row(next(iter(_kinds(report.form, shares_of(report)[_DIVIDES])))).group)
    rests = say(
        "figures.grounds.caption",
        language,
        table=table.label(language),
        head=brief(head, language),
        column=table.column("total").label(language),
    )
    return joined([rests, *notes], language)


def _key(term: Term) -> CellKey:
    return CellKey("requests", term.key, "total")
