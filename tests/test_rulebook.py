"""Rules written for other programs: each once, readable, and with our verdicts when they are run from the text."""

from __future__ import annotations

import json
import random
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import pytest
import yaml
from made_reports import printing

from foi_analysis import Report, load_form
from foi_analysis.checks import verdicts
from foi_analysis.form import CellKey, Form, form_ids
from foi_analysis.rules import FORMATS, name_of, rules_of, to_json, to_validate, to_vtl
from foi_analysis.teaching.answers import draw_values
from foi_analysis.teaching.slips import SLIPS, plant

FORMS = [load_form(form_id) for form_id in form_ids()]
Values = Mapping[str, float | None]

#: The reference report has 42 identities, 7 bounds over sums and 199 counts.
SIZES = {
    "cn-2021": (42, 7, 199),
    "cn-2021-hybrid": (40, 7, 185),
    "cn-2019": (40, 7, 192),
    "cn-2021-proactive-2019": (42, 7, 206),
}


def reports(form: Form, count: int = 24) -> list[Report]:
    """Draw reports: whole ones, ones with slips, with negative and missing numbers."""
    drawn = []
    for seed in range(count):
        chance = random.Random(seed)
        values: dict[CellKey, int | None] = dict(draw_values(form, seed, (15, 600)[seed % 2]))
        if seed % 3 and (planted := plant(form, values, chance.choice(list(SLIPS)), chance, form.cells)):  # type: ignore[arg-type]
            values = dict(planted.values)
        for key in chance.sample(form.cells, seed % 4):
            values[key] = chance.choice([None, -1, 7])
        drawn.append(printing(form, values, str(seed)))
    return drawn


def figures(report: Report) -> Values:
    return {str(key): None if cell.value is None else float(cell.value) for key, cell in report.grid.items()}


def truth(report: Report) -> dict[str, bool | None]:
    judged = {"holds": True, "broken": False, "not assessable": None}
    return {name_of(verdict.rule): judged[verdict.outcome] for verdict in verdicts(report)}


def run_r(expression: str, values: Values) -> bool | None:
    """Evaluate what R would: sums, comparisons, ``%%`` and ``&`` over names with dots, NA when one is missing."""
    names = set(re.findall(r"[a-z_]+(?:\.[a-z_]+)+", expression))
    if any(values[name] is None for name in names):
        return None
    text = re.sub(r"[a-z_]+(?:\.[a-z_]+)+", lambda m: f"({values[m[0]]})", expression)
    assert re.fullmatch(r"[-+0-9. ()<>=%&]*", text)
    return bool(eval(text.replace("%%", "%").replace(" & ", " and ")))


def run_vtl(rule: str, values: Values) -> bool | None:
    """Evaluate one line of a hierarchical ruleset: one code item, a comparison, others added or taken away."""
    first, relation, rest = re.fullmatch(r"'([\w.]+)' (=|<=) (.*)", rule).groups()  # type: ignore[union-attr]
    items = [(-1 if sign == "-" else 1, values[item]) for sign, item in re.findall(r"([-+]?) ?'([\w.]+)'", rest)]
    if values[first] is None or any(value is None for _, value in items):
        return None
    total = sum(sign * value for sign, value in items if value is not None)
    return values[first] == total if relation == "=" else values[first] <= total  # type: ignore[operator]


def run_json(rule: Mapping[str, Any], values: Values) -> bool | None:
    """Add the cells of both sides up and compare the sums, of which a count must be whole."""
    sides = [[values[name] for name in rule[side]] for side in ("left", "right")]
    if None in sides[0] + sides[1]:
        return None
    left, right = (sum(side) for side in sides)  # type: ignore[arg-type]
    return bool((left == right if rule["relation"] == "=" else left <= right) and (not rule["whole"] or right % 1 == 0))


def hierarchical(form: Form) -> dict[str, str]:
    found = re.findall(r"^  (\w+) : (.*?) errorcode", to_vtl(form), re.MULTILINE)
    assert len(dict(found)) == len(found)
    return {name: rule for name, rule in found if name != "counts"}


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.id)
def test_every_identity_and_bound_is_there_once(form: Form) -> None:
    kinds = Counter("count" if rule.family == "counts" else kind for kind, rule in rules_of(form))
    assert (kinds["identity"], kinds["bound"], kinds["count"]) == SIZES[form.id]
    names = [name_of(rule) for _, rule in rules_of(form)]
    assert len(set(names)) == len(names)
    assert [rule["name"] for rule in yaml.safe_load(to_validate(form))["rules"]] == names
    assert [rule["name"] for rule in json.loads(to_json(form))["rules"]] == names
    assert list(hierarchical(form)) == [name_of(rule) for _, rule in rules_of(form) if rule.family != "counts"]


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.id)
def test_the_rules_of_every_format_give_our_verdicts(form: Form) -> None:
    of_r = {rule["name"]: rule["expr"] for rule in yaml.safe_load(to_validate(form))["rules"]}
    of_vtl, of_json = hierarchical(form), json.loads(to_json(form))["rules"]
    for report in reports(form):
        values, ours = figures(report), truth(report)
        assert {name: run_r(rule, values) for name, rule in of_r.items()} == ours
        assert {rule["name"]: run_json(rule, values) for rule in of_json} == ours
        sums = {name: verdict for name, verdict in ours.items() if not name.startswith("counts_")}
        assert {name: run_vtl(rule, values) for name, rule in of_vtl.items()} == sums


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.id)
def test_the_rule_for_counts_names_the_cells_that_hold_none(form: Form) -> None:
    others = re.search(r"when CELL not_in \{(.*?)\}", to_vtl(form))
    counted = {str(key) for _, rule in rules_of(form) if rule.family == "counts" for key in rule.cells}
    assert others
    assert set(json.loads(f"[{others[1]}]")) == set(map(str, form.cells)) - counted


def test_keys_of_json_are_stable_and_the_yaml_has_the_shape_that_validate_reads() -> None:
    data = json.loads(to_json(load_form("cn-2021")))
    assert data["form"] == "cn-2021"
    keys = "id name kind family table left right relation whole source basis zh en break_zh break_en"
    assert {tuple(rule) for rule in data["rules"]} == {tuple(keys.split())}
    rules = yaml.safe_load(to_validate(load_form("cn-2021")))["rules"]
    assert {tuple(rule) for rule in rules} == {("expr", "name", "label", "description", "meta")}
    balance = next(rule for rule in rules if rule["name"] == "balance_total")
    assert balance["expr"] == (
        "requests.new.total + requests.carried_in.total == requests.concluded.total + requests.carried_out.total"
    )
    assert balance["meta"] == {"kind": "identity", "source": "printed"}
    assert all(re.fullmatch(r"[a-zA-Z][a-zA-Z0-9_.]*", rule["name"]) for rule in rules)


def test_the_same_form_gives_the_same_text_in_any_process() -> None:
    code = (
        "import hashlib; from foi_analysis import load_form; from foi_analysis.rules import FORMATS;"
        "print(*(hashlib.sha256(w(load_form('cn-2019')).encode()).hexdigest() for w in FORMATS.values()))"
    )
    done = subprocess.run([sys.executable, "-c", code], env={"PYTHONHASHSEED": "2"}, capture_output=True, check=True)
    here = [sha256(write(load_form("cn-2019")).encode()).hexdigest() for write in FORMATS.values()]
    assert done.stdout.decode().split() == here
    assert list(FORMATS) == ["validate", "vtl", "json"]
