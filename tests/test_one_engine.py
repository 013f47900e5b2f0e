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


def told_alike(of: Frame, whole: pd.DataFrame, given: list[Report]) -> int:
    """Hold what is told of each report alone against its rows in the frame of a panel; return how many rows."""
    rows, columns, seen = dict(in_parts(whole)), plain(whole), 0
    order = [report.name for report in panel()] if len(given) > 14 else [report.name for report in load_panel()]
    assert list(rows) == [name for name in order if name in rows], "reports keep the order of the panel"
    for report in given:
        alone, part = of(report), rows.get(report.name, slice(0, 0))
        assert list(alone) == list(whole)
        assert alone.dtypes.astype(str).equals(whole.dtypes.astype(str))
        assert alone.index.tolist() == list(range(len(alone)))
        for name, column in plain(alone).items():
            there = columns[name][part]
            same = (
                np.array_equal(column, there, equal_nan=True)
                if column.dtype.kind == "f"
                else list(column) == list(there)
            )
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


def test_the_check_of_a_report_is_what_a_panel_says_of_it() -> None:
    whole = foi.check(panel())
    across = whole["last"] != ""
    assert across.sum() > 1_000
    assert {*whole.loc[across, "verdict"]} == {*whole.loc[~across, "verdict"]} == {"holds", "broken", "not assessable"}
    alone = whole[~across].reset_index(drop=True)
    assert told_alike(foi.check, alone, list(reports())[::6]) > 10_000


def test_the_measures_of_a_report_are_what_a_panel_says_of_it() -> None:
    assert told_alike(foi.measure, foi.measure(panel()), list(reports())[::8]) > 500


def test_the_measures_by_applicant_of_a_report_are_what_a_panel_says_of_it() -> None:
    def by_applicant(x: Report | Panel) -> pd.DataFrame:
        return foi.measure(x, by="applicant")

    assert told_alike(by_applicant, by_applicant(panel()), list(reports())[::8]) > 3_000


def test_the_explanations_of_a_report_are_what_a_panel_says_of_it() -> None:
    whole = foi.explain(panel())
    assert set(whole["slip"]) >= {"transposed", "digit wrong", "total printed as 0", "swapped"}
    assert told_alike(foi.explain, whole, list(reports())[::8]) > 30


@pytest.mark.parametrize(
    "of", [foi.check, foi.measure, lambda x: foi.measure(x, by="applicant"), foi.explain, foi.certify]
)
def test_the_shipped_reports_alone_and_together_are_told_alike(of: Frame) -> None:
    whole = of(load_panel())
    if "last" in whole:
        whole = whole[whole["last"] == ""].reset_index(drop=True)
    assert told_alike(of, whole, list(load_panel())) > 5


def test_words_follow_the_language_that_is_asked_for_or_set(reference: Report) -> None:
    for of in (foi.check, foi.measure, foi.explain):
        chinese, english = (of(load_panel(), language=language)["label"].tolist() for language in ("zh", "en"))
        assert english == of(load_panel())["label"].tolist() != chinese
        foi.set_language("zh")
        try:
            assert of(load_panel())["label"].tolist() == chinese
        finally:
            foi.set_language("en")
    with pytest.raises(ValueError, match=r"^no language 'fr'; give 'zh' or 'en'$"):
        foi.set_language("fr")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"^by must be None or 'applicant'; found 'sex'$"):
        foi.measure(reference, by="sex")  # type: ignore[arg-type]
