"""The nbconvert exporter: a notebook that was run becomes one page of HTML in one language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from html import escape
from pathlib import Path
from typing import Any, cast

from jupyter_core.paths import ENV_JUPYTER_PATH
from nbconvert.exporters.templateexporter import TemplateExporter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat import NotebookNode
from traitlets import Enum, default

from foi_analysis.export.notebook import ExportError, one_language, title_of
from foi_analysis.export.outputs import frames, inline, shown, told
from foi_analysis.export.page import Basis, data_link, page
from foi_analysis.resources import Language, Told, say

_TEMPLATES = Path(__file__).parent / "templates"
_SVG, _CSV = "image/svg+xml", "text/csv"
_NAME = re.compile(r"\w[\w.-]*", re.ASCII)
_NO_NAME = re.compile(r"[^\w-]+", re.ASCII)


class FoiHtmlExporter(TemplateExporter):
    """Export one language of a notebook as a page in which nothing of a text is markup.

    ``resources["foi"]`` may hold ``links`` (the way to the other pages), ``facts`` (what the page rests on),
    ``subject`` and ``data``, the folder beside the page where the data of tables and figures will lie; the page then
    links to the data of its tables, which ``resources["foi_data"]`` has, CSV by name, and to those of the figures
    in ``drawn``, alternative texts by name: one of another text was drawn from other data. Without them the page
    stands alone. Raises ExportError for a character that cannot be drawn, two tables of one name, or a picture
    that is no SVG; what an output brings as HTML is looked at by ``inspection.inspect_page``.
    """

    export_from_notebook = "HTML, accessible, in one language"
    output_mimetype = "text/html"
    language = Enum(("zh", "en"), "en", help="The language to keep: zh or en.").tag(config=True)

    @default("file_extension")
    def _html(self) -> str:
        return ".html"

    @default("template_name")
    def _own_template(self) -> str:
        return "foi"

    @default("extra_template_basedirs")
    def _own_templates(self) -> list[str]:
        return [str(_TEMPLATES)]

    def get_prefix_root_dirs(self) -> list[str]:
        """Return the folders of base templates: those of this interpreter before the user's own."""
        known: list[str] = super().get_prefix_root_dirs()  # type: ignore[no-untyped-call]
        return [*ENV_JUPYTER_PATH, *(path for path in known if path not in ENV_JUPYTER_PATH)]

    def default_filters(self) -> Iterator[tuple[str, Any]]:
        """Yield nbconvert's filters, those of a page, and a plain one instead of syntax highlighting."""
        yield from super().default_filters()  # type: ignore[no-untyped-call]
        language = cast(Language, self.language)
        for own in (prose, frames, data_link):
            yield (own.__name__, partial(own, language=language))
        yield ("told", told)
        yield ("highlight_code", escape)

    def from_notebook_node(  # type: ignore[override]
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[str, dict[str, Any]]:
        """Convert a notebook that was run. Raises ExportError when the page would not do."""
        language = cast(Language, self.language)
        kept = one_language(nb, language)
        given = {"foi": {}, **(resources or {}), "code_label": say("export.code", language)}
        body, given = super().from_notebook_node(kept, given, **kw)
        about = given["foi"]
        basis = Basis(about.get("subject", ""), about.get("facts", ()))
        return page(title_of(nb, language), body, language, basis, about.get("links", ())), given

    def _preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """Take what outputs have for a page when there are outputs: nbconvert itself runs a notebook only here."""
        done, given = super()._preprocess(nb, resources)  # type: ignore[no-untyped-call]
        given["foi_data"] = _for_a_page(done)
        return done, given


def _for_a_page(notebook: NotebookNode) -> dict[str, str]:
    """Let each output show what it has for a page, and return the data of tables by their names."""
    found: dict[str, str] = {}
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        cell.outputs = shown(cell)
        for number, output in enumerate(cell.outputs):
            bundle = output.get("data", {})
            if _SVG in bundle:
                said = told(output, _SVG)
                name = "-".join(filter(None, (_NO_NAME.sub("-", said.name) or "figure", cell.id, str(number or ""))))
                bundle[_SVG] = inline(bundle[_SVG], name, said.alt)
            if _CSV in bundle:
                name = told(output, _CSV).name
                if not _NAME.fullmatch(name) or found.setdefault(name, bundle[_CSV]) != bundle[_CSV]:
                    raise ExportError(Told("errors.data_named", data=name))
    return found


def prose(cell: NotebookNode, language: Language = "en") -> str:
    """Write a Markdown cell as HTML; its headings get the cell's id and a number, its tables scroll when too wide."""
    renderer = _Renderer(
        cell.id, language, escape=False, exclude_anchor_links=True, attachments=cell.get("attachments")
    )
    return MarkdownWithMath(renderer=renderer).render(cell.source)


class _Renderer(IPythonRenderer):
    """Markdown with the same heading ids in both languages: they come from the cell, not from the words."""

    def __init__(self, cell_id: str, language: Language, **kw: Any) -> None:
        super().__init__(**kw)
        self._cell_id, self._language = cell_id, language
        self._headings = 0

    def table(self, text: str) -> str:
        label = escape(say("export.table", self._language))
        return f'<div class="wide" role="group" aria-label="{label}" tabindex="0">\n<table>\n{text}</table>\n</div>\n'

    def table_cell(self, text: str, align: str | None = None, head: bool = False) -> str:
        opened, closed = ('th scope="col"', "th") if head else ("td", "td")
        aligned = f' style="text-align:{align}"' if align else ""
        return f"<{opened}{aligned}>{text}</{closed}>\n"

    def heading(self, text: str, level: int, **_: Any) -> str:
        self._headings += 1
        return f'<h{level} id="{self._cell_id}-{self._headings}">{text}</h{level}>\n'
