"""Measure all reports of a panel at once, into the frame that ``measures`` gives: no loop over reports."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from foi_analysis.form import CellKey, Form
from foi_analysis.measures.definitions import TOTAL, Measure, measures_of
from foi_analysis.measures.values import STATES, Measured, measure_values

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd

    from foi_analysis.panel.panel import Panel

    Array = npt.NDArray[Any]
    Ints = npt.NDArray[np.int64]

NUMBERS = ("numerator", "denominator", "value", "low", "high", "lower", "upper")
_FLAGS = ("doubtful", "broken")
#: What is measured of a panel of at most so many reports is remembered.
_SMALL = 1_000


def measure_panel(panel: Panel, by_applicant: bool = False) -> pd.DataFrame:
    """Measure the reports of a panel: the rows and columns of ``measures``, texts as categories."""
    import numpy as np
    import pandas as pd

    lines = {form.id: _lines(form, by_applicant) for form in panel.forms}
    sizes = np.array([len(lines[form.id]) for form in panel.forms], np.int64)[panel.layout.form_of]
    starts = np.cumsum(sizes) - sizes
    total = int(sizes.sum())
    line = np.empty(total, np.int64)
    columns = {name: np.empty(total) for name in NUMBERS} | {name: np.empty(total, bool) for name in _FLAGS}
    columns["state"] = np.empty(total, np.int8)
    known = list(dict.fromkeys(one for form in panel.forms for one in lines[form.id]))
    for form in panel.forms:
        rows = starts[panel.reports_of(form.id)]
        line[(rows[:, None] + np.arange(len(lines[form.id]))).ravel()] = np.tile(
            [known.index(one) for one in lines[form.id]], len(rows)
        )
        for places, found in _measured(panel, form, lines[form.id]):
            at = rows[:, None] + places
            for name, values in found.items():
                columns[name][at] = values
    report = np.repeat(np.arange(len(panel)), sizes)
    return pd.DataFrame(_named(panel, report, line, known, columns), copy=False)


def measure_columns(panel: Panel, measure: str, applicant: str = TOTAL) -> pd.DataFrame:
    """Give one measure for every report of a panel: index the report's number, columns those of ``measures``.

    Columns: numerator, denominator, value, low, high, lower, upper, state; empty in ``state``, NaN elsewhere, where the
    form of a report lacks its cells.
    """
    import numpy as np
    import pandas as pd

    columns: dict[str, Array] = {name: np.full(len(panel), np.nan) for name in NUMBERS}
    state = np.full(len(panel), "", object)
    for form in panel.forms:
        at = [one.id for one in measures_of(form, applicant)]
        if measure in at:
            measured, place = _of_form(panel, form, applicant), at.index(measure)
            reports = panel.reports_of(form.id)
            for name, values in columns.items():
                values[reports] = getattr(measured, name)[:, place]
            state[reports] = np.array(STATES, object)[measured.codes[:, place]]
    return pd.DataFrame({**columns, "state": state})


def _of_form(panel: Panel, form: Form, applicant: str) -> Measured:
    """Measure the reports of one form; those of a small panel, which figures ask for time and again, only once."""
    measured = _remembered if len(panel) <= _SMALL else _remembered.__wrapped__
    return measured(panel, form, applicant)


@lru_cache(maxsize=64)
def _remembered(panel: Panel, form: Form, applicant: str) -> Measured:
    return measure_values(form, panel.values(form.id), applicant)


Line = tuple[Measure, str, str]


def _lines(form: Form, by_applicant: bool) -> list[Line]:
    """Give the rows of one report: each measure, for all applicants and, if wanted, for each kind; and its cells."""
    applicants = [TOTAL, *(c.key for c in form.table("requests").columns if c.key != TOTAL)]
    order = [column.key for column in form.table("requests").columns]
    chosen = sorted(applicants if by_applicant else [TOTAL], key=order.index)
    return [
        (measure, applicant, " ".join(map(str, measure.cells(form, applicant))))
        for measure in measures_of(form)
        for applicant in chosen
        if applicant == TOTAL or measure.by_applicant
    ]


def _measured(panel: Panel, form: Form, lines: Sequence[Line]) -> Iterator[tuple[Ints, dict[str, Array]]]:
    """Give for each kind of applicant where among a report's rows its measures stand, and what was measured."""
    import numpy as np

    values = panel.values(form.id)
    flags = {"doubtful": _doubtful(panel, form), "broken": _broken(form, values)}
    for applicant in dict.fromkeys(applicant for _, applicant, _ in lines):
        measured = measure_values(form, values, applicant)
        at = {measure: place for place, (measure, one, _) in enumerate(lines) if one == applicant}
        found = {name: getattr(measured, name) for name in NUMBERS} | {"state": measured.codes}
        for name, (rows, cells) in flags.items():
            marked = np.zeros((len(values), len(at)), bool)
            marked[rows] = _any(form, measured, applicant, cells)
            found[name] = marked
        yield np.array([at[measure] for measure in measured.measures], np.int64), found


def _doubtful(panel: Panel, form: Form) -> tuple[Ints, Array]:
    """Give the reports, by their number in the form, with cells in doubt, and which: booleans (reports, cells)."""
    import numpy as np

    doubts = panel.cells.words["doubt"]
    written = np.array([bool(text) for text in doubts.texts] or [False], bool)
    if not written.any():
        return np.zeros(0, np.int64), np.zeros((0, len(form.cells)), bool)
    marked = written[panel.layout.part(doubts.codes, panel.forms.index(form))]
    rows = np.flatnonzero(marked.any(axis=1))
    return rows, marked[rows]


def _broken(form: Form, values: Array) -> tuple[Ints, Array]:
    """Give the reports that break an identity, and which of their cells stand in one: booleans (reports, cells)."""
    import numpy as np

    from foi_analysis.measures.frame import broken_cells
    from foi_analysis.vectorised import BROKEN, LARGEST, check_values

    if np.nanmax(abs(values), initial=0) > LARGEST:
        values = np.where(abs(values) > LARGEST, np.nan, values)
    rows = np.flatnonzero((check_values(form, values).codes == BROKEN).any(axis=1))
    return rows, broken_cells(form, values[rows])


def _any(form: Form, measured: Measured, applicant: str, cells: Array) -> Array:
    """Tell for each report and measure whether a cell of it is marked."""
    import numpy as np

    at: dict[CellKey, int] = {key: place for place, key in enumerate(form.cells)}
    marked = [cells[:, [at[key] for key in m.cells(form, applicant)]].any(axis=1) for m in measured.measures]
    return np.stack(marked, axis=1)


def _coded(codes: Any, texts: Any) -> Any:
    import pandas as pd

    return pd.Categorical.from_codes(codes, texts)


def _named(panel: Panel, report: Ints, line: Ints, known: Sequence[Line], columns: dict[str, Array]) -> dict[str, Any]:
    """Give all columns in their order; texts by their codes."""
    import numpy as np
    import pandas as pd

    def head(name: str) -> Any:
        codes, texts = pd.factorize(np.array(panel.heads[name], object))
        return _coded(codes[report], texts)

    def told(texts: Sequence[str]) -> Any:
        distinct = list(dict.fromkeys(texts))
        return _coded(np.array([distinct.index(t) for t in texts], np.int16)[line], distinct)

    years = pd.array([int(year) if year else None for year in panel.heads["year"]], dtype="Int64")
    state = _coded(columns.pop("state"), list(STATES))
    return {
        **{name: head(name) for name in ("report", "organ")},
        "year": years.take(report),
        **{name: head(name) for name in ("form", "scope")},
        "measure": told([measure.id for measure, _, _ in known]),
        "group": told([measure.group for measure, _, _ in known]),
        "kind": told([measure.kind for measure, _, _ in known]),
        "applicant": told([applicant for _, applicant, _ in known]),
        **{name: columns[name] for name in NUMBERS},
        "state": state,
        **{name: columns[name] for name in _FLAGS},
        "cells": told([cells for _, _, cells in known]),
    }
