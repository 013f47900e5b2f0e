"""Look at a student's drawing of appeals, and show it with words of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from foi_analysis.figures.drawing import Drawing
from foi_analysis.figures.facts import number
from foi_analysis.figures.style import drawing_style
from foi_analysis.form import CellKey
from foi_analysis.report import Report
from foi_analysis.resources import Language, say

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Draw = Callable[[Any], object]
_TABLE = "review"


def drawing_hint(draw: Draw, report: Report) -> str:
    """Give the key of the hint that a drawing on empty axes needs, empty when it shows every route and its pending.

    Looked at are bars: those at one place add up to all results of a route, the hatched ones to its pending cases.
    """
    from matplotlib.figure import Figure

    with drawing_style():
        axes = Figure().subplots()
        draw(axes)
    routes = _routes(axes)
    if not routes:
        return "try_draw_nothing"
    wanted = sorted((_together(report, row), _value(report, row, "pending")) for row in _rows(report))
    if sorted(total for total, _ in routes) != [total for total, _ in wanted]:
        return "try_draw_total"
    if sorted(routes) != wanted:
        return "try_draw_pending"
    return "" if _is_explained(axes) else "try_draw_unit"


def show(draw: Callable[[Any, Any], object], report: Report, language: Language) -> Drawing:
    """Show what a student's function draws on axes from a report's cells, with words made from the data."""
    from matplotlib.figure import Figure

    with drawing_style():
        figure = Figure(figsize=(8, 3.2), layout="constrained")
        draw(report.frame(), figure.subplots())
    table = report.form.table(_TABLE)
    routes = " ".join(_spoken(report, row, language) for row in _rows(report))
    cells = report.frame()
    return Drawing(
        "student_appeals",
        figure,
        say("teaching.drawn_alt", language, list=routes),
        say("teaching.drawn_title", language),
        say("teaching.drawn_caption", language, table=table.label(language)),
        cells[cells["table"] == _TABLE],
    )


def _routes(axes: Axes) -> list[tuple[int, int]]:
    """Give for each place along the axis how long its bars are together, and how long the hatched ones."""
    found: dict[float, list[float]] = {}
    for place, length, hatched in _bars(axes):
        both = found.setdefault(round(place, 3), [0.0, 0.0])
        both[0] += length
        both[1] += length * hatched
    return [(round(total), round(pending)) for total, pending in found.values()]


def _bars(axes: Axes) -> Iterator[tuple[float, float, bool]]:
    from matplotlib.container import BarContainer

    for container in axes.containers:
        if isinstance(container, BarContainer):
            for bar in container.patches:
                across = container.orientation == "horizontal"
                place = bar.get_y() + bar.get_height() / 2 if across else bar.get_x() + bar.get_width() / 2
                yield place, bar.get_width() if across else bar.get_height(), bool(bar.get_hatch())


def _is_explained(axes: Axes) -> bool:
    return bool(axes.get_xlabel() or axes.get_ylabel()) and axes.get_legend() is not None


def _rows(report: Report) -> list[str]:
    return [row.key for row in report.form.table(_TABLE).rows]


def _together(report: Report, row: str) -> int:
    """Add up the results of a route; a total that is printed wrong is not drawn."""
    columns = report.form.table(_TABLE).columns
    return sum(_value(report, row, column.key) for column in columns if column.key != "total")


def _value(report: Report, row: str, column: str) -> int:
    return int(report.grid[CellKey(_TABLE, row, column)].value or 0)


def _spoken(report: Report, row: str, language: Language) -> str:
    route = report.form.table(_TABLE).row(row).label(language)
    said = {key: report.value(_TABLE, row, key) for key in ("total", "pending")}
    unknown = say("teaching.unknown_number", language)
    numbers = {key: unknown if value is None else number(float(value), language) for key, value in said.items()}
    return say("teaching.drawn_route", language, route=route, **numbers)
