"""The tidy tables of a report described as a Frictionless data package, so that programs can read and test them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from foi_analysis.datasets.codes import field_texts
from foi_analysis.datasets.tidy import Dataset
from foi_analysis.report import Report
from foi_analysis.resources import LANGUAGES, say

_TYPES: Mapping[str, str] = {
    "year": "year",
    **dict.fromkeys(("doubtful", "broken"), "boolean"),
    **dict.fromkeys(("value", "left", "right", "difference"), "number"),
    **dict.fromkeys(("numerator", "denominator", "low", "high", "lower", "upper"), "number"),
}
_KEYS: Mapping[str, Sequence[str]] = {
    "cells": ("table", "row", "column"),
    "checks": ("rule",),
    "measures": ("measure", "applicant"),
    "codebook": ("kind", "table", "key"),
}


def package(report: Report, tables: Sequence[Dataset]) -> dict[str, Any]:
    """Describe the CSV files of tidy tables, NAME.csv each, as a data package.

    It holds for the files made for Excel, too: ``utf-8-sig`` reads a file with a byte-order mark and one without.
    """
    return {
        "name": "foi-analysis-tables",
        "title": _both(say("datasets.about", language) for language in LANGUAGES),
        "profile": "data-package",
        "sources": [{"title": report.name, "hash": f"sha256:{report.sha256}"}],
        "resources": [_resource(table) for table in tables],
    }


def _resource(table: Dataset) -> dict[str, Any]:
    return {
        "name": table.name,
        "type": "table",
        "path": f"{table.name}.csv",
        "title": _both(say(f"datasets.holds_{table.name}", language) for language in LANGUAGES),
        "scheme": "file",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8-sig",
        "dialect": {"csv": {"lineTerminator": "\n"}},
        "schema": {
            "fields": [_field(table.name, name) for name in table.columns],
            "missingValues": [""],
            "primaryKey": list(_KEYS[table.name]),
        },
    }


def _field(table: str, name: str) -> dict[str, str]:
    texts = field_texts(table, name)
    kind = _TYPES.get(name, "string")
    return {"name": name, "type": kind, "description": _both(texts[language] for language in LANGUAGES)}


def _both(texts: Iterable[str]) -> str:
    return " / ".join(texts)
