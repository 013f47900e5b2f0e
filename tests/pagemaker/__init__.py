"""Lay out and print reports in many shapes and file formats, and damage them: for tests and benchmarks.

No reader knows this package. The figures printed are those of ``foi_analysis.teaching.answers.draw_values``.
"""

from pagemaker.pages import Grid, Page, Printed, lay_out
from pagemaker.printing import FORMATS, print_page

__all__ = ["FORMATS", "Grid", "Page", "Printed", "lay_out", "print_page"]
