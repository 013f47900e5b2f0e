"""Fixtures for panels: reports printed by us, of two organs and three forms, and files that hold their cells."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from panels import PRINTED, printed

from foi_analysis import Report, read_report
from foi_analysis.report import records, write


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with five reports in four formats and three forms."""
    place = tmp_path / "reports"
    place.mkdir()
    for number, (organ, year, form_id, ending) in enumerate(PRINTED):
        (place / f"r{number}{ending}").write_bytes(printed(organ, year, form_id, ending, number))
    return place


@pytest.fixture
def reports(folder: Path) -> list[Report]:
    return [read_report(path) for path in sorted(folder.iterdir())]


@pytest.fixture
def table(tmp_path: Path) -> Callable[[Sequence[Report], str], Path]:
    """Write the cells of reports as ``extract`` does."""

    def written(some: Sequence[Report], ending: str) -> Path:
        path = tmp_path / f"cells{ending}"
        write([row for report in some for row in records(report)], path)
        return path

    return written
