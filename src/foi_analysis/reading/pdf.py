"""A PDF with a text layer becomes a Document, through pdfium: characters, rulings, and nothing drawn."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from foi_analysis.reading.document import Document, Field, Line
from foi_analysis.reading.ruling import Box, Ruled, Ruling, find_tables
from foi_analysis.reading.text import text_line

#: No report has more pages; beyond it only these are read, and the reader is told.
_MOST_PAGES = 400
#: A ruling is thinner than this and longer than that, in points.
_THIN, _LONG = 3.0, 5.0


@dataclass(frozen=True, slots=True)
class Char:
    """A printed character and its box, in points; y grows downwards."""

    text: str
    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def x(self) -> float:
        """The middle from left to right."""
        return (self.x0 + self.x1) / 2

    @property
    def y(self) -> float:
        """The middle from top to bottom."""
        return (self.y0 + self.y1) / 2


def read_pdf(name: str, content: bytes, sha256: str) -> Document:
    """Make a Document of a PDF. Raises ValueError when it is locked, damaged, or has no text layer."""
    try:
        pdf = pdfium.PdfDocument(content)
    except pdfium.PdfiumError as error:
        locked = "password" in str(error).lower()
        raise ValueError("this PDF is protected by a password" if locked else "this PDF is damaged") from None
    try:
        if len(pdf) > _MOST_PAGES:
            raise ValueError(f"this PDF has {len(pdf)} pages: more than {_MOST_PAGES} are no report")
        pages = [_page(pdf[i], i + 1) for i in range(len(pdf))]
    except pdfium.PdfiumError as error:
        raise ValueError(f"this PDF is damaged ({error})") from None
    finally:
        pdf.close()
    lines = tuple(line for page in _numbered(pages) for line in page)
    if not lines:
        raise ValueError("this PDF has no text layer: run OCR first")
    return Document(name, lines, sha256)


def _numbered(pages: Sequence[Sequence[tuple[float, int, Line]]]) -> Iterator[list[Line]]:
    """Count the grids through the whole document."""
    before = 0
    for page in pages:
        yield [Line(line.fields, line.grid + before if line.grid else 0, line.torn) for _, _, line in page]
        before += max((line.grid for _, _, line in page), default=0)


def _page(page: pdfium.PdfPage, number: int) -> list[tuple[float, int, Line]]:
    """Read one page: its lines with the y at which each begins, from top to bottom."""
    height = page.get_height()
    chars = list(_chars(page, height))
    found: list[tuple[float, int, Line]] = []
    for grid, table in enumerate(find_tables(_rulings(page, height)), 1):
        inside, chars = _split(chars, table)
        found += _rows(table, inside, number, grid)
    for at, run in enumerate(_text_lines(chars), 1):
        line = text_line(0, _spaced(run, wide="   "))
        where = (f"page {number}, line {at}, field {i}" for i in range(1, len(line.fields) + 1))
        fields = tuple(Field(field.text, place) for field, place in zip(line.fields, where, strict=True))
        found.append((min(char.y0 for char in run), 0, Line(fields, 0, line.torn)))
    return sorted(found, key=lambda entry: entry[:2])


def _chars(page: pdfium.PdfPage, height: float) -> Iterator[Char]:
    """Give the printed characters, those drawn twice in the same place once."""
    text = page.get_textpage()
    boxes = [ctypes.c_double() for _ in range(4)]
    left, right, bottom, top = boxes
    seen: dict[tuple[str, int, int], Char] = {}
    for i in range(raw.FPDFText_CountChars(text)):
        code = raw.FPDFText_GetUnicode(text, i)
        if code <= 32 or code in (0xA0, 0xFFFE, 0xFFFF, 0x3000) or raw.FPDFText_IsGenerated(text, i) == 1:
            continue
        raw.FPDFText_GetCharBox(text, i, left, right, bottom, top)
        char = Char(chr(code), left.value, height - top.value, right.value, height - bottom.value)
        if not _again(char, seen):
            yield char


def _again(char: Char, seen: dict[tuple[str, int, int], Char]) -> bool:
    """Whether the same character stands already at nearly the same place."""
    column, row = int(char.x // 4), int(char.y // 4)
    for key in ((char.text, column + i, row + j) for i in (-1, 0, 1) for j in (-1, 0, 1)):
        other = seen.get(key)
        near = 0.3 * max(char.x1 - char.x0, 1.0)
        if other and abs(other.x - char.x) < near and abs(other.y - char.y) < 0.3 * max(char.y1 - char.y0, 1.0):
            return True
    seen[char.text, column, row] = char
    return False


def _rulings(page: pdfium.PdfPage, height: float) -> Iterator[Ruling]:
    """Give the straight lines and thin rectangles of a page, and the edges of wide ones."""
    for item in page.get_objects(filter=[raw.FPDF_PAGEOBJ_PATH], max_depth=4):
        points = list(_points(item, height))
        for (x0, y0), (x1, y1) in pairwise(points):
            if math.isnan(x0) or math.isnan(x1):
                continue
            if abs(x1 - x0) <= _THIN and abs(y1 - y0) >= _LONG:
                yield Ruling(True, (x0 + x1) / 2, min(y0, y1), max(y0, y1))
            elif abs(y1 - y0) <= _THIN and abs(x1 - x0) >= _LONG:
                yield Ruling(False, (y0 + y1) / 2, min(x0, x1), max(x0, x1))


def _points(item: pdfium.PdfObject, height: float) -> Iterator[tuple[float, float]]:
    """Give the corners of a path in order; (nan, nan) before each new start."""
    matrix = item.get_matrix()
    x, y = ctypes.c_float(), ctypes.c_float()
    first = (math.nan, math.nan)
    for i in range(raw.FPDFPath_CountSegments(item)):
        segment = raw.FPDFPath_GetPathSegment(item, i)
        raw.FPDFPathSegment_GetPoint(segment, x, y)
        across, up = matrix.on_point(x.value, y.value)
        if raw.FPDFPathSegment_GetType(segment) == raw.FPDF_SEGMENT_MOVETO:
            first = (across, height - up)
            yield (math.nan, math.nan)
        yield (across, height - up)
        if raw.FPDFPathSegment_GetClose(segment):
            yield first


def _split(chars: Sequence[Char], table: Ruled) -> tuple[dict[Box, list[Char]], list[Char]]:
    """Sort characters into the cells of a table; the rest stay outside."""
    inside: dict[Box, list[Char]] = {box: [] for box in table.boxes}
    outside: list[Char] = []
    for char in chars:
        box = next((b for b in table.boxes if b.x0 <= char.x <= b.x1 and b.y0 <= char.y <= b.y1), None)
        (outside if box is None else inside[box]).append(char)
    return inside, outside


def _rows(table: Ruled, inside: dict[Box, list[Char]], page: int, grid: int) -> Iterator[tuple[float, int, Line]]:
    """Give the rows of a ruled table; one of a single column is text in a frame."""
    framed = len({box.left for box in table.boxes}) == 1
    for row in sorted({box.top for box in table.boxes}):
        boxes = [box for box in table.boxes if box.top == row]
        if framed:
            for run in _text_lines(inside[boxes[0]]):
                field = Field(_spaced(run, wide=" "), f"page {page}, table {grid}, row {row + 1}")
                yield min(char.y0 for char in run), grid, Line((field,))
            continue
        fields = tuple(
            Field(
                "\n".join(_spaced(run, wide=" ") for run in _text_lines(inside[box])),
                f"page {page}, table {grid}, row {row + 1}, cell {i}",
                box.left,
                box.right,
                box.bottom - box.top,
            )
            for i, box in enumerate(boxes, 1)
        )
        yield boxes[0].y0, grid, Line(fields, grid)


def _text_lines(chars: Sequence[Char]) -> list[list[Char]]:
    """Gather characters into lines, from top to bottom, each from left to right."""
    lines: list[list[Char]] = []
    for char in sorted(chars, key=lambda c: (c.y, c.x)):
        for line in reversed(lines[-3:]):
            height = max(char.y1 - char.y0, line[0].y1 - line[0].y0)
            if abs(line[0].y - char.y) < 0.5 * height:
                line.append(char)
                break
        else:
            lines.append([char])
    return [sorted(line, key=lambda c: c.x) for line in lines]


def _spaced(run: Sequence[Char], wide: str) -> str:
    """Write a line, a space where characters stand apart and ``wide`` where they stand far apart."""
    size = max(char.y1 - char.y0 for char in run)
    text = run[0].text
    for before, char in pairwise(run):
        gap = char.x0 - before.x1
        text += (wide if gap > 1.2 * size else " " if gap > 0.45 * size else "") + char.text
    return text
