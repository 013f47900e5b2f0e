"""Shapes that occur in print, each written here: every one is read as printed, or says what it cannot read."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from pathlib import Path

import pytest
from detection import judge
from pagemaker import Grid, Page, lay_out, print_page
from pagemaker.mutations import MUTATIONS, is_false, is_seen, with_column
from pagemaker.pages import Printed, placed
from pagemaker.pdf import to_pdf
from pagemaker.shapes import COPIED, SHAPES, TABLES, UNRULED, parted, piped, separated, turned

from foi_analysis import ReadingError, Report, load_form, read_report
from foi_analysis.form import CellKey, form_ids
from foi_analysis.read import exit_status
from foi_analysis.teaching.answers import draw_values

FORM = load_form("cn-2021")
VALUES = draw_values(FORM, 21, 900)
PAGE = lay_out(FORM, VALUES, "某某市人民政府", 2024)
HTML = print_page(PAGE, ".html").decode()
TEXT = print_page(PAGE, ".txt").decode()
Read = Callable[..., Report]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Read a text or bytes as a file of some ending."""

    def reader(content: str | bytes, ending: str = ".html") -> Report:
        path = tmp_path / f"report{ending}"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_report(path)

    return reader


def assert_as_drawn(report: Report, values: dict[CellKey, int] = VALUES) -> None:
    """Every cell is read as drawn, by both readings, without doubt."""
    wrong = {str(key): (cell.value, cell.doubt) for key, cell in report.grid.items() if cell.value != values[key]}
    assert wrong == {}
    assert report.doubtful == ()
    assert all({"label", "order"} <= set(cell.proofs) for cell in report.grid.values())


def pieces(text: str) -> str:
    """Split a text over inline elements."""
    half = len(text) // 2
    return f"<font>{text[:half]}</font><span lang=EN-US>{text[half:]}<o:p></o:p></span>"


CELL = re.compile(r"(<td[^>]*>)(.*?)</td>")

DRAWN = {
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
    "GB18030 declared as gb2312": lambda: HTML.replace("utf-8", "gb2312").encode("gb18030"),
    "a wrong charset declared": lambda: HTML.replace("utf-8", "iso-8859-99").encode(),
}


@pytest.mark.parametrize("name", DRAWN)
def test_a_web_page_is_read_in_every_shape(name: str, read: Read) -> None:
    assert_as_drawn(read(DRAWN[name]()))


def test_a_hidden_grid_with_stray_blank_cells_is_read_by_its_geometry(read: Read) -> None:
    """Eleven columns: an empty one between the labels and the values, some values over two columns."""
    at = next(i for i, part in enumerate(PAGE.parts) if isinstance(part, Grid) and part.table == "requests")
    rows = []
    for line in placed(PAGE.parts[at]):  # type: ignore[arg-type]
        cells = []
        for column, cell, begins in line:
            across = cell.across + (column == 3) - (cell.across == 3 and cell.down > 1) * 0
            stray = "<td></td>" if column == 3 and begins and cell.key else ""
            span = cell.across + (1 if column == 3 and not cell.key else 0)
            if begins:
                cells.append(f'{stray}<td colspan="{span}" rowspan="{cell.down}">{cell.text}</td>')
            assert across
        rows.append("<tr>" + "".join(cells) + "</tr>")
    tables = HTML.split("<table border=1>")
    tables[2] = "".join(rows) + "</table>" + tables[2].partition("</table>")[2]
    assert_as_drawn(read("<table border=1>".join(tables)))


def test_a_group_cell_printed_twice_and_filler_heads_change_nothing(read: Read) -> None:
    group = re.search(r'<td rowspan="8">（三）不予公开</td>', HTML)
    assert group
    doubled = HTML.replace(group[0], '<td rowspan="4">（三）不予公开</td>')
    row = "<tr><td>5.属于三类内部事务信息</td>"
    assert row in doubled
    assert_as_drawn(read(doubled.replace(row, row.replace("<tr>", '<tr><td rowspan="4">（三）不予公开</td>'))))


@pytest.mark.parametrize(
    ("label", "printed"),
    [
        ("2.其他法律行政法规禁止公开", "2.其他法律行政止公开"),
        ("1.属于国家秘密", "1、属于 国 家 秘密"),
        ("1.属于国家秘密", "1．屬於國家秘密"),
        ("（七）总计", "(七)總 計"),
        ("三、本年度办理结果", "三 、本 年 度办理结果"),
        ("行政规范性文件", "规范性文件"),
        ("1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请", "1.逾期不补正"),
        ("四、政府信息公开行政复议、行政诉讼情况", "四、政府信息公开行政法复议、行政诉讼情况"),
        ("4.无正当理由大量反复申请", "4.无正当理由大量 反复申請"),
        ("（六）其他处理", "(六) 其他 处理"),
    ],
)
def test_labels_vary(label: str, printed: str, read: Read) -> None:
    for content, ending in ((HTML, ".html"), (TEXT, ".txt")):
        assert label in content
        assert_as_drawn(read(content.replace(label, printed), ending))


@pytest.mark.parametrize(
    ("label", "printed"),
    [
        ("现行有效件数", "现行有效件数（历史累计）"),
        ("现行有效件数", "现行有效文件件数"),
        ("现行有效件数", "现行有效总数"),
        ("现行有效件数", "有效件数"),
        ("本年制发件数", "本年新制发件数"),
        ("本年制发件数", "本年度制发件数"),
        ("本年制发件数", "制发件数"),
        ("本年制发件数", "本年制发数量"),
        ("本年废止件数", "废止件数"),
        ("本年废止件数", "本年度废止件数"),
        ("本年处理决定数量", "处理决定数量"),
        ("本年处理决定数量", "本年处理决定数"),
        ("本年处理决定数量", "本年度处理决定数量（件）"),
        ("本年收费金额（单位：万元）", "本年收费金额"),
        ("本年收费金额（单位：万元）", "收费金额（万元）"),
        ("一、本年新收政府信息公开申请数量", "一、本年新收政府信息公开申请数"),
        ("一、本年新收政府信息公开申请数量", "一、本年新收申请数量"),
        ("一、本年新收政府信息公开申请数量", "1.本年新收政府信息公开申请数量"),
        ("二、上年结转政府信息公开申请数量", "二、上年结转申请数量"),
        ("二、上年结转政府信息公开申请数量", "二、上年度结转政府信息公开申请数量"),
        ("（一）予以公开", "（一）予以公开（件）"),
        ("（一）予以公开", "(1)予以公开"),
        ("（一）予以公开", "予以公开"),
        ("（七）总计", "总计"),
        ("（七）总计", "（七）总 计（件）"),
        ("（七）总计", "七、总计"),
        ("四、结转下年度继续办理", "四、结转下年度继续办理数量"),
        ("四、结转下年度继续办理", "四、结转下一年度继续办理"),
        ("1.属于国家秘密", "①属于国家秘密"),
        ("1.属于国家秘密", "（1）属于国家秘密"),
        ("3.其他", "3.其他情形"),
        ("3.其他", "3.其它"),
        ("3.其他", "3.其他（撤回、重复等）"),
        ("1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请", "1.申请人逾期不补正"),
        ("2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请", "2.逾期未缴费"),
        ("1.信访举报投诉类申请", "1.信访、举报、投诉类申请"),
        ("自然人", "公民"),
        ("自然人", "公民个人"),
        ("商业企业", "商业 企业"),
        ("法律服务机构", "法律服务组织"),
        ("社会公益组织", "社会公益"),
        ("结果维持", "维持"),
        ("尚未审结", "尚未 审结"),
        ("未经复议直接起诉", "未经复议直接诉讼"),
        ("复议后起诉", "经复议后起诉"),
        ("复议后起诉", "复议后再起诉"),
        ("5.要求行政机关确认或重新出具已获取信息", "5.要求行政机关确认或重新出具已获取的信息"),
        ("8.属于行政查询事项", "8.属于行政查询事项信息"),
        ("行政规范性文件", "规范性文件"),
        ("行政事业性收费", "行政事业性收费（万元）"),
        ("规章", "规章（件）"),
        ("规章", "政府规章"),
        ("总计", "合计"),
        ("一、本年新收政府信息公开申请数量", "一、2024年新收政府信息公开申请数量"),
        ("一、本年新收政府信息公开申请数量", "一、本年新收信息公开申请数量"),
        ("二、上年结转政府信息公开申请数量", "二、2023年结转政府信息公开申请数量"),
        ("四、结转下年度继续办理", "四、结转2025年度继续办理"),
        ("本年制发件数", "2024年制发件数"),
        ("本年制发件数", "本年发布件数"),
        ("本年废止件数", "本年失效件数"),
        ("现行有效件数", "现有效件数"),
        ("本年处理决定数量", "本年办理数量"),
        ("（一）予以公开", "（一）全部公开"),
        ("1.本机关不掌握相关政府信息", "1.不掌握相关信息"),
        ("2.没有现成信息需要另行制作", "2.需另行制作"),
        ("3.补正后申请内容仍不明确", "3.补正后仍不明确"),
        ("2.重复申请", "2.重复"),
        ("3.要求提供公开出版物", "3.公开出版物"),
        ("商业企业", "商业公司"),
        ("科研机构", "科研院所"),
        ("法律服务机构", "法律服务"),
        ("其他结果", "其他情况"),
        ("尚未审结", "未审结"),
        ("尚未审结", "尚未结案"),
        ("未经复议直接起诉", "未经行政复议直接起诉"),
        ("复议后起诉", "经行政复议后起诉"),
        ("行政许可", "许可"),
        ("规章", "部门规章"),
    ],
)
def test_a_spelling_that_can_mean_one_row_or_column_only_needs_no_doubt(label: str, printed: str, read: Read) -> None:
    assert label in HTML
    assert_as_drawn(read(HTML.replace(label, printed)))


def test_headers_repeated_inside_a_table_are_no_rows(read: Read) -> None:
    head = re.search(r"<tr><td[^>]*>（本列数据.*?(?=<tr><td colspan=\"3\">一、)", HTML)
    assert head
    assert_as_drawn(read(HTML.replace('<tr><td colspan="3">二、', head[0] + '<tr><td colspan="3">二、')))


@pytest.mark.parametrize("ending", [".html", ".docx", ".md", ".txt", ".pdf"])
def test_a_blank_form_is_all_blank_and_nothing_is_zero(ending: str, read: Read) -> None:
    report = read(print_page(lay_out(FORM, {}, "某某局", 2024), ending), ending)
    assert {cell.value for cell in report.grid.values()} == {None}
    assert {cell.mark for cell in report.grid.values()} <= {"blank", "missing", "unreadable"}
    if ending in (".html", ".docx"):
        assert {cell.mark for cell in report.grid.values()} == {"blank"}


def test_dashes_notes_units_and_negative_changes_of_the_older_form(read: Read) -> None:
    form = load_form("cn-2019")
    values: dict[CellKey, object] = dict(draw_values(form, 4, 300))
    printed = {
        ("proactive", "rules", "newly_made"): "22（其中修订16件）",
        ("proactive", "penalties", "change"): "减4",
        ("proactive", "compulsion", "change"): "-18",
        ("proactive", "central_procurement", "amount"): "75394432.52元",
        ("proactive", "fees", "change"): "/",
        ("review", "reconsideration", "pending"): "—",
    }
    values |= {CellKey(*key): text for key, text in printed.items()}
    report = read(print_page(lay_out(form, values, "某某区人民政府", 2020), ".html"))
    found = {key: (str(report.cell(*key).value), report.cell(*key).mark) for key in printed}
    assert list(found.values()) == [
        ("22", "number"),
        ("-4", "number"),
        ("-18", "number"),
        ("75394432.52", "number"),
        ("None", "dash"),
        ("None", "dash"),
    ]
    assert report.cell("proactive", "rules", "newly_made").note == "其中修订16件"
    assert report.form.id == "cn-2019"


@pytest.mark.parametrize("form_id", form_ids())
def test_the_form_is_found_from_the_rows_whatever_the_year(form_id: str, read: Read) -> None:
    form = load_form(form_id)
    for year in (2019, 2023, 2030):
        report = read(print_page(lay_out(form, draw_values(form, year), "某某镇人民政府", year), ".html"))
        assert (report.form.id, report.year.value) == (form_id, str(year))


def ocr_markdown(page: Page) -> str:
    """Write each row as a table of its own, as optical recognition does."""
    lines: list[str] = []
    for part in page.parts:
        if isinstance(part, str):
            lines.append(part)
            continue
        for row in part.rows:
            lines += ["| " + " | ".join(cell.text for cell in row) + " |", "|" + "---|" * len(row), ""]
    return "\n".join(lines)


def test_markdown_with_every_row_a_table_of_its_own_is_read(read: Read) -> None:
    assert_as_drawn(read(ocr_markdown(PAGE), ".md"))


def test_a_row_torn_from_its_label_is_doubted_never_silently_given_to_another(read: Read) -> None:
    text = ocr_markdown(PAGE)
    torn = text.replace("| 4.保护第三方合法权益 |", "|", 1)
    report = read(torn, ".md")
    row = [report.cell("requests", "withheld_third_party", column.key) for column in FORM.table("requests").columns]
    assert all(cell.doubt.startswith("no label found") for cell in row)
    assert {cell.key for cell in report.doubtful} == {cell.key for cell in row}
    assert all(cell.value == VALUES[cell.key] for cell in report.grid.values())


def glue(page: Page) -> str:
    """Write a page in one line, values run together, labels in between."""
    text = ""
    for part in page.parts[2:-4]:
        if isinstance(part, str):
            text += f" {part}"
            continue
        for row in part.rows:
            values = [cell.text for cell in row if cell.key]
            text += " ".join(cell.text for cell in row if not cell.key) + (" " if len(values) > 9 else "")
            text += (" " if len(values) > 9 else "").join(values)
    return f"{page.title}\n\n{text}\n"


def test_glued_cells_are_split_only_where_one_split_satisfies_the_identities(read: Read) -> None:
    report = read(glue(PAGE), ".txt")
    split = [cell for cell in report.grid.values() if "split" in cell.proofs]
    assert all(cell.value == VALUES[cell.key] and cell.where.startswith("line 3, character") for cell in split)
    assert all("row" in cell.proofs for cell in split)
    assert len(split) > 100
    unread = [cell for cell in report.grid.values() if not cell.is_number]
    assert all(cell.mark == "unreadable" and cell.doubt for cell in unread)
    assert all(cell.value == VALUES[cell.key] for cell in report.grid.values() if cell.is_number)


@pytest.mark.parametrize("ending", [".html", ".txt", ".docx", ".md"])
def test_two_reports_in_one_file_are_refused_with_the_reason(ending: str, read: Read) -> None:
    other = lay_out(FORM, draw_values(FORM, 22, 900), "某某市人民政府", 2023)
    both = Page(PAGE.title, (*PAGE.parts, other.title, *other.parts))
    with pytest.raises(ReadingError, match=r"two reports in one file: .* give each report in a file of its own"):
        read(print_page(both, ending), ending)


@pytest.mark.parametrize("said", ["单位：元", "注：收费金额以元为单位", "（单位：人民币元）"])
@pytest.mark.parametrize("ending", [".html", ".txt"])
def test_another_unit_in_a_line_before_or_behind_the_table_is_doubted(ending: str, said: str, read: Read) -> None:
    at = next(i for i, part in enumerate(PAGE.parts) if isinstance(part, Grid))
    for place in (at, at + 1):
        parts = (*PAGE.parts[:place], said, *PAGE.parts[place:])
        report = read(print_page(Page(PAGE.title, parts), ending), ending)
        assert report.grid[FEES].doubt == "another unit: 元 in place of 万元"
        assert report.doubtful == (report.grid[FEES],)


@pytest.mark.parametrize("ending", [".html", ".txt"])
def test_a_second_report_is_refused_though_it_prints_the_same_or_fills_a_gap(ending: str, read: Read) -> None:
    zeros = lay_out(FORM, dict.fromkeys(FORM.cells, 0), "某某市人民政府", 2024)
    other = lay_out(FORM, dict.fromkeys(FORM.cells, 0), "某某市教育局", 2024)
    older = lay_out(FORM, draw_values(FORM, 22, 900), "某某市人民政府", 2023)
    gap = tuple(part for part in PAGE.parts if not (isinstance(part, Grid) and part.table == "requests"))
    both = {
        "某某市人民政府 and 某某市教育局": (*zeros.parts, other.title, *other.parts),
        "2024 and 2023": (*gap, older.title, *older.parts),
    }
    for named, parts in both.items():
        with pytest.raises(ReadingError, match=f"two reports in one file: their titles name {named}"):
            read(print_page(Page(PAGE.title, parts), ending), ending)


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


def test_a_table_printed_twice_alike_is_read_once(read: Read) -> None:
    report = read(HTML.replace("</body>", "<p>附表</p>" + HTML.partition("<body>")[2]))
    assert {key: cell.value for key, cell in report.grid.items()} == {**VALUES}


# ---- what looks sound and is not ----


@pytest.mark.parametrize("ending", [".html", ".txt", ".docx"])
@pytest.mark.parametrize(
    "title",
    [
        "2023年政府信息公开工作年度报告",
        "某某市人民政府2023年政府信息公开工作年度报告",
        "2023年度某某市人民政府政府信息公开年度报告",
    ],
)
def test_a_second_report_of_another_year_is_refused_though_its_figures_are_the_same(
    ending: str, title: str, read: Read
) -> None:
    both = Page(PAGE.title, (*PAGE.parts, title, *PAGE.parts))
    with pytest.raises(ReadingError, match="two reports in one file: their titles name 2024 and 2023"):
        read(print_page(both, ending), ending)


FEES = CellKey("proactive", "fees", "amount")


def with_fees(printed: str) -> str:
    """Return the page with another amount of fees."""
    rows = re.split(r"(?=<tr>)", HTML)
    at = next(i for i, row in enumerate(rows) if "行政事业性收费" in row and re.search(r">\d+</td>", row))
    rows[at] = re.sub(r">\d+</td>", f">{printed}</td>", rows[at], count=1)
    return "".join(rows)


@pytest.mark.parametrize(
    ("printed", "value", "doubt"),
    [
        ("5000元", 5000, "another unit: 元 in place of 万元"),
        ("3亿元", 3, "another unit: 亿元 in place of 万元"),
        ("12 千元", 12, "another unit: 千元 in place of 万元"),
        ("12万元", 12, ""),
        ("12", 12, ""),
    ],
)
def test_an_amount_in_another_unit_stays_as_printed_and_is_doubted(
    printed: str, value: int, doubt: str, read: Read
) -> None:
    cell = read(with_fees(printed)).grid[FEES]
    assert (cell.value, cell.doubt) == (value, doubt)


@pytest.mark.parametrize("ending", [".html", ".txt", ".docx", ".md", ".pdf"])
@pytest.mark.parametrize(
    ("label", "printed", "unit"),
    [
        ("本年收费金额（单位：万元）", "本年收费金额（单位：元）", "元"),
        ("本年收费金额（单位：万元）", "本年收费金额（元）", "元"),
        ("本年收费金额（单位：万元）", "本年收费金额（单位：亿元）", "亿元"),
        ("第二十条第（八）项", "第二十条第（八）项（单位：元）", "元"),
        ("行政事业性收费", "行政事业性收费（元）", "元"),
        ("二、主动公开政府信息情况", "二、主动公开政府信息情况（金额单位：元）", "元"),
        ("本年收费金额（单位：万元）", "本年收费金额（万元）", ""),
    ],
)
def test_another_unit_in_a_head_or_caption_is_doubted(
    ending: str, label: str, printed: str, unit: str, read: Read
) -> None:
    parts = [
        part.replace(label, printed)
        if isinstance(part, str)
        else replace(
            part, rows=tuple(tuple(replace(c, text=c.text.replace(label, printed)) for c in r) for r in part.rows)
        )
        for part in PAGE.parts
    ]
    report = read(print_page(Page(PAGE.title, tuple(parts)), ending), ending)
    assert report.grid[FEES].value == VALUES[FEES]
    assert report.grid[FEES].doubt == (f"another unit: {unit} in place of 万元" if unit else "")
    assert {cell.key for cell in report.doubtful} == ({FEES} if unit else set())


@pytest.mark.parametrize("row", ["not_processed_petition", "withheld_state_secret", "unable_not_held"])
def test_a_value_over_two_rows_is_doubted_and_never_given_to_both(row: str, read: Read) -> None:
    table = FORM.table("requests")
    below = table.rows[[one.key for one in table.rows].index(row) + 1]
    rows = re.split(r"(?=<tr>)", HTML)
    at = next(i for i, one in enumerate(rows) if re.sub(r"\s", "", table.row(row).zh) in re.sub(r"\s", "", one))
    first, second = rows[at], rows[at + 1]
    rows[at] = re.sub(r"<td>(\d+</td>)", r"<td rowspan=2>\1", first, count=1)
    rows[at + 1] = re.sub(r"<td>\d+</td>", "", second, count=1)
    report = read("".join(rows))
    upper, lower = (report.grid[CellKey("requests", key, "natural_person")] for key in (row, below.key))
    assert upper.doubt == "one value over several cells"
    assert not lower.is_number


@pytest.mark.parametrize("ending", [".html", ".docx", ".pdf"])
@pytest.mark.parametrize("row", ["disclosed", "withheld_state_secret", "concluded"])
def test_a_value_over_two_columns_that_holds_their_sum_is_given_to_neither(row: str, ending: str, read: Read) -> None:
    keys = [CellKey("requests", row, column) for column in ("business", "research")]
    both = str(sum(VALUES[key] for key in keys))

    def joined(line: tuple[Printed, ...]) -> tuple[Printed, ...]:
        cells = (replace(c, text=both, across=2) if c.key == keys[0] else c for c in line)
        return tuple(cell for cell in cells if cell.key != keys[1])

    parts = (p if isinstance(p, str) else replace(p, rows=tuple(map(joined, p.rows))) for p in PAGE.parts)
    report = read(print_page(Page(PAGE.title, tuple(parts)), ending), ending)
    assert all(report.grid[key].doubt or not report.grid[key].is_number for key in keys)


@pytest.mark.parametrize("shape", COPIED)
@pytest.mark.parametrize("form_id", form_ids())
def test_what_crawlers_and_save_as_text_write_is_read_as_printed(shape: str, form_id: str, read: Read) -> None:
    form = load_form(form_id)
    values = draw_values(form, 33, 2500)
    assert_as_drawn(read(COPIED[shape](lay_out(form, values, "某某市人民政府", 2024)), ".txt"), values)


def some_of_all(shapes: Iterable[str], one_of: int = 3) -> list[tuple[str, str]]:
    """Pair each truthful damage with one of so many shapes; the benchmark of detection tries all on all."""
    true = enumerate(name for name in MUTATIONS if not is_false(name))
    return [(shape, name) for at, name in true for shape in islice(shapes, at % one_of, None, one_of)]


@pytest.mark.parametrize("mark", [">", "> ", "# ", "* "])
def test_a_line_with_nothing_behind_its_mark_prints_nothing(mark: str, read: Read) -> None:
    lines = piped(TEXT, "| ", " |").splitlines()
    at = next(i for i, line in enumerate(lines) if "本年新收" in line)
    lines[at] = lines[at].replace("0", "O")  # so that other shapes are tried
    for place in (at, at + 1, at + 5):
        report = read("\n".join([*lines[:place], mark, *lines[place:]]), ".md")
        assert [key for key, cell in report.grid.items() if cell.value != VALUES[key] and not cell.doubt] == []


@pytest.mark.slow
@pytest.mark.parametrize(("shape", "name"), [pair for pair in some_of_all(COPIED) if is_seen(pair[1], ".txt")])
def test_a_damaged_copy_is_never_read_silently_wrong(shape: str, name: str, read: Read) -> None:
    number = (list(COPIED).index(shape) + list(MUTATIONS).index(name)) % 3
    judge_damaged(name, number, COPIED[shape], ".txt", read)


def judge_damaged(name: str, number: int, write: Callable[[Page], str | bytes], ending: str, read: Read) -> None:
    """Damage a page, print it, and hold what is read without a doubt against what is printed."""
    page = lay_out(FORM, draw_values(FORM, 50 + number, (40, 900, 2500)[number]), "某某市人民政府", 2022)
    damaged = MUTATIONS[name](page, random.Random(f"{name} {number}"))
    if damaged is None:
        return
    try:
        report = read(write(damaged), ending)
    except ReadingError:
        return
    printed = {key: cell.printed for key, cell in report.grid.items() if cell.mark not in ("missing", "unreadable")}
    doubted = frozenset(cell.key for cell in report.doubtful)
    assert judge(printed, damaged.truth(), doubted) != "silent", number


@pytest.mark.parametrize("ending", [".html", ".docx", ".md"])
@pytest.mark.parametrize("form_id", form_ids())
def test_a_table_whose_rows_stand_side_by_side_is_turned(form_id: str, ending: str, read: Read) -> None:
    form = load_form(form_id)
    values = draw_values(form, 21, 900)
    report = read(print_page(turned(lay_out(form, values, "某某市人民政府", 2024)), ending), ending)
    assert report.form is form
    assert_as_drawn(report, values)
    assert report.faults == ()


@pytest.mark.parametrize("ending", [".html", ".docx", ".pdf", ".md"])
@pytest.mark.parametrize("tables", TABLES)
def test_cases_in_several_tables_are_read_as_one(tables: str, ending: str, read: Read) -> None:
    report = read(print_page(parted(PAGE, TABLES[tables]), ending), ending)
    assert_as_drawn(report)
    assert report.faults == ()


@pytest.mark.parametrize("mark", [",", "\t", ";"])
def test_blanks_in_a_text_with_a_field_for_each_place_are_read_in_their_places(mark: str, read: Read) -> None:
    printed = {key: value for key, value in VALUES.items() if value}
    assert len(printed) < len(VALUES)
    report = read(separated(mark)(lay_out(FORM, printed, "某某市人民政府", 2024)), ".txt")
    assert {key: cell.value for key, cell in report.grid.items()} == {key: printed.get(key) for key in VALUES}
    assert report.doubtful == ()
    assert {cell.mark for cell in report.grid.values()} == {"number", "blank"}


@pytest.mark.parametrize("frame", ["<pre>{}</pre>", '<div style="white-space: pre-wrap">{}</div>'])
def test_a_text_with_tabs_on_a_page_that_keeps_them_is_read(frame: str, read: Read) -> None:
    report = read(f"<html><body>{frame.format(TEXT)}</body></html>")
    assert_as_drawn(report)
    assert report.organ.value == "某某市人民政府"


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
    wrong = [key for key, cell in report.grid.items() if cell.value != VALUES[key]]
    assert wrong == []
    assert report.doubtful == ()


@pytest.mark.parametrize("ending", [".html", ".docx", ".md"])
def test_cases_with_results_below_one_another_are_turned(ending: str, read: Read) -> None:
    review = FORM.table("review")
    head = (Printed("结果"), *(Printed(row.zh) for row in review.rows))
    rows = [
        (Printed(c.zh), *(Printed(str(VALUES[CellKey("review", r.key, c.key)])) for r in review.rows))
        for c in review.columns
    ]
    grid = Grid("review", (head, *rows))
    parts = tuple(grid if isinstance(part, Grid) and part.table == "review" else part for part in PAGE.parts)
    assert_as_drawn(read(print_page(Page(PAGE.title, parts), ending), ending))


@pytest.mark.parametrize("ending", [".html", ".docx", ".pdf", ".txt", ".md"])
@pytest.mark.parametrize(
    ("table", "is_first", "head"),
    [
        ("requests", True, "年度"),
        ("requests", False, "年度"),
        ("requests", False, "合计"),
        ("review", True, "年度"),
        ("review", True, "序号"),
        ("review", False, "年度"),
        ("review", False, "合计"),
    ],
)
def test_a_column_more_is_no_column_of_the_form(table: str, is_first: bool, head: str, ending: str, read: Read) -> None:
    keys = [key for key in FORM.cells if key.table == table]
    for blank in (None, keys[0], keys[len(keys) // 2], keys[-1]):
        values = {key: value for key, value in VALUES.items() if key != blank}
        page = lay_out(FORM, values, "某某市人民政府", 2024)
        parts = (
            with_column(part, head, is_first) if isinstance(part, Grid) and part.table == table else part
            for part in page.parts
        )
        report = read(print_page(Page(page.title, tuple(parts)), ending), ending)
        sure = [cell for cell in report.grid.values() if cell.is_number and not cell.doubt]
        assert [cell.key for cell in sure if cell.value != values.get(cell.key)] == []
        is_on_one_grid = ending in (".html", ".docx") or (table, ending) == ("review", ".pdf")
        if is_on_one_grid and not blank:
            assert len(sure) == len(values)


@pytest.mark.parametrize("ending", [".html", ".docx"])
@pytest.mark.parametrize(("head", "value"), [("项目", "数量"), ("类别", "件数"), ("备注", "")])
def test_a_column_of_words_more_leaves_a_false_sum_without_a_doubt(
    head: str, value: str, ending: str, read: Read
) -> None:
    false = {key: VALUES[key] + 1 for key in VALUES if key.table == "review" and key.column == "total"}
    parts = (
        with_column(part, head, bool(value), value) if isinstance(part, Grid) and part.table == "review" else part
        for part in lay_out(FORM, VALUES | false, "某某市人民政府", 2024).parts
    )
    report = read(print_page(Page(PAGE.title, tuple(parts)), ending), ending)
    assert {key: cell.value for key, cell in report.grid.items()} == VALUES | false
    assert report.doubtful == ()


@pytest.mark.parametrize("shape", ["merged cells repeated.txt", "merged cells repeated in pipes.txt"])
@pytest.mark.parametrize("place", [0, 1])
def test_a_row_that_lost_a_place_under_repeated_heads_is_never_read_as_whole(
    place: int, shape: str, read: Read
) -> None:
    form = load_form("cn-2019")
    drawn = draw_values(form, 36, 900)
    fees = [CellKey("proactive", "fees", column) for column in ("last_year_items", "change")]
    values = drawn | {fees[0]: 34, fees[1]: 34}
    text = SHAPES[shape](lay_out(form, values, "某县人民政府", 2020)).decode()
    row = next(line for line in text.splitlines() if "行政事业性收费" in line)
    torn = re.sub(r"34[\t| ]+", "", row, count=1) if place == 0 else re.sub(r"[\t| ]+34(?=\W*$)", "", row)
    report = read(text.replace(row, torn), ".txt")
    assert torn != row
    assert sum(report.grid[key].is_number and not report.grid[key].doubt for key in fees) < 2
    assert not report.is_sure


@pytest.mark.parametrize("rules", UNRULED)
@pytest.mark.parametrize("form_id", form_ids())
def test_a_pdf_that_lacks_rules_is_read_by_where_its_values_stand(rules: str, form_id: str, read: Read) -> None:
    form = load_form(form_id)
    values = draw_values(form, 34, 2500)
    report = read(UNRULED[rules](lay_out(form, values, "某某市人民政府", 2024)), ".pdf")
    assert [key for key, cell in report.grid.items() if cell.value != values[key]] == []
    assert report.doubtful == ()


@pytest.mark.slow
@pytest.mark.parametrize(("rules", "name"), some_of_all(UNRULED, 4))
def test_a_damaged_pdf_that_lacks_rules_is_never_read_silently_wrong(rules: str, name: str, read: Read) -> None:
    if is_seen(name, f"{rules}.pdf"):
        judge_damaged(name, list(MUTATIONS).index(name) % 3, UNRULED[rules], ".pdf", read)


@pytest.mark.parametrize("at", range(0, 15, 2))
def test_a_number_that_wraps_within_its_column_of_a_pdf_without_rules_is_never_cut(at: int, read: Read) -> None:
    key = [key for key in FORM.cells if key.table == "review"][at]
    wide = str(1008).translate({48 + digit: 0xFF10 + digit for digit in range(10)})

    def widened(line: tuple[Printed, ...]) -> tuple[Printed, ...]:
        return tuple(replace(cell, text=wide) if cell.key == key else cell for cell in line)

    parts = (p if isinstance(p, str) else replace(p, rows=tuple(map(widened, p.rows))) for p in PAGE.parts)
    report = read(UNRULED["three lines"](Page(PAGE.title, tuple(parts))), ".pdf")
    assert report.grid[key].doubt or report.grid[key].value == 1008


@pytest.mark.parametrize("form_id", ["cn-2021", "cn-2019"])
@pytest.mark.parametrize("row", [3, 8, 22])
@pytest.mark.parametrize("is_above", [True, False])
@pytest.mark.parametrize("is_whole", [True, False])
def test_two_rows_of_a_pdf_without_a_rule_between_them_are_never_read_silently_wrong(
    form_id: str, row: int, is_above: bool, is_whole: bool, read: Read
) -> None:
    form = load_form(form_id)
    values = draw_values(form, 35, 900)
    grids = {part.table: part for part in lay_out(form, values, "某县人民政府", 2022).parts if isinstance(part, Grid)}
    blank = {cell.key for cell in grids["requests"].rows[row if is_above else row + 1] if cell.key}
    blank = blank if is_whole else {min(blank, key=str)}
    left = {key: value for key, value in values.items() if key not in blank}
    report = read(to_pdf(lay_out(form, left, "某县人民政府", 2022), unruled=row), ".pdf")
    sure = [cell for cell in report.grid.values() if not cell.doubt and cell.mark not in ("missing", "unreadable")]
    assert [cell.key for cell in sure if cell.value != left.get(cell.key)] == []
    assert not report.is_sure


def test_a_fault_is_one_line_whatever_its_row_is_called(read: Read) -> None:
    page = print_page(PAGE, ".html").decode()
    assert page.count("2.重复申请") == 1
    report = read(page.replace("2.重复申请", "没有的<br>一行"), ".html")
    assert any("没有的 一行" in fault for fault in report.faults)
    assert not any("\n" in fault for fault in report.faults)


def test_a_row_of_thousands_of_fields_takes_no_more_than_their_number_asks(read: Read) -> None:
    def seconds(fields: int) -> float:
        text = TEXT.replace("\t", "｜").replace("2.重复申请", f"2.重复申请{'｜1' * fields}")
        begun = time.process_time()
        read(text, ".txt")
        return time.process_time() - begun

    assert seconds(8_000) < 8 * seconds(2_000) + 0.5


def test_thousands_of_short_words_above_a_table_take_no_more_than_their_number_asks(read: Read) -> None:
    def seconds(words: int) -> float:
        wide = "\n".join("  ".join(["丙丁"] * 100) for _ in range(words // 100))
        text = (
            TEXT.replace("自然人", "自然")
            .replace("\t", "  ")
            .replace("三、收到", f"三、收到和处理政府信息公开申请情况\n{wide}\n收到")
        )
        begun = time.process_time()
        with suppress(ReadingError):
            read(text, ".txt")
        return time.process_time() - begun

    assert seconds(8_000) < 8 * seconds(2_000) + 0.5


def test_a_line_of_thousands_of_numbered_words_takes_no_more_than_their_number_asks(read: Read) -> None:
    def seconds(words: int) -> float:
        begun = time.process_time()
        read(TEXT.replace("2.重复申请", f"{'1.某事（一）某事' * words}\n2.重复申请"), ".txt")
        return time.process_time() - begun

    assert seconds(4_000) < 8 * seconds(1_000) + 0.5


def blanked(text: str) -> str:
    """Leave the cells between the first and the last of each row of requests empty, with their tabs and no others."""
    text = re.sub(r"\t{2,}", "\t", text)
    return re.sub(r"^(\D.*?)((?:\t\d+){7})$", lambda row: row[1] + _ends(row[2]), text, flags=re.MULTILINE)


def _ends(values: str) -> str:
    first, *_, last = values.split("\t")[1:]
    return f"\t{first}{chr(9) * 6}{last}"


@pytest.mark.parametrize("shape", ["tabs", "rows of pipes", "pipes between cells"])
def test_empty_fields_that_tabs_or_pipes_keep_are_blanks_in_their_places(shape: str, read: Read) -> None:
    text = blanked(TEXT)
    assert text != TEXT
    pipes = {"tabs": ("", ""), "rows of pipes": ("| ", " |"), "pipes between cells": ("", " | ")}[shape]
    report = read(text if shape == "tabs" else piped(text, *pipes), ".txt")
    for key, cell in report.grid.items():
        if key.table == "requests" and key.column not in ("natural_person", "total"):
            assert (cell.mark, cell.doubt) == ("blank", ""), key
        else:
            assert (cell.value, cell.doubt) == (VALUES[key], ""), key


def test_an_empty_field_too_few_is_no_blank_in_the_next_place(read: Read) -> None:
    row = next(line for line in blanked(TEXT).splitlines() if line.startswith("一、本年新收"))
    report = read(blanked(TEXT).replace(row, row.replace("\t\t\t", "\t\t", 1)), ".txt")
    cells = [report.grid[CellKey("requests", "new", column.key)] for column in FORM.table("requests").columns]
    assert all(cell.doubt or cell.value in (None, VALUES[cell.key]) for cell in cells)


@pytest.mark.parametrize("size", [900, 0])
def test_a_row_with_rows_of_its_own_is_doubted_and_none_is_dropped_in_silence(size: int, read: Read) -> None:
    form = load_form("cn-2019")
    values = draw_values(form, 5, size) if size else dict.fromkeys(form.cells, 0)
    html = print_page(lay_out(form, values, "某某市人民政府", 2023), ".html").decode()
    assert exit_status(read(html)) == 0
    rows = re.split(r"(?=<tr>)", html)
    at = next(i for i, row in enumerate(rows) if "（六）其他处理" in row)
    label = next(cell for cell in re.findall(r"<td[^>]*>[^<]*</td>", rows[at]) if "其他处理" in cell)
    own = "<td>1.申请撤回的</td>"
    below = rows[at].partition(label)[2]
    rows[at] = rows[at].replace(label, f"<td rowspan=2>（六）其他处理</td>{own}")
    rows.insert(at + 1, f"<tr><td>2.转为信访的</td>{below}")
    report = read("".join(rows))
    cells = [report.grid[key] for key in form.cells if key.row == "other_handled"]
    assert all(cell.doubt for cell in cells)
    assert exit_status(report) == 1


def test_a_row_that_the_form_does_not_have_is_told_though_every_cell_is_read(read: Read) -> None:
    rows = re.split(r"(?=<tr>)", HTML)
    at = next(i for i, row in enumerate(rows) if "（七）总计" in row)
    rows.insert(at, re.sub(r"（七）总计", "8.某种别的情形", re.sub(r">\d+</td>", ">0</td>", rows[at])))
    report = read("".join(rows))
    assert report.faults
    assert exit_status(report) == 1


# ---- organ, year, scope, level ----

HEADS = [
    ("某县水利局2023年政府信息公开工作年度报告", "某县水利局", "2023"),
    ("某县水利局政府信息公开年报（2023年度）", "某县水利局", "2023"),
    ("某县水利局政府信息公开工作年度报告(2023年)", "某县水利局", "2023"),
    ("某县水利局2023年信息公开年度报告", "某县水利局", "2023"),
    ("某镇人民政府2023年度信息公开工作年度报告", "某镇人民政府", "2023"),
    (
        "根据《中华人民共和国政府信息公开条例》规定，现公布某区统计局2023年政府信息公开工作年度报告。",
        "某区统计局",
        "2023",
    ),
    ("按照要求，现将某镇2023年度政府信息公开工作报告向社会公布。", "某镇", "2023"),
    ("根据规定，编制某市交通运输局2023年政府信息公开年度报告。", "某市交通运输局", "2023"),
    ("某县人民政府(本级)2023年政府信息公开工作年度报告", "某县人民政府(本级)", "2023"),
    ("某某海关2023年政府信息公开工作年度报告", "某某海关", "2023"),
    ("某市地方金融监管局(市金融工作局)2023年政府信息公开工作年度报告", "某市地方金融监管局(市金融工作局)", "2023"),
    ("某县水利局关于报送2023年政府信息公开工作年度报告的报告", "某县水利局", "2023"),
    ("某县水利局关于公布2023年政府信息公开工作年度报告的通知", "某县水利局", "2023"),
    ("根据《条例》要求，特向社会公布2023年政府信息公开工作年度报告。", "", "2023"),
    ("现向社会公布2023年度政府信息公开工作年度报告，请予监督。", "", "2023"),
]


@pytest.mark.parametrize(("title", "organ", "year"), HEADS)
def test_a_name_is_an_organs_and_no_verb_of_the_announcement(title: str, organ: str, year: str, read: Read) -> None:
    report = read(TEXT.replace(PAGE.title, title), ".txt")
    assert (report.organ.value, report.year.value) == (organ, year)


@pytest.mark.parametrize(
    ("sentence", "scope"),
    [
        ("2023年，全市各级行政机关共收到政府信息公开申请11件。", "whole government"),
        ("2023年，全区各级行政机关共主动公开政府信息300条。", "whole government"),
        ("2023年，全市各级公安机关共收到申请11件。", "vertical system"),
        ("全系统共受理政府信息公开申请11件。", "vertical system"),
        ("全系统受理12366咨询1200人次。", ""),
        ("全系统办理业务3000笔，其中网上2000笔。", ""),
    ],
)
def test_the_scope_is_what_is_said_of_requests(sentence: str, scope: str, read: Read) -> None:
    first, rest = TEXT.split("\n", 1)
    assert read(f"{first}\n{sentence}\n{rest}", ".txt").scope.value == (scope or "unknown")


@pytest.mark.parametrize(
    ("organ", "level"),
    [
        ("北京市人民政府", "province"),
        ("某某自治区人民政府", "province"),
        ("某某市人民政府", "city"),
        ("某县人民政府", "county"),
    ],
)
def test_a_municipality_under_the_central_government_is_a_province(organ: str, level: str, read: Read) -> None:
    assert read(TEXT.replace("某某市人民政府", organ), ".txt").level.value == level
