"""Everything that is set in matplotlib, the font and the colours: no other module touches a setting."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, lru_cache
from typing import Any

import seaborn
from matplotlib import font_manager, style
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

from foi_analysis.fonts import FAMILY, font_path, missing_characters
from foi_analysis.resources import Language, read_toml, set_language

#: A graphic must stand out this much from what it lies on (WCAG 2.2, 1.4.11).
CONTRAST = 3.0

#: Set over matplotlib's own defaults, so that no settings file of a user changes a picture.
SETTINGS: dict[str, Any] = {
    "font.family": FAMILY,
    "axes.unicode_minus": False,
    "text.parse_math": False,
    "text.hinting": "none",
    "svg.fonttype": "path",
    "svg.hashsalt": "foi_analysis",
    "hatch.linewidth": 0.5,
    "path.simplify": False,
    "figure.dpi": 150,
    "savefig.dpi": 150,
}


#: What a figure drawn with seaborn looks like beside the package's own.
_THEME = {"axes.spines.top": False, "axes.spines.right": False, "axes.titlelocation": "left"}


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
    both Latin and Chinese characters.

    Examples
    --------
    >>> import foi_analysis as foi
    >>> foi.set_theme(language="en")
    >>> import matplotlib
    >>> matplotlib.rcParams["font.family"]
    ['FOI Sans SC']
    """
    register_font()
    palette = list(_palette()["families"].values())
    seaborn.set_theme(style="ticks", palette=palette, font=FAMILY, rc={**SETTINGS, **_THEME, **rc})
    if language is not None:
        set_language(language)


class MissingGlyphError(ValueError):
    """A text holds a character that the package's font cannot draw."""


@contextmanager
def drawing_style(**settings: Any) -> Iterator[None]:
    """Set matplotlib up for a drawing, and back again afterwards; ``settings`` go before the package's own.

    Raises ValueError when the package's font is not the one that would be drawn with.
    """
    register_font()
    with style.context(["default", {**SETTINGS, **settings}]):
        yield


@cache
def register_font() -> None:
    """Make the package's font known to matplotlib, once. Raises ValueError when it is not found."""
    font_manager.fontManager.addfont(font_path())
    font_manager.findfont(FAMILY, fallback_to_default=False)


@cache
def font() -> FontProperties:
    """Return the font as matplotlib wants it where no setting applies."""
    return FontProperties(family=FAMILY)


@lru_cache(maxsize=20_000)
def width_of(text: str, size: float) -> float:
    """Measure one line of text set at a size, both in points. Raises MissingGlyphError when it cannot be set."""
    register_font()
    require_glyphs(text)
    properties = font().copy()
    properties.set_size(size)
    return float(text_to_path.get_text_width_height_descent(text, properties, False)[0])


def require_glyphs(text: str) -> None:
    """Raise MissingGlyphError, naming the characters and what to do, unless the font can draw the text."""
    missing = missing_characters(text)
    if missing:
        names = ", ".join(f"{character!r} (U+{ord(character):04X})" for character in missing)
        raise MissingGlyphError(
            f"cannot draw {names} in {text!r}: the package's font, {FAMILY}, lacks it. Correct the text in the "
            "report, or put the report into data/raw/ and run scripts/build_font.py, which takes in all that is there."
        )


def colour(group: str, key: str) -> str:
    """Return a colour of the palette, such as ``colour("families", "withheld")``. Raises KeyError when it has none."""
    return str(_palette()[group][key])


def hatch(key: str) -> str | None:
    """Return the hatching of a thing, None for a plain surface."""
    hatches: dict[str, str] = _palette()["hatches"]
    return hatches.get(key)


def shade(count: int) -> str:
    """Return the shade for a number of proofs; beyond the last it stays the last."""
    shades: list[str] = _palette()["proofs"]["shades"]
    return shades[min(count, len(shades) - 1)]


def heat(share: float) -> str:
    """Return the shade for a share: the larger the darker, all light enough for dark text."""
    shades: list[str] = _palette()["heat"]["shades"]
    return shades[min(int(share * len(shades)), len(shades) - 1)]


def size(key: str) -> float:
    """Return a size of the palette, in points."""
    return float(_palette()["sizes"][key])


def limit(key: str) -> int:
    """Return a limit of the palette."""
    return int(_palette()["limits"][key])


def outline(fill: str) -> str:
    """Return the colour of the line around a surface: its own where it stands out from paper, else a dark one."""
    return fill if contrast(fill, colour("ink", "paper")) >= CONTRAST else colour("ink", "outline")


def contrast(one: str, other: str) -> float:
    """Compute the contrast ratio of two colours, from 1 to 21.

    Formula: (lighter + 0.05) / (darker + 0.05) of the relative luminances, WCAG 2.2.
    """
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(hexadecimal: str) -> float:
    parts = (int(hexadecimal[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def _palette() -> dict[str, Any]:
    return read_toml("figures/palette.toml")
