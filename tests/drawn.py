"""Figures drawn at random, as reports: with slips, cells without a number, doubts and odd numbers."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

import numpy as np

from foi_analysis import Report, load_form
from foi_analysis.form import CellKey, Form
from foi_analysis.report import Cell, Finding
from foi_analysis.teaching.answers import draw_values
from foi_analysis.teaching.slips import SLIPS, plant

Row = list[int | float | None]
FORMS = {2019: "cn-2019", 2020: "cn-2019", 2021: "cn-2021", 2022: "cn-2021-hybrid", 2023: "cn-2021"}
LEVELS = ("", "unknown", "county", "city", "provincial department")
SCOPES = ("", "unknown", "own organ", "whole government")
ODD = (Decimal("0.1"), Decimal("12.50"), -3, 10**17 + 1, 2**50, 2**53 + 1, Decimal("0.30000000000000001"))


def rows(form: Form, count: int, blanks: bool = False) -> list[Row]:
    """Draw figures, every other report with up to three slips, some with cells without a number."""
    covered = [key for key in form.cells if form.identities_of[key]]
    drawn = []
    for seed in range(count):
        chance = random.Random(seed)
        values = draw_values(form, seed, (12, 300, 40_000)[seed % 3])
        for _ in range(chance.randint(1, 3) if seed % 2 else 0):
            planted = plant(form, values, chance.choice(list(SLIPS)), chance, covered)
            values = planted.values if planted else values
        row: Row = [values[key] for key in form.cells]
        for cell in chance.sample(range(len(row)), chance.choice([0, 0, 1, 4]) if blanks else 0):
            row[cell] = None
        drawn.append(row)
    return drawn


def array(drawn: Sequence[Row]) -> np.ndarray:
    """Return figures as floats, NaN where there is no number."""
    return np.array([[np.nan if x is None else x for x in row] for row in drawn])


def report_of(form: Form, row: Sequence[int | float | None]) -> Report:
    """Return a report that prints these figures."""
    numbers = [Decimal(repr(x)) if isinstance(x, float) and not x.is_integer() else x for x in row]
    values = [int(x) if isinstance(x, float) else x for x in numbers]
    marks = ("number" if x is not None else "blank" for x in values)
    cells = zip(form.cells, values, marks, strict=True)
    return Report("drawn", form, {key: Cell(key, x, mark) for key, x, mark in cells})  # type: ignore[arg-type]


def drawn_report(organ: int, year: int) -> Report:
    """Draw a report: some cells without a number, some in doubt, some slips, and some numbers that are no counts."""
    form, chance = load_form(FORMS[year]), random.Random(f"{organ} {year}")
    values = draw_values(form, 1000 * organ + year, chance.choice([12, 300, 40_000]))
    for _ in range(chance.choice([0, 0, 1, 2])):
        planted = plant(form, values, chance.choice(list(SLIPS)), chance, list(values))
        values = planted.values if planted else values
    cells = {key: Cell(key, value, "number", str(value)) for key, value in values.items()}
    for key in chance.sample(list(cells), chance.choice([0, 0, 1, 6, 40])):
        cells[key] = Cell(key, None, chance.choice(["blank", "missing", "dash", "unreadable"]))
    for key in chance.sample(list(cells), chance.choice([0] * 9 + [2])):
        odd = chance.choice(ODD)
        cells[key] = cells[key]._replace(value=odd, mark="number", printed=str(odd))
    for key in chance.sample(list(cells), chance.choice([0, 0, 2])):
        cells[key] = cells[key]._replace(doubt=chance.choice(["two readings disagree: 1 or 2", "found twice"]))
    head = chance.choice(sorted({key.row for key in form.subtotals})) if chance.random() < 0.08 else ""
    return Report(
        f"r{organ}_{year}",
        form,
        cells,
        Finding(f"organ {organ}"),
        Finding(str(year), doubt=chance.choice(["", "?"])),
        scope=Finding(chance.choice(SCOPES)),
        level=Finding(chance.choice(LEVELS)),
        subtotals=dict(subtotals(form, cells, head, chance)),
    )


def subtotals(
    form: Form, cells: Mapping[CellKey, Cell], head: str, chance: random.Random
) -> Iterator[tuple[CellKey, Cell]]:
    """Print what stands under a head once more, some sums wrongly, some in doubt, some not at all."""
    for key, identity in form.subtotals.items():
        parts = [cells[one].value for one in identity.left]
        if key.row == head and None not in parts:
            value = sum(part for part in parts if part is not None) + chance.choice([0] * 9 + [1])
            doubt = chance.choice([""] * 9 + ["found twice"])
            kept = Cell(key, value, "number", str(value), "line 3, field 4", ("label",), doubt)
            yield key, kept if chance.random() < 0.9 else Cell(key, None, "blank")
