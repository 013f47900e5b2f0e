"""What tests of reading expect of a report: each cell as printed, or a doubt that says why not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from pagemaker import Page, lay_out

from foi_analysis import Report, load_form
from foi_analysis.form import CellKey, Form
from foi_analysis.reading.document import Document, read_token
from foi_analysis.teaching.answers import draw_values

Read, Opened, Write = Callable[..., Report], Callable[..., Document], Callable[..., Path]
Values = Mapping[CellKey, object]
ORGAN = "某某市人民政府"
UNREADABLE, BLANK = "unreadable", "blank"


def drawn(form_id: str = "cn-2021", seed: int = 21, size: int = 900, year: int = 2024) -> tuple[Form, Values, Page]:
    """Draw a report: its form, its values and the page that prints them."""
    form = load_form(form_id)
    values = draw_values(form, seed, size)
    return form, values, lay_out(form, values, ORGAN, year)


def said(text: str) -> object:
    """Return the number that a text says, or its mark."""
    token = read_token(text)
    return token.mark if token.value is None else token.value


def texts(document: Document, everywhere: bool = False) -> list[list[str]]:
    """Return the texts of the cells of each row of a table, or of the fields of each line."""
    return [[field.text for field in line.fields] for line in document.lines if line.grid or everywhere]


def spans(document: Document) -> list[list[tuple[str, int, int]]]:
    """Return the cells of each row of a table, each with the columns between which it stands."""
    return [[(field.text, field.left, field.right) for field in line.fields] for line in document.lines if line.grid]


def silent(report: Report, values: Values) -> list[CellKey]:
    """Return the cells that are read without a doubt, and otherwise than they are printed."""
    read = (cell for cell in report.grid.values() if not cell.doubt and cell.mark != "missing")
    return [cell.key for cell in read if cell.value != values.get(cell.key)]


def assert_as_printed(report: Report, values: Values) -> None:
    """Each number is read in its place and each blank as a blank, without a doubt."""
    assert {key: cell.value for key, cell in report.grid.items() if cell.value != values.get(key)} == {}
    assert {cell.mark for key, cell in report.grid.items() if key not in values} <= {BLANK}
    assert report.doubtful == ()
    if len(values) == len(report.grid):
        assert all({"label", "order"} <= set(cell.proofs) for cell in report.grid.values())
