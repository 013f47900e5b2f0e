"""Draw the reports that we and the oracles judge: whole ones, ones with slips, ones with cells without a number."""

from __future__ import annotations

import os
import random
import sys
from collections.abc import Iterator

from foi_analysis import Report, load_form
from foi_analysis.form import CellKey, Form, form_ids
from foi_analysis.report import Cell
from foi_analysis.teaching.reports import draw_values
from foi_analysis.teaching.slips import SLIPS, plant

#: How many reports, over all forms.
COUNT = int(os.environ.get("FOI_ORACLE_REPORTS", "150"))
FORMS = [load_form(form_id) for form_id in form_ids()]


def tell(text: str) -> None:
    """Print what was compared, for whoever reads the run."""
    sys.stdout.write(f"\n{text}\n")


def reports(form: Form) -> list[Report]:
    """Draw this form's share of the reports."""
    at = FORMS.index(form)
    return [_report(form, seed) for seed in range(COUNT) if seed % len(FORMS) == at]


def single_slips(form: Form) -> Iterator[tuple[Report, CellKey]]:
    """Draw this form's share of reports with one wrong cell under an identity, and that cell."""
    kinds = [kind for kind in SLIPS if kind != "swapped"]
    covered = [key for key in form.cells if form.identities_of[key]]
    at = FORMS.index(form)
    for seed in (seed for seed in range(COUNT) if seed % len(FORMS) == at):
        chance = random.Random(f"single {seed}")
        planted = plant(form, draw_values(form, seed, 500), chance.choice(kinds), chance, covered)
        if planted:
            (key,) = planted.true
            yield make(form, f"s{seed:05}", dict(planted.values)), key


def make(form: Form, name: str, values: dict[CellKey, int | None]) -> Report:
    """Make a report of values."""
    marked = {key: Cell(key, value, "blank" if value is None else "number") for key, value in values.items()}
    return Report(name, form, marked)


def _report(form: Form, seed: int) -> Report:
    """Draw one report: a third whole, the others with one to three slips, some of all with cells left blank."""
    chance = random.Random(seed)
    drawn = draw_values(form, seed, (12, 300, 4_000, 60_000, 3_000_000_000)[seed % 5])
    covered = [key for key in form.cells if form.identities_of[key]]
    for _ in range(chance.randint(0, 3) if chance.random() < 0.9 else 0):
        planted = plant(form, drawn, chance.choice(list(SLIPS)), chance, covered)
        drawn = planted.values if planted else drawn
    values: dict[CellKey, int | None] = dict(drawn)
    if chance.random() < 0.25:
        values |= dict.fromkeys(chance.sample(form.cells, chance.randint(1, 5)))
    if chance.random() < 0.1:
        values[chance.choice(form.cells)] = -chance.randint(1, 50)
    return make(form, f"r{seed:05}", values)
