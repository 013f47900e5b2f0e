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
from foi_analysis.tables.grid import STYLESHEET, Box, PublishedTable
from foi_analysis.tables.measures import decision_table, measures_table
from foi_analysis.tables.published import published_table

__all__ = [
    "STYLESHEET",
    "Box",
    "PublishedTable",
    "Shown",
    "Words",
    "decision_table",
    "glossary_table",
    "head_table",
    "measures_table",
    "published_table",
]
