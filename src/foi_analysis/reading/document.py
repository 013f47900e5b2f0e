"""What every format becomes before it is aligned: lines of fields, each with its place.

A ``Document`` is a list of lines in reading order. A line of prose has one field; a line of a table
has one field for each printed cell, empty ones included. A cell merged over several lines is a field
only of the line in which it begins.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

#: Stands where something is printed that is no text: a picture, a formula, a form's control.
OBJECT = "\ufffc"
#: Stands for a character that cannot be known.
UNKNOWN = "\ufffd"
RAISED, STRUCK = "^", "~"
_NOTE = re.compile(r"[\s\d①-⑳*※†‡\[\]()〔〕（）注a-zA-Z,，]{0,6}")
_IDEOGRAPH = re.compile(r"[\u4e00-\u9fff]")
#: As many ideographs make words.
_WORDS = 2


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

    def prose(self) -> Iterator[Line]:
        """Yield the lines outside tables: those of one field, and sentences that were split at a number."""
        return (line for line in self.lines if not line.grid and (len(line.fields) == 1 or _is_sentence(line)))


def _is_sentence(line: Line) -> bool:
    return line.torn and any(mark in line.fields[0].text for mark in "，。；")


class Run(NamedTuple):
    """A run that is raised or struck out."""

    text: str
    sign: str


def written(runs: Sequence[str | Run]) -> str:
    """Write runs as one text, so that no raised or struck-out digit joins the plain ones."""
    texts = [run for run in runs if isinstance(run, str)]
    plain = "".join(texts)
    if len(texts) == len(runs):
        return plain
    words = len(_IDEOGRAPH.findall(plain)) >= _WORDS
    return "".join(run if isinstance(run, str) else _in_words(run) if words else _beside_value(run) for run in runs)


def _in_words(run: Run) -> str:
    return "" if run.sign == STRUCK or _NOTE.fullmatch(run.text) else run.text


def _beside_value(run: Run) -> str:
    if not run.text.strip():
        return run.text
    return f"{STRUCK}{run.text}{STRUCK}" if run.sign == STRUCK else RAISED + run.text
