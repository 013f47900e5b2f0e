"""Fixtures shared by all tests: the reference report, its text, and copies with a change."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from foi_analysis import Report, read_report

ROOT = Path(__file__).resolve().parent.parent
REFERENCE = ROOT / "data" / "raw" / "shanghai_psb_2024.txt"

# The command speaks the language of the locale: for tests English, here and in processes that they start.
for _name in ("LC_ALL", "LC_MESSAGES"):
    os.environ.pop(_name, None)
os.environ["LANG"] = "C.UTF-8"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files whose tests are slow: two processes that share the files end at about the same time."""
    items.sort(key=lambda item: "slow" not in item.parent.keywords)


@pytest.fixture(scope="module", autouse=True)
def _settled() -> None:
    """Spare the collector what lives as long as the tests do: modules, samples, what is kept of them."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def reference_path() -> Path:
    return REFERENCE


@pytest.fixture(scope="session")
def reference_text() -> str:
    return REFERENCE.read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def reference() -> Report:
    return read_report(REFERENCE)


@pytest.fixture
def edited(reference_text: str, tmp_path: Path) -> Callable[..., Path]:
    """Write a copy of the reference text in which each old text, found just once, is replaced."""

    def edit(*changes: tuple[str, str]) -> Path:
        text = reference_text
        for old, new in changes:
            assert text.count(old) == 1, f"{old!r} occurs {text.count(old)} times"
            text = text.replace(old, new)
        path = tmp_path / "report.txt"
        path.write_text(text, encoding="utf-8", newline="")
        return path

    return edit
