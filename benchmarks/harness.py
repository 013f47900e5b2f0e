"""What the benchmarks share: the clock, the versions, the recorded results, and the maker of test pages on the path."""

from __future__ import annotations

import gc
import importlib.metadata
import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "benchmarks" / "results"
REFERENCE = ROOT / "data" / "raw" / "shanghai_psb_2024.txt"
sys.path.insert(0, str(ROOT / "tests"))  # pagemaker

Work = Callable[[], object]


def seconds(work: Work) -> float:
    gc.collect()
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def in_turn(ways: dict[str, Work], rounds: int) -> dict[str, list[float]]:
    """Time all ways one after the other, round after round."""
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, work in ways.items():
            taken[name].append(seconds(work))
    return taken


def versions(packages: Sequence[str]) -> dict[str, str]:
    found = {}
    for package in packages:
        try:
            found[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            found[package] = "not installed"
    return found


def record(name: str, found: dict[str, Any]) -> None:
    """Print what was found and write it to ``results/NAME.json``."""
    results = json.dumps(found, indent=1)
    print(results)
    (RESULTS / f"{name}.json").write_text(results + "\n")
