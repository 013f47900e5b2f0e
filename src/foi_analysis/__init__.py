"""foi_analysis reads, proves, checks and draws the annual reports on open government information of China.

>>> from foi_analysis import load_form
>>> form = load_form("cn-2021")
>>> len(form.cells), len(form.identities)
(200, 42)
"""

import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

from foi_analysis.lazy import load

if TYPE_CHECKING:  # what ``_HOME`` names, for type checkers and editors
    from foi_analysis.checks import verdicts as verdicts
    from foi_analysis.evidence import certificate as certificate
    from foi_analysis.evidence import unsettled as unsettled
    from foi_analysis.findings import check as check
    from foi_analysis.form import CellKey as CellKey
    from foi_analysis.form import Form as Form
    from foi_analysis.form import load_form as load_form
    from foi_analysis.measures import measures as measures
    from foi_analysis.panel import Panel as Panel
    from foi_analysis.panel import load_panel as load_panel
    from foi_analysis.panel import read_panel as read_panel
    from foi_analysis.read import read_report as read_report
    from foi_analysis.report import Cell as Cell
    from foi_analysis.report import ReadingError as ReadingError
    from foi_analysis.report import Report as Report

__version__ = "0.1.0"

#: The public names, each with the module that it is imported from on first use.
_HOME = {
    "Cell": "report",
    "CellKey": "form",
    "Form": "form",
    "Panel": "panel",
    "ReadingError": "report",
    "Report": "report",
    "certificate": "evidence",
    "check": "findings",
    "load_form": "form",
    "load_panel": "panel",
    "measures": "measures",
    "read_panel": "panel",
    "read_report": "read",
    "unsettled": "evidence",
    "verdicts": "checks",
}

__all__ = ["__version__", *_HOME]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for (PEP 562)."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(load(f"{__name__}.{_HOME[name]}"), name)
    return value


def __dir__() -> list[str]:
    """List the public names."""
    return sorted(__all__)


class _Package(ModuleType):
    """Keep a submodule from hiding the public name that it shares: ``measures`` is the function."""

    def __setattr__(self, name: str, value: object) -> None:
        if not (name in _HOME and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package
