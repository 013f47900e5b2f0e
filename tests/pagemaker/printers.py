"""Every way in which a page is printed here, by a name that ends as the file does."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from pagemaker.doc import paragraphs, to_doc, write
from pagemaker.ofd import STYLES, to_ofd
from pagemaker.pages import Page
from pagemaker.printing import FORMATS, mhtml, to_html
from pagemaker.shapes import SHAPES, TABLES, as_text, parted, turned
from pagemaker.workbooks import WAYS, to_xls, to_xlsx

Printer = Callable[[Page], bytes]
BOOKS: dict[str, Printer] = {
    f"{name}{ending}": partial(to_book, way=way)
    for ending, to_book in ((".xlsx", to_xlsx), (".xls", to_xls))
    for name, way in WAYS.items()
}
#: Word 97: cells over several columns as such, or as so many that are joined; text in pieces, the last one first.
WORDS: dict[str, Printer] = {
    "spans.doc": to_doc,
    "joined cells.doc": partial(to_doc, joined=True),
    "scattered pieces.doc": lambda page: write(paragraphs(page), scattered=True),
}
OFDS: dict[str, Printer] = {f"{name}.ofd": partial(to_ofd, style=style) for name, style in STYLES.items()}
#: Tables that an organ prints otherwise: requests with their rows side by side, cases in several tables.
ALTERED: dict[str, Printer] = {
    f"turned{ending}": lambda page, write=FORMATS[ending]: write(turned(page)) for ending in (".html", ".docx", ".md")
} | {
    f"cases in {name} tables{ending}": lambda page, write=FORMATS[ending], routes=routes: write(parted(page, routes))
    for name, routes in TABLES.items()
    for ending in (".html", ".docx", ".pdf", ".md")
}
SAVED: dict[str, Printer] = {
    "web archive.mht": lambda page: mhtml(to_html(page)),
    "in GB18030.txt": lambda page: as_text(page).encode("gb18030"),
    "in UTF-16.html": lambda page: to_html(page).decode().encode("utf-16"),
}
PRINTERS: dict[str, Printer] = {**FORMATS, **SHAPES, **BOOKS, **WORDS, **OFDS, **ALTERED, **SAVED}
