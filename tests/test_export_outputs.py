"""What a page shows of outputs: figures with their words, tables of pandas, plain results; and what it leaves out."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import matplotlib.pyplot as plt
import nbformat
import pandas as pd
import pytest
from lxml import html as lxml_html
from small_books import Cell, code, notebook, page_of, shown

from foi_analysis import load_panel, plot
from foi_analysis.export.downloads import figures_of, move_figure
from foi_analysis.export.exporter import FoiHtmlExporter
from foi_analysis.export.notebook import ExportError, execute
from foi_analysis.export.outputs import frames, in_font, inline
from foi_analysis.export.page import inspect_page
from foi_analysis.plot.figure import picture
from foi_analysis.plot.theme import theme

SVG = "image/svg+xml"
SHORT = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path id="a" d="M 0 0"/></svg>'


def drawn(kind: str = SVG, content: str = SHORT, name: str = "fig", **words: str) -> Cell:
    return shown(name, kind, content, words)


def result(text: str) -> Cell:
    return nbformat.v4.new_output("execute_result", {"text/plain": text})


# ---- from a kernel to the page ----

SOURCE = """
import seaborn as sns
import foi_analysis as foi
foi.set_theme(language="en")
report = foi.load_panel()["shanghai_psb_2024"]
foi.plot.outcomes(report)
"""
OWN = """
ax = sns.barplot(x=["甲", "b"], y=[1, 2])
foi.plot.describe(ax, 'Two bars: 1 & "2"')
ax
"""


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which the run keeps figures."""
    return tmp_path_factory.mktemp("kernel") / "kept"


@pytest.fixture(scope="module")
def run(kept: Path) -> nbformat.NotebookNode:
    """Figures of the package and of seaborn, a number, a frame and a series, run in a kernel as for a page."""
    another = 'foi.plot.outcomes(report.replace({"requests.new.total": 0}));'
    given = "import matplotlib.pyplot as plt\n_, ax = plt.subplots()\nfoi.plot.flow(report, ax=ax);"
    axes = "ax = sns.lineplot(x=[1, 2], y=[1, 2])\nfoi.plot.describe(ax, 'A line');\nax.plot([1], [2])"
    series = "report.cells['mark'].value_counts()"
    sources = {"ours": SOURCE, "another": another, "given": given, "own": OWN, "axes": axes}
    sources |= {"number": "(1, 2.5)", "frame": "report.cells.head(3)", "series": series}
    book = notebook(*(code(name=name, source=source) for name, source in sources.items()))
    return asyncio.run(execute([book], "book", kept.parent, print, kept))[0]


def cell_of(book: nbformat.NotebookNode, name: str) -> Cell:
    return next(cell for cell in book.cells if cell.id == name)


@pytest.mark.slow
def test_a_kernel_shows_figures_as_svg_whose_text_is_text_with_their_words(run: nbformat.NotebookNode) -> None:
    output = cell_of(run, "ours").outputs[-1]
    assert set(output.data) == {SVG}
    assert "in full or in part</text>" in output.data[SVG]
    words = output.metadata[SVG]
    assert (words["name"], words["alt"][:10]) == ("outcomes", "Bar chart.")
    assert words["caption"].startswith("Based on the table")


@pytest.mark.slow
def test_the_first_figure_of_a_name_is_kept_with_its_data_where_that_is_asked_for(
    run: nbformat.NotebookNode, kept: Path, tmp_path: Path
) -> None:
    assert {path.name for path in kept.iterdir()} == {f"outcomes.en.{x}" for x in ("svg", "png", "csv")}
    ((name, found),) = figures_of(run, kept, "en").items()
    assert name == "outcomes"
    assert found.text == cell_of(run, "ours").outputs[-1].metadata[SVG]["title"]
    assert found.text.startswith("Of 1,698 requests concluded, 236 (13.9%)")
    assert found.files["CSV"] == "en/data/outcomes.csv"
    report = load_panel()["shanghai_psb_2024"]
    data = move_figure(name, kept, "en", tmp_path)
    assert data == plot.outcomes_data(report, "en").to_csv(index=False, lineterminator="\n")
    for path in plot.save(plot.outcomes(report, language="en"), tmp_path / "again"):
        assert path.read_bytes() == (tmp_path / f"figures/outcomes.en{path.suffix}").read_bytes()


@pytest.mark.slow
def test_a_figure_that_cannot_be_kept_is_named(tmp_path: Path) -> None:
    (tmp_path / "outcomes.en.svg").mkdir()
    with pytest.raises(ExportError, match=r"^book, cell 'ours': IsADirectoryError: .*outcomes\.en\.svg"):
        asyncio.run(execute([notebook(code(name="ours", source=SOURCE))], "book", tmp_path, print, tmp_path))


def test_a_plot_of_seaborn_carries_the_words_that_were_said_of_it(run: nbformat.NotebookNode) -> None:
    output = cell_of(run, "own").outputs[-1]
    assert output.metadata[SVG]["alt"] == 'Two bars: 1 & "2"'


def test_a_page_has_each_figure_with_its_words_and_no_text_of_axes(run: nbformat.NotebookNode) -> None:
    html = page_of(run)
    assert html.count('<figure tabindex="0"><svg') == 5
    assert 'role="img" aria-label="Two bars: 1 &amp; &quot;2&quot;"' in html
    assert "<figcaption>Based on the table" in html
    assert "&lt;" not in re.sub(r'<details class="code">.*?</details>', "", html, flags=re.DOTALL)
    assert "at 0x" not in html


def test_plain_results_frames_and_series_stay_on_the_page(run: nbformat.NotebookNode) -> None:
    html = page_of(run)
    assert '<pre class="shown">(1, 2.5)</pre>' in html
    assert '<table class="dataframe">' in html
    assert "number    200" in html


@pytest.mark.parametrize("text", ["<Axes: >", "array([<Axes: >, <Axes: >], dtype=object)", "Text(0.5, 1.0, 'a')",
                                  "[<matplotlib.lines.Line2D at 0x7f>]", "<BarContainer object of 3 artists>",
                                  "<seaborn.axisgrid.FacetGrid at 0x7f>"])  # fmt: skip
def test_what_a_call_that_drew_returned_is_left_out_beside_the_figure_alone(text: str) -> None:
    figure, alone = drawn(alt="A"), code(name="alone")
    figure.outputs = [result(text), *figure.outputs, result("0.139")]
    alone.outputs = [result(text)]
    html = page_of(notebook(figure, alone))
    assert re.findall(r'<pre class="shown">(.)', html) == ["0", "&" if text.startswith("<") else text[0]]


# ---- figures ----


def test_a_figure_leads_to_its_data_where_there_will_be_some() -> None:
    book = notebook(drawn(alt="A", name="a", caption="Said"), drawn(alt="B", name="b"))
    for cell, name in zip(book.cells[-2:], ("outcomes", "mine"), strict=True):
        cell.outputs[0].metadata[SVG]["name"] = name
    about = {"foi": {"data": "data", "drawn": {"outcomes": "A"}}}
    html, _ = FoiHtmlExporter(language="en").from_notebook_node(book, about)
    assert re.findall(r'href="(data/.*?)"', html) == ["data/outcomes.csv"]
    assert "data/" not in page_of(book)


def test_a_figure_of_other_data_than_are_written_leads_to_none() -> None:
    cell = drawn(alt="Of 1,698 requests", caption="Said")
    cell.outputs[0].metadata[SVG]["name"] = "outcomes"
    about = {"foi": {"data": "data", "drawn": {"outcomes": "Of 1,689 requests"}}}
    assert "data/" not in FoiHtmlExporter(language="en").from_notebook_node(notebook(cell), about)[0]


def test_a_picture_in_pixels_has_its_words_too() -> None:
    html = page_of(notebook(drawn("image/png", "AA==", alt='A "b" <c>', caption="Said <d>")))
    assert '<figure tabindex="0"><img alt="A &#34;b&#34; &lt;c&gt;" src="data:image/png;base64,AA==">' in html
    assert "<figcaption>Said &lt;d&gt;" in html


def inside(element: str) -> Cell:
    return drawn(content=SHORT.replace("<path", f"{element}<path"), alt="A")


WITHOUT_WORDS = r"^in 'cell-fig': a .* without alt text; .*foi\.plot\.describe\(ax, \"…\"\)"


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        (drawn(), WITHOUT_WORDS),
        (drawn("image/png", "AA=="), WITHOUT_WORDS),
        (drawn("image/jpeg", "AA=="), WITHOUT_WORDS),
        (drawn(content="<svg", alt="A"), "a picture is no SVG"),
        (inside("<script/>"), "<script> has no place"),
        (inside('<image href="https://example.org/a.png"/>'), "<image> has no place"),
        (inside('<path onclick="x()"/>'), "<path> runs a script"),
    ],
)
def test_a_picture_without_words_or_that_is_none_or_would_run_or_load_something_is_refused(
    cell: Cell, why: str
) -> None:
    with pytest.raises(ExportError, match=why):
        inspect_page(page_of(notebook(cell)))


@pytest.fixture(scope="module")
def svg() -> str:
    """A plot as a kernel shows it."""
    with theme():
        figure, ax = plt.subplots()
        ax.plot([0, 1], [0, 1])
        ax.set(title="甲 title", xlabel="x < y")
        made = picture(figure, "svg", **{"svg.fonttype": "none"}).decode()
    plt.close(figure)
    return made


def test_figures_of_one_page_share_no_id_and_no_style(svg: str) -> None:
    twice = drawn(content=svg, alt="A", name="a")
    twice.outputs += drawn(content=svg, alt="A").outputs
    book = notebook(twice, drawn(content=svg, alt="B", name="b"))
    html = page_of(book)
    assert page_of(book) == html, "and a page is the same each time"
    ids = re.findall(r' id="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    assert len(set(re.findall(r"\.([\w-]+-0)\{", html))) == 3


def test_a_drawing_on_a_page_is_lighter_and_says_the_same(svg: str) -> None:
    light = inline(svg, "a", "Alt")
    assert len(light) < 0.7 * len(svg)
    assert "font-family" not in light
    assert re.findall(r">([^<>]+)</text>", light) == re.findall(r">([^<>]+)</text>", svg)
    assert in_font(svg, "F").count("font-family: 'F'") == svg.count("font-family")


# ---- tables of pandas ----


def parsed(frame: pd.DataFrame, language: str = "en") -> lxml_html.HtmlElement:
    return lxml_html.fragment_fromstring(frames(frame._repr_html_(), language), create_parent="div")  # type: ignore[operator, arg-type]


def test_a_frame_scrolls_by_key_and_its_heads_have_a_scope() -> None:
    frame = pd.DataFrame({"n": [1, 2], "word": ["a & b", "<c>"]}, index=pd.Index(["甲", "乙"], name="row"))
    root = parsed(frame, "zh")
    (group,) = root.xpath("//div[@class='wide']")
    assert (group.get("role"), group.get("tabindex"), group.get("aria-label")) == ("group", "0", "表格")
    heads = [(head.text, head.get("scope")) for head in group.iter("th")]
    assert heads == [("row", "col"), ("n", "col"), ("word", "col"), ("甲", "row"), ("乙", "row")]
    assert not root.xpath("//style | //@border | //@style | //th[not(@scope)]")
    assert [cell.text for cell in group.iter("td")] == ["1", "a & b", "2", "<c>"]


def test_numbers_and_their_heads_stand_at_the_right_also_where_some_are_missing() -> None:
    frame = pd.DataFrame({"n": [1, None], "share": ["12.5 %", ""], "word": ["1", "a"], "none": [None, None]})
    right = [element.text for element in parsed(frame).xpath("//*[@class='foi-number']")]
    assert right == ["n", "share", "1.0", "12.5 %", "NaN", None]


def test_merged_levels_head_groups_and_keep_their_columns() -> None:
    index = pd.MultiIndex.from_product([["a", "b"], ["x", "y"]], names=["table", "row"])
    columns = pd.MultiIndex.from_product([["one", "two"], ["n", "word"]])
    frame = pd.DataFrame([[1, "p", 2, "q"]] * 4, index=index, columns=columns)
    root = parsed(frame)
    scopes = {head.text: head.get("scope") for head in root.iter("th")}
    assert (scopes["a"], scopes["x"], scopes["one"], scopes["n"]) == ("rowgroup", "row", "colgroup", "col")
    assert {cell.text for cell in root.xpath("//td[@class='foi-number']")} == {"1", "2"}


def test_the_size_of_a_long_frame_is_told_below_it_and_other_html_is_left_alone() -> None:
    root = parsed(pd.DataFrame({"n": range(200)}))
    assert root.xpath("//p")[0].text == "200 rows × 1 columns"
    other = '<p>a</p><table class="foi-table"><tr><th></th></tr></table>'
    assert frames(other) == other
