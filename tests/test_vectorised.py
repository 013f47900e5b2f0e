"""Many reports at once: verdicts and explanations are those of one report at a time."""

from __future__ import annotations

import random
from collections.abc import Sequence
from decimal import Decimal

import numpy as np
import pytest

from foi_analysis import Cell, Form, Report, load_form, verdicts
from foi_analysis.explain import code_of, explain
from foi_analysis.explain.search import explain_differences
from foi_analysis.form import form_ids
from foi_analysis.teaching.reports import draw_values
from foi_analysis.teaching.slips import SLIPS, plant
from foi_analysis.vectorised import OUTCOMES, check_values, explain_values

Row = list[int | float | None]


def rows(form: Form, count: int, blanks: bool = False) -> list[Row]:
    """Draw reports, every other one with up to three slips, some with cells without a number."""
    covered = [key for key in form.cells if form.identities_of[key]]
    drawn = []
    for seed in range(count):
        chance = random.Random(seed)
        values = draw_values(form, seed, (12, 300, 40_000)[seed % 3])
        for _ in range(chance.randint(1, 3) if seed % 2 else 0):
            planted = plant(form, values, chance.choice(list(SLIPS)), chance, covered)
            values = planted.values if planted else values
        row: Row = [values[key] for key in form.cells]
        for cell in chance.sample(range(len(row)), chance.choice([0, 0, 1, 4]) if blanks else 0):
            row[cell] = None
        drawn.append(row)
    return drawn


def report(form: Form, row: Sequence[int | float | None]) -> Report:
    numbers = [Decimal(repr(x)) if isinstance(x, float) and not x.is_integer() else x for x in row]
    values = [int(x) if isinstance(x, float) else x for x in numbers]
    marks = ("number" if x is not None else "blank" for x in values)
    cells = zip(form.cells, values, marks, strict=True)
    return Report("drawn", form, {key: Cell(key, x, mark) for key, x, mark in cells})  # type: ignore[arg-type]


def array(drawn: Sequence[Row]) -> np.ndarray:
    return np.array([[np.nan if x is None else x for x in row] for row in drawn])


def expected(form: Form, drawn: Sequence[Row]) -> list[list[str]]:
    return [[v.outcome for v in verdicts(report(form, row)) if v.kind == "identity"] for row in drawn]


def outcomes(codes: np.ndarray) -> list[list[str]]:
    return [[OUTCOMES[code] for code in row] for row in codes.tolist()]


@pytest.mark.parametrize("form_id", form_ids())
@pytest.mark.parametrize("order", ["C", "F"])
def test_verdicts_are_those_of_each_report(form_id: str, order: str) -> None:
    form = load_form(form_id)
    whole, blank = rows(form, 40), rows(form, 40, blanks=True)
    assert outcomes(check_values(form, np.array(whole, order=order)).codes) == expected(form, whole)  # type: ignore[call-overload]
    assert outcomes(check_values(form, np.asarray(array(blank), order=order)).codes) == expected(form, blank)  # type: ignore[call-overload]


def test_masked_figures_are_no_numbers() -> None:
    form = load_form("cn-2021")
    drawn = rows(form, 20, blanks=True)
    gone = np.array([[x is None for x in row] for row in drawn])
    masked = np.ma.MaskedArray([[x or 0 for x in row] for row in drawn], gone)
    assert outcomes(check_values(form, masked).codes) == expected(form, drawn)


def test_differences_are_left_minus_right_by_the_matrix() -> None:
    form = load_form("cn-2021")
    figures = np.array(rows(form, 30))
    checked = check_values(form, figures)
    assert checked.differences.dtype == np.int64
    assert (checked.differences == figures @ form.matrix().toarray().T).all()
    assert np.isnan(check_values(form, figures * np.nan).differences).all()


@pytest.mark.parametrize("size", [1, 1024, 1025, 65_537])
def test_a_fault_is_found_wherever_the_report_stands(size: int) -> None:
    form = load_form("cn-2021")
    figures = np.tile(np.array(rows(form, 1)), (size, 1))
    figures[size - 1, -1] += 1
    for order in ("C", "F"):
        codes = check_values(form, np.asarray(figures, order=order)).codes  # type: ignore[call-overload]
        assert np.argwhere(codes).tolist() == [[size - 1, len(form.identities) - 1]]


def test_threads_give_what_one_gives_and_refuse_the_first_that_is_too_large() -> None:
    form = load_form("cn-2021")
    figures = np.tile(np.array(rows(form, 3), dtype=float), (16_400, 1))
    figures[::977, 30] += 1
    alone = [check_values(form, part).codes for part in np.array_split(figures, 10)]
    assert (check_values(form, figures).codes == np.concatenate(alone)).all()
    figures[[70, -1], -1] = 1e16
    with pytest.raises(ValueError, match=r"^report 70, "):
        check_values(form, figures)


def test_sums_are_exact_up_to_two_to_the_53() -> None:
    form = load_form("cn-2021")
    row = [2**53 if key.column != "total" and key.table == "review" else 0 for key in form.cells]
    totals = [4 * 2**53 - 1 if key.table == "review" else 0 for key in form.cells]
    figures = np.array([row])
    last = len(form.identities) - 1
    assert check_values(form, figures).differences[0, last] == 4 * 2**53
    with pytest.raises(ValueError, match=r"report 0, review.reconsideration.upheld: .* is beyond"):
        check_values(form, np.array([totals]))
    row[-2:] = [1, 2**53]
    row[-5:-2] = [2**53 - 2, 1, 0]
    drawn: list[Row] = [[float(x) for x in row]]
    assert outcomes(check_values(form, np.array(drawn)).codes) == expected(form, drawn)


def test_decimals_are_added_as_printed() -> None:
    form = load_form("cn-2021")
    row: Row = [0.0] * len(form.cells)
    row[-5:] = [0.1, 0.2, 0.0, 0.0, 0.3]
    assert outcomes(check_values(form, np.array([row])).codes)[0][-1] == "holds"
    row[-1] = 0.30000000000000004
    assert outcomes(check_values(form, np.array([row])).codes)[0][-1] == "broken"
    assert explain_values(form, np.array([row])) == [()]


@pytest.mark.parametrize("bad", [np.inf, -np.inf, 1e16])
def test_numbers_that_are_too_large_are_refused_with_report_and_cell(bad: float) -> None:
    form = load_form("cn-2021")
    figures = np.zeros((3, len(form.cells)))
    figures[1, -1] = bad
    with pytest.raises(ValueError, match=r"report 1, review.litigation_after_reconsideration.total"):
        check_values(form, figures)


@pytest.mark.parametrize("bad", [np.zeros((2, 7)), np.zeros(200), np.array([["1"] * 200])])
def test_another_shape_or_type_is_refused(bad: np.ndarray) -> None:
    with pytest.raises(ValueError, match="a column for each cell of cn-2021"):
        check_values(load_form("cn-2021"), bad)


def test_no_report_has_no_verdict() -> None:
    form = load_form("cn-2021")
    assert check_values(form, np.zeros((0, 200))).codes.shape == (0, 42)
    assert explain_values(form, np.zeros((0, 200))) == []


@pytest.mark.parametrize("form_id", form_ids())
def test_explanations_are_those_of_each_report(form_id: str) -> None:
    form = load_form(form_id)
    drawn = rows(form, 60, blanks=True)
    found = explain_values(form, array(drawn))
    for row, groups in zip(drawn, found, strict=True):
        ours = [sorted((form.cells[c], change) for c, change in s) for one in groups for s in one.solutions]
        theirs = [
            sorted((c.key, None if c.implied is None else c.implied - c.printed) for c in explanation.changes)
            for group in explain(report(form, row))
            for explanation in group.explanations
        ]
        assert sorted(ours) == sorted(theirs)


def test_whole_numbers_and_floats_are_explained_alike() -> None:
    form = load_form("cn-2021")
    figures = np.array(rows(form, 60))
    found = explain_values(form, figures)
    assert found == explain_values(form, figures.astype(float))
    differences = check_values(form, figures).differences.tolist()
    for row, broken, groups in zip(figures.tolist(), differences, found, strict=True):
        known = {i: difference for i, difference in enumerate(broken) if difference}
        assert groups == tuple(explain_differences(code_of(form), known, row))


def test_the_figures_given_are_not_changed() -> None:
    form = load_form("cn-2021")
    figures = array(rows(form, 20, blanks=True))
    before = figures.copy()
    explain_values(form, figures)
    np.testing.assert_array_equal(figures, before)
