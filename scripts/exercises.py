"""Write the students' exercises from the notebook with solutions, as ``nbgrader generate_assignment`` does.

Writes notebooks/06_exercises.ipynb; with ``--check`` it only tells whether that is out of date, and exits 1.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader import preprocessors
from traitlets.config import Config, PyFileConfigLoader

ROOT = Path(__file__).resolve().parent.parent
COURSE = ROOT / "teaching"
SOURCE = COURSE / "source" / "exercises" / "06_exercises.ipynb"
STUDENTS = ROOT / "notebooks" / "06_exercises.ipynb"
#: What nbgrader does to a notebook before it is handed out, without its database.
STEPS = (
    preprocessors.LockCells,
    preprocessors.ClearSolutions,
    preprocessors.ClearOutput,
    preprocessors.CheckCellMetadata,
    preprocessors.ClearHiddenTests,
    preprocessors.ComputeChecksums,
    preprocessors.CheckCellMetadata,
)


def settings() -> Config:
    """Read the settings of the course."""
    return PyFileConfigLoader("nbgrader_config.py", path=str(COURSE)).load_config()


def students_version() -> NotebookNode:
    """Take solutions and hidden tests out of the notebook with solutions."""
    notebook, resources = nbformat.read(SOURCE, as_version=4), {}
    for step in STEPS:
        notebook, resources = step(config=settings()).preprocess(notebook, resources)
    return notebook


def written(notebook: NotebookNode) -> str:
    """Write a notebook as those of the project are written."""
    text = nbformat.writes(notebook)
    return json.dumps(json.loads(text), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def main() -> int:
    """Write the students' notebook, or with ``--check`` compare it."""
    text = written(students_version())
    if "--check" in sys.argv:
        return int(STUDENTS.read_text(encoding="utf-8") != text)
    STUDENTS.write_text(text, encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
