"""A Word file (.docx) becomes a Document: its paragraphs and tables, deleted text left out."""

from __future__ import annotations

import io
import zipfile
import zlib

from lxml import etree

from foi_analysis.reading.builder import Builder
from foi_analysis.reading.document import Document, Line

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_SKIPPED = frozenset(
    [_W + tag for tag in ("del", "moveFrom", "instrText", "delText", "pPr", "rPr", "sectPr")]
    + ["{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"]
)
_MAIN = "word/document.xml"
#: No report's text is as large; beyond it the archive is taken for an attack.
_LARGEST = 60_000_000


def read_docx(name: str, content: bytes, sha256: str) -> Document:
    """Make a Document of a Word file. Raises ValueError when it is none, is damaged, or is too large."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if _MAIN not in archive.namelist():
                raise ValueError("this archive holds no Word document")
            if archive.getinfo(_MAIN).flag_bits & 1:
                raise ValueError("this Word file is protected by a password")
            with archive.open(_MAIN) as part:
                xml = part.read(_LARGEST + 1)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, zlib.error) as error:
        raise ValueError(f"this Word file is damaged ({error})") from None
    if len(xml) > _LARGEST:
        raise ValueError("this Word file unpacks to more than 60 MB: it is no report")
    return Document(name, _lines(_parse(xml)), sha256)


def _parse(xml: bytes) -> etree._Element:
    if b"<!DOCTYPE" in xml[:1000] or b"<!ENTITY" in xml[:10_000]:
        raise ValueError("this Word file declares entities, which no word processor writes")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(xml, parser)
    except etree.XMLSyntaxError as error:
        raise ValueError(f"this Word file is damaged ({error})") from None


def _lines(root: etree._Element) -> tuple[Line, ...]:
    build = Builder()
    skipped: etree._Element | None = None
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if event == "start" and skipped is None:
            if element.tag in _SKIPPED:
                skipped = element
            else:
                _start(build, element)
        elif event == "end":
            if skipped is None:
                _end(build, element)
            if skipped is element:
                skipped = None
    return build.lines


def _start(build: Builder, element: etree._Element) -> None:
    tag = element.tag
    if tag == _W + "tbl":
        build.start_table()
    elif tag == _W + "tr":
        build.start_row()
        build.skip(_value(element, "trPr/gridBefore"))
    elif tag == _W + "tc":
        merge = element.find(f"{_W}tcPr/{_W}vMerge")
        continued = merge is not None and merge.get(_W + "val", "continue") == "continue"
        build.start_cell(_value(element, "tcPr/gridSpan") or 1, continued=continued)
    elif tag == _W + "t":
        build.text(element.text)
    elif tag == _W + "tab":
        build.text("\t")
    elif tag in (_W + "br", _W + "cr"):
        build.end_paragraph()


def _end(build: Builder, element: etree._Element) -> None:
    if element.tag == _W + "tbl":
        build.end_table()
    elif element.tag == _W + "p":
        build.end_paragraph()
    elif element.tag in (_W + "tc", _W + "tr"):
        build.end_cell()


def _value(element: etree._Element, path: str) -> int:
    found = element.find("/".join(_W + step for step in path.split("/")))
    text = found.get(_W + "val", "") if found is not None else ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
