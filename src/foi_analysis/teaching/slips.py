"""Slips that people make with figures: numbers mistyped, and values moved under labels that are not theirs.

Kept apart from the code that explains slips: neither imports the other, so that one can test the other.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from foi_analysis.checks import check_values
from foi_analysis.form import CellKey, Form, Table
from foi_analysis.report import Report

Vector = NDArray[np.float64]
Values = Mapping[CellKey, int]
Slip = Callable[[Form, Values, CellKey, random.Random], dict[CellKey, int] | None]
#: Where values go: pairs of the cell that a value comes from and the cell that gets it.
Move = list[tuple[CellKey, CellKey]]


class Chance(random.Random):
    """Random numbers for a text, such as a student number, the same on any machine and any Python.

    All draws rest on ``random.Random.random``: Python promises the same numbers for the same seed for that one
    method, and not for the others.
    """

    def __init__(self, *about: object) -> None:
        text = "\x1f".join(map(str, about))
        super().__init__(int.from_bytes(hashlib.sha256(text.encode("utf-8")).digest()))

    def randrange(self, start: int, stop: int | None = None, step: int = 1) -> int:
        """Return a number of a range; ``randint`` rests on it. Raises ValueError when the range is empty."""
        among = range(start) if stop is None else range(start, stop, step)
        if not among:
            raise ValueError("nothing to draw from")
        return among[int(self.random() * len(among))]

    def choice(self, seq: Any) -> Any:
        """Return one item of a sequence. Raises ValueError when it is empty."""
        return seq[self.randrange(len(seq))]

    def sample(self, population: Sequence[Any], k: int, *, counts: Any = None) -> list[Any]:
        """Return ``k`` items in random order. Raises ValueError when there are fewer, or for ``counts``."""
        if counts is not None or k > len(population):
            raise ValueError(f"cannot draw {k} of {len(population)}")
        left = list(population)
        return [left.pop(self.randrange(len(left))) for _ in range(k)]


# ---- numbers mistyped ----


@dataclass(frozen=True, slots=True)
class Planted:
    """A planted slip: its kind, the true values of the cells that it changed, and all figures with the slip."""

    kind: str
    true: dict[CellKey, int]
    values: dict[CellKey, int]


def plant(form: Form, values: Values, kind: str, chance: random.Random, among: Sequence[CellKey]) -> Planted | None:
    """Plant a slip of a kind of ``SLIPS`` in one of the cells ``among``; return None where it cannot occur.

    Raises KeyError for an unknown kind.
    """
    for key in chance.sample(list(among), len(among)):
        changed = SLIPS[kind](form, values, key, chance)
        if changed and any(values[k] != value for k, value in changed.items()) and min(changed.values()) >= 0:
            true = {k: values[k] for k, value in changed.items() if values[k] != value}
            return Planted(kind, true, {**values, **changed})
    return None


def _in_digits(change: Callable[[str, random.Random], str | None]) -> Slip:
    """Return a slip that changes the digits of one number."""

    def slip(_: Form, values: Values, key: CellKey, chance: random.Random) -> dict[CellKey, int] | None:
        text = change(str(values[key]), chance)
        return {key: int(text)} if text and str(int(text)) == text else None

    return slip


def _transposed(text: str, chance: random.Random) -> str | None:
    places = [i for i in range(len(text) - 1) if text[i] != text[i + 1]]
    if not places:
        return None
    i = chance.choice(places)
    return text[:i] + text[i + 1] + text[i] + text[i + 2 :]


def _wrong(text: str, chance: random.Random) -> str:
    i = chance.randrange(len(text))
    return text[:i] + chance.choice([d for d in "0123456789" if d != text[i]]) + text[i + 1 :]


def _lost(text: str, chance: random.Random) -> str:
    i = chance.randrange(len(text))
    return text[:i] + text[i + 1 :]


def _added(text: str, chance: random.Random) -> str:
    i = chance.randrange(len(text) + 1)
    return text[:i] + chance.choice("0123456789") + text[i:]


def _swapped(form: Form, values: Values, key: CellKey, chance: random.Random) -> dict[CellKey, int] | None:
    other = _neighbour(form, values, key, *chance.choice([(1, 0), (0, 1)]))
    return {key: values[other], other: values[key]} if other else None


def _copied(form: Form, values: Values, key: CellKey, chance: random.Random) -> dict[CellKey, int] | None:
    other = _neighbour(form, values, key, *chance.choice([(1, 0), (-1, 0), (0, 1), (0, -1)]))
    return {key: values[other]} if other else None


def _neighbour(form: Form, values: Values, key: CellKey, down: int, right: int) -> CellKey | None:
    table = form.table(key.table)
    rows, columns = [row.key for row in table.rows], [column.key for column in table.columns]
    row, column = rows.index(key.row) + down, columns.index(key.column) + right
    if not (0 <= row < len(rows) and 0 <= column < len(columns)):
        return None
    other = CellKey(key.table, rows[row], columns[column])
    return other if other in values else None


def _part_left_out(form: Form, values: Values, key: CellKey, chance: random.Random) -> dict[CellKey, int] | None:
    parts = [values[part] for part in _parts(form, key) if values.get(part)]
    return {key: values[key] - chance.choice(parts)} if len(parts) > 1 else None


def _total_zero(form: Form, _: Values, key: CellKey, __: random.Random) -> dict[CellKey, int] | None:
    return {key: 0} if _parts(form, key) else None


def _parts(form: Form, key: CellKey) -> list[CellKey]:
    return [c for i in form.identities_of[key] if i.right == (key,) for c in i.left]


#: The kinds of slip by name.
SLIPS: dict[str, Slip] = {
    "transposed": _in_digits(_transposed),
    "digit wrong": _in_digits(_wrong),
    "digit lost": _in_digits(_lost),
    "digit added": _in_digits(_added),
    "power of ten": _in_digits(lambda text, chance: text + "0" * chance.randint(1, 3) if text != "0" else None),
    "swapped": _swapped,
    "copied": _copied,
    "part left out": _part_left_out,
    "total printed as 0": _total_zero,
}


# ---- values moved ----


@cache
def moves_of(form: Form) -> dict[str, list[Move]]:
    """Return by kind all moves of values that leave every label in its place, as a reader makes who counts wrongly.

    ``rows`` and ``routes`` exchange two rows, ``applicants`` two columns, ``results`` two numbers of one route;
    ``block`` shifts a run of adjacent outcome rows by one, the last taking the place of the first.
    """
    requests, review = form.table("requests"), form.table("review")
    outcomes = [row.key for row in requests.rows if row.family]
    runs = (outcomes[start:end] for start, end in combinations(range(len(outcomes) + 1), 2) if end - start > 1)
    applicants = [column.key for column in requests.columns if column.group]
    results = [column.key for column in review.columns]
    return {
        "rows": [_move(requests, pair) for pair in _exchanges(row.key for row in requests.rows)],
        "block": [_move(requests, dict(zip(run, [*run[1:], run[0]], strict=True))) for run in runs],
        "applicants": [_move(requests, columns=pair) for pair in _exchanges(applicants)],
        "routes": [_move(review, pair) for pair in _exchanges(row.key for row in review.rows)],
        "results": [_move(review, {row.key: row.key}, pair) for row in review.rows for pair in _exchanges(results)],
    }


def _exchanges(keys: Iterable[str]) -> list[dict[str, str]]:
    return [{one: other, other: one} for one, other in combinations(keys, 2)]


def _move(table: Table, rows: Mapping[str, str] | None = None, columns: Mapping[str, str] | None = None) -> Move:
    """Move values to other rows and columns; None leaves all rows, or all columns, where they are."""
    return [
        (key, CellKey(table.key, rows[key.row] if rows else key.row, columns[key.column] if columns else key.column))
        for key in table.cells
        if (rows is None or key.row in rows) and (columns is None or key.column in columns)
    ]


def count_noticed(report: Report) -> pd.DataFrame:
    """Count slips by kind: how many change the report, and how many of these the identities notice.

    A slip is noticed when the verdict on at least one identity changes; what is not noticed can only be caught by
    labels. Kinds are those of ``moves_of``, and ``number_TABLE``: one number of a table changed. Slips that
    change nothing, such as the exchange of two equal rows, are not tried.

    Returns
    -------
    DataFrame
        One row a kind. Columns: kind, tried, noticed, unnoticed.
    """
    form = report.form
    printed = [report.grid[key].value for key in form.cells]
    values = np.array([np.nan if value is None else float(value) for value in printed])
    rows, codes = [], check_values(form, values[np.newaxis]).codes
    for kind, variants in _variants(form, values).items():
        same = (variants == values) | (np.isnan(variants) & np.isnan(values))
        tried = variants[~same.all(axis=1)]
        noticed = int((check_values(form, tried).codes != codes).any(axis=1).sum())
        rows.append((kind, len(tried), noticed, len(tried) - noticed))
    return pd.DataFrame(rows, columns=["kind", "tried", "noticed", "unnoticed"])


def _variants(form: Form, values: Vector) -> dict[str, Vector]:
    """Return by kind the values after each slip of that kind, shape (slips, cells)."""
    place = form.places
    one_more = values + np.eye(len(values))
    found = {f"number_{table.key}": one_more[[place[key] for key in table.cells]] for table in form.tables}
    for kind, moves in moves_of(form).items():
        found[kind] = np.tile(values, (len(moves), 1))
        for variant, move in zip(found[kind], moves, strict=True):
            variant[[place[to] for _, to in move]] = values[[place[source] for source, _ in move]]
    return found
