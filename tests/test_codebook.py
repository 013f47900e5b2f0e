from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

import pytest
from frictionless import validate

from foi_analysis import Report
from foi_analysis.codebook import codebook, write_data
from foi_analysis.extract import COLUMNS, records, to_csv

DATA = Path(__file__).resolve().parent.parent / "data"
CSV = "shanghai_psb_2024.csv"


def test_committed_data_are_what_the_program_writes(reference: Report, tmp_path: Path) -> None:
    for path in write_data(reference, tmp_path):
        assert path.read_bytes() == (DATA / path.name).read_bytes(), f"{path.name}: call codebook.write_data again"


def test_csv_is_the_extract_of_the_reference_report(reference: Report) -> None:
    assert (DATA / CSV).read_bytes() == to_csv(records(reference)).encode("utf-8")


def test_raw_text_has_the_recorded_sha256(reference: Report) -> None:
    digest = sha256((DATA / "raw" / reference.name).read_bytes()).hexdigest()
    assert digest in (DATA / "README.md").read_text(encoding="utf-8")
    (source,) = json.loads((DATA / "datapackage.json").read_text(encoding="utf-8"))["sources"]
    assert source["hash"] == f"sha256:{digest}"


def test_codebook_explains_every_column_table_row_and_column(reference: Report) -> None:
    text = codebook(reference.form)
    keys = {part for key in reference.form.cells for part in key}
    for name in (*COLUMNS, *keys):
        assert f"`{name}`" in text
    for table in reference.form.tables:
        for term in (*table.rows, *table.columns):
            assert term.zh in text
            assert term.en in text


def test_codebook_in_one_language_leaves_the_other_out(reference: Report) -> None:
    assert "Currently in force" not in codebook(reference.form, ("zh",))
    assert "现行有效件数" not in codebook(reference.form, ("en",))


def test_tables_of_the_codebook_have_equally_many_fields_in_each_line(reference: Report) -> None:
    widths: list[int] = []
    for line in codebook(reference.form).splitlines():
        if line.startswith("|"):
            widths.append(line.replace("\\|", "").count("|"))
        elif widths:
            assert len(set(widths)) == 1
            widths = []


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
