"""Read column labels that wrap: the beginnings in one line, their ends in the lines below."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from foi_analysis.form import Table, Term
from foi_analysis.reading.document import Field, Line
from foi_analysis.reading.labels import bare


def wrapped_labels(lines: Sequence[Line], table: Table) -> list[tuple[Term, Field, int]]:
    """Give the labels of columns, and of heads over them, that lines print whole or wrapped.

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


def _begin(letters: str, terms: Sequence[Term]) -> Iterator[list[tuple[Term, str]]]:
    """Give the ways to read letters as beginnings of different labels, each with what is still to come."""
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
