"""Texts in which each cell has a line of its own, and pipes tell the blank ones: as crawlers write tables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

#: A text of cells and pipes has more lines with pipes than these, and hardly one with more cells than one.
_MANY, _HARDLY = 30, 0.1
#: One pipe ends a cell; several side by side stand for what the merged cells of a row cover.
_PIECES = re.compile(r"\|+|[^|]+")
#: A label that wraps in its cell has no more letters in a line, and none of them is a digit.
_WRAPPED = re.compile(r"[^\d|]{1,6}")


def is_stacked(text: str) -> bool:
    """Check whether each cell of a text has a line of its own, with a pipe behind it or between it and the next."""
    cells = [sum(bool(cell.strip()) for cell in line.split("|")) for line in text.splitlines() if "|" in line]
    return len(cells) > _MANY and sum(cell > 1 for cell in cells) < _HARDLY * len(cells)


def stacked_cells(text: str) -> Iterator[tuple[int, str]]:
    """Yield the cells of such a text, blank ones too, and the lines around its tables, with their numbers from 1.

    A blank cell is a pipe with nothing before it since the last one.
    """
    lines = text.splitlines()
    is_led = _is_led(lines)
    before: list[tuple[int, str]] = []
    for number, line in enumerate(lines, 1):
        for piece in _PIECES.findall(line):
            if piece.startswith("|") and before:
                yield from _joined(before)
                before = []
            elif piece == "|" and not (is_led and line.rstrip() == "|"):
                yield number, ""
            elif piece.strip("| "):
                before.append((number, piece.strip()))
    yield from before


def _is_led(lines: Sequence[str]) -> bool:
    """Check whether a pipe on a line of its own begins each row, and blank cells look otherwise: all are set in."""
    piped = [line for line in lines if "|" in line]
    cells = [line for line in piped if line.strip("| ")]
    return bool(cells) and piped[0].rstrip() == "|" and all(line.startswith(" ") for line in cells)


def _joined(lines: Sequence[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """Yield the lines before a pipe, the last ones as one where they are pieces of a label that wraps."""
    start = len(lines) - 1
    while start and all(_WRAPPED.fullmatch(text) for _, text in lines[start - 1 :]):
        start -= 1
    yield from lines[:start]
    yield lines[start][0], "".join(text for _, text in lines[start:])
