"""What is printed is what is read, in every format: split, raised, struck, hidden, merged, turned."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from hostile import W, docx, mhtml, zipped
from pagemaker import FORMATS, lay_out, print_page

from foi_analysis.form import load_form
from foi_analysis.read import read_report
from foi_analysis.reading import open_document, read_file
from foi_analysis.reading.document import Document, Field, read_token
from foi_analysis.report import ReadingError
from foi_analysis.teaching.answers import draw_values

UNREADABLE = "unreadable"
BLANK = "blank"
Write = Callable[[str, bytes | str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(name: str, content: bytes | str) -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


def cells(document: Document) -> list[list[Field]]:
    return [list(line.fields) for line in document.lines if line.grid]


def said(text: str) -> int | float | str:
    """Give the number that a text says, or its mark."""
    token = read_token(text)
    return token.mark if token.value is None else token.value


HTML_CELLS = {
    "plain": ("12", 12),
    "split over two spans": ("<span>2</span><span>0</span>", 20),
    "split over fonts and a comment": ("<font>2</font><!-- 7 --><b>0</b>", 20),
    "spans on two lines of the source": ("<span>2</span>\n<span>0</span>", UNREADABLE),
    "broken by br": ("2<br>0", UNREADABLE),
    "two paragraphs": ("<p>2</p><p>0</p>", UNREADABLE),
    "two blocks": ("<span style='display: block'>2</span><span style='display:block'>0</span>", UNREADABLE),
    "boxes in a line": ("<b style='display:inline-block'>2</b><b style='display:inline-block'>0</b>", UNREADABLE),
    "two fields": ("<input value=2><input value=0>", UNREADABLE),
    "floats": ("<span style='float:left'>2</span><span style='float:right'>0</span>", UNREADABLE),
    "a form's two lines": ("<textarea>2\n0</textarea>", UNREADABLE),
    "no-break spaces": ("&nbsp;&nbsp;12&nbsp;", 12),
    "only no-break spaces": ("&nbsp; &nbsp;", BLANK),
    "ideographic spaces": ("\u3000 12\u3000", 12),
    "only an ideographic space": ("\u3000", BLANK),
    "Word's paragraph mark": ("<p class=MsoNormal>12<o:p></o:p></p>", 12),
    "Word's empty cell": ("<p class=MsoNormal><o:p>&nbsp;</o:p></p>", BLANK),
    "zero-width space": ("1&#8203;2", 12),
    "soft hyphen": ("1&shy;2", 12),
    "word break": ("1<wbr>2", 12),
    "hidden": ("1<span style='display:none'>9</span>2", 12),
    "hidden by attribute": ("1<span hidden>9</span>2", 12),
    "hidden by size": ("1<span style='font-size:0'>9</span>2", 12),
    "hidden from Word": ("1<span style='mso-hide:all'>9</span>2", 12),
    "seen in what has no size": ("<b style='font-size:0'><font size=2>1</font><tt style='font:12px a'>2</tt>9</b>", 12),
    "seen in what is hidden": ("<b style='visibility:hidden'>9<tt style='visibility:visible'>12</tt></b>", 12),
    "gone for good": ("12<b style='display:none'><tt style='display:inline;font-size:9px'>3</tt></b>", 12),
    "a back that is hidden": ("<b style='backface-visibility:hidden;background-color:transparent'>12</b>", 12),
    "hidden by size in short": ("1<b style='font:0/0 a'>9</b>2", 12),
    "too small to see": ("1<b style='font-size:1px'>9</b>2", UNREADABLE),
    "shown by WeChat": ("<b id=js_content style='visibility: hidden; opacity: 0;'>12</b>", 12),
    "shown by the style sheet": ("<b class=forced style='display:none'>12</b>", UNREADABLE),
    "a picture that is hidden": ("12<b style='visibility:hidden'><img src=x.png></b>", 12),
    "pieces of a row": ("<p style='display:flex'><b style='flex:1'>2</b><b style='flex:1'>0</b></p>", UNREADABLE),
    "a script": ("12<script>count(3)</script>", 12),
    "a script that writes": ("<script>document.write(12)</script>", UNREADABLE),
    "raised": ("12<sup>2</sup>", UNREADABLE),
    "raised by style": ("12<span style='vertical-align:super'>2</span>", UNREADABLE),
    "raised by top": ("12<b style='position:relative;top:-5px'>2</b>", UNREADABLE),
    "raised by bottom": ("12<b style='bottom:6px;position:relative'>2</b>", UNREADABLE),
    "raised by a length": ("12<b style='vertical-align:5px'>2</b>", UNREADABLE),
    "raised to the top": ("12<b style='vertical-align:text-top;font-size:9px'>2</b>", UNREADABLE),
    "not raised": ("<p style='position:relative;top:9px'><b style='vertical-align:0'>12</b></p>", 12),
    "lowered": ("12<sub>2</sub>", UNREADABLE),
    "raised alone": ("<sup>2</sup>", UNREADABLE),
    "a footnote's link": ("12<a href='#note'>2</a>", UNREADABLE),
    "a footnote mark in words": ("22（其中修订16件）<sup>1</sup>", 22),
    "struck out": ("<s>15</s>12", UNREADABLE),
    "deleted": ("<del>15</del>12", UNREADABLE),
    "deleted alone": ("<del>15</del>", UNREADABLE),
    "struck out by style": ("<span style='text-decoration:line-through'>15</span>12", UNREADABLE),
    "inserted": ("<ins>12</ins>", 12),
    "a picture": ("<img src=http://127.0.0.1:9/12.png alt=12>", UNREADABLE),
    "a spacer": ("12<img src=x.gif width=1 height=1>", 12),
    "a drawing": ("<svg><text>12</text></svg>", UNREADABLE),
    "a formula": ("<math><mn>12</mn></math>", UNREADABLE),
    "a field": ("<input value='12'>", 12),
    "an empty field": ("<input type=text>", BLANK),
    "a hidden field": ("12<input type=hidden value=3>", 12),
    "a text area": ("<textarea>12</textarea>", 12),
    "a choice": ("<select><option>12<option>13</select>", UNREADABLE),
    "reversed": ("<bdo dir=rtl>12</bdo>", UNREADABLE),
    "reversed by a mark": ("&#x202e;12", UNREADABLE),
    "white on white": ("<span style='color:#fff'>1</span>2", UNREADABLE),
    "white on blue": ("<span style='color:white;background:blue'>12</span>", 12),
    "black in white": ("<span style='color:#fff'><b style='color:#000'>12</b></span>", 12),
    "white words": ("<span style='color:#fff'>办理答复</span>（其中）12", UNREADABLE),
    "a white font": ("<font color=white>1</font>2", UNREADABLE),
    "nearly white": ("<b style='color:#fefefe'>1</b>2", UNREADABLE),
    "white by its light": ("<b style='color:hsl(0,0%,100%)'>1</b>2", UNREADABLE),
    "white on no ground": ("<b style='color:#fff;background:none'>1</b>2", UNREADABLE),
    "transparent": ("<b style='color:rgba(0,0,0,0)'>1</b>2", UNREADABLE),
    "hidden by where it stands": ("<i>1</i>2", UNREADABLE),
    "hidden by an attribute's start": ("<u lang=zz>1</u>2", UNREADABLE),
    "hidden within a class": ("<b class=a><span>1</span></b>2", UNREADABLE),
    "hidden as the first": ("<em>1</em><em>2</em>", UNREADABLE),
    "hidden elsewhere": ("<span class=p>1</span><big>2</big>", 12),
    "hidden by a class": ("<span class='gone'>1</span>2", UNREADABLE),
    "a control character": ("1&#x7f;2", UNREADABLE),
    "full-width digits": ("１２", 12),
    "entities": ("&#49;&#x32;", 12),
    "ruby": ("<ruby>12<rt>3</rt></ruby>", 12),
}


@pytest.mark.parametrize(("markup", "value"), HTML_CELLS.values(), ids=HTML_CELLS)
def test_an_html_cell_says_what_a_browser_shows(markup: str, value: int | str, write: Write) -> None:
    page = (
        "<html><style>.gone{display:none} @media print{.seen{display:none}} /* b{opacity:0} */ td > I{display:none}"
        "[lang^='z'],.a span,td em:first-child,.none .p,big:hover,em+u{display:none} .forced{display:inline!important}"
        "</style><table>"
        f"<tr><td>a</td><td>{markup}</td><td class=seen>7</td></tr><tr><td>8<td>9<td>10</table>"
    )
    rows = cells(open_document(write("page.html", page)))
    assert [said(field.text) for field in rows[0][1:]] == [value, 7]
    assert [said(field.text) for field in rows[1]] == [8, 9, 10]


def test_merged_html_cells_keep_the_columns_of_the_others(write: Write) -> None:
    page = (
        "<table><tr><td rowspan=2>a<td colspan=2>b<tr><td>1<td>2<tbody><tr><td rowspan=9>c<td>3<td>4"
        "<tbody><tr><td>d<td>5<td rowspan=0>6<tr><td>e<td>7</table>"
    )
    rows = cells(open_document(write("page.html", page)))
    assert [[(field.text, field.left, field.right) for field in row] for row in rows] == [
        [("a", 0, 1), ("b", 1, 3)],
        [("1", 1, 2), ("2", 2, 3)],
        [("c", 0, 1), ("3", 1, 2), ("4", 2, 3)],
        [("d", 0, 1), ("5", 1, 2), ("6", 2, 3)],
        [("e", 0, 1), ("7", 1, 2)],
    ]


def test_text_between_cells_joins_no_cell_and_no_other_text(write: Write) -> None:
    page = "<table><tr>1<td>2</td>3<td>4</td>5</tr>6<tr><td>7<td>8</table><td>9</td><td>10</td>"
    document = open_document(write("page.html", page))
    assert [[field.text for field in row] for row in cells(document)] == [["2", "4"], ["7", "8"]]
    assert sorted(line.text for line in document.prose()) == ["1", "10", "3", "5", "6", "9"]


def test_layout_tables_become_paragraphs_and_the_table_in_them_stays_one(write: Write) -> None:
    page = (
        "<table><tr><td>menu<br>top</td><td><table><tr><td>one</td></tr><tr><td>two</td></tr></table>"
        "<table><tr><td>a<td>1<tr><td>b<td>2</table>after</td></tr></table>"
    )
    document = open_document(write("page.html", page))
    assert [line.text for line in document.lines] == ["menu", "top", "one", "two", "a 1", "b 2", "after"]
    assert [bool(line.grid) for line in document.lines] == [False] * 4 + [True] * 2 + [False]


def test_preformatted_text_keeps_its_lines(write: Write) -> None:
    document = open_document(write("page.html", "<html><pre>one\ntwo 2\n</pre><p>three"))
    assert [line.text for line in document.lines] == ["one", "two 2", "three"]


REPORT = (
    "<html><head>{}<title>政府信息公开</title></head><body><p>收到申请一百件</p><table><tr><td>本年新收<td>12</table>"
)
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


@pytest.mark.parametrize(("encoding", "declared"), ENCODINGS.values(), ids=ENCODINGS)
@pytest.mark.parametrize("ending", [".html", ".txt", ".doc"])
def test_a_page_is_decoded_whatever_it_declares_and_is_called(
    encoding: str, declared: str, ending: str, write: Write
) -> None:
    document = open_document(write("report" + ending, REPORT.format(declared).encode(encoding)))
    assert document.title == "政府信息公开"
    assert [line.text for line in document.lines] == ["收到申请一百件", "本年新收 12"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_a_text_is_decoded_without_a_declaration(encoding: str, write: Write) -> None:
    text = "上海市公安局政府信息公开工作年度报告\n本年新收政府信息公开申请数量\t12\t34\n"
    document = open_document(write("report.txt", text.encode(encoding)))
    assert [field.text for field in document.lines[1].fields] == ["本年新收政府信息公开申请数量", "12", "34"]


def test_traditional_characters_in_big5_are_read_when_declared(write: Write) -> None:
    page = REPORT.format("<meta charset=big5>").replace("收到申请一百件", "收到申請一百件").replace("开", "開")
    document = open_document(write("report.html", page.encode("big5", "ignore")))
    assert document.lines[0].text.startswith("收到申請")


def test_a_damaged_byte_spoils_its_own_cell_alone(write: Write) -> None:
    rows = "".join(f"<tr><td>本年新收政府信息公开申请数量<td>{i}2<td>{i}3" for i in range(1, 30))
    page = f"<html><table>{rows}</table>".encode("gb18030")
    broken = page.replace(b"<td>52<", b"<td>5\xff2<")
    assert broken != page
    values = [[said(field.text) for field in row[1:]] for row in cells(open_document(write("report.html", broken)))]
    assert values[4] == [UNREADABLE, 53]
    assert values[5] == [62, 63]


@pytest.mark.parametrize(
    "prolog", ['<?xml version="1.0" encoding="gbk"?>', "<!DOCTYPE html SYSTEM 'http://127.0.0.1:9/x.dtd'>"]
)
def test_a_page_with_a_prolog_is_read(prolog: str, write: Write) -> None:
    assert open_document(write("page.html", prolog + REPORT.format(""))).lines[1].text == "本年新收 12"


@pytest.mark.parametrize("coding", ["base64", "quoted-printable", "8bit"])
@pytest.mark.parametrize("ending", [".mht", ".doc", ".html"])
def test_a_web_archive_is_read_in_every_coding(coding: str, ending: str, write: Write) -> None:
    import quopri

    page = REPORT.format("").encode()
    page = quopri.encodestring(page) if coding == "quoted-printable" else page
    assert open_document(write("saved" + ending, mhtml(page, coding))).lines[1].text == "本年新收 12"


def test_a_web_archive_tells_the_encoding_of_its_page(write: Write) -> None:
    page = mhtml(REPORT.format("").encode("gb18030"), "8bit").replace(b"charset=utf-8", b'charset="gb2312"')
    assert open_document(write("saved.mht", page)).lines[0].text == "收到申请一百件"


def test_the_page_with_a_table_is_taken_from_a_web_archive_of_frames(write: Write) -> None:
    frame, page = mhtml(b"<html><p>menu " + b"x" * 5000), mhtml(REPORT.format("").encode())
    both = frame.replace(b"--B--\r\n", b"") + page[page.index(b"--B\r\n") :]
    assert open_document(write("saved.mht", both)).lines[1].text == "本年新收 12"


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
        field("begin") + "<w:r><w:instrText> eq \\o\\ac(○,5)</w:instrText></w:r>" + field("end"),
        UNREADABLE,
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


@pytest.mark.parametrize(("xml", "value"), WORD_CELLS.values(), ids=WORD_CELLS)
def test_a_word_cell_says_what_word_prints(xml: str, value: int | str, write: Write) -> None:
    table = f"<w:tbl>{tr(tc(run('a')), f'<w:tc><w:p>{xml}</w:p></w:tc>', tc(run('7')))}</w:tbl>"
    rows = cells(open_document(write("report.docx", docx(table))))
    assert [said(field.text) for field in rows[0][1:]] == [value, 7]


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
STYLED_CELLS = {
    "raised": (run("12") + run("2", '<w:rStyle w:val="note"/>'), UNREADABLE),
    "raised by what its style rests on": (run("12") + run("2", '<w:rStyle w:val="small"/>'), UNREADABLE),
    "raised no more by its style": (run("1") + run("2", '<w:rStyle w:val="on"/>'), 12),
    "raised no more by itself": (
        run("1") + run("2", '<w:rStyle w:val="note"/><w:vertAlign w:val="baseline"/>'),
        12,
    ),
    "moved up": (run("12") + run("2", '<w:rStyle w:val="up"/>'), UNREADABLE),
    "white": (run("1", '<w:rStyle w:val="white"/>') + run("2"), UNREADABLE),
    "white on blue": ('<w:pPr><w:pStyle w:val="lit"/></w:pPr>' + run("12", '<w:rStyle w:val="white"/>'), 12),
    "struck out": (run("15", '<w:rStyle w:val="gone"/>') + run("12"), UNREADABLE),
    "hidden": (run("9", '<w:rStyle w:val="away"/>') + run("12"), 12),
    "struck out by the paragraph's": ('<w:pPr><w:pStyle w:val="old"/></w:pPr>' + run("12"), UNREADABLE),
    "numbered": ('<w:pPr><w:pStyle w:val="list"/></w:pPr>' + run("12"), UNREADABLE),
    "numbered no more by itself": (
        '<w:pPr><w:pStyle w:val="list"/><w:numPr><w:numId w:val="0"/></w:numPr></w:pPr>' + run("12"),
        12,
    ),
    "in a ring": ('<w:pPr><w:pStyle w:val="ring"/></w:pPr>' + run("12"), 12),
    "of none that is there": (run("12", '<w:rStyle w:val="lost"/>'), 12),
}


@pytest.mark.parametrize(("xml", "value"), STYLED_CELLS.values(), ids=STYLED_CELLS)
def test_what_the_style_of_a_word_cell_says_counts(xml: str, value: int | str, write: Write) -> None:
    table = f"<w:tbl>{tr(tc(run('a')), f'<w:tc><w:p>{xml}</w:p></w:tc>', tc(run('7')))}</w:tbl>"
    body = f"<w:document {W}><w:body>{table}</w:body></w:document>".encode()
    styles = f"<w:styles {W}>{STYLES}</w:styles>".encode()
    rows = cells(open_document(write("report.docx", zipped({"word/document.xml": body, "word/styles.xml": styles}))))
    assert [said(field.text) for field in rows[0][1:]] == [value, 7]


def tc(content: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr><w:p>{content}</w:p></w:tc>"


def tr(*parts: str, properties: str = "") -> str:
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(parts)}</w:tr>"


def test_merged_word_cells_keep_the_columns_of_the_others(write: Write) -> None:
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
    rows = cells(open_document(write("report.docx", docx(f"<w:tbl>{table}</w:tbl>"))))
    assert [[(field.text, field.left, field.right) for field in row] for row in rows] == [
        [("a", 0, 1), ("b", 1, 3)],
        [("1", 1, 2), ("2", 2, 3)],
        [("3", 1, 2), ("4", 2, 3)],
        [("c", 0, 1), ("5", 1, 2)],
    ]


@pytest.mark.parametrize("name", ["word/document2.xml", "somewhere/else.xml"])
def test_the_text_of_a_word_file_is_found_under_any_name(name: str, write: Write) -> None:
    import zipfile

    plain = zipfile.ZipFile(io.BytesIO(docx(f"<w:p>{run('好')}</w:p>"))).read("word/document.xml")
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    types = f'<Types><Override ContentType="{kind}" PartName="/{name}"/></Types>'
    content = zipped({"[Content_Types].xml": types.encode(), name: plain})
    assert open_document(write("report.docx", content)).lines[0].text == "好"


def test_a_word_file_of_the_strict_kind_is_read(write: Write) -> None:
    xml = f'<w:document xmlns:w="http://purl.oclc.org/ooxml/wordprocessingml/main"><w:p>{run("好")}</w:p></w:document>'
    assert open_document(write("report.docx", zipped({"word/document.xml": xml.encode()}))).lines[0].text == "好"


@pytest.mark.parametrize("ending", [".html", ".mht"])
def test_a_page_within_a_word_file_is_read(ending: str, write: Write) -> None:
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    page = REPORT.format("").encode()
    chunks = "".join(f'<w:altChunk xmlns:r="{office}" r:id="{name}"/>' for name in ("a", "lost"))
    parts = {
        "word/document.xml": f"<w:document {W}><w:body>{chunks}<w:p>{run('好')}</w:p></w:body></w:document>".encode(),
        "word/_rels/document.xml.rels": (
            f'<Relationships><Relationship Id="a" Type="{office}/aFChunk" Target="page{ending}"/></Relationships>'
        ).encode(),
        f"word/page{ending}": page if ending == ".html" else mhtml(page),
    }
    document = open_document(write("report.docx", zipped(parts)))
    assert [line.text for line in document.lines] == ["收到申请一百件", "本年新收 12", "好"]


def test_a_table_without_a_size_shows_what_has_one(write: Write) -> None:
    page = "<table style='font-size:0'><tr><td><p style='font-size:9pt'>甲<td style='font-size:9pt'>12<td>3</table>"
    assert [[field.text for field in row] for row in cells(open_document(write("page.html", page)))] == [
        ["甲", "12", ""]
    ]


def test_markdown_with_a_table_in_html_keeps_its_grid(write: Write) -> None:
    text = (
        "# 一、总体情况\n\n<table><tr><td colspan=2>甲</td></tr><tr><td>乙</td><td>12</td></tr></table>\n\n## 二、好\n"
    )
    document = open_document(write("report.md", text))
    assert [(line.text, line.grid) for line in document.lines] == [
        ("一、总体情况", 0),
        ("甲", 1),
        ("乙 12", 1),
        ("二、好", 0),
    ]


MARKDOWN_CELLS = {
    "bold": ("**12**", 12),
    "half bold": ("1**2**", 12),
    "code": ("`12`", 12),
    "no emphasis": ("1__2", UNREADABLE),
    "no emphasis either": ("1**2", UNREADABLE),
    "struck out": ("~~15~~12", UNREADABLE),
    "raised": ("12<sup>2</sup>", UNREADABLE),
    "a footnote": ("12[^2]", UNREADABLE),
    "a line break": ("1<br>2", UNREADABLE),
    "a no-break space": ("&nbsp;", BLANK),
    "an escaped pipe": (r"12\|3", UNREADABLE),
}


def test_what_a_remark_of_markdown_holds_is_not_read_and_lines_keep_their_numbers(write: Write) -> None:
    form = load_form("cn-2021")
    page, other = (
        print_page(lay_out(form, draw_values(form, seed, 900), "某县人民政府", 2024), ".md").decode() for seed in (4, 5)
    )
    report = read_report(write("report.md", f"<!--\n{other}\n-->\n{page}"))
    alone = read_report(write("alone.md", page))
    before = other.count("\n") + 3
    lines = [int(cell.where.split()[1].rstrip(",")) for r in (report, alone) for cell in r.grid.values()]
    assert {key: cell.value for key, cell in report.grid.items()} == draw_values(form, 4, 900)
    assert report.doubtful == ()
    assert lines[: len(lines) // 2] == [line + before for line in lines[len(lines) // 2 :]]


@pytest.mark.parametrize(("text", "value"), MARKDOWN_CELLS.values(), ids=MARKDOWN_CELLS)
def test_a_markdown_cell_says_what_is_shown(text: str, value: int | str, write: Write) -> None:
    document = open_document(write("report.md", f"| 甲 | 乙 | 丙 |\n| --- | --- | --- |\n| 丁 | {text} | 7 |\n"))
    assert [said(field.text) for field in document.lines[1].fields[1:]] == [value, 7]


def test_a_report_is_told_by_its_content_and_never_by_its_name(write: Write, reference_text: str) -> None:
    expected = read_file(write("report.txt", reference_text)).grid
    for ending in (".html", ".pdf", ".docx", ".doc", ".mht", ""):
        assert read_file(write("report" + ending, reference_text)).grid == expected


@pytest.mark.parametrize("ending", FORMATS)
def test_a_file_object_gives_the_report_that_its_path_gives(ending: str, write: Write) -> None:
    form = load_form("cn-2021")
    content = print_page(lay_out(form, draw_values(form, 5, 900), "某某市人民政府", 2023), ending)
    path = write(f"报告{ending}", content)
    expected = read_report(path)
    with path.open("rb") as file:
        assert read_report(file) == expected
        assert not file.closed
    named, nameless = io.BytesIO(content), io.BytesIO(content)
    named.name = str(path)
    assert read_report(named) == expected
    found = read_report(nameless)
    assert (found.name, found.sha256, found.info["year"]) == ("report", expected.sha256, 2023)
    assert found.grid == expected.grid


def test_a_file_object_is_read_from_where_it_stands_as_in_pandas(reference_text: str) -> None:
    file = io.BytesIO(b"skipped" + reference_text.encode())
    file.seek(len("skipped"))
    assert read_report(file) == read_report(io.BytesIO(reference_text.encode()))


def test_a_file_opened_as_text_is_refused_in_one_line(write: Write, reference_text: str) -> None:
    path = write("report.txt", reference_text)
    with path.open(encoding="ascii") as file, pytest.raises(ReadingError, match=r'^report.txt: .* open it with "rb"'):
        read_report(file)  # type: ignore[arg-type]
    with pytest.raises(ReadingError, match=r'^report: .* open it with "rb"'):
        read_report(io.StringIO(reference_text))  # type: ignore[arg-type]


@pytest.mark.parametrize("name", [3, "", "/", None, b"report.txt"])
def test_an_open_file_without_a_name_of_its_own_is_called_report(name: object, reference_text: str) -> None:
    file = io.BytesIO(reference_text.encode())
    file.name = name
    assert read_report(file).name == "report"


def test_an_empty_file_object_is_refused_in_one_line() -> None:
    with pytest.raises(ReadingError, match=r"^report: the file is empty"):
        read_report(io.BytesIO())


def test_a_name_that_no_terminal_can_show_is_shown_all_the_same(tmp_path: Path) -> None:
    import os

    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/bad\xff\n.txt"))
    path.write_text("nothing")
    with pytest.raises(ReadingError) as error:
        read_file(path)
    assert str(error.value).isprintable()
