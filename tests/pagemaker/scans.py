"""Print a laid-out report as pictures of its pages, as a scanner, a fax or a camera would make them."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from typing import Any

import numpy as np
import pypdfium2 as pdfium
from PIL import Image, ImageDraw, ImageFilter

from foi_analysis.reading.pages import Placed, page_lines
from foi_analysis.reading.pdf import chars, drawings, open_sheet, opened_pdf
from foi_analysis.reading.sidecar import Recognition, Scan, Seen

Damage = Callable[[Image.Image, np.random.Generator], Image.Image]


def photographed(pdf: bytes, dots: int, damage: str = "clean", seed: int = 0) -> list[Image.Image]:
    """Draw the pages of a PDF with so many dots to the inch, each with the damage of that name."""
    chance = np.random.default_rng([seed, dots, len(damage)])
    with pdfium.PdfDocument(pdf) as pages:
        drawn = [page.render(scale=dots / 72).to_pil().convert("RGB") for page in pages]
    return [DAMAGES[damage](page, chance) for page in drawn]


def as_pdf(pages: Sequence[Image.Image], dots: int) -> bytes:
    """Bind pictures of pages as a PDF that holds nothing else."""
    out = io.BytesIO()
    pages[0].save(out, "PDF", save_all=True, append_images=pages[1:], resolution=dots, quality=95)
    return out.getvalue()


def as_file(page: Image.Image, kind: str) -> bytes:
    """Write a picture as a file of a kind (png, jpeg, tiff, webp, bmp)."""
    out = io.BytesIO()
    page.save(out, kind, **({"quality": 95} if kind in ("jpeg", "webp") else {}))
    return out.getvalue()


def skewed(page: Image.Image, degrees: float) -> Image.Image:
    return page.rotate(degrees, Image.Resampling.BICUBIC, fillcolor="white")


def blurred(page: Image.Image, points: float) -> Image.Image:
    return page.filter(ImageFilter.GaussianBlur(points * page.width / 595))


def noisy(page: Image.Image, spread: float, chance: np.random.Generator) -> Image.Image:
    dots: Any = np.asarray(page, np.float32) + chance.normal(0, spread, (page.height, page.width, 3))
    return Image.fromarray(dots.clip(0, 255).astype(np.uint8))


def packed(page: Image.Image, quality: int) -> Image.Image:
    out = io.BytesIO()
    page.save(out, "JPEG", quality=quality)
    return Image.open(out).convert("RGB")


def shaded(page: Image.Image) -> Image.Image:
    light = np.linspace(0.72, 1, page.width)[None, :, None] * np.linspace(0.9, 1, page.height)[:, None, None]
    return Image.fromarray((np.asarray(page) * light).astype(np.uint8))


def faxed(page: Image.Image, chance: np.random.Generator) -> Image.Image:
    dots = np.where(np.asarray(blurred(page.convert("L"), 0.35)) > 170, 255, 0).astype(np.uint8)
    specks = chance.random(dots.shape)
    dots[specks < 0.002] = 0
    dots[specks > 0.998] = 255
    return Image.fromarray(dots).convert("RGB")


def sealed(page: Image.Image) -> Image.Image:
    """Stamp a red seal over the middle of the page; what its ink covers is hardly seen."""
    seal = page.copy()
    draw, width = ImageDraw.Draw(seal), page.width
    x, y, radius = 0.62 * width, 0.45 * page.height, 0.13 * width
    draw.ellipse((x - radius, y - radius, x + radius, y + radius), outline=(220, 40, 40), width=max(3, width // 200))
    star = [(x + 0.04 * width * np.sin(a), y - 0.04 * width * np.cos(a)) for a in np.arange(5) * 4 * np.pi / 5]
    draw.polygon(star, fill=(220, 40, 40))
    return Image.blend(page, seal, 0.75)


#: Ways in which a page is scanned; the first four are those of an ordinary scan, of which 99 cells in 100 are read.
DAMAGES: dict[str, Damage] = {
    "clean": lambda page, _: page,
    "skewed": lambda page, _: skewed(page, 1.0),
    "jpeg": lambda page, _: packed(page, 40),
    "scanned": lambda page, chance: packed(noisy(blurred(skewed(page, 0.6), 0.25), 8, chance), 60),
    "blurred": lambda page, _: blurred(page, 0.5),
    "noisy": lambda page, chance: noisy(page, 25, chance),
    "poor": lambda page, chance: packed(noisy(blurred(shaded(skewed(page, -1.2)), 0.45), 14, chance), 35),
    "faxed": lambda page, chance: faxed(skewed(page, 0.4), chance),
    "sealed": lambda page, _: packed(sealed(page), 70),
}


def recognised(pdf: bytes, content: bytes | None = None) -> Recognition:
    """Return what a perfect engine would recognise in pictures of the pages of a PDF (``content``: their file)."""
    scans: list[Scan] = []
    with opened_pdf(pdf) as pages:
        for number, page in enumerate(pages, 1):
            sheet = open_sheet(page)
            drawn = drawings(sheet)
            tables = drawn.tables()
            lines = page_lines(number, chars(sheet, False, drawn.is_dark)[0], tables)
            words = [seen for line in lines for seen in _words(line)]
            inside = {
                place: field.text for line in lines for field, place in zip(line.line.fields, line.places, strict=True)
            }
            boxes = [box.place for table in tables for box in table.boxes]
            cells = tuple(Seen(inside[place], 1.0, *place) for place in boxes if place in inside)
            rulings = tuple(drawn.rulings)
            scans.append(Scan(number, sheet.width, sheet.height, 0.0, rulings, (), tuple(words), cells))
    return Recognition(sha256(content or pdf).hexdigest(), {"engine": "perfect"}, tuple(scans))


def _words(line: Placed) -> Iterator[Seen]:
    """Yield the texts of a line, those of a cell one below the other within it."""
    for field, (x0, y0, x1, y1) in zip(line.line.fields, line.places, strict=True):
        texts = [text for text in field.text.split("\n") if text.strip()]
        high = (y1 - y0 - 2) / max(len(texts), 1)
        for at, text in enumerate(texts):
            yield Seen(text, 1.0, x0 + 1, y0 + 1 + at * high, x1 - 1, y0 + 1 + (at + 1) * high)
