"""Make everything that is published of a report, put it in place, and make it again to compare.

The way: read, describe, draw, run the notebooks, write sums; all in a folder aside, then file by file in place.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from foi_analysis.codebook import write_data
from foi_analysis.downloads import mark_for_excel, write_datasets
from foi_analysis.export.notebook import ExportError
from foi_analysis.export.pdf.reports import make_reports
from foi_analysis.export.pdf.typeset import can_typeset, require_typst
from foi_analysis.export.place import put_in_place, workshop
from foi_analysis.export.project import Project, about_a_panel, find_project, is_project, packaged_notebooks
from foi_analysis.export.site import About, Download, Downloads, Site, make_index, make_pages
from foi_analysis.export.sums import NAME, PDF_NAME, digest, folder_sums, pdf_sums, read_sums, write_sums
from foi_analysis.figures import FIGURES
from foi_analysis.figures.panel import PANEL_FIGURES
from foi_analysis.panel import Panel, load_panel, panel_folder
from foi_analysis.read import read_report
from foi_analysis.report import Report
from foi_analysis.resources import LANGUAGES, Language, say
from foi_analysis.tables import published_table

if TYPE_CHECKING:
    from foi_analysis.export.page import Fact
    from foi_analysis.figures.drawing import Drawing

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
    excel_csv: bool = False
    pdf: bool = False


@dataclass(frozen=True)
class Made:
    """What was made: the report as it was read, and the files in place."""

    report: Report
    target: Path
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """A file that is not what it should be; ``kind`` is changed, unmade, unlisted, missing or place."""

    file: str
    kind: str


def plan(
    report: Path | None,
    languages: Sequence[Language],
    out: Path | None,
    here: Path,
    supplied: Path | None = None,
    *,
    excel_csv: bool = False,
    pdf: bool = False,
) -> Plan:
    """Decide what to make: of the project around ``here`` when no report is given, else of that report alone.

    ``supplied`` is a file of values that a person supplies for what could not be read in that report; with
    ``excel_csv`` the CSV files below ``exports`` are made for Excel; ``pdf`` asks for the typeset reports, too. Raises
    ExportError when there is neither project nor report, when one language of the project's own files, or those
    files made for Excel, are asked for, when ``out`` is a project, whose files are never written over by another
    report's, or when values are supplied for no report.
    """
    if report is None and supplied:
        raise ExportError(f"{supplied}: values are supplied for a report; name it: foi-analysis reproduce REPORT")
    if report is None:
        project = _project(here)
        if out is None and set(languages) != set(LANGUAGES):
            raise ExportError("the project's files are in both languages; for one of them say where: --out DIR")
        if out is None and excel_csv:
            raise ExportError("the project's files are plain CSV; for Excel's say where: --out DIR")
        if out is None:
            return Plan(project.report, project.notebooks, LANGUAGES, project.root, project, pdf=pdf)
        chosen = Plan(project.report, project.notebooks, tuple(languages), _elsewhere(out))
    else:
        target = _elsewhere(out or here / "out" / folder_name(report))
        given = supplied.absolute() if supplied else None
        chosen = Plan(report.absolute(), packaged_notebooks(), tuple(languages), target, supplied=given)
    return replace(chosen, excel_csv=excel_csv, pdf=pdf)


def folder_name(report: Path) -> str:
    """Give the name of a report's own folder: its file's name without the ending.

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
        _write_sums(made / NAME, _sums(plan, made))
        if plan.pdf:
            _write_sums(made / PDF_NAME, pdf_sums(made))
        return Made(report, plan.target, tuple(put_in_place(made, plan.target)))


def verify(here: Path, tell: Tell, warned: Tell) -> tuple[int, list[Difference]]:
    """Make everything of the project again and compare it with the recorded sums and with the files in place.

    Gives the number of files compared, and the differences. PDFs are made and compared when their sums are recorded
    and Typst is installed; ``warned`` hears when they are recorded and it is not.

    Raises ExportError when there is no project or no file of sums, and whatever ``reproduce`` raises.
    """
    project = _project(here)
    recorded = _recorded(project)
    typeset = comparable_pdfs(project, warned)
    again = Plan(project.report, project.notebooks, LANGUAGES, project.root, project, pdf=bool(typeset))
    with tempfile.TemporaryDirectory(prefix="foi-verify-", ignore_cleanup_errors=True) as name:
        made = Path(name) / "made"
        made.mkdir()
        make(again, read_report(again.report), made, tell, warned)
        found = _unlike(recorded, _sums(again, made)) + _unlike(typeset, pdf_sums(made))
    return len(recorded) + len(typeset), [*found, *out_of_place(project.root, recorded, typeset)]


def make(plan: Plan, report: Report, folder: Path, tell: Tell, warned: Tell) -> None:
    """Write data, figures and exports of a report below an empty folder. Raises as ``reproduce`` does."""
    write_data(report, folder / "data")
    tell("data")
    site = _site(plan, report)
    with tempfile.TemporaryDirectory(prefix="foi-kernels-", ignore_cleanup_errors=True) as work:
        downloads = asyncio.run(_exports(site, report, folder, Path(work), plan.pdf, tell, warned))
    make_index(site, downloads, folder / "exports")
    if plan.excel_csv:
        mark_for_excel(folder / "exports")
    tell("index")


async def _exports(
    site: Site, report: Report, folder: Path, work: Path, pdf: bool, tell: Tell, warned: Tell
) -> Downloads:
    """Draw while the notebooks run in kernels of their own; then typeset, when that is asked for."""
    try:
        async with asyncio.TaskGroup() as group:
            panel = load_panel() if site.panels else None
            drawing = group.create_task(asyncio.to_thread(_draw, report, panel, site.languages, folder, tell))
            running = group.create_task(make_pages(site, work, folder / "exports", tell, warned))
        if pdf:
            await make_reports(site, running.result(), folder / "exports", tell)
    except BaseExceptionGroup as failed:
        raise _first(failed) from failed
    return drawing.result()


def _first(failed: BaseExceptionGroup[BaseException]) -> BaseException:
    error = failed.exceptions[0]
    return _first(error) if isinstance(error, BaseExceptionGroup) else error


def _draw(report: Report, panel: Panel | None, languages: Sequence[Language], folder: Path, tell: Tell) -> Downloads:
    """Write the data of the whole report, each figure with its data, and each table's data; give them for the index.

    With a panel, write its figures too.
    """
    written: dict[Language, dict[str, list[Download]]] = {}
    whole = write_datasets(report, languages, folder / "exports")
    tell("workbook")
    for language in languages:
        (folder / "exports" / language / "data").mkdir(parents=True, exist_ok=True)
        written[language] = {
            say("datasets.downloads", language): whole[language],
            say("export.tables", language): [_table(report, t.key, folder, language) for t in report.form.tables],
            say("export.figures", language): [
                _figure(draw(report, language), folder, language) for draw in FIGURES.values()
            ],
        }
        if panel:
            written[language][say("export.panel_figures", language)] = [
                _figure(draw(panel, language), folder, language) for draw in PANEL_FIGURES.values()
            ]
        tell(f"figures {language}")
    return written


def _table(report: Report, name: str, folder: Path, language: Language) -> Download:
    path = f"{language}/data/{name}.csv"
    text = published_table(report, name, language).csv()
    (folder / "exports" / path).write_text(text, encoding="utf-8", newline="\n")
    return Download(report.form.table(name).label(language), {"CSV": path})


def _figure(drawing: Drawing, folder: Path, language: Language) -> Download:
    path = f"{language}/data/{drawing.name}.csv"
    pictures = drawing.save(folder / "figures", language)
    (folder / "exports" / path).write_text(drawing.csv(), encoding="utf-8", newline="\n")
    return Download(drawing.title, {**{p.suffix[1:].upper(): f"../figures/{p.name}" for p in pictures}, "CSV": path})


def _site(plan: Plan, report: Report) -> Site:
    drawn = (*FIGURES, *(f"panel_{name}" for name in PANEL_FIGURES))
    return Site(
        report=plan.report,
        notebooks=plan.notebooks,
        languages=plan.languages,
        subject=" ".join(filter(None, (report.organ.value, report.year.value))) or report.name,
        facts={language: _facts(report, language) for language in plan.languages},
        supplied=plan.supplied,
        panels={path.stem: _about_panel(plan.languages) for path in plan.notebooks if about_a_panel(path)},
        written=frozenset((*drawn, *(table.key for table in report.form.tables))),
    )


def _about_panel(languages: Sequence[Language]) -> About:
    """Tell what a notebook about the shipped panel rests on."""
    from foi_analysis.export.page import Fact

    panel, cells = load_panel(), panel_folder() / "cells.csv"
    organs = str(len(set(panel.heads["organ"])))

    def facts(language: Language) -> list[Fact]:
        return [
            Fact(say("export.reports", language), str(len(panel))),
            Fact(say("export.organs", language), organs),
            Fact(say("export.file", language), f"data/panel/{cells.name}"),
            Fact(say("export.sha256", language), digest(cells), "sum"),
        ]

    subjects = {language: say("export.panel", language) for language in languages}
    return About(subjects, {language: facts(language) for language in languages})


def _facts(report: Report, language: Language) -> list[Fact]:
    from foi_analysis.export.page import TAGS, Fact

    unknown = say("export.unknown", language)
    return [
        Fact(say("export.organ", language), report.organ.value or unknown, lang=TAGS["zh"] if report.organ else ""),
        Fact(say("export.year", language), report.year.value or unknown),
        Fact(say("export.form", language), report.form.label(language)),
        Fact(say("export.file", language), report.name),
        Fact(say("export.sha256", language), report.sha256, "sum"),
    ]


def _project(here: Path) -> Project:
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


def _sums(plan: Plan, made: Path) -> dict[str, str]:
    """Give the sums of what was made and, for the project, of the text it was made from."""
    sums = folder_sums(made)
    if plan.project:
        sums[plan.report.relative_to(plan.project.root.resolve()).as_posix()] = digest(plan.report)
    return sums


def _recorded(project: Project) -> dict[str, str]:
    try:
        return read_sums(project.root / NAME)
    except FileNotFoundError:
        raise ExportError(f"{NAME} is not there: nothing to compare with; run 'foi-analysis reproduce' first") from None


def _write_sums(path: Path, sums: dict[str, str]) -> None:
    path.write_text(write_sums(sums), encoding="utf-8", newline="\n")


def _unlike(recorded: dict[str, str], sums: dict[str, str]) -> list[Difference]:
    """Compare what is recorded with what was made again."""
    kinds = {
        **{name: "changed" for name in recorded.keys() & sums.keys() if recorded[name] != sums[name]},
        **dict.fromkeys(recorded.keys() - sums.keys(), "unmade"),
        **dict.fromkeys(sums.keys() - recorded.keys(), "unlisted"),
    }
    return [Difference(name, kinds[name]) for name in sorted(kinds)]


def comparable_pdfs(project: Project, warned: Tell) -> dict[str, str]:
    """Give the recorded sums of PDFs; none when none are recorded, or when PDFs cannot be made here.

    ``warned`` hears of the latter. Raises ExportError when a line of the file is no sum.
    """
    path = project.root / PDF_NAME
    if not path.is_file():
        return {}
    if not can_typeset():
        warned(f"{PDF_NAME} was not compared: a PDF needs typst; pip install 'foi_analysis[pdf]'")
        return {}
    return read_sums(path)


def out_of_place(root: Path, recorded: dict[str, str], typeset: dict[str, str] | None = None) -> list[Difference]:
    """Compare what is recorded with what lies in place; exports and PDFs that were never made are not missed."""
    exports = (root / "exports").is_dir()
    typeset = typeset or {}
    pdfs = any((root / name).is_file() for name in typeset)
    found = []
    for name, recorded_sum in {**recorded, **typeset}.items():
        path = root / name
        if not path.is_file():
            if pdfs if name in typeset else exports or not name.startswith("exports/"):
                found.append(Difference(name, "missing"))
        elif digest(path) != recorded_sum:
            found.append(Difference(name, "place"))
    return found
