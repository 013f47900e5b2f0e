"""Values whose place is told by little: other heads, blanks in front, words for a number, what converters leave."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from html import escape

import pytest
from expected import Read, Values, drawn, silent
from hostile import docx
from pagemaker import lay_out, print_page
from pagemaker.mutations import with_column
from pagemaker.pages import with_grids
from pagemaker.shapes import piped, repeated

from foi_analysis.form import CellKey
from foi_analysis.reading.columns import across_heads
from foi_analysis.reading.document import Field, Line
from foi_analysis.teaching.answers import draw_values

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


#: Blanks in place of every 0; no case, and a table of cases that is blank.
BLANKED = {key: value for key, value in SOME.items() if value}
NO_CASES = {key: value for key, value in VALUES.items() if key.table != "review"}
SPARSE, UNTRIED = printed(".txt", BLANKED), printed(".txt", NO_CASES)


def dressed(before: str, behind: str) -> str:
    """Print Markdown with each value dressed."""
    return re.sub(r"(?<=\| )(\d+)(?= \|)", rf"{before}\1{behind}", printed(".md"))


def numbered_columns(text: str) -> str:
    """Number the columns of the last table above its heads."""
    numbers = "\t".join(map(str, range(15)))
    return substituted("\n行政复议\t", f"\n{numbers}\n行政复议\t", text)


def with_dashes() -> str:
    """Print a dash for each 0 of the requests, and a line above their heads that says that they go on."""
    text = line_by_line(lambda f: "\t".join("/" if field == "0" and len(f) > 5 else field for field in f))
    return substituted("\n（本列数据", "\n（续表）\n（本列数据", text)


def nested(value: str, page: str = HTML) -> str:
    return re.sub(r"(?<=>)(\d*)(?=</td>)", value, page)


def with_line_numbers(value: str) -> str:
    """Print a column more between the labels and the values of requests, of which most are blank."""
    page = lay_out(FORM, BLANKED, "平川县水利局", 2024)
    more = with_grids(page, lambda grid: with_column(grid, "单位", True, value) if grid.table == "requests" else grid)
    return print_page(more, ".html").decode()


def a_blank_row_more() -> str:
    """Print a blank table of cases with a cell more, and a blank row below it."""
    page = printed(".html", NO_CASES)
    at = page.rindex("</tr>")
    return f"{page[:at]}<td></td></tr><tr>{'<td></td>' * 15}{page[at:]}"


def a_cell_a_line_with_blanks(is_merged: bool) -> str:
    """Print a cell a line, blanks as empty lines, and, as office programs do, one for each cell merged from above."""

    def cells(fields: list[str]) -> str:
        if len(fields) == 10 and not re.search("申请人情况|自然人|商业企业", "".join(fields)):
            merged = [field for field in fields[: next(i for i, f in enumerate(fields) if f)] if is_merged]
            return "\n".join([*merged, *filled(fields[:3]), *fields[3:]])
        if len(fields) == 15 and re.search(r"\d", "".join(fields)):
            return "\n".join(fields)
        size = {"规章": 4, "行政规范性文件": 4, "行政许可": 2, "行政事业性收费": 2}.get(fields[0], 0)
        return "\n".join(fields[:size] if size else filled(fields))

    return line_by_line(cells, re.sub("\n+", "\n", SPARSE))


def by_pandas(text: str) -> str:
    """Write the tables of a text as pandas does with its defaults: rows and columns numbered from 0."""

    def numbered(block: str) -> str:
        rows = [line.split("\t") for line in block.split("\n") if line]
        numbers = ["", *map(str, range(len(rows[0])))]
        return "\n".join(map(",".join, [numbers, *([str(i), *row] for i, row in enumerate(rows))])) + "\n"

    return re.sub(r"(?:^[^\n]*\t[^\n]*\n)+", lambda block: numbered(block[0]), text, flags=re.MULTILINE)


def by_pandoc(text: str) -> str:
    """Write the tables of a text as pandoc does: each column as wide as its dashes, an ideograph as two of them."""

    def wide(field: str) -> int:
        return sum(1 + (unicodedata.east_asian_width(letter) in "WF") for letter in field)

    def dashed(block: str) -> str:
        rows = [line.split("\t") for line in block.split("\n") if line]
        widths = [max(map(wide, column)) + 2 for column in zip(*rows, strict=True)]
        rule = "  " + " ".join("-" * width for width in widths)
        lines = (
            "  " + " ".join(field + " " * (w - wide(field)) for field, w in zip(row, widths, strict=True))
            for row in rows
        )
        return "\n".join([rule, *lines, rule]) + "\n"

    return re.sub(r"(?:^[^\n]*\t[^\n]*\n)+", lambda block: dashed(block[0]), text, flags=re.MULTILINE)


def beside_a_column(name: str) -> str:
    """Print one column more behind the total, with a head of its own, beside blanks."""
    page = lay_out(FORM, BLANKED, "平川县水利局", 2024)
    more = with_grids(page, lambda grid: with_column(grid, name, False, "7") if grid.table == "requests" else grid)
    return print_page(more, ".html").decode()


#: No suit without reconsideration, and a blank before the other cases.
ONE_KIND = {key: value for key, value in VALUES.items() if key.table != "review" or (
    key.row != "litigation_direct" and key.column != "upheld")}  # fmt: skip


def cases_in_three(between: str) -> str:
    """Print the cases of each kind in a table of its own, the kind above the results."""
    table, lines = FORM.table("review"), list[list[str]]()
    for row in table.rows:
        values = [str(ONE_KIND.get(CellKey("review", row.key, column.key), "")) for column in table.columns]
        over = [["行政诉讼", *[""] * 4]] * (row.group != "") + [[row.zh, *[""] * 4]]
        lines += [*over, [column.zh for column in table.columns], values]
    before, after = printed(".txt", ONE_KIND).split("\n行政复议\t", 1)
    return "\n".join([before, *map(between.join, lines), "五、" + after.split("五、", 1)[1]])


def broken_off(pattern: str, between: str = "\t") -> str:
    """Break the last digit of a number off into a line of its own, as a cell does that is too narrow."""
    return substituted(pattern, r"\1\n\2", re.sub("\t+", between, TEXT))


def two_years_of_cases() -> str:
    """Print the cases of another year above those of the report's, a cell a line."""
    page = a_cell_a_line()
    at = page.rindex("总计\n") + len("总计\n")
    return f"{page[:at]}2023年\n{chr(10).join('3' * 15)}\n2024年\n{page[at:]}"


def heads_of_others(*names: str) -> str:
    """Print other things where the form has kinds of applicants."""
    heads = ("自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计")
    page = re.sub("<td[^>]*>法人或其他组织</td>|<td[^>]*>申请人情况</td>", "", HTML)
    for head, name in zip(heads, names, strict=True):
        page = page.replace(f">{head}</td>", f">{name}</td>", 1)
    return page


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
    "rows of pipes that end in a blank": (SPARSE.replace("\t", " | "), ".md", BLANKED),
    "rows of pipes with blanks and nothing else": (SPARSE.replace("\t", "|"), ".txt", BLANKED),
    **{
        f"values dressed in Markdown, {before!r} before": (dressed(before, behind), ".md", VALUES)
        for before, behind in (('<span style="color:#000">', "</span>"), ("[", ']{style="x"}'), ("<u>", "</u>"))
    },
    **{f"a column {name} beside blanks": (beside_a_column(name), ".html", BLANKED) for name in ("单位", "2022年")},
    "rows that go on in the next line": (
        re.sub(r"(?m)^((?:一、|\d\.).*) (\d+ \d+ [1-9]\d*)$", r"\1\n\2", parted(" ")), ".txt", VALUES,
    ),
    "repeated cells as pandas writes them": (by_pandas(REPEATED), ".csv", VALUES),
    **{
        f"columns as wide as their dashes, {ending}, {len(values)} numbers": (
            by_pandoc(printed(".txt", values)), ending, values,
        )
        for ending in (".txt", ".md") for values in (VALUES, BLANKED)
    },
    "a blank licence above a head of its own": (piped(SPARSE), ".md", BLANKED),
    "a blank row of one kind of cases": (cases_in_three("\t"), ".txt", ONE_KIND),
    "a blank row of cases": (UNTRIED, ".txt", NO_CASES),
    "a blank row of cases, parted by commas": (UNTRIED.replace("\t", ","), ".csv", NO_CASES),
    "a blank row of cases with a cell more, and a second one": (a_blank_row_more(), ".html", NO_CASES),
    "numbers of columns above a blank row": (numbered_columns(UNTRIED), ".txt", NO_CASES),
    "dead links in place of values": (nested(r'<a href="#">\1</a>'), ".html", VALUES),
    "a table in each cell": (nested(r"<table><tr><td>\1</td></tr></table>"), ".html", VALUES),
    "a table in each cell, most of them blank": (
        nested(r"<table><tr><td>\1</td></tr></table>", printed(".html", BLANKED)), ".html", BLANKED,
    ),
    **{
        f"a column of {value!r} beside blanks": (with_line_numbers(value), ".html", BLANKED) for value in ("件", "7")
    },
    "breaks and tabs as programs write them": (TEXT.replace("\n", "\\n").replace("\t", "\\t"), ".txt", VALUES),
    "breaks as pages write them": (TEXT.replace("\n", "<br>\n"), ".txt", VALUES),
    **{
        f"{mark!r} between all texts of a page": (re.sub("[\t\n]+", mark, TEXT), ".txt", VALUES) for mark in ("|", "\t")
    },
}  # fmt: skip


@pytest.mark.parametrize("name", AS_PRINTED)
def test_what_tells_its_place_is_read_as_printed(name: str, read: Read) -> None:
    content, ending, values = AS_PRINTED[name]
    report = read(content, ending)
    assert {key: cell.value for key, cell in report.grid.items() if cell.value is not None} == values
    assert report.doubtful == ()


@pytest.mark.parametrize("is_merged", [False, True])
def test_empty_lines_among_a_cell_a_line_are_blank_cells(is_merged: bool, read: Read) -> None:
    report = read(a_cell_a_line_with_blanks(is_merged), ".txt")
    assert {key: cell.value for key, cell in report.grid.items()} == {key: BLANKED.get(key) for key in FORM.cells}
    assert {cell.mark for cell in report.grid.values()} == {"number", "blank"}
    assert {cell.doubt for cell in report.doubtful} == {"the row ends in a blank and may lack a value"}


def test_dashes_end_the_heads_of_a_table(read: Read) -> None:
    report = read(with_dashes(), ".txt")
    assert {key: cell.value or 0 for key, cell in report.grid.items()} == VALUES
    assert report.doubtful == ()


def test_rows_without_anything_between_their_digits_are_parted_by_their_sums(read: Read) -> None:
    few = {
        key: min(int(value), 1) if key.table != "requests" else value for key, value in draw_values(FORM, 3, 9).items()
    }
    report = read(printed(".txt", few).replace("\t", ""), ".txt")
    assert {key: cell.value for key, cell in report.grid.items() if cell.value != few[key]} == {}
    assert {cell.key.table for cell in report.doubtful} == {"proactive"}


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


def two_labels_in_a_row() -> str:
    """Leave the value of a row blank, and the next row behind it in its line."""
    return substituted(r"行政处罚\t+\d+\t*\n行政强制", "行政处罚\t行政强制", TEXT)


def a_page_number_among_dashes() -> str:
    """Print dashes in a row but for its total, a cell a line, and the number of a page before it."""
    row = re.search(r"（七）总计\t+(?:\d+\t){6}", TEXT)
    text = TEXT.replace(row[0], "（七）总计\t" + "/\t" * 6 + "5\n平川县水利局\n") if row else ""
    return a_cell_a_line(text)


def a_page_number_for_a_blank() -> str:
    """Print a cell a line, blanks left out, and the number of a page where a value was."""
    return substituted("行政处罚\n", "行政处罚\n8\n", a_cell_a_line(parted("\n", printed(".txt", LICENSED))))


def heads_one_column_to_the_right() -> str:
    """Widen the corner above the labels of requests by a column, and leave one blank behind their values."""
    page = printed(".html", PEOPLE)
    page = substituted(r"(?<=<td )colspan=\"3\"( rowspan=\"3\")", r'colspan="4"\1', page)
    start, end = page.index("（本列数据"), page.index("四、政府信息公开行政复议")
    return page[:start] + re.sub(r"(?<=</td>)</tr>", "<td></td></tr>", page[start:end]) + page[end:]


def rows_in_one_row(page: str = HTML) -> str:
    """Write the labels of two rows in one cell, with the value of the second beside it where it is a blank."""
    rows = re.findall(r"<tr>(?:(?!</tr>).)*?[12]\.(?:本机关不掌握|没有现成)(?:(?!</tr>).)*</tr>", page, re.DOTALL)
    joined = rows[0].replace("1.本机关不掌握相关政府信息", "1.本机关不掌握相关政府信息<br>2.没有现成信息需要另行制作")
    return page.replace(rows[0], joined).replace(rows[1], "")


#: Requests of people and firms, blanks in place of 0.
PEOPLE = {
    key: value
    for key, value in VALUES.items()
    if value and (key.table != "requests" or key.column in ("natural_person", "business", "total"))
}
LICENSED = {key: value for key, value in BLANKED.items() if key.table != "proactive" or key.row == "licences"}
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
    **{
        f"the last digit of {what} in a line of its own, parted by {way!r}": (
            broken_off(pattern, way), ".txt", VALUES, True,
        )
        for what, pattern in (("a count", r"(5611*)(1)(?=\n)"), ("a total", r"(一、本年新收.*\d)(\d)(?=\n)"))
        for way in ("\t", " ")
    },
    "cases of two years, a cell a line": (two_years_of_cases(), ".txt", VALUES, False),
    "heads that are organs": (
        heads_of_others("水利局", "公安局", "教育局", "民政局", "城关镇", "西寨乡", "合计"), ".html", VALUES, True,
    ),
    "heads that are parts of the year": (
        heads_of_others("一季度", "二季度", "三季度", "四季度", "上半年", "下半年", "全年"), ".html", VALUES, True,
    ),
    "two labels in a row": (two_labels_in_a_row(), ".txt", without("penalties"), True),
    "the number of a page among dashes": (a_page_number_among_dashes(), ".txt", VALUES, True),
    "the number of a page where a value was": (a_page_number_for_a_blank(), ".txt", LICENSED, False),
    "heads one column to the right": (heads_one_column_to_the_right(), ".html", PEOPLE, True),
    "two rows in one row": (rows_in_one_row(), ".html", VALUES, True),
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


def test_routes_beside_a_grid_are_not_ordered_by_its_columns() -> None:
    """Without a border at the top of a table of cases, its routes stand in points, and the heads below in columns."""
    table = FORM.table("review")
    names = [column.zh for column in table.columns]

    def line(*fields: tuple[str, int, int], grid: int = 1) -> Line:
        return Line(tuple(Field(text, "", left, right) for text, left, right in fields), grid)

    under = [(name, i, i + 1) for i, name in enumerate(names * 3)]
    heads = across_heads(
        [
            line(("行政复议", 37, 73), ("行政诉讼", 218, 254), grid=0),
            line(*under[:5], ("未经复议直接起诉", 5, 10), ("复议后起诉", 10, 15)),
            line(*under[5:]),
        ],
        table,
    )
    assert [(key.row, field.left) for key, field in heads.items()] == [
        (row.key, at) for row, first in zip(table.rows, (0, 5, 10), strict=True) for at in range(first, first + 5)
    ]
