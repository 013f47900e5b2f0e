"""Pair the reports of a panel with those of the year before, and count what two years have in common."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from foi_analysis.form import CellKey
from foi_analysis.quantities import FEWEST_CELLS, FEWEST_PAIRS, distances

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from foi_analysis.panel.panel import Panel

    Ints = npt.NDArray[np.int64]
    Line = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Reports of one organ for two years that follow each other, by their numbers; both of shape (pairs,)."""

    last: Ints
    report: Ints

    def __len__(self) -> int:
        """Count the pairs."""
        return len(self.report)

    def of(self, which: Any) -> Pairs:
        """Give some of them, by a mask or by their numbers."""
        return Pairs(self.last[which], self.report[which])


def pair_years(panel: Panel) -> Pairs:
    """Pair each report with that of the same organ for the year before; a gap of years makes no pair.

    Reports that are not the only one of their organ and year make none either: see ``Panel.conflicts``.
    """
    import numpy as np
    import pandas as pd

    organs = pd.factorize(np.array(panel.heads["organ"], object))[0]
    years = np.array([int(year or 0) for year in panel.heads["year"]], np.int64)
    known = np.flatnonzero((years > 0) & np.array([bool(organ) for organ in panel.heads["organ"]], bool))
    at = known[np.lexsort((years[known], organs[known]))]
    same = organs[at][1:] == organs[at][:-1]
    twice = same & (years[at][1:] == years[at][:-1])
    contested = np.append(twice, False) | np.insert(twice, 0, False) if len(at) else twice
    follows = same & (years[at][1:] == years[at][:-1] + 1) & ~contested[1:] & ~contested[:-1]
    places = np.flatnonzero(follows)
    return Pairs(at[places], at[places + 1])


def in_common(panel: Panel, pairs: Pairs, forms: tuple[int, int]) -> Mapping[CellKey, Any]:
    """Count what the two reports of each pair have in common: the quantities of a pair, as arrays.

    ``forms`` number the form of all earlier and of all later reports of these pairs.
    """
    import numpy as np

    last, now = (panel.forms[form] for form in forms)
    rows = (panel.layout.row_of[pairs.last], panel.layout.row_of[pairs.report])
    at = {key: place for place, key in enumerate(last.cells)}
    before, after = panel.values(last.id), panel.values(now.id)
    compared, equal = np.zeros(len(pairs), np.int64), np.zeros(len(pairs), np.int64)
    for cell, key in enumerate(now.cells):
        if key in at:
            a, b = before[rows[0], at[key]], after[rows[1], cell]
            same = a == b
            shown = (a == a) & (b == b) & ~(same & (a == 0))
            compared += shown
            equal += same & shown
    scopes = [np.array(panel.heads["scope"], object)[numbers] for numbers in (pairs.last, pairs.report)]
    told = (_stated(scopes[0]) & _stated(scopes[1])).astype(bool)
    counts = {
        "cells.compared": compared.astype(np.float64),
        "cells.equal": np.where(compared >= FEWEST_CELLS, equal, np.nan),
        "forms.same": float(last is now),
        "scopes.same": np.where(told, (scopes[0] == scopes[1]).astype(np.float64), np.nan),
    }
    return {CellKey("pair", *name.split(".")): count for name, count in counts.items()}


def changes(panel: Panel, pairs: Pairs, new: CellKey) -> tuple[Pairs, Mapping[CellKey, Line]]:
    """Give the pairs whose change of new requests can be judged, and how far it is from the usual.

    None with fewer pairs than that many are needed to tell what is usual.
    """
    import numpy as np

    figures = cell_values(panel, new)
    before, after = figures[pairs.last], figures[pairs.report]
    sized = np.flatnonzero((np.nan_to_num(before) != 0) & (np.nan_to_num(after) != 0))
    if len(sized) < FEWEST_PAIRS:
        sized = sized[:0]
    away, usual = distances(before[sized], after[sized]) if len(sized) else (before[sized], after[sized])
    known = {CellKey("panel", "new", "distance"): away, CellKey("panel", "new", "usual"): usual}
    return pairs.of(sized), known


def cell_values(panel: Panel, key: CellKey) -> Line:
    """Give one cell's figure for every report: shape (reports,), NaN where none is printed or the form lacks it."""
    import numpy as np

    found = np.full(len(panel), np.nan)
    for form in panel.forms:
        if key in form.cells:
            found[panel.reports_of(form.id)] = panel.values(form.id)[:, form.cells.index(key)]
    return found


def _stated(scopes: Any) -> Any:
    return (scopes != "") & (scopes != "unknown")
