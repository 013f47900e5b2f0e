"""A report's tables and identities in the shape in which students work on them with pandas."""

from __future__ import annotations

from typing import TYPE_CHECKING

from foi_analysis.checks import Outcome, identity_verdicts
from foi_analysis.form import Identity
from foi_analysis.report import Report
from foi_analysis.resources import Language
from foi_analysis.tables.grid import named

if TYPE_CHECKING:
    import pandas as pd


def labels(report: Report, table: str, language: Language) -> dict[str, str]:
    """Give the labels of a table's rows and columns by their keys. Raises KeyError when the form has no such table."""
    shape = report.form.table(table)
    return {term.key: term.label(language) for term in (*shape.rows, *shape.columns)}


def wide(report: Report, table: str, language: Language) -> pd.DataFrame:
    """Give a table as printed, under labels and keys: numbers as they are, the name of the mark where there is none.

    Shape: rows of the table by all of its columns, in printed order; empty where a row has no such cell. Raises
    KeyError when the form has no such table.
    """
    import pandas as pd

    shape = report.form.table(table)
    shown = {
        key: named("mark", cell.mark).one(language) if cell.value is None else cell.value
        for key, cell in report.grid.items()
        if key.table == table
    }
    values = {(key.row, key.column): value for key, value in shown.items()}
    rows, columns = [row.key for row in shape.rows], [column.key for column in shape.columns]
    frame = pd.DataFrame([[values.get((r, c), "") for c in columns] for r in rows], rows, columns, dtype=object)
    said = {key: f"{label} ({key})" for key, label in labels(report, table, language).items()}
    return frame.rename(index=said, columns=said)


def identities(report: Report, outcome: Outcome) -> list[Identity]:
    """Give the identities of a report with one outcome: holds, broken, or not assessable."""
    return [verdict.identity for verdict in identity_verdicts(report) if verdict.outcome == outcome]
