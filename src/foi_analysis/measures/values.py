"""Measure many reports of one form at once: a loop over measures, none over reports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from foi_analysis.form import Form
from foi_analysis.measures.definitions import TOTAL, Measure, Sum, measures_of

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Array = np.ndarray[tuple[int, int], Any]
    Line = np.ndarray[tuple[int], Any]

#: So many reports are turned from rows into columns at a time.
_TOGETHER = 4_096
DEFINED, UNDEFINED, BOUNDED, UNKNOWN, IMPOSSIBLE = range(5)
#: What the codes mean: ``STATES[code]``.
STATES = ("defined", "undefined", "bounded", "unknown", "impossible")


@dataclass(frozen=True, slots=True)
class Measured:
    """Measures of many reports; every array has the shape (reports, measures).

    ``numerator`` and ``denominator`` as printed, NaN where a cell of them is no number; ``value``, and for shares
    ``low`` and ``high`` of the 95 % Wilson interval, where defined; ``lower`` and ``upper`` where bounded.
    Codes (uint8, see ``STATES``): defined; undefined (the denominator is 0); bounded (a cell is no number, and the
    form's identities leave a range, whose upper end may be infinite for a ratio); unknown (they leave none);
    impossible (the printed numerator and denominator contradict each other, as a part larger than its whole).
    """

    measures: tuple[Measure, ...]
    numerator: Array
    denominator: Array
    value: Array
    low: Array
    high: Array
    lower: Array
    upper: Array
    codes: Array


class _Places(NamedTuple):
    """A measure's two sums, as cell numbers with coefficients, and the same less the numerator."""

    numerator: Mapping[int, int]
    denominator: Mapping[int, int]
    rest: Mapping[int, int]


def measure_values(form: Form, values: npt.ArrayLike, applicant: str = TOTAL) -> Measured:
    """Measure many reports of one form.

    ``values`` has the shape (reports, cells) in the order of ``form.cells``: whole numbers, or floats with NaN where
    no number is printed, or a masked array; fastest when a cell's figures lie together in memory (Fortran
    order). ``applicant`` is a column of the table of requests; for one other than ``total`` only measures by kind of
    applicant are given. Raises ValueError for another shape or type.
    """
    import numpy as np

    from foi_analysis.vectorised import figures_of

    chosen, figures = measures_of(form, applicant), figures_of(form, values)
    blocks = _blocks(len(chosen), len(figures))
    columns = _columns(figures, _needed(form, applicant))
    for at, (measure, places) in enumerate(zip(chosen, _places(form, applicant), strict=True)):
        _measure(measure, places, columns, *(block[at] for block in blocks))
    gaps = np.flatnonzero((blocks[-1] == UNKNOWN).any(axis=0))
    if len(gaps):
        _bound_all(form, applicant, np.array(figures[gaps].T, np.float64), gaps, blocks)
    return Measured(chosen, *(block.T for block in blocks))


def _columns(figures: Array, needed: Sequence[int]) -> Mapping[int, Line]:
    """Give the figures of the cells that are needed, each cell's together; some reports at a time, as memory likes."""
    import numpy as np

    columns = np.empty((len(needed), len(figures)))
    for start in range(0, len(figures), _TOGETHER):
        part = slice(start, start + _TOGETHER)
        columns[:, part] = figures[part, needed].T
    return dict(zip(needed, columns, strict=True))


def _blocks(measures: int, reports: int) -> tuple[Array, ...]:
    import numpy as np

    shape = (measures, reports)
    floats = [np.full(shape, np.nan) for _ in range(7)]
    return (*floats, np.zeros(shape, np.uint8))


@cache
def _places(form: Form, applicant: str) -> tuple[_Places, ...]:
    at = {key: i for i, key in enumerate(form.cells)}

    def numbered(total: Sum) -> dict[int, int]:
        return {at[key]: times for key, times in total.items()}

    found = []
    for measure in measures_of(form, applicant):
        part, whole = (numbered(total) for total in measure.sums(form, applicant))
        less = {cell: whole.get(cell, 0) - part.get(cell, 0) for cell in {**whole, **part}}
        found.append(_Places(part, whole, {cell: times for cell, times in less.items() if times}))
    return tuple(found)


@cache
def _needed(form: Form, applicant: str) -> list[int]:
    return sorted({cell for places in _places(form, applicant) for part in places for cell in part})


def _add(places: Mapping[int, int], columns: Mapping[int, Line], out: Line) -> None:
    """Add up whole columns; NaN where one of them is."""
    out[:] = 0
    for cell, times in places.items():
        out += columns[cell] if times == 1 else times * columns[cell]


def _measure(measure: Measure, places: _Places, columns: Mapping[int, Line], *out: Line) -> None:
    """Fill in one measure where all its cells are numbers."""
    import numpy as np

    from foi_analysis.measures.intervals import wilson

    numerator, denominator, value, low, high, _, _, codes = out
    _add(places.numerator, columns, numerator)
    _add(places.denominator, columns, denominator)
    codes[:] = _states(measure, numerator, denominator)
    defined = codes == DEFINED
    np.divide(numerator * measure.scale, denominator, out=value, where=defined)
    if measure.kind == "share":
        low[:], high[:] = wilson(numerator, np.where(defined, denominator, np.nan))


def _states(measure: Measure, numerator: Line, denominator: Line) -> Line:
    import numpy as np

    impossible = denominator < 0
    if measure.kind == "share":
        impossible = impossible | (numerator < 0) | (numerator > denominator)
    unknown = np.isnan(numerator) | np.isnan(denominator)
    found = np.select([unknown, impossible, denominator == 0], [UNKNOWN, IMPOSSIBLE, UNDEFINED], DEFINED)
    return found.astype(np.uint8)


def _bound_all(form: Form, applicant: str, figures: Array, gaps: Line, blocks: tuple[Array, ...]) -> None:
    """Fill in bounds for the reports that lack a number, those numbered ``gaps``, measure by measure."""
    import numpy as np

    from foi_analysis.measures.bounds import cell_ranges

    lows, highs = cell_ranges(form, figures)
    lower, upper, codes = blocks[5:]
    for at, (measure, places) in enumerate(zip(measures_of(form, applicant), _places(form, applicant), strict=True)):
        open_ = np.flatnonzero(codes[at, gaps] == UNKNOWN)
        if len(open_):
            ranges = [_range(part, lows[:, open_], highs[:, open_]) for part in places]
            least, most, state = _bound_share(*ranges) if measure.kind == "share" else _bound_ratio(*ranges[:2])
            told = state == BOUNDED
            codes[at, gaps[open_]] = state
            lower[at, gaps[open_]] = np.where(told, least * measure.scale, np.nan)
            upper[at, gaps[open_]] = np.where(told, most * measure.scale, np.nan)


def _range(places: Mapping[int, int], lows: Array, highs: Array) -> tuple[Line, Line]:
    """Give the least and the most that a sum can be."""
    import numpy as np

    least, most = np.zeros(lows.shape[1]), np.zeros(lows.shape[1])
    for cell, times in places.items():
        ends = (lows, highs) if times > 0 else (highs, lows)
        least += times * ends[0][cell]
        most += times * ends[1][cell]
    return least, most


def _bound_share(part: tuple[Line, Line], whole: tuple[Line, Line], rest: tuple[Line, Line]) -> tuple[Line, Line, Line]:
    """Bound part / (part + rest), neither of them below 0: it grows with the part and falls with the rest."""
    import numpy as np

    part_low, part_high = np.maximum(part[0], 0), np.minimum(part[1], whole[1])
    rest_low, rest_high = np.maximum(rest[0], 0), np.minimum(rest[1], whole[1])
    # Without any rest the share is all; without any part it is nothing.
    least = _quotient(part_low, part_low + rest_high, 1.0)
    most = _quotient(part_high, part_high + rest_low, 0.0)
    impossible = (part_low > part_high) | (rest_low > rest_high) | (whole[1] < 0)
    none = (least <= 0) & (most >= 1)
    return least, most, np.select([impossible, whole[1] == 0, none], [IMPOSSIBLE, UNDEFINED, UNKNOWN], BOUNDED)


def _bound_ratio(above: tuple[Line, Line], below: tuple[Line, Line]) -> tuple[Line, Line, Line]:
    """Bound a quotient whose denominator is above 0 and whose numerator may have either sign."""
    import numpy as np

    (low, high), (small, large) = above, (np.maximum(below[0], 0), below[1])
    least = np.where(low >= 0, _quotient(low, large, 0.0), _quotient(low, small, -np.inf))
    most = np.where(high >= 0, _quotient(high, small, np.inf), _quotient(high, large, 0.0))
    most = np.where(high == 0, 0.0, most)
    none = (least <= 0) & np.isinf(most)
    none &= (low >= 0) | np.isinf(least)
    return least, most, np.select([large < 0, large == 0, none], [IMPOSSIBLE, UNDEFINED, UNKNOWN], BOUNDED)


def _quotient(above: Line, below: Line, of_nothing: float) -> Line:
    """Divide; what is divided by infinity is 0, infinity by anything is a share of 1 or more, 0 by 0 as told."""
    import numpy as np

    with np.errstate(divide="ignore", invalid="ignore"):
        found = np.where(np.isinf(above) & np.isinf(below), 1.0, above / below)
    return np.where((above == 0) & (below == 0), of_nothing, found)
