"""The cells of all reports of a panel in flat arrays: figures as floats, marks and texts as small codes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from foi_analysis.extract import plain
from foi_analysis.panel.placing import Placed
from foi_analysis.panel.source import Source
from foi_analysis.panel.stored import MARKS, TEXTS, number
from foi_analysis.reading.tokens import read_token
from foi_analysis.report import PROOFS, Number

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Array = npt.NDArray[Any]

_DIGITS = re.compile(r"-?\d+(\.\d+)?", re.ASCII)
#: Marks of cells in which a number stands.
_WITH_NUMBER = ("number", "supplied")


@dataclass(frozen=True, slots=True, eq=False)
class Words:
    """One text for each cell: ``codes`` (cells,) say which of ``texts``."""

    codes: Array
    texts: tuple[str, ...]

    def at(self, slots: Array) -> list[str]:
        """Give the texts at some places."""
        return [self.texts[code] for code in self.codes[slots].tolist()]


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """All cells of a panel, each array of shape (cells,): see ``Layout`` for the order.

    ``values`` are float64, NaN where no number is printed; ``exact`` holds by place the few numbers whose digits a
    float does not keep. ``marks`` number the marks in ``MARKS``; ``words`` are by the names in ``TEXTS``.
    """

    values: npt.NDArray[np.float64]
    exact: Mapping[int, Number]
    marks: npt.NDArray[np.uint8]
    words: Mapping[str, Words]

    def numbers(self, slots: Array) -> list[Number | None]:
        """Give the numbers at some places exactly, None where none is printed."""
        return [
            self.exact.get(slot, None if value != value else number(value))
            for slot, value in zip(slots.tolist(), self.values[slots].tolist(), strict=True)
        ]


def gather(source: Source, placed: Placed) -> Cells:
    """Put the cells of a table in their places.

    Raises ReadingError (which file and line, what was found, what was expected) for a text where a number belongs,
    an unknown mark or proof, and a mark that its value contradicts.
    """
    import numpy as np

    codes, names = source.texts("mark")
    _refuse_unknown(source, "mark", codes, names, set(MARKS), ", ".join(MARKS))
    marks = np.array([MARKS.index(name) if name in MARKS else 0 for name in names], np.uint8)[codes]
    words = {name: _words(source, placed, name) for name in TEXTS}
    values, exact = _figures(source) if source.numeric else _written(source)
    _refuse_contradiction(source, values, marks)
    flat = np.empty(len(values), np.float64)
    flat[placed.slot] = values
    spread = np.empty(len(marks), np.uint8)
    spread[placed.slot] = marks
    return Cells(flat, {int(placed.slot[row]): one for row, one in exact.items()}, spread, words)


def _words(source: Source, placed: Placed, name: str) -> Words:
    import numpy as np

    codes, texts = source.texts(name)
    if name == "proofs":
        known = {text for text in texts if set(text.split("+")) <= {*PROOFS, ""}}
        _refuse_unknown(source, "proofs", codes, texts, known, f"{', '.join(PROOFS)}, joined with +")
    codes, texts = _distinct(codes, texts)
    flat = np.empty(len(codes), np.min_scalar_type(max(0, len(texts) - 1)))
    flat[placed.slot] = codes
    return Words(flat, tuple(texts))


def _distinct(codes: Array, texts: Sequence[str]) -> tuple[Array, list[str]]:
    """Keep each text once, and only those that occur."""
    import numpy as np

    used = np.zeros(len(texts), bool)
    used[codes] = True
    kept = sorted({text for text, there in zip(texts, used.tolist(), strict=True) if there})
    at = {text: place for place, text in enumerate(kept)}
    return np.array([at.get(text, 0) for text in texts], np.int64)[codes], kept


def _written(source: Source) -> tuple[Array, dict[int, Number]]:
    """Read values that are written in digits, and keep apart those that a float does not write so."""
    import numpy as np

    codes, texts = source.texts("value")
    known = {text for text in texts if not text or _DIGITS.fullmatch(text)}
    _refuse_unknown(source, "value", codes, texts, known, "plain digits, or nothing where no number is printed")
    floats = [float(text) if text and text in known else float("nan") for text in texts]
    odd = {
        at: Decimal(text) if "." in text else int(text)
        for at, (text, value) in enumerate(zip(texts, floats, strict=True))
        if text in known and value == value and plain(number(value)) != text
    }
    rows = np.flatnonzero(np.isin(codes, list(odd)))
    return np.array(floats)[codes], {int(row): odd[int(codes[row])] for row in rows}


def _figures(source: Source) -> tuple[Array, dict[int, Number]]:
    """Take values that come as floats; where print tells more digits of the same number, keep those."""
    import numpy as np

    values = source.numbers("value").astype(np.float64)
    if np.isinf(values).any():
        raise source.refuse(int(np.argmax(np.isinf(values))), "an infinite value", "a number, or null where none is")
    codes, texts = source.texts("printed")
    read = [read_token(text).value if "." in text or len(text) > 15 else None for text in texts]
    odd = {at for at, one in enumerate(read) if one is not None and plain(number(float(one))) != plain(one)}
    rows = [int(row) for row in np.flatnonzero(np.isin(codes, list(odd)))]
    told = ((row, read[int(codes[row])]) for row in rows)
    return values, {row: one for row, one in told if one is not None and float(one) == values[row]}


def _refuse_unknown(
    source: Source, name: str, codes: Array, texts: Sequence[str], known: set[str], expected: str
) -> None:
    import numpy as np

    strange = [at for at, text in enumerate(texts) if text not in known]
    rows = np.flatnonzero(np.isin(codes, strange))
    if len(rows):
        row = int(rows[0])
        raise source.refuse(row, f"the {name} {texts[int(codes[row])]!r}", expected)


def _refuse_contradiction(source: Source, values: Array, marks: Array) -> None:
    """Refuse a number under a mark that says there is none, and the mark of a number without one."""
    import numpy as np

    numbered = np.isin(marks, [MARKS.index(mark) for mark in _WITH_NUMBER])
    empty = np.isnan(values)
    for row in np.flatnonzero(numbered == empty)[:1]:
        mark, value = MARKS[marks[row]], "no value" if empty[row] else f"the value {plain(number(float(values[row])))}"
        raise source.refuse(int(row), f"{value} under the mark {mark}", "a value where a number is, and only there")
