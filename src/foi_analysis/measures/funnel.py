"""A funnel of limits around a common share: how far shares of many organs lie from it by chance, and beyond chance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Array = np.ndarray[Any, np.dtype[np.float64]]

#: The part of the z-scores at each end that is drawn in before the overdispersion is estimated.
WINSORISED = 0.1
#: Normal quantiles of two-sided limits of 95 % and 99.8 %.
Z_LIMITS = (1.959963984540054, 3.090232306167813)


@dataclass(frozen=True, slots=True)
class Funnel:
    """A common share and how much more shares vary around it than counts alone would make them.

    ``target`` is the pooled share, ``phi`` the overdispersion (1 where shares vary no more than by chance), ``reports``
    how many shares it rests on, ``z`` the score of each share given, NaN where it has none.
    """

    target: float
    phi: float
    reports: int
    z: Array

    def limits(self, n: npt.ArrayLike, z: float, overdispersed: bool) -> tuple[Array, Array]:
        """Give the limits, low and high, for shares of denominators ``n``, each between 0 and 1.

        Formula: target ± z · √(phi · target · (1 − target) / n), with phi = 1 when not ``overdispersed``.
        """
        import numpy as np

        spread = self.target * (1 - self.target) * (self.phi if overdispersed else 1.0)
        half = z * np.sqrt(spread / np.asarray(n, np.float64))
        return np.clip(self.target - half, 0, 1), np.clip(self.target + half, 0, 1)

    def outside(self, z: float, overdispersed: bool) -> npt.NDArray[np.bool_]:
        """Tell which shares lie beyond the limits; False where there is no score."""
        import numpy as np

        widened = z * (self.phi**0.5 if overdispersed else 1.0)
        beyond: npt.NDArray[np.bool_] = np.nan_to_num(abs(self.z)) > widened
        return beyond


def funnel(k: npt.ArrayLike, n: npt.ArrayLike) -> Funnel:
    """Fit a funnel to shares k/n, both of shape (reports,).

    The target is the sum of k over that of n. Each z-score is (k/n − target) / √(target · (1 − target) / n). A tenth of
    them at each end (rounded down) is drawn in to the next; the overdispersion phi is the mean of their squares, and 1
    where that is less. Shares without a number, or of a denominator of 0, count for nothing. Everything is NaN when
    none is left or all are 0 or 1.

    Source: Spiegelhalter (2005), Funnel plots for comparing institutional performance, Statistics in Medicine 24:
    1185-1202, sections 3 and A.3; and Handling over-dispersion of performance indicators, Quality and Safety in Health
    Care 14: 347-351.
    """
    import numpy as np

    part, whole = np.asarray(k, np.float64), np.asarray(n, np.float64)
    known = (whole > 0) & (part >= 0) & (part <= whole)
    z = np.full(len(part), np.nan)
    pooled = whole[known].sum()
    target = float(part[known].sum() / pooled) if pooled else float("nan")
    if not 0 < target < 1:
        return Funnel(target, float("nan"), int(known.sum()), z)
    z[known] = (part[known] / whole[known] - target) / np.sqrt(target * (1 - target) / whole[known])
    return Funnel(target, max(1.0, float(np.mean(winsorised(z[known]) ** 2))), int(known.sum()), z)


def winsorised(values: npt.ArrayLike, share: float = WINSORISED) -> Array:
    """Draw in the smallest and the largest values, a share of them rounded down at each end, to the next ones.

    >>> winsorised([9.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 100.0]).tolist()
    [9.0, 2.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0]
    """
    import numpy as np

    given = np.asarray(values, np.float64)
    drawn = int(share * len(given))
    ordered = np.sort(given)
    return np.clip(given, ordered[drawn], ordered[len(given) - 1 - drawn]) if len(given) else given
