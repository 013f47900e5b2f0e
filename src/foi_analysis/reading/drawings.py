"""What a page draws beside its text, whatever its format: rulings, edges of plain grounds, dark grounds, pictures."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from foi_analysis.reading.document import OBJECT, UNKNOWN
from foi_analysis.reading.pages import Char
from foi_analysis.reading.ruled import Place, Ruled, Ruling, find_tables

#: A ruling is thinner than this and, from corner to corner, longer than that; pieces of dashes are shorter.
_THIN, _LONG = 3.0, 5.0
#: A picture that may stand for a number is no larger.
_WIDE, _HIGH, _SMALL = 250.0, 40.0, 4.0
#: The same character nearer than this is looked for, in tiles twice as wide.
_NEAR, _TILE = 4.0, 8.0


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
        (self.rulings if stroked else self.edges).extend(edges)
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
    for column in (int((x - _NEAR) // _TILE), int((x + _NEAR) // _TILE)):
        for row in (int((y - _NEAR) // _TILE), int((y + _NEAR) // _TILE)):
            other = seen.get((text, column, row))
            if other and abs(other.x0 - x) < near and abs(other.y0 - y) < tall:
                return True
    seen[text, int(x // _TILE), int(y // _TILE)] = char
    return False
