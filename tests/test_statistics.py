"""Funnels and ranks against truth that can be checked by hand."""

from __future__ import annotations

import math
from typing import get_args

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foi_analysis import funnel_limits
from foi_analysis.statistics import Z_LIMITS, Model, exact_limits, funnel, newcombe, rank_range, wilson, winsorize


def test_scores_limits_overdispersion_and_spread_are_those_computed_by_hand() -> None:
    # Target 100/200 = 0.5; standard error of each share of 25: √(0.25/25) = 0.1; scores −1, −3, 1, 3 by hand.
    found = funnel([20, 10, 30, 40], [50, 50, 50, 50])
    assert found.target == 0.5
    error = math.sqrt(0.25 / 50)
    assert found.z.tolist() == pytest.approx([-0.1 / error, -0.3 / error, 0.1 / error, 0.3 / error])
    assert found.phi == pytest.approx((0.01 + 0.09 + 0.01 + 0.09) / error**2 / 4)  # = 10
    assert found.phi == pytest.approx(10)
    low, high = found.limits([100], 2.0, "binomial")
    assert (low[0], high[0]) == (pytest.approx(0.4), pytest.approx(0.6))
    assert found.limits([50], 2.0)[1] == pytest.approx(min(0.5 + 2 * math.sqrt(10) * error, 1))
    assert found.outside([20, 10, 30, 40], [50] * 4, 2.0, "binomial").tolist() == [False, True, False, True]
    assert not found.outside([20, 10, 30, 40], [50] * 4, 2.0).any()
    # phi 10 of 4 scores; each weight 50/0.25 = 200: (4·10 − 3) / (800 − 4·200²/800) = 37/600.
    found = funnel([20, 10, 30, 40], [50, 50, 50, 50])
    assert found.tau == pytest.approx(math.sqrt(37 / 600))
    # Target 160/400 = 0.4; variances 0.24/100 and 0.24/300, weights 1250/3 and 1250; scores −0.1/√0.0024 and
    # (0.1/3)/√0.0008: phi (25/6 + 25/18)/2 = 25/9; (2·25/9 − 1) / (5000/3 − (1250²/9 + 1250²)/(5000/3)) = 41/9/625.
    found = funnel([30, 130], [100, 300])
    assert found.phi == pytest.approx(25 / 9)
    assert found.tau == pytest.approx(math.sqrt(41 / 9 / 625))
    low, high = found.limits([100, 300], 2.0, "additive")
    assert high - 0.4 == pytest.approx([2 * math.sqrt(0.0024 + 41 / 5625), 2 * math.sqrt(0.0008 + 41 / 5625)])
    assert 0.4 - low == pytest.approx(high - 0.4)
    assert funnel([50, 50, 50], [100, 100, 100]).tau == 0


@given(n=st.integers(1, 99), target=st.floats(0.02, 0.98), z=st.sampled_from([1.0, *Z_LIMITS]))
def test_exact_limits_are_those_of_adding_up_chances(n: int, target: float, z: float) -> None:
    (low,), (high,) = exact_limits([n], target, z)
    tail = 0.5 * math.erfc(z / math.sqrt(2))
    chances = [math.comb(n, r) * target**r * (1 - target) ** (n - r) for r in range(n + 1)]
    for r in range(n + 1):
        few, many = sum(chances[: r + 1]), sum(chances[r:])
        assert abs(few - tail) < 1e-9 or (r / n < low) == (few < tail)
        assert abs(many - tail) < 1e-9 or (r / n > high) == (many < tail)


def test_shares_that_vary_by_chance_are_not_overdispersed_and_two_in_a_thousand_lie_beyond_the_outer_limits() -> None:
    assert funnel([50, 50, 50], [100, 100, 100]).phi == 1.0
    chance = np.random.default_rng(7)
    n = chance.integers(50, 5000, 4000)
    assert funnel(chance.binomial(n, 0.3), n).phi == pytest.approx(1.0, abs=0.05)
    chance = np.random.default_rng(11)
    n = np.full(50_000, 1000)
    k = chance.binomial(n, 0.4)
    outside = funnel(k, n).outside(k, n, Z_LIMITS[1], "binomial").mean()
    assert 0.001 < outside < 0.003


def test_a_tenth_at_each_end_is_drawn_in_and_what_is_not_known_or_of_nothing_counts_for_nothing() -> None:
    assert winsorize(range(10)).tolist() == [1, 1, 2, 3, 4, 5, 6, 7, 8, 8]
    assert winsorize(range(9)).tolist() == list(range(9)), "a tenth of nine is rounded down to none"
    assert winsorize([]).tolist() == []
    k, n = [20, np.nan, 0, 5, 30], [50, 50, 0, 3, 50]
    found = funnel(k, n)
    assert found.reports == 2
    assert np.isnan(found.z).tolist() == [False, True, True, True, False]
    assert not found.outside(k[:3], n[:3], 0.1)[1:].any()
    assert math.isnan(funnel([], []).phi)
    assert math.isnan(funnel([0, 0], [5, 9]).phi)


def test_funnel_limits_are_one_row_a_limit_and_share_of_a_known_model_with_the_index_given() -> None:
    k, n = [20, 10, 30, 40, np.nan, 0], pd.Series([50, 50, 50, 50, 9, 0], [*"abcdef"])
    frame, fit = funnel_limits(k, n), funnel(k, n)
    assert list(frame.index) == [*"abcdef"] * 2
    assert frame["z"].tolist() == [z for z in Z_LIMITS for _ in n]
    assert set(frame["phi"]) == {fit.phi}
    assert set(frame["tau"]) == {0.0}
    assert set(funnel_limits(k, n, model="binomial")["phi"]) == {1.0}
    assert set(funnel_limits(k, n, model="additive")["tau"]) == {fit.tau}
    for model in get_args(Model):
        found = funnel_limits(k, n, 2.0, model)
        low, high = fit.limits(n[:5], 2.0, model)
        np.testing.assert_array_equal(found["low"], [*low, np.nan])
        np.testing.assert_array_equal(found["high"], [*high, np.nan])
        assert found["outside"].tolist() == fit.outside(k, n, 2.0, model).tolist()
        beyond = (found["share"] < found["low"]) | (found["share"] > found["high"])
        assert beyond.tolist() == found["outside"].tolist()
    assert len(funnel_limits([], [])) == 0
    with pytest.raises(ValueError, match="model must be one of binomial, multiplicative, additive; found 'random'"):
        funnel_limits([1], [2], model="random")  # type: ignore[arg-type]


def test_two_shares_have_an_order_where_their_difference_has_one_though_intervals_overlap() -> None:
    # Suqian and Pingtan 2024: 52.4 to 55.7% and 39.4 to 52.5% overlap; the difference is −8.1 [−14.7, −1.3] points.
    best, worst = rank_range([1902, 100], [3521, 218])
    assert wilson(100, 218)[1] > wilson(1902, 3521)[0]
    low, high = newcombe(1902, 3521, 100, 218)
    assert (round(100 * float(low), 1), round(100 * float(high), 1)) == (-14.8, -1.3)
    assert (best.tolist(), worst.tolist()) == ([1, 2], [1, 2])
    assert rank_range([50, 55, np.nan], [100, 100, 9])[0].tolist()[:2] == [1, 1]
    assert math.isnan(rank_range([0], [0])[0][0])


@given(st.lists(st.integers(0, 50).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), max_size=9))
def test_ranks_are_those_of_testing_every_pair(counts: list[tuple[int, int]]) -> None:
    best, worst = rank_range([k for k, _ in counts], [n for _, n in counts])
    known = [at for at, (_, n) in enumerate(counts) if n]
    for at, (k, n) in enumerate(counts):
        if not n:
            assert math.isnan(best[at])
            continue
        differences = [newcombe(k, n, *counts[other]) for other in known]
        assert best[at] == 1 + sum(low > 0 for low, _ in differences)
        assert worst[at] == len(known) - sum(high < 0 for _, high in differences)
        assert 1 <= best[at] <= worst[at] <= len(known)
