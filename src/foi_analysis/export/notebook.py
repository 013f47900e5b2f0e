"""A notebook before it is run: where notebooks lie, one language of them, and its title."""

from __future__ import annotations

import re
from copy import deepcopy
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from foi_analysis.resources import LANGUAGES, Language

PARAMETERS = "parameters"
_PANEL = re.compile(r"^PANEL\s*=.*$", re.MULTILINE)
_TITLE = re.compile(r"^#\s+(.+?)\s*#*\s*$", re.MULTILINE)


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
    """Give a copy without the Markdown cells that are tagged as another language."""
    others = {f"lang-{other}" for other in LANGUAGES if other != language}
    kept = deepcopy(notebook)
    kept.cells = [cell for cell in kept.cells if not others & tags(cell)]
    return kept


def with_parameters(
    notebook: NotebookNode, report: str, language: Language, supplied: str | None = None
) -> NotebookNode:
    """Give a copy whose ``parameters`` cell names another report, values supplied for it if any, and language.

    A notebook about a panel keeps its panel. Raises ExportError unless just one cell carries that tag.
    """
    copy = deepcopy(notebook)
    marked = [cell for cell in copy.cells if PARAMETERS in tags(cell)]
    if len(marked) != 1:
        raise ExportError(
            f"{len(marked)} cells are tagged '{PARAMETERS}', expected one: tag the cell that sets REPORT and LANGUAGE"
        )
    panel = _PANEL.search(marked[0].source)
    subject = panel[0] if panel else f"REPORT = {report!r}\nSUPPLIED = {supplied!r}"
    marked[0].source = f"{subject}\nLANGUAGE = {language!r}"
    return copy


def in_parameters(notebook: NotebookNode, name: str, value: str) -> NotebookNode:
    """Give a copy whose ``parameters`` cells give a name another value, where they assign to it at all."""
    copy = deepcopy(notebook)
    for cell in copy.cells:
        if PARAMETERS in tags(cell):
            assigned = re.compile(rf"^{re.escape(name)}\s*=.*$", re.MULTILINE)
            cell.source = assigned.sub(lambda _: f"{name} = {value!r}", cell.source)
    return copy


def title_of(notebook: NotebookNode, language: Language) -> str:
    """Give the notebook's title in one language: its first heading. Raises ExportError when it has none."""
    for cell in one_language(notebook, language).cells:
        found = _TITLE.search(cell.source) if cell.cell_type == "markdown" else None
        if found:
            return found[1]
    raise ExportError(f"no title in {language!r}: begin a Markdown cell tagged 'lang-{language}' with '# TITLE'")


def tags(cell: NotebookNode) -> set[str]:
    """Give the tags of a cell."""
    return set(cell.metadata.get("tags", ()))
