"""A funnel of shares against volume, with limits of chance alone and with what shares vary beyond chance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from foi_analysis.bilingual import number, percent
from foi_analysis.figures.drawing import Drawing
from foi_analysis.figures.facts import joined, listed
from foi_analysis.figures.panel.lines import Facet, Line, Shown, draw_caption, draw_label, notes_of, shown, source
from foi_analysis.figures.panel.shares import panel_shares, said, shares_data
from foi_analysis.figures.shares import Share
from foi_analysis.figures.sheet import Align, Sheet
from foi_analysis.figures.style import colour, drawing_style, limit, size, width_of
from foi_analysis.measures import measure_columns
from foi_analysis.panel import Panel
from foi_analysis.resources import Language, say
from foi_analysis.statistics import Z_LIMITS, Funnel
from foi_analysis.statistics import funnel as fit

_MEASURE = "disclosed_share"
_HEIGHT, _LEFT, _RIGHT, _STEPS = 190.0, 34.0, 12.0, 60
_ENDS = (0.05, 0.1, 0.2, 0.4, 0.6, 0.8)
#: Where a label may stand beside its point: to the right, to the left, above, below.
_BESIDE: tuple[tuple[float, float, Align], ...] = (
    (6.0, -0.57, "left"),
    (-6.0, -0.57, "right"),
    (0.0, -1.75, "center"),
    (0.0, 0.65, "center"),
)

Places = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Plot:
    """Where shares and volumes stand; volumes by their square roots, so that small ones do not crowd."""

    left: float
    top: float
    width: float
    most: float
    highest: float

    def x(self, volume: float) -> float:
        """Return where a volume stands."""
        return self.left + self.width * float((volume / self.most) ** 0.5)

    def y(self, share: float) -> float:
        """Return where a share stands."""
        return self.top + _HEIGHT * (1 - min(share / self.highest, 1.0))


def funnel(panel: Panel, language: Language) -> Drawing:
    """Draw the share disclosed of each report against the requests concluded, with limits around the common share.

    Limits are drawn for scopes with enough reports. Raises MissingGlyphError when the font lacks a character of an
    organ's name.
    """
    some = shown(panel, language)
    shares, fits = panel_shares(panel, _MEASURE, some.lines), fits_of(panel, some)
    title, notes = _title(some, shares, fits, language), notes_of(panel, some, ["requests"], language)
    with drawing_style():
        sheet = Sheet()
        sheet.head(title, source(panel, say("comparison.unit_funnel", language), language))
        for facet in some.facets:
            _draw(sheet, facet, shares, fits[facet.caption], language)
        sheet.notes([say("comparison.note_funnel", language), *notes])
        figure = sheet.finish()
    caption = joined([say("comparison.caption_funnel", language), *some.captions(language), *notes], language)
    return Drawing("panel_funnel", figure, _alt(title, some, shares, fits, language), title, caption,
                   funnel_data(panel, language))  # fmt: skip


def funnel_data(panel: Panel, language: Language) -> pd.DataFrame:
    """Return what the figure draws: one row a report, with its numbers as in ``measure``.

    Further columns, NaN for scopes with too few reports: target, phi, z, and the limits low_95, high_95, low_99_8,
    high_99_8 of chance alone, and those with overdispersion, whose names end in _phi.
    """
    some = shown(panel, language)
    frame = shares_data(panel, some, {_MEASURE: panel_shares(panel, _MEASURE, some.lines)})
    fits, captions = fits_of(panel, some), {panel.heads["scope"][f.lines[0].at]: f.caption for f in some.facets}
    told: dict[str, list[float]] = {}
    for scope, whole in zip(frame["scope"].tolist(), frame["denominator"].astype(float).tolist(), strict=True):
        fit = fits[captions[scope]]
        n = np.array([whole if whole > 0 else np.nan])
        numbers = {"target": fit.target if fit else np.nan, "phi": fit.phi if fit else np.nan}
        for name, z in zip(("95", "99_8"), Z_LIMITS, strict=True):
            for ending, over in (("", False), ("_phi", True)):
                low, high = fit.limits(n, z, over) if fit else (n * np.nan, n * np.nan)
                numbers |= {f"low_{name}{ending}": float(low[0]), f"high_{name}{ending}": float(high[0])}
        for name, value in numbers.items():
            told.setdefault(name, []).append(value)
    return frame.assign(**told)


def fits_of(panel: Panel, some: Shown) -> Mapping[str, Funnel | None]:
    """Fit a funnel to the reports of each scope, all of them, by the caption of its facet; None for too few."""
    columns, scopes = measure_columns(panel, _MEASURE), np.array(panel.heads["scope"], object)
    found: dict[str, Funnel | None] = {}
    for facet in some.facets:
        part = columns[scopes == facet.lines[0].scope]
        fitted = fit(part["numerator"], part["denominator"])
        found[facet.caption] = fitted if fitted.reports >= limit("funnel") and fitted.phi >= 1 else None
    return found


def _draw(sheet: Sheet, facet: Facet, shares: Mapping[int, Share], fit: Funnel | None, language: Language) -> None:
    draw_caption(sheet, facet.caption)
    known = [line for line in facet.lines if line.at in shares and shares[line.at].known]
    if fit is None or not known:
        _list(sheet, facet, shares, language)
        return
    highest = max(shares[line.at].value for line in known)
    most = max(shares[line.at].denominator for line in known) * 1.08
    end = next((end for end in _ENDS if highest * 1.15 <= end), 1.0)
    plot = Plot(_LEFT, sheet.y + 8, sheet.width - _LEFT - _RIGHT, most, end)
    _axes(sheet, plot, language)
    _limits(sheet, plot, fit)
    _points(sheet, plot, known, shares, language)
    sheet.y = plot.top + _HEIGHT + 2 * size("tiny") * 1.4 + 6
    text = say("comparison.fit", language, target=percent(fit.target, language), phi=f"{fit.phi:.1f}", n=fit.reports)
    sheet.y += sheet.block(0, sheet.y, text, size("small"), sheet.width) + 6


def _list(sheet: Sheet, facet: Facet, shares: Mapping[int, Share], language: Language) -> None:
    """Write the shares of a scope with too few reports for limits."""
    sheet.y += sheet.block(0, sheet.y, say("comparison.too_few", language), size("small"), sheet.width, ink="muted") + 1
    for line in facet.lines:
        text = said(line, shares.get(line.at), language)
        sheet.y += sheet.block(0, sheet.y, text, size("small"), sheet.width) + 1
    sheet.y += 6


def _axes(sheet: Sheet, plot: Plot, language: Language) -> None:
    points = size("tiny")
    for part in (0.0, 0.5, 1.0):
        y = plot.y(part * plot.highest)
        sheet.rule(y, plot.left, plot.left + plot.width)
        tick = f"{100 * part * plot.highest:.1f}".removesuffix(".0")
        text = say("figures.percent", language, number=tick)
        sheet.text(plot.left - 4, y - 0.57 * points, text, points, ink="muted", align="right")
    sheet.upright(plot.left, plot.top, plot.top + _HEIGHT)
    end = plot.left - 100.0
    for volume in _ticks(plot.most):
        text, x = number(volume, language), plot.x(volume)
        if x - width_of(text, points) / 2 > end + 4:
            sheet.text(x, plot.top + _HEIGHT + 3, text, points, ink="muted", align="center")
            end = x + width_of(text, points) / 2
    head = say("comparison.axis_volume", language)
    sheet.text(plot.left + plot.width / 2, plot.top + _HEIGHT + 3 + points * 1.4, head, points, ink="muted",
               align="center")  # fmt: skip


def _ticks(most: float) -> list[float]:
    """Return round volumes up to the largest, those near 0 left out where they would crowd."""
    power = 10.0 ** max(len(str(int(most))) - 1, 0)
    steps = [power * step for step in (0.01, 0.05, 0.1, 0.2, 0.5, 1, 2, 3, 4, 5, 6, 7, 8, 9)]
    return [0.0, *(float(round(step)) for step in steps if step >= 1 and step <= most)]


def _limits(sheet: Sheet, plot: Plot, fit: Funnel) -> None:
    """Draw the common share, the limits of chance alone in pale, and those with overdispersion in dark."""
    volumes = plot.most * np.linspace(0.02, 1.0, _STEPS) ** 2
    sheet.curve([(plot.left, plot.y(fit.target)), (plot.left + plot.width, plot.y(fit.target))], "outline")
    for over, ink in ((True, "outline"), (False, "muted")):
        for z, dashed in zip(Z_LIMITS, (True, False), strict=True):
            for ends in fit.limits(volumes, z, over):
                inside = [(plot.x(v), plot.y(e)) for v, e in zip(volumes, ends, strict=True) if 0 < e < plot.highest]
                if len(inside) > 1:
                    sheet.curve(inside, "rule" if not over else ink, dashed)


def _points(sheet: Sheet, plot: Plot, lines: Sequence[Line], shares: Mapping[int, Share], language: Language) -> None:
    """Draw the points, and beside each its name where there is room for it."""
    marks = {line.at: (plot.x(shares[line.at].denominator), plot.y(shares[line.at].value)) for line in lines}
    taken: list[Places] = [(x - 4, y - 4, x + 4, y + 4) for x, y in marks.values()]
    for line in sorted(lines, key=lambda one: -shares[one.at].denominator):
        x, y = marks[line.at]
        sheet.mark(x, y, "circle", colour("families", "disclosed"), name=f"mark.{line.at}")
        text = line.name(language)
        for right, down, align in _BESIDE:
            place = _place(text, x + right, y + down * size("tiny"), align)
            free = all(place[2] <= a or c <= place[0] or place[3] <= b or d <= place[1] for a, b, c, d in taken)
            if free and plot.left < place[0] and place[2] < sheet.width and plot.top - 8 < place[1] \
                    and place[3] < plot.top + _HEIGHT:  # fmt: skip
                draw_label(sheet, x + right, y + down * size("tiny"), text, align)
                taken.append(place)
                break


def _place(text: str, x: float, y: float, align: Align) -> Places:
    width = width_of(text, size("tiny"))
    left = x - {"left": 0.0, "center": width / 2, "right": width}[align]
    return left - 1, y - 1, left + width + 1, y + size("tiny") * 1.3


def _title(some: Shown, shares: Mapping[int, Share], fits: Mapping[str, Funnel | None], language: Language) -> str:
    """Say how many shares lie beyond the limits of 99.8 %, without and with overdispersion."""
    fitted = [fit for facet in some.facets if (fit := fits[facet.caption])]
    if not fitted:
        return say(f"comparison.title_{'few' if shares else 'nothing'}", language)
    counts = [sum(int(fit.outside(Z_LIMITS[1], over).sum()) for fit in fitted) for over in (False, True)]
    return say("comparison.title_funnel", language, all=sum(fit.reports for fit in fitted), bare=counts[0],
               over=counts[1])  # fmt: skip


def _alt(
    title: str, some: Shown, shares: Mapping[int, Share], fits: Mapping[str, Funnel | None], language: Language
) -> str:
    parts = []
    for facet in some.facets:
        fit = fits[facet.caption]
        text = say("comparison.fit", language, target=percent(fit.target, language), phi=f"{fit.phi:.1f}",
                   n=fit.reports) if fit else say("comparison.too_few", language)  # fmt: skip
        lines = listed([said(line, shares.get(line.at), language) for line in facet.lines], language)
        parts.append(say("comparison.alt_facet", language, caption=facet.caption, text=text, lines=lines))
    return say("comparison.alt_funnel", language, title=title, facets=joined(parts, language))
