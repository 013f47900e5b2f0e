"""Reports made for tests: a copy of one in which cells print something else, and one that prints given numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from foi_analysis import Report, load_form
from foi_analysis.form import CellKey, Form
from foi_analysis.report import Cell, Finding, Number

Key = CellKey | str


def key_of(name: Key) -> CellKey:
    """Return the key of a cell that may be named ``table.row.column``."""
    return CellKey(*name.split(".")) if isinstance(name, str) else name


def with_cell(report: Report, name: Key, **changes: Any) -> Report:
    """Return a copy of a report in which one cell is changed."""
    key = key_of(name)
    return replace(report, grid={**report.grid, key: report.grid[key]._replace(**changes)})


def with_values(report: Report, values: Mapping[Any, Number | None]) -> Report:
    """Return a copy of a report in which cells print other numbers, or nothing where that is None."""
    changed = {key_of(name): value for name, value in values.items()}
    cells = {
        key: report.grid[key]._replace(value=value, mark=mark_of(value), printed="" if value is None else str(value))
        for key, value in changed.items()
    }
    return replace(report, grid={**report.grid, **cells})


def mark_of(value: Number | None) -> Any:
    return "blank" if value is None else "number"


def printing(form: Form | str, values: Mapping[CellKey, Any], name: str = "made", **head: str) -> Report:
    """Return a report in a form that prints these numbers; ``head`` tells organ, year, scope and level."""
    shape = load_form(form) if isinstance(form, str) else form
    cells = {
        key: Cell(key, value, mark_of(value), "" if value is None else str(value)) for key, value in values.items()
    }
    return Report(name, shape, cells, **{word: Finding(text) for word, text in head.items()})
