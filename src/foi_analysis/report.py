"""A report as it was read: its cells with their proofs, its head, and the prose around its tables.

Nothing here reads a file, checks a sum or draws; nothing here is ever changed in place.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from foi_analysis.form import CellKey, Form, Identity

if TYPE_CHECKING:
    import pandas as pd

Number = int | Decimal
Mark = Literal["number", "blank", "dash", "missing", "unreadable", "supplied"]

#: The order in which proofs are written.
PROOFS = ("label", "order", "row", "column", "balance", "prose", "split")


class ReadingError(ValueError):
    """A file that could not be read as a report: the message says which file, why, and what to do."""


@dataclass(frozen=True, slots=True)
class Cell:
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
        """Give a copy with more proofs, in the fixed order."""
        have = {*self.proofs, *proofs}
        return replace(self, proofs=tuple(proof for proof in PROOFS if proof in have))


@dataclass(frozen=True, slots=True)
class Finding:
    """Something found in the text, with the place and the words it rests on; empty when unknown."""

    value: str = ""
    where: str = ""
    quote: str = ""
    doubt: str = ""

    def __bool__(self) -> bool:
        """Whether anything was found."""
        return bool(self.value)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of prose and its place."""

    text: str
    where: str


@dataclass(frozen=True)
class Report:
    """A published annual report, read.

    ``grid`` has one entry for each cell of ``form``, always all of them, in printed order. ``subtotals`` are the
    cells that the organ prints beside the form's own. ``faults`` are faults of the reading, one sentence each.
    ``sha256`` is that of the file's bytes.
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

    def cell(self, table: str, row: str, column: str) -> Cell:
        """Give one cell. Raises KeyError when the form has no such cell."""
        return self.grid[CellKey(table, row, column)]

    def value(self, table: str, row: str, column: str) -> Number | None:
        """Give the printed number of one cell, None where none is printed. Raises KeyError as ``cell``."""
        return self.cell(table, row, column).value

    @property
    def printed_cells(self) -> Mapping[CellKey, Cell]:
        """The cells of the form and the subtotals that the organ prints."""
        return {**self.grid, **self.subtotals} if self.subtotals else self.grid

    @property
    def identities(self) -> tuple[Identity, ...]:
        """The identities of the form, then those of the subtotals that the organ prints."""
        return (*self.form.identities, *(self.form.subtotals[key] for key in self.subtotals))

    @property
    def doubtful(self) -> tuple[Cell, ...]:
        """The cells whose reading is in doubt."""
        return tuple(cell for cell in self.grid.values() if cell.doubt)

    @property
    def unread(self) -> tuple[Cell, ...]:
        """The cells that are missing or unreadable."""
        return tuple(cell for cell in self.grid.values() if cell.mark in ("missing", "unreadable"))

    def frame(self) -> pd.DataFrame:
        """Give the cells as a tidy frame: one row a cell, index from 0, in printed order.

        Columns: table, row, column, value (float, NaN where no number is printed), mark, printed, where,
        proofs (joined with ``+``), doubt.
        """
        import pandas as pd

        return pd.DataFrame(
            {
                "table": [key.table for key in self.grid],
                "row": [key.row for key in self.grid],
                "column": [key.column for key in self.grid],
                "value": [float("nan") if cell.value is None else float(cell.value) for cell in self.grid.values()],
                "mark": [cell.mark for cell in self.grid.values()],
                "printed": [cell.printed for cell in self.grid.values()],
                "where": [cell.where for cell in self.grid.values()],
                "proofs": ["+".join(cell.proofs) for cell in self.grid.values()],
                "doubt": [cell.doubt for cell in self.grid.values()],
            }
        )
