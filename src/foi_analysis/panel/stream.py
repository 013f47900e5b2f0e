"""Hand files to an executor, a bounded number at a time, and give what came of them in order.

A process that dies takes the files down that were in flight: they are read again one by one, and the file whose
process dies a second time is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Executor, Future, wait

from foi_analysis.panel.executors import Workforce
from foi_analysis.panel.work import Outcome, read_one
from foi_analysis.report import ReadingError

#: So many outcomes wait for an earlier file that takes long; each is a few kilobytes.
_WAITING = 4096
_KILLED = "the process that read it was killed twice, for want of memory perhaps; look at the file by itself"
_KILLED_EXCEPTIONS = ("KilledWorker",)


def read_in_order(
    paths: Iterable[str],
    workforce: Workforce,
    known: Callable[[str], Outcome | None] = lambda _: None,
    done: Callable[[Outcome], None] = lambda _: None,
    work: Callable[[str], Outcome] = read_one,
) -> Generator[Outcome, None, None]:
    """Give the outcome of each file, in the order of the paths, whatever the number of workers.

    ``known`` gives what an earlier run found, or None; ``done`` hears of every new outcome as soon as it is there.
    Raises ReadingError when the executor itself fails.
    """
    run = _Run(iter(enumerate(paths)), workforce, known, done, work)
    try:
        yield from run.outcomes()
    finally:
        run.end()


class _Run:
    """The files in flight and the outcomes that wait for their turn."""

    def __init__(
        self,
        paths: Iterator[tuple[int, str]],
        workforce: Workforce,
        known: Callable[[str], Outcome | None],
        done: Callable[[Outcome], None],
        work: Callable[[str], Outcome],
    ) -> None:
        self.paths, self.workforce, self.known, self.done, self.work = paths, workforce, known, done, work
        self.executor: Executor = workforce.make()
        self.flying: dict[Future[Outcome], tuple[int, str]] = {}
        self.waiting: dict[int, Outcome] = {}

    def outcomes(self) -> Iterator[Outcome]:
        turn = 0
        while True:
            self._hand_out()
            while turn in self.waiting:
                yield self.waiting.pop(turn)
                turn += 1
                self._hand_out()
            if not self.flying:
                return
            self._take_in()

    def end(self) -> None:
        """Keep what has finished, call off what is in flight, and let the executor go."""
        for future in self.flying:
            if not future.cancel() and future.done() and not future.exception():
                self.done(future.result())
        if not self.workforce.lent:
            self.executor.shutdown(wait=False)

    def _hand_out(self) -> None:
        """Hand out files until enough are in flight, or too many outcomes wait."""
        while len(self.flying) < self.workforce.in_flight and len(self.waiting) < _WAITING:
            file = next(self.paths, None)
            if file is None:
                return
            outcome = self.known(file[1])
            if outcome:
                self.waiting[file[0]] = outcome
            else:
                self._submit(file)

    def _submit(self, file: tuple[int, str]) -> None:
        try:
            self.flying[self.executor.submit(self.work, file[1])] = file
        except BrokenExecutor:
            self._mend([file])

    def _take_in(self) -> None:
        """Take in what has finished."""
        broken = []
        for future in wait(self.flying, return_when=FIRST_COMPLETED).done:
            file = self.flying.pop(future)
            try:
                self._keep(file, _result(future))
            except BrokenExecutor:
                broken.append(file)
        if broken:
            self._mend(broken)

    def _mend(self, broken: list[tuple[int, str]]) -> None:
        """Start anew after a process died, and read the files that were in flight one by one."""
        for future in list(self.flying):
            file = self.flying.pop(future)
            try:
                self._keep(file, _result(future))
            except BrokenExecutor:
                broken.append(file)
        self._renew()
        for file in sorted(broken):
            try:
                self._keep(file, _result(self.executor.submit(self.work, file[1])))
            except BrokenExecutor:
                self._keep(file, Outcome(2, reason=_KILLED))
                self._renew()

    def _renew(self) -> None:
        self.executor.shutdown(wait=False)
        self.executor = self.workforce.make()

    def _keep(self, file: tuple[int, str], outcome: Outcome) -> None:
        self.done(outcome)
        self.waiting[file[0]] = outcome


def _result(future: Future[Outcome]) -> Outcome:
    """Give the outcome of a file. Raises BrokenExecutor when its process died, ReadingError for any other failure."""
    from foi_analysis import __version__

    try:
        outcome = future.result()
    except BrokenExecutor:
        raise
    except (Exception, CancelledError) as error:
        if type(error).__name__ in _KILLED_EXCEPTIONS:
            return Outcome(2, reason=_KILLED)
        raise ReadingError(
            f"the executor failed ({type(error).__name__}: {error}); what was read is kept: run it again"
        ) from error
    if outcome.version and outcome.version != __version__:
        raise ReadingError(
            f"a worker runs foi_analysis {outcome.version}, this is {__version__}; install the same on both"
        )
    return outcome
