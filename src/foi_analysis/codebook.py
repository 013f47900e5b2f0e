"""Describe the data of a report: a codebook as CSV, a README of two pages, and a Frictionless data package."""

from __future__ import annotations

import json
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import Any, get_args

from foi_analysis.bilingual import organ_name
from foi_analysis.datasets.tidy import codes, resource
from foi_analysis.form import Form, form_ids
from foi_analysis.report import COLUMNS, PROOFS, Mark, Report, records, to_csv
from foi_analysis.resources import LANGUAGES, Language, say

_TYPES = {"value": "number", "year": "integer"}


def readme(report: Report) -> str:
    """Write ``data/README.md``: which report the data come from, its columns, marks and proofs, in both languages."""
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
    title = f"# {_heading('title')}\n\n" + "\n\n".join(about) + "\n"
    sections = [
        title,
        _section("source", "\n".join(source)),
        _section("columns", _texts("columns_note"), _columns()),
        _section("marks", _named("means", get_args(Mark), "mark")),
        _section("proofs", _named("shows", PROOFS, "proof")),
    ]
    return "\n".join(sections)


def datapackage(report: Report, csv: str) -> dict[str, Any]:
    """Describe the CSV of a report as a Frictionless data package.

    ``csv`` is the file's text, whose size and SHA-256 are recorded. The raw text stands among the sources with
    its own SHA-256.
    """
    content = csv.encode("utf-8")
    cells = {
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
        "resources": [cells, resource(codes(report.form))],
    }


def write_data(report: Report, directory: str | Path) -> tuple[Path, ...]:
    """Write a report's CSV, the codebook of its form, a README and a data package, and return their paths.

    The directory is made when it is not there. Raises OSError when it cannot be written.
    """
    directory = Path(directory)
    directory.mkdir(parents=True, exist_ok=True)
    csv = to_csv(records(report))
    package = json.dumps(datapackage(report, csv), ensure_ascii=False, indent=2) + "\n"
    texts = {
        _csv_name(report): csv,
        "codebook.csv": codes(report.form).csv(),
        "README.md": readme(report),
        "datapackage.json": package,
    }
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


def _heading(key: str) -> str:
    return " · ".join(say(f"codebook.{key}", language) for language in LANGUAGES)


def _section(key: str, *parts: str) -> str:
    return f"## {_heading(key)}\n\n" + "\n\n".join(parts) + "\n"


def _texts(key: str) -> str:
    return "\n\n".join(say(f"codebook.{key}", language) for language in LANGUAGES)


def _grid(heads: Iterable[str], lines: Iterable[Iterable[str]]) -> str:
    """Write a Markdown table; ``heads`` are keys of ``words/codebook.toml`` without their ``head_``."""
    titles = [_heading(f"head_{head}") for head in heads]
    return "\n".join(f"| {' | '.join(row)} |" for row in (titles, ["---"] * len(titles), *lines))


def _stacked(key: str) -> str:
    """Put a text in both languages into one cell of a Markdown table, one under the other."""
    return "<br>".join(dict.fromkeys(say(key, language) for language in LANGUAGES))


def _columns() -> str:
    lines = ((f"`{name}`", _TYPES.get(name, "string"), _stacked(f"codebook.column_{name}")) for name in COLUMNS)
    return _grid(("key", "type", "meaning"), lines)


def _named(means: str, names: Iterable[str], kind: str) -> str:
    """Explain the codes of one kind by the words that the tables use for them."""
    lines = ((f"`{name}`", _stacked(f"tables.{kind}_{name}"), _stacked(f"tables.{means}_{name}")) for name in names)
    return _grid(("key", "label", "meaning"), lines)


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
