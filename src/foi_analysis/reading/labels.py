"""Find the tables of a form, and their rows and columns by printed labels, whatever their spacing or numbering.

A match is exact (the label or a known variant), or near (a typo, only when one term alone is near). Subtotals
(小计), which some organs print beside the cells of the form, are recognised here too: taken apart from the others
before these are counted, they shift none of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from itertools import accumulate

from rapidfuzz.distance import Levenshtein

from foi_analysis.form import Form, Table, Term
from foi_analysis.reading.document import Document, Field, Line, fold, is_empty, is_number, is_value, read_token
from foi_analysis.resources import read_toml

_MARKS = re.compile(r"""[^\w〇]|_""")
_NUMBERING = re.compile(r"^(?:[(]?[一二三四五六七八九十]{1,3}[)、.,．:：]|[(]?\d{1,2}[)、.．,:：]|\d{1,2}(?=[^\d\W]))")
_ASIDE = re.compile(
    r"[(][^()]{5,}[)]|[(][件个条份项次宗元][)]|(?<=年)[(]20\d\d年?度?[)]|[(][^()]{5,}$|(?<=[\u4e00-\u9fff])[(][^()]{2,}[)]$"
)
_SEGMENT = re.compile(r"(?=[(][一二三四五六七八九十][)])|(?<![\d.])(?=\d[.、．])|(?=[一二三四][、])")
#: A line that numbers columns has more numbers: no row of so many values counts up from 0.
_FEW_COLUMNS = 3
#: A year named in a label: the report's own, or behind 结转 the next.
_YEAR = re.compile(r"(?:^|(?<=(结转)))20\d\d年度?")
#: What counts at the end of a label says nothing of what is counted.
_COUNTED = re.compile(r"(?<=..)(?:文件)?(?:件数|数量|总数|数)$")
#: A near match differs in at most this share of the longer spelling, and no other term is as near.
_NEAR = 0.34
#: What a label stands in behind its head: 行政诉讼（复议后起诉）.
_BRACKETS = re.compile("[()]")
#: No label, its head and its asides together, is longer.
_LONGEST = 200


@cache
def simplified() -> dict[int, str]:
    """Return the simplified characters of Traditional ones, as ``str.translate`` takes them."""
    pairs = read_toml("reading/spelling.toml")["traditional"]
    return {ord(old): new for old, new in zip(pairs["from"], pairs["to"], strict=True)}


@lru_cache(maxsize=65536)
def bare(text: str) -> str:
    """Reduce a label to what it means: its letters, words of one meaning alike, without "number of"."""
    reduced = _YEAR.sub(lambda found: "下年" if found[1] else "本年", letters_of(text))
    for one, other in read_toml("reading/spelling.toml")["alike"].items():
        reduced = reduced.replace(one, other)
    return _COUNTED.sub("", reduced)


@lru_cache(maxsize=65536)
def letters_of(text: str) -> str:
    """Reduce a label to its letters: folded, simplified, without numbering, asides, marks or spaces."""
    folded = _ASIDE.sub("", fold(text).translate(simplified()))
    folded = read_toml("reading/spelling.toml")["numbered"].get(folded, folded)
    return _MARKS.sub("", _NUMBERING.sub("", folded))


def is_numbered(text: str) -> bool:
    """Check whether a label is printed with its number, as in （七）总计."""
    return bool(_NUMBERING.match(fold(text)))


@dataclass(frozen=True, slots=True)
class Match:
    """A term's key and how near the printed label is: 0 for a known spelling, else the share that differs."""

    key: str
    distance: float

    @property
    def exact(self) -> bool:
        """Whether the label is a known spelling."""
        return self.distance == 0


class Labels:
    """The spellings of some terms, ready to be matched.

    >>> from foi_analysis.form import load_form
    >>> rows = Labels(load_form("cn-2021").table("requests").rows)
    >>> rows.match("1、属于 国家秘密").key
    'withheld_state_secret'
    """

    def __init__(self, terms: Iterable[Term]) -> None:
        """Take the terms to look for."""
        self.spellings: dict[str, str] = {}
        for term in terms:
            for label in term.labels:
                self.spellings.setdefault(bare(label), term.key)
        self.nested: dict[str, str] = {}
        self._found: dict[str, Match | None] = {}
        #: returns the key with a known spelling, or None; it may stand behind its head, in brackets too
        self.exact = lru_cache(maxsize=8192)(self._exact)

    def _exact(self, text: str) -> str | None:
        letters = bare(text)
        key = self.spellings.get(letters) or self.nested.get(letters)
        inside = "" if key else _NUMBERING.sub("", fold(text))
        return key or (self.nested.get(bare(_BRACKETS.sub("", inside))) if _BRACKETS.search(inside) else None)

    def match(self, text: str) -> Match | None:
        """Return the term that a printed label names, or None when none or more than one is near."""
        if text not in self._found:
            self._found[text] = self._match(text)
        return self._found[text]

    def _match(self, text: str) -> Match | None:
        pieces = [piece for piece in _SEGMENT.split(fold(text)) if piece]
        last = "".join(pieces)[-_LONGEST:]
        starts = [len(last) - n for n in accumulate(map(len, reversed(pieces))) if n <= len(last)]
        for start in reversed(starts):  # a head printed before its row: （三）不予公开1.属于国家秘密
            key = self.spellings.get(bare(last[start:]))
            if key:
                return Match(key, 0.0)
        return self._near(bare(pieces[-1])) if pieces else None

    def _near(self, letters: str) -> Match | None:
        if len(letters) < 4:
            return None
        best: dict[str, float] = {}
        for spelling, key in self.spellings.items():
            if len(spelling) >= 4:
                share = Levenshtein.distance(letters, spelling) / max(len(letters), len(spelling))
                best[key] = min(share, best.get(key, 1.0))
        ranked = sorted((share, key) for key, share in best.items())
        alone = len(ranked) == 1 or ranked[1][0] - ranked[0][0] > 0.15
        return Match(ranked[0][1], ranked[0][0]) if ranked and ranked[0][0] <= _NEAR and alone else None


@cache
def row_labels(table: Table) -> Labels:
    """Return the row labels of a table, each alone and behind its head."""
    labels = Labels(table.rows)
    for row in table.rows:
        for label in row.labels if row.group else ():
            labels.nested.setdefault(bare(table.group(row.group).zh) + bare(label), row.key)
    return labels


@cache
def column_labels(table: Table) -> Labels:
    """Return the column labels of a table."""
    return Labels(table.columns)


@cache
def head_labels(table: Table) -> Labels:
    """Return the labels of the heads over rows and columns of a table."""
    return Labels(table.groups)


@cache
def headings() -> Mapping[str, tuple[str, ...]]:
    """Return the headings of the report's sections that hold no table, by section."""
    return {key: tuple(map(bare, texts)) for key, texts in read_toml("reading/spelling.toml")["sections"].items()}


@cache
def subtotal_labels(table: Table) -> Mapping[str, str]:
    """Return the printed names of subtotals over rows, each with its head; empty for one that names no head.

    A head's own label names its subtotal when values stand behind it.
    """
    found = dict.fromkeys(map(bare, table.subtotal_words), "")
    for head in _heads(table, "row"):
        for label in map(bare, head.labels):
            found |= {f"{label}{bare(word)}": head.key for word in ("", *table.subtotal_words)}
    return {label: head for label, head in found.items() if not row_labels(table).exact(label)}


def subtotal_row(fields: Iterable[Field], words: str, table: Table) -> str | None:
    """Return the head that a printed subtotal belongs to: None for another row, empty when no head is named.

    ``fields`` are those of the row, ``words`` the last of them that holds words.
    """
    head = subtotal_labels(table).get(bare(words))
    if head != "":
        return head
    named = (subtotal_labels(table).get(bare(field.text), "") for field in fields)
    return next((key for key in named if key), "")


@cache
def subtotal_columns(table: Table) -> tuple[Term, ...]:
    """Return the subtotals over columns as columns of their own, each under its head and with the same key."""
    return tuple(
        Term(head.key, word, head.en, group=head.key, axis="column")
        for head in _heads(table, "column")
        for word in table.subtotal_words
    )


def subtotal_column(text: str, table: Table) -> Term | None:
    """Return the subtotal that a printed column label names, or None."""
    return next((term for term in subtotal_columns(table) if bare(term.zh) == bare(text)), None)


def _heads(table: Table, axis: str) -> list[Term]:
    return [head for head in table.groups if head.key in table.subtotal_heads and head.axis == axis]


# ---- zones: where each table stands, and what its lines are ----


#: No heading has more characters, or is this much longer than the form's own words for it.
_LONGEST_HEADING, _SLACK = 60, 14
#: Fewer ideographs than this do not make a label: they may be a value that cannot be read.
_WORDS = 2
#: A table without a heading reaches at most this many lines beyond its own labels.
_HEADS = 3
#: A label is torn into at most this many lines before or after its row.
_TORN = 6
#: The last letter of a label, or the first of a head, that stands alone and counts nothing.
_LETTER = re.compile(
    r"\W*[\u4e00-\u9fff](?<![零一二三四五六七八九十百千万亿两无])\W*|[(（][一二三四五六七八九十][)）]?"
)
#: The lines of a torn label stand at most this many lines from its row, page furniture between them included.
_NEAR_HEADING = 20
#: The distance of a match that only its place makes likely.
_UNSURE = 0.01


@lru_cache(maxsize=65536)
def is_words(text: str) -> bool:
    """Check whether a field holds words, not a value: two ideographs or more that are no number with a note."""
    token = read_token(text)
    return token.mark == "unreadable" and sum("\u4e00" <= c <= "\u9fff" for c in text) >= _WORDS


@dataclass(frozen=True)
class Row:
    """A line read as a row of a table: its label, if matched, and the fields behind the label.

    ``subtotal`` is None, or the head whose subtotal the row prints, empty where the row does not name it. ``parted``
    are the words of a part of its own, where the label reaches over the lines of several. ``is_double`` says that two
    rows stand in it, as where no rule is drawn between them.
    """

    index: int
    line: Line
    label: Match | None
    words: str
    values: tuple[Field, ...]
    subtotal: str | None = None
    parted: str = ""
    is_double: bool = False

    @cached_property
    def printed(self) -> int:
        """How many of the values are not blank."""
        return sum(not is_empty(field.text) for field in self.values)


def zone(document: Document, form: Form, table: Table) -> list[Line]:
    """Return the lines of a table in reading order; none when the table is not there."""
    found: list[Line] = []
    inside = False
    for line in document.lines:
        section = heading(line, form)
        if section is not None:
            inside = section == table.key
        elif inside and not (numbers_columns(line) and not any(is_header(above, table) for above in found)):
            found.append(_apart(line, table))
    whole = table.layout == "across" and any(len(line.fields) == len(table.cells) for line in found)
    named = whole or any(_names(line, spellings(table)) for line in found)
    return found if named else _by_labels(document, form, table)


def rows(lines: Sequence[Line], table: Table) -> list[Row]:
    """Read the lines of a zone as rows, in order: those with values, whether or not a label is matched.

    ``Row.index`` counts the lines of the zone from 0.
    """
    split = [(i, line, *_split(line, table)) for i, line in enumerate(lines) if not is_header(line, table)]
    known = [
        Row(
            i,
            line,
            match,
            words,
            values,
            _subtotal(line, match, words, table),
            _parted(line, match, values, table),
            _is_double(line, table),
        )
        for i, line, match, words, values in split
    ]
    return [_joined(known, at, table) for at, row in enumerate(known) if row.values]


def numbers_columns(line: Line) -> bool:
    """Check whether a line does nothing but number columns, from 0, as programs write it above a table."""
    if next((field.text for field in line.fields if field.text), "") != "0":
        return False
    texts = [field.text for field in line.fields if field.text]
    return len(texts) > _FEW_COLUMNS and texts == [str(i) for i in range(len(texts))]


def _parted(line: Line, label: Match | None, values: Sequence[Field], table: Table) -> str:
    """Return the words between a label that reaches over several lines and the values of its first one."""
    at = next(
        (i for i, field in enumerate(line.fields) if label and row_labels(table).exact(field.text) == label.key), -1
    )
    if at < 0 or line.fields[at].down < 2 or not label or not label.exact:
        return ""
    return " ".join(field.text for field in line.fields[at + 1 : len(line.fields) - len(values)])


def _is_double(line: Line, table: Table) -> bool:
    """Check whether two values stand one below the other in several cells, or the labels of two rows in one line."""
    cells = [field.text.split("\n") for field in line.fields if "\n" in field.text]
    words = [field.text for field in line.fields if is_words(field.text)]
    if not cells and len(words) < 2:
        return False
    values = [sum(map(is_value, parts)) for parts in cells]
    several = [parts for parts in cells if not row_labels(table).exact("".join(parts))]
    pairs = (("".join(parts[:at]), "".join(parts[at:])) for parts in several for at in range(1, len(parts)))
    named = [{key for part in parts if (key := row_labels(table).exact(part))} for parts in (*several, words)]
    return (
        sum(n > 1 for n in values) > 1
        or any(len(keys) > 1 for keys in named)
        or any(_are_two(row_labels(table).exact(below), above, table) for above, below in pairs)
    )


def _are_two(row: str | None, above: str, table: Table) -> bool:
    """Check whether a text names another row than one, or a head that is not over it."""
    if not row:
        return False
    other, head = row_labels(table).exact(above), head_labels(table).exact(above)
    return bool(other or head) and other != row and head != table.row(row).group


def _subtotal(line: Line, label: Match | None, words: str, table: Table) -> str | None:
    return None if label and label.exact else subtotal_row(line.fields, words, table)


def is_header(line: Line, table: Table) -> bool:
    """Check whether a line belongs to the column heads: it names a head over columns, or a column and no row."""
    if table.layout == "across":
        named = (column_labels(table).exact(field.text) or row_labels(table).exact(field.text) for field in line.fields)
        values = sum(is_number(field.text) for field in line.fields)
        return any(named) and values <= len(table.columns)  # a row may be called as a column: 合计
    texts = [field.text for field in line.fields if is_words(field.text)]
    columns = [column_labels(table).exact(text) for text in texts]
    if any(key and not row_labels(table).exact(text) for key, text in zip(columns, texts, strict=True)):
        values = sum(is_number(field.text) for field in line.fields)
        return table.layout != "rows" or 2 * values <= len(table.columns)  # a row may be called as a column: 合计
    heads = [head_labels(table).exact(text) for text in texts]
    return any(key and table.group(key).axis == "column" for key in heads)


def heading(line: Line, form: Form) -> str | None:
    """Return the table or section whose heading a line is, or None."""
    if len(line.fields) > 1 and line.fields[0].text and line.fields[-1].text:
        return None
    texts = [field.text for field in line.fields if field.text]
    return _heading(texts[0], form) if len(texts) == 1 and len(texts[0]) <= _LONGEST_HEADING else None


@lru_cache(maxsize=4096)
def _heading(text: str, form: Form) -> str | None:
    letters = bare(text)
    for table in form.tables:
        if any(bare(h) in letters and len(letters) <= len(bare(h)) + _SLACK for h in table.headings):
            return table.key
    for section, phrases in headings().items():
        if any(phrase in letters and len(letters) <= len(phrase) + _SLACK for phrase in phrases):
            return section
    return None


def _by_labels(document: Document, form: Form, table: Table) -> list[Line]:
    """Find a table without a heading by its own labels: those that no other table of the form has."""
    others = {spelling for other in form.tables if other is not table for spelling in spellings(other)}
    mine = spellings(table)
    lines = [_apart(line, table) for line in document.lines]
    at = [i for i, line in enumerate(lines) if len(line.fields) > 1 and _names(line, mine - others)]
    if len(at) < 2:
        return []
    start = at[0]
    while start > max(0, at[0] - _HEADS) and not _names(lines[start - 1], others - mine):
        start -= 1
    return lines[start : at[-1] + _HEADS]


def _apart(line: Line, table: Table) -> Line:
    """Split labels that a text prints in one go, with single spaces or nothing between them."""
    if line.grid or not any(field.text and is_words(field.text) for field in line.fields):
        return line
    fields: list[Field] = []
    for field in line.fields:
        labels = _run(field.text, table) if is_words(field.text) else ()
        fields += [field.part(start, end) for start, end in labels] or [field]
    return Line(tuple(fields), line.grid, torn=True) if len(fields) > len(line.fields) else line


@lru_cache(maxsize=65536)
def _run(text: str, table: Table) -> tuple[tuple[int, int], ...]:
    """Return where each label of a text stands that is nothing but several; an aside belongs to the label before it."""
    pieces = list(_run_of(table).finditer(text))
    if len(pieces) < 2 or bare("".join(piece[0] for piece in pieces)) != bare(text):
        return ()
    ends = [len(text[: piece.start()].rstrip()) for piece in pieces[1:]]
    return tuple(zip((piece.start() for piece in pieces), (*ends, len(text)), strict=True))


@cache
def _run_of(table: Table) -> re.Pattern[str]:
    """Match one label of a table at a time, its letters in any spacing."""
    terms = (*table.rows, *table.columns, *table.groups)
    spellings = {letters_of(label) for term in terms for label in term.labels} | {letters_of(table.stub_zh)} - {""}
    ranked = sorted(spellings, key=len, reverse=True)
    return re.compile("|".join(r"\s*".join(map(re.escape, spelling)) for spelling in ranked))


def spellings(table: Table) -> set[str]:
    """Return all that a table's rows and columns are called."""
    return {*row_labels(table).spellings, *column_labels(table).spellings}


def _names(line: Line, labels: set[str]) -> bool:
    return any(bare(field.text) in labels for field in line.fields if is_words(field.text))


def _split(line: Line, table: Table) -> tuple[Match | None, str, tuple[Field, ...]]:
    """Split a line into its label and its values: what stands behind the label, or behind the last words."""
    fields = line.fields
    for at, field in enumerate(fields):
        key = row_labels(table).exact(field.text) if is_words(field.text) else None
        if key and not _is_column(fields, at, table):
            rest = at + 1
            while rest < len(fields) and is_words(fields[rest].text) and not _is_answer(fields[rest].text, table):
                rest += 1
            return Match(key, 0.0), field.text, _without_pieces(line, fields[rest:], table)
    last = max((at for at, field in enumerate(fields) if is_words(field.text)), default=-1)
    words = fields[last].text if last >= 0 else ""
    values = _without_pieces(line, fields[last + 1 :], table)
    return row_labels(table).match(words) if words else None, words, values


def _without_pieces(line: Line, values: tuple[Field, ...], table: Table) -> tuple[Field, ...]:
    """Return the values of a line without what stands before or behind them of a head or label that wraps."""
    if line.grid or len(values) < 2:
        return values
    first, last = values[0].text, values[-1].text
    heads = head_labels(table).spellings
    of_head = bool(letters_of(last)) and not is_value(last) and any(letters_of(last) in head for head in heads)
    return values[bool(_LETTER.fullmatch(first)) : len(values) - (of_head and not is_numbered(last))]


def _is_answer(text: str, table: Table) -> bool:
    """Check whether words behind a label stand in place of its one value, as in a block of rows; labels do not."""
    looks = (row_labels(table), column_labels(table), head_labels(table))
    return table.layout == "blocks" and not any(look.exact(text) for look in looks)


def _is_column(fields: Sequence[Field], at: int, table: Table) -> bool:
    """Check whether a label that a row and a column share (总计) stands for the column: unnumbered, behind others."""
    if not column_labels(table).exact(fields[at].text) or is_numbered(fields[at].text):
        return False
    before = [field.text for field in fields[:at] if is_words(field.text)]
    return any(head_labels(table).exact(text) is None for text in before)


def _joined(known: Sequence[Row], at: int, table: Table) -> Row:
    """Match a row whose label is torn over lines: join it with the lines of words before and after it.

    On a page of fixed width values on a line of their own have it from both sides; where it stands above them alone, it
    may be another row's.
    """
    row = known[at]
    if (row.label and row.label.exact) or row.subtotal is not None or (not row.words and row.printed < 2):
        return row
    before = _words_only(known, range(at - 1, -1, -1), table, row)
    after = _words_only(known, range(at + 1, len(known)), table, row)
    least = 0 if row.words else 1
    if not row.words and (row.values[0].left < 0 or not _is_free(known, at)):
        return _below_its_label(row, "".join(reversed(before)), table)
    for i in range(least, min(len(before), _TORN) + 1):
        for j in range(least, min(len(after), _TORN) + 1):
            above = "".join(reversed(before[:i]))
            text = above + row.words + "".join(after[:j])
            own = len(fold(above)) - least  # without words of its own it needs some above it
            ways = _from_its_number(text, own) if i + j and len(text) <= _LONGEST else ()
            key = next((key for way in ways if (key := row_labels(table).exact(way))), None)
            if key:
                return Row(row.index, row.line, Match(key, 0.0), text, row.values)
    return row if row.words else _below_its_label(row, "".join(reversed(before)), table)


def _from_its_number(text: str, own: int) -> Iterator[str]:
    """Yield a joined label, and what of it begins with a number before its ``own`` words: heads may stand before it."""
    pieces = [piece for piece in _SEGMENT.split(fold(text)) if piece]
    starts = accumulate(map(len, pieces), initial=0)
    yield from ("".join(pieces[i:]) for i, start in zip(range(len(pieces)), starts, strict=False) if start <= own)


def _below_its_label(row: Row, words: str, table: Table) -> Row:
    """Match values on a line of their own with the label above, if nothing else stands there.

    The match is not exact: another row's label may have lost its own values, so counting must agree.
    """
    key = row_labels(table).exact(words) if row.printed > 1 else None
    return Row(row.index, row.line, Match(key, _UNSURE), words, row.values) if key else row


def _is_free(known: Sequence[Row], at: int) -> bool:
    """Check whether no grid holds the lines next to a row."""
    return not any(known[i].line.grid for i in (at - 1, at + 1) if 0 <= i < len(known) and not known[i].values)


def _words_only(known: Sequence[Row], order: range, table: Table, row: Row) -> list[str]:
    """Return the lines of words next to a row, up to the next row of values or blanks, without heads over rows.

    Words that stand beside those of the row, not above or below them, are a piece of such a head.
    """
    found: list[str] = []
    own = next((field for field in reversed(row.line.fields) if is_words(field.text)), None)
    for at in order[:_NEAR_HEADING]:
        other = known[at]
        is_row = other.values and other.label and other.label.exact  # of blanks
        if other.printed > 1 or (other.printed and other.words) or is_row:
            break
        last = next(reversed(other.line.fields), None)
        is_free = last and last.left >= 0 and not other.line.grid
        words = other.line.text if is_free and _LETTER.fullmatch(other.line.text) else other.words
        is_beside = last and is_free and own and _is_beside(last, own)
        if words and not head_labels(table).exact(words) and not is_beside:
            found.append(words)
        if len(found) > _TORN:  # one more than is joined, so that it shows that more stands there
            break
    return found


def _is_beside(field: Field, own: Field) -> bool:
    return own.left >= 0 and (field.right <= own.left or own.right <= field.left)
