"""Figures of one report: outcomes, definitions, grounds, measures, applicants, flow, appeals, the year on a page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import ConnectionPatch, Patch, PathPatch
from matplotlib.path import Path
from matplotlib.transforms import ScaledTranslation

from foi_analysis.bilingual import named, number, percent, phrase
from foi_analysis.checks import identity_verdicts
from foi_analysis.form import CellKey
from foi_analysis.measures import NUMBERS, Measure, load_measures, measure
from foi_analysis.plot.figure import (
    GAP,
    LEADING,
    SPACING,
    beside,
    figure_of,
    forest,
    label_rows,
    legend,
    name_unit,
    remember,
    room,
    stack,
    start,
    strips,
    ticks_above,
    widest_line,
    words_for,
    write,
)
from foi_analysis.plot.theme import (
    FAMILIES,
    FLOWS,
    HATCHES,
    INK,
    MUTED,
    PAPER,
    POINT,
    RESULTS,
    RULE,
    VERDICTS,
    Sizes,
    fill,
    themed,
    width_of,
)
from foi_analysis.plot.words import (
    Count,
    brief,
    counted,
    groups,
    language_in,
    listed,
    measure_text,
    of_report,
    rows_of,
    tidy,
)
from foi_analysis.report import Report, facts_of
from foi_analysis.resources import Language, language_of, say

__all__ = [
    "appeals", "appeals_data", "applicants", "applicants_data", "definitions", "definitions_data", "flow", "flow_data",
    "grounds", "grounds_data", "measures", "measures_data", "outcomes", "outcomes_data", "summary", "summary_data",
]  # fmt: skip

OPENED = ("disclosed", "partly_disclosed")
#: What a decided case ended in; a pending one is not decided.
DECIDED = ("upheld", "corrected", "other")
_OUTCOMES = ("holds", "broken", "not assessable")
#: The part of a figure's width that labels of rows may take, and numbers in words to the right.
_LABELS, _SAID = 0.4, 0.27
#: The columns of ``foi.measure`` that a figure of shares needs.
_NUMBERS = ("kind", "state", *NUMBERS)
#: From so many requests on there are shares; fewer are drawn one by one.
SHARES_FROM = 40
#: The height of all requests in a flow in points, where its columns of nodes begin, and how wide a node is, as parts of
#: the width.
_BODY = 230.0
_COLUMNS, _NODE = {"in": 0.25, "pool": 0.49, "out": 0.71}, 0.022
#: The measure whose sums tell the kinds of ground apart, and that of each ground; of each kind its mark, and whether
#: that is open.
_DIVIDES, _GROUND = "discretionary_share", "ground_share"
_SHAPES = {"discretionary": ("s", False), "mandatory": ("o", True), "apart": ("", True)}


def _cell(row: str, column: str = "total") -> CellKey:
    return CellKey("requests", row, column)


def _amount(report: Report, *rows: str, column: str = "total", table: str = "requests") -> Count:
    """Add up cells of a column, exactly."""
    values = [report.grid[CellKey(table, row, column)].value for row in rows]
    numbers = [value for value in values if value is not None]
    return Count(float(sum(numbers)), len(values) - len(numbers), len(values))


def _gaps(begins: Iterable[bool], gap: float) -> list[float]:
    """Return the space before each row: a gap where something begins, none before the first."""
    return [gap if one and at > 0 else 0.0 for at, one in enumerate(begins)]


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
    table, whole = report.form.table("requests"), _amount(report, "concluded")
    rows = []
    for head, members in report.form.families():
        name = brief(head, language)
        parts = [("", name, members)]
        if len(members) > 1:
            parts += [(row, table.row(row).label(language), (row,)) for row in members]
        for row, label, keys in parts:
            amount = _amount(report, *keys)
            share, text = amount.over(whole), counted(amount, language)
            if share > 0:
                text = say("figures.count_share", language, count=text, share=percent(share, language))
            rows.append((head.key, row, name, label, amount.value, amount.least, share, whole.value, text))
    columns = ["family", "row", "group", "label", "count", "least", "share", "concluded", "text"]
    return of_report(
        pd.DataFrame(rows, columns=columns),
        "outcomes",
        report,
        language,
        _concluded_cells(report),
        "requests",
    )


def _concluded_cells(report: Report, *others: str) -> list[CellKey]:
    """Return the cells of all outcomes and of the requests concluded, and of other rows."""
    rows = [row for _, members in report.form.families() for row in members]
    return [_cell(row) for row in (*rows, "concluded", *others)]


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
    >>> foi.plot.describe(ax)[:71]
    'Bar chart. Of 1,698 requests concluded, 236 (13.9%) ended in disclosure'
    """
    frame = tidy(data, outcomes_data, ("family", "row", "label", "least", "text"), language)
    place = room(ax, width)
    part = frame["row"] != ""
    size = list(np.where(part, place.sizes.small, place.sizes.text))
    labels = [
        fill(label, s, _LABELS * place.width, "    " if p else "")
        for label, s, p in zip(frame["label"], size, part, strict=True)
    ]
    *at, height = stack((labels, size), gap=1.5, before=_gaps(frame["family"] != frame["family"].shift(), 4.0))
    axes: Axes = start(place, frame, outcomes_title(frame), height + 14)[0, 0]
    label_rows(axes, at, labels, size)
    color = frame["family"].map(FAMILIES).fillna(PAPER)
    axes.barh(at, frame["least"].clip(lower=0), np.where(part, 6.0, 9.0), color=color)
    for y, s, row in zip(at, size, rows_of(frame), strict=True):
        beside(axes, max(row.least, 0), y, row.text, s, right=GAP)
    free = place.width * (1 - _LABELS) - 4 * GAP
    units = [
        (free - (width_of(row.text, s) + 2 * GAP)) / row.least
        for s, row in zip(size, rows_of(frame), strict=True)
        if row.least > 0
    ]
    axes.set(xlim=(0, free / max(min(units, default=1.0), 1e-9)), ylim=(height, 0), xticks=[])
    name_unit(axes, frame.attrs.get("unit", ""), place.sizes.small, free)
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
    form, share = "title" if opened <= concluded else "title_impossible", percent(opened / concluded, language)
    return phrase(f"figures.outcomes.{form}", language, requests=concluded, opened=opened, share=share)


# ---- one set of counts, several shares disclosed ----


def definitions_data(report: Report, language: Language | None = None) -> pd.DataFrame:
    """Return what ``definitions`` draws: one row a definition and group of outcomes that all definitions treat alike.

    Parameters
    ----------
    report : Report
    language : {"zh", "en"}, optional

    Returns
    -------
    DataFrame
        Columns: measure and group (the definition, lettered, with its numbers), outcomes (rows of the form joined with
        ``+``), family, label, count (requests; NaN when not wholly printed), shown (the same as text), role (numerator,
        denominator, left_out), text, and of the definition its columns of ``foi.measure``.
    """
    language = language_of(language)
    shares = disclosed_shares(report, language)
    blocks = _blocks(report, list(shares.index), language)
    rows: list[tuple[Any, ...]] = []
    for letter, share in zip("ABCDEFGH", rows_of(shares), strict=False):
        group = f"{letter}. {share.label}, {share.text}"
        for family, keys, label, amount, roles in blocks:
            role, short = roles[share.Index], counted(amount, language, short=True)
            text = say(f"figures.definitions.{role}", language, count=counted(amount, language))
            row = (share.Index, letter, group, "+".join(keys), family, label, amount.value, short, role, text)
            rows.append(row)
    columns = ["measure", "letter", "group", "outcomes", "family", "label", "count", "shown", "role", "text"]
    shares = shares.assign(words=shares["text"]).drop(columns=["text", "group"]).rename(columns={"label": "definition"})
    frame = pd.DataFrame(rows, columns=columns).merge(shares, left_on="measure", right_index=True)
    return of_report(frame, "definitions", report, language, _concluded_cells(report), "requests")


def measured(report: Report, language: Language) -> pd.DataFrame:
    """Return the measures of a report by their id, with ``text``, ``unit`` and ``family`` beside ``foi.measure``'s."""
    known = {one.id: one for one in load_measures()}
    frame = measure(report, language=language)
    names = frame["measure"].astype(str)
    units, families = [known[name].unit(language) for name in names], [known[name].family for name in names]
    frame = frame.assign(unit=units, family=families)
    frame = frame.astype({"kind": str, "state": str, "label": str, "group": str})
    frame["text"] = [measure_text(row, language) for row in rows_of(frame)]
    return frame.set_index(names)[["label", "group", "family", "kind", "unit", "text", *_NUMBERS[1:]]]


def disclosed_shares(report: Report, language: Language) -> pd.DataFrame:
    """Return the measures of the share disclosed: those with nothing but disclosed requests above the line."""
    frame = measured(report, language)
    opened = {row for head, rows in report.form.families() if head.key in OPENED for row in rows}
    frame = frame[frame["group"] == "disclosure"]
    return frame[[{key.row for key in _measure(name).sums(report.form)[0]} <= opened for name in frame.index]]


def _measure(name: str) -> Measure:
    return next(one for one in load_measures() if one.id == name)


def _blocks(
    report: Report, names: list[str], language: Language
) -> list[tuple[str, tuple[str, ...], str, Count, dict[str, str]]]:
    """Return the rows of each family that all definitions treat alike; within a family the fewest rows first."""
    sums = {name: [{key.row for key in side} for side in _measure(name).sums(report.form)] for name in names}
    found = []
    for head, members in report.form.families():
        alike: dict[tuple[str, ...], list[str]] = {}
        for row in members:
            roles = tuple(_role(row, above, below) for above, below in sums.values())
            alike.setdefault(roles, []).append(row)
        for roles, rows in sorted(alike.items(), key=lambda item: len(item[1])):
            label = brief(head, language) if len(rows) == len(members) else _part(report, head.key, rows, language)
            found.append((head.key, tuple(rows), label, _amount(report, *rows), dict(zip(names, roles, strict=True))))
    return found


def _role(row: str, above: set[str], below: set[str]) -> str:
    """Return what a share makes of a row of outcomes, by the rows above and below its line."""
    if row in above:
        return "numerator"
    return "denominator" if below & {row, "concluded"} else "left_out"


def _part(report: Report, family: str, rows: list[str], language: Language) -> str:
    """Name some of a family's rows: one or two by their labels, more by their number."""
    table = report.form.table("requests")
    head = brief(table.group(family), language)
    if len(rows) > 2:
        return say("figures.definitions.rest", language, family=head, rows=len(rows))
    names = listed((brief(table.row(row), language) for row in rows), language)
    return say("figures.path", language).join((head, names))


@themed
def definitions(
    data: Report | pd.DataFrame, ax: Axes | None = None, *, language: Language | None = None, width: float = 16.0
) -> np.ndarray:
    """Draw how one set of counts gives several shares disclosed: what each definition counts, and what it then says.

    Parameters
    ----------
    data : Report or DataFrame
        A report, or what ``definitions_data`` gives of one.
    ax, language, width
        As for ``outcomes``. A grid of Axes takes the place of ``ax``, which must stand in a grid itself.

    Returns
    -------
    ndarray of Axes
        Above, the outcomes (rows) by definition (columns): a filled square counts in numerator and denominator, an
        open one in the denominator only. Below, the share by each definition with its 95% interval.
    """
    needed = ("letter", "outcomes", "label", "shown", "role", "definition", "words", *_NUMBERS)
    frame = tidy(data, definitions_data, needed, language)
    place = room(ax, width)
    points, wide = place.sizes, _LABELS * place.width
    blocks, shares = frame.drop_duplicates("outcomes"), frame.drop_duplicates("letter")
    labels = [fill(label, points.text, wide) for label in blocks["label"]]
    names = [fill(f"{one.letter}. {one.definition}", points.small, wide) for one in rows_of(shares)]
    said = [fill(text, points.small, _SAID * place.width) for text in shares["words"]]
    *at, upper = stack((labels, points.text))
    *below, lower = stack((names, points.small), (said, points.small))
    heights = (upper + 2 * points.small, lower + 2 * points.small)
    notes = [say("figures.definitions.key", language_in(frame))]
    title = definitions_title(frame)
    axes: np.ndarray = start(place, frame, title, sum(heights) + 8, rows=heights, notes=notes)[:, 0]
    least = max(wide - 2 * GAP, *(widest_line(label, points.text) for label in labels))
    label_rows(axes[0], at, labels, points.text, least)
    _draw_roles(axes[0], frame, dict(zip(blocks["outcomes"], at, strict=True)), points)
    axes[0].set(ylim=(upper, 0))
    forest_rows(axes[1], shares, below, lower, said, points.small, end=1.0)
    label_rows(axes[1], below, names, points.small, least)
    return axes


def _draw_roles(ax: Axes, frame: pd.DataFrame, down: Mapping[str, float], points: Sizes) -> None:
    """Draw what each definition (column) makes of the outcomes (rows), and beside them how many requests they are."""
    across = {letter: place for place, letter in enumerate(frame["letter"].drop_duplicates())}
    for role, color in (("numerator", POINT), ("denominator", PAPER)):
        part = frame[frame["role"] == role]
        sns.scatterplot(
            x=part["letter"].map(across),
            y=part["outcomes"].map(down),
            ax=ax,
            marker="s",
            s=42,
            color=color,
            edgecolor=INK,
            linewidth=0.9,
            clip_on=False,
            legend=False,
        )
    for one in rows_of(frame.drop_duplicates("outcomes")):
        beside(ax, 1, down[one.outcomes], one.shown, points.text, right=GAP, xycoords=ax.get_yaxis_transform())
    ax.set(xlim=(-0.6, len(across) - 0.4), xlabel="", ylabel="")
    ax.set_xticks(range(len(across)), list(across))
    ticks_above(ax, labelsize=points.text)
    ax.grid(axis="y")
    ax.set_axisbelow(True)
    head = say("figures.definitions.requests", language_in(frame))
    write(ax, head, (1, 1), (GAP, 4), xycoords="axes fraction", size=points.small, color=MUTED)
    sns.despine(ax=ax, left=True, bottom=True)


def forest_rows(
    ax: Axes,
    frame: pd.DataFrame,
    at: Sequence[float],
    height: float,
    said: Sequence[str],
    size: float,
    color: str = POINT,
    **kwargs: Any,
) -> None:
    """Draw shares as a forest whose rows have their numbers in words to the right."""
    forest(ax, frame, at, color, **kwargs)
    for y, text in zip(at, said, strict=True):
        beside(ax, 1, y, text, size, right=2 * GAP, xycoords=ax.get_yaxis_transform())
    ax.set(ylim=(height, 0))


def definitions_title(frame: pd.DataFrame) -> str:
    """Return the finding of ``definitions``: how far the definitions lie apart."""
    language, shares = language_in(frame), frame.drop_duplicates("measure")
    if (shares["state"] != "defined").any():
        return say("figures.definitions.title_unknown", language)
    low, high = (percent(value, language) for value in (shares["value"].min(), shares["value"].max()))
    return say("figures.definitions.title", language, number=len(shares), low=low, high=high)


# ---- grounds for not disclosing ----


def grounds_data(report: Report, language: Language | None = None) -> pd.DataFrame:
    """Return what ``grounds`` draws: one row a ground, the most frequent first, what is no exemption last.

    Parameters
    ----------
    report : Report
    language : {"zh", "en"}, optional

    Returns
    -------
    DataFrame
        Columns: ground (the row of the form), basis (discretionary, mandatory, apart), group (the same in words),
        label, count, text, and the columns of ``foi.measure``: shares of grounds 1 to 7. What is no exemption has its
        count only. ``attrs`` hold the discretionary share of the finding.
    """
    language, form = language_of(language), report.form
    frame, table = measured(report, language), form.table("requests")
    chosen, divided = ({key.row for key in side} for side in _measure(_DIVIDES).sums(form))
    rows = next(rows for _, rows in form.families() if divided <= set(rows))
    basis = ["discretionary" if row in chosen else "mandatory" if row in divided else "apart" for row in rows]
    counts = [_amount(report, row) for row in rows]
    found = frame.reindex([f"{_GROUND}.{row}" for row in rows])
    found = found.assign(
        ground=list(rows),
        basis=basis,
        label=[brief(table.row(row), language) for row in rows],
        count=[count.value for count in counts],
        kind=found["kind"].fillna("count"),
        state=found["state"].fillna(""),
        unit=found["unit"].fillna(""),
        text=found["text"].where(found["text"].notna(), [counted(count, language) for count in counts]),
        group=[say(f"figures.grounds.{kind}", language) for kind in basis],
    )
    rank = found["value"].fillna(found["lower"]).fillna(found["count"]).fillna(-1.0)
    found = found.assign(apart=found["basis"] == "apart", rank=-rank).sort_values(["apart", "rank"], kind="stable")
    found = of_report(
        found.drop(columns=["apart", "rank", "family"]).reset_index(),
        "grounds",
        report,
        language,
        [_cell(row) for row in rows],
        "requests",
        head=brief(table.group(table.row(rows[0]).group), language),
    )
    found.attrs["chosen"] = frame.loc[_DIVIDES, ["state", "numerator", "denominator", "value"]].to_dict()
    return found


@themed
def grounds(
    data: Report | pd.DataFrame, ax: Axes | None = None, *, language: Language | None = None, width: float = 16.0
) -> Axes:
    """Draw the grounds for not disclosing, ranked, as shares of those on grounds 1 to 7, with 95% intervals.

    Parameters
    ----------
    data : Report or DataFrame
        A report, or what ``grounds_data`` gives of one.
    ax, language, width
        As for ``outcomes``.

    Returns
    -------
    Axes
        Marks tell apart grounds on which the law leaves a choice (filled squares), those that forbid disclosure (open
        circles). Inquiry matters, which are no exemption, stand apart with their count.
    """
    frame = tidy(data, grounds_data, ("basis", "label", "text", *_NUMBERS), language)
    words, place = language_in(frame), room(ax, width)
    size, color = place.sizes.small, FAMILIES["withheld"]
    labels = [fill(label, size, 0.36 * place.width) for label in frame["label"]]
    said = [fill(text, size, _SAID * place.width) for text in frame["text"]]
    apart = frame["basis"] == "apart"
    before = _gaps(apart & ~apart.shift(fill_value=False), 9.0)
    *at, height = stack((labels, size), (said, size), before=before)
    keys = {kind: fill(say(f"figures.grounds.{kind}", words), size, 0.5 * place.width) for kind in _SHAPES}
    above = sum((text.count("\n") + 1) * size * 1.3 for text in keys.values()) + 3 * size
    axes: Axes = start(place, frame, grounds_title(frame), height + above, lift=above)[0, 0]
    label_rows(axes, at, labels, size)
    marker, hollow = zip(*frame["basis"].map(_SHAPES), strict=True)
    forest_rows(axes, frame, at, height, said, size, color, marker=marker, hollow=hollow)
    for y, gap in zip(at, before, strict=True):
        if gap:
            axes.axhline(y - gap - size / 2, color=RULE, linewidth=0.6)
    handles = [
        Line2D(
            [],
            [],
            marker=marker,
            linestyle="",
            markersize=5,
            markeredgecolor=color,
            markeredgewidth=1.2,
            markerfacecolor=PAPER if empty else color,
            label=keys[kind],
        )
        for kind, (marker, empty) in _SHAPES.items()
    ]
    legend(axes, handles, size, 2.2 * size, handletextpad=0.5)
    return axes


def grounds_title(frame: pd.DataFrame) -> str:
    """Return the finding of ``grounds``: how many of those refused on a ground rest on a choice that the law leaves."""
    language, share = language_in(frame), frame.attrs.get("chosen", {"state": "unknown"})
    if share["state"] != "defined":
        return say(f"figures.grounds.title_{'none' if share['state'] == 'undefined' else 'unknown'}", language)
    counts = {"requests": share["denominator"], "chosen": share["numerator"]}
    return phrase("figures.grounds.title", language, **counts, share=percent(share["value"], language))


# ---- measures ----


def measures_data(report: Report, language: Language | None = None) -> pd.DataFrame:
    """Return what ``measures`` draws: one row a measure, in the order of their definitions.

    Parameters
    ----------
    report : Report
    language : {"zh", "en"}, optional

    Returns
    -------
    DataFrame
        Columns: measure, section, group (the section in words), label, text, unit, and those of ``foi.measure``.
        Measures written out for every row of the form are left to the figures of their own.
    """
    language = language_of(language)
    frame = measured(report, language)
    frame = frame[frame.index == frame["family"]].rename(columns={"group": "section"})
    frame["group"] = [say(f"figures.measures.{section}", language) for section in frame["section"]]
    keys = {key for name in frame.index for key in _measure(name).cells(report.form)}
    return of_report(frame.reset_index(), "measures", report, language, keys)


@themed
def measures(
    data: Report | pd.DataFrame, ax: Axes | None = None, *, language: Language | None = None, width: float = 16.0
) -> Axes:
    """Draw the measures of a report: shares with 95% intervals on one scale, bounds as open bars, ratios as numbers.

    Parameters
    ----------
    data : Report or DataFrame
        A report, or what ``measures_data`` gives of one, or a part of it.
    ax, language, width
        As for ``outcomes``.

    Returns
    -------
    Axes
    """
    frame = tidy(data, measures_data, ("group", "label", "text", *_NUMBERS), language)
    place = room(ax, width)
    points = place.sizes
    heads = frame.drop_duplicates("group").assign(kind="head", label=lambda part: part["group"], text="")
    rows = pd.concat([heads, frame]).sort_index(kind="stable")
    head = rows["kind"] == "head"
    size = list(np.where(head, points.text, points.small))
    labels = [fill(label, s, _LABELS * place.width) for label, s in zip(rows["label"], size, strict=True)]
    said = [fill(text, points.small, _SAID * place.width) for text in rows["text"]]
    *at, height = stack((labels, size), (said, size), gap=1.5, before=_gaps(head, 5.0))
    axes: Axes = start(place, frame, measures_title(frame), height + 2 * points.small)[0, 0]
    forest_rows(axes, rows, at, height, said, points.small, end=1.0)
    label_rows(axes, at, labels, size)
    return axes


def measures_title(frame: pd.DataFrame) -> str:
    """Return the finding of ``measures``: what was disclosed, what withheld, what could not be provided."""
    language, known = language_in(frame), frame.set_index("measure") if "measure" in frame else frame
    names = ["disclosed_or_partly_share", "withheld_share", "unable_share"]
    if not set(names) <= set(known.index) or (known.loc[names, "state"] != "defined").any():
        return say("figures.measures.title_unknown", language)
    values = known["value"].to_dict()
    return say("figures.measures.title", language, **{name: percent(values[name], language) for name in names})


# ---- who asks ----


def applicants_data(report: Report, language: Language | None = None) -> pd.DataFrame:
    """Return what ``applicants`` draws: one row a kind of applicant and family of outcome, in printed order.

    Parameters
    ----------
    report : Report
    language : {"zh", "en"}, optional

    Returns
    -------
    DataFrame
        Columns: applicant, family, applicant_label, group (the same with all its requests), label, count (requests;
        NaN when not wholly printed), least (what is printed of it), shown (the same as text), text, concluded (of the
        kind; NaN when not printed) and whole (the same as text).
    """
    language, form = language_of(language), report.form
    table = form.table("requests")
    rows = []
    for kind in table.columns:
        name, concluded = kind.label(language), _amount(report, "concluded", column=kind.key)
        group = say("figures.applicants.group", language, applicant=name, whole=counted(concluded, language))
        whole = (concluded.value, counted(concluded, language, short=True))
        for head, members in form.families():
            amount = _amount(report, *members, column=kind.key)
            short, text = counted(amount, language, short=True), counted(amount, language)
            family = (kind.key, head.key, name, group, brief(head, language))
            rows.append((*family, amount.value, amount.least, short, text, *whole))
    columns = [
        "applicant", "family", "applicant_label", "group", "label", "count", "least", "shown", "text", "concluded",
        "whole",
    ]  # fmt: skip
    frame = of_report(
        pd.DataFrame(rows, columns=columns),
        "applicants",
        report,
        language,
        [_cell(key.row, column.key) for key in _concluded_cells(report) for column in table.columns],
        "requests",
        columns=len(table.columns),
    )
    how = say("figures.applicants.how", language, number=SHARES_FROM)
    frame.attrs.update(notes=[how, *frame.attrs["notes"]], whole=say("figures.concluded", language))
    return frame


@themed
def applicants(
    data: Report | pd.DataFrame, ax: Axes | None = None, *, language: Language | None = None, width: float = 16.0
) -> Axes:
    """Draw the outcomes of each kind of applicant: counts for all, shares only where there are requests enough.

    Parameters
    ----------
    data : Report or DataFrame
        A report, or what ``applicants_data`` gives of one, or of some kinds of applicant.
    ax, language, width
        As for ``outcomes``.

    Returns
    -------
    Axes
        One row a kind of applicant, one column a family of outcome. Below the counts of a kind lies a strip, divided by
        shares; fewer requests than 40 are drawn one by one.
    """
    needed = ("applicant", "applicant_label", "family", "label", "least", "shown", "concluded", "whole")
    frame = tidy(data, applicants_data, needed, language)
    place = room(ax, width)
    points = place.sizes
    line = points.text * LEADING
    kinds = [part for _, part in groups(frame, "applicant")]
    labels = [fill(part["applicant_label"].iloc[0], points.text, 0.24 * place.width) for part in kinds]
    breaks = [label.count("\n") for label in labels]
    tall = [
        max((more + 1) * line, line + points.small * LEADING * _has_shares(part) + 13) + 5
        for part, more in zip(kinds, breaks, strict=True)
    ]
    *top, height = np.cumsum([0, *tall])
    heads = [*frame.drop_duplicates("family")["label"], frame.attrs.get("whole", "")]
    column = 0.72 * place.width / len(heads)
    above = 4 * points.small
    axes: Axes = start(place, frame, applicants_title(frame), height + above, lift=above)[0, 0]
    middles = [y + line / 2 + (more * line) / 2 for y, more in zip(top, breaks, strict=True)]
    label_rows(axes, middles, labels, points.text)
    for y, part in zip(top, kinds, strict=True):
        _draw_kind(axes, part, y, points, column)
    axes.hlines([*top[1:], height], 0, len(heads), color=RULE, linewidth=0.6, clip_on=False)
    axes.set(xlim=(0, len(heads)), ylim=(height, 0))
    _draw_families(axes, heads, frame["family"].drop_duplicates(), points.small, column)
    sns.despine(ax=axes, left=True, bottom=True)
    return axes


def _draw_families(ax: Axes, heads: list[str], families: Iterable[str], size: float, column: float) -> None:
    """Write the heads of columns, upright where a word is too long, each family with its colour below."""
    upright = max(width_of(word, size) for head in heads for word in head.split()) > column - 2
    labels = heads if upright else [fill(head, size, column - 3) for head in heads]
    ax.set_xticks(np.arange(len(heads)) + 0.5, labels, rotation=90 if upright else 0)
    ticks_above(ax, labelsize=size, pad=11)
    up = ax.transData + ScaledTranslation(0, 6 / 72, figure_of(ax).dpi_scale_trans)
    for at, family in enumerate(families):
        left = at + 0.5 - 8 / column
        ax.barh(0, 16 / column, 7, left=left, **_surface(family), clip_on=False, transform=up)


def _surface(family: str) -> dict[str, Any]:
    """Return how a surface of a family of outcome is drawn."""
    return {"color": {**FLOWS, **FAMILIES}.get(family, PAPER), "hatch": HATCHES.get(family)}


def _has_shares(part: pd.DataFrame) -> bool:
    """Check whether a kind has requests enough for shares, all printed, whose parts do not exceed the whole."""
    whole = part["concluded"].iloc[0]
    return bool(part["count"].notna().all() and whole >= max(SHARES_FROM, part["count"].max()))


def _draw_kind(ax: Axes, part: pd.DataFrame, y: float, points: Sizes, column: float) -> None:
    """Draw one kind of applicant: its counts, its shares where it has any, and its requests below."""
    whole, line = part["concluded"].iloc[0], points.text * LEADING
    _write_across(ax, [*part["shown"], part["whole"].iloc[0]], y + line / 2 + 1, points.text, column)
    y += line + 1
    if _has_shares(part):
        language = language_in(part)
        shares = [percent(amount / whole, language) if amount else "" for amount in part["count"]]
        _write_across(ax, shares, y + points.small / 2, points.small, column, color=MUTED)
        y += points.small * LEADING
    if part["count"].notna().all():
        _draw_requests(ax, part["family"], part["least"].clip(lower=0), y + 5.5, column)


def _write_across(ax: Axes, texts: Sequence[str], y: float, size: float, column: float, **kwargs: Any) -> None:
    """Write texts in columns, those smaller that would be wider than a column."""
    for at, text in enumerate(texts):
        smaller = size * min(1.0, (column - 2) / max(width_of(text, size), 1e-9))
        beside(ax, at + 0.5, y, text, smaller, ha="center", **kwargs)


def _draw_requests(ax: Axes, families: pd.Series[str], amounts: pd.Series[float], y: float, column: float) -> None:
    """Draw requests of some families as a strip over all columns, or one by one where they are few."""
    across, total = len(families) + 1, amounts.sum()
    if total <= 0:
        return
    if total < SHARES_FROM and (amounts % 1 == 0).all():
        drawn = [family for family, amount in zip(families, amounts, strict=True) for _ in range(int(amount))]
        step, height = min(9 / column, across / len(drawn)), 6.5
        widths, lefts = [0.75 * step] * len(drawn), [step * at for at in range(len(drawn))]
    else:
        drawn, height = list(families), 8.0
        widths = list(amounts / total * across)
        lefts = list(np.cumsum([0, *widths[:-1]]))
    for family, left, wide in zip(drawn, lefts, widths, strict=True):
        ax.barh(y, wide, height, left=left, **_surface(family))


def applicants_title(frame: pd.DataFrame) -> str:
    """Return the finding of ``applicants``: how many requests came from the kind that made most of them."""
    language, kinds = language_in(frame), frame.drop_duplicates("applicant").set_index("applicant")
    concluded = kinds["concluded"].to_dict()
    total = concluded.pop("total", np.nan)
    if np.isnan([total, *concluded.values()]).any():
        return say("figures.applicants.title_unknown", language)
    if total <= 0 or not concluded:
        return say("figures.outcomes.title_none", language)
    first = max(concluded, key=lambda kind: concluded[kind])
    most, label = concluded[first], str(kinds["applicant_label"].to_dict()[first])
    return phrase(
        f"figures.applicants.{'title' if most <= total else 'title_impossible'}",
        language,
        requests=total,
        most=most,
        share=percent(min(most / total, 1.0), language),
        applicant=label[0].lower() + label[1:] if language == "en" else label,
    )


# ---- in and out ----


def flow_data(report: Report, language: Language | None = None) -> pd.DataFrame:
    """Return what ``flow`` draws: one row a stream, in printed order; what the two sides differ by last.

    Parameters
    ----------
    report : Report
    language : {"zh", "en"}, optional

    Returns
    -------
    DataFrame
        Columns: side (in, out), group (the same in words), stream (a row or family of the form, or gap), label, count
        (requests; NaN when not wholly printed), least (what is printed of it), text.
    """
    language, table = language_of(language), report.form.table("requests")
    streams = [("in", row, brief(table.row(row), language), _amount(report, row)) for row in ("new", "carried_in")]
    for head, members in report.form.families():
        streams.append(("out", head.key, brief(head, language), _amount(report, *members)))
    streams.append(("out", "carried_out", brief(table.row("carried_out"), language), _amount(report, "carried_out")))
    gap = sum(amount.value * (1 if side == "in" else -1) for side, _, _, amount in streams)
    unbalanced = gap > 0 or gap < 0
    if unbalanced:
        streams.append(("out" if gap > 0 else "in", "gap", say("figures.flow.gap", language), Count(abs(gap), 0, 0)))
    heads = {side: say(f"figures.flow.head_{side}", language) for side in ("in", "out")}
    rows = [
        (side, heads[side], key, label, amount.value, amount.least, counted(amount, language))
        for side, key, label, amount in streams
    ]
    frame = of_report(
        pd.DataFrame(rows, columns=["side", "group", "stream", "label", "count", "least", "text"]),
        "flow",
        report,
        language,
        _concluded_cells(report, "new", "carried_in", "carried_out"),
        "requests",
    )
    frame.attrs["concluded"] = _amount(report, "concluded").value
    if unbalanced:
        remark = phrase("figures.flow.remark_gap", language, gap=abs(gap), **_sides(frame))
        frame.attrs["notes"] = [remark, *frame.attrs["notes"]]
    return frame


def _sides(frame: pd.DataFrame) -> dict[str, float]:
    """Return what came in and what went out, the gap between them left out."""
    whole = frame[frame["stream"] != "gap"].groupby("side")["count"].sum(min_count=1).to_dict()
    return {"left": whole["in"], "right": whole["out"]}


@themed
def flow(
    data: Report | pd.DataFrame, ax: Axes | None = None, *, language: Language | None = None, width: float = 16.0
) -> Axes:
    """Draw the flow of requests through the year, widths proportional to counts; what does not balance as a gap.

    Parameters
    ----------
    data : Report or DataFrame
        A report, or what ``flow_data`` gives of one.
    ax, language, width
        As for ``outcomes``.

    Returns
    -------
    Axes
        The x axis runs over the width of the figure; the y axis is in points, so that labels find room.
    """
    frame = tidy(data, flow_data, ("side", "stream", "label", "count", "least", "text"), language)
    place = room(ax, width)
    size, body = place.sizes.text, _BODY * min(1.0, place.width / 300)
    streams = _with_slots(frame, size, body, place.width)
    height = max(body, float(streams.groupby("side")["slot"].sum().max()))
    axes: Axes = start(place, frame, flow_title(frame), height + size * 2, lift=2 * size)[0, 0]
    pool = (height - body) / 2
    axes.barh(pool + body / 2, _NODE, body * bool(streams["wide"].any()), left=_COLUMNS["pool"], color=INK)
    for _, part in groups(streams, "side"):
        y, into = (height - part["slot"].sum()) / 2, pool
        for row in rows_of(part):
            _draw_stream(axes, row, y + row.slot / 2, into, size)
            y, into = y + row.slot, into + row.wide
    _write_heads(axes, frame, size, 0.21 * place.width)
    axes.set(xlim=(0, 1), ylim=(height, 0), xticks=[], yticks=[])
    name_unit(axes, frame.attrs.get("unit", ""), place.sizes.small, place.width)
    sns.despine(ax=axes, left=True, bottom=True)
    return axes


def _with_slots(frame: pd.DataFrame, size: float, body: float, width: float) -> pd.DataFrame:
    """Return the streams with how wide each is drawn, its label in lines, and the height that both need, in points."""
    least = frame["least"].clip(lower=0)
    whole = max(part.sum() for _, part in least.groupby(frame["side"]))
    rooms = {"in": (_COLUMNS["in"] - 0.01) * width - GAP, "out": (1 - _COLUMNS["out"] - 0.045) * width - GAP}
    said = [fill(f"{row.label} {row.text}", size, rooms[row.side]) for row in rows_of(frame)]
    frame = frame.assign(wide=least * (body / whole if whole > 0 else 0.0), said=said)
    lines = frame["said"].str.count("\n") + 1
    return frame.assign(slot=np.maximum(frame["wide"], lines * size * LEADING) + 6)


def _write_heads(ax: Axes, frame: pd.DataFrame, size: float, width: float) -> None:
    """Write over each column of nodes what it is; over the middle one how many requests were on hand."""
    language, on_hand = language_in(frame), frame.loc[frame["side"] == "in", "count"].sum(skipna=False)
    head = say("figures.not_printed", language) if np.isnan(on_hand) else number(on_hand, language)
    for key, left in _COLUMNS.items():
        text = fill(say(f"figures.flow.head_{key}", language, count=head), size, width)
        write(ax, text, (left + _NODE / 2, 0), (0, 3), ha="center", va="bottom", size=size)


def _draw_stream(ax: Axes, row: Any, middle: float, pool: float, size: float) -> None:
    """Draw one stream: its node, its label, and the band between it and what was on hand."""
    inward, surface = row.side == "in", _surface(row.stream)
    x, top = _COLUMNS[row.side], middle - row.wide / 2
    if row.wide > 0:
        ends = ((x + _NODE, top), (_COLUMNS["pool"], pool)) if inward else ((_COLUMNS["pool"] + _NODE, pool), (x, top))
        (x0, y0), (x1, y1) = ends
        turn = (x0 + x1) / 2
        over = [(x0, y0), (turn, y0), (turn, y1), (x1, y1)]
        under = [(end, y + row.wide) for end, y in reversed(over)]
        codes = [Path.MOVETO, *[Path.CURVE4] * 3, Path.LINETO, *[Path.CURVE4] * 3]
        band = Path([*over, *under], codes)
        ax.add_patch(PathPatch(band, facecolor=(surface["color"], 0.45), edgecolor=INK, linewidth=0.3))
        ax.barh(middle, _NODE, row.wide, left=x, **surface)
    if inward:
        beside(ax, x, middle, row.said, size, right=-GAP, ha="right")
    else:
        beside(ax, x + _NODE, middle, row.said, size, right=GAP)


def flow_title(frame: pd.DataFrame) -> str:
    """Return the finding of ``flow``: how many of the requests on hand were concluded and how many carried forward."""
    language, known = language_in(frame), frame.set_index("stream")["count"].to_dict()
    concluded = frame.attrs.get("concluded", np.nan)
    parts = frame[frame["stream"] != "gap"]
    if parts["count"].isna().any() or np.isnan(concluded):
        return say("figures.flow.title_unknown", language)
    if "gap" in known:
        return phrase("figures.flow.title_gap", language, **_sides(frame))
    on_hand, left = parts.loc[parts["side"] == "in", "count"].sum(), known.get("carried_out", np.nan)
    return phrase("figures.flow.title", language, requests=on_hand, concluded=concluded, left=left)


# ---- reconsideration and litigation ----


def appeals_data(report: Report, language: Language | None = None) -> pd.DataFrame:
    """Return what ``appeals`` draws: one row a route and result, in printed order.

    Parameters
    ----------
    report : Report
    language : {"zh", "en"}, optional

    Returns
    -------
    DataFrame
        Columns: route, result, route_label, group (the same with its total and the share corrected), total (as text),
        label, count (cases; NaN where no number is printed), least, shown (as text, short), text; and of the share
        corrected of those decided, pending cases left out: words (as text) and the columns of ``foi.measure``.
    """
    language, table = language_of(language), report.form.table("review")
    shares, path = measured(report, language), say("figures.path", language)
    rows: list[tuple[Any, ...]] = []
    for row in table.rows:
        share = shares.loc[_corrected(report, row.key, list(shares.index))]
        label = path.join(term.label(language) for term in (*table.path(row), row))
        whole = _amount(report, row.key, table="review")
        total, short = counted(whole, language), counted(whole, language, short=True)
        group = say("figures.appeals.group", language, route=label, total=total, corrected=share["text"])
        for column in table.columns:
            if column.key == "total":
                continue
            amount = _amount(report, row.key, column=column.key, table="review")
            shown, text = counted(amount, language, short=True), counted(amount, language)
            route = (row.key, column.key, label, group, short, column.label(language))
            rows.append((*route, amount.value, amount.least, shown, text, share["text"], *share[list(_NUMBERS)]))
    columns = ["route", "result", "route_label", "group", "total", "label", "count", "least", "shown", "text", "words"]
    return of_report(
        pd.DataFrame(rows, columns=[*columns, *_NUMBERS]),
        "appeals",
        report,
        language,
        table.cells,
        "review",
    )


def _corrected(report: Report, row: str, names: list[str]) -> str:
    """Find the measure of a route: the share corrected of the cases that have a result."""
    wanted = {CellKey("review", row, "corrected")}, {CellKey("review", row, result) for result in DECIDED}
    return next(name for name in names if tuple(map(set, _measure(name).sums(report.form))) == wanted)


@themed
def appeals(
    data: Report | pd.DataFrame, ax: Axes | None = None, *, language: Language | None = None, width: float = 16.0
) -> np.ndarray:
    """Draw the cases of three routes of appeal by result, pending ones apart, and the share corrected of those decided.

    Parameters
    ----------
    data : Report or DataFrame
        A report, or what ``appeals_data`` gives of one, or of some routes.
    ax, language, width
        As for ``outcomes``. A grid of Axes takes the place of ``ax``, which must stand in a grid itself.

    Returns
    -------
    ndarray of Axes
        One for each result, all on one scale, and one for the share corrected with its 95% interval. Not a funnel.
    """
    needed = ("route", "result", "route_label", "total", "label", "least", "shown", "words", *_NUMBERS)
    frame = tidy(data, appeals_data, needed, language)
    words, place = language_in(frame), room(ax, width)
    points, routes = place.sizes, frame.drop_duplicates("route")
    labels = [_route_label(row, words, points.small, 0.24 * place.width) for row in rows_of(routes)]
    said = [fill(text, points.small, 0.22 * place.width) for text in routes["words"]]
    *at, height = stack((labels, points.small), ([f"\n\n{text}" for text in said], points.small), gap=4)
    results = [(result, part) for result, part in groups(frame, "result")]
    heads = [fill(part["label"].iloc[0], points.tiny, 0.12 * place.width) for _, part in results]
    lane = fill(say("figures.appeals.lane", words), points.tiny, 0.2 * place.width)
    above = (max(text.count("\n") for text in [*heads, lane]) + 4.5) * points.small * LEADING
    columns = [1.0] * len(results) + [0.5 * len(results)]
    axes: np.ndarray = start(place, frame, appeals_title(frame), height + above, columns=columns, sharey=True)[0]
    down = dict(zip(routes["route"], at, strict=True))
    for one, (result, part), head in zip(axes[:-1], results, heads, strict=True):
        _draw_result(one, part, result, down, points, place.width)
        one.set(xlim=(0, 1.15 * max(frame["least"].max(), 1)), xticks=[], xlabel="", ylabel="")
        one.set_title(head, size=points.tiny, pad=2 + points.tiny * LEADING)
    _draw_lane(axes[-1], routes, at, said, points.small)
    axes[-1].set_title(lane, size=points.tiny, pad=4)
    label_rows(axes[0], at, labels, points.small)
    between = np.cumsum([0, *np.diff(at)])[1:] + at[0] - np.diff(at) / 2
    for one in axes:
        one.set(ylim=(height, 0))
        one.hlines(between, 0, one.get_xlim()[1], color=RULE, linewidth=0.6)
    for one in axes[1:]:
        one.tick_params(axis="y", left=False, labelleft=False)
    lift = (max(text.count("\n") for text in heads) + 2.6) * points.tiny * LEADING
    _bracket(axes[: len(DECIDED)], say("figures.appeals.decided", words), points.tiny, lift)
    return axes


def _route_label(row: Any, language: Language, size: float, width: float) -> str:
    """Return the label of a route in lines, its number of cases below."""
    total = say("figures.appeals.total", language, total=row.total)
    return "\n".join(fill(text, size, width) for text in (row.route_label, total))


def _draw_result(
    ax: Axes, part: pd.DataFrame, result: str, down: Mapping[str, float], points: Sizes, width: float
) -> None:
    """Draw the cases of each route that had one result, with their number above each bar."""
    at = part["route"].map(down)
    sns.barplot(
        x=part["least"].clip(lower=0),
        y=at,
        native_scale=True,
        orient="y",
        width=1,
        color=RESULTS.get(result, PAPER),
        saturation=1,
        edgecolor=INK,
        linewidth=0.6,
        hatch=HATCHES.get(result),
        ax=ax,
    )
    bars: list[Any] = list(ax.patches)
    for bar, y, text in zip(bars, at, part["shown"], strict=True):
        bar.set(height=9, y=y - 1, visible=bar.get_width() > 0)
        size = points.text if width_of(text, points.text) < 0.1 * width else points.tiny
        write(ax, fill(text, size, 0.11 * width), (0, y - 3), (1, 0), size=size, linespacing=1)
    sns.despine(ax=ax, bottom=True, left=result not in (DECIDED[0], "pending"))


def _draw_lane(ax: Axes, routes: pd.DataFrame, at: Sequence[float], said: Sequence[str], size: float) -> None:
    """Draw the share corrected of each route, its numbers in words below."""
    forest(ax, routes, [y - 5 for y in at], RESULTS["corrected"])
    for y, text in zip(at, said, strict=True):
        write(ax, text, (0, y + 2), (1, 0), va="top", size=size, linespacing=SPACING)
    ax.grid(visible=False)


def _bracket(axes: np.ndarray, text: str, size: float, lift: float) -> None:
    """Write what some Axes have in common over a line above all of them, `lift` points above their top."""
    up = ScaledTranslation(0, lift / 72, axes[0].figure.dpi_scale_trans)
    line = ConnectionPatch((0, 1), (0.8, 1), axes[0].transAxes + up, axes[-1].transAxes + up, color=RULE, linewidth=0.6)
    line.set(in_layout=False, clip_on=False)
    axes[0].add_artist(line)
    write(axes[0], text, (0, 1), (0, lift + 2), xycoords="axes fraction", size=size, color=MUTED)


def appeals_title(frame: pd.DataFrame) -> str:
    """Return the finding of ``appeals``: how many of the decided cases were corrected, by route and by kind."""
    language, suits = language_in(frame), frame["route"].str.startswith("litigation")
    parts = {"reconsiderations": frame[~suits], "suits": frame[suits]}
    both = all(_decided(part) > 0 for part in parts.values())
    found = {noun: _finding(part, noun, language) for noun, part in parts.items()}
    return say(f"figures.appeals.title{'_both' if both else ''}", language, **found)


def _decided(frame: pd.DataFrame) -> float:
    """Return the number of decided cases, NaN where one is not printed."""
    return float(frame.loc[frame["result"].isin(DECIDED), "count"].sum(skipna=False))


def _finding(frame: pd.DataFrame, noun: str, language: Language) -> str:
    """Say how many of the decided cases were corrected, or that this cannot be said."""
    decided, corrected = _decided(frame), frame.loc[frame["result"] == "corrected", "count"].sum()
    form = "_unknown" if np.isnan(decided) else "_none" if decided <= 0 else ""
    return phrase(f"figures.appeals.{noun}{form}", language, decided=decided, corrected=corrected)


# ---- the year on a page ----


def summary_data(report: Report, language: Language | None = None) -> pd.DataFrame:
    """Return what ``summary`` draws: one row a number, in the order of the page.

    Parameters
    ----------
    report : Report
    language : {"zh", "en"}, optional

    Returns
    -------
    DataFrame
        Columns: part (counts, outcomes, measures, appeals, checks), group (the same in words, a section or a route),
        label, text, count (NaN for measures and what is not wholly printed), and those of ``applicants_data``,
        ``measures_data`` and ``appeals_data`` in the parts that they make.
    """
    language = language_of(language)
    kinds, every = applicants_data(report, language), measures_data(report, language)
    chosen = {*disclosed_shares(report, language).index, *every.loc[every["section"] == "pace", "measure"]}
    parts = {
        "counts": _counts(report, language),
        "outcomes": kinds[kinds["applicant"] == "total"].assign(
            row="", group=say("figures.summary.outcomes", language)
        ),
        "measures": every[every["measure"].isin(chosen)],
        "appeals": appeals_data(report, language),
        "checks": _checked(report, language),
    }
    frame = pd.concat([part.assign(part=name) for name, part in parts.items()], ignore_index=True)
    frame = of_report(frame, "summary", report, language, report.form.cells)
    scope = named("scope", report.scope.value or "unknown").one(language)
    frame.attrs |= {
        "title": say("figures.summary.head", language, **facts_of(report, language)),
        "whole": kinds.attrs["whole"],
        "notes": [
            say("figures.summary.scope", language, scope=scope),
            say("figures.summary.sha256", language, sha256=report.sha256),
            *frame.attrs["notes"],
        ],
    }
    return frame


def _counts(report: Report, language: Language) -> pd.DataFrame:
    """Return the requests that came, were concluded and are left, and the cases of each kind of appeal."""
    requests, review = report.form.table("requests"), report.form.table("review")
    found = []
    for row in requests.rows:
        if not row.family:
            label = say("figures.concluded", language) if row.key == "concluded" else brief(row, language)
            found.append((row.key, label, _amount(report, row.key)))
    for head in dict.fromkeys(review.group(row.group) if row.group else row for row in review.rows):
        routes = [row.key for row in review.rows if head.key in (row.key, row.group)]
        found.append((head.key, brief(head, language), _amount(report, *routes, table="review")))
    group = say("figures.summary.kind", language)
    rows = [(group, key, label, counted(amount, language, short=True), amount.value) for key, label, amount in found]
    return pd.DataFrame(rows, columns=["group", "item", "label", "text", "count"])


def _checked(report: Report, language: Language) -> pd.DataFrame:
    """Return how many identities hold, and how many cells are read, corroborated and in doubt."""
    cells = report.grid.values()
    found: Counter[str] = Counter(verdict.outcome for verdict in identity_verdicts(report))
    numbers = {
        **{outcome: found[outcome] for outcome in _OUTCOMES},
        "cells": len(cells),
        "numbers": sum(cell.is_number for cell in cells),
        "proved": sum(bool({"row", "column", "balance"} & set(cell.proofs)) for cell in cells),
        "doubtful": len(report.doubtful),
    }
    rows = [
        (item, say(f"figures.summary.{item.replace(' ', '_')}", language), number(n, language), n)
        for item, n in numbers.items()
    ]
    group = say("figures.summary.checks", language)
    return pd.DataFrame(rows, columns=["item", "label", "text", "count"]).assign(group=group)


@themed
def summary(
    data: Report | pd.DataFrame, ax: Axes | None = None, *, language: Language | None = None, width: float = 21.0
) -> np.ndarray:
    """Draw the year of an organ on one page of A4: counts, outcomes, shares, pace, appeals, checks and source.

    Parameters
    ----------
    data : Report or DataFrame
        A report, or what ``summary_data`` gives of one.
    ax, language
        As for ``outcomes``. A grid of Axes takes the place of ``ax``, which must stand in a grid itself.
    width : float, default 21
        Width in cm: that of A4 when not given.

    Returns
    -------
    ndarray of Axes
        Of all parts of the page, from its top down.
    """
    frame = tidy(data, summary_data, ("part", "item", "measure", "route", "applicant", "label", "text"), language)
    place, title, parts = room(ax, width), frame.attrs.get("title", ""), dict(groups(frame, "part"))
    points = place.sizes
    sheets = strips(place, frame, title, (46, 110, 290, 215, 60), frame.attrs.get("notes", ()))
    counts, strip, shares, routes, checks = (sheet.subplots() for sheet in sheets)
    _draw_counts(counts, parts["counts"], place.width, points.tiny)
    applicants(parts["outcomes"], strip)
    strip.set_title(outcomes_title(parts["outcomes"]), size=points.text, pad=4 * points.small)
    measures(parts["measures"], shares)
    defined = parts["measures"][parts["measures"]["section"] == "disclosure"]
    shares.set_title(definitions_title(defined), size=points.text, pad=2 * points.small)
    of_routes = appeals(parts["appeals"], routes)  # a grid in the place of its Axes
    _draw_checks(checks, parts["checks"], points.small, place.width)
    drawn = np.hstack([np.ravel(np.asarray(axes, object)) for axes in (counts, strip, shares, of_routes, checks)])
    remember(drawn, words_for(title, frame))
    return drawn


def _draw_counts(ax: Axes, counts: pd.DataFrame, width: float, size: float) -> None:
    """Write the main counts side by side, each over its name."""
    wide = (width - 50) / len(counts) - 6
    for at, row in enumerate(rows_of(counts)):
        x = at / len(counts)
        large = 14 * min(1.0, wide / width_of(row.text, 14))
        ax.text(x, 1, row.text, transform=ax.transAxes, size=large, va="top")
        write(ax, fill(row.label, size, wide), (x, 1), (0, -18), xycoords="axes fraction", va="top", size=size)
    ax.set_axis_off()


def _draw_checks(ax: Axes, frame: pd.DataFrame, size: float, width: float) -> None:
    """Write how many identities hold or do not, each beside its sign, and how the cells were read."""
    language = language_in(frame)
    path = say("figures.path", language)
    handles = [
        Patch(facecolor=VERDICTS[row.item], hatch=HATCHES.get(row.item), label=path.join((row.label, row.text)))
        for row in rows_of(frame[frame["item"].isin(_OUTCOMES)])
    ]
    ax.legend(
        handles=handles, loc="upper left", bbox_to_anchor=(0, 1), ncols=3, fontsize=size, borderpad=0, borderaxespad=0
    )
    ax.set_title(say("figures.summary.checks", language), size=size + 1)
    cells = frame[~frame["item"].isin(_OUTCOMES)]
    read = say("figures.summary.read", language, **dict(zip(cells["item"], cells["text"], strict=True)))
    read = fill(read, size, width - 50)
    write(ax, read, (0, 1), (0, -2.2 * size), xycoords="axes fraction", va="top", size=size)
    ax.set_axis_off()
