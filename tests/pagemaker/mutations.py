"""Damage a printed page in the ways that publishing, copying and recognition do, the right answer kept.

Each mutation takes a page and a source of chance and gives another page, or None where it does not apply.
What a cell prints travels with the cell. *Moved* mutations print values under labels that are not theirs:
the page itself is false then, and no reader of that page can see it.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import replace

from pagemaker.pages import Grid, Page, Printed

Row = tuple[Printed, ...]
Mutation = Callable[[Page, random.Random], Page | None]


def _grids(page: Page, *tables: str) -> list[int]:
    return [i for i, p in enumerate(page.parts) if isinstance(p, Grid) and (not tables or p.table in tables)]


def _grid(page: Page, at: int) -> Grid:
    part = page.parts[at]
    assert isinstance(part, Grid)
    return part


def _with(page: Page, at: int, rows: Sequence[Sequence[Printed]]) -> Page:
    """Give the page with other rows in one grid."""
    grid = replace(_grid(page, at), rows=tuple(tuple(row) for row in rows))
    return replace(page, parts=(*page.parts[:at], grid, *page.parts[at + 1 :]))


def _data(grid: Grid) -> list[int]:
    return [i for i, row in enumerate(grid.rows) if any(cell.key for cell in row)]


def _pick(page: Page, chance: random.Random, *tables: str) -> tuple[int, int, int]:
    """Pick a value cell: its grid, row and place in the row."""
    at = chance.choice(_grids(page, *tables))
    row = chance.choice(_data(_grid(page, at)))
    cells = [i for i, cell in enumerate(_grid(page, at).rows[row]) if cell.key]
    return at, row, chance.choice(cells)


def _change(page: Page, place: tuple[int, int, int], *cells: Printed) -> Page:
    """Put other cells in the place of one."""
    at, row, cell = place
    rows = list(_grid(page, at).rows)
    rows[row] = (*rows[row][:cell], *cells, *rows[row][cell + 1 :])
    return _with(page, at, rows)


def _cell(page: Page, place: tuple[int, int, int]) -> Printed:
    at, row, cell = place
    return _grid(page, at).rows[row][cell]


def _retext(make: Callable[[str, random.Random], str | None]) -> Mutation:
    """Make a mutation that prints one cell differently."""

    def mutate(page: Page, chance: random.Random) -> Page | None:
        place = _pick(page, chance)
        text = make(_cell(page, place).text, chance)
        return None if text is None else _change(page, place, replace(_cell(page, place), text=text))

    return mutate


def drop_cell(page: Page, chance: random.Random) -> Page:
    """Lose one cell; those behind it move up."""
    return _change(page, _pick(page, chance))


def repeat_cell(page: Page, chance: random.Random) -> Page:
    """Print one cell twice."""
    place = _pick(page, chance)
    cell = _cell(page, place)
    return _change(page, place, cell, replace(cell, key=None))


def split_cell(page: Page, chance: random.Random) -> Page | None:
    """Break a number over two cells."""
    place = _pick(page, chance)
    cell = _cell(page, place)
    if len(cell.text) < 2:
        return None
    at = chance.randrange(1, len(cell.text))
    return _change(page, place, replace(cell, text=cell.text[:at]), replace(cell, text=cell.text[at:], key=None))


def join_cells(page: Page, chance: random.Random) -> Page | None:
    """Print two neighbours in one cell."""
    at, row, cell = _pick(page, chance)
    cells = _grid(page, at).rows[row]
    if cell + 1 >= len(cells) or not cells[cell + 1].key:
        return None
    joined = replace(cells[cell], text=cells[cell].text + cells[cell + 1].text, key=None)
    rows = list(_grid(page, at).rows)
    rows[row] = (*cells[:cell], joined, *cells[cell + 2 :])
    return _with(page, at, rows)


def stray_number(page: Page, chance: random.Random) -> Page:
    """Print a number that belongs to no column at the end of a row."""
    at, row, _ = _pick(page, chance)
    rows = list(_grid(page, at).rows)
    rows[row] = (*rows[row], Printed(str(chance.randint(1, 40))))
    return _with(page, at, rows)


def blank_filler(page: Page, chance: random.Random) -> Page:
    """Print an empty cell before, between or behind the values of a row."""
    at, row, cell = _pick(page, chance)
    rows = list(_grid(page, at).rows)
    cell += chance.randint(0, 1)
    rows[row] = (*rows[row][:cell], Printed(""), *rows[row][cell:])
    return _with(page, at, rows)


def drop_row(page: Page, chance: random.Random) -> Page | None:
    """Lose a row."""
    at, row, _ = _pick(page, chance)
    rows = list(_grid(page, at).rows)
    if any(cell.down > 1 for cell in rows[row]):
        return None
    return _with(page, at, rows[:row] + rows[row + 1 :])


def repeat_row(page: Page, chance: random.Random) -> Page | None:
    """Print a row twice."""
    at, row, _ = _pick(page, chance)
    rows = list(_grid(page, at).rows)
    if any(cell.down > 1 for cell in rows[row]):
        return None
    return _with(page, at, [*rows[: row + 1], *rows[row:]])


def blank_row(page: Page, chance: random.Random) -> Page:
    """Print nothing in a row's cells."""
    at, row, _ = _pick(page, chance)
    rows = list(_grid(page, at).rows)
    rows[row] = tuple(replace(cell, text="") if cell.key else cell for cell in rows[row])
    return _with(page, at, rows)


def blank_column(page: Page, chance: random.Random) -> Page:
    """Print nothing in a column's cells."""
    place = _pick(page, chance, "requests")
    key = _cell(page, place).key
    rows = [
        [replace(c, text="") if c.key and key and c.key.column == key.column else c for c in row]
        for row in _grid(page, place[0]).rows
    ]
    return _with(page, place[0], rows)


def _column(page: Page, chance: random.Random) -> tuple[int, int, int, list[list[Printed]]]:
    """Pick two neighbouring leaf columns under one head of the request table: grid, places from the right, rows."""
    at = _grids(page, "requests")[0]
    rows = [list(row) for row in _grid(page, at).rows]
    first = chance.randrange(2, 6)
    return at, -first - 1, -first, rows


def swap_columns(page: Page, chance: random.Random) -> Page | None:
    """Exchange two columns with their labels."""
    at, one, two, rows = _column(page, chance)
    head = max(i for i, row in enumerate(rows) if not any(cell.key for cell in row))
    if two == -2:
        return None
    for i, row in enumerate(rows):
        shift = 1 if i == head else 0  # the total's label stands in a line above
        if i >= head:
            row[one + shift], row[two + shift] = row[two + shift], row[one + shift]
    return _with(page, at, rows)


def drop_column(page: Page, chance: random.Random) -> Page | None:
    """Lose a column with its label."""
    at, _, place, rows = _column(page, chance)
    head = max(i for i, row in enumerate(rows) if not any(cell.key for cell in row))
    narrower = [
        [replace(cell, across=cell.across - 1) if i < head and cell.across >= 5 else cell for cell in row]
        for i, row in enumerate(rows)
    ]
    for i, row in enumerate(narrower):
        if i >= head:
            del row[place + (1 if i == head else 0)]
    return _with(page, at, narrower)


def drop_values_of_column(page: Page, chance: random.Random) -> Page:
    """Lose a column's values, its label kept."""
    at, _, place, rows = _column(page, chance)
    for row in rows:
        if any(cell.key for cell in row):
            del row[place]
    return _with(page, at, rows)


def _leaf(row: Sequence[Printed]) -> int:
    """Give where a row's own label stands: the last cell before its values."""
    return next(i for i, cell in enumerate(row) if cell.key) - 1


def swap_rows(page: Page, chance: random.Random) -> Page | None:
    """Exchange two rows with their labels; the heads beside them stay."""
    at = chance.choice(_grids(page, "requests", "proactive"))
    rows = [list(row) for row in _grid(page, at).rows]
    one, two = chance.sample(_data(_grid(page, at)), 2)
    a, b = _leaf(rows[one]), _leaf(rows[two])
    if len(rows[one]) - a != len(rows[two]) - b or rows[one][a].across != rows[two][b].across:
        return None
    rows[one][a:], rows[two][b:] = rows[two][b:], rows[one][a:]
    return _with(page, at, rows)


def _move(page: Page, at: int, order: Sequence[int], places: Sequence[int]) -> Page:
    """Print the values of some rows in others, the labels staying: the page becomes false."""
    rows = [list(row) for row in _grid(page, at).rows]
    texts = [[cell.text for cell in rows[i] if cell.key] for i in order]
    for place, printed in zip(places, texts, strict=True):
        values = iter(printed)
        rows[place] = [replace(cell, text=next(values)) if cell.key else cell for cell in rows[place]]
    return _with(page, at, rows)


def moved_rows(page: Page, chance: random.Random) -> Page:
    """Exchange the values of two rows under unchanged labels."""
    at = _grids(page, "requests")[0]
    one, two = chance.sample(_data(_grid(page, at)), 2)
    return _move(page, at, (two, one), (one, two))


def moved_block(page: Page, chance: random.Random) -> Page:
    """Rotate the values of a block of rows under unchanged labels."""
    at = _grids(page, "requests")[0]
    data = _data(_grid(page, at))
    first = chance.randrange(2, len(data) - 5)
    block = data[first : first + chance.randint(3, len(data) - 2 - first)]
    return _move(page, at, [*block[1:], block[0]], block)


def moved_cells(page: Page, chance: random.Random) -> Page | None:
    """Exchange two values of a row under unchanged labels."""
    at, row, one = _pick(page, chance, "requests", "review")
    cells = list(_grid(page, at).rows[row])
    two = chance.choice([i for i, cell in enumerate(cells) if cell.key])
    if cells[one].text == cells[two].text:
        return None
    cells[one], cells[two] = replace(cells[one], text=cells[two].text), replace(cells[two], text=cells[one].text)
    rows = list(_grid(page, at).rows)
    rows[row] = tuple(cells)
    return _with(page, at, rows)


def _insert(page: Page, chance: random.Random, *lines: Row) -> Page:
    at = chance.choice(_grids(page))
    rows = list(_grid(page, at).rows)
    row = chance.choice(_data(_grid(page, at)))
    return _with(page, at, [*rows[:row], *lines, *rows[row:]])


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
    rows = list(_grid(page, at).rows)
    head = rows[: _data(_grid(page, at))[0]]
    row = chance.choice(_data(_grid(page, at))[2:])
    return _with(page, at, [*rows[:row], *head, *rows[row:]])


def break_table(page: Page, chance: random.Random) -> Page | None:
    """Break a table over two pages, a page number between."""
    at = chance.choice(_grids(page, "requests", "proactive"))
    grid = _grid(page, at)
    row = chance.choice(_data(grid)[1:])
    first, second = list(grid.rows[:row]), [list(line) for line in grid.rows[row:]]
    width = max(sum(cell.across for cell in line) for line in grid.rows)
    for line in second:  # heads that span from the first page leave blanks on the second
        lacking = width - sum(cell.across for cell in line)
        line[:0] = [Printed("")] * lacking
    parts = (replace(grid, rows=tuple(first)), f"- {chance.randint(2, 9)} -")
    rest = replace(grid, rows=tuple(map(tuple, second)))
    return replace(page, parts=(*page.parts[:at], *parts, rest, *page.parts[at + 1 :]))


def _relabel(make: Callable[[str, random.Random], str | None]) -> Mutation:
    """Make a mutation that prints one row's label differently."""

    def mutate(page: Page, chance: random.Random) -> Page | None:
        at, row, _ = _pick(page, chance, "requests", "proactive")
        cells = list(_grid(page, at).rows[row])
        label = _leaf(cells)
        text = make(cells[label].text, chance)
        if text is None:
            return None
        cells[label] = replace(cells[label], text=text)
        rows = list(_grid(page, at).rows)
        rows[row] = tuple(cells)
        return _with(page, at, rows)

    return mutate


def _spaced(text: str, chance: random.Random) -> str:
    at = chance.randrange(1, len(text))
    return text[:at] + chance.choice([" ", "　", " "]) + text[at:]


def _typo(text: str, chance: random.Random) -> str | None:
    if len(text) < 7:
        return None
    at = chance.randrange(3, len(text))
    return text[:at] + chance.choice(["", "某", text[at] * 2]) + text[at + 1 :]


def tear_label(page: Page, chance: random.Random) -> Page | None:
    """Tear a row's label: its beginning stands on a line of its own above the row."""
    at, row, _ = _pick(page, chance, "requests")
    rows = [list(line) for line in _grid(page, at).rows]
    label = _leaf(rows[row])
    text = rows[row][label].text
    if len(text) < 6 or any(cell.down > 1 for cell in rows[row]):
        return None
    cut = chance.randrange(3, len(text) - 1)
    above = [Printed(text[:cut], rows[row][label].across)]
    rows[row][label] = replace(rows[row][label], text=text[cut:])
    return _with(page, at, [*rows[:row], above, *rows[row:]])


def wrong_label(page: Page, chance: random.Random) -> Page | None:
    """Print another row's label beside a row: the page becomes false."""
    at = _grids(page, "requests")[0]
    rows = [list(line) for line in _grid(page, at).rows]
    one, two = chance.sample(_data(_grid(page, at)), 2)
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
    rows = list(_grid(page, at).rows)
    first = _data(_grid(page, at))[0]
    return _with(page, at, rows[: first - 1] + rows[first:])


def value_over_two_rows(page: Page, chance: random.Random) -> Page | None:
    """Print one value in a cell that reaches over the row below, which has none then: neither is told."""
    at = chance.choice(_grids(page, "requests"))
    grid = _grid(page, at)
    rows = [i for i in _data(grid)[:-1] if len(grid.rows[i + 1]) > 1 and grid.rows[i + 1][-1].key]
    row, place = chance.choice(rows), -chance.randint(1, 7)
    if not (grid.rows[row][place].key and grid.rows[row + 1][place].key):
        return None
    upper, lower = list(grid.rows[row]), list(grid.rows[row + 1])
    upper[place] = replace(upper[place], down=2, key=None)
    del lower[place]
    return _with(page, at, [*grid.rows[:row], upper, lower, *grid.rows[row + 2 :]])


def another_unit(page: Page, chance: random.Random) -> Page | None:
    """Print an amount in another unit of money than the form asks for: as a number of that unit it is not told."""
    at = next(iter(_grids(page, "proactive")))
    places = [
        (at, i, j)
        for i, row in enumerate(_grid(page, at).rows)
        for j, cell in enumerate(row)
        if cell.key and cell.key.column == "amount"
    ]
    place = chance.choice(places)
    cell = _cell(page, place)
    return _change(page, place, replace(cell, text=f"{cell.text or 3}{chance.choice(['亿元', '千元'])}", key=None))


def second_report(page: Page, _: random.Random) -> Page:
    """Print the report of another year behind it: of neither is anything told."""
    parts = [
        replace(p, rows=tuple(tuple(replace(cell, key=None) for cell in row) for row in p.rows))
        if isinstance(p, Grid)
        else p
        for p in page.parts
    ]
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
    at = chance.choice([i for i, part in enumerate(page.parts) if isinstance(part, Grid)])
    grid = page.parts[at]
    if not isinstance(grid, Grid) or grid.table not in ("requests", "review"):
        return None
    more = with_column(grid, chance.choice(["年度", "序号", "本年"]), chance.random() < 0.5)
    keys = [cell.key for row in grid.rows for cell in row if cell.key]
    blank = chance.choice([*keys[:1], *keys[-1:], chance.choice(keys), None])
    rows = (tuple(replace(c, text="") if blank and c.key == blank else c for c in row) for row in more.rows)
    return replace(page, parts=(*page.parts[:at], replace(more, rows=tuple(rows)), *page.parts[at + 1 :]))


def _grouped(text: str, chance: random.Random) -> str | None:
    return f"{int(text):,}".replace(",", chance.choice([",", "，"])) if int(text) > 999 else None


#: Every mutation by name. Those whose name begins with ``moved`` or ``wrong`` make the page itself false.
MUTATIONS: dict[str, Mutation] = {
    "unchanged": lambda page, _: page,
    "drop cell": drop_cell,
    "blank cell": _retext(lambda _, __: ""),
    "dash for a cell": _retext(lambda _, chance: chance.choice(["-", "/", "—", "无"])),
    "repeat cell": repeat_cell,
    "split cell": split_cell,
    "join cells": join_cells,
    "stray number": stray_number,
    "blank filler": blank_filler,
    "thousands comma": _retext(_grouped),
    "full-width digits": _retext(lambda text, _: text.translate({48 + i: 0xFF10 + i for i in range(10)})),
    "letter O for 0": _retext(lambda text, _: text.replace("0", "O") if "0" in text else None),
    "space in a number": _retext(lambda text, _: f"{text[0]} {text[1:]}" if len(text) > 1 else None),
    "drop row": drop_row,
    "blank row": blank_row,
    "repeat row": repeat_row,
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
    "tear label": tear_label,
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
    "moved cells": moved_cells,
    "wrong label": wrong_label,
}


def is_false(name: str) -> bool:
    """Whether a mutation makes the page itself false, so that no reader of it can see the error."""
    return name.startswith(("moved", "wrong"))


def is_seen(name: str, ending: str) -> bool:
    """Whether a mutation is seen in what is printed.

    A text tells no value over two rows from one and a blank; a table that is broken and then turned has lost its heads.
    """
    if name == "break table" and ending.startswith("turned"):
        return False
    ruled = ending.endswith((".html", ".docx", ".pdf")) and "three lines" not in ending
    return name != "value over two rows" or ruled
