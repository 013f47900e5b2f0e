"""Rules as data: hints on one report, formulas that cannot be misread, and rules across years."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

import pytest

from foi_analysis import CellKey, Report, load_form
from foi_analysis.expressions import quantity_names, read_expression
from foi_analysis.form import form_ids
from foi_analysis.quantities import of_pair, of_panel, of_reading
from foi_analysis.report import Cell, Finding, Number
from foi_analysis.resources import read_toml
from foi_analysis.rules import hints, load_rules, parse_rule, reading_verdicts
from foi_analysis.teaching.reports import draw_values
from foi_analysis.years import compare, jumps, years


def with_values(report: Report, **values: Number | None) -> Report:
    """Give a copy with other values, cells written as table__row__column."""
    keys = {CellKey(*name.split("__")): value for name, value in values.items()}
    cells = {key: replace(cell, value=keys.get(key, cell.value)) for key, cell in report.grid.items()}
    return replace(report, grid=cells)


def made(year: int, values: Mapping[CellKey, int], form_id: str = "cn-2021", organ: str = "某某市人民政府") -> Report:
    form = load_form(form_id)
    cells = {key: Cell(key, values[key], "number", str(values[key])) for key in form.cells}
    return Report(f"{organ}{year}.html", form, cells, Finding(organ), Finding(str(year)), Finding("whole government"))


def test_the_hints_on_the_reference_report_are_those_of_the_rules(reference: Report) -> None:
    outcomes = {verdict.rule.id: verdict.outcome for verdict in hints(reference)}
    assert outcomes.pop("large_residue") == "broken"
    assert set(outcomes.values()) == {"holds"}
    residue = next(verdict for verdict in hints(reference) if verdict.rule.id == "large_residue")
    assert round(float(residue.left or 0), 3) == 0.174


@pytest.mark.parametrize(
    ("rule", "values"),
    [
        ("suits_after_review", {"review__litigation_after_reconsideration__total": 144}),
        ("documents_in_force", {"proactive__normative_documents__in_force": 6}),
        ("who_makes_rules", {"proactive__rules__in_force": 3}),
        ("fee_decimals", {"proactive__fees__amount": Decimal("1.1234567")}),
        ("fee_unit", {"proactive__fees__amount": 689100000}),
        ("nothing_pending", {"requests__carried_out__total": 0}),
    ],
)
def test_a_hint_breaks_when_its_formula_does(reference: Report, rule: str, values: dict[str, Number]) -> None:
    outcomes = {v.rule.id: v.outcome for v in hints(with_values(reference, **values))}
    expected = "not assessable" if rule == "suits_after_review" else "broken"
    assert outcomes[rule] == expected


def test_a_blank_makes_a_hint_not_assessable(reference: Report) -> None:
    outcomes = {v.rule.id: v.outcome for v in hints(with_values(reference, requests__other_else__total=None))}
    assert outcomes["large_residue"] == "not assessable"


def test_who_makes_rules_is_not_judged_for_an_unknown_level_and_holds_for_a_city(reference: Report) -> None:
    rules = {"proactive__rules__in_force": 3}
    for level, outcome in (("unknown", "not assessable"), ("city", "holds"), ("township", "broken")):
        report = replace(with_values(reference, **rules), level=Finding(level))
        assert {v.rule.id: v.outcome for v in hints(report)}["who_makes_rules"] == outcome


def test_every_rule_speaks_both_languages_and_says_what_a_break_means() -> None:
    assert len({rule.id for rule in load_rules()}) == len(load_rules())
    for rule in load_rules():
        for language in ("zh", "en"):
            assert rule.title(language)
            assert rule.meaning(language)


def test_a_misspelt_cell_is_refused_with_its_rule_and_the_nearest_name() -> None:
    entry = {"id": "x", "kind": "hint", "source": "", "formula": "requests.newe.total > 0"}
    with pytest.raises(ValueError, match=r"rule x: requests\.newe\.total names no cell .* requests\.new\.total meant"):
        list(parse_rule({**entry, "zh": "", "en": "", "break_zh": "", "break_en": ""}))


@pytest.mark.parametrize(
    "text", ["__import__('os')", "requests.new.total if 1 else 2", "x", "1 +", "[1]", "'a'", "open(1)"]
)
def test_only_formulas_are_understood(text: str) -> None:
    with pytest.raises(ValueError, match=r"formula|understood|called|names no cell"):
        read_expression(text).evaluate(lambda _, __: 1)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 + 2 * 3", 7),
        ("requests.new.total / 0", None),
        ("requests.new.total > 3 or requests.carried_in.total > 3", True),
        ("requests.new.total > 7 or requests.carried_in.total > 3", None),
        ("requests.new.total == 6 and requests.carried_in.total > 3", False),
        ("not requests.new.total == 5", False),
        ("abs(-2)", 2),
    ],
)
def test_formulas_are_three_valued(text: str, value: object) -> None:
    known = {CellKey("requests", "new", "total"): 5}
    assert read_expression(text).evaluate(lambda _, key: known.get(key)) == value


def test_the_carry_chain_names_both_reports_and_the_column_that_breaks() -> None:
    form = load_form("cn-2021")
    last = made(2022, draw_values(form, 1, 800))
    values = draw_values(form, 2, 800)
    values |= {
        CellKey("requests", "carried_in", column.key): int(last.value("requests", "carried_out", column.key) or 0)
        for column in form.table("requests").columns
    }
    whole = {f.id: f.outcome for f in compare(last, made(2023, values)) if f.family == "carry_chain"}
    assert set(whole.values()) == {"holds"}
    assert len(whole) == 7
    values[CellKey("requests", "carried_in", "business")] += 1
    broken = [f for f in compare(last, made(2023, values)) if f.family == "carry_chain" and f.outcome == "broken"]
    assert [(f.id, f.last.year.value, f.report.year.value) for f in broken] == [
        ("carry_chain.business", "2022", "2023")
    ]
    assert all("结转" in f.meaning("zh") and "scope" in f.meaning("en") for f in broken)


def test_a_copied_report_is_found_and_another_is_not() -> None:
    form = load_form("cn-2021")
    values = draw_values(form, 3, 800)
    copied = {f.id: f.outcome for f in compare(made(2022, values), made(2023, values))}
    other = {f.id: f.outcome for f in compare(made(2022, values), made(2023, draw_values(form, 4, 800)))}
    assert (copied["copied"], other["copied"]) == ("broken", "holds")


def test_the_proactive_table_is_never_joined_over_a_change_of_form() -> None:
    old = made(2020, draw_values(load_form("cn-2019"), 1, 300), "cn-2019")
    new = made(2021, draw_values(load_form("cn-2021"), 1, 300))
    found = compare(old, new)
    assert {f.id: f.outcome for f in found}["form_change"] == "broken"
    assert not [f for f in found if any(key.table == "proactive" for key in f.cells)]
    assert [f for f in found if f.family == "carry_chain"]


def test_a_slip_of_the_fee_unit_shows_over_two_years() -> None:
    values = draw_values(load_form("cn-2021"), 5, 300)
    fees = CellKey("proactive", "fees", "amount")
    reports = [made(2021 + i, {**values, fees: fee}) for i, fee in enumerate((6891, 68910000, 6900))]
    outcomes = [{f.id: f.outcome for f in compare(a, b)}["fees_unit_slip"] for a, b in years(reports)]
    assert outcomes == ["broken", "broken"]


def test_a_gap_of_years_makes_no_pair_and_two_reports_for_a_year_are_a_conflict() -> None:
    values = draw_values(load_form("cn-2021"), 6, 300)
    reports = [made(year, values) for year in (2024, 2021, 2022)]
    assert [(a.year.value, b.year.value) for a, b in years(reports)] == [("2021", "2022")]
    with pytest.raises(ValueError, match="both the report of 某某市人民政府 for 2022; keep one"):
        years([*reports, made(2022, values)])


def test_a_jump_stands_out_over_a_panel_only() -> None:
    form = load_form("cn-2021")
    key = CellKey("requests", "new", "total")
    reports = [
        made(2022 + i, {**draw_values(form, n, 400), key: 400 + 10 * n + 15 * i}, organ=f"某{n}市人民政府")
        for n in range(12)
        for i in range(2)
    ]
    assert {f.outcome for f in jumps(years(reports))} == {"holds"}
    reports[-1] = made(2023, {**draw_values(form, 99, 400), key: 40000}, organ="某11市人民政府")
    broken = [f for f in jumps(years(reports)) if f.outcome == "broken"]
    assert [f.report.organ.value for f in broken] == ["某11市人民政府"]
    assert jumps(years(reports[:4])) == ()


def test_rules_about_the_reading_are_data_too_and_all_hold_on_the_reference_report(reference: Report) -> None:
    judged = {verdict.rule.id: verdict.outcome for verdict in reading_verdicts(reference)}
    assert judged == dict.fromkeys(("every_cell_once", "two_readings", "form_version", "one_year", "scope"), "holds")


def test_a_missing_cell_a_disagreement_a_mixture_and_an_unknown_scope_break_the_rules_about_the_reading() -> None:
    form = load_form("cn-2021-hybrid")
    report = made(2023, draw_values(form, 1, 300), "cn-2021-hybrid")
    cells = dict(report.grid)
    gone, doubtful = form.cells[0], form.cells[20]
    cells[gone] = Cell(gone, None, "missing")
    cells[doubtful] = replace(cells[doubtful], doubt="two readings disagree: by order 7 (line 9, field 2)")
    year = Finding("2023", doubt="the title says 2022")
    judged = {
        verdict.rule.id: (verdict.outcome, verdict.left, verdict.right)
        for verdict in reading_verdicts(replace(report, grid=cells, scope=Finding("unknown"), year=year))
    }
    assert judged == {
        "every_cell_once": ("broken", 185, 186),
        "two_readings": ("broken", 1, 0),
        "form_version": ("broken", 1, 0),
        "one_year": ("broken", 1, 0),
        "scope": ("not assessable", None, 1),
    }


def test_every_quantity_that_rules_speak_of_is_described_in_both_languages_and_counted() -> None:
    values = draw_values(load_form("cn-2021"), 1, 300)
    pairs = years([made(2020 + i, values, organ=f"某{n}市人民政府") for n in range(4) for i in range(2)])
    panel = [known for _, known in of_panel(pairs)]
    counted = {*of_reading(pairs[0][0]), *of_pair(*pairs[0]), *panel[0]}
    assert counted == quantity_names()
    assert all(set(texts) == {"zh", "en"} for texts in read_toml("rules.toml")["quantities"].values())


def test_decisions_in_another_unit_show_over_two_years_row_by_row() -> None:
    values = draw_values(load_form("cn-2021"), 5, 300)
    key = CellKey("proactive", "penalties", "decisions")
    pair = (made(2022, {**values, key: 48000}), made(2023, {**values, key: 5}))
    outcomes = {f.id: f.outcome for f in compare(*pair) if f.family == "decisions_unit_slip"}
    assert outcomes.pop("decisions_unit_slip.penalties") == "broken"
    assert set(outcomes) == {"decisions_unit_slip.licences", "decisions_unit_slip.compulsion"}
    assert set(outcomes.values()) == {"holds"}


def test_every_identity_and_bound_says_what_a_break_means_in_both_languages() -> None:
    for form_id in form_ids():
        form = load_form(form_id)
        for rule in (*form.identities, *form.bounds, *form.subtotals.values()):
            meanings = rule.meaning("en"), rule.meaning("zh")
            assert all(meaning.endswith(end) for meaning, end in zip(meanings, ".。", strict=True)), rule.id
