"""Markdown becomes a Document: its text as plain text has it, its pipe tables, and those that are written in HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

from foi_analysis.reading.document import Document, Field, Line
from foi_analysis.reading.html import lines_of
from foi_analysis.reading.text import PIPES, RULE, decode, numbered, text_line

_MARKS = re.compile(r"^\s{0,3}(?:#{1,6}\s+|>\s?|[*+]\s+)")
_EMPHASIS = re.compile(r"(\*{1,3}|`)([^*`]+)\1|(?<!\w)_{1,2}([^_]+)_{1,2}(?!\w)")
_PIPE = re.compile(r"(?<!\\)\|")
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+.!|<>~-])")
_BREAKS = re.compile(r"<br\s*/?>", re.IGNORECASE)
_TABLE = re.compile(r"<table[\s>]", re.IGNORECASE)
_END = re.compile(r"</table\s*>", re.IGNORECASE)


def read_markdown(name: str, content: bytes, sha256: str) -> Document:
    """Make a Document of a Markdown text. Raises ValueError as ``decode`` does."""
    text = "".join(_without_remarks(decode(content)))
    return Document(name, tuple(_lines(text.translate(PIPES))), sha256)


def _without_remarks(text: str) -> Iterator[str]:
    """Yield a text without its remarks, but with their line breaks, so that lines keep their numbers."""
    at = 0
    while (start := text.find("<!--", at)) >= 0 and (end := text.find("-->", start)) >= 0:
        yield text[at:start]
        yield "\n" * text.count("\n", start, end)
        at = end + len("-->")
    yield text[at:]


def _lines(text: str) -> Iterator[Line]:
    before, tables, edged = 0, 0, _is_edged(text)
    for piece, is_table in _pieces(text):
        if is_table:
            found = lines_of(piece, tables, tables * 1000)
            tables = max((line.grid for line in found), default=tables)
            yield from found
        else:
            yield from (
                _line(before + number, line, edged) for number, line in numbered(piece) if not RULE.fullmatch(line)
            )
        before += piece.count("\n")


def _pieces(text: str) -> Iterator[tuple[str, bool]]:
    """Cut a text into Markdown and tables written in HTML."""
    at = 0
    while (start := _TABLE.search(text, at)) and (end := _END.search(text, start.end())):
        yield text[at : start.start()], False
        yield text[start.start() : end.end()], True
        at = end.end()
    yield text[at:], False


def _is_edged(text: str) -> bool:
    """Check whether every row begins with a pipe; where one does not, a line that does begins with an empty cell."""
    return all(line.lstrip().startswith("|") for line in text.splitlines() if _PIPE.search(line))


def _line(number: int, text: str, edged: bool) -> Line:
    bare = text.strip()
    if len(bare) < 2 or not _PIPE.search(bare):
        return text_line(number, _plain(text))
    cells = _PIPE.split((bare.removeprefix("|") if edged else bare).removesuffix("|"))
    return Line(tuple(Field(_plain(cell), f"line {number}, field {i}") for i, cell in enumerate(cells, 1)))


def _plain(text: str) -> str:
    """Drop marks of emphasis; a struck-out number stays marked, so that it joins no other."""
    shown = _EMPHASIS.sub(lambda match: match[2] or match[3] or "", _BREAKS.sub("\n", _MARKS.sub("", text)))
    return _ESCAPED.sub(r"\1", unescape(shown.replace("~~", "~"))).strip()
