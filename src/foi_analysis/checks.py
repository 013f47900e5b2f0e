"""Hold a report's figures against the identities and bounds of its form.

A verdict is *holds*, *broken* or *not assessable*, never anything else: an operand that is no number
makes it not assessable. Sums are exact, without floating point.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from foi_analysis.form import CellKey, Identity
from foi_analysis.report import Cell, Number, Report

Outcome = Literal["holds", "broken", "not assessable"]
Kind = Literal["identity", "bound"]
Cells = Mapping[CellKey, Cell]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of one identity or bound.

    ``left`` and ``right`` are the sums of both sides, None when not assessable; ``doubtful`` tells that the
    reading of one of its cells is in doubt: then a break says nothing about the organ.
    """

    identity: Identity
    kind: Kind
    outcome: Outcome
    left: Number | None
    right: Number | None
    doubtful: bool

    @property
    def difference(self) -> Number | None:
        """Left minus right, None when not assessable."""
        return None if self.left is None or self.right is None else self.left - self.right


def verdicts(report: Report) -> tuple[Verdict, ...]:
    """Judge every identity, then every bound, of the report's form, in the form's order.

    Subtotals that the organ prints are judged behind the form's own identities.
    """
    return (*identity_verdicts(report), *(_judge(report.grid, "bound", bound) for bound in report.form.bounds))


def identity_verdicts(report: Report) -> tuple[Verdict, ...]:
    """Judge every identity of the report's form, in the form's order, then those of printed subtotals."""
    cells = report.printed_cells
    return tuple(_judge(cells, "identity", identity) for identity in report.identities)


def _judge(cells: Cells, kind: Kind, rule: Identity) -> Verdict:
    left, right = _sum(cells, rule.left), _sum(cells, rule.right)
    doubtful = any(cells[key].doubt for key in rule.cells)
    if left is None or right is None:
        return Verdict(rule, kind, "not assessable", None, None, doubtful)
    fits = left == right if rule.relation == "=" else left <= right
    whole = rule.family != "counts" or right == int(right)
    return Verdict(rule, kind, "holds" if fits and whole else "broken", left, right, doubtful)


def _sum(cells: Cells, keys: Iterable[CellKey]) -> Number | None:
    values = [cells[key].value for key in keys]
    return None if any(value is None for value in values) else sum(v for v in values if v is not None)
