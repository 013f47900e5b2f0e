"""A web archive (.mht), of which one part is the page, becomes a Document."""

from __future__ import annotations

import binascii
import quopri
import re
from collections.abc import Iterator

from foi_analysis.reading.document import Document
from foi_analysis.reading.html import decode_page, read_html
from foi_analysis.resources import Told

_BOUNDARY = re.compile(rb"boundary\s*=\s*(?:\"([^\"\r\n]{1,200})\"|([^\s;\"]{1,200}))", re.IGNORECASE)
_BLANK = re.compile(rb"\r?\n\r?\n")
_FOLD = re.compile(rb"\r?\n[ \t]+")
#: A saved page has a handful of parts, each picture one.
_MOST_BOUNDARIES = 20


def read_mhtml(name: str, content: bytes, sha256: str) -> Document:
    """Make a Document of the web page inside an archive: the largest that has a table.

    Raises ValueError when there is none, and as ``read_html`` does.
    """
    page, charset = _saved(content)
    return read_html(name, page, sha256, charset)


def page_text(content: bytes) -> str:
    """Return the text of a web page, alone or inside an archive. Raises ValueError as what reads them does."""
    is_archive = b"mime-version:" in content[:4096].lower() and not content.lstrip().startswith(b"<")
    return decode_page(*(_saved(content) if is_archive else (content, "")))


def _saved(content: bytes) -> tuple[bytes, str]:
    """Return the page inside an archive, and the encoding that the archive says it has."""
    pages = [_decoded(*part) for part in _parts(content) if b"text/html" in part[0].lower()]
    if not pages:
        raise ValueError(Told("refusals.no_page"))
    return max(pages, key=lambda page: (b"<table" in page[0].lower(), len(page[0])))


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
    letters = letters[: len(letters) - (len(letters) % 4 == 1)]
    return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))
