"""Share out a page's width among the columns of a table, and find the size of type in which it fits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from foi_analysis.export.pdf.lengths import narrowest, width

#: The width of the text on a page upright and lying, in points (A4 less its margins, see ``report.typ``).
UPRIGHT, LYING = 481.0, 728.0
#: Sizes of type to try, in points: those one reads with ease upright, then the page lies, then smaller ones.
_EASY = (8.5, 8.0, 7.5, 7.0, 6.5)
_SMALL = (6.0, 5.5, 5.0, 4.5, 4.0)
#: Upright, a smaller size is taken before what must not be cut fills more than this part of the width.
_FILLED = 0.8
_TRIES = (
    *((size, UPRIGHT, UPRIGHT * _FILLED) for size in _EASY[:-1]),
    *((size, UPRIGHT, UPRIGHT) for size in _EASY),
    *((size, LYING, LYING) for size in (*_EASY, *_SMALL)),
)
#: Space left and right of a cell's words, together, in em (see ``report.typ``).
PADDING = 1.1
#: A word longer than this, in em, is broken, so that one of them does not take the whole page.
_LONGEST = 13.0
#: Width is shared out in so many steps of equal size.
_STEPS = 120


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a cell asks of the columns that it covers, in em: ``least`` to cut no word, ``most`` to break no line."""

    row: int
    column: int
    across: int
    least: float
    most: float


@dataclass(frozen=True, slots=True)
class Layout:
    """How a table is set: size of type and columns in points, whether the page lies, the longest word left whole."""

    size: float
    columns: tuple[float, ...]
    lying: bool
    longest: float


def wanted(row: int, column: int, across: int, text: str) -> Wanted:
    """Measure what a cell asks for."""
    least = min(narrowest(text), _LONGEST)
    return Wanted(row, column, across, least + PADDING, max(least, width(text)) + PADDING)


def lay_out(columns: int, cells: Sequence[Wanted]) -> Layout:
    """Find the layout: upright in a size that one reads with ease, else lying; nothing is ever wider than the page."""
    least = _needs(columns, cells)
    for size, room, most in _TRIES:
        if sum(least) * size <= most:
            shared = _share(least, cells, room / size)
            return Layout(size, tuple(round(each * size, 2) for each in shared), room == LYING, _LONGEST)
    size, each = _SMALL[-1], LYING / columns
    return Layout(size, (round(each, 2),) * columns, lying=True, longest=max(each / size - PADDING, 1.0))


def _needs(columns: int, cells: Iterable[Wanted]) -> list[float]:
    """Give what each column needs: its own cells first, then those that cover several, shared out evenly."""
    needs = [0.0] * columns
    for cell in sorted(cells, key=lambda cell: cell.across):
        covered = range(cell.column, cell.column + cell.across)
        lacking = cell.least - sum(needs[column] for column in covered)
        for column in covered:
            needs[column] += max(lacking, 0.0) / cell.across
    return needs


def _share(least: Sequence[float], cells: Iterable[Wanted], room: float) -> list[float]:
    """Give each column what it needs; then what is left, step by step, to the one that shortens the table most."""
    widths = list(least)
    rows: dict[int, list[Wanted]] = {}
    for cell in cells:
        if cell.across == 1:
            rows.setdefault(cell.row, []).append(cell)
    step = (room - sum(least)) / _STEPS
    for _ in range(_STEPS):
        gains = _gains(rows.values(), widths, step)
        if not any(gains):
            break
        widths[gains.index(max(gains))] += step
    return widths


def _gains(rows: Iterable[Sequence[Wanted]], widths: Sequence[float], step: float) -> list[float]:
    """Give by how many lines the table would be shorter were a column wider: in each row its tallest cell counts."""
    gains = [0.0] * len(widths)
    for row in rows:
        cell = max(row, key=lambda cell: _lines(cell, widths[cell.column]))
        gains[cell.column] += _lines(cell, widths[cell.column]) - _lines(cell, widths[cell.column] + step)
    return gains


def _lines(cell: Wanted, width: float) -> float:
    """Give the number of lines that a cell takes, in fractions, for a fraction may become a line."""
    return max((cell.most - PADDING) / max(width - PADDING, 0.01), 1.0)
