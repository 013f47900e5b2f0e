"""foi_analysis reads, proves, checks and draws the annual reports on open government information of China.

>>> from foi_analysis import load_form
>>> form = load_form("cn-2021")
>>> len(form.cells), len(form.identities)
(200, 42)
"""

from foi_analysis.checks import verdicts
from foi_analysis.evidence import certificate, unsettled
from foi_analysis.findings import check
from foi_analysis.form import CellKey, Form, load_form
from foi_analysis.measures import measure
from foi_analysis.panel import Panel, load_panel, read_panel
from foi_analysis.read import read_report
from foi_analysis.report import Cell, ReadingError, Report
from foi_analysis.statistics import funnel_limits, newcombe, wilson

__version__ = "0.1.0"

__all__ = [
    "Cell",
    "CellKey",
    "Form",
    "Panel",
    "ReadingError",
    "Report",
    "__version__",
    "certificate",
    "check",
    "funnel_limits",
    "load_form",
    "load_panel",
    "measure",
    "newcombe",
    "read_panel",
    "read_report",
    "unsettled",
    "verdicts",
    "wilson",
]
