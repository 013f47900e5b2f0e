"""Run banff: its verdicts by report and identity, and the cells that it would change.

As a program it reads the ``names``, ``edits`` and ``slips`` of a sample from standard input, and writes what it would
change and how long that takes: ``benchmarks/explaining.py`` calls it.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import sys
import time
from collections.abc import Iterator, Mapping
from typing import Any

import banff
import pandas as pd

Reports = Mapping[str, Mapping[str, int | None]]


def frame(names: Mapping[str, str], reports: Reports) -> pd.DataFrame:
    """Lay reports out: one row a report, one column a cell."""
    rows = [
        {"ID": name} | {text: float("nan") if (x := values[cell]) is None else float(x) for cell, text in names.items()}
        for name, values in reports.items()
    ]
    return pd.DataFrame(rows)


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


def judge(sample: Mapping[str, Any]) -> dict[tuple[str, str], str]:
    """Judge the identities of reports, by report and identity.

    Family by family: banff leaves out an edit that follows from others.
    """
    found: dict[tuple[str, str], str] = {}
    words = ("holds", "not assessable", "broken")
    columns = ["ID", "EDITID", "OBS_PASSED", "OBS_MISSED", "OBS_FAILED"]
    figures = frame(sample["names"], sample["reports"])
    for edits in sample["edits"].values():
        with quiet():
            run = banff.editstat(
                indata=figures, edits="\n".join(edits.values()), by="ID", accept_negative=True, trace=False
            )
        identity = numbered(edits, run.outedits_reduced.to_pandas())
        for name, number, *counts in run.outedit_status.to_pandas()[columns].itertuples(index=False):
            found[name, identity[number]] = words[counts.index(1)]
    return found


def numbered(edits: Mapping[str, str], equations: pd.DataFrame) -> dict[float, str]:
    """Find the identity of each of banff's edits, which come in an order of its own, by the cells in it."""
    by_cells = {frozenset(re.findall(r"C\d+", edit)): name for name, edit in edits.items()}
    pairs = zip(equations["EDITID"], equations["EDIT_EQUATION"], strict=True)
    return {number: by_cells[frozenset(re.findall(r"C\d+", equation))] for number, equation in pairs}


def locate(sample: Mapping[str, Any], seed: int = 1) -> dict[str, list[str]]:
    """Let banff choose which cells to change in each report: one choice at random among equals."""
    cells = {text: cell for cell, text in sample["names"].items()}
    edits = "\n".join(edit for family in sample["edits"].values() for edit in family.values())
    figures = frame(sample["names"], sample["slips"])
    with quiet():
        status = banff.errorloc(indata=figures, edits=edits, unit_id="ID", seed=seed, trace=False).outstatus.to_pandas()
    found: dict[str, list[str]] = {}
    for name, field in zip(status["ID"], status["FIELDID"], strict=True):
        found.setdefault(name, []).append(cells[field.upper()])
    return found


if __name__ == "__main__":
    told, taken = json.load(sys.stdin), []
    for _ in range(3):
        start = time.perf_counter()
        located = locate(told)
        taken.append(time.perf_counter() - start)
    json.dump({"version": banff.__version__, "seconds": min(taken), "located": located}, sys.stdout)
