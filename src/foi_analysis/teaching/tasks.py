"""Try a student's function on reports and compare what it returns with what the package computes itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.container import BarContainer
from matplotlib.figure import Figure

from foi_analysis.bilingual import number
from foi_analysis.checks import Verdict, identity_verdicts
from foi_analysis.form import Identity
from foi_analysis.measures import measure
from foi_analysis.plot.figure import Words, remember
from foi_analysis.plot.theme import theme, themed
from foi_analysis.report import Report
from foi_analysis.resources import Language, say
from foi_analysis.statistics import wilson
from foi_analysis.teaching.answers import NotYet, tell
from foi_analysis.teaching.planting import identities
from foi_analysis.teaching.slips import Chance

Function = Callable[..., Any]
#: What students may round away from a rate.
_ROUNDED = 2e-4
#: The size of a student's figure, in inches: as wide as the column of a page.
_SIZE = (6.3, 2.8)


def try_out(task: str, function: Function, reports: Iterable[Report], language: Language) -> None:
    """Try a student's function on some reports.

    Raises NotYet with a hint that teaches where the function goes wrong, KeyError when ``task`` is none of ``TASKS``.
    """
    for report in reports:
        try:
            TASKS[task](function, report)
        except _Wrong as wrong:
            key, error = wrong.args
            raise NotYet(say(f"teaching.{key}", language, error=error)) from None
    tell(say("teaching.passed", language))


class _Wrong(Exception):  # noqa: N818
    """What is wrong with a student's function: the key of a hint, and an error as text."""


def _require(right: object, hint: str) -> None:
    if not right:
        raise _Wrong(hint, "")


def _call(function: Function, *given: Any) -> Any:
    """Call a student's function. Raises _Wrong when it is not written, fails, or changes a frame given to it."""
    frames = [(one, one.copy()) for one in given if isinstance(one, pd.DataFrame)]
    try:
        result = function(*given)
    except NotImplementedError:
        raise _Wrong("not_written", "") from None
    except Exception as error:
        raise _Wrong("failed_inside", f"{type(error).__name__}: {error}") from None
    _require(all(one.equals(copy) for one, copy in frames), "changed_input")
    return result


# ---- tasks ----


def _read_cell(function: Function, report: Report) -> None:
    cells, chance = report.cells, Chance("read_cell", report.name)
    empty = [key for key, cell in report.grid.items() if cell.value is None]
    for key in (*chance.sample(list(report.grid), 12), *empty[:3]):
        _require(_same(_call(function, cells, *key), report.grid[key].value), "try_read_cell")


def _balance(function: Function, report: Report) -> None:
    found = _call(function, report.cells)
    columns = [column.key for column in report.form.table("requests").columns]
    shaped = isinstance(found, pd.Series) and sorted(map(str, found.index)) == sorted(columns)
    _require(shaped, "try_balance_shape")
    judged = {v.rule.cells[0].column: v for v in identity_verdicts(report) if v.rule.family == "balance"}
    _require(all(_same(found[key], judged[key].difference) for key in columns), "try_balance")


def _broken(function: Function, report: Report) -> None:
    found = _call(function, report.cells, report.form.identities)
    _require(_texts(found) == {v.rule.id for v in _failing(report)}, "try_broken")


def _locate(function: Function, report: Report) -> None:
    failing, holding = identities(report, "broken"), identities(report, "holds")
    found = _call(function, failing, holding)
    held = {key for identity in holding for key in identity.cells}
    wanted = set.intersection(*(set(identity.cells) for identity in failing)) - held if failing else set()
    _require(_texts(found) == set(map(str, wanted)), "try_locate")


def _zero_totals(function: Function, report: Report) -> None:
    found = _call(function, report.cells, report.form.identities)
    totals = [v for v in _failing(report) if len(v.rule.right) == 1 and v.right == 0 and v.left]
    wanted = {str(v.rule.right[0]): v.left for v in totals}
    _require(hasattr(found, "items") and {str(key): v for key, v in found.items()} == wanted, "try_zero_totals")


def _hidden_fault(function: Function, report: Report) -> None:
    failing = identities(report, "broken")
    found = str(_call(function, failing))
    _require(found == str({identity.source for identity in failing} == {"implied"}), "try_hidden_fault")


def _shift_block(function: Function, report: Report) -> None:
    cells, chance = report.cells, Chance("shift", report.name)
    rows = [row.key for row in report.form.table("requests").rows if row.family]
    start = chance.randrange(len(rows) - 4)
    block = rows[start : start + chance.randint(3, 5)]
    found = _call(function, cells, block)
    shaped = isinstance(found, pd.DataFrame) and set(cells) <= set(found) and found.index.equals(cells.index)
    _require(shaped, "try_shift_shape")
    if not _all_same(found["value"], _shifted(cells["value"], block)):
        raise _Wrong("try_shift_same" if _all_same(found["value"], cells["value"]) else "try_shift_place", "")


def _shifted(value: pd.Series, block: list[str]) -> pd.Series:
    """Return the values when those of each row of a block stand in the next, those of the last in the first."""
    before = dict(zip(block[1:] + block[:1], block, strict=True))
    return value.loc[[(t, before.get(row, row) if t == "requests" else row, column) for t, row, column in value.index]]


def _rates(function: Function, report: Report) -> None:
    found = _call(function, report.cells)
    measured = measure(report).set_index("measure").loc[["disclosed_or_partly_share", "release_rate"]]
    wanted = measured["value"].where(measured["state"] == "defined")
    _require(isinstance(found, tuple | list) and len(found) == len(wanted), "try_rates")
    for one, true in zip(found, wanted, strict=True):
        _require(_same(one, true, _ROUNDED), "try_rates_unknown" if pd.isna(true) else "try_rates")


def _interval(function: Function, report: Report) -> None:
    part, whole = (report.value("requests", row, "total") for row in ("disclosed", "concluded"))
    own = [(int(part), int(whole))] if part is not None and whole else []
    for k, n in (*own, (0, 6), (1, 8), (5, 5), (30, 40)):
        found, limits = _call(function, k, n), wilson(k, n)
        _require(isinstance(found, tuple | list) and len(found) == 2, "try_interval")
        _require(all(_same(one, true, _ROUNDED) for one, true in zip(found, limits, strict=True)), "try_interval")
    _require(_call(function, 0, 0) is None, "try_interval_nothing")


def _draw(function: Function, report: Report) -> None:
    """Look at the bars: those at one place add up to all results of a route, the hatched ones to its pending cases."""
    values = [cell.value for key, cell in report.grid.items() if key.table == "review"]
    if None in values or not any(values):
        return
    with theme():
        axes = Figure().subplots()
        _call(function, report.cells, axes)
    bars = pd.DataFrame(_bars(axes), columns=["place", "length", "pending"])
    drawn = bars.groupby("place").sum().round().to_numpy()
    _require(len(drawn), "try_draw_nothing")
    wanted = _appeals(report)
    _require(sorted(drawn[:, 0]) == sorted(total for total, _ in wanted), "try_draw_total")
    _require(sorted(map(tuple, drawn)) == sorted(wanted), "try_draw_pending")
    explained = (axes.get_xlabel() or axes.get_ylabel()) and axes.get_legend()
    _require(explained, "try_draw_unit")


def _bars(axes: Axes) -> Iterator[tuple[float, float, float]]:
    """Yield the place of each bar along the axis, its length, and its length if it is hatched, or else 0."""
    for container in axes.containers:
        if isinstance(container, BarContainer):
            for bar in container.patches:
                upright = container.orientation == "vertical"
                place = bar.get_x() + bar.get_width() / 2 if upright else bar.get_y() + bar.get_height() / 2
                length = bar.get_height() if upright else bar.get_width()
                yield round(place, 3), length, length if bar.get_hatch() else 0.0


def _appeals(report: Report) -> list[tuple[int, int]]:
    """Return for each route the sum of its results and its pending cases; a total printed wrong is not drawn."""
    review = report.form.table("review")
    results = [column.key for column in review.columns if column.key != "total"]
    counts = [{key: int(report.value("review", row.key, key) or 0) for key in results} for row in review.rows]
    return [(sum(count.values()), count["pending"]) for count in counts]


def _failing(report: Report) -> list[Verdict[Identity]]:
    return [v for v in identity_verdicts(report) if v.outcome == "broken"]


def _texts(found: Any) -> set[str]:
    if isinstance(found, str) or not hasattr(found, "__iter__"):
        return {"?"}
    return {".".join(map(str, one)) if isinstance(one, tuple) else str(one) for one in found}


def _same(found: Any, true: Any, tolerance: float = 1e-9) -> bool:
    """Return whether two numbers are the same; None, NaN and NA stand for no number."""
    try:
        value, wanted = (float("nan") if pd.isna(one) else float(one) for one in (found, true))
    except (TypeError, ValueError):
        return False
    return abs(value - wanted) <= tolerance or (value != value and wanted != wanted)


def _all_same(found: pd.Series, true: pd.Series) -> bool:
    return all(map(_same, found, true))


#: The tasks by name: what a student's function is compared with.
TASKS: dict[str, Callable[[Function, Report], None]] = {
    "read_cell": _read_cell,
    "balance": _balance,
    "broken": _broken,
    "locate": _locate,
    "zero_totals": _zero_totals,
    "hidden_fault": _hidden_fault,
    "shift_block": _shift_block,
    "rates": _rates,
    "interval": _interval,
    "draw": _draw,
}


# ---- a student's drawing ----


@themed
def show(draw: Callable[[Any, Any], object], report: Report, language: Language) -> Axes:
    """Return the Axes that a student's function has drawn a report's cells on, with words made from the data."""
    ax = plt.figure(figsize=_SIZE, layout="constrained").subplots()
    draw(report.cells, ax)
    table = report.form.table("review")
    routes = (_route(report, row.key, row.label(language), language) for row in table.rows)
    alt = say("teaching.drawn_alt", language, list=" ".join(routes))
    caption = say("teaching.drawn_caption", language, table=table.label(language))
    remember(ax, Words(alt, caption, "student_appeals", report.cells.loc[["review"]].reset_index()))
    return ax


def _route(report: Report, row: str, route: str, language: Language) -> str:
    unknown = say("teaching.unknown_number", language)
    said = {key: report.value("review", row, key) for key in ("total", "pending")}
    numbers = {key: unknown if value is None else number(float(value), language) for key, value in said.items()}
    return say("teaching.drawn_route", language, route=route, **numbers)
