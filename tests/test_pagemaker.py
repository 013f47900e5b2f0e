"""Generated reports: their figures satisfy every identity, and damage leaves the page it was given."""

from __future__ import annotations

import random

import pytest
from pagemaker import lay_out, print_page
from pagemaker.mutations import MUTATIONS

from foi_analysis import load_form
from foi_analysis.form import form_ids
from foi_analysis.teaching.answers import draw_values


@pytest.mark.parametrize("form_id", form_ids())
@pytest.mark.parametrize("size", [0, 1, 30, 5000, 80000])
def test_drawn_figures_satisfy_every_identity(form_id: str, size: int) -> None:
    form = load_form(form_id)
    for seed in range(5):
        values = draw_values(form, seed, size)
        assert set(values) == set(form.cells)
        assert min(values.values()) >= 0
        for identity in form.identities:
            assert sum(values[c] for c in identity.left) == sum(values[c] for c in identity.right), identity.id


@pytest.mark.parametrize("name", [name for name in MUTATIONS if name != "unchanged"])
def test_a_mutation_changes_what_is_printed_and_keeps_the_page_it_was_given(name: str) -> None:
    form = load_form("cn-2021")
    page = lay_out(form, draw_values(form, 5, 3000), "某某市人民政府", 2022)
    before = print_page(page, ".html")
    made = [MUTATIONS[name](page, random.Random(seed)) for seed in range(12)]
    changed = [other for other in made if other is not None and print_page(other, ".html") != before]
    assert changed
    assert print_page(page, ".html") == before
