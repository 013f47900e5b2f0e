"""Check the identities of the form over many reports, against others that do the same; write results/checking.json.

Against bare numpy column additions and pandas, and, where they are installed (benchmarks/requirements.txt), pandera and
pointblank. Every one is given its figures in the way that suits it, and all reports hold. Each round times all of
them one after the other; what counts is the shortest time of each, the one that other programs disturbed least.

    python benchmarks/checking.py [--reports N] [--rounds N]
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from harness import Work, in_turn, record, versions

from foi_analysis.checks import check_values
from foi_analysis.form import Form, load_form
from foi_analysis.teaching.answers import draw_values

DRAWN = 200
#: Those slower by orders of magnitude are timed in so many rounds only.
SLOW_ROUNDS = 3


def figures(form: Form, reports: int) -> np.ndarray:
    """Draw reports and repeat them: shape (reports, cells), each cell's figures together in memory."""
    drawn = np.array([list(draw_values(form, seed, 400).values()) for seed in range(DRAWN)], dtype=np.int64)
    return np.asfortranarray(np.resize(drawn, (reports, len(form.cells))))


def places(form: Form) -> list[tuple[list[int], list[int]]]:
    at = {key: i for i, key in enumerate(form.cells)}
    return [([at[key] for key in one.left], [at[key] for key in one.right]) for one in form.identities]


def added(columns: Sequence[Any], cells: Sequence[int]) -> Any:
    total = columns[cells[0]]
    for cell in cells[1:]:
        total = total + columns[cell]
    return total


def bare(form: Form, values: np.ndarray) -> list[np.ndarray]:
    """Add up columns as one would by hand: left minus right of every identity, without a verdict."""
    columns = list(values.T)
    return [added(columns, left) - added(columns, right) for left, right in places(form)]


def in_pandas(form: Form, frame: pd.DataFrame) -> pd.DataFrame:
    columns = [frame[name] for name in frame]
    pairs = zip(form.identities, places(form), strict=True)
    return pd.DataFrame({one.id: added(columns, left) == added(columns, right) for one, (left, right) in pairs})


def in_pandas_rows(form: Form, frame: pd.DataFrame) -> list[Any]:
    """Sum across the columns of each side, as most would write it."""
    sides = [([str(key) for key in one.left], [str(key) for key in one.right]) for one in form.identities]
    return [frame[left].sum(axis=1) == frame[right].sum(axis=1) for left, right in sides]


def in_pandas_eval(form: Form, frame: pd.DataFrame) -> list[Any]:
    return [
        frame.eval(f"{' + '.join(f'`{k}`' for k in one.left)} == {' + '.join(f'`{k}`' for k in one.right)}")
        for one in form.identities
    ]


def holding(left: list[int], right: list[int]) -> Callable[[pd.DataFrame], Any]:
    def holds(frame: pd.DataFrame) -> Any:
        columns = [frame.iloc[:, cell] for cell in (*left, *right)]
        return added(columns[: len(left)], range(len(left))) == added(columns[len(left) :], range(len(right)))

    return holds


def others(form: Form, frame: pd.DataFrame) -> dict[str, Work]:
    """Give what else is installed that can check the identities."""
    found: dict[str, Work] = {}
    try:
        import pandera.pandas as pa

        checks = [
            pa.Check(holding(*place), name=one.id) for one, place in zip(form.identities, places(form), strict=True)
        ]
        found["pandera"] = lambda: pa.DataFrameSchema(checks=checks).validate(frame, lazy=True)
    except ImportError:
        pass
    try:
        import pointblank as pb

        def pointblank() -> object:
            plan = pb.Validate(frame)
            for place in places(form):
                plan = plan.col_vals_expr(expr=holding(*place))
            return plan.interrogate(collect_extracts=False, collect_tbl_checked=False)

        found["pointblank"] = pointblank
    except ImportError:
        pass
    return found


def measure(reports: int, rounds: int) -> dict[str, Any]:
    """Time all of them in turn, round after round; the slow ones less often."""
    form = load_form("cn-2021")
    values = figures(form, reports)
    across, floats = np.ascontiguousarray(values), values.astype(np.float64, order="F")
    frame = pd.DataFrame(values, columns=[str(key) for key in form.cells])
    fast: dict[str, Work] = {
        "ours": lambda: check_values(form, values),
        "bare numpy": lambda: bare(form, values),
        "ours, report by report in memory": lambda: check_values(form, across),
        "bare numpy, report by report in memory": lambda: bare(form, across),
        "ours, floats": lambda: check_values(form, floats),
        "bare numpy, floats": lambda: bare(form, floats),
        "pandas, columns added": lambda: in_pandas(form, frame),
    }
    slow: dict[str, Work] = {
        "pandas, sum(axis=1)": lambda: in_pandas_rows(form, frame),
        "pandas, DataFrame.eval": lambda: in_pandas_eval(form, frame),
        **others(form, frame),
    }
    for work in fast.values():
        work()
    few = min(rounds, SLOW_ROUNDS)
    taken = in_turn({**fast, **slow}, few)
    for name, times in in_turn(fast, rounds - few).items():
        taken[name] += times
    return {
        "reports": reports,
        "identities": len(form.identities),
        "rounds": rounds,
        "versions": versions(["numpy", "pandas", "pandera", "pointblank"]),
        "milliseconds": {name: round(min(times) * 1e3, 1) for name, times in taken.items()},
        "ours over bare numpy": ratio(taken["ours"], taken["bare numpy"]),
        "ours over bare numpy, report by report in memory": ratio(
            taken["ours, report by report in memory"], taken["bare numpy, report by report in memory"]
        ),
        "ours over bare numpy, floats": ratio(taken["ours, floats"], taken["bare numpy, floats"]),
        "times as fast as": {
            name: round(min(taken[name]) / min(taken["ours"]), 1)
            for name in taken
            if not name.startswith(("ours", "bare"))
        },
    }


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    return round(min(ours) / min(theirs), 4)


if __name__ == "__main__":
    ask = argparse.ArgumentParser()
    ask.add_argument("--reports", type=int, default=100_000)
    ask.add_argument("--rounds", type=int, default=25)
    args = ask.parse_args()
    record("checking", measure(args.reports, args.rounds))
