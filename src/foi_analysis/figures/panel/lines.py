"""The reports of a panel as lines of a figure: by scope, then by organ, then by year."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from foi_analysis.bilingual import number
from foi_analysis.figures.lanes import Lane
from foi_analysis.figures.shares import Share
from foi_analysis.figures.sheet import LEADING, Align, Sheet
from foi_analysis.figures.style import colour, limit, size, width_of
from foi_analysis.figures.wrap import balance, wrap
from foi_analysis.form import CellKey
from foi_analysis.panel import Panel, scope_name
from foi_analysis.resources import Language, say

#: How wide names of organs and years stand, and how far apart lines are.
NAME, YEAR, STEP = 116.0, 28.0, 13.0
#: Bounds so close together are one share.
_ONE = 0.0005
#: Where what is drawn of a line begins.
START = NAME + YEAR + 6.0


@dataclass(frozen=True, slots=True)
class Line:
    """A report as a line of a figure: its number in the panel, its organ, year and scope, in words."""

    at: int
    organ: str
    year: str
    scope: str

    def name(self, language: Language) -> str:
        """Name the report by organ and year."""
        return say("comparison.organ_year", language, organ=self.organ, year=self.year)


@dataclass(frozen=True, slots=True)
class Facet:
    """The reports of one scope, by organ and year, under their caption."""

    caption: str
    lines: tuple[Line, ...]

    @property
    def organs(self) -> list[tuple[str, list[Line]]]:
        """The lines of each organ."""
        return [(organ, list(lines)) for organ, lines in groupby(self.lines, key=lambda line: line.organ)]


@dataclass(frozen=True, slots=True)
class Shown:
    """What a figure shows of a panel: some of its reports, by scope; how many more there are."""

    facets: tuple[Facet, ...]
    left_out: int

    @property
    def lines(self) -> list[Line]:
        """All lines, facet by facet."""
        return [line for facet in self.facets for line in facet.lines]

    def captions(self, language: Language) -> list[str]:
        """Name the scopes of the facets in sentences."""
        return [say("comparison.sentence", language, text=facet.caption) for facet in self.facets]


def organ_of(panel: Panel, at: int, language: Language) -> str:
    """Return the name of a report's organ; in English where one is known."""
    chinese, english = panel.heads["organ"][at], panel.heads["organ_en"][at]
    return (english if language == "en" else "") or chinese or say("figures.unknown", language)


def shown(panel: Panel, language: Language) -> Shown:
    """Choose the reports that a figure shows, those with most requests concluded, and part them by scope.

    The scope with most reports comes first.
    """
    sizes = np.nan_to_num(panel.column(CellKey("requests", "concluded", "total")), nan=-1.0)
    chosen = sorted(np.argsort(-sizes, kind="stable")[: limit("reports")].tolist())
    order = sorted(chosen, key=lambda at: (panel.heads["scope"][at], panel.heads["organ"][at], panel.heads["year"][at]))
    lines = [
        Line(
            at,
            organ_of(panel, at, language),
            panel.heads["year"][at] or say("comparison.no_year", language),
            panel.heads["scope"][at],
        )
        for at in order
    ]
    facets = [
        Facet(_caption(scope, len(some), language), some)
        for scope, group in groupby(lines, key=lambda line: line.scope)
        for some in [tuple(group)]
    ]
    return Shown(tuple(sorted(facets, key=lambda facet: -len(facet.lines))), len(panel) - len(lines))


def _caption(scope: str, count: int, language: Language) -> str:
    return say("panel.facet", language, scope=scope_name(scope, language), n=count)


def draw_lines(sheet: Sheet, some: Shown, draw: Callable[[Line, float], None]) -> None:
    """Draw every line below the one before, under the caption of its scope and beside the name of its organ.

    ``draw`` draws what is to the right, around the height it is given.
    """
    for facet in some.facets:
        draw_caption(sheet, facet.caption)
        for organ, lines in facet.organs:
            names = wrap(organ, size("small"), NAME)
            sheet.block(0, sheet.y, names, size("small"), NAME)
            height = max(len(names) * size("small") * LEADING, len(lines) * STEP)
            for place, line in enumerate(lines):
                middle = sheet.y + place * STEP + 0.57 * size("small")
                sheet.fitted(NAME + YEAR, middle, line.year, size("small"), YEAR - 2, align="right")
                draw(line, middle)
            sheet.y += height + 3
        sheet.y += 4


def draw_caption(sheet: Sheet, caption: str) -> None:
    """Write the caption of a facet over a thin line."""
    sheet.y += sheet.block(0, sheet.y, caption, size("text"), sheet.width) + 1
    sheet.rule(sheet.y)
    sheet.y += 5


def draw_share(sheet: Sheet, lane: Lane, y: float, share: Share, fill: str, name: str) -> None:
    """Draw a share on a lane; hollow, without an interval, where only the sums tell what is not printed."""
    if share.bounded and share.upper - share.lower < _ONE:
        sheet.mark(lane.at(share.lower), y, "circle", fill, hollow=True, name=f"mark.{name}")
    else:
        lane.draw(sheet, y, share, "circle", fill, name=name)


def draw_label(sheet: Sheet, x: float, y: float, words: str, align: Align) -> None:
    """Write a small label whose top is at ``y`` on a ground of its own, so that no line runs through it."""
    points = size("tiny")
    width = width_of(words, points)
    left = x - {"left": 0.0, "center": width / 2, "right": width}[align]
    paper = colour("ink", "paper")
    sheet.box(left - 1, y, width + 2, 1.25 * points, paper, edge=paper, line=0)
    sheet.text(x, y, words, points, align=align)


def draw_heads(sheet: Sheet, heads: Sequence[tuple[float, float, str]]) -> None:
    """Write heads of columns, each (left, width, text), all ending on one line."""
    broken = [(left, width, balance(text, size("tiny"), width - 3)) for left, width, text in heads]
    rows = max((len(lines) for _, _, lines in broken), default=0)
    for left, width, lines in broken:
        top = sheet.y + (rows - len(lines)) * size("tiny") * LEADING
        sheet.block(left + width / 2, top, lines, size("tiny"), width, align="center")
    sheet.y += rows * size("tiny") * LEADING + 4


def notes_of(panel: Panel, some: Shown, tables: Iterable[str], language: Language) -> list[str]:
    """Say which rows are compared, that scopes are never added, and how many reports are not shown."""
    notes = [panel.common(table).sentence(language) for table in tables if panel.forms]
    if len(some.facets) > 1:
        notes.append(say("comparison.scopes", language))
    if some.left_out:
        shown_, all_ = len(some.lines), len(some.lines) + some.left_out
        notes.append(say("comparison.left_out", language, shown=number(shown_, language), all=number(all_, language)))
    return notes


def source(panel: Panel, unit: str, language: Language) -> str:
    """Return the unit, how many reports and organs there are, and their years."""
    years = sorted(filter(None, panel.heads["year"]))
    span = say("comparison.span", language, first=years[0], last=years[-1]) if years else say(
        "figures.unknown", language
    )  # fmt: skip
    organs = len({organ for organ in panel.heads["organ"] if organ})
    return say("comparison.subtitle", language, unit=unit, reports=number(len(panel), language),
               organs=number(organs, language), years=span)  # fmt: skip
