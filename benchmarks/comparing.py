"""Check, measure and explain a large panel; write results/comparing.json.

All rules and all measures over a panel in memory, with peak memory, in a process of its own. Then the identities and
measures alone against the same written in pandas by groups and in DuckDB SQL, by groups over tidy cells and by formulas
over a table with a column for each cell, as ours finds its figures: all in one run, all with the same results. One
report in a hundred has a wrong number, five years an organ. The shortest time of each counts.

    python benchmarks/comparing.py [--reports N] [--others N] [--rounds N]
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from harness import in_turn, record, seconds, versions

from foi_analysis.cell_tables import EVIDENCE, HEAD, Frames, all_cells, columns_of
from foi_analysis.checks import ABSENT, Judged, check, check_values, judge
from foi_analysis.explanations import explain
from foi_analysis.form import Form, load_form
from foi_analysis.measures import measure as measured_frame
from foi_analysis.measures import measure_values, measures_of
from foi_analysis.panel import Panel
from foi_analysis.statistics import Z95

DRAWN = 200
YEARS = 5
#: One report in so many is broken.
BROKEN = 100


def drawn_figures(form: Form) -> np.ndarray:
    """Draw some reports: shape (DRAWN, cells)."""
    from foi_analysis.teaching.answers import draw_values  # imports matplotlib, whose memory is not ours

    return np.array([list(draw_values(form, seed, 400).values()) for seed in range(DRAWN)], dtype=np.float64)


def figures(
    form: Form, reports: int, drawn: np.ndarray, places: Sequence[int] | None = None, width: int = 0
) -> np.ndarray:
    """Repeat drawn reports, and change a number in one of a hundred: shape (reports, cells), Fortran order.

    With ``places``, cells stand at these of ``width`` columns, and NaN at all others.
    """
    places = range(len(form.cells)) if places is None else places
    values = np.full((reports, width or len(form.cells)), np.nan, order="F")
    for at, column in zip(places, drawn.T, strict=True):
        values[:, at] = np.resize(column, reports)
    covered = [place for place, key in zip(places, form.cells, strict=True) if form.identities_of[key]]
    wrong = np.arange(0, reports, BROKEN)
    values[wrong, np.resize(covered, len(wrong))] += 9
    return values


def panel_of(form: Form, reports: int, drawn: np.ndarray) -> Panel:
    """Put figures into a panel as if they had been read: organs with five years each."""
    numbers = range(reports)
    told = {
        "report": [f"r{at}" for at in numbers],
        "organ": [f"organ {at // YEARS}" for at in numbers],
        "year": [str(2021 + at % YEARS) for at in numbers],
        "form": form.id,
        "scope": "own organ",
        "level": "county department",
    }
    heads = pd.DataFrame({name: told.get(name, "") for name in HEAD}, dtype=object)
    places = np.zeros(0, np.int64)
    odd = {"report": places, "cell": places, "mark": np.zeros(0, np.int8), "doubt": pd.Categorical([])}
    exceptions = pd.DataFrame({**odd, "exact": pd.Series(dtype=object)})
    evidence = pd.DataFrame({name: pd.Categorical([]) for name in EVIDENCE})
    values = figures(form, reports, drawn, columns_of(form).tolist(), len(all_cells()))
    return Panel(Frames(heads, values, exceptions, evidence, {}))


def counts(judged: Sequence[Judged]) -> list[int]:
    """Give the number of verdicts of each kind of rule that hold, are broken, and are not assessable."""
    kinds = [np.array(one.kinds, object) for one in judged]
    return [
        sum(int((one.codes[of == kind] == code).sum()) for one, of in zip(judged, kinds, strict=True))
        for kind in ("identity", "bound", "hint", "reading")
        for code in range(ABSENT)
    ]


def whole_panel(reports: int, rounds: int) -> dict[str, Any]:
    """Time everything over one panel; memory is the peak of this process before frames of all measures are made."""
    form = load_form("cn-2021")
    panel = panel_of(form, reports, drawn_figures(form))

    def checks_and_measures() -> object:
        return judge(panel), measure_values(form, panel.values(form.id))

    built = peak()
    together = min(seconds(checks_and_measures) for _ in range(rounds))
    memory = peak()
    judged = judge(panel)
    return {
        "reports": reports,
        "rules judged": sum(counts(judged)),
        "measures taken": reports * len(measures_of(form)),
        "reports explained": int(explain(panel)["report"].nunique()),
        "seconds": {
            "all checks and measures": round(together, 3),
            "explanations of the broken": round(min(seconds(lambda: explain(panel)) for _ in range(rounds)), 3),
            "frame of what is broken or not assessable": round(
                seconds(lambda: check(panel, ["broken", "not assessable"])), 3
            ),
            "frame of all measures": round(seconds(lambda: measured_frame(panel)), 3),
        },
        "megabytes at the peak": {"with the panel alone": built, "after all checks and measures": memory},
    }


def peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def tidy(form: Form, values: np.ndarray) -> pd.DataFrame:
    """Give cells as most would keep them: one row a cell."""
    report, cell = np.divmod(np.arange(values.size), len(form.cells))
    return pd.DataFrame({"report": report, "cell": cell, "value": values.ravel()})


def members(form: Form) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give identities and measures as tables: which cell stands in which of them, how often, on which side."""
    at = {key: place for place, key in enumerate(form.cells)}
    rules = [
        (rule, at[key], sign)
        for rule, one in enumerate(form.identities)
        for side, sign in ((one.left, 1), (one.right, -1))
        for key in side
    ]
    sums = [
        (place, side, at[key], times)
        for place, one in enumerate(measures_of(form))
        for side, total in enumerate(one.sums(form))
        for key, times in total.items()
    ]
    return (
        pd.DataFrame(rules, columns=["rule", "cell", "sign"]),
        pd.DataFrame(sums, columns=["measure", "side", "cell", "times"]),
    )


Answer = tuple[int, float]


def in_pandas(form: Form, cells: pd.DataFrame, rules: pd.DataFrame, sums: pd.DataFrame) -> Answer:
    """Count broken identities and add up all measures and their intervals, by groups."""
    joined = cells.merge(rules, on="cell")
    broken = int((joined["value"] * joined["sign"]).groupby([joined["report"], joined["rule"]]).sum().ne(0).sum())
    joined = cells.merge(sums, on="cell")
    added = (joined["value"] * joined["times"]).groupby([joined["report"], joined["measure"], joined["side"]]).sum()
    wide = added.unstack("side", fill_value=0.0)
    return broken, shares(
        form, wide.index.get_level_values("measure").to_numpy(), wide[0].to_numpy(), wide[1].to_numpy()
    )


def shares(form: Form, measure: np.ndarray, k: np.ndarray, n: np.ndarray) -> float:
    """Add up values and interval ends."""
    chosen = measures_of(form)
    scale = np.array([one.factor() for one in chosen])[measure]
    share = np.array([one.kind == "share" for one in chosen])[measure] & (n > 0) & (k >= 0) & (k <= n)
    defined = (n > 0) & (share | np.array([one.kind != "share" for one in chosen])[measure])
    low, high = interval(k[share], n[share])
    return float((k[defined] * scale[defined] / n[defined]).sum() + low.sum() + high.sum())


def interval(k: np.ndarray, n: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    z2, p = Z95 * Z95, k / n
    middle, half = p + z2 / (2 * n), Z95 * np.sqrt(p * (1 - p) / n + z2 / (4 * n * n))
    return (middle - half) / (1 + z2 / n), (middle + half) / (1 + z2 / n)


def in_duckdb(form: Form, cells: pd.DataFrame, rules: pd.DataFrame, sums: pd.DataFrame) -> Answer:
    """Do the same in SQL."""
    import duckdb

    z2 = Z95 * Z95
    kinds = pd.DataFrame(
        [(at, one.factor(), one.kind == "share") for at, one in enumerate(measures_of(form))],
        columns=["measure", "scale", "share"],
    )
    base = duckdb.connect()
    for name, frame in (("cells", cells), ("rules", rules), ("sums", sums), ("kinds", kinds)):
        base.register(name, frame)
    broken = base.execute(
        "SELECT count(*) FROM (SELECT report, rule FROM cells JOIN rules USING (cell) GROUP BY report, rule "
        "HAVING sum(value * sign) <> 0)"
    ).fetchall()[0][0]
    total = base.execute(
        f"""
        WITH added AS (
            SELECT report, measure, coalesce(sum(value * times) FILTER (side = 0), 0) AS k,
                   coalesce(sum(value * times) FILTER (side = 1), 0) AS n
            FROM cells JOIN sums USING (cell) GROUP BY report, measure
        ), known AS (
            SELECT k, n, scale, share, k / n AS p FROM added JOIN kinds USING (measure)
            WHERE n > 0 AND (NOT share OR (k >= 0 AND k <= n))
        )
        SELECT sum(k * scale / n + CASE WHEN share THEN 2 * (p + {z2} / (2 * n)) / (1 + {z2} / n) ELSE 0 END) FROM known
        """
    ).fetchall()[0][0]
    return int(broken), float(total)


def in_duckdb_wide(form: Form, wide: pd.DataFrame) -> Answer:
    """Do the same in SQL over a table with a column for each cell, a formula for each identity and measure."""
    import duckdb

    at = {key: f"c{place}" for place, key in enumerate(form.cells)}
    broken = [
        f"({'+'.join(at[k] for k in one.left)} <> {'+'.join(at[k] for k in one.right)})::int" for one in form.identities
    ]
    z2, told = Z95 * Z95, []
    for one in measures_of(form):
        k, n = ("+".join(f"{times}*{at[key]}" for key, times in total.items()) or "0" for total in one.sums(form))
        known = f"({n}) > 0" + (f" AND ({k}) >= 0 AND ({k}) <= ({n})" if one.kind == "share" else "")
        ends = f"+ 2 * (({k}) / ({n}) + {z2} / (2 * ({n}))) / (1 + {z2} / ({n}))" if one.kind == "share" else ""
        told.append(f"CASE WHEN {known} THEN ({k}) * {one.factor()} / ({n}) {ends} ELSE 0 END")
    base = duckdb.connect()
    base.register("wide", wide)
    found = base.execute(f"SELECT sum({' + '.join(broken)}), sum({' + '.join(told)}) FROM wide").fetchall()[0]
    return int(found[0]), float(found[1])


def ours(form: Form, values: np.ndarray) -> Answer:
    codes, measured = check_values(form, values).codes, measure_values(form, values)
    parts = (measured.value, measured.low, measured.high)
    return int((codes == 1).sum()), float(sum(np.nansum(part) for part in parts))


def against_others(reports: int, rounds: int) -> dict[str, Any]:
    """Time the identities and measures in three ways that must agree."""
    form = load_form("cn-2021")
    values = figures(form, reports, drawn_figures(form))
    cells, (rules, sums) = tidy(form, values), members(form)
    wide = pd.DataFrame(values, columns=[f"c{place}" for place in range(len(form.cells))])
    ways: dict[str, Callable[[], Answer]] = {
        "ours": lambda: ours(form, values),
        "pandas by groups": lambda: in_pandas(form, cells, rules, sums),
        "DuckDB SQL by groups": lambda: in_duckdb(form, cells, rules, sums),
        "DuckDB SQL, one column per cell": lambda: in_duckdb_wide(form, wide),
    }
    answers = {name: way() for name, way in ways.items()}
    for name, (broken, total) in answers.items():
        assert broken == answers["ours"][0], (name, answers)
        assert abs(total - answers["ours"][1]) < 1e-6 * abs(total), (name, answers)
    taken = in_turn(ways, rounds)
    return {
        "reports": reports,
        "identities": len(form.identities),
        "measures": len(measures_of(form)),
        "milliseconds": {name: round(min(times) * 1e3, 1) for name, times in taken.items()},
        "times as fast as": {
            name: round(min(times) / min(taken["ours"]), 1) for name, times in taken.items() if name != "ours"
        },
    }


def measure(reports: int, others: int, rounds: int) -> dict[str, Any]:
    """Measure the whole panel in a process of its own, so that its peak of memory is its own, then all the ways."""
    command = [sys.executable, __file__, "--reports", str(reports), "--rounds", str(rounds), "--alone"]
    alone = subprocess.run(command, check=True, capture_output=True, text=True)
    return {
        "rounds": rounds,
        "versions": versions(["numpy", "pandas", "duckdb"]),
        "whole panel": json.loads(alone.stdout),
        "identities and measures": against_others(others, rounds),
    }


if __name__ == "__main__":
    ask = argparse.ArgumentParser()
    ask.add_argument("--reports", type=int, default=100_000)
    ask.add_argument("--others", type=int, default=10_000)
    ask.add_argument("--rounds", type=int, default=5)
    ask.add_argument("--alone", action="store_true", help="the whole panel only, to standard output")
    args = ask.parse_args()
    if args.alone:
        print(json.dumps(whole_panel(args.reports, args.rounds)))
    else:
        record("comparing", measure(args.reports, args.others, args.rounds))
