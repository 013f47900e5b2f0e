"""Figures of one report: outcomes, definitions, grounds, applicants, flow, appeals, measures, and the year on a page."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import ConnectionPatch, Patch, PathPatch
from matplotlib.path import Path
from matplotlib.transforms import ScaledTranslation

from foi_analysis.bilingual import number, percent
from foi_analysis.form import CellKey
from foi_analysis.measures import Measure, load_measures, measure
from foi_analysis.plot.figure import (
    GAP,
    LEADING,
    beside,
    forest,
    label_rows,
    legend,
    name_unit,
    remember,
    room,
    stack,
    start,
    strips,
    words_for,
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
    fill,
    themed,
    width_of,
)
from foi_analysis.plot.words import (
    Count,
    brief,
    count,
    counted,
    identities,
    language_in,
    listed,
    many,
    measure_text,
    of_report,
    tidy,
)
from foi_analysis.report import Report
from foi_analysis.resources import Language, language_of, say

OPENED = ("disclosed", "partly_disclosed")
#: What a decided case ended in; a pending one is not decided.
DECIDED = ("upheld", "corrected", "other")
#: The part of a figure's width that labels of rows may take, and numbers in words to the right.
_LABELS, _SAID = 0.4, 0.27
#: The columns of ``foi.measure`` that a figure of shares needs.
_NUMBERS = ("kind", "state", "numerator", "denominator", "value", "low", "high", "lower", "upper")
#: From so many requests on there are shares; fewer are drawn one by one.
SHARES_FROM = 40
#: The rows of requests that are no outcome, the height of all requests in a flow, where its columns of nodes begin, and
#: how wide a node is, as parts of the width.
_OPEN, _BODY = ("new", "carried_in", "concluded", "carried_out"), 230.0
_COLUMNS, _NODE = {"in": 0.25, "pool": 0.49, "out": 0.71}, 0.022
#: The measure whose sums tell the kinds of ground apart, and that of each ground; the mark of each kind, and whether open.
_DIVIDES, _GROUND = "discretionary_share", "ground_share"
_SHAPES = {"discretionary": ("s", False), "mandatory": ("o", True), "apart": ("D", True)}


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
            rows.append(
                (head.key, row, brief(head, language), label, amount.value, amount.least, share, whole.value, text)
            )
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
    'Bar chart. Of 1,698 requests concluded, 236 (13.9%) ended in disclosure'
    """
    frame = tidy(data, outcomes_data, ("family", "row", "label", "least", "text"), language)
    place = room(ax, width)
    part = frame["row"] != ""
    size = np.where(part, place.sizes.small, place.sizes.text)
    labels = [
        fill(label, s, _LABELS * place.width, "    " if p else "")
        for label, s, p in zip(frame["label"], size, part, strict=True)
    ]
    new = [*(frame["family"] != frame["family"].shift())]
    *at, height = stack((labels, size), gap=1.5, before=[4.0 * (one and i > 0) for i, one in enumerate(new)])
    axes = start(place, frame, outcomes_title(frame), height + 14)[0, 0]
    label_rows(axes, at, labels, size)
    axes.barh(
        at,
        frame["least"].clip(lower=0),
        np.where(part, 6.0, 9.0),
        color=frame["family"].map(FAMILIES).fillna("#FFFFFF"),
    )
    for y, s, (_, row) in zip(at, size, frame.iterrows(), strict=True):
        beside(axes, max(row["least"], 0), y, row["text"], s, right=GAP)
    free = place.width * (1 - _LABELS) - 4 * GAP
    widths = [width_of(text, s) + 2 * GAP for text, s in zip(frame["text"], size, strict=True)]
    unit = (
        min((free - w) / least for w, least in zip(widths, frame["least"], strict=True) if least > 0)
        if (frame["least"] > 0).any()
        else 1.0
    )
    axes.set(xlim=(0, free / max(unit, 1e-9)), ylim=(height, 0), xticks=[])
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
    amount = Count(opened, 0, 1)
    return say(
        f"figures.outcomes.{'title' if opened <= concluded else 'title_impossible'}", language,
        requests=many("requests", concluded, language), opened=counted(amount, language),
        share=percent(opened / concluded, language),
    )  # fmt: skip


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
    rows = []
    for letter, (name, share) in zip("ABCDEFGH", shares.iterrows(), strict=False):
        for family, keys, label, amount, roles in blocks:
            role, text = roles[name], counted(amount, language)
            said = say(f"figures.definitions.{role}", language, count=text)
            rows.append((name, letter, f"{letter}. {share['label']}, {share['text']}", "+".join(keys), family, label,
                         amount.value, counted(amount, language, short=True), role, said))  # fmt: skip
    columns = ["measure", "letter", "group", "outcomes", "family", "label", "count", "shown", "role", "text"]
    frame = pd.DataFrame(rows, columns=columns).merge(shares.drop(columns=["text", "group"]).rename(
        columns={"label": "definition"}).assign(words=shares["text"]), left_on="measure", right_index=True)  # fmt: skip
    table = report.form.table("requests")
    keys = {_cell(row) for _, members in report.form.families() for row in (*members, "concluded")}
    return of_report(frame, "definitions", report, language, keys, table=table.label(language),
                     column=table.column("total").label(language), whole=table.row("concluded").label(language))  # fmt: skip


def measured(report: Report, language: Language) -> pd.DataFrame:
    """Return the measures of a report by their id, with ``text``, ``unit`` and ``family`` beside ``foi.measure``'s."""
    known = {one.id: one for one in load_measures()}
    frame = measure(report, language=language)
    names = frame["measure"].astype(str)
    frame = frame.assign(unit=[known[name].unit(language) for name in names],
                         family=[known[name].family for name in names]).astype({"kind": str, "state": str, "label": str,
                                                                               "group": str})  # fmt: skip
    frame["text"] = [measure_text(row, language) for row in frame.itertuples()]
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
            roles = tuple("numerator" if row in above else "denominator" if below & {row, "concluded"} else "left_out"
                          for above, below in sums.values())  # fmt: skip
            alike.setdefault(roles, []).append(row)
        for roles, rows in sorted(alike.items(), key=lambda item: len(item[1])):
            label = brief(head, language) if len(rows) == len(members) else _part(report, head.key, rows, language)
            found.append((head.key, tuple(rows), label, _requests(report, *rows), dict(zip(names, roles, strict=True))))
    return found


def _part(report: Report, family: str, rows: list[str], language: Language) -> str:
    """Name some of a family's rows: one or two by their labels, more by their number."""
    table = report.form.table("requests")
    head = brief(table.group(family), language)
    if len(rows) > 2:
        return say("figures.definitions.rest", language, family=head, rows=len(rows))
    return say("figures.path", language).join(
        (head, listed((brief(table.row(row), language) for row in rows), language))
    )


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
    words, place = language_in(frame), room(ax, width)
    points = place.sizes
    blocks = frame.drop_duplicates("outcomes")
    labels = [fill(label, points.text, _LABELS * place.width) for label in blocks["label"]]
    *at, upper = stack((labels, [points.text] * len(labels)))
    shares = frame.drop_duplicates("letter")
    names = [
        fill(f"{one.letter}. {one.definition}", points.small, _LABELS * place.width) for one in shares.itertuples()
    ]
    said = [fill(text, points.small, _SAID * place.width) for text in shares["words"]]
    *below, lower = stack((names, [points.small] * len(names)), (said, [points.small] * len(names)))
    heights = (upper + 2 * points.small, lower + 2 * points.small)
    axes = start(place, frame, definitions_title(frame), sum(heights) + 8, rows=heights,
                 notes=[say("figures.definitions.key", words)])[:, 0]  # fmt: skip
    widest = max(width_of(line, points.text) for label in labels for line in label.split("\n"))
    label_rows(axes[0], at, labels, [points.text] * len(labels), max(widest, _LABELS * place.width - 2 * GAP))
    across = {letter: number for number, letter in enumerate(shares["letter"])}
    down = dict(zip(blocks["outcomes"], at, strict=True))
    for role, color in (("numerator", POINT), ("denominator", PAPER)):
        part = frame[frame["role"] == role]
        sns.scatterplot(x=part["letter"].map(across), y=part["outcomes"].map(down), ax=axes[0], marker="s", s=42,
                        color=color, edgecolor=INK, linewidth=0.9, clip_on=False, legend=False)  # fmt: skip
    for y, shown_ in zip(at, blocks["shown"], strict=True):
        beside(axes[0], 1, y, shown_, points.text, right=GAP, xycoords=axes[0].get_yaxis_transform())
    axes[0].set(xlim=(-0.6, len(across) - 0.4), ylim=(upper, 0), xlabel="", ylabel="")
    axes[0].set_xticks(range(len(across)), list(across))
    axes[0].tick_params(axis="x", top=False, bottom=False, labeltop=True, labelbottom=False, labelsize=points.text)
    axes[0].grid(axis="y")
    axes[0].set_axisbelow(True)
    axes[0].annotate(say("figures.definitions.requests", words), (1, 1), (GAP, 4), xycoords="axes fraction",
                     textcoords="offset points", size=points.small, color=MUTED, annotation_clip=False)  # fmt: skip
    sns.despine(ax=axes[0], left=True, bottom=True)
    forest_rows(axes[1], shares, below, lower, names, said, points.small, end=1.0)
    label_rows(axes[1], below, names, [points.small] * len(names), max(widest, _LABELS * place.width - 2 * GAP))
    return axes


def forest_rows(
    ax: Axes, frame: pd.DataFrame, at: list[float], height: float, labels: list[str], said: list[str], size: float,
    *, colors: list[str] | None = None, **kwargs: Any,
) -> None:  # fmt: skip
    """Draw shares as a forest whose rows have a label to the left and their numbers in words to the right."""
    label_rows(ax, at, labels, [size] * len(labels))
    forest(ax, frame, at, colors or [POINT] * len(frame), **kwargs)
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
        Columns: ground (the row of the form), basis (discretionary, mandatory, apart), group (the same in words), label,
        count, text, and the columns of ``foi.measure``. ``attrs`` hold the discretionary share of the finding.
    """
    language, form = language_of(language), report.form
    frame = measured(report, language)
    chosen, divided = ({key.row for key in side} for side in _measure(_DIVIDES).sums(form))
    rows = next(rows for _, rows in form.families() if divided <= set(rows))
    basis = {row: "discretionary" if row in chosen else "mandatory" if row in divided else "apart" for row in rows}
    table = form.table("requests")
    found = frame.loc[[f"{_GROUND}.{row}" for row in rows]].assign(
        ground=list(rows), basis=[basis[row] for row in rows],
        label=[brief(table.row(row), language) for row in rows],
        count=[_requests(report, row).value for row in rows],
    )  # fmt: skip
    found["group"] = [say(f"figures.grounds.{kind}", language) for kind in found["basis"]]
    rank = found["value"].fillna(found["lower"]).fillna(found["count"]).fillna(-1.0)
    found = found.assign(apart=found["basis"] == "apart", rank=-rank).sort_values(["apart", "rank"], kind="stable")
    found = found.drop(columns=["apart", "rank", "family"]).reset_index()
    found = of_report(found, "grounds", report, language, [_cell(row) for row in rows], table=table.label(language),
                      head=brief(table.group(table.row(rows[0]).group), language),
                      column=table.column("total").label(language))  # fmt: skip
    found.attrs["chosen"] = frame.loc[_DIVIDES, ["state", "numerator", "denominator", "value"]].to_dict()
    return found


@themed
def grounds(
    data: Report | pd.DataFrame, ax: Axes | None = None, *, language: Language | None = None, width: float = 16.0
) -> Axes:
    """Draw the grounds for not disclosing, ranked, as shares of all requests not disclosed, with 95% intervals.

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
        circles), and inquiry matters, which are no exemption (open diamonds).
    """
    frame = tidy(data, grounds_data, ("basis", "label", "text", *_NUMBERS), language)
    words, place = language_in(frame), room(ax, width)
    size, color = place.sizes.small, FAMILIES["withheld"]
    labels = [fill(label, size, 0.36 * place.width) for label in frame["label"]]
    said = [fill(text, size, _SAID * place.width) for text in frame["text"]]
    apart = [
        at > 0 and a == "apart" != b
        for at, (a, b) in enumerate(zip(frame["basis"], frame["basis"].shift(), strict=True))
    ]
    *at, height = stack(
        (labels, [size] * len(labels)), (said, [size] * len(labels)), before=[9.0 * one for one in apart]
    )
    keys = {kind: fill(say(f"figures.grounds.{kind}", words), size, 0.5 * place.width) for kind in _SHAPES}
    key_height = sum((text.count("\n") + 1) * size * 1.3 for text in keys.values())
    axes = start(place, frame, grounds_title(frame), height + key_height + 3 * size, lift=key_height + 3 * size)[0, 0]
    forest_rows(axes, frame, at, height, labels, said, size, colors=[color] * len(frame),
                markers=[_SHAPES[kind][0] for kind in frame["basis"]],
                hollow=[_SHAPES[kind][1] for kind in frame["basis"]])  # fmt: skip
    for y, one in zip(at, apart, strict=True):
        if one:
            axes.axhline(y - 9 - size / 2, color=RULE, linewidth=0.6)
    handles = [Line2D([], [], marker=marker, linestyle="", markersize=5, markeredgecolor=color, markeredgewidth=1.2,
                      markerfacecolor=PAPER if empty else color, label=keys[kind])
               for kind, (marker, empty) in _SHAPES.items()]  # fmt: skip
    legend(axes, handles, size)
    return axes


def grounds_title(frame: pd.DataFrame) -> str:
    """Return the finding of ``grounds``: how many of those refused on a ground rest on a choice that the law leaves."""
    language, share = language_in(frame), frame.attrs.get("chosen", {"state": "unknown"})
    if share["state"] != "defined":
        return say(f"figures.grounds.title_{'none' if share['state'] == 'undefined' else 'unknown'}", language)
    return say("figures.grounds.title", language, requests=many("requests", share["denominator"], language),
               chosen=number(share["numerator"], language), share=percent(share["value"], language))  # fmt: skip


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
    *at, height = stack(
        (labels, size), (said, size), gap=1.5, before=[5.0 * (one and i > 0) for i, one in enumerate(head)]
    )
    axes = start(place, frame, measures_title(frame), height + 2 * points.small)[0, 0]
    forest_rows(axes, rows, at, height, labels, said, points.small, end=1.0)
    label_rows(axes, at, labels, size)
    return axes


def measures_title(frame: pd.DataFrame) -> str:
    """Return the finding of ``measures``: what was disclosed, what withheld, what could not be provided."""
    language, known = language_in(frame), frame.set_index("measure") if "measure" in frame else frame
    names = ["disclosed_or_partly_share", "withheld_share", "unable_share"]
    if not set(names) <= set(known.index) or (known.loc[names, "state"] != "defined").any():
        return say("figures.measures.title_unknown", language)
    return say("figures.measures.title", language, **{n: percent(known.loc[n, "value"], language) for n in names})


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
    rows = []
    for kind in form.table("requests").columns:
        whole = _requests(report, "concluded", column=kind.key)
        group = say(
            "figures.applicants.group", language, applicant=kind.label(language), whole=counted(whole, language)
        )
        for head, members in form.families():
            amount = _requests(report, *members, column=kind.key)
            rows.append((kind.key, head.key, kind.label(language), group, brief(head, language), amount.value,
                         amount.least, counted(amount, language, short=True), counted(amount, language), whole.value,
                         counted(whole, language, short=True)))  # fmt: skip
    columns = ["applicant", "family", "applicant_label", "group", "label", "count", "least", "shown", "text", "concluded",
               "whole"]  # fmt: skip
    table = form.table("requests")
    keys = [_cell(row, column.key) for _, members in form.families() for row in (*members, "concluded")
            for column in table.columns]  # fmt: skip
    frame = of_report(pd.DataFrame(rows, columns=columns), "applicants", report, language, keys,
                      table=table.label(language), whole=table.row("concluded").label(language),
                      columns=len(table.columns))  # fmt: skip
    how = say("figures.applicants.how", language, number=SHARES_FROM)
    return frame_with(frame, notes=[how, *frame.attrs["notes"]], whole=say("figures.concluded", language))


def frame_with(frame: pd.DataFrame, **attrs: Any) -> pd.DataFrame:
    """Return the frame with more beside it."""
    frame.attrs = {**frame.attrs, **attrs}
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
    kinds = frame.drop_duplicates("applicant")
    labels = [fill(label, points.text, 0.24 * place.width) for label in kinds["applicant_label"]]
    heads = [*frame.drop_duplicates("family")["label"], frame.attrs.get("whole", "")]
    column = 0.72 * place.width / len(heads)
    narrow = max(width_of(word, points.small) for head in heads for word in head.split()) > column - 2
    heads = [head if narrow else fill(head, points.small, column - 3) for head in heads]
    line = points.text * LEADING
    shares = [_has_shares(part) for _, part in frame.groupby("applicant", sort=False)]
    tall = [max((label.count("\n") + 1) * line, line + points.small * LEADING * one + 13) + 5
            for label, one in zip(labels, shares, strict=True)]  # fmt: skip
    top = list(np.cumsum([0, *tall]))
    axes = start(place, frame, applicants_title(frame), top[-1] + 4 * points.small, lift=4 * points.small)[0, 0]
    label_rows(axes, [y + line / 2 + (label.count("\n") * line) / 2 for y, label in zip(top, labels, strict=False)], labels,
               [points.text] * len(labels))  # fmt: skip
    for y, (_, part) in zip(top, frame.groupby("applicant", sort=False), strict=False):
        _draw_kind(axes, part, y, line, points.text, points.small, column)
    axes.hlines(top[1:], 0, len(heads), color=RULE, linewidth=0.6, clip_on=False)
    axes.set(xlim=(0, len(heads)), ylim=(top[-1], 0))
    axes.set_xticks(np.arange(len(heads)) + 0.5, heads, rotation=90 if narrow else 0)
    axes.tick_params(
        axis="x", top=False, bottom=False, labeltop=True, labelbottom=False, labelsize=points.small, pad=11
    )
    for at, family in enumerate(frame["family"].drop_duplicates()):
        axes.barh(0, 16 / column, 7 / 1, left=at + 0.5 - 8 / column, color=FAMILIES.get(family, PAPER), edgecolor=INK,
                  linewidth=0.5, hatch=HATCHES.get(family), clip_on=False,
                  transform=axes.transData + ScaledTranslation(0, 6 / 72, axes.figure.dpi_scale_trans))  # fmt: skip
    sns.despine(ax=axes, left=True, bottom=True)
    return axes


def _has_shares(part: pd.DataFrame) -> bool:
    """Check whether a kind has requests enough for shares, all printed, whose parts do not exceed the whole."""
    whole = part["concluded"].iloc[0]
    return bool(part["count"].notna().all() and whole >= max(SHARES_FROM, part["count"].max()))


def _draw_kind(ax: Axes, part: pd.DataFrame, y: float, line: float, text: float, small: float, column: float) -> None:
    """Draw one kind of applicant: its counts, its shares where it has any, and its requests as a strip or one by one."""
    texts, whole = [*part["shown"], part["whole"].iloc[0]], part["concluded"].iloc[0]
    for at, shown_ in enumerate(texts):
        size = text * min(1.0, (column - 2) / max(width_of(shown_, text), 1e-9))
        beside(ax, at + 0.5, y + line / 2 + 1, shown_, size, ha="center")
    y += line + 1
    if _has_shares(part):
        for at, amount in enumerate(part["count"]):
            share = percent(amount / whole, language_in(part)) if amount else ""
            size = small * min(1.0, (column - 2) / max(width_of(share, small), 1e-9))
            beside(ax, at + 0.5, y + small / 2, share, size, ha="center", color=MUTED)
        y += small * LEADING
    amounts = part["least"].clip(lower=0)
    if not part["count"].notna().all() or amounts.sum() <= 0:
        return
    few = amounts.sum() < SHARES_FROM and (amounts % 1 == 0).all()
    if few:
        squares = [family for family, amount in zip(part["family"], amounts, strict=True) for _ in range(int(amount))]
        step = min(9 / column, len(texts) / len(squares))
        widths, lefts = [0.75 * step] * len(squares), [step * at for at in range(len(squares))]
    else:
        squares = list(part["family"])
        widths = list(amounts / amounts.sum() * len(texts))
        lefts = list(np.cumsum([0, *widths[:-1]]))
    for family, left, wide in zip(squares, lefts, widths, strict=True):
        ax.barh(y + 5.5, wide, 8 if not few else 6.5, left=left, color=FAMILIES.get(family, PAPER), edgecolor=INK, linewidth=0.5,
                hatch=HATCHES.get(family))  # fmt: skip


def applicants_title(frame: pd.DataFrame) -> str:
    """Return the finding of ``applicants``: how many requests came from the kind that made most of them."""
    language, kinds = language_in(frame), frame.drop_duplicates("applicant").set_index("applicant")
    if "total" not in kinds.index or kinds["concluded"].isna().any():
        return say("figures.applicants.title_unknown", language)
    total, kinds = kinds.loc["total", "concluded"], kinds.drop(index="total")
    if total <= 0 or kinds.empty:
        return say("figures.outcomes.title_none", language)
    most = kinds.loc[kinds["concluded"].idxmax()]
    label = str(most["applicant_label"])
    return say(
        f"figures.applicants.{'title' if most['concluded'] <= total else 'title_impossible'}", language,
        requests=many("requests", total, language), most=number(most["concluded"], language),
        share=percent(min(most["concluded"] / total, 1.0), language),
        applicant=label[0].lower() + label[1:] if language == "en" else label,
    )  # fmt: skip


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
    streams = [("in", row, brief(table.row(row), language), _requests(report, row)) for row in ("new", "carried_in")]
    streams += [
        ("out", head.key, brief(head, language), _requests(report, *rows)) for head, rows in report.form.families()
    ]
    streams.append(("out", "carried_out", brief(table.row("carried_out"), language), _requests(report, "carried_out")))
    gap = sum(amount.value * (1 if side == "in" else -1) for side, _, _, amount in streams)
    if gap > 0 or gap < 0:
        streams.append(("out" if gap > 0 else "in", "gap", say("figures.flow.gap", language), Count(abs(gap), 0, 0)))
    rows = [(side, say(f"figures.flow.head_{side}", language), key, label, amount.value, amount.least,
             counted(amount, language)) for side, key, label, amount in streams]  # fmt: skip
    frame = pd.DataFrame(rows, columns=["side", "group", "stream", "label", "count", "least", "text"])
    keys = [_cell(row) for _, members in report.form.families() for row in (*members, *_OPEN)]
    frame = of_report(frame, "flow", report, language, keys, table=table.label(language),
                      column=table.column("total").label(language))  # fmt: skip
    concluded = _requests(report, "concluded").value
    notes = frame.attrs["notes"]
    if gap > 0 or gap < 0:
        notes = [say("figures.flow.remark_gap", language, gap=number(abs(gap), language), **_sides(frame)), *notes]
    return frame_with(frame, concluded=concluded, notes=notes)


def _sides(frame: pd.DataFrame) -> dict[str, str]:
    """Return what came in and what went out, as text, the gap between them left out."""
    whole = frame[frame["stream"] != "gap"].groupby("side")["count"].sum(min_count=1)
    return {name: number(whole[side], language_in(frame)) for name, side in (("left", "in"), ("right", "out"))}


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
    words, place = language_in(frame), room(ax, width)
    size, body = place.sizes.text, _BODY * min(1.0, place.width / 300)
    sides = {side: part for side, part in frame.groupby("side", sort=False)}
    whole = max(part["least"].clip(lower=0).sum() for part in sides.values())
    unit = body / whole if whole > 0 else 0.0
    frame = frame.assign(wide=frame["least"].clip(lower=0) * unit)
    rooms = {
        "in": (_COLUMNS["in"] - 0.01) * place.width - GAP,
        "out": (1 - _COLUMNS["out"] - 0.045) * place.width - GAP,
    }
    frame["said"] = [fill(f"{row.label} {row.text}", size, rooms[row.side]) for row in frame.itertuples()]
    frame["slot"] = np.maximum(frame["wide"], (frame["said"].str.count("\n") + 1) * size * LEADING) + 6
    height = max(body, frame.groupby("side")["slot"].sum().max())
    axes = start(place, frame, flow_title(frame), height + size * 2, lift=2 * size)[0, 0]
    pool = (height - body) / 2
    axes.barh(pool + body / 2, _NODE, body * (whole > 0), left=_COLUMNS["pool"], color=INK)
    for _, part in frame.groupby("side", sort=False):
        y, into = (height - part["slot"].sum()) / 2, pool
        for row in part.itertuples():
            _draw_stream(axes, row, y + row.slot / 2, into, size)
            y, into = y + row.slot, into + row.wide
    on_hand = frame.loc[frame["side"] == "in", "count"].sum(skipna=False)
    head = counted(Count(on_hand, 0, 1) if on_hand == on_hand else Count(0.0, 1, 1), words)
    for key, ha in (("in", "center"), ("pool", "center"), ("out", "center")):
        text = fill(say(f"figures.flow.head_{key}", words, count=head), size, 0.21 * place.width)
        axes.annotate(text, (_COLUMNS[key] + _NODE / 2, min(0.0, 0.0)), (0, 3), textcoords="offset points", ha=ha, size=size,
                      va="bottom", annotation_clip=False)  # fmt: skip
    axes.set(xlim=(0, 1), ylim=(height, 0), xticks=[], yticks=[])
    name_unit(axes, frame.attrs.get("unit", ""), place.sizes.small, place.width)
    sns.despine(ax=axes, left=True, bottom=True)
    return axes


def _draw_stream(ax: Axes, row: Any, middle: float, pool: float, size: float) -> None:
    """Draw one stream: its node, its label, and the band between it and what was on hand."""
    inward, color = row.side == "in", {**FLOWS, **FAMILIES}.get(row.stream, PAPER)
    x, top = _COLUMNS[row.side], middle - row.wide / 2
    if row.wide > 0:
        ends = ((x + _NODE, top), (_COLUMNS["pool"], pool)) if inward else ((_COLUMNS["pool"] + _NODE, pool), (x, top))
        (x0, y0), (x1, y1) = ends
        turn = (x0 + x1) / 2
        over = [(x0, y0), (turn, y0), (turn, y1), (x1, y1)]
        under = [(end, y + row.wide) for end, y in reversed(over)]
        codes = [Path.MOVETO, *[Path.CURVE4] * 3, Path.LINETO, *[Path.CURVE4] * 3]
        ax.add_patch(PathPatch(Path([*over, *under], codes), facecolor=(color, 0.45), edgecolor=INK, linewidth=0.3))
        ax.barh(
            middle, _NODE, row.wide, left=x, color=color, edgecolor=INK, linewidth=0.5, hatch=HATCHES.get(row.stream)
        )
    beside(ax, x if inward else x + _NODE, middle, row.said, size, right=-GAP if inward else GAP,
           ha="right" if inward else "left")  # fmt: skip


def flow_title(frame: pd.DataFrame) -> str:
    """Return the finding of ``flow``: how many of the requests on hand were concluded and how many carried over."""
    language, known = language_in(frame), frame.set_index("stream")["count"]
    concluded = frame.attrs.get("concluded", np.nan)
    parts = frame[frame["stream"] != "gap"]
    if parts["count"].isna().any() or np.isnan(concluded):
        return say("figures.flow.title_unknown", language)
    if "gap" in known.index:
        return say("figures.flow.title_gap", language, **_sides(frame))
    return say("figures.flow.title", language, requests=many("requests", parts.loc[parts["side"] == "in", "count"].sum(), language),
               concluded=number(concluded, language), left=number(known.get("carried_out", np.nan), language))  # fmt: skip


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
    rows = []
    for row in table.rows:
        share = shares.loc[_corrected(report, row.key, list(shares.index))]
        label = path.join(term.label(language) for term in (*table.path(row), row))
        total = _review(report, row.key, "total")
        group = say(
            "figures.appeals.group", language, route=label, total=counted(total, language), corrected=share["text"]
        )
        for column in table.columns:
            if column.key != "total":
                amount = _review(report, row.key, column.key)
                rows.append((row.key, column.key, label, group, counted(total, language, short=True),
                             column.label(language), amount.value, amount.least, counted(amount, language, short=True),
                             counted(amount, language), share["text"], *share[list(_NUMBERS)]))  # fmt: skip
    columns = ["route", "result", "route_label", "group", "total", "label", "count", "least", "shown", "text", "words"]
    return of_report(
        pd.DataFrame(rows, columns=[*columns, *_NUMBERS]), "appeals", report, language, table.cells,
        table=table.label(language), cells=len(table.cells), corrected=table.column("corrected").label(language),
        other=table.column("other").label(language), pending=table.column("pending").label(language),
        direct=brief(table.row("litigation_direct"), language),
    )  # fmt: skip


def _review(report: Report, row: str, *results: str) -> Count:
    return count(report, [CellKey("review", row, result) for result in results])


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
    points = place.sizes
    routes = frame.drop_duplicates("route")
    results = frame.drop_duplicates("result")[["result", "label"]]
    total = [say("figures.appeals.total", words, total=text) for text in routes["total"]]
    labels = ["\n".join(fill(text, points.small, 0.24 * place.width) for text in pair)
              for pair in zip(routes["route_label"], total, strict=True)]  # fmt: skip
    said = [fill(text, points.small, 0.22 * place.width) for text in routes["words"]]
    size = [points.small] * len(labels)
    *at, height = stack((labels, size), ([f"\n\n{text}" for text in said], size), gap=4)
    columns = [1.0] * len(results) + [0.5 * len(results)]
    heads = [fill(label, points.tiny, 0.12 * place.width) for label in results["label"]]
    lane = fill(say("figures.appeals.lane", words), points.tiny, 0.2 * place.width)
    room_above = (max(text.count("\n") for text in [*heads, lane]) + 4.5) * points.small * LEADING
    axes = start(place, frame, appeals_title(frame), height + room_above, columns=columns, sharey=True)[0]
    down = dict(zip(routes["route"], at, strict=True))
    most = max(frame["least"].max(), 1)
    for one, (result, head) in zip(axes, zip(results["result"], heads, strict=True), strict=False):
        part = frame[frame["result"] == result]
        sns.barplot(x=part["least"].clip(lower=0), y=part["route"].map(down), native_scale=True, orient="y", width=1,
                    color=RESULTS.get(result, PAPER), saturation=1, edgecolor=INK, linewidth=0.6,
                    hatch=HATCHES.get(result), ax=one)  # fmt: skip
        for bar, y, text in zip(one.patches, part["route"].map(down), part["shown"], strict=True):
            bar.set(height=9, y=y - 1, visible=bar.get_width() > 0)
            size_ = points.text if width_of(text, points.text) < 0.1 * place.width else points.tiny
            one.annotate(fill(text, size_, 0.11 * place.width), (0, y - 3), (1, 0), textcoords="offset points", size=size_,
                         annotation_clip=False, linespacing=1)  # fmt: skip
        one.set(xlim=(0, 1.15 * most), xticks=[], xlabel="", ylabel="")
        one.set_title(head, size=points.tiny, pad=2 + points.tiny * LEADING)
        sns.despine(ax=one, bottom=True, left=result not in (DECIDED[0], "pending"))
    last = axes[-1]
    forest(last, routes, [y - 5 for y in at], [RESULTS["corrected"]] * len(routes))
    for y, text in zip(at, said, strict=True):
        last.annotate(text, (0, y + 2), (1, 0), textcoords="offset points", va="top", size=points.small,
                      annotation_clip=False, linespacing=LEADING - 0.1)  # fmt: skip
    last.set_title(lane, size=points.tiny, pad=4)
    last.grid(visible=False)
    label_rows(axes[0], at, labels, size)
    for one in axes:
        one.set(ylim=(height, 0))
        one.hlines(
            np.cumsum([0, *np.diff(at)])[1:] + at[0] - np.diff(at) / 2, 0, one.get_xlim()[1], color=RULE, linewidth=0.6
        )
    for one in axes[1:]:
        one.tick_params(axis="y", left=False, labelleft=False)
    _bracket(axes[: len(DECIDED)], say("figures.appeals.decided", words), points.tiny,
             (max(text.count("\n") for text in heads) + 2.6) * points.tiny * LEADING)  # fmt: skip
    return axes


def _bracket(axes: np.ndarray, text: str, size: float, lift: float) -> None:
    """Write what some Axes have in common over a line above all of them, `lift` points above their top."""
    up = ScaledTranslation(0, lift / 72, axes[0].figure.dpi_scale_trans)
    line = ConnectionPatch((0, 1), (0.8, 1), axes[0].transAxes + up, axes[-1].transAxes + up, color=RULE, linewidth=0.6)
    line.set(in_layout=False, clip_on=False)
    axes[0].add_artist(line)
    axes[0].annotate(text, (0, 1), (0, lift + 2), xycoords="axes fraction", textcoords="offset points", size=size,
                     color=MUTED, annotation_clip=False)  # fmt: skip


def appeals_title(frame: pd.DataFrame) -> str:
    """Return the finding of ``appeals``: how many of the decided cases were corrected, by route and by kind."""
    language = language_in(frame)
    suits = frame["route"].str.startswith("litigation")
    return say("figures.appeals.title", language, reconsiderations=_finding(frame[~suits], "reconsiderations", language),
               suits=_finding(frame[suits], "suits", language))  # fmt: skip


def _finding(frame: pd.DataFrame, noun: str, language: Language) -> str:
    """Say how many of the decided cases were corrected, or that this cannot be said."""
    decided = frame.loc[frame["result"].isin(DECIDED), "count"].sum(skipna=False)
    if np.isnan(decided):
        return say(f"figures.appeals.{noun}_unknown", language)
    if decided <= 0:
        return say(f"figures.appeals.{noun}_none", language)
    corrected = frame.loc[frame["result"] == "corrected", "count"].sum()
    return say("figures.appeals.finding", language, corrected=number(corrected, language),
               cases=many(f"appeals.{noun}", decided, language))  # fmt: skip


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
        Columns: section (counts, outcomes, definitions, pace, appeals, identities, cells), group (the same in words, or a
        route of appeal), item, label, text, count (NaN for measures and what is not wholly printed), value, low, high.
    """
    language = language_of(language)
    found = measured(report, language)
    shares = pd.concat([disclosed_shares(report, language), found[found["group"] == "pace"]])
    parts = [
        _counts(report, language),
        outcomes_data(report, language).query("row == ''").assign(section="outcomes", item=lambda f: f["family"]),
        shares.assign(section=shares["group"].replace("disclosure", "definitions"), item=shares.index),
        appeals_data(report, language).assign(section="appeals", item=lambda f: f["route"] + "." + f["result"]),
        _checked(report, language),
    ]
    names = ["section", "item", "label", "text", "count", "value", "low", "high"]
    frame = pd.concat([part.reindex(columns=[*names, "group"]) for part in parts], ignore_index=True)
    heads = {section: say(f"figures.summary.{section}", language) for section in ("outcomes", "definitions", "pace")}
    heads |= dict.fromkeys(("identities", "cells"), say("figures.summary.checks", language))
    heads["counts"] = say("figures.summary.kind", language)
    frame["group"] = frame["section"].map(heads).fillna(frame["group"])
    return of_report(frame, "summary", report, language, report.form.cells)


def _counts(report: Report, language: Language) -> pd.DataFrame:
    """Return the requests that came, were concluded and are left, and the cases of each kind of appeal."""
    requests, review = report.form.table("requests"), report.form.table("review")
    rows = [(row.key, say("figures.concluded", language) if row.key == "concluded" else brief(row, language),
             _requests(report, row.key)) for row in requests.rows if not row.family]  # fmt: skip
    for head in dict.fromkeys(review.group(row.group) if row.group else row for row in review.rows):
        keys = [CellKey("review", row.key, "total") for row in review.rows if head.key in (row.key, row.group)]
        rows.append((head.key, brief(head, language), count(report, keys)))
    return pd.DataFrame([("counts", key, label, counted(amount, language, short=True), amount.value)
                         for key, label, amount in rows], columns=["section", "item", "label", "text", "count"])  # fmt: skip


def _checked(report: Report, language: Language) -> pd.DataFrame:
    """Return how many identities hold, and how many cells are read, proved and in doubt."""
    outcomes_ = [verdict.outcome for verdict in identities(report)]
    cells = report.grid.values()
    rows = [("identities", outcome, outcomes_.count(outcome)) for outcome in ("holds", "broken", "not assessable")]
    rows += [("cells", "cells", len(cells)), ("cells", "numbers", sum(cell.is_number for cell in cells)),
             ("cells", "proved", sum(bool({"row", "column", "balance"} & set(cell.proofs)) for cell in cells)),
             ("cells", "doubtful", len(report.doubtful))]  # fmt: skip
    return pd.DataFrame([(section, item, say(f"figures.summary.{item.replace(' ', '_')}", language), number(n, language), n)
                         for section, item, n in rows], columns=["section", "item", "label", "text", "count"])  # fmt: skip


@themed
def summary(
    data: Report, ax: Axes | None = None, *, language: Language | None = None, width: float = 21.0
) -> np.ndarray:
    """Draw the year of an organ on one page of A4: counts, outcomes, shares, pace, appeals, checks and source.

    Parameters
    ----------
    data : Report
        A report; a page of several figures is not drawn from one frame.
    ax, language
        As for ``outcomes``. A grid of Axes takes the place of ``ax``.
    width : float, default 21
        Width in cm: that of A4 when not given.

    Returns
    -------
    ndarray of Axes
        The counts, the strip of outcomes, and the checks; the forests and routes between them have Axes of their own.
    """
    words = language_of(language)
    frame, place = summary_data(data, words), room(ax, width)
    points = place.sizes
    organ = say("figures.summary.head", words, organ=data.organ.value or say("figures.unknown", words),
                year=data.year.value or say("figures.unknown", words))  # fmt: skip
    scope = say(f"tables.scope_{(data.scope.value or 'unknown').replace(' ', '_')}", words)
    notes = [say("figures.summary.scope", words, scope=scope), say("figures.summary.sha256", words, sha256=data.sha256)]
    heights = (46, 110, 290, 215, 60)
    parts = strips(place, frame, organ, heights, notes)
    axes = [part.subplots() for part in parts]
    _draw_counts(axes[0], frame[frame["section"] == "counts"], place.width, points.tiny)
    kinds = applicants_data(data, words)
    applicants(kinds[kinds["applicant"] == "total"], axes[1])
    axes[1].set_title(outcomes_title(outcomes_data(data, words)), size=points.text, pad=4 * points.small)
    every = measures_data(data, words)
    measures(every[every["measure"].isin(frame["item"])], axes[2])
    axes[2].set_title(definitions_title(definitions_data(data, words)), size=points.text, pad=2 * points.small)
    appeals(appeals_data(data, words), axes[3])
    _draw_checks(axes[4], frame, words, points.small, place.width)
    drawn = np.array([one for part in parts for one in part.axes], object)
    remember(drawn, words_for(organ, frame))
    return drawn


def _draw_counts(ax: Axes, counts: pd.DataFrame, width: float, size: float) -> None:
    """Write the main counts side by side, each over its name."""
    for at, row in enumerate(counts.itertuples()):
        x, wide = at / len(counts), (width - 50) / len(counts) - 6
        large = 14 * min(1.0, wide / width_of(row.text, 14))
        ax.annotate(row.text, (x, 1), xycoords="axes fraction", size=large, va="top")
        ax.annotate(fill(row.label, size, wide), (x, 1), (0, -18), xycoords="axes fraction", textcoords="offset points",
                    va="top", size=size)  # fmt: skip
    ax.set_axis_off()


def _draw_checks(ax: Axes, frame: pd.DataFrame, language: Language, size: float, width: float) -> None:
    """Write how many identities hold or do not, each beside its sign, and how the cells were read."""
    known = frame[frame["section"] == "identities"]
    handles = [Patch(facecolor=VERDICTS[row.item], edgecolor=INK, linewidth=0.5, hatch=HATCHES.get(row.item),
                     label=say("figures.path", language).join((row.label, row.text))) for row in known.itertuples()]  # fmt: skip
    ax.legend(
        handles=handles, loc="upper left", bbox_to_anchor=(0, 1), ncols=3, fontsize=size, borderpad=0, borderaxespad=0
    )
    ax.set_title(say("figures.summary.checks", language), size=size + 1)
    cells = frame[frame["section"] == "cells"].set_index("item")["text"].to_dict()
    read = fill(say("figures.summary.read", language, **cells), size, width - 50)
    ax.annotate(
        read, (0, 1), (0, -2.2 * size), xycoords="axes fraction", textcoords="offset points", size=size, va="top"
    )
    ax.set_axis_off()
