"""Use the cores that this process may use."""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import suppress
from itertools import pairwise

#: More threads than this gain nothing: memory is the limit then.
_MOST = 4
#: Fewer things than this are not worth a thread of their own.
_LEAST = 16_384
#: Of prctl(2): the signal to get when the parent dies.
_PR_SET_PDEATHSIG = 1


def processors() -> int:
    """Return the number of processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def n_jobs() -> int:
    """Return the number of worker threads: the processors that this process may use, at most four."""
    return min(processors(), _MOST)


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


def processes(workers: int) -> ProcessPoolExecutor:
    """Start processes that leave Ctrl-C to this one, from their first moment on: it is held while they are started."""
    pool = ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), initializer=_start_worker)
    held = {signal.SIGINT} if hasattr(signal, "pthread_sigmask") else set()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, held) if held else set()
    try:
        with suppress(BrokenExecutor):
            for _ in range(workers):  # each starts a process, which inherits what is held
                pool.submit(os.getpid)
    finally:
        if held:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
    return pool


def _start_worker() -> None:
    """Where the system can tell, end with the parent: the worker of one that was killed would wait for ever."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
