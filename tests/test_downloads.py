"""What the index leads to: every file there, named after the report whatever its name."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

import pytest
from frictionless import validate

from foi_analysis import Report
from foi_analysis.datasets import datasets
from foi_analysis.export.downloads import Downloads, write_datasets
from foi_analysis.resources import LANGUAGES

pytestmark = pytest.mark.slow
TIDY = ("cells", "checks", "measures", "codebook")


@pytest.fixture(scope="module")
def hostile(reference: Report) -> Report:
    return replace(reference, name="报告 #1?100%25 <script> & 'b'.txt")


@pytest.fixture(scope="module")
def written(hostile: Report, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Downloads]:
    folder = tmp_path_factory.mktemp("written")
    return folder, write_datasets(hostile, LANGUAGES, folder)


def test_every_download_is_a_file_below_the_folder_and_every_file_a_download(
    hostile: Report, written: tuple[Path, Downloads]
) -> None:
    folder, found = written
    paths = [path for one in found.values() for download in one for path in download.files.values()]
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert set(map(unquote, paths)) == there
    assert not set("".join(paths)) & set(" #?<>&'\""), "a hostile name is an address in the list"
    stem = hostile.name.removesuffix(".txt")
    assert {f"data/{stem}.xlsx", f"data/{stem}.dta", "en/data/citation.bib", "zh/data/citation.txt"} < there
    assert {f"data/{name}.csv" for name in TIDY} < there


def test_tidy_tables_are_written_as_they_are_and_the_data_package_describes_the_files(
    hostile: Report, written: tuple[Path, Downloads]
) -> None:
    folder, _ = written
    for data in datasets(hostile):
        assert (folder / f"data/{data.name}.csv").read_bytes() == data.csv().encode("utf-8")
    report = validate(str(folder / "data/datapackage.json"))
    assert report.valid, report.flatten(["fileName", "rowNumber", "fieldName", "type", "note"])
    assert report.stats["tasks"] == len(TIDY)


def test_a_bound_without_an_end_is_still_a_number_to_the_data_package(reference: Report, tmp_path: Path) -> None:
    blank = {key: cell._replace(value=None, mark="blank") for key, cell in reference.grid.items()}
    keep = ("requests.carried_out.total", "requests.concluded.total")
    cells = {key: reference.grid[key] if str(key) in keep else cell for key, cell in blank.items()}
    found = write_datasets(replace(reference, grid=cells), ("zh",), tmp_path)
    assert (set(found), (tmp_path / "en").exists()) == ({"zh"}, False)
    assert "INF" in (tmp_path / "data/measures.csv").read_text(encoding="utf-8")
    report = validate(str(tmp_path / "data/datapackage.json"))
    assert report.valid, report.flatten(["fileName", "rowNumber", "fieldName", "type", "note"])
