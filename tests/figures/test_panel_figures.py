"""The figures of a panel: numbers in words are those of the data, nothing overlaps, and no panel is too strange."""

from __future__ import annotations

import math
import re
from dataclasses import replace

import pytest
from matplotlib.patches import Patch
from test_figure_overlap import faults

from foi_analysis import Panel, Report, load_form, load_panel
from foi_analysis.bilingual import number, percent
from foi_analysis.figures.drawing import Drawing
from foi_analysis.figures.panel import PANEL_FIGURES
from foi_analysis.figures.panel.trends import breaks_between
from foi_analysis.figures.style import limit
from foi_analysis.report import Cell, Finding
from foi_analysis.resources import LANGUAGES, Language
from foi_analysis.teaching.reports import draw_values

FORMS = {2019: "cn-2019", 2020: "cn-2019", 2021: "cn-2021", 2022: "cn-2021-hybrid"}
SCOPES = ("own organ", "whole government", "unknown")
KINDS = ("empty", "one", "many", "blank", "nameless", "twice", "long", "years", "huge")
Drawings = dict[tuple[str, Language], Drawing]


def drawn(organ: str, year: int, seed: int, size: int = 300, scope: str = "own organ") -> Report:
    form = load_form(FORMS.get(year, "cn-2021"))
    values = draw_values(form, seed, size)
    cells = {key: Cell(key, value, "number", str(value)) for key, value in values.items()}
    return Report(f"{organ}_{year}", form, cells, Finding(organ), Finding(str(year)), scope=Finding(scope))


def blank(report: Report) -> Report:
    return replace(report, grid={key: Cell(key, None, "blank") for key in report.grid})


def strange() -> dict[str, Panel]:
    """Panels at the edge of what there can be."""
    one = drawn("某县人民政府", 2023, 1)
    many = [
        drawn(f"第{at // 4}某某某某某区人民政府办公室", 2019 + at % 4, at, 20 + 30 * at, SCOPES[at // 4 % 3])
        for at in range(200)
    ]
    return {
        "empty": Panel.of([]),
        "one": Panel.of([one]),
        "many": Panel.of(many),
        "blank": Panel.of([blank(drawn("甲县", year, year)) for year in range(2019, 2024)]),
        "nameless": Panel.of([replace(one, name="x", organ=Finding(), year=Finding(), scope=Finding()), one]),
        "twice": Panel.of([one, replace(one, name="again"), drawn("某县人民政府", 2022, 3)]),
        "long": Panel.of([drawn("某某某某某某某某区人民政府及其所属各部门" * 4, year, year) for year in (2021, 2022)]),
        "years": Panel.of([drawn("甲市", year, year, 90_000) for year in range(2021, 2036)]),
        "huge": Panel.of([drawn(f"{at}市", 2023, at, 50_000_000) for at in range(8)]),
    }


@pytest.fixture(scope="module")
def panels() -> dict[str, Panel]:
    return strange()


@pytest.fixture(scope="module")
def shipped() -> Drawings:
    return {(name, lang): draw(load_panel(), lang) for name, draw in PANEL_FIGURES.items() for lang in LANGUAGES}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", PANEL_FIGURES)
def test_the_shipped_panel_is_drawn_without_overlap(shipped: Drawings, name: str, language: Language) -> None:
    drawing = shipped[name, language]
    assert drawing.name == f"panel_{name}"
    assert faults(drawing.figure) == []


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", PANEL_FIGURES)
def test_strange_panels_are_drawn_without_overlap(panels: dict[str, Panel], name: str, kind: str) -> None:
    for language in LANGUAGES if kind in ("long", "years") else LANGUAGES[:1]:
        drawing = PANEL_FIGURES[name](panels[kind], language)
        assert drawing.title
        assert drawing.title in drawing.alt
        assert faults(drawing.figure) == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", PANEL_FIGURES)
def test_pictures_are_the_same_bytes_each_time(shipped: Drawings, name: str, language: Language) -> None:
    assert PANEL_FIGURES[name](load_panel(), language).svg() == shipped[name, language].svg()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["funnel", "appeals", "definitions"])
def test_every_share_that_is_drawn_stands_in_the_alt_text(shipped: Drawings, name: str, language: Language) -> None:
    drawing = shipped[name, language]
    for row in drawing.data[drawing.data["state"] == "defined"].to_dict("records"):
        assert percent(row["value"], language) in drawing.alt
        assert number(row["numerator"], language) in drawing.alt
        assert number(row["denominator"], language) in drawing.alt


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_outcome_and_every_year_stands_in_the_alt_text(shipped: Drawings, language: Language) -> None:
    outcomes = shipped["outcomes", language]
    for row in outcomes.data.dropna(subset=["share"]).to_dict("records"):
        assert f"{row['label']} {percent(row['share'], language)}" in outcomes.alt
    trends = shipped["trends", language]
    for row in trends.data.dropna(subset=["value"]).to_dict("records"):
        text = (number if math.isnan(row["high"]) else percent)(row["value"], language)
        assert f"{row['year']} {text}" in trends.alt


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["chain", "stock"])
def test_every_join_of_years_stands_in_the_alt_text(shipped: Drawings, name: str, language: Language) -> None:
    drawing = shipped[name, language]
    for row in drawing.data.to_dict("records"):
        if row["verdict"] != "not assessable":
            assert number(row["right"], language) in drawing.alt
        if row["verdict"] == "broken":
            assert number(row["left"], language) in drawing.alt


def test_the_stock_breaks_where_pingtans_does_and_every_break_is_drawn(shipped: Drawings) -> None:
    drawing = shipped["stock", "en"]
    broken = drawing.data[drawing.data["verdict"] == "broken"]
    assert broken["report"].tolist() == ["pingtan_2023", "pingtan_2024", "pingtan_2025"]
    assert broken["difference"].tolist() == [-173.0, -59.0, 93.0]
    drawn_signs = [text.get_text() for text in drawing.figure.axes[0].texts]
    assert drawn_signs.count("≠") == 3
    assert {"by −173", "by −59", "by +93"} <= set(drawn_signs)


def test_a_gap_of_years_and_a_change_of_law_are_not_joined(shipped: Drawings) -> None:
    data = shipped["trends", "en"].data
    joined = {(row["report"], row["series"]) for row in data[data["joined"]].to_dict("records")}
    assert ("shanghai_general_office_2019", "new") not in joined
    assert ("pingtan_2023", "new") in joined
    assert ("pingtan_2023", "direct") not in joined
    assert ("pingtan_2024", "direct") not in joined
    assert ("pingtan_2022", "direct") in joined


def test_breaks_are_marked_within_the_years_drawn_alone() -> None:
    ids = [one.id for one in breaks_between(2019, 2025)]
    assert ids == ["regulation_2019", "form_2021", "reconsideration_law_2024", "interpretation_2025"]
    assert [one.id for one in breaks_between(2022, 2023)] == []


def test_a_scope_changed_between_two_years_breaks_the_line() -> None:
    reports = [drawn("甲市", 2022, 1), drawn("甲市", 2023, 2, scope="whole government")]
    data = PANEL_FIGURES["trends"](Panel.of(reports), "en").data
    assert not data["joined"].any()


def test_what_is_not_printed_is_neither_drawn_nor_counted_as_nothing(panels: dict[str, Panel]) -> None:
    for name in ("outcomes", "trends"):
        drawing = PANEL_FIGURES[name](panels["blank"], "en")
        assert drawing.data[["share" if name == "outcomes" else "value"]].isna().all(axis=None)
        assert not [p for p in drawing.figure.findobj(Patch) if str(p.get_gid()).startswith("mark.")]
        assert "not printed" in drawing.alt


def test_reports_beyond_the_limit_are_counted(panels: dict[str, Panel]) -> None:
    drawing = PANEL_FIGURES["outcomes"](panels["many"], "en")
    assert drawing.data["report"].nunique() == limit("reports")
    assert f"the {limit('reports')} reports" in drawing.caption
    assert "of 200" in drawing.caption


def test_ranks_say_what_the_intervals_leave_open(shipped: Drawings) -> None:
    data = shipped["definitions", "en"].data
    ranked = data.dropna(subset=["rank"])
    assert (ranked["best_rank"] <= ranked["rank"]).all()
    assert (ranked["rank"] <= ranked["worst_rank"]).all()
    assert set(ranked["scope"]) == {"whole government"}, "one report of a scope has no rank"
    hongze = ranked[(ranked["report"] == "huaian_hongze_2023") & (ranked["measure"] == "disclosed_share")].iloc[0]
    assert (hongze["best_rank"], hongze["worst_rank"]) == (10, 10)


def test_scopes_stand_apart_and_are_named_in_the_caption(shipped: Drawings) -> None:
    for name in ("funnel", "outcomes", "appeals", "definitions"):
        caption = shipped[name, "en"].caption
        for scope in ("own organ", "mixed", "whole government", "government and its office"):
            assert scope in caption
        assert "not added up" in caption
        assert re.search(r"(22 rows common|3 rows are the same)", caption)


def test_limits_are_drawn_for_scopes_with_enough_reports_only(shipped: Drawings) -> None:
    data = shipped["funnel", "en"].data
    assert set(data.dropna(subset=["phi"])["scope"]) == {"whole government"}
    known = data.dropna(subset=["phi", "low_95"])
    assert (known["low_99_8"] <= known["low_95"]).all()
    assert (known["low_95_phi"] <= known["low_95"]).all()
    assert (known["phi"] > 1).all()
