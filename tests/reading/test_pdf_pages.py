"""PDF pages as printers and word processors draw them: every cell is read as printed, or as unreadable."""

from __future__ import annotations

import io
from collections.abc import Callable
from decimal import Decimal
from itertools import pairwise, product

import pypdfium2
import pytest
from expected import BLANK, UNREADABLE, said, spans, texts
from hostile import one_page
from PIL import Image
from reportlab.lib.colors import black, blue, red, white
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from foi_analysis.reading.document import Document
from foi_analysis.reading.pages import Char, page_lines
from foi_analysis.reading.pdf import read_pdf
from foi_analysis.resources import font_path

Draw = Callable[[Canvas], object]
#: A table of 3 columns and 2 rows: the edges of its cells, and the middle of the cell under test.
XS, YS = (100, 200, 300, 400), (700, 670, 640)
BOXES = [(*across, *down) for across, down in product(pairwise(XS), pairwise(YS))]
X, Y = 250, 680
FONT = "Test"


def pages(*draws: Draw, **page: object) -> Document:
    """Read a document, each of whose pages is drawn by one of ``draws``."""
    return read_pdf("page.pdf", painted(*draws, **page), "")


def painted(*draws: Draw, **page: object) -> bytes:
    if FONT not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(TTFont(FONT, str(font_path())))
    file = io.BytesIO()
    canvas = Canvas(file, **{"pagesize": (595, 842), "invariant": 1, **page})
    for draw in draws:
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def rule(canvas: Canvas) -> None:
    canvas.grid(XS, YS)


def paper(draw: Draw, frame: Draw = rule, **page: object) -> Document:
    """Read a page with a table whose middle cell of the first row is drawn by ``draw``."""
    return pages(filled(draw, frame), **page)


def filled(draw: Draw, frame: Draw = rule) -> Draw:
    """Draw some prose, and a table whose middle cell is drawn by ``draw``."""

    def fill(canvas: Canvas) -> None:
        canvas.setFont(FONT, 10)
        for y in (780, 765, 750):
            canvas.drawString(50, y, "这里写着一段话，使这一页像一份报告。" * 2)
        for x, y, words in ((110, Y, "甲乙"), (310, Y, "7"), (110, 650, "丙丁"), (210, 650, "8"), (310, 650, "9")):
            canvas.drawString(x, y, words)
        frame(canvas)
        draw(canvas)

    return fill


#: The table of a page whose middle cell says 12.
WHOLE = [["甲乙", "12", "7"], ["丙丁", "8", "9"]]


def put(text: str, x: float = X, y: float = Y, size: float = 10, font: str = FONT) -> Draw:
    def draw(canvas: Canvas) -> None:
        canvas.setFont(font, size)
        canvas.drawString(x, y, text)

    return draw


def both(*draws: Draw) -> Draw:
    return lambda canvas: [draw(canvas) for draw in draws]


def text(mode: int = 0, colour: object = black, words: str = "12", spacing: float = 0) -> Draw:
    def draw(canvas: Canvas) -> None:
        canvas.saveState()
        line = canvas.beginText(X, Y)
        line.setFont(FONT, 10)
        line.setFillColor(colour)
        line.setTextRenderMode(mode)
        line.setCharSpace(spacing)
        line.textOut(words)
        canvas.drawText(line)
        canvas.restoreState()

    return draw


def leaning(words: str, by: float) -> Draw:
    """Draw words on a level line, each letter oblique, as where a font has no italics."""

    def draw(canvas: Canvas) -> None:
        line = canvas.beginText(X, Y)
        line.setFont(FONT, 10)
        line.setTextTransform(1, 0, by, 1, X, Y)
        line.textOut(words)
        canvas.drawText(line)

    return draw


def turned(angle: float, words: str = "3") -> Draw:
    def draw(canvas: Canvas) -> None:
        canvas.saveState()
        canvas.translate(X, Y)
        canvas.rotate(angle)
        canvas.setFont(FONT, 40)
        canvas.drawString(-10, -10, words)
        canvas.restoreState()

    return draw


def ground(colour: object) -> Draw:
    def draw(canvas: Canvas) -> None:
        canvas.setFillColor(colour)
        canvas.rect(201, 671, 98, 28, stroke=0, fill=1)
        canvas.setFillColor(black)

    return draw


def annotated(kind: str) -> Draw:
    def draw(canvas: Canvas) -> None:
        if kind == "written":
            canvas.freeTextAnnotation("12", "/F1 8 Tf", [240, 675, 280, 690])
        else:
            canvas.acroForm.textfield(value=kind, x=240, y=675, width=40, height=15)

    return draw


def picture(canvas: Canvas) -> None:
    canvas.drawImage(ImageReader(Image.new("L", (8, 8), 99)), X, Y, 12, 10)


CELLS: dict[str, tuple[Draw, float | str]] = {
    "plain": (put("12"), 12),
    "decimal": (put("96171.6"), 96171.6),
    "thousands": (put("1,234"), 1234),
    "negative": (put("-18"), -18),
    "a dash": (put("-"), "dash"),
    "empty": (put(""), BLANK),
    "spaces": (put("   "), BLANK),
    "two texts, one number": (both(put("2"), put("0", X + pdfmetrics.stringWidth("2", "Helvetica", 10))), 20),
    "two numbers": (both(put("2"), put("0", X + 20)), UNREADABLE),
    "two numbers, a space between": (put("2 0"), UNREADABLE),
    "two numbers, one under the other": (both(put("2", y=688), put("0", y=674)), UNREADABLE),
    "one digit a line": (both(*(put(d, y=692 - 9 * i, size=8) for i, d in enumerate("120"))), UNREADABLE),
    "wide letter-spacing": (text(spacing=6), UNREADABLE),
    "drawn twice": (both(put("12"), put("12")), 12),
    "fake bold": (both(put("11"), put("11", X + 0.4), put("11", X + 0.2, Y + 0.2)), 11),
    "printed over": (both(put("12"), put("34", X + 1)), UNREADABLE),
    "bold by outline": (text(mode=2), 12),
    "raised": (both(put("12"), put("2", X + 12, Y + 4, 6)), UNREADABLE),
    "lowered": (both(put("12"), put("2", X + 12, Y - 2, 6)), UNREADABLE),
    "raised by rise": (both(put("12"), put("2", X + 11.5, Y + 4.5, 7)), UNREADABLE),
    "raised a little, four fifths as large": (both(put("12"), put("2", X + 11.2, Y + 3.4, 8.05)), UNREADABLE),
    "struck out": (both(put("12"), lambda canvas: canvas.line(X - 2, Y + 4, X + 14, Y + 4)), UNREADABLE),
    "invisible": (text(mode=3), BLANK),
    "invisible beside print": (both(text(mode=3, words="9"), put("12", X + 6)), 12),
    "white": (text(colour=white), UNREADABLE),
    "white on blue": (both(ground(blue), text(colour=white)), 12),
    "red": (text(colour=red), 12),
    "on a white ground": (both(ground(white), put("12")), 12),
    "oblique digits": (leaning("12", 0.21), 12),
    "digits that lean back": (leaning("12", -0.33), 12),
    "a slanting watermark": (both(put("12"), turned(45)), 12),
    "a slanting watermark of words": (both(turned(30, "样本"), put("12")), 12),
    "digits on their side": (both(put("12"), turned(90)), UNREADABLE),
    "a note written upon it": (annotated("written"), UNREADABLE),
    "a form's field": (annotated("12"), UNREADABLE),
    "a form's empty field": (annotated(""), BLANK),
    "a picture": (picture, UNREADABLE),
    "over the edge": (put("123456", 275), UNREADABLE),
    "Chinese beside a number": (put("22（其中修订16件）", 205, size=8), 22),
}


@pytest.mark.parametrize(("draw", "value"), CELLS.values(), ids=CELLS)
def test_a_cell_of_a_page_says_what_is_printed(draw: Draw, value: float | str) -> None:
    first, second = texts(paper(draw))
    found = said(first[1])
    assert (float(found) if isinstance(found, Decimal) else found) == value, first
    assert first[0].replace("\n", "").startswith("甲乙")
    assert value == UNREADABLE or said(first[2]) == 7
    assert second == ["丙丁", "8", "9"]


def dashed(canvas: Canvas) -> None:
    canvas.setDash(2, 2)
    rule(canvas)


def dots(canvas: Canvas) -> None:
    for x in XS:
        for y in range(YS[-1], YS[0] + 1, 2):
            canvas.rect(x, y, 0.5, 0.8, stroke=0, fill=1)
    for y in YS:
        for x in range(XS[0], XS[-1] + 1, 2):
            canvas.rect(x, y, 0.8, 0.5, stroke=0, fill=1)


def bars(canvas: Canvas) -> None:
    for x in XS:
        canvas.rect(x, YS[-1], 0.5, YS[0] - YS[-1], stroke=0, fill=1)
    for y in YS:
        canvas.rect(XS[0], y, XS[-1] - XS[0], 0.5, stroke=0, fill=1)


def boxes(canvas: Canvas) -> None:
    for x0, x1, y0, y1 in BOXES:
        canvas.rect(x0, y1, x1 - x0, y0 - y1)


def bars_apart(canvas: Canvas) -> None:
    for x0, x1, y0, y1 in BOXES:
        left, low, width, height = x0 + 1.2, y1 + 1.2, x1 - x0 - 2.4, y0 - y1 - 2.4
        for x in (left, left + width - 0.8):
            canvas.rect(x, low, 0.8, height, stroke=0, fill=1)
        for y in (low, low + height - 0.8):
            canvas.rect(left, y, width, 0.8, stroke=0, fill=1)


def grounds(canvas: Canvas) -> None:
    canvas.saveState()
    canvas.setFillGray(0.9)
    for x0, x1, y0, y1 in BOXES:
        canvas.rect(x0, y1, x1 - x0, y0 - y1, stroke=0, fill=1)
    canvas.restoreState()
    canvas.setFillGray(0)


def on_a_sheet(canvas: Canvas) -> None:
    canvas.rect(20, 20, 555, 802)
    rule(canvas)


def with_invisible_lines(canvas: Canvas) -> None:
    rule(canvas)
    path = canvas.beginPath()
    path.moveTo(270, 700)
    path.lineTo(270, 640)
    canvas.drawPath(path, stroke=0, fill=0)


def in_a_form(canvas: Canvas) -> None:
    canvas.beginForm("table")
    canvas.grid([x - 50 for x in XS], [y - 50 for y in YS])
    canvas.endForm()
    canvas.saveState()
    canvas.translate(50, 50)
    canvas.doForm("table")
    canvas.restoreState()


FRAMES = (rule, dashed, dots, bars, boxes, bars_apart, grounds, on_a_sheet, with_invisible_lines, in_a_form)


@pytest.mark.parametrize("frame", FRAMES)
def test_a_table_is_found_however_it_is_ruled(frame: Draw) -> None:
    places = [(0, 1), (1, 2), (2, 3)]
    assert spans(paper(put("12"), frame)) == [
        [(text, *place) for text, place in zip(row, places, strict=True)] for row in WHOLE
    ]


def test_merged_cells_cover_their_columns_and_rows() -> None:
    def frame(canvas: Canvas) -> None:
        canvas.lines([(100, 640, 400, 640), (100, 700, 400, 700), (200, 670, 400, 670)])
        canvas.lines([(100, 640, 100, 700), (200, 640, 200, 700), (400, 640, 400, 700), (300, 640, 300, 670)])

    rows = (line.fields for line in paper(put(""), frame).lines if line.grid)
    assert [[(f.text, f.left, f.right, f.down) for f in row] for row in rows] == [
        [("甲乙\n丙丁", 0, 1, 2), ("7", 1, 3, 1)],
        [("8", 1, 2, 1), ("9", 2, 3, 1)],
    ]


def test_a_label_set_one_character_a_line_and_drawn_twice_is_read_once() -> None:
    def label(canvas: Canvas) -> None:
        rule(canvas)
        canvas.rect(60, 640, 40, 60)
        for _ in range(2):
            for i, letter in enumerate("本年度结果"):
                canvas.drawString(75, 690 - 11 * i, letter)

    document = paper(put("12"), label)
    assert texts(document) == [["本\n年\n度\n结\n果", *WHOLE[0]], WHOLE[1]]
    assert next(line for line in document.lines if line.grid).fields[0].down == 2


def test_a_table_over_two_pages_is_two_grids_with_the_page_number_between() -> None:
    document = pages(*(filled(both(put(f"{number}2"), put(str(number), 300, 30))) for number in (1, 2)))
    tables = [(line.grid, line.text) for line in document.lines if line.grid or len(line.text) < 5]
    assert tables == [
        (1, "甲乙 12 7"), (1, "丙丁 8 9"), (0, "1"), (2, "甲乙 22 7"), (2, "丙丁 8 9"), (0, "2"),
    ]  # fmt: skip


CUT: dict[str, tuple[list[str], list[str], list[list[str]]]] = {
    "a label, in its brackets": (["甲（一", "7", "8"], ["乙）", "", ""], [["甲（一\n乙）", "7", "8"]]),
    "the label below its values": (["", "7", "/"], ["甲乙", "", ""], [["甲乙", "7", "/"]]),
    "the label above its values": (["甲乙", "", ""], ["", "7", "-"], [["甲乙", "7", "-"]]),
    "a number": (["甲乙", "30", "7"], ["", "82", ""], [["甲乙", "30\n82", "7"]]),
    "a row of blanks": (["甲乙", "7", "8"], ["丙丁", "", ""], [["甲乙", "7", "8"], ["丙丁", "", ""]]),
    "heads": (["", "甲", "乙"], ["丙丁", "", ""], [["", "甲", "乙"], ["丙丁", "", ""]]),
}


@pytest.mark.parametrize(("upper", "lower", "whole"), CUT.values(), ids=CUT)
@pytest.mark.parametrize("again", [[["项目", "一", "二"]], []])
def test_a_row_cut_by_the_foot_of_a_page_is_one(
    upper: list[str], lower: list[str], whole: list[list[str]], again: list[list[str]]
) -> None:
    def table(rows: list[list[str]]) -> Draw:
        prose = put("这里写着一段话，使这一页像一份报告。" * 3, 50, 750, font=FONT)
        cells = (
            put(text, XS[x] + 10, 680 - 30 * y, font=FONT) for y, row in enumerate(rows) for x, text in enumerate(row)
        )
        return both(prose, lambda canvas: canvas.grid(XS, [700 - 30 * i for i in range(len(rows) + 1)]), *cells)

    found = texts(pages(table([["项目", "一", "二"], upper]), table([*again, lower, ["戊己", "5", "6"]])))
    assert [row for row in found[1:-1] if row not in again] == whole


def test_what_of_a_number_lies_beyond_the_edge_of_a_table_is_no_cell() -> None:
    assert [said(text) for text in texts(paper(put("456", 390)))[0][1:]] == [BLANK, UNREADABLE]


@pytest.mark.parametrize("quarter", [0, 90, 180, 270])
def test_a_page_is_read_as_its_text_runs_however_it_is_turned(quarter: int) -> None:
    file = io.BytesIO()
    with pypdfium2.PdfDocument(painted(filled(put("12")))) as document:
        document[0].set_rotation(quarter)
        document.save(file)
    assert texts(read_pdf("page.pdf", file.getvalue(), "")) == WHOLE


def test_a_wide_table_printed_on_its_side_is_read() -> None:
    def on_its_side(canvas: Canvas) -> None:
        canvas.translate(842, 0)
        canvas.rotate(90)
        filled(put("12"))(canvas)

    assert texts(pages(on_its_side, pagesize=(842, 842))) == WHOLE


def test_what_lies_outside_of_the_page_is_not_read() -> None:
    document = paper(both(put("12"), put("99", 700), put("99", 250, -20), put("99", -30)))
    assert "99" not in "".join(line.text for line in document.lines)


def test_a_cropped_page_is_read_within_its_box() -> None:
    assert texts(paper(put("12"), cropBox=(40, 600, 450, 800))) == WHOLE
    assert "8" not in str(texts(paper(put("12"), cropBox=(40, 660, 450, 800))))


def test_a_table_without_rulings_is_text_whose_fields_keep_their_places() -> None:
    document = paper(put("12"), lambda _: None)
    row = next(line for line in document.lines if line.text.startswith("甲乙"))
    assert [field.text for field in row.fields] == ["甲乙", "12", "7"]
    assert [field.left // 10 for field in row.fields] == [11, 25, 31]


def test_a_layer_of_recognised_text_under_a_scan_is_read() -> None:
    def layer(canvas: Canvas) -> None:
        line = canvas.beginText(50, 700)
        line.setTextRenderMode(3)
        for _ in range(5):
            line.textLine("what a machine has recognised 12")
        canvas.drawText(line)

    assert len(pages(layer).lines) == 5


def test_a_text_without_a_table_is_read_whole() -> None:
    words = b"BT /F1 9 Tf 20 400 Td (" + b"filler " * 30 + b") Tj ET"
    assert read_pdf("a.pdf", one_page(words), "").lines[0].text.startswith("filler")


@pytest.mark.parametrize("blank", [" ", "\u3000", "\t"])
def test_a_line_of_spaces_alone_beside_a_line_of_digits_is_no_piece_of_a_number(blank: str) -> None:
    digits = [Char("7", x, 20, x + 5, 30) for x in (10.0, 100.0, 200.0, 300.0)]
    for y in (8.0, 32.0):
        lines = page_lines(1, [Char(blank, 10, y, 15, y + 10), *digits], [])
        assert [line.text.split() for *_, line, _ in lines if line.text.strip()] == [["7"] * 4]


def test_a_border_with_rounded_corners_closes_its_table() -> None:
    def rounded(canvas: Canvas) -> None:
        canvas.roundRect(XS[0], YS[-1], XS[-1] - XS[0], YS[0] - YS[-1], 8)
        for x in XS[1:-1]:
            canvas.line(x, YS[0], x, YS[-1])
        canvas.line(XS[0], YS[1], XS[-1], YS[1])

    assert texts(paper(put("12"), rounded)) == WHOLE
