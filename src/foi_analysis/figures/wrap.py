"""Break a text into lines of a given width, Chinese between any two characters, other words whole."""

from __future__ import annotations

import re

from foi_analysis.figures.style import require_glyphs, width_of

#: What may not stand at the start of a line clings to what is before it; what opens a bracket, to what follows.
_CLOSING = "，。、；：？！％）】》〉」』”’…·"
_OPENING = "（【《〈「『“‘"
#: How finely widths are tried, from the whole width down to half of it.
_STEPS = 10
_PIECE = re.compile(rf"\s+|[{_OPENING}]*(?:[^\s\u2E80-\uFFEF“”‘’…·]+|.)[{_CLOSING}]*", re.DOTALL)


def wrap(text: str, size: float, width: float) -> list[str]:
    """Break a text into lines no wider than a width; size and width in points.

    A word that is itself too wide is broken where it must be. Always gives at least one line.
    Raises MissingGlyphError when the font lacks a character.

    >>> wrap("Requests received", 8, 200)
    ['Requests received']
    """
    require_glyphs("".join(text.split()))
    lines = [""]
    for piece in _pieces(text, size, width):
        if width_of((lines[-1] + piece).rstrip(), size) <= width:
            lines[-1] += piece
        else:
            lines.append(piece.lstrip())
    kept = [line.rstrip() for line in lines if line.strip()]
    return kept or [""]


def balance(text: str, size: float, width: float) -> list[str]:
    """Break a text as ``wrap`` does, into as few lines, but of lengths as even as may be: for titles and heads.

    >>> balance("Requests received", 8, 60)
    ['Requests', 'received']
    """
    best = wrap(text, size, width)
    widest = max((width_of(piece.strip(), size) for piece in _pieces(text, size, width)), default=0.0)
    for step in range(1, _STEPS):
        narrower = width * (1 - step / (2 * _STEPS))
        lines = wrap(text, size, narrower)
        if narrower < widest or len(lines) > len(best):
            break
        best = lines
    return best


def _pieces(text: str, size: float, width: float) -> list[str]:
    pieces = _PIECE.findall(" ".join(text.split()))
    return [part for piece in pieces for part in _parts(piece, size, width)]


def _parts(piece: str, size: float, width: float) -> list[str]:
    return [piece] if width_of(piece.strip(), size) <= width else list(piece)
