"""Numbers as prose prints them: values, intervals and units."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foi_analysis.prose.numbers import Interval, chinese_number, find_numbers, interval

DIGITS = "零一二三四五六七八九"


def in_chinese(number: int) -> str:
    """Write a number in Chinese characters, as a reader of the newspaper would."""
    if number == 0:
        return DIGITS[0]
    for scale, name in ((10**8, "亿"), (10**4, "万"), (1000, "千"), (100, "百"), (10, "十")):
        if number >= scale:
            head, rest = divmod(number, scale)
            nought = DIGITS[0] if rest and rest < scale // 10 else ""
            return in_chinese(head) + name + nought + (in_chinese(rest) if rest else "")
    return DIGITS[number]


@given(st.integers(0, 10**12 - 1))
def test_a_number_in_chinese_characters_reads_as_itself(number: int) -> None:
    assert chinese_number(in_chinese(number)) == number


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("十二", 12), ("两百", 200), ("二〇二四", 2024), ("一百零五", 105), ("三万亿", 3 * 10**12),
        ("一亿两千万", 120_000_000), ("万", 10000),
    ],
)  # fmt: skip
def test_ways_of_writing_a_number(text: str, value: int) -> None:
    assert chinese_number(text) == value


@pytest.mark.parametrize(
    ("text", "low", "high", "unit"),
    [
        ("1691件", 1691, 1691, "件"),
        ("1,691件", 1691, 1691, "件"),
        ("三件", 3, 3, "件"),
        ("两件", 2, 2, "件"),
        ("十二件", 12, 12, "件"),
        ("8.1万余条", 81000, 82000, "条"),
        ("近60万人次", 500000, 600000, "人次"),
        ("近10万份", 90000, 100000, "份"),
        ("300余条", 300, 400, "条"),
        ("300多条", 300, 400, "条"),
        ("2000余万件", 20_000_000, 30_000_000, "件"),
        ("逾200万份", 2_000_000, 3_000_000, "份"),
        ("超8万余人", 80000, 90000, "人"),
        ("百余件", 100, 200, "件"),
        ("数百件", 100, 1000, "件"),
        ("十几件", 10, 20, "件"),
        ("上千件", 1000, 2000, "件"),
        ("约300件", 250, 350, "件"),
        ("300件左右", 250, 350, "件"),
        ("不少于20件", 20, None, "件"),
        ("20件以上", 20, None, "件"),
        ("不足20件", 0, 20, "件"),
        ("8.1万条", 80500, 81500, "条"),
        ("61%", Decimal("60.5"), Decimal("61.5"), "%"),
        ("61.0%", Decimal("60.95"), Decimal("61.05"), "%"),
        ("百分之六十一点五", Decimal("61.45"), Decimal("61.55"), "%"),
        ("百分之百", Decimal("99.5"), Decimal("100.5"), "%"),
        ("7730.28万元", 77302750, 77302850, "元"),
        ("三万元", 25000, 35000, "元"),
        ("6.891亿元", 689050000, 689150000, "元"),
    ],
)  # fmt: skip
def test_a_printed_number_allows_an_interval(
    text: str, low: int | Decimal, high: int | Decimal | None, unit: str
) -> None:
    (found,) = find_numbers(text)
    assert (found.interval, found.unit, found.printed) == (Interval(low, high), unit, text)


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        # a word that ends like a rounding word is none
        (("预约20件", "附近3家", "侦破10起", "签约20家"), [(True, False)]),
        # what only looks like a number is none
        (("一起", "一批", "一项", "零件", "数件", "《100件实事》", "〔2021〕", "数家"), []),
    ],
)
def test_what_only_looks_like_a_number_or_like_a_rounded_one_is_none(
    texts: tuple[str, ...], expected: list[tuple[bool, bool]]
) -> None:
    for text in texts:
        assert [(found.interval.exact, found.unclear) for found in find_numbers(text)] == expected, text


@pytest.mark.parametrize("text", ["1 691件", "1，691件", "3-5件", "3至5件", "2 1件"])
def test_a_number_that_can_be_read_in_two_ways_is_unclear(text: str) -> None:
    assert list(find_numbers(text))[-1].unclear


@given(st.integers(0, 10**9))
def test_every_interval_lies_where_its_words_say(value: int) -> None:
    for form in ("exact", "about", "rounded"):
        assert interval(value, form, 1).holds(value)
    above, below = interval(value, "above", 1), interval(value, "below", 1)
    assert above.holds(value)
    assert not below.holds(value)
    assert below.high == above.low == value


@given(st.integers(0, 10**12), st.sampled_from(["件", "条", "份"]))
def test_a_whole_number_is_read_back_as_printed(value: int, unit: str) -> None:
    for text in (f"{value}{unit}", f"{value:,}{unit}"):
        (found,) = find_numbers(text)
        assert (found.value, found.interval.exact, found.unclear) == (value, True, False)
