"""A web archive (.mht) gives up the web page in it. Only its text parts are looked at, without recursion."""

from __future__ import annotations

import binascii
import quopri
import re
from collections.abc import Iterator
from typing import NamedTuple

from foi_analysis.reading.document import Document
from foi_analysis.reading.html import read_html

_BOUNDARY = re.compile(rb"boundary\s*=\s*(?:\"([^\"\r\n]{1,200})\"|([^\s;\"]{1,200}))", re.IGNORECASE)
_BLANK = re.compile(rb"\r?\n\r?\n")
_FOLD = re.compile(rb"\r?\n[ \t]+")
#: A saved page has a handful of parts, each picture one.
_MOST_BOUNDARIES = 20


class Part(NamedTuple):
    """A web page in an archive, and the encoding that the archive says it has."""

    content: bytes
    charset: str


def read_mhtml(name: str, content: bytes, sha256: str) -> Document:
    """Make a Document of the web page inside an archive. Raises ValueError as ``unpack_mhtml`` and ``read_html`` do."""
    page = unpack_mhtml(content)
    return read_html(name, page.content, sha256, page.charset)


def unpack_mhtml(content: bytes) -> Part:
    """Give the web page inside an archive: the largest that has a table. Raises ValueError when there is none."""
    pages = [_decoded(*part) for part in _parts(content) if b"text/html" in part[0].lower()]
    if not pages:
        raise ValueError("this web archive holds no web page; save the page again")
    return max(pages, key=lambda page: (b"<table" in page.content.lower(), len(page.content)))


def _parts(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Give the head and the body of each part."""
    names = dict.fromkeys(match[1] or match[2] for match in _BOUNDARY.finditer(content[:65536]))
    marks = [re.escape(b"--" + name) for name in list(names)[:_MOST_BOUNDARIES]]
    pieces = re.split(rb"(?:^|\r?\n)(?:" + b"|".join(marks) + rb")[^\r\n]*", content) if marks else [content]
    for piece in pieces:
        piece = piece.lstrip(b"\r\n")
        blank = _BLANK.search(piece)
        if blank:
            yield _FOLD.sub(b" ", piece[: blank.start()]), piece[blank.end() :]


def _decoded(head: bytes, body: bytes) -> Part:
    coding = re.search(rb"content-transfer-encoding:\s*([\w-]+)", head, re.IGNORECASE)
    charset = re.search(rb"charset\s*=\s*\"?([\w-]+)", head, re.IGNORECASE)
    name = coding[1].lower() if coding else b""
    if name == b"quoted-printable":
        body = quopri.decodestring(body)
    elif name == b"base64":
        body = _base64(body)
    return Part(body, charset[1].decode("ascii", "replace") if charset else "")


def _base64(body: bytes) -> bytes:
    """Decode what is whole; a torn end is left off, as browsers do."""
    letters = re.sub(rb"[^A-Za-z0-9+/]", b"", body)
    return binascii.a2b_base64(letters[: len(letters) // 4 * 4]) + _rest(letters[len(letters) // 4 * 4 :])


def _rest(letters: bytes) -> bytes:
    return binascii.a2b_base64(letters + b"=" * (4 - len(letters))) if len(letters) > 1 else b""
