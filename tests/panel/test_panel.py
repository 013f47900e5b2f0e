"""A panel gives back what was read, and compares only what may be compared."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_reports import printing, with_cell
from panels import printed

import foi_analysis as foi
from foi_analysis import (
    ComparisonError,
    Panel,
    ReadingError,
    Report,
    check,
    load_panel,
    read_panel,
    read_report,
    set_language,
)
from foi_analysis.cell_tables import MARKS, typed_table
from foi_analysis.checks import identity_verdicts
from foi_analysis.explanations import groups_of
from foi_analysis.form import CellKey, load_form
from foi_analysis.report import COLUMNS, Cell, Finding, Number, records, to_csv, write

ROOT = Path(__file__).resolve().parents[2]
Table = Callable[[Sequence[Report], str], Path]
FEES = CellKey("proactive", "fees", "amount")


def csv_of(reports: Sequence[Report] | Panel) -> str:
    return to_csv(row for report in reports for row in records(report))


def test_a_panel_gives_back_each_report_as_it_was_read_by_number_by_name_and_in_a_loop(reports: list[Report]) -> None:
    panel = Panel.of(reports)
    assert len(panel) == 5
    for number, (given_report, kept) in enumerate(zip(reports, panel, strict=True)):
        assert list(kept.grid.items()) == [(key, cell._replace(note="")) for key, cell in given_report.grid.items()]
        assert (kept.name, kept.form, kept.sha256) == (given_report.name, given_report.form, given_report.sha256)
        assert kept == panel.report(number) == panel.report(given_report.name) == panel[given_report.name]
    assert list(Panel.of(panel)) == list(panel)
    for frame in ("reports", "wide", "cells"):
        pd.testing.assert_frame_equal(getattr(Panel.of(panel), frame), getattr(panel, frame))


@pytest.mark.parametrize("ending", [".csv", ".parquet"])
def test_a_table_that_extract_wrote_reads_as_the_reports_and_their_files_do(
    folder: Path, reports: list[Report], table: Table, ending: str
) -> None:
    panel = read_panel(table(reports, ending))
    assert csv_of(panel) == csv_of(reports)
    files = read_panel(sorted(folder.iterdir()))
    pd.testing.assert_frame_equal(files.cells, panel.cells)
    pd.testing.assert_frame_equal(files.reports, Panel.of(reports).reports)


def test_marks_doubts_odd_tokens_and_supplied_numbers_survive_both_kinds_of_file(tmp_path: Path, table: Table) -> None:
    page = printed(
        "甲县人民政府", 2022, "cn-2021", ".txt", 1,
        requests__new__natural_person="１２", requests__new__business="", requests__new__research="-",
        requests__new__public_interest="I2", proactive__fees__amount="1,234.50",
    )  # fmt: skip
    (tmp_path / "odd.txt").write_bytes(page)
    report = read_report(tmp_path / "odd.txt")
    assert {cell.mark for cell in report.grid.values()} == {"number", "blank", "dash", "unreadable"}
    assert report.doubtful
    for ending in (".csv", ".parquet"):
        panel = read_panel(table([report], ending))
        assert csv_of(panel) == csv_of([report])
        assert str(panel.report(0).grid[FEES].value) == "1234.50"
        supplied = with_cell(report, FEES, value=Decimal("7.5"), mark="supplied", proofs=())
        kept = read_panel(table([supplied], ending)).report(0).grid[FEES]
        assert (kept.value, kept.mark, kept.printed) == (Decimal("7.5"), "supplied", "1,234.50")


@pytest.mark.slow
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(value=st.one_of(st.integers(-(10**15), 10**18), st.decimals(-(10**9), 10**9, allow_nan=False, places=6)))
def test_any_number_is_kept_to_its_last_digit(reference: Report, value: Number) -> None:
    report = with_cell(reference, FEES, value=value)
    kept = Panel.of([report]).report(0).grid[FEES].value
    assert (kept, type(kept)) == (value, type(value))


def test_a_blank_never_becomes_a_number_and_figures_cannot_be_changed_in_place() -> None:
    panel = load_panel()
    values = panel.values("cn-2019")
    cells = panel.cells.query("form == 'cn-2019'")
    assert values.shape == (3, 198)
    assert (np.isnan(values).ravel() == (cells["mark"] != "number")).all()
    assert np.isnan(values).sum() == cells["value"].isna().sum() == 135
    with pytest.raises(ValueError, match="read-only"):
        load_panel().values("cn-2021")[0, 0] = 1


def test_cells_are_tidy_in_the_columns_of_extract(reports: list[Report], table: Table) -> None:
    frame = Panel.of(reports).cells
    assert tuple(frame.columns) == COLUMNS
    read = pd.read_csv(table(reports, ".csv"), keep_default_na=False, dtype="str")
    values = read["value"].map(lambda text: float(text or "nan")).astype("Float64").astype(frame["value"].dtype)
    pd.testing.assert_frame_equal(frame, read.assign(value=values).astype({"year": "Int64"}))


def test_reports_has_one_row_a_report_and_counts_its_marks(reports: list[Report]) -> None:
    frame = Panel.of(reports).reports
    assert frame["report"].tolist() == [report.name for report in reports]
    assert (frame[list(MARKS)].sum(axis=1) == [len(report.grid) for report in reports]).all()
    assert frame["doubtful"].tolist() == [len(report.doubtful) for report in reports]
    assert frame["year"].dtype == "Int64"


def test_wide_has_a_column_for_each_cell_of_any_form_and_whole_numbers_where_all_are(reports: list[Report]) -> None:
    panel = load_panel()
    wide = panel.wide
    assert wide.shape == (14, 226)
    assert wide.columns.names == ["table", "row", "column"]
    assert wide.index.tolist() == panel.reports["report"].tolist()
    assert wide["requests", "new", "total"].dtype == "Int64"
    assert wide["proactive", "fees", "amount"].dtype == "Float64"
    for report in panel:
        row = wide.loc[report.name]
        printed = {key: float(cell.value) for key, cell in report.grid.items() if cell.value is not None}
        assert row.dropna().astype(float).to_dict() == printed
    assert set(Panel.of(reports).wide["requests"].dtypes) == {pd.Int64Dtype()}


@pytest.mark.parametrize(
    "which",
    [
        lambda asked: asked,
        lambda asked: asked.to_numpy(),
        lambda asked: asked.astype("boolean").mask(load_panel().reports["year"] == 2019),
        lambda asked: asked.index[asked],
        np.flatnonzero,
        lambda asked: pd.Series(np.flatnonzero(asked)),
        lambda asked: np.flatnonzero(asked).tolist(),
    ],
)
def test_reports_are_selected_by_a_mask_or_by_numbers(which: Callable[[pd.Series], object]) -> None:
    panel = load_panel()
    chosen = panel.select(which(panel.reports["year"] == 2021))
    assert list(chosen) == [report for report in panel if report.year.value == "2021"]
    assert len(chosen)


def test_a_selection_may_be_empty_or_repeat_a_report_and_keeps_figures_to_the_last_digit() -> None:
    panel = load_panel()
    assert len(panel.select([])) == 0
    assert [report.name for report in panel.select([-1, 13])] == [panel.report(13).name] * 2
    chosen = panel.select([2, 0])
    assert [report.name for report in chosen] == ["pingtan_2020", "huaian_hongze_2023"]
    assert csv_of(chosen) == csv_of([panel.report(2), panel.report(0)])


@pytest.mark.parametrize(
    ("call", "error", "said"),
    [
        (lambda panel: panel.select([True, False, True]), ValueError,
         "^a mask of 3 for 14 reports; give one truth for each report$"),
        (lambda panel: panel.select([14]), IndexError, "^no report 14: the panel has 14$"),
        (lambda panel: panel.report("none"), KeyError, "0 reports are called 'none'; give a number from 0 to 13"),
        (lambda panel: panel["pingtan2020"], KeyError, "is 'pingtan_2020' meant"),
        (lambda panel: panel.report(14), IndexError, "no report 14: the panel has 14"),
        (lambda panel: panel.values("cn-2025"), KeyError, "no report in the form 'cn-2025'"),
        (lambda _: Panel.of([]).common("requests"), ValueError, "no reports"),
        (lambda _: read_panel(ROOT / "data"), ValueError, "foi-analysis panel"),
        (lambda panel: Panel.of([panel.report(0)] * 2), ReadingError, "huaian_hongze_2023"),
        (lambda panel: panel.compare("proactive"), ComparisonError, "changed their meaning"),
        (lambda panel: panel.total("requests", "new", "total"), ComparisonError, "must not be added up"),
        (lambda panel: dict(panel.facets())["whole government"].total("requests", "other_else", "total"),
         ComparisonError, "not a row of every form"),
    ],
)  # fmt: skip
def test_what_a_panel_has_not_or_does_not_compare_is_refused_with_the_reason(
    call: Callable[[Panel], object], error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said):
        call(load_panel())


def test_a_panel_shows_itself_in_one_short_line_and_as_a_table(reports: list[Report]) -> None:
    assert repr(load_panel()) == "<Panel: 14 reports of 6 organs, 2019 to 2025, forms cn-2019, cn-2021, cn-2021-hybrid>"
    assert repr(Panel.of([])) == "<Panel: 0 reports of 0 organs>"
    assert repr(Panel.of(reports[:1])).startswith("<Panel: 1 report of 1 organ, 2020, forms cn-2019>")
    html = load_panel()._repr_html_()
    assert html.count("<tr") == 1 + 14
    shown = ("14 reports of 6 organs", "pingtan_2020", "Pingtan Comprehensive Experimental Area", "cn-2021-hybrid")
    assert all(words in html for words in shown)
    assert "<script" not in html
    many = Panel.of([replace(reports[0], name=f"<b>{n}") for n in range(30)])
    assert max(map(len, (repr(many), repr(load_panel())))) <= 120
    assert "… 10 more" in many._repr_html_()
    assert "<b>" not in many._repr_html_()


@pytest.mark.parametrize("way", ["of", "csv", "parquet"])
def test_subtotals_and_what_the_prose_states_survive(way: str, reference: Report, tmp_path: Path) -> None:
    """A table of ``extract`` has the cells of the form alone; a panel and its file keep all that was read."""
    row = CellKey("requests", "withheld", "total")
    subtotal = Cell(row, 159, "number", "159", "line 9, field 9", ("label", "order"), "found twice")
    report = replace(reference, subtotals={row: subtotal})
    assert reference.stated
    if way == "of":
        kept = Panel.of([report])[report.name]
    elif way == "parquet":
        pq.write_table(typed_table([("a", report)]), tmp_path / "panel.parquet")
        kept = read_panel(tmp_path / "panel.parquet")["a"]
    else:
        write(list(records(report)), tmp_path / "cells.csv")
        kept = read_panel(tmp_path / "cells.csv")[report.name]
        assert (kept.subtotals, kept.stated) == ({}, {})
        return
    assert kept.subtotals == report.subtotals
    assert kept.stated == report.stated
    assert identity_verdicts(kept) == identity_verdicts(report)
    assert groups_of(kept) == groups_of(report)


def test_two_reports_of_one_organ_and_year_are_shown_and_both_kept(tmp_path: Path) -> None:
    for name, number in (("first.html", "5"), ("second.html", "6")):
        page = printed("甲县人民政府", 2022, "cn-2021", proactive__fees__amount=number)
        (tmp_path / name).write_bytes(page)
    panel = read_panel([tmp_path / "first.html", tmp_path / "second.html"])
    assert len(panel) == 2
    assert panel.conflicts["report"].tolist() == ["first.html", "second.html"]
    assert panel.conflicts["differing"].tolist() == [0, 1]
    assert len(load_panel().conflicts) == 0
    with pytest.raises(ComparisonError, match="more than one report of 甲县人民政府 for 2022"):
        Panel.of([replace(r, scope=Finding("own organ")) for r in panel]).total("requests", "new", "total")


def test_comparison_takes_the_rows_that_all_forms_share_and_says_so() -> None:
    shared = load_panel().common("requests")
    assert len(shared.rows) == 22
    assert set(shared.left_out) == {"other_handled", "other_not_corrected", "other_unpaid", "other_else"}
    assert "22" in shared.sentence("en")
    assert "（六）其他处理" in shared.sentence("zh")
    frame = load_panel().compare("requests")
    assert len(frame) == 14 * 22 * 7
    assert set(frame["row"]) == set(shared.rows)
    panel = load_panel()
    of_2021 = panel.select(panel.reports_of("cn-2021"))
    assert of_2021.common("requests").left_out == ()
    assert "All 25 rows" in of_2021.common("requests").sentence("en")
    assert len(of_2021.compare("proactive")) == 10 * 10


def test_compared_figures_are_those_of_each_report() -> None:
    panel = load_panel()
    for row in panel.compare("review").itertuples():
        cell = panel.report(row.report).cell("review", row.row, row.column)
        assert cell.mark == row.mark
        assert cell.value == row.value if cell.is_number else row.value != row.value


def test_a_refusal_to_compare_gives_its_reason_in_chinese_too() -> None:
    for refused, said in (
        (lambda: load_panel().compare("proactive"), "含义"),
        (lambda: load_panel().total("requests", "new", "total"), "不得相加"),
    ):
        with pytest.raises(ComparisonError) as told:
            refused()
        assert said in told.value.reason("zh")
        assert "own organ" not in told.value.reason("zh")


@pytest.mark.parametrize("scope", ["mixed", "unknown", ""])
def test_figures_of_an_unsure_scope_are_not_added_either(reports: list[Report], scope: str) -> None:
    panel = Panel.of([replace(report, scope=Finding(scope)) for report in reports])
    with pytest.raises(ComparisonError, match="must not be added up"):
        panel.total("requests", "new", "total")


def test_facets_part_a_panel_by_scope_and_can_be_added_up_each() -> None:
    facets = dict(load_panel().facets())
    assert {scope: len(facet) for scope, facet in facets.items()} == {
        "government and its office": 2, "mixed": 1, "own organ": 1, "whole government": 10,
    }  # fmt: skip
    office = facets["government and its office"]
    reports = [office.report(at) for at in range(2)]
    total = office.total("requests", "disclosed", "total")
    known = float(reports[1].value("requests", "disclosed", "total") or 0)
    assert (total["value"], total["numbers"], total["unknown"]) == (known, 1, 1)


def test_tables_and_reports_are_read_into_one_panel(
    reports: list[Report], table: Table, reference: Report, reference_path: Path
) -> None:
    panel = read_panel([table(reports, ".parquet"), reference_path, table(reports[:2], ".csv")])
    assert csv_of(panel) == csv_of([*reports, reference, *reports[:2]])
    panel = read_panel(table([], ".csv"))
    assert (len(panel), len(panel.reports), len(panel.cells), panel.forms) == (0, 0, 0, ())


def test_a_panel_of_many_reports_takes_little_memory_for_each() -> None:
    frames = load_panel().select([5] * 2000)._frames
    held = frames.figures.nbytes + sum(
        frame.memory_usage(deep=False).sum() for frame in (frames.heads, frames.exceptions, frames.evidence)
    )
    assert held <= 2000 * 226 * 16


@pytest.fixture
def parquet(reports: list[Report], tmp_path: Path) -> Callable[..., Path]:
    """Write a panel file with another schema: without a column, with one more, or of another format."""

    def written(without: str = "", more: str = "", version: bytes = b"1") -> Path:
        table = typed_table([(report.name, report) for report in reports])
        table = table.drop_columns([without] if without else [])
        table = table.append_column(more, [["x"] * table.num_rows]) if more else table
        pq.write_table(table.replace_schema_metadata({b"foi_analysis.panel": version}), tmp_path / "panel.parquet")
        return tmp_path / "panel.parquet"

    return written


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"without": "mark"}, "panel.parquet: row 1: found no column mark; expected report, form, table, row, column, "
                              "value, mark"),
        ({"more": "vlaue"}, "panel.parquet: row 1: found the column 'vlaue'; expected "),
        ({"version": b"2"}, "panel.parquet: a panel in format 2, and this version reads format 1; build it again with "
                            "foi-analysis panel, or install the version that wrote it"),
    ],
)  # fmt: skip
def test_a_panel_file_of_another_shape_is_refused_in_one_line(
    changes: dict[str, object], said: str, parquet: Callable[..., Path]
) -> None:
    with pytest.raises(ReadingError) as refused:
        read_panel(parquet(**changes))
    assert str(refused.value).startswith(said)
    assert "\n" not in str(refused.value)


def test_a_panel_file_may_lack_what_is_not_needed(parquet: Callable[..., Path]) -> None:
    for name in ("organ", "stated", "faults", "doubt", "printed"):
        assert len(check(read_panel(parquet(without=name)), verdict="broken")) >= 0, name


def test_labels_of_reports_follow_the_language_that_is_set() -> None:
    panel, labels = load_panel(), ["organ_label", "scope_label", "level_label"]
    for language, expected in (
        ("zh", ["上海市公安局", "混合（不同数字的范围不同）", "省级部门"]),
        ("en", ["Shanghai Municipal Public Security Bureau", "mixed (figures of different scopes)",
                "provincial department"]),
    ):  # fmt: skip
        set_language(language)
        row = panel.reports.set_index("report").loc["shanghai_psb_2024", labels]
        assert row.tolist() == expected


# ---- names and years ----


def named(*heads: tuple[str, str]) -> Panel:
    """Make a panel of reports of these organs and years."""
    nought = dict.fromkeys(load_form("cn-2021").cells, 0)
    return Panel.of([printing("cn-2021", nought, f"r{i}", organ=of, year=year) for i, (of, year) in enumerate(heads)])


def test_names_that_may_be_one_organ_are_told_and_counted_as_two() -> None:
    panel = named(("洪泽区人民政府", "2023"), ("淮安市洪泽区人民政府", "2022"), ("某县水利局", "2023"), ("局", "2023"))
    assert panel.namesakes.to_dict("records") == [{"organ": "洪泽区人民政府", "other": "淮安市洪泽区人民政府"}]
    said = str(foi.say("comparability", panel, "zh"))
    assert "洪泽区人民政府与淮安市洪泽区人民政府可能是同一机关" in said
    assert "of 4 organs" in str(foi.say("comparability", panel, "en"))


def test_reports_held_against_no_year_before_are_told_with_the_reason() -> None:
    panel = named(
        *[("某县水利局", year) for year in ("2020", "2021", "2023")],
        *[("某市财政局", year) for year in ("2021", "2021", "2022")],
        ("洪泽区人民政府", "2023"),
        ("淮安市洪泽区人民政府", "2022"),
    )
    found = panel.unpaired.set_index(["organ", "year"])["reason"].to_dict()
    assert found == {
        ("某县水利局", 2023): "gap",
        ("某市财政局", 2022): "conflict",
        ("洪泽区人民政府", 2023): "namesake",
    }
    assert "Not held against the year before: 3 reports" in str(foi.say("comparability", panel, "en"))


def test_a_doubtful_organ_stays_doubtful_in_a_panel() -> None:
    doubtful = replace(named(("某县水利局", "2023")).report(0), organ=Finding("某县水利局", doubt="organs disagree: x"))
    panel = Panel.of([doubtful])
    assert panel.reports["organ_doubt"].tolist() == ["organs disagree: x"]
    assert not panel.report(0).is_sure
