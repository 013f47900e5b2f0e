"""Match printed labels with the form's terms, whatever their spacing, brackets, numbering or tears.

A match is exact (the label or a known variant), or near (a typo, only when one term alone is near). Subtotals
(小计), which some organs print beside the cells of the form, are recognised here too: taken apart from the others
before these are counted, they shift none of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from rapidfuzz.distance import Levenshtein

from foi_analysis.form import Table, Term
from foi_analysis.reading.document import Field
from foi_analysis.reading.tokens import fold
from foi_analysis.resources import read_toml

_MARKS = re.compile(r"""[^\w〇]|_""")
_NUMBERING = re.compile(r"^(?:[(]?[一二三四五六七八九十]{1,3}[)、.,．:：]|[(]?\d{1,2}[)、.．,:：]|\d{1,2}(?=[^\d\W]))")
_ASIDE = re.compile(r"[(][^()]{5,}[)]")
_SEGMENT = re.compile(r"(?=[(][一二三四五六七八九十][)])|(?<![\d.])(?=\d[.、．])|(?=[一二三四][、])")
#: A near match differs in at most this share of the longer spelling, and no other term is as near.
_NEAR = 0.34


@cache
def _characters() -> dict[int, str]:
    pairs = read_toml("reading/spelling.toml")["traditional"]
    return {ord(old): new for old, new in zip(pairs["from"], pairs["to"], strict=True)}


@lru_cache(maxsize=65536)
def bare(text: str) -> str:
    """Reduce a label to its letters: folded, simplified, without numbering, asides, marks or spaces."""
    folded = _ASIDE.sub("", fold(text).translate(_characters()))
    return _MARKS.sub("", _NUMBERING.sub("", folded))


def is_numbered(text: str) -> bool:
    """Check whether a label is printed with its number, as in （七）总计."""
    return bool(_NUMBERING.match(fold(text)))


@dataclass(frozen=True, slots=True)
class Match:
    """A term's key and how near the printed label is: 0 for a known spelling, else the share that differs."""

    key: str
    distance: float

    @property
    def exact(self) -> bool:
        """Whether the label is a known spelling."""
        return self.distance == 0


class Labels:
    """The spellings of some terms, ready to be matched.

    >>> from foi_analysis.form import load_form
    >>> rows = Labels(load_form("cn-2021").table("requests").rows)
    >>> rows.match("1、属于 国家秘密").key
    'withheld_state_secret'
    """

    def __init__(self, terms: Iterable[Term]) -> None:
        """Take the terms to look for."""
        self.spellings: dict[str, str] = {}
        for term in terms:
            for label in term.labels:
                self.spellings.setdefault(bare(label), term.key)
        self._found: dict[str, Match | None] = {}

    def exact(self, text: str) -> str | None:
        """Return the key with this known spelling, or None."""
        return self.spellings.get(bare(text))

    def match(self, text: str) -> Match | None:
        """Return the term that a printed label names, or None when none or more than one is near."""
        if text not in self._found:
            self._found[text] = self._match(text)
        return self._found[text]

    def _match(self, text: str) -> Match | None:
        pieces = [piece for piece in _SEGMENT.split(fold(text)) if piece]
        for start in range(len(pieces)):  # a head printed before its row: （三）不予公开1.属于国家秘密
            key = self.spellings.get(bare("".join(pieces[start:])))
            if key:
                return Match(key, 0.0)
        return self._near(bare(pieces[-1])) if pieces else None

    def _near(self, letters: str) -> Match | None:
        if len(letters) < 4:
            return None
        best: dict[str, float] = {}
        for spelling, key in self.spellings.items():
            if len(spelling) >= 4:
                share = Levenshtein.distance(letters, spelling) / max(len(letters), len(spelling))
                best[key] = min(share, best.get(key, 1.0))
        ranked = sorted((share, key) for key, share in best.items())
        alone = len(ranked) == 1 or ranked[1][0] - ranked[0][0] > 0.15
        return Match(ranked[0][1], ranked[0][0]) if ranked and ranked[0][0] <= _NEAR and alone else None


@cache
def row_labels(table: Table) -> Labels:
    """Return the row labels of a table."""
    return Labels(table.rows)


@cache
def column_labels(table: Table) -> Labels:
    """Return the column labels of a table."""
    return Labels(table.columns)


@cache
def head_labels(table: Table) -> Labels:
    """Return the labels of the heads over rows and columns of a table."""
    return Labels(table.groups)


@cache
def headings() -> Mapping[str, tuple[str, ...]]:
    """Return the headings of the report's sections that hold no table, by section."""
    return {key: tuple(map(bare, texts)) for key, texts in read_toml("reading/spelling.toml")["sections"].items()}


@cache
def subtotal_labels(table: Table) -> Mapping[str, str]:
    """Return the printed names of subtotals over rows, each with its head; empty for one that names no head.

    A head's own label names its subtotal when values stand behind it.
    """
    found = dict.fromkeys(map(bare, table.subtotal_words), "")
    for head in _heads(table, "row"):
        for label in map(bare, head.labels):
            found |= {f"{label}{bare(word)}": head.key for word in ("", *table.subtotal_words)}
    return {label: head for label, head in found.items() if not row_labels(table).exact(label)}


def subtotal_row(fields: Iterable[Field], words: str, table: Table) -> str | None:
    """Return the head that a printed subtotal belongs to: None for another row, empty when no head is named.

    ``fields`` are those of the row, ``words`` the last of them that holds words.
    """
    head = subtotal_labels(table).get(bare(words))
    if head != "":
        return head
    named = (subtotal_labels(table).get(bare(field.text), "") for field in fields)
    return next((key for key in named if key), "")


@cache
def subtotal_columns(table: Table) -> tuple[Term, ...]:
    """Return the subtotals over columns as columns of their own, each under its head and with the same key."""
    return tuple(
        Term(head.key, word, head.en, group=head.key, axis="column")
        for head in _heads(table, "column")
        for word in table.subtotal_words
    )


def subtotal_column(text: str, table: Table) -> Term | None:
    """Return the subtotal that a printed column label names, or None."""
    return next((term for term in subtotal_columns(table) if bare(term.zh) == bare(text)), None)


def _heads(table: Table, axis: str) -> list[Term]:
    return [head for head in table.groups if head.key in table.subtotal_heads and head.axis == axis]
