"""How measures changed from one year to the next; refused where the two years do not measure the same thing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from foi_analysis.measures.definitions import Measure, load_breaks, measures_of
from foi_analysis.measures.frame import measures
from foi_analysis.measures.intervals import newcombe
from foi_analysis.report import Finding, Report
from foi_analysis.resources import Language, say
from foi_analysis.years import years

if TYPE_CHECKING:
    import pandas as pd

_COLUMNS = (
    "organ", "last_report", "report", "last_year", "year", "measure", "group", "kind", "last_value", "value",
    "change", "low", "high", "state", "reason", "remark",
)  # fmt: skip


def measure_changes(reports: Iterable[Report]) -> pd.DataFrame:
    """Give the change of each measure between the reports of one organ for two years that follow each other.

    One row a pair and measure that both forms allow. Columns: organ, last_report, report, last_year, year,
    measure, group, kind, last_value, value, change (of a share in percentage points, of a ratio in its own unit),
    low and high (95 % interval of a share's change: Newcombe 1998, method 10; NaN for a ratio), state, reason, remark.

    State: compared; not comparable (``reason`` tells why: ``scope``, ``form``, or the id of a change of law, and
    change is NaN); not assessable (``reason`` is the state of the value that is not defined). ``remark`` names what
    a comparison must mention: changes of law, ``scope_unknown``, ``doubtful``, ``broken``. Several are joined by
    spaces; ``reason_text`` puts each into words. Raises ValueError when an organ has two reports for one year.
    """
    import numpy as np
    import pandas as pd

    pairs = years(reports)
    used = list({id(report): report for pair in pairs for report in pair}.values())
    parts = {id(report): measures(report).set_index("measure") for report in used}
    rows = [row for a, b in pairs for row in _pair(a, b, parts[id(a)], parts[id(b)])]
    frame = pd.DataFrame([row for row, _ in rows], columns=list(_COLUMNS[:10]))
    states = pd.DataFrame([state for _, state in rows], columns=["k1", "n1", "k2", "n2", *_COLUMNS[13:]])
    compared = (states["state"] == "compared").to_numpy(dtype=bool)
    k1, n1, k2, n2 = (states[name].astype(float).where(compared).to_numpy() for name in ("k1", "n1", "k2", "n2"))
    low, high = newcombe(k1, n1, k2, n2)
    share = (frame["kind"] == "share").to_numpy(dtype=bool)
    change: pd.Series[float] = (frame["value"].astype(float) - frame["last_value"].astype(float)) * (1 + 99 * share)
    ends = {name: np.where(share, 100 * end, np.nan) for name, end in (("low", low), ("high", high))}
    return frame.assign(change=change.where(compared), **ends, **{name: states[name] for name in _COLUMNS[13:]})


def reason_text(code: str, language: Language) -> str:
    """Put a reason or remark of ``measure_changes`` into words. Raises KeyError for a code that it does not give."""
    law = load_breaks().get(code)
    return law.text(language) if law else say(f"measures.reason_{code}", language)


def _pair(last: Report, report: Report, before: pd.DataFrame, after: pd.DataFrame) -> Iterator[tuple[Any, Any]]:
    """Give for each measure what stands in its row, and counts, state and reasons."""
    for measure in measures_of(report.form):
        if not measure.applies(last.form):
            continue
        a, b = before.loc[measure.id], after.loc[measure.id]
        refused, remarks = _reasons(measure, last, report), _remarks(measure, last, report, a, b)
        gone = " ".join(dict.fromkeys(str(x["state"]) for x in (a, b) if x["state"] != "defined"))
        state = "not comparable" if refused else "not assessable" if gone else "compared"
        ids = (report.organ.value, last.name, report.name, int(last.year.value), int(report.year.value))
        counts = (a["numerator"], a["denominator"], b["numerator"], b["denominator"])
        yield (
            (*ids, measure.id, measure.group, measure.kind, a["value"], b["value"]),
            (*counts, state, " ".join(refused) or gone, " ".join(remarks)),
        )


def _known(scope: Finding) -> bool:
    return scope.value not in ("", "unknown")


def _reasons(measure: Measure, last: Report, report: Report) -> list[str]:
    """Tell why two years must not be compared; nothing when they may."""
    scopes = _known(last.scope) and _known(report.scope) and last.scope.value != report.scope.value
    forms = set(measure.cells(last.form)) != set(measure.cells(report.form))
    laws = [one.id for one in measure.refused(int(last.year.value), int(report.year.value))]
    return [*["scope"] * scopes, *["form"] * forms, *laws]


def _remarks(measure: Measure, last: Report, report: Report, before: Any, after: Any) -> list[str]:
    laws = [one.id for one in measure.remarked(int(last.year.value), int(report.year.value))]
    unknown = not (_known(last.scope) and _known(report.scope))
    marks = [mark for mark in ("doubtful", "broken") if before[mark] or after[mark]]
    return [*laws, *["scope_unknown"] * unknown, *marks]
