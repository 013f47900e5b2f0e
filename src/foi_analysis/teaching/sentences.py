"""Put a student's sentences to the test: each comes with a formula over cells that is true when the sentence is."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from foi_analysis.expressions import Expression, read_expression
from foi_analysis.form import CellKey
from foi_analysis.panel import load_panel
from foi_analysis.report import Number, Report
from foi_analysis.resources import Language, say
from foi_analysis.teaching.practice import practice, rearranged
from foi_analysis.teaching.telling import tell

#: So many sentences are to be supported; the one after them is not.
SUPPORTED = 3
_POINTS = 2.0
#: So many invented reports must a formula be able to fail on, beside the published ones.
_INVENTED = 30


def grade_sentences(sentences: Sequence[tuple[str, str]], report: Report, language: Language) -> float:
    """Judge three sentences that the data should support and one that they should not; two points for each.

    A sentence comes as its text and a formula in the names of cells, such as
    ``requests.disclosed.total / requests.concluded.total < 1/4``. A formula that comes out the same on every report
    of the panel, and on invented ones, says nothing and earns nothing. Tells of each sentence how it went.
    """
    points, seen = 0.0, set[str]()
    for n in range(SUPPORTED + 1):
        text, formula = sentences[n] if n < len(sentences) else ("", "")
        key, error = _judge(text, formula, report, supported=n < SUPPORTED)
        key = "sentence_twice" if key == "sentence_right" and formula in seen else key
        seen.add(formula)
        points += _POINTS * (key == "sentence_right")
        tell(say(f"teaching.{key}", language, n=n + 1, error=error))
    return points


def _judge(text: str, formula: str, report: Report, *, supported: bool) -> tuple[str, str]:
    """Give the key of what is to be said of one sentence, and the error of a formula that cannot be read."""
    if not str(text).strip() or not str(formula).strip():
        return "sentence_open", ""
    try:
        expression = read_expression(str(formula))
    except ValueError as error:
        return "sentence_formula", str(error)
    if not isinstance(expression.tree, ast.Compare | ast.BoolOp):
        return "sentence_no_test", ""
    result = _value(expression, report)
    if bool(result) != supported:
        return ("sentence_false" if supported else "sentence_true"), ""
    if not expression.cells or _is_empty(expression, result):
        return "sentence_empty", ""
    return "sentence_right", ""


def _is_empty(expression: Expression, result: object) -> bool:
    """Whether the formula comes out alike on published and invented reports; what no report can tell is not empty."""
    invented = (*practice("sentences"), *map(rearranged, range(_INVENTED)))
    others = {_value(expression, report) for report in (*load_panel(), *invented)} - {None}
    return result is not None and others <= {bool(result)}


def _value(expression: Expression, report: Report) -> bool | None:
    """Give the truth of a formula on a report; None where a cell holds no number, or only another year could tell."""

    def lookup(when: str, key: CellKey) -> Number | None:
        cell = report.grid.get(key)
        return None if when or cell is None else cell.value

    value = expression.evaluate(lookup)
    return None if value is None else bool(value)
