"""Theme of all figures: seaborn's, with the package's font and palette, and text that fits its place."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import cache, wraps
from typing import Any, NamedTuple, ParamSpec, TypeVar

import matplotlib as mpl
import numpy as np
import seaborn as sns
from matplotlib import font_manager
from matplotlib.text import Text

from foi_analysis.resources import (
    FAMILY,
    Language,
    Told,
    advance,
    font_path,
    missing_characters,
    read_toml,
    set_language,
)

P = ParamSpec("P")
R = TypeVar("R")

_THEME = read_toml("plot/theme.toml")
FAMILIES, RESULTS, FLOWS, VERDICTS = (_THEME[name] for name in ("families", "results", "flows", "verdicts"))
HATCHES, SHADES = _THEME["hatches"], _THEME["shades"]
INK, MUTED, RULE, POINT, PAPER = (_THEME["plain"][name] for name in ("ink", "muted", "rule", "point", "paper"))
_RC: dict[str, Any] = {"font.family": [FAMILY], **_THEME["rc"]}

#: By how much letters of a raster picture, which stand on whole pixels, run wider than their outlines.
_RASTER = 1.02
_CLOSING = "，。、；：？！％）】》〉」』”’…·］"
_OPENING = "（【《〈「『“‘［"
#: Chinese breaks between any two characters, but no line begins with what closes or ends with what
#: opens; an interval stays whole.
_PIECE = re.compile(
    rf"\s+|[\[［][\d.,， ]+[\]］]|[{_OPENING}]*(?:[^\s\u2E80-\uFFEF“”‘’…·-]+-?|.)[{_CLOSING}]*", re.DOTALL
)


class MissingGlyphError(ValueError):
    """A text holds a character that the package's font cannot draw."""


def set_theme(language: Language | None = None, **rc: Any) -> None:
    """Set the theme of all figures, as ``seaborn.set_theme`` does, and the language of labels.

    Parameters
    ----------
    language : {"zh", "en"}, optional
        As in ``set_language``; left as it is when not given.
    **rc
        Settings of matplotlib that go before the package's own.

    Notes
    -----
    The palette is that of the families of outcome, after Okabe and Ito; the font travels with the package and has
    both Latin and Chinese characters. In a notebook, figures are shown with their alternative text from here on
    (see ``foi_analysis.plot.describe``).

    Examples
    --------
    >>> import foi_analysis as foi
    >>> foi.set_theme(language="en")
    >>> import matplotlib
    >>> matplotlib.rcParams["font.family"]
    ['FOI Sans SC']
    """
    register_font()
    sns.set_theme(style="ticks", palette=list(FAMILIES.values()), font=FAMILY, rc={**_RC, **rc})
    if language is not None:
        set_language(language)


@cache
def register_font() -> None:
    """Make the package's font known to matplotlib, once. Raises ValueError when it is not found."""
    font_manager.fontManager.addfont(font_path())
    font_manager.findfont(FAMILY, fallback_to_default=False)


def theme(**rc: Any) -> AbstractContextManager[None]:
    """Return a context in which figures are drawn: the theme that was set, else the package's own."""
    register_font()
    settings: Any = rc if mpl.rcParams["font.family"] == [FAMILY] else {**sns.axes_style("ticks"), **_RC, **rc}
    return mpl.rc_context(settings)


def themed(draw: Callable[P, R]) -> Callable[P, R]:
    """Decorate a function so that it draws in the theme, also on Axes that were made in another one."""

    @wraps(draw)
    def drawn(*args: P.args, **kwargs: P.kwargs) -> R:
        with theme():
            axes = draw(*args, **kwargs)
        for ax in np.ravel(np.asarray(axes, object)):
            for text in ax.findobj(Text):
                text.set_family(FAMILY)
        return axes

    return drawn


class Sizes(NamedTuple):
    """Text sizes in points for a figure of some width; none is below 6."""

    title: float
    text: float
    small: float
    tiny: float


def sizes(inches: float) -> Sizes:
    """Return the text sizes for a width: those of a page's column from 16 cm on, of half a column up to 8.5 cm."""
    part = min(max((inches * 2.54 - 8.5) / 7.5, 0.0), 1.0)
    return Sizes(9 + 2.5 * part, 7 + 1.5 * part, 6.5 + part, 6 + 0.5 * part)


def width_of(text: str, size: float) -> float:
    """Return the width in points of one line of text of a size, as the sum of its letters' advances."""
    return _RASTER * size * sum(map(advance, text))


def require_glyphs(text: str) -> None:
    """Raise MissingGlyphError, naming the characters and what to do, unless the font can draw the text."""
    missing = missing_characters(text)
    if missing:
        names = ", ".join(f"{character!r} (U+{ord(character):04X})" for character in missing)
        raise MissingGlyphError(Told("errors.missing_glyph", names=names, text=text, font=FAMILY))


def fill(text: str, size: float, width: float, indent: str = "") -> str:
    r"""Break a text into lines no wider than `width`, as ``textwrap.fill`` does; Chinese by its own rules.

    Parameters
    ----------
    text : str
    size, width : float
        Size of the text, and width of a line, in points. A word that is wider is broken.
    indent : str
        What each line begins with; its spaces become no-break spaces, which no reader of an SVG leaves out.

    Examples
    --------
    >>> fill("Requests received", 8, 60)
    'Requests\nreceived'
    """
    require_glyphs("".join(text.split()))
    indent = indent.replace(" ", "\N{NO-BREAK SPACE}")
    room = width - width_of(indent, size) if indent else width
    lines = [""]
    for piece in _PIECE.findall(" ".join(text.split())):
        for part in [piece] if width_of(piece.strip(), size) <= room else piece:  # a word wider than a line, by letters
            if width_of((lines[-1] + part).rstrip(), size) <= room:
                lines[-1] += part
            else:
                lines.append(part.lstrip())
    return "\n".join(indent + line.rstrip() for line in lines if line.strip())
