"""Markdown becomes a Document: its text as plain text has it, its pipe tables, and those that are written in HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import unescape

from foi_analysis.reading.document import Document, Field, Line
from foi_analysis.reading.html import lines_of
from foi_analysis.reading.text import PIPES, RULE, decode, numbered, text_line, with_columns

_MARKS = re.compile(r"^\s{0,3}(?:#{1,6}\s+|>\s?|[*+]\s+)")
_EMPHASIS = re.compile(r"(\*{1,3}|`)([^*`]+)\1|(?<!\w)_{1,2}([^_]+)_{1,2}(?!\w)")
_PIPE = re.compile(r"(?<!\\)\|")
#: Pipes side by side behind the cells of a row stand for what its merged ones cover; in a text that has such rows
#: one pipe does too, where a blank cell has two spaces.
_FILLERS = re.compile(r"(?<=\| )\|{2,}[ \t]*$", re.MULTILINE)
_FILLER = re.compile(r"(?<=\| )\|+$")
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+.!|<>~-])")
#: What dresses a text: tags, and what pandoc writes for them.
_DRESSED = re.compile(r"</?(?:span|font|u|b|i|strong|em)\b[^<>]*>|\[(?P<text>[^\[\]]*)\]\{[^{}]*\}", re.IGNORECASE)
_BREAKS = re.compile(r"<br\s*/?>", re.IGNORECASE)
_TABLE = re.compile(r"<table[\s>]", re.IGNORECASE)
_END = re.compile(r"</table\s*>", re.IGNORECASE)
#: A text of cells and pipes has more lines with pipes than these, and hardly one with more cells than one.
_MANY, _HARDLY = 30, 0.1
#: One pipe ends a cell; several side by side stand for what the merged cells of a row cover.
_CELLS = re.compile(r"\|+|[^|]+")
#: What stands in a label and in no value.
_WORDS = re.compile(r"[\u4e00-\u9fff]{2}")
#: A label that wraps in its cell has no more letters in a line, and none of them is a digit.
_WRAPPED = re.compile(r"[^\d|]{1,6}")


def read_markdown(name: str, content: bytes, sha256: str) -> Document:
    """Make a Document of a Markdown text. Raises ValueError as ``decode`` does."""
    text = "".join(_without_remarks(decode(content)))
    return Document(name, tuple(_lines(with_columns(text.translate(PIPES), " | "))), sha256)


def _without_remarks(text: str) -> Iterator[str]:
    """Yield a text without its remarks, but with their line breaks, so that lines keep their numbers."""
    at = 0
    while (start := text.find("<!--", at)) >= 0 and (end := text.find("-->", start)) >= 0:
        yield text[at:start]
        yield "\n" * text.count("\n", start, end)
        at = end + len("-->")
    yield text[at:]


def _lines(text: str) -> Iterator[Line]:
    if _is_stacked(text):
        yield from (Line((Field(_plain(cell), f"line {number}, field 1"),)) for number, cell in _cells(text))
        return
    before, tables, edged, is_filled = 0, 0, _edged(text), bool(_FILLERS.search(text))
    for piece, is_table in _pieces(text):
        if is_table:
            found = lines_of(piece, tables, tables * 1000)
            tables = max((line.grid for line in found), default=tables)
            yield from found
        else:
            yield from (
                _line(before + number, (_FILLER.sub("", line.strip()) if is_filled else line).strip(), edged)
                for number, line in numbered(piece)
                if not RULE.fullmatch(line)
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


def _edged(text: str) -> tuple[bool, bool]:
    """Check whether every row begins with a pipe, and whether each ends with one; else the first or last cell is empty.

    Rows that all begin with one need not all end with it.
    """
    rows = [line.strip() for line in text.splitlines() if _PIPE.search(line)]
    begun = all(row.startswith("|") for row in rows)
    return begun, begun or all(row.endswith("|") for row in rows)


def _line(number: int, text: str, edged: tuple[bool, bool]) -> Line:
    if len(text) < 2 or not _PIPE.search(text):
        return text_line(number, _plain(text))
    begun, ended = edged
    cells = _PIPE.split(text.removeprefix("|" if begun else "").removesuffix("|" if ended else ""))
    return Line(tuple(Field(_plain(cell), f"line {number}, field {i}") for i, cell in enumerate(cells, 1)))


def _plain(text: str) -> str:
    """Drop marks of emphasis; a struck-out number stays marked, so that it joins no other."""
    text = _DRESSED.sub(lambda match: match["text"] or "", text) if "<" in text or "]{" in text else text
    shown = _EMPHASIS.sub(lambda match: match[2] or match[3] or "", _BREAKS.sub("\n", _MARKS.sub("", text)))
    return _ESCAPED.sub(r"\1", unescape(shown.replace("~~", "~"))).strip()


# ---- a cell a line ----


def _is_stacked(text: str) -> bool:
    """Check whether each cell of a text has a line of its own, with a pipe behind it or between it and the next.

    Where all lines end with a pipe, and those that begin with one hold no words though others do not begin with it, a
    blank cell has begun them.
    """
    piped = [line.strip() for line in text.splitlines() if "|" in line]
    cells = [sum(bool(cell.strip()) for cell in line.split("|")) for line in piped]
    begun = [line for line in piped if line.startswith("|")]
    if len(cells) > _MANY and sum(cell > 1 for cell in cells) < _HARDLY * len(cells):
        return True
    is_ended = len(cells) > _MANY and all(line.endswith("|") for line in piped)
    return is_ended and 0 < len(begun) < len(piped) and not any(map(_WORDS.search, begun))


def _cells(text: str) -> Iterator[tuple[int, str]]:
    """Yield the cells of such a text, blank ones too, and the lines around its tables, with their numbers from 1.

    A blank cell is a pipe with nothing before it since the last one.
    """
    lines = text.splitlines()
    starts = _row_starts(lines)
    before: list[tuple[int, str]] = []
    for number, line in enumerate(lines, 1):
        for piece in _CELLS.findall(line):
            if piece.startswith("|") and before:
                yield from _joined(before)
                before = []
            elif piece == "|" and number not in starts:
                yield number, ""
            elif piece.strip("| "):
                before.append((number, piece.strip()))
    yield from before


def _row_starts(lines: Sequence[str]) -> set[int]:
    """Return the numbers of lines whose pipe begins a row: none, or where the first pipe stands alone before a cell.

    Blank cells look otherwise where all cells are set in; else words stand behind a pipe that begins a row, or several
    pipes that end one before it.
    """
    piped = [(number, line) for number, line in enumerate(lines, 1) if "|" in line]
    cells = [line for _, line in piped if line.strip("| ")]
    if not cells or piped[0][1].rstrip() != "|":
        return set()
    alone = {number for number, line in piped if line.rstrip() == "|"}
    if all(line.startswith(" ") for line in cells):
        return alone
    around = ((number, lines[number - 2], "".join(lines[number : number + 1])) for number in alone)
    return {number for number, last, following in around if last.rstrip().endswith("||") or _WORDS.search(following)}


def _joined(lines: Sequence[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """Yield the lines before a pipe, the last ones as one where they are pieces of a label that wraps."""
    start = len(lines) - 1
    while start and all(_WRAPPED.fullmatch(text) for _, text in lines[start - 1 :]):
        start -= 1
    yield from lines[:start]
    yield lines[start][0], "".join(text for _, text in lines[start:])
