"""Make everything that is published of a report, and put it in place.

The way: read, describe, draw, run the notebooks, write sums; all in a folder aside, then file by file in place.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import BrokenExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from foi_analysis.basis import about_panel, report_facts
from foi_analysis.codebook import write_data
from foi_analysis.downloads import Downloads, write_downloads
from foi_analysis.export.inspection import inspect_pages
from foi_analysis.export.notebook import (
    ExportError,
    Project,
    about_a_panel,
    find_project,
    is_project,
    packaged_notebooks,
)
from foi_analysis.export.pdf import make_reports, require_typst
from foi_analysis.export.place import NAME, PDF_NAME, digest, folder_sums, pdf_sums, put_in_place, workshop, write_sums
from foi_analysis.export.site import Site, make_index, make_pages
from foi_analysis.panel import load_panel
from foi_analysis.parallel import n_jobs, processes
from foi_analysis.read import read_report
from foi_analysis.report import Report
from foi_analysis.resources import LANGUAGES, Language

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Plan:
    """What to make, from what, and where to put it; ``pdf`` asks for the typeset reports, too."""

    report: Path
    notebooks: tuple[Path, ...]
    languages: tuple[Language, ...]
    target: Path
    project: Project | None = None
    supplied: Path | None = None
    pdf: bool = False


@dataclass(frozen=True)
class Made:
    """What was made: the report as it was read, and the files in place."""

    report: Report
    target: Path
    files: tuple[str, ...]


def plan(
    report: Path | None,
    languages: Sequence[Language],
    out: Path | None,
    here: Path,
    supplied: Path | None = None,
    *,
    pdf: bool = False,
) -> Plan:
    """Decide what to make: of the project around ``here`` when no report is given, else of that report alone.

    ``supplied`` is a file of values that a person supplies for what could not be read in that report; ``pdf`` asks for
    the typeset reports, too. Raises ExportError when there is neither project nor report, when one language of the
    project's own files is asked for, when ``out`` is a project, whose files are never written over by another
    report's, or when values are supplied for no report.
    """
    if report is None and supplied:
        raise ExportError(f"{supplied}: values are supplied for a report; name it: foi-analysis reproduce REPORT")
    if report is None:
        project = project_of(here)
        if out is None and set(languages) != set(LANGUAGES):
            raise ExportError("the project's files are in both languages; for one of them say where: --out DIR")
        if out is None:
            return Plan(project.report, project.notebooks, LANGUAGES, project.root, project, pdf=pdf)
        chosen = Plan(project.report, project.notebooks, tuple(languages), _elsewhere(out))
    else:
        target = _elsewhere(out or here / "out" / folder_name(report))
        given = supplied.absolute() if supplied else None
        chosen = Plan(report.absolute(), packaged_notebooks(), tuple(languages), target, supplied=given)
    return replace(chosen, pdf=pdf)


def folder_name(report: Path) -> str:
    """Return the name of a report's own folder: its file's name without the ending.

    >>> folder_name(Path("data/raw/shanghai_psb_2024.txt")), folder_name(Path("...txt"))
    ('shanghai_psb_2024', 'report')
    """
    return report.stem if report.stem.strip(". ") else "report"


def reproduce(plan: Plan, tell: Tell, warned: Tell) -> Made:
    """Make everything of a plan and put it in place, the sums last; ``tell`` hears of each step.

    Without ``pdf``, typeset reports in place and their sums are left as they are.

    Raises ReadingError when the report cannot be read, ExportError when something cannot be made (a PDF without
    Typst, for one), and OSError when it cannot be written: whatever was in place before is then still whole, file
    by file.
    """
    if plan.pdf:
        require_typst()
    report = read_report(plan.report, plan.supplied)
    with workshop(plan.target) as folder:
        made = folder / "made"
        make(plan, report, made, tell, warned)
        _write_sums(made / NAME, sums_of(plan, made))
        if plan.pdf:
            _write_sums(made / PDF_NAME, pdf_sums(made))
        return Made(report, plan.target, tuple(put_in_place(made, plan.target)))


def make(plan: Plan, report: Report, folder: Path, tell: Tell, warned: Tell) -> None:
    """Write data, figures and exports of a report below an empty folder. Raises as ``reproduce`` does."""
    site = _site(plan, report)
    write_data(report, folder / "data")
    tell("data")
    downloads = _downloads(site, report, folder)
    tell("figures")
    with tempfile.TemporaryDirectory(prefix="foi-kernels-", ignore_cleanup_errors=True) as work:
        asyncio.run(_exports(site, folder, Path(work), downloads, plan.pdf, tell, warned))
    make_index(site, downloads, folder / "exports")
    inspect_pages(folder / "exports")
    tell("index")


def _downloads(site: Site, report: Report, folder: Path) -> Downloads:
    """Write what can be taken away; processes draw the figures, those of the panel too where a page is about it."""
    drawer = processes(n_jobs())
    try:
        return write_downloads(report, load_panel() if site.panels else None, site.languages, folder, drawer)
    except BrokenExecutor as error:
        raise ExportError("a process that draws was killed, for want of memory perhaps; try again") from error
    finally:
        drawer.shutdown(wait=False, cancel_futures=True)


async def _exports(
    site: Site, folder: Path, work: Path, downloads: Downloads, pdf: bool, tell: Tell, warned: Tell
) -> None:
    """Run the notebooks and write their pages; then typeset, when that is asked for."""
    try:
        executed = await make_pages(site, work, folder / "exports", tell, warned, downloads)
        if pdf:
            await make_reports(site, executed, folder / "exports", tell)
    except BaseExceptionGroup as failed:
        raise _first(failed) from failed


def _first(failed: BaseExceptionGroup[BaseException]) -> BaseException:
    error = failed.exceptions[0]
    return _first(error) if isinstance(error, BaseExceptionGroup) else error


def _site(plan: Plan, report: Report) -> Site:
    return Site(
        report=plan.report,
        notebooks=plan.notebooks,
        languages=plan.languages,
        subject=" ".join(filter(None, (report.organ.value, report.year.value))) or report.name,
        facts={language: report_facts(report, language) for language in plan.languages},
        supplied=plan.supplied,
        panels={path.stem: about_panel(plan.languages) for path in plan.notebooks if about_a_panel(path)},
        written=frozenset(table.key for table in report.form.tables),
    )


def project_of(here: Path) -> Project:
    """Find the project around a folder. Raises ExportError when there is none."""
    project = find_project(here)
    if project is None:
        raise ExportError(
            "no project here: run it in a checkout of foi_analysis, or name a report: foi-analysis reproduce REPORT"
        )
    return project


def _elsewhere(out: Path) -> Path:
    if is_project(out):
        raise ExportError(f"{out}: a project's own files are never written over; give another --out DIR")
    return out.absolute()


def sums_of(plan: Plan, made: Path) -> dict[str, str]:
    """Return the sums of what was made and, for the project, of the text it was made from."""
    sums = folder_sums(made)
    if plan.project:
        sums[plan.report.relative_to(plan.project.root.resolve()).as_posix()] = digest(plan.report)
    return sums


def _write_sums(path: Path, sums: dict[str, str]) -> None:
    path.write_text(write_sums(sums), encoding="utf-8", newline="\n")
