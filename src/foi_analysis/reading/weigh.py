"""Weigh a PDF before it is opened: how much its streams unpack to, and how often its pages draw them.

A few kilobytes can unpack to gigabytes, and ten forms that each draw the next ten times draw ten thousand
million lines. Nothing stops a PDF engine once it has begun, so the weight is found first, from the
file's own objects. What cannot be weighed (streams of an encrypted file) is not held against it.
"""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from foi_analysis.resources import Told

#: No stream of a report unpacks to more, in bytes, and no more is drawn on one page or on all.
_LARGEST, _LARGEST_ALL, _HEAVIEST_PAGE, _HEAVIEST = 60_000_000, 120_000_000, 3_000_000, 8_000_000
#: No report has as many objects, nor forms within forms so deep.
_MOST_OBJECTS, _DEEPEST = 300_000, 25
_OBJECT = re.compile(rb"(?<!\d)(\d{1,9})\s+\d{1,5}\s+obj\b")
_END = re.compile(rb"endobj|endstream|(?<!end)stream\r?\n")
_FILTER = re.compile(rb"/Filter\s*(\[[^\]]{0,200}\]|/[^\s/<>\[\]]+)")
_NAMED = re.compile(rb"/([^\s/<>\[\](){}%]+)\s+(\d{1,9})\s+\d{1,5}\s+R\b")
_REFERENCE = re.compile(rb"(?<!\d)(\d{1,9})\s+\d{1,5}\s+R\b")
_CONTENTS = re.compile(rb"/Contents\s*(\[[^\]]*\]|\d{1,9}\s+\d{1,5}\s+R\b)")
_KIDS = re.compile(rb"/Kids\s*\[([^\]]*)\]")
_PAGE = re.compile(rb"/Type\s*/Page\b")
_DRAWN = re.compile(rb"/([^\s/<>\[\](){}%]+)\s+Do\b")
_NOT_DRAWN = re.compile(rb"/Subtype\s*/Image\b|/Type\s*/(?:XRef|EmbeddedFile|Metadata)\b|/Length1\b")
_PACKED = re.compile(rb"/Type\s*/ObjStm\b")
_PICTURES = frozenset({b"DCTDecode", b"DCT", b"CCITTFaxDecode", b"CCF", b"JBIG2Decode", b"JPXDecode"})
_OLD = frozenset({b"LZWDecode", b"LZW", b"RunLengthDecode", b"RL"})
_FORM = re.compile(rb"/Subtype\s*/Form\b")


@dataclass(slots=True)
class _Object:
    """An object: its dictionary as written, and its stream as packed."""

    text: bytes
    packed: bytes = b""


@dataclass(slots=True)
class _File:
    objects: dict[int, _Object]
    unpacked: dict[int, bytes] = field(default_factory=dict)
    total: int = 0
    weights: dict[int, int] = field(default_factory=dict)
    everywhere: dict[bytes, set[int]] = field(default_factory=dict)

    def content(self, number: int) -> bytes:
        """Return an object's stream unpacked; empty where it has none. Raises ValueError when it is too large."""
        if number not in self.unpacked:
            found = self.objects.get(number)
            self.unpacked[number] = unpacked(found.text, found.packed) if found else b""
            self.total += len(self.unpacked[number])
            if self.total > _LARGEST_ALL:
                raise _unpacks_large(_LARGEST_ALL)
        return self.unpacked[number]


def refuse_bombs(content: bytes) -> None:
    """Raise ValueError when a PDF unpacks to, or draws, more than any report does."""
    file = _File(dict(_objects(content)))
    for number, found in list(file.objects.items()):
        if _PACKED.search(found.text):
            file.objects |= dict(_within(found.text, file.content(number)))
    _weigh_all(file)
    kids = Counter(int(n) for f in file.objects.values() for k in _KIDS.findall(f.text) for n in _REFERENCE.findall(k))
    pages = {number: _page_weight(file, number) for number, f in file.objects.items() if _PAGE.search(f.text)}
    if any(weight > _HEAVIEST_PAGE for weight in pages.values()):
        raise ValueError(Told("refusals.pdf_page_draws"))
    if sum(weight * min(max(kids[number], 1), 400) for number, weight in pages.items()) > _HEAVIEST:
        raise ValueError(Told("refusals.pdf_draws"))


def unpacked(text: bytes, packed: bytes) -> bytes:
    """Unpack a stream by the filters that its dictionary names. Raises ValueError when it is too large.

    A filter that only pictures use ends the unpacking; damage ends it where it is.
    """
    found = _FILTER.search(text)
    names = re.findall(rb"/([^\s/\[\]]+)", found[1]) if found else [b""] * (b"/Filter" in text)
    for name in names:
        if name in _PICTURES:
            break
        if name in (b"ASCII85Decode", b"A85"):
            packed = _from_85(packed)
        elif name in (b"ASCIIHexDecode", b"AHx"):
            digits = re.sub(rb"[^0-9A-Fa-f]", b"", packed)
            packed = binascii.unhexlify(digits + b"0" * (len(digits) % 2))
        elif name in _OLD and len(packed) > _LARGEST // 1000:
            raise ValueError(Told("refusals.pdf_old"))
        else:
            packed = _inflated(packed)
    return packed


def _unpacks_large(most: int) -> ValueError:
    return ValueError(Told("refusals.unpacks_large", what=Told("refusals.pdf"), megabytes=most // 1_000_000))


def _inflated(packed: bytes) -> bytes:
    inflate = zlib.decompressobj()
    try:
        content = inflate.decompress(packed, _LARGEST + 1)
    except zlib.error:
        return packed
    if len(content) > _LARGEST:
        raise _unpacks_large(_LARGEST)
    return content


def _from_85(packed: bytes) -> bytes:
    try:
        return base64.a85decode(packed.split(b"~>")[0].replace(b"<~", b""), ignorechars=b" \t\n\r\v\f\x00")
    except ValueError:
        return packed


def _objects(content: bytes) -> Iterator[tuple[int, _Object]]:
    """Yield the objects of a file with their numbers, in order."""
    at, count = 0, 0
    while found := _OBJECT.search(content, at):
        count += 1
        if count > _MOST_OBJECTS:
            raise ValueError(Told("refusals.pdf_objects", most=_MOST_OBJECTS))
        end = _END.search(content, found.end())
        at = end.end() if end else len(content)
        text = content[found.end() : end.start() if end else at]
        packed = b""
        if end and end[0].startswith(b"stream"):
            stop = content.find(b"endstream", at)
            stop = stop if stop >= 0 else len(content)
            packed, at = content[at:stop], stop
        yield int(found[1]), _Object(text, packed)


def _within(text: bytes, content: bytes) -> Iterator[tuple[int, _Object]]:
    """Yield the objects in an object stream, which lists their numbers and places first."""
    first = re.search(rb"/First\s+(\d{1,9})", text)
    if not first:
        return
    numbers = [int(number) for number in content[: int(first[1])].split() if number.isdigit() and len(number) < 10]
    places = [int(first[1]) + place for place in numbers[1::2]]
    for number, start, stop in zip(numbers[::2], places, [*places[1:], len(content)], strict=False):
        yield number, _Object(content[start:stop])


def _weigh_all(file: _File) -> None:
    """Unpack what pages may draw, and remember under which names forms are drawn anywhere."""
    forms = {number for number, found in file.objects.items() if _FORM.search(found.text)}
    for number, found in file.objects.items():
        if found.packed and not _NOT_DRAWN.search(found.text):
            file.content(number)
        elif found.packed and b"/Length1" in found.text and len(found.packed) > _LARGEST // 1000:
            unpacked(found.text, found.packed)
        for name, to in _NAMED.findall(found.text):
            if int(to) in forms:
                file.everywhere.setdefault(name, set()).add(int(to))


def _page_weight(file: _File, number: int) -> int:
    text = file.objects[number].text
    found = _CONTENTS.search(text)
    parts = [int(part) for part in _REFERENCE.findall(found[1])] if found else []
    if len(parts) == 1 and not file.objects.get(parts[0], _Object(b"")).packed:
        listed = file.objects.get(parts[0])
        parts = [int(part) for part in _REFERENCE.findall(listed.text)] if listed else []
    names = _names(file, text)
    return sum(_drawn_weight(file, file.content(part), names, 0) for part in parts[:10_000])


def _drawn_weight(file: _File, content: bytes, names: Mapping[bytes, set[int]], depth: int) -> int:
    """Return the size of a content in bytes, everything that it draws included."""
    if depth > _DEEPEST:
        raise ValueError(Told("refusals.pdf_nests"))
    weight = len(content)
    for name, times in Counter(_DRAWN.findall(content)).items():
        plain = re.sub(rb"#([0-9A-Fa-f]{2})", lambda code: bytes([int(code[1], 16)]), name)
        forms = names.get(name) or file.everywhere.get(name) or file.everywhere.get(plain) or set()
        weight += times * max((_form_weight(file, form, depth) for form in forms), default=0)
    return min(weight, _HEAVIEST + 1)


def _form_weight(file: _File, number: int, depth: int) -> int:
    if number not in file.weights:
        file.weights[number] = 0  # a form that draws itself is drawn once
        names = _names(file, file.objects[number].text)
        file.weights[number] = _drawn_weight(file, file.content(number), names, depth + 1)
    return file.weights[number]


def _names(file: _File, text: bytes) -> dict[bytes, set[int]]:
    """Return the forms that a page or form can draw, by the names of its resources."""
    found: dict[bytes, set[int]] = {}
    texts, seen = [text], 0
    while texts and seen < 10:
        seen += 1
        for name, to in _NAMED.findall(texts.pop()):
            number = int(to)
            if name in (b"Resources", b"XObject"):
                texts.append(file.objects[number].text if number in file.objects else b"")
            elif number in file.objects and _FORM.search(file.objects[number].text):
                found.setdefault(name, set()).add(number)
    return found
