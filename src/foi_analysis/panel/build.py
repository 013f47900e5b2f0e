"""Build a panel from a corpus of any size: find the files, read them, write what came of them in order."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from foi_analysis.panel.executors import Workforce, local
from foi_analysis.panel.files import Corpus, find_files
from foi_analysis.panel.journal import Journal
from foi_analysis.panel.stored import unpack
from foi_analysis.panel.stream import read_in_order
from foi_analysis.panel.work import Outcome
from foi_analysis.panel.writing import PanelWriter, journal_path, panel_writer, refusals_path
from foi_analysis.report import ReadingError


@dataclass(frozen=True, slots=True)
class Counts:
    """How many files were seen: read whole, read with a doubtful, missing or unreadable cell, and refused.

    ``status`` is the highest exit status of any file, ``files`` the number of all files, seen or not.
    """

    files: int
    whole: int = 0
    doubtful: int = 0
    refused: int = 0
    status: int = 0

    def __add__(self, outcome: Outcome) -> Counts:
        """Count one more."""
        refused = not outcome.content
        return Counts(
            self.files,
            self.whole + outcome.whole,
            self.doubtful + (not refused and not outcome.whole),
            self.refused + refused,
            max(self.status, outcome.status),
        )

    @property
    def seen(self) -> int:
        """How many files were seen."""
        return self.whole + self.doubtful + self.refused


def build_panel(
    paths: Sequence[str | Path],
    output: str | Path = "panel.parquet",
    workforce: Workforce | Executor | None = None,
    *,
    keep_journal: bool = False,
    seen: Callable[[Counts], None] = lambda _: None,
) -> Counts:
    """Read all files of folders, and files given by name, into one Parquet file.

    Beside ``output`` stand the refusals (``.refused.csv``: file, reason) and, until the work is done or when it is to
    be kept, a journal from which an interrupted run goes on. The files are the same bytes whatever does the work:
    ``workforce`` is local processes when not given, and may be any ``concurrent.futures`` executor. ``seen`` hears
    the counts after each file.

    Raises ReadingError when there is no file or the executor fails, and OSError when something cannot be written:
    what was in place before is then still there, and what was read is in the journal.
    """
    output = Path(output)
    if output.suffix != ".parquet":
        raise ReadingError(f"{output}: a panel is written as Parquet; give a name that ends in .parquet")
    own = (output, refusals_path(output), journal_path(output))
    corpus = find_files(paths, own)
    counts = Counts(len(corpus.names))
    with (
        _journal(output, keep_journal) as journal,
        panel_writer(output) as writer,
        closing(_outcomes(corpus, _force(workforce), journal)) as outcomes,
    ):
        for name, outcome in outcomes:
            _write(writer, corpus.shown(name), outcome)
            counts += outcome
            seen(counts)
    return counts


def _outcomes(corpus: Corpus, workforce: Workforce, journal: Journal) -> Generator[tuple[str, Outcome], None, None]:
    """Give every file of a corpus with what came of it, in order."""
    paths = (corpus.path(name) for name in corpus.names if name not in corpus.refused)
    with closing(read_in_order(paths, workforce, journal.known, journal.add)) as outcomes:
        for name in corpus.names:
            reason = corpus.refused.get(name)
            yield name, Outcome(2, reason=reason) if reason else next(outcomes)


def _write(writer: PanelWriter, name: str, outcome: Outcome) -> None:
    if outcome.content:
        writer.report(name, unpack(outcome.content))
    else:
        writer.refusal(name, outcome.reason)


def _force(workforce: Workforce | Executor | None) -> Workforce:
    if isinstance(workforce, Executor):
        executor, made = workforce, iter([workforce])

        def once() -> Executor:
            if next(made, None) is None:
                raise ReadingError(
                    "the executor broke: one of its processes was killed; give a Workforce to start anew"
                )
            return executor

        return Workforce(once, local().in_flight, lent=True)
    return workforce or local()


@contextmanager
def _journal(output: Path, keep: bool) -> Iterator[Journal]:
    """Open the journal of a panel; it is removed when the work ends well, unless it is to be kept."""
    from foi_analysis import __version__

    journal = Journal(journal_path(output), __version__)
    try:
        yield journal
    except BaseException:
        journal.close(remove=False)
        raise
    journal.close(remove=not keep)
