"""Open a zip archive, as which Word, Excel and OFD files come, without unpacking more than a report can need."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from foi_analysis.resources import Told, load

if TYPE_CHECKING:  # reading a text needs no lxml
    from lxml import etree

#: No part of a report's file is as large, nor all that are read of one, and none has as many parts.
_LARGEST, _LARGEST_ALL, _MOST_PARTS = 30_000_000, 60_000_000, 5_000
#: The kinds of files that are archives, by a part that each of them has.
_KINDS = {"word/document.xml": "docx", "xl/workbook.xml": "spreadsheet", "OFD.xml": "ofd"}
#: What other archives hold, and what to do with them.
_OTHERS = {
    "content.xml": "refusals.open_document",
    "xl/workbook.bin": "refusals.binary_workbook",
    "ppt/presentation.xml": "refusals.presentation",
}


def kind_of_archive(content: bytes) -> str:
    """Return the kind of a file that is an archive, by its parts. Raises ValueError for one that is not read."""
    with opened(content, "refusals.office_file") as archive:
        for part, kind in _KINDS.items():
            if part in archive.names:
                return kind
        for part, why in _OTHERS.items():
            if part in archive.names:
                raise ValueError(Told(why))
        if not any(name == "[Content_Types].xml" or name.startswith(("word/", "_rels/")) for name in archive.names):
            raise ValueError(Told("refusals.archive"))
    return "docx"  # whose text may be in a part of any name


@dataclass(slots=True)
class Archive:
    """An archive that is open: the key of its kind's name, the names of its parts, and each part on demand."""

    file: zipfile.ZipFile
    what: str
    names: frozenset[str]
    unpacked: int = 0

    def part(self, name: str) -> bytes:
        """Return a part. Raises ValueError when it is locked, packed oddly, or larger than any report's."""
        info = self.file.getinfo(name)
        if info.flag_bits & 1:
            raise ValueError(Told("refusals.locked", what=Told(self.what)))
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise ValueError(Told("refusals.packed_oddly", what=Told(self.what)))
        with self.file.open(info) as part:
            content = part.read(_LARGEST + 1)
        self.unpacked += len(content)
        if len(content) > _LARGEST or self.unpacked > _LARGEST_ALL:
            raise ValueError(Told("refusals.unpacks_large", what=Told(self.what), megabytes=_LARGEST // 1_000_000))
        return content


@contextmanager
def opened(content: bytes, what: str) -> Iterator[Archive]:
    """Open an archive; ``what`` is the key of the name of its kind, for errors.

    Raises ValueError when it is damaged or has many parts.
    """
    if content.count(b"PK\x01\x02") > _MOST_PARTS:
        raise ValueError(Told("refusals.archive_parts", most=_MOST_PARTS, what=Told(what)))
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as file:
            yield Archive(file, what, frozenset(file.namelist()))
    except (
        zipfile.BadZipFile,
        NotImplementedError,
        EOFError,
        OSError,
        zlib.error,
        struct.error,
        KeyError,
        UnicodeDecodeError,
    ):
        raise ValueError(Told("refusals.damaged", what=Told(what), how=Told("refusals.archive_broken"))) from None


def refuse_entities(xml: bytes, why: str) -> None:
    """Raise ValueError, with the message of a key, where XML declares entities: a few may grow to gigabytes."""
    if b"<!DOCTYPE" in xml or b"<!ENTITY" in xml:
        raise ValueError(Told(why))


def tree_of(xml: bytes) -> etree._Element:
    """Return XML as a tree, without its remarks: they part no text. Raises etree.XMLSyntaxError when it is damaged."""
    # the encoding is forced, so that no declaration hides entities from the check before
    safe = {"resolve_entities": False, "no_network": True, "load_dtd": False, "encoding": "utf-8"}
    lxml = load("lxml.etree")
    tree: etree._Element = lxml.fromstring(xml, lxml.XMLParser(**safe, remove_comments=True, remove_pis=True))
    return tree
