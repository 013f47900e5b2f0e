"""Measures of the reports of a panel, as figures draw and say them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from foi_analysis.figures.panel.lines import Line, Shown
from foi_analysis.figures.shares import Share, share_in_words
from foi_analysis.measures import load_measures, measure_columns
from foi_analysis.panel import Panel
from foi_analysis.resources import Language, say

_NUMBERS = ("numerator", "denominator", "value", "low", "high", "lower", "upper", "state")


def panel_shares(panel: Panel, measure: str, lines: Iterable[Line]) -> Mapping[int, Share]:
    """Return one measure of some reports, by their number; nothing for a report whose form lacks its cells."""
    known = next(one for one in load_measures() if one.id == measure)
    frame = measure_columns(panel, measure)
    found = {}
    for line in lines:
        row = frame.loc[line.at, list(_NUMBERS)]
        if row["state"]:
            found[line.at] = Share(known, *row)
    return found


def said(line: Line, share: Share | None, language: Language) -> str:
    """Say what a measure of a report is: its counts and interval, or why there is none."""
    text = share_in_words(share, language) if share else say("comparison.not_in_form", language)
    return say("comparison.said", language, name=line.name(language), text=text)


def shares_data(
    panel: Panel, some: Shown, columns: Mapping[str, Mapping[int, Share]], extra: Mapping[str, Any] | None = None
) -> pd.DataFrame:
    """Return what is drawn: one row a report and measure, with its numbers as in ``measure``."""
    heads = ("report", "organ", "year", "form", "scope")
    rows = [
        (
            *(panel.heads[name][line.at] for name in heads),
            measure,
            *(getattr(by_report[line.at], name) for name in _NUMBERS),
        )
        for line in some.lines
        for measure, by_report in columns.items()
        if line.at in by_report
    ]
    frame = pd.DataFrame(rows, columns=[*heads, "measure", *_NUMBERS])
    return frame.assign(**(extra or {}))
