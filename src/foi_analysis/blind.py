"""Try slips of reading on a report and count those that no identity notices.

A slip moves or changes values but keeps every label in its place, as a reader does that counts wrongly. It is
noticed when the verdict on at least one identity changes. What is not noticed can only be caught by labels.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from foi_analysis.form import CellKey, Form
from foi_analysis.report import Report

Vector = NDArray[np.float64]

Moves = Iterable[tuple[CellKey, CellKey]]


def slips(report: Report) -> pd.DataFrame:
    """Count slips by kind: how many change the report, and how many of these the identities notice.

    One row a kind that the form knows. Columns: kind, tried, noticed, unnoticed. A slip that changes nothing,
    such as the exchange of two equal rows, is not tried.
    """
    values, judge = _values(report), _judge(report)
    found = {kind: [v for v in tried if _differs(v, values)] for kind, tried in _tried(report.form, values).items()}
    noticed = {kind: int(judge(variants)) for kind, variants in found.items()}
    return pd.DataFrame(
        {
            "kind": list(found),
            "tried": [len(variants) for variants in found.values()],
            "noticed": list(noticed.values()),
            "unnoticed": [len(variants) - noticed[kind] for kind, variants in found.items()],
        }
    )


def _values(report: Report) -> Vector:
    """Give the values of all cells in the form's order, NaN where no number is printed."""
    cells = (report.grid[key].value for key in report.form.cells)
    return np.array([float("nan") if value is None else float(value) for value in cells])


def _judge(report: Report) -> Callable[[Sequence[Vector]], int]:
    """Give a function that counts the variants on which the verdict of any identity changes."""
    matrix, base = report.form.matrix(), _values(report)

    def outcomes(values: Vector) -> Vector:
        difference = matrix @ values
        return np.where(np.isnan(difference), -1.0, (difference != 0).astype(float))

    before = outcomes(base)
    return lambda variants: sum(bool((outcomes(variant) != before).any()) for variant in variants)


def _differs(one: Vector, other: Vector) -> bool:
    return not np.array_equal(one, other, equal_nan=True)


def moves_of(form: Form) -> dict[str, Iterator[Moves]]:
    """Give by kind all moves of values from cell to cell, each as pairs (from, to), that leave every label in place."""
    return {
        "rows": _exchanges(form, "requests", [row.key for row in form.table("requests").rows]),
        "block": _blocks(form),
        "applicants": _columns(form),
        "routes": _exchanges(form, "review", [row.key for row in form.table("review").rows]),
        "results": _results(form),
    }


def _tried(form: Form, values: Vector) -> dict[str, Iterable[Vector]]:
    index = {key: i for i, key in enumerate(form.cells)}
    changed = {f"number_{table.key}": _changed(values, [index[key] for key in table.cells]) for table in form.tables}
    moved = {kind: (_moved(values, index, move) for move in each) for kind, each in moves_of(form).items()}
    return {**changed, **moved}


def _changed(values: Vector, cells: Iterable[int]) -> Iterator[Vector]:
    """Change one number at a time; any other change of it breaks the same identities."""
    for cell in cells:
        variant = values.copy()
        variant[cell] += 1
        yield variant


def _moved(values: Vector, index: dict[CellKey, int], moves: Moves) -> Vector:
    variant = values.copy()
    for source, target in moves:
        variant[index[target]] = values[index[source]]
    return variant


def _exchanges(form: Form, table: str, rows: Sequence[str]) -> Iterator[Moves]:
    """Exchange two rows."""
    for pair in combinations(rows, 2):
        yield _rows(form, table, [pair, pair[::-1]])


def _blocks(form: Form) -> Iterator[Moves]:
    """Shift each run of adjacent outcome rows by one, its last row taking the place of the first."""
    rows = [row.key for row in form.table("requests").rows if row.family]
    for start, end in combinations(range(len(rows) + 1), 2):
        run = rows[start:end]
        if len(run) > 1:
            yield _rows(form, "requests", list(zip(run, [*run[1:], run[0]], strict=True)))


def _rows(form: Form, table: str, moves: Iterable[tuple[str, str]]) -> Moves:
    columns = [column.key for column in form.table(table).columns]
    return [(CellKey(table, a, column), CellKey(table, b, column)) for a, b in moves for column in columns]


def _columns(form: Form) -> Iterator[Moves]:
    """Exchange two kinds of applicant in every row."""
    table = form.table("requests")
    kinds = [column.key for column in table.columns if column.group]
    for pair in combinations(kinds, 2):
        yield [
            (CellKey("requests", row.key, a), CellKey("requests", row.key, b))
            for row in table.rows
            for a, b in (pair, pair[::-1])
        ]


def _results(form: Form) -> Iterator[Moves]:
    """Exchange two of the numbers of one route."""
    table = form.table("review")
    for row in table.rows:
        for a, b in combinations((column.key for column in table.columns), 2):
            keys = CellKey("review", row.key, a), CellKey("review", row.key, b)
            yield [keys, keys[::-1]]
