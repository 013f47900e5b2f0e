"""The form as printed, each cell marked by what came of the identities that stand over it."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import Literal

import pandas as pd

from foi_analysis.bilingual import number
from foi_analysis.checks import Verdict, verdicts
from foi_analysis.figures.drawing import Drawing
from foi_analysis.figures.facts import joined, listed, many, remarks, shown, subtitle
from foi_analysis.figures.form_layout import Box, draw_form
from foi_analysis.figures.legend import Entry, draw_legend
from foi_analysis.figures.sheet import Sheet
from foi_analysis.figures.style import colour, drawing_style, hatch, size
from foi_analysis.form import CellKey, Identity
from foi_analysis.report import Report
from foi_analysis.resources import Language, say

State = Literal["broken", "not assessable", "holds", "none"]

#: The gravest first: a cell is marked by the gravest verdict over it.
STATES: tuple[State, ...] = ("broken", "not assessable", "holds", "none")
_SIGNS: dict[State, str] = {"holds": "✓", "broken": "×", "not assessable": "?", "none": ""}


def check_map(report: Report, language: Language) -> Drawing:
    """Draw the form with each cell marked: its identities hold, one is broken or not assessable, or it has none.

    Raises MissingGlyphError when the font lacks a character of the report.
    """
    states, title = _states(report), check_map_finding(report, language)
    notes = remarks(report, report.form.cells, language)
    with drawing_style():
        sheet = Sheet()
        sheet.head(title, subtitle(report, say("figures.check_map.unit", language), language))
        draw_legend(sheet, _legend(sheet, report, states, language))

        def paint(key: CellKey, box: Box) -> None:
            cell = report.grid[key]
            paint_state(sheet, box, states[key], shown(cell, language), doubtful=bool(cell.doubt), name=f"cell.{key}")

        draw_form(sheet, report.form, paint, language)
        sheet.notes(notes)
        figure = sheet.finish()
    return Drawing("check_map", figure, _alt(report, states, title, language), title, _caption(report, notes, language),
                   check_map_data(report, language))  # fmt: skip


def check_map_data(report: Report, language: Language) -> pd.DataFrame:
    """Return what the figure draws: one row a cell, in printed order.

    Columns: table, row, column, shown (what is drawn in the cell), state (broken, not assessable, holds, none),
    identities (how many stand over the cell).
    """
    states, over = _states(report), report.form.identities_of
    return pd.DataFrame(
        {
            "table": [key.table for key in report.grid],
            "row": [key.row for key in report.grid],
            "column": [key.column for key in report.grid],
            "shown": [shown(cell, language) for cell in report.grid.values()],
            "state": [states[key] for key in report.grid],
            "identities": [len(over[key]) for key in report.grid],
        }
    )


def paint_state(sheet: Sheet, box: Box, state: State, text: str, *, doubtful: bool = False, name: str = "") -> None:
    """Paint one cell: a surface, a sign, and the text; never by colour alone."""
    ink = "paper" if state == "broken" else "text"
    edge, line = (colour("ink", "text"), 1.6) if doubtful else (colour("ink", "outline"), 0.4)
    sheet.box(
        box.x, box.y, box.width, box.height, colour("verdicts", state),
        hatch=hatch(state), edge=edge, line=line, dashed=state == "none", name=name,
    )  # fmt: skip
    if state == "not assessable":  # an even ground under the text: hatching must not run through digits
        sheet.box(box.x + 2, box.y + 1.5, box.width - 4, box.height - 3, colour("ink", "paper"), line=0)
    sign = _SIGNS[state] + ("?" if doubtful and state != "not assessable" else "")
    room, middle, points = 7.0 * bool(sign), box.y + box.height / 2, size("tiny")
    sheet.fitted(box.x + (box.width - room) / 2, middle, text, points, box.width - room - 3, ink=ink)
    sheet.fitted(box.x + box.width - room / 2 - 1.5, middle, sign, points, room, ink=ink)


def _states(report: Report) -> dict[CellKey, State]:
    found: dict[CellKey, set[str]] = {key: set() for key in report.form.cells}
    for verdict in _identities(report):
        for key in found.keys() & set(verdict.rule.cells):
            found[key].add(verdict.outcome)
    return {key: next((state for state in STATES if state in over), "none") for key, over in found.items()}


def _identities(report: Report) -> list[Verdict[Identity]]:
    return [verdict for verdict in verdicts(report) if verdict.kind == "identity"]


def _legend(sheet: Sheet, report: Report, states: dict[CellKey, State], language: Language) -> list[Entry]:
    """Return an entry for each state that occurs or that a reader looks for, and for doubt where there is any."""
    counts, doubtful = Counter(states.values()), len(report.doubtful)
    entries = [
        Entry(_said(state, counts[state], language), partial(paint_state, sheet, state=state, text=""))
        for state in ("holds", "none", "broken", "not assessable")
        if counts[state] or state != "not assessable"
    ]
    if doubtful:
        sample = partial(paint_state, sheet, state="none", text="", doubtful=True)
        entries.append(Entry(many("evidence_map.doubt", doubtful, language), sample))
    return entries


def _said(state: str, cells: int, language: Language) -> str:
    return say(f"figures.check_map.{state.replace(' ', '_')}", language, number=number(cells, language))


def check_map_finding(report: Report, language: Language) -> str:
    """Say how many identities hold, and how many cells none protects."""
    outcomes = Counter(verdict.outcome for verdict in _identities(report))
    holds, broken, unknown = (outcomes[outcome] for outcome in ("holds", "broken", "not assessable"))
    bare = sum(state == "none" for state in _states(report).values())
    finding = many("check_map.broken_identities", broken, language) if broken else ""
    unclear = many("check_map.unclear_identities", unknown, language) if unknown else ""
    form = "title" if broken or unknown else "title_all"
    first = say(
        f"figures.check_map.{form}", language, holds=number(holds, language), all=number(outcomes.total(), language)
    )
    return joined([first, finding, unclear, many("check_map.bare", bare, language) if bare else ""], language)


def _alt(report: Report, states: dict[CellKey, State], title: str, language: Language) -> str:
    tables = []
    for table in report.form.tables:
        counts = Counter(states[key] for key in table.cells)
        parts = listed((_said(state, counts[state], language) for state in STATES if counts[state]), language)
        tables.append(say("figures.map_table", language, table=table.label(language), parts=parts))
    return joined([say("figures.check_map.alt", language, title=title), *tables], language)


def _caption(report: Report, notes: list[str], language: Language) -> str:
    proactive = report.form.table("proactive").label(language)
    return joined([say("figures.check_map.caption", language, proactive=proactive), *notes], language)
