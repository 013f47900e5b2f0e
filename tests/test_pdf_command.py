"""From the command line: a report with its PDFs, their sums, and what is left alone without them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbconvert.exporters import get_exporter
from small_books import Opened, code, notebook

from foi_analysis.export.pdf import FoiPdfExporter
from foi_analysis.reproduce import (
    NAME,
    put_in_place,
    workshop,
    write_sums,
)

pytestmark = pytest.mark.slow
Captured = pytest.CaptureFixture[str]
PDFS = ("exports/en/report.pdf", "exports/zh/report.pdf")


def start(*arguments: str | Path, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "foi_analysis", *map(str, arguments)]
    return subprocess.run(
        command, cwd=folder, env={**os.environ, "TZ": "UTC"}, capture_output=True, text=True, check=False
    )


# ---- nbconvert ----


def test_jupyter_finds_the_exporter_by_its_name() -> None:
    assert get_exporter("foi-pdf") is FoiPdfExporter


def test_nbconvert_runs_a_notebook_in_the_language_that_is_asked_for(tmp_path: Path) -> None:
    parameters = code(name="parameters", source='REPORT = "x"\nLANGUAGE = "en"')
    parameters.metadata["tags"] = ["parameters"]
    shows = 'from IPython.display import HTML\nHTML({"zh": "<p>用中文说</p>", "en": "<p>In English</p>"}[LANGUAGE])'
    nbformat.write(notebook(parameters, code(name="shows", source=shows)), tmp_path / "book.ipynb")
    command = ["--execute", "--to", "foi-pdf", "--FoiPdfExporter.language=zh", "book.ipynb"]
    subprocess.run([sys.executable, "-m", "nbconvert", *command], cwd=tmp_path, capture_output=True, check=True)
    opened = Opened((tmp_path / "book.pdf").read_bytes())
    assert "用中文说" in opened.text
    assert opened.info["Title"] == "题目"


# ---- without typst ----

_WITHOUT = "import sys; sys.modules['typst'] = None; from foi_analysis.cli import main; sys.exit(main(sys.argv[1:]))"


def test_without_typst_one_line_says_what_to_install(reference_path: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-c", _WITHOUT, "reproduce", str(reference_path), "--pdf"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    (line,) = run.stderr.splitlines()
    assert line.endswith("a PDF needs typst, which is not installed: pip install 'foi_analysis[pdf]'")
    assert run.returncode == 2
    assert list(tmp_path.iterdir()) == []


# ---- a report of one's own ----


# ---- the project ----


def test_what_is_made_without_pdfs_leaves_those_in_place_alone(tmp_path: Path) -> None:
    target = tmp_path / "target"
    for name in ("a.html", "gone.html", *PDFS):
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        (target / name).write_text("old")
    (target / NAME).write_text(write_sums(dict.fromkeys(["a.html", "gone.html", *PDFS], "0" * 64)))
    with workshop(target) as folder:
        for name in ("a.html", NAME):
            (folder / "made" / name).write_text("")
        assert put_in_place(folder / "made", target) == [NAME, "a.html"]
    assert not (target / "gone.html").exists()
    assert all((target / name).read_text() == "old" for name in PDFS)


def test_a_pdf_of_an_earlier_run_goes_when_pdfs_are_made_anew(tmp_path: Path) -> None:
    for name in PDFS:
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text("old")
    (tmp_path / NAME).write_text(write_sums(dict.fromkeys(PDFS, "0" * 64)))
    with workshop(tmp_path) as folder:
        for name in (PDFS[0], NAME):
            (folder / "made" / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / "made" / name).write_text("")
        put_in_place(folder / "made", tmp_path)
    assert [(tmp_path / name).exists() for name in PDFS] == [True, False]
