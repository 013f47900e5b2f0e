"""A panel is measured at once, and each of its reports as it would be alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from foi_analysis import Panel, Report, load_panel, measures
from foi_analysis.report import Cell


def same(ours: pd.DataFrame, theirs: pd.DataFrame) -> None:
    """Hold two frames against each other, categories as texts."""
    assert list(ours.columns) == list(theirs.columns)
    texts = [name for name in ours if isinstance(ours[name].dtype, pd.CategoricalDtype)]
    assert {"report", "organ", "form", "measure", "state", "cells"} <= set(texts)
    kinds = dict.fromkeys(texts, "str")
    pd.testing.assert_frame_equal(ours.astype(kinds), theirs.astype(kinds), check_dtype=False)


@pytest.mark.parametrize("by_applicant", [False, True])
def test_the_shipped_panel_is_measured_as_its_reports_are(by_applicant: bool) -> None:
    same(measures(load_panel(), by_applicant), measures(list(load_panel()), by_applicant))


@pytest.mark.parametrize("by_applicant", [False, True])
def test_reports_in_three_forms_are_measured_as_each_is(reports: list[Report], by_applicant: bool) -> None:
    def torn(at: int, cell: Cell) -> Cell:
        return (
            Cell(cell.key, None, "blank") if (at + len(cell.key.row)) % 7 == 0 else replace(cell, doubt="?" * (at % 2))
        )

    given = [replace(r, grid={k: torn(at, c) for k, c in r.grid.items()}) if at else r for at, r in enumerate(reports)]
    assert len({report.form.id for report in given}) == 3
    same(measures(Panel.of(given), by_applicant), measures(given, by_applicant))


def test_a_panel_of_nothing_gives_the_columns_alone() -> None:
    frame = measures(Panel.of([]))
    assert len(frame) == 0
    assert list(frame.columns) == list(measures([]).columns)


def test_a_panel_read_from_a_table_is_measured(
    reports: list[Report], table: Callable[[list[Report], str], Path]
) -> None:
    from foi_analysis import read_panel

    same(measures(read_panel(table(reports, ".csv"))), measures(reports))
