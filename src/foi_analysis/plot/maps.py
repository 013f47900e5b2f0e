"""Maps of the form: the tables as printed, each cell marked by its identities, or by the proofs of its reading."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.patches import Patch, Rectangle
from matplotlib.transforms import ScaledTranslation

from foi_analysis.bilingual import number
from foi_analysis.form import CellKey, Table
from foi_analysis.plot.figure import LEADING, label_rows, room, start
from foi_analysis.plot.theme import HATCHES, INK, MUTED, PAPER, SHADES, VERDICTS, fill, themed, width_of
from foi_analysis.plot.words import identities, joined, language_in, listed, many, of_report, shown, tidy
from foi_analysis.report import PROOFS, Report
from foi_analysis.resources import Language, language_of, say

#: The gravest first: a cell is marked by the gravest verdict over it.
STATES = ("broken", "not assessable", "holds", "none")
_SIGNS = {"holds": "✓", "broken": "×", "not assessable": "?", "none": ""}
_NEEDED = (
    "table",
    "table_label",
    "row",
    "row_label",
    "column",
    "column_label",
    "heads",
    "shown",
    "sign",
    "mark",
    "bare",
    "doubtful",
)
#: The part of the width that labels of rows take.
_LABELS = 0.37


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
    frame, found = _cells(report, language), identities(report)
    over: dict[CellKey, set[str]] = {key: set() for key in report.form.cells}
    for verdict in found:
        for key in over.keys() & set(verdict.rule.cells):
            over[key].add(verdict.outcome)
    frame["mark"] = [next((state for state in STATES if state in said), "none") for said in over.values()]
    frame["sign"] = frame["mark"].map(_SIGNS) + np.where(
        frame["doubtful"] & (frame["mark"] != "not assessable"), "?", ""
    )
    frame = of_report(frame, "check_map", report, language, report.form.cells,
                      proactive=report.form.table("proactive").label(language))  # fmt: skip
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
    meanings = listed((say(f"figures.proof.{proof}", language) for proof in PROOFS), language)
    frame = of_report(frame, "evidence_map", report, language, report.form.cells, proofs=meanings)
    unguarded = [label for label, part in frame.groupby("table_label", sort=False) if part["bare"].all()]
    if unguarded:
        more = say("figures.evidence_map.unguarded", language, tables=listed(unguarded, language))
        frame.attrs["caption"] = joined([frame.attrs["caption"], more], language)
    return frame


def _cells(report: Report, language: Language) -> pd.DataFrame:
    """Return the cells of a form with their labels, what stands in them, and whether an identity stands over them."""
    rows = []
    for table in report.form.tables:
        for key in table.cells:
            cell, over = report.grid[key], len(report.form.identities_of[key])
            rows.append((table.key, table.label(language), key.row, *_label(table, key, language), key.column,
                         table.column(key.column).label(language), shown(cell, language), over, not over,
                         bool(cell.doubt)))  # fmt: skip
    columns = ["table", "table_label", "row", "row_label", "heads", "column", "column_label", "shown", "identities", "bare",
               "doubtful"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


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
    words = language_in(frame)
    counts = Counter(frame["mark"])
    entries = [
        Patch(facecolor=VERDICTS[state], edgecolor=INK, hatch=HATCHES.get(state), linewidth=0.5, linestyle=":" if state == "none" else "-",
              label=f"{_SIGNS[state]} {_said(state, counts[state], words)}".strip())
        for state in ("holds", "none", "broken", "not assessable") if counts[state] or state != "not assessable"
    ]  # fmt: skip
    said = [(group, _said(state, n, words)) for group, part in frame.groupby("table_label", sort=False)
            for state in STATES if (n := int((part["mark"] == state).sum()))]  # fmt: skip
    return _draw(frame, check_map_title(frame), VERDICTS, entries, said, ax, width)


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
    words = language_in(frame)
    colors = {proofs: SHADES[min(proofs, len(SHADES) - 1)] for proofs in sorted(set(frame["mark"]))}
    entries = [Patch(facecolor=color, edgecolor=INK, linewidth=0.5, label=_proved(proofs, int((frame["mark"] == proofs).sum()), words))
               for proofs, color in colors.items()]  # fmt: skip
    entries.append(Patch(facecolor=PAPER, edgecolor=INK, linewidth=0.9, linestyle=":",
                         label=many("evidence_map.bare", int(frame["bare"].sum()), words)))  # fmt: skip
    said = [(group, _proved(proofs, n, words)) for group, part in frame.groupby("table_label", sort=False)
            for proofs, n in sorted(Counter(part["mark"]).items())]  # fmt: skip
    return _draw(frame, evidence_map_title(frame), colors, entries, said, ax, width)


def _said(state: str, cells: int, language: Language) -> str:
    return say(f"figures.check_map.{state.replace(' ', '_')}", language, number=number(cells, language))


def _proved(proofs: int, cells: int, language: Language) -> str:
    return many("evidence_map.proofs", proofs, language) + many("evidence_map.cells", cells, language)


def _draw(
    frame: pd.DataFrame, title: str, colors: Mapping[Any, str], entries: list[Patch], said: list[tuple[str, str]],
    ax: Axes | None, width: float,
) -> np.ndarray:  # fmt: skip
    """Draw the tables below one another under a legend."""
    place, doubtful = room(ax, width), int(frame["doubtful"].sum())
    size, labels = place.sizes.tiny, _LABELS * place.width
    if doubtful:
        text = many("evidence_map.doubt", doubtful, language_in(frame))
        entries.append(Patch(facecolor=PAPER, edgecolor=INK, linewidth=1.6, label=text))
    across = 1 if place.width < 300 else 2
    above = -(-len(entries) // across) * size * 1.6
    tables = [part for _, part in frame.groupby("table", sort=False)]
    lines = [_lines(part, size, labels) for part in tables]
    heads = [_heads(part, place.width - labels - 12) for part in tables]
    heights = [one["y"].iloc[-1] + one["tall"].iloc[-1] + (8 if head["upright"].any() else head["label"].str.count("\n").max()
               + 3) * size * LEADING
               for one, head in zip(lines, heads, strict=True)]  # fmt: skip
    summary = pd.DataFrame(said, columns=["group", "label"]).assign(text="")
    summary.attrs = frame.attrs
    axes = start(place, frame, title, sum(heights) + above, rows=heights, said=summary)[:, 0]
    for one, part, line, head in zip(axes, tables, lines, heads, strict=True):
        _draw_table(one, part, line, head, colors, size, labels)
        one.set_title(
            fill(part["table_label"].iloc[0], place.sizes.small, place.width - labels - 12), size=place.sizes.small
        )
    top = axes[0].get_title(loc="left").count("\n") + 1, heads[0]["label"].str.count("\n").max() + 1
    lift = (top[0] * place.sizes.small + top[1] * 6) * LEADING + 12
    handles: dict[str, Any] = {
        "handles": entries,
        "ncols": across,
        "fontsize": size,
        "borderpad": 0,
        "borderaxespad": 0,
    }
    axes[0].legend(loc="lower left", bbox_to_anchor=(0, 1), bbox_transform=axes[0].transAxes + ScaledTranslation(
                       (7 - labels) / 72, lift / 72, axes[0].figure.dpi_scale_trans), labelspacing=0.35, **handles)  # fmt: skip
    return axes


def _lines(part: pd.DataFrame, size: float, width: float) -> pd.DataFrame:
    """Return the lines of a table as printed, heads included: label, row (empty for a head), y and tall in points."""
    found, before = [], []
    for row in part.drop_duplicates("row").itertuples():
        heads = row.heads.split("\n") if row.heads else []
        found += [
            ("", fill(head, size, width - 12, "  " * depth)) for depth, head in enumerate(heads) if head not in before
        ]
        found.append((row.row, fill(row.row_label, size, width - 12, "  " * len(heads))))
        before = heads
    lines = pd.DataFrame(found, columns=["row", "label"])
    tall = (lines["label"].str.count("\n") + 1) * size * LEADING + 2.5
    return lines.assign(tall=tall, y=tall.cumsum() - tall)


def _heads(part: pd.DataFrame, width: float) -> pd.DataFrame:
    """Return the columns of a table, from left to right: column, label, x and wide as parts of the width."""
    widest = part.groupby("row")["column"].transform("size")
    heads = part.loc[widest == widest.max(), ["column", "column_label"]].drop_duplicates("column")
    wide = 1 / len(heads)
    room_ = width * wide - 1
    upright = max(width_of(word, 6) for label in heads["column_label"] for word in re.split(r"[\s-]", label)) > room_
    labels = [fill(label, 6, 60 if upright else room_) for label in heads["column_label"]]
    return heads.assign(label=labels, upright=upright, x=np.arange(len(heads)) * wide, wide=wide).set_index("column")


def _draw_table(
    ax: Axes, part: pd.DataFrame, lines: pd.DataFrame, heads: pd.DataFrame, colors: Mapping[Any, str], size: float,
    labels: float,
) -> None:  # fmt: skip
    """Draw one table: a rectangle and a text for each cell, labels to the left, heads of columns above."""
    height = lines["y"].iloc[-1] + lines["tall"].iloc[-1]
    ax.set(xlim=(0, 1), ylim=(height, 0))
    label_rows(ax, lines["y"] + lines["tall"] / 2, lines["label"], [size] * len(lines), labels - 12)
    at = lines[lines["row"] != ""].set_index("row")
    points = labels / _LABELS * (1 - _LABELS) - 12
    for _, row in part.groupby("row", sort=False):
        for place, cell in enumerate(row.itertuples()):
            head = heads.loc[cell.column] if cell.column in heads.index else heads.iloc[place]
            line = at.loc[cell.row]
            _draw_cell(ax, cell, (head["x"], line["y"], head["wide"], line["tall"]), colors, size, points)
    upright = bool(heads["upright"].iloc[0])
    ax.set_xticks(heads["x"] + heads["wide"] / 2, heads["label"], linespacing=1, rotation=90 if upright else 0)
    ax.tick_params(axis="x", length=0, top=False, bottom=False, labeltop=True, labelbottom=False, labelsize=6, pad=1,
                   labelcolor=MUTED)  # fmt: skip
    sns.despine(ax=ax, left=True, bottom=True)


def _draw_cell(
    ax: Axes, cell: Any, box: tuple[float, float, float, float], colors: Mapping[Any, str], size: float, points: float
) -> None:
    """Draw one cell; its sign gives way where there is no room for it, but never that of a broken identity."""
    x, y, wide, tall = box
    room_ = wide * points - 4
    edge = {"linewidth": 1.6, "edgecolor": INK} if cell.doubtful else {"linewidth": 0.4, "edgecolor": INK}
    dotted = {"linestyle": ":", "linewidth": 0.9} if cell.bare and not cell.doubtful else {}
    gap = 1.2 / points
    ax.add_patch(Rectangle((x + gap, y + 0.6), wide - 2 * gap, tall - 1.2, facecolor=colors[cell.mark],
                           hatch=HATCHES.get(str(cell.mark)), **{**edge, **dotted}))  # fmt: skip
    text = f"{cell.shown} {cell.sign}".strip() if cell.sign else cell.shown
    if width_of(text, size) > room_ and cell.sign == "✓":
        text = cell.shown
    smaller = size * min(1.0, room_ / max(width_of(text, size), 1e-9))
    ground = {"facecolor": PAPER, "edgecolor": "none", "pad": 0.8} if cell.mark == "not assessable" else None
    ax.text(x + wide / 2, y + tall / 2, text, size=smaller, ha="center", va="center_baseline",
            color=PAPER if cell.mark == "broken" else INK, bbox=ground)  # fmt: skip


def check_map_title(frame: pd.DataFrame) -> str:
    """Return the finding of ``check_map``: how many identities hold, and how many cells none protects."""
    language, outcomes = language_in(frame), Counter(frame.attrs.get("outcomes", {}))
    holds, broken, unknown = (outcomes[outcome] for outcome in ("holds", "broken", "not assessable"))
    bare = int(frame["bare"].sum())
    first = say(f"figures.check_map.{'title' if broken or unknown else 'title_all'}", language,
                holds=number(holds, language), all=number(outcomes.total(), language))  # fmt: skip
    return joined([first, many("check_map.broken_identities", broken, language) if broken else "",
                   many("check_map.unclear_identities", unknown, language) if unknown else "",
                   many("check_map.bare", bare, language) if bare else ""], language)  # fmt: skip


def evidence_map_title(frame: pd.DataFrame) -> str:
    """Return the finding of ``evidence_map``: how many cells rest on both readings, and how many on identities."""
    language = language_in(frame)
    proofs = frame["proofs"].str.split("+").map(set) if "proofs" in frame else pd.Series([set()] * len(frame))
    twice = int(proofs.map({"label", "order"}.issubset).sum())
    proved = int(proofs.map(lambda found: bool({"row", "column", "balance"} & found)).sum())
    form = "title_all" if twice == len(frame) else "title"
    return say(f"figures.evidence_map.{form}", language, all=number(len(frame), language), twice=number(twice, language),
               proved=number(proved, language))  # fmt: skip
