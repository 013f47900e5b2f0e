"""Count what rules speak of beside cells: of one reading, of two reports of one organ, of the changes of a panel.

The names are listed, with what they mean, in ``rules.toml``; None where a quantity is unknown.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from decimal import Decimal

from foi_analysis.form import CellKey
from foi_analysis.report import Number, Report

Quantities = Mapping[CellKey, Number | None]
Pair = tuple[Report, Report]

#: Fewer cells than this, not 0 in either year, show nothing.
_FEWEST = 8
#: How many times the usual spread of changes over a panel a year must stand out (Hidiroglou and Berthelot 1986).
_WIDTH = 4.0
#: With fewer pairs of years than this nothing is usual.
_FEWEST_PAIRS = 4
_NEW = CellKey("requests", "new", "total")


def of_reading(report: Report) -> Quantities:
    """Count what is said about the reading of a report."""
    cells = report.cells.values()
    return _named(
        "reading",
        {
            "cells.all": len(report.cells),
            "cells.found": sum(cell.mark != "missing" for cell in cells),
            "cells.disagreeing": sum(cell.doubt.startswith("two readings disagree") for cell in cells),
            "year.doubts": int(bool(report.year.doubt)) if report.year else None,
            "scope.stated": 1 if _scope(report) else None,
            "form.mixture": int(report.form.id.endswith("-hybrid")),
        },
    )


def of_pair(last: Report, report: Report) -> Quantities:
    """Count what two reports have in common; equal cells are unknown where too few are not 0."""
    both = [(_number(last, key), _number(report, key)) for key in report.cells]
    shown = [(a, b) for a, b in both if a is not None and b is not None and (a or b)]
    scopes = (_scope(last), _scope(report))
    return _named(
        "pair",
        {
            "cells.compared": len(shown),
            "cells.equal": sum(a == b for a, b in shown) if len(shown) >= _FEWEST else None,
            "forms.same": int(last.form is report.form),
            "scopes.same": int(scopes[0] == scopes[1]) if all(scopes) else None,
        },
    )


def of_panel(pairs: Sequence[Pair]) -> list[tuple[Pair, Quantities]]:
    """Tell, for each pair of years that can be judged, how far new requests changed and how far is usual.

    The ratio to the year before is made symmetric and weighted by size, after Hidiroglou and Berthelot (1986).
    Empty with fewer than four pairs.
    """
    sized = [(pair, float(a), float(b)) for pair in pairs if (a := _new(pair[0])) and (b := _new(pair[1]))]
    if len(sized) < _FEWEST_PAIRS:
        return []
    middle = _quantile([b / a for _, a, b in sized], 0.5)
    effects = [_effect(a, b, middle) for _, a, b in sized]
    low, centre, high = (_quantile(effects, q) for q in (0.25, 0.5, 0.75))
    found = []
    for (pair, _, _), effect in zip(sized, effects, strict=True):
        spread = max(abs(centre - (low if effect < centre else high)), abs(0.05 * centre))
        distances = {"new.distance": _decimal(abs(effect - centre)), "new.usual": _decimal(spread * _WIDTH)}
        found.append((pair, _named("panel", distances)))
    return found


def _decimal(value: float) -> Decimal:
    return Decimal(str(round(value, 6)))


def _effect(before: float, after: float, middle: float) -> float:
    ratio = after / before
    change = 1 - middle / ratio if ratio < middle else ratio / middle - 1
    return change * math.sqrt(max(before, after))


def _quantile(values: Sequence[float], share: float) -> float:
    return sorted(values)[int(share * (len(values) - 1))]


def _named(table: str, counts: Mapping[str, Number | None]) -> Quantities:
    return {CellKey(table, *name.split(".")): count for name, count in counts.items()}


def _scope(report: Report) -> str:
    return report.scope.value if report.scope.value != "unknown" else ""


def _new(report: Report) -> Number | None:
    return _number(report, _NEW)


def _number(report: Report, key: CellKey) -> Number | None:
    cell = report.cells.get(key)
    return cell.value if cell else None
