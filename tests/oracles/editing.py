"""Run banff: its verdicts by report and identity, and the cells that it would change."""

from __future__ import annotations

import contextlib
import os
import re
import sys
from collections.abc import Iterator, Sequence
from itertools import groupby

import banff
import pandas as pd

from foi_analysis import Report
from foi_analysis.form import CellKey, Form, Identity


def covered(form: Form) -> list[CellKey]:
    """Give the cells under an identity."""
    return [key for key in form.cells if form.identities_of[key]]


def names(form: Form) -> dict[CellKey, str]:
    """Name the cells as banff takes them."""
    return {key: f"C{number}" for number, key in enumerate(covered(form))}


def edits(form: Form, identities: Sequence[Identity]) -> str:
    """Write identities as edits."""
    name = names(form)
    sides = ((" + ".join(name[key] for key in side) for side in (one.left, one.right)) for one in identities)
    return "\n".join(f"{left} = {right};" for left, right in sides)


def frame(form: Form, reports: Sequence[Report]) -> pd.DataFrame:
    """Lay reports out: one row a report, one column a cell."""
    name = names(form)
    return pd.DataFrame(
        [
            {"ID": report.name}
            | {text: float("nan") if (x := report.grid[key].value) is None else float(x) for key, text in name.items()}
            for report in reports
        ]
    )


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Send away what banff's C code writes to the terminal."""
    sys.stdout.flush()
    kept = [(stream, os.dup(stream)) for stream in (1, 2)]
    with open(os.devnull, "w") as nowhere:  # noqa: PTH123
        for stream, _ in kept:
            os.dup2(nowhere.fileno(), stream)
        try:
            yield
        finally:
            for stream, copy in kept:
                os.dup2(copy, stream)
                os.close(copy)


def judge(form: Form, reports: Sequence[Report]) -> dict[tuple[str, str], str]:
    """Judge the identities of reports, by report and identity.

    Family by family: banff leaves out an edit that follows from others.
    """
    found: dict[tuple[str, str], str] = {}
    words = ("holds", "not assessable", "broken")
    columns = ["ID", "EDITID", "OBS_PASSED", "OBS_MISSED", "OBS_FAILED"]
    for _, family in groupby(form.identities, key=lambda one: one.family):
        group = list(family)
        with quiet():
            run = banff.editstat(
                indata=frame(form, reports), edits=edits(form, group), by="ID", accept_negative=True, trace=False
            )
        identity = numbered(form, group, run.outedits_reduced.to_pandas())
        for name, number, *counts in run.outedit_status.to_pandas()[columns].itertuples(index=False):
            found[name, identity[number]] = words[counts.index(1)]
    return found


def numbered(form: Form, identities: Sequence[Identity], equations: pd.DataFrame) -> dict[float, str]:
    """Find the identity of each of banff's edits, which come in an order of its own, by the cells in it."""
    name = names(form)
    by_cells = {frozenset(name[key] for key in one.cells): one.id for one in identities}
    pairs = zip(equations["EDITID"], equations["EDIT_EQUATION"], strict=True)
    return {number: by_cells[frozenset(re.findall(r"C\d+", equation))] for number, equation in pairs}


def locate(form: Form, reports: Sequence[Report], seed: int = 1) -> dict[str, list[CellKey]]:
    """Let banff choose which cells to change in each report: one choice at random among equals."""
    cell = {text: key for key, text in names(form).items()}
    with quiet():
        status = banff.errorloc(
            indata=frame(form, reports), edits=edits(form, form.identities), unit_id="ID", seed=seed, trace=False
        ).outstatus.to_pandas()
    found: dict[str, list[CellKey]] = {}
    for name, field in zip(status["ID"], status["FIELDID"], strict=True):
        found.setdefault(name, []).append(cell[field.upper()])
    return found
