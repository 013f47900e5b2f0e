"""Hold a report's figures against the identities and bounds of its form.

A verdict is *holds*, *broken* or *not assessable*, never anything else: an operand that is no number
makes it not assessable. Sums are exact, without floating point.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Literal

from foi_analysis.form import CellKey, Form, Identity
from foi_analysis.report import Number, Report

Outcome = Literal["holds", "broken", "not assessable"]
Kind = Literal["identity", "bound"]


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
    """Judge every identity, then every bound, of the report's form, in the form's order."""
    bounds = (*report.form.bounds, *_counts(report.form))
    return (*identity_verdicts(report), *(_judge(report, "bound", bound) for bound in bounds))


def identity_verdicts(report: Report) -> tuple[Verdict, ...]:
    """Judge every identity of the report's form, in the form's order."""
    return tuple(_judge(report, "identity", identity) for identity in report.form.identities)


def _judge(report: Report, kind: Kind, rule: Identity) -> Verdict:
    left, right = _sum(report, rule.left), _sum(report, rule.right)
    doubtful = any(report.cells[key].doubt for key in rule.cells)
    if left is None or right is None:
        return Verdict(rule, kind, "not assessable", None, None, doubtful)
    fits = left == right if rule.relation == "=" else left <= right
    whole = rule.family != "counts" or right == int(right)
    return Verdict(rule, kind, "holds" if fits and whole else "broken", left, right, doubtful)


def _sum(report: Report, keys: Iterable[CellKey]) -> Number | None:
    values = [report.cells[key].value for key in keys]
    return None if any(value is None for value in values) else sum(v for v in values if v is not None)


@cache
def _counts(form: Form) -> tuple[Identity, ...]:
    """Write out the bound that every count is a whole number of at least 0."""
    return tuple(_each_count(form))


def _each_count(form: Form) -> Iterable[Identity]:
    for table in form.tables:
        for key in table.cells:
            column = table.column(key.column)
            if not column.fractional and not column.signed:
                yield Identity(
                    f"counts.{key.table}.{key.row}.{key.column}", "counts", (), (key,), "", "implied",
                    "件数为非负整数", "A count is a whole number of at least 0", "implied by the unit", "<=",
                )  # fmt: skip
