"""Reports and panels with faults and extremes, and no figure left open."""

from __future__ import annotations

from collections.abc import Iterator

import matplotlib.pyplot as plt
import pytest
from strange import strange_panels, strange_reports

from foi_analysis import Panel, Report


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    """Close every figure after a test."""
    yield
    plt.close("all")


@pytest.fixture(scope="session")
def strange(reference: Report) -> dict[str, Report]:
    return strange_reports(reference)


@pytest.fixture(scope="session")
def panels() -> dict[str, Panel]:
    return strange_panels()
