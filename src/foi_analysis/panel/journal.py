"""Remember what was read, so that an interrupted run goes on where it stopped.

A journal is one SQLite file beside the output. It is keyed by the SHA-256 of a file's content and belongs to one
version of the package: nothing that another version read is ever taken from it.
"""

from __future__ import annotations

import errno
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from foi_analysis.panel.work import Outcome, content_key

#: What was read in so many seconds may be lost when the machine stops.
_SECONDS = 2.0
_ERRORS = {"SQLITE_FULL": errno.ENOSPC, "SQLITE_READONLY": errno.EROFS, "SQLITE_CANTOPEN": errno.EACCES}


class Journal:
    """What earlier runs and this one read; ``resumed`` counts what was there at the start."""

    def __init__(self, path: Path, version: str) -> None:
        """Open a journal, or begin one. Raises OSError when it cannot be opened or another run holds it."""
        self.path = path
        with self._told():
            self._database = _open(path)
            self._begin(version)
        self._version = version
        self._written = time.monotonic()

    def known(self, path: str) -> Outcome | None:
        """Give what an earlier run found in a file of this content; None when there was none."""
        key = content_key(path) if self.resumed else ""
        if not key:
            return None
        found = self._database.execute("SELECT status, content, whole, reason FROM outcome WHERE key = ?", [key])
        row = found.fetchone()
        return Outcome(row[0], row[1], bool(row[2]), row[3], key, self._version) if row else None

    def add(self, outcome: Outcome) -> None:
        """Remember an outcome that another attempt would find again. Raises OSError when it cannot be written."""
        if not outcome.key:
            return
        row = (outcome.key, outcome.status, outcome.content, outcome.whole, outcome.reason)
        with self._told():
            self._database.execute("INSERT OR REPLACE INTO outcome VALUES (?, ?, ?, ?, ?)", row)
            if time.monotonic() - self._written > _SECONDS:
                self._database.commit()
                self._written = time.monotonic()

    def close(self, remove: bool) -> None:
        """Put everything on the disk, or remove the file when it is needed no more."""
        with suppress(sqlite3.Error):
            self._database.commit()
        self._database.close()
        if remove:
            self.path.unlink(missing_ok=True)

    def _begin(self, version: str) -> None:
        """Make the tables, and forget what another version read."""
        self._database.execute("CREATE TABLE IF NOT EXISTS about (version TEXT)")
        self._database.execute(
            "CREATE TABLE IF NOT EXISTS outcome "
            "(key TEXT PRIMARY KEY, status INTEGER, content BLOB, whole INTEGER, reason TEXT) WITHOUT ROWID"
        )
        if self._database.execute("SELECT version FROM about").fetchall() != [(version,)]:
            self._database.execute("DELETE FROM outcome")
            self._database.execute("DELETE FROM about")
            self._database.execute("INSERT INTO about VALUES (?)", [version])
        self._database.commit()
        self.resumed: int = self._database.execute("SELECT count(*) FROM outcome").fetchone()[0]

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Tell an error of the database as one of the system, with the path."""
        try:
            yield
        except sqlite3.Error as error:
            name = getattr(error, "sqlite_errorname", "")
            what = (
                "another run is writing this panel" if name == "SQLITE_BUSY" else f"cannot write the journal ({error})"
            )
            raise OSError(_ERRORS.get(name, errno.EIO), what, str(self.path)) from None


def _open(path: Path) -> sqlite3.Connection:
    """Open a database for this run alone; a file that is none, left by a machine that stopped, is begun anew."""
    database = sqlite3.connect(path, timeout=1)
    try:
        database.execute("PRAGMA locking_mode = EXCLUSIVE")
        database.execute("PRAGMA quick_check").fetchone()
    except sqlite3.DatabaseError as error:
        database.close()
        if getattr(error, "sqlite_errorname", "") not in ("SQLITE_NOTADB", "SQLITE_CORRUPT"):
            raise
        path.unlink()
        database = sqlite3.connect(path, timeout=1)
        database.execute("PRAGMA locking_mode = EXCLUSIVE")
    return database
