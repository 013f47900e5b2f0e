"""Work for executors in tests: it must be importable by the processes that do it."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import replace
from pathlib import Path

from foi_analysis.corpus import Outcome, read_one


def deadly(path: str, parts: Path) -> Outcome:
    """Read a file, but die over one that is called so."""
    if Path(path).name.startswith("deadly"):
        os.kill(os.getpid(), signal.SIGKILL)
    return read_one(path, parts)


def deadly_once(path: str, parts: Path) -> Outcome:
    """Read a file, but die the first time over one that is called so."""
    mark = Path(path).with_suffix(".died")
    if Path(path).name.startswith("deadly") and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return read_one(path, parts)


def last_first(path: str, parts: Path) -> Outcome:
    """Read a file; the first one only when the last has been read, as a file beside them tells."""
    mark = Path(path).parent.with_suffix(".last")
    while Path(path).name.startswith("a_") and not mark.exists():
        time.sleep(0.01)
    outcome = read_one(path, parts)
    if Path(path).name.startswith("z_"):
        mark.touch()
    return outcome


def broken(path: str, parts: Path) -> Outcome:  # noqa: ARG001 (as read_one is called)
    """Fail in a way in which reading never does."""
    raise RuntimeError(f"no worker for {Path(path).name}")


def of_another_version(path: str, parts: Path) -> Outcome:
    """Read a file as an older release would."""
    return replace(read_one(path, parts), version="0.0.1")
