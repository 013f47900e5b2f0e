"""Put a text back into rows: one in which a whole report runs together, or one with each cell on a line of its own.

The labels are found in the run and become lines of their own; what stands between them are values. Values
that run together too (713000074) are split in every possible way, and the identities decide.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import combinations

from foi_analysis.form import Form, Term
from foi_analysis.reading.document import Document, Field, Line
from foi_analysis.reading.labels import bare, headings, is_numbered
from foi_analysis.reading.place import Placing
from foi_analysis.reading.tokens import fold, read_token

#: A run has at least as many of a form's row labels in one line; a line of a table has one.
_MANY = 6
#: A longer run of digits can be split in too many ways to tell them apart.
_MOST_DIGITS = 16
_MARKS = re.compile(r"[\W_]")
_ASIDE = r"(?:\s*[（(][^（）()]{5,}[）)])?"


@dataclass(frozen=True, slots=True)
class _Piece:
    """A label found in a run: what kind it is, its text, and what stands between it and the next."""

    kind: str
    text: str
    rest: str
    at: int


def unglue(document: Document, form: Form) -> Document:
    """Return the document with its runs taken apart; the same document when it has none."""
    if not any(_is_run(line, form) for line in document.lines):
        return document
    lines = (part for line in document.lines for part in (_parts(line, form) if _is_run(line, form) else (line,)))
    return replace(document, lines=tuple(lines))


def unstack(document: Document, form: Form) -> Document:
    """Return the document with rows in place of lines that hold a cell each: a label, then its values."""
    return replace(document, lines=tuple(_rows(document.lines, form)))


def _rows(lines: Sequence[Line], form: Form) -> Iterator[Line]:
    """Gather heads of columns that follow each other, a row's label with its values, and values alone."""
    kept, fields = "", list[Field]()
    for line in lines:
        kind = _cell_kind(line, form)
        if fields and (kind == "" or kind == "row" or (kind != kept and not (kind == "value" and kept == "row"))):
            yield Line(tuple(fields), torn=True)
            fields = []
        if kind:
            kept = kept if fields else kind
            fields.append(line.fields[0])
        else:
            yield line
    if fields:
        yield Line(tuple(fields), torn=True)


def _cell_kind(line: Line, form: Form) -> str:
    """Return what a line with one cell holds: ``row``, ``column`` (a head too) or ``value``; empty for all else."""
    if line.grid or len(line.fields) != 1:
        return ""
    text = line.fields[0].text
    if read_token(text).mark in ("number", "dash"):
        return "value"
    found = _labels(form).fullmatch(text.strip())
    return "" if found is None or found.lastgroup == "heading" else str(found.lastgroup)


def splits(field: Field, size: int) -> list[Placing]:
    """Return all ways to split a run of digits into ``size`` whole numbers without leading zeros."""
    digits = fold(field.text)
    if not digits.isascii() or not digits.isdigit() or not size <= len(digits) <= _MOST_DIGITS:
        return []
    found: list[Placing] = []
    for cuts in combinations(range(1, len(digits)), size - 1):
        parts = [digits[a:b] for a, b in zip((0, *cuts), (*cuts, len(digits)), strict=True)]
        if all(part == "0" or part[0] != "0" for part in parts):
            found.append(tuple(replace(field, text=part) for part in parts))
    return found


def _is_run(line: Line, form: Form) -> bool:
    if line.grid or len(line.text) < 200:
        return False
    letters = _MARKS.sub("", line.text)
    return sum(spelling in letters for spelling in _row_spellings(form)) >= _MANY


@cache
def _row_spellings(form: Form) -> frozenset[str]:
    """Return the letters of row labels that are too long to occur by chance."""
    found = (bare(label) for table in form.tables for row in table.rows for label in row.labels)
    return frozenset(letters for letters in found if len(letters) > 3)


@cache
def _labels(form: Form) -> re.Pattern[str]:
    """Match one label or heading of a form, with its own numbering, its letters in any spacing."""
    rows, columns, heads = set[str](), set[str](), set[str]()
    for table in form.tables:
        across = table.layout == "across"
        (columns if across else rows).update(
            _pattern(label) for t in table.rows for label in _unshared(t, table.columns)
        )
        columns |= {_pattern(label) for term in table.columns for label in term.labels}
        heads |= {_pattern(label) for term in table.groups for label in term.labels}
        columns |= {_pattern(table.stub_zh)} if table.stub_zh else set()
    titles = {_pattern(h) for t in form.tables for h in t.headings} | {
        _pattern(h) for s in headings().values() for h in s
    }
    kinds = {
        "heading": {rf"[一二三四五六]\s*[、.．][^\d、]{{0,12}}?{title}" for title in titles},
        "row": rows,
        "column": columns | heads,
    }
    ranked = ((kind, "|".join(sorted(patterns - {""}, key=len, reverse=True))) for kind, patterns in kinds.items())
    return re.compile("|".join(f"(?P<{kind}>{patterns})" for kind, patterns in ranked))


def _unshared(term: Term, columns: Sequence[Term]) -> list[str]:
    """Return a row's labels; one that a column shares (总计) counts only with its number."""
    shared = {bare(label) for column in columns for label in column.labels}
    return [label for label in term.labels if bare(label) not in shared or is_numbered(label)]


def _pattern(label: str) -> str:
    letters = bare(label)
    if not letters:
        return ""
    number = fold(label)[: fold(label).find(letters[:1])] if is_numbered(label) else ""
    prefix = r"\s*".join(rf"[{re.escape(c)}{'（' if c == '(' else '）' if c == ')' else ''}．]" for c in number)
    needed = prefix if len(letters) < 3 else f"(?:{prefix})?"
    return rf"{needed}\s*" + r"[\s\W_]*".join(map(re.escape, letters)) + r"[”\"」》]?" + _ASIDE


def _pieces(text: str, form: Form) -> Iterator[_Piece]:
    matches = list(_labels(form).finditer(text))
    yield _Piece("text", text[: matches[0].start()], "", 0)
    for match, following in zip(matches, [*matches[1:], None], strict=True):
        end = following.start() if following else len(text)
        yield _Piece(match.lastgroup or "", match[0].strip(), text[match.end() : end].strip(), match.start())


def _parts(line: Line, form: Form) -> Iterator[Line]:
    """Write a run as lines: headings, heads, rows with their values, and values alone."""
    number = line.where.partition(",")[0]
    heads: list[Field] = []
    for piece in _pieces(line.text, form):
        field = Field(piece.text, f"{number}, character {piece.at + 1}")
        values = tuple(replace(field, text=text) for text in piece.rest.split())
        if piece.kind == "column":
            heads.append(field)
        if heads and (piece.kind != "column" or values):
            yield Line(tuple(heads), torn=True)
            heads = []
        if piece.kind in ("row", "heading"):
            yield Line((field, *values) if piece.kind == "row" else (field,), torn=True)
        elif piece.kind == "text" and piece.text:
            yield Line((field,))
        if piece.kind != "row" and values:
            yield Line(values, torn=True)
