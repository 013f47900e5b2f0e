"""Verdicts over the identities and bounds, on the reference report and on copies with a known fault."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from foi_analysis import CellKey, Report, check, read_report, verdicts
from foi_analysis.report import Number


def with_value(report: Report, key: CellKey, value: Number | None) -> Report:
    """Give a copy in which one cell prints another value, or nothing."""
    mark = "blank" if value is None else "number"
    return replace(report, grid={**report.grid, key: replace(report.grid[key], value=value, mark=mark)})


def test_all_identities_and_bounds_of_the_reference_report_hold(reference: Report) -> None:
    counts = Counter((verdict.kind, verdict.outcome) for verdict in verdicts(reference))
    assert counts == {("identity", "holds"): 42, ("bound", "holds"): 206}


def test_review_totals_are_those_of_the_rules(reference: Report) -> None:
    totals = [verdict.right for verdict in verdicts(reference) if verdict.identity.family == "results"]
    assert totals == [143, 18, 40]


def test_transposed_digits_break_the_row_and_the_balance(edited: Callable[..., Path]) -> None:
    report = read_report(edited(("\t1672\t", "\t1627\t")))
    broken = [verdict for verdict in verdicts(report) if verdict.outcome == "broken"]
    assert {v.identity.id: v.difference for v in broken} == {
        "applicants.new": -45,
        "balance.natural_person": -45,
    }
    assert not any(verdict.doubtful for verdict in broken)


def test_a_blank_is_not_zero_and_makes_its_identities_not_assessable(edited: Callable[..., Path]) -> None:
    report = read_report(edited(("\t1672\t14", "\t\t14")))
    counts = Counter(verdict.outcome for verdict in verdicts(report) if verdict.kind == "identity")
    assert counts == {"holds": 40, "not assessable": 2}
    frame = check(report).set_index("rule")
    assert frame.loc["applicants.new", ["left", "right", "difference"]].isna().all()


@pytest.mark.parametrize("key", [("requests", "disclosed", "total"), ("review", "reconsideration", "pending")])
@pytest.mark.parametrize("change", [1, -1, 10**12])
def test_a_wrong_cell_breaks_just_its_own_identities(reference: Report, key: tuple[str, ...], change: int) -> None:
    cell = CellKey(*key)
    value = reference.grid[cell].value
    assert value is not None
    report = with_value(reference, cell, value + change)
    broken = {v.identity.id for v in verdicts(report) if v.outcome == "broken" and v.kind == "identity"}
    assert broken == {identity.id for identity in reference.form.identities_of[cell]}


def test_sums_are_exact_beyond_floating_point(reference: Report) -> None:
    huge = 10**17 + 1
    report = with_value(reference, CellKey("review", "litigation_direct", "upheld"), huge)
    verdict = next(v for v in verdicts(report) if v.identity.id == "results.litigation_direct")
    assert verdict.left == huge + 0 + 6 + 1


@pytest.mark.parametrize(
    ("value", "outcome"), [(Decimal("0.5"), "broken"), (-1, "broken"), (0, "holds"), (None, "not assessable")]
)
def test_a_count_is_a_whole_number_of_at_least_zero(reference: Report, value: Number | None, outcome: str) -> None:
    key = CellKey("proactive", "licences", "decisions")
    verdict = next(v for v in verdicts(with_value(reference, key, value)) if v.identity.id == f"counts.{key}")
    assert verdict.outcome == outcome


def test_fees_may_have_decimals(reference: Report) -> None:
    report = with_value(reference, CellKey("proactive", "fees", "amount"), Decimal("4166.241619"))
    assert all(verdict.outcome == "holds" for verdict in verdicts(report))


def test_more_pending_than_came_in_breaks_the_bound(reference: Report) -> None:
    report = with_value(reference, CellKey("requests", "carried_out", "business"), 15)
    broken = {v.identity.id for v in verdicts(report) if v.outcome == "broken" and v.kind == "bound"}
    assert broken == {"pending_within_intake.business"}


def test_the_frame_has_one_tidy_row_a_rule(reference: Report) -> None:
    frame = check(reference)
    assert frame.columns.tolist() == [
        "report", "last", "rule", "family", "kind", "source", "table", "where", "left", "right", "difference",
        "verdict", "doubtful", "cells",
    ]  # fmt: skip
    assert frame["rule"].is_unique
    assert set(frame["kind"]) == {"identity", "bound", "hint", "reading"}
    assert frame.groupby("family")["source"].first()["balance"] == "printed"
    assert frame.set_index("rule").loc["balance.total", "left"] == 1691 + 77
