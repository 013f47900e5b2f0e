"""Workbooks: what a spreadsheet program shows is what is read, cell by cell, or it is said that it is not."""

from __future__ import annotations

import csv
import io
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import pytest
import xlsxwriter
from expected import ORGAN, Opened, Read, Values, assert_as_printed, drawn, silent, texts
from openpyxl import Workbook
from openpyxl.styles import Color, Font, PatternFill
from openpyxl.utils import get_column_letter
from pagemaker import Page, lay_out
from pagemaker.doc import ole
from pagemaker.pages import with_cells
from pagemaker.workbooks import PLAIN, Put, Way, record, saved, to_book, to_xls, to_xlsx, wide, xls_cell, xls_stream

from foi_analysis import ReadingError, Report
from foi_analysis.bilingual import place
from foi_analysis.datasets.workbook import workbook
from foi_analysis.form import CellKey
from foi_analysis.reading.workbook import shown
from foi_analysis.teaching.answers import draw_values

FORM, VALUES, PAGE = drawn()
SOME = {key: value for key, value in VALUES.items() if value}
BOOKS = {".xlsx": to_xlsx, ".xls": to_xls}


def of_rows(rows: Sequence[Sequence[str | int]]) -> bytes:
    """Write a workbook of the rows of one sheet."""
    book = Workbook()
    for row in rows:
        book.active.append(row)
    return saved(book)


def pasted(page: Page) -> list[list[str | int]]:
    """Return the cells of each row one behind the other, as a text is pasted that has no merged cells."""
    rows: dict[int, list[str | int]] = {}
    for put in PLAIN.sheets(page)[0]:
        text = put.cell.text
        rows.setdefault(put.row, []).append(int(text) if put.cell.key else text)
    return list(rows.values())


def test_a_workbook_whose_rows_stand_as_they_were_pasted_is_read(read: Read) -> None:
    assert_as_printed(read(of_rows(pasted(PAGE)), ".xlsx"), VALUES)


@dataclass(frozen=True)
class Beside(Way):
    """Parts of a sheet beside one another, each with the number of rows above it; other sheets behind."""

    parts: Sequence[tuple[Sequence[Put], int]] = ()
    behind: Sequence[list[Put]] = ()

    def sheets(self, _: Page) -> list[list[Put]]:
        beside = [
            replace(put, row=put.row + above, column=put.column + 17 * at)
            for at, (part, above) in enumerate(self.parts)
            for put in part
        ]
        return [beside, *self.behind]


PARTS = Way(parted=True).sheets(PAGE)


@pytest.mark.parametrize("ending", BOOKS)
@pytest.mark.parametrize("above", [(0, 0, 0), (4, 0, 9)], ids=["level", "shifted"])
def test_tables_beside_one_another_are_read(above: tuple[int, ...], ending: str, read: Read) -> None:
    way = Beside(parts=list(zip(PARTS, above, strict=True)))
    assert_as_printed(read(BOOKS[ending](PAGE, way), ending), VALUES)


@pytest.mark.parametrize("above", [(0, 4), (4, 0)], ids=["higher", "lower"])
def test_a_table_of_last_year_beside_that_of_this_year_is_not_read_for_it(above: tuple[int, ...], read: Read) -> None:
    others = draw_values(FORM, 4, 900)
    table = [put for put in Way(parted=True).sheets(lay_out(FORM, others, ORGAN, 2023))[0] if put.in_table]
    way = Beside(parts=list(zip((PARTS[0], table), above, strict=True)), behind=PARTS[1:])
    report = read(to_xlsx(PAGE, way))
    assert {key: cell.value for key, cell in report.grid.items()} == VALUES
    assert {cell.key for cell in report.doubtful} == {
        key for key in VALUES if key.table == "proactive" and VALUES[key] != others[key]
    }


def test_an_empty_column_within_a_table_leaves_it_whole(read: Read) -> None:
    lines = [[replace(put, column=put.column + (put.column > 5)) for put in part] for part in PARTS]
    for merged in (False, True):
        way = Beside(merged=merged, ruled=False, behind=lines)
        assert_as_printed(read(to_xlsx(PAGE, way)), VALUES)


def test_sentences_around_tables_are_prose_with_their_places(opened: Opened) -> None:
    document = opened(to_xlsx(PAGE))
    prose = {line.text: line.where for line in document.prose()}
    assert prose[PAGE.title] == "sheet 年报 1, cell A1"
    assert prose["2024年，本机关依法做好政府信息公开工作。"] == "sheet 年报 1, cell A3"
    assert "下一步将继续改进。" in prose


def test_the_place_of_a_cell_is_told_in_both_languages() -> None:
    where = place("sheet 年报 1, cell AB12")
    assert (where.zh, where.en) == ("工作表“年报 1”AB12格", "sheet 年报 1, cell AB12")


def test_a_sheets_name_cannot_be_taken_for_a_piece_of_its_place(opened: Opened) -> None:
    book = Workbook()
    book.active.title = "a, (b)\u2028c"
    book.active["B2"] = "x"
    assert opened(saved(book)).lines[0].where == "sheet a， （b） c, cell B2"


def test_two_years_in_two_sheets_are_two_reports(read: Read) -> None:
    book, other = to_book(PAGE), PLAIN.sheets(lay_out(FORM, draw_values(FORM, 4, 900), ORGAN, 2023))[0]
    sheet = book.create_sheet("2023")
    for put in other:
        sheet.cell(put.row, put.column, put.cell.text)
    with pytest.raises(ReadingError, match="two reports in one file"):
        read(saved(book))


def test_a_blank_row_below_the_heads_moves_no_value(read: Read) -> None:
    rows = pasted(PAGE)
    at = next(i for i, row in enumerate(rows) if str(row[0]).startswith("一、本年新收"))
    assert silent(read(of_rows([*rows[:at], [], *rows[at:]])), VALUES) == []


def test_a_workbook_of_data_that_this_program_wrote_is_no_report(read: Read, reference: Report) -> None:
    with pytest.raises(ReadingError, match="data that foi-analysis wrote; give the report"):
        read(workbook(reference, ("zh", "en")))


# ---- what one cell shows ----


Written = Callable[[xlsxwriter.Workbook, xlsxwriter.worksheet.Worksheet], object]


def number(value: float, code: str = "General") -> Written:
    return lambda book, sheet: sheet.write_number(1, 1, value, book.add_format({"num_format": code}))


def styled(**style: object) -> Written:
    return lambda book, sheet: sheet.write_number(1, 1, 12, book.add_format(style))


def partly_white(**style: object) -> Written:
    return lambda book, sheet: sheet.write_rich_string(
        1, 1, book.add_format({"font_color": "white"}), "8", "4", book.add_format(style)
    )


def white_by_rule(value: int, criteria: str = "=", **style: object) -> Written:
    def write(book: xlsxwriter.Workbook, sheet: xlsxwriter.worksheet.Worksheet) -> None:
        look = book.add_format({"font_color": "white", **style})
        sheet.write_number(1, 1, value)
        sheet.conditional_format("A1:C3", {"type": "cell", "criteria": criteria, "value": 0, "format": look})

    return write


CELLS: dict[str, tuple[Written, str]] = {
    "a whole number": (number(1691), "1691"),
    "a sum of decimals": (number(0.1 + 0.2), "0.3"),
    "an amount": (number(12.34), "12.34"),
    "thousands": (number(12345, "#,##0"), "12,345"),
    "decimals": (number(12.3, "0.00"), "12.30"),
    "rounded": (number(12.345, "0.00"), "12.35"),
    "a negative number": (number(-5), "-5"),
    "a counted number": (number(5, '0"件"'), "5件"),
    "a code for a character": (lambda _, s: s.write_string(1, 1, "12\r"), "12"),
    "a text of digits": (lambda _, s: s.write_string(1, 1, "12"), "12"),
    "a day": (number(45296, "yyyy-mm-dd"), "2024-01-05"),
    "a day by its number": (number(45296, "m/d/yy"), "2024-01-05"),
    "a day in Chinese": (number(45296, '[$-804]yyyy"年"m"月"d"日";@'), "2024-01-05"),
    "a day and a time": (number(45296.5, "yyyy/m/d h:mm"), "2024-01-05 12:00:00"),
    "a time": (number(0.5, "h:mm"), "12:00:00"),
    "a duration": (number(1.5, "[h]:mm"), "1900-01-01 12:00:00"),
    "a share": (number(0.1234, "0.00%"), "12.34%"),
    "a dash for zero": (number(0, '_ * #,##0_ ;_ * -#,##0_ ;_ * "-"_ ;_ @_ '), "-"),
    "nothing for zero": (number(0, "0;-0;;@"), ""),
    "nothing at all": (number(5, ";;;"), ""),
    "brackets": (number(-5, "#,##0_);(#,##0)"), "(5)"),
    "red without a sign": (number(-5, "0_ ;[Red]0"), "\ufffd5"),
    "ten thousands": (number(12345, "0!.0,"), "\ufffd12345"),
    "Chinese numerals": (number(5, "[DBNum1][$-804]General"), "\ufffd5"),
    "white by its format": (number(5, "[White]0"), "\ufffd5"),
    "a condition": (number(0, '[=0]"";General'), ""),
    "a condition that does not hold": (number(5, '[=0]"";General'), "5"),
    "powers of ten": (number(12345, "0.00E+00"), "\ufffd12345"),
    "a truth": (lambda _, s: s.write_boolean(1, 1, True), "TRUE"),
    "raised": (
        lambda book, sheet: sheet.write_rich_string(1, 1, "12", book.add_format({"font_script": 1}), "3"), "12^3",
    ),
    "struck out": (styled(font_strikeout=True), "~12~"),
    "white": (styled(font_color="white"), "\ufffd12"),
    "white on blue": (styled(font_color="white", bg_color="blue"), "12"),
    "white on white": (styled(font_color="white", bg_color="white"), "\ufffd12"),
    "a white digit": (partly_white(), "\ufffd84"),
    "a white digit on blue": (partly_white(bg_color="blue"), "84"),
    "0, white where it is 0": (white_by_rule(0), "\ufffd0"),
    "5, white where it is 0": (white_by_rule(5), "5"),
    "0, white on red where it is 0": (white_by_rule(0, bg_color="red"), "0"),
    "white by a rule of another kind": (white_by_rule(5, criteria="<"), "\ufffd5"),
    "zero in a sheet that shows none": (lambda _, s: (s.hide_zero(), s.write_number(1, 1, 0)), ""),
    "a formula that no program has calculated": (lambda _, s: s.write_formula(1, 1, "=1+1"), "=1+1"),
}  # fmt: skip


def one_cell(write: Written) -> bytes:
    """Return a workbook with a cell in the place B2, and words in A1, B1 and A2."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet("s")
        for row, column in ((0, 0), (0, 1), (1, 0)):
            sheet.write_string(row, column, "word")
        write(book, sheet)
    return out.getvalue()


@pytest.mark.parametrize(
    ("value", "code", "text"),
    [
        (0, "#,###", ""), (0.5, "#.00", ".50"), (5, "000", "005"), (1e15, "General", "1000000000000000"),
        (float("nan"), "0", "\ufffd"), (1e300, "yyyy", "\ufffd1" + "0" * 300), (60.0, "d", "1900-02-28"),
        (1e300, "0.00", "1" + "0" * 300 + ".00"), (5, "." + "0" * 99, "5." + "0" * 99),
        (59.0, "d", "1900-02-28"), (1.5, "0.##", "1.5"), (2.0, "0.##", "2"), (5, "G/通用格式", "5"), (5, "@", "5"),
        (0, '[=0]"";0', ""), (7, '[=0]"";0', "7"), (-7, '[=0]"";0', "\ufffd7"), (0, "[=0]0;General", "0"),
        (7, "[>0]0;;", "7"), (0, "[>0]0;;", ""), (7, '[=0]"";0.0;@', "7.0"), (7, '0;[=7]"";0', "\ufffd7"),
        (7, "[>= 8]0;[<=-1.5]-0;0.00", "7.00"), (-2, "[>= 8]0;[<=-1.5]-0;0", "-2"), (7, "[<>7]0", "\ufffd7"),
    ],
)  # fmt: skip
def test_a_number_is_written_as_its_format_says(value: float, code: str, text: str) -> None:
    assert shown(value, code) == text


def test_white_by_its_number_or_theme_is_unreadable_and_on_grey_is_not(opened: Opened) -> None:
    grey, fonts = (
        PatternFill("solid", Color(theme=0, tint=-0.35)),
        [Color("FFF8F8FF"), Color(theme=0), Color(indexed=9)],
    )
    book = Workbook()
    for number, color in enumerate(fonts):
        book.active.append(["word", 12, 12])
        for cell in book.active[number + 1][1:]:
            cell.font = Font(color=color)
        cell.fill = grey
    assert texts(opened(saved(book)), everywhere=True) == [["word", "\ufffd12", "12"]] * 3


def test_an_error_is_unreadable_and_no_blank(opened: Opened) -> None:
    for error in ("#REF!", "#DIV/0!"):
        book = Workbook()
        book.active.append(["word", "word"])
        book.active.append(["word", error])
        book.active["B2"].data_type = "e"
        assert opened(saved(book)).lines[1].fields[1].text == error


# ---- formulas ----


def with_sums() -> Workbook:
    """Return a workbook whose totals of requests are formulas."""
    book = to_book(PAGE)
    for put in PLAIN.sheets(PAGE)[0]:
        if put.cell.key and put.cell.key.table == "requests" and put.cell.key.column == "total":
            first, last = get_column_letter(put.column - 6), get_column_letter(put.column - 1)
            book.worksheets[0].cell(put.row, put.column).value = f"=SUM({first}{put.row}:{last}{put.row})"
    return book


def test_a_formula_that_no_program_has_calculated_is_unreadable(read: Read) -> None:
    report = read(saved(with_sums()))
    totals = {key for key in FORM.cells if key.table == "requests" and key.column == "total"}
    assert {cell.key for cell in report.doubtful} == totals
    assert {report.grid[key].mark for key in totals} == {"unreadable"}
    assert all(report.grid[key].printed.startswith("=SUM(") for key in totals)


def formula(result: bytes, flags: int = 0) -> bytes:
    return record(0x06, "3H", 1, 1, 0, more=result + struct.pack("<HIH", flags, 0, 0))


TWO, NONE = struct.pack("<d", 2), struct.pack("<d", 0)


def book_97(cells: Sequence[bytes], shared: bytes = b"") -> bytes:
    return ole({"Workbook": xls_stream([("s", 0, cells)], [shared])})


def old(*cells: bytes, shared: bytes = b"") -> bytes:
    """Return a workbook of Excel 97 with words in A1, B1 and A2, and other cells."""
    words = [xls_cell(row, column, "word") for row, column in ((0, 0), (0, 1), (1, 0))]
    return book_97([*words, *cells], shared)


# ---- records of Excel 97 ----


DAY = record(0x41E, "H", 200, more=wide("yyyy-mm-dd", "H")) + record(0xE0, "6H2I", 0, 200, 0, 0, 0, 0, 0, 0)
STRUCK = record(0x31, "5H6B", 200, 8, 8, 400, 0, 0, 0, 0, 0, 1, 0, more=b"A") + record(0xE0, "6H2I", 1, *[0] * 7)
RAISED = record(0x31, "5H6B", 200, 0, 8, 400, 1, 0, 0, 0, 0, 1, 0, more=b"A")
WHITE = record(0x31, "5H6B", 200, 0, 9, 400, 0, 0, 0, 0, 0, 1, 0, more=b"A")
RICH = struct.pack("<HBH", 3, 8, 1) + b"123" + struct.pack("<HH", 2, 1)


def white_on(fill: int) -> bytes:
    """Return a white font, and a style of it that is filled with a colour; 0 is none."""
    return WHITE + record(0xE0, "6H2I", 1, *[0] * 6, bool(fill) << 10 | fill << 16)


XLS_CELLS = {
    "a small number": ([xls_cell(1, 1, 12)], b"", "12"),
    "a decimal": ([xls_cell(1, 1, 12.34)], b"", "12.34"),
    "a number in hundredths": ([record(0x27E, "3Hi", 1, 1, 0, 1234 << 2 | 3)], b"", "12.34"),
    "a negative number": ([xls_cell(1, 1, -12)], b"", "-12"),
    "several numbers": ([record(0xBD, "HHHIHIH", 1, 1, 0, 12 << 2 | 2, 0, 7 << 2 | 2, 2)], b"", "12"),
    "blanks": ([record(0xBE, "5H", 1, 1, 0, 0, 2)], b"", ""),
    "a day": ([xls_cell(1, 1, 45296, 2)], DAY, "2024-01-05"),
    "struck out": ([xls_cell(1, 1, 12, 2)], STRUCK, "~12~"),
    "a raised digit": ([record(0xFD, "3HI", 1, 1, 0, 0)], RAISED + record(0xFC, "II", 1, 1, more=RICH), "12^3"),
    "a white digit": ([record(0xFD, "3HI", 1, 1, 0, 0)], WHITE + record(0xFC, "II", 1, 1, more=RICH), "12\ufffd3"),
    "white": ([xls_cell(1, 1, 12, 2)], white_on(0), "\ufffd12"),
    "white on white": ([xls_cell(1, 1, 12, 2)], white_on(9), "\ufffd12"),
    "white on blue": ([xls_cell(1, 1, 12, 2)], white_on(12), "12"),
    "no such text": ([record(0xFD, "3HI", 1, 1, 0, 9)], b"", "\ufffd"),
    "an error": ([record(0x205, "3HBB", 1, 1, 0, 7, 1)], b"", "#DIV/0!"),
    "a formula with a result": ([formula(TWO)], b"", "2"),
    "a formula with nothing but zeros, and no program that calculated": ([formula(NONE)], b"", "="),
    "a formula with zero, from a program that calculated": (
        [formula(NONE), record(0x06, "3H", 5, 5, 0, more=TWO + bytes(8))], b"", "0",
    ),
    "a formula to be calculated": ([formula(TWO, 2)], b"", "="),
    "a formula in a sheet to be calculated": ([record(0x5E), formula(TWO)], b"", "="),
    "a formula with a text": ([formula(b"\0\0\0\0\0\0\xff\xff"), record(0x207, more=wide("无", "H"))], b"", "无"),
    "a formula with an error": ([formula(b"\2\0\x17\0\0\0\xff\xff")], b"", "#REF!"),
    "a formula with a truth": ([formula(b"\1\0\1\0\0\0\xff\xff")], b"", "TRUE"),
}  # fmt: skip
SHOWN = {name: (one_cell(write), text) for name, (write, text) in CELLS.items()} | {
    f"{name} in Excel 97": (old(*cells, xls_cell(0, 2, "word"), shared=shared), text)
    for name, (cells, shared, text) in XLS_CELLS.items()
}


@pytest.mark.parametrize("name", SHOWN)
def test_a_cell_says_what_excel_shows(name: str, opened: Opened) -> None:
    content, text = SHOWN[name]
    assert opened(content).lines[1].fields[1].text == text


def test_a_long_text_of_excel_97_goes_on_in_the_next_record(opened: Opened) -> None:
    text = "政府信息公开。" * 800
    shared = struct.pack("<II", 1, 1) + wide(text, "H")
    cut = 8000 - (8000 - 11) % 2
    pieces = struct.pack("<HH", 0xFC, cut) + shared[:cut]
    pieces += struct.pack("<HH", 0x3C, len(shared) - cut + 1) + b"\x01" + shared[cut:]
    document = opened(old(record(0xFD, "3HI", 3, 0, 0, 0), shared=pieces), ".xls")
    assert document.lines[-1].text == text


@pytest.mark.parametrize("hidden", [1, 2])
def test_a_hidden_sheet_of_excel_97_is_left_out(hidden: int, opened: Opened) -> None:
    sheets = [("a", 0, [xls_cell(0, 0, "seen")]), ("b", hidden, [xls_cell(0, 0, "unseen")])]
    assert [line.text for line in opened(ole({"Workbook": xls_stream(sheets)})).lines] == ["seen"]


def test_hidden_rows_columns_and_zeros_of_excel_97_are_left_out(opened: Opened) -> None:
    cells = [xls_cell(row, column, 10 * row + column) for row in range(3) for column in range(3)]
    hiding = [record(0x208, "8H", 1, 0, 3, 300, 0, 0, 0x20, 0), record(0x7D, "6H", 1, 1, 2048, 0, 1, 0)]
    view = record(0x23E, "H8H", 0x6B6 & ~0x10, *[0] * 8)
    alone = record(0xE5, "5H", 1, 2, 2, 2, 2)  # a cell that is joined with none
    document = opened(book_97([*cells, *hiding, view, alone]))
    assert texts(document, everywhere=True) == [["2"], ["20", "22"]]


# ---- CSV and text with tabs, as spreadsheet programs save a sheet ----


def as_csv(page: Page, mark: str, way: Way, quoting: int = csv.QUOTE_MINIMAL) -> str:
    """Write a sheet with thousands marked, and with line breaks in its labels."""
    cells = {(put.row, put.column): put.cell for put in way.sheets(page)[0]}
    out = io.StringIO()
    writer = csv.writer(out, delimiter=mark, quoting=quoting)
    width = max(column for _, column in cells)
    for row in range(1, max(row for row, _ in cells) + 1):
        line = (cells.get((row, column)) for column in range(1, width + 1))
        writer.writerow([csv_cell(cell.text, bool(cell.key)) if cell else "" for cell in line])
    return out.getvalue()


def csv_cell(text: str, is_value: bool) -> str:
    if is_value:
        return f"{int(text):,}" if text else ""
    return f"{text[:4]}\n{text[4:]}" if 4 < len(text) < 40 else text


#: Each encoding with each mark; ways of quoting and all, some or none of the values in turn.
SAVED = [
    (encoding, mark, (csv.QUOTE_MINIMAL, csv.QUOTE_ALL)[(i + j) % 2], (VALUES, SOME, {})[(i + j) % 3])
    for i, encoding in enumerate(("utf-8", "utf-8-sig", "gbk", "utf-16"))
    for j, mark in enumerate((",", ";", "\t"))
]


@pytest.mark.parametrize(("encoding", "mark", "quoting", "values"), SAVED)
def test_a_sheet_saved_as_csv_is_read_as_printed(
    encoding: str, mark: str, quoting: int, values: Values, read: Read
) -> None:
    page = lay_out(FORM, values, ORGAN, 2024)
    for way in (PLAIN, Way(top=2, left=1, gap=1)):
        content = as_csv(page, mark, way, quoting).encode(encoding)
        assert_as_printed(read(content, ".tsv" if mark == "\t" else ".csv"), values)


def test_lines_within_a_quoted_value_are_never_joined(read: Read) -> None:
    text = as_csv(PAGE, ",", PLAIN)
    text = text.replace("二、上年\n", "二、上年")
    row = next(line for line in text.split("\r\n") if "二、上年" in line)
    cell = next(part for part in row.split(",") if part.isdigit() and len(part) == 2)
    report = read(text.replace(row, row.replace(f",{cell},", f',"{cell[0]}\n{cell[1]}",', 1)).encode(), ".csv")
    assert [cell.mark for cell in report.doubtful] == ["unreadable"]


def test_a_sentence_in_csv_is_prose(opened: Opened) -> None:
    document = opened(as_csv(PAGE, ",", PLAIN).encode(), ".csv")
    assert "2024年，本机关依法做好政府信息公开工作。" in {line.text.replace(" ", "") for line in document.prose()}


# ---- what is not printed ----


def test_hidden_sheets_rows_and_columns_are_left_out(opened: Opened) -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet, other = book.add_worksheet("a"), book.add_worksheet("b")
        for row in range(4):
            sheet.write_row(row, 0, [10 * row + column for column in range(1, 5)])
        sheet.set_row(1, None, None, {"hidden": True})
        sheet.set_column(2, 2, None, None, {"hidden": True})
        other.write(0, 0, "unseen")
        other.hide()
    assert texts(opened(out.getvalue()), everywhere=True) == [["1", "2", "4"], ["21", "22", "24"], ["31", "32", "34"]]


def test_joined_cells_have_the_size_that_is_seen_and_only_their_first_text(opened: Opened) -> None:
    book = Workbook()
    sheet = book.active
    for row in ["abcde", "fghij", "klmno"]:
        sheet.append(list(row))
    sheet.merge_cells("B1:D2")
    sheet.column_dimensions["C"].hidden = True
    (first, *_), (second, *_), _ = (line.fields for line in opened(saved(book)).lines)
    line = opened(saved(book)).lines[0].fields
    assert [(field.text, field.left, field.right, field.down) for field in line] == [
        ("a", 0, 1, 1), ("b", 1, 3, 2), ("e", 3, 4, 1)
    ]  # fmt: skip
    assert (first.text, second.text) == ("a", "f")


def test_a_row_that_ends_before_its_rules_has_lost_a_cell(read: Read) -> None:
    book = to_book(PAGE)
    put = next(p for p in PLAIN.sheets(PAGE)[0] if p.cell.key == CellKey("requests", "new", "natural_person"))
    sheet = book.worksheets[0]
    for column in range(put.column, put.column + 6):
        sheet.cell(put.row, column).value = sheet.cell(put.row, column + 1).value
    del sheet._cells[put.row, put.column + 6]
    report = read(saved(book))
    keys = [key for key in FORM.cells if key.table == "requests" and key.row == "new"]
    assert all(report.grid[key].value in (None, VALUES[key]) for key in keys)
    assert any(report.grid[key].value is None for key in keys)


def test_values_that_have_slid_to_the_left_on_a_sheet_without_rules_are_not_read(read: Read) -> None:
    """Without rules a row may end in a blank, or lack a cell before."""
    some = {key: value for key, value in VALUES.items() if key != ("requests", "disclosed", "research")}
    page = with_cells(PAGE, lambda cell: cell if cell.key is None or cell.key in some else None)
    for way in (Way(ruled=False), Way(ruled=False, merged=False)):
        report = read(to_xlsx(page, way=way), ".xlsx")
        assert silent(report, some) == []
        assert report.value("requests", "new", "total") == VALUES[CellKey("requests", "new", "total")]
