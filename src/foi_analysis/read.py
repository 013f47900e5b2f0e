"""Read a report with everything that is proved about it: the way in for notebooks and programs."""

from __future__ import annotations

from pathlib import Path

from foi_analysis.evidence import prove
from foi_analysis.reading import read_file
from foi_analysis.report import Report
from foi_analysis.supplied import load_supplied, supply


def read_report(path: str | Path, supplied: str | Path | None = None) -> Report:
    """Read a published report, every cell with its proofs.

    ``supplied`` is a CSV file (cell, value, who, why) with values for cells that could not be read; such
    cells have the mark ``supplied``.

    Raises OSError when a file cannot be opened, and ReadingError, which says which file, why, and what to
    do, when it holds no statutory table or cannot be read at all.
    """
    report = read_file(path)
    return prove(supply(report, load_supplied(supplied)) if supplied else report)
