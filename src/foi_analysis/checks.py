"""Check reports against every rule (identities, bounds, hints, rules across years) and certify each cell.

One engine serves one report and many: a report is a panel of one. A verdict is *holds*, *broken* or *not
assessable*, never anything else: an operand that is no number makes it not assessable.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any, Generic, TypeVar

import numpy as np
import numpy.typing as npt

from foi_analysis.bilingual import listed
from foi_analysis.form import CellKey, Form, Identity
from foi_analysis.formula import Lookup, quantity_names
from foi_analysis.panel import Panel, Part, as_panel, coded, inexact
from foi_analysis.parallel import in_threads
from foi_analysis.report import Number, Report, exactly, plain_number
from foi_analysis.resources import Language, Told, language_of, pd
from foi_analysis.rules import BROKEN, HOLDS, NOT_ASSESSABLE, VERDICTS, Kind, Outcome, Rule, load_rules

# ---- identities over bare figures, one row a report ----


Array = npt.NDArray[Any]
#: Figures of shape (reports, cells), or what came of them, of shape (reports, identities).
Table = np.ndarray[tuple[int, int], Any]

#: The largest number taken: beyond it a float no longer holds every whole number.
LARGEST = 2**53
#: So many reports are judged at a time: large blocks, so that threads seldom wait for each other.
TOGETHER = 65_536


@dataclass(frozen=True, slots=True)
class Checked:
    """Differences (left minus right) and verdict codes, both of shape (reports, identities).

    ``differences`` is int64 when the figures are whole by type; else float64, NaN where not assessable, and rounded
    beyond 2**53. ``codes`` is uint8 and exact: see ``rules.VERDICTS``.
    """

    differences: Table
    codes: Table


def check_values(form: Form, values: npt.ArrayLike) -> Checked:
    """Judge every identity of a form over bare figures.

    Parameters
    ----------
    form : Form
    values : array_like
        Shape (reports, cells), the cells in the order of ``form.cells``: whole numbers, floats with NaN where no
        number is printed, or a masked array. Fastest when a cell's figures lie together in memory (Fortran order).

    Returns
    -------
    Checked

    Raises
    ------
    ValueError
        For another shape or type, and for a number beyond 2**53.
    """
    figures = figures_of(form, values)
    # Zeros are memory not yet touched, and most differences stay 0: only the others are ever written.
    differences = np.zeros((len(form.identities), len(figures)), figures.dtype)
    codes = np.empty(differences.shape, np.uint8)
    covered = [at for at, key in enumerate(form.cells) if form.identities_of[key]]
    span = slice(covered[0], covered[-1] + 1)

    def work(start: int, stop: int) -> None:
        block = figures[start:stop].T
        block = block if block.strides[1] == block.itemsize else np.ascontiguousarray(block)
        odd = _inexact(form, block, start, span)
        judge_sums(form.identities, dict(zip(form.cells, block, strict=True)), codes[:, start:stop], True,
                   differences[:, start:stop])  # fmt: skip
        for row in odd:
            numbers = dict(zip(form.cells, map(exactly, block[:, row].tolist()), strict=True))
            codes[:, start + row] = [one.code(numbers) for one in form.identities]
            differences[:, start + row] = [float(a - b) for a, b in (one.sides(numbers) for one in form.identities)]

    in_threads(work, len(figures), TOGETHER)
    return Checked(differences.T, codes.T)


@np.errstate(invalid="ignore")  # NaN among ints and Fractions
def judge_sums(
    rules: Sequence[Identity],
    columns: Mapping[CellKey, Array],
    codes: npt.NDArray[np.uint8],
    whole: bool = False,
    differences: Array | None = None,
) -> None:
    """Fill in the codes of rules, of shape (rules, reports), and the differences, where not 0, if they are wanted.

    ``columns`` has an array of one number a report for each cell; ``whole`` tells that counts are known to be whole.
    """
    for at, rule in enumerate(rules):
        left, right = rule.sides(columns)
        codes[at] = rule.breaks(left, right, whole)
        here: Any = slice(None)
        if rule.relation == "=":  # nothing equals NaN: where an equality holds, both sides are known
            here = np.flatnonzero(codes[at])
            left, right = left[here], right[here]
        difference = left - right
        if differences is not None:
            differences[at, here] = difference
        if right.dtype.kind != "i":
            found = codes[at, here]
            found[difference != difference] = NOT_ASSESSABLE
            codes[at, here] = found


def figures_of(form: Form, values: npt.ArrayLike) -> Table:
    """Return the figures as an array of int64 or float64, NaN for what is masked; raises as ``check_values``."""
    given = values if isinstance(values, np.ndarray) else np.asarray(values)
    if given.ndim != 2 or given.shape[1] != len(form.cells) or given.dtype.kind not in "iuf":
        found = {"dtype": given.dtype, "shape": given.shape}
        raise ValueError(Told("errors.shape", cells=len(form.cells), form=form.id, **found))
    if given.dtype.kind == "u" or isinstance(given, np.ma.MaskedArray):
        _refuse_large(form, np.ma.filled(given, 0).T, 0)
    if isinstance(given, np.ma.MaskedArray):
        return np.ma.filled(given.astype(np.float64), np.nan)
    return given.astype(np.float64 if given.dtype.kind == "f" else np.int64, copy=False)


def _inexact(form: Form, block: Table, start: int, span: slice) -> list[int]:
    """Return the reports of a block (cells, reports) that floats do not add up exactly; refuse what is too large."""
    cells = block[span]
    if cells.dtype.kind == "i":
        # Set bits gathered over all numbers: one pass tells that each is from 0 to 2**53.
        if not 0 <= int(np.bitwise_or.reduce(cells, axis=None)) < LARGEST:
            _refuse_large(form, block, start)
        return []
    odd = np.flatnonzero(inexact(cells)).tolist()
    if odd:
        _refuse_large(form, block, start)
    return odd


def _refuse_large(form: Form, columns: Table, start: int) -> None:
    large = np.argwhere((columns > LARGEST) | (columns < -LARGEST))
    if len(large):
        cell, row = large[0]
        where = {"row": start + row, "cell": str(form.cells[cell])}
        raise ValueError(Told("errors.too_large", number=columns[cell, row], **where))


# ---- every rule on all reports of a panel ----


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
    yield from (_judged("identity", part.identities, part) for part in panel.parts)
    yield from (_judged("bound", part.form.bounds, part) for part in panel.parts)
    yield from judge_formulas(panel)


def judge_formulas(panel: Panel) -> Iterator[Judged]:
    """Judge hints and rules about the reading of one report."""
    alone = [rule for rule in load_rules() if not rule.needs_last]
    rules = [rule for kind in ("hint", "reading") for rule in alone if rule.kind == kind]
    for some, exact in _by_exactness(np.isin(np.arange(len(panel)), panel.inexact)):
        yield _by_formula(panel, rules, some, None, _of_reading(panel, some), exact)


def judge_years(panel: Panel) -> Iterator[Judged]:
    """Judge the rules across years on every pair of reports, then those about the changes of the whole panel."""
    last, now = pair_years(panel)
    across = [rule for rule in load_rules() if (rule.needs_last or rule.instead) and not rule.of_panel]
    for some, exact in _by_exactness(np.isin(last, panel.inexact) | np.isin(now, panel.inexact)):
        known = _of_pairs(panel, last[some], now[some])
        yield _by_formula(panel, across, now[some], last[some], known, exact)
    sized, known = _changes(panel, last, now)
    if len(sized):
        rules = [rule for rule in load_rules() if rule.of_panel]
        yield _by_formula(panel, rules, now[sized], last[sized], known, False)


def _by_exactness(exact: npt.NDArray[np.bool_]) -> Iterator[tuple[Ints, bool]]:
    """Yield the places where floats are exact, then those where it takes Fractions, where there are any."""
    return ((np.flatnonzero(exact == kind), kind) for kind in (False, True) if (exact == kind).any())


def pair_years(panel: Panel) -> tuple[Ints, Ints]:
    """Pair each report with that of the same organ for the year before; a gap of years makes no pair.

    Returns the places of the earlier and of the later reports. Reports that are not the only one of their organ and
    year make no pair: see ``Panel.conflicts``.
    """
    organs = pd.factorize(panel.heads["organ"].to_numpy(object))[0]
    years = panel.years.fillna(0).to_numpy(np.int64)
    known = (years > 0) & (panel.heads["organ"] != "").to_numpy()
    alone = pd.Series(organs * 10_000 + years)[known].drop_duplicates(keep=False).sort_values()
    last, now = pd.Index(alone).get_indexer(alone - 1), alone.index.to_numpy()
    return now[last[last >= 0]], now[last >= 0]


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


def _judged(kind: Kind, rules: Sequence[Identity], part: Part) -> Judged:
    codes = np.empty((len(rules), len(part.rows)), np.uint8)

    def work(start: int, stop: int) -> None:
        columns = {key: column[start:stop] for key, column in part.columns.items()}
        judge_sums(rules, columns, codes[:, start:stop], whole=not part.exact)

    def sides(rule: int, columns: Ints) -> tuple[Array, Array]:
        one = rules[rule]
        left, right = one.sides({key: part.columns[key][columns] for key in one.cells})
        known = (left == left) & (right == right)
        return np.where(known, left, np.nan).astype(np.float64), np.where(known, right, np.nan).astype(np.float64)

    in_threads(work, len(part.rows), TOGETHER)
    return Judged(tuple(rules), (kind,) * len(rules), part.rows, codes, sides)


def in_broken_identity(panel: Panel, form: Form) -> npt.NDArray[np.bool_]:
    """Return which cells of the reports in a form stand in a broken identity: shape (reports, cells)."""
    rows = np.flatnonzero((panel.heads["form"] == form.id).to_numpy())
    found = np.zeros((len(rows), len(form.cells)), bool)
    for part in (part for part in panel.parts if part.form is form):
        judged, places = _judged("identity", part.identities, part), np.searchsorted(rows, part.rows)
        for rule, codes in zip(part.identities, judged.codes, strict=True):
            cells = [form.places[key] for key in rule.cells if key in form.places]
            found[np.ix_(places[codes == BROKEN], cells)] = True
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
            columns = [tuple(column.zh for column in form.table("proactive").columns) for form in panel.forms]
            meanings = np.array([columns.index(own) for own in columns])
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
    mixed = np.array([form.mixture for form in panel.forms], np.float64)[panel.form_codes[rows]]
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


# ---- verdicts as a frame ----


COLUMNS = (
    "report", "last", "kind", "rule", "label", "verdict", "left", "right", "difference", "doubtful", "family", "source",
    "table", "where", "cells",
)  # fmt: skip
_ABOUT = ("rule", "label", "family", "kind", "source", "table", "where", "cells")
#: What is found of a rule and report: places of the rule, the report and the one before, the code, and the sides.
_FOUND = {
    "rule": np.int64, "report": np.int64, "last": np.int64, "verdict": np.uint8, "left": np.float64,
    "right": np.float64, "doubtful": np.bool_,
}  # fmt: skip
R = TypeVar("R", Identity, Rule)


@dataclass(frozen=True, slots=True)
class Verdict(Generic[R]):
    """The verdict on one rule over one report.

    ``left`` and ``right`` are its two sides, None when not assessable or when it compares nothing; ``doubtful`` tells
    that the reading of one of its cells is in doubt: then a break says nothing about the organ.
    """

    rule: R
    kind: Kind
    outcome: Outcome
    left: Number | None
    right: Number | None
    doubtful: bool

    @property
    def difference(self) -> Number | None:
        """Left minus right, None when there is none."""
        return None if self.left is None or self.right is None else self.left - self.right


def check(
    x: Report | Panel | Iterable[Report],
    verdict: str | Sequence[str] | None = None,
    language: Language | None = None,
) -> pd.DataFrame:
    """Check reports against every rule.

    Parameters
    ----------
    x : Report, Panel or iterable of Report
    verdict : str or list of str, optional
        Keep only rules with these verdicts, such as ``["broken", "not assessable"]``; for a large panel this spares
        millions of rows that hold.
    language : {"zh", "en"}, optional
        The language of the labels; the one that is set when not given.

    Returns
    -------
    DataFrame
        One row a report and rule: the reports in their order, the rules of each in the order identity, bound, hint,
        reading, those across two years of an organ last, at the later report. Columns: report, last (the report of
        the year before, empty for rules about one report), kind, rule, label, verdict (holds, broken, not assessable),
        left, right, difference (NaN where there is none), doubtful (the reading of one of its cells is in doubt),
        family, source, table, where (the row or column it runs along), cells (joined with spaces). Texts are
        categories. Two reports for one organ and year are a conflict to settle first (``Panel.conflicts``): neither
        is held against another year.

    Raises
    ------
    ValueError
        For a verdict that there is none of.

    Examples
    --------
    >>> import foi_analysis as foi
    >>> report = foi.read_report("data/raw/shanghai_psb_2024.txt")
    >>> foi.check(report).groupby("kind", sort=False)["verdict"].value_counts().loc["identity"].to_dict()
    {'holds': 42, 'broken': 0, 'not assessable': 0}
    >>> broken = foi.check(foi.load_panel(), verdict="broken")
    >>> broken.loc[broken["kind"] == "identity", ["report", "rule", "left", "right"]]
                   report                                      rule  left  right
    0  huaian_hongze_2023                   results.reconsideration  11.0    0.0
    1  huaian_hongze_2023  results.litigation_after_reconsideration   5.0    0.0
    3        pingtan_2020                   outcomes.natural_person  26.0   20.0
    4        pingtan_2020                            outcomes.total  27.0   21.0
    """
    asked = [verdict] if isinstance(verdict, str) else verdict
    unknown = sorted({*(asked or ())} - {*VERDICTS})
    if unknown:
        raise ValueError(Told("errors.no_verdict", verdict=unknown[0], known=listed(VERDICTS)))
    panel, told = as_panel(x), language_of(language)
    wanted = np.array([name in (VERDICTS if asked is None else asked) for name in VERDICTS] + [False])
    judged = judge(panel)
    before = np.cumsum([0, *(len(one.rules) for one in judged)])
    parts = [_found(panel, one, wanted, at) for one, at in zip(judged, before, strict=False)]
    found = pd.concat(parts) if parts else pd.DataFrame(columns=list(_FOUND)).astype(_FOUND)
    found = found.sort_values("report", kind="stable", ignore_index=True)
    abouts = pd.DataFrame([one for some in judged for one in _abouts(panel, some, told)], columns=list(_ABOUT))
    names = [*panel.heads["report"], ""]
    columns = {
        **{name: coded(found[name], names) for name in ("report", "last")},
        **{name: coded(found["rule"], abouts[name]) for name in _ABOUT},
        **{name: found[name] for name in ("left", "right", "doubtful")},
        "difference": found["left"] - found["right"],
        "verdict": coded(found["verdict"], VERDICTS),
    }
    return pd.DataFrame({name: columns[name] for name in COLUMNS}, copy=False)


def verdicts(report: Report) -> tuple[Verdict[Identity], ...]:
    """Return the verdict on each identity, then on each bound, of a report's form, with exact sides.

    Subtotals that the organ prints are judged behind the form's own identities.
    """
    numbers = report.numbers
    return (*identity_verdicts(report), *(_verdict(report, "bound", bound, numbers) for bound in report.form.bounds))


def identity_verdicts(report: Report) -> tuple[Verdict[Identity], ...]:
    """Return the verdict on each identity of a report's form, then on those of printed subtotals."""
    numbers = report.numbers
    return tuple(_verdict(report, "identity", identity, numbers) for identity in report.identities)


def _verdict(report: Report, kind: Kind, rule: Identity, numbers: Mapping[CellKey, Any]) -> Verdict[Identity]:
    code = rule.code(numbers)
    left, right = rule.sides(numbers)
    sides = (None, None) if code == NOT_ASSESSABLE else (plain_number(left), plain_number(right))
    cells = report.printed_cells
    return Verdict(rule, kind, VERDICTS[code], *sides, any(cells[key].doubt for key in rule.cells))


def hints(report: Report) -> tuple[Verdict[Rule], ...]:
    """Return the verdict on each hint about one report that applies to its form, in the order of ``rules.toml``."""
    return tuple(verdict for verdict in _formula_verdicts(report) if verdict.kind == "hint")


def reading_verdicts(report: Report) -> tuple[Verdict[Rule], ...]:
    """Return the verdict on each rule about the reading of a report, in the order of ``rules.toml``."""
    return tuple(verdict for verdict in _formula_verdicts(report) if verdict.kind == "reading")


def _formula_verdicts(report: Report) -> Iterator[Verdict[Rule]]:
    panel = as_panel(report)
    for one in judge_formulas(panel):
        for at, (rule, kind) in enumerate(zip(one.rules, one.kinds, strict=True)):
            code = one.codes[at, 0]
            if code != ABSENT:
                left, right = (plain_number(float(side[0])) for side in one.sides(at, np.zeros(1, np.int64)))
                doubtful = bool(panel.doubted(one.reports, rule.cells)[0])
                assert isinstance(rule, Rule)
                yield Verdict(rule, kind, VERDICTS[code], left, right, doubtful)


def _found(panel: Panel, one: Judged, wanted: npt.NDArray[np.bool_], before: int) -> pd.DataFrame:
    """Return the rules with a wanted verdict: one row a rule and report, ``before`` added to the place of a rule."""
    rules, columns = np.nonzero(wanted[one.codes])
    left, right, doubtful = np.empty(len(rules)), np.empty(len(rules)), np.zeros(len(rules), bool)
    edges = np.searchsorted(rules, np.arange(len(one.rules) + 1))
    for rule, (start, stop) in enumerate(pairwise(edges)):
        if stop > start:
            some = columns[start:stop]
            left[start:stop], right[start:stop] = one.sides(rule, some)
            if panel.any_doubt:
                doubtful[start:stop] = panel.doubted(one.reports[some], one.rules[rule].cells)
    last = np.full(len(rules), len(panel)) if one.last is None else one.last[columns]
    found = (before + rules, one.reports[columns], last, one.codes[rules, columns], left, right, doubtful)
    return pd.DataFrame(dict(zip(_FOUND, found, strict=True)), copy=False)


def _abouts(panel: Panel, one: Judged, language: Language) -> Iterator[dict[str, str]]:
    form = panel.forms[panel.form_codes[one.reports[0]]] if len(one.reports) else None
    return (_about(rule, kind, form, language) for rule, kind in zip(one.rules, one.kinds, strict=True))


@cache
def _about(rule: Identity | Rule, kind: Kind, form: Form | None, language: Language) -> dict[str, str]:
    return {
        "rule": rule.id,
        "label": rule_label(rule, form, language),
        "family": rule.family,
        "kind": kind,
        "source": rule.source,
        "table": rule.cells[0].table if rule.cells else "",
        "where": rule.id.partition(".")[2],
        "cells": " ".join(map(str, rule.cells)),
    }


def rule_label(rule: Identity | Rule, form: Form | None, language: Language) -> str:
    """Return a rule's title and, for one that stands for many, the row or column that it runs along."""
    title = rule.title(language)
    if form is None or "." not in rule.id or not set(rule.cells) <= {*form.cells, *form.subtotals}:
        return title
    along = (" · " if language == "en" else "，").join(term.label(language) for term in form.along(rule.cells))
    return f"{along}{': ' if language == 'en' else '：'}{title}" if along else title
