"""What an OFD page prints: its objects, wherever it takes them from, its characters in boxes, and its rulings."""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, chain, pairwise
from typing import NamedTuple

from lxml import etree

from foi_analysis.reading.document import UNKNOWN
from foi_analysis.reading.drawings import Char, Drawings, Place, again, straight
from foi_analysis.reading.pages import MOST_LETTERS
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


#: A character's box, from its baseline, in sizes.
_ASCENT, _DESCENT = 0.88, 0.12
#: A character reaches to the next where that is so near to its own width, which only its font knows.
_NARROW, _BROAD = 0.8, 1.25
#: Characters at a slant of more than this many quarter turns are a watermark; smaller ones than this are dots.
_SLANT, _SMALLEST = 0.03, 0.5
#: All that may be looked at: characters of paths, and grounds under white text.
_MOST_DATA, _MOST_GROUNDS = 5_000_000, 20_000_000
#: Text of a lighter shade is white, and a ground of a lighter one is none.
_WHITE, _DARK = 250.0, 240.0
#: How many numbers follow each command of a path; the last two are where it leads.
_OPERANDS = {"S": 2, "M": 2, "L": 2, "Q": 4, "B": 6, "A": 7, "C": 0}
_WORD = re.compile(r"[A-Za-z]|[-+.\d]+(?:[eE][-+]?\d+)?", re.ASCII)
_PART = re.compile(r"#[0-9a-fA-F]{1,4}|\d{1,6}(?:\.\d{1,6})?", re.ASCII)
#: Categories of characters that say nothing: controls, private use, halves of pairs.
_MEANINGLESS = frozenset({"Cc", "Co", "Cs"})


# ---- text ----


def chars(sheet: Sheet, drawn: Drawings) -> list[Char]:
    """Return the printed characters of a page; one drawn twice in the same place counts once.

    What cannot be known, a character without a meaning or white on white, becomes U+FFFD.
    """
    seen: dict[tuple[str, int, int], Char] = {}
    found: list[Char] = []
    for char, state in _raw_chars(sheet):
        if state == "invisible" or not (0 <= char.x <= sheet.width and 0 <= char.y <= sheet.height):
            continue
        if again(char, seen):
            continue
        if state == "white":
            sheet.budget.work(len(drawn.grounds), _MOST_GROUNDS)
            char = char if drawn.is_dark(char.x, char.y) else char._replace(text=UNKNOWN)
        found.append(char)
    return _joined(found)


def _joined(found: Sequence[Char]) -> list[Char]:
    """Let each character reach to the one that is drawn next where that is about its own width away."""
    joined = list(found)
    for i, (char, after) in enumerate(pairwise(found)):
        step, width, height = after.x0 - char.x0, char.x1 - char.x0, char.y1 - char.y0
        if _NARROW * width <= step <= _BROAD * width and abs(after.y0 - char.y0) < 0.1 * height:
            joined[i] = char._replace(x1=after.x0)
    return joined


class _Face(NamedTuple):
    """How characters stand: their quarter turns, width and height, and whether they are not those of a mirror."""

    quarter: int
    width: float
    height: float
    sound: bool

    def box(self, letter: str, x: float, y: float) -> Place:
        """Return the box of a character that begins at a point of its baseline."""
        width = self.width * (1.0 if unicodedata.east_asian_width(letter) in "FWA" else 0.5)
        up, down = _ASCENT * self.height, _DESCENT * self.height
        return (
            (x, y - up, x + width, y + down),
            (x - down, y, x + up, y + width),
            (x - width, y - down, x, y + up),
            (x - up, y - width, x + down, y),
        )[self.quarter]


def _raw_chars(sheet: Sheet) -> Iterator[tuple[Char, str]]:
    """Yield each character, and whether it is invisible, white, or plain (empty)."""
    spaced = False
    for item in sheet.items:
        if kind(item.element) != "TextObject":
            continue
        matrix, face = composed(item.matrix, sheet.upright), _face(item, sheet.upright)
        state = _ink(item, sheet.resources)
        for letter, x, y in _codes(item.element, sheet.budget):
            if letter.isspace():
                spaced = True
            elif face:
                known = face.sound and unicodedata.category(letter) not in _MEANINGLESS
                yield Char(letter if known else UNKNOWN, *face.box(letter, *mapped(matrix, x, y)), spaced), state
                spaced = False


def _face(item: Item, upright: Matrix) -> _Face | None:
    """Return how the characters of an object stand; None where they are a watermark or too small to see."""
    a, b, c, d, _, _ = composed(turned(item), upright)
    size = numbers(item.element.get("Size", ""), 1, "Size of TextObject")[0]
    along, turns = math.hypot(a, b), math.atan2(b, a) * 2 / math.pi
    height = size * abs(a * d - b * c) / along if along else 0.0
    if height < _SMALLEST or abs(turns - round(turns)) > _SLANT:
        return None
    width = size * along * abs((given(item.element, "HScale", 1) or [1.0])[0])
    return _Face(round(turns) % 4, width, height, a * d > b * c)


def _codes(element: etree._Element, budget: Budget) -> Iterator[tuple[str, float, float]]:
    """Yield the letters of an object, each with the point of its baseline at which it begins."""
    x = y = 0.0
    for code in within(element, "TextCode"):
        text = "".join(code.itertext())
        text = text.strip() if "\n" in text else text  # the file is indented
        budget.spend("characters", len(text), MOST_LETTERS)
        if len(text) > 1 and not (code.get("DeltaX") or code.get("DeltaY")):  # all on one place, or as a program likes
            text = "".join(UNKNOWN if letter.isnumeric() else letter for letter in text)
        x, y = (value[0] if (value := given(code, name, 1)) else old for name, old in (("X", x), ("Y", y)))
        right, down = (_steps(code.get(name, ""), len(text), budget) for name in ("DeltaX", "DeltaY"))
        yield from zip(text, accumulate(right, initial=x), accumulate(down, initial=y), strict=False)


def _steps(deltas: str, most: int, budget: Budget) -> list[float]:
    """Return how far each letter is from the next: ``g n v`` stands for v repeated, and the last goes on to the end."""
    budget.spend("characters of advances", len(deltas), MOST_ADVANCES)
    words, found = iter(deltas.split(None, 3 * most)[: 3 * most]), list[float]()
    for word in words:
        count = number(next(words, ""), "DeltaX") if word == "g" else 1
        step = number(next(words, "") if word == "g" else word, "DeltaX")
        found += [step] * min(int(count), most - len(found))
    return found + [found[-1] if found else 0.0] * (most - len(found))


def _ink(item: Item, resources: Resources) -> str:
    """Return whether a text is invisible, white, or plain (empty)."""
    if not is_visible(item.element):
        return "invisible"
    colours = [
        _shade(resources.colour(item, name))
        for way, name, default in (("Fill", "FillColor", True), ("Stroke", "StrokeColor", False))
        if is_on(item.element, way, default)
    ]
    seen = [shade for shade in colours if shade is not None]
    if not seen:
        return "invisible"
    return "white" if min(seen) >= _WHITE else ""


def _shade(colour: etree._Element | None) -> float | None:
    """Return the darkest part of a colour, from 0 (black or unknown) to 255 (white); None where it is transparent."""
    if colour is None:
        return 0.0
    if (given(colour, "Alpha", 1) or [255.0])[0] < 1:
        return None
    parts = [
        float(int(part[1:], 16) if part[0] == "#" else part) for part in _PART.findall(colour.get("Value", "")[:99])
    ]
    if len(parts) == 4:  # cyan, magenta, yellow, black
        return 255.0 - max(parts[:3]) - parts[3]
    return min(parts, default=0.0)


# ---- drawings ----


def drawings(sheet: Sheet) -> Drawings:
    """Look at everything that a page draws beside its text."""
    found = Drawings()
    for item in sheet.items:
        name = kind(item.element)
        if name == "TextObject" or not is_visible(item.element):
            continue
        if name == "PathObject":
            _take_path(found, sheet, item)
        elif box := given(item.element, "Boundary", 4):
            found.add_picture(sheet.bounds(box, item.outer))
    return found


def _take_path(found: Drawings, sheet: Sheet, item: Item) -> None:
    """Take each piece of a path as a shape of its own."""
    stroked, filled = is_on(item.element, "Stroke", True), is_on(item.element, "Fill", False)
    if not stroked and not filled:
        return
    shade = _shade(sheet.resources.colour(item, "FillColor")) if filled else None
    matrix = composed(item.matrix, sheet.upright)
    for data in within(item.element, "AbbreviatedData"):
        text = data.text or ""
        sheet.budget.work(len(text), _MOST_DATA)
        for corners, lines in _pieces(text, matrix, filled):
            edges = chain.from_iterable(straight(*around(line)) for line in lines)
            found.add_shape(around(corners), edges, stroked, shade is not None and shade < _DARK)


def _pieces(text: str, matrix: Matrix, filled: bool) -> Iterator[tuple[list[Point], list[tuple[Point, Point]]]]:
    """Yield the pieces of a path: all points that each is drawn by, and its straight lines."""
    corners: list[Point] = []
    lines: list[tuple[Point, Point]] = []
    for command, values in chain(_commands(text), [("M", [])]):
        if command in "SM":
            if len(corners) > 1:
                yield corners, [*lines, *[(corners[-1], corners[0])] * filled]
            corners, lines = [], []
        points = [mapped(matrix, x, y) for x, y in zip(values[::2], values[1::2], strict=True)]
        if command == "L":
            lines += [(before, point) for before, point in zip(corners[-1:], points, strict=False)]
        elif command == "C" and corners:
            lines.append((corners[-1], corners[0]))
        corners += points


def _commands(text: str) -> Iterator[tuple[str, list[float]]]:
    """Yield each command of a path with its numbers; of an arc only where it leads."""
    words = (word[0] for word in _WORD.finditer(text))
    for word in words:
        if word in _OPERANDS:
            values = [number(next(words, ""), "AbbreviatedData") for _ in range(_OPERANDS[word])]
            yield word, values[-2:] if word == "A" else values
