"""The objects of an OFD page, wherever it takes them from: each with the matrix that brings it to its place."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from lxml import etree

from foi_analysis.reading.ruled import Place
from foi_analysis.resources import Told

#: a, b, c, d, e, f: the point (x, y) comes to (a x + c y + e, b x + d y + f)
Matrix = tuple[float, float, float, float, float, float]
Point = tuple[float, float]

#: No report repeats more characters of its parts, has more of advances, or draws more objects.
MOST_REPEATED, MOST_ADVANCES, _MOST_OBJECTS = 30_000_000, 5_000_000, 100_000
#: Composites within each other are no deeper, nor are drawing parameters.
_DEEPEST = 5
#: Numbers larger than this are none, and neither are lists that take more characters.
_LARGEST, _LONGEST = 1e7, 400
_NUMBER = re.compile(r"[-+]?(?:\d{1,12}(?:\.\d{0,20})?|\.\d{1,20})(?:[eE][-+]?\d{1,2})?", re.ASCII)
#: Points in a millimetre.
POINTS = 72 / 25.4
QUARTERS: tuple[Matrix, ...] = ((1, 0, 0, 1, 0, 0), (0, 1, -1, 0, 0, 0), (-1, 0, 0, -1, 0, 0), (0, -1, 1, 0, 0, 0))
SAME = QUARTERS[0]
_OBJECTS = frozenset({"TextObject", "PathObject", "ImageObject", "CompositeObject"})
_HOLDERS = frozenset({"Layer", "PageBlock", "Content"})

# ---- elements and their numbers ----


def kind(element: etree._Element) -> str:
    """Return the name of an element, whatever its namespace: producers do not agree on it."""
    return str(element.tag).rpartition("}")[2]


def within(element: etree._Element, path: str) -> list[etree._Element]:
    """Return the elements at a path of names below an element."""
    found = [element]
    for step in path.split("/"):
        found = [child for parent in found for child in parent if kind(child) == step]
    return found


def numbers(text: str, count: int, where: str) -> list[float]:
    """Return so many numbers. Raises ValueError when there are fewer, or others than a page can have."""
    found = [number(word, where) for word in text[: _LONGEST + 1].split()[:count]]
    if len(found) < count or len(text) > _LONGEST:
        raise _damaged("refusals.numbers_wrong", where, text)
    return found


def number(word: str, where: str) -> float:
    """Return the number that a word says. Raises ValueError when it is none, or larger than a page can have."""
    value = float(word) if _NUMBER.fullmatch(word) else math.inf
    if abs(value) > _LARGEST:
        raise _damaged("refusals.number_wrong", where, word)
    return value


def _damaged(key: str, where: str, text: str) -> ValueError:
    """Return the error of a number at a place: the name of an element, or of an attribute of one."""
    name, _, owner = where.partition(" of ")
    at = Told("refusals.attribute_of", name=name, owner=owner) if owner else where
    how = Told(key, where=at, text=repr(text[:40]))
    return ValueError(Told("refusals.damaged", what=Told("refusals.ofd_file"), how=how))


def given(element: etree._Element, name: str, count: int) -> list[float] | None:
    """Return the numbers of an attribute, None where it has none."""
    text = element.get(name, "")
    return numbers(text, count, f"{name} of {kind(element)}") if text.strip() else None


def is_on(element: etree._Element, name: str, default: bool) -> bool:
    """Check whether an attribute says yes."""
    text = element.get(name)
    return default if text is None else text.strip().lower() not in ("false", "0")


def is_visible(element: etree._Element) -> bool:
    """Check whether an object is drawn at all."""
    return is_on(element, "Visible", True) and (given(element, "Alpha", 1) or [255.0])[0] >= 1


# ---- what is drawn where ----


def composed(inner: Matrix, outer: Matrix) -> Matrix:
    """Return the matrix that does first what ``inner`` does, then what ``outer`` does."""
    a, b, c, d, e, f = inner
    i, j, k, m, x, y = outer
    return a * i + b * k, a * j + b * m, c * i + d * k, c * j + d * m, e * i + f * k + x, e * j + f * m + y


def mapped(matrix: Matrix, x: float, y: float) -> Point:
    """Return where a matrix brings a point."""
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def around(points: Sequence[Point]) -> Place:
    """Return the rectangle around points."""
    xs, ys = zip(*points, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


#: What is counted in a file, and the key of its name.
_COUNTED = {
    "tags": "refusals.ofd_tags",
    "attributes": "refusals.ofd_attributes",
    "parts": "refusals.ofd_parts",
    "annotations": "refusals.ofd_annotations",
    "pages": "refusals.ofd_pages",
    "characters": "refusals.ofd_characters",
    "characters of repeated drawings": "refusals.ofd_repeated",
    "characters of advances": "refusals.ofd_advances",
}


@dataclass(slots=True)
class Budget:
    """How much has been read of a whole file, and which share of the work that may be done for it is done."""

    spent: Counter[str] = field(default_factory=Counter)
    share: float = 0.0

    def spend(self, what: str, count: int, most: int) -> None:
        """Count what is read. Raises ValueError when it is more than a report has."""
        self.spent[what] += count
        if self.spent[what] > most:
            raise ValueError(Told("refusals.ofd_many", most=most, what=Told(_COUNTED[what])))

    def work(self, count: int, most: int) -> None:
        """Count work of one kind, of which ``most`` is all that may be done. Raises ValueError when it is too much."""
        self.share += count / most
        if self.share > 1:
            raise ValueError(Told("refusals.ofd_draws"))


@dataclass(slots=True)
class Resources:
    """What the pages of a document share: parameters of drawing and composite drawings, by their names."""

    params: dict[str, etree._Element] = field(default_factory=dict)
    units: dict[str, tuple[etree._Element, int]] = field(default_factory=dict)

    def add(self, tree: etree._Element) -> None:
        """Take what a part of the file defines."""
        self.params |= {found.get("ID", ""): found for found in within(tree, "DrawParams/DrawParam")}
        for unit in within(tree, "CompositeGraphicUnits/CompositeGraphicUnit"):
            self.units[unit.get("ID", "")] = (unit, weigh(unit))

    def colour(self, item: Item, name: str) -> etree._Element | None:
        """Return the colour of an object: its own, or that of its parameters, or of its layer's."""
        found = within(item.element, name)
        for holder in (item.element, item.layer):
            param = self.params.get(holder.get("DrawParam", ""))
            for _ in range(_DEEPEST):
                if found or param is None:
                    break
                found, param = within(param, name), self.params.get(param.get("Relative", ""))
        return found[0] if found else None


def weigh(element: etree._Element) -> int:
    """Return how many characters an element holds."""
    return sum(len(text or "") + 9 for part in element.iter() for text in (part.text, *part.values()))


class Item(NamedTuple):
    """An object of a page: what brings its surroundings and what brings its own points to the page, and its layer."""

    element: etree._Element
    outer: Matrix
    matrix: Matrix
    layer: etree._Element


def item_of(element: etree._Element, outer: Matrix, layer: etree._Element) -> Item:
    """Return an object with its place: it is turned by its CTM, then moved to the corner of its boundary."""
    x, y, *_ = given(element, "Boundary", 4) or (0.0, 0.0)
    a, b, c, d, e, f = given(element, "CTM", 6) or SAME
    return Item(element, outer, composed((a, b, c, d, e + x, f + y), outer), layer)


class Sheet(NamedTuple):
    """What is needed to read a page: its objects, the matrix that turns it upright in points, and its size then."""

    items: list[Item]
    upright: Matrix
    width: float
    height: float
    resources: Resources
    budget: Budget

    def bounds(self, box: Sequence[float], outer: Matrix = SAME) -> Place:
        """Return where a rectangle, given by its corner and size, comes to lie."""
        x, y, width, height = box
        matrix = composed(outer, self.upright)
        return around([mapped(matrix, x, y), mapped(matrix, x + width, y + height)])


def open_sheet(layers: Sequence[etree._Element], box: Sequence[float], resources: Resources, budget: Budget) -> Sheet:
    """Open a page for reading, upright as its text runs. Raises ValueError when it holds too much."""
    items = list(_items(layers, resources, budget))
    x, y, width, height = (POINTS * value for value in box)
    quarter = _direction(items)
    moved: Matrix = (POINTS, 0, 0, POINTS, -x, -y)
    a, b, c, d, _, _ = QUARTERS[-quarter % 4]
    turned: Matrix = (a, b, c, d, *((0.0, 0.0), (0.0, width), (width, height), (height, 0.0))[quarter])
    size = (height, width) if quarter % 2 else (width, height)
    return Sheet(items, composed(moved, turned), *size, resources, budget)


def _items(layers: Sequence[etree._Element], resources: Resources, budget: Budget) -> Iterator[Item]:
    """Yield each visible object, those of blocks and composite drawings included."""
    left = [(layer, SAME, layer, 0) for layer in reversed(layers)]
    while left:
        element, outer, layer, depth = left.pop()
        budget.work(1, _MOST_OBJECTS)
        name = kind(element)
        if name in _HOLDERS:
            left += [(child, outer, layer, depth) for child in reversed(element)]
        elif name not in _OBJECTS:
            continue
        elif name != "CompositeObject":
            yield item_of(element, outer, layer)
        elif depth < _DEEPEST and is_visible(element):
            unit, size = resources.units.get(element.get("ResourceID", ""), (None, 0))
            budget.spend("characters of repeated drawings", size, MOST_REPEATED)
            matrix = item_of(element, outer, layer).matrix
            left += [(child, matrix, layer, depth + 1) for child in within(unit, "Content")] if unit is not None else []


def turned(item: Item) -> Matrix:
    """Return the matrix of an object's characters, which may be turned within it."""
    turn = (given(item.element, "CharDirection", 1) or [0.0])[0]
    return composed(QUARTERS[round(turn / 90) % 4], item.matrix)


def _direction(items: Sequence[Item]) -> int:
    """Return the direction of most of the text in quarter turns."""
    found: Counter[int] = Counter()
    for item in items:
        if kind(item.element) == "TextObject":
            a, b, *_ = turned(item)
            found[round(math.atan2(b, a) * 2 / math.pi) % 4] += sum(map(len, item.element.itertext()))
    return found.most_common(1)[0][0] if found else 0
