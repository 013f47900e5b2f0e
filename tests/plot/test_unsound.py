"""A number under a broken identity, or of a doubtful reading, is shown as printed and never compared."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from matplotlib.colors import to_hex
from strange import drawn, with_value

import foi_analysis as foi
from foi_analysis import Panel, Report
from foi_analysis.checks import in_broken_identity
from foi_analysis.form import CellKey
from foi_analysis.plot import panel as figures
from foi_analysis.plot.theme import PAPER
from foi_analysis.resources import LANGUAGES
from foi_analysis.statistics import newcombe

pytestmark = pytest.mark.slow
#: Three organs over four years in one scope, and enough others in another for the limits of a funnel.
YEARS, OTHERS = range(2020, 2024), 21
FRAMES = ("trends", "funnel", "panel_outcomes", "panel_appeals", "panel_definitions")


@cache
def reports() -> tuple[Report, ...]:
    followed = [drawn(f"{organ}市", year, 10 * at + year, 60) for at, organ in enumerate("甲乙丙") for year in YEARS]
    return (*followed, *(drawn(f"{at}县", 2023, at, 200 + at, "whole government") for at in range(OTHERS)))


def with_cell(at: int, key: CellKey, more: int, doubt: str = "") -> Panel:
    """Return the panel with one cell of one report changed."""
    one = reports()[at]
    cell = with_value(one.grid[key], int(one.grid[key].value or 0) + more)
    changed = replace(one, grid={**one.grid, key: cell._replace(doubt=doubt)})
    return Panel.of([changed if place == at else other for place, other in enumerate(reports())])


def frames(panel: Panel) -> dict[str, pd.DataFrame]:
    return {name: getattr(figures, f"{name}_data")(panel, "en") for name in FRAMES}


def titles(found: dict[str, pd.DataFrame]) -> list[str]:
    return [getattr(figures, f"{name}_title")(frame) for name, frame in found.items()]


def compared(found: dict[str, pd.DataFrame]) -> list[pd.DataFrame]:
    """Return what is said of all sound rows by figures that compare: segments, fits and ranks."""
    wanted = {
        "trends": ["report", "series", "segment", "text"],
        "funnel": ["report", "target", "phi", "tau", "reports", "low_95", "high_99_8_phi", "high_99_8_tau", "text"],
        "panel_definitions": ["report", "measure", "best_rank", "worst_rank", "text"],
        "panel_appeals": ["report", "measure", "text"],
        "panel_outcomes": ["report", "family", "text"],
    }
    sound = {name: frame[~(frame["broken"] | frame["doubtful"])] for name, frame in found.items()}
    return [sound[name][columns].reset_index(drop=True) for name, columns in wanted.items()]


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_broken_report_joins_no_line_and_enters_no_fit_title_or_rank(data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(reports()) - 1))
    report = reports()[at]
    key = data.draw(st.sampled_from([key for key in report.form.cells if report.form.identities_of[key]]))
    more, other = data.draw(st.sampled_from([(1, 4), (2, 90), (3, 1000)]))
    panel = with_cell(at, key, more)
    found, again = frames(panel), frames(with_cell(at, key, other))
    # Whatever number stands in the broken report: what is said of the others and of all stays the same.
    assert titles(found) == titles(again)
    for one, same in zip(compared(found), compared(again), strict=True):
        pd.testing.assert_frame_equal(one, same)
    # And the report itself: no line joins it, no rank is given to it.
    cells = dict(zip(report.form.cells, in_broken_identity(panel, report.form)[reports_in_form(at)], strict=True))
    assert cells[key]
    trends = found["trends"]
    for _, part in trends.groupby(["organ", "series", "segment"]):
        assert len(part) == 1 or not part["broken"].any()
    ranked = found["panel_definitions"].dropna(subset=["best_rank"])
    assert not ranked["broken"].any()
    if key in (CellKey("requests", "new", "total"), CellKey("review", "litigation_direct", "total")):
        mine = trends[(trends["report"] == report.name) & (trends["value"] == report.grid[key].value + more)]
        assert trends[trends["report"] == report.name].empty or mine["broken"].any()


def reports_in_form(at: int) -> int:
    """Return the place of a report among those in its form."""
    return sum(one.form is reports()[at].form for one in reports()[:at])


@pytest.mark.parametrize("doubt", ["", "found twice"])
def test_an_unsound_number_is_marked_and_named_with_what_is_printed(doubt: str) -> None:
    key = CellKey("requests", "disclosed", "total")
    panel = with_cell(1, key, 0 if doubt else 3, doubt)
    why = "a reading is in doubt" if doubt else "an identity over it is broken"
    for name, frame in frames(panel).items():
        bad = frame[frame["broken"] | frame["doubtful"]]
        if name == "panel_appeals":
            assert bad.empty
            continue
        assert set(bad["report"]) == {"甲市_2021"}
        assert bad["text"].str.contains(" *", regex=False).all()
        assert sum(why in note and "甲市 2021" in note for note in frame.attrs["notes"]) == 1, name


def test_unsound_points_are_hollow() -> None:
    panel = with_cell(1, CellKey("requests", "disclosed", "total"), 3)
    axes = foi.plot.trends(panel, language="en")
    hollow = [line for ax in axes.flat for line in ax.lines if line.get_markerfacecolor() == PAPER]
    assert [list(line.get_xdata()) for line in hollow] == [[2021], [2021]]  # disclosed and unable, of all concluded
    funnel = foi.plot.funnel(panel, language="en")
    rings = [to_hex(c.get_facecolor()[0]).upper() for ax in funnel for c in ax.collections if len(c.get_offsets()) == 1]
    assert rings == [PAPER]


@pytest.mark.parametrize("name", ["shipped", "drawn", "broken"])
def test_rows_of_outcomes_add_up_to_all_or_are_hatched(name: str) -> None:
    key = CellKey("requests", "concluded", "total")
    panel = foi.load_panel() if name == "shipped" else with_cell(2, key, 5 * (name == "broken"))
    frame = figures.panel_outcomes_data(panel)
    ax = foi.plot.panel_outcomes(frame)
    hatched = {round(bar.get_y() + bar.get_height() / 2, 3) for bar in ax.patches if bar.get_hatch() == "/////"}
    sums = frame.groupby("report", sort=False)["share"].sum(skipna=False)
    places = dict(zip(sums.index, sorted(tick for tick in ax.get_yticks()), strict=True))
    assert {round(places[report], 3) for report, total in sums.items() if not np.isclose(total, 1)} == hatched
    assert len(hatched) == {"shipped": 2, "drawn": 0, "broken": 1}[name]


def test_a_family_of_other_rows_is_dotted_and_said_not_to_be_compared() -> None:
    frame = figures.panel_outcomes_data(foi.load_panel(), "en")
    apart = frame[~frame["comparable"]]
    assert set(apart["family"]) == {"other_handled"}
    assert set(apart["report"]) == set(frame.loc[frame["form"] != "cn-2021", "report"])
    dotted = [bar for bar in foi.plot.panel_outcomes(frame).patches if bar.get_hatch() == "...."]
    assert len(dotted) == len(apart[apart["share"].notna() & ~apart["broken"]])
    assert "Otherwise handled" in " ".join(frame.attrs["notes"])


def test_no_two_shares_are_called_different_whose_difference_may_be_0() -> None:
    frame = figures.panel_definitions_data(Panel.of(reports()))
    ranked = frame.dropna(subset=["best_rank"])
    assert ranked.groupby(["measure", "organ"]).size().max() == 1
    assert set(ranked.loc[ranked["scope"] == "own organ", "year"]) == {"2023"}
    for _, part in ranked.groupby(["measure", "scope"]):
        for a in part.itertuples():
            differences = [newcombe(a.numerator, a.denominator, b.numerator, b.denominator) for b in part.itertuples()]
            assert a.best_rank == 1 + sum(low > 0 for low, _ in differences)
            assert a.worst_rank == len(part) - sum(high < 0 for _, high in differences)


def test_limits_need_twenty_organs_each_once_with_its_latest_sound_report() -> None:
    frame = figures.funnel_data(Panel.of(reports()), "en")
    limited = frame[frame["target"].notna()]
    assert set(limited["scope"]) == {"whole government"}
    assert set(limited["reports"]) == {OTHERS}
    assert frame.loc[frame["target"].isna(), "year"].tolist() == ["2023"] * 3
    assert "99.8% limits under binomial variation alone" in figures.funnel_title(frame)
    assert "standard deviation" in limited["group"].iloc[0]
    # A broken latest report gives way to the one before it, and is drawn beside it.
    late = figures.funnel_data(with_cell(3, CellKey("requests", "disclosed", "total"), 3), "en")
    mine = late[late["organ"] == "甲市"].set_index("year")
    assert mine["broken"].to_dict() == {"2022": False, "2023": True}
    # Nineteen do not do.
    few = figures.funnel_data(Panel.of(reports()[: 12 + 19]), "en")
    assert few["target"].isna().all()
    assert figures.funnel_title(few).startswith("Too few organs for limits")


def test_a_misprint_in_the_shipped_panel_is_no_peak() -> None:
    for language in LANGUAGES:
        axes: Any = foi.plot.trends(foi.load_panel(), language=language)
        said = foi.plot.describe(axes)
        assert "61.9" not in figures.trends_title(figures.trends_data(foi.load_panel(), language))
        assert "61.9% *" in said
        assert "61.9%" in foi.plot.describe(axes)
