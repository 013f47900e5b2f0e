"""What each term of a form means, in both languages: gloss, legal basis and note.

The English stands in the form; the Chinese in ``words/glossary.toml``, by table and key. A term without a
Chinese text keeps the English, so that nothing is lost.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from foi_analysis.form import Form, Table, Term
from foi_analysis.resources import Language, read_toml

Part = Literal["rows", "columns", "groups"]
PARTS: tuple[Part, ...] = ("rows", "columns", "groups")


@dataclass(frozen=True, slots=True)
class Entry:
    """A term explained. ``part`` tells whether it is a row, a column or a head over several of them."""

    form: Form
    table: Table
    part: Part
    term: Term

    @property
    def key(self) -> str:
        """The term's key within its table."""
        return self.term.key

    def gloss(self, language: Language) -> str:
        """Say what the term means."""
        return self._say("gloss", language, self.term.gloss)

    def basis(self, language: Language) -> str:
        """Name the articles that the term rests on."""
        return self._say("basis", language, self.term.legal_basis)

    def note(self, language: Language) -> str:
        """Say what to be careful about, and how sure the legal basis is."""
        return self._say("note", language, self.term.note)

    def _say(self, what: str, language: Language, english: str) -> str:
        texts = _chinese(self.form.id, self.table.key, self.key)
        return str(texts.get(what, "")) if texts and language == "zh" else english


def _chinese(form: str, table: str, key: str) -> Mapping[str, str]:
    """Return the Chinese texts of a term, a form's own before those that hold for every form."""
    texts = read_toml("words/glossary.toml")
    found: Mapping[str, str] = texts.get(form, {}).get(table, {}).get(key) or texts.get(table, {}).get(key, {})
    return found


def entries(form: Form, table: str) -> Iterator[Entry]:
    """Return the entries of one table: its rows, then its columns, then its heads, in printed order.

    Raises KeyError when the form has no such table.
    """
    shape = form.table(table)
    terms: dict[Part, tuple[Term, ...]] = {"rows": shape.rows, "columns": shape.columns, "groups": shape.groups}
    return (Entry(form, shape, part, term) for part in PARTS for term in terms[part])
