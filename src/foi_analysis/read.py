"""Read a report with everything that is proved about it: the way in for notebooks and programs."""

from __future__ import annotations

from pathlib import Path

from foi_analysis.evidence import prove
from foi_analysis.reading import read_file
from foi_analysis.report import Report


def read_report(path: str | Path) -> Report:
    """Read a published report, every cell with its proofs.

    Raises OSError when the file cannot be opened, and ReadingError, which says which file, why, and
    what to do, when it holds no statutory table or cannot be read at all.
    """
    return prove(read_file(path))
