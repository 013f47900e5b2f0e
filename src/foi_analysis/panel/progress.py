"""Show how far a long run is: a bar with the time left, and how many files were whole, doubtful and refused."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from foi_analysis.panel.build import Counts
from foi_analysis.panel.writing import refusals_path


def summary(counts: Counts, output: Path) -> str:
    """Say in one line how many files were read, and where the refusals are listed."""
    files = f"{counts.files} file{'s' * (counts.files != 1)}"
    kinds = f"{counts.whole} whole, {counts.doubtful} doubtful, {counts.refused} refused"
    return f"{files}: {kinds} ({refusals_path(output)})"


@contextmanager
def orderly_end() -> Iterator[None]:
    """End as from the keyboard when asked to end (SIGTERM), as schedulers of batch jobs do: half-made files go."""

    def interrupt(_signal: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def progress() -> Iterator[Callable[[Counts], None]]:
    """Give what takes the counts after each file and shows them, on standard error and only to a person."""
    from tqdm import tqdm

    bar = tqdm(disable=None, unit=" files", dynamic_ncols=True, smoothing=0.1)

    def show(counts: Counts) -> None:
        if bar.total is None:
            bar.total = counts.files
        bar.set_postfix_str(
            f"{counts.whole} whole, {counts.doubtful} doubtful, {counts.refused} refused", refresh=False
        )
        bar.update(counts.seen - bar.n)

    try:
        yield show
    finally:
        bar.close()
