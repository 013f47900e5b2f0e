"""The package of a Word file: a zip archive, of which one part is read and no more than is sensible."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib

_MAIN = "word/document.xml"
_TYPES = "[Content_Types].xml"
#: No report's text is as large, and no Word file has as many parts; beyond it the archive is an attack.
_LARGEST, _MOST_PARTS = 30_000_000, 5_000
_OVERRIDE = re.compile(rb"<Override\s[^<>]{0,1000}>")
_PART = re.compile(rb"PartName\s*=\s*[\"']/([^\"']{1,200})[\"']")
#: What other archives hold, and what to do with them.
_OTHERS = {
    "content.xml": "this is an OpenDocument file; save it as .docx and try again",
    "OFD.xml": "this is an OFD file; save it as .pdf and try again",
    "xl/workbook.xml": "this is a spreadsheet; save the report as .docx and try again",
    "ppt/presentation.xml": "this is a presentation; save the report as .docx and try again",
}


def main_part(content: bytes) -> bytes:
    """Give the XML of a Word file's text.

    Raises ValueError when the archive is damaged, locked, no Word file, or unpacks to more than any report.
    """
    if content.count(b"PK\x01\x02") > _MOST_PARTS:
        raise ValueError(f"this archive has more than {_MOST_PARTS} parts: it is no Word file; give the report alone")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _unpacked(archive, _main_name(archive))
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, zlib.error, struct.error, KeyError) as error:
        raise ValueError(f"this Word file is damaged ({error}); download or save it again") from None


def _main_name(archive: zipfile.ZipFile) -> str:
    """Find the part with the text: nearly always the same, else the one that the package declares."""
    names = set(archive.namelist())
    if _MAIN in names:
        return _MAIN
    for name, why in _OTHERS.items():
        if name in names:
            raise ValueError(why)
    for override in _OVERRIDE.findall(_unpacked(archive, _TYPES)) if _TYPES in names else ():
        part = _PART.search(override)
        if b"wordprocessingml" in override and b".main+xml" in override and part:
            return part[1].decode("utf-8", "replace")
    raise ValueError("this archive holds no Word document; unpack it and give the report itself")


def _unpacked(archive: zipfile.ZipFile, name: str) -> bytes:
    info = archive.getinfo(name)
    if info.flag_bits & 1:
        raise ValueError("this Word file is protected by a password; save it without one and try again")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise ValueError("this archive is packed in a way that Word does not use; save it again in Word")
    with archive.open(info) as part:
        content = part.read(_LARGEST + 1)
    if len(content) > _LARGEST:
        raise ValueError(f"this Word file unpacks to more than {_LARGEST // 1_000_000} MB: it is no report")
    return content
