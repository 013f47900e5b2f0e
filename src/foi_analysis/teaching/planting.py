"""Plant an error in a copy of a report, the same for the same seed, seal where it is, and give hints to it.

What is planted in the sums can be found from the sums: it is planted anew until ``explain`` has it in its answer,
alone or among equals. Errors that no identity sees are planted only when their kind is asked for by name.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice, product
from typing import Literal

from foi_analysis.bilingual import listed
from foi_analysis.checks import identity_verdicts
from foi_analysis.explanations import Change, groups_of
from foi_analysis.form import CellKey, Identity
from foi_analysis.report import Cell, Report
from foi_analysis.resources import Language, Told, language_of, read_toml, say
from foi_analysis.rules import Outcome
from foi_analysis.teaching.slips import SLIPS, Chance, moves_of, plant

Answer = Mapping[CellKey, int]
#: A faulty copy, and the true values of the cells that were changed.
_Faulty = tuple[Report, Answer]

#: Kinds of error that no identity can see: whole rows or columns under labels that are not theirs.
UNFINDABLE = ("block", "applicants", "routes")
#: Kinds of error that can be planted, by name: those of ``SLIPS``, then those that no identity sees.
KINDS = (*SLIPS, *UNFINDABLE)
_TRIES = 60
#: An exercise with more equally good answers than this would teach guessing.
_TIED = 8


@dataclass(frozen=True, slots=True, repr=False)
class Sealed:
    """A sealed answer: it can tell whether a guess is right, and does not show the answer.

    Digests are salted and slow to make. They keep an answer from being read off by accident; whoever has the
    original report, or runs ``explain``, has no need to break a seal.

    Attributes
    ----------
    size : int
        Number of cells of the answer.
    answer : str
        Digest of the cells with their true values.
    parts : frozenset of str
        Digests of the cells together, of each cell, and of the kinds of error that account for what is printed.
    """

    salt: str
    size: int
    answer: str
    parts: frozenset[str]

    @classmethod
    def of(cls, salt: str, answer: Answer, kinds: Iterable[str]) -> Sealed:
        """Seal an answer, and the kinds of error that account for what is printed."""
        single = {_digest(salt, "cell", key) for key in answer} | {_digest(salt, "kind", kind) for kind in kinds}
        parts = frozenset({_digest(salt, "cells", *answer), *single})
        return cls(salt, len(answer), _digest(salt, "answer", *_equations(answer)), parts)

    def __repr__(self) -> str:
        """Show the digest of the answer, and nothing else."""
        return f"<Sealed {self.answer}>"

    def is_answer(self, guess: Answer) -> bool:
        """Return whether a guess is the answer: the same cells with their true values."""
        return _digest(self.salt, "answer", *_equations(guess)) == self.answer

    def has(self, what: Literal["cells", "cell", "kind"], *things: object) -> bool:
        """Return whether these are all cells of the answer, one of them, or a kind that accounts for the print."""
        return _digest(self.salt, what, *things) in self.parts


def _equations(answer: Answer) -> list[str]:
    return [f"{key}={int(value)}" for key, value in answer.items()]


def _digest(salt: str, what: str, *things: object) -> str:
    text = " ".join([what, *sorted(map(str, things))])
    return hashlib.pbkdf2_hmac("sha256", text.encode(), salt.encode(), 4_000).hex()


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
    """Plant an error in a copy of a report.

    Parameters
    ----------
    report : Report
        A report whose sums agree. It is not changed.
    kind : str, optional
        One of ``KINDS``; by default a kind that the sums can show is drawn at random.
    seed : object
        Anything that has a text, such as a student number: the same report, kind and seed give the same exercise
        on any machine.

    Raises
    ------
    ValueError
        For an unknown kind, for a report whose identities are broken already, and where the kind cannot occur in
        the report's figures.
    """
    if kind is not None and kind not in KINDS:
        raise ValueError(Told("errors.no_kind", kind=kind, known=listed(KINDS)))
    if broken := identities(report, "broken"):
        rules = listed(one.id for one in broken)
        raise ValueError(Told("errors.broken_already", name=report.name, rules=rules))
    chance = Chance("plant", kind, seed)
    for name in [kind] if kind is not None else chance.sample(list(SLIPS), len(SLIPS)):
        tries = _moved(report, name, chance) if name in UNFINDABLE else _mistyped(report, name, chance)
        if planted := next(tries, None):
            faulty, true = planted
            seen_as = {c.slip for c in _changes(faulty) if c.slip and true.get(c.key) == c.implied}
            sealed = Sealed.of(f"{report.name} {report.sha256} {seed}", true, {name, *seen_as})
            return Exercise(faulty, str(seed), name not in UNFINDABLE, sealed)
    wanted = kind or "findable"
    raise ValueError(Told("errors.not_planted", name=report.name, kind=wanted))


def repairs(faulty: Report) -> Iterator[dict[CellKey, int]]:
    """Yield the smallest ways to repair a faulty report, as values by cell; those that leave no value open."""
    groups = [[e.changes for e in group.explanations] for group in groups_of(faulty, {})]
    for together in islice(product(*groups), 2 * _TIED) if groups else ():
        values = {change.key: change.implied for changes in together for change in changes}
        if None not in values.values():
            yield {key: value for key, value in values.items() if value is not None}


def _changes(faulty: Report) -> Iterator[Change]:
    return (c for group in groups_of(faulty, {}) for e in group.explanations for c in e.changes)


def _mistyped(report: Report, kind: str, chance: Chance) -> Iterator[_Faulty]:
    """Mistype numbers in cells under an identity that holds; yield slips that the sums show."""
    whole = {key: int(c.value) for key, c in report.grid.items() if c.value is not None and c.value == int(c.value)}
    held = {key for identity in identities(report, "holds") for key in identity.cells}
    among = [key for key in whole if key in held]
    tries = (plant(report.form, whole, kind, chance, among) for _ in range(_TRIES))
    for slip in filter(None, tries):
        values = {key: slip.values[key] for key in slip.true}
        cells = {key: report.grid[key]._replace(value=value, printed=str(value)) for key, value in values.items()}
        faulty = _copy(report, cells)
        answers = list(repairs(faulty))
        if slip.true in answers and len(answers) <= _TIED:
            yield faulty, slip.true


def _moved(report: Report, kind: str, chance: Chance) -> Iterator[_Faulty]:
    """Move whole rows or columns; yield moves that leave every verdict as it was."""
    grid, before = report.grid, [v.outcome for v in identity_verdicts(report)]
    moves = moves_of(report.form)[kind]
    for move in chance.sample(moves, len(moves)):
        cells = {to: grid[source]._replace(key=to, where=grid[to].where) for source, to in move}
        values = {key: (grid[key].value, cell.value) for key, cell in cells.items()}
        true = {key: int(own) for key, (own, other) in values.items() if own is not None and own != other}
        faulty = _copy(report, cells)
        if true and before == [v.outcome for v in identity_verdicts(faulty)]:
            yield faulty, true


def _copy(report: Report, changed: Mapping[CellKey, Cell]) -> Report:
    """Return a copy with other cells; no cell keeps its proofs, for a cell without them would give itself away."""
    cells = {key: changed.get(key, cell)._replace(proofs=()) for key, cell in report.grid.items()}
    return replace(report, grid=cells, name=say("accounts.copy", language_of(), name=report.name))


# ---- hints ----


def hint(exercise: Exercise, level: int, language: Language) -> str:
    """Return a hint: 1 says which table, 2 which sums fail, 3 one line and what its difference tells.

    No hint states a cell or a value of the answer. Raises ValueError for another level.
    """
    if level not in (1, 2, 3):
        raise ValueError(Told("errors.no_level", level=level))
    if not exercise.findable:
        return say(f"teaching.hint_{level}_unfindable", language)
    report, comma = exercise.report, say("notebook.comma", language)
    broken = identities(report, "broken")
    if level == 1:
        tables = dict.fromkeys(report.form.table(identity.cells[0].table).label(language) for identity in broken)
        return say("teaching.hint_1", language, tables=comma.join(tables))
    if level == 2:
        titles = dict.fromkeys(identity.title(language) for identity in broken)
        return say("teaching.hint_2", language, families=comma.join(titles))
    slip = next((c.slip for c in _changes(report) if c.slip), "none")
    trace = f"trace_{slip.replace(' ', '_')}"
    told = trace if trace in read_toml("words/teaching.toml") else "trace_none"
    line = line_of(report, broken[-1], language)
    return say("teaching.hint_3", language, line=line, trace=say(f"teaching.{told}", language))


def line_of(report: Report, identity: Identity, language: Language) -> str:
    """Return the label of the row or column along which an identity runs."""
    return report.form.along(identity.cells)[0].label(language)


def identities(report: Report, outcome: Outcome) -> list[Identity]:
    """Return the identities of a report with one outcome: holds, broken, or not assessable."""
    return [verdict.rule for verdict in identity_verdicts(report) if verdict.outcome == outcome]
