"""Bring together what reading, identities and prose prove about each cell: the certificate."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from foi_analysis.checks import identity_verdicts
from foi_analysis.form import CellKey
from foi_analysis.prose import claims, proved_cells
from foi_analysis.report import Cell, Report
from foi_analysis.resources import Language, say

if TYPE_CHECKING:
    import pandas as pd

#: What would settle a doubtful cell, by the first words of its doubt.
_SETTLES = {
    "two readings disagree": "readings",
    "no label found": "label",
    "label differs from the form": "label",
    "found twice": "twice",
}


def prove(report: Report) -> Report:
    """Give the report with the proofs of its identities (``row``, ``column``, ``balance``) and of its ``prose``.

    An identity proves its cells only when it holds; the prose only a cell that it states alone and exactly.
    The values are those of the report given, which is not changed.
    """
    proofs: dict[CellKey, list[str]] = {}
    for verdict in identity_verdicts(report):
        if verdict.outcome == "holds":
            for key in verdict.identity.cells:
                proofs.setdefault(key, []).append(verdict.identity.proof)
    for key in proved_cells(claims(report)):
        proofs.setdefault(key, []).append("prose")
    cells = {key: cell.with_proofs(*proofs.get(key, ())) for key, cell in report.grid.items()}
    return replace(report, grid=cells)


def certificate(report: Report) -> pd.DataFrame:
    """Count the cells of each table by the proofs they carry.

    One row for each table and combination of proofs that occurs, most proofs first. Columns: table,
    proofs (joined with ``+``, empty for none), count of proofs, cells, doubtful.
    """
    frame = report.frame()
    order = {table.key: at for at, table in enumerate(report.form.tables)}
    return (
        frame.assign(doubtful=frame["doubt"] != "", at=frame["table"].map(order))
        .groupby(["at", "table", "proofs"], as_index=False)
        .agg(cells=("row", "size"), doubtful=("doubtful", "sum"))
        .assign(count=lambda f: f["proofs"].map(lambda text: len(text.split("+")) if text else 0))
        .sort_values(["at", "count", "proofs"], ascending=[True, False, True])
        .reset_index(drop=True)[["table", "proofs", "count", "cells", "doubtful"]]
    )


def unsettled(report: Report, language: Language = "en") -> pd.DataFrame:
    """List the cells that are not settled, and what would settle each.

    One row a cell that is missing, unreadable or doubtful, or that a single reading gives and nothing else
    proves, in printed order; empty when all are settled. Columns: table, row, column, mark, printed,
    where, proofs, doubt, settle (a sentence in the language).
    """
    frame = report.frame()
    settle = [_settle(cell) for cell in report.grid.values()]
    frame["settle"] = [say(f"evidence.settle_{key}", language) if key else "" for key in settle]
    columns = ["table", "row", "column", "mark", "printed", "where", "proofs", "doubt", "settle"]
    return frame.loc[frame["settle"] != "", columns].reset_index(drop=True)


def _settle(cell: Cell) -> str:
    """Name what would settle a cell; nothing when it is settled."""
    if cell.mark in ("missing", "unreadable"):
        return cell.mark
    if cell.doubt:
        return _SETTLES.get(cell.doubt.partition(":")[0], "label")
    return "unproved" if cell.mark == "number" and len(cell.proofs) < 2 else ""
