"""Where the work is done: local processes by default, or any executor, such as that of a Dask cluster."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from foi_analysis.report import ReadingError

#: So many files a worker are handed out ahead.
_AHEAD = 4
#: So long a scheduler and its first worker are waited for.
_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Workforce:
    """How executors are made, and how many files are handed out at a time.

    ``make`` is called once, and again when an executor breaks because one of its processes died. An executor that is
    ``lent`` is not shut down afterwards.
    """

    make: Callable[[], Executor]
    in_flight: int
    lent: bool = False


def processes_here() -> int:
    """Count the processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def local(workers: int | None = None) -> Workforce:
    """Give local processes: as many as there are processors when ``workers`` is not given."""
    count = workers or processes_here()
    return Workforce(lambda: _pool(count), _AHEAD * count)


@contextmanager
def cluster(address: str) -> Iterator[Workforce]:
    """Give the workers of a Dask cluster, which must see the files under the same paths.

    Raises ReadingError when dask.distributed is not installed, when no scheduler answers, and when it has no workers.
    """
    try:
        from distributed import Client
    except ImportError:
        raise ReadingError(
            "a cluster needs dask.distributed, which is not installed: pip install 'foi_analysis[cluster]'"
        ) from None
    try:
        client: Any = Client(address, timeout=_SECONDS, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        raise ReadingError(f"{address}: no scheduler answers ({error}); start one: dask scheduler") from None
    with client:
        try:
            client.wait_for_workers(1, timeout=_SECONDS)
        except TimeoutError:
            raise ReadingError(f"{address}: the scheduler has no workers; start some: dask worker {address}") from None
        threads = sum(client.nthreads().values())
        yield Workforce(lambda: client.get_executor(pure=False), _AHEAD * max(threads, processes_here()))


def _pool(count: int) -> ProcessPoolExecutor:
    """Start processes that leave Ctrl-C to this one, and that do not outlive it."""
    pool = ProcessPoolExecutor(count, multiprocessing.get_context("spawn"), initializer=_begin)
    with _interrupts_held():
        for _ in range(count):  # each starts a process, which inherits what is held
            pool.submit(_nothing)
    return pool


@contextmanager
def _interrupts_held() -> Iterator[None]:
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_follow_parent, daemon=True).start()


def _follow_parent() -> None:
    """End with the process that started this one, even when that was killed."""
    parent = multiprocessing.parent_process()
    if parent:
        parent.join()
        os._exit(1)


def _nothing() -> None:
    """Do nothing: what a process starts with."""
