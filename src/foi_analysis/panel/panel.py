"""Many reports side by side: each keeps its form, marks, proofs and doubts, and nothing is filled in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from foi_analysis.form import Form
from foi_analysis.panel.cells import Cells, gather
from foi_analysis.panel.comparing import Common, Facet, Total, common, compared, facets, total
from foi_analysis.panel.frames import cell_frame, conflict_frame, index_frame
from foi_analysis.panel.placing import Layout, head_texts, layout, place
from foi_analysis.panel.source import Source, of_table
from foi_analysis.panel.stored import HEAD, MARKS, TEXTS, store, to_table
from foi_analysis.report import Cell, Finding, Report

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd

#: So many reports are turned into columns at a time.
_TOGETHER = 512


@dataclass(frozen=True, eq=False)
class Panel:
    """Reports of several years or organs, in columns.

    ``heads`` gives what each report says of itself, by the names in ``HEAD``, one text a report; ``layout`` says
    where its cells lie in ``cells``. A panel is never changed; iterating over it gives each ``Report`` as it was read,
    without its prose.
    """

    heads: Mapping[str, tuple[str, ...]]
    layout: Layout
    cells: Cells

    @classmethod
    def of(cls, reports: Iterable[Report]) -> Panel:
        """Put reports side by side, in the order given. Raises ReadingError when two have one name."""
        import pyarrow as pa

        stored = [store(report) for report in reports]
        parts = [to_table(stored[at : at + _TOGETHER]) for at in range(0, max(1, len(stored)), _TOGETHER)]
        return cls.of_source(of_table("reports", pa.concat_tables(parts)))

    @classmethod
    def of_source(cls, source: Source) -> Panel:
        """Take a table of cells. Raises ReadingError, with file and line, for what does not fit."""
        placed = place(source)
        heads = {name: head_texts(source, placed, name) for name in HEAD}
        for at, year in enumerate(heads["year"]):
            if not (year == "" or (year.isascii() and year.isdigit() and len(year) == 4)):
                raise source.refuse(int(placed.first[at]), f"the year {year!r}", "four digits, or nothing")
        return cls(heads, placed.layout, gather(source, placed))

    def __len__(self) -> int:
        """Count the reports."""
        return len(self.heads["report"])

    def __iter__(self) -> Iterator[Report]:
        """Give each report, in the panel's order."""
        return (self.report(at) for at in range(len(self)))

    @property
    def forms(self) -> tuple[Form, ...]:
        """The forms of the reports, in alphabetical order of their ids."""
        return self.layout.forms

    def report(self, which: int | str) -> Report:
        """Give one report by its number, from 0, or by its name.

        Raises IndexError when there is no such number, KeyError when no report has that name, or more than one.
        """
        at = self._number(which)
        head = {name: self.heads[name][at] for name in HEAD}
        form = self.layout.forms[self.layout.form_of[at]]
        cells = self._report_cells(form, at)
        return Report(
            name=head["report"],
            form=form,
            grid={cell.key: cell for cell in cells},
            organ=Finding(head["organ"]),
            year=Finding(head["year"], doubt=head["year_doubt"]),
            scope=Finding(head["scope"]),
            level=Finding(head["level"]),
            published_on=Finding(head["published_on"]),
            sha256=head["sha256"],
            faults=tuple(filter(None, head["faults"].split("\n"))),
        )

    def values(self, form_id: str) -> npt.NDArray[np.float64]:
        """Give the figures of all reports in one form: shape (reports, cells), NaN where no number is printed.

        Reports in the order of ``reports_of``, cells in that of the form. It cannot be written to. Raises KeyError
        when no report is in that form.
        """
        return self._part(self.cells.values, form_id)

    def marks(self, form_id: str) -> npt.NDArray[np.uint8]:
        """Give the marks of all reports in one form, as numbers of ``MARKS``: shape and errors as ``values``."""
        return self._part(self.cells.marks, form_id)

    def reports_of(self, form_id: str) -> npt.NDArray[np.int64]:
        """Give the numbers of the reports in one form. Raises KeyError when there is none."""
        import numpy as np

        return np.flatnonzero(self.layout.form_of == self._form(form_id))

    @cached_property
    def index(self) -> pd.DataFrame:
        """One row a report, with the number of its cells by mark and of those in doubt: see ``index_frame``."""
        return index_frame(self)

    def frame(self) -> pd.DataFrame:
        """Give the cells of all reports as one tidy frame, in the columns of ``extract``: see ``cell_frame``."""
        return cell_frame(self)

    @cached_property
    def conflicts(self) -> pd.DataFrame:
        """The reports that are not the only one of their organ and year, never merged: see ``conflict_frame``."""
        return conflict_frame(self)

    def select(self, reports: Sequence[int] | npt.NDArray[Any]) -> Panel:
        """Give a panel of some of the reports, by their numbers or by a mask, in the order given."""
        import numpy as np

        asked = np.asarray(reports)
        numbers = np.flatnonzero(asked) if asked.dtype == bool else asked.astype(np.int64)
        laid = layout([self.form_of(int(at)).id for at in numbers])
        parts = [numbers[laid.form_of == new] for new in range(len(laid.forms))]
        places = [self.layout.places(int(self.layout.form_of[part[0]]), self.layout.row_of[part]) for part in parts]
        slots = np.concatenate([np.zeros(0, np.int64), *(place.ravel() for place in places)])
        kept = np.flatnonzero(np.isin(slots, list(self.cells.exact))) if self.cells.exact else ()
        cells = Cells(
            self.cells.values[slots],
            {int(at): self.cells.exact[int(slots[at])] for at in kept},
            self.cells.marks[slots],
            {name: replace(words, codes=words.codes[slots]) for name, words in self.cells.words.items()},
        )
        return Panel({name: tuple(texts[at] for at in numbers) for name, texts in self.heads.items()}, laid, cells)

    def common(self, table: str) -> Common:
        """Give the rows of a table that all forms of the panel share, with a sentence that says so.

        Raises ComparisonError when the columns of the table changed their meaning between the forms.
        """
        return common(self.forms, table)

    def compare(self, table: str) -> pd.DataFrame:
        """Give the common rows of a table for all reports: one row a cell. Columns and errors: see ``compared``."""
        return compared(self, table)

    def facets(self) -> tuple[Facet, ...]:
        """Part the panel by the scope of its figures: what is in two facets is never added or compared in silence."""
        return facets(self)

    def total(self, table: str, row: str, column: str) -> Total:
        """Add up one cell over all reports. Raises ComparisonError across scopes: see ``total`` of comparing."""
        return total(self, table, row, column)

    def _number(self, which: int | str) -> int:
        if isinstance(which, str):
            found = [at for at, name in enumerate(self.heads["report"]) if name == which]
            if len(found) != 1:
                raise KeyError(f"{len(found)} reports are called {which!r}; give a number from 0 to {len(self) - 1}")
            return found[0]
        if not -len(self) <= which < len(self):
            raise IndexError(f"no report {which}: the panel has {len(self)}")
        return which % len(self)

    def _form(self, form_id: str) -> int:
        ids = [form.id for form in self.forms]
        if form_id not in ids:
            raise KeyError(f"no report in the form {form_id!r}; the panel has {', '.join(ids) or 'no reports'}")
        return ids.index(form_id)

    def form_of(self, at: int) -> Form:
        """Give the form of one report, by its number."""
        return self.layout.forms[int(self.layout.form_of[at])]

    def _report_cells(self, form: Form, at: int) -> Iterator[Cell]:
        slots = self.layout.slots(at)
        texts = [self.cells.words[name].at(slots) for name in TEXTS]
        marks = self.cells.marks[slots].tolist()
        for key, value, mark, printed, where, proofs, doubt in zip(
            form.cells, self.cells.numbers(slots), marks, *texts, strict=True
        ):
            yield Cell(key, value, MARKS[mark], printed, where, tuple(proofs.split("+")) if proofs else (), doubt)

    def _part(self, flat: npt.NDArray[Any], form_id: str) -> npt.NDArray[Any]:
        part = self.layout.part(flat, self._form(form_id)).view()
        part.flags.writeable = False
        return part
