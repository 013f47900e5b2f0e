"""Read reports, or tables of cells that the program wrote, into one panel."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from foi_analysis.panel.joining import join
from foi_analysis.panel.panel import Panel
from foi_analysis.panel.source import open_csv, open_parquet
from foi_analysis.read import read_report
from foi_analysis.report import ReadingError

_TABLES = {".csv": open_csv, ".parquet": open_parquet}


def read_panel(paths: str | Path | Iterable[str | Path]) -> Panel:
    """Read published reports, and tables that ``extract`` or ``panel`` wrote, into one panel, in the order given.

    A name that ends in ``.csv`` or ``.parquet`` is a table of cells, any other a report. Nothing is filled in, and
    two reports for one organ and year both stay: see ``Panel.conflicts``.

    Raises OSError when a file cannot be opened and ReadingError when one cannot be read: which file, where in it,
    what was found, and what was expected.
    """
    given = [paths] if isinstance(paths, str | Path) else list(paths)
    files = [Path(path) for path in given]
    for path in files:
        if path.is_dir():
            raise ReadingError(f"{path}: this is a folder; give its files, or build it with foi-analysis panel {path}")
    tables = {at: _TABLES[path.suffix] for at, path in enumerate(files) if path.suffix in _TABLES}
    parts = [
        Panel.of_source(tables[at](path)) if at in tables else Panel.of([read_report(path)])
        for at, path in enumerate(files)
    ]
    return parts[0] if len(parts) == 1 else join(parts)
