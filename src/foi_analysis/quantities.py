"""Count what rules speak of beside cells: of one reading, of two reports of one organ, of the changes of a panel.

The names are listed, with what they mean, in ``rules.toml``; None where a quantity is unknown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from foi_analysis.form import CellKey
from foi_analysis.report import Number, Report

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Line = npt.NDArray[np.float64]

Quantities = Mapping[CellKey, Number | None]
Pair = tuple[Report, Report]

#: Fewer cells than this, not 0 in either year, show nothing.
FEWEST_CELLS = 8
#: How many times the usual spread of changes over a panel a year must stand out (Hidiroglou and Berthelot 1986).
_WIDTH = 4.0
#: With fewer pairs of years than this nothing is usual.
FEWEST_PAIRS = 4
_NEW = CellKey("requests", "new", "total")


def of_reading(report: Report) -> Quantities:
    """Count what is said about the reading of a report."""
    cells = report.grid.values()
    return _named(
        "reading",
        {
            "cells.all": len(report.grid),
            "cells.found": sum(cell.mark != "missing" for cell in cells),
            "cells.disagreeing": sum(cell.doubt.startswith("two readings disagree") for cell in cells),
            "year.doubts": int(bool(report.year.doubt)) if report.year else None,
            "scope.stated": 1 if _scope(report) else None,
            "form.mixture": int(report.form.id.endswith("-hybrid")),
        },
    )


def of_pair(last: Report, report: Report) -> Quantities:
    """Count what two reports have in common; equal cells are unknown where too few are not 0."""
    both = [(_number(last, key), _number(report, key)) for key in report.grid]
    shown = [(a, b) for a, b in both if a is not None and b is not None and (a or b)]
    scopes = (_scope(last), _scope(report))
    return _named(
        "pair",
        {
            "cells.compared": len(shown),
            "cells.equal": sum(a == b for a, b in shown) if len(shown) >= FEWEST_CELLS else None,
            "forms.same": int(last.form is report.form),
            "scopes.same": int(scopes[0] == scopes[1]) if all(scopes) else None,
        },
    )


def of_panel(pairs: Sequence[Pair]) -> list[tuple[Pair, Quantities]]:
    """Tell, for each pair of years that can be judged, how far new requests changed and how far is usual.

    See ``distances``. Empty with fewer than four pairs.
    """
    sized = [(pair, float(a), float(b)) for pair in pairs if (a := _new(pair[0])) and (b := _new(pair[1]))]
    if len(sized) < FEWEST_PAIRS:
        return []
    away, usual = distances([before for _, before, _ in sized], [after for _, _, after in sized])
    found = []
    for (pair, _, _), one, width in zip(sized, away.tolist(), usual.tolist(), strict=True):
        counts = {"new.distance": Decimal(str(one)), "new.usual": Decimal(str(width))}
        found.append((pair, _named("panel", counts)))
    return found


def distances(before: npt.ArrayLike, after: npt.ArrayLike) -> tuple[Line, Line]:
    """Tell how far each change of a number lies from the middle of all, and how far is usual, to six decimals.

    Both are positive, of shape (pairs,). The ratio to the year before is made symmetric and weighted by size.
    Source: Hidiroglou and Berthelot (1986), Statistical editing and imputation for periodic business surveys,
    Survey Methodology 12: 73-83.
    """
    import numpy as np

    first, second = np.asarray(before, np.float64), np.asarray(after, np.float64)
    ratio = second / first
    middle = _quantile(ratio, 0.5)
    change = np.where(ratio < middle, 1 - middle / ratio, ratio / middle - 1)
    effects = change * np.sqrt(np.maximum(first, second))
    low, centre, high = (_quantile(effects, share) for share in (0.25, 0.5, 0.75))
    spread = np.maximum(np.where(effects < centre, centre - low, high - centre), abs(0.05 * centre))
    return np.round(abs(effects - centre), 6), np.round(spread * _WIDTH, 6)


def _quantile(values: Line, share: float) -> float:
    import numpy as np

    return float(np.sort(values)[int(share * (len(values) - 1))])


def _named(table: str, counts: Mapping[str, Number | None]) -> Quantities:
    return {CellKey(table, *name.split(".")): count for name, count in counts.items()}


def _scope(report: Report) -> str:
    return report.scope.value if report.scope.value != "unknown" else ""


def _new(report: Report) -> Number | None:
    return _number(report, _NEW)


def _number(report: Report, key: CellKey) -> Number | None:
    cell = report.grid.get(key)
    return cell.value if cell else None
