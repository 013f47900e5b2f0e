"""Titles as organs write them, of invented places: organ, year and level, each right or at least not wrong."""

from __future__ import annotations

import csv
import tomllib
from pathlib import Path

import pytest

from foi_analysis.reading.head import Head, read_head
from foi_analysis.reading.html import read_html
from foi_analysis.reading.text import read_text

HERE = Path(__file__).parent
TITLE = "平川县水利局2023年政府信息公开工作年度报告"
TITLES = list(csv.DictReader((HERE / "heads.csv").read_text("utf-8").splitlines()))
CASES = [
    (promise, {what: said for what, said in case.items() if what != "texts"}, text)
    for promise, cases in tomllib.loads((HERE / "heads.toml").read_text("utf-8")).items()
    for case in cases
    for text in case["texts"]
]


def head_of(text: str, name: str = "report.txt") -> Head:
    content = f"{text}\n一、总体情况\n略。\n".encode()
    return read_head(read_html(name, content, "", "utf-8") if text[0] == "<" else read_text(name, content, ""))


def test_of_300_titles_none_is_read_wrong_and_nearly_all_are_read() -> None:
    assert len(TITLES) >= 300
    right = 0
    for row in TITLES:
        head = head_of(row["title"])
        wanted = (row["organ"].replace("（", "(").replace("）", ")"), row["year"], row["level"] or "unknown")
        found = (head.organ.value, head.year.value, head.level.value)
        wrong = [one for one, other in zip(found, wanted, strict=True) if one not in (other, "", "unknown")]
        assert not wrong or head.organ.doubt or head.year.doubt, (row["title"], found)
        right += found == wanted
    assert right >= 0.95 * len(TITLES)


@pytest.mark.parametrize(("promise", "wanted", "text"), CASES, ids=[promise for promise, *_ in CASES])
def test_a_head_is_read_from_what_it_rests_on(promise: str, wanted: dict[str, str], text: str) -> None:
    head = head_of(text.replace("{T}", TITLE), wanted.get("name", "report.txt"))
    for what in wanted.keys() - {"name"}:
        finding = getattr(head, what.removesuffix("_doubt"))
        assert (finding.doubt if what.endswith("_doubt") else finding.value) == wanted[what], (promise, what)
