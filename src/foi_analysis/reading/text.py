"""Plain text becomes a Document: bytes in whatever encoding they are, then lines, their fields split at tabs.

A Chinese text in the wrong encoding is still Chinese characters, but rare ones. So where UTF-8 does not
fit, the encoding is taken whose text has most of the characters of GB 2312, the everyday ones.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from foi_analysis.reading.document import Document, Field, Line
from foi_analysis.reading.tokens import is_empty, read_token

_MARKS = (
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
#: The line of dashes below the head of a pipe table in Markdown.
RULE = re.compile(r"[\s|:-]*-{3}[\s|:-]*")
#: So many lines of pipes are a table, as crawlers write it, though no line of dashes stands below its head.
_PIPED = 10
_WORD = re.compile(r"\S+(?: \S+)*")
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
    raise ValueError("this is no text in UTF-8, GB18030 or UTF-16; save it as UTF-8 and try again")


def _candidates(content: bytes, declared: str, errors: str) -> list[tuple[str, float]]:
    """Return the text in each encoding that fits; a byte-order mark or well-formed UTF-8 settles it."""
    for mark, encoding in _MARKS:
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
    lines = (text_line(number, text) for number, text in numbered(decode(content)))
    return Document(name, tuple(lines), sha256)


def looks_like_markdown(text: str) -> bool:
    """Check whether a text has a pipe table: a line above one of dashes and pipes, or many lines of pipes."""
    lines = text.splitlines()
    if sum(line.count("|") > 1 for line in lines) >= _PIPED:
        return True
    return any("|" in above and "|" in rule and RULE.fullmatch(rule) for above, rule in pairwise(lines))


def numbered(text: str) -> Iterator[tuple[int, str]]:
    """Return the lines of a text that are not blank, with their numbers from 1.

    Raises ValueError when there are more than any report has.
    """
    lines = _BREAK.split(text)
    if len(text) > _LONGEST or len(lines) > _MOST_LINES:
        raise ValueError("this text is far longer than a report; give the report alone")
    return ((number, line) for number, line in enumerate(lines, 1) if not is_empty(line))


def text_line(number: int, text: str) -> Line:
    """Split one printed line into fields: at its tabs, or where it reads as a label and its values."""
    if "\t" in text:
        return Line(_fields(number, text.split("\t")))
    words = _row(text)
    fields = _fields(number, words)
    return Line(_at_columns(fields, text) if "  " in text else fields, torn=len(words) > 1)


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
