"""A report as a user sees it: what it shows, its frames, its tables as published, and copies with other values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from made_reports import with_cell

import foi_analysis as foi
from foi_analysis import Report, load_panel, read_report
from foi_analysis.form import CellKey
from foi_analysis.report import Finding
from foi_analysis.resources import LANGUAGES, Language

#: A report of each form that travels with the package.
OF_EACH_FORM = ("shanghai_psb_2024", "pingtan_2019", "huaian_hongze_2023")
TABLES = ("proactive", "requests", "review")


def test_it_shows_itself_in_one_line(reference: Report) -> None:
    assert repr(reference) == "<Report shanghai_psb_2024.txt: 上海市公安局 2024, cn-2021, 200 cells, 0 in doubt>"
    long = repr(replace(reference, name="a" * 300))
    assert len(long) <= 120
    assert long.startswith("<Report aaa")
    assert long.endswith("…>")
    nameless = repr(replace(reference, organ=Finding(), year=Finding()))
    assert "organ unknown year unknown" in nameless
    assert "\n" not in nameless + long


def test_info_says_what_the_report_says_of_itself(reference: Report) -> None:
    assert reference.info.to_dict() == {
        "organ": "上海市公安局", "year": 2024, "form": "cn-2021", "scope": reference.scope.value,
        "scope_label": "mixed (figures of different scopes)", "level": reference.level.value,
        "level_label": "provincial department", "published_on": reference.published_on.value,
        "sha256": reference.sha256,
    }  # fmt: skip
    assert reference.info.name == reference.name
    assert replace(reference, year=Finding()).info["year"] is pd.NA


def test_cells_are_a_tidy_frame_of_counts_fees_keep_decimals_and_what_prints_no_number_is_na(reference: Report) -> None:
    cells = reference.cells
    assert cells.index.names == ["table", "row", "column"]
    assert cells.index.tolist() == list(reference.form.cells)
    assert cells.columns.tolist() == [
        "value", "mark", "printed", "where", "proofs", "doubt", "row_label", "column_label", "family", "unit",
    ]  # fmt: skip
    assert cells["value"].dtype == "Int64"
    assert cells.loc["requests", "new", "total"]["value"] == 1691
    assert cells.loc[CellKey("requests", "new", "total"), "proofs"] == "label+order+row+balance+prose"
    assert set(cells.loc["requests"]["family"]) >= {"", "Otherwise handled"} or cells["family"].nunique() == 7
    report = load_panel()["pingtan_2020"]
    values = report.cells["value"]
    assert values.dtype == "Float64"
    assert values["proactive", "central_procurement", "amount"] == 73802895.9
    assert report.value("proactive", "central_procurement", "amount") == Decimal("73802895.90")
    blank = load_panel()["shanghai_general_office_2019"].cells
    assert blank["value"].isna().sum() == (blank["mark"] != "number").sum() == 135


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("name", OF_EACH_FORM)
def test_a_table_is_as_published(name: str, table: str, language: Language) -> None:
    report = load_panel()[name]
    form = report.form.table(table)
    frame = report.table(table, language)
    assert frame.shape == (len(form.rows), len(form.columns))
    for at, row in enumerate(form.rows):
        path = [term.label(language) for term in (*form.path(row), row)]
        label = frame.index[at]
        assert [part for part in (label if isinstance(label, tuple) else (label,)) if part] == path
        for there, column in enumerate(form.columns):
            cell = report.grid.get(CellKey(table, row.key, column.key))
            value = frame.iat[at, there]
            assert value is pd.NA if cell is None or cell.value is None else value == float(cell.value)
    last = frame.columns[-1]
    named = form.columns[-1].label(language)
    assert named in (last if isinstance(last, tuple) else (last,))
    assert list(frame.attrs["unit"]) == [row.key for row in form.rows]
    counts = [dtype == "Int64" for dtype in frame.dtypes]
    assert all(counts) or table == "proactive"


def test_in_a_notebook_doubts_stand_above_the_tables_and_markup_in_names_is_text(reference: Report) -> None:
    html = reference._repr_html_()
    assert html.count("<details") == 3
    assert html.count("<details open") == 1
    for words in ("上海市公安局", "2024", "42 hold", "206 hold"):
        assert words in html, words
    assert "<script" not in html
    foi.set_language("zh")
    chinese = reference._repr_html_()
    foi.set_language("en")
    assert chinese != html
    doubted = with_cell(reference, "requests.new.total", doubt="found twice: also 7 (line 3, field 2)")
    html = replace(doubted, name="<script>x</script>")._repr_html_()
    assert html.index("requests.new.total") < html.index("<details")
    assert "<script" not in html


def test_claims_are_the_numbers_of_the_prose(reference: Report) -> None:
    claims = reference.claims
    assert len(claims) > 7
    assert (claims["verdict"] == "agrees").sum() >= 6
    assert len(load_panel()["pingtan_2020"].claims) == 0


def test_replace_gives_a_copy_and_changes_nothing(reference: Report) -> None:
    before = dict(reference.grid)
    changed = reference.replace(
        {"requests.new.total": 1961, "proactive.fees.amount": 1.5, "review.litigation_direct.other": None}
    )
    assert dict(reference.grid) == before
    assert foi.check(reference, verdict="broken")["rule"].tolist() == ["large_residue"]
    cell = changed.cell("requests", "new", "total")
    assert (cell.value, cell.mark, cell.printed, cell.proofs) == (1961, "supplied", "1691", ())
    assert changed.value("proactive", "fees", "amount") == Decimal("1.5")
    none = changed.cell("review", "litigation_direct", "other")
    assert (none.value, none.mark, none.proofs) == (None, "blank", ())
    assert changed.name != reference.name
    found = foi.check(changed).set_index("rule")["verdict"]
    assert found["applicants.new"] == found["balance.total"] == "broken"
    assert found["results.litigation_direct"] == "not assessable"


@pytest.mark.parametrize(
    ("given", "value"),
    [(7, 7), (7.0, 7), (7.25, Decimal("7.25")), (Decimal("7.50"), Decimal("7.50")), (Decimal("7.0"), 7),
     (np.int64(7), 7),
     (np.float64(0.1), Decimal("0.1")), (2**70, 2**70), (-3, -3), (None, None), (pd.NA, None)],
)  # fmt: skip
def test_replace_takes_the_numbers_of_python_numpy_and_pandas(given: object, value: object, reference: Report) -> None:
    kept = reference.replace({"proactive.fees.amount": given}).value("proactive", "fees", "amount")  # type: ignore[dict-item]
    assert (kept, type(kept)) == (value, type(value))


def test_replace_proves_all_other_cells_anew(reference: Report, edited: Callable[..., Path]) -> None:
    changed = reference.replace({"requests.new.total": 1961})
    assert "row" in reference.cell("requests", "new", "natural_person").proofs
    assert "row" not in changed.cell("requests", "new", "natural_person").proofs
    assert (
        changed.cell("requests", "disclosed", "total").proofs == reference.cell("requests", "disclosed", "total").proofs
    )
    same = reference.replace({})
    assert same.grid == reference.grid
    wrong = read_report(edited(("\t1672\t", "\t1627\t")))
    right = wrong.replace({"requests.new.natural_person": 1672})
    assert len(foi.explain(wrong)) == 1
    assert len(foi.explain(right)) == 0
    assert right.cell("requests", "new", "total").proofs == reference.cell("requests", "new", "total").proofs


@pytest.mark.parametrize(
    ("call", "error", "said"),
    [
        (lambda r: r.value("requests", "nwe", "total"), KeyError,
         "cn-2021 has no cell 'requests.nwe.total'; is 'requests.new.total' meant?"),
        (lambda r: r.cell("request", "new", "total"), KeyError,
         "cn-2021 has no cell 'request.new.total'; is 'requests.new.total' meant?"),
        (lambda r: r.table("requets"), KeyError, "cn-2021 has no table 'requets'; is 'requests' meant?"),
        (lambda r: r.show("x"), KeyError, "cn-2021 has no table 'x'; give one of proactive, requests, review"),
        (lambda r: r.table("requests", "fr"), ValueError, "no language 'fr'; give 'zh' or 'en'"),
        (lambda r: r.replace({"requests.nwe.total": 1}), KeyError,
         "cn-2021 has no cell 'requests.nwe.total'; is 'requests.new.total' meant?"),
        (lambda r: r.replace({"zzz": 1}), KeyError, "cn-2021 has no cell 'zzz'; give one of proactive.rules.issued, "),
        (lambda r: r.replace({"requests.new.total": "many"}), ValueError,
         "requests.new.total: 'many' is no number; give a number, or None for a cell without one"),
        (lambda r: r.replace({"requests.new.total": float("nan")}), ValueError, "requests.new.total: nan is no number"),
        (lambda r: r.replace({"requests.new.total": float("inf")}), ValueError, "requests.new.total: inf is no number"),
        (lambda r: r.replace({"requests.new.total": True}), ValueError, "requests.new.total: True is no number"),
    ],
)  # fmt: skip
def test_bad_input_is_told_in_one_line(
    call: Callable[[Report], object], error: type[Exception], said: str, reference: Report
) -> None:
    with pytest.raises(error) as told:
        call(reference)
    message = str(told.value.args[0])
    assert message.startswith(said)
    assert "\n" not in message
