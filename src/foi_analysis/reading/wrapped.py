"""Read column labels that wrap: the beginnings in one line, their ends in the lines below."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from foi_analysis.form import Table, Term
from foi_analysis.reading.document import Field, Line
from foi_analysis.reading.labels import bare, column_labels, head_labels, row_labels

#: A piece of a label that wraps is no longer than this.
_LONGEST_PIECE = 6


def wrapped_labels(lines: Sequence[Line], table: Table) -> list[tuple[Term, Field, int]]:
    """Return the labels of columns, and of heads over them, that lines print whole or wrapped.

    A line counts when it is nothing but beginnings of labels, or the ends of those begun above, in the
    same order. In order of appearance, each with the field and the number of the line that begins it.
    """
    terms = [*table.columns, *(group for group in table.groups if group.axis == "column")]
    found: list[tuple[Term, Field, int]] = []
    begun: list[tuple[Term, str]] = []
    for number, line in enumerate(lines):
        letters = "".join(bare(field.text) for field in line.fields)
        ends = _end(letters, begun)
        if ends is not None:
            begun = ends
            continue
        left = [term for term in terms if all(term is not other for other, _, _ in found)]
        starts = next(_begin(letters, left), None) if letters else None
        if starts and (len(starts) > 1 or not starts[0][1]):
            found += [(term, line.fields[0], number) for term, _ in starts]
            begun += [(term, rest) for term, rest in starts if rest]
    unfinished = [term for term, _ in begun]
    return [label for label in found if all(label[0] is not term for term in unfinished)]


def stacked_labels(lines: Sequence[Line], table: Table) -> Line:
    """Join the pieces of labels that stand above each other on a fixed-width page; give them as one line.

    A piece is a short word that is no head over columns and no label of a row.
    """
    stacks: list[list[Field]] = []
    for field in (word for line in lines for f in line.fields for word in _words(f, table) if _is_piece(word, table)):
        over = [stack for stack in stacks if any(_overlap(field, other) for other in stack)]
        stacks = [stack for stack in stacks if stack not in over] + [[*(f for s in over for f in s), field]]
    joined = (
        Field("".join(f.text for f in stack), stack[0].where, min(f.left for f in stack), max(f.right for f in stack))
        for stack in stacks
    )
    labels = (field for field in joined if column_labels(table).exact(field.text))
    return Line(tuple(sorted(labels, key=lambda field: field.left)))


def run_labels(lines: Sequence[Line], table: Table) -> Line:
    """Find whole labels in lines that tear them, read one after another; give them as one line.

    The labels are those of columns and heads, and of rows where these stand above values too.
    """
    rows = table.rows if table.layout == "across" else ()
    spellings = {bare(label) for term in (*table.columns, *table.groups, *rows) for label in term.labels} - {""}
    letters = "".join(bare(field.text) for line in lines for field in line.fields)
    found = re.findall("|".join(sorted(map(re.escape, spellings), key=len, reverse=True)), letters)
    return Line(tuple(Field(text, lines[0].where) for text in found), torn=True)


def _words(field: Field, table: Table) -> Iterator[Field]:
    """Split a field of a fixed-width page at its single spaces, each word in its own columns.

    Letters set apart (总 计) stay together where they make a label.
    """
    if field.left < 0:
        return
    left, words = field.left, field.text.split(" ")
    while words:
        taken = 2 if len(words) > 1 and len(words[0]) == 1 and column_labels(table).exact("".join(words[:2])) else 1
        text = " ".join(words[:taken])
        yield replace(field, text=text, left=left, right=left + len(text))
        left, words = left + len(text) + 1, words[taken:]


def _is_piece(field: Field, table: Table) -> bool:
    if not 0 < len(bare(field.text)) <= _LONGEST_PIECE:
        return False
    return not head_labels(table).exact(field.text) and (
        table.layout != "across" or not row_labels(table).exact(field.text)
    )


def _overlap(one: Field, other: Field) -> bool:
    shared = min(one.right, other.right) - max(one.left, other.left)
    return 2 * shared >= min(one.right - one.left, other.right - other.left)


def _begin(letters: str, terms: Sequence[Term]) -> Iterator[list[tuple[Term, str]]]:
    """Yield the ways to read letters as beginnings of different labels, each with the rest that is still to come."""
    if not letters:
        yield []
        return
    for term in terms:
        label = bare(term.zh)
        rest = [other for other in terms if other is not term]
        for length in range(min(len(label), len(letters)), 0, -1):
            if letters.startswith(label[:length]):
                for more in _begin(letters[length:], rest):
                    yield [(term, label[length:]), *more]


def _end(letters: str, begun: Sequence[tuple[Term, str]]) -> list[tuple[Term, str]] | None:
    """Read letters as the next part of every label begun; give what is still to come, None if they are not."""
    if not begun or not letters:
        return None
    if letters == "".join(rest for _, rest in begun):
        return []
    left: list[tuple[Term, str]] = []
    for term, rest in begun:
        length = next((n for n in range(len(rest), 0, -1) if letters.startswith(rest[:n])), 0)
        if not length:
            return None
        letters = letters[length:]
        left.append((term, rest[length:]))
    return [(term, rest) for term, rest in left if rest] if not letters else None
