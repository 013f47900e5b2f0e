"""Hints to an exercise, from vague to nearly there; none states a cell or a value of the answer."""

from __future__ import annotations

from foi_analysis.checks import Verdict, identity_verdicts
from foi_analysis.explain import explain
from foi_analysis.form import Identity
from foi_analysis.report import Report
from foi_analysis.resources import Language, read_toml, say
from foi_analysis.teaching.planting import Exercise

LEVELS = (1, 2, 3)


def hint(exercise: Exercise, level: int, language: Language) -> str:
    """Give a hint: 1 says which table, 2 which sums fail, 3 one line and what its difference tells.

    Raises ValueError for another level.
    """
    if level not in LEVELS:
        raise ValueError(f"level {level}: there are hints of level 1, 2 and 3")
    if not exercise.findable:
        return say(f"teaching.hint_{level}_unfindable", language)
    broken = [v for v in identity_verdicts(exercise.report) if v.outcome == "broken"]
    return _HINTS[level](exercise.report, broken, language)


def line_of(report: Report, identity: Identity, language: Language) -> str:
    """Name the row or the column along which an identity runs."""
    table = report.form.table(identity.cells[0].table)
    rows, columns = {key.row for key in identity.cells}, {key.column for key in identity.cells}
    term = table.row(rows.pop()) if len(rows) == 1 else table.column(columns.pop())
    return term.label(language)


def _tables(report: Report, broken: list[Verdict], language: Language) -> str:
    keys = dict.fromkeys(v.identity.cells[0].table for v in broken)
    names = say("notebook.comma", language).join(report.form.table(key).label(language) for key in keys)
    return say("teaching.hint_1", language, tables=names)


def _families(_: Report, broken: list[Verdict], language: Language) -> str:
    titles = dict.fromkeys(v.identity.title(language) for v in broken)
    return say("teaching.hint_2", language, families=say("notebook.comma", language).join(titles))


def _line(report: Report, broken: list[Verdict], language: Language) -> str:
    slips = [c.slip for group in explain(report) for e in group.explanations for c in e.changes if c.slip]
    trace = f"trace_{slips[0].replace(' ', '_')}" if slips else "trace_none"
    known = trace if trace in read_toml("words/teaching.toml") else "trace_none"
    return say(
        "teaching.hint_3",
        language,
        line=line_of(report, broken[-1].identity, language),
        trace=say(f"teaching.{known}", language),
    )


_HINTS = {1: _tables, 2: _families, 3: _line}
