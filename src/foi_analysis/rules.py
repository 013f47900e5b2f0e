"""Rules beyond a form's own identities: hints, rules across years, and rules about our reading, from ``rules.toml``.

A broken hint is worth a look, never a fault of the organ.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from foi_analysis.form import CellKey, Form, load_form
from foi_analysis.formula import Formula, parse_formula
from foi_analysis.resources import Language, read_toml

Kind = Literal["identity", "bound", "hint", "reading"]
Outcome = Literal["holds", "broken", "not assessable"]
#: Verdicts as numbers, and what they mean: ``VERDICTS[code]``.
HOLDS, BROKEN, NOT_ASSESSABLE = 0, 1, 2
VERDICTS: tuple[Outcome, ...] = ("holds", "broken", "not assessable")


@dataclass(frozen=True, eq=False)
class Rule:
    """A rule over one report, or over two reports of one organ when its formula names ``last`` or a ``pair``.

    ``when`` guards it: a rule whose guard is false holds. ``levels`` restricts it to organs of these levels.
    """

    id: str
    family: str
    kind: Kind
    source: str
    formula: Formula
    texts: Mapping[str, str]
    when: Formula | None = None
    instead: Formula | None = None
    levels: tuple[str, ...] = ()

    @property
    def needs_last(self) -> bool:
        """Whether it can be judged only with the report of the year before."""
        named_last = any(when for when, _ in self.formula.names) and self.instead is None
        return named_last or bool(self.formula.tables & {"pair", "panel"})

    @property
    def of_panel(self) -> bool:
        """Whether it speaks of what is usual in a whole panel."""
        return "panel" in self.formula.tables

    @property
    def cells(self) -> tuple[CellKey, ...]:
        """The cells of the formula; without the quantities."""
        return self.formula.cells

    def title(self, language: Language) -> str:
        """Return the rule's title in `language`."""
        return self.texts[language]

    def meaning(self, language: Language) -> str:
        """Return what a break means for a reader, in `language`."""
        return self.texts[f"break_{language}"]

    def applies(self, form: Form) -> bool:
        """Whether the form has all cells of the rule."""
        return set(self.cells) <= set(form.cells)


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
                parse_formula(entry[key].format(**places)) if key in entry else None
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


def _places(entry: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield what fills a formula's open places: each row or column of the table that ``each`` names."""
    if "each" not in entry:
        yield "", {}
        return
    table = load_form("cn-2021").table(entry["each"])
    axis = "column" if "{column}" in entry["formula"] else "row"
    for term in table.columns if axis == "column" else table.rows:
        if term.key in entry.get("only", (term.key,)):
            yield f".{term.key}", {axis: term.key}
