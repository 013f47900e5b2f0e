"""Small notebooks with outputs, as a run leaves them, and a PDF taken apart again."""

from __future__ import annotations

import base64
import io
import re
import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import nbformat
import pypdfium2
from pdfminer.pdfdocument import PDFDocument
from pdfminer.pdfparser import PDFParser
from pdfminer.pdftypes import resolve1
from pdfminer.utils import decode_text

from foi_analysis.export.exporter import FoiHtmlExporter

Cell = nbformat.NotebookNode


def text(source: str, name: str = "text", *tags: str) -> Cell:
    return nbformat.v4.new_markdown_cell(source, id=name, metadata={"tags": list(tags)})


def code(html: str = "", name: str = "code", source: str = "show()", **data: str) -> Cell:
    shown = {"text/html": html} if html else {kind.replace("_", "/", 1): content for kind, content in data.items()}
    outputs = [nbformat.v4.new_output("display_data", shown)] if shown else []
    return nbformat.v4.new_code_cell(source, id=name, outputs=outputs)


def notebook(*cells: Cell) -> nbformat.NotebookNode:
    titles = [text("# 题目", "title-zh", "lang-zh"), text("# Title", "title-en", "lang-en")]
    return nbformat.v4.new_notebook(cells=[*titles, *cells])


def page_of(book: nbformat.NotebookNode, language: str = "en") -> str:
    return str(FoiHtmlExporter(language=language).from_notebook_node(book)[0])


def png(width: int, height: int) -> str:
    """Write a grey picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    lines = zlib.compress((b"\0" + b"\x80" * width) * height)
    whole = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", lines) + chunk(b"IEND", b"")
    return base64.b64encode(whole).decode()


def drawn(name: str, alt: str, caption: str = "", width: int = 600, height: int = 400) -> Cell:
    """Return a cell that shows a picture with its words."""
    return shown(name, "image/png", png(width, height), {"alt": alt, "caption": caption})


def shown(name: str, kind: str, content: str, told: dict[str, str]) -> Cell:
    output = nbformat.v4.new_output("display_data", {kind: content}, metadata={kind: told})
    return nbformat.v4.new_code_cell("show()", id=name, outputs=[output])


@dataclass(frozen=True)
class Opened:
    """A PDF as readers, search and screen readers meet it."""

    content: bytes

    @cached_property
    def pages(self) -> list[str]:
        """The text of each page; a hyphen at a line's end is one."""
        document = pypdfium2.PdfDocument(self.content)
        return [page.get_textpage().get_text_range().replace("\ufffe", "-") for page in document]

    @cached_property
    def text(self) -> str:
        """All text without white space and places to break, so that the end of a line does not matter."""
        return squeezed("".join(self.pages))

    @cached_property
    def pdf(self) -> PDFDocument:
        return PDFDocument(PDFParser(io.BytesIO(self.content)))

    @property
    def catalog(self) -> dict[str, Any]:
        return dict(self.pdf.catalog)

    @property
    def info(self) -> dict[str, str]:
        return {key: decode_text(resolve1(value)) for key, value in self.pdf.info[0].items()}

    @property
    def metadata(self) -> str:
        return str(resolve1(self.catalog["Metadata"]).get_data().decode())

    @property
    def outline(self) -> list[tuple[int, str]]:
        document = pypdfium2.PdfDocument(self.content)
        return [(entry.level + 1, entry.get_title()) for entry in document.get_toc()]

    @cached_property
    def tags(self) -> list[tuple[str, dict[str, Any]]]:
        """Every element of the structure, in order: its name and its properties."""
        return list(_elements(resolve1(self.catalog["StructTreeRoot"])["K"]))

    def tagged(self, name: str) -> list[dict[str, Any]]:
        return [properties for tag, properties in self.tags if tag == name]


def _elements(node: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    node = resolve1(node)
    if isinstance(node, list):
        for child in node:
            yield from _elements(child)
    elif isinstance(node, dict) and "S" in node:
        given = {key: resolve1(value) for key, value in node.items() if key not in ("K", "P", "Pg")}
        attributes = [resolve1(each) for each in _listed(given.pop("A", []))]
        merged = {key: value for each in attributes for key, value in each.items()}
        yield node["S"].name, {**given, **merged}
        yield from _elements(node.get("K"))


def _listed(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else [value]


def squeezed(words: str) -> str:
    return re.sub(r"[\s\u200b]+", "", words)
