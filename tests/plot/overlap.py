"""Find texts of a figure that meet one another, or leave it."""

from __future__ import annotations

from itertools import combinations

from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox

#: Pixels of 150 to the inch by which two boxes may touch: line boxes are taller than the letters in them.
SLACK = 2.5
#: What a number in a cell is made of: one too wide for its cell may shrink to fit.
_CELLS = "0123456789,.%≥✓×? "


def faults(figure: Figure) -> list[str]:
    """Return what overlaps, two texts or a text and the edge of the figure, and what is smaller than 6 points."""
    figure.draw_without_rendering()
    texts = [text for text in figure.findobj(Text) if text.get_text().strip() and text.get_visible() and drawn(text)]
    boxes = [(text.get_text(), shrunk(text.get_window_extent())) for text in texts]
    found = [f"{a!r} over {b!r}" for (a, box), (b, other) in combinations(boxes, 2) if box.overlaps(other)]
    page = figure.bbox
    found += [
        f"{text.get_text()!r} is too small" for text in texts if text.get_text().strip(_CELLS) and text.get_size() < 6
    ]
    return found + [
        f"{a!r} leaves the figure: {box.extents} of {page.extents}"
        for a, box in boxes
        if box.x0 < 0 or box.y0 < 0 or box.x1 > page.x1 or box.y1 > page.y1
    ]


def drawn(text: Text) -> bool:
    """Check that no Axes around a text is hidden, and that a tick label is within its axis."""
    axes = text.axes
    if axes is None:
        return True
    for axis in (axes.xaxis, axes.yaxis):
        for tick in axis.get_major_ticks():
            if text in (tick.label1, tick.label2):
                low, high = sorted(axis.get_view_interval())
                return bool(low <= tick.get_loc() <= high) and axes.axison
    return axes.axison or text in axes.texts


def shrunk(box: Bbox) -> Bbox:
    return Bbox.from_extents(box.x0 + SLACK, box.y0 + SLACK, max(box.x1 - SLACK, box.x0 + SLACK), box.y1 - SLACK)
