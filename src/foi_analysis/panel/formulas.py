"""Judge the rules that are written as formulas on many reports, or pairs of reports, at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from foi_analysis.array_expressions import evaluate_many, sides_many
from foi_analysis.form import CellKey, Form, Identity
from foi_analysis.rules import Rule
from foi_analysis.vectorised import BROKEN, HOLDS, NOT_ASSESSABLE

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from foi_analysis.panel.panel import Panel

    Ints = npt.NDArray[np.int64]
    Codes = npt.NDArray[np.uint8]
    Array = npt.NDArray[Any]

Sides = tuple[Any, Any]


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """Rules judged on the same reports.

    ``codes`` has the shape (rules, reports), see ``vectorised.OUTCOMES``; ``reports`` and, for rules across years,
    ``last`` are numbers of the panel; ``sides`` gives left and right of the rule at a place for some of the columns,
    unless ``exact`` has them by rule and column.
    """

    kinds: tuple[str, ...]
    rules: tuple[Identity | Rule, ...]
    form: Form
    reports: Ints
    codes: Codes
    sides: Callable[[int, Ints], Sides]
    last: Ints | None = None
    exact: Mapping[tuple[int, int], Sides] = field(default_factory=dict)

    def sides_at(self, rule: int, columns: Ints) -> Sides:
        """Give left and right of a rule for some of the columns, NaN where there is none."""
        import numpy as np

        left, right = (np.array(side, np.float64) for side in self.sides(rule, columns))
        for at, column in enumerate(columns.tolist() if self.exact else ()):
            if (rule, column) in self.exact:
                left[at], right[at] = self.exact[rule, column]
        return left, right


@dataclass(frozen=True, eq=False)
class Figures:
    """The figures that formulas name, for reports in one form and, for pairs, those of the year before.

    ``known`` holds quantities by name. What is in neither is unknown.
    """

    now: tuple[Form, Array, Ints | None]
    last: tuple[Form, Array, Ints] | None = None
    known: Mapping[CellKey, Any] = field(default_factory=dict)

    def lookup(self, chosen: Ints | None) -> Callable[[str, CellKey], Any]:
        """Give what a name stands for in the columns chosen, in all of them when none are."""

        def find(when: str, key: CellKey) -> Any:
            if key in self.known:
                value = self.known[key]
                return value if chosen is None or isinstance(value, float) else value[chosen]
            form, values, rows = (self.last if when else self.now) or (None, None, None)
            if form is None or values is None or key not in places(form):
                return float("nan")
            column = values[:, places(form)[key]]
            column = column if rows is None else column[rows]
            return column if chosen is None else column[chosen]

        return find


@cache
def places(form: Form) -> Mapping[CellKey, int]:
    """Give the number of each cell of a form, in its order."""
    return {key: at for at, key in enumerate(form.cells)}


def judged(panel: Panel, rules: Sequence[Rule], figures: Figures, reports: Ints, last: Ints | None = None) -> Part:
    """Judge rules on the reports whose figures are given, or on pairs of them and those of the year before."""
    import numpy as np

    levels = np.array(panel.heads["level"], object)[reports]
    codes = np.empty((len(rules), len(reports)), np.uint8)
    for out, rule in zip(codes, rules, strict=True):
        out[:] = _weigh(rule, figures, levels, None)[0]

    def sides(rule: int, columns: Ints) -> Sides:
        _, spoken, instead = _weigh(rules[rule], figures, levels[columns], columns)
        lookup = figures.lookup(columns)
        left, right = sides_many(rules[rule].formula, lookup, len(columns))
        other = rules[rule].instead
        if other is not None:
            two = sides_many(other, lookup, len(columns))
            left, right = (np.where(instead, new, old) for new, old in zip(two, (left, right), strict=True))
        return np.where(spoken, left, np.nan), np.where(spoken, right, np.nan)

    return Part(tuple(rule.kind for rule in rules), tuple(rules), figures.now[0], reports, codes, sides, last)


def _weigh(rule: Rule, figures: Figures, levels: Array, chosen: Ints | None) -> tuple[Codes, Array, Array]:
    """Give the codes of a rule, where its formula was put at all, and where its other formula decided."""
    import numpy as np

    lookup, size = figures.lookup(chosen), len(levels)
    truth = evaluate_many(rule.formula, lookup, size)
    instead = np.zeros(size, bool)
    if rule.instead is not None:
        other = evaluate_many(rule.instead, lookup, size)
        instead = np.isnan(truth) & (other == other) & (other != 0)
    codes = np.where(np.isnan(truth), NOT_ASSESSABLE, np.where(truth != 0, HOLDS, BROKEN)).astype(np.uint8)
    codes[instead] = HOLDS
    spoken = np.ones(size, bool)
    if rule.when is not None:
        guard = evaluate_many(rule.when, lookup, size)
        spoken = (guard == guard) & (guard != 0)
        codes = np.where(spoken, codes, np.where(np.isnan(guard), NOT_ASSESSABLE, HOLDS)).astype(np.uint8)
    if rule.levels:
        meant = np.isin(levels.astype(str), rule.levels)
        stated = (levels != "") & (levels != "unknown")
        codes = np.where(meant, codes, np.where(stated.astype(bool), HOLDS, NOT_ASSESSABLE)).astype(np.uint8)
        spoken = spoken & meant
    return codes, spoken, instead
