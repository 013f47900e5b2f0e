"""A table on a page of fixed width becomes a grid: where its values stand tells which of them are blank.

Programs that keep the layout of a page (``pdftotext -layout``) write spaces for what lies between two columns. Each
page has columns of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, groupby, pairwise

from foi_analysis.form import Form, Table
from foi_analysis.reading.columns import stacked_labels
from foi_analysis.reading.document import Document, Field, Line, read_token
from foi_analysis.reading.labels import column_labels, heading, is_words, row_labels

#: So many rows, whose labels end at as many places, show that it is no chance that their values stand in columns.
_FEW = 3
#: Columns are parted by at least so many letters, more than any that part two values of one.
_APART = 3
#: The number of a page, as texts print it below.
_PAGE = re.compile(r"[\W_]{0,5}(?:第\s*)?\d{1,4}(?:\s*页)?[\W_]{0,5}")
#: A number between two dashes is three fields.
_MOST_OF_NUMBER = 3
#: How a label begins that is numbered under its head.
_NUMBER = re.compile(r"(?:^|(?<=\s))(?:\d{1,2}[.．、)）](?!\d)|[①-⑳])")
#: No table has more rows.
_MOST = 100
#: Where the columns of values begin on their grid, to the right of all words.
_BEHIND = 100_000
#: The first and the last place of a column.
_Column = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Run:
    """Rows of one page, by their numbers, and the places of their columns."""

    rows: Sequence[int]
    columns: Sequence[_Column]


def laid_out(document: Document, form: Form) -> Document:
    """Return the document with one grid for the rows of a table whose values stand in as many columns as the form has.

    That a value is the last of its row tells that none is lost to the right: a row without one stays as it is. A block
    of rows whose heads wrap gets them whole.
    """
    tables = {table.key: table for table in form.tables}
    sections = accumulate((heading(line, form) or "" for line in document.lines), _heading)
    lines: list[Line] = []
    grids = max((line.grid for line in document.lines), default=0)
    for section, group in groupby(zip(sections, document.lines, strict=True), lambda pair: pair[0]):
        part, table = [line for _, line in group], tables.get(section)
        grids += 1
        if table and table.layout == "blocks":
            part = list(_with_heads(part, table))
        elif table and table.layout == "rows":
            part = _on_grid(_without_heads(part, table), table, grids)
        lines += part
    return replace(document, lines=tuple(lines))


def _heading(last: str, new: str) -> str:
    return new or last


def _without_heads(lines: Sequence[Line], table: Table) -> list[Line]:
    """Return the lines of a table without the pieces of heads over rows: what ends before numbered labels begin."""
    found: list[Line] = []
    for ends_page, group in groupby(lines, _ends_page):
        page = list(group)
        free = [line for line in page if not line.grid and not ends_page]
        fields = [field for line in free for field in line.fields if field.left >= 0]
        starts = [_place(field, number.start()) for field in fields for number in _NUMBER.finditer(field.text)]
        edge = min(starts) if len(starts) >= _FEW else 0
        cut = (line if line.grid else replace(line, fields=tuple(_right_of(edge, line.fields, table))) for line in page)
        found += (line for line, before in zip(cut, page, strict=True) if line.fields or not before.fields)
    return found


def _right_of(edge: int, fields: Sequence[Field], table: Table) -> Iterator[Field]:
    """Yield fields without the words that end left of an edge; the label of a row is whole."""
    for field in fields:
        words = [word.start() for word in re.finditer(r"\S+", field.text) if _place(field, word.end()) > edge]
        if field.left < 0 or not field.text or row_labels(table).exact(field.text):
            yield field
        elif words:
            yield replace(field, text=field.text[words[0] :], left=_place(field, words[0]))


def _place(field: Field, at: int) -> int:
    """Return where a letter of a field stands."""
    return field.left + round(at * (field.right - field.left) / max(len(field.text), 1))


def _ends_page(line: Line) -> bool:
    return not line.fields or (len(line.fields) <= _MOST_OF_NUMBER and bool(_PAGE.fullmatch(line.text)))


def _with_heads(lines: Sequence[Line], table: Table) -> Iterator[Line]:
    """Yield the lines of a table, those of values behind the heads above them that wrap, put together in one line."""
    words: list[Line] = []
    for line in lines:
        if not _values(line):
            words.append(line)
        else:
            heads = stacked_labels(words, table).fields
            named = [sum(bool(column_labels(table).exact(f.text)) for f in above.fields) for above in words]
            yield from [Line(heads)] if len(heads) > max(named, default=0) else ()
            words = []
        yield line


def _on_grid(lines: list[Line], table: Table, grid: int) -> list[Line]:
    """Return the lines of a table, those on a grid that stand in its columns."""
    size = len(table.columns)
    first = next((at for at, line in enumerate(lines) if len(_values(line)) > 1), len(lines))
    runs = [run for page in _pages(lines) for run in _runs(lines, page, size)]
    for run in runs:
        for at in run.rows:
            lines[at] = _row(lines[at], run, grid)
    heads = stacked_labels(lines[1:first], table).fields
    if not runs or len({column_labels(table).exact(head.text) for head in heads}) != size or len(heads) > size:
        return lines
    above = [Line(line.fields, grid) for line in lines[1:first]]
    places = [replace(head, left=_BEHIND + i, right=_BEHIND + i + 1) for i, head in enumerate(heads)]
    return [lines[0], Line(tuple(places), grid), *above, *lines[first:]]


def _pages(lines: Sequence[Line]) -> list[list[int]]:
    """Return the numbers of the lines with values, page by page: a number alone on a line ends one.

    None where they are more than those of a table.
    """
    pages: list[list[int]] = [[]]
    for at, line in enumerate(lines):
        if _ends_page(line):
            pages.append([])
        elif _values(line):
            pages[-1].append(at)
    return [page for page in pages if page] if sum(map(len, pages)) <= _MOST else []


def _runs(lines: Sequence[Line], page: list[int], size: int) -> list[_Run]:
    """Return the rows of a page as one run, or as two where a page ends unseen; none where they have no columns."""
    whole = _run(lines, page, size)
    if whole:
        return [whole]
    cuts = ((_run(lines, page[:at], size), _run(lines, page[at:], size)) for at in range(1, len(page)))
    parted = [[one, other] for one, other in cuts if one and other]
    return parted[0] if len(parted) == 1 else []


def _run(lines: Sequence[Line], rows: Sequence[int], size: int) -> _Run | None:
    """Return rows with their columns; None where they have no such, or nothing shows that these are so many.

    Two neighbours are two where a row has a value in each. Heads show nothing: their wider letters shift them.
    """
    values = [_values(lines[at]) for at in rows]
    columns = _columns([field for row in values for field in row], size)
    stand = [[_column(field, columns) for field in row] for row in values]
    both = {pair for row in stand for pair in pairwise(row)}
    ends = {max((field.right for field in lines[at].fields if is_words(field.text)), default=-1) for at in rows}
    is_sound = both >= set(pairwise(range(size))) and all(len(row) == len({*row}) for row in stand)
    return _Run(rows, columns) if columns and is_sound and len(ends) >= _FEW else None


def _columns(fields: Sequence[Field], size: int) -> list[_Column]:
    """Return the places of so many columns, parted by the widest gaps between fields; none where they are small."""
    edges = [(field.left, field.right) for field in sorted(fields, key=lambda field: field.left)]
    ends = list(accumulate((right for _, right in edges), max))
    gaps = sorted((left - end for (left, _), end in zip(edges[1:], ends, strict=False)), reverse=True)
    letter = max(((field.right - field.left) / max(len(field.text), 1) for field in fields), default=1)
    least = gaps[size - 2] if len(gaps) >= size - 1 else 0
    if least < _APART * letter or gaps[size - 1 : size] >= [least]:
        return []
    starts = [0, *(at + 1 for at, (left, _) in enumerate(edges[1:]) if left - ends[at] >= least)]
    return [(edges[a][0], ends[b - 1]) for a, b in pairwise([*starts, len(edges)])]


def _column(field: Field, columns: Sequence[_Column]) -> int:
    return next((i for i, (left, right) in enumerate(columns) if left <= field.left and field.right <= right), -1)


def _values(line: Line) -> list[Field]:
    """Return the values of a line: what stands behind its last words; none where it has no places."""
    words = max((i for i, field in enumerate(line.fields) if is_words(field.text)), default=-1)
    values = list(line.fields[words + 1 :])
    is_placed = not line.grid and all(field.left >= 0 for field in line.fields)
    return values if is_placed and all(read_token(f.text).mark in ("number", "dash") for f in values) else []


def _row(line: Line, run: _Run, grid: int) -> Line:
    """Return a row on the grid, with a blank where nothing stands in a column; as it is where that is the last."""
    values = {_column(field, run.columns): field for field in _values(line)}
    if len(run.columns) - 1 not in values:
        return line
    words = line.fields[: len(line.fields) - len(values)]
    where = line.where.rpartition(", ")[0]
    cells = [values.get(i) or Field("", f"{where}, cell {len(words) + i + 1}") for i in range(len(run.columns))]
    placed = (replace(cell, left=_BEHIND + i, right=_BEHIND + i + 1) for i, cell in enumerate(cells))
    return Line((*words, *placed), grid)
