"""Figures of one report: outcomes, definitions, grounds, applicants, flow, appeals, measures, and the year on a page."""

from __future__ import annotations

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes

from foi_analysis.bilingual import percent
from foi_analysis.form import CellKey
from foi_analysis.plot.figure import GAP, beside, label_rows, room, stack, start
from foi_analysis.plot.theme import FAMILIES, INK, fill, themed, width_of
from foi_analysis.plot.words import Count, brief, count, counted, language_in, many, of_report, tidy
from foi_analysis.report import Report
from foi_analysis.resources import Language, language_of, say

OPENED = ("disclosed", "partly_disclosed")
#: The part of a figure's width that labels of rows may take.
_LABELS = 0.4


def _cell(row: str, column: str = "total") -> CellKey:
    return CellKey("requests", row, column)


def _requests(report: Report, *rows: str, column: str = "total") -> Count:
    return count(report, [_cell(row, column) for row in rows])


def outcomes_data(report: Report, language: Language | None = None) -> pd.DataFrame:
    """Return what ``outcomes`` draws: one row a family, and one a reason where a family has several.

    Parameters
    ----------
    report : Report
    language : {"zh", "en"}, optional

    Returns
    -------
    DataFrame
        In printed order. Columns: family, row (empty for a family's sum), group and label (family and outcome in
        words), count (requests; NaN when not wholly printed), least (what is printed of it), share (of all concluded,
        0 to 1; NaN when not known), concluded, text (as drawn).
    """
    language = language_of(language)
    table, whole = report.form.table("requests"), _requests(report, "concluded")
    rows = []
    for head, members in report.form.families():
        parts = [("", brief(head, language), members)]
        if len(members) > 1:
            parts += [(row, table.row(row).label(language), (row,)) for row in members]
        for row, label, keys in parts:
            amount = _requests(report, *keys)
            share = amount.over(whole)
            text = counted(amount, language)
            if share > 0:
                text = say("figures.count_share", language, count=text, share=percent(share, language))
            rows.append((head.key, row, brief(head, language), label, amount.value, amount.least, share, whole.value, text))
    columns = ["family", "row", "group", "label", "count", "least", "share", "concluded", "text"]
    return of_report(
        pd.DataFrame(rows, columns=columns), "outcomes", report, language,
        [_cell(row) for _, members in report.form.families() for row in (*members, "concluded")],
        table=table.label(language), column=table.column("total").label(language),
        whole=table.row("concluded").label(language), query=table.row("withheld_query_service").label(language),
        petition=table.row("not_processed_petition").label(language),
    )  # fmt: skip


@themed
def outcomes(
    data: Report | pd.DataFrame, ax: Axes | None = None, *, language: Language | None = None, width: float = 16.0
) -> Axes:
    """Draw what became of the requests: the families of outcome as bars, and the reasons within each.

    Parameters
    ----------
    data : Report or DataFrame
        A report, or what ``outcomes_data`` gives of one.
    ax : Axes, optional
        Where to draw. A figure of its own when not given, with the finding as its title and the source below.
    language : {"zh", "en"}, optional
        Language of the words; the one that is set when not given.
    width : float, default 16
        Width of the figure in cm when ``ax`` is not given: 16 for a column of a page, 8.5 for half of one.

    Returns
    -------
    Axes

    Raises
    ------
    ValueError
        When the frame lacks a column or has no row.
    MissingGlyphError
        When the font lacks a character of the report.

    Examples
    --------
    >>> import foi_analysis as foi
    >>> report = foi.load_panel()["shanghai_psb_2024"]
    >>> ax = foi.plot.outcomes(report)
    >>> foi.plot.describe(ax)[:70]
    'Bar chart. Of 1,698 requests concluded, 236 (13.9 %) ended in disclosure'
    """
    frame = tidy(data, outcomes_data, ("family", "row", "label", "least", "text"), language)
    place = room(ax, width)
    part = frame["row"] != ""
    size = np.where(part, place.sizes.small, place.sizes.text)
    labels = [fill(label, s, _LABELS * place.width, "    " if p else "") for label, s, p in zip(frame["label"], size, part, strict=True)]
    new = [*(frame["family"] != frame["family"].shift())]
    *at, height = stack((labels, size), gap=1.5, before=[4.0 * (one and i > 0) for i, one in enumerate(new)])
    axes = start(place, frame, outcomes_title(frame), height + 14)[0, 0]
    label_rows(axes, at, labels, size)
    axes.barh(at, frame["least"].clip(lower=0), np.where(part, 6.0, 9.0), color=frame["family"].map(FAMILIES).fillna("#FFFFFF"))
    for y, s, (_, row) in zip(at, size, frame.iterrows(), strict=True):
        beside(axes, max(row["least"], 0), y, row["text"], s, right=GAP)
    free = place.width * (1 - _LABELS) - 4 * GAP
    widths = [width_of(text, s) + 2 * GAP for text, s in zip(frame["text"], size, strict=True)]
    unit = min((free - w) / least for w, least in zip(widths, frame["least"], strict=True) if least > 0) if (frame["least"] > 0).any() else 1.0
    axes.set(xlim=(0, free / max(unit, 1e-9)), ylim=(height, 0), xticks=[], xlabel=frame.attrs.get("unit", ""))
    sns.despine(ax=axes, bottom=True)
    return axes


def outcomes_title(frame: pd.DataFrame) -> str:
    """Return the finding of ``outcomes``: how many of the concluded requests ended in disclosure."""
    language = language_in(frame)
    concluded = frame["concluded"].iloc[0] if "concluded" in frame else np.nan
    opened = frame.loc[frame["family"].isin(OPENED) & (frame["row"] == ""), "count"].sum(skipna=False)
    if np.isnan(concluded) or np.isnan(opened):
        return say("figures.outcomes.title_unknown", language)
    if concluded <= 0:
        return say("figures.outcomes.title_none", language)
    amount = Count(opened, 0, 1)
    return say(
        f"figures.outcomes.{'title' if opened <= concluded else 'title_impossible'}", language,
        requests=many("requests", concluded, language), opened=counted(amount, language),
        share=percent(opened / concluded, language),
    )  # fmt: skip
