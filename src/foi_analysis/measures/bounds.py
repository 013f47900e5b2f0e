"""What can be said of a number that is not printed: the range that the form's identities leave for it.

A count is at least 0. Where an identity holds a cell and the others are known, or lie in ranges, the cell lies in
a range too. Nothing is filled in: a range of one number stays a range. Ranges hold as far as the printed figures
are right; where they contradict each other, the report's ranges fall back to 0 and above.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

    from foi_analysis.form import Form

    Array = np.ndarray[tuple[int, int], Any]
    Places = np.ndarray[tuple[int], Any]

#: A total narrows its parts, these narrow their totals, and so on: rounds enough for two tables of sums.
_ROUNDS = 4


def cell_ranges(form: Form, columns: Array) -> tuple[Array, Array]:
    """Give the least and the most that each cell can be, both of shape (cells, reports).

    ``columns`` are the figures by cell and report, NaN where no number is printed. Signed and fractional
    cells without a number range over everything; the most is infinite where nothing limits it.
    """
    import numpy as np

    unknown = np.isnan(columns)
    low, high = np.where(unknown, 0.0, columns), np.where(unknown, np.inf, columns)
    for _ in range(_ROUNDS):
        if not _narrow(form, unknown, low, high):
            break
    torn = (low > high).any(axis=0)
    low[:, torn] = np.where(unknown[:, torn], 0.0, columns[:, torn])
    high[:, torn] = np.where(unknown[:, torn], np.inf, columns[:, torn])
    return low, high


@cache
def _sides(form: Form) -> tuple[tuple[Places, Places], ...]:
    """Give each identity twice, as the numbers of the cells of one side and of the other."""
    import numpy as np

    at = {key: i for i, key in enumerate(form.cells)}
    both = [[np.array([at[c] for c in side]) for side in (one.left, one.right)] for one in form.identities]
    return tuple(pair for left, right in both for pair in ((left, right), (right, left)))


def _narrow(form: Form, unknown: Array, low: Array, high: Array) -> bool:
    """Narrow the ranges once by every identity, in place; tell whether any of them changed."""
    import numpy as np

    changed = False
    for side, other in _sides(form):
        reports = np.flatnonzero(unknown[side].any(axis=0))
        if not len(reports):
            continue
        here = np.ix_(side, reports)
        beyond = np.ix_(other, reports)
        most = high[beyond].sum(axis=0) - _rest(low[here])
        least = low[beyond].sum(axis=0) - _rest(high[here])
        new_low = np.where(unknown[here], np.maximum(low[here], least), low[here])
        new_high = np.where(unknown[here], np.minimum(high[here], most), high[here])
        changed |= bool((new_low != low[here]).any() or (new_high != high[here]).any())
        low[here], high[here] = new_low, new_high
    return changed


def _rest(ends: Array) -> Array:
    """Add up, for each cell of a side, the ends of all the others; infinite where one of the others is."""
    import numpy as np

    endless = np.isinf(ends)
    finite = np.where(endless, 0.0, ends)
    rest = np.broadcast_to(finite.sum(axis=0), ends.shape) - finite
    return np.where(endless.sum(axis=0) - endless > 0, np.inf, rest)
