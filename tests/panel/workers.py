"""Work for executors in tests: it must be importable by the processes that do it."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import replace
from pathlib import Path

from foi_analysis.corpus import Outcome, read_one


def deadly(path: str) -> Outcome:
    """Read a file, but die over one that is called so."""
    if Path(path).name.startswith("deadly"):
        os.kill(os.getpid(), signal.SIGKILL)
    return read_one(path)


def deadly_once(path: str) -> Outcome:
    """Read a file, but die the first time over one that is called so."""
    mark = Path(path).with_suffix(".died")
    if Path(path).name.startswith("deadly") and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return read_one(path)


def slow(path: str) -> Outcome:
    """Read a file, the first ones slowly."""
    time.sleep(0.3 if Path(path).name < "b" else 0)
    return read_one(path)


def broken(path: str) -> Outcome:
    """Fail in a way in which reading never does."""
    raise RuntimeError(f"no worker for {Path(path).name}")


def of_another_version(path: str) -> Outcome:
    """Read a file as an older release would."""
    outcome = read_one(path)
    return replace(outcome, version="0.0.1")
