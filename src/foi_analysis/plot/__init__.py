"""Figures on matplotlib Axes: ``foi.plot.NAME(data, ax=None)`` draws a report or a panel and returns the Axes.

Each ``NAME`` has a ``NAME_data`` that gives the tidy frame it draws; a part of that frame can be drawn as well.

>>> import foi_analysis as foi
>>> panel = foi.load_panel()
>>> frame = foi.plot.outcomes_data(panel["shanghai_psb_2024"]).query("row == ''")
>>> frame[["label", "count"]].head(2)
              label  count
0         Disclosed  223.0
1  Partly disclosed   13.0
>>> ax = foi.plot.outcomes(frame)
>>> ax.figure.get_suptitle()
'Of 1,698 requests concluded, 236 (13.9%) ended in disclosure, in full or in part'
"""

from foi_analysis.plot import figure, maps, panel, report
from foi_analysis.plot.figure import *  # noqa: F403
from foi_analysis.plot.maps import *  # noqa: F403
from foi_analysis.plot.panel import *  # noqa: F403
from foi_analysis.plot.report import *  # noqa: F403
from foi_analysis.plot.theme import MissingGlyphError

#: The figures of a report and of a panel, in the order in which they are read.
REPORT_FIGURES = (
    "summary", "outcomes", "definitions", "grounds", "applicants", "flow", "appeals", "measures", "check_map",
    "evidence_map",
)  # fmt: skip
PANEL_FIGURES = ("trends", "funnel", "panel_outcomes", "chain", "stock", "panel_appeals", "panel_definitions")

__all__ = ["PANEL_FIGURES", "REPORT_FIGURES", "MissingGlyphError"]
__all__ += figure.__all__
__all__ += maps.__all__
__all__ += panel.__all__
__all__ += report.__all__

figure.show_in_notebook()
