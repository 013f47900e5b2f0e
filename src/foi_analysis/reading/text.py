"""Plain text becomes a Document: bytes in whatever encoding they are, then lines, their fields split at tabs.

A Chinese text in the wrong encoding is still Chinese characters, but rare ones. So where UTF-8 does not
fit, the encoding is taken whose text has most of the characters of GB 2312, the everyday ones.
"""

from __future__ import annotations

import codecs
import csv
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import accumulate, pairwise

from foi_analysis.reading.document import Document, Field, Line, is_empty, is_number, is_value
from foi_analysis.resources import Told

_BYTE_ORDER = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_GUESSES = ("gb18030", "utf-16-le", "utf-16-be")
#: Breaks, tabs and spaces as programs and pages write them; a break behind one that is written is the same.
_WRITTEN = {
    "\\r\\n": "\n",
    "\\n": "\n",
    "\\t": "\t",
    "<br>\n": "\n",
    "<br/>\n": "\n",
    "<br />\n": "\n",
    "<br>": "\n",
    "&nbsp;": " ",
}
#: No row has so many parts.
_MOST_PARTS = 60
#: So many tabs with nothing between them are a row of blanks, and fewer where a line of as many stands above.
_BLANKS, _FEW_BLANKS = 14, 4
#: Names under which pages declare what is really GB 18030.
_GB = frozenset({"gb2312", "gbk", "gb_2312-80", "x-gbk", "cp936", "hz-gb-2312", "chinese", "euc-cn"})
#: Encodings that a page may declare beside the guessed ones.
_DECLARABLE = frozenset({"big5", "big5-hkscs", "shift_jis", "euc-kr", "windows-1252"})
_READABLE = re.compile(
    r"[\t-\r -~\xa0\xb7\xd7\u2000-\u27ff\u3000-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uff00-\uffef\ufeff]+"
)
_FOREIGN = re.compile(r"[^\x00-\x7f]+")
#: A text in the right encoding is nearly all letters, digits and marks that such a report prints.
_MOSTLY = 0.9
#: How much more everyday a text must be in another encoding than in the declared one.
_BETTER = 0.2
#: Damaged places in a text, as a share of its characters, that may be read around.
_DAMAGED = 0.01
_SAMPLE = 20_000
_BREAK = re.compile(r"\r\n|[\n\r\f\v\x1c-\x1e\x85\u2028\u2029]")
#: The line of dashes below the head of a pipe table in Markdown, and the rules of a table drawn in characters.
RULE = re.compile(r"[\s|:+=\-─═━┼╪╋├┤┬┴┌┐└┘╞╡╤╧╒╕╘╛╠╣╦╩╔╗╚╝╬]*[-=─═━]{3}[\s|:+=\-─═━┼╪╋├┤┬┴┌┐└┘╞╡╤╧╒╕╘╛╠╣╦╩╔╗╚╝╬]*")
#: A line of dashes below or above the columns of a table, a run of them as wide as each.
_COLUMNS = re.compile(r"^[ \t]*(?:-{2,}|={2,})(?:[ ]+(?:-{2,}|={2,}))+[ \t]*$", re.MULTILINE)
#: What texts write for a pipe.
PIPES = str.maketrans("｜│┃║", "||||")
#: So many lines of pipes are a table, as crawlers write it, though no line of dashes stands below its head.
_PIPED = 10
#: A row of cells has so many commas or semicolons, if they separate them; a number with a comma before a space has not.
_SEPARATED = 6
#: A text whose tabs all begin lines, or whose lines have one pipe, has so many of them, if they part cells.
_STACKED = 30
#: A cell stands fewer lines below the tab, on a line of its own, that parts it from the one before.
_PARTED = 3
#: In a text of paragraphs so many empty lines stand between those that print something, as a share of these.
_BETWEEN = 0.9
_THOUSANDS = re.compile(r"\d,\d{3}\s+\d")
_WORD = re.compile(r"\S+(?: \S+)*")
#: A whole cell in quotation marks, in a text with tabs.
_QUOTED = re.compile(r'^"[^"]{0,2000}"\t|\t"[^"]{0,2000}"(?=\t|\r?$)', re.MULTILINE)
#: No report has as many characters or lines.
_LONGEST, _MOST_LINES = 100_000, 10_000


def decode(content: bytes, declared: str = "") -> str:
    """Decode a text; a damaged character becomes U+FFFD, which no cell can be read from.

    Raises ValueError when the bytes are in none of the known encodings, or are no text at all.
    """
    for errors in ("strict", "replace"):
        ranked = [(_score(text) + bonus, text) for text, bonus in _candidates(content, declared.lower(), errors)]
        good = [(score, text) for score, text in ranked if score >= 0]
        if good:
            return max(good, key=lambda pair: pair[0])[1]
    raise ValueError(Told("refusals.text_encoding"))


def in_utf8(content: bytes, declared: str = "") -> bytes:
    """Return what ``decode`` does in UTF-8: the bytes themselves where they are that."""
    try:
        fits = b"\x00" not in content and not content.startswith(codecs.BOM_UTF8) and _is_text(content.decode())
    except UnicodeDecodeError:
        fits = False
    return content if fits else decode(content, declared).encode("utf-8", "replace")


def _candidates(content: bytes, declared: str, errors: str) -> list[tuple[str, float]]:
    """Return the text in each encoding that fits; a byte-order mark or well-formed UTF-8 settles it."""
    for mark, encoding in _BYTE_ORDER:
        if content.startswith(mark):
            text = _decoded(content, encoding, errors)
            return [] if text is None else [(text, 0.0)]
    text = None if b"\x00" in content else _decoded(content, "utf-8", errors)
    if text is not None and (errors == "strict" or text.count("\ufffd") <= _DAMAGED * len(text)):
        return [(text, 0.0)]
    names = dict.fromkeys((*((declared,) if declared in _DECLARABLE else ()), "utf-8", *_GUESSES))
    favoured = "gb18030" if declared in _GB else declared
    texts = ((name, _decoded(content, name, errors)) for name in names)
    return [(text, _BETTER * (name == favoured)) for name, text in texts if text is not None]


def _decoded(content: bytes, encoding: str, errors: str) -> str | None:
    """Return the text of bytes, None where they are of another encoding: a part tells, as most guesses fail at once."""
    try:
        codecs.getincrementaldecoder(encoding)(errors).decode(content[:_SAMPLE])
        return content.decode(encoding, errors)
    except UnicodeDecodeError:
        return None


def _score(text: str) -> float:
    """Return how plausible a text is: its share of everyday characters; -1 when it is no text."""
    if not _is_text(text):
        return -1.0
    foreign = "".join(_FOREIGN.findall(text[:_SAMPLE]))
    return len(foreign.encode("gb2312", "ignore")) / 2 / len(foreign) if foreign else 1.0


def _is_text(text: str) -> bool:
    """Check whether nearly all of a text can be printed, and hardly any of it is damaged."""
    sample = text[:_SAMPLE]
    readable = sum(map(len, _READABLE.findall(sample)))
    return readable >= _MOSTLY * len(sample) and sample.count("\ufffd") <= _DAMAGED * len(sample)


def read_text(name: str, content: bytes, sha256: str) -> Document:
    """Make a Document of a plain text. Raises ValueError as ``decode`` and ``numbered`` do."""
    text = with_columns(_unescaped(decode(content)), "\t")
    lines = list(numbered(text))
    separator = next((mark for mark in "\t,;" if _is_separated(text, lines, mark)), "")
    if separator:
        return Document(name, tuple(_separated(text, separator)), sha256)
    if sum("  " in line.strip() for _, line in lines) > _PIPED:
        return Document(name, tuple(_by_pages(lines, text)), sha256)
    parted = _parted(text)
    return Document(name, tuple(text_line(number, line) for number, line in parted or lines), sha256)


def _unescaped(text: str) -> str:
    """Return a text with its breaks and tabs, where they stand in it as programs and pages write them.

    A line with more marks than any row has parts is a page with a mark between all of its texts.
    """
    if max(text.count(mark) for mark in _WRITTEN) > max(_STACKED, text.count("\n") // 2):
        for mark, meant in _WRITTEN.items():
            text = text.replace(mark, meant)
    mark = next((mark for mark in "|\t" if text.count(mark) > _MOST_PARTS * (text.count("\n") + 1)), "")
    return text.replace(mark, "\n") if mark else text


def with_columns(text: str, mark: str) -> str:
    """Return a text with a mark between the columns of its tables where lines of dashes tell how wide they are.

    So pandoc writes them; an ideograph is as wide as two other characters. A table ends at an empty line.
    """
    if not _COLUMNS.search(text):
        return text
    blocks = re.split(r"(\n[ \t]*(?=\n))", text)
    return "".join(_in_columns(block, mark) for block in blocks)


def _in_columns(block: str, mark: str) -> str:
    rule = _COLUMNS.search(block)
    if not rule:
        return block
    starts = [match.start() for match in re.finditer(r"[-=]+", rule[0])]
    lines = ("" if _COLUMNS.fullmatch(line) else line for line in block.split("\n"))
    return "\n".join(mark.join(_cut(line, starts)) if line else line for line in lines)


def _cut(line: str, starts: Sequence[int]) -> Iterator[str]:
    """Yield the parts of a line that begin at some columns; the line whole where a word goes over one of them."""
    wide = (1 + (unicodedata.east_asian_width(letter) in "WF") for letter in line)
    places = list(accumulate(wide, initial=0))
    cuts = [0, *(next((i for i, at in enumerate(places) if at >= start), len(line)) for start in starts[1:]), len(line)]
    if any(line[cut - 1 : cut].strip() for cut in cuts[1:-1] if cut < len(line)):
        cuts = [0, len(line)]
    yield from (line[first:last].strip() for first, last in pairwise(cuts))


def _parted(text: str) -> list[tuple[int, str]]:
    """Return the lines of a text whose lines are parted by empty ones, with those that hold nothing but spaces.

    They are the blank cells of a page that has a cell a paragraph; above the first value they are not.
    """
    lines = _BREAK.split(text)
    printed = [number for number, line in enumerate(lines) if not is_empty(line)]
    first = next((number for number in printed if is_number(lines[number])), len(lines))
    if len(printed) < _STACKED or lines.count("") < _BETWEEN * len(printed) or _is_stacked(lines) or _is_hanging(lines):
        return []
    return [(i + 1, line) for i, line in enumerate(lines) if line and (i > first or not is_empty(line))]


def _by_pages(lines: Iterable[tuple[int, str]], text: str) -> Iterator[Line]:
    """Yield the lines of a text of fixed width, with one that holds nothing where a page begins."""
    starts = list(accumulate(len(_BREAK.split(page)) for page in text.split("\f")))[:-1]
    for number, line in lines:
        while starts and number > starts[0]:
            del starts[0]
            yield Line(())
        yield text_line(number, line, fixed=True)


def _separated(text: str, mark: str) -> Iterator[Line]:
    """Yield the rows of a text as CSV has them, without columns that are blank all the way at its sides.

    A sentence stands alone; of blank rows one is kept below each that is not, because its cells may be blank, and as
    long as it is where no other is.
    """
    reader = csv.reader(text.splitlines(keepends=True), delimiter=mark)
    rows = [_fields(reader.line_num, row) for row in reader]
    places = [at for row in rows for at, field in enumerate(row) if field.text]
    left, right = min(places, default=0), max(places, default=0) + 1
    widest = max((len(row) for row in rows if any(field.text for field in row)), default=0)
    before: list[str] = []
    for row in rows:
        words = [field.text for field in row if field.text]
        if len(words) == 1 and "。" in words[0]:
            yield Line(tuple(replace(field, text=" ".join(field.text.split())) for field in row if field.text))
        elif (words or before) and row[left:right]:
            yield Line(row if len(row) > max(widest, _BLANKS) else row[left:right])
        before = words


def _is_separated(text: str, lines: Sequence[tuple[int, str]], mark: str) -> bool:
    """Check whether a mark separates the cells of a text, as in CSV; in many lines, and not inside their numbers.

    Tabs part texts of other kinds, too: here they stand in every line as often, or cells in quotation marks.
    """
    if mark == "\t":
        tabs = {line.count(mark) for line in text.splitlines()}
        return tabs != {0} and (bool(_QUOTED.search(text)) or (len(tabs) == 1 and len(lines) > _PIPED))
    if sum(line.count(mark) >= _SEPARATED for _, line in lines) < _PIPED or any("\t" in line for _, line in lines):
        return False
    return not any(_THOUSANDS.search(line) for _, line in lines)


def looks_like_markdown(text: str) -> bool:
    """Check whether a text has a pipe table: a line above one of dashes and pipes, or many lines of pipes."""
    lines = text.translate(PIPES).splitlines()
    if sum(line.count("|") > 1 for line in lines) >= _PIPED or sum("|" in line for line in lines) > _STACKED:
        return True
    return any("|" in above and "|" in rule and RULE.fullmatch(rule) for above, rule in pairwise(lines))


def numbered(text: str) -> Iterator[tuple[int, str]]:
    """Return the lines of a text that are not blank, with their numbers from 1; a row of blanks is one of them.

    Raises ValueError when there are more than any report has.
    """
    lines = _BREAK.split(text)
    if len(text) > _LONGEST or len(lines) > _MOST_LINES:
        raise ValueError(Told("refusals.text_long"))
    rows = _in_rows(lines) if _is_stacked(lines) else _ended(lines) if _is_hanging(lines) else enumerate(lines, 1)
    above = ["", *lines]
    return ((n, line) for n, line in rows if not is_empty(line) or _is_blank_row(line.count("\t"), above[n - 1]))


def _is_blank_row(tabs: int, above: str) -> bool:
    """Check whether so many tabs with nothing between are a row: as long as the line above, or as all cases."""
    return tabs >= _BLANKS or (tabs >= _FEW_BLANKS and tabs == above.count("\t") and not is_empty(above))


def _is_stacked(lines: Sequence[str]) -> bool:
    """Check whether every tab of a text begins a line, as where a browser copies cells that hold paragraphs."""
    tabbed = [line.lstrip() for line in lines if "\t" in line]
    return len(tabbed) > _STACKED and not any("\t" in line for line in tabbed)


def _in_rows(lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Yield each line with those behind it that begin with a tab: the cells of its row."""
    first, row, after = 0, "", _PARTED
    for number, line in enumerate(lines, 1):
        after += 1
        if line.startswith("\t") and row:
            row += f"\t{line.strip()}"
            after = _PARTED if line.strip() else 0
        elif not is_empty(line) and after < _PARTED:  # a tab on a line of its own parts two cells, too
            row += line.strip()
            after = _PARTED
        elif not is_empty(line):
            yield first, row
            first, row = number, line
    yield first, row


def _is_hanging(lines: Sequence[str]) -> bool:
    """Check whether every tab of a text ends a line, of values too, but of those at the end of a row."""
    tabbed = [line.rstrip() for line in lines if "\t" in line]
    values = [line.endswith("\t") for line in lines if is_number(line)]
    return len(tabbed) > _STACKED and not any("\t" in line for line in tabbed) and 0 < sum(values) < len(values)


def _ended(lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Yield each line with those behind it, as far as a tab ends the one before: the cells of its row."""
    first, row, goes_on = 0, "", False
    for number, line in enumerate(lines, 1):
        if not goes_on:
            yield first, row
            first, row = number, ""
        goes_on = line.endswith("\t")
        row += line.strip() + "\t" * goes_on
    yield first, row


def text_line(number: int, text: str, fixed: bool = False) -> Line:
    """Split one printed line into fields: at its tabs, or where it reads as a label and its values.

    They have columns where the line has more than one space in a row, or is ``fixed``: of a text that has.
    """
    if "\t" in text:
        return Line(_fields(number, text.split("\t")))
    words = _row(text) or [""]
    fields = _fields(number, words)
    return Line(_at_columns(fields, text) if fixed or "  " in text else fields, torn=len(words) > 1)


def _fields(number: int, texts: list[str]) -> tuple[Field, ...]:
    return tuple(Field(text.strip(), f"line {number}, field {i}") for i, text in enumerate(texts, 1))


def _at_columns(fields: tuple[Field, ...], text: str) -> tuple[Field, ...]:
    """Return fields with their columns in a fixed-width text, one column a character."""
    placed: list[Field] = []
    at = 0
    for field in fields:
        at = text.index(field.text, at)
        placed.append(replace(field, left=at, right=at + len(field.text)))
        at += len(field.text)
    return tuple(placed)


def _row(text: str) -> list[str]:
    """Split a line without tabs into fields where it reads as a label and its values, else leave it whole."""
    words = text.split()
    values = 0
    while values < len(words) and is_value(words[-1 - values]):
        values += 1
    if values == len(words):
        return words
    if not values:
        return _WORD.findall(text.strip())
    return [*_WORD.findall(text[: _start_of(text, words, values)].strip()), *words[-values:]]


def _start_of(text: str, words: list[str], values: int) -> int:
    at = len(text)
    for word in reversed(words[-values:]):
        at = text.rindex(word, 0, at)
    return at
