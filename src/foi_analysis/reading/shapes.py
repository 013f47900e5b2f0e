"""Reshape a document whose rows or columns are lost in print, so that they may be found.

A text may run a table together, repeat merged cells, or print a cell on each line; a table may lie on its side.
Programs that keep the layout of a page (``pdftotext -layout``) write spaces for what lies between two columns: where
values stand tells which of them are blank. Each page has columns of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import accumulate, groupby, pairwise
from typing import NamedTuple

from foi_analysis.form import Form, Table, Term
from foi_analysis.reading.columns import stacked_labels
from foi_analysis.reading.document import UNKNOWN, Document, Field, Line, fold, is_empty, is_value, join_lines
from foi_analysis.reading.labels import (
    bare,
    column_labels,
    head_labels,
    heading,
    headings,
    is_numbered,
    is_words,
    letters_of,
    numbers_columns,
    row_labels,
)

#: A run has at least as many of a form's row labels in one line; a line of a table has one.
_MANY = 6
#: As many heads of the table of cases, each in a line of its own, stand below one another.
_FEW_HEADS = 3
_MARKS = re.compile(r"[\W_]")
#: So few lines make no table, and so few lines or columns may count from 0 by chance.
_FEW_LINES = 2
#: What programs write for a cell without a value.
_NOTHING = frozenset({"nan", "NaN", "None", "<NA>", "null"})
#: A value alone behind its label has no more digits.
_FEW_DIGITS = 3
#: A row has no more letters: two heads, a label, and its values.
_LONGEST_ROW = 150
#: So many rows of a table have their cells in as many lines, if empty lines are blank cells.
_NEARLY_ALL = 0.8
_NUMBER_OF_LINE = re.compile(r"line (\d+)")
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
    runs = {line for line in document.lines if _is_run(line, form)}
    rows = {line for line in document.lines if _is_glued(line, form)} - runs
    runs |= rows if len(rows) > _MANY else set()
    lines = (part for line in document.lines for part in (_parts(line, form) if line in runs else (line,)))
    return replace(document, lines=tuple(lines)) if runs else document


def unindexed(document: Document) -> Document:
    """Return the document without the numbers from 0 that pandas writes before each row below those of the columns."""
    lines: list[Line] = []
    row, above = -1, 0
    for line in document.lines:
        row = row + 1 if row >= 0 and len(line.fields) > 1 and line.fields[0].text == str(row) else -1
        if above and line.fields and line.fields[0].text == "0" and len(line.fields) == above + 1:
            row = 1
            lines.pop()
        above = sum(bool(field.text) for field in line.fields) if numbers_columns(line) else 0
        lines.append(replace(line, fields=line.fields[1:]) if row > 0 else line)
    return replace(document, lines=tuple(lines)) if len(lines) < len(document.lines) else document


def unrepeat(document: Document) -> Document:
    """Return the document with each merged cell once, where a table repeats its words in every place it covers.

    Programs that know no merged cells write them so: a head stands over each of its columns, and its value below each.
    Where a row of values has more or fewer places than the repeated heads above it, the document stays as it is.
    """
    lines: list[Line] = []
    heads, over = list[str](), list[bool]()
    for line in document.lines:
        texts = [fold(field.text) for field in line.fields]
        again = [i > 0 and text != "" and text == texts[i - 1] for i, text in enumerate(texts)]
        is_head = all(not text or is_words(text) for text in texts)
        if len(texts) < _FEW_HEADS + 1 and len(texts) != len(over) and not any(map(is_words, texts)):  # of a page
            lines.append(line)
            continue
        if len(texts) != len(over):
            if any(over) and not is_head:
                return document
            heads, over = [""] * len(texts), [False] * len(texts)
        if is_head:
            gone = [left or (text != "" and text == head) for left, text, head in zip(again, texts, heads, strict=True)]
            heads, over = texts, again
        else:
            gone = [left and (is_words(text) or one) for left, text, one in zip(again, texts, over, strict=True)]
            heads = [""] * len(texts)
        kept = tuple(field for field, drop in zip(line.fields, gone, strict=True) if not drop)
        lines.append(Line(kept, line.grid, line.torn) if len(kept) < len(line.fields) else line)
    return replace(document, lines=tuple(lines))


def gridded(document: Document) -> Document:
    """Return the document with a grid for each table of a text whose lines all have as many fields.

    Then a blank field is the cell in its place. A table in which a line lacks a field, or has one more, stays as it is.
    What a program added is left out: a line of column numbers, a column of line numbers, words for nothing.
    """
    lines: list[Line] = []
    grids = max((line.grid for line in document.lines), default=0)
    for (grid, prose), group in groupby(document.lines, lambda line: (line.grid, _is_prose(line))):
        table = list(group)
        table = table if prose else _without_additions(table)
        if not grid and not prose and len(table) > _FEW_LINES and len({len(line.fields) for line in table}) == 1:
            grids += 1
            table = [
                Line(tuple(replace(f, left=i, right=i + 1) for i, f in enumerate(line.fields)), grids) for line in table
            ]
        lines += table
    return replace(document, lines=tuple(lines))


def _is_prose(line: Line) -> bool:
    return not line.grid and len(line.fields) == 1 and is_words(line.text)


def _without_additions(table: list[Line]) -> list[Line]:
    """Leave out what numbers the columns, above others, or the lines, from 0; blank words for nothing."""
    if len(table) > _FEW_LINES:
        counted = {line for line, below in pairwise(table) if numbers_columns(line) and _has_words(below)}
        table = [line for line in table if line not in counted]
    firsts = [field.text for line in table for field in line.fields[:1]]
    if len(table) > _FEW_LINES and firsts == [str(i) for i in range(len(table))]:
        table = [replace(line, fields=line.fields[1:]) for line in table]
    return [replace(line, fields=tuple(map(_blanked, line.fields))) for line in table]


def _has_words(line: Line) -> bool:
    return any(is_words(field.text) for field in line.fields)


def _blanked(field: Field) -> Field:
    return replace(field, text="") if field.text in _NOTHING else field


def upright(document: Document, form: Form) -> Document:
    """Return the document with those grids turned that lie on their side, against the form."""
    lines: list[Line] = []
    for grid, group in groupby(document.lines, lambda line: line.grid):
        table = list(group)
        lines += _turned(table) if grid and any(_lies(table, one) for one in form.tables) else table
    return replace(document, lines=tuple(lines))


def _lies(grid: Sequence[Line], table: Table) -> bool:
    """Check whether a grid has a table's rows side by side, or below one another where the form has them so."""
    if table.layout == "rows":
        return any(len({row_labels(table).exact(field.text) for field in line.fields}) > _MANY for line in grid)
    keys = [{key for field in line.fields if (key := column_labels(table).exact(field.text))} for line in grid]
    alone = set[str]().union(*(one for one in keys if len(one) == 1))
    return table.layout == "across" and len(alone) > _FEW_HEADS and all(len(one) < 2 for one in keys)


def _turned(table: Sequence[Line]) -> Iterator[Line]:
    """Yield the columns of a grid as lines; of a line that ends short nothing tells which of its cells is lost."""
    columns: dict[int, list[Field]] = {}
    valued = [line for line in table if any(is_value(field.text) for field in line.fields)]
    usual = max(map(_end, valued), key=[*map(_end, valued)].count, default=0)
    for top, line in enumerate(table):
        short = line in valued and _end(line) < usual
        for field in line.fields:
            across = field.right - field.left
            text = UNKNOWN if short and not is_words(field.text) else field.text
            turned = replace(field, text=text, left=top, right=top + field.down, down=across)
            columns.setdefault(field.left, []).append(turned)
    return (Line(tuple(columns[left]), table[0].grid) for left in sorted(columns))


def _end(line: Line) -> int:
    return line.fields[-1].right


def unstack(document: Document, form: Form) -> Document:
    """Return the document with rows in place of lines that hold a cell each: a label, then its values."""
    return replace(document, lines=tuple(_rows(_with_blanks(list(_mended(document.lines, form)), form), form)))


def _mended(lines: Sequence[Line], form: Form) -> Iterator[Line]:
    """Yield lines, two as one where only both together are the label of a column: 本年新 | 制作数量."""

    def as_label(before: Line, line: Line) -> Line | None:
        if line.grid + before.grid or not len(line.fields) == len(before.fields) == 1:
            return None
        one, other = before.fields[0].text, line.fields[0].text
        tables = [table for table in form.tables if column_labels(table).exact(one + other)]
        is_label = tables and not any(column_labels(t).exact(text) for t in tables for text in (one, other))
        return Line((replace(before.fields[0], text=one + other),)) if is_label else None

    return join_lines(lines, as_label)


class _Gathered(NamedTuple):
    """A label of a row and the values behind it: their lines, the table, its cells, and how deep the next label is."""

    start: int
    stop: int
    table: Table
    size: int
    depth: int


def _with_blanks(lines: list[Line], form: Form) -> list[Line]:
    """Return lines with the empty ones of the source among them that are blank cells.

    They are where the values and empty lines behind a label are as many as the cells of a row, in nearly all rows of a
    table and in each whose values are all printed; behind them may stand one for each merged cell of the next label.
    """
    at = [int(match[1]) if (match := _NUMBER_OF_LINE.match(line.where)) else 0 for line in lines]
    runs = list(_rows_of_values(lines, form)) if all(at) else []
    found: dict[int, int] = {}
    for table in form.tables:
        own = [run for run in runs if run.table is table and run.stop < len(lines)]
        for merged in (0, 1):
            whole = {r.start: r.size for r in own if at[r.stop] - at[r.start] - 1 == r.size + merged * r.depth}
            full = {run.start for run in own if run.stop - run.start > run.size}
            if len(whole) >= _NEARLY_ALL * len(own) and full <= whole.keys():
                found |= whole
                break
    result: list[Line] = []
    end = 0
    for number, line in enumerate(lines):
        if number:
            empty = range(at[number - 1] + 1, min(at[number], end + 1))
            result += [Line((Field("", f"line {n}, field 1"),)) for n in empty]
        end = at[number] + found[number] if number in found else end
        result.append(line)
    return result


def _rows_of_values(lines: Sequence[Line], form: Form) -> Iterator[_Gathered]:
    """Yield each label of a row, or the last head above rows side by side, with the lines of values behind it."""
    kinds = [_cell_kind(line, form) for line in lines]
    section = ""
    for start, (line, kind) in enumerate(zip(lines, kinds, strict=True)):
        section = section if kind else heading(line, form) or section
        table = next((table for table in form.tables if table.key == section), None)
        if table is None or kind in ("", "value"):
            continue
        stop = next((n for n in range(start + 1, len(kinds)) if kinds[n] != "value"), len(kinds))
        key = row_labels(table).exact(line.text)
        if table.layout == "across" and stop > start + 1:
            yield _Gathered(start, stop, table, len(table.cells), 0)
        elif table.layout != "across" and key:
            next_one = lines[stop].text if stop < len(lines) else ""
            yield _Gathered(start, stop, table, len(table.columns_of(key)), _depth(next_one, table))


def _depth(label: str, table: Table) -> int:
    """Count the heads that a label of a row, or a head of rows, stands under."""
    terms = {term.key: term for term in (*table.rows, *table.groups)}
    key = row_labels(table).exact(label) or head_labels(table).exact(label)
    depth, term = 0, terms.get(key or "")
    while term and term.group:
        depth, term = depth + 1, terms.get(term.group)
    return depth


def _rows(lines: Sequence[Line], form: Form) -> Iterator[Line]:
    """Gather heads of columns that follow each other, a row's label with its values, and values alone.

    A label of the table of cases, or one that a row and a column share (其他), is a row's where as many values as there
    are columns stand behind it.
    """
    kept, fields, section = "", list[Field](), ""
    kinds = [_cell_kind(line, form) for line in lines]
    for at, (line, kind) in enumerate(zip(lines, kinds, strict=True)):
        section = section if kind else heading(line, form) or section
        if kind == "value" and kept == "column" and fields:
            table = next((table for table in form.tables if table.key == section), None)
            if (
                table
                and _is_row(fields, table)
                and kinds[at : at + len(table.columns)] == ["value"] * len(table.columns)
            ):
                if fields[:-1]:
                    yield Line(tuple(fields[:-1]), torn=True)
                kept, fields = "row", fields[-1:]
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


def _is_row(heads: Sequence[Field], table: Table) -> bool:
    """Check whether the last of some heads is the label of a row: of the table of cases, or it stands alone."""
    return (table.layout == "across" or len(heads) == 1) and bool(row_labels(table).exact(heads[-1].text))


def _cell_kind(line: Line, form: Form) -> str:
    """Return what a line with one cell holds: ``row``, ``column`` (a head too) or ``value``; empty for all else."""
    if line.grid or len(line.fields) != 1:
        return ""
    text = line.fields[0].text
    if is_value(text) or is_empty(text):
        return "value"
    found = _labels(form).fullmatch(text.strip())
    if found is None:
        return "row" if is_words(text) and any(_is_known(text, table) for table in form.tables) else ""
    return "" if found.lastgroup == "heading" else str(found.lastgroup)


def _is_known(text: str, table: Table) -> bool:
    """Check whether a text is a known label of a row, and none of a column."""
    is_column = column_labels(table).exact(text) and not is_numbered(text)
    return table.layout != "across" and bool(row_labels(table).exact(text)) and not is_column


def _is_run(line: Line, form: Form) -> bool:
    if line.grid or len(line.text) < 200:
        return False
    letters = _MARKS.sub("", line.text)
    return sum(spelling in letters for spelling in _row_spellings(form)) >= _MANY


def _is_glued(line: Line, form: Form) -> bool:
    """Check whether a line is a row with nothing between its labels and its digits, or between these.

    Behind the label of one value few digits are it: of more, the first may be a year or the mark of a note.
    """
    text = line.text.rstrip()
    if line.grid or len(line.fields) != 1 or len(text) > _LONGEST_ROW or not text[-1:].isdigit():
        return False
    found = list(_labels(form).finditer(text))
    if not found or found[0].start() or found[-1].lastgroup != "row" or not text[found[-1].end() :].isdigit():
        return False
    keys = [(table, row_labels(table).exact(found[-1][0].strip())) for table in form.tables]
    most = max((len(table.columns_of(key)) for table, key in keys if key), default=0)
    return most > 1 or (most == 1 and len(text) - found[-1].end() <= _FEW_DIGITS)


@cache
def _row_spellings(form: Form) -> frozenset[str]:
    """Return the letters of row labels that are too long to occur by chance."""
    found = (letters_of(label) for table in form.tables for row in table.rows for label in row.labels)
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
    terms = [term for table in form.tables for term in (*table.rows, *table.columns, *table.groups)]
    labels = [*(label for term in terms for label in term.labels), *(table.stub_zh for table in form.tables)]
    first = "".join(sorted({letters_of(label)[:1] for label in labels}))
    begins = rf"(?=\s*(?:[{re.escape(first)}（(．一二三四五六七]|\d\s*[.．]))"  # few places: the rest is passed at once
    return re.compile(begins + "(?:" + "|".join(f"(?P<{kind}>{patterns})" for kind, patterns in ranked) + ")")


def _unshared(term: Term, columns: Sequence[Term]) -> list[str]:
    """Return a row's labels; one that a column shares (总计) counts only with its number."""
    shared = {bare(label) for column in columns for label in column.labels}
    return [label for label in term.labels if bare(label) not in shared or is_numbered(label)]


def _pattern(label: str) -> str:
    letters = letters_of(label)
    if not letters:
        return ""
    number = fold(label)[: fold(label).find(letters[:1])] if is_numbered(label) else ""
    prefix = r"\s*".join(rf"[{re.escape(c)}{'（' if c == '(' else '）' if c == ')' else ''}．]" for c in number)
    needed = prefix if len(letters) < 3 else f"(?:{prefix})?"
    return rf"{needed}\s*" + r"[\s\W_]*".join(map(re.escape, letters)) + r"[”\"」》/]?" + _ASIDE


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


# ---- pages of fixed width ----


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
    of rows whose heads wrap gets them whole. On a page, where places are not those of letters, values may also stand
    each under one head.
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
            part = _on_grid(_without_heads(part, table), table, grids, is_page=bool(document.spots))
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
        starts = [field.part(n.start(), n.end()).left for field in fields for n in _NUMBER.finditer(field.text)]
        edge = min(starts) if len(starts) >= _FEW else 0
        cut = (line if line.grid else replace(line, fields=tuple(_right_of(edge, line.fields, table))) for line in page)
        found += (line for line, before in zip(cut, page, strict=True) if line.fields or not before.fields)
    return found


def _right_of(edge: int, fields: Sequence[Field], table: Table) -> Iterator[Field]:
    """Yield fields without the words that end left of an edge; the label of a row is whole."""
    for field in fields:
        words = [word for word in re.finditer(r"\S+", field.text) if field.part(*word.span()).right > edge]
        if field.left < 0 or not field.text or row_labels(table).exact(field.text):
            yield field
        elif words:
            yield field.part(words[0].start(), len(field.text))


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


def _on_grid(lines: list[Line], table: Table, grid: int, is_page: bool) -> list[Line]:
    """Return the lines of a table, those on a grid that stand in its columns, in the form's order."""
    size = len(table.columns)
    first = next((at for at, line in enumerate(lines) if len(_values(line)) > 1), len(lines))
    pages = _pages(lines)
    runs = [run for page in pages for run in _runs(lines, page, size)]
    behind = max((field.right for line in lines for field in line.fields), default=0)  # to the right of all words
    heads = stacked_labels(lines[1:first], table).fields
    named = [column_labels(table).exact(head.text) for head in heads]
    is_whole = len(set(named)) == size == len(named)
    if is_whole and named != [column.key for column in table.columns]:
        return lines
    if is_page and is_whole:
        runs = [run for run in runs if not _askew(run, heads)]
        runs = runs if len(runs) == len(pages) else _under(lines, [at for page in pages for at in page], heads) or runs
    for run in runs:
        for at in run.rows:
            lines[at] = _row(lines[at], run, grid, behind)
    if not runs or len(set(named)) != size or len(heads) > size:
        return lines
    above = [Line(line.fields, grid) for line in lines[1:first]]
    places = [replace(head, left=behind + i, right=behind + i + 1) for i, head in enumerate(heads)]
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


def _askew(run: _Run, heads: Sequence[Field]) -> bool:
    """Check whether a column of a run stands under the head of another."""
    places = enumerate(run.columns)
    return any(i != j and _meet(place, head) for i, place in places for j, head in enumerate(_places(heads)))


def _under(lines: Sequence[Line], rows: Sequence[int], heads: Sequence[Field]) -> list[_Run]:
    """Return rows as one run in the columns under some heads; none where a value does not stand under one alone."""
    columns = _places(heads)
    for at in rows:
        values = _places(_values(lines[at]))
        over = [[i for i, head in enumerate(_places(heads)) if _meet(value, head)] for value in values]
        if any(len(above) != 1 for above in over) or len({above[0] for above in over}) < len(over):
            return []
        for (i,), (left, right) in zip(over, values, strict=True):
            columns[i] = (min(columns[i][0], left), max(columns[i][1], right))
    apart = all(one[1] < other[0] for one, other in pairwise(columns))
    return [_Run(rows, columns)] if apart and len(rows) >= _FEW else []


def _places(fields: Iterable[Field]) -> list[_Column]:
    return [(field.left, field.right) for field in fields]


def _meet(one: _Column, other: _Column) -> bool:
    return one[0] < other[1] and other[0] < one[1]


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
    return values if is_placed and all(is_value(field.text) for field in values) else []


def _row(line: Line, run: _Run, grid: int, behind: int) -> Line:
    """Return a row on the grid, with a blank where nothing stands in a column; as it is where that is the last."""
    values = {_column(field, run.columns): field for field in _values(line)}
    if len(run.columns) - 1 not in values:
        return line
    words = line.fields[: len(line.fields) - len(values)]
    where = line.where.rpartition(", ")[0]
    cells = [values.get(i) or Field("", f"{where}, cell {len(words) + i + 1}") for i in range(len(run.columns))]
    placed = (replace(cell, left=behind + i, right=behind + i + 1) for i, cell in enumerate(cells))
    return Line((*words, *placed), grid)
