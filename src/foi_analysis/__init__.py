"""foi_analysis reads, proves, checks and measures the annual reports on open government information of China.

>>> import foi_analysis as foi
>>> report = foi.read_report("data/raw/shanghai_psb_2024.txt")
>>> report.value("requests", "new", "total")
1691
>>> foi.check(report, verdict="broken")["rule"].tolist()
['large_residue']
"""

from typing import TYPE_CHECKING

from foi_analysis.resources import attach

if TYPE_CHECKING:  # what ``_HOME`` names, for type checkers and editors
    from foi_analysis import plot as plot
    from foi_analysis.checks import check as check
    from foi_analysis.corpus import read_reports as read_reports
    from foi_analysis.explanations import explain as explain
    from foi_analysis.form import load_form as load_form
    from foi_analysis.measures import measure as measure
    from foi_analysis.messages import say as say
    from foi_analysis.panel import ComparisonError as ComparisonError
    from foi_analysis.panel import Panel as Panel
    from foi_analysis.panel import load_panel as load_panel
    from foi_analysis.panel import read_panel as read_panel
    from foi_analysis.plot.theme import set_theme as set_theme
    from foi_analysis.read import certify as certify
    from foi_analysis.read import read_report as read_report
    from foi_analysis.report import ReadingError as ReadingError
    from foi_analysis.report import Report as Report
    from foi_analysis.resources import set_language as set_language
    from foi_analysis.statistics import funnel_limits as funnel_limits
    from foi_analysis.statistics import newcombe as newcombe
    from foi_analysis.statistics import wilson as wilson

__version__ = "0.1.0"

#: The public names, each with the module that it is imported from on first use: importing the package costs nothing.
_HOME = {
    "ComparisonError": "panel",
    "Panel": "panel",
    "ReadingError": "report",
    "Report": "report",
    "certify": "read",
    "check": "checks",
    "explain": "explanations",
    "funnel_limits": "statistics",
    "load_form": "form",
    "load_panel": "panel",
    "measure": "measures",
    "newcombe": "statistics",
    "plot": "plot",
    "read_panel": "panel",
    "read_report": "read",
    "read_reports": "corpus",
    "say": "messages",
    "set_language": "resources",
    "set_theme": "plot.theme",
    "wilson": "statistics",
}

__all__ = ["__version__", *_HOME]
__getattr__, __dir__ = attach(__name__, _HOME)
