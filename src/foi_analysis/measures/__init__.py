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
from foi_analysis.measures.intervals import Z95, newcombe, wilson
from foi_analysis.measures.values import STATES, Measured, measure_values

__all__ = [
    "STATES",
    "Z95",
    "Break",
    "Measure",
    "Measured",
    "load_breaks",
    "load_measures",
    "measure_changes",
    "measure_values",
    "measures",
    "measures_of",
    "newcombe",
    "reason_text",
    "values_of",
    "widened",
    "wilson",
]
