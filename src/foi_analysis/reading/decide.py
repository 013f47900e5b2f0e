"""Decide rows whose values can stand in their columns in more than one way, by the identities.

A way is dropped when it breaks an identity whose cells are all known. A cell is read only when all
remaining ways agree on it and an identity holds over it; everything else stays unreadable.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from foi_analysis.form import CellKey, Form
from foi_analysis.reading.document import Field
from foi_analysis.reading.place import Placing
from foi_analysis.reading.tokens import read_token
from foi_analysis.report import Cell, Number

_Values = Mapping[CellKey, Number]


@dataclass(frozen=True, slots=True)
class Open:
    """A row that counting and geometry leave open: its cells, the ways to fill them, and its place.

    ``split`` tells that its values ran together and each way is a way to split them.
    """

    keys: tuple[CellKey, ...]
    ways: tuple[Placing, ...]
    where: str
    printed: str
    split: bool = False


def decide(form: Form, certain: Mapping[CellKey, Field], opened: Sequence[Open]) -> dict[CellKey, Cell]:
    """Decide the open rows, the clearest first, until nothing changes; give a cell for each of their keys."""
    if not opened:
        return {}
    known = {key: value for key, field in certain.items() if (value := read_token(field.text).value) is not None}
    waiting = [_summed(form, row) for row in opened]
    cells: dict[CellKey, Cell] = {}
    while True:
        left = {row: _possible(form, known, row) for row in waiting}
        clear = [row for row, ways in left.items() if len(ways) == 1]
        if not clear:
            break
        for row in clear:
            read = _agreed(row, left[row])
            cells |= read
            known |= {key: cell.value for key, cell in read.items() if cell.value is not None}
            waiting.remove(row)
    for row in waiting:
        cells |= _agreed(row, left[row])
    values = known | {key: cell.value for key, cell in cells.items() if cell.value is not None}
    return {key: _proved(form, values, cell) for key, cell in cells.items()}


def _summed(form: Form, row: Open) -> Open:
    """Drop the ways to split a row that break an identity within the row: thousands become a few."""
    if not row.split:
        return row
    at = {key: i for i, key in enumerate(row.keys)}
    over = {identity for key in row.keys for identity in form.identities_of[key] if at.keys() >= set(identity.cells)}
    sums = [([at[c] for c in identity.left], [at[c] for c in identity.right]) for identity in over]
    ways = [way for way in row.ways if _adds_up([int(field.text) if field else 0 for field in way], sums)]
    return replace(row, ways=tuple(ways))


def _adds_up(values: Sequence[int], sums: Sequence[tuple[list[int], list[int]]]) -> bool:
    return all(sum(values[i] for i in left) == sum(values[i] for i in right) for left, right in sums)


def _values(keys: Sequence[CellKey], way: Placing) -> dict[CellKey, Number]:
    tokens = ((key, read_token(field.text).value) for key, field in zip(keys, way, strict=True) if field)
    return {key: value for key, value in tokens if value is not None}


def _possible(form: Form, known: _Values, row: Open) -> list[Placing]:
    """Give the ways that break no identity whose cells are all known."""
    over = {identity.id: identity for key in row.keys for identity in form.identities_of[key]}
    possible: list[Placing] = []
    for way in row.ways:
        values = {**known, **_values(row.keys, way)}
        sides = [
            (sum(values[c] for c in identity.left), sum(values[c] for c in identity.right))
            for identity in over.values()
            if all(cell in values for cell in identity.cells)
        ]
        if all(left == right for left, right in sides):
            possible.append(way)
    return possible


def _agreed(row: Open, ways: Sequence[Placing]) -> dict[CellKey, Cell]:
    """Read the cells on which all remaining ways agree; the others are unreadable."""
    cells: dict[CellKey, Cell] = {}
    for i, key in enumerate(row.keys):
        fields = [way[i] for way in ways]
        texts = {field.text if field else None for field in fields}
        if row.split and len(ways) != 1:
            cells[key] = _unreadable(key, row)
            continue
        field = fields[0] if len(texts) == 1 else None
        if field is not None:
            token = read_token(field.text)
            proofs = ("split",) if row.split else ()
            cells[key] = Cell(key, token.value, token.mark, token.printed, field.where, proofs, note=token.note)
        elif texts == {None}:
            cells[key] = Cell(key, None, "missing", where=row.where)
        else:
            cells[key] = _unreadable(key, row)
    return cells


def _proved(form: Form, values: _Values, cell: Cell) -> Cell:
    """Keep a number only where an identity holds over it: nothing else shows that it stands in its column."""
    if cell.value is None:
        return cell
    for identity in form.identities_of[cell.key]:
        if all(c in values for c in identity.cells):
            return cell  # it holds, or its way would have been dropped
    return Cell(cell.key, None, "unreadable", cell.printed, cell.where, doubt="unreadable: its column is not certain")


def _unreadable(key: CellKey, row: Open) -> Cell:
    doubt = "unreadable: the row's values do not fit its columns"
    return Cell(key, None, "unreadable", row.printed, row.where, doubt=doubt)
