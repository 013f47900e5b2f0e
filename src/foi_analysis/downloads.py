"""What can be taken away from a report besides its pages: workbook, Stata file, tidy tables, figures, how to cite."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from urllib.parse import quote

import matplotlib
import matplotlib.pyplot as plt
from matplotlib.figure import Figure

from foi_analysis import plot
from foi_analysis.datasets import Dataset, citation, datasets, excel_csv, package, stata, workbook
from foi_analysis.export.site import Download, Downloads
from foi_analysis.panel import Panel
from foi_analysis.plot.figure import figure_of
from foi_analysis.plot.theme import set_theme
from foi_analysis.report import Report
from foi_analysis.resources import Language, say
from foi_analysis.tables import published_table

PACKAGE = "datapackage.json"
#: A line break in a title; between Chinese characters it stands for no space.
_BREAK = re.compile(r"(?<=[\u2E80-\uFFEF])\n(?=[\u2E80-\uFFEF])")


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


#: What is left to do: a picture to write.
Later = Callable[[], None]


def write_downloads(
    report: Report,
    panel: Panel | None,
    languages: Sequence[Language],
    folder: Path,
    tell: Callable[[str], None],
    later: list[Later] | None = None,
) -> Downloads:
    """Write the data of the whole report, each figure with its data, and each table's data; return them for the index.

    With a panel, write its figures too. Where `later` is given, figures are drawn, and writing their pictures is left
    to whoever calls what is put into it.
    """
    written: dict[Language, dict[str, list[Download]]] = {}
    whole = write_datasets(report, languages, folder / "exports")
    tell("workbook")
    for language in languages:
        (folder / "exports" / language / "data").mkdir(parents=True, exist_ok=True)
        written[language] = {
            say("datasets.downloads", language): whole[language],
            say("export.tables", language): [_table(report, t.key, folder, language) for t in report.form.tables],
            say("export.figures", language): _figures(plot.REPORT_FIGURES, report, folder, language, later),
        }
        if panel:
            found = _figures(plot.PANEL_FIGURES, panel, folder, language, later)
            written[language][say("export.panel_figures", language)] = found
        tell(f"figures {language}")
    return written


def _table(report: Report, name: str, folder: Path, language: Language) -> Download:
    path = f"{language}/data/{name}.csv"
    text = published_table(report, name, language).csv()
    (folder / "exports" / path).write_text(text, encoding="utf-8", newline="\n")
    return Download(report.form.table(name).label(language), {"CSV": path})


def _figures(
    names: Sequence[str], data: Report | Panel, folder: Path, language: Language, later: list[Later] | None
) -> list[Download]:
    left: list[Later] = [] if later is None else later
    with _own_style():
        found = [_figure(name, data, folder, language, left) for name in names]
    if later is None:
        write_pictures(left)
    return found


def write_pictures(later: Sequence[Later]) -> None:
    """Write the pictures of figures that were drawn, and close them."""
    with _own_style():
        for write in later:
            write()


@contextmanager
def _own_style() -> Iterator[None]:
    """Draw without a window, and in the package's theme whatever the person has set."""
    matplotlib.use("agg")
    with matplotlib.style.context("default"):
        set_theme()
        yield


def _figure(name: str, data: Report | Panel, folder: Path, language: Language, later: list[Later]) -> Download:
    path = f"{language}/data/{name}.csv"
    frame = getattr(plot, f"{name}_data")(data, language)
    _write(folder / "exports" / path, frame.to_csv(index=False, lineterminator="\n"))
    figure = figure_of(getattr(plot, name)(frame, language=language))
    later.append(partial(_write_picture, figure, folder / "figures" / f"{name}.{language}"))
    title, alt = _BREAK.sub("", figure.get_suptitle()).replace("\n", " "), plot.describe(figure)
    pictures = {kind.upper(): f"../figures/{name}.{language}.{kind}" for kind in ("svg", "png")}
    return Download(title, {**pictures, "CSV": path}, alt)


def _write_picture(figure: Figure, path: Path) -> None:
    plot.save(figure, path)
    plt.close(figure)


def mark_for_excel(folder: Path) -> None:
    """Rewrite each CSV file below a folder as Excel needs it (see ``excel_csv``). Raises OSError when it cannot."""
    for path in sorted(folder.rglob("*.csv")):
        _write(path, excel_csv(path.read_text(encoding="utf-8")))


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
