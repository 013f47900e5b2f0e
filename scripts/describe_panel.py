"""Describe the panel that travels with the package: a Frictionless data package and a README, made from its files.

python scripts/describe_panel.py
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from hashlib import sha256
from pathlib import Path
from typing import Any, get_args

import pandas as pd

from foi_analysis.datasets.tidy import CODE_COLUMNS, codes, resource
from foi_analysis.form import form_ids, load_form
from foi_analysis.panel import panel_folder
from foi_analysis.report import Mark
from foi_analysis.resources import LANGUAGES, csv_text, say

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
    (folder / "codebook.csv").write_text(codebook(folder), encoding="utf-8", newline="\n")
    package = json.dumps(datapackage(folder), ensure_ascii=False, indent=2) + "\n"
    texts = {"datapackage.json": package, "README.md": readme(folder)}
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
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
    return sorted(_table(folder, "reports")["form"].unique())


def datapackage(folder: Path) -> dict[str, Any]:
    """Return what describes both files, with their sizes, SHA-256 sums and columns, as a Frictionless data package."""
    return {
        "name": "foi-analysis-panel",
        "title": _both("panel.title"),
        "description": f"{_both('panel.package_description')} {_both('panel.obtained')}",
        "profile": "data-package",
        "sources": [
            {"title": " / ".join(dict.fromkeys((row["organ"], row["organ_en"]))), "path": row["site"]}
            for row in _table(folder, "reports").drop_duplicates("organ").to_dict("records")
        ],
        "resources": [_resource(folder, name) for name in (*FILES, "codebook")],
    }


def readme(folder: Path) -> str:
    """Return what the panel is, how its figures were obtained, its reports, columns and codes, in both languages."""
    reports = _table(folder, "reports")
    counts = {"cells": len(_table(folder, "cells")), "reports": len(reports)}
    parts = [
        f"# {_both('panel.title', ' · ')}",
        *(say("panel.intro", language, **counts) for language in LANGUAGES),
        f"## {_both('panel.obtained_title', ' · ')}",
        *(say("panel.obtained", language) for language in LANGUAGES),
        f"## {_both('panel.reports_title', ' · ')}",
        _grid(
            ("key", "panel.head_organ", "panel.head_year", "panel.head_scope", "note"),
            map(_line, reports.to_dict("records")),
        ),
    ]
    for name in FILES:
        parts += [f"## {_both('panel.columns_of', ' · ', file=f'{name}.csv')}", _columns(_table(folder, name))]
    return "\n\n".join(parts) + "\n"


def _resource(folder: Path, name: str) -> dict[str, Any]:
    """Describe a file as the codebook of one form is described; that of all forms has the form before all else."""
    content = (folder / f"{name}.csv").read_bytes()
    found = resource(codes(load_form(_forms(folder)[0])))
    found |= {"hash": f"sha256:{sha256(content).hexdigest()}", "bytes": len(content)}
    if name == "codebook":
        found["schema"]["fields"].insert(0, _field("form"))
        found["schema"]["primaryKey"].insert(0, "form")
        return found
    del found["title"]
    found["schema"] |= {"fields": [_field(column) for column in _table(folder, name)], "primaryKey": _KEYS[name]}
    if name == "cells":
        keys = [{"fields": ["report"], "reference": {"resource": "reports", "fields": ["report"]}}]
        found["schema"]["foreignKeys"] = keys
    return found | {"name": name, "path": f"{name}.csv"}


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
    return _both(f"{'panel' if name in _OWN else 'codebook'}.column_{name}", between)


def _columns(table: pd.DataFrame) -> str:
    lines = ((f"`{name}`", _TYPES.get(name, "string"), _meaning(name, "<br>")) for name in table)
    return _grid(("key", "type", "meaning"), lines)


def _line(row: dict[str, str]) -> list[str]:
    scope = f"tables.scope_{row['scope'].replace(' ', '_')}"
    organ = f"{row['organ']}<br>{row['organ_en']}<br><{row['site']}>"
    note = "<br>".join(filter(None, (row["note_zh"], row["note_en"])))
    return [f"`{row['report']}`<br>`{row['form']}`", organ, row["year"], _both(scope, "<br>"), note]


def _grid(heads: Iterable[str], lines: Iterable[Iterable[str]]) -> str:
    titles = [_both(head if "." in head else f"codebook.head_{head}", " · ") for head in heads]
    rows = [titles, ["---"] * len(titles), *lines]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _both(key: str, between: str = " / ", **values: object) -> str:
    return between.join(dict.fromkeys(say(key, language, **values) for language in LANGUAGES))


def _table(folder: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(folder / f"{name}.csv", dtype=str, keep_default_na=False)


if __name__ == "__main__":
    describe(panel_folder())
