"""Everything made anew: the same bytes anywhere, whole files at any moment, and a verdict on each file."""

from __future__ import annotations

import csv
import io
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from urllib.parse import unquote

import nbformat
import pytest
from lxml import html
from small_books import Opened, squeezed

from foi_analysis import plot
from foi_analysis.cli import main
from foi_analysis.export.notebook import find_project, packaged_notebooks
from foi_analysis.panel import load_panel, panel_folder
from foi_analysis.plot import PANEL_FIGURES, REPORT_FIGURES
from foi_analysis.read import read_report
from foi_analysis.reproduce import (
    NAME,
    Difference,
    digest,
    folder_sums,
    out_of_place,
    plan,
    read_sums,
    typeset,
    without_unmakeable,
)
from foi_analysis.resources import LANGUAGES

FUNNEL = """
import foi_analysis as foi
foi.set_theme(language=LANGUAGE)
foi.plot.funnel(foi.load_panel());
"""
ROOT = Path(__file__).resolve().parent.parent
PDFS = ("exports/en/report.pdf", "exports/zh/report.pdf")
PAGES = ("04_appeals",)
Edited = Callable[..., Path]
Captured = pytest.CaptureFixture[str]
pytestmark = pytest.mark.slow

#: A fontconfig file under which the system has no font at all.
NO_FONTS = '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig><dir>/nowhere</dir></fontconfig>'

#: What the notebooks of the project show; that all figures are made anew to the byte is looked at in CI.
SHOWN, SHOWN_OF_PANEL = ("appeals",), ("funnel",)


def start(*arguments: str | Path, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "foi_analysis", *map(str, arguments)]
    kept = {**os.environ, **environment}
    return subprocess.run(
        command, cwd=folder, env=kept, capture_output=True, encoding="utf-8", timeout=300, check=False
    )


def one_line(error: str) -> str:
    (line,) = error.splitlines()
    return line


# ---- a project, made in one place and verified in another ----


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, reference_path: Path) -> Path:
    """A project with one of our notebooks about a report and a small one about a panel, made once with its PDFs."""
    root = tmp_path_factory.mktemp("project")
    for folder in ("src/foi_analysis", "notebooks", "data/raw"):
        (root / folder).mkdir(parents=True)
    shutil.copy(reference_path, root / "data/raw")
    for name in PAGES:
        shutil.copy(ROOT / f"notebooks/{name}.ipynb", root / "notebooks")
    cells = [
        nbformat.v4.new_markdown_cell("# 题目", id="zh", metadata={"tags": ["lang-zh"]}),
        nbformat.v4.new_markdown_cell("# Title", id="en", metadata={"tags": ["lang-en"]}),
        nbformat.v4.new_code_cell('PANEL = None\nLANGUAGE = "en"', id="parameters", metadata={"tags": ["parameters"]}),
        nbformat.v4.new_code_cell(FUNNEL, id="funnel"),
    ]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), root / "notebooks/05_panel.ipynb")
    done = start("reproduce", "--pdf", folder=root, TZ="Asia/Shanghai", LC_ALL="C", LANG="C", PYTHONHASHSEED="1")
    assert (done.returncode, done.stderr) == (0, ""), "a run that is piped is quiet"
    assert "42 hold, 0 broken, 0 not assessable" in done.stdout
    assert done.stdout.splitlines()[-1].startswith(".: ")
    return root


def strange(root: Path) -> dict[str, str]:
    """Return an environment that differs in all it can from that in which the project was made."""
    (root / "fonts.conf").write_text(NO_FONTS)
    found = {"TZ": "America/New_York", "LC_ALL": "zh_CN.UTF-8", "PYTHONHASHSEED": "2", "HOME": str(root / "home")}
    return found | {"FONTCONFIG_FILE": str(root / "fonts.conf"), "SOURCE_DATE_EPOCH": "1", "MPLBACKEND": "svg"}


def test_every_output_is_the_same_bytes_in_another_place_time_tongue_and_home_and_verify_names_what_is_not(
    project: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "第 二" / "deeper"
    shutil.copytree(project, copy)
    (copy / "figures/appeals.en.svg").write_bytes(b"<svg/>")
    (copy / "exports/zh/05_panel.html").unlink()
    sums = (copy / NAME).read_text().splitlines()
    lines = [line for line in sums if "appeals.zh.png" not in line] + [f"{'0' * 64}  figures/older.svg"]
    lines = [f"{'1' * 64}  figures/appeals.en.png" if "appeals.en.png" in line else line for line in lines]
    lines = [f"{'0' * 64}  {PDFS[1]}" if PDFS[1] in line else line for line in lines]
    (copy / NAME).write_text("\n".join(lines) + "\n")
    done = start("verify", "--out", str(tmp_path / "kept"), folder=copy, **strange(tmp_path))
    assert (done.returncode, done.stderr) == (1, "")
    changed, place, missing = "重新生成的内容与记录的SHA-256不同", "现有文件与记录的SHA-256不同", "有记录，但文件不在"
    assert sorted(line for line in done.stdout.splitlines() if "：" in line) == sorted([
        f"figures/appeals.en.svg：{place}",
        f"exports/zh/05_panel.html：{missing}",
        "figures/appeals.zh.png：已生成，但没有记录",
        *(f"{name}：{what}" for name in ("figures/appeals.en.png", PDFS[1]) for what in (changed, place)),
        *(f"figures/older.svg：{what}" for what in ("有记录，但不再生成", missing)),
        "不一致：9处",
    ]), "all else is the same bytes"  # fmt: skip
    sums = read_sums(project / NAME).items()
    assert folder_sums(tmp_path / "kept") == {name: one for name, one in sums if not name.startswith("data/raw/")}


def test_every_page_figure_and_table_is_there_in_both_languages(project: Path) -> None:
    pages = {f"exports/{language}/{page}.html" for language in ("zh", "en") for page in PAGES}
    pages |= {
        "exports/index.html",
        "data/shanghai_psb_2024.csv",
        *(f"exports/{x}/data/review.csv" for x in ("zh", "en")),
    }
    assert pages | figures_of((*SHOWN, *SHOWN_OF_PANEL)) <= set(read_sums(project / NAME))
    assert pages | figures_of((*REPORT_FIGURES, *PANEL_FIGURES)) <= set(read_sums(ROOT / NAME)), "the project's own"


def test_the_figures_are_those_that_the_notebooks_show_and_their_data_what_is_drawn(project: Path) -> None:
    there = {path.name.partition(".")[0] for path in (project / "figures").iterdir()}
    assert there == {*SHOWN, *SHOWN_OF_PANEL}
    report, panel = read_report(project / "data/raw/shanghai_psb_2024.txt"), load_panel()
    for language in LANGUAGES:
        for name in there:
            frame = getattr(plot, f"{name}_data")(panel if name in SHOWN_OF_PANEL else report, language)
            written = (project / f"exports/{language}/data/{name}.csv").read_text(encoding="utf-8")
            assert written == frame.to_csv(index=False, lineterminator="\n")


def figures_of(names: Iterable[str]) -> set[str]:
    """Give the files of some figures: pictures and data in both languages."""
    files = ("figures/{0}.{1}.svg", "figures/{0}.{1}.png", "exports/{1}/data/{0}.csv")
    return {file.format(name, language) for file in files for name in names for language in ("zh", "en")}


def test_the_sums_cover_data_figures_exports_and_the_text_they_come_from_and_nothing_else(project: Path) -> None:
    there, recorded = folder_sums(project), read_sums(project / NAME)
    assert recorded == {name: one for name, one in there.items() if not name.startswith("notebooks/")}
    assert {name.split("/")[0] for name in recorded} == {"data", "figures", "exports"}
    assert {"data/raw/shanghai_psb_2024.txt", "data/README.md"} < recorded.keys() < there.keys()
    assert tuple(typeset(recorded)) == PDFS


def test_no_page_tells_a_path_a_date_or_a_version_of_the_machine(project: Path) -> None:
    for page in (project / "exports").rglob("*.html"):
        html = re.sub(r"base64,[^)]*", "", page.read_text(encoding="utf-8"))  # a font may spell anything
        for secret in (str(project), str(ROOT), sys.prefix, "site-packages", "0x7f", sys.version.split()[0]):
            assert secret not in html, (page.name, secret)


def test_the_index_tells_the_size_of_each_page(project: Path) -> None:
    index = (project / "exports/index.html").read_text(encoding="utf-8")
    told = dict(re.findall(r'<a href="([^"]+)" [^>]*>[^<]+</a> <span class="size">(\d+) kB', index))
    pages = list((project / "exports").glob("*/*.html"))
    sizes = {path.relative_to(project / "exports").as_posix(): path.stat().st_size for path in pages}
    assert {name: int(size) for name, size in told.items()} == {n: -(-size // 1000) for n, size in sizes.items()}


def test_each_table_and_figure_of_a_page_leads_to_its_data(project: Path) -> None:
    for path in (project / "exports").glob("*/*.html"):
        html = path.read_text(encoding="utf-8")
        links = re.findall(r'<p class="foi-data"><a href="(data/[^"]+\.csv)">', html)
        assert len(links) == len(set(links))
        assert links or '"><svg' not in html
        for link in links:
            lines = list(csv.reader(io.StringIO((path.parent / link).read_text(encoding="utf-8"))))
            assert len(lines) > 1
            assert len({len(line) for line in lines}) == 1
        assert "data-csv" not in html


# ---- another report ----


def first_words(notebook: str, cell: str) -> str:
    """Return the first sentence of a Markdown cell of the package's notebooks, below its heading."""
    path = next(path for path in packaged_notebooks() if path.stem == notebook)
    (source,) = [one.source for one in nbformat.read(path, 4).cells if one.id == cell]
    return str(source.split("\n\n")[1].split("。")[0])


def test_a_faulty_and_hostile_report_is_made_in_a_folder_of_its_own_and_nothing_in_it_becomes_markup(
    edited: Edited, reference_text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    row = next(line for line in reference_text.splitlines() if "1672" in line and "1691" in line)
    said = '#panic("said")$x$*@ref<script>制发并公开'
    changes = {row: row.replace("1672", "1627"), "2024 年上海市公安局": "2024 年<script>公安局", "制发并公开": said}
    path = tmp_path / '报告 #panic("1") <script>alert(1) &amp; @ref.txt'
    edited(*changes.items()).rename(path)
    monkeypatch.chdir(tmp_path)
    quoting = packaged_notebooks()[1:2]  # the others quote nothing that this one does not
    monkeypatch.setattr("foi_analysis.reproduce.packaged_notebooks", lambda: quoting)
    assert main(["reproduce", path.name, "--lang", "zh", "--pdf"]) == 1
    told = capsys.readouterr()
    assert "不成立2条" in told.out
    assert told.err == ""
    made = tmp_path / "out" / path.stem
    assert (made / "exports/zh/02_consistency.html").is_file()
    assert not (made / "exports/en").exists()
    drawn = {Path(name).name.partition(".")[0] for name in folder_sums(made)}
    assert not drawn & {"05_comparison", *PANEL_FIGURES}, "another report's run draws no panel"
    for page in made.rglob("*.html"):
        html = page.read_text(encoding="utf-8")
        assert "<script" not in html
        assert "&lt;script&gt;alert(1) &amp;amp; @ref.txt" in html
    assert read_sums(made / NAME) == folder_sums(made)
    assert (made / f"exports/data/{path.stem}.xlsx").is_file()
    assert leads_to(made / "exports/index.html") <= {file.resolve() for file in made.rglob("*")}
    opened = Opened((made / "exports/zh/report.pdf").read_bytes())
    assert squeezed(said) in opened.text
    assert squeezed(path.name) in opened.text
    assert str(tmp_path) not in "".join(opened.pages)
    assert len([entry for entry in opened.outline if entry[0] == 1]) == 2, "contents, and the notebook"
    assert squeezed(first_words("02_consistency", "title-zh")) in opened.text
    assert list(typeset(folder_sums(made))) == ["exports/zh/report.pdf"]


def leads_to(page: Path) -> set[Path]:
    """Give the files that a page leads to."""
    addresses = (link.get("href") for link in html.fromstring(page.read_text(encoding="utf-8")).iter("a"))
    files = (address.partition("#")[0] for address in addresses if ":" not in address)
    return {(page.parent / unquote(file)).resolve() for file in files if file}


def test_index_and_pages_lead_to_files_that_are_there_and_to_every_one_of_the_exports(project: Path) -> None:
    exports = project / "exports"
    found = leads_to(exports / "index.html")
    for page in exports.glob("*/*.html"):
        found |= leads_to(page)
        tree = html.fromstring(page.read_text(encoding="utf-8"))
        assert {link[1:] for link in tree.xpath("//a/@href") if link.startswith("#")} <= {*tree.xpath("//@id")}
    assert {path for path in found if not path.is_file()} == set()
    there = {path.resolve() for path in exports.rglob("*") if path.is_file()}
    assert there - found == {(project / pdf).resolve() for pdf in PDFS}, "which another run may leave out"
    assert {f"shanghai_psb_2024.{kind}" for kind in ("xlsx", "dta")} < {path.name for path in found}


# ---- where it may write ----


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("reproduce no.txt", r"no\.txt: No such file or directory"),
        ("reproduce ../report.txt", "a file stands where a folder is needed"),
        ("reproduce ../report.txt --out .", "never written over"),
        (
            "reproduce ../report.txt --pdf",
            r"a PDF needs typst, which is not installed: pip install 'foi_analysis\[pdf\]'$",
        ),
        ("reproduce --lang en", "--out DIR"),
        ("verify", "run 'foi-analysis reproduce' first"),
    ],
)
def test_what_cannot_be_made_is_told_in_one_line_and_leaves_all_as_it_was(
    line: str, why: str, edited: Edited, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    folder = edited().parent
    for name in ("src/foi_analysis", "notebooks", "data/raw"):
        (folder / "project" / name).mkdir(parents=True)
    shutil.copy(folder / "report.txt", folder / "project/data/raw")
    (folder / "project/out").touch()
    before = sorted(folder.rglob("*"))
    monkeypatch.chdir(folder / "project")
    monkeypatch.setitem(sys.modules, "typst", None)
    assert main(line.split()) == 2
    assert re.search(why, one_line(capsys.readouterr().err))
    assert sorted(folder.rglob("*")) == before


def test_a_disk_that_takes_no_more_is_one_line_and_leaves_nothing(reference_path: Path, tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "foi_analysis", "reproduce", str(reference_path)],
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096)),
    )
    _, error = process.communicate()
    assert process.returncode == 2
    assert "larger" in one_line(error.decode())
    assert list(tmp_path.iterdir()) == []


#: Run the command as a terminal would, where Ctrl-C is not ignored: a shell in the background ignores it for all.
INTERRUPTIBLE = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
from foi_analysis.cli import main
if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
"""


def test_an_interrupted_run_says_so_in_one_line_and_leaves_nothing(reference_path: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-c", INTERRUPTIBLE, "reproduce", str(reference_path)]
    process = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    while process.poll() is None and not kernels_of(process.pid):
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, error = process.communicate()
    assert process.returncode == 130, error.decode()
    assert "interrupted; every file in place is whole" in one_line(error.decode())
    assert list(tmp_path.iterdir()) == []


def kernels_of(pid: int) -> list[str]:
    """Return the command lines of the Jupyter kernels that a process has started."""
    children = [child for path in Path(f"/proc/{pid}/task").glob("*/children") for child in path.read_text().split()]
    commands = [Path(f"/proc/{child}/cmdline").read_bytes().decode() for child in children]
    return [command for command in commands if "ipykernel" in command]


# ---- the project, and verify ----


def test_the_project_around_a_folder_is_found_and_names_its_report(project: Path) -> None:
    found = find_project(project / "data/raw")
    assert found
    assert found.root == project
    assert plan(None, ("zh", "en"), None, project).report == project / "data/raw/shanghai_psb_2024.txt"
    assert plan(found.report, ("zh", "en"), None, project).notebooks == packaged_notebooks(), "of any other report"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_about_the_panel_says_what_it_rests_on_and_the_index_leads_to_it(project: Path, language: str) -> None:
    page = (project / f"exports/{language}/05_panel.html").read_text(encoding="utf-8")
    assert digest(panel_folder() / "cells.csv") in page
    assert "shanghai_psb_2024.txt" not in page
    index = (project / "exports/index.html").read_text(encoding="utf-8")
    assert f"{language}/05_panel.html" in index
    assert f"funnel.{language}.svg" in index


def test_without_typst_the_pdfs_are_not_made_again_and_that_is_said(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    recorded = read_sums(project / NAME)
    assert without_unmakeable(recorded, told.append) == recorded
    monkeypatch.setitem(sys.modules, "typst", None)
    others = without_unmakeable(recorded, told.append)
    assert recorded.keys() - others.keys() == set(PDFS)
    assert without_unmakeable(others, told.append) == others, "no PDF was ever recorded there"
    (line,) = told
    assert "PDFs were not made again" in line
    assert "pip install 'foi_analysis[pdf]'" in line


@pytest.mark.parametrize(
    ("gone", "missed"),
    [(PDFS[:1], PDFS[:1]), (PDFS, ()), (("exports", "figures/appeals.zh.png"), ("figures/appeals.zh.png",))],
)
def test_what_was_never_made_is_not_missed_but_one_file_of_several_is(
    project: Path, tmp_path: Path, gone: tuple[str, ...], missed: tuple[str, ...]
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(project, copy)
    for path in (copy / name for name in gone):
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    assert out_of_place(copy, read_sums(copy / NAME)) == [Difference(name, "missing") for name in missed]
