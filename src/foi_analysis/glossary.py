"""What each term of a form means, in both languages: gloss, legal basis and note.

The English stands in the form; the Chinese in ``words/glossary.toml``, by table and key. A term without a
Chinese text keeps the English, so that nothing is lost.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from foi_analysis.form import Form, Table, Term
from foi_analysis.resources import Language, read_toml

Part = Literal["rows", "columns", "groups"]
PARTS: tuple[Part, ...] = ("rows", "columns", "groups")


@dataclass(frozen=True, slots=True)
class Entry:
    """A term explained. ``part`` tells whether it is a row, a column or a head over several of them."""

    table: Table
    part: Part
    term: Term

    @property
    def key(self) -> str:
        """The term's key within its table."""
        return self.term.key

    def gloss(self, language: Language) -> str:
        """Say what the term means."""
        return self._say("gloss", language) or self.term.gloss

    def basis(self, language: Language) -> str:
        """Name the articles that the term rests on."""
        return self._say("basis", language) or self.term.legal_basis

    def note(self, language: Language) -> str:
        """Say what to be careful about, and how sure the legal basis is."""
        return self._say("note", language) or self.term.note

    def _say(self, what: str, language: Language) -> str:
        texts = read_toml("words/glossary.toml").get(self.table.key, {}).get(self.key, {})
        return str(texts.get(what, "")) if language == "zh" else ""


def entries(form: Form, table: str) -> Iterator[Entry]:
    """Give the entries of one table: its rows, then its columns, then its heads, in printed order.

    Raises KeyError when the form has no such table.
    """
    shape = form.table(table)
    terms: dict[Part, tuple[Term, ...]] = {"rows": shape.rows, "columns": shape.columns, "groups": shape.groups}
    return (Entry(shape, part, term) for part in PARTS for term in terms[part])
