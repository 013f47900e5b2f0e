"""Plain text becomes a Document: one line a line, its fields split at tabs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from foi_analysis.reading.document import Document, Field, Line
from foi_analysis.reading.encoding import decode
from foi_analysis.reading.tokens import is_empty, read_token

_BREAK = re.compile(r"\r\n|[\n\r\f\v\x1c-\x1e\x85\u2028\u2029]")
#: The line of dashes below the head of a pipe table in Markdown.
RULE = re.compile(r"[\s|:-]*-{3}[\s|:-]*")
_WORD = re.compile(r"\S+(?: \S+)*")
#: No report has as many characters or lines.
_LONGEST, _MOST_LINES = 100_000, 10_000


def read_text(name: str, content: bytes, sha256: str) -> Document:
    """Make a Document of a plain text. Raises ValueError as ``decode`` and ``numbered`` do."""
    lines = (text_line(number, text) for number, text in numbered(decode(content)))
    return Document(name, tuple(lines), sha256)


def looks_like_markdown(text: str) -> bool:
    """Whether a text has a pipe table: a line with pipes, and below it a line of dashes and pipes."""
    lines = text.splitlines()
    return any("|" in above and "|" in rule and RULE.fullmatch(rule) for above, rule in pairwise(lines))


def numbered(text: str) -> Iterator[tuple[int, str]]:
    """Give the lines of a text that are not blank, with their numbers from 1.

    Raises ValueError when there are more than any report has.
    """
    lines = _BREAK.split(text)
    if len(text) > _LONGEST or len(lines) > _MOST_LINES:
        raise ValueError("this text is far longer than a report; give the report alone")
    return ((number, line) for number, line in enumerate(lines, 1) if not is_empty(line))


def text_line(number: int, text: str) -> Line:
    """Split one printed line into fields: at its tabs, or where it reads as a label and its values."""
    if "\t" in text:
        return Line(_fields(number, text.split("\t")))
    words = _row(text)
    fields = _fields(number, words)
    return Line(_at_columns(fields, text) if "  " in text else fields, torn=len(words) > 1)


def _fields(number: int, texts: list[str]) -> tuple[Field, ...]:
    return tuple(Field(text.strip(), f"line {number}, field {i}") for i, text in enumerate(texts, 1))


def _at_columns(fields: tuple[Field, ...], text: str) -> tuple[Field, ...]:
    """Give fields the columns on which they stand, one a character, as layout-keeping converters count."""
    placed: list[Field] = []
    at = 0
    for field in fields:
        at = text.index(field.text, at)
        placed.append(replace(field, left=at, right=at + len(field.text)))
        at += len(field.text)
    return tuple(placed)


def _row(text: str) -> list[str]:
    """Split a line without tabs into fields where it reads as a label and its values, else leave it whole."""
    words = text.split()
    values = 0
    while values < len(words) and read_token(words[-1 - values]).mark in ("number", "dash"):
        values += 1
    if values == len(words):
        return words
    if not values:
        return _WORD.findall(text.strip())
    return [*_WORD.findall(text[: _start_of(text, words, values)].strip()), *words[-values:]]


def _start_of(text: str, words: list[str], values: int) -> int:
    at = len(text)
    for word in reversed(words[-values:]):
        at = text.rindex(word, 0, at)
    return at
