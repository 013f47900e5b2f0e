"""What a PDF page draws besides text: rulings, dark grounds, small pictures, and what stands upon the page."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pypdfium2.raw as raw
from pypdfium2 import PdfMatrix

from foi_analysis.reading.document import OBJECT
from foi_analysis.reading.glyphs import Char, Sheet, fill_of, ink
from foi_analysis.reading.ruling import Ruling

#: A ruling is thinner than this and, from corner to corner, longer than that; pieces of dashes are shorter.
_THIN, _LONG = 3.0, 5.0
#: A page that draws more is a picture: its lines are not looked at.
_MOST_OBJECTS, _MOST_SEGMENTS, _DEEPEST = 50_000, 50_000, 5
#: A picture that may stand for a number is no larger, and no page has as many.
_WIDE, _HIGH, _SMALL, _MOST_PICTURES = 250.0, 40.0, 4.0, 200
_DARK = 240


@dataclass(slots=True)
class Drawings:
    """What a page draws. ``edges`` are those of plain grounds, which rule a table only where no lines do."""

    rulings: list[Ruling] = field(default_factory=list)
    edges: list[Ruling] = field(default_factory=list)
    grounds: list[tuple[float, float, float, float]] = field(default_factory=list)
    pictures: list[Char] = field(default_factory=list)
    odd_text: bool = False

    def is_dark(self, x: float, y: float) -> bool:
        """Check whether a ground that is not white lies at a point."""
        return any(x0 <= x <= x1 and y0 <= y <= y1 for x0, y0, x1, y1 in self.grounds)


def drawings(sheet: Sheet) -> Drawings:
    """Look at everything that a page draws."""
    found = Drawings()
    segments = 0
    for item, kind, matrix in _items(sheet):
        if kind == raw.FPDF_PAGEOBJ_TEXT:
            found.odd_text = found.odd_text or bool(ink(item))
        elif kind == raw.FPDF_PAGEOBJ_PATH:
            segments += raw.FPDFPath_CountSegments(item)
            if segments < _MOST_SEGMENTS:
                _take_path(found, sheet, item, matrix)
        elif kind == raw.FPDF_PAGEOBJ_IMAGE:
            _take_picture(found, _bounds(sheet, item, matrix))
    found.pictures = found.pictures if len(found.pictures) <= _MOST_PICTURES else []
    found.pictures += _annotations(sheet)
    return found


def _items(sheet: Sheet) -> Iterator[tuple[Any, int, PdfMatrix]]:
    """Yield each object of a page with its kind and the matrix of the forms around it."""
    count, get = raw.FPDFPage_CountObjects, raw.FPDFPage_GetObject
    holders: list[tuple[Any, Any, Any, PdfMatrix, int]] = [(sheet.page, count, get, PdfMatrix(), 0)]
    seen = 0
    while holders:
        holder, count, get, matrix, depth = holders.pop()
        for i in range(count(holder)):
            item = get(holder, i)
            kind = raw.FPDFPageObj_GetType(item)
            seen += 1
            if seen > _MOST_OBJECTS:
                return
            if kind != raw.FPDF_PAGEOBJ_FORM:
                yield item, kind, matrix
            elif depth < _DEEPEST:
                inner = _matrix(item).multiply(matrix)
                holders.append((item, raw.FPDFFormObj_CountObjects, raw.FPDFFormObj_GetObject, inner, depth + 1))


def _matrix(item: Any) -> PdfMatrix:
    matrix = raw.FS_MATRIX()
    raw.FPDFPageObj_GetMatrix(item, matrix)
    return PdfMatrix.from_raw(matrix)


def _bounds(sheet: Sheet, item: Any, matrix: PdfMatrix) -> tuple[float, float, float, float]:
    sides = tuple(ctypes.c_float() for _ in range(4))
    raw.FPDFPageObj_GetBounds(item, *sides)
    return sheet.turn(*matrix.on_rect(*(side.value for side in sides)))


def _take_path(found: Drawings, sheet: Sheet, item: Any, matrix: PdfMatrix) -> None:
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    raw.FPDFPath_GetDrawMode(item, fill, stroke)
    if not fill.value and not stroke.value:
        return
    x0, y0, x1, y1 = _bounds(sheet, item, matrix)
    if x1 - x0 <= _THIN or y1 - y0 <= _THIN:
        found.rulings += _thin(x0, y0, x1, y1)
        return
    (found.rulings if stroke.value else found.edges).extend(_edges(sheet, item, _matrix(item).multiply(matrix)))
    if fill.value and _is_dark(item):
        found.grounds.append((x0, y0, x1, y1))


def _thin(x0: float, y0: float, x1: float, y1: float) -> Iterator[Ruling]:
    """Yield a thin shape as a ruling; a dot may be a piece of an upright or of a level one."""
    if y1 - y0 >= x1 - x0:
        yield Ruling(True, (x0 + x1) / 2, y0, y1)
    if x1 - x0 >= y1 - y0:
        yield Ruling(False, (y0 + y1) / 2, x0, x1)


def _is_dark(item: Any) -> bool:
    color = fill_of(item)
    return bool(color and color[3] and min(color[:3]) < _DARK)


def _edges(sheet: Sheet, item: Any, matrix: PdfMatrix) -> Iterator[Ruling]:
    """Yield the level and upright edges of a path; curves are left out."""
    x, y = ctypes.c_float(), ctypes.c_float()
    first = before = None
    for i in range(raw.FPDFPath_CountSegments(item)):
        segment = raw.FPDFPath_GetPathSegment(item, i)
        raw.FPDFPathSegment_GetPoint(segment, x, y)
        point = matrix.on_point(x.value, y.value)
        kind = raw.FPDFPathSegment_GetType(segment)
        if kind == raw.FPDF_SEGMENT_MOVETO:
            first = point
        elif kind == raw.FPDF_SEGMENT_LINETO and before:
            yield from _straight(sheet, before, point)
        before = point
        if first and raw.FPDFPathSegment_GetClose(segment):
            yield from _straight(sheet, point, first)


def _straight(sheet: Sheet, one: tuple[float, float], two: tuple[float, float]) -> Iterator[Ruling]:
    (a, b), (c, d) = one, two
    wide, high = abs(a - c), abs(b - d)
    if wide <= _THIN < _LONG <= high or high <= _THIN < _LONG <= wide:
        yield from _thin(*sheet.turn(min(a, c), min(b, d), max(a, c), max(b, d)))


def _take_picture(found: Drawings, bounds: tuple[float, float, float, float]) -> None:
    width, height = bounds[2] - bounds[0], bounds[3] - bounds[1]
    if min(width, height) <= _THIN:
        found.rulings += _thin(*bounds)
    elif min(width, height) >= _SMALL and width <= _WIDE and height <= _HIGH:
        found.pictures.append(Char(OBJECT, *bounds))


def _annotations(sheet: Sheet) -> Iterator[Char]:
    """Yield a mark where an annotation adds text to the page or strikes some out."""
    box = raw.FS_RECTF()
    for i in range(min(raw.FPDFPage_GetAnnotCount(sheet.page), 500)):
        note = raw.FPDFPage_GetAnnot(sheet.page, i)
        kind = raw.FPDFAnnot_GetSubtype(note)
        written = kind == raw.FPDF_ANNOT_WIDGET and raw.FPDFAnnot_GetStringValue(note, b"V", None, 0) > 2
        if written or kind in (raw.FPDF_ANNOT_FREETEXT, raw.FPDF_ANNOT_STRIKEOUT):
            raw.FPDFAnnot_GetRect(note, box)
            yield Char(OBJECT, *sheet.turn(box.left, box.bottom, box.right, box.top))
        raw.FPDFPage_CloseAnnot(note)
