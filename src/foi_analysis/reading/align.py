"""Align a document with a form: every cell with its two readings.

The first reading finds a cell by its labels. The second, the order, counts rows and fields and looks at
no label. Where both find the same, the cell carries both proofs; where they differ, the label's value
stands and the doubt says so.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property, lru_cache
from itertools import pairwise

from foi_analysis.bilingual import Words, place
from foi_analysis.form import CellKey, Form, Identity, Table
from foi_analysis.reading.columns import (
    A_YEAR,
    Heads,
    Slot,
    across_heads,
    block_heads,
    columns_aside,
    heads_are_others,
    heads_differ,
    is_wider,
    nested,
    row_heads,
    run_labels,
)
from foi_analysis.reading.document import (
    Document,
    Field,
    Line,
    Token,
    fold,
    is_empty,
    is_number,
    join_lines,
    read_token,
)
from foi_analysis.reading.labels import (
    Match,
    Row,
    column_labels,
    head_labels,
    heading,
    is_header,
    is_numbered,
    is_words,
    letters_of,
    row_labels,
    rows,
    zone,
)
from foi_analysis.reading.place import Open, Placing, decide, placings, splits, stand_under
from foi_analysis.report import Cell, Number
from foi_analysis.resources import Told

#: What is said of a row whose values fill its columns only if a blank between them counts for nothing.
_BLANKS = "a blank field between the values"
#: What is said of a row in which other numbers stand beside those under its heads.
_MORE = "more values than columns in the row"
#: The doubt of values that no grid puts under their heads, where the table has a head that the form does not have.
_WIDER = "a column more than the form has"
#: The doubt of values under heads in another order, where no grid puts each of them under its own.
_ORDER = "columns in another order than the form's"
#: The doubt of values under a total that is printed before the other heads, in the line above or in theirs.
_TOTAL = "the total may stand first"
#: The doubt of values under no heads, or not all of them, that are as many as the form has columns.
_UNHEADED = "columns without heads: read in the form's order"
#: So many rows of a table add up, if their values stand where they seem to.
_MOSTLY = 0.8
#: So many rows with more values than the form has columns, or with one in each column of a grid, show one more.
_SEVERAL = 3
#: The doubt of a row that was put together of lines, where the number of a page may be among them.
_STREWN = "a row of many lines, and its sum does not hold"
#: The doubt of a row that ends in a blank though values are printed: one may lack, and the others have moved.
_SHORT = "the row ends in a blank and may lack a value"
#: The doubt of a row of a text below which numbers stand alone: the end of one of its values, or a page's number.
_BELOW = "numbers in a line of their own below"
#: Marks of what a sum can be made of, and of what was not read.
_AMOUNTS, _LOST = ("number", "dash", "blank"), ("missing", "unreadable")
#: What has one of these may name a unit.
_MAY_BE_UNIT = re.compile("[元圆¥￥件]")
#: A unit of money, or thousands of documents, in a head or a label, and in a line of its own about a whole table.
_UNIT = r"([十百千万亿]{0,2}[元圆¥]|[千万]件)(?:为单位|计[算量]?|统计|(?![\u4e00-\u9fff]))"
_MONEY = re.compile(rf"(?:单位[:：]?|[以按(【\[,/:：])[^()\d]{{0,12}}?{_UNIT}|(?<=收费){_UNIT}|(?<=金额){_UNIT}")
_MONEY_OF_ALL = re.compile(rf"(?:单位(?:均|都)?[:：为是]?|[以按]|金额(?:均|都)?[:：为是])[^。\d元圆]{{0,8}}?{_UNIT}")
#: A unit, or nothing but what it is a multiple of, as it stands in brackets behind a number.
_NOTED_UNIT = re.compile(r"(?:单位[:：为]?)?[美港日]?([十百千万亿]{1,2}[元圆¥件]?|[元圆¥])(?:/.*)?")
#: The proofs of a cell that is found by its label or not, and by counting alike or not.
_PROOFS = {(True, True): ("label", "order"), (True, False): ("label",), (False, True): ("order",), (False, False): ()}


@dataclass(frozen=True)
class Alignment:
    """The cells of a form as found in a document, the faults of the reading, one sentence each, and subtotals.

    ``twice`` counts the cells that are printed a second time, whatever stands there.
    """

    form: Form
    cells: Mapping[CellKey, Cell]
    faults: tuple[str, ...]
    subtotals: Mapping[CellKey, Cell]
    twice: int = 0

    @property
    def sure(self) -> int:
        """How many cells were read without a doubt."""
        return sum(cell.mark not in ("missing", "unreadable") and not cell.doubt for cell in self.cells.values())

    @property
    def found(self) -> int:
        """How many cells were found in print, whatever stands in them."""
        return sum(cell.mark != "missing" for cell in self.cells.values())


@dataclass(frozen=True)
class _Reading:
    """One table as read: what labels say of each cell, what counting says, and rows still open."""

    by_label: Mapping[CellKey, Field] = field(default_factory=dict)
    by_order: Mapping[CellKey, Field] = field(default_factory=dict)
    open: tuple[Open, ...] = ()
    doubts: Mapping[CellKey, str] = field(default_factory=dict)
    faults: tuple[str, ...] = ()
    twice: Mapping[CellKey, Field] = field(default_factory=dict)


def align(document: Document, form: Form) -> Alignment:
    """Read every cell of a form from a document; cells that are not there are missing, never absent."""
    readings = [_read(document, form, table) for table in form.tables]
    cells = {
        key: _cell(key, reading, table)
        for table, reading in zip(form.tables, readings, strict=True)
        for key in table.cells
    }
    _settled(form, cells)
    _doubt_strewn(form, cells)
    _doubt_short(form, cells)
    _doubt_above(form, cells, document.lines)
    certain = {key: cell.value for key, cell in cells.items() if cell.value is not None and not cell.doubt}
    cells |= decide(form, certain, [row for reading in readings for row in reading.open])
    labelled = {key: field for reading in readings for key, field in reading.by_label.items()}
    subtotals = {
        key: make_cell(key, read_token(labelled[key].text), labelled[key].where, ("label",))
        for key in form.subtotals
        if key in labelled
    }
    faults = tuple(fault for reading in readings for fault in reading.faults)
    return Alignment(form, cells, faults, subtotals, sum(len(reading.twice) for reading in readings))


def read_twice(document: Document, form: Form) -> tuple[dict[CellKey, str], dict[CellKey, str]]:
    """Return the printed texts that each reading finds alone: by label, and by counting."""
    readings = [_read(document, form, table) for table in form.tables]
    by_label = {key: field.text for reading in readings for key, field in reading.by_label.items()}
    by_order = {key: field.text for reading in readings for key, field in reading.by_order.items()}
    return by_label, by_order


def _read(document: Document, form: Form, table: Table) -> _Reading:
    lines = list(_unwrapped(zone(document, form, table), table))
    if not lines:
        return _Reading(faults=(told_of_table("refusals.fault_no_table", table),))
    if table.layout == "across":
        parts = _read_parts(table, lines)
        if len(parts.by_label) == len(table.cells):
            return parts
        across = _read_across(table, lines)
        if across.open or len(across.by_label) == len(table.cells):
            return across
        heads = {one for one, below in pairwise(lines) if not _printed(one.fields) and _names_columns(below, table)}
        down = _read_down(_down(table), [line for line in lines if line not in heads])
        return down if len(down.by_label) > len(across.by_label) else across
    headings = [line for line in document.lines if heading(line, form) == table.key and "单位" in line.text]
    return _read_down(table, lines, headings)


def _unwrapped(lines: Sequence[Line], table: Table) -> Iterator[Line]:
    """Yield lines, two as one where a row goes on in the next line: its values are as many as columns, and add up."""
    size = 0 if table.layout == "blocks" else len(table.cells if table.layout == "across" else table.columns)

    def goes_on(before: Line, line: Line) -> Line | None:
        if before.grid or line.grid or not 0 < len(line.fields) < size:
            return None
        fields = [replace(field, left=-1, right=-1) for field in (*before.fields, *line.fields)]
        values = _trailing(fields)
        is_row = len(values) == size and all(is_number(field.text) for field in line.fields)
        return Line(tuple(fields), torn=True) if is_row and _add_up(values, len(table.columns)) else None

    return join_lines(lines, goes_on)


def _trailing(fields: Sequence[Field]) -> list[Field]:
    """Return the numbers that fields end in."""
    words = next((i for i, field in enumerate(reversed(fields)) if not is_number(field.text)), len(fields))
    return list(fields[len(fields) - words :])


def _add_up(values: Sequence[Field], size: int) -> bool:
    """Check whether the last of each so many values is the sum of the others, and one is more than 0."""
    sums = [_adds_up(values[at : at + size]) for at in range(0, len(values), size)]
    return any(sums) and False not in sums


def _names_columns(line: Line, table: Table) -> bool:
    """Check whether a line is one of heads of columns, and of no row."""
    return is_header(line, table) and any(column_labels(table).exact(field.text) for field in line.fields)


@cache
def _down(table: Table) -> Table:
    """Return a table whose rows stand side by side as one whose rows stand one below the other."""
    return replace(table, layout="rows")


def _read_down(table: Table, lines: Sequence[Line], headings: Sequence[Line] = ()) -> _Reading:
    """Read a table whose rows stand one below the other."""
    found = _unfilled(_named([row for row in rows(lines, table) if _is_data(row, table)], table), table)
    money = _units_of_money(lines, found, headings)
    heads = _in_step(_heads(table, lines, found), found, table)
    more = sum(row.printed > len(head.slots) for row, head in zip(found, heads, strict=True))
    wider = table.layout == "rows" and (_has_more(found, more, len(table.columns)) or is_wider(lines, table))
    dated = any(sum(bool(A_YEAR.fullmatch(field.text)) for field in line.fields) > 1 for line in lines)
    others = dated or (table.layout == "rows" and heads_are_others(lines, table))
    reading = _by_rows(table, found, heads, _usual_width(found), money, wider, others)
    if table.layout == "rows" and heads_differ(lines, table):
        return replace(reading, doubts=dict.fromkeys(reading.by_label, "column heads in two orders"))
    return reading


def _has_more(found: Sequence[Row], more: int, size: int) -> bool:
    """Check whether rows print in more columns than the form has; ``more`` of them print more values."""
    columns: dict[int, Counter[int]] = {}
    for row in found:
        if row.line.grid and len(row.values) > size:
            printed = (field.left for field in row.values if not is_empty(field.text))
            columns.setdefault(row.line.grid, Counter()).update(printed)
    wide = (sum(n >= _SEVERAL for n in counts.values()) for counts in columns.values())
    return more >= _SEVERAL or 2 * more > len(found) or any(n > size for n in wide)


def _unfilled(found: list[Row], table: Table) -> list[Row]:
    """Return rows of a text without the blank fields behind their values that stand for what merged cells cover.

    They are told by all rows together: none prints a value behind as many as there are columns, one has so many
    fields or a value in the first of them, and what is printed in nearly all adds up.
    """
    size = len(table.columns)
    wide = [row for row in found if len(row.values) > size]
    if table.layout != "rows" or not wide or any(row.line.grid for row in found):
        return found
    if any(not is_empty(field.text) for row in wide for field in row.values[size:]):
        return found
    whole = [row.values[:size] for row in found if len(row.values) >= size]
    begun = any(len(row.values) == size for row in found) or any(not is_empty(values[0].text) for values in whole)
    sums = [held for values in whole if (held := _adds_up(values)) is not None]
    if not begun or sum(sums) < _MOSTLY * len(sums):
        return found
    return [replace(row, values=_own(row.values[:size])) for row in found]


def _own(values: tuple[Field, ...]) -> tuple[Field, ...]:
    """Return values, without blanks behind the last printed one where it is the sum of the others: one may lack."""
    end = max((i + 1 for i, field in enumerate(values) if not is_empty(field.text)), default=0)
    return values[:end] if 2 < end < len(values) and _adds_up(values[:end]) else values


def _adds_up(values: Sequence[Field]) -> bool | None:
    """Check whether the last of some values is the sum of those printed before it; None where it prints none, or 0."""
    *parts, total = (read_token(field.text).value for field in values)
    return sum(part for part in parts if part is not None) == total if total else None


def _units_of_money(lines: Sequence[Line], found: Sequence[Row], headings: Sequence[Line]) -> list[set[str]]:
    """Return for each row the units of money printed in it, in the heads above it, and of the whole table."""
    among = {row.index for row in found}
    beside = [line for i, line in enumerate(lines) if i not in among and len(line.fields) == 1]
    whole = _units([*headings, *beside], _MONEY_OF_ALL)
    above: list[set[str]] = []
    start = 0
    for row in found:
        heads = lines[start : row.index]
        above.append(_units(heads, _MONEY) if heads or not above else above[-1])
        start = row.index + 1
    return [heads | whole | _units([row.line], _MONEY) for row, heads in zip(found, above, strict=True)]


def _units(lines: Iterable[Line], pattern: re.Pattern[str]) -> set[str]:
    fields = (f.text for line in lines for f in line.fields if _MAY_BE_UNIT.search(f.text) and is_words(f.text))
    return {match[match.lastindex or 0] for text in fields for match in pattern.finditer(fold(text))}


def _named(found: Sequence[Row], table: Table) -> list[Row]:
    """Name the head of each subtotal: where the row does not, that of the parts before it, or behind it.

    They stand behind it where the first subtotal has no parts before it.
    """
    groups = [table.row(row.label.key).group if row.label and row.subtotal is None else "" for row in found]
    before = [next((group for group in reversed(groups[:at]) if group), "") for at in range(len(found))]
    behind = [next((group for group in groups[at:] if group), "") for at in range(len(found))]
    first = next((group for row, group in zip(found, before, strict=True) if row.subtotal == ""), "")
    parts = before if first in table.subtotal_heads else behind
    named = [
        row if row.subtotal is None else replace(row, subtotal=row.subtotal or head)
        for row, head in zip(found, parts, strict=True)
    ]
    return _with_total(named, table)


def _with_total(found: list[Row], table: Table) -> list[Row]:
    """Take a row that is called a subtotal for the one row that is not there otherwise, where it stands in its place.

    The match is not exact: counting must agree.
    """
    keys = [row.label.key if row.label and row.subtotal is None else "" for row in found]
    gone = [at for at, term in enumerate(table.rows) if term.key not in keys]
    after = table.rows[gone[0] + 1].key if len(gone) == 1 and gone[0] + 1 < len(table.rows) else None
    at = keys.index(after) - 1 if after in keys else -1
    if at < 0 or found[at].subtotal is None:
        return found
    total = replace(found[at], label=Match(table.rows[gone[0]].key, 1.0), subtotal=None)
    return [*found[:at], total, *found[at + 1 :]]


def _heads(table: Table, lines: Sequence[Line], found: Sequence[Row]) -> list[Heads]:
    """Return the column heads of each row."""
    if table.layout == "rows":
        return [row_heads(lines, table)] * len(found)
    headers = [
        (i, block_heads(line, lines[max(i - 1, 0) : i + 2], table))
        for i, line in enumerate(lines)
        if is_header(line, table)
    ]
    return [next((heads for i, heads in reversed(headers) if i < row.index), Heads(())) for row in found]


def _in_step(heads: list[Heads], found: Sequence[Row], table: Table) -> list[Heads]:
    """Return the heads of rows, without their grid where values stand before the first and none under the last.

    Then the grid does not tell under which of them a value stands.
    """
    slots = heads[0].slots if heads and table.layout == "rows" and heads[0].grid else ()
    if len(slots) < len(table.columns) or slots[0].left < 0:
        return heads
    own = [row.values for row in found if row.values and row.line.grid == heads[0].grid]
    if not any(values[0].right <= slots[0].left for values in own):
        return heads
    printed = [field for values in own for field in values if not is_empty(field.text)]
    begun = any(field.right <= slots[0].left for field in printed)
    ended = any(field.right > slots[-1].left for field in printed)
    return [replace(head, grid=0) for head in heads] if begun and not ended else heads


def _is_data(row: Row, table: Table) -> bool:
    """Check whether a row can hold cells: it has a label of the table, or as many values as no page number has.

    A row among whose values another row's label stands holds none: it is the head of a table that lies on its side.
    """
    if any(row_labels(table).exact(field.text) for field in row.values if is_words(field.text)):
        return False
    if row.subtotal is not None or (row.label and (row.label.exact or (row.line.grid and row.printed))):
        return True
    return bool(row.words and row.printed) if table.layout == "blocks" else row.printed > len(table.columns) // 2


def _usual_width(found: Iterable[Row]) -> Mapping[int, int]:
    """Return the usual right edge of the rows of each grid: a row that ends short of it has lost a cell."""
    edges: dict[int, Counter[int]] = {}
    for row in found:
        if row.line.grid:
            edges.setdefault(row.line.grid, Counter())[row.line.fields[-1].right] += 1
    return {grid: count.most_common(1)[0][0] for grid, count in edges.items()}


def _by_rows(
    table: Table,
    found: Sequence[Row],
    heads: Sequence[Heads],
    width: Mapping[int, int],
    money: Sequence[set[str]],
    wider: bool,
    others: bool,
) -> _Reading:
    labelled: dict[CellKey, Field] = {}
    twice: dict[CellKey, Field] = {}
    doubts: dict[CellKey, str] = {}
    unsure: list[Open] = []
    faults: list[str] = []
    few = 2 * len({row.label.key for row in found if row.label}) < len(table.rows)
    sizes = _Sizes(found, table)
    for row, head, units in zip(found, heads, money, strict=True):
        name = _key(row, table)
        if not name or (few and column_labels(table).exact(row.words) and not is_numbered(row.words)):
            faults += [_of_row("refusals.fault_row", row)] if row.words or _prints(row) else []
            continue
        keys = _cell_keys(table.key, name, head.keys)
        columns = table.columns_of(name if row.subtotal is None else table.rows[0].key)
        if not _are_columns(head.keys, columns, table):
            faults.append(_of_row("refusals.fault_heads", row))
            continue
        unheaded = len(keys) < len(columns) <= row.printed
        if unheaded and (head.moved or others or row.subtotal is not None or row.printed > len(columns)):
            faults.append(_of_row("refusals.fault_labels", row))
            continue
        if unheaded:
            head = Heads(tuple(map(Slot, columns)))
            keys = _cell_keys(table.key, name, columns)
        ways = _ways(row, head, width.get(row.line.grid, 0), sizes, table)
        glued = splits(row.values[0], len(keys)) if len(row.values) == 1 < len(keys) and not wider else []
        run = len(glued) == 1 < len(keys) and table.layout == "blocks"  # no sum can prove how its digits are parted
        ways = glued if run else ways
        if len(ways) == 1:
            more = wider or head.wider or (table.layout == "rows" and len(keys) < len(columns) <= len(row.values))
            begins = table.layout == "rows" or row.line.grid > 0
            gap = _UNHEADED if unheaded else _unproven(row, ways[0], head, width, more)
            gap = _gap(row.values, ways[0], begins) or gap
            doubt = "two values in one cell" if run else _doubt(row, head)
            may_spread = head.torn or not all(map(_is_single, row.values))
            for key, field in zip(keys, ways[0], strict=True):
                if field is not None:
                    (twice if key in labelled else labelled)[key] = field
                    unit = _other_unit(units, key, table) if units else ""
                    doubts[key] = unit or doubt or (may_spread and _spread(row, field, head)) or gap
        elif keys and row.subtotal is None and all(keys[0] != row.keys[0] for row in unsure):
            ways = glued or ([] if _has_wide(row, head) or head.moved else ways)  # a sum holds in any order
            unsure.append(Open(keys, tuple(ways), row.line.where, row.line.text, bool(glued)))
    return _Reading(labelled, _by_order(table, found, heads, width), tuple(unsure), doubts, tuple(faults), twice)


@lru_cache(maxsize=4096)
def _cell_keys(table: str, row: str, columns: tuple[str, ...]) -> tuple[CellKey, ...]:
    return tuple(CellKey(table, row, column) for column in columns)


@lru_cache(maxsize=4096)
def _are_columns(keys: tuple[str, ...], columns: tuple[str, ...], table: Table) -> bool:
    """Check whether heads name columns of a row, or subtotals of a table, each once."""
    return len(set(keys)) == len(keys) and {*columns, *table.subtotal_heads}.issuperset(keys)


def _unproven(row: Row, placed: Placing, head: Heads, width: Mapping[int, int], wider: bool) -> str:
    """Return the doubt of values whose columns no grid proves, under heads in another order, or that are more."""
    if not (wider or head.moved or head.total_first):
        return ""
    under = head.grid == row.line.grid > 0 and stand_under(placed, head)
    if head.moved and not under:
        return _ORDER  # first: a sum along the row holds in any order
    if wider and not (under and row.line.fields[-1].right == width[row.line.grid]):
        return _WIDER
    return _TOTAL if head.total_first and not under else ""


def told_of_table(key: str, table: Table) -> Told:
    """Return the message of a key about a table."""
    return Told(key, table=Words(table.zh, f"{table.key} ({table.zh})"))


def _of_row(key: str, row: Row) -> Told:
    """Return the fault of a row, by its words, or by what it begins with where it has none."""
    return Told(key, row=" ".join((row.words or row.line.text[:40]).split()), place=place(row.line.where))


def _doubt(row: Row, heads: Heads) -> str:
    """Return why all values of a row are doubtful; empty when they are not."""
    if row.label and not row.label.exact:
        return f"label differs from the form: {row.words}"
    if row.parted:
        return f"the row has rows of its own: {row.parted}"
    if row.is_double:
        return "two rows in one"
    return "two values in one cell" if row.printed < len(heads.slots) and any(map(_is_several, row.values)) else ""


def _spread(row: Row, field: Field, heads: Heads) -> str:
    """Return why it is doubtful under which head, or in which row, a value stands; empty when it is not."""
    if field.down > 1 or _covers(row, field, heads) > 1:
        return "one value over several cells"
    return "column labels in pieces" if heads.torn else ""


def _is_single(field: Field) -> bool:
    """Check whether a field covers no more than one cell of the grid."""
    return field.down < 2 and field.right - field.left < 2


def _is_several(field: Field) -> bool:
    """Check whether a field holds several numbers in one line."""
    parts = field.text.split(" ")
    return len(parts) > 1 and all(map(is_number, parts))


def _covers(row: Row, field: Field, heads: Heads) -> int:
    """Count the columns that a value stands under; one where no grid tells."""
    if not row.line.grid or row.line.grid != heads.grid or field.right - field.left < 2:
        return 1
    return sum(field.left <= slot.left and slot.right <= field.right for slot in heads.slots)


def _has_wide(row: Row, heads: Heads) -> bool:
    """Check whether a value stands under several heads, or is twice as wide as others where they stand elsewhere."""
    wide = 2 * min((field.right - field.left for field in row.values), default=0)
    elsewhere = row.line.grid and row.line.grid != heads.grid
    return any(
        _covers(row, field, heads) > 1 or (elsewhere and field.right - field.left >= wide) for field in row.values
    )


def _gap(values: Sequence[Field], placed: Sequence[Field | None], begins: bool = True) -> str:
    """Return the doubt of values that fill all columns, though more stand in the row, or a blank between them.

    A blank before them counts for nothing where ``begins`` says so: it belongs to a label that is merged.
    """
    if not placed or len(values) <= len(placed) or None in placed:
        return ""
    if sum(not is_empty(field.text) for field in values) > len(placed):
        return _MORE
    inside = [values.index(field) for field in placed if field is not None]
    return _BLANKS if inside[-1] - inside[0] >= len(placed) or (inside[0] and not begins) else ""


def _settled(form: Form, cells: dict[CellKey, Cell]) -> None:
    """Take away the doubt of values with a blank or others beside them where an identity along their row holds.

    A blank counts for nothing in a sum that is more than 0. Where rows stand side by side, all of them move with a
    value too many: then each must have one that holds. Where a total stands, one row tells of all.
    """
    doubted = [(key, cell) for key, cell in cells.items() if cell.doubt in (_BLANKS, _MORE, _WIDER, _TOTAL, _UNHEADED)]
    if not doubted:
        return
    numbers = {key: cell.value for key, cell in cells.items() if cell.value is not None}
    counts = numbers | {key: 0 for key, cell in cells.items() if cell.mark == "blank"}
    known = [identity for identity in _along(form) if counts.keys() >= set(identity.cells)]
    told = [i for i in known if numbers.keys() >= set(i.cells) or any(counts[one] for one in i.cells)]
    held = {(one.table, one.row) for identity in told if identity.code(counts) == 0 for one in identity.cells}
    broken = {one.table for identity in told if identity.code(counts) == 1 for one in identity.cells}
    for key, cell in doubted:
        table = form.table(key.table)
        rows = [row.key for row in table.rows] if table.layout == "across" else [key.row]
        all_alike = cell.doubt == _TOTAL and key.table not in broken and any(name == key.table for name, _ in held)
        if all_alike or held.issuperset((key.table, row) for row in rows):
            cells[key] = cell._replace(doubt="")


@cache
def _along(form: Form) -> tuple[Identity, ...]:
    """Return the identities of a form that hold along one row."""
    return tuple(identity for identity in form.identities if len({key.row for key in identity.cells}) == 1)


def _doubt_strewn(form: Form, cells: dict[CellKey, Cell]) -> None:
    """Doubt the values of a row that stand in lines of their own where they do not add up."""
    rows = [(identity, row) for identity in _along(form) if _is_strewn(row := [cells[key] for key in identity.cells])]
    numbers = {key: _amount(cell) for key, cell in cells.items() if cell.mark in _AMOUNTS} if rows else {}
    for identity, row in rows:
        if numbers.keys() >= set(identity.cells) and identity.code(numbers) == 1:
            cells |= {cell.key: cell._replace(doubt=cell.doubt or _STREWN) for cell in row}


def _amount(cell: Cell) -> Number:
    """Return what a cell adds to a sum: a blank or a dash nothing."""
    return cell.value or 0


def _doubt_short(form: Form, cells: dict[CellKey, Cell]) -> None:
    """Doubt rows of many lines whose last value is blank: a pipe for what a merged cell covers looks like that.

    One that lacks a value still seems whole. Of rows with a total all are doubted in a table where one prints more
    than nothing before it, and else those where it alone is blank; where rows stand side by side, all of them. Where
    nothing at all is left of another row, no sum tells whether a value is one: it may be the number of a page.
    """
    told = {key.table for key, cell in cells.items() if cell.mark == "blank" or cell.mark in _LOST}
    for table in (table for table in form.tables if table.key in told):
        rows = [[cells[CellKey(table.key, row.key, key)] for key in table.columns_of(row.key)] for row in table.rows]
        strewn = [row for row in rows if _is_strewn(row)]
        short = [row for row in strewn if row[-1].mark == "blank"]
        if table.layout == "blocks" and strewn and any(all(cell.mark in _LOST for cell in row) for row in rows):
            short = [row for row in rows if any(cell.is_number for cell in row)]
        elif table.layout == "blocks":
            short = [row for row in short if any(cell.is_number for cell in row)]
        elif not any(cell.value for row in short for cell in row):
            short = [row for row in short if all(cell.is_number for cell in row[:-1])]
        for row in rows if short and table.layout == "across" else short:
            cells |= {cell.key: cell._replace(doubt=cell.doubt or _SHORT) for cell in row}


def _doubt_above(form: Form, cells: dict[CellKey, Cell], lines: Sequence[Line]) -> None:
    """Doubt the values of a text above a line of numbers that are in no cell, unless their sum holds along the row.

    They may be the page's number, or the last digits of a value that is broken over two lines.
    """
    taken = {_line_of(cell.where) for cell in cells.values()}
    above = {
        _line_of(one.where)
        for one, below in pairwise(lines)
        if not (one.grid or below.grid) and _line_of(one.where) in taken and _line_of(below.where) not in taken
        if any(printed := [field.text for field in below.fields if not is_empty(field.text)])
        if all(map(is_number, printed))
    }
    if not above:
        return
    numbers = {key: _amount(cell) for key, cell in cells.items() if cell.mark in _AMOUNTS}
    known = [one for one in _along(form) if numbers.keys() >= set(one.cells) and one.code(numbers) == 0]
    held = {(key.table, key.row) for one in known for key in one.cells}
    for key, cell in cells.items():
        if cell.value and _line_of(cell.where) in above and (key.table, key.row) not in held:  # no digit follows a 0
            cells[key] = cell._replace(doubt=cell.doubt or _BELOW)


def _line_of(where: str) -> str:
    """Return the line of a place in a text."""
    return where.partition(",")[0]


def _is_strewn(row: Sequence[Cell]) -> bool:
    """Check whether the cells of a row stand in many lines, or in another than their label."""
    return len({_line_of(cell.where) for cell in row}) > 1 or all(c.where.endswith(", field 1") for c in row)


def _prints(row: Row) -> bool:
    """Check whether a row prints more than blanks and dashes."""
    return any(read_token(field.text).mark not in ("blank", "dash") for field in row.values)


def _other_unit(units: Collection[str], key: CellKey, table: Table, *, in_cell: bool = False) -> str:
    """Return the doubt of a number printed in another unit than the form's; empty for the same.

    What heads say of money is not said of counts, but what stands in a cell is said of it.
    """
    other = sorted(unit for unit in units if unit[-1] in "元圆¥十百千万亿" or (unit.endswith("件") and len(unit) > 1))
    if not other:
        return ""
    terms = {term.key for term in (*table.rows, *table.columns)}
    if not {key.row, key.column} <= terms:
        return ""
    asked = table.column(key.column).unit("zh") or table.unit_of(key.row, "zh")
    own = re.split(r"[、（]", asked)
    kind = "元" if "元" in asked else "件"
    of_count = [unit for unit in other if in_cell or unit.endswith("件")]
    of_money = [unit for unit in other if not unit.endswith("件") and f"{unit.rstrip('元圆¥')}元" not in own]
    foreign = of_count if kind == "件" else of_money
    return f"another unit: {foreign[0]} in place of {asked}" if foreign else ""


def _key(row: Row, table: Table) -> str:
    """Return the key of the row or, for a subtotal, of its head; empty when it is not known."""
    if row.subtotal is not None:
        return row.subtotal if row.subtotal in table.subtotal_heads else ""
    return row.label.key if row.label else ""


def _ways(row: Row, heads: Heads, width: int, sizes: _Sizes, table: Table) -> list[Placing]:
    """Return the ways to place a row's values; only the usual one where rows of the same shape agree on it."""
    on_grid = bool(heads.grid) and heads.grid == row.line.grid
    edge = max([width, *(slot.right for slot in heads.slots)]) if on_grid else width
    whole = (
        row.values[-1].right == edge
        if width
        else len(row.line.fields) == heads.fields or _is_usual(row, heads, sizes, table)
    )
    ways = placings(row.values, heads, whole, on_grid, heads.aside)
    if len(ways) < 2 or (on_grid and any(stand_under(way, heads) for way in ways)):
        return ways
    offsets = sizes.offsets.get((*_shape(row), len(heads.slots)), Counter())
    if row.printed == len(heads.slots):
        offsets = offsets - Counter([_offset(row)])
    if len(offsets) == 1 and offsets.total() > 1:
        start = next(iter(offsets))
        usual = row.values[start : start + len(heads.slots)]
        if all(field in usual for field in row.values if not is_empty(field.text)):
            return [tuple(usual)]
    return ways


def _shape(row: Row) -> tuple[int, int]:
    return len(row.line.fields), len(row.values)


def _offset(row: Row) -> int:
    """Return how many blank values a row begins with."""
    return next((i for i, field in enumerate(row.values) if not is_empty(field.text)), len(row.values))


def _depth(row: Row, table: Table) -> int:
    """Return how many heads stand over the label of a row; -1 where it has none."""
    return len(table.path(table.row(row.label.key))) if row.label and row.subtotal is None else -1


@dataclass(frozen=True)
class _Sizes:
    """How many values the rows of a table have, and how many blanks before: counted where something asks for it."""

    found: Sequence[Row]
    table: Table

    @cached_property
    def at_depth(self) -> Mapping[int, Counter[int]]:
        """The numbers of values by the depth of the rows' labels."""
        counts: dict[int, Counter[int]] = {}
        for row in self.found:
            counts.setdefault(_depth(row, self.table), Counter())[len(row.values)] += 1
        return counts

    @cached_property
    def all(self) -> Counter[int]:
        """The numbers of values of all rows."""
        return sum(self.at_depth.values(), Counter())

    @cached_property
    def offsets(self) -> Mapping[tuple[int, int, int], Counter[int]]:
        """The blanks before values by the numbers of fields, of values, and of those that are printed."""
        counts: dict[tuple[int, int, int], Counter[int]] = {}
        for row in self.found:
            counts.setdefault((*_shape(row), row.printed), Counter())[_offset(row)] += 1
        return counts


def _is_usual(row: Row, heads: Heads, sizes: _Sizes, table: Table) -> bool:
    """Check whether a row without a grid has a field for each column, as nearly all of its table and none has more.

    Where some have more, they begin with fillers, as many as others whose labels stand as deep; those whose labels
    stand deepest have none.
    """
    size = len(heads.slots)
    if row.line.grid or len(row.values) < size:
        return False
    if len(row.values) == size == max(sizes.all) and 5 * sizes.all[size] >= 4 * sizes.all.total():
        return True
    alike, deepest = sizes.at_depth[_depth(row, table)], sizes.at_depth[max(sizes.at_depth)]
    return max(deepest) == size < max(sizes.all) and len(row.values) == max(alike) and alike[len(row.values)] > 1


def _by_order(
    table: Table, found: Sequence[Row], heads: Sequence[Heads], width: Mapping[int, int]
) -> dict[CellKey, Field]:
    """Read a table by counting alone, subtotals aside; empty unless it has exactly the form's number of rows."""
    own = [(row, head) for row, head in zip(found, heads, strict=True) if row.subtotal is None]
    if len(own) != len(table.rows):
        return {}
    cells: dict[CellKey, Field] = {}
    for (row, head), term in zip(own, table.rows, strict=True):
        columns = _with_subtotals(table.columns_of(term.key), head.keys, table)
        aside = head.aside if row.line.grid == head.grid else ()
        printed = [field for field in row.values if not is_empty(field.text) and field.left not in aside]
        whole = row.line.grid and row.values and row.values[-1].right == width.get(row.line.grid)
        values = printed if len(printed) == len(columns) else list(row.values) if whole else []
        if len(values) == len(columns):
            cells |= zip(_cell_keys(table.key, term.key, columns), values, strict=True)
    return {key: field for key, field in cells.items() if key.column not in table.subtotal_heads}


@lru_cache(maxsize=4096)
def _with_subtotals(columns: tuple[str, ...], heads: tuple[str, ...], table: Table) -> tuple[str, ...]:
    """Return the columns of a row with the subtotals among them that its heads print."""
    found = list(columns)
    for at, key in enumerate(heads):
        if key in table.subtotal_heads:
            found.insert(at, key)
    return tuple(found)


def _read_across(table: Table, lines: Sequence[Line]) -> _Reading:
    """Read a table whose rows stand side by side on one printed line."""
    heads = across_heads(lines, table)
    faults = () if heads else (told_of_table("refusals.fault_no_heads", table),)
    best, size = _fullest(lines, table), len(table.cells)
    texts = {tuple(fold(field.text) for field in _values(line.fields)) for line in best}
    runs = [
        Open(table.cells, tuple(parted), line.where, line.text, True)
        for line in lines
        if not best and len(line.fields) == 1 and (parted := splits(line.fields[0], size))
    ]
    if len(runs) == 1:
        return _Reading(open=tuple(runs))
    if not best or (len(texts) > 1 and any(map(any, texts))):
        why = "refusals.fault_no_values" if not best else "refusals.fault_more_values"
        return _Reading(faults=(*faults, told_of_table(why, table)))
    line = best[0]
    values = _values(line.fields)
    printed = tuple(field for field in values if not is_empty(field.text))
    is_alone = is_empty(values[0].text) or len(line.fields) == len(values)
    is_whole = line.grid or _one_to_one(lines, size, table) or (is_alone and not is_wider(lines, table))
    counted = tuple(values) if len(values) == size and is_whole else printed
    slots = Heads(tuple(Slot(str(key), head.left, head.right) for key, head in heads.items()))
    above = [line for line in lines if is_header(line, table)]
    on_grid = {line.grid} == {head.grid or -1 for head in above}
    ways: list[Placing] = [counted] if len(counted) == size else []
    edge = max((head.fields[-1].right for head in above), default=-1)
    aside = set(columns_aside(above, line.grid, slots.slots)) if on_grid and line.fields[-1].right == edge else set()
    if heads and (counted is printed or aside):
        ways = placings(values, slots, bool(aside), on_grid, aside)
    if len(ways) != 1 or None in ways[0]:
        left = (Open(tuple(heads), tuple(ways), line.where, line.text),) if heads else ()
        return _Reading(open=left, faults=faults)
    (placed,) = ways
    is_sure = on_grid and line.fields[-1].right == edge and stand_under(placed, slots)
    gap = _gap(values, placed) or (_WIDER if not is_sure and is_wider(lines, table) else "")
    by_label = {key: field for key, field in zip(heads, placed, strict=False) if field}
    by_order = {key: field for key, field in zip(table.cells, placed, strict=True) if field and placed == counted}
    doubts = dict.fromkeys(heads, gap)
    if not heads and _is_in_order(lines[: lines.index(line)], table):
        doubts, faults = dict.fromkeys(table.cells, gap or _UNHEADED), ()
    return _Reading(by_label, by_order, doubts=doubts, faults=faults)


def _is_in_order(above: Sequence[Line], table: Table) -> bool:
    """Check whether the labels above the values of rows side by side, if any are left, stand in the form's order.

    Of labels torn into pieces the order is not told, but that all are there and nothing else.
    """
    if _is_torn(above, table):
        return True
    texts = [field.text for field in run_labels(above, table).fields] if above else []
    order = list(dict.fromkeys(key for row in table.rows for key in (row.group, row.key) if key))
    keys = (row_labels(table).exact(text) or head_labels(table).exact(text) for text in texts)
    rows_at = [order.index(key) for key in keys if key]
    names = [column.key for column in table.columns]
    steps = pairwise(names.index(key) for text in texts if (key := column_labels(table).exact(text)))
    return rows_at == sorted(rows_at) and all((one + 1) % len(names) == other for one, other in steps)


def _is_torn(above: Sequence[Line], table: Table) -> bool:
    """Check whether the letters above the values of rows side by side are those of their labels; prose aside."""
    labels = {term.zh for term in (*table.rows, *table.groups)}
    whole = Counter("".join(map(letters_of, [*labels, *[column.zh for column in table.columns] * len(table.rows)])))
    printed = (Counter("".join(letters_of(field.text) for field in line.fields)) for line in above)
    return sum((line for line in printed if line.keys() <= whole.keys()), Counter[str]()) == whole


def _fullest(lines: Sequence[Line], table: Table) -> list[Line]:
    """Return the lines below the heads that print most of the values of a table, or as many fields as it has cells.

    Columns that are counted, 1 to 15, print none.
    """
    data = [line for line in lines if not is_header(line, table) and any(_is_value(field) for field in line.fields)]
    own = [line for line in data if not _is_counting(line.fields)]
    told = [line for line in own if _printed(line.fields)] or own or data
    wide = [line for line in told if len(_values(line.fields)) >= len(table.cells)]
    return wide or [line for line in told if _printed(line.fields) > len(table.cells) // 2]


def _is_counting(fields: Sequence[Field]) -> bool:
    """Check whether a line does nothing but count its columns from 1."""
    numbers = [read_token(field.text).value for field in _values(fields) if not is_empty(field.text)]
    return len(numbers) > 1 and numbers == list(range(1, len(numbers) + 1))


def _read_parts(table: Table, lines: Sequence[Line]) -> _Reading:
    """Read a table whose rows stand side by side as several tables, each with its labels, heads and values."""
    labelled: dict[CellKey, Field] = {}
    twice: dict[CellKey, Field] = {}
    routes, columns = dict[str, Field](), list[str]()
    printed: list[Field] = []
    for line in lines:
        texts = [field.text for field in line.fields]
        names = [key for key, _ in nested(list(routes.items()), table) if key in {row.key for row in table.rows}]
        if any(map(is_words, texts)):
            found = (row_labels(table).exact(text) or head_labels(table).exact(text) for text in texts)
            routes |= {key: field for key, field in zip(found, line.fields, strict=True) if key and key not in routes}
            columns = [key for key in map(column_labels(table).exact, texts) if key] or columns
        elif names and len(texts) == len(columns) == len(names) * len(table.columns):
            of = [name for name in names for _ in table.columns]
            keys = [CellKey(table.key, *key) for key in zip(of, columns, strict=True)]
            for key, field in zip(keys, line.fields, strict=True):
                (twice if key in labelled else labelled)[key] = field
            printed += line.fields
            routes, columns = {}, []
        elif labelled and _printed(line.fields) >= len(table.columns) and not _is_counting(line.fields):
            return _Reading()  # more values than the parts have: those of another year, or of another body
    by_order = dict(zip(table.cells, printed, strict=True)) if len(printed) == len(table.cells) else {}
    doubts = dict.fromkeys(labelled, _WIDER) if labelled and is_wider(lines, table) else {}
    return _Reading(labelled, by_order, doubts=doubts, twice=twice)


def _cell(key: CellKey, reading: _Reading, table: Table) -> Cell:
    """Combine the two readings of one cell.

    A number that is printed with another unit of money than the form's is doubted: its value stays as printed.
    """
    label, order = reading.by_label.get(key), reading.by_order.get(key)
    field = label or order
    if field is None:
        return Cell(key, None, "missing")
    token = read_token(field.text)
    if token.value is not None and token.value < 0 and key.table != "proactive":
        token = Token(token.printed, "unreadable")  # nothing counted there can be fewer than none
    agree = order is not None and _same(order, field)
    proofs = _PROOFS[label is not None, agree]
    doubt = reading.doubts.get(key, "")
    doubt = "" if agree and doubt.startswith(("label differs", "column labels")) else doubt
    if label is None:
        doubt = doubt or "no label found: read by counting alone"
    elif order is not None and not agree:
        doubt = f"two readings disagree: by order {order.text or 'blank'} ({order.where})"
    elif key in reading.twice and not _same(reading.twice[key], field):
        again = reading.twice[key]
        doubt = f"found twice: also {again.text or 'blank'} ({again.where})"
    if label and not doubt and token.value is not None and (token.unit or token.note):
        noted = _NOTED_UNIT.fullmatch(token.note)
        doubt = _other_unit({token.unit, noted[1] if noted else ""} - {""}, key, table, in_cell=True)
    return make_cell(key, token, field.where, proofs, doubt)


def make_cell(key: CellKey, token: Token, where: str, proofs: tuple[str, ...], doubt: str = "") -> Cell:
    """Make a cell of what is printed; a token that cannot be read has no proof and says so."""
    if token.mark == "unreadable":
        return Cell(key, None, "unreadable", token.printed, where, (), doubt or "unreadable: no number, blank or dash")
    return Cell(key, token.value, token.mark, token.printed, where, proofs, doubt, token.note)


def _is_value(field: Field) -> bool:
    """Check whether a field is what stands in a cell: not words, and not a piece of a label that wraps."""
    return read_token(field.text).mark != "unreadable" or any(letter.isdigit() for letter in field.text)


def _printed(fields: Sequence[Field]) -> int:
    """Count the fields that are neither words nor blank."""
    return sum(not is_empty(field.text) for field in _values(fields))


def _one_to_one(lines: Sequence[Line], size: int, table: Table) -> bool:
    """Check whether the heads of a table without a grid stand field by field over a line of ``size`` values."""
    return not any(line.torn for line in lines) and size in {len(h.fields) for h in lines if is_header(h, table)}


def _values(fields: Sequence[Field]) -> list[Field]:
    """Return the fields of a line that are not words."""
    return [field for field in fields if not is_words(field.text)]


def _same(one: Field, other: Field) -> bool:
    """Check whether two fields print the same thing."""
    if one is other:
        return True
    a, b = read_token(one.text), read_token(other.text)
    return (a.mark, a.value, fold(a.printed)) == (b.mark, b.value, fold(b.printed))
