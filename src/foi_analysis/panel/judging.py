"""Judge every rule on all reports of a panel at once: a loop over rules, none over reports.

Rules, formulas and bounds are the data that ``check`` reads. Only reports with numbers that floats do not add up
exactly, such as decimals among counts, are judged one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from foi_analysis.checks import Outcome, verdicts
from foi_analysis.form import CellKey, Form, Identity
from foi_analysis.lanes import side_by_side
from foi_analysis.panel.formulas import Figures, Part, Sides, judged, places
from foi_analysis.panel.pairing import Pairs, changes, in_common, pair_years
from foi_analysis.quantities import of_pair, of_reading
from foi_analysis.report import Report
from foi_analysis.rules import Rule, judge, load_rules
from foi_analysis.vectorised import BROKEN, HOLDS, NOT_ASSESSABLE, OUTCOMES, check_values

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from foi_analysis.panel.panel import Panel

    Ints = npt.NDArray[np.int64]
    Array = npt.NDArray[Any]

#: What came of a rule on one report: its outcome, left and right.
One = tuple[Outcome, Any, Any]
#: Beyond this, sums of a form's cells might not be exact in floats.
_SAFE = 2.0**45
_NEW = CellKey("requests", "new", "total")


def judge_alone(panel: Panel) -> Iterator[Part]:
    """Judge identities, bounds, hints and rules about the reading: three parts for each form."""
    import numpy as np

    for form in panel.forms:
        reports = panel.reports_of(form.id)
        odd = odd_reports(panel, form)
        values = panel.values(form.id)
        if len(odd):
            values = np.array(values, order="F")
            values[odd] = np.nan
        parts = (_identities(form, values, reports), _bounds(form, values, reports),
                 _rules(panel, form, values, reports))  # fmt: skip
        one_by_one = {int(at): panel.report(int(reports[at])) for at in odd}
        yield from (_patched(part, {at: _alone(part, one) for at, one in one_by_one.items()}) for part in parts)


def judge_years(panel: Panel) -> Iterator[Part]:
    """Judge the rules across years on every pair of reports, and the rules about the changes of the panel."""
    import numpy as np

    pairs = pair_years(panel)
    form_of = panel.layout.form_of
    for earlier in range(len(panel.forms)):
        for later in range(len(panel.forms)):
            some = pairs.of(np.flatnonzero((form_of[pairs.last] == earlier) & (form_of[pairs.report] == later)))
            if len(some):
                yield _across(panel, some, (earlier, later))
    yield from _jumps(panel, pairs)


def odd_reports(panel: Panel, form: Form) -> Ints:
    """Give the reports, by their number in the form, with numbers that floats do not add up exactly."""
    import numpy as np

    values, found = panel.values(form.id), np.zeros(len(panel.reports_of(form.id)), bool)
    counts = [places(form)[bound.right[0]] for bound in form.bounds if not bound.left]
    for cell in counts:
        column = values[:, cell]
        with np.errstate(invalid="ignore"):
            found |= ~((np.rint(column) == column) & (abs(column) <= _SAFE)) & (column == column)
    start, end = (int(at) for at in panel.layout.base[[panel.forms.index(form), panel.forms.index(form) + 1]])
    for slot, number in panel.cells.exact.items():
        if start <= slot < end and Fraction(number) != Fraction(repr(float(number))):
            found[(slot - start) % len(found)] = True
    return np.flatnonzero(found)


def _identities(form: Form, values: Array, reports: Ints) -> Part:
    codes = check_values(form, values).codes.T
    return Part(
        ("identity",) * len(codes), form.identities, form, reports, codes, _added(form.identities, form, values)
    )


def _added(rules: Sequence[Identity], form: Form, values: Array) -> Callable[[int, Ints], Sides]:
    """Give a function that adds up both sides of a rule, NaN for both where one of them is unknown."""
    import numpy as np

    def sides(rule: int, rows: Ints) -> Sides:
        left, right = (
            values[rows][:, [places(form)[key] for key in side]].sum(axis=1) if side else np.zeros(len(rows))
            for side in (rules[rule].left, rules[rule].right)
        )
        unknown = np.isnan(left) | np.isnan(right)
        return np.where(unknown, np.nan, left), np.where(unknown, np.nan, right)

    return sides


def _bounds(form: Form, values: Array, reports: Ints) -> Part:
    import numpy as np

    codes = np.empty((len(form.bounds), len(reports)), np.uint8)
    sides = [[[places(form)[key] for key in side] for side in (one.left, one.right)] for one in form.bounds]

    def judge(first: int, last: int) -> None:
        columns = [values[first:last, cell] for cell in range(values.shape[1])]
        for out, bound, (left, right) in zip(codes, form.bounds, sides, strict=True):
            least, most = (sum((columns[cell] for cell in side[1:]), columns[side[0]]) if side else 0.0
                           for side in (left, right))  # fmt: skip
            fits = least == most if bound.relation == "=" else least <= most
            fits = fits & (np.rint(most) == most) if bound.family == "counts" else fits
            out[first:last] = np.where(fits, HOLDS, np.where(np.isnan(least + most), NOT_ASSESSABLE, BROKEN))

    side_by_side(judge, len(reports), 16_384)
    return Part(("bound",) * len(codes), form.bounds, form, reports, codes, _added(form.bounds, form, values))


def _rules(panel: Panel, form: Form, values: Array, reports: Ints) -> Part:
    chosen = [rule for rule in load_rules() if rule.kind in ("hint", "reading")]
    chosen = [rule for rule in chosen if not rule.needs_last and rule.applies(form)]
    figures = Figures((form, values, None), known=_of_reading(panel, form, reports))
    return judged(panel, chosen, figures, reports)


def _of_reading(panel: Panel, form: Form, reports: Ints) -> Mapping[CellKey, Any]:
    """Count what is said about the reading of each report: the quantities of a reading, as arrays."""
    import numpy as np

    from foi_analysis.panel.stored import MARKS

    doubts = panel.cells.words["doubt"]
    torn = np.array([text.startswith("two readings disagree") for text in doubts.texts], bool)
    at = panel.forms.index(form)
    heads = {name: np.array(panel.heads[name], object)[reports] for name in ("year", "year_doubt", "scope")}
    stated = (heads["scope"] != "") & (heads["scope"] != "unknown")
    disagreeing = (
        panel.layout.part(torn[doubts.codes], at).sum(axis=1).astype(np.float64)
        if torn.any()
        else np.zeros(len(reports))
    )
    counts = {
        "cells.all": float(len(form.cells)),
        "cells.found": (panel.marks(form.id) != MARKS.index("missing")).sum(axis=1).astype(np.float64),
        "cells.disagreeing": disagreeing,
        "year.doubts": np.where(heads["year"] != "", (heads["year_doubt"] != "").astype(np.float64), np.nan),
        "scope.stated": np.where(stated, 1.0, np.nan),
        "form.mixture": float(form.id.endswith("-hybrid")),
    }
    return {CellKey("reading", *name.split(".")): count for name, count in counts.items()}


def _across(panel: Panel, pairs: Pairs, forms: tuple[int, int]) -> Part:
    import numpy as np

    last, now = (panel.forms[form] for form in forms)
    same = last.id.removesuffix("-hybrid") == now.id.removesuffix("-hybrid")
    chosen = [
        rule
        for rule in load_rules()
        if (rule.needs_last or rule.instead) and "panel" not in rule.formula.tables
        if same or all(key.table != "proactive" for key in rule.cells)
        if rule.applies(now) and rule.applies(last)
    ]
    rows = panel.layout.row_of
    figures = Figures(
        (now, panel.values(now.id), rows[pairs.report]),
        (last, panel.values(last.id), rows[pairs.last]),
        in_common(panel, pairs, forms),
    )
    part = judged(panel, chosen, figures, pairs.report, pairs.last)
    odd = np.concatenate([panel.reports_of(form.id)[odd_reports(panel, form)] for form in {last, now}])
    columns = np.flatnonzero(np.isin(pairs.report, odd) | np.isin(pairs.last, odd)).tolist()
    return _patched(part, {at: _together(panel, part, pairs, at) for at in columns})


def _jumps(panel: Panel, pairs: Pairs) -> Iterator[Part]:
    """Judge the rules about changes; they name quantities only, so one part does for all forms."""
    some, known = changes(panel, pairs, _NEW)
    rules = [rule for rule in load_rules() if "panel" in rule.formula.tables]
    if len(some):
        form = panel.forms[0]
        yield judged(panel, rules, Figures((form, panel.values(form.id), None), known=known), some.report, some.last)


def _patched(part: Part, ones: Mapping[int, Iterable[One]]) -> Part:
    """Give a part with what was judged one by one, by column, in place of the codes of these columns."""
    if not ones:
        return part
    codes = part.codes.copy()
    exact: dict[tuple[int, int], Sides] = {}
    for column, found in ones.items():
        for rule, (outcome, left, right) in enumerate(found):
            codes[rule, column] = OUTCOMES.index(outcome)
            exact[rule, column] = (_float(left), _float(right))
    return replace(part, codes=codes, exact=exact)


def _float(side: Any) -> float:
    return float("nan") if side is None else float(side)


def _alone(part: Part, report: Report) -> list[One]:
    """Judge the rules of a part on one report."""
    found = {verdict.identity.id: verdict for verdict in verdicts(report)}
    known = of_reading(report)
    judged_one: list[One] = []
    for rule in part.rules:
        one = judge(rule, report, known=known) if isinstance(rule, Rule) else found[rule.id]
        judged_one.append((one.outcome, one.left, one.right))
    return judged_one


def _together(panel: Panel, part: Part, pairs: Pairs, at: int) -> list[One]:
    """Judge the rules of a part on one pair of reports."""
    last, report = panel.report(int(pairs.last[at])), panel.report(int(pairs.report[at]))
    known = of_pair(last, report)
    found = [judge(rule, report, last, known) for rule in part.rules if isinstance(rule, Rule)]
    return [(one.outcome, one.left, one.right) for one in found]
