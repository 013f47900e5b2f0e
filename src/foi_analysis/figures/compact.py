"""Make an SVG smaller without changing what it shows: no remarks, no indents, letters in relative coordinates."""

from __future__ import annotations

import re
from collections.abc import Iterator

_GLYPH = re.compile(rb'(<path id="FOISansSC[^"]*" d=")([^"]*)"')
_REMARK = re.compile(rb"<!--.*?-->", re.DOTALL)
_SPACE = re.compile(rb"(?<=>)\s+(?=<)| *\n *")
_LETTER = re.compile(rb'(<path id="|<use xlink:href="#)FOISansSC-Regular-')
_PLACE = re.compile(rb'(<use xlink:href="[^"]*") transform="translate\(([\d.]+) 0\)"')
_STEP = re.compile(r"([MLQCz])([^MLQCz]*)")


def compact(svg: bytes) -> bytes:
    """Leave out remarks and the space between elements, and write the outlines of letters as steps.

    Outlines are whole numbers and stay exact; where a letter stands is rounded to a thousandth of its size. What a
    text says is escaped in an SVG, so no pattern meets it.
    """
    letters = _GLYPH.sub(lambda found: found[1] + _relative(found[2].decode()).encode() + b'"', svg)
    letters = _PLACE.sub(lambda found: b'%b x="%.1f"' % (found[1], float(found[2])), letters)
    letters = _LETTER.sub(rb"\1g", letters)
    return _SPACE.sub(_one_line, _REMARK.sub(b"", letters)) + b"\n"


def _one_line(space: re.Match[bytes]) -> bytes:
    return b"" if space.string[space.start() - 1 : space.start()] == b">" else b" "


def _relative(path: str) -> str:
    return re.sub(r" (?=-)", "", "".join(_steps(path)))


def _steps(path: str) -> Iterator[str]:
    """Return each command with its points as differences from where the pen stood before it."""
    here = start = (0, 0)
    for command, numbers in _STEP.findall(path):
        if command == "z":
            here = start
            yield "z"
            continue
        values = [int(number) for number in numbers.split()]
        points = list(zip(values[::2], values[1::2], strict=True))
        yield command.lower() + " ".join(f"{x - here[0]} {y - here[1]}" for x, y in points)
        here = points[-1]
        start = here if command == "M" else start
