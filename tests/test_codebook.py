from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import get_args

import pytest
from frictionless import validate

from foi_analysis import Report
from foi_analysis.codebook import write_data
from foi_analysis.report import COLUMNS, PROOFS, Mark

DATA = Path(__file__).resolve().parent.parent / "data"
CSV = "shanghai_psb_2024.csv"


def test_committed_data_are_what_the_program_writes(reference: Report, tmp_path: Path) -> None:
    for path in write_data(reference, tmp_path):
        assert path.read_bytes() == (DATA / path.name).read_bytes(), f"{path.name}: call codebook.write_data again"


def test_raw_text_has_the_recorded_sha256(reference: Report) -> None:
    digest = sha256((DATA / "raw" / reference.name).read_bytes()).hexdigest()
    assert digest in (DATA / "README.md").read_text(encoding="utf-8")
    (source,) = json.loads((DATA / "datapackage.json").read_text(encoding="utf-8"))["sources"]
    assert source["hash"] == f"sha256:{digest}"


def test_the_readme_explains_every_column_mark_and_proof_in_two_pages() -> None:
    text = (DATA / "README.md").read_text(encoding="utf-8")
    assert len(text.encode()) < 8000
    for name in (*COLUMNS, *get_args(Mark), *PROOFS):
        assert f"`{name}`" in text


def test_data_package_is_valid() -> None:
    report = validate(str(DATA / "datapackage.json"))
    assert report.valid, report.flatten(["rowNumber", "fieldName", "type", "note"])


@pytest.mark.parametrize(
    ("old", "new", "error"),
    [
        (",natural_person,1672,number,", ",natural_person,abc,number,", "type-error"),
        (",natural_person,1672,number,", ",natural_person,1672,guess,", "constraint-error"),
        (",requests,carried_in,natural_person,", ",requests,new,natural_person,", "primary-key"),
        (",natural_person,1672,number,", ",natural_person,1627,number,", "hash-count"),
    ],
)
def test_a_damaged_csv_is_not_valid(reference: Report, tmp_path: Path, old: str, new: str, error: str) -> None:
    write_data(reference, tmp_path)
    text = (tmp_path / CSV).read_text(encoding="utf-8")
    assert old in text
    (tmp_path / CSV).write_text(text.replace(old, new), encoding="utf-8", newline="")
    report = validate(str(tmp_path / "datapackage.json"))
    assert not report.valid
    assert error in {found[0] for found in report.flatten(["type"])}
