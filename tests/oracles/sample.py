"""Draw the reports that we and the oracles judge, and write them with our answers as JSON to standard output.

Run by the project's own Python; the oracles, in an environment without this package, read nothing else.

    python tests/oracles/sample.py [REPORTS] >sample.json
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any

from foi_analysis.checks import verdicts
from foi_analysis.explanations import groups_of
from foi_analysis.form import CellKey, Form, form_ids, load_form
from foi_analysis.report import Cell, Report
from foi_analysis.rules import name_of, to_vtl
from foi_analysis.teaching.answers import draw_values
from foi_analysis.teaching.slips import SLIPS, plant

Values = Mapping[CellKey, int | None]


def sample(form: Form, seeds: Iterable[int]) -> dict[str, Any]:
    """Return rules, reports and our answers in plain data: what ``test_vtl`` and ``test_banff`` compare."""
    numbers = list(seeds)
    reports = [make(form, f"r{seed:05}", draw(form, seed)) for seed in numbers]
    slips = [(make(form, f"s{seed:05}", values), wrong) for seed in numbers for values, wrong in one_slip(form, seed)]
    return {
        "vtl": to_vtl(form),
        **for_banff(form),
        "reports": {report.name: figures(report) for report in reports},
        "verdicts": [(report.name, v.kind, name_of(v.rule), v.outcome) for report in reports for v in verdicts(report)],
        "slips": {report.name: figures(report) for report, _ in slips},
        "wrong": {report.name: str(wrong) for report, wrong in slips},
        "answers": {report.name: answers(report) for report, _ in slips},
    }


def for_banff(form: Form) -> dict[str, Any]:
    """Return the names that cells have for banff, and the identities as edits by family and name."""
    names = {key: f"C{number}" for number, key in enumerate(covered(form))}
    edits = {
        family: {
            name_of(one): " = ".join(" + ".join(names[key] for key in side) for side in (one.left, one.right)) + ";"
            for one in rules
        }
        for family, rules in groupby(form.identities, key=lambda one: one.family)
    }
    return {"names": {str(key): name for key, name in names.items()}, "edits": edits}


def figures(report: Report) -> dict[str, int | None]:
    """Return the number of each cell, None where none is printed."""
    return {str(key): None if cell.value is None else int(cell.value) for key, cell in report.grid.items()}


def answers(report: Report) -> list[str]:
    """Return the cells that explain a report alone."""
    (group,) = groups_of(report)
    return [str(one.changes[0].key) for one in group.explanations if len(one.changes) == 1]


def covered(form: Form) -> list[CellKey]:
    """Return the cells under an identity."""
    return [key for key in form.cells if form.identities_of[key]]


def make(form: Form, name: str, values: Values) -> Report:
    """Return a report of values."""
    marked = {key: Cell(key, value, "blank" if value is None else "number") for key, value in values.items()}
    return Report(name, form, marked)


def draw(form: Form, seed: int) -> Values:
    """Draw one report: a third whole, the others with one to three slips, some of all with cells left blank."""
    chance = random.Random(seed)
    drawn = draw_values(form, seed, (12, 300, 4_000, 60_000, 3_000_000_000)[seed % 5])
    for _ in range(chance.randint(0, 3) if chance.random() < 0.9 else 0):
        planted = plant(form, drawn, chance.choice(list(SLIPS)), chance, covered(form))
        drawn = dict(planted.values) if planted else drawn
    values: dict[CellKey, int | None] = dict(drawn)
    if chance.random() < 0.25:
        values |= dict.fromkeys(chance.sample(form.cells, chance.randint(1, 5)))
    if chance.random() < 0.1:
        values[chance.choice(form.cells)] = -chance.randint(1, 50)
    return values


def one_slip(form: Form, seed: int) -> Iterator[tuple[Values, CellKey]]:
    """Draw a report with one wrong cell under an identity, and that cell; none where the slip does not apply."""
    kinds = [kind for kind in SLIPS if kind != "swapped"]
    chance = random.Random(f"single {seed}")
    planted = plant(form, draw_values(form, seed, 500), chance.choice(kinds), chance, covered(form))
    if planted:
        (key,) = planted.true
        yield planted.values, key


if __name__ == "__main__":
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 150
    forms = [load_form(form_id) for form_id in form_ids()]
    found = {form.id: sample(form, range(at, count, len(forms))) for at, form in enumerate(forms)}
    json.dump(found, sys.stdout, ensure_ascii=False)
