"""What the notebooks call: sentences, boxes and tables whose every number is computed from the report at hand.

>>> from foi_analysis import notebook, read_report
>>> report = read_report("data/raw/shanghai_psb_2024.txt")
>>> print(notebook.findings(report, "checks", "en").texts[0])
42 identities were put to this report: 42 hold, 0 are broken, 0 are not assessable.
"""

from foi_analysis.notebook.accounts import claimed, explained, hinted, planted, slip_figure
from foi_analysis.notebook.cite import cite
from foi_analysis.notebook.facts import facts
from foi_analysis.notebook.findings import Findings, findings
from foi_analysis.notebook.guide import blind_table, decision_table, figure, wrong_readings
from foi_analysis.notebook.panels import comparability, open_panel, panel_figure

__all__ = [
    "Findings",
    "blind_table",
    "cite",
    "claimed",
    "comparability",
    "decision_table",
    "explained",
    "facts",
    "figure",
    "findings",
    "hinted",
    "open_panel",
    "panel_figure",
    "planted",
    "slip_figure",
    "wrong_readings",
]
