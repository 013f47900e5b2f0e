"""Ranks with what is uncertain about them: an interval that overlaps another leaves the order of the two open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Array = np.ndarray[Any, np.dtype[np.float64]]


def rank_range(low: npt.ArrayLike, high: npt.ArrayLike) -> tuple[Array, Array]:
    """Give the best and the worst rank that the intervals leave open, both of shape (reports,), 1 for the highest.

    The best rank is one more than the number of intervals wholly above one's own, the worst the number of all less
    those wholly below it. NaN, and no part in the ranking, where there is no interval.

    On why ranks need this: Goldstein and Spiegelhalter (1996), League tables and their limitations, Journal of the
    Royal Statistical Society A 159: 385-443.

    >>> best, worst = rank_range([0.1, 0.3, 0.35], [0.2, 0.4, 0.5])
    >>> best.tolist(), worst.tolist()
    ([3.0, 1.0, 1.0], [3.0, 2.0, 2.0])
    """
    import numpy as np

    least, most = np.asarray(low, np.float64), np.asarray(high, np.float64)
    known = np.flatnonzero(~(np.isnan(least) | np.isnan(most)))
    best, worst = np.full(len(least), np.nan), np.full(len(least), np.nan)
    lows, highs = np.sort(least[known]), np.sort(most[known])
    best[known] = 1 + len(known) - np.searchsorted(lows, most[known], side="right")
    worst[known] = len(known) - np.searchsorted(highs, least[known], side="left")
    return best, worst
