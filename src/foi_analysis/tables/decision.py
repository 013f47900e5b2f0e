"""How a request reaches a row of the table: question by question, with the article and the remedy."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from foi_analysis.bilingual import Shown, Words, joined, words
from foi_analysis.form import CellKey, Table
from foi_analysis.glossary import Entry
from foi_analysis.report import Report
from foi_analysis.resources import language_of, read_toml
from foi_analysis.tables.grid import Box, PublishedTable, Row, Value, heads
from foi_analysis.tables.marks import value_box
from foi_analysis.tables.published import numbered, source


def decision_table(report: Report, language: Shown | None = None) -> PublishedTable:
    """Show how a request reaches a row: question by question, the row in which it ends, its article, its remedy.

    Each row carries the number that the report prints for all applicants. Rows that the report's form does not
    have are left out. ``language`` is the one that is set when not given. Records, one a row: step, row, row_zh,
    row_en, value, remedy.
    """
    data = read_toml("words/decision.toml")
    table = report.form.table("requests")
    steps = [(step, _ends(step, table)) for step in data["steps"]]
    kept = [(step, ends) for step, ends in steps if ends]
    bodies = tuple(_step(report, data, step, ends, i) for i, (step, ends) in enumerate(kept, start=1))
    notes = tuple(Words(note["zh"], note["en"]) for note in (*data["periods"], *data["notes"]))
    return PublishedTable(
        id=f"decision-{report.sha256[:6]}",
        language=language or language_of(),
        title=words("decision_title"),
        caption=(*source(report), words("decision_note")),
        head=(heads(*(f"decision_{key}" for key in ("step", "row", "value", "basis", "remedy"))),),
        bodies=bodies,
        records=tuple(_record(report, step, end) for step, ends in kept for end in ends),
        notes=notes,
        kind="text",
    )


def _ends(step: dict[str, Any], table: Table) -> list[dict[str, Any]]:
    """Return the rows of a step that the form has, each with what it inherits from its step."""
    known = {row.key for row in table.rows}
    return [{**end, "row": row} for end in step["ends"] for row in end["rows"] if row in known]


def _step(
    report: Report, data: dict[str, Any], step: dict[str, Any], ends: list[dict[str, Any]], n: int
) -> tuple[Row, ...]:
    """Lay out one question and the rows that it leads to; rows with the same remedy share its cell."""
    first = (Box(Words(f"{n}. {step['zh']}", f"{n}. {step['en']}"), "rowgroup", down=len(ends)),)
    lines: list[Row] = []
    for remedy, group in groupby(ends, lambda end: str(end["remedy"])):
        alike = list(group)
        said = (Box(Words(data["remedies"][remedy]["zh"], data["remedies"][remedy]["en"]), down=len(alike)),)
        lines += [(*_end(report, end["row"]), *(said if not i else ())) for i, end in enumerate(alike)]
    return ((*first, *lines[0]), *lines[1:])


def _end(report: Report, row: str) -> Row:
    """Show one row of the form, below its family, with its number and its article."""
    table = report.form.table("requests")
    term = table.row(row)
    heads = [numbered(head) for head in (*table.path(term)[1:], term)]
    entry = Entry(report.form, table, "rows", term)
    return (
        Box(joined(heads, "›", " › "), "row"),
        value_box(report.grid[CellKey("requests", row, "total")]),
        Box(Words(entry.basis("zh"), entry.basis("en"))),
    )


def _record(report: Report, step: dict[str, Any], end: dict[str, Any]) -> dict[str, Value]:
    row = report.form.table("requests").row(end["row"])
    cell = report.grid[CellKey("requests", row.key, "total")]
    value = cell.value if cell.value is None or isinstance(cell.value, int) else float(cell.value)
    about: dict[str, Value] = {"step": str(step["key"]), "row": row.key, "row_zh": row.zh, "row_en": row.en}
    return {**about, "value": value, "remedy": str(end["remedy"])}
