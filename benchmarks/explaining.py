"""Plant slips and count how often the explanation names the wrong cell; time it; write results/explaining.json.

- every kind of slip in each of the 190 cells under an identity: is the true cell in the answer, how long is the tie
- two and three independent slips
- microseconds a report: in batches of 10 000, alone, and the worst case of the bounded search
- the whole check of the reference report: reading, proofs, prose, verdicts, explanation
- banff on the same records, with ``--banff`` (an environment of its own: tests/oracles/requirements.txt)

    python benchmarks/explaining.py [--draws N] [--sets N] [--banff PYTHON]
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from harness import REFERENCE, ROOT, Work, record

from foi_analysis.checks import verdicts
from foi_analysis.explanations import BOUND, Found, explain_values, groups_of
from foi_analysis.form import CellKey, load_form
from foi_analysis.prose import claims
from foi_analysis.read import prove, read_report
from foi_analysis.reading import read_file
from foi_analysis.report import Cell, Report
from foi_analysis.teaching.answers import draw_values
from foi_analysis.teaching.slips import SLIPS, plant

FORM = load_form("cn-2021")
COVERED = [key for key in FORM.cells if FORM.identities_of[key]]
AT = {key: i for i, key in enumerate(FORM.cells)}
DIGITS = ["transposed", "digit wrong", "digit lost", "digit added", "power of ten"]
SINGLE = [kind for kind in SLIPS if kind != "swapped"]

Values = Mapping[CellKey, int]


@dataclass
class Tally:
    """What became of some planted slips. Ties hold the number of equally small explanations."""

    planted: int = 0
    unseen: int = 0
    found: int = 0
    fewer: int = 0
    first: int = 0
    cells: set[CellKey] = field(default_factory=set)
    ties: list[int] = field(default_factory=list)

    def summary(self) -> dict[str, float]:
        seen = self.planted - self.unseen
        return {
            "cells": len(self.cells),
            "planted": self.planted,
            "break no identity": self.unseen,
            "true cells in the answer, first or in the tie": _percent(self.found, seen),
            "explained by fewer cells than were wrong": _percent(self.fewer, seen),
            "true cells ranked first": _percent(self.first, seen),
            "explanations, median": statistics.median(self.ties),
            "explanations, most": max(self.ties),
        }


def _percent(part: int, whole: int) -> float:
    return round(100 * part / whole, 2)


def report(values: Values) -> Report:
    return Report("planted", FORM, {key: Cell(key, value, "number") for key, value in values.items()})


def as_row(values: Values) -> list[int]:
    return [values[key] for key in FORM.cells]


def answers(found: Sequence[Found]) -> list[dict[int, int | None]]:
    """Join the explanations of separate groups: every way to repair the whole report."""
    return [dict(itertools.chain(*sets)) for sets in itertools.product(*(group.solutions for group in found))]


def contains(found: Sequence[Found], true: Mapping[int, int]) -> bool:
    """Whether the true cells, all of them and no other, are an answer; a change left open fits any value."""
    return any(
        answer.keys() == true.keys() and all(change in (None, true[cell]) for cell, change in answer.items())
        for answer in answers(found)
    )


def each_cell(draws: int) -> dict[str, dict[str, float]]:
    """Plant every kind of slip in each covered cell, in so many drawn reports to which the kind applies."""
    drawn = [draw_values(FORM, number, (900, 60, 20_000)[number % 3]) for number in range(60)]
    tallies = {kind: Tally() for kind in SLIPS}
    for (kind, tally), key in itertools.product(tallies.items(), COVERED):
        chance = random.Random(f"{kind} {key}")
        tries = (plant(FORM, values, kind, chance, [key]) for values in drawn)
        for planted in itertools.islice(filter(None, tries), draws):
            count(tally, planted.values, planted.true)
            tally.cells.add(key)
    return {kind: tally.summary() for kind, tally in tallies.items()}


def count(tally: Tally, values: Values, true: Values) -> None:
    """Explain one report and note how it went."""
    tally.planted += 1
    (found,) = explain_values(FORM, np.array([as_row(values)]))
    if not found:
        tally.unseen += 1
        return
    changes = {AT[key]: value - values[key] for key, value in true.items()}
    repairs = answers(found)
    tally.found += contains(found, changes)
    tally.fewer += any(len(answer) < len(changes) for answer in repairs)
    tally.ties.append(len(repairs))
    best = {change.key for group in groups_of(report(values)) for e in group.explanations[:1] for change in e.changes}
    tally.first += best == set(true)


def several(slips: int, sets: int) -> dict[str, float]:
    """Plant independent slips, each in the digits of another cell."""
    tally = Tally()
    for seed in range(sets):
        chance = random.Random(f"{slips} {seed}")
        drawn = draw_values(FORM, seed, (60, 900, 20_000)[seed % 3])
        values: Values = drawn
        true: dict[CellKey, int] = {}
        while len(true) < slips:
            untouched = [key for key in COVERED if key not in true]
            planted = plant(FORM, values, chance.choice(DIGITS), chance, untouched)
            if planted:
                true |= planted.true
                values = planted.values
        count(tally, values, true)
        tally.cells |= true.keys()
    return tally.summary()


def one_slip(reports: int) -> tuple[np.ndarray, list[CellKey]]:
    """Draw reports with one wrong cell each; give the figures and the wrong cells."""
    drawn = [draw_values(FORM, seed, 400) for seed in range(200)]
    rows, wrong = [], []
    for seed in range(reports):
        chance = random.Random(seed)
        planted = None
        while planted is None:
            planted = plant(FORM, drawn[seed % len(drawn)], chance.choice(SINGLE), chance, COVERED)
        rows.append(as_row(planted.values))
        wrong += planted.true
    return np.array(rows), wrong


def shortest(work: Work, runs: int) -> float:
    """Time some work in microseconds: the shortest of several runs, the one that other programs disturbed least."""
    taken = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return min(taken) * 1e6


def times(reports: int = 10_000) -> dict[str, float]:
    """Time reports with one slip, in a batch and alone."""
    figures, _ = one_slip(reports)
    single = [report(dict(zip(FORM.cells, row, strict=True))) for row in figures[:200].tolist()]
    alone = [shortest(lambda one=one: explain_values(FORM, one), 5) for one in figures[:200, np.newaxis]]
    as_reports = [shortest(lambda one=one: groups_of(one), 3) for one in single]
    return {
        "reports in the batch": reports,
        "microseconds a report in the batch": round(shortest(lambda: explain_values(FORM, figures), 7) / reports, 1),
        "microseconds alone, explain_values": round(statistics.median(alone)),
        "microseconds alone, groups_of(report)": round(statistics.median(as_reports)),
    }


def worst(cases: int = 100) -> dict[str, Any]:
    """Time the longest searches: many cells wrong, strewn over the form or close together."""
    taken: dict[str, float] = {}
    drawn = draw_values(FORM, 1, 900)
    pools = {
        "anywhere": COVERED,
        "in three rows": [key for key in COVERED if key.row in ("disclosed", "other_else", "concluded")],
        "in one row": [key for key in COVERED if key.row == "concluded"],
        "in one column": [key for key in COVERED if key.column == "natural_person"],
    }
    for seed, (name, pool) in itertools.product(range(cases), pools.items()):
        chance = random.Random(seed)
        wrong = chance.sample(pool, min(len(pool), chance.choice([3, 4, 5, 6, 8, 190])))
        row = np.array([as_row({**drawn, **{key: drawn[key] + chance.randint(1, 10**6) for key in wrong}})])
        taken[name] = max(taken.get(name, 0.0), shortest(lambda row=row: explain_values(FORM, row), 2))
    return {
        "sets tried for one group at most": BOUND,
        "searches": cases * len(pools),
        "milliseconds, the longest with wrong cells": {n: round(time / 1000, 1) for n, time in taken.items()},
    }


def whole_report() -> dict[str, float]:
    """Time the whole check of the reference report, and of the same with two digits transposed."""
    read = read_file(REFERENCE)

    def check(proved: Report) -> object:
        return verdicts(proved), groups_of(proved), claims(proved)

    key = CellKey("requests", "new", "natural_person")
    value = read.grid[key].value
    assert value is not None
    cells = {**read.grid, key: Cell(key, int(value) - 45, "number", proofs=("label", "order"))}
    broken = Report(read.name, read.form, cells, read.organ, read.year, paragraphs=read.paragraphs)
    return {
        "milliseconds with reading": round(shortest(lambda: check(read_report(REFERENCE)), 25) / 1000, 2),
        "milliseconds without reading": round(shortest(lambda: check(prove(read)), 25) / 1000, 2),
        "milliseconds without reading, digits transposed": round(shortest(lambda: check(prove(broken)), 25) / 1000, 2),
    }


def by_banff(python: str, reports: int = 400) -> dict[str, Any]:
    """Let banff, in the environment of the oracles, locate the same single slips, all in one run."""
    oracles = ROOT / "tests" / "oracles"
    sys.path.insert(0, str(oracles))
    from sample import for_banff

    figures, wrong = one_slip(reports)
    rows = {f"r{n:05}": dict(zip(map(str, FORM.cells), row, strict=True)) for n, row in enumerate(figures.tolist())}
    env = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    command = [python, str(oracles / "by_banff.py")]
    told = json.dumps({**for_banff(FORM), "slips": rows})
    run = subprocess.run(command, input=told, capture_output=True, text=True, check=True, env=env)
    theirs = json.loads(run.stdout.splitlines()[-1])
    ours = shortest(lambda: explain_values(FORM, figures), 5)
    explained = explain_values(FORM, figures)
    named = sum(theirs["located"].get(f"r{n:05}") == [str(key)] for n, key in enumerate(wrong))
    answered = sum(any(AT[key] in answer for answer in answers(one)) for key, one in zip(wrong, explained, strict=True))
    return {
        "banff": theirs["version"],
        "reports": reports,
        "banff names the wrong cell": _percent(named, reports),
        "ours has the wrong cell in the answer": _percent(answered, reports),
        "banff, milliseconds a report": round(theirs["seconds"] * 1e3 / reports, 3),
        "ours, milliseconds a report": round(ours / reports / 1000, 3),
        "times as fast": round(theirs["seconds"] * 1e6 / ours),
    }


if __name__ == "__main__":
    ask = argparse.ArgumentParser()
    ask.add_argument("--draws", type=int, default=3, help="drawn reports for each kind of slip and cell")
    ask.add_argument("--sets", type=int, default=1000, help="reports with two, and with three slips")
    ask.add_argument("--banff", help="the Python of an environment that has banff: tests/oracles/requirements.txt")
    args = ask.parse_args()
    measured = {
        "times": times(),
        "whole check of the reference report": whole_report(),
        "banff on the same records": by_banff(args.banff) if args.banff else {"banff": "not installed"},
        "worst case": worst(),
        f"one slip, by kind, in each of the {len(COVERED)} cells": each_cell(args.draws),
        "two slips": several(2, args.sets),
        "three slips": several(3, args.sets),
    }
    record("explaining", measured)
