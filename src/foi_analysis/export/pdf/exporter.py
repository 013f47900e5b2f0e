"""Typeset PDF: of one notebook as an nbconvert exporter, and of all notebooks of a site as one report a language."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any, cast

from nbconvert.exporters.exporter import Exporter
from nbformat import NotebookNode
from traitlets import Bool, Enum, default

from foi_analysis.export.notebook import in_parameters
from foi_analysis.export.pdf.document import Basis, report_source, single_source
from foi_analysis.export.pdf.typeset import typeset
from foi_analysis.export.site import Executed, Site, Tell
from foi_analysis.resources import Language

REPORT = "report.pdf"


class FoiPdfExporter(Exporter):
    """Export one language of a notebook as tagged PDF, without a browser and without LaTeX.

    With ``--execute`` the notebook is run in that language. ``resources["foi"]`` may hold ``facts`` (what the
    document rests on) and ``subject``. Raises ExportError when the document would not do: a picture without words,
    headings out of order, a character that cannot be drawn, or no Typst.
    """

    export_from_notebook = "PDF, typeset, in one language"
    output_mimetype = "application/pdf"
    language = Enum(("zh", "en"), "en", help="The language to keep: zh or en.").tag(config=True)
    exclude_input = Bool(True, help="Leave the code of the cells out, as a page does in print.").tag(config=True)

    @default("file_extension")
    def _pdf(self) -> str:
        return ".pdf"

    def from_notebook_node(  # type: ignore[override]
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[bytes, dict[str, Any]]:
        """Convert a notebook that was run. Raises ExportError when the document would not do."""
        language = cast(Language, self.language)
        asked = in_parameters(nb, "LANGUAGE", language) if self._runs() else nb
        run, given = super().from_notebook_node(asked, resources, **kw)
        about = given.get("foi", {})
        basis = Basis(about.get("subject", ""), about.get("facts", ()))
        name = given["metadata"].get("name") or "notebook"
        return typeset(single_source(name, run, language, basis, not self.exclude_input)), given

    def _runs(self) -> bool:
        """Check whether nbconvert is asked to run the notebook first."""
        return bool(self.config.get("ExecutePreprocessor", {}).get("enabled", False))


async def make_reports(site: Site, executed: Executed, folder: Path, tell: Tell) -> None:
    """Write ``folder``/LANGUAGE/report.pdf from the notebooks about the report, all languages side by side.

    Raises ExportError, which names notebook and cell, when a report would not do or there is no Typst, and OSError
    when one cannot be written.
    """

    async def make(language: Language) -> None:
        await asyncio.to_thread(_write, site, executed, folder, language)
        tell(f"PDF {language}")

    async with asyncio.TaskGroup() as group:
        for language in executed:
            group.create_task(make(language))


def _write(site: Site, executed: Executed, folder: Path, language: Language) -> None:
    basis = Basis(site.subject, site.facts[language])
    about_report = {name: notebook for name, notebook in executed[language].items() if name not in site.panels}
    content = typeset(report_source(about_report, language, basis, with_code=False))
    path = folder / language / REPORT
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
