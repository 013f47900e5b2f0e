"""Open a table of cells, CSV or Parquet or from reports, as columns of codes; refuse columns that do not fit."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from foi_analysis.panel.stored import CELL, HEAD, NAMES
from foi_analysis.report import ReadingError

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pyarrow as pa

    Codes = npt.NDArray[np.int32]

#: Without these a table says nothing; the others are empty where it lacks them.
NEEDED = ("report", "form", *NAMES, "value", "mark")
KNOWN = (*HEAD, *NAMES, *CELL)


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

    def texts(self, name: str) -> tuple[Codes, list[str]]:
        """Give a column as one code a row and the texts that codes stand for; the empty text where it is null."""
        import numpy as np

        if name not in self.columns:
            return np.zeros(self.rows, np.int32), [""]
        return _codes(self.column(name))

    def numbers(self, name: str) -> npt.NDArray[np.float64]:
        """Give a numeric column as floats, NaN where it is null."""
        found: npt.NDArray[np.float64] = self.column(name).to_numpy()
        return found

    def refuse(self, row: int, found: str, expected: str) -> ReadingError:
        """Say what was found in a row, counted from 0, and what was expected."""
        return ReadingError(f"{self.name}: {self.counted} {self.first + row}: found {found}; expected {expected}")


def of_table(name: str, table: pa.Table) -> Source:
    """Take an Arrow table of texts. Raises ReadingError for columns that do not fit."""
    return _checked(Source(name, tuple(table.column_names), table.num_rows, table.column))


def open_csv(path: Path) -> Source:
    """Open a CSV file in UTF-8. Raises OSError, and ReadingError when it is none or its columns do not fit."""
    import pyarrow as pa
    from pyarrow import csv

    with path.open("rb") as file:
        if not file.read(1):
            raise ReadingError(f"{path.name}: the file is empty; give a CSV file that foi-analysis extract wrote")
    kinds = dict.fromkeys(KNOWN, pa.dictionary(pa.int32(), pa.string()))
    try:
        table = csv.read_csv(
            path,
            parse_options=csv.ParseOptions(newlines_in_values=True),
            convert_options=csv.ConvertOptions(column_types=kinds, strings_can_be_null=False),
        )
        return of_table(path.name, table)
    except (pa.ArrowInvalid, UnicodeDecodeError) as error:
        raise ReadingError(f"{path.name}: not a CSV file in UTF-8 with one width ({_short(error)})") from None


def open_parquet(path: Path) -> Source:
    """Open a Parquet file, its columns read when asked for. Raises as ``open_csv``."""
    import pyarrow as pa
    from pyarrow import parquet

    try:
        file = parquet.ParquetFile(path)
        columns, rows = tuple(file.schema_arrow.names), file.metadata.num_rows
        value = file.schema_arrow.field("value").type if "value" in columns else pa.float64()
    except pa.ArrowInvalid as error:
        raise ReadingError(f"{path.name}: not a Parquet file, or a damaged one ({_short(error)})") from None

    def column(name: str) -> pa.ChunkedArray:
        return parquet.read_table(path, columns=[name], read_dictionary=[name], partitioning=None).column(0)

    return _checked(Source(path.name, columns, rows, column, "row", 1, pa.types.is_floating(value)))


def _checked(source: Source) -> Source:
    """Refuse a misspelt, doubled or missing column, and a table without rows."""
    for name in source.columns:
        if name not in KNOWN:
            near = difflib.get_close_matches(name, [known for known in KNOWN if known not in source.columns], 1)
            meant = near[0] if near else f"only {', '.join(KNOWN)}"
            raise ReadingError(f"{source.name}: {source.counted} 1: found the column {name!r}; expected {meant}")
        if source.columns.count(name) > 1:
            raise ReadingError(f"{source.name}: {source.counted} 1: found the column {name!r} twice; expected it once")
    lacking = [name for name in NEEDED if name not in source.columns]
    if lacking:
        raise ReadingError(
            f"{source.name}: {source.counted} 1: found no column {', '.join(lacking)}; expected {', '.join(NEEDED)}"
        )
    return source


def _codes(column: pa.ChunkedArray) -> tuple[Codes, list[str]]:
    import numpy as np
    import pyarrow as pa

    if not pa.types.is_dictionary(column.type):
        column = column.cast(pa.string()).dictionary_encode()
    elif not pa.types.is_string(column.type.value_type):
        column = column.cast(column.type.value_type).cast(pa.string()).dictionary_encode()
    chunks: Sequence[Any] = column.unify_dictionaries().chunks
    texts: list[str | None] = chunks[0].dictionary.to_pylist() if chunks else []
    indices = [chunk.indices.fill_null(len(texts)).to_numpy(zero_copy_only=False) for chunk in chunks]
    codes = np.concatenate(indices).astype(np.int32, copy=False) if indices else np.zeros(0, np.int32)
    return codes, [text or "" for text in texts] + [""]


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:160]
