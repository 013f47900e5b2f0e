"""What a page draws, whatever its format: characters and pictures, and rulings, which become tables of cells."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import NamedTuple

from foi_analysis.reading.document import OBJECT, UNKNOWN

#: x0, y0, x1, y1 of a rectangle of a page, in points; y grows downwards.
Place = tuple[float, float, float, float]

#: A ruling is thinner than this and, from corner to corner, longer than that; pieces of dashes are shorter.
_THIN, _LONG = 3.0, 5.0
#: A picture that may stand for a number is no larger.
_WIDE, _HIGH, _SMALL = 250.0, 40.0, 4.0
#: The same character is looked for in tiles as wide as this, those included that begin nearer than half of it.
_TILE = 8.0
#: Rulings nearer than this are one: the sides of cells that stand apart. Gaps smaller than that are none.
_ONE, _NEAR = 4.0, 3.0
#: A ruling that is shorter encloses no cell.
_SHORTEST = 5.0
#: So many lines that end on one level, and not at a line, leave a table open there.
_OPEN = 2
#: More lines than this are a drawing, and a grid of more squares is no table.
_MOST_LINES, _MOST_SQUARES = 2_000, 20_000


class Char(NamedTuple):
    """A printed character and its box, in points; y grows downwards. ``spaced``: a space stands before it."""

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    spaced: bool = False

    @property
    def x(self) -> float:
        """The middle from left to right."""
        return (self.x0 + self.x1) / 2

    @property
    def y(self) -> float:
        """The middle from top to bottom."""
        return (self.y0 + self.y1) / 2


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

    @property
    def place(self) -> Place:
        """Its rectangle."""
        return self.x0, self.y0, self.x1, self.y1


@dataclass(frozen=True)
class Ruled:
    """A ruled table: its cells from top to bottom and left to right, and which square belongs to which.

    ``lines`` are its rulings as printed, ``sides`` those that close it where it is open.
    """

    boxes: tuple[Box, ...]
    xs: tuple[float, ...] = ()
    ys: tuple[float, ...] = ()
    squares: Mapping[tuple[int, int], Box] | None = None
    lines: tuple[Ruling, ...] = ()
    sides: tuple[Ruling, ...] = ()

    def is_open_at(self, box: Box, *, below_top: bool = False) -> bool:
        """Check whether a cell lies at a side of the table that is not ruled, or at such a one that is not its top."""
        edges = ((box.x0, box.x1), (box.y0, box.y1))
        sides = [side for side in self.sides if side.upright or not below_top or side.at > self.ys[0] + _NEAR]
        return any(min(abs(side.at - edge) for edge in edges[not side.upright]) < _NEAR for side in sides)

    @property
    def is_frame(self) -> bool:
        """Whether it is no table but a frame around text: it has no second column."""
        return len({box.left for box in self.boxes}) == 1

    @property
    def area(self) -> float:
        """The area of the rectangle around the table."""
        return (self.xs[-1] - self.xs[0]) * (self.ys[-1] - self.ys[0])

    def box_at(self, x: float, y: float) -> Box | None:
        """Return the cell that contains a point, or None."""
        square = (bisect_right(self.ys, y) - 1, bisect_right(self.xs, x) - 1)
        return self.squares.get(square) if self.squares else None


@dataclass(slots=True)
class Drawings:
    """What a page draws. ``edges`` are those of plain grounds, which rule a table only where no lines do.

    ``covered`` is the area of its largest picture, ``texts`` counts its texts, ``under`` those that were drawn before a
    picture of which nothing shines through, the largest so far.
    """

    rulings: list[Ruling] = field(default_factory=list)
    edges: list[Ruling] = field(default_factory=list)
    grounds: list[Place] = field(default_factory=list)
    pictures: list[Char] = field(default_factory=list)
    odd_text: bool = False
    covered: float = 0.0
    texts: int = 0
    under: int = 0

    def is_dark(self, x: float, y: float) -> bool:
        """Check whether a ground that is not white lies at a point."""
        return any(x0 <= x <= x1 and y0 <= y <= y1 for x0, y0, x1, y1 in self.grounds)

    def add_shape(self, bounds: Place, edges: Iterable[Ruling], stroked: bool, dark: bool) -> None:
        """Take a shape: a ruling where it is thin, else its edges; ``dark`` where it is filled, and not with white."""
        x0, y0, x1, y1 = bounds
        if x1 - x0 <= _THIN or y1 - y0 <= _THIN:
            self.rulings += thin(*bounds)
            return
        (self.rulings if stroked else self.edges).extend(_with_corners(list(edges)))
        if dark:
            self.grounds.append(bounds)

    def add_picture(self, bounds: Place, opaque: bool = False) -> None:
        """Take a picture: a ruling where it is thin, a mark where it may stand for a number."""
        width, height = bounds[2] - bounds[0], bounds[3] - bounds[1]
        if width * height > self.covered:
            self.covered, self.under = width * height, self.texts if opaque else 0
        if min(width, height) <= _THIN:
            self.rulings += thin(*bounds)
        elif min(width, height) >= _SMALL and width <= _WIDE and height <= _HIGH:
            self.pictures.append(Char(OBJECT, *bounds))

    def unstruck(self, chars: Iterable[Char]) -> Iterator[Char]:
        """Yield characters, those of digits that a level line runs through as U+FFFD: they are no print any more."""
        lines = sorted((line for line in self.rulings if not line.upright), key=lambda line: line.at)
        heights = [line.at for line in lines]
        for char in chars:
            if char.text.isnumeric():
                third = (char.y1 - char.y0) / 3
                first, last = bisect_left(heights, char.y0 + third), bisect_right(heights, char.y1 - third)
                if any(line.start <= char.x <= line.end for line in lines[first:last]):
                    char = char._replace(text=UNKNOWN)
            yield char

    def tables(self) -> list[Ruled]:
        """Return the ruled tables of the page."""
        return find_tables(self.rulings) or find_tables(self.edges)


def _with_corners(edges: list[Ruling]) -> list[Ruling]:
    """Return the edges of a shape; those of a rectangle whose corners are rounded go on to where they would meet."""
    places = [sorted(edge.at for edge in edges if edge.upright is upright) for upright in (True, False)]
    if not all(places):
        return edges
    (x0, *_), (y0, *_) = places
    (*_, x1), (*_, y1) = places
    sides = [Ruling(True, x0, y0, y1), Ruling(True, x1, y0, y1), Ruling(False, y0, x0, x1), Ruling(False, y1, x0, x1)]
    drawn = [[edge for edge in edges if _is_most(edge, side)] for side in sides]
    if not all(drawn) or x0 == x1 or y0 == y1:
        return edges
    return [*sides, *(edge for edge in edges if not any(edge in of_side for of_side in drawn))]


def _is_most(edge: Ruling, side: Ruling) -> bool:
    """Check whether an edge is the greater part of a side."""
    return edge.upright is side.upright and edge.at == side.at and 2 * (edge.end - edge.start) > side.end - side.start


def thin(x0: float, y0: float, x1: float, y1: float) -> Iterator[Ruling]:
    """Yield a thin shape as a ruling; a dot may be a piece of an upright or of a level one."""
    if y1 - y0 >= x1 - x0:
        yield Ruling(True, (x0 + x1) / 2, y0, y1)
    if x1 - x0 >= y1 - y0:
        yield Ruling(False, (y0 + y1) / 2, x0, x1)


def straight(x0: float, y0: float, x1: float, y1: float) -> Iterator[Ruling]:
    """Yield the line between two corners of a rectangle as a ruling if it is upright or level."""
    wide, high = x1 - x0, y1 - y0
    if wide <= _THIN < _LONG <= high or high <= _THIN < _LONG <= wide:
        yield from thin(x0, y0, x1, y1)


def again(char: Char, seen: dict[tuple[str, int, int], Char]) -> bool:
    """Check whether the same character stands already at nearly the same place."""
    text, x, y = char.text, char.x0, char.y0
    near, tall = 0.3 * max(char.x1 - x, 1.0), 0.3 * max(char.y1 - y, 1.0)
    for column in (int((x - _TILE / 2) // _TILE), int((x + _TILE / 2) // _TILE)):
        for row in (int((y - _TILE / 2) // _TILE), int((y + _TILE / 2) // _TILE)):
            other = seen.get((text, column, row))
            if other and abs(other.x0 - x) < near and abs(other.y0 - y) < tall:
                return True
    seen[text, int(x // _TILE), int(y // _TILE)] = char
    return False


# ---- tables ----


def find_tables(rulings: Iterable[Ruling]) -> list[Ruled]:
    """Find the ruled tables of a page, from top to bottom; lines that enclose nothing make none."""
    merged = [line for line in _merged(rulings) if line.end - line.start >= _SHORTEST]
    if len(merged) > _MOST_LINES:
        return []
    tables = (make_table(group) for group in _touching(merged))
    return sorted((table for table in tables if table.boxes), key=lambda table: table.ys[0])


def _merged(rulings: Iterable[Ruling]) -> list[Ruling]:
    """Join the pieces of each line; near parallel lines become one."""
    found: list[Ruling] = []
    for upright, lines in groupby(sorted(rulings, key=lambda r: (r.upright, r.at)), key=lambda r: r.upright):
        level: list[Ruling] = []
        for line in lines:
            if level and line.at - level[0].at > _ONE:
                found += _joined(upright, level)
                level = []
            level.append(line)
        found += _joined(upright, level)
    return found


def _joined(upright: bool, level: Sequence[Ruling]) -> list[Ruling]:
    """Join the pieces that lie on one line and touch."""
    found: list[Ruling] = []
    at, start, end = 0.0, 0.0, float("-inf")
    for line in sorted(level, key=lambda r: r.start):
        if line.start > end + _NEAR:
            if end > start:
                found.append(Ruling(upright, at, start, end))
            at, start, end = line.at, line.start, line.end
        at, end = min(at, line.at), max(end, line.end)
    return [*found, Ruling(upright, at, start, end)]


def _touching(lines: Sequence[Ruling]) -> list[list[Ruling]]:
    """Group lines that cross or meet, directly or through others."""
    upright = sorted((line for line in lines if line.upright), key=lambda line: line.at)
    at = [line.at for line in upright]
    group = {id(line): [line] for line in lines}
    for line in lines:
        if line.upright:
            continue
        for other in upright[bisect_left(at, line.start - _NEAR) : bisect_right(at, line.end + _NEAR)]:
            one, two = group[id(line)], group[id(other)]
            if one is not two and other.start - _NEAR <= line.at <= other.end + _NEAR:
                small, large = sorted((one, two), key=len)
                large += small
                group |= dict.fromkeys(map(id, small), large)
    return list({id(found): found for found in group.values()}.values())


def _levels(values: Iterable[float]) -> list[float]:
    """Return the distinct positions in order; positions closer than a line's width count as one."""
    found: list[float] = []
    for value in sorted(values):
        if not found or value - found[-1] > _ONE:
            found.append(value)
    return found


def _closed(lines: Sequence[Ruling]) -> list[Ruling]:
    """Return the sides of a table that is open there: several of its lines reach equally far past the last across."""
    added: list[Ruling] = []
    for upright in (True, False):
        along = [line for line in lines if line.upright is not upright]
        across = [line for line in lines if line.upright is upright]
        if not along or not across:
            continue
        start = min([line.at for line in along] + [line.start for line in across])
        end = max([line.at for line in along] + [line.end for line in across])
        first, last = min(line.start for line in along), max(line.end for line in along)
        if first < min(line.at for line in across) - _SHORTEST and sum(x.start < first + _NEAR for x in along) >= _OPEN:
            added.append(Ruling(upright, first, start, end))
        if last > max(line.at for line in across) + _SHORTEST and sum(x.end > last - _NEAR for x in along) >= _OPEN:
            added.append(Ruling(upright, last, start, end))
    return added


def make_table(printed: Sequence[Ruling]) -> Ruled:
    """Return the table that rulings enclose; one without a cell where they enclose nothing."""
    sides = _closed(printed)
    lines = [*printed, *sides]
    xs = _levels(line.at for line in lines if line.upright)
    ys = _levels(line.at for line in lines if not line.upright)
    if len(xs) < 2 or len(ys) < 2 or len(xs) * len(ys) > _MOST_SQUARES:
        return Ruled(())
    upright = _walls([line for line in lines if line.upright], xs, ys)
    level = _walls([line for line in lines if not line.upright], ys, xs)
    squares: dict[tuple[int, int], Box] = {}
    for region in _regions(len(ys) - 1, len(xs) - 1, upright, level):
        rows, columns = [row for row, _ in region], [column for _, column in region]
        top, bottom, left, right = min(rows), max(rows) + 1, min(columns), max(columns) + 1
        squares |= dict.fromkeys(region, Box(top, bottom, left, right, xs[left], ys[top], xs[right], ys[bottom]))
    boxes = sorted(set(squares.values()), key=lambda box: (box.top, box.left))
    return Ruled(tuple(boxes), tuple(xs), tuple(ys), squares, tuple(printed), tuple(sides))


def _walls(lines: Sequence[Ruling], at: Sequence[float], along: Sequence[float]) -> set[tuple[int, int]]:
    """Return the pieces of wall that lines make, each as (index of its position, index of its interval)."""
    walls: set[tuple[int, int]] = set()
    for line in lines:
        position = _nearest(at, line.at)
        first = bisect_left(along, line.start - _ONE)
        last = bisect_right(along, line.end + _ONE) - 1
        walls |= {(position, interval) for interval in range(first, last)}
    return walls


def _nearest(levels: Sequence[float], value: float) -> int:
    after = bisect_left(levels, value)
    around = [i for i in (after - 1, after) if 0 <= i < len(levels)]
    return min(around, key=lambda i: abs(levels[i] - value))


def _regions(
    rows: int, columns: int, upright: set[tuple[int, int]], level: set[tuple[int, int]]
) -> list[set[tuple[int, int]]]:
    """Join grid squares without a wall between them; give the enclosed regions as sets of squares."""
    seen: set[tuple[int, int]] = set()
    regions: list[set[tuple[int, int]]] = []
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
            regions.append(squares)
    return regions
