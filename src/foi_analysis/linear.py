"""Sums of cells by name, such as ``requests.withheld.total - requests.withheld_query_service.total``.

A name is TABLE.ROW.COLUMN; in the table of requests a family of outcome may stand in the place of a row, and
means the sum of its rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from foi_analysis.form import CellKey, Form


def terms(expression: str) -> list[tuple[int, str]]:
    """Split ``a + b - c`` into names with their signs. Raises ValueError when signs and names do not alternate."""
    words = ["+", *expression.split()]
    if len(words) % 2 or not set(words[::2]) <= {"+", "-"}:
        raise ValueError(f"{expression!r} is no sum of names joined by + and -")
    return [(1 if sign == "+" else -1, name) for sign, name in zip(words[::2], words[1::2], strict=True)]


def cells_of(form: Form, name: str) -> tuple[CellKey, ...]:
    """Return the cells that a name adds up; asks no form for them. Raises ValueError unless it has three parts."""
    table, row, column = name.split(".")
    rows = _families(form).get(row, (row,)) if table == "requests" else (row,)
    return tuple(CellKey(table, key, column) for key in rows)


def add_up(form: Form, expression: str) -> Mapping[CellKey, int]:
    """Return the cells of a sum with their whole coefficients, those that cancel left out.

    Raises KeyError when the form has no such cell.
    """
    total: dict[CellKey, int] = {}
    for sign, name in terms(expression):
        for key in cells_of(form, name):
            if key not in form.identities_of:
                raise KeyError(f"{form.id} has no cell {key}")
            total[key] = total.get(key, 0) + sign
    return {key: times for key, times in total.items() if times}


@cache
def _families(form: Form) -> Mapping[str, tuple[str, ...]]:
    return {head.key: rows for head, rows in form.families()}
