"""What figures say is what their frames hold, and what frames hold is what the report prints."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from itertools import combinations
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from made_reports import with_cell, with_values
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from matplotlib.text import Text
from matplotlib.transforms import Bbox
from overlap import faults
from strange import with_cells, with_value

import foi_analysis as foi
from foi_analysis import Panel, Report
from foi_analysis.plot import PANEL_FIGURES, REPORT_FIGURES
from foi_analysis.plot.figure import figure_of, words_of
from foi_analysis.resources import LANGUAGES, Language

pytestmark = pytest.mark.slow
ALL = (*REPORT_FIGURES, *PANEL_FIGURES)
MAPS = ("check_map", "evidence_map")


@pytest.fixture(scope="module")
def panel() -> Panel:
    return foi.load_panel()


def draw(name: str, data: Any, language: Language = "en", **kwargs: Any) -> Any:
    return getattr(foi.plot, name)(data, language=language, **kwargs)


def data_of(name: str, data: Any, language: Language = "en") -> Any:
    return getattr(foi.plot, f"{name}_data")(data, language)


def title(ax: Any) -> str:
    return figure_of(ax).get_suptitle().replace("\n", " ")


def written(ax: Any) -> str:
    return " ".join(text.get_text() for text in figure_of(ax).findobj(Text))


def bars(ax: Axes) -> list[Rectangle]:
    return [patch for container in ax.containers for patch in container]


# ---- every figure ----


@pytest.mark.parametrize("name", ALL)
def test_the_alternative_text_has_every_row_or_the_counts_of_a_map_and_no_text_meets_another(
    reference: Report, panel: Panel, name: str
) -> None:
    language: Language = "en" if name in MAPS else "zh"
    frame = data_of(name, reference if name in REPORT_FIGURES else panel, language)
    before = frame.copy()
    ax = draw(name, frame, language)
    assert faults(figure_of(ax)) == []
    said = foi.plot.describe(ax)
    assert frame.equals(before)
    assert "".join(title(ax).split()) in "".join(said.split())
    if name in MAPS:
        assert {*map(str, frame.groupby(["table", "mark"]).size())} <= {*re.findall(r"\d+", said)}
    else:
        assert all(f"{row.label} {row.text}" in said for row in frame.itertuples())


@pytest.mark.parametrize("names", [ALL[at : at + 4] for at in range(0, len(ALL), 4)], ids=" ".join)
def test_figures_are_drawn_on_axes_that_stand_in_a_grid(reference: Report, panel: Panel, names: Sequence[str]) -> None:
    figure, axes = plt.subplots(2, 2, figsize=(40, 48), layout="constrained")
    drawn = []
    for name, ax in zip(names, axes.flat, strict=False):
        data = reference if name in REPORT_FIGURES else panel
        drawn.append(draw(name, data, ax=ax))
        assert figure_of(drawn[-1]) is figure
        (words,) = words_of(drawn[-1])
        pd.testing.assert_frame_equal(words.frame, data_of(name, data))
        said = foi.plot.describe(drawn[-1])
        assert all(f"{row.label} {row.text}" in said for row in data_of(name, data).itertuples() if name not in MAPS)
    figure.draw_without_rendering()
    shown = (np.ravel(np.asarray(one, object)) for one in (*drawn, *axes.flat[len(drawn) :]))
    places = [Bbox.union([ax.get_window_extent() for ax in one]) for one in shown]
    assert [one for one, other in combinations(places, 2) if one.overlaps(other)] == []
    assert len(plt.get_fignums()) == 1


def test_the_title_and_limits_of_an_axes_can_be_set_as_usual(reference: Report) -> None:
    ax = plt.subplot()
    assert draw("outcomes", reference, ax=ax) is ax
    ax.set_title("mine", loc="left")
    ax.set_xlim(0, 2000)
    assert (ax.get_title("left"), ax.get_xlim()) == ("mine", (0, 2000))


# ---- numbers of the reference report ----


def test_titles_say_what_the_published_report_says(reference: Report) -> None:
    assert title(draw("outcomes", reference)) == (
        "Of 1,698 requests concluded, 236 (13.9%) ended in disclosure, in full or in part"
    )
    assert title(draw("outcomes", reference, "zh")) == "办结的1698件申请中，236件（13.9%）予以公开或部分公开"
    assert title(draw("appeals", reference)) == (
        "Act corrected in 2 of 105 decided reconsiderations and in 0 of 55 decided lawsuits"
    )
    assert title(draw("flow", reference)) == (
        "Of 1,768 requests on hand in the year, 1,698 were concluded and 70 carried forward"
    )
    assert "from 13.1% to 62.3%" in title(draw("definitions", reference))
    assert "128 (89.5%)" in title(draw("grounds", reference))


def test_bars_are_as_long_as_their_counts_zero_is_0_and_only_pending_ones_are_hatched(reference: Report) -> None:
    frame = data_of("outcomes", reference)
    ax = draw("outcomes", frame)
    assert [bar.get_width() for bar in bars(ax)] == frame["least"].tolist()
    families = frame[frame["row"] == ""].set_index("family")["count"]
    assert families.to_dict() == {
        "disclosed": 223, "partly_disclosed": 13, "withheld": 159, "unable": 925, "not_processed": 47,
        "other_handled": 331,
    }  # fmt: skip
    reasons = frame[frame["row"] != ""].groupby("family")["count"].sum()
    assert reasons.to_dict() == families[reasons.index].to_dict()
    texts = [text.get_text() for text in ax.texts]
    assert texts.count("0") == int((frame["count"] == 0).sum()) > 0
    axes, frame = draw("appeals", reference), data_of("appeals", reference)
    results = list(frame["result"].unique())
    for result, ax in zip(results, axes, strict=False):
        assert [bar.get_width() for bar in bars(ax)] == frame.loc[frame["result"] == result, "count"].tolist()
        assert {bool(bar.get_hatch()) for bar in bars(ax)} == {result == "pending"}


def test_points_stand_on_their_intervals(reference: Report) -> None:
    frame = data_of("grounds", reference)
    ax = draw("grounds", frame)
    points = np.vstack([c.get_offsets() for c in ax.collections if len(c.get_offsets()) and c.get_paths()])
    known = sorted(frame["value"].dropna())
    assert frame["text"].iloc[-1] == "16"
    assert set(frame["denominator"].dropna()) == {143}
    assert sorted(points[:, 0].tolist())[-len(known) :] == pytest.approx(known)
    assert frame["ground"].tolist()[:2] == ["withheld_internal_affairs", "withheld_enforcement_file"]
    assert frame["ground"].iloc[-1] == "withheld_query_service"
    assert frame.groupby("basis")["count"].sum().to_dict() == {"apart": 16, "discretionary": 128, "mandatory": 15}


def test_the_signs_of_a_definition_add_up_to_its_counts(reference: Report, strange: dict[str, Report]) -> None:
    for report in (reference, strange["cn-2019"], strange["cn-2021-hybrid"]):
        concluded = report.value("requests", "concluded", "total")
        for _, rows in data_of("definitions", report).groupby("measure"):
            above = rows.loc[rows["role"] == "numerator", "count"].sum()
            below = rows.loc[rows["role"] != "left_out", "count"].sum()
            assert above == rows["numerator"].iloc[0]
            # A definition that takes the printed total has outcomes that need not add up to it.
            assert below == rows["denominator"].iloc[0] or rows["denominator"].iloc[0] == concluded


def test_few_requests_are_drawn_one_by_one_and_never_as_shares(reference: Report) -> None:
    frame = data_of("applicants", reference)
    for _, part in frame.groupby("applicant"):
        ax = draw("applicants", part)
        strip = [bar for bar in bars(ax) if bar.get_y() > 0]
        concluded = int(part["concluded"].iloc[0])
        assert len(strip) == (concluded if concluded < 40 else part["family"].nunique())
        assert ("%" in " ".join(text.get_text() for text in ax.texts)) == (concluded >= 40)


def test_both_sides_of_a_flow_are_as_high_as_all_on_hand_and_a_gap_is_drawn_and_told(reference: Report) -> None:
    frame = data_of("flow", reference)
    heights = [bar.get_height() for bar in bars(draw("flow", frame))]
    pool, nodes = heights[0], heights[1:]
    assert pool == pytest.approx(sum(nodes) / 2)
    assert sorted(nodes) == pytest.approx(sorted(frame["count"] / 1768 * pool))
    report = with_values(reference, {"requests.new.total": 1601})
    gap = data_of("flow", report).set_index("stream").loc["gap"]
    assert (gap["side"], gap["count"]) == ("in", 90)
    ax = draw("flow", report)
    assert (
        title(ax) == "Requests do not balance: new and brought forward make 1,678, concluded and carried forward 1,768"
    )
    assert "differ by 90" in written(ax)


def test_a_map_marks_every_cell(reference: Report) -> None:
    axes = draw("check_map", reference)
    assert sum(len(ax.patches) for ax in axes) == len(reference.grid)
    dotted = [len([p for p in ax.patches if p.get_linestyle() not in ("solid", "-")]) for ax in axes]
    assert dotted == [10, 0, 0]


# ---- what is not printed, and what is wrong ----


@pytest.mark.parametrize("mark", ["blank", "missing", "unreadable", "dash"])
def test_a_cell_without_a_number_is_never_drawn_as_0(reference: Report, mark: Any) -> None:
    report = with_cell(reference, "requests.withheld_process.total", value=None, printed="", mark=mark)
    ax = draw("outcomes", report)
    assert math.isnan(data_of("outcomes", report).set_index("row").loc["withheld_process", "count"])
    assert "Deliberative-process information (four kinds) no number printed" in foi.plot.describe(ax)
    assert "Not disclosed ≥ 152 (in part not printed)" in foi.plot.describe(ax)
    assert "1 cell behind this picture prints no number" in foi.plot.describe(ax)


def test_blanks_leave_bounds_and_no_point(strange: dict[str, Report]) -> None:
    frame = data_of("measures", strange["blank"])
    bounded = frame[
        (frame["state"] == "bounded") & (frame["kind"] == "share") & (frame["upper"] - frame["lower"] > 0.001)
    ]
    assert len(bounded)
    hatched = [bar for bar in bars(draw("measures", frame)) if bar.get_hatch()]
    assert [(bar.get_x(), bar.get_x() + bar.get_width()) for bar in hatched] == [
        pytest.approx(pair) for pair in zip(bounded["lower"], bounded["upper"], strict=True)
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_part_above_its_whole_is_told_and_never_a_share_of_more_than_all(
    strange: dict[str, Report], language: Language
) -> None:
    told = {"en": "contradict each other", "zh": "互相矛盾"}[language]
    few = with_cells(strange["one"], lambda cell: with_value(cell, 9) if cell.key.column == "business" else cell)
    for name, report in (("outcomes", strange["huge"]), ("applicants", few)):
        ax = draw(name, report, language)
        assert told in foi.plot.describe(ax)
        assert all(float(share) <= 100 for share in re.findall(r"([\d.]+) ?%", written(ax) + foi.plot.describe(ax)))


def test_a_broken_sum_is_told_and_a_doubtful_one_is_not_laid_at_the_organ(reference: Report) -> None:
    wrong = with_values(reference, {"requests.concluded.total": 1690})
    assert "drawn as printed" in foi.plot.describe(draw("outcomes", wrong))
    doubtful = with_cell(wrong, "requests.concluded.total", doubt="readings disagree")
    said = foi.plot.describe(draw("outcomes", doubtful))
    assert "drawn as printed" not in said
    assert "check the source before saying anything of the organ" in said


def test_a_broken_identity_marks_its_cells_and_one_that_cannot_be_assessed_too(reference: Report) -> None:
    blank = with_values(reference, {"review.reconsideration.total": 0, "review.litigation_direct.other": None})
    frame = data_of("check_map", blank)
    marks = frame[frame["table"] == "review"].groupby("row")["mark"].unique().map(list).to_dict()
    assert marks == {
        "reconsideration": ["broken"],
        "litigation_direct": ["not assessable"],
        "litigation_after_reconsideration": ["holds"],
    }
    assert set(frame[frame["table"] == "proactive"]["mark"]) == {"none"}
    assert "× " not in written(draw("check_map", reference)).replace("× one is broken (0)", "")


def test_a_report_without_tables_or_with_an_odd_token_is_drawn_all_the_same(
    strange: dict[str, Report], reference: Report
) -> None:
    for name in REPORT_FIGURES:
        assert "was not found in the report" in foi.plot.describe(draw(name, strange["nothing"]))
    report = with_cell(reference, "review.reconsideration.upheld", printed="𝟗𝟔")
    shown = data_of("check_map", report, "zh").set_index(["row", "column"])["shown"]
    assert shown["reconsideration", "upheld"] == "96"


# ---- panels ----


def test_years_are_joined_only_where_nothing_parts_them(panel: Panel) -> None:
    frame = data_of("trends", panel)
    direct = frame[(frame["series"] == "direct") & (frame["organ"] == "平潭综合实验区")].set_index("year")["segment"]
    assert direct[2022] == direct[2023]
    assert len({direct[2023], direct[2024], direct[2025]}) == 3  # changes of law on 2024-01-01 and 2025-06-01
    received = frame[(frame["series"] == "new") & (frame["organ"] == "平潭综合实验区")]["segment"]
    assert received.nunique() == 1


def test_scopes_stand_apart_and_points_of_too_few_organs_have_no_limits(panel: Panel) -> None:
    frame = data_of("funnel", panel)
    assert frame["target"].isna().all()
    assert frame.loc[~frame["broken"], "organ"].is_unique
    axes = draw("funnel", panel)
    assert len(axes) == 1
    assert written(axes).replace("\n", " ").count("Too few organs for limits (fewer than 20)") == 4
    assert not axes[0].lines
    points = np.vstack([collection.get_offsets() for collection in axes[0].collections])
    government = frame[frame["scope"] == "whole government"]
    assert sorted(points[:, 0].tolist()) == sorted(government["denominator"].tolist())
    assert title(axes) == (
        "Too few organs for limits; the share disclosed of all concluded is 0.0% to 40.6% in the latest reports "
        "of 3 organs"
    )


def test_stock_and_chain_say_by_how_much_years_do_not_join(panel: Panel) -> None:
    chain, stock = (data_of(name, panel) for name in ("chain", "stock"))
    assert chain["verdict"].value_counts().drop("").to_dict() == {"holds": 7}
    assert stock["verdict"].value_counts().drop("").to_dict() == {"broken": 3, "holds": 2}
    assert stock.loc[stock["verdict"] == "broken", "difference"].tolist() == [-173, -59, 93]
    texts = [text.get_text() for text in draw("stock", panel).texts]
    assert {"−173", "−59", "+93"} <= set(texts)
    assert texts.count("≠") == 3


def test_ranks_are_those_that_differences_leave_open(panel: Panel) -> None:
    frame = data_of("panel_definitions", panel)
    ranked = frame.dropna(subset=["best_rank"])
    assert set(ranked["scope"]) == {"whole government"}
    assert set(ranked["report"]) == {"suqian_city_2024", "pingtan_2025", "huaian_hongze_2023"}
    spans = ranked[ranked["measure"] == "disclosed_or_partly_share"].set_index("report")["beside"]
    # 1902/3521 less 71/148: 6.0 points, Newcombe −2.0 to 14.1; less 4/21 and 71/148 less 4/21: certain.
    assert spans.to_dict() == {"suqian_city_2024": "1–2", "pingtan_2025": "1–2", "huaian_hongze_2023": "3"}
    assert title(draw("panel_definitions", frame)) == (
        "In 2 of 3 pairs of organs the order is certain and the same under all 5 definitions; in 0 it is certain, and "
        "reversed by the definition"
    )
