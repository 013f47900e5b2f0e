"""Statements to choose from and fact patterns to sort: lettered and numbered anew for each student."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from foi_analysis.bilingual import Shown, Words, joined, same
from foi_analysis.form import load_form
from foi_analysis.glossary import entries
from foi_analysis.resources import Language, read_toml, say
from foi_analysis.tables.grid import Box, PublishedTable
from foi_analysis.teaching.answers import Checked, judged, tell, words
from foi_analysis.teaching.slips import Chance

_FORM = "cn-2021"
#: The rates among which a student chooses; some statements are true of one of them only.
RATES = ("all", "decided")


def statements(question: str, seed: object, language: Shown) -> PublishedTable:
    """Show the statements of a question of ``words/choices.toml`` under letters in a student's own order.

    Raises KeyError for an unknown question.
    """
    texts = {letter: Words(one["zh"], one["en"]) for letter, one in _lettered(question, seed).items()}
    return _table(f"choose-{question}", language, ("choose", "letter", "statement"), texts, "letter")


def check_choice(question: str, seed: object, chosen: Iterable[str], language: Language, rate: str = "") -> Checked:
    """Check the letters that a student chose; a hint where one statement is judged wrongly.

    ``rate`` is the rate of which the statements speak, one of ``RATES``, for the question that depends on it.
    The hint says neither which statement it is about nor whether it was chosen. Raises KeyError for an unknown
    question.
    """
    lettered, letters = _lettered(question, seed), {str(letter).upper() for letter in chosen}
    if not letters:
        return judged("wrong", "none_chosen", language)
    if unknown := sorted(letters - lettered.keys()):
        return judged("wrong", "no_letter", language, letters=", ".join(unknown))
    if rate not in RATES and any(isinstance(one["right"], list) for one in lettered.values()):
        return judged("wrong", "rate_unknown", language)
    misjudged = letters ^ right_letters(question, seed, rate)
    if misjudged:
        return judged("wrong", "think", language, hint=lettered[min(misjudged)][f"hint_{language}"])
    return judged("right", "right", language)


def right_letters(question: str, seed: object, rate: str = "") -> set[str]:
    """Return the letters of the right statements, for the teacher. Raises KeyError for an unknown question."""
    rights = {letter: one["right"] for letter, one in _lettered(question, seed).items()}
    return {letter for letter, right in rights.items() if (rate in right if isinstance(right, list) else right)}


def fact_patterns(seed: object, language: Shown) -> PublishedTable:
    """Show the ten fact patterns under numbers in a student's own order."""
    texts = {n: Words(one["zh"], one["en"]) for n, one in _numbered(seed).items()}
    return _table("facts", language, ("facts_title", "facts_number", "facts_text"), texts, "number", "facts_note")


def row_names(language: Shown) -> PublishedTable:
    """Show the names of the outcome rows with their labels in the form."""
    table = load_form(_FORM).table("requests")
    paths = {row.key: (*table.path(row)[1:], row) for row in table.rows if row.family}
    texts = {key: joined([Words(term.zh, term.en) for term in path], " › ", " › ") for key, path in paths.items()}
    return _table("row-names", language, ("rows_title", "rows_key", "rows_label"), texts, "row")


def grade_facts(answers: Mapping[int, str], seed: object, language: Language) -> float:
    """Print for each fact pattern whether its row is right, with the legal basis or a hint; return one point for each.

    ``answers`` are keys of outcome rows by the number of the fact pattern.
    """
    bases = {entry.key: entry.basis(language) for entry in entries(load_form(_FORM), "requests") if entry.term.family}
    points = 0.0
    for n, one in _numbered(seed).items():
        row = answers.get(n, "")
        said = "right" if row == one["row"] else "wrong" if row in bases else "no_row" if row else "open"
        basis, clue = bases.get(row, ""), one[f"hint_{language}"]
        tell(say(f"teaching.fact_{said}", language, n=n, row=row, basis=basis, hint=clue))
        points += said == "right"
    return points


def right_rows(seed: object) -> dict[int, str]:
    """Return the right row of each fact pattern by its number, for the teacher."""
    return {n: str(one["row"]) for n, one in _numbered(seed).items()}


def _lettered(question: str, seed: object) -> dict[str, dict[str, Any]]:
    found = read_toml("words/choices.toml")[question]
    order = Chance("choice", question, seed).sample(found, len(found))
    return dict(zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", order, strict=False))


def _numbered(seed: object) -> dict[int, dict[str, Any]]:
    found = list(read_toml("words/facts.toml").values())
    return dict(enumerate(Chance("facts", seed).sample(found, len(found)), start=1))


def _table(
    name: str, language: Shown, said: tuple[str, str, str], texts: Mapping[Any, Words], column: str, *notes: str
) -> PublishedTable:
    """Return texts by letter, number or name as a table; ``said`` are its title and the heads of its two columns."""
    title, *heads = map(words, said)
    return PublishedTable(
        id=name,
        language=language,
        title=title,
        caption=tuple(map(words, notes)),
        head=(tuple(Box(head, "col") for head in heads),),
        bodies=(tuple((Box(same(str(key)), "row"), Box(text)) for key, text in texts.items()),),
        records=tuple({column: key, "zh": text.zh, "en": text.en} for key, text in texts.items()),
        kind="text",
    )
