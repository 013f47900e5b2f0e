"""Tables of cells, one row a cell, as files and as the frames of a panel.

Reports, CSV and Parquet files all come in by the same way: a table of texts whose rows are checked and given their
places. What does not fit is refused with file, row, what was found and what was expected.
"""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
from pyarrow import csv, parquet

from foi_analysis.bilingual import joined, listed, same
from foi_analysis.form import CellKey, Form, form_ids, load_form
from foi_analysis.reading.document import read_token
from foi_analysis.report import COLUMNS as EXTRACTED
from foi_analysis.report import PROOFS, Cell, Mark, Number, ReadingError, Report, plain
from foi_analysis.resources import Told

Array = npt.NDArray[Any]
Ints = npt.NDArray[np.int64]

#: What is told once a report, what names a cell, and what is told of each cell.
HEAD = (
    "report", "organ", "organ_en", "organ_doubt", "year", "year_doubt", "form", "scope", "level", "published_on",
    "sha256", "faults", "stated",
)  # fmt: skip
NAMES = ("table", "row", "column")
EVIDENCE = ("printed", "where", "proofs")
CELL = ("value", "mark", *EVIDENCE, "doubt")
#: The columns of a panel's Parquet file: those of ``extract``, then what else a report tells of its reading.
COLUMNS = (*EXTRACTED, "organ_doubt", "year_doubt", "faults", "stated")
MARKS: tuple[Mark, ...] = get_args(Mark)
#: What a panel's Parquet file says of its own format.
FORMAT = {b"foi_analysis.panel": b"1"}

_NEEDED = ("report", "form", *NAMES, "value", "mark")
_KNOWN = (*HEAD, *NAMES, *CELL)
_DIGITS = re.compile(r"-?\d+(\.\d+)?", re.ASCII)
_WITH_NUMBER = [MARKS.index("number"), MARKS.index("supplied")]


@cache
def all_cells() -> tuple[CellKey, ...]:
    """Return the cells of all forms, each once: those of the 2021 form first, in printed order."""
    forms = sorted((load_form(form_id) for form_id in form_ids()), key=lambda form: form.id != "cn-2021")
    return tuple(dict.fromkeys(key for form in forms for key in form.cells))


@cache
def columns_of(form: Form) -> Ints:
    """Return the places of a form's cells among ``all_cells``."""
    at = {key: place for place, key in enumerate(all_cells())}
    return np.array([at[key] for key in form.cells], np.int64)


@dataclass(frozen=True, eq=False)
class Frames:
    """The cells of many reports.

    ``heads`` has one row a report, its columns ``HEAD``, all text. ``figures`` has the shape (reports, cells of all
    forms), NaN where no number is printed or the form has no such cell. ``exceptions`` has one row for each cell that
    is not a plain number: report and cell (places in ``figures``), mark (a place in ``MARKS``), doubt, and exact, the
    number where a float does not keep its digits. ``evidence`` has printed, where and proofs of each cell, the cells
    of a report together in the order of its form. ``subtotals`` are cells that some reports print beside the form's.
    """

    heads: pd.DataFrame
    figures: npt.NDArray[np.float64]
    exceptions: pd.DataFrame
    evidence: pd.DataFrame
    subtotals: Mapping[int, Mapping[CellKey, Cell]]


@dataclass(frozen=True)
class Source:
    """A table of cells: its name for messages, its columns, and how one of them is read.

    ``first`` is the number of its first row in ``counted`` (line or row) for messages; ``numeric`` tells that values
    come as floats, not as texts.
    """

    name: str
    columns: tuple[str, ...]
    rows: int
    column: Callable[[str], pa.ChunkedArray]
    counted: str = "line"
    first: int = 2
    numeric: bool = False

    def texts(self, name: str) -> tuple[Array, list[str]]:
        """Return a column as one code a row and the texts that codes stand for; the empty text where it is null."""
        if name not in self.columns:
            return np.zeros(self.rows, np.int32), [""]
        column = self.column(name)
        if not (pa.types.is_dictionary(column.type) and pa.types.is_string(column.type.value_type)):
            value_type = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
            column = column.cast(value_type).cast(pa.string()).dictionary_encode()
        chunks = column.unify_dictionaries().chunks
        texts: list[str | None] = chunks[0].dictionary.to_pylist() if chunks else []
        indices = [chunk.indices.fill_null(len(texts)).to_numpy(zero_copy_only=False) for chunk in chunks]
        codes = np.concatenate(indices).astype(np.int32, copy=False) if indices else np.zeros(0, np.int32)
        return codes, [text or "" for text in texts] + [""]

    def refuse(self, row: int, found: Told, expected: object) -> ReadingError:
        """Return the error that says what was found in a row, counted from 0, and what was expected."""
        return self.refuse_line(self.first + row, found, expected)

    def refuse_line(self, number: int, found: Told, expected: object) -> ReadingError:
        """Return the error that says what was found in a line, or a row, of this number, and what was expected."""
        said = {"name": self.name, "at": self.at(number), "found": found, "expected": expected}
        return ReadingError(Told("errors.found_in", **said))

    def at(self, number: int) -> Told:
        """Name a line, or a row, by its number."""
        return Told(f"errors.in_{self.counted}", n=number)

    def require(self, name: str, known: Callable[[str], bool], expected: object) -> tuple[Array, list[str]]:
        """Return a column as ``texts`` does; raise ReadingError for the first text that is not known."""
        codes, texts = self.texts(name)
        strange = [at for at, text in enumerate(texts) if not known(text)]
        for row in np.flatnonzero(np.isin(codes, strange))[:1] if strange else ():
            raise self.refuse(int(row), Told("errors.found_text", name=name, text=texts[codes[row]]), expected)
        return codes, texts


def of_reports(reports: Iterable[Report]) -> Frames:
    """Put reports side by side, in the order given.

    Raises
    ------
    ReadingError
        When two have one name.
    """
    given = list(reports)
    names = Counter(report.name for report in given)
    twice = next((name for name, n in names.items() if n > 1), None)
    if twice is not None:
        raise ReadingError(Told("errors.two_names", name=twice))
    table = text_table([(report.name, report) for report in given])
    return place(_checked(Source("reports", tuple(table.column_names), table.num_rows, table.column)))


def read_csv(path: Path) -> Frames:
    """Read a CSV file of cells in UTF-8. Raises OSError, and ReadingError when it is none or does not fit."""
    with path.open("rb") as file:
        if not file.read(1):
            raise ReadingError(Told("errors.empty_table", name=path.name))
    kinds = dict.fromkeys(_KNOWN, pa.dictionary(pa.int32(), pa.string()))
    try:
        table = csv.read_csv(
            path,
            parse_options=csv.ParseOptions(newlines_in_values=True),
            convert_options=csv.ConvertOptions(column_types=kinds, strings_can_be_null=False),
        )
        # Names of columns and texts are decoded when they are looked at.
        return place(_checked(Source(path.name, tuple(table.column_names), table.num_rows, table.column)))
    except (pa.ArrowInvalid, UnicodeDecodeError) as error:
        raise ReadingError(Told("errors.not_table_csv", name=path.name, error=_short(error))) from None


def read_parquet(path: Path) -> Frames:
    """Read a Parquet file of cells, column by column. Raises as ``read_csv``."""
    try:
        file = parquet.ParquetFile(path)
        columns, rows = tuple(file.schema_arrow.names), file.metadata.num_rows
        value = file.schema_arrow.field("value").type if "value" in columns else pa.float64()
    except pa.ArrowInvalid as error:
        raise ReadingError(Told("errors.not_parquet", name=path.name, error=_short(error))) from None
    _refuse_other_format(path.name, file.schema_arrow.metadata or {})

    def column(name: str) -> pa.ChunkedArray:
        return parquet.read_table(path, columns=[name], read_dictionary=[name], partitioning=None).column(0)

    return place(_checked(Source(path.name, columns, rows, column, "row", 1, pa.types.is_floating(value))))


def _refuse_other_format(name: str, metadata: Mapping[bytes, bytes]) -> None:
    for key, known in FORMAT.items():
        found = metadata.get(key, known)
        if found != known:
            formats = {"found": found.decode(errors="replace"), "known": known.decode()}
            raise ReadingError(Told("errors.other_format", name=name, **formats))


def _checked(source: Source) -> Source:
    """Refuse a misspelt, doubled or missing column."""
    for name in source.columns:
        if name not in _KNOWN:
            near = difflib.get_close_matches(name, [known for known in _KNOWN if known not in source.columns], 1)
            meant = near[0] if near else Told("errors.only", known=listed(_KNOWN))
            raise source.refuse_line(1, Told("errors.found_column", column=name), meant)
        if source.columns.count(name) > 1:
            raise source.refuse_line(1, Told("errors.found_column_twice", column=name), Told("errors.it_once"))
    lacking = [name for name in _NEEDED if name not in source.columns]
    if lacking:
        raise source.refuse_line(1, Told("errors.found_no_column", columns=listed(lacking)), listed(_NEEDED))
    return source


def text_table(reports: Sequence[tuple[str, Report]]) -> pa.Table:
    """Put reports, each under a name, into one table of texts: one row a cell, subtotals after the form's cells."""
    columns = _columns(reports)
    return pa.table({name: pa.array(columns[name], pa.string()).dictionary_encode() for name in _KNOWN})


def typed_table(reports: Sequence[tuple[str, Report]]) -> pa.Table:
    """Put reports into one table as it is written to Parquet: numbers as numbers, null where none is."""
    columns = _columns(reports)
    return typed({name: columns[name] for name in COLUMNS}).replace_schema_metadata(FORMAT)


def typed(columns: Mapping[str, Sequence[str]]) -> pa.Table:
    """Return columns of texts as a table in which values and years are numbers, null where there is none."""
    numbers: Mapping[str, tuple[Callable[[str], float], pa.DataType]] = {
        "value": (float, pa.float64()),
        "year": (int, pa.int16()),
    }

    def column(name: str) -> pa.Array:
        if name not in numbers:
            return pa.array(columns[name], pa.string())
        number, kind = numbers[name]
        return pa.array([number(text) if text else None for text in columns[name]], kind)

    return pa.table({name: column(name) for name in columns})


def _columns(reports: Sequence[tuple[str, Report]]) -> dict[str, list[str]]:
    lists = [list(report.printed_cells.values()) for _, report in reports]
    cells = [cell for some in lists for cell in some]
    heads = [(_head(name, report), len(some)) for (name, report), some in zip(reports, lists, strict=True)]
    return {
        **{name: [text for head, size in heads for text in [head[name]] * size] for name in HEAD},
        **{name: [cell.key[at] for cell in cells] for at, name in enumerate(NAMES)},
        "value": [plain(cell.value) for cell in cells],
        "proofs": ["+".join(cell.proofs) for cell in cells],
        **{name: [getattr(cell, name) for cell in cells] for name in ("mark", "printed", "where", "doubt")},
    }


def _head(name: str, report: Report) -> dict[str, str]:
    return {
        "report": name,
        "organ": report.organ.value,
        "organ_en": "",
        "organ_doubt": report.organ.doubt,
        "year": report.year.value if _is_year(report.year.value) else "",
        "year_doubt": report.year.doubt,
        "form": report.form.id,
        "scope": report.scope.value,
        "level": report.level.value,
        "published_on": report.published_on.value,
        "sha256": report.sha256,
        "faults": "\n".join(report.faults),
        "stated": " ".join(f"{key}={value}" for key, value in report.stated.items()),
    }


def parse_stated(text: str) -> dict[CellKey, int]:
    """Return the values that the prose states for single cells, as ``requests.new.total=1691`` in a table."""
    pairs = (one.split("=") for one in text.split())
    return {CellKey(*name.split(".")): int(value) for name, value in pairs}


def place(source: Source) -> Frames:
    """Place every row of a table; reports keep the order in which they first appear.

    Raises
    ------
    ReadingError
        For an unknown form, cell, mark or proof, a cell given twice, a report in two forms or without all its cells,
        a text where a number belongs, and a mark that its value contradicts.
    """
    report, first = _reports(source)
    codes, ids = source.require("form", lambda text: text in form_ids(), joined([*map(same, form_ids())], "或", " or "))
    heads = pd.DataFrame({name: _told_once(source, name, report, first) for name in HEAD}, dtype=object)
    source.require("year", lambda text: not text or _is_year(text), Told("errors.four_digits"))
    forms = [load_form(ids[code]) for code in codes[first]]
    cell, extra = _cells(source, forms, report)
    own = np.flatnonzero(cell >= 0)
    _refuse_twice(source, report, cell)
    _refuse_gaps(source, forms, report[own], cell[own], first)
    marks, values, exact = _of_cells(source)
    doubt, doubts = source.texts("doubt")
    doubted = np.array([bool(text) for text in doubts], bool)[doubt]
    figures = np.full((len(forms), len(all_cells())), np.nan, order="F")
    column = _union(forms, report, cell)
    figures[report[own], column[own]] = values[own]
    exceptional = (marks != 0) | doubted
    exceptional[list(exact)] = True
    odd = np.flatnonzero(exceptional & (cell >= 0))
    odd = odd[np.lexsort((cell[odd], report[odd]))]
    exceptions = pd.DataFrame(
        {
            "report": report[odd],
            "cell": column[odd],
            "mark": marks[odd],
            "doubt": pd.Categorical([doubts[code] for code in doubt[odd]]),
            "exact": pd.Series([exact.get(int(row)) for row in odd], dtype=object),
        }
    )
    sizes = np.array([len(form.cells) for form in forms], np.int64)
    slot = (np.cumsum(sizes) - sizes)[report[own]] + cell[own] if len(forms) else own
    evidence = pd.DataFrame({name: _placed(source, name, own, slot) for name in EVIDENCE})
    subtotals = _subtotals(source, extra, report, values, exact, marks)
    return Frames(heads, figures, exceptions, evidence, subtotals)


def _reports(source: Source) -> tuple[Ints, Ints]:
    """Return the number of each row's report, in the order in which they appear, and each report's first row."""
    codes, names = source.texts("report")
    if len(codes) and "" in {names[code] for code in np.unique(codes)}:
        empty = np.isin(codes, [at for at, name in enumerate(names) if not name])
        raise source.refuse(int(np.argmax(empty)), Told("errors.found_no_report"), Told("errors.name_in_row"))
    numbers, _ = pd.factorize(codes)
    first = np.flatnonzero(np.diff(np.maximum.accumulate(numbers), prepend=-1)) if len(numbers) else numbers
    return numbers.astype(np.int64), first.astype(np.int64)


def _told_once(source: Source, name: str, report: Ints, first: Ints) -> list[str]:
    """Return what a table tells once a report; refuse a report whose rows differ in it."""
    codes, texts = source.texts(name)
    for row in np.flatnonzero(codes != codes[first][report]) if len(codes) else ():
        here, before = texts[codes[row]], texts[codes[first[report[row]]]]
        if here != before:
            found = Told("errors.found_text", name=name, text=here)
            raise source.refuse(int(row), found, Told("errors.as_before", text=before))
    return [texts[code] for code in codes[first]]


def _is_year(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) == 4


def _cells(source: Source, forms: Sequence[Form], report: Ints) -> tuple[Ints, dict[int, CellKey]]:
    """Return each row's place in its form, -1 for a subtotal, and the subtotals by their row."""
    axes = [source.texts(name) for name in NAMES]
    places = [{text: at for at, text in enumerate(texts)} for _, texts in axes]
    distinct = list(dict.fromkeys(forms))
    known = np.full((len(distinct), *(len(texts) for _, texts in axes)), -1, np.int64)
    for number, form in enumerate(distinct):
        for at, key in enumerate(form.cells):
            if all(part in place for part, place in zip(key, places, strict=True)):
                known[(number, *(place[part] for part, place in zip(key, places, strict=True)))] = at
    form_of = np.array([distinct.index(form) for form in forms], np.int64)
    cell: Ints = known[(form_of[report], *(codes for codes, _ in axes))] if len(report) else report
    extra = {}
    for row in np.flatnonzero(cell < 0).tolist():
        key, form = CellKey(*(texts[codes[row]] for codes, texts in axes)), forms[report[row]]
        if key not in form.subtotals:
            cells = Told("errors.one_of_cells", n=len(form.cells), form=form.id)
            raise source.refuse(row, Told("errors.found_cell", cell=str(key)), cells)
        extra[row] = key
    return cell, extra


def _union(forms: Sequence[Form], report: Ints, cell: Ints) -> Ints:
    """Return each row's place among the cells of all forms."""
    found = np.zeros(len(cell), np.int64)
    for form in dict.fromkeys(forms):
        here = np.array([one is form for one in forms])[report]
        found[here] = columns_of(form)[cell[here]]
    return found


def _refuse_twice(source: Source, report: Ints, cell: Ints) -> None:
    slot = report * (len(all_cells()) + 1) + cell
    if (np.diff(slot) > 0).all():
        return
    own = np.flatnonzero(cell >= 0)
    again = own[pd.Series(slot[own]).duplicated().to_numpy()]
    if len(again):
        row = int(again[0])
        before = source.first + int(np.flatnonzero(slot == slot[row])[0])
        name, *key = (texts[codes[row]] for codes, texts in map(source.texts, ("report", *NAMES)))
        found = Told("errors.found_again", name=name, cell=".".join(key))
        raise source.refuse(row, found, Told("errors.once_as_in", at=source.at(before)))


def _refuse_gaps(source: Source, forms: Sequence[Form], report: Ints, cell: Ints, first: Ints) -> None:
    given = np.bincount(report, minlength=len(forms))
    for at, (form, count) in enumerate(zip(forms, given.tolist(), strict=True)):
        if count < len(form.cells):
            gone = min(set(range(len(form.cells))) - set(cell[report == at].tolist()))
            codes, names = source.texts("report")
            some = {"n": count, "name": names[codes[first[at]]], "gone": str(form.cells[gone])}
            every = Told("errors.all_of", n=len(form.cells), form=form.id)
            raise source.refuse(int(first[at]), Told("errors.found_some_cells", **some), every)


def _of_cells(source: Source) -> tuple[Array, Array, dict[int, Number]]:
    """Return marks, values, and exact numbers by row; refuse a mark that its value contradicts."""
    codes, names = source.require("mark", lambda text: text in MARKS, listed(MARKS))
    marks = np.array([MARKS.index(name) if name in MARKS else 0 for name in names], np.int8)[codes]
    joined_proofs = Told("errors.joined_with_plus", known=listed(PROOFS))
    source.require("proofs", lambda text: {*text.split("+")} <= {*PROOFS, ""}, joined_proofs)
    values, exact = _numbers(source) if source.numeric else _digits(source)
    numbered, empty = np.isin(marks, _WITH_NUMBER), np.isnan(values)
    for row in np.flatnonzero(numbered == empty)[:1]:
        mark = MARKS[marks[row]]
        found = (
            Told("errors.found_no_value", mark=mark)
            if empty[row]
            else Told("errors.found_value", value=plain(shortest(float(values[row]))), mark=mark)
        )
        raise source.refuse(int(row), found, Told("errors.value_where_number"))
    return marks, values, exact


def _digits(source: Source) -> tuple[Array, dict[int, Number]]:
    """Read values that are written in digits, and keep apart those that a float does not write so."""
    codes, texts = source.require("value", lambda t: not t or bool(_DIGITS.fullmatch(t)), Told("errors.plain_digits"))
    floats = [float(text) if _DIGITS.fullmatch(text) else float("nan") for text in texts]
    odd = {
        at: Decimal(text) if "." in text else int(text)
        for at, (text, value) in enumerate(zip(texts, floats, strict=True))
        if value == value and plain(shortest(value)) != text
    }
    rows = np.flatnonzero(np.isin(codes, list(odd))) if odd else ()
    return np.array(floats)[codes], {int(row): odd[int(codes[row])] for row in rows}


def _numbers(source: Source) -> tuple[Array, dict[int, Number]]:
    """Take values that come as floats; where print tells more digits of the same number, keep those."""
    values = source.column("value").to_numpy().astype(np.float64)
    if np.isinf(values).any():
        row = int(np.argmax(np.isinf(values)))
        raise source.refuse(row, Told("errors.found_infinite"), Told("errors.number_or_null"))
    codes, texts = source.texts("printed")
    read = [read_token(text).value if "." in text or len(text) > 15 else None for text in texts]
    odd = [at for at, one in enumerate(read) if one is not None and plain(shortest(float(one))) != plain(one)]
    rows = np.flatnonzero(np.isin(codes, odd)).tolist() if odd else []
    told = ((row, read[int(codes[row])]) for row in rows)
    return values, {row: one for row, one in told if one is not None and float(one) == values[row]}


def shortest(value: float) -> Number:
    """Return a float as the whole number or the decimal that its shortest digits write.

    >>> shortest(7730.28), shortest(12.0)
    (Decimal('7730.28'), 12)
    """
    return int(value) if value.is_integer() else Decimal(repr(value))


def _placed(source: Source, name: str, own: Ints, slot: Ints) -> Any:
    """Return a column of texts as categories, the cells of each report together and in order."""
    codes, texts = source.texts(name)
    kept = sorted({texts[code] for code in np.unique(codes)})
    at = {text: place for place, text in enumerate(kept)}
    flat = np.empty(len(own), np.int32)
    flat[slot] = np.array([at.get(text, 0) for text in texts], np.int32)[codes[own]]
    return pd.Categorical.from_codes(flat, pd.Index(kept, dtype=object))


def _subtotals(
    source: Source, extra: Mapping[int, CellKey], report: Ints, values: Array, exact: Mapping[int, Number], marks: Array
) -> dict[int, dict[CellKey, Cell]]:
    found: dict[int, dict[CellKey, Cell]] = {}
    if not extra:
        return found
    columns = [source.texts(name) for name in (*EVIDENCE, "doubt")]
    for row, key in extra.items():
        printed, where, proofs, doubt = (texts[codes[row]] for codes, texts in columns)
        value = exact.get(row, None if np.isnan(values[row]) else shortest(float(values[row])))
        proved = tuple(proofs.split("+")) if proofs else ()
        cell = Cell(key, value, MARKS[marks[row]], printed, where, proved, doubt)
        found.setdefault(int(report[row]), {})[key] = cell
    return found


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:160]
