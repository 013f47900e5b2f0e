"""Axes to draw on, the words kept with them, and what becomes of them: files of equal bytes, pictures in notebooks."""

from __future__ import annotations

import io
import os
import re
import sys
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, cast
from weakref import WeakKeyDictionary

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.text import Annotation
from matplotlib.transforms import Bbox, ScaledTranslation

from foi_analysis.plot.theme import INK, MUTED, PAPER, Sizes, fill, sizes, theme, width_of
from foi_analysis.plot.words import alternative, groups, joined, language_in
from foi_analysis.resources import KEPT, Told, in_language, language_of, put_whole, system_told

__all__ = ["caption", "describe", "save"]

#: Points: the margin of a figure, and the gap between a label and its bar.
MARGIN, GAP = 5.0, 5.0
#: In sizes of a text: the height of a line of it, and how far apart its lines are drawn.
LEADING, SPACING = 1.3, 1.2
#: Where a scale of shares may end, and bounds so close together that they are one share.
_ENDS, _ONE = (0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0), 0.0005
#: A line break in a title; between Chinese characters it stands for no space.
_BREAK = re.compile(r"(?<=[\u2E80-\uFFEF])\n(?=[\u2E80-\uFFEF])")
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


def forest(
    ax: Axes,
    frame: pd.DataFrame,
    at: Sequence[float],
    color: str | Sequence[str],
    *,
    marker: str | Sequence[str] = "o",
    hollow: bool | Sequence[bool] = False,
    end: float | None = None,
) -> None:
    """Draw shares as points on their 95% intervals, and bounds as open bars; ratios are left out.

    Parameters
    ----------
    ax : Axes
    frame : DataFrame
        Columns kind, state, value, low, high, lower, upper, as ``foi.measure`` gives them.
    at : sequence of float
        Where each row stands.
    color, marker, hollow : str or bool, or a sequence of them
        Of all rows or of each: the colour, the matplotlib marker, and whether only its outline is drawn.
    end : float, optional
        Where the scale ends; at the next round share when not given.
    """
    rows = frame.assign(y=at, color=color, marker=marker, hollow=hollow)
    shares = rows[rows["kind"] == "share"]
    known, bounded = shares[shares["state"] == "defined"], shares[shares["state"] == "bounded"]
    implied = bounded[bounded["upper"] - bounded["lower"] < _ONE]
    implied = implied.assign(value=implied["lower"], hollow=True)
    bounded = bounded.drop(implied.index)
    ax.hlines(known["y"], known["low"], known["high"], color=INK, linewidth=1.6)
    left = bounded["lower"].clip(lower=0)
    ax.barh(
        bounded["y"], bounded["upper"] - left, 6, left=left, color=PAPER, edgecolor=INK, linewidth=0.6, hatch="xxxxx"
    )
    for (marker, color, empty), part in groups(pd.concat([known, implied]), ["marker", "color", "hollow"]):
        sns.scatterplot(
            x=part["value"],
            y=part["y"],
            ax=ax,
            marker=marker,
            color=PAPER if empty else color,
            s=34,
            edgecolor=color,
            linewidth=1.3 if empty else 0.4,
            zorder=3,
            clip_on=False,
            legend=False,
        )
    percent_axis(ax, end or round_end(max([0.0, *known["high"], *implied["value"], *bounded["upper"]])))


def round_end(highest: float) -> float:
    """Return the round share at which a scale ends that takes in all up to the highest."""
    return next((end for end in _ENDS if highest <= end), 1.0)


def percent_ticks(end: float) -> tuple[list[float], list[str]]:
    """Return the ticks of a scale of shares, at nothing, half and end, with their labels."""
    ticks = [0.0, end / 2, end]
    return ticks, [f"{100 * tick:.1f}".removesuffix(".0") + "%" for tick in ticks]


def percent_axis(ax: Axes, end: float) -> None:
    """Set an x axis of shares from nothing to `end`, its ticks above, with lines down through the rows."""
    ax.set(xlim=(0, end), xlabel="", ylabel="")
    ax.set_xticks(*percent_ticks(end))
    ticks_above(ax, labelsize=6.5, labelcolor=MUTED)
    ax.grid(axis="x")
    ax.set_axisbelow(True)
    sns.despine(ax=ax, bottom=True)


def ticks_above(ax: Axes, **kwargs: Any) -> None:
    """Write the labels of the x axis above the Axes, without ticks."""
    ax.tick_params(axis="x", top=False, bottom=False, labeltop=True, labelbottom=False, **kwargs)


def remember(axes: Axes | np.ndarray, words: Words) -> None:
    """Keep what a figure says with the Axes that it was drawn on."""
    for ax in np.ravel(np.asarray(axes, object)):
        _words[ax] = words


@dataclass(frozen=True, slots=True)
class Room:
    """Where a figure is drawn: on Axes of the caller's, or on a figure of its own; its size in points."""

    ax: Axes | None
    width: float
    height: float = float("inf")

    @property
    def sizes(self) -> Sizes:
        """The sizes of text for this width."""
        return sizes(self.width / 72)


def room(ax: Axes | None, width: float) -> Room:
    """Return the room for a figure: the place of some Axes in their figure, or ``width`` in cm."""
    if ax is None:
        return Room(None, width / 2.54 * 72)
    figure_of(ax)
    whole: Any = ax.figure
    spec = ax.get_subplotspec()
    box = (spec.get_position(whole) if spec else ax.get_position()).width * whole.bbox.width
    return Room(ax, box / whole.dpi * 72, ax.get_window_extent().height / whole.dpi * 72)


def start(
    room: Room,
    frame: pd.DataFrame,
    title: str,
    height: float,
    *,
    rows: Sequence[float] = (1,),
    columns: Sequence[float] = (1,),
    notes: Sequence[str] = (),
    sharey: bool = False,
    lift: float = 6.0,
    said: pd.DataFrame | None = None,
) -> np.ndarray:
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
    sharey : bool
        Whether the Axes of a grid share their y axis.
    lift : float
        How far above Axes of the caller's their title stands, in points.
    said : DataFrame, optional
        What the alternative text lists, where that is not the frame itself.

    Returns
    -------
    ndarray of Axes
        Of the shape of the grid. A grid takes the place of Axes of the caller's.
    """
    below = [*notes, *frame.attrs.get("notes", ())]
    grid: dict[str, Any] = {
        "nrows": len(rows),
        "ncols": len(columns),
        "squeeze": False,
        "sharey": sharey,
        "gridspec_kw": {"height_ratios": list(rows), "width_ratios": list(columns)},
    }
    axes: np.ndarray
    if room.ax is None:
        axes = own_figure(room, title, [*below, frame.attrs.get("source", "")], height).subplots(**grid)
    elif len(rows) == len(columns) == 1:
        size = room.sizes.text
        room.ax.set_title(fill(title, size, room.width - 2 * MARGIN), size=size, loc="left", pad=lift)
        axes = np.array([[room.ax]], object)
    else:
        axes = _in_place(room, title).subplots(**grid)
    if room.ax is not None:
        _warn_small(room, height, frame.attrs.get("name", "the figure"))
    remember(axes, words_for(title, frame, said))
    return axes


def words_for(title: str, frame: pd.DataFrame, said: pd.DataFrame | None = None) -> Words:
    """Return what the figure of a frame says: whoever does not see it is also told the notes below it."""
    alt = alternative(title, frame if said is None else said)
    return Words(
        joined([alt, *frame.attrs.get("notes", ())], language_in(frame)),
        frame.attrs.get("caption", ""),
        frame.attrs.get("name", "figure"),
        frame,
    )


def own_figure(room: Room, title: str, notes: Sequence[str], height: float, margin: float = MARGIN) -> Figure:
    """Return a figure with its finding above and its notes below, tall enough for what stands between them."""
    points, width = room.sizes, room.width - 2 * margin
    head = fill(title, points.title, width)
    foot = "\n".join(fill(note, points.tiny, width - margin) for note in notes if note)
    words = (head.count("\n") + 1) * points.title * LEADING + (foot.count("\n") + 1) * points.tiny * LEADING
    figure = plt.figure(figsize=(room.width / 72, (height + words + 4 * margin) / 72), layout="constrained")
    engine = figure.get_layout_engine()
    if isinstance(engine, ConstrainedLayoutEngine):
        engine.set(w_pad=margin / 72, h_pad=MARGIN / 72, hspace=0, wspace=0)
    figure.suptitle(head, x=margin / room.width, ha="left", size=points.title)
    if foot:
        figure.supxlabel(foot, x=margin / room.width, ha="left", size=points.tiny, color=MUTED, linespacing=LEADING)
    return figure


def _in_place(room: Room, title: str) -> SubFigure:
    """Return a figure within the figure, in the place of some Axes, under its finding."""
    ax, size = cast(Axes, room.ax), room.sizes.text
    place = ax.get_subplotspec()
    if place is None:
        raise ValueError(Told("errors.no_grid"))
    inner = ax.figure.add_subfigure(place)
    ax.remove()
    inner.suptitle(fill(title, size, room.width - 2 * MARGIN), size=size, x=MARGIN / room.width, ha="left")
    return inner


def strips(
    room: Room, frame: pd.DataFrame, title: str, heights: Sequence[float], notes: Sequence[str]
) -> list[SubFigure]:
    """Return figures below one another, on a page of their own of at least A4 or in the place of some Axes."""
    whole: Figure | SubFigure
    if room.ax is None:
        whole = own_figure(room, title, [*notes, frame.attrs.get("source", "")], sum(heights), 4 * MARGIN)
        width, tall = whole.get_size_inches()
        whole.set_size_inches(width, max(tall, width * 297 / 210))
    else:
        whole = _in_place(room, title)
    return list(whole.subfigures(len(heights), squeeze=False, height_ratios=list(heights))[:, 0])


def _warn_small(room: Room, height: float, name: str) -> None:
    if room.height < 0.5 * height or room.width < 200:
        needed = {"width": max(room.width, 240) / 72, "height": height / 72}
        told = Told("errors.small", name=name, **needed, wide=room.width / 72, tall=room.height / 72)
        warnings.warn(in_language(told, language_of()), stacklevel=4)


def stack(
    *columns: tuple[Sequence[str], float | Sequence[float]], gap: float = 3.0, before: Sequence[float] = ()
) -> list[float]:
    """Return where rows of text stand, in points from the top: the middle of each, and last the height of all.

    Parameters
    ----------
    *columns : tuple of (texts, size)
        Texts broken into lines, and the size of all or of each, side by side.
    gap : float
        Between two rows.
    before : sequence of float
        More space before each row.
    """
    tall = [np.multiply([(text.count("\n") + 1) * LEADING for text in texts], sizes) for texts, sizes in columns]
    places, y = [], 0.0
    for at, row in enumerate(zip(*tall, strict=True)):
        height = max(*row, 8.0) + gap
        y += before[at] if len(before) else 0.0
        places.append(y + height / 2)
        y += height
    return [*places, y]


def label_rows(
    ax: Axes, at: Sequence[float], labels: Sequence[str], size: float | Sequence[float], least: float = 0.0
) -> None:
    """Write the labels of rows as tick labels that begin at one left edge, `least` points from the axis or more."""
    ax.set_yticks(list(at), list(labels))
    sizes = np.broadcast_to(size, len(labels)).tolist()
    widest = max((widest_line(label, one) for label, one in zip(labels, sizes, strict=True)), default=0.0)
    ax.tick_params(axis="y", length=0, pad=max(widest, least) + GAP)
    for tick, one in zip(ax.get_yticklabels(), sizes, strict=True):
        tick.set(ha="left", size=one, linespacing=SPACING, color=INK)


def widest_line(text: str, size: float) -> float:
    """Return the width in points of the widest line of a text."""
    return max(width_of(line, size) for line in text.split("\n"))


def legend(ax: Axes, handles: Sequence[Any], size: float, up: float, right: float = 0.0, **kwargs: Any) -> None:
    """Put a legend some points above Axes, and so many to the right of their left edge."""
    over = ax.transAxes + ScaledTranslation(right / 72, up / 72, figure_of(ax).dpi_scale_trans)
    ax.legend(
        handles=handles,
        loc="lower left",
        bbox_to_anchor=(0, 1),
        bbox_transform=over,
        fontsize=size,
        borderpad=0,
        borderaxespad=0,
        labelspacing=0.35,
        **kwargs,
    )


def name_unit(ax: Axes, unit: str, size: float, width: float) -> None:
    """Write the unit below an x axis that has no ticks, from its left end."""
    ax.set_xlabel(fill(unit, size, width), size=size, loc="left", labelpad=2)


def write(ax: Axes, text: str, at: tuple[float, float], by: tuple[float, float], **kwargs: Any) -> Annotation:
    """Write a text `by` some points right of and above a place, also outside the Axes."""
    return ax.annotate(text, at, by, textcoords="offset points", annotation_clip=False, **kwargs)


def beside(
    ax: Axes, x: float, y: float, text: str, size: float, *, right: float = 0.0, ha: str = "left", **kwargs: Any
) -> None:
    """Write a text some points to the right of a place, in the units of the Axes."""
    write(ax, text, (x, y), (right, 0), va="center", ha=ha, size=size, linespacing=SPACING, **kwargs)


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
    paths = stem.with_name(f"{stem.name}.svg"), stem.with_name(f"{stem.name}.png")
    with system_told(), laid_out(figure):
        stem.parent.mkdir(parents=True, exist_ok=True)
        for file, content in zip(paths, (picture(figure, "svg"), picture(figure, "png")), strict=True):
            with put_whole(file) as aside:
                aside.write_bytes(content)
    return paths


#: Settings under which a figure has no layout engine and keeps the places that it has.
_AS_LAID_OUT: Any = {"figure.constrained_layout.use": False, "figure.autolayout": False}


@contextmanager
def laid_out(figure: Figure) -> Iterator[None]:
    """Lay a figure out once, for the pictures that are made of it within.

    Places are rounded: what the layout leaves open in the last digits differs between processes.
    """
    engine = figure.get_layout_engine()
    if engine is None:
        yield
        return
    with theme():
        engine.execute(figure)
    with mpl.rc_context(_AS_LAID_OUT):
        figure.set_layout_engine(None)  # a placeholder ("none") would have each picture drawn twice
    for part in figure.findobj(SubFigure):
        part.bbox_relative.set_points(np.round(part.bbox_relative.get_points(), 6))
    for ax in figure.axes:
        ax.set_position(Bbox(np.round(ax.get_position().get_points(), 6)))
        ax.set_in_layout(True)
    try:
        yield
    finally:
        figure.set_layout_engine(engine)


def figure_of(ax: Axes | np.ndarray | Figure) -> Figure:
    """Return the Figure that some Axes belong to. Raises ValueError when they were removed from it."""
    whole = ax if isinstance(ax, Figure) else np.ravel(np.asarray(ax, object))[0].get_figure(root=True)
    if whole is None:
        raise ValueError(Told("errors.no_figure"))
    return whole


def picture(figure: Figure, kind: str, **rc: Any) -> bytes:
    """Return a figure as SVG or PNG; letters of an SVG are outlines unless ``rc`` says otherwise."""
    out = io.BytesIO()
    words = words_of(figure)
    metadata = dict(_METADATA[kind])
    if kind == "svg" and words:
        metadata |= {"Title": words[0].name, "Description": describe(figure)}
    fixed = {"svg.hashsalt": "foi_analysis", "path.simplify": False, "hatch.linewidth": 0.5, **_AS_LAID_OUT}
    with laid_out(figure), theme(**{**fixed, **rc}):
        figure.savefig(out, format=kind, metadata=metadata)
    return out.getvalue()


def show_in_notebook() -> None:
    """In a Jupyter kernel, show figures with their words: alternative text and caption, in the output's metadata.

    Pictures are those that ``InlineBackend.figure_formats`` asks for; the letters of an SVG are text there. Does
    nothing anywhere else.
    """
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    if shell is None or not hasattr(shell, "kernel"):
        return
    inline = import_module("matplotlib_inline.backend_inline") if "inline" in plt.get_backend() else None
    if inline:  # else it would set formatters of its own, over these, with the first figure
        inline.configure_inline_support(shell, plt.get_backend())
        plt.uninstall_repl_displayhook()  # it would draw each figure once more, for a window that is not there
    formats = inline.InlineBackend.instance().figure_formats if inline else {"png"}
    formatters = shell.display_formatter.formatters
    if "svg" in formats:
        formatters["image/svg+xml"].for_type(Figure, _svg)
    if "png" in formats:
        formatters["image/png"].for_type(Figure, lambda figure: picture(figure, "png"))
    shell.display_formatter.mimebundle_formatter.for_type(Figure, _metadata)


def _svg(figure: Figure) -> str:
    with laid_out(figure):
        _keep(figure)
        return picture(figure, "svg", **{"svg.fonttype": "none"}).decode()


def _keep(figure: Figure) -> None:
    """Save a figure of the package with its data where whoever runs the notebook asks for that; of a name the first."""
    folder, words = os.environ.get(KEPT), words_of(figure)
    if not folder or len(words) != 1 or words[0].frame is None or not figure.get_suptitle():
        return
    stem = f"{words[0].name}.{language_in(words[0].frame)}"
    data = Path(folder, f"{stem}.csv")
    if not data.exists():
        save(figure, Path(folder, stem))
        data.write_text(words[0].frame.to_csv(index=False, lineterminator="\n"), encoding="utf-8", newline="\n")


def _metadata(figure: Figure, **_: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return no picture, but what is said of each: IPython adds it to the pictures of the other formatters."""
    words = words_of(figure)
    title = _BREAK.sub("", figure.get_suptitle()).replace("\n", " ")
    said = {
        **{"alt": describe(figure), "caption": caption(figure)},
        **{"name": words[0].name if words else "", "title": title},
    }
    told = {key: value for key, value in said.items() if value}
    return {}, {"image/svg+xml": told, "image/png": told} if told else {}
