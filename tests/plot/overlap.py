"""Find texts of a figure that meet one another, or leave it."""

from __future__ import annotations

import numpy as np
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
    outside = hidden(figure)
    texts = [
        text for text in figure.findobj(Text) if text.get_text().strip() and text.get_visible() and text not in outside
    ]
    if not texts:
        return []
    boxes = np.array([shrunk(text.get_window_extent()) for text in texts])
    left, low, right, high = boxes.T
    meet = (left[:, None] < right) & (left < right[:, None]) & (low[:, None] < high) & (low < high[:, None])
    found = [f"{texts[a].get_text()!r} over {texts[b].get_text()!r}" for a, b in np.argwhere(np.triu(meet, 1))]
    found += [
        f"{text.get_text()!r} is too small" for text in texts if text.get_text().strip(_CELLS) and text.get_size() < 6
    ]
    page = figure.bbox
    leave = (left < 0) | (low < 0) | (right > page.x1) | (high > page.y1)
    return found + [
        f"{texts[at].get_text()!r} leaves the figure: {boxes[at]} of {page.extents}" for at in np.flatnonzero(leave)
    ]


def hidden(figure: Figure) -> set[Text]:
    """Return the texts of Axes that are off, but for their own, and the labels of ticks beyond the end of an axis."""
    found: set[Text] = set()
    for axes in figure.axes:
        if not axes.axison:
            found |= {*axes.findobj(Text)} - {*axes.texts}
        for axis in (axes.xaxis, axes.yaxis):
            low, high = sorted(axis.get_view_interval())
            beyond = [tick for tick in axis.get_major_ticks() if not low <= tick.get_loc() <= high]
            found |= {label for tick in beyond for label in (tick.label1, tick.label2)}
    return found


def shrunk(box: Bbox) -> tuple[float, float, float, float]:
    return box.x0 + SLACK, box.y0 + SLACK, max(box.x1 - SLACK, box.x0 + SLACK), box.y1 - SLACK
