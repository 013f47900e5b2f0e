"""Numbers under a broken identity or of a doubtful reading: shown as printed, marked and named, and never compared."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from foi_analysis.bilingual import number
from foi_analysis.plot.words import groups, listed
from foi_analysis.resources import Language, say

#: Behind a number that is not compared, in a frame's texts.
MARK = " *"
#: So many reports are named one by one; of more, the number is given.
_NAMED = 6


def unsound(frame: pd.DataFrame) -> pd.Series[bool]:
    """Return which rows rest on a cell of a broken identity or of a doubtful reading."""
    found: pd.Series[bool] = frame["broken"].astype(bool) | frame["doubtful"].astype(bool)
    return found


def marked(frame: pd.DataFrame) -> list[str]:
    """Return the texts of a frame, those of unsound rows with a mark behind them."""
    pairs = zip(frame["text"], unsound(frame), strict=True)
    return [f"{text}{MARK}" if found else text for text, found in pairs]


def unsound_notes(frame: pd.DataFrame, language: Language, who: str, what: str, printed: Iterable[str]) -> list[str]:
    """Return a sentence for each report with unsound rows: why they are, and what is printed.

    Parameters
    ----------
    frame : DataFrame
    language : {"zh", "en"}
    who, what : str
        The columns that name the report and the number.
    printed : iterable of str
        What is printed, one text a row; a row whose text is empty is left out.
    """
    rows = frame.assign(printed=list(printed))
    rows = rows[unsound(rows) & (rows["printed"] != "")]
    notes = []
    for name, part in groups(rows, who):
        said = listed(part[what].astype(str) + " " + part["printed"], language)
        cause = "broken" if part["broken"].any() else "doubtful"
        notes.append(say(f"comparison.unsound_{cause}", language, who=name, what=said))
    more = len(notes) - _NAMED
    if more > 0:
        notes[_NAMED:] = [say("comparison.unsound_more", language, n=number(more, language))]
    return notes
