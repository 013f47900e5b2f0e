"""Try a student's function on reports and hold what it gives against what the package computes itself.

A task gives the key of the hint that fits what is wrong, or nothing when all is right.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from foi_analysis.checks import Verdict, identity_verdicts
from foi_analysis.form import CellKey
from foi_analysis.report import Report
from foi_analysis.resources import Language, say
from foi_analysis.teaching.chance import Chance
from foi_analysis.teaching.drawn import drawing_hint
from foi_analysis.teaching.frames import identities
from foi_analysis.teaching.telling import NotYet, tell

if TYPE_CHECKING:
    import pandas as pd

Function = Callable[..., Any]
Task = Callable[[Function, Report], str]
_CLOSE = 1e-9
_ROUNDED = 2e-4


def try_out(task: str, function: Function, reports: Iterable[Report], language: Language) -> None:
    """Try a student's function on some reports; raise NotYet with a hint that teaches where it goes wrong.

    ``task`` is a key of ``TASKS``. Raises KeyError for another.
    """
    for report in reports:
        try:
            wrong, error = TASKS[task](function, report), ""
        except _Inside as stopped:
            wrong, error = stopped.args
        if wrong:
            raise NotYet(say(f"teaching.{wrong}", language, error=error)) from None
    tell(say("teaching.passed", language))


class _Inside(Exception):  # noqa: N818
    """What went wrong inside a student's function: the key of a hint, and the error as text."""


def _call(function: Function, *given: Any) -> Any:
    """Call a student's function. Raises _Inside when it is not written, fails, or changes a frame given to it."""
    frames = [(one, one.copy()) for one in given if hasattr(one, "equals")]
    try:
        result = function(*given)
    except NotImplementedError:
        raise _Inside("not_written", "") from None
    except Exception as error:
        raise _Inside("failed_inside", f"{type(error).__name__}: {error}") from None
    if not all(one.equals(copy) for one, copy in frames):
        raise _Inside("changed_input", "")
    return result


def _read_cell(function: Function, report: Report) -> str:
    cells, chance = report.frame(), Chance("read_cell", report.name)
    empty = [key for key, cell in report.grid.items() if cell.value is None]
    for key in (*chance.sample(list(report.grid), 12), *empty[:3]):
        if not _same(_call(function, cells, *key), report.grid[key].value):
            return "try_read_cell"
    return ""


def _balance(function: Function, report: Report) -> str:
    import pandas as pd

    found = _call(function, report.frame())
    columns = [column.key for column in report.form.table("requests").columns]
    if not isinstance(found, pd.Series) or sorted(map(str, found.index)) != sorted(columns):
        return "try_balance_shape"
    judged = {v.identity.cells[0].column: v for v in identity_verdicts(report) if v.identity.family == "balance"}
    return "" if all(_same(found[key], judged[key].difference) for key in columns) else "try_balance"


def _broken(function: Function, report: Report) -> str:
    found = _call(function, report.frame(), report.form.identities)
    return "" if _texts(found) == {v.identity.id for v in _failing(report)} else "try_broken"


def _locate(function: Function, report: Report) -> str:
    failing, holding = (identities(report, outcome) for outcome in ("broken", "holds"))
    found = _call(function, failing, holding)
    held = {key for identity in holding for key in identity.cells}
    wanted = set.intersection(*(set(identity.cells) for identity in failing)) - held if failing else set()
    return "" if _texts(found) == set(map(str, wanted)) else "try_locate"


def _zero_totals(function: Function, report: Report) -> str:
    found = _call(function, report.frame(), report.form.identities)
    wanted = {
        str(v.identity.right[0]): v.left
        for v in _failing(report)
        if len(v.identity.right) == 1 and v.right == 0 and v.left
    }
    right = hasattr(found, "items") and {str(key): value for key, value in found.items()} == wanted
    return "" if right else "try_zero_totals"


def _hidden_fault(function: Function, report: Report) -> str:
    failing = identities(report, "broken")
    found = _call(function, failing)
    right = str(found) in ("True", "False") and bool(found) == ({i.source for i in failing} == {"implied"})
    return "" if right else "try_hidden_fault"


def _shift_block(function: Function, report: Report) -> str:
    cells, chance = report.frame(), Chance("shift", report.name)
    rows = [row.key for row in report.form.table("requests").rows if row.family]
    start = chance.randrange(len(rows) - 4)
    block = rows[start : start + chance.randint(3, 5)]
    found = _call(function, cells, block)
    labels = ["table", "row", "column"]
    if not hasattr(found, "columns") or not set(cells) <= set(found) or not found[labels].equals(cells[labels]):
        return "try_shift_shape"
    wanted = _shifted(cells, block)
    if not found["value"].equals(wanted["value"]):
        return "try_shift_same" if found["value"].equals(cells["value"]) else "try_shift_place"
    return ""


def _shifted(cells: pd.DataFrame, block: list[str]) -> pd.DataFrame:
    """Give a copy in which the numbers of each row of a block stand in the next, those of the last in the first."""
    before = dict(zip(block[1:] + block[:1], block, strict=True))
    value = cells.set_index(["table", "row", "column"])["value"]
    keys = [
        (table, before.get(row, row) if table == "requests" else row, column)
        for table, row, column in zip(cells["table"], cells["row"], cells["column"], strict=True)
    ]
    return cells.assign(value=value.loc[keys].to_numpy())


def _rates(function: Function, report: Report) -> str:
    from foi_analysis.measures import measure

    found = _call(function, report.frame())
    measured = measure(report).set_index("measure")
    names = ("disclosed_or_partly_share", "release_rate")
    wanted = [measured["value"][name] if measured["state"][name] == "defined" else None for name in names]
    if not isinstance(found, tuple | list) or len(found) != len(wanted):
        return "try_rates"
    for one, true in zip(found, wanted, strict=True):
        if not _same(one, true, _ROUNDED):
            return "try_rates_unknown" if true is None else "try_rates"
    return ""


def _interval(function: Function, report: Report) -> str:
    from foi_analysis.statistics import wilson

    part, whole = (report.value("requests", row, "total") for row in ("disclosed", "concluded"))
    own = [(int(part), int(whole))] if part is not None and whole else []
    for k, n in (*own, (0, 6), (1, 8), (5, 5), (30, 40)):
        found, (low, high) = _call(function, k, n), wilson(k, n)
        if not isinstance(found, tuple | list) or len(found) != 2:
            return "try_interval"
        if not (_same(found[0], float(low), _ROUNDED) and _same(found[1], float(high), _ROUNDED)):
            return "try_interval"
    return "" if _call(function, 0, 0) is None else "try_interval_nothing"


def _draw(function: Function, report: Report) -> str:
    values = [cell.value for key, cell in report.grid.items() if key.table == "review"]
    if None in values or not any(values):
        return ""
    return drawing_hint(lambda axes: _call(function, report.frame(), axes), report)


def _failing(report: Report) -> list[Verdict]:
    return [v for v in identity_verdicts(report) if v.outcome == "broken"]


def _texts(found: Any) -> set[str]:
    if isinstance(found, str) or not hasattr(found, "__iter__"):
        return {"?"}
    return {str(one if isinstance(one, CellKey) else ".".join(one) if isinstance(one, tuple) else one) for one in found}


def _same(found: Any, true: Any, tolerance: float = _CLOSE) -> bool:
    """Compare numbers; None, and NaN in a frame, stand for no number."""
    try:
        value = None if found is None or found != found else float(found)
    except (TypeError, ValueError):
        return False
    if value is None or true is None:
        return value is None and true is None
    return abs(value - float(true)) <= tolerance


#: The tasks by name: what a student's function is held against.
TASKS: dict[str, Task] = {
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
