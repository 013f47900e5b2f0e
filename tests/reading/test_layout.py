"""A page of fixed width tells by its columns which cells are blank, whatever wraps, and never guesses."""

from __future__ import annotations

import random
import re

import pytest
from expected import ORGAN, Read, Values, assert_as_printed, drawn, silent
from pagemaker import lay_out
from pagemaker.mutations import MUTATIONS
from pagemaker.shapes import UNRULED, fixed_width

from foi_analysis import Report, load_form
from foi_analysis.form import form_ids

FORM, VALUES, _ = drawn("cn-2021", 33, 2500)
#: The rows of the first page, which are too few to show columns.
FIRST = {"new", "carried_in"}


def with_blanks(values: Values, share: float) -> Values:
    """Leave out so many of the values, but for totals."""
    chance = random.Random(5)
    return {key: value for key, value in values.items() if chance.random() >= share or key.column == "total"}


def text_of(values: Values, form_id: str = "cn-2021") -> str:
    return fixed_width(lay_out(load_form(form_id), values, ORGAN, 2024))


SOME = with_blanks(VALUES, 0.3)


def unsure(report: Report) -> set[str]:
    """Return the rows of the table of requests that are not wholly read for sure."""
    sure = {key for key, cell in report.grid.items() if not cell.doubt and cell.mark in ("number", "blank")}
    return {key.row for key in report.grid if key.table == "requests" and key not in sure}


@pytest.mark.parametrize(("form_id", "share"), list(zip(form_ids(), [0.2, 0.4, 0.6, 0.4], strict=True)))
def test_blanks_are_known_by_where_the_values_stand(form_id: str, share: float, read: Read) -> None:
    values = with_blanks(drawn(form_id, 33, 2500)[1], share)
    report = read(text_of(values, form_id), ".txt")
    assert silent(report, values) == []
    assert unsure(report) <= FIRST


@pytest.mark.parametrize(("form_id", "share"), [("cn-2021", 0.3), ("cn-2019", 0.6)])
def test_blanks_of_a_pdf_without_upright_rules_are_known_so_too(form_id: str, share: float, read: Read) -> None:
    form, values, _ = drawn(form_id, 33, 2500)
    some = with_blanks(values, share)
    report = read(UNRULED["three lines"](lay_out(form, some, ORGAN, 2024)), ".pdf")
    assert silent(report, some) == []
    assert unsure(report) == set()
    blanks = [cell.where for key, cell in report.grid.items() if key.table == "requests" and cell.mark == "blank"]
    assert all(re.fullmatch(r"page \d+, line \d+, cell \d+", where) for where in blanks)


@pytest.mark.parametrize(("rules", "form_id"), [("three lines", "cn-2021"), ("shaded", "cn-2019")])
def test_few_values_of_a_page_without_rules_stand_under_their_heads(rules: str, form_id: str, read: Read) -> None:
    form, values, _ = drawn(form_id, 33, 2500)
    some = with_blanks(values, 0.75)
    report = read(UNRULED[rules](lay_out(form, some, ORGAN, 2024)), ".pdf")
    assert silent(report, some) == []
    assert unsure(report) == set()


def test_a_row_whose_values_stand_askew_under_the_heads_of_a_page_is_not_read_by_them(read: Read) -> None:
    """Where a head over rows is not printed, its rows begin farther left, and seem to have columns of their own."""
    chance = random.Random(18)
    some = {key: value for key, value in drawn("cn-2021", 2, 2500)[1].items() if chance.random() >= 0.4}
    page = MUTATIONS["note"](lay_out(FORM, some, ORGAN, 2024), random.Random("note 2"))
    assert page
    report = read(UNRULED["shaded"](page), ".pdf")
    assert silent(report, some) == []


@pytest.mark.parametrize("share", [0.3, 0.6])
def test_a_rule_that_is_missing_is_known_where_blanks_stand_beside_it(share: float, read: Read) -> None:
    some = with_blanks(VALUES, share)
    report = read(UNRULED["one missing"](lay_out(FORM, some, ORGAN, 2024)), ".pdf")
    assert silent(report, some) == []
    assert unsure(report) <= FIRST


@pytest.mark.parametrize("seed", [0, 6, 10, 16, 24])
def test_a_column_more_is_told_by_all_rows_together_where_many_cells_are_blank(seed: int, read: Read) -> None:
    chance = random.Random(seed)
    some = {key: value for key, value in VALUES.items() if chance.random() >= 0.25}
    page = MUTATIONS["a column more"](lay_out(FORM, some, ORGAN, 2024), chance)
    assert page
    truth, report = page.truth(), read(UNRULED["open left"](page), ".pdf")
    sure = [cell for cell in report.grid.values() if not cell.doubt and cell.mark in ("number", "blank")]
    assert [cell.key for cell in sure if cell.printed != truth[cell.key]] == []


@pytest.mark.parametrize("between", ["\f", "- 2 -\n", "第 2 页\n"])
def test_a_page_ends_at_a_form_feed_or_at_its_number(between: str, read: Read) -> None:
    text = re.sub(r"1\n\f", between, text_of(SOME))
    report = read(text, ".txt")
    assert between in text
    assert silent(report, SOME) == []
    assert unsure(report) <= FIRST


def line_with(words: str, text: str) -> str:
    return next(line for line in text.splitlines() if words in line)


def moved_between_columns(by: int) -> str:
    """Move a value to the right; further on it stands in the next column, as far as anyone can see."""
    line = line_with("属于行政执法案卷", text_of(SOME))
    label, first = re.match(r"(\D*\d\.\S+\s+)(\d+)", line).groups()  # type: ignore[union-attr]
    return text_of(SOME).replace(line, f"{label}{' ' * by}{first}{line[len(label) + len(first) + by :]}")


def with_piece(piece: str) -> str:
    return re.sub(r"(3\.要求提供公开出版物) {4,}", rf"\1  {piece}  ", text_of(VALUES))


NOT_RESEARCH = {key: value for key, value in VALUES.items() if key.column != "research"}
NOT_UNPAID = {key: value for key, value in VALUES.items() if key.row != "other_unpaid"}
ROWS = {row.key for row in FORM.table("requests").rows}
#: By what is not guessed: the text, the values that it prints, rows that are not wholly read for sure, rows that are.
NOT_GUESSED: dict[str, tuple[str, Values, set[str], set[str]]] = {
    "where a page ends unseen": (re.sub(r" *1\n\f", "", text_of(SOME)), SOME, set(), set()),
    "a column in which nothing stands": (
        re.sub(r" {4}科研机构", " " * 8, text_of(NOT_RESEARCH)), NOT_RESEARCH, ROWS - FIRST, set(),
    ),
    "whose the same end of two labels is": (text_of(NOT_UNPAID), NOT_UNPAID, set(), {"other_overdue"}),
    **{f"a value {by} letters off": (moved_between_columns(by), SOME, set(), set()) for by in range(1, 5)},
    **{f"{piece} of a head as a value": (with_piece(piece), VALUES, set(), set()) for piece in ("不", "（五", "）不")},
}  # fmt: skip


@pytest.mark.parametrize("name", NOT_GUESSED)
def test_what_the_columns_do_not_tell_is_not_guessed(name: str, read: Read) -> None:
    text, values, doubtful, certain = NOT_GUESSED[name]
    report = read(text, ".txt")
    assert silent(report, values) == []
    assert doubtful <= unsure(report)
    assert not certain & unsure(report)


def test_a_row_that_lost_its_end_is_not_filled_with_blanks(read: Read) -> None:
    report = read(re.sub(r"(8\.属于行政查询事项(?:\s+\d+){3}).*", r"\1", text_of(VALUES)), ".txt")
    assert all(report.grid[key].doubt for key in VALUES if key.row == "withheld_query_service")


@pytest.mark.parametrize("head", ["（三）", "不予公", "理"])
def test_a_piece_of_a_head_before_a_piece_of_a_label_is_no_part_of_it(head: str, read: Read) -> None:
    lines = text_of(VALUES).splitlines()
    at = next(i for i, line in enumerate(lines) if line.strip() == "具已获取信息")
    lines[at] = f"{' ' * 9}{head}".ljust(len(lines[at]) - len("具已获取信息")) + "具已获取信息"
    assert_as_printed(read("\n".join(lines), ".txt"), VALUES)


@pytest.mark.parametrize(("behind", "is_whole"), [("处理", True), ("理", True), ("十二", False), ("若干", False)])
def test_words_behind_the_values_are_left_out_only_if_a_head_has_them(behind: str, is_whole: bool, read: Read) -> None:
    line = line_with("3.要求提供公开出版物", text_of(VALUES))
    report = read(text_of(VALUES).replace(line, f"{line}   {behind}"), ".txt")
    row = [report.grid[key] for key in VALUES if key.row == "not_processed_publication"]
    assert silent(report, VALUES) == []
    assert is_whole == (not any(cell.doubt for cell in row))
