"""Verdicts: of one report against truth known by hand, of bare figures, and of a panel across years."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from drawn import Row, array, drawn_report, report_of, rows
from made_reports import key_of, with_values

import foi_analysis as foi
from foi_analysis import Panel, Report, check, load_form, load_panel, read_report
from foi_analysis.checks import check_values, hints, reading_verdicts, verdicts
from foi_analysis.form import Form, form_ids
from foi_analysis.report import Number
from foi_analysis.rules import VERDICTS


def test_all_identities_and_bounds_of_the_reference_report_hold(reference: Report) -> None:
    counts = Counter((verdict.kind, verdict.outcome) for verdict in verdicts(reference))
    assert counts == {("identity", "holds"): 42, ("bound", "holds"): 206}
    totals = [verdict.right for verdict in verdicts(reference) if verdict.rule.family == "results"]
    assert totals == [143, 18, 40]


def test_transposed_digits_break_the_row_and_the_balance(edited: Callable[..., Path]) -> None:
    report = read_report(edited(("\t1672\t", "\t1627\t")))
    broken = [verdict for verdict in verdicts(report) if verdict.outcome == "broken"]
    assert {v.rule.id: v.difference for v in broken} == {"applicants.new": -45, "balance.natural_person": -45}
    assert not any(verdict.doubtful for verdict in broken)


def test_a_blank_is_not_zero_and_makes_its_identities_not_assessable(edited: Callable[..., Path]) -> None:
    report = read_report(edited(("\t1672\t14", "\t\t14")))
    counts = Counter(verdict.outcome for verdict in verdicts(report) if verdict.kind == "identity")
    assert counts == {"holds": 40, "not assessable": 2}
    frame = check(report).set_index("rule")
    assert frame.loc["applicants.new", ["left", "right", "difference"]].isna().all()


@pytest.mark.parametrize("name", ["requests.disclosed.total", "review.reconsideration.pending"])
@pytest.mark.parametrize("change", [1, -1, 10**12])
def test_a_wrong_cell_breaks_just_its_own_identities(reference: Report, name: str, change: int) -> None:
    key = key_of(name)
    report = with_values(reference, {key: reference.grid[key].value + change})  # type: ignore[operator]
    broken = {v.rule.id for v in verdicts(report) if v.outcome == "broken" and v.kind == "identity"}
    assert broken == {identity.id for identity in reference.form.identities_of[key]}


def test_sums_are_exact_beyond_floating_point(reference: Report) -> None:
    huge = 10**17 + 1
    report = with_values(reference, {"review.litigation_direct.upheld": huge})
    verdict = next(v for v in verdicts(report) if v.rule.id == "results.litigation_direct")
    assert verdict.left == huge + 0 + 6 + 1


DECISIONS = "proactive.licences.decisions"


@pytest.mark.parametrize(
    ("name", "value", "rule", "outcome"),
    [
        (DECISIONS, Decimal("0.5"), f"counts.{DECISIONS}", "broken"),
        (DECISIONS, -1, f"counts.{DECISIONS}", "broken"),
        (DECISIONS, 0, f"counts.{DECISIONS}", "holds"),
        (DECISIONS, None, f"counts.{DECISIONS}", "not assessable"),
        ("proactive.fees.amount", Decimal("4166.241619"), "", "holds"),
        ("requests.carried_out.business", 15, "pending_within_intake.business", "broken"),
    ],
)
def test_counts_are_whole_and_not_negative_fees_may_have_decimals_and_no_more_is_pending_than_came_in(
    reference: Report, name: str, value: Number | None, rule: str, outcome: str
) -> None:
    own = {identity.id for identity in reference.form.identities_of[key_of(name)]}
    judged = verdicts(with_values(reference, {name: value}))
    others = {v.rule.id: v.outcome for v in judged if v.outcome != "holds" and v.rule.id not in own}
    assert others == ({} if outcome == "holds" else {rule: outcome})


def test_the_frame_has_one_tidy_row_a_rule(reference: Report) -> None:
    frame = check(reference)
    assert frame.columns.tolist() == [
        "report", "last", "kind", "rule", "label", "verdict", "left", "right", "difference", "doubtful", "family",
        "source", "table", "where", "cells",
    ]  # fmt: skip
    assert frame["rule"].is_unique
    assert set(frame["kind"]) == {"identity", "bound", "hint", "reading"}
    assert frame.groupby("family")["source"].first()["balance"] == "printed"
    assert frame.set_index("rule").loc["balance.total", "left"] == 1691 + 77


# Bare figures of many reports.

FORM = load_form("cn-2021")


def expected(form: Form, drawn: Sequence[Row]) -> list[list[str]]:
    return [[v.outcome for v in verdicts(report_of(form, row)) if v.kind == "identity"] for row in drawn]


def outcomes(codes: np.ndarray) -> list[list[str]]:
    return [[VERDICTS[code] for code in row] for row in codes.tolist()]


@pytest.mark.parametrize("form_id", form_ids())
@pytest.mark.parametrize("order", ["C", "F"])
def test_verdicts_are_those_of_each_report(form_id: str, order: str) -> None:
    form = load_form(form_id)
    whole, blank = rows(form, 40), rows(form, 40, blanks=True)
    assert outcomes(check_values(form, np.array(whole, order=order)).codes) == expected(form, whole)  # type: ignore[call-overload]
    assert outcomes(check_values(form, np.asarray(array(blank), order=order)).codes) == expected(form, blank)  # type: ignore[call-overload]


def test_masked_figures_are_no_numbers_and_no_report_has_no_verdict() -> None:
    drawn = rows(FORM, 20, blanks=True)
    gone = np.array([[x is None for x in row] for row in drawn])
    masked = np.ma.MaskedArray([[x or 0 for x in row] for row in drawn], gone)
    assert outcomes(check_values(FORM, masked).codes) == expected(FORM, drawn)
    assert check_values(FORM, np.zeros((0, 200))).codes.shape == (0, 42)


@pytest.mark.parametrize("size", [1, 4096, 4097, 33_000])
def test_a_fault_is_found_wherever_the_report_stands(size: int) -> None:
    figures = np.tile(np.array(rows(FORM, 1)), (size, 1))
    figures[size - 1, -1] += 1
    for order in ("C", "F"):
        codes = check_values(FORM, np.asarray(figures, order=order)).codes  # type: ignore[call-overload]
        assert np.argwhere(codes).tolist() == [[size - 1, len(FORM.identities) - 1]]


def test_threads_give_what_one_gives_and_refuse_the_first_that_is_too_large() -> None:
    figures = np.tile(np.array(rows(FORM, 3), dtype=float), (11_000, 1))
    figures[::977, 30] += 1
    alone = [check_values(FORM, part).codes for part in np.array_split(figures, 10)]
    assert (check_values(FORM, figures).codes == np.concatenate(alone)).all()
    figures[[70, -1], -1] = 1e16
    with pytest.raises(ValueError, match=r"^report 70, "):
        check_values(FORM, figures)


def test_sums_are_exact_up_to_two_to_the_53_and_decimals_are_added_as_printed() -> None:
    row = [2**53 if key.column != "total" and key.table == "review" else 0 for key in FORM.cells]
    totals = [4 * 2**53 - 1 if key.table == "review" else 0 for key in FORM.cells]
    figures = np.array([row])
    last = len(FORM.identities) - 1
    assert check_values(FORM, figures).differences[0, last] == 4 * 2**53
    with pytest.raises(ValueError, match=r"report 0, review.reconsideration.upheld: .* is beyond"):
        check_values(FORM, np.array([totals]))
    row[-2:] = [1, 2**53]
    row[-5:-2] = [2**53 - 2, 1, 0]
    drawn: list[Row] = [[float(x) for x in row]]
    assert outcomes(check_values(FORM, np.array(drawn)).codes) == expected(FORM, drawn)
    row: Row = [0.0] * len(FORM.cells)
    row[-5:] = [0.1, 0.2, 0.0, 0.0, 0.3]
    assert outcomes(check_values(FORM, np.array([row])).codes)[0][-1] == "holds"
    row[-1] = 0.30000000000000004
    assert outcomes(check_values(FORM, np.array([row])).codes)[0][-1] == "broken"


def test_figures_that_are_too_large_or_of_another_shape_or_type_are_refused_with_report_and_cell() -> None:
    for bad in (np.inf, -np.inf, 1e16):
        figures = np.zeros((3, len(FORM.cells)))
        figures[1, -1] = bad
        with pytest.raises(ValueError, match=r"report 1, review.litigation_after_reconsideration.total"):
            check_values(FORM, figures)
    for shape in (np.zeros((2, 7)), np.zeros(200), np.array([["1"] * 200])):
        with pytest.raises(ValueError, match="a column for each cell of cn-2021"):
            check_values(FORM, shape)


# Panels, and years.


@pytest.fixture(scope="module")
def panel() -> Panel:
    """Reports of twelve organs for five years and three forms, with gaps, slips, doubts and odd numbers."""
    return Panel.of([drawn_report(organ, year) for organ in range(12) for year in range(2019, 2024)])


def test_the_array_engine_and_the_verdicts_of_one_report_agree(panel: Panel) -> None:
    for report in list(panel)[::4]:
        frame = check(report)
        listed = [(v.rule.id, v.outcome, v.doubtful) for f in (verdicts, hints, reading_verdicts) for v in f(report)]
        assert list(zip(frame["rule"], frame["verdict"], frame["doubtful"], strict=True)) == listed
        known = frame[frame["kind"] == "identity"].dropna(subset="difference")
        exact = {v.rule.id: v.difference for v in verdicts(report)}
        assert known["difference"].tolist() == pytest.approx([float(exact[rule] or 0) for rule in known["rule"]])


@pytest.mark.parametrize("asked", ["broken", ["not assessable", "broken"]])
def test_only_the_verdicts_asked_for_are_listed(panel: Panel, asked: str | list[str]) -> None:
    everything = check(panel)
    kept = everything[everything["verdict"].isin([asked] if isinstance(asked, str) else asked)].reset_index(drop=True)
    pd.testing.assert_frame_equal(check(panel, verdict=asked).astype(str), kept.astype(str))


def test_two_reports_of_one_organ_and_year_are_told_and_held_against_no_other_year() -> None:
    given = [drawn_report(1, year) for year in (2020, 2021, 2022)]
    reports = [*given, replace(given[1], name="again"), drawn_report(2, 2019)]
    panel = Panel.of(reports)
    assert panel.conflicts["report"].tolist() == [given[1].name, "again"]
    assert panel.conflicts["differing"].tolist() == [0, 0]
    frame = check(panel)
    assert set(frame["last"].astype(str)) == {""}
    assert set(frame["report"]) == {report.name for report in reports}


def test_a_panel_of_nothing_has_the_columns_alone_and_an_unknown_verdict_is_refused(reference: Report) -> None:
    nothing, frame = Panel.of([]), check(load_panel())
    assert check(nothing).columns.tolist() == frame.columns.tolist()
    assert len(check(nothing)) == len(foi.explain(nothing)) == 0
    with pytest.raises(ValueError, match=r"^no verdict 'borken'; give holds, broken, not assessable$"):
        check(reference, verdict="borken")
