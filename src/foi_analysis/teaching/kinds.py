"""A gallery: each kind of error planted once, with the identities that catch it and those that cannot."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection

from foi_analysis.checks import Verdict, identity_verdicts
from foi_analysis.extract import plain
from foi_analysis.form import CellKey, Form, Identity
from foi_analysis.plot.figure import MARGIN, remember
from foi_analysis.plot.figure import Words as Said
from foi_analysis.plot.theme import INK, PAPER, SHADES, fill, sizes, themed
from foi_analysis.printing import cell_name
from foi_analysis.report import Report
from foi_analysis.resources import Language, read_toml, say
from foi_analysis.tables.grid import Box, PublishedTable, Row, Shown, Words
from foi_analysis.tables.published import source
from foi_analysis.teaching.answers import words
from foi_analysis.teaching.planting import KINDS, line_of, plant_error

#: Small maps in a line; the side of a square in them, of the distance between two.
_ACROSS, _SIDE = 6, 0.9
#: Height of a line of maps, of the figure's width; outline of a square.
_TALL, _EDGE = 0.42, "#333333"


@dataclass(frozen=True)
class Specimen:
    """One planted error: the cells changed, the verdicts that broke, and those of families in which none did."""

    kind: str
    report: Report
    faulty: Report
    changed: tuple[CellKey, ...]
    caught: tuple[Verdict[Identity], ...]
    missed: tuple[Verdict[Identity], ...]

    def name(self, language: Language) -> str:
        """Return the name of the kind of error."""
        return kind_name(self.kind, language)


def kind_name(kind: str, language: Language) -> str:
    """Return the name of a kind of error."""
    key = kind.replace(" ", "_")
    own = f"kind_{key}" in read_toml("words/teaching.toml")
    return say(f"teaching.kind_{key}" if own else f"accounts.slip_{key}", language)


def specimens(report: Report) -> Iterator[Specimen]:
    """Plant one error of each kind that can occur in a report. Raises ValueError when its sums are broken already."""
    for kind in KINDS:
        try:
            faulty = plant_error(report, kind, "gallery").report
        except ValueError:
            if any(v.outcome == "broken" for v in identity_verdicts(report)):
                raise
            continue
        changed = tuple(key for key, cell in report.grid.items() if cell.value != faulty.grid[key].value)
        judged = identity_verdicts(faulty)
        caught = tuple(v for v in judged if v.outcome == "broken")
        families = {v.rule.family for v in caught}
        missed = tuple(v for v in judged if v.rule.family not in families)
        yield Specimen(kind, report, faulty, changed, caught, missed)


# ---- the table ----


def gallery(report: Report, language: Shown) -> PublishedTable:
    """Show each kind of error with its name, how it happens, an example, and what catches it and what cannot.

    Records, one a kind: kind, cells (changed, by name), caught, missed (ids of identities). Raises ValueError when
    the report's sums are broken already.
    """
    found = list(specimens(report))
    heads = ("gallery_kind", "gallery_life", "gallery_example", "gallery_caught", "gallery_missed")
    return PublishedTable(
        id=f"gallery-{report.sha256[:6]}",
        language=language,
        title=words("gallery_title"),
        caption=(*source(report), words("gallery_note")),
        head=(tuple(Box(words(head), "col") for head in heads),),
        bodies=(tuple(map(_line, found)),),
        records=tuple(
            {
                "kind": one.kind,
                "cells": " ".join(map(str, one.changed)),
                "caught": " ".join(v.rule.id for v in one.caught),
                "missed": " ".join(v.rule.id for v in one.missed),
            }
            for one in found
        ),
        kind="text",
    )


def _line(one: Specimen) -> Row:
    def box(text: Callable[[Language], str], scope: Literal["", "row"] = "") -> Box:
        return Box(Words(text("zh"), text("en")), scope)

    return (
        box(lambda language: f"{one.name(language)} ({one.kind})", "row"),
        Box(words(f"life_{one.kind.replace(' ', '_')}")),
        box(lambda language: _example(one, language)),
        box(lambda language: _caught(one, language)),
        box(lambda language: _missed(one, language)),
    )


def _example(one: Specimen, language: Language) -> str:
    shown = []
    for key in one.changed[:2]:
        printed, true = plain(one.faulty.grid[key].value), plain(one.report.grid[key].value)
        cell = cell_name(one.report.form, key, language)
        shown.append(say("teaching.gallery_cell", language, cell=cell, printed=printed, true=true))
    if len(one.changed) <= len(shown):
        return say("notebook.comma", language).join(shown)
    return say("teaching.gallery_cells", language, n=len(one.changed), example=shown[0])


def _caught(one: Specimen, language: Language) -> str:
    """Name the broken identities, those of one family together, with two lines along which they run."""
    told, comma = [], say("notebook.comma", language)
    for _, group in groupby((v.rule for v in one.caught), lambda identity: identity.family):
        alike = list(group)
        lines = comma.join(line_of(one.faulty, identity, language) for identity in alike[:2])
        more = say("notebook.more", language, n=len(alike) - 2) if len(alike) > 2 else ""
        told.append(say("teaching.gallery_rule", language, title=alike[0].title(language), lines=lines + more))
    return comma.join(told) or say("teaching.gallery_all", language)


def _missed(one: Specimen, language: Language) -> str:
    titles = dict.fromkeys(v.rule.title(language) for v in one.missed)
    return say("notebook.comma", language).join(titles) or say("teaching.gallery_none", language)


# ---- the figure ----


@themed
def gallery_figure(report: Report, language: Language, width: float = 16.0) -> np.ndarray:
    """Draw small maps of the form, one for each kind of error: cells changed, and cells under a broken identity.

    Parameters
    ----------
    report : Report
    language : {"zh", "en"}
    width : float, default 16
        Width of the figure in cm.

    Returns
    -------
    ndarray of Axes
        One a kind, in the order of ``KINDS``.

    Raises
    ------
    ValueError
        When the report's sums are broken already.
    MissingGlyphError
        When the font lacks a character.
    """
    found = list(specimens(report))
    down, inches = -(-len(found) // _ACROSS), width / 2.54
    text, points = sizes(inches), 72 * inches
    figure = plt.figure(figsize=(inches, _TALL * inches * down), layout="constrained")
    axes = figure.subplots(down, _ACROSS, squeeze=False).ravel()
    title = fill(say("teaching.gallery_figure", language), text.title, points - 2 * MARGIN)
    figure.suptitle(title, x=MARGIN / points, ha="left", size=text.title)
    for ax in axes:
        ax.set_axis_off()
    for ax, one in zip(axes, found, strict=False):
        _map(ax, one)
        ax.set_title(fill(one.name(language), text.tiny, points / _ACROSS - 2 * MARGIN), size=text.tiny, loc="center")
    rows = [(one.kind, *key, key in one.changed) for one in found for key in report.form.cells]
    frame = pd.DataFrame(rows, columns=["kind", "table", "row", "column", "changed"])
    remember(axes, Said(_alt(found, language), say("teaching.gallery_caption", language), "gallery", frame))
    return axes[: len(found)]


def _map(ax: Axes, one: Specimen) -> None:
    """Draw one small map: a square for each cell, dark and dotted where changed, light under a broken identity."""
    corners = _corners(one.faulty.form)
    fills = dict.fromkeys(corners, PAPER)
    fills |= {key: SHADES[-1] for v in one.caught for key in v.rule.cells if key in corners}
    fills |= {key: INK for key in one.changed if key in corners}
    squares = [[(x, y), (x + _SIDE, y), (x + _SIDE, y + _SIDE), (x, y + _SIDE)] for x, y in corners.values()]
    ax.add_collection(PolyCollection(squares, facecolors=list(fills.values()), edgecolors=_EDGE, linewidths=0.4))
    dots = [corners[key] for key in one.changed if key in corners]
    x, y = ([corner[axis] + _SIDE / 2 for corner in dots] for axis in (0, 1))
    ax.scatter(x, y, s=3, color=PAPER, zorder=3)
    ax.set(xlim=(-0.2, 7.2), ylim=(max(y for _, y in corners.values()) + 1.5, -0.5))


def _corners(form: Form) -> dict[CellKey, tuple[float, float]]:
    """Return the upper left corner of each cell's square, in columns and rows, one table below the other."""
    found: dict[CellKey, tuple[float, float]] = {}
    top = 0
    for table in map(form.table, ("requests", "review")):  # the tables that identities stand over
        rows, columns = [row.key for row in table.rows], [column.key for column in table.columns]
        found |= {key: (float(columns.index(key.column)), float(top + rows.index(key.row))) for key in table.cells}
        top += len(rows) + 1
    return found


def _alt(found: Sequence[Specimen], language: Language) -> str:
    listed = []
    for one in found:
        counts = {"changed": len(one.changed), "broken": len(one.caught)}
        listed.append(say("teaching.gallery_alt_one", language, kind=one.name(language), **counts))
    return say("teaching.gallery_alt", language, n=len(found), list=" ".join(listed))
