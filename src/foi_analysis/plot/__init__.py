"""Figures on matplotlib Axes: ``foi.plot.NAME(data, ax=None)`` draws and returns the Axes.

>>> import foi_analysis as foi
>>> report = foi.load_panel()["shanghai_psb_2024"]
>>> ax = foi.plot.outcomes(report)
>>> ax.get_ylabel(), len(ax.containers)
('', 1)
"""

from foi_analysis.plot.figure import caption, describe, save, show_in_notebook
from foi_analysis.plot.report import outcomes, outcomes_data
from foi_analysis.plot.theme import MissingGlyphError

show_in_notebook()

__all__ = [
    "MissingGlyphError",
    "caption",
    "describe",
    "outcomes",
    "outcomes_data",
    "save",
]
