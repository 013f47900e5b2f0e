"""Whatever a file holds, it is read or refused: nothing but ReadingError and OSError ever leaves ``read_file``."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from damage import damaged, samples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from foi_analysis.reading import read_file
from foi_analysis.report import ReadingError, Report

pytestmark = pytest.mark.slow
SAMPLES = samples()
STARTS = (b"", b"%PDF-1.7\n", b"PK\x03\x04", b"<html>", b"MIME-Version: 1.0\nContent-Type: text/html\n\n", b"\xff\xfe")
BRIEF = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


def read(path: Path, content: bytes) -> Report | None:
    """Read a file of so many bytes; None when it is refused as a user can understand."""
    path.write_bytes(content)
    try:
        report = read_file(path)
    except ReadingError as error:
        said = str(error)
    else:
        assert list(report.grid) == list(report.form.cells)
        assert all((cell.value is None) == (cell.mark != "number") for cell in report.grid.values())
        return report
    assert said.startswith(path.name)
    assert said.isprintable()
    return None


@BRIEF
@given(start=st.sampled_from(STARTS), rest=st.binary(max_size=2000))
@pytest.mark.parametrize("ending", [".txt", ".md"])
def test_any_bytes_are_read_or_refused(ending: str, start: bytes, rest: bytes, tmp_path: Path) -> None:
    read(tmp_path / f"any{ending}", start + rest)


@BRIEF
@given(text=st.text(max_size=2000), encoding=st.sampled_from(["utf-8", "gb18030", "utf-16", "utf-16-le"]))
def test_any_text_is_read_or_refused(text: str, encoding: str, tmp_path: Path) -> None:
    read(tmp_path / "any.txt", text.encode(encoding, "surrogatepass" if encoding != "gb18030" else "replace"))


#: How many times a report is damaged, where that is not 12 times, by how its file ends.
TIMES = {".doc": 200, ".html": 20, ".ofd": 32, ".xls": 24}


@pytest.mark.parametrize("ending", sorted({Path(name).suffix for name in SAMPLES}))
def test_a_damaged_report_is_read_or_refused(ending: str, tmp_path: Path) -> None:
    names = sorted(name for name in SAMPLES if name.endswith(ending))
    for seed in range(TIMES.get(ending, 12)):
        dice = random.Random(seed)
        read(tmp_path / f"report{ending}", damaged(SAMPLES[dice.choice(names)](), dice))
