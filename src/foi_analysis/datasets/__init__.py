"""A report as data files for other programs: tidy tables, an Excel workbook, a Stata file, and how to cite them.

>>> from foi_analysis import read_report
>>> from foi_analysis.datasets import cells, citation, stata, workbook
>>> report = read_report("data/raw/shanghai_psb_2024.txt")
>>> len(cells(report).rows)
200
>>> workbook(report)[:2], stata(report)[:11]
(b'PK', b'<stata_dta>')
>>> citation(report, "en").report[:41]
'Shanghai Municipal Public Security Bureau'
"""

from foi_analysis.datasets.citation import Citation, citation
from foi_analysis.datasets.tidy import Dataset, cells, checks, codes, package, rates, stata
from foi_analysis.datasets.workbook import datasets, workbook

__all__ = [
    "Citation",
    "Dataset",
    "cells",
    "checks",
    "citation",
    "codes",
    "datasets",
    "package",
    "rates",
    "stata",
    "workbook",
]
