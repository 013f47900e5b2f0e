"""Reports to work on, and what a student writes: repairs and sentences are judged, and answered with a hint."""

from __future__ import annotations

import ast
import difflib
import random
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal, TypeVar

import pandas as pd

from foi_analysis.bilingual import Words, both, named
from foi_analysis.form import CellKey, Form, Table, load_form
from foi_analysis.formula import Formula, parse_formula
from foi_analysis.panel import load_panel
from foi_analysis.read import read_report
from foi_analysis.report import Cell, Finding, Report, printed_order
from foi_analysis.resources import Language, Told, in_language, say
from foi_analysis.teaching.planting import KINDS, Answer, Exercise, identities, plant_error, repairs
from foi_analysis.teaching.slips import Chance

# ---- reports to work on ----


T = TypeVar("T")
_FORM = "cn-2021"


def open_report(which: str) -> Report:
    """Return a report of the shipped panel by its name, or read a file by its path.

    Raises ReadingError when the file cannot be read as a report, OSError when it is not there.
    """
    panel = load_panel()
    return panel.report(which) if which in set(panel.heads["report"]) else read_report(which)


def labels(report: Report, table: str, language: Language) -> dict[str, str]:
    """Return the labels of a table's rows and columns by key. Raises KeyError when the form has no such table."""
    shape = report.form.table(table)
    return {term.key: term.label(language) for term in (*shape.rows, *shape.columns)}


def wide(report: Report, table: str, language: Language) -> pd.DataFrame:
    """Return a table as printed, rows by columns, under labels and keys.

    Numbers are as printed; where there is none stands the name of the mark, and nothing where a row has no such
    cell. Raises KeyError when the form has no such table.
    """
    cells = [report.grid[key] for key in report.form.table(table).cells]
    shown = [named("mark", cell.mark).one(language) if cell.value is None else cell.value for cell in cells]
    frame = pd.Series(shown, printed_order(cell.key for cell in cells), dtype=object).droplevel("table").unstack()
    said = {key: f"{label} ({key})" for key, label in labels(report, table, language).items()}
    return frame.fillna("").rename_axis(index=None, columns=None).rename(index=said, columns=said)


# ---- invented reports ----


def practice(seed: object) -> tuple[Report, ...]:
    """Return six invented reports, the same for the same seed.

    A clean one; one with a wrong digit; one with a total printed as 0; one in which the printed identities hold
    and implied ones do not; one with blank cells; one of zeros.
    """
    chance = Chance("practice", seed)
    clean = _invented("clean", chance)
    return (
        clean,
        plant_error(clean, "digit wrong", seed).report,
        plant_error(clean, "total printed as 0", seed).report,
        _hidden_from_balance(clean, chance),
        _with_blanks(clean, chance),
        _report("zeros", chance, dict.fromkeys(clean.form.cells, 0)),
    )


def rearranged(seed: object) -> Report:
    """Return an invented report whose sums agree and in which anything that they leave open may be so.

    Kinds of applicant, outcomes, routes and results stand under each other's labels, and so do the figures on
    proactive disclosure.
    """
    chance = Chance("rearranged", seed)
    report = _invented("rearranged", chance)
    requests, review = report.form.table("requests"), report.form.table("review")
    rows = _shuffled([row.key for row in requests.rows if row.family], chance)
    rows |= _shuffled(["new", "carried_in"], chance) | _shuffled([row.key for row in review.rows], chance)
    columns = _shuffled([column.key for column in requests.columns if column.group], chance)
    columns |= _shuffled([column.key for column in review.columns if column.key != "total"], chance)
    proactive = _shuffled(list(report.form.table("proactive").cells), chance)
    cells = {}
    for key in report.grid:
        moved = CellKey(key.table, rows.get(key.row, key.row), columns.get(key.column, key.column))
        cells[key] = report.grid[proactive.get(key, moved)]._replace(key=key)
    return replace(report, grid=cells)


def _shuffled(things: list[T], chance: Chance) -> dict[T, T]:
    """Return for each thing the one that takes its place."""
    return dict(zip(things, chance.sample(things, len(things)), strict=True))


def _invented(name: str, chance: Chance) -> Report:
    return _report(name, chance, draw_values(load_form(_FORM), chance.randrange(10**6), 600))


def _report(name: str, chance: Chance, values: Mapping[CellKey, int]) -> Report:
    return Report(name, load_form(_FORM), _printed(values), Finding(name), Finding(str(chance.randint(2021, 2025))))


def _printed(values: Mapping[CellKey, int]) -> dict[CellKey, Cell]:
    return {key: Cell(key, value, "number", str(value)) for key, value in values.items()}


def _hidden_from_balance(report: Report, chance: Chance) -> Report:
    """Raise an outcome of one applicant, and of all: only the sums of outcomes can see it."""
    table = report.form.table("requests")
    row = chance.choice([row.key for row in table.rows if row.family])
    column = chance.choice([column.key for column in table.columns if column.group])
    more, keys = chance.randint(1, 9), [CellKey("requests", row, column), CellKey("requests", row, "total")]
    raised = _printed({key: int(report.grid[key].value or 0) + more for key in keys})
    return replace(report, name="hidden", grid={**report.grid, **raised})


def _with_blanks(report: Report, chance: Chance) -> Report:
    """Leave blank what a rate needs, and some cells more."""
    needed = [CellKey("requests", "concluded", "total"), CellKey("requests", "partly_disclosed", "total")]
    keys = [*needed, *chance.sample(list(report.form.cells), 12)]
    return replace(report, name="blanks", grid={**report.grid, **{key: Cell(key, None, "blank") for key in keys}})


# ---- invented figures ----


def draw_values(form: Form, seed: int, requests: int = 200) -> dict[CellKey, int]:
    """Draw a value for every cell of a form, so that every identity holds.

    ``requests`` is about how many were concluded. Most cells are 0 and appeals are few, fees and decisions many,
    as in print. The same form, seed and size give the same values on any machine.
    """
    chance = random.Random(f"{form.id} {seed} {requests}")
    values: dict[CellKey, int] = {}
    for table in form.tables:
        draw = {"rows": _draw_requests, "across": _draw_results, "blocks": _draw_items}[table.layout]
        values |= draw(table, chance, requests)
    return {key: values[key] for key in form.cells}


def _draw_requests(table: Table, chance: random.Random, size: int) -> dict[CellKey, int]:
    """Draw outcomes by applicant, then what came in and what stays pending, so that all sums agree."""
    applicants = [column.key for column in table.columns if column.key != "total"]
    outcomes = [row.key for row in table.rows if row.family]
    concluded = sorted(_shares(chance, round(size * chance.uniform(0.6, 1.4)), len(applicants), 0.35), reverse=True)
    shares = [_shares(chance, count, len(outcomes), 0.25) for count in concluded]
    pending = [chance.randint(0, count // 10) for count in concluded]
    before = [chance.randint(0, count // 10) for count in concluded]
    lines = dict(zip(outcomes, map(list, zip(*shares, strict=True)), strict=True))
    lines |= {"concluded": concluded, "carried_out": pending, "carried_in": before}
    lines["new"] = [done + out - own for done, out, own in zip(concluded, pending, before, strict=True)]
    return _with_totals(table, applicants, lines)


def _draw_results(table: Table, chance: random.Random, size: int) -> dict[CellKey, int]:
    results = [column.key for column in table.columns if column.key != "total"]
    lines = {row.key: _shares(chance, chance.randint(0, max(3, size // 12)), len(results), 0.5) for row in table.rows}
    return _with_totals(table, results, lines)


def _draw_items(table: Table, chance: random.Random, size: int) -> dict[CellKey, int]:
    """Draw counts of very different sizes, a third of them 0."""
    widest = max(4.0, len(str(size)) + 3.0)
    return {key: 0 if chance.random() < 1 / 3 else round(10 ** chance.uniform(0, widest)) for key in table.cells}


def _shares(chance: random.Random, whole: int, parts: int, flat: float) -> list[int]:
    """Share a whole among parts, most of them getting nothing when ``flat`` is small."""
    weights = [chance.gammavariate(flat, 1.0) + 1e-9 for _ in range(parts)]
    drawn = min(whole, 400)
    counts = [0] * parts
    for at in chance.choices(range(parts), weights, k=drawn):
        counts[at] += whole // drawn
    counts[max(range(parts), key=counts.__getitem__)] += whole - sum(counts)
    return counts


def _with_totals(table: Table, parts: Sequence[str], lines: Mapping[str, Sequence[int]]) -> dict[CellKey, int]:
    return {
        CellKey(table.key, row, column): count
        for row, counts in lines.items()
        for column, count in zip((*parts, "total"), (*counts, sum(counts)), strict=True)
    }


# ---- judging what a student writes ----


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
    return both(Told(f"teaching.{key}"))


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
    if exercise.sealed.has("cells", *guess) or any(guess.keys() == repair.keys() for repair in equals):
        return judged("values", "values", language)
    if any(exercise.sealed.has("cell", key) for key in guess):
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
    if not exercise.sealed.has("kind", kind):
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
    cells = {key: exercise.report.grid[key]._replace(value=value) for key, value in guess.items()}
    changed: Report = replace(exercise.report, grid={**exercise.report.grid, **cells})
    if left := identities(changed, "broken"):
        return judged("wrong", "others", language, n=len(left))
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
        key, error = _judge(str(text), str(formula), report, language, supported=n < SUPPORTED)
        key = "sentence_twice" if key == "sentence_right" and formula in seen else key
        seen.add(formula)
        points += _POINTS * (key == "sentence_right")
        tell(say(f"teaching.{key}", language, n=n + 1, error=error))
    return points


def _judge(text: str, formula: str, report: Report, language: Language, *, supported: bool) -> tuple[str, str]:
    """Return the key of what is to be said of one sentence, and the error of a formula that cannot be read."""
    if not text.strip() or not formula.strip():
        return "sentence_open", ""
    try:
        expression = parse_formula(formula)
    except ValueError as error:
        return "sentence_formula", in_language(error, language)
    if not isinstance(expression.tree, ast.Compare | ast.BoolOp):
        return "sentence_no_test", ""
    result = _truth(expression, report)
    if bool(result) != supported:
        return ("sentence_false" if supported else "sentence_true"), ""
    others = {_truth(expression, other) for other in (*load_panel(), *_made_up())} - {None}
    empty = not expression.cells or (result is not None and others <= {result})
    return ("sentence_empty" if empty else "sentence_right"), ""


@cache
def _made_up() -> tuple[Report, ...]:
    return (*practice("sentences"), *map(rearranged, range(_INVENTED)))


def _truth(expression: Formula, report: Report) -> bool | None:
    """Return the truth of a formula; None where a cell holds no number, or only another year could tell."""
    numbers = report.numbers
    value = expression.evaluate(lambda when, key: float("nan") if when else numbers.get(key, float("nan")), exact=True)
    return None if value != value else bool(value)
