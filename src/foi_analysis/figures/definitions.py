"""Definitions of the disclosed share side by side: which outcomes each of them counts, and what it then says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

import pandas as pd

from foi_analysis.bilingual import number, percent
from foi_analysis.figures.drawing import Drawing
from foi_analysis.figures.facts import Count, brief, count, counted, joined, listed, remarks, subtitle
from foi_analysis.figures.measures import draw_measure, measure_lane
from foi_analysis.figures.shares import Share, share_in_words, shares_of
from foi_analysis.figures.sheet import LEADING, Sheet
from foi_analysis.figures.style import colour, drawing_style, size
from foi_analysis.figures.wrap import wrap
from foi_analysis.form import CellKey, Form
from foi_analysis.report import Report
from foi_analysis.resources import Language, say

Role = Literal["numerator", "denominator", "left_out"]

#: The families whose requests were disclosed, in full or in part.
_OPENED = {"disclosed", "partly_disclosed"}
_LABEL, _COLUMN, _SIDE = 0.56, 30.0, 8.0


@dataclass(frozen=True, slots=True)
class _Block:
    """Outcome rows that every definition treats alike: their names, their requests, their role in each definition."""

    family: str
    rows: tuple[str, ...]
    label: str
    count: Count
    roles: tuple[Role, ...]


def definitions(report: Report, language: Language) -> Drawing:
    """Draw how one set of counts gives different shares disclosed: the parts of each definition, and its value.

    Raises MissingGlyphError when the font lacks a character of the report.
    """
    shares = disclosed_shares(report)
    blocks = _blocks(report, shares, language)
    title, notes = _title(shares, language), remarks(report, _keys(report, shares), language)
    with drawing_style():
        sheet = Sheet()
        sheet.head(title, subtitle(report, say("figures.definitions.unit", language), language))
        _draw_blocks(sheet, blocks, language)
        draw_definitions(sheet, shares, language)
        sheet.notes(notes)
        figure = sheet.finish()
    return Drawing("definitions", figure, _alt(title, shares, blocks, language), title,
                   _caption(report, notes, language), definitions_data(report, language))  # fmt: skip


def definitions_data(report: Report, language: Language) -> pd.DataFrame:
    """Return what the figure draws: one row a definition and group of outcomes, in the order of the definitions.

    Columns: measure, label, outcomes (rows of the form joined with ``+``), outcomes_label, count (requests; NaN when
    not wholly printed), role (numerator, denominator, left_out), and of the whole definition value, low, high.
    """
    shares = disclosed_shares(report)
    cells = [(share, block, block.roles[at]) for at, share in enumerate(shares)
             for block in _blocks(report, shares, language)]  # fmt: skip
    return pd.DataFrame(
        {
            "measure": [share.measure.id for share, _, _ in cells],
            "label": [share.measure.name(language) for share, _, _ in cells],
            "outcomes": ["+".join(block.rows) for _, block, _ in cells],
            "outcomes_label": [block.label for _, block, _ in cells],
            "count": [block.count.value for _, block, _ in cells],
            "role": [role for _, _, role in cells],
            **{name: [getattr(share, name) for share, _, _ in cells] for name in ("value", "low", "high")},
        }
    )


def disclosed_shares(report: Report) -> list[Share]:
    """Return the measures of the disclosed share: those with nothing but disclosed requests in the numerator."""
    opened = {row for head, rows in report.form.families() if head.key in _OPENED for row in rows}
    return [
        share
        for share in shares_of(report).values()
        if share.measure.group == "disclosure" and opened.issuperset(k.row for k in share.measure.sums(report.form)[0])
    ]


def _roles(form: Form, share: Share, row: str) -> Role:
    """Return what a definition does with a row of outcomes; the total stands for all of them."""
    above, below = ({key.row for key in total} for total in share.measure.sums(form))
    return "numerator" if row in above else "denominator" if below & {row, "concluded"} else "left_out"


def _blocks(report: Report, shares: Sequence[Share], language: Language) -> list[_Block]:
    """Gather the rows of each family that all definitions treat alike; within a family the fewest rows first."""
    found = []
    for head, members in report.form.families():
        roles = {row: tuple(_roles(report.form, share, row) for share in shares) for row in members}
        alike = {role: tuple(row for row in members if roles[row] == role) for role in roles.values()}
        for role, rows in sorted(alike.items(), key=lambda item: len(item[1])):
            label = brief(head, language) if rows == members else _part(report, head.key, rows, language)
            found.append(_Block(head.key, rows, label, count(report, map(_key, rows)), role))
    return found


def _part(report: Report, family: str, rows: tuple[str, ...], language: Language) -> str:
    """Name some of a family's rows: one or two by their labels, more by their number."""
    table = report.form.table("requests")
    head = brief(table.group(family), language)
    if len(rows) <= 2:
        return say("figures.path", language).join(
            (head, listed((brief(table.row(row), language) for row in rows), language))
        )
    return say("figures.definitions.rest", language, family=head, rows=number(len(rows), language))


def _draw_blocks(sheet: Sheet, blocks: Sequence[_Block], language: Language) -> None:
    """Draw a line a block of outcomes, with a sign for its role in each definition."""
    points, definitions = size("small"), len(blocks[0].roles)
    sheet.y += sheet.block(0, sheet.y, say("figures.definitions.key", language), points, sheet.width, ink="muted") + 4
    sheet.text(
        _right(sheet), sheet.y, say("figures.definitions.requests", language), points, align="right", ink="muted"
    )
    for at in range(definitions):
        sheet.text(_centre(sheet, at), sheet.y, letter(at), size("text"), align="center")
    sheet.y += size("text") * LEADING + 1
    for _, members in groupby(blocks, key=lambda block: block.family):
        sheet.rule(sheet.y)
        for block in members:
            _draw_block(sheet, block, language)
    sheet.rule(sheet.y)
    sheet.y += 10


def _draw_block(sheet: Sheet, block: _Block, language: Language) -> None:
    points, top = size("text"), sheet.y + 2
    height = sheet.block(0, top, wrap(block.label, points, _right(sheet) - 50), points, sheet.width)
    sheet.text(_right(sheet), top, counted(block.count, language, short=True), points, align="right")
    for at, role in enumerate(block.roles):
        x, y, edge = _centre(sheet, at) - _SIDE / 2, top + 0.57 * points - _SIDE / 2, colour("ink", "outline")
        if role != "left_out":
            fill = colour("marks", "measure") if role == "numerator" else colour("ink", "paper")
            name = f"{role}.{letter(at)}.{'+'.join(block.rows)}"
            sheet.box(x, y, _SIDE, _SIDE, fill, edge=edge, line=0.9, name=name)
    sheet.y = top + height + 2


def draw_definitions(sheet: Sheet, shares: Sequence[Share], language: Language) -> None:
    """Draw what each definition says, lettered, on one scale."""
    lane = measure_lane(sheet)
    sheet.y += size("tiny") * LEADING
    lane.ticks(sheet, sheet.y, language)
    for at, share in enumerate(shares):
        draw_measure(sheet, lane, share, f"{letter(at)}. {share.measure.name(language)}", language)


def letter(at: int) -> str:
    """Return the letter of a definition, A for the first."""
    return chr(ord("A") + at)


def _right(sheet: Sheet) -> float:
    return _LABEL * sheet.width


def _centre(sheet: Sheet, at: int) -> float:
    return _right(sheet) + (at + 1) * _COLUMN


def _title(shares: Sequence[Share], language: Language) -> str:
    """Say how far the definitions lie apart."""
    values = [share.value for share in shares if share.known]
    if len(values) < len(shares):
        return say("figures.definitions.title_unknown", language)
    least, most = (percent(end(values), language) for end in (min, max))
    return say("figures.definitions.title", language, number=number(len(values), language), low=least, high=most)


def _alt(title: str, shares: Sequence[Share], blocks: Sequence[_Block], language: Language) -> str:
    said = [_said(share, [(b, b.roles[at]) for b in blocks], language) for at, share in enumerate(shares)]
    return joined([say("figures.definitions.alt", language, title=title), *said], language)


def _said(share: Share, parts: Sequence[tuple[_Block, Role]], language: Language) -> str:
    roles: tuple[Role, ...] = ("numerator", "denominator")
    named = {
        str(role): listed((_counted(block, language) for block, is_ in parts if is_ == role), language)
        for role in roles
    }
    values = {"label": share.measure.name(language), "words": share_in_words(share, language), **named}
    return say(f"figures.definitions.alt_{'more' if named['denominator'] else 'one'}", language, **values)


def _counted(block: _Block, language: Language) -> str:
    return f"{block.label} {counted(block.count, language)}"


def _caption(report: Report, notes: Sequence[str], language: Language) -> str:
    table = report.form.table("requests")
    values = {"table": table.label(language), "column": table.column("total").label(language)}
    whole = table.row("concluded").label(language)
    return joined([say("figures.definitions.caption", language, whole=whole, **values), *notes], language)


def _keys(report: Report, shares: Sequence[Share]) -> set[CellKey]:
    rows = {_key(row) for _, members in report.form.families() for row in members}
    return rows | {key for share in shares for key in share.measure.cells(report.form)}


def _key(row: str) -> CellKey:
    return CellKey("requests", row, "total")
