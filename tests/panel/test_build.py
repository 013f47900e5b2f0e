"""Building a panel from files: what is read, what is refused, in which order, and that it can be resumed."""

from __future__ import annotations

import csv
import os
import tempfile
import zipfile
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from panels import printed
from workers import broken, deadly, deadly_once, of_another_version, slow

from foi_analysis import Panel, read_panel, read_report
from foi_analysis.corpus import (
    Counts,
    Outcome,
    Parts,
    build_panel,
    cluster,
    content_key,
    find_files,
    parts_path,
    read_files,
    read_one,
    read_reports,
)
from foi_analysis.extract import records, to_csv, write
from foi_analysis.report import ReadingError

#: The user who owns nothing.
NOBODY = 65534


@pytest.fixture
def threads() -> Iterator[Executor]:
    with ThreadPoolExecutor(2) as pool:
        yield pool


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
        self.given += 1
        return super().submit(fn, *args, **kwargs)


@pytest.fixture
def counted() -> Iterator[Counted]:
    with Counted(1) as pool:
        yield pool


def test_a_panel_file_reads_as_its_reports_do(folder: Path, tmp_path: Path, threads: Executor) -> None:
    counts = build_panel([folder], tmp_path / "panel.parquet", threads)
    assert (counts.files, counts.whole, counts.refused, counts.copies) == (5, 5, 0, 0)
    reports = [read_report(path) for path in sorted(folder.iterdir())]
    panel = read_panel(tmp_path / "panel.parquet")
    assert to_csv(row for report in panel for row in records(report)) == to_csv(
        row for report in reports for row in records(report)
    )
    assert refusals(tmp_path / "panel.parquet") == {}
    assert left(tmp_path) == ["panel.parquet", "panel.refused.csv"]


def test_a_doubtful_year_is_doubtful_in_the_file_too(tmp_path: Path, threads: Executor) -> None:
    page = printed("甲县人民政府", 2022, "cn-2021", ".txt").decode()
    told = "2022年，本机关依法做好政府信息公开工作。"
    assert told in page
    stated = "本报告所列数据的统计期限自2021年1月1日起至2021年12月31日止。"
    (tmp_path / "a.txt").write_text(page.replace(told, told + "\n" + stated), encoding="utf-8")
    report = read_report(tmp_path / "a.txt")
    assert report.year.doubt
    build_panel([tmp_path / "a.txt"], tmp_path / "panel.parquet", threads)
    kept = read_panel(tmp_path / "panel.parquet").report(0)
    assert (kept.year.value, kept.year.doubt, kept.faults) == ("2022", report.year.doubt, report.faults)


def test_columns_are_those_of_extract_then_what_else_the_reading_tells(
    folder: Path, tmp_path: Path, threads: Executor
) -> None:
    build_panel([folder], tmp_path / "panel.parquet", threads)
    write(list(records(read_report(folder / "r0.html"))), tmp_path / "one.parquet")
    ours, theirs = pq.read_schema(tmp_path / "panel.parquet"), pq.read_schema(tmp_path / "one.parquet")
    assert ours.names == [*theirs.names, "year_doubt", "faults", "stated"]
    assert [ours.field(name).type for name in theirs.names] == theirs.types


def test_local_processes_and_any_executor_make_the_same_bytes(folder: Path, tmp_path: Path, threads: Executor) -> None:
    (folder / "picture.jpg").write_bytes(b"\xff\xd8\xff\xe0 no report")
    lent = ThreadPoolExecutor(2)
    ways: dict[str, dict[str, object]] = {
        "one": {"workers": 1}, "two": {"workers": 2}, "threads": {"executor": threads}, "lent": {"executor": lent},
    }  # fmt: skip
    for name, way in ways.items():
        (tmp_path / name).mkdir()
        assert build_panel([folder], tmp_path / name / "panel.parquet", **way).status == 2  # type: ignore[arg-type]
    assert len({made(tmp_path / name / "panel.parquet") for name in ways}) == 1
    assert lent.submit(int, "1").result() == 1, "an executor that was lent is left running"
    lent.shutdown()


def test_every_file_has_its_outcome_however_long_each_takes(folder: Path, threads: Executor) -> None:
    (folder / "a_slow.html").write_bytes((folder / "r0.html").read_bytes())
    paths = [str(path) for path in sorted(folder.iterdir())]
    outcomes = list(read_files(paths, threads, 2, read=slow))
    assert outcomes[0][0] != paths[0], "the slow file holds nobody up"
    assert dict(outcomes) == {path: read_one(path) for path in paths}


def test_files_are_named_and_sorted_below_the_folder_given(tmp_path: Path, threads: Executor) -> None:
    for seed, name in enumerate(("乙/b.html", "甲/a.html", "A/z.html", "a.html", "甲/子/c.html")):
        path = tmp_path / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(printed("甲县人民政府", 2022, "cn-2021", seed=seed))
    build_panel([tmp_path / "in"], tmp_path / "panel.parquet", threads)
    assert list(read_panel(tmp_path / "panel.parquet").reports["report"]) == [
        "A/z.html", "a.html", "乙/b.html", "甲/a.html", "甲/子/c.html",
    ]  # fmt: skip
    whole = made(tmp_path / "panel.parquet")
    build_panel([tmp_path / "in" / "甲", *(tmp_path / "in").iterdir()], tmp_path / "panel.parquet", threads)
    assert made(tmp_path / "panel.parquet") == whole, "each file comes once, wherever it was named"


def test_hidden_files_and_its_own_output_are_no_part_of_a_corpus(folder: Path, threads: Executor) -> None:
    (folder / ".hidden.html").write_bytes(b"x")
    (folder / ".git").mkdir()
    (folder / ".git" / "config").write_bytes(b"x")
    for _ in range(2):
        assert build_panel([folder], folder / "panel.parquet", threads).files == 5


def test_what_cannot_be_read_is_listed_with_the_reason_and_the_rest_is_read(
    folder: Path, tmp_path: Path, threads: Executor
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
    counts = build_panel([folder, tmp_path / "absent.html"], tmp_path / "panel.parquet", threads)
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


def test_files_and_folders_without_permission_are_listed(nobodys: Path, threads: Executor) -> None:
    (nobodys / "in" / "closed").mkdir(parents=True)
    (nobodys / "in" / "secret.html").write_bytes(printed("甲县人民政府", 2022, "cn-2021"))
    (nobodys / "in" / "open.html").write_bytes(printed("甲县人民政府", 2023, "cn-2021"))
    build_panel([nobodys / "in"], nobodys / "panel.parquet", threads)  # with every right, and all modules loaded
    for path in ("panel.parquet", "panel.refused.csv"):
        (nobodys / path).unlink()
    (nobodys / "in" / "closed").chmod(0)
    (nobodys / "in" / "secret.html").chmod(0)
    if os.geteuid() == 0:
        os.seteuid(NOBODY)
    counts = build_panel([nobodys / "in"], nobodys / "panel.parquet", threads)
    assert (counts.whole, counts.refused) == (1, 2)
    said = refusals(nobodys / "panel.parquet")
    assert said.keys() == {"closed", "secret.html"}
    assert all("Permission denied; ask for access" in reason for reason in said.values())


def test_a_folder_that_cannot_be_opened_is_listed(folder: Path, tmp_path: Path, threads: Executor) -> None:
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
    build_panel([folder], tmp_path / "panel.parquet", threads)
    (reason,) = refusals(tmp_path / "panel.parquet").values()
    assert reason.startswith("this folder cannot be opened: File name too long")


def test_names_that_are_no_text_are_told_in_characters_that_are(
    folder: Path, tmp_path: Path, threads: Executor
) -> None:
    (folder / "r0.html").rename(os.fsdecode(os.fsencode(folder) + b"/\xff\n.html"))
    build_panel([folder], tmp_path / "panel.parquet", threads)
    assert "\ufffd .html" in list(read_panel(tmp_path / "panel.parquet").reports["report"])


def test_an_empty_folder_is_told_and_nothing_is_written(tmp_path: Path, threads: Executor) -> None:
    (tmp_path / "in").mkdir()
    with pytest.raises(ReadingError, match="no files here; give reports, or a folder with reports"):
        build_panel([tmp_path / "in"], tmp_path / "panel.parquet", threads)
    assert left(tmp_path) == []


def test_a_folder_that_is_not_there_is_told_and_nothing_is_written(tmp_path: Path, threads: Executor) -> None:
    with pytest.raises(ReadingError, match="no such file or folder"):
        build_panel([tmp_path / "reprots"], tmp_path / "panel.parquet", threads)
    assert left(tmp_path) == []


def test_a_corpus_without_any_report_is_an_empty_panel(tmp_path: Path, threads: Executor) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text("您好。", encoding="utf-8")
    assert build_panel([tmp_path / "in"], tmp_path / "panel.parquet", threads).status == 2
    assert len(read_panel(tmp_path / "panel.parquet")) == 0


def test_counts_are_told_after_each_file(folder: Path, tmp_path: Path, threads: Executor) -> None:
    (folder / "x.txt").write_text("您好。", encoding="utf-8")
    (folder / "odd.html").write_bytes(printed("甲县人民政府", 2023, "cn-2021", requests__new__total="?"))
    heard: list[Counts] = []
    build_panel([folder], tmp_path / "panel.parquet", threads, progress=heard.append)
    assert [counts.seen for counts in heard] == list(range(1, 8))
    last = heard[-1]
    assert (last.files, last.whole, last.doubtful, last.refused, last.status) == (7, 5, 1, 1, 2)


def test_a_file_whose_process_dies_twice_is_refused_and_the_others_are_read(folder: Path) -> None:
    (folder / "deadly.html").write_bytes((folder / "r0.html").read_bytes())
    paths = [str(path) for path in sorted(folder.iterdir())]
    outcomes = dict(read_files(paths, None, 2, read=deadly))
    refused = outcomes.pop(str(folder / "deadly.html"))
    assert "killed twice" in refused.reason
    assert (refused.status, refused.key) == (2, ""), "another run tries it again"
    assert outcomes == {path: read_one(path) for path in outcomes}


def test_a_file_whose_process_dies_once_is_read(folder: Path) -> None:
    (folder / "deadly.html").write_bytes((folder / "r0.html").read_bytes())
    paths = [str(path) for path in sorted(folder.iterdir())]
    assert dict(read_files(paths, None, 2, read=deadly_once)) == {path: read_one(path) for path in paths}


def test_an_executor_that_fails_is_told(folder: Path, threads: Executor) -> None:
    with pytest.raises(ReadingError, match=r"the executor failed \(RuntimeError: no worker for r0.html\)"):
        list(read_files([str(folder / "r0.html")], threads, read=broken))


def test_a_worker_with_another_version_of_the_package_is_not_believed(folder: Path, threads: Executor) -> None:
    with pytest.raises(ReadingError, match=r"a worker runs foi_analysis 0\.0\.1, this is"):
        list(read_files([str(folder / "r0.html")], threads, read=of_another_version))


def interrupted(folder: Path, output: Path, after: int, executor: Executor) -> None:
    def stop(counts: Counts) -> None:
        if counts.seen == after:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build_panel([folder], output, executor, workers=1, progress=stop)


def test_an_interrupted_run_goes_on_without_reading_again(folder: Path, tmp_path: Path, counted: Counted) -> None:
    (folder / "x.txt").write_text("您好。", encoding="utf-8")
    build_panel([folder], tmp_path / "whole.parquet", counted)
    counted.given = 0
    interrupted(folder, tmp_path / "panel.parquet", 4, counted)
    assert left(tmp_path) == ["whole.parquet", "whole.refused.csv"]
    assert list(parts_path(tmp_path / "panel.parquet").glob("*.arrow"))
    counted.given = 0
    (folder / "x.txt").rename(folder / "moved.txt")
    assert build_panel([folder], tmp_path / "panel.parquet", counted).files == 6
    assert counted.given <= 2, "what was read is not read again"
    (folder / "moved.txt").rename(folder / "x.txt")
    assert not parts_path(tmp_path / "panel.parquet").exists()
    assert read_panel(tmp_path / "panel.parquet").reports.equals(read_panel(tmp_path / "whole.parquet").reports)


def test_kept_parts_know_files_by_their_content(folder: Path, tmp_path: Path, counted: Counted) -> None:
    build_panel([folder], tmp_path / "panel.parquet", counted, keep_parts=True)
    (folder / "r0.html").rename(folder / "renamed.html")
    (folder / "r1.html").write_bytes(printed("丙县人民政府", 2021, "cn-2021"))
    counted.given = 0
    build_panel([folder], tmp_path / "panel.parquet", counted, keep_parts=True)
    assert counted.given == 1, "only the file with other content is read"
    reports = read_panel(tmp_path / "panel.parquet").reports
    assert reports["report"].tolist() == ["r1.html", "r2.txt", "r3.docx", "r4.md", "renamed.html"]
    assert reports["organ"].tolist()[0] == "丙县人民政府"


def test_a_copy_is_told_and_counted_once(folder: Path, tmp_path: Path, threads: Executor) -> None:
    (folder / "z_copy.html").write_bytes((folder / "r0.html").read_bytes())
    counts = build_panel([folder], tmp_path / "panel.parquet", threads)
    assert (counts.whole, counts.copies, counts.status) == (5, 1, 0)
    assert refusals(tmp_path / "panel.parquet") == {"z_copy.html": "a copy of r0.html: the same bytes; counted once"}
    assert len(read_panel(tmp_path / "panel.parquet")) == 5
    with pytest.warns(UserWarning, match=r"1 of 6 files was not read: z_copy\.html: a copy of r0\.html"):
        assert len(read_reports(folder)) == 5


def test_a_folder_reads_as_its_reports_do(folder: Path) -> None:
    panel = read_reports(folder)
    reports = [read_report(path) for path in sorted(folder.iterdir())]
    assert list(panel) == list(Panel.of(reports))
    (folder / "letter.txt").write_text("您好。\n", encoding="utf-8")
    with pytest.warns(UserWarning, match=r"letter\.txt: no statutory table found"):
        assert len(read_reports(folder)) == 5
    with pytest.raises(ReadingError, match=r"^1 of 1 files was not read: letter\.txt: "):
        read_reports(folder / "letter.txt")


def test_nothing_is_taken_from_what_another_version_read(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = str(folder / "r0.html")
    parts = Parts(tmp_path)
    parts.add(content_key(path), read_one(path))
    parts.flush()
    found = Parts(tmp_path).known(path)
    assert found is not None
    assert (found.reason, found.key) == ("", content_key(path))
    monkeypatch.setattr("foi_analysis.corpus.VERSION", "0.0.1")
    assert Parts(tmp_path).known(path) is None
    assert left(tmp_path) == [], "parts of another version are removed"


def test_a_damaged_part_is_removed_and_its_files_read_again(folder: Path, tmp_path: Path, threads: Executor) -> None:
    build_panel([folder], tmp_path / "panel.parquet", threads, keep_parts=True)
    whole = made(tmp_path / "panel.parquet")
    for part in parts_path(tmp_path / "panel.parquet").glob("*.arrow"):
        part.write_bytes(part.read_bytes()[:-100])
    (parts_path(tmp_path / "panel.parquet") / "x.arrow").write_bytes(b"no part at all" * 1000)
    assert build_panel([folder], tmp_path / "panel.parquet", threads).whole == 5
    assert made(tmp_path / "panel.parquet") == whole


def test_two_runs_do_not_write_one_panel(folder: Path, tmp_path: Path, threads: Executor) -> None:
    def second(counts: Counts) -> None:
        if counts.seen == 1:
            with pytest.raises(OSError, match="another run is writing this panel"):
                build_panel([folder], tmp_path / "panel.parquet", threads)

    assert build_panel([folder], tmp_path / "panel.parquet", threads, progress=second).whole == 5


def test_a_file_is_refused_when_reading_it_takes_too_long(folder: Path) -> None:
    outcome = read_one(str(folder / "r1.html"), timeout=0.001)
    assert "longer than 0.001 seconds" in outcome.reason
    assert (outcome.status, outcome.key) == (2, "")


def test_an_outcome_says_what_the_status_of_its_file_is(tmp_path: Path) -> None:
    (tmp_path / "bad.html").write_bytes(printed("甲县人民政府", 2023, "cn-2021", requests__new__total="99999"))
    outcome = read_one(str(tmp_path / "bad.html"))
    assert (outcome.status, outcome.whole) == (1, True)
    assert read_one(str(tmp_path)) == Outcome(
        2, reason="this is a folder; give the files in it", version=outcome.version
    )


def test_a_panel_is_written_as_parquet_only(folder: Path, tmp_path: Path, threads: Executor) -> None:
    with pytest.raises(ReadingError, match=r"give a name that ends in \.parquet"):
        build_panel([folder], tmp_path / "panel.csv", threads)


def test_a_cluster_that_does_not_answer_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr("foi_analysis.corpus.PATIENCE", 1)
    for address in ("wrong://127.0.0.1:1", "tcp://127.0.0.1:1"):
        with pytest.raises(ReadingError, match="no scheduler answers"), cluster(address):
            pass


def test_corpus_of_one_file_is_named_by_its_name(folder: Path) -> None:
    assert find_files([folder / "r0.html"]).names == ("r0.html",)
