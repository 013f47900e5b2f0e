"""What may be compared between the reports of a panel, what may be added, and why the rest may not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from foi_analysis.form import CellKey, Form
from foi_analysis.resources import Language, say

if TYPE_CHECKING:
    import pandas as pd

    from foi_analysis.panel.panel import Panel

InLanguage = Callable[[Language], str]

#: Scopes under which figures of two reports need not cover the same kind of bodies.
_UNSURE = ("", "unknown", "mixed")


class ComparisonError(ValueError):
    """A comparison or a sum that would mislead: the message says why; ``reason`` says it in one language."""

    def __init__(self, key: str, **values: InLanguage) -> None:
        self._key, self._values = key, values
        super().__init__(self.reason("en"))

    def reason(self, language: Language) -> str:
        """Say in one language why it is refused."""
        return say(self._key, language, **{name: value(language) for name, value in self._values.items()})


@dataclass(frozen=True)
class Common:
    """The rows of a table that several forms share, and those that only some of them have."""

    table: str
    forms: tuple[Form, ...]
    rows: tuple[str, ...]
    left_out: tuple[str, ...]

    def sentence(self, language: Language) -> str:
        """Say in one language which rows are compared, and which are left out."""
        title = self.forms[0].table(self.table).label(language)
        if not self.left_out:
            return say("panel.common_all", language, table=title, n=len(self.rows))
        gone = (say("panel.quoted", language, text=self._label(row, language)) for row in self.left_out)
        return say(
            "panel.common", language, table=title, n=len(self.rows), gone=say("panel.between", language).join(gone)
        )

    def _label(self, row: str, language: Language) -> str:
        tables = [form.table(self.table) for form in self.forms]
        return next(term.label(language) for table in tables for term in table.rows if term.key == row)


@dataclass(frozen=True)
class Facet:
    """The reports of one scope: what their figures cover is the same kind of body."""

    scope: str
    panel: Panel

    def caption(self, language: Language) -> str:
        """Name the scope and the number of reports in one language."""
        return say("panel.facet", language, scope=scope_name(self.scope, language), n=len(self.panel))


@dataclass(frozen=True)
class Total:
    """A sum over reports: ``value`` over the ``numbers`` reports that print one; the ``unknown`` others are not 0."""

    key: CellKey
    scope: str
    value: float
    numbers: int
    unknown: int


def common(forms: Sequence[Form], table: str) -> Common:
    """Give the rows of a table that all forms share, in printed order.

    Raises ComparisonError when the columns of the table are not the same in all forms: then the same name is another
    quantity. Raises KeyError when a form has no such table, ValueError when there is no form.
    """
    if not forms:
        raise ValueError("the panel has no reports: nothing to compare")
    tables = [form.table(table) for form in forms]
    if len({tuple(column.key for column in one.columns) for one in tables}) > 1:
        forms_in = _listed(lambda _: [form.id for form in forms])
        raise ComparisonError("panel.meaning_changed", forms=forms_in, table=lambda language: tables[0].label(language))
    everywhere = set.intersection(*({row.key for row in one.rows} for one in tables))
    every = dict.fromkeys(row.key for one in tables for row in one.rows)
    rows = tuple(row.key for row in tables[0].rows if row.key in everywhere)
    return Common(table, tuple(forms), rows, tuple(row for row in every if row not in everywhere))


def compared(panel: Panel, table: str) -> pd.DataFrame:
    """Give the common rows of a table for every report: one row a cell, reports in the panel's order.

    Columns: report (name), organ, organ_en, year, form, scope, level, row, column, value (float, NaN where no number
    is printed), mark. Raises as ``common``. Figures of two scopes stand in one frame so that they can be set side by
    side in facets; they are not for adding.
    """
    import numpy as np
    import pandas as pd

    from foi_analysis.panel.stored import MARKS

    rows = panel.common(table).rows
    parts = []
    for form in panel.forms:
        keys = [(at, key) for at, key in enumerate(form.cells) if key.table == table and key.row in rows]
        places, numbers = [at for at, _ in keys], panel.reports_of(form.id)
        parts.append(
            pd.DataFrame(
                {
                    "at": np.repeat(numbers, len(keys)),
                    "row": [key.row for _, key in keys] * len(numbers),
                    "column": [key.column for _, key in keys] * len(numbers),
                    "value": panel.values(form.id)[:, places].ravel(),
                    "mark": np.array(MARKS, object)[panel.marks(form.id)[:, places].ravel()],
                }
            )
        )
    cells = pd.concat(parts).sort_values("at", kind="stable")
    heads = panel.index[["report", "organ", "organ_en", "year", "form", "scope", "level"]]
    return cells.join(heads, on="at")[[*heads.columns, "row", "column", "value", "mark"]].reset_index(drop=True)


def facets(panel: Panel) -> tuple[Facet, ...]:
    """Part a panel by scope, in alphabetical order; reports keep their order."""
    scopes = panel.index["scope"]
    return tuple(Facet(scope, panel.select((scopes == scope).to_numpy())) for scope in sorted(set(scopes)))


def total(panel: Panel, table: str, row: str, column: str) -> Total:
    """Add up one cell over all reports of a panel.

    Raises ComparisonError when the reports differ in scope, when a scope is unknown or mixed, when two reports are
    for one organ and year, or when the cell is not common to all forms.
    """
    scopes = sorted(set(panel.index["scope"]))
    if len(scopes) != 1 or (scopes[0] in _UNSURE and len(panel) > 1):
        raise ComparisonError(
            "panel.scopes", scopes=_listed(lambda lang: [scope_name(scope, lang) for scope in scopes])
        )
    if len(panel.conflicts):
        organ, year = (str(panel.conflicts[name].iloc[0]) for name in ("organ", "year"))
        raise ComparisonError("panel.conflict", organ=lambda _: organ, year=lambda _: year)
    shared = panel.common(table)
    if row not in shared.rows:
        raise ComparisonError("panel.not_common", row=lambda _: f"{table}.{row}")
    key = CellKey(table, row, column)
    values = [panel.values(form.id)[:, form.cells.index(key)] for form in panel.forms]
    printed = sum(int((value == value).sum()) for value in values)
    added = sum(float(value[value == value].sum()) for value in values)
    return Total(key, scopes[0], added, printed, len(panel) - printed)


def scope_name(scope: str, language: Language) -> str:
    """Name a scope in one language; what is not told is unknown."""
    from foi_analysis.tables.grid import named

    return named("scope", scope or "unknown").one(language)


def _listed(texts: Callable[[Language], list[str]]) -> InLanguage:
    return lambda language: say("panel.between", language).join(texts(language))
