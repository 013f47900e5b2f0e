"""Figures of a panel: series over the years, a funnel, outcomes, years that join, appeals, and definitions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes

from foi_analysis.bilingual import number, percent
from foi_analysis.form import CellKey
from foi_analysis.judging import ABSENT, judge_years
from foi_analysis.measures import Break, load_breaks, load_measures, measure_columns
from foi_analysis.panel import Panel, scope_name
from foi_analysis.plot.figure import GAP, LEADING, beside, forest, name_unit, room, start
from foi_analysis.plot.theme import FAMILIES, INK, MUTED, PAPER, POINT, RESULTS, RULE, SHADES, fill, themed, width_of
from foi_analysis.plot.words import brief, joined, language_in, listed, measure_text, printed, tidy, with_words
from foi_analysis.resources import Language, language_of, say
from foi_analysis.rules import VERDICTS
from foi_analysis.statistics import Z_LIMITS, Funnel, rank_range
from foi_analysis.statistics import funnel as fit

#: So many reports, and organs with a series, a figure shows; of the rest it says how many they are.
REPORTS, ORGANS = 60, 12
#: With fewer reports of one scope no limits are drawn around their common share.
LIMITS_FROM = 5
_HEADS = ["report", "organ", "organ_label", "year", "form", "scope", "scope_label"]
_NUMBERS = ("kind", "state", "numerator", "denominator", "value", "low", "high", "lower", "upper")
_APPEALS = ("reconsideration_corrected_decided", "suits_corrected_decided")
_DEFINITIONS = ("disclosed_share", "disclosed_or_partly_share", "release_rate", "release_rate_without_query_service")
_CONCLUDED = CellKey("requests", "concluded", "total")
#: The figures whose names a figure of one report bears, too.
_NAMES = {name: f"panel_{name}" for name in ("outcomes", "appeals", "definitions")}
#: A row of a figure, and the space before a scope, in points.
_STEP, _BEFORE = 13.0, 8.0


# ---- the reports of a figure ----


def _shown(panel: Panel, language: Language) -> tuple[pd.DataFrame, list[str]]:
    """Return the reports that a figure shows, index their number, and a note where there are more.

    Those with most requests concluded, parted by scope; the scope with most reports comes first.
    """
    sizes = np.nan_to_num(panel.column(_CONCLUDED), nan=-1.0)
    heads = panel.heads.iloc[np.sort(np.argsort(-sizes, kind="stable")[:REPORTS])].copy()
    counts = heads["scope"].map(heads["scope"].value_counts())
    unknown = say("figures.unknown", language)
    names = heads["organ_en"].where(heads["organ_en"] != "", heads["organ"]) if language == "en" else heads["organ"]
    heads["organ_label"] = names.where(names != "", unknown)
    heads["scope_label"] = [say("panel.facet", language, scope=scope_name(scope, language), n=n)
                            for scope, n in zip(heads["scope"], counts, strict=True)]  # fmt: skip
    heads["year"] = heads["year"].where(heads["year"] != "", say("comparison.no_year", language))
    heads = heads.assign(many=-counts).sort_values(["many", "scope", "organ", "year"], kind="stable")
    left_out = len(panel) - len(heads)
    more = say("comparison.left_out", language, shown=number(len(heads), language), all=number(len(panel), language))
    return heads[_HEADS], [more] if left_out else []


def _of_panel(
    frame: pd.DataFrame, name: str, panel: Panel, language: Language, notes: Iterable[str], tables: Iterable[str] = (),
    **attrs: Any,
) -> pd.DataFrame:  # fmt: skip
    """Return the frame with unit, source, notes and caption of a figure of a panel."""
    years = sorted(year for year in panel.heads["year"] if year)
    span = (
        say("comparison.span", language, first=years[0], last=years[-1]) if years else say("figures.unknown", language)
    )
    organs = len({organ for organ in panel.heads["organ"] if organ})
    source = say("comparison.subtitle", language, reports=number(len(panel), language), organs=number(organs, language),
                 years=span)  # fmt: skip
    compared = [panel.common(table).sentence(language) for table in tables if panel.forms]
    scopes = [say("comparison.scopes", language)] if tables and frame["scope"].nunique() > 1 else []
    said = [say(f"comparison.note_{name}", language), *compared, *scopes, *notes]
    caption = joined([say(f"comparison.caption_{name}", language), *compared, *scopes, *notes], language)
    return with_words(frame, _NAMES.get(name, name), language, unit=say(f"comparison.unit_{name}", language), source=source,
                      notes=said, caption=caption, **attrs)  # fmt: skip


def _named(frame: pd.DataFrame, language: Language) -> pd.Series[str]:
    """Return organ and year of each row."""
    return pd.Series([say("comparison.organ_year", language, organ=organ, year=year)
                      for organ, year in zip(frame["organ_label"], frame["year"], strict=True)], frame.index, dtype=str)  # fmt: skip


def _measured(panel: Panel, heads: pd.DataFrame, names: Sequence[str], language: Language) -> pd.DataFrame:
    """Return measures of the reports shown: one row a report and measure, those that a report's form lacks left out."""
    known = {one.id: one for one in load_measures()}
    parts = []
    for name in names:
        rows = measure_columns(panel, name).loc[heads.index].assign(measure=name, kind=known[name].kind, unit="")
        rows["text"] = [measure_text(row, language) if row.state else "" for row in rows.itertuples()]
        parts.append(heads.join(rows)[rows["state"] != ""])
    frame = pd.concat(parts) if parts else heads.assign(measure="")
    return frame.assign(label=_named(frame, language)).rename_axis("at").reset_index()


class _Rows:
    """Where the reports of a figure stand: their y in points, and the names of organs and scopes beside them."""

    def __init__(self, frame: pd.DataFrame, size: float, width: float) -> None:
        """Lay out the reports of a frame, in its order, names broken to a width."""
        self.at: dict[str, float] = {}
        self.names: list[tuple[float, str]] = []
        self.scopes: list[tuple[float, str]] = []
        self.years: dict[float, str] = {}
        y = 0.0
        reports = frame.drop_duplicates("report")
        for scope, part in reports.groupby("scope_label", sort=False):
            y += _BEFORE * bool(self.at)
            self.scopes.append((y + size * 0.7, str(scope)))
            y += size * LEADING + 4
            for organ, rows in part.groupby("organ", sort=False):
                name = fill(str(rows["organ_label"].iloc[0] or organ), size, width)
                self.names.append((y + 1, name))
                for place, row in enumerate(rows.itertuples()):
                    self.at[row.report] = y + (place + 0.5) * _STEP
                    self.years[self.at[row.report]] = row.year
                y += max(len(rows) * _STEP, (name.count("\n") + 1) * size * LEADING) + 2
        self.height = y

    def label(self, ax: Axes, size: float, width: float) -> None:
        """Write years as ticks, and organs and scopes to the left of them."""
        ax.set_yticks(list(self.years), list(self.years.values()))
        ax.tick_params(axis="y", length=0, labelsize=size, pad=GAP)
        style: dict[str, Any] = {"xycoords": ax.get_yaxis_transform(), "textcoords": "offset points", "size": size,
                                 "annotation_clip": False, "linespacing": LEADING - 0.1}  # fmt: skip
        for y, name in self.names:
            ax.annotate(name, (0, y), (-width, 0), va="top", **style)
        ground = {"facecolor": PAPER, "edgecolor": "none", "pad": 1}
        for y, scope in self.scopes:  # over the first columns, whose lines give way
            text = ax.annotate(
                fill(scope, size, 4 * width), (0, y), (-width, 0), va="center", color=MUTED, bbox=ground, **style
            )
            text.set_in_layout(False)
        ax.set(ylim=(self.height, 0), ylabel="")


# ---- outcomes ----


def panel_outcomes_data(panel: Panel, language: Language | None = None) -> pd.DataFrame:
    """Return what ``panel_outcomes`` draws: one row a report and family of outcome.

    Parameters
    ----------
    panel : Panel
    language : {"zh", "en"}, optional

    Returns
    -------
    DataFrame
        Columns: report, organ, year, form, scope and their labels, group (organ and year), family, label, count (NaN
        where a row of it prints no number), concluded, share (0 to 1; NaN where not known), text.
    """
    language = language_of(language)
    heads, notes = _shown(panel, language)
    rows = []
    for at, head in heads.iterrows():
        form = panel.forms[panel.form_codes[at]]
        values = {
            row.key: float(panel.column(CellKey("requests", row.key, "total"))[at])
            for row in form.table("requests").rows
        }
        for term, members in form.families():
            amount, concluded = sum(values[row] for row in members), values["concluded"]
            share = amount / concluded if concluded > 0 and 0 <= amount <= concluded else np.nan
            text = percent(share, language) or say("figures.not_printed_short", language)
            rows.append((*head, term.key, brief(term, language), amount, concluded, share, text))
    frame = pd.DataFrame(rows, columns=[*_HEADS, "family", "label", "count", "concluded", "share", "text"])
    return _of_panel(frame.assign(group=_named(frame, language)), "outcomes", panel, language, notes, ["requests"])


@themed
def panel_outcomes(
    data: Panel | pd.DataFrame, ax: Axes | None = None, *, language: Language | None = None, width: float = 16.0
) -> Axes:
    """Draw the shares of the six families of outcome for each report as a heat map, by scope.

    Parameters
    ----------
    data : Panel or DataFrame
        A panel, or what ``panel_outcomes_data`` gives of one, or of some of its reports.
    ax, language, width
        As for ``outcomes``.

    Returns
    -------
    Axes
        One row a report, one column a family. Hatched: a cell that it rests on prints no number, or the printed numbers
        contradict each other.
    """
    needed = ("report", "organ", "organ_label", "year", "scope_label", "family", "label", "share", "concluded")
    frame = tidy(data, panel_outcomes_data, needed, language)
    words, place = language_in(frame), room(ax, width)
    size, names = place.sizes.tiny, 0.24 * place.width
    rows = _Rows(frame, size, names)
    heads = frame.drop_duplicates("family")["label"].tolist()
    column = (0.74 * place.width - 30) / (len(heads) + 1)
    heads = [fill(head, size, column - 2) for head in [*heads, say("comparison.head_concluded", words)]]
    axes = start(
        place,
        frame,
        panel_outcomes_title(frame),
        rows.height + (max(h.count("\n") for h in heads) + 2) * size * LEADING,
    )[0, 0]
    for at, (_, part) in enumerate(frame.groupby("family", sort=False)):
        y = part["report"].map(rows.at)
        known = part["share"].notna()
        fills = [SHADES[min(int(share * len(SHADES)), len(SHADES) - 1)] for share in part.loc[known, "share"]]
        axes.barh(y[known], 0.96, _STEP - 1.5, left=at + 0.02, color=fills, edgecolor=RULE, linewidth=0.4)
        axes.barh(
            y[~known], 0.96, _STEP - 1.5, left=at + 0.02, color=PAPER, edgecolor=RULE, linewidth=0.4, hatch="/////"
        )
        for where, share in zip(y[known], part.loc[known, "share"], strict=True):
            beside(axes, at + 0.5, where, percent(share, words), size, ha="center")
    for one in frame.drop_duplicates("report").itertuples():
        beside(axes, len(heads) - 0.1, rows.at[one.report], printed(one.concluded, words), size, ha="right")
    axes.set(xlim=(0, len(heads)), xlabel="")
    axes.set_xticks(np.arange(len(heads)) + 0.5, heads)
    axes.tick_params(axis="x", top=False, bottom=False, labeltop=True, labelbottom=False, labelsize=size)
    rows.label(axes, size, names + 30)
    name_unit(axes, frame.attrs.get("unit", ""), place.sizes.small, 0.7 * place.width)
    sns.despine(ax=axes, left=True, bottom=True)
    return axes


def panel_outcomes_title(frame: pd.DataFrame) -> str:
    """Return the finding of ``panel_outcomes``: which family is the largest in most reports."""
    language, known = language_in(frame), frame.dropna(subset=["share"])
    if known.empty:
        return say("comparison.title_nothing", language)
    first = known.loc[known.groupby("report", sort=False)["share"].idxmax(), "label"].value_counts(sort=False)
    return say("comparison.title_outcomes", language, n=int(first.max()), all=int(first.sum()), label=first.idxmax())


# ---- shares in columns: appeals and definitions ----


def panel_appeals_data(panel: Panel, language: Language | None = None) -> pd.DataFrame:
    """Return what ``panel_appeals`` draws: one row a report and measure of cases corrected of those decided.

    Parameters
    ----------
    panel : Panel
    language : {"zh", "en"}, optional

    Returns
    -------
    DataFrame
        Columns: report, organ, year, form, scope and their labels, measure, group (the measure in words), label (organ
        and year), text, beside (the counts, short), and those of ``foi.measure``.
    """
    language = language_of(language)
    heads, notes = _shown(panel, language)
    frame = _measured(panel, heads, _APPEALS, language)
    frame["group"] = [say(f"comparison.head_{name}", language) for name in frame["measure"]]
    frame["beside"] = ["–" if np.isnan(k) or np.isnan(n) else say("comparison.of", language, part=number(k, language),
                                                                 whole=number(n, language))
                       for k, n in zip(frame["numerator"], frame["denominator"], strict=True)]  # fmt: skip
    return _of_panel(frame, "appeals", panel, language, notes, ["review"])


@themed
def panel_appeals(
    data: Panel | pd.DataFrame, ax: Axes | None = None, *, language: Language | None = None, width: float = 16.0
) -> np.ndarray:
    """Draw the share corrected, of reconsiderations and of suits decided, for each report, by scope.

    Parameters
    ----------
    data : Panel or DataFrame
        A panel, or what ``panel_appeals_data`` gives of one, or of some of its reports.
    ax, language, width
        As for ``outcomes``. A grid of Axes takes the place of ``ax``, which must stand in a grid itself.

    Returns
    -------
    ndarray of Axes
        One for each measure; to the right of each the counts.
    """
    frame = tidy(data, panel_appeals_data, ("report", "measure", "group", "scope_label", "beside", *_NUMBERS), language)
    return _forests(frame, panel_appeals_title(frame), RESULTS["corrected"], ax, width)


def _forests(frame: pd.DataFrame, title: str, color: str, ax: Axes | None, width: float) -> np.ndarray:
    """Draw measures of reports side by side, one row a report, each with its interval."""
    place = room(ax, width)
    size, names = place.sizes.tiny, 0.24 * place.width
    rows = _Rows(frame, size, names)
    parts = [part for _, part in frame.groupby("measure", sort=False)]
    across = len(parts) if 0.74 * place.width / len(parts) > 60 else min(2, len(parts))
    down = -(-len(parts) // across)
    column = (0.74 * place.width - 30) / across
    heads = [fill(part["group"].iloc[0], 6, column - 10) for part in parts]
    tall = rows.height + (max(head.count("\n") for head in heads) + 4) * size * LEADING
    axes = start(place, frame, title, tall * down, rows=[1] * down, columns=[1] * across, sharey=True)
    for one, part, head in zip(axes.flat, parts, heads, strict=False):
        y = list(part["report"].map(rows.at))
        forest(one, part, y, [color] * len(part), end=1.0)
        for where, text in zip(y, part["beside"], strict=True):
            beside(one, 1, where, text, size, right=GAP + 3, xycoords=one.get_yaxis_transform())
        one.set_title(head, size=6, pad=4)
        one.tick_params(axis="x", labelsize=6)
        if across > 2:
            one.set_xticks([0, 1], ["0%", "100%"])
        one.set(ylim=(rows.height, 0))
        one.tick_params(axis="y", length=0, labelleft=False)
    for first in axes[:, 0]:
        first.tick_params(axis="y", labelleft=True)
        rows.label(first, size, names + 30)
        first.set_zorder(2)  # captions of scopes lie over the lines of the next columns
        first.patch.set_visible(False)
    for empty in axes.flat[len(parts) :]:
        empty.set_axis_off()
    return axes.ravel()[: len(parts)]


def panel_appeals_title(frame: pd.DataFrame) -> str:
    """Return the finding of ``panel_appeals``: how far shares corrected run, and how wide their intervals are."""
    language = language_in(frame)
    known = frame[(frame["measure"] == _APPEALS[0]) & (frame["state"] == "defined")]
    if known.empty:
        return say("comparison.title_nothing", language)
    return say("comparison.title_appeals", language, n=len(known), width=f"{100 * (known['high'] - known['low']).max():.0f}",
               low=percent(known["value"].min(), language), high=percent(known["value"].max(), language))  # fmt: skip


def panel_definitions_data(panel: Panel, language: Language | None = None) -> pd.DataFrame:
    """Return what ``panel_definitions`` draws: one row a report and definition of the share disclosed.

    Parameters
    ----------
    panel : Panel
    language : {"zh", "en"}, optional

    Returns
    -------
    DataFrame
        Columns as of ``panel_appeals_data``, and rank (by the share alone), best_rank and worst_rank (those that the
        intervals leave open), all within the scope and among the reports of the figure, 1 for the highest; NA where
        there is no share, or none to compare it with. ``beside`` is the range of ranks.
    """
    language = language_of(language)
    heads, notes = _shown(panel, language)
    frame = _measured(panel, heads, _DEFINITIONS, language)
    frame["group"] = [say(f"comparison.head_{name}", language) for name in frame["measure"]]
    ranks = pd.DataFrame(pd.NA, index=frame.index, columns=["rank", "best_rank", "worst_rank"], dtype="Int64")
    for _, part in frame[frame["state"] == "defined"].groupby(["measure", "scope"], sort=False):
        if len(part) > 1:
            best, worst = rank_range(part["low"], part["high"])
            ranks.loc[part.index] = np.column_stack(
                [part["value"].rank(ascending=False, method="min"), best, worst]
            ).astype(int)
    frame = frame.join(ranks)
    frame["beside"] = [_span(best, worst) for best, worst in zip(frame["best_rank"], frame["worst_rank"], strict=True)]
    frame["text"] = [text if span == "–" else say("comparison.with_ranks", language, text=text, ranks=span)
                     for text, span in zip(frame["text"], frame["beside"], strict=True)]  # fmt: skip
    return _of_panel(frame, "definitions", panel, language, notes, ["requests"])


def _span(best: Any, worst: Any) -> str:
    if pd.isna(best):
        return "–"
    return str(best) if best == worst else f"{best}–{worst}"


@themed
def panel_definitions(
    data: Panel | pd.DataFrame, ax: Axes | None = None, *, language: Language | None = None, width: float = 16.0
) -> np.ndarray:
    """Draw four definitions of the share disclosed for each report, with the ranks that remain possible in its scope.

    Parameters
    ----------
    data : Panel or DataFrame
        A panel, or what ``panel_definitions_data`` gives of one, or of some of its reports.
    ax, language, width
        As for ``outcomes``. A grid of Axes takes the place of ``ax``, which must stand in a grid itself.

    Returns
    -------
    ndarray of Axes
        One for each definition; to the right of each the ranks. No league table.
    """
    frame = tidy(
        data, panel_definitions_data, ("report", "measure", "group", "scope_label", "beside", *_NUMBERS), language
    )
    return _forests(frame, panel_definitions_title(frame), POINT, ax, width)


def panel_definitions_title(frame: pd.DataFrame) -> str:
    """Return the finding of ``panel_definitions``: how many places a report changes with the definition alone."""
    language = language_in(frame)
    ranked = frame.dropna(subset=["rank"]).groupby("report")["rank"] if "rank" in frame else None
    moves = (ranked.max() - ranked.min())[ranked.size() > 1] if ranked is not None else pd.Series(dtype="Int64")
    if moves.empty:
        return say("comparison.title_nothing", language)
    return say(
        "comparison.title_definitions", language, places=int(moves.max()), n=int((moves > 0).sum()), all=len(moves)
    )


# ---- series over the years ----

#: What is followed: a count of one cell, or a measure; and the measure whose changes of law part the series.
_SERIES: Mapping[str, tuple[CellKey | None, str]] = {
    "new": (CellKey("requests", "new", "total"), ""),
    "disclosed": (None, "disclosed_or_partly_share"),
    "unable": (None, "unable_share"),
    "direct": (CellKey("review", "litigation_direct", "total"), "route_corrected_all.litigation_direct"),
}


def trends_data(panel: Panel, language: Language | None = None) -> pd.DataFrame:
    """Return what ``trends`` draws: one row a report and series, for organs with reports of several years.

    Parameters
    ----------
    panel : Panel
    language : {"zh", "en"}, optional

    Returns
    -------
    DataFrame
        Columns: organ, organ_label, scope, report, year, form, group (organ and scope), series, series_label, label
        (series and year), value (a share between 0 and 1, or a count; NaN where none is known), low, high (95% interval
        of a share), segment (only points of one segment are joined by a line), text. Reports that share organ and year
        are left out. ``attrs`` hold the changes of law, each a letter and a year.
    """
    language = language_of(language)
    heads, _ = _shown(panel.select(~panel.heads["report"].isin(panel.conflicts["report"]).to_numpy()), language)
    heads = heads.set_index("report")
    places = pd.Series(range(len(panel)), panel.heads["report"])
    years = panel.heads.set_index("report").loc[heads.index, "year"]
    heads = heads[(years != "").to_numpy() & (heads["organ"] != "").to_numpy()]
    several = heads.groupby("organ", sort=False)["year"].transform("size")
    heads = heads[several > 1].assign(many=-several).sort_values(["many", "organ", "year"], kind="stable")
    kept = list(heads["organ"].drop_duplicates())[:ORGANS]
    more = heads["organ"].nunique() - len(kept)
    heads = heads[heads["organ"].isin(kept)]
    rows: list[tuple[Any, ...]] = []
    for organ, part in heads.groupby("organ", sort=False):
        at = places[part.index].tolist()
        group = _organ_scope(part, language)
        for series, (cell, name) in _SERIES.items():
            label = say(f"comparison.track_{series}", language)
            values = _values(panel, at, cell, name)
            for report, row, segment, (value, low, high) in zip(
                part.index, part.itertuples(), _segments(part, name), values, strict=True
            ):
                text = printed(value, language) if cell or np.isnan(value) else percent(value, language)
                rows.append((organ, row.organ_label, row.scope, report, int(row.year), row.form, group, series, label,
                             f"{label} {row.year}", value, low, high, segment, text))  # fmt: skip
    columns = ["organ", "organ_label", "scope", "report", "year", "form", "group", "series", "series_label", "label",
               "value", "low", "high", "segment", "text"]  # fmt: skip
    frame = pd.DataFrame(rows, columns=columns)
    breaks = _breaks(frame["year"])
    letters = [say("comparison.break", language, letter=letter, text=one.text(language))
               for letter, one in zip("abcdefgh", breaks, strict=False)]  # fmt: skip
    if more:
        letters.append(say("comparison.organs_left_out", language, shown=len(kept), all=len(kept) + more))
    frame = _of_panel(frame, "trends", panel, language, letters)
    frame.attrs["breaks"] = [(letter, one.on.year + (one.on - date(one.on.year, 1, 1)).days / 366 - 0.5)
                             for letter, one in zip("abcdefgh", breaks, strict=False)]  # fmt: skip
    return frame


def _organ_scope(part: pd.DataFrame, language: Language) -> str:
    """Name an organ and what its figures cover, or that this changed."""
    scopes = say("panel.between", language).join(dict.fromkeys(scope_name(scope, language) for scope in part["scope"]))
    return say("comparison.organ_scope", language, organ=part["organ_label"].iloc[0], scope=scopes)


def _values(panel: Panel, at: list[int], cell: CellKey | None, name: str) -> list[tuple[float, float, float]]:
    if cell:
        return [(float(value), np.nan, np.nan) for value in panel.column(cell)[at]]
    return list(measure_columns(panel, name).loc[at, ["value", "low", "high"]].itertuples(index=False, name=None))


def _segments(part: pd.DataFrame, name: str) -> list[int]:
    """Number the runs of years that may be joined: one after the other, one scope, no change of law between them."""
    rules = next((one for one in load_measures() if name in (one.id, one.family)), None)
    rows = list(part.itertuples())
    parted = [
        int(b.year) != int(a.year) + 1
        or a.scope != b.scope
        or bool(rules and rules.breaks_between(int(a.year), int(b.year)))
        for a, b in pairwise(rows)
    ]
    return [0, *np.cumsum(parted).tolist()]


def _breaks(years: pd.Series[int]) -> list[Break]:
    """Return the changes of law and form that fall within or between some report years, in order of time."""
    known = sorted(load_breaks().values(), key=lambda one: one.on)
    return [one for one in known if len(years) and years.min() <= one.on.year <= years.max()]


@themed
def trends(
    data: Panel | pd.DataFrame, ax: Axes | None = None, *, language: Language | None = None, width: float = 16.0
) -> np.ndarray:
    """Draw four series for each organ with reports of several years, with 95% intervals and changes of law.

    Parameters
    ----------
    data : Panel or DataFrame
        A panel, or what ``trends_data`` gives of one, or of some organs or series.
    ax, language, width
        As for ``outcomes``. A grid of Axes takes the place of ``ax``, which must stand in a grid itself.

    Returns
    -------
    ndarray of Axes
        One row an organ, one column a series. Two years are joined only where they follow each other, cover the same
        bodies, and no change of law forbids it; a missing year stays a gap, and ? is a number not printed.
    """
    needed = ("organ", "organ_label", "series", "series_label", "year", "value", "low", "high", "segment", "text")
    frame = tidy(data, trends_data, needed, language)
    place = room(ax, width)
    points, title = place.sizes, trends_title(frame)
    if frame.empty:
        return _nothing(place, frame, title)
    names = list(frame.drop_duplicates("series")["series"])
    across = len(names) if place.width > 300 else min(2, len(names))
    organs = list(frame["organ"].drop_duplicates())
    down = -(-len(names) // across)
    tall = 64.0
    axes = start(
        place, frame, title, len(organs) * down * tall + 30, rows=[1] * (len(organs) * down), columns=[1] * across
    )
    column = (0.84 * place.width) / across
    for (organ, name), part in frame.groupby(["organ", "series"], sort=False):
        number_, at = names.index(name), organs.index(organ)
        one = axes[at * down + number_ // across, number_ % across]
        _draw_series(one, part, frame, points.tiny, column)
        one.set_title(
            fill(part["series_label"].iloc[0], points.tiny, column - 4) if at == 0 else "", size=points.tiny, pad=11
        )
        if number_ % across == 0:
            label = fill(part["organ_label"].iloc[0], points.tiny, 0.15 * place.width) if number_ == 0 else ""
            one.set_ylabel(label, rotation=0, ha="right", va="center", size=points.tiny, color=INK, labelpad=4)
    return axes


def _nothing(place: Any, frame: pd.DataFrame, title: str) -> np.ndarray:
    """Return Axes that say only that there is nothing to draw."""
    axes = start(place, frame, title, 20)
    axes[0, 0].set_axis_off()
    return axes


def _draw_series(ax: Axes, part: pd.DataFrame, whole: pd.DataFrame, size: float, width: float) -> None:
    """Draw one series with its intervals and values; a number that is not printed is a question mark."""
    known = part.dropna(subset=["value"])
    sns.lineplot(known, x="year", y="value", units="segment", estimator=None, marker="o", markersize=4.5, markeredgewidth=0,
                 color=POINT, clip_on=False, ax=ax)  # fmt: skip
    ax.vlines(known["year"], known["low"], known["high"], color=INK, linewidth=1.1)
    tops = known["high"].fillna(known["value"])
    first, last = whole["year"].min() - 0.6, whole["year"].max() + 0.6
    unit, end = width / (last - first), -np.inf
    for year, top, text in zip(known["year"], tops, known["text"], strict=True):
        half = width_of(text, 6) / 2
        if year * unit - half > end:  # a value without room is left out; the data have it
            ax.annotate(text, (year, top), (0, 4), textcoords="offset points", ha="center", size=6, annotation_clip=False,
                        bbox={"facecolor": PAPER, "edgecolor": "none", "pad": 0.2})  # fmt: skip
            end = year * unit + half + 1
    for year in part.loc[part["value"].isna(), "year"]:
        ax.annotate(
            "?",
            (year, 0),
            (0, 2),
            xycoords=ax.get_xaxis_transform(),
            textcoords="offset points",
            ha="center",
            size=size,
            color=MUTED,
        )
    for letter, year in whole.attrs.get("breaks", ()):
        ax.axvline(year, color=RULE, linewidth=0.8, zorder=0)
        ax.annotate(letter, (year, 1), xycoords=ax.get_xaxis_transform(), ha="center", va="bottom", size=6, color=MUTED)
    ax.set(
        xlim=(first, last),
        ylim=(0, 1.35 * max(tops.max() if len(tops) else 0.0, 1e-9)),
        yticks=[],
        xlabel="",
        ylabel="",
    )
    years = sorted(part["year"].unique())
    short = unit < width_of("2000", 6) + 2
    ax.set_xticks(years, [f"{year % 100:02d}" if short else str(year) for year in years])
    ax.tick_params(axis="x", labelsize=6, pad=1, length=2, labelcolor=MUTED)
    sns.despine(ax=ax, left=True)


def trends_title(frame: pd.DataFrame) -> str:
    """Return the finding of ``trends``: how the share disclosed moved in the longest series."""
    language = language_in(frame)
    known = frame[frame["series"] == "disclosed"].dropna(subset=["value"]) if len(frame) else frame
    for _, part in known.groupby("organ", sort=False):
        if len(part) > 1:
            first, last = part.iloc[0], part.iloc[-1]
            return say("comparison.title_trends", language, organ=first["organ_label"], first=first["year"], last=last["year"],
                       before=percent(first["value"], language), after=percent(last["value"], language))  # fmt: skip
    return say("comparison.title_no_series", language)


# ---- a funnel ----

_FUNNEL = "disclosed_share"
_TOP = 190.0


def funnel_data(panel: Panel, language: Language | None = None) -> pd.DataFrame:
    """Return what ``funnel`` draws: one row a report, with its share disclosed and the limits around the common share.

    Parameters
    ----------
    panel : Panel
    language : {"zh", "en"}, optional

    Returns
    -------
    DataFrame
        Columns: report, organ, year, form, scope and their labels, group (scope and fit in words), label (organ and
        year), text, those of ``foi.measure``; and, NaN for scopes with too few reports, target, phi, reports, z, and the
        limits low_95, high_95, low_99_8, high_99_8 of chance alone, and those with overdispersion, ending in _phi.
    """
    language = language_of(language)
    heads, notes = _shown(panel, language)
    frame = _measured(panel, heads, [_FUNNEL], language)
    every = measure_columns(panel, _FUNNEL)
    parts = []
    for scope, part in frame.groupby("scope", sort=False):
        fitted = fit(
            *(every.loc[(panel.heads["scope"] == scope).to_numpy(), name] for name in ("numerator", "denominator"))
        )
        limited = fitted.reports >= LIMITS_FROM and fitted.phi >= 1
        said = say("comparison.fit", language, target=percent(fitted.target, language), phi=f"{fitted.phi:.1f}",
                   n=fitted.reports) if limited else say("comparison.too_few", language)  # fmt: skip
        group = joined(
            [say("comparison.sentence", language, text=part["scope_label"].iloc[0]), said.rstrip(".。")], language
        )
        n = part["denominator"].where(part["denominator"] > 0)
        values: dict[str, Any] = {"group": group, "target": fitted.target, "phi": fitted.phi, "reports": fitted.reports} if limited else {
            "group": group, "target": np.nan, "phi": np.nan, "reports": fitted.reports}  # fmt: skip
        for name, z in zip(("95", "99_8"), Z_LIMITS, strict=True):
            for ending, over in (("", False), ("_phi", True)):
                values[f"low_{name}{ending}"], values[f"high_{name}{ending}"] = (
                    fitted.limits(n, z, over) if limited else (np.nan, np.nan)
                )
        spread = np.sqrt(fitted.target * (1 - fitted.target) / n) if limited else np.nan
        parts.append(part.assign(**values, z=(part["value"] - fitted.target) / spread))
    frame = pd.concat(parts) if parts else frame.assign(group="", target=np.nan, phi=np.nan, reports=0, z=np.nan)
    few = frame[frame["target"].isna()]
    lists = [joined([group + ("。" if language == "zh" else "."), listed(part["label"] + " " + part["text"], language)], language)
             for group, part in few.groupby("group", sort=False)]  # fmt: skip
    return _of_panel(frame, "funnel", panel, language, [*lists, *notes], ["requests"])


@themed
def funnel(
    data: Panel | pd.DataFrame, ax: Axes | None = None, *, language: Language | None = None, width: float = 16.0
) -> np.ndarray:
    """Draw the share disclosed of each report against the requests concluded, with limits around the common share.

    Parameters
    ----------
    data : Panel or DataFrame
        A panel, or what ``funnel_data`` gives of one, or of some of its reports.
    ax, language, width
        As for ``outcomes``. A grid of Axes takes the place of ``ax``, which must stand in a grid itself.

    Returns
    -------
    ndarray of Axes
        One for each scope with enough reports for limits; the shares of the others stand in the note.

    References
    ----------
    Spiegelhalter (2005), Funnel plots for comparing institutional performance, Statistics in Medicine 24: 1185-1202.
    """
    frame = tidy(
        data,
        funnel_data,
        ("group", "label", "numerator", "denominator", "value", "state", "target", "phi", "z"),
        language,
    )
    place = room(ax, width)
    limited = frame[frame["target"].notna()]
    title = funnel_title(frame)
    if limited.empty:
        return _nothing(place, frame, title)[:, 0]
    parts = [part for _, part in limited.groupby("group", sort=False)]
    axes = start(place, frame, title, len(parts) * (_TOP + 50), rows=[1] * len(parts))[:, 0]
    for one, part in zip(axes, parts, strict=True):
        _draw_funnel(one, part, place.sizes.tiny, 0.88 * place.width)
        one.set_title(fill(part["group"].iloc[0], place.sizes.small, 0.85 * place.width), size=place.sizes.small)
    axes[-1].set_xlabel(say("comparison.axis_volume", language_in(frame)), size=place.sizes.tiny)
    return axes


def _draw_funnel(ax: Axes, part: pd.DataFrame, size: float, width: float) -> None:
    """Draw one scope: the common share, the limits of chance alone in pale and with overdispersion in dark, the points."""
    known = part[part["state"] == "defined"]
    pooled = Funnel(float(part["target"].iloc[0]), float(part["phi"].iloc[0]), len(part), np.array([]))
    most, highest = known["denominator"].max() * 1.08, known["value"].max() * 1.15
    top = next((end for end in (0.05, 0.1, 0.2, 0.4, 0.6, 0.8) if highest <= end), 1.0)
    n = most * np.linspace(0.02, 1.0, 60) ** 2
    for over, color in ((False, RULE), (True, INK)):
        for z, style in zip(Z_LIMITS, ("--", "-"), strict=True):
            for limit in pooled.limits(n, z, over):
                inside = (limit > 0) & (limit < top)
                ax.plot(n[inside], limit[inside], style, color=color, linewidth=0.8)
    ax.axhline(pooled.target, color=INK, linewidth=0.9)
    sns.scatterplot(known, x="denominator", y="value", color=FAMILIES["disclosed"], s=34, edgecolor=INK, linewidth=0.4, zorder=3,
                    ax=ax, clip_on=False)  # fmt: skip
    ax.set(xlim=(0, most), ylim=(0, top), xlabel="", ylabel="")
    ax.set_xscale("function", functions=(lambda x: np.sqrt(np.maximum(x, 0)), np.square))
    ax.set_xticks(_volumes(most, width, size))
    ax.xaxis.set_major_formatter(lambda x, _: number(x, language_of("en")))
    ax.set_yticks([0, top / 2, top], [f"{100 * t:.1f}".removesuffix(".0") + "%" for t in (0, top / 2, top)])
    ax.tick_params(labelsize=size, labelcolor=MUTED)
    _name_points(ax, known, (most, top), (width, _TOP), size)


def _volumes(most: float, width: float, size: float) -> list[float]:
    """Return round volumes up to the largest, those that would crowd left out."""
    power = 10.0 ** max(len(str(int(most))) - 1, 0)
    kept: list[float] = [0.0]
    for step in (0.01, 0.05, 0.1, 0.2, 0.5, 1, 2, 3, 4, 5, 6, 7, 8, 9):
        volume = float(round(power * step))
        if (
            1 <= volume <= most
            and width * (np.sqrt(volume / most) - np.sqrt(kept[-1] / most)) > width_of(f"{volume:,.0f}", size) + 6
        ):
            kept.append(volume)
    return kept


def _name_points(
    ax: Axes, known: pd.DataFrame, ends: tuple[float, float], box: tuple[float, float], size: float
) -> None:
    """Write a name beside each point where there is room for it, those of the largest first."""
    (most, top), (wide, tall) = ends, box
    x, y = wide * np.sqrt(known["denominator"] / most), tall * (1 - known["value"] / top)
    taken = [(a - 4, b - 4, a + 4, b + 4) for a, b in zip(x, y, strict=True)]
    for row in known.assign(x=x, y=y).sort_values("denominator", ascending=False, kind="stable").itertuples():
        long = width_of(row.label, size)
        for ha, right, down in (("left", 6, 0), ("right", -6, 0), ("center", 0, -9), ("center", 0, 9)):
            left = row.x + right - {"left": 0, "right": long, "center": long / 2}[ha]
            place = (left - 1, row.y + down - size * 0.7, left + long + 1, row.y + down + size * 0.7)
            free = all(place[2] <= a or c <= place[0] or place[3] <= b or d <= place[1] for a, b, c, d in taken)
            if free and place[0] > 0 and place[2] < wide and place[1] > 0 and place[3] < tall:
                ax.annotate(row.label, (row.denominator, row.value), (right, -down), textcoords="offset points", ha=ha,
                            va="center", size=size, bbox={"facecolor": PAPER, "edgecolor": "none", "pad": 0.6})  # fmt: skip
                taken.append(place)
                break


def funnel_title(frame: pd.DataFrame) -> str:
    """Return the finding of ``funnel``: how many shares lie beyond the limits of 99.8%, without and with overdispersion."""
    language, limited = language_in(frame), frame[frame["target"].notna()]
    if limited.empty:
        return say(f"comparison.title_{'few' if len(frame) else 'nothing'}", language)
    beyond = limited["z"].abs()
    return say("comparison.title_funnel", language, all=int(limited.drop_duplicates("group")["reports"].sum()),
               bare=int((beyond > Z_LIMITS[1]).sum()),
               over=int((beyond > Z_LIMITS[1] * np.sqrt(limited["phi"])).sum()))  # fmt: skip


# ---- whether the years join ----

_CHAINS: Mapping[str, tuple[str, Mapping[str, CellKey]]] = {
    "chain": ("carry_chain.total", {
        "box_in": CellKey("requests", "carried_in", "total"), "box_out": CellKey("requests", "carried_out", "total")}),
    "stock": ("stock_of_documents", {f"box_{column}": CellKey("proactive", "normative_documents", column)
                                     for column in ("issued", "repealed", "in_force")}),
}  # fmt: skip


def chain_data(panel: Panel, language: Language | None = None) -> pd.DataFrame:
    """Return what ``chain`` draws: one row a report and quantity, with what came of the year before.

    Parameters
    ----------
    panel : Panel
    language : {"zh", "en"}, optional

    Returns
    -------
    DataFrame
        Columns: organ, organ_label, scope, report, year, group (organ and scope), quantity, quantity_label, label, value
        (NaN where none is printed), shown, text; and on the row of the last quantity last_year, left and right (the two
        sides of the rule), difference and verdict (empty where there is no year before).
    """
    return _joins(panel, "chain", language_of(language))


def stock_data(panel: Panel, language: Language | None = None) -> pd.DataFrame:
    """Return what ``stock`` draws: as ``chain_data``, of normative documents issued, repealed and in force."""
    return _joins(panel, "stock", language_of(language))


def _joins(panel: Panel, name: str, language: Language) -> pd.DataFrame:
    rule, boxes = _CHAINS[name]
    found = _judged(panel, rule)
    heads = panel.heads.assign(at=range(len(panel)))
    heads = heads[heads["organ"].isin({heads["organ"].iloc[at] for at in found}) & (heads["year"] != "")]
    sizes = heads.groupby("organ")["year"].transform("size")
    heads = heads.assign(many=-sizes).sort_values(["many", "scope", "organ", "year"], kind="stable")
    kept = list(heads["organ"].drop_duplicates())[:ORGANS]
    more = heads["organ"].nunique() - len(kept)
    labels, _ = _shown(panel, language)
    names = dict(zip(labels["organ"], labels["organ_label"], strict=True))
    rows: list[tuple[Any, ...]] = []
    for organ, part in heads[heads["organ"].isin(kept)].groupby("organ", sort=False):
        label = names.get(organ, organ)
        group = _organ_scope(part.assign(organ_label=label), language)
        for one in part.itertuples():
            form = panel.forms[panel.form_codes[one.at]]
            for quantity, key in boxes.items():
                there = key in form.cells
                value = float(panel.column(key)[one.at]) if there else np.nan
                shown_ = printed(value, language) if there else say("comparison.other_form", language)
                joint = found.get(one.at) if quantity == list(boxes)[0 if name == "chain" else -1] else None
                said = say(f"comparison.{quantity}", language, number="").strip()
                rows.append((organ, label, one.scope, one.report, int(one.year), group, quantity, said,
                             f"{one.year} {said}", value, shown_, *(joint or (0, np.nan, np.nan, np.nan, ""))))  # fmt: skip
    columns = ["organ", "organ_label", "scope", "report", "year", "group", "quantity", "quantity_label", "label", "value",
               "shown", "last_year", "left", "right", "difference", "verdict"]  # fmt: skip
    frame = pd.DataFrame(rows, columns=columns)
    comma = "，" if language == "zh" else ", "
    joints = [
        f"{row.shown}{comma}{_joint_text(row, language)}" if row.verdict else row.shown for row in frame.itertuples()
    ]
    notes = [say("comparison.organs_left_out", language, shown=len(kept), all=len(kept) + more)] if more else []
    return _of_panel(frame.assign(text=joints), name, panel, language, notes)


def _judged(panel: Panel, rule: str) -> dict[int, tuple[int, float, float, float, str]]:
    """Judge a rule between every two years of an organ that follow each other: by the number of the later report."""
    found = {}
    for part in judge_years(panel):
        for place, one in enumerate(part.rules):
            if one.id == rule and part.last is not None:
                left, right = part.sides(place, np.arange(len(part.reports)))
                for at, code in enumerate(part.codes[place].tolist()):
                    if code != ABSENT:
                        last = int(panel.heads["year"].iloc[int(part.last[at])])
                        found[int(part.reports[at])] = (last, float(left[at]), float(right[at]), float(left[at] - right[at]),
                                                        VERDICTS[code])  # fmt: skip
    return found


def _joint_text(row: Any, language: Language) -> str:
    return say(f"comparison.join_{row.verdict.replace(' ', '_')}", language, last=row.last_year, year=row.year,
               left=printed(row.left, language), right=printed(row.right, language))  # fmt: skip


@themed
def chain(
    data: Panel | pd.DataFrame, ax: Axes | None = None, *, language: Language | None = None, width: float = 16.0
) -> Axes:
    """Draw for each organ whether each year carries in what the year before carried out.

    Parameters
    ----------
    data : Panel or DataFrame
        A panel, or what ``chain_data`` gives of one, or of some organs.
    ax, language, width
        As for ``outcomes``.

    Returns
    -------
    Axes
        One block of rows an organ, one column a year. Between two years stands = where they join, ≠ and the difference
        where they do not, ? where a number is not printed.
    """
    return _draw_joins(tidy(data, chain_data, _JOINED, language), "chain", ax, width)


@themed
def stock(
    data: Panel | pd.DataFrame, ax: Axes | None = None, *, language: Language | None = None, width: float = 16.0
) -> Axes:
    """Draw for each organ whether documents in force are those of the year before, plus issued, less repealed.

    Parameters
    ----------
    data : Panel or DataFrame
        A panel, or what ``stock_data`` gives of one, or of some organs.
    ax, language, width
        As for ``outcomes``.

    Returns
    -------
    Axes
        As of ``chain``. Only years in the same form are judged: the columns changed their meaning.
    """
    return _draw_joins(tidy(data, stock_data, _JOINED, language), "stock", ax, width)


_JOINED = ("organ", "group", "year", "quantity", "quantity_label", "shown", "difference", "verdict")


def _draw_joins(frame: pd.DataFrame, name: str, ax: Axes | None, width: float) -> Axes:
    words, place, title = language_in(frame), room(ax, width), _joins_title(frame, name)
    size = place.sizes.small
    if frame.empty:
        return _nothing(place, frame, title)[0, 0]
    places, captions, y = {}, [], 0.0
    for organ, part in frame.groupby("organ", sort=False):
        caption = fill(part["group"].iloc[0], size, place.width - 10)
        captions.append((y + size * 0.7, caption))
        y += (caption.count("\n") + 1) * size * LEADING + size * LEADING
        for quantity in part["quantity"].unique():
            places[organ, quantity] = y + 0.5 * _STEP
            y += _STEP
        y += _BEFORE
    axes = start(place, frame, title, y + 10)[0, 0]
    labels = 0.2 * place.width
    other, column = (
        say("comparison.other_form", words),
        0.78 * place.width / (frame["year"].max() - frame["year"].min() + 1),
    )
    for row in frame[frame["shown"] != other].itertuples():
        axes.text(row.year, places[row.organ, row.quantity], row.shown, size=size, ha="center", va="center")
    for (organ, year), part in frame[frame["shown"] == other].groupby(["organ", "year"], sort=False):
        middle = np.mean([places[organ, quantity] for quantity in part["quantity"]])
        axes.text(year, middle, fill(other, 6, column - 4), size=6, ha="center", va="center", color=MUTED)
    for organ, part in frame.groupby("organ", sort=False):
        for year in part["year"].unique():
            first = places[organ, part["quantity"].iloc[0]]
            axes.text(
                year, first - _STEP * 0.95, str(year), size=place.sizes.tiny, color=MUTED, ha="center", va="center"
            )
    last = frame["quantity"].iloc[-1] if name == "stock" else frame["quantity"].unique()[-1]
    for row in frame[frame["verdict"] != ""].itertuples():
        _draw_joint(axes, row, places[row.organ, last], places[row.organ, row.quantity], place.sizes, words)
    ticks = {
        places[organ, quantity]: label
        for organ, quantity, label in frame[["organ", "quantity", "quantity_label"]]
        .drop_duplicates()
        .itertuples(index=False)
    }
    axes.set_yticks(list(ticks), [fill(label, place.sizes.tiny, labels) for label in ticks.values()])
    axes.tick_params(axis="y", length=0, labelsize=place.sizes.tiny)
    for where, text in captions:
        axes.annotate(text, (0, where), (-labels, 0), xycoords=axes.get_yaxis_transform(), textcoords="offset points", size=size,
                      va="center", annotation_clip=False)  # fmt: skip
    axes.set(xlim=(frame["year"].min() - 0.5, frame["year"].max() + 0.5), ylim=(y, 0), xticks=[])
    name_unit(axes, frame.attrs.get("unit", ""), place.sizes.small, 0.7 * place.width)
    sns.despine(ax=axes, left=True, bottom=True)
    return axes


def _draw_joint(ax: Axes, row: Any, before: float, now: float, sizes: Any, language: Language) -> None:
    """Draw the sign between a year and the one before it, and by how much they differ where they do not join."""
    middle, y = (row.last_year + row.year) / 2, (before + now) / 2
    broken = row.verdict == "broken"
    color = FAMILIES["withheld"] if broken else MUTED
    if row.verdict != "not assessable":
        ax.plot(
            [row.last_year + 0.25, row.year - 0.25],
            [before, now],
            color=RULE if not broken else color,
            linewidth=0.8,
            zorder=0,
        )
    sign = {"holds": "=", "broken": "≠"}.get(row.verdict, "?")
    ax.text(middle, y, sign, size=sizes.text, ha="center", va="center", color=color,
            bbox={"facecolor": PAPER, "edgecolor": "none", "pad": 0.5})  # fmt: skip
    if broken:
        text = ("+" if row.difference > 0 else "") + number(row.difference, language)
        ax.text(middle, y + _STEP * 0.75, text, size=6, ha="center", va="center", color=color)


def _joins_title(frame: pd.DataFrame, name: str) -> str:
    language = language_in(frame)
    judged = frame[frame["verdict"].isin(["holds", "broken"])] if len(frame) else frame
    if judged.empty:
        return say("comparison.title_no_pairs", language)
    broken = int((judged["verdict"] == "broken").sum())
    return say(f"comparison.title_{name}{'' if broken else '_whole'}", language, broken=broken, all=len(judged))
