"""A PDF with a text layer becomes a Document, through pdfium: characters and rulings, nothing run or fetched."""

from __future__ import annotations

from collections.abc import Sequence

import pypdfium2 as pdfium

from foi_analysis.reading.document import UNKNOWN, Document, Line
from foi_analysis.reading.glyphs import Sheet, chars, drawings, open_sheet
from foi_analysis.reading.pages import Placed, numbered, page_lines
from foi_analysis.reading.ruled import find_tables
from foi_analysis.reading.weigh import refuse_bombs

#: No report has more pages, or more characters on them.
_MOST_PAGES, _MOST_LETTERS = 400, 100_000
#: A text layer of fewer characters holds page numbers or a stamp, not a report.
_FEWEST = 100
#: A text of which more than this share has no meaning cannot be read.
_UNKNOWN = 0.3


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
    lines = tuple(line for page in numbered(pages) for line in page)
    _judge(lines, len(pages), letters)
    return Document(name, lines, sha256)


def _pages(pdf: pdfium.PdfDocument) -> tuple[list[list[Placed]], int]:
    """Read all pages; return their lines, and how many characters there are, hidden ones included."""
    if len(pdf) > _MOST_PAGES:
        raise ValueError(f"this PDF has {len(pdf)} pages: more than {_MOST_PAGES} are no report")
    pages: list[list[Placed]] = []
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


def _page(sheet: Sheet, number: int) -> list[Placed]:
    drawn = drawings(sheet)
    printed = [*chars(sheet, drawn.odd_text, drawn.is_dark), *drawn.pictures]
    return page_lines(number, printed, find_tables(drawn.rulings) or find_tables(drawn.edges))


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
