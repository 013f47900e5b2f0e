"""The panel that travels with the package: fourteen published reports, their figures checked by hand."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from foi_analysis.panel.panel import Panel
from foi_analysis.panel.source import open_csv

if TYPE_CHECKING:
    import pandas as pd

_PACKAGE = Path(__file__).resolve().parents[1]


def panel_folder() -> Path:
    """Give the folder with the files of the panel: carried by the package, or in its checkout."""
    carried = _PACKAGE / "data" / "panel"
    return carried if carried.is_dir() else _PACKAGE.parents[1] / "data" / "panel"


@cache
def load_panel() -> Panel:
    """Load the panel of published reports that travels with the package.

    Values are as printed, faults included; a cell that the copy used had lost is ``missing``. There are no places,
    proofs or tokens: the figures were checked by hand, not read by the program.
    """
    return Panel.of_source(open_csv(panel_folder() / "cells.csv"))


def load_sources() -> pd.DataFrame:
    """Give what is known of each report of ``load_panel``: one row a report, everything as text.

    Columns: report, organ, organ_en, year, form, scope, level, site (where the organ publishes), note_zh, note_en
    (what to know of its figures; empty when there is nothing).
    """
    import pandas as pd

    return pd.read_csv(panel_folder() / "reports.csv", dtype="str", keep_default_na=False)
