"""Values whose place is told by little: other heads, blanks in front, words for a number, what converters leave."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape

import pytest
from expected import Read, Values, drawn, silent
from hostile import docx
from pagemaker import lay_out, print_page
from pagemaker.shapes import piped, repeated

from foi_analysis.form import CellKey

FORM, VALUES, _ = drawn(seed=77)
#: A small organ: requests of firms alone, blanks in place of 0.
SOME = {key: VALUES[key._replace(column="total")] if key.table == "requests" else value for key, value in VALUES.items()
        if key.table != "requests" or key.column in ("business", "total")}  # fmt: skip
DECISIONS = CellKey("proactive", "licences", "decisions")


def printed(ending: str, values: Values = VALUES) -> str:
    return print_page(lay_out(FORM, values, "平川县水利局", 2024), ending).decode()


TEXT, HTML, SMALL = printed(".txt"), printed(".html"), printed(".txt", SOME)
REPEATED = repeated(lay_out(FORM, VALUES, "平川县水利局", 2024))


def without(*parts: str) -> Values:
    return {key: value for key, value in VALUES.items() if not set(parts) & set(key)}


NOT_DECIDED = without("licences", "penalties", "compulsion")


def substituted(pattern: str, by: str, text: str, times: int = 1) -> str:
    """Replace a pattern that is found so many times, 0 for any."""
    changed, found = re.subn(pattern, by, text)
    assert found == times or (found and not times), (pattern, found)
    return changed


def line_by_line(change: Callable[[list[str]], str], text: str = TEXT) -> str:
    """Write each line of a text with tabs anew from its fields."""
    return "\n".join(change(line.split("\t")) for line in text.split("\n"))


def filled(fields: list[str]) -> list[str]:
    return [field for field in fields if field]


def parted(way: str, text: str = TEXT) -> str:
    """Part the fields of each line that are not empty in some way."""
    return line_by_line(lambda fields: way.join(filled(fields)), text)


def a_cell_a_line(text: str = TEXT) -> str:
    return re.sub("[\t\n]+", "\n", text)


# ---- read as printed, whatever browsers, converters and page breaks leave ----


def drawn_in(cross: str, across: str, down: str) -> str:
    """Draw the tables in characters."""
    rule = cross.join(["", *[across * 9] * 4, ""])
    lines = (f"{rule}\n{down} " + line.replace("\t", f" {down} ") + f" {down}" if "\t" in line else line
             for line in REPEATED.split("\n"))  # fmt: skip
    return "\n".join(lines)


def unspanned(text: str) -> str:
    """Print a report as converters write merged cells: blanks behind a label for the columns that it covers."""
    text = text.replace("申请人情况\t\t\t\t\t\t总计", "申请人情况\t\t\t\t\t\t")
    text = text.replace("法人或其他组织\t\t\t\t\t", "法人或其他组织\t\t\t\t\t总计")
    return "\n".join(line.lstrip("\t") for line in text.split("\n"))


def in_word(text: str) -> str:
    """Write the body of a Word file whose paragraphs have tabs."""
    runs = ("<w:tab/>".join(f"<w:t>{escape(field)}</w:t>" for field in line.split("\t")) for line in text.split("\n"))
    return "".join(f"<w:p><w:r>{line}</w:r></w:p>" for line in runs)


def in_one_cell(between: str) -> str:
    """Write the values of a row in one cell."""

    def joined(row: re.Match[str]) -> str:
        values = between.join(re.findall(r">(.*?)</td>", row[2]))
        return f"{row[1]}<td colspan=7><p>{values}</p></td></tr>"

    text = re.sub(r"(<tr><td[^>]*>一、本年新收.*?</td>)(.*?)</tr>", joined, HTML, count=1)
    assert "colspan=7" in text
    return text


def labels_once(fields: list[str]) -> str:
    return "\t".join([*filled(fields[:-7]), *fields[-7:]] if len(fields) == 10 else fields)


LABEL = "（二）部分公开（区分处理的，只计这一情形，不计其他情形）"
#: By what is read: the content, its ending and the values that it prints.
AS_PRINTED: dict[str, tuple[str | bytes, str, Values]] = {
    "rows that begin with a blank, where every row has its fields": (line_by_line(labels_once, SMALL), ".txt", SOME),
    **{
        f"cells copied with their paragraphs, {between!r} between": (
            re.sub(r"(?m)^\t+|\t+$", "", TEXT).replace("\t", between), ".txt", VALUES,
        )
        for between in ("\n\n\t", "\n\t", "\n\t\n")
    },
    "paragraphs in cells that a browser copies": (
        parted("\t").replace("\n", "\n\n\n\n").replace("\t", "\n\n\t\n\n"), ".txt", VALUES,
    ),
    "lines that end in a tab, but the last of a row": (parted("\t\n"), ".txt", VALUES),
    **{
        f"repeated cells above the number of a page, {number}": (
            REPEATED.replace("\n三、", f"\n{number}\n三、", 1), ".txt", VALUES,
        )
        for number in ("5", "- 5 -")
    },
    **{f"a table drawn in {marks}": (drawn_in(*marks), ".txt", VALUES) for marks in ("+-|", "┼─│", "╬═║")},
    "marks that Markdown escapes": (re.sub(r"\| (\d)\.", r"| \1\\.", printed(".md")), ".md", VALUES),
    "a label broken before the word of another row": (
        HTML.replace(LABEL, LABEL.replace("不计其他", "不计<br>其他")), ".html", VALUES,
    ),
    "tabs in a Word file": (docx(in_word(TEXT)), ".docx", VALUES),
    **{
        f"values of a row in one cell, {between!r} between": (in_one_cell(between), ".html", VALUES)
        for between in (" ", "\u3000", "<br>", "</p><p>")
    },
    "blanks behind a label for the columns it covers": (piped(unspanned(TEXT)), ".md", VALUES),
    "such blanks where others are": (piped(unspanned(SMALL)), ".md", SOME),
}  # fmt: skip


@pytest.mark.parametrize("name", AS_PRINTED)
def test_what_tells_its_place_is_read_as_printed(name: str, read: Read) -> None:
    content, ending, values = AS_PRINTED[name]
    report = read(content, ending)
    assert {key: cell.value for key, cell in report.grid.items() if cell.value is not None} == values
    assert report.doubtful == ()


# ---- never read silently wrong ----


def total_first(fields: list[str]) -> str:
    """Move the total of a row of requests, and its head, before the others."""
    first = next((word for word in ("申请人情况", "自然人", "商业企业") if word in fields), None)
    if first or sum(field.isdigit() for field in fields) == 7:
        last = fields.pop()
        fields.insert(fields.index(first) if first else len(fields) - 6, last)
    return "\t".join(fields)


def total_first_a_cell_a_line() -> str:
    def turned(fields: list[str]) -> str:
        cells = filled(fields)
        return "\t".join([*cells[:-7], cells[-1], *cells[-7:-1]] if len(cells) > 7 and cells[-1].isdigit() else fields)

    start, middle, end = re.split("(?<=三、)|(?=四、行政)", TEXT, maxsplit=2)
    table = line_by_line(turned, middle).replace("总计", "", 1)
    return a_cell_a_line(start + table.replace("申请人情况", "申请人情况\t总计", 1) + end)


def suits_first() -> str:
    lines = TEXT.split("\n")
    at = next(i for i, line in enumerate(lines) if line.startswith("行政复议\t"))
    for i in range(at, at + 4):
        fields = lines[i].split("\t")
        lines[i] = "\t".join([*fields[5:], *fields[:5]])
    return "\n".join(lines)


def heads_on_the_next_page(values: Values) -> str:
    page = printed(".html", values)
    table = page.index("申请人情况")
    head = page[page.rindex("<tr>", 0, table) : page.index("<tr>", page.index("总计", table))]
    at = page.index("<tr>", page.index("二、上年结转"))
    return page[:at] + "</table><table border=1>" + head + page[at:]


def reviewed(values: Values, first: int) -> str:
    """Blank the noughts of the last table, and put one more row behind its values."""
    text = printed(".html", values)
    head, table = text[: text.rindex("<table")], text[text.rindex("<table") :]
    last = table.rindex("<tr")
    more = "".join(f"<td>{first + i}</td>" for i in range(15))
    return head + table[:last] + table[last:].replace(">0<", "><").replace("</tr>", f"</tr><tr>{more}</tr>", 1)


def last_years_decisions(way: str, is_first: bool) -> str:
    """Print a column of last year's decisions, with a number of it and a blank beside."""
    head, last = "本年处理决定数量", "上年处理决定数量"
    heads = f"{last}\t{head}" if is_first else f"{head}\t{last}"
    text = TEXT.replace(f"信息内容\t{head}", f"信息内容\t{heads}", 1)
    text = text.replace(f"行政许可\t{VALUES[DECISIONS]}", "行政许可\t36\t" if is_first else "行政许可\t\t36", 1)
    return parted("\n", text) if way == "\n" else text.replace("\t", way)


def last_year_beside_a_blank() -> str:
    head = '<td colspan="2">上年处理决定数量</td><td>本年处理决定数量'
    page = substituted(r'<td colspan="3">本年处理决定数量', head, printed(".html", NOT_DECIDED), 2)
    blank, seventy_seven = (
        r'(行政许可|行政处罚|行政强制)</td><td colspan="3"></td>',
        r'\1</td><td colspan="2">77</td><td></td>',
    )
    return substituted(blank, seventy_seven, page, 3)


def a_line_of_this_office() -> str:
    lines = TEXT.split("\n")
    at = next(i for i, line in enumerate(lines) if line.count("\t") == 14 and line[0].isdigit())
    lines[at - 3 : at + 1] = [*(f"\t{line}" for line in lines[at - 3 : at]), "本级" + "\t3" * 15, f"合计\t{lines[at]}"]
    return piped("\n".join(lines))


def heads_in_lines_of_their_own() -> str:
    start, end = TEXT.index("（本列数据"), TEXT.index("一、本年新收")
    heads = "申请人情况\n（本列数据的勾稽关系为：第一项加第二项之和，等于第三项\n加第四项之和）\n法人或其他组织\n"
    heads += "自然人\n商业企业\n科研机构\n社会公益组 法律服务机\n织\n构\n其他\n总计\n"
    return re.sub("\t+", "\n", TEXT[:start] + heads + TEXT[end:])


def a_bullet_before_results() -> str:
    upheld = VALUES[CellKey("review", "reconsideration", "upheld")]
    return substituted(rf"\n{upheld}\t(?=[^\n]*$)", f"\n- {upheld}\t", TEXT.split("五、")[0].rstrip())


def called_total(text: str, words: str = "小计") -> str:
    at = text.index("申请人情况")
    return text[:at] + text[at:].replace("总计", words, 1)


FEW = {key: 0 if key.table == "review" else value for key, value in VALUES.items()}
FEW |= {CellKey("review", "reconsideration", column): 2 for column in ("upheld", "total")}
NO_DECISIONS = {key: value for key, value in VALUES.items() if key != DECISIONS}
NO_LAW = without("legal_service")
#: By what could be read wrong: the text, its ending, the values that it prints, and whether some cell must be doubted.
NEVER_WRONG: dict[str, tuple[str, str, Values, bool]] = {
    "a total before its parts": (line_by_line(total_first), ".txt", VALUES, True),
    "a total before its parts, in pipes": (piped(line_by_line(total_first)), ".txt", VALUES, True),
    "a total that stands first, a cell a line": (total_first_a_cell_a_line(), ".txt", VALUES, False),
    "cases that begin with suits": (suits_first(), ".txt", VALUES, True),
    "cases that begin with suits, a cell a line": (a_cell_a_line(suits_first()), ".txt", VALUES, True),
    **{
        f"a last column called xiaoji in {ending}": (called_total(printed(ending)), ending, VALUES, False)
        for ending in (".txt", ".md", ".html")
    },
    "rows that begin with a blank": (SMALL, ".txt", SOME, False),
    "a subtotal of columns with blanks": (
        line_by_line(lambda f: "\t".join(f).replace("总计", "小计") if "自然人" in f else "\t".join(f), SMALL),
        ".txt", SOME, False,
    ),
    **{
        f"blanks among cells copied with {between!r} between": (
            re.sub(r"(?m)^\t+", "", SMALL).replace("\t", between), ".txt", SOME, False,
        )
        for between in ("\n\n\t", "\n\t", "\n\t\n")
    },
    "heads repeated on the next page": (heads_on_the_next_page(VALUES), ".html", VALUES, False),
    "heads repeated on the next page, with blanks": (heads_on_the_next_page(SOME), ".html", SOME, False),
    "a second line of results": (reviewed(FEW, 7), ".html", FEW, False),
    "a second line of results that begins with 0": (reviewed(FEW, 0), ".html", FEW, False),
    **{
        f"last year's decisions, {is_first=}, parted by {way!r}": (
            last_years_decisions(way, is_first), ".txt", NO_DECISIONS, False,
        )
        for is_first in (True, False) for way in ("\t", "|", "\n")
    },
    "last year's number beside a blank": (last_year_beside_a_blank(), ".html", NOT_DECIDED, False),
    **{
        f"blanks under heads of which one is {called!r}, parted by {way!r}": (
            parted(way, printed(".txt", NO_LAW).replace("商业企业", called, 1)), ".txt", NO_LAW, False,
        )
        for way in ("\n", " ") for called in ("研究机构", "")
    },
    "a bullet before results": (a_bullet_before_results(), ".txt", VALUES, False),
    **{
        f"a cell that is lost behind {label}": (
            piped(substituted(rf"({label}\t+\d+\t)\d+\t", r"\1", unspanned(TEXT))), ".md", VALUES, False,
        )
        for label in ("1.属于国家秘密", "2.其他法律行政法规禁止公开")
    },
    "two values in one cell": (
        piped(substituted(r"(?<=予以公开\t\t)0\t4\t1\t0\t0\t0\t5", "\t\t4\t1\t0 0\t0 0\t5", TEXT)),
        ".md", VALUES, False,
    ),
    "a line of this office alone": (a_line_of_this_office(), ".md", VALUES, False),
    "heads in lines of their own in another order": (heads_in_lines_of_their_own(), ".txt", VALUES, True),
}  # fmt: skip


@pytest.mark.parametrize("name", NEVER_WRONG)
def test_what_does_not_tell_its_place_is_never_read_silently_wrong(name: str, read: Read) -> None:
    text, ending, values, is_doubted = NEVER_WRONG[name]
    report = read(text, ending)
    assert silent(report, values) == []
    assert report.doubtful or not is_doubted


# ---- words, units and marks in place of a value ----


@pytest.mark.parametrize("words", ["12桶", "五千", "3千余件", "见附件", "10万元整"])
@pytest.mark.parametrize("ending", [".txt", ".html"])
def test_words_in_place_of_a_value_are_no_blank(words: str, ending: str, read: Read) -> None:
    value = VALUES[DECISIONS]
    in_html = substituted(rf"(行政许可</td><td[^>]*>){value}<", rf"\g<1>{words}<", HTML)
    in_text = piped(substituted(rf"(行政许可)\t{value}\b", rf"\g<1>\t{words}\t\t", TEXT))
    cell = read(in_text if ending == ".txt" else in_html, ending).grid[DECISIONS]
    assert (cell.value, cell.mark) == (None, "unreadable")


@pytest.mark.parametrize("unit", ["件", "件次", "人次", "份", "例", "笔", "户", "家"])
def test_a_unit_of_counts_is_read(unit: str, read: Read) -> None:
    value = VALUES[DECISIONS]
    page = substituted(rf"(行政许可</td><td[^>]*>){value}<", rf"\g<1>{value}{unit}<", HTML)
    cell = read(page, ".html").grid[DECISIONS]
    assert (cell.value, cell.doubt) == (value, "")


@pytest.mark.parametrize("unit", ["元", "万元"])
def test_money_in_a_cell_of_counts_is_told(unit: str, read: Read) -> None:
    value = VALUES[DECISIONS]
    page = substituted(rf"(行政许可</td><td[^>]*>){value}<", rf"\g<1>{value}{unit}<", HTML)
    cell = read(page, ".html").grid[DECISIONS]
    assert cell.value == value
    assert cell.doubt.startswith(f"another unit: {unit} in place of")


@pytest.mark.parametrize("unit", ["（万件）", "（单位：千件）"])
def test_another_unit_of_counts_in_a_head_is_told(unit: str, read: Read) -> None:
    page = HTML.replace("本年处理决定数量<", f"本年处理决定数量{unit}<", 1)
    assert "another unit" in read(page).grid[DECISIONS].doubt


@pytest.mark.parametrize("unit", ["元", "亿元"])
def test_another_unit_of_money_is_told_where_spaces_part_the_fields(unit: str, read: Read) -> None:
    text = re.sub("\t+", " ", TEXT).replace("（单位：万元）", f"（单位：{unit}）")
    assert f"another unit: {unit}" in read(text, ".txt").grid[CellKey("proactive", "fees", "amount")].doubt


@pytest.mark.parametrize(
    ("label", "wrong"),
    [
        ("一、本年新收政府信息公开申请数量", "一、本年新受政府信息公开申请数量"),
        ("四、结转下年度继续办理", "四、结转下一年度继续办理的申请"),
    ],
)
def test_a_label_with_a_slip_keeps_its_numbers_though_most_are_blank(label: str, wrong: str, read: Read) -> None:
    report = read(printed(".html", SOME).replace(label, wrong))
    assert {key: cell.value for key, cell in report.grid.items() if cell.value is not None} == SOME


def test_a_line_that_counts_the_columns_of_results_is_none(read: Read) -> None:
    report = read(reviewed(VALUES, 1))
    assert all(not cell.doubt and (cell.value or 0) == VALUES[key] for key, cell in report.grid.items())


def test_the_number_of_a_page_among_the_lines_of_a_row_is_doubted_where_the_sum_does_not_hold(read: Read) -> None:
    first, second = (VALUES[CellKey("requests", "new", column)] for column in ("natural_person", "business"))
    text = substituted(f"\n{first}\n{second}\n", f"\n{first}\n3\n", a_cell_a_line())
    report = read(text, ".txt")
    assert all(report.grid[key].doubt for key in VALUES if key[:2] == ("requests", "new"))


def test_words_in_the_one_cell_of_a_rows_values_are_no_value(read: Read) -> None:
    text = re.sub(r"(一、本年新收[^\t]*)\t[^\n]*", r"\1\t1 2 3 x 5 6 7", TEXT)
    assert all(c.value is None or c.doubt for k, c in read(text, ".txt").grid.items() if k[:2] == ("requests", "new"))
