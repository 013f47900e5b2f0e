"""All reports at once: verdicts, sides and explanations are those of one report, or one pair, at a time."""

from __future__ import annotations

import random
from dataclasses import replace
from decimal import Decimal

import pandas as pd
import pytest

from foi_analysis import Cell, Panel, Report, check, load_form, load_panel
from foi_analysis.explain import explain
from foi_analysis.panel import check_panel
from foi_analysis.report import Finding
from foi_analysis.teaching.reports import draw_values
from foi_analysis.teaching.slips import SLIPS, plant
from foi_analysis.vectorised import OUTCOMES

FORMS = {2019: "cn-2019", 2020: "cn-2019", 2021: "cn-2021", 2022: "cn-2021-hybrid", 2023: "cn-2021"}
LEVELS = ("", "unknown", "county", "city", "provincial department")
SCOPES = ("", "unknown", "own organ", "whole government")


def drawn(organ: int, year: int, gaps: bool = True) -> Report:
    """Draw a report: some cells without a number, some in doubt, some slips, and some numbers that are no counts."""
    form, chance = load_form(FORMS[year]), random.Random(f"{organ} {year}")
    values = draw_values(form, 1000 * organ + year, chance.choice([12, 300, 40_000]))
    for _ in range(chance.choice([0, 0, 1, 2])):
        planted = plant(form, values, chance.choice(list(SLIPS)), chance, list(values))
        values = planted.values if planted else values
    cells = {key: Cell(key, value, "number", str(value)) for key, value in values.items()}
    for key in chance.sample(list(cells), chance.choice([0, 0, 1, 6, 40]) if gaps else 0):
        cells[key] = Cell(key, None, chance.choice(["blank", "missing", "dash"]))
    for key in chance.sample(list(cells), chance.choice([0, 0, 0, 2])):
        odd = chance.choice([Decimal("0.1"), Decimal("12.50"), -3, 10**17 + 1, 2**50])
        cells[key] = replace(cells[key], value=odd, mark="number", printed=str(odd))
    for key in chance.sample(list(cells), chance.choice([0, 0, 2])):
        cells[key] = replace(cells[key], doubt=chance.choice(["two readings disagree: 1 or 2", "found twice"]))
    return Report(
        f"r{organ}_{year}", form, cells, Finding(f"organ {organ}"), Finding(str(year), doubt=chance.choice(["", "?"])),
        scope=Finding(chance.choice(SCOPES)), level=Finding(chance.choice(LEVELS)),
    )  # fmt: skip


def compared(reports: list[Report], panel: Panel) -> None:
    """Hold the frame of a panel against that of its reports, row by row."""
    keys = ["report", "last", "rule"]
    ours, theirs = check_panel(panel).frame(OUTCOMES), check(reports)
    texts = [name for name in theirs if theirs[name].dtype not in ("float64", "bool")]
    ours, theirs = (one.astype(dict.fromkeys(texts, "str")).sort_values(keys).reset_index(drop=True)
                    for one in (ours, theirs))  # fmt: skip
    pd.testing.assert_frame_equal(ours, theirs, rtol=1e-12)


@pytest.fixture(scope="module")
def synthetic() -> list[Report]:
    """Reports of sixty organs for five years, some years left out."""
    chance = random.Random(7)
    return [drawn(organ, year) for organ in range(60) for year in FORMS if chance.random() < 0.85]


def test_the_shipped_panel_is_judged_as_its_reports_are() -> None:
    compared(list(load_panel()), load_panel())


def test_hundreds_of_reports_with_gaps_and_slips_are_judged_as_each_and_each_pair_is(synthetic: list[Report]) -> None:
    assert len(synthetic) > 200
    compared(synthetic, Panel.of(synthetic))


def test_reports_without_gaps_are_judged_as_each_is() -> None:
    reports = [drawn(organ, year, gaps=False) for organ in range(20) for year in FORMS]
    compared(reports, Panel.of(reports))


def test_by_default_only_what_is_broken_or_not_assessable_is_listed(synthetic: list[Report]) -> None:
    checks = check_panel(Panel.of(synthetic))
    frame, everything = checks.frame(), checks.frame(OUTCOMES)
    assert set(frame["verdict"].astype(str)) == {"broken", "not assessable"}
    pd.testing.assert_frame_equal(frame.astype(str), everything[everything["verdict"] != "holds"].astype(str))


def test_counts_by_report_and_by_rule_are_those_of_the_frame(synthetic: list[Report]) -> None:
    checks = check_panel(Panel.of(synthetic))
    everything = checks.frame(OUTCOMES)
    for row in checks.counts.sample(20, random_state=1).to_dict("records"):
        here = everything[everything["report"] == row["report"]]
        for kind in ("identity", "bound", "hint", "reading"):
            for outcome in OUTCOMES:
                count = ((here["kind"] == kind) & (here["verdict"] == outcome)).sum()
                assert row[f"{kind}_{outcome.replace(' ', '_')}"] == count
    assert checks.rules[["holds", "broken", "not_assessable"]].to_numpy().sum() == len(everything)


def test_the_order_is_that_of_the_panel_whatever_the_forms() -> None:
    reports = [drawn(2, 2023), drawn(1, 2019), drawn(2, 2021), drawn(1, 2020)]
    frame = check_panel(Panel.of(reports)).frame(OUTCOMES)
    assert list(dict.fromkeys(frame["report"])) == [report.name for report in reports]
    assert [reports[at].name for at in frame.index] == list(frame["report"])


def test_two_reports_of_one_year_are_held_against_no_other_year() -> None:
    reports = [drawn(1, 2020), drawn(1, 2021), replace(drawn(1, 2021), name="again"), drawn(1, 2022), drawn(2, 2019)]
    panel = Panel.of(reports)
    assert len(panel.conflicts) == 2
    assert set(check_panel(panel).frame(OUTCOMES)["last"].astype(str)) == {""}


def test_a_panel_of_nothing_has_nothing_to_tell() -> None:
    checks = check_panel(Panel.of([]))
    assert len(checks.frame()) == len(checks.counts) == len(checks.rules) == len(checks.explanations) == 0


def test_broken_reports_are_explained_as_each_is(synthetic: list[Report]) -> None:
    whole = [
        report for report in synthetic if all(c.value is None or abs(c.value) < 2**53 for c in report.grid.values())
    ]
    found = check_panel(Panel.of(whole)).explanations
    for report in whole[:150]:
        here = found[(found["report"] == report.name) & (found["of"] > 0)]
        ours = {
            (
                one.broken,
                one.explanation,
                one.cell,
                0 if pd.isna(one.printed) else int(one.printed),
                None if pd.isna(one.implied) else int(one.implied),
            )
            for one in here.itertuples()
        }
        theirs = [
            (" ".join(v.identity.id for v in group.broken), str(change.key), change.printed, change.implied)
            for group in explain(report)
            for one in group.explanations
            for change in one.changes
        ]
        assert sorted(map(repr, [(b, c, p, i) for b, _, c, p, i in ours])) == sorted(map(repr, theirs))


def test_the_real_breaks_of_the_shipped_panel_are_found() -> None:
    frame = check_panel(load_panel()).frame(["broken"])
    broken = {(row.report, row.rule) for row in frame.itertuples()}
    stock = {report for report, rule in broken if rule == "stock_of_documents"}
    assert stock == {"pingtan_2023", "pingtan_2024", "pingtan_2025"}
    assert {rule for report, rule in broken if report == "huaian_hongze_2023" and rule.startswith("results")} == {
        "results.reconsideration", "results.litigation_after_reconsideration",
    }  # fmt: skip
    outcomes = frame[(frame["report"] == "pingtan_2020") & (frame["family"] == "outcomes")]
    assert outcomes[["left", "right"]].to_numpy().tolist() == [[26.0, 20.0], [27.0, 21.0]]
