"""Draw the figures of a report at random: every identity holds, and most cells are 0 as in print."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

from foi_analysis.form import CellKey, Form, Table


def draw_values(form: Form, seed: int, requests: int = 200) -> dict[CellKey, int]:
    """Draw a value for every cell of a form.

    ``requests`` is about how many were concluded. The same form, seed and size give the same values on any
    machine. Appeals are few, fees and decisions many, as in real reports.
    """
    chance = random.Random(f"{form.id} {seed} {requests}")
    values: dict[CellKey, int] = {}
    for table in form.tables:
        kind = {"rows": _requests, "across": _results, "blocks": _items}[table.layout]
        values |= kind(table, chance, requests)
    return {key: values[key] for key in form.cells}


def _shares(chance: random.Random, whole: int, parts: int, flat: float) -> list[int]:
    """Share a whole among parts, most of them getting nothing when ``flat`` is small."""
    weights = [chance.gammavariate(flat, 1.0) for _ in range(parts)]
    counts = [0] * parts
    for at in chance.choices(range(parts), [weight + 1e-9 for weight in weights], k=min(whole, 400)):
        counts[at] += 1
    scale = whole // max(1, min(whole, 400))
    counts = [count * scale for count in counts]
    counts[max(range(parts), key=counts.__getitem__)] += whole - sum(counts)
    return counts


def _requests(table: Table, chance: random.Random, size: int) -> dict[CellKey, int]:
    """Draw outcomes by applicant, then what came in and what stays pending, so that all sums agree."""
    applicants = [column.key for column in table.columns if column.key != "total"]
    outcomes = [row.key for row in table.rows if row.family]
    whole = max(0, round(size * chance.uniform(0.6, 1.4)))
    concluded = _shares(chance, whole, len(applicants), 0.35)
    concluded.sort(reverse=True)
    lines: dict[str, list[int]] = {row: [0] * len(applicants) for row in outcomes}
    for at, count in enumerate(concluded):
        for row, part in zip(outcomes, _shares(chance, count, len(outcomes), 0.25), strict=True):
            lines[row][at] = part
    lines["concluded"] = concluded
    lines["carried_out"] = [chance.randint(0, count // 10) for count in concluded]
    lines["carried_in"] = [chance.randint(0, count // 10) for count in concluded]
    lines["new"] = [
        done + out - before
        for done, out, before in zip(concluded, lines["carried_out"], lines["carried_in"], strict=True)
    ]
    return _with_totals(table, applicants, lines)


def _results(table: Table, chance: random.Random, size: int) -> dict[CellKey, int]:
    results = [column.key for column in table.columns if column.key != "total"]
    lines = {row.key: _shares(chance, chance.randint(0, max(3, size // 12)), len(results), 0.5) for row in table.rows}
    return _with_totals(table, results, lines)


def _items(table: Table, chance: random.Random, size: int) -> dict[CellKey, int]:
    """Draw counts of very different sizes, a third of them 0."""
    widest = max(4.0, len(str(size)) + 3.0)
    return {key: 0 if chance.random() < 1 / 3 else round(10 ** chance.uniform(0, widest)) for key in table.cells}


def _with_totals(table: Table, parts: Sequence[str], lines: Mapping[str, Sequence[int]]) -> dict[CellKey, int]:
    cells: dict[CellKey, int] = {}
    for row, counts in lines.items():
        for column, count in zip((*parts, "total"), (*counts, sum(counts)), strict=True):
            cells[CellKey(table.key, row, column)] = count
    return cells
