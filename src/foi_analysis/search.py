"""Find all smallest sets of cells whose change restores every broken identity.

The identities work like an error-correcting code, and the differences (left minus right) like its syndrome: the
pattern of a single wrong cell is looked up by its signature, sets of two and three are searched by branching on an
identity that the set must still repair. Values are integers; nothing here knows of reports.

After the syndrome decoding of linear codes and the error localisation of Fellegi and Holt (1976).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

#: Pairs (cell, change) that together restore the identities; a change is None where several would do.
Solution = tuple[tuple[int, int | None], ...]
#: The search stops after trying this many sets of one group and says so.
BOUND = 60_000
#: The largest set of cells that is searched.
LARGEST_SET = 3


@dataclass(frozen=True)
class Code:
    """The identities of a form, by cell and by identity, as (index, sign) pairs.

    ``cells[c]`` lists the identities over cell c; ``identities[i]`` lists the cells of identity i.
    """

    cells: tuple[tuple[tuple[int, int], ...], ...]
    identities: tuple[tuple[tuple[int, int], ...], ...]
    linked: tuple[frozenset[int], ...] = field(init=False)
    signatures: Mapping[tuple[tuple[int, int], ...], tuple[int, ...]] = field(init=False)

    def __post_init__(self) -> None:
        """Derive what the search looks up: linked identities, and cells by their signature."""
        linked = [frozenset(i for c, _ in members for i, _ in self.cells[c]) for members in self.identities]
        object.__setattr__(self, "linked", tuple(linked))
        found: dict[tuple[tuple[int, int], ...], tuple[int, ...]] = {}
        for cell, over in enumerate(self.cells):
            if over:
                key = tuple((i, sign * over[0][1]) for i, sign in over)
                found[key] = (*found.get(key, ()), cell)
        object.__setattr__(self, "signatures", found)

    @classmethod
    def of(cls, cells: int, identities: Sequence[Sequence[tuple[int, int]]]) -> Code:
        """Return a code of ``cells`` cells from the cells of each identity, as (cell, sign) pairs."""
        over: list[list[tuple[int, int]]] = [[] for _ in range(cells)]
        for i, members in enumerate(identities):
            for cell, sign in members:
                over[cell].append((i, sign))
        return cls(tuple(map(tuple, over)), tuple(map(tuple, identities)))

    def without(self, gone: frozenset[int]) -> Code:
        """Return the code without some identities, those that cannot be assessed; their numbers stay."""
        return Code.of(len(self.cells), [() if i in gone else over for i, over in enumerate(self.identities)])


@dataclass(frozen=True, slots=True)
class Found:
    """What the search found for one group of broken identities: all smallest sets, none if none is small enough.

    ``bounded`` tells that the search was stopped before all sets were tried.
    """

    group: tuple[int, ...]
    solutions: tuple[Solution, ...]
    bounded: bool = False


def explain_differences(code: Code, differences: Mapping[int, int], values: Sequence[int | None]) -> list[Found]:
    """Explain the differences of broken identities, each group of linked ones by itself.

    ``differences`` maps the broken identities to left minus right; ``values`` are the printed values, None
    where none is. Changed values are whole and at least 0. Groups that no single cell explains are taken
    together where one more identity links them: one set of cells may explain them all.
    """
    found: list[Found] = []
    left: list[tuple[int, ...]] = []
    for group in _groups(differences, code.linked):
        single = _singles(code, group, differences, values)
        if single:
            found.append(Found(group, single))
        else:
            left.append(group)
    for groups in _near(code, left):
        found += _together(code, groups, differences, values)
    return sorted(found, key=lambda one: one.group)


def _groups(broken: Iterable[int], linked: Sequence[frozenset[int]]) -> list[tuple[int, ...]]:
    """Split broken identities into groups that are linked, directly or through others."""
    left, groups = set(broken), []
    while left:
        group, stack = set(), [min(left)]
        while stack:
            i = stack.pop()
            if i in left:
                left.discard(i)
                group.add(i)
                stack += linked[i] & left
        groups.append(tuple(sorted(group)))
    return groups


def _near(code: Code, groups: Sequence[tuple[int, ...]]) -> list[list[tuple[int, ...]]]:
    """Gather groups that one identity between them links."""
    if len(groups) < 2:
        return [[group] for group in groups]
    reach = [frozenset(j for i in code.linked[at] for j in code.linked[i]) for at in range(len(code.linked))]
    gathered = _groups({i for group in groups for i in group}, reach)
    return [[group for group in groups if group[0] in whole] for whole in gathered]


def _together(
    code: Code, groups: Sequence[tuple[int, ...]], differences: Mapping[int, int], values: Sequence[int | None]
) -> list[Found]:
    """Explain near groups by one set of cells; each by itself when there is none."""
    whole = tuple(sorted(i for group in groups for i in group))
    found = _search(code, {i: differences[i] for i in whole}, values)
    if found.solutions or len(groups) == 1:
        return [found]
    return [_search(code, {i: differences[i] for i in group}, values) for group in groups]


def _search(code: Code, differences: Mapping[int, int], values: Sequence[int | None]) -> Found:
    """Search sets of two cells, then of three."""
    group = tuple(sorted(differences))
    budget = _Budget(BOUND)
    for size in range(2, LARGEST_SET + 1):
        found = {
            solution
            for cells in _sets(code, differences, size, budget)
            if (solution := _solve(code, differences, values, cells))
        }
        if found or budget.spent:
            return Found(group, tuple(sorted(found, key=lambda s: [cell for cell, _ in s])), budget.spent)
    return Found(group, ())


def _singles(
    code: Code, group: tuple[int, ...], differences: Mapping[int, int], values: Sequence[int | None]
) -> tuple[Solution, ...]:
    found = _single(code, group, {i: differences[i] for i in group})
    return tuple(((cell, change),) for cell, change in found if _allowed(values[cell], change))


def _single(code: Code, group: Sequence[int], differences: Mapping[int, int]) -> Iterator[tuple[int, int]]:
    """Look up the cells whose change alone explains all differences."""
    first = differences[group[0]]
    if any(abs(differences[i]) != abs(first) for i in group):
        return
    key = tuple((i, 1 if differences[i] == first else -1) for i in group)
    for cell in code.signatures.get(key, ()):
        yield cell, -first * code.cells[cell][0][1]


def _allowed(value: int | None, change: int) -> bool:
    return value is not None and value + change >= 0


class _Budget:
    """Count the sets tried."""

    def __init__(self, most: int) -> None:
        self.left = most

    @property
    def spent(self) -> bool:
        return self.left <= 0


def _sets(code: Code, broken: Mapping[int, int], size: int, budget: _Budget) -> Iterator[tuple[int, ...]]:
    """Yield the sets of cells that can explain the differences: none leaves an identity that it must repair."""
    seen: set[tuple[int, ...]] = set()
    most = max(map(len, code.cells))

    def grow(chosen: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
        if budget.spent:
            return
        needed = _unrepaired(code, broken, chosen)
        if len(chosen) == size:
            cells = tuple(sorted(chosen))
            if not needed and cells not in seen:
                seen.add(cells)
                budget.left -= 1
                yield cells
            return
        if len(needed) > most * (size - len(chosen)):
            return
        for cell in _candidates(code, broken, chosen, needed):
            if cell not in chosen:
                budget.left -= 1
                yield from grow((*chosen, cell))

    yield from grow(())


def _unrepaired(code: Code, broken: Mapping[int, int], chosen: Sequence[int]) -> list[int]:
    """Return the identities that the chosen cells leave broken, or break: touched by none, or wrongly by one."""
    touched: dict[int, int] = {}
    for cell in chosen:
        for i, _ in code.cells[cell]:
            touched[i] = touched.get(i, 0) + 1
    needed = [i for i in broken if i not in touched]
    return needed + [i for i, times in touched.items() if times == 1 and i not in broken]


def _candidates(code: Code, broken: Mapping[int, int], chosen: Sequence[int], needed: Sequence[int]) -> list[int]:
    """Return the cells of the identity that is hardest to repair; of all, when none is left to repair."""
    if needed:
        return [cell for cell, _ in min((code.identities[i] for i in needed), key=len)]
    over = {*broken, *(i for cell in chosen for i, _ in code.cells[cell])}
    return sorted({cell for i in over for cell, _ in code.identities[i]})


def _solve(
    code: Code, differences: Mapping[int, int], values: Sequence[int | None], cells: Sequence[int]
) -> Solution | None:
    """Solve for the changes of a set of cells; None when there is no solution in whole values of at least 0."""
    over = sorted({*differences, *(i for cell in cells for i, _ in code.cells[cell])})
    signs = [dict(code.cells[cell]) for cell in cells]
    rows = [[Fraction(s.get(i, 0)) for s in signs] + [Fraction(-differences.get(i, 0))] for i in over]
    changes = _eliminate(rows, len(cells))
    if changes is None:
        return None
    known = [(cell, change) for cell, change in zip(cells, changes, strict=True) if change is not None]
    for cell, change in known:
        value = values[cell]
        if change.denominator != 1 or change == 0 or value is None or value + change < 0:
            return None
    return tuple((cell, None if change is None else int(change)) for cell, change in zip(cells, changes, strict=True))


def _eliminate(rows: list[list[Fraction]], size: int) -> list[Fraction | None] | None:
    """Solve a small system by elimination: None when it has no solution, None for an unknown left free."""
    pivots: dict[int, int] = {}
    at = 0
    for column in range(size):
        pivot = next((r for r in range(at, len(rows)) if rows[r][column]), None)
        if pivot is None:
            continue
        rows[at], rows[pivot] = rows[pivot], rows[at]
        scale = rows[at][column]
        rows[at] = [x / scale for x in rows[at]]
        for r, row in enumerate(rows):
            if r != at and row[column]:
                factor = row[column]
                rows[r] = [x - factor * y for x, y in zip(row, rows[at], strict=True)]
        pivots[column] = at
        at += 1
    if any(row[-1] and not any(row[:-1]) for row in rows):
        return None
    if len(pivots) == size:
        return [rows[pivots[c]][-1] for c in range(size)]
    free = {c for c in range(size) if c not in pivots}
    tied = free | {c for c, r in pivots.items() if any(rows[r][f] for f in free)}
    return [None if c in tied else rows[pivots[c]][-1] for c in range(size)]
