"""Every way in which a page is printed here, by a name that ends as the file does."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import partial

from pagemaker.doc import paragraphs, to_doc, write
from pagemaker.ofd import STYLES, to_ofd
from pagemaker.pages import Grid, Page, Printed, placed
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


def answered(page: Page) -> str:
    """Write what the interface of a web site answers: the page as a text in JSON."""
    return json.dumps({"code": 200, "data": {"title": page.title, "content": to_html(page).decode()}})


def taken_out(page: Page) -> str:
    """Write what programs take out of a page: texts, and tables as rows of texts, null where a merged cell covers."""
    parts: list[object] = [page.title]
    for part in page.parts:
        if isinstance(part, Grid):
            parts.append([_with_nulls(row) for row in placed(part)])
        else:
            parts.append(part)
    return json.dumps(parts, ensure_ascii=False)


def _with_nulls(row: Sequence[tuple[int, Printed, bool]]) -> list[str | None]:
    texts: list[str | None] = []
    for _, cell, begins in row:
        texts += [cell.text if begins else None, *[None] * (cell.across - 1)]
    return texts


SAVED: dict[str, Printer] = {
    "an answer.json": lambda page: answered(page).encode(),
    "a call.js": lambda page: f"show({answered(page)});".encode(),
    "taken out.json": lambda page: taken_out(page).encode(),
    "web archive.mht": lambda page: mhtml(to_html(page)),
    "in GB18030.txt": lambda page: as_text(page).encode("gb18030"),
    "in UTF-16.html": lambda page: to_html(page).decode().encode("utf-16"),
}
PRINTERS: dict[str, Printer] = {**FORMATS, **SHAPES, **BOOKS, **WORDS, **OFDS, **ALTERED, **SAVED}
