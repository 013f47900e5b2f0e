"""Figures of a panel: series over the years, a funnel, outcomes, years that join, appeals, and definitions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import combinations, pairwise
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes

from foi_analysis.bilingual import named, number, percent, phrase
from foi_analysis.checks import ABSENT, judge_years
from foi_analysis.form import CellKey, Form
from foi_analysis.measures import NUMBERS, Break, load_breaks, load_measures, measure_columns, unsound_cells
from foi_analysis.panel import Panel
from foi_analysis.plot.figure import (
    GAP,
    LEADING,
    SPACING,
    Room,
    beside,
    forest,
    name_unit,
    percent_ticks,
    room,
    round_end,
    start,
    ticks_above,
    write,
)
from foi_analysis.plot.theme import (
    FAMILIES,
    INK,
    MUTED,
    PAPER,
    POINT,
    RESULTS,
    RULE,
    SHADES,
    Sizes,
    fill,
    themed,
    width_of,
)
from foi_analysis.plot.words import (
    MARK,
    brief,
    groups,
    joined,
    language_in,
    listed,
    marked,
    measure_text,
    printed,
    rows_of,
    tidy,
    unsound,
    unsound_notes,
    with_words,
)
from foi_analysis.resources import Language, language_of, read_toml, say
from foi_analysis.rules import VERDICTS
from foi_analysis.statistics import Z_LIMITS, Funnel, Model, newcombe, rank_range
from foi_analysis.statistics import funnel as fit

__all__ = [
    "chain", "chain_data", "funnel", "funnel_data", "panel_appeals", "panel_appeals_data", "panel_definitions",
    "panel_definitions_data", "panel_outcomes", "panel_outcomes_data", "stock", "stock_data", "trends", "trends_data",
]  # fmt: skip

#: So many reports, and organs with a series, a figure shows; of the rest it says how many they are.
REPORTS, ORGANS = 60, 12
#: With fewer organs of one scope no limits are drawn around their common share.
LIMITS_FROM = 20
_HEADS = ["report", "organ", "organ_label", "year", "form", "scope", "scope_label"]
#: The columns that shares of reports side by side are drawn from.
_NEEDED = ("report", "measure", "group", "scope_label", "beside", "kind", "state", *NUMBERS, "doubtful", "broken")
#: What is drawn: cells and measures by their names.
_DRAWN = read_toml("plot/panel.toml")
_APPEALS, _DEFINITIONS, _FUNNEL = (_DRAWN[name] for name in ("appeals", "definitions", "funnel"))
_CONCLUDED = CellKey("requests", "concluded", "total")
#: So many points of a scope, or more, are drawn in a funnel.
_POINTS = 2
#: Behind a share that is not compared with those of other forms, in a frame's texts.
_APART = " †"
_JOINED = ("organ", "group", "year", "quantity", "quantity_label", "shown", "difference", "verdict")
#: Points: a row of a figure, the space before a scope, the heights of a series and of a funnel, and the smallest text.
_STEP, _BEFORE, _SERIES_HEIGHT, _FUNNEL_HEIGHT, _SMALLEST = 13.0, 8.0, 64.0, 190.0, 6.0


# ---- the reports of a figure ----


def _shown(panel: Panel, language: Language) -> tuple[pd.DataFrame, list[str]]:
    """Return the reports that a figure shows, index their number, and a note where there are more.

    Those with most requests concluded, parted by scope; the scope with most reports comes first.
    """
    sizes = np.nan_to_num(panel.column(_CONCLUDED), nan=-1.0)
    heads = panel.heads.iloc[np.sort(np.argsort(-sizes, kind="stable")[:REPORTS])].copy()
    counts = heads["scope"].map(heads["scope"].value_counts())
    names = heads["organ_en"].where(heads["organ_en"] != "", heads["organ"]) if language == "en" else heads["organ"]
    heads["organ_label"] = names.where(names != "", say("figures.unknown", language))
    heads["scope_label"] = [
        say("panel.facet", language, scope=named("scope", scope or "unknown").one(language), n=n)
        for scope, n in zip(heads["scope"], counts, strict=True)
    ]
    heads["year"] = heads["year"].where(heads["year"] != "", say("comparison.no_year", language))
    heads = heads.assign(many=-counts).sort_values(["many", "scope", "organ", "year"], kind="stable")
    more = phrase("comparison.left_out", language, shown=len(heads), all=len(panel))
    return heads[_HEADS], [more] if len(panel) > len(heads) else []


def _of_panel(
    frame: pd.DataFrame,
    name: str,
    panel: Panel,
    language: Language,
    notes: Iterable[str],
    table: str = "",
) -> pd.DataFrame:
    """Return the frame with unit, source, notes and caption of a figure of a panel.

    `table` is the one whose rows are compared: which of them can be is said.
    """
    years = sorted(year for year in panel.heads["year"] if year)
    span = say("figures.unknown", language)
    if years:
        span = say("comparison.span", language, first=years[0], last=years[-1])
    organs = len({organ for organ in panel.heads["organ"] if organ})
    source = phrase("comparison.subtitle", language, reports=len(panel), organs=organs, years=span)
    said = [say(f"figures.{name}.note", language)]
    if table and panel.forms:
        said.append(panel.common(table).sentence(language))
    if "scope_label" in frame and frame["scope"].nunique() > 1:
        said.append(say("comparison.scopes", language))
    return with_words(frame, name, language, source, [*said, *notes])


def _named(frame: pd.DataFrame, language: Language) -> pd.Series[str]:
    """Return organ and year of each row."""
    names = [
        say("comparison.organ_year", language, organ=organ, year=year)
        for organ, year in zip(frame["organ_label"], frame["year"], strict=True)
    ]
    return pd.Series(names, frame.index, dtype=str)


def _measured(panel: Panel, shares: Sequence[str], language: Language) -> tuple[pd.DataFrame, list[str]]:
    """Return shares of the reports shown, one row a report and share that its form has, and notes.

    Notes name reports whose numbers are not compared, with what they print, and tell where reports are left out.
    """
    heads, more = _shown(panel, language)
    shown, parts = panel.select(heads.index.to_numpy(np.int64)), []
    for name in shares:
        rows = measure_columns(shown, name).set_axis(heads.index).assign(measure=name, kind="share", unit="")
        rows["text"] = [measure_text(row, language) if row.state else "" for row in rows_of(rows)]
        parts.append(heads.join(rows.assign(text=marked(rows)))[rows["state"] != ""])
    frame = pd.concat(parts)
    heading = [say(f"comparison.head_{name}", language) for name in frame["measure"]]
    frame = frame.assign(label=_named(frame, language), group=heading).rename_axis("at").reset_index()
    printed = [
        percent(row.value, language) if row.state == "defined" else row.text.removesuffix(MARK)
        for row in rows_of(frame)
    ]
    return frame, [*unsound_notes(frame, language, "label", "group", printed), *more]


def _latest(frame: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Return the latest report of each organ, of those whose organ is known, within each of some groups."""
    years = pd.to_numeric(frame["year"], errors="coerce").fillna(0)
    ordered = frame[frame["organ"] != ""].assign(latest=years).sort_values("latest", kind="stable")
    return ordered.drop_duplicates(["organ", *by], keep="last").drop(columns="latest")


class _Rows:
    """Where the reports of a figure stand: their y in points, and the names of organs and scopes beside them."""

    def __init__(self, frame: pd.DataFrame, size: float, width: float, whole: float) -> None:
        """Lay out the reports of a frame, in its order, names broken to a width and scopes to that of the figure."""
        self.at: dict[str, float] = {}
        self.names: list[tuple[float, str]] = []
        self.scopes: list[tuple[float, str]] = []
        self.years: dict[float, str] = {}
        y = 0.0
        for scope, part in groups(frame.drop_duplicates("report"), "scope_label"):
            y += _BEFORE * bool(self.at)
            caption = fill(str(scope), size, whole - 10)
            tall = (caption.count("\n") + 1) * size * LEADING
            self.scopes.append((y + tall / 2, caption))
            y += tall + 4
            for organ, rows in groups(part, "organ"):
                name = fill(str(rows["organ_label"].iloc[0] or organ), size, width)
                self.names.append((y + 1, name))
                for place, row in enumerate(rows_of(rows)):
                    self.at[row.report] = y + (place + 0.5) * _STEP
                    self.years[self.at[row.report]] = row.year
                y += max(len(rows) * _STEP, (name.count("\n") + 1) * size * LEADING) + 2
        self.height = y

    def label(self, ax: Axes, size: float, width: float) -> None:
        """Write years as ticks, and organs and scopes to the left of them."""
        ax.set_yticks(list(self.years), list(self.years.values()))
        ax.tick_params(axis="y", length=0, labelsize=size, pad=GAP)
        style: dict[str, Any] = {"xycoords": ax.get_yaxis_transform(), "size": size, "linespacing": SPACING}
        for y, name in self.names:
            write(ax, name, (0, y), (-width, 0), va="top", **style)
        style |= {"color": MUTED, "bbox": {"facecolor": PAPER, "edgecolor": "none", "pad": 1}}
        for y, scope in self.scopes:  # over the first columns, whose lines give way
            write(ax, scope, (0, y), (-width, 0), va="center", **style).set_in_layout(False)
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
        where a row of it prints no number), concluded, share (0 to 1; NaN where not known), broken (the families do not
        add up to what is concluded, or another identity over them is broken), doubtful (a reading is in doubt),
        comparable (the family has the same rows as in most of the reports), text.
    """
    language = language_of(language)
    heads, notes = _shown(panel, language)
    shown = panel.select(heads.index.to_numpy(np.int64))
    totals = [CellKey("requests", row, "total") for form in shown.forms for row in _outcomes(form)]
    flags = unsound_cells(shown, dict.fromkeys([*totals, _CONCLUDED]))
    usual = _usual_rows(shown)
    rows = []
    for at, head in enumerate(heads.itertuples(index=False, name=None)):
        form = shown.forms[shown.form_codes[at]]
        values = {row: float(shown.column(CellKey("requests", row, "total"))[at]) for row in _outcomes(form)}
        concluded, whole = float(shown.column(_CONCLUDED)[at]), sum(values.values())
        broken = bool(flags["broken"][at]) or (whole != concluded and not np.isnan(whole - concluded))
        for term, members in form.families():
            amount = sum(values[row] for row in members)
            share = amount / concluded if concluded > 0 and 0 <= amount <= concluded else np.nan
            text = percent(share, language) or say("figures.not_printed_short", language)
            family = (term.key, brief(term, language), amount, concluded, share)
            rows.append((*head, *family, broken, bool(flags["doubtful"][at]), usual[term.key] == members, text))
    names = ["family", "label", "count", "concluded", "share", "broken", "doubtful", "comparable", "text"]
    frame = pd.DataFrame(rows, columns=[*_HEADS, *names])
    frame = frame.assign(group=_named(frame, language))
    all_six = frame.drop_duplicates("report").assign(what=say("comparison.all_outcomes", language))
    sums = frame.groupby("report", sort=False)["count"].sum(skipna=False)
    said = [
        say("comparison.sum_of", language, sum=printed(total, language), concluded=printed(whole, language))
        for total, whole in zip(sums, all_six["concluded"], strict=True)
    ]
    notes = [*unsound_notes(all_six, language, "group", "what", said), *notes]
    frame["text"] = [
        text if same else text + _APART for text, same in zip(marked(frame), frame["comparable"], strict=True)
    ]
    apart = list(dict.fromkeys(frame.loc[~frame["comparable"], "label"]))
    if apart:
        notes = [say("comparison.note_apart", language, families=listed(apart, language)), *notes]
    return _of_panel(frame, "panel_outcomes", panel, language, notes)


def _outcomes(form: Form) -> list[str]:
    """Return the rows of all outcomes."""
    return [row for _, rows in form.families() for row in rows]


def _usual_rows(panel: Panel) -> dict[str, tuple[str, ...]]:
    """Return for each family of outcome the rows that it has in most reports; of a tie the later form's."""
    found: dict[str, Counter[tuple[str, ...]]] = {}
    for at, form in reversed(list(enumerate(panel.forms))):
        for term, members in form.families():
            found.setdefault(term.key, Counter())[tuple(members)] += int((panel.form_codes == at).sum())
    return {family: rows.most_common(1)[0][0] for family, rows in found.items()}


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
        contradict each other: the families of every other row add up to all that is concluded. Dotted: a family that
        has other rows in the form of most reports, and is not compared.
    """
    needed = (
        "report", "organ", "organ_label", "year", "scope_label", "family", "label", "share", "concluded", "broken",
        "doubtful", "comparable",
    )  # fmt: skip
    frame = tidy(data, panel_outcomes_data, needed, language)
    words, place = language_in(frame), room(ax, width)
    if frame.empty:
        return _nothing(place, frame, panel_outcomes_title(frame))
    size, names = place.sizes.tiny, 0.24 * place.width
    rows = _Rows(frame, size, names, place.width)
    heads = [*frame.drop_duplicates("family")["label"], say("comparison.head_concluded", words)]
    column = (0.74 * place.width - 30) / len(heads)
    heads = [fill(head, size, column - 2) for head in heads]
    above = (max(head.count("\n") for head in heads) + 2) * size * LEADING
    axes: Axes = start(place, frame, panel_outcomes_title(frame), rows.height + above)[0, 0]
    for at, (_, part) in enumerate(groups(frame, "family")):
        _draw_shares(axes, at, part, rows.at, size)
    for one in rows_of(frame.drop_duplicates("report")):
        beside(axes, len(heads) - 0.1, rows.at[one.report], printed(one.concluded, words), size, ha="right")
    axes.set(xlim=(0, len(heads)), xlabel="")
    axes.set_xticks(np.arange(len(heads)) + 0.5, heads)
    ticks_above(axes, labelsize=size)
    rows.label(axes, size, names + 30)
    name_unit(axes, frame.attrs.get("unit", ""), place.sizes.small, 0.7 * place.width)
    sns.despine(ax=axes, left=True, bottom=True)
    return axes


def _draw_shares(ax: Axes, left: int, part: pd.DataFrame, at: Mapping[str, float], size: float) -> None:
    """Draw a column of the heat map: the darker the larger the share; hatched or dotted where nothing is compared."""
    hatched = part["share"].isna() | unsound(part)
    shaded, dotted = part[~hatched & part["comparable"]], part[~hatched & ~part["comparable"]]
    shades = [SHADES[min(int(share * len(SHADES)), len(SHADES) - 1)] for share in shaded["share"]]
    box: dict[str, Any] = {"left": left + 0.02, "height": _STEP - 1.5, "edgecolor": RULE, "linewidth": 0.4}
    ax.barh(shaded["report"].map(at), 0.96, color=shades, **box)
    for rows, hatch in ((part[hatched], "/////"), (dotted, "....")):
        ax.barh(rows["report"].map(at), 0.96, color=PAPER, hatch=hatch, **box)
    ground = {"facecolor": PAPER, "edgecolor": "none", "pad": 0.6}
    for row in rows_of(part.dropna(subset=["share"])):
        style: dict[str, Any] = {} if row.Index in shaded.index else {"bbox": ground}
        beside(ax, left + 0.5, at[row.report], percent(row.share, language_in(part)), size, ha="center", **style)


def panel_outcomes_title(frame: pd.DataFrame) -> str:
    """Return the finding of ``panel_outcomes``: which family is the largest in most reports.

    Reports count whose families all print a number, and add up.
    """
    language = language_in(frame)
    known = frame[~frame["report"].isin(frame.loc[unsound(frame) | frame["share"].isna(), "report"])]
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
        and year), text, beside (the counts, short), and those of ``foi.measure``. Rows that are broken or doubtful are
        marked, and enter no finding.
    """
    language = language_of(language)
    frame, notes = _measured(panel, _APPEALS, language)
    pairs = zip(frame["numerator"], frame["denominator"], strict=True)
    frame["beside"] = [_counts(corrected, decided, language) for corrected, decided in pairs]
    return _of_panel(frame, "panel_appeals", panel, language, notes, "review")


def _counts(part: float, whole: float, language: Language) -> str:
    """Return the counts of a share in short, or a dash where one is not known."""
    if np.isnan(part) or np.isnan(whole):
        return "–"
    return phrase("comparison.of", language, part=part, whole=whole)


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
    frame = tidy(data, panel_appeals_data, _NEEDED, language)
    return _forests(frame, panel_appeals_title(frame), RESULTS["corrected"], ax, width)


def _forests(frame: pd.DataFrame, title: str, color: str, ax: Axes | None, width: float) -> np.ndarray:
    """Draw measures of reports side by side, one row a report, each with its interval."""
    place = room(ax, width)
    if frame.empty:
        return np.array([_nothing(place, frame, title)])
    size, names = place.sizes.tiny, 0.24 * place.width
    rows = _Rows(frame, size, names, place.width)
    parts = [part for _, part in groups(frame, "measure")]
    across = len(parts) if 0.74 * place.width / len(parts) > 60 else min(2, len(parts))
    down = -(-len(parts) // across)
    column = (0.74 * place.width - 30) / across
    heads = [fill(part["group"].iloc[0], _SMALLEST, column - 10) for part in parts]
    tall = rows.height + (max(head.count("\n") for head in heads) + 4) * size * LEADING
    axes = start(place, frame, title, tall * down, rows=[1] * down, columns=[1] * across, sharey=True)
    for one, part, head in zip(axes.flat, parts, heads, strict=False):
        y = [rows.at[report] for report in part["report"]]
        bad = unsound(part)
        forest(one, part, y, np.where(bad, MUTED, color).tolist(), hollow=bad.tolist(), end=1.0)
        for where, text in zip(y, part["beside"], strict=True):
            beside(one, 1, where, text, size, right=GAP + 3, xycoords=one.get_yaxis_transform())
        one.set_title(head, size=_SMALLEST, pad=4)
        one.tick_params(axis="x", labelsize=_SMALLEST)
        if column < 120:
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
    known = _sound(frame[frame["measure"] == _APPEALS[0]])
    if known.empty:
        return say("comparison.title_nothing", language)
    return say(
        "comparison.title_appeals",
        language,
        n=len(known),
        width=f"{100 * (known['high'] - known['low']).max():.0f}",
        low=percent(known["value"].min(), language),
        high=percent(known["value"].max(), language),
    )


def _sound(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows whose share is defined and rests on sound cells alone."""
    return frame[(frame["state"] == "defined") & ~unsound(frame)]


def panel_definitions_data(panel: Panel, language: Language | None = None) -> pd.DataFrame:
    """Return what ``panel_definitions`` draws: one row a report and definition of the share disclosed.

    Parameters
    ----------
    panel : Panel
    language : {"zh", "en"}, optional

    Returns
    -------
    DataFrame
        Columns as of ``panel_appeals_data``, and best_rank and worst_rank: those that remain possible when only the
        differences count whose 95% Newcombe interval excludes 0. Ranked is one report an organ, its latest with sound
        numbers, within the scope and among the reports of the figure, 1 for the highest; NA for the others. ``beside``
        is the range of ranks.
    """
    language = language_of(language)
    frame, notes = _measured(panel, _DEFINITIONS, language)
    frame = frame.join(_ranks(frame))
    frame["beside"] = [_span(best, worst) for best, worst in zip(frame["best_rank"], frame["worst_rank"], strict=True)]
    frame["text"] = [
        say("comparison.with_ranks", language, text=text, ranks=ranks) if ranks else text
        for text, ranks in zip(frame["text"], frame["beside"], strict=True)
    ]
    return _of_panel(frame, "panel_definitions", panel, language, notes, "requests")


def _ranks(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the best and the worst rank that remain possible for the latest sound report of each organ."""
    ranks = pd.DataFrame(index=frame.index, columns=["best_rank", "worst_rank"], dtype="Int64")
    for _, part in groups(_sound(frame), ["measure", "scope"]):
        latest = _latest(part, [])
        if len(latest) > 1:
            ends = rank_range(latest["numerator"], latest["denominator"])
            ranks.loc[latest.index] = np.column_stack(ends).astype(int)
    return ranks


def _span(best: Any, worst: Any) -> str:
    if pd.isna(best):
        return ""
    return str(best) if best == worst else f"{best}–{worst}"


@themed
def panel_definitions(
    data: Panel | pd.DataFrame, ax: Axes | None = None, *, language: Language | None = None, width: float = 16.0
) -> np.ndarray:
    """Draw five definitions of the share disclosed for each report, with the ranks that remain possible in its scope.

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
    frame = tidy(data, panel_definitions_data, _NEEDED, language)
    return _forests(frame, panel_definitions_title(frame), POINT, ax, width)


def panel_definitions_title(frame: pd.DataFrame) -> str:
    """Return the finding of ``panel_definitions``: how many pairs of organs have one order under every definition."""
    language = language_in(frame)
    if _sound(frame).empty:
        return say("comparison.title_nothing", language)
    orders = _orders(frame)
    if orders.empty:
        return say("comparison.title_alone", language)
    same = orders.abs().all(axis=1) & (orders.nunique(axis=1) == 1)
    turned = orders.eq(1).any(axis=1) & orders.eq(-1).any(axis=1)
    counts = {"all": len(orders), "same": int(same.sum()), "turned": int(turned.sum()), "n": orders.shape[1]}
    return say("comparison.title_definitions", language, **counts)


def _orders(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the order of each two ranked reports of a scope by definition: 1, -1, or 0 where it is open.

    Only pairs that are ranked under every definition of the frame have a row.
    """
    ranked = frame.dropna(subset=["best_rank"]) if "best_rank" in frame else frame.iloc[:0]
    found: dict[str, dict[tuple[str, str], int]] = {name: {} for name in frame["measure"].unique()}
    for (name, _), part in groups(ranked, ["measure", "scope"]):
        for one, other in combinations(rows_of(part.sort_values("report", kind="stable")), 2):
            low, high = newcombe(one.numerator, one.denominator, other.numerator, other.denominator)
            found[name][one.report, other.report] = int(low > 0) - int(high < 0)
    return pd.DataFrame(found).dropna().astype(int)


# ---- series over the years ----

_TRENDS = [
    "organ", "organ_label", "scope", "report", "year", "form", "group", "series", "series_label", "label", "value",
    "low", "high", "doubtful", "broken", "segment", "text",
]  # fmt: skip


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
        of a share), doubtful and broken (as in ``foi.measure``), segment (only points of one segment are joined by a
        line; a doubtful or broken one is alone), text. Reports that share organ and year are left out. ``attrs`` hold
        the changes of law, each a letter and a year.
    """
    language = language_of(language)
    kept, heads, more = _followed(panel, language)
    shown, heads = kept.select(heads.index.to_numpy(np.int64)), heads.reset_index(drop=True)
    parts = []
    for series, one in _DRAWN["series"].items():
        cell, name = one.get("cell"), one.get("measure", "")
        label, values = say(f"comparison.track_{series}", language), _values(shown, cell, name)
        rows = heads.join(values).assign(series=series, series_label=label, year=heads["year"].astype(int))
        rows["label"] = [f"{label} {year}" for year in rows["year"]]
        rows["text"] = [
            printed(value, language) if cell or np.isnan(value) else percent(value, language) for value in rows["value"]
        ]
        parts.append(rows.assign(segment=_segments(rows, name)))
    frame = pd.concat(parts, keys=range(len(parts)), names=["series_at", "at"]).reset_index()
    frame = frame.assign(
        group=frame["organ"].map({organ: _organ_scope(part, language) for organ, part in groups(heads, "organ")})
    )
    order = frame["organ"].map({organ: at for at, organ in enumerate(dict.fromkeys(heads["organ"]))})
    frame = frame.assign(order=order).sort_values(["order", "series_at", "at"], kind="stable", ignore_index=True)
    who = frame.assign(who=_named(frame, language))
    notes = unsound_notes(who, language, "who", "series_label", frame["text"].where(frame["value"].notna(), ""))
    frame = frame.assign(text=marked(frame))[_TRENDS]
    breaks = list(zip("abcdefgh", _breaks(frame["year"]), strict=False))
    letters = [say("comparison.break", language, letter=letter, text=one.text(language)) for letter, one in breaks]
    frame = _of_panel(frame, "trends", panel, language, [*letters, *notes, *more])
    frame.attrs["breaks"] = [(letter, _year_of(one.on)) for letter, one in breaks]
    return frame


def _followed(panel: Panel, language: Language) -> tuple[Panel, pd.DataFrame, list[str]]:
    """Return a panel without conflicts, its reports of organs with several years, and a note where there are more."""
    kept = panel.select(~panel.heads["report"].isin(panel.conflicts["report"]).to_numpy())
    heads, _ = _shown(kept, language)
    heads = heads[(kept.heads.loc[heads.index, "year"] != "") & (heads["organ"] != "")]
    several = heads.groupby("organ", sort=False)["year"].transform("size") > 1
    return kept, *_longest(heads[several], [], language)


def _longest(heads: pd.DataFrame, by: list[str], language: Language) -> tuple[pd.DataFrame, list[str]]:
    """Return the reports of the organs with most of them, and a note where organs are left out."""
    sizes = heads.groupby("organ", sort=False)["year"].transform("size")
    heads = heads.assign(many=-sizes).sort_values(["many", *by, "organ", "year"], kind="stable")
    organs = list(heads["organ"].drop_duplicates())
    kept = organs[:ORGANS]
    more = say("comparison.organs_left_out", language, shown=len(kept), all=len(organs))
    return heads[heads["organ"].isin(kept)], [more] if len(organs) > len(kept) else []


def _year_of(day: date) -> float:
    """Return where a day stands on an axis of years, whose ticks stand in the middle of each year."""
    return day.year + (day - date(day.year, 1, 1)).days / 366 - 0.5


def _organ_scope(part: pd.DataFrame, language: Language) -> str:
    """Name an organ and what its figures cover, or that this changed."""
    scopes = say("panel.between", language).join(
        dict.fromkeys(named("scope", scope or "unknown").one(language) for scope in part["scope"])
    )
    return say("comparison.organ_scope", language, organ=part["organ_label"].iloc[0], scope=scopes)


def _values(panel: Panel, cell: str | None, name: str) -> pd.DataFrame:
    """Return a count or a measure of each report with its interval, and whether it is doubtful or broken."""
    if cell:
        key = CellKey(*cell.split("."))
        numbers = pd.DataFrame({"value": panel.column(key), "low": np.nan, "high": np.nan})
        return numbers.join(unsound_cells(panel, [key]))
    return measure_columns(panel, name)[["value", "low", "high", "doubtful", "broken"]]


def _segments(rows: pd.DataFrame, name: str) -> pd.Series[int]:
    """Return the number of each year's run in a series: years of one organ and scope that follow each other.

    A change of law between two years parts them, and a number that is not sound is alone.
    """
    rules = next((one for one in load_measures() if one.id == name), None)
    bad = unsound(rows)
    runs: dict[int, int] = {}
    for _, part in groups(rows, "organ"):
        parted = [
            b.year != a.year + 1
            or a.scope != b.scope
            or bad[a.Index]
            or bad[b.Index]
            or bool(rules and rules.breaks_between(a.year, b.year))
            for a, b in pairwise(rows_of(part))
        ]
        runs |= dict(zip(part.index, [0, *np.cumsum(np.array(parted, int)).tolist()], strict=True))
    return pd.Series(runs, rows.index, dtype=int)


def _breaks(years: pd.Series[int]) -> list[Break]:
    """Return the changes of law and form that fall within or between some report years, in order of time."""
    known = sorted(load_breaks().values(), key=lambda one: one.on)
    return [one for one in known if years.min() <= one.on.year <= years.max()]


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
        bodies, and no change of law forbids it; a missing year stays a gap, and ? is a number not printed. Hollow, and
        joined to nothing: a number under a broken identity, or whose reading is in doubt.
    """
    needed = (
        "organ", "organ_label", "series", "series_label", "year", "value", "low", "high", "doubtful", "broken",
        "segment", "text",
    )  # fmt: skip
    frame = tidy(data, trends_data, needed, language)
    place, title = room(ax, width), trends_title(frame)
    if frame.empty:
        return np.array([[_nothing(place, frame, title)]])
    size, names = place.sizes.tiny, list(frame["series"].drop_duplicates())
    across = len(names) if place.width > 300 else min(2, len(names))
    lines = -(-len(names) // across)
    organs = list(frame["organ"].drop_duplicates())
    rows, column = len(organs) * lines, 0.84 * place.width / across
    axes = start(place, frame, title, rows * _SERIES_HEIGHT + 30, rows=[1] * rows, columns=[1] * across)
    for (organ, name), part in groups(frame, ["organ", "series"]):
        line, left = divmod(names.index(name), across)
        first = organ == organs[0]
        one = axes[organs.index(organ) * lines + line, left]
        _draw_series(one, part, frame, size, column)
        one.set_title(fill(part["series_label"].iloc[0], size, column - 4) if first else "", size=size, pad=11)
        if left == 0:
            label = fill(part["organ_label"].iloc[0], size, 0.15 * place.width) if line == 0 else ""
            one.set_ylabel(label, rotation=0, ha="right", va="center", size=size, color=INK, labelpad=4)
    return axes


def _nothing(place: Room, frame: pd.DataFrame, title: str) -> Axes:
    """Return Axes that say only that there is nothing to draw."""
    axes: Axes = start(place, frame, title, 20)[0, 0]
    axes.set_axis_off()
    return axes


def _draw_series(ax: Axes, part: pd.DataFrame, whole: pd.DataFrame, size: float, width: float) -> None:
    """Draw one series with its intervals and values; a number that is not printed is a question mark."""
    known = part.dropna(subset=["value"])
    if len(known):
        _draw_line(ax, known)
    tops = known["high"].fillna(known["value"])
    first, last = whole["year"].min() - 0.6, whole["year"].max() + 0.6
    unit = width / (last - first)
    _write_values(ax, known.assign(top=tops), unit)
    across = ax.get_xaxis_transform()
    for year in part.loc[part["value"].isna(), "year"]:
        write(ax, "?", (year, 0), (0, 2), xycoords=across, ha="center", size=size, color=MUTED)
    for letter, year in whole.attrs.get("breaks", ()):
        ax.axvline(year, color=RULE, linewidth=0.8, zorder=0)
        ax.annotate(letter, (year, 1), xycoords=across, ha="center", va="bottom", size=_SMALLEST, color=MUTED)
    top = 1.35 * max(tops.max() if len(tops) else 0.0, 1e-9)
    ax.set(xlim=(first, last), ylim=(0, top), yticks=[], xlabel="", ylabel="")
    years = sorted(part["year"].unique())
    short = unit < width_of("2000", _SMALLEST) + 2
    ax.set_xticks(years, [f"{year % 100:02d}" if short else str(year) for year in years])
    ax.tick_params(axis="x", labelsize=_SMALLEST, pad=1, length=2, labelcolor=MUTED)
    sns.despine(ax=ax, left=True)


def _draw_line(ax: Axes, known: pd.DataFrame) -> None:
    """Draw the points of a series with their intervals, joined within each segment; those not sound are hollow."""
    style: dict[str, Any] = {"marker": "o", "markersize": 4.5, "clip_on": False}
    bad = unsound(known)
    sound, hollow = known[~bad], known[bad]
    if len(sound):
        line: dict[str, Any] = {"color": POINT, "markeredgewidth": 0, **style}
        sns.lineplot(sound, x="year", y="value", units="segment", estimator=None, ax=ax, **line)
    ax.vlines(known["year"], known["low"], known["high"], color=list(np.where(bad, MUTED, INK)), linewidth=1.1)
    if len(hollow):
        ring: dict[str, Any] = {"linestyle": "", "markerfacecolor": PAPER, "markeredgecolor": MUTED, **style}
        ax.plot(hollow["year"], hollow["value"], zorder=3, **ring)


def _write_values(ax: Axes, known: pd.DataFrame, unit: float) -> None:
    """Write the values of a series over its points; one without room is left out, the data have it."""
    ground, end = {"facecolor": PAPER, "edgecolor": "none", "pad": 0.2}, -np.inf
    for row in rows_of(known):
        half = width_of(row.text, _SMALLEST) / 2
        if row.year * unit - half > end:
            write(ax, row.text, (row.year, row.top), (0, 4), ha="center", size=_SMALLEST, bbox=ground)
            end = row.year * unit + half + 1


def trends_title(frame: pd.DataFrame) -> str:
    """Return the finding of ``trends``: the range and the years of the share disclosed in the longest series."""
    language = language_in(frame)
    known = frame[(frame["series"] == "disclosed") & ~unsound(frame)].dropna(subset=["value"])
    for _, part in groups(known, "organ"):
        if len(part) > 1:
            return say(
                "comparison.title_trends",
                language,
                organ=part["organ_label"].iloc[0],
                n=len(part),
                first=part["year"].min(),
                last=part["year"].max(),
                low=percent(part["value"].min(), language),
                high=percent(part["value"].max(), language),
            )
    return say("comparison.title_no_series", language)


# ---- a funnel ----

#: The models of how shares vary, the endings of their limits in the frame, and the colours of these.
_MODELS: Mapping[Model, tuple[str, str]] = {
    "binomial": ("", RULE),
    "multiplicative": ("_phi", INK),
    "additive": ("_tau", FAMILIES["withheld"]),
}
_QUANTILES = ("95", "99_8")


def funnel_data(panel: Panel, language: Language | None = None) -> pd.DataFrame:
    """Return what ``funnel`` draws: one row an organ, with its share disclosed and the limits around the common share.

    Parameters
    ----------
    panel : Panel
    language : {"zh", "en"}, optional

    Returns
    -------
    DataFrame
        The latest report of each organ and scope that has a share of sound numbers; beside them, outside every fit, all
        reports whose share is doubtful or broken. Reports of an unknown organ are left out. Columns: report, organ,
        year, form, scope and their labels, group (scope and fit in words), label (organ and year), text, those of
        ``foi.measure``; and, NaN for scopes with too few organs, target, phi, tau, z, and the limits low_95, high_95,
        low_99_8, high_99_8 of chance alone, those of the multiplicative model, ending in _phi, and of the additive one,
        ending in _tau; reports, the number of organs fitted.
    """
    language = language_of(language)
    every = panel.heads[["organ", "year", "scope"]].join(measure_columns(panel, _FUNNEL))
    latest = _latest(_sound(every), ["scope"])
    bad = (every["state"] == "defined") & unsound(every)
    drawn = panel.select(bad | pd.Series(every.index.isin(latest.index), every.index))
    frame, notes = _measured(drawn, [_FUNNEL], language)
    parts = []
    for scope, part in groups(frame, "scope"):
        alike = latest[latest["scope"] == scope]
        parts.append(_with_limits(part, fit(alike["numerator"], alike["denominator"]), language))
    empty: dict[str, Any] = {"group": "", "target": np.nan, "phi": np.nan, "tau": np.nan, "reports": 0, "z": np.nan}
    frame = pd.concat(parts) if parts else frame.assign(**empty)
    lists = [
        joined([_sentence(group, language), listed(_labelled(part, language), language)], language)
        for group, part in groups(frame, "group")
        if len(part) < _POINTS
    ]
    models = [say("comparison.note_limits", language)] * bool(frame["target"].notna().any())
    return _of_panel(frame, "funnel", panel, language, [*models, *lists, *notes], "requests")


def _labelled(part: pd.DataFrame, language: Language) -> Iterable[str]:
    """Return the label of each row with its text."""
    return (say("comparison.labelled", language, label=row.label, text=row.text) for row in rows_of(part))


def _sentence(text: str, language: Language) -> str:
    """Return a text with a full stop behind it."""
    return say("comparison.sentence", language, text=text)


def _with_limits(part: pd.DataFrame, fitted: Funnel, language: Language) -> pd.DataFrame:
    """Return the reports of one scope with the limits around their common share, NaN where organs are too few."""
    limited = fitted.reports >= LIMITS_FROM and fitted.phi >= 1
    said = say("comparison.too_few", language, n=LIMITS_FROM)
    if limited:
        spread = {"sd": f"{fitted.phi**0.5:.1f}", "tau": f"{100 * fitted.tau:.1f}"}
        said = say("comparison.fit", language, target=percent(fitted.target, language), n=fitted.reports, **spread)
    scope = _sentence(part["scope_label"].iloc[0], language)
    values: dict[str, Any] = {
        "group": joined([scope, said.rstrip(".。")], language),
        "target": fitted.target if limited else np.nan,
        "phi": fitted.phi if limited else np.nan,
        "tau": fitted.tau if limited else np.nan,
        "reports": fitted.reports,
    }
    n = part["denominator"].where(part["denominator"] > 0)
    for name, z in zip(_QUANTILES, Z_LIMITS, strict=True):
        for model, (ending, _) in _MODELS.items():
            low, high = fitted.limits(n, z, model) if limited else (np.nan, np.nan)
            values |= {f"low_{name}{ending}": low, f"high_{name}{ending}": high}
    error = np.sqrt(fitted.target * (1 - fitted.target) / n) if limited else np.nan
    return part.assign(**values, z=(part["value"] - fitted.target) / error)


@themed
def funnel(
    data: Panel | pd.DataFrame, ax: Axes | None = None, *, language: Language | None = None, width: float = 16.0
) -> np.ndarray:
    """Draw the share disclosed of each organ against the requests concluded, with limits around the common share.

    Parameters
    ----------
    data : Panel or DataFrame
        A panel, or what ``funnel_data`` gives of one, or of some of its reports.
    ax, language, width
        As for ``outcomes``. A grid of Axes takes the place of ``ax``, which must stand in a grid itself.

    Returns
    -------
    ndarray of Axes
        One for each scope with several points; a point alone in its scope stands in the note. With fewer than 20 organs
        there are no limits. Hollow points, under a broken identity or in doubt, are outside the fit.

    References
    ----------
    Spiegelhalter (2005), Funnel plots for comparing institutional performance, Statistics in Medicine 24: 1185-1202;
    and Handling over-dispersion of performance indicators, Quality and Safety in Health Care 14: 347-351.
    """
    needed = (
        "group", "label", "numerator", "denominator", "value", "state", "doubtful", "broken", "target", "phi", "tau",
    )  # fmt: skip
    frame = tidy(data, funnel_data, needed, language)
    place, title = room(ax, width), funnel_title(frame)
    tiny, small = place.sizes.tiny, place.sizes.small
    parts = [(group, part) for group, part in groups(frame, "group") if len(part) >= _POINTS]
    if not parts:
        return np.array([_nothing(place, frame, title)])
    axes: np.ndarray = start(place, frame, title, len(parts) * (_FUNNEL_HEIGHT + 50), rows=[1] * len(parts))[:, 0]
    for one, (group, part) in zip(axes, parts, strict=True):
        _draw_funnel(one, part, tiny, 0.88 * place.width)
        one.set_title(fill(group, small, 0.85 * place.width), size=small)
    axes[-1].set_xlabel(say("comparison.axis_volume", language_in(frame)), size=tiny)
    return axes


def _draw_funnel(ax: Axes, part: pd.DataFrame, size: float, width: float) -> None:
    """Draw one scope: the points, and where there are organs enough their common share and the limits of each model."""
    known = part[part["state"] == "defined"]
    most, top = known["denominator"].max() * 1.08, round_end(known["value"].max() * 1.15)
    if part["target"].notna().all():
        _draw_limits(ax, part.iloc[0], most, top)
    bad = unsound(known)
    for rows, face, edge in ((known[~bad], FAMILIES["disclosed"], INK), (known[bad], PAPER, MUTED)):
        style: dict[str, Any] = {"color": face, "edgecolor": edge, "s": 34, "zorder": 3, "clip_on": False}
        line = 0.4 if face != PAPER else 1.2
        sns.scatterplot(rows, x="denominator", y="value", ax=ax, linewidth=line, **style)
    ax.set(xlim=(0, most), ylim=(0, top), xlabel="", ylabel="")
    ax.set_xscale("function", functions=(lambda x: np.sqrt(np.maximum(x, 0)), np.square))
    ax.set_xticks(_volumes(most, width, size))
    ax.xaxis.set_major_formatter(lambda x, _: number(x, "en"))
    ax.set_yticks(*percent_ticks(top))
    ax.tick_params(labelsize=size, labelcolor=MUTED)
    _name_points(ax, known, (most, top), (width, _FUNNEL_HEIGHT), size)


def _draw_limits(ax: Axes, fitted: Any, most: float, top: float) -> None:
    """Draw the common share and, in a colour for each model, the limits of 95% (dashed) and 99.8%."""
    pooled = Funnel(float(fitted.target), float(fitted.phi), float(fitted.tau), int(fitted.reports), np.array([]))
    n = most * np.linspace(0.02, 1.0, 120) ** 2
    for model, (_, color) in _MODELS.items():
        for z, style in zip(Z_LIMITS, ("--", "-"), strict=True):
            for limit in pooled.limits(n, z, model):
                inside = (limit > 0) & (limit < top)
                ax.plot(n[inside], limit[inside], style, color=color, linewidth=0.8)
    ax.axhline(pooled.target, color=INK, linewidth=0.9)


def _volumes(most: float, width: float, size: float) -> list[float]:
    """Return round volumes up to the largest, those that would crowd left out."""
    power = 10.0 ** max(len(str(int(most))) - 1, 0)
    kept: list[float] = [0.0]
    for step in (0.01, 0.05, 0.1, 0.2, 0.5, 1, 2, 3, 4, 5, 6, 7, 8, 9):
        volume = float(round(power * step))
        if 1 <= volume <= most:
            away = width * (np.sqrt(volume / most) - np.sqrt(kept[-1] / most))
            if away > width_of(f"{volume:,.0f}", size) + 6:
                kept.append(volume)
    return kept


#: Where a name may stand beside its point: how it is aligned, and points to the right and down.
_BESIDE = (("left", 6, 0), ("right", -6, 0), ("center", 0, -9), ("center", 0, 9), ("left", 4, -9), ("right", -4, -9))


def _name_points(
    ax: Axes, known: pd.DataFrame, ends: tuple[float, float], box: tuple[float, float], size: float
) -> None:
    """Write a name beside each point where there is room for it, those of the largest first."""
    (most, top), (wide, tall) = ends, box
    x, y = wide * np.sqrt(known["denominator"] / most), tall * (1 - known["value"] / top)
    taken = [(a - 4, b - 4, a + 4, b + 4) for a, b in zip(x, y, strict=True)]
    ground = {"facecolor": PAPER, "edgecolor": "none", "pad": 0.6}
    style: dict[str, Any] = {"va": "center", "size": size, "bbox": ground}
    for row in rows_of(known.assign(x=x, y=y).sort_values("denominator", ascending=False, kind="stable")):
        long = width_of(row.label, size)
        for ha, right, down in _BESIDE:
            left = row.x + right - {"left": 0, "right": long, "center": long / 2}[ha]
            place = (left - 1, row.y + down - size * 0.7, left + long + 1, row.y + down + size * 0.7)
            free = all(place[2] <= a or c <= place[0] or place[3] <= b or d <= place[1] for a, b, c, d in taken)
            if free and place[0] > 0 and place[2] < wide and place[1] > 0 and place[3] < tall:
                write(ax, row.label, (row.denominator, row.value), (right, -down), ha=ha, **style)
                taken.append(place)
                break


def funnel_title(frame: pd.DataFrame) -> str:
    """Return the finding of ``funnel``: how many shares lie beyond limits of 99.8% under each model.

    Without limits it is how far the shares run in the scope with most of them.
    """
    language, sound = language_in(frame), _sound(frame)
    if sound.empty:
        return say("comparison.title_nothing", language)
    limited = sound[sound["target"].notna()]
    if limited.empty:
        most = sound[sound["scope"] == sound["scope"].value_counts(sort=True).index[0]]
        if len(most) < _POINTS:
            return say("comparison.title_few_alone", language)
        low, high = (percent(value, language) for value in (most["value"].min(), most["value"].max()))
        return say("comparison.title_few", language, n=len(most), low=low, high=high)
    beyond = {
        model: int(
            ((limited["value"] < limited[f"low_99_8{end}"]) | (limited["value"] > limited[f"high_99_8{end}"])).sum()
        )
        for model, (end, _) in _MODELS.items()
    }
    return say("comparison.title_funnel", language, all=len(limited), **beyond)


# ---- whether the years join ----

#: Of two years that join or do not: the year before, the two sides of the rule, their difference, and the verdict.
_Joint: TypeAlias = tuple[int, float, float, float, str]
_NO_JOINT: _Joint = (0, np.nan, np.nan, np.nan, "")


def chain_data(panel: Panel, language: Language | None = None) -> pd.DataFrame:
    """Return what ``chain`` draws: one row a report and quantity, with what came of the year before.

    Parameters
    ----------
    panel : Panel
    language : {"zh", "en"}, optional

    Returns
    -------
    DataFrame
        Columns: organ, organ_label, scope, report, year, group (organ and scope), quantity, quantity_label, label,
        value (NaN where none is printed), shown, text; and on the row of the last quantity last_year, left and right
        (the two sides of the rule), difference and verdict (empty where there is no year before).
    """
    return _joins(panel, "chain", language_of(language))


def stock_data(panel: Panel, language: Language | None = None) -> pd.DataFrame:
    """Return what ``stock`` draws: as ``chain_data``, of normative documents issued, repealed and in force."""
    return _joins(panel, "stock", language_of(language))


def _joins(panel: Panel, name: str, language: Language) -> pd.DataFrame:
    """Return the quantities of each year of an organ, and of two years whether they join."""
    boxes = {box: CellKey(*cell.split(".")) for box, cell in _DRAWN[name]["boxes"].items()}
    found = _judged(panel, _DRAWN[name]["rule"])
    judged = list(boxes)[0 if name == "chain" else -1]
    heads = panel.heads.assign(at=range(len(panel)))
    heads = heads[heads["organ"].isin({heads["organ"].iloc[at] for at in found}) & (heads["year"] != "")]
    heads, notes = _longest(heads, ["scope"], language)
    comma = say("cli.comma", language)
    labels, _ = _shown(panel, language)
    names = dict(zip(labels["organ"], labels["organ_label"], strict=True))
    said = {quantity: say(f"comparison.{quantity}", language) for quantity in boxes}
    rows: list[tuple[Any, ...]] = []
    for organ, part in groups(heads, "organ"):
        label = names.get(organ, organ)
        group = _organ_scope(part.assign(organ_label=label), language)
        for one in rows_of(part):
            report = (organ, label, one.scope, one.report, int(one.year), group)
            for quantity, key in boxes.items():
                value, shown = _printed_in(panel, one.at, key, language)
                joint = found.get(one.at, _NO_JOINT) if quantity == judged else _NO_JOINT
                text = f"{shown}{comma}{_joint_text(int(one.year), joint, language)}" if joint[-1] else shown
                words = (said[quantity], f"{one.year} {said[quantity]}")
                rows.append((*report, quantity, *words, value, shown, *joint, text))
    columns = [
        "organ", "organ_label", "scope", "report", "year", "group", "quantity", "quantity_label", "label", "value",
        "shown", "last_year", "left", "right", "difference", "verdict", "text",
    ]  # fmt: skip
    return _of_panel(pd.DataFrame(rows, columns=columns), name, panel, language, notes)


def _printed_in(panel: Panel, at: int, key: CellKey, language: Language) -> tuple[float, str]:
    """Return what a report prints in a cell, also in words; its form may lack the cell."""
    if key not in panel.forms[panel.form_codes[at]].cells:
        return np.nan, say("comparison.other_form", language)
    value = float(panel.column(key)[at])
    return value, printed(value, language)


def _judged(panel: Panel, rule: str) -> dict[int, _Joint]:
    """Judge a rule between every two years of an organ that follow each other: by the number of the later report."""
    found: dict[int, _Joint] = {}
    years = panel.heads["year"]
    for part in judge_years(panel):
        for place, one in enumerate(part.rules):
            if one.id != rule or part.last is None:
                continue
            left, right = part.sides(place, np.arange(len(part.reports)))
            for at, code in enumerate(part.codes[place].tolist()):
                if code != ABSENT:
                    last, sides = int(years.iloc[int(part.last[at])]), (float(left[at]), float(right[at]))
                    found[int(part.reports[at])] = (last, *sides, float(left[at] - right[at]), VERDICTS[code])
    return found


def _joint_text(year: int, joint: _Joint, language: Language) -> str:
    """Return in words whether a year joins the one before."""
    last, left, right, _, verdict = joint
    sides = {"left": printed(left, language), "right": printed(right, language)}
    return say(f"comparison.join_{verdict.replace(' ', '_')}", language, last=last, year=year, **sides)


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


def _draw_joins(frame: pd.DataFrame, name: str, ax: Axes | None, width: float) -> Axes:
    """Draw a block of rows for each organ, one row a quantity, and between its years whether they join."""
    words, place, title = language_in(frame), room(ax, width), _joins_title(frame, name)
    small, tiny, labels = place.sizes.small, place.sizes.tiny, 0.2 * place.width
    if frame.empty:
        return _nothing(place, frame, title)
    placed = _in_lines(frame, small, 0.76 * place.width)
    places, captions, height = _blocks(placed, small, place.width - 10)
    axes: Axes = start(place, frame, title, height + 10)[0, 0]
    across = placed["x"].max() + 1
    _write_quantities(axes, placed, places, place.sizes, 0.76 * place.width / across)
    before = placed["quantity"].unique()[-1]
    for row in rows_of(placed[placed["verdict"] != ""]):
        ends = places[row.organ, row.line, before], places[row.organ, row.line, row.quantity]
        _draw_joint(axes, row, *ends, place.sizes, words)
    named = placed.drop_duplicates(["organ", "line", "quantity"])
    ticks = {
        places[row.organ, row.line, row.quantity]: fill(row.quantity_label, tiny, labels) for row in rows_of(named)
    }
    axes.set_yticks(list(ticks), list(ticks.values()))
    axes.tick_params(axis="y", length=0, labelsize=tiny)
    for y, text in captions:
        beside(axes, 0, y, text, small, right=-labels, xycoords=axes.get_yaxis_transform())
    axes.set(xlim=(-0.7, across - 0.5), ylim=(height, 0), xticks=[])
    name_unit(axes, frame.attrs.get("unit", ""), small, 0.7 * place.width)
    sns.despine(ax=axes, left=True, bottom=True)
    return axes


def _in_lines(frame: pd.DataFrame, size: float, width: float) -> pd.DataFrame:
    """Return the frame with the place of each year in a line, and the line: as many years in one as have room."""
    other = say("comparison.other_form", language_in(frame))
    widest = max((width_of(text, size) for text in frame["shown"] if text != other), default=0.0)
    fitting = max(int(width / (max(widest, width_of("+9999", _SMALLEST)) + 2 * size)), 2)
    years = frame["year"] - frame["year"].min()
    return frame.assign(line=years // fitting, x=years % fitting)


def _blocks(
    frame: pd.DataFrame, size: float, width: float
) -> tuple[dict[tuple[str, int, str], float], list[tuple[float, str]], float]:
    """Return where the quantities of each organ stand, its caption with its place, and the height of all."""
    places: dict[tuple[str, int, str], float] = {}
    captions, y = [], 0.0
    for organ, part in groups(frame, "organ"):
        caption = fill(part["group"].iloc[0], size, width)
        captions.append((y + size * 0.7, caption))
        y += (caption.count("\n") + 1) * size * LEADING
        for line in sorted(part["line"].unique()):
            y += size * LEADING
            for quantity in part["quantity"].unique():
                places[organ, int(line), quantity] = y + 0.5 * _STEP
                y += _STEP
            y += _BEFORE
    return places, captions, y


def _write_quantities(
    ax: Axes, frame: pd.DataFrame, places: Mapping[tuple[str, int, str], float], points: Sizes, column: float
) -> None:
    """Write what each report prints below its year; once for all where its form lacks the quantities."""
    middle: dict[str, Any] = {"ha": "center", "va": "center"}
    other, first = say("comparison.other_form", language_in(frame)), frame["quantity"].iloc[0]
    for row in rows_of(frame[frame["shown"] != other]):
        ax.text(row.x, places[row.organ, row.line, row.quantity], row.shown, size=points.small, **middle)
    for _, part in groups(frame[frame["shown"] == other], ["organ", "year"]):
        y = float(np.mean([places[row.organ, row.line, row.quantity] for row in rows_of(part)]))
        ax.text(part["x"].iloc[0], y, fill(other, _SMALLEST, column - 4), size=_SMALLEST, color=MUTED, **middle)
    for row in rows_of(frame.drop_duplicates(["organ", "year"])):
        y = places[row.organ, row.line, first] - _STEP * 0.95
        ax.text(row.x, y, str(row.year), size=points.tiny, color=MUTED, **middle)


def _draw_joint(ax: Axes, row: Any, before: float, now: float, points: Sizes, language: Language) -> None:
    """Draw the sign between a year and the one before it, and by how much they differ where they do not join."""
    broken, middle, y = row.verdict == "broken", row.x - 0.5, (before + now) / 2
    color = FAMILIES["withheld"] if broken else MUTED
    if row.verdict != "not assessable" and row.x > 0:
        ends = [row.x - 0.75, row.x - 0.25]
        ax.plot(ends, [before, now], color=color if broken else RULE, linewidth=0.8, zorder=0)
    sign = {"holds": "=", "broken": "≠"}.get(row.verdict, "?")
    ground = {"facecolor": PAPER, "edgecolor": "none", "pad": 0.5}
    ax.text(middle, y, sign, size=points.text, ha="center", va="center", color=color, bbox=ground)
    if broken:
        text = ("+" if row.difference > 0 else "") + number(row.difference, language)
        ax.text(middle, y + _STEP * 0.75, text, size=_SMALLEST, ha="center", va="center", color=color)


def _joins_title(frame: pd.DataFrame, name: str) -> str:
    """Return the finding of ``chain`` or ``stock``: how many years do not join the one before."""
    language = language_in(frame)
    judged = frame[frame["verdict"].isin(["holds", "broken"])]
    if judged.empty:
        return say("comparison.title_no_pairs", language)
    broken = int((judged["verdict"] == "broken").sum())
    return say(f"comparison.title_{name}{'' if broken else '_whole'}", language, broken=broken, all=len(judged))
