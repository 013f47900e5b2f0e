"""Put the printed values of a row into its columns.

Where a row prints as many values as it has columns, they stand in order. Where it prints fewer, the
grid decides if the row fills it; otherwise every way to put the values in order into the columns is a
candidate, and the identities decide between them. A way is dropped when it breaks an identity whose cells are all
known. A cell is read only when all remaining ways agree on it and an identity holds over it; everything else stays
unreadable.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, pairwise

from foi_analysis.form import CellKey, Form
from foi_analysis.reading.columns import Heads
from foi_analysis.reading.document import Field, fold, is_empty, read_token
from foi_analysis.report import Cell, Number

#: One way to fill the columns: a field for each column, or None where no field was printed for it.
Placing = tuple[Field | None, ...]
#: A longer run of digits can be split in too many ways to tell them apart.
_MOST_DIGITS = 16
#: More values than this are lost in a row only when it is no row of this table.
_MOST_LOST = 4
_Values = Mapping[CellKey, Number]


def placings(
    values: Sequence[Field], heads: Heads, whole: bool, on_grid: bool, aside: Collection[int] = ()
) -> list[Placing]:
    """Return all ways to place a row's values in the columns of ``heads``, from left to right.

    ``whole`` tells that the row has all of its cells: none is lost, some may be blank; ``on_grid`` that the heads stand
    above it in the same grid; values in the columns ``aside`` stand under heads that the form does not have. One way is
    certain; none means that more values are printed than there are columns, and no grid tells which of them stand under
    heads, or far too few.
    """
    size = len(heads.slots)
    printed = [field for field in values if not is_empty(field.text)]
    if len(printed) == len(values) == size:
        return [tuple(values)]
    under = _under_heads(values, heads) if on_grid and all(slot.left >= 0 for slot in heads.slots) else ()
    beside = [under] if under and None not in under and len(values) > size else []
    told = whole and under and all(field in under or field.left in aside for field in printed)
    if told and any(field.left in aside for field in printed):
        return [under]
    if len(printed) > size:
        return beside
    if len(printed) == size:  # a blank under a head may be a filler, and what stands before it have slid aside
        return list(dict.fromkeys([tuple(printed), *beside]))
    if not printed and len(values) >= size:
        return [tuple(values[:size])]
    if told:
        return [under]
    runs = _windows(values, printed, size)
    if whole and values[0].left < 0 and len(runs) == 1 and printed[-1] is values[-1]:
        return runs
    if len(values) == size and (whole or not (is_empty(values[0].text) or is_empty(values[-1].text))):
        return [tuple(values)]  # empty fields between the first and the last are kept by tabs or pipes
    if size - len(printed) > _MOST_LOST:
        return []
    found = [*beside, *runs, *_with_gaps(printed, size)]
    return list({tuple(f if f in printed else None for f in placing): placing for placing in reversed(found)}.values())


def _under_heads(values: Sequence[Field], heads: Heads) -> Placing:
    """Place each field under the one head above it, a blank where nothing is printed; the others are left out.

    Empty when a printed field stands under several heads, or two of them under one.
    """
    columns: list[Field | None] = [None] * len(heads.slots)
    for field in values:
        above = _over(field, heads)
        held = columns[above[0]] if above else None
        if not is_empty(field.text) and (len(above) > 1 or (held and not is_empty(held.text))):
            return ()
        if len(above) == 1 and (held is None or not is_empty(field.text)):
            columns[above[0]] = field
    return tuple(columns)


def stand_under(placed: Placing, heads: Heads) -> bool:
    """Check whether each field stands under its own head alone."""
    return all(field is not None and _over(field, heads) == [i] for i, field in enumerate(placed))


def _over(field: Field, heads: Heads) -> list[int]:
    """Return which heads stand above a field, in whole or in part."""
    return [i for i, slot in enumerate(heads.slots) if field.left < slot.right and slot.left < field.right]


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


def splits(field: Field, size: int) -> list[Placing]:
    """Return all ways to split a run of digits into ``size`` whole numbers without leading zeros.

    Where white space parts it, that is the one way, or none.
    """
    parted = [fold(part) for part in field.text.split()]
    if len(parted) > 1:
        is_way = len(parted) == size and all(part.isascii() and part.isdigit() for part in parted)
        return [tuple(replace(field, text=part) for part in parted)] if is_way else []
    digits = fold(field.text)
    if not digits.isascii() or not digits.isdigit() or not size <= len(digits) <= _MOST_DIGITS:
        return []
    spans = combinations(range(len(digits) + 1), 2)
    parts = {(a, b): replace(field, text=digits[a:b]) for a, b in spans if b - a == 1 or digits[a] != "0"}
    cuts = ((0, *between, len(digits)) for between in combinations(range(1, len(digits)), size - 1))
    ways = (tuple(map(parts.get, pairwise(edges))) for edges in cuts)
    return [way for way in ways if None not in way]


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


def decide(form: Form, certain: _Values, opened: Sequence[Open]) -> dict[CellKey, Cell]:
    """Decide the open rows, the clearest first, until nothing changes; give a cell for each of their keys.

    ``certain`` are the values read without a doubt: a doubtful one settles nothing.
    """
    if not opened:
        return {}
    known = dict(certain)
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
    over = {
        identity for key in row.keys for identity in form.identities_of.get(key, ()) if at.keys() >= set(identity.cells)
    }
    sums = [([at[c] for c in identity.left], [at[c] for c in identity.right]) for identity in over]
    ways = [way for way in row.ways if _adds_up([int(field.text) if field else 0 for field in way], sums)]
    return replace(row, ways=tuple(ways))


def _adds_up(values: Sequence[int], sums: Sequence[tuple[list[int], list[int]]]) -> bool:
    return all(sum(values[i] for i in left) == sum(values[i] for i in right) for left, right in sums)


def _values(keys: Sequence[CellKey], way: Placing) -> dict[CellKey, Number]:
    tokens = ((key, read_token(field.text).value) for key, field in zip(keys, way, strict=True) if field)
    return {key: value for key, value in tokens if value is not None}


def _possible(form: Form, known: _Values, row: Open) -> list[Placing]:
    """Return the ways that break no identity whose cells are all known."""
    over = {identity.id: identity for key in row.keys for identity in form.identities_of.get(key, ())}
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
    for identity in form.identities_of.get(cell.key, ()):
        if all(c in values for c in identity.cells):
            return cell  # it holds, or its way would have been dropped
    return Cell(cell.key, None, "unreadable", cell.printed, cell.where, doubt="unreadable: its column is not certain")


def _unreadable(key: CellKey, row: Open) -> Cell:
    doubt = "unreadable: the row's values do not fit its columns"
    return Cell(key, None, "unreadable", row.printed, row.where, doubt=doubt)
