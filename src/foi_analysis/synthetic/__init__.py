"""Make realistic reports: figures that satisfy every identity, and pages that print them in many shapes.

For tests, benchmarks and teaching. Nothing here reads a report, and no reader knows this package.
"""

from foi_analysis.synthetic.numbers import draw_values
from foi_analysis.synthetic.pages import Grid, Page, Printed, lay_out
from foi_analysis.synthetic.printing import FORMATS, print_page

__all__ = ["FORMATS", "Grid", "Page", "Printed", "draw_values", "lay_out", "print_page"]
