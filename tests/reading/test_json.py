"""JSON: pages and texts in it are read as they are elsewhere; what is no JSON, or none of a report, is told."""

from __future__ import annotations

import json
from typing import Any

import pytest
from expected import ORGAN, Read, assert_as_printed, drawn
from pagemaker.printing import to_html
from pagemaker.shapes import as_text

from foi_analysis import ReadingError

FORM, VALUES, PAGE = drawn("cn-2021", 8, 900)
HTML, TEXT = to_html(PAGE).decode(), as_text(PAGE)
HEADS = ["项目", *(column.zh for column in FORM.table("requests").columns)]


def records(blank: str | None) -> list[dict[str, str | None]]:
    """The table of requests, each row by the heads of its columns, as data frames are written."""
    table = FORM.table("requests")
    cells = {key: None if not value and blank is None else str(value) for key, value in VALUES.items()}
    rows = ([row.zh, *(cells[key] for key in table.cells if key.row == row.key)] for row in table.rows)
    return [dict(zip(HEADS, row, strict=True)) for row in rows]


@pytest.mark.parametrize(
    "value",
    [
        {"code": 200, "data": {"list": [{"title": "别的", "content": "<p>别的</p>"}, {"content": HTML}]}},
        {
            "menu": [{"id": 1, "name": "规章"}, {"id": 2, "name": "总计"}],
            "content": HTML,
            "pubDate": "2025-01-20 10:00",
        },
        {"content": HTML, "plain": TEXT},
        {"pages": TEXT},
        TEXT.splitlines(),
    ],
)
def test_a_page_or_a_text_in_json_is_read_as_it_is_elsewhere(value: Any, read: Read) -> None:
    for text in (json.dumps(value), json.dumps(value, ensure_ascii=False, indent=1), f"show({json.dumps(value)});"):
        report = read(text.encode(), ".json")
        assert_as_printed(report, VALUES)
        assert (report.organ.value, report.doubtful) == (ORGAN, ())
        assert report.published_on.value == ("2025-01-20" if isinstance(value, dict) and "pubDate" in value else "")


def by_index() -> dict[str, dict[str, str | None]]:
    return {str(row[HEADS[0]]): {head: row[head] for head in HEADS[1:]} for row in records("0")}


def by_columns() -> dict[str, dict[str, str | None]]:
    return {head: {str(i): row[head] for i, row in enumerate(records("0"))} for head in HEADS}


@pytest.mark.parametrize("table", [records("0"), by_index(), by_columns()])
def test_records_are_the_rows_of_a_table_under_their_names(table: Any, read: Read) -> None:
    report = read(json.dumps({"title": PAGE.title, "requests": table}).encode(), ".json")
    found = {key: cell.value for key, cell in report.grid.items() if key.table == "requests"}
    assert found == {key: value for key, value in VALUES.items() if key.table == "requests"}
    assert not report.doubtful


def test_a_name_given_twice_loses_no_value(read: Read) -> None:
    text = json.dumps({"name": "", "title": PAGE.title, "requests": by_index()})
    assert read(text.encode(), ".json").year.value == "2024"
    with pytest.raises(ReadingError):
        read(text.replace('"title"', '"name"').encode(), ".json")


def test_null_is_no_blank_and_no_zero(read: Read) -> None:
    report = read(json.dumps({"title": PAGE.title, "requests": records(None)}).encode(), ".json")
    for key, cell in report.grid.items():
        if key.table == "requests":
            assert cell.value == (VALUES[key] or None)
            assert VALUES[key] or cell.mark in ("missing", "unreadable")


@pytest.mark.parametrize("text", ["[" * 900 + "1" + "]" * 900, "[" * 100_000, '{"a": NaN, "b": 1e999}', "{}", "[[]]"])
def test_json_that_holds_no_report_is_refused(text: str, read: Read) -> None:
    with pytest.raises(ReadingError):
        read(text.encode(), ".json")


def test_more_json_than_any_report_is_refused(read: Read) -> None:
    long, many = json.dumps([HTML, "x" * 2_000_000]), "[" * 400 + "1,1," * 450_000 + "1" + "]" * 400
    for text, why in ((long, "more than 2 MB"), (many, "far more text than a report")):
        with pytest.raises(ReadingError, match=why):
            read(text.encode(), ".json")


def test_a_text_that_only_begins_as_json_does_is_a_text(read: Read) -> None:
    assert_as_printed(read(f"[{PAGE.title}]\n{TEXT}".encode(), ".txt"), VALUES)
