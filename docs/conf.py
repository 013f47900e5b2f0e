"""How Sphinx builds the documentation: pages, the notebooks as tutorials, and the reference of the public names."""

from __future__ import annotations

import os
from pathlib import Path

import nbformat

import foi_analysis as foi
from foi_analysis import plot
from foi_analysis.export.notebook import environment, one_language, title_of, with_parameters

HERE = Path(__file__).resolve().parent
TUTORIALS = HERE / "tutorials"
REPORT = "../../data/raw/shanghai_psb_2024.txt"

project, author, release = "foi_analysis", "The foi_analysis authors", foi.__version__
extensions = ["sphinx.ext.autodoc", "sphinx.ext.autosummary", "numpydoc", "myst_nb"]
exclude_patterns = ["_build", "requirements.lock"]
html_theme = "furo"
html_title = "foi_analysis"
html_show_copyright = False
autosummary_generate = True
numpydoc_show_class_members = False
autodoc_typehints = "none"
myst_heading_anchors = 3
#: Tables carry their data as CSV, for which the pages of the program have a link.
suppress_warnings = ["mystnb.unknown_mime_type"]
nb_execution_mode = "force"
nb_execution_timeout = 300
nb_execution_raise_on_error = True
nb_merge_streams = True
nb_mime_priority_overrides = [("html", "image/svg+xml", 0)]


def tutorials() -> None:
    """Write the English edition of every notebook beside the pages; they are run while the documentation is built."""
    TUTORIALS.mkdir(exist_ok=True)
    for path in sorted((HERE.parent / "notebooks").glob("0[1-5]*.ipynb")):
        asked = with_parameters(nbformat.read(path, as_version=4), REPORT, "en")
        book = one_language(asked, "en")
        assert title_of(asked, "en")
        nbformat.write(book, TUTORIALS / path.name)


def reference() -> None:
    """Write the list of the public names, a page each."""
    names = [name for name in foi.__all__ if name not in ("__version__", "plot")]
    figures = [name for name in plot.__all__ if callable(getattr(plot, name))]
    lists = {"foi_analysis": names, "foi_analysis.plot": figures}
    parts = ["# Reference\n"]
    for module, found in lists.items():
        listed = "".join(f"   {name}\n" for name in sorted(found))
        head = f".. currentmodule:: {module}\n\n.. autosummary::\n   :toctree: generated\n\n"
        parts.append(f"## {module}\n\n```{{eval-rst}}\n{head}{listed}```\n")
    (HERE / "reference.md").write_text("\n".join(parts), encoding="utf-8")


os.environ.update(environment(HERE / "_build"))
tutorials()
reference()
