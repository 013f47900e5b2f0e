"""Write the cells of reports as one long table: the output of ``foi-analysis extract``."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Literal

from foi_analysis.csvtext import csv_text
from foi_analysis.lazy import load
from foi_analysis.report import Number, Report

Record = dict[str, str]

COLUMNS = (
    "report", "organ", "year", "form", "table", "row", "column", "value", "mark", "printed", "where", "proofs",
    "doubt", "scope", "level", "published_on", "sha256",
)  # fmt: skip


def records(report: Report) -> Iterator[Record]:
    """Return one record for each cell of the form, in printed order, its keys those of ``COLUMNS``."""
    before = {"report": report.name, "organ": report.organ.value, "year": report.year.value, "form": report.form.id}
    after = {
        "scope": report.scope.value,
        "level": report.level.value,
        "published_on": report.published_on.value,
        "sha256": report.sha256,
    }
    for cell in report.grid.values():
        yield {
            **before,
            **{"table": cell.key.table, "row": cell.key.row, "column": cell.key.column},
            "value": plain(cell.value),
            **{"mark": cell.mark, "printed": cell.printed, "where": cell.where},
            **{"proofs": "+".join(cell.proofs), "doubt": cell.doubt},
            **after,
        }


def plain(value: Number | None) -> str:
    """Write a number in plain digits, exactly; nothing for None."""
    return "" if value is None else format(value, "f" if not isinstance(value, int) else "d")


def to_csv(rows: Iterable[Record]) -> str:
    """Write records as CSV: UTF-8 text, LF line ends, one header line."""
    return csv_text([COLUMNS, *([row[name] for name in COLUMNS] for row in rows)])


def to_json(rows: Iterable[Record]) -> str:
    """Write records as a JSON array; numbers are numbers, and null where none is printed."""
    return json.dumps([_typed(row) for row in rows], ensure_ascii=False, indent=1) + "\n"


def write(rows: Sequence[Record], path: Path) -> None:
    """Write records to a ``.csv``, ``.json`` or ``.parquet`` file; raises ValueError for another ending."""
    writers = {".csv": to_csv, ".json": to_json}
    if path.suffix in writers:
        path.write_text(writers[path.suffix](rows), encoding="utf-8", newline="\n")
    elif path.suffix == ".parquet":
        _write_parquet(rows, path)
    else:
        raise ValueError(
            f"{path}: cannot write {path.suffix or 'a file without an ending'}; use .csv, .json or .parquet"
        )


def _typed(row: Record) -> dict[str, object]:
    value: object = json.loads(row["value"]) if row["value"] else None
    return {**row, "value": value, "year": int(row["year"]) if row["year"] else None}


def _write_parquet(rows: Sequence[Record], path: Path) -> None:
    pa, parquet = load("pyarrow"), load("pyarrow.parquet")
    kinds: dict[str, Literal["f", "i"]] = {"value": "f", "year": "i"}
    columns = {
        name: pa.array(
            [_number(row[name], kinds[name]) if name in kinds else row[name] for row in rows],
            {"f": pa.float64(), "i": pa.int16()}[kinds[name]] if name in kinds else pa.string(),
        )
        for name in COLUMNS
    }
    parquet.write_table(pa.table(columns), path)


def _number(text: str, kind: Literal["f", "i"]) -> float | int | None:
    return None if not text else int(text) if kind == "i" else float(text)
