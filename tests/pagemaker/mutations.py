"""Damage a printed page in the ways that publishing, copying and recognition do, the right answer kept.

Each mutation takes a page and a source of chance and gives another page, or None where it does not apply.
What a cell prints travels with the cell. *Moved* mutations print values under labels that are not theirs:
the page itself is false then, and no reader of that page can see it.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from pagemaker.pages import Grid, Page, Printed, with_cells

Row = Sequence[Printed]
Mutation = Callable[[Page, random.Random], Page | None]


def _grids(page: Page, *tables: str) -> list[int]:
    return [i for i, p in enumerate(page.parts) if isinstance(p, Grid) and (not tables or p.table in tables)]


def _rows(page: Page, at: int) -> list[list[Printed]]:
    part = page.parts[at]
    assert isinstance(part, Grid)
    return [list(row) for row in part.rows]


def _with(page: Page, at: int, rows: Iterable[Row]) -> Page:
    """Give the page with other rows in one grid."""
    grid = page.parts[at]
    assert isinstance(grid, Grid)
    changed = replace(grid, rows=tuple(map(tuple, rows)))
    return replace(page, parts=(*page.parts[:at], changed, *page.parts[at + 1 :]))


def _data(rows: Sequence[Row]) -> list[int]:
    return [i for i, row in enumerate(rows) if any(cell.key for cell in row)]


def _pick(page: Page, chance: random.Random, *tables: str) -> tuple[int, int, int]:
    """Pick a value cell: its grid, row and place in the row."""
    at = chance.choice(_grids(page, *tables))
    row = chance.choice(_data(_rows(page, at)))
    return at, row, chance.choice([i for i, cell in enumerate(_rows(page, at)[row]) if cell.key])


def _leaf(row: Row) -> int:
    """Give where a row's own label stands: the last cell before its values."""
    return next(i for i, cell in enumerate(row) if cell.key) - 1


def _rerow(make: Callable[[list[Printed], int, random.Random], Sequence[Row] | None], *tables: str) -> Mutation:
    """Make a mutation that prints other rows in place of one, which is told with a place of a value in it."""

    def mutate(page: Page, chance: random.Random) -> Page | None:
        at, row, cell = _pick(page, chance, *tables)
        rows = _rows(page, at)
        made = make(rows[row], cell, chance)
        return None if made is None else _with(page, at, [*rows[:row], *made, *rows[row + 1 :]])

    return mutate


def _recell(make: Callable[[Printed, random.Random], Sequence[Printed] | None]) -> Mutation:
    """Make a mutation that prints other cells in place of one."""

    def remake(row: list[Printed], at: int, chance: random.Random) -> list[Row] | None:
        made = make(row[at], chance)
        return None if made is None else [[*row[:at], *made, *row[at + 1 :]]]

    return _rerow(remake)


def _retext(make: Callable[[str, random.Random], str | None]) -> Mutation:
    """Make a mutation that prints one cell differently."""

    def retold(cell: Printed, chance: random.Random) -> list[Printed] | None:
        text = make(cell.text, chance)
        return None if text is None else [replace(cell, text=text)]

    return _recell(retold)


def _relabel(make: Callable[[str, random.Random], str | None]) -> Mutation:
    """Make a mutation that prints one row's label differently."""

    def relabelled(row: list[Printed], _: int, chance: random.Random) -> list[Row] | None:
        label = _leaf(row)
        text = make(row[label].text, chance)
        return None if text is None else [[*row[:label], replace(row[label], text=text), *row[label + 1 :]]]

    return _rerow(relabelled, "requests", "proactive")


def split_cell(cell: Printed, chance: random.Random) -> list[Printed] | None:
    """Break a number over two cells."""
    if len(cell.text) < 2:
        return None
    at = chance.randrange(1, len(cell.text))
    return [replace(cell, text=cell.text[:at]), replace(cell, text=cell.text[at:], key=None)]


def join_cells(row: list[Printed], at: int, _: random.Random) -> list[Row] | None:
    """Print two neighbours in one cell."""
    if at + 1 >= len(row) or not row[at + 1].key:
        return None
    joined = replace(row[at], text=row[at].text + row[at + 1].text, key=None)
    return [[*row[:at], joined, *row[at + 2 :]]]


def blank_filler(row: list[Printed], at: int, chance: random.Random) -> list[Row]:
    """Print an empty cell before, between or behind the values of a row."""
    at += chance.randint(0, 1)
    return [[*row[:at], Printed(""), *row[at:]]]


def _unless_heading(times: int) -> Mutation:
    """Make a mutation that prints a row so many times, but none in which a cell over several rows begins."""
    return _rerow(lambda row, *_: None if any(cell.down > 1 for cell in row) else [row] * times)


def blank_column(page: Page, chance: random.Random) -> Page:
    """Print nothing in a column's cells."""
    at, row, cell = _pick(page, chance, "requests")
    rows = _rows(page, at)
    key = rows[row][cell].key
    return _with(page, at, [[replace(c, text="") if c.key and key and c.key.column == key.column else c for c in row]
                            for row in rows])  # fmt: skip


def _column(page: Page, chance: random.Random) -> tuple[int, int, int, list[list[Printed]], int]:
    """Pick two neighbouring leaf columns under one head of the request table.

    Returns the grid, the places of both from the right, the rows, and which of them holds the labels of columns.
    """
    at = _grids(page, "requests")[0]
    rows = _rows(page, at)
    first = chance.randrange(2, 6)
    return at, -first - 1, -first, rows, _data(rows)[0] - 1


def swap_columns(page: Page, chance: random.Random) -> Page | None:
    """Exchange two columns with their labels."""
    at, one, two, rows, head = _column(page, chance)
    if two == -2:
        return None
    for i, row in enumerate(rows[head:]):
        shift = 1 if i == 0 else 0  # the total's label stands in a line above
        row[one + shift], row[two + shift] = row[two + shift], row[one + shift]
    return _with(page, at, rows)


def drop_column(page: Page, chance: random.Random) -> Page:
    """Lose a column with its label."""
    at, _, place, rows, head = _column(page, chance)
    narrower = [[replace(cell, across=cell.across - (cell.across >= 5)) for cell in row] for row in rows[:head]]
    for i, row in enumerate(rows[head:]):
        del row[place + (1 if i == 0 else 0)]
    return _with(page, at, [*narrower, *rows[head:]])


def drop_values_of_column(page: Page, chance: random.Random) -> Page:
    """Lose a column's values, its label kept."""
    at, _, place, rows, head = _column(page, chance)
    for row in rows[head + 1 :]:
        del row[place]
    return _with(page, at, rows)


def swap_rows(page: Page, chance: random.Random) -> Page | None:
    """Exchange two rows with their labels; the heads beside them stay."""
    at = chance.choice(_grids(page, "requests", "proactive"))
    rows = _rows(page, at)
    one, two = chance.sample(_data(rows), 2)
    a, b = _leaf(rows[one]), _leaf(rows[two])
    if len(rows[one]) - a != len(rows[two]) - b or rows[one][a].across != rows[two][b].across:
        return None
    rows[one][a:], rows[two][b:] = rows[two][b:], rows[one][a:]
    return _with(page, at, rows)


def _move(page: Page, at: int, order: Sequence[int], places: Sequence[int]) -> Page:
    """Print the values of some rows in others, the labels staying: the page becomes false."""
    rows = _rows(page, at)
    texts = [[cell.text for cell in rows[i] if cell.key] for i in order]
    for place, printed in zip(places, texts, strict=True):
        values = iter(printed)
        rows[place] = [replace(cell, text=next(values)) if cell.key else cell for cell in rows[place]]
    return _with(page, at, rows)


def moved_rows(page: Page, chance: random.Random) -> Page:
    """Exchange the values of two rows under unchanged labels."""
    at = _grids(page, "requests")[0]
    one, two = chance.sample(_data(_rows(page, at)), 2)
    return _move(page, at, (two, one), (one, two))


def moved_block(page: Page, chance: random.Random) -> Page:
    """Rotate the values of a block of rows under unchanged labels."""
    at = _grids(page, "requests")[0]
    data = _data(_rows(page, at))
    first = chance.randrange(2, len(data) - 5)
    block = data[first : first + chance.randint(3, len(data) - 2 - first)]
    return _move(page, at, [*block[1:], block[0]], block)


def moved_cells(row: list[Printed], one: int, chance: random.Random) -> list[Row] | None:
    """Exchange two values of a row under unchanged labels."""
    two = chance.choice([i for i, cell in enumerate(row) if cell.key])
    if row[one].text == row[two].text:
        return None
    row[one], row[two] = replace(row[one], text=row[two].text), replace(row[two], text=row[one].text)
    return [row]


def _insert(page: Page, chance: random.Random, line: Row) -> Page:
    at = chance.choice(_grids(page))
    rows = _rows(page, at)
    row = chance.choice(_data(rows))
    return _with(page, at, [*rows[:row], line, *rows[row:]])


def page_number_row(page: Page, chance: random.Random) -> Page:
    """Print a page number between two rows."""
    number = str(chance.randint(1, 20))
    return _insert(page, chance, (Printed(chance.choice([number, f"- {number} -", f"第{number}页"])),))


def note_row(page: Page, chance: random.Random) -> Page:
    """Print a note between two rows."""
    return _insert(page, chance, (Printed(f"注：统计截至{chance.randint(1, 12)}月31日", 3),))


def repeat_header(page: Page, chance: random.Random) -> Page:
    """Print a table's head again inside it."""
    at = chance.choice(_grids(page, "requests"))
    rows = _rows(page, at)
    row = chance.choice(_data(rows)[2:])
    return _with(page, at, [*rows[:row], *rows[: _data(rows)[0]], *rows[row:]])


def break_table(page: Page, chance: random.Random) -> Page:
    """Break a table over two pages, a page number between; heads from the first leave blanks on the second."""
    at = chance.choice(_grids(page, "requests", "proactive"))
    rows = _rows(page, at)
    row = chance.choice(_data(rows)[1:])
    width = max(sum(cell.across for cell in line) for line in rows)
    second = ([*[Printed("")] * (width - sum(cell.across for cell in line)), *line] for line in rows[row:])
    first, rest = _with(page, at, rows[:row]).parts[at], _with(page, at, second).parts[at]
    return replace(page, parts=(*page.parts[:at], first, f"- {chance.randint(2, 9)} -", rest, *page.parts[at + 1 :]))


def _spaced(text: str, chance: random.Random) -> str:
    at = chance.randrange(1, len(text))
    return text[:at] + chance.choice([" ", "　", " "]) + text[at:]


def _typo(text: str, chance: random.Random) -> str | None:
    if len(text) < 7:
        return None
    at = chance.randrange(3, len(text))
    return text[:at] + chance.choice(["", "某", text[at] * 2]) + text[at + 1 :]


def tear_label(row: list[Printed], _: int, chance: random.Random) -> list[Row] | None:
    """Tear a row's label: its beginning stands on a line of its own above the row."""
    label = row[_leaf(row)]
    if len(label.text) < 6 or any(cell.down > 1 for cell in row):
        return None
    cut = chance.randrange(3, len(label.text) - 1)
    row[_leaf(row)] = replace(label, text=label.text[cut:])
    return [[Printed(label.text[:cut], label.across)], row]


def wrong_label(page: Page, chance: random.Random) -> Page:
    """Print another row's label beside a row: the page becomes false."""
    at = _grids(page, "requests")[0]
    rows = _rows(page, at)
    one, two = chance.sample(_data(rows), 2)
    a, b = _leaf(rows[one]), _leaf(rows[two])
    rows[one][a] = replace(rows[one][a], text=rows[two][b].text)
    rows[one] = [replace(cell, key=None) for cell in rows[one]]
    return _with(page, at, rows)


def reorder_sections(page: Page, chance: random.Random) -> Page:
    """Print the tables in another order, each with its heading."""
    pairs = [(page.parts[i - 1], page.parts[i]) for i in _grids(page)]
    chance.shuffle(pairs)
    first = _grids(page)[0] - 1
    last = _grids(page)[-1] + 1
    moved = tuple(part for pair in pairs for part in pair)
    return replace(page, parts=(*page.parts[:first], *moved, *page.parts[last:]))


def drop_heading(page: Page, chance: random.Random) -> Page:
    """Lose a table's heading."""
    at = chance.choice(_grids(page))
    return replace(page, parts=(*page.parts[: at - 1], *page.parts[at:]))


def drop_table(page: Page, chance: random.Random) -> Page:
    """Lose a table, its heading kept."""
    at = chance.choice(_grids(page))
    return replace(page, parts=(*page.parts[:at], *page.parts[at + 1 :]))


def drop_head_line(page: Page, chance: random.Random) -> Page:
    """Lose the line of column labels right above the values."""
    at = chance.choice(_grids(page, "requests", "proactive"))
    rows = _rows(page, at)
    del rows[_data(rows)[0] - 1]
    return _with(page, at, rows)


def value_over_two_rows(page: Page, chance: random.Random) -> Page | None:
    """Print one value in a cell that reaches over the row below, which has none then: neither is told."""
    at = chance.choice(_grids(page, "requests"))
    rows = _rows(page, at)
    row = chance.choice([i for i in _data(rows)[:-1] if len(rows[i + 1]) > 1 and rows[i + 1][-1].key])
    place = -chance.randint(1, 7)
    if not (rows[row][place].key and rows[row + 1][place].key):
        return None
    rows[row][place] = replace(rows[row][place], down=2, key=None)
    del rows[row + 1][place]
    return _with(page, at, rows)


def another_unit(page: Page, chance: random.Random) -> Page:
    """Print an amount in another unit of money than the form asks for: as a number of that unit it is not told."""
    (at,) = _grids(page, "proactive")
    rows = _rows(page, at)
    amounts = ((row, i) for row in rows for i, cell in enumerate(row) if cell.key and cell.key.column == "amount")
    row, i = chance.choice(list(amounts))
    row[i] = replace(row[i], text=f"{row[i].text or 3}{chance.choice(['亿元', '千元'])}", key=None)
    return _with(page, at, rows)


def second_report(page: Page, _: random.Random) -> Page:
    """Print the report of another year behind it: of neither is anything told."""
    parts = with_cells(page, lambda cell: replace(cell, key=None)).parts
    return replace(page, parts=(*parts, page.title.replace("年政府", "年度政府").replace("202", "201"), *parts))


def with_column(grid: Grid, head: str, is_first: bool, value: str = "2024") -> Grid:
    """Return a table with one column more, before its values or behind them, as tall as its heads."""
    tall = sum(not any(cell.key for cell in row) for row in grid.rows)
    rows = []
    for number, row in enumerate(grid.rows):
        more = (Printed(value),) if number >= tall else (Printed(head, down=tall),) if number == 0 else ()
        labels = next((i for i, cell in enumerate(row) if cell.key), 0 if grid.table == "review" else 1)
        at = labels if is_first else len(row)
        rows.append((*row[:at], *more, *row[at:]))
    return replace(grid, rows=tuple(rows))


def column_more(page: Page, chance: random.Random) -> Page | None:
    """Print a column that the form does not have beside the values of a table, and leave one value blank."""
    at = chance.choice(_grids(page))
    grid = page.parts[at]
    if not isinstance(grid, Grid) or grid.table not in ("requests", "review"):
        return None
    more = with_column(grid, chance.choice(["年度", "序号", "本年"]), chance.random() < 0.5)
    keys = [cell.key for row in grid.rows for cell in row if cell.key]
    blank = chance.choice([*keys[:1], *keys[-1:], chance.choice(keys), None])
    return _with(page, at, [[replace(c, text="") if blank and c.key == blank else c for c in row] for row in more.rows])


def _grouped(text: str, chance: random.Random) -> str | None:
    return f"{int(text):,}".replace(",", chance.choice([",", "，"])) if int(text) > 999 else None


#: Every mutation by name. Those whose name begins with ``moved`` or ``wrong`` make the page itself false.
MUTATIONS: dict[str, Mutation] = {
    "unchanged": lambda page, _: page,
    "drop cell": _recell(lambda *_: []),
    "blank cell": _retext(lambda _, __: ""),
    "dash for a cell": _retext(lambda _, chance: chance.choice(["-", "/", "—", "无"])),
    "repeat cell": _recell(lambda cell, _: [cell, replace(cell, key=None)]),
    "split cell": _recell(split_cell),
    "join cells": _rerow(join_cells),
    "stray number": _rerow(lambda row, _, chance: [[*row, Printed(str(chance.randint(1, 40)))]]),
    "blank filler": _rerow(blank_filler),
    "thousands comma": _retext(_grouped),
    "full-width digits": _retext(lambda text, _: text.translate({48 + i: 0xFF10 + i for i in range(10)})),
    "letter O for 0": _retext(lambda text, _: text.replace("0", "O") if "0" in text else None),
    "space in a number": _retext(lambda text, _: f"{text[0]} {text[1:]}" if len(text) > 1 else None),
    "drop row": _unless_heading(0),
    "blank row": _rerow(lambda row, *_: [[replace(cell, text="") if cell.key else cell for cell in row]]),
    "repeat row": _unless_heading(2),
    "swap rows": swap_rows,
    "drop column": drop_column,
    "drop a column's values": drop_values_of_column,
    "blank column": blank_column,
    "swap columns": swap_columns,
    "page number": page_number_row,
    "note": note_row,
    "repeat header": repeat_header,
    "break table": break_table,
    "space in a label": _relabel(_spaced),
    "typo in a label": _relabel(_typo),
    "no label": _relabel(lambda _, __: ""),
    "tear label": _rerow(tear_label, "requests"),
    "drop head line": drop_head_line,
    "reorder sections": reorder_sections,
    "drop heading": drop_heading,
    "drop table": drop_table,
    "value over two rows": value_over_two_rows,
    "another unit": another_unit,
    "a second report": second_report,
    "a column more": column_more,
    "moved rows": moved_rows,
    "moved block": moved_block,
    "moved cells": _rerow(moved_cells, "requests", "review"),
    "wrong label": wrong_label,
}


def is_false(name: str) -> bool:
    """Whether a mutation makes the page itself false, so that no reader of it can see the error."""
    return name.startswith(("moved", "wrong"))


def is_seen(name: str, ending: str) -> bool:
    """Whether a mutation is seen in what is printed.

    Without rules no value over two rows is told from one and a blank; a table that is broken and then turned has lost
    its heads.
    """
    if name == "break table" and ending.startswith("turned"):
        return False
    ruled = ending.endswith((".html", ".docx", ".pdf")) and not ending.startswith(("three lines", "shaded"))
    return name != "value over two rows" or ruled
