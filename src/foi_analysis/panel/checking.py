"""Check all reports of a panel against every rule: codes as arrays, and frames of what is broken or not assessable."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from foi_analysis.findings import COLUMNS
from foi_analysis.panel.formulas import Part, places
from foi_analysis.panel.judging import judge_alone, judge_years
from foi_analysis.panel.panel import Panel
from foi_analysis.vectorised import BROKEN, LARGEST, OUTCOMES, explain_values

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd

    Ints = npt.NDArray[np.int64]

_KINDS = ("identity", "bound", "hint", "reading")
_NUMBERS = ("left", "right", "difference")
_EXPLAINED = ("report", "organ", "year", "broken", "explanation", "of", "cell", "printed", "implied", "bounded")


@dataclass(frozen=True, eq=False)
class PanelChecks:
    """What came of every rule on every report of a panel.

    ``parts`` hold the verdicts as codes (rules, reports): see ``Part``. Two reports for one organ and year are a
    conflict to settle first: neither is held against another year.
    """

    panel: Panel
    parts: tuple[Part, ...]

    def frame(self, outcomes: Sequence[str] = ("broken", "not assessable")) -> pd.DataFrame:
        """Give one row a report and rule with one of these outcomes, in the columns of ``check``.

        Texts are categories; the index is the number of the report, the later one for rules across years. Reports in
        the order of the panel; their rules in theirs, those across years last.
        """
        import numpy as np
        import pandas as pd

        wanted = [code for code, name in enumerate(OUTCOMES) if name in outcomes]
        found = [
            (part, rule, np.flatnonzero(np.isin(codes, wanted)))
            for part in self.parts
            for rule, codes in enumerate(part.codes)
        ]
        found = [(part, rule, columns) for part, rule, columns in found if len(columns)]
        reports = np.concatenate([np.zeros(0, np.int64), *(part.reports[columns] for part, _, columns in found)])
        order = np.argsort(reports, kind="stable")
        columns = {**_texts(self.panel, found), **_figures(self.panel, found)}
        return pd.DataFrame({name: columns[name].take(order) for name in COLUMNS}, index=reports[order])

    @cached_property
    def counts(self) -> pd.DataFrame:
        """One row a report, index from 0: report, organ, year, form, and how many rules came to what.

        Columns for each kind (identity, bound, hint, reading) and outcome, such as ``identity_broken``; rules across
        years count for the later report, by their own kind.
        """
        import numpy as np

        found = {(kind, code): np.zeros(len(self.panel), np.int64) for kind in _KINDS for code in range(len(OUTCOMES))}
        for part in self.parts:
            for kind in dict.fromkeys(part.kinds):
                codes = part.codes[[one == kind for one in part.kinds]]
                for code in range(len(OUTCOMES)):
                    found[kind, code][part.reports] += np.count_nonzero(codes == code, axis=0)
        names = {f"{kind}_{OUTCOMES[code].replace(' ', '_')}": count for (kind, code), count in found.items()}
        return self.panel.index[["report", "organ", "year", "form"]].assign(**names)

    @cached_property
    def rules(self) -> pd.DataFrame:
        """One row a rule: rule, family, kind, and the number of reports for which it holds, broken, not_assessable."""
        import numpy as np
        import pandas as pd

        found: dict[tuple[str, str, str], Any] = {}
        for part in self.parts:
            for rule, kind, codes in zip(part.rules, part.kinds, part.codes, strict=True):
                about = (rule.id, rule.family, kind)
                found[about] = found.get(about, 0) + np.bincount(codes, minlength=len(OUTCOMES))
        names = ["rule", "family", "kind", *(outcome.replace(" ", "_") for outcome in OUTCOMES)]
        return pd.DataFrame([(*about, *counts.tolist()) for about, counts in found.items()], columns=names)

    @cached_property
    def explanations(self) -> pd.DataFrame:
        """Explain every report that breaks an identity of its form: one row a cell to change in an explanation.

        The index is the number of the report.

        Columns: report, organ, year, broken (the linked identities, joined with spaces), explanation (from 1), of
        (how many equally small ones there are; 0, and no cell, where no change of up to three cells explains it),
        cell, printed (NA unless a whole number), implied (NA where several values would do), bounded (the search was
        stopped at its bound). To have them ranked, and slips named, call ``explain`` on ``panel.report(name)``.
        """
        import pandas as pd

        parts = [part for part in self.parts if part.kinds and part.kinds[0] == "identity" and part.last is None]
        rows = [row for part in parts for row in _explained(self.panel, part)]
        rows.sort(key=lambda row: row[0])
        frame = pd.DataFrame([row for _, row in rows], [place[0] for place, _ in rows], columns=list(_EXPLAINED))
        return frame.astype({"printed": "Int64", "implied": "Int64", "year": "Int64"})


def check_panel(panel: Panel) -> PanelChecks:
    """Check all reports of a panel against every rule of ``check``, without a loop over reports.

    Reports with numbers that floats do not add up exactly (decimals among counts, more than 2**45) are judged one by
    one, with the same result.
    """
    return PanelChecks(panel, (*judge_alone(panel), *judge_years(panel)))


Rows = Sequence[tuple[Part, int, "Ints"]]


def _texts(panel: Panel, rows: Rows) -> dict[str, Any]:
    """Give the columns of text, each as categories."""
    import numpy as np
    import pandas as pd

    sizes = [len(columns) for _, _, columns in rows]
    about = [_about(part, rule) for part, rule, _ in rows]
    texts = {name: _category([one[name] for one in about], sizes) for name in about[0]} if about else {}
    none = np.zeros(0, np.int64)
    reports = np.concatenate([none, *(part.reports[columns] for part, _, columns in rows)])
    last = [np.full(len(c), len(panel)) if part.last is None else part.last[c] for part, _, c in rows]
    codes, names = pd.factorize(np.array((*panel.heads["report"], ""), object))
    verdicts = np.concatenate([none, *(part.codes[rule, columns].astype(np.int64) for part, rule, columns in rows)])
    return {
        **dict.fromkeys(("rule", "family", "kind", "source", "table", "where", "cells"), _category([], [])),
        **texts,
        "report": _coded(codes[reports], names),
        "last": _coded(codes[np.concatenate([none, *last])], names),
        "verdict": _coded(verdicts, list(OUTCOMES)),
    }


def _about(part: Part, rule: int) -> dict[str, str]:
    one = part.rules[rule]
    return {
        "rule": one.id,
        "family": one.family,
        "kind": part.kinds[rule],
        "source": one.source,
        "table": one.cells[0].table if one.cells else "",
        "where": one.id.partition(".")[2],
        "cells": " ".join(map(str, one.cells)),
    }


def _coded(codes: Any, texts: Any) -> Any:
    import pandas as pd

    return pd.Categorical.from_codes(codes, texts)


def _category(texts: Sequence[str], sizes: Sequence[int]) -> Any:
    import numpy as np

    distinct = list(dict.fromkeys(texts))
    codes = np.repeat(np.array([distinct.index(text) for text in texts], np.int64), np.array(sizes, np.int64))
    return _coded(codes, distinct)


def _figures(panel: Panel, rows: Rows) -> dict[str, Any]:
    """Give both sides, their difference, and whether a cell's reading is in doubt."""
    import numpy as np

    sides = [part.sides_at(rule, columns) for part, rule, columns in rows]
    left, right = (np.concatenate([np.zeros(0), *(pair[at] for pair in sides)]) for at in (0, 1))
    doubts = [_doubtful(panel, part, rule, columns) for part, rule, columns in rows]
    doubtful = np.concatenate([np.zeros(0, bool), *doubts])
    return {"left": left, "right": right, "difference": left - right, "doubtful": doubtful}


def _doubtful(panel: Panel, part: Part, rule: int, columns: Ints) -> Any:
    """Tell for some reports whether the reading of one of a rule's cells is in doubt."""
    import numpy as np

    doubts = panel.cells.words["doubt"]
    written = np.array([bool(text) for text in doubts.texts] or [False], bool)
    cells = np.array([places(part.form)[key] for key in part.rules[rule].cells], np.int64)
    if not len(cells) or not written.any():
        return np.zeros(len(columns), bool)
    at, rows = panel.forms.index(part.form), panel.layout.row_of[part.reports[columns]]
    return written[panel.layout.part(doubts.codes, at)[np.ix_(rows, cells)]].any(axis=1)


def _explained(panel: Panel, part: Part) -> list[tuple[tuple[int, int, int], tuple[Any, ...]]]:
    """Give the rows that explain one form's reports, each with what to sort them by."""
    import numpy as np

    at = np.flatnonzero((part.codes == BROKEN).any(axis=0))
    values = np.array(panel.values(part.form.id)[at])
    with np.errstate(invalid="ignore"):
        values[abs(values) > LARGEST] = np.nan
    found = []
    for report, numbers, groups in zip(
        part.reports[at].tolist(), values, explain_values(part.form, values), strict=True
    ):
        year = panel.heads["year"][report]
        head = (panel.heads["report"][report], panel.heads["organ"][report], int(year) if year else None)
        for place, group in enumerate(groups):
            broken = " ".join(part.rules[rule].id for rule in group.group)
            many = len(group.solutions)
            if not many:
                nothing: tuple[Any, ...] = (broken, 0, 0, "", None, None, group.bounded)
                found.append(((report, place, 0), (*head, *nothing)))
            for number, solution in enumerate(group.solutions, 1):
                for cell, change in solution:
                    printed = int(numbers[cell]) if float(numbers[cell]).is_integer() else None
                    implied = None if change is None or printed is None else printed + change
                    told: tuple[Any, ...] = (str(part.form.cells[cell]), printed, implied, group.bounded)
                    found.append(((report, place, number), (*head, broken, number, many, *told)))
    return found
