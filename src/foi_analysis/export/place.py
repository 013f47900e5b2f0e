"""Put finished files in place, one by one and each whole, so that an interruption leaves no half of one."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from foi_analysis.export.notebook import ExportError
from foi_analysis.export.sums import NAME, PDF_NAME, read_sums

_PREFIX = ".foi-making-"
_SUMS = (PDF_NAME, NAME)
_LEFT_BEHIND_SECONDS = 3600


@contextmanager
def workshop(target: Path) -> Iterator[Path]:
    """Give a hidden folder inside ``target``, on its file system, to make things in; gone afterwards.

    A target that was not there and into which nothing was put is gone afterwards, too. Folders that a killed run
    left behind are removed after an hour. Raises OSError when the target cannot be made or written to.
    """
    new = _make(target)
    try:
        _sweep(target)
        with tempfile.TemporaryDirectory(prefix=_PREFIX, dir=target, ignore_cleanup_errors=True) as name:
            folder = Path(name)
            (folder / ".gitignore").write_text("*\n", encoding="utf-8")
            (folder / "made").mkdir()
            yield folder
    finally:
        for folder in reversed(new):
            with suppress(OSError):
                folder.rmdir()


def put_in_place(made: Path, target: Path) -> list[str]:
    """Move every file below ``made`` to the same path below ``target``, the sums last; give their names.

    Files that the target's sums listed and that are made no more are removed, when those sums are made anew; no
    other file is touched.
    Raises OSError, with some files moved and some not but each of them whole, when one cannot be moved.
    """
    names = sorted(path.relative_to(made).as_posix() for path in made.rglob("*") if path.is_file())
    stale = {sums: _listed(target / sums) - set(names) for sums in _SUMS}
    for name in sorted(names, key=lambda name: (name in _SUMS, name)):
        _remove(target, stale.get(name, set()))
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        (made / name).replace(target / name)
    return names


def _make(target: Path) -> list[Path]:
    """Make a folder and those above it; give the ones that were not there, outermost first."""
    new = [folder for folder in (target, *target.parents) if not folder.exists()][::-1]
    target.mkdir(parents=True, exist_ok=True)
    return new


def _sweep(target: Path) -> None:
    for left in target.glob(f"{_PREFIX}*"):
        if time.time() - left.stat().st_mtime > _LEFT_BEHIND_SECONDS:
            shutil.rmtree(left, ignore_errors=True)


def _listed(sums: Path) -> set[str]:
    """Give what the sums in place list; nothing when there are none that can be read."""
    try:
        return set(read_sums(sums))
    except (OSError, ExportError, UnicodeDecodeError):
        return set()


def _remove(target: Path, names: set[str]) -> None:
    """Remove files of an earlier run, and folders that this leaves empty. What was read, not made, is kept."""
    for name in sorted(name for name in names if not name.startswith("data/raw/")):
        (target / name).unlink(missing_ok=True)
        with suppress(OSError):
            (target / name).parent.rmdir()
