"""Read the column heads: which column each value of a row belongs to, by the labels printed above it.

A grid gives the place of each label. Without a grid the order of the labels is read from the nesting
of the heads: the columns under 法人或其他组织 stand where that head stands.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import islice, pairwise

from foi_analysis.form import CellKey, Table, Term
from foi_analysis.reading.document import Field, Line, is_empty, is_number, is_value
from foi_analysis.reading.labels import (
    bare,
    column_labels,
    head_labels,
    is_header,
    is_words,
    letters_of,
    row_labels,
    subtotal_column,
    subtotal_columns,
)

#: No table has more lines of heads.
_MOST_HEADS = 40
#: What a column of last year's numbers is called.
_OTHER_YEAR = re.compile("(?:上一?|去)年")
#: A year as the head of a column.
A_YEAR = re.compile(r"(?:19|20)\d\d年?度?")
#: What stands over the labels of rows, and above a block of them.
_LABELS = re.compile("信息内容|第.{1,6}条")
#: What programs call a column that has no head of its own.
_NUMBERED_HEAD = re.compile(r"(?:数据|数[值字量]|列|栏目?|字段|指标|表头|标题|项目?|件)[\dA-Za-z一二三四五六七八九十]*")
#: A label, the field that prints it, and the number of its line.
_Label = tuple[Term, Field, int]


@dataclass(frozen=True, slots=True)
class Slot:
    """One printed column: the key of its label, and the columns of the grid below it (-1 without a grid)."""

    key: str
    left: int = -1
    right: int = -1


@dataclass(frozen=True)
class Heads:
    """The printed columns from left to right.

    ``fields`` is the number of fields of the header line where a text without a grid prints a label in each
    of them, else 0: a row of as many fields has all of its cells. ``grid`` is the grid of the labels, 0
    without one: only rows of the same grid have their values below them. ``torn`` labels were put together of
    pieces whose places do not tell their order, or are fewer than the form's where no grid tells which are lacking;
    ``moved`` ones stand in another order than the form's, or in one line in another order than their heads say;
    ``wider`` ones have another beside them that the form does not have. ``total_first`` tells that in a text a total
    stands before the others: as the last of the line above them, or as the first of theirs. ``aside`` are the columns
    of the grid that have a head of their own that the form does not have.
    """

    slots: tuple[Slot, ...]
    grid: int = 0
    fields: int = 0
    torn: bool = False
    moved: bool = False
    wider: bool = False
    total_first: bool = False
    aside: tuple[int, ...] = ()

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """The columns' keys from left to right."""
        return tuple(slot.key for slot in self.slots)


def row_heads(lines: Sequence[Line], table: Table) -> Heads:
    """Read the column heads of a table printed one row a line, from the first unbroken run of header lines.

    Where labels are missing, the lines above the first values are searched for labels that wrap over
    several lines: 商业 | 科研 in one, 企业 | 机构 in the next.
    """
    found: list[Line] = []
    labels: list[_Label] = []
    seen = 0
    for line in lines:
        if is_header(line, table):
            found.append(line)
            continue
        if seen < len(found):
            seen, labels = len(found), _labels(found, table)
        if len(found) > _MOST_HEADS or len(_columns(labels, table)) == len(table.columns):
            break
    labels = labels if seen == len(found) else _labels(found, table)
    torn = len(_columns(labels, table)) < len(table.columns)
    if torn:
        labels = next(_torn(_above_values(lines, table), table), labels)
    grids = [line.grid for line in found]
    placed = _by_place(labels, table) if len(set(grids)) < 2 else []
    grid = grids[0] if grids else 0
    slots, form = placed or _by_nesting(labels, table), [column.key for column in table.columns]
    keys = [slot.key for slot in slots if slot.key in form]
    moved = keys != [key for key in form if key in keys]
    if placed:
        aside = tuple(columns_aside(_above_values(lines, table), grid, slots)) if grid and keys == form else ()
        return Heads(tuple(slots), grid, torn=not grid and len(keys) < len(form), moved=moved, aside=aside)
    in_form, heads = [Slot(key) for key in form], {group.key for group in table.groups}
    if moved and len(slots) == len(form) and _fit(in_form, labels, table, heads) and _in_lines(form, labels):
        return Heads(tuple(in_form), grid, torn=True)  # in lines of their own, which tell no order
    outermost = {head.key for head in table.path(table.columns[0])}
    return Heads(
        tuple(slots),
        grid,
        torn=(torn and bool(grid)) or len(keys) < len(form),
        moved=moved or not _fit(slots, labels, table, heads),
        total_first=not _fit(slots, labels, table, heads - outermost),
    )


def columns_aside(above: Sequence[Line], grid: int, slots: Sequence[Slot]) -> Iterator[int]:
    """Yield the columns of a grid that have a head of their own above the values, over no head of the form."""
    for line in (line for line in above if line.grid == grid):
        for field in line.fields:
            apart = all(field.right <= slot.left or slot.right <= field.left for slot in slots)
            is_head = is_words(field.text) or A_YEAR.fullmatch(field.text)
            if apart and 0 <= field.left == field.right - 1 and is_head:
                yield field.left


def _in_lines(form: Sequence[str], labels: Sequence[_Label]) -> bool:
    """Check whether several lines print columns, each in the form's order: what they leave open is the form's, too."""
    lines: dict[int, list[int]] = {}
    for term, _, number in labels:
        if term.key in form:
            lines.setdefault(number, []).append(form.index(term.key))
    return len(lines) > 1 and all(line == sorted(line) for line in lines.values())


def _fit(slots: Sequence[Slot], labels: Sequence[_Label], table: Table, heads: Collection[str]) -> bool:
    """Check whether the labels of each line stand in the order of the columns, those under ``heads`` in it aside."""
    at = {slot.key: i for i, slot in enumerate(slots)}
    at |= {head.key: min(at.get(c.key, 0) for c in table.columns if head in table.path(c)) for head in table.groups
           if any(head in table.path(c) for c in table.columns)}  # fmt: skip
    printed = {(number, term.key) for term, _, number in labels if term.key in heads}
    own = [(number, at[t.key]) for t, _, number in labels if t.key in at and (number, t.group) not in printed]
    return own == sorted(own)


def heads_differ(lines: Sequence[Line], table: Table) -> bool:
    """Check whether two header lines of a table name its columns in different orders."""
    seen: list[list[str]] = []
    for line in lines:
        keys = [key for field in line.fields if (key := column_labels(table).exact(field.text))]
        if len(keys) > 1 and len(set(keys)) == len(keys) and is_header(line, table):
            shared = ([[key for key in one if key in other] for one, other in ((keys, o), (o, keys))] for o in seen)
            if any(one != other for one, other in shared):
                return True
            seen.append(keys)
    return False


def heads_are_others(lines: Sequence[Line], table: Table) -> bool:
    """Check whether a line of heads names other things than columns of the form, as organs, towns or quarters.

    What shares no two letters in a row with a head of the table is such a thing; the number of a column names none.
    """
    known = _pairs_of_letters(table)
    for line in _above_values(lines, table):
        named = {letters_of(field.text) for field in line.fields if is_words(field.text)}
        others = [name for name in named if known.isdisjoint(_pairs(name)) and not _NUMBERED_HEAD.fullmatch(name)]
        if len(others) > len(table.columns) // 2:
            return True
    return False


@cache
def _pairs_of_letters(table: Table) -> frozenset[str]:
    """Return each two letters that stand side by side in a head of a table."""
    labels = (*column_labels(table).spellings, *head_labels(table).spellings)
    return frozenset(pair for label in labels for pair in _pairs(label))


def _pairs(text: str) -> Iterator[str]:
    return map(str.__add__, text, text[1:])


def heads_twice(lines: Sequence[Line], table: Table) -> bool:
    """Check whether every column of a table is printed twice in a line of heads, as for two years side by side."""
    twice = set[str]()
    for line in _above_values(lines, table):
        found = Counter(key for field in line.fields if (key := column_labels(table).exact(field.text)))
        twice |= {key for key, count in found.items() if count > 1}
    return twice == {column.key for column in table.columns}


def _torn(lines: Sequence[Line], table: Table) -> Iterator[list[_Label]]:
    """Yield the ways to read torn column labels that find all of them."""
    if not lines:
        return
    for labels in (
        _labels([*lines, stacked_labels(lines, table)], table),
        wrapped_labels(lines, table),
        _labels([run_labels(lines, table)], table),
    ):
        if len(_columns(labels, table)) == len(table.columns):
            yield labels


def _columns(labels: Sequence[_Label], table: Table) -> set[str]:
    return {term.key for term, _, _ in labels} & {column.key for column in table.columns}


def _above_values(lines: Sequence[Line], table: Table) -> list[Line]:
    """Return the lines above the first whole row: of numbers, or of a label, numbers, dashes and blanks."""
    found: list[Line] = []
    for line in lines:
        if sum(is_number(field.text) for field in line.fields) >= len(table.columns) - 1 or _is_row(line, table):
            break
        found.append(line)
    return found


def _is_row(line: Line, table: Table) -> bool:
    """Check whether a line is a row with its label, and a number, a dash or a blank for each column."""
    if len(line.fields) < len(table.columns) or is_header(line, table):
        return False
    values = sum(is_value(field.text) or is_empty(field.text) for field in line.fields)
    if values < len(table.columns) - 1 or not any(is_value(field.text) for field in line.fields):
        return False
    return any(row_labels(table).exact(field.text) for field in line.fields)


def is_wider(lines: Sequence[Line], table: Table) -> bool:
    """Check whether the heads print more than those of the form: words whose letters no label of the form explains.

    What begins the first line of heads, or stands alone above it, is the head of the row labels: 类别, 申请类别.
    """
    labels = [column_labels(table), head_labels(table), row_labels(table)]
    over = _above_values(lines, table)
    at = next((i for i, line in enumerate(over) if is_header(line, table)), 0)
    texts = [[field.text for field in line.fields] for line in over]
    if table.layout == "rows" and over and not any(look.exact(text) for text in texts[at][:1] for look in labels):
        texts[at] = texts[at][1:]
    elif table.layout == "rows" and at and len(texts[at - 1]) == 1:
        texts[at - 1] = []
    printed = (text for line in texts for text in line)
    fields = [text for text in printed if is_words(text) and letters_of(text)]  # an aside alone heads no column
    above = [word for text in fields for word in ([text] if any(look.exact(text) for look in labels) else text.split())]
    more = Counter[str]()
    for text in above:
        letters = letters_of(text)
        if _OTHER_YEAR.match(text):
            return True
        if len(letters) <= _LONGEST_PIECE and "单位" not in text and not any(look.exact(text) for look in labels):
            more.update(letters)
    return more.total() > 1 and (more - _letters(table)).total() > 1


@cache
def _letters(table: Table) -> Counter[str]:
    """Count the letters of all labels that stand above the values of a table."""
    rows = table.rows if table.layout == "across" else ()
    terms = (*table.columns * max(len(rows), 1), *table.groups, *rows)
    return Counter("".join(letters_of(label) for term in terms for label in term.labels))


def block_heads(line: Line, around: Sequence[Line], table: Table) -> Heads:
    """Read the column heads of one block of rows from its one header line.

    Where each cell has a line, words ``around`` it that are no label of a row are one more.
    """
    named = [(column_labels(table).exact(field.text), field) for field in line.fields]
    blank = any(is_empty(field.text) for field in line.fields)
    slots = tuple(Slot(key, field.left, field.right) for key, field in named if key)
    others = [field.text for key, field in named[1:] if not key]
    others += [near.text for near in around if line.torn and len(near.fields) == 1 and near is not line]
    wider = any(is_words(t) and not _LABELS.search(t) and not row_labels(table).match(t) for t in others)
    fields = len(slots) + 1 if line.torn else 0 if line.grid or blank else len(line.fields)
    return Heads(slots, line.grid, fields, wider=wider and not line.grid)


def across_heads(lines: Sequence[Line], table: Table) -> dict[CellKey, Field]:
    """Read the heads of a table whose rows are printed side by side: the cells from left to right, each with its head.

    Empty when the heads are not those of the form: each row once, each with all of its columns. On a grid a head that
    stands under no row is none of theirs.
    """
    if cells := _across(lines, table):
        return cells
    above = _above_values(lines, table)
    routes = [line for line in above if all(not column_labels(table).exact(field.text) for field in line.fields)]
    stacked = _across([*routes, stacked_labels(above, table)], table)
    return stacked or (_across([run_labels(above, table)], table) if above else {})


def _across(lines: Sequence[Line], table: Table) -> dict[CellKey, Field]:
    header = [line for line in lines if is_header(line, table)]
    routes = _ordered(header, (row_labels(table).exact, head_labels(table).exact))
    # Places in a grid and beside it, as where the border around a table is not drawn, cannot be compared.
    routes = nested(routes, table) if len({line.grid for line in header}) == 1 else _under_heads(routes, table)
    results = _ordered(header, (column_labels(table).exact,))
    rows = [(key, field) for key, field in routes if key in {row.key for row in table.rows}]
    if all(line.grid for line in header):
        results = [(key, under) for key, under in results if any(_overlap(under, field) for _, field in rows)]
    size = len(table.columns)
    groups = [results[i : i + size] for i in range(0, len(results), size)]
    whole = {column.key for column in table.columns}
    if len({key for key, _ in rows}) != len(table.rows) or len(rows) != len(groups):
        return {}
    if any({key for key, _ in group} != whole for group in groups):
        return {}
    return {
        CellKey(table.key, row, column): field
        for (row, _), group in zip(rows, groups, strict=True)
        for column, field in group
    }


def nested(routes: Sequence[tuple[str, Field]], table: Table) -> list[tuple[str, Field]]:
    """Order rows that stand side by side without a grid by their heads: those under a head stand where it stands."""
    return list(routes) if all(field.left >= 0 for _, field in routes) else _under_heads(routes, table)


def _under_heads(routes: Sequence[tuple[str, Field]], table: Table) -> list[tuple[str, Field]]:
    group = {row.key: row.group for row in table.rows}
    keys = [key for key, _ in routes]
    return sorted(routes, key=lambda route: keys.index(group[route[0]] if group.get(route[0]) in keys else route[0]))


def _labels(lines: Iterable[Line], table: Table) -> list[_Label]:
    """Return the columns and heads over columns that header lines name, with field and line number."""
    terms = {term.key: term for term in (*table.columns, *table.groups)}
    columns = {column.key for column in table.columns}
    found: dict[str, _Label] = {}
    for number, line in enumerate(lines):
        for field in line.fields:
            key = column_labels(table).exact(field.text) or head_labels(table).exact(field.text)
            if (key and terms[key].axis == "column") or key in columns:
                found.setdefault(key, (terms[key], field, number))
            elif subtotal := subtotal_column(field.text, table):
                found.setdefault(subtotal.zh, (subtotal, field, number))
    return _with_total(list(found.values()), table)


def _with_total(labels: Sequence[_Label], table: Table) -> list[_Label]:
    """Take a column that is called a subtotal for the total that is not there, where no part of it stands beside it."""
    total = table.columns[-1]
    if any(term.key == total.key for term, _, _ in labels):
        return list(labels)
    parts = {(term.group, number) for term, _, number in labels if term in table.columns}
    alone = [t for t, _, number in labels if t in subtotal_columns(table) and (t.group, number) not in parts]
    return [(total if term in alone[:1] else term, field, number) for term, field, number in labels]


def _by_place(labels: Sequence[_Label], table: Table) -> list[Slot]:
    """Order the columns by their place in a grid; empty without one, or when two share a place."""
    slots = [Slot(term.key, field.left, field.right) for term, field, _ in labels if _is_column(term, table)]
    slots.sort(key=lambda slot: slot.left)
    apart = all(a.right <= b.left for a, b in pairwise(slots))
    return slots if slots and slots[0].left >= 0 and apart else []


def _by_nesting(printed: Sequence[_Label], table: Table) -> list[Slot]:
    """Order the columns by their heads: each head's columns stand together, where the head stands."""
    labels = _with_heads(printed, table)

    def under(head: str) -> list[Slot]:
        slots: list[Slot] = []
        for term, _, _ in labels:
            if term.group == head:
                slots += [Slot(term.key)] if _is_column(term, table) else under(term.key)
        return slots

    return under("")


def _is_column(term: Term, table: Table) -> bool:
    """Check whether values stand under a label: that of a column or of a subtotal, not of a head."""
    return term in table.columns or term in subtotal_columns(table)


def _with_heads(labels: Sequence[_Label], table: Table) -> list[_Label]:
    """Add the heads that are not printed, each behind the label that stands before it in the form."""
    whole = list(labels)
    heads = [group for group in table.groups if group.axis == "column"]
    for head in heads:
        if all(term.key != head.key for term, _, _ in whole):
            siblings = [term.key for term in (*table.columns, *heads) if term.group == head.group and term is not head]
            first = next((c.key for c in table.columns if head in table.path(c)), "")
            order = [column.key for column in table.columns]
            before = [key for key in siblings if key in order and order.index(key) < order.index(first)]
            at = max((i + 1 for i, (term, _, _) in enumerate(whole) if term.key in before), default=0)
            whole.insert(at, (head, Field("", ""), 0))
    return whole


def _ordered(lines: Sequence[Line], looks: tuple[Callable[[str], str | None], ...]) -> list[tuple[str, Field]]:
    found: list[tuple[str, Field]] = []
    for line in lines:
        for field in line.fields:
            key = next((k for look in looks if (k := look(field.text))), None)
            if key:
                found.append((key, field))
    if len({line.grid for line in lines}) == 1 and all(field.left >= 0 for _, field in found):
        found.sort(key=lambda pair: pair[1].left)
    return found


# ---- labels that wrap ----


#: The heads of a table have no more pieces.
_MOST_PIECES = 400
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
        letters = "".join(letters_of(field.text) for field in line.fields)
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
    pieces = (word for line in lines for f in line.fields for word in _words(f, table) if _is_piece(word, table))
    for field in islice(pieces, _MOST_PIECES):
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
    spellings = {letters_of(label) for term in (*table.columns, *table.groups, *rows) for label in term.labels} - {""}
    letters = "".join(letters_of(field.text) for line in lines for field in line.fields)
    found = re.findall("|".join(sorted(map(re.escape, spellings), key=len, reverse=True)), letters)
    return Line(tuple(Field(text, lines[0].where) for text in found), torn=True)


def _words(field: Field, table: Table) -> Iterator[Field]:
    """Split a field of a fixed-width page at its single spaces, each word in its own columns.

    Letters set apart (总 计) stay together where they make a label.
    """
    at, words = 0, field.text.split(" ") if field.left >= 0 else []
    while words:
        taken = 2 if len(words) > 1 and len(words[0]) == 1 and column_labels(table).exact("".join(words[:2])) else 1
        end = at + len(" ".join(words[:taken]))
        yield field.part(at, end)
        at, words = end + 1, words[taken:]


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
        label = letters_of(term.zh)
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
