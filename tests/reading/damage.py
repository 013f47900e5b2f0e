"""Damage files at random, for tests of a few seconds and for long runs by hand."""

from __future__ import annotations

import io
import random
import re
import zipfile
import zlib
from collections.abc import Callable
from functools import cache, partial
from typing import Any

from hostile import mhtml
from pagemaker import FORMATS, Page, lay_out, print_page
from pagemaker.doc import to_doc
from pagemaker.ofd import to_ofd
from pagemaker.shapes import SHAPES
from pagemaker.workbooks import to_xls, to_xlsx

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
        page = partial(_page, form_id)
        for ending in FORMATS:
            made[f"{form_id}{ending}"] = partial(_printed, page, ending)
        writers = {".doc": to_doc, ".xlsx": to_xlsx, ".xls": to_xls, ".ofd": to_ofd}
        writers |= {f"-{shape.replace(' ', '-')}": write for shape, write in SHAPES.items()}
        made |= {f"{form_id}{ending}": partial(_written, write, page) for ending, write in writers.items()}
        html, text = made[f"{form_id}.html"], made[f"{form_id}.txt"]
        made[f"{form_id}.mht"] = partial(_written, mhtml, html)
        made[f"{form_id}-gb.txt"] = partial(_encoded, text, "gb18030")
        made[f"{form_id}-16.html"] = partial(_encoded, html, "utf-16")
        made[f"{form_id}-run.txt"] = partial(_run_together, text)
    return {name: cache(make) for name, make in made.items()}


def _page(form_id: str) -> Page:
    form = load_form(form_id)
    return lay_out(form, draw_values(form, 3, 900), "某某市人民政府", 2022)


def _printed(page: Callable[[], Page], ending: str) -> bytes:
    return print_page(page(), ending)


def _written(write: Callable[[Any], bytes], make: Callable[[], Any]) -> bytes:
    return write(make())


def _encoded(make: Callable[[], bytes], encoding: str) -> bytes:
    return make().decode().encode(encoding)


def _run_together(make: Callable[[], bytes]) -> bytes:
    return re.sub(r"\s+", "", make().decode()).encode()


def damaged(content: bytes, dice: random.Random) -> bytes:
    """Damage a file: within its packed parts where it has some, else in its bytes."""
    if content.startswith(b"PK") and dice.random() < 0.7:
        return _within_zip(content, dice)
    if content.startswith(b"%PDF") and dice.random() < 0.7:
        return _within_pdf(content, dice)
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


_WAYS: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    _flip,
    _flip,
    _cut,
    _drop,
    _repeat,
    _swap,
    _insert,
    _insert,
)


def _within_zip(content: bytes, dice: random.Random) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, hurt(part, dice) if name == "word/document.xml" else part)
    return out.getvalue()


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
