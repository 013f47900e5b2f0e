"""Intervals for shares, ranks with what is uncertain about them, and funnel limits: arrays in, arrays out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

Array = npt.NDArray[np.float64]

#: The standard normal quantile of a two-sided interval of 95%.
Z95 = 1.959963984540054
#: Those of the two-sided funnel limits of 95% and 99.8%.
Z_LIMITS = (Z95, 3.090232306167813)


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


def rank_range(low: npt.ArrayLike, high: npt.ArrayLike) -> tuple[Array, Array]:
    """Return the best and the worst rank that overlapping intervals leave open.

    The best rank is one more than the number of intervals wholly above one's own, the worst the number of all less
    those wholly below it.

    Parameters
    ----------
    low, high : array_like
        Ends of the intervals, of shape (reports,). Where one is NaN, the report is not ranked.

    Returns
    -------
    best, worst : ndarray
        Ranks of shape (reports,), 1 for the highest; NaN where there is no interval.

    Notes
    -----
    Goldstein and Spiegelhalter (1996), League tables and their limitations, Journal of the Royal Statistical Society
    A 159: 385-443.

    Examples
    --------
    >>> best, worst = rank_range([0.1, 0.3, 0.35], [0.2, 0.4, 0.5])
    >>> best.tolist(), worst.tolist()
    ([3.0, 1.0, 1.0], [3.0, 2.0, 2.0])
    """
    least, most = np.asarray(low, np.float64), np.asarray(high, np.float64)
    known = np.flatnonzero(~(np.isnan(least) | np.isnan(most)))
    best, worst = np.full(len(least), np.nan), np.full(len(least), np.nan)
    best[known] = 1 + len(known) - np.searchsorted(np.sort(least[known]), most[known], side="right")
    worst[known] = len(known) - np.searchsorted(np.sort(most[known]), least[known], side="left")
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

    ``target`` is the pooled share, ``phi`` the overdispersion (1 where shares vary no more than by chance), ``reports``
    the number of shares it rests on, ``z`` the z-score of each share given, NaN where it has none.
    """

    target: float
    phi: float
    reports: int
    z: Array

    def limits(self, n: npt.ArrayLike, z: float, overdispersed: bool) -> tuple[Array, Array]:
        """Return the limits, low and high, of shares with denominators `n`, each between 0 and 1.

        Formula: target ± z · √(phi · target · (1 − target) / n), with phi = 1 when not `overdispersed`.
        """
        spread = self.target * (1 - self.target) * (self.phi if overdispersed else 1.0)
        half = z * np.sqrt(spread / np.asarray(n, np.float64))
        return np.clip(self.target - half, 0, 1), np.clip(self.target + half, 0, 1)

    def outside(self, z: float, overdispersed: bool) -> npt.NDArray[np.bool_]:
        """Return which shares lie beyond the limits; False where there is no z-score."""
        beyond: npt.NDArray[np.bool_] = np.nan_to_num(abs(self.z)) > z * (self.phi**0.5 if overdispersed else 1.0)
        return beyond


def funnel(k: npt.ArrayLike, n: npt.ArrayLike) -> Funnel:
    """Fit a funnel to the shares ``k / n``, both of shape (reports,).

    The target is the sum of k over that of n. Each z-score is (k/n − target) / √(target · (1 − target) / n). They are
    winsorized, a tenth at each end; the overdispersion phi is the mean of their squares, and 1 where that is less.
    Shares without a number, or with a denominator of 0, are left out. Everything is NaN when none is left, or all are
    0, or all are 1. Source: as in `funnel_limits`, sections 3 and A.3.
    """
    part, whole = np.asarray(k, np.float64), np.asarray(n, np.float64)
    known = (whole > 0) & (part >= 0) & (part <= whole)
    z = np.full(len(part), np.nan)
    pooled = whole[known].sum()
    target = float(part[known].sum() / pooled) if pooled else float("nan")
    if not 0 < target < 1:
        return Funnel(target, float("nan"), int(known.sum()), z)
    z[known] = (part[known] / whole[known] - target) / np.sqrt(target * (1 - target) / whole[known])
    return Funnel(target, max(1.0, float(np.mean(winsorize(z[known]) ** 2))), int(known.sum()), z)


def funnel_limits(
    k: npt.ArrayLike, n: npt.ArrayLike, z: float | Sequence[float] = Z_LIMITS, overdispersed: bool = True
) -> pd.DataFrame:
    """Return funnel limits around the pooled share, and which shares lie beyond them.

    With a few large organs, or very unequal ones, the pooled share is mostly theirs. A share beyond the limits
    calls for an explanation; it does not say that an organ does well or badly.

    Parameters
    ----------
    k, n : array_like
        Counts of the parts and of the wholes, of shape (reports,). Shares without a number, or with a denominator of
        0, have NaN and are left out of the fit.
    z : float or sequence of float
        Standard normal quantiles of the limits, by default those of 95% and 99.8%.
    overdispersed : bool
        Whether to widen the limits by what the shares vary beyond chance. Chance alone is almost always too little
        for counts of organs that differ.

    Returns
    -------
    DataFrame
        One row a limit and share, in the order given, with the index of `n` where it is a Series. Columns: z, n,
        share, score (the share's z-score), target (the pooled share), phi (the overdispersion, 1 when not
        `overdispersed`), low and high (the limits, between 0 and 1), outside.

    Notes
    -----
    The limits are ``target ± z * sqrt(phi * target * (1 - target) / n)``, phi being the mean of the squared z-scores
    after a tenth of them at each end is winsorized, and at least 1.

    Spiegelhalter (2005), Funnel plots for comparing institutional performance, Statistics in Medicine 24: 1185-1202;
    and Handling over-dispersion of performance indicators, Quality and Safety in Health Care 14: 347-351.

    Examples
    --------
    >>> frame = funnel_limits([20, 10, 30, 40], [50, 50, 50, 50], z=2, overdispersed=False)
    >>> frame[["n", "share", "target", "low", "high", "outside"]].round(3)
          n  share  target    low   high  outside
    0  50.0    0.4     0.5  0.359  0.641    False
    1  50.0    0.2     0.5  0.359  0.641     True
    2  50.0    0.6     0.5  0.359  0.641    False
    3  50.0    0.8     0.5  0.359  0.641     True
    """
    fitted = funnel(k, n)
    given = pd.DataFrame({"k": np.asarray(k, np.float64), "n": np.asarray(n, np.float64)})
    if isinstance(n, pd.Series):
        given.index = n.index
    whole = given["n"].where(given["n"] > 0)
    parts = []
    for one in np.atleast_1d(z).tolist():
        low, high = fitted.limits(whole, one, overdispersed)
        limits = {"low": low, "high": high, "outside": fitted.outside(one, overdispersed)}
        about = {"target": fitted.target, "phi": fitted.phi if overdispersed else 1.0}
        parts.append(given[["n"]].assign(share=given["k"] / whole, score=fitted.z, **about, **limits))
        parts[-1].insert(0, "z", one)
    return pd.concat(parts)
