"""Judge identities over bare figures, one row a report: what checks, measures and explanations stand on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from foi_analysis.form import CellKey, Form, Identity
from foi_analysis.panel import inexact
from foi_analysis.parallel import in_threads
from foi_analysis.report import exactly
from foi_analysis.rules import NOT_ASSESSABLE

Array = npt.NDArray[Any]
#: Figures of shape (reports, cells), or what came of them, of shape (reports, identities).
Table = np.ndarray[tuple[int, int], Any]

#: The largest number taken: beyond it a float no longer holds every whole number.
LARGEST = 2**53
#: So many reports are judged at a time: large blocks, so that threads seldom wait for each other.
TOGETHER = 65_536


@dataclass(frozen=True, slots=True)
class Checked:
    """Differences (left minus right) and verdict codes, both of shape (reports, identities).

    ``differences`` is int64 when the figures are whole by type; else float64, NaN where not assessable, and rounded
    beyond 2**53. ``codes`` is uint8 and exact: see ``rules.VERDICTS``.
    """

    differences: Table
    codes: Table


def check_values(form: Form, values: npt.ArrayLike) -> Checked:
    """Judge every identity of a form over bare figures.

    Parameters
    ----------
    form : Form
    values : array_like
        Shape (reports, cells), the cells in the order of ``form.cells``: whole numbers, floats with NaN where no
        number is printed, or a masked array. Fastest when a cell's figures lie together in memory (Fortran order).

    Returns
    -------
    Checked

    Raises
    ------
    ValueError
        For another shape or type, and for a number beyond 2**53.
    """
    figures = figures_of(form, values)
    # Zeros are memory not yet touched, and most differences stay 0: only the others are ever written.
    differences = np.zeros((len(form.identities), len(figures)), figures.dtype)
    codes = np.empty(differences.shape, np.uint8)
    covered = [at for at, key in enumerate(form.cells) if form.identities_of[key]]
    span = slice(covered[0], covered[-1] + 1)

    def work(start: int, stop: int) -> None:
        block = figures[start:stop].T
        block = block if block.strides[1] == block.itemsize else np.ascontiguousarray(block)
        odd = _inexact(form, block, start, span)
        judge_sums(form.identities, dict(zip(form.cells, block, strict=True)), codes[:, start:stop], True,
                   differences[:, start:stop])  # fmt: skip
        for row in odd:
            numbers = dict(zip(form.cells, map(exactly, block[:, row].tolist()), strict=True))
            codes[:, start + row] = [one.code(numbers) for one in form.identities]
            differences[:, start + row] = [float(a - b) for a, b in (one.sides(numbers) for one in form.identities)]

    in_threads(work, len(figures), TOGETHER)
    return Checked(differences.T, codes.T)


@np.errstate(invalid="ignore")  # NaN among ints and Fractions
def judge_sums(
    rules: Sequence[Identity],
    columns: Mapping[CellKey, Array],
    codes: npt.NDArray[np.uint8],
    whole: bool = False,
    differences: Array | None = None,
) -> None:
    """Fill in the codes of rules, of shape (rules, reports), and the differences, where not 0, if they are wanted.

    ``columns`` has an array of one number a report for each cell; ``whole`` tells that counts are known to be whole.
    """
    for at, rule in enumerate(rules):
        left, right = rule.sides(columns)
        codes[at] = rule.breaks(left, right, whole)
        here: Any = slice(None)
        if rule.relation == "=":  # nothing equals NaN: where an equality holds, both sides are known
            here = np.flatnonzero(codes[at])
            left, right = left[here], right[here]
        difference = left - right
        if differences is not None:
            differences[at, here] = difference
        if right.dtype.kind != "i":
            found = codes[at, here]
            found[difference != difference] = NOT_ASSESSABLE
            codes[at, here] = found


def figures_of(form: Form, values: npt.ArrayLike) -> Table:
    """Return the figures as an array of int64 or float64, NaN for what is masked; raises as ``check_values``."""
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


def _inexact(form: Form, block: Table, start: int, span: slice) -> list[int]:
    """Return the reports of a block (cells, reports) that floats do not add up exactly; refuse what is too large."""
    cells = block[span]
    if cells.dtype.kind == "i":
        # Set bits gathered over all numbers: one pass tells that each is from 0 to 2**53.
        if not 0 <= int(np.bitwise_or.reduce(cells, axis=None)) < LARGEST:
            _refuse_large(form, block, start)
        return []
    odd = np.flatnonzero(inexact(cells)).tolist()
    if odd:
        _refuse_large(form, block, start)
    return odd


def _refuse_large(form: Form, columns: Table, start: int) -> None:
    large = np.argwhere((columns > LARGEST) | (columns < -LARGEST))
    if len(large):
        cell, row = large[0]
        raise ValueError(f"report {start + row}, {form.cells[cell]}: {columns[cell, row]} is beyond 2**53")
