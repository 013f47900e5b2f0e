"""Text comes out of a PDF as it went in, whatever it is; columns hold what is put into them."""

from __future__ import annotations

import json

import pytest
import typst
from hypothesis import given, settings
from hypothesis import strategies as st

from foi_analysis.export.typst import BREAK, LYING, UPRIGHT, Cell, lay_out, string, words


@pytest.mark.slow
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1, max_size=12))
@settings(max_examples=15, deadline=None)
def test_any_text_is_a_string_of_typst_that_means_that_text(texts: list[str]) -> None:
    written = [string(text) for text in texts]
    assert "\n" not in "".join(written)
    assert json.loads(typst.eval(b"", f"({', '.join(written)},)")) == texts


@given(st.text(), st.floats(1.0, 30.0))
@settings(deadline=None)
def test_places_to_break_are_all_that_is_added_to_a_text(text: str, longest: float) -> None:
    assert words(text, longest).replace(BREAK, "") == string(text).replace(BREAK, "")


_TEXTS = st.text(st.sampled_from("aW1-/ 政府，"), max_size=60)


@given(st.lists(st.lists(_TEXTS, min_size=7, max_size=7), min_size=1, max_size=6))
@settings(deadline=None)
def test_no_table_is_wider_than_its_page(rows: list[list[str]]) -> None:
    cells = [Cell(i, j, (text,)) for i, row in enumerate(rows) for j, text in enumerate(row)]
    _, lying, columns = lay_out(cells)
    assert sum(columns) <= (LYING if lying else UPRIGHT) + 0.1
    assert min(columns) > 0


def test_a_column_of_numbers_leaves_its_width_to_a_column_of_sentences() -> None:
    sentence = "Reconsideration first, a suit only after it, and only since 2024-01-01. " * 3
    _, _, columns = lay_out([Cell(0, 0, ("Upheld",)), Cell(0, 1, ("96",)), Cell(0, 2, (sentence,))])
    assert columns[2] > 4 * columns[0]
    assert columns[1] < columns[0]
