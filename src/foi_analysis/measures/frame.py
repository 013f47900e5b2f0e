"""The measures of reports as one tidy frame."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from foi_analysis.form import Form
from foi_analysis.measures.definitions import TOTAL, measures_of
from foi_analysis.measures.intervals import Z95, wilson
from foi_analysis.measures.of_panel import NUMBERS, measure_panel
from foi_analysis.measures.values import STATES, Measured, measure_values
from foi_analysis.report import Report

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from foi_analysis.panel.panel import Panel

    Array = np.ndarray[tuple[int, int], Any]


def measures(reports: Report | Panel | Iterable[Report], by_applicant: bool = False) -> pd.DataFrame:
    """Measure reports: one row a report and measure, in their order; with ``by_applicant`` for each kind too.

    A measure whose cells the report's form lacks has no row. Columns: report, organ, year (empty where unknown),
    form, scope, measure, group, kind (share, ratio), applicant (``total``, or a kind of applicant), numerator and
    denominator as printed (NaN where a cell of them is no number), value (``scale`` times their quotient; a
    share lies between 0 and 1), low and high (95 % Wilson interval, NaN for a ratio), lower and upper (bounds
    where a cell is no number; upper may be infinite for a ratio), state (defined, undefined, bounded, unknown,
    impossible: see ``Measured``), doubtful (a cell's reading is in doubt: look at the source first), broken (an
    identity over a cell is broken), cells (names joined by spaces).

    A ``Panel`` is measured without a loop over reports; its frame has categories for texts.
    """
    import pandas as pd

    from foi_analysis.panel.panel import Panel

    if isinstance(reports, Panel):
        return measure_panel(reports, by_applicant)
    given = [reports] if isinstance(reports, Report) else list(reports)
    forms = dict.fromkeys(report.form for report in given)
    parts = [part for form in forms for part in _of_form(form, given, by_applicant)]
    if not parts:
        return _empty()
    frame = pd.concat(parts, ignore_index=True).sort_values(["_report", "_measure", "_applicant"], kind="stable")
    return frame.drop(columns=["_report", "_measure", "_applicant"]).reset_index(drop=True)


def widened(frame: pd.DataFrame, design_effect: float) -> pd.DataFrame:
    """Give a copy of what ``measures`` gives with the intervals of a design effect, such as 2, 5 or 10.

    So many requests then say as much as one: what repeat applicants do to an interval. ``frame`` is not changed.
    """
    low, high = wilson(frame["numerator"].astype(float), frame["denominator"].astype(float), Z95, design_effect)
    share = frame["low"].notna()
    return frame.assign(low=frame["low"].where(~share, low), high=frame["high"].where(~share, high))


def values_of(reports: Sequence[Report]) -> Array:
    """Give the figures of reports of one form as floats of shape (reports, cells), NaN where no number is printed."""
    import numpy as np

    rows = [[np.nan if c.value is None else float(c.value) for c in report.grid.values()] for report in reports]
    return np.array(rows, np.float64)


def _of_form(form: Form, given: Sequence[Report], by_applicant: bool) -> Iterator[pd.DataFrame]:
    """Measure the reports of one form, for all applicants and, if wanted, for each kind."""
    import numpy as np

    places = [i for i, report in enumerate(given) if report.form is form]
    reports = [given[i] for i in places]
    values = values_of(reports)
    doubtful = np.array([[bool(cell.doubt) for cell in report.grid.values()] for report in reports], np.bool_)
    broken = broken_cells(form, values)
    applicants = [column.key for column in form.table("requests").columns]
    for at, applicant in enumerate(applicants):
        if by_applicant or applicant == TOTAL:
            measured = measure_values(form, values, applicant)
            frame = _frame(form, reports, measured, applicant)
            yield frame.assign(
                doubtful=_any(form, measured, applicant, doubtful),
                broken=_any(form, measured, applicant, broken),
                cells=[" ".join(map(str, m.cells(form, applicant))) for m in measured.measures] * len(reports),
                _report=np.repeat(places, len(measured.measures)),
                _measure=_order(form, applicant) * len(reports),
                _applicant=at,
            )


def broken_cells(form: Form, values: Array) -> Array:
    """Tell which cells stand in a broken identity; booleans of shape (reports, cells)."""
    import numpy as np

    from foi_analysis.vectorised import BROKEN, check_values

    found = check_values(form, values).codes == BROKEN
    cells = np.zeros(values.shape, np.bool_)
    at = {key: i for i, key in enumerate(form.cells)}
    for number in np.flatnonzero(found.any(axis=0)):
        cells[:, [at[key] for key in form.identities[number].cells]] |= found[:, [number]]
    return cells


def _frame(form: Form, reports: Sequence[Report], measured: Measured, applicant: str) -> pd.DataFrame:
    import numpy as np
    import pandas as pd

    many, chosen = len(measured.measures), measured.measures

    def each(texts: Iterable[str]) -> Any:
        return np.repeat(np.array(list(texts), dtype=object), many)

    years = [int(r.year.value) if r.year.value.isdigit() else pd.NA for r in reports]
    return pd.DataFrame(
        {
            "report": each(report.name for report in reports),
            "organ": each(report.organ.value for report in reports),
            "year": pd.array([year for year in years for _ in chosen], dtype="Int64"),
            "form": form.id,
            "scope": each(report.scope.value for report in reports),
            "measure": [m.id for m in chosen] * len(reports),
            "group": [m.group for m in chosen] * len(reports),
            "kind": [m.kind for m in chosen] * len(reports),
            "applicant": applicant,
            **{name: np.ascontiguousarray(getattr(measured, name)).ravel() for name in NUMBERS},
            "state": np.array(STATES, dtype=object)[np.ascontiguousarray(measured.codes).ravel()],
        }
    )


def _any(form: Form, measured: Measured, applicant: str, cells: Array) -> Any:
    """Tell for each report and measure, in one line, whether a cell of it is marked."""
    import numpy as np

    at = {key: i for i, key in enumerate(form.cells)}
    marked = [cells[:, [at[key] for key in m.cells(form, applicant)]].any(axis=1) for m in measured.measures]
    return np.stack(marked, axis=1).ravel()


def _order(form: Form, applicant: str) -> list[int]:
    place = {measure.id: i for i, measure in enumerate(measures_of(form))}
    return [place[measure.id] for measure in measures_of(form, applicant)]


def _empty() -> pd.DataFrame:
    import pandas as pd

    before = ("report", "organ", "year", "form", "scope", "measure", "group", "kind", "applicant")
    return pd.DataFrame(columns=[*before, *NUMBERS, "state", "doubtful", "broken", "cells"])
