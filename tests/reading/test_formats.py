"""What is printed is what is read, in every format: split, raised, struck, hidden, merged, turned."""

from __future__ import annotations

import io
import os
import quopri
import tomllib
from pathlib import Path

import pytest
from expected import BLANK, UNREADABLE, Opened, Read, Write, assert_as_printed, drawn, said, spans, texts
from hostile import W, docx, zipped
from pagemaker import FORMATS, print_page
from pagemaker.doc import to_doc
from pagemaker.printing import mhtml

from foi_analysis.read import read_report
from foi_analysis.reading import read_file
from foi_analysis.report import ReadingError, Report

CELLS = tomllib.loads((Path(__file__).parent / "cells.toml").read_text("utf-8"))


@pytest.mark.parametrize(("markup", "value"), CELLS["html"].values(), ids=CELLS["html"])
def test_an_html_cell_says_what_a_browser_shows(markup: str, value: int | str, opened: Opened) -> None:
    page = (
        "<html><style>.gone{display:none} @media print{.seen{display:none}} /* b{opacity:0} */ td > I{display:none}"
        "[lang^='z'],.a span,td em:first-child,.none .p,big:hover,em+u{display:none} .forced{display:inline!important}"
        "</style><table>"
        f"<tr><td>a</td><td>{markup}</td><td class=seen>7</td></tr><tr><td>8<td>9<td>10</table>"
    )
    rows = [[said(text) for text in row] for row in texts(opened(page))]
    assert [rows[0][1:], rows[1]] == [[value, 7], [8, 9, 10]]


def test_merged_html_cells_keep_the_columns_of_the_others(opened: Opened) -> None:
    page = (
        "<table><tr><td rowspan=2>a<td colspan=2>b<tr><td>1<td>2<tbody><tr><td rowspan=9>c<td>3<td>4"
        "<tbody><tr><td>d<td>5<td rowspan=0>6<tr><td>e<td>7</table>"
    )
    assert spans(opened(page)) == [
        [("a", 0, 1), ("b", 1, 3)],
        [("1", 1, 2), ("2", 2, 3)],
        [("c", 0, 1), ("3", 1, 2), ("4", 2, 3)],
        [("d", 0, 1), ("5", 1, 2), ("6", 2, 3)],
        [("e", 0, 1), ("7", 1, 2)],
    ]


def test_text_between_cells_joins_no_cell_and_no_other_text(opened: Opened) -> None:
    document = opened("<table><tr>1<td>2</td>3<td>4</td>5</tr>6<tr><td>7<td>8</table><td>9</td><td>10</td>")
    assert texts(document) == [["2", "4"], ["7", "8"]]
    assert sorted(line.text for line in document.prose()) == ["1", "10", "3", "5", "6", "9"]


def test_a_table_without_a_size_shows_what_has_one(opened: Opened) -> None:
    page = "<table style='font-size:0'><tr><td><p style='font-size:9pt'>甲<td style='font-size:9pt'>12<td>3</table>"
    assert texts(opened(page)) == [["甲", "12", ""]]


#: By what is told: a page or a text, its ending, and its lines, each with 1 where it is a row of a table.
LINES = {
    "layout tables become paragraphs and the table in them stays one": (
        "<table><tr><td>menu<br>top</td><td><table><tr><td>one</td></tr><tr><td>two</td></tr></table>"
        "<table><tr><td>a<td>1<tr><td>b<td>2</table>after</td></tr></table>",
        ".html",
        [("menu", 0), ("top", 0), ("one", 0), ("two", 0), ("a 1", 1), ("b 2", 1), ("after", 0)],
    ),
    "cells without a row are one": ("<table><td>1<td>2<tr><td>3<td>4</table>", ".html", [("1 2", 1), ("3 4", 1)]),
    "preformatted text keeps its lines": (
        "<html><pre>one\ntwo 2\n</pre><p>three", ".html", [("one", 0), ("two 2", 0), ("three", 0)],
    ),
    "markdown with a table in HTML keeps its grid": (
        "# 一、总体情况\n\n<table><tr><td colspan=2>甲</td></tr><tr><td>乙</td><td>12</td></tr></table>\n\n## 二、好\n",
        ".md",
        [("一、总体情况", 0), ("甲", 1), ("乙 12", 1), ("二、好", 0)],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("content", "ending", "lines"), LINES.values(), ids=LINES)
def test_each_line_stands_in_its_table_or_in_none(
    content: str, ending: str, lines: list[tuple[str, int]], opened: Opened
) -> None:
    assert [(line.text, min(line.grid, 1)) for line in opened(content, ending).lines] == lines


REPORT = (
    "<html><head>{}<title>政府信息公开</title></head><body><p>收到申请一百件</p><table><tr><td>本年新收<td>12</table>"
)
PAGE = REPORT.format("")
ENCODINGS = {
    "utf-8 undeclared": ("utf-8", ""),
    "utf-8 declared gb2312": ("utf-8", "<meta charset=gb2312>"),
    "gb18030 undeclared": ("gb18030", ""),
    "gb18030 declared gb2312": ("gb18030", "<meta http-equiv=Content-Type content='text/html; charset=gb2312'>"),
    "gb18030 declared utf-8": ("gb18030", "<meta charset=utf-8>"),
    "gb18030 declared iso-8859-1": ("gb18030", "<meta charset='iso-8859-1'>"),
    "gb18030 declared nonsense": ("gb18030", "<meta charset=x-unknown>"),
    "utf-16 with a mark": ("utf-16", "<meta charset=utf-8>"),
    "utf-16-le without a mark": ("utf-16-le", ""),
    "utf-16-be without a mark": ("utf-16-be", ""),
    "utf-8 with a mark": ("utf-8-sig", "<meta charset=gbk>"),
}


def in_frames(page: bytes) -> bytes:
    """Save a page together with a frame that has no table."""
    frame, whole = mhtml(b"<html><p>menu " + b"x" * 5000), mhtml(page)
    return frame.replace(b"--B--\r\n", b"") + whole[whole.index(b"--B\r\n") :]


#: What saves a page, by how it does.
SAVED: dict[str, bytes] = {
    **{name: REPORT.format(declared).encode(encoding) for name, (encoding, declared) in ENCODINGS.items()},
    "prolog": f'<?xml version="1.0" encoding="gbk"?>{PAGE}'.encode(),
    "doctype": f"<!DOCTYPE html SYSTEM 'http://127.0.0.1:9/x.dtd'>{PAGE}".encode(),
    "base64": mhtml(PAGE.encode()),
    "quoted-printable": mhtml(quopri.encodestring(PAGE.encode()), "quoted-printable"),
    "8bit": mhtml(PAGE.encode(), "8bit"),
    "archive in gb2312": mhtml(PAGE.encode("gb18030"), "8bit").replace(b"charset=utf-8", b'charset="gb2312"'),
    "archive with frames": in_frames(PAGE.encode()),
}


@pytest.mark.parametrize("name", SAVED)
@pytest.mark.parametrize("ending", [".html", ".txt"])
def test_a_page_is_decoded_whatever_it_declares_and_is_called(name: str, ending: str, opened: Opened) -> None:
    document = opened(SAVED[name], ending)
    assert document.title == "政府信息公开"
    assert [line.text for line in document.lines] == ["收到申请一百件", "本年新收 12"]


def test_traditional_characters_in_big5_are_read_when_declared(opened: Opened) -> None:
    page = REPORT.format("<meta charset=big5>").replace("收到申请一百件", "收到申請一百件").replace("开", "開")
    assert opened(page.encode("big5", "ignore")).lines[0].text.startswith("收到申請")


def test_a_damaged_byte_spoils_its_own_cell_alone(opened: Opened) -> None:
    rows = "".join(f"<tr><td>本年新收政府信息公开申请数量<td>{i}2<td>{i}3" for i in range(1, 30))
    page = f"<html><table>{rows}</table>".encode("gb18030")
    broken = page.replace(b"<td>52<", b"<td>5\xff2<")
    assert broken != page
    values = [[said(text) for text in row[1:]] for row in texts(opened(broken))]
    assert values[4:6] == [[UNREADABLE, 53], [62, 63]]


def run(text: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"


def field(kind: str) -> str:
    return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'


BOX = "<w:r><w:pict><w:txbxContent><w:p><w:r><w:t>9</w:t></w:r></w:p></w:txbxContent></w:pict></w:r>"
MC = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
WORD_CELLS = {
    "plain": (run("12"), 12),
    "split over runs": (run("2") + run("0"), 20),
    "two paragraphs": (run("2") + "</w:p><w:p>" + run("0"), UNREADABLE),
    "broken line": (run("2") + "<w:r><w:br/></w:r>" + run("0"), UNREADABLE),
    "tab": (run("2") + "<w:r><w:tab/></w:r>" + run("0"), UNREADABLE),
    "inserted": (f"<w:ins>{run('12')}</w:ins>", 12),
    "deleted": ("<w:del><w:r><w:delText>15</w:delText></w:r></w:del>" + run("12"), 12),
    "moved away": (f"<w:moveFrom>{run('15')}</w:moveFrom>" + run("12"), 12),
    "a footnote": (run("12") + '<w:r><w:footnoteReference w:id="2"/></w:r>', 12),
    "raised": (run("12") + run("2", '<w:vertAlign w:val="superscript"/>'), UNREADABLE),
    "lowered": (run("12") + run("2", '<w:vertAlign w:val="subscript"/>'), UNREADABLE),
    "on the line": (run("12", '<w:vertAlign w:val="baseline"/>'), 12),
    "struck out": (run("15", "<w:strike/>") + run("12"), UNREADABLE),
    "not struck out": (run("12", '<w:strike w:val="false"/>'), 12),
    "hidden": (run("9", "<w:vanish/>") + run("12"), 12),
    "not hidden": (run("12", '<w:vanish w:val="0"/>'), 12),
    "moved up": (run("12") + run("2", '<w:position w:val="6"/>'), UNREADABLE),
    "moved nowhere": (run("12", '<w:position w:val="0"/>'), 12),
    "nearly white": (run("1", '<w:color w:val="fefefe"/>') + run("2"), UNREADABLE),
    "white on blue": (run("12", '<w:color w:val="FFFFFF"/><w:shd w:val="clear" w:fill="0000FF"/>'), 12),
    "too small to see": (run("1", '<w:sz w:val="2"/>') + run("2"), UNREADABLE),
    "a field that draws": (
        field("begin") + "<w:r><w:instrText> eq \\o\\ac(○,5)</w:instrText></w:r>" + field("end"), UNREADABLE,
    ),
    "a simple field that draws": ('<w:fldSimple w:instr="SYMBOL 53"/>', UNREADABLE),
    "a content control": (f"<w:sdt><w:sdtPr/><w:sdtContent>{run('12')}</w:sdtContent></w:sdt>", 12),
    "two shapes of one thing": (
        f"<mc:AlternateContent {MC}><mc:Choice Requires='x'>{run('12')}</mc:Choice>"
        f"<mc:Choice Requires='y'>{run('13')}</mc:Choice><mc:Fallback>{run('14')}</mc:Fallback></mc:AlternateContent>",
        12,
    ),
    "soft hyphen": (f"{run('1')}<w:r><w:softHyphen/></w:r>{run('2')}", 12),
    "no-break hyphen": (f"<w:r><w:noBreakHyphen/></w:r>{run('2')}", -2),
    "a symbol": (f'{run("1")}<w:r><w:sym w:font="Symbol" w:char="F032"/></w:r>', UNREADABLE),
    "a symbol alone": ('<w:r><w:sym w:font="Wingdings" w:char="00FC"/></w:r>', UNREADABLE),
    "a computed field": (
        field("begin") + "<w:r><w:instrText>=SUM(LEFT)</w:instrText></w:r>" + field("separate")
        + run("12") + field("end"),
        12,
    ),
    "a field within a field": (
        field("begin") + field("begin") + field("separate") + run("9") + field("end") + field("separate")
        + run("12") + field("end"),
        12,
    ),
    "a simple field": (f'<w:fldSimple w:instr="=1+11">{run("12")}</w:fldSimple>', 12),
    "a text box": (run("1") + BOX + run("2"), UNREADABLE),
    "a picture": (
        '<w:r><w:drawing><wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/'
        'wordprocessingDrawing"/></w:drawing></w:r>',
        UNREADABLE,
    ),
    "a formula": (
        '<m:oMath xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"><m:r><m:t>12</m:t></m:r></m:oMath>',
        UNREADABLE,
    ),
    "a list to choose from": (
        '<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:ddList><w:listEntry w:val="12"/></w:ddList></w:ffData>'
        "</w:fldChar></w:r>" + field("separate") + field("end"),
        UNREADABLE,
    ),
    "an embedded object": ("<w:r><w:object/></w:r>", UNREADABLE),
    "reversed": (f'<w:bdo w:val="rtl">{run("12")}</w:bdo>', UNREADABLE),
    "numbered by Word": ('<w:pPr><w:numPr><w:numId w:val="3"/></w:numPr></w:pPr>' + run("12"), UNREADABLE),
    "numbered no more": ('<w:pPr><w:numPr><w:numId w:val="0"/></w:numPr></w:pPr>' + run("12"), 12),
    "a link": (f"<w:hyperlink>{run('12')}</w:hyperlink>", 12),
    "empty": ("", BLANK),
}  # fmt: skip


STYLES = """
<w:style w:type="character" w:styleId="note"><w:rPr><w:vertAlign w:val="superscript"/></w:rPr></w:style>
<w:style w:type="character" w:styleId="small"><w:basedOn w:val="note"/><w:rPr><w:sz w:val="10"/></w:rPr></w:style>
<w:style w:styleId="on"><w:basedOn w:val="note"/><w:rPr><w:vertAlign w:val="baseline"/></w:rPr></w:style>
<w:style w:type="character" w:styleId="gone"><w:rPr><w:strike/></w:rPr></w:style>
<w:style w:type="character" w:styleId="up"><w:rPr><w:position w:val="9"/></w:rPr></w:style>
<w:style w:type="character" w:styleId="white"><w:rPr><w:color w:val="FFFFFF"/></w:rPr></w:style>
<w:style w:type="paragraph" w:styleId="lit"><w:pPr><w:shd w:val="clear" w:fill="0000FF"/></w:pPr></w:style>
<w:style w:type="character" w:styleId="away"><w:rPr><w:vanish/></w:rPr></w:style>
<w:style w:type="paragraph" w:styleId="old"><w:rPr><w:dstrike w:val="1"/></w:rPr></w:style>
<w:style w:type="paragraph" w:styleId="list"><w:pPr><w:numPr><w:numId w:val="2"/></w:numPr></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="ring"><w:basedOn w:val="round"/></w:style>
<w:style w:type="paragraph" w:styleId="round"><w:basedOn w:val="ring"/></w:style>"""
WORD_CELLS |= {
    "by its style: raised": (run("12") + run("2", '<w:rStyle w:val="note"/>'), UNREADABLE),
    "by its style: raised by what its style rests on": (run("12") + run("2", '<w:rStyle w:val="small"/>'), UNREADABLE),
    "by its style: raised no more by its style": (run("1") + run("2", '<w:rStyle w:val="on"/>'), 12),
    "by its style: raised no more by itself": (
        run("1") + run("2", '<w:rStyle w:val="note"/><w:vertAlign w:val="baseline"/>'), 12,
    ),
    "by its style: moved up": (run("12") + run("2", '<w:rStyle w:val="up"/>'), UNREADABLE),
    "by its style: white": (run("1", '<w:rStyle w:val="white"/>') + run("2"), UNREADABLE),
    "by its style: white on blue": (
        '<w:pPr><w:pStyle w:val="lit"/></w:pPr>' + run("12", '<w:rStyle w:val="white"/>'), 12,
    ),
    "by its style: struck out": (run("15", '<w:rStyle w:val="gone"/>') + run("12"), UNREADABLE),
    "by its style: hidden": (run("9", '<w:rStyle w:val="away"/>') + run("12"), 12),
    "by its style: struck out by the paragraph's": ('<w:pPr><w:pStyle w:val="old"/></w:pPr>' + run("12"), UNREADABLE),
    "by its style: numbered": ('<w:pPr><w:pStyle w:val="list"/></w:pPr>' + run("12"), UNREADABLE),
    "by its style: numbered no more by itself": (
        '<w:pPr><w:pStyle w:val="list"/><w:numPr><w:numId w:val="0"/></w:numPr></w:pPr>' + run("12"), 12,
    ),
    "by its style: in a ring": ('<w:pPr><w:pStyle w:val="ring"/></w:pPr>' + run("12"), 12),
    "by its style: of none that is there": (run("12", '<w:rStyle w:val="lost"/>'), 12),
}  # fmt: skip


@pytest.mark.parametrize(("xml", "value"), WORD_CELLS.values(), ids=WORD_CELLS)
def test_a_word_cell_says_what_word_prints(xml: str, value: int | str, opened: Opened) -> None:
    table = f"<w:tbl>{tr(tc(run('a')), f'<w:tc><w:p>{xml}</w:p></w:tc>', tc(run('7')))}</w:tbl>"
    body = f"<w:document {W}><w:body>{table}</w:body></w:document>".encode()
    styles = f"<w:styles {W}>{STYLES}</w:styles>".encode()
    (row,) = texts(opened(zipped({"word/document.xml": body, "word/styles.xml": styles}), ".docx"))
    assert [said(text) for text in row[1:]] == [value, 7]


def tc(content: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr><w:p>{content}</w:p></w:tc>"


def tr(*parts: str, properties: str = "") -> str:
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(parts)}</w:tr>"


def test_merged_word_cells_keep_the_columns_of_the_others(opened: Opened) -> None:
    table = "".join(
        (
            tr(tc(run("a"), '<w:vMerge w:val="restart"/>'), tc(run("b"), '<w:gridSpan w:val="2"/>')),
            tr(tc("", "<w:vMerge/>"), tc(run("1")), tc(run("2"))),
            tr(tc(run("3")), tc(run("4")), properties='<w:gridBefore w:val="1"/>'),
            tr(tc(run("9")), tc(run("9")), tc(run("9")), properties="<w:del/>"),
            tr(tc(run("9")), tc(run("9")), tc(run("9")), properties="<w:hidden/>"),
            tr(tc(run("c")), tc(run("5"), '<w:hMerge w:val="restart"/>'), tc("", "<w:hMerge/>")),
        )
    )
    assert spans(opened(docx(f"<w:tbl>{table}</w:tbl>"), ".docx")) == [
        [("a", 0, 1), ("b", 1, 3)],
        [("1", 1, 2), ("2", 2, 3)],
        [("3", 1, 2), ("4", 2, 3)],
        [("c", 0, 1), ("5", 1, 2)],
    ]


STRICT = f'<w:document xmlns:w="http://purl.oclc.org/ooxml/wordprocessingml/main"><w:p>{run("好")}</w:p></w:document>'
PLAIN = f"<w:document {W}><w:body><w:p>{run('好')}</w:p></w:body></w:document>"
OVERRIDE = 'Override ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"'


@pytest.mark.parametrize(
    ("name", "xml"), [("word/document2.xml", PLAIN), ("somewhere/else.xml", PLAIN), ("word/document.xml", STRICT)]
)
def test_the_text_of_a_word_file_is_found_under_any_name_and_kind(name: str, xml: str, opened: Opened) -> None:
    types = f'<Types><{OVERRIDE} PartName="/{name}"/></Types>' if xml == PLAIN else "<Types/>"
    content = zipped({"[Content_Types].xml": types.encode(), name: xml.encode()})
    assert [line.text for line in opened(content, ".docx").lines] == ["好"]


@pytest.mark.parametrize("ending", [".html", ".mht"])
def test_a_page_within_a_word_file_is_read(ending: str, opened: Opened) -> None:
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    chunks = "".join(f'<w:altChunk xmlns:r="{office}" r:id="{name}"/>' for name in ("a", "lost"))
    parts = {
        "word/document.xml": PLAIN.replace("<w:body>", f"<w:body>{chunks}").encode(),
        "word/_rels/document.xml.rels": (
            f'<Relationships><Relationship Id="a" Type="{office}/aFChunk" Target="page{ending}"/></Relationships>'
        ).encode(),
        f"word/page{ending}": PAGE.encode() if ending == ".html" else mhtml(PAGE.encode()),
    }
    document = opened(zipped(parts), ".docx")
    assert [line.text for line in document.lines] == ["收到申请一百件", "本年新收 12", "好"]


def test_what_a_remark_of_markdown_holds_is_not_read_and_lines_keep_their_numbers(read: Read) -> None:
    (_, values, page), (_, _, hidden) = drawn(seed=4), drawn(seed=5)
    text, other = print_page(page, ".md").decode(), print_page(hidden, ".md").decode()
    report, alone = read(f"<!--\n{other}\n-->\n{text}", ".md"), read(text, ".md")
    assert_as_printed(report, values)
    lines, expected = ([int(c.where.split()[1].rstrip(",")) for c in r.grid.values()] for r in (report, alone))
    assert lines == [line + other.count("\n") + 3 for line in expected]


@pytest.mark.parametrize(("text", "value"), CELLS["markdown"].values(), ids=CELLS["markdown"])
def test_a_markdown_cell_says_what_is_shown(text: str, value: int | str, opened: Opened) -> None:
    document = opened(f"| 甲 | 乙 | 丙 |\n| --- | --- | --- |\n| 丁 | {text} | 7 |\n", ".md")
    assert [said(field.text) for field in document.lines[1].fields[1:]] == [value, 7]


# ---- names and file objects ----


@pytest.mark.parametrize("ending", [".txt", ".html", ".pdf", ".docx", ".doc", ".wps", ".mht", ""])
def test_a_report_is_told_by_its_content_and_never_by_its_name(
    ending: str, read: Read, reference_text: str, reference: Report
) -> None:
    assert read(reference_text, ending).grid == reference.grid
    _, values, page = drawn()
    assert_as_printed(read(to_doc(page), ending), values)


@pytest.mark.parametrize("ending", FORMATS)
def test_a_file_object_gives_the_report_that_its_path_gives(ending: str, write: Write) -> None:
    content = print_page(drawn(seed=5, year=2023)[2], ending)
    path = write(content, ending, "报告")
    expected = read_report(path)
    with path.open("rb") as file:
        assert read_report(file) == expected
        assert not file.closed
    named = io.BytesIO(content)
    named.name = str(path)
    assert read_report(named) == expected
    found = read_report(io.BytesIO(content))
    assert (found.name, found.sha256, found.info["year"]) == ("report", expected.sha256, 2023)
    assert found.grid == expected.grid


def test_a_file_object_is_read_from_where_it_stands_as_in_pandas(reference_text: str) -> None:
    file = io.BytesIO(b"skipped" + reference_text.encode())
    file.seek(len("skipped"))
    assert read_report(file) == read_report(io.BytesIO(reference_text.encode()))


def test_a_file_object_that_gives_no_bytes_is_refused_in_one_line(write: Write, reference_text: str) -> None:
    with write(reference_text, ".txt").open(encoding="ascii") as file:
        for given, words in (
            (file, r'^report.txt: .* open it with "rb"'),
            (io.StringIO(reference_text), r'^report: .* open it with "rb"'),
            (io.BytesIO(), r"^report: the file is empty"),
        ):
            with pytest.raises(ReadingError, match=words):
                read_report(given)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", [3, "", "/", None, b"report.txt"])
def test_an_open_file_without_a_name_of_its_own_is_called_report(name: object, reference_text: str) -> None:
    file = io.BytesIO(reference_text.encode())
    file.name = name
    assert read_report(file).name == "report"


def test_a_name_that_no_terminal_can_show_is_shown_all_the_same(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/bad\xff\n.txt"))
    path.write_text("nothing")
    with pytest.raises(ReadingError) as error:
        read_file(path)
    assert str(error.value).isprintable()
