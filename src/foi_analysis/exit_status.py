"""The exit status of one report: what ``extract``, ``check``, ``panel`` and ``reproduce`` end with."""

from __future__ import annotations

from foi_analysis.checks import verdicts
from foi_analysis.prose import claims
from foi_analysis.report import Report


def status(report: Report) -> int:
    """Give the exit status for a report that could be read.

    0 when every cell was read without doubt and every identity and bound holds; 1 for a doubtful, missing or
    unreadable cell, an identity that is broken or not assessable, a broken bound, or a claim contradicted.
    """
    if report.doubtful or report.unread or any(claim.verdict == "contradicts" for claim in claims(report)):
        return 1
    return int(any(v.outcome == "broken" or (v.kind == "identity" and v.outcome != "holds") for v in verdicts(report)))
