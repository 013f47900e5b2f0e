"""A notebook becomes a PDF: what a reader, a search and a screen reader find in it, and what is refused."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from html import escape
from pathlib import Path

import nbformat
import pandas as pd
import pdfplumber
import pypdfium2
import pytest
from small_books import Cell, Opened, code, drawn, notebook, shown, squeezed, text

from foi_analysis.export.notebook import ExportError
from foi_analysis.export.page import Basis, Fact
from foi_analysis.export.pdf import FoiPdfExporter, report_source, typeset
from foi_analysis.resources import Language

pytestmark = pytest.mark.slow
#: What an organ might call itself to get out of a string, a cell, or an element.
HOSTILE = (
    '#eval("1+1")',
    "<script>alert(1)</script>",
    "$x$ and $ y $",
    "*bold* _emph_ `code`",
    "back\\slash \\u{41} \\n",
    "https://example.org // no comment /* nor this */",
    "@ref <label> = heading",
    '")#panic("out',
    "]#panic()[ } ) , ;",
    "{{ jinja }} {% raw %}",
    "&lt;td&gt; &amp; </td></table>",
    "上海市<b>公安局</b>‘’“”",
    "x" * 300,
    '#import "@preview/cetz:0.3.0": *',
)
MERGED = """<table>
<caption><span class="foi-title">申请 table</span><span class="foi-line">Unit: requests</span></caption>
<thead><tr><th rowspan="2" scope="col">Row</th><th colspan="2" scope="colgroup">Both of them</th></tr>
<tr><th scope="col">Left one</th><th scope="col">Right one</th></tr></thead>
<tbody><tr><th scope="rowgroup" colspan="3">A block</th></tr>
<tr><th scope="rowgroup" rowspan="2">Tall</th><td class="foi-number">17</td><td>b</td></tr>
<tr><td colspan="2">wide cell</td></tr></tbody></table>"""
PROSE = """## Part

A *word* that is **strong**, `code()` and [a link](https://www.gov.cn/x?a=1#b), [the other](02_other.ipynb#part) one.

1. first
2. second
   - inside

> quoted words

```python
if x < 1:
    print("lined up")
```

| left | right |
|:--|--:|
| a | 1.5 |
"""
GOVERNMENT = "https://www.gov.cn/x?a=1#b"
LONG = "一段说明文字，说明这幅图依据哪些单元格，以及不应当怎样读它。" * 6


def exported(*cells: Cell, language: Language = "en") -> Opened:
    return Opened(FoiPdfExporter(language=language).from_notebook_node(notebook(*cells))[0])


def reported(language: Language, subject: str = "上海市公安局 2024") -> Opened:
    facts = [Fact("Organ", "上海市公安局", lang="zh-CN"), Fact("SHA-256", "56ad4b4e" * 8, "sum")]
    chapters = {
        "01_first": notebook(text(PROSE, "prose"), code(MERGED, "merged"), drawn("fig", "A bar: 96 of 143", LONG)),
        "02_other": notebook(text("## 部分\n\n第二章的一句话。", "zh", "lang-zh"), text("## Part", "part", "lang-en")),
    }
    return Opened(typeset(report_source(chapters, language, Basis(subject, facts), with_code=False)))


@pytest.fixture(scope="module")
def english() -> Opened:
    return reported("en")


@pytest.fixture(scope="module")
def chinese() -> Opened:
    return reported("zh")


# ---- the whole ----


@pytest.mark.parametrize(
    ("name", "tag", "title"), [("chinese", "zh-CN", "表格、核对与图示"), ("english", "en", "tables, checks")]
)
def test_a_report_is_tagged_and_says_its_title_author_and_language(
    name: str, tag: str, title: str, request: pytest.FixtureRequest
) -> None:
    opened: Opened = request.getfixturevalue(name)
    assert opened.catalog["MarkInfo"]["Marked"] is True
    assert opened.catalog["Lang"].decode() == tag
    assert opened.catalog["ViewerPreferences"]["DisplayDocTitle"] is True
    assert "<pdfuaid:part>1</pdfuaid:part>" in opened.metadata
    assert title in opened.info["Title"]
    assert opened.info["Title"].startswith("上海市公安局 2024 · ")
    assert "foi_analysis" in opened.info["Author"]


def test_the_outline_leads_to_every_heading(english: Opened) -> None:
    assert english.outline == [(1, "Contents"), (1, "Title"), (2, "Part"), (1, "Title"), (2, "Part")]


def test_the_first_page_says_what_the_report_rests_on(english: Opened) -> None:
    assert "56ad4b4e" * 8 in english.pages[0]
    assert "上海市公安局" in english.pages[0]
    assert "Contents" in english.pages[1]


def test_chinese_can_be_searched_as_it_was_written(chinese: Opened) -> None:
    assert "第二章的一句话。" in "".join(chinese.pages)
    assert squeezed(LONG) in chinese.text
    assert "2024年" in exported(text("截至2024年12月31日"), language="zh").pages[0]


def test_every_letter_is_of_the_packages_own_font(chinese: Opened) -> None:
    with pdfplumber.open(io.BytesIO(chinese.content)) as pdf:
        fonts = {character["fontname"].split("+")[-1] for page in pdf.pages for character in page.chars}
    assert fonts == {"FOISansSC-Regular"}


def test_english_quotation_marks_are_narrow_and_stay_where_they_were_written() -> None:
    words = "i “b” l ‘c’ l. 'l’ll “‘in’ it” i’i’i (“x”), l“i”l … and so on"
    opened = exported(text(words))
    assert words in opened.pages[0]
    with pdfplumber.open(io.BytesIO(opened.content)) as pdf:
        marks = [c for c in pdf.pages[0].chars if c["text"] in "“”‘’"]
    assert {c["fontname"].split("+")[-1] for c in marks} == {"FOISansSCSigns-Regular"}
    assert max(c["width"] for c in marks) < 5.0


def test_no_time_is_told(english: Opened) -> None:
    assert not {"CreationDate", "ModDate"} & set(english.info)
    assert "CreateDate" not in english.metadata
    assert re.search(r"20\d\d-\d\d-\d\dT", english.metadata) is None


_MAKING = """
import sys
from hashlib import sha256
sys.path[:0] = sys.argv[1:]
from test_pdf import reported
print(*(sha256(reported(language).content).hexdigest() for language in ("zh", "en")))
"""


def test_a_report_is_the_same_bytes_in_another_place_time_tongue_and_home(
    chinese: Opened, english: Opened, tmp_path: Path
) -> None:
    from hashlib import sha256

    kept = {name: value for name, value in os.environ.items() if name != "SOURCE_DATE_EPOCH"}
    settings = {"TZ": "Asia/Shanghai", "LC_ALL": "C", "HOME": str(tmp_path), "PYTHONHASHSEED": "7"}
    command = [sys.executable, "-c", _MAKING, *map(str, Path(__file__).parents[:1])]
    said = subprocess.run(command, cwd=tmp_path, env={**kept, **settings}, capture_output=True, text=True, check=True)
    assert said.stdout.split() == [sha256(opened.content).hexdigest() for opened in (chinese, english)]


# ---- prose, tables, figures ----


def test_prose_keeps_its_lists_quotations_code_and_links(english: Opened) -> None:
    names = [name for name, _ in english.tags]
    assert {"H1", "H2", "L", "LI", "Link", "Code", "Strong", "Em"} <= set(names)
    for words in ("wordthatisstrong,code()", "1.first", "2.second", "quotedwords", 'print("linedup")', "1.5"):
        assert words in english.text
    with pdfplumber.open(io.BytesIO(english.content)) as pdf:
        assert {link["uri"] for page in pdf.pages for link in page.hyperlinks if link["uri"]} == {GOVERNMENT}


def test_a_link_to_another_notebook_leads_inside_and_to_one_that_is_not_there_is_plain(english: Opened) -> None:
    with pdfplumber.open(io.BytesIO(english.content)) as pdf:
        links = [link for link in pdf.pages[2].annots if not link["uri"]]
        assert [link["data"]["Dest"][0].objid for link in links] == [pdf.pages[3].page_obj.pageid]
    alone = exported(text("[the other](02_other.ipynb), [a file](data/a.csv)"))
    assert b"/Subtype/Link" not in alone.content
    assert "theother,afile" in alone.text


def test_merged_heads_and_cells_stay_merged(english: Opened) -> None:
    spans = [(head.get("ColSpan", 1), head.get("RowSpan", 1)) for head in english.tagged("TH")]
    assert spans[-5:] == [(1, 2), (2, 1), (1, 1), (1, 1), (3, 1)], "two lines of heads, and the head of a block"
    cells = [(cell.get("ColSpan", 1), cell.get("RowSpan", 1)) for cell in english.tagged("TD")]
    assert cells[-4:] == [(1, 2), (1, 1), (1, 1), (2, 1)]
    assert "申请table" in english.text
    assert "Unit:requests" in english.text
    assert english.tagged("Caption")


def test_a_long_table_repeats_its_heads_on_every_page() -> None:
    rows = "".join(f"<tr><td>row {i}</td><td class='foi-number'>{i}</td></tr>" for i in range(150))
    opened = exported(code(f"<table><thead><tr><th>Name</th><th>Count it</th></tr></thead>{rows}</table>"))
    assert len(opened.pages) > 2
    assert all("Count it" in page for page in opened.pages)
    assert all(f"row{i}{i}" in opened.text for i in range(150))


def test_the_head_of_a_block_stands_over_its_block_alone() -> None:
    blocks = [f"<tr><th scope='rowgroup' colspan='2'>Block {i}</th></tr>" for i in range(3)]
    rows = "".join(f"{block}{'<tr><td>a</td><td>b</td></tr>' * 60}" for block in blocks)
    opened = exported(code(f"<table><thead><tr><th>Name</th><th>Count</th></tr></thead>{rows}</table>"))
    assert [opened.text.count(f"Block{i}") for i in range(3)] == [1, 1, 1]


@pytest.mark.parametrize("columns", [4, 11, 40])
def test_nothing_of_a_wide_table_lies_outside_its_page(columns: int) -> None:
    heads = "".join(f"<th>Administrative reconsideration institutions {i}</th>" for i in range(columns))
    cells = "".join(f"<td>{'shanghai_psb_' * 5}{i}</td>" for i in range(columns))
    opened = exported(code(f"<table><caption>c</caption><tr>{heads}</tr><tr>{cells}</tr><tr>{cells}</tr></table>"))
    with pdfplumber.open(io.BytesIO(opened.content)) as pdf:
        for page in pdf.pages:
            assert all(c["x0"] > 40 and c["x1"] < page.width - 40 for c in page.chars if c["text"].strip())
            edges = [edge for line in (*page.lines, *page.rects) for edge in (line["x0"], line["x1"])]
            assert all(40 < edge < page.width - 40 for edge in edges)
    assert opened.text.count("shanghai_psb_" * 5) == 2 * columns


def test_a_table_of_uneven_rows_and_overlong_spans_is_still_a_table() -> None:
    rows = "<td rowspan='9'>alpha</td><td colspan='3'>beta</td>", "", "<td>gamma</td><td>delta</td>"
    opened = exported(code(f"<table>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"))
    assert all(word in opened.text for word in ("alpha", "beta", "gamma", "delta"))
    assert [(cell.get("RowSpan"), cell.get("ColSpan")) for cell in opened.tagged("TD")][:2] == [(3, None), (None, 3)]
    assert exported(code("<table></table>")).tagged("Table") == []


def test_a_figure_has_its_alt_text_and_stands_on_the_page_of_its_caption() -> None:
    filler = [text("一段文字。" * 40 + "\n\n" + "又一段。" * 60, f"t{i}") for i in range(6)]
    shapes = [(400, 300), (600, 1400), (1600, 300), (600, 800), (600, 600), (700, 2000)]
    pictures = [drawn(f"f{i}", f"Alt {i}", LONG * 3, *shape) for i, shape in enumerate(shapes)]
    opened = exported(*[cell for pair in zip(filler, pictures, strict=True) for cell in pair], language="zh")
    assert [entry["Alt"].decode() for entry in opened.tagged("Figure") if "Alt" in entry] == [
        f"Alt {i}" for i in range(6)
    ]
    document = pypdfium2.PdfDocument(opened.content)
    for page, words in zip(document, opened.pages, strict=True):
        images = list(page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_IMAGE]))
        assert len(re.findall(r"^图 \d", words, re.MULTILINE)) == len(images)
        assert squeezed(words).count(squeezed(LONG * 3)) == len(images)
        for image in images:
            left, bottom, right, top = image.get_bounds()
            assert left > 50
            assert right < 546
            assert bottom > 50
            assert top < 790


def test_text_goes_on_before_a_tall_picture_that_the_next_page_has_room_for() -> None:
    cells = text("Before.\n\n" * 12, "a"), drawn("b", "Alt", "Drawn", 600, 800), text("After.\n\n" * 12, "c")
    opened = exported(*cells)
    assert [page.count("After") for page in opened.pages if "Before" in page] == [12]
    assert [page.count("After") for page in opened.pages if "Drawn" in page] == [0]


@pytest.mark.parametrize("lines", [6, 11, 14, 17, 20])
def test_a_heading_stays_with_the_figure_or_with_the_sentence_and_table_that_it_leads_to(lines: int) -> None:
    rows = "<tr><td>x</td><td>y</td></tr>" * 20
    opened = exported(
        text("A line.\n\n" * lines, "a"),
        text("## Leading", "b"),
        drawn("c", "Alt", "Drawn", 600, 500),
        text("A line.\n\n" * lines, "d"),
        text("## Guiding\n\nOne sentence.", "e"),
        code(f"<table><caption>Set</caption>{rows}</table>", "f"),
    )
    for marks in (("Leading", "Drawn"), ("Guiding", "One sentence", "Set")):
        (page,) = (page for page in opened.pages if any(mark in page for mark in marks))
        assert all(mark in page for mark in marks)


def test_a_figure_of_an_output_has_caption_and_alternative_text_and_its_letters_are_those_of_the_package() -> None:
    words = "<text x='5' y='40' style=\"font-size: 20px; font-family: 'Nowhere', serif\">甲 Qz</text>"
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="90pt" height="50pt" viewBox="0 0 90 50">{words}</svg>'
    cell = shown("svg", "image/svg+xml", svg, {"alt": "The alt & more", "caption": "Based on <a table>"})
    cell.outputs.insert(0, nbformat.v4.new_output("execute_result", {"text/plain": "<Axes: >"}))
    opened = exported(cell)
    assert [entry["Alt"].decode() for entry in opened.tagged("Figure") if "Alt" in entry] == ["The alt & more"]
    assert "Figure1Basedon<atable>" in opened.text
    assert "甲Qz" in opened.text
    assert "Axes" not in opened.text


def test_a_frame_is_a_table_whose_heads_are_heads() -> None:
    frame = pd.DataFrame({"count": [7, 1234], "word": ["甲", "b"]}, index=pd.Index(["x", "y"], name="row"))
    opened = exported(code(frame._repr_html_(), "frame"))
    assert len(opened.tagged("Table")) == 1
    assert len(opened.tagged("TH")) == 3
    assert "rowcountword" in opened.text


def test_what_a_run_leaves_is_shown_plain_and_code_only_when_asked_for() -> None:
    cell = code(name="out", source="secret = 1", text_plain="plain < words")
    cell.outputs += [
        nbformat.v4.new_output("stream", name="stdout", text="printed\n  lined"),
        nbformat.v4.new_output("stream", name="stderr", text="warned"),
        nbformat.v4.new_output("display_data", {"text/markdown": "**marked**"}),
    ]
    book = notebook(cell)
    without, _ = FoiPdfExporter().from_notebook_node(book)
    with_code, _ = FoiPdfExporter(exclude_input=False).from_notebook_node(book)
    assert "plain<wordsprintedlinedmarked" in Opened(without).text
    assert "secret" not in Opened(without).text
    assert "secret=1" in Opened(with_code).text


# ---- text is text ----


@pytest.mark.parametrize("name", HOSTILE)
def test_nothing_in_a_reports_text_becomes_markup(name: str) -> None:
    cell = escape(name)
    html = f"<p>p {cell}</p><table><caption>c {cell}</caption><tr><th>{cell}</th></tr><tr><td>{cell}</td></tr></table>"
    plain = re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", name)
    book = notebook(
        code(html, "html"), drawn("fig", name, f"f {name}"), code(name="plain", text_plain=name), text(plain, "prose")
    )
    facts = [Fact("Organ", name), Fact("File", f"{name}.txt")]
    opened = Opened(typeset(report_source({"01": book}, "en", Basis(name, facts), with_code=True)))
    assert opened.text.count(squeezed(name)) >= 8
    assert opened.info["Title"].startswith(name)
    assert [entry["Alt"] for entry in opened.tagged("Figure") if "Alt" in entry]
    assert opened.outline == [(1, "Contents"), (1, "Title")]


# ---- what is refused ----


@pytest.mark.parametrize("character", ["\U0001f600", "ก", "\u202e", "\U00020000"])
def test_a_character_that_cannot_be_drawn_is_named_with_its_cell_and_what_to_do(character: str) -> None:
    why = rf"^in 'cell-guilty': the package's font cannot draw .* \(U\+{ord(character):04X}\); .*build_font"
    for cell in (code(f"<p>a{character}</p>", "guilty"), text(f"a {character}", "guilty")):
        with pytest.raises(ExportError, match=why):
            exported(cell)
    with pytest.raises(ExportError, match="cannot draw"):
        reported("en", subject=f"公安局{character}")


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        (drawn("guilty", " "), "a picture without alt text"),
        (shown("guilty", "image/png", "AAAA", {"alt": "a"}), "a picture is not PNG"),
        (shown("guilty", "image/svg+xml", "no drawing", {"alt": "a"}), "SVG"),
        (code("<p>a <img alt='a' src='https://example.org/a.png'></p>", "guilty"), "<img> inside HTML"),
        (code("<svg aria-label='a'></svg>", "guilty"), "<svg> inside HTML"),
        (text("![alt](/etc/passwd)", "guilty"), "a picture in the prose"),
        (text("#### deep", "guilty"), "skipped from heading level 1 to 4"),
    ],
)
def test_what_would_not_do_is_refused_and_named_with_its_cell(cell: Cell, why: str) -> None:
    with pytest.raises(ExportError, match=rf"^in 'cell-guilty': .*{why}"):
        exported(text("fine", "innocent"), cell)


def test_a_chapter_is_named_when_it_is_refused() -> None:
    books = {"01_a": notebook(), "02_b": notebook(drawn("x", ""))}
    with pytest.raises(ExportError, match=r"^02_b \(en\): in 'cell-x': a picture"):
        report_source(books, "en", Basis(), with_code=False)


# ---- from the command line ----


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
