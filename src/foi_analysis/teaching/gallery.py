"""A gallery: each kind of error planted once, with the identities that catch it and those that cannot."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from foi_analysis.checks import Verdict, identity_verdicts
from foi_analysis.extract import plain
from foi_analysis.figures.drawing import Drawing
from foi_analysis.figures.style import colour, drawing_style, shade, size
from foi_analysis.figures.wrap import balance
from foi_analysis.form import CellKey, Form
from foi_analysis.printing import cell_name
from foi_analysis.report import Report
from foi_analysis.resources import Language, read_toml, say
from foi_analysis.tables.grid import Box, PublishedTable, Row, Shown, Words
from foi_analysis.tables.published import source
from foi_analysis.teaching.hints import line_of
from foi_analysis.teaching.planting import KINDS, plant_error

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

_SEED = "gallery"
_ACROSS = 6
#: The side of a square of the small maps, of the distance between two.
_SIDE = 0.9
#: So wide may the name above a map be, in points; so dark is a cell under a broken identity.
_WIDTH = 80.0
_SHADE = 6
#: The tables that identities stand over, from top to bottom.
_DRAWN = ("requests", "review")


@dataclass(frozen=True)
class Specimen:
    """One planted error: the faulty copy, the cells changed, verdicts that broke, and families that did not."""

    kind: str
    faulty: Report
    changed: tuple[CellKey, ...]
    caught: tuple[Verdict, ...]
    missed: tuple[Verdict, ...]


def specimens(report: Report) -> Iterator[Specimen]:
    """Plant one error of each kind that applies to a report. Raises ValueError when its sums are broken already."""
    for kind in KINDS:
        try:
            faulty = plant_error(report, kind, _SEED).report
        except ValueError:
            if any(v.outcome == "broken" for v in identity_verdicts(report)):
                raise
            continue
        changed = tuple(key for key, cell in report.grid.items() if cell.value != faulty.grid[key].value)
        judged = identity_verdicts(faulty)
        caught = tuple(v for v in judged if v.outcome == "broken")
        families = {v.identity.family for v in caught}
        missed = tuple(v for v in judged if v.identity.family not in families)
        yield Specimen(kind, faulty, changed, caught, missed)


def kind_name(kind: str, language: Language) -> str:
    """Give the name of a kind of error in one language."""
    key = kind.replace(" ", "_")
    own = f"kind_{key}" in read_toml("words/teaching.toml")
    return say(f"teaching.kind_{key}" if own else f"accounts.slip_{key}", language)


def gallery(report: Report, language: Shown) -> PublishedTable:
    """Show each kind of error with its name, how it happens, an example, and what catches it and what cannot.

    Records, one a kind: kind, cells (changed, by name), caught, missed (ids of identities). Raises ValueError when
    the report's sums are broken already.
    """
    found = list(specimens(report))
    columns = ("gallery_kind", "gallery_life", "gallery_example", "gallery_caught", "gallery_missed")
    return PublishedTable(
        id=f"gallery-{report.sha256[:6]}",
        language=language,
        title=_words("gallery_title"),
        caption=(*source(report), _words("gallery_note")),
        head=(tuple(Box(_words(column), "col") for column in columns),),
        bodies=(tuple(_line(report, one) for one in found),),
        records=tuple(
            {
                "kind": one.kind,
                "cells": " ".join(map(str, one.changed)),
                "caught": " ".join(v.identity.id for v in one.caught),
                "missed": " ".join(v.identity.id for v in one.missed),
            }
            for one in found
        ),
        kind="text",
    )


def _line(report: Report, one: Specimen) -> Row:
    life = f"life_{one.kind.replace(' ', '_')}"
    return (
        Box(_each(lambda language: f"{kind_name(one.kind, language)} ({one.kind})"), "row"),
        Box(_words(life)),
        Box(_each(lambda language: _example(report, one, language))),
        Box(_each(lambda language: _rules(one, one.caught, language) or say("teaching.gallery_all", language))),
        Box(_each(lambda language: _families(one, language) or say("teaching.gallery_none", language))),
    )


def _example(report: Report, one: Specimen, language: Language) -> str:
    shown = [
        say(
            "teaching.gallery_cell",
            language,
            cell=cell_name(report.form, key, language),
            printed=plain(one.faulty.grid[key].value),
            true=plain(report.grid[key].value),
        )
        for key in one.changed[:2]
    ]
    if len(one.changed) <= len(shown):
        return say("notebook.comma", language).join(shown)
    return say("teaching.gallery_cells", language, n=len(one.changed), example=shown[0])


def _rules(one: Specimen, found: tuple[Verdict, ...], language: Language) -> str:
    """Name identities, those of one family together, with the lines along which they run, or how many there are."""
    named = []
    for _, group in groupby(found, lambda v: v.identity.family):
        alike = [v.identity for v in group]
        lines = say("notebook.comma", language).join(line_of(one.faulty, i, language) for i in alike[:2])
        more = say("notebook.more", language, n=len(alike) - 2) if len(alike) > 2 else ""
        named.append(say("teaching.gallery_rule", language, title=alike[0].title(language), lines=lines + more))
    return say("notebook.comma", language).join(named)


def _families(one: Specimen, language: Language) -> str:
    titles = dict.fromkeys(v.identity.title(language) for v in one.missed)
    return say("notebook.comma", language).join(titles)


def gallery_figure(report: Report, language: Language) -> Drawing:
    """Draw small maps of the form, one for each kind of error: cells changed, and cells under a broken identity.

    Raises ValueError as ``gallery`` does, MissingGlyphError when the font lacks a character.
    """
    from matplotlib.figure import Figure

    found = list(specimens(report))
    down = -(-len(found) // _ACROSS)
    with drawing_style():
        figure = Figure(figsize=(7.6, 3.4 * down))
        grid = figure.subplots(down, _ACROSS, squeeze=False).ravel()
        for axes, one in zip(grid, found, strict=False):
            _map(axes, one, language)
        for axes in grid[len(found) :]:
            axes.set_axis_off()
        figure.subplots_adjust(left=0.01, right=0.99, bottom=0.01, top=0.93, wspace=0.25, hspace=0.2)
    return Drawing(
        "gallery",
        figure,
        _alt(found, language),
        say("teaching.gallery_figure", language),
        say("teaching.gallery_caption", language),
        _data(found),
    )


def _map(axes: Axes, one: Specimen, language: Language) -> None:
    """Draw one small map: a square for each cell, dark and dotted where changed, light under a broken identity."""
    from matplotlib.collections import PolyCollection

    under = {key for v in one.caught for key in v.identity.cells}
    corners = _corners(one.faulty.form)
    squares = [[(x, y), (x + _SIDE, y), (x + _SIDE, y + _SIDE), (x, y + _SIDE)] for x, y in corners.values()]
    fills = [_fill(key in one.changed, key in under) for key in corners]
    axes.add_collection(PolyCollection(squares, facecolors=fills, edgecolors=colour("ink", "outline"), linewidths=0.4))
    dots = [corners[key] for key in one.changed if key in corners]
    half = _SIDE / 2
    axes.scatter([x + half for x, _ in dots], [y + half for _, y in dots], s=3, color=colour("ink", "paper"), zorder=3)
    axes.set(xlim=(-0.2, 7.2), ylim=(max(y for _, y in corners.values()) + 1.5, -0.5))
    axes.set_title("\n".join(balance(kind_name(one.kind, language), size("tiny"), _WIDTH)), fontsize=size("tiny"))
    axes.set_axis_off()


def _fill(changed: bool, under: bool) -> str:
    return colour("ink", "text") if changed else shade(_SHADE) if under else colour("ink", "paper")


def _corners(form: Form) -> dict[CellKey, tuple[float, float]]:
    """Give the upper left corner of each cell's square, the tables one below the other, in columns and rows."""
    found: dict[CellKey, tuple[float, float]] = {}
    top = 0
    for table in map(form.table, _DRAWN):
        rows, columns = [row.key for row in table.rows], [column.key for column in table.columns]
        found |= {key: (float(columns.index(key.column)), float(top + rows.index(key.row))) for key in table.cells}
        top += len(rows) + 1
    return found


def _alt(found: list[Specimen], language: Language) -> str:
    listed = (
        say(
            "teaching.gallery_alt_one",
            language,
            kind=kind_name(one.kind, language),
            changed=len(one.changed),
            broken=len(one.caught),
        )
        for one in found
    )
    return say("teaching.gallery_alt", language, n=len(found), list=" ".join(listed))


def _data(found: list[Specimen]) -> pd.DataFrame:
    import pandas as pd

    rows = [(one.kind, *key, key in one.changed) for one in found for key in one.faulty.form.cells]
    return pd.DataFrame(rows, columns=["kind", "table", "row", "column", "changed"])


def _words(key: str) -> Words:
    return Words(say(f"teaching.{key}", "zh"), say(f"teaching.{key}", "en"))


def _each(text: Callable[[Language], str]) -> Words:
    return Words(text("zh"), text("en"))
