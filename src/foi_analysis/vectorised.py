"""Hold many reports against the identities of their form at once, and explain those that break them.

Figures stand in an array, one row a report, one column a cell in the order of ``form.cells``. Verdicts and
explanations are those of ``verdicts`` and ``explain``, report by report, only sooner.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, cast

from foi_analysis.explain import code_of
from foi_analysis.explain.search import Code, Found, explain_differences
from foi_analysis.lanes import side_by_side

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from foi_analysis.checks import Outcome
    from foi_analysis.form import Form
    from foi_analysis.report import Number

    Array = np.ndarray[tuple[int, int], Any]

HOLDS, BROKEN, NOT_ASSESSABLE = 0, 1, 2
#: What the codes mean: ``OUTCOMES[code]``.
OUTCOMES: tuple[Outcome, ...] = ("holds", "broken", "not assessable")
#: The largest number taken: beyond it a float no longer holds every whole number.
LARGEST = 2**53
#: Numbers up to this add up exactly in floats, however many cells of a form are added.
_SAFE = 2**45
_SAFE_BITS = int.from_bytes(struct.pack(">d", _SAFE))
#: So many numbers are looked at together.
_BLOCK = 2**15
#: Fewer reports than this are not worth a thread of their own.
_ALONE = 16_384
#: So many reports are added up at a time: where a cell's figures lie together in memory, and where they do not.
_TOGETHER, _APART = 65_536, 1_024


@dataclass(frozen=True, slots=True)
class Checked:
    """Differences (left minus right) and verdict codes, both of shape (reports, identities).

    ``differences`` is int64 when the figures are whole by type; else float64, NaN where not assessable, and rounded
    beyond 2**53. ``codes`` is uint8 and exact: see ``OUTCOMES``.
    """

    differences: Array
    codes: Array


def check_values(form: Form, values: npt.ArrayLike) -> Checked:
    """Judge every identity of a form over many reports.

    ``values`` has the shape (reports, cells): whole numbers, or floats with NaN where no number is printed, or
    a masked array. Sums are exact: a report with a decimal, or with floats too large to add, is added up by
    itself. Fastest when a cell's figures lie together in memory (Fortran order). Raises ValueError for
    another shape or type, and for a number beyond 2**53.
    """
    import numpy as np

    figures = figures_of(form, values)
    together = figures.strides[0] == figures.itemsize
    step = _TOGETHER if together else _APART
    # Zeros are memory not yet touched, and most differences stay 0: only the others are ever written.
    differences = np.zeros((len(form.identities), len(figures)), figures.dtype)
    codes = np.empty(differences.shape, np.uint8)

    def judge(first: int, last: int) -> None:
        sums = np.empty((len(form.identities), min(step, last - first)), figures.dtype)
        for start in range(first, last, step):
            part = slice(start, min(start + step, last))
            columns = figures[part].T if together else np.ascontiguousarray(figures[part].T)
            _judge(form, columns, start, sums[:, : columns.shape[1]], codes[:, part])
            if codes[:, part].any():
                np.copyto(differences[:, part], sums[:, : columns.shape[1]], where=codes[:, part] != HOLDS)

    side_by_side(judge, len(figures), _ALONE)
    return Checked(differences.T, codes.T)


def _judge(form: Form, columns: Array, start: int, sums: Array, codes: Array) -> None:
    """Fill in the sums and codes of some reports, the first of them numbered ``start``."""
    import numpy as np

    alone = _alone(form, columns, start)
    _add(_places(form), columns, sums)
    for row in alone:
        sums[:, row] = _exact(form, columns[:, row])
    np.not_equal(sums, 0, out=codes.view(np.bool_))
    if columns.dtype.kind == "f":
        codes += np.isnan(sums)


def explain_values(form: Form, values: npt.ArrayLike) -> list[tuple[Found, ...]]:
    """Explain every report that breaks an identity: one entry a report, empty where none is broken.

    An entry is what ``explain_differences`` finds, cells and identities numbered in the form's order. A difference
    that is no whole number is left unexplained. ``values``, and what is raised, as in ``check_values``.
    """
    import numpy as np

    figures = figures_of(form, values)
    checked = check_values(form, figures)
    rows = np.flatnonzero((checked.codes == BROKEN).any(axis=1))
    codes = checked.codes[rows]
    broken = _by_report(codes == BROKEN, checked.differences[rows])
    unknown = _by_report(codes == NOT_ASSESSABLE, codes)
    found: list[tuple[Found, ...]] = [()] * len(figures)
    for row, numbers, differences, gone in zip(rows, _whole(figures[rows]), broken, unknown, strict=True):
        whole = differences if figures.dtype.kind == "i" else _made_whole(form, figures[row], differences)
        code = _without(form, frozenset(gone) | (differences.keys() - whole.keys()))
        found[row] = tuple(explain_differences(code, whole, numbers))
    return found


def _by_report(marked: Array, of: Array) -> list[dict[int, int]]:
    """Gather what is marked, by report and identity."""
    found: list[dict[int, int]] = [{} for _ in range(len(marked))]
    places = (axis.tolist() for axis in marked.nonzero())
    for row, identity, number in zip(*places, of[marked].tolist(), strict=True):
        found[row][identity] = number
    return found


def _made_whole(form: Form, figures: Any, differences: Mapping[int, float]) -> dict[int, int]:
    """Give differences of floats as whole numbers, added up anew where large; leave out those with decimals."""
    large = max(map(abs, differences.values())) >= _SAFE
    exact = dict(enumerate(_exact(form, figures))) if large else differences
    return {i: int(exact[i]) for i in differences if exact[i] % 1 == 0}


def _whole(figures: Array) -> list[list[int | None]]:
    """Give the figures as Python numbers, None for what is none or no whole one."""
    import numpy as np

    if figures.dtype.kind == "i":
        return cast("list[list[int | None]]", figures.tolist())
    whole = (np.rint(figures) == figures) & (np.abs(figures) <= LARGEST)
    numbers: list[list[int | None]] = np.where(whole, figures, 0).astype(np.int64).tolist()
    for row, cell in np.argwhere(~whole):
        numbers[row][cell] = None
    return numbers


@lru_cache(maxsize=256)
def _without(form: Form, gone: frozenset[int]) -> Code:
    return code_of(form).without(gone) if gone else code_of(form)


def figures_of(form: Form, values: npt.ArrayLike) -> Array:
    """Take the figures as an array of int64 or float64, NaN for what is masked; raises as ``check_values``."""
    import numpy as np

    given = values if isinstance(values, np.ndarray) else np.asarray(values)
    if given.ndim != 2 or given.shape[1] != len(form.cells) or given.dtype.kind not in "iuf":
        raise ValueError(
            f"values must be numbers of shape (reports, {len(form.cells)}), a column for each cell of {form.id}; "
            f"found {given.dtype} of shape {given.shape}"
        )
    if given.dtype.kind == "u" or isinstance(given, np.ma.MaskedArray):
        _refuse_large(form, np.ma.filled(given, 0).T, 0)
    if isinstance(given, np.ma.MaskedArray):
        return np.ma.filled(given.astype(np.float64), np.nan)
    return given.astype(np.float64 if given.dtype.kind == "f" else np.int64, copy=False)


@cache
def _places(form: Form) -> tuple[tuple[tuple[int, ...], tuple[int, ...]], ...]:
    """Give each identity as the numbers of its cells, left and right."""
    at = {key: i for i, key in enumerate(form.cells)}
    return tuple((tuple(at[c] for c in one.left), tuple(at[c] for c in one.right)) for one in form.identities)


def _add(places: Sequence[tuple[Sequence[int], Sequence[int]]], columns: Array, out: Array) -> None:
    """Add up whole columns, in place: no sum is copied."""
    import numpy as np

    cells = list(columns)
    for sums, (left, right) in zip(out, places, strict=True):
        np.subtract(cells[left[0]], cells[right[0]], out=sums)
        for cell in left[1:]:
            np.add(sums, cells[cell], out=sums)
        for cell in right[1:]:
            np.subtract(sums, cells[cell], out=sums)


@cache
def _span(form: Form) -> slice:
    """Give the cells from the first to the last under an identity."""
    covered = [i for i, key in enumerate(form.cells) if form.identities_of[key]]
    return slice(covered[0], covered[-1] + 1)


def _alone(form: Form, columns: Array, start: int) -> list[int]:
    """Find the reports that floats do not add up exactly; refuse numbers that are too large."""
    import numpy as np

    cells = columns[_span(form)]
    if cells.dtype.kind == "i":
        # Set bits gathered over all numbers: one pass tells that each is from 0 to 2**53.
        if not 0 <= int(np.bitwise_or.reduce(cells, axis=None)) < LARGEST:
            _refuse_large(form, columns, start)
        return []
    reports = cells.shape[1]
    odd, step = np.zeros(reports, np.bool_), max(1, _BLOCK // reports)
    for block in (cells[at : at + step] for at in range(0, len(cells), step)):
        rest = np.rint(block)
        with np.errstate(invalid="ignore"):
            rest -= block
        # Bits of floats order like the floats; those of negative numbers and NaN come after all others.
        if np.bitwise_or.reduce(rest.view(np.uint64), axis=None) or block.view(np.uint64).max() > _SAFE_BITS:
            odd |= ((np.abs(rest) > 0) | (np.abs(block) > _SAFE)).any(axis=0)
    if odd.any():
        _refuse_large(form, columns, start)
    return [int(row) for row in np.flatnonzero(odd)]


def _refuse_large(form: Form, columns: Array, start: int) -> None:
    import numpy as np

    large = np.argwhere((columns > LARGEST) | (columns < -LARGEST))
    if len(large):
        cell, row = large[0]
        raise ValueError(f"report {start + row}, {form.cells[cell]}: {columns[cell, row]} is beyond 2**53")


def _exact(form: Form, figures: Any) -> list[Number | float]:
    """Add up one report without floating point; NaN where not assessable."""
    numbers = [None if x != x else int(x) if x.is_integer() else Decimal(repr(x)) for x in figures.tolist()]
    return [_difference(numbers, left, right) for left, right in _places(form)]


def _difference(numbers: Sequence[Number | None], left: Sequence[int], right: Sequence[int]) -> Number | float:
    sides = [[numbers[c] for c in side] for side in (left, right)]
    if None in sides[0] or None in sides[1]:
        return float("nan")
    over, under = (sum(value for value in side if value is not None) for side in sides)
    return over - under
