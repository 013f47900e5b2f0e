"""Read a report with everything that is proved about it: the way in for notebooks and programs."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from foi_analysis.evidence import prove
from foi_analysis.reading import read_file
from foi_analysis.report import Report
from foi_analysis.supplied import load_supplied, supply


def read_report(source: str | Path | BinaryIO, supplied: str | Path | None = None) -> Report:
    """Read a published report, every cell with its proofs.

    Parameters
    ----------
    source : str, Path or binary file object
        A PDF, Word (.docx), HTML, MHTML, Markdown or text file; what it is, its content tells. A file object is
        opened with ``"rb"``, or is an ``io.BytesIO``; it is read from where it stands, and is not closed. The report
        bears the name of the file, and is called ``report`` where the object has none.
    supplied : str or Path, optional
        A CSV file (cell, value, who, why) with values for cells that could not be read; such cells have the mark
        ``supplied``.

    Returns
    -------
    Report
        The same for a path and for a file object.

    Raises
    ------
    OSError
        When a file cannot be opened.
    ReadingError
        When it holds no statutory table or cannot be read at all: which file, why, and what to do.

    Examples
    --------
    >>> import foi_analysis as foi
    >>> report = foi.read_report("data/raw/shanghai_psb_2024.txt")
    >>> report
    <Report shanghai_psb_2024.txt: 上海市公安局 2024, cn-2021, 200 cells, 0 in doubt>
    >>> with open("data/raw/shanghai_psb_2024.txt", "rb") as file:
    ...     foi.read_report(file) == report
    True
    """
    report = read_file(source)
    return prove(supply(report, load_supplied(supplied)) if supplied else report)
