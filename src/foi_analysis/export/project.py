"""Find the project: its notebooks, the report they rest on, and where things are put."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from pathlib import Path

from foi_analysis.export.notebook import PARAMETERS, ExportError, read_notebook, tags

_PACKAGE = Path(__file__).resolve().parents[1]
#: Notebooks that students fill in: they are handed out as they are, and never run for the exports.
_EXERCISES = "*_exercises.ipynb"
_ASSIGNED = re.compile(r"^REPORT\s*=\s*(.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Project:
    """A checkout of this project."""

    root: Path

    @property
    def notebooks(self) -> tuple[Path, ...]:
        """The notebooks that exports are made of, in the order of their numbers; without exercises."""
        return _notebooks(self.root / "notebooks")

    @property
    def report(self) -> Path:
        """The report that the notebooks name. Raises ExportError when they name none."""
        return (self.root / "notebooks" / _named(self.notebooks[0])).resolve()


def find_project(start: Path) -> Project | None:
    """Find the project around a folder, or the one that the package itself lies in; None when there is none."""
    for folder in (start.resolve(), *start.resolve().parents, _PACKAGE.parents[1]):
        if is_project(folder):
            return Project(folder)
    return None


def is_project(folder: Path) -> bool:
    """Tell whether a folder is a checkout of this project."""
    return (folder / "src/foi_analysis").is_dir() and (folder / "notebooks").is_dir() and (folder / "data/raw").is_dir()


def packaged_notebooks() -> tuple[Path, ...]:
    """Give the notebooks that exports of a report are made of: those the package carries, or of its checkout.

    Those about a panel are left out.

    Raises ExportError when there are none.
    """
    carried = _PACKAGE / "notebooks"
    found = _notebooks(carried if carried.is_dir() else _PACKAGE.parents[1] / "notebooks")
    return tuple(path for path in found if not about_a_panel(path))


def about_a_panel(notebook: Path) -> bool:
    """Tell whether a notebook is about a panel: its parameters name one, and no report."""
    sources = (cell.source for cell in read_notebook(notebook).cells if PARAMETERS in tags(cell))
    return any(_PANEL.search(source) and not _ASSIGNED.search(source) for source in sources)


def _notebooks(folder: Path) -> tuple[Path, ...]:
    found = tuple(sorted(path for path in folder.glob("*.ipynb") if not path.match(_EXERCISES)))
    if not found:
        raise ExportError(f"no notebooks in {folder.name}/; install the package again, or restore the folder")
    return found


def _named(notebook: Path) -> str:
    """Read the report's path from a notebook's parameters."""
    for cell in read_notebook(notebook).cells:
        found = _ASSIGNED.search(cell.source) if PARAMETERS in tags(cell) else None
        if found:
            return str(ast.literal_eval(found[1].strip()))
    raise ExportError(f"{notebook.name}: no cell tagged '{PARAMETERS}' sets REPORT to the path of a report")
