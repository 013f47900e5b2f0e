"""Rules beyond a form's own identities: hints, rules across years, and rules about our reading.

They are data in ``rules.toml``; a broken hint is worth a look, never a fault of the organ.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from foi_analysis.expressions import Expression, Value, quantity_names, read_expression
from foi_analysis.form import CellKey, Form
from foi_analysis.quantities import Quantities, of_reading
from foi_analysis.report import Number, Report
from foi_analysis.resources import Language, read_toml

Kind = Literal["identity", "bound", "hint", "reading"]
Outcome = Literal["holds", "broken", "not assessable"]


@dataclass(frozen=True)
class Rule:
    """A rule over one report, or over two reports of one organ when its formula names ``last`` or a ``pair``.

    ``when`` guards it: a rule whose guard is false holds. ``levels`` restricts it to organs of these levels.
    """

    id: str
    family: str
    kind: Kind
    source: str
    formula: Expression
    texts: Mapping[str, str]
    when: Expression | None = None
    instead: Expression | None = None
    levels: tuple[str, ...] = ()

    @property
    def needs_last(self) -> bool:
        """Whether it can be judged only with the report of the year before."""
        named_last = any(when for when, _ in self.formula.names) and self.instead is None
        return named_last or bool(self.formula.tables & {"pair", "panel"})

    @property
    def cells(self) -> tuple[CellKey, ...]:
        """The cells of the formula; without the quantities."""
        return self.formula.cells

    def title(self, language: Language) -> str:
        """Give the rule's title in one language."""
        return self.texts[language]

    def meaning(self, language: Language) -> str:
        """Tell in one language what a break means for a reader."""
        return self.texts[f"break_{language}"]

    def applies(self, form: Form) -> bool:
        """Whether the form has all cells of the rule."""
        return set(self.cells) <= set(form.cells)


@dataclass(frozen=True, slots=True)
class RuleVerdict:
    """What came of a rule: its outcome and both sides, None when not assessable or when it compares nothing."""

    rule: Rule
    outcome: Outcome
    left: Value
    right: Value


@cache
def load_rules(name: str = "rules.toml") -> tuple[Rule, ...]:
    """Load the rules of a file of the package, in its order.

    Raises ValueError, naming the rule and the nearest cell, when a formula names a cell that no form has.
    """
    return tuple(rule for entry in read_toml(name)["rules"] for rule in parse_rule(entry))


def parse_rule(entry: Mapping[str, Any]) -> Iterator[Rule]:
    """Read one rule; one with ``each`` is written out for every row and column that its formula leaves open.

    Raises ValueError as ``load_rules`` does.
    """
    for suffix, places in _places(entry):
        try:
            formula, when, instead = (
                read_expression(entry[key].format(**places)) if key in entry else None
                for key in ("formula", "when", "or_formula")
            )
        except ValueError as error:
            raise ValueError(f"rule {entry['id']}: {error}") from None
        assert formula is not None
        texts = {key: entry[key] for key in ("zh", "en", "break_zh", "break_en")}
        levels = tuple(entry.get("levels", ()))
        yield Rule(
            entry["id"] + suffix, entry["id"], entry["kind"], entry["source"], formula, texts, when, instead, levels
        )


def judge(rule: Rule, report: Report, last: Report | None = None, known: Quantities | None = None) -> RuleVerdict:
    """Judge one rule on a report and, for a rule that needs it, the report of the year before.

    ``known`` holds the quantities that the rule speaks of; one that is not there is unknown.
    """

    def lookup(when: str, key: CellKey) -> Number | None:
        if key in quantity_names():
            return (known or {}).get(key)
        source = last if when else report
        cell = source.grid.get(key) if source else None
        return cell.value if cell else None

    if rule.levels and report.level.value not in rule.levels:
        stated = report.level.value not in ("", "unknown")
        return RuleVerdict(rule, "holds" if stated else "not assessable", None, None)
    guard = rule.when.evaluate(lookup) if rule.when else True
    if not guard:
        return RuleVerdict(rule, "not assessable" if guard is None else "holds", None, None)
    formula = rule.formula
    if formula.evaluate(lookup) is None and rule.instead and rule.instead.evaluate(lookup):
        formula = rule.instead
    result = formula.evaluate(lookup)
    left, right = formula.sides(lookup)
    return RuleVerdict(rule, "not assessable" if result is None else "holds" if result else "broken", left, right)


def hints(report: Report) -> tuple[RuleVerdict, ...]:
    """Judge the hints that need one report only, those that apply to its form, in their order."""
    return tuple(judge(rule, report) for rule in _alone(report.form, "hint"))


def reading_verdicts(report: Report) -> tuple[RuleVerdict, ...]:
    """Judge the rules about the reading of a report, in their order."""
    known = of_reading(report)
    return tuple(judge(rule, report, known=known) for rule in _alone(report.form, "reading"))


def _alone(form: Form, kind: Kind) -> Iterator[Rule]:
    return (rule for rule in load_rules() if rule.kind == kind and not rule.needs_last and rule.applies(form))


def _places(entry: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, str]]]:
    """Give what fills a formula's open places: each row or column of the table that ``each`` names."""
    if "each" not in entry:
        yield "", {}
        return
    from foi_analysis.form import load_form

    table = load_form("cn-2021").table(entry["each"])
    axis = "column" if "{column}" in entry["formula"] else "row"
    for term in table.columns if axis == "column" else table.rows:
        if term.key in entry.get("only", (term.key,)):
            yield f".{term.key}", {axis: term.key}
