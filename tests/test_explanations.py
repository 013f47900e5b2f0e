"""Planted slips are found: the true cell is in the answer, first or in an honest tie; of one report and of many."""

from __future__ import annotations

import ast
import itertools
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from drawn import array, drawn_report, report_of, rows
from made_reports import key_of, with_cell, with_values

import foi_analysis as foi
from foi_analysis import Report, load_form, read_report
from foi_analysis.checks import verdicts
from foi_analysis.explanations import Code, Group, code_of, explain_differences, explain_values, groups_of, name_slip
from foi_analysis.form import CellKey, Form, form_data, form_ids, make_form
from foi_analysis.teaching.answers import draw_values
from foi_analysis.teaching.slips import SLIPS, plant

FORM = load_form("cn-2021")
RECONSIDERED = "review.reconsideration.total"
COVERED = [key for key in FORM.cells if FORM.identities_of[key]]


def answers(group: Group) -> list[dict[str, int | None]]:
    return [{str(change.key): change.implied for change in e.changes} for e in group.explanations]


def differences(form: Form, values: Mapping[CellKey, int]) -> dict[int, int]:
    found = {
        i: sum(values[c] for c in identity.left) - sum(values[c] for c in identity.right)
        for i, identity in enumerate(form.identities)
    }
    return {i: difference for i, difference in found.items() if difference}


def test_a_review_row_is_a_tie_of_its_five_cells_but_for_a_total_of_0(reference: Report) -> None:
    assert groups_of(reference) == ()
    (group,) = groups_of(with_values(reference, {RECONSIDERED: 145}))
    assert {next(iter(answer)) for answer in answers(group)} == {
        f"review.reconsideration.{column}" for column in ("upheld", "corrected", "other", "pending", "total")
    }
    assert {RECONSIDERED: 143} in answers(group)
    (group,) = groups_of(with_values(reference, {RECONSIDERED: 0}))
    assert answers(group) == [{RECONSIDERED: 143}]
    assert group.explanations[0].changes[0].slip == "total printed as 0"


def test_transposed_digits_are_named_and_undone_and_nothing_given_is_changed(edited: Callable[..., Path]) -> None:
    report = read_report(edited(("\t1672\t", "\t1627\t")))
    before = dict(report.grid)
    (group,) = groups_of(report)
    assert answers(group) == [{"requests.new.natural_person": 1672}]
    assert group.explanations[0].changes[0].slip == "transposed"
    assert (group.whose, group.is_tie, group.bounded) == ("printed so in the source", False, False)
    assert {one.id for one in group.broken} == {"applicants.new", "balance.natural_person"}
    proposed = group.explanations[0].apply(report)
    assert not [v for v in verdicts(proposed) if v.outcome == "broken"]
    assert dict(report.grid) == before
    cell = proposed.cell("requests", "new", "natural_person")
    assert (cell.value, cell.printed, cell.doubt) == (1672, "1627", "proposed: printed 1627")


def test_the_fault_that_the_printed_identity_cannot_see_is_explained(reference: Report) -> None:
    """Outcomes add to more than the total printed, while the balance holds: as in a real report of 2020."""
    names = [f"requests.{row}.{column}" for row in ("concluded", "new") for column in ("natural_person", "total")]
    report = with_values(reference, {name: reference.grid[key_of(name)].value - 6 for name in names})  # type: ignore[operator]
    broken = {v.rule.id for v in verdicts(report) if v.outcome == "broken"}
    assert broken == {"outcomes.natural_person", "outcomes.total"}
    (group,) = groups_of(report)
    assert all(len(e.changes) == 2 for e in group.explanations)
    assert group.is_tie


def test_a_doubtful_reading_accuses_the_organ_of_nothing_and_blanks_restrain_nothing(reference: Report) -> None:
    doubtful = with_cell(reference, "requests.new.natural_person", value=1, doubt="two readings disagree: …")
    (group,) = groups_of(doubtful)
    assert group.whose == "reading doubtful"
    values = {"requests.concluded.natural_person": None, "requests.new.natural_person": 1}
    (group,) = groups_of(with_values(reference, values))
    assert {"requests.new.natural_person": 1672} in answers(group)


def test_what_the_prose_states_orders_a_tie_but_does_not_break_it(reference: Report) -> None:
    key = CellKey("review", "litigation_direct", "upheld")
    report = with_values(reference, {key: 12})
    (group,) = groups_of(report)
    (stated,) = groups_of(report, {key: 11})
    assert stated.explanations[0].changes[0].key == key
    assert len(stated.explanations) == len(group.explanations) > 1


def test_more_than_three_wrong_cells_is_an_answer_too_and_all_wrong_ends_within_the_bound(reference: Report) -> None:
    rows = ("disclosed", "withheld_process", "unable_not_held", "other_else", "not_processed_repeat")
    columns = ("natural_person", "business", "research", "legal_service", "public_interest")
    report = with_values(
        reference,
        {CellKey("requests", r, c): 5000 + 37 * i * i for i, (r, c) in enumerate(zip(rows, columns, strict=True))},
    )
    groups = groups_of(report)
    assert [group.explanations for group in groups] == [()]
    chance = random.Random(5)
    report = with_values(reference, {key: chance.randint(0, 10**9) for key in reference.grid})
    for group in groups_of(report):
        assert group.explanations == () or all(len(e.changes) <= 3 for e in group.explanations)


@pytest.mark.parametrize("kind", SLIPS)
@pytest.mark.parametrize("form_id", ["cn-2021", "cn-2019"])
def test_a_planted_slip_is_in_the_answer_first_or_in_the_tie(kind: str, form_id: str) -> None:
    form = load_form(form_id)
    covered = [key for key in form.cells if form.identities_of[key]]
    code, at = code_of(form), {key: i for i, key in enumerate(form.cells)}
    tried = 0
    for seed in range(25):
        chance = random.Random(f"{kind} {seed}")
        planted = plant(form, draw_values(form, seed, 1500), kind, chance, covered)
        if planted is None:
            continue
        tried += 1
        values = [planted.values[key] for key in form.cells]
        found = explain_differences(code, differences(form, planted.values), values)
        true = {at[key]: value - planted.values[key] for key, value in planted.true.items()}
        if len(true) == 1 or all(len(group.group) > 1 for group in found):
            joined = [dict(itertools.chain(*sets)) for sets in itertools.product(*(g.solutions for g in found))]
            smallest = len(joined[0]) < len(true) if joined else False
            assert true in joined or smallest, (seed, planted.true)
    assert tried > 15


@pytest.mark.parametrize("count", [2, 3])
def test_independent_slips_are_found_together(count: int) -> None:
    code, at = code_of(FORM), {key: i for i, key in enumerate(FORM.cells)}
    hit, tried = 0, 60
    for seed in range(tried):
        chance = random.Random(f"{count} {seed}")
        true = draw_values(FORM, seed, 1200)
        wrong = {key: true[key] + chance.randint(1, 900) for key in chance.sample(COVERED, count)}
        values = {**true, **wrong}
        found = explain_differences(code, differences(FORM, values), [values[key] for key in FORM.cells])
        changes = {(at[key], true[key] - value) for key, value in wrong.items()}
        hit += all(any(set(solution) <= changes for solution in group.solutions) for group in found)
    assert hit >= tried * (0.99 if count == 2 else 0.95)


def brute_force(
    code: Code, broken: Mapping[int, int], values: Sequence[int], most: int
) -> set[frozenset[tuple[int, int]]]:
    """Try every change of up to two cells by up to ``most``: slow, and without any cleverness."""

    def restores(changes: Sequence[tuple[int, int]]) -> bool:
        left = dict(broken)
        for cell, change in changes:
            for i, sign in code.cells[cell]:
                left[i] = left.get(i, 0) + sign * change
        return not any(left.values()) and all(values[cell] + change >= 0 for cell, change in changes)

    steps = [change for change in range(-most, most + 1) if change]
    singles = [[(cell, change)] for cell in range(len(values)) for change in steps]
    found = {frozenset(one) for one in singles if restores(one)}
    if found:
        return found
    pairs = ([(a, x), (b, y)] for a, b in itertools.combinations(range(len(values)), 2) for x in steps for y in steps)
    return {frozenset(pair) for pair in pairs if restores(pair)}


def test_the_search_finds_just_what_brute_force_finds_on_a_small_table() -> None:
    """A table of 3 rows and 3 columns with row and column totals, all small changes tried."""
    rows = [[(4 * r + c, 1) for c in range(3)] + [(4 * r + 3, -1)] for r in range(3)]
    columns = [[(4 * r + c, 1) for r in range(2)] + [(8 + c, -1)] for c in range(4)]
    code = Code.of(12, rows + columns)
    chance = random.Random(2)
    for _ in range(40):
        values = [chance.randint(0, 3) for _ in range(12)]
        broken = {i: d for i, m in enumerate(code.identities) if (d := sum(values[c] * s for c, s in m))}
        if not broken or max(map(abs, broken.values())) > 4:
            continue
        (found, *others) = explain_differences(code, broken, values)
        if others or any(change is None for s in found.solutions for _, change in s):
            continue
        ours = {frozenset(s) for s in found.solutions if len(s) <= 2}
        assert ours == brute_force(code, broken, values, 5)


@pytest.mark.parametrize(
    ("printed", "implied", "around", "slip"),
    [
        (1627, 1672, {}, "transposed"), (16, 15, {}, "digit wrong"), (167, 1672, {}, "digit lost"),
        (16722, 1672, {}, "digit added"), (15, 150, {}, "power of ten"), (1500, 15, {}, "power of ten"),
        (4, -4, {}, "sign"), (7, 9, {}, "digit wrong"), (37, 912, {}, ""),
        (0, 15, {"parts": [10, 5]}, "total printed as 0"), (10, 15, {"parts": [10, 5]}, "part left out"),
        (37, 912, {"beside": [37, 4]}, "copied"),
    ],
)  # fmt: skip
def test_slips_are_named_if_need_be_by_the_cells_around(
    printed: int, implied: int, around: dict[str, list[int]], slip: str
) -> None:
    assert name_slip(printed, implied, **around) == slip


def test_what_plants_slips_and_what_explains_them_import_nothing_of_each_other() -> None:
    package = Path(foi.__file__).parent
    planting = _imported(package / "teaching" / "slips.py")
    explaining = _imported(package / "explanations.py")
    assert "foi_analysis.form" in planting & explaining
    assert not {name for name in planting if name.startswith("foi_analysis.explanations")}
    assert not {name for name in explaining if name.startswith("foi_analysis.teaching")}


def _imported(path: Path) -> set[str]:
    """Return the modules named in the imports of a file."""
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    whole = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    return whole | {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module}


def test_identities_that_contradict_each_other_are_an_answer_and_no_endless_run() -> None:
    twice = Code.of(3, [[(0, 1), (1, 1), (2, -1)], [(0, 1), (1, 1), (2, -1)]])
    (found,) = explain_differences(twice, {0: 1, 1: 2}, [3, 4, 6])
    assert not found.solutions
    assert not found.bounded


def test_a_form_whose_identities_contradict_each_other_gets_clear_verdicts(reference: Report) -> None:
    data = dict(form_data("cn-2021"))
    rule = data["identities"]["balance"]
    data["identities"] = {**data["identities"], "again": {**rule, "id": "again", "equation": "new = concluded"}}
    form = make_form("mine", data)
    report = replace(reference, form=form)
    broken = {v.rule.id for v in verdicts(report) if v.outcome == "broken"}
    assert broken == {"again.natural_person", "again.business", "again.total"}
    for group in groups_of(report):
        for explanation in group.explanations:
            if all(change.implied is not None for change in explanation.changes):
                left = {v.rule.id for v in verdicts(explanation.apply(report)) if v.outcome == "broken"}
                assert not left & {one.id for one in group.broken}


# Many reports at once.


@pytest.mark.parametrize("form_id", form_ids())
def test_explanations_are_those_of_each_report(form_id: str) -> None:
    form = load_form(form_id)
    drawn = rows(form, 60, blanks=True)
    found = explain_values(form, array(drawn))
    for row, groups in zip(drawn, found, strict=True):
        ours = [sorted((form.cells[c], change) for c, change in s) for one in groups for s in one.solutions]
        theirs = [
            sorted((c.key, None if c.implied is None else c.implied - c.printed) for c in explanation.changes)
            for group in groups_of(report_of(form, row))
            for explanation in group.explanations
        ]
        assert sorted(ours) == sorted(theirs)


def test_whole_numbers_and_floats_are_explained_alike_and_not_changed() -> None:
    figures = np.array(rows(FORM, 60))
    before = figures.copy()
    assert explain_values(FORM, figures) == explain_values(FORM, figures.astype(float))
    np.testing.assert_array_equal(figures, before)


def test_a_frame_has_one_row_a_cell_of_each_smallest_explanation(edited: Callable[..., Path]) -> None:
    report = read_report(edited(("\t1672\t", "\t1627\t")))
    frame = foi.explain(report)
    assert frame.columns.tolist() == [
        "report", "organ", "year", "broken", "explanation", "of", "tie", "cell", "label", "printed", "implied", "slip",
        "where", "whose", "evidence", "bounded",
    ]  # fmt: skip
    (row,) = frame.to_dict("records")
    assert row["broken"] == "applicants.new balance.natural_person"
    assert (row["cell"], row["printed"], row["implied"]) == ("requests.new.natural_person", 1627, 1672)
    assert (row["slip"], row["where"], row["tie"]) == ("transposed", "line 69, field 3", False)
    assert (row["organ"], row["year"], row["explanation"], row["of"]) == ("上海市公安局", 2024, 1, 1)
    assert foi.explain(report, language="zh")["label"].tolist() != frame["label"].tolist()


def test_the_frame_has_what_the_groups_have() -> None:
    reports = [drawn_report(organ, year) for organ in range(12) for year in (2019, 2021, 2022)]
    frame = foi.explain(reports)
    rows_of = dict(list(frame.groupby("report", observed=True)))
    assert len(rows_of) > 10
    for report in reports:
        told = [
            (" ".join(one.id for one in group.broken), number, str(change.key), change.slip, group.whose, e.evidence)
            for group in groups_of(report)
            for number, e in enumerate(group.explanations, 1)
            for change in e.changes
        ]
        part = rows_of.get(report.name, frame[:0]).query("of > 0")
        names = ["broken", "explanation", "cell", "slip", "whose", "evidence"]
        assert list(part[names].itertuples(index=False, name=None)) == told


def test_what_no_small_set_explains_has_a_row_without_a_cell_and_a_whole_panel_may_have_none(reference: Report) -> None:
    assert len(foi.explain(reference)) == 0
    chance = random.Random(5)
    frame = foi.explain(with_values(reference, {key: chance.randint(0, 10**9) for key in reference.grid}))
    none = frame[frame["of"] == 0]
    assert len(none)
    assert none[["printed", "implied"]].isna().all(axis=None)
    assert set(none["cell"]) == {""}
    assert foi.explain(reference).dtypes.equals(frame.dtypes)


def test_numbers_beyond_what_a_float_keeps_are_explained_to_the_last_digit(reference: Report) -> None:
    big = 2**60 + 1
    values = {"review.reconsideration.upheld": big, RECONSIDERED: big + 143 - 96 + 1}
    frame = foi.explain(with_values(reference, values)).pipe(lambda found: found[found["cell"] == RECONSIDERED])
    assert frame[["printed", "implied"]].to_numpy().tolist() == [[big + 48, big + 47]]
