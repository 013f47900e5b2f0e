"""Definitions, grounds, measures and the year on a page: what is drawn is what was measured."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from conftest import in_form, without  # the one beside this file
from matplotlib.figure import Figure
from matplotlib.patches import Ellipse, Patch, Rectangle
from matplotlib.text import Text

from foi_analysis import Report
from foi_analysis.figures import FIGURES
from foi_analysis.figures.drawing import Drawing
from foi_analysis.figures.shares import share_in_words, shares_of, span
from foi_analysis.measures import measure
from foi_analysis.report import Cell
from foi_analysis.resources import LANGUAGES, Language

Drawings = dict[tuple[str, Language], Drawing]


def parts(figure: Figure, prefix: str) -> dict[str, Patch]:
    """Give the patches whose id begins so, by the rest of their id."""
    found = {str(patch.get_gid()): patch for patch in figure.axes[0].patches if patch.get_gid()}
    return {name.removeprefix(prefix): patch for name, patch in found.items() if name.startswith(prefix)}


def middle(patch: Patch) -> float:
    box = patch.get_path().get_extents(patch.get_patch_transform())
    return float(box.x0 + box.x1) / 2


def words(figure: Figure) -> str:
    """Give all that is written, without any space."""
    return re.sub(r"\s", "", "".join(text.get_text() for text in figure.findobj(Text)))


def blanked(report: Report, blank: Callable[[Cell], bool]) -> Report:
    cells = {key: without(cell, "blank") if blank(cell) else cell for key, cell in report.grid.items()}
    return replace(report, grid=cells)


# ---- definitions ----


def test_one_set_of_counts_gives_five_shares_disclosed(drawings: Drawings) -> None:
    drawing = drawings["definitions", "en"]
    values = drawing.data.groupby("measure", sort=False)["value"].first()
    assert [f"{100 * value:.1f}" for value in values] == ["13.1", "13.9", "59.7", "62.3", "57.6"]
    assert drawing.title == "One set of counts, 5 definitions: the share disclosed runs from 13.1 % to 62.3 %"
    assert drawings["definitions", "zh"].title == "同一组数字，5 种定义：公开的比例从 13.1% 到 62.3%"


@pytest.mark.parametrize("form_id", ["cn-2021", "cn-2019", "cn-2021-hybrid"])
def test_the_signs_of_a_definition_add_up_to_its_counts(reference: Report, form_id: str) -> None:
    report = reference if form_id == "cn-2021" else in_form(form_id)
    drawing = FIGURES["definitions"](report, "en")
    measured = measure(report).set_index("measure")
    concluded = report.value("requests", "concluded", "total")
    for name, rows in drawing.data.groupby("measure", sort=False):
        above = rows.loc[rows["role"] == "numerator", "count"].sum()
        below = rows.loc[rows["role"] != "left_out", "count"].sum()
        assert above == measured.loc[name, "numerator"]
        # Where a definition takes the printed total, the outcomes of a sound report add up to it.
        assert below == measured.loc[name, "denominator"] or measured.loc[name, "denominator"] == concluded
    if form_id == "cn-2021":
        assert drawing.data.groupby("measure")["count"].sum().unique().tolist() == [concluded]


def test_a_sign_is_drawn_for_each_part_of_a_definition_and_none_for_what_is_left_out(drawings: Drawings) -> None:
    drawing = drawings["definitions", "zh"]
    letters = dict(zip(drawing.data["measure"].unique(), "ABCDE", strict=True))
    counted = drawing.data[drawing.data["role"] != "left_out"]
    expected = {f"{row.role}.{letters[row.measure]}.{row.outcomes}" for row in counted.itertuples()}
    drawn = {f"{role}.{name}" for role in ("numerator", "denominator") for name in parts(drawing.figure, f"{role}.")}
    assert drawn == expected


# ---- grounds ----


def test_grounds_are_ranked_and_what_is_no_exemption_stands_apart(drawings: Drawings) -> None:
    data = drawings["grounds", "en"].data
    assert data["ground"].tolist()[:2] == ["withheld_internal_affairs", "withheld_enforcement_file"]
    assert data["ground"].tolist()[-1] == "withheld_query_service"
    assert data["count"].tolist()[:-1] == sorted(data["count"].tolist()[:-1], reverse=True)
    assert data["count"].sum() == 159
    assert (data["denominator"] == 159).all()
    assert data.groupby("basis")["count"].sum().to_dict() == {"apart": 16, "discretionary": 128, "mandatory": 15}
    assert "Of 143 requests" in drawings["grounds", "en"].title
    assert "128 (89.5 %)" in drawings["grounds", "en"].title


def test_the_kind_of_a_ground_shows_in_the_shape_of_its_mark(drawings: Drawings) -> None:
    drawing = drawings["grounds", "zh"]
    marks = parts(drawing.figure, "mark.ground_share.")
    kinds = dict(zip(drawing.data["ground"], drawing.data["basis"], strict=True))
    assert set(marks) == set(kinds)
    for name, mark in marks.items():
        shape = {Rectangle: "discretionary", Ellipse: "mandatory"}.get(type(mark), "apart")
        assert shape == kinds[name]
        filled = mark.get_facecolor() == mark.get_edgecolor()
        assert filled == (kinds[name] == "discretionary")


# ---- measures ----


@pytest.mark.parametrize("name", ["measures", "grounds", "definitions", "appeals"])
def test_marks_and_intervals_stand_where_the_numbers_put_them(drawings: Drawings, reference: Report, name: str) -> None:
    figure, measured = drawings[name, "en"].figure, measure(reference).set_index("measure")
    marks, lines = parts(figure, "mark."), parts(figure, "interval.")
    ids = [each for each in marks if each in measured.index]
    assert len(ids) >= 3
    highest = max(ids, key=lambda each: measured.loc[each, "value"])
    lowest = min(ids, key=lambda each: measured.loc[each, "value"])
    start, end = (measured.loc[each, "value"] for each in (lowest, highest))
    unit = (middle(marks[highest]) - middle(marks[lowest])) / (end - start)
    for each in ids:
        at = middle(marks[lowest]) + unit * (measured.loc[each, "value"] - start)
        assert middle(marks[each]) == pytest.approx(at, abs=1e-6)
        line = lines[each].get_path().get_extents(lines[each].get_patch_transform())
        low, high = measured.loc[each, ["low", "high"]]
        assert line.width == pytest.approx(unit * (high - low), abs=1e-6)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["measures", "grounds", "definitions"])
def test_numbers_of_the_data_stand_in_the_alt_text_and_on_the_picture(
    drawings: Drawings, reference: Report, name: str, language: Language
) -> None:
    drawing, shares = drawings[name, language], shares_of(reference)
    written = words(drawing.figure)
    for name_of in drawing.data["measure"].unique():
        said = share_in_words(shares[name_of], language)
        assert said in drawing.alt
        assert re.sub(r"\s", "", said) in written


def test_intervals_are_those_of_the_design(reference: Report) -> None:
    shares = shares_of(reference)
    assert share_in_words(shares["disclosed_or_partly_share"], "en") == "236 of 1,698, 13.9 % [12.3, 15.6]"
    assert share_in_words(shares["release_rate"], "zh") == "236/395，59.7%［54.8，64.5］"
    assert share_in_words(shares["discretionary_share"], "en") == "128 of 143, 89.5 % [83.4, 93.5]"
    assert share_in_words(shares["reconsideration_corrected_decided"], "en") == "2 of 105, 1.9 % [0.5, 6.7]"
    assert span(0.0, 0.0653, "en") == " [0.0, 6.5]"


def test_a_ratio_has_neither_mark_nor_interval(drawings: Drawings) -> None:
    drawing = drawings["measures", "en"]
    data = drawing.data.set_index("measure")
    ratios = set(data.index[data["kind"] == "ratio"])
    assert "clearance" in ratios
    drawn = {*parts(drawing.figure, "mark."), *parts(drawing.figure, "interval."), *parts(drawing.figure, "range.")}
    assert drawn == set(data.index) - ratios
    assert data.loc[list(ratios), ["low", "high"]].isna().all(axis=None)


def test_a_denominator_of_0_is_written_as_undefined_and_not_drawn(strange: dict[str, Report]) -> None:
    for name in ("measures", "grounds", "definitions", "appeals"):
        drawing = FIGURES[name](strange["zero"], "en")
        assert not {*parts(drawing.figure, "mark.").keys()} - {"discretionary", "mandatory", "apart"}
        assert "undefined: the denominator is 0" in drawing.alt
        assert "0of0,undefined:thedenominatoris0" in words(drawing.figure)
    assert "无定义：分母为0" in words(FIGURES["measures"](strange["zero"], "zh").figure)


def test_a_blank_leaves_bounds_that_are_drawn_as_a_bar_and_never_as_a_mark(reference: Report) -> None:
    rows = {"withheld_process", "withheld_enforcement_file"}
    report = blanked(reference, lambda cell: cell.key.row in rows and cell.key.column in ("total", "natural_person"))
    drawing = FIGURES["measures"](report, "en")
    share = shares_of(report)["discretionary_share"]
    assert share.state == "bounded"
    assert "discretionary_share" in parts(drawing.figure, "range.")
    assert "discretionary_share" not in parts(drawing.figure, "mark.")
    assert "between" in share_in_words(share, "en")
    assert share_in_words(share, "en") in drawing.alt
    assert share.lower <= 128 / 143 <= share.upper
    assert "never as 0" in drawing.caption


def test_nothing_is_known_of_a_report_of_blanks_and_nothing_is_drawn(strange: dict[str, Report]) -> None:
    for name in ("measures", "grounds", "definitions", "appeals"):
        drawing = FIGURES[name](strange["all_blank"], "en")
        for prefix in ("mark.", "range.", "interval.", "bar."):
            assert set(parts(drawing.figure, prefix)) <= {"discretionary", "mandatory", "apart"}
        assert "a cell prints no number" in drawing.alt
        column = "numerator" if name in ("measures", "grounds") else "count"
        assert drawing.data[column].isna().all()


# ---- appeals ----


def test_pending_cases_are_in_no_share_of_the_decided(drawings: Drawings) -> None:
    data = drawings["appeals", "en"].data
    for _, rows in data.groupby("route"):
        counts = rows.set_index("result")["count"]
        decided = rows.set_index("result").loc["corrected", "decided"]
        assert decided == counts["upheld"] + counts["corrected"] + counts["other"]
    shares = data[data["result"] == "corrected"].set_index("route")
    assert shares["decided"].to_dict() == {
        "reconsideration": 105, "litigation_direct": 17, "litigation_after_reconsideration": 38
    }  # fmt: skip
    assert shares["high"].round(3).tolist() == [0.067, 0.184, 0.092]
    assert data.loc[data["result"] != "corrected", ["decided", "value", "low", "high"]].isna().all(axis=None)


# ---- the year on a page ----


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_year_on_a_page_tells_organ_year_counts_scope_and_source(
    drawings: Drawings, reference: Report, language: Language
) -> None:
    drawing = drawings["summary", language]
    written = words(drawing.figure)
    assert reference.organ.value in written
    assert reference.year.value in written
    assert reference.sha256 in written
    assert reference.name in written
    assert {"zh": "统计范围：混合", "en": "Scopeofthefigures:mixed"}[language] in written
    counts = drawing.data[drawing.data["section"] == "counts"]
    assert counts["count"].tolist() == [1691, 77, 1698, 70, 143, 58]
    for row in counts.itertuples():
        shown = f"{row.count:,.0f}" if language == "en" else f"{row.count:.0f}"
        assert f"{row.label} {shown}" in drawing.alt


def test_the_year_on_a_page_counts_what_the_checks_found(reference: Report, strange: dict[str, Report]) -> None:
    def found(report: Report, section: str) -> dict[str, float]:
        data = FIGURES["summary"](report, "en").data
        return data[data["section"] == section].set_index("item")["count"].to_dict()

    assert found(reference, "identities") == {"holds": 42, "broken": 0, "not assessable": 0}
    assert found(reference, "cells") == {"cells": 200, "numbers": 200, "proved": 190, "doubtful": 0}
    assert found(strange["all_blank"], "identities") == {"holds": 0, "broken": 0, "not assessable": 42}
    assert found(strange["doubtful"], "cells")["doubtful"] == 200
    assert math.isnan(FIGURES["summary"](strange["all_blank"], "en").data["count"].iloc[0])
