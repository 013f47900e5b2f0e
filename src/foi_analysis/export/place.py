"""Put finished files in place, each whole, and write their SHA-256 sums as ``sha256sum --check`` reads them."""

from __future__ import annotations

import re
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from hashlib import file_digest
from pathlib import Path, PurePosixPath

from foi_analysis.export.notebook import ExportError

NAME = "SHA256SUMS"
#: The sums of PDFs stand apart: not everyone can make them.
PDF_NAME = "SHA256SUMS-PDF"
_LINE = re.compile(r"([0-9a-f]{64})  (\S.*)")

Sums = Mapping[str, str]
_PREFIX = ".foi-making-"
_SUMS = (PDF_NAME, NAME)
_LEFT_BEHIND_SECONDS = 3600


def digest(path: Path) -> str:
    """Return the SHA-256 of a file's bytes. Raises OSError when it cannot be read."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def folder_sums(folder: Path) -> dict[str, str]:
    """Return the sum of each file below a folder by relative path, without PDFs, hidden files and files of sums."""
    return {name: digest(path) for name, path in _shown(folder) if path.suffix != ".pdf"}


def pdf_sums(folder: Path) -> dict[str, str]:
    """Return the sum of each PDF below a folder by its relative path."""
    return {name: digest(path) for name, path in _shown(folder) if path.suffix == ".pdf"}


def _shown(folder: Path) -> list[tuple[str, Path]]:
    files = (path for path in folder.rglob("*") if path.is_file())
    names = {path.relative_to(folder).as_posix(): path for path in files}
    return sorted((n, path) for n, path in names.items() if n not in (NAME, PDF_NAME) and not n.startswith("."))


def write_sums(sums: Sums) -> str:
    """Write sums, sorted by path, one a line."""
    return "".join(f"{sums[name]}  {name}\n" for name in sorted(sums))


def read_sums(path: Path) -> dict[str, str]:
    """Read a file of sums.

    Raises OSError when it cannot be opened, ExportError when a line is no sum or leads out of the folder.
    """
    sums: dict[str, str] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        found = _LINE.fullmatch(line)
        if not found or not is_inside(found[2]):
            raise ExportError(
                f"{path.name}, line {number}: {line[:80]!r} is not a sum and a path inside; run 'reproduce'"
            )
        sums[found[2]] = found[1]
    return sums


def is_inside(name: str) -> bool:
    """Check whether a relative path stays inside its folder."""
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and "\\" not in name and ":" not in path.parts[0]


@contextmanager
def workshop(target: Path) -> Iterator[Path]:
    """Yield a temporary hidden folder inside ``target``, on the same file system, to make things in.

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
    """Return the files that existing sums list; none when there are no sums that can be read."""
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
