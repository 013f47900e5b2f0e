"""Building a panel from files: what is read, what is refused, in which order, and that it can be resumed."""

from __future__ import annotations

import csv
import multiprocessing
import os
import pickle
import select
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from errno import ENOSPC
from functools import partial
from hashlib import sha256
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from panels import printed
from workers import broken, deadly, deadly_once, last_first, of_another_version

from foi_analysis import __version__, corpus, read_panel, read_report
from foi_analysis.corpus import Counts, Outcome, build_panel, find_files, read_files, read_one, read_reports
from foi_analysis.report import ReadingError, Report, records, to_csv, write

pytestmark = pytest.mark.slow
#: The user who owns nothing.
NOBODY = 65534


def threads(count: int = 2) -> Executor:
    return ThreadPoolExecutor(count)


def refusals(output: Path) -> dict[str, str]:
    with output.with_suffix(".refused.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["file", "reason", "reason_zh"]
    assert all(chinese for _, _, chinese in rows[1:])
    return {name: reason for name, reason, _ in rows[1:]}


def made(output: Path) -> tuple[bytes, bytes]:
    return output.read_bytes(), output.with_suffix(".refused.csv").read_bytes()


def left(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name not in ("reports", "in"))


class Counted(ThreadPoolExecutor):
    """An executor that knows how many files it was given."""

    given = 0

    def submit(self, fn, /, *args, **kwargs):  # type: ignore[no-untyped-def]
        Counted.given += 1
        return super().submit(fn, *args, **kwargs)


@pytest.fixture
def counted() -> Executor:
    Counted.given = 0
    return Counted(1)


def test_a_panel_file_reads_as_its_reports_do_in_the_columns_of_extract(folder: Path, tmp_path: Path) -> None:
    counts = build_panel([folder], tmp_path / "panel.parquet", threads())
    assert counts == Counts(5, 5, 0, 0, max(counts.status, 0))
    reports = [read_report(path) for path in sorted(folder.iterdir())]
    panel = read_panel(tmp_path / "panel.parquet")
    assert to_csv(row for report in panel for row in records(report)) == to_csv(
        row for report in reports for row in records(report)
    )
    assert refusals(tmp_path / "panel.parquet") == {}
    assert left(tmp_path) == ["panel.parquet", "panel.refused.csv"]
    write(list(records(reports[0])), tmp_path / "one.parquet")
    ours, theirs = pq.read_schema(tmp_path / "panel.parquet"), pq.read_schema(tmp_path / "one.parquet")
    assert ours.names == [*theirs.names, "organ_doubt", "year_doubt", "faults", "stated"], "as extract, then what else"
    assert [ours.field(name).type for name in theirs.names] == theirs.types


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


def test_local_processes_and_any_executor_make_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    (folder / "picture.jpg").write_bytes(b"\xff\xd8\xff\xe0 no report")
    lent = ThreadPoolExecutor(2)
    ways: dict[str, dict[str, object]] = {"two": {"workers": 2}, "lent": {"executor": lent}}
    for name, way in ways.items():
        (tmp_path / name).mkdir()
        assert build_panel([folder], tmp_path / name / "panel.parquet", **way).status == 2  # type: ignore[arg-type]
    assert len({made(tmp_path / name / "panel.parquet") for name in ways}) == 1
    assert lent.submit(int, "1").result() == 1, "an executor that was lent is left running"


def test_reports_stand_in_order_however_long_each_takes(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, year in (("a_first", 2020), ("z_last", 2019)):
        (folder / f"{name}.html").write_bytes(printed("丁县人民政府", year, "cn-2019"))
    build_panel([folder], tmp_path / "panel.parquet", threads(1))
    (tmp_path / "late").mkdir()
    monkeypatch.setattr(corpus, "read_one", lambda path, parts, **_: last_first(path, parts))
    build_panel([folder], tmp_path / "late" / "panel.parquet", threads(3))
    assert (tmp_path / "reports.last").exists()
    assert made(tmp_path / "late" / "panel.parquet") == made(tmp_path / "panel.parquet")


def test_files_are_named_and_sorted_below_the_folder_given(tmp_path: Path) -> None:
    for year, name in enumerate(("乙/b.html", "甲/a.html", "A/z.html", "a.html", "甲/子/c.html"), 2021):
        path = tmp_path / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(printed("甲县人民政府", year, "cn-2021"))
    build_panel([tmp_path / "in"], tmp_path / "panel.parquet", threads())
    assert list(read_panel(tmp_path / "panel.parquet").reports["report"]) == [
        "A/z.html", "a.html", "乙/b.html", "甲/a.html", "甲/子/c.html",
    ]  # fmt: skip
    whole = made(tmp_path / "panel.parquet")
    build_panel([tmp_path / "in" / "甲", *(tmp_path / "in").iterdir()], tmp_path / "panel.parquet", threads())
    assert made(tmp_path / "panel.parquet") == whole, "each file comes once, wherever it was named"


def test_hidden_files_and_its_own_output_are_left_out_and_odd_names_are_told(folder: Path, tmp_path: Path) -> None:
    (folder / ".hidden.html").write_bytes(b"x")
    (folder / ".git").mkdir()
    (folder / ".git" / "config").write_bytes(b"x")
    for _ in range(2):
        assert build_panel([folder], folder / "panel.parquet", threads()).files == 5
    assert find_files([folder / "r0.html"]).names == ("r0.html",)
    (folder / "r0.html").rename(os.fsdecode(os.fsencode(folder) + b"/\xff\n.html"))
    build_panel([folder], tmp_path / "panel.parquet", threads())
    assert "\ufffd .html" in list(read_panel(tmp_path / "panel.parquet").reports["report"])


def test_what_cannot_be_read_is_listed_with_the_reason_and_the_rest_is_read(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
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
        "letter.txt": "no table of the prescribed form found",
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
    # one level of folders more than a path may be long
    deep = folder
    while len(os.fsencode(deep)) < 3800:
        deep = deep / ("d" * 200)
    deep.mkdir(parents=True)
    monkeypatch.chdir(deep)
    Path("e" * 250, "f" * 100).mkdir(parents=True)
    monkeypatch.undo()
    build_panel([folder], tmp_path / "panel.parquet", threads())
    (reason,) = (reason for name, reason in refusals(tmp_path / "panel.parquet").items() if name.startswith("d"))
    assert reason.startswith("this folder cannot be opened: File name too long")


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


@pytest.mark.parametrize(
    ("place", "output", "said"),
    [
        ("empty", "panel.parquet", "no files here; give reports, or a folder with reports"),
        ("reprots", "panel.parquet", "no such file or folder"),
        ("reports", "panel.csv", r"give a name that ends in \.parquet"),
    ],
)
def test_what_is_no_corpus_or_no_parquet_is_told_and_nothing_is_written(
    folder: Path, tmp_path: Path, place: str, output: str, said: str
) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(ReadingError, match=said):
        build_panel([folder.parent / place], tmp_path / output, threads())
    assert left(tmp_path) == ["empty"]


def test_counts_are_told_after_each_file(folder: Path, tmp_path: Path) -> None:
    (folder / "x.txt").write_text("您好。", encoding="utf-8")
    (folder / "odd.html").write_bytes(printed("甲县人民政府", 2023, "cn-2021", requests__new__total="?"))
    heard: list[Counts] = []
    build_panel([folder], tmp_path / "panel.parquet", threads(), progress=heard.append)
    assert [counts.seen for counts in heard] == list(range(1, 8))
    last = heard[-1]
    assert (last.files, last.whole, last.doubtful, last.refused, last.status) == (7, 5, 1, 1, 2)


@pytest.fixture
def parts(tmp_path: Path) -> Path:
    folder = tmp_path / "in" / "parts"
    folder.mkdir(parents=True)
    return folder


def alone(paths: list[str], parts: Path) -> dict[str, Outcome]:
    return {path: read_one(path, parts) for path in paths}


def test_a_file_whose_process_dies_twice_is_refused_and_the_others_are_read(folder: Path, parts: Path) -> None:
    (folder / "deadly.html").write_bytes((folder / "r0.html").read_bytes())
    paths = [str(path) for path in sorted(folder.iterdir())]
    outcomes = dict(read_files(paths, None, 1, partial(deadly, parts=parts)))
    refused = outcomes.pop(str(folder / "deadly.html"))
    assert "killed twice" in refused.reason
    assert (refused.status, refused.key) == (2, ""), "another run tries it again"
    assert outcomes == alone(paths[1:], parts)


def test_a_file_whose_process_dies_once_is_read(folder: Path, parts: Path) -> None:
    (folder / "deadly.html").write_bytes((folder / "r0.html").read_bytes())
    paths = [str(folder / name) for name in ("deadly.html", "r0.html")]
    assert dict(read_files(paths, None, 1, partial(deadly_once, parts=parts))) == alone(paths, parts)


def test_processes_that_cannot_start_are_told(folder: Path) -> None:
    script = folder.parent / "script.py"
    script.write_text(
        "import sys; from foi_analysis.corpus import build_panel; build_panel(sys.argv[1:2], sys.argv[2], workers=1)",
        encoding="utf-8",
    )
    command = [sys.executable, str(script), str(folder), str(folder.parent / "panel.parquet")]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "ReadingError: the processes that read do not start; in a script, put the call under" in run.stderr


@pytest.mark.parametrize(
    ("read", "said"),
    [
        (broken, r"the executor failed \(RuntimeError: no worker for r0.html\)"),
        (of_another_version, r"a worker runs foi_analysis 0\.0\.1, this is"),
    ],
)
def test_an_executor_that_fails_or_runs_another_version_of_the_package_is_told(
    folder: Path, parts: Path, read: Callable[[str, Path], Outcome], said: str
) -> None:
    with pytest.raises(ReadingError, match=said):
        list(read_files([str(folder / "r0.html")], threads(), None, partial(read, parts=parts)))


class Faltering(ThreadPoolExecutor):
    """An executor that fails with each file once, as one of Dask does that loses a worker at the wrong moment."""

    def __init__(self) -> None:
        super().__init__(1)
        self.failed: set[str] = set()

    def submit(self, fn, /, *args, **kwargs):  # type: ignore[no-untyped-def]
        if args[0] in self.failed:
            return super().submit(fn, *args, **kwargs)
        self.failed.add(args[0])
        return super().submit(broken, *args, Path())


def test_a_file_with_which_an_executor_fails_once_is_read(folder: Path, parts: Path) -> None:
    paths = sorted(map(str, folder.iterdir()))
    read = partial(read_one, parts=parts)
    found = dict(read_files(paths, Faltering(), None, read))
    assert sorted(found) == paths
    assert found == dict(read_files(paths, threads(), None, read))


def test_a_lent_executor_that_breaks_is_told(folder: Path, parts: Path) -> None:
    (folder / "deadly.html").write_bytes((folder / "r0.html").read_bytes())
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, spawn) as lent, pytest.raises(ReadingError, match="the executor broke"):
        list(read_files([str(folder / "deadly.html")], lent, None, partial(deadly, parts=parts)))


def interrupted(folder: Path, output: Path, after: int, executor: Executor) -> None:
    def stop(counts: Counts) -> None:
        if counts.seen == after:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build_panel([folder], output, executor, workers=1, progress=stop)


def test_an_interrupted_run_goes_on_without_reading_again(folder: Path, tmp_path: Path, counted: Executor) -> None:
    for number in range(10):
        (folder / f"x{number}.txt").write_text(f"您好{number}。", encoding="utf-8")
    build_panel([folder], tmp_path / "whole.parquet", threads())
    interrupted(folder, tmp_path / "panel.parquet", 6, counted)
    assert left(tmp_path) == [".panel.parquet.parts", "whole.parquet", "whole.refused.csv"]
    Counted.given = 0
    assert build_panel([folder], tmp_path / "panel.parquet", counted).files == 15
    assert Counted.given <= 15 - 6, "what was read is not read again"
    assert made(tmp_path / "panel.parquet") == made(tmp_path / "whole.parquet")
    assert left(tmp_path) == ["panel.parquet", "panel.refused.csv", "whole.parquet", "whole.refused.csv"]


def test_kept_parts_know_files_by_their_content(folder: Path, tmp_path: Path, counted: Executor) -> None:
    build_panel([folder], tmp_path / "panel.parquet", counted, keep_parts=True)
    (folder / "deep").mkdir()
    (folder / "r0.html").rename(folder / "deep" / "renamed.html")
    (folder / "r1.html").write_bytes(printed("丙县人民政府", 2021, "cn-2021"))
    Counted.given = 0
    build_panel([folder], tmp_path / "panel.parquet", counted, keep_parts=True)
    assert Counted.given == 1, "only the file with other content is read"
    index = read_panel(tmp_path / "panel.parquet").reports
    assert index["report"].tolist() == ["deep/renamed.html", "r1.html", "r2.txt", "r3.docx", "r4.md"]
    assert index["organ"].tolist()[1] == "丙县人民政府"


def test_reports_of_many_row_groups_stand_in_order(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(corpus, "GROUP", 2)
    build_panel([folder], tmp_path / "panel.parquet", threads(), keep_parts=True)
    assert len(list((tmp_path / ".panel.parquet.parts").glob("*.part"))) == 5
    assert pq.ParquetFile(tmp_path / "panel.parquet").num_row_groups == 3
    assert read_panel(tmp_path / "panel.parquet").reports["report"].tolist() == left(folder)


def rewrite(folder: Path, change: Callable[[bytes], bytes]) -> None:
    """Change every part, and seal it as if it had been written so."""
    for part in folder.iterdir():
        content = change(part.read_bytes()[32:])
        part.write_bytes(sha256(content).digest() + content)


@pytest.mark.parametrize(("change", "read"), [("", 0), ("0.0.9", 5)])
def test_nothing_is_taken_from_what_another_version_read(
    folder: Path, tmp_path: Path, counted: Executor, change: str, read: int
) -> None:
    build_panel([folder], tmp_path / "panel.parquet", counted, keep_parts=True)
    kept, version = tmp_path / ".panel.parquet.parts", __version__.encode()
    assert all(version in part.read_bytes() for part in kept.iterdir())
    rewrite(kept, lambda content: content.replace(version, change.encode() or version))
    Counted.given = 0
    build_panel([folder], tmp_path / "panel.parquet", counted, keep_parts=True)
    assert Counted.given == read
    assert len(list(kept.iterdir())) == 5


@pytest.mark.parametrize("damage", [lambda content: content[:-100], lambda content: content.replace(b"a", b"b", 1)])
def test_a_damaged_part_and_one_that_was_begun_are_ignored(
    folder: Path, tmp_path: Path, counted: Executor, damage: Callable[[bytes], bytes]
) -> None:
    build_panel([folder], tmp_path / "panel.parquet", counted, keep_parts=True)
    whole = made(tmp_path / "panel.parquet")
    parts = sorted((tmp_path / ".panel.parquet.parts").iterdir())
    parts[0].write_bytes(damage(parts[0].read_bytes()))
    parts[1].rename(parts[1].with_suffix(".begun"))
    Counted.given = 0
    build_panel([folder], tmp_path / "panel.parquet", counted, keep_parts=True)
    assert Counted.given == 2
    assert made(tmp_path / "panel.parquet") == whole
    assert sorted((tmp_path / ".panel.parquet.parts").iterdir()) == parts


def test_parts_that_cannot_be_written_are_told_in_the_name_of_the_panel(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_path: Path, _content: bytes) -> None:
        raise OSError(ENOSPC, os.strerror(ENOSPC))

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space left on device") as told:
        build_panel([folder], tmp_path / "panel.parquet", threads())
    assert told.value.filename == str(tmp_path / "panel.parquet")
    assert left(tmp_path) == []


def test_an_outcome_goes_through_a_pipe_in_one_piece(parts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Or a worker that is killed in the middle of one would leave the run waiting for the rest of it."""

    def fail(_path: str) -> Report:
        raise ReadingError("长" * 10_000)

    monkeypatch.setattr(corpus, "read_report", fail)
    outcome = read_one(str(parts / ("名" * 80 + ".html")), parts)
    assert outcome.reason.endswith("长…")
    assert len(pickle.dumps(outcome)) < select.PIPE_BUF - 512, "with what the executor adds"


def test_a_copy_is_told_and_counted_once(folder: Path, tmp_path: Path) -> None:
    (folder / "A").mkdir()
    (folder / "A" / "x.HTML").write_bytes((folder / "r0.html").read_bytes())
    (folder / "same.txt").write_bytes((folder / "r0.html").read_bytes())  # another ending may be read otherwise
    heard: list[Counts] = []
    build_panel([folder], tmp_path / "panel.parquet", threads(), progress=heard.append)
    assert str(heard[-1]) == "6 whole, 0 doubtful, 0 refused, 1 copy"
    assert (heard[-1].seen, heard[-1].files) == (7, 7)
    assert heard[-1].status < 2, "a copy does not change the status"
    assert refusals(tmp_path / "panel.parquet") == {"r0.html": "a copy of A/x.HTML: the same bytes; counted once"}
    assert read_panel(tmp_path / "panel.parquet").reports["report"].tolist()[0] == "A/x.HTML"


def test_copies_of_a_file_that_is_refused_are_refused_for_its_reason_and_leave_an_empty_panel(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for name in ("a.txt", "b.txt"):
        (tmp_path / "in" / name).write_text("您好。", encoding="utf-8")
    counts = build_panel([tmp_path / "in"], tmp_path / "panel.parquet", threads())
    assert (counts.refused, counts.copies, counts.status) == (2, 0, 2)
    said = refusals(tmp_path / "panel.parquet")
    assert said["a.txt"] == said["b.txt"]
    assert len(read_panel(tmp_path / "panel.parquet")) == 0


def test_reports_of_a_folder_are_a_panel_in_order_and_the_others_are_told_once(folder: Path, tmp_path: Path) -> None:
    (folder / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(50))
    (folder / "s.html").write_bytes((folder / "r0.html").read_bytes())
    with pytest.warns(
        UserWarning,
        match="2 of 7 files were not read: picture.png: this is a picture.*; s.html: a copy.*; for what is a picture",
    ) as told:
        panel = read_reports(folder)
    assert len(told) == 1
    assert told[0].filename == __file__, "the warning points at the call"
    assert [report.name for report in panel] == ["r0.html", "r1.html", "r2.txt", "r3.docx", "r4.md"]
    assert to_csv(row for report in panel for row in records(report)) == to_csv(
        row for name in left(folder) if name[0] == "r" for row in records(read_report(folder / name))
    )
    (tmp_path / "a.txt").write_text("您好。", encoding="utf-8")
    with pytest.raises(ReadingError, match=r"1 of 1 files was not read: a\.txt: no table of the prescribed form found"):
        read_reports(tmp_path / "a.txt")


def test_reports_are_read_by_processes_to_the_same_panel(folder: Path) -> None:
    by_processes, here = read_reports([folder], workers=1), read_reports(str(folder))
    assert by_processes.cells.equals(here.cells)


def test_an_outcome_says_the_status_of_its_file_and_that_reading_it_took_too_long(
    folder: Path, tmp_path: Path, parts: Path
) -> None:
    outcome = read_one(str(folder / "r1.html"), parts, timeout=0.001)
    assert "longer than 0.001 seconds" in outcome.reason
    assert (outcome.status, outcome.key) == (2, "")
    (tmp_path / "bad.html").write_bytes(printed("甲县人民政府", 2023, "cn-2021", requests__new__total="99999"))
    outcome = read_one(str(tmp_path / "bad.html"), parts)
    assert (outcome.status, outcome.whole) == (1, True)
    refused = read_one(str(tmp_path), parts)
    assert replace(refused, reason_zh="") == Outcome(2, reason="this is a folder; give the files in it")
    assert refused.reason_zh


def test_a_cluster_that_does_not_answer_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr(corpus, "PATIENCE", 1)
    for address in ("wrong://127.0.0.1:1", "tcp://127.0.0.1:1"):
        with pytest.raises(ReadingError, match="no scheduler answers"), corpus.cluster(address):
            pass
