"""Explain broken identities: which cells, printed and implied value, what kind of slip, and whose error.

Nothing is changed in the report: an explanation is a proposal beside the printed values.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

from foi_analysis.checks import Verdict, identity_verdicts
from foi_analysis.explain.search import BOUND, Code, Solution, explain_differences
from foi_analysis.explain.slips import Slip, name_slip
from foi_analysis.form import CellKey, Form, Identity
from foi_analysis.report import Cell, Report

__all__ = ["BOUND", "Change", "Explanation", "Group", "code_of", "explain"]

Whose = Literal["printed so in the source", "reading doubtful"]


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
        """Give a new report with the implied values, each marked as proposed; ``report`` stays as it is.

        Raises ValueError when a value is left open.
        """
        cells, subtotals = dict(report.grid), dict(report.subtotals)
        for change in self.changes:
            if change.implied is None:
                raise ValueError(f"{change.key}: several values would do; choose one")
            doubt = f"proposed: printed {change.printed}"
            where = cells if change.key in cells else subtotals
            where[change.key] = replace(where[change.key], value=change.implied, proofs=(), doubt=doubt)
        return replace(report, grid=cells, subtotals=subtotals)


@dataclass(frozen=True, slots=True)
class Group:
    """Broken identities linked by shared cells, and all their smallest explanations, likeliest first.

    Explanations of one group have the same number of cells and are a tie. None means that no change of up
    to three cells explains it; ``bounded`` that the search was stopped at its bound.
    """

    broken: tuple[Verdict, ...]
    explanations: tuple[Explanation, ...]
    whose: Whose
    bounded: bool

    @property
    def is_tie(self) -> bool:
        """Whether several explanations are equally small."""
        return len(self.explanations) > 1


def explain(report: Report, stated: Mapping[CellKey, int] | None = None) -> tuple[Group, ...]:
    """Explain the broken identities of a report, one group of linked ones after the other.

    ``stated`` holds the values that the prose states for cells. Identities that cannot be assessed explain
    nothing and restrain nothing. Empty when no identity is broken.
    """
    judged = identity_verdicts(report)
    differences = {i: verdict.difference for i, verdict in enumerate(judged) if verdict.difference is not None}
    # Decimals among counts break a bound of their own; their sums restrain nothing and explain nothing.
    whole = {i: int(difference) for i, difference in differences.items() if difference == int(difference)}
    broken = {i: difference for i, difference in whole.items() if difference}
    if not broken:
        return ()
    gone = frozenset(range(len(judged))) - whole.keys()
    code = code_of(report.form, tuple(report.subtotals))
    code = code.without(gone) if gone else code
    values = [_whole(cell) for cell in report.printed_cells.values()]
    return tuple(
        _group(report, [judged[i] for i in found.group], found.solutions, found.bounded, stated or {})
        for found in explain_differences(code, broken, values)
    )


@cache
def code_of(form: Form, subtotals: tuple[CellKey, ...] = ()) -> Code:
    """Give the identities of a form as a code, cells and identities in the form's order, printed subtotals last."""
    index = {key: i for i, key in enumerate((*form.cells, *subtotals))}
    members = [
        [(index[c], 1) for c in identity.left] + [(index[c], -1) for c in identity.right]
        for identity in (*form.identities, *(form.subtotals[key] for key in subtotals))
    ]
    return Code.of(len(index), members)


def _whole(cell: Cell) -> int | None:
    return int(cell.value) if cell.value is not None and cell.value == int(cell.value) else None


def _group(
    report: Report,
    broken: list[Verdict],
    solutions: Iterable[Solution],
    bounded: bool,
    stated: Mapping[CellKey, int],
) -> Group:
    found = (_explanation(report, solution, stated) for solution in solutions)
    ranked = tuple(sorted(found, key=lambda e: (-e.evidence, [change.key for change in e.changes])))
    doubtful = any(verdict.doubtful for verdict in broken)
    return Group(tuple(broken), ranked, "reading doubtful" if doubtful else "printed so in the source", bounded)


def _explanation(report: Report, solution: Solution, stated: Mapping[CellKey, int]) -> Explanation:
    keys = (*report.form.cells, *report.subtotals)
    changes = [_change(report, keys[cell], change) for cell, change in solution]
    changes = _swapped(changes)
    evidence = sum(
        2 * bool(change.slip)
        + 3 * (change.implied is not None and stated.get(change.key) == change.implied)
        - 3 * (stated.get(change.key) == change.printed)
        + (len(report.printed_cells[change.key].proofs) < 3)
        for change in changes
    )
    return Explanation(tuple(changes), evidence)


def _change(report: Report, key: CellKey, difference: int | None) -> Change:
    cell = report.printed_cells[key]
    printed = _whole(cell) or 0
    implied = None if difference is None else printed + difference
    slip: Slip = ""
    if implied is not None:
        slip = name_slip(printed, implied, _parts(report, key), _beside(report, key))
    return Change(key, printed, implied, slip, cell.where)


def _swapped(changes: list[Change]) -> list[Change]:
    """Name two changes that exchange their printed values."""
    if len(changes) == 2 and changes[0].printed == changes[1].implied and changes[1].printed == changes[0].implied:
        return [replace(change, slip="swapped") for change in changes]
    return changes


def _parts(report: Report, key: CellKey) -> list[int]:
    """Give the values that a cell totals: the other side of the identities in which it stands alone."""
    own = (report.form.subtotals[key],) if key in report.subtotals else report.form.identities_of[key]
    totals = (i for i in own if _total(i) == key)
    return [value for identity in totals for c in identity.left if (value := _whole(report.grid[c])) is not None]


def _total(identity: Identity) -> CellKey | None:
    return identity.right[0] if len(identity.right) == 1 else None


def _beside(report: Report, key: CellKey) -> list[int]:
    """Give the values printed in the rows and columns next to a cell."""
    keys = _neighbours(report.form).get(key, ())
    return [value for k in keys if (value := _whole(report.grid[k])) is not None]


@cache
def _neighbours(form: Form) -> Mapping[CellKey, tuple[CellKey, ...]]:
    found: dict[CellKey, tuple[CellKey, ...]] = {}
    for table in form.tables:
        rows, columns = [row.key for row in table.rows], [column.key for column in table.columns]
        known = set(table.cells)
        for key in table.cells:
            r, c = rows.index(key.row), columns.index(key.column)
            around = [(r - 1, c), (r + 1, c), (r, c - 1), (r, c + 1)]
            inside = ((i, j) for i, j in around if 0 <= i < len(rows) and 0 <= j < len(columns))
            keys = (CellKey(table.key, rows[i], columns[j]) for i, j in inside)
            found[key] = tuple(k for k in keys if k in known)
    return found
