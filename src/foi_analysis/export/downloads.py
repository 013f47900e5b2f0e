"""What can be taken away: data files, and each figure as a picture with its data.

Processes that draw import this module: it imports nothing of pages.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import matplotlib
import matplotlib.pyplot as plt

from foi_analysis import plot
from foi_analysis.datasets import Dataset, citation, datasets, package, stata, workbook
from foi_analysis.panel import Panel
from foi_analysis.plot.figure import figure_of
from foi_analysis.plot.theme import set_theme
from foi_analysis.report import Report
from foi_analysis.resources import Language, say
from foi_analysis.tables import published_table

PACKAGE = "datapackage.json"
#: A line break in a title; between Chinese characters it stands for no space.
_BREAK = re.compile(r"(?<=[\u2E80-\uFFEF])\n(?=[\u2E80-\uFFEF])")


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
        _write(data / f"{table.name}.csv", table.csv())
    _write(data / PACKAGE, json.dumps(package(report, tidy), ensure_ascii=False, indent=2) + "\n")
    return {language: _listed(report, stem, tidy, language, folder) for language in languages}


def write_downloads(
    report: Report, panel: Panel | None, languages: Sequence[Language], folder: Path, drawer: Executor
) -> Downloads:
    """Write the data of the whole report, each table's data, and each figure with its data; return them for the index.

    With a panel, write its figures too. The figures are drawn by `drawer`. Raises OSError when something cannot be
    written.
    """
    subjects = {"figures": (plot.REPORT_FIGURES, report), "panel_figures": (plot.PANEL_FIGURES, panel)}
    for language in languages:
        (folder / "exports" / language / "data").mkdir(parents=True, exist_ok=True)
    drawn = {
        (language, kind): [drawer.submit(write_figure, name, data, language, folder) for name in names]
        for language in languages
        for kind, (names, data) in subjects.items()
        if data
    }
    whole = write_datasets(report, languages, folder / "exports")
    written: dict[Language, dict[str, list[Download]]] = {
        language: {
            say("datasets.downloads", language): whole[language],
            say("export.tables", language): [_table(report, t.key, folder, language) for t in report.form.tables],
        }
        for language in languages
    }
    for (language, kind), figures in drawn.items():
        written[language][say(f"export.{kind}", language)] = [figure.result() for figure in figures]
    return written


def _table(report: Report, name: str, folder: Path, language: Language) -> Download:
    path = f"{language}/data/{name}.csv"
    text = published_table(report, name, language).csv()
    (folder / "exports" / path).write_text(text, encoding="utf-8", newline="\n")
    return Download(report.form.table(name).label(language), {"CSV": path})


def write_figure(name: str, data: Report | Panel, language: Language, folder: Path) -> Download:
    """Draw a figure without a window, in the package's theme whatever the person has set, and write it with its data.

    Raises OSError when something cannot be written.
    """
    path = f"{language}/data/{name}.csv"
    frame = getattr(plot, f"{name}_data")(data, language)
    _write(folder / "exports" / path, frame.to_csv(index=False, lineterminator="\n"))
    matplotlib.use("agg")
    with matplotlib.style.context("default"):
        set_theme()
        figure = figure_of(getattr(plot, name)(frame, language=language))
        plot.save(figure, folder / "figures" / f"{name}.{language}")
        plt.close(figure)
    title, alt = _BREAK.sub("", figure.get_suptitle()).replace("\n", " "), plot.describe(figure)
    pictures = {kind.upper(): f"../figures/{name}.{language}.{kind}" for kind in ("svg", "png")}
    return Download(title, {**pictures, "CSV": path}, alt)


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
    (folder / language / "data").mkdir(parents=True, exist_ok=True)
    _write(folder / paths["TXT"], found.text)
    _write(folder / paths["BIB"], f"{found.bibtex}\n")
    return Download(say("datasets.about_citation", language), paths)


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")
