"""Reports made for one sentence: the reference report's tables, a sentence of our own, cells as a test wants them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from foi_analysis import Report
from foi_analysis.form import CellKey
from foi_analysis.report import Finding, Number, Paragraph

Telling = Callable[..., Report]


@pytest.fixture
def telling(reference: Report) -> Telling:
    """Make a report that says some lines, in which some cells print other numbers."""

    def make(
        *lines: str, scope: str = "own organ", organ: str = "", places: tuple[str, ...] = (), **cells: Number
    ) -> Report:
        changed = dict(reference.grid)
        for name, value in cells.items():
            key = CellKey(*name.split("__"))
            changed[key] = replace(changed[key], value=value, printed=str(value))
        named = places or tuple(f"line {number}, field 1" for number in range(1, len(lines) + 1))
        return replace(
            reference,
            paragraphs=tuple(Paragraph(text, where) for text, where in zip(lines, named, strict=True)),
            grid=changed,
            scope=Finding(scope),
            organ=Finding(organ) if organ else reference.organ,
        )

    return make
