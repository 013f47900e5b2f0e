"""A sheet to draw on, measured in points from its top left corner, as tall as what is put on it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Ellipse, Patch, PathPatch, Polygon, Rectangle
from matplotlib.path import Path as Outline

from foi_analysis.figures.style import colour, outline, require_glyphs, size, width_of
from foi_analysis.figures.wrap import balance, wrap

#: The distance between the base lines of two lines of text, in sizes of the text.
LEADING = 1.4
#: The height of a Chinese character over its base line, in sizes of the text.
_ASCENT = 0.88
_MARGIN = 4.0

#: Half the width of a mark.
_MARK = 2.8

Align = Literal["left", "center", "right"]
Shape = Literal["circle", "square", "diamond"]


class Sheet:
    """A figure that is filled from the top down. All lengths are points; ``y`` is where the next block begins."""

    def __init__(self, width: float | None = None, margin: float = _MARGIN) -> None:
        """Begin an empty sheet of a width with its margins; when not given, that of a page's column."""
        whole = size("width") if width is None else width
        self.width = whole - 2 * margin
        self.y = 0.0
        self.figure = Figure(figsize=(whole / 72, 1))
        FigureCanvasAgg(self.figure)
        self._margin = margin
        self._axes = self.figure.add_axes((0, 0, 1, 1))
        self._axes.set_axis_off()

    def text(self, x: float, y: float, words: str, points: float, *, ink: str = "text", align: Align = "left") -> None:
        """Write one line whose top is at ``y``. Raises MissingGlyphError when the font lacks a character."""
        require_glyphs(words)
        if words:
            self._axes.text(
                x, y + _ASCENT * points * 1.08, words, size=points, color=_ink(ink), ha=align, va="baseline"
            )

    def block(
        self, x: float, y: float, words: str | Sequence[str], points: float, width: float,
        *, ink: str = "text", align: Align = "left",
    ) -> float:  # fmt: skip
        """Write a text broken into lines, its top at ``y``, and give its height."""
        lines = wrap(words, points, width) if isinstance(words, str) else words
        for number, line in enumerate(lines):
            self.text(x, y + number * points * LEADING, line, points, ink=ink, align=align)
        return len(lines) * points * LEADING

    def fitted(
        self, x: float, y: float, words: str, points: float, width: float,
        *, ink: str = "text", align: Align = "center",
    ) -> None:  # fmt: skip
        """Write one line around the height ``y``, smaller than asked where it would be too wide."""
        points = min(points, points * width / max(width_of(words, points), 0.01))
        self.text(x, y - 0.57 * points, words, points, ink=ink, align=align)

    def box(
        self, x: float, y: float, width: float, height: float, fill: str,
        *, hatch: str | None = None, edge: str | None = None, line: float = 0.6, dashed: bool = False, name: str = "",
    ) -> None:  # fmt: skip
        """Draw a rectangle; one without a surface is left out. ``name`` is its id in the picture."""
        if width > 0 and height > 0:
            patch = Rectangle((x, y), width, height)
            self._add(patch, fill, hatch, edge, max(line, 0.9) if dashed else line, name)
            patch.set_linestyle("dotted" if dashed else "solid")

    def mark(self, x: float, y: float, shape: Shape, fill: str, *, hollow: bool = False, name: str = "") -> None:
        """Draw a mark around a point; a hollow one has a thick line in its colour and paper within."""
        side, paper = _MARK * 1.8, colour("ink", "paper")
        corners = [(x, y - _MARK * 1.25), (x + _MARK * 1.25, y), (x, y + _MARK * 1.25), (x - _MARK * 1.25, y)]
        patches: dict[Shape, Patch] = {
            "circle": Ellipse((x, y), 2 * _MARK, 2 * _MARK),
            "square": Rectangle((x - side / 2, y - side / 2), side, side),
            "diamond": Polygon(corners),
        }
        self._add(patches[shape], paper if hollow else fill, None, fill, 1.4 if hollow else 0.6, name)

    def band(
        self, left: tuple[float, float], right: tuple[float, float], height: float, fill: str, name: str = ""
    ) -> None:
        """Draw a band of even height that swings from a point on the left to one on the right, both its top ends."""
        (x0, y0), (x1, y1), middle = left, right, (left[0] + right[0]) / 2
        over = [(x0, y0), (middle, y0), (middle, y1), (x1, y1)]
        under = [(x1, y1 + height), (middle, y1 + height), (middle, y0 + height), (x0, y0 + height)]
        codes = [Outline.MOVETO, *[Outline.CURVE4] * 3, Outline.LINETO, *[Outline.CURVE4] * 3]
        patch = PathPatch(Outline([*over, *under], codes))
        self._add(patch, fill, None, outline(fill), 0.4, name)
        patch.set_facecolor((fill, 0.45))

    def rule(self, y: float, left: float = 0.0, right: float | None = None) -> None:
        """Draw a thin level line."""
        end = self.width if right is None else right
        self._axes.plot([left, end], [y, y], color=_ink("rule"), linewidth=0.6, clip_on=False)

    def line(self, start: tuple[float, float], end: tuple[float, float], ink: str = "outline", name: str = "") -> None:
        """Draw a line from one point to another. ``name`` is its id in the picture."""
        across, down = zip(start, end, strict=True)
        drawn = self._axes.plot(across, down, color=_ink(ink), linewidth=1.0, clip_on=False, zorder=0.8)
        if name:
            drawn[0].set_gid(name)

    def curve(self, points: Sequence[tuple[float, float]], ink: str, dashed: bool = False) -> None:
        """Draw a line through points, dashed or not."""
        across, down = zip(*points, strict=True)
        style = (0, (4, 2)) if dashed else "solid"
        self._axes.plot(across, down, color=_ink(ink), linewidth=0.8, linestyle=style, clip_on=False, zorder=0.6)

    def upright(self, x: float, top: float, bottom: float, ink: str = "outline") -> None:
        """Draw a thin upright line, on which bars stand."""
        self._axes.plot([x, x], [top, bottom], color=_ink(ink), linewidth=0.8, clip_on=False, zorder=0.5)

    def head(self, title: str, subtitle: str) -> None:
        """Write the title, which says the finding, and under it the unit and the source."""
        self.y += self.block(0, self.y + 2, balance(title, size("title"), self.width), size("title"), self.width) + 3
        self.y += self.block(0, self.y, subtitle, size("small"), self.width, ink="muted") + 8

    def notes(self, notes: Iterable[str]) -> None:
        """Write what the reader must know to read the picture, below it."""
        self.y += 4
        for note in notes:
            self.y += self.block(0, self.y, note, size("small"), self.width, ink="muted") + 1

    def finish(self, proportion: float = 0.0) -> Figure:
        """Return the figure, cut to the height of what is on it.

        With a proportion of height to width, it is filled up to it: below, or on the right when it is too tall.
        """
        width, height = self.width + 2 * self._margin, self.y + 2 * self._margin
        if proportion:
            width, height = max(width, height / proportion), max(height, width * proportion)
        self.figure.set_size_inches(width / 72, height / 72)
        self._axes.set_xlim(-self._margin, width - self._margin)
        self._axes.set_ylim(height - self._margin, -self._margin)
        return self.figure

    def _add(self, patch: Patch, fill: str, hatch: str | None, edge: str | None, line: float, name: str) -> None:
        # Hatching is drawn in the colour of the edge, and must be seen on the surface.
        edge = edge or (_ink("outline") if hatch else outline(fill))
        patch.set(facecolor=fill, edgecolor=edge, linewidth=line, hatch=hatch, clip_on=False)
        if name:
            patch.set_gid(name)
        self._axes.add_artist(patch)


def _ink(key: str) -> str:
    return colour("ink", key)
