"""OFD files as producers write them: every cell is read as printed, or as unreadable; hostile ones are refused."""

from __future__ import annotations

import io
import random
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from damage import damaged, hurt
from hostile import zipped
from pagemaker import lay_out
from pagemaker.ofd import STYLES, Style, to_ofd, written
from pagemaker.sheets import HIGH, Sheet, sheets

from foi_analysis import load_form
from foi_analysis.form import form_ids
from foi_analysis.reading import read_file
from foi_analysis.reading.document import read_token
from foi_analysis.reading.ofd import place, read_ofd
from foi_analysis.report import ReadingError
from foi_analysis.teaching.answers import draw_values

PROSE = [(12.0, 20.0 + 5 * i, "这里写着一段话，使这一页像一份报告。" * 3) for i in range(3)]
#: A table of 3 columns and 2 rows; what is tested stands in the middle of the first.
CELLS = [(x, y, x + 40.0, y + 10.0) for y in (50.0, 60.0) for x in (20.0, 60.0, 100.0)]
WORDS = [(22.0, 56.0, "甲乙"), (102.0, 56.0, "7"), (22.0, 66.0, "丙丁"), (62.0, 66.0, "8"), (102.0, 66.0, "9")]
WHITE, BLACK = '<o:FillColor Value="255 255 255"/>', '<o:FillColor Value="0 0 0"/>'


@pytest.mark.parametrize("form_id", form_ids())
@pytest.mark.parametrize("style", STYLES)
def test_every_cell_is_read_as_printed(form_id: str, style: str, tmp_path: Path) -> None:
    form, seed = load_form(form_id), list(STYLES).index(style) + list(form_ids()).index(form_id)
    page = lay_out(form, draw_values(form, seed, (9, 900, 50_000)[seed % 3]), "某某市人民政府", 2022)
    (tmp_path / "a.ofd").write_bytes(to_ofd(page, STYLES[style]))
    report = read_file(tmp_path / "a.ofd")
    assert {key: str(cell.value) for key, cell in report.grid.items() if key in page.truth()} == page.truth()
    assert not [cell.doubt for cell in report.grid.values() if cell.doubt]


@pytest.mark.parametrize("style", STYLES)
def test_a_blank_form_is_read_as_200_blanks(style: str, tmp_path: Path) -> None:
    (tmp_path / "a.ofd").write_bytes(to_ofd(lay_out(load_form("cn-2021"), {}, "某某局", 2022), STYLES[style]))
    assert [cell.mark for cell in read_file(tmp_path / "a.ofd").grid.values()] == ["blank"] * 200


def test_a_table_goes_on_over_pages() -> None:
    pages = list(sheets(lay_out(load_form("cn-2021"), {}, "某某局", 2022), STYLES["short pages"].high))
    assert len([page for page in pages if page.cells]) > 4


def test_a_part_may_be_named_in_other_letters(tmp_path: Path) -> None:
    page = lay_out(load_form("cn-2021"), {}, "某某局", 2022)
    with zipfile.ZipFile(io.BytesIO(to_ofd(page, STYLES["template"]))) as file:
        parts = {name.replace("Tpls", "TPLS"): file.read(name) for name in file.namelist()}
    (tmp_path / "a.ofd").write_bytes(zipped(parts))
    assert len([cell for cell in read_file(tmp_path / "a.ofd").grid.values() if cell.mark == "blank"]) == 200


def test_two_documents_that_are_two_reports_are_refused(tmp_path: Path) -> None:
    form = load_form("cn-2021")
    parts: dict[str, bytes] = {}
    for i in range(2):
        page = lay_out(form, draw_values(form, i + 1, 900), f"某某{'市县'[i]}水利局", 2022)
        with zipfile.ZipFile(io.BytesIO(to_ofd(page))) as file:
            for name in file.namelist():
                parts[name.replace("Doc_0", f"Doc_{i}")] = file.read(name).replace(b"/Doc_0", b"/Doc_%d" % i)
    body = b"<ofd:DocBody><ofd:DocRoot>Doc_%d/Document.xml</ofd:DocRoot></ofd:DocBody>"
    parts["OFD.xml"] = b'<ofd:OFD xmlns:ofd="http://www.ofdspec.org/2016">' + body % 0 + body % 1 + b"</ofd:OFD>"
    (tmp_path / "a.ofd").write_bytes(zipped(parts))
    with pytest.raises(ReadingError, match="two reports in one file"):
        read_file(tmp_path / "a.ofd")


def text(words: str, x: float = 62, y: float = 56, deltas: str = "g 99 1.5", size: float = 3, more: str = "") -> str:
    """Write a text object, with what ``more`` puts into it before its letters."""
    code = f'<o:TextCode X="0" Y="0" DeltaX="{deltas}">{words}</o:TextCode>'
    return f'<o:TextObject Boundary="{x} {y} 9 9" Size="{size}">{more}{code}</o:TextObject>'


def ground(colour: str, x: float = 61, y: float = 51) -> str:
    data = "<o:AbbreviatedData>M 0 0 L 20 0 L 20 8 L 0 8 C</o:AbbreviatedData>"
    return f'<o:PathObject Boundary="{x} {y} 20 8" Stroke="false" Fill="true">{colour}{data}</o:PathObject>'


def turned(degrees: str, words: str = "3") -> str:
    return text(words).replace("Size", f'CTM="{degrees} 0 0" Size')


def annotated(kind: str) -> dict[str, str]:
    note = f'<o:Annot Type="{kind}"><o:Appearance Boundary="62 52 20 6">{text("55")}</o:Appearance></o:Annot>'
    listed = '<o:Page PageID="1"><o:FileLoc>A.xml</o:FileLoc></o:Page>'
    return {
        "Doc_0/Annots.xml": f"<o:Annotations {{x}}>{listed}</o:Annotations>",
        "Doc_0/A.xml": f"<o:PageAnnot {{x}}>{note}</o:PageAnnot>",
    }


def middle(extra: str, more: dict[str, str] | None = None) -> float | str:
    """Read a page with a table; return what its middle cell says, a number or a mark."""
    content = written([Sheet(HIGH, [*PROSE, *WORDS], CELLS)], Style(), extra, more)
    rows = [line.fields for line in read_ofd("a.ofd", content, "").lines if line.grid]
    assert [[field.text for field in row] for row in rows] == [["甲乙", rows[0][1].text, "7"], ["丙丁", "8", "9"]]
    token = read_token(rows[0][1].text)
    return token.mark if token.value is None else float(token.value)


@pytest.mark.parametrize(
    ("extra", "said"),
    [
        ("", "blank"),
        (text("12"), 12),
        (text("12") * 2, 12),
        (text("12") + text("12", 62.2), 12),
        (text("12") + text("34", 63), "unreadable"),
        (text("12", deltas="2.4"), "unreadable"),
        (text("1 2", deltas="1.5 0.8"), "unreadable"),
        (text("11", deltas=""), "unreadable"),
        (text("120", deltas="1.5"), 120),
        (text("\n  120\n  "), 120),
        (text("12") + text("3", 65, 54.5, size=1.5), "unreadable"),
        (text("1\ue0012"), "unreadable"),
        (text("１２", deltas="3"), 12),
        (text("12", more=WHITE), "unreadable"),
        (ground(BLACK) + text("12", more=WHITE), 12),
        (ground(WHITE) + text("12", more=WHITE), "unreadable"),
        (text("12").replace("Size", 'Visible="false" Size'), "blank"),
        (text("12").replace("Size", 'Alpha="0" Size'), "blank"),
        (text("12").replace("Size", 'Fill="false" Size'), "blank"),
        (text("12").replace("Size", 'Fill="false" Stroke="true" Size'), 12),
        (text("12", more='<o:FillColor Value="0 0 0" Alpha="0"/>'), "blank"),
        (text("12", size=0.1), "blank"),
        (turned("1 0 0 1"), 3),
        (turned("0.9 0.4 -0.4 0.9"), "blank"),
        (turned("1 0 0 -1"), "unreadable"),
        (turned("1 0 -0.3 1"), 3),
        (text("12", x=-90), "blank"),
        ('<o:ImageObject Boundary="62 52 20 6" ResourceID="1"/>', "unreadable"),
        ('<o:ImageObject Boundary="0 0 210 297" ResourceID="1"/>', "blank"),
        (f"<o:PageBlock><o:PageBlock>{text('12')}</o:PageBlock></o:PageBlock>", 12),
    ],
)
def test_a_cell_says_what_is_printed_in_it(extra: str, said: float | str) -> None:
    assert middle(extra) == said


@pytest.mark.parametrize(
    ("kind", "said"), [("Stamp", 12), ("Watermark", 12), ("Link", 12), ("Highlight", 12), ("Path", "unreadable")]
)
def test_seals_change_no_cell_and_written_notes_make_it_unreadable(kind: str, said: float | str) -> None:
    assert middle(text("12"), annotated(kind)) == said


def test_colours_come_from_the_parameters_of_drawing_too() -> None:
    params = '<o:DrawParam ID="1" Relative="2"/><o:DrawParam ID="2"><o:FillColor Value="255 255 255"/></o:DrawParam>'
    more = {"Doc_0/Res.xml": f"<o:Res {{x}}><o:DrawParams>{params}</o:DrawParams></o:Res>"}
    assert middle(text("12").replace("Size", 'DrawParam="1" Size'), more) == "unreadable"


@pytest.mark.parametrize(
    "data", ["", "C", "L 5 5", "C C M 0 0 C L 1 1", "X 1 M 2 2", "A 9 9 0 0 1 5 5 B 1 1 2 2 3 3 C"]
)
def test_an_odd_path_rules_nothing(data: str) -> None:
    assert middle(ground(BLACK).replace("M 0 0 L 20 0 L 20 8 L 0 8 C", data) + text("12")) == 12


def test_a_scan_is_sent_to_ocr() -> None:
    with pytest.raises(ValueError, match="this OFD file has no text layer; save its pages as PDF or as pictures"):
        read_ofd("a.ofd", written([Sheet()], Style(), '<o:ImageObject Boundary="0 0 210 297"/>'), "")
    with pytest.raises(ValueError, match="not printed but hidden"):
        read_ofd("a.ofd", written([Sheet()], Style(), text("五" * 200).replace("Size", 'Alpha="0" Size')), "")
    with pytest.raises(ValueError, match="fonts of this OFD file do not say"):
        read_ofd("a.ofd", written([Sheet()], Style(), text("\ue001" * 60 + "五" * 60, 20, deltas="g 200 1")), "")


@pytest.mark.parametrize(
    ("at", "to", "name"),
    [
        ("", "Doc_0/Document.xml", "Doc_0/Document.xml"),
        ("Doc_0/Document.xml", " Pages/P.xml\n", "Doc_0/Pages/P.xml"),
        ("Doc_0/Document.xml", "/Doc_0/./P.xml", "Doc_0/P.xml"),
        ("Doc_0/Pages/P.xml", "../Res\\R.xml", "Doc_0/Res/R.xml"),
    ],
)
def test_places_count_from_the_root_or_from_the_part_that_names_them(at: str, to: str, name: str) -> None:
    assert place(at, to) == name


def repeated(inside: str, times: int, **parts: str) -> bytes:
    """Write a page that draws something so many times."""
    return written(
        [Sheet(HIGH, PROSE)], Style(), inside * times, {f"Doc_0/{name}.xml": xml for name, xml in parts.items()}
    )


CYCLE = (
    '<o:Res {x}><o:CompositeGraphicUnits><o:CompositeGraphicUnit ID="7"><o:Content>'
    + '<o:CompositeObject ResourceID="7"/>' * 50
    + "</o:Content></o:CompositeGraphicUnit></o:CompositeGraphicUnits></o:Res>"
)
HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "repetitions": (lambda: repeated(text("12" * 9, deltas="g 1000000000 1"), 1), "damaged"),
    "no number": (lambda: repeated(text("12", deltas="nan"), 1), "damaged"),
    "infinite": (lambda: repeated(text("12", size=float("inf")), 1), "damaged"),
    "advances": (lambda: repeated(text("12" * 9, deltas="1 " * 4_000_000), 1), "advances"),
    "letters": (lambda: repeated(text("12" * 2_000_000), 1), "characters"),
    "objects": (lambda: repeated("<o:PathObject/>", 1_000_000), "tags"),
    "segments": (lambda: repeated(ground(BLACK).replace("C<", "L 9 9 L 0 5 " * 420_000 + "<"), 1), "draws far more"),
    "white": (lambda: repeated(ground(BLACK) + text("1" * 90, more=WHITE), 1_000), "draws far more|fonts"),
    "cycle": (lambda: repeated('<o:CompositeObject ResourceID="7"/>', 9, Res=CYCLE), "draws far more"),
    "deep": (lambda: repeated("<o:PageBlock>", 9_000), "damaged"),
    "entities": (lambda: repeated("", 1, Res='<!DOCTYPE d [<!ENTITY a "1">]><o:Res {x}>&a;</o:Res>'), "entities"),
    "outside": (lambda: repeated("", 1, Document=document('BaseLoc="../../secret"', 1)), "outside of itself"),
    "missing": (lambda: repeated("", 1, Document=document('BaseLoc="P.xml"', 1)), "missing"),
    "pages": (
        lambda: repeated("", 1, Document=document('BaseLoc="Pages/Page_0/Content.xml"', 999)),
        "pages|characters",
    ),
    "no pages": (lambda: zipped({"OFD.xml": b"<x/>"}), "no text layer"),
    "no XML": (lambda: zipped({"OFD.xml": b"\xff\xfe"}), "damaged"),
}


def document(place: str, times: int) -> str:
    return "<o:Document {x}><o:Pages>" + f'<o:Page ID="1" {place}/>' * times + "</o:Pages></o:Document>"


@pytest.mark.slow
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_in_one_line_in_time(name: str) -> None:
    content, begun = HOSTILE[name][0](), time.process_time()
    with pytest.raises(ValueError, match=HOSTILE[name][1]) as caught:
        read_ofd("a.ofd", content, "")
    assert time.process_time() - begun < 5
    assert len(str(caught.value)) < 300


@pytest.mark.slow
@pytest.mark.parametrize("style", STYLES)
def test_a_damaged_file_is_read_or_refused(style: str, tmp_path: Path) -> None:
    form = load_form("cn-2021")
    sound = to_ofd(lay_out(form, draw_values(form, 3, 900), "某某市人民政府", 2022), STYLES[style])
    for seed in range(9):
        (tmp_path / "a.ofd").write_bytes(mutated(sound, random.Random(seed)))
        try:
            report = read_file(tmp_path / "a.ofd")
        except ReadingError as error:
            said = str(error)
        else:
            assert list(report.grid) == list(report.form.cells)
            continue
        assert said.startswith("a.ofd: ")
        assert said.isprintable()


def mutated(content: bytes, dice: random.Random) -> bytes:
    """Damage a file's bytes, or one of its parts."""
    if dice.random() < 0.2:
        return damaged(content, dice)
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        parts = {name: file.read(name) for name in file.namelist()}
    chosen = dice.choice(sorted(parts))
    return zipped(parts | {chosen: hurt(parts[chosen], dice)})
