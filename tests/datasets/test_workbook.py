"""The workbook: every number as it is, every text a text, the same bytes anywhere."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from collections.abc import Callable
from hashlib import sha256
from itertools import cycle
from pathlib import Path
from zipfile import ZipFile

import pytest
from lxml import etree
from mischief import HOSTILE
from openpyxl import load_workbook
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from foi_analysis import Report
from foi_analysis.datasets import cells, checks, codes, rates, stata, workbook

pytestmark = pytest.mark.slow
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
TABLES = {"proactive": ("主动公开", "Proactive"), "requests": ("申请", "Requests"), "review": ("复议诉讼", "Review")}
TIDY = ("cells", "checks", "measures", "codebook")


def opened(content: bytes) -> Workbook:
    return load_workbook(io.BytesIO(content))


def numbers(sheet: Worksheet) -> list[object]:
    return [cell.value for row in sheet.iter_rows() for cell in row if isinstance(cell.value, (int, float))]


def at(sheet: Worksheet, row: str, column: int) -> object:
    """Find a cell of a published table by the label of its row."""
    line = next(
        line for line in sheet.iter_rows() if any(isinstance(c.value, str) and row in c.value for c in line[:3])
    )
    return line[column - 1]


@pytest.fixture(scope="module")
def content(reference: Report) -> bytes:
    return workbook(reference)


@pytest.fixture(scope="module")
def book(content: bytes) -> Workbook:
    return opened(content)


@pytest.fixture(scope="module")
def marked_book(marked: Report) -> Workbook:
    return opened(workbook(marked))


def test_the_sheets_are_about_the_tables_in_each_language_and_the_tidy_ones(book: Workbook) -> None:
    chinese, english = ([names[i] for names in TABLES.values()] for i in (0, 1))
    assert book.sheetnames == ["about", *chinese, *english, *TIDY]


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("language", [0, 1])
def test_a_published_table_holds_the_numbers_of_the_report_in_printed_order(
    reference: Report, book: Workbook, table: str, language: int
) -> None:
    printed = [reference.grid[key].value for key in reference.form.table(table).cells]
    assert numbers(book[TABLES[table][language]]) == printed


def test_tidy_sheets_hold_what_the_tidy_tables_hold_every_value_as_a_number(reference: Report, book: Workbook) -> None:
    for data in (cells(reference), checks(reference), rates(reference), codes(reference.form)):
        head, *rows = book[data.name].values
        assert head == data.columns
        expected = [tuple(None if value == "" else value for value in row) for row in data.rows]
        assert rows == expected, data.name
    sheet = book["cells"]
    heads = {cell.value: cell.column for cell in sheet[1]}
    for row, cell in enumerate(reference.grid.values(), 2):
        found = sheet.cell(row, heads["value"])
        assert found.data_type == "n"
        assert found.value == cell.value
        assert sheet.cell(row, heads["row"]).value == cell.key.row


def test_heads_are_frozen_and_merged_as_in_the_form_and_tidy_sheets_have_a_filter(book: Workbook) -> None:
    for name in TIDY:
        assert book[name].freeze_panes == "A2"
        assert book[name].auto_filter.ref == book[name].dimensions
    for chinese, english in TABLES.values():
        assert book[chinese].freeze_panes == book[english].freeze_panes
    assert book["申请"].freeze_panes == "D7"
    assert book["Review"].freeze_panes == "A7"
    sheet = book["申请"]
    merged = {str(area) for area in sheet.merged_cells.ranges}
    assert "A4:C6" in merged
    assert sheet["D4"].value == "申请人情况"
    assert "D4:I4" in merged
    assert sheet["J4"].value == "总计"
    assert "J4:J6" in merged


def test_the_first_sheet_tells_source_citation_and_signs_in_both_languages(reference: Report, book: Workbook) -> None:
    text = "\n".join(str(value) for row in book["about"].values for value in row if value)
    for part in (reference.sha256, reference.name, "上海市公安局", "Data availability", "引用报告", "@techreport", "†"):
        assert part in text


def test_a_workbook_in_one_language_has_no_table_in_the_other(reference: Report) -> None:
    found = opened(workbook(reference, ("en",)))
    assert found.sheetnames == ["about", "Proactive", "Requests", "Review", *TIDY]


# ---- what is no number, and what is hard to keep ----


def test_blank_dash_missing_unreadable_doubtful_and_supplied_stay_apart(marked_book: Workbook) -> None:
    sheet = marked_book["Requests"]
    business = next(cell.column for row in sheet.iter_rows() for cell in row if cell.value == "Commercial enterprises")
    blank = at(sheet, "New requests", business)
    dash = at(sheet, "Brought forward from last year", business)
    missing = at(sheet, "(1) Disclosed", business)
    unreadable = at(sheet, "(2) Partly", business)
    assert (blank.value, dash.value, missing.value, unreadable.value) == (None, "-", "missing", "unreadable")
    assert (blank.comment, dash.comment) == (None, None)
    assert "1O" in unreadable.comment.text
    supplied = at(sheet, "2. Disclosure prohibited", business)
    doubtful = at(sheet, "3. Would endanger", business)
    assert (supplied.value, doubtful.value) == (5, 7)
    assert supplied.number_format == 'General"†"'
    assert doubtful.number_format == 'General"?"'
    assert "by order 8" in doubtful.comment.text
    assert doubtful.comment.author == "foi_analysis"
    assert doubtful.fill.fill_type
    assert supplied.fill.fill_type != doubtful.fill.fill_type


def test_just_the_cells_of_broken_identities_are_filled_and_say_what_is_implied(reference: Report) -> None:
    report = reference.replace({"review.reconsideration.total": 0, "review.litigation_direct.upheld": 0})
    book = opened(workbook(report))
    for name, one, none in (("Review", "imply", "No smallest change"), ("复议诉讼", "推得", "最少的改动")):
        told = [cell for row in book[name].iter_rows() for cell in row if cell.comment]
        assert len(told) == 10
        assert all(cell.fill.fill_type == "solid" for cell in told)
        assert all(one in cell.comment.text or none in cell.comment.text for cell in told)
    total = next(cell for row in book["Review"].iter_rows() for cell in row if cell.value == 0 and cell.comment)
    value = reference.value("review", "reconsideration", "total")
    assert f"If this cell alone is wrong, the sums imply {value}" in total.comment.text
    assert not any(cell.comment for row in book["Requests"].iter_rows() for cell in row)


def test_a_number_that_a_spreadsheet_would_round_stands_as_text_with_every_digit(marked_book: Workbook) -> None:
    sheet = marked_book["cells"]
    values = {(row[5], row[6]): row[15] for row in sheet.iter_rows(min_row=2, values_only=True)}
    assert sheet["P1"].value == "value"
    assert values["concluded", "business"] == "1234567890123456"
    assert values["carried_out", "business"] == 0.125


@pytest.fixture(scope="module")
def hostile(renamed: Callable[..., Report]) -> bytes:
    return workbook(renamed(*HOSTILE))


def test_no_text_of_a_report_becomes_a_formula_an_error_or_markup(hostile: bytes) -> None:
    with ZipFile(io.BytesIO(hostile)) as archive:
        for name in archive.namelist():
            tree = etree.fromstring(archive.read(name))
            assert not [element.tag for element in tree.iter(f"{MAIN}f", "{*}script", "{*}td")], name
            kinds = {cell.get("t") for cell in tree.iter(f"{MAIN}c")}
            assert kinds <= {None, "n", "b", "s"}, (name, kinds)


def test_every_text_of_a_report_comes_back_and_one_like_a_formula_is_marked_as_text(hostile: bytes) -> None:
    head, *rows = opened(hostile)["cells"].iter_rows()
    at = {cell.value: i for i, cell in enumerate(head)}
    for row, text in zip(rows, cycle(HOSTILE), strict=False):
        for name, expected in {"printed": text, "where": text, "doubt": text, "organ": HOSTILE[0]}.items():
            assert row[at[name]].data_type == "s"
            assert row[at[name]].value.replace("_x005F_", "_") == expected, name
    printed = [row[at["printed"]] for row in rows]
    quoted = {cell.value.replace("_x005F_", "_"): cell.quotePrefix for cell in printed}
    formulas = {"=cmd|' /C calc'!A0", "+1+1", "-1+1", "@SUM(A1)", "\t=1+1", " =1+1", "＝1+1"}
    assert quoted == {text: text in formulas for text in HOSTILE}


def test_what_xml_cannot_hold_is_written_as_spreadsheets_write_it(renamed: Callable[..., Report]) -> None:
    texts = ("a\x0bb\rc\uffff", "_x0041_", "two\nlines", "x" * 40_000)
    with ZipFile(io.BytesIO(workbook(renamed(*texts)))) as archive:
        strings = etree.fromstring(archive.read("xl/sharedStrings.xml"))
    written = {item.findtext(f"{MAIN}t") for item in strings}
    assert {"a_x000B_b_x000D_c_xFFFF_", "_x005F_x0041_", "two\nlines", "x" * 32_767} <= written


# ---- the same bytes ----

SCRIPT = """
import hashlib, sys
from foi_analysis import read_report
from foi_analysis.datasets import stata, workbook
report = read_report(sys.argv[1])
for content in (workbook(report), stata(report)):
    print(hashlib.sha256(content).hexdigest())
"""
ELSEWHERE = {"TZ": "America/New_York", "LC_ALL": "zh_CN.UTF-8", "PYTHONHASHSEED": "2", "SOURCE_DATE_EPOCH": "1",
             "OPENPYXL_LXML": "False"}  # fmt: skip


def test_workbook_and_stata_file_are_the_same_bytes_in_another_time_tongue_home_and_seed(
    reference: Report, content: bytes, reference_path: Path, tmp_path: Path
) -> None:
    home = tmp_path / "家"
    home.mkdir()
    command = [sys.executable, "-c", SCRIPT, str(reference_path)]
    environment = {**os.environ, **ELSEWHERE, "HOME": str(home)}
    done = subprocess.run(command, cwd=home, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.split() == [sha256(made).hexdigest() for made in (content, stata(reference))]


def test_the_archive_tells_neither_when_nor_by_what_it_was_made(content: bytes) -> None:
    with ZipFile(io.BytesIO(content)) as archive:
        assert {member.date_time[0] for member in archive.infolist()} == {1980}
        assert {member.create_system for member in archive.infolist()} == {3}
        assert not any(member.extra or member.comment for member in archive.infolist())
        about = archive.read("docProps/core.xml").decode(), archive.read("docProps/app.xml").decode()
    assert re.findall(r"\d{4}-\d\d-\d\dT[\d:]+", about[0]) == ["2000-01-01T00:00:00"] * 2
    assert "xlsxwriter" not in "".join(about).lower()
