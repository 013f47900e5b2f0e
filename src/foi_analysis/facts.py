"""The numbers that sentences speak of, by name; each computed from the report, None where it cannot be known."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from foi_analysis.checks import verdicts
from foi_analysis.formula import cells_of, terms
from foi_analysis.report import Cell, Number, Report
from foi_analysis.teaching.slips import count_noticed


@dataclass(frozen=True)
class Facts:
    """The cells and counts of a report by name.

    A name is that of a cell (``requests.new.total``), that of a family of outcome in the place of a row
    (``requests.withheld.total``: the sum of its rows), or a count (``count.identity.holds``).
    """

    report: Report

    @cached_property
    def counts(self) -> dict[str, int]:
        """What reading and checks count in the report, by name."""
        return {**_reading(self.report), **_checks(self.report), **_slips(self.report)}

    def cells(self, expression: str) -> tuple[Cell, ...]:
        """Return the cells that an expression rests on. Raises KeyError when the form has no such cell."""
        return tuple(cell for _, name in terms(expression) for cell in self._cells(name))

    def value(self, expression: str) -> Number | None:
        """Return the value of names joined by ``+`` and ``-``; None when a cell of it is no number."""
        values = [(sign, self._value(name)) for sign, name in terms(expression)]
        return None if any(value is None for _, value in values) else sum(s * v for s, v in values if v is not None)

    def knows(self, expression: str) -> bool:
        """Whether the report's form has all cells and counts of an expression."""
        try:
            self.value(expression)
        except KeyError:
            return False
        return True

    def _cells(self, name: str) -> tuple[Cell, ...]:
        if name in self.counts:
            return ()
        return tuple(self.report.grid[key] for key in cells_of(self.report.form, name))

    def _value(self, name: str) -> Number | None:
        if name in self.counts:
            return self.counts[name]
        values = [cell.value for cell in self._cells(name)]
        return None if None in values else sum(value for value in values if value is not None)


def _count(names: Iterable[str], items: Iterable[str]) -> dict[str, int]:
    found = list(items)
    return {name: found.count(name) for name in names}


def _reading(report: Report) -> dict[str, int]:
    cells = report.grid.values()
    marks = _count(("number", "blank", "dash", "missing", "unreadable", "supplied"), (cell.mark for cell in cells))
    return {
        "count.cells": len(report.grid),
        **{f"count.{mark}": n for mark, n in marks.items()},
        "count.doubtful": len(report.doubtful),
        "count.two_readings": sum({"label", "order"} <= set(cell.proofs) for cell in cells),
        "count.protected": sum(bool(over) for over in report.form.identities_of.values()),
        "count.unprotected": sum(not over for over in report.form.identities_of.values()),
    }


def _checks(report: Report) -> dict[str, int]:
    found = verdicts(report)
    identities = [verdict for verdict in found if verdict.kind == "identity"]
    outcomes = ("holds", "broken", "not assessable")
    of_all = _count(outcomes, (verdict.outcome for verdict in identities))
    printed = [verdict for verdict in identities if verdict.rule.source == "printed"]
    of_printed = _count(outcomes, (verdict.outcome for verdict in printed))
    bounds = _count(outcomes, (verdict.outcome for verdict in found if verdict.kind == "bound"))
    return {
        "count.identities": len(identities),
        "count.identities.printed": len(printed),
        "count.identities.implied": len(identities) - len(printed),
        **{f"count.identity.{key.replace(' ', '_')}": n for key, n in of_all.items()},
        **{f"count.printed.{key.replace(' ', '_')}": n for key, n in of_printed.items()},
        **{f"count.bound.{key.replace(' ', '_')}": n for key, n in bounds.items()},
    }


def _slips(report: Report) -> dict[str, int]:
    return {
        f"slips.{record['kind']}.{what}": int(record[what])
        for record in count_noticed(report).to_dict("records")
        for what in ("tried", "noticed", "unnoticed")
    }
