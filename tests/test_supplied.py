"""A person may settle what could not be read; the file says who and why, and nothing printed is replaced."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from foi_analysis import ReadingError, read_report
from foi_analysis.checks import verdicts
from foi_analysis.cli import main
from foi_analysis.printing import text
from foi_analysis.resources import LANGUAGES


@pytest.fixture
def unclear(edited: Callable[..., Path]) -> Path:
    return edited(("\t1672\t", "\t16?2\t"))


def write(folder: Path, *lines: str, head: str = "cell,value,who,why") -> Path:
    path = folder / "supplied.csv"
    path.write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
    return path


def test_a_supplied_value_is_marked_so_and_never_called_read(unclear: Path, tmp_path: Path) -> None:
    supplied = write(tmp_path, "requests.new.natural_person,1672,A. Reader,the scan shows a 7")
    cell = read_report(unclear, supplied).cell("requests", "new", "natural_person")
    assert (cell.value, cell.mark, cell.printed, cell.doubt) == (1672, "supplied", "16?2", "")
    assert not {"label", "order"} & set(cell.proofs)
    assert cell.note == "supplied by A. Reader: the scan shows a 7"


def test_a_supplied_value_lets_the_identities_be_assessed(unclear: Path, tmp_path: Path) -> None:
    supplied = write(tmp_path, "requests.new.natural_person,1671,A. Reader,a guess")
    outcomes = {v.rule.id: v.outcome for v in verdicts(read_report(unclear, supplied))}
    assert outcomes["applicants.new"] == outcomes["balance.natural_person"] == "broken"
    before = {v.rule.id: v.outcome for v in verdicts(read_report(unclear))}
    assert before["applicants.new"] == "not assessable"


def test_what_is_not_settled_is_told_with_what_would_settle_it(unclear: Path, tmp_path: Path) -> None:
    supplied = write(tmp_path, "requests.new.natural_person,1672,A. Reader,seen")
    for language in LANGUAGES:
        (told,) = [line for line in text(read_report(unclear), language).splitlines() if line.startswith("  → ")]
        assert "--supplied" in told
        assert "→" not in text(read_report(unclear, supplied), language)


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        (["requests.new.total,1691,A. Reader,seen"], "line 2.* was read without doubt as 1691"),
        (["requests.new.nobody,1,A. Reader,seen"], "line 2.* is no cell of the form cn-2021"),
        (["requests.new,1,A. Reader,seen"], "line 2.* names no cell"),
        (["requests.new.natural_person,many,A. Reader,seen"], "line 2.* 'many' is no number"),
        (["requests.new.natural_person,1672,,seen"], "line 2.* no who"),
        (["requests.new.natural_person,1672,A. Reader,"], "line 2.* no why"),
        (2 * ["requests.new.natural_person,1672,A. Reader,seen"], "line 3.* supplied twice"),
    ],
)
def test_a_line_that_cannot_be_used_is_refused_with_its_number(
    lines: list[str], why: str, unclear: Path, tmp_path: Path
) -> None:
    with pytest.raises(ReadingError, match=rf"supplied\.csv: {why}"):
        read_report(unclear, write(tmp_path, *lines))


def test_other_columns_are_refused_with_those_expected(unclear: Path, tmp_path: Path) -> None:
    with pytest.raises(ReadingError, match="give cell, value, who, why"):
        read_report(unclear, write(tmp_path, "x,1", head="name,number"))


def test_the_command_takes_supplied_values_and_tells_them_apart(
    unclear: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    supplied = write(tmp_path, "requests.new.natural_person,1672,A. Reader,the scan shows a 7")
    assert main(["extract", str(unclear)]) == 1
    assert ",,unreadable,16?2," in capsys.readouterr().out
    assert main(["extract", str(unclear), "--supplied", str(supplied)]) == 0
    assert ",1672,supplied,16?2," in capsys.readouterr().out
    assert main(["check", str(unclear), "--supplied", str(supplied)]) == 0
    assert "supplied: 1" in capsys.readouterr().out
