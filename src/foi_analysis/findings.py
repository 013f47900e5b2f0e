"""Check one report or many: every rule, with its verdict, in one tidy frame."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from foi_analysis.checks import verdicts
from foi_analysis.form import CellKey
from foi_analysis.report import Report
from foi_analysis.rules import RuleVerdict, hints
from foi_analysis.years import YearFinding, compare, jumps, years

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = (
    "report", "last", "rule", "family", "kind", "source", "table", "where", "left", "right", "difference", "verdict",
    "doubtful", "cells",
)  # fmt: skip


def check(reports: Report | Iterable[Report]) -> pd.DataFrame:
    """Check a report, or several of one or many organs: one row a rule.

    Columns: report and last (names of the files; last is empty for rules about one report), rule, family,
    kind (identity, bound, hint, reading), source, table, where (the row or column it runs along), left,
    right, difference (floats, NaN where there is none), verdict (holds, broken, not assessable), doubtful
    (the reading of one of its cells is in doubt), cells (joined with spaces). Raises ValueError when two
    reports are for one organ and year.
    """
    import pandas as pd

    listed = [reports] if isinstance(reports, Report) else list(reports)
    pairs = years(listed) if len(listed) > 1 else ()
    rows = [row for report in listed for row in _of_one(report)]
    rows += [_across(finding) for last, report in pairs for finding in compare(last, report)]
    rows += [_across(finding) for finding in jumps(pairs)]
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(dict.fromkeys(("left", "right", "difference"), float))


def _of_one(report: Report) -> Iterable[dict[str, Any]]:
    for verdict in verdicts(report):
        rule = verdict.identity
        sides = (verdict.left, verdict.right)
        yield _row(report, rule.id, rule.family, verdict.kind, rule.source, sides, verdict.outcome, rule.cells)
    for hint in hints(report):
        yield _hint(report, hint)
    yield from _reading(report)


def _hint(report: Report, hint: RuleVerdict) -> dict[str, Any]:
    rule = hint.rule
    return _row(report, rule.id, rule.family, rule.kind, rule.source, (hint.left, hint.right), hint.outcome, rule.cells)


def _reading(report: Report) -> Iterable[dict[str, Any]]:
    """Judge what is said about our reading: every cell found, both readings agreeing, the head known."""
    found = sum(cell.mark != "missing" for cell in report.cells.values())
    disagree = sum(cell.doubt.startswith("two readings disagree") for cell in report.cells.values())
    rules = (
        ("every_cell_once", found, len(report.cells), "holds" if found == len(report.cells) else "broken"),
        ("two_readings", disagree, 0, "broken" if disagree else "holds"),
        ("one_year", None, None, "not assessable" if not report.year else "broken" if report.year.doubt else "holds"),
        ("scope", None, None, "not assessable" if report.scope.value in ("", "unknown") else "holds"),
    )
    for rule, left, right, outcome in rules:
        yield _row(report, rule, rule, "reading", "", (left, right), outcome, ())


def _across(finding: YearFinding) -> dict[str, Any]:
    sides = (finding.left, finding.right)
    about = (finding.id, finding.family, finding.kind, finding.source, sides, finding.outcome, finding.cells)
    return {**_row(finding.report, *about), "last": finding.last.name}


def _row(
    report: Report,
    rule: str,
    family: str,
    kind: str,
    source: str,
    sides: tuple[Any, Any],
    outcome: str,
    cells: tuple[CellKey, ...],
) -> dict[str, Any]:
    left, right = (None if side is None else float(side) for side in sides)
    return {
        "report": report.name,
        "last": "",
        "rule": rule,
        "family": family,
        "kind": kind,
        "source": source,
        "table": cells[0].table if cells else "",
        "where": rule.partition(".")[2],
        "left": left,
        "right": right,
        "difference": None if left is None or right is None else left - right,
        "verdict": outcome,
        "doubtful": any(report.cells[key].doubt for key in cells if key in report.cells),
        "cells": " ".join(map(str, cells)),
    }
