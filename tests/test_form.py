"""The forms are data: their size, their identities, and what a broken file says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from foi_analysis import load_form
from foi_analysis.form import CellKey, form_data, form_ids, make_form, rules_by_id

SIZES = {"cn-2019": (198, 40), "cn-2021": (200, 42), "cn-2021-hybrid": (186, 40), "cn-2021-proactive-2019": (212, 42)}


def test_the_form_of_2021_has_25_row_sums_7_outcome_sums_7_balances_and_3_review_sums() -> None:
    form = load_form("cn-2021")
    families = Counter(identity.family for identity in form.identities)
    assert families == {"applicants": 25, "outcomes": 7, "balance": 7, "results": 3}
    assert all(bool(form.identities_of[cell]) == (cell.table != "proactive") for cell in form.cells)
    assert set(form_ids()) == set(SIZES)


@pytest.mark.parametrize("form_id", SIZES)
def test_a_form_has_its_cells_and_identities_of_which_the_balance_alone_is_printed(form_id: str) -> None:
    form = load_form(form_id)
    assert (len(form.cells), len(form.identities)) == SIZES[form_id]
    assert len(set(form.cells)) == len(form.cells)
    assert len({identity.id for identity in form.identities}) == len(form.identities)
    assert {identity.family for identity in form.identities if identity.source == "printed"} == {"balance"}
    assert not form.subtotals.keys() & set(form.cells)
    assert all(set(rule.left) <= set(form.cells) for rule in form.subtotals.values())


def test_six_families_hold_all_outcome_rows_and_every_term_has_both_labels_and_a_legal_basis() -> None:
    for form_id, rows in (("cn-2021", 21), ("cn-2019", 19), ("cn-2021-hybrid", 19)):
        families = load_form(form_id).families()
        assert [head.key for head, _ in families] == [
            "disclosed", "partly_disclosed", "withheld", "unable", "not_processed", "other_handled",
        ]  # fmt: skip
        assert sum(len(members) for _, members in families) == rows
    for form_id in SIZES:
        for table in load_form(form_id).tables:
            for term in (*table.rows, *table.columns):
                assert term.zh
                assert term.en.isascii()
                assert term.gloss
                assert term.legal_basis, term.key


def test_a_cell_shows_its_three_names_and_a_form_one_short_line() -> None:
    assert str(CellKey("requests", "new", "total")) == "requests.new.total"
    assert repr(load_form("cn-2019")).startswith("<Form cn-2019: 198 cells, ")
    assert max(len(repr(load_form(form_id))) for form_id in form_ids()) <= 120


def changed(**identity: str) -> dict[str, Any]:
    """Give the data of the form of 2021 with another balance."""
    data = dict(form_data("cn-2021"))
    data["identities"] = {**data["identities"], "balance": {**BALANCE, **identity}}
    return data


BALANCE = form_data("cn-2021")["identities"]["balance"]


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: load_form("cn-1999"), "unknown form 'cn-1999'; known forms: cn-2019, cn-2021"),
        (lambda: make_form("mine", changed(equation="new + carried_inn = concluded + carried_out")),
         "identity 'balance': cannot read carried_inn"),
        (lambda: make_form("mine", changed(equation="new = concluded = carried_out")),
         "identity 'balance': cannot read it"),
        (lambda: rules_by_id("mine", [BALANCE, BALANCE]), "two rules are called 'balance'"),
    ],
)  # fmt: skip
def test_an_unknown_form_and_a_rule_that_cannot_be_read_are_refused_by_name(
    call: Callable[[], object], said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        call()
