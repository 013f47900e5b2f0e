"""Damaged copies of the reference text: what can be read is read right, the rest is named, nothing becomes 0."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from expected import Read

from foi_analysis import Report, read_report

Edit = Callable[..., Path]


def differences(report: Report, reference: Report) -> dict[str, str]:
    """Give the cells that differ from the reference, as mark or value."""
    return {
        str(key): str(cell.value) if cell.is_number else cell.mark
        for key, cell in report.grid.items()
        if cell.value != reference.grid[key].value
    }


def test_the_head_is_read_with_the_place_it_rests_on(reference: Report) -> None:
    assert (reference.organ.value, reference.year.value) == ("上海市公安局", "2024")
    assert (reference.scope.value, reference.level.value) == ("mixed", "provincial department")
    assert reference.organ.where == "line 5, field 1"
    assert [(part.quote, part.where) for part in reference.scope.parts] == [
        ("制发并公开行政规范性文件 7 件，动态调整我局", "line 17, field 1"),
        ("全市各级公安机关共", "line 25, field 1"),
    ]
    assert not reference.published_on
    assert reference.form.id == "cn-2021"


def test_the_words_that_the_head_rests_on_are_the_files_own_characters(reference: Report, reference_text: str) -> None:
    lines = reference_text.split("\n")
    for finding in (reference.organ, reference.year, reference.level, *reference.scope.parts):
        line = int(finding.where.removeprefix("line ").partition(",")[0])
        assert finding.quote in lines[line - 1]


@pytest.mark.parametrize(
    ("title", "organ"),
    [
        ("２０２４年 上海市公安局 政府信息公开工作年度报告", "上海市公安局"),
        ("甲市（乙区）财政局 2024 年政府信息公开工作年度报告", "甲市(乙区)财政局"),
        ("2024年上海市公安局⼯作​处政府信息公开工作年度报告", "上海市公安局工作处"),
    ],
)
def test_a_title_is_quoted_as_printed_whatever_its_reading_folds(
    edited: Edit, reference_text: str, title: str, organ: str
) -> None:
    line = next(line for line in reference_text.split("\n") if "政府信息公开工作 年度报告" in line)
    report = read_report(edited((line, title)))
    assert (report.organ.quote, report.organ.value) == (title, organ)


def test_every_cell_keeps_its_token_line_and_field(reference: Report, reference_text: str) -> None:
    lines = reference_text.split("\n")
    for cell in reference.grid.values():
        line, field = (int(word) for word in cell.where.replace("line ", "").split(", field "))
        assert lines[line - 1].split("\t")[field - 1].strip() == cell.printed
        assert str(cell.value) == cell.printed


ENCODE: dict[str, Callable[[str], bytes]] = {
    **{name: lambda text, name=name: text.encode(name) for name in ("utf-8", "utf-8-sig", "gb18030")},
    **{name: lambda text, name=name: text.encode(name) for name in ("utf-16", "utf-16-le", "utf-16-be", "utf-32")},
    "crlf": lambda text: text.replace("\n", "\r\n").encode(),
    "full-width": lambda text: text.translate({48 + i: 0xFF10 + i for i in range(10)}).encode(),
    "spaces": lambda text: text.replace("\t", "    ").encode(),
    "one space": lambda text: "\n".join(" ".join(line.split()) for line in text.split("\n")).encode(),
}


@pytest.mark.parametrize("encode", ENCODE.values(), ids=ENCODE)
def test_encodings_line_ends_and_spacing_change_nothing(
    encode: Callable[[str], bytes], reference_text: str, reference: Report, read: Read
) -> None:
    report = read(encode(reference_text), ".txt")
    assert differences(report, reference) == {}
    assert report.doubtful == ()
    assert report.organ.value == reference.organ.value


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (("\t1672\t", "\t1627\t"), {"requests.new.natural_person": "1627"}),
        (("\t1672\t", "\t1,672\t"), {}),
        (("\t16933560", "\t16,933,560"), {}),
        (("\t1672\t14", "\t\t14"), {"requests.new.natural_person": "blank"}),
        (("\t3\t1691\t", "\t3\t\t"), {"requests.new.total": "blank"}),
        (("\t1672\t14\t", "\t1672\t"), {"requests.new.business": "missing"}),
        (("\t32\t0\t", "\t32\t/\t"), {"requests.withheld_enforcement_file.business": "dash"}),
        (("\t69\t1\t0\t0\t0\t0\t70", "\t\t1\t0\t0\t0\t0\t70"), {"requests.carried_out.natural_person": "blank"}),
        (("\t69\t1\t0\t0\t0\t0\t70", "\t69\t1\t0\t0\t0\t0\t"), {"requests.carried_out.total": "blank"}),
        (("规章\t0\t0", "规章\t\t0"), {"proactive.rules.issued": "blank"}),
        (("行政许可\t16933560", "行政许可\t"), {"proactive.licences.decisions": "blank"}),
        (("\n96\t2\t7", "\n96\t\t7"), {"review.reconsideration.corrected": "blank"}),
    ],
)
def test_a_changed_cell_is_read_as_printed_and_nothing_else_changes(
    change: tuple[str, str], expected: dict[str, str], edited: Edit, reference: Report
) -> None:
    report = read_report(edited(change))
    assert differences(report, reference) == expected
    assert report.doubtful == ()


@pytest.mark.parametrize(
    ("change", "cells"),
    [
        (("7\t0\t33", "7\tO\t33"), ["proactive.normative_documents.repealed"]),
        (("7\t0\t33", "7\t〇\t33"), ["proactive.normative_documents.repealed"]),
        (("\t1672\t", "\t16 72\t"), ["requests.new.natural_person"]),
        (("\t1672\t", "\t1672²\t"), ["requests.new.natural_person"]),
        (("\t1672\t", "\t01672\t"), ["requests.new.natural_person"]),
        (
            ("\n96\t2\t7", "\n96\t7"),
            [f"review.reconsideration.{c}" for c in ("upheld", "corrected", "other", "pending", "total")],
        ),
    ],
)
def test_what_cannot_be_read_is_unreadable_and_named_with_its_line(
    change: tuple[str, str], cells: list[str], edited: Edit, reference: Report
) -> None:
    report = read_report(edited(change))
    assert differences(report, reference) == dict.fromkeys(cells, "unreadable")
    assert [str(cell.key) for cell in report.doubtful] == cells
    assert all(cell.where.startswith("line ") and cell.value is None for cell in report.doubtful)


def test_two_rows_exchanged_are_read_by_label_and_the_second_reading_doubts_them(
    reference_text: str, reference: Report, read: Read
) -> None:
    lines = reference_text.split("\n")
    at = next(i for i, line in enumerate(lines) if "6.属于四类" in line)
    lines[at - 1], lines[at] = lines[at], lines[at - 1]
    report = read("\n".join(lines), ".txt")
    assert differences(report, reference) == {}
    assert {str(cell.key): cell.doubt.partition(":")[0] for cell in report.doubtful} == {
        f"requests.{row}.{column}": "two readings disagree"
        for row in ("withheld_internal_affairs", "withheld_process")
        for column in ("natural_person", "total")
    }


def test_a_report_cut_in_the_middle_of_a_table_keeps_what_is_there(
    reference_text: str, reference: Report, read: Read
) -> None:
    report = read(reference_text[: reference_text.index("\t\t6.属于四类")], ".txt")
    rows = [row.key for row in report.form.table("requests").rows]
    lost = set(rows[rows.index("withheld_process") :])
    for key, cell in report.grid.items():
        gone = key.table == "review" or key.row in lost
        assert cell.mark == ("missing" if gone else "number")
        assert gone or cell.value == reference.grid[key].value
    assert report.form.id == "cn-2021"
    assert any("table not found: review" in fault for fault in report.faults)


@pytest.mark.parametrize("heading", ["二、行政机关主动公开政府信息情况", "三、收到和处理政府信息公开申请情况"])
def test_headings_vary_or_are_lost(heading: str, edited: Edit, reference: Report) -> None:
    for other in ("", heading[:2] + "本机关" + heading[2:], heading.replace("、", "．")):
        report = read_report(edited((f"\n{heading}\n", f"\n{other}\n")))
        assert differences(report, reference) == {}


def test_reading_changes_neither_the_file_nor_the_form(reference_path: Path, reference: Report) -> None:
    before = reference_path.read_bytes()
    assert read_report(reference_path) == reference
    assert reference_path.read_bytes() == before
