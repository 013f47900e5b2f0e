"""One typeset report for each language, of all notebooks of a site."""

from __future__ import annotations

import asyncio
from pathlib import Path

from foi_analysis.export.pdf.document import Basis, report_source
from foi_analysis.export.pdf.typeset import typeset
from foi_analysis.export.site import Executed, Site, Tell
from foi_analysis.resources import Language

REPORT = "report.pdf"


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
