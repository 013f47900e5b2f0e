"""The forms are data: their size, their identities, and what a broken file says."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from foi_analysis import load_form
from foi_analysis.form import CellKey, form_data, form_ids, make_form, rules_by_id

SIZES = {
    "cn-2019": (198, 40),
    "cn-2021": (200, 42),
    "cn-2021-hybrid": (186, 40),
    "cn-2021-proactive-2019": (212, 42),
}


def test_the_package_knows_the_two_forms_and_their_mixtures() -> None:
    assert set(form_ids()) == set(SIZES)


@pytest.mark.parametrize("form_id", SIZES)
def test_a_form_has_its_cells_and_identities(form_id: str) -> None:
    form = load_form(form_id)
    assert (len(form.cells), len(form.identities)) == SIZES[form_id]
    assert len(set(form.cells)) == len(form.cells)
    assert len({identity.id for identity in form.identities}) == len(form.identities)


def test_the_form_of_2021_has_25_row_sums_7_outcome_sums_7_balances_and_3_review_sums() -> None:
    families = [identity.family for identity in load_form("cn-2021").identities]
    assert {family: families.count(family) for family in families} == {
        "applicants": 25,
        "outcomes": 7,
        "balance": 7,
        "results": 3,
    }


def test_only_the_balance_is_printed_by_the_form() -> None:
    for form_id in SIZES:
        printed = {i.family for i in load_form(form_id).identities if i.source == "printed"}
        assert printed == {"balance"}


@pytest.mark.parametrize("form_id", SIZES)
def test_the_sides_of_an_identity_are_the_sums_of_its_cells_for_one_report_and_for_many(form_id: str) -> None:
    form = load_form(form_id)
    values = np.arange(len(form.cells)) ** 2
    one = dict(zip(form.cells, values.tolist(), strict=True))
    many = dict(zip(form.cells, np.outer(values, [1, 0, 3]), strict=True))
    for identity in form.identities:
        left, right = (sum(one[cell] for cell in side) for side in (identity.left, identity.right))
        assert identity.sides(one) == (left, right)
        assert [side.tolist() for side in identity.sides(many)] == [[n, 0, 3 * n] for n in (left, right)]


def test_no_identity_covers_the_proactive_table() -> None:
    form = load_form("cn-2021")
    assert all(not form.identities_of[cell] for cell in form.table("proactive").cells)
    assert all(form.identities_of[cell] for cell in form.cells if cell.table != "proactive")


def test_six_families_hold_all_outcome_rows() -> None:
    for form_id, rows in (("cn-2021", 21), ("cn-2019", 19), ("cn-2021-hybrid", 19)):
        families = load_form(form_id).families()
        assert [head.key for head, _ in families] == [
            "disclosed", "partly_disclosed", "withheld", "unable", "not_processed", "other_handled",
        ]  # fmt: skip
        assert sum(len(members) for _, members in families) == rows


def test_every_term_has_labels_in_both_languages_and_a_legal_basis() -> None:
    for form_id in SIZES:
        for table in load_form(form_id).tables:
            for term in (*table.rows, *table.columns):
                assert term.zh
                assert term.en.isascii()
                assert term.gloss
                assert term.legal_basis, term.key


def test_a_cell_key_names_table_row_and_column() -> None:
    assert str(CellKey("requests", "new", "total")) == "requests.new.total"


def test_an_unknown_form_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match="unknown form 'cn-1999'; known forms: cn-2019, cn-2021"):
        load_form("cn-1999")


def changed(**identity: str) -> dict[str, Any]:
    """Give the data of the form of 2021 with another balance."""
    data = dict(form_data("cn-2021"))
    data["identities"] = {**data["identities"], "balance": {**data["identities"]["balance"], **identity}}
    return data


def test_a_misspelt_row_in_an_identity_is_refused_with_its_name() -> None:
    with pytest.raises(ValueError, match=r"identity 'balance': cannot read carried_inn"):
        make_form("mine", changed(equation="new + carried_inn = concluded + carried_out"))


def test_an_equation_with_two_equals_signs_is_refused() -> None:
    with pytest.raises(ValueError, match=r"identity 'balance': cannot read it"):
        make_form("mine", changed(equation="new = concluded = carried_out"))


def test_two_rules_of_one_id_are_refused_and_none_is_lost() -> None:
    rule = form_data("cn-2021")["identities"]["balance"]
    with pytest.raises(ValueError, match="two rules are called 'balance'"):
        rules_by_id("mine", [rule, rule])


def test_subtotals_are_no_cells_of_the_form() -> None:
    for form_id in SIZES:
        form = load_form(form_id)
        assert not form.subtotals.keys() & set(form.cells)
        assert all(set(rule.left) <= set(form.cells) for rule in form.subtotals.values())


def test_a_form_shows_itself_in_one_short_line() -> None:
    assert repr(load_form("cn-2019")).startswith("<Form cn-2019: 198 cells, ")
    assert max(len(repr(load_form(form_id))) for form_id in form_ids()) <= 120
