"""Reports for the tests of data files: the reference report with other words, other marks, other numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from itertools import cycle

import pytest

from foi_analysis import Report
from foi_analysis.form import CellKey
from foi_analysis.report import Finding


@pytest.fixture(scope="session")
def renamed(reference: Report) -> Callable[..., Report]:
    """Return the reference report with a text in every place that the source fills in; several take turns."""

    def rename(*texts: str) -> Report:
        turn = cycle(texts)
        cells = {
            key: cell._replace(printed=text, where=text, doubt=text, note=text)
            for (key, cell), text in zip(reference.grid.items(), turn, strict=False)
        }
        finding = Finding(*[texts[0]] * 4)
        found = dict.fromkeys(("organ", "scope", "level", "published_on"), finding)
        year = replace(finding, value="")  # the reader takes nothing but four digits for a year
        return replace(reference, name=texts[0], grid=cells, year=year, **found)

    return rename


@pytest.fixture(scope="session")
def marked(reference: Report) -> Report:
    """Return the reference report with one cell of each mark, a doubtful one, and numbers that are hard to keep."""
    cells = dict(reference.grid)

    def change(row: str, **values: object) -> None:
        key = CellKey("requests", row, "business")
        cells[key] = cells[key]._replace(**values)  # type: ignore[arg-type]

    change("new", value=None, mark="blank", printed="")
    change("carried_in", value=None, mark="dash", printed="-")
    change("disclosed", value=None, mark="missing", printed="", where="")
    change("partly_disclosed", value=None, mark="unreadable", printed="1O", doubt="unreadable")
    change("withheld_by_law", mark="supplied", value=5, doubt="")
    change("withheld_security", value=7, doubt="two readings disagree: by order 8 (line 3, field 2)")
    change("concluded", value=1_234_567_890_123_456, printed="1234567890123456")
    change("carried_out", value=Decimal("0.125"), printed="0.125")
    return replace(reference, grid=cells)
