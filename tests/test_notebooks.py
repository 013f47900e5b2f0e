from __future__ import annotations

import ast
import asyncio
import json
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import nbformat
import pandas as pd
import pytest
from nbformat import NotebookNode
from pagemaker import lay_out, print_page

import foi_analysis as foi
from foi_analysis import Report
from foi_analysis.export.notebook import execute, packaged_notebooks, with_parameters
from foi_analysis.form import load_form
from foi_analysis.resources import LANGUAGES, Language
from foi_analysis.teaching.answers import draw_values

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parent.parent
REFERENCE = ROOT / "data/raw/shanghai_psb_2024.txt"
PATHS = (*packaged_notebooks(), ROOT / "notebooks/05_comparison.ipynb")
EXERCISES = (ROOT / "teaching/source/exercises/06_exercises.ipynb", ROOT / "notebooks/06_exercises.ipynb")
NAMES = ["01_report_tables", "02_consistency", "03_disclosure_outcomes", "04_appeals", "05_comparison"]
PANEL = "05_comparison"
PANEL_PARAMETERS = 'PANEL = None\nLANGUAGE = "en"'
PARAMETERS = 'REPORT = "../data/raw/shanghai_psb_2024.txt"\nSUPPLIED = None\nLANGUAGE = "en"'


def tags(cell: NotebookNode) -> list[str]:
    return list(cell.metadata.get("tags", []))


@pytest.fixture(params=PATHS, ids=lambda path: path.stem)
def book(request: pytest.FixtureRequest) -> NotebookNode:
    return nbformat.read(request.param, as_version=4)


@pytest.fixture(params=[*PATHS, *EXERCISES], ids=lambda path: f"{path.parent.name}/{path.stem}")
def any_book(request: pytest.FixtureRequest) -> NotebookNode:
    """A notebook, or one of the exercises, without what is handed in."""
    book = nbformat.read(request.param, as_version=4)
    book.cells = [cell for cell in book.cells if cell.cell_type == "code" or "nbgrader" not in cell.metadata]
    return book


# ---- as committed ----


def test_there_are_four_notebooks_about_a_report_and_one_about_many_beside_the_exercises() -> None:
    assert [path.stem for path in packaged_notebooks()] == NAMES[:-1]
    assert [path.stem for path in PATHS] == NAMES
    assert {path.stem for path in (ROOT / "notebooks").glob("*.ipynb")} == {*NAMES, "06_exercises"}


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_notebooks_are_valid_carry_only_kernel_and_title_no_outputs_and_are_written_the_same_way(path: Path) -> None:
    written = path.read_text(encoding="utf-8")
    assert written == json.dumps(json.loads(written), ensure_ascii=False, indent=1) + "\n"
    book = nbformat.reads(written, as_version=4)
    nbformat.validate(book)
    assert (book.nbformat, book.nbformat_minor) == (4, 5)
    assert set(book.metadata) == {"kernelspec", "title"}
    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    assert book.metadata.kernelspec == kernel
    for cell in book.cells:
        assert set(cell.metadata) <= {"tags"}
        assert "attachments" not in cell
        assert cell.get("outputs", []) == []
        assert cell.get("execution_count") is None


def test_cell_ids_are_unique_and_mean_something(any_book: NotebookNode) -> None:
    ids = [cell.id for cell in any_book.cells]
    assert len(ids) == len(set(ids))
    for cell in any_book.cells:
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", cell.id)
        assert not re.fullmatch(r"[0-9a-f]{8}", cell.id)


def test_the_first_code_cell_holds_the_parameters_and_no_other_does(book: NotebookNode) -> None:
    first = next(cell for cell in book.cells if cell.cell_type == "code")
    assert tags(first) == ["parameters"]
    assert first.source == (PANEL_PARAMETERS if "PANEL" in first.source else PARAMETERS)
    assert [cell.id for cell in book.cells if "parameters" in tags(cell)] == [first.id]


def test_every_idea_is_told_in_both_languages_chinese_first(any_book: NotebookNode) -> None:
    texts = [cell for cell in any_book.cells if cell.cell_type == "markdown"]
    at = {cell.id: i for i, cell in enumerate(any_book.cells)}
    for zh, en in zip(texts[::2], texts[1::2], strict=True):
        assert (tags(zh), tags(en)) == (["lang-zh"], ["lang-en"])
        assert zh.id.removesuffix("-zh") == en.id.removesuffix("-en")
        assert at[en.id] == at[zh.id] + 1
        assert re.search(r"[一-鿿]", zh.source)
        assert re.findall(r"`[^`]+`", zh.source) or not re.findall(r"`[^`]+`", en.source)
        marks = [[line.split(" ")[0] for line in x.source.splitlines() if line.startswith("#")] for x in (zh, en)]
        assert marks[0] == marks[1]


def test_the_first_cells_are_titles_and_headings_go_down_one_step_at_a_time(book: NotebookNode) -> None:
    for language in LANGUAGES:
        texts = [cell.source for cell in book.cells if f"lang-{language}" in tags(cell)]
        levels = [len(mark) for text in texts for mark in re.findall(r"^(#+) ", text, re.MULTILINE)]
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(later - earlier <= 1 for earlier, later in pairwise(levels))


def test_code_cells_are_short_and_hold_one_idea_and_prose_stands_before_each_figure(book: NotebookNode) -> None:
    assert book.cells[0].cell_type == book.cells[1].cell_type == "markdown"
    for cell, before in zip(book.cells[1:], book.cells, strict=False):
        if cell.cell_type == "code":
            assert len(cell.source.splitlines()) <= 12
            assert max(map(len, cell.source.splitlines())) <= 120
            assert not re.search(r"\b(while|def|lambda|class|try:|except)\b", cell.source)
        if cell.id.startswith("fig-"):
            assert before.cell_type == "markdown"


# ---- no figure of the reference report in what holds for every report ----


def _distinctive(report: Report) -> set[str]:
    return {str(cell.value) for cell in report.grid.values() if cell.value is not None and cell.value >= 100}


def _sources() -> Iterator[tuple[str, str]]:
    """Yield the notebooks, the package's data, and its code without docstrings, whose examples may show the report."""
    for path in PATHS:
        yield path.name, "\n".join(cell.source for cell in nbformat.read(path, as_version=4).cells)
    for path in sorted((ROOT / "src").rglob("*.toml")):
        yield path.name, path.read_text(encoding="utf-8")
    for path in sorted((ROOT / "src").rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        constants = (node for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in docstrings)
        yield str(path.relative_to(ROOT)), "\n".join(str(node.value) for node in constants)


def test_no_figure_of_the_reference_report_is_written_anywhere(reference: Report) -> None:
    figures = _distinctive(reference)
    assert len(figures) > 15
    for name, text in _sources():
        numbers = {number.replace(",", "") for number in re.findall(r"(?<![\w.#])\d[\d,]*(?![\w.])", text)}
        assert not figures & numbers, f"{name}: {sorted(figures & numbers)}"


def test_no_notebook_names_the_organ_of_the_reference_report(reference: Report) -> None:
    for path in PATHS:
        text = path.read_text(encoding="utf-8")
        assert reference.organ.value not in text
        assert not re.search(r"上海|Shanghai (?!_)", text)


# ---- the analysis in sight ----

#: What belongs to pandas, seaborn or matplotlib: their modules, Axes, and the methods by which frames are known.
LIBRARIES = re.compile(
    r"\b(pd|sns|plt|ax)\.|"
    r"\.(agg|assign|astype|between|convert_dtypes|div|dropna|explode|groupby|head|iloc|isin|loc|merge|pivot|"
    r"pivot_table|query|rank|rename|round|set_index|sort_values|stack|str|sum|to_frame|unstack|value_counts|xs)\b"
)


def test_half_of_the_cells_are_written_with_pandas_seaborn_or_matplotlib(book: NotebookNode) -> None:
    sources = [cell.source for cell in book.cells if cell.cell_type == "code"]
    assert 2 * sum(bool(LIBRARIES.search(source)) for source in sources) >= len(sources)
    assert any("sns." in source for source in sources)


def test_each_notebook_ends_with_something_to_try(book: NotebookNode) -> None:
    *_, zh, en, code = book.cells
    assert (zh.id, en.id, code.id.split("-")[0]) == ("try-zh", "try-en", "try")
    assert "change me" in code.source
    assert 2 <= en.source.count("\n- ") == zh.source.count("\n- ") <= 3


# ---- run ----


def run(path: Path, report: str, language: Language) -> dict[str, list[str]]:
    """Run a notebook's cells as a kernel does, without one; return what each shows, as HTML or else as text.

    Figures that are open at the end of a cell are shown by it, and must have an alternative text.
    """
    shown: dict[str, list[str]] = {}
    names: dict[str, Any] = {}
    for cell in with_parameters(nbformat.read(path, as_version=4), report, language).cells:
        if cell.cell_type == "code":
            shown[cell.id] = outputs = []
            names["display"] = lambda *things, outputs=outputs: outputs.extend(map(_shown, things))
            value = _run_cell(cell.source, f"{path.stem}, {cell.id}", names)
            outputs += [] if value is None else [_shown(value)]
            for figure in map(plt.figure, plt.get_fignums()):
                assert foi.plot.describe(figure), f"{path.stem}, {cell.id}: a figure without alternative text"
                if cell.id.startswith("plot-"):  # the house's own figures are drawn by their own tests
                    figure.canvas.draw()
                outputs.append(f"<figure>{foi.plot.describe(figure)}</figure>")
            plt.close("all")
    return shown


def _run_cell(source: str, name: str, names: dict[str, Any]) -> Any:
    """Run a cell and return the value of its last line, as IPython does; None for one that ends in a semicolon."""
    tree = ast.parse(source)
    last = tree.body[-1]
    if not isinstance(last, ast.Expr) or source.rstrip().endswith(";"):
        exec(compile(tree, name, "exec"), names)
        return None
    exec(compile(ast.Module(tree.body[:-1], []), name, "exec"), names)
    return eval(compile(ast.Expression(last.value), name, "eval"), names)


def _shown(value: Any) -> str:
    if hasattr(value, "_repr_mimebundle_"):
        return str(value._repr_mimebundle_()[0]["text/html"])
    return str(value._repr_html_() if hasattr(value, "_repr_html_") else repr(value))


@pytest.fixture
def as_in_a_kernel(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Stand in the folder of the notebooks, and take back what a notebook sets."""
    monkeypatch.chdir(PATHS[0].parent)
    with mpl.rc_context(), pd.option_context("display.max_colwidth", 50):
        yield
    plt.close("all")
    foi.set_language("en")


def _faulty(text: str) -> str:
    """Take a table out, blank a number, change another, and tear off the title."""
    start, end = text.index("四、政府信息公开行政复议、行政诉讼情况"), text.index("五、政府信息公开工作存在的主要问题")
    text = text[:start] + text[end:]
    for old, new in (("\t1672\t14\t", "\t\t14\t"), ("\t1680\t13\t", "\t1608\t13\t"), ("\t69\t1\t", "\t/\t1\t")):
        assert text.count(old) == 1
        text = text.replace(old, new)
    return re.sub(r"2024 年上海市公安局政府信息公开工作 年度报告", "", text)


#: Cells that the hybrid leaves blank, beside every ninth: those that notebooks compute with.
BLANK = ("requests.new.total", "requests.disclosed.total", "review.reconsideration.corrected")


@pytest.fixture(scope="session")
def printed_reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Print reports of other kinds and return their paths: of 2019, a hybrid with blanks, all zero."""
    folder = tmp_path_factory.mktemp("reports")
    values = {name: draw_values(load_form(name), 3, 300) for name in ("cn-2019", "cn-2021-hybrid")}
    blank = {key for at, key in enumerate(values["cn-2021-hybrid"]) if at % 9 == 0 or str(key) in BLANK}
    hybrid = {key: value for key, value in values["cn-2021-hybrid"].items() if key not in blank}
    zero = dict.fromkeys(load_form("cn-2021").cells, 0)
    paths = {}
    for name, form_id, figures in (
        ("of 2019", "cn-2019", values["cn-2019"]),
        ("hybrid", "cn-2021-hybrid", hybrid),
        ("zero", "cn-2021", zero),
    ):
        path = folder / f"{form_id}.html"
        path.write_bytes(print_page(lay_out(load_form(form_id), figures, "某县人民政府", 2019), ".html"))
        paths[name] = str(path)
    return paths


@pytest.mark.usefixtures("as_in_a_kernel")
@pytest.mark.parametrize(
    ("path", "kind", "language"),
    [
        *((path, kind, language) for path in PATHS[:-1] for kind, language in (("of 2019", "zh"), ("hybrid", "en"))),
        *((path, "zero", "zh") for path in PATHS[2:4]),  # those that divide
    ],
    ids=lambda value: getattr(value, "stem", value),
)
def test_notebooks_run_from_the_top_on_a_report_of_any_kind(
    path: Path, kind: str, language: Language, printed_reports: dict[str, str]
) -> None:
    for name, outputs in run(path, printed_reports[kind], language).items():
        assert outputs or name == "parameters", name
        assert not any("<script" in output or "<Axes" in output for output in outputs), name


@pytest.mark.usefixtures("as_in_a_kernel")
def test_the_notebook_about_many_reports_runs_on_the_shipped_panel() -> None:
    shown = run(PATHS[-1], "unused.txt", "zh")
    assert all(outputs for name, outputs in shown.items() if name != "parameters")
    assert "不予比较" in shown["say-common"][0]


@pytest.mark.usefixtures("as_in_a_kernel")
def test_notebooks_run_on_a_faulty_report_and_say_what_cannot_be_said(reference_text: str, tmp_path: Path) -> None:
    path = tmp_path / "faulty.txt"
    path.write_text(_faulty(reference_text), encoding="utf-8")
    shown = {f"{book.stem}-{name}": x for book in PATHS[:-1] for name, x in run(book, str(path), "zh").items()}
    missing = "说不出"
    assert missing in shown["04_appeals-say-rates"][0]
    assert missing in shown["03_disclosure_outcomes-say-applicants"][0]
    assert "机关不明" in shown["01_report_tables-table-requests"][0]


def test_an_edition_shows_the_same_whether_another_ran_before_it_or_not(tmp_path: Path) -> None:
    path = PATHS[-1]  # the panel that it loads stays in memory
    source = nbformat.read(path, as_version=4)
    (figure,) = (cell for cell in source.cells if cell.id == "fig-chain")
    source.cells = [*source.cells[: [cell.id for cell in source.cells].index("plot-series")], figure]
    books = [with_parameters(source, str(REFERENCE), language) for language in ("en", "zh", "en")]
    alone, _, after = asyncio.run(execute(books, path.stem, tmp_path, print))
    assert [cell.get("outputs") for cell in after.cells] == [cell.get("outputs") for cell in alone.cells]
