"""Values whose place is told by little: other heads, blanks in front, words for a number, what converters leave."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from html import escape
from pathlib import Path

import pytest
from pagemaker import lay_out, print_page
from pagemaker.shapes import piped, repeated

from foi_analysis import Report, load_form, read_report
from foi_analysis.form import CellKey
from foi_analysis.reading.columns import is_wider, row_heads
from foi_analysis.reading.document import UNKNOWN, Field, Line
from foi_analysis.reading.drawings import Drawings, Ruled, Ruling, make_table
from foi_analysis.reading.pages import Char, page_lines
from foi_analysis.teaching.answers import draw_values

FORM = load_form("cn-2021")
VALUES = draw_values(FORM, 77, 900)
#: A small organ: requests of firms alone, blanks in place of 0.
SOME = {key: VALUES[key._replace(column="total")] if key.table == "requests" else value for key, value in VALUES.items()
        if key.table != "requests" or key.column in ("business", "total")}  # fmt: skip
Read = Callable[..., Report]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Read a text or bytes as a file of some ending."""

    def reader(content: str | bytes, ending: str) -> Report:
        path = tmp_path / f"report{ending}"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_report(path)

    return reader


def printed(ending: str, values: dict[CellKey, int] = VALUES) -> str:
    return print_page(lay_out(FORM, values, "平川县水利局", 2024), ending).decode()


def assert_read(report: Report, values: dict[CellKey, int] = VALUES) -> None:
    """Every number is read in its place, and no cell is doubted."""
    assert {k: c.value for k, c in report.grid.items() if c.value is not None} == values
    assert report.doubtful == ()


def assert_never_wrong(report: Report, values: dict[CellKey, int] = VALUES) -> None:
    """No cell is read as another number, or as blank where one is printed, without a doubt."""
    wrong = [k for k, c in report.grid.items() if not c.doubt and c.mark != "missing" and c.value != values.get(k)]
    assert wrong == []


# ---- words and units in place of a value ----


@pytest.mark.parametrize("words", ["12件次", "五千", "3千余件", "见附件", "10万元整"])
@pytest.mark.parametrize("ending", [".txt", ".html"])
def test_words_in_place_of_a_value_are_no_blank(words: str, ending: str, read: Read) -> None:
    value = VALUES[CellKey("proactive", "licences", "decisions")]
    text, pattern = printed(ending), (r"(行政许可)\t{0}\b" if ending == ".txt" else r"(行政许可</td><td[^>]*>){0}<")
    behind = words if ending == ".html" else f"\t{words}\t\t"
    changed, n = re.subn(pattern.format(value), rf"\g<1>{behind}" + "<" * (ending == ".html"), text)
    assert n == 1
    report = read(piped(changed) if ending == ".txt" else changed, ending)
    cell = report.grid[CellKey("proactive", "licences", "decisions")]
    assert (cell.value, cell.mark) == (None, "unreadable")


@pytest.mark.parametrize("unit", ["（万件）", "（单位：千件）"])
def test_thousands_of_decisions_are_another_unit(unit: str, read: Read) -> None:
    report = read(printed(".html").replace("本年处理决定数量<", f"本年处理决定数量{unit}<", 1), ".html")
    assert "another unit" in report.grid[CellKey("proactive", "licences", "decisions")].doubt


# ---- heads in another order, or called otherwise ----


def moved(text: str) -> str:
    """Move the total of each row of requests, and its head, before the others."""
    lines = text.split("\n")
    for at, line in enumerate(lines):
        fields = line.split("\t")
        first = next((word for word in ("申请人情况", "自然人", "商业企业") if word in fields), None)
        if first or sum(field.isdigit() for field in fields) == 7:
            last = fields.pop()
            fields.insert(fields.index(first) if first else len(fields) - 6, last)
            lines[at] = "\t".join(fields)
    return "\n".join(lines)


@pytest.mark.parametrize("write", [lambda text: text, piped])
def test_a_total_before_its_parts_is_never_taken_for_one_of_them(write: Callable[[str], str], read: Read) -> None:
    report = read(write(moved(printed(".txt"))), ".txt")
    assert_never_wrong(report)
    assert report.doubtful


@pytest.mark.parametrize("stacked", [False, True])
def test_cases_that_begin_with_suits_are_read_in_their_order_or_doubted(stacked: bool, read: Read) -> None:
    lines = printed(".txt").split("\n")
    at = next(i for i, line in enumerate(lines) if line.startswith("行政复议\t"))
    for i in range(at, at + 4):
        fields = lines[i].split("\t")
        lines[i] = "\t".join([*fields[5:], *fields[:5]])
    if stacked:
        lines = [field for line in lines for field in line.split("\t") if field]
    report = read("\n".join(lines), ".txt")
    assert_never_wrong(report)
    assert report.doubtful


@pytest.mark.parametrize("ending", [".txt", ".md", ".html"])
def test_a_last_column_called_xiaoji_is_the_total(ending: str, read: Read) -> None:
    text = printed(ending)
    at = text.index("申请人情况")
    assert_never_wrong(read(text[:at] + text[at:].replace("总计", "小计", 1), ending))


@pytest.mark.parametrize("words", ["合计", "（七）小计", "（七）合计", "（七）总数"])
def test_a_last_row_of_outcomes_called_heji_is_the_total(words: str, read: Read) -> None:
    assert_read(read(printed(".html").replace("（七）总计", words), ".html"))


def test_last_years_number_beside_a_blank_is_not_this_years(read: Read) -> None:
    key = CellKey("proactive", "licences", "decisions")
    page = printed(".html", {k: v for k, v in VALUES.items() if k.row not in ("licences", "penalties", "compulsion")})
    page = page.replace("<td colspan=3>本年处理决定数量", "<td colspan=2>上年处理决定数量</td><td>本年处理决定数量")
    page = page.replace('<td colspan="3">本年处理决定数量', '<td colspan="2">上年处理决定数量</td><td>本年处理决定数量')
    changed = re.sub(r'(行政许可|行政处罚|行政强制)</td><td colspan="?3"?></td>',
                     r'\1</td><td colspan="2">77</td><td></td>', page)  # fmt: skip
    assert changed.count(">77<") == 3
    assert read(changed, ".html").grid[key].value != 77 or read(changed, ".html").grid[key].doubt


# ---- blanks ----


def test_a_row_that_begins_with_a_blank_is_read_where_every_row_has_its_fields(read: Read) -> None:
    assert_never_wrong(read(printed(".txt", SOME), ".txt"), SOME)
    lines = [line.split("\t") for line in printed(".txt", SOME).split("\n")]
    once = [[*filter(None, fields[:-7]), *fields[-7:]] if len(fields) == 10 else fields for fields in lines]
    assert_read(read("\n".join("\t".join(fields) for fields in once), ".txt"), SOME)


def test_subtotal_columns_with_blanks_are_no_crash(read: Read) -> None:
    lines = printed(".txt", SOME).split("\n")
    for at, line in enumerate(lines):
        if line.endswith("总计") and "自然人" in line:
            lines[at] = line.replace("总计", "小计")
    assert_never_wrong(read("\n".join(lines), ".txt"), SOME)


@pytest.mark.parametrize(
    ("label", "wrong"),
    [
        ("一、本年新收政府信息公开申请数量", "一、本年新受政府信息公开申请数量"),
        ("四、结转下年度继续办理", "四、结转下一年度继续办理的申请"),
    ],
)
def test_a_label_with_a_slip_keeps_its_numbers_though_most_are_blank(label: str, wrong: str, read: Read) -> None:
    page = printed(".html", SOME).replace(label, wrong)
    report = read(page, ".html")
    assert {k: c.value for k, c in report.grid.items() if c.value is not None} == SOME


# ---- what browsers, converters and page breaks leave ----


@pytest.mark.parametrize("between", ["\n\n\t", "\n\t", "\n\t\n"])
def test_cells_that_a_browser_copies_with_their_paragraphs_are_rows(between: str, read: Read) -> None:
    lines = [line.strip("\t").split("\t") for line in printed(".txt").split("\n")]
    assert_read(read("\n".join(map(between.join, lines)), ".txt"))
    some = [line.lstrip("\t").split("\t") for line in printed(".txt", SOME).split("\n")]
    assert_never_wrong(read("\n".join(map(between.join, some)), ".txt"), SOME)


@pytest.mark.parametrize("number", ["5", "- 5 -"])
def test_the_number_of_a_page_leaves_repeated_cells_as_they_are(number: str, read: Read) -> None:
    text = repeated(lay_out(FORM, VALUES, "平川县水利局", 2024))
    assert_read(read(text.replace("\n三、", f"\n{number}\n三、", 1), ".txt"))


@pytest.mark.parametrize(("cross", "across", "down"), [("+", "-", "|"), ("┼", "─", "│"), ("╬", "═", "║")])
def test_a_table_drawn_in_characters_is_read(cross: str, across: str, down: str, read: Read) -> None:
    rule = cross.join(["", *[across * 9] * 4, ""])
    lines: list[str] = []
    for line in repeated(lay_out(FORM, VALUES, "平川县水利局", 2024)).split("\n"):
        row = f"{down} " + line.replace("\t", f" {down} ") + f" {down}" if "\t" in line else line
        lines += [rule, row] if "\t" in line else [row]
    assert_read(read("\n".join(lines), ".txt"))


def test_marks_that_markdown_escapes_are_what_they_stand_for(read: Read) -> None:
    assert_read(read(re.sub(r"\| (\d)\.", r"| \1\\.", printed(".md")), ".md"))


@pytest.mark.parametrize("values", [VALUES, SOME], ids=["full", "blanks"])
def test_heads_repeated_on_the_next_page_are_no_second_report(values: dict[CellKey, int], read: Read) -> None:
    page = printed(".html", values)
    table = page.index("申请人情况")
    start = page.rindex("<tr>", 0, table)
    head = page[start : page.index("<tr>", page.index("总计", table))]
    at = page.index("<tr>", page.index("二、上年结转"))
    report = read(page[:at] + "</table><table border=1>" + head + page[at:], ".html")
    assert_never_wrong(report, values)


def test_a_label_broken_before_the_word_of_another_row_is_one_row(read: Read) -> None:
    label = "（二）部分公开（区分处理的，只计这一情形，不计其他情形）"
    page = printed(".html").replace(label, label.replace("不计其他", "不计<br>其他"))
    assert page != printed(".html")
    assert_read(read(page, ".html"))


def word(runs: str) -> bytes:
    """Write a Word file of one body."""
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("word/document.xml", f'<w:document xmlns:w="{space}"><w:body>{runs}</w:body></w:document>')
    return file.getvalue()


def test_tabs_in_a_word_file_part_cells(read: Read) -> None:
    lines = (
        "<w:tab/>".join(f"<w:t>{escape(field)}</w:t>" for field in line.split("\t"))
        for line in printed(".txt").split("\n")
    )
    assert_read(read(word("".join(f"<w:p><w:r>{line}</w:r></w:p>" for line in lines)), ".docx"))


def test_white_digits_in_a_word_file_join_no_number(read: Read) -> None:
    value = VALUES[CellKey("proactive", "licences", "decisions")]
    runs = '<w:r><w:rPr><w:color w:val="FFFFFF"/></w:rPr><w:t>12</w:t></w:r>'
    lines = (
        "<w:r><w:tab/></w:r>".join(
            (runs if field == str(value) and "行政许可" in line else "") + f"<w:r><w:t>{escape(field)}</w:t></w:r>"
            for field in line.split("\t")
        )
        for line in printed(".txt").split("\n")
    )
    report = read(word("".join(f"<w:p>{line}</w:p>" for line in lines)), ".docx")
    assert report.grid[CellKey("proactive", "licences", "decisions")].mark == "unreadable"


# ---- two lines where the form has one, tables beside tables, columns beside columns ----


def reviewed(text: str, more: str) -> str:
    """Blank the noughts of the last table, and put one more row behind its values."""
    head, table = text[: text.rindex("<table")], text[text.rindex("<table") :]
    last = table.rindex("<tr")
    values = re.sub(r">0<", "><", table[last:])
    return head + table[:last] + values.replace("</tr>", f"</tr><tr>{more}</tr>", 1)


@pytest.mark.parametrize("first", [7, 0])
def test_of_two_lines_of_results_none_is_taken_for_the_reports(first: int, read: Read) -> None:
    values = {key: 0 if key.table == "review" else value for key, value in VALUES.items()}
    values |= {CellKey("review", "reconsideration", column): 2 for column in ("upheld", "total")}
    lastyear = "".join(f"<td>{first + i}</td>" for i in range(15))
    assert_never_wrong(read(reviewed(printed(".html", values), lastyear), ".html"), values)


def test_a_line_that_counts_the_columns_of_results_is_none(read: Read) -> None:
    counted = "".join(f"<td>{i}</td>" for i in range(1, 16))
    text = reviewed(printed(".html"), counted)
    report = read(text, ".html")
    assert all(not cell.doubt and (cell.value or 0) == VALUES.get(key, 0) for key, cell in report.grid.items())


def test_a_table_takes_no_digits_out_of_one_to_the_right_of_it() -> None:
    def table(x: float) -> Ruled:
        upright = [Ruling(True, x + at, 0.0, 40.0) for at in (0.0, 30.0, 60.0)]
        return make_table([*upright, *(Ruling(False, y, x, x + 60.0) for y in (0.0, 20.0, 40.0))])

    digits = [Char(text, x, y + 5, x + 5, y + 15) for text, x, y in (("1", 110, 0), ("2", 140, 0), ("3", 140, 20))]
    lines = [placed.line for placed in page_lines(1, digits, [table(10.0), table(100.0)])]
    assert [[field.text for field in line.fields] for line in lines if line.grid == 2] == [["1", "2"], ["", "3"]]


@pytest.mark.parametrize("is_first", [True, False])
@pytest.mark.parametrize("way", ["\t", "|", "\n"])
def test_a_column_of_last_years_decisions_fills_no_blank(way: str, is_first: bool, read: Read) -> None:
    head, key = "本年处理决定数量", CellKey("proactive", "licences", "decisions")
    heads = f"上年处理决定数量\t{head}" if is_first else f"{head}\t上年处理决定数量"
    text = printed(".txt").replace(f"信息内容\t{head}", f"信息内容\t{heads}", 1)
    row = "行政许可\t36\t" if is_first else "行政许可\t\t36"
    text = text.replace(f"行政许可\t{VALUES[key]}", row, 1)
    lines = ("\n".join(part for part in line.split("\t") if part) if way == "\n" else line for line in text.split("\n"))
    report = read("\n".join(lines).replace("\t", way), ".txt")
    assert report.grid[key].value is None or report.grid[key].doubt
    assert_never_wrong(report, {k: value for k, value in VALUES.items() if k != key})


def test_paragraphs_in_cells_that_a_browser_copies_are_read(read: Read) -> None:
    lines = ("\t".join(part for part in line.split("\t") if part) for line in printed(".txt").splitlines())
    assert_read(read("\n\n\n\n".join(line.replace("\t", "\n\n\t\n\n") for line in lines), ".txt"))


def test_cells_whose_lines_end_in_a_tab_but_the_last_of_a_row_are_read(read: Read) -> None:
    lines = ("\t\n".join(part for part in line.split("\t") if part) for line in printed(".txt").splitlines())
    assert_read(read("\n".join(lines), ".txt"))


@pytest.mark.parametrize("called", ["研究机构", ""])
@pytest.mark.parametrize("way", ["\n", " "])
def test_blanks_under_heads_of_which_one_is_not_known_are_never_filled(way: str, called: str, read: Read) -> None:
    values = {key: value for key, value in VALUES.items() if key.column != "legal_service"}
    text = printed(".txt", values).replace("商业企业", called, 1)
    lines = (way.join(part for part in line.split("\t") if part) for line in text.split("\n"))
    assert_never_wrong(read("\n".join(lines), ".txt"), values)


def test_a_total_that_stands_first_in_a_text_with_a_cell_a_line_is_never_read_as_the_last(read: Read) -> None:
    def turned(line: str) -> str:
        cells = [cell for cell in line.split("\t") if cell]
        return "\t".join([*cells[:-7], cells[-1], *cells[-7:-1]]) if len(cells) > 7 and cells[-1].isdigit() else line

    start, middle, end = re.split("(?<=三、)|(?=四、行政)", printed(".txt"), maxsplit=2)
    table = "\n".join(turned(line) for line in middle.split("\n")).replace("总计", "", 1)
    table = table.replace("申请人情况", "申请人情况\t总计", 1)
    report = read(re.sub("[\t\n]+", "\n", start + table + end), ".txt")
    assert_never_wrong(report)


def test_the_number_of_a_page_among_the_lines_of_a_row_is_doubted_where_the_sum_does_not_hold(read: Read) -> None:
    cells = "\n".join(part for part in printed(".txt").replace("\t", "\n").split("\n") if part)
    row = "\n".join(str(VALUES[CellKey("requests", "new", column)]) for column in ("natural_person", "business"))
    assert cells.count(row) == 1
    report = read(cells.replace(row, f"{row.split()[0]}\n3", 1), ".txt")
    assert all(report.grid[key].doubt for key in VALUES if key[:2] == ("requests", "new"))


def test_a_bullet_before_results_is_no_sign(read: Read) -> None:
    upheld = VALUES[CellKey("review", "reconsideration", "upheld")]
    text = re.sub(rf"\n{upheld}\t(?=[^\n]*$)", f"\n- {upheld}\t", printed(".txt").split("五、")[0].rstrip())
    assert f"- {upheld}" in text
    assert_never_wrong(read(text, ".txt"))


@pytest.mark.parametrize("between", [" ", "\u3000", "<br>", "</p><p>"])
def test_values_of_a_row_in_one_cell_are_parted_where_they_stand_apart(between: str, read: Read) -> None:
    row = re.compile(r"(<tr><td[^>]*>一、本年新收.*?</td>)(.*?)</tr>", re.DOTALL)
    text = row.sub(
        lambda m: f"{m[1]}<td colspan=7><p>{between.join(re.findall(r'>(.*?)</td>', m[2]))}</p></td></tr>",
        printed(".html"),
        count=1,
    )
    assert "colspan=7" in text
    assert_read(read(text, ".html"))


def test_words_in_the_one_cell_of_a_rows_values_are_no_value(read: Read) -> None:
    text = re.sub(r"(一、本年新收[^\t]*)\t[^\n]*", r"\1\t1 2 3 x 5 6 7", printed(".txt"))
    assert all(c.value is None or c.doubt for k, c in read(text, ".txt").grid.items() if k[:2] == ("requests", "new"))


@pytest.mark.parametrize(
    "rule", ["vertical-align:super", "text-decoration:line-through", "position:absolute;left:-9999px"]
)
def test_what_a_style_sheet_raises_strikes_or_moves_away_joins_no_number(rule: str, read: Read) -> None:
    key = CellKey("requests", "new", "total")
    text = printed(".html")
    assert text.count(f">{VALUES[key]}<") == 1
    text = text.replace(f">{VALUES[key]}<", f'>{VALUES[key]}<span class="odd">1</span><')
    report = read(text.replace("<table", f"<style>.odd{{{rule}}}</style><table", 1), ".html")
    assert report.grid[key].mark == "unreadable"


def test_digits_that_a_line_strikes_out_are_none() -> None:
    drawn = Drawings(rulings=[Ruling(False, 10.0, 0.0, 12.0), Ruling(False, 20.0, 0.0, 100.0)])
    chars = [Char(text, x, 5.0, x + 5, 15.0) for text, x in (("9", 0.0), ("9", 6.0), ("3", 14.0), ("件", 5.0))]
    assert [char.text for char in drawn.unstruck(chars)] == [UNKNOWN, UNKNOWN, "3", "件"]


# ---- what converters make of a table ----


def unspanned(values: dict[CellKey, int]) -> str:
    """Print a report as converters write merged cells: blanks behind a label for the columns that it covers."""
    text = printed(".txt", values).replace("申请人情况\t\t\t\t\t\t总计", "申请人情况\t\t\t\t\t\t")
    text = text.replace("法人或其他组织\t\t\t\t\t", "法人或其他组织\t\t\t\t\t总计")
    return "\n".join(line.lstrip("\t") for line in text.split("\n"))


@pytest.mark.parametrize("values", [VALUES, SOME], ids=["full", "blanks"])
def test_blanks_behind_a_label_for_the_columns_it_covers_are_no_values(values: dict[CellKey, int], read: Read) -> None:
    assert_read(read(piped(unspanned(values)), ".md"), values)


@pytest.mark.parametrize("label", ["1.属于国家秘密", "2.其他法律行政法规禁止公开"])
def test_behind_such_blanks_a_cell_that_is_lost_moves_no_other(label: str, read: Read) -> None:
    text, n = re.subn(rf"({label}\t+\d+\t)\d+\t", r"\1", unspanned(VALUES))
    assert n == 1
    assert_never_wrong(read(piped(text), ".md"))


def test_two_values_in_one_cell_leave_no_other_of_the_row_without_a_doubt(read: Read) -> None:
    text = re.sub(r"(?<=予以公开\t\t)0\t4\t1\t0\t0\t0\t5", "\t\t4\t1\t0 0\t0 0\t5", printed(".txt"))
    assert "0 0" in text
    assert_never_wrong(read(piped(text), ".md"))


@pytest.mark.parametrize("unit", ["元", "亿元"])
def test_a_unit_in_a_head_that_single_spaces_part_from_another_counts(unit: str, read: Read) -> None:
    text = re.sub("\t+", " ", printed(".txt")).replace("（单位：万元）", f"（单位：{unit}）")
    assert f"another unit: {unit}" in read(text, ".txt").grid[CellKey("proactive", "fees", "amount")].doubt


def test_a_line_of_this_office_alone_is_not_that_of_all(read: Read) -> None:
    lines = printed(".txt").split("\n")
    at = next(i for i, line in enumerate(lines) if line.count("\t") == 14 and line[0].isdigit())
    lines[at - 3 : at + 1] = ["\t" + lines[at - 3], "\t" + lines[at - 2], "\t" + lines[at - 1],
                              "本级" + "\t3" * 15, f"合计\t{lines[at]}"]  # fmt: skip
    assert_never_wrong(read(piped("\n".join(lines)), ".md"))


def test_heads_in_lines_of_their_own_in_another_order_name_no_column_for_sure(read: Read) -> None:
    text = printed(".txt")
    start, end = text.index("（本列数据"), text.index("一、本年新收")
    heads = "申请人情况\n（本列数据的勾稽关系为：第一项加第二项之和，等于第三项\n加第四项之和）\n法人或其他组织\n"
    heads += "自然人\n商业企业\n科研机构\n社会公益组 法律服务机\n织\n构\n其他\n总计\n"
    report = read(re.sub("\t+", "\n", text[:start] + heads + text[end:]), ".txt")
    assert_never_wrong(report)
    assert report.doubtful


def test_the_last_line_of_a_note_in_brackets_heads_no_column() -> None:
    note = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加\n第四项之和）"
    fields = (Field(note, "", 0, 3), Field("申请人情况", "", 3, 10))
    heads = ("自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计")
    below = tuple(Field(text, "", at, at + 1) for at, text in enumerate(heads, 3))
    lines = [Line(fields, 1), Line(below, 1)]
    assert not is_wider(lines, FORM.table("requests"))
    assert is_wider([Line((*fields, Field("上年数", "", 10, 11)), 1), lines[1]], FORM.table("requests"))


def test_of_heads_in_fixed_columns_a_lost_one_leaves_the_others_in_pieces() -> None:
    heads = ("自然人", "商业企业", "科研机构", "社会公益组织", "其他", "总计")
    line = Line(tuple(Field(text, "", 9 * at, 9 * at + 6) for at, text in enumerate(heads)))
    assert row_heads([line], FORM.table("requests")).torn
