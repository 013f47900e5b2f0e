"""Measures of a panel are those of each of its reports: there is one engine."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foi_analysis import Panel, Report, load_form, load_panel, measure, read_panel
from foi_analysis.form import CellKey, form_ids
from foi_analysis.report import Cell, Finding, Number
from foi_analysis.teaching.reports import draw_values

By = Literal["applicant"] | None
WAYS: tuple[By, ...] = (None, "applicant")
TEXTS = ["report", "organ", "form", "scope", "measure", "label", "group", "kind", "applicant", "state", "cells"]


def told(frame: pd.DataFrame) -> pd.DataFrame:
    """Write categories as texts: a panel has those of all its reports."""
    assert list(frame.select_dtypes("category")) == TEXTS
    return frame.astype(dict.fromkeys(TEXTS, "str"))


def same(ours: pd.DataFrame, theirs: pd.DataFrame) -> None:
    assert ours.dtypes.astype(str).equals(theirs.dtypes.astype(str))
    pd.testing.assert_frame_equal(told(ours), told(theirs), check_exact=True)


def one_by_one(reports: list[Report], by: By) -> pd.DataFrame:
    return pd.concat([told(measure(report, by)) for report in reports], ignore_index=True)


def drawn(seed: int) -> Report:
    """Draw a report with blanks, decimals, numbers beyond 2**53, slips and doubts, or some of them."""
    chance = random.Random(seed)
    form = load_form(chance.choice(form_ids()))
    odd = {kind: chance.choice((0.0, 0.02, 0.3)) for kind in ("blank", "decimal", "large", "slip", "doubt")}

    def cell(key: CellKey, value: Number) -> Cell:
        changed: dict[str, Number | None] = {
            "blank": None, "decimal": value + Decimal("0.25"), "large": 2**53 + value, "slip": value + 9,
        }  # fmt: skip
        kind = next((kind for kind in changed if chance.random() < odd[kind]), "")
        number = changed[kind] if kind else value
        doubt = "found twice" if chance.random() < odd["doubt"] else ""
        return Cell(key, number, "blank" if number is None else "number", doubt=doubt)

    figures = draw_values(form, seed, chance.choice((0, 5, 300, 9000)))
    return Report(
        f"r{seed}",
        form,
        {key: cell(key, value) for key, value in figures.items()},
        organ=Finding(chance.choice(("", "甲县人民政府", "乙市财政局"))),
        year=Finding(chance.choice(("", "2020", "2021", "2022"))),
        scope=Finding(chance.choice(("", "unknown", "own organ"))),
    )


@pytest.mark.parametrize("by", WAYS)
def test_the_shipped_panel_is_measured_as_its_reports_are(by: By) -> None:
    pd.testing.assert_frame_equal(told(measure(load_panel(), by)), one_by_one(list(load_panel()), by), check_exact=True)


@pytest.mark.parametrize("by", WAYS)
@settings(max_examples=25, deadline=None)
@given(seeds=st.lists(st.integers(0, 10_000), min_size=1, max_size=6, unique=True))
def test_reports_of_any_form_and_state_are_measured_as_each_is(by: By, seeds: list[int]) -> None:
    reports = [drawn(seed) for seed in seeds]
    whole = measure(Panel.of(reports), by)
    same(measure(reports, by), whole)
    pd.testing.assert_frame_equal(told(whole), one_by_one(reports, by), check_exact=True)


def test_a_row_is_what_its_cells_give() -> None:
    """Doubts, breaks and sums are held against the report itself, cell by cell."""
    for report in map(drawn, range(12)):
        broken = {
            key
            for one in report.form.identities
            for key in one.cells
            if (known := [report.grid[k].value for k in one.cells]) and None not in known
            if max(float(abs(v)) for v in known if v is not None) < 2**53
            if sum(report.grid[k].value or 0 for k in one.left) != sum(report.grid[k].value or 0 for k in one.right)
        }
        for row in measure(report, "applicant").to_dict("records"):
            keys = [CellKey(*name.split(".")) for name in row["cells"].split()]
            assert row["doubtful"] == any(report.grid[key].doubt for key in keys)
            assert row["broken"] == any(key in broken for key in keys)
            blank = any(report.grid[key].value is None for key in keys)
            assert blank == bool(np.isnan(row["numerator"]) or np.isnan(row["denominator"]))


def test_reports_of_three_forms_with_blanks_and_doubts_are_measured_as_each_is(reports: list[Report]) -> None:
    def torn(at: int, cell: Cell) -> Cell:
        return (
            Cell(cell.key, None, "blank") if (at + len(cell.key.row)) % 7 == 0 else replace(cell, doubt="?" * (at % 2))
        )

    given = [replace(r, grid={k: torn(at, c) for k, c in r.grid.items()}) if at else r for at, r in enumerate(reports)]
    assert len({report.form.id for report in given}) == 3
    found = told(measure(Panel.of(given), "applicant"))
    pd.testing.assert_frame_equal(found, one_by_one(given, "applicant"), check_exact=True)


def test_a_panel_of_nothing_gives_the_columns_alone(reports: list[Report]) -> None:
    frame = measure(Panel.of([]))
    assert len(frame) == 0
    assert frame.dtypes.astype(str).equals(measure(reports).dtypes.astype(str))


def test_a_panel_read_from_a_table_is_measured(
    reports: list[Report], table: Callable[[list[Report], str], Path]
) -> None:
    same(measure(read_panel(table(reports, ".csv"))), measure(reports))
