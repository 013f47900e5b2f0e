"""Read a corpus of any size: folders of reports become one Parquet file, or one Panel.

The way of the data: ``find_files``, ``read_files`` (on any executor; who reads a file also writes its cells, as a
part), then the output out of the parts, in the order of the files.
"""

from __future__ import annotations

import csv
import json
import os
import shutil
import signal
import sys
import threading
import warnings
from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from errno import EAGAIN, EIO
from functools import partial
from hashlib import sha256
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType
from typing import Any, NamedTuple
from uuid import uuid4

import pyarrow as pa
import pyarrow.parquet as pq
from tqdm import tqdm

from foi_analysis.bilingual import Words, both, joined, listed
from foi_analysis.cell_tables import typed_table
from foi_analysis.panel import Panel, read_panel
from foi_analysis.parallel import processes, processors
from foi_analysis.read import exit_status, read_report
from foi_analysis.reading.files import printable, read_content
from foi_analysis.reading.sidecar import EXTRA, is_sidecar
from foi_analysis.report import ReadingError
from foi_analysis.resources import LANGUAGES, Told, advise, counted, in_language, language_of, load, say, told_by

VERSION: str = load("foi_analysis").__version__
GROUP = 512  # reports in a row group of the output; memory for one group is all that writing takes
AHEAD = 4  # files handed out for each worker, so that none waits
PATIENCE = 30  # seconds to wait for a scheduler, and for its first worker
NAMED = 10  # files named in a warning
LONGEST = 500  # characters of a reason: see Outcome
KILLED = Told("errors.killed")

_SCHEMA: pa.Schema = typed_table(()).schema


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a file: it was read, or refused for a ``reason``, in both languages.

    ``key`` names the bytes that were read (SHA-256 and ending); it is empty where another attempt may end otherwise.
    ``unwritten`` is the number of the system's error when the cells could not be written.
    An outcome comes through a pipe, and must be small: what is written there at once cannot be cut short by a worker's
    death, for which whoever reads would wait for ever.
    """

    status: int
    whole: bool = False
    reason: str = ""
    reason_zh: str = ""
    key: str = ""
    unwritten: int = 0
    version: str = VERSION


#: What reads one file, and what has many files read by it.
_ReadOne = Callable[[str], Outcome]
_ReadMany = Callable[[Iterable[str], _ReadOne], Iterator[tuple[str, Outcome]]]


@dataclass(frozen=True, slots=True)
class Counts:
    """How many of ``files`` were whole, doubtful, refused, or copies; ``status`` is the highest exit status of any.

    ``pictures`` counts those that were not recognised, because what recognises is not installed.
    """

    files: int
    whole: int = 0
    doubtful: int = 0
    refused: int = 0
    copies: int = 0
    status: int = 0
    pictures: int = 0

    @property
    def seen(self) -> int:
        """Number of files met so far."""
        return self.whole + self.doubtful + self.refused + self.copies

    def plus(self, outcome: Outcome, met: bool) -> Counts:
        """Return the counts with one more file; `met` tells that the same bytes were counted before."""
        kind = "refused" if outcome.reason else "copies" if met else "whole" if outcome.whole else "doubtful"
        pictures = self.pictures + (EXTRA in outcome.reason)
        status = max(self.status, outcome.status)
        return replace(self, **{kind: getattr(self, kind) + 1, "status": status, "pictures": pictures})

    def __str__(self) -> str:
        return str(self.told)

    @property
    def told(self) -> Told:
        """The counts in one line."""
        counts = Told("errors.counts", whole=self.whole, doubtful=self.doubtful, refused=self.refused)
        key = "errors.counts_copy" if self.copies == 1 else "errors.counts_copies"
        return Told(key, counts=counts, n=self.copies) if self.copies else counts


# ------------------------------------------------------------------------------------------------- what a user calls


def build_panel(
    paths: Sequence[str | Path],
    output: str | Path = "panel.parquet",
    executor: Executor | None = None,
    *,
    workers: int | None = None,
    timeout: float = 300,
    keep_parts: bool = False,
    progress: Callable[[Counts], None] = lambda _: None,
) -> Counts:
    """Read all files of folders, and files given by name, into one Parquet file of cells.

    Files that were refused stand in ``panel.refused.csv`` beside ``panel.parquet`` with their reason in English and in
    Chinese (file, reason, reason_zh), and so do copies: files with the bytes and the ending of an earlier one. An
    interrupted run leaves what it read in the hidden folder ``.panel.parquet.parts``; the next run goes on from there,
    even when files were moved or renamed. The output
    is the same bytes whatever does the work, and in whatever language it is told.

    Parameters
    ----------
    paths : sequence of str or Path
        Reports, and folders of reports at any depth; hidden files are left out.
    output : str or Path
        File to write; its name ends in ``.parquet``.
    executor : concurrent.futures.Executor, optional
        What does the work; its workers must see the files under the same paths, and be able to write beside
        `output`. It is left running. By default local processes, started anew when one of them is killed.
    workers : int, optional
        Number of local processes, or of the executor's workers; by default one a processor.
    timeout : float
        Seconds after which a file is refused; not kept where work is done in threads.
    keep_parts : bool
        Keep what was read, so that the next run reads new files only.
    progress : callable
        Called with the counts after each file.

    Returns
    -------
    Counts
        Number of files by what came of them, and the exit status.

    Raises
    ------
    ReadingError
        When there are no files, or the executor fails.
    OSError
        When something cannot be written, or another run writes the same panel. What was in place before stays.

    Examples
    --------
    >>> print(build_panel(["reports"], "panel.parquet", workers=2))  # doctest: +SKIP
    9 whole, 1 doubtful, 1 refused, 1 copy
    """
    output = Path(output)
    if output.suffix != ".parquet":
        raise ReadingError(Told("errors.panel_name", path=output))
    corpus = find_files(paths, own=(output, refusals_path(output)))

    def read_many(todo: Iterable[str], read: _ReadOne) -> Iterator[tuple[str, Outcome]]:
        return read_files(todo, executor, workers, read)

    return _build(corpus, output, read_many, timeout, keep_parts, progress)[0]


def read_reports(
    paths: str | Path | Sequence[str | Path], *, workers: int | None = None, timeout: float = 300
) -> Panel:
    """Read a folder of reports into a Panel, sorted by name.

    Files that cannot be read, and copies of an earlier file, are left out and told in one warning.

    Parameters
    ----------
    paths : str, Path, or sequence of them
        Reports, and folders of reports at any depth; hidden files are left out.
    workers : int, optional
        Number of processes that read; by default this process alone, which is as fast for a few dozen reports.
    timeout : float
        Seconds after which a file is given up.

    Returns
    -------
    Panel
        One report for each file that could be read.

    Raises
    ------
    ReadingError
        When there are no files, or none could be read.

    Examples
    --------
    >>> panel = read_reports("data/raw")
    >>> [report.name for report in panel]
    ['shanghai_psb_2024.txt']
    """
    corpus = find_files([paths] if isinstance(paths, str | Path) else paths)

    def read_many(todo: Iterable[str], read: _ReadOne) -> Iterator[tuple[str, Outcome]]:
        return read_files(todo, None, workers, read) if workers else ((path, read(path)) for path in todo)

    with TemporaryDirectory() as folder:
        output = Path(folder, "panel.parquet")
        _tell_refused(_build(corpus, output, read_many, timeout)[1])
        return read_panel(output)


def _build(
    corpus: Corpus,
    output: Path,
    read_many: _ReadMany,
    timeout: float,
    keep: bool = False,
    progress: Callable[[Counts], None] = lambda _: None,
) -> tuple[Counts, list[_File]]:
    """Read a corpus into a Parquet file, what was not read before by `read_many`; return the counts, and every file."""
    counts, keys, found = Counts(len(corpus.names)), dict[str, str](), dict[str, Outcome]()
    with _parts(output, keep) as parts, closing(_outcomes(corpus, parts, read_many, timeout)) as outcomes:
        for path, outcome in outcomes:
            if outcome.unwritten:
                raise OSError(outcome.unwritten, os.strerror(outcome.unwritten), str(output))
            keys[path] = key = outcome.key or path
            counts = counts.plus(outcome, key in found)
            found.setdefault(key, outcome)
            progress(counts)
        files = list(_in_order(corpus, keys, found))
        _write_panel(output, parts, files)
    return counts, files


def _tell_refused(files: Sequence[_File]) -> None:
    """Warn of files that were not read. Raises ReadingError when that is all of them."""
    zh, en = (say("refusals.needs_engine", language, why="", extra=EXTRA) for language in LANGUAGES)
    refused = [
        Told("errors.at", where=file.name, what=Words(file.reason_zh.removesuffix(zh), file.reason.removesuffix(en)))
        for file in files
        if file.reason
    ]
    if refused:
        told = refused[:NAMED]
        told += [Told("errors.and_more", n=len(refused) - NAMED)] if len(refused) > NAMED else []
        told += [Told("errors.pictures", extra=EXTRA)] if any(en in file.reason for file in files) else []
        key = "errors.not_read_one" if len(refused) == 1 else "errors.not_read"
        warning = Told(key, n=len(refused), files=len(files), told=joined([both(one) for one in told], "；", "; "))
        if len(refused) == len(files):
            raise ReadingError(warning)
        warnings.warn(in_language(warning, language_of()), stacklevel=3)


class _File(NamedTuple):
    """A file of a corpus: its name, the key of its outcome, and why it does not count, which is empty where it does."""

    name: str
    key: str
    reason: str
    reason_zh: str


def _in_order(corpus: Corpus, keys: Mapping[str, str], found: Mapping[str, Outcome]) -> Iterator[_File]:
    """Yield every file in order; a second file of the same bytes is a copy, and does not count."""
    first: dict[str, str] = {}
    for name in corpus.names:
        key = keys[corpus.path(name)]
        outcome = found[key]
        if key in first and not outcome.reason:
            outcome = _refused(Told("errors.copy", first=first[key]))
        first.setdefault(key, corpus.shown(name))
        yield _File(corpus.shown(name), key, outcome.reason, outcome.reason_zh)


# ------------------------------------------------------------------------------------------------- finding the files


@dataclass(frozen=True, slots=True)
class Corpus:
    """Files to read, by their paths below ``base``, sorted as bytes; ``refused`` has those that are not even opened."""

    base: str
    names: tuple[str, ...]
    refused: dict[str, str] = field(default_factory=dict)

    def path(self, name: str) -> str:
        """Return the path of a file."""
        return os.path.join(self.base, name)  # noqa: PTH118 (strings: there may be hundreds of thousands)

    def shown(self, name: str) -> str:
        """Return the name of a file as it stands in tables: with slashes, in characters that any table takes."""
        return printable(name.replace(os.sep, "/"))


def find_files(paths: Sequence[str | Path], own: Collection[Path] = ()) -> Corpus:
    """Find the files in folders, and those given by name.

    Of a folder all files count, at any depth and whatever they are called, but not those that are hidden (a name that
    begins with a dot) nor what is in hidden folders, nor the sidecars of pictures (``.ocr.json``), nor `own`. Links to
    files are followed; a link to a folder, and a folder that cannot be opened, is refused with the reason. Each file
    comes once. Names are relative to the folder given, or to the nearest that holds all that is given.

    Raises ReadingError when nothing that is given is there, or no file is in it.
    """
    given = [os.path.abspath(path) for path in paths]  # noqa: PTH100 (no link must be resolved)
    if not any(os.path.lexists(path) for path in given):
        raise ReadingError(Told("errors.nothing_there", paths=listed(paths)))
    folders = [path for path in given if os.path.isdir(path)]  # noqa: PTH112
    files = [path for path in given if path not in folders]
    base = os.path.commonpath([*folders, *map(os.path.dirname, files)])
    refused: dict[str, str] = {}
    found = {*files, *(path for folder in folders for path in _below(folder, refused))}
    found -= {os.path.abspath(path) for path in own}  # noqa: PTH100
    names = {os.path.relpath(path, base) for path in found}
    told = {os.path.relpath(path, base): reason for path, reason in refused.items()}
    if not names and not told:
        raise ReadingError(Told("errors.nothing_in", paths=listed(paths)))
    return Corpus(base, tuple(sorted(names | told.keys(), key=os.fsencode)), told)


def _below(folder: str, refused: dict[str, str]) -> Iterator[str]:
    """Yield the files below a folder, and note in `refused` which folders are not entered."""

    def closed(error: OSError) -> None:
        refused[os.path.abspath(error.filename)] = Told("errors.closed", why=advise(error))  # noqa: PTH100

    for place, inner, names in os.walk(folder, onerror=closed):
        inner[:] = [name for name in inner if not name.startswith(".")]
        for path in (os.path.join(place, name) for name in inner):  # noqa: PTH118
            if os.path.islink(path):  # noqa: PTH114
                refused[path] = Told("errors.link_to_folder")
        seen = (name for name in names if not (name.startswith(".") or is_sidecar(Path(name))))
        yield from (os.path.join(place, name) for name in seen)  # noqa: PTH118


# -------------------------------------------------------------------------------- reading one file: what a worker does


class _TooLongError(BaseException):
    """Raised in the middle of reading: no reader may take it for a fault of the file."""


def read_one(path: str, parts: Path, timeout: float = 300) -> Outcome:
    """Read a file, and write its cells into the folder of parts. Never raises: a file may be refused instead."""
    cells = typed_table(())
    try:
        with _limited(timeout):
            report = read_report(path)
            cells = typed_table([(report.name, report)])
            unread = any(EXTRA in fault for fault in report.faults)
            key = "" if unread else _key(report.sha256, path)
            outcome = Outcome(exit_status(report), report.is_sure, key=key)
    except ReadingError as error:
        outcome = _refused(error, path, "" if EXTRA in told_by(error) else content_key(path))
    except OSError as error:
        outcome = _refused(advise(error), path)
    except _TooLongError:
        outcome = _refused(Told("errors.too_long", seconds=timeout), path)
    except Exception as error:  # a fault of the reader itself must not stop the other files
        outcome = _refused(Told("errors.fault", kind=type(error).__name__, error=error), path)
    try:
        if outcome.key or not outcome.reason:
            _write_part(parts, outcome.key or path, outcome, cells)
    except OSError as error:
        return replace(outcome, unwritten=error.errno or EIO)
    return outcome


def _refused(why: object, path: str = "", key: str = "") -> Outcome:
    """Return the outcome of a file that was refused: why in both languages, on one line and without its name."""
    name = printable(Path(path).name)
    reason = printable(in_language(why, "en")).removeprefix(f"{name}: ")
    chinese = printable(in_language(why, "zh")).removeprefix(f"{name}：").removeprefix(f"{name}: ")
    return Outcome(2, reason=_shortened(reason), reason_zh=_shortened(chinese), key=key)


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def content_key(path: str) -> str:
    """Name the content of a file by its SHA-256, and by the ending on which reading depends; empty if it cannot."""
    try:
        return _key(sha256(read_content(Path(path))).hexdigest(), path)
    except (OSError, ValueError):
        return ""


def _key(digest: str, path: str) -> str:
    return f"{digest}{Path(path).suffix.lower()}"


@contextmanager
def _limited(seconds: float) -> Iterator[None]:
    """Stop what takes too long, where signals can: in the main thread, and not on every system."""
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise _TooLongError

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


# ------------------------------------------------------------------------------------------ reading all, on executors


def _outcomes(
    corpus: Corpus,
    parts: Path,
    read_many: _ReadMany,
    timeout: float,
) -> Generator[tuple[str, Outcome], None, None]:
    """Yield each path with its outcome: what is refused, or known from an earlier run, then what this run reads."""
    kept = any(parts.iterdir())
    todo = []
    for name in corpus.names:
        path, reason = corpus.path(name), corpus.refused.get(name)
        outcome = _refused(reason) if reason else _known(parts, path) if kept else None
        if outcome:
            yield path, outcome
        else:
            todo.append(path)
    yield from read_many(todo, partial(read_one, parts=parts.absolute(), timeout=timeout))


def read_files(
    paths: Iterable[str], executor: Executor | None, workers: int | None, read: _ReadOne
) -> Generator[tuple[str, Outcome], None, None]:
    """Yield each path with its outcome as soon as it is there; a bounded number of files is in flight.

    A process that dies takes down all files in flight. They are read again one by one, and the file whose process
    dies a second time is refused. Raises ReadingError when the executor itself fails, with one file twice.
    """
    count, todo = workers or processors(), iter(paths)
    running = executor or processes(count)

    def renew() -> Executor:
        if executor:
            raise ReadingError(Told("errors.broken"))
        running.shutdown(wait=False)
        return _working(processes(count))

    try:
        while lost := (yield from _until_broken(running, todo, AHEAD * count, read)):
            running = renew()
            for path in lost:
                outcome = _result(_submit(running, read, path))
                running = running if outcome else renew()
                yield path, outcome or _refused(KILLED)
    finally:
        if not executor:
            running.shutdown(wait=False, cancel_futures=True)


def _until_broken(
    executor: Executor, todo: Iterator[str], most: int, read: _ReadOne
) -> Generator[tuple[str, Outcome], None, list[str]]:
    """Yield outcomes until no file is left or the executor breaks; return the files that were in flight then."""
    flying: dict[Future[Outcome], str] = {}
    lost: list[str] = []
    failed: set[str] = set()
    try:
        while True:
            for path in islice(todo, 0 if lost else most - len(flying)):
                flying[_submit(executor, read, path)] = path
            if not flying:
                return sorted(lost)
            for future in wait(flying, return_when=FIRST_COMPLETED).done:
                path = flying.pop(future)
                try:
                    outcome = _result(future)
                except _FailedError:
                    if path in failed:
                        raise
                    failed.add(path)
                    flying[_submit(executor, read, path)] = path
                    continue
                if outcome:
                    yield path, outcome
                else:
                    lost.append(path)
    finally:
        for future in flying:
            future.cancel()


class _FailedError(ReadingError):
    """An executor gave neither an outcome nor word of a process that died, as Dask's may when it loses a worker."""


def _submit(executor: Executor, read: _ReadOne, path: str) -> Future[Outcome]:
    try:
        return executor.submit(read, path)
    except BrokenExecutor as error:
        broken: Future[Outcome] = Future()
        broken.set_exception(error)
        return broken


def _result(future: Future[Outcome]) -> Outcome | None:
    """Return the outcome of a file, or None when its process died.

    Raises _FailedError for any other failure, and ReadingError for an outcome of another version of the package.
    """
    try:
        outcome = future.result()
    except BrokenExecutor:
        return None
    except Exception as error:
        if type(error).__name__ == "KilledWorker":  # Dask's, after several attempts
            return _refused(KILLED)
        raise _FailedError(Told("errors.failed", kind=type(error).__name__, error=error)) from error
    if outcome.version != VERSION:
        raise ReadingError(Told("errors.versions", other=outcome.version, own=VERSION))
    return outcome


def _working(pool: Executor) -> Executor:
    """Return a pool whose processes start. Raises ReadingError when they do not."""
    try:
        pool.submit(os.getpid).result()
    except BrokenExecutor:
        raise ReadingError(Told("errors.not_starting")) from None
    return pool


@contextmanager
def cluster(address: str) -> Iterator[tuple[Executor, int]]:
    """Yield the executor of a Dask cluster, whose workers must see the files under the same paths, and their number.

    Raises ReadingError when dask.distributed is not installed, when no scheduler answers, and when it has no workers.
    """
    try:
        client_of = load("distributed").Client
    except ImportError:
        raise ReadingError(Told("errors.no_dask")) from None
    try:
        client: Any = client_of(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        raise ReadingError(Told("errors.no_scheduler", address=address, error=error)) from None
    with client:
        try:
            client.wait_for_workers(1, timeout=PATIENCE)
        except TimeoutError:
            raise ReadingError(Told("errors.no_workers", address=address)) from None
        yield client.get_executor(pure=False), max(sum(client.nthreads().values()), processors())


# --------------------------------------------------------------------------------- what was read, on disk, and writing


#: Bytes of the digest at the head of a part.
_DIGEST = 32


def _part(folder: Path, key: str) -> Path:
    """Return where the part of a file lies."""
    return folder / f"{sha256(os.fsencode(key)).hexdigest()}.part"


def _write_part(folder: Path, key: str, outcome: Outcome, cells: pa.Table) -> None:
    """Write what came of a file, and its cells: the SHA-256 of an Arrow stream, and the stream. Raises OSError."""
    sink = pa.BufferOutputStream()
    options = pa.ipc.IpcWriteOptions(compression="lz4", use_threads=False)  # a third of the size
    told = cells.replace_schema_metadata({"outcome": json.dumps(asdict(outcome))})
    with pa.ipc.new_stream(sink, told.schema, options=options) as writer:
        writer.write_table(told)
    content: bytes = sink.getvalue().to_pybytes()
    path = _part(folder, key)
    aside = path.with_suffix(f".{uuid4().hex}")
    aside.write_bytes(sha256(content).digest() + content)
    aside.replace(path)


def _stream(path: Path) -> pa.RecordBatchReader:
    """Open the cells of a part. Raises ValueError when it is damaged, OSError when it cannot be read."""
    content = path.read_bytes()
    if sha256(content[_DIGEST:]).digest() != content[:_DIGEST]:
        raise ValueError(f"{path}: damaged")
    options = pa.ipc.IpcReadOptions(use_threads=False)  # threads cost more than so few cells
    return pa.ipc.open_stream(content[_DIGEST:], options=options)


def _cells(folder: Path, key: str) -> pa.Table:
    """Return the cells of a report that was read."""
    return _stream(_part(folder, key)).read_all().replace_schema_metadata(None)


def _known(folder: Path, path: str) -> Outcome | None:
    """Return what an earlier run of this version found in a file of this content, None when there was none."""
    try:
        key = content_key(path)
        outcome = Outcome(**json.loads(_stream(_part(folder, key)).schema.metadata[b"outcome"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return outcome if key and outcome.version == VERSION else None


@contextmanager
def _parts(output: Path, keep: bool) -> Iterator[Path]:
    """Yield the folder of a panel's parts for this run alone; it is removed when the run ends well, unless kept.

    Raises OSError, in the name of the panel, for whatever cannot be written.
    """
    try:
        with _locked(parts_path(output)) as folder:
            for path in folder.iterdir():
                if path.suffix != ".part":
                    path.unlink()
            yield folder
            if not keep:
                shutil.rmtree(folder)
    except OSError as error:
        error.filename, error.filename2 = str(output), None
        raise


@contextmanager
def _locked(folder: Path) -> Iterator[Path]:
    """Make a folder and hold it for this run alone; it is removed when it is left empty. Raises OSError."""
    folder.mkdir(exist_ok=True)
    if sys.platform == "win32":
        yield folder
        return
    fcntl = load("fcntl")
    handle = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise OSError(EAGAIN, Told("errors.another_run"), str(folder)) from None
        try:
            yield folder
        finally:
            with suppress(OSError):
                folder.rmdir()
    finally:
        os.close(handle)


def parts_path(output: Path) -> Path:
    """Return the folder that holds what was read while a panel is made: hidden, so that no corpus contains it."""
    return output.with_name(f".{output.name}.parts")


def refusals_path(output: Path) -> Path:
    """Return where the refusals of a panel are written: ``panel.refused.csv`` beside ``panel.parquet``."""
    return output.with_name(f"{output.stem}.refused.csv")


def _write_panel(output: Path, parts: Path, files: Sequence[_File]) -> None:
    """Write cells and refusals aside, and put them in place when both are whole."""
    aside = {path: parts / path.name for path in (refusals_path(output), output)}
    try:
        with aside[refusals_path(output)].open("w", encoding="utf-8", newline="") as file:
            refused = [(one.name, one.reason, one.reason_zh) for one in files if one.reason]
            csv.writer(file, lineterminator="\n").writerows([("file", "reason", "reason_zh"), *refused])
        _write_cells(aside[output], (_named(_cells(parts, one.key), one.name) for one in files if not one.reason))
        for path, made in aside.items():
            made.replace(path)
    finally:
        for made in aside.values():
            made.unlink(missing_ok=True)


def _write_cells(path: Path, reports: Iterator[pa.Table]) -> None:
    with (
        path.open("wb") as file,
        pq.ParquetWriter(file, _SCHEMA, compression="zstd", compression_level=9) as writer,
    ):
        while group := list(islice(reports, GROUP)):
            table = pa.concat_tables(group)
            writer.write_table(table, row_group_size=table.num_rows)
            del group, table  # or two groups would be held while the next one is gathered


def _named(cells: pa.Table, name: str) -> pa.Table:
    """Return the cells of a report under another name."""
    at = _SCHEMA.get_field_index("report")
    names = pa.array([name] * cells.num_rows, _SCHEMA.field(at).type)
    return cells.set_column(at, _SCHEMA.field(at), names)


# ----------------------------------------------------------------------------------------------- for the command line


def summary(counts: Counts, output: Path) -> Told:
    """Return one line: how many files were read, where the refusals are listed, and what pictures need."""
    files, path = counted("file", counts.files), refusals_path(output)
    told = Told("errors.summary", files=files, counts=counts.told, path=path)
    key = "errors.summary_picture" if counts.pictures == 1 else "errors.summary_pictures"
    return Told(key, summary=told, n=counts.pictures, extra=EXTRA) if counts.pictures else told


@contextmanager
def terminable() -> Iterator[None]:
    """Treat SIGTERM, with which schedulers of batch jobs end a run, as Ctrl-C."""

    def interrupt(_signal: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def progress_bar() -> Iterator[Callable[[Counts], None]]:
    """Yield a function that shows counts with the time left, on standard error and only to a person."""
    language = language_of()
    bar = tqdm(disable=None, unit=say("errors.bar", language), dynamic_ncols=True, smoothing=0.1)

    def show(counts: Counts) -> None:
        bar.total = counts.files
        bar.set_postfix_str(in_language(counts.told, language), refresh=False)
        bar.update(counts.seen - bar.n)

    try:
        yield show
    finally:
        bar.close()
