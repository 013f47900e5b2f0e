"""Formulas are three-valued, mean the same for one report as for many, and cannot be misread."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foi_analysis.form import CellKey
from foi_analysis.formula import parse_formula
from foi_analysis.rules import load_rules

FORMULAS = [
    *sorted({one.text for rule in load_rules() for one in (rule.formula, rule.when, rule.instead) if one}),
    "not requests.new.total > 5",
    "requests.new.total > 5 or requests.carried_in.total / requests.concluded.total < 1",
    "-abs(requests.new.total - 7) * 2 <= requests.carried_in.total != 3",
    "decimals(proactive.fees.amount)",
]


def exact(value: int | Decimal | None) -> Any:
    return float("nan") if value is None else value if isinstance(value, int) else Fraction(value)


def alike(one: Any, other: Any) -> None:
    if one != one or other != other:
        assert (one != one) == (other != other)
    else:
        assert float(one) == pytest.approx(float(other), rel=1e-12)


@settings(max_examples=300, deadline=None)
@given(text=st.sampled_from(FORMULAS), data=st.data())
def test_a_formula_of_many_reports_gives_what_it_gives_of_each_and_floats_what_fractions_do(
    text: str, data: st.DataObject
) -> None:
    formula = parse_formula(text)
    names = list(dict.fromkeys(formula.names))
    # of what floats hold: a report with any other figure is evaluated over fractions alone
    numbers = st.one_of(st.none(), st.integers(-3, 3000), st.sampled_from([Decimal("0.5"), Decimal("12.625")]))
    reports = data.draw(st.lists(st.fixed_dictionaries(dict.fromkeys(names, numbers)), min_size=1, max_size=6))
    objects = {name: np.array([exact(report[name]) for report in reports], object) for name in names}
    floats = {name: column.astype(float) for name, column in objects.items()}
    with np.errstate(invalid="ignore"):
        exactly = formula.evaluate(lambda *name: objects[name], exact=True)
        nearly = formula.evaluate(lambda *name: floats[name])
        sides = [formula.sides(lambda *name, given=given: given[name]) for given in (objects, floats)]
        for at, report in enumerate(reports):
            alike(nearly[at], exactly[at])
            alike(nearly[at], formula.evaluate(lambda *name, of=report: exact(of[name])))
            for left, right in zip(*sides, strict=True):
                assert np.size(left) == np.size(right) == 1 or alike(left[at], right[at]) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 + 2 * 3", 7),
        ("requests.new.total / 0", None),
        ("requests.new.total > 3 or requests.carried_in.total > 3", 1),
        ("requests.new.total > 7 or requests.carried_in.total > 3", None),
        ("requests.new.total == 6 and requests.carried_in.total > 3", 0),
        ("not requests.new.total == 5", 0),
        ("not requests.carried_in.total == 5", None),
        ("1 < requests.new.total < 5", 0),
        ("abs(-2)", 2),
    ],
)
def test_formulas_are_three_valued(text: str, value: object) -> None:
    known = {CellKey("requests", "new", "total"): 5}
    found = float(parse_formula(text).evaluate(lambda _, key: known.get(key, float("nan"))))
    assert (None if found != found else found) == value


def test_decimals_are_those_of_the_shortest_way_to_write_a_number() -> None:
    values = np.array([0.1, 12.5, 3.0, 0.30000000000000004, 68910.123456, 1e-5, np.nan])
    found = parse_formula("decimals(proactive.fees.amount)").evaluate(lambda *_: values)
    assert found[:6].tolist() == [1, 1, 0, 17, 6, 5]
    assert np.isnan(found[6])


@pytest.mark.parametrize("exactly", [False, True])
@pytest.mark.parametrize("percent", [5, 10, 15, 90])
def test_a_share_just_at_its_threshold_holds_in_floats_and_in_fractions(percent: int, exactly: bool) -> None:
    formula = parse_formula(f"requests.other_else.total / requests.concluded.total <= {percent / 100}")
    wholes = np.arange(100, 20_000, 100)
    kind = object if exactly else float
    numbers = {"other_else": (wholes * percent // 100).astype(kind), "concluded": wholes.astype(kind)}
    assert (formula.evaluate(lambda _, key: numbers[key.row], exactly) == 1).all()
    numbers["other_else"] = numbers["other_else"] + 1
    assert (formula.evaluate(lambda _, key: numbers[key.row], exactly) == 0).all()


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os')",
        "requests.new.total if 1 else 2",
        "x",
        "1 +",
        "[1]",
        "'a'",
        "open(1)",
        "True",
        "2 ** 9",
        "requests.new",
    ],
)
def test_only_formulas_are_understood(text: str) -> None:
    with pytest.raises(ValueError, match=r"formula|understood|called|names no cell"):
        parse_formula(text)
