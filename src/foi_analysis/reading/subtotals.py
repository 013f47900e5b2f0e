"""Recognise the subtotals that some organs print beside the cells of the form: rows and columns named 小计.

A subtotal is no cell of the form. Taken apart from the others before these are counted, it shifts none of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

from foi_analysis.form import Table, Term
from foi_analysis.reading.document import Field
from foi_analysis.reading.labels import bare, row_labels


@cache
def subtotal_labels(table: Table) -> Mapping[str, str]:
    """Give the printed names of subtotals over rows, each with its head; empty for one that names no head.

    A head's own label names its subtotal when values stand behind it.
    """
    found = dict.fromkeys(map(bare, table.subtotal_words), "")
    for head in _heads(table, "row"):
        for label in map(bare, head.labels):
            found |= {f"{label}{bare(word)}": head.key for word in ("", *table.subtotal_words)}
    return {label: head for label, head in found.items() if not row_labels(table).exact(label)}


def subtotal_row(fields: Iterable[Field], words: str, table: Table) -> str | None:
    """Give the head whose subtotal a printed row is: None for another row, empty when no head is named.

    ``fields`` are those of the row, ``words`` the last of them that holds words.
    """
    head = subtotal_labels(table).get(bare(words))
    if head != "":
        return head
    named = (subtotal_labels(table).get(bare(field.text), "") for field in fields)
    return next((key for key in named if key), "")


@cache
def subtotal_columns(table: Table) -> tuple[Term, ...]:
    """Give the subtotals over columns as columns of their own, each under its head and of the same key."""
    return tuple(
        Term(head.key, word, head.en, group=head.key, axis="column")
        for head in _heads(table, "column")
        for word in table.subtotal_words
    )


def subtotal_column(text: str, table: Table) -> Term | None:
    """Give the subtotal that a printed column label names, or None."""
    return next((term for term in subtotal_columns(table) if bare(term.zh) == bare(text)), None)


def _heads(table: Table, axis: str) -> list[Term]:
    return [head for head in table.groups if head.key in table.subtotal_heads and head.axis == axis]
