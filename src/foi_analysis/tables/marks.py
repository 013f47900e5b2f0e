"""How one cell is shown: number, blank, dash, missing, unreadable and supplied stay different things."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from foi_analysis.bilingual import Words, doubt_of, joined, named, place, same, words
from foi_analysis.extract import plain
from foi_analysis.form import CellKey, Table
from foi_analysis.report import Cell, Report
from foi_analysis.tables.grid import Box

#: The signs behind a number: its reading is in doubt; a person supplied it. The notes spell them out.
DOUBT, SUPPLIED = "?", "†"
#: More cells than this of one kind are counted, not listed.
_LISTED = 12


def value_box(cell: Cell, headers: tuple[str, ...] = (), down: int = 1, across: int = 1) -> Box:
    """Show a cell: what is printed, its signs, and on hovering or by the Tab key its evidence."""
    return Box(
        _content(cell),
        down=down,
        across=across,
        headers=headers,
        kind=" ".join([*([] if cell.mark == "number" else [cell.mark]), *["doubt"] * bool(cell.doubt)]),
        remark=DOUBT * bool(cell.doubt and cell.is_number) + SUPPLIED * (cell.mark == "supplied"),
        spoken=_spoken(cell),
        title=evidence(cell),
        cell=str(cell.key),
    )


def _content(cell: Cell) -> Words:
    if cell.mark in ("missing", "unreadable"):
        return named("mark", cell.mark)
    return same(plain(cell.value) if cell.is_number else cell.printed.strip() if cell.mark == "dash" else "")


def _spoken(cell: Cell) -> Words | None:
    parts = [named("mark", cell.mark)] if cell.mark in ("blank", "dash", "supplied") else []
    parts += [words("doubtful", doubt=doubt_of(cell.doubt))] if cell.doubt else []
    return joined([same(""), *parts], " ", " ") if parts else None


def evidence(cell: Cell) -> Words:
    """Return where a cell stands in its source, what is printed there where it is not shown, and what proves it."""
    proofs = joined([named("proof", proof) for proof in cell.proofs]) if cell.proofs else words("no_proof")
    parts = [place(cell.where)] if cell.where else []
    if cell.printed and cell.printed != _content(cell).zh:
        parts.append(words("as_printed", printed=cell.printed))
    parts.append(words("proved_by", proofs=proofs))
    parts += [words("doubtful", doubt=doubt_of(cell.doubt))] if cell.doubt else []
    parts += [same(cell.note)] if cell.note else []
    return joined(parts, "；", "; ")


def counted(cells: Sequence[Cell]) -> Words:
    """Count cells by their mark, as in ``15 cells (number: 14, missing: 1)``."""
    marks = list(dict.fromkeys(cell.mark for cell in cells))
    if len(marks) == 1:
        return words("cells_alike", n=len(cells), mark=named("alike", marks[0]))
    parts = [words("count_of_mark", n=sum(c.mark == m for c in cells), mark=named("mark", m)) for m in marks]
    return words("cells", n=len(cells), parts=joined(parts))


def notes(report: Report, table: Table) -> tuple[Words, ...]:
    """Write out what is special about a table's cells: its doubtful, supplied, missing and unreadable ones."""
    cells = [report.grid[key] for key in table.cells]
    if all(cell.mark == "missing" for cell in cells):
        return (words("table_missing"),)
    lines = [_listed(table, mark, [c for c in cells if c.mark == mark]) for mark in ("missing", "unreadable")]
    lines += [_listed(table, mark, [c for c in cells if c.mark == mark]) for mark in ("blank", "dash")]
    lines += [_listed(table, "supplied", [c for c in cells if c.mark == "supplied"], SUPPLIED)]
    return (*(line for line in lines if line), *_doubts(table, cells))


def _listed(table: Table, mark: str, cells: Sequence[Cell], sign: str = "") -> Words | None:
    if not cells:
        return None
    mark_name = joined([same(sign), named("mark", mark)], "", " ") if sign else named("mark", mark)
    return words("note_mark", mark=mark_name, n=len(cells), cells=_names(table, cells), means=named("means", mark))


def _doubts(table: Table, cells: Iterable[Cell]) -> list[Words]:
    """Write out doubtful numbers, those with the same doubt on one line."""
    reasons: dict[str, list[Cell]] = {}
    for cell in cells:
        if cell.doubt and cell.is_number:
            reasons.setdefault(cell.doubt, []).append(cell)
    return [
        words("note_doubt", sign=DOUBT, n=len(alike), doubt=doubt_of(reason), cells=_names(table, alike, values=True))
        for reason, alike in reasons.items()
    ]


def _names(table: Table, cells: Sequence[Cell], values: bool = False) -> Words:
    """Name cells, with their values if wanted; those beyond the first dozen are counted."""
    shown = [(name(table, cell.key), f" {plain(cell.value)}" * values) for cell in cells[:_LISTED]]
    text = joined([Words(label.zh + value, label.en + value) for label, value in shown], "；", "; ")
    return words("and_more", text=text, n=len(cells) - _LISTED) if len(cells) > _LISTED else text


def name(table: Table, key: CellKey) -> Words:
    """Name a cell by the labels of its row and column."""
    row, column = table.row(key.row), table.column(key.column)
    return Words(f"{row.zh}·{column.zh}", f"{row.en} · {column.en}")
