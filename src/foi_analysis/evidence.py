"""What reading, identities and prose prove about each cell: the certificate."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from foi_analysis.form import CellKey
from foi_analysis.lazy import load, pd
from foi_analysis.prose import claims, proved_cells, stated_values
from foi_analysis.report import Cell, Report
from foi_analysis.resources import Language, language_of, say

if TYPE_CHECKING:
    from foi_analysis.panel import Panel

#: What would settle a doubtful cell, by the first words of its doubt.
_SETTLES = {
    "two readings disagree": "readings",
    "no label found": "label",
    "label differs from the form": "label",
    "found twice": "twice",
}


def prove(report: Report) -> Report:
    """Return a report with the proofs of its identities (``row``, ``column``, ``balance``) and of its ``prose``.

    An identity proves its cells only when it holds; the prose only a cell that it states alone and exactly.
    """
    proofs: dict[CellKey, list[str]] = {}
    numbers = report.numbers
    for identity in report.identities:
        if identity.code(numbers) == 0:
            for key in identity.cells:
                proofs.setdefault(key, []).append(identity.proof)
    found = claims(report)
    for key in proved_cells(found):
        proofs.setdefault(key, []).append("prose")
    cells = {key: cell.with_proofs(*proofs.get(key, ())) for key, cell in report.grid.items()}
    return replace(report, grid=cells, stated=stated_values(found))


def exit_status(report: Report) -> int:
    """Return the exit status for a report that could be read.

    0 when everything printed was read without doubt and every identity and bound holds; 1 for a doubtful organ or
    year, a doubtful, missing or unreadable cell, a printed row that has no place in the form, an identity that is
    broken or not assessable, a broken bound, or a claim contradicted.
    """
    numbers = report.numbers
    if not report.is_sure or any(one.code(numbers) for one in report.identities):
        return 1
    if any(bound.code(numbers) == 1 for bound in report.form.bounds):
        return 1
    return int(any(claim.verdict == "contradicts" for claim in claims(report)))


def certify(x: Report | Panel | Iterable[Report]) -> pd.DataFrame:
    """Count the cells of each table by the proofs they carry.

    Parameters
    ----------
    x : Report, Panel or iterable of Report

    Returns
    -------
    DataFrame
        One row for each report, table and combination of proofs that occurs, most proofs first. Columns: report,
        table, proofs (joined with ``+``, empty for none), count (of proofs), cells, doubtful.

    Examples
    --------
    >>> import foi_analysis as foi
    >>> report = foi.read_report("data/raw/shanghai_psb_2024.txt")
    >>> foi.certify(report).groupby("table", sort=False)["cells"].sum().to_dict()
    {'proactive': 10, 'requests': 175, 'review': 15}
    """
    frame: pd.DataFrame = load("foi_analysis.panel").as_panel(x).cells
    return (
        frame.assign(
            doubtful=frame["doubt"] != "",
            at=pd.factorize(frame["report"])[0],
            place=pd.factorize(frame["table"])[0],
            count=[len(text.split("+")) if text else 0 for text in frame["proofs"]],
        )
        .groupby(["at", "report", "place", "table", "count", "proofs"], as_index=False)
        .agg(cells=("row", "size"), doubtful=("doubtful", "sum"))
        .sort_values(["at", "place", "count", "proofs"], ascending=[True, True, False, True])
        .reset_index(drop=True)[["report", "table", "proofs", "count", "cells", "doubtful"]]
    )


def unsettled(report: Report, language: Language | None = None) -> pd.DataFrame:
    """List the cells that are not settled, and what would settle each.

    One row a cell that is missing, unreadable or doubtful, or that a single reading gives and nothing else
    proves, in printed order; empty when all are settled. Columns: table, row, column, mark, printed,
    where, proofs, doubt, settle (a sentence in the language).
    """
    frame = report.cells.reset_index()
    settle = [_settle(cell) for cell in report.grid.values()]
    frame["settle"] = [say(f"evidence.settle_{key}", language_of(language)) if key else "" for key in settle]
    columns = ["table", "row", "column", "mark", "printed", "where", "proofs", "doubt", "settle"]
    return frame.loc[frame["settle"] != "", columns].reset_index(drop=True)


def _settle(cell: Cell) -> str:
    """Name what would settle a cell; nothing when it is settled."""
    if cell.mark in ("missing", "unreadable"):
        return cell.mark
    if cell.doubt:
        return _SETTLES.get(cell.doubt.partition(":")[0], "label")
    return "unproved" if cell.mark == "number" and len(cell.proofs) < 2 else ""
