"""Pages as pictures: those of a PDF as pdfium draws them, and those of a file that is a picture."""

from __future__ import annotations

import ctypes
import io
import warnings
from collections.abc import Collection, Iterator
from typing import Any

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as raw
from PIL import Image, ImageOps

from foi_analysis.reading.pdf import opened_pdf
from foi_analysis.resources import Told

Picture = np.ndarray[Any, np.dtype[np.uint8]]

#: No report has more pages that are pictures, nor as many dots on one, nor pages of such a shape.
_MOST_PAGES, _MOST_DOTS, _LONGEST_SIDE = 60, 60_000_000, 12
#: The width in points of A4 upright and lying.
_A4 = (595.0, 842.0)


def pictures_of(content: bytes, dots: float, skipped: Collection[int] = ()) -> Iterator[tuple[int, Picture, float]]:
    """Yield the pages of a file but for those with the numbers given: number, picture, and width in points.

    A picture is height x width x 3, blue first. That of a page of a PDF has so many ``dots`` to the point. Raises
    ValueError when the file is damaged, or larger than any report.
    """
    return _of_pdf(content, dots, skipped) if b"%PDF-" in content[:1024] else _of_picture(content)


def _of_pdf(content: bytes, dots: float, skipped: Collection[int]) -> Iterator[tuple[int, Picture, float]]:
    with opened_pdf(content) as pdf:
        numbers = [number for number in range(1, len(pdf) + 1) if number not in skipped]
        if len(numbers) > _MOST_PAGES:
            raise ValueError(Told("refusals.pdf_pictures", pages=len(numbers), most=_MOST_PAGES))
        for number in numbers:
            page = pdf[number - 1]
            width, height = page.get_size()
            _refuse_large(page, width * dots, height * dots)
            yield number, np.ascontiguousarray(page.render(scale=dots).to_numpy()[:, :, :3]), width
            page.close()


def _refuse_large(page: pdfium.PdfPage, width: float, height: float) -> None:
    """Refuse a page that takes too much memory to render, or whose pictures take too much to unpack."""
    wide, high = ctypes.c_uint(), ctypes.c_uint()
    dots = width * height
    for item in page.get_objects([raw.FPDF_PAGEOBJ_IMAGE], max_depth=5):
        raw.FPDFImageObj_GetImagePixelSize(item, wide, high)
        dots = max(dots, wide.value * high.value)
    if dots > _MOST_DOTS:
        raise ValueError(Told("refusals.pdf_dots", millions=f"{dots / 1e6:.0f}"))


def _of_picture(content: bytes) -> Iterator[tuple[int, Picture, float]]:
    for number in range(_MOST_PAGES):
        frame = _frame(content, number)
        if frame is None:
            return
        yield number + 1, frame, _A4[frame.shape[1] > frame.shape[0]]


def _frame(content: bytes, number: int) -> Picture | None:
    """Return one of the pictures in a file as colours on white, blue first; None behind the last."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what Pillow says of odd metadata
            with Image.open(io.BytesIO(content)) as file:
                if number >= getattr(file, "n_frames", 1):
                    return None
                file.seek(number)
                wide, high = file.size
                if wide * high <= _MOST_DOTS and max(wide, high) <= _LONGEST_SIDE * min(wide, high):
                    return _on_white(file)
    except Image.DecompressionBombError:
        pass
    except Exception as error:  # Pillow's readers of formats raise of every kind
        raise ValueError(Told("refusals.picture_damaged", error=type(error).__name__)) from None
    raise ValueError(Told("refusals.picture_dots", millions=_MOST_DOTS // 1_000_000, times=_LONGEST_SIDE))


def _on_white(frame: Image.Image) -> Picture:
    if frame.mode in ("I", "F") or frame.mode.startswith("I;16"):
        frame = _in_bytes(frame)
    turned = ImageOps.exif_transpose(frame).convert("RGBA")
    ground = Image.new("RGBA", turned.size, "white")
    colours = np.asarray(Image.alpha_composite(ground, turned).convert("RGB"), np.uint8)
    return np.ascontiguousarray(colours[:, :, ::-1])


def _in_bytes(frame: Image.Image) -> Image.Image:
    """Return a picture of finer shades in 256 of them, from its darkest to its lightest."""
    shades = np.asarray(frame, np.float64)
    darkest, lightest = float(shades.min()), float(shades.max())
    spread = (shades - darkest) / max(lightest - darkest, 1e-9)
    return Image.fromarray((255 * spread).astype(np.uint8))
