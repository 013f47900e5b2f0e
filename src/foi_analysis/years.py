"""Hold the reports of one organ for two years against each other: what neither shows alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from foi_analysis.form import CellKey
from foi_analysis.report import Report
from foi_analysis.resources import Language, say
from foi_analysis.rules import Outcome, RuleVerdict, judge, load_rules

#: More than this share of equal cells, of those that are not 0 in either year, is no coincidence.
COPIED = 0.9
#: Fewer cells than this, not 0 in either year, show nothing.
_FEWEST = 8
#: How many times the usual spread of changes over a panel a year must stand out (Hidiroglou and Berthelot 1986).
_WIDTH = 4.0


@dataclass(frozen=True, slots=True)
class YearFinding:
    """What came of one rule across two reports of one organ; both are named.

    ``id`` is the rule's; ``cells`` those it rests on; ``left`` and ``right`` both sides, None where there are none.
    """

    id: str
    family: str
    kind: str
    source: str
    outcome: Outcome
    left: float | None
    right: float | None
    last: Report
    report: Report
    cells: tuple[CellKey, ...] = ()

    def meaning(self, language: Language) -> str:
        """Tell in one language what the rule says and what a break means."""
        rule = next((r for r in load_rules() if r.id == self.id), None)
        return f"{rule.title(language)}. {rule.meaning(language)}" if rule else say(f"years.{self.family}", language)


def years(reports: Iterable[Report]) -> tuple[tuple[Report, Report], ...]:
    """Pair the reports of each organ with those of the year before; a gap of years makes no pair.

    Raises ValueError when there are two reports for one organ and year: they are a conflict, not a series.
    """
    known = sorted((r for r in reports if r.year and r.organ), key=lambda r: (r.organ.value, int(r.year.value)))
    pairs: list[tuple[Report, Report]] = []
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
    return (*_ruled(last, report), _copied(last, report), _form(last, report), _scope(last, report))


def jumps(pairs: Sequence[tuple[Report, Report]]) -> tuple[YearFinding, ...]:
    """Find the years whose new requests grew or fell far more than is usual over a panel.

    The ratio to the year before is made symmetric and weighted by size, after Hidiroglou and Berthelot (1986);
    with fewer than four pairs nothing is usual, and none is judged.
    """
    key = CellKey("requests", "new", "total")
    counted = [(a, b, _number(a, key), _number(b, key)) for a, b in pairs]
    sized = [(a, b, x, y) for a, b, x, y in counted if x and y]
    if len(sized) < 4:
        return ()
    ratios = sorted(y / x for _, _, x, y in sized)
    middle = ratios[len(ratios) // 2]
    effects = [
        (1 - middle * x / y if y / x < middle else y / x / middle - 1) * max(x, y) ** 0.5 for _, _, x, y in sized
    ]
    ranked = sorted(effects)
    low, centre, high = (ranked[int(q * (len(ranked) - 1))] for q in (0.25, 0.5, 0.75))
    below, above = (max(abs(centre - end), abs(0.05 * centre)) * _WIDTH for end in (low, high))
    return tuple(
        YearFinding(
            "jump", "jump", "hint", "our threshold",
            "holds" if centre - below <= effect <= centre + above else "broken", y, x, a, b, (key,),
        )
        for (a, b, x, y), effect in zip(sized, effects, strict=True)
    )  # fmt: skip


def _number(report: Report, key: CellKey) -> float | None:
    cell = report.cells.get(key)
    return float(cell.value) if cell and cell.value is not None else None


def _ruled(last: Report, report: Report) -> Iterator[YearFinding]:
    same = last.form.id.removesuffix("-hybrid") == report.form.id.removesuffix("-hybrid")
    for rule in load_rules():
        across = rule.needs_last or rule.instead
        comparable = same or all(key.table != "proactive" for key in rule.cells)
        if across and comparable and rule.applies(report.form) and rule.applies(last.form):
            yield _finding(judge(rule, report, last), last, report)


def _finding(verdict: RuleVerdict, last: Report, report: Report) -> YearFinding:
    rule = verdict.rule
    sides = (None if side is None else float(side) for side in (verdict.left, verdict.right))
    left, right = sides
    return YearFinding(
        rule.id, rule.family, rule.kind, rule.source, verdict.outcome, left, right, last, report, rule.cells
    )


def _copied(last: Report, report: Report) -> YearFinding:
    """Compare all cells that are not 0 in either year: a report copied from the last one repeats them."""
    both = [
        (a, b)
        for key in report.cells
        if (a := _number(last, key)) is not None and (b := _number(report, key)) is not None and (a or b)
    ]
    if len(both) < _FEWEST:
        return YearFinding("copied", "copied", "hint", "our threshold", "not assessable", None, COPIED, last, report)
    share = sum(a == b for a, b in both) / len(both)
    outcome: Outcome = "broken" if share > COPIED else "holds"
    return YearFinding("copied", "copied", "hint", "our threshold", outcome, share, COPIED, last, report)


def _form(last: Report, report: Report) -> YearFinding:
    outcome: Outcome = "holds" if last.form is report.form else "broken"
    return YearFinding("form_change", "form_change", "reading", "", outcome, None, None, last, report)


def _scope(last: Report, report: Report) -> YearFinding:
    known = all(r.scope.value not in ("", "unknown") for r in (last, report))
    same = last.scope.value == report.scope.value
    outcome: Outcome = "not assessable" if not known else "holds" if same else "broken"
    return YearFinding("scope_change", "scope_change", "reading", "", outcome, None, None, last, report)
