"""A page of characters and rulings becomes lines of fields, from top to bottom, whatever drew it.

Printed characters become lines of text: spaces where they stand apart, marks where they cannot be plain.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple

from foi_analysis.reading.document import (
    OBJECT,
    RAISED,
    UNKNOWN,
    Field,
    Line,
    Spot,
    fold,
    is_empty,
    is_number,
    is_value,
)
from foi_analysis.reading.drawings import Box, Char, Place, Ruled, Ruling, make_table
from foi_analysis.reading.text import text_line
from foi_analysis.resources import Told

#: No report has more pages, or more characters on them.
MOST_PAGES, MOST_LETTERS = 400, 100_000
#: A text layer of fewer characters holds page numbers or a stamp, not a report.
_FEWEST = 100
#: A text of which more than this share has no meaning cannot be read.
_UNKNOWN = 0.3
#: Gaps as shares of the height of a line: a space between digits, one between others, and that between columns.
_DIGITS, _WORDS, _WIDE = 0.25, 0.35, 1.0
#: So many cells of a column, and this share of them, part where a rule is missing.
_ALIGNED, _MOSTLY = 3, 0.8
#: Lines of one cell stand nearer than this share of the height of their letters.
_NEXT = 0.9
#: Digits nearer than this share of their height are one number.
_ONE = 0.05
#: A raised character is at most so large, and so much higher or lower, as shares of its neighbour's height.
_SMALL, _RAISED = 0.85, 0.12
#: Digits that lie on each other by more than this share of their width are two printings.
_OVERLAP = 0.5


class Placed(NamedTuple):
    """A line of a page with the y at which it begins, and the rectangle of each of its fields."""

    y: float
    line: Line
    places: tuple[Place, ...]


def numbered(pages: Sequence[Sequence[Placed]]) -> Iterator[list[Line]]:
    """Count the grids through the whole document, in which a row that the foot of a page cuts in two is one."""
    before = 0
    for page in _mended(pages):
        lines = [placed.line for placed in page]
        yield [replace(line, grid=line.grid + before) if line.grid else line for line in lines]
        before += max((line.grid for line in lines), default=0)


def _mended(pages: Sequence[Sequence[Placed]]) -> list[list[Placed]]:
    """Join the parts of rows that the foot of a page cuts in two; heads that are printed again may stand between."""
    whole = [list(page) for page in pages]
    for upper, lower in pairwise(whole):
        above, below = ([placed.line for placed in page] for page in (upper, lower))
        heads = {line.text for line in above}
        foot = next((at for at in reversed(range(len(above))) if above[at].grid and above[at].text), -1)
        top = next((at for at, line in enumerate(below) if line.grid and line.text not in {"", *heads}), -1)
        row = _one_row(upper[foot], lower[top]) if min(foot, top) >= 0 else None
        if row:
            upper[foot] = row
            del lower[top]
    return whole


def _one_row(upper: Placed, lower: Placed) -> Placed | None:
    """Return the row of two parts: one has its values and one its label, or cells of both go on.

    None where they are two rows. What reaches over more lines than the lower part is no part of it.
    """
    fields = list(upper.line.fields)
    cut, values = False, {any(is_value(field.text) for field in fields)}
    for field, place in zip(lower.line.fields, lower.places, strict=True):
        if field.down > 1 or is_empty(field.text):
            continue
        above = [at for at, other in enumerate(upper.places) if _face(place, other)]
        whole = _with_rest(fields[above[0]], field) if len(above) == 1 else None
        if whole is None:
            return None
        cut = cut or not is_empty(fields[above[0]].text)
        values.add(is_value(field.text))
        fields[above[0]] = whole
    return upper._replace(line=replace(upper.line, fields=tuple(fields))) if cut or len(values) > 1 else None


def _with_rest(above: Field, rest: Field) -> Field | None:
    """Return a cell of two parts: one is blank, or brackets or digits go on; None where they are two cells."""
    if is_empty(above.text):
        return replace(rest, left=above.left, right=above.right)
    texts = fold(above.text), fold(rest.text)
    opened, closed = (text.count("(") - text.count(")") for text in texts)
    goes_on = opened > 0 > closed or all(text.replace(",", "").isnumeric() for text in texts)
    return replace(above, text=f"{above.text}\n{rest.text}") if goes_on else None


def _face(one: Place, other: Place) -> bool:
    """Check whether two places share more than half of the width of the narrower."""
    return 2 * (min(one[2], other[2]) - max(one[0], other[0])) > min(one[2] - one[0], other[2] - other[0])


def spots_of(page: int, turned: float, lines: Iterable[Placed]) -> Iterator[tuple[str, Spot]]:
    """Yield the place of each field of a page by its name, and where it stands."""
    for placed in lines:
        for field, place in zip(placed.line.fields, placed.places, strict=True):
            yield field.where, Spot(page, turned, *place)


def no_text(text: str, there: int, pages: int, what: str) -> Told | None:
    """Return why the text layer of a file cannot be read; None where it can.

    It is none, is hidden, or its fonts do not say what they print. ``text`` is all that is printed, ``there`` how many
    characters there are, hidden ones included; ``what`` is the key of the name of
    its kind.
    """
    text = "".join(text.split())
    if len(text) < _FEWEST <= there:
        return Told("refusals.text_hidden", what=Told(what))
    if not text:
        return Told("refusals.no_text", what=Told(what))
    if len(text) < _FEWEST:
        return Told("refusals.few_letters", what=Told(what), letters=len(text), pages=pages)
    unknown = sum(letter == UNKNOWN or "\ue000" <= letter <= "\uf8ff" for letter in text)
    return Told("refusals.fonts_unknown", what=Told(what)) if unknown > _UNKNOWN * len(text) else None


def page_lines(number: int, characters: Sequence[Char], ruled: Iterable[Ruled]) -> list[Placed]:
    """Return what is printed on a page, given by its characters and ruled tables: its lines from top to bottom."""
    tables = [table for table in ruled if not table.is_frame]
    outside = list(characters)
    found: list[Placed] = []
    for grid, table in sorted(enumerate(tables, 1), key=lambda pair: pair[1].area):
        inside, rest = _split(outside, table)
        missing = _missing_rules(table, inside)
        if missing:
            table = make_table([*table.lines, *missing])
            inside, rest = _split(outside, table)
        beside, outside = _beside(table, rest, [other for other in tables if other.xs[0] >= table.xs[-1]])
        found += _rows(table, inside, number, grid, beside)
    runs = text_lines(char for char in outside if char.text != OBJECT)
    found += _unwrapped([_text_line(run, f"page {number}, line {at}") for at, run in enumerate(runs, 1)])
    return sorted(found, key=lambda placed: (placed.y, placed.line.grid))


def _unwrapped(lines: Sequence[Placed]) -> list[Placed]:
    """Put the pieces of numbers that wrap within their columns, lines of their own, to the numbers beside them."""
    left = dict(enumerate(lines))
    for at, piece in enumerate(lines):
        if piece.places and all(_are_digits(field) for field in piece.line.fields):
            near = next((n for n in (at - 1, at + 1) if n in left and _is_piece(piece, left[n])), None)
            if near is not None:
                left[near] = _with_piece(left[near], left.pop(at))
    return list(left.values())


def _is_piece(piece: Placed, whole: Placed) -> bool:
    """Check whether a line of digits stands close to one of many more, all of it below or above some of them."""
    if sum(_are_digits(field) for field in whole.line.fields) <= 2 * len(piece.line.fields):
        return False
    upper, lower = sorted((piece, whole), key=lambda line: line.y)
    gap = min(place[1] for place in lower.places) - max(place[3] for place in upper.places)
    height = max(place[3] - place[1] for place in piece.places)
    return gap < _NEXT * height and all(_facing(place, whole) >= 0 for place in piece.places)


def _facing(place: Place, whole: Placed) -> int:
    """Return which number of a line stands below or above a place; -1 where none does."""
    for at, (field, other) in enumerate(zip(whole.line.fields, whole.places, strict=True)):
        if _are_digits(field) and _face(place, other):
            return at
    return -1


def _with_piece(whole: Placed, piece: Placed) -> Placed:
    fields = list(whole.line.fields)
    for field, place in zip(piece.line.fields, piece.places, strict=True):
        at = _facing(place, whole)
        texts = (field.text, fields[at].text) if piece.y < whole.y else (fields[at].text, field.text)
        fields[at] = replace(fields[at], text="\n".join(texts))
    return whole._replace(line=replace(whole.line, fields=tuple(fields)))


def _are_digits(field: Field) -> bool:
    return field.text.replace(",", "").isnumeric()


def _text_line(run: Sequence[Char], where: str) -> Placed:
    """Make a line of characters outside of tables; its fields stand where they are printed."""
    printed = typeset(run, wide="   ")
    line = text_line(0, printed.text)
    fields: list[Field] = []
    places: list[Place] = []
    at = 0
    for i, field in enumerate(line.fields, 1):
        at = printed.text.index(field.text, at)
        place = printed.place(at, at + len(field.text))
        left, right = (round(place[0]), round(place[2])) if len(line.fields) > 1 else (-1, -1)
        fields.append(Field(field.text, f"{where}, field {i}", left, right))
        places.append(place)
        at += len(field.text)
    return Placed(min(char.y0 for char in run), replace(line, fields=tuple(fields)), tuple(places))


def _split(found: Sequence[Char], table: Ruled) -> tuple[dict[Box, list[Char]], list[Char]]:
    """Sort characters into the cells of a table; the rest stay outside."""
    inside: dict[Box, list[Char]] = {box: [] for box in table.boxes}
    outside: list[Char] = []
    before, last = None, outside
    for char in found:
        box = table.box_at(char.x, char.y)
        cell = outside if box is None else inside[box]
        if cell is not last and before and are_one_number(before, char):
            for side in (cell, last):  # a ruling runs through a number: neither half is one
                side.append(char._replace(text=UNKNOWN))
        cell.append(char)
        before, last = char, cell
    return inside, outside


def _missing_rules(table: Ruled, inside: Mapping[Box, Sequence[Char]]) -> list[Ruling]:
    """Find upright rules that a table lacks: nearly all cells of a column, one of values among them, part there.

    So do some, where the others have all that they print on one side, and not all on the same.
    """
    found: list[Ruling] = []
    for left in range(len(table.xs) - 1):
        column = [box for box in table.boxes if (box.left, box.right) == (left, left + 1)]
        boxes = [box for box in column if inside[box]]
        parted = [(box, gaps) for box in boxes if (gaps := _gaps(inside[box]))]
        apart = [gaps for _, gaps in parted]
        if len(apart) < _ALIGNED or not any(_are_values(inside[box]) for box, _ in parted):
            continue
        for first, last in apart[0]:
            for gaps in apart:
                shared = [(max(first, start), min(last, end)) for start, end in gaps]
                first, last = max(shared, key=lambda gap: gap[1] - gap[0])
            at = (first + last) / 2
            sides = {_side(inside[box], at) for box in boxes} if first < last else {0}
            if 0 not in sides and (len(apart) >= _MOSTLY * len(boxes) or {-1, 1} <= sides):
                found.append(Ruling(True, at, min(box.y0 for box in column), max(box.y1 for box in column)))
    return found


def _side(found: Sequence[Char], at: float) -> int | None:
    """Return on which side of a place characters stand, -1 or 1; None where they part there, 0 where one is on it."""
    sides = {-1 if char.x1 <= at else 1 if char.x0 >= at else 0 for char in found}
    return 0 if 0 in sides else sides.pop() if len(sides) == 1 else None


def _gaps(found: Sequence[Char]) -> list[tuple[float, float]]:
    """Return the white that runs through all lines of a cell from top to bottom."""
    size = max(char.y1 - char.y0 for char in found)
    gaps: list[tuple[float, float]] = []
    end = float("inf")
    for char in sorted(found, key=lambda char: char.x0):
        if char.x0 - end > _WORDS * size:
            gaps.append((end, char.x0))
        end = max(end if end < float("inf") else char.x1, char.x1)
    return gaps


def _are_values(found: Sequence[Char]) -> bool:
    """Check whether a cell holds values that stand apart on one line."""
    lines = text_lines(found)
    tokens = typeset(lines[0], " ").text.split()
    return len(lines) == 1 and len(tokens) > 1 and all(map(is_number, tokens))


def _beside(table: Ruled, found: Sequence[Char], others: Sequence[Ruled]) -> tuple[dict[int, list[Char]], list[Char]]:
    """Take the digits, known or not, to the right of a table's rows, where no rule holds them; the rest stays outside.

    What stands in one of the ``others``, to the right of it, is theirs.
    """
    beside: dict[int, list[Char]] = {}
    rest: list[Char] = []
    for char in found:
        is_right = char.x > table.xs[-1] and table.ys[0] < char.y < table.ys[-1]
        is_digit = char.text.isnumeric() or char.text == UNKNOWN
        if is_right and is_digit and all(other.box_at(char.x, char.y) is None for other in others):
            beside.setdefault(bisect_right(table.ys, char.y) - 1, []).append(char)
        else:
            rest.append(char)
    return beside, rest


def _cells(table: Ruled, inside: Mapping[Box, Sequence[Char]]) -> list[Box]:
    """Return the cells of a table: at an open side nothing tells a blank one from none, and the row ends short there.

    But at the top, as behind a page break, its row tells; and elsewhere, where that has words alone, its column, in the
    rows that are ruled below.
    """
    filled = [box for box in table.boxes if inside[box]]
    rows, columns = {box.top for box in filled}, {(box.left, box.right) for box in filled}
    valued = {box.top for box in filled if not any(char.text.isalpha() for char in inside[box])}
    last = max((box.bottom for box in table.boxes), default=0)
    told = {b for b in table.boxes if b.top in rows - valued and (b.left, b.right) in columns and b.bottom < last}
    told |= {box for box in table.boxes if box.top in rows and not table.is_open_at(box, below_top=True)}
    return [box for box in table.boxes if inside[box] or box in told or not table.is_open_at(box)]


def _rows(
    table: Ruled, inside: dict[Box, list[Char]], page: int, grid: int, beside: Mapping[int, Sequence[Char]]
) -> Iterator[Placed]:
    """Yield the rows of a ruled table, each with what stands beside it."""
    printed = _cells(table, inside)
    for row in sorted({box.top for box in printed}):
        boxes = [box for box in printed if box.top == row]
        where = f"page {page}, table {grid}, row {row + 1}"
        cells = [_cell(box, inside[box], f"{where}, cell {i}") for i, box in enumerate(boxes, 1)]
        places = [box.place for box in boxes]
        text = written(beside.get(row, ()))
        if text and UNKNOWN not in text:  # else it may be the end of a number that begins in the last cell
            cells.append(Field(text, f"{where}, beside it", len(table.xs) - 1, len(table.xs)))
            places.append(bounds(beside[row]))
        yield Placed(boxes[0].y0, Line(tuple(cells), grid), tuple(places))


def _cell(box: Box, found: Sequence[Char], where: str) -> Field:
    return Field(written(found), where, box.left, box.right, box.bottom - box.top)


@dataclass(frozen=True, slots=True)
class Typeset:
    """A line of text, and for each of its letters the character that prints it, None for a space."""

    text: str
    chars: tuple[Char | None, ...]

    def place(self, start: int, end: int) -> Place:
        """Return the rectangle of a part of the line."""
        return bounds([char for char in self.chars[start:end] if char])


def bounds(chars: Sequence[Char]) -> Place:
    """Return the rectangle around characters; all -1 where there are none."""
    if not chars:
        return -1, -1, -1, -1
    return (
        min(char.x0 for char in chars),
        min(char.y0 for char in chars),
        max(char.x1 for char in chars),
        max(char.y1 for char in chars),
    )


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


def are_one_number(before: Char, char: Char) -> bool:
    """Check whether two digits stand so near to each other that they are printed as one number."""
    if not (before.text.isnumeric() and char.text.isnumeric()) or char.spaced:
        return False
    height = char.y1 - char.y0
    return abs(char.x0 - before.x1) < _ONE * height and abs(char.y0 - before.y0) < _ONE * height


def _between(before: Char, char: Char, size: float, wide: str) -> str:
    """Return the text to write between two neighbours."""
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
    """Check whether one of two neighbours is set smaller and off the line of the other, as footnote marks are."""
    small, large = sorted((before.y1 - before.y0, char.y1 - char.y0))
    return small <= _SMALL * large and max(abs(before.y0 - char.y0), abs(before.y1 - char.y1)) > _RAISED * large
