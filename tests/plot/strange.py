"""Reports and panels with faults and extremes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from made_reports import printing

from foi_analysis import Panel, Report, load_form
from foi_analysis.read import prove
from foi_analysis.report import Cell, Finding
from foi_analysis.teaching.answers import draw_values

EVIL = '<script>alert("$x$")</script> & $\\frac{1}{2}$ </td> =cmd() #eval'


def with_cells(report: Report, change: Callable[[Cell], Cell]) -> Report:
    """Return a copy of a report, each cell changed by a function, its proofs earned anew."""
    cells = {key: change(cell)._replace(proofs=cell.proofs[:2]) for key, cell in report.grid.items()}
    return prove(replace(report, grid=cells))


def with_value(cell: Cell, value: int) -> Cell:
    return cell._replace(value=value, printed=str(value), mark="number")


def without(cell: Cell, mark: str) -> Cell:
    return cell._replace(value=None, printed="", mark=mark)  # type: ignore[arg-type]


#: All requests of a year, one large number in each table, and nothing else.
_LONE = {f"requests.{row}.{column}": 123_456 for row in ("new", "unable_not_held", "concluded")
         for column in ("business", "total")}  # fmt: skip
_LONE |= {f"review.reconsideration.{column}": 98_765 for column in ("corrected", "total")}

STRANGE = ("zero", "one", "huge", "big", "one_huge", "all_blank", "cn-2019", "cn-2021-hybrid", "blank", "doubtful",
           "nothing", "long", "evil")  # fmt: skip


def in_form(form_id: str) -> Report:
    """Return a report in a form, with other numbers in each cell; its sums do not hold."""
    numbers = {key: (7 * at) % 53 for at, key in enumerate(load_form(form_id).cells)}
    report = printing(form_id, numbers, f"{form_id}.html", organ="某县人民政府", year="2020")
    return with_cells(report, lambda cell: cell._replace(where="line 1", proofs=("label", "order")))


def strange_reports(reference: Report) -> dict[str, Report]:
    """Reports at the edge of what can be printed."""
    form = load_form("cn-2019")
    empty = {key: Cell(key, None, "missing") for key in form.cells}
    long = Finding("某某某某某某某某区人民政府及其所属各部门" * 8)
    return {
        "zero": with_cells(reference, lambda cell: with_value(cell, 0)),
        "one": with_cells(reference, lambda cell: with_value(cell, 1)),
        "huge": with_cells(reference, lambda cell: with_value(cell, 987_654_321 if "e" in cell.key.row[-1:] else 7)),
        "big": with_cells(reference, lambda cell: with_value(cell, 100_000 * (len(cell.key.row) + 1))),
        "one_huge": with_cells(reference, lambda cell: with_value(cell, _LONE.get(str(cell.key), 0))),
        "all_blank": with_cells(reference, lambda cell: without(cell, "blank")),
        "cn-2019": in_form("cn-2019"),
        "cn-2021-hybrid": in_form("cn-2021-hybrid"),
        "blank": with_cells(reference, lambda cell: without(cell, "blank") if cell.key.row[-1] in "dytn" else cell),
        "doubtful": with_cells(reference, lambda cell: cell._replace(doubt="readings disagree: 1 or 2")),
        "nothing": Report("nothing.txt", form, empty),
        "long": replace(reference, organ=long, name="x" * 180 + ".txt"),
        "evil": replace(reference, organ=Finding(EVIL), name="</svg>&.txt"),
    }


FORMS = {2019: "cn-2019", 2020: "cn-2019", 2021: "cn-2021", 2022: "cn-2021-hybrid"}
SCOPES = ("own organ", "whole government", "unknown")
STRANGE_PANELS = ("empty", "one", "many", "blank", "nameless", "twice", "long", "years", "huge", "limits")


def drawn(organ: str, year: int, seed: int, size: int = 300, scope: str = "own organ") -> Report:
    form = load_form(FORMS.get(year, "cn-2021"))
    values = draw_values(form, seed, size)
    return printing(form, values, f"{organ}_{year}", organ=organ, year=str(year), scope=scope)


def blank(report: Report) -> Report:
    return replace(report, grid={key: Cell(key, None, "blank") for key in report.grid})


def strange_panels() -> dict[str, Panel]:
    """Panels at the edge of what there can be."""
    one = drawn("某县人民政府", 2023, 1)
    many = [
        drawn(f"第{at // 4}某某某某某区人民政府办公室", 2019 + at % 4, at, 20 + 30 * at, SCOPES[at // 4 % 3])
        for at in range(32)
    ]
    return {
        "empty": Panel.of([]),
        "one": Panel.of([one]),
        "many": Panel.of(many),
        "blank": Panel.of([blank(drawn("甲县", year, year)) for year in range(2019, 2024)]),
        "nameless": Panel.of([replace(one, name="x", organ=Finding(), year=Finding(), scope=Finding()), one]),
        "twice": Panel.of([one, replace(one, name="again"), drawn("某县人民政府", 2022, 3)]),
        "long": Panel.of([drawn("某某某某某某某某区人民政府及其所属各部门" * 4, year, year) for year in (2021, 2022)]),
        "years": Panel.of([drawn("甲市", year, year, 90_000) for year in range(2021, 2032)]),
        "limits": Panel.of([drawn(f"{at}市", 2023, at, 5 + at * at) for at in range(25)]),
        "huge": Panel.of([drawn(f"{at}市", 2023, at, 50_000_000) for at in range(8)]),
    }
