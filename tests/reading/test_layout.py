"""A page of fixed width tells by its columns which cells are blank, whatever wraps, and never guesses."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from pagemaker import lay_out
from pagemaker.shapes import UNRULED, fixed_width

from foi_analysis import Report, load_form, read_report
from foi_analysis.form import CellKey, form_ids
from foi_analysis.teaching.answers import draw_values

FORM = load_form("cn-2021")
VALUES = draw_values(FORM, 33, 2500)
#: The rows of the first page, which are too few to show columns.
FIRST = {"new", "carried_in"}
Read = Callable[[str], Report]
Values = dict[CellKey, int]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Read a text."""

    def reader(text: str) -> Report:
        path = tmp_path / "report.txt"
        path.write_text(text, encoding="utf-8")
        return read_report(path)

    return reader


def with_blanks(values: Values, share: float) -> Values:
    """Leave out so many of the values, but for totals."""
    chance = random.Random(5)
    return {key: value for key, value in values.items() if chance.random() >= share or key.column == "total"}


def text_of(values: Values) -> str:
    return fixed_width(lay_out(FORM, values, "某某市人民政府", 2024))


def silent(report: Report, values: Values) -> list[CellKey]:
    """Return the cells that are read without a doubt, and otherwise than they are printed."""
    sure = (cell for cell in report.grid.values() if not cell.doubt and cell.mark not in ("missing", "unreadable"))
    return [cell.key for cell in sure if cell.value != values.get(cell.key)]


def unsure(report: Report) -> set[str]:
    """Return the rows of the table of requests that are not wholly read for sure."""
    sure = {key for key, cell in report.grid.items() if not cell.doubt and cell.mark in ("number", "blank")}
    return {key.row for key in report.grid if key.table == "requests" and key not in sure}


@pytest.mark.parametrize("share", [0.2, 0.4, 0.6])
@pytest.mark.parametrize("form_id", form_ids())
def test_blanks_are_known_by_where_the_values_stand(form_id: str, share: float, read: Read) -> None:
    form = load_form(form_id)
    values = with_blanks(draw_values(form, 33, 2500), share)
    report = read(fixed_width(lay_out(form, values, "某某市人民政府", 2024)))
    assert silent(report, values) == []
    assert unsure(report) <= FIRST


@pytest.mark.parametrize("share", [0.3, 0.6])
@pytest.mark.parametrize("form_id", ["cn-2021", "cn-2019"])
def test_blanks_of_a_pdf_without_upright_rules_are_known_so_too(form_id: str, share: float, tmp_path: Path) -> None:
    form = load_form(form_id)
    values = with_blanks(draw_values(form, 33, 2500), share)
    path = tmp_path / "report.pdf"
    path.write_bytes(UNRULED["three lines"](lay_out(form, values, "某某市人民政府", 2024)))
    report = read_report(path)
    assert silent(report, values) == []
    assert unsure(report) == set()
    blanks = [cell.where for key, cell in report.grid.items() if key.table == "requests" and cell.mark == "blank"]
    assert all(re.fullmatch(r"page \d+, line \d+, cell \d+", where) for where in blanks)


@pytest.mark.parametrize("between", ["\f", "- 2 -\n", "第 2 页\n"])
def test_a_page_ends_at_a_form_feed_or_at_its_number(between: str, read: Read) -> None:
    values = with_blanks(VALUES, 0.3)
    text = re.sub(r"1\n\f", between, text_of(values))
    report = read(text)
    assert between in text
    assert silent(report, values) == []
    assert unsure(report) <= FIRST


def test_where_a_page_ends_unseen_nothing_is_guessed(read: Read) -> None:
    values = with_blanks(VALUES, 0.3)
    text = re.sub(r" *1\n\f", "", text_of(values))
    assert "\f" not in text
    assert silent(read(text), values) == []


def test_a_column_in_which_nothing_stands_is_not_made_up(read: Read) -> None:
    values = {key: value for key, value in VALUES.items() if key.column != "research"}
    text = re.sub(r" {4}科研机构", " " * 8, text_of(values))
    assert "科研机构" not in text
    report = read(text)
    assert silent(report, values) == []
    assert unsure(report) >= {row.key for row in FORM.table("requests").rows} - FIRST


@pytest.mark.parametrize("by", range(1, 5))
def test_a_value_that_stands_between_two_columns_is_given_to_neither(by: int, read: Read) -> None:
    values = with_blanks(VALUES, 0.3)
    line = next(line for line in text_of(values).splitlines() if "属于行政执法案卷" in line)
    label, first = re.match(r"(\D*\d\.\S+\s+)(\d+)", line).groups()  # type: ignore[union-attr]
    moved = f"{label}{' ' * by}{first}{line[len(label) + len(first) + by :]}"
    report = read(text_of(values).replace(line, moved))
    assert silent(report, values) == []  # further on it stands in the next column, as far as anyone can see


def test_a_row_that_lost_its_end_is_not_filled_with_blanks(read: Read) -> None:
    text = re.sub(r"(8\.属于行政查询事项(?:\s+\d+){3}).*", r"\1", text_of(VALUES))
    report = read(text)
    assert all(
        report.grid[CellKey("requests", "withheld_query_service", c.key)].doubt for c in FORM.table("requests").columns
    )


@pytest.mark.parametrize("head", ["（三）", "不予公", "理"])
def test_a_piece_of_a_head_before_a_piece_of_a_label_is_no_part_of_it(head: str, read: Read) -> None:
    lines = text_of(VALUES).splitlines()
    at = next(i for i, line in enumerate(lines) if line.strip() == "具已获取信息")
    lines[at] = f"{' ' * 9}{head}".ljust(len(lines[at]) - len("具已获取信息")) + "具已获取信息"
    report = read("\n".join(lines))
    assert {key: cell.value for key, cell in report.grid.items()} == VALUES
    assert report.doubtful == ()


def test_the_same_end_of_two_labels_is_given_to_the_one_that_it_stands_at(read: Read) -> None:
    none = {key: value for key, value in VALUES.items() if key.row != "other_unpaid"}
    report = read(text_of(none))
    assert silent(report, none) == []
    overdue = {key: cell for key, cell in report.grid.items() if key.row == "other_overdue"}
    assert {key: cell.value for key, cell in overdue.items() if not cell.doubt} == {key: VALUES[key] for key in overdue}


@pytest.mark.parametrize("piece", ["不", "（五", "）不"])
def test_a_letter_of_a_head_before_the_values_is_none_of_them(piece: str, read: Read) -> None:
    text = re.sub(r"(3\.要求提供公开出版物) {4,}", rf"\1  {piece}  ", text_of(VALUES))
    assert piece in text
    assert silent(read(text), VALUES) == []


@pytest.mark.parametrize(("behind", "is_whole"), [("处理", True), ("理", True), ("十二", False), ("若干", False)])
def test_words_behind_the_values_are_left_out_only_if_a_head_has_them(behind: str, is_whole: bool, read: Read) -> None:
    lines = text_of(VALUES).splitlines()
    at = next(i for i, line in enumerate(lines) if "3.要求提供公开出版物" in line)
    report = read("\n".join([*lines[:at], f"{lines[at]}   {behind}", *lines[at + 1 :]]))
    row = [report.grid[key] for key in VALUES if key.row == "not_processed_publication"]
    assert silent(report, VALUES) == []
    assert is_whole == (not any(cell.doubt for cell in row))
