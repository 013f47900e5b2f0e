"""Printed characters become lines of text: spaces where they stand apart, marks where they cannot be plain."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from foi_analysis.reading.glyphs import Char
from foi_analysis.reading.runs import OBJECT, RAISED, UNKNOWN

#: Gaps as shares of the height of a line: a space between digits, one between others, and that between columns.
_DIGITS, _WORDS, _WIDE = 0.25, 0.35, 1.0
#: Digits nearer than this share of their height are one number.
_ONE = 0.05
#: A raised character is at most so large, and so much higher or lower, as shares of its neighbour's height.
_SMALL, _RAISED = 0.8, 0.12
#: Digits that lie on each other by more than this share of their width are two printings.
_OVERLAP = 0.5


@dataclass(frozen=True, slots=True)
class Typeset:
    """A line of text, and for each of its letters the character that prints it, None for a space."""

    text: str
    chars: tuple[Char | None, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Give from where to where a part of the line stands, in whole points."""
        inside = [char for char in self.chars[start:end] if char]
        return (round(min(c.x0 for c in inside)), round(max(c.x1 for c in inside))) if inside else (-1, -1)


def text_lines(chars: Iterable[Char]) -> list[list[Char]]:
    """Gather characters into lines, from top to bottom, each from left to right."""
    lines: list[list[Char]] = []
    for char in sorted(chars, key=lambda c: c.y0 + c.y1):
        for line in lines[:-4:-1]:
            first = line[0]
            apart = abs(first.y0 + first.y1 - char.y0 - char.y1)
            if apart < max(char.y1 - char.y0, first.y1 - first.y0):
                line.append(char)
                break
        else:
            lines.append([char])
    return [sorted(line, key=lambda c: c.x0 + c.x1) for line in lines]


def typeset(run: Sequence[Char], wide: str) -> Typeset:
    """Write a line, with ``wide`` between characters that stand far apart."""
    size = max(char.y1 - char.y0 for char in run)
    letters: list[str] = [run[0].text]
    chars: list[Char | None] = [run[0]]
    for before, char in pairwise(run):
        between = _between(before, char, size, wide)
        letters += [*between, char.text]
        chars += [*[None] * len(between), char]
    return Typeset("".join(letters), tuple(char for letter, char in zip(letters, chars, strict=True) for _ in letter))


def written(chars: Iterable[Char]) -> str:
    """Write what stands in one cell, its lines under each other."""
    return "\n".join(typeset(run, " ").text for run in text_lines(chars))


def words(chars: Iterable[Char]) -> list[Char]:
    """Leave out what is no character."""
    return [char for char in chars if char.text != OBJECT]


def are_one_number(before: Char, char: Char) -> bool:
    """Whether two digits stand so near to each other that they are printed as one number."""
    if not (before.text.isnumeric() and char.text.isnumeric()) or char.spaced:
        return False
    height = char.y1 - char.y0
    return abs(char.x0 - before.x1) < _ONE * height and abs(char.y0 - before.y0) < _ONE * height


def _between(before: Char, char: Char, size: float, wide: str) -> str:
    """Give what to write between two neighbours."""
    gap = char.x0 - before.x1
    if gap > _WIDE * size:
        return wide
    values = before.text.isnumeric() and char.text.isnumeric()
    if gap > (_DIGITS if values else _WORDS) * size or (char.spaced and gap > 0.05 * size):
        return " "
    if values and -gap > _OVERLAP * min(char.x1 - char.x0, before.x1 - before.x0):
        return UNKNOWN
    return RAISED if values and _is_raised(before, char) else ""


def _is_raised(before: Char, char: Char) -> bool:
    """Whether one of two neighbours is set smaller and off the line of the other, as footnote marks are."""
    small, large = sorted((before.y1 - before.y0, char.y1 - char.y0))
    return small <= _SMALL * large and max(abs(before.y0 - char.y0), abs(before.y1 - char.y1)) > _RAISED * large
