"""CSV for Excel: a byte-order mark, nothing that Excel would run, and plain CSV as it was."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mischief import HOSTILE

from foi_analysis.cli import main
from foi_analysis.csvtext import csv_text
from foi_analysis.datasets import excel_csv
from foi_analysis.datasets.tidy import safe

MARK = b"\xef\xbb\xbf"
FORMULAS = ("=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1", "－1", "-", "+5", "=-5")


@pytest.mark.parametrize("text", FORMULAS)
def test_a_text_that_could_be_a_formula_gets_an_apostrophe(text: str) -> None:
    assert safe(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "0", "-5", "-5.25", "1691", "上海市公安局", "—", "/", "无", "a=b", "#N/A"])
def test_numbers_and_other_texts_stay_as_they_are(text: str) -> None:
    assert safe(text) == text


fields = st.lists(st.lists(st.text() | st.sampled_from(HOSTILE), min_size=2, max_size=2), min_size=1)


@given(fields)
def test_only_the_mark_and_apostrophes_are_added(rows: list[list[str]]) -> None:
    text = excel_csv(csv_text(rows))
    assert text[0] == "\ufeff"
    back = list(csv.reader(io.StringIO(text[1:], newline="")))
    assert [[field.removeprefix("'") for field in row] for row in back] == [
        [field.removeprefix("'") for field in row] for row in rows
    ]
    assert not any(field.lstrip()[:1] in "=+@＝＋＠" for row in back for field in row if field.lstrip())


# ---- the command ----


def test_extract_writes_csv_for_excel_on_request_and_plain_csv_without(
    reference_path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plain, marked = tmp_path / "plain.csv", tmp_path / "excel.csv"
    assert main(["extract", str(reference_path), "-o", str(plain)]) == 0
    assert main(["extract", str(reference_path), "-o", str(marked), "--excel-csv"]) == 0
    assert marked.read_bytes() == MARK + plain.read_bytes()
    assert main(["extract", str(reference_path), "--excel-csv"]) == 0
    assert capsys.readouterr().out == marked.read_text(encoding="utf-8")


def test_another_kind_of_file_for_excel_is_refused_before_anything_is_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["extract", str(tmp_path / "no.txt"), "-o", "cells.json", "--excel-csv"]) == 2
    assert "cells.json: --excel-csv is about CSV" in capsys.readouterr().err


def test_the_projects_own_files_stay_plain_csv(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["reproduce", "--excel-csv"]) == 2
    assert "plain CSV" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["extract", "reproduce"])
def test_help_tells_what_is_changed_for_excel(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main([command, "--help"])
    said = " ".join(capsys.readouterr().out.split()).replace("- ", "-")
    assert "--excel-csv" in said
    assert "byte-order mark, and an apostrophe" in said
