"""Intervals for a share and for the difference of two shares; arrays in, arrays out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Array = np.ndarray[Any, np.dtype[np.float64]]

#: The standard normal quantile of a two-sided interval of 95 %.
Z95 = 1.959963984540054


def wilson(
    k: npt.ArrayLike, n: npt.ArrayLike, z: float = Z95, design_effect: float | npt.ArrayLike = 1.0
) -> tuple[Array, Array]:
    """Give the score interval of a share k/n, low and high, each between 0 and 1.

    ``k`` and ``n`` are counts of any shapes that broadcast. ``design_effect`` divides the number of independent
    requests: with 5, five requests say as much as one. The interval models a process with independent requests; a
    report is a full count, and repeat applicants make the interval too narrow. NaN where n is 0, where
    k is not between 0 and n, and where either is NaN.

    Source: Wilson (1927), Probable inference, the law of succession, and statistical inference, Journal of the
    American Statistical Association 22: 209-212; design effect: Kish (1965), Survey Sampling.
    """
    import numpy as np

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
    design_effect: float | npt.ArrayLike = 1.0,
) -> tuple[Array, Array]:
    """Give the interval of the difference k2/n2 - k1/n1 of two independent shares, low and high.

    Built from the two Wilson intervals, so it never leaves -1 to 1. Arguments as in ``wilson``; NaN where it is.

    Source: Newcombe (1998), Interval estimation for the difference between independent proportions: comparison of
    eleven methods, Statistics in Medicine 17: 873-890, method 10.
    """
    import numpy as np

    low1, high1 = wilson(k1, n1, z, design_effect)
    low2, high2 = wilson(k2, n2, z, design_effect)
    with np.errstate(divide="ignore", invalid="ignore"):
        share1, share2 = (np.asarray(k, np.float64) / np.asarray(n, np.float64) for k, n in ((k1, n1), (k2, n2)))
    change = share2 - share1
    below = np.hypot(share2 - low2, high1 - share1)
    above = np.hypot(high2 - share2, share1 - low1)
    return change - below, change + above
