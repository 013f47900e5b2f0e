"""Put the printed values of a row into its columns.

Where a row prints as many values as it has columns, they stand in order. Where it prints fewer, the
grid decides if the row fills it; otherwise every way to put the values in order into the columns is a
candidate, and the identities over the row's cells decide between them. What they leave open stays open.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from foi_analysis.reading.columns import Heads
from foi_analysis.reading.document import Field
from foi_analysis.reading.tokens import is_empty

#: One way to fill the columns: a field for each column, or None where no field was printed for it.
Placing = tuple[Field | None, ...]
#: More values than this are lost in a row only when it is no row of this table.
_MOST_LOST = 4


def placings(values: Sequence[Field], heads: Heads, whole: bool, on_grid: bool) -> list[Placing]:
    """Give all ways in which a row's values can stand in the columns of ``heads``, from left to right.

    ``whole`` tells that the row has all of its cells: none is lost, some may be blank; ``on_grid`` that the
    heads stand above it in the same grid. One placing is
    certain; no placing means that more values are printed than there are columns, or far too few.
    """
    size = len(heads.slots)
    printed = [field for field in values if not is_empty(field.text)]
    if len(printed) == size:
        return [tuple(printed)]
    if len(printed) > size:
        return []
    if not printed and len(values) >= size:
        return [tuple(values[:size])]
    if whole:
        placed = (on_grid and _on_grid(values, printed, heads)) or (tuple(values) if len(values) == size else None)
        if placed:
            return [placed]
    if size - len(printed) > _MOST_LOST:
        return []
    found = [*_windows(values, printed, size), *_with_gaps(printed, size)]
    return list({tuple(f if f in printed else None for f in placing): placing for placing in reversed(found)}.values())


def _on_grid(values: Sequence[Field], printed: Sequence[Field], heads: Heads) -> Placing | None:
    """Place each field under the one head above it; None when the grid does not decide."""
    columns: list[Field | None] = [None] * len(heads.slots)
    for field in values:
        over = [i for i, slot in enumerate(heads.slots) if field.left < slot.right and slot.left < field.right]
        if field in printed and (len(over) != 1 or columns[over[0]] in printed):
            return None
        if len(over) == 1 and (field in printed or columns[over[0]] is None):
            columns[over[0]] = field
    return tuple(columns) if all(slot.left >= 0 for slot in heads.slots) else None


def _windows(values: Sequence[Field], printed: Sequence[Field], size: int) -> list[Placing]:
    """Place a run of neighbouring fields that holds all printed values."""
    runs = (tuple(values[i : i + size]) for i in range(len(values) - size + 1))
    return [run for run in runs if all(field in run for field in printed)]


def _with_gaps(printed: Sequence[Field], size: int) -> list[Placing]:
    """Place the printed values in order, with a gap where one may be lost."""
    found: list[Placing] = []
    for kept in combinations(range(size), len(printed)):
        fields: list[Field | None] = [None] * size
        for column, field in zip(kept, printed, strict=True):
            fields[column] = field
        found.append(tuple(fields))
    return found
