"""Pictures of reports are recognised: each cell right or doubted, whatever the scanner did; damage is told."""

from __future__ import annotations

import io
import json
import random
import resource
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pagemaker import lay_out
from pagemaker.pdf import to_pdf
from pagemaker.scans import as_file, as_pdf, photographed
from PIL import Image, ImageDraw

import foi_analysis as foi
from foi_analysis.cli import main
from foi_analysis.form import CellKey, load_form
from foi_analysis.reading.files import open_document
from foi_analysis.reading.sidecar import sidecar_of
from foi_analysis.report import Report
from foi_analysis.teaching.answers import draw_values

FORM = load_form("cn-2021")
DOTS = 150
#: The page on which most of a report is printed: nearly all requests, and the review.
SECOND = 1
Values = dict[CellKey, Any]
Pages = list[Image.Image]


def printed(values: Values, size: float = 8) -> bytes:
    return to_pdf(lay_out(FORM, values, "测试市人民政府", 2024), size)


def read(pages: Pages, dots: int = DOTS) -> Report:
    return foi.read_report(io.BytesIO(as_pdf(pages, dots)))


def counted(report: Report, values: Values) -> Counter[str]:
    counts = Counter[str]()
    for key, value in values.items():
        cell = report.grid[key]
        state = "right" if cell.value == value else cell.mark if cell.value is None else "wrong"
        counts[state] += 1
        counts[f"{state}, no doubt"] += not cell.doubt
    return counts


def spots(pdf: bytes) -> dict[CellKey, tuple[int, tuple[float, ...]]]:
    """Return on which page each cell is printed, and where, in dots."""
    document, report = open_document(io.BytesIO(pdf)), foi.read_report(io.BytesIO(pdf))
    found = {key: document.spots[cell.where] for key, cell in report.grid.items()}
    return {key: (spot.page - 1, tuple(edge * DOTS / 72 for edge in spot[2:])) for key, spot in found.items()}


@pytest.fixture(scope="module")
def values() -> Values:
    return draw_values(FORM, 7, 400)


@pytest.fixture(scope="module")
def pdf(values: Values) -> bytes:
    return printed(values)


def on_page(pdf: bytes, values: Values, page: int) -> Values:
    """Return the values that are printed on a page."""
    there = spots(pdf)
    return {key: value for key, value in values.items() if there[key][0] == page}


def test_what_is_scanned_is_read_right_or_doubted(pdf: bytes, values: Values) -> None:
    """A sample: ``benchmarks/recognition.py`` tries nine kinds of scan in four sizes, and all pages."""
    printed_there = on_page(pdf, values, SECOND)
    counts = counted(read([photographed(pdf, 200, "scanned", 1)[SECOND]], 200), printed_there)
    assert counts["right"] >= 0.99 * len(printed_there)
    assert counts["wrong, no doubt"] == 0


def test_what_a_seal_covers_is_never_wrong_without_a_doubt(pdf: bytes, values: Values) -> None:
    printed_there = on_page(pdf, values, SECOND)
    counts = counted(read([photographed(pdf, DOTS, "sealed")[SECOND]]), printed_there)
    assert counts["right"] >= 0.5 * len(printed_there)
    assert counts["wrong, no doubt"] == 0


def test_single_digits_are_right_and_blanks_blank() -> None:
    chance = random.Random(11)
    drawn: Values = {key: chance.choice((None, *range(10))) for key in draw_values(FORM, 1, 8)}
    report = read(photographed(printed(drawn), DOTS))
    digits = {key: value for key, value in drawn.items() if value is not None}
    counts = counted(report, digits)
    assert counts["right"] >= 0.99 * len(digits)
    assert counts["wrong, no doubt"] == 0
    assert [key for key, cell in report.grid.items() if cell.mark == "blank"] == [k for k in drawn if k not in digits]


WHITED, EXCHANGED = "public_interest", ("withheld_enforcement_file", "withheld_query_service")


@pytest.fixture(scope="module")
def tampered(pdf: bytes) -> Report:
    """The report from a scan in which one column is whited out and the labels of two rows are exchanged."""
    pages = photographed(pdf, DOTS)
    for key, (page, (x0, y0, x1, y1)) in spots(pdf).items():
        if key.table == "requests" and key.column == WHITED:
            ImageDraw.Draw(pages[page]).rectangle((x0 - 2, y0 - 2, x1 + 2, y1 + 2), fill="white")
    document = open_document(io.BytesIO(pdf))
    labels = {field.text: field.where for line in document.lines for field in line.fields}
    both = [document.spots[labels[text]] for text in ("7.属于行政执法案卷", "8.属于行政查询事项")]
    scale, page = DOTS / 72, pages[both[0].page - 1]
    boxes = [tuple(round(edge * scale) for edge in (s.x0 + 2, s.y0 + 2, s.x1 - 2, s.y1 - 2)) for s in both]
    for box, label in zip(boxes, reversed([page.crop(box) for box in boxes]), strict=True):
        page.paste(label, box[:2])
    return read([pages[SECOND]])


def test_a_whited_out_column_is_missing_and_nothing_shifts(tampered: Report, pdf: bytes, values: Values) -> None:
    there = on_page(pdf, values, SECOND)
    missing = [key for key in there if tampered.grid[key].mark == "missing"]
    assert missing == [key for key in there if key.table == "requests" and key.column == WHITED]
    assert len(missing) == 23
    others = {key: value for key, value in there.items() if key not in missing and key.row not in EXCHANGED}
    assert {key: tampered.grid[key].value for key in others} == others


def test_labels_that_were_exchanged_are_doubted(tampered: Report) -> None:
    columns = [column.key for column in FORM.table("requests").columns if column.key != WHITED]
    both = [[tampered.grid[CellKey("requests", row, column)] for row in EXCHANGED] for column in columns]
    assert any(one.value != two.value for one, two in both)
    assert all(one.doubt and two.doubt for one, two in both if one.value != two.value)


def test_a_page_that_lies_on_its_side_is_turned(pdf: bytes) -> None:
    page = photographed(pdf, DOTS)[SECOND]
    page = page.crop((0, 0, page.width, page.height // 2)).rotate(90, expand=True)
    document = open_document(io.BytesIO(as_file(page, "png")))
    assert "（三）" in "".join(line.text for line in document.lines).replace("(", "（").replace(")", "）")


def test_the_command_writes_the_same_bytes_with_one_thread_and_two(pdf: bytes, tmp_path: Path) -> None:
    path = tmp_path / "page.png"
    page = photographed(pdf, DOTS, "scanned")[0]
    path.write_bytes(as_file(page.crop((0, 0, page.width, page.height // 4)), "png"))
    code = (
        "import os, sys, resource; os.sched_getaffinity = lambda pid: range(int(sys.argv[1])); "
        "from foi_analysis.cli import main; ended = main(sys.argv[2:]); "
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss); sys.exit(ended)"
    )
    written = []
    for threads in ("1", "2"):
        output = tmp_path / f"{threads}.ocr.json"
        said = subprocess.run(
            [sys.executable, "-c", code, threads, "ocr", str(path), "-o", str(output)], check=True, capture_output=True
        )
        assert int(said.stdout.split()[-1]) < 1_500_000  # kilobytes
        written.append(output.read_bytes())
    assert written[0] == written[1]
    head = json.loads(written[0])["engine"]
    assert {"rapidocr", "onnxruntime"} < set(head)
    assert sum(len(value) == 64 for value in head.values()) >= 2


def test_a_report_that_is_read_leaves_its_sidecar_and_is_read_from_it(
    pdf: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "scan.tif"
    page = photographed(pdf, DOTS)[0]
    page.crop((0, 0, page.width, page.height // 2)).save(path)
    assert main(["extract", str(path)]) == 1
    first = capsys.readouterr().out
    assert sidecar_of(path).exists()
    monkeypatch.setitem(sys.modules, "foi_analysis.reading.recognise", None)
    assert main(["extract", str(path)]) == 1
    assert capsys.readouterr().out == first


@pytest.mark.parametrize(
    "content",
    [
        b"\x89PNG\r\n\x1a\n" + bytes(50),
        b"\xff\xd8\xff\xe0" + bytes(500),
        b"II*\x00" + bytes(50),
        b"BM" + bytes(100),
        b"RIFF\x00\x00\x00\x00WEBPVP8 " + bytes(50),
    ],
)
def test_a_damaged_picture_is_told_in_one_line(content: bytes) -> None:
    with pytest.raises(foi.ReadingError, match="this picture is damaged") as error:
        foi.read_report(io.BytesIO(content))
    assert str(error.value).isprintable()


def test_a_picture_larger_than_any_page_is_refused() -> None:
    huge = as_file(Image.new("1", (20_000, 20_000)), "png")
    thin = as_file(Image.new("L", (20_000, 10)), "png")
    for content in (huge, thin):
        with pytest.raises(foi.ReadingError, match="more than 60 million dots, or is more than 12 times"):
            foi.read_report(io.BytesIO(content))
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < 2_000_000


def test_a_picture_without_a_report_is_no_report() -> None:
    noise = np.random.default_rng(1).integers(0, 255, (20, 200, 3), dtype=np.uint8)
    with pytest.raises(foi.ReadingError, match="no table of the prescribed form"):
        foi.read_report(io.BytesIO(as_file(Image.fromarray(noise), "png")))
