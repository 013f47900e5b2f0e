"""Read one file of a corpus and say what came of it: what a worker does, in whatever process or on whatever machine."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from types import FrameType

from foi_analysis.advice import advise
from foi_analysis.panel.stored import pack, store
from foi_analysis.reading.files import printable, read_content
from foi_analysis.report import ReadingError

#: A file that takes longer to read is no report, or one that nobody prints.
SECONDS = 120


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a file.

    ``content`` is the report as ``pack`` writes it, empty when the file was refused: then ``reason`` says why.
    ``status`` is the file's exit status; ``whole`` tells that every cell was read without doubt. ``key`` names the
    content, and is empty where another attempt may end otherwise. ``version`` is that of the package that read it.
    """

    status: int
    content: bytes = b""
    whole: bool = False
    reason: str = ""
    key: str = ""
    version: str = ""


class _TooLongError(BaseException):
    """Raised in the middle of reading: no reader may take it for a fault of the file."""


def read_one(path: str) -> Outcome:
    """Read a file. Never raises: a file that cannot be read is an outcome with its reason."""
    from foi_analysis import __version__
    from foi_analysis.printing import status
    from foi_analysis.read import read_report

    try:
        with _limited(SECONDS):
            report = read_report(path)
            whole = not report.doubtful and not report.unread
            key = _key(report.sha256, path)
            return Outcome(status(report), pack(store(report)), whole, "", key, __version__)
    except ReadingError as error:
        reason, key = " ".join(str(error).split()).removeprefix(f"{printable(Path(path).name)}: "), content_key(path)
    except OSError as error:
        reason, key = advise(error), ""
    except _TooLongError:
        reason, key = f"reading it took longer than {SECONDS} seconds; look at the file by itself", ""
    except Exception as error:  # a fault of the reader itself must not stop the other files
        reason, key = f"a fault of this program ({type(error).__name__}: {error}); please report it", ""
    return Outcome(2, reason=printable(reason), key=key, version=__version__)


def content_key(path: str) -> str:
    """Name the content of a file by its SHA-256, and by the ending on which its reading depends; empty if it cannot."""
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
    before = signal.signal(signal.SIGALRM, _stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise _TooLongError
