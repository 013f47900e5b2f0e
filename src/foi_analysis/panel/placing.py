"""Give each row of a table of cells its place in a panel; refuse what is no cell, given twice, or left out."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from foi_analysis.form import Form, form_ids, load_form
from foi_analysis.panel.source import Source

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Layout:
    """Where the cells of each report lie in flat arrays.

    The reports of one form lie together, the figures of one cell side by side: the cell numbered ``c`` of the
    ``r``-th report of a form lies at ``base + c * reports of the form + r``. ``form_of`` numbers the form of each
    report, ``row_of`` the report among those of its form; both have the shape (reports,).
    """

    forms: tuple[Form, ...]
    form_of: Ints
    row_of: Ints

    @cached_property
    def counts(self) -> Ints:
        """The number of reports of each form."""
        import numpy as np

        return np.bincount(self.form_of, minlength=len(self.forms))

    @cached_property
    def base(self) -> Ints:
        """Where the cells of each form begin; last, the number of all cells."""
        import numpy as np

        sizes = self.counts * np.array([len(form.cells) for form in self.forms], np.int64)
        return np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)

    def part(self, flat: npt.NDArray[Any], form: int) -> npt.NDArray[Any]:
        """View the part of a flat array that belongs to a form: shape (reports, cells), a cell's figures together."""
        block = flat[self.base[form] : self.base[form + 1]]
        return block.reshape(len(self.forms[form].cells), self.counts[form]).T

    def places(self, form: int, rows: Ints) -> Ints:
        """Give the places of some reports of a form, numbered among its reports: shape (cells, reports)."""
        import numpy as np

        cells = np.arange(len(self.forms[form].cells))[:, None]
        places: Ints = self.base[form] + cells * self.counts[form] + rows[None, :]
        return places

    def slots(self, report: int) -> Ints:
        """Give the places of the cells of one report, in the form's order."""
        return self.places(int(self.form_of[report]), self.row_of[report : report + 1])[:, 0]


def layout(form_ids_of: list[str]) -> Layout:
    """Lay out reports whose forms are given by their ids, in the order of the reports."""
    import numpy as np

    ids = sorted(set(form_ids_of))
    form_of = np.array([ids.index(one) for one in form_ids_of], np.int64)
    row_of = np.zeros(len(form_of), np.int64)
    for form in range(len(ids)):
        same = form_of == form
        row_of[same] = np.arange(same.sum())
    return Layout(tuple(load_form(one) for one in ids), form_of, row_of)


@dataclass(frozen=True, eq=False)
class Placed:
    """A table whose rows have their places: ``slot`` and ``report`` a row, ``first`` the first row of each report."""

    layout: Layout
    slot: Ints
    report: Ints
    first: Ints


def place(source: Source) -> Placed:
    """Place every row of a table; reports keep the order in which they first appear.

    Raises ReadingError (which file and line, what was found, what was expected) for an unknown form or cell, a report
    in two forms, a cell given twice, and a report without all its cells.
    """
    import numpy as np

    report, first = _reports(source)
    forms, ids = source.texts("form")
    for code in np.unique(forms):
        if ids[code] not in form_ids():
            row = int(np.argmax(forms == code))
            raise source.refuse(row, f"the form {ids[code]!r}", " or ".join(form_ids()))
    _refuse_changed(source, "form", forms, ids, report, first)
    laid = layout([ids[code] for code in forms[first]])
    cell = _cells(source, laid, report)
    form = laid.form_of[report]
    slot = laid.base[form] + cell * laid.counts[form] + laid.row_of[report]
    placed = Placed(laid, slot, report, first)
    _refuse_twice(source, placed)
    _refuse_gaps(source, placed, cell)
    return placed


def head_texts(source: Source, placed: Placed, name: str) -> tuple[str, ...]:
    """Give what a table tells once a report. Raises ReadingError when rows of one report differ in it."""
    codes, texts = source.texts(name)
    _refuse_changed(source, name, codes, texts, placed.report, placed.first)
    return tuple(texts[code] for code in codes[placed.first])


def _reports(source: Source) -> tuple[Ints, Ints]:
    """Give the number of the report of each row, in the order in which they appear, and each report's first row."""
    import numpy as np

    codes, names = source.texts("report")
    if len(codes) and "" in {names[code] for code in np.unique(codes)}:
        empty = np.isin(codes, [at for at, name in enumerate(names) if not name])
        raise source.refuse(int(np.argmax(empty)), "no report", "the name of the report in every row")
    runs = np.flatnonzero(np.diff(codes, prepend=-1))
    distinct, at = np.unique(codes[runs], return_index=True)
    order = np.argsort(at)
    numbers = np.zeros(len(names), np.int64)
    numbers[distinct[order]] = np.arange(len(order))
    return numbers[codes], runs[at[order]].astype(np.int64)


def _cells(source: Source, laid: Layout, report: Ints) -> Ints:
    """Give the number of the cell of each row, in the order of its form."""
    import numpy as np

    axes = [source.texts(name) for name in ("table", "row", "column")]
    known = np.full((len(laid.forms), *(len(texts) for _, texts in axes)), -1, np.int64)
    places = [{text: at for at, text in enumerate(texts)} for _, texts in axes]
    for number, form in enumerate(laid.forms):
        for cell, key in enumerate(form.cells):
            if all(part in place for part, place in zip(key, places, strict=True)):
                known[(number, *(place[part] for part, place in zip(key, places, strict=True)))] = cell
    cells: Ints = known[(laid.form_of[report], *(codes for codes, _ in axes))]
    if len(cells) and cells.min() < 0:
        row = int(np.argmax(cells < 0))
        name = ".".join(texts[codes[row]] for codes, texts in axes)
        form = laid.forms[laid.form_of[report[row]]]
        raise source.refuse(row, f"the cell {name}", f"one of the {len(form.cells)} cells of {form.id}")
    return cells


def _refuse_changed(source: Source, name: str, codes: Any, texts: list[str], report: Ints, first: Ints) -> None:
    """Refuse a report whose rows differ in what is told once."""
    import numpy as np

    changed = codes != codes[first][report] if len(codes) else np.zeros(0, bool)
    for row in np.flatnonzero(changed):
        here, before = texts[codes[row]], texts[codes[first[report[row]]]]
        if here != before:
            raise source.refuse(int(row), f"the {name} {here!r}", f"{before!r}, as before in this report")


def _refuse_twice(source: Source, placed: Placed) -> None:
    import numpy as np

    times = np.bincount(placed.slot, minlength=int(placed.layout.base[-1]))
    if len(times) and times.max() > 1:
        rows = np.flatnonzero(placed.slot == np.argmax(times > 1))
        name = _named(source, int(rows[1]))
        raise source.refuse(
            int(rows[1]), f"{name} a second time", f"it once, as in {source.counted} {_at(source, rows)}"
        )


def _refuse_gaps(source: Source, placed: Placed, cell: Ints) -> None:
    import numpy as np

    cells = np.array([len(form.cells) for form in placed.layout.forms], np.int64)[placed.layout.form_of]
    given = np.bincount(placed.report, minlength=len(cells))
    if (given < cells).any():
        report = int(np.argmax(given < cells))
        form = placed.layout.forms[placed.layout.form_of[report]]
        gone = min(set(range(len(form.cells))) - set(cell[placed.report == report].tolist()))
        codes, names = source.texts("report")
        row = int(placed.first[report])
        raise source.refuse(
            row,
            f"{given[report]} cells of {names[codes[row]]}, without {form.cells[gone]}",
            f"all {cells[report]} of {form.id}",
        )


def _named(source: Source, row: int) -> str:
    parts = [
        texts[codes[row]] for codes, texts in (source.texts(name) for name in ("report", "table", "row", "column"))
    ]
    return f"{parts[0]}: {'.'.join(parts[1:])}"


def _at(source: Source, rows: Any) -> int:
    return source.first + int(rows[0])
