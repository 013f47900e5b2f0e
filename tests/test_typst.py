"""Text comes out of a PDF as it went in, whatever it is; columns hold what is put into them."""

from __future__ import annotations

import json

import pytest
import typst
from hypothesis import given, settings
from hypothesis import strategies as st

from foi_analysis.export.typst import BREAK, LYING, UPRIGHT, Cell, lay_out, string, words


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


def test_only_what_is_too_long_is_broken() -> None:
    assert words("government information", 13.0) == string("government information")
    assert words("x" * 30, 13.0) == string(BREAK.join(["x" * 6] * 5))
    assert BREAK not in words("未经复议直接起诉的案件" * 9, 13.0)


def least(text: str) -> float:
    return Cell(0, 0, (text,)).least - Cell(0, 0).least


def test_a_word_needs_its_width_and_chinese_that_of_four_characters() -> None:
    assert least("a government of law") == pytest.approx(least("government"))
    assert least("未经复议直接起诉") == pytest.approx(4.0)
    assert least("SHA-256") > least("SHA-") + 1.0, "no line ends between a hyphen and a digit"


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


def test_many_columns_of_long_words_turn_the_page_and_then_shrink() -> None:
    few = lay_out([Cell(0, j, ("institutions",)) for j in range(15)])
    many = lay_out([Cell(0, j, ("institutions",)) for j in range(60)])
    assert (few[1], few[0] >= 6.5) == (True, True)
    assert many[:2] == (4.0, True)
    assert sum(many[2]) == pytest.approx(LYING, abs=0.5)
