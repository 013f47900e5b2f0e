"""Load the patterns that tell what a number in the prose counts, and the cells that it may equal."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from foi_analysis.form import CellKey, Form, form_ids, load_form
from foi_analysis.resources import Language, read_toml

_NAME = re.compile(r"<([a-z_]+|[A-Z])>")
_FILE = "prose/patterns.toml"


@dataclass(frozen=True)
class Kind:
    """What a number may count.

    ``patterns`` say it clearly, where ``topic`` is spoken of; ``hints`` never do. ``cells`` are formulas
    over cells that the number may equal, the usual meaning first. A ``whole`` number counts all of something; a
    ``statement`` prints no number and says that its cells are 0. ``unit`` is that of the cells where it is money;
    ``reason`` is why a kind without cells cannot be checked.
    """

    id: str
    zh: str
    en: str
    patterns: tuple[re.Pattern[str], ...]
    hints: tuple[re.Pattern[str], ...]
    cells: tuple[str, ...]
    whole: bool = False
    statement: bool = False
    topic: re.Pattern[str] | None = None
    unit: str = ""
    reason: str = ""

    def label(self, language: Language) -> str:
        """Name what is counted, in one language."""
        return self.zh if language == "zh" else self.en

    def search(self, text: str) -> tuple[re.Match[str], int] | None:
        """Find the first pattern that fits a text: the match, and the pattern's place, the hints last."""
        for at, expression in enumerate(self.patterns + self.hints):
            match = expression.search(text)
            if match:
                return match, at
        return None


@dataclass(frozen=True)
class Meaning:
    """One formula of a kind in one form: the cells added up, and for a ratio the cells that divide them."""

    text: str
    cells: tuple[CellKey, ...]
    divisor: tuple[CellKey, ...] = ()


@cache
def load_kinds() -> tuple[Kind, ...]:
    """Load all kinds, in the order in which they are tried.

    Raises ValueError when a formula names a cell that no form has, or a pattern a fragment that is not there.
    """
    kinds = tuple(_kind(entry) for entry in read_toml(_FILE)["kinds"])
    forms = [load_form(form_id) for form_id in form_ids()]
    for kind in kinds:
        for text in kind.cells:
            if not any(_meaning(form, text) for form in forms):
                raise ValueError(f"{_FILE}: kind {kind.id!r}: {text!r} names a cell that no form has")
    return kinds


@cache
def kinds_of(statement: bool) -> tuple[Kind, ...]:
    """Give the kinds that print a number, or those that state there is none."""
    return tuple(kind for kind in load_kinds() if kind.statement == statement)


@cache
def meanings(kind: Kind, form: Form) -> tuple[Meaning, ...]:
    """Give a kind's formulas as far as a form has their cells."""
    found = (_meaning(form, text) for text in kind.cells)
    return tuple(meaning for meaning in found if meaning)


@cache
def pattern(section: str, name: str) -> re.Pattern[str]:
    """Compile one named expression of the data, such as ``guards``, ``year``."""
    text = read_toml(_FILE)[section][name]
    return re.compile(text if isinstance(text, str) else "|".join(f"(?:{part})" for part in text))


def _kind(entry: Mapping[str, Any]) -> Kind:
    patterns, hints = (tuple(re.compile(_spelt(text)) for text in entry.get(key, ())) for key in ("patterns", "hints"))
    topic = re.compile(_spelt(entry["topic"])) if "topic" in entry else None
    plain = {key: entry[key] for key in ("id", "zh", "en", "whole", "statement", "unit", "reason") if key in entry}
    return Kind(patterns=patterns, hints=hints, topic=topic, cells=tuple(entry["cells"]), **plain)


def _spelt(text: str) -> str:
    """Put the fragments into a pattern. Raises ValueError for one that is not there."""
    data = read_toml(_FILE)
    fragments = {**data["fragments"], "topic": data["guards"]["topic"]}

    def put(match: re.Match[str]) -> str:
        if match[1] not in fragments:
            raise ValueError(f"{_FILE}: {text!r} names an unknown fragment <{match[1]}>")
        return _spelt(fragments[match[1]])

    return _NAME.sub(put, text)


def _meaning(form: Form, text: str) -> Meaning | None:
    """Resolve a formula in a form; None when the form lacks one of its cells."""
    parts = [tuple(_cells(form, side)) for side in text.split("/")]
    if not all(all(keys for keys in side) for side in parts):
        return None
    sides = [tuple(key for keys in side for key in keys) for side in parts]
    return Meaning(text, sides[0], sides[1] if len(sides) > 1 else ())


def _cells(form: Form, side: str) -> Iterator[tuple[CellKey, ...]]:
    """Give the cells of each term of a sum; the name of a family of outcome stands for its rows."""
    families = {head.key: rows for head, rows in form.families()}
    for term in side.split("+"):
        table, row, column = term.strip().split(".")
        keys = (CellKey(table, name, column) for name in families.get(row, (row,)))
        known = set(form.cells)
        yield tuple(key for key in keys if key in known)
