"""What every format becomes before it is aligned: lines of fields, each with its place.

A ``Document`` is a list of lines in reading order. A line of prose has one field; a line of a table
has one field for each printed cell, empty ones included. A cell merged over several lines is a field
only of the line in which it begins.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from foi_analysis.report import Mark, Number

#: Stands where something is printed that is no text: a picture, a formula, a form's control.
OBJECT = "\ufffc"
#: Stands for a character that cannot be known.
UNKNOWN = "\ufffd"
RAISED, STRUCK = "^", "~"
_NOTE = re.compile(r"[\s\d①-⑳*※†‡\[\]()〔〕（）注a-zA-Z,，]{0,6}")
_IDEOGRAPH = re.compile(r"[\u4e00-\u9fff]")
#: As many ideographs make words.
_WORDS = 2


@dataclass(frozen=True, slots=True)
class Field:
    """A printed cell or a paragraph: its text and its place.

    ``left`` and ``right`` are the columns of the grid that it covers (right exclusive), or -1 where the
    source has no grid; ``down`` is the number of lines that it covers.
    """

    text: str
    where: str
    left: int = -1
    right: int = -1
    down: int = 1


@dataclass(frozen=True, slots=True)
class Line:
    """A printed line. ``grid`` counts the tables of the source from 1; 0 is prose or text without a grid.

    ``torn`` says that the line's cells were found by splitting a text at spaces.
    """

    fields: tuple[Field, ...]
    grid: int = 0
    torn: bool = False

    @property
    def text(self) -> str:
        """The line's words, its fields joined by spaces."""
        return " ".join(field.text for field in self.fields if field.text.strip())

    @property
    def where(self) -> str:
        """The place of the line's first field."""
        return self.fields[0].where if self.fields else ""


class Twice(NamedTuple):
    """A text that was recognised in a picture: once in the page as a whole, and once more in its cell alone.

    ``cell`` is None where there is no ruled cell; ``scores`` (0 to 1) tell how sure the engine is of each.
    """

    page: str
    cell: str | None = None
    scores: tuple[float, float] = (1.0, 0.0)


class Spot(NamedTuple):
    """Where a field stands: the number of its page, by how many degrees that was turned, and its rectangle."""

    page: int
    turned: float
    x0: float
    y0: float
    x1: float
    y1: float


@dataclass(frozen=True)
class Document:
    """A file's content in reading order. ``title`` and ``published_on`` are what its metadata say, if any.

    ``recognised`` has for each field of a picture, by its place, what was recognised there; ``spots`` where each field
    of a page stands on it, in points. ``rest`` gives the document
    anew with those pages, too, that are pictures; None where there are none.
    """

    name: str
    lines: tuple[Line, ...]
    sha256: str = ""
    title: str = ""
    published_on: str = ""
    recognised: Mapping[str, Twice] = field(default_factory=dict)
    spots: Mapping[str, Spot] = field(default_factory=dict)
    rest: Callable[[], Document] | None = field(default=None, compare=False)

    def prose(self) -> Iterator[Line]:
        """Yield the lines outside tables: those of one field, and sentences that were split at a number."""
        return (line for line in self.lines if not line.grid and (len(line.fields) == 1 or _is_sentence(line)))


def _is_sentence(line: Line) -> bool:
    return line.torn and any(mark in line.fields[0].text for mark in "，。；")


class Run(NamedTuple):
    """A run that is raised or struck out."""

    text: str
    sign: str


def written(runs: Sequence[str | Run]) -> str:
    """Write runs as one text, so that no raised or struck-out digit joins the plain ones."""
    try:
        return "".join(runs)  # type: ignore[arg-type]
    except TypeError:  # one of them is a Run
        words = len(_IDEOGRAPH.findall("".join(run for run in runs if isinstance(run, str)))) >= _WORDS
    return "".join(run if isinstance(run, str) else _in_words(run) if words else _beside_value(run) for run in runs)


def _in_words(run: Run) -> str:
    return "" if run.sign == STRUCK or _NOTE.fullmatch(run.text) else run.text


def _beside_value(run: Run) -> str:
    if not run.text.strip():
        return run.text
    return f"{STRUCK}{run.text}{STRUCK}" if run.sign == STRUCK else RAISED + run.text


# ---- tokens: a mark and, where a number is printed, a value ----


_DASHES = re.compile(r"[-/\\—–−―─无]{1,3}|暂?无数据|暂无")
_NUMBER = re.compile(
    r"(?P<sign>[-−+]|减|增)?(?P<digits>0|[1-9]\d*|[1-9]\d{0,2}(?:,\d{3})+)(?P<decimals>\.\d+)?"
    r"(?P<unit>[亿万千]元|元|件|项|个|条|宗|次|起)?(?P<note>\([^()]*\D[^()]*\))?",
    re.ASCII,
)
#: What spreadsheets write around a number that is text, and Markdown around one that is bold.
_DRESSED = re.compile(r'="(?P<text>[^"]*)"|(?P<mark>\*{1,2})(?P<bold>[^*]+)(?P=mark)')
#: A space so thin between digits parts thousands.
_THIN = re.compile(r"(?<=\d)[\u2009\u202f](?=\d{3}(?!\d))")
#: Control and format characters: nothing is printed for them.
_INVISIBLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u0600-\u0605\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]"
)
#: The widest printed amount that can be meant; a longer run of digits is cells glued together.
_LONGEST = 15


@dataclass(frozen=True, slots=True)
class Token:
    """What a printed text says: its mark, its value where it is a number, its unit and note if printed."""

    printed: str
    mark: Mark
    value: Number | None = None
    unit: str = ""
    note: str = ""


@lru_cache(maxsize=8192)
def fold(text: str) -> str:
    """Fold full-width characters (NFKC) and drop all white space and invisible characters."""
    folded = text if text.isascii() else unicodedata.normalize("NFKC", text)
    return _INVISIBLE.sub("", "".join(folded.split()))


def unfold(text: str, start: int, end: int) -> str:
    """Return the characters of `text` behind ``fold(text)[start:end]``, as they stand in it, spaces included."""
    places = [at for at, cluster in _clusters(text) for _ in fold(cluster)]
    if len(places) != len(fold(text)):
        return text.strip()  # clusters that fold differently side by side: quote the whole
    last = next((at for at, _ in _clusters(text) if at > places[end - 1]), len(text)) if start < end else 0
    return text[places[start] : last].strip() if start < end else ""


def _clusters(text: str) -> Iterator[tuple[int, str]]:
    """Yield each character with the marks that combine with it, and its place."""
    starts = [i for i, character in enumerate(text) if not i or not unicodedata.combining(character)]
    return ((start, text[start:end]) for start, end in zip(starts, [*starts[1:], len(text)], strict=True))


@lru_cache(maxsize=65536)
def read_token(text: str) -> Token:
    """Read one printed token; never raises.

    Digits are read as printed: a thousands comma only where three digits follow, a letter O or 〇 never
    as 0, a leading zero never dropped, two runs of digits with a space between never joined.
    """
    printed = " ".join(text.split())
    text = " ".join(_THIN.sub(",", text).split())
    if any(unicodedata.category(c) in ("No", "Nl") for c in printed if c != "〇"):
        return Token(printed, "unreadable")  # a footnote mark or a circled number is not a digit
    bare = fold(text)
    if not bare:
        return Token(printed, "blank")
    if _DASHES.fullmatch(bare):
        return Token(printed, "dash")
    dress = _DRESSED.fullmatch(bare)
    match = _NUMBER.fullmatch(dress["text"] or dress["bold"] or "" if dress else bare)
    if not match or re.search(r"\d\s+[\d.,]|[.,]\s+\d", unicodedata.normalize("NFKC", text)):
        return Token(printed, "unreadable")
    if len(match["digits"].replace(",", "")) > _LONGEST:
        return Token(printed, "unreadable")
    value = _value(match)
    return Token(printed, "number", value, match["unit"] or "", (match["note"] or "").strip("()"))


def is_number(text: str) -> bool:
    """Check whether a text is a printed number."""
    return read_token(text).mark == "number"


def is_empty(text: str) -> bool:
    """Check whether nothing is printed."""
    return read_token(text).mark == "blank"


def _value(match: re.Match[str]) -> Number:
    digits = match["digits"].replace(",", "")
    number: Number = Decimal(digits + match["decimals"]) if match["decimals"] else int(digits)
    return -number if match["sign"] in ("-", "−", "减") else number
