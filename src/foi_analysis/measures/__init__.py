"""Rates with their definition, denominator and uncertainty: of one report, of many, and from year to year.

>>> from foi_analysis import measures, read_report
>>> frame = measures(read_report("data/raw/shanghai_psb_2024.txt")).set_index("measure")
>>> frame.loc["release_rate", ["numerator", "denominator"]].tolist()
[236.0, 395.0]
>>> frame.loc["release_rate", ["value", "low", "high"]].astype(float).round(3).tolist()
[0.597, 0.548, 0.645]
"""

from foi_analysis.measures.changes import measure_changes, reason_text
from foi_analysis.measures.definitions import Break, Measure, load_breaks, load_measures, measures_of
from foi_analysis.measures.frame import measures, values_of, widened
from foi_analysis.measures.funnel import Funnel, funnel, winsorised
from foi_analysis.measures.intervals import Z95, newcombe, wilson
from foi_analysis.measures.of_panel import measure_columns
from foi_analysis.measures.ranks import rank_range
from foi_analysis.measures.values import STATES, Measured, measure_values

__all__ = [
    "STATES",
    "Z95",
    "Break",
    "Funnel",
    "Measure",
    "Measured",
    "funnel",
    "load_breaks",
    "load_measures",
    "measure_changes",
    "measure_columns",
    "measure_values",
    "measures",
    "measures_of",
    "newcombe",
    "rank_range",
    "reason_text",
    "values_of",
    "widened",
    "wilson",
    "winsorised",
]
