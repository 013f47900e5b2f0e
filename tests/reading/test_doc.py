"""A Word file of 97 to 2003 says what Word prints: in pieces, hidden, struck, merged, nested, damaged."""

from __future__ import annotations

import random
import shutil
import struct
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest
from pagemaker import lay_out, print_page
from pagemaker.doc import (
    BEGINS,
    DELETED,
    ENDS_CELL_WITHIN,
    ENDS_ROW,
    ENDS_ROW_WITHIN,
    FIRST,
    GOES_ON,
    HIDDEN,
    IN_TABLE,
    JOINED,
    RAISED,
    SPECIAL,
    STRUCK,
    STRUCK_TWICE,
    Cell,
    Paragraph,
    Run,
    define,
    ole,
    paragraphs,
    row,
    to_doc,
    write,
)

from foi_analysis.form import form_ids, load_form
from foi_analysis.read import read_report
from foi_analysis.reading import open_document
from foi_analysis.reading.document import Document, read_token
from foi_analysis.report import ReadingError
from foi_analysis.teaching.answers import draw_values

UNREADABLE, BLANK = "unreadable", "blank"


def read(folder: Path, content: bytes, name: str = "report.doc") -> Document:
    path = folder / name
    path.write_bytes(content)
    return open_document(path)


def texts(document: Document) -> list[list[tuple[str, int, int]]]:
    return [[(field.text, field.left, field.right) for field in line.fields] for line in document.lines if line.grid]


#: White by its colour and by its number, a shade and its end, a mark of a colour, digits that stand higher.
WHITE, WHITE_BY_NUMBER, MARKED, HIGHER = (
    b"\x70\x68\xff\xff\xff\x00",
    b"\x42\x2a\x08",
    b"\x0c\x2a\x02",
    b"\x45\x48\x0a\x00",
)
CLEAR, BLACK = b"\x00\x00\x00\xff" * 2 + b"\x00\x00", b"\x00\x00\x00\xff" + bytes(6)


def styled(style: int) -> bytes:
    return struct.pack("<HH", 0x4A30, style)


CELLS: dict[str, tuple[Sequence[Run], int | str]] = {
    "plain": ([Run("12")], 12),
    "empty": ([], BLANK),
    "full-width digits": ([Run("１２")], 12),
    "split over runs": ([Run("2"), Run("0")], 20),
    "two paragraphs": ([Run("2\r0")], UNREADABLE),
    "broken line": ([Run("2\v0")], UNREADABLE),
    "tab": ([Run("2\t0")], UNREADABLE),
    "hidden": ([Run("9", HIDDEN), Run("12")], 12),
    "not hidden": ([Run("1", HIDDEN + b"\x3c\x08\x00"), Run("2")], 12),
    "hidden by its style": ([Run("9", styled(15)), Run("12")], 12),
    "hidden by the style under its style": ([Run("9", styled(16)), Run("12")], 12),
    "shown against its style": ([Run("1", styled(15) + b"\x3c\x08\x81"), Run("2")], 12),
    "as its style": ([Run("9", styled(15) + b"\x3c\x08\x80"), Run("12")], 12),
    "deleted": ([Run("15", DELETED), Run("12")], 12),
    "struck out": ([Run("15", STRUCK), Run("12")], UNREADABLE),
    "struck out twice": ([Run("15", STRUCK_TWICE), Run("12")], UNREADABLE),
    "raised": ([Run("12"), Run("2", RAISED)], UNREADABLE),
    "raised by its height": ([Run("12"), Run("2", HIGHER)], UNREADABLE),
    "white": ([Run("15", WHITE), Run("12")], UNREADABLE),
    "all but white": ([Run("15", b"\x70\x68\xf0\xfe\xff\x00"), Run("12")], UNREADABLE),
    "tiny": ([Run("15", b"\x43\x4a\x02\x00"), Run("12")], UNREADABLE),
    "white by number": ([Run("15", WHITE_BY_NUMBER), Run("12")], UNREADABLE),
    "white by its style": ([Run("15", styled(17)), Run("12")], UNREADABLE),
    "white on black": ([Run("12", WHITE + b"\x71\xca\x0a" + BLACK)], 12),
    "white and marked": ([Run("12", WHITE + MARKED)], 12),
    "white at first": ([Run("12", WHITE + b"\x70\x68\x00\x00\x00\x00")], 12),
    "on the line": ([Run("12"), Run("2", b"\x48\x2a\x00")], 122),
    "a computed field": ([Run("\x13=SUM(LEFT)\x1412\x15")], 12),
    "a field within a field": ([Run("\x13\x13 PAGE \x149\x15\x1412\x15")], 12),
    "a hidden field": ([Run("\x13=9", HIDDEN), Run("\x14", HIDDEN), Run("9\x15", HIDDEN), Run("12")], 12),
    "a list to choose from": ([Run("\x13 FORMDROPDOWN \x01\x14\x15")], UNREADABLE),
    "a drawn field": ([Run("1\x13 EQ \\o(2) \x15")], UNREADABLE),
    "a mark for the index": ([Run("\x13 XE x \x15"), Run("12")], 12),
    "a picture": ([Run("\x01", SPECIAL)], UNREADABLE),
    "a drawing": ([Run("12"), Run("\x08", SPECIAL)], UNREADABLE),
    "a footnote": ([Run("12"), Run("\x02", SPECIAL)], 12),
    "soft hyphen": ([Run("1\x1f2")], 12),
    "no-break hyphen": ([Run("\x1e2")], -2),
    "a symbol": ([Run("1"), Run("(", SPECIAL + struct.pack("<HHH", 0x6A09, 0, 0x32))], UNREADABLE),
    "a control character": ([Run("1\x192")], UNREADABLE),
}  # fmt: skip


@pytest.mark.parametrize("scattered", [False, True], ids=["whole", "scattered"])
def test_a_cell_says_what_word_prints(scattered: bool, tmp_path: Path) -> None:
    rows = (row([Cell([Run("甲")], 900), Cell(runs, 1800), Cell([Run("7")], 2700)]) for runs, _ in CELLS.values())
    content = write([part for line in rows for part in line], scattered, styles=[HIDDEN, b"", WHITE + b"\x3c\x08\x00"])
    lines = [line.fields for line in read(tmp_path, content).lines]
    tokens = [read_token(fields[1].text) for fields in lines]
    said = {name: token.mark if token.value is None else token.value for name, token in zip(CELLS, tokens, strict=True)}
    assert said == {name: value for name, (_, value) in CELLS.items()}
    assert {(fields[0].text, fields[2].text) for fields in lines} == {("甲", "7")}


@pytest.mark.parametrize("form_id", form_ids())
@pytest.mark.parametrize("way", ["spans", "joined cells", "scattered pieces"])
def test_a_page_is_read_as_from_a_docx(form_id: str, way: str, tmp_path: Path) -> None:
    form = load_form(form_id)
    page = lay_out(form, draw_values(form, 5, 900), "某某市人民政府", 2023)
    expected = read(tmp_path, print_page(page, ".docx"), "report.docx")
    content = write(paragraphs(page), True) if way == "scattered pieces" else to_doc(page, way == "joined cells")
    found = read(tmp_path, content)
    assert [line.text for line in found.lines] == [line.text for line in expected.lines]
    assert texts(found) == texts(expected)
    grid = read_report(tmp_path / "report.doc").grid
    assert {key: cell.printed for key, cell in grid.items()} == page.truth()


@pytest.mark.parametrize("ending", [".doc", ".wps", ".docx", ""])
def test_every_blank_of_an_empty_form_is_a_blank(ending: str, tmp_path: Path) -> None:
    form = load_form("cn-2021")
    path = tmp_path / f"report{ending}"
    path.write_bytes(to_doc(lay_out(form, {}, "某某市人民政府", 2023)))
    grid = read_report(path).grid
    assert len(grid) == 200
    assert {cell.mark for cell in grid.values()} == {"blank"}


def plain(*cells: tuple[str, int], left: int = 0, more: bytes = b"", mark: bytes = b"") -> list[Paragraph]:
    return list(row([Cell([Run(text)], right) for text, right in cells], left, more, mark))


def test_edges_a_few_points_apart_are_one_and_rows_may_begin_further_right(tmp_path: Path) -> None:
    lines = (
        plain(("a", 1000), ("b", 2000), ("c", 3000)),
        plain(("d", 2011), ("e", 2995), left=4),
        plain(("f", 2100), ("g", 2960), left=1060),
        plain(("h", 1030), ("i", 1100), ("j", 3050)),
    )
    document = read(tmp_path, write([part for line in lines for part in line]))
    assert texts(document) == [
        [("a", 0, 1), ("b", 1, 3), ("c", 3, 4)],
        [("d", 0, 3), ("e", 3, 4)],
        [("f", 1, 3), ("g", 3, 4)],
        [("h", 0, 1), ("i", 1, 2), ("j", 2, 4)],
    ]


def test_hidden_and_deleted_rows_are_not_printed_unless_something_in_them_is(tmp_path: Path) -> None:
    looks = [(b"", b""), (HIDDEN, HIDDEN), (DELETED, DELETED), (b"", HIDDEN), (HIDDEN, b"")]
    lines = [
        row([Cell([Run(text, said)], 900), Cell([], 1800)], 0, b"", mark)
        for text, (said, mark) in zip("abcde", looks, strict=True)
    ]
    document = read(tmp_path, write([part for line in lines for part in line]))
    assert [line.text for line in document.lines] == ["a", "d", ""]


def test_white_in_a_shaded_cell_or_paragraph_is_read(tmp_path: Path) -> None:
    shades = b"\x12\xd6\x1e" + CLEAR + BLACK + CLEAR
    first, *rest = row([Cell([Run("12", WHITE)], end) for end in (900, 1800, 2700)], more=shades)
    ground = first._replace(said=first.said + b"\x4d\xc6\x0a" + BLACK)
    for cell, text in ((first, "\ufffd12"), (ground, "12")):
        (line,) = read(tmp_path, write([cell, *rest])).lines
        assert [field.text for field in line.fields] == [text, "12", "\ufffd12"]


MERGE_FIRST_TWO, SPLIT_ALL, BEGIN_SECOND = b"\x24\x56\x00\x02", b"\x25\x56\x00\x03", b"\x2b\xd6\x02\x01\x03"
GO_ON_SECOND, WIDEN_FIRST, DROP_LAST = b"\x2b\xd6\x02\x01\x01", b"\x23\x76\x00\x01\xd0\x07", b"\x22\x56\x02\x03"


def test_what_is_said_of_a_row_behind_its_cells_changes_them(tmp_path: Path) -> None:
    three = [("a", 1000), ("b", 2000), ("c", 3000)]
    lines = (
        plain(*three, more=MERGE_FIRST_TWO),
        plain(*three, more=MERGE_FIRST_TWO + SPLIT_ALL),
        plain(*three, more=BEGIN_SECOND),
        plain(*three, more=GO_ON_SECOND),
        plain(*three, more=WIDEN_FIRST),
    )
    document = read(tmp_path, write([part for line in lines for part in line]))
    assert texts(document) == [
        [("a", 0, 2), ("c", 2, 3)],
        [("a", 0, 1), ("b", 1, 2), ("c", 2, 3)],
        [("a", 0, 1), ("b", 1, 2), ("c", 2, 3)],
        [("a", 0, 1), ("c", 2, 3)],
        [("a", 0, 2), ("b", 2, 3), ("c", 3, 4)],
    ]
    assert [line.fields[1].down for line in document.lines] == [1, 1, 2, 1, 1]


def test_cells_that_a_row_inserts_and_drops_are_counted(tmp_path: Path) -> None:
    inserted = b"\x21\x76\x00\x03\xe8\x03" + DROP_LAST
    cells = [Paragraph([Run(text)], "\x07", IN_TABLE) for text in "ab"]
    content = [*cells, Paragraph([], "\x07", IN_TABLE + ENDS_ROW + inserted), *plain(("c", 1000), ("d", 2000))]
    assert texts(read(tmp_path, write(content))) == [[("a", 0, 1), ("b", 1, 2)], [("c", 0, 1), ("d", 1, 2)]]


def test_merged_cells_print_the_text_of_the_first_alone(tmp_path: Path) -> None:
    lines = (
        [Cell([Run("a")], 1000, BEGINS), Cell([Run("b")], 2000, FIRST), Cell([Run("9")], 3000, JOINED)],
        [Cell([Run("9")], 1000, GOES_ON), Cell([Run("1")], 2000), Cell([Run("2")], 3000)],
    )
    document = read(tmp_path, write([part for line in lines for part in row(line)]))
    assert texts(document) == [[("a", 0, 1), ("b", 1, 3)], [("1", 1, 2), ("2", 2, 3)]]
    assert document.lines[0].fields[0].down == 2


def test_a_table_within_a_cell_stays_one_and_the_one_around_it_becomes_paragraphs(tmp_path: Path) -> None:
    two = [Cell([], 500), Cell([], 900)]
    inner = [
        part
        for pair in ("一1", "二2")
        for part in (
            *(Paragraph([Run(text)], "\r", ENDS_CELL_WITHIN) for text in pair),
            Paragraph([], "\r", ENDS_ROW_WITHIN + define(two)),
        )
    ]
    outer = row([Cell([Run("menu")], 900), Cell([Run("after")], 1800)])
    first, *rest = outer
    document = read(tmp_path, write([Paragraph([Run("title")]), first, *inner, *rest, Paragraph([Run("end")])]))
    assert [line.text for line in document.lines] == ["title", "menu", "一 1", "二 2", "after", "end"]
    assert [bool(line.grid) for line in document.lines] == [False, False, True, True, False, False]


def test_a_cell_that_word_numbers_is_not_read_as_a_value(tmp_path: Path) -> None:
    numbered = Paragraph([Run("12")], "\x07", IN_TABLE + b"\x0b\x46\x03\x00")
    first, _, end = plain(("a", 900), ("", 1800))
    (line,) = read(tmp_path, write([first, numbered, end])).lines
    assert read_token(line.fields[1].text).mark == UNREADABLE


def test_a_piece_may_hide_its_text(tmp_path: Path) -> None:
    content = write([Paragraph([Run("gone"), Run("here")])], scattered=True)
    hidden = struct.pack("<H", 1 << 8 | 0x5C << 1)
    at = content.index(b"\x02\x28\x00\x00\x00") + 5 + 16
    document = read(tmp_path, content[: at + 6] + hidden + content[at + 8 :])
    assert [line.text for line in document.lines] == ["here"]


REFUSED = {
    "protected": (write([Paragraph([Run("x")])], flags=0x100), "protected by a password; save it without one"),
    "Word 95": (write([Paragraph([Run("x")])], version=104), r"older than 97; save it as \.docx"),
    "long": (write([Paragraph([Run("x" * 300_001)])]), "far longer than a report; give the report alone"),
    "no word": (ole({"WordDocument": b"\x00" * 4096, "1Table": b""}), "damaged.*save it again"),
    "no table": (ole({"WordDocument": write([Paragraph([Run("x")])])[-12000:], "Data": b""}), "damaged.*save it again"),
    "none of its own": (ole({"Word": b"WordDocument".decode().encode("utf-16-le")}), "of another kind, or damaged"),
    "deep": (write([Paragraph([Run("x")], "\r", b"\x49\x66\x15\x00\x00\x00")]), "20 deep; give the report alone"),
    "fields": (write([Paragraph([Run("\x13" * 21)])]), "20 deep; give the report alone"),
    "another count": (write([*plain(("a", 900))[:1], *plain(("a", 900), ("b", 990))]), "other cells than it says"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_is_refused_in_one_line(name: str, tmp_path: Path) -> None:
    content, words = REFUSED[name]
    with pytest.raises(ReadingError, match=rf"^report\.doc: .*{words}"):
        read(tmp_path, content)


@pytest.mark.slow
def test_whatever_is_changed_a_file_is_read_or_refused(tmp_path: Path) -> None:
    form = load_form("cn-2021")
    page = lay_out(form, draw_values(form, 3, 900), "某某市人民政府", 2022)
    dice, sound = random.Random(1), [to_doc(page), write(paragraphs(page), scattered=True)]
    for _ in range(400):
        content = bytearray(dice.choice(sound))
        for _ in range(dice.choice((1, 2, 8, 40))):
            at = dice.randrange(dice.choice((600, 4000, len(content) - 4)))
            content[at : at + 4] = dice.choice((dice.randbytes(4), b"\xff\xff\xff\x7f", b"\x00\x00\x00\x00"))
        try:
            read(tmp_path, bytes(content))
        except ReadingError:
            continue


def converted(folder: Path, content: bytes, ending: str, into: str) -> bytes | None:
    """Convert a file with LibreOffice; None where it cannot."""
    program, path = shutil.which("soffice") or "soffice", folder / f"report{ending}"
    made = folder / "out" / f"report.{into.partition(':')[0]}"
    made.unlink(missing_ok=True)
    path.write_bytes(content)
    command = [program, f"-env:UserInstallation={(folder / 'home').as_uri()}", "--headless", "--convert-to", into]
    subprocess.run(
        [*command, "--outdir", str(folder / "out"), str(path)], capture_output=True, check=False, timeout=120
    )
    return made.read_bytes() if made.is_file() else None


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("office")
    if shutil.which("soffice") is None or converted(folder, b"<html><p>x", ".html", "doc:MS Word 97") is None:
        pytest.skip("LibreOffice Writer is not installed")
    return folder


@pytest.mark.office
@pytest.mark.slow
@pytest.mark.parametrize("form_id", form_ids())
def test_libreoffice_reads_what_is_written_here_and_its_files_are_read(form_id: str, office: Path) -> None:
    form = load_form(form_id)
    page = lay_out(form, draw_values(form, 5, 900), "某某市人民政府", 2023)
    expected = texts(read(office, print_page(page, ".docx"), "page.docx"))
    again = converted(office, to_doc(page), ".doc", "docx")
    assert again is not None
    assert texts(read(office, again, "again.docx")) == expected
    theirs = converted(office, print_page(page, ".html"), ".html", "doc:MS Word 97")
    assert theirs is not None
    read(office, theirs, "theirs.doc")
    grid = read_report(office / "theirs.doc").grid
    assert {key: cell.printed for key, cell in grid.items()} == page.truth()
