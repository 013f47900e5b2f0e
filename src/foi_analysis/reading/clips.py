"""Small pictures of what is printed in the cells of a report, cut out of its pages, so that each token can be seen."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path

import numpy as np
from PIL import Image

from foi_analysis.reading.document import Spot
from foi_analysis.reading.files import open_document
from foi_analysis.reading.rasters import Picture, pictures_of

#: The dots in a point of the pages (150 to the inch), and the height of the pictures, in dots.
_DOTS, _HIGH = 150 / 72, 18
#: In points: the rim of a cell in which its rulings lie. Ink is darker than the ground by this much, of 255.
_RIM, _INK = 2.0, 60
#: Ink along more of a side than this is a ruling.
_RULED = 0.85
#: So many shades of gray are kept; a picture is at most so wide as this many times its height.
_SHADES, _WIDE = 4, 8
#: What is longer is no number.
_LONGEST = 18


@lru_cache(maxsize=2)
def clips_of(path: Path, sha256: str) -> Mapping[str, bytes]:
    """Return a PNG file of each number on the pages of a file, by its place; none where the file is another now."""
    try:
        document = open_document(path)
        if document.sha256 != sha256:
            return {}
        if document.rest:
            document = document.rest()
        fields = (field for line in document.lines for field in line.fields)
        numbers = {field.where for field in fields if 0 < len(field.text.strip()) <= _LONGEST}
        spots = {where: spot for where, spot in document.spots.items() if where in numbers}
        return dict(_cut(path.read_bytes(), spots))
    except (OSError, ValueError):  # the file is gone, or cannot be drawn: its numbers are shown without pictures
        return {}


def _cut(content: bytes, spots: Mapping[str, Spot]) -> Iterator[tuple[str, bytes]]:
    pages = {spot.page for spot in spots.values()}
    for number, picture, width in pictures_of(content, _DOTS):
        if number in pages:
            yield from _of_page(picture, width, ((w, spot) for w, spot in spots.items() if spot.page == number))


def _of_page(picture: Picture, width: float, spots: Iterable[tuple[str, Spot]]) -> Iterator[tuple[str, bytes]]:
    page = Image.fromarray(np.ascontiguousarray(picture[:, :, ::-1])).convert("L")
    turned = {0.0: page}
    scale = width / page.width
    for where, spot in spots:
        if spot.turned not in turned:
            quarters = round(spot.turned / 90)
            upright = page.rotate(90 * quarters, expand=True)
            turned[spot.turned] = upright.rotate(spot.turned - 90 * quarters, Image.Resampling.BICUBIC, fillcolor=255)
        edges = spot.x0 + _RIM, spot.y0 + _RIM, spot.x1 - _RIM, spot.y1 - _RIM
        left, top, right, bottom = (round(edge / scale) for edge in edges)
        if left < right and top < bottom:
            cell = _trimmed(turned[spot.turned].crop((left, top, right, bottom)))
            if cell:
                yield where, _png(cell)


def _trimmed(cell: Image.Image) -> Image.Image | None:
    """Cut away the white around what is printed; None where nothing is."""
    dots = np.asarray(cell)
    marks = dots < np.percentile(dots, 90) - _INK
    marks[:, marks.mean(axis=0) > _RULED] = False  # what is left of the cell's rulings
    marks[marks.mean(axis=1) > _RULED] = False
    if not marks.any():
        return None
    rows, columns = np.flatnonzero(marks.any(axis=1)), np.flatnonzero(marks.any(axis=0))
    return cell.crop((columns[0] - 1, rows[0] - 1, columns[-1] + 2, rows[-1] + 2))


def _png(cell: Image.Image) -> bytes:
    high = min(_HIGH, cell.height)
    wide = min(max(1, round(cell.width * high / cell.height)), _WIDE * _HIGH)
    small = cell.resize((wide, high), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    small.quantize(_SHADES).save(out, "PNG", bits=2, optimize=True)
    return out.getvalue()
