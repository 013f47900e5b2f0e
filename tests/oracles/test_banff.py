"""banff judges our identities as we do, and the single cell that it would change is among our answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import banff
from by_banff import judge, locate
from conftest import tell

Sample = Mapping[str, Any]


def test_banff_agrees_on_every_identity(form: str, sample: Sample) -> None:
    ours = {(report, rule): outcome for report, kind, rule, outcome in sample["verdicts"] if kind == "identity"}
    assert judge(sample) == ours
    tell(f"banff {banff.__version__}, {form}: {len(sample['reports'])} reports, {len(ours)} verdicts agree")


def test_the_cell_that_banff_would_change_is_among_our_answers(form: str, sample: Sample) -> None:
    wrong, answers = sample["wrong"], sample["answers"]
    single = {name: cells[0] for name, cells in locate(sample).items() if len(cells) == 1}
    assert {name for name, cell in single.items() if cell not in answers[name]} == set()
    assert all(true in answers[name] for name, true in wrong.items())
    right = sum(single.get(name) == true for name, true in wrong.items())
    tell(
        f"banff, {form}: {len(wrong)} reports with one wrong cell; it changes a single cell in {len(single)}, "
        f"always one of our answers; it hits the wrong one in {right}, which we name in all {len(wrong)}"
    )
