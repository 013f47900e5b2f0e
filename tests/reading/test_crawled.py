"""Texts as crawlers write tables: pipes that tell blank cells, heads that were lost or made up, labels in brackets."""

from __future__ import annotations

import random

import pytest
from expected import Read, Values, drawn, silent
from pagemaker import lay_out
from pagemaker.pages import with_cells
from pagemaker.shapes import COPIED, CRAWLED, filled

from foi_analysis import Report
from foi_analysis.form import CellKey

FORM, VALUES, PAGE = drawn()
TABLE = FORM.table("review")
REVIEW = "四、政府信息公开行政复议、行政诉讼情况"
COUNTS = [str(VALUES[key]) for key in TABLE.cells]
HEADS = f"| 类别 | {' | '.join(column.zh for column in TABLE.columns)} |"
CASES = [f"| {one.zh} | {' | '.join(COUNTS[at * 5 : at * 5 + 5])} |" for at, one in enumerate(TABLE.rows)]
ROWS = {row.key: row for row in FORM.table("requests").rows}


def without(values: Values, share: float) -> Values:
    """Leave out so many of the zeros, as organs do."""
    chance = random.Random(8)
    return {key: value for key, value in values.items() if value or chance.random() >= share}


def row(key: str, label: str = "") -> str:
    """Write a row of the table of requests in pipes."""
    values = (str(VALUES[CellKey("requests", key, column.key)]) for column in FORM.table("requests").columns)
    return "| " + " | ".join([label or ROWS[key].zh, *values]) + " |"


def page(*lines: str, section: str = "三、收到和处理政府信息公开申请情况") -> str:
    return "\n".join(["某某市人民政府2024年政府信息公开工作年度报告", section, *lines])


def surely_read(report: Report, key: str, table: str = "requests") -> bool:
    """Check whether a row is read as it is printed, without a doubt."""
    cells = [cell for cell in report.grid.values() if (cell.key.table, cell.key.row) == (table, key)]
    return all(cell.value == VALUES[cell.key] and not cell.doubt for cell in cells)


@pytest.mark.parametrize("share", [0.5, 1.0])
@pytest.mark.parametrize("shape", CRAWLED)
def test_every_cell_is_read_for_sure_and_blank_ones_are_blank(shape: str, share: float, read: Read) -> None:
    values = without(drawn(seed=22, size=40)[1], share)
    report = read(CRAWLED[shape](lay_out(FORM, values, "某某市人民政府", 2024)))
    assert {cell.key.table for cell in report.grid.values() if cell.doubt} <= {"proactive"}
    assert {cell.doubt for cell in report.grid.values()} <= {"", "the row ends in a blank and may lack a value"}
    assert {key: cell.value for key, cell in report.grid.items() if cell.mark == "number"} == values
    assert {cell.mark for cell in report.grid.values()} <= {"number", "blank"}


#: A cell of each table.
KEYS = ["requests.new.business", "proactive.rules.issued", "review.litigation_direct.other"]


@pytest.mark.parametrize(("shape", "key"), [(shape, KEYS[i % 3]) for i, shape in enumerate(CRAWLED)])
def test_a_row_that_lacks_a_value_is_read_with_doubts_or_not_at_all(shape: str, key: str, read: Read) -> None:
    page = with_cells(PAGE, lambda cell: None if str(cell.key) == key else cell)
    report = read(CRAWLED[shape](page))
    assert sum(cell.mark != "missing" and not cell.doubt for cell in report.grid.values()) > len(VALUES) // 2
    assert silent(report, VALUES) == []


@pytest.mark.parametrize(
    "head",
    [
        "| 类别 | 数据1 | 数据2 | 数据3 | 数据4 | 数据5 | 数据6 | 总计 |",  # as models write that lost the heads
        "| 项目 | 列1 | 列2 | 列3 | 列4 | 列5 | 列6 | 合计 |",
        "| 项目 | 本年新收件数 | 上年结转件数 | 予以公开 | 部分公开 | 不予公开 | 结转下年度 | 总计 |",  # made up
        "",
    ],
)
def test_rows_whose_sum_holds_are_read_in_the_form_s_order_under_heads_that_say_nothing(head: str, read: Read) -> None:
    report = read(page(*(line for key in ROWS for line in (head, row(key)) if line)))
    assert all(surely_read(report, key) for key in ROWS)


def test_a_row_without_heads_whose_sum_does_not_hold_is_doubted(read: Read) -> None:
    total = str(VALUES[CellKey("requests", "new", "total")])
    report = read(page(row("new").replace(f"| {total} |", f"| {total}7 |"), *map(row, [*ROWS][1:])))
    assert {cell.doubt for cell in report.grid.values() if cell.key.row == "new"} == {
        "columns without heads: read in the form's order"
    }
    assert surely_read(report, "carried_in")


def test_years_as_heads_are_no_columns_of_the_form(read: Read) -> None:
    report = read(
        page("| 项目 | 2018 | 2019 | 2020 | 2021 | 2022 | 2023 | 合计 |", *map(row, ROWS), REVIEW, HEADS, *CASES)
    )
    assert all(cell.doubt for cell in report.grid.values() if cell.key.table == "requests")


def test_a_row_of_dashes_without_a_label_is_no_fault(read: Read) -> None:
    heads = "| 商业企业 | 科研机构 | 社会公益组织 | 法律服务机构 | 其他 |"
    report = read(page(heads, "| - | - | - | - | - |", *map(row, ROWS)))
    assert surely_read(report, "new")
    assert not [problem for problem in report.faults if "- -" in problem]


@pytest.mark.parametrize("heads", ["行政复议行政诉讼", "行政复议 | 行政诉讼", ""])
def test_cases_without_heads_are_read_in_the_form_s_order_where_their_sums_hold(heads: str, read: Read) -> None:
    report = read(page(*map(row, ROWS), REVIEW, heads, f"| {' | '.join(COUNTS)} |"))
    assert all(surely_read(report, one.key, "review") for one in TABLE.rows)


@pytest.mark.parametrize("total", [0, 7])
def test_cases_under_torn_heads_are_read_where_their_sums_hold(total: int, read: Read) -> None:
    heads = """行政复议 行政诉讼
未经复议直接起诉 复议后起诉
结果 结果 其他 尚未 总
维持 纠正 结果 审结 计 结果 结果 其他 尚未 总 结果 结果 其他 尚未 总
维持 纠正 结果 审结 计 维持 纠正 结果 审结 计"""
    counts = [*COUNTS[:-1], str(int(COUNTS[-1]) + total)]
    report = read(page(*map(row, ROWS), REVIEW, "2024年，我局没有行政诉讼。", heads, " ".join(counts)))
    assert all(surely_read(report, one.key, "review") for one in TABLE.rows) == (total == 0)
    assert total == 0 or all(cell.doubt for cell in report.grid.values() if cell.key.table == "review")


def test_a_year_within_the_head_of_a_column_is_passed_over(read: Read) -> None:
    rules = (
        "第二十条第（一）项\n信息内容 | 本年(2024)制发件数 | 本年(2024)废止件数 | 现行有效件数 |\n规章 | 1 | 2 | 3 |"
    )
    report = read(
        page(rules, "三、收到和处理政府信息公开申请情况", *map(row, ROWS), section="二、主动公开政府信息情况")
    )
    cells = [cell for cell in report.grid.values() if cell.key.row == "rules"]
    assert [(cell.value, cell.doubt) for cell in cells] == [(1, ""), (2, ""), (3, "")]


def test_cases_under_heads_in_another_order_are_doubted(read: Read) -> None:
    report = read(page(*map(row, ROWS), REVIEW, "行政诉讼 | 行政复议", f"| {' | '.join(COUNTS)} |"))
    assert all(cell.doubt for cell in report.grid.values() if cell.key.table == "review")


@pytest.mark.parametrize("mark", ["行政诉讼（{}）", "行政诉讼-{}", "行政诉讼{}", "（二）行政诉讼（{}）"])
def test_a_row_may_stand_behind_its_head_in_one_label(mark: str, read: Read) -> None:
    labels = (one.zh if one.key == "reconsideration" else mark.format(one.zh) for one in TABLE.rows)
    lines = (line.replace(one.zh, label) for line, one, label in zip(CASES, TABLE.rows, labels, strict=True))
    report = read(page(*map(row, ROWS), REVIEW, HEADS, *lines))
    assert all(surely_read(report, one.key, "review") for one in TABLE.rows)


def test_a_paragraph_of_spaces_between_values_is_a_blank_cell(read: Read) -> None:
    values = without(VALUES, 0.5)
    lay = filled(lambda cells, _: "\n\n".join(cell or "\xa0" for cell in cells) + "\n")
    report = read(lay(lay_out(FORM, values, "某某市人民政府", 2024)))
    wrong = {cell.key: cell for cell in report.grid.values() if cell.value != values.get(cell.key) or cell.doubt}
    assert {key.table for key in wrong} <= {"proactive"}
    assert all(cell.doubt for cell in wrong.values())
    assert sum(cell.mark == "blank" for cell in report.grid.values()) > 50


def test_the_head_of_a_column_may_stand_in_two_lines(read: Read) -> None:
    _, values, page = drawn("cn-2019", year=2019)
    text = COPIED["a cell a paragraph"](page)
    report = read(text.replace("本年新制作数量", "本年新\n\n制作数量").replace("本年增/减", "本年增/"))
    assert {cell.key: cell.value for cell in report.grid.values() if not cell.doubt} == values
