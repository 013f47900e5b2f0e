"""Lines fit, and nothing of a text is lost on the way."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from foi_analysis.figures.style import width_of
from foi_analysis.figures.wrap import balance, wrap

TEXTS = st.text(alphabet="申请公开政府信息，。（）《》abc ,.19", max_size=60)
WIDTHS = st.floats(min_value=20, max_value=200)


@settings(max_examples=60, deadline=None)
@given(text=TEXTS, width=WIDTHS)
def test_no_line_is_too_wide_and_no_character_is_lost(text: str, width: float) -> None:
    lines = wrap(text, 8, width)
    assert "".join(lines).replace(" ", "") == "".join(text.split())
    assert all(width_of(line, 8) <= width for line in lines)


def test_words_stay_whole_and_chinese_breaks_anywhere() -> None:
    assert wrap("Litigation after reconsideration", 8, 70) == ["Litigation after", "reconsideration"]
    assert wrap("政府信息公开申请", 8, 32) == ["政府信息", "公开申请"]


def test_a_closing_sign_never_begins_a_line() -> None:
    assert wrap("申请公开，申请", 8, 33) == ["申请公", "开，申请"]


def test_a_word_wider_than_the_line_is_broken() -> None:
    assert wrap("x" * 30, 8, 40)[0] == "x" * len(wrap("x" * 30, 8, 40)[0])
    assert len(wrap("x" * 30, 8, 40)) > 1


def test_a_title_is_broken_evenly_and_never_within_a_word() -> None:
    text = "Public-interest organisations and others"
    assert balance(text, 8, width_of(text, 8) - 1) == ["Public-interest", "organisations and others"]


def test_an_empty_text_is_one_empty_line() -> None:
    assert wrap("", 8, 50) == [""]
