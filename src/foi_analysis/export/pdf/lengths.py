"""How wide words are in the package's font, and where they may be broken; all lengths in em."""

from __future__ import annotations

import re

from foi_analysis.fonts import advance

#: A place to break a line, of no width.
BREAK = "\u200b"
_WIDE = "\u2e80-\u9fff\uac00-\ud7ff\uf900-\ufaff\uff00-\uffef"
#: A line is broken anyway at spaces, at Chinese characters and signs, and after hyphens and strokes unless a digit
#: follows; these are the pieces between.
_PIECE = re.compile(rf"(?:[^\s/–—{_WIDE}-]|[/–—-](?=\d))+[/–—-]*")
_CHINESE = re.compile(f"[{_WIDE}]+")
#: Pieces are cut after so many characters, few enough to fill a narrow column.
_CUT = 6
#: So many Chinese characters of a word stay together in a column.
_TOGETHER = 4


def width(text: str) -> float:
    """Give the width of a text set in one line.

    >>> width("中文")
    2.0
    """
    return sum(map(advance, text))


def narrowest(text: str) -> float:
    """Give the width that a column needs to show a text without cutting a word."""
    words = (width(piece) for piece in _PIECE.findall(text))
    chinese = (float(min(len(run), _TOGETHER)) for run in _CHINESE.findall(text))
    return max((*words, *chinese), default=0.0)


def breakable(text: str, longest: float) -> str:
    """Give a text with places to break inside pieces wider than ``longest``; all others stay as they are.

    >>> breakable("a word and " + "x" * 8, 3.0).replace(BREAK, "|")
    'a word and xxxxxx|xx'
    """
    return _PIECE.sub(lambda found: _cut(found[0]) if width(found[0]) > longest else found[0], text)


def _cut(piece: str) -> str:
    return BREAK.join(piece[at : at + _CUT] for at in range(0, len(piece), _CUT))
