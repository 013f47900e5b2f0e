"""Sentences with figures, for a reader of a notebook: the words are data, the numbers come from the report.

A sentence of ``words/findings.toml`` names the values it needs. Where one of them is no number the sentence is
not told; that it cannot be told, and which cells stand in the way, is said instead.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

from foi_analysis.bilingual import TAGS, number, percent
from foi_analysis.notebook.facts import Facts, facts
from foi_analysis.report import Cell, Number, Report
from foi_analysis.resources import Language, read_toml, say
from foi_analysis.tables.marks import name

#: More cells than this that stand in the way of a sentence are counted, not named.
_NAMED = 4


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence and the cells that it rests on; ``told`` is False when it says only that something is unknown."""

    text: str
    cells: tuple[str, ...]
    told: bool = True

    def html(self, tag: str = "p") -> str:
        """Write the sentence as HTML, escaped, its cells in ``data-cells``."""
        cells = f' data-cells="{escape(" ".join(self.cells))}"' if self.cells else ""
        return f"<{tag}{cells}>{escape(self.text)}</{tag}>\n"


@dataclass(frozen=True, slots=True, repr=False)
class Findings:
    """Some sentences about a report; in a notebook they show themselves as paragraphs."""

    language: Language
    sentences: tuple[Sentence, ...]

    @property
    def texts(self) -> tuple[str, ...]:
        """The sentences as plain text."""
        return tuple(sentence.text for sentence in self.sentences)

    def __repr__(self) -> str:
        """Return the sentences, one a line: what a terminal shows."""
        return "\n".join(self.texts)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:  # noqa: ARG002
        body = "".join(sentence.html() for sentence in self.sentences)
        return {"text/html": f'<div class="foi-findings" lang="{TAGS[self.language]}">\n{body}</div>\n'}


class Amount:
    """A number in a sentence: ``{n}`` writes it, ``{n:request|requests}`` writes it with its noun."""

    def __init__(self, value: Number, language: Language) -> None:
        self._value, self._language = value, language

    def __format__(self, nouns: str) -> str:
        text = number(float(self._value), self._language)
        one, _, many = nouns.partition("|")
        return f"{text} {one if self._value == 1 else many}" if nouns else text


def findings(report: Report, topic: str, language: Language) -> Findings:
    """Say what a report's figures show on one topic of ``words/findings.toml``.

    Sentences whose cells the report's form does not have are left out; those that a blank, missing or
    unreadable cell makes impossible are replaced by one that says so. Raises KeyError for an unknown topic.
    """
    known = facts(report)
    entries = read_toml("words/findings.toml")[topic]
    told = (sentence(known, entry, language) for entry in entries)
    return Findings(language, tuple(one for one in told if one))


def sentence(known: Facts, entry: Mapping[str, Any], language: Language, text: str = "") -> Sentence | None:
    """Return one sentence of a TOML file; None when the form lacks a cell of it, or its condition is not met.

    ``entry`` holds the text in both languages, ``values`` (expressions by name), ``shares`` (pairs of those
    names: part and whole), ``when`` (conditions such as ``a == b``) and ``about`` (its subject in both
    languages). ``text`` replaces the entry's own.
    """
    values: Mapping[str, str] = entry.get("values", {})
    if not all(known.knows(expression) for expression in values.values()):
        return None
    cells = tuple(cell for expression in values.values() for cell in known.cells(expression))
    keys = tuple(dict.fromkeys(str(cell.key) for cell in cells))
    numbers = {key: value for key, expression in values.items() if (value := known.value(expression)) is not None}
    if len(numbers) < len(values):
        return Sentence(_unknown(known.report, entry, cells, language), keys, told=False)
    if not all(_holds(condition, numbers) for condition in entry.get("when", ())):
        return None
    shares = {key: (numbers[part], numbers[whole]) for key, (part, whole) in entry.get("shares", {}).items()}
    if any(whole <= 0 for _, whole in shares.values()):
        return Sentence(say("notebook.undefined", language, about=_about(entry, language)), keys, told=False)
    filled = {
        **_head(known.report, language),
        **{key: Amount(value, language) for key, value in numbers.items()},
        **{key: percent(float(part / whole), language) for key, (part, whole) in shares.items()},
    }
    said = (text or entry[language]).format(**filled)
    return Sentence(said + _doubts(cells, language), keys)


def _head(report: Report, language: Language) -> dict[str, str]:
    unknown = say("notebook.unknown", language)
    return {
        "organ": report.organ.value or say("notebook.this_organ", language),
        "year": report.year.value or unknown,
        "form": report.form.label(language),
        "file": report.name,
    }


def _holds(condition: str, numbers: Mapping[str, Number]) -> bool:
    """Judge a condition such as ``grounds == reconsiderations`` or ``pending > 0``."""
    left, relation, right = condition.split()
    a, b = (numbers[side] if side in numbers else int(side) for side in (left, right))
    return {"==": a == b, "!=": a != b, ">": a > b, "<": a < b}[relation]


def _about(entry: Mapping[str, Any], language: Language) -> str:
    """Name the subject of a sentence, for when it cannot be told."""
    return str(entry.get(f"about_{language}") or say("notebook.this", language))


def _unknown(report: Report, entry: Mapping[str, Any], cells: Iterable[Cell], language: Language) -> str:
    """Say that something cannot be said, and which cells stand in the way."""
    all_cells = list(dict.fromkeys(cells))
    absent, marks = [cell for cell in all_cells if not cell.is_number], {cell.mark for cell in all_cells}
    if len(marks) == 1:
        mark = say(f"tables.mark_{marks.pop()}", language)
        return say("notebook.cannot_any", language, about=_about(entry, language), n=len(absent), mark=mark)
    names = [
        say(
            "notebook.absent",
            language,
            cell=name(report.form.table(cell.key.table), cell.key).one(language),
            mark=say(f"tables.mark_{cell.mark}", language),
        )
        for cell in absent[:_NAMED]
    ]
    more = say("notebook.more", language, n=len(absent) - _NAMED) if len(absent) > _NAMED else ""
    listed = say("notebook.comma", language).join(names) + more
    return say("notebook.cannot", language, about=_about(entry, language), cells=listed)


def _doubts(cells: Iterable[Cell], language: Language) -> str:
    doubtful = sum(bool(cell.doubt) for cell in dict.fromkeys(cells))
    return say("notebook.doubtful", language, n=doubtful) if doubtful else ""
