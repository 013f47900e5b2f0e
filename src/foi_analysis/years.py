"""Hold the reports of one organ for two years against each other: what neither shows alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from foi_analysis.form import CellKey
from foi_analysis.quantities import Pair, Quantities, of_pair, of_panel
from foi_analysis.report import Report
from foi_analysis.resources import Language
from foi_analysis.rules import Outcome, Rule, judge, load_rules


@dataclass(frozen=True, slots=True)
class YearFinding:
    """What came of one rule across two reports of one organ; both are named.

    ``left`` and ``right`` are both sides, None where there are none.
    """

    rule: Rule
    outcome: Outcome
    left: float | None
    right: float | None
    last: Report
    report: Report

    @property
    def id(self) -> str:
        """The id of the rule."""
        return self.rule.id

    @property
    def family(self) -> str:
        """The id that the rule shares with its like for other rows or columns."""
        return self.rule.family

    @property
    def cells(self) -> tuple[CellKey, ...]:
        """The cells that the rule rests on."""
        return self.rule.cells

    def meaning(self, language: Language) -> str:
        """Tell in one language what the rule says and what a break means."""
        return f"{self.rule.title(language)}. {self.rule.meaning(language)}"


def years(reports: Iterable[Report]) -> tuple[Pair, ...]:
    """Pair the reports of each organ with those of the year before; a gap of years makes no pair.

    Raises ValueError when there are two reports for one organ and year: they are a conflict, not a series.
    """
    known = sorted((r for r in reports if r.year and r.organ), key=lambda r: (r.organ.value, int(r.year.value)))
    pairs: list[Pair] = []
    for _, group in groupby(known, key=lambda r: r.organ.value):
        for last, report in pairwise(group):
            if last.year.value == report.year.value:
                raise ValueError(
                    f"{last.name} and {report.name} are both the report of {report.organ.value} for "
                    f"{report.year.value}; keep one"
                )
            if int(report.year.value) == int(last.year.value) + 1:
                pairs.append((last, report))
    return tuple(pairs)


def compare(last: Report, report: Report) -> tuple[YearFinding, ...]:
    """Judge every rule across two years on the reports of one organ for a year and the one before.

    Rules about the table on proactive disclosure are judged only between reports in the same form: its columns
    changed their meaning.
    """
    same = last.form.id.removesuffix("-hybrid") == report.form.id.removesuffix("-hybrid")
    known = of_pair(last, report)
    return tuple(
        _finding(rule, (last, report), known)
        for rule in load_rules()
        if (rule.needs_last or rule.instead) and "panel" not in rule.formula.tables
        if same or all(key.table != "proactive" for key in rule.cells)
        if rule.applies(report.form) and rule.applies(last.form)
    )


def jumps(pairs: Sequence[Pair]) -> tuple[YearFinding, ...]:
    """Judge the rules about the changes of a whole panel: none with fewer than four pairs of years."""
    rules = [rule for rule in load_rules() if "panel" in rule.formula.tables]
    return tuple(_finding(rule, pair, known) for pair, known in of_panel(pairs) for rule in rules)


def _finding(rule: Rule, pair: Pair, known: Quantities) -> YearFinding:
    last, report = pair
    verdict = judge(rule, report, last, known)
    left, right = (None if side is None else float(side) for side in (verdict.left, verdict.right))
    return YearFinding(rule, verdict.outcome, left, right, last, report)
