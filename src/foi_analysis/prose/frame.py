"""The claims of a report as a tidy frame."""

from __future__ import annotations

import pandas as pd

from foi_analysis.prose.claims import claims
from foi_analysis.report import Report
from foi_analysis.resources import Language


def claims_frame(report: Report, language: Language = "en") -> pd.DataFrame:
    """Give the claims of a report as a tidy frame: one row a claim, in printed order, index from 0.

    Columns: claim (id), kind, where, printed, low, high (floats, NaN without a bound), unit, cells (joined with
    spaces), how, meaning, expected (joined with spaces), verdict, reason (in the language), quote.
    """
    found = claims(report)
    return pd.DataFrame(
        {
            "claim": [claim.id for claim in found],
            "kind": [claim.kind for claim in found],
            "where": [claim.where for claim in found],
            "printed": [claim.printed for claim in found],
            "low": [float(claim.low) for claim in found],
            "high": [float("nan") if claim.high is None else float(claim.high) for claim in found],
            "unit": [claim.unit for claim in found],
            "cells": [" ".join(map(str, claim.cells)) for claim in found],
            "how": [claim.how for claim in found],
            "meaning": [claim.meaning for claim in found],
            "expected": [" ".join(map(str, claim.expected)) for claim in found],
            "verdict": [claim.verdict for claim in found],
            "reason": [claim.reason(language) for claim in found],
            "quote": [claim.quote for claim in found],
        }
    )
