"""Use the cores that this process may use."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

#: More lanes than this gain nothing: memory is the limit then.
_MOST = 4


def lanes() -> int:
    """Give how many things to do side by side: one for each core that this process may use, at most four."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(cores, _MOST))


def side_by_side(work: Callable[[int, int], None], size: int, least: int) -> None:
    """Do work on the numbers from 0 up to ``size``, shared among threads; ``work`` gets the first and the last but one.

    No thread gets fewer than ``least``. Raises what the earliest part raises.
    """
    parts = max(1, min(lanes(), size // least))
    edges = [size * part // parts for part in range(parts + 1)]
    if parts == 1:
        work(0, size)
        return
    with ThreadPoolExecutor(parts) as pool:
        for done in [pool.submit(work, first, last) for first, last in pairwise(edges)]:
            done.result()
