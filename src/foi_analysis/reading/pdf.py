"""A PDF becomes a Document, through pdfium: characters and rulings, nothing run or fetched; pictures are recognised."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pypdfium2 as pdfium

from foi_analysis.bilingual import numbers_of_pages
from foi_analysis.reading.document import Document, Twice
from foi_analysis.reading.glyphs import chars, drawings, open_sheet
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
