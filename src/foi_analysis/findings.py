"""Check one report or many: every rule, with its verdict, in one tidy frame."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from foi_analysis.checks import verdicts
from foi_analysis.form import CellKey
from foi_analysis.report import Report
from foi_analysis.rules import hints, reading_verdicts
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
        identity, found = verdict.identity, (verdict.left, verdict.right)
        about = (identity.id, identity.family, verdict.kind, identity.source)
        yield _row(report, *about, found, verdict.outcome, identity.cells)
    for judged in (*hints(report), *reading_verdicts(report)):
        rule, sides = judged.rule, (judged.left, judged.right)
        yield _row(report, rule.id, rule.family, rule.kind, rule.source, sides, judged.outcome, rule.cells)


def _across(finding: YearFinding) -> dict[str, Any]:
    rule, sides = finding.rule, (finding.left, finding.right)
    about = (rule.id, rule.family, rule.kind, rule.source, sides, finding.outcome, rule.cells)
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
    printed = report.printed_cells
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
        "doubtful": any(printed[key].doubt for key in cells if key in printed),
        "cells": " ".join(map(str, cells)),
    }
