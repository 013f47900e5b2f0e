"""Check reports against every rule: the identities and bounds of their form, hints, and rules across years.

One engine serves one report and many: a report is a panel of one. A verdict is *holds*, *broken* or *not
assessable*, never anything else: an operand that is no number makes it not assessable.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any, Generic, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from foi_analysis.form import CellKey, Form, Identity
from foi_analysis.judging import ABSENT, Judged, judge, judge_formulas
from foi_analysis.panel import Panel, as_panel
from foi_analysis.report import Number, Report, plain_number
from foi_analysis.resources import Language, language_of
from foi_analysis.rules import NOT_ASSESSABLE, VERDICTS, Kind, Outcome, Rule

Array = npt.NDArray[Any]
Ints = npt.NDArray[np.int64]

COLUMNS = (
    "report", "last", "kind", "rule", "label", "verdict", "left", "right", "difference", "doubtful", "family", "source",
    "table", "where", "cells",
)  # fmt: skip
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
        raise ValueError(f"no verdict {unknown[0]!r}; give {', '.join(VERDICTS)}")
    panel = as_panel(x)
    return verdict_frame(panel, judge(panel), VERDICTS if asked is None else asked, language_of(language))


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


def verdict_frame(panel: Panel, judged: Sequence[Judged], outcomes: Sequence[str], language: Language) -> pd.DataFrame:
    """Return what was judged as ``check`` does, the rules with one of these outcomes."""
    wanted = np.array([name in outcomes for name in VERDICTS] + [False])
    found = [(one, np.nonzero(wanted[one.codes])) for one in judged]
    hits = [(one, rules, columns) for one, (rules, columns) in found]
    sizes = np.cumsum([0, *(len(one.rules) for one in judged)])
    rule = _strung([at + rules for at, (_, rules, _) in zip(sizes, hits, strict=False)])
    report = _strung([one.reports[columns] for one, _, columns in hits])
    last = _strung([np.full(len(c), len(panel)) if one.last is None else one.last[c] for one, _, c in hits])
    numbers = [_sides(panel, *hit) for hit in hits]
    left, right, doubtful = (
        (np.concatenate([np.zeros(0), *some]) for some in zip(*numbers, strict=True)) if hits else [np.zeros(0)] * 3
    )
    about = [about for one in judged for about in _abouts(panel, one, language)]
    names = pd.factorize(np.array((*panel.heads["report"], ""), object))
    columns: dict[str, Any] = {
        "report": _coded(names[0][report], names[1]),
        "last": _coded(names[0][last], names[1]),
        **{
            name: _category([one[name] for one in about], rule)
            for name in ("rule", "label", "family", "kind", "source")
        },
        **{name: _category([one[name] for one in about], rule) for name in ("table", "where", "cells")},
        **{"left": left, "right": right, "difference": left - right},
        "verdict": _coded(_strung([one.codes[r, c] for one, r, c in hits]), list(VERDICTS)),
        "doubtful": doubtful.astype(bool),
    }
    order = np.argsort(report, kind="stable")
    return pd.DataFrame({name: columns[name].take(order) for name in COLUMNS})


def _strung(parts: Sequence[Array]) -> Ints:
    return np.concatenate([np.zeros(0, np.int64), *(part.astype(np.int64) for part in parts)])


def _sides(panel: Panel, one: Judged, rules: Ints, columns: Ints) -> tuple[Array, Array, Array]:
    """Return left, right and whether a cell is in doubt, for rules in order and the columns of each."""
    left, right, doubtful = np.empty(len(rules)), np.empty(len(rules)), np.zeros(len(rules), bool)
    edges = np.searchsorted(rules, np.arange(len(one.rules) + 1))
    for rule, (start, stop) in enumerate(pairwise(edges)):
        if stop > start:
            some = columns[start:stop]
            left[start:stop], right[start:stop] = one.sides(rule, some)
            if panel.any_doubt:
                doubtful[start:stop] = panel.doubted(one.reports[some], one.rules[rule].cells)
    return left, right, doubtful


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


def _coded(codes: Any, texts: Any) -> Any:
    return pd.Categorical.from_codes(codes, texts)


def _category(texts: Sequence[str], rule: Ints) -> Any:
    codes, names = pd.factorize(np.array(texts, object))
    return _coded(codes.astype(np.int16)[rule], names)


def counts_by_report(panel: Panel, judged: Iterable[Judged]) -> pd.DataFrame:
    """Count verdicts: one row a report, index from 0, a column for each kind and verdict (``identity_broken``)."""
    kinds = ("identity", "bound", "hint", "reading")
    found = {(kind, code): np.zeros(len(panel), np.int64) for kind in kinds for code in range(len(VERDICTS))}
    for one in judged:
        for kind in dict.fromkeys(one.kinds):
            codes = one.codes[[other == kind for other in one.kinds]]
            for code in range(len(VERDICTS)):
                found[kind, code][one.reports] += np.count_nonzero(codes == code, axis=0)
    return pd.DataFrame({f"{kind}_{VERDICTS[code].replace(' ', '_')}": n for (kind, code), n in found.items()})
