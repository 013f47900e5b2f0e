"""Plant slips in the figures of a report, as people make them when they type a table.

Kept apart from the code that explains slips: neither imports the other, so that one can test the other.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from foi_analysis.form import CellKey, Form

Values = Mapping[CellKey, int]


@dataclass(frozen=True, slots=True)
class Planted:
    """A planted slip: its kind, the cells it changed with their true values, and the figures with the slip."""

    kind: str
    true: dict[CellKey, int]
    values: dict[CellKey, int]


def plant(form: Form, values: Values, kind: str, chance: random.Random, among: Sequence[CellKey]) -> Planted | None:
    """Plant a slip of a kind in one of some cells; None where the kind does not apply to the figures.

    Raises KeyError for an unknown kind; ``SLIPS`` names them.
    """
    for key in chance.sample(list(among), len(among)):
        changed = SLIPS[kind](form, values, key, chance)
        if changed and any(values[k] != value for k, value in changed.items()) and min(changed.values()) >= 0:
            true = {k: values[k] for k, value in changed.items() if values[k] != value}
            return Planted(kind, true, {**values, **changed})
    return None


Slip = Callable[[Form, Values, CellKey, random.Random], dict[CellKey, int] | None]


def _number(change: Callable[[str, random.Random], str | None]) -> Slip:
    """Make a slip in the digits of one number."""

    def slip(_: Form, values: Values, key: CellKey, chance: random.Random) -> dict[CellKey, int] | None:
        text = change(str(values[key]), chance)
        return {key: int(text)} if text and str(int(text)) == text else None

    return slip


def _transposed(text: str, chance: random.Random) -> str | None:
    places = [i for i in range(len(text) - 1) if text[i] != text[i + 1]]
    if not places:
        return None
    i = chance.choice(places)
    return text[:i] + text[i + 1] + text[i] + text[i + 2 :]


def _wrong(text: str, chance: random.Random) -> str:
    i = chance.randrange(len(text))
    return text[:i] + chance.choice([d for d in "0123456789" if d != text[i]]) + text[i + 1 :]


def _lost(text: str, chance: random.Random) -> str | None:
    i = chance.randrange(len(text))
    return text[:i] + text[i + 1 :] or None


def _added(text: str, chance: random.Random) -> str:
    i = chance.randrange(len(text) + 1)
    return text[:i] + chance.choice("0123456789") + text[i:]


def _beside(form: Form, key: CellKey, down: int, right: int) -> CellKey | None:
    table = form.table(key.table)
    rows, columns = [row.key for row in table.rows], [column.key for column in table.columns]
    row, column = rows.index(key.row) + down, columns.index(key.column) + right
    if not (0 <= row < len(rows) and 0 <= column < len(columns)):
        return None
    other = CellKey(key.table, rows[row], columns[column])
    return other if other in table.cells else None


def _swapped(form: Form, values: Values, key: CellKey, chance: random.Random) -> dict[CellKey, int] | None:
    other = _beside(form, key, *chance.choice([(1, 0), (0, 1)]))
    return {key: values[other], other: values[key]} if other else None


def _copied(form: Form, values: Values, key: CellKey, chance: random.Random) -> dict[CellKey, int] | None:
    other = _beside(form, key, *chance.choice([(1, 0), (-1, 0), (0, 1), (0, -1)]))
    return {key: values[other]} if other else None


def _parts(form: Form, key: CellKey) -> list[CellKey]:
    return [c for i in form.identities_of[key] if i.right == (key,) for c in i.left]


def _left_out(form: Form, values: Values, key: CellKey, chance: random.Random) -> dict[CellKey, int] | None:
    parts = [values[part] for part in _parts(form, key) if values[part]]
    return {key: values[key] - chance.choice(parts)} if len(parts) > 1 else None


def _zero(form: Form, _: Values, key: CellKey, __: random.Random) -> dict[CellKey, int] | None:
    return {key: 0} if _parts(form, key) else None


#: The kinds of slip by name.
SLIPS: dict[str, Slip] = {
    "transposed": _number(_transposed),
    "digit wrong": _number(_wrong),
    "digit lost": _number(_lost),
    "digit added": _number(_added),
    "power of ten": _number(lambda text, chance: text + "0" * chance.randint(1, 3) if text != "0" else None),
    "swapped": _swapped,
    "copied": _copied,
    "part left out": _left_out,
    "total printed as 0": _zero,
}
