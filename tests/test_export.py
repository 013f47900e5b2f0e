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
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from fontTools.ttLib import TTFont
from nbconvert.exporters import get_exporter

from foi_analysis.export.exporter import FoiHtmlExporter
from foi_analysis.export.notebook import ExportError, execute, one_language, read_notebook, title_of, with_parameters
from foi_analysis.export.page import Basis, inspect_page, inspect_pages, outline, page
from foi_analysis.export.site import Site, make_pages
from foi_analysis.reproduce import NAME, digest, folder_sums, put_in_place, read_sums, workshop, write_sums

pytestmark = pytest.mark.slow
Cell = nbformat.NotebookNode


def text(source: str, *tags: str, name: str = "text") -> Cell:
    return nbformat.v4.new_markdown_cell(source, id=name, metadata={"tags": list(tags)})


def code(source: str, *tags: str, name: str = "code", html: str = "") -> Cell:
    shown = [nbformat.v4.new_output("display_data", {"text/html": html})] if html else []
    return nbformat.v4.new_code_cell(source, id=name, metadata={"tags": list(tags)}, outputs=shown)


def notebook(*cells: Cell) -> nbformat.NotebookNode:
    titles = [text("# 题目", "lang-zh", name="title-zh"), text("# Title", "lang-en", name="title-en")]
    return nbformat.v4.new_notebook(cells=[*titles, *cells])


def exported(book: nbformat.NotebookNode, language: str = "en") -> str:
    return str(FoiHtmlExporter(language=language).from_notebook_node(book)[0])


# ---- languages, titles, parameters ----


def test_a_page_keeps_the_cells_of_its_language_and_those_of_none() -> None:
    book = notebook(text("中文一段", "lang-zh", name="a"), text("English", "lang-en", name="b"), code("1 + 1"))
    assert [cell.id for cell in one_language(book, "zh").cells] == ["title-zh", "a", "code"]
    assert "中文一段" in exported(book, "zh")
    assert "中文一段" not in exported(book, "en")


@pytest.mark.parametrize(("language", "tag", "title"), [("zh", "zh-CN", "题目"), ("en", "en", "Title")])
def test_a_page_says_its_language_and_its_title(language: str, tag: str, title: str) -> None:
    html = exported(notebook(), language)
    assert html.startswith(f'<!DOCTYPE html>\n<html lang="{tag}">')
    assert f"<title>{title}</title>" in html
    assert title_of(notebook(), "zh") == "题目"


def test_parameters_name_another_report_as_text_not_as_code() -> None:
    book = with_parameters(notebook(code("REPORT = 1", "parameters")), "a'\nimport os\n'.txt", "zh")
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
    html = exported(notebook(code("print('<b>')")))
    assert '<details class="code"><summary>Code</summary>\n<pre><code>print(&#39;&lt;b&gt;&#39;)</code>' in html


def test_a_table_in_the_prose_scrolls_by_key_and_its_heads_have_a_scope() -> None:
    html = exported(notebook(text("| a | b |\n|---|--:|\n| 1 | 2 |", "lang-en")))
    assert '<div class="wide" role="group" aria-label="Table" tabindex="0">\n<table>' in html
    assert '<th scope="col">a</th>' in html
    assert '<td style="text-align:right">2</td>' in html


def test_headings_have_the_same_ids_in_both_languages() -> None:
    def book(language: str, words: str) -> nbformat.NotebookNode:
        return notebook(text(words, f"lang-{language}", name="part"))

    ids = [
        [h.id for h in outline(exported(book("zh", "## 甲\n\n### 乙"), "zh"))],
        [h.id for h in outline(exported(book("en", "## One\n\n### Two"), "en"))],
    ]
    assert [name for name in ids[0] if name.startswith("part")] == ["part-1", "part-2"]
    assert [name.replace("zh", "en") for name in ids[0]] == ids[1]


def test_a_style_sheet_given_by_every_table_stands_once_in_the_head() -> None:
    sheet = "<style>\n.foi { color: red }\n</style>\n<p>shown</p>"
    html = exported(notebook(code("a", name="a", html=sheet), code("b", name="b", html=sheet)))
    assert html.count(".foi{color:red}") == 1
    assert html.index(".foi{") < html.index("</head>")


def test_the_page_carries_a_font_with_just_the_characters_it_draws() -> None:
    html = exported(notebook(text("浉河区 abc", "lang-zh")), "zh")
    characters = set(TTFont(io.BytesIO(_font(html))).getBestCmap())
    assert {ord(c) for c in "题目浉河区abc "} <= characters
    assert ord("埇") not in characters


def _font(html: str) -> bytes:
    found = re.search(r"data:font/woff2;base64,([A-Za-z0-9+/=]+)", html)
    assert found
    return base64.b64decode(found[1])


def test_an_english_page_carries_the_chinese_it_draws() -> None:
    html = exported(notebook(text("The organ is 上海市公安局.", "lang-en")))
    assert {chr(c) for c in TTFont(io.BytesIO(_font(html))).getBestCmap()} == set("上海市公安局 ")


def test_a_character_that_the_font_lacks_is_named() -> None:
    with pytest.raises(ExportError, match=r"cannot draw '😀' \(U\+1F600\)"):
        exported(notebook(text("😀", "lang-en")))


def test_letters_of_pictures_alone_are_drawn_by_the_font_on_an_english_page() -> None:
    picture = "<figure><svg aria-label='a'><text>Qz 公</text></svg></figure>"
    html = exported(notebook(code("x", html=picture), text("Words 安", "lang-en")))
    fonts = [TTFont(io.BytesIO(base64.b64decode(found))) for found in re.findall(r"woff2;base64,([\w+/=]+)", html)]
    assert [{chr(c) for c in font.getBestCmap()} for font in fonts] == [set("公安 "), set("Qz ")]


# ---- data beside the page ----


def with_data(name: str = "sums", csv: str = "a\n1\n") -> Cell:
    cell = code("x", name=f"x-{len(csv)}", html="<p>shown</p>")
    cell.outputs[0].data |= {"text/csv": csv}
    cell.outputs[0].metadata = {"name": name}
    return cell


def test_a_table_leads_to_its_data_where_there_will_be_some() -> None:
    about = {"foi": {"data": "data"}}
    html, given = FoiHtmlExporter(language="en").from_notebook_node(notebook(with_data()), about)
    assert '<a href="data/sums.csv">Data: sums.csv</a>' in html
    assert given["foi_data"] == {"sums": "a\n1\n"}


def test_a_page_made_alone_leads_to_no_data() -> None:
    html = exported(notebook(with_data()))
    assert "shown" in html
    assert "sums" not in html


def test_what_nbconvert_runs_by_itself_is_shown_too() -> None:
    def run_it(book: nbformat.NotebookNode, given: dict[str, object]) -> tuple[nbformat.NotebookNode, object]:
        book.cells[-1].outputs = with_data().outputs
        return book, given

    exporter = FoiHtmlExporter(language="en")
    exporter.register_preprocessor(run_it, enabled=True)
    html, given = exporter.from_notebook_node(notebook(code("x")))
    assert "shown" in html
    assert given["foi_data"] == {"sums": "a\n1\n"}


def test_two_tables_of_one_name_and_other_data_are_refused() -> None:
    with pytest.raises(ExportError, match="named 'sums'; give them a name of their own"):
        exported(notebook(with_data(), with_data(csv="a\n22\n")))


@pytest.mark.parametrize("name", ["", "../a", "a b", 'a"', "a/b"])
def test_what_cannot_name_a_file_names_no_data(name: str) -> None:
    with pytest.raises(ExportError, match="give them a name of their own"):
        exported(notebook(with_data(name)))


@pytest.mark.parametrize(
    ("html", "why"),
    [
        (
            '<img src="data:image/png;base64,AA==">',
            'without alt text; say in words what it shows: foi.plot.describe(ax, "…")',
        ),
        ('<img alt=" " src="data:image/png;base64,AA==">', "picture without alt text"),
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
        inspect_page(exported(notebook(code("x", html=html))))


def test_what_is_refused_is_named_with_its_page_and_cell(tmp_path: Path) -> None:
    (tmp_path / "en").mkdir()
    (tmp_path / "en/a.html").write_text(exported(notebook(code("x", name="guilty", html="<p><img src='data:,'></p>"))))
    with pytest.raises(ExportError, match=r"^en/a\.html: in 'cell-guilty': a picture without alt text"):
        inspect_pages(tmp_path)


@pytest.mark.parametrize(
    "address", ["https://www.gov.cn/a?b=c#d", "../en/01.html", "02.html#part-1", "#a", "mailto:a@b"]
)
def test_links_that_load_nothing_are_let_through(address: str) -> None:
    inspect_page(f"<h1>a</h1><a href='{address}'>a</a>")


def test_a_title_of_markup_is_shown_as_text() -> None:
    html = page("<script>alert(1)</script>", "<h1>a</h1>", "en", Basis("</title><b>x"))
    assert "<script" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


def test_jupyter_finds_the_exporter_by_its_name() -> None:
    assert get_exporter("foi-html") is FoiHtmlExporter


# ---- running ----


def run(book: nbformat.NotebookNode, folder: Path) -> tuple[nbformat.NotebookNode, list[str]]:
    warned: list[str] = []
    (done,) = asyncio.run(execute([book], "book", folder, warned.append))
    return done, warned


def test_a_run_keeps_rich_outputs_alone_and_hands_warnings_on(tmp_path: Path) -> None:
    source = "import sys; from IPython.display import HTML\nprint('late', file=sys.stderr)\nHTML('<p>rich</p>')"
    done, warned = run(notebook(code(source)), tmp_path)
    (output,) = done.cells[-1].outputs
    assert output.data == {"text/html": "<p>rich</p>"}
    assert (output.execution_count, done.cells[-1].execution_count, done.cells[-1].metadata) == (
        None,
        None,
        {"tags": []},
    )
    assert warned == ["book, cell 'code': late"]


def test_editions_of_a_notebook_run_one_after_the_other_each_from_the_top(tmp_path: Path) -> None:
    books = [notebook(code(f"seen = {edition!r}"), code("print(seen)", name="show")) for edition in ("zh", "en")]
    done = asyncio.run(execute(books, "book", tmp_path, print))
    assert [book.cells[-1].outputs[0].text for book in done] == ["zh\n", "en\n"]


def test_a_cell_that_fails_is_named_with_its_error(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match=r"^book, cell 'bad': ZeroDivisionError: division by zero$"):
        run(notebook(code("1 / 0", name="bad")), tmp_path)


def test_a_kernel_that_dies_is_told_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="kernel could not run"):
        run(notebook(code("import os; os._exit(3)", name="bad")), tmp_path)


def test_a_kernel_that_does_not_start_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "ipykernel_launcher.py").write_text("raise SystemExit(1)")
    with pytest.raises(ExportError, match=r"^book: the notebook's kernel could not run"):
        run(notebook(code("1")), tmp_path)


def test_a_kernel_sees_nothing_of_the_person(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home, work = tmp_path / "home", tmp_path / "work"
    work.mkdir()
    startup = home / ".ipython/profile_default/startup/00.py"
    startup.parent.mkdir(parents=True)
    startup.write_text("print('hello from my home')")
    kernel = home / ".local/share/jupyter/kernels/python3/kernel.json"
    kernel.parent.mkdir(parents=True)
    kernel.write_text(json.dumps({"argv": ["false"], "display_name": "mine", "language": "python"}))
    for name, value in {"HOME": home, "PYTHONSTARTUP": startup, "TZ": "Asia/Shanghai", "LC_ALL": "C"}.items():
        monkeypatch.setenv(name, str(value))
    source = "import os, time\nprint(time.tzname[0], os.environ['SOURCE_DATE_EPOCH'], hash('a'), os.listdir('.'))"
    done, _ = run(notebook(code(source)), work)
    zone, epoch, *_ = done.cells[-1].outputs[0].text.split()
    assert (zone, epoch) == ("UTC", "946684800")
    assert "hello" not in done.cells[-1].outputs[0].text


def test_a_page_that_tells_where_the_report_lies_is_refused(tmp_path: Path, reference_path: Path) -> None:
    book = tmp_path / "01_tells.ipynb"
    nbformat.write(notebook(code("REPORT = ''", "parameters", name="p"), code("print(REPORT)")), book)
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


def test_files_of_an_earlier_run_go_and_all_others_stay(tmp_path: Path) -> None:
    target = fill(
        tmp_path / "target", "old", ["figures/a.svg", "figures/gone.svg", "figures/mine.txt", "data/raw/r.txt"]
    )
    listed(target, ["figures/a.svg", "figures/gone.svg", "data/raw/r.txt"])
    with workshop(target) as folder:
        made = fill(folder / "made", "new", ["figures/a.svg", NAME])
        assert put_in_place(made, target) == [NAME, "figures/a.svg"]
    left = {path.relative_to(target).as_posix() for path in target.rglob("*") if path.is_file()}
    assert left == {NAME, "figures/a.svg", "figures/mine.txt", "data/raw/r.txt"}
    assert (target / "figures/a.svg").read_text() == "new"


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


def test_a_target_that_was_not_there_is_gone_again_when_nothing_was_made(tmp_path: Path) -> None:
    with pytest.raises(ExportError), workshop(tmp_path / "out/stem"):
        raise ExportError("nothing")
    assert list(tmp_path.iterdir()) == []


_PUTTING = """
import sys
from pathlib import Path
from foi_analysis.reproduce import put_in_place
print("now", flush=True)
put_in_place(Path(sys.argv[1]), Path(sys.argv[2]))
"""


@pytest.mark.parametrize("wait", [0.0, 0.005])
def test_a_run_killed_while_it_puts_files_in_place_leaves_each_of_them_whole(tmp_path: Path, wait: float) -> None:
    names = [f"d{i % 7}/f{i:04}" for i in range(3000)]
    target = fill(tmp_path / "target", "old" * 99, names)
    made = fill(tmp_path / "made", "new" * 99, [*names, NAME])
    process = subprocess.Popen([sys.executable, "-c", _PUTTING, made, target], stdout=subprocess.PIPE)
    assert process.stdout
    process.stdout.readline()
    time.sleep(wait)
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    found = {(target / name).read_text() for name in names}
    assert found <= {"old" * 99, "new" * 99}
    assert "old" * 99 in found, "the run ended before it was killed: make it longer"
    assert not (target / NAME).exists()


def test_a_page_is_the_same_each_time(reading: Callable[[], str]) -> None:
    assert reading() == reading()


@pytest.fixture
def reading() -> Callable[[], str]:
    return lambda: exported(notebook(text("## 部分\n\n一段 *文字*", "lang-zh"), code("1", html="<p>二</p>")), "zh")
