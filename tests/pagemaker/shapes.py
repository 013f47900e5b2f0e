"""Print a laid-out report as people copy and save it: shapes that have lost their cells, and tables that lack rules."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from functools import partial
from itertools import accumulate, chain

from foi_analysis import load_form
from pagemaker.pages import Grid, Page, Printed, placed, with_grids
from pagemaker.pdf import to_pdf
from pagemaker.printing import to_text

_FORM = load_form("cn-2021")  # the table of cases is the same in every form


def as_text(page: Page) -> str:
    """Print plain text."""
    return to_text(page).decode()


def cell_a_line(page: Page) -> str:
    """Write a page as "save as text" does: each cell that is not empty on a line of its own."""
    return "\n".join(field for line in as_text(page).splitlines() for field in line.split("\t") if field.strip())


def piped(text: str, before: str = "| ", after: str = " |") -> str:
    """Write pipes in place of tabs."""
    lines = (f"{before}{line}{after}" if "\t" in line else line for line in text.splitlines())
    return "\n".join(lines).replace("\t", " | ")


def filled(write: Callable[[list[str], int], str]) -> Callable[[Page], str]:
    """Return what writes each row by its cells, and by how many more places its merged ones cover, as crawlers do."""

    def text(page: Page) -> str:
        lines = [page.title, ""]
        for part in page.parts:
            if isinstance(part, str):
                lines.append(part)
            else:
                width = max(sum(cell.across for cell in row) for row in part.rows)
                lines += [write([cell.text for cell in row], width - len(row)) for row in part.rows]
        return "\n".join(lines)

    return text


def repeated(page: Page) -> str:
    """Write each merged cell in every place that it covers, as programs do that know none."""
    lines = [page.title]
    for part in page.parts:
        rows = placed(part) if isinstance(part, Grid) else ()
        lines += [part] if isinstance(part, str) else []
        lines += ("\t".join(text for _, cell, _ in row for text in [cell.text] * cell.across) for row in rows)
    return "\n".join(lines)


def downward(page: Page) -> Page:
    """Print the table of cases one route a row."""

    def turn(grid: Grid) -> Grid:
        if grid.table != "review":
            return grid
        review, values = _FORM.table("review"), [cell for row in grid.rows for cell in row if cell.key]
        head = (Printed(""), *(Printed(column.zh) for column in review.columns))
        rows = ((Printed(r.zh), *(cell for cell in values if cell.key and cell.key.row == r.key)) for r in review.rows)
        return Grid("review", (head, *rows))

    return with_grids(page, turn)


#: The routes that share a table where the table of cases is printed as two, or as three.
TABLES = {
    "two": (("reconsideration",), ("litigation_direct", "litigation_after_reconsideration")),
    "three": (("reconsideration",), ("litigation_direct",), ("litigation_after_reconsideration",)),
}


def parted(page: Page, tables: tuple[tuple[str, ...], ...]) -> Page:
    """Print the table of cases as several, each under its own heads."""
    parts: list[str | Grid] = []
    for part in page.parts:
        cut = isinstance(part, Grid) and part.table == "review"
        parts += [_routes(part, routes) for routes in tables] if cut and isinstance(part, Grid) else [part]
    return Page(page.title, tuple(parts))


def _routes(grid: Grid, routes: tuple[str, ...]) -> Grid:
    review = _FORM.table("review")
    rows, size = [review.row(key) for key in routes], len(review.columns)
    over = tuple(dict.fromkeys(group.zh for row in rows for group in review.path(row)))
    return Grid(
        "review",
        (
            *((Printed(word, size * len(routes)),) for word in over),
            tuple(Printed(row.zh, size) for row in rows),
            tuple(Printed(column.zh) for _ in rows for column in review.columns),
            tuple(cell for key in routes for row in grid.rows for cell in row if cell.key and cell.key.row == key),
        ),
    )


def turned(page: Page) -> Page:
    """Print the table of requests with its rows side by side."""

    def turn(grid: Grid) -> Grid:
        columns: dict[int, list[Printed]] = {}
        for left, cell, begins in chain.from_iterable(placed(grid)):
            if begins:
                columns.setdefault(left, []).append(Printed(cell.text, cell.down, cell.across, cell.key))
        return Grid(grid.table, tuple(tuple(columns[left]) for left in sorted(columns)))

    return with_grids(page, lambda grid: turn(grid) if grid.table == "requests" else grid)


def separated(mark: str) -> Callable[[Page], str]:
    """Return what writes a page as CSV, a merged cell in the first of its places and nothing in the others."""

    def write(page: Page) -> str:
        out = io.StringIO()
        writer = csv.writer(out, delimiter=mark, lineterminator="\n")
        writer.writerow([page.title])
        for part in page.parts:
            if isinstance(part, str):
                writer.writerow([part])
                continue
            for row in placed(part):
                writer.writerow([t for _, c, begins in row for t in [c.text * begins] + [""] * (c.across - 1)])
        return out.getvalue()

    return write


#: The widths in letters of columns of heads, labels and values, and how many letters of words stand in one of these.
_HEAD, _LABEL, _VALUE, _WRAPPED = 6, 15, 8, 4
#: How many rows of a table stand on the first page, and how far to the right the columns of the next one are.
_ROWS_OF_A_PAGE, _FURTHER = 5, 5


def fixed_width(page: Page) -> str:
    """Print a page as programs do that keep its layout: cells centred in their columns, words wrapped in them.

    In the longest table a page ends.
    """
    lines = [page.title]
    for part in page.parts:
        lines += [part] if isinstance(part, str) else _drawn(part)
    return "\n".join(lines)


def _drawn(grid: Grid) -> list[str]:
    rows = list(placed(grid))
    size = max(left + cell.across for row in rows for left, cell, _ in row)
    labels = min((left for row in rows for left, cell, _ in row if cell.key), default=0)
    widths = [_HEAD] * (labels - 1) + [_LABEL] * (labels > 0) + [_VALUE] * (size - labels)
    starts = [0, *accumulate(widths)]
    texts = {
        (top, left): wrapped(
            cell.text, _WRAPPED * cell.across if left >= labels else starts[left + cell.across] - starts[left] - 1
        )
        for top, row in enumerate(rows)
        for left, cell, begins in row
        if begins
    }
    heights = [
        max((-(-len(texts[top, left]) // cell.down) for left, cell, begins in row if begins), default=1)
        for top, row in enumerate(rows)
    ]
    tops = [0, *accumulate(heights)]
    drawn: dict[int, list[tuple[int, str]]] = {}
    for top, row in enumerate(rows):
        for left, cell, begins in row:
            if begins:
                lines, width = texts[top, left], starts[left + cell.across] - starts[left]
                height = tops[min(top + cell.down, len(rows))] - tops[top]
                for i, text in enumerate(lines):  # in halves of a line, as what is centred stands between two
                    at = 2 * tops[top] + height - len(lines) + 2 * i
                    drawn.setdefault(at, []).append((starts[left] + (width - len(text)) // 2, text))
    ends = 2 * tops[_ROWS_OF_A_PAGE] if len(rows) > 2 * _ROWS_OF_A_PAGE else max(drawn) + 1
    first, second = ([_line(drawn[at]) for at in sorted(drawn) if (at < ends) == side] for side in (True, False))
    return [
        *first,
        *([" " * 30 + "1", "\f" + " " * _FURTHER + second[0]] if second else []),
        *(" " * _FURTHER + line for line in second[1:]),
    ]


def _line(pieces: list[tuple[int, str]]) -> str:
    line = ""
    for at, text in sorted(pieces):
        line += " " * max(at - len(line), 1 if line else 0) + text
    return line


def wrapped(text: str, width: int) -> list[str]:
    """Cut words into lines of so many letters; a value stays whole."""
    is_value = not any("\u4e00" <= letter <= "\u9fff" for letter in text)
    return [text] if is_value else [text[at : at + width] for at in range(0, len(text), width)]


#: What prints a page as crawlers do: a pipe behind each cell, in a line or each on its own, blank cells too.
CRAWLED: dict[str, Callable[[Page], str]] = {
    "pipes filled up": filled(lambda cells, more: f"| {' | '.join(cells)} | {'|' * more}"),
    "a cell and a pipe a line": filled(
        lambda cells, more: "\n".join([*(f"{cell} |".strip() for cell in cells), *["|" * more][: min(more, 1)]])
    ),
    "a pipe a line": filled(
        lambda cells, more: "\n".join([part for cell in cells for part in (cell, "|") if part] + ["|" * more])
    ),
    "a cell and a pipe a line, nothing filled up": filled(lambda cells, _: "\n".join(f"{cell} |" for cell in cells)),
    "a pipe before each row": filled(
        lambda cells, more: "|\n" + "\n".join(f"{cell} |".strip() for cell in cells) + " " * (more > 0) + "|" * more
    ),
    "a blank cell begins a line": filled(
        lambda cells, _: "".join(f" {cell} |" if cell else "\n|" for cell in cells).strip(" ")
    ),
    "a pipe before cells set in": filled(
        lambda cells, more: "| " + "| ".join(f"\n {cell}  " for cell in cells) + "| " + "|" * more
    ),
}

#: What prints a page in each shape as text, by the name of the shape.
COPIED: dict[str, Callable[[Page], str]] = {
    "a cell a line": cell_a_line,
    "a cell a paragraph": lambda page: cell_a_line(page).replace("\n", "\n\n"),
    "rows of pipes": lambda page: piped(as_text(page)),
    "pipes between cells": lambda page: piped(as_text(page), "", " | "),
    "merged cells repeated": repeated,
    "merged cells repeated in pipes": lambda page: piped(repeated(page)),
    "commas": separated(","),
    "semicolons": separated(";"),
    "ideographic spaces": lambda page: as_text(page).replace("\t", "\u3000"),
    "cases in two tables": lambda page: as_text(parted(page, TABLES["two"])),
    "cases in three tables": lambda page: as_text(parted(page, TABLES["three"])),
    "full-width pipes": lambda page: piped(as_text(page), "｜", "｜").replace("|", "｜"),
    "blanks kept": separated("\t"),
    **CRAWLED,
    "turned": lambda page: repeated(turned(page)),
    "turned in pipes": lambda page: piped(repeated(turned(page))),
    "fixed width": fixed_width,
    "a route a row": lambda page: as_text(downward(page)),
}

#: What prints a page as a PDF that lacks rules, by what is drawn.
UNRULED: dict[str, Callable[[Page], bytes]] = {
    rules: partial(to_pdf, rules=rules) for rules in ("open left", "open right", "three lines", "one missing", "shaded")
}

#: Every shape as the bytes of a file, by its name, which ends as the file does.
SHAPES: dict[str, Callable[[Page], bytes]] = {
    **{f"{name}.txt": partial(lambda write, page: write(page).encode(), write) for name, write in COPIED.items()},
    **{f"{name}.pdf": write for name, write in UNRULED.items()},
}
