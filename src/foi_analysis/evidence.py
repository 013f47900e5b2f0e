"""Bring together what reading, identities and prose prove about each cell: the certificate."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from foi_analysis.checks import verdicts
from foi_analysis.form import CellKey
from foi_analysis.report import Report

if TYPE_CHECKING:
    import pandas as pd


def prove(report: Report) -> Report:
    """Give the report with the proofs of its identities: ``row``, ``column``, ``balance``.

    An identity proves its cells only when it holds. The values are those of the report given, which is
    not changed.
    """
    proofs: dict[CellKey, list[str]] = {}
    for verdict in verdicts(report):
        if verdict.outcome == "holds" and verdict.identity.proof:
            for key in verdict.identity.cells:
                proofs.setdefault(key, []).append(verdict.identity.proof)
    cells = {key: cell.with_proofs(*proofs.get(key, ())) for key, cell in report.cells.items()}
    return replace(report, cells=cells)


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
