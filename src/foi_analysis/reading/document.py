"""What every format becomes before it is aligned: lines of fields, each with its place.

A ``Document`` is a list of lines in reading order. A line of prose has one field; a line of a table
has one field for each printed cell, empty ones included. A cell merged over several lines is a field
only of the line in which it begins.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True, slots=True)
class Field:
    """A printed cell or a paragraph: its text and its place.

    ``left`` and ``right`` are the columns of the grid that it covers (right exclusive), or -1 where the
    source has no grid; ``down`` is the number of lines that it covers.
    """

    text: str
    where: str
    left: int = -1
    right: int = -1
    down: int = 1


@dataclass(frozen=True, slots=True)
class Line:
    """A printed line. ``grid`` counts the tables of the source from 1; 0 is prose or text without a grid.

    ``torn`` says that the line's cells were found by splitting a text at spaces.
    """

    fields: tuple[Field, ...]
    grid: int = 0
    torn: bool = False

    @property
    def text(self) -> str:
        """The line's words, its fields joined by spaces."""
        return " ".join(field.text for field in self.fields if field.text.strip())

    @property
    def where(self) -> str:
        """The place of the line's first field."""
        return self.fields[0].where if self.fields else ""


@dataclass(frozen=True)
class Document:
    """A file's content in reading order. ``title`` and ``published_on`` are what its metadata say, if any."""

    name: str
    lines: tuple[Line, ...]
    sha256: str = ""
    title: str = ""
    published_on: str = ""

    @cached_property
    def width(self) -> dict[int, int]:
        """The number of grid columns of each grid."""
        found: dict[int, int] = {}
        for line in self.lines:
            for field in line.fields:
                found[line.grid] = max(found.get(line.grid, 0), field.right)
        return found

    def prose(self) -> Iterator[Line]:
        """Give the lines outside tables: of one field, or of a sentence that was split at its last number."""
        return (line for line in self.lines if not line.grid and (len(line.fields) == 1 or _is_sentence(line)))


def _is_sentence(line: Line) -> bool:
    return line.torn and any(mark in line.fields[0].text for mark in "，。；")
