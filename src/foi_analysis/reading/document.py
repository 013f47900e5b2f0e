"""What every format becomes before it is aligned: lines of fields, each with its place.

A ``Document`` is a list of lines in reading order. A line of prose has one field; a line of a table
has one field for each printed cell, empty ones included. A cell merged over several lines is a field
only of the line in which it begins. A line without fields stands where a page of fixed width begins.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import NamedTuple

from foi_analysis.report import Mark, Number
from foi_analysis.resources import Told

#: Stands where something is printed that is no text: a picture, a formula, a form's control.
OBJECT = "\ufffc"
#: Stands for a character that cannot be known.
UNKNOWN = "\ufffd"
#: The signs of runs that are raised, struck out, and white on the colour of paper or too small to be seen.
RAISED, STRUCK, WHITE = "^", "~", "white"
#: Stands for a tab where an element shows it.
TAB = "\v"
_NOTE = re.compile(r"[\s\d①-⑳*※†‡\[\]()〔〕（）注a-zA-Z,，]{0,6}")
_IDEOGRAPH = re.compile(r"[\u4e00-\u9fff]")
#: As many ideographs make words.
_WORDS = 2


@dataclass(slots=True, unsafe_hash=True)
class Field:
    """A printed cell or a paragraph: its text and its place. It is never changed, though it is not frozen.

    Thousands are made of a file, and a frozen one takes three times as long to make.

    ``left`` and ``right`` are the columns of the grid that it covers (right exclusive), or -1 where the
    source has no grid; ``down`` is the number of lines that it covers.
    """

    text: str
    where: str
    left: int = -1
    right: int = -1
    down: int = 1

    def part(self, start: int, end: int) -> Field:
        """Return the field of a part of the text, in its share of the columns where there are any."""
        letter = (self.right - self.left) / max(len(self.text), 1)  # 1 in a text, points in a PDF
        left, right = (round(self.left + letter * at) if self.left >= 0 else -1 for at in (start, end))
        return replace(self, text=self.text[start:end], left=left, right=right)


@dataclass(frozen=True)
class Line:
    """A printed line. ``grid`` counts the tables of the source from 1; 0 is prose or text without a grid.

    ``torn`` says that the line's cells were found by splitting a text at spaces.
    """

    fields: tuple[Field, ...]
    grid: int = 0
    torn: bool = False

    @cached_property
    def text(self) -> str:
        """The line's words, its fields joined by spaces."""
        return " ".join(field.text for field in self.fields if field.text.strip())

    @property
    def where(self) -> str:
        """The place of the line's first field."""
        return self.fields[0].where if self.fields else ""


def join_lines(lines: Iterable[Line], join: Callable[[Line, Line], Line | None]) -> Iterator[Line]:
    """Yield lines, two as one where ``join`` makes one of a line and the next."""
    before: Line | None = None
    for line in lines:
        both = join(before, line) if before else None
        if before and not both:
            yield before
        before = both or line
    if before:
        yield before


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


#: A text in runs, the plain ones as mere texts.
Runs = Sequence[str | Run]


def written(runs: Runs) -> str:
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
    r"(?P<unit>[亿万千]?元|件次?|人次?|[项个条宗次起例笔份户家])?(?P<note>\([^()]*\D[^()]*\))?",
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
    if fold(text) == text:
        return text[start:end]
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


def is_value(text: str) -> bool:
    """Check whether a text is a printed number or dash."""
    return read_token(text).mark in ("number", "dash")


def is_empty(text: str) -> bool:
    """Check whether nothing is printed."""
    return read_token(text).mark == "blank"


def _value(match: re.Match[str]) -> Number:
    digits = match["digits"].replace(",", "")
    number: Number = Decimal(digits + match["decimals"]) if match["decimals"] else int(digits)
    return -number if match["sign"] in ("-", "−", "减") else number


# ---- what paragraphs and tables within each other become ----


#: Spans beyond these are taken as these: no form is as wide or as long.
_MOST_ACROSS, _MOST_DOWN = 200, 500
#: A table of one cell within another's is a piece of text there where it has no more letters.
_SHORT = 40
#: A table of more columns is no form's.
_MOST_COLUMNS = 500


@dataclass(slots=True)
class _Cell:
    across: int = 1
    down: int = 1
    text: list[str | Run] = field(default_factory=list)
    continued: bool = False
    skipped: bool = False
    reach: int = 1


@dataclass(slots=True)
class _Table:
    number: int
    rows: list[list[_Cell]] = field(default_factory=list)
    sections: list[int] = field(default_factory=list)
    layout: bool = False
    merged: bool = False
    around: _Cell | None = None

    @property
    def words(self) -> list[str]:
        """The lines of its cells."""
        return [line for row in self.rows for cell in row for line in written(cell.text).split("\n")]


class Builder:
    """Take events in reading order; ``lines`` gives what they make.

    ``tables`` and ``paragraphs`` are how many came before: places count on from there.
    """

    def __init__(self, tables: int = 0, paragraphs: int = 0) -> None:
        """Begin an empty document."""
        self._lines: list[Line] = []
        self._open: list[_Table] = []
        self._text: list[str | Run] = []
        #: the cell that text belongs to; None outside of cells and inside layout
        self._cell: _Cell | None = None
        self.tables = tables
        self.paragraphs = paragraphs

    @property
    def lines(self) -> tuple[Line, ...]:
        """The lines made so far, what is still open included. Raises ValueError on a table too wide for a form."""
        while self._open:
            self.end_table()
        self._flush()
        return tuple(self._lines)

    @property
    def in_cell(self) -> bool:
        """Whether text now belongs to the cell of a table that is no layout."""
        return self._cell is not None

    def text(self, text: str | None, sign: str = "") -> None:
        """Take a run of text, raised or struck out where ``sign`` says so; runs follow without a space."""
        if text:
            (self._cell.text if self._cell else self._text).append(Run(text, sign) if sign else text)

    def end_paragraph(self) -> None:
        """End a paragraph, or a line within a cell."""
        if self._cell:
            self._cell.text.append("\n")
        else:
            self._flush()

    def start_table(self) -> None:
        """Begin a table; within a cell, it makes those around it layout, unless it is all of it and one short cell."""
        around = self._cell
        if not around:
            self._dissolve_all()
        self._cell = None
        self.tables += 1
        self._open.append(_Table(self.tables, around=around))

    def start_section(self) -> None:
        """Begin a section of the innermost table: cells merged downwards end before it."""
        if self._open:
            self._open[-1].sections.append(len(self._open[-1].rows))

    def start_row(self) -> None:
        """Begin a row of the innermost table."""
        self._flush()
        self._cell = None
        if self._open:
            self._open[-1].rows.append([])

    def start_cell(self, across: int = 1, down: int = 1) -> None:
        """Begin a cell that covers so many columns and rows; 0 rows are all that follow in its section."""
        self._flush()
        self._cell = None
        if not self._open or self._open[-1].layout:
            return
        table = self._open[-1]
        if not table.rows:
            self.start_row()
        self._cell = cell = _Cell()
        if across != 1 or down != 1:
            cell.across = min(max(across, 1), _MOST_ACROSS)
            cell.down = min(down, _MOST_DOWN) if down > 0 else _MOST_DOWN
        table.rows[-1].append(cell)

    def continue_cell(self) -> None:
        """Mark the cell just begun as a continuation of the one above or before it."""
        if self._cell:
            self._cell.continued = self._open[-1].merged = True

    def skip(self, columns: int) -> None:
        """Leave columns of the grid empty, as Word does at the edges of some rows."""
        if columns > 0 and self._open and self._open[-1].rows:
            self._open[-1].rows[-1].append(_Cell(min(columns, _MOST_ACROSS), 1, continued=True, skipped=True))
            self._cell = None

    def end_cell(self) -> None:
        """End the innermost cell: text behind it belongs to no cell."""
        if self._cell is None:
            self._flush()
        self._cell = None

    def end_table(self) -> None:
        """End the innermost table."""
        if not self._open:
            return
        table, self._cell = self._open.pop(), None
        narrow = table.layout or all(len(row) < 2 for row in table.rows)
        if table.around:
            words = table.words
            is_piece = narrow and not table.layout and sum(map(len, words)) <= _SHORT
            if is_piece and not written(table.around.text).strip():
                self._cell = table.around
                self._cell.text += [part for line in filter(None, words) for part in ("\n", line, "\n")]
                return
            self._dissolve_all()
        if narrow:
            self._dissolve(table)
        self._flush()
        self._lines += _grid(table) if not narrow else []

    def _dissolve_all(self) -> None:
        """Make the tables that are open layout."""
        for table in self._open:
            if not table.layout:
                self._dissolve(table)
        self._flush()

    def _dissolve(self, table: _Table) -> None:
        """Turn what a table holds so far into paragraphs."""
        self._flush()
        for text in table.words:
            self._text = [text]
            self._flush()
        table.layout, table.rows, table.sections, table.around = True, [], [], None

    def _flush(self) -> None:
        if not self._text:
            return
        text = written(self._text).replace(OBJECT, " ").strip("\n")
        bare = text.lstrip(TAB)  # one that begins a line alone sets it in
        pieces = text.split(TAB) if TAB in bare else [bare]
        self._text = []
        texts = [" ".join(piece.split()) for piece in pieces]
        if any(texts):
            self.paragraphs += 1
            where = f"paragraph {self.paragraphs}"
            many = len(texts) > 1
            fields = (Field(text, f"{where}, field {i}" if many else where) for i, text in enumerate(texts, 1))
            self._lines.append(Line(tuple(fields)))


def _grid(table: _Table) -> list[Line]:
    """Lay the cells of a table on its grid, row by row."""
    taken: dict[int, int] = {}
    lines: list[Line] = []
    if table.merged:
        _reach_down(table)
    for number, row in enumerate(table.rows):
        if number in table.sections:
            taken = {}
        begin, fields, left = f"table {table.number}, row {number + 1}, cell ", [], 0
        for at, cell in enumerate(row, 1):
            while taken.get(left, 0) > number:
                left += 1
            right = left + cell.across
            if right > _MOST_COLUMNS:
                raise ValueError(Told("refusals.page_columns", table=table.number, most=_MOST_COLUMNS))
            if not cell.continued:
                where, down = f"{begin}{at}", cell.down if cell.down > cell.reach else cell.reach
                fields.append(Field(written(cell.text).strip(), where, left, right, down))
            if cell.down > 1:
                taken |= dict.fromkeys(range(left, right), number + cell.down)
            left = right
        if fields:
            lines.append(Line(tuple(fields), table.number))
    return lines


def _reach_down(table: _Table) -> None:
    """Count for each cell the rows whose cells continue it, as Word writes merged ones."""
    above: dict[int, _Cell] = {}
    for row in table.rows:
        left = 0
        for cell in row:
            if not cell.continued or cell.skipped:
                above[left] = cell
            elif left in above:
                above[left].reach += 1
            left += cell.across
