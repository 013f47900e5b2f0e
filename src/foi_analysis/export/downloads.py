"""What can be taken away: data files, and each figure of a notebook as a picture with its data."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from nbformat import NotebookNode

from foi_analysis.datasets import Dataset, citation, datasets, package, stata, workbook
from foi_analysis.export.outputs import PICTURES, told
from foi_analysis.report import Report
from foi_analysis.resources import Language, say, write_text
from foi_analysis.tables import published_table

PACKAGE = "datapackage.json"
SVG = PICTURES[0]
#: The kinds of picture that a figure is saved as.
KINDS = ("svg", "png")


@dataclass(frozen=True, slots=True)
class Download:
    """Something to take away: what it is, and its files by their kind, as paths below ``exports``.

    A figure has its alternative text: a page that shows one of the same name and text leads to its data.
    """

    text: str
    files: Mapping[str, str]
    alt: str = ""


Downloads = Mapping[Language, Mapping[str, Sequence[Download]]]


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
