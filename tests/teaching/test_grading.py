"""The standard tool hands out, grades and gives feedback: three submissions, each point where it belongs."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from nbgrader.api import Gradebook

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]
COURSE = ROOT / "teaching"
ASSIGNMENT, NOTEBOOK = "exercises", "06_exercises"
#: nbgrader calls alembic by its name, as it is found in an activated environment.
PATH = os.pathsep.join((sysconfig.get_path("scripts"), os.environ.get("PATH", "")))
WRITTEN = "argument"  # the one cell that a teacher reads
Book = dict[str, Any]

MISTAKES = tomllib.loads((Path(__file__).parent / "mistakes.toml").read_text(encoding="utf-8"))


def read(path: Path) -> Book:
    book: Book = json.loads(path.read_text(encoding="utf-8"))
    return book


def source_of(book: Book, cell_id: str) -> str:
    return "".join(next(cell["source"] for cell in book["cells"] if cell["id"] == cell_id))


def short_of_shows(book: Book) -> Book:
    """Throw out the cells that only show something, as students may: that costs no points."""
    return book | {"cells": [c for c in book["cells"] if not c["id"].startswith(("fig-", "table-", "frame-"))]}


def answered(released: Book, solved: Book, student: str, language: str, instead: dict[str, str]) -> Book:
    """Fill a released notebook in: the solutions, but for what a student got wrong."""
    book: Book = json.loads(json.dumps(released))
    for cell in book["cells"]:
        if cell["id"] == "parameters":
            cell["source"] = f'REPORT = "shanghai_psb_2024"\nSTUDENT = "{student}"\nLANGUAGE = "{language}"'
        elif cell["metadata"].get("nbgrader", {}).get("solution"):
            cell["source"] = instead.get(cell["id"], source_of(solved, cell["id"]))
    return book


@pytest.fixture(scope="module")
def short() -> Iterator[Path]:
    """Give a folder of its own, with a path that is short enough for every file that nbgrader makes."""
    folder = Path(tempfile.mkdtemp(prefix="nbg-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def nbgrader(short: Path) -> Callable[..., str]:
    """Run nbgrader in a copy of the course, in a home of its own; its kernels talk on this machine alone."""
    course = short / "course"
    shutil.copytree(COURSE, course)
    with (course / "nbgrader_config.py").open("a", encoding="utf-8") as file:
        file.write("c.ConnectionFileMixin.ip = '127.0.0.1'\n")
    home = {name: str(short / name.lower()) for name in ("HOME", "IPYTHONDIR", "MPLCONFIGDIR")}
    jupyter = {f"JUPYTER_{name}_DIR": str(short / name.lower()) for name in ("CONFIG", "DATA", "RUNTIME")}
    environment = {**os.environ, **home, **jupyter, "PATH": PATH, "JUPYTER_PLATFORM_DIRS": "1", "PYTHONHASHSEED": "0"}

    def run(*arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "nbgrader", *arguments], cwd=course, env=environment, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stderr

    return run


@pytest.fixture(scope="module")
def graded(short: Path, nbgrader: Callable[..., str]) -> Path:
    """Hand out, submit three times, grade all in one go, write feedback; give the folder of the course."""
    course = short / "course"
    nbgrader("generate_assignment", ASSIGNMENT)
    released = read(course / "release" / ASSIGNMENT / f"{NOTEBOOK}.ipynb")
    solved = read(COURSE / "source" / ASSIGNMENT / f"{NOTEBOOK}.ipynb")
    submissions = {
        "right": answered(released, solved, "20260001", "zh", {}),
        "blank": short_of_shows(released),
        "mistaken": answered(
            short_of_shows(released), solved, "20260002", "en", {cell: one["answer"] for cell, one in MISTAKES.items()}
        ),
    }
    for student, book in submissions.items():
        folder = course / "submitted" / student / ASSIGNMENT
        folder.mkdir(parents=True)
        (folder / f"{NOTEBOOK}.ipynb").write_text(json.dumps(book), encoding="utf-8")
    nbgrader("autograde", ASSIGNMENT)
    nbgrader("generate_feedback", ASSIGNMENT)
    return course


def points(course: Path, student: str) -> dict[str, tuple[float, float, bool]]:
    """Give for each graded cell its points, the most that there are, and whether a person must still look."""
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}", "foi_analysis") as book:
        grades = book.find_submission_notebook(NOTEBOOK, ASSIGNMENT, student).grades
        return {grade.name: (grade.score, grade.max_score, grade.needs_manual_grade) for grade in grades}


def lost(course: Path, student: str) -> dict[str, float]:
    found = points(course, student)
    return {name: most - score for name, (score, most, open_) in found.items() if score < most and not open_}


def test_what_is_handed_out_is_the_students_notebook_of_the_project(graded: Path) -> None:
    released = read(graded / "release" / ASSIGNMENT / f"{NOTEBOOK}.ipynb")
    assert released == read(ROOT / "notebooks" / f"{NOTEBOOK}.ipynb")
    assert "SOLUTION" not in json.dumps(released)
    assert "HIDDEN" not in json.dumps(released)


def test_there_are_a_hundred_points_and_a_right_submission_gets_them(graded: Path) -> None:
    found = points(graded, "right")
    assert sum(most for _, most, _ in found.values()) == 100
    assert lost(graded, "right") == {}
    assert {name for name, (_, _, open_) in found.items() if open_} == {WRITTEN}
    with Gradebook(f"sqlite:///{graded / 'gradebook.db'}", "foi_analysis") as book:
        argument = book.find_grade(WRITTEN, NOTEBOOK, ASSIGNMENT, "right")
        argument.manual_score = argument.max_score
        book.db.commit()
        assert book.find_submission(ASSIGNMENT, "right").score == 100


def test_a_right_submission_runs_without_a_warning_and_is_told_so_in_its_language(graded: Path) -> None:
    cells = read(graded / "autograded" / "right" / ASSIGNMENT / f"{NOTEBOOK}.ipynb")["cells"]
    outputs = [(cell["id"], output) for cell in cells for output in cell.get("outputs", [])]
    assert [o for _, o in outputs if o["output_type"] == "error" or o.get("name") == "stderr"] == []
    said = {name: "".join(output["text"]) for name, output in outputs if "text" in output}
    assert "✓ 通过" in said["test-draw"]


def test_a_blank_submission_gets_nothing_and_typical_mistakes_lose_just_the_points_they_should(graded: Path) -> None:
    assert {score for score, _, _ in points(graded, "blank").values()} == {0}
    assert lost(graded, "mistaken") == {one["test"]: one["points"] for one in MISTAKES.values()}


def test_feedback_holds_the_hints_for_the_student(graded: Path) -> None:
    pages = {
        student: (graded / "feedback" / student / ASSIGNMENT / f"{NOTEBOOK}.html").read_text(encoding="utf-8")
        for student in ("right", "blank", "mistaken")
    }
    assert "Wilson's formula" in pages["mistaken"].replace("&#39;", "'")
    assert "This function is not written yet" in pages["blank"]
    assert "Work it out from the other cells of a sum" in pages["mistaken"]
    assert "not right yet" not in pages["right"]
