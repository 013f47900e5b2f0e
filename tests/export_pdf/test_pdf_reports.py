"""From the command line: a report with its PDFs, their sums, and what is left alone without them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from nbconvert.exporters import get_exporter
from small_books import Opened, code, notebook, squeezed

from foi_analysis.cli import main
from foi_analysis.export.notebook import Project, packaged_notebooks
from foi_analysis.export.pdf.exporter import FoiPdfExporter
from foi_analysis.export.place import (
    NAME,
    PDF_NAME,
    digest,
    folder_sums,
    pdf_sums,
    put_in_place,
    read_sums,
    workshop,
    write_sums,
)
from foi_analysis.verify import Difference, comparable_pdfs, out_of_place

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


def first_words(notebook: str, cell: str) -> str:
    """Return the first sentence of a Markdown cell of the package's notebooks, below its heading."""
    path = next(path for path in packaged_notebooks() if path.stem == notebook)
    (source,) = [one.source for one in nbformat.read(path, 4).cells if one.id == cell]
    return str(source.split("\n\n")[1].split("。")[0])


def test_a_hostile_report_is_typeset_in_a_folder_of_its_own(
    edited: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    said = '#panic("said")$x$*@ref<script>制发并公开'
    path = tmp_path / '报告 #panic("1") <script> @ref.txt'
    edited(("制发并公开", said)).rename(path)
    monkeypatch.chdir(tmp_path)
    main(["reproduce", path.name, "--lang", "zh", "--pdf"])
    assert capsys.readouterr().err == ""
    made = tmp_path / "out" / path.stem
    opened = Opened((made / "exports/zh/report.pdf").read_bytes())
    assert opened.info["Title"].startswith("上海市公安局 2024 · ")
    assert squeezed(said) in opened.text
    assert squeezed(path.name) in opened.text
    assert str(tmp_path) not in "".join(opened.pages)
    assert len([entry for entry in opened.outline if entry[0] == 1]) == 5, "contents, and a chapter for each notebook"
    assert squeezed(first_words("01_report_tables", "title-zh")) in opened.text
    assert read_sums(made / PDF_NAME) == pdf_sums(made)
    assert list(pdf_sums(made)) == ["exports/zh/report.pdf"]
    assert read_sums(made / NAME) == folder_sums(made)


# ---- the project ----


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, reference_path: Path) -> Path:
    """A project with one notebook, made once with its PDFs."""
    root = tmp_path_factory.mktemp("project")
    for folder in ("src/foi_analysis", "notebooks", "data/raw"):
        (root / folder).mkdir(parents=True)
    shutil.copy(reference_path, root / "data/raw")
    parameters = code(name="parameters", source=f'REPORT = "../data/raw/{reference_path.name}"\nLANGUAGE = "en"')
    parameters.metadata["tags"] = ["parameters"]
    nbformat.write(notebook(parameters), root / "notebooks/01_small.ipynb")
    run = start("reproduce", "--pdf", folder=root)
    assert run.returncode == 0, run.stderr
    return root


def test_the_sums_of_pdfs_stand_in_a_file_of_their_own(project: Path) -> None:
    assert tuple(read_sums(project / PDF_NAME)) == PDFS
    assert all(digest(project / name) == recorded for name, recorded in read_sums(project / PDF_NAME).items())
    assert not [name for name in read_sums(project / NAME) if name.endswith(".pdf") or name == PDF_NAME]


def test_verify_makes_the_pdfs_again_and_names_the_one_that_differs(project: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(project, copy)
    sums = read_sums(copy / PDF_NAME)
    (copy / PDF_NAME).write_text(write_sums({**sums, PDFS[1]: "0" * 64}))
    run = start("verify", folder=copy)
    assert run.returncode == 1
    assert run.stdout.splitlines() == [
        f"{PDFS[1]}: made again, it differs from its recorded SHA-256",
        f"{PDFS[1]}: the file in place differs from its recorded SHA-256",
        "different: 2",
    ]


def test_without_typst_the_pdfs_are_not_compared_and_that_is_said(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    assert tuple(comparable_pdfs(Project(project), told.append)) == PDFS
    assert comparable_pdfs(Project(tmp_path), told.append) == {}
    assert told == [], "no PDF was ever recorded there"
    monkeypatch.setitem(sys.modules, "typst", None)
    assert comparable_pdfs(Project(project), told.append) == {}
    (line,) = told
    assert f"{PDF_NAME} was not compared" in line
    assert "pip install 'foi_analysis[pdf]'" in line


def test_pdfs_that_were_never_made_are_not_missed_but_one_of_two_is(project: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(project, copy)
    recorded, typeset = read_sums(copy / NAME), read_sums(copy / PDF_NAME)
    (copy / PDFS[0]).unlink()
    assert out_of_place(copy, recorded, typeset) == [Difference(PDFS[0], "missing")]
    (copy / PDFS[1]).unlink()
    assert out_of_place(copy, recorded, typeset) == []


def test_what_is_made_without_pdfs_leaves_those_in_place_alone(tmp_path: Path) -> None:
    target = tmp_path / "target"
    for name in ("a.html", "gone.html", *PDFS):
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        (target / name).write_text("old")
    (target / NAME).write_text(write_sums(dict.fromkeys(["a.html", "gone.html"], "0" * 64)))
    (target / PDF_NAME).write_text(write_sums(dict.fromkeys(PDFS, "0" * 64)))
    with workshop(target) as folder:
        for name in ("a.html", NAME):
            (folder / "made" / name).write_text("")
        assert put_in_place(folder / "made", target) == [NAME, "a.html"]
    assert not (target / "gone.html").exists()
    assert read_sums(target / PDF_NAME).keys() == set(PDFS)
    assert all((target / name).read_text() == "old" for name in PDFS)


def test_a_pdf_of_an_earlier_run_goes_when_pdfs_are_made_anew(tmp_path: Path) -> None:
    for name in PDFS:
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text("old")
    (tmp_path / PDF_NAME).write_text(write_sums(dict.fromkeys(PDFS, "0" * 64)))
    with workshop(tmp_path) as folder:
        for name in (PDFS[0], NAME, PDF_NAME):
            (folder / "made" / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / "made" / name).write_text("")
        put_in_place(folder / "made", tmp_path)
    assert [(tmp_path / name).exists() for name in PDFS] == [True, False]
