"""Rules beyond the identities of a form, from ``rules.toml``; and all rules written for other programs.

A broken hint is worth a look, never a fault of the organ.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from foi_analysis.form import ABOUT, CellKey, Form, Identity, load_form
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


# ---- identities and bounds for other programs ----


Written = tuple[Kind, Identity]


def rules_of(form: Form) -> tuple[Written, ...]:
    """Return every identity, then every bound, that a report of this form is held against, in their order.

    The bound that a count is a whole number of at least 0 has no left side and stands once for each cell.
    """
    return (*(("identity", one) for one in form.identities), *(("bound", one) for one in form.bounds))


def name_of(rule: Identity) -> str:
    """Return a rule's name as other programs take it, valid in R and in VTL: ``applicants_new``."""
    return rule.id.replace(".", "_")


def to_json(form: Form) -> str:
    """Write the rules as JSON: the form's id and a list of rules.

    Each rule has the keys id, name, kind (identity, bound), family, table, left and right (lists of cells, each side
    a sum, an empty one 0), relation (= or <=), whole (its cells must be whole numbers), source (printed,
    implied), basis, zh, en, break_zh, break_en (what a break means).
    """
    rules = [_as_json(kind, rule) for kind, rule in rules_of(form)]
    return json.dumps({"form": form.id, "rules": rules}, ensure_ascii=False, indent=1) + "\n"


def to_validate(form: Form) -> str:
    """Write the rules as YAML for R's ``validate`` package (1.1.6).

    The data frame to confront has one row a report and one column a cell. A cell without a number is NA, and
    a rule over it gives NA, which is our *not assessable*.

    In R: ``confront(figures, validator(.file = "rules.yaml"))``.
    """
    head = (
        f"# Identities and bounds of the form {form.id}, for R's package validate (1.1.6).\n"
        "# One row a report, one column a cell, named TABLE.ROW.COLUMN; NA where no number is printed.\n"
        "rules:\n"
    )
    return head + "".join(_as_yaml(form, kind, rule) for kind, rule in rules_of(form))


def to_vtl(form: Form) -> str:
    """Write the rules in VTL 2.1: hierarchical rulesets, one datapoint ruleset for counts, and their use.

    The data set ``figures`` has the identifiers REPORT and CELL (strings) and the measure VALUE (number, null where no
    number is printed). The results are ``identities``, ``bounds`` and ``counts``: ``bool_var`` is true where a
    rule holds, false where it is broken, null where it is not assessable.
    """
    rules = [rule for _, rule in rules_of(form) if not rule.whole]
    equal = [rule for rule in rules if rule.relation == "="]
    at_most = [rule for rule in rules if rule.relation == "<="]
    head = (
        f"// Identities and bounds of the form {form.id}, in VTL 2.1.\n"
        "// figures: identifiers REPORT, CELL (TABLE.ROW.COLUMN); measure VALUE, null where no number is printed.\n\n"
    )
    return (
        head
        + _hierarchy("foi_identities", equal)
        + _hierarchy("foi_bounds", at_most)
        + _datapoints(form)
        + "identities <- check_hierarchy(figures, foi_identities rule CELL always_null dataset all);\n"
        "bounds <- check_hierarchy(figures, foi_bounds rule CELL always_null dataset all);\n"
        "counts <- check_datapoint(figures, foi_counts all);\n"
    )


#: What writes the rules, by the name of the format.
FORMATS: Mapping[str, Callable[[Form], str]] = {"validate": to_validate, "vtl": to_vtl, "json": to_json}


def _as_json(kind: Kind, rule: Identity) -> dict[str, Any]:
    return {
        "id": rule.id,
        "name": name_of(rule),
        "kind": kind,
        "family": rule.family,
        "table": rule.cells[0].table,
        "left": [str(key) for key in rule.left],
        "right": [str(key) for key in rule.right],
        "relation": rule.relation,
        "whole": rule.whole,
        **{name: getattr(rule, name) for name in ABOUT},
    }


def _as_yaml(form: Form, kind: Kind, rule: Identity) -> str:
    label = f"{rule.en}: {_place(form, rule, 'en')}"
    description = f"{rule.zh}：{_place(form, rule, 'zh')} ({rule.basis})"
    return (
        f"- expr: {_in_r(rule)}\n"
        f"  name: {name_of(rule)}\n"
        f"  label: {_quoted(label)}\n"
        f"  description: {_quoted(description)}\n"
        f"  meta:\n    kind: {kind}\n    source: {rule.source}\n"
    )


def _in_r(rule: Identity) -> str:
    if rule.whole:
        (key,) = rule.right
        return f"{key} >= 0 & {key} %% 1 == 0"
    return f"{_sum(rule.left)} {'==' if rule.relation == '=' else '<='} {_sum(rule.right)}"


def _sum(keys: Iterable[CellKey]) -> str:
    return " + ".join(map(str, keys))


def _quoted(text: str) -> str:
    """Quote a text for YAML and VTL: what is a string in JSON is one in YAML too."""
    return json.dumps(text, ensure_ascii=False)


def _place(form: Form, rule: Identity, language: Language) -> str:
    """Say where a rule runs: the row or column that its cells share, both for a single cell."""
    return ("，" if language == "zh" else ", ").join(term.label(language) for term in form.along(rule.cells))


def _hierarchy(name: str, rules: Iterable[Identity]) -> str:
    body = " ;\n".join(f"  {name_of(rule)} : {_in_vtl(rule)} errorcode {_code(rule)}" for rule in rules)
    return f"define hierarchical ruleset {name} (variable rule CELL) is\n{body}\nend hierarchical ruleset;\n\n"


def _in_vtl(rule: Identity) -> str:
    """Write a rule with one code item alone on the left, as VTL wants it: what stands beside it moves over."""
    turned = rule.relation == "=" and len(rule.right) == 1
    (first, *beside), other = (rule.right, rule.left) if turned else (rule.left, rule.right)
    sums = " + ".join(f"'{key}'" for key in other) + "".join(f" - '{key}'" for key in beside)
    return f"'{first}' {rule.relation} {sums}"


def _code(rule: Identity) -> str:
    return _quoted(f"{rule.en} ({rule.source})")


def _datapoints(form: Form) -> str:
    rules = [rule for _, rule in rules_of(form) if rule.whole]
    counted = {key for rule in rules for key in rule.right}
    others = ", ".join(_quoted(str(key)) for key in form.cells if key not in counted)
    when = f"when CELL not_in {{{others}}} then " if others else ""
    return (
        "define datapoint ruleset foi_counts (variable CELL, VALUE) is\n"
        f"  counts : {when}VALUE >= 0 and VALUE = trunc(VALUE, 0) errorcode {_code(rules[0])}\n"
        "end datapoint ruleset;\n\n"
    )
