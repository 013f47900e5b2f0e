"""The Stata file: coded with labels in both languages, exact, and nothing lost."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace

import pandas as pd
import pytest
from mischief import HOSTILE
from pandas.io.stata import StataReader

from foi_analysis import Report, load_form
from foi_analysis.datasets import stata
from foi_analysis.datasets.tidy import CODED
from foi_analysis.form import form_ids
from foi_analysis.report import COLUMNS, Cell, records


def back(report: Report, labelled: bool = True) -> pd.DataFrame:
    return pd.read_stata(io.BytesIO(stata(report)), convert_categoricals=labelled)


def test_every_cell_and_column_of_extract_comes_back(reference: Report) -> None:
    frame = back(reference)
    assert list(frame["cell"]) == [str(key) for key in reference.grid]
    assert list(frame["value"]) == [float(cell.value or 0) for cell in reference.grid.values()]
    assert frame["value"].dtype == "float64"
    assert set(frame["year"]) == {2024}
    frame, expected = back(reference), pd.DataFrame(records(reference))
    assert set(frame.columns) == {*COLUMNS, "cell", *(f"{name}_zh" for name in CODED)}
    for name in ("report", "organ", "form", "printed", "where", "proofs", "doubt", "published_on", "sha256"):
        assert list(frame[name]) == list(expected[name]), name


def test_codes_are_labelled_in_both_languages_and_uniquely_for_use_as_categories(reference: Report) -> None:
    frame = back(reference)
    for key, line in zip(reference.grid, frame.to_dict("records"), strict=True):
        table = reference.form.table(key.table)
        assert (line["table"], line["table_zh"]) == (table.en, table.zh)
        assert (line["row"], line["row_zh"]) == (table.row(key.row).en, table.row(key.row).zh)
        assert line["column_zh"].startswith(table.column(key.column).zh)
        assert line["column"].startswith(table.column(key.column).en)
        assert (line["mark"], line["mark_zh"]) == ("number", "数字")
    with StataReader(io.BytesIO(stata(reference))) as reader:
        for name, labels in reader.value_labels().items():
            assert len(set(labels.values())) == len(labels), name


@pytest.mark.parametrize("form", form_ids())
def test_a_code_means_the_same_in_the_files_of_every_form(reference: Report, form: str) -> None:
    other = replace(reference, form=load_form(form), grid={k: Cell(k, 1, "number") for k in load_form(form).cells})
    with StataReader(io.BytesIO(stata(reference))) as one, StataReader(io.BytesIO(stata(other))) as two:
        ours, theirs = one.value_labels(), two.value_labels()
    for name in CODED:
        assert ours[name] == theirs[name]
        assert ours[f"{name}_zh"].keys() == theirs[f"{name}_zh"].keys()
    assert back(other)["row_zh"].notna().all()


def test_a_value_that_is_not_printed_is_missing_and_its_mark_tells_why(marked: Report) -> None:
    frame = back(marked).set_index("cell")
    marks = {row: frame.loc[f"requests.{row}.business", "mark"] for row in ("new", "carried_in", "disclosed")}
    assert marks == {"new": "blank", "carried_in": "dash", "disclosed": "missing"}
    assert frame.loc["requests.partly_disclosed.business", "mark_zh"] == "无法辨读"
    for row in ("new", "carried_in", "disclosed", "partly_disclosed"):
        assert pd.isna(frame.loc[f"requests.{row}.business", "value"])
    assert frame.loc["requests.carried_out.business", "value"] == 0.125
    assert frame["value"].isna().sum() == 4


def test_variables_are_explained_and_no_date_of_making_is_told(reference: Report) -> None:
    with StataReader(io.BytesIO(stata(reference))) as reader:
        labels = reader.variable_labels()
        assert reader.time_stamp == "01 Jan 2000 00:00"
        assert reference.sha256[:12] in reader.data_label
        assert len(reader.data_label) <= 80
    assert all(" / " in label and len(label) <= 80 for label in labels.values()), labels


@pytest.mark.parametrize("text", [*HOSTILE, "长" * 1000, "a\0b", ""])
def test_whatever_a_report_says_comes_back_as_text(renamed: Callable[..., Report], text: str) -> None:
    frame = back(renamed(text))
    kept = text.replace("\0", "\ufffd")
    for name in ("organ", "printed", "doubt", "published_on"):
        assert list(frame[name].unique()) == [kept], name
    assert frame["year"].isna().all()
