"""Read a report with everything that is proved about each cell: the way in for notebooks and programs.

What the program could not read a person may supply, each value with who and why. Such a cell has the mark ``supplied``
and is never called read; a value read without doubt is not replaced.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from foi_analysis.bilingual import Words, joined, listed, place, same
from foi_analysis.form import CellKey, Identity
from foi_analysis.prose import claims, proved_cells, stated_values
from foi_analysis.reading import read_file
from foi_analysis.reading.document import read_token
from foi_analysis.report import Cell, Number, ReadingError, Report
from foi_analysis.resources import Told, load, pd, system_told

if TYPE_CHECKING:
    from foi_analysis.panel import Panel


def read_report(source: str | Path | BinaryIO, supplied: str | Path | None = None) -> Report:
    """Read a published report, every cell with its proofs.

    Parameters
    ----------
    source : str, Path or binary file object
        A PDF, Word or WPS file (.docx, .doc, .wps), workbook (.xlsx, .xls, .et), OFD, HTML, MHTML, Markdown, CSV or
        text file, or a picture (png, jpg, tif, webp, bmp); what it is, its content tells. A file object is opened with
        ``"rb"``, or is an ``io.BytesIO``; it is read from where it stands, and is not closed. The report bears the name
        of the file, and is called ``report`` where the object has none. What is recognised in a picture, or a PDF of
        pictures, is written beside a file that is given by its path (``FILE.ocr.json``) and read from there.
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
    with system_told():
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
        raise ReadingError(Told("errors.not_csv", name=path.name, error=error)) from None
    if not set(COLUMNS) <= set(header):
        columns = listed(header)
        raise ReadingError(Told("errors.supplied_columns", name=path.name, found=columns, known=listed(COLUMNS)))
    found = [_entry(row, Told("errors.supplied_line", name=path.name, n=number)) for number, row in enumerate(rows, 2)]
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
            form = report.form.id
            raise ReadingError(Told("errors.no_such_cell", where=entry.where, cell=str(entry.key), form=form))
        if cell.is_number and not cell.doubt:
            read = {"printed": cell.printed, "place": Words(place(cell.where).zh, cell.where)}
            raise ReadingError(Told("errors.read_already", where=entry.where, cell=str(entry.key), **read))
        note = Told("errors.supplied_by", who=entry.who, why=entry.why)
        cells[entry.key] = cell._replace(value=entry.value, mark="supplied", proofs=(), doubt="", note=note)
    return replace(report, grid=cells)


def _entry(row: dict[str, str | None], where: str) -> Supplied:
    texts = {name: (row.get(name) or "").strip() for name in COLUMNS}
    lacking = [name for name, text in texts.items() if not text]
    if lacking:
        raise ReadingError(Told("errors.lacking", where=where, lacking=joined([*map(same, lacking)], en=" and no ")))
    parts = texts["cell"].split(".")
    if len(parts) != 3:
        raise ReadingError(Told("errors.no_cell_name", where=where, cell=texts["cell"]))
    value = read_token(texts["value"]).value
    if value is None:
        raise ReadingError(Told("errors.no_number", where=where, value=texts["value"]))
    return Supplied(CellKey(*parts), value, texts["who"], texts["why"], where)


def _refuse_twice(entries: Sequence[Supplied]) -> None:
    seen: dict[CellKey, Supplied] = {}
    for entry in entries:
        if entry.key in seen:
            first = seen[entry.key].where
            raise ReadingError(Told("errors.supplied_twice", where=entry.where, cell=str(entry.key), first=first))
        seen[entry.key] = entry


# ---- proofs of each cell ----


#: The doubts of cells of pictures that nothing bears out, or that a sum contradicts.
_ALONE, _CONTRADICTED = "recognised once", "recognised in a picture, and a sum does not hold"


def prove(report: Report) -> Report:
    """Return a report with the proofs of its identities (``row``, ``column``, ``balance``) and of its ``prose``.

    An identity proves its cells only when it holds; the prose only a cell that it states alone and exactly. A cell of a
    picture is doubted when nothing but its place proves it, or when an identity over it is broken.
    """
    numbers = report.numbers
    proofs, broken = _proofs_by(report.identities, tuple(identity.code(numbers) for identity in report.identities))
    found = claims(report)
    proofs = proofs | {key: (*proofs.get(key, ()), "prose") for key in proved_cells(found)}
    cells = {key: cell.with_proofs(*proofs.get(key, ())) for key, cell in report.grid.items()}
    if report.is_recognised:
        cells = {key: _of_picture(cell, proofs.get(key, ()), key in broken) for key, cell in cells.items()}
    return replace(report, grid=cells, stated=stated_values(found))


@lru_cache(maxsize=64)
def _proofs_by(
    identities: tuple[Identity, ...], codes: tuple[int, ...]
) -> tuple[dict[CellKey, tuple[str, ...]], frozenset[CellKey]]:
    """Return the proofs that identities give their cells where they hold, and the cells of those that are broken."""
    proofs: dict[CellKey, tuple[str, ...]] = {}
    broken: set[CellKey] = set()
    for identity, code in zip(identities, codes, strict=True):
        if code == 1:
            broken.update(identity.cells)
        for key in identity.cells if code == 0 else ():
            proofs[key] = (*proofs.get(key, ()), identity.proof)
    return proofs, frozenset(broken)


def _of_picture(cell: Cell, figures: Sequence[str], is_broken: bool) -> Cell:
    """Return a cell of a picture with the doubt that its proofs leave; ``figures`` are those beyond its place."""
    doubt = "" if cell.doubt in (_ALONE, _CONTRADICTED) else cell.doubt
    if doubt or cell.mark in ("missing", "unreadable", "supplied"):
        return cell._replace(doubt=doubt)
    if is_broken:  # whatever else holds: one digit misread everywhere breaks one sum and keeps another
        return cell._replace(doubt=_CONTRADICTED)
    return cell._replace(doubt="" if figures or "picture" in cell.proofs else _ALONE)


def exit_status(report: Report) -> int:
    """Return the exit status for a report that could be read.

    0 when everything printed was read without doubt and every identity and bound holds; 1 for a doubtful organ or
    year, a doubtful, missing or unreadable cell, a printed row that has no place in the form, an identity that is
    broken or not assessable, a broken bound, or a claim contradicted.
    """
    numbers = report.numbers
    if not report.is_sure or any(one.code(numbers) for one in report.identities):
        return 1
    if any(bound.code(numbers) == 1 for bound in report.form.bounds):
        return 1
    return int(any(claim.verdict == "contradicts" for claim in claims(report)))


def certify(x: Report | Panel | Iterable[Report]) -> pd.DataFrame:
    """Count the cells of each table by the proofs they carry.

    Parameters
    ----------
    x : Report, Panel or iterable of Report

    Returns
    -------
    DataFrame
        One row for each report, table and combination of proofs that occurs, most proofs first. Columns: report,
        table, proofs (joined with ``+``, empty for none), count (of proofs), cells, doubtful.

    Examples
    --------
    >>> import foi_analysis as foi
    >>> report = foi.read_report("data/raw/shanghai_psb_2024.txt")
    >>> foi.certify(report).groupby("table", sort=False)["cells"].sum().to_dict()
    {'proactive': 10, 'requests': 175, 'review': 15}
    """
    frame: pd.DataFrame = load("foi_analysis.panel").as_panel(x).cells
    return (
        frame.assign(
            doubtful=frame["doubt"] != "",
            at=pd.factorize(frame["report"])[0],
            place=pd.factorize(frame["table"])[0],
            count=[len(text.split("+")) if text else 0 for text in frame["proofs"]],
        )
        .groupby(["at", "report", "place", "table", "count", "proofs"], as_index=False)
        .agg(cells=("row", "size"), doubtful=("doubtful", "sum"))
        .sort_values(["at", "place", "count", "proofs"], ascending=[True, True, False, True])
        .reset_index(drop=True)[["report", "table", "proofs", "count", "cells", "doubtful"]]
    )
