"""Funnels and ranks against truth that can be checked by hand."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foi_analysis import funnel_limits
from foi_analysis.statistics import Z_LIMITS, funnel, rank_range, winsorize


def test_scores_limits_and_overdispersion_of_four_shares_are_those_computed_by_hand() -> None:
    # Target 100/200 = 0.5; standard error of each share of 25: √(0.25/25) = 0.1; scores −1, −3, 1, 3 by hand.
    found = funnel([20, 10, 30, 40], [50, 50, 50, 50])
    assert found.target == 0.5
    error = math.sqrt(0.25 / 50)
    assert found.z.tolist() == pytest.approx([-0.1 / error, -0.3 / error, 0.1 / error, 0.3 / error])
    assert found.phi == pytest.approx((0.01 + 0.09 + 0.01 + 0.09) / error**2 / 4)  # = 10
    assert found.phi == pytest.approx(10)
    low, high = found.limits(50, 2.0, overdispersed=False)
    assert (low, high) == (pytest.approx(0.5 - 2 * error), pytest.approx(0.5 + 2 * error))
    assert found.limits(50, 2.0, overdispersed=True)[1] == pytest.approx(0.5 + 2 * math.sqrt(10) * error)
    assert found.outside(2.0, overdispersed=False).tolist() == [False, True, False, True]
    assert not found.outside(2.0, overdispersed=True).any()


def test_shares_that_vary_by_chance_alone_are_not_called_overdispersed() -> None:
    assert funnel([50, 50, 50], [100, 100, 100]).phi == 1.0
    chance = np.random.default_rng(7)
    n = chance.integers(50, 5000, 4000)
    assert funnel(chance.binomial(n, 0.3), n).phi == pytest.approx(1.0, abs=0.05)


def test_about_two_in_a_thousand_lie_beyond_the_outer_limits_by_chance() -> None:
    chance = np.random.default_rng(11)
    n = np.full(50_000, 1000)
    outside = funnel(chance.binomial(n, 0.4), n).outside(Z_LIMITS[1], overdispersed=False).mean()
    assert 0.001 < outside < 0.003


def test_a_tenth_at_each_end_is_drawn_in_and_no_more() -> None:
    assert winsorize(range(10)).tolist() == [1, 1, 2, 3, 4, 5, 6, 7, 8, 8]
    assert winsorize(range(9)).tolist() == list(range(9)), "a tenth of nine is rounded down to none"
    assert winsorize([]).tolist() == []


def test_what_is_not_known_and_what_is_of_nothing_counts_for_nothing() -> None:
    found = funnel([20, np.nan, 0, 5, 30], [50, 50, 0, 3, 50])
    assert found.reports == 2
    assert np.isnan(found.z).tolist() == [False, True, True, True, False]
    assert not found.outside(0.1, overdispersed=False)[1:4].any()
    assert math.isnan(funnel([], []).phi)
    assert math.isnan(funnel([0, 0], [5, 9]).phi)


def test_funnel_limits_are_one_row_a_limit_and_share_with_the_index_of_what_was_given() -> None:
    k, n = [20, 10, 30, 40, np.nan, 0], pd.Series([50, 50, 50, 50, 9, 0], [*"abcdef"])
    frame, fit = funnel_limits(k, n), funnel(k, n)
    assert list(frame.index) == [*"abcdef"] * 2
    assert frame["z"].tolist() == [z for z in Z_LIMITS for _ in n]
    assert set(frame["phi"]) == {fit.phi}
    assert set(funnel_limits(k, n, overdispersed=False)["phi"]) == {1.0}
    for overdispersed in (False, True):
        found = funnel_limits(k, n, 2.0, overdispersed)
        low, high = fit.limits(n[:5], 2.0, overdispersed)
        np.testing.assert_array_equal(found["low"], [*low, np.nan])
        np.testing.assert_array_equal(found["high"], [*high, np.nan])
        assert found["outside"].tolist() == fit.outside(2.0, overdispersed).tolist()
        beyond = (found["share"] < found["low"]) | (found["share"] > found["high"])
        assert beyond.tolist() == found["outside"].tolist()
    assert len(funnel_limits([], [])) == 0


def test_ranks_are_open_where_intervals_overlap() -> None:
    best, worst = rank_range([0.5, 0.1, 0.45, np.nan], [0.6, 0.2, 0.55, np.nan])
    assert best.tolist()[:3] == [1, 3, 1]
    assert worst.tolist()[:3] == [2, 3, 2]
    assert math.isnan(best[3])
    assert math.isnan(worst[3])


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)).map(sorted), max_size=12))
def test_ranks_are_those_of_counting_every_pair(ends: list[list[int]]) -> None:
    low, high = [a for a, _ in ends], [b for _, b in ends]
    best, worst = rank_range(low, high)
    for at, (a, b) in enumerate(ends):
        assert best[at] == 1 + sum(other > b for other in low)
        assert worst[at] == len(ends) - sum(other < a for other in high)
        assert 1 <= best[at] <= worst[at] <= len(ends)
