"""Damage files at random, for tests of a few seconds and for long runs by hand."""

from __future__ import annotations

import io
import random
import re
import zipfile
import zlib
from collections.abc import Callable
from functools import cache, partial

from hostile import zipped
from pagemaker import lay_out
from pagemaker.printers import PRINTERS
from pagemaker.printing import to_text

from foi_analysis import load_form
from foi_analysis.form import form_ids
from foi_analysis.teaching.answers import draw_values

#: Bytes and words that parsers trip over.
_TRAPS = (
    b"\x00", b"\xff\xfe", b"\xed\xa0\x80", b"<table>", b"</table>", b"<td colspan=999999999>", b"<!--", b"<![CDATA[",
    b"&#x202e;", b"&#0;", b"<w:tbl>", b"<w:tc>", b"stream\n", b"endobj", b"9 0 R", b"/Kids [2 0 R]", b"Do ", b"[", b"(",
    b"<<", b"\t", b"\r\n\r\n", b"|---|", "一、".encode(), "（".encode(), "总计".encode(), b"1e999", b"-1",
    b"99999999999999999999", b"PK\x03\x04",
)  # fmt: skip


def samples() -> dict[str, Callable[[], bytes]]:
    """Give what makes sound reports of every format, shape and form, by names that end as their files do."""
    made: dict[str, Callable[[], bytes]] = {}
    for form_id in form_ids():
        form = load_form(form_id)
        page = lay_out(form, draw_values(form, 3, 900), "某某市人民政府", 2022)
        made |= {f"{form_id}-{name}".replace(" ", "-"): partial(write, page) for name, write in PRINTERS.items()}
        made[f"{form_id}-run-together.txt"] = lambda page=page: re.sub(rb"\s+", b"", to_text(page))
    return {name: cache(make) for name, make in made.items()}


def damaged(content: bytes, dice: random.Random) -> bytes:
    """Damage a file: within its packed parts where it has some, else in its bytes."""
    if content.startswith(b"PK") and dice.random() < 0.7:
        return _within_zip(content, dice)
    if content.startswith(b"%PDF") and dice.random() < 0.7:
        return _within_pdf(content, dice)
    if content.startswith(b"\xd0\xcf\x11\xe0") and dice.random() < 0.7:
        return _numbers(content, dice)
    return hurt(content, dice)


def hurt(content: bytes, dice: random.Random) -> bytes:
    """Damage bytes in one place or in many."""
    for _ in range(dice.choice((1, 1, 2, 5, 30))):
        content = dice.choice(_WAYS)(content, dice)
    return content[:2_000_000]


def _flip(content: bytes, dice: random.Random) -> bytes:
    at = dice.randrange(len(content) + 1)
    return content[:at] + bytes([dice.randrange(256)]) + content[at + 1 :]


def _cut(content: bytes, dice: random.Random) -> bytes:
    return content[: dice.randrange(len(content) + 1)]


def _drop(content: bytes, dice: random.Random) -> bytes:
    at, to = sorted((dice.randrange(len(content) + 1), dice.randrange(len(content) + 1)))
    return content[:at] + content[min(to, at + 200) :]


def _repeat(content: bytes, dice: random.Random) -> bytes:
    at, size = dice.randrange(len(content) + 1), dice.choice((3, 40, 2000))
    return content[:at] + content[at : at + size] * dice.choice((2, 3, 50)) + content[at + size :]


def _swap(content: bytes, dice: random.Random) -> bytes:
    a, b, c = sorted(dice.randrange(len(content) + 1) for _ in range(3))
    return content[:a] + content[b:c] + content[a:b] + content[c:]


def _insert(content: bytes, dice: random.Random) -> bytes:
    at = dice.randrange(len(content) + 1)
    return content[:at] + dice.choice(_TRAPS) * dice.choice((1, 1, 2, 300)) + content[at:]


_WAYS = (_flip, _flip, _cut, _drop, _repeat, _swap, _insert, _insert)


def _numbers(content: bytes, dice: random.Random) -> bytes:
    """Write numbers of four bytes over others, most of them in the tables at the beginning."""
    out = bytearray(content)
    for _ in range(dice.choice((1, 2, 8, 40))):
        at = dice.randrange(dice.choice((600, 4000, len(out) - 4)))
        out[at : at + 4] = dice.choice((dice.randbytes(4), b"\xff\xff\xff\x7f", bytes(4)))
    return bytes(out)


def _within_zip(content: bytes, dice: random.Random) -> bytes:
    """Damage one part of a zip, a long one rather than a short one."""
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        parts = {name: file.read(name) for name in file.namelist()}
    (chosen,) = dice.choices(list(parts), [len(part) for part in parts.values()])
    return zipped(parts | {chosen: hurt(parts[chosen], dice)})


def _within_pdf(content: bytes, dice: random.Random) -> bytes:
    """Damage one stream of a PDF, unpacked and packed again; the file's table of places is then wrong as well."""
    streams = list(re.finditer(rb"stream\r?\n(.*?)endstream", content, re.DOTALL))
    if not streams:
        return hurt(content, dice)
    chosen = dice.choice(streams)
    try:
        part = zlib.decompress(chosen[1])
    except zlib.error:
        return hurt(content, dice)
    packed = zlib.compress(hurt(part, dice))
    return content[: chosen.start(1)] + packed + b"\n" + content[chosen.end(1) :]
