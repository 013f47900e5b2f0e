"""A report's cells and checks, and the codebook of its form, as tidy tables: keys, labels in both languages, values."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import get_args

from foi_analysis.checks import verdicts
from foi_analysis.extract import COLUMNS, plain, records
from foi_analysis.findings import COLUMNS as CHECKED
from foi_analysis.findings import check
from foi_analysis.form import CellKey, Form, Identity
from foi_analysis.glossary import PARTS, Entry, entries
from foi_analysis.report import PROOFS, Mark, Number, Report
from foi_analysis.resources import LANGUAGES, read_toml, say
from foi_analysis.rules import hints

Value = str | Number | float | bool | None

#: What the codebook says of each code.
_TEXTS = ("label", "unit", "meaning", "basis", "note")
CODED = ("kind", "table", "key", *(f"{text}_{language}" for text in _TEXTS for language in LANGUAGES))


@dataclass(frozen=True)
class Dataset:
    """A tidy table: its name, its columns, and its rows of plain values, None where there is nothing."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]

    def csv(self) -> str:
        """Write it as CSV: UTF-8 text, LF line ends, one header line, nothing where there is no value."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerows([self.columns, *([_written(value) for value in row] for row in self.rows)])
        return out.getvalue()


def datasets(report: Report) -> tuple[Dataset, ...]:
    """Give every tidy table of a report, in the order in which a workbook shows them."""
    return (cells(report), checks(report), codes(report.form))


def cells(report: Report) -> Dataset:
    """Give the cells of a report in printed order: what ``extract`` writes, with labels and units beside the keys."""
    labels = ("table", "row", "column", "unit")
    added = tuple(f"{name}_{language}" for name in labels for language in LANGUAGES)
    at = COLUMNS.index("value")
    columns = (*COLUMNS[:at], *added, *COLUMNS[at:])
    rows = []
    for record, cell in zip(records(report), report.cells.values(), strict=True):
        year = int(record["year"]) if record["year"].isdecimal() else record["year"]
        full = {**record, **_labels(report.form, cell.key), "value": cell.value, "year": year}
        rows.append(tuple(full[name] for name in columns))
    return Dataset("cells", columns, tuple(rows))


def checks(report: Report) -> Dataset:
    """Give every rule with its verdict as ``foi_analysis.check`` does, with its title in both languages."""
    titles = {name: {lang: say(f"datasets.rule_{name}", lang) for lang in LANGUAGES} for name in _READING}
    titles |= {v.identity.id: {lang: v.identity.title(lang) for lang in LANGUAGES} for v in verdicts(report)}
    titles |= {hint.rule.id: {lang: hint.rule.title(lang) for lang in LANGUAGES} for hint in hints(report)}
    kept = [name for name in CHECKED if name != "last"]
    at = kept.index("rule") + 1
    columns = (*kept[:at], *(f"rule_{language}" for language in LANGUAGES), *kept[at:])
    rows = []
    for record in check(report).to_dict("records"):
        full = {str(name): value for name, value in record.items()}
        full |= {f"rule_{language}": title for language, title in titles[record["rule"]].items()}
        rows.append(tuple(_known(full[name]) for name in columns))
    return Dataset("checks", columns, tuple(rows))


#: Rules about our reading, which no form states.
_READING = ("every_cell_once", "two_readings", "one_year", "scope")


def codes(form: Form) -> Dataset:
    """Give the codebook of a form: columns, marks, proofs, tables with rows, columns and heads, and rules.

    One row a code: its kind, the table that it belongs to, its key, and label, unit, meaning, legal basis and note
    in both languages.
    """
    rows = (*_columns(), *_named("mark", "means", get_args(Mark)), *_named("proof", "shows", PROOFS))
    found = (*rows, *_terms(form), *_rules(form))
    return Dataset("codebook", CODED, tuple(tuple(row.get(name, "") for name in CODED) for row in found))


def _labels(form: Form, key: CellKey) -> dict[str, str]:
    table = form.table(key.table)
    row, column = table.row(key.row), table.column(key.column)
    return {
        **{f"table_{language}": table.label(language) for language in LANGUAGES},
        **{f"row_{language}": row.label(language) for language in LANGUAGES},
        **{f"column_{language}": column.label(language) for language in LANGUAGES},
        **{f"unit_{language}": table.unit_of(key.row, language) for language in LANGUAGES},
    }


def _columns() -> Iterator[Mapping[str, str]]:
    """Explain each column of each tidy table; a column means the same in all of them."""
    for name, texts in read_toml("words/datasets.toml").items():
        if name.startswith("column_"):
            yield {"kind": "field", "key": name.removeprefix("column_")} | _both("meaning", texts)
    for name in COLUMNS:
        yield {"kind": "field", "key": name} | _both("meaning", read_toml("words/codebook.toml")[f"column_{name}"])


def _named(kind: str, means: str, names: Iterable[str]) -> Iterator[Mapping[str, str]]:
    texts = read_toml("words/tables.toml")
    for name in names:
        yield (
            {"kind": kind, "key": name}
            | _both("label", texts[f"{kind}_{name}"])
            | _both("meaning", texts[f"{means}_{name}"])
        )


def _terms(form: Form) -> Iterator[Mapping[str, str]]:
    for table in form.tables:
        yield {"kind": "table", "key": table.key, "basis_en": table.legal_basis} | _both("label", vars(table))
        for part in PARTS:
            yield from (_term(entry) for entry in entries(form, table.key) if entry.part == part)


def _term(entry: Entry) -> Mapping[str, str]:
    said = {"meaning": entry.gloss, "basis": entry.basis, "note": entry.note}
    texts = {f"{name}_{lang}": text(lang) for name, text in said.items() for lang in LANGUAGES}
    if entry.part == "rows":
        texts |= {f"unit_{lang}": entry.table.unit_of(entry.key, lang) for lang in LANGUAGES}
    kind = {"rows": "row", "columns": "column", "groups": "head"}[entry.part]
    return {"kind": kind, "table": entry.table.key, "key": entry.key} | _both("label", vars(entry.term)) | texts


def _rules(form: Form) -> Iterator[Mapping[str, str]]:
    """Explain each family of identities and bounds, as an equation between the keys of its rows or columns."""
    families: dict[str, Identity] = {}
    for identity in (*form.identities, *form.bounds):
        families.setdefault(identity.family, identity)
    for name, rule in families.items():
        about = {"kind": "rule", "table": rule.cells[0].table, "key": name, "basis_en": rule.basis}
        equation = {f"note_{lang}": _equation(rule) for lang in LANGUAGES}
        yield about | _both("label", {"zh": rule.zh, "en": rule.en}) | equation


def _equation(rule: Identity) -> str:
    across = len({key.row for key in rule.cells}) == 1
    sides = (" + ".join(key.column if across else key.row for key in side) for side in (rule.left, rule.right))
    return f" {rule.relation} ".join(sides)


def _both(name: str, texts: Mapping[str, str]) -> dict[str, str]:
    return {f"{name}_{language}": texts[language] for language in LANGUAGES}


def _known(value: object) -> Value:
    """Give a value of a frame as a plain one: a whole number without decimals, None for what is not a number."""
    if isinstance(value, float):
        return None if value != value else int(value) if value.is_integer() else value
    assert isinstance(value, (str, bool, int))
    return value


def _written(value: Value) -> str | float:
    """Write a value for CSV."""
    if isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, (str, float)) else plain(value)


def listed(frames: Sequence[Dataset]) -> Mapping[str, Dataset]:
    """Give tidy tables by their names."""
    return {frame.name: frame for frame in frames}
