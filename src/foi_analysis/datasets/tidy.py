"""A report's cells, checks and measures as tidy tables: keys, labels in both languages, values."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from foi_analysis.checks import check, hints, reading_verdicts, verdicts
from foi_analysis.csvtext import csv_text
from foi_analysis.extract import COLUMNS, plain, records
from foi_analysis.form import CellKey, Form, Identity
from foi_analysis.measures import load_measures, measure
from foi_analysis.report import Number, Report
from foi_analysis.resources import LANGUAGES
from foi_analysis.rules import Rule

Value = str | Number | float | bool | None

#: The columns of each tidy table of a report.
COLUMNS_OF: Mapping[str, tuple[str, ...]] = {
    "cells": (
        *COLUMNS[: COLUMNS.index("value")],
        *(f"{name}_{language}" for name in ("table", "row", "column", "unit") for language in LANGUAGES),
        *COLUMNS[COLUMNS.index("value") :],
    ),
    "checks": (
        "report", "rule", "rule_zh", "rule_en", "family", "kind", "source", "table", "where", "left", "right",
        "difference", "verdict", "doubtful", "cells",
    ),
    "measures": (
        "report", "organ", "year", "form", "scope", "measure", "measure_zh", "measure_en", "group", "kind",
        "applicant", "applicant_zh", "applicant_en", "numerator", "denominator", "value", "unit_zh", "unit_en",
        "low", "high", "lower", "upper", "state", "doubtful", "broken", "cells",
    ),
}  # fmt: skip
#: So many digits of a quotient are the same on every machine.
_DIGITS = 12


@dataclass(frozen=True)
class Dataset:
    """A tidy table: its name, its columns, and its rows of plain values, None where there is nothing."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]

    def csv(self) -> str:
        """Write it as CSV: UTF-8 text, LF line ends, one header line, nothing where there is no value."""
        return csv_text([self.columns, *([_written(value) for value in row] for row in self.rows)])


def cells(report: Report) -> Dataset:
    """Give the cells of a report in printed order: what ``extract`` writes, with labels and units beside the keys."""
    rows = [
        {**record, **_labels(report.form, cell.key), "value": cell.value, "year": _year(report)}
        for record, cell in zip(records(report), report.grid.values(), strict=True)
    ]
    return _dataset("cells", rows)


def checks(report: Report) -> Dataset:
    """Give every rule with its verdict as ``foi_analysis.check`` does, with its title in both languages."""
    rules: list[Identity | Rule] = [v.rule for v in verdicts(report)]
    rules += [v.rule for v in (*hints(report), *reading_verdicts(report))]
    titles = {rule.id: {language: rule.title(language) for language in LANGUAGES} for rule in rules}
    rows = [
        {**_record(record), **{f"rule_{language}": title for language, title in titles[record["rule"]].items()}}
        for record in check(report).to_dict("records")
    ]
    return _dataset("checks", rows)


def rates(report: Report) -> Dataset:
    """Give every measure as ``foi_analysis.measure`` does, by kind of applicant too, with names in both languages.

    Quotients have 12 significant digits; a bound without an end is written ``INF``.
    """
    named, applicants = {one.id: one for one in load_measures()}, report.form.table("requests")
    rows = []
    for record in measure(report, by="applicant").to_dict("records"):
        one, kind = named[record["measure"]], applicants.column(record["applicant"])
        texts = {f"measure_{language}": one.name(language) for language in LANGUAGES}
        texts |= {f"unit_{language}": one.unit(language) for language in LANGUAGES}
        texts |= {f"applicant_{language}": kind.label(language) for language in LANGUAGES}
        rows.append({**_record(record), **texts, "year": _year(report)})
    return _dataset("measures", rows)


def _dataset(name: str, rows: list[dict[str, Value]]) -> Dataset:
    columns = COLUMNS_OF[name]
    return Dataset(name, columns, tuple(tuple(row[column] for column in columns) for row in rows))


def _year(report: Report) -> Value:
    year = report.year.value
    return int(year) if year.isascii() and year.isdecimal() else year or None


def _labels(form: Form, key: CellKey) -> dict[str, str]:
    table = form.table(key.table)
    row, column = table.row(key.row), table.column(key.column)
    return {
        **{f"table_{language}": table.label(language) for language in LANGUAGES},
        **{f"row_{language}": row.label(language) for language in LANGUAGES},
        **{f"column_{language}": column.label(language) for language in LANGUAGES},
        **{f"unit_{language}": table.unit_of(key.row, language) for language in LANGUAGES},
    }


def _record(record: Mapping[object, object]) -> dict[str, Value]:
    return {str(name): _known(value) for name, value in record.items() if name != "year"}


def _known(value: object) -> Value:
    """Give a value of a frame as a plain one: a whole number without decimals, None for what is not a number."""
    if isinstance(value, float):
        return _number(value)
    assert isinstance(value, (str, bool, int)), value
    return value


def _number(value: float) -> Value:
    if math.isnan(value):
        return None
    if math.isinf(value):
        return str(value).upper()
    return int(value) if value.is_integer() else float(f"{value:.{_DIGITS}g}")


def _written(value: Value) -> str | float:
    """Write a value for CSV."""
    if isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, (str, float)) else plain(value)
