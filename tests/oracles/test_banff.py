"""banff judges our identities as we do, and the single cell that it would change is among our answers."""

from __future__ import annotations

import banff
import pytest
from editing import judge, locate
from sampling import FORMS, reports, single_slips, tell

from foi_analysis import Report
from foi_analysis.checks import verdicts
from foi_analysis.explanations import groups_of
from foi_analysis.form import CellKey, Form


def answers(report: Report) -> set[CellKey]:
    """Return the cells that explain a report alone."""
    (group,) = groups_of(report)
    return {explanation.changes[0].key for explanation in group.explanations if len(explanation.changes) == 1}


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.id)
def test_banff_agrees_on_every_identity(form: Form) -> None:
    drawn = reports(form)
    ours = {(r.name, v.rule.id): v.outcome for r in drawn for v in verdicts(r) if v.kind == "identity"}
    assert judge(form, drawn) == ours
    tell(f"banff {banff.__version__}, {form.id}: {len(drawn)} reports, {len(ours)} verdicts agree")


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.id)
def test_the_cell_that_banff_would_change_is_among_our_answers(form: Form) -> None:
    planted = list(single_slips(form))
    theirs = locate(form, [report for report, _ in planted])
    single = {name: cells[0] for name, cells in theirs.items() if len(cells) == 1}
    found = {report.name: answers(report) for report, _ in planted}
    assert {name for name, cell in single.items() if cell not in found[name]} == set()
    assert all(true in found[report.name] for report, true in planted)
    right = sum(single.get(report.name) == true for report, true in planted)
    tell(
        f"banff, {form.id}: {len(planted)} reports with one wrong cell; it changes a single cell in {len(single)}, "
        f"always one of our answers; it hits the wrong one in {right}, which we name in all {len(planted)}"
    )
