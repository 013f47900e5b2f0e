"""Rates with their definition, denominator and uncertainty: of one report, of many, and from year to year.

What is measured stands in ``measures.toml``: names, sums of cells, who uses a measure, what it hides, and what it must
never be used for. A report is measured as a panel of one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from foi_analysis.checks import figures_of, in_broken_identity
from foi_analysis.form import CellKey, Form, Term, form_ids, load_form
from foi_analysis.formula import add_up
from foi_analysis.panel import Panel, as_panel, coded
from foi_analysis.parallel import in_threads
from foi_analysis.report import Report
from foi_analysis.resources import Language, Told, language_of, read_toml, say
from foi_analysis.statistics import newcombe, wilson

# ---- quotients of two sums, with bounds where a cell is no number ----


Array = npt.NDArray[Any]
Sum = Mapping[CellKey, int]
#: The least and the most that something can be, one number a report.
Range = tuple[Array, Array]

DEFINED, UNDEFINED, BOUNDED, UNKNOWN, IMPOSSIBLE = range(5)
#: What the codes mean: ``STATES[code]``.
STATES = ("defined", "undefined", "bounded", "unknown", "impossible")
NUMBERS = ("numerator", "denominator", "value", "low", "high", "lower", "upper")
#: A total narrows its parts, these narrow their totals, and so on: rounds enough for two tables of sums.
_ROUNDS = 4
#: So many reports are taken at a time.
_TOGETHER = 16_384


class _Quotient(NamedTuple):
    """``scale`` times one sum of cells over another; both map cells to whole coefficients.

    A ``share`` is a part of its whole: it lies between 0 and 1 and has an interval.
    """

    numerator: Sum
    denominator: Sum
    scale: float
    share: bool


@dataclass(frozen=True, slots=True)
class Rates:
    """Quotients of many reports; every array has the shape (reports, quotients) and is for reading only.

    ``numerator`` and ``denominator`` as printed, NaN where a cell of them is no number; ``value``, and for shares
    ``low`` and ``high`` of the 95% Wilson interval, where defined; ``lower`` and ``upper`` where bounded.
    Codes (uint8, see ``STATES``): defined; undefined (the denominator is 0); bounded (a cell is no number, and the
    form's identities leave a range, whose upper end may be infinite for a ratio); unknown (they leave none);
    impossible (the printed numerator and denominator contradict each other, as a part larger than its whole).
    """

    numerator: Array
    denominator: Array
    value: Array
    low: Array
    high: Array
    lower: Array
    upper: Array
    codes: Array


def evaluate(
    form: Form, values: npt.ArrayLike, wanted: Sequence[tuple[Measure, str]], years: npt.ArrayLike | None = None
) -> Rates:
    """Return measures, each of a kind of applicant, for many reports of one form.

    Parameters
    ----------
    form : Form
        The form of all reports; it has every cell of the measures.
    values : array_like
        Figures of shape (reports, cells) in the order of ``form.cells``: whole numbers, or floats with NaN where no
        number is printed, or a masked array. Fastest in Fortran order.
    wanted : sequence of (Measure, str)
        Measures with the kind of applicant, or ``TOTAL``.
    years : array_like, optional
        The years of the reports, whose working days count; unknown when not given.

    Raises
    ------
    ValueError
        When `values` has another shape or type.
    """
    figures = figures_of(form, values)
    quotients = [_Quotient(*one.sums(form, who), one.scale, one.kind == "share") for one, who in wanted]
    shape = (len(quotients), len(figures))
    found = {name: np.empty(shape) for name in NUMBERS[:-2]} | {"codes": np.empty(shape, np.uint8)}

    def work(start: int, stop: int) -> None:
        columns = dict(zip(form.cells, _columns(figures[start:stop]), strict=True))
        for at, one in enumerate(quotients):
            for name, line in _rate(one, columns).items():
                found[name][at, start:stop] = line

    in_threads(work, len(figures), _TOGETHER)
    reports = np.flatnonzero((found["codes"] == UNKNOWN).any(axis=0))
    # Most figures have no gap: NaN everywhere then takes no memory.
    nowhere = np.broadcast_to(np.nan, shape)
    found |= {name: nowhere.copy() if len(reports) else nowhere for name in NUMBERS[-2:]}
    if len(reports):
        unknown = found["codes"] == UNKNOWN
        low_high = cell_ranges(form, _columns(figures[reports]))
        ranges = dict(zip(form.cells, zip(*low_high, strict=True), strict=True))
        for at, one in enumerate(quotients):
            open_ = unknown[at, reports]
            for name, line in _bounds(one, ranges).items() if open_.any() else ():
                found[name][at, reports[open_]] = line[open_]
    days = working_days(np.full(len(figures), np.nan) if years is None else years)
    for at in (at for at, (one, _) in enumerate(wanted) if one.in_days):
        for name in ("value", "lower", "upper") if len(reports) else ("value",):
            found[name][at] *= days
    return Rates(**{name: block.T for name, block in found.items()})


def _columns(figures: Array) -> Array:
    """Return figures as floats, those of each cell together: shape (cells, reports)."""
    together = figures.dtype.kind == "f" and figures.strides[0] == figures.itemsize
    return figures.T if together else np.ascontiguousarray(figures.T, np.float64)


def _rate(one: _Quotient, columns: Mapping[CellKey, Array]) -> dict[str, Any]:
    numerator, denominator = (_add(total, columns) for total in one[:2])
    codes = _states(one, numerator, denominator)
    whole = np.where(codes == DEFINED, denominator, np.nan)
    low, high = wilson(numerator, whole) if one.share else (np.nan, np.nan)
    return {
        "numerator": numerator,
        "denominator": denominator,
        "value": numerator * one.scale / whole,
        "low": low,
        "high": high,
        "codes": codes,
    }


def _add(total: Sum, columns: Mapping[CellKey, Array]) -> Array:
    """Add up whole columns; NaN where one of them is."""
    added = np.zeros(len(next(iter(columns.values()))))
    for cell, times in total.items():
        added += columns[cell] if times == 1 else times * columns[cell]
    return added


def _states(one: _Quotient, numerator: Array, denominator: Array) -> Array:
    impossible = denominator < 0
    if one.share:
        impossible |= (numerator < 0) | (numerator > denominator)
    unknown = np.isnan(numerator) | np.isnan(denominator)
    codes = np.full(len(numerator), DEFINED, np.uint8)
    for where, code in ((denominator == 0, UNDEFINED), (impossible, IMPOSSIBLE), (unknown, UNKNOWN)):
        codes[where] = code
    return codes


def _bounds(one: _Quotient, ranges: Mapping[CellKey, Range]) -> dict[str, Array]:
    """Return the lower and the upper bound of a quotient, and its codes."""
    part, whole = (_range(total, ranges) for total in one[:2])
    if one.share:
        cells = dict.fromkeys((*one.denominator, *one.numerator))
        less = {cell: one.denominator.get(cell, 0) - one.numerator.get(cell, 0) for cell in cells}
        rest = _range({cell: times for cell, times in less.items() if times}, ranges)
        least, most, codes = _bound_share(part, whole, rest)
    else:
        least, most, codes = _bound_ratio(part, whole)
    told = codes == BOUNDED
    ends = {"lower": least, "upper": most}
    return {"codes": codes} | {name: np.where(told, end * one.scale, np.nan) for name, end in ends.items()}


def _range(total: Sum, ranges: Mapping[CellKey, Range]) -> Range:
    """Return the least and the most that a sum can be."""
    least, most = np.zeros(1), np.zeros(1)
    for cell, times in total.items():
        low, high = ranges[cell] if times > 0 else reversed(ranges[cell])
        least, most = least + times * low, most + times * high
    return least, most


def _bound_share(part: Range, whole: Range, rest: Range) -> tuple[Array, Array, Array]:
    """Bound part / (part + rest), neither of them below 0: it grows with the part and falls with the rest."""
    part_low, part_high = np.maximum(part[0], 0), np.minimum(part[1], whole[1])
    rest_low, rest_high = np.maximum(rest[0], 0), np.minimum(rest[1], whole[1])
    # Without any rest the share is all; without any part it is nothing.
    least = _quotient(part_low, part_low + rest_high, 1.0)
    most = _quotient(part_high, part_high + rest_low, 0.0)
    impossible = (part_low > part_high) | (rest_low > rest_high) | (whole[1] < 0)
    none = (least <= 0) & (most >= 1)
    return least, most, np.select([impossible, whole[1] == 0, none], [IMPOSSIBLE, UNDEFINED, UNKNOWN], BOUNDED)


def _bound_ratio(above: Range, below: Range) -> tuple[Array, Array, Array]:
    """Bound a quotient whose denominator is above 0 and whose numerator may have either sign."""
    (low, high), (small, large) = above, (np.maximum(below[0], 0), below[1])
    least = np.where(low >= 0, _quotient(low, large, 0.0), _quotient(low, small, -np.inf))
    most = np.where(high >= 0, _quotient(high, small, np.inf), _quotient(high, large, 0.0))
    most = np.where(high == 0, 0.0, most)
    none = (least <= 0) & np.isinf(most) & ((low >= 0) | np.isinf(least))
    return least, most, np.select([large < 0, large == 0, none], [IMPOSSIBLE, UNDEFINED, UNKNOWN], BOUNDED)


def _quotient(above: Array, below: Array, of_nothing: float) -> Array:
    """Divide; what is divided by infinity is 0, infinity by anything is a share of 1 or more, 0 by 0 as told."""
    with np.errstate(divide="ignore", invalid="ignore"):
        found = np.where(np.isinf(above) & np.isinf(below), 1.0, above / below)
    return np.where((above == 0) & (below == 0), of_nothing, found)


def cell_ranges(form: Form, columns: Array) -> Range:
    """Return the least and the most that each cell can be, both of shape (cells, reports).

    `columns` are the figures by cell and report, NaN where no number is printed. The most is infinite where nothing
    limits it.
    """
    unknown = np.isnan(columns)
    widest = np.where(unknown, 0.0, columns), np.where(unknown, np.inf, columns)
    low, high = (ends.copy() for ends in widest)
    for _ in range(_ROUNDS):
        changed = [_narrow(side, other, unknown, low, high) for side, other in _sides(form)]
        if not any(changed):
            break
    torn = (low > high).any(axis=0)
    return np.where(torn, widest[0], low), np.where(torn, widest[1], high)


@cache
def _sides(form: Form) -> tuple[tuple[Array, Array], ...]:
    """Return each identity twice, as the numbers of the cells of one side and of the other."""
    sides = [(one.left, one.right) for one in form.identities]
    both = [tuple(np.array([form.places[key] for key in side]) for side in one) for one in sides]
    return tuple(pair for left, right in both for pair in ((left, right), (right, left)))


def _narrow(side: Array, other: Array, unknown: Array, low: Array, high: Array) -> bool:
    """Narrow the ranges of one side of an identity by the other, in place; tell whether any of them changed."""
    reports = np.flatnonzero(unknown[side].any(axis=0))
    here, beyond = np.ix_(side, reports), np.ix_(other, reports)
    most = high[beyond].sum(axis=0) - _rest(low[here])
    least = low[beyond].sum(axis=0) - _rest(high[here])
    new_low = np.where(unknown[here], np.maximum(low[here], least), low[here])
    new_high = np.where(unknown[here], np.minimum(high[here], most), high[here])
    changed = bool((new_low != low[here]).any() or (new_high != high[here]).any())
    low[here], high[here] = new_low, new_high
    return changed


def _rest(ends: Array) -> Array:
    """Add up, for each cell of a side, the ends of all the others; infinite where one of the others is."""
    endless = np.isinf(ends)
    finite = np.where(endless, 0.0, ends)
    rest = np.broadcast_to(finite.sum(axis=0), ends.shape) - finite
    return np.where(endless.sum(axis=0) - endless > 0, np.inf, rest)


Kind = Literal["share", "ratio"]
Group = Literal["disclosure", "grounds", "handling", "pace", "applicants", "appeals"]

#: The column of all applicants together.
TOTAL = "total"
_CHANGES = (
    "organ", "last_report", "report", "last_year", "year", "measure", "group", "kind", "last_value", "value",
    "change", "low", "high", "state", "reason", "remark",
)  # fmt: skip


# ---- definitions ----


@dataclass(frozen=True)
class Break:
    """A change of law on a day, and the text that made it: figures before and after do not measure the same thing."""

    id: str
    on: date
    source: str
    zh: str
    en: str

    def text(self, language: Language) -> str:
        """Return what changed, in `language`."""
        return self.zh if language == "zh" else self.en

    def separates(self, earlier: int, later: int) -> bool:
        """Return whether it falls between two report years, or within one of them."""
        return date(earlier, 1, 1) < self.on <= date(later, 12, 31)


@dataclass(frozen=True, eq=False)
class Measure:
    """A share (a part of a whole) or a ratio, with its definition, who uses it, and what it must not be used for.

    ``numerator`` and ``denominator`` are sums of names as in ``linear``; ``{applicant}`` in them stands for a kind
    of applicant. The value is ``scale`` times their quotient, and times the working days of the year where it is
    ``in_days``. ``breaks`` are the changes of law across which it is never compared; ``cautions`` those across which a
    comparison needs a remark.
    """

    id: str
    family: str
    group: Group
    kind: Kind
    numerator: str
    denominator: str
    scale: float
    texts: Mapping[str, str]
    breaks: tuple[Break, ...] = ()
    cautions: tuple[Break, ...] = ()
    in_days: bool = False

    def factor(self, year: int | None = None) -> float:
        """Return what the quotient is multiplied by in a year; where that is unknown, as up to 2024."""
        return self.scale * (float(working_days(np.nan if year is None else year)) if self.in_days else 1.0)

    def name(self, language: Language) -> str:
        """Return the measure's name in `language`."""
        return self.texts[language]

    def unit(self, language: Language) -> str:
        """Return the unit of its value in `language`; empty for a share."""
        return self.texts.get(f"unit_{language}", "")

    def use(self, language: Language) -> str:
        """Return who uses it, and for what."""
        return self.texts[f"use_{language}"]

    def hides(self, language: Language) -> str:
        """Return what it hides."""
        return self.texts[f"hides_{language}"]

    def never(self, language: Language) -> str:
        """Return what it must not be used for."""
        return self.texts[f"never_{language}"]

    @property
    def by_applicant(self) -> bool:
        """Whether it can be given for each kind of applicant."""
        return "{applicant}" in self.numerator + self.denominator

    def sums(self, form: Form, applicant: str = TOTAL) -> tuple[Sum, Sum]:
        """Return numerator and denominator as cells with coefficients. Raises KeyError when the form lacks a cell."""
        return _sums(self, form, applicant)

    def cells(self, form: Form, applicant: str = TOTAL) -> tuple[CellKey, ...]:
        """Return the cells that it rests on, each once, the numerator's first. Raises KeyError as ``sums``."""
        numerator, denominator = self.sums(form, applicant)
        return tuple(dict.fromkeys((*numerator, *denominator)))

    def applies(self, form: Form) -> bool:
        """Return whether the form has all cells of the measure; where it has not, the measure does not exist."""
        try:
            self.sums(form)
        except KeyError:
            return False
        return True

    def breaks_between(self, earlier: int, later: int) -> tuple[Break, ...]:
        """Return the changes of law that forbid comparing two report years."""
        return tuple(one for one in self.breaks if one.separates(earlier, later))

    def cautions_between(self, earlier: int, later: int) -> tuple[Break, ...]:
        """Return the changes of law that a comparison of two report years must mention."""
        return tuple(one for one in self.cautions if one.separates(earlier, later))


@cache
def _sums(measure: Measure, form: Form, applicant: str) -> tuple[Sum, Sum]:
    numerator, denominator = (text.format(applicant=applicant) for text in (measure.numerator, measure.denominator))
    return add_up(form, numerator), add_up(form, denominator)


@cache
def load_breaks() -> Mapping[str, Break]:
    """Return the changes of law that break series, by id, in order of time."""
    return {entry["id"]: Break(**entry) for entry in read_toml("measures.toml")["breaks"]}


def working_days(years: npt.ArrayLike) -> Array:
    """Return the working days of each year, as ``measures.toml`` has them; as up to 2024 where a year is unknown.

    >>> working_days([2019, 2024, 2025, None]).tolist()
    [250.0, 250.0, 248.0, 250.0]
    """
    given = np.asarray(years, np.float64)
    entries = read_toml("measures.toml")["working_days"]
    days = np.full(given.shape, float(entries[0]["days"]))
    for entry in entries[1:]:
        days = np.where(given >= entry["from"], float(entry["days"]), days)
    return days


@cache
def load_measures() -> tuple[Measure, ...]:
    """Return all measures, in the order of ``measures.toml``.

    Raises ValueError, naming the measure, when no form has its cells or a sum cannot be read.
    """
    return tuple(measure for entry in read_toml("measures.toml")["measures"] for measure in parse_measure(entry))


@cache
def measures_of(form: Form, applicant: str = TOTAL) -> tuple[Measure, ...]:
    """Return the measures that a form allows; for one kind of applicant, those given by kind of applicant."""
    return tuple(m for m in load_measures() if m.applies(form) and (applicant == TOTAL or m.by_applicant))


def parse_measure(entry: Mapping[str, Any]) -> Iterator[Measure]:
    """Yield the measure of an entry of ``measures.toml``; one with ``each``, for the rows under that head.

    Raises ValueError as ``load_measures`` does.
    """
    rows = _rows_under(entry["each"]) if "each" in entry else [Term("", "", "")]
    for row in (row for row in rows if row.key not in entry.get("without", ())):
        measure = Measure(
            id=f"{entry['id']}.{row.key}".removesuffix("."),
            family=entry["id"],
            group=entry["group"],
            kind=entry["kind"],
            numerator=entry["numerator"].replace("{row}", row.key),
            denominator=entry["denominator"].replace("{row}", row.key),
            scale=float(entry.get("scale", 1)),
            texts={
                name: text.replace("{label}", _without_number(row.zh if name.endswith("zh") else row.en))
                for name, text in entry.items()
                if name.endswith(("zh", "en"))
            },
            breaks=tuple(load_breaks()[name] for name in entry.get("breaks", ())),
            cautions=tuple(load_breaks()[name] for name in entry.get("cautions", ())),
            in_days=entry.get("in_days", False),
        )
        if not any(measure.applies(load_form(form_id)) for form_id in form_ids()):
            raise ValueError(f"measure {measure.id}: no form has all cells of {measure.numerator!r} over "
                             f"{measure.denominator!r}")  # fmt: skip
        yield measure


def _rows_under(head: str) -> list[Term]:
    return [row for table in load_form("cn-2021").tables for row in table.rows if head in (row.family, row.group)]


def _without_number(label: str) -> str:
    """Leave out the number before a label, such as ``1.``."""
    number, _, rest = label.partition(".")
    return rest if rest and number.isdigit() else label


# ---- a panel, seen by form ----


class _Part(NamedTuple):
    """The reports of a panel in one form: their positions and years (reports,); figures and doubts (reports, cells)."""

    form: Form
    positions: Array
    years: Array
    values: Array
    doubtful: Array


def _parts(panel: Panel) -> Iterator[_Part]:
    """Yield the reports of each form; of a panel without reports, no reports of one form."""
    years = panel.years.to_numpy(np.float64, na_value=np.nan)
    for form in panel.forms:
        at = panel.reports_of(form.id)
        yield _Part(form, at, years[at], panel.values(form.id), panel.doubts(form.id))
    if not panel.forms:
        form = load_form("cn-2021")
        nothing = np.zeros((0, len(form.cells)))
        yield _Part(form, np.zeros(0, np.int64), years, nothing, nothing.astype(bool))


# ---- frames ----


def measure(
    x: Report | Panel | Iterable[Report], by: Literal["applicant"] | None = None, language: Language | None = None
) -> pd.DataFrame:
    """Return every measure of every report: counts, value, interval, or bounds where a cell is no number.

    Parameters
    ----------
    x : Report, Panel or iterable of Report
    by : "applicant", optional
        Add a row for each kind of applicant.
    language : "zh" or "en", optional
        Language of the labels, the one that is set when not given.

    Returns
    -------
    DataFrame
        One row a report and measure, in their order; a measure whose cells the report's form lacks has no row. Texts
        are categories. Columns: report, organ, year (missing where unknown), form, scope, measure, label (its name),
        group, kind (share, ratio), applicant (``total``, or a kind of applicant), numerator and denominator as printed
        (NaN where a cell of them is no number), value (a share lies between 0 and 1), low and high (95% Wilson
        interval, NaN for a ratio), lower and upper (bounds where a cell is no number; upper may be infinite for a
        ratio), state (defined, undefined, bounded, unknown, impossible: see ``Rates``), doubtful (a cell's
        reading is in doubt: look at the source first), broken (an identity over a cell is broken), cells (names joined
        by spaces).

    Raises
    ------
    ValueError
        When `by` or `language` has another value, or two reports have one name.

    Examples
    --------
    >>> from foi_analysis import read_report
    >>> frame = measure(read_report("data/raw/shanghai_psb_2024.txt"))
    >>> frame.loc[:2, ["measure", "numerator", "denominator", "value", "low", "high"]].round(3)
                         measure  numerator  denominator  value    low   high
    0            disclosed_share      223.0       1698.0  0.131  0.116  0.148
    1  disclosed_or_partly_share      236.0       1698.0  0.139  0.123  0.156
    2               release_rate      236.0        395.0  0.597  0.548  0.645
    """
    if by not in (None, "applicant"):
        raise ValueError(Told("errors.by", by=by))
    panel, speech = as_panel(x), language_of(language)
    parts = [(part, _rows(part.form, by)) for part in _parts(panel)]
    rows = list(dict.fromkeys(row for _, some in parts for row in some))
    found = pd.concat([_measured(panel, part, some, rows) for part, some in parts], ignore_index=True)
    found = found.sort_values("report", kind="stable", ignore_index=True)
    report, row = found["report"].to_numpy(), found["row"].to_numpy()
    return pd.DataFrame(
        {
            **{name: coded(report, panel.heads[name]) for name in ("report", "organ", "year", "form", "scope")},
            "year": panel.years.take(report),
            "measure": coded(row, [one.measure.id for one in rows]),
            "label": coded(row, [one.measure.name(speech) for one in rows]),
            "group": coded(row, [one.measure.group for one in rows]),
            "kind": coded(row, [one.measure.kind for one in rows]),
            "applicant": coded(row, [one.applicant for one in rows]),
            **found[list(NUMBERS)],
            "state": coded(found["codes"], STATES),
            **found[["doubtful", "broken"]],
            "cells": coded(row, [one.cells for one in rows]),
        },
        copy=False,
    )


class _Row(NamedTuple):
    """What is told in one row of a report's frame."""

    measure: Measure
    applicant: str
    cells: str


def _rows(form: Form, by: str | None) -> list[_Row]:
    applicants = [column.key for column in form.table("requests").columns] if by else [TOTAL]
    return [
        _Row(one, applicant, " ".join(map(str, one.cells(form, applicant))))
        for one in measures_of(form)
        for applicant in applicants
        if applicant == TOTAL or one.by_applicant
    ]


def _measured(panel: Panel, part: _Part, rows: Sequence[_Row], known: Sequence[_Row]) -> pd.DataFrame:
    """Measure the reports of one form: positions in the panel and in the `known` rows, then what was found."""
    found = evaluate(part.form, part.values, [(row.measure, row.applicant) for row in rows], part.years)
    marked = _flagged(panel, part, [row.measure.cells(part.form, row.applicant) for row in rows])
    numbers = {name: getattr(found, name) for name in (*NUMBERS, "codes")}
    report, row = np.meshgrid(part.positions, [known.index(one) for one in rows], indexing="ij")
    columns = {"report": report, "row": row, **numbers, **marked}
    return pd.DataFrame({name: column.ravel() for name, column in columns.items()}, copy=False)


def _flagged(panel: Panel, part: _Part, cells: Sequence[Sequence[CellKey]]) -> dict[str, Array]:
    """Return for sets of cells whether one of them is in doubt, or in a broken identity; shape (reports, sets)."""
    places = [[part.form.places[key] for key in some] for some in cells]
    flags = {"doubtful": part.doubtful, "broken": in_broken_identity(panel, part.form)}
    return {name: np.stack([flag[:, some].any(axis=1) for some in places], axis=1) for name, flag in flags.items()}


def measure_values(
    form: Form, values: npt.ArrayLike, applicant: str = TOTAL, years: npt.ArrayLike | None = None
) -> Rates:
    """Return the measures of many reports of one form as arrays of shape (reports, measures).

    ``values`` has the shape (reports, cells); the measures are those of ``measures_of(form, applicant)``. ``years``, of
    shape (reports,), are those whose working days count; unknown when not given. Parameters and errors otherwise as in
    ``evaluate``.
    """
    return evaluate(form, values, [(one, applicant) for one in measures_of(form, applicant)], years)


def measure_columns(panel: Panel, measure: str, applicant: str = TOTAL) -> pd.DataFrame:
    """Return one measure for every report of a panel: index the report's number, columns those of ``measure``.

    Columns: numerator, denominator, value, low, high, lower, upper, state, doubtful, broken; empty in ``state``, False
    in the last two, NaN elsewhere, where the form of a report lacks its cells.
    """
    columns: dict[str, Array] = {name: np.full(len(panel), np.nan) for name in NUMBERS}
    columns["state"] = np.full(len(panel), "", object)
    columns |= {name: np.zeros(len(panel), bool) for name in ("doubtful", "broken")}
    for part in _parts(panel):
        for one in (one for one in measures_of(part.form, applicant) if one.id == measure):
            rates = evaluate(part.form, part.values, [(one, applicant)], part.years)
            found = {name: getattr(rates, name) for name in NUMBERS} | {"state": np.array(STATES, object)[rates.codes]}
            for name, column in (found | _flagged(panel, part, [one.cells(part.form, applicant)])).items():
                columns[name][part.positions] = column[:, 0]
    return pd.DataFrame(columns)


def unsound_cells(panel: Panel, keys: Iterable[CellKey]) -> pd.DataFrame:
    """Return whether one of the cells is in doubt in each report, or in a broken identity: columns doubtful, broken.

    Cells that a report's form lacks count for nothing.
    """
    columns = {name: np.zeros(len(panel), bool) for name in ("doubtful", "broken")}
    wanted = list(keys)
    for part in _parts(panel):
        there = [key for key in wanted if key in part.form.places]
        for name, column in _flagged(panel, part, [there]).items():
            columns[name][part.positions] = column[:, 0]
    return pd.DataFrame(columns)


# ---- from year to year ----


def measure_changes(x: Panel | Iterable[Report]) -> pd.DataFrame:
    """Return the change of each measure between the reports of one organ for two years that follow each other.

    Returns
    -------
    DataFrame
        One row a pair and measure that both forms allow. Columns: organ, last_report, report, last_year, year,
        measure, group, kind, last_value, value, change (of a share in percentage points, of a ratio in its own unit),
        low and high (95% interval of a share's change: Newcombe 1998, method 10; NaN for a ratio), state, reason,
        remark.

        State: compared; not comparable (``reason`` tells why: ``scope``, ``form``, the id of a change of law,
        ``broken`` where an identity over a cell of either value is broken, ``doubtful`` where the reading of one is in
        doubt, and change is NaN); not assessable (``reason`` is the state of the value that is not defined).
        ``remark`` names what a comparison must mention: changes of law, ``scope_unknown``. Several are joined by
        spaces; ``reason_text`` puts each into words.

    Raises
    ------
    ValueError
        When an organ has two reports for one year, or two reports have one name.
    """
    pairs = _pairs(measure(x))
    verdicts = [_verdict(pair) for pair in pairs.itertuples(index=False)]
    pairs = pairs.assign(**pd.DataFrame(verdicts, columns=["state", "reason", "remark"], dtype="str"))
    compared, share = pairs["state"] == "compared", pairs["kind"] == "share"
    names = ("last_numerator", "last_denominator", "numerator", "denominator")
    k1, n1, k2, n2 = (pairs[name].where(compared) for name in names)
    low, high = newcombe(k1, n1, k2, n2)
    return pairs.assign(
        change=((pairs["value"] - pairs["last_value"]) * (1 + 99 * share)).where(compared),
        low=np.where(share, 100 * low, np.nan),
        high=np.where(share, 100 * high, np.nan),
    )[list(_CHANGES)]


def reason_text(code: str, language: Language) -> str:
    """Return a reason or remark of ``measure_changes`` in words. Raises KeyError for a code that it does not give."""
    law = load_breaks().get(code)
    return law.text(language) if law else say(f"measures.reason_{code}", language)


def _pairs(frame: pd.DataFrame) -> pd.DataFrame:
    """Join what is measured of each report with the year before: its columns are named ``last_…``."""
    frame = frame.astype(dict.fromkeys(frame.select_dtypes("category"), "str"))
    frame = frame[frame["organ"].ne("") & frame["year"].notna()].astype({"year": "int64"})
    frame = frame.sort_values(["organ", "year"], kind="stable")
    reports = frame.drop_duplicates(["organ", "year", "report"])
    twice = reports[reports.duplicated(["organ", "year"], keep=False)]
    if len(twice):
        (first, second), organ, year = twice["report"].iloc[:2], twice["organ"].iloc[0], twice["year"].iloc[0]
        raise ValueError(Told("errors.two_reports", first=first, second=second, organ=organ, year=year))
    last = frame.add_prefix("last_").assign(organ=frame["organ"], year=frame["year"] + 1, measure=frame["measure"])
    return frame.merge(last, on=["organ", "year", "measure"])


def _verdict(pair: Any) -> tuple[str, str, str]:
    """Return whether two values may be compared, why not, and what a comparison must mention."""
    one = next(measure for measure in load_measures() if measure.id == pair.measure)
    unknown = bool({pair.scope, pair.last_scope} & {"", "unknown"})
    refused = [
        *["scope"] * (not unknown and pair.scope != pair.last_scope),
        *["form"] * (pair.cells != pair.last_cells),
        *(law.id for law in one.breaks_between(pair.last_year, pair.year)),
        *["broken"] * bool(pair.broken or pair.last_broken),
        *["doubtful"] * bool(pair.doubtful or pair.last_doubtful),
    ]
    gone = dict.fromkeys(state for state in (pair.last_state, pair.state) if state != "defined")
    told = [law.id for law in one.cautions_between(pair.last_year, pair.year)] + ["scope_unknown"] * unknown
    state = "not comparable" if refused else "not assessable" if gone else "compared"
    return state, " ".join(refused or gone), " ".join(told)
