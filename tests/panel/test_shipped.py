"""The panel of real reports that travels with the package."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from decimal import Decimal
from pathlib import Path

import pytest
from describe_panel import describe
from frictionless import validate

from foi_analysis import check, read_report
from foi_analysis.panel import load_panel, load_sources, panel_folder

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "data" / "panel"


def test_the_panel_lies_once_in_the_checkout() -> None:
    assert panel_folder() == DATA
    assert sorted(path.name for path in DATA.iterdir()) == [
        "README.md", "cells.csv", "codebook.csv", "datapackage.json", "reports.csv",
    ]  # fmt: skip


def test_it_holds_fourteen_reports_of_six_organs_from_2019_to_2025() -> None:
    index = load_panel().reports
    assert len(index) == 14
    assert index["organ"].nunique() == index["organ_en"].nunique() == 6
    assert (index["year"].min(), index["year"].max()) == (2019, 2025)
    assert index["form"].value_counts().to_dict() == {"cn-2021": 10, "cn-2019": 3, "cn-2021-hybrid": 1}
    assert not index[["organ", "organ_en", "scope", "level"]].eq("").any(axis=None)


def test_blanks_and_lost_cells_stay_two_things() -> None:
    index = load_panel().reports.set_index("report")
    assert index["blank"][index["blank"] > 0].to_dict() == {"shanghai_general_office_2019": 135}
    assert index["missing"][index["missing"] > 0].to_dict() == {
        "shanghai_general_office_2025": 1,
        "shanghai_science_commission_2024": 1,
    }
    assert index["number"].sum() == 2780 - 137
    report = load_panel().report("shanghai_general_office_2019")
    rows = [row for _, keys in report.form.families() for row in keys]
    assert {report.cell("requests", row, "total").mark for row in rows} == {"blank"}
    assert report.value("requests", "concluded", "total") is not None


def test_the_known_faults_of_real_reports_are_kept_and_found_and_there_are_no_others() -> None:
    found = check(load_panel())
    hard = found[found["kind"].isin(["identity", "bound"]) & (found["verdict"] == "broken")]
    faults = {(row.report, row.rule): (row.left, row.right) for row in hard.itertuples()}
    assert faults == {
        ("huaian_hongze_2023", "results.reconsideration"): (11, 0),
        ("huaian_hongze_2023", "results.litigation_after_reconsideration"): (5, 0),
        ("pingtan_2020", "outcomes.natural_person"): (26, 20),
        ("pingtan_2020", "outcomes.total"): (27, 21),
    }
    stock = found[(found["rule"] == "stock_of_documents") & (found["verdict"] == "broken")]
    assert set(stock["report"]) == {"pingtan_2023", "pingtan_2024", "pingtan_2025"}


def test_decimals_stand_as_printed_in_amounts_only() -> None:
    decimals = [
        (report.name, str(key), cell.value)
        for report in load_panel()
        for key, cell in report.grid.items()
        if isinstance(cell.value, Decimal)
    ]
    assert {key for _, key, _ in decimals} == {"proactive.fees.amount", "proactive.central_procurement.amount"}
    assert ("pingtan_2020", "proactive.central_procurement.amount", Decimal("73802895.90")) in decimals
    assert str({name: value for name, _, value in decimals}["pingtan_2020"]) == "73802895.90"


def test_the_reference_report_is_in_it_with_the_figures_that_are_read_from_its_text(reference_path: Path) -> None:
    read, shipped = read_report(reference_path), load_panel().report("shanghai_psb_2024")
    assert {key: (cell.value, cell.mark) for key, cell in shipped.grid.items()} == {
        key: (cell.value, cell.mark) for key, cell in read.grid.items()
    }
    for name in ("organ", "year", "scope", "level"):
        assert getattr(shipped, name).value == getattr(read, name).value


def test_sources_tell_each_report_its_site_and_what_to_know_in_both_languages() -> None:
    sources, index = load_sources(), load_panel().reports
    shared = ["report", "organ", "organ_en", "form", "scope", "level"]
    assert sources[shared].values.tolist() == index[shared].values.tolist()
    assert sources["site"].str.startswith("https://").all()
    assert ((sources["note_zh"] == "") == (sources["note_en"] == "")).all()


def test_the_data_package_is_valid_and_its_description_is_what_the_program_writes(tmp_path: Path) -> None:
    report = validate(str(DATA / "datapackage.json"))
    assert report.valid, report.flatten(["rowNumber", "fieldName", "type", "note"])
    for name in ("cells.csv", "reports.csv"):
        (tmp_path / name).write_bytes((DATA / name).read_bytes())
    for path in describe(tmp_path):
        assert path.read_bytes() == (DATA / path.name).read_bytes(), "run python scripts/describe_panel.py"


@pytest.mark.parametrize(
    ("file", "old", "new", "error"),
    [
        ("cells.csv", "pingtan_2019,平潭综合实验区,", "pingtan_2018,平潭综合实验区,", "foreign-key"),
        ("cells.csv", ",requests,new,natural_person,", ",requests,new,nobody,", "constraint-error"),
        ("cells.csv", ",blank,", ",empty,", "constraint-error"),
    ],
)
def test_a_damaged_panel_is_not_valid(tmp_path: Path, file: str, old: str, new: str, error: str) -> None:
    for path in DATA.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    text = (tmp_path / file).read_text(encoding="utf-8")
    assert old in text
    (tmp_path / file).write_text(text.replace(old, new), encoding="utf-8", newline="")
    package = json.loads((tmp_path / "datapackage.json").read_text(encoding="utf-8"))
    for resource in package["resources"]:
        del resource["hash"], resource["bytes"]
    (tmp_path / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
    found = validate(str(tmp_path / "datapackage.json"))
    assert error in {kind for (kind,) in found.flatten(["type"])}


def test_the_wheel_carries_the_panel(tmp_path: Path) -> None:
    code = "import sys; from hatchling.build import build_wheel; build_wheel(sys.argv[1])"
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, check=True, capture_output=True)
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        for path in DATA.iterdir():
            assert wheel.read(f"foi_analysis/data/panel/{path.name}") == path.read_bytes()
