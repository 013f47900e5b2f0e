"""Quotients of two sums of cells, for many reports at once, with bounds where a cell is no number.

Nothing is filled in. A count is at least 0; where an identity holds a cell and the others are known, or lie in ranges,
the cell lies in a range too. Ranges hold as far as the printed figures are right; where these contradict each other,
the report's ranges fall back to 0 and above.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from foi_analysis.form import CellKey, Form
from foi_analysis.identities import figures_of
from foi_analysis.parallel import in_threads
from foi_analysis.statistics import wilson

Array = npt.NDArray[Any]
Sum = Mapping[CellKey, int]
#: The least and the most that something can be, one number a report.
Range = tuple[Array, Array]

DEFINED, UNDEFINED, BOUNDED, UNKNOWN, IMPOSSIBLE = range(5)
#: What the codes mean: ``STATES[code]``.
STATES = ("defined", "undefined", "bounded", "unknown", "impossible")
NUMBERS = ("numerator", "denominator", "value", "low", "high", "lower", "upper")
#: A total narrows its parts, these narrow their totals, and so on: rounds enough for two tables of sums.
_ROUNDS = 4
#: So many reports are taken at a time.
_TOGETHER = 16_384


class Quotient(NamedTuple):
    """``scale`` times one sum of cells over another; both map cells to whole coefficients.

    A ``share`` is a part of its whole: it lies between 0 and 1 and has an interval.
    """

    numerator: Sum
    denominator: Sum
    scale: float
    share: bool


@dataclass(frozen=True, slots=True)
class Rates:
    """Quotients of many reports; every array has the shape (reports, quotients) and is for reading only.

    ``numerator`` and ``denominator`` as printed, NaN where a cell of them is no number; ``value``, and for shares
    ``low`` and ``high`` of the 95% Wilson interval, where defined; ``lower`` and ``upper`` where bounded.
    Codes (uint8, see ``STATES``): defined; undefined (the denominator is 0); bounded (a cell is no number, and the
    form's identities leave a range, whose upper end may be infinite for a ratio); unknown (they leave none);
    impossible (the printed numerator and denominator contradict each other, as a part larger than its whole).
    """

    numerator: Array
    denominator: Array
    value: Array
    low: Array
    high: Array
    lower: Array
    upper: Array
    codes: Array


def evaluate(form: Form, values: npt.ArrayLike, quotients: Sequence[Quotient]) -> Rates:
    """Return quotients of sums of cells for many reports of one form.

    Parameters
    ----------
    form : Form
        The form of all reports; it has every cell of the quotients.
    values : array_like
        Figures of shape (reports, cells) in the order of ``form.cells``: whole numbers, or floats with NaN where no
        number is printed, or a masked array. Fastest in Fortran order.
    quotients : sequence of Quotient

    Raises
    ------
    ValueError
        When `values` has another shape or type.
    """
    figures = figures_of(form, values)
    shape = (len(quotients), len(figures))
    found = {name: np.empty(shape) for name in NUMBERS[:-2]} | {"codes": np.empty(shape, np.uint8)}

    def work(start: int, stop: int) -> None:
        columns = dict(zip(form.cells, _columns(figures[start:stop]), strict=True))
        for at, one in enumerate(quotients):
            for name, line in _rate(one, columns).items():
                found[name][at, start:stop] = line

    in_threads(work, len(figures), _TOGETHER)
    reports = np.flatnonzero((found["codes"] == UNKNOWN).any(axis=0))
    # Most figures have no gap: NaN everywhere then takes no memory.
    nowhere = np.broadcast_to(np.nan, shape)
    found |= {name: nowhere.copy() if len(reports) else nowhere for name in NUMBERS[-2:]}
    if len(reports):
        unknown = found["codes"] == UNKNOWN
        low_high = cell_ranges(form, _columns(figures[reports]))
        ranges = dict(zip(form.cells, zip(*low_high, strict=True), strict=True))
        for at, one in enumerate(quotients):
            open_ = unknown[at, reports]
            for name, line in _bounds(one, ranges).items() if open_.any() else ():
                found[name][at, reports[open_]] = line[open_]
    return Rates(**{name: block.T for name, block in found.items()})


def _columns(figures: Array) -> Array:
    """Return figures as floats, those of each cell together: shape (cells, reports)."""
    together = figures.dtype.kind == "f" and figures.strides[0] == figures.itemsize
    return figures.T if together else np.ascontiguousarray(figures.T, np.float64)


def _rate(one: Quotient, columns: Mapping[CellKey, Array]) -> dict[str, Any]:
    numerator, denominator = (_add(total, columns) for total in one[:2])
    codes = _states(one, numerator, denominator)
    whole = np.where(codes == DEFINED, denominator, np.nan)
    low, high = wilson(numerator, whole) if one.share else (np.nan, np.nan)
    return {
        "numerator": numerator,
        "denominator": denominator,
        "value": numerator * one.scale / whole,
        "low": low,
        "high": high,
        "codes": codes,
    }


def _add(total: Sum, columns: Mapping[CellKey, Array]) -> Array:
    """Add up whole columns; NaN where one of them is."""
    added = np.zeros(len(next(iter(columns.values()))))
    for cell, times in total.items():
        added += columns[cell] if times == 1 else times * columns[cell]
    return added


def _states(one: Quotient, numerator: Array, denominator: Array) -> Array:
    impossible = denominator < 0
    if one.share:
        impossible |= (numerator < 0) | (numerator > denominator)
    unknown = np.isnan(numerator) | np.isnan(denominator)
    codes = np.full(len(numerator), DEFINED, np.uint8)
    for where, code in ((denominator == 0, UNDEFINED), (impossible, IMPOSSIBLE), (unknown, UNKNOWN)):
        codes[where] = code
    return codes


def _bounds(one: Quotient, ranges: Mapping[CellKey, Range]) -> dict[str, Array]:
    """Return the lower and the upper bound of a quotient, and its codes."""
    part, whole = (_range(total, ranges) for total in one[:2])
    if one.share:
        cells = dict.fromkeys((*one.denominator, *one.numerator))
        less = {cell: one.denominator.get(cell, 0) - one.numerator.get(cell, 0) for cell in cells}
        rest = _range({cell: times for cell, times in less.items() if times}, ranges)
        least, most, codes = _bound_share(part, whole, rest)
    else:
        least, most, codes = _bound_ratio(part, whole)
    told = codes == BOUNDED
    ends = {"lower": least, "upper": most}
    return {"codes": codes} | {name: np.where(told, end * one.scale, np.nan) for name, end in ends.items()}


def _range(total: Sum, ranges: Mapping[CellKey, Range]) -> Range:
    """Return the least and the most that a sum can be."""
    least, most = np.zeros(1), np.zeros(1)
    for cell, times in total.items():
        low, high = ranges[cell] if times > 0 else reversed(ranges[cell])
        least, most = least + times * low, most + times * high
    return least, most


def _bound_share(part: Range, whole: Range, rest: Range) -> tuple[Array, Array, Array]:
    """Bound part / (part + rest), neither of them below 0: it grows with the part and falls with the rest."""
    part_low, part_high = np.maximum(part[0], 0), np.minimum(part[1], whole[1])
    rest_low, rest_high = np.maximum(rest[0], 0), np.minimum(rest[1], whole[1])
    # Without any rest the share is all; without any part it is nothing.
    least = _quotient(part_low, part_low + rest_high, 1.0)
    most = _quotient(part_high, part_high + rest_low, 0.0)
    impossible = (part_low > part_high) | (rest_low > rest_high) | (whole[1] < 0)
    none = (least <= 0) & (most >= 1)
    return least, most, np.select([impossible, whole[1] == 0, none], [IMPOSSIBLE, UNDEFINED, UNKNOWN], BOUNDED)


def _bound_ratio(above: Range, below: Range) -> tuple[Array, Array, Array]:
    """Bound a quotient whose denominator is above 0 and whose numerator may have either sign."""
    (low, high), (small, large) = above, (np.maximum(below[0], 0), below[1])
    least = np.where(low >= 0, _quotient(low, large, 0.0), _quotient(low, small, -np.inf))
    most = np.where(high >= 0, _quotient(high, small, np.inf), _quotient(high, large, 0.0))
    most = np.where(high == 0, 0.0, most)
    none = (least <= 0) & np.isinf(most) & ((low >= 0) | np.isinf(least))
    return least, most, np.select([large < 0, large == 0, none], [IMPOSSIBLE, UNDEFINED, UNKNOWN], BOUNDED)


def _quotient(above: Array, below: Array, of_nothing: float) -> Array:
    """Divide; what is divided by infinity is 0, infinity by anything is a share of 1 or more, 0 by 0 as told."""
    with np.errstate(divide="ignore", invalid="ignore"):
        found = np.where(np.isinf(above) & np.isinf(below), 1.0, above / below)
    return np.where((above == 0) & (below == 0), of_nothing, found)


def cell_ranges(form: Form, columns: Array) -> Range:
    """Return the least and the most that each cell can be, both of shape (cells, reports).

    `columns` are the figures by cell and report, NaN where no number is printed. The most is infinite where nothing
    limits it.
    """
    unknown = np.isnan(columns)
    widest = np.where(unknown, 0.0, columns), np.where(unknown, np.inf, columns)
    low, high = (ends.copy() for ends in widest)
    for _ in range(_ROUNDS):
        changed = [_narrow(side, other, unknown, low, high) for side, other in _sides(form)]
        if not any(changed):
            break
    torn = (low > high).any(axis=0)
    return np.where(torn, widest[0], low), np.where(torn, widest[1], high)


@cache
def _sides(form: Form) -> tuple[tuple[Array, Array], ...]:
    """Return each identity twice, as the numbers of the cells of one side and of the other."""
    at = {key: i for i, key in enumerate(form.cells)}

    def numbers(side: Iterable[CellKey]) -> Array:
        return np.array([at[key] for key in side])

    both = [(numbers(one.left), numbers(one.right)) for one in form.identities]
    return tuple(pair for left, right in both for pair in ((left, right), (right, left)))


def _narrow(side: Array, other: Array, unknown: Array, low: Array, high: Array) -> bool:
    """Narrow the ranges of one side of an identity by the other, in place; tell whether any of them changed."""
    reports = np.flatnonzero(unknown[side].any(axis=0))
    here, beyond = np.ix_(side, reports), np.ix_(other, reports)
    most = high[beyond].sum(axis=0) - _rest(low[here])
    least = low[beyond].sum(axis=0) - _rest(high[here])
    new_low = np.where(unknown[here], np.maximum(low[here], least), low[here])
    new_high = np.where(unknown[here], np.minimum(high[here], most), high[here])
    changed = bool((new_low != low[here]).any() or (new_high != high[here]).any())
    low[here], high[here] = new_low, new_high
    return changed


def _rest(ends: Array) -> Array:
    """Add up, for each cell of a side, the ends of all the others; infinite where one of the others is."""
    endless = np.isinf(ends)
    finite = np.where(endless, 0.0, ends)
    rest = np.broadcast_to(finite.sum(axis=0), ends.shape) - finite
    return np.where(endless.sum(axis=0) - endless > 0, np.inf, rest)
