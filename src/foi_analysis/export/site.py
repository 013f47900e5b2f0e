"""All pages of one report in every language, and an index that leads to them and to what can be taken away."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from foi_analysis.export.downloads import Download, Downloads, figures_of, move_figure
from foi_analysis.export.exporter import FoiHtmlExporter
from foi_analysis.export.notebook import ExportError, Warned, execute, read_notebook, title_of, with_parameters
from foi_analysis.export.page import TAGS, Basis, Link, page, render
from foi_analysis.parallel import n_jobs
from foi_analysis.resources import Language, Told, of_system, say, write_text

INDEX = "index.html"
DATA = "data"
Tell = Callable[[str], None]
#: Notebooks that were run, by language and name, as a reader sees them.
Executed = dict[Language, dict[str, NotebookNode]]
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
