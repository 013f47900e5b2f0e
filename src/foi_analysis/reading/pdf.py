"""A PDF with a text layer becomes a Document, through pdfium: characters and rulings, nothing run or fetched."""

from __future__ import annotations

import pypdfium2 as pdfium

from foi_analysis.reading.document import Document
from foi_analysis.reading.glyphs import Sheet, chars, drawings, open_sheet
from foi_analysis.reading.pages import MOST_LETTERS, MOST_PAGES, Placed, judge, numbered, page_lines
from foi_analysis.reading.weigh import refuse_bombs


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
    judge(lines, len(pages), letters, "PDF")
    return Document(name, lines, sha256)


def _pages(pdf: pdfium.PdfDocument) -> tuple[list[list[Placed]], int]:
    """Read all pages; return their lines, and how many characters there are, hidden ones included."""
    if len(pdf) > MOST_PAGES:
        raise ValueError(f"this PDF has {len(pdf)} pages: more than {MOST_PAGES} are no report")
    pages: list[list[Placed]] = []
    letters = 0
    for i in range(len(pdf)):
        page = pdf[i]
        sheet = open_sheet(page)
        letters += sheet.length
        if letters > MOST_LETTERS:
            raise ValueError(f"this PDF has more than {MOST_LETTERS} characters: it is no report")
        pages.append(_page(sheet, i + 1))
        sheet.text.close()
        page.close()
    return pages, letters


def _page(sheet: Sheet, number: int) -> list[Placed]:
    drawn = drawings(sheet)
    printed = [*chars(sheet, drawn.odd_text, drawn.is_dark), *drawn.pictures]
    return page_lines(number, printed, drawn.tables())
