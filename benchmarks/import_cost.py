"""Measure what ``import foi_analysis`` costs, against ``import pandas`` in the same minutes: at most 1.3 times.

Both are imported in turn in fresh processes; each is told as the median of the differences from starting Python
alone. Only the ratio is recorded: the times are this machine's.

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
MODULES = ("pandas", "foi_analysis")


def seconds(statement: str) -> float:
    """Time a fresh Python process that runs one statement."""
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", statement], check=True)
    return time.perf_counter() - start


def measure(runs: int) -> dict[str, float]:
    """Give the median import time of each module, over Python's own start, in seconds."""
    rounds = [(seconds("pass"), *(seconds(f"import {module}") for module in MODULES)) for _ in range(runs + 1)][1:]
    return {module: statistics.median(times[at] - times[0] for times in rounds) for at, module in enumerate(MODULES, 1)}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "results" / "import_cost.json")
    options = parser.parse_args()
    found = measure(options.runs)
    ratio = found["foi_analysis"] / found["pandas"]
    for module, median in found.items():
        print(f"import {module:13} {median * 1000:6.0f} ms")
    print(f"ratio {ratio:.2f}, at most {LIMIT}")
    options.out.write_text(json.dumps({"ratio": round(ratio, 2), "limit": LIMIT}) + "\n", encoding="utf-8")
    return int(ratio > LIMIT)


if __name__ == "__main__":
    sys.exit(main())
