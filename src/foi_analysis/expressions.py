"""Read and evaluate formulas over cells, such as ``requests.other_else.total / requests.concluded.total <= 0.15``.

A name is TABLE.ROW.COLUMN, or ``last.TABLE.ROW.COLUMN`` for the year before, or one of the quantities that
``rules.toml`` lists, which are named like cells (``reading.cells.found``). Values are exact; a name without a
number makes the whole formula unknown (None), and so does a division by 0. Nothing but arithmetic,
comparison, ``and``, ``or``, ``not`` and the functions ``decimals`` and ``abs`` is understood.
"""

from __future__ import annotations

import ast
import difflib
import operator
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache

from foi_analysis.form import CellKey, form_ids, load_form
from foi_analysis.report import Number
from foi_analysis.resources import read_toml

Value = Fraction | bool | None
Lookup = Callable[[str, CellKey], Number | None]

_ARITHMETIC: dict[type[ast.operator], Callable[[Fraction, Fraction], Fraction]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
_COMPARISON: dict[type[ast.cmpop], Callable[[Fraction, Fraction], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}


@dataclass(frozen=True)
class Expression:
    """A formula that has been read: its text, and its names as (``last`` or empty, cell) in order."""

    text: str
    names: tuple[tuple[str, CellKey], ...]
    tree: ast.expr

    @property
    def cells(self) -> tuple[CellKey, ...]:
        """The cells that it names, each once; without the quantities."""
        return tuple(dict.fromkeys(key for _, key in self.names if key not in quantity_names()))

    @property
    def tables(self) -> frozenset[str]:
        """The first parts of its names: tables, or what its quantities are of."""
        return frozenset(key.table for _, key in self.names)

    def evaluate(self, lookup: Lookup) -> Value:
        """Give its value; None when a name has no number or a divisor is 0."""
        return _evaluate(self.tree, lookup)

    def sides(self, lookup: Lookup) -> tuple[Value, Value]:
        """Give both sides of a comparison; None for both when it is none."""
        if isinstance(self.tree, ast.Compare) and len(self.tree.ops) == 1:
            return _evaluate(self.tree.left, lookup), _evaluate(self.tree.comparators[0], lookup)
        return None, None


@cache
def read_expression(text: str) -> Expression:
    """Read a formula.

    Raises ValueError when it cannot be read, or names a cell that no form has; the message quotes the name
    and the nearest one that there is.
    """
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except SyntaxError:
        raise ValueError(f"{text!r} is no formula") from None
    names: list[tuple[str, CellKey]] = []
    _collect(tree, text, names)
    return Expression(text.strip(), tuple(names), tree)


@cache
def quantity_names() -> frozenset[CellKey]:
    """Give the names of what formulas speak of beside cells."""
    return frozenset(CellKey(*name.split(".")) for name in read_toml("rules.toml")["quantities"])


@cache
def _known() -> dict[str, CellKey]:
    cells = (key for form_id in form_ids() for key in load_form(form_id).cells)
    return {str(key): key for key in (*cells, *quantity_names())}


def _collect(node: ast.AST, text: str, names: list[tuple[str, CellKey]]) -> None:
    """Gather the names of a formula and refuse what is not understood."""
    if isinstance(node, ast.Attribute):
        names.append(_name(node))
        return
    if isinstance(node, ast.Constant) and type(node.value) not in (int, float):
        raise ValueError(f"{text!r}: {node.value!r} is no number and not understood")
    if isinstance(node, ast.Call):
        if not (isinstance(node.func, ast.Name) and node.func.id in _FUNCTIONS and len(node.args) == 1):
            raise ValueError(f"{text!r}: only decimals(…) and abs(…) can be called")
        _collect(node.args[0], text, names)
        return
    allowed = (ast.BinOp, ast.Compare, ast.BoolOp, ast.UnaryOp, ast.Constant, *_ARITHMETIC, *_COMPARISON)
    if not isinstance(node, (*allowed, ast.And, ast.Or, ast.Not, ast.USub)):
        raise ValueError(f"{text!r}: {ast.unparse(node) if isinstance(node, ast.expr) else node} is not understood")
    for child in ast.iter_child_nodes(node):
        _collect(child, text, names)


def _name(node: ast.expr) -> tuple[str, CellKey]:
    text = ast.unparse(node)
    when, name = ("last", text.removeprefix("last.")) if text.startswith("last.") else ("", text)
    if name not in _known():
        near = difflib.get_close_matches(name, _known(), 1)
        raise ValueError(f"{text} names no cell of any form" + (f"; is {near[0]} meant?" if near else ""))
    return when, _known()[name]


def _evaluate(node: ast.expr, lookup: Lookup) -> Value:
    if isinstance(node, ast.Constant):
        return Fraction(str(node.value))
    if isinstance(node, ast.Attribute):
        number = lookup(*name_of(node))
        return None if number is None else Fraction(number)
    if isinstance(node, ast.BoolOp):
        return _both([_evaluate(part, lookup) for part in node.values], any_of=isinstance(node.op, ast.Or))
    if isinstance(node, ast.UnaryOp):
        value = _evaluate(node.operand, lookup)
        return None if value is None else (not value) if isinstance(node.op, ast.Not) else -Fraction(value)
    if isinstance(node, ast.Call):
        return _call(node, lookup)
    return _pair(node, lookup)


def _pair(node: ast.expr, lookup: Lookup) -> Value:
    if isinstance(node, ast.BinOp):
        left, right = _evaluate(node.left, lookup), _evaluate(node.right, lookup)
        if left is None or right is None or (isinstance(node.op, ast.Div) and right == 0):
            return None
        return _ARITHMETIC[type(node.op)](Fraction(left), Fraction(right))
    assert isinstance(node, ast.Compare)
    sides = [_evaluate(side, lookup) for side in (node.left, *node.comparators)]
    results: list[Value] = []
    for op, left, right in zip(node.ops, sides, sides[1:], strict=False):
        unknown = left is None or right is None
        results.append(None if unknown else _COMPARISON[type(op)](Fraction(left or 0), Fraction(right or 0)))
    return _both(results, any_of=False)


def _both(values: Iterable[Value], any_of: bool) -> Value:
    """Combine truth values, one of which may be unknown: what is already decided stays decided."""
    found = list(values)
    if any(value is not None and bool(value) == any_of for value in found):
        return any_of
    return None if any(value is None for value in found) else not any_of


def _call(node: ast.Call, lookup: Lookup) -> Value:
    assert isinstance(node.func, ast.Name)
    value = _evaluate(node.args[0], lookup)
    return None if value is None else _FUNCTIONS[node.func.id](Fraction(value))


@cache
def name_of(node: ast.Attribute) -> tuple[str, CellKey]:
    """Give a name in a formula that has been read, as (``last`` or empty, cell)."""
    return _name(node)


def _decimals(value: Fraction) -> Fraction:
    """Count the decimals that a value needs."""
    text = format(Decimal(value.numerator) / Decimal(value.denominator), "f")
    return Fraction(len(text.partition(".")[2].rstrip("0")))


_FUNCTIONS: dict[str, Callable[[Fraction], Fraction]] = {"decimals": _decimals, "abs": abs}
