"""All pages of one report in every language, and an index that leads to them and to what can be taken away."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from nbformat import NotebookNode

from foi_analysis.datasets import Dataset, citation, datasets, package, stata, workbook
from foi_analysis.export.exporter import FoiHtmlExporter
from foi_analysis.export.notebook import ExportError, Warned, execute, read_notebook, title_of, with_parameters
from foi_analysis.export.outputs import PICTURES, told
from foi_analysis.export.page import TAGS, Basis, Link, page, render
from foi_analysis.parallel import n_jobs
from foi_analysis.report import Report
from foi_analysis.resources import Language, Told, of_system, say, write_text
from foi_analysis.tables import published_table

INDEX = "index.html"
DATA = "data"
PACKAGE = "datapackage.json"
SVG = PICTURES[0]
#: The kinds of picture that a figure is saved as.
KINDS = ("svg", "png")
Tell = Callable[[str], None]
#: Notebooks that were run, by language and name, as a reader sees them.
Executed = dict[Language, dict[str, NotebookNode]]


@dataclass(frozen=True, slots=True)
class Download:
    """Something to take away: what it is, and its files by their kind, as paths below ``exports``.

    A figure has its alternative text: a page that shows one of the same name and text leads to its data.
    """

    text: str
    files: Mapping[str, str]
    alt: str = ""


Downloads = Mapping[Language, Mapping[str, Sequence[Download]]]
#: The figures of notebooks, by language and notebook, in the order in which they are shown.
Figures = dict[Language, dict[str, list[Download]]]


@dataclass(frozen=True)
class Site:
    """What the pages are made from: a report's file, notebooks, languages, and what each page says it rests on.

    ``basis`` names the report at a page's head and in its title, in each language; ``supplied`` is the file of values
    that a person supplied for it, if any. ``written`` names the data that someone else writes below LANGUAGE/data.
    ``panels`` says what those notebooks rest on, by their names, that are about something else than the report.
    """

    report: Path
    notebooks: tuple[Path, ...]
    languages: tuple[Language, ...]
    basis: Mapping[Language, Basis]
    supplied: Path | None = None
    written: frozenset[str] = frozenset()
    panels: Mapping[str, Mapping[Language, Basis]] = field(default_factory=dict)


async def make_pages(site: Site, work: Path, folder: Path, tell: Tell, warned: Warned) -> tuple[Executed, Figures]:
    """Run every notebook in every language, write its page, its figures and the data of what it shows.

    Pages are ``folder``/exports/LANGUAGE/NAME.html, data ``folder``/exports/LANGUAGE/data/NAME.csv, pictures
    ``folder``/figures/NAME.LANGUAGE.svg and .png. Gives the notebooks that were run, and their figures.

    ``work`` is an empty folder for the kernels. Raises ExportError, which names the notebook, when one cannot be run or
    its page would not do, and OSError when something cannot be written.
    """
    notebooks = {path.stem: _read(path) for path in site.notebooks}
    free = asyncio.Semaphore(n_jobs())
    executed: Executed = {language: dict(notebooks) for language in site.languages}
    figures: Figures = {language: {name: [] for name in notebooks} for language in site.languages}
    known: dict[Path, str] = {}
    exports = folder / "exports"
    exporters = {language: FoiHtmlExporter(language=language) for language in site.languages}

    async def make(name: str) -> None:
        async with free:
            editions = await _run(site, notebooks[name], name, work, warned)
        for language, shown in editions.items():
            found = figures_of(shown, work / name, language)
            drawn = {one: download.alt for one, download in found.items()}
            html, data = await asyncio.to_thread(
                _convert, exporters[language], site, notebooks, shown, name, language, drawn
            )
            executed[language][name], figures[language][name] = shown, list(found.values())
            write_text(exports / language / f"{name}.html", html)
            for own in sorted(data.keys() - site.written):
                _write_once(exports / language / DATA / f"{own}.csv", data[own], known, name)
            for own in found:
                drawn_from = move_figure(own, work / name, language, folder)
                _write_once(exports / language / DATA / f"{own}.csv", drawn_from, known, name)
            tell(Told(f"cli.step_{language}", name=name))

    async with asyncio.TaskGroup() as group:
        for name in reversed(notebooks):  # the last take longest: begun first, they leave no core idle at the end
            group.create_task(make(name))
    return executed, figures


def make_index(site: Site, downloads: Downloads, folder: Path) -> None:
    """Write ``folder``/index.html, which leads to every page and file. Raises OSError when it cannot be written."""
    first = site.languages[0]
    notebooks = {path.stem: _read(path) for path in site.notebooks}
    title = " / ".join(say("export.index_title", language) for language in site.languages)
    body = _contents(site, notebooks, downloads, title, folder)
    write_text(folder / INDEX, page(title, body, first, Basis(site.basis[first].subject)))


async def _run(
    site: Site, notebook: NotebookNode, name: str, work: Path, warned: Warned
) -> dict[Language, NotebookNode]:
    """Run one notebook in each language; what the reader sees of the report's path is its name."""
    supplied = site.supplied
    given = str(site.report), str(supplied) if supplied else None
    asked = [with_parameters(notebook, given[0], language, given[1]) for language in site.languages]
    run = await execute(asked, name, work, warned, work / name)
    names = site.report.name, supplied.name if supplied else None
    return {
        language: with_parameters(one, names[0], language, names[1])
        for language, one in zip(site.languages, run, strict=True)
    }


def _convert(
    exporter: FoiHtmlExporter,
    site: Site,
    notebooks: Mapping[str, NotebookNode],
    shown: NotebookNode,
    name: str,
    language: Language,
    drawn: Mapping[str, str],
) -> tuple[str, dict[str, str]]:
    basis = site.panels.get(name, site.basis)[language]
    about = {"facts": basis.facts, "subject": basis.subject, "data": DATA, "drawn": drawn}
    about["links"] = _links(site, notebooks, name, language)
    try:
        html, given = exporter.from_notebook_node(shown, {"foi": about})
    except ExportError as error:
        raise ExportError(Told("errors.at_page", name=name, language=language, error=error)) from error
    _refuse_paths(html, site, name)
    return str(html), given["foi_data"]


def _links(site: Site, notebooks: Mapping[str, Any], name: str, language: Language) -> list[Link]:
    links = [Link(f"../{INDEX}", say("export.index", language))]
    links += [Link(f"{other}.html", title_of(nb, language), here=other == name) for other, nb in notebooks.items()]
    for other in site.languages:
        if other != language:
            links.append(Link(f"../{other}/{name}.html", say("export.name", other), lang=TAGS[other]))
    return links


def _contents(site: Site, notebooks: Mapping[str, NotebookNode], downloads: Downloads, title: str, folder: Path) -> str:
    languages = [
        {
            "key": language,
            "tag": TAGS[language],
            "words": {word: say(f"export.{word}", language) for word in ("name", "sizes", "source", "made")},
            "pages": [_entry(folder, f"{language}/{name}.html", nb, language) for name, nb in notebooks.items()],
            "downloads": downloads[language],
            "facts": site.basis[language].facts,
        }
        for language in site.languages
    ]
    return render("contents.html.j2", title=title, languages=languages)


def _write_once(path: Path, text: str, known: dict[Path, str], name: str) -> None:
    """Write the data of a page unless another page's notebook has; refuse other data under the same name."""
    if known.setdefault(path, text) != text:
        raise ExportError(Told("errors.other_data", name=name, data=path.stem))
    write_text(path, text)


def _entry(folder: Path, href: str, notebook: NotebookNode, language: Language) -> Link:
    """Lead to one page, with its size as it lies in ``folder``, in thousands of bytes."""
    size = say("export.kilobytes", language, n=-(-(folder / href).stat().st_size // 1000))
    return Link(href, title_of(notebook, language), size=size)


def _refuse_paths(html: str, site: Site, name: str) -> None:
    """Refuse a page that tells where on this machine a file lies."""
    for path in (site.report, site.supplied):
        if path and str(path) in html:
            raise ExportError(Told("errors.page_tells", name=name, file=path.name))


def _read(path: Path) -> NotebookNode:
    try:
        return read_notebook(path)
    except OSError as error:
        raise ExportError(Told("errors.restore", name=path.name, what=of_system(error))) from error


# ---- what can be taken away: data files, and each figure of a notebook as a picture with its data ----


def write_datasets(report: Report, languages: Sequence[Language], folder: Path) -> dict[Language, list[Download]]:
    """Write a report's workbook, Stata file, tidy tables and citations below ``folder``; give them for the index.

    The workbook has the published tables in the languages given; the files of one language lie in its own folder.
    Raises OSError when one cannot be written.
    """
    data = folder / "data"
    data.mkdir(parents=True, exist_ok=True)
    stem = Path(report.name).stem
    (data / f"{stem}.xlsx").write_bytes(workbook(report, languages))
    (data / f"{stem}.dta").write_bytes(stata(report))
    tidy = datasets(report)
    for table in tidy:
        write_text(data / f"{table.name}.csv", table.csv())
    write_text(data / PACKAGE, json.dumps(package(report, tidy), ensure_ascii=False, indent=2) + "\n")
    return {language: _listed(report, stem, tidy, language, folder) for language in languages}


def write_data_files(
    report: Report, languages: Sequence[Language], folder: Path
) -> dict[Language, dict[str, list[Download]]]:
    """Write the data of the whole report and of each of its tables below ``folder``; return them for the index.

    Raises OSError when something cannot be written.
    """
    whole = write_datasets(report, languages, folder)
    return {
        language: {
            say("datasets.downloads", language): whole[language],
            say("export.tables", language): [_table(report, t.key, folder, language) for t in report.form.tables],
        }
        for language in languages
    }


def _table(report: Report, name: str, folder: Path, language: Language) -> Download:
    path = f"{language}/data/{name}.csv"
    write_text(folder / path, published_table(report, name, language).csv())
    return Download(report.form.table(name).label(language), {"CSV": path})


def figures_of(notebook: NotebookNode, kept: Path, language: Language) -> dict[str, Download]:
    """Return the figures that a notebook shows and its kernel kept, by their names; of a name the first."""
    found: dict[str, Download] = {}
    for output in (output for cell in notebook.cells for output in cell.get("outputs", ())):
        said = told(output, SVG)
        if said.name and said.name not in found and (kept / f"{said.name}.{language}.csv").is_file():
            pictures = {kind.upper(): f"../figures/{said.name}.{language}.{kind}" for kind in KINDS}
            found[said.name] = Download(said.title, {**pictures, "CSV": f"{language}/data/{said.name}.csv"}, said.alt)
    return found


def move_figure(name: str, kept: Path, language: Language, folder: Path) -> str:
    """Move the pictures of a figure to ``folder``/figures and return its data. Raises OSError when that fails."""
    (folder / "figures").mkdir(exist_ok=True)
    for kind in KINDS:
        shutil.move(kept / f"{name}.{language}.{kind}", folder / "figures" / f"{name}.{language}.{kind}")
    return (kept / f"{name}.{language}.csv").read_text(encoding="utf-8")


def _listed(report: Report, stem: str, tidy: Sequence[Dataset], language: Language, folder: Path) -> list[Download]:
    books = [
        Download(say(f"datasets.download_{kind}", language), {kind.upper(): f"data/{quote(stem)}.{kind}"})
        for kind in ("xlsx", "dta")
    ]
    tables = [Download(say(f"datasets.holds_{t.name}", language), {"CSV": f"data/{t.name}.csv"}) for t in tidy]
    described = Download(say("datasets.download_package", language), {"JSON": f"data/{PACKAGE}"})
    return [*books, *tables, described, _cited(report, language, folder)]


def _cited(report: Report, language: Language, folder: Path) -> Download:
    """Write how to cite a report, in one language."""
    found = citation(report, language)
    paths = {kind: f"{language}/data/citation.{kind.lower()}" for kind in ("TXT", "BIB")}
    write_text(folder / paths["TXT"], found.text)
    write_text(folder / paths["BIB"], f"{found.bibtex}\n")
    return Download(say("datasets.about_citation", language), paths)
