"""Make an SVG smaller without changing what it shows: outlines of letters in relative coordinates."""

from __future__ import annotations

import re
from collections.abc import Iterator

_GLYPH = re.compile(rb'(<path id="FOISansSC[^"]*" d=")([^"]*)"')
_STEP = re.compile(r"([MLQCz])([^MLQCz]*)")


def compact(svg: bytes) -> bytes:
    """Rewrite the outlines of letters, which are whole numbers, as steps from point to point; the rest is kept."""
    return _GLYPH.sub(lambda found: found[1] + _relative(found[2].decode()).encode() + b'"', svg)


def _relative(path: str) -> str:
    return re.sub(r" (?=-)", "", "".join(_steps(path)))


def _steps(path: str) -> Iterator[str]:
    """Give each command with its points as differences from where the pen stood before it."""
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
