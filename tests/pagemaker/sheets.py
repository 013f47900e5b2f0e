"""Lay a report out on sheets of paper: where each line of text and each cell stands, in millimetres."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

from pagemaker.pages import Grid, Page, Printed, placed

WIDE, HIGH, SIZE = 210.0, 297.0, 2.5
_MARGIN, _PAD, _LEADING = 12.0, 0.6, 3.4
#: The advance of a letter or digit of half width, in sizes, in most fonts.
_HALF = 0.556


@dataclass(slots=True)
class Sheet:
    """A page to be printed: its lines of text (left, baseline, words) and its cells (left, top, right, bottom)."""

    high: float = HIGH
    texts: list[tuple[float, float, str]] = field(default_factory=list)
    cells: list[tuple[float, float, float, float]] = field(default_factory=list)
    bottom: float = _MARGIN

    @property
    def height(self) -> float:
        return max(self.high, self.bottom + _MARGIN)


def sheets(page: Page, high: float = HIGH) -> Iterator[Sheet]:
    """Lay out a report on pages of a height, longer where a merged cell is too tall to break."""
    sheet = Sheet(high)
    for part in (page.title, *page.parts):
        for block in _blocks(part):
            height = sum(block.heights) if isinstance(block, _Rows) else _LEADING
            if sheet.bottom + height > high - _MARGIN and sheet.texts:
                yield sheet
                sheet = Sheet(high)
            if isinstance(block, _Rows):
                block.put(sheet)
            else:
                sheet.texts.append((_MARGIN, sheet.bottom + SIZE, block))
            sheet.bottom += height
        sheet.bottom += _LEADING
    yield sheet


@dataclass(slots=True)
class _Rows:
    """Rows of a table that belong together, as (column, cell, whether it begins there), and their heights."""

    xs: list[float]
    rows: list[list[tuple[int, Printed, bool]]] = field(default_factory=list)
    heights: list[float] = field(default_factory=list)

    def put(self, sheet: Sheet) -> None:
        top = sheet.bottom
        for at, row in enumerate(self.rows):
            for column, cell, begins in row:
                if begins:
                    left, right = self.xs[column], self.xs[column + cell.across]
                    sheet.cells.append((left, top, right, top + sum(self.heights[at : at + cell.down])))
                    for line, words in enumerate(wrapped(cell.text, right - left - 2 * _PAD)):
                        sheet.texts.append((left + _PAD, top + _PAD + SIZE + line * _LEADING, words))
            top += self.heights[at]


def _blocks(part: str | Grid) -> Iterator[str | _Rows]:
    """Yield the lines of a paragraph, or the rows of a table that no page break may part."""
    if isinstance(part, str):
        yield from wrapped(part, WIDE - 2 * _MARGIN)
        return
    lines = list(placed(part))
    width = max(sum(cell.across for _, cell, _ in line) for line in lines)
    labels = [18.0, 12.0, 38.0] if 9 < width < 15 else []
    rest = (WIDE - 2 * _MARGIN - sum(labels)) / (width - len(labels))
    xs = [_MARGIN]
    for i in range(width):
        xs.append(xs[-1] + (labels[i] if i < len(labels) else rest))
    block, left = _Rows(xs), 0
    for line in lines:
        tall = [
            len(wrapped(c.text, xs[at + c.across] - xs[at] - 2 * _PAD)) / c.down for at, c, begins in line if begins
        ]
        block.rows.append(line)
        block.heights.append(max([1.0, *tall]) * _LEADING + 2 * _PAD)
        left = max([left - 1, *(cell.down - 1 for _, cell, begins in line if begins)])
        if left <= 0:
            yield block
            block = _Rows(xs)


def advance(letter: str) -> float:
    return SIZE * (1.0 if unicodedata.east_asian_width(letter) in "FWA" else _HALF)


def wrapped(text: str, width: float) -> list[str]:
    """Break a text into lines."""
    lines, used = [""], 0.0
    for letter in text:
        if used + advance(letter) > width:
            lines, used = [*lines, ""], 0.0
        lines[-1], used = lines[-1] + letter, used + advance(letter)
    return lines if text else []
