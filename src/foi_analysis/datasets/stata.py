"""A report's cells as a Stata file: labelled codes in English and in Chinese, side by side.

Stata shows one language at a time through label languages, which pandas cannot write. So each code stands twice:
``row`` carries English value labels, ``row_zh`` the same codes with Chinese ones.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Mapping
from functools import cache
from typing import get_args

import pandas as pd

from foi_analysis.extract import COLUMNS, records
from foi_analysis.form import CellKey, Form, Table, Term, form_ids, load_form
from foi_analysis.report import Mark, Report
from foi_analysis.resources import MOMENT, Language, say

#: What stands twice as a labelled code.
CODED = ("table", "row", "column", "mark")
#: Stata takes labels of this many characters, and texts of this many bytes before they need another storage type.
_LABEL, _BYTES = 80, 2045
_Place = tuple[str, str, str]
_ENDINGS: Mapping[Language, str] = {"en": "", "zh": "_zh"}


def stata(report: Report) -> bytes:
    """Write the cells of a report as a Stata 14 file, the same bytes each time.

    One observation a cell of the form. Variables: the columns of ``extract``, of which table, row, column and mark
    are integers with English value labels; table_zh, row_zh, column_zh and mark_zh, the same with Chinese ones; and
    ``cell``, the key as text (table.row.column). A code stands for the same label in every report, so that files can
    be appended. ``value`` is a double, missing where no number is printed: ``mark`` tells why.
    """
    frame = _frame(report)
    long = [name for name in frame.select_dtypes(exclude="number") if _widest(frame[name]) > _BYTES]
    out = io.BytesIO()
    frame.to_stata(
        out,
        version=118,
        write_index=False,
        time_stamp=MOMENT.replace(tzinfo=None),
        data_label=say("datasets.stata_label", "en", sha=report.sha256[:12]),
        variable_labels={name: _variable_label(name) for name in frame.columns},
        value_labels=dict(_value_labels(report.form)),
        convert_strl=long,
    )
    return out.getvalue()


def _variable_label(name: str) -> str:
    return " / ".join(say(f"datasets.stata_{name}", language) for language in ("en", "zh"))[:_LABEL]


def _frame(report: Report) -> pd.DataFrame:
    frame = pd.DataFrame(list(records(report)), columns=list(COLUMNS))
    codes = {name: [_code(name, report.form, key, report) for key in report.grid] for name in CODED}
    values = [float("nan") if cell.value is None else float(cell.value) for cell in report.grid.values()]
    texts = [name for name in COLUMNS if name not in (*CODED, "value", "year")]
    coded = {f"{name}{ending}": pd.Series(codes[name], dtype="int16") for name in CODED for ending in ("", "_zh")}
    return pd.DataFrame(
        {
            **{name: frame[name].str.replace("\0", "\ufffd") for name in texts[:2]},
            "year": pd.to_numeric(frame["year"], errors="coerce", downcast="integer"),
            "cell": [str(key) for key in report.grid],
            **coded,
            "value": pd.Series(values, dtype="float64"),
            **{name: frame[name].str.replace("\0", "\ufffd") for name in texts[2:]},
        }
    )


def _code(name: str, form: Form, key: CellKey, report: Report) -> int:
    if name == "mark":
        return get_args(Mark).index(report.grid[key].mark) + 1
    return _numbers(name)[_place(name, form, key)]


def _term(name: str, form: Form, key: CellKey) -> Table | Term:
    table = form.table(key.table)
    return table if name == "table" else table.row(key.row) if name == "row" else table.column(key.column)


def _place(name: str, form: Form, key: CellKey) -> _Place:
    """Name what a code stands for: a key of a table, in what it means by its English label."""
    term = _term(name, form, key)
    return key.table, term.key, term.en


@cache
def _numbers(name: str) -> Mapping[_Place, int]:
    """Return a number for each row, column or table of all forms, in the order of forms and of print."""
    places = (_place(name, form, key) for form in map(load_form, form_ids()) for key in form.cells)
    return {place: number for number, place in enumerate(dict.fromkeys(places), 1)}


def _value_labels(form: Form) -> Mapping[str, dict[float, str]]:
    """Return the labels of each coded variable, in the language of its name; the report's own form comes first."""
    labels = {}
    for language, ending in _ENDINGS.items():
        for name in CODED[:3]:
            labels[name + ending] = _labels(name, form, language)
        labels["mark" + ending] = {n: say(f"tables.mark_{mark}", language) for n, mark in enumerate(get_args(Mark), 1)}
    return labels


def _labels(name: str, form: Form, language: Language) -> dict[float, str]:
    """Return the labels of one variable by code; a label that two tables share carries the name of its table."""
    forms = [load_form(other) for other in form_ids()] + [form]
    labels = {_place(name, one, key): _term(name, one, key).label(language) for one in forms for key in one.cells}
    shared = Counter(labels.values())
    told = {
        place: f"{label} ({say(f'datasets.sheet_{place[0]}', language)})" if shared[label] > 1 else label
        for place, label in labels.items()
    }
    return {number: told[place] for place, number in _numbers(name).items()}


def _widest(column: pd.Series[str]) -> int:
    return max((len(text.encode("utf-8")) for text in column), default=0)
