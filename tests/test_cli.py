"""The command's contract: what stands on standard output, what on standard error, and the exit status."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from foi_analysis import __version__
from foi_analysis.cli import main
from foi_analysis.report import COLUMNS
from foi_analysis.resources import LANGUAGES, Language, say

ROOT = Path(__file__).resolve().parent.parent
Edited = Callable[..., Path]
Captured = pytest.CaptureFixture[str]


def command(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run the installed command in a process of its own."""
    environment = {**os.environ, **environment}
    return subprocess.run(
        [sys.executable, "-m", "foi_analysis", *map(str, arguments)], capture_output=True, env=environment, check=False
    )


@pytest.fixture
def broken(reference_text: str, tmp_path: Path) -> Path:
    """The reference text with one number of one row changed: 1672 new requests of natural persons become 1627."""
    path = tmp_path / "broken.txt"
    assert reference_text.count("1672") > 0
    row = next(line for line in reference_text.splitlines() if "1672" in line and "1691" in line)
    path.write_text(reference_text.replace(row, row.replace("1672", "1627")), encoding="utf-8")
    return path


# ---- extract ----


def test_extract_prints_the_committed_cells_in_the_stable_columns_whatever_the_locale(reference_path: Path) -> None:
    done = command("extract", reference_path, LC_ALL="C", PYTHONUTF8="0", PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout == (ROOT / "data/shanghai_psb_2024.csv").read_bytes()
    assert b"\r" not in done.stdout
    rows = list(csv.reader(done.stdout.decode().splitlines()))
    assert (tuple(rows[0]), len(rows)) == (COLUMNS, 1 + 200)


@pytest.mark.parametrize("ending", ["csv", "json", "parquet"])
def test_extract_writes_each_kind_of_file_and_nothing_to_the_screen(
    reference_path: Path, tmp_path: Path, capsys: Captured, ending: str
) -> None:
    path = tmp_path / f"cells.{ending}"
    assert main(["extract", str(reference_path), "-o", str(path)]) == 0
    read = {"csv": pd.read_csv, "json": pd.read_json, "parquet": pd.read_parquet}[ending](path)
    assert (len(read), read["value"].sum()) == (200, pd.read_csv(ROOT / "data/shanghai_psb_2024.csv")["value"].sum())
    assert capsys.readouterr().out == ""
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


def test_one_bad_file_never_stops_the_others(reference_path: Path, tmp_path: Path, capsys: Captured) -> None:
    empty = tmp_path / "empty.txt"
    empty.touch()
    files = [tmp_path / "missing.txt", reference_path, empty, tmp_path, reference_path]
    assert main(["extract", *map(str, files)]) == 2
    said = capsys.readouterr()
    assert len(said.out.splitlines()) == 1 + 2 * 200
    missing, nothing, folder, summary = said.err.splitlines()
    assert "missing.txt: No such file or directory" in missing
    assert "empty.txt" in nothing
    assert tmp_path.name in folder
    assert "5 files: 2 read, 3 not; 400 cells, 0 doubtful, 0 missing or unreadable" in summary


def test_nothing_is_written_over_when_no_file_could_be_read(tmp_path: Path) -> None:
    path = tmp_path / "cells.csv"
    path.write_text("mine")
    assert main(["extract", str(tmp_path / "no.txt"), "-o", str(path)]) == 2
    assert path.read_text() == "mine"


@pytest.mark.slow
def test_a_reader_that_stops_listening_is_no_error(reference_path: Path) -> None:
    many = [str(reference_path)] * 40
    process = subprocess.Popen(
        [sys.executable, "-m", "foi_analysis", "extract", *many], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout
    assert process.stderr
    process.stdout.readline()
    process.stdout.close()
    assert b"Traceback" not in (error := process.stderr.read())
    assert b"Broken pipe" not in error
    process.stderr.close()
    process.wait()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
def test_a_full_disk_is_one_line(reference_path: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "foi_analysis", "extract", str(reference_path)],
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert done.returncode == 2
    assert_one_line(done.stderr.decode(), "the disk is full")


# ---- check ----


def test_check_tells_organ_form_cells_and_identities_in_both_languages(reference_path: Path, capsys: Captured) -> None:
    assert main(["check", "--verbose", str(reference_path)]) == 0
    english = capsys.readouterr().out
    assert main(["check", "--verbose", "--lang", "zh", str(reference_path)]) == 0
    chinese = capsys.readouterr().out
    for words in ("Organ: 上海市公安局 (line 5, field 1)", "cn-2021", "42 hold", "printed by the form", "implied"):
        assert words in english
    for words in ("机关：上海市公安局（第5行第1栏）", "成立42条", "格式印明", "由标签推知"):
        assert words in chinese


def test_many_identities_of_a_family_that_cannot_be_assessed_are_one_line(
    reference_text: str, tmp_path: Path, capsys: Captured
) -> None:
    blank = tmp_path / "blank.txt"
    rows = (line.split("\t") for line in reference_text.split("\n"))
    text = "\n".join("\t".join("" if len(row) > 7 and cell == "0" else cell for cell in row) for row in rows)
    blank.write_text(text, encoding="utf-8")
    assert main(["check", "--lang", "en", str(blank)]) == 1
    told = capsys.readouterr().out.splitlines()
    assert len([line for line in told if line.startswith("  applicants")]) == 1
    assert all(line == line.rstrip() for line in told)
    main(["check", "--verbose", "--lang", "en", str(blank)])
    assert len([line for line in capsys.readouterr().out.splitlines() if line.startswith("  applicants.")]) > 3


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_clean_report_is_told_in_fifteen_lines_its_verdict_first(
    reference_path: Path, capsys: Captured, language: Language
) -> None:
    assert main(["check", "--lang", language, str(reference_path)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) <= 15
    assert lines[1] == say("cli.clear", language)


def test_a_broken_identity_is_counted_first_and_told_with_both_sides_and_each_of_its_cells_before_the_rest(
    broken: Path, capsys: Captured
) -> None:
    assert main(["check", str(broken)]) == 1
    said = capsys.readouterr().out
    assert said.splitlines()[1].startswith("To look at: broken identities and bounds: 2")
    assert said.index("Broken identities and bounds:") < said.index("Cells: 200") < said.index("Bounds: 206")
    rule = "applicants.new: The six kinds of applicant add up to the total (implied by its labels)"
    assert f"{rule}. Left 1646, right 1691, difference -45" in said
    assert "balance.natural_person" in said
    assert "Natural persons = 1627, line" in said


def test_check_names_what_is_missing_and_where(edited: Edited, reference_text: str, capsys: Captured) -> None:
    head, _, _ = reference_text.partition("四、")
    path = edited()
    path.write_text(head, encoding="utf-8")
    assert main(["check", str(path)]) == 1
    assert "Missing or unreadable cells:" in capsys.readouterr().out


def test_check_as_json_is_one_array_with_stable_keys(
    reference_path: Path, broken: Path, tmp_path: Path, capsys: Captured
) -> None:
    assert main(["check", "--format", "json", str(reference_path), str(broken), str(tmp_path / "no.txt")]) == 2
    good, bad, unread = json.loads(capsys.readouterr().out)
    assert (good["status"], good["identities"]) == (0, {"holds": 42, "broken": 0, "not_assessable": 0})
    assert good["cells"] == {"total": 200, "number": 200}
    rule = next(rule for rule in bad["broken"] if rule["rule"] == "applicants.new")
    assert (rule["left"], rule["right"], rule["difference"]) == (1646, 1691, -45)
    assert rule["left_cells"][0]["printed"] == "1627"
    assert set(unread) == {"report", "error", "status"}


@pytest.mark.parametrize("name", ["missing.txt", "folder", "empty.txt", "binary.txt", "other.txt", "file.txt/inside"])
@pytest.mark.parametrize("verb", ["check", "extract", "reproduce"])
def test_a_file_that_cannot_be_read_is_one_line_and_status_2(
    tmp_path: Path, verb: str, name: str, capsys: Captured
) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "empty.txt").touch()
    (tmp_path / "file.txt").touch()
    (tmp_path / "binary.txt").write_bytes(bytes(range(256)) * 40)
    (tmp_path / "other.txt").write_text("A text about something else.\n")
    out = ("--out", tmp_path / "out") if verb == "reproduce" else ()
    assert main([verb, str(tmp_path / name), *map(str, out)]) == 2
    said = capsys.readouterr()
    assert_one_line(said.err, Path(name).name)
    assert said.out == ""
    assert not (tmp_path / "out").exists()


# ---- the command itself ----


def test_the_version_is_that_of_the_package_and_of_the_citation() -> None:
    assert command("--version").stdout.decode().split() == ["foi-analysis", __version__]
    assert f"\nversion: {__version__}\n" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"## [{__version__}]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def assert_one_line(error: str, *words: str) -> None:
    lines = error.splitlines()
    assert len(lines) == 1, lines
    assert lines[0].startswith("foi-analysis: ")
    assert [word for word in words if word not in lines[0]] == []
