"""Judge what a student writes, the repair of a planted error or sentences on the data, and reply with a hint."""

from __future__ import annotations

import ast
import difflib
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

from foi_analysis.checks import identity_verdicts
from foi_analysis.form import CellKey, Form
from foi_analysis.formula import Formula, parse_formula
from foi_analysis.panel import load_panel
from foi_analysis.report import Report
from foi_analysis.resources import Language, say
from foi_analysis.tables.grid import Words
from foi_analysis.teaching.planting import KINDS, Answer, Exercise, repairs
from foi_analysis.teaching.reports import practice, rearranged

Status = Literal["right", "tied", "values", "some", "wrong"]
#: So many sentences are to be supported; the one after them is not.
SUPPORTED = 3
_POINTS = 2.0
#: So many invented reports must a formula be able to fail on, beside the published ones.
_INVENTED = 30


class NotYet(AssertionError):  # noqa: N818
    """An answer that is not right yet; the message is a hint. A notebook shows the hint alone, without a traceback."""

    def _render_traceback_(self) -> list[str]:
        return [f"× {self}"]


@dataclass(frozen=True, slots=True, repr=False)
class Checked:
    """A judged answer, and what to say to the student; true when the answer is right, or as good."""

    status: Status
    message: str

    def __bool__(self) -> bool:
        """Return whether the answer is right, or as good as the planted one."""
        return self.status in ("right", "tied")

    def __repr__(self) -> str:
        """Return the message: what a notebook shows."""
        return self.message


def expect(checked: object, language: Language) -> None:
    """Print a right answer's message; raise NotYet with the hint for another. Takes a ``Checked`` or a truth value."""
    if not checked:
        raise NotYet(checked.message if isinstance(checked, Checked) else say("teaching.try_again", language))
    tell(checked.message if isinstance(checked, Checked) else say("teaching.passed", language))


def tell(line: str) -> None:
    """Print one line. Never to the error stream, which a grader takes for a failure."""
    sys.stdout.write(f"{line}\n")


def judged(status: Status, key: str, language: Language, **values: object) -> Checked:
    """Return a judged answer with a sentence of ``words/teaching.toml``."""
    return Checked(status, say(f"teaching.{key}", language, **values))


def words(key: str) -> Words:
    """Return a sentence of ``words/teaching.toml`` in both languages."""
    return Words(say(f"teaching.{key}", "zh"), say(f"teaching.{key}", "en"))


# ---- planted errors ----


def check_answer(exercise: Exercise, answer: Mapping[str, int], language: Language) -> Checked:
    """Check an answer: true values by the name of their cell, such as ``requests.new.total``.

    Another change that is as small and makes every sum agree is accepted and called a tie: figures alone
    cannot tell which of them is true. The message never states a cell or a value of the answer.
    """
    refused = _refused(answer, exercise.report.form, language)
    if refused is not None:
        return refused
    guess = {CellKey(*str(name).split(".")): int(value) for name, value in answer.items()}
    equals = list(repairs(exercise.report)) if exercise.findable else []
    if exercise.sealed.is_answer(guess):
        return judged("right", "right", language)
    if guess in equals:
        return judged("tied", "tied", language)
    if exercise.sealed.has_cells(guess) or any(guess.keys() == repair.keys() for repair in equals):
        return judged("values", "values", language)
    if any(exercise.sealed.has_cell(key) for key in guess):
        return judged("some", "some", language)
    return _wrong(exercise, guess, language)


def check_cells(exercise: Exercise, answer: Mapping[str, int], language: Language) -> Checked:
    """Check only the cells of an answer, whatever their values."""
    checked = check_answer(exercise, answer, language)
    return judged("right", "right_cells", language) if checked or checked.status == "values" else checked


def check_kind(exercise: Exercise, kind: str, language: Language) -> Checked:
    """Check the kind of error that a student names: right is every kind that accounts for what is printed."""
    if kind not in KINDS:
        return judged("wrong", "kind_unknown" if kind else "nothing", language, kind=kind)
    if not exercise.sealed.is_kind(kind):
        return judged("wrong", "kind_wrong", language)
    return judged("right", "kind_right", language, life=say(f"teaching.life_{kind.replace(' ', '_')}", language))


def _refused(answer: Mapping[str, int], form: Form, language: Language) -> Checked | None:
    """Return what to say where nothing is answered, or something is no cell or no whole number."""
    known = list(map(str, form.cells))
    for name, value in answer.items():
        if str(name) not in known:
            like = (*difflib.get_close_matches(str(name), known, 1), known[0])[0]
            return judged("wrong", "no_cell", language, name=name, like=like)
        if not _is_whole(value):
            return judged("wrong", "no_number", language, name=name)
    return None if answer else judged("wrong", "nothing", language)


def _is_whole(value: object) -> bool:
    try:
        return not isinstance(value, bool) and int(value) == value  # type: ignore[call-overload]
    except (TypeError, ValueError, OverflowError):
        return False


def _wrong(exercise: Exercise, guess: Answer, language: Language) -> Checked:
    """Say what a wrong answer would leave: sums that still fail, or a change larger than need be."""
    cells = {key: replace(exercise.report.grid[key], value=value) for key, value in guess.items()}
    changed: Report = replace(exercise.report, grid={**exercise.report.grid, **cells})
    left = sum(v.outcome == "broken" for v in identity_verdicts(changed))
    if left:
        return judged("wrong", "others", language, n=left)
    larger = exercise.findable and len(guess) > exercise.sealed.size
    return judged("wrong", "more_than_needed" if larger else "elsewhere", language)


# ---- sentences ----


def grade_sentences(sentences: Sequence[tuple[str, str]], report: Report, language: Language) -> float:
    """Judge three sentences that the data should support and one that they should not; two points for each.

    A sentence comes as its text and a formula over cells that is true when the sentence is, such as
    ``requests.disclosed.total / requests.concluded.total < 1/4``. A formula that comes out the same on every report
    of the panel, and on invented ones, says nothing and earns nothing. Prints of each sentence how it went.
    """
    points, seen = 0.0, set[str]()
    for n in range(SUPPORTED + 1):
        text, formula = sentences[n] if n < len(sentences) else ("", "")
        key, error = _judge(str(text), str(formula), report, supported=n < SUPPORTED)
        key = "sentence_twice" if key == "sentence_right" and formula in seen else key
        seen.add(formula)
        points += _POINTS * (key == "sentence_right")
        tell(say(f"teaching.{key}", language, n=n + 1, error=error))
    return points


def _judge(text: str, formula: str, report: Report, *, supported: bool) -> tuple[str, str]:
    """Return the key of what is to be said of one sentence, and the error of a formula that cannot be read."""
    if not text.strip() or not formula.strip():
        return "sentence_open", ""
    try:
        expression = parse_formula(formula)
    except ValueError as error:
        return "sentence_formula", str(error)
    if not isinstance(expression.tree, ast.Compare | ast.BoolOp):
        return "sentence_no_test", ""
    result = _truth(expression, report)
    if bool(result) != supported:
        return ("sentence_false" if supported else "sentence_true"), ""
    others = {_truth(expression, other) for other in (*load_panel(), *_invented())} - {None}
    empty = not expression.cells or (result is not None and others <= {result})
    return ("sentence_empty" if empty else "sentence_right"), ""


@cache
def _invented() -> tuple[Report, ...]:
    return (*practice("sentences"), *map(rearranged, range(_INVENTED)))


def _truth(expression: Formula, report: Report) -> bool | None:
    """Return the truth of a formula; None where a cell holds no number, or only another year could tell."""
    numbers = report.numbers
    value = expression.evaluate(lambda when, key: float("nan") if when else numbers.get(key, float("nan")), exact=True)
    return None if value != value else bool(value)
