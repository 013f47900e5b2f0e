"""Write a panel as it is read: row groups of a Parquet file, and the refusals as CSV; in place only when whole."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from foi_analysis.panel.stored import Stored, schema, to_table, typed

#: So many reports make a row group: memory for one is all that is held.
GROUP = 512
#: Zstandard's level: higher ones save little more.
_LEVEL = 9


def refusals_path(output: Path) -> Path:
    """Give where the refusals of a panel are written: ``panel.refused.csv`` beside ``panel.parquet``."""
    return output.with_name(f"{output.stem}.refused.csv")


def journal_path(output: Path) -> Path:
    """Give where the journal of a panel is kept while it is made."""
    return output.with_name(f"{output.name}.journal")


class PanelWriter:
    """Takes reports and refusals in order; what it writes depends on nothing else."""

    def __init__(self, parquet_file: IO[bytes], refusals: IO[str]) -> None:
        from pyarrow import parquet

        self._group: list[Stored] = []
        self._parquet: Any = parquet.ParquetWriter(
            parquet_file, schema(), compression="zstd", compression_level=_LEVEL, use_dictionary=True
        )
        self._refusals = csv.writer(refusals, lineterminator="\n")
        self._refusals.writerow(("file", "reason"))

    def report(self, name: str, stored: Stored) -> None:
        """Take a report under a name. Raises OSError when it cannot be written."""
        self._group.append(Stored({**stored.head, "report": name}, stored.cells))
        if len(self._group) == GROUP:
            self._flush()

    def refusal(self, name: str, reason: str) -> None:
        """Take a file that was refused."""
        self._refusals.writerow((name, reason))

    def finish(self) -> None:
        """Write what is left. Raises OSError when it cannot be written."""
        self._flush()
        self._parquet.close()

    def give_up(self) -> None:
        """Leave the file as it is: it is removed."""
        self._parquet.is_open = False  # or it would write its end when it is collected, into a file that is closed

    def _flush(self) -> None:
        if self._group:
            table = typed(to_table(self._group))
            self._parquet.write_table(table, row_group_size=table.num_rows)
            self._group = []


@contextmanager
def panel_writer(output: Path) -> Iterator[PanelWriter]:
    """Give a writer whose files are put in place when the work ends well, and removed when it does not.

    Raises OSError, with the path, when a file cannot be made, written or put in place.
    """
    refusals = refusals_path(output)
    parts = {path: path.with_name(f".{path.name}.part") for path in (refusals, output)}
    try:
        with (
            parts[output].open("wb") as parquet_file,
            parts[refusals].open("w", encoding="utf-8", newline="") as refusals_file,
        ):
            writer = PanelWriter(parquet_file, refusals_file)
            try:
                yield writer
                writer.finish()
            except BaseException:
                writer.give_up()
                raise
        for path, part in parts.items():
            part.replace(path)
    except OSError as error:
        error.filename = error.filename or str(output)
        raise
    finally:
        for part in parts.values():
            part.unlink(missing_ok=True)
