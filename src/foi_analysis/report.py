"""A report as it was read: its cells with their proofs, its head, and the prose around its tables.

Nothing here reads a file, checks a sum or draws; nothing here is ever changed in place. What a report shows of itself
upstairs (HTML, claims) is loaded when it is asked for.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from functools import cache
from math import isfinite
from numbers import Integral
from pathlib import Path
from typing import Any, Literal, NamedTuple

from foi_analysis.bilingual import listed, named, organ_name
from foi_analysis.form import CellKey, Form, Identity, Table, Term
from foi_analysis.resources import Language, Told, csv_text, language_of, load, np, pd, say

Number = int | Decimal
Mark = Literal["number", "blank", "dash", "missing", "unreadable", "supplied"]

#: What a report says of itself.
FINDINGS = ("organ", "year", "scope", "level", "published_on")
#: The order in which proofs are written.
PROOFS = ("label", "order", "picture", "row", "column", "balance", "prose", "split")


@cache
def _in_order(proofs: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(proof for proof in PROOFS if proof in proofs)


class ReadingError(ValueError):
    """A file that could not be read as a report: the message says which file, why, and what to do."""


class Cell(NamedTuple):
    """One cell as printed.

    ``value`` is None where no number is printed. ``doubt`` is empty, or says why the value is doubtful;
    what stands before its first colon is a stable phrase. ``note`` keeps words printed beside a number.
    """

    key: CellKey
    value: Number | None
    mark: Mark
    printed: str = ""
    where: str = ""
    proofs: tuple[str, ...] = ()
    doubt: str = ""
    note: str = ""

    @property
    def is_number(self) -> bool:
        """Whether a number stands here, read or supplied by a person."""
        return self.value is not None

    def with_proofs(self, *proofs: str) -> Cell:
        """Return a copy with more proofs, in the fixed order."""
        if not proofs:
            return self
        ordered = _in_order(self.proofs + proofs)
        return Cell(self.key, self.value, self.mark, self.printed, self.where, ordered, self.doubt, self.note)

    def without_proofs_of_figures(self) -> Cell:
        """Return a copy with the proofs of its place only: none that other figures or the prose give."""
        return self._replace(
            proofs=tuple(proof for proof in self.proofs if proof in ("label", "order", "picture", "split"))
        )


@dataclass(frozen=True, slots=True)
class Finding:
    """Something found in the text, with the place and the words it rests on; empty when unknown.

    ``quote`` is verbatim: the source's own characters and spaces. Line breaks are left out, and a gap that parts
    a line into fields is one space. A finding that rests on several passages has one finding for each in
    ``parts``, and an ellipsis between them in ``quote``.
    """

    value: str = ""
    where: str = ""
    quote: str = ""
    doubt: str = ""
    parts: tuple[Finding, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything was found."""
        return bool(self.value)

    def record(self) -> dict[str, str]:
        """Return the finding as a record: value, where, quote, doubt."""
        return {"value": self.value, "where": self.where, "quote": self.quote, "doubt": self.doubt}


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of prose and its place."""

    text: str
    where: str


@dataclass(frozen=True, repr=False)
class Report:
    """A published annual report, read.

    A report is never changed: ``replace`` returns a copy. In a notebook it shows its head, what the checks say, and
    its three tables.

    Attributes
    ----------
    name : str
        The name of the file.
    form : Form
        The prescribed form that was recognised.
    grid : mapping
        One ``Cell`` for each cell of the form, by its key, always all of them, in printed order.
    organ, year, scope, level, published_on : Finding
        What the report says of itself, each with the place and the words it rests on.
    sha256 : str
        The SHA-256 sum of the file's bytes.
    paragraphs : tuple
        The prose around the tables.
    faults : tuple of str
        Faults of the reading, one sentence each.
    subtotals : mapping
        The cells that the organ prints beside the form's own.
    stated : mapping
        The values that the prose states for single cells, exactly.
    is_recognised : bool
        Whether it was read from pictures.
    source : Path or None
        The file, where it has pages that can be drawn, and was given by its path.

    Examples
    --------
    >>> import foi_analysis as foi
    >>> report = foi.read_report("data/raw/shanghai_psb_2024.txt")
    >>> report
    <Report shanghai_psb_2024.txt: 上海市公安局 2024, cn-2021, 200 cells, 0 in doubt>
    >>> report.value("requests", "new", "total")
    1691
    >>> report.cells["value"].tail(5).tolist()
    [34, 0, 4, 2, 40]
    """

    name: str
    form: Form
    grid: Mapping[CellKey, Cell]
    organ: Finding = Finding()
    year: Finding = Finding()
    scope: Finding = Finding()
    level: Finding = Finding()
    published_on: Finding = Finding()
    sha256: str = ""
    paragraphs: tuple[Paragraph, ...] = ()
    faults: tuple[str, ...] = ()
    subtotals: Mapping[CellKey, Cell] = field(default_factory=dict)
    stated: Mapping[CellKey, int] = field(default_factory=dict)
    is_recognised: bool = False
    source: Path | None = field(default=None, compare=False)

    def __repr__(self) -> str:
        about = f"{self.organ.value or 'organ unknown'} {self.year.value or 'year unknown'}, {self.form.id}"
        text = f"<Report {self.name}: {about}, {len(self.grid)} cells, {len(self.doubtful)} in doubt>"
        return text if len(text) <= 120 else f"{text[:118]}…>"

    def _repr_html_(self) -> str:
        html: str = load("foi_analysis.tables.about").report_html(self)
        return html

    @property
    def info(self) -> pd.Series[Any]:
        """What the report says of itself; empty when unknown.

        Index: organ, year, form, scope, level, published_on, sha256; scope_label and level_label in the language that
        is set.
        """
        year = int(self.year.value) if self.year.value.isdecimal() else pd.NA
        about: dict[str, Any] = {"organ": self.organ.value, "year": year, "form": self.form.id}
        for name in ("scope", "level"):
            code = getattr(self, name).value
            about |= {name: code, f"{name}_label": named(name, code or "unknown").one(language_of())}
        about |= {"published_on": self.published_on.value, "sha256": self.sha256}
        return pd.Series(about, dtype=object, name=self.name)

    @property
    def cells(self) -> pd.DataFrame:
        """The cells as a tidy frame: one row a cell, in printed order.

        The index is (table, row, column); ``unstack`` keeps the printed order. Columns: value (Int64, or Float64 when
        an amount has decimals; NA where no number is printed), mark, printed, where, proofs (joined with ``+``), doubt,
        and in the language that is set row_label, column_label, family (of outcome; empty for other rows) and unit.
        """
        language = language_of()
        terms = [
            (table, table.row(key.row), table.column(key.column)) for table in self.form.tables for key in table.cells
        ]
        families = {row: head.label(language) for head, rows in self.form.families() for row in rows}
        cells = self.grid.values()
        columns = {
            "value": as_counts(cell.value for cell in cells),
            **{name: [getattr(cell, name) for cell in cells] for name in ("mark", "printed", "where")},
            "proofs": ["+".join(cell.proofs) for cell in cells],
            "doubt": [cell.doubt for cell in cells],
            "row_label": [row.label(language) for _, row, _ in terms],
            "column_label": [column.label(language) for _, _, column in terms],
            "family": [families.get(row.key, "") if table.key == "requests" else "" for table, row, _ in terms],
            "unit": [column.unit(language) or table.unit_of(row.key, language) for table, row, column in terms],
        }
        return pd.DataFrame(columns, index=printed_order(self.grid))

    def table(self, name: str, language: Language | None = None) -> pd.DataFrame:
        """Return a table as published: labels as a MultiIndex, rows and columns in printed order.

        Parameters
        ----------
        name : {"proactive", "requests", "review"}
        language : {"zh", "en"}, optional
            The language of the labels; the one that is set when not given.

        Returns
        -------
        DataFrame
            Counts are Int64, amounts with decimals Float64; NA where no number is printed, or where the table has no
            such cell. ``attrs["unit"]`` has the units.

        Raises
        ------
        KeyError
            When the form has no such table; the message names those that it has.

        Examples
        --------
        >>> import foi_analysis as foi
        >>> report = foi.read_report("data/raw/shanghai_psb_2024.txt")
        >>> report.table("review", language="en").iloc[0].tolist()
        [96, 2, 7, 38, 143]
        """
        shape, told = self._table(name), language_of(language)
        rows = _labels(shape, shape.rows, told)
        columns = {
            column.key: as_counts(
                cell.value if (cell := self.grid.get(CellKey(name, row.key, column.key))) else None
                for row in shape.rows
            )
            for column in shape.columns
        }
        frame = pd.DataFrame(columns, index=rows).set_axis(_labels(shape, shape.columns, told), axis=1)
        frame.attrs["unit"] = dict(
            zip([row.key for row in shape.rows], [shape.unit_of(r.key, told) for r in shape.rows], strict=True)
        )
        return frame

    def show(self, name: str, language: Language | None = None) -> Any:
        """Return a table as published, as accessible HTML: each number with the evidence that it rests on.

        Parameters and errors as in ``table``.
        """
        return load("foi_analysis.tables.published").published_table(self, self._table(name).key, language_of(language))

    def value(self, table: str, row: str, column: str) -> Number | None:
        """Return the printed number of a cell, None where none is printed. Raises KeyError as ``cell``."""
        return self.cell(table, row, column).value

    def cell(self, table: str, row: str, column: str) -> Cell:
        """Return one cell. Raises KeyError, with the nearest name, when the form has no such cell."""
        return self.grid[self._key(f"{table}.{row}.{column}")]

    @property
    def claims(self) -> pd.DataFrame:
        """The numbers of the prose: one row a claim, what it counts, and what the tables say of it.

        See ``foi_analysis.prose.claims_frame`` for the columns.
        """
        frame: pd.DataFrame = load("foi_analysis.prose").claims_frame(self, language_of())
        return frame

    def replace(self, values: Mapping[str, Number | None]) -> Report:
        """Return a copy with other values, for "what if"; the report itself never changes.

        Parameters
        ----------
        values : mapping
            Numbers by the names of cells, as in ``{"requests.new.total": 1961}``; None for a cell without a number.

        Returns
        -------
        Report
            A copy, named as one. The cells replaced keep what is printed, carry the mark ``supplied`` and no proof; all
            others are proved anew.

        Raises
        ------
        KeyError
            When the form has no such cell; the nearest name is offered.
        ValueError
            When a value is no number.

        Examples
        --------
        >>> import foi_analysis as foi
        >>> report = foi.read_report("data/raw/shanghai_psb_2024.txt")
        >>> changed = report.replace({"requests.new.total": 1961})
        >>> foi.check(changed, verdict="broken")["rule"].tolist()
        ['applicants.new', 'balance.total', 'large_residue']
        """
        cells = {key: cell.without_proofs_of_figures() for key, cell in self.grid.items()}
        for name, value in values.items():
            key = self._key(name)
            number = _given(name, value)
            note = f"replaced; printed {cells[key].printed or 'nothing'}"
            mark: Mark = "blank" if number is None else "supplied"
            cells[key] = cells[key]._replace(value=number, mark=mark, proofs=(), doubt="", note=note)
        changed = replace(self, grid=cells, name=say("accounts.changed", language_of(), name=self.name))
        proved: Report = load("foi_analysis.read").prove(changed)
        kept = {
            key: cell._replace(proofs=()) if cell.note.startswith("replaced;") else cell
            for key, cell in proved.grid.items()
        }
        return replace(proved, grid=kept)

    @property
    def printed_cells(self) -> Mapping[CellKey, Cell]:
        """The cells of the form and the subtotals that the organ prints."""
        return {**self.grid, **self.subtotals} if self.subtotals else self.grid

    @property
    def numbers(self) -> Mapping[CellKey, Any]:
        """The number of each cell and subtotal, exactly: an int or a Fraction, NaN where none is printed."""
        return {key: exact_number(cell.value) for key, cell in self.printed_cells.items()}

    @property
    def identities(self) -> tuple[Identity, ...]:
        """The identities of the form, then those of the subtotals that the organ prints."""
        return self.form.identities_with(self.subtotals)

    @property
    def doubtful(self) -> tuple[Cell, ...]:
        """The cells whose reading is in doubt."""
        return tuple(cell for cell in self.grid.values() if cell.doubt)

    @property
    def unread(self) -> tuple[Cell, ...]:
        """The cells that are missing or unreadable."""
        return tuple(cell for cell in self.grid.values() if cell.mark in ("missing", "unreadable"))

    @property
    def is_sure(self) -> bool:
        """Whether everything printed was read, and without doubt: organ and year, each row, each cell."""
        head = self.organ.doubt or self.year.doubt or self.faults
        return not (head or self.doubtful or self.unread)

    def _table(self, name: str) -> Table:
        known = [table.key for table in self.form.tables]
        if name not in known:
            raise KeyError(Told("errors.no_table", form=self.form.id, name=name, meant=_meant(name, known)))
        return self.form.table(name)

    def _key(self, name: str) -> CellKey:
        parts = name.split(".")
        if len(parts) != 3 or CellKey(*parts) not in self.grid:
            meant = _meant(name, list(map(str, self.grid)))
            raise KeyError(Told("errors.no_cell", form=self.form.id, name=name, meant=meant))
        return CellKey(*parts)


def printed_order(keys: Iterable[CellKey]) -> pd.MultiIndex:
    """Return keys of cells, in printed order, as an index of which each level is in printed order too.

    ``unstack`` then keeps the order of the form, and ``loc`` finds the cells of a row without a search.
    """
    parts = list(zip(*keys, strict=True))
    # Tables end with the same total: what comes last in the last table comes last in the level.
    levels = [list(dict.fromkeys(reversed(part)))[::-1] for part in parts]
    places = [{name: at for at, name in enumerate(level)} for level in levels]
    codes = [[place[name] for name in part] for place, part in zip(places, parts, strict=True)]
    return pd.MultiIndex(levels=levels, codes=codes, names=CellKey._fields)


def exact_number(value: Number | None) -> Any:
    """Return a printed number as an int or a Fraction, NaN where there is none."""
    return float("nan") if value is None else value if isinstance(value, int) else Fraction(value)


def exactly(value: float) -> Any:
    """Return a float as the int or Fraction that its shortest digits write, NaN as it is."""
    if value != value:
        return value
    return int(value) if float(value).is_integer() else Fraction(repr(float(value)))


def plain_number(value: Any) -> Number | None:
    """Return an exact number as an int or a Decimal, None for NaN."""
    if value != value:
        return None
    if value == int(value):
        return int(value)
    if isinstance(value, float):
        return Decimal(repr(value))
    tens = next(places for places in range(1, 400) if 10**places % value.denominator == 0)
    return Decimal(f"{value.numerator * 10**tens // value.denominator}E-{tens}")


def as_counts(values: Any) -> Any:
    """Return numbers as a nullable array: Int64 when all are whole, else Float64; NA for None and NaN."""
    if not isinstance(values, np.ndarray):
        values = [float("nan") if value is None else value for value in values]
        if all(value != value or (value % 1 == 0 and abs(value) < 2**63) for value in values):
            return pd.array([None if value != value else int(value) for value in values], dtype="Int64")
    floats = np.array(values, np.float64)
    known = floats[floats == floats]
    whole = bool((known % 1 == 0).all()) and bool((abs(known) < 2.0**53).all())
    found = pd.array(floats, dtype="Float64")
    return found.astype("Int64") if whole else found


def _given(name: str, value: Any) -> Number | None:
    """Return a number that a person gives as an int or a Decimal. Raises ValueError when it is none."""
    if value is None or value is pd.NA:
        return None
    if isinstance(value, Integral) and not isinstance(value, bool):
        return int(value)
    if isinstance(value, Decimal | float) and isfinite(value):
        exact = value if isinstance(value, Decimal) else Decimal(repr(float(value)))
        return int(exact) if exact == int(exact) else exact
    raise ValueError(Told("errors.given_no_number", name=name, value=value))


def _labels(table: Table, terms: Iterable[Term], language: Language) -> Any:
    """Return the labels of rows or columns below the heads that stand over them, as an index; the label comes last."""
    paths = [([head.label(language) for head in table.path(one)], one.label(language)) for one in terms]
    depth = max(len(heads) for heads, _ in paths)
    if not depth:
        return pd.Index([label for _, label in paths])
    return pd.MultiIndex.from_tuples([(*heads, *[""] * (depth - len(heads)), label) for heads, label in paths])


def _meant(name: str, known: list[str]) -> Told:
    near = difflib.get_close_matches(name, known, 1)
    if near:
        return Told("errors.is_meant", near=near[0])
    return Told(f"errors.one_of{'_many' * (len(known) > 8)}", known=listed(known[:8]))


def facts_of(report: Report, language: Language) -> dict[str, str]:
    """Return what sentences say of a report, by the names of their places; what it does not say is called unknown."""
    unknown = say("tables.unknown", language)
    return {
        "organ": organ_name(report.organ.value, language) or unknown,
        "year": report.year.value or unknown,
        "published": report.published_on.value or unknown,
        "form": report.form.label(language),
        "id": report.form.id,
        "instrument": report.form.instrument,
        "cells": str(len(report.grid)),
        "file": report.name,
        "sha": report.sha256,
    }


# ---- cells as one long table ----


Record = dict[str, str]

COLUMNS = (
    "report", "organ", "year", "form", "table", "row", "column", "value", "mark", "printed", "where", "proofs",
    "doubt", "scope", "level", "published_on", "sha256",
)  # fmt: skip


def records(report: Report) -> Iterator[Record]:
    """Return one record for each cell of the form, in printed order, its keys those of ``COLUMNS``."""
    head = {"report": report.name, "form": report.form.id, "sha256": report.sha256}
    head |= {name: getattr(report, name).value for name in FINDINGS}
    for cell in report.grid.values():
        row = {**head, **cell.key._asdict(), "value": plain(cell.value), "proofs": "+".join(cell.proofs)}
        row |= {name: getattr(cell, name) for name in ("mark", "printed", "where", "doubt")}
        yield {name: row[name] for name in COLUMNS}


def plain(value: Number | None) -> str:
    """Write a number in plain digits, exactly; nothing for None."""
    return "" if value is None else format(value, "f" if not isinstance(value, int) else "d")


def to_csv(rows: Iterable[Record]) -> str:
    """Write records as CSV: UTF-8 text, LF line ends, one header line."""
    return csv_text([COLUMNS, *(row.values() for row in rows)])


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
        said = Told("errors.cannot_write", path=path, ending=path.suffix)
        raise ValueError(said if path.suffix else Told("errors.cannot_write_so", path=path))


def _typed(row: Record) -> dict[str, object]:
    value: object = json.loads(row["value"]) if row["value"] else None
    return {**row, "value": value, "year": int(row["year"]) if row["year"] else None}


def _write_parquet(rows: Sequence[Record], path: Path) -> None:
    columns = {name: [row[name] for row in rows] for name in COLUMNS}
    load("pyarrow.parquet").write_table(load("foi_analysis.cell_tables").typed(columns), path)
