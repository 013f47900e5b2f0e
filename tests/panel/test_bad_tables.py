"""A table of cells that does not fit is refused in one line: file, line, what was found, what was expected."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from foi_analysis import Report, read_panel
from foi_analysis.report import ReadingError, records, to_csv, write

#: What is wrong with a table, the line it is in, a text there and what stands instead of it, and what is said.
LINES = pd.read_csv(Path(__file__).parent / "bad_tables.csv", keep_default_na=False)
#: Tables of which another text is left.
WHOLE: dict[str, tuple[Callable[[str], str], str]] = {
    "half of the cells": (lambda text: "".join(text.splitlines(keepends=True)[:101]), "line 2: found 100 cells of "
                          "shanghai_psb_2024.txt, without requests.unable_not_held.total; expected all 200 of cn-2021"),
    "a year that is none": (lambda text: text.replace(",2024,cn-2021", ",24,cn-2021"),
                            "line 2: found the year '24'; expected four digits, or nothing"),
    "no content": (lambda _: "", "the file is empty"),
    "a text": (lambda _: "政府信息公开\n", "line 1: found the column '政府信息公开'; expected only"),
}  # fmt: skip


def refusal(folder: Path, text: str) -> str:
    path = folder / "cells.csv"
    path.write_text(text, encoding="utf-8", newline="")
    with pytest.raises(ReadingError) as refused:
        read_panel(path)
    message = str(refused.value)
    assert message.startswith("cells.csv: ")
    assert "\n" not in message
    return message


@pytest.mark.parametrize("fault", LINES.to_dict("records"), ids=LINES["fault"])
def test_a_line_that_does_not_fit_is_told_in_one_line(reference: Report, tmp_path: Path, fault: dict[str, Any]) -> None:
    lines = to_csv(records(reference)).splitlines(keepends=True)
    good, at = lines[fault["line"] - 1], fault["line"] - 1
    lines[at] = good.replace(fault["found"], fault["instead"], 1)
    assert lines[at] != good
    assert fault["said"] in refusal(tmp_path, "".join(lines))


@pytest.mark.parametrize(("change", "said"), WHOLE.values(), ids=WHOLE)
def test_a_table_that_does_not_fit_is_told_in_one_line(
    reference: Report, tmp_path: Path, change: Callable[[str], str], said: str
) -> None:
    assert said in refusal(tmp_path, change(to_csv(records(reference))))


def test_other_bytes_are_no_table_and_rows_of_parquet_are_counted_from_one(tmp_path: Path, reference: Report) -> None:
    (tmp_path / "cells.csv").write_bytes("报告,年度\n".encode("gb18030"))
    (tmp_path / "cells.parquet").write_bytes(b"PAR1 and no more")
    with pytest.raises(ReadingError, match=r"cells.csv: "):
        read_panel(tmp_path / "cells.csv")
    with pytest.raises(ReadingError, match=r"cells.parquet: not a Parquet file, or a damaged one"):
        read_panel(tmp_path / "cells.parquet")
    path = tmp_path / "cells.parquet"
    write(list(records(reference)), path)
    frame = pd.read_parquet(path)
    frame.loc[4, "mark"] = "empty"
    frame.to_parquet(path, index=False)
    with pytest.raises(ReadingError, match=r"cells.parquet: row 5: found the mark 'empty'; expected number"):
        read_panel(path)


def test_a_table_saved_by_a_spreadsheet_or_sorted_anew_is_the_same_panel(reference: Report, tmp_path: Path) -> None:
    text = to_csv(records(reference))
    head, *lines = text.splitlines(keepends=True)
    for content in ("\ufeff" + text.replace("\n", "\r\n"), head + "".join(sorted(lines))):
        (tmp_path / "cells.csv").write_bytes(content.encode())
        (report,) = read_panel(tmp_path / "cells.csv")
        assert to_csv(records(report)) == text
