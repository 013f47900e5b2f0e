"""Text comes out of a PDF as it went in, whatever it is; columns hold what is put into them."""

from __future__ import annotations

import json

import pytest
import typst
from hypothesis import given, settings
from hypothesis import strategies as st

from foi_analysis.export.pdf.inline import BREAK, breakable, narrowest, string, width
from foi_analysis.export.pdf.tables import LYING, UPRIGHT, lay_out, wanted


@given(st.text(st.characters(exclude_categories=["Cs"])))
@settings(max_examples=60, deadline=None)
def test_any_text_is_a_string_of_typst_that_means_that_text(text: str) -> None:
    assert "\n" not in string(text)
    assert json.loads(typst.eval(b"", string(text))) == text


@given(st.text(), st.floats(1.0, 30.0))
def test_places_to_break_are_all_that_is_added_to_a_text(text: str, longest: float) -> None:
    assert breakable(text, longest).replace(BREAK, "") == text.replace(BREAK, "")


def test_only_what_is_too_long_is_broken() -> None:
    assert breakable("government information", 13.0) == "government information"
    assert breakable("x" * 30, 13.0) == BREAK.join(["x" * 6] * 5)
    assert BREAK not in breakable("未经复议直接起诉的案件" * 9, 13.0)


def test_a_word_needs_its_width_and_chinese_that_of_four_characters() -> None:
    assert narrowest("a government of law") == width("government")
    assert narrowest("未经复议直接起诉") == 4.0
    assert narrowest("SHA-256") == width("SHA-256"), "no line ends between a hyphen and a digit"
    assert narrowest("") == 0.0


_TEXTS = st.text(st.sampled_from("aW1-/ 政府，"), max_size=60)


@given(st.lists(st.lists(_TEXTS, min_size=7, max_size=7), min_size=1, max_size=6))
@settings(deadline=None)
def test_no_table_is_wider_than_its_page(rows: list[list[str]]) -> None:
    cells = [wanted(i, j, 1, text) for i, row in enumerate(rows) for j, text in enumerate(row)]
    layout = lay_out(7, cells)
    assert sum(layout.columns) <= (LYING if layout.lying else UPRIGHT) + 0.1
    assert min(layout.columns) > 0


def test_a_column_of_numbers_leaves_its_width_to_a_column_of_sentences() -> None:
    sentence = "Reconsideration first, a suit only after it, and only since 2024-01-01. " * 3
    layout = lay_out(3, [wanted(0, 0, 1, "Upheld"), wanted(0, 1, 1, "96"), wanted(0, 2, 1, sentence)])
    assert layout.columns[2] > 4 * layout.columns[0]
    assert layout.columns[1] == pytest.approx((width("96") + 1.1) * layout.size, abs=0.01)


def test_many_columns_of_long_words_turn_the_page_and_then_shrink() -> None:
    few = lay_out(15, [wanted(0, j, 1, "institutions") for j in range(15)])
    many = lay_out(60, [wanted(0, j, 1, "institutions") for j in range(60)])
    assert (few.lying, few.size >= 6.5) == (True, True)
    assert many.lying
    assert many.size == 4.0
    assert sum(many.columns) == pytest.approx(LYING, abs=0.5)
