"""The tables of a report in the shape in which they are published: captioned, accessible, in two languages.

>>> from foi_analysis import read_report
>>> from foi_analysis.tables import published_table
>>> table = published_table(read_report("data/raw/shanghai_psb_2024.txt"), "review", "en")
>>> table.title.en
'Administrative reconsideration and litigation'
>>> len(table.frame())
15
"""

from foi_analysis.bilingual import Shown, Words
from foi_analysis.tables.about import glossary_table, head_table
from foi_analysis.tables.decision import decision_table
from foi_analysis.tables.grid import STYLESHEET, Box, PublishedTable
from foi_analysis.tables.measures import measures_table
from foi_analysis.tables.panel import breaks_table, explanations_table, panel_table
from foi_analysis.tables.published import published_table
from foi_analysis.tables.rules import broken_rules, certificate_table, verdict_summary

__all__ = [
    "STYLESHEET",
    "Box",
    "PublishedTable",
    "Shown",
    "Words",
    "breaks_table",
    "broken_rules",
    "certificate_table",
    "decision_table",
    "explanations_table",
    "glossary_table",
    "head_table",
    "measures_table",
    "panel_table",
    "published_table",
    "verdict_summary",
]
