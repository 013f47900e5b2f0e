"""OFD files as producers write them: every cell is read as printed, or as unreadable; hostile ones are refused."""

from __future__ import annotations

import io
import zipfile

import pytest
from expected import Read, said, texts
from hostile import zipped
from pagemaker import lay_out
from pagemaker.ofd import BLACK, STYLES, WHITE, Style, filled, letters, to_ofd, written
from pagemaker.sheets import HIGH, Sheet

from foi_analysis import load_form
from foi_analysis.reading.ofd import read_ofd
from foi_analysis.report import ReadingError
from foi_analysis.teaching.answers import draw_values

FORM = load_form("cn-2021")
PROSE = [(12.0, 20.0 + 5 * i, "这里写着一段话，使这一页像一份报告。" * 3) for i in range(3)]
#: A table of 3 columns and 2 rows; what is tested stands in the middle of the first.
CELLS = [(x, y, x + 40.0, y + 10.0) for y in (50.0, 60.0) for x in (20.0, 60.0, 100.0)]
WORDS = [(22.0, 56.0, "甲乙"), (102.0, 56.0, "7"), (22.0, 66.0, "丙丁"), (62.0, 66.0, "8"), (102.0, 66.0, "9")]


def unzipped(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        return {name: file.read(name) for name in file.namelist()}


def test_a_part_may_be_named_in_other_letters(read: Read) -> None:
    parts = unzipped(to_ofd(lay_out(FORM, {}, "某某局", 2022), STYLES["template"]))
    grid = read(zipped({name.replace("Tpls", "TPLS"): part for name, part in parts.items()}), ".ofd").grid
    assert [cell.mark for cell in grid.values()] == ["blank"] * 200


def test_two_documents_that_are_two_reports_are_refused(read: Read) -> None:
    parts: dict[str, bytes] = {}
    for i in range(2):
        page = lay_out(FORM, draw_values(FORM, i + 1, 900), f"某某{'市县'[i]}水利局", 2022)
        for name, part in unzipped(to_ofd(page)).items():
            parts[name.replace("Doc_0", f"Doc_{i}")] = part.replace(b"/Doc_0", b"/Doc_%d" % i)
    body = b"<ofd:DocBody><ofd:DocRoot>Doc_%d/Document.xml</ofd:DocRoot></ofd:DocBody>"
    parts["OFD.xml"] = b'<ofd:OFD xmlns:ofd="http://www.ofdspec.org/2016">' + body % 0 + body % 1 + b"</ofd:OFD>"
    with pytest.raises(ReadingError, match="two reports in one file"):
        read(zipped(parts), ".ofd")


def turned(degrees: str, words: str = "3") -> str:
    return letters(words).replace("Size", f'CTM="{degrees} 0 0" Size')


def annotated(kind: str) -> dict[str, str]:
    note = f'<o:Annot Type="{kind}"><o:Appearance Boundary="62 52 20 6">{letters("55")}</o:Appearance></o:Annot>'
    listed = '<o:Page PageID="1"><o:FileLoc>A.xml</o:FileLoc></o:Page>'
    return {
        "Doc_0/Annots.xml": f"<o:Annotations {{x}}>{listed}</o:Annotations>",
        "Doc_0/A.xml": f"<o:PageAnnot {{x}}>{note}</o:PageAnnot>",
    }


def middle(extra: str, more: dict[str, str] | None = None) -> object:
    """Read a page with a table; return what its middle cell says, a number or a mark."""
    content = written([Sheet(HIGH, [*PROSE, *WORDS], CELLS)], Style(), extra, more)
    rows = texts(read_ofd("a.ofd", content, ""))
    assert rows == [["甲乙", rows[0][1], "7"], ["丙丁", "8", "9"]]
    return said(rows[0][1])


@pytest.mark.parametrize(
    ("extra", "value"),
    [
        ("", "blank"),
        (letters("12"), 12),
        (letters("12") * 2, 12),
        (letters("12") + letters("12", 62.2), 12),
        (letters("12") + letters("34", 63), "unreadable"),
        (letters("12", deltas="2.4"), "unreadable"),
        (letters("1 2", deltas="1.5 0.8"), "unreadable"),
        (letters("11", deltas=""), "unreadable"),
        (letters("120", deltas="1.5"), 120),
        (letters("\n  120\n  "), 120),
        (letters("12") + letters("3", 65, 54.5, size=1.5), "unreadable"),
        (letters("1\ue0012"), "unreadable"),
        (letters("１２", deltas="3"), 12),
        (letters("12", more=WHITE), "unreadable"),
        (filled(BLACK) + letters("12", more=WHITE), 12),
        (filled(WHITE) + letters("12", more=WHITE), "unreadable"),
        (letters("12").replace("Size", 'Visible="false" Size'), "blank"),
        (letters("12").replace("Size", 'Alpha="0" Size'), "blank"),
        (letters("12").replace("Size", 'Fill="false" Size'), "blank"),
        (letters("12").replace("Size", 'Fill="false" Stroke="true" Size'), 12),
        (letters("12", more='<o:FillColor Value="0 0 0" Alpha="0"/>'), "blank"),
        (letters("12", size=0.1), "blank"),
        (turned("1 0 0 1"), 3),
        (turned("0.9 0.4 -0.4 0.9"), "blank"),
        (turned("1 0 0 -1"), "unreadable"),
        (turned("1 0 -0.3 1"), 3),
        (letters("12", x=-90), "blank"),
        ('<o:ImageObject Boundary="62 52 20 6" ResourceID="1"/>', "unreadable"),
        ('<o:ImageObject Boundary="0 0 210 297" ResourceID="1"/>', "blank"),
        (f"<o:PageBlock><o:PageBlock>{letters('12')}</o:PageBlock></o:PageBlock>", 12),
    ],
)
def test_a_cell_says_what_is_printed_in_it(extra: str, value: float | str) -> None:
    assert middle(extra) == value


@pytest.mark.parametrize(
    ("kind", "value"), [("Stamp", 12), ("Watermark", 12), ("Link", 12), ("Highlight", 12), ("Path", "unreadable")]
)
def test_seals_change_no_cell_and_written_notes_make_it_unreadable(kind: str, value: float | str) -> None:
    assert middle(letters("12"), annotated(kind)) == value


def test_colours_come_from_the_parameters_of_drawing_too() -> None:
    params = '<o:DrawParam ID="1" Relative="2"/><o:DrawParam ID="2"><o:FillColor Value="255 255 255"/></o:DrawParam>'
    more = {"Doc_0/Res.xml": f"<o:Res {{x}}><o:DrawParams>{params}</o:DrawParams></o:Res>"}
    assert middle(letters("12").replace("Size", 'DrawParam="1" Size'), more) == "unreadable"


@pytest.mark.parametrize(
    "data", ["", "C", "L 5 5", "C C M 0 0 C L 1 1", "X 1 M 2 2", "A 9 9 0 0 1 5 5 B 1 1 2 2 3 3 C"]
)
def test_an_odd_path_rules_nothing(data: str) -> None:
    assert middle(filled(BLACK, data=data) + letters("12")) == 12


@pytest.mark.parametrize(
    ("extra", "words"),
    [
        (
            '<o:ImageObject Boundary="0 0 210 297"/>',
            "this OFD file has no text layer; save its pages as PDF or as pictures",
        ),
        (letters("五" * 200).replace("Size", 'Alpha="0" Size'), "not printed but hidden"),
        (letters("\ue001" * 60 + "五" * 60, 20, deltas="g 200 1"), "fonts of this OFD file do not say"),
    ],
)
def test_a_page_without_words_that_can_be_read_is_refused_with_the_reason(extra: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        read_ofd("a.ofd", written([Sheet()], Style(), extra), "")
