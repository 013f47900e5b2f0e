"""The form as printed, each cell with the number of proofs that its reading carries."""

from __future__ import annotations

from collections import Counter
from functools import partial

import pandas as pd

from foi_analysis.bilingual import number
from foi_analysis.figures.drawing import Drawing
from foi_analysis.figures.facts import joined, listed, many, remarks, shown, subtitle
from foi_analysis.figures.form_layout import Box, draw_form
from foi_analysis.figures.legend import Entry, draw_legend
from foi_analysis.figures.sheet import Sheet
from foi_analysis.figures.style import colour, drawing_style, shade, size
from foi_analysis.form import CellKey
from foi_analysis.report import PROOFS, Cell, Report
from foi_analysis.resources import Language, say


def evidence_map(report: Report, language: Language) -> Drawing:
    """Draw the form with the number of proofs in each cell; cells in doubt, or without a number, are marked.

    Raises MissingGlyphError when the font lacks a character of the report.
    """
    title, notes = evidence_map_finding(report, language), remarks(report, report.form.cells, language)
    guarded = _guarded(report)
    with drawing_style():
        sheet = Sheet()
        sheet.head(title, subtitle(report, say("figures.evidence_map.unit", language), language))
        draw_legend(sheet, _legend(sheet, report, language))

        def paint(key: CellKey, box: Box) -> None:
            cell = report.grid[key]
            text = _text(cell, language)
            paint_proofs(sheet, box, len(cell.proofs), text, key in guarded, bool(cell.doubt), f"cell.{key}")

        draw_form(sheet, report.form, paint, language)
        sheet.notes(notes)
        figure = sheet.finish()
    return Drawing("evidence_map", figure, _alt(report, title, language), title, _caption(report, notes, language),
                   evidence_map_data(report, language))  # fmt: skip


def evidence_map_data(report: Report, language: Language) -> pd.DataFrame:
    """Return what the figure draws: one row a cell, in printed order.

    Columns: table, row, column, shown (what is drawn in the cell), count (of proofs), proofs (joined with ``+``),
    identity (whether an identity stands over the cell), doubt.
    """
    guarded = _guarded(report)
    return pd.DataFrame(
        {
            "table": [key.table for key in report.grid],
            "row": [key.row for key in report.grid],
            "column": [key.column for key in report.grid],
            "shown": [_text(cell, language) for cell in report.grid.values()],
            "count": [len(cell.proofs) for cell in report.grid.values()],
            "proofs": ["+".join(cell.proofs) for cell in report.grid.values()],
            "identity": [key in guarded for key in report.grid],
            "doubt": [cell.doubt for cell in report.grid.values()],
        }
    )


def paint_proofs(sheet: Sheet, box: Box, proofs: int, text: str, guarded: bool, doubtful: bool, name: str = "") -> None:
    """Paint one cell: shaded by its proofs, dotted without an identity, framed and signed when in doubt."""
    edge = colour("ink", "text") if doubtful else colour("ink", "outline")
    sheet.box(
        box.x, box.y, box.width, box.height, shade(proofs),
        edge=edge, line=1.6 if doubtful else 0.4, dashed=not guarded, name=name,
    )  # fmt: skip
    sign = 7.0 if doubtful else 0.0
    middle, points = box.y + box.height / 2, size("tiny")
    sheet.fitted(box.x + (box.width - sign) / 2, middle, text, points, box.width - sign - 3)
    sheet.fitted(box.x + box.width - sign / 2 - 1, middle, "?" if doubtful else "", points, sign)


def _text(cell: Cell, language: Language) -> str:
    """Return what is drawn in a cell: the number of its proofs, after a word where no number is printed."""
    proofs = number(len(cell.proofs), language)
    return proofs if cell.is_number else f"{shown(cell, language)} {proofs}"


def _guarded(report: Report) -> set[CellKey]:
    return {key for key, over in report.form.identities_of.items() if over}


def _legend(sheet: Sheet, report: Report, language: Language) -> list[Entry]:
    counts = Counter(len(cell.proofs) for cell in report.grid.values())
    entries = [
        Entry(
            _said(proofs, cells, language),
            partial(paint_proofs, sheet, proofs=proofs, text=number(proofs, language), guarded=True, doubtful=False),
        )
        for proofs, cells in sorted(counts.items())
    ]
    marks = (
        ("bare", False, False, len(report.grid) - len(_guarded(report))),
        ("doubt", True, True, len(report.doubtful)),
    )
    entries += [
        Entry(
            many(f"evidence_map.{name}", cells, language),
            partial(paint_proofs, sheet, proofs=0, text="", guarded=guarded, doubtful=doubtful),
        )
        for name, guarded, doubtful, cells in marks
    ]
    return entries


def _said(proofs: int, cells: int, language: Language) -> str:
    return many("evidence_map.proofs", proofs, language) + many("evidence_map.cells", cells, language)


def evidence_map_finding(report: Report, language: Language) -> str:
    """Say how many cells rest on both readings, and how many of them on reading alone."""
    cells = report.grid.values()
    twice = sum({"label", "order"} <= set(cell.proofs) for cell in cells)
    proved = sum(bool({"row", "column", "balance"} & set(cell.proofs)) for cell in cells)
    everything = number(len(report.grid), language)
    return say(
        f"figures.evidence_map.{'title_all' if twice == len(cells) else 'title'}",
        language,
        all=everything,
        twice=number(twice, language),
        proved=number(proved, language),
    )


def _alt(report: Report, title: str, language: Language) -> str:
    tables = []
    for table in report.form.tables:
        counts = Counter(len(report.grid[key].proofs) for key in table.cells)
        parts = [_said(proofs, cells, language) for proofs, cells in sorted(counts.items())]
        said = say("figures.map_table", language, table=table.label(language), parts=listed(parts, language))
        tables.append(said)
    doubt = many("evidence_map.doubt", len(report.doubtful), language)
    return joined([say("figures.evidence_map.alt", language, title=title, doubt=doubt), *tables], language)


def _caption(report: Report, notes: list[str], language: Language) -> str:
    proofs = (f"figures.proof.{proof}" for proof in PROOFS)
    meanings = listed((say(proof, language) for proof in proofs), language)
    bare = [t.label(language) for t in report.form.tables if not _guarded(report) & set(t.cells)]
    unguarded = say("figures.evidence_map.unguarded", language, tables=listed(bare, language)) if bare else ""
    return joined([say("figures.evidence_map.caption", language, proofs=meanings), unguarded, *notes], language)
