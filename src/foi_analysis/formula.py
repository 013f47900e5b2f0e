"""Formulas over cells, such as ``requests.other_else.total / requests.concluded.total <= 0.15``.

A name is TABLE.ROW.COLUMN, ``last.TABLE.ROW.COLUMN`` for the year before, or one of the quantities that
``rules.toml`` lists, which are named like cells (``reading.cells.found``). Only arithmetic, comparison, ``and``,
``or``, ``not``, ``decimals`` and ``abs`` are understood.

A formula is evaluated for many reports at once, over arrays of floats or, where floats are not exact, over object
arrays of ints and Fractions: the code is the same. NaN is unknown, and so is what is divided by 0; a truth is 1, 0
or NaN, and what is decided by the known half of an ``and`` or ``or`` is decided.
"""

from __future__ import annotations

import ast
import difflib
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any

from foi_analysis.form import CellKey, Form, form_ids, load_form
from foi_analysis.resources import Told, np, read_toml

#: Gives the figures of a name, as (``last`` or empty, cell): one for each report, or one for all.
Lookup = Callable[[str, CellKey], Any]

_OPERATORS: dict[type[ast.AST], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
_UNDERSTOOD = (
    ast.BinOp, ast.Compare, ast.BoolOp, ast.UnaryOp, ast.Constant, ast.Div, ast.And, ast.Or, ast.Not, ast.USub,
    *_OPERATORS,
)  # fmt: skip


@dataclass(frozen=True)
class Formula:
    """A formula: its text, and its names as (``last`` or empty, cell) in order."""

    text: str
    names: tuple[tuple[str, CellKey], ...]
    tree: ast.expr

    @property
    def cells(self) -> tuple[CellKey, ...]:
        """The cells that it names, each once, without the quantities."""
        return tuple(dict.fromkeys(key for _, key in self.names if key not in quantity_names()))

    @property
    def tables(self) -> frozenset[str]:
        """The first parts of its names: tables, or what its quantities are of."""
        return frozenset(key.table for _, key in self.names)

    def evaluate(self, lookup: Lookup, exact: bool = False) -> Any:
        """Return its value for each report; ``exact`` takes its constants as Fractions, for exact figures."""
        return _evaluate(self.tree, lookup, Fraction if exact else float)

    def sides(self, lookup: Lookup, exact: bool = False) -> tuple[Any, Any]:
        """Return both sides of a comparison; of several joined by ``and``, those of the first that fails, or the first.

        NaN for both when it is no comparison.
        """
        tree, number = self.tree, Fraction if exact else float
        parts = tree.values if isinstance(tree, ast.BoolOp) and isinstance(tree.op, ast.And) else [tree]
        if not all(isinstance(part, ast.Compare) and len(part.ops) == 1 for part in parts):
            return np.nan, np.nan
        sides = [[_evaluate(side, lookup, number) for side in _sides(part)] for part in parts]
        left, right = sides[0]
        failed: Any = _evaluate(parts[0], lookup, number) == 0
        for part, (other_left, other_right) in zip(parts[1:], sides[1:], strict=True):
            fails = (_evaluate(part, lookup, number) == 0) & ~failed
            left, right = np.where(fails, other_left, left), np.where(fails, other_right, right)
            failed = failed | fails
        return left, right


def _sides(comparison: ast.expr) -> tuple[ast.expr, ast.expr]:
    assert isinstance(comparison, ast.Compare)
    return comparison.left, comparison.comparators[0]


@cache
def parse_formula(text: str) -> Formula:
    """Parse a formula.

    Raises
    ------
    ValueError
        When it cannot be parsed, or names a cell that no form has; the message quotes the nearest name.
    """
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except SyntaxError:
        raise ValueError(Told("errors.no_formula", formula=text)) from None
    names: list[tuple[str, CellKey]] = []
    _collect(tree, text, names)
    return Formula(text.strip(), tuple(names), tree)


@cache
def quantity_names() -> frozenset[CellKey]:
    """Return the names of what formulas speak of beside cells."""
    return frozenset(CellKey(*name.split(".")) for name in read_toml("rules.toml")["quantities"])


@cache
def _known() -> dict[str, CellKey]:
    cells = (key for form_id in form_ids() for key in load_form(form_id).cells)
    return {str(key): key for key in (*cells, *quantity_names())}


def _collect(node: ast.AST, text: str, names: list[tuple[str, CellKey]]) -> None:
    """Gather the names of a formula; refuse what is not understood."""
    if isinstance(node, ast.Attribute):
        names.append(_name(node))
        return
    if isinstance(node, ast.Constant) and type(node.value) not in (int, float):
        raise ValueError(Told("errors.formula_constant", formula=text, what=node.value))
    if isinstance(node, ast.Call):
        if not (isinstance(node.func, ast.Name) and node.func.id in _FUNCTIONS and len(node.args) == 1):
            raise ValueError(Told("errors.formula_call", formula=text))
        _collect(node.args[0], text, names)
        return
    if not isinstance(node, _UNDERSTOOD):
        what = ast.unparse(node) if isinstance(node, ast.expr) else type(node).__name__
        raise ValueError(Told("errors.formula_part", formula=text, what=what))
    for child in ast.iter_child_nodes(node):
        _collect(child, text, names)


@cache
def _name(node: ast.Attribute) -> tuple[str, CellKey]:
    text = ast.unparse(node)
    when, name = ("last", text.removeprefix("last.")) if text.startswith("last.") else ("", text)
    if name not in _known():
        near = difflib.get_close_matches(name, _known(), 1)
        if near:
            raise ValueError(Told("errors.formula_name_near", name=text, near=near[0]))
        raise ValueError(Told("errors.formula_name", name=text))
    return when, _known()[name]


def _evaluate(tree: ast.expr, lookup: Lookup, number: Callable[[str], Any]) -> Any:
    with np.errstate(invalid="ignore"):  # NaN among ints and Fractions
        return _value(tree, lookup, number)


def _value(node: ast.expr, lookup: Lookup, number: Callable[[str], Any]) -> Any:
    def of(part: ast.expr) -> Any:
        return _value(part, lookup, number)

    if isinstance(node, ast.Constant):
        return number(str(node.value))
    if isinstance(node, ast.Attribute):
        return lookup(*_name(node))
    if isinstance(node, ast.BoolOp):
        return _combine([of(part) for part in node.values], any_of=isinstance(node.op, ast.Or))
    if isinstance(node, ast.UnaryOp):
        value = of(node.operand)
        return _truth(value == 0, value) if isinstance(node.op, ast.Not) else -value
    if isinstance(node, ast.Call):
        assert isinstance(node.func, ast.Name)
        return _FUNCTIONS[node.func.id](of(node.args[0]))
    if isinstance(node, ast.BinOp):
        left, right = of(node.left), of(node.right)
        if isinstance(node.op, ast.Div):
            # The quotient of two ints would be a float; what is divided by 0 is unknown.
            return left * number("1") / np.where(np.asarray(right) == 0, np.nan, right)
        return _OPERATORS[type(node.op)](left, right)
    assert isinstance(node, ast.Compare)
    sides = [of(side) for side in (node.left, *node.comparators)]
    pairs = zip(node.ops, sides, sides[1:], strict=False)
    return _combine([_truth(_OPERATORS[type(op)](a, b), a, b) for op, a, b in pairs], any_of=False)


def _combine(values: Sequence[Any], any_of: bool) -> Any:
    """Combine truths, some of which may be unknown: what is already decided stays decided."""
    if len(values) == 1:
        return values[0]
    decided = np.logical_or.reduce([(value == value) & ((value != 0) == any_of) for value in values])
    unknown = np.logical_or.reduce([value != value for value in values])
    return np.where(decided, float(any_of), np.where(unknown, np.nan, float(not any_of)))


def _truth(truth: Any, *of: Any) -> Any:
    """Return a truth as a float, NaN where one of the values it is of is unknown."""
    found = np.asarray(truth, np.float64)
    for value in of:
        found = np.where(value != value, np.nan, found)
    return found


def _decimals(values: Any) -> Any:
    """Count the decimals that each value needs when it is written as short as may be."""
    given = np.atleast_1d(np.asarray(values))
    found = np.where(given != given, np.nan, 0.0)
    for at in np.flatnonzero((given % 1 != 0) & (given == given)):
        found[at] = _written(given[at])
    return found.reshape(np.shape(values))


def _written(value: Any) -> int:
    exact = (
        Decimal(value.numerator) / Decimal(value.denominator)
        if isinstance(value, Fraction)
        else Decimal(repr(float(value)))
    )
    return len(format(exact, "f").partition(".")[2].rstrip("0"))


_FUNCTIONS: dict[str, Callable[[Any], Any]] = {"decimals": _decimals, "abs": abs}


# Sums of cells by name, such as ``requests.withheld.total - requests.withheld_query_service.total``. In the table of
# requests a family of outcome may stand in the place of a row, and means the sum of its rows.


def terms(expression: str) -> list[tuple[int, str]]:
    """Split ``a + b - c`` into names with their signs. Raises ValueError when signs and names do not alternate."""
    words = ["+", *expression.split()]
    if len(words) % 2 or not set(words[::2]) <= {"+", "-"}:
        raise ValueError(f"{expression!r} is no sum of names joined by + and -")
    return [(1 if sign == "+" else -1, name) for sign, name in zip(words[::2], words[1::2], strict=True)]


def cells_of(form: Form, name: str) -> tuple[CellKey, ...]:
    """Return the cells that a name adds up; asks no form for them. Raises ValueError unless it has three parts."""
    table, row, column = name.split(".")
    rows = _families(form).get(row, (row,)) if table == "requests" else (row,)
    return tuple(CellKey(table, key, column) for key in rows)


def add_up(form: Form, expression: str) -> Mapping[CellKey, int]:
    """Return the cells of a sum with their whole coefficients, those that cancel left out.

    Raises KeyError when the form has no such cell.
    """
    total: dict[CellKey, int] = {}
    for sign, name in terms(expression):
        for key in cells_of(form, name):
            if key not in form.places:
                raise KeyError(f"{form.id} has no cell {key}")
            total[key] = total.get(key, 0) + sign
    return {key: times for key, times in total.items() if times}


@cache
def _families(form: Form) -> Mapping[str, tuple[str, ...]]:
    return {head.key: rows for head, rows in form.families()}
