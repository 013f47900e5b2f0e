"""The command ``foi-analysis panel`` as it is run: progress, interruption, killed workers, a full disk, a cluster."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import re
import resource
import select
import shutil
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr
from io import StringIO
from pathlib import Path

import duckdb
import pytest
from panels import printed

from foi_analysis import load_panel, read_panel
from foi_analysis.cli import main
from foi_analysis.report import records, to_csv

pytestmark = pytest.mark.slow
FOI = [sys.executable, "-m", "foi_analysis"]
FILES = 60


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of many short reports, of which some are no reports."""
    place = tmp_path_factory.mktemp("corpus")
    page = printed("某县人民政府", 2023, "cn-2021", ".txt").decode()
    for number in range(FILES):
        name = place / str(number % 3) / f"{number:03}"
        name.parent.mkdir(exist_ok=True)
        if number % 20:
            text = f"{page}\n第{number}份。\n"
            name.with_suffix(".txt").write_text(text, encoding="utf-8")
        else:
            name.with_suffix(".png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes([number]))
    return place


@pytest.fixture(scope="module")
def undisturbed(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The panel of an undisturbed run, which kept what it read."""
    output = tmp_path_factory.mktemp("whole") / "panel.parquet"
    with redirect_stderr(StringIO()) as said:
        assert main(["panel", str(corpus), "-o", str(output), "--keep-journal"]) == 2
    refused = FILES // 20
    assert f"{FILES} files: {FILES - refused} whole, 0 doubtful, {refused} refused" in said.getvalue()
    assert said.getvalue().count("\n") == 1, "no bar where no person looks"
    return output


@pytest.fixture(scope="module")
def whole(undisturbed: Path) -> tuple[bytes, bytes]:
    """What an undisturbed run writes."""
    return made(undisturbed)


def made(output: Path) -> tuple[bytes, bytes]:
    return output.read_bytes(), output.with_suffix(".refused.csv").read_bytes()


class Watched:
    """A command whose standard error is a terminal that we read."""

    def __init__(self, *arguments: str, before: Callable[[], None] | None = None) -> None:
        self.terminal, inner = pty.openpty()
        fcntl.ioctl(inner, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 160, 0, 0))

        def start() -> None:
            signal.signal(signal.SIGINT, signal.default_int_handler)  # a parent may ignore it, and children with it
            if before:
                before()

        self.process = subprocess.Popen(
            [*FOI, *arguments], stderr=inner, stdout=subprocess.DEVNULL, start_new_session=True, preexec_fn=start
        )
        os.close(inner)
        self.said = ""

    def until(self, files: int, seconds: float = 300) -> None:
        """Wait until so many files were seen."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and self.process.poll() is None:
            self._listen(0.05)
            if self.seen() >= files:
                return
        raise AssertionError(f"{files} files were not seen: {self.said[-500:]}")

    def seen(self) -> int:
        """Give how many files were seen."""
        return max(map(int, re.findall(rf"(\d+)/{FILES} ", self.said)), default=0)

    def ended(self) -> int:
        """Wait for the end and give the exit status."""
        end = time.monotonic() + 300
        while self.process.poll() is None and time.monotonic() < end:
            self._listen(0.05)
        while self._listen(0):
            pass
        os.close(self.terminal)
        return self.process.wait(1)

    def workers(self) -> list[int]:
        """Give the processes that it started to read files."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text(encoding="ascii")
        threads = Path(f"/proc/{self.process.pid}/task").iterdir()
        children += " ".join((thread / "children").read_text(encoding="ascii") for thread in threads)
        return [pid for pid in sorted(set(map(int, children.split()))) if b"spawn_main" in _of(pid, "cmdline")]

    def _listen(self, seconds: float) -> bool:
        if not select.select([self.terminal], [], [], seconds)[0]:
            return False
        try:
            self.said += os.read(self.terminal, 65536).decode(errors="replace")
        except OSError:  # the other end is closed
            return False
        return True


def _of(pid: int, what: str) -> bytes:
    try:
        return Path(f"/proc/{pid}/{what}").read_bytes()
    except OSError:
        return b""


def test_a_run_that_is_stopped_leaves_no_half_written_file_no_worker_and_the_next_one_goes_on(
    corpus: Path, tmp_path: Path, whole: tuple[bytes, bytes]
) -> None:
    output, parts = tmp_path / "panel.parquet", tmp_path / ".panel.parquet.parts"
    stops = (signal.SIGKILL, "2", -signal.SIGKILL), (signal.SIGINT, "2", 130), (signal.SIGTERM, "1", 130)
    seen = 0
    for stop, count, status in stops:
        run = Watched("panel", str(corpus), "-o", str(output), "--workers", count)
        run.until(seen + FILES // 12)
        workers = run.workers()
        assert len(workers) == int(count)
        os.killpg(run.process.pid, stop) if stop == signal.SIGINT else run.process.send_signal(stop)
        assert run.ended() == status
        assert ("run it again" in run.said) == (status == 130)
        assert "Traceback" not in run.said
        assert list(tmp_path.iterdir()) == [parts]
        assert ".part" in {path.suffix for path in parts.iterdir()} or status != 130
        end = time.monotonic() + 60
        while any(b"spawn_main" in _of(pid, "cmdline") for pid in workers) and time.monotonic() < end:
            time.sleep(0.05)
        assert not any(b"spawn_main" in _of(pid, "cmdline") for pid in workers)
        seen = run.seen()
    last = Watched("panel", str(corpus), "-o", str(output), "--workers", "1")
    assert last.ended() == 2
    assert [path.name for path in sorted(tmp_path.iterdir())] == ["panel.parquet", "panel.refused.csv"]
    assert made(output) == whole
    counts = r"\d+ whole, 0 doubtful, \d+ refused"
    assert re.search(rf"\d+/{FILES} \[\d\d:\d\d<\d\d:\d\d, .*{counts}\]", last.said), "time left, and counts"
    assert f"0 doubtful, {FILES // 20} refused (" in last.said


def test_ctrl_c_while_processes_start_is_told_in_one_line(corpus: Path, tmp_path: Path) -> None:
    run = Watched("panel", str(corpus), "-o", str(tmp_path / "panel.parquet"), "--workers", "2")
    while sum(b"numpy" in _of(pid, "maps") for pid in run.workers()) < 2:  # both are in the middle of their imports
        assert run.process.poll() is None
        time.sleep(0.01)
    os.killpg(run.process.pid, signal.SIGINT)
    assert run.ended() == 130
    assert "foi-analysis: interrupted" in run.said
    assert "Traceback" not in run.said


def test_a_panel_that_another_run_is_writing_is_left_alone_and_killed_workers_cost_that_run_nothing(
    corpus: Path, tmp_path: Path, whole: tuple[bytes, bytes], capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "panel.parquet"
    first = Watched("panel", str(corpus), "-o", str(output), "--workers", "2")
    first.until(1)
    first.process.send_signal(signal.SIGSTOP)
    second = main(["panel", str(corpus), "-o", str(output)])
    os.kill(first.workers()[0], signal.SIGKILL)
    first.process.send_signal(signal.SIGCONT)
    assert second == 2
    assert "panel.parquet: another run is writing this panel; wait until it has ended" in capsys.readouterr().err
    first.until(FILES * 3 // 4)  # by then, what the first one cost is read again: over a file twice, it is refused
    os.kill(first.workers()[0], signal.SIGKILL)
    assert first.ended() == 2
    assert made(output) == whole


def small() -> None:
    """Let this process write no file of more than some kilobytes, as on a disk that is almost full."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))


def test_a_disk_that_fills_up_is_told_and_leaves_what_was_there(corpus: Path, tmp_path: Path) -> None:
    output = tmp_path / "panel.parquet"
    output.write_bytes(b"of an earlier run")

    run = Watched("panel", str(corpus), "-o", str(output), "--workers", "1", before=small)
    assert run.ended() == 2
    assert "Traceback" not in run.said
    assert re.search(r"foi-analysis: \S*panel\.parquet\S*: .*; ", run.said)
    assert output.read_bytes() == b"of an earlier run"
    assert not (tmp_path / "panel.refused.csv").exists()


def test_a_disk_that_is_full_when_the_panel_is_written_is_told_and_what_was_read_is_kept(
    corpus: Path, tmp_path: Path, undisturbed: Path
) -> None:
    output, kept = tmp_path / "panel.parquet", tmp_path / ".panel.parquet.parts"
    shutil.copytree(undisturbed.with_name(kept.name), kept)
    run = Watched("panel", str(corpus), "-o", str(output), before=small)
    assert run.ended() == 2
    assert "Traceback" not in run.said
    assert re.search(r"foi-analysis: \S*panel\.parquet: File too large; the file would grow", run.said)
    assert not output.exists()
    assert {path.suffix for path in kept.iterdir()} == {".part"}, "no half-made file takes room"
    assert main(["panel", str(corpus), "-o", str(output)]) == 2
    assert made(output) == made(undisturbed)


def test_a_place_that_cannot_be_written_to_and_a_cluster_without_its_extra_are_told(
    corpus: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["panel", str(corpus), "-o", "/proc/panel.parquet"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("foi-analysis: /proc/panel.parquet: ")
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert main(["panel", str(corpus), "--scheduler", "tcp://127.0.0.1:8786"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "pip install 'foi_analysis[cluster]'" in line


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["-o", "panel.csv"], "the name must end in .parquet"),
        (["--workers", "0"], "give a whole number of at least 1"),
        (["--workers", "two"], "give a whole number of at least 1"),
        (["--workers", "2", "--scheduler", "tcp://127.0.0.1:1"], "not allowed with"),
    ],
)
def test_options_that_make_no_sense_are_refused(
    arguments: list[str], said: str, corpus: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["panel", str(corpus), *arguments])
    assert stop.value.code == 2
    assert said in capsys.readouterr().err


def test_status_is_the_highest_over_all_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "good.html").write_bytes(printed("甲县人民政府", 2023, "cn-2021"))
    options = ["-o", str(tmp_path / "panel.parquet"), "--workers", "1"]
    assert main(["panel", str(tmp_path / "good.html"), *options]) == 0
    for name in ("bad", "copy"):
        page = printed("乙县人民政府", 2023, "cn-2021", requests__new__total="99999")
        (tmp_path / f"{name}.html").write_bytes(page)
    assert main(["panel", str(tmp_path), *options]) == 1
    assert "3 files: 2 whole, 0 doubtful, 0 refused, 1 copy (" in capsys.readouterr().err


def test_parquet_is_at_most_a_tenth_of_the_csv(tmp_path: Path, whole: tuple[bytes, bytes]) -> None:
    (tmp_path / "panel.parquet").write_bytes(whole[0])
    panel = read_panel(tmp_path / "panel.parquet")
    csv = to_csv(row for report in panel for row in records(report))
    assert len(whole[0]) <= len(csv.encode()) / 10


QUERY = """
SELECT organ, year,
       max(value) FILTER (row = 'disclosed') AS disclosed,
       max(value) FILTER (row = 'concluded') AS concluded,
       round(100 * disclosed / concluded, 1) AS percent
FROM 'panel.parquet'
WHERE "table" = 'requests' AND "column" = 'total' AND doubt = ''
GROUP BY ALL
ORDER BY ALL
"""


def test_the_query_of_the_readme_gives_what_the_reports_print(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known = [report for report in load_panel() if report.name in ("pingtan_2019", "pingtan_2021", "suqian_city_2024")]
    for report in known:
        texts = {str(key).replace(".", "__"): str(cell.value) for key, cell in report.grid.items()}
        page = printed(report.organ.value, int(report.year.value), report.form.id, ".html", 1, **texts)
        (tmp_path / f"{report.name}.html").write_bytes(page)
    monkeypatch.chdir(tmp_path)
    main(["panel", ".", "--workers", "1"])
    expected = sorted(
        (report.organ.value, int(report.year.value), report.value("requests", "disclosed", "total"),
         report.value("requests", "concluded", "total"))
        for report in known
    )  # fmt: skip
    found = duckdb.sql(QUERY).fetchall()
    assert [row[:4] for row in found] == expected
    assert [row[4] for row in found] == [round(100 * float(a) / float(b), 1) for _, _, a, b in expected]


@pytest.fixture
def scheduler(tmp_path: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """A scheduler and two workers on this machine: its address, and the workers."""
    pytest.importorskip("distributed")
    file = tmp_path / "scheduler.json"
    run = [sys.executable, "-m", "distributed.cli"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": tmp_path}
    listen = ["--host", "127.0.0.1", "--scheduler-file", str(file)]
    here = [*listen[2:], "--host", "127.0.0.1", "--nthreads", "1", "--no-nanny", "--no-dashboard"]
    started = [
        subprocess.Popen([*run[:2], f"{run[2]}.dask_scheduler", *listen, "--port", "0", "--no-dashboard"], **quiet)
    ]  # type: ignore[call-overload]
    try:
        for name in ("one", "two"):
            command = [*run[:2], f"{run[2]}.dask_worker", *here, "--name", name, "--local-directory", str(tmp_path)]
            started.append(subprocess.Popen(command, **quiet))  # type: ignore[call-overload]
        end = time.monotonic() + 300
        while time.monotonic() < end and not (file.exists() and file.stat().st_size):
            time.sleep(0.1)
        yield json.loads(file.read_text(encoding="utf-8"))["address"], started[1:]
    finally:
        for process in started:
            process.kill()
            process.wait()


def test_a_cluster_that_loses_a_worker_gives_the_same_bytes(
    corpus: Path, tmp_path: Path, whole: tuple[bytes, bytes], scheduler: tuple[str, list[subprocess.Popen[bytes]]]
) -> None:
    address, workers = scheduler
    (tmp_path / "out").mkdir()
    output = tmp_path / "out" / "panel.parquet"
    run = Watched("panel", str(corpus), "-o", str(output), "--scheduler", address)
    run.until(FILES // 4)
    workers[0].kill()
    assert (run.ended(), output.exists()) == (2, True), run.said
    assert made(output) == whole
    assert workers[1].poll() is None
