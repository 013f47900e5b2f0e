"""Fixtures of the tests of reading: a content becomes a file, and the file a report or a document."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from foi_analysis import Report, read_report
from foi_analysis.reading import open_document
from foi_analysis.reading.document import Document


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write a text or bytes as a file of some ending."""

    def write(content: str | bytes, ending: str = ".html", name: str = "report") -> Path:
        path = tmp_path / f"{name}{ending}"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


@pytest.fixture
def read(write: Callable[..., Path]) -> Callable[..., Report]:
    """Read the report in a text or bytes."""
    return lambda content, ending=".html": read_report(write(content, ending))


@pytest.fixture
def opened(write: Callable[..., Path]) -> Callable[..., Document]:
    """Open a text or bytes as a document."""
    return lambda content, ending=".html": open_document(write(content, ending))
