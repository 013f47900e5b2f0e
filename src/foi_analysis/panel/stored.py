"""A report as a panel keeps it: its head and its cells as columns of text, small enough to send and to store."""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, get_args

from foi_analysis.extract import COLUMNS as EXTRACTED
from foi_analysis.extract import plain
from foi_analysis.form import load_form
from foi_analysis.report import Mark, Number, Report

if TYPE_CHECKING:
    import pyarrow as pa

#: What is told once a report, what names a cell, and what is told of each cell.
HEAD = (
    "report", "organ", "organ_en", "year", "year_doubt", "form", "scope", "level", "published_on", "sha256", "faults",
)  # fmt: skip
NAMES = ("table", "row", "column")
TEXTS = ("printed", "where", "proofs", "doubt")
CELL = ("value", "mark", *TEXTS)
#: The columns of a panel in a file: those of ``extract``, then what else a report tells of its reading.
COLUMNS = (*EXTRACTED, "year_doubt", "faults")
MARKS: tuple[Mark, ...] = get_args(Mark)


@dataclass(frozen=True, slots=True)
class Stored:
    """A report as texts: ``head`` by the names in ``HEAD``, ``cells`` by those in ``CELL``, in the form's order."""

    head: dict[str, str]
    cells: dict[str, list[str]]


def store(report: Report) -> Stored:
    """Give a report as texts; what is unknown, and a value where no number is printed, is empty."""
    cells = list(report.grid.values())
    head = {
        "report": report.name,
        "organ": report.organ.value,
        "organ_en": "",
        "year": report.year.value,
        "year_doubt": report.year.doubt,
        "form": report.form.id,
        "scope": report.scope.value,
        "level": report.level.value,
        "published_on": report.published_on.value,
        "sha256": report.sha256,
        "faults": "\n".join(report.faults),
    }
    columns: dict[str, list[str]] = {
        "value": [plain(cell.value) for cell in cells],
        "mark": [cell.mark for cell in cells],
        "printed": [cell.printed for cell in cells],
        "where": [cell.where for cell in cells],
        "proofs": ["+".join(cell.proofs) for cell in cells],
        "doubt": [cell.doubt for cell in cells],
    }
    return Stored(head, columns)


def pack(stored: Stored) -> bytes:
    """Write a stored report as few bytes."""
    text = json.dumps([stored.head, stored.cells], ensure_ascii=False, separators=(",", ":"))
    return zlib.compress(text.encode("utf-8", "surrogatepass"), 1)


def unpack(content: bytes) -> Stored:
    """Read what ``pack`` wrote. Raises ValueError or zlib.error when it is something else."""
    head, cells = json.loads(zlib.decompress(content).decode("utf-8", "surrogatepass"))
    return Stored(head, cells)


def number(value: float) -> Number:
    """Give a float as the whole number or the decimal that its shortest digits write.

    >>> number(7730.28), number(12.0)
    (Decimal('7730.28'), 12)
    """
    return int(value) if value.is_integer() else Decimal(repr(value))


def to_table(reports: Sequence[Stored]) -> pa.Table:
    """Put reports into one Arrow table of texts, one row a cell, dictionaries for what repeats.

    Its columns are ``HEAD``, ``NAMES`` and ``CELL``.
    """
    import numpy as np
    import pyarrow as pa

    forms = [load_form(one.head["form"]) for one in reports]
    repeated = pa.array(np.repeat(np.arange(len(reports)), [len(form.cells) for form in forms]))
    columns = {name: _coded([one.head[name] for one in reports]).take(repeated) for name in HEAD}
    for at, name in enumerate(NAMES):
        columns[name] = _coded([key[at] for form in forms for key in form.cells])
    for name in CELL:
        columns[name] = _coded([text for one in reports for text in one.cells[name]])
    return pa.table(columns)


def typed(table: pa.Table) -> pa.Table:
    """Give a table of texts as it is written to Parquet: ``COLUMNS``, numbers as numbers, null where none is."""
    import pyarrow as pa

    kinds = {"value": pa.float64(), "year": pa.int16()}
    columns = {}
    for name in COLUMNS:
        texts = table.column(name).cast(pa.string())
        columns[name] = _numbers(texts, kinds[name]) if name in kinds else texts
    return pa.table(columns)


def schema() -> pa.Schema:
    """Give the columns of a panel's Parquet file with their types."""
    return typed(to_table(())).schema


def _numbers(texts: pa.ChunkedArray, kind: pa.DataType) -> pa.ChunkedArray:
    import pyarrow as pa
    import pyarrow.compute as pc

    return pc.if_else(pc.equal(texts, ""), pa.scalar(None, pa.string()), texts).cast(kind)


def _coded(texts: list[str]) -> pa.DictionaryArray:
    import pyarrow as pa

    return pa.array(texts, pa.string()).dictionary_encode()
