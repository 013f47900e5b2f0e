"""Build panels from generated web pages with one worker and with two; write results/panel.json.

Pages are as word processors publish them, each other figures of another organ. Each pair reads the same files with one
worker, then with two; memory is that of all its processes together, sampled while it runs. What a national corpus
would take is computed from these figures, for the two workers of this machine.

    python benchmarks/panel.py [--files N] [--pairs N] [--paired N] [--corpus N]
"""

from __future__ import annotations

import argparse
import hashlib
import statistics
import subprocess
import sys
import tempfile
import time
from itertools import islice
from pathlib import Path
from typing import Any

from harness import record
from reading import published_page

from foi_analysis.corpus import read_one
from foi_analysis.panel import read_panel
from foi_analysis.report import records, to_csv

#: So many files lie in a folder.
IN_FOLDER = 500
#: CSV is written of so many reports, and its size per report taken for all.
SAMPLE = 500


def generate(folder: Path, files: int) -> int:
    """Write pages into a folder, and give their bytes."""
    size = 0
    for number in range(files):
        path = folder / f"{number // IN_FOLDER:04}" / f"{number:07}.html"
        path.parent.mkdir(exist_ok=True, parents=True)
        size += path.write_bytes(published_page(number, f"第{number}县人民政府"))
    return size


def build(folders: list[Path], output: Path, workers: int) -> tuple[float, float]:
    """Build a panel with the command; give seconds, and the most memory that all its processes took together, in MB."""
    options = ["-o", str(output), "--workers", str(workers)]
    command = [sys.executable, "-m", "foi_analysis", "panel", *map(str, folders), *options]
    start, most = time.perf_counter(), 0.0
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as run:
        while run.poll() is None:
            most = max(most, sum(map(resident, family(run.pid))))
            time.sleep(0.05)
    if run.returncode != 0:
        raise SystemExit(f"{' '.join(command)}: status {run.returncode}")
    return time.perf_counter() - start, most


def family(pid: int) -> list[int]:
    """Give a process and all that it started."""
    found = [pid]
    for one in found:
        for children in Path(f"/proc/{one}/task").glob("*/children"):
            try:
                found += map(int, children.read_text().split())
            except OSError:
                continue
    return found


def resident(pid: int) -> float:
    """Give the memory of a process in MB, 0 when it is gone."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4096 / 1e6
    except OSError:
        return 0.0


def sizes(parquet: Path, folder: Path) -> dict[str, float]:
    """Give bytes a report: of the Parquet file, of its cells as CSV, and of the parts of a run, in whole blocks."""
    panel = read_panel(parquet)
    some = [panel.report(number) for number in range(min(SAMPLE, len(panel)))]
    csv = to_csv(row for report in some for row in records(report))
    with tempfile.TemporaryDirectory() as name:
        for path in islice(folder.glob("*/*.html"), len(some)):
            read_one(str(path), Path(name))
        kept = sum(path.stat().st_blocks * 512 for path in Path(name).iterdir())
    return {
        "parquet": round(parquet.stat().st_size / len(panel), 1),
        "csv": round(len(csv.encode()) / len(some), 1),
        "parts": round(kept / len(some), 1),
    }


def measure(files: int, pairs: int, paired: int, corpus: int) -> dict[str, Any]:
    """Measure speed over ``paired`` of the files, memory and sizes over all."""
    with tempfile.TemporaryDirectory() as name:
        all_of_them, tenth = Path(name, "all"), Path(name, "tenth")
        kilobytes = generate(all_of_them, files) / files / 1000
        generate(tenth, files // 10)
        some = sorted(all_of_them.iterdir())[: -(-paired // IN_FOLDER)]
        paired = sum(1 for folder in some for _ in folder.iterdir())
        one, two, sums = [], [], set()
        for _ in range(pairs):
            for workers, taken in ((1, one), (2, two)):
                seconds, _ = build(some, Path(name, "some.parquet"), workers)
                taken.append(seconds)
                sums.add(hashlib.sha256(Path(name, "some.parquet").read_bytes()).hexdigest())
        _, most = build([all_of_them], Path(name, "panel.parquet"), 2)
        bytes_of = sizes(Path(name, "panel.parquet"), all_of_them)
        _, little = build([tenth], Path(name, "tenth.parquet"), 2)
    speed = paired / statistics.median(two)
    return {
        "files": files,
        "pairs": pairs,
        "files of a pair": paired,
        "kilobytes a file": round(kilobytes),
        "reports per second, one worker": round(paired / statistics.median(one), 1),
        "reports per second, two workers": round(speed, 1),
        "two workers over one": round(statistics.median(a / b for a, b in zip(one, two, strict=True)), 3),
        "same bytes in every run": len(sums) == 1,
        "most memory in MB, all files": round(most, 1),
        "most memory in MB, a tenth of them": round(little, 1),
        "memory, all over a tenth": round(most / little, 3),
        "bytes a report": bytes_of,
        "parquet over csv": round(bytes_of["parquet"] / bytes_of["csv"], 4),
        "a national corpus": {
            "files": corpus,
            "hours with two workers": round(corpus / speed / 3600, 2),
            "parquet in MB": round(corpus * bytes_of["parquet"] / 1e6),
            "parts in MB while it runs": round(corpus * bytes_of["parts"] / 1e6),
            "csv in GB": round(corpus * bytes_of["csv"] / 1e9, 1),
        },
    }


if __name__ == "__main__":
    ask = argparse.ArgumentParser()
    ask.add_argument("--files", type=int, default=10_000)
    ask.add_argument("--pairs", type=int, default=5)
    ask.add_argument("--paired", type=int, default=10_000)
    ask.add_argument("--corpus", type=int, default=300_000)
    args = ask.parse_args()
    record("panel", measure(args.files, args.pairs, min(args.files, args.paired), args.corpus))
