"""Describe the panel that travels with the package: a Frictionless data package and a README, made from its files.

python scripts/describe_panel.py
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, get_args

from foi_analysis.bilingual import side_by_side
from foi_analysis.datasets.tidy import CODE_COLUMNS, codes, csv_resource, resource
from foi_analysis.form import form_ids, load_form
from foi_analysis.panel import panel_folder
from foi_analysis.report import Mark
from foi_analysis.resources import LANGUAGES, csv_text, say, write_text

FILES = ("cells", "reports")
_TYPES = {"value": "number", "year": "integer"}
_KEYS = {"cells": ["report", "table", "row", "column"], "reports": ["report"]}
#: Columns that the codebook explains too, but otherwise.
_OWN = ("report", "organ_en", "site", "note_zh", "note_en")
_REQUIRED = {"report", "organ", "organ_en", "year", "form", "table", "row", "column", "mark", "scope", "level", "site"}


def describe(folder: Path) -> tuple[Path, ...]:
    """Write ``codebook.csv``, ``datapackage.json`` and ``README.md`` beside the panel's files, and return their paths.

    Raises OSError when a file cannot be read or written.
    """
    write_text(folder / "codebook.csv", codebook(folder))
    package = json.dumps(datapackage(folder), ensure_ascii=False, indent=2) + "\n"
    texts = {"datapackage.json": package, "README.md": readme(folder)}
    for name, text in texts.items():
        write_text(folder / name, text)
    return tuple(folder / name for name in texts)


def codebook(folder: Path) -> str:
    """Return what the tables, rows, columns, heads and rules of each form are, as CSV."""
    rows = [
        (form_id, *row)
        for form_id in _forms(folder)
        for row in codes(load_form(form_id)).rows
        if row[0] in ("table", "row", "column", "head", "rule")
    ]
    return csv_text([("form", *CODE_COLUMNS), *rows])


def _forms(folder: Path) -> list[str]:
    return sorted({row["form"] for row in _rows(folder / "reports.csv")})


def _codebook(folder: Path) -> dict[str, Any]:
    """Describe the codebook as the codebook of one form is described, with the form before all else."""
    one = resource(codes(load_form(_forms(folder)[0])))
    fields, key = [_field("form"), *one["schema"]["fields"]], ["form", *one["schema"]["primaryKey"]]
    return csv_resource("codebook.csv", (folder / "codebook.csv").read_bytes(), fields, key, title=one["title"])


def datapackage(folder: Path) -> dict[str, Any]:
    """Return what describes both files, with their sizes, SHA-256 sums and columns, as a Frictionless data package."""
    return {
        "name": "foi-analysis-panel",
        "title": side_by_side("panel.title"),
        "description": f"{side_by_side('panel.package_description')} {side_by_side('panel.obtained')}",
        "profile": "data-package",
        "sources": [
            {"title": " / ".join(dict.fromkeys((row["organ"], row["organ_en"]))), "path": row["site"]}
            for row in _first_of_each(_rows(folder / "reports.csv"), "organ")
        ],
        "resources": [*(_resource(folder, name) for name in FILES), _codebook(folder)],
    }


def readme(folder: Path) -> str:
    """Return what the panel is, how its figures were obtained, its reports, columns and codes, in both languages."""
    reports = _rows(folder / "reports.csv")
    counts = {"cells": len(_rows(folder / "cells.csv")), "reports": len(reports)}
    parts = [
        f"# {side_by_side('panel.title', ' · ')}",
        *(say("panel.intro", language, **counts) for language in LANGUAGES),
        f"## {side_by_side('panel.obtained_title', ' · ')}",
        *(say("panel.obtained", language) for language in LANGUAGES),
        f"## {side_by_side('panel.reports_title', ' · ')}",
        _grid(("key", "panel.head_organ", "panel.head_year", "panel.head_scope", "note"), map(_line, reports)),
    ]
    for name in FILES:
        parts += [f"## {side_by_side('panel.columns_of', ' · ', file=f'{name}.csv')}", _columns(folder / f"{name}.csv")]
    return "\n\n".join(parts) + "\n"


def _resource(folder: Path, name: str) -> dict[str, Any]:
    content = (folder / f"{name}.csv").read_bytes()
    fields = [_field(column) for column in _header(folder / f"{name}.csv")]
    found = csv_resource(f"{name}.csv", content, fields, _KEYS[name])
    if name == "cells":
        reports = {"fields": ["report"], "reference": {"resource": "reports", "fields": ["report"]}}
        found["schema"]["foreignKeys"] = [reports]
    return found


def _field(name: str) -> dict[str, Any]:
    codes: dict[str, Callable[[], Iterable[str]]] = {
        "form": form_ids,
        "table": lambda: _keys("table"),
        "row": lambda: _keys("row"),
        "column": lambda: _keys("column"),
        "mark": lambda: get_args(Mark),
    }
    rules: dict[str, Any] = {"required": True} if name in _REQUIRED else {}
    if name in codes:
        rules["enum"] = list(codes[name]())
    field = {"name": name, "type": _TYPES.get(name, "string"), "description": _meaning(name, " / ")}
    return {**field, "constraints": rules} if rules else field


def _keys(axis: str) -> list[str]:
    """Return every key that some form has on one axis, in printed order."""
    return list(dict.fromkeys(getattr(key, axis) for form_id in form_ids() for key in load_form(form_id).cells))


def _meaning(name: str, between: str) -> str:
    return side_by_side(f"{'panel' if name in _OWN else 'codebook'}.column_{name}", between)


def _columns(path: Path) -> str:
    lines = ((f"`{name}`", _TYPES.get(name, "string"), _meaning(name, "<br>")) for name in _header(path))
    return _grid(("key", "type", "meaning"), lines)


def _line(row: dict[str, str]) -> list[str]:
    scope = f"tables.scope_{row['scope'].replace(' ', '_')}"
    organ = f"{row['organ']}<br>{row['organ_en']}<br><{row['site']}>"
    note = "<br>".join(filter(None, (row["note_zh"], row["note_en"])))
    return [f"`{row['report']}`<br>`{row['form']}`", organ, row["year"], side_by_side(scope, "<br>"), note]


def _grid(heads: Iterable[str], lines: Iterable[Iterable[str]]) -> str:
    titles = [side_by_side(head if "." in head else f"codebook.head_{head}", " · ") for head in heads]
    rows = [titles, ["---"] * len(titles), *lines]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _header(path: Path) -> list[str]:
    with path.open(encoding="utf-8", newline="") as file:
        return next(csv.reader(file))


def _first_of_each(rows: Iterable[dict[str, str]], name: str) -> list[dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for row in rows:
        found.setdefault(row[name], row)
    return list(found.values())


if __name__ == "__main__":
    describe(panel_folder())
