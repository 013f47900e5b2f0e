"""What the command line needs to build a panel."""

from foi_analysis.panel.build import Counts, build_panel
from foi_analysis.panel.executors import Workforce, cluster, local
from foi_analysis.panel.progress import orderly_end, progress, summary
from foi_analysis.panel.writing import journal_path

__all__ = [
    "Counts",
    "Workforce",
    "build_panel",
    "cluster",
    "journal_path",
    "local",
    "orderly_end",
    "progress",
    "summary",
]
