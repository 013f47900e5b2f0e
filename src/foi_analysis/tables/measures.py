"""The measures of a report as a table, with their definitions and limits; and how a request reaches a row."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from functools import partial
from itertools import groupby
from typing import Any

import pandas as pd

from foi_analysis.bilingual import Shown, Words, joined, named, number, percent, ratio_of, same, words
from foi_analysis.form import CellKey, Entry, Form, Table
from foi_analysis.formula import terms
from foi_analysis.measures import TOTAL, Measure, measure, measures_of
from foi_analysis.report import Report
from foi_analysis.resources import Told, columns, language_of, read_toml, say
from foi_analysis.tables.grid import Box, PublishedTable, Row, Value, heads
from foi_analysis.tables.published import DOUBT, counted, numbered, source, value_box

_HEADS = ("name", "counts", "value", "interval", "definition", "remark")
#: The sign behind a value that rests on a cell of a broken identity.
_BROKEN = "‡"
_Record = Mapping[str, Any]


def measures_table(report: Report, language: Shown | None = None, group: str | None = None) -> PublishedTable:
    """Show a report's measures side by side, with counts as printed, interval, definition and limits.

    ``language`` is the one that is set when not given. ``group`` keeps one group: disclosure, grounds, handling,
    pace, applicants or appeals. Records, one a
    measure, as ``measure`` gives them, with name and definition in both languages. Raises ValueError when no measure
    of the report's form is in the group.
    """
    chosen = [one for one in measures_of(report.form) if group in (None, one.group)]
    if not chosen:
        raise ValueError(Told("errors.no_group", form=report.form.id, group=group))
    found: dict[str, Any] = {
        record["measure"]: record for record in measure(report).drop(columns="label").to_dict("records")
    }
    lines = [(one, found[one.id]) for one in chosen]
    cells = [key for key in report.form.cells if any(key in one.cells(report.form) for one in chosen)]
    return PublishedTable(
        id=f"measures-{group or 'all'}-{report.sha256[:6]}",
        language=language or language_of(),
        title=words("measures_title_of", group=named("group", group)) if group else words("measures_title"),
        caption=(
            *source(report),
            words("measures_note"),
            words("rests_on", cells=counted([report.grid[key] for key in cells])),
        ),
        head=(heads(*(f"measures_{name}" for name in _HEADS)),),
        bodies=tuple(_body(report.form, name, list(part)) for name, part in groupby(lines, lambda line: line[0].group)),
        records=tuple(_record(report.form, *line) for line in lines),
        notes=_notes(lines),
        kind="text",
    )


def definition(form: Form, measure: Measure, year: int | None = None) -> Words:
    """Write a measure's formula with the form's labels; the column is left out where it is all applicants."""
    sides = [side.format(applicant=TOTAL) for side in (measure.numerator, measure.denominator)]
    common = {name.rpartition(".")[0] for side in sides for _, name in terms(side)}
    row = common.pop() if len(common) == 1 else ""
    numerator, denominator = (_sum(form, side, shown_row=not row) for side in sides)
    formula = words("measures_over", numerator=numerator, denominator=denominator)
    if row:
        formula = words("measures_within", row=_label(form, f"{row}."), formula=formula)
    days = measure.factor(year) / measure.scale
    times = [f"{number:g}" for number in (measure.scale, days) if number != 1]
    return words("measures_times", formula=formula, scale=" × ".join(times)) if times else formula


def _sum(form: Form, expression: str, shown_row: bool) -> Words:
    """Write a sum of cells; in brackets when it has several terms."""
    signed = [(sign, _label(form, name, shown_row)) for sign, name in terms(expression)]
    first, rest = signed[0][1], [joined([same("+" if s > 0 else "−"), label], " ", " ") for s, label in signed[1:]]
    text = joined([first, *rest], " ", " ")
    return words("measures_several", sum=text) if rest else text


def _label(form: Form, name: str, shown_row: bool = True) -> Words:
    """Name a cell, or a family's sum, in short: its row, and its column unless that is all applicants."""
    table, row, column = name.split(".")
    shape = form.table(table)
    heads_of = {term.key: term for term in (*shape.groups, *shape.rows)}
    plain = shown_row and (not column or (table == "requests" and column == TOTAL))
    parts = [*([heads_of[row]] if shown_row else []), *([] if plain else [shape.column(column)])]
    return joined([_short(numbered(term)) for term in parts], "·", " · ")


def _short(label: Words) -> Words:
    """Leave out a remark in brackets, but not the number, which tells rows of one name apart."""
    return Words(re.sub(r"（[^）]{4,}）", "", label.zh), re.sub(r" \([^)]{4,}\)", "", label.en))


def _body(form: Form, group: str, lines: Sequence[tuple[Measure, _Record]]) -> tuple[Row, ...]:
    """Return the lines of a group; measures of one family share one box for what they hide and are not for."""
    head = Box(named("group", group), "rowgroup", across=len(_HEADS), kind="block")
    families = [list(part) for _, part in groupby(lines, lambda line: line[0].family)]
    return (
        (head,),
        *(
            (*_line(form, measure, record), *([_limits(measure, len(family))] if at == 0 else []))
            for family in families
            for at, (measure, record) in enumerate(family)
        ),
    )


def _line(form: Form, measure: Measure, record: _Record) -> Row:
    remark = DOUBT * bool(record["doubtful"]) + _BROKEN * bool(record["broken"])
    return (
        Box(Words.of(measure.name), "row"),
        Box(_counts(record), kind="number"),
        Box(_value(measure, record), kind="number" if measure.kind == "share" else "", remark=remark),
        Box(_interval(measure, record), kind="number" if measure.kind == "share" else ""),
        Box(definition(form, measure, _year(record))),
    )


def _year(record: _Record) -> int | None:
    return None if pd.isna(record["year"]) else int(record["year"])


def _limits(measure: Measure, down: int) -> Box:
    return Box(words("measures_texts", hides=Words.of(measure.hides), never=Words.of(measure.never)), down=down)


def _counts(record: _Record) -> Words:
    sides = {side: _count(record[side]) for side in ("numerator", "denominator")}
    return words("measures_pair", **sides)


def _count(value: float) -> Words:
    return words("measures_absent") if math.isnan(value) else Words.of(partial(number, value))


def _shown(measure: Measure, value: float) -> Words:
    """Write a value of a measure: a share in per cent, a ratio with its unit."""
    if measure.kind == "share":
        return Words.of(partial(percent, value))
    return Words.of(lambda language: ratio_of(value, measure.unit(language), language))


def _value(measure: Measure, record: _Record) -> Words:
    if record["state"] == "defined":
        return _shown(measure, record["value"])
    if record["state"] != "bounded":
        return Words.of(partial(say, f"measures.state_{record['state']}"))
    low = _shown(measure, record["lower"])
    if record["lower"] == record["upper"]:
        return words("measures_exactly", low=low)
    if math.isinf(record["upper"]):
        return words("measures_at_least", low=low)
    return words("measures_between", low=low, high=_shown(measure, record["upper"]))


def _interval(measure: Measure, record: _Record) -> Words:
    if measure.kind == "ratio":
        return words("measures_none")
    if record["state"] != "defined":
        return words("measures_no_interval")
    return words("measures_range", low=_shown(measure, record["low"]), high=_shown(measure, record["high"]))


def _record(form: Form, measure: Measure, record: _Record) -> dict[str, Value]:
    """Return a measure's record: what is unknown has no value."""
    plain = {str(key): _plain(value) for key, value in record.items()}
    formula = definition(form, measure, _year(record))
    return {**plain, **columns(name=measure.name, definition=formula.one)}


def _plain(value: Any) -> Value:
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, float):
        return None if math.isnan(value) else int(value) if value.is_integer() else value
    return value if isinstance(value, str | int) else None


def _notes(lines: Sequence[tuple[Measure, _Record]]) -> tuple[Words, ...]:
    """Name the measures that rest on a doubtful cell, and those that rest on a broken identity."""
    notes = []
    for what, sign in (("doubtful", DOUBT), ("broken", _BROKEN)):
        concerned = [Words.of(measure.name) for measure, record in lines if record[what]]
        if concerned:
            notes.append(words(f"measures_{what}", sign=sign, names=joined(concerned, "；", "; ")))
    return tuple(notes)


# ---- decision table ----


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
        records=tuple(_step_record(report, step, end) for step, ends in kept for end in ends),
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
        Box(Words.of(entry.basis)),
    )


def _step_record(report: Report, step: dict[str, Any], end: dict[str, Any]) -> dict[str, Value]:
    row = report.form.table("requests").row(end["row"])
    cell = report.grid[CellKey("requests", row.key, "total")]
    value = cell.value if cell.value is None or isinstance(cell.value, int) else float(cell.value)
    about: dict[str, Value] = {"step": str(step["key"]), "row": row.key, "row_zh": row.zh, "row_en": row.en}
    return {**about, "value": value, "remedy": str(end["remedy"])}
