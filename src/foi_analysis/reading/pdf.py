"""A PDF with a text layer becomes a Document, through pdfium: characters and rulings, nothing run or fetched.

Printed characters become lines of text: spaces where they stand apart, marks where they cannot be plain.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import NamedTuple

import pypdfium2 as pdfium

from foi_analysis.reading.document import OBJECT, RAISED, UNKNOWN, Document, Field, Line, is_number
from foi_analysis.reading.glyphs import Char, Ruling, Sheet, chars, drawings, open_sheet
from foi_analysis.reading.text import text_line
from foi_analysis.reading.weigh import refuse_bombs

# ---- ruled tables ----


#: Rulings nearer than this are one; gaps smaller than this are none.
_NEAR = 3.0
#: A ruling that is shorter encloses no cell.
_SHORTEST = 5.0
#: So many lines that end on one level, and not at a line, leave a table open there.
_OPEN = 2
#: More lines than this are a drawing, and a grid of more squares is no table.
_MOST_LINES, _MOST_SQUARES = 2_000, 20_000


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

    def is_open_at(self, box: Box) -> bool:
        """Check whether a cell lies at a side of the table that is not ruled."""
        edges = ((box.x0, box.x1), (box.y0, box.y1))
        return any(min(abs(side.at - edge) for edge in edges[not side.upright]) < _NEAR for side in self.sides)

    @property
    def top(self) -> float:
        """The y of the table's upper edge."""
        return self.ys[0]

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


def find_tables(rulings: Iterable[Ruling]) -> list[Ruled]:
    """Find the ruled tables of a page, from top to bottom; lines that enclose nothing make none."""
    merged = [line for line in _merged(rulings) if line.end - line.start >= _SHORTEST]
    if len(merged) > _MOST_LINES:
        return []
    tables = (_table(group) for group in _touching(merged))
    return sorted((table for table in tables if table.boxes), key=lambda table: table.top)


def _merged(rulings: Iterable[Ruling]) -> list[Ruling]:
    """Join the pieces of each line; near parallel lines become one."""
    found: list[Ruling] = []
    for upright, lines in groupby(sorted(rulings, key=lambda r: (r.upright, r.at)), key=lambda r: r.upright):
        level: list[Ruling] = []
        for line in lines:
            if level and line.at - level[0].at > _NEAR:
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
        if not found or value - found[-1] > _NEAR:
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


def _table(printed: Sequence[Ruling]) -> Ruled:
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


# ---- pages ----


#: No report has more pages, or more characters on them.
_MOST_PAGES, _MOST_LETTERS = 400, 100_000
#: A text layer of fewer characters holds page numbers or a stamp, not a report.
_FEWEST = 100
#: A text of which more than this share has no meaning cannot be read.
_UNKNOWN = 0.3
#: Gaps as shares of the height of a line: a space between digits, one between others, and that between columns.
_DIGITS, _WORDS, _WIDE = 0.25, 0.35, 1.0
#: So many cells of a column, and this share of them, part where a rule is missing.
_ALIGNED, _MOSTLY = 3, 0.8
#: Digits nearer than this share of their height are one number.
_ONE = 0.05
#: A raised character is at most so large, and so much higher or lower, as shares of its neighbour's height.
_SMALL, _RAISED = 0.8, 0.12
#: Digits that lie on each other by more than this share of their width are two printings.
_OVERLAP = 0.5


class _Found(NamedTuple):
    """A line of a page with the y at which it begins."""

    y: float
    grid: int
    line: Line


def read_pdf(name: str, content: bytes, sha256: str) -> Document:
    """Make a Document of a PDF.

    Raises ValueError when it is locked, damaged, too long, or has no text layer that can be read.
    """
    refuse_bombs(content)
    try:
        pdf = pdfium.PdfDocument(content)
    except pdfium.PdfiumError as error:
        if "password" in str(error).lower():
            raise ValueError("this PDF is protected by a password; save it without one and try again") from None
        raise ValueError("this PDF is damaged; download it again") from None
    try:
        pages, letters = _pages(pdf)
    except pdfium.PdfiumError as error:
        raise ValueError(f"this PDF is damaged ({error}); download it again") from None
    finally:
        pdf.close()
    lines = tuple(line for page in _numbered(pages) for line in page)
    _judge(lines, len(pages), letters)
    return Document(name, lines, sha256)


def _pages(pdf: pdfium.PdfDocument) -> tuple[list[list[_Found]], int]:
    """Read all pages; return their lines, and how many characters there are, hidden ones included."""
    if len(pdf) > _MOST_PAGES:
        raise ValueError(f"this PDF has {len(pdf)} pages: more than {_MOST_PAGES} are no report")
    pages: list[list[_Found]] = []
    letters = 0
    for i in range(len(pdf)):
        page = pdf[i]
        sheet = open_sheet(page)
        letters += sheet.length
        if letters > _MOST_LETTERS:
            raise ValueError(f"this PDF has more than {_MOST_LETTERS} characters: it is no report")
        pages.append(_page(sheet, i + 1))
        sheet.text.close()
        page.close()
    return pages, letters


def _judge(lines: Sequence[Line], pages: int, there: int) -> None:
    """Refuse a text layer that is none, is hidden, or whose fonts do not say what they print."""
    text = "".join(field.text for line in lines for field in line.fields)
    letters = sum(not letter.isspace() for letter in text)
    if letters < _FEWEST <= there:
        raise ValueError(
            "the text layer of this PDF is not printed but hidden, under a picture perhaps: what a program recognised "
            "is not what is printed; give the file that it was made from"
        )
    if not letters:
        raise ValueError("this PDF has no text layer: run OCR first")
    if letters < _FEWEST:
        raise ValueError(f"this PDF has no text layer but {letters} characters on {pages} pages: run OCR first")
    unknown = sum(letter == UNKNOWN or "\ue000" <= letter <= "\uf8ff" for letter in text)
    if unknown > _UNKNOWN * letters:
        raise ValueError("the fonts of this PDF do not say which characters they print: run OCR first")


def _numbered(pages: Sequence[Sequence[_Found]]) -> Iterator[list[Line]]:
    """Count the grids through the whole document."""
    before = 0
    for page in pages:
        yield [Line(found.line.fields, found.grid + before if found.grid else 0, found.line.torn) for found in page]
        before += max((found.grid for found in page), default=0)


def _page(sheet: Sheet, number: int) -> list[_Found]:
    """Read one page: its lines from top to bottom."""
    drawn = drawings(sheet)
    tables = [table for table in find_tables(drawn.rulings) or find_tables(drawn.edges) if not table.is_frame]
    outside = [*chars(sheet, drawn.odd_text, drawn.is_dark), *drawn.pictures]
    found: list[_Found] = []
    for grid, table in sorted(enumerate(tables, 1), key=lambda pair: pair[1].area):
        inside, rest = _split(outside, table)
        missing = _missing_rules(table, inside)
        if missing:
            table = _table([*table.lines, *missing])
            inside, rest = _split(outside, table)
        beside, outside = _beside(table, rest)
        found += _rows(table, inside, number, grid, beside)
    for at, run in enumerate(text_lines(char for char in outside if char.text != OBJECT), 1):
        found.append(_Found(min(char.y0 for char in run), 0, _text_line(run, f"page {number}, line {at}")))
    return sorted(found, key=lambda entry: entry[:2])


def _text_line(run: Sequence[Char], where: str) -> Line:
    """Make a line of characters outside of tables; its fields stand where they are printed."""
    printed = typeset(run, wide="   ")
    line = text_line(0, printed.text)
    return Line(tuple(_placed(line.fields, printed, where)), 0, line.torn)


def _placed(fields: Sequence[Field], printed: Typeset, where: str) -> Iterator[Field]:
    at = 0
    for i, field in enumerate(fields, 1):
        at = printed.text.index(field.text, at)
        left, right = printed.span(at, at + len(field.text)) if len(fields) > 1 else (-1, -1)
        yield Field(field.text, f"{where}, field {i}", left, right)
        at += len(field.text)


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
    """Find upright rules that a table lacks: nearly all cells of a column, one of values among them, part there."""
    found: list[Ruling] = []
    for left in range(len(table.xs) - 1):
        boxes = [box for box in table.boxes if (box.left, box.right) == (left, left + 1) and inside[box]]
        apart = [gaps for box in boxes if (gaps := _gaps(inside[box]))]
        if len(apart) < max(_ALIGNED, _MOSTLY * len(boxes)) or not any(_are_values(inside[box]) for box in boxes):
            continue
        for first, last in apart[0]:
            for gaps in apart:
                shared = [(max(first, start), min(last, end)) for start, end in gaps]
                first, last = max(shared, key=lambda gap: gap[1] - gap[0])
            at = (first + last) / 2
            if first < last and all(not char.x0 < at < char.x1 for box in boxes for char in inside[box]):
                found.append(Ruling(True, at, min(box.y0 for box in boxes), max(box.y1 for box in boxes)))
    return found


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


def _beside(table: Ruled, found: Sequence[Char]) -> tuple[dict[int, list[Char]], list[Char]]:
    """Take the digits that stand to the right of a table's rows, where no rule holds them; the rest stays outside."""
    beside: dict[int, list[Char]] = {}
    rest: list[Char] = []
    for char in found:
        if char.text.isnumeric() and char.x > table.xs[-1] and table.ys[0] < char.y < table.ys[-1]:
            beside.setdefault(bisect_right(table.ys, char.y) - 1, []).append(char)
        else:
            rest.append(char)
    return beside, rest


def _rows(
    table: Ruled, inside: dict[Box, list[Char]], page: int, grid: int, beside: Mapping[int, Sequence[Char]]
) -> Iterator[_Found]:
    """Yield the rows of a ruled table, each with what stands beside it."""
    # At an open side nothing tells a blank cell from none: the row ends short there.
    printed = [box for box in table.boxes if inside[box] or not table.is_open_at(box)]
    for row in sorted({box.top for box in printed}):
        boxes = [box for box in printed if box.top == row]
        where = f"page {page}, table {grid}, row {row + 1}"
        cells = [_cell(box, inside[box], f"{where}, cell {i}") for i, box in enumerate(boxes, 1)]
        if row in beside:
            cells.append(Field(written(beside[row]), f"{where}, beside it", len(table.xs) - 1, len(table.xs)))
        yield _Found(boxes[0].y0, grid, Line(tuple(cells), grid))


def _cell(box: Box, found: Sequence[Char], where: str) -> Field:
    return Field(written(found), where, box.left, box.right, box.bottom - box.top)


@dataclass(frozen=True, slots=True)
class Typeset:
    """A line of text, and for each of its letters the character that prints it, None for a space."""

    text: str
    chars: tuple[Char | None, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the left and right edges of a part of the line, in whole points."""
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
