"""Guides to the reader of a notebook: the way of a request, wrong readings of the figures, what checks cannot see."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from itertools import groupby
from typing import Any

from foi_analysis.bilingual import TAGS, Shown, Words, joined, named, words
from foi_analysis.figures import FIGURES
from foi_analysis.figures.drawing import Drawing
from foi_analysis.form import CellKey, Table
from foi_analysis.glossary import Entry
from foi_analysis.notebook.facts import facts
from foi_analysis.notebook.findings import Sentence, sentence
from foi_analysis.report import Report
from foi_analysis.resources import Language, read_toml, say
from foi_analysis.tables.grid import STYLESHEET, Box, PublishedTable, Row, Value
from foi_analysis.tables.marks import value_box
from foi_analysis.tables.published import numbered, source
from foi_analysis.tables.rules import heads, number
from foi_analysis.teaching.slips import count_noticed

#: So many wrong readings stand in a box, when the report's figures invite as many.
_READINGS = 3
_COUNTED = ("tried", "noticed", "unnoticed")


def figure(report: Report, name: str, language: Language) -> Drawing:
    """Draw one figure by its name (``foi_analysis.figures.FIGURES``). Raises KeyError for an unknown name."""
    return FIGURES[name](report, language)


@dataclass(frozen=True, slots=True, repr=False)
class Readings:
    """A box of wrong readings, each with what is right; in a notebook it shows itself as HTML."""

    topic: str
    language: Language
    pairs: tuple[tuple[Sentence, Sentence], ...]

    @property
    def texts(self) -> tuple[str, ...]:
        """Wrong and right readings in turn, as plain text."""
        return tuple(one.text for pair in self.pairs for one in pair)

    def __repr__(self) -> str:
        """Return the readings, one a line: what a terminal shows."""
        return "\n".join(self.texts)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:  # noqa: ARG002
        title, name = say(f"notebook.readings_{len(self.pairs)}", self.language), f"readings-{self.topic}"
        items = "".join(
            f"<li>\n{self._labelled('wrong', wrong)}{self._labelled('right', right)}</li>\n"
            for wrong, right in self.pairs
        )
        return {
            "text/html": f"<style>\n{STYLESHEET}</style>\n"
            f'<div class="foi-readings" role="note" aria-labelledby="{name}" lang="{TAGS[self.language]}">\n'
            f'<p id="{name}"><strong>{escape(title)}</strong></p>\n{f"<ol>{items}</ol>" if items else ""}\n</div>\n'
        }

    def _labelled(self, kind: str, reading: Sentence) -> str:
        label = escape(say(f"notebook.reading_{kind}", self.language))
        return reading.html().replace(">", f"><strong>{label}</strong> ", 1)


def wrong_readings(report: Report, topic: str, language: Language) -> Readings:
    """Show wrong readings that a report's own figures invite, at most three, each with what is right.

    Taken in order from ``words/readings.toml``: those whose figures the report prints and to which they apply.
    Raises KeyError for an unknown topic.
    """
    known, pairs = facts(report), []
    for entry in read_toml("words/readings.toml")[topic]:
        wrong, right = (sentence(known, entry, language, entry[f"{kind}_{language}"]) for kind in ("wrong", "right"))
        if wrong and right and wrong.told and right.told:
            pairs.append((wrong, right))
    return Readings(topic, language, tuple(pairs[:_READINGS]))


def blind_table(report: Report, language: Shown) -> PublishedTable:
    """Show how many slips of reading the identities notice on a report, by kind.

    Records as ``foi_analysis.teaching.slips.count_noticed`` gives them: kind, tried, noticed, unnoticed.
    """
    records = [
        {str(key): value for key, value in record.items()} for record in count_noticed(report).to_dict("records")
    ]
    lines = tuple(
        (Box(named("slip", str(record["kind"])), "row"), *(number(int(record[key])) for key in _COUNTED))
        for record in records
    )
    return PublishedTable(
        id=f"slips-{report.sha256[:6]}",
        language=language,
        title=words("slips_title"),
        caption=(*source(report), words("slips_note")),
        head=(heads(*(f"slips_{key}" for key in ("kind", *_COUNTED))),),
        bodies=(lines,),
        records=tuple(records),
    )


def decision_table(report: Report, language: Shown) -> PublishedTable:
    """Show the way of a request: question by question, the row in which it ends, its article, its remedy.

    Each row carries the number that the report prints for all applicants. Rows that the report's form does not
    have are left out. Records, one a row: step, row, row_zh, row_en, value, remedy.
    """
    data = read_toml("words/decision.toml")
    table = report.form.table("requests")
    steps = [(step, _ends(step, table)) for step in data["steps"]]
    kept = [(step, ends) for step, ends in steps if ends]
    bodies = tuple(_step(report, data, step, ends, i) for i, (step, ends) in enumerate(kept, start=1))
    notes = tuple(Words(note["zh"], note["en"]) for note in data["notes"])
    return PublishedTable(
        id=f"decision-{report.sha256[:6]}",
        language=language,
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
