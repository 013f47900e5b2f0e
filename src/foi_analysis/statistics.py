"""Intervals for shares, ranks with what is uncertain about them, and funnel limits: arrays in, arrays out."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from foi_analysis.bilingual import listed
from foi_analysis.resources import Told

Array = npt.NDArray[np.float64]
#: How shares vary around a pooled one: by chance alone, by a multiple of it, or by chance and from organ to organ.
Model = Literal["binomial", "multiplicative", "additive"]

#: The standard normal quantile of a two-sided interval of 95%.
Z95 = 1.959963984540054
#: Those of the two-sided funnel limits of 95% and 99.8%.
Z_LIMITS = (Z95, 3.090232306167813)
#: Below this denominator limits of chance alone are exact.
EXACT_BELOW = 100


def wilson(
    k: npt.ArrayLike, n: npt.ArrayLike, z: float = Z95, design_effect: npt.ArrayLike = 1.0
) -> tuple[Array, Array]:
    """Return the Wilson score interval of a share.

    The interval models a process of independent requests. A report is a full count, and repeat applicants make the
    interval too narrow: see `design_effect`.

    Parameters
    ----------
    k, n : array_like
        Counts of the part and of the whole, of any shapes that broadcast.
    z : float
        Standard normal quantile, by default that of 95%.
    design_effect : array_like
        Number of requests that carry the information of one independent request, such as 2, 5 or 10.

    Returns
    -------
    low, high : ndarray
        Ends of the interval, between 0 and 1. NaN where `n` is 0, where `k` is not between 0 and `n`, and where
        either is NaN.

    Notes
    -----
    Wilson (1927), Probable inference, the law of succession, and statistical inference, Journal of the American
    Statistical Association 22: 209-212. Design effect: Kish (1965), Survey Sampling.

    Examples
    --------
    >>> low, high = wilson(236, 395)
    >>> print(low.round(3), high.round(3))
    0.548 0.645
    """
    part, whole, effect = (np.asarray(given, np.float64) for given in (k, n, design_effect))
    possible = (whole > 0) & (part >= 0) & (part <= whole)
    whole = np.where(possible, whole, np.nan)
    share, size = part / whole, whole / effect
    middle = share + z * z / (2 * size)
    half = z * np.sqrt(share * (1 - share) / size + z * z / (4 * size * size))
    scale = 1 + z * z / size
    # Exactly 0 and 1 at the ends, where rounding would leave a trace.
    low = np.where(part == 0, np.where(possible, 0.0, np.nan), (middle - half) / scale)
    high = np.where(part == whole, np.where(possible, 1.0, np.nan), (middle + half) / scale)
    return low, high


def newcombe(
    k1: npt.ArrayLike,
    n1: npt.ArrayLike,
    k2: npt.ArrayLike,
    n2: npt.ArrayLike,
    z: float = Z95,
    design_effect: npt.ArrayLike = 1.0,
) -> tuple[Array, Array]:
    """Return the interval of the difference ``k2 / n2 - k1 / n1`` of two independent shares.

    It is built from the two Wilson intervals and never leaves -1 to 1.

    Parameters
    ----------
    k1, n1, k2, n2 : array_like
        Counts of the parts and wholes, of any shapes that broadcast.
    z, design_effect
        As in `wilson`.

    Returns
    -------
    low, high : ndarray
        Ends of the interval, NaN where `wilson` gives NaN for either share.

    Notes
    -----
    Newcombe (1998), Interval estimation for the difference between independent proportions: comparison of eleven
    methods, Statistics in Medicine 17: 873-890, method 10.

    Examples
    --------
    >>> low, high = newcombe(48, 80, 56, 70)
    >>> print(low.round(4), high.round(4))
    0.0524 0.3339
    """
    low1, high1 = wilson(k1, n1, z, design_effect)
    low2, high2 = wilson(k2, n2, z, design_effect)
    with np.errstate(divide="ignore", invalid="ignore"):
        share1, share2 = (np.asarray(k, np.float64) / np.asarray(n, np.float64) for k, n in ((k1, n1), (k2, n2)))
    change = share2 - share1
    return change - np.hypot(share2 - low2, high1 - share1), change + np.hypot(high2 - share2, share1 - low1)


def rank_range(k: npt.ArrayLike, n: npt.ArrayLike, z: float = Z95, design_effect: float = 1.0) -> tuple[Array, Array]:
    """Return the best and the worst rank that the differences between shares leave open.

    Two shares have an order only where the interval of their difference, as in `newcombe`, excludes 0. The best rank
    is one more than the number of shares that are higher in this sense, the worst the number of all less those that
    are lower. Each interval holds for one pair; together they are no 95% statement about all ranks.

    Parameters
    ----------
    k, n : array_like
        Counts of the parts and of the wholes, of shape (reports,). A share without an interval is not ranked.
    z, design_effect
        As in `wilson`.

    Returns
    -------
    best, worst : ndarray
        Ranks of shape (reports,), 1 for the highest; NaN where there is no interval.

    Notes
    -----
    Goldstein and Spiegelhalter (1996), League tables and their limitations, Journal of the Royal Statistical Society
    A 159: 385-443. Intervals that overlap do not show that two shares are alike: Schenker and Gentleman (2001), On
    judging the significance of differences by examining the overlap between confidence intervals, The American
    Statistician 55: 182-186.

    Examples
    --------
    >>> best, worst = rank_range([20, 50, 60], [100, 100, 100])
    >>> best.tolist(), worst.tolist()
    ([3.0, 1.0, 1.0], [3.0, 2.0, 2.0])
    """
    part, whole = np.asarray(k, np.float64), np.asarray(n, np.float64)
    known = np.flatnonzero(~np.isnan(wilson(part, whole)[0]))
    part, whole = part[known], whole[known]
    low, high = newcombe(part[:, None], whole[:, None], part, whole, z, design_effect)  # of column less row
    best, worst = (np.full(len(np.asarray(k, np.float64)), np.nan) for _ in range(2))
    best[known] = 1 + (low > 0).sum(axis=1)
    worst[known] = len(known) - (high < 0).sum(axis=1)
    return best, worst


def winsorize(values: npt.ArrayLike, share: float = 0.1) -> Array:
    """Clip extremes to the nearest remaining value: a share of the values, rounded down, at each end.

    >>> winsorize([9.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 100.0]).tolist()
    [9.0, 2.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0]
    """
    given = np.asarray(values, np.float64)
    clipped = int(share * len(given))
    ordered = np.sort(given)
    return np.clip(given, ordered[clipped], ordered[len(given) - 1 - clipped]) if len(given) else given


@dataclass(frozen=True, slots=True)
class Funnel:
    """A pooled share, and how much more shares vary around it than chance alone would make them.

    ``target`` is the pooled share, ``phi`` the overdispersion as a ratio of variances (1 where shares vary no more than
    by chance), ``tau`` the standard deviation of the shares beyond chance (0 where there is none), ``reports`` the
    number of shares it rests on, ``z`` the z-score of each share given, NaN where it has none.
    """

    target: float
    phi: float
    tau: float
    reports: int
    z: Array

    def limits(self, n: npt.ArrayLike, z: float, model: Model = "multiplicative") -> tuple[Array, Array]:
        """Return the limits, low and high, of shares with denominators `n`, each between 0 and 1.

        Formulas and sources: see `funnel_limits`.
        """
        whole = np.asarray(n, np.float64)
        variance = self.target * (1 - self.target) / whole
        if model == "multiplicative":
            variance = variance * self.phi
        elif model == "additive":
            variance = variance + self.tau**2
        half = z * np.sqrt(variance)
        low, high = self.target - half, self.target + half
        if model == "binomial":
            few = whole < EXACT_BELOW
            low[few], high[few] = exact_limits(whole[few], self.target, z)
        return np.clip(low, 0, 1), np.clip(high, 0, 1)

    def outside(
        self, k: npt.ArrayLike, n: npt.ArrayLike, z: float, model: Model = "multiplicative"
    ) -> npt.NDArray[np.bool_]:
        """Return which of the shares ``k / n`` lie beyond the limits; False where there is none."""
        part, whole = np.asarray(k, np.float64), np.asarray(n, np.float64)
        whole = np.where(whole > 0, whole, np.nan)
        low, high = self.limits(whole, z, model)
        beyond: npt.NDArray[np.bool_] = (part / whole < low) | (part / whole > high)
        return beyond


def exact_limits(n: npt.ArrayLike, target: float, z: float) -> tuple[Array, Array]:
    """Return exact binomial limits, low and high, of shares with denominators `n`, rounded to whole numbers.

    A count lies below the low limit when the chance of so few is less than that of the normal tail beyond `z`, and
    above the high one when the chance of so many is. NaN where `n` is not known or rounds to 0.

    Notes
    -----
    For a tail p, r is the smallest count with P(R <= r) > p; the limit is ``(r - a) / n`` with
    ``a = (P(R <= r) - p) / P(R = r)``, which takes the steps out of it: Spiegelhalter (2005), Statistics in Medicine
    24: 1185-1202, appendix A.1. The high limit is 1 less the low limit of the other requests: both tails are exact.

    Examples
    --------
    >>> low, high = exact_limits([4], 0.5, 1.0)  # P(R <= r) is 1/16, 5/16, 11/16, 15/16, 1; the tail 0.1587
    >>> print(low.round(3), high.round(3))
    [0.096] [0.904]
    """
    sizes = np.atleast_1d(np.asarray(n, np.float64))
    low, high = np.full(len(sizes), np.nan), np.full(len(sizes), np.nan)
    tail = 0.5 * math.erfc(z / math.sqrt(2))
    for at in np.flatnonzero((sizes >= 0.5) & (0 < target < 1)):
        whole = round(float(sizes[at]))
        low[at], high[at] = _exact_low(whole, target, tail), 1 - _exact_low(whole, 1 - target, tail)
    return low, high


def _exact_low(n: int, target: float, tail: float) -> float:
    """Return the low end of ``exact_limits`` for one denominator; below 0 where not even a count of 0 lies beyond."""
    below = 0.0
    for r in range(n + 1):
        mass = math.comb(n, r) * target**r * (1 - target) ** (n - r)
        below += mass
        if below > tail:
            return (r - (below - tail) / mass) / n
    return 1.0


def funnel(k: npt.ArrayLike, n: npt.ArrayLike) -> Funnel:
    """Fit a funnel to the shares ``k / n``, both of shape (reports,).

    The target is the sum of k over that of n. Each z-score is (k/n − target) / √(target · (1 − target) / n). They are
    winsorized, a tenth at each end; the overdispersion phi is the mean of their squares, and 1 where that is less.
    Shares without a number, or with a denominator of 0, are left out. Everything is NaN when none is left, or all are
    0, or all are 1. Formulas and sources: see `funnel_limits`.
    """
    part, whole = np.asarray(k, np.float64), np.asarray(n, np.float64)
    known = (whole > 0) & (part >= 0) & (part <= whole)
    z, reports = np.full(len(part), np.nan), int(known.sum())
    pooled = whole[known].sum()
    target = float(part[known].sum() / pooled) if pooled else float("nan")
    if not 0 < target < 1:
        return Funnel(target, float("nan"), float("nan"), reports, z)
    z[known] = (part[known] / whole[known] - target) / np.sqrt(target * (1 - target) / whole[known])
    phi = float(np.mean(winsorize(z[known]) ** 2))
    weights = whole[known] / (target * (1 - target))  # of each share, one over its variance
    beyond = reports * phi - (reports - 1)
    tau = math.sqrt(beyond / (weights.sum() - (weights**2).sum() / weights.sum())) if beyond > 0 < reports - 1 else 0.0
    return Funnel(target, max(1.0, phi), tau, reports, z)


def funnel_limits(
    k: npt.ArrayLike, n: npt.ArrayLike, z: float | Sequence[float] = Z_LIMITS, model: Model = "multiplicative"
) -> pd.DataFrame:
    """Return funnel limits around the pooled share, and which shares lie beyond them.

    With a few large organs, or very unequal ones, the pooled share is mostly theirs. Give one share an organ: the years
    of one organ are not independent. A share beyond the limits calls for an explanation; it does not say that an organ
    does well or badly, and which shares lie beyond can depend on the model.

    Parameters
    ----------
    k, n : array_like
        Counts of the parts and of the wholes, of shape (reports,). Shares without a number, or with a denominator of
        0, have NaN and are left out of the fit.
    z : float or sequence of float
        Standard normal quantiles of the limits, by default those of 95% and 99.8%.
    model : {"multiplicative", "additive", "binomial"}
        How shares vary: by chance times a factor; by chance and, beside it, from organ to organ (random effects); or by
        chance alone, which is almost always too little for counts of organs that differ.

    Returns
    -------
    DataFrame
        One row a limit and share, in the order given, with the index of `n` where it is a Series. Columns: z, n,
        share, score (the share's z-score), target (the pooled share), phi (the overdispersion, a ratio of variances:
        its square root is that of standard deviations; 1 unless multiplicative), tau (the standard deviation from organ
        to organ; 0 unless additive), low and high (the limits, between 0 and 1), outside.

    Raises
    ------
    ValueError
        When `model` has another value.

    Notes
    -----
    With s² = target · (1 − target) / n the limits are ``target ± z * s`` (binomial), ``target ± z * sqrt(phi) * s``
    (multiplicative) or ``target ± z * sqrt(s**2 + tau**2)`` (additive). Binomial limits of fewer than 100 are exact
    (see ``foi_analysis.statistics.exact_limits``).

    phi is the mean of the squared z-scores after a tenth of them at each end is winsorized, and at least 1. tau² is
    the estimate by moments (DerSimonian and Laird) from the same scores: with w = 1/s² and I shares,
    (I · phi − (I − 1)) / (Σw − Σw²/Σw), and 0 where that is negative. The R package FunnelPlotR, whose default is the
    additive model, estimates it in the same way, on a transformed scale.

    Spiegelhalter (2005), Funnel plots for comparing institutional performance, Statistics in Medicine 24: 1185-1202;
    and Handling over-dispersion of performance indicators, Quality and Safety in Health Care 14: 347-351. DerSimonian
    and Laird (1986), Meta-analysis in clinical trials, Controlled Clinical Trials 7: 177-188.

    Examples
    --------
    >>> frame = funnel_limits([40, 20, 60, 80], [100, 100, 100, 100], z=2, model="binomial")
    >>> frame[["n", "share", "target", "low", "high", "outside"]].round(3)
           n  share  target  low  high  outside
    0  100.0    0.4     0.5  0.4   0.6    False
    1  100.0    0.2     0.5  0.4   0.6     True
    2  100.0    0.6     0.5  0.4   0.6    False
    3  100.0    0.8     0.5  0.4   0.6     True
    """
    if model not in get_args(Model):
        raise ValueError(Told("errors.model", known=listed(get_args(Model)), model=model))
    fitted = funnel(k, n)
    given = pd.DataFrame({"k": np.asarray(k, np.float64), "n": np.asarray(n, np.float64)})
    if isinstance(n, pd.Series):
        given.index = n.index
    whole = given["n"].where(given["n"] > 0)
    about = {
        "target": fitted.target,
        "phi": fitted.phi if model == "multiplicative" else 1.0,
        "tau": fitted.tau if model == "additive" else 0.0,
    }
    parts = []
    for one in np.atleast_1d(z).tolist():
        low, high = fitted.limits(whole, one, model)
        limits = {"low": low, "high": high, "outside": fitted.outside(given["k"], whole, one, model)}
        parts.append(given[["n"]].assign(share=given["k"] / whole, score=fitted.z, **about, **limits))
        parts[-1].insert(0, "z", one)
    return pd.concat(parts)
