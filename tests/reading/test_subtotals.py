"""Subtotals that an organ prints beside the form's cells: read, kept apart, and held against their parts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from expected import Read, assert_as_printed
from pagemaker import lay_out, print_page
from pagemaker.pages import Grid, with_grids
from pagemaker.printing import FORMATS

from foi_analysis import Report, check, load_form, read_report
from foi_analysis.checks import verdicts
from foi_analysis.explanations import groups_of
from foi_analysis.form import CellKey, Form, form_ids
from foi_analysis.teaching.answers import draw_values

ROWS = ("withheld", "unable", "not_processed")


def added_up(form: Form, seed: int = 7) -> dict[CellKey, int]:
    """Draw the values of a report, and what a correct organ prints in its subtotals."""
    values = dict(draw_values(form, seed, 900))
    over_columns = [key for key in form.subtotals if key.column == "organisation"]
    for key in (*(key for key in form.subtotals if key.column != "organisation"), *over_columns):
        values[key] = sum(values[part] for part in form.subtotals[key].left)
    for row in ROWS:
        parts = form.subtotals[CellKey("requests", "new", "organisation")].left
        values[CellKey("requests", row, "organisation")] = sum(values[part._replace(row=row)] for part in parts)
    return values


@pytest.mark.parametrize(
    ("form_id", "heads", "ending"),
    [
        *((form_id, (*ROWS, "organisation"), ending) for form_id in form_ids() for ending in FORMATS),
        *(("cn-2021", heads, ending) for heads in (ROWS, ("organisation",)) for ending in (".txt", ".html")),
    ],
)
def test_subtotals_shift_no_cell_and_equal_their_parts(
    form_id: str, heads: tuple[str, ...], ending: str, read: Read
) -> None:
    form = load_form(form_id)
    values = added_up(form)
    report = read(print_page(lay_out(form, values, "某某市人民政府", 2023, heads), ending), ending)
    assert report.form is form
    assert_as_printed(report, {key: values[key] for key in form.cells})
    printed = {key for key in form.subtotals if (key.column if key.column == "organisation" else key.row) in heads}
    assert {key: cell.value for key, cell in report.subtotals.items()} == {key: values[key] for key in printed}
    subtotals = [verdict for verdict in verdicts(report) if verdict.rule.family == "subtotals"]
    assert [verdict.outcome for verdict in subtotals] == ["holds"] * len(printed)


def test_a_wrong_subtotal_is_named_and_no_cell_of_the_form_is(read: Read) -> None:
    form = load_form("cn-2021")
    wrong = CellKey("requests", "withheld", "total")
    values = added_up(form)
    page = lay_out(form, {**values, wrong: values[wrong] + 9}, "某某市人民政府", 2023, ("withheld",))
    report = read(print_page(page, ".html"))
    frame = check(report)
    broken = frame[(frame["verdict"] == "broken") & (frame["kind"] != "hint")]
    assert broken["rule"].tolist() == ["subtotals.withheld.total"]
    assert broken["source"].tolist() == ["implied"]
    (group,) = groups_of(report)
    assert [[change.key for change in e.changes] for e in group.explanations] == [[wrong]]
    assert group.explanations[0].changes[0].implied == values[wrong]
    mended = group.explanations[0].apply(report)
    assert not groups_of(mended)
    assert mended.subtotals[wrong].doubt.startswith("proposed")
    assert report.subtotals[wrong].value == values[wrong] + 9


def test_a_wrong_part_breaks_its_subtotal_too_and_is_still_the_one_named(read: Read) -> None:
    form = load_form("cn-2021")
    wrong = CellKey("requests", "unable_not_held", "natural_person")
    values = added_up(form)
    page = lay_out(form, {**values, wrong: values[wrong] + 4}, "某某市人民政府", 2023, ("unable", "organisation"))
    report = read(print_page(page, ".html"))
    (group,) = groups_of(report)
    assert "subtotals.unable.natural_person" in {identity.id for identity in group.broken}
    assert [[change.key for change in e.changes] for e in group.explanations] == [[wrong]]


def subtotals_first(grid: Grid) -> Grid:
    """Print each row of subtotals of requests before its parts: 8, 3 and 5 rows higher."""
    rows, sizes = list(grid.rows), iter([8, 3, 5])
    for row in [row for row in rows if row[0].text == "小计"]:
        where = rows.index(row)
        rows.insert(where - next(sizes), rows.pop(where))
    return replace(grid, rows=tuple(rows))


def test_a_subtotal_printed_before_its_parts_belongs_to_them(read: Read) -> None:
    form = load_form("cn-2021")
    values = added_up(form)
    page = with_grids(lay_out(form, values, "某某市人民政府", 2023, ROWS), subtotals_first)
    report = read(print_page(page, ".txt"), ".txt")
    assert {key: cell.value for key, cell in report.subtotals.items()} == {
        key: values[key] for key in form.subtotals if key.row in ROWS and key.column != "organisation"
    }
    assert all(verdict.outcome == "holds" for verdict in verdicts(report))


def test_values_on_the_line_of_a_head_are_its_subtotal(
    reference: Report, edited: Callable[..., Path], reference_text: str
) -> None:
    line = next(text for text in reference_text.splitlines() if "属于国家秘密" in text)
    head = "\t（三）不予公开\t156\t2\t0\t0\t1\t0\t159\n"
    report = read_report(edited((line, head + line)))
    assert {key.column: cell.value for key, cell in report.subtotals.items()}["total"] == 159
    assert [c.value for c in report.grid.values()] == [c.value for c in reference.grid.values()]
    judged = {v.rule.id: v.outcome for v in verdicts(report) if v.rule.family == "subtotals"}
    assert judged["subtotals.withheld.total"] == "holds"


def test_a_report_without_subtotals_has_none(reference: Report) -> None:
    assert not reference.subtotals
    assert reference.identities == reference.form.identities
