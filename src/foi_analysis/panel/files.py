"""Find the files of a corpus: which count, how they are called, and in which order they come."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from foi_analysis.advice import advise
from foi_analysis.reading.files import printable
from foi_analysis.report import ReadingError


@dataclass(frozen=True, slots=True)
class Corpus:
    """The files to read, by their paths below ``base``, sorted as bytes; ``refused`` gives those not even opened."""

    base: str
    names: tuple[str, ...]
    refused: dict[str, str] = field(default_factory=dict)

    def path(self, name: str) -> str:
        """Give the path of a file."""
        return os.path.join(self.base, name)  # noqa: PTH118 (strings: there may be hundreds of thousands)

    def shown(self, name: str) -> str:
        """Give the name of a file as it stands in tables: with slashes, and in characters that any table takes."""
        return printable(name.replace(os.sep, "/"))


def find_files(paths: Sequence[str | Path], own: Collection[Path] = ()) -> Corpus:
    """Find the files in folders, and those given by name.

    Of a folder all files count, at any depth and whatever they are called, but not those that are hidden (a name that
    begins with a dot) nor what is in hidden folders, nor ``own``. Links to files are followed; a link to a folder, and
    a folder that cannot be opened, is refused with the reason. Each file comes once. Names are relative to the folder
    given, or to the nearest that holds all that is given.

    Raises ReadingError when nothing that is given is there, or no file is in it.
    """
    given = [os.path.abspath(path) for path in paths]  # noqa: PTH100 (no link must be resolved)
    if not any(os.path.lexists(path) for path in given):
        raise ReadingError(f"{', '.join(map(str, paths))}: no such file or folder; give reports, or a folder of them")
    folders = [path for path in given if os.path.isdir(path)]  # noqa: PTH112
    files = [path for path in given if path not in folders]
    base = os.path.commonpath([*folders, *map(os.path.dirname, files)])
    refused: dict[str, str] = {}
    found = {*files, *(path for folder in folders for path in _below(folder, refused))}
    found -= {os.path.abspath(path) for path in own}  # noqa: PTH100
    names = {os.path.relpath(path, base) for path in found}
    told = {os.path.relpath(path, base): reason for path, reason in refused.items()}
    if not names and not told:
        raise ReadingError(f"{', '.join(map(str, paths))}: no files here; give reports, or a folder with reports")
    return Corpus(base, tuple(sorted(names | told.keys(), key=os.fsencode)), told)


def _below(folder: str, refused: dict[str, str]) -> Iterator[str]:
    """Give the files below a folder, and note what is not gone into."""

    def closed(error: OSError) -> None:
        refused[os.path.abspath(error.filename)] = f"this folder cannot be opened: {advise(error)}"  # noqa: PTH100

    for place, inner, names in os.walk(folder, onerror=closed):
        inner[:] = [name for name in inner if not name.startswith(".")]
        for name in inner:
            path = os.path.join(place, name)  # noqa: PTH118
            if os.path.islink(path):  # noqa: PTH114
                refused[path] = "a link to a folder is not followed; give that folder by name"
        yield from (os.path.join(place, name) for name in names if not name.startswith("."))  # noqa: PTH118
