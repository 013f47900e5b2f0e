"""SHA-256 sums of a folder's files, in the form that ``sha256sum --check`` reads."""

from __future__ import annotations

import re
from collections.abc import Mapping
from hashlib import file_digest
from pathlib import Path, PurePosixPath

from foi_analysis.export.notebook import ExportError

NAME = "SHA256SUMS"
#: The sums of PDFs stand apart: not everyone can make them.
PDF_NAME = "SHA256SUMS-PDF"
_LINE = re.compile(r"([0-9a-f]{64})  (\S.*)")

Sums = Mapping[str, str]


def digest(path: Path) -> str:
    """Give the SHA-256 of a file's bytes. Raises OSError when it cannot be read."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def folder_sums(folder: Path) -> dict[str, str]:
    """Give the sum of each file below a folder by its relative path; PDFs, hidden files and files of sums aside."""
    return {name: digest(path) for name, path in _shown(folder) if path.suffix != ".pdf"}


def pdf_sums(folder: Path) -> dict[str, str]:
    """Give the sum of each PDF below a folder by its relative path."""
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
    """Tell whether a relative path stays inside its folder."""
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and "\\" not in name and ":" not in path.parts[0]
