"""Markdown becomes a Document: pipe tables become lines of fields, everything else is text.

Tables made by optical recognition tear rows into tables of their own and put wrong heads over them, so
no grid is claimed for them: their fields are placed as those of a text are.
"""

from __future__ import annotations

import re
from itertools import pairwise

from foi_analysis.reading.document import Document, Field, Line
from foi_analysis.reading.text import decode, numbered, text_line

_RULE = re.compile(r"\s*\|?\s*:?-{3,}:?\s*(\|\s*:?-{3,}:?\s*)*\|?\s*")
_MARKS = re.compile(r"^\s{0,3}(?:#{1,6}\s+|>\s?|[*+]\s+)|\*\*|__|`")


def read_markdown(name: str, content: bytes, sha256: str) -> Document:
    """Make a Document of a Markdown text. Raises ValueError as ``decode`` does."""
    texts = ((number, text) for number, text in numbered(decode(content)) if not _RULE.fullmatch(text))
    return Document(name, tuple(_line(number, text) for number, text in texts), sha256)


def looks_like_markdown(text: str) -> bool:
    """Whether a text has a pipe table: a line with pipes, and below it a line of dashes and pipes."""
    lines = text.splitlines()
    return any("|" in above and "|" in rule and _RULE.fullmatch(rule) for above, rule in pairwise(lines))


def _line(number: int, text: str) -> Line:
    bare = text.strip()
    if not bare.startswith("|") or len(bare) < 2:
        return text_line(number, _MARKS.sub("", text))
    cells = (bare[1:-1] if bare.endswith("|") else bare[1:]).split("|")
    texts = (_MARKS.sub("", cell.replace("<br>", " ")).strip() for cell in cells)
    return Line(tuple(Field(cell, f"line {number}, field {i}") for i, cell in enumerate(texts, 1)))
