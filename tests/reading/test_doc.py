"""A Word file of 97 to 2003 says what Word prints: in pieces, hidden, struck, merged, nested, damaged."""

from __future__ import annotations

import itertools
import struct
from collections.abc import Sequence

import pytest
from expected import BLANK, UNREADABLE, Opened, said, spans, texts
from pagemaker import doc
from pagemaker.doc import Cell, Paragraph, Run, row, write

from foi_analysis.report import ReadingError

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
    "hidden": ([Run("9", doc.HIDDEN), Run("12")], 12),
    "not hidden": ([Run("1", doc.HIDDEN + b"\x3c\x08\x00"), Run("2")], 12),
    "hidden by its style": ([Run("9", styled(15)), Run("12")], 12),
    "hidden by the style under its style": ([Run("9", styled(16)), Run("12")], 12),
    "shown against its style": ([Run("1", styled(15) + b"\x3c\x08\x81"), Run("2")], 12),
    "as its style": ([Run("9", styled(15) + b"\x3c\x08\x80"), Run("12")], 12),
    "deleted": ([Run("15", doc.DELETED), Run("12")], 12),
    "struck out": ([Run("15", doc.STRUCK), Run("12")], UNREADABLE),
    "struck out twice": ([Run("15", doc.STRUCK_TWICE), Run("12")], UNREADABLE),
    "raised": ([Run("12"), Run("2", doc.RAISED)], UNREADABLE),
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
    "a hidden field": ([Run("\x13=9", doc.HIDDEN), Run("\x14", doc.HIDDEN), Run("9\x15", doc.HIDDEN), Run("12")], 12),
    "a list to choose from": ([Run("\x13 FORMDROPDOWN \x01\x14\x15")], UNREADABLE),
    "a drawn field": ([Run("1\x13 EQ \\o(2) \x15")], UNREADABLE),
    "a mark for the index": ([Run("\x13 XE x \x15"), Run("12")], 12),
    "a picture": ([Run("\x01", doc.SPECIAL)], UNREADABLE),
    "a drawing": ([Run("12"), Run("\x08", doc.SPECIAL)], UNREADABLE),
    "a footnote": ([Run("12"), Run("\x02", doc.SPECIAL)], 12),
    "soft hyphen": ([Run("1\x1f2")], 12),
    "no-break hyphen": ([Run("\x1e2")], -2),
    "a symbol": ([Run("1"), Run("(", doc.SPECIAL + struct.pack("<HHH", 0x6A09, 0, 0x32))], UNREADABLE),
    "a control character": ([Run("1\x192")], UNREADABLE),
}  # fmt: skip


@pytest.mark.parametrize("scattered", [False, True], ids=["whole", "scattered"])
def test_a_cell_says_what_word_prints(scattered: bool, opened: Opened) -> None:
    rows = (row([Cell([Run("甲")], 900), Cell(runs, 1800), Cell([Run("7")], 2700)]) for runs, _ in CELLS.values())
    content = write(
        [part for line in rows for part in line], scattered, styles=[doc.HIDDEN, b"", WHITE + b"\x3c\x08\x00"]
    )
    rows = texts(opened(content, ".doc"))
    found = {name: said(text) for name, (_, text, _) in zip(CELLS, rows, strict=True)}
    assert found == {name: value for name, (_, value) in CELLS.items()}
    assert {(first, last) for first, _, last in rows} == {("甲", "7")}


def plain(*cells: tuple[str, int], left: int = 0, more: bytes = b"", mark: bytes = b"") -> list[Paragraph]:
    return list(row([Cell([Run(text)], right) for text, right in cells], left, more, mark))


def test_edges_a_few_points_apart_are_one_and_rows_may_begin_further_right(opened: Opened) -> None:
    lines = (
        plain(("a", 1000), ("b", 2000), ("c", 3000)),
        plain(("d", 2011), ("e", 2995), left=4),
        plain(("f", 2100), ("g", 2960), left=1060),
        plain(("h", 1030), ("i", 1100), ("j", 3050)),
    )
    document = opened(write(itertools.chain(*lines)), ".doc")
    assert spans(document) == [
        [("a", 0, 1), ("b", 1, 3), ("c", 3, 4)],
        [("d", 0, 3), ("e", 3, 4)],
        [("f", 1, 3), ("g", 3, 4)],
        [("h", 0, 1), ("i", 1, 2), ("j", 2, 4)],
    ]


def test_hidden_and_deleted_rows_are_not_printed_unless_something_in_them_is(opened: Opened) -> None:
    looks = [(b"", b""), (doc.HIDDEN, doc.HIDDEN), (doc.DELETED, doc.DELETED), (b"", doc.HIDDEN), (doc.HIDDEN, b"")]
    lines = [
        row([Cell([Run(text, said)], 900), Cell([], 1800)], 0, b"", mark)
        for text, (said, mark) in zip("abcde", looks, strict=True)
    ]
    document = opened(write(itertools.chain(*lines)), ".doc")
    assert [line.text for line in document.lines] == ["a", "d", ""]


def test_white_in_a_shaded_cell_or_paragraph_is_read(opened: Opened) -> None:
    shades = b"\x12\xd6\x1e" + CLEAR + BLACK + CLEAR
    first, *rest = row([Cell([Run("12", WHITE)], end) for end in (900, 1800, 2700)], more=shades)
    ground = first._replace(said=first.said + b"\x4d\xc6\x0a" + BLACK)
    for cell, text in ((first, "\ufffd12"), (ground, "12")):
        (line,) = opened(write([cell, *rest]), ".doc").lines
        assert [field.text for field in line.fields] == [text, "12", "\ufffd12"]


MERGE_FIRST_TWO, SPLIT_ALL, BEGIN_SECOND = b"\x24\x56\x00\x02", b"\x25\x56\x00\x03", b"\x2b\xd6\x02\x01\x03"
GO_ON_SECOND, WIDEN_FIRST, DROP_LAST = b"\x2b\xd6\x02\x01\x01", b"\x23\x76\x00\x01\xd0\x07", b"\x22\x56\x02\x03"


def test_what_is_said_of_a_row_behind_its_cells_changes_them(opened: Opened) -> None:
    three = [("a", 1000), ("b", 2000), ("c", 3000)]
    lines = (
        plain(*three, more=MERGE_FIRST_TWO),
        plain(*three, more=MERGE_FIRST_TWO + SPLIT_ALL),
        plain(*three, more=BEGIN_SECOND),
        plain(*three, more=GO_ON_SECOND),
        plain(*three, more=WIDEN_FIRST),
    )
    document = opened(write(itertools.chain(*lines)), ".doc")
    assert spans(document) == [
        [("a", 0, 2), ("c", 2, 3)],
        [("a", 0, 1), ("b", 1, 2), ("c", 2, 3)],
        [("a", 0, 1), ("b", 1, 2), ("c", 2, 3)],
        [("a", 0, 1), ("c", 2, 3)],
        [("a", 0, 2), ("b", 2, 3), ("c", 3, 4)],
    ]
    assert [line.fields[1].down for line in document.lines] == [1, 1, 2, 1, 1]


def test_cells_that_a_row_inserts_and_drops_are_counted(opened: Opened) -> None:
    inserted = b"\x21\x76\x00\x03\xe8\x03" + DROP_LAST
    cells = [Paragraph([Run(text)], "\x07", doc.IN_TABLE) for text in "ab"]
    content = [*cells, Paragraph([], "\x07", doc.IN_TABLE + doc.ENDS_ROW + inserted), *plain(("c", 1000), ("d", 2000))]
    assert spans(opened(write(content), ".doc")) == [[("a", 0, 1), ("b", 1, 2)], [("c", 0, 1), ("d", 1, 2)]]


def test_merged_cells_print_the_text_of_the_first_alone(opened: Opened) -> None:
    lines = (
        [Cell([Run("a")], 1000, doc.BEGINS), Cell([Run("b")], 2000, doc.FIRST), Cell([Run("9")], 3000, doc.JOINED)],
        [Cell([Run("9")], 1000, doc.GOES_ON), Cell([Run("1")], 2000), Cell([Run("2")], 3000)],
    )
    document = opened(write(itertools.chain(*map(row, lines))), ".doc")
    assert spans(document) == [[("a", 0, 1), ("b", 1, 3)], [("1", 1, 2), ("2", 2, 3)]]
    assert document.lines[0].fields[0].down == 2


def test_a_table_within_a_cell_stays_one_and_the_one_around_it_becomes_paragraphs(opened: Opened) -> None:
    two = [Cell([], 500), Cell([], 900)]
    inner = [
        part
        for pair in ("一1", "二2")
        for part in (
            *(Paragraph([Run(text)], "\r", doc.ENDS_CELL_WITHIN) for text in pair),
            Paragraph([], "\r", doc.ENDS_ROW_WITHIN + doc.define(two)),
        )
    ]
    outer = row([Cell([Run("menu")], 900), Cell([Run("after")], 1800)])
    first, *rest = outer
    document = opened(write([Paragraph([Run("title")]), first, *inner, *rest, Paragraph([Run("end")])]), ".doc")
    assert [line.text for line in document.lines] == ["title", "menu", "一 1", "二 2", "after", "end"]
    assert [bool(line.grid) for line in document.lines] == [False, False, True, True, False, False]


def test_a_cell_that_word_numbers_is_not_read_as_a_value(opened: Opened) -> None:
    numbered = Paragraph([Run("12")], "\x07", doc.IN_TABLE + b"\x0b\x46\x03\x00")
    first, _, end = plain(("a", 900), ("", 1800))
    (line,) = opened(write([first, numbered, end]), ".doc").lines
    assert said(line.fields[1].text) == UNREADABLE


def of_a_piece(modifier: int) -> bytes:
    """Write two pieces, and a modifier of the first."""
    content = write([Paragraph([Run("gone"), Run("here")])], scattered=True)
    at = content.index(b"\x02\x28\x00\x00\x00") + 5 + 16 + 6
    return content[:at] + struct.pack("<H", modifier) + content[at + 2 :]


def test_a_piece_may_hide_its_text(opened: Opened) -> None:
    assert [line.text for line in opened(of_a_piece(1 << 8 | 0x5C << 1), ".doc").lines] == ["here"]


def test_a_piece_whose_list_of_modifiers_is_not_there_is_damage(opened: Opened) -> None:
    with pytest.raises(ReadingError, match="damaged"):
        opened(of_a_piece(1), ".doc")
