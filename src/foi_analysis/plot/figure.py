"""Axes to draw on, the words kept with them, and what becomes of them: files of the same bytes, pictures in notebooks."""

from __future__ import annotations

import io
import os
import sys
import tempfile
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure

from foi_analysis.plot.theme import INK, MUTED, Sizes, fill, sizes, theme, width_of
from foi_analysis.plot.words import alternative, language_in
from foi_analysis.resources import say

#: Neither a date nor a version is written into a picture.
_METADATA: dict[str, dict[str, Any]] = {"svg": {"Date": None, "Creator": None}, "png": {"Software": None}}


@dataclass(frozen=True, slots=True, eq=False)
class Words:
    """What a figure says: its alternative text and its caption, its name, and the frame that was drawn."""

    alt: str
    caption: str = ""
    name: str = "figure"
    frame: pd.DataFrame | None = None


_words: WeakKeyDictionary[Axes, Words] = WeakKeyDictionary()


def remember(axes: Axes | np.ndarray, words: Words) -> None:
    """Keep what a figure says with the Axes that it was drawn on."""
    for ax in np.ravel(np.asarray(axes, object)):
        _words[ax] = words


#: Points: the margin of a figure, the height of a line in sizes of its text, the gap between a label and its bar.
MARGIN, LEADING, GAP = 5.0, 1.3, 5.0


@dataclass(frozen=True, slots=True)
class Room:
    """Where a figure is drawn: on Axes of the caller's, or on a figure of its own; its width in points."""

    ax: Axes | None
    width: float

    @property
    def sizes(self) -> Sizes:
        """The sizes of text for this width."""
        return sizes(self.width / 72)


def room(ax: Axes | None, width: float) -> Room:
    """Return the room for a figure: the place of some Axes in their figure, or ``width`` in cm."""
    if ax is None:
        return Room(None, width / 2.54 * 72)
    spec = ax.get_subplotspec()
    whole = ax.get_figure()
    if whole is None:
        raise ValueError("the Axes belong to no figure any more; make new ones")
    box = (spec.get_position(whole) if spec else ax.get_position()).width * whole.bbox.width
    return Room(ax, box / whole.dpi * 72)


def start(
    room: Room, frame: pd.DataFrame, title: str, height: float, *, rows: Sequence[float] = (1,),
    columns: Sequence[float] = (1,), notes: Sequence[str] = (), sharey: bool = False,
) -> np.ndarray:  # fmt: skip
    """Return Axes to draw on, with the finding above and the source below, and keep their words with them.

    Parameters
    ----------
    room : Room
    frame : DataFrame
        What is drawn; its ``attrs`` hold source and notes.
    title : str
        The finding.
    height : float
        Of what is drawn, in points, without title and notes.
    rows, columns : sequence of float
        Relative sizes of the Axes of a grid.
    notes : sequence of str
        Further notes, before those of the frame.

    Returns
    -------
    ndarray of Axes
        Of the shape of the grid. Axes of the caller's that a grid takes the place of are emptied.
    """
    ratios = {"height_ratios": list(rows), "width_ratios": list(columns)}
    shape = (len(rows), len(columns))
    said = [*notes, *frame.attrs.get("notes", ())]
    if room.ax is None:
        axes = _own(room, title, [*said, frame.attrs.get("source", "")], height).subplots(
            *shape, squeeze=False, sharey=sharey, gridspec_kw=ratios
        )
    else:
        axes = _split(room.ax, shape, ratios, sharey=sharey)
        axes[0, 0].set_title(fill(title, room.sizes.text, room.width - 2 * MARGIN), size=room.sizes.text, loc="left")
        _warn_small(room, height, frame)
    remember(axes, Words(alternative(title, frame), frame.attrs.get("caption", ""), frame.attrs.get("name", "figure"),
                         frame))  # fmt: skip
    return axes


def _own(room: Room, title: str, notes: Sequence[str], height: float) -> Figure:
    """Return a figure with its finding above and its notes below, tall enough for what stands between them."""
    points, width = room.sizes, room.width - 2 * MARGIN
    head = fill(title, points.title, width)
    foot = "\n".join(fill(note, points.tiny, width) for note in notes if note)
    words = (head.count("\n") + 1) * points.title * LEADING + (foot.count("\n") + 1) * points.tiny * LEADING
    figure = plt.figure(figsize=(room.width / 72, (height + words + 4 * MARGIN) / 72), layout="constrained")
    engine = figure.get_layout_engine()
    if engine is not None:
        engine.set(w_pad=MARGIN / 72, h_pad=MARGIN / 72, hspace=0, wspace=0)
    figure.suptitle(head, x=MARGIN / room.width, ha="left", size=points.title)
    if foot:
        figure.supxlabel(foot, x=MARGIN / room.width, ha="left", size=points.tiny, color=MUTED, linespacing=LEADING)
    return figure


def _split(ax: Axes, shape: tuple[int, int], ratios: dict[str, list[float]], *, sharey: bool) -> np.ndarray:
    """Return a grid of Axes in the place of some Axes. Raises ValueError when they stand in no grid."""
    if shape == (1, 1):
        return np.array([[ax]], object)
    spec, whole = ax.get_subplotspec(), ax.get_figure()
    if spec is None or whole is None:
        raise ValueError("these Axes stand in no grid: a figure of several needs Axes of plt.subplots or subplot_mosaic")
    ax.remove()
    return spec.subgridspec(*shape, **ratios).subplots(squeeze=False, sharey=sharey)


def _warn_small(room: Room, height: float, frame: pd.DataFrame) -> None:
    ax = room.ax
    there = ax.get_window_extent().height / ax.get_figure().dpi * 72 if ax and ax.get_figure() else height
    if there < 0.75 * height or room.width < 200:
        warnings.warn(
            f"{frame.attrs.get('name', 'the figure')} needs about {max(room.width, 240) / 72:.1f} by {height / 72:.1f} "
            f"inches, and its Axes have {room.width / 72:.1f} by {there / 72:.1f}: labels may meet; make the figure larger",
            stacklevel=4,
        )


def stack(*columns: tuple[Sequence[str], Sequence[float]], gap: float = 3.0, before: Sequence[float] = ()) -> list[float]:
    """Return where rows of text stand, in points from the top: the middle of each, and last the height of all.

    Parameters
    ----------
    *columns : tuple of (texts, sizes)
        Texts broken into lines, and the size of each, side by side.
    gap : float
        Between two rows.
    before : sequence of float
        More space before each row.
    """
    heights = [
        max(max((text[at].count("\n") + 1) * size[at] * LEADING for text, size in columns), 8.0) + gap
        for at in range(len(columns[0][0]))
    ]
    places, y = [], 0.0
    for at, height in enumerate(heights):
        y += before[at] if len(before) else 0.0
        places.append(y + height / 2)
        y += height
    return [*places, y]


def label_rows(ax: Axes, at: Sequence[float], labels: Sequence[str], sizes: Sequence[float]) -> None:
    """Write the labels of rows as tick labels that begin at one left edge."""
    ax.set_yticks(list(at), list(labels))
    widest = max(
        (width_of(line, size) for label, size in zip(labels, sizes, strict=True) for line in label.split("\n")),
        default=0.0,
    )
    ax.tick_params(axis="y", length=0, pad=widest + GAP)
    for tick, size in zip(ax.get_yticklabels(), sizes, strict=True):
        tick.set(ha="left", size=size, linespacing=LEADING - 0.1, color=INK)


def beside(
    ax: Axes, x: float, y: float, text: str, size: float, *, right: float = 0.0, ha: str = "left", **kwargs: Any
) -> None:
    """Write a text some points to the right of a place, in the units of the Axes."""
    ax.annotate(text, (x, y), (right, 0), textcoords="offset points", va="center", ha=ha, size=size,
                annotation_clip=False, linespacing=LEADING - 0.1, **kwargs)  # fmt: skip


def describe(ax: Axes | np.ndarray | Figure, text: str | None = None) -> str:
    """Return the alternative text of a figure: what it shows and its numbers, in words.

    Parameters
    ----------
    ax : Axes, array of Axes or Figure
        What a function of ``foi_analysis.plot`` returned, or any Axes of your own.
    text : str, optional
        The alternative text of a figure of your own. A page is refused that shows a figure without one.

    Returns
    -------
    str
        Of a Figure, the texts of all its Axes, each once. Empty for Axes that nobody described.

    Examples
    --------
    >>> import foi_analysis as foi
    >>> import matplotlib.pyplot as plt
    >>> ax = plt.subplot()
    >>> foi.plot.describe(ax, "Line chart of requests a year, rising from 23 to 154")
    'Line chart of requests a year, rising from 23 to 154'
    >>> plt.close()
    """
    if text is not None and not isinstance(ax, Figure):
        remember(ax, Words(text))
    return " ".join(dict.fromkeys(words.alt for words in words_of(ax)))


def caption(ax: Axes | np.ndarray | Figure) -> str:
    """Return the caption of a figure: which cells it rests on and how not to read it.

    Parameters
    ----------
    ax : Axes, array of Axes or Figure
        As for ``describe``.

    Returns
    -------
    str
        Empty for a figure of your own.
    """
    return " ".join(dict.fromkeys(words.caption for words in words_of(ax) if words.caption))


def words_of(ax: Axes | np.ndarray | Figure) -> list[Words]:
    """Return what is said by the figures drawn on some Axes, each once."""
    axes = ax.axes if isinstance(ax, Figure) else np.ravel(np.asarray(ax, object))
    return list(dict.fromkeys(_words[one] for one in axes if one in _words))


def save(ax: Axes | np.ndarray | Figure, path: str | Path) -> tuple[Path, Path]:
    """Write a figure as SVG and PNG, the same bytes in every place, time and process.

    Parameters
    ----------
    ax : Axes, array of Axes or Figure
        The figure, or any of its Axes.
    path : str or Path
        Where to, without the ending: ``figures/outcomes`` makes ``figures/outcomes.svg`` and ``figures/outcomes.png``.
        The folder is made when it is not there; each file is whole or not there at all.

    Returns
    -------
    tuple of Path
        The two files.

    Raises
    ------
    OSError
        When a file cannot be written.

    Examples
    --------
    >>> import foi_analysis as foi
    >>> report = foi.load_panel()["shanghai_psb_2024"]
    >>> ax = foi.plot.outcomes(report)
    >>> foi.plot.save(ax, "figures/outcomes")  # doctest: +SKIP
    >>> plt.close(ax.figure)
    """
    figure, stem = figure_of(ax), Path(path)
    stem.parent.mkdir(parents=True, exist_ok=True)
    paths = stem.with_name(f"{stem.name}.svg"), stem.with_name(f"{stem.name}.png")
    for file, content in zip(paths, (picture(figure, "svg"), picture(figure, "png")), strict=True):
        _replace(file, content)
    return paths


def figure_of(ax: Axes | np.ndarray | Figure) -> Figure:
    """Return the Figure that some Axes belong to."""
    if isinstance(ax, Figure):
        return ax
    figure = np.ravel(np.asarray(ax, object))[0].figure
    return figure.figure if isinstance(figure, SubFigure) else figure


def picture(figure: Figure, kind: str, **rc: Any) -> bytes:
    """Return a figure as SVG or PNG; letters of an SVG are outlines unless ``rc`` says otherwise."""
    out = io.BytesIO()
    words = words_of(figure)
    metadata = dict(_METADATA[kind])
    if kind == "svg" and words:
        metadata |= {"Title": words[0].name, "Description": describe(figure)}
    with theme(**{"svg.hashsalt": "foi_analysis", "path.simplify": False, "hatch.linewidth": 0.5, **rc}):
        figure.savefig(out, format=kind, metadata=metadata)
    return out.getvalue()


def _replace(path: Path, content: bytes) -> None:
    """Put a file in place in one step: a reader, or a crash, never meets half of it."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def show_in_notebook() -> None:
    """In a Jupyter kernel, show figures with their words: alternative text and caption, in the output's metadata.

    Pictures are those that ``InlineBackend.figure_formats`` asks for; the letters of an SVG are text there. Does
    nothing anywhere else.
    """
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    if shell is None or not hasattr(shell, "kernel"):
        return
    plt.get_backend()  # loads the inline backend, which sets formatters of its own first
    inline = sys.modules.get("matplotlib_inline.config")
    formats = inline.InlineBackend.instance().figure_formats if inline else {"png"}
    formatters = shell.display_formatter.formatters
    if "svg" in formats:
        formatters["image/svg+xml"].for_type(Figure, _svg)
    if "png" in formats:
        formatters["image/png"].for_type(Figure, _png)
    shell.display_formatter.mimebundle_formatter.for_type(Figure, _metadata)


def _svg(figure: Figure) -> str:
    return picture(figure, "svg", **{"svg.fonttype": "none"}).decode()


def _png(figure: Figure) -> bytes:
    return picture(figure, "png")


def _metadata(figure: Figure, **_: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return no picture, but what is said of each: IPython adds it to the pictures of the other formatters."""
    words = words_of(figure)
    said = {"alt": describe(figure), "caption": caption(figure), "name": words[0].name if words else ""}
    told = {key: value for key, value in said.items() if value}
    return {}, {"image/svg+xml": told, "image/png": told} if told else {}
