"""A panel as frames: one row a report, one row a cell, and the reports that contradict each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from foi_analysis.extract import COLUMNS as EXTRACTED
from foi_analysis.panel.cells import Words
from foi_analysis.panel.stored import HEAD, MARKS, NAMES, TEXTS

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd

    from foi_analysis.panel.panel import Panel


def index_frame(panel: Panel) -> pd.DataFrame:
    """Give one row a report, index from 0.

    Columns: report, organ, organ_en, year (Int64, NA when unknown), year_doubt, form, scope, level, published_on,
    sha256, the number of cells by mark (number, blank, dash, missing, unreadable, supplied), doubtful (cells).
    """
    import pandas as pd

    texts: dict[str, Any] = {name: list(panel.heads[name]) for name in HEAD if name not in ("year", "faults")}
    counts: dict[str, Any] = {mark: _counted(panel, panel.cells.marks == at) for at, mark in enumerate(MARKS)}
    doubts = panel.cells.words["doubt"]
    frame = pd.DataFrame({**texts, **counts, "doubtful": _counted(panel, _written(doubts))})
    frame.insert(3, "year", _years(panel))
    return frame


def cell_frame(panel: Panel) -> pd.DataFrame:
    """Give the cells of all reports as one tidy frame in the columns of ``extract``: one row a cell.

    ``value`` is a float, NaN where no number is printed, ``year`` an Int64; everything else is text.
    """
    import numpy as np
    import pandas as pd

    numbers = np.repeat(np.arange(len(panel)), [len(panel.form_of(at).cells) for at in range(len(panel))])
    slots = np.concatenate([panel.layout.slots(at) for at in range(len(panel))]) if len(panel) else numbers
    keys = [key for at in range(len(panel)) for key in panel.form_of(at).cells]
    columns: dict[str, Any] = {
        **{name: np.array(panel.heads[name], object)[numbers] for name in HEAD},
        **{name: [key[axis] for key in keys] for axis, name in enumerate(NAMES)},
        "value": panel.cells.values[slots],
        "mark": np.array(MARKS, object)[panel.cells.marks[slots]],
        **{name: panel.cells.words[name].at(slots) for name in TEXTS},
        "year": _years(panel).take(numbers),
    }
    texts = [name for name in EXTRACTED if name not in ("value", "year")]
    return pd.DataFrame({name: columns[name] for name in EXTRACTED}).astype(dict.fromkeys(texts, "str"))


def conflict_frame(panel: Panel) -> pd.DataFrame:
    """Give the reports that are not the only one of their organ and year: shown, never merged.

    One row a report, by organ and year. Columns: organ, year, report, form, sha256, differing (cells in which it
    prints something else than the first of them; NA when that is in another form).
    """
    import pandas as pd

    known = panel.index[(panel.index["organ"] != "") & panel.index["year"].notna()]
    twice = known[known.duplicated(["organ", "year"], keep=False)].sort_values(["organ", "year"], kind="stable")
    firsts = twice.groupby(["organ", "year"], sort=False)["report"].transform(lambda names: names.index[0])
    pairs = zip(firsts.astype(int), twice.index, strict=True)
    differing = pd.array([_differing(panel, int(a), int(b)) for a, b in pairs], dtype="Int64")
    columns = ["organ", "year", "report", "form", "sha256"]
    return twice[columns].assign(differing=differing).reset_index(drop=True)


def _counted(panel: Panel, marked: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """Count marked cells by report."""
    import numpy as np

    counts = np.zeros(len(panel), np.int64)
    for at in range(len(panel.forms)):
        counts[panel.layout.form_of == at] = panel.layout.part(marked, at).sum(axis=1)
    return counts


def _years(panel: Panel) -> Any:
    import pandas as pd

    return pd.array([int(year) if year else None for year in panel.heads["year"]], dtype="Int64")


def _differing(panel: Panel, first: int, other: int) -> int | None:
    import numpy as np

    if panel.layout.form_of[first] != panel.layout.form_of[other]:
        return None
    a, b = panel.layout.slots(first), panel.layout.slots(other)
    same = (panel.cells.marks[a] == panel.cells.marks[b]) & (
        (panel.cells.values[a] == panel.cells.values[b]) | np.isnan(panel.cells.values[a])
    )
    return int((~same).sum())


def _written(words: Words) -> npt.NDArray[np.bool_]:
    """Tell which cells have a text that is not empty."""
    import numpy as np

    return np.array([bool(text) for text in words.texts] or [False], bool)[words.codes]
