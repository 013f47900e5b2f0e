"""A table of cells that does not fit is refused in one line: file, line, what was found, what was expected."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from foi_analysis import Report, read_panel
from foi_analysis.report import ReadingError, records, to_csv


def without_lines(first: int, last: int) -> Callable[[str], str]:
    def change(text: str) -> str:
        lines = text.splitlines(keepends=True)
        return "".join(lines[: first - 1] + lines[last:])

    return change


def swap(old: str, new: str) -> Callable[[str], str]:
    def change(text: str) -> str:
        assert old in text
        return text.replace(old, new, 1)

    return change


def in_line(number: int, old: str, new: str) -> Callable[[str], str]:
    def change(text: str) -> str:
        lines = text.splitlines(keepends=True)
        assert old in lines[number - 1]
        lines[number - 1] = lines[number - 1].replace(old, new, 1)
        return "".join(lines)

    return change


BAD: dict[str, tuple[Callable[[str], str], str]] = {
    "a misspelt column": (swap(",value,", ",vlaue,"), "line 1: found the column 'vlaue'; expected value"),
    "a column of its own": (
        in_line(1, ",sha256", ",colour"),
        "line 1: found the column 'colour'; expected ",
    ),
    "no column of marks": (swap(",mark,printed", ",doubt,printed"), "line 1: found the column 'doubt' twice"),
    "a cell twice": (
        in_line(3, ",repealed,", ",issued,"),
        "line 3: found shanghai_psb_2024.txt: proactive.rules.issued a second time; expected it once, as in line 2",
    ),
    "half of the cells": (
        without_lines(102, 201),
        "line 2: found 100 cells of shanghai_psb_2024.txt, without requests.unable_not_held.total; "
        "expected all 200 of cn-2021",
    ),
    "text in value": (
        in_line(12, ",1672,", ",many,"),
        "line 12: found the value 'many'; expected plain digits, or nothing where no number is printed",
    ),
    "a value with a comma": (in_line(12, ",1672,number", ',"1,672",number'), "line 12: found the value '1,672'"),
    "not a number": (in_line(12, ",1672,", ",NaN,"), "line 12: found the value 'NaN'; expected plain digits"),
    "an unknown form": (
        in_line(5, ",cn-2021,", ",cn-2025,"),
        "line 5: found the form 'cn-2025'; expected cn-2019 or cn-2021 or cn-2021-hybrid",
    ),
    "two forms": (
        in_line(5, ",cn-2021,", ",cn-2019,"),
        "line 5: found the form 'cn-2019'; expected 'cn-2021', as before in this report",
    ),
    "an unknown cell": (
        in_line(2, ",rules,issued,", ",rules,isued,"),
        "line 2: found the cell proactive.rules.isued; expected one of the 200 cells of cn-2021",
    ),
    "an unknown mark": (
        in_line(2, ",number,", ",Number,"),
        "line 2: found the mark 'Number'; expected number, blank, dash, missing, unreadable, supplied",
    ),
    "an unknown proof": (
        in_line(2, "label+order", "label+luck"),
        "line 2: found the proofs 'label+luck'; expected label",
    ),
    "a blank with a value": (
        in_line(12, ",number,", ",blank,"),
        "line 12: found the value 1672 under the mark blank; expected a value where a number is, and only there",
    ),
    "a number without a value": (
        in_line(12, ",1672,number", ",,number"),
        "line 12: found no value under the mark number",
    ),
    "two organs": (
        in_line(7, "上海市公安局", "上海市"),
        "line 7: found the organ '上海市'; expected '上海市公安局', as before",
    ),
    "two years": (in_line(7, ",2024,", ",2023,"), "line 7: found the year '2023'; expected '2024', as before"),
    "no name of a report": (
        in_line(4, "shanghai_psb_2024.txt,", ","),
        "line 4: found no report; expected the name of the report in every row",
    ),
    "a ragged line": (in_line(4, ",cn-2021,", ",cn-2021,,"), "not a CSV file in UTF-8 with one width"),
    "no content": (lambda _: "", "the file is empty"),
    "a text": (lambda _: "政府信息公开\n", "line 1: found the column '政府信息公开'; expected only"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_table_that_does_not_fit_is_refused_in_one_line(reference: Report, tmp_path: Path, name: str) -> None:
    change, said = BAD[name]
    path = tmp_path / "cells.csv"
    path.write_text(change(to_csv(records(reference))), encoding="utf-8", newline="")
    with pytest.raises(ReadingError) as refused:
        read_panel(path)
    message = str(refused.value)
    assert message.startswith("cells.csv: ")
    assert said in message
    assert "\n" not in message


def test_a_year_that_is_none_is_refused(reference: Report, tmp_path: Path) -> None:
    path = tmp_path / "cells.csv"
    path.write_text(to_csv(records(reference)).replace(",2024,cn-2021", ",24,cn-2021"), encoding="utf-8")
    with pytest.raises(ReadingError, match=r"cells.csv: line 2: found the year '24'; expected four digits, or nothing"):
        read_panel(path)


def test_other_bytes_are_no_table(tmp_path: Path) -> None:
    (tmp_path / "cells.csv").write_bytes("报告,年度\n".encode("gb18030"))
    (tmp_path / "cells.parquet").write_bytes(b"PAR1 and no more")
    with pytest.raises(ReadingError, match=r"cells.csv: "):
        read_panel(tmp_path / "cells.csv")
    with pytest.raises(ReadingError, match=r"cells.parquet: not a Parquet file, or a damaged one"):
        read_panel(tmp_path / "cells.parquet")


def test_rows_of_a_parquet_file_are_counted_from_one(reference: Report, tmp_path: Path) -> None:
    import pandas as pd

    from foi_analysis.report import write

    path = tmp_path / "cells.parquet"
    write(list(records(reference)), path)
    frame = pd.read_parquet(path)
    frame.loc[4, "mark"] = "empty"
    frame.to_parquet(path, index=False)
    with pytest.raises(ReadingError, match=r"cells.parquet: row 5: found the mark 'empty'; expected number"):
        read_panel(path)


def test_a_table_saved_by_a_spreadsheet_is_read(reference: Report, tmp_path: Path) -> None:
    text = to_csv(records(reference))
    (tmp_path / "cells.csv").write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    (report,) = read_panel(tmp_path / "cells.csv")
    assert to_csv(records(report)) == text


def test_a_table_sorted_anew_is_the_same_panel(reference: Report, tmp_path: Path) -> None:
    head, *lines = to_csv(records(reference)).splitlines(keepends=True)
    (tmp_path / "cells.csv").write_text(head + "".join(sorted(lines)), encoding="utf-8")
    (report,) = read_panel(tmp_path / "cells.csv")
    assert to_csv(records(report)) == head + "".join(lines)
