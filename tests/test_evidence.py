"""Proofs tell the truth: a cell has one only when it was earned."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from foi_analysis import Report, certify, read_report


def test_every_cell_of_the_reference_report_is_read_by_label_and_by_order(reference: Report) -> None:
    assert all({"label", "order"} <= set(cell.proofs) for cell in reference.grid.values())


def test_identities_prove_the_cells_they_cover_and_none_of_the_proactive_table(reference: Report) -> None:
    for key, cell in reference.grid.items():
        kinds = {identity.proof for identity in reference.form.identities_of[key]}
        assert set(cell.proofs) - {"prose"} == {"label", "order"} | kinds
        assert bool(kinds) == (key.table != "proactive")


def test_the_prose_proves_just_the_six_cells_that_it_states(reference: Report) -> None:
    assert {str(key): cell.value for key, cell in reference.grid.items() if "prose" in cell.proofs} == {
        "proactive.normative_documents.issued": 7,
        "proactive.normative_documents.in_force": 33,
        "requests.new.total": 1691,
        "requests.carried_in.total": 77,
        "requests.concluded.total": 1698,
        "requests.carried_out.total": 70,
    }


def test_a_broken_identity_proves_nothing(edited: Callable[..., Path]) -> None:
    report = read_report(edited(("\t1672\t", "\t1627\t")))
    assert report.cell("requests", "new", "natural_person").proofs == ("label", "order")
    assert report.cell("requests", "new", "total").proofs == ("label", "order", "balance", "prose")


def test_the_certificate_counts_every_cell_once(reference: Report) -> None:
    frame = certify(reference)
    assert frame.groupby("table")["cells"].sum().to_dict() == {"proactive": 10, "requests": 175, "review": 15}
    assert frame["doubtful"].sum() == 0
    assert frame.loc[frame["table"] == "proactive", "proofs"].tolist() == ["label+order+prose", "label+order"]
