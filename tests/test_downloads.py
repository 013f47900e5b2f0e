"""What the index leads to: every file there, named after the report whatever its name."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

import matplotlib as mpl
import matplotlib.pyplot as plt
import pandas as pd
import pytest
from frictionless import validate

from foi_analysis import Report, plot
from foi_analysis.datasets import datasets
from foi_analysis.export.downloads import write_datasets, write_downloads, write_figure
from foi_analysis.panel import load_panel
from foi_analysis.parallel import processes
from foi_analysis.resources import LANGUAGES

pytestmark = pytest.mark.slow
TIDY = ("cells", "checks", "measures", "codebook")


@pytest.fixture(scope="module")
def hostile(reference: Report) -> Report:
    return replace(reference, name="报告 #1?100%25 <script> & 'b'.txt")


def test_every_download_is_a_file_below_the_folder_and_every_file_a_download(hostile: Report, tmp_path: Path) -> None:
    found = write_datasets(hostile, LANGUAGES, tmp_path)
    listed = {unquote(path) for one in found.values() for download in one for path in download.files.values()}
    there = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    assert listed == there
    stem = hostile.name.removesuffix(".txt")
    assert {f"data/{stem}.xlsx", f"data/{stem}.dta", "en/data/citation.bib", "zh/data/citation.txt"} < there
    assert {f"data/{name}.csv" for name in TIDY} < there


def test_a_hostile_name_is_text_and_address_in_the_list(hostile: Report, tmp_path: Path) -> None:
    found = write_datasets(hostile, ("en",), tmp_path)
    assert set(found) == {"en"}
    assert not (tmp_path / "zh").exists()
    for download in found["en"]:
        for path in download.files.values():
            assert not set(path) & set(" #?<>&'\""), path


def test_tidy_tables_are_written_as_they_are(reference: Report, tmp_path: Path) -> None:
    write_datasets(reference, ("zh",), tmp_path)
    for data in datasets(reference):
        assert (tmp_path / f"data/{data.name}.csv").read_bytes() == data.csv().encode("utf-8")


def test_the_data_package_describes_the_files(reference: Report, tmp_path: Path) -> None:
    write_datasets(reference, ("zh",), tmp_path)
    report = validate(str(tmp_path / "data/datapackage.json"))
    assert report.valid, report.flatten(["fileName", "rowNumber", "fieldName", "type", "note"])
    assert report.stats["tasks"] == len(TIDY)


def test_a_bound_without_an_end_is_still_a_number_to_the_data_package(reference: Report, tmp_path: Path) -> None:
    blank = {key: replace(cell, value=None, mark="blank") for key, cell in reference.grid.items()}
    keep = ("requests.carried_out.total", "requests.concluded.total")
    cells = {key: reference.grid[key] if str(key) in keep else cell for key, cell in blank.items()}
    write_datasets(replace(reference, grid=cells), ("zh",), tmp_path)
    assert "INF" in (tmp_path / "data/measures.csv").read_text(encoding="utf-8")
    report = validate(str(tmp_path / "data/datapackage.json"))
    assert report.valid, report.flatten(["fileName", "rowNumber", "fieldName", "type", "note"])


def test_each_figure_is_drawn_with_its_data_and_told_by_its_finding(
    reference: Report, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plot, "REPORT_FIGURES", ("outcomes", "flow"))
    monkeypatch.setattr(plot, "PANEL_FIGURES", ("funnel",))
    with processes(1) as drawer:
        found = write_downloads(reference, load_panel(), ("en",), tmp_path, drawer)["en"]
    figures = [one for group in found.values() for one in group if "SVG" in one.files]
    assert {Path(one.files["CSV"]).stem for one in figures} == {*plot.REPORT_FIGURES, *plot.PANEL_FIGURES}
    for one in figures:
        name = Path(one.files["CSV"]).stem
        assert one.files == {"SVG": f"../figures/{name}.en.svg", "PNG": f"../figures/{name}.en.png",
                             "CSV": f"en/data/{name}.csv"}  # fmt: skip
        assert one.text.strip()
        assert "\n" not in one.text
        assert all((tmp_path / "exports" / path).is_file() for path in one.files.values())
        assert len(pd.read_csv(tmp_path / "exports" / one.files["CSV"])) > 0
    frame = plot.outcomes_data(reference, "en")
    written = (tmp_path / "exports/en/data/outcomes.csv").read_text(encoding="utf-8")
    assert written == frame.to_csv(index=False, lineterminator="\n")
    assert plt.get_fignums() == []


def test_no_setting_of_a_person_changes_a_byte_of_a_figure_or_is_changed(reference: Report, tmp_path: Path) -> None:
    for folder, own in {"plain": {}, "own": {"font.size": 30, "axes.facecolor": "red", "savefig.dpi": 10}}.items():
        with mpl.rc_context(own):
            before = dict(mpl.rcParams)
            for name in ("outcomes", "appeals", "check_map"):
                (tmp_path / folder / "exports/zh/data").mkdir(parents=True, exist_ok=True)
                write_figure(name, reference, "zh", tmp_path / folder)
            assert {key: value for key, value in mpl.rcParams.items() if not key.startswith("backend")} == {
                key: value for key, value in before.items() if not key.startswith("backend")
            }
    for path in sorted((tmp_path / "plain/figures").iterdir()):
        assert path.read_bytes() == (tmp_path / "own/figures" / path.name).read_bytes(), path.name
