"""Building a panel from files: what is read, what is refused, in which order, and that it can be resumed."""

from __future__ import annotations

import csv
import os
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from foi_analysis.panel.build import Counts, build_panel
from foi_analysis.panel.executors import Workforce, cluster, local
from foi_analysis.panel.files import find_files
from foi_analysis.panel.journal import Journal
from foi_analysis.panel.stream import read_in_order
from foi_analysis.panel.work import Outcome, read_one
from panels import printed
from workers import broken, deadly, deadly_once, of_another_version, slow

from foi_analysis import read_panel, read_report
from foi_analysis.extract import records, to_csv, write
from foi_analysis.report import ReadingError

#: The user who owns nothing.
NOBODY = 65534


def threads(count: int = 2) -> Workforce:
    return Workforce(lambda: ThreadPoolExecutor(count), 8)


def refusals(output: Path) -> dict[str, str]:
    with output.with_suffix(".refused.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["file", "reason"]
    return dict(rows[1:])


def made(output: Path) -> tuple[bytes, bytes]:
    return output.read_bytes(), output.with_suffix(".refused.csv").read_bytes()


def left(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.is_file())


class Counted(ThreadPoolExecutor):
    """An executor that knows how many files it was given."""

    given = 0

    def submit(self, fn, /, *args, **kwargs):  # type: ignore[no-untyped-def]
        Counted.given += 1
        return super().submit(fn, *args, **kwargs)


@pytest.fixture
def counted() -> Callable[[], Executor]:
    Counted.given = 0
    return lambda: Counted(1)


def test_a_panel_file_reads_as_its_reports_do(folder: Path, tmp_path: Path) -> None:
    counts = build_panel([folder], tmp_path / "panel.parquet", threads())
    assert counts == Counts(5, 5, 0, 0, max(counts.status, 0))
    reports = [read_report(path) for path in sorted(folder.iterdir())]
    panel = read_panel(tmp_path / "panel.parquet")
    assert to_csv(row for report in panel for row in records(report)) == to_csv(
        row for report in reports for row in records(report)
    )
    assert refusals(tmp_path / "panel.parquet") == {}
    assert left(tmp_path) == ["panel.parquet", "panel.refused.csv"]


def test_a_doubtful_year_is_doubtful_in_the_file_too(tmp_path: Path) -> None:
    page = printed("甲县人民政府", 2022, "cn-2021", ".txt").decode()
    told = "2022年，本机关依法做好政府信息公开工作。"
    assert told in page
    stated = "本报告所列数据的统计期限自2021年1月1日起至2021年12月31日止。"
    (tmp_path / "a.txt").write_text(page.replace(told, told + "\n" + stated), encoding="utf-8")
    report = read_report(tmp_path / "a.txt")
    assert report.year.doubt
    build_panel([tmp_path / "a.txt"], tmp_path / "panel.parquet", threads())
    kept = read_panel(tmp_path / "panel.parquet").report(0)
    assert (kept.year.value, kept.year.doubt, kept.faults) == ("2022", report.year.doubt, report.faults)


def test_columns_are_those_of_extract_then_what_else_the_reading_tells(folder: Path, tmp_path: Path) -> None:
    build_panel([folder], tmp_path / "panel.parquet", threads())
    write(list(records(read_report(folder / "r0.html"))), tmp_path / "one.parquet")
    ours, theirs = pq.read_schema(tmp_path / "panel.parquet"), pq.read_schema(tmp_path / "one.parquet")
    assert ours.names == [*theirs.names, "year_doubt", "faults"]
    assert [ours.field(name).type for name in theirs.names] == theirs.types


def test_local_processes_and_any_executor_make_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    (folder / "picture.jpg").write_bytes(b"\xff\xd8\xff\xe0 no report")
    forces: dict[str, Workforce | Executor | None] = {
        "one": local(1),
        "three": local(3),
        "threads": threads(),
        "lent": ThreadPoolExecutor(2),
    }
    for name, force in forces.items():
        (tmp_path / name).mkdir()
        assert build_panel([folder], tmp_path / name / "panel.parquet", force).status == 2
    assert len({made(tmp_path / name / "panel.parquet") for name in forces}) == 1
    lent = forces["lent"]
    assert isinstance(lent, Executor)
    assert lent.submit(int, "1").result() == 1, "an executor that was lent is left running"
    lent.shutdown()


def test_outcomes_come_in_order_however_long_each_takes(folder: Path) -> None:
    (folder / "a_slow.html").write_bytes((folder / "r0.html").read_bytes())
    paths = [str(path) for path in sorted(folder.iterdir())]
    outcomes = list(read_in_order(paths, threads(3), work=slow))
    assert outcomes == [read_one(path) for path in paths]


def test_files_are_named_and_sorted_below_the_folder_given(tmp_path: Path) -> None:
    for name in ("乙/b.html", "甲/a.html", "A/z.html", "a.html", "甲/子/c.html"):
        path = tmp_path / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(printed("甲县人民政府", 2022, "cn-2021"))
    build_panel([tmp_path / "in"], tmp_path / "panel.parquet", threads())
    assert list(read_panel(tmp_path / "panel.parquet").index["report"]) == [
        "A/z.html", "a.html", "乙/b.html", "甲/a.html", "甲/子/c.html",
    ]  # fmt: skip
    whole = made(tmp_path / "panel.parquet")
    build_panel([tmp_path / "in" / "甲", *(tmp_path / "in").iterdir()], tmp_path / "panel.parquet", threads())
    assert made(tmp_path / "panel.parquet") == whole, "each file comes once, wherever it was named"


def test_hidden_files_and_its_own_output_are_no_part_of_a_corpus(folder: Path) -> None:
    (folder / ".hidden.html").write_bytes(b"x")
    (folder / ".git").mkdir()
    (folder / ".git" / "config").write_bytes(b"x")
    for _ in range(2):
        assert build_panel([folder], folder / "panel.parquet", threads()).files == 5


def test_what_cannot_be_read_is_listed_with_the_reason_and_the_rest_is_read(folder: Path, tmp_path: Path) -> None:
    (folder / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(50))
    with zipfile.ZipFile(folder / "archive.zip", "w") as archive:
        archive.write(folder / "r0.html", "r0.html")
    (folder / "archive.tar.gz").write_bytes(b"\x1f\x8b\x08" + bytes(50))
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7\n1 0 obj\n<<")
    (folder / "empty.html").touch()
    (folder / "letter.txt").write_text("您好。\n", encoding="utf-8")
    (folder / "loop.html").symlink_to("loop.html")
    (folder / "gone.html").symlink_to("nowhere.html")
    (folder / "again").symlink_to(folder, target_is_directory=True)
    os.mkfifo(folder / "pipe.html")
    counts = build_panel([folder, tmp_path / "absent.html"], tmp_path / "panel.parquet", threads())
    assert (counts.whole, counts.refused, counts.status) == (5, 11, 2)
    said = {name.removeprefix("reports/"): reason for name, reason in refusals(tmp_path / "panel.parquet").items()}
    expected = {
        "picture.png": "a picture",
        "archive.zip": "",
        "archive.tar.gz": "an archive; unpack it",
        "broken.pdf": "",
        "empty.html": "the file is empty",
        "letter.txt": "no statutory table found",
        "loop.html": "the link leads back to itself",
        "gone.html": "No such file or directory",
        "again": "a link to a folder is not followed",
        "pipe.html": "no regular file",
        "absent.html": "No such file or directory",
    }
    assert said.keys() == expected.keys()
    for name, reason in said.items():
        assert expected[name] in reason
        assert reason
        assert "\n" not in reason
        assert str(folder) not in reason


@pytest.fixture
def nobodys() -> Iterator[Path]:
    """A folder in which this process has no more rights than anybody, even when root runs it."""
    root = os.geteuid() == 0
    with tempfile.TemporaryDirectory() as name:
        if root:
            os.chown(name, NOBODY, NOBODY)
        yield Path(name)
        if root:
            os.seteuid(0)
        for path in Path(name).rglob("*"):
            path.chmod(0o700)


def test_files_and_folders_without_permission_are_listed(nobodys: Path) -> None:
    (nobodys / "in" / "closed").mkdir(parents=True)
    (nobodys / "in" / "secret.html").write_bytes(printed("甲县人民政府", 2022, "cn-2021"))
    (nobodys / "in" / "open.html").write_bytes(printed("甲县人民政府", 2023, "cn-2021"))
    build_panel([nobodys / "in"], nobodys / "panel.parquet", threads())  # with every right, and all modules loaded
    for path in ("panel.parquet", "panel.refused.csv"):
        (nobodys / path).unlink()
    (nobodys / "in" / "closed").chmod(0)
    (nobodys / "in" / "secret.html").chmod(0)
    if os.geteuid() == 0:
        os.seteuid(NOBODY)
    counts = build_panel([nobodys / "in"], nobodys / "panel.parquet", threads())
    assert (counts.whole, counts.refused) == (1, 2)
    said = refusals(nobodys / "panel.parquet")
    assert said.keys() == {"closed", "secret.html"}
    assert all("Permission denied; ask for access" in reason for reason in said.values())


def test_a_folder_that_cannot_be_opened_is_listed(folder: Path, tmp_path: Path) -> None:
    deep = folder
    while len(os.fsencode(deep)) < 3800:
        deep = deep / ("d" * 200)
    deep.mkdir(parents=True)
    here = Path.cwd()
    try:  # one level more than a path may be long
        os.chdir(deep)
        Path("e" * 250, "f" * 100).mkdir(parents=True)
    finally:
        os.chdir(here)
    build_panel([folder], tmp_path / "panel.parquet", threads())
    (reason,) = refusals(tmp_path / "panel.parquet").values()
    assert reason.startswith("this folder cannot be opened: File name too long")


def test_names_that_are_no_text_are_told_in_characters_that_are(folder: Path, tmp_path: Path) -> None:
    (folder / "r0.html").rename(os.fsdecode(os.fsencode(folder) + b"/\xff\n.html"))
    build_panel([folder], tmp_path / "panel.parquet", threads())
    assert "\ufffd .html" in list(read_panel(tmp_path / "panel.parquet").index["report"])


def test_an_empty_folder_is_told_and_nothing_is_written(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    with pytest.raises(ReadingError, match="no files here; give reports, or a folder with reports"):
        build_panel([tmp_path / "in"], tmp_path / "panel.parquet", threads())
    assert left(tmp_path) == []


def test_a_folder_that_is_not_there_is_told_and_nothing_is_written(tmp_path: Path) -> None:
    with pytest.raises(ReadingError, match="no such file or folder"):
        build_panel([tmp_path / "reprots"], tmp_path / "panel.parquet", threads())
    assert left(tmp_path) == []


def test_a_corpus_without_any_report_is_an_empty_panel(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text("您好。", encoding="utf-8")
    assert build_panel([tmp_path / "in"], tmp_path / "panel.parquet", threads()).status == 2
    assert len(read_panel(tmp_path / "panel.parquet")) == 0


def test_counts_are_told_after_each_file(folder: Path, tmp_path: Path) -> None:
    (folder / "x.txt").write_text("您好。", encoding="utf-8")
    (folder / "odd.html").write_bytes(printed("甲县人民政府", 2023, "cn-2021", requests__new__total="?"))
    heard: list[Counts] = []
    build_panel([folder], tmp_path / "panel.parquet", threads(), seen=heard.append)
    assert [counts.seen for counts in heard] == list(range(1, 8))
    last = heard[-1]
    assert (last.files, last.whole, last.doubtful, last.refused, last.status) == (7, 5, 1, 1, 2)


def test_a_file_whose_process_dies_twice_is_refused_and_the_others_are_read(folder: Path) -> None:
    (folder / "deadly.html").write_bytes((folder / "r0.html").read_bytes())
    paths = [str(path) for path in sorted(folder.iterdir())]
    outcomes = dict(zip(paths, read_in_order(paths, local(2), work=deadly), strict=True))
    refused = outcomes.pop(str(folder / "deadly.html"))
    assert "killed twice" in refused.reason
    assert (refused.status, refused.key) == (2, ""), "another run tries it again"
    assert list(outcomes.values()) == [read_one(path) for path in outcomes]


def test_a_file_whose_process_dies_once_is_read(folder: Path) -> None:
    (folder / "deadly.html").write_bytes((folder / "r0.html").read_bytes())
    paths = [str(path) for path in sorted(folder.iterdir())]
    assert list(read_in_order(paths, local(2), work=deadly_once)) == [read_one(path) for path in paths]


def test_an_executor_that_fails_is_told(folder: Path) -> None:
    with pytest.raises(ReadingError, match=r"the executor failed \(RuntimeError: no worker for r0.html\)"):
        list(read_in_order([str(folder / "r0.html")], threads(), work=broken))


def test_a_worker_with_another_version_of_the_package_is_not_believed(folder: Path) -> None:
    with pytest.raises(ReadingError, match=r"a worker runs foi_analysis 0\.0\.1, this is"):
        list(read_in_order([str(folder / "r0.html")], threads(), work=of_another_version))


def interrupted(folder: Path, output: Path, after: int, force: Workforce) -> None:
    def stop(counts: Counts) -> None:
        if counts.seen == after:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build_panel([folder], output, force, seen=stop)


def test_an_interrupted_run_goes_on_without_reading_again(
    folder: Path, tmp_path: Path, counted: Callable[[], Executor]
) -> None:
    (folder / "x.txt").write_text("您好。", encoding="utf-8")
    build_panel([folder], tmp_path / "whole.parquet", threads())
    interrupted(folder, tmp_path / "panel.parquet", 4, Workforce(counted, 1))
    assert left(tmp_path) == ["panel.parquet.journal", "whole.parquet", "whole.refused.csv"]
    first = Counted.given
    assert build_panel([folder], tmp_path / "panel.parquet", Workforce(counted, 1)).files == 6
    assert first >= 4
    assert Counted.given - first <= 2, "what was read is not read again"
    assert made(tmp_path / "panel.parquet") == made(tmp_path / "whole.parquet")
    assert not (tmp_path / "panel.parquet.journal").exists()


def test_a_kept_journal_knows_files_by_their_content(
    folder: Path, tmp_path: Path, counted: Callable[[], Executor]
) -> None:
    force = Workforce(counted, 4)
    build_panel([folder], tmp_path / "panel.parquet", force, keep_journal=True)
    (folder / "r0.html").rename(folder / "renamed.html")
    (folder / "r1.html").write_bytes(printed("丙县人民政府", 2021, "cn-2021"))
    before = Counted.given
    build_panel([folder], tmp_path / "panel.parquet", force, keep_journal=True)
    assert Counted.given - before == 1, "only the file with other content is read"
    index = read_panel(tmp_path / "panel.parquet").index
    assert index["report"].tolist() == ["r1.html", "r2.txt", "r3.docx", "r4.md", "renamed.html"]
    assert index["organ"].tolist()[0] == "丙县人民政府"


def test_nothing_is_taken_from_what_another_version_read(tmp_path: Path, folder: Path) -> None:
    outcome = read_one(str(folder / "r0.html"))
    journal = Journal(tmp_path / "journal", "1.0")
    journal.add(outcome)
    journal.close(remove=False)
    same = Journal(tmp_path / "journal", "1.0")
    found = same.known(str(folder / "r0.html"))
    assert found is not None
    assert (found.content, found.key, same.resumed) == (outcome.content, outcome.key, 1)
    same.close(remove=False)
    assert Journal(tmp_path / "journal", "1.1").resumed == 0


def test_a_damaged_journal_is_begun_anew(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "panel.parquet.journal").write_bytes(b"no journal at all" * 1000)
    assert build_panel([folder], tmp_path / "panel.parquet", threads()).whole == 5


def test_two_runs_do_not_write_one_panel(folder: Path, tmp_path: Path) -> None:
    held = Journal(tmp_path / "panel.parquet.journal", "1.0")
    with pytest.raises(OSError, match="another run is writing this panel"):
        build_panel([folder], tmp_path / "panel.parquet", threads())
    held.close(remove=True)
    assert left(tmp_path) == []


def test_a_file_is_refused_when_reading_it_takes_too_long(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("foi_analysis.panel.work.SECONDS", 0.001)
    outcome = read_one(str(folder / "r1.html"))
    assert "longer than 0.001 seconds" in outcome.reason
    assert (outcome.status, outcome.key) == (2, "")


def test_an_outcome_says_what_the_status_of_its_file_is(tmp_path: Path) -> None:
    (tmp_path / "bad.html").write_bytes(printed("甲县人民政府", 2023, "cn-2021", requests__new__total="99999"))
    outcome = read_one(str(tmp_path / "bad.html"))
    assert (outcome.status, outcome.whole) == (1, True)
    assert read_one(str(tmp_path)) == Outcome(
        2, reason="this is a folder; give the files in it", version=outcome.version
    )


def test_a_panel_is_written_as_parquet_only(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(ReadingError, match=r"give a name that ends in \.parquet"):
        build_panel([folder], tmp_path / "panel.csv", threads())


def test_a_cluster_that_does_not_answer_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr("foi_analysis.panel.executors._SECONDS", 1)
    for address in ("wrong://127.0.0.1:1", "tcp://127.0.0.1:1"):
        with pytest.raises(ReadingError, match="no scheduler answers"), cluster(address):
            pass


def test_corpus_of_one_file_is_named_by_its_name(folder: Path) -> None:
    assert find_files([folder / "r0.html"]).names == ("r0.html",)
