"""Reports of one organ as boxes in a row, year after year, and between two years whether their figures join."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
import pandas as pd

from foi_analysis.bilingual import number
from foi_analysis.figures.drawing import Drawing
from foi_analysis.figures.facts import joined, listed
from foi_analysis.figures.panel.lines import draw_caption, organ_of, source
from foi_analysis.figures.sheet import Sheet
from foi_analysis.figures.style import colour, drawing_style, limit, size
from foi_analysis.form import CellKey
from foi_analysis.judging import ABSENT, judge_years
from foi_analysis.panel import Panel, scope_name
from foi_analysis.resources import Language, say
from foi_analysis.rules import VERDICTS

_JOIN, _HEIGHT, _MOST = 34.0, 29.0, 76.0


@dataclass(frozen=True, slots=True)
class Join:
    """Two years of one organ, by the numbers of their reports: what should be equal, and what came of it."""

    last: int
    report: int
    left: float
    right: float
    outcome: str


@dataclass(frozen=True, slots=True)
class Chain:
    """What a figure of joins shows: the family of its rule, and the cells that stand in each box, by their word."""

    name: str
    rule: str
    boxes: Mapping[str, CellKey]
    table: str


def draw_chain(panel: Panel, chain: Chain, language: Language) -> Drawing:
    """Draw the boxes and joins of every organ with reports of two years in a row, those with most reports first."""
    found = joins_of(panel, chain)
    organs, left_out = _organs(panel, found)
    title = _title(chain, found, language)
    notes = [say(f"comparison.note_{chain.name}", language)]
    if left_out:
        notes.append(say("comparison.organs_left_out", language, shown=len(organs), all=len(organs) + left_out))
    with drawing_style():
        sheet = Sheet()
        sheet.head(title, source(panel, say(f"comparison.unit_{chain.name}", language), language))
        for reports in organs:
            _draw(sheet, panel, chain, reports, found, language)
        sheet.notes(notes)
        figure = sheet.finish()
    caption = joined([say(f"comparison.caption_{chain.name}", language), *notes], language)
    return Drawing(f"panel_{chain.name}", figure, _alt(title, panel, chain, organs, found, language), title, caption,
                   joins_data(panel, chain))  # fmt: skip


def joins_of(panel: Panel, chain: Chain) -> Sequence[Join]:
    """Judge the rule between every two years of an organ that follow each other."""
    found = []
    for part in judge_years(panel):
        for place, rule in enumerate(part.rules):
            if rule.id == chain.rule and part.last is not None:
                left, right = part.sides(place, np.arange(len(part.reports)))
                codes = part.codes[place].tolist()
                for at, code in ((at, code) for at, code in enumerate(codes) if code != ABSENT):
                    found.append(Join(int(part.last[at]), int(part.reports[at]), float(left[at]), float(right[at]),
                                      VERDICTS[code]))  # fmt: skip
    return sorted(found, key=lambda join: join.report)


def joins_data(panel: Panel, chain: Chain) -> pd.DataFrame:
    """Return the joins of the whole panel: one row for two years of an organ.

    Columns: organ, scope, last_report, report, last_year, year, rule, left, right (the two sides, NaN where one is not
    known), difference, verdict.
    """
    heads = panel.heads
    rows = [
        (heads["organ"][j.report], heads["scope"][j.report], heads["report"][j.last], heads["report"][j.report],
         heads["year"][j.last], heads["year"][j.report], chain.rule, j.left, j.right, j.left - j.right, j.outcome)
        for j in joins_of(panel, chain)
    ]  # fmt: skip
    names = ["organ", "scope", "last_report", "report", "last_year", "year", "rule", "left", "right", "difference",
             "verdict"]  # fmt: skip
    return pd.DataFrame(rows, columns=names)


def _organs(panel: Panel, found: Sequence[Join]) -> tuple[list[list[int]], int]:
    """Return the reports of each organ with a join, in order of time; by scope and organ; and how many organs more."""
    with_join = {panel.heads["organ"][join.report] for join in found}
    numbers = sorted(
        (at for at, organ in enumerate(panel.heads["organ"]) if organ in with_join and panel.heads["year"][at]),
        key=lambda at: (panel.heads["organ"][at], panel.heads["year"][at]),
    )
    organs = [list(group) for _, group in groupby(numbers, key=lambda at: panel.heads["organ"][at])]
    kept = sorted(organs, key=lambda group: -len(group))[: limit("organs")]
    return sorted(kept, key=lambda group: panel.heads["scope"][group[0]]), len(organs) - len(kept)


def _draw(
    sheet: Sheet, panel: Panel, chain: Chain, reports: Sequence[int], found: Sequence[Join], language: Language
) -> None:
    draw_caption(sheet, organ_caption(panel, reports, language))
    between = {(join.last, join.report): join for join in found}
    across = int(sheet.width // (_MOST + _JOIN))
    for start in range(0, len(reports), across):
        for place, at in enumerate(reports[start : start + across]):
            x = _JOIN + place * (_MOST + _JOIN)
            _box(sheet, panel, chain, at, x, language)
            before = reports[start + place - 1] if start + place else None
            _joint(sheet, between.get((before, at)) if before is not None else None, x - _JOIN, x, language)
        sheet.y += 12 + _HEIGHT + 12
    sheet.y += 2


def _box(sheet: Sheet, panel: Panel, chain: Chain, at: int, x: float, language: Language) -> None:
    sheet.text(x + _MOST / 2, sheet.y, panel.heads["year"][at], size("small"), align="center")
    sheet.box(x, sheet.y + 12, _MOST, _HEIGHT, colour("verdicts", "none"), edge=colour("ink", "rule"))
    form = panel.forms[panel.form_codes[at]]
    if not any(key in form.cells for key in chain.boxes.values()):
        text = say("comparison.other_form", language)
        sheet.fitted(x + _MOST / 2, sheet.y + 12 + _HEIGHT / 2, text, size("tiny"), _MOST - 6)
        return
    step = _HEIGHT / len(chain.boxes)
    for place, (word, key) in enumerate(chain.boxes.items()):
        text = say(f"comparison.{word}", language, number=_shown(_cell(panel, at, key), language))
        sheet.fitted(x + _MOST / 2, sheet.y + 12 + (place + 0.5) * step, text, size("tiny"), _MOST - 6)


def _joint(sheet: Sheet, join: Join | None, left: float, right: float, language: Language) -> None:
    """Draw what is between two boxes: a line where the years join, two numbers that differ where they do not."""
    y = sheet.y + 12 + _HEIGHT / 2
    if join is None:
        return
    middle = (left + right) / 2
    if join.outcome == "not assessable":
        sheet.fitted(middle, y, "?", size("text"), _JOIN)
        return
    holds = join.outcome == "holds"
    gap = 7.0
    sheet.line((left + 1, y), (middle - gap, y), "rule" if holds else "outline")
    sheet.line((middle + gap, y), (right - 1, y), "rule" if holds else "outline")
    sheet.fitted(middle, y, "=" if holds else "≠", size("title"), 2 * gap - 2)
    if not holds:
        text = say("comparison.apart", language, number=_signed(join.left - join.right, language))
        sheet.fitted(middle, y + _HEIGHT / 2 + 6, text, size("tiny"), _JOIN)


def organ_caption(panel: Panel, reports: Sequence[int], language: Language) -> str:
    """Name an organ and what its figures cover, or that this changed."""
    scopes = dict.fromkeys(scope_name(panel.heads["scope"][at], language) for at in reports)
    return say("comparison.organ_scope", language, organ=organ_of(panel, reports[0], language),
               scope=say("panel.between", language).join(scopes))  # fmt: skip


def _cell(panel: Panel, at: int, key: CellKey) -> float:
    return float(panel.column(key)[at])


def _shown(value: float, language: Language) -> str:
    return number(value, language) if value == value else say("figures.not_printed_short", language)


def _signed(value: float, language: Language) -> str:
    return ("+" if value > 0 else "") + number(value, language)


def _title(chain: Chain, found: Sequence[Join], language: Language) -> str:
    judged = [join for join in found if join.outcome != "not assessable"]
    if not judged:
        return say("comparison.title_no_pairs", language)
    broken = sum(join.outcome == "broken" for join in judged)
    key = f"comparison.title_{chain.name}{'' if broken else '_whole'}"
    return say(key, language, broken=broken, all=len(judged))


def _alt(
    title: str, panel: Panel, chain: Chain, organs: Sequence[Sequence[int]], found: Sequence[Join], language: Language
) -> str:
    parts = []
    for reports in organs:
        told = [
            say(f"comparison.join_{join.outcome.replace(' ', '_')}", language, last=panel.heads["year"][join.last],
                year=panel.heads["year"][join.report], left=_shown(join.left, language),
                right=_shown(join.right, language))
            for join in found
            if join.report in reports
        ]  # fmt: skip
        text = listed(told, language)
        parts.append(say("comparison.said", language, name=organ_caption(panel, reports, language), text=text))
    return say(f"comparison.alt_{chain.name}", language, title=title, lines=joined(parts, language))
