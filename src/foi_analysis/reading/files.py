"""Tell what a file is by its content, and open it as a Document."""

from __future__ import annotations

import re
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from foi_analysis.reading.document import Document
from foi_analysis.report import ReadingError

#: No published report is larger; reading stops before memory does.
_LARGEST = 50_000_000
_PAGE = re.compile(rb"<(?:!doctype html|html|head|body|table|div|meta|p)[\s>]", re.IGNORECASE)
_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\x00", b"MM\x00*", b"BM")
_Reader = Callable[[str, bytes, str], Document]


def open_document(path: str | Path) -> Document:
    """Open a file as a Document, before any alignment.

    Raises OSError when it cannot be opened, and ReadingError (which file, why, what to do) when it is
    empty, too large, of another kind, locked or damaged.
    """
    path = Path(path)
    with path.open("rb") as file:
        content = file.read(_LARGEST + 1)
    if len(content) > _LARGEST:
        raise ReadingError(f"{path.name}: larger than {_LARGEST // 1_000_000} MB: no report is; give the report alone")
    if not content.strip():
        raise ReadingError(f"{path.name}: the file is empty; save or download it again")
    try:
        return _reader(path.suffix.lower(), content)(path.name, content, sha256(content).hexdigest())
    except ValueError as error:
        raise ReadingError(f"{path.name}: {error}") from None


def _reader(suffix: str, content: bytes) -> _Reader:
    """Choose the reader by content; the name decides only between Markdown and plain text."""
    start = content[:1024]
    if start.startswith(b"%PDF-") or b"%PDF-" in start:
        from foi_analysis.reading.pdf import read_pdf

        return read_pdf
    if start.startswith(b"PK"):
        from foi_analysis.reading.docx import read_docx

        return read_docx
    _refuse(start)
    return _text_reader(suffix, content)


def _refuse(start: bytes) -> None:
    if start.startswith(_OFFICE):
        raise ValueError("an old or locked Word file; save it as .docx without a password and try again")
    if start.startswith(_PICTURES):
        raise ValueError("a picture, with no text layer: run OCR first")
    if start.startswith(b"{\\rtf"):
        raise ValueError("a rich-text file; save it as .docx and try again")


def _text_reader(suffix: str, content: bytes) -> _Reader:
    from foi_analysis.reading.text import decode, read_text

    if b"MIME-Version:" in content[:4096] and b"text/html" in content:
        return _read_mhtml
    if _PAGE.search(content[:65536].replace(b"\x00", b"")):
        from foi_analysis.reading.html import read_html

        return read_html
    from foi_analysis.reading.markdown import looks_like_markdown, read_markdown

    return read_markdown if suffix == ".md" or looks_like_markdown(decode(content)) else read_text


def _read_mhtml(name: str, content: bytes, digest: str) -> Document:
    from foi_analysis.reading.html import read_html, unpack_mhtml

    return read_html(name, unpack_mhtml(content), digest)
