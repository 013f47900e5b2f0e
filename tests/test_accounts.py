"""What notebooks and the command tell beyond verdicts: explanations, hints, claims."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from foi_analysis import Report, say
from foi_analysis.cli import main
from foi_analysis.report import Cell


def test_a_slip_in_a_copy_breaks_identities_and_is_explained(reference: Report) -> None:
    copy = reference.replace({"requests.new.total": 1961})
    assert "implied 1691 (digits transposed)" in str(say("explanations", copy, "en"))
    blank = Report("blank.txt", reference.form, {key: Cell(key, None, "blank") for key in reference.grid})
    for without in (reference, blank):
        assert "nothing to explain" in str(say("explanations", without, "en"))


def test_the_claims_of_the_reference_report_agree_none_contradicts_and_one_hint_does_not_hold(
    reference: Report,
) -> None:
    (hint,) = say("hints", reference, "en").texts
    assert "15%" in hint
    texts = say("claims", reference, "en").texts
    assert "7 linked to cells; agree: 6, agree within rounding: 1, contradict: 0" in texts[0]
    assert len(texts) == 8


def test_a_claim_contradicted_by_the_table_is_told_and_changes_the_status(
    edited: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    path = edited(("受理政府信息公开申请 1691 件", "受理政府信息公开申请 1961 件"))
    assert main(["check", str(path)]) == 1
    assert "contradicts the table: 1961件" in capsys.readouterr().out


def test_json_holds_explanations_claims_and_hints_with_stable_keys(
    edited: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    main(["check", str(edited(("\t1672\t", "\t1627\t"))), "--format", "json"])
    (record,) = json.loads(capsys.readouterr().out)
    (group,) = record["explanations"]
    (change,) = group["explanations"][0]["changes"]
    assert change.pop("cell") == "requests.new.natural_person"
    assert change == {"printed": 1627, "implied": 1672, "slip": "transposed", "where": "line 69, field 3"}
    assert record["claims"]["coverage"]["linked"] == 7
    assert {hint["rule"] for hint in record["hints"] if hint["verdict"] == "broken"} == {"large_residue"}


def test_several_years_are_held_against_each_other_and_both_files_named(
    reference_text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for year in ("2024", "2025"):
        path = tmp_path / f"r{year}.txt"
        path.write_text(reference_text.replace("2024", year), encoding="utf-8")
    assert main(["check", str(tmp_path / "r2024.txt"), str(tmp_path / "r2025.txt")]) == 0
    out = capsys.readouterr().out
    assert "r2024.txt → r2025.txt: copied" in out
    assert "r2024.txt → r2025.txt: carry_chain.total" in out
