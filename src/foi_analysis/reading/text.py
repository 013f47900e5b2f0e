"""Plain text becomes a Document: bytes in whatever encoding they are, then lines, their fields split at tabs.

A Chinese text in the wrong encoding is still Chinese characters, but rare ones. So where UTF-8 does not
fit, the encoding is taken whose text has most of the characters of GB 2312, the everyday ones.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import accumulate, combinations, groupby, pairwise

from foi_analysis.form import Form, Table, Term
from foi_analysis.reading.document import Document, Field, Line, fold, is_empty, is_number, read_token
from foi_analysis.reading.labels import bare, column_labels, headings, is_numbered, is_words, letters_of, row_labels
from foi_analysis.reading.place import Placing
from foi_analysis.resources import Told

# ---- rows of a text that has lost them ----


#: A run has at least as many of a form's row labels in one line; a line of a table has one.
_MANY = 6
#: As many heads of the table of cases, each in a line of its own, stand below one another.
_FEW_HEADS = 3
#: A longer run of digits can be split in too many ways to tell them apart.
_MOST_DIGITS = 16
_MARKS = re.compile(r"[\W_]")
#: So few lines make no table, and so few lines or columns may count from 0 by chance.
_FEW_LINES = 2
#: What programs write for a cell without a value.
_NOTHING = frozenset({"nan", "NaN", "None", "<NA>", "null"})
#: What texts write for a pipe.
PIPES = str.maketrans("｜│┃║", "||||")
_ASIDE = r"(?:\s*[（(][^（）()]{5,}[）)])?"


@dataclass(frozen=True, slots=True)
class _Piece:
    """A label found in a run: what kind it is, its text, and what stands between it and the next."""

    kind: str
    text: str
    rest: str
    at: int


def unglue(document: Document, form: Form) -> Document:
    """Return the document with its runs taken apart; the same document when it has none."""
    if not any(_is_run(line, form) for line in document.lines):
        return document
    lines = (part for line in document.lines for part in (_parts(line, form) if _is_run(line, form) else (line,)))
    return replace(document, lines=tuple(lines))


def unrepeat(document: Document) -> Document:
    """Return the document with each merged cell once, where a table repeats its words in every place it covers.

    Programs that know no merged cells write them so: a head stands over each of its columns, and its value below each.
    Where a row of values has more or fewer places than the repeated heads above it, the document stays as it is.
    """
    lines: list[Line] = []
    heads, over = list[str](), list[bool]()
    for line in document.lines:
        texts = [fold(field.text) for field in line.fields]
        again = [i > 0 and text != "" and text == texts[i - 1] for i, text in enumerate(texts)]
        is_head = all(not text or is_words(text) for text in texts)
        if len(texts) < _FEW_HEADS + 1 and len(texts) != len(over) and not any(map(is_words, texts)):  # of a page
            lines.append(line)
            continue
        if len(texts) != len(over):
            if any(over) and not is_head:
                return document
            heads, over = [""] * len(texts), [False] * len(texts)
        if is_head:
            gone = [left or (text != "" and text == head) for left, text, head in zip(again, texts, heads, strict=True)]
            heads, over = texts, again
        else:
            gone = [left and (is_words(text) or one) for left, text, one in zip(again, texts, over, strict=True)]
            heads = [""] * len(texts)
        kept = tuple(field for field, drop in zip(line.fields, gone, strict=True) if not drop)
        lines.append(Line(kept, line.grid, line.torn) if len(kept) < len(line.fields) else line)
    return replace(document, lines=tuple(lines))


def gridded(document: Document) -> Document:
    """Return the document with a grid for each table of a text whose lines all have as many fields.

    Then a blank field is the cell in its place. A table in which a line lacks a field, or has one more, stays as it is.
    What a program added is left out: a line of column numbers, a column of line numbers, words for nothing.
    """
    lines: list[Line] = []
    grids = max((line.grid for line in document.lines), default=0)
    for (grid, prose), group in groupby(document.lines, lambda line: (line.grid, _is_prose(line))):
        table = list(group)
        table = table if prose else _without_additions(table)
        if not grid and not prose and len(table) > _FEW_LINES and len({len(line.fields) for line in table}) == 1:
            grids += 1
            table = [
                Line(tuple(replace(f, left=i, right=i + 1) for i, f in enumerate(line.fields)), grids) for line in table
            ]
        lines += table
    return replace(document, lines=tuple(lines))


def _is_prose(line: Line) -> bool:
    return not line.grid and len(line.fields) == 1 and is_words(line.text)


def _without_additions(table: list[Line]) -> list[Line]:
    """Leave out a line that numbers the columns and fields that number the lines, from 0; blank words for nothing."""
    numbers = [field.text for field in table[0].fields if field.text]
    if min(len(table), len(numbers)) > _FEW_LINES and numbers == [str(i) for i in range(len(numbers))]:
        table = table[1:]
    firsts = [field.text for line in table for field in line.fields[:1]]
    if len(table) > _FEW_LINES and firsts == [str(i) for i in range(len(table))]:
        table = [replace(line, fields=line.fields[1:]) for line in table]
    return [replace(line, fields=tuple(map(_blanked, line.fields))) for line in table]


def _blanked(field: Field) -> Field:
    return replace(field, text="") if field.text in _NOTHING else field


def upright(document: Document, form: Form) -> Document:
    """Return the document with those grids turned that lie on their side, against the form."""
    lines: list[Line] = []
    for grid, group in groupby(document.lines, lambda line: line.grid):
        table = list(group)
        lines += _turned(table) if grid and any(_lies(table, one) for one in form.tables) else table
    return replace(document, lines=tuple(lines))


def _lies(grid: Sequence[Line], table: Table) -> bool:
    """Check whether a grid has a table's rows side by side, or below one another where the form has them so."""
    if table.layout == "rows":
        return any(len({row_labels(table).exact(field.text) for field in line.fields}) > _MANY for line in grid)
    keys = [{key for field in line.fields if (key := column_labels(table).exact(field.text))} for line in grid]
    alone = set[str]().union(*(one for one in keys if len(one) == 1))
    return table.layout == "across" and len(alone) > _FEW_HEADS and all(len(one) < 2 for one in keys)


def _turned(table: Sequence[Line]) -> Iterator[Line]:
    """Yield the columns of a grid as lines."""
    columns: dict[int, list[Field]] = {}
    for top, line in enumerate(table):
        for field in line.fields:
            across = field.right - field.left
            turned = replace(field, left=top, right=top + field.down, down=across)
            columns.setdefault(field.left, []).append(turned)
    return (Line(tuple(columns[left]), table[0].grid) for left in sorted(columns))


def unstack(document: Document, form: Form) -> Document:
    """Return the document with rows in place of lines that hold a cell each: a label, then its values."""
    return replace(document, lines=tuple(_rows(document.lines, form)))


def _rows(lines: Sequence[Line], form: Form) -> Iterator[Line]:
    """Gather heads of columns that follow each other, a row's label with its values, and values alone.

    A label of the table of cases is a head as long as no value stands behind it; one that a row and a column
    share (其他) is the row's where it stands alone before values.
    """
    kept, fields = "", list[Field]()
    for line in lines:
        kind = _cell_kind(line, form)
        if kind == "value" and kept == "column" and fields and _is_row(fields, form):
            if fields[:-1]:
                yield Line(tuple(fields[:-1]), torn=True)
            kept, fields = "row", fields[-1:]
        if fields and (kind == "" or kind == "row" or (kind != kept and not (kind == "value" and kept == "row"))):
            yield Line(tuple(fields), torn=True)
            fields = []
        if kind:
            kept = kept if fields else kind
            fields.append(line.fields[0])
        else:
            yield line
    if fields:
        yield Line(tuple(fields), torn=True)


def _is_row(heads: Sequence[Field], form: Form) -> bool:
    """Check whether the last of some heads is the label of a row: of the table of cases, or it stands alone."""
    text = heads[-1].text
    tables = (table for table in form.tables if table.layout == "across" or len(heads) == 1)
    return any(row_labels(table).exact(text) for table in tables)


def _cell_kind(line: Line, form: Form) -> str:
    """Return what a line with one cell holds: ``row``, ``column`` (a head too) or ``value``; empty for all else."""
    if line.grid or len(line.fields) != 1:
        return ""
    text = line.fields[0].text
    if read_token(text).mark in ("number", "dash", "blank"):
        return "value"
    found = _labels(form).fullmatch(text.strip())
    if found is None:
        return "row" if is_words(text) and any(_is_known(text, table) for table in form.tables) else ""
    return "" if found.lastgroup == "heading" else str(found.lastgroup)


def _is_known(text: str, table: Table) -> bool:
    """Check whether a text is a known label of a row, and none of a column."""
    is_column = column_labels(table).exact(text) and not is_numbered(text)
    return table.layout != "across" and bool(row_labels(table).exact(text)) and not is_column


def splits(field: Field, size: int) -> list[Placing]:
    """Return all ways to split a run of digits into ``size`` whole numbers without leading zeros.

    Where white space parts it, that is the one way, or none.
    """
    parted = [fold(part) for part in field.text.split()]
    if len(parted) > 1:
        is_way = len(parted) == size and all(part.isascii() and part.isdigit() for part in parted)
        return [tuple(replace(field, text=part) for part in parted)] if is_way else []
    digits = fold(field.text)
    if not digits.isascii() or not digits.isdigit() or not size <= len(digits) <= _MOST_DIGITS:
        return []
    found: list[Placing] = []
    for cuts in combinations(range(1, len(digits)), size - 1):
        parts = [digits[a:b] for a, b in zip((0, *cuts), (*cuts, len(digits)), strict=True)]
        if all(part == "0" or part[0] != "0" for part in parts):
            found.append(tuple(replace(field, text=part) for part in parts))
    return found


def _is_run(line: Line, form: Form) -> bool:
    if line.grid or len(line.text) < 200:
        return False
    letters = _MARKS.sub("", line.text)
    return sum(spelling in letters for spelling in _row_spellings(form)) >= _MANY


@cache
def _row_spellings(form: Form) -> frozenset[str]:
    """Return the letters of row labels that are too long to occur by chance."""
    found = (letters_of(label) for table in form.tables for row in table.rows for label in row.labels)
    return frozenset(letters for letters in found if len(letters) > 3)


@cache
def _labels(form: Form) -> re.Pattern[str]:
    """Match one label or heading of a form, with its own numbering, its letters in any spacing."""
    rows, columns, heads = set[str](), set[str](), set[str]()
    for table in form.tables:
        across = table.layout == "across"
        (columns if across else rows).update(
            _pattern(label) for t in table.rows for label in _unshared(t, table.columns)
        )
        columns |= {_pattern(label) for term in table.columns for label in term.labels}
        heads |= {_pattern(label) for term in table.groups for label in term.labels}
        columns |= {_pattern(table.stub_zh)} if table.stub_zh else set()
    titles = {_pattern(h) for t in form.tables for h in t.headings} | {
        _pattern(h) for s in headings().values() for h in s
    }
    kinds = {
        "heading": {rf"[一二三四五六]\s*[、.．][^\d、]{{0,12}}?{title}" for title in titles},
        "row": rows,
        "column": columns | heads,
    }
    ranked = ((kind, "|".join(sorted(patterns - {""}, key=len, reverse=True))) for kind, patterns in kinds.items())
    return re.compile("|".join(f"(?P<{kind}>{patterns})" for kind, patterns in ranked))


def _unshared(term: Term, columns: Sequence[Term]) -> list[str]:
    """Return a row's labels; one that a column shares (总计) counts only with its number."""
    shared = {bare(label) for column in columns for label in column.labels}
    return [label for label in term.labels if bare(label) not in shared or is_numbered(label)]


def _pattern(label: str) -> str:
    letters = letters_of(label)
    if not letters:
        return ""
    number = fold(label)[: fold(label).find(letters[:1])] if is_numbered(label) else ""
    prefix = r"\s*".join(rf"[{re.escape(c)}{'（' if c == '(' else '）' if c == ')' else ''}．]" for c in number)
    needed = prefix if len(letters) < 3 else f"(?:{prefix})?"
    return rf"{needed}\s*" + r"[\s\W_]*".join(map(re.escape, letters)) + r"[”\"」》]?" + _ASIDE


def _pieces(text: str, form: Form) -> Iterator[_Piece]:
    matches = list(_labels(form).finditer(text))
    yield _Piece("text", text[: matches[0].start()], "", 0)
    for match, following in zip(matches, [*matches[1:], None], strict=True):
        end = following.start() if following else len(text)
        yield _Piece(match.lastgroup or "", match[0].strip(), text[match.end() : end].strip(), match.start())


def _parts(line: Line, form: Form) -> Iterator[Line]:
    """Write a run as lines: headings, heads, rows with their values, and values alone."""
    number = line.where.partition(",")[0]
    heads: list[Field] = []
    for piece in _pieces(line.text, form):
        field = Field(piece.text, f"{number}, character {piece.at + 1}")
        values = tuple(replace(field, text=text) for text in piece.rest.split())
        if piece.kind == "column":
            heads.append(field)
        if heads and (piece.kind != "column" or values):
            yield Line(tuple(heads), torn=True)
            heads = []
        if piece.kind in ("row", "heading"):
            yield Line((field, *values) if piece.kind == "row" else (field,), torn=True)
        elif piece.kind == "text" and piece.text:
            yield Line((field,))
        if piece.kind != "row" and values:
            yield Line(values, torn=True)


# ---- plain text ----


_BYTE_ORDER = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_GUESSES = ("gb18030", "utf-16-le", "utf-16-be")
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
#: So many lines of pipes are a table, as crawlers write it, though no line of dashes stands below its head.
_PIPED = 10
#: A row of cells has so many commas or semicolons, if they separate them; a number with a comma before a space has not.
_SEPARATED = 6
#: A text whose tabs all begin lines has so many of them, if they part cells.
_STACKED = 30
#: A cell stands fewer lines below the tab, on a line of its own, that parts it from the one before.
_PARTED = 3
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


def _candidates(content: bytes, declared: str, errors: str) -> list[tuple[str, float]]:
    """Return the text in each encoding that fits; a byte-order mark or well-formed UTF-8 settles it."""
    for mark, encoding in _BYTE_ORDER:
        if content.startswith(mark):
            return [(content.decode(encoding, errors), 0.0)] if _fits(content, encoding, errors) else []
    if b"\x00" not in content and _fits(content, "utf-8", errors):
        text = content.decode("utf-8", errors)
        if errors == "strict" or text.count("\ufffd") <= _DAMAGED * len(text):
            return [(text, 0.0)]
    names = dict.fromkeys((*((declared,) if declared in _DECLARABLE else ()), "utf-8", *_GUESSES))
    favoured = "gb18030" if declared in _GB else declared
    texts = ((name, content.decode(name, errors)) for name in names if _fits(content, name, errors))
    return [(text, _BETTER * (name == favoured)) for name, text in texts]


def _fits(content: bytes, encoding: str, errors: str) -> bool:
    """Check whether the bytes can be decoded: seen on a part first, because most guesses fail at once."""
    if errors == "replace":
        return True
    try:
        codecs.getincrementaldecoder(encoding)().decode(content[:_SAMPLE])
        content.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _score(text: str) -> float:
    """Return how plausible a text is: its share of everyday characters; -1 when it is no text."""
    sample = text[:_SAMPLE]
    if sum(map(len, _READABLE.findall(sample))) < _MOSTLY * len(sample):
        return -1.0
    foreign = "".join(_FOREIGN.findall(sample))
    if foreign.count("\ufffd") > _DAMAGED * len(sample):
        return -1.0
    return len(foreign.encode("gb2312", "ignore")) / 2 / len(foreign) if foreign else 1.0


def read_text(name: str, content: bytes, sha256: str) -> Document:
    """Make a Document of a plain text. Raises ValueError as ``decode`` and ``numbered`` do."""
    text = decode(content)
    lines = list(numbered(text))
    separator = next((mark for mark in "\t,;" if _is_separated(text, lines, mark)), "")
    if separator:
        return Document(name, tuple(_separated(text, separator)), sha256)
    if sum("  " in line.strip() for _, line in lines) > _PIPED:
        return Document(name, tuple(_by_pages(lines, text)), sha256)
    return Document(name, tuple(text_line(number, line) for number, line in lines), sha256)


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

    A sentence stands alone; of blank rows one is kept below each that is not, because its cells may be blank.
    """
    reader = csv.reader(text.splitlines(keepends=True), delimiter=mark)
    rows = [_fields(reader.line_num, row) for row in reader]
    places = [at for row in rows for at, field in enumerate(row) if field.text]
    left, right = min(places, default=0), max(places, default=0) + 1
    before: list[str] = []
    for row in rows:
        words = [field.text for field in row if field.text]
        if len(words) == 1 and "。" in words[0]:
            yield Line(tuple(replace(field, text=" ".join(field.text.split())) for field in row if field.text))
        elif (words or before) and row[left:right]:
            yield Line(row[left:right])
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
    if sum(line.count("|") > 1 for line in lines) >= _PIPED:
        return True
    return any("|" in above and "|" in rule and RULE.fullmatch(rule) for above, rule in pairwise(lines))


def numbered(text: str) -> Iterator[tuple[int, str]]:
    """Return the lines of a text that are not blank, with their numbers from 1.

    Raises ValueError when there are more than any report has.
    """
    lines = _BREAK.split(text)
    if len(text) > _LONGEST or len(lines) > _MOST_LINES:
        raise ValueError(Told("refusals.text_long"))
    rows = _in_rows(lines) if _is_stacked(lines) else _ended(lines) if _is_hanging(lines) else enumerate(lines, 1)
    return ((number, line) for number, line in rows if not is_empty(line))


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
    while values < len(words) and read_token(words[-1 - values]).mark in ("number", "dash"):
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
