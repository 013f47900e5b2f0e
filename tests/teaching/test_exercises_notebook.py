"""The notebook with solutions and the students' notebook made from it; both in two languages, as committed."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import nbformat
import pytest
from exercises import SOURCE, STUDENTS, students_version, written
from nbformat import NotebookNode
from nbgrader.nbgraderformat import MetadataValidator

from foi_analysis.export.notebook import find_project, packaged_notebooks

ROOT = Path(__file__).resolve().parents[2]


def tags(cell: NotebookNode) -> list[str]:
    return list(cell.metadata.get("tags", []))


@pytest.fixture(scope="module")
def source() -> NotebookNode:
    return nbformat.read(SOURCE, as_version=4)


def test_the_students_notebook_is_made_from_the_one_with_solutions_holds_none_and_is_not_reproduced() -> None:
    assert STUDENTS.read_text(encoding="utf-8") == written(students_version()), "run python scripts/exercises.py"
    text = STUDENTS.read_text(encoding="utf-8")
    assert not re.search(r"SOLUTION|HIDDEN|right_letters|right_rows|repairs", text)
    stubs = sum("raise NotImplementedError()" in c.source for c in students_version().cells if c.cell_type == "code")
    assert stubs == SOURCE.read_text(encoding="utf-8").count("BEGIN SOLUTION")
    project = find_project(ROOT)
    assert project
    assert STUDENTS not in (*project.notebooks, *packaged_notebooks())
    assert "06_exercises" not in (ROOT / "SHA256SUMS").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", [SOURCE, STUDENTS], ids=["source", "students"])
def test_both_are_valid_for_jupyter_and_nbgrader_and_without_outputs(path: Path) -> None:
    book = nbformat.read(path, as_version=4)
    nbformat.validate(book)
    MetadataValidator().validate_nb(book)
    assert set(book.metadata) == {"kernelspec", "title"}
    assert all(cell.outputs == [] and cell.execution_count is None for cell in book.cells if cell.cell_type == "code")
    assert all(c.metadata.nbgrader.grade_id == c.id for c in book.cells if "nbgrader" in c.metadata)


def test_it_opens_with_what_is_learnt_closes_with_questions_and_its_code_cells_are_short(source: NotebookNode) -> None:
    for cell in source.cells:
        if cell.cell_type == "code":
            lines = [line for line in cell.source.splitlines() if line.strip() and "### " not in line]
            assert len(lines) <= 10, cell.id
    assert "做完以后，你能够" in source.cells[0].source
    assert "Afterwards you can" in source.cells[1].source
    assert source.cells[-2].source.startswith("## 讨论")
    assert source.cells[-1].source.startswith("## Questions for discussion")


def test_ten_exercises_take_ninety_minutes_and_carry_a_hundred_points_as_the_guide_tells(source: NotebookNode) -> None:
    for language, minutes in (("zh", r"（约(\d+)分钟）"), ("en", r"\(about (\d+) minutes\)")):
        heads = [c.source.splitlines()[0] for c in source.cells if f"lang-{language}" in tags(c)]
        times = [int(found) for head in heads if head.startswith("## ") for found in re.findall(minutes, head)]
        assert len(times) == 10
        assert 85 <= sum(times) <= 95
    graded = [c.metadata.nbgrader for c in source.cells if c.metadata.get("nbgrader", {}).get("grade")]
    assert sum(about.points for about in graded) == 100
    machine = sum(about.points for about in graded if not about.solution)
    assert f"{machine} points are given by machine" in (ROOT / "docs/teachers.md").read_text(encoding="utf-8")
    assert f"{machine}分由机器评定" in (ROOT / "docs/zh/teachers.md").read_text(encoding="utf-8")


def test_every_function_is_tried_on_reports_that_students_do_not_see(source: NotebookNode) -> None:
    functions = {c.source.split("(")[0].removeprefix("def ") for c in source.cells if c.source.startswith("def ")}
    for name in functions:
        (test,) = (c for c in source.cells if c.id == f"test-{name.replace('_', '-')}")
        shown, hidden = test.source.split("### BEGIN HIDDEN TESTS")
        assert f", {name}, " in shown
        assert f", {name}, teaching.practice(" in hidden
        ast.parse(test.source)
