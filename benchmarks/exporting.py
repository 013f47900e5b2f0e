"""Measure the pages against ``jupyter nbconvert --execute --to html`` on the same notebooks, in the same minutes.

Ours is ``foi-analysis reproduce``'s way from the notebooks to the pages of one language: each notebook is run in a
kernel of its own and converted, checked and given its font. Theirs is one nbconvert command for all of the notebooks,
which runs one after another. Both get the same cores, in turn; told are the medians of wall time and of processor
time, children's with it. Only the ratios are recorded: the times are this machine's.

    python benchmarks/exporting.py [--rounds N] [--out FILE.json]
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = tuple(sorted((ROOT / "notebooks").glob("*.ipynb")))
REPORT = ROOT / "data" / "raw" / "shanghai_psb_2024.txt"
LIMIT = 1.2

#: Pages only, in one language: what ``reproduce`` does after it has written data and figures.
OURS = """
import asyncio, sys
from pathlib import Path
from foi_analysis.export.site import Site, make_pages
report, folder, *notebooks = map(Path, sys.argv[1:])
(folder / "work").mkdir()
site = Site(report, tuple(notebooks), ("en",), "subject", {"en": ()})
asyncio.run(make_pages(site, folder / "work", folder / "exports", lambda step: None, lambda line: None))
"""


def ours(folder: Path) -> None:
    subprocess.run([sys.executable, "-c", OURS, REPORT, folder, *NOTEBOOKS], check=True)


def theirs(folder: Path) -> None:
    shutil.copytree(ROOT / "data" / "raw", folder / "data" / "raw")
    (folder / "notebooks").mkdir()
    copies = [shutil.copy(path, folder / "notebooks") for path in NOTEBOOKS]
    command = [sys.executable, "-m", "nbconvert", "--execute", "--to", "html", "--log-level", "ERROR", *copies]
    subprocess.run(command, check=True, cwd=folder / "notebooks")


def spent(work: Callable[[Path], None]) -> tuple[float, float]:
    """Give the wall time and the processor time that some work takes in a new folder, in seconds."""
    with tempfile.TemporaryDirectory(prefix="foi-bench-") as folder:
        start, before = time.perf_counter(), processor()
        work(Path(folder))
        return time.perf_counter() - start, processor() - before


def processor() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def measure(rounds: int) -> dict[str, dict[str, float]]:
    """Give the medians of each kind of time of both, and their ratio; one round to warm up goes before."""
    taken = [(spent(ours), spent(theirs)) for _ in range(rounds + 1)][1:]
    found = {}
    for at, kind in enumerate(("wall", "processor")):
        mine, other = (statistics.median(pair[side][at] for pair in taken) for side in (0, 1))
        found[kind] = {"ours": mine, "theirs": other, "ratio": mine / other}
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "results" / "exporting.json")
    options = parser.parse_args()
    found = measure(options.rounds)
    for kind, times in found.items():
        print(f"{kind:9} ours {times['ours']:5.1f} s, theirs {times['theirs']:5.1f} s, ratio {times['ratio']:.2f}")
    ratios = {kind: round(times["ratio"], 2) for kind, times in found.items()}
    about = {"notebooks": len(NOTEBOOKS), "against": "jupyter nbconvert --execute --to html"}
    recorded = {**about, "ratio": ratios, "limit": LIMIT}
    options.out.write_text(json.dumps(recorded, indent=1) + "\n", encoding="utf-8")
    return int(max(ratios.values()) > LIMIT)


if __name__ == "__main__":
    sys.exit(main())
