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

from foi_analysis.plot.figure import caption, describe, save, show_in_notebook
from foi_analysis.plot.maps import check_map, check_map_data, evidence_map, evidence_map_data
from foi_analysis.plot.panel import (
    chain,
    chain_data,
    funnel,
    funnel_data,
    panel_appeals,
    panel_appeals_data,
    panel_definitions,
    panel_definitions_data,
    panel_outcomes,
    panel_outcomes_data,
    stock,
    stock_data,
    trends,
    trends_data,
)
from foi_analysis.plot.report import (
    appeals,
    appeals_data,
    applicants,
    applicants_data,
    definitions,
    definitions_data,
    flow,
    flow_data,
    grounds,
    grounds_data,
    measures,
    measures_data,
    outcomes,
    outcomes_data,
    summary,
    summary_data,
)
from foi_analysis.plot.theme import MissingGlyphError

#: The figures of a report and of a panel, in the order in which they are read.
REPORT_FIGURES = (
    "summary", "outcomes", "definitions", "grounds", "applicants", "flow", "appeals", "measures", "check_map",
    "evidence_map",
)  # fmt: skip
PANEL_FIGURES = ("trends", "funnel", "panel_outcomes", "chain", "stock", "panel_appeals", "panel_definitions")

__all__ = [
    "PANEL_FIGURES",
    "REPORT_FIGURES",
    "MissingGlyphError",
    "appeals",
    "appeals_data",
    "applicants",
    "applicants_data",
    "caption",
    "chain",
    "chain_data",
    "check_map",
    "check_map_data",
    "definitions",
    "definitions_data",
    "describe",
    "evidence_map",
    "evidence_map_data",
    "flow",
    "flow_data",
    "funnel",
    "funnel_data",
    "grounds",
    "grounds_data",
    "measures",
    "measures_data",
    "outcomes",
    "outcomes_data",
    "panel_appeals",
    "panel_appeals_data",
    "panel_definitions",
    "panel_definitions_data",
    "panel_outcomes",
    "panel_outcomes_data",
    "save",
    "stock",
    "stock_data",
    "summary",
    "summary_data",
    "trends",
    "trends_data",
]

show_in_notebook()
