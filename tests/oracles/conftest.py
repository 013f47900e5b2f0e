"""The oracles live in an environment of their own and see nothing of this package but the sample in FOI_ORACLES."""

from __future__ import annotations

import json
import os
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

SAMPLE = os.environ.get("FOI_ORACLES")
collect_ignore = ["sample.py"]
collect_ignore_glob = [] if SAMPLE else ["*.py"]


@cache
def samples() -> dict[str, Any]:
    """Read the sample, by form: see ``sample.py``."""
    return dict(json.loads(Path(SAMPLE or "").read_text(encoding="utf-8")))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if {"form", "sample"} <= set(metafunc.fixturenames):
        metafunc.parametrize(("form", "sample"), samples().items(), ids=samples().keys())


def tell(text: str) -> None:
    """Print what was compared, for whoever reads the run."""
    sys.stdout.write(f"\n{text}\n")
