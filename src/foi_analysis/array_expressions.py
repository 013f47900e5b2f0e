"""Evaluate the formulas of rules over many reports at once: the same trees as ``expressions``, over arrays.

A value is an array of float64 with NaN for unknown; a truth is 1, 0, or NaN where it cannot be told. Quotients of
whole numbers are rounded once, so comparing them with a number of a few digits is exact.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from foi_analysis.expressions import Expression, name_of
from foi_analysis.form import CellKey

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Line = npt.NDArray[np.float64]

Lookup = Callable[[str, CellKey], Any]

_ARITHMETIC: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
}
_COMPARISON: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
#: More decimals than this no float between 0.0001 and 10 000 000 needs.
_DECIMALS = 17


def evaluate_many(expression: Expression, lookup: Lookup, reports: int) -> Line:
    """Give the value of a formula for each report: shape (reports,), NaN where it is unknown.

    ``lookup`` gives the figures of a name as an array of that shape, or as one number for all.
    """
    return _spread(_evaluate(expression.tree, lookup), reports)


def sides_many(expression: Expression, lookup: Lookup, reports: int) -> tuple[Line, Line]:
    """Give both sides of a comparison, each of shape (reports,); NaN for both when it is none."""
    tree = expression.tree
    if isinstance(tree, ast.Compare) and len(tree.ops) == 1:
        sides = (_evaluate(tree.left, lookup), _evaluate(tree.comparators[0], lookup))
        return _spread(sides[0], reports), _spread(sides[1], reports)
    return _spread(float("nan"), reports), _spread(float("nan"), reports)


def _spread(value: Any, reports: int) -> Line:
    import numpy as np

    return np.broadcast_to(np.asarray(value, np.float64), (reports,))


def _evaluate(node: ast.expr, lookup: Lookup) -> Any:
    if isinstance(node, ast.Constant):
        return float(str(node.value))
    if isinstance(node, ast.Attribute):
        return lookup(*name_of(node))
    if isinstance(node, ast.BoolOp):
        return _both([_evaluate(part, lookup) for part in node.values], any_of=isinstance(node.op, ast.Or))
    if isinstance(node, ast.UnaryOp):
        value = _evaluate(node.operand, lookup)
        return _known(value == 0, value) if isinstance(node.op, ast.Not) else -value
    if isinstance(node, ast.Call):
        assert isinstance(node.func, ast.Name)
        return _FUNCTIONS[node.func.id](_evaluate(node.args[0], lookup))
    if isinstance(node, ast.BinOp):
        left, right = _evaluate(node.left, lookup), _evaluate(node.right, lookup)
        return _divide(left, right) if isinstance(node.op, ast.Div) else _ARITHMETIC[type(node.op)](left, right)
    assert isinstance(node, ast.Compare)
    return _compare(node.ops, [_evaluate(side, lookup) for side in (node.left, *node.comparators)])


def _compare(ops: Sequence[ast.cmpop], sides: Sequence[Any]) -> Any:
    pairs = zip(ops, sides, sides[1:], strict=False)
    return _both([_known(_COMPARISON[type(op)](left, right), left, right) for op, left, right in pairs], any_of=False)


def _both(values: Sequence[Any], any_of: bool) -> Any:
    """Combine truths, some of which may be unknown: what is already decided stays decided."""
    import numpy as np

    if len(values) == 1:
        return values[0]
    decided = np.logical_or.reduce([_is(value, any_of) for value in values])
    unknown = np.logical_or.reduce([np.isnan(value) for value in values])
    return np.where(decided, float(any_of), np.where(unknown, np.nan, float(not any_of)))


def _is(value: Any, wanted: bool) -> Any:
    return (value == value) & (value != 0) if wanted else value == 0


def _known(truth: Any, *of: Any) -> Any:
    """Give a truth as a float, NaN where one of the values it is of is unknown."""
    import numpy as np

    found = np.asarray(truth, np.float64)
    for value in of:
        found = np.where(np.isnan(value), np.nan, found)
    return found


def _divide(left: Any, right: Any) -> Any:
    import numpy as np

    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(np.asarray(right) == 0, np.nan, np.divide(left, right))


def _decimals(values: Any) -> Any:
    """Count the decimals that each value needs when it is written as short as may be."""
    import numpy as np

    known = np.atleast_1d(np.asarray(values, np.float64))
    found = np.where(np.isnan(known), np.nan, 0.0)
    left = np.flatnonzero(np.rint(known) != known)
    left = left[~np.isnan(known[left])]
    for places in range(1, _DECIMALS + 1):
        found[left] = places
        left = left[np.rint(known[left] * 10.0**places) / 10.0**places != known[left]]
    return found.reshape(np.shape(values))


_FUNCTIONS: dict[str, Callable[[Any], Any]] = {"decimals": _decimals, "abs": abs}
