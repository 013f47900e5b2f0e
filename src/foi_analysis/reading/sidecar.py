"""What was recognised in a picture, kept beside it as ``FILE.ocr.json``, so that it is recognised once and read alike.

All places are in points (1/72 inch) of the page as it lies straight, y downwards.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any, NamedTuple

from foi_analysis.reading.drawings import Place, Ruling
from foi_analysis.resources import Told, told_by

#: A sidecar of another version, or larger than this, is made anew.
VERSION, _LARGEST = 1, 20_000_000
_SUFFIX = ".ocr.json"
#: What has to be installed for recognising.
EXTRA = "pip install 'foi_analysis[ocr]'"


class Seen(NamedTuple):
    """A text that was recognised, how sure the engine is of it (0 to 1), and its rectangle."""

    text: str
    score: float
    x0: float
    y0: float
    x1: float
    y1: float


@dataclass(frozen=True, slots=True)
class Scan:
    """A page that is a picture: its rulings, what was recognised in it as a whole, and in each ruled cell alone.

    ``width`` is that of the page, ``turned`` by how many degrees it was turned to lie straight, ``white`` the places
    where its tables were whited out.
    """

    number: int
    width: float
    height: float
    turned: float
    rulings: tuple[Ruling, ...]
    white: tuple[Place, ...]
    words: tuple[Seen, ...]
    cells: tuple[Seen, ...]


@dataclass(frozen=True, slots=True)
class Recognition:
    """What was recognised in a file: its SHA-256 sum, the engine with the sums of its models, and each page."""

    sha256: str
    engine: Mapping[str, str]
    scans: tuple[Scan, ...]


def sidecar_of(path: Path) -> Path:
    """Return the name of the sidecar of a file."""
    return path.with_name(path.name + _SUFFIX)


def is_sidecar(path: Path) -> bool:
    """Check whether a file is named as a sidecar."""
    return path.name.endswith(_SUFFIX)


def save(recognition: Recognition, path: Path) -> None:
    """Write a sidecar aside and put it in place in one step. Raises OSError when that cannot be done."""
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        aside.write_text(_to_json(recognition), encoding="utf-8", newline="\n")
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)


def _to_json(recognition: Recognition) -> str:
    """Write a recognition as JSON, one line for each word, ruling and cell."""
    pages = [
        {
            "number": scan.number,
            "width": scan.width,
            "height": scan.height,
            "turned": scan.turned,
            "rulings": [["upright" if r.upright else "level", r.at, r.start, r.end] for r in scan.rulings],
            "white": [list(place) for place in scan.white],
            "words": [list(seen) for seen in scan.words],
            "cells": [list(seen) for seen in scan.cells],
        }
        for scan in recognition.scans
    ]
    head = {"version": VERSION, "sha256": recognition.sha256, "engine": dict(recognition.engine), "count": len(pages)}
    return "".join(_lines({**head, "pages": pages}, "")) + "\n"


def _lines(value: Any, indent: str) -> Iterator[str]:
    """Yield pieces of JSON: objects and lists of objects or of lists over several lines, all else on one."""
    nested = isinstance(value, dict) or (isinstance(value, list) and any(isinstance(v, dict | list) for v in value))
    if not nested or not value:
        yield json.dumps(value, ensure_ascii=False)
        return
    inner = indent + " "
    entries = value.items() if isinstance(value, dict) else [("", entry) for entry in value]
    for i, (key, entry) in enumerate(entries):
        yield f"{',' if i else '{' if isinstance(value, dict) else '['}\n{inner}"
        yield f"{json.dumps(key)}: " if isinstance(value, dict) else ""
        yield from _lines(entry, inner)
    yield f"\n{indent}{'}' if isinstance(value, dict) else ']'}"


def open_sidecar(path: Path, sha256: str) -> Recognition | None:
    """Read the sidecar at a path, None where there is none.

    Raises ValueError when it is damaged, of another version, or of another file than that of the given sum.
    """
    if not path.exists():
        return None
    if not path.is_file():
        raise _refused(path, Told("refusals.sidecar_no_file"))
    with path.open("rb") as file:
        content = file.read(_LARGEST + 1)
    if len(content) > _LARGEST:
        raise _refused(path, Told("refusals.sidecar_large", megabytes=_LARGEST // 1_000_000))
    try:
        found = json.loads(content)
        version, whose = found["version"], found["sha256"]
        recognition = _recognition(found) if type(version) is int and version == VERSION else None
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, OverflowError) as error:
        how = Told("refusals.sidecar_damaged", kind=type(error).__name__, error=told_by(error))
        raise _refused(path, how) from None
    if recognition is None:
        raise _refused(path, Told("refusals.sidecar_version", version=str(version)[:20], needed=VERSION))
    if whose != sha256:
        raise _refused(path, Told("refusals.sidecar_other", sum=str(whose)[:12]))
    return recognition


def _refused(path: Path, how: Told) -> ValueError:
    return ValueError(Told("refusals.sidecar", file=path.name, how=how, extra=EXTRA))


def _recognition(found: Mapping[str, Any]) -> Recognition:
    engine = {str(name): str(what) for name, what in found["engine"].items()}
    scans = tuple(map(_scan, found["pages"]))
    numbers = [scan.number for scan in scans]
    if len(numbers) != found["count"] or numbers != sorted(set(numbers)):
        raise ValueError(Told("refusals.sidecar_pages", count=repr(found["count"])[:20], pages=len(numbers)))
    return Recognition(str(found["sha256"]), engine, scans)


def _scan(page: Mapping[str, Any]) -> Scan:
    width, height, turned = _numbers([page["width"], page["height"], page["turned"]])
    rulings = tuple(
        Ruling({"upright": True, "level": False}[direction], *_numbers(place)) for direction, *place in page["rulings"]
    )
    number = page["number"]
    if type(number) is not int or number < 1 or width <= 0 or height <= 0:
        raise ValueError(Told("refusals.sidecar_page", number=repr(number)))
    white = tuple((x0, y0, x1, y1) for x0, y0, x1, y1 in map(_numbers, page["white"]))
    return Scan(number, width, height, turned, rulings, white, _all_seen(page["words"]), _all_seen(page["cells"]))


def _all_seen(entries: Sequence[Any]) -> tuple[Seen, ...]:
    return tuple(Seen(_text(text), *_numbers(place)) for text, *place in entries)


def _text(text: Any) -> str:
    if not isinstance(text, str):
        raise ValueError(Told("refusals.sidecar_text", text=repr(text)))
    return text


def _numbers(values: Sequence[Any]) -> list[float]:
    numbers = [float(value) for value in values]
    if not all(map(isfinite, numbers)):
        raise ValueError(Told("refusals.sidecar_place"))
    return numbers
