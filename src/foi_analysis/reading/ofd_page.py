"""What an OFD page prints: its characters, each in its box, turned upright, once each; and its rulings."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import accumulate, chain, pairwise
from typing import NamedTuple

from lxml import etree

from foi_analysis.reading.document import UNKNOWN
from foi_analysis.reading.drawings import Drawings, again, straight
from foi_analysis.reading.ofd_objects import (
    MOST_ADVANCES,
    Budget,
    Item,
    Matrix,
    Point,
    Resources,
    Sheet,
    around,
    composed,
    given,
    is_on,
    is_visible,
    kind,
    mapped,
    number,
    numbers,
    turned,
    within,
)
from foi_analysis.reading.pages import MOST_LETTERS, Char
from foi_analysis.reading.ruled import Place

#: A character's box, from its baseline, in sizes.
_ASCENT, _DESCENT = 0.88, 0.12
#: A character reaches to the next where that is so near to its own width, which only its font knows.
_NARROW, _BROAD = 0.8, 1.25
#: Characters at a slant of more than this many quarter turns are a watermark; smaller ones than this are dots.
_SLANT, _SMALLEST = 0.03, 0.5
#: All that may be looked at: characters of paths, and grounds under white text.
_MOST_DATA, _MOST_GROUNDS = 5_000_000, 50_000_000
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
