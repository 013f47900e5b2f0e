"""Mend the rulings of a table in a picture: put back what was whited out, leave out folds and streaks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from foi_analysis.reading.ruled import Place, Ruling

#: Places nearer than this are one; a gap that is narrower is none.
_NEAR, _NARROW = 4.0, 8.0
#: So many level rulings are cut off; a ruling beside them stands along this share of them.
_FEWEST, _MOSTLY = 3, 0.6


def restored(rulings: Sequence[Ruling]) -> tuple[tuple[Ruling, ...], tuple[Place, ...]]:
    """Return rulings with those that a table lacks where it was whited out, and the rectangles of white.

    A table of which a column was whited out falls into two, or loses a side; with its rulings back, each value stands
    in its own cell, and nothing stands in the column that is gone.
    """
    added: list[Ruling] = []
    white: list[Place] = []
    for left, right, at in _bands([ruling for ruling in rulings if not ruling.upright]):
        top, bottom = min(at), max(at)
        if all(_is_ruled(rulings, side, top, bottom) for side in (left, right)):
            continue  # a cell that is merged over rows
        added += [Ruling(True, side, top, bottom) for side in (left, right)]
        added += [Ruling(False, y, left, right) for y in at]
        white.append((left, top, right, bottom))
    return (*rulings, *added), tuple(white)


def without_folds(rulings: Sequence[Ruling]) -> list[Ruling]:
    """Return rulings without those that run on beyond a table at both sides, as folds and streaks do."""
    return [ruling for ruling in rulings if not _is_fold(ruling, rulings)]


def _is_fold(line: Ruling, rulings: Sequence[Ruling]) -> bool:
    crossed = [r.at for r in rulings if r.upright is not line.upright and r.start - _NEAR < line.at < r.end + _NEAR]
    inside = [at for at in crossed if line.start - _NEAR < at < line.end + _NEAR]
    if len(inside) < 2:
        return False
    beyond = line.start < min(inside) - _NARROW and line.end > max(inside) + _NARROW
    others = [r for r in rulings if r.upright is line.upright and r is not line and r.end - r.start > _NARROW]
    ending = sum(abs(r.start - min(inside)) < _NEAR or abs(r.end - max(inside)) < _NEAR for r in others)
    return beyond and ending >= _FEWEST


def _bands(level: Sequence[Ruling]) -> Iterator[tuple[float, float, list[float]]]:
    """Yield where many level rulings are cut off alike: from, to, and their heights."""
    found: list[tuple[float, float, list[float]]] = []
    for start, end, at in _gaps(level):
        for left, right, heights in found:
            if abs(left - start) < _NEAR and abs(right - end) < _NEAR:
                heights.append(at)
                break
        else:
            found.append((start, end, [at]))
    return (band for band in found if len(band[2]) >= _FEWEST)


def _gaps(level: Sequence[Ruling]) -> Iterator[tuple[float, float, float]]:
    """Yield the white within each level ruling, and behind it as far as others reach that begin below or above it."""
    lines: list[list[Ruling]] = []
    for ruling in sorted(level, key=lambda ruling: ruling.at):
        if lines and ruling.at - lines[-1][0].at < _NEAR:
            lines[-1].append(ruling)
        else:
            lines.append([ruling])
    for line in lines:
        pieces = sorted(line, key=lambda ruling: ruling.start)
        for piece, after in pairwise(pieces):
            if after.start - piece.end > _NARROW:
                yield piece.end, after.start, piece.at
        last = max(pieces, key=lambda ruling: ruling.end)
        reach = max(r.end for r in level if abs(r.start - pieces[0].start) < _NEAR)
        if reach - last.end > _NARROW:
            yield last.end, reach, last.at


def _is_ruled(rulings: Sequence[Ruling], x: float, top: float, bottom: float) -> bool:
    """Check whether an upright ruling stands along most of a side."""
    beside = [r for r in rulings if r.upright and abs(r.at - x) < _NEAR]
    along = sum(max(0.0, min(r.end, bottom) - max(r.start, top)) for r in beside)
    return along > _MOSTLY * (bottom - top)
