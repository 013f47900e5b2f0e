"""A PDF becomes a Document, through pdfium: characters and rulings, nothing run or fetched; pictures are recognised."""

from __future__ import annotations

import ctypes
import math
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal, NamedTuple

import pypdfium2 as pdfium
import pypdfium2.raw as raw
from pypdfium2 import PdfMatrix

from foi_analysis.bilingual import numbers_of_pages
from foi_analysis.reading.document import OBJECT, UNKNOWN, Document, Twice
from foi_analysis.reading.drawings import Char, Drawings, Ruling, again, straight
from foi_analysis.reading.pages import MOST_LETTERS, MOST_PAGES, Placed, no_text, numbered, page_lines, spots_of
from foi_analysis.reading.picture import NoEngineError, Printed, scanned
from foi_analysis.reading.weigh import refuse_bombs
from foi_analysis.resources import Told

#: A page that prints fewer characters has a page number, or nothing.
_NUMBER = 20
#: A picture that covers more than this share of a page, which prints hardly a character, is the page.
_COVERED = 0.4
#: More of its texts than this share lie under the picture: no reader sees them.
_MOSTLY = 0.5


class _Page(NamedTuple):
    """A page as read: its lines, how many characters it has, hidden ones included, and what covers it.

    ``is_covered`` says that a picture does, ``is_recognised`` that its text is one that was recognised and lies hidden,
    ``is_upright`` that its text runs from left to right as the page is shown.
    """

    lines: list[Placed]
    there: int
    is_covered: bool
    is_recognised: bool
    is_upright: bool

    @property
    def text(self) -> str:
        """All that it prints, without spaces."""
        return "".join("".join(field.text for field in placed.line.fields) for placed in self.lines)


def read_pdf(name: str, content: bytes, sha256: str, path: Path | None = None) -> Document:
    """Make a Document of a PDF; pages that are pictures are recognised.

    ``path`` is that of the file, beside which what is recognised is kept. Raises ValueError when it is locked,
    damaged, too long, or has no text layer that can be read.
    """
    refuse_bombs(content)
    with opened_pdf(content) as pdf:
        if len(pdf) > MOST_PAGES:
            raise ValueError(Told("refusals.pdf_pages", pages=len(pdf), most=MOST_PAGES))
        pages = list(_pages(pdf))
    text = "".join(page.text for page in pages)
    why = no_text(text, sum(page.there for page in pages), len(pages), "refusals.pdf")
    printed = Printed(name, content, sha256, path)
    if why:
        return scanned(printed, why)
    lines = tuple(line for page in numbered([page.lines for page in pages]) for line in page)
    pictures = [
        i for i, page in enumerate(pages, 1) if page.is_recognised or (page.is_covered and len(page.text) < _NUMBER)
    ]
    texts = {i: page.lines for i, page in enumerate(pages, 1) if i not in pictures}

    def whole() -> Document:
        return scanned(printed, _which(pictures), texts)

    if not any(page.is_recognised for page in pages):
        upright = ((i, page) for i, page in enumerate(pages, 1) if page.is_upright)
        spots = {where: spot for i, page in upright for where, spot in spots_of(i, 0, page.lines)}
        return Document(name, lines, sha256, spots=spots, rest=whole if pictures else None)
    try:
        return whole()
    except NoEngineError:  # what another program recognised once is better than nothing, and doubted
        fields = (
            field for page in pages if page.is_recognised for placed in page.lines for field in placed.line.fields
        )
        return Document(name, lines, sha256, recognised={field.where: Twice(field.text) for field in fields})


@contextmanager
def opened_pdf(content: bytes) -> Iterator[pdfium.PdfDocument]:
    """Open a PDF. Raises ValueError when it is locked, or damaged, be it found later."""
    try:
        pdf = pdfium.PdfDocument(content)
    except pdfium.PdfiumError as error:
        if "password" in str(error).lower():
            raise ValueError(Told("refusals.locked", what=Told("refusals.pdf"))) from None
        raise ValueError(Told("refusals.pdf_broken")) from None
    try:
        yield pdf
    except pdfium.PdfiumError as error:
        raise ValueError(Told("refusals.pdf_damaged", error=str(error))) from None
    finally:
        pdf.close()


def _pages(pdf: pdfium.PdfDocument) -> Iterator[_Page]:
    letters = 0
    for i in range(len(pdf)):
        page = pdf[i]
        sheet = open_sheet(page)
        letters += sheet.length
        if letters > MOST_LETTERS:
            raise ValueError(Told("refusals.pdf_characters", most=MOST_LETTERS))
        drawn = drawings(sheet)
        printed, is_recognised = chars(sheet, drawn.odd_text, drawn.is_dark)
        is_covered = drawn.covered > _COVERED * sheet.width * sheet.height
        is_recognised |= is_covered and drawn.under > _MOSTLY * drawn.texts
        lines = page_lines(i + 1, [*drawn.unstruck(printed), *drawn.pictures], drawn.tables())
        yield _Page(lines, sheet.length, is_covered, is_recognised, sheet.is_upright)
        sheet.text.close()
        page.close()


def _which(pictures: Sequence[int]) -> Told:
    if len(pictures) == 1:
        return Told("refusals.pdf_picture", page=pictures[0])
    numbers = f"{', '.join(map(str, pictures[:5]))}{', …' * (len(pictures) > 5)}"
    return Told("refusals.pdf_some_pictures", pages=numbers_of_pages(numbers))


# ---- characters ----


#: No printed page has as many characters.
_MOST_ON_PAGE = 50_000
#: Characters on a line at a slant of more than this many quarter turns are a watermark.
_SLANT = 0.03
_QUARTER = math.pi / 2
_SPACES = frozenset({9, 10, 13, 32, 0xA0, 0x3000})
#: pdfium's own codes for a hyphen at the end of a line.
_HYPHENS = frozenset({2, 0xFFFE})
_INVISIBLE_MODES = frozenset({3, 7})
_WHITE = 250

#: left, bottom, right, top in the page's own space -> x0, y0, x1, y1, upright, y downwards
Turn = Callable[[float, float, float, float], tuple[float, float, float, float]]


class Sheet(NamedTuple):
    """What is needed to read a page: the page, its text, how it is turned upright, and its size then.

    ``is_upright`` says that it need not be turned, as it is shown.
    """

    page: Any
    text: Any
    length: int
    turn: Turn
    width: float
    height: float
    is_upright: bool


def open_sheet(page: pdfium.PdfPage) -> Sheet:
    """Open a page for reading, upright as its text runs. Raises ValueError when it holds too much."""
    text = page.get_textpage()
    count = raw.FPDFText_CountChars(text)
    if count > _MOST_ON_PAGE:
        raise ValueError(Told("refusals.pdf_page_characters", most=_MOST_ON_PAGE))
    box = raw.FS_RECTF()
    raw.FPDF_GetPageBoundingBox(page, box)
    quarter = _direction(text, count)
    width, height = box.right - box.left, box.top - box.bottom
    size = (height, width) if quarter % 2 else (width, height)
    return Sheet(page, text, count, _turn(quarter, box), *size, quarter == 0 and page.get_rotation() == 0)


def _direction(text: Any, count: int) -> int:
    """Return the direction of most of the text in quarter turns; the page's own rotation is less reliable."""
    matrix = raw.FS_MATRIX()
    found: Counter[int] = Counter()
    for i in range(0, count, max(1, count // 64)):
        if raw.FPDFText_GetUnicode(text, i) > 32 and raw.FPDFText_GetMatrix(text, i, matrix):
            found[round(math.atan2(matrix.b, matrix.a) / _QUARTER) % 4] += 1
    return found.most_common(1)[0][0] if found else 0


def _turn(quarter: int, box: Any) -> Turn:
    left, bottom, right, top = box.left, box.bottom, box.right, box.top
    return (
        lambda x0, y0, x1, y1: (x0 - left, top - y1, x1 - left, top - y0),
        lambda x0, y0, x1, y1: (y0 - bottom, x0 - left, y1 - bottom, x1 - left),
        lambda x0, y0, x1, y1: (right - x1, y0 - bottom, right - x0, y1 - bottom),
        lambda x0, y0, x1, y1: (top - y1, right - x1, top - y0, right - x0),
    )[quarter]


def chars(sheet: Sheet, odd: bool, dark: Callable[[float, float], bool]) -> tuple[list[Char], bool]:
    """Return the printed characters of a page, and whether they are none but a hidden layer of recognised ones.

    One drawn twice in the same place counts once. ``odd`` tells that some text of the page is invisible or white,
    ``dark`` where a dark ground lies. What cannot be known, a character without a meaning or white on white, becomes
    U+FFFD. The text of a scan that was recognised lies hidden under its picture; beside more of print it is no print.
    """
    seen: dict[tuple[str, int, int], Char] = {}
    shown: list[Char] = []
    unseen: list[Char] = []
    for i, char in _raw_chars(sheet):
        if not (0 <= char.x <= sheet.width and 0 <= char.y <= sheet.height) or again(char, seen):
            continue
        state = ink(raw.FPDFText_GetTextObject(sheet.text, i)) if odd else ""
        if state == "white" and not dark(char.x, char.y):
            char = char._replace(text=UNKNOWN)
        (unseen if state == "invisible" else shown).append(char)
    if len(shown) >= len(unseen):
        return shown, False
    return sorted([*shown, *unseen], key=lambda char: char.y0), True


def _raw_chars(sheet: Sheet) -> Iterator[tuple[int, Char]]:
    """Yield each character with its index in the page's text."""
    unicode, angle_of, text, turn = raw.FPDFText_GetUnicode, raw.FPDFText_GetCharAngle, sheet.text.raw, sheet.turn
    boxes, spaced, high = _Boxes(text), False, ""
    for i in range(sheet.length):
        code = unicode(text, i)
        if code in _SPACES:
            spaced = True
            continue
        if not code or (_is_slanted(angle_of(text, i)) and _is_slanted(_line_angle(text, i))):
            continue
        letter = _letter(code, text, i)
        if "\ud800" <= letter <= "\udbff":
            high = letter
            continue
        if "\udc00" <= letter <= "\udfff":
            letter, high = _pair(high, letter), ""
        yield i, Char(letter, *turn(*boxes.of(i)), spaced)
        spaced = False


def _is_slanted(angle: float) -> bool:
    return abs(angle / _QUARTER - round(angle / _QUARTER)) > _SLANT


def _line_angle(text: Any, i: int) -> float:
    """Return the angle of the line that a character stands on: letters that are drawn oblique lean on a level one."""
    matrix = raw.FS_MATRIX()
    raw.FPDFText_GetMatrix(text, i, matrix)
    return math.atan2(matrix.b, matrix.a)


class _Boxes:
    """The boxes of characters as wide as they advance and as high as their font, so that all of a line are level."""

    def __init__(self, text: Any) -> None:
        self._text = text
        self._box = raw.FS_RECTF()
        self._at = ctypes.byref(self._box)
        self._height = -1.0
        self._sound = True

    def of(self, i: int) -> tuple[float, float, float, float]:
        """Return left, bottom, right and top of a character."""
        box = self._box
        raw.FPDFText_GetLooseCharBox(self._text, i, self._at)
        height = box.top - box.bottom
        if abs(height - self._height) > 0.5:
            self._height, self._sound = height, self._is_sound(i, height)
        return (box.left, box.bottom, box.right, box.top) if self._sound else self._ink(i)

    def _is_sound(self, i: int, height: float) -> bool:
        """Check whether a box is as high as its font says; pdfium's boxes of vertical writing are not."""
        matrix = raw.FS_MATRIX()
        raw.FPDFText_GetMatrix(self._text, i, matrix)
        size = raw.FPDFText_GetFontSize(self._text, i) * max(
            math.hypot(matrix.c, matrix.d), math.hypot(matrix.a, matrix.b)
        )
        return bool(0.5 * size <= height <= 2.5 * size)

    def _ink(self, i: int) -> tuple[float, float, float, float]:
        left, right, bottom, top = (ctypes.c_double() for _ in range(4))
        raw.FPDFText_GetCharBox(self._text, i, left, right, bottom, top)
        return left.value, bottom.value, right.value, top.value


def _letter(code: int, text: Any, i: int) -> str:
    if code in _HYPHENS:
        return "-"
    if raw.FPDFText_HasUnicodeMapError(text, i) == 1 or code < 32:
        return UNKNOWN
    return chr(code)


def _pair(high: str, low: str) -> str:
    """Join the halves of a character outside the first plane."""
    return (high + low).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace") if high else UNKNOWN


def ink(item: Any) -> Literal["", "invisible", "white"]:
    """Return whether a text object is invisible, white, or plain (empty)."""
    if not item:
        return ""
    if raw.FPDFTextObj_GetTextRenderMode(item) in _INVISIBLE_MODES:
        return "invisible"
    color = fill_of(item)
    if color is None:
        return ""
    if not color[3]:
        return "invisible"
    return "white" if min(color[:3]) >= _WHITE else ""


def fill_of(item: Any) -> tuple[int, ...] | None:
    """Return red, green, blue and alpha of what fills an object, each up to 255; None where it has no colour."""
    parts = tuple(ctypes.c_uint() for _ in range(4))
    return tuple(part.value for part in parts) if raw.FPDFPageObj_GetFillColor(item, *parts) else None


# ---- drawings ----


#: A page that draws more is a picture: its lines are not looked at.
_MOST_OBJECTS, _MOST_SEGMENTS, _DEEPEST = 50_000, 50_000, 5
#: No page has as many pictures that may stand for a number.
_MOST_PICTURES = 200
_DARK = 240


def drawings(sheet: Sheet) -> Drawings:
    """Look at everything that a page draws."""
    found = Drawings()
    segments = 0
    for item, kind, matrix in _items(sheet):
        if kind == raw.FPDF_PAGEOBJ_TEXT:
            found.texts += 1
            found.odd_text = found.odd_text or bool(ink(item))
        elif kind == raw.FPDF_PAGEOBJ_PATH:
            segments += raw.FPDFPath_CountSegments(item)
            if segments < _MOST_SEGMENTS:
                _take_path(found, sheet, item, matrix)
        elif kind == raw.FPDF_PAGEOBJ_IMAGE:
            found.add_picture(_bounds(sheet, item, matrix), opaque=not raw.FPDFPageObj_HasTransparency(item))
    found.pictures = found.pictures if len(found.pictures) <= _MOST_PICTURES else []
    found.pictures += _annotations(sheet)
    return found


def _items(sheet: Sheet) -> Iterator[tuple[Any, int, PdfMatrix | None]]:
    """Yield each object of a page with its kind and the matrix of the forms around it, if there are any."""
    count, get = raw.FPDFPage_CountObjects, raw.FPDFPage_GetObject
    holders: list[tuple[Any, Any, Any, PdfMatrix | None, int]] = [(sheet.page, count, get, None, 0)]
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
                inner = _matrix(item, matrix)
                holders.append((item, raw.FPDFFormObj_CountObjects, raw.FPDFFormObj_GetObject, inner, depth + 1))


def _matrix(item: Any, around: PdfMatrix | None) -> PdfMatrix:
    own = raw.FS_MATRIX()
    raw.FPDFPageObj_GetMatrix(item, own)
    matrix = PdfMatrix.from_raw(own)
    return matrix.multiply(around) if around else matrix


def _bounds(sheet: Sheet, item: Any, around: PdfMatrix | None) -> tuple[float, float, float, float]:
    left, bottom, right, top = ctypes.c_float(), ctypes.c_float(), ctypes.c_float(), ctypes.c_float()
    raw.FPDFPageObj_GetBounds(item, left, bottom, right, top)
    box = left.value, bottom.value, right.value, top.value
    return sheet.turn(*around.on_rect(*box)) if around else sheet.turn(*box)


def _take_path(found: Drawings, sheet: Sheet, item: Any, around: PdfMatrix | None) -> None:
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    raw.FPDFPath_GetDrawMode(item, fill, stroke)
    if not fill.value and not stroke.value:
        return
    edges = _edges(sheet, item, _matrix(item, around))
    found.add_shape(_bounds(sheet, item, around), edges, bool(stroke.value), bool(fill.value) and _is_dark(item))


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
    return straight(*sheet.turn(min(a, c), min(b, d), max(a, c), max(b, d)))


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
