"""What was recognised in pictures is kept beside them, proved and doubted: nothing here needs the engine."""

from __future__ import annotations

import base64
import contextlib
import io
import json
import random
import re
import shutil
import sys
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from damage import hurt
from pagemaker import FORMATS, lay_out
from pagemaker.doc import to_doc
from pagemaker.ofd import to_ofd
from pagemaker.pdf import to_pdf
from pagemaker.scans import as_file, as_pdf, photographed, recognised
from pagemaker.workbooks import to_xls, to_xlsx
from pypdfium2 import PdfDocument
from reportlab.pdfgen.canvas import Canvas

import foi_analysis as foi
from foi_analysis.cli import main
from foi_analysis.corpus import build_panel
from foi_analysis.form import CellKey, load_form
from foi_analysis.reading.clips import clips_of
from foi_analysis.reading.files import open_document
from foi_analysis.reading.rasters import pictures_of
from foi_analysis.reading.sidecar import Recognition, Scan, Seen, open_sidecar, save, sidecar_of
from foi_analysis.report import Report
from foi_analysis.teaching.answers import draw_values

FORM = load_form("cn-2021")
VALUES = draw_values(FORM, 5, 400)
KEY = CellKey("requests", "disclosed", "business")
Change = Callable[[Scan], Scan]
PICTURES = ("png", "jpeg", "tiff", "webp", "bmp")
#: Each kind of file that organs attach.
KINDS = {**FORMATS, ".doc": to_doc, ".wps": to_doc, ".xlsx": to_xlsx, ".xls": to_xls, ".ofd": to_ofd}


@pytest.fixture(autouse=True)
def no_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "foi_analysis.reading.recognise", None)


@pytest.fixture(scope="module")
def printed() -> bytes:
    return to_pdf(lay_out(FORM, VALUES, "测试市人民政府", 2024), 8)


@pytest.fixture(scope="module")
def scan(printed: bytes) -> bytes:
    return as_pdf(photographed(printed, 100), 100)


@pytest.fixture
def folder(path: Path) -> Path:
    folder = path.parent / "reports"
    folder.mkdir()
    return folder


@pytest.fixture(scope="module")
def whole(printed: bytes, scan: bytes) -> Recognition:
    return recognised(printed, scan)


@pytest.fixture
def path(scan: bytes, whole: Recognition, tmp_path: Path) -> Path:
    path = tmp_path / "report.pdf"
    path.write_bytes(scan)
    save(whole, sidecar_of(path))
    return path


def sum_of(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()


def changed(path: Path, change: Change) -> Report:
    """Read a report of which something else was recognised."""
    found = open_sidecar(sidecar_of(path), sum_of(path))
    assert found
    save(replace(found, scans=tuple(map(change, found.scans))), sidecar_of(path))
    return foi.read_report(path)


def reworded(old: Seen | None, page: str | None = None, cell: str | None = None) -> Change:
    """Return a change of what was recognised where a text stands: in the page as a whole, in its cell alone."""

    def change(scan: Scan) -> Scan:
        assert old
        words = [s._replace(text=page) if page is not None and within(s, old) else s for s in scan.words]
        cells = [s._replace(text=cell, score=0.7) if cell is not None and within(old, s) else s for s in scan.cells]
        return replace(scan, words=tuple(words), cells=tuple(cells))

    return change


def within(inner: Seen, outer: Seen) -> bool:
    x, y = (inner.x0 + inner.x1) / 2, (inner.y0 + inner.y1) / 2
    return outer.x0 <= x <= outer.x1 and outer.y0 <= y <= outer.y1


def places_of(path: Path) -> dict[CellKey, tuple[int, Seen]]:
    """Return the page of each cell, and its rectangle."""
    spots = open_document(path).spots
    found = {key: spots[cell.where] for key, cell in foi.read_report(path).grid.items()}
    return {key: (spot.page, Seen("", 1.0, spot.x0, spot.y0, spot.x1, spot.y1)) for key, spot in found.items()}


def on_page(number: int, change: Change) -> Change:
    return lambda scan: change(scan) if scan.number == number else scan


# ---- proofs and doubts ----


def test_a_scan_is_read_from_its_sidecar_with_the_proof_picture(path: Path) -> None:
    report = foi.read_report(path)
    assert {key: cell.value for key, cell in report.grid.items()} == VALUES
    assert not report.doubtful
    assert report.is_recognised
    assert all("picture" in cell.proofs for cell in report.grid.values())
    assert report.organ.value == "测试市人民政府"


def test_two_recognitions_that_differ_are_both_told_and_doubted(path: Path) -> None:
    page, place = places_of(path)[KEY]
    report = changed(path, on_page(page, reworded(place, cell="987")))
    cell = report.grid[KEY]
    assert re.fullmatch(r"recognised in two ways: also 987 \(page .*\)", cell.doubt)
    assert cell.value == VALUES[KEY]
    assert "picture" not in cell.proofs
    assert [one.key for one in report.doubtful] == [KEY]


def test_a_value_that_both_recognitions_get_wrong_is_doubted_for_its_sums(path: Path) -> None:
    page, place = places_of(path)[KEY]
    report = changed(path, on_page(page, reworded(place, page="987", cell="987")))
    assert report.grid[KEY].value == 987
    assert report.grid[KEY].doubt == "recognised in a picture, and a sum does not hold"
    assert set(foi.explain(report)["whose"]) == {"reading doubtful"}


def test_what_was_recognised_once_needs_an_identity(path: Path) -> None:
    report = changed(path, lambda scan: replace(scan, cells=()))
    assert {cell.key.table for cell in report.doubtful} == {"proactive"}
    assert {cell.doubt for cell in report.doubtful} == {"recognised once"}


def test_agreement_of_an_engine_that_is_not_sure_proves_nothing(path: Path) -> None:
    report = changed(path, lambda scan: replace(scan, cells=tuple(s._replace(score=0.3) for s in scan.cells)))
    assert not any("picture" in cell.proofs for cell in report.grid.values())


def test_whited_out_cells_are_missing_and_nothing_shifts(path: Path) -> None:
    places = places_of(path)
    column = {key: places[key] for key in VALUES if key.table == "requests" and key.column == "research"}

    def white(scan: Scan) -> Scan:
        gone = [place for page, place in column.values() if page == scan.number]
        words = tuple(s for s in scan.words if not any(within(s, place) for place in gone))
        cells = tuple(s._replace(text="") if any(within(s, place) for place in gone) else s for s in scan.cells)
        return replace(scan, words=words, cells=cells, white=tuple(place[2:] for place in gone))

    report = changed(path, white)
    assert {key for key, cell in report.grid.items() if cell.mark == "missing"} == set(column)
    assert all(report.grid[key].value == value for key, value in VALUES.items() if key not in column)


# ---- sidecars ----


def test_a_sidecar_is_written_as_it_was_read(path: Path) -> None:
    before = sidecar_of(path).read_bytes()
    found = open_sidecar(sidecar_of(path), sum_of(path))
    assert found
    save(found, sidecar_of(path))
    assert sidecar_of(path).read_bytes() == before
    assert json.loads(before)["version"] == 1
    assert not list(path.parent.glob(".*"))


def with_page(content: dict[str, Any], **parts: object) -> dict[str, Any]:
    return {**content, "pages": [{**content["pages"][0], **parts}]}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda content: {**content, "sha256": "0" * 64}, "was made of another file"),
        (lambda content: {**content, "version": 99}, "is of version 99, not 1"),
        (lambda _: {"version": 1}, "is damaged"),
        (lambda content: {**content, "pages": [{"number": 1}]}, "is damaged"),
        (lambda content: with_page(content, words=[["1", 1, 0, 0, 0, "x"]]), "damaged"),
        (lambda content: with_page(content, rulings=[["level", 1e999, 0, 1]]), "damaged"),
        (lambda _: [[[]]], "is damaged"),
    ],
)
def test_a_sidecar_that_does_not_fit_is_refused(path: Path, change: Callable[[Any], Any], words: str) -> None:
    sidecar = sidecar_of(path)
    sidecar.write_text(json.dumps(change(json.loads(sidecar.read_text("utf-8")))), encoding="utf-8")
    with pytest.raises(foi.ReadingError, match=f"report.pdf: its sidecar report.pdf.ocr.json {words}|{words}") as error:
        foi.read_report(path)
    assert "make it anew" in str(error.value)
    assert str(error.value).isprintable()


def test_a_sidecar_is_no_report(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(sidecar_of(path))]) == 2
    assert "give that file itself" in capsys.readouterr().err


def test_without_the_engine_a_picture_is_told_in_one_line(scan: bytes, printed: bytes, tmp_path: Path) -> None:
    picture = photographed(printed, 50)[0]
    for kind, content in {"pdf": scan, **{kind: as_file(picture, kind) for kind in PICTURES}}.items():
        path = tmp_path / f"a.{kind}"
        path.write_bytes(content)
        with pytest.raises(foi.ReadingError, match=rf"^a.{kind}: .*no text layer: pip install 'foi_analysis\[ocr\]'"):
            foi.read_report(path)
    with pytest.raises(foi.ReadingError, match="no text layer"):
        foi.read_report(io.BytesIO(scan))


def test_the_command_needs_a_picture_and_the_engine(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = path.with_name("report.txt")
    text.write_text("报告", encoding="utf-8")
    assert main(["ocr", str(text), str(path), str(path.with_name("no.png"))]) == 2
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 3
    assert "report.txt: this is no picture and no PDF" in said[0]
    assert "report.pdf: recognising needs more: pip install" in said[1]
    assert "no.png" in said[2]


@pytest.mark.parametrize("kind", PICTURES)
def test_damaged_pictures_are_drawn_or_refused(kind: str, printed: bytes) -> None:
    content = as_file(photographed(printed, 40)[0], kind)
    for seed in range(60):
        with contextlib.suppress(ValueError):
            for _, picture, width in pictures_of(hurt(content, random.Random(seed)), 1):
                assert picture.ndim == 3
                assert width > 0


def test_damaged_sidecars_are_read_or_refused(path: Path) -> None:
    sound = sidecar_of(path).read_bytes()
    for seed in range(60):
        sidecar_of(path).write_bytes(hurt(sound, random.Random(seed)))
        with contextlib.suppress(foi.ReadingError):
            foi.read_report(path)


# ---- PDFs of both kinds ----


def test_pages_that_are_pictures_are_added_where_cells_are_missing(printed: bytes, tmp_path: Path) -> None:
    scans = as_pdf(photographed(printed, 100)[1:], 100)
    out = io.BytesIO()
    with PdfDocument(printed) as text, PdfDocument(scans) as pictures, PdfDocument.new() as mixed:
        mixed.import_pages(text, [0])
        mixed.import_pages(pictures)
        mixed.save(out)
    path = tmp_path / "mixed.pdf"
    path.write_bytes(out.getvalue())
    alone = foi.read_report(path)
    assert any(cell.mark == "missing" for cell in alone.grid.values())
    assert "is a picture: pip install 'foi_analysis[ocr]'" in alone.faults[0]
    whole = recognised(printed, path.read_bytes())
    save(Recognition(whole.sha256, whole.engine, whole.scans[1:]), sidecar_of(path))
    report = foi.read_report(path)
    assert {key: cell.value for key, cell in report.grid.items()} == VALUES
    assert {"picture" in cell.proofs for cell in report.grid.values()} == {True, False}
    assert not report.faults


def test_a_hidden_layer_of_text_was_recognised_once(printed: bytes, tmp_path: Path) -> None:
    out = io.BytesIO()
    canvas = Canvas(out)
    for scan in recognised(printed).scans:
        canvas.setPageSize((scan.width, scan.height))
        for one in scan.rulings:
            start, end = (one.at, one.start), (one.at, one.end)
            (x0, y0), (x1, y1) = (start, end) if one.upright else (start[::-1], end[::-1])
            canvas.line(x0, scan.height - y0, x1, scan.height - y1)
        for seen in scan.words:
            text = canvas.beginText(seen.x0, scan.height - seen.y1 + 2)
            text.setFont("FOI", 7)
            text.setTextRenderMode(3)
            text.textOut(seen.text)
            canvas.drawText(text)
        canvas.showPage()
    canvas.save()
    path = tmp_path / "layer.pdf"
    path.write_bytes(out.getvalue())
    report = foi.read_report(path)
    assert {key: cell.value for key, cell in report.grid.items()} == VALUES
    assert {cell.key.table for cell in report.doubtful} == {"proactive"}
    assert {cell.doubt for cell in report.doubtful} == {"recognised once"}


# ---- many files ----


@pytest.mark.slow
def test_a_folder_with_one_of_each_kind_is_one_panel(path: Path, folder: Path) -> None:
    shutil.copy(path, folder / "scan.pdf")
    shutil.copy(sidecar_of(path), sidecar_of(folder / "scan.pdf"))
    for number, (ending, write) in enumerate(KINDS.items()):
        page = lay_out(
            FORM, draw_values(FORM, 10 + number, 400), f"测试{'甲乙丙丁戊己庚辛壬癸'[number]}市人民政府", 2024
        )
        (folder / f"report{number}{ending}").write_bytes(write(page))
    (folder / "notes.rtf").write_bytes(b"{\\rtf1 notes}")
    output = path.parent / "panel.parquet"
    for _ in range(2):
        counts = build_panel([folder], output, workers=1, keep_parts=True)
        assert (counts.whole, counts.doubtful, counts.refused) == (len(KINDS) + 1, 0, 1)
    assert len(foi.read_panel(output)) == len(KINDS) + 1
    assert "rich-text" in output.with_suffix(".refused.csv").read_text("utf-8")


def test_a_folder_tells_once_what_pictures_need(path: Path, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for number in range(3):
        (folder / f"scan{number}.pdf").write_bytes(path.read_bytes() + b"\n" * number)
    shutil.copy(path, folder / "seen.pdf")
    shutil.copy(sidecar_of(path), sidecar_of(folder / "seen.pdf"))
    output = path.parent / "panel.parquet"
    assert main(["panel", str(folder), "-o", str(output), "--workers", "1"]) == 2
    said = capsys.readouterr().err
    assert said.count("pip install") == 1
    assert "1 whole, 0 doubtful, 3 refused" in said
    refused = output.with_suffix(".refused.csv").read_text("utf-8")
    assert refused.count("pip install") == 2 * 3, "once in each language"
    assert "ocr.json" not in refused


@pytest.mark.slow
def test_a_picture_that_was_refused_is_tried_again(path: Path, folder: Path, printed: bytes) -> None:
    scan = folder / "scan.pdf"
    shutil.copy(path, scan)
    output = path.parent / "panel.parquet"
    assert build_panel([folder], output, workers=1, keep_parts=True).pictures == 1
    save(recognised(printed, scan.read_bytes()), sidecar_of(scan))
    assert build_panel([folder], output, workers=1, keep_parts=True).whole == 1


# ---- small pictures beside the evidence ----


@pytest.mark.parametrize("kind", ["scan", "text"])
def test_each_number_has_a_small_picture_on_the_page(path: Path, printed: bytes, kind: str) -> None:
    if kind == "text":
        path.write_bytes(printed)
        sidecar_of(path).unlink()
    report = foi.read_report(path)
    shown = [report.show(table.key)._repr_html_() for table in FORM.tables]
    clips = re.findall(r'<img class="foi-clip" alt="[^"]+" src="data:image/png;base64,([^"]+)">', "".join(shown))
    assert len(clips) == len(VALUES)
    assert sum(map(len, re.findall(r'<img class="foi-clip".*?>', "".join(shown)))) < 60_000
    assert all(base64.b64decode(clip).startswith(b"\x89PNG") for clip in clips)


def test_a_file_that_changed_or_is_gone_has_no_pictures(path: Path) -> None:
    report = foi.read_report(path)
    assert report.source == path.resolve()
    path.unlink()
    clips_of.cache_clear()
    assert 'foi-clip" alt' not in report.show("requests")._repr_html_()


def test_a_text_has_no_pictures() -> None:
    assert foi.read_report("data/raw/shanghai_psb_2024.txt").source is None
