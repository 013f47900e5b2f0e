"""Shapes that occur in print, each written here: every one is read as printed, or says what it cannot read."""

from __future__ import annotations

import re
import time
import tomllib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from expected import ORGAN, Read, Values, assert_as_printed, drawn, silent
from pagemaker import FORMATS, Grid, Page, Printed, lay_out, print_page
from pagemaker.mutations import with_column
from pagemaker.pages import placed, with_cells, with_grids
from pagemaker.pdf import to_pdf
from pagemaker.shapes import SHAPES, UNRULED, piped, separated, turned

from foi_analysis import ReadingError, load_form
from foi_analysis.form import CellKey
from foi_analysis.read import exit_status
from foi_analysis.teaching.answers import draw_values

FORM, VALUES, PAGE = drawn()
HTML = print_page(PAGE, ".html").decode()
TEXT = print_page(PAGE, ".txt").decode()
FEES = CellKey("proactive", "fees", "amount")
CELL = re.compile(r"(<td[^>]*>)(.*?)</td>")


def pieces(text: str) -> str:
    """Split a text over inline elements."""
    half = len(text) // 2
    return f"<font>{text[:half]}</font><span lang=EN-US>{text[half:]}<o:p></o:p></span>"


def rows_and(words: str, html: str = HTML) -> tuple[list[str], int]:
    """Return the rows of a page, and which of them holds words."""
    rows = re.split(r"(?=<tr>)", html)
    return rows, next(i for i, row in enumerate(rows) if words in row)


def with_stray_cells() -> str:
    """Write eleven columns: an empty one between the labels and the values, some values over two columns."""
    rows = []
    for line in placed(next(part for part in PAGE.parts if isinstance(part, Grid) and part.table == "requests")):
        cells = [
            ("<td></td>" if column == 3 and cell.key else "")
            + f'<td colspan="{cell.across + (column == 3 and not cell.key)}" rowspan="{cell.down}">{cell.text}</td>'
            for column, cell, begins in line
            if begins
        ]
        rows.append("<tr>" + "".join(cells) + "</tr>")
    tables = HTML.split("<table border=1>")
    tables[2] = "".join(rows) + "</table>" + tables[2].partition("</table>")[2]
    return "<table border=1>".join(tables)


def with_group_twice() -> str:
    row, group = "<tr><td>5.属于三类内部事务信息</td>", '<td rowspan="{}">（三）不予公开</td>'
    assert row in HTML
    doubled = HTML.replace(group.format(8), group.format(4))
    return doubled.replace(row, row.replace("<tr>", "<tr>" + group.format(4)))


def with_heads_again() -> str:
    head = re.search(r"<tr><td[^>]*>（本列数据.*?(?=<tr><td colspan=\"3\">一、)", HTML)
    assert head
    return HTML.replace('<tr><td colspan="3">二、', head[0] + '<tr><td colspan="3">二、')


def a_table_a_row() -> str:
    """Write each row as a table of its own, as optical recognition does."""
    lines: list[str] = []
    for part in PAGE.parts:
        rows = part.rows if isinstance(part, Grid) else ()
        lines += [part] if isinstance(part, str) else []
        for row in rows:
            lines += ["| " + " | ".join(cell.text for cell in row) + " |", "|" + "---|" * len(row), ""]
    return "\n".join(lines)


#: By name: the page.
WRITTEN: dict[str, Callable[[], str]] = {
    "numbers and labels split over spans": lambda: CELL.sub(lambda m: f"{m[1]}{pieces(m[2])}</td>", HTML),
    "paragraphs in every cell": lambda: CELL.sub(r"\1<p class=MsoNormal>\2<o:p></o:p></p></td>", HTML),
    "labels broken by <br>": lambda: CELL.sub(
        lambda m: m[0] if m[2].isdigit() else f"{m[1]}{m[2][:3]}<br/>{m[2][3:]}</td>", HTML
    ),
    "spaces around everything": lambda: CELL.sub(r"\1 &nbsp;\n　\2&nbsp;</td>", HTML),
    "a metadata table first": lambda: HTML.replace(
        "<h1>",
        "<table><tr><td>索引号</td><td>2024-00123</td></tr><tr><td>发布日期</td><td>2025-01-20</td></tr></table><h1>",
    ),
    "everything in layout tables": lambda: HTML.replace("<body>", "<body><table><tr><td><table><tr><td>").replace(
        "</body>", "</td></tr></table></td><td>导航</td></tr></table></body>"
    ),
    "one cell a paragraph": lambda: re.sub(r"<p>(.*?)</p>", r"<table><tr><td>\1</td></tr></table>", HTML),
    "page furniture": lambda: HTML.replace(
        "<body>", "<body><nav>首页 &gt; 年报</nav><script>var x='三、'</script>"
    ).replace("</body>", "<footer>版权所有 共 12 页</footer></body>"),
    "hidden copies": lambda: HTML.replace("<table", "<div style='display: none'>规章 9 9 9</div><table", 1),
    "th for heads": lambda: re.sub(r"<td([^>]*)>([^<\d][^<]*)</td>", r"<th\1>\2</th>", HTML),
    "upper case and unclosed": lambda: HTML.replace("</td>", "").replace("</tr>", "").replace("<td", "<TD"),
    "a hidden grid with stray blank cells": with_stray_cells,
    "a group's cell printed twice": with_group_twice,
    "heads repeated inside a table": with_heads_again,
    "preformatted text with tabs": lambda: f"<html><body><pre>{TEXT}</pre></body></html>",
    "text that keeps its tabs": lambda: f'<html><body><div style="white-space: pre-wrap">{TEXT}</div></body></html>',
}


@pytest.mark.parametrize("name", WRITTEN)
def test_a_web_page_is_read_in_every_shape(name: str, read: Read) -> None:
    report = read(WRITTEN[name]())
    assert_as_printed(report, VALUES)
    assert report.organ.value == ORGAN


def test_an_empty_element_of_word_joins_no_pieces_of_markup(read: Read) -> None:
    cell = CellKey("requests", "new", "total")
    rows, at = rows_and("一、本年新收")
    rows[at] = re.sub(r">\d+</td></tr>", ">&#4<o:p></o:p>9;</td></tr>", rows[at])  # "&#49;" would be 1
    assert read("".join(rows)).grid[cell].value != 1


def test_a_table_printed_twice_alike_is_read_once(read: Read) -> None:
    report = read(HTML.replace("</body>", "<p>附表</p>" + HTML.partition("<body>")[2]))
    assert {key: cell.value for key, cell in report.grid.items()} == VALUES


def test_markdown_with_every_row_a_table_of_its_own_is_read(read: Read) -> None:
    assert_as_printed(read(a_table_a_row(), ".md"), VALUES)


SPELLINGS = tomllib.loads((Path(__file__).parent / "spellings.toml").read_text("utf-8"))


@pytest.mark.parametrize(("label", "printed"), [(label, one) for label, many in SPELLINGS.items() for one in many])
def test_a_spelling_that_can_mean_one_row_or_column_only_needs_no_doubt(label: str, printed: str, read: Read) -> None:
    page, ending = ((HTML, ".html"), (TEXT, ".txt"))[len(printed) % 2]
    assert label in page
    assert_as_printed(read(page.replace(label, printed), ending), VALUES)


def test_dashes_notes_units_and_negative_changes_of_the_older_form(read: Read) -> None:
    form, values, _ = drawn("cn-2019", 4, 300)
    printed = {
        ("proactive", "rules", "newly_made"): ("22（其中修订16件）", "22"),
        ("proactive", "penalties", "change"): ("减4", "-4"),
        ("proactive", "compulsion", "change"): ("-18", "-18"),
        ("proactive", "central_procurement", "amount"): ("75394432.52元", "75394432.52"),
        ("proactive", "fees", "change"): ("/", "dash"),
        ("review", "reconsideration", "pending"): ("—", "dash"),
    }
    page = lay_out(form, {**values, **{CellKey(*key): text for key, (text, _) in printed.items()}}, ORGAN, 2020)
    cells = read(print_page(page, ".html")).grid
    found = {key: cells[CellKey(*key)] for key in printed}
    said = {key: str(cell.value) if cell.is_number else cell.mark for key, cell in found.items()}
    assert said == {key: value for key, (_, value) in printed.items()}
    assert cells[CellKey("proactive", "rules", "newly_made")].note == "其中修订16件"


def test_a_row_torn_from_its_label_is_doubted_never_silently_given_to_another(read: Read) -> None:
    report = read(a_table_a_row().replace("| 4.保护第三方合法权益 |", "|", 1), ".md")
    torn = [key for key in VALUES if key.row == "withheld_third_party"]
    assert [cell.key for cell in report.doubtful] == torn
    assert all(report.grid[key].doubt.startswith("no label found") for key in torn)
    assert all(cell.value == VALUES[cell.key] for cell in report.grid.values())


def glued() -> str:
    """Write a page in one line, values run together, labels in between."""
    text = ""
    for part in PAGE.parts[2:-4]:
        text += f" {part}" if isinstance(part, str) else ""
        for row in part.rows if isinstance(part, Grid) else ():
            values = [cell.text for cell in row if cell.key]
            apart = " " if len(values) > 9 else ""
            text += " ".join(cell.text for cell in row if not cell.key) + apart + apart.join(values)
    return f"{PAGE.title}\n\n{text}\n"


def test_glued_cells_are_split_only_where_one_split_satisfies_the_identities(read: Read) -> None:
    cells = read(glued(), ".txt").grid.values()
    split = [cell for cell in cells if "split" in cell.proofs]
    assert all("row" in cell.proofs and cell.where.startswith("line 3, character") for cell in split)
    assert len(split) > 100
    assert all(cell.value == VALUES[cell.key] if cell.is_number else cell.mark == "unreadable" for cell in cells)
    assert all(cell.is_number or cell.doubt for cell in cells)


# ---- two reports in one file ----


def other_page(year: int = 2023, values: Values | None = None, organ: str = ORGAN) -> Page:
    return lay_out(FORM, draw_values(FORM, 22, 900) if values is None else values, organ, year)


ZEROS = dict.fromkeys(FORM.cells, 0)
WITHOUT_REQUESTS = tuple(p for p in PAGE.parts if not (isinstance(p, Grid) and p.table == "requests"))
#: By what the second one is: the parts of the first, the title of the second and its parts, words of the refusal.
TWICE = {
    "of other figures": (PAGE.parts, other_page().title, other_page().parts, "give each report in a file of its own"),
    "of another organ, both full of zeros": (
        other_page(2024, ZEROS).parts,
        other_page(2024, ZEROS, "某某市教育局").title,
        other_page(2024, ZEROS).parts,
        f"their titles name {ORGAN} and 某某市教育局",
    ),
    "of another year, which fills a gap": (
        WITHOUT_REQUESTS,
        other_page().title,
        other_page().parts,
        "their titles name 2024 and 2023",
    ),
    **{
        title: (PAGE.parts, title, PAGE.parts, "their titles name 2024 and 2023")
        for title in (
            "2023年政府信息公开工作年度报告",
            "某某市人民政府2023年政府信息公开工作年度报告",
            "2023年度某某市人民政府政府信息公开年度报告",
        )
    },
}


@pytest.mark.parametrize("ending", [".html", ".docx", ".txt"])
@pytest.mark.parametrize(
    ("title", "told"),
    [
        (f"{ORGAN}2023年政府信息公开工作年度报告", "their titles name 2024 and 2023"),
        ("某某市教育局2024年政府信息公开工作年度报告", f"their titles name {ORGAN} and 某某市教育局"),
    ],
)
def test_a_second_report_is_not_read_as_the_first_where_that_has_no_tables(
    title: str, told: str, ending: str, read: Read
) -> None:
    pictured = tuple("（见附图）" if isinstance(part, Grid) else part for part in PAGE.parts)
    with pytest.raises(ReadingError, match=f"two reports in one file: {told}"):
        read(print_page(Page(PAGE.title, (*pictured, title, *PAGE.parts)), ending), ending)


@pytest.mark.parametrize(
    ("name", "ending"), [(name, ending) for i, name in enumerate(TWICE) for ending in list(FORMATS)[i % 2 :: 2]]
)
def test_two_reports_in_one_file_are_refused_with_the_reason(name: str, ending: str, read: Read) -> None:
    first, title, second, words = TWICE[name]
    with pytest.raises(ReadingError, match=f"two reports in one file: .*{words}"):
        read(print_page(Page(PAGE.title, (*first, title, *second)), ending), ending)


def test_two_years_side_by_side_are_refused_with_the_reason(read: Read) -> None:
    columns = {column.zh for column in FORM.table("requests").columns}

    def belongs(cell: str) -> bool:
        text = re.sub(r"<[^>]*>", "", cell)
        return text.isdigit() or text in columns

    parts = HTML.split("<table border=1>")
    table, _, rest = parts[2].partition("</table>")
    rows = [re.findall(r"<td[^>]*>.*?</td>", row) for row in re.findall(r"<tr>.*?</tr>", table)]
    doubled = ("".join(row + [cell for cell in row if belongs(cell)]) for row in rows)
    parts[2] = "".join(f"<tr>{row}</tr>" for row in doubled) + "</table>" + rest
    with pytest.raises(ReadingError, match="two reports side by side"):
        read("<table border=1>".join(parts))


# ---- what looks sound and is not ----


@pytest.mark.parametrize(
    ("printed", "value", "unit"),
    [("5000元", 5000, "元"), ("3亿元", 3, "亿元"), ("12 千元", 12, "千元"), ("12万元", 12, ""), ("12", 12, "")],
)
def test_an_amount_in_another_unit_stays_as_printed_and_is_doubted(
    printed: str, value: int, unit: str, read: Read
) -> None:
    page = with_cells(PAGE, lambda cell: replace(cell, text=printed) if cell.key == FEES else cell)
    cell = read(print_page(page, ".html")).grid[FEES]
    assert (cell.value, cell.doubt) == (value, f"another unit: {unit} in place of 万元" if unit else "")


def before_or_behind(words: str, behind: bool) -> Page:
    at = next(i for i, part in enumerate(PAGE.parts) if isinstance(part, Grid)) + behind
    return Page(PAGE.title, (*PAGE.parts[:at], words, *PAGE.parts[at:]))


def relabelled(label: str, printed: str) -> Page:
    page = with_cells(PAGE, lambda cell: replace(cell, text=cell.text.replace(label, printed)))
    return Page(page.title, tuple(p.replace(label, printed) if isinstance(p, str) else p for p in page.parts))


#: Pages and the unit of money that is told of them; none where it is the one of the form.
UNITS = [
    (relabelled("（单位：万元）", "（单位：元）"), "元"),
    (relabelled("（单位：万元）", "（元）"), "元"),
    (relabelled("（单位：万元）", "（单位：亿元）"), "亿元"),
    (relabelled("第二十条第（八）项", "第二十条第（八）项（单位：元）"), "元"),
    (relabelled("行政事业性收费", "行政事业性收费（元）"), "元"),
    (relabelled("二、主动公开政府信息情况", "二、主动公开政府信息情况（金额单位：元）"), "元"),
    (relabelled("（单位：万元）", "（以元计）"), "元"),
    (relabelled("行政事业性收费", "行政事业性收费金额（元）"), "元"),
    (relabelled("（单位：万元）", "（万元）"), ""),
    *(
        (before_or_behind(said, behind=False), unit)
        for said, unit in (
            ("单位：件、元", "元"),
            ("单位：件（千元）", "千元"),
            ("收费金额：元", "元"),
            ("单位均为“元”", "元"),
            ("单位：件、万元", ""),
        )
    ),
    *((before_or_behind("单位：元", behind), "元") for behind in (False, True)),
    *((before_or_behind("注：收费金额以元为单位", behind), "元") for behind in (False, True)),
    *((before_or_behind("（单位：人民币元）", behind), "元") for behind in (False, True)),
]
#: Each with every other format, in turn.
PRINTED_UNITS = [(*case, ending) for i, case in enumerate(UNITS) for ending in list(FORMATS)[i % 2 :: 2]]


@pytest.mark.parametrize(("page", "unit", "ending"), PRINTED_UNITS)
def test_another_unit_in_a_head_a_caption_or_a_line_beside_the_table_is_doubted(
    page: Page, unit: str, ending: str, read: Read
) -> None:
    report = read(print_page(page, ending), ending)
    assert report.grid[FEES].value == VALUES[FEES]
    assert report.grid[FEES].doubt == (f"another unit: {unit} in place of 万元" if unit else "")
    assert report.doubtful == ((report.grid[FEES],) if unit else ())


@pytest.mark.parametrize("row", ["not_processed_petition", "withheld_state_secret", "unable_not_held"])
def test_a_value_over_two_rows_is_doubted_and_never_given_to_both(row: str, read: Read) -> None:
    table = FORM.table("requests")
    below = table.rows[[one.key for one in table.rows].index(row) + 1]
    rows, at = rows_and(table.row(row).zh)
    rows[at] = re.sub(r"<td>(\d+</td>)", r"<td rowspan=2>\1", rows[at], count=1)
    rows[at + 1] = re.sub(r"<td>\d+</td>", "", rows[at + 1], count=1)
    report = read("".join(rows))
    upper, lower = (report.grid[CellKey("requests", key, "natural_person")] for key in (row, below.key))
    assert upper.doubt == "one value over several cells"
    assert not lower.is_number


@pytest.mark.parametrize("ending", [".html", ".docx", ".pdf"])
@pytest.mark.parametrize("row", ["disclosed", "withheld_state_secret", "concluded"])
def test_a_value_over_two_columns_that_holds_their_sum_is_given_to_neither(row: str, ending: str, read: Read) -> None:
    first, second = (CellKey("requests", row, column) for column in ("business", "research"))
    both = str(VALUES[first] + VALUES[second])

    def joined(cell: Printed) -> Printed | None:
        return replace(cell, text=both, across=2) if cell.key == first else None if cell.key == second else cell

    report = read(print_page(with_cells(PAGE, joined), ending), ending)
    assert all(report.grid[key].doubt or not report.grid[key].is_number for key in (first, second))


@pytest.mark.parametrize("mark", [">", "> ", "# ", "* "])
def test_a_line_with_nothing_behind_its_mark_prints_nothing(mark: str, read: Read) -> None:
    lines = piped(TEXT, "| ", " |").splitlines()
    at = next(i for i, line in enumerate(lines) if "本年新收" in line)
    lines[at] = lines[at].replace("0", "O")  # so that other shapes are tried
    for place in (at, at + 1, at + 5):
        report = read("\n".join([*lines[:place], mark, *lines[place:]]), ".md")
        assert [key for key, cell in report.grid.items() if cell.value != VALUES[key] and not cell.doubt] == []


@pytest.mark.parametrize("index", [True, False])
def test_what_a_program_counted_is_left_out(index: bool, read: Read) -> None:
    tables = []
    for table in re.split(r"\n(?=[一二三四五六]、)", separated(",")(PAGE)):
        lines = [line for line in table.splitlines() if line.count(",") > 2]
        heads = [line for line in table.splitlines() if line not in lines]
        width = max((line.count(",") + 1 for line in lines), default=0)
        count = ",".join(map(str, range(width)))
        body = [f"{i}," * index + line for i, line in enumerate(lines)]
        tables += [*heads, *([("," * index + count)] if lines else []), *body]
    report = read("\n".join(tables), ".txt")
    assert {key: cell.value for key, cell in report.grid.items()} == VALUES
    assert report.doubtful == ()


@pytest.mark.parametrize("lost", [2, 9, 20])
def test_a_line_of_a_turned_table_that_has_lost_a_cell_is_not_read(lost: int, read: Read) -> None:
    page = print_page(turned(PAGE), ".html").decode()
    line = next(line for line in re.findall(r"<tr.*?</tr>", page, re.DOTALL) if ">科研机构<" in line)
    cells = re.findall(r"<t[dh].*?</t[dh]>", line, re.DOTALL)
    report = read(page.replace(line, line.replace("".join(cells), "".join(cells[:lost] + cells[lost + 1 :]))), ".html")
    assert silent(report, VALUES) == []
    others = [key for key in VALUES if key.column != "research"]
    assert {key: report.grid[key].value for key in others} == {key: VALUES[key] for key in others}


@pytest.mark.parametrize("ending", [".html", ".docx", ".md"])
def test_cases_with_results_below_one_another_are_turned(ending: str, read: Read) -> None:
    review = FORM.table("review")
    head = (Printed("结果"), *(Printed(row.zh) for row in review.rows))
    rows = [
        (Printed(c.zh), *(Printed(str(VALUES[CellKey("review", r.key, c.key)])) for r in review.rows))
        for c in review.columns
    ]
    page = with_grids(PAGE, lambda grid: replace(grid, rows=(head, *rows)) if grid.table == "review" else grid)
    assert_as_printed(read(print_page(page, ending), ending), VALUES)


@pytest.mark.slow
@pytest.mark.parametrize("ending", [".html", ".pdf", ".txt"])
@pytest.mark.parametrize(
    ("table", "is_first", "head"),
    [
        *(("requests", *more) for more in ((True, "年度"), (False, "年度"), (False, "合计"))),
        *(("review", *more) for more in ((True, "年度"), (True, "序号"), (False, "年度"), (False, "合计"))),
    ],
)
def test_a_column_more_is_no_column_of_the_form(table: str, is_first: bool, head: str, ending: str, read: Read) -> None:
    keys = [key for key in FORM.cells if key.table == table]
    for blank in (None, keys[len(keys) // 2 if is_first else -1]):
        values = {key: value for key, value in VALUES.items() if key != blank}
        page = with_grids(
            lay_out(FORM, values, ORGAN, 2024),
            lambda grid: with_column(grid, head, is_first) if grid.table == table else grid,
        )
        report = read(print_page(page, ending), ending)
        sure = [cell for cell in report.grid.values() if cell.is_number and not cell.doubt]
        assert [cell.key for cell in sure if cell.value != values.get(cell.key)] == []
        is_on_one_grid = ending == ".html" or (table, ending) == ("review", ".pdf")
        if is_on_one_grid and not blank:
            assert len(sure) == len(values)


@pytest.mark.parametrize("ending", [".html", ".docx"])
@pytest.mark.parametrize(("head", "value"), [("项目", "数量"), ("类别", "件数"), ("备注", "")])
def test_a_column_of_words_more_leaves_a_false_sum_without_a_doubt(
    head: str, value: str, ending: str, read: Read
) -> None:
    false = {key: VALUES[key] + (key.table == "review" and key.column == "total") for key in VALUES}
    page = with_grids(
        lay_out(FORM, false, ORGAN, 2024),
        lambda grid: with_column(grid, head, bool(value), value) if grid.table == "review" else grid,
    )
    report = read(print_page(page, ending), ending)
    assert {key: cell.value for key, cell in report.grid.items()} == false
    assert report.doubtful == ()


@pytest.mark.parametrize("shape", ["merged cells repeated.txt", "merged cells repeated in pipes.txt"])
@pytest.mark.parametrize("place", [0, 1])
def test_a_row_that_lost_a_place_under_repeated_heads_is_never_read_as_whole(
    place: int, shape: str, read: Read
) -> None:
    form, values, _ = drawn("cn-2019", 36)
    fees = [CellKey("proactive", "fees", column) for column in ("last_year_items", "change")]
    text = SHAPES[shape](lay_out(form, {**values, **dict.fromkeys(fees, 34)}, "某县人民政府", 2020)).decode()
    row = next(line for line in text.splitlines() if "行政事业性收费" in line)
    torn = re.sub(r"34[\t| ]+", "", row, count=1) if place == 0 else re.sub(r"[\t| ]+34(?=\W*$)", "", row)
    report = read(text.replace(row, torn), ".txt")
    assert torn != row
    assert sum(report.grid[key].is_number and not report.grid[key].doubt for key in fees) < 2
    assert not report.is_sure


@pytest.mark.parametrize("at", [0, 4, 9, 14])
def test_a_number_that_wraps_within_its_column_of_a_pdf_without_rules_is_never_cut(at: int, read: Read) -> None:
    key = [key for key in FORM.cells if key.table == "review"][at]
    page = with_cells(PAGE, lambda cell: replace(cell, text="１００８") if cell.key == key else cell)
    cell = read(UNRULED["three lines"](page), ".pdf").grid[key]
    assert cell.doubt or cell.value == 1008


@pytest.mark.slow
@pytest.mark.parametrize(("form_id", "row"), [("cn-2021", 3), ("cn-2019", 8), ("cn-2021", 22)])
@pytest.mark.parametrize(("is_above", "is_whole"), [(True, True), (True, False), (False, False)])
def test_two_rows_of_a_pdf_without_a_rule_between_them_are_never_read_silently_wrong(
    form_id: str, row: int, is_above: bool, is_whole: bool, read: Read
) -> None:
    form, values, page = drawn(form_id, 35)
    grids = {part.table: part for part in page.parts if isinstance(part, Grid)}
    blank = {cell.key for cell in grids["requests"].rows[row if is_above else row + 1] if cell.key}
    blank = blank if is_whole else {min(blank, key=str)}
    left = {key: value for key, value in values.items() if key not in blank}
    report = read(to_pdf(lay_out(form, left, "某县人民政府", 2022), unruled=row), ".pdf")
    assert silent(report, left) == []
    assert not report.is_sure


def test_a_fault_is_one_line_whatever_its_row_is_called(read: Read) -> None:
    assert HTML.count("2.重复申请") == 1
    faults = read(HTML.replace("2.重复申请", "没有的<br>一行")).faults
    assert any("没有的 一行" in fault for fault in faults)
    assert not any("\n" in fault for fault in faults)


def long_names(size: int) -> str:
    names = ("市" * size + "厅局", "市" * 2 * size + "局")
    return TEXT.replace(PAGE.title, "\n".join(f"{name}2023年政府信息公开工作年度报告" for name in names))


def short_words(count: int) -> str:
    lines = "\n".join("  ".join(["丙丁"] * 100) for _ in range(count // 100))
    heading = f"三、收到和处理政府信息公开申请情况\n{lines}\n收到"
    return TEXT.replace("自然人", "自然").replace("\t", "  ").replace("三、收到", heading)


#: By what there is much of: how much of it, and what writes a text with so much of it.
LONG: dict[str, tuple[int, Callable[[int], str]]] = {
    "fields of a row": (2_000, lambda n: TEXT.replace("\t", "｜").replace("2.重复申请", f"2.重复申请{'｜1' * n}")),
    "short words above a table": (2_000, short_words),
    "numbered words in a line": (1_000, lambda n: TEXT.replace("2.重复申请", f"{'1.某事（一）某事' * n}\n2.重复申请")),
    "letters of names that are nearly alike": (4, long_names),
}


@pytest.mark.parametrize("name", LONG)
def test_four_times_as_much_takes_no_longer_than_that_asks(name: str, read: Read) -> None:
    size, write = LONG[name]

    def seconds(size: int) -> float:
        begun = time.process_time()
        with suppress(ReadingError):
            read(write(size), ".txt")
        return time.process_time() - begun

    assert seconds(4 * size) < 8 * seconds(size) + 0.5


def blanked(text: str) -> str:
    """Leave the cells between the first and the last of each row of requests empty, with their tabs and no others."""
    text = re.sub(r"\t{2,}", "\t", text)
    return re.sub(r"^(\D.*?\t\d+)(?:\t\d+){5}(\t\d+)$", rf"\1{chr(9) * 5}\2", text, flags=re.MULTILINE)


@pytest.mark.parametrize("shape", ["tabs", "rows of pipes", "pipes between cells"])
def test_empty_fields_that_tabs_or_pipes_keep_are_blanks_in_their_places(shape: str, read: Read) -> None:
    text = blanked(TEXT)
    assert text != TEXT
    pipes = {"tabs": ("", ""), "rows of pipes": ("| ", " |"), "pipes between cells": ("", " | ")}[shape]
    report = read(text if shape == "tabs" else piped(text, *pipes), ".txt")
    ends = ("natural_person", "total")
    some = {key: value for key, value in VALUES.items() if key.table != "requests" or key.column in ends}
    assert_as_printed(report, some)


def test_an_empty_field_too_few_is_no_blank_in_the_next_place(read: Read) -> None:
    row = next(line for line in blanked(TEXT).splitlines() if line.startswith("一、本年新收"))
    report = read(blanked(TEXT).replace(row, row.replace("\t\t\t", "\t\t", 1)), ".txt")
    cells = [report.grid[CellKey("requests", "new", column.key)] for column in FORM.table("requests").columns]
    assert all(cell.doubt or cell.value in (None, VALUES[cell.key]) for cell in cells)


@pytest.mark.parametrize("size", [900, 0])
def test_a_row_with_rows_of_its_own_is_doubted_and_none_is_dropped_in_silence(size: int, read: Read) -> None:
    form = load_form("cn-2019")
    values = draw_values(form, 5, size) if size else dict.fromkeys(form.cells, 0)
    html = print_page(lay_out(form, values, ORGAN, 2023), ".html").decode()
    assert exit_status(read(html)) == 0
    rows, at = rows_and("（六）其他处理", html)
    label = next(cell for cell in re.findall(r"<td[^>]*>[^<]*</td>", rows[at]) if "其他处理" in cell)
    below = rows[at].partition(label)[2]
    rows[at] = rows[at].replace(label, "<td rowspan=2>（六）其他处理</td><td>1.申请撤回的</td>")
    rows.insert(at + 1, f"<tr><td>2.转为信访的</td>{below}")
    report = read("".join(rows))
    assert all(report.grid[key].doubt for key in form.cells if key.row == "other_handled")
    assert exit_status(report) == 1


def test_a_row_that_the_form_does_not_have_is_told_though_every_cell_is_read(read: Read) -> None:
    rows, at = rows_and("（七）总计")
    rows.insert(at, re.sub(r"（七）总计", "8.某种别的情形", re.sub(r">\d+</td>", ">0</td>", rows[at])))
    report = read("".join(rows))
    assert report.faults
    assert exit_status(report) == 1
