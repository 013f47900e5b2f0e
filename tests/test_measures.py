"""Measures: definitions held against figures added up by hand, intervals against published ones."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from drawn import drawn_report
from hypothesis import given
from hypothesis import strategies as st
from made_reports import printing, with_values

from foi_analysis import Panel, Report, load_form, measure
from foi_analysis.form import CellKey, form_ids
from foi_analysis.formula import terms
from foi_analysis.measures import (
    NUMBERS,
    STATES,
    load_breaks,
    load_measures,
    measure_changes,
    measure_columns,
    measure_values,
    measures_of,
    parse_measure,
    reason_text,
)
from foi_analysis.report import Finding
from foi_analysis.resources import LANGUAGES, language_of, read_toml, set_language
from foi_analysis.statistics import newcombe, wilson
from foi_analysis.teaching.answers import draw_values

#: Measures of the reference report; value and interval in per cent, where published with the task.
REFERENCE = pd.read_csv(Path(__file__).parent / "reference_measures.csv").to_dict("records")


def drawn(form_id: str = "cn-2021", seed: int = 1, requests: int = 300, **head: str) -> Report:
    told = {"organ": "某某市人民政府", "year": "2024", "scope": "own organ", **head}
    values = draw_values(load_form(form_id), seed, requests)
    return printing(form_id, values, told.pop("name", f"report {told['year']}"), **told)


def row(report: Report, name: str, applicant: str = "total") -> dict[str, Any]:
    frame = measure(report, by=None if applicant == "total" else "applicant")
    (found,) = frame[(frame["measure"] == name) & (frame["applicant"] == applicant)].to_dict("records")
    return found


def values_of(reports: list[Report]) -> np.ndarray:
    (form,) = {report.form for report in reports}
    return Panel.of(reports).values(form.id)


def one_by_one(frame: pd.DataFrame) -> pd.DataFrame:
    """Write categories as texts: a panel has those of all its reports."""
    return frame.astype(dict.fromkeys(frame.select_dtypes("category"), "str")).reset_index(drop=True)


@pytest.mark.parametrize("published", REFERENCE, ids=lambda published: published["measure"])
def test_the_reference_report_has_the_published_figures(reference: Report, published: dict[str, Any]) -> None:
    found = row(reference, published["measure"])
    assert found["state"] == "defined"
    assert (found["numerator"], found["denominator"]) == (published["numerator"], published["denominator"])
    for name, place in (("value", "percent"), ("low", "low"), ("high", "high")):
        assert math.isnan(published[place]) or round(100 * found[name], 1) == published[place]


def test_ratios_have_no_interval_and_shares_of_grounds_are_of_grounds_1_to_7_and_add_up(reference: Report) -> None:
    expected = {
        "clearance": 100 * 1698 / 1691,
        "backlog_ratio": 70 / 77,
        "pending_change": 100 * (70 - 77) / 1768,
        "implied_days": (77 + 70) / 2 / (1691 / 250),  # 10.9
        "reconsiderations_per_100": 100 * 143 / 1698,
        "suits_per_100": 100 * (18 + 40) / 1698,
    }
    frame = measure(reference).set_index("measure")
    ratios = frame[frame["kind"] == "ratio"]
    assert ratios["value"].to_dict() == pytest.approx(expected)
    assert ratios[["low", "high"]].isna().all().all()
    assert frame[frame["kind"] == "share"][["low", "high"]].notna().all().all()
    shares = frame[frame.index.str.startswith("ground_share")]
    assert len(shares) == 7
    assert shares["value"].sum() == pytest.approx(1)
    assert set(shares["denominator"]) == {143}


def test_working_days_are_data_with_a_source_and_those_of_the_report_year(reference: Report) -> None:
    entries = read_toml("measures.toml")["working_days"]
    assert [(one["from"], one["days"]) for one in entries] == [(2008, 365 - 104 - 11), (2025, 365 - 104 - 13)]
    assert all(one["source"] for one in entries)
    days = {2024: 250, 2025: 248, 2030: 248, 2019: 250}
    for year, number in days.items():
        found = row(replace(reference, year=Finding(str(year))), "implied_days")
        assert found["value"] == pytest.approx(73.5 * number / 1691)
    assert row(replace(reference, year=Finding()), "implied_days")["value"] == pytest.approx(73.5 * 250 / 1691)
    columns = measure_columns(Panel.of([replace(reference, year=Finding("2025"))]), "implied_days")
    assert columns["value"].tolist() == pytest.approx([73.5 * 248 / 1691])
    blank = with_values(reference, {"requests.carried_out.total": None, "requests.carried_out.natural_person": None})
    bounds = [row(replace(blank, year=Finding(str(year))), "implied_days")["upper"] for year in (2024, 2025)]
    assert bounds[1] == pytest.approx(bounds[0] * 248 / 250)


# Newcombe (1998), Statistics in Medicine 17: 857-872, table I, method 3 (score without continuity correction), and
# 873-890, table II, method 10.
@pytest.mark.parametrize(
    ("interval", "counts", "low", "high"),
    [
        (wilson, (81, 263), 0.2553, 0.3662), (wilson, (15, 148), 0.0624, 0.1605), (wilson, (0, 20), 0.0, 0.1611),
        (wilson, (1, 29), 0.0061, 0.1718), (newcombe, (48, 80, 56, 70), 0.0524, 0.3339),
        (newcombe, (3, 10, 9, 10), 0.1705, 0.8090), (newcombe, (0, 29, 5, 56), -0.0381, 0.1926),
    ],
)  # fmt: skip
def test_wilson_and_newcombe_give_published_intervals(
    interval: Callable[..., tuple[np.ndarray, np.ndarray]], counts: tuple[int, ...], low: float, high: float
) -> None:
    assert [round(float(end), 4) for end in interval(*counts)] == [low, high]


def test_wilson_ends_at_nothing_and_at_all_is_unknown_without_cases_and_takes_a_design_effect() -> None:
    low, high = wilson([0, 7, 0, 3, math.nan], [7, 7, 0, 2, 5])
    assert (low[0], high[1]) == (0.0, 1.0)
    assert 0 < high[0] < 1
    assert high[0] == pytest.approx(1 - low[1])
    assert np.isnan([*low[2:], *high[2:]]).all()
    assert np.array(wilson(50, 100, design_effect=5)) == pytest.approx(np.array(wilson(10, 20)))


@given(n=st.integers(1, 400), data=st.data())
def test_wilson_ends_solve_the_score_equation(n: int, data: st.DataObject) -> None:
    k = data.draw(st.integers(0, n))
    for end in (float(e) for e in wilson(k, n, z=2.0)):
        if 0 < end < 1:
            assert (k / n - end) ** 2 == pytest.approx(4 * end * (1 - end) / n, rel=1e-6)


@pytest.mark.parametrize("form_id", form_ids())
def test_many_reports_at_once_are_measured_as_each_alone(form_id: str) -> None:
    form = load_form(form_id)
    reports = [drawn(form_id, seed, 10 ** (seed % 5), name=f"r{seed}") for seed in range(25)]
    measured = measure_values(form, values_of(reports))
    places = {key: i for i, key in enumerate(form.cells)}
    for at, one in enumerate(measures_of(form)):
        numerator, denominator = one.sums(form)
        for i, report in enumerate(reports):
            values = [report.grid[key].value for key in form.cells]
            k, n = (sum(c * int(values[places[key]] or 0) for key, c in s.items()) for s in (numerator, denominator))
            assert (measured.numerator[i, at], measured.denominator[i, at]) == (k, n)
            assert STATES[measured.codes[i, at]] == ("defined" if n else "undefined")
            assert not n or measured.value[i, at] == pytest.approx(one.factor() * k / n)


@pytest.mark.parametrize("form_id", form_ids())
@pytest.mark.parametrize("applicant", ["total", "legal_service"])
def test_bounds_of_many_reports_hold_the_truth(form_id: str, applicant: str) -> None:
    form, chance = load_form(form_id), np.random.default_rng(7)
    truth = np.repeat(
        values_of([drawn(form_id, seed, (4, 60, 3000)[seed % 3], name=f"r{seed}") for seed in range(30)]), 20, axis=0
    )
    gone = chance.random(truth.shape) < chance.choice([0.01, 0.1, 0.5, 0.9], (len(truth), 1))
    whole = measure_values(form, truth, applicant)
    torn = measure_values(form, np.where(gone, np.nan, truth), applicant)
    states = np.array(STATES, dtype=object)
    bounded = (states[torn.codes] == "bounded") & (states[whole.codes] == "defined")
    assert bounded.sum() > 500
    assert (torn.lower[bounded] <= whole.value[bounded] + 1e-9).all()
    assert (torn.upper[bounded] >= whole.value[bounded] - 1e-9).all()
    known = states[torn.codes] == "defined"
    np.testing.assert_array_equal(torn.value[known], whole.value[known])
    assert set(states[whole.codes][states[torn.codes] == "undefined"]) <= {"undefined"}
    assert "impossible" not in states[torn.codes]


RECONSIDERED, CORRECTED = "review.reconsideration.total", "review.reconsideration.corrected"


@pytest.mark.parametrize(
    ("values", "name", "expected"),
    [
        # a blank that an identity leaves no choice: bounds that meet, and no value
        ({"requests.disclosed.total": None}, "disclosed_share",
         {"state": "bounded", "value": math.nan, "numerator": math.nan, "lower": 223 / 1698, "upper": 223 / 1698}),
        ({CORRECTED: None}, "reconsideration_corrected_merits", {"lower": 2 / 98, "upper": 2 / 98}),
        # a total of 0 leaves less than nothing for the blank: no identity can be trusted with it, counting alone can
        ({CORRECTED: None, RECONSIDERED: 0}, "reconsideration_corrected_merits", {"state": "unknown"}),
        # a part larger than its whole, as printed by Hongze in 2023: totals of 0 over cases that were decided
        ({RECONSIDERED: 0}, "reconsideration_corrected_all",
         {"state": "impossible", "value": math.nan, "numerator": 2, "denominator": 0, "broken": True}),
        ({RECONSIDERED: 0}, "reconsideration_corrected_decided", {"state": "defined"}),
    ],
)  # fmt: skip
def test_blanks_and_contradictions_leave_bounds_or_a_state_and_never_a_made_up_share(
    reference: Report, values: dict[str, int | None], name: str, expected: dict[str, Any]
) -> None:
    found = row(with_values(reference, values), name)
    np.testing.assert_equal({key: found[key] for key in expected}, expected)


def test_bounds_of_two_blanks_are_what_the_total_leaves(reference: Report) -> None:
    # The column and both rows lose a part, so that only the outcomes' sum limits the two: 223 + 13 in all.
    blanks = [
        f"requests.{r}.{c}" for r in ("disclosed", "partly_disclosed") for c in ("total", "natural_person", "business")
    ]
    found = row(with_values(reference, dict.fromkeys(blanks)), "disclosed_share")
    fixed = sum(
        int(reference.value("requests", "disclosed", c.key) or 0)
        for c in reference.form.table("requests").columns
        if c.key not in ("total", "natural_person", "business")
    )
    assert found["state"] == "bounded"
    assert found["lower"] >= fixed / 1698
    assert found["lower"] <= 223 / 1698 <= found["upper"] <= 236 / 1698


def test_a_missing_table_leaves_all_unknown_and_nothing_over_nothing_is_undefined(
    reference: Report,
) -> None:
    gone = {str(key): None for key in reference.form.cells if key.table == "review"}
    frame = measure(with_values(reference, gone))
    appeals = frame[(frame["group"] == "appeals") & (frame["kind"] == "share")]
    assert set(appeals["state"]) == {"unknown"}
    assert appeals[["value", "lower", "upper", "low", "high"]].isna().all().all()
    report = drawn(requests=0)
    zeros = {str(key): 0 for key in report.form.cells}
    frame = measure(with_values(report, zeros))
    assert set(frame["state"]) == {"undefined"}
    assert frame["value"].isna().all()


def test_measures_by_applicant_are_those_of_the_column(reference: Report) -> None:
    found = row(reference, "release_rate", "natural_person")
    rows = ("disclosed", "partly_disclosed")
    part = sum(int(reference.value("requests", r, "natural_person") or 0) for r in rows)
    assert found["numerator"] == part
    assert "total" not in str(found["cells"])
    frame = measure(reference, by="applicant")
    columns = [column.key for column in reference.form.table("requests").columns]
    assert list(frame[frame["measure"] == "release_rate"]["applicant"]) == columns
    assert list(frame[frame["measure"] == "suits_per_100"]["applicant"]) == ["total"]
    assert one_by_one(frame[frame["applicant"] == "total"]).equals(one_by_one(measure(reference)))


def test_a_measure_exists_only_where_the_form_has_its_cells() -> None:
    ids = {form_id: [m.id for m in measures_of(load_form(form_id))] for form_id in form_ids()}
    assert [m.id for m in load_measures()] == ids["cn-2021"]
    for form_id in ("cn-2019", "cn-2021-hybrid"):
        assert set(ids["cn-2021"]) - set(ids[form_id]) == {"other_residue"}
    report = drawn("cn-2019")
    assert row(report, "otherwise_share")["cells"] == "requests.other_handled.total requests.concluded.total"


def test_every_share_is_a_part_of_its_whole_when_the_identities_hold() -> None:
    reports = [drawn(f, seed, name=f"{f}{seed}") for f in form_ids() for seed in range(20)]
    frame = measure(reports, by="applicant")
    assert frame.query("kind == 'share' and state == 'defined'")["value"].between(0, 1).all()
    assert "impossible" not in set(frame["state"])


def test_every_measure_says_in_both_languages_who_uses_it_what_it_hides_and_what_it_is_not_for() -> None:
    for one in load_measures():
        for spoken in LANGUAGES:
            texts = [f(spoken) for f in (one.name, one.use, one.hides, one.never)]
            assert all(texts), one.id
            assert all("{" not in text for text in texts), one.id
            assert len(set(texts)) == 4
            assert bool(one.unit(spoken)) == (one.kind == "ratio" and one.id != "backlog_ratio")
        assert one.never("zh")[-1] == "。"
        assert one.never("en")[-1] == "."
    ids = [one.id for one in load_measures()]
    assert len(ids) == len(set(ids))


def change(last: Report, report: Report, name: str) -> dict[str, Any]:
    frame = measure_changes([report, last])
    (found,) = frame[frame["measure"] == name].to_dict("records")
    return found


def disclosing(year: str, disclosed: int, concluded: int) -> Report:
    """Return a report of one kind of applicant whose sums hold."""
    counts = {"new": concluded, "disclosed": disclosed, "unable_not_held": concluded - disclosed}
    counts["concluded"] = concluded
    printed = {f"requests.{row}.{kind}": n for row, n in counts.items() for kind in ("natural_person", "total")}
    report = drawn(year=year)
    return with_values(report, dict.fromkeys(map(str, report.grid), 0) | printed)


OLD_FORM = drawn("cn-2019", year="2020")


def test_the_change_of_a_share_is_in_percentage_points_with_newcombes_interval() -> None:
    last, report = disclosing("2021", 48, 80), disclosing("2022", 56, 70)
    found = change(last, report, "disclosed_share")
    assert (found["state"], found["last_year"], found["year"]) == ("compared", 2021, 2022)
    assert found["change"] == pytest.approx(20)
    assert [round(found[end], 2) for end in ("low", "high")] == [5.24, 33.39]
    ratio = change(last, report, "clearance")
    assert ratio["change"] == pytest.approx(ratio["value"] - ratio["last_value"])
    assert math.isnan(ratio["low"])


@pytest.mark.parametrize(
    ("last", "year", "broken"),
    [
        ("2022", "2023", ""),
        ("2023", "2024", "reconsideration_law_2024"),
        ("2024", "2025", "interpretation_2025"),
        ("2025", "2026", "interpretation_2025"),
        ("2026", "2027", ""),
    ],
)
def test_suits_by_route_are_never_compared_across_a_change_of_law(last: str, year: str, broken: str) -> None:
    changes = measure_changes([drawn(year=last), drawn(year=year)]).set_index("measure")
    for name in (one.id for one in load_measures() if "review.litigation" in one.numerator):
        found = changes.loc[name]
        assert found["reason"] == broken, name
        assert (found["state"] == "not comparable") == bool(broken)
        assert math.isnan(found["change"]) == bool(broken)
    reconsideration = changes.loc["reconsideration_corrected_decided"]
    assert (reconsideration["state"], reconsideration["remark"]) == ("compared", broken)


@pytest.mark.parametrize(
    ("last", "report", "name", "expected"),
    [
        (disclosing("2021", 48, 80), with_values(disclosing("2022", 56, 70), {"requests.disclosed.total": 57}),
         "disclosed_share", ("not comparable", "broken", "")),
        (OLD_FORM, drawn(year="2021"), "otherwise_share", ("not comparable", "form", "")),
        (OLD_FORM, drawn(year="2021"), "unable_share", ("compared", "", "")),
        (OLD_FORM, drawn(year="2021", scope="unknown"), "unable_share", ("compared", "", "scope_unknown")),
        (with_values(drawn(year="2021"), {"requests.disclosed.total": None}), drawn(year="2022"),
         "disclosed_share", ("not assessable", "bounded", "")),
    ],
)  # fmt: skip
def test_what_is_broken_blank_or_of_another_form_is_not_compared(
    last: Report, report: Report, name: str, expected: tuple[str, str, str]
) -> None:
    found = change(last, report, name)
    assert (found["state"], found["reason"], found["remark"]) == expected
    assert math.isnan(found["change"]) == (expected[0] != "compared")


def test_different_scopes_gaps_of_years_and_measures_of_one_form_alone_are_not_compared() -> None:
    assert "other_residue" not in set(measure_changes([OLD_FORM, drawn(year="2021")])["measure"])
    other = drawn(year="2021", scope="whole government")
    assert set(measure_changes([OLD_FORM, other])["state"]) == {"not comparable"}
    assert len(measure_changes([drawn(year="2019"), drawn(year="2021")])) == 0


def test_every_change_of_law_has_its_day_and_its_source() -> None:
    days = {name: law.on for name, law in load_breaks().items()}
    assert days == {
        "regulation_2019": date(2019, 5, 15),
        "form_2021": date(2021, 1, 1),
        "reconsideration_law_2024": date(2024, 1, 1),
        "interpretation_2025": date(2025, 6, 1),
    }
    assert all(re.search("第.+条|号$", law.source) for law in load_breaks().values())


def test_every_reason_has_words_in_both_languages() -> None:
    codes = ["scope", "form", "scope_unknown", "doubtful", "broken", *STATES[1:], *load_breaks()]
    for spoken in LANGUAGES:
        assert len({reason_text(code, spoken) for code in codes}) >= len(codes) - 1


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: set_language("fr"), "no language 'fr'; give 'zh' or 'en'"),
        (lambda: language_of("fr"), "no language 'fr'; give 'zh' or 'en'"),
        (lambda: measure([], language="fr"), "no language 'fr'; give 'zh' or 'en'"),
        (lambda: measure([], by="year"), "by must be None or 'applicant'; found 'year'"),
        (lambda: terms("a * b"), "no sum"),
        (lambda: measure_changes([drawn(name="first"), drawn(name="second", seed=2)]),
         "first and second are both the report of 某某市人民政府 for 2024; keep one"),
        (lambda: list(parse_measure({"id": "m", "group": "pace", "kind": "ratio", "numerator": "requests.nwe.total",
                                     "denominator": "requests.new.total", "zh": "甲", "en": "a"})),
         "measure m: no form has all cells of 'requests.nwe.total'"),
    ],
)  # fmt: skip
def test_what_cannot_be_measured_is_refused_with_what_to_give(call: Callable[[], object], said: str) -> None:
    with pytest.raises(ValueError, match=re.escape(said)):
        call()


@pytest.mark.parametrize("name", ["release_rate", "other_residue"])
def test_the_columns_of_one_measure_are_those_of_the_frame(name: str) -> None:
    panel = Panel.of([drawn(f, seed, name=f"{f}{seed}") for seed in range(3) for f in form_ids()])
    columns, frame = measure_columns(panel, name), measure(panel).query("measure == @name").reset_index(drop=True)
    there = columns[columns["state"] != ""].reset_index(drop=True)
    pd.testing.assert_frame_equal(there[list(NUMBERS)], frame[list(NUMBERS)])
    assert list(there["state"]) == list(frame["state"])
    assert there[["doubtful", "broken"]].equals(frame[["doubtful", "broken"]])
    assert (len(there) == len(panel)) == (name == "release_rate")


def test_a_row_is_what_its_cells_give() -> None:
    """Doubts, breaks and sums are held against the report itself, cell by cell."""
    for report in (drawn_report(organ, year) for organ in range(4) for year in (2019, 2021, 2022)):
        broken = {
            key
            for one in report.form.identities
            for key in one.cells
            if (known := [report.grid[k].value for k in one.cells]) and None not in known
            if sum(report.grid[k].value or 0 for k in one.left) != sum(report.grid[k].value or 0 for k in one.right)
        }
        for row in measure(report, "applicant").to_dict("records"):
            keys = [CellKey(*name.split(".")) for name in row["cells"].split()]
            assert row["doubtful"] == any(report.grid[key].doubt for key in keys)
            assert row["broken"] == any(key in broken for key in keys)
            blank = any(report.grid[key].value is None for key in keys)
            assert blank == bool(np.isnan(row["numerator"]) or np.isnan(row["denominator"]))
