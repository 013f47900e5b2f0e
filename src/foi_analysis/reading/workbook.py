"""What the sheets of a workbook show: the cells of each, and how a spreadsheet program writes a number that it stores.

A number is stored as such, and its format says what is printed: 45296 may be "45296", "2024-01-05", "4529600%", "-" or
nothing. What is printed is what is read; a format that is not understood makes its number unreadable.
"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache

from foi_analysis.reading.document import UNKNOWN, WHITE, Run, Runs, is_number, written
from foi_analysis.resources import Told

#: A row and a column, from 0.
Place = tuple[int, int]
#: No form reaches further, and no workbook of a report has more sheets, cells or cells joined.
_MOST_ROWS, _MOST_COLUMNS, MOST_SHEETS, _MOST_CELLS, _MOST_MERGED = 5_000, 200, 20, 100_000, 200_000
_MOST_LETTERS, MOST_FORMATS = 500_000, 2_000
#: The formats that have numbers in place of words; 14 to 22, 27 to 36, 45 to 47 and 50 to 58 are dates and times.
_FORMATS: dict[int, str] = (
    {0: "General", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?"}
    | {13: "# ??/??", 37: "#,##0;(#,##0)", 38: "#,##0;(#,##0)", 39: "#,##0.00;(#,##0.00)", 40: "#,##0.00;(#,##0.00)"}
    | dict.fromkeys((41, 42), '#,##0;-#,##0;"-"') | dict.fromkeys((43, 44), '#,##0.00;-#,##0.00;"-"')
    | dict.fromkeys([*range(14, 23), *range(27, 37), 45, 46, 47, *range(50, 59)], "yyyy-mm-dd")
    | {48: "##0.0E+0", 49: "@"}
)  # fmt: skip
FAR = "refusals.workbook_large"
#: A number without a format is shown with no more digits.
_GENERAL = 10


def builtin(number: int) -> str:
    """Return the format that a number stands for."""
    return _FORMATS.get(number, "General")


@dataclass(frozen=True, slots=True)
class Style:
    """How a cell shows what it holds: its format, a sign if it is raised, struck out or white, rules around it.

    ``bare`` is a cell that has the colour of the paper.
    """

    code: str = "General"
    sign: str = ""
    ruled: bool = False
    bare: bool = True


PLAIN = Style()


@dataclass(slots=True)
class Sheet:
    """A sheet: what each of its cells shows, which are ruled, joined or hidden."""

    name: str
    from_1904: bool = False
    shows_zeros: bool = True
    texts: dict[Place, str] = field(default_factory=dict)
    zeros: set[Place] = field(default_factory=set)
    ruled: set[Place] = field(default_factory=set)
    merged: list[tuple[Place, Place]] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    area: int = 0
    letters: int = 0

    def rule(self, place: Place, style: Style) -> None:
        """Note a cell that may hold nothing. Raises ValueError when there are more than any report has."""
        if style.ruled and place[0] < _MOST_ROWS and place[1] < _MOST_COLUMNS:
            self.ruled.add(place)
        if len(self.ruled) + len(self.texts) > _MOST_CELLS:
            raise ValueError(Told(FAR))

    def put(self, place: Place, value: float | Runs, style: Style = PLAIN) -> None:
        """Take a number or runs of text as they are stored. Raises ValueError outside of any report."""
        if isinstance(value, float | int):
            text = shown(value, style.code, self.from_1904)
            self.zeros |= {place} if value == 0 else set()
        else:
            text = shown_text(written([_seen(run, style) for run in value]), style.code)
            self.zeros.discard(place)
        self.letters += len(text)
        if self.letters > _MOST_LETTERS or (text.strip() and (place[0] >= _MOST_ROWS or place[1] >= _MOST_COLUMNS)):
            raise ValueError(Told(FAR))
        self.texts[place] = written([_seen(Run(text, style.sign), style)]) if style.sign and text.strip() else text
        self.rule(place, style)

    def merge(self, first: Place, last: Place) -> None:
        """Join the cells from one to another. Raises ValueError when more are joined than any report has."""
        last = min(last[0], _MOST_ROWS - 1), min(last[1], _MOST_COLUMNS - 1)
        if first != last and first[0] <= last[0] and first[1] <= last[1]:
            self.merged.append((first, last))
            self.area += (last[0] - first[0] + 1) * (last[1] - first[1] + 1)
        if self.area > _MOST_MERGED:
            raise ValueError(Told(FAR))

    def whiten(self, first: Place, last: Place, zeros: bool) -> None:
        """Make the numbers from one cell to another unreadable, or the zeros among them."""
        self.letters += len(self.texts)  # they are looked through once more
        if self.letters > _MOST_LETTERS:
            raise ValueError(Told(FAR))
        for place, text in self.texts.items():
            inside = first[0] <= place[0] <= last[0] and first[1] <= place[1] <= last[1]
            if inside and is_number(text) and (place in self.zeros or not zeros):
                self.texts[place] = UNKNOWN + text

    def hide_columns(self, first: int, last: int) -> None:
        """Hide columns, the last included."""
        self.hidden_columns.update(range(first, min(last, _MOST_COLUMNS) + 1))

    def at(self, place: Place) -> str:
        """Return what is printed in a place."""
        return "" if place in self.zeros and not self.shows_zeros else self.texts.get(place, "")


def _seen(run: str | Run, style: Style) -> str | Run:
    """Return a run as it is seen: what is white is unreadable, unless the cell has another colour."""
    if isinstance(run, str) or run.sign != WHITE:
        return run
    return UNKNOWN + run.text if style.bare and run.text.strip() else run.text


# ---- formats of numbers ----


_PARTS = re.compile(
    r'"(?P<quoted>[^"]*)"|[\\!](?P<escaped>.)|_.|\*.|\[(?P<bracket>[^\]]*)\]|(?P<general>general|g/通用格式)'
    r"|(?P<digits>[#0?][#0?.,]*|\.[#0?]+)|(?P<exotic>E[+-]|/)|(?P<date>am/pm|[ymdhsbgea])|(?P<text>@)|(?P<end>;)"
    r"|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)
_ELAPSED = re.compile(r"h+|m+|s+", re.IGNORECASE)
_TONES = re.compile(r"color ?\d+|black|blue|cyan|green|magenta|red|yellow", re.IGNORECASE)
_CONDITION = re.compile(r"(?:=|<>|<=?|>=?) *-?\d+(?:\.\d+)?", re.ASCII)
_COMPARED: dict[str, Callable[[float, float], bool]] = {
    "=": operator.eq, "<>": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge
}  # fmt: skip
#: A piece of a format: what it does, and its words.
_Piece = tuple[str, str]


@lru_cache(maxsize=MOST_FORMATS)
def _sections(code: str) -> tuple[tuple[_Piece, ...], ...]:
    """Return the sections of a format: for positive and negative numbers, for zero and for text."""
    sections: list[list[_Piece]] = [[]]
    for match in _PARTS.finditer(code[:255]):
        kind, text = match.lastgroup or "", match[match.lastgroup or 0]
        if kind == "end":
            sections.append([])
        elif kind == "bracket":
            sections[-1].append(_bracket(text))
        elif kind:
            sections[-1].append(("literal" if kind in ("quoted", "escaped", "other") else kind, text))
    return tuple(tuple(section) for section in sections)


def _bracket(text: str) -> _Piece:
    """Return what stands in brackets: a time, a currency's sign, a condition, a colour, or what is not understood."""
    if _ELAPSED.fullmatch(text):
        return "date", text
    if text.startswith("$"):
        return "literal", text[1:].partition("-")[0]
    if _CONDITION.fullmatch(text):
        return "condition", text
    return ("literal", "") if _TONES.fullmatch(text) else ("exotic", text)


def _section(number: float, sections: Sequence[Sequence[_Piece]]) -> Sequence[_Piece] | None:
    """Return the section that a number is printed by, the first whose condition holds; None where that is not known."""
    is_last_text = len(sections) > 1 and any(kind == "text" for kind, _ in sections[-1])
    own = sections[: min(len(sections) - is_last_text, 3)]
    said = [next((text for kind, text in section if kind == "condition"), "") for section in own]
    if not any(said):
        at = 1 if number < 0 else 2 if number == 0 else 0
        return own[at] if at < len(own) else own[0]
    for section, condition in zip(own, said, strict=True) if said[0] else ():
        if _holds(number, condition) if condition else (number < 0 or section is own[-1]):
            return section
    return None


def _holds(number: float, condition: str) -> bool:
    compared = condition.rstrip("-.0123456789 ")
    return _COMPARED[compared](number, float(condition.removeprefix(compared)))


def shown(number: float, code: str, from_1904: bool = False) -> str:
    """Return a number as its format prints it; with U+FFFD, which no cell can be read from, where that is not known.

    >>> [shown(1691.0, "General"), shown(0.1 + 0.2, ""), shown(12.345, "#,##0.00"), shown(0, '0;-0;"-"')]
    ['1691', '0.3', '12.35', '-']
    >>> shown(2.0000000000009, "General")
    '2'
    >>> shown(45296, "yyyy/m/d")
    '2024-01-05'
    """
    if not math.isfinite(number):
        return UNKNOWN
    sections = _sections(code)
    section = _section(number, sections)
    kinds = [kind for kind, _ in section or ()]
    if "date" in kinds:
        return _moment(number, from_1904)
    if section is None or any(kind == "exotic" for part in sections for kind, _ in part):
        return UNKNOWN + plain(number)
    if "text" in kinds or not code:
        return plain(number)
    own = number < 0 and (section is not sections[0] or "condition" in kinds)  # such a section writes its own sign
    text = _filled(abs(number), section)
    if own:
        return text if not text.strip() or "-" in text or "(" in text else UNKNOWN + text
    return f"-{text}" if number < 0 else text


def _filled(number: float, section: Sequence[_Piece]) -> str:
    """Fill a section with a number that is not negative."""
    pieces = [text for kind, text in section if kind == "digits"]
    if len(pieces) > 1 or any(re.search(r",(?:\.|$)", piece) for piece in pieces):
        return UNKNOWN + plain(number)
    scaled = Decimal(plain(number)) * 100 ** sum(text.count("%") for kind, text in section if kind == "literal")
    return "".join(_piece(number, scaled, kind, text) for kind, text in section)


def _piece(number: float, scaled: Decimal, kind: str, text: str) -> str:
    if kind == "general":  # eleven characters at most
        return _digits(Decimal(plain(number)), "0." + "#" * max(_GENERAL - len(str(int(number))), 0))
    if kind == "condition":
        return ""
    return _digits(scaled, text) if kind == "digits" else text


def _digits(number: Decimal, pattern: str) -> str:
    """Write a number in the digits that a pattern such as ``#,##0.0#`` asks for."""
    before, _, after = pattern.partition(".")
    after = after.replace(",", "")
    rounded = number.quantize(Decimal(1).scaleb(-len(after)), ROUND_HALF_UP, Context(prec=1_000))
    whole, _, decimals = f"{rounded:,f}".partition(".")
    least = len(after.rstrip("#"))
    decimals = decimals[:least] + decimals[least:].rstrip("0")
    whole = whole if "," in before else whole.replace(",", "")
    whole = "" if whole == "0" and "0" not in before else whole.zfill(before.count("0") if "," not in before else 0)
    return f"{whole}.{decimals}" if decimals else whole


def _moment(number: float, from_1904: bool) -> str:
    """Return the day and time that a number stands for; without a day, the time."""
    try:
        days = timedelta(days=number)
        first = datetime(1904, 1, 1) if from_1904 else datetime(1899, 12, 31 if number < 60 else 30)
        moment = first + timedelta(seconds=round(days.total_seconds()))
    except OverflowError:
        return UNKNOWN + plain(number)
    time = "" if moment.time() == datetime.min.time() else f"{moment:%H:%M:%S}"
    day = "" if 0 <= number < 1 else f"{moment.date()}"
    return " ".join(filter(None, (day, time))) or "00:00:00"


def shown_text(text: str, code: str) -> str:
    """Return a text as its cell's format prints it: nearly always as it is."""
    sections = _sections(code)
    section = sections[3] if len(sections) > 3 else sections[-1]
    if len(sections) < 4 and not any(kind == "text" for kind, _ in section):
        return text
    return "".join(text if kind == "text" else words for kind, words in section if kind in ("text", "literal"))


def plain(number: float) -> str:
    """Return a number in full, with the fifteen digits that spreadsheet programs keep."""
    return f"{Decimal(f'{number:.15g}'):f}" if number else "0"
