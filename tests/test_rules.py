"""Rules as data: hints on one report, formulas that cannot be misread, and rules across years."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

import pandas as pd
import pytest
from made_reports import printing, with_cell, with_values

from foi_analysis import Panel, Report, check, load_form
from foi_analysis.checks import FEWEST_PAIRS, hints, pair_years, reading_verdicts, usual_ratios
from foi_analysis.form import CellKey, form_ids
from foi_analysis.formula import quantity_names
from foi_analysis.report import Finding, Number
from foi_analysis.resources import read_toml
from foi_analysis.rules import load_rules, parse_rule
from foi_analysis.teaching.answers import draw_values


def made(year: int, values: Mapping[CellKey, int], form_id: str = "cn-2021", organ: str = "某某市人民政府") -> Report:
    head = {"organ": organ, "year": str(year), "scope": "whole government"}
    return printing(form_id, values, f"{organ}{year}.html", **head)


def outcomes(report: Report) -> dict[str, str]:
    return {verdict.rule.id: verdict.outcome for verdict in hints(report)}


def across(*reports: Report) -> pd.DataFrame:
    """Return what is said of two years of one organ, by rule."""
    frame = check(reports)
    return frame[frame["last"] != ""].astype({"report": str, "last": str}).set_index("rule")


def test_the_hints_on_the_reference_report_are_those_of_the_rules(reference: Report) -> None:
    (residue,) = (verdict for verdict in hints(reference) if verdict.outcome != "holds")
    assert (residue.rule.id, residue.outcome) == ("large_residue", "broken")
    assert round(float(residue.left or 0), 3) == 0.174


@pytest.mark.parametrize(
    ("rule", "name", "value", "level", "outcome"),
    [
        ("suits_after_review", "review.litigation_after_reconsideration.total", 144, "", "not assessable"),
        ("documents_in_force", "proactive.normative_documents.in_force", 6, "", "broken"),
        ("fee_decimals", "proactive.fees.amount", Decimal("1.1234567"), "", "broken"),
        ("fee_unit", "proactive.fees.amount", 689100000, "", "broken"),
        ("nothing_pending", "requests.carried_out.total", 0, "", "broken"),
        ("large_residue", "requests.other_else.total", None, "", "not assessable"),
        ("who_makes_rules", "proactive.rules.in_force", 3, "", "broken"),
        ("who_makes_rules", "proactive.rules.in_force", 3, "unknown", "not assessable"),
        ("who_makes_rules", "proactive.rules.in_force", 3, "city", "holds"),
        ("who_makes_rules", "proactive.rules.in_force", 3, "township", "broken"),
    ],
)
def test_a_hint_breaks_when_its_formula_does_and_is_not_assessable_where_something_is_unknown(
    reference: Report, rule: str, name: str, value: Number | None, level: str, outcome: str
) -> None:
    report = with_values(reference, {name: value})
    assert outcomes(replace(report, level=Finding(level)) if level else report)[rule] == outcome


def test_every_rule_identity_and_bound_says_in_both_languages_what_a_break_means() -> None:
    assert len({rule.id for rule in load_rules()}) == len(load_rules())
    for rule in load_rules():
        for language in ("zh", "en"):
            assert rule.title(language)
            assert rule.meaning(language)
    for form_id in form_ids():
        form = load_form(form_id)
        for rule in (*form.identities, *form.bounds, *form.subtotals.values()):
            meanings = rule.meaning("en"), rule.meaning("zh")
            assert all(meaning.endswith(end) for meaning, end in zip(meanings, ".。", strict=True)), rule.id


def test_a_misspelt_cell_is_refused_with_its_rule_and_the_nearest_name() -> None:
    entry = {"id": "x", "kind": "hint", "source": "", "formula": "requests.newe.total > 0"}
    with pytest.raises(ValueError, match=r"rule x: requests\.newe\.total names no cell .* requests\.new\.total meant"):
        list(parse_rule({**entry, "zh": "", "en": "", "break_zh": "", "break_en": ""}))


def test_the_carry_chain_names_both_reports_and_the_column_that_breaks() -> None:
    form = load_form("cn-2021")
    last = made(2022, draw_values(form, 1, 800))
    values = draw_values(form, 2, 800)
    values |= {
        CellKey("requests", "carried_in", column.key): int(last.value("requests", "carried_out", column.key) or 0)
        for column in form.table("requests").columns
    }
    whole = across(last, made(2023, values)).query("family == 'carry_chain'")
    assert whole["verdict"].tolist() == ["holds"] * 7
    values[CellKey("requests", "carried_in", "business")] += 1
    (broken,) = across(last, made(2023, values)).query("family == 'carry_chain' and verdict == 'broken'").itertuples()
    assert (broken.Index, broken.last, broken.report) == ("carry_chain.business", last.name, made(2023, values).name)
    assert broken.right - broken.left == 1
    rule = next(rule for rule in load_rules() if rule.id == broken.Index)
    assert "结转" in rule.title("zh")
    assert "scope" in rule.meaning("en")


def test_a_copied_report_is_found_and_another_is_not() -> None:
    form = load_form("cn-2021")
    values = draw_values(form, 3, 800)
    assert across(made(2022, values), made(2023, values)).loc["copied", "verdict"] == "broken"
    assert across(made(2022, values), made(2023, draw_values(form, 4, 800))).loc["copied", "verdict"] == "holds"


def test_the_proactive_table_is_never_joined_over_a_change_of_form() -> None:
    old = made(2020, draw_values(load_form("cn-2019"), 1, 300), "cn-2019")
    found = across(old, made(2021, draw_values(load_form("cn-2021"), 1, 300)))
    assert found.loc["form_change", "verdict"] == "broken"
    assert "proactive" not in set(found["table"])
    assert "carry_chain" in set(found["family"])


def test_another_unit_of_fees_or_decisions_shows_over_two_years_row_by_row() -> None:
    values = draw_values(load_form("cn-2021"), 5, 300)
    fees, key = CellKey("proactive", "fees", "amount"), CellKey("proactive", "penalties", "decisions")
    reports = [made(2021 + i, {**values, fees: fee}) for i, fee in enumerate((6891, 68910000, 6900))]
    assert across(*reports).loc["fees_unit_slip", "verdict"].tolist() == ["broken", "broken"]
    found = across(made(2022, {**values, key: 48000}), made(2023, {**values, key: 5}))
    assert found.loc[found["family"] == "decisions_unit_slip", "verdict"].to_dict() == {
        "decisions_unit_slip.licences": "holds",
        "decisions_unit_slip.penalties": "broken",
        "decisions_unit_slip.compulsion": "holds",
    }


def test_years_are_paired_within_an_organ_without_a_gap_whatever_the_order() -> None:
    values = draw_values(load_form("cn-2021"), 6, 300)
    reports = [made(year, values) for year in (2024, 2021, 2022)]
    others = [made(2023, values, organ="乙市财政局"), made(2023, values, organ=""), made(2024, values, organ="")]
    last, now = pair_years(Panel.of([*reports, *others]))
    assert (last.tolist(), now.tolist()) == ([1], [2])


def test_a_jump_stands_out_over_a_panel_only_and_is_told_as_a_ratio() -> None:
    form = load_form("cn-2021")
    key = CellKey("requests", "new", "total")
    reports = [
        made(2022 + i, {**draw_values(form, n, 400), key: 400 + 10 * n + 15 * i}, organ=f"某{n}市人民政府")
        for n in range(30)
        for i in range(2)
    ]
    (jump,) = [rule.id for rule in load_rules() if rule.of_panel]
    assert set(across(*reports).loc[jump, "verdict"]) == {"holds"}
    for new, ratio in ((41400, 60.0), (69, 0.1)):
        reports[-1] = made(2023, {**draw_values(form, 99, 400), key: new}, organ="某29市人民政府")
        found = across(*reports).loc[jump]
        broken = found[found["verdict"] == "broken"]
        assert broken["report"].tolist() == ["某29市人民政府2023.html"]
        assert broken["left"].item() == ratio
        assert 0.9 < broken["right"].item() < 1.2
    assert jump not in across(*reports[:58]).index, "29 pairs do not tell what is usual"


def test_the_usual_range_of_ratios_is_that_computed_by_hand() -> None:
    # Ratios 0.5, 1, 1, 1.5, 4 of numbers up to 4, 4, 4, 6, 16: the middle is 1; the effects are (1 − 1/0.5) · √4 = −2,
    # 0, 0, 0.5 · √6 = 1.2247 and 3 · √16 = 12; quartiles 0, 0 and 1.2247. Usual: from 0 to 4 · 1.2247 = 4.899.
    ratio, least, most = usual_ratios([4, 4, 4, 4, 4], [2, 4, 4, 6, 16])
    assert ratio.tolist() == [0.5, 1, 1, 1.5, 4]
    assert least.tolist() == [1, 1, 1, 1, 1]
    assert most == pytest.approx([1 + 4.898979 / 2, 1 + 4.898979 / 2, 1 + 4.898979 / 2, 3, 1 + 4.898979 / 4], abs=1e-5)


def test_rules_about_the_reading_are_data_too_and_all_hold_on_the_reference_report(reference: Report) -> None:
    judged = {verdict.rule.id: verdict.outcome for verdict in reading_verdicts(reference)}
    assert judged == dict.fromkeys(("every_cell_once", "two_readings", "form_version", "one_year", "scope"), "holds")


def test_a_missing_cell_a_disagreement_a_mixture_and_an_unknown_scope_break_the_rules_about_the_reading() -> None:
    form = load_form("cn-2021-hybrid")
    report = made(2023, draw_values(form, 1, 300), "cn-2021-hybrid")
    gone, doubtful = form.cells[0], form.cells[20]
    report = with_cell(report, gone, value=None, mark="missing", printed="")
    report = with_cell(report, doubtful, doubt="two readings disagree: by order 7 (line 9, field 2)")
    year = Finding("2023", doubt="the title says 2022")
    judged = {
        verdict.rule.id: (verdict.outcome, verdict.left, verdict.right)
        for verdict in reading_verdicts(replace(report, scope=Finding("unknown"), year=year))
    }
    assert judged == {
        "every_cell_once": ("broken", 185, 186),
        "two_readings": ("broken", 1, 0),
        "form_version": ("broken", 1, 0),
        "one_year": ("broken", 1, 0),
        "scope": ("not assessable", None, 1),
    }


def test_every_quantity_that_rules_speak_of_is_described_in_both_languages_and_known() -> None:
    values = draw_values(load_form("cn-2021"), 1, 300)
    reports = [made(2020 + i, values, organ=f"某{n}市人民政府") for n in range(FEWEST_PAIRS) for i in range(2)]
    frame = check(reports).set_index("rule")
    for rule in load_rules():
        if {key for _, key in rule.formula.names} & quantity_names():
            assert "not assessable" not in set(frame.loc[[rule.id], "verdict"]), rule.id
    assert {key for rule in load_rules() for _, key in rule.formula.names} >= quantity_names()
    assert all(set(texts) == {"zh", "en"} for texts in read_toml("rules.toml")["quantities"].values())
