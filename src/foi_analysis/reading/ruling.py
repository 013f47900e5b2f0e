"""Find the cells of a ruled table from its lines: rectangles between rulings, merged where one is missing.

Coordinates are points; y grows downwards. Knows nothing of any file format.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

#: Rulings nearer than this are one; gaps smaller than this are none.
_NEAR = 3.0


@dataclass(frozen=True, slots=True)
class Ruling:
    """A straight line of a table: at ``at`` (x if upright, y if level), from ``start`` to ``end``."""

    upright: bool
    at: float
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Box:
    """A cell: the rows and columns of the grid that it covers (ends exclusive) and its rectangle."""

    top: int
    bottom: int
    left: int
    right: int
    x0: float
    y0: float
    x1: float
    y1: float


@dataclass(frozen=True, slots=True)
class Ruled:
    """A ruled table: its cells from top to bottom and left to right."""

    boxes: tuple[Box, ...]

    @property
    def top(self) -> float:
        """The y of the table's upper edge."""
        return min(box.y0 for box in self.boxes)


def find_tables(rulings: Iterable[Ruling]) -> list[Ruled]:
    """Find the ruled tables of a page, from top to bottom; lines that enclose nothing make none."""
    merged = _merged(rulings)
    tables = (_table(group) for group in _touching(merged))
    return sorted((table for table in tables if table.boxes), key=lambda table: table.top)


def _merged(rulings: Iterable[Ruling]) -> list[Ruling]:
    """Join the pieces of each line; near parallel lines become one."""
    found: list[Ruling] = []
    for line in sorted(rulings, key=lambda r: (r.upright, r.at, r.start)):
        for i in range(len(found) - 1, -1, -1):
            last = found[i]
            if last.upright != line.upright or line.at - last.at > _NEAR:
                found.append(line)
                break
            if line.start <= last.end + _NEAR and last.start <= line.end + _NEAR:
                found[i] = Ruling(line.upright, last.at, min(last.start, line.start), max(last.end, line.end))
                break
        else:
            found.append(line)
    return found


def _touching(lines: Sequence[Ruling]) -> list[list[Ruling]]:
    """Group lines that cross or meet, directly or through others."""
    groups: list[list[Ruling]] = []
    for line in lines:
        near = [group for group in groups if any(_meet(line, other) for other in group)]
        groups = [group for group in groups if group not in near]
        groups.append([line, *(other for group in near for other in group)])
    return groups


def _meet(one: Ruling, other: Ruling) -> bool:
    if one.upright == other.upright:
        return False
    return one.start - _NEAR <= other.at <= one.end + _NEAR and other.start - _NEAR <= one.at <= other.end + _NEAR


def _levels(values: Iterable[float]) -> list[float]:
    """Give the distinct positions, those nearer than a line's width taken as one."""
    found: list[float] = []
    for value in sorted(values):
        if not found or value - found[-1] > _NEAR:
            found.append(value)
    return found


def _table(lines: Sequence[Ruling]) -> Ruled:
    xs = _levels(line.at for line in lines if line.upright)
    ys = _levels(line.at for line in lines if not line.upright)
    if len(xs) < 2 or len(ys) < 2:
        return Ruled(())
    upright = _walls([line for line in lines if line.upright], xs, ys)
    level = _walls([line for line in lines if not line.upright], ys, xs)
    regions = _regions(len(ys) - 1, len(xs) - 1, upright, level)
    boxes = [
        Box(top, bottom, left, right, xs[left], ys[top], xs[right], ys[bottom])
        for top, bottom, left, right in sorted(regions, key=lambda region: (region[0], region[2]))
    ]
    return Ruled(tuple(boxes))


def _walls(lines: Sequence[Ruling], at: Sequence[float], along: Sequence[float]) -> set[tuple[int, int]]:
    """Give the pieces of wall that lines make: (which position, which interval along it)."""
    walls: set[tuple[int, int]] = set()
    for line in lines:
        position = _nearest(at, line.at)
        first = bisect_left(along, line.start - _NEAR)
        last = bisect_right(along, line.end + _NEAR) - 1
        walls |= {(position, interval) for interval in range(first, last)}
    return walls


def _nearest(levels: Sequence[float], value: float) -> int:
    after = bisect_left(levels, value)
    around = [i for i in (after - 1, after) if 0 <= i < len(levels)]
    return min(around, key=lambda i: abs(levels[i] - value))


def _regions(
    rows: int, columns: int, upright: set[tuple[int, int]], level: set[tuple[int, int]]
) -> set[tuple[int, int, int, int]]:
    """Join grid squares without a wall between them; give the enclosed regions as (top, bottom, left, right)."""
    seen: set[tuple[int, int]] = set()
    regions: set[tuple[int, int, int, int]] = set()
    for start in ((row, column) for row in range(rows) for column in range(columns)):
        if start in seen:
            continue
        squares, stack, closed = set(), [start], True
        while stack:
            row, column = stack.pop()
            if not (0 <= row < rows and 0 <= column < columns):
                closed = False
                continue
            if (row, column) in squares:
                continue
            squares.add((row, column))
            stack += [] if (column, row) in upright else [(row, column - 1)]
            stack += [] if (column + 1, row) in upright else [(row, column + 1)]
            stack += [] if (row, column) in level else [(row - 1, column)]
            stack += [] if (row + 1, column) in level else [(row + 1, column)]
        seen |= squares
        if closed:
            tops, lefts = [row for row, _ in squares], [column for _, column in squares]
            regions.add((min(tops), max(tops) + 1, min(lefts), max(lefts) + 1))
    return regions
