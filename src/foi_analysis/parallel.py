"""Use the cores that this process may use."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

#: More threads than this gain nothing: memory is the limit then.
_MOST = 4
#: Fewer things than this are not worth a thread of their own.
_LEAST = 16_384


def n_jobs() -> int:
    """Return the number of worker threads: the cores that this process may use, at most four."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(cores, _MOST))


def in_threads(work: Callable[[int, int], None], size: int, together: int | None = None) -> None:
    """Call ``work(start, stop)`` on consecutive slices of 0 to ``size`` in a thread pool.

    Each thread gets one slice, or slices of ``together`` at most, one after the other: what fits in a cache is done
    there. Raises what the earliest slice raises.
    """
    parts = max(1, min(n_jobs(), size // _LEAST))
    edges = [size * part // parts for part in range(parts + 1)]

    def run(first: int, last: int) -> None:
        step = together or max(1, last - first)
        for start in range(first, last, step):
            work(start, min(start + step, last))

    if parts == 1:
        run(0, size)
        return
    with ThreadPoolExecutor(parts) as pool:
        for done in [pool.submit(run, start, stop) for start, stop in pairwise(edges)]:
            done.result()
