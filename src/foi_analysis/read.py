"""Read a report with everything that is proved about it: the way in for notebooks and programs.

What the program could not read a person may supply, each value with who and why. Such a cell has the mark ``supplied``
and is never called read; a value read without doubt is not replaced.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from foi_analysis.evidence import prove
from foi_analysis.form import CellKey
from foi_analysis.reading import read_file
from foi_analysis.reading.tokens import read_token
from foi_analysis.report import Cell, Number, ReadingError, Report


def read_report(source: str | Path | BinaryIO, supplied: str | Path | None = None) -> Report:
    """Read a published report, every cell with its proofs.

    Parameters
    ----------
    source : str, Path or binary file object
        A PDF, Word (.docx), HTML, MHTML, Markdown or text file; what it is, its content tells. A file object is
        opened with ``"rb"``, or is an ``io.BytesIO``; it is read from where it stands, and is not closed. The report
        bears the name of the file, and is called ``report`` where the object has none.
    supplied : str or Path, optional
        A CSV file (cell, value, who, why) with values for cells that could not be read; such cells have the mark
        ``supplied``.

    Returns
    -------
    Report
        The same for a path and for a file object.

    Raises
    ------
    OSError
        When a file cannot be opened.
    ReadingError
        When it holds no table of the prescribed form or cannot be read at all: which file, why, and what to do.

    Examples
    --------
    >>> import foi_analysis as foi
    >>> report = foi.read_report("data/raw/shanghai_psb_2024.txt")
    >>> report
    <Report shanghai_psb_2024.txt: 上海市公安局 2024, cn-2021, 200 cells, 0 in doubt>
    >>> with open("data/raw/shanghai_psb_2024.txt", "rb") as file:
    ...     foi.read_report(file) == report
    True
    """
    report = read_file(source)
    return prove(supply(report, load_supplied(supplied)) if supplied else report)


COLUMNS = ("cell", "value", "who", "why")


@dataclass(frozen=True, slots=True)
class Supplied:
    """One supplied value: its cell, the value, the person, the reason, and the line of the file it stands in."""

    key: CellKey
    value: Number
    who: str
    why: str
    where: str


def load_supplied(path: str | Path) -> tuple[Supplied, ...]:
    """Load a CSV file with the columns cell (TABLE.ROW.COLUMN), value, who, why.

    Raises OSError when it cannot be opened, and ReadingError (which line, what is wrong, what to do) when a
    line lacks one of the four, names no cell, names one twice, or gives no number.
    """
    path = Path(path)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
            header = tuple(rows[0]) if rows else COLUMNS
    except (UnicodeDecodeError, csv.Error) as error:
        raise ReadingError(f"{path.name}: not a CSV file in UTF-8 ({error}); save it as CSV UTF-8") from None
    if not set(COLUMNS) <= set(header):
        raise ReadingError(
            f"{path.name}: line 1: found the columns {', '.join(map(str, header))}; give {', '.join(COLUMNS)}"
        )
    found = [_entry(row, f"{path.name}: line {number}") for number, row in enumerate(rows, 2)]
    _refuse_twice(found)
    return tuple(found)


def supply(report: Report, entries: Iterable[Supplied]) -> Report:
    """Return the report with supplied values in the cells that could not be read, or only with doubt.

    Raises ReadingError when an entry names a cell that the form does not have, or one read without doubt.
    """
    cells = dict(report.grid)
    for entry in entries:
        cell = cells.get(entry.key)
        if cell is None:
            raise ReadingError(f"{entry.where}: {entry.key} is no cell of the form {report.form.id}; correct its name")
        if cell.is_number and not cell.doubt:
            raise ReadingError(
                f"{entry.where}: {entry.key} was read without doubt as {cell.printed} ({cell.where}); "
                "a supplied value replaces no printed one: remove the line"
            )
        cells[entry.key] = _settled(cell, entry)
    return replace(report, grid=cells)


def _settled(cell: Cell, entry: Supplied) -> Cell:
    note = f"supplied by {entry.who}: {entry.why}"
    return replace(cell, value=entry.value, mark="supplied", proofs=(), doubt="", note=note)


def _entry(row: dict[str, str | None], where: str) -> Supplied:
    texts = {name: (row.get(name) or "").strip() for name in COLUMNS}
    lacking = [name for name, text in texts.items() if not text]
    if lacking:
        raise ReadingError(f"{where}: no {' and no '.join(lacking)}; give cell, value, who and why")
    parts = texts["cell"].split(".")
    if len(parts) != 3:
        raise ReadingError(
            f"{where}: {texts['cell']!r} names no cell; write TABLE.ROW.COLUMN, as in requests.new.total"
        )
    value = read_token(texts["value"]).value
    if value is None:
        raise ReadingError(f"{where}: {texts['value']!r} is no number; write digits only")
    return Supplied(CellKey(*parts), value, texts["who"], texts["why"], where)


def _refuse_twice(entries: Sequence[Supplied]) -> None:
    seen: dict[CellKey, Supplied] = {}
    for entry in entries:
        if entry.key in seen:
            raise ReadingError(
                f"{entry.where}: {entry.key} is supplied twice, first in {seen[entry.key].where}; keep one"
            )
        seen[entry.key] = entry
