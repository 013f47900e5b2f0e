"""Statements to choose from and fact patterns to sort: lettered and numbered anew for each student."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from foi_analysis.form import load_form
from foi_analysis.glossary import entries
from foi_analysis.resources import Language, read_toml, say
from foi_analysis.tables.grid import Box, PublishedTable, Shown, Words, same
from foi_analysis.teaching.answers import Checked
from foi_analysis.teaching.chance import Chance
from foi_analysis.teaching.telling import tell

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_FORM = "cn-2021"
#: The rates among which a student chooses; some statements are true of one of them only.
RATES = ("all", "decided")


def statements(question: str, seed: object, language: Shown) -> PublishedTable:
    """Show the statements of a question of ``words/choices.toml`` under letters in a student's own order.

    Raises KeyError for an unknown question.
    """
    lettered = _lettered(question, seed)
    lines = tuple((Box(same(letter), "row"), Box(Words(one["zh"], one["en"]))) for letter, one in lettered.items())
    records = tuple({"letter": letter, "zh": one["zh"], "en": one["en"]} for letter, one in lettered.items())
    return _table(f"choose-{question}", language, "choose", (), ("letter", "statement"), lines, records)


def check_choice(question: str, seed: object, chosen: Iterable[str], language: Language, rate: str = "") -> Checked:
    """Hold the letters that a student chose against the right ones; a hint where one is judged wrongly.

    ``rate`` is the rate of which the statements speak, one of ``RATES``, for the question that depends on it.
    The hint says neither which statement it is about nor whether it was chosen. Raises KeyError for an unknown
    question.
    """
    lettered, letters = _lettered(question, seed), {str(letter).upper() for letter in chosen}
    if not letters:
        return Checked("wrong", say("teaching.none_chosen", language))
    if unknown := sorted(letters - lettered.keys()):
        return Checked("wrong", say("teaching.no_letter", language, letters=", ".join(unknown)))
    if rate not in RATES and any(isinstance(one["right"], list) for one in lettered.values()):
        return Checked("wrong", say("teaching.rate_unknown", language))
    for letter, one in lettered.items():
        if (letter in letters) != _is_right(one, rate):
            return Checked("wrong", say("teaching.think", language, hint=one[f"hint_{language}"]))
    return Checked("right", say("teaching.right", language))


def right_letters(question: str, seed: object, rate: str = "") -> set[str]:
    """Give the letters of the right statements, for the teacher. Raises KeyError for an unknown question."""
    return {letter for letter, one in _lettered(question, seed).items() if _is_right(one, rate)}


def fact_patterns(seed: object, language: Shown) -> PublishedTable:
    """Show the ten fact patterns under numbers in a student's own order."""
    numbered = _numbered(seed)
    lines = tuple((Box(same(str(n)), "row"), Box(Words(one["zh"], one["en"]))) for n, one in numbered.items())
    records = tuple({"number": n, "zh": one["zh"], "en": one["en"]} for n, one in numbered.items())
    return _table("facts", language, "facts_title", ("facts_note",), ("facts_number", "facts_text"), lines, records)


def row_names(language: Shown) -> PublishedTable:
    """Show the names of the outcome rows with their labels in the form."""
    table = load_form(_FORM).table("requests")
    paths = {row.key: (*table.path(row)[1:], row) for row in table.rows if row.family}
    named = {
        key: Words(" › ".join(term.zh for term in path), " › ".join(term.en for term in path))
        for key, path in paths.items()
    }
    lines = tuple((Box(same(key), "row"), Box(label)) for key, label in named.items())
    records = tuple({"row": key, "zh": label.zh, "en": label.en} for key, label in named.items())
    return _table("row-names", language, "rows_title", (), ("rows_key", "rows_label"), lines, records)


def grade_facts(answers: Mapping[int, str], seed: object, language: Language) -> float:
    """Tell for each fact pattern whether its row is right, with the legal basis or a hint; give one point for each."""
    points = 0
    for n, one in _numbered(seed).items():
        row = answers.get(n, "")
        points += row == one["row"]
        tell(_judged(n, row, one, language))
    return float(points)


def right_rows(seed: object) -> dict[int, str]:
    """Give the right row of each fact pattern by its number, for the teacher."""
    return {n: str(one["row"]) for n, one in _numbered(seed).items()}


def _judged(n: int, row: str, one: Mapping[str, Any], language: Language) -> str:
    known = {entry.key: entry for entry in entries(load_form(_FORM), "requests") if entry.term.family}
    if not row:
        return say("teaching.fact_open", language, n=n)
    if row not in known:
        return say("teaching.fact_no_row", language, n=n, row=row)
    if row == one["row"]:
        return say("teaching.fact_right", language, n=n, basis=known[row].basis(language))
    return say("teaching.fact_wrong", language, n=n, hint=one[f"hint_{language}"])


def _lettered(question: str, seed: object) -> dict[str, dict[str, Any]]:
    found = read_toml("words/choices.toml")[question]
    order = Chance("choice", question, seed).sample(found, len(found))
    return dict(zip(_LETTERS, order, strict=False))


def _numbered(seed: object) -> dict[int, dict[str, Any]]:
    found = list(read_toml("words/facts.toml").values())
    return dict(enumerate(Chance("facts", seed).sample(found, len(found)), start=1))


def _is_right(one: Mapping[str, Any], rate: str) -> bool:
    right = one["right"]
    return rate in right if isinstance(right, list) else bool(right)


def _table(
    name: str,
    language: Shown,
    title: str,
    notes: tuple[str, ...],
    columns: tuple[str, ...],
    lines: tuple[tuple[Box, ...], ...],
    records: tuple[dict[str, Any], ...],
) -> PublishedTable:
    head = tuple(Box(_words(column), "col") for column in columns)
    return PublishedTable(
        name, language, _words(title), tuple(_words(note) for note in notes), (head,), (lines,), records, kind="text"
    )


def _words(key: str) -> Words:
    return Words(say(f"teaching.{key}", "zh"), say(f"teaching.{key}", "en"))
