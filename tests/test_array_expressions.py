"""Formulas over arrays say what they say of each report alone."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foi_analysis.array_expressions import evaluate_many, sides_many
from foi_analysis.expressions import read_expression
from foi_analysis.form import CellKey
from foi_analysis.rules import load_rules

ALL = sorted({e.text for rule in load_rules() for e in (rule.formula, rule.when, rule.instead) if e})
FORMULAS = [
    *ALL,
    "not requests.new.total > 5",
    "requests.new.total > 5 or requests.carried_in.total / requests.concluded.total < 1",
    "-abs(requests.new.total - 7) * 2 <= requests.carried_in.total != 3",
    "decimals(proactive.fees.amount)",
]
WHOLE = st.one_of(st.none(), st.integers(-3, 30), st.just(3000))
#: Only amounts have decimals: a report with other decimals is judged by itself.
AMOUNTS = st.one_of(WHOLE, st.sampled_from([Decimal("0.1"), Decimal("12.3456789")]))


@pytest.mark.parametrize("text", FORMULAS)
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_every_formula_of_the_rules_gives_the_same_as_for_one_report(text: str, data: st.DataObject) -> None:
    expression = read_expression(text)
    names = list(dict.fromkeys(expression.names))
    kinds = {name: AMOUNTS if name[1].row == "fees" else WHOLE for name in names}
    reports = data.draw(st.lists(st.fixed_dictionaries(kinds), min_size=1, max_size=6))

    def column(when: str, key: CellKey) -> np.ndarray:
        return np.array([np.nan if r[when, key] is None else float(r[when, key]) for r in reports])

    found = evaluate_many(expression, column, len(reports))
    sides = sides_many(expression, column, len(reports))
    for at, report in enumerate(reports):
        alone = expression.evaluate(lambda when, key, report=report: report[when, key])
        assert np.isnan(found[at]) if alone is None else found[at] == pytest.approx(float(alone), rel=1e-12)
        for side, one in zip(sides, expression.sides(lambda w, k, report=report: report[w, k]), strict=True):
            assert np.isnan(side[at]) if one is None else side[at] == pytest.approx(float(one), rel=1e-12)


def test_decimals_are_those_of_the_shortest_way_to_write_a_number() -> None:
    values = [0.1, 12.5, 3.0, 0.30000000000000004, 68910.123456, 1e-5, np.nan]
    found = evaluate_many(read_expression("decimals(proactive.fees.amount)"), lambda *_: np.array(values), len(values))
    assert found[:6].tolist() == [1, 1, 0, 17, 6, 5]
    assert np.isnan(found[6])


def test_a_share_just_at_its_threshold_holds() -> None:
    rule = next(rule for rule in load_rules() if rule.id == "large_residue")
    wholes = np.arange(20.0, 20_000.0, 20.0)
    numbers = {"other_else": wholes * 3 / 20, "concluded": wholes}
    assert (evaluate_many(rule.formula, lambda _, key: numbers[key.row], len(wholes)) == 1).all()
    numbers["other_else"] = numbers["other_else"] + 1
    assert (evaluate_many(rule.formula, lambda _, key: numbers[key.row], len(wholes)) == 0).all()
