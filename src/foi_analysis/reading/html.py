"""HTML, alone or in a web archive (.mht), becomes a Document.

Nothing is fetched; scripts, styles and hidden parts are not read.
"""

from __future__ import annotations

import binascii
import quopri
import re
from collections.abc import Iterator, Mapping

from lxml import etree

from foi_analysis.reading.builder import Builder
from foi_analysis.reading.document import OBJECT, UNKNOWN, Document, Line
from foi_analysis.reading.elements import Look, hiding_classes, is_spacer, look, typed
from foi_analysis.reading.text import decode

#: A larger page, or one of more tags, holds more than a report; reading stops before memory does.
_LARGEST, _MOST_TAGS, _DEEPEST = 20_000_000, 200_000, 1_000
_CHARSET = re.compile(rb"<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_PICTURE = re.compile(rb"data:[\w/+.-]{0,60};base64,[A-Za-z0-9+/=%]*")
_DATE = re.compile(r"(20\d\d)[-/.年](\d{1,2})[-/.月](\d{1,2})")
_DATED = frozenset({"pubdate", "publishdate", "createdate", "article:published_time"})
_SECTIONS = frozenset({"thead", "tbody", "tfoot"})
_BREAK = re.compile(r"[ \t]*[\r\n]\s*")
_BOUNDARY = re.compile(rb"boundary\s*=\s*(?:\"([^\"\r\n]{1,200})\"|([^\s;\"]{1,200}))", re.IGNORECASE)
_BLANK = re.compile(rb"\r?\n\r?\n")
_FOLD = re.compile(rb"\r?\n[ \t]+")
#: A saved page has a handful of parts, each picture one.
_MOST_BOUNDARIES = 20


def read_html(name: str, content: bytes, sha256: str, charset: str = "") -> Document:
    """Make a Document of a web page; ``charset`` is what an archive says of it, if anything.

    Raises ValueError when the page cannot be decoded or parsed, or is too large.
    """
    text = _decode(_PICTURE.sub(b"", content) if b";base64," in content else content, charset)
    page = parse(text, Builder())
    return Document(name, page.build.lines, sha256, " ".join(page.title.split()), page.published)


def lines_of(text: str, tables: int = 0, paragraphs: int = 0) -> tuple[Line, ...]:
    """Return the lines of HTML embedded in another text, in which so many tables and paragraphs came before."""
    return parse(text, Builder(tables, paragraphs)).build.lines


def parse(text: str, build: Builder) -> Page:
    """Parse a page into a builder. Raises ValueError when it has too many tags, or nests too deep."""
    if len(text) > _LARGEST or text.count("<") > _MOST_TAGS:
        raise ValueError("this web page is far longer than a report; save the report alone and try again")
    page = Page(build)
    parser = etree.HTMLParser(target=page, no_network=True, huge_tree=True, encoding="utf-8")
    try:
        etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (etree.LxmlError, AssertionError) as error:
        raise ValueError(f"this is no readable web page ({error})") from None
    if any(entry.level_name == "FATAL" for entry in parser.error_log):
        raise ValueError("this web page nests its parts too deep; save the report alone and try again")
    return page


def _decode(content: bytes, charset: str) -> str:
    """Decode by the byte-order mark, by what reads as text, and by what the page declares."""
    declared = _CHARSET.search(content[:8192])
    return decode(content, declared[1].decode("ascii", "replace") if declared else charset)


class Page:
    """Take a parser's events and pass on to a builder what a browser would show."""

    def __init__(self, build: Builder) -> None:
        """Begin a page."""
        self.build = build
        self.title = ""
        self.published = ""
        #: each open element, and how the text in it is to be taken
        self._open = [("", Look())]
        self._hidden_classes: set[str] = set()

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Take the start of an element."""
        _, above = self._open[-1]
        if len(self._open) > _DEEPEST:
            raise ValueError(f"this web page nests its parts more than {_DEEPEST} deep; save the report alone")
        if tag == "meta":
            self._meta(attributes)
        if above.hidden:
            self._open.append((tag, Look(hidden=True)))
            return
        shown = look(tag, attributes)
        taken = self._taken(attributes, shown, above)
        self._open.append((tag, taken))
        if shown.is_object and not shown.hidden and self.build.in_cell and not is_spacer(attributes):
            self.build.text(OBJECT)
        elif not taken.hidden:
            self._begin(tag, attributes, shown.apart)

    def end(self, tag: str) -> None:
        """Take the end of an element."""
        if len(self._open) == 1:
            return
        _, ended = self._open.pop()
        if ended.hidden:
            return
        if tag == "table":
            self.build.end_table()
        elif tag in ("td", "th", "tr"):
            self.build.end_cell()
        elif ended.apart and tag != "br":
            self.build.end_paragraph()

    def data(self, text: str) -> None:
        """Take a piece of text."""
        tag, above = self._open[-1]
        if above.hidden:
            self._hidden(tag, text)
        elif above.doubtful and text.strip():
            self.build.text(UNKNOWN + text)
        elif above.keeps_lines:
            for i, line in enumerate(text.splitlines()):
                if i:
                    self.build.end_paragraph()
                self.build.text(line, above.sign)
            if text.endswith("\n"):
                self.build.end_paragraph()
        else:
            # a browser shows a line break of the source as a space
            self.build.text(_BREAK.sub(" ", text) if "\n" in text or "\r" in text else text, above.sign)

    def close(self) -> Page:
        """End the page."""
        return self

    def _taken(self, attributes: Mapping[str, str], shown: Look, above: Look) -> Look:
        """Return how the text in an element is to be taken, from its look and that of the element around it."""
        doubtful = shown.doubtful and not above.backed
        if self._hidden_classes and self.build.in_cell:
            doubtful |= not self._hidden_classes.isdisjoint(attributes.get("class", "").split())
        return Look(
            shown.hidden or shown.is_object,
            False,
            shown.apart,
            shown.sign or above.sign,
            shown.keeps_lines or above.keeps_lines,
            doubtful or above.doubtful,
            shown.backed or above.backed,
        )

    def _begin(self, tag: str, attributes: Mapping[str, str], apart: bool) -> None:
        if tag == "table":
            self.build.start_table()
        elif tag in _SECTIONS:
            self.build.start_section()
        elif tag == "tr":
            self.build.start_row()
        elif tag in ("td", "th"):
            self.build.start_cell(_span(attributes.get("colspan")), _span(attributes.get("rowspan")))
        elif tag == "input" and typed(attributes):
            self.build.end_paragraph()
            self.build.text(typed(attributes))
            self.build.end_paragraph()
        elif apart:
            self.build.end_paragraph()

    def _hidden(self, tag: str, text: str) -> None:
        if tag == "title" and len(self.title) < 1000:
            self.title += text
        elif tag == "style":
            self._hidden_classes.update(hiding_classes(text))
        elif tag == "script" and self.build.in_cell and "document.write" in text:
            self.build.text(OBJECT)

    def _meta(self, attributes: Mapping[str, str]) -> None:
        if (attributes.get("name") or attributes.get("property") or "").lower() in _DATED and not self.published:
            match = _DATE.search(attributes.get("content", ""))
            self.published = f"{match[1]}-{int(match[2]):02}-{int(match[3]):02}" if match else ""


def _span(text: str | None) -> int:
    digits = re.match(r"\s*(\d{1,9})", text, re.ASCII) if text else None
    return int(digits[1]) if digits else 1


def read_mhtml(name: str, content: bytes, sha256: str) -> Document:
    """Make a Document of the web page inside an archive: the largest that has a table.

    Raises ValueError when there is none, and as ``read_html`` does.
    """
    pages = [_decoded(*part) for part in _parts(content) if b"text/html" in part[0].lower()]
    if not pages:
        raise ValueError("this web archive holds no web page; save the page again")
    page, charset = max(pages, key=lambda page: (b"<table" in page[0].lower(), len(page[0])))
    return read_html(name, page, sha256, charset)


def _parts(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the head and the body of each part."""
    names = dict.fromkeys(match[1] or match[2] for match in _BOUNDARY.finditer(content[:65536]))
    marks = [re.escape(b"--" + name) for name in list(names)[:_MOST_BOUNDARIES]]
    pieces = re.split(rb"(?:^|\r?\n)(?:" + b"|".join(marks) + rb")[^\r\n]*", content) if marks else [content]
    for piece in pieces:
        piece = piece.lstrip(b"\r\n")
        blank = _BLANK.search(piece)
        if blank:
            yield _FOLD.sub(b" ", piece[: blank.start()]), piece[blank.end() :]


def _decoded(head: bytes, body: bytes) -> tuple[bytes, str]:
    """Return a part's content, and the encoding that the archive says it has."""
    coding = re.search(rb"content-transfer-encoding:\s*([\w-]+)", head, re.IGNORECASE)
    charset = re.search(rb"charset\s*=\s*\"?([\w-]+)", head, re.IGNORECASE)
    name = coding[1].lower() if coding else b""
    if name == b"quoted-printable":
        body = quopri.decodestring(body)
    elif name == b"base64":
        body = _base64(body)
    return body, charset[1].decode("ascii", "replace") if charset else ""


def _base64(body: bytes) -> bytes:
    """Decode what is whole; a torn end is left off, as browsers do."""
    letters = re.sub(rb"[^A-Za-z0-9+/]", b"", body)
    return binascii.a2b_base64(letters[: len(letters) // 4 * 4]) + _rest(letters[len(letters) // 4 * 4 :])


def _rest(letters: bytes) -> bytes:
    return binascii.a2b_base64(letters + b"=" * (4 - len(letters))) if len(letters) > 1 else b""
