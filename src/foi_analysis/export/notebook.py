"""A notebook before it is run: where notebooks lie, the report they rest on, one language of them."""

from __future__ import annotations

import ast
import re
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import nbformat
from nbconvert.preprocessors import TagRemovePreprocessor
from nbformat import NotebookNode

from foi_analysis.resources import LANGUAGES, Language

PARAMETERS = "parameters"
_PANEL = re.compile(r"^PANEL\s*=.*$", re.MULTILINE)
_TITLE = re.compile(r"^#\s+(.+?)\s*#*\s*$", re.MULTILINE)
_PACKAGE = Path(__file__).resolve().parents[1]
#: Notebooks that students fill in: they are handed out as they are, and never run for the exports.
_EXERCISES = "*_exercises.ipynb"
_ASSIGNED = re.compile(r"^REPORT\s*=\s*(.+)$", re.MULTILINE)


class ExportError(ValueError):
    """A page that cannot be made: the message says which notebook, which cell, why, and what to do."""


def read_notebook(path: Path) -> NotebookNode:
    """Read a notebook. Raises OSError when it cannot be opened, ExportError when it is no notebook."""
    try:
        notebook: NotebookNode = nbformat.read(path, as_version=4)
    except (ValueError, KeyError, AttributeError) as error:
        raise ExportError(f"{path.name}: not a Jupyter notebook ({error}); save it again from JupyterLab") from error
    return notebook


def one_language(notebook: NotebookNode, language: Language) -> NotebookNode:
    """Return a copy without the Markdown cells that are tagged as another language."""
    others = {f"lang-{other}" for other in LANGUAGES if other != language}
    kept, _ = TagRemovePreprocessor(remove_cell_tags=others).preprocess(deepcopy(notebook), {})
    return cast(NotebookNode, kept)


def with_parameters(
    notebook: NotebookNode, report: str, language: Language, supplied: str | None = None
) -> NotebookNode:
    """Return a copy whose ``parameters`` cell names this report, the values supplied for it, and the language.

    A notebook about a panel keeps its panel. Raises ExportError unless just one cell carries that tag.
    """
    copy = deepcopy(notebook)
    marked = _parameters(copy)
    if len(marked) != 1:
        raise ExportError(
            f"{len(marked)} cells are tagged '{PARAMETERS}', expected one: tag the cell that sets REPORT and LANGUAGE"
        )
    panel = _PANEL.search(marked[0].source)
    subject = panel[0] if panel else f"REPORT = {report!r}\nSUPPLIED = {supplied!r}"
    marked[0].source = f"{subject}\nLANGUAGE = {language!r}"
    return copy


def in_parameters(notebook: NotebookNode, name: str, value: str) -> NotebookNode:
    """Return a copy whose ``parameters`` cells assign this value to a name, where they assign to it."""
    copy = deepcopy(notebook)
    assigned = re.compile(rf"^{re.escape(name)}\s*=.*$", re.MULTILINE)
    for cell in _parameters(copy):
        cell.source = assigned.sub(lambda _: f"{name} = {value!r}", cell.source)
    return copy


def title_of(notebook: NotebookNode, language: Language) -> str:
    """Return the notebook's title in one language: its first heading. Raises ExportError when it has none."""
    for cell in one_language(notebook, language).cells:
        found = _TITLE.search(cell.source) if cell.cell_type == "markdown" else None
        if found:
            return found[1]
    raise ExportError(f"no title in {language!r}: begin a Markdown cell tagged 'lang-{language}' with '# TITLE'")


def _parameters(notebook: NotebookNode) -> list[NotebookNode]:
    """Return the cells tagged ``parameters``."""
    return [cell for cell in notebook.cells if PARAMETERS in _tags(cell)]


def _tags(cell: NotebookNode) -> set[str]:
    return set(cell.metadata.get("tags", ()))


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
    """Check whether a folder is a checkout of this project."""
    return (folder / "src/foi_analysis").is_dir() and (folder / "notebooks").is_dir() and (folder / "data/raw").is_dir()


def packaged_notebooks() -> tuple[Path, ...]:
    """Return the notebooks that a report is exported with: those in the package, or in its checkout.

    Those about a panel are left out.

    Raises ExportError when there are none.
    """
    carried = _PACKAGE / "notebooks"
    found = _notebooks(carried if carried.is_dir() else _PACKAGE.parents[1] / "notebooks")
    return tuple(path for path in found if not about_a_panel(path))


def about_a_panel(notebook: Path) -> bool:
    """Check whether a notebook is about a panel: its parameters name one, and no report."""
    sources = [cell.source for cell in _parameters(read_notebook(notebook))]
    return any(_PANEL.search(source) and not _ASSIGNED.search(source) for source in sources)


def _notebooks(folder: Path) -> tuple[Path, ...]:
    found = tuple(sorted(path for path in folder.glob("*.ipynb") if not path.match(_EXERCISES)))
    if not found:
        raise ExportError(f"no notebooks in {folder.name}/; install the package again, or restore the folder")
    return found


def _named(notebook: Path) -> str:
    """Read the report's path from a notebook's parameters."""
    for cell in _parameters(read_notebook(notebook)):
        found = _ASSIGNED.search(cell.source)
        if found:
            return str(ast.literal_eval(found[1].strip()))
    raise ExportError(f"{notebook.name}: no cell tagged '{PARAMETERS}' sets REPORT to the path of a report")
