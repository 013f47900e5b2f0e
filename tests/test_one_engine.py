"""One engine: what is said of a report alone is what is said of it among hundreds of others."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from functools import cache

import numpy as np
import pandas as pd
import pytest
from drawn import FORMS, drawn_report

import foi_analysis as foi
from foi_analysis import Panel, Report, load_panel

pytestmark = pytest.mark.slow
REPORTS = 300
Frame = Callable[[Report | Panel], pd.DataFrame]


@cache
def reports() -> tuple[Report, ...]:
    """Draw reports of several hundred organs, for up to five years and in three forms, in no order."""
    chance = random.Random(11)
    drawn = [drawn_report(organ, year) for organ in range(70) for year in FORMS if chance.random() < 0.93]
    chance.shuffle(drawn)
    return tuple(drawn[:REPORTS])


@cache
def panel() -> Panel:
    return Panel.of(reports())


def plain(frame: pd.DataFrame) -> dict[str, np.ndarray]:
    """Return the columns as arrays: a panel's categories are those of all its reports."""
    return {
        name: column.to_numpy(float, na_value=np.nan) if column.dtype.kind in "fiub" else column.to_numpy(object)
        for name, column in frame.items()
    }


def in_parts(frame: pd.DataFrame) -> Iterator[tuple[str, slice]]:
    """Yield the reports of a frame, each with its rows, which stand together."""
    names = frame["report"].to_numpy(object)
    starts = np.flatnonzero(np.append(True, names[1:] != names[:-1])) if len(names) else np.zeros(0, int)
    assert len({names[at] for at in starts}) == len(starts)
    return ((names[at], slice(at, stop)) for at, stop in zip(starts, [*starts[1:], len(names)], strict=True))


def alone_as_among(of: Frame, whole: pd.DataFrame, given: Panel, chosen: list[Report]) -> int:
    """Hold what is told of each report alone against its rows in the frame of a panel; return how many rows."""
    rows, columns, seen = dict(in_parts(whole)), plain(whole), 0
    assert list(rows) == [name for name in given.heads["report"] if name in rows], "reports keep the panel's order"
    for report in chosen:
        alone, part = of(report), rows.get(report.name, slice(0, 0))
        assert list(alone) == list(whole)
        assert alone.dtypes.astype(str).equals(whole.dtypes.astype(str))
        assert alone.index.tolist() == list(range(len(alone)))
        for name, column in plain(alone).items():
            there = columns[name][part]
            floats = column.dtype.kind == "f"
            same = np.array_equal(column, there, equal_nan=True) if floats else list(column) == list(there)
            assert same, (report.name, name)
        seen += len(alone)
    return seen


def test_the_reports_are_as_odd_as_reports_are() -> None:
    cells = panel().cells
    assert len(panel()) == REPORTS
    assert panel().reports["form"].nunique() == 3
    assert {"number", "blank", "dash", "missing", "unreadable"} <= set(cells["mark"])
    assert (cells["value"] > 2**53).sum() > 5
    assert (cells["value"] % 1 != 0).sum() > 7
    assert (cells["doubt"] != "").sum() > 75
    assert len(panel().inexact) > 15
    assert sum(bool(report.subtotals) for report in reports()) > 7
    assert foi.measure([]).dtypes.astype(str).equals(foi.measure(panel()).dtypes.astype(str)), "the columns alone"


def by_applicant(x: Report | Panel) -> pd.DataFrame:
    return foi.measure(x, by="applicant")


#: What is told of a report; every so manieth of those drawn is told alone, which makes at least so many rows.
TOLD = {"check": (foi.check, 12, 5_000), "measure": (foi.measure, 12, 330), "by applicant": (by_applicant, 16, 1_500),
        "explain": (foi.explain, 8, 30), "certify": (foi.certify, 16, 50)}  # fmt: skip


@pytest.mark.parametrize("name", TOLD)
def test_what_is_told_of_a_report_alone_is_what_is_told_of_it_among_others(name: str) -> None:
    of, step, least = TOLD[name]
    for given, chosen, rows in ((panel(), list(reports())[::step], least), (load_panel(), list(load_panel()), 5)):
        whole = of(given)
        if name == "check":  # of a panel, also what is said of two years
            whole = whole[whole["last"] == ""].reset_index(drop=True)
        assert alone_as_among(of, whole, given, chosen) > rows


def test_verdicts_and_slips_of_every_kind_are_among_them() -> None:
    whole = foi.check(panel())
    across = whole["last"] != ""
    assert across.sum() > 1_000
    assert {*whole.loc[across, "verdict"]} == {*whole.loc[~across, "verdict"]} == {"holds", "broken", "not assessable"}
    assert {*foi.explain(panel())["slip"]} >= {"transposed", "digit wrong", "total printed as 0", "swapped"}


def test_words_follow_the_language_that_is_asked_for_or_set() -> None:
    for of in (foi.check, foi.measure, foi.explain):
        chinese, english = (of(load_panel(), language=language)["label"].tolist() for language in ("zh", "en"))
        assert english == of(load_panel())["label"].tolist() != chinese
        foi.set_language("zh")
        try:
            assert of(load_panel())["label"].tolist() == chinese
        finally:
            foi.set_language("en")
