"""Many reports side by side: read, kept in columns, compared only where that does not mislead."""

from foi_analysis.panel.checking import PanelChecks, check_panel
from foi_analysis.panel.comparing import Common, ComparisonError, Facet, Total
from foi_analysis.panel.panel import Panel
from foi_analysis.panel.reading import read_panel
from foi_analysis.panel.shipped import load_panel, load_sources, panel_folder
from foi_analysis.panel.stored import MARKS

__all__ = [
    "MARKS",
    "Common",
    "ComparisonError",
    "Facet",
    "Panel",
    "PanelChecks",
    "Total",
    "check_panel",
    "load_panel",
    "load_sources",
    "panel_folder",
    "read_panel",
]
