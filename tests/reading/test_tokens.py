"""Printed tokens: five things stay five things, and digits are read as printed."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foi_analysis.reading.document import read_token


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", 0), ("1672", 1672), (" 7 ", 7), ("１６７２", 1672), ("16,933,560", 16933560), ("16，933，560", 16933560),
        ("-18", -18), ("−18", -18), ("－18", -18), ("减4", -4), ("增4", 4), ("+4", 4), ("96171.6", Decimal("96171.6")),
        ("12.30", Decimal("12.30")), ("4166.241619", Decimal("4166.241619")), ("251000元", 251000), ("12件", 12),
        ("75394432.52元", Decimal("75394432.52")), ("12,345", 12345), ("22（其中修订16件）", 22), ("1\u200b2", 12),
        ('="12"', 12), ("**12**", 12), ("1\u2009494", 1494), ("1\u202f234\u202f567", 1234567),
    ],
)  # fmt: skip
def test_a_number_is_read_exactly(text: str, value: int | Decimal) -> None:
    token = read_token(text)
    assert (token.mark, token.value) == ("number", value)
    assert type(token.value) is type(value)


def test_a_note_beside_a_number_is_kept() -> None:
    assert read_token("22（其中修订16件）").note == "其中修订16件"
    assert read_token("251000元").unit == "元"


@pytest.mark.parametrize("text", ["", " ", "\xa0", "\u3000", "\u200b", "\t\n"])
def test_nothing_printed_is_a_blank(text: str) -> None:
    assert read_token(text).mark == "blank"


@pytest.mark.parametrize("text", ["-", "/", "—", "——", "－", "／", "–", "无", "\\"])
def test_a_dash_is_a_dash(text: str) -> None:
    assert (read_token(text).mark, read_token(text).value) == ("dash", None)


@pytest.mark.parametrize(
    "text",
    [
        "O", "〇", "o", "l", "1O", "007", "00", "1,67", "16,72", "1,6720", "1 672", "16 72", "2\n0", "12²", "①", "½",
        "1.", ".5", "1.2.3", "12?", "约20", "20余", "十二", "--", "1-2", "12(34)", "٣", "1e5", "0x1",
        "1234567890123456", "2024-01-05", "2024-01-05 12:00:00", "12:00:00", "12.34%", "(5)", "12^3", "~12~", "TRUE",
        "\ufffd12",
    ],
)  # fmt: skip
def test_what_is_no_clear_number_is_unreadable_never_a_guess(text: str) -> None:
    token = read_token(text)
    assert token.value is None
    assert token.mark in ("unreadable", "dash")


@given(st.integers(min_value=0, max_value=10**14))
def test_every_whole_number_survives_printing_with_and_without_commas(number: int) -> None:
    assert read_token(str(number)).value == number
    assert read_token(f"{number:,}").value == number
    assert read_token(str(number).translate({48 + i: 0xFF10 + i for i in range(10)})).value == number


@given(st.text())
def test_reading_a_token_never_raises_and_a_value_needs_digits(text: str) -> None:
    token = read_token(text)
    assert (token.value is not None) == (token.mark == "number")
    if token.value is not None:
        assert any(c.isdigit() for c in text)
