"""Explain broken identities: all smallest sets of cells whose change restores them, and what slip each would be.

An explanation is a proposal beside the printed values, never a change; how it is found says ``search``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache, cached_property, lru_cache
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from foi_analysis.checks import check_values, figures_of
from foi_analysis.form import CellKey, Form, Identity
from foi_analysis.panel import Panel, as_panel
from foi_analysis.report import Cell, Report
from foi_analysis.resources import Language, Told, language_of
from foi_analysis.rules import BROKEN

# ---- the search for all smallest sets of cells ----


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

    @cached_property
    def linked(self) -> tuple[frozenset[int], ...]:
        """The identities that share a cell with each identity."""
        return tuple(frozenset(i for c, _ in members for i, _ in self.cells[c]) for members in self.identities)

    @cached_property
    def signatures(self) -> Mapping[tuple[tuple[int, int], ...], Sequence[int]]:
        """The cells by the identities over them and their signs there, the first taken as 1."""
        found: dict[tuple[tuple[int, int], ...], list[int]] = {}
        for cell, over in enumerate(self.cells):
            found.setdefault(tuple((i, sign * over[0][1]) for i, sign in over), []).append(cell)
        return found

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
    for group in _groups(differences, code.linked.__getitem__):
        single = _singles(code, group, differences, values)
        if single:
            found.append(Found(group, single))
        else:
            left.append(group)
    for groups in _near(code, left):
        found += _together(code, groups, differences, values)
    return sorted(found, key=lambda one: one.group)


def _groups(broken: Iterable[int], linked: Callable[[int], frozenset[int]]) -> list[tuple[int, ...]]:
    """Split broken identities into groups that are linked, directly or through others."""
    left, groups = set(broken), []
    while left:
        group, stack = set(), [min(left)]
        while stack:
            i = stack.pop()
            if i in left:
                left.discard(i)
                group.add(i)
                stack += linked(i) & left
        groups.append(tuple(sorted(group)))
    return groups


def _near(code: Code, groups: Sequence[tuple[int, ...]]) -> list[list[tuple[int, ...]]]:
    """Gather groups that one identity between them links."""

    def reach(at: int) -> frozenset[int]:
        return frozenset(j for i in code.linked[at] for j in code.linked[i])

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
    """Look up the cells whose change alone explains all differences of a group."""
    first = differences[group[0]]
    if any(abs(differences[i]) != abs(first) for i in group):
        return ()
    key = tuple((i, 1 if differences[i] == first else -1) for i in group)
    changes = ((cell, -first * code.cells[cell][0][1]) for cell in code.signatures.get(key, ()))
    return tuple(((cell, change),) for cell, change in changes if _allowed(values[cell], change))


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
    for cell, change in zip(cells, changes, strict=True):
        if change is not None and (change == 0 or change.denominator != 1 or not _allowed(values[cell], int(change))):
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


# ---- explanations as a frame ----


Whose = Literal["printed so in the source", "reading doubtful"]
Slip = Literal[
    "total printed as 0", "part left out", "transposed", "digit wrong", "digit lost", "digit added", "power of ten",
    "sign", "copied", "swapped", "",
]  # fmt: skip
_COLUMNS = (
    "report", "organ", "year", "broken", "explanation", "of", "tie", "cell", "label", "printed", "implied", "slip",
    "where", "whose", "evidence", "bounded",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """A cell that an explanation changes: its printed value, the value implied, and the kind of slip.

    ``implied`` is None where several values would do, together with the other cells of the explanation.
    """

    key: CellKey
    printed: int
    implied: int | None
    slip: Slip
    where: str

    def __str__(self) -> str:
        """Write the change in one line, as in ``requests.new.total: 312 → 321 (transposed; line 9, field 8)``."""
        implied = "?" if self.implied is None else self.implied
        beside = "; ".join(filter(None, (self.slip, self.where)))
        return f"{self.key}: {self.printed} → {implied}" + (f" ({beside})" if beside else "")


@dataclass(frozen=True, slots=True)
class Explanation:
    """One smallest set of cells whose change restores every identity of its group.

    ``evidence`` orders the candidates of a tie, the higher the likelier, and never breaks it: a known
    slip, a value that the prose states, weak proofs.
    """

    changes: tuple[Change, ...]
    evidence: int

    def apply(self, report: Report) -> Report:
        """Return a copy of a report with the implied values, each marked as proposed.

        Raises
        ------
        ValueError
            When a value is left open.
        """
        cells, subtotals = dict(report.grid), dict(report.subtotals)
        for change in self.changes:
            if change.implied is None:
                raise ValueError(Told("errors.several", cell=str(change.key)))
            doubt = f"proposed: printed {change.printed}"
            where = cells if change.key in cells else subtotals
            where[change.key] = where[change.key]._replace(value=change.implied, proofs=(), doubt=doubt)
        return replace(report, grid=cells, subtotals=subtotals)


@dataclass(frozen=True, slots=True)
class Group:
    """Broken identities linked by shared cells, and all their smallest explanations, likeliest first.

    Explanations of one group have the same number of cells and are a tie. None means that no change of up
    to three cells explains it; ``bounded`` that the search was stopped at its bound.
    """

    broken: tuple[Identity, ...]
    explanations: tuple[Explanation, ...]
    whose: Whose
    bounded: bool

    @property
    def is_tie(self) -> bool:
        """Whether several explanations are equally small."""
        return len(self.explanations) > 1


@dataclass(frozen=True)
class _Case:
    """A report whose identities are broken: its whole numbers, those of subtotals last, and where to look further."""

    form: Form
    identities: Sequence[Identity]
    numbers: Mapping[CellKey, int | None]
    stated: Mapping[CellKey, int]
    cell: Callable[[CellKey], Cell]
    doubtful: Callable[[Identity], bool]


def explain(x: Report | Panel | Iterable[Report], language: Language | None = None) -> pd.DataFrame:
    """Explain the broken identities of reports: which cells, what is printed there, and what the others imply.

    Parameters
    ----------
    x : Report, Panel or iterable of Report
    language : {"zh", "en"}, optional
        The language of the labels; the one that is set when not given.

    Returns
    -------
    DataFrame
        One row a cell of each smallest explanation, the likeliest first; none when no identity is broken. Columns:
        report, organ, year, broken (linked identities, joined with spaces), explanation (from 1), of (how many are
        equally small; 0, and no cell, where no change of up to three cells explains it), tie, cell, label, printed
        and implied (Int64; NA where several values would do, and beyond 2**63), slip (what would turn one into the
        other), where, whose (*printed so in the source*, or *reading doubtful*), evidence (orders a tie, never
        breaks it), bounded (the search was stopped at its bound).

    Notes
    -----
    Identities that cannot be assessed explain nothing and restrain nothing. An explanation is a proposal: the report
    is not changed. After the error localisation of Fellegi and Holt (1976), A systematic approach to automatic edit
    and imputation, Journal of the American Statistical Association 71: 17-35.

    Examples
    --------
    >>> import foi_analysis as foi
    >>> panel = foi.load_panel()
    >>> foi.explain(panel["huaian_hongze_2023"])[["cell", "printed", "implied"]]
                                                 cell  printed  implied
    0                    review.reconsideration.total        0       11
    1   review.litigation_after_reconsideration.total        0        5
    2  review.litigation_after_reconsideration.upheld        5        0
    """
    panel, told = as_panel(x), language_of(language)
    found = sorted(_explained(panel), key=lambda one: one[0])
    rows = [row for at, groups in found for row in _rows(panel, at, groups, told)]
    kinds = dict.fromkeys(("year", "printed", "implied", "explanation", "of", "evidence"), "Int64")
    texts = dict.fromkeys(("report", "organ", "broken", "cell", "label", "slip", "where", "whose"), "str")
    return pd.DataFrame(rows, columns=list(_COLUMNS)).astype({**kinds, **texts, "tie": bool, "bounded": bool})


def groups_of(report: Report, stated: Mapping[CellKey, int] | None = None) -> tuple[Group, ...]:
    """Return the explanations of a report, one group of linked broken identities after the other.

    ``stated`` has the values that the prose states for cells; those that the report knows when not given.
    """
    cells, numbers, identities = report.printed_cells, report.numbers, report.identities
    sides = (one.sides(numbers) for one in identities)
    differences = {i: left - right for i, (left, right) in enumerate(sides)}
    whole = {i: int(difference) for i, difference in differences.items() if difference % 1 == 0}
    broken = {i: difference for i, difference in whole.items() if difference}
    if not broken:
        return ()
    code = _without(report.form, tuple(report.subtotals), frozenset(differences.keys() - whole.keys()))
    case = _Case(
        report.form, identities, {key: _whole(number) for key, number in numbers.items()},
        report.stated if stated is None else stated,
        cells.__getitem__, lambda one: any(cells[key].doubt for key in one.cells),
    )  # fmt: skip
    return tuple(_group(case, one) for one in explain_differences(code, broken, [*case.numbers.values()]))


def _whole(number: Any) -> int | None:
    return int(number) if number % 1 == 0 and abs(number) < float("inf") else None


def _explained(panel: Panel) -> Iterator[tuple[int, tuple[Group, ...]]]:
    """Yield the reports of a panel that break an identity, by their place, with their explanations."""
    for part in panel.parts:
        if part.exact or part.beside:
            for at in part.rows.tolist():
                groups = groups_of(panel.report(at))
                if groups:
                    yield at, groups
            continue
        for at, numbers, found in _broken(part.form, part.values):
            place = int(part.rows[at])
            yield place, tuple(_group(_case(panel, place, part.form, numbers), one) for one in found)


def _case(panel: Panel, at: int, form: Form, numbers: Sequence[int | None]) -> _Case:
    row = np.array([at])
    return _Case(
        form, form.identities, dict(zip(form.cells, numbers, strict=True)), panel.stated(at),
        lambda key: panel.cell(at, key), lambda one: panel.any_doubt and bool(panel.doubted(row, one.cells)[0]),
    )  # fmt: skip


def _rows(panel: Panel, at: int, groups: Sequence[Group], language: Language) -> Iterator[tuple[Any, ...]]:
    head = (panel.heads["report"][at], panel.heads["organ"][at], panel.years[at])
    form = panel.forms[panel.form_codes[at]]
    for group in groups:
        broken, many = " ".join(one.id for one in group.broken), len(group.explanations)
        if not many:
            yield (*head, broken, 0, 0, False, "", "", pd.NA, pd.NA, "", "", group.whose, 0, group.bounded)
        for number, one in enumerate(group.explanations, 1):
            for change in one.changes:
                printed, implied = (_shown(number) for number in (change.printed, change.implied))
                label = " · ".join(term.label(language) for term in form.along((change.key,)))
                yield (*head, broken, number, many, group.is_tie, str(change.key), label, printed, implied,
                       change.slip, change.where, group.whose, one.evidence, group.bounded)  # fmt: skip


def _shown(number: int | None) -> Any:
    return pd.NA if number is None or abs(number) >= 2**63 else number


def explain_values(form: Form, values: npt.ArrayLike) -> list[tuple[Found, ...]]:
    """Explain bare figures of many reports: one entry a report, empty where no identity is broken.

    An entry is what ``explain_differences`` finds, cells and identities numbered in the form's order. A difference
    that is no whole number is left unexplained. ``values``, and what is raised, as in ``check_values``.
    """
    figures = figures_of(form, values)
    found: list[tuple[Found, ...]] = [()] * len(figures)
    for row, _, groups in _broken(form, figures):
        found[row] = groups
    return found


def _broken(form: Form, figures: npt.NDArray[Any]) -> Iterator[tuple[int, Sequence[int | None], tuple[Found, ...]]]:
    """Yield each report that breaks an identity, its numbers, and what explains it."""
    checked = check_values(form, figures)
    rows = np.flatnonzero((checked.codes == BROKEN).any(axis=1))
    differences, chosen = checked.differences[rows], figures[rows]
    whole = differences == np.rint(differences)  # what is unknown, or no whole number, restrains nothing
    broken, unknown = (_by_report(marked, differences) for marked in (whole & (differences != 0), ~whole))
    with np.errstate(invalid="ignore"):
        numbers: list[list[int | None]] = chosen.astype(np.int64).tolist()
    for at, cell in np.argwhere(chosen != np.rint(chosen)).tolist():
        numbers[at][cell] = None
    for row, values, known, gone in zip(rows.tolist(), numbers, broken, unknown, strict=True):
        code = _without(form, (), frozenset(gone))
        yield row, values, tuple(explain_differences(code, {i: int(d) for i, d in known.items()}, values))


def _by_report(marked: npt.NDArray[Any], differences: npt.NDArray[Any]) -> list[dict[int, float]]:
    """Gather the differences that are marked, by report and identity."""
    found: list[dict[int, float]] = [{} for _ in range(len(marked))]
    for (row, identity), difference in zip(np.argwhere(marked).tolist(), differences[marked].tolist(), strict=True):
        found[row][identity] = difference
    return found


@cache
def code_of(form: Form, subtotals: tuple[CellKey, ...] = ()) -> Code:
    """Return the identities of a form as a code, cells and identities in the form's order, printed subtotals last."""
    index = {key: at for at, key in enumerate((*form.cells, *subtotals))}
    members = [
        [(index[c], 1) for c in identity.left] + [(index[c], -1) for c in identity.right]
        for identity in form.identities_with(subtotals)
    ]
    return Code.of(len(index), members)


@lru_cache(maxsize=256)
def _without(form: Form, subtotals: tuple[CellKey, ...], gone: frozenset[int]) -> Code:
    return code_of(form, subtotals).without(gone) if gone else code_of(form, subtotals)


# From what the search finds to an explanation: slips, and what orders a tie.


def _group(case: _Case, found: Found) -> Group:
    broken = tuple(case.identities[i] for i in found.group)
    explanations = (_explanation(case, solution) for solution in found.solutions)
    ranked = tuple(sorted(explanations, key=lambda e: (-e.evidence, [change.key for change in e.changes])))
    doubtful = any(case.doubtful(one) for one in broken)
    return Group(broken, ranked, "reading doubtful" if doubtful else "printed so in the source", found.bounded)


def _explanation(case: _Case, solution: Solution) -> Explanation:
    keys = list(case.numbers)
    changes = _swapped([_change(case, keys[cell], change) for cell, change in solution])
    evidence = sum(
        2 * bool(change.slip)
        + 3 * (change.implied is not None and case.stated.get(change.key) == change.implied)
        - 3 * (case.stated.get(change.key) == change.printed)
        + (len(case.cell(change.key).proofs) < 3)
        for change in changes
    )
    return Explanation(tuple(changes), evidence)


def _change(case: _Case, key: CellKey, difference: int | None) -> Change:
    printed = case.numbers[key] or 0
    implied = None if difference is None else printed + difference
    slip: Slip = "" if implied is None else name_slip(printed, implied, _parts(case, key), _beside(case, key))
    return Change(key, printed, implied, slip, case.cell(key).where)


def _swapped(changes: list[Change]) -> list[Change]:
    """Name two changes that exchange their printed values."""
    if len(changes) == 2 and changes[0].printed == changes[1].implied and changes[1].printed == changes[0].implied:
        return [replace(change, slip="swapped") for change in changes]
    return changes


def _parts(case: _Case, key: CellKey) -> list[int]:
    """Return the values that a cell totals: the other side of the identities in which it stands alone."""
    totals = (one for one in case.identities if one.right == (key,))
    return [value for one in totals for part in one.left if (value := case.numbers[part]) is not None]


def _beside(case: _Case, key: CellKey) -> list[int]:
    """Return the values printed in the rows and columns next to a cell."""
    keys = _neighbours(case.form).get(key, ())
    return [value for one in keys if (value := case.numbers[one]) is not None]


@cache
def _neighbours(form: Form) -> Mapping[CellKey, tuple[CellKey, ...]]:
    found: dict[CellKey, tuple[CellKey, ...]] = {}
    for table in form.tables:
        rows, columns = [row.key for row in table.rows], [column.key for column in table.columns]
        at = {(rows.index(key.row), columns.index(key.column)): key for key in table.cells}
        for (r, c), key in at.items():
            around = ((r - 1, c), (r + 1, c), (r, c - 1), (r, c + 1))
            found[key] = tuple(at[place] for place in around if place in at)
    return found


def name_slip(printed: int, implied: int, parts: Sequence[int] = (), beside: Sequence[int] = ()) -> Slip:
    """Name the slip that prints ``printed`` for ``implied``, or nothing when it is none of the known ones.

    ``parts`` are the values that the cell totals, if it is a total; ``beside`` those of its neighbours.
    """
    if parts and printed == 0 and implied > 0:
        return "total printed as 0"
    if implied - printed in {part for part in parts if part}:
        return "part left out"
    if printed == -implied:
        return "sign"
    return _digits(str(printed), str(implied)) or ("copied" if printed and printed in beside else "")


def _digits(printed: str, implied: str) -> Slip:
    if _is_power(printed, implied) or _is_power(implied, printed):
        return "power of ten"
    if len(printed) == len(implied):
        differ = [i for i, (a, b) in enumerate(zip(printed, implied, strict=True)) if a != b]
        if len(differ) == 1:
            return "digit wrong"
        if len(differ) == 2 and differ[1] == differ[0] + 1 and sorted(printed) == sorted(implied):
            return "transposed"
        return ""
    longer, shorter = sorted((printed, implied), key=len, reverse=True)
    if len(longer) == len(shorter) + 1 and any(longer[:i] + longer[i + 1 :] == shorter for i in range(len(longer))):
        return "digit lost" if longer == implied else "digit added"
    return ""


def _is_power(one: str, other: str) -> bool:
    """Whether one number is the other with zeros behind it."""
    return len(one) > len(other) and other != "0" and one == other + "0" * (len(one) - len(other))
