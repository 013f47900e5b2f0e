"""Plant an error in a copy of a report, the same for the same seed, and seal where it is.

What is planted in the sums can be found from the sums: it is planted anew until ``explain`` has it in its answer,
alone or among equals. Errors that no identity sees are planted only when their kind is asked for by name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice, product

from foi_analysis.blind import moves_of
from foi_analysis.checks import identity_verdicts
from foi_analysis.explain import explain
from foi_analysis.form import CellKey
from foi_analysis.report import Cell, Report
from foi_analysis.resources import say
from foi_analysis.teaching.chance import Chance
from foi_analysis.teaching.sealing import Answer, Sealed, seal
from foi_analysis.teaching.slips import SLIPS, plant

#: Kinds of error that no identity can see: whole rows or columns under labels that are not theirs.
UNFINDABLE = ("block", "applicants", "routes")
#: Kinds of error that can be planted, by name: those of the injector, then those that no identity sees.
KINDS = (*SLIPS, *UNFINDABLE)
_TRIES = 60
#: An exercise with more equally good answers than this would teach guessing.
_TIED = 8


@dataclass(frozen=True, repr=False)
class Exercise:
    """A faulty copy of a report and the sealed answer; ``findable`` tells whether the sums can show the error."""

    report: Report
    seed: str
    findable: bool
    sealed: Sealed

    def __repr__(self) -> str:
        """Name the exercise, without its answer."""
        return f"<Exercise {self.seed}: {self.sealed}>"


def plant_error(report: Report, kind: str | None = None, seed: object = 1) -> Exercise:
    """Plant an error of a kind of ``KINDS`` in a copy of a report; None draws one that the sums can show.

    ``seed`` may be anything that has a text, such as a student number: the same report, kind and seed give the
    same exercise on any machine. The report given is not changed. Raises ValueError for an unknown kind, for a
    report whose identities are broken already, and where the kind does not apply to the report's figures.
    """
    if kind is not None and kind not in KINDS:
        raise ValueError(f"no kind of error is called {kind!r}; there are {', '.join(KINDS)}")
    broken = [v.identity.id for v in identity_verdicts(report) if v.outcome == "broken"]
    if broken:
        known = ", ".join(broken)
        raise ValueError(f"{report.name}: already broken: {known}; plant errors in a report whose sums agree")
    chance = Chance("plant", kind, seed)
    for name in _order(kind, chance):
        tries = _moved(report, name, chance) if name in UNFINDABLE else _slips(report, name, chance)
        found = next(tries, None)
        if found:
            return _exercise(report, name, str(seed), found)
    wanted = kind or "findable"
    raise ValueError(f"{report.name}: no error of kind {wanted!r} can be planted in these figures; try another kind")


#: A faulty copy, and the true values of the cells that were changed.
_Planted = tuple[Report, Answer]


def _order(kind: str | None, chance: Chance) -> list[str]:
    return [kind] if kind is not None else chance.sample(list(SLIPS), len(SLIPS))


def _exercise(report: Report, kind: str, seed: str, planted: _Planted) -> Exercise:
    faulty, true = planted
    sealed = seal(f"{report.name} {report.sha256} {seed}", true, {kind, *_seen_as(faulty, true)})
    return Exercise(faulty, seed, kind not in UNFINDABLE, sealed)


def _slips(report: Report, kind: str, chance: Chance) -> Iterator[_Planted]:
    """Plant slips of one kind in cells under an identity that holds; those that the sums show."""
    whole = {key: int(c.value) for key, c in report.grid.items() if c.value is not None and c.value == int(c.value)}
    held = {key for v in identity_verdicts(report) if v.outcome == "holds" for key in v.identity.cells}
    among = [key for key in whole if key in held]
    tries = (plant(report.form, whole, kind, chance, among) for _ in range(_TRIES))
    for slip in filter(None, tries):
        changed = {key: slip.values[key] for key in slip.true}
        faulty = _copy(report, {key: _printed(report.grid[key], value) for key, value in changed.items()})
        answers = list(repairs(faulty))
        if slip.true in answers and len(answers) <= _TIED:
            yield faulty, slip.true


def repairs(faulty: Report) -> Iterator[dict[CellKey, int]]:
    """Give the smallest ways to repair a faulty report, as values by cell; those that leave no value open."""
    groups = [[e.changes for e in group.explanations] for group in explain(faulty)]
    for together in islice(product(*groups), 2 * _TIED) if groups else ():
        changes = [change for changes in together for change in changes]
        if all(change.implied is not None for change in changes):
            yield {change.key: change.implied for change in changes if change.implied is not None}


def _seen_as(faulty: Report, answer: Answer) -> set[str]:
    """Give the kinds of slip by which the explanation of an answer is named: one printed number may fit several."""
    changes = (c for group in explain(faulty) for e in group.explanations for c in e.changes)
    return {c.slip for c in changes if c.slip and answer.get(c.key) == c.implied}


def _moved(report: Report, kind: str, chance: Chance) -> Iterator[_Planted]:
    """Move whole rows or columns, so that every verdict stays as it was."""
    before = [v.outcome for v in identity_verdicts(report)]
    moves = [list(move) for move in moves_of(report.form)[kind]]
    for move in chance.sample(moves, len(moves)):
        cells = {to: _moved_cell(report.grid[to], report.grid[source]) for source, to in move}
        true = {key: int(cell.value) for key in cells if (cell := report.grid[key]).value is not None}
        true = {key: value for key, value in true.items() if cells[key].value != value}
        faulty = _copy(report, cells)
        if true and before == [v.outcome for v in identity_verdicts(faulty)]:
            yield faulty, true


def _moved_cell(place: Cell, content: Cell) -> Cell:
    return replace(content, key=place.key, where=place.where)


def _printed(cell: Cell, value: int) -> Cell:
    return replace(cell, value=value, printed=str(value))


def _copy(report: Report, changed: Mapping[CellKey, Cell]) -> Report:
    """Give a copy with other cells; no cell keeps its proofs, for a cell without them would give itself away."""
    cells = {key: replace(changed.get(key, cell), proofs=()) for key, cell in report.grid.items()}
    return replace(report, grid=cells, name=say("accounts.copy", "en", name=report.name))
