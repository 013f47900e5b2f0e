"""The numbers in words, in frames and in lengths are those of the report; what is not printed is never 0."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest
from conftest import with_cells, with_value  # the one beside this file
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.text import Text

from foi_analysis import Report
from foi_analysis.bilingual import number, percent
from foi_analysis.figures import FIGURES
from foi_analysis.figures.drawing import Drawing
from foi_analysis.figures.style import limit
from foi_analysis.report import Cell
from foi_analysis.resources import LANGUAGES, Language

Drawings = dict[tuple[str, Language], Drawing]
CHARTS = ("outcomes", "applicants", "flow", "appeals")


def changed(report: Report, where: str, change: Callable[[Cell], Cell]) -> Report:
    """Give a copy of a report with one cell changed, named as table.row.column."""
    return replace(report, grid={key: change(cell) if str(key) == where else cell for key, cell in report.grid.items()})


def patches(figure: Figure, prefix: str) -> dict[str, Patch]:
    """Give the patches whose id begins so, by the rest of their id."""
    found = {str(artist.get_gid()): artist for artist in figure.findobj(Patch) if artist.get_gid()}
    return {name.removeprefix(prefix): patch for name, patch in found.items() if name.startswith(prefix)}


def width(patch: Patch) -> float:
    return float(patch.get_path().get_extents(patch.get_patch_transform()).width)


def height(patch: Patch) -> float:
    return float(patch.get_path().get_extents(patch.get_patch_transform()).height)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", CHARTS)
def test_every_number_that_is_drawn_stands_in_the_alt_text(drawings: Drawings, name: str, language: Language) -> None:
    drawing = drawings[name, language]
    for row in drawing.data.itertuples():
        assert f"{row.label} {number(row.count, language)}" in drawing.alt.replace("：", " ")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", FIGURES)
def test_the_alt_text_tells_the_finding_and_the_caption_the_table(
    drawings: Drawings, reference: Report, name: str, language: Language
) -> None:
    drawing = drawings[name, language]
    assert drawing.title in drawing.alt
    if name in CHARTS:
        table = reference.form.table("review" if name == "appeals" else "requests")
        assert table.label(language) in drawing.caption


def test_titles_say_what_the_published_report_says(drawings: Drawings) -> None:
    assert drawings["outcomes", "en"].title == (
        "Of 1,698 requests concluded, 236 (13.9 %) ended in disclosure, in full or in part"
    )
    assert drawings["outcomes", "zh"].title == "办结的 1698 件申请中，236 件（13.9%）予以公开或部分公开"
    assert drawings["appeals", "en"].title == "Corrected: 2 of 105 decided reconsiderations; 0 of 55 decided suits"
    assert (
        drawings["flow", "en"].title
        == "Of 1,768 requests on hand in the year, 1,698 were concluded and 70 carried over"
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_part_above_its_whole_is_told_and_never_a_share_of_more_than_all(
    strange: dict[str, Report], language: Language
) -> None:
    told = {"en": "contradict each other", "zh": "互相矛盾"}[language]
    few = with_cells(strange["one"], lambda cell: with_value(cell, 9) if cell.key.column == "business" else cell)
    for name, report in (("outcomes", strange["huge"]), ("summary", strange["huge"]), ("applicants", few)):
        drawing = FIGURES[name](report, language)
        assert told in drawing.alt
        written = " ".join(text.get_text() for text in drawing.figure.findobj(Text))
        assert all(float(share) <= 100 for share in re.findall(r"([\d.]+) ?%", written + drawing.alt))


def test_outcomes_are_those_of_the_published_report(drawings: Drawings) -> None:
    data = drawings["outcomes", "en"].data
    families = data[data["row"] == ""].set_index("family")["count"].to_dict()
    assert families == {
        "disclosed": 223, "partly_disclosed": 13, "withheld": 159, "unable": 925, "not_processed": 47,
        "other_handled": 331,
    }  # fmt: skip
    reasons = data[data["row"] != ""].groupby("family")["count"].sum()
    assert reasons.to_dict() == {key: value for key, value in families.items() if key in reasons.index}


@pytest.mark.parametrize("name", ["outcomes", "appeals"])
def test_bars_are_as_long_as_their_counts(drawings: Drawings, name: str) -> None:
    drawing = drawings[name, "en"]
    data = drawing.data
    keys = (
        data["row"].where(data["row"] != "", data["family"])
        if name == "outcomes"
        else data["route"] + "." + data["result"]
    )
    counts = dict(zip(keys, data["count"], strict=True))
    bars = patches(drawing.figure, "bar.")
    assert set(bars) == {key for key, count in counts.items() if count}
    unit = max(width(bar) for bar in bars.values()) / max(counts.values())
    assert {key: width(bar) for key, bar in bars.items()} == pytest.approx({key: unit * counts[key] for key in bars})


def test_streams_are_as_wide_as_their_counts_and_both_sides_as_high_as_all_on_hand(drawings: Drawings) -> None:
    drawing = drawings["flow", "en"]
    nodes, (pool,) = patches(drawing.figure, "node."), patches(drawing.figure, "pool").values()
    for side, streams in drawing.data.groupby("side"):
        heights = {row.stream: height(nodes[row.stream]) for row in streams.itertuples()}
        assert sum(heights.values()) == pytest.approx(height(pool)), side
        unit = height(pool) / 1768
        assert heights == pytest.approx({row.stream: unit * row.count for row in streams.itertuples()})


def test_a_flow_that_does_not_balance_is_drawn_with_its_gap_and_says_so(reference: Report) -> None:
    report = changed(reference, "requests.new.total", lambda cell: replace(cell, value=1601, printed="1601"))
    drawing = FIGURES["flow"](report, "en")
    gap = drawing.data.set_index("stream").loc["gap"]
    assert (gap["side"], gap["count"]) == ("in", 90)
    assert patches(drawing.figure, "node.gap")[""].get_hatch()
    assert drawing.title == "The flow of requests does not balance: 1,678 in, 1,768 out"
    assert "differ by 90" in drawing.caption


def test_few_requests_are_drawn_one_by_one_and_never_as_shares(drawings: Drawings) -> None:
    drawing = drawings["applicants", "en"]
    squares, shares = patches(drawing.figure, "request."), patches(drawing.figure, "share.")
    for applicant, rows in drawing.data.groupby("applicant"):
        concluded = int(rows["concluded"].iloc[0])
        few = concluded < limit("shares_from")
        assert sum(name.startswith(f"{applicant}.") for name in squares) == (concluded if few else 0)
        assert any(name.startswith(f"{applicant}.") for name in shares) == (not few)


def test_pending_cases_are_hatched_and_no_other_result_is(drawings: Drawings) -> None:
    for name, bar in patches(drawings["appeals", "zh"].figure, "bar.").items():
        assert bool(bar.get_hatch()) == name.endswith(".pending")


@pytest.mark.parametrize("mark", ["blank", "missing", "unreadable", "dash"])
def test_a_cell_without_a_number_is_never_drawn_as_0(reference: Report, mark: str) -> None:
    report = changed(
        reference, "requests.withheld_process.total", lambda cell: replace(cell, value=None, printed="", mark=mark)
    )
    drawing = FIGURES["outcomes"](report, "en")
    data = drawing.data.set_index("row")
    assert math.isnan(data.loc["withheld_process", "count"])
    assert "Process information (four kinds) no number printed" in drawing.alt
    assert "Not disclosed ≥ 152 (in part not printed)" in drawing.alt
    assert "1 cell behind this picture prints no number" in drawing.caption


def test_a_report_without_tables_is_drawn_all_the_same_and_says_so(strange: dict[str, Report]) -> None:
    for name, draw in FIGURES.items():
        drawing = draw(strange["nothing"], "en")
        assert "was not found in the report" in drawing.caption
        if name in CHARTS:
            assert drawing.data["count"].isna().all()


def test_a_broken_sum_is_told_and_a_doubtful_one_is_not_laid_at_the_organ(reference: Report) -> None:
    wrong = changed(reference, "requests.concluded.total", lambda cell: replace(cell, value=1690, printed="1690"))
    assert "drawn as printed" in FIGURES["outcomes"](wrong, "en").caption
    doubtful = changed(wrong, "requests.concluded.total", lambda cell: replace(cell, doubt="readings disagree"))
    caption = FIGURES["outcomes"](doubtful, "en").caption
    assert "drawn as printed" not in caption
    assert "check the source before saying anything of the organ" in caption


def test_a_value_supplied_by_a_person_is_told(reference: Report) -> None:
    report = changed(reference, "review.reconsideration.upheld", lambda cell: replace(cell, mark="supplied"))
    assert "1 cell behind this picture was supplied by a person" in FIGURES["appeals"](report, "en").caption


@pytest.mark.parametrize("name", ["check_map", "evidence_map"])
def test_a_map_has_a_patch_for_each_cell_and_dots_those_without_an_identity(
    drawings: Drawings, reference: Report, name: str
) -> None:
    cells = patches(drawings[name, "zh"].figure, "cell.")
    assert set(cells) == set(map(str, reference.grid))
    dotted = {cell for cell, patch in cells.items() if patch.get_linestyle() != "solid"}
    assert dotted == {str(key) for key in reference.grid if key.table == "proactive"}


def test_a_broken_identity_marks_its_cells_and_one_that_cannot_be_assessed_too(reference: Report) -> None:
    wrong = changed(reference, "review.reconsideration.total", lambda cell: replace(cell, value=0, printed="0"))
    blank = changed(wrong, "review.litigation_direct.other", lambda cell: replace(cell, value=None, mark="blank"))
    data = FIGURES["check_map"](blank, "en").data
    review = data[data["table"] == "review"].groupby("row")["state"].unique().map(list).to_dict()
    assert review == {
        "reconsideration": ["broken"],
        "litigation_direct": ["not assessable"],
        "litigation_after_reconsideration": ["holds"],
    }
    assert set(data[data["table"] == "proactive"]["state"]) == {"none"}


def test_the_evidence_map_counts_the_proofs_that_the_cells_carry(drawings: Drawings, reference: Report) -> None:
    data = drawings["evidence_map", "zh"].data
    assert data["count"].tolist() == [len(cell.proofs) for cell in reference.grid.values()]
    assert data.groupby("table")["identity"].all().to_dict() == {"proactive": False, "requests": True, "review": True}


def test_a_token_that_the_font_lacks_gives_way_to_its_value(reference: Report) -> None:
    report = changed(reference, "review.reconsideration.upheld", lambda cell: replace(cell, printed="𝟗𝟔"))
    shown = FIGURES["check_map"](report, "zh").data.set_index(["row", "column"])["shown"]
    assert shown["reconsideration", "upheld"] == "96"


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [(1698, "1698", "1,698"), (-7, "−7", "−7"), (0, "0", "0"), (float(Decimal("12.5")), "12.50", "12.50")],
)
def test_numbers_are_written_as_the_language_does(value: float, zh: str, en: str) -> None:
    assert (number(value, "zh"), number(value, "en")) == (zh, en)


@pytest.mark.parametrize(
    ("share", "text"), [(0, "0.0 %"), (0.0004, "<0.1 %"), (0.9996, ">99.9 %"), (1, "100.0 %"), (math.nan, "")]
)
def test_a_share_that_is_not_quite_nothing_or_all_is_never_written_so(share: float, text: str) -> None:
    assert percent(share, "en") == text
