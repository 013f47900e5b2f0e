"""A report's cells, checks, measures and codebook as tidy tables, and its cells as a Stata file.

CSV stays faithful to the print, character by character; for Excel there is the workbook. A Frictionless data package
describes the tables, so that programs can read and test them.
"""

from __future__ import annotations

import io
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from hashlib import sha256
from pathlib import PurePath
from typing import Any, get_args

import pandas as pd

from foi_analysis.bilingual import side_by_side
from foi_analysis.checks import check, hints, reading_verdicts, verdicts
from foi_analysis.form import PARTS, CellKey, Entry, Form, Identity, Table, Term, entries, form_ids, load_form
from foi_analysis.measures import STATES, Measure, load_measures, measure, measures_of
from foi_analysis.report import COLUMNS, PROOFS, Mark, Number, Report, plain, records
from foi_analysis.resources import MOMENT, Language, columns, csv_text, read_toml, say
from foi_analysis.rules import Rule

Value = str | Number | float | bool | None

#: The columns of each tidy table of a report, the types of those that are no text, and what names a row.
_TABLES = read_toml("datasets/tidy.toml")
COLUMNS_OF: Mapping[str, tuple[str, ...]] = {name: tuple(names) for name, names in _TABLES["columns"].items()}
CODE_COLUMNS = COLUMNS_OF["codebook"]
#: So many digits of a quotient are the same on every machine.
_DIGITS = 12
_PARTS = {"rows": "row", "columns": "column", "groups": "head"}
Code = Mapping[str, str]


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
    """Return the cells of a report in printed order: what ``extract`` writes, with labels and units beside the keys."""
    rows = [
        {**record, **_labels(report.form, cell.key), "value": cell.value, "year": _year(report)}
        for record, cell in zip(records(report), report.grid.values(), strict=True)
    ]
    return _dataset("cells", rows)


def checks(report: Report) -> Dataset:
    """Return every rule with its verdict as ``foi_analysis.check`` does, with its title in both languages."""
    rules: list[Identity | Rule] = [v.rule for v in verdicts(report)]
    rules += [v.rule for v in (*hints(report), *reading_verdicts(report))]
    titles = {rule.id: columns(rule=rule.title) for rule in rules}
    return _dataset("checks", [record | titles[record["rule"]] for record in check(report).to_dict("records")])


def rates(report: Report) -> Dataset:
    """Return every measure as ``foi_analysis.measure`` does, also by kind of applicant, with names in both languages.

    Quotients have 12 significant digits; a bound without an end is written ``INF``.
    """
    named, applicants = {one.id: one for one in load_measures()}, report.form.table("requests")
    rows = []
    for record in measure(report, by="applicant").to_dict("records"):
        one, kind = named[record["measure"]], applicants.column(record["applicant"])
        texts = columns(measure=one.name, unit=one.unit, applicant=kind.label)
        rows.append(record | texts | {"year": _year(report)})
    return _dataset("measures", rows)


def _dataset(name: str, rows: Iterable[Mapping[Any, Any]]) -> Dataset:
    """Return rows as a tidy table: a whole number without decimals, None for NaN."""
    chosen = COLUMNS_OF[name]
    return Dataset(name, chosen, tuple(tuple(_known(row[column]) for column in chosen) for row in rows))


def _year(report: Report) -> Value:
    year = report.year.value
    return int(year) if year.isascii() and year.isdecimal() else year or None


def _labels(form: Form, key: CellKey) -> dict[str, str]:
    table = form.table(key.table)
    row, column, unit = table.row(key.row), table.column(key.column), partial(table.unit_of, key.row)
    return columns(table=table.label, row=row.label, column=column.label, unit=unit)


def _known(value: Value) -> Value:
    return _number(value) if isinstance(value, float) else value


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


def codes(form: Form) -> Dataset:
    """Return the codebook of a form, one row a code.

    Kinds: field (a column of a tidy table), mark, proof, state (of a measure), table, row, column and head (of the
    form), rule, measure. ``table`` is the table that a code belongs to. ``definition`` is the equation of a rule, or
    the quotient of a measure, between keys; a measure also has its use, what it hides, and what it is never for.
    """
    found = (*_fields(), *_words(), *_terms(form), *_rules(form), *(_measure(one) for one in measures_of(form)))
    return Dataset("codebook", CODE_COLUMNS, tuple(tuple(row.get(name, "") for name in CODE_COLUMNS) for row in found))


def _fields() -> Iterator[Code]:
    """Explain each column of each tidy table."""
    for table, names in COLUMNS_OF.items():
        for name in names:
            yield {"kind": "field", "table": table, "key": name} | columns(meaning=partial(say, field_key(table, name)))


def field_key(table: str, name: str) -> str:
    """Return the key of what is said of a column of a tidy table."""
    own = read_toml("words/datasets.toml")
    known = (key for key in (f"column_{table}_{name}", f"column_{name}") if key in own)
    return next((f"datasets.{key}" for key in known), f"codebook.column_{name}")


def _words() -> Iterator[Code]:
    yield from _named("mark", "means", get_args(Mark))
    yield from _named("proof", "shows", PROOFS)
    for name in STATES:
        yield {"kind": "state", "key": name} | columns(label=partial(say, f"measures.state_{name}"))


def _named(kind: str, means: str, names: Iterable[str]) -> Iterator[Code]:
    for name in names:
        label, meaning = (partial(say, f"tables.{what}_{name}") for what in (kind, means))
        yield {"kind": kind, "key": name} | columns(label=label, meaning=meaning)


def _terms(form: Form) -> Iterator[Code]:
    for table in form.tables:
        yield {"kind": "table", "key": table.key, "basis_en": table.legal_basis} | columns(label=table.label)
        for part in PARTS:
            yield from (_term(entry) for entry in entries(form, table.key) if entry.part == part)


def _term(entry: Entry) -> Code:
    about = {"kind": _PARTS[entry.part], "table": entry.table.key, "key": entry.key}
    unit = {"unit": partial(entry.table.unit_of, entry.key)} if entry.part == "rows" else {}
    return about | columns(label=entry.term.label, meaning=entry.gloss, basis=entry.basis, note=entry.note, **unit)


def _rules(form: Form) -> Iterator[Code]:
    """Explain each family of identities and bounds."""
    families: dict[str, Identity] = {}
    for identity in (*form.identities, *form.bounds):
        families.setdefault(identity.family, identity)
    for name, rule in families.items():
        about = {"kind": "rule", "table": rule.cells[0].table, "key": name, "basis_en": rule.basis}
        yield about | columns(label=rule.title) | {"definition": _equation(rule)}


def _equation(rule: Identity) -> str:
    """Write a rule as an equation between the keys of its columns or of its rows."""
    across = len({key.row for key in rule.cells}) == 1
    sides = (" + ".join(key.column if across else key.row for key in side) for side in (rule.left, rule.right))
    return f" {rule.relation} ".join(sides)


def _measure(one: Measure) -> Code:
    scale = f"{one.scale:g} * " if one.scale != 1 else ""
    scale += "working days of the year * " if one.in_days else ""
    about = {"kind": "measure", "key": one.id, "definition": f"{scale}({one.numerator}) / ({one.denominator})"}
    return about | columns(label=one.name, unit=one.unit, use=one.use, hides=one.hides, never=one.never)


def package(report: Report, tables: Sequence[Dataset]) -> dict[str, Any]:
    """Describe the CSV files of tidy tables, NAME.csv each, as a data package."""
    return {
        "name": "foi-analysis-tables",
        "title": side_by_side("datasets.about"),
        "profile": "data-package",
        "sources": [{"title": report.name, "hash": f"sha256:{report.sha256}"}],
        "resources": [resource(table) for table in tables],
    }


def resource(table: Dataset) -> dict[str, Any]:
    """Describe the CSV file of a tidy table as a resource of a data package."""
    fields = [
        {
            "name": name,
            "type": _TABLES["types"].get(name, "string"),
            "description": side_by_side(field_key(table.name, name)),
        }
        for name in table.columns
    ]
    title = side_by_side(f"datasets.holds_{table.name}")
    return csv_resource(f"{table.name}.csv", table.csv().encode(), fields, _TABLES["keys"][table.name], title=title)


def csv_resource(
    path: str, content: bytes, fields: Sequence[Mapping[str, Any]], key: Sequence[str], **about: str
) -> dict[str, Any]:
    """Describe a CSV file as a resource of a data package: its size and SHA-256, its columns, its primary key."""
    return {
        "name": PurePath(path).stem.lower().replace(" ", "-"),
        "type": "table",
        "path": path,
        **about,
        "scheme": "file",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "hash": f"sha256:{sha256(content).hexdigest()}",
        "bytes": len(content),
        "dialect": {"csv": {"lineTerminator": "\n"}},
        "schema": {"fields": list(fields), "missingValues": [""], "primaryKey": list(key)},
    }


# ---- Stata ----


#: What stands twice as a labelled code.
CODED = ("table", "row", "column", "mark")
#: Stata takes labels of this many characters, and texts of this many bytes before they need another storage type.
_LABEL, _BYTES = 80, 2045
_Place = tuple[str, str, str]
_ENDINGS: Mapping[Language, str] = {"en": "", "zh": "_zh"}


def stata(report: Report) -> bytes:
    """Write the cells of a report as a Stata 14 file, the same bytes each time.

    One observation a cell of the form. Variables: the columns of ``extract``, of which table, row, column and mark
    are integers with English value labels; table_zh, row_zh, column_zh and mark_zh, the same with Chinese ones; and
    ``cell``, the key as text (table.row.column). A code stands for the same label in every report, so that files can
    be appended. ``value`` is a double, missing where no number is printed: ``mark`` tells why.
    """
    frame = _frame(report)
    long = [
        name for name in frame.select_dtypes(exclude="number") if frame[name].map(str.encode).map(len).max() > _BYTES
    ]
    out = io.BytesIO()
    frame.to_stata(
        out,
        version=118,
        write_index=False,
        time_stamp=MOMENT.replace(tzinfo=None),
        data_label=say("datasets.stata_label", "en", sha=report.sha256[:12]),
        variable_labels={name: _variable_label(name) for name in frame.columns},
        value_labels=dict(_value_labels(report.form)),
        convert_strl=long,
    )
    return out.getvalue()


def _variable_label(name: str) -> str:
    return " / ".join(say(f"datasets.stata_{name}", language) for language in ("en", "zh"))[:_LABEL]


def _frame(report: Report) -> pd.DataFrame:
    frame = pd.DataFrame(list(records(report)), columns=list(COLUMNS))
    values = [float("nan") if cell.value is None else float(cell.value) for cell in report.grid.values()]
    texts = [name for name in COLUMNS if name not in (*CODED, "value", "year")]
    coded = {name: pd.Series(_codes(name, report), dtype="int16") for name in CODED}
    return pd.DataFrame(
        {
            **{name: frame[name].str.replace("\0", "\ufffd") for name in texts[:2]},
            "year": pd.to_numeric(frame["year"], errors="coerce", downcast="integer"),
            "cell": [str(key) for key in report.grid],
            **{f"{name}{ending}": codes for name, codes in coded.items() for ending in ("", "_zh")},
            "value": pd.Series(values, dtype="float64"),
            **{name: frame[name].str.replace("\0", "\ufffd") for name in texts[2:]},
        }
    )


def _codes(name: str, report: Report) -> list[int]:
    if name == "mark":
        return [get_args(Mark).index(cell.mark) + 1 for cell in report.grid.values()]
    numbers = {place: number for number, place in enumerate(_places(name, report.form), 1)}
    return [numbers[_place(name, report.form, key)] for key in report.grid]


def _term_of(name: str, form: Form, key: CellKey) -> Table | Term:
    table = form.table(key.table)
    return table if name == "table" else table.row(key.row) if name == "row" else table.column(key.column)


def _place(name: str, form: Form, key: CellKey) -> _Place:
    """Name what a code stands for: a key of a table, in what it means by its English label."""
    term = _term_of(name, form, key)
    return key.table, term.key, term.en


@cache
def _places(name: str, form: Form) -> Mapping[_Place, Table | Term]:
    """Return what codes stand for, in their order, that of forms and of print; a term of the report's own form wins."""
    forms = (*map(load_form, form_ids()), form)
    return {_place(name, one, key): _term_of(name, one, key) for one in forms for key in one.cells}


def _value_labels(form: Form) -> Mapping[str, dict[float, str]]:
    """Return the labels of each coded variable, in the language of its name."""
    labels = {}
    for language, ending in _ENDINGS.items():
        for name in CODED[:3]:
            labels[name + ending] = _value_labels_of(name, form, language)
        labels["mark" + ending] = {n: say(f"tables.mark_{mark}", language) for n, mark in enumerate(get_args(Mark), 1)}
    return labels


def _value_labels_of(name: str, form: Form, language: Language) -> dict[float, str]:
    """Return the labels of one variable by code; a label that two tables share carries the name of its table."""
    labels = [(table, term.label(language)) for (table, *_), term in _places(name, form).items()]
    shared = Counter(label for _, label in labels)
    return {
        number: f"{label} ({say(f'datasets.sheet_{table}', language)})" if shared[label] > 1 else label
        for number, (table, label) in enumerate(labels, 1)
    }
