"""Notebooks become pages: what is kept, what is refused, and that nothing of the machine gets in."""

from __future__ import annotations

import asyncio
import base64
import io
import json
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest
from fontTools.ttLib import TTFont
from nbconvert.exporters import get_exporter
from small_books import Cell, code, notebook, page_of, text

from foi_analysis.export.exporter import FoiHtmlExporter
from foi_analysis.export.notebook import ExportError, execute, one_language, read_notebook, title_of, with_parameters
from foi_analysis.export.page import Basis, inspect_page, inspect_pages, outline
from foi_analysis.export.pdf import FoiPdfExporter
from foi_analysis.export.site import Site, make_pages
from foi_analysis.reproduce import NAME, digest, folder_sums, put_in_place, read_sums, workshop, write_sums
from foi_analysis.resources import LANGUAGES, Language

pytestmark = pytest.mark.slow
PDFS = ["exports/en/report.pdf", "exports/zh/report.pdf"]
# ---- languages, titles, parameters ----


@pytest.mark.parametrize(("language", "tag", "title"), [("zh", "zh-CN", "题目"), ("en", "en", "Title")])
def test_a_page_says_its_language_and_its_title_and_keeps_the_cells_of_its_language_and_those_of_none(
    language: Language, tag: str, title: str
) -> None:
    book = notebook(text("用zh说", "zh", "lang-zh"), text("Said in en", "en", "lang-en"), code(source="1 + 1"))
    html = page_of(book, language)
    assert html.startswith(f'<!DOCTYPE html>\n<html lang="{tag}">')
    assert f"<title>{title}</title>" in html
    assert title_of(book, language) == title
    assert [cell.id for cell in one_language(book, language).cells] == [f"title-{language}", language, "code"]
    assert ("用zh说" in html, "Said in en" in html) == (language == "zh", language == "en")


def parameters(source: str) -> Cell:
    cell = code(name="parameters", source=source)
    cell.metadata["tags"] = ["parameters"]
    return cell


def test_parameters_name_another_report_as_text_not_as_code() -> None:
    book = with_parameters(notebook(parameters("REPORT = 1")), "a'\nimport os\n'.txt", "zh")
    names: dict[str, str] = {}
    exec(book.cells[-1].source, names)
    assert (names["REPORT"], names["LANGUAGE"]) == ("a'\nimport os\n'.txt", "zh")
    assert "os" not in names


def test_a_notebook_without_parameters_or_title_is_refused() -> None:
    with pytest.raises(ExportError, match="0 cells are tagged 'parameters'"):
        with_parameters(notebook(), "x", "en")
    with pytest.raises(ExportError, match="no title in 'en'"):
        title_of(nbformat.v4.new_notebook(), "en")


def test_a_file_that_is_no_notebook_is_named(tmp_path: Path) -> None:
    path = tmp_path / "x.ipynb"
    path.write_text("not a notebook")
    with pytest.raises(ExportError, match=r"x\.ipynb: not a Jupyter notebook"):
        read_notebook(path)


# ---- the page ----


def test_code_is_folded_away_and_escaped() -> None:
    html = page_of(notebook(code(source="print('<b>')")))
    assert '<details class="code"><summary>Code</summary>\n<pre><code>print(&#39;&lt;b&gt;&#39;)</code>' in html


def test_a_table_in_the_prose_scrolls_by_key_and_its_heads_have_a_scope() -> None:
    html = page_of(notebook(text("| a | b |\n|---|--:|\n| 1 | 2 |")))
    assert '<div class="wide" role="group" aria-label="Table" tabindex="0">\n<table>' in html
    assert '<th scope="col">a</th>' in html
    assert '<td style="text-align:right">2</td>' in html


def test_headings_have_the_same_ids_in_both_languages() -> None:
    words = {"zh": "## 甲\n\n### 乙", "en": "## One\n\n### Two"}
    zh, en = ([head.id for head in outline(page_of(notebook(text(words[x], "part")), x))] for x in LANGUAGES)
    assert [name for name in zh if name.startswith("part")] == ["part-1", "part-2"]
    assert [name.replace("zh", "en") for name in zh] == en


def test_a_style_sheet_given_by_every_table_stands_once_in_the_head() -> None:
    sheet = "<style>\n.foi { color: red }\n</style>\n<p>shown</p>"
    html = page_of(notebook(code(sheet, "a"), code(sheet, "b")))
    assert html.count(".foi{color:red}") == 1
    assert html.index(".foi{") < html.index("</head>")


def drawn_by_fonts(html: str) -> list[set[str]]:
    """Return the characters of each font that a page carries."""
    fonts = (
        TTFont(io.BytesIO(base64.b64decode(one))) for one in re.findall(r"data:font/woff2;base64,([\w+/=]+)", html)
    )
    return [set(map(chr, font.getBestCmap())) for font in fonts]


def test_a_chinese_page_carries_a_font_with_just_the_characters_it_draws() -> None:
    (characters,) = drawn_by_fonts(page_of(notebook(text("浉河区 abc")), "zh"))
    assert set("题目浉河区abc ") <= characters
    assert "埇" not in characters


def test_an_english_page_carries_the_chinese_it_draws_and_the_letters_of_its_pictures_alone() -> None:
    assert drawn_by_fonts(page_of(notebook(text("The organ is 上海市公安局.")))) == [set("上海市公安局 ")]
    picture = "<figure><svg aria-label='a'><text>Qz 公</text></svg></figure>"
    assert drawn_by_fonts(page_of(notebook(code(picture), text("Words 安")))) == [set("公安 "), set("Qz ")]


# ---- data beside the page ----


def with_data(name: str = "sums", csv: str = "a\n1\n") -> Cell:
    cell = code("<p>shown</p>", f"x-{len(csv)}")
    cell.outputs[0].data |= {"text/csv": csv}
    cell.outputs[0].metadata = {"name": name}
    return cell


def test_a_table_leads_to_its_data_where_there_will_be_some_and_nowhere_on_a_page_made_alone() -> None:
    html, given = FoiHtmlExporter(language="en").from_notebook_node(notebook(with_data()), {"foi": {"data": "data"}})
    assert '<a href="data/sums.csv">Data: sums.csv</a>' in html
    assert given["foi_data"] == {"sums": "a\n1\n"}
    alone = page_of(notebook(with_data()))
    assert ("shown" in alone, "sums" in alone) == (True, False)


def test_what_nbconvert_runs_by_itself_is_shown_too() -> None:
    def run_it(book: nbformat.NotebookNode, given: dict[str, object]) -> tuple[nbformat.NotebookNode, object]:
        book.cells[-1].outputs = with_data().outputs
        return book, given

    exporter = FoiHtmlExporter(language="en")
    exporter.register_preprocessor(run_it, enabled=True)
    html, given = exporter.from_notebook_node(notebook(code()))
    assert "shown" in html
    assert given["foi_data"] == {"sums": "a\n1\n"}


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        ([text("😀")], r"cannot draw '😀' \(U\+1F600\)"),
        ([with_data(), with_data(csv="a\n22\n")], "named 'sums'; give them a name of their own"),
        *(([with_data(name)], "give them a name of their own") for name in ("", "../a", "a b", 'a"', "a/b")),
    ],
)
def test_a_character_that_the_font_lacks_and_data_without_a_name_of_their_own_are_named(
    cells: list[Cell], why: str
) -> None:
    with pytest.raises(ExportError, match=why):
        page_of(notebook(*cells))


@pytest.mark.parametrize(
    ("html", "why"),
    [
        ("<img src='data:,'>", 'without alt text; say in words what it shows: foi.plot.describe(ax, "…")'),
        ("<img alt=' ' src='data:,'>", "picture without alt text"),
        ("<svg><path d='M0 0'/></svg>", "drawing without alt text"),
        ("<script>alert(1)</script>", "<script> has no place"),
        ("<iframe src='data:text/html,x'></iframe>", "<iframe> has no place"),
        ("<form></form>", "<form> has no place"),
        ("<style></style><object data='data:,'></object>", "<object> has no place"),
        ("<p onclick='x()'>a</p>", "<p> runs a script"),
        ("<img alt='a' src='https://example.org/a.png'>", "would be loaded"),
        ("<img alt='a' src='figures/a.png'>", "would be loaded"),
        ("<img alt='a' src='data:,' srcset='b.png 2x'>", "would be loaded"),
        ("<p style='background: url(https://example.org/a.png)'>a</p>", "a style that loads"),
        ("<style>@import 'a.css';</style>", "a style that loads"),
        ("<link rel='stylesheet' href='a.css'>", "would be loaded"),
        ("<a href='javascript:alert(1)'>a</a>", "only web, mail and relative addresses"),
        ("<meta http-equiv='refresh' content='0; url=https://example.org'>", "could lead elsewhere"),
        ("<h1>again</h1>", "2 headings of the first level"),
        ("<h3>deep</h3>", "heading 'deep' is of level 3 after one of level 1"),
        ("<p id='x'>a</p><p id='x'>b</p>", "the id 'x' is given twice"),
    ],
)
def test_a_page_that_would_not_do_is_refused(html: str, why: str) -> None:
    with pytest.raises(ExportError, match=re.escape(why)):
        inspect_page(page_of(notebook(code(html))))


def test_what_is_refused_is_named_with_its_page_and_cell(tmp_path: Path) -> None:
    (tmp_path / "en").mkdir()
    (tmp_path / "en/a.html").write_text(page_of(notebook(code("<p><img src='data:,'></p>", "guilty"))))
    with pytest.raises(ExportError, match=r"^en/a\.html: in 'cell-guilty': a picture without alt text"):
        inspect_pages(tmp_path)


def test_links_that_load_nothing_are_let_through() -> None:
    for address in ("https://www.gov.cn/a?b=c#d", "../en/01.html", "02.html#part-1", "#a", "mailto:a@b"):
        inspect_page(f"<h1>a</h1><a href='{address}'>a</a>")


@pytest.mark.parametrize("exporter", [FoiHtmlExporter, FoiPdfExporter])
def test_jupyter_finds_an_exporter_by_its_name(exporter: type) -> None:
    assert get_exporter(f"foi-{'html' if exporter is FoiHtmlExporter else 'pdf'}") is exporter


# ---- running ----


@pytest.fixture(scope="module")
def editions(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[nbformat.NotebookNode], list[str]]:
    """Two editions of a notebook, run in the home of a person with settings of their own, and what was warned of."""
    work, home = tmp_path_factory.mktemp("work"), tmp_path_factory.mktemp("home")
    startup = home / ".ipython/profile_default/startup/00.py"
    kernel = home / ".local/share/jupyter/kernels/python3/kernel.json"
    for path, content in (
        (startup, "print('hello from my home')"),
        (kernel, json.dumps({"argv": ["false"], "display_name": "mine", "language": "python"})),
    ):
        path.parent.mkdir(parents=True)
        path.write_text(content)
    rich = "import sys; from IPython.display import HTML\nprint('late', file=sys.stderr)\nHTML('<p>rich</p>')"
    told = "import os, time\nprint(time.tzname[0], os.environ['SOURCE_DATE_EPOCH'], hash('a'), os.listdir('.'))"
    books = [
        notebook(*(code(name=name, source=source) for name, source in
                   {"set": f"seen = {edition!r}", "seen": "print(seen)", "rich": rich, "told": told}.items()))
        for edition in LANGUAGES
    ]  # fmt: skip
    warned: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {"HOME": home, "PYTHONSTARTUP": startup, "TZ": "Asia/Shanghai", "LC_ALL": "C"}.items():
            patch.setenv(name, str(value))
        return asyncio.run(execute(books, "book", work, warned.append)), warned


Editions = tuple[list[nbformat.NotebookNode], list[str]]


def test_a_run_keeps_rich_outputs_alone_and_hands_warnings_on(editions: Editions) -> None:
    done, warned = editions
    rich = done[0].cells[-2]
    (output,) = rich.outputs
    assert output.data == {"text/html": "<p>rich</p>"}
    assert (output.execution_count, rich.execution_count, rich.metadata) == (None, None, {})
    assert warned == ["book, cell 'rich': late"] * 2


def test_editions_of_a_notebook_run_one_after_the_other_each_from_the_top(editions: Editions) -> None:
    assert [book.cells[-3].outputs[0].text for book in editions[0]] == ["zh\n", "en\n"]


def test_a_kernel_sees_nothing_of_the_person(editions: Editions) -> None:
    for book in editions[0]:
        said = book.cells[-1].outputs[0].text
        assert said.split()[:2] == ["UTC", "946684800"]
        assert "hello" not in said


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("1 / 0", r"^book, cell 'bad': ZeroDivisionError: division by zero$"),
        ("import os; os._exit(3)", "kernel could not run"),
    ],
)
def test_a_cell_that_fails_is_named_with_its_error_and_a_kernel_that_dies_in_one_line(
    source: str, why: str, tmp_path: Path
) -> None:
    with pytest.raises(ExportError, match=why):
        asyncio.run(execute([notebook(code(name="bad", source=source))], "book", tmp_path, print))


def test_a_kernel_that_does_not_start_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "ipykernel_launcher.py").write_text("raise SystemExit(1)")
    with pytest.raises(ExportError, match=r"^book: the notebook's kernel could not run"):
        asyncio.run(execute([notebook(code())], "book", tmp_path, print))


def test_a_page_that_tells_where_the_report_lies_is_refused(tmp_path: Path, reference_path: Path) -> None:
    book = tmp_path / "01_tells.ipynb"
    nbformat.write(notebook(parameters("REPORT = ''"), code(source="print(REPORT)")), book)
    site = Site(reference_path, (book,), ("en",), {"en": Basis()})
    work = tmp_path / "work"
    work.mkdir()
    with pytest.raises(ExceptionGroup) as failed:
        asyncio.run(make_pages(site, work, tmp_path / "pages", print, print))
    (error,) = failed.value.exceptions
    assert str(error).startswith("01_tells: the page tells where shanghai_psb_2024.txt lies on this machine")


# ---- sums ----


def test_sums_are_what_sha256sum_reads(tmp_path: Path) -> None:
    for name in ("b.txt", "中文/a b.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    (tmp_path / NAME).write_text(write_sums(folder_sums(tmp_path)))
    assert list(read_sums(tmp_path / NAME)) == ["b.txt", "中文/a b.txt"]
    assert subprocess.run(["sha256sum", "--check", "--quiet", NAME], cwd=tmp_path, check=False).returncode == 0


@pytest.mark.parametrize("name", ["../out", "/etc/passwd", "a/../../b", "c:/x", "a\\..\\b"])
def test_a_sum_of_a_file_outside_is_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / NAME
    path.write_text(f"{'0' * 64}  a\n{'0' * 64}  {name}\n")
    with pytest.raises(ExportError, match=r"SHA256SUMS, line 2"):
        read_sums(path)


# ---- putting in place ----


def fill(folder: Path, content: str, names: list[str]) -> Path:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)
    return folder


def listed(folder: Path, names: list[str]) -> None:
    (folder / NAME).write_text(write_sums(dict.fromkeys(names, "0" * 64)))


@pytest.mark.parametrize(
    ("there", "kept", "made", "left"),
    [  # what stays in any case; files of an earlier run; PDFs when none are made; PDFs when some are
        (["figures/mine.txt", "data/raw/r.txt"], ["figures/mine.txt"], [], ["figures/mine.txt", "data/raw/r.txt"]),
        (["figures/a.svg", "figures/gone.svg"], [], ["figures/a.svg"], []),
        (["a.html", "gone.html", *PDFS], [], ["a.html"], PDFS),
        (PDFS, [], PDFS[:1], []),
    ],
)
def test_what_an_earlier_run_made_and_this_one_does_not_goes_and_nothing_else(
    there: list[str], kept: list[str], made: list[str], left: list[str], tmp_path: Path
) -> None:
    target = fill(tmp_path / "target", "old", there)
    listed(target, [name for name in there if name not in kept])
    with workshop(target) as folder:
        assert put_in_place(fill(folder / "made", "new", [*made, NAME]), target) == sorted([NAME, *made])
    files = {path.relative_to(target).as_posix(): path.read_text() for path in target.rglob("*") if path.is_file()}
    assert files == {**dict.fromkeys([NAME, *made], "new"), **dict.fromkeys(left, "old")}


def test_what_cannot_be_put_in_place_leaves_every_file_whole_and_the_sums_as_they_were(tmp_path: Path) -> None:
    target = fill(tmp_path / "target", "old", ["a", "c"])
    (target / "b").mkdir()
    (target / "b/inside").write_text("mine")
    listed(target, ["a"])
    before = digest(target / NAME)
    with workshop(target) as folder, pytest.raises(OSError, match="directory"):
        put_in_place(fill(folder / "made", "new", ["a", "b", "c", NAME]), target)
    assert [(target / name).read_text() for name in ("a", "b/inside", "c")] == ["new", "mine", "old"]
    assert digest(target / NAME) == before
    assert not list(target.glob(".foi-making-*"))


_PUTTING = """
import sys
from pathlib import Path
from foi_analysis.reproduce import put_in_place
print("now", flush=True)
put_in_place(Path(sys.argv[1]), Path(sys.argv[2]))
"""


def test_a_run_killed_while_it_puts_files_in_place_leaves_each_of_them_whole(tmp_path: Path) -> None:
    names = [f"d{i % 7}/f{i:04}" for i in range(3000)]
    target = fill(tmp_path / "target", "old" * 99, names)
    made = fill(tmp_path / "made", "new" * 99, [*names, NAME])
    process = subprocess.Popen([sys.executable, "-c", _PUTTING, made, target], stdout=subprocess.PIPE)
    assert process.stdout
    process.stdout.readline()
    time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    found = {(target / name).read_text() for name in names}
    assert found <= {"old" * 99, "new" * 99}
    assert "old" * 99 in found, "the run ended before it was killed: make it longer"
    assert not (target / NAME).exists()
