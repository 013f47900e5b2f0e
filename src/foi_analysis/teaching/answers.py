"""Hold a student's answer against a sealed one, and say what teaches and gives nothing away."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from foi_analysis.checks import identity_verdicts
from foi_analysis.form import CellKey, Form
from foi_analysis.report import Report
from foi_analysis.resources import Language, say
from foi_analysis.teaching.planting import KINDS, Exercise, repairs
from foi_analysis.teaching.sealing import Answer

Status = Literal["right", "tied", "values", "some", "wrong"]


@dataclass(frozen=True, slots=True, repr=False)
class Checked:
    """What came of an answer, and what to say to the student; true when it is right, or as good."""

    status: Status
    message: str

    def __bool__(self) -> bool:
        """Whether the answer is right, or as good as the planted one."""
        return self.status in ("right", "tied")

    def __repr__(self) -> str:
        """Give the message: what a notebook shows."""
        return self.message


def check_answer(exercise: Exercise, answer: Mapping[str, int], language: Language) -> Checked:
    """Hold an answer, true values by the name of their cell (as ``requests.new.total``), against the sealed one.

    Another change that is as small and makes every sum agree is accepted and called a tie: figures alone
    cannot tell which of them is true. The message never states a cell or a value of the answer.
    """
    guess = _read(answer, exercise.report.form, language)
    if isinstance(guess, str):
        return Checked("wrong", guess)
    if exercise.sealed.is_answer(guess):
        return Checked("right", say("teaching.right", language))
    if exercise.findable and any(guess == repair for repair in repairs(exercise.report)):
        return Checked("tied", say("teaching.tied", language))
    if _has_cells(exercise, guess):
        return Checked("values", say("teaching.values", language))
    if any(exercise.sealed.has_cell(key) for key in guess):
        return Checked("some", say("teaching.some", language))
    return Checked("wrong", _why(exercise, guess, language))


def check_cells(exercise: Exercise, answer: Mapping[str, int], language: Language) -> Checked:
    """Hold only the cells of an answer against the sealed ones, whatever their values."""
    checked = check_answer(exercise, answer, language)
    found = checked or checked.status == "values"
    return Checked("right", say("teaching.right_cells", language)) if found else checked


def check_kind(exercise: Exercise, kind: str, language: Language) -> Checked:
    """Hold the kind of error that a student names against the sealed ones that account for what is printed."""
    if kind not in KINDS:
        text = say("teaching.kind_unknown", language, kind=kind) if kind else say("teaching.nothing", language)
        return Checked("wrong", text)
    if exercise.sealed.is_kind(kind):
        life = say(f"teaching.life_{kind.replace(' ', '_')}", language)
        return Checked("right", say("teaching.kind_right", language, life=life))
    return Checked("wrong", say("teaching.kind_wrong", language))


def _read(answer: Mapping[str, int], form: Form, language: Language) -> dict[CellKey, int] | str:
    """Read the names of cells; a message where nothing is answered, or something is no cell or no number."""
    if not answer:
        return say("teaching.nothing", language)
    known = {str(key): key for key in form.cells}
    for name, value in answer.items():
        if str(name) not in known:
            like = (*difflib.get_close_matches(str(name), known, 1), next(iter(known)))[0]
            return say("teaching.no_cell", language, name=name, like=like)
        if isinstance(value, bool) or not _is_whole(value):
            return say("teaching.no_number", language, name=name)
    return {known[str(name)]: int(value) for name, value in answer.items()}


def _has_cells(exercise: Exercise, guess: Answer) -> bool:
    """Whether the cells of a guess are those of the answer, or of another repair as small."""
    return exercise.sealed.has_cells(guess) or (
        exercise.findable and any(guess.keys() == repair.keys() for repair in repairs(exercise.report))
    )


def _is_whole(value: object) -> bool:
    try:
        return int(value) == value  # type: ignore[call-overload, no-any-return]
    except (TypeError, ValueError, OverflowError):
        return False


def _why(exercise: Exercise, guess: Answer, language: Language) -> str:
    """Tell what a wrong answer would leave: sums that still fail, or a change larger than need be."""
    cells = {key: replace(exercise.report.grid[key], value=value) for key, value in guess.items()}
    changed: Report = replace(exercise.report, grid={**exercise.report.grid, **cells})
    left = sum(v.outcome == "broken" for v in identity_verdicts(changed))
    if left:
        return say("teaching.others", language, n=left)
    larger = len(guess) > exercise.sealed.size
    return say("teaching.more_than_needed" if larger and exercise.findable else "teaching.elsewhere", language)
