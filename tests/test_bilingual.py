"""Each doubt that reading writes has words in both languages."""

from __future__ import annotations

import re

import pytest

from foi_analysis.bilingual import doubt_of

DOUBTS = [
    "two readings disagree: by order 5 (line 3, field 2)",
    "two readings disagree: by order blank (table 1, row 3)",
    "found twice: also 5 (page 2, row 4)",
    "no label found: read by counting alone",
    "label differs from the form",
    "a blank field between the values",
    "more values than columns in the row",
    "column labels in pieces",
    "column heads in two orders",
    "a column more than the form has",
    "columns in another order than the form's",
    "the total may stand first",
    "a row of many lines, and its sum does not hold",
    "one value over several cells",
    "another unit: 元 in place of 万元",
    "years disagree: 2023 (file name)",
    "years disagree: 2023 (title)",
    "organs disagree: 上海市公安局 (line 3)",
    "unreadable: its column is not certain",
    "unreadable: the row's values do not fit its columns",
]


@pytest.mark.parametrize("doubt", DOUBTS)
def test_a_doubt_has_chinese_words_and_keeps_its_english_ones(doubt: str) -> None:
    shown = doubt_of(doubt)
    assert not re.search("[A-Za-z]", shown.zh), shown.zh
    assert shown.en == doubt.replace("(title)", "(the file's title)")


def test_words_of_no_known_doubt_stay_as_they_are() -> None:
    assert doubt_of("smudged: by a thumb").one("zh") == "smudged：by a thumb"
