"""Describe the data: a codebook in Markdown and a Frictionless data package, both made from the form."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, get_args

from foi_analysis.extract import COLUMNS, records, to_csv
from foi_analysis.form import Form, Identity, Table, form_ids
from foi_analysis.glossary import PARTS, Entry, Part, entries
from foi_analysis.organs import organ_name
from foi_analysis.report import PROOFS, Mark, Report
from foi_analysis.resources import LANGUAGES, Language, say

_TYPES = {"value": "number", "year": "integer"}


def codebook(form: Form, languages: Sequence[Language] = LANGUAGES) -> str:
    """Write the codebook of a form in Markdown.

    It explains the columns of the CSV, the marks and proofs, each table with its rows, columns and heads, their
    units, meaning and legal basis, and the identities; each text in the languages given, in that order.
    """
    sections = [
        _section("columns", languages, _texts("columns_note", languages), _columns(languages)),
        _section("marks", languages, _named("means", get_args(Mark), "mark", languages)),
        _section("proofs", languages, _named("shows", PROOFS, "proof", languages)),
        _section("tables", languages, tables_of(form, languages)),
        _section("identities", languages, _texts("identities_note", languages), _identities(form, languages)),
    ]
    return "\n".join(sections)


def tables_of(form: Form, languages: Sequence[Language] = LANGUAGES) -> str:
    """Explain each table of a form in Markdown: its rows, columns and heads, their units, meaning and legal basis."""
    return "\n\n".join(_table(form, table, languages) for table in form.tables)


def readme(report: Report) -> str:
    """Write ``data/README.md``: which report the data come from, then the codebook of its form, in both languages."""
    facts = {
        "csv": _csv_name(report),
        "n": len(report.grid),
        "file": report.name,
        "sha": report.sha256,
        "instrument": report.form.instrument,
        "id": report.form.id,
    }
    about = [
        "\n\n".join(_say(key, language, report, facts) for language in LANGUAGES) for key in ("intro", "intro_files")
    ]
    source = [
        f"- {_say(key, lang, report, facts)}"
        for lang in LANGUAGES
        for key in ("source_raw", "source_head", "source_form")
    ]
    title = f"# {_heading('title', LANGUAGES)}\n\n" + "\n\n".join(about) + "\n"
    return "\n".join([title, _section("source", LANGUAGES, "\n".join(source)), codebook(report.form)])


def datapackage(report: Report, csv: str) -> dict[str, Any]:
    """Describe the CSV of a report as a Frictionless data package.

    ``csv`` is the file's text, whose size and SHA-256 are recorded. The raw text stands among the sources with
    its own SHA-256.
    """
    content = csv.encode("utf-8")
    resource = {
        "name": Path(report.name).stem.lower().replace(" ", "-"),
        "type": "table",
        "path": _csv_name(report),
        "scheme": "file",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "hash": f"sha256:{sha256(content).hexdigest()}",
        "bytes": len(content),
        "dialect": {"csv": {"lineTerminator": "\n"}},
        "schema": _schema(report.form),
    }
    return {
        "name": "foi-analysis-data",
        "title": _both("package_title"),
        "description": _both("package_description"),
        "profile": "data-package",
        "sources": [{"title": report.name, "path": f"raw/{report.name}", "hash": f"sha256:{report.sha256}"}],
        "resources": [resource],
    }


def write_data(report: Report, directory: str | Path) -> tuple[Path, ...]:
    """Write a report's CSV, its codebook and its data package into a directory, and give their paths.

    The directory is made when it is not there. Raises OSError when it cannot be written.
    """
    directory = Path(directory)
    directory.mkdir(parents=True, exist_ok=True)
    csv = to_csv(records(report))
    package = json.dumps(datapackage(report, csv), ensure_ascii=False, indent=2) + "\n"
    texts = {_csv_name(report): csv, "README.md": readme(report), "datapackage.json": package}
    for name, text in texts.items():
        (directory / name).write_text(text, encoding="utf-8", newline="\n")
    return tuple(directory / name for name in texts)


def _csv_name(report: Report) -> str:
    return f"{Path(report.name).stem}.csv"


def _say(key: str, language: Language, report: Report, facts: dict[str, object]) -> str:
    unknown = say("codebook.unknown", language)
    return say(
        f"codebook.{key}",
        language,
        organ=organ_name(report.organ.value, language) or unknown,
        year=report.year.value or unknown,
        form=report.form.label(language),
        **facts,
    )


def _both(key: str, **values: object) -> str:
    return " / ".join(say(f"codebook.{key}", language, **values) for language in LANGUAGES)


# ---- Markdown ----


def _heading(key: str, languages: Sequence[Language]) -> str:
    return " · ".join(say(f"codebook.{key}", language) for language in languages)


def _section(key: str, languages: Sequence[Language], *parts: str) -> str:
    return f"## {_heading(key, languages)}\n\n" + "\n\n".join(parts) + "\n"


def _texts(key: str, languages: Sequence[Language]) -> str:
    return "\n\n".join(say(f"codebook.{key}", language) for language in languages)


def _grid(heads: Iterable[str], lines: Iterable[Iterable[str]], languages: Sequence[Language]) -> str:
    """Write a Markdown table; ``heads`` are keys of ``words/codebook.toml`` without their ``head_``."""
    titles = [_heading(f"head_{head}", languages) for head in heads]
    rows = [titles, ["---"] * len(titles), *([cell.replace("|", "\\|") for cell in line] for line in lines)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _stacked(*texts: str) -> str:
    """Put texts into one cell of a Markdown table, one under the other, each once."""
    return "<br>".join(dict.fromkeys(text for text in texts if text))


def _columns(languages: Sequence[Language]) -> str:
    lines = (
        (f"`{name}`", _TYPES.get(name, "string"), _stacked(*(say(f"codebook.column_{name}", x) for x in languages)))
        for name in COLUMNS
    )
    return _grid(("key", "type", "meaning"), lines, languages)


def _named(means: str, names: Iterable[str], kind: str, languages: Sequence[Language]) -> str:
    """Explain the codes of one kind by the words that the tables use for them."""
    lines = (
        (
            f"`{name}`",
            _stacked(*(say(f"tables.{kind}_{name}", language) for language in languages)),
            _stacked(*(say(f"tables.{means}_{name}", language) for language in languages)),
        )
        for name in names
    )
    return _grid(("key", "label", "meaning"), lines, languages)


def _table(form: Form, table: Table, languages: Sequence[Language]) -> str:
    found = list(entries(form, table.key))
    parts = [_part(part, [entry for entry in found if entry.part == part], languages) for part in PARTS]
    title = " · ".join(table.label(language) for language in languages)
    basis = say("codebook.legal", "en", basis=table.legal_basis)
    return "\n\n".join([f"### `{table.key}` {title}", basis, *(part for part in parts if part)])


def _part(part: Part, found: Sequence[Entry], languages: Sequence[Language]) -> str:
    if not found:
        return ""
    heads = ("key", "label", *(("unit",) if part == "rows" else ()), "meaning", "basis", "note")
    lines = (_line(entry, languages) for entry in found)
    return f"#### {_heading(f'part_{part}', languages)}\n\n{_grid(heads, lines, languages)}"


def _line(entry: Entry, languages: Sequence[Language]) -> list[str]:
    label = _stacked(*(entry.term.label(language) for language in languages))
    unit = [_stacked(*(entry.table.unit_of(entry.key, x) for x in languages))] if entry.part == "rows" else []
    texts = (
        _stacked(*(say_it(language) for language in languages)) for say_it in (entry.gloss, entry.basis, entry.note)
    )
    return [f"`{entry.key}`", label, *unit, *texts]


def _identities(form: Form, languages: Sequence[Language]) -> str:
    families: dict[str, Identity] = {}
    for identity in (*form.identities, *form.bounds):
        families.setdefault(identity.family, identity)
    return _grid(
        ("key", "rule", "equation", "source"), (_rule(rule, languages) for rule in families.values()), languages
    )


def _rule(rule: Identity, languages: Sequence[Language]) -> list[str]:
    """Write one rule as an equation between the keys of its columns or of its rows."""
    return [
        f"`{rule.family}`",
        _stacked(*(rule.title(language) for language in languages)),
        _equation(rule, languages),
        _stacked(*(say(f"codebook.{rule.source}", language) for language in languages), rule.basis),
    ]


def _equation(rule: Identity, languages: Sequence[Language]) -> str:
    """Write an equation with the line that it runs along; a bound of single cells has nothing on its left."""
    if not rule.left:
        return _along("cell", languages)
    along = "row" if len({key.row for key in rule.cells}) == 1 else "column"
    sides = (
        " + ".join(f"`{key.column if along == 'row' else key.row}`" for key in side) for side in (rule.left, rule.right)
    )
    return f"`{rule.cells[0].table}`, {_along(along, languages)}: " + f" {rule.relation} ".join(sides)


def _along(line: str, languages: Sequence[Language]) -> str:
    return _stacked(*(say(f"codebook.each_{line}", language) for language in languages)).replace("<br>", " · ")


# ---- data package ----


def _schema(form: Form) -> dict[str, Any]:
    return {
        "fields": [_field(name, form) for name in COLUMNS],
        "missingValues": [""],
        "primaryKey": ["report", "table", "row", "column"],
    }


def _field(name: str, form: Form) -> dict[str, Any]:
    rules: dict[str, dict[str, Any]] = {
        "report": {"required": True},
        "form": {"required": True, "enum": list(form_ids())},
        "table": {"required": True, "enum": [table.key for table in form.tables]},
        "row": {"required": True, "enum": list(dict.fromkeys(key.row for key in form.cells))},
        "column": {"required": True, "enum": list(dict.fromkeys(key.column for key in form.cells))},
        "mark": {"required": True, "enum": list(get_args(Mark))},
        "proofs": {"pattern": rf"({'|'.join(PROOFS)})(\+({'|'.join(PROOFS)}))*"},
        "sha256": {"required": True, "pattern": "[0-9a-f]{64}"},
    }
    field = {"name": name, "type": _TYPES.get(name, "string"), "description": _both(f"column_{name}")}
    return {**field, "constraints": rules[name]} if name in rules else field
