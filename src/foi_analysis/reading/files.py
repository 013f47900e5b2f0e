"""Detect the kind of a file by its content, and open it as a Document.

Only regular files are opened, no more is read than a report can need, and nothing but ``ReadingError`` and
OSError leaves here. A file that is open already is read from where it stands, and stays open.
"""

from __future__ import annotations

import re
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from foi_analysis.reading.archive import kind_of_archive
from foi_analysis.reading.document import Document, Field, Line
from foi_analysis.reading.picture import Printed, recognise_anew
from foi_analysis.reading.sidecar import is_sidecar, save, sidecar_of
from foi_analysis.reading.text import decode, looks_like_markdown
from foi_analysis.report import ReadingError
from foi_analysis.resources import Told, load, told_by

#: No published report is larger; reading stops before memory does.
_LARGEST, _LARGEST_TEXT = 50_000_000, 2_000_000
#: No report has as many characters or printed cells; aligning more would take too long.
_MOST_LETTERS, _MOST_FIELDS = 100_000, 20_000
_PAGE = re.compile(rb"<(?:!doctype html|html|head|body)[\s>]", re.IGNORECASE)
_PIECE = re.compile(rb"<(?:table|div|meta|p|span)[\s>]", re.IGNORECASE)
#: JSON begins so, alone or as the argument of a call.
_JSON = re.compile(rb"(?:\xef\xbb\xbf)?\s{0,99}(?:[\w$.]{1,99}\s{0,9}\(\s{0,9})?[\[{]")
_WORD_XML = re.compile(rb"<\?mso-application|<w:wordDocument|<pkg:package")
_SHEET_XML = re.compile(rb"progid=\"Excel\.Sheet\"|urn:schemas-microsoft-com:office:spreadsheet")
#: Kinds of files that are no report yet, by their first bytes, and what to do with them.
_OTHERS: tuple[tuple[tuple[bytes, ...], str], ...] = (
    ((b"GIF8", b"AT&TFORM"), "refusals.other_picture"),
    ((b"{\\rtf",), "refusals.rich_text"),
    ((b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!", b"BZh", b"\xfd7zXZ"), "refusals.archive"),
)
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*", b"BM")
_OFFICE, _LOCKED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "EncryptedPackage".encode("utf-16-le")
#: The kinds of Office files of 97 to 2003 and of WPS, by a stream that each has; one in another is a piece of it.
_STREAMS = {"WordDocument": "doc", "Workbook": "spreadsheet", "Book": "spreadsheet"}
#: Characters that print nothing, turn the order of others around, or are none: they must not vanish between digits.
_UNFIT = re.compile(
    "[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
_BREAKS = re.compile(r"\s+")
_MARKDOWN = (".md", ".markdown")
#: The kinds that may hold pictures: what is recognised in them is kept beside the file, whose path they are given.
_PICTURED = ("pdf", "picture")
_Reader = Callable[..., Document]


def open_document(source: str | Path | BinaryIO) -> Document:
    """Open a file, given by its path or as a binary file object, as a Document, before any alignment.

    Raises OSError when it cannot be opened, and ReadingError (which file, why, what to do) when it is no
    regular file, opened as text, empty, too large, of another kind, locked or damaged.
    """
    source = Path(source) if isinstance(source, str | Path) else source
    path = source if isinstance(source, Path) else Path(_name_of(source))
    name = printable(path.name)
    with _refusing(name):
        if is_sidecar(path):
            raise ValueError(Told("refusals.sidecar_given"))
        content = read_content(source)
        kind = _kind(path.suffix.lower(), content)
        # a module is imported when a file of its kind is met
        read: _Reader = getattr(load(f"foi_analysis.reading.{kind}"), f"read_{kind}")
        beside = (path if isinstance(source, Path) else None,) if kind in _PICTURED else ()
        return _sensible(read(name, content, sha256(content).hexdigest(), *beside))


def recognise_file(path: Path, output: Path | None, progress: Callable[[str, int], None]) -> tuple[Path, int, int]:
    """Recognise a picture, or a PDF of pictures, anew, and write what was recognised.

    Returns where it was written (beside the file where no output is given), and how many pages and texts there are.
    ``progress`` is called with the name and the number of each page. Raises OSError when the file cannot be opened or
    nothing can be written, and ReadingError when it is no picture or PDF, damaged, or what recognises is not installed.
    """
    name = printable(path.name)
    with _refusing(name):
        content = read_content(path)
        if _kind(path.suffix.lower(), content) not in _PICTURED:
            raise ValueError(Told("refusals.no_picture"))
        printed = Printed(name, content, sha256(content).hexdigest(), path)
        found = recognise_anew(printed, Told("refusals.recognising"), progress=lambda page: progress(name, page))
    written = output or sidecar_of(path)
    save(found, written)
    return written, len(found.scans), sum(len(scan.words) for scan in found.scans)


@contextmanager
def _refusing(name: str) -> Iterator[None]:
    """Raise ReadingError for a file, which says on one line why, where ValueError is raised."""
    try:
        yield
    except OSError:  # some are ValueErrors, too
        raise
    except ValueError as error:
        why = told_by(error) or type(error).__name__
        shown = _on_one_line(why) if isinstance(why, Told) else printable(why)
        raise ReadingError(Told("refusals.of_file", name=name, why=shown)) from None


def _on_one_line(said: object) -> object:
    """Return a message, or a value within one, that can be printed on one line."""
    if isinstance(said, Told):
        return Told(said.key, **{name: _on_one_line(value) for name, value in said.values.items()})
    return _BREAKS.sub(" ", _UNFIT.sub("\ufffd", said)) if isinstance(said, str) else said


def _name_of(file: BinaryIO) -> str:
    """Return the name of an open file; ``report`` where it has none, or a number."""
    name = getattr(file, "name", "")
    return name if isinstance(name, str) and Path(name).name else "report"


def read_content(source: Path | BinaryIO) -> bytes:
    """Read a regular file or an open one; a pipe or a device, which may never end, is not even opened.

    Raises OSError when it cannot be opened, and ValueError when it is no regular file, opened as text, empty, or
    larger than any report.
    """
    content = _read_path(source) if isinstance(source, Path) else _read_open(source)
    if len(content) > _LARGEST:
        raise ValueError(Told("refusals.too_large", megabytes=_LARGEST // 1_000_000))
    if not content.strip(b"\x00 \t\r\n\f\v"):
        raise ValueError(Told("refusals.empty"))
    return content


def _read_path(path: Path) -> bytes:
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):
        raise ValueError(Told("refusals.folder" if path.is_dir() else "refusals.no_regular_file"))
    with path.open("rb") as file:
        return _read_open(file, status.st_size)


def _read_open(file: BinaryIO, usual: int = 0) -> bytes:
    """Read no more than a report can need; at once what is ``usual``, as to ask for more costs more."""
    if hasattr(file, "encoding"):  # files opened as text have one, even io.StringIO
        raise ValueError(Told("refusals.opened_as_text"))
    content = file.read(min(usual, _LARGEST))
    return content + file.read(_LARGEST + 1 - len(content))


def _kind(suffix: str, content: bytes) -> str:
    """Return the kind of a file by its content; its name decides only between Markdown and plain text.

    Raises ValueError for a kind that is not read.
    """
    start = content[:1024]
    if b"%PDF-" in start and not start.lstrip().startswith(b"<"):
        return "pdf"
    if start.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return kind_of_archive(content)
    if start.startswith(_PICTURES) or (start.startswith(b"RIFF") and start[8:12] == b"WEBP"):
        return "picture"
    if start.startswith(_OFFICE):
        return _kind_of_office(content)
    _refuse(start)
    return _kind_of_text(suffix, content)


def _kind_of_office(content: bytes) -> str:
    """Return the kind of an Office file of 97 to 2003. Raises ValueError for one that is locked or not read."""
    if _LOCKED in content:
        raise ValueError(Told("refusals.locked", what=Told("refusals.office_file")))
    names = load("foi_analysis.reading.ole").stream_names(content)
    for stream, kind in _STREAMS.items():
        if stream in names:
            return kind
    if "PowerPoint Document" in names:
        raise ValueError(Told("refusals.old_presentation"))
    raise ValueError(Told("refusals.old_office"))


def _refuse(start: bytes) -> None:
    if start.lstrip(b"\xef\xbb\xbf \r\n").startswith(b"<?xml") and _SHEET_XML.search(start):
        raise ValueError(Told("refusals.excel_xml"))
    if _WORD_XML.search(start):
        raise ValueError(Told("refusals.word_xml"))
    for marks, why in _OTHERS:
        if start.startswith(marks):
            raise ValueError(Told(why))


def _kind_of_text(suffix: str, content: bytes) -> str:
    if _is_mhtml(content):
        return "mhtml"
    if _JSON.match(content) and load("foi_analysis.reading.json_file").is_json(content):
        return "json_file"
    start = content[:65536].replace(b"\x00", b"")
    if _PAGE.search(start) or (suffix not in _MARKDOWN and _PIECE.search(start)):
        return "html"
    if len(content) > _LARGEST_TEXT:
        raise ValueError(Told("refusals.text_large", megabytes=_LARGEST_TEXT // 1_000_000))
    return "markdown" if suffix in _MARKDOWN or looks_like_markdown(_decoded(content)) else "text"


def _decoded(content: bytes) -> str:
    """Return a text. Raises ValueError, which says of what is no text at all that its kind is not known."""
    try:
        return decode(content)
    except ValueError:
        if b"\x00" in content[:4096]:
            raise ValueError(Told("refusals.unknown_kind")) from None
        raise


def _is_mhtml(content: bytes) -> bool:
    """Check whether this is a web archive."""
    start = content[:4096].lower()
    return b"mime-version:" in start and b"content-type:" in start and not start.lstrip().startswith(b"<")


def _sensible(document: Document) -> Document:
    """Refuse a document of more text than any report; make characters visible that would vanish between digits."""
    texts = [field.text for line in document.lines for field in line.fields]
    if len(texts) > _MOST_FIELDS or sum(map(len, texts)) > _MOST_LETTERS:
        raise ValueError(Told("refusals.too_much_text"))
    if rest := document.rest:
        document = replace(document, rest=lambda: _sensible(rest()))
    if not _UNFIT.search("".join(texts)):
        return document
    lines = (Line(tuple(map(_visible, line.fields)), line.grid, line.torn) for line in document.lines)
    return replace(document, lines=tuple(lines), title=_UNFIT.sub("\ufffd", document.title))


def _visible(field: Field) -> Field:
    return replace(field, text=_UNFIT.sub("\ufffd", field.text))


def printable(text: str) -> str:
    """Return a name or a message as one line, without characters that a terminal or a table cannot take."""
    return " ".join(_UNFIT.sub("\ufffd", text).split())
