"""Maps of the form: the tables as printed, each cell marked by its identities, or by the proofs of its reading."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.patches import Patch, Rectangle

from foi_analysis.bilingual import phrase
from foi_analysis.checks import identity_verdicts
from foi_analysis.form import CellKey, Table
from foi_analysis.plot.figure import LEADING, label_rows, legend, room, start, ticks_above
from foi_analysis.plot.theme import HATCHES, INK, MUTED, PAPER, SHADES, VERDICTS, fill, themed, width_of
from foi_analysis.plot.words import (
    groups,
    joined,
    language_in,
    listed,
    of_report,
    rows_of,
    shown,
    tidy,
)
from foi_analysis.report import PROOFS, Report
from foi_analysis.resources import Language, language_of, say

__all__ = ["check_map", "check_map_data", "evidence_map", "evidence_map_data"]

#: The gravest first: a cell is marked by the gravest verdict over it.
STATES = ("broken", "not assessable", "holds", "none")
_SIGNS = {"holds": "✓", "broken": "×", "not assessable": "?", "none": ""}
_COLUMNS = [
    "table", "table_label", "row", "row_label", "heads", "column", "column_label", "shown", "identities", "bare",
    "doubtful",
]  # fmt: skip
_NEEDED = [name for name in (*_COLUMNS, "sign", "mark") if name != "identities"]
#: The part of the width that labels of rows take.
_LABELS = 0.37
#: Points: the size of the heads of columns, and what a table's width lacks of its labels and its cells.
_HEAD, _EDGE = 6.0, 12.0


def check_map_data(report: Report, language: Language | None = None) -> pd.DataFrame:
    """Return what ``check_map`` draws: one row a cell of the form, in printed order.

    Parameters
    ----------
    report : Report
    language : {"zh", "en"}, optional

    Returns
    -------
    DataFrame
        Columns: table, table_label, row, row_label, heads (over the row, joined), column, column_label, shown (what
        stands in the cell), sign, mark (of its identities: broken, not assessable, holds, none), identities (how many
        stand over it), bare (whether none does), doubtful.
    """
    language = language_of(language)
    frame, found = _cells(report, language), identity_verdicts(report)
    over: dict[CellKey, set[str]] = {key: set() for key in report.form.cells}
    for verdict in found:
        for key in over.keys() & set(verdict.rule.cells):
            over[key].add(verdict.outcome)
    frame["mark"] = [next((state for state in STATES if state in said), "none") for said in over.values()]
    unsure = frame["doubtful"] & (frame["mark"] != "not assessable")
    frame["sign"] = frame["mark"].map(_SIGNS) + np.where(unsure, "?", "")
    proactive = report.form.table("proactive").label(language)
    frame = of_report(frame, "check_map", report, language, report.form.cells, proactive=proactive)
    frame.attrs["outcomes"] = dict(Counter(verdict.outcome for verdict in found))
    return frame


def evidence_map_data(report: Report, language: Language | None = None) -> pd.DataFrame:
    """Return what ``evidence_map`` draws: one row a cell of the form, in printed order.

    Parameters
    ----------
    report : Report
    language : {"zh", "en"}, optional

    Returns
    -------
    DataFrame
        As of ``check_map_data``; ``mark`` is the number of proofs, ``proofs`` names them, joined with ``+``, and
        ``shown`` is that number, after a word where the cell prints no number.
    """
    language = language_of(language)
    frame, cells = _cells(report, language), report.grid.values()
    frame["mark"] = [len(cell.proofs) for cell in cells]
    frame["proofs"] = ["+".join(cell.proofs) for cell in cells]
    frame["shown"] = [f"{'' if cell.is_number else shown(cell, language) + ' '}{len(cell.proofs)}" for cell in cells]
    frame["sign"] = np.where(frame["doubtful"], "?", "")
    known = [proof for proof in PROOFS if proof != "picture" or report.is_recognised]
    meanings = listed((say(f"figures.proof.{proof}", language) for proof in known), language)
    frame = of_report(frame, "evidence_map", report, language, report.form.cells, proofs=meanings)
    unguarded = [label for label, part in groups(frame, "table_label") if part["bare"].all()]
    if unguarded:
        more = say("figures.evidence_map.unguarded", language, tables=listed(unguarded, language))
        frame.attrs["caption"] = joined([frame.attrs["caption"], more], language)
    return frame


def _cells(report: Report, language: Language) -> pd.DataFrame:
    """Return the cells of a form with their labels, what stands in them, and whether an identity stands over them."""
    rows: list[tuple[Any, ...]] = []
    for table in report.form.tables:
        for key in table.cells:
            cell, over = report.grid[key], len(report.form.identities_of[key])
            row = (table.key, table.label(language), key.row, *_label(table, key, language))
            column = (key.column, table.column(key.column).label(language))
            rows.append((*row, *column, shown(cell, language), over, not over, bool(cell.doubt)))
    return pd.DataFrame(rows, columns=_COLUMNS)


def _label(table: Table, key: CellKey, language: Language) -> tuple[str, str]:
    """Return the label of a row, with that of its column where it has but one, and the heads over the row."""
    row, path = table.row(key.row), say("figures.path", language)
    label, heads = row.label(language), [head.label(language) for head in table.path(row)]
    if len(table.columns_of(key.row)) == 1:
        label = path.join((label, table.column(key.column).label(language)))
    if table.layout == "across":
        label, heads = path.join((*heads, label)), []
    return label, "\n".join(heads)


@themed
def check_map(
    data: Report | pd.DataFrame, ax: Axes | None = None, *, language: Language | None = None, width: float = 16.0
) -> np.ndarray:
    """Draw the form with each cell marked: its identities hold, one is broken or not assessable, or it has none.

    Parameters
    ----------
    data : Report or DataFrame
        A report, or what ``check_map_data`` gives of one, or of some of its tables.
    ax, language, width
        As for ``outcomes``. A grid of Axes takes the place of ``ax``, which must stand in a grid itself.

    Returns
    -------
    ndarray of Axes
        One a table. A cell carries a sign beside its number, so that colour is never the only cue.
    """
    frame = tidy(data, check_map_data, _NEEDED, language)
    words, counts = language_in(frame), Counter(frame["mark"])
    entries = [
        Patch(
            facecolor=VERDICTS[state],
            hatch=HATCHES.get(state),
            linestyle=":" if state == "none" else "-",
            label=f"{_SIGNS[state]} {_said(state, counts[state], words)}".strip(),
        )
        for state in ("holds", "none", "broken", "not assessable")
        if counts[state] or state != "not assessable"
    ]
    colors = {state: VERDICTS[state] for state in STATES}
    return _draw(frame, check_map_title(frame), colors, entries, _said, ax, width)


@themed
def evidence_map(
    data: Report | pd.DataFrame, ax: Axes | None = None, *, language: Language | None = None, width: float = 16.0
) -> np.ndarray:
    """Draw the form with the number of proofs in each cell; cells in doubt, or without a number, are marked.

    Parameters
    ----------
    data : Report or DataFrame
        A report, or what ``evidence_map_data`` gives of one, or of some of its tables.
    ax, language, width
        As for ``outcomes``. A grid of Axes takes the place of ``ax``, which must stand in a grid itself.

    Returns
    -------
    ndarray of Axes
        One a table. The darker a cell, the more proofs; dotted where no identity stands over it.
    """
    frame = tidy(data, evidence_map_data, _NEEDED, language)
    words, counts = language_in(frame), Counter(frame["mark"])
    colors = {proofs: SHADES[min(proofs, len(SHADES) - 1)] for proofs in sorted(counts)}
    entries = [Patch(facecolor=color, label=_proved(proofs, counts[proofs], words)) for proofs, color in colors.items()]
    bare = phrase("figures.evidence_map.bare", words, n=int(frame["bare"].sum()))
    entries.append(Patch(facecolor=PAPER, linewidth=0.9, linestyle=":", label=bare))
    return _draw(frame, evidence_map_title(frame), colors, entries, _proved, ax, width)


def _said(state: str, cells: int, language: Language) -> str:
    return phrase(f"figures.check_map.{state.replace(' ', '_')}", language, n=cells)


def _proved(proofs: int, cells: int, language: Language) -> str:
    return phrase("figures.evidence_map.proofs", language, proofs=proofs, cells=cells)


def _draw(
    frame: pd.DataFrame,
    title: str,
    colors: Mapping[Any, str],
    entries: list[Patch],
    say_mark: Callable[[Any, int, Language], str],
    ax: Axes | None,
    width: float,
) -> np.ndarray:
    """Draw the tables below one another under a legend; the alternative text counts the marks of each table."""
    place, language, doubtful = room(ax, width), language_in(frame), int(frame["doubtful"].sum())
    size, small, labels = place.sizes.tiny, place.sizes.small, _LABELS * place.width
    free = place.width - labels - _EDGE
    if doubtful:
        text = phrase("figures.evidence_map.doubt", language, n=doubtful)
        entries.append(Patch(facecolor=PAPER, linewidth=1.6, label=text))
    across = 1 if place.width < 300 else 2
    above = -(-len(entries) // across) * size * 1.6
    tables = [part for _, part in groups(frame, "table")]
    lines = [_lines(part, size, labels) for part in tables]
    heads = [_heads(part, free) for part in tables]
    heights = [_height(*pair, size) for pair in zip(lines, heads, strict=True)]
    said = [
        (group, say_mark(mark, cells, language))
        for group, part in groups(frame, "table_label")
        for mark in colors
        if (cells := int((part["mark"] == mark).sum()))
    ]
    summary = pd.DataFrame(said, columns=["group", "label"]).assign(text="")
    summary.attrs = frame.attrs
    axes: np.ndarray = start(place, frame, title, sum(heights) + above, rows=heights, said=summary)[:, 0]
    for one, part, line, head in zip(axes, tables, lines, heads, strict=True):
        _draw_table(one, part, line, head, colors, size, labels)
        one.set_title(fill(part["table_label"].iloc[0], small, free), size=small)
    title_lines = axes[0].get_title(loc="left").count("\n") + 1
    lift = (title_lines * small + (_deepest(heads[0]) + 1) * _HEAD) * LEADING + 12
    legend(axes[0], entries, size, lift, 7 - labels, ncols=across)
    return axes


def _height(lines: pd.DataFrame, heads: pd.DataFrame, size: float) -> float:
    """Return the height of a table in points, with its title and the heads of its columns."""
    above = 8 if heads["upright"].any() else _deepest(heads) + 3
    return _bottom(lines) + above * size * LEADING


def _bottom(lines: pd.DataFrame) -> float:
    """Return where the last line of a table ends."""
    return float(lines["y"].iloc[-1] + lines["tall"].iloc[-1])


def _deepest(heads: pd.DataFrame) -> int:
    """Return how often the heads of columns break at most."""
    return int(heads["label"].str.count("\n").max())


def _lines(part: pd.DataFrame, size: float, width: float) -> pd.DataFrame:
    """Return the lines of a table as printed, heads included: label, row (empty for a head), y and tall in points."""
    found: list[tuple[str, str]] = []
    before: list[str] = []
    for row in rows_of(part.drop_duplicates("row")):
        heads = row.heads.split("\n") if row.heads else []
        for depth, head in enumerate(heads):
            if head not in before:
                found.append(("", fill(head, size, width - _EDGE, "  " * depth)))
        found.append((row.row, fill(row.row_label, size, width - _EDGE, "  " * len(heads))))
        before = heads
    lines = pd.DataFrame(found, columns=["row", "label"])
    tall = (lines["label"].str.count("\n") + 1) * size * LEADING + 2.5
    return lines.assign(tall=tall, y=tall.cumsum() - tall)


def _heads(part: pd.DataFrame, width: float) -> pd.DataFrame:
    """Return the columns of a table, from left to right: column, label, x and wide as parts of the width."""
    widest = part.groupby("row")["column"].transform("size")
    heads: pd.DataFrame = part.loc[widest == widest.max(), ["column", "column_label"]].drop_duplicates("column")
    wide = 1 / len(heads)
    free = width * wide - 1
    words = [word for label in heads["column_label"] for word in re.split(r"[\s-]", label)]
    upright = max(width_of(word, _HEAD) for word in words) > free
    labels = [fill(label, _HEAD, 60 if upright else free) for label in heads["column_label"]]
    heads = heads.assign(label=labels, upright=upright, x=np.arange(len(heads)) * wide, wide=wide)
    return heads.set_index("column")


def _draw_table(
    ax: Axes,
    part: pd.DataFrame,
    lines: pd.DataFrame,
    heads: pd.DataFrame,
    colors: Mapping[Any, str],
    size: float,
    labels: float,
) -> None:
    """Draw one table: a rectangle and a text for each cell, labels to the left, heads of columns above."""
    ax.set(xlim=(0, 1), ylim=(_bottom(lines), 0))
    label_rows(ax, list(lines["y"] + lines["tall"] / 2), list(lines["label"]), size, labels - _EDGE)
    at = lines[lines["row"] != ""].set_index("row")
    points = labels / _LABELS * (1 - _LABELS) - _EDGE
    for name, row in groups(part, "row"):
        line = at.loc[name]
        for place, cell in enumerate(rows_of(row)):
            head = heads.loc[cell.column] if cell.column in heads.index else heads.iloc[place]
            _draw_cell(ax, cell, (head["x"], line["y"], head["wide"], line["tall"]), colors, size, points)
    upright = bool(heads["upright"].iloc[0])
    ax.set_xticks(heads["x"] + heads["wide"] / 2, heads["label"], linespacing=1, rotation=90 if upright else 0)
    ticks_above(ax, length=0, labelsize=_HEAD, pad=1, labelcolor=MUTED)
    sns.despine(ax=ax, left=True, bottom=True)


def _draw_cell(
    ax: Axes, cell: Any, box: tuple[float, float, float, float], colors: Mapping[Any, str], size: float, points: float
) -> None:
    """Draw one cell; its sign gives way where there is no room for it, but never that of a broken identity."""
    x, y, wide, tall = box
    free, gap = wide * points - 4, 1.2 / points
    style: dict[str, Any] = {"facecolor": colors[cell.mark], "edgecolor": INK, "hatch": HATCHES.get(str(cell.mark))}
    style["linewidth"] = 1.6 if cell.doubtful else 0.4
    if cell.bare and not cell.doubtful:
        style |= {"linewidth": 0.9, "linestyle": ":"}
    ax.add_patch(Rectangle((x + gap, y + 0.6), wide - 2 * gap, tall - 1.2, **style))
    text = f"{cell.shown} {cell.sign}".strip() if cell.sign else cell.shown
    if width_of(text, size) > free and cell.sign == "✓":
        text = cell.shown
    within = ax.text(
        x + wide / 2,
        y + tall / 2,
        text,
        size=size * min(1.0, free / max(width_of(text, size), 1e-9)),
        ha="center",
        va="center_baseline",
        color=PAPER if cell.mark == "broken" else INK,
        bbox={"facecolor": PAPER, "edgecolor": "none", "pad": 0.8} if cell.mark == "not assessable" else None,
    )
    within.set_in_layout(False)


def check_map_title(frame: pd.DataFrame) -> str:
    """Return the finding of ``check_map``: how many identities hold, and how many cells none protects."""
    language, outcomes = language_in(frame), Counter(frame.attrs.get("outcomes", {}))
    holds, broken, unknown = (outcomes[outcome] for outcome in ("holds", "broken", "not assessable"))
    form = "title" if broken or unknown else "title_all"
    first = phrase(f"figures.check_map.{form}", language, holds=holds, all=outcomes.total())
    counts = {"broken_identities": broken, "unclear_identities": unknown, "bare": int(frame["bare"].sum())}
    more = (phrase(f"figures.check_map.{name}", language, n=n) for name, n in counts.items() if n)
    return joined([first, *more], language)


def evidence_map_title(frame: pd.DataFrame) -> str:
    """Return the finding of ``evidence_map``: how many cells rest on both readings, and how many on identities."""
    language = language_in(frame)
    proofs = frame["proofs"].str.split("+").map(set) if "proofs" in frame else pd.Series([set()] * len(frame))
    twice = int(proofs.map({"label", "order"}.issubset).sum())
    proved = int(proofs.map(lambda found: bool({"row", "column", "balance"} & found)).sum())
    form = "title_all" if twice == len(frame) else "title"
    return phrase(f"figures.evidence_map.{form}", language, all=len(frame), twice=twice, proved=proved)
