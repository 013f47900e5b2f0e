"""Measure what ``import foi_analysis`` costs, and everything that checks and measures, against ``import pandas``.

All are imported in turn in fresh processes, in the same minutes; each is told as the median of the differences from
starting Python alone. Only the ratios are recorded: the times are this machine's. At most 1.3 times pandas.

    python benchmarks/import_cost.py [--runs N] [--out FILE.json]
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

LIMIT = 1.3
STATEMENTS = {
    "pandas": "import pandas",
    "foi_analysis": "import foi_analysis",
    "check and measure": "from foi_analysis import check, measure",
}


def seconds(statement: str) -> float:
    """Time a fresh Python process that runs one statement."""
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", statement], check=True)
    return time.perf_counter() - start


def measure(runs: int) -> dict[str, float]:
    """Return the median time of each import, over Python's own start, in seconds."""
    rounds = [(seconds("pass"), *map(seconds, STATEMENTS.values())) for _ in range(runs + 1)][1:]
    return {name: statistics.median(times[at] - times[0] for times in rounds) for at, name in enumerate(STATEMENTS, 1)}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "results" / "import_cost.json")
    options = parser.parse_args()
    found = measure(options.runs)
    ratios = {name: round(found[name] / found["pandas"], 2) for name in found if name != "pandas"}
    for name, median in found.items():
        print(f"{name:18} {median * 1000:6.0f} ms")
    print(f"over pandas: {ratios}, at most {LIMIT}")
    highest = max(ratios.values())
    options.out.write_text(
        json.dumps({"ratio": ratios.pop("foi_analysis"), **ratios, "limit": LIMIT}) + "\n", encoding="utf-8"
    )
    return int(highest > LIMIT)


if __name__ == "__main__":
    sys.exit(main())
