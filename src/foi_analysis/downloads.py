"""What can be taken away from a report's pages besides them: the workbook, the Stata file, tidy tables, how to cite."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

from foi_analysis.datasets import Dataset, citation, datasets, excel_csv, package, stata, workbook
from foi_analysis.export.site import Download
from foi_analysis.report import Report
from foi_analysis.resources import Language, say

PACKAGE = "datapackage.json"


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
