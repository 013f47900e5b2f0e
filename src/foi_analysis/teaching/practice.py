"""Reports to try a student's function on: drawn at random, clean, faulty in several ways, with gaps, and empty."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar

from foi_analysis.form import CellKey, load_form
from foi_analysis.panel import load_panel
from foi_analysis.read import read_report
from foi_analysis.report import Cell, Finding, Report
from foi_analysis.teaching.chance import Chance
from foi_analysis.teaching.figures import draw_values
from foi_analysis.teaching.planting import plant_error

T = TypeVar("T")
_FORM = "cn-2021"
_SIZE = 600
#: Slips of one digit: one cell is wrong, and the sums show it.
_ONE_CELL = "digit wrong"
_TOTAL_LOST = "total printed as 0"


def open_report(which: str) -> Report:
    """Open a report: one of the panel that travels with the package by its name, or a file by its path.

    Raises ReadingError when the file cannot be read as a report, OSError when it is not there.
    """
    panel = load_panel()
    return panel.report(which) if which in panel.heads["report"] else read_report(which)


def practice(seed: object) -> tuple[Report, ...]:
    """Give six invented reports, the same for the same seed.

    A clean one; one with a wrong digit; one with a total printed as 0; one in which the printed identities hold
    and implied ones do not; one with blank cells; one of zeros.
    """
    chance = Chance("practice", seed)
    clean = _report(chance, "clean", draw_values(load_form(_FORM), chance.randrange(10**6), _SIZE))
    return (
        clean,
        plant_error(clean, _ONE_CELL, seed).report,
        plant_error(clean, _TOTAL_LOST, seed).report,
        _hidden_from_balance(clean, chance),
        _with_blanks(clean, chance),
        _report(chance, "zeros", dict.fromkeys(clean.form.cells, 0)),
    )


def rearranged(seed: object) -> Report:
    """Give an invented report whose sums agree and in which anything that they leave open may be so.

    Kinds of applicant, outcomes, routes and results stand under each other's labels, and so do the figures on
    proactive disclosure.
    """
    chance = Chance("rearranged", seed)
    report = _report(chance, "rearranged", draw_values(load_form(_FORM), chance.randrange(10**6), _SIZE))
    requests, review = report.form.table("requests"), report.form.table("review")
    rows = _shuffled([row.key for row in requests.rows if row.family], chance)
    rows |= _shuffled(["new", "carried_in"], chance) | _shuffled([row.key for row in review.rows], chance)
    columns = _shuffled([column.key for column in requests.columns if column.group], chance)
    columns |= _shuffled([column.key for column in review.columns if column.key != "total"], chance)
    proactive = _shuffled(list(report.form.table("proactive").cells), chance)
    cells = {}
    for key in report.grid:
        moved = CellKey(key.table, rows.get(key.row, key.row), columns.get(key.column, key.column))
        cells[key] = replace(report.grid[proactive.get(key, moved)], key=key)
    return replace(report, grid=cells)


def _shuffled(things: list[T], chance: Chance) -> dict[T, T]:
    """Give for each thing the one that takes its place."""
    return dict(zip(things, chance.sample(things, len(things)), strict=True))


def _report(chance: Chance, name: str, values: Mapping[CellKey, int]) -> Report:
    cells = {key: Cell(key, value, "number", str(value)) for key, value in values.items()}
    return Report(name, load_form(_FORM), cells, Finding(name), Finding(str(chance.randint(2021, 2025))))


def _hidden_from_balance(report: Report, chance: Chance) -> Report:
    """Raise an outcome of one applicant, and of all: only the sums of outcomes can see it."""
    table = report.form.table("requests")
    row = chance.choice([row.key for row in table.rows if row.family])
    column = chance.choice([column.key for column in table.columns if column.group])
    more, keys = chance.randint(1, 9), [CellKey("requests", row, column), CellKey("requests", row, "total")]
    raised = {key: int(report.grid[key].value or 0) + more for key in keys}
    cells = {key: Cell(key, value, "number", str(value)) for key, value in raised.items()}
    return replace(report, name="hidden", grid={**report.grid, **cells})


def _with_blanks(report: Report, chance: Chance) -> Report:
    """Leave blank what a rate needs, and some cells more."""
    needed = [CellKey("requests", "concluded", "total"), CellKey("requests", "partly_disclosed", "total")]
    keys = [*needed, *chance.sample(list(report.form.cells), 12)]
    return replace(report, name="blanks", grid={**report.grid, **{key: Cell(key, None, "blank") for key in keys}})
