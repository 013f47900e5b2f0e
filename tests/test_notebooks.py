from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode

from foi_analysis import Report, notebook, read_report
from foi_analysis.export.notebook import packaged_notebooks, with_parameters
from foi_analysis.form import load_form
from foi_analysis.report import Cell, Finding, Mark
from foi_analysis.resources import LANGUAGES, Language, read_toml
from foi_analysis.teaching.slips import count_noticed

ROOT = Path(__file__).resolve().parent.parent
PATHS = (*packaged_notebooks(), ROOT / "notebooks/05_comparison.ipynb")
NAMES = ["01_report_tables", "02_consistency", "03_disclosure_outcomes", "04_appeals", "05_comparison"]
PANEL = "05_comparison"
PANEL_PARAMETERS = 'PANEL = None\nLANGUAGE = "en"'
PARAMETERS = 'REPORT = "../data/raw/shanghai_psb_2024.txt"\nSUPPLIED = None\nLANGUAGE = "en"'
FINDINGS = tuple(read_toml("words/findings.toml"))
READINGS = tuple(read_toml("words/readings.toml"))


def tags(cell: NotebookNode) -> list[str]:
    return list(cell.metadata.get("tags", []))


@pytest.fixture(params=PATHS, ids=lambda path: path.stem)
def book(request: pytest.FixtureRequest) -> NotebookNode:
    return nbformat.read(request.param, as_version=4)


# ---- as committed ----


def test_there_are_four_notebooks_about_a_report_and_one_about_many_beside_the_exercises() -> None:
    assert [path.stem for path in PATHS] == NAMES
    assert {path.stem for path in (ROOT / "notebooks").glob("*.ipynb")} == {*NAMES, "06_exercises"}


def test_notebooks_are_valid_and_carry_only_kernel_and_title(book: NotebookNode) -> None:
    nbformat.validate(book)
    assert (book.nbformat, book.nbformat_minor) == (4, 5)
    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    assert set(book.metadata) == {"kernelspec", "title"}
    assert book.metadata.kernelspec == kernel


def test_no_outputs_counts_or_attachments_are_committed(book: NotebookNode) -> None:
    for cell in book.cells:
        assert set(cell.metadata) <= {"tags"}
        assert "attachments" not in cell
        if cell.cell_type == "code":
            assert cell.outputs == []
            assert cell.execution_count is None


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_files_are_written_the_same_way_each_time(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text == json.dumps(json.loads(text), ensure_ascii=False, indent=1) + "\n"


def test_cell_ids_are_unique_and_mean_something(book: NotebookNode) -> None:
    ids = [cell.id for cell in book.cells]
    assert len(ids) == len(set(ids))
    for cell in book.cells:
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", cell.id)
        assert not re.fullmatch(r"[0-9a-f]{8}", cell.id)


def test_the_first_code_cell_holds_the_parameters_and_no_other_does(book: NotebookNode) -> None:
    first = next(cell for cell in book.cells if cell.cell_type == "code")
    assert tags(first) == ["parameters"]
    assert first.source == (PANEL_PARAMETERS if "PANEL" in first.source else PARAMETERS)
    assert [cell.id for cell in book.cells if "parameters" in tags(cell)] == [first.id]


def test_every_idea_is_told_in_both_languages_chinese_first(book: NotebookNode) -> None:
    texts = [cell for cell in book.cells if cell.cell_type == "markdown"]
    at = {cell.id: i for i, cell in enumerate(book.cells)}
    for zh, en in zip(texts[::2], texts[1::2], strict=True):
        assert (tags(zh), tags(en)) == (["lang-zh"], ["lang-en"])
        assert zh.id.removesuffix("-zh") == en.id.removesuffix("-en")
        assert at[en.id] == at[zh.id] + 1
        assert re.search(r"[一-鿿]", zh.source)
        assert zh.source.count("\n#") == en.source.count("\n#")
        assert [line.split(" ")[0] for line in zh.source.splitlines() if line.startswith("#")] == [
            line.split(" ")[0] for line in en.source.splitlines() if line.startswith("#")
        ]


def test_the_first_cells_are_titles_and_headings_go_down_one_step_at_a_time(book: NotebookNode) -> None:
    for language in LANGUAGES:
        texts = [cell.source for cell in book.cells if f"lang-{language}" in tags(cell)]
        levels = [len(mark) for text in texts for mark in re.findall(r"^(#+) ", text, re.MULTILINE)]
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(later - earlier <= 1 for earlier, later in pairwise(levels))


def test_code_cells_are_short_and_hold_no_logic(book: NotebookNode) -> None:
    for cell in book.cells:
        if cell.cell_type == "code":
            assert len(cell.source.splitlines()) <= 10
            assert not re.search(r"\b(if|for|while|def|lambda|class|try)\b", cell.source)
            assert not re.search(r"\d", cell.source.replace(PARAMETERS, ""))


def test_prose_before_each_picture_and_table(book: NotebookNode) -> None:
    kinds = [cell.cell_type for cell in book.cells]
    assert kinds[0] == kinds[1] == "markdown"
    for cell, before in zip(book.cells[1:], book.cells, strict=False):
        if cell.id.startswith("fig-"):
            assert before.cell_type == "markdown"


# ---- no figure of the reference report in what holds for every report ----


def _distinctive(report: Report) -> set[str]:
    return {str(cell.value) for cell in report.grid.values() if cell.value is not None and cell.value >= 100}


def _sources() -> Iterator[tuple[str, str]]:
    """Give the notebooks, the package's data, and its code without docstrings, whose examples may show the report."""
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


# ---- run ----


def _faulty(text: str) -> str:
    """Take a table out, blank a number, change another, and tear off the title."""
    start, end = text.index("四、政府信息公开行政复议、行政诉讼情况"), text.index("五、政府信息公开工作存在的主要问题")
    text = text[:start] + text[end:]
    for old, new in (("\t1672\t14\t", "\t\t14\t"), ("\t1680\t13\t", "\t1608\t13\t"), ("\t69\t1\t", "\t/\t1\t")):
        assert text.count(old) == 1
        text = text.replace(old, new)
    return re.sub(r"2024 年上海市公安局政府信息公开工作 年度报告", "", text)


def _together(report: str, language: Language) -> NotebookNode:
    """Put the notebooks about a report, all names forgotten between them, into one for a single kernel."""
    cells = []
    for path in packaged_notebooks():
        cells.append(nbformat.v4.new_code_cell("%reset -f", id=f"{path.stem}-reset"))
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.cell_type == "code":
                changed = f"REPORT = {report!r}\nSUPPLIED = None\nLANGUAGE = {language!r}"
                source = changed if "parameters" in tags(cell) else cell.source
                cells.append(nbformat.v4.new_code_cell(source, id=f"{path.stem}-{cell.id}"))
    return nbformat.v4.new_notebook(cells=cells)


def _run(report: str, language: Language) -> dict[str, list[NotebookNode]]:
    book = _together(report, language)
    NotebookClient(
        book, timeout=120, kernel_name="python3", resources={"metadata": {"path": PATHS[0].parent}}
    ).execute()
    return {cell.id: cell.outputs for cell in book.cells}


def _html(outputs: list[NotebookNode]) -> str:
    (output,) = outputs
    return str(output.data["text/html"])


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_all_notebooks_run_from_the_top_on_the_reference_report(language: Language) -> None:
    for name, outputs in _run("../data/raw/shanghai_psb_2024.txt", language).items():
        if not name.endswith(("-reset", "-parameters", "-read-report")):
            assert len(_html(outputs)) > 50, name
            assert "<script" not in _html(outputs), name
        else:
            assert outputs == [], name


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_notebook_about_many_reports_runs_on_the_shipped_panel(language: Language) -> None:
    book = with_parameters(nbformat.read(ROOT / f"notebooks/{PANEL}.ipynb", as_version=4), "unused.txt", language)
    NotebookClient(
        book, timeout=120, kernel_name="python3", resources={"metadata": {"path": ROOT / "notebooks"}}
    ).execute()
    shown = {cell.id: cell.outputs for cell in book.cells if cell.cell_type == "code"}
    assert "unused.txt" not in str(book)
    for name, outputs in shown.items():
        if name not in ("parameters", "read-panel"):
            assert len(_html(outputs)) > 50, name
            assert "<script" not in _html(outputs), name
    refused = {"zh": "拒绝比较", "en": "Refused"}[language]
    assert refused in _html(shown["say-common"])


def test_the_notebook_about_many_reports_is_not_made_for_another_report() -> None:
    assert [path.stem for path in packaged_notebooks()] == NAMES[:-1]


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_all_notebooks_run_on_a_faulty_report_and_say_what_cannot_be_said(
    reference_text: str, tmp_path: Path, language: Language
) -> None:
    path = tmp_path / "faulty.txt"
    path.write_text(_faulty(reference_text), encoding="utf-8")
    outputs = _run(str(path), language)
    missing = {"zh": "说不出", "en": "nothing can be said"}[language]
    assert missing in _html(outputs["04_appeals-say-rates"])
    assert missing in _html(outputs["03_disclosure_outcomes-say-applicants"])
    unknown = {"zh": "机关不明", "en": "organ unknown"}[language]
    assert unknown in _html(outputs["01_report_tables-table-requests"])


# ---- what the cells call, on reports of every kind ----


def _all(report: Report, mark: Mark, value: int | None) -> Report:
    cells = {key: Cell(key, value, mark, "" if value is None else str(value)) for key in report.grid}
    return replace(report, grid=cells, organ=Finding(), year=Finding(), scope=Finding("unknown"))


EXTREMES: dict[str, Callable[[Report], Report]] = {
    "blank": lambda report: _all(report, "blank", None),
    "missing": lambda report: _all(report, "missing", None),
    "zero": lambda report: _all(report, "number", 0),
    "one": lambda report: _all(report, "number", 1),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", EXTREMES)
def test_sentences_boxes_and_tables_never_fail(reference: Report, kind: str, language: Language) -> None:
    report = EXTREMES[kind](reference)
    shown: list[Any] = [notebook.findings(report, topic, language) for topic in FINDINGS]
    shown += [notebook.wrong_readings(report, topic, language) for topic in READINGS]
    shown += [notebook.decision_table(report, language), notebook.blind_table(report, language)]
    for one in shown:
        assert one._repr_mimebundle_()["text/html"]


@pytest.mark.parametrize("form_id", ["cn-2019", "cn-2021-hybrid"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences_hold_for_the_other_forms_too(reference: Report, form_id: str, language: Language) -> None:
    form = load_form(form_id)
    report = replace(reference, form=form, grid={key: Cell(key, 3, "number", "3") for key in form.cells})
    for topic in FINDINGS:
        assert notebook.findings(report, topic, language).texts or topic == "proactive"
    rows = {str(record["row"]) for record in notebook.decision_table(report, language).records}
    assert "other_handled" in rows
    assert "other_else" not in rows


def test_every_row_of_every_form_in_which_a_request_can_end_has_its_place_in_the_decision_table(
    reference: Report,
) -> None:
    rows = [record["row"] for record in notebook.decision_table(reference, "en").records]
    ends = [row.key for row in reference.form.table("requests").rows if row.family or row.key == "carried_out"]
    assert sorted(map(str, rows)) == sorted(ends)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_blank_cell_leaves_no_number_in_its_sentence(edited: Callable[..., Path], language: Language) -> None:
    report = read_report(edited(("\t223\t", "\t\t")))
    (first, *_) = notebook.findings(report, "outcomes", language).sentences
    assert not first.told
    assert not re.search(r"\d\d", first.text)


def test_a_share_of_nothing_is_undefined(reference: Report) -> None:
    report = EXTREMES["zero"](reference)
    assert "denominator is 0" in notebook.findings(report, "outcomes", "en").texts[0]


def test_sentences_say_when_a_cell_is_in_doubt(reference: Report) -> None:
    cell = reference.cell("requests", "new", "total")
    report = replace(reference, grid={**reference.grid, cell.key: replace(cell, doubt="found twice: also 5 (line 1)")})
    assert "in doubt" in notebook.findings(report, "requests", "en").texts[0]
    assert "in doubt" not in notebook.findings(reference, "requests", "en").texts[0]


def test_figures_in_sentences_are_those_of_the_report(reference: Report) -> None:
    text = " ".join(notebook.findings(reference, "outcomes", "zh").texts)
    for row in ("concluded", "disclosed", "partly_disclosed", "other_else"):
        assert str(reference.value("requests", row, "total")) in text
    assert "13.9%" in text  # (223 + 13) / 1698
    assert "59.7%" in text  # (223 + 13) / (223 + 13 + 159)


def test_the_coincidence_is_shown_only_where_it_holds(reference: Report, edited: Callable[..., Path]) -> None:
    assert "coincidence" in notebook.wrong_readings(reference, "appeals", "en").texts[1]
    other = read_report(edited(("96\t2\t7\t38\t143\t", "95\t2\t7\t38\t142\t")))
    texts = notebook.wrong_readings(other, "appeals", "en").texts
    assert len(texts) == 6
    assert not any("coincidence" in text for text in texts)


def test_slips_that_no_identity_notices_are_those_of_the_design(reference: Report) -> None:
    found = count_noticed(reference).set_index("kind")
    assert found.loc["block"].to_dict() == {"tried": 209, "noticed": 0, "unnoticed": 209}
    assert found.loc["rows", ["tried", "unnoticed"]].to_dict() == {"tried": 289, "unnoticed": 200}
    assert found.loc["number_requests", ["tried", "noticed"]].to_dict() == {"tried": 175, "noticed": 175}
    assert found.loc["number_proactive", "noticed"] == 0


def test_a_blank_report_has_no_slip_to_try(reference: Report) -> None:
    assert count_noticed(EXTREMES["blank"](reference))["tried"].sum() == 0
