"""Judge every rule on all reports of a panel: a loop over rules, none over reports.

Rules are data, in ``forms/*.toml`` and ``rules.toml``. Sums are exact: reports whose figures floats do not add up
exactly are judged by the same code over ints and Fractions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from foi_analysis.form import CellKey, Form, Identity
from foi_analysis.formula import Lookup, quantity_names
from foi_analysis.identities import TOGETHER, judge_sums
from foi_analysis.panel import Panel, Part
from foi_analysis.parallel import in_threads
from foi_analysis.rules import BROKEN, HOLDS, NOT_ASSESSABLE, Kind, Rule, load_rules

Array = npt.NDArray[Any]
Ints = npt.NDArray[np.int64]

#: A rule that a report's form does not have.
ABSENT = 3
#: Fewer cells than this, not 0 in either year, show nothing.
FEWEST_CELLS = 8
#: With fewer pairs of years than this nothing is usual.
FEWEST_PAIRS = 30
#: How many times the usual spread of changes over a panel a year must stand out (Hidiroglou and Berthelot 1986).
_WIDTH = 4.0
_NEW = CellKey("requests", "new", "total")


@dataclass(frozen=True, eq=False)
class Judged:
    """Rules judged on the same reports.

    ``codes`` has the shape (rules, reports), see ``VERDICTS``; ``reports`` and, for rules across years, ``last`` are
    places in the panel. ``sides`` gives left and right of the rule at a place for some of the columns, as floats.
    """

    rules: tuple[Identity | Rule, ...]
    kinds: tuple[Kind, ...]
    reports: Ints
    codes: npt.NDArray[np.uint8]
    sides: Callable[[int, Ints], tuple[Array, Array]]
    last: Ints | None = None


def judge(panel: Panel) -> tuple[Judged, ...]:
    """Judge every rule on all reports of a panel: those about one report, then those across years."""
    return (*judge_alone(panel), *judge_years(panel))


def judge_alone(panel: Panel) -> Iterator[Judged]:
    """Judge identities and bounds form by form, then hints and rules about the reading."""
    yield from map(_identities, panel.parts)
    yield from map(_bounds, panel.parts)
    yield from judge_formulas(panel)


def judge_formulas(panel: Panel) -> Iterator[Judged]:
    """Judge hints and rules about the reading of one report."""
    alone = [rule for rule in load_rules() if not rule.needs_last]
    rules = [rule for kind in ("hint", "reading") for rule in alone if rule.kind == kind]
    exact = np.isin(np.arange(len(panel)), panel.inexact)
    for some, fractions in ((np.flatnonzero(~exact), False), (np.flatnonzero(exact), True)):
        if len(some):
            yield _by_formula(panel, rules, some, None, _of_reading(panel, some), fractions)


def judge_years(panel: Panel) -> Iterator[Judged]:
    """Judge the rules across years on every pair of reports, then those about the changes of the whole panel."""
    last, now = pair_years(panel)
    across = [rule for rule in load_rules() if (rule.needs_last or rule.instead) and not rule.of_panel]
    exact = np.isin(last, panel.inexact) | np.isin(now, panel.inexact)
    for some, fractions in ((np.flatnonzero(~exact), False), (np.flatnonzero(exact), True)):
        if len(some):
            known = _of_pairs(panel, last[some], now[some])
            yield _by_formula(panel, across, now[some], last[some], known, fractions)
    sized, known = _changes(panel, last, now)
    if len(sized):
        rules = [rule for rule in load_rules() if rule.of_panel]
        yield _by_formula(panel, rules, now[sized], last[sized], known, False)


def pair_years(panel: Panel) -> tuple[Ints, Ints]:
    """Pair each report with that of the same organ for the year before; a gap of years makes no pair.

    Returns the places of the earlier and of the later reports. Reports that are not the only one of their organ and
    year make no pair: see ``Panel.conflicts``.
    """
    organs = pd.factorize(panel.heads["organ"].to_numpy(object))[0]
    years = np.array([int(year or 0) for year in panel.heads["year"]], np.int64)
    known = np.flatnonzero((years > 0) & (panel.heads["organ"] != "").to_numpy())
    at = known[np.lexsort((years[known], organs[known]))]
    same = organs[at][1:] == organs[at][:-1]
    twice = same & (years[at][1:] == years[at][:-1])
    contested = np.append(twice, False) | np.insert(twice, 0, False) if len(at) else twice
    follows = same & (years[at][1:] == years[at][:-1] + 1) & ~contested[1:] & ~contested[:-1]
    places = np.flatnonzero(follows)
    return at[places], at[places + 1]


def usual_ratios(before: npt.ArrayLike, after: npt.ArrayLike) -> tuple[Array, Array, Array]:
    """Return the ratio of each number to that of the year before, and the least and the most that is usual.

    All are of shape (pairs,), to six decimals. The range lies around the middle of all ratios, and is the narrower the
    larger the numbers of a pair are.
    Source: Hidiroglou and Berthelot (1986), Statistical editing and imputation for periodic business surveys,
    Survey Methodology 12: 73-83, with U = 0.5, A = 0.05 and C = 4.
    """
    first, second = np.asarray(before, np.float64), np.asarray(after, np.float64)
    ratio, size = second / first, np.sqrt(np.maximum(first, second))
    middle = _quantile(ratio, 0.5)
    effects = np.where(ratio < middle, 1 - middle / ratio, ratio / middle - 1) * size
    low, centre, high = (_quantile(effects, share) for share in (0.25, 0.5, 0.75))
    fewest = abs(0.05 * centre)
    ends = centre - _WIDTH * max(centre - low, fewest), centre + _WIDTH * max(high - centre, fewest)
    least, most = (_ratio_of(end / size, middle) for end in ends)
    return np.round(ratio, 6), np.round(least, 6), np.round(most, 6)


def _ratio_of(change: Array, middle: float) -> Array:
    """Return the ratio of a change that was made symmetric around the middle."""
    return middle * np.where(change < 0, 1 / (1 - np.minimum(change, 0)), 1 + change)


def _quantile(values: Array, share: float) -> float:
    return float(np.sort(values)[int(share * (len(values) - 1))])


# Identities and bounds, over the cells of one form.


def _identities(part: Part) -> Judged:
    return _judged("identity", (*part.form.identities, *(part.form.subtotals[key] for key in part.beside)), part)


def _bounds(part: Part) -> Judged:
    return _judged("bound", part.form.bounds, part)


def _judged(kind: Kind, rules: Sequence[Identity], part: Part) -> Judged:
    codes = np.empty((len(rules), len(part.rows)), np.uint8)

    def work(start: int, stop: int) -> None:
        columns = {key: column[start:stop] for key, column in part.columns.items()}
        judge_sums(rules, columns, codes[:, start:stop], whole=not part.exact)

    in_threads(work, len(part.rows), TOGETHER)
    return Judged(tuple(rules), (kind,) * len(rules), part.rows, codes, _sums(rules, part))


def _sums(rules: Sequence[Identity], part: Part) -> Callable[[int, Ints], tuple[Array, Array]]:
    def sides(rule: int, columns: Ints) -> tuple[Array, Array]:
        one = rules[rule]
        left, right = one.sides({key: part.columns[key][columns] for key in one.cells})
        known = (left == left) & (right == right)
        return np.where(known, left, np.nan).astype(np.float64), np.where(known, right, np.nan).astype(np.float64)

    return sides


def in_broken_identity(panel: Panel, form: Form) -> npt.NDArray[np.bool_]:
    """Return which cells of the reports in a form stand in a broken identity: shape (reports, cells)."""
    rows = np.flatnonzero((panel.heads["form"] == form.id).to_numpy())
    found = np.zeros((len(rows), len(form.cells)), bool)
    at = {key: place for place, key in enumerate(form.cells)}
    for part in (part for part in panel.parts if part.form is form):
        judged, places = _identities(part), np.searchsorted(rows, part.rows)
        for rule in np.flatnonzero((judged.codes == BROKEN).any(axis=1)):
            cells = [at[key] for key in judged.rules[rule].cells if key in at]
            found[np.ix_(places[judged.codes[rule] == BROKEN], cells)] = True
    return found


# Rules by formula.


def _by_formula(
    panel: Panel, rules: Sequence[Rule], reports: Ints, last: Ints | None, known: Mapping[CellKey, Any], exact: bool
) -> Judged:
    """Judge rules on some reports, or on pairs of them with those of the year before.

    ``known`` has the quantities that the rules speak of, as arrays or as one number for all; what is not in it is
    unknown. A rule that the form of a report, or of the year before, does not have is absent.
    """
    levels, names = pd.factorize(panel.heads["level"].to_numpy(object)[reports])
    forms = panel.form_codes[reports], panel.form_codes[reports if last is None else last]

    def lookup(columns: Ints | slice) -> Callable[[str, CellKey], Any]:
        def find(when: str, key: CellKey) -> Any:
            if key in known:
                value = known[key]
                return value if isinstance(value, float) else value[columns]
            rows = last if when else reports
            if rows is None or key in quantity_names():
                return np.nan
            return panel.column(key, rows[columns], exact)

        return find

    def sides(rule: int, columns: Ints) -> tuple[Array, Array]:
        one, find = rules[rule], lookup(columns)
        _, spoken, instead = _weigh(one, find, (levels[columns], names), exact)
        left, right = (_line(side, len(columns)) for side in one.formula.sides(find, exact))
        if one.instead is not None:
            other = (_line(side, len(columns)) for side in one.instead.sides(find, exact))
            left, right = (np.where(instead, new, old) for new, old in zip(other, (left, right), strict=True))
        return np.where(spoken, left, np.nan), np.where(spoken, right, np.nan)

    codes = np.empty((len(rules), len(reports)), np.uint8)
    for out, rule in zip(codes, rules, strict=True):
        out[:] = _weigh(rule, lookup(slice(None)), (levels, names), exact)[0]
        has = np.array([rule.applies(form) for form in panel.forms])
        out[~(has[forms[0]] & has[forms[1]])] = ABSENT
        if last is not None and any(key.table == "proactive" for key in rule.cells):
            meanings = pd.factorize(np.array([form.id.removesuffix("-hybrid") for form in panel.forms], object))[0]
            out[meanings[forms[0]] != meanings[forms[1]]] = ABSENT
    return Judged(tuple(rules), tuple(rule.kind for rule in rules), reports, codes, sides, last)


def _weigh(rule: Rule, find: Lookup, levels: tuple[Ints, Array], exact: bool) -> tuple[Array, Array, Array]:
    """Return the codes of a rule, where its formula was put at all, and where its other formula decided.

    ``levels`` has one code a report, and the levels that codes stand for.
    """
    level, names = levels
    size = len(level)
    truth = _line(rule.formula.evaluate(find, exact), size)
    instead = np.zeros(size, bool)
    if rule.instead is not None:
        other = _line(rule.instead.evaluate(find, exact), size)
        instead = np.isnan(truth) & (other == other) & (other != 0)
    codes = np.where(np.isnan(truth), NOT_ASSESSABLE, np.where(truth != 0, HOLDS, BROKEN)).astype(np.uint8)
    codes[instead] = HOLDS
    spoken = np.ones(size, bool)
    if rule.when is not None:
        guard = _line(rule.when.evaluate(find, exact), size)
        spoken = (guard == guard) & (guard != 0)
        codes = np.where(spoken, codes, np.where(np.isnan(guard), NOT_ASSESSABLE, HOLDS)).astype(np.uint8)
    if rule.levels:
        meant = np.array([name in rule.levels for name in names], bool)[level]
        stated = np.array([name not in ("", "unknown") for name in names], bool)[level]
        codes = np.where(meant, codes, np.where(stated, HOLDS, NOT_ASSESSABLE)).astype(np.uint8)
        spoken = spoken & meant
    return codes, spoken, instead


def _line(value: Any, size: int) -> Array:
    return np.broadcast_to(np.asarray(value, np.float64), (size,))


# What rules speak of beside cells, by the names in ``rules.toml``; NaN where it is unknown.


def _named(table: str, counts: Mapping[str, Any]) -> dict[CellKey, Any]:
    return {CellKey(table, *name.split(".")): count for name, count in counts.items()}


def _of_reading(panel: Panel, rows: Ints) -> dict[CellKey, Any]:
    """Count what is said about the reading of some reports."""
    sizes = np.array([len(form.cells) for form in panel.forms], np.float64)[panel.form_codes[rows]]
    mixed = np.array([form.id.endswith("-hybrid") for form in panel.forms], np.float64)[panel.form_codes[rows]]
    heads = {name: panel.heads[name].to_numpy(object)[rows] for name in ("year", "year_doubt", "scope")}
    return _named(
        "reading",
        {
            "cells.all": sizes,
            "cells.found": sizes - panel.count_marks("missing")[rows],
            "cells.disagreeing": panel.count_doubts("two readings disagree")[rows].astype(np.float64),
            "year.doubts": np.where(heads["year"] != "", (heads["year_doubt"] != "").astype(np.float64), np.nan),
            "scope.stated": np.where(_stated(heads["scope"]), 1.0, np.nan),
            "form.mixture": mixed,
        },
    )


def _of_pairs(panel: Panel, last: Ints, now: Ints) -> dict[CellKey, Any]:
    """Count what the two reports of each pair have in common; equal cells are unknown where too few are not 0."""
    compared, equal = np.zeros(len(now), np.uint16), np.zeros(len(now), np.uint16)

    def work(start: int, stop: int) -> None:
        for key in dict.fromkeys(key for form in panel.forms for key in form.cells):
            a, b = panel.column(key, last[start:stop]), panel.column(key, now[start:stop])
            same = a == b
            shown = (a == a) & (b == b) & ~(same & (a == 0))
            compared[start:stop] += shown
            equal[start:stop] += same & shown

    in_threads(work, len(now), TOGETHER)
    scopes = [panel.heads["scope"].to_numpy(object)[rows] for rows in (last, now)]
    told = _stated(scopes[0]) & _stated(scopes[1])
    return _named(
        "pair",
        {
            "cells.compared": compared.astype(np.float64),
            "cells.equal": np.where(compared >= FEWEST_CELLS, equal, np.nan),
            "forms.same": (panel.form_codes[last] == panel.form_codes[now]).astype(np.float64),
            "scopes.same": np.where(told, (scopes[0] == scopes[1]).astype(np.float64), np.nan),
        },
    )


def _changes(panel: Panel, last: Ints, now: Ints) -> tuple[Ints, dict[CellKey, Any]]:
    """Return the pairs whose change of new requests can be judged, their ratios, and the range of what is usual.

    None when there are fewer pairs than it takes to tell what is usual.
    """
    before, after = panel.column(_NEW, last), panel.column(_NEW, now)
    sized = np.flatnonzero((np.nan_to_num(before) != 0) & (np.nan_to_num(after) != 0))
    if len(sized) < FEWEST_PAIRS:
        return sized[:0], {}
    ratio, least, most = usual_ratios(before[sized], after[sized])
    return sized, _named("panel", {"new.ratio": ratio, "new.least": least, "new.most": most})


def _stated(scopes: Array) -> npt.NDArray[np.bool_]:
    found: npt.NDArray[np.bool_] = ((scopes != "") & (scopes != "unknown")).astype(bool)
    return found
