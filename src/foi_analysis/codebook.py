"""Describe the data of a report: a codebook as CSV, a README of two pages, and a Frictionless data package."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, get_args

from foi_analysis.bilingual import side_by_side
from foi_analysis.datasets.tidy import codes, csv_resource, resource
from foi_analysis.form import Form, form_ids
from foi_analysis.report import COLUMNS, PROOFS, Mark, Report, facts_of, records, to_csv
from foi_analysis.resources import LANGUAGES, say, write_text

_TYPES = {"value": "number", "year": "integer"}


def readme(report: Report) -> str:
    """Write ``data/README.md``: which report the data come from, its columns, marks and proofs, in both languages."""
    about = {language: {**facts_of(report, language), "csv": _csv_name(report)} for language in LANGUAGES}
    intro = (say(f"codebook.{key}", each, **about[each]) for key in ("intro", "intro_files") for each in LANGUAGES)
    source_keys = ("source_raw", "source_head", "source_form")
    source = (f"- {say(f'codebook.{key}', each, **about[each])}" for each in LANGUAGES for key in source_keys)
    parts = [
        f"# {_heading('title')}",
        *intro,
        f"## {_heading('source')}",
        "\n".join(source),
        f"## {_heading('columns')}",
        side_by_side("codebook.columns_note", "\n\n"),
        _grid(("key", "type", "meaning"), _columns()),
        f"## {_heading('marks')}",
        _grid(("key", "label", "meaning"), _named("means", get_args(Mark), "mark")),
        f"## {_heading('proofs')}",
        _grid(("key", "label", "meaning"), _named("shows", PROOFS, "proof")),
    ]
    return "\n\n".join(parts) + "\n"


def datapackage(report: Report, csv: str) -> dict[str, Any]:
    """Describe the CSV of a report as a Frictionless data package.

    ``csv`` is the file's text, whose size and SHA-256 are recorded. The raw text stands among the sources with
    its own SHA-256.
    """
    fields = [_field(name, report.form) for name in COLUMNS]
    cells = csv_resource(_csv_name(report), csv.encode(), fields, ("report", "table", "row", "column"))
    return {
        "name": "foi-analysis-data",
        "title": side_by_side("codebook.package_title"),
        "description": side_by_side("codebook.package_description"),
        "profile": "data-package",
        "sources": [{"title": report.name, "path": f"raw/{report.name}", "hash": f"sha256:{report.sha256}"}],
        "resources": [cells, resource(codes(report.form))],
    }


def write_data(report: Report, directory: str | Path) -> tuple[Path, ...]:
    """Write a report's CSV, the codebook of its form, a README and a data package, and return their paths.

    The directory is made when it is not there. Raises OSError when it cannot be written.
    """
    csv = to_csv(records(report))
    package = json.dumps(datapackage(report, csv), ensure_ascii=False, indent=2) + "\n"
    texts = {
        _csv_name(report): csv,
        "codebook.csv": codes(report.form).csv(),
        "README.md": readme(report),
        "datapackage.json": package,
    }
    for name, text in texts.items():
        write_text(Path(directory) / name, text)
    return tuple(Path(directory) / name for name in texts)


def _csv_name(report: Report) -> str:
    return f"{Path(report.name).stem}.csv"


# ---- Markdown ----


def _heading(key: str) -> str:
    return side_by_side(f"codebook.{key}", " · ")


def _grid(heads: Iterable[str], lines: Iterable[Iterable[str]]) -> str:
    """Write a Markdown table; ``heads`` are keys of ``words/codebook.toml`` without their ``head_``."""
    titles = [_heading(f"head_{head}") for head in heads]
    return "\n".join(f"| {' | '.join(row)} |" for row in (titles, ["---"] * len(titles), *lines))


def _columns() -> Iterator[tuple[str, ...]]:
    for name in COLUMNS:
        yield f"`{name}`", _TYPES.get(name, "string"), side_by_side(f"codebook.column_{name}", "<br>")


def _named(means: str, names: Iterable[str], kind: str) -> Iterator[tuple[str, ...]]:
    """Explain the codes of one kind by the words that the tables use for them."""
    for name in names:
        yield f"`{name}`", *(side_by_side(f"tables.{what}_{name}", "<br>") for what in (kind, means))


# ---- data package ----


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
    field = {"name": name, "type": _TYPES.get(name, "string"), "description": side_by_side(f"codebook.column_{name}")}
    return {**field, "constraints": rules[name]} if name in rules else field
