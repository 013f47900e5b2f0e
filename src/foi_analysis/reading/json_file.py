"""Read JSON: pages and texts as the interfaces of web sites give them, tables as programs take them out of files."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby, islice
from typing import Any

from foi_analysis.reading.document import Builder, Document, is_value
from foi_analysis.reading.html import decode_page, parse
from foi_analysis.reading.markdown import read_markdown
from foi_analysis.reading.text import looks_like_markdown, read_text
from foi_analysis.resources import Told

#: What may stand before JSON: the name of a function that is called with it.
_CALL = re.compile(r"[\w$.]{1,99}\s{0,9}\(\s{0,9}(?=[\[{])")
_MARKUP = re.compile(r"<(?:table|td|tr|div|p|span|br)[\s/>]", re.IGNORECASE)
#: No report is longer, or has more texts; what is loaded of a longer file may take more memory than there is.
_LONGEST, _MOST = 2_000_000, 50_000
#: The rows of a table, by their cells.
Rows = Sequence[Sequence[str | None]]
#: What says something of a page, as its date does, is shorter.
_SHORT = 100


def is_json(content: bytes) -> bool:
    """Check whether a file holds JSON, alone or as the argument of a call."""
    return _loaded(content) is not None


def read_json_file(name: str, content: bytes, sha256: str) -> Document:
    """Make a Document of the texts in a JSON file: as a web page if one is among them or a table, or as plain text.

    Raises ValueError as ``parse`` and ``read_text`` do.
    """
    loaded = _loaded(content)
    texts = list(islice(_texts(loaded), _MOST + 1))
    if len(texts) > _MOST:
        raise ValueError(Told("refusals.too_much_text"))
    pieces = list(_pieces(loaded))
    if not any(map(_MARKUP.search, texts)) and all(isinstance(piece, str) for piece in pieces):
        text = "\n".join(texts)
        read = read_markdown if looks_like_markdown(text) else read_text
        return read(name, text.encode("utf-8", "replace"), sha256)
    build, title, published = Builder(), "", ""
    for is_page, some in groupby(pieces, lambda piece: isinstance(piece, str)):
        if is_page:
            called, dated = parse("\n".join(map(str, some)), build)
            title, published = title or called, published or dated
        else:
            for rows in some:
                _lay(build, rows)
    return Document(name, build.lines, sha256, " ".join(title.split()), published)


def _loaded(content: bytes) -> Any:
    """Return what JSON holds, numbers as they are printed; None where there is none."""
    text = decode_page(content, "").strip("\ufeff \t\r\n")
    if len(text) > _LONGEST:
        raise ValueError(Told("refusals.text_large", megabytes=_LONGEST // 1_000_000))
    if call := _CALL.match(text):
        text = text[call.end() :].rstrip("; \t\r\n").removesuffix(")")
    try:
        return json.loads(text, parse_int=str, parse_float=str, parse_constant=str, object_pairs_hook=_object)
    except (ValueError, RecursionError):
        return None


def _object(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object. Raises ValueError when it has a name twice: neither value may be lost."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError
    return found


def _texts(value: Any) -> Iterator[str]:
    """Yield all texts and numbers, in order."""
    todo = [value]
    while todo:
        item = todo.pop()
        if isinstance(item, str):
            yield item
        elif isinstance(item, list | dict):
            todo += reversed(list(item.values()) if isinstance(item, dict) else item)


def _pieces(value: Any) -> Iterator[str | Rows]:
    """Yield the pieces of a page: markup as it is, other texts as paragraphs in markup, and rows of cells."""
    todo = [("", value)]
    while todo:
        name, item = todo.pop()
        if isinstance(item, str):
            yield item if _MARKUP.search(item) else _said(name, item)
        elif rows := _rows(item):
            yield rows
        elif isinstance(item, list):
            todo += [(name, one) for one in reversed(item)]
        elif isinstance(item, dict):
            todo += reversed(item.items())


def _said(key: str, text: str) -> str:
    """Return what a page says of itself and shows, from a text and what it is called."""
    meta = f'<meta name="{escape(key)}" content="{escape(text)}">' if len(text) < _SHORT else ""
    return meta + "".join(f"<p>{escape(line)}</p>" for line in text.splitlines())


def _rows(value: Any) -> Rows:
    """Return the rows of a table, else none: lists of cells, or records of the same names, which are its heads."""
    named = isinstance(value, dict)
    rows = list(value.values()) if named else value
    if not isinstance(rows, list) or not rows:
        return ()
    if not named and all(isinstance(row, list) and all(map(_is_cell, row)) for row in rows):
        return rows if max(map(len, rows)) > 1 else ()
    heads = list(rows[0]) if isinstance(rows[0], dict) else []
    if len(heads) < 2 or not all(isinstance(row, dict) and list(row) == heads for row in rows):
        return ()
    cells = [heads, *(list(row.values()) for row in rows)]
    if not all(_is_cell(cell) for row in cells for cell in row):
        return ()
    return [[name, *row] for name, row in zip(["", *value], cells, strict=True)] if named else cells


def _is_cell(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not _MARKUP.search(value))


def _lay(build: Builder, rows: Rows) -> None:
    """Add a table: null is a place where nothing stands, or one that a cell covers, as the last one of its row does.

    So does a value above it, in a table whose heads have such places: there null stands for no blank.
    """
    valued = [any(cell and is_value(cell) for cell in row) for row in rows]
    merged = any(None in row and not some for row, some in zip(rows, valued, strict=True))
    below: dict[int, int] = {}
    build.start_table()
    for number, row in enumerate(rows):
        build.start_row()
        end = max((at for at, cell in enumerate(row) if cell is not None), default=0)
        for at, cell in enumerate(row[: end + 1]):
            if cell is not None:
                covers = merged and is_value(cell)
                below[at] = _first_below(rows, valued, number, at) if covers else number + 1
                _lay_cell(build, cell, len(row) - end if at == end else 1, below[at] - number)
            elif below.get(at, 0) <= number:
                build.skip(1)
    build.end_table()


def _first_below(rows: Rows, valued: Sequence[bool], number: int, at: int) -> int:
    """Return the first row below a place that does not print values beside null in that place."""
    rest = range(number + 1, len(rows))
    return next((i for i in rest if not valued[i] or rows[i][at : at + 1] != [None]), len(rows))


def _lay_cell(build: Builder, text: str, across: int, down: int) -> None:
    build.start_cell(across, down)
    for line in text.splitlines():
        build.text(line)
        build.end_paragraph()
    build.end_cell()
