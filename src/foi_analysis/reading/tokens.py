"""A printed token becomes a mark and, where a number is printed, a value.

Five things stay five things: a number, a blank, a dash, a cell that is not there, a cell that cannot
be read. Nothing is filled in.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from foi_analysis.report import Mark, Number

_DASHES = re.compile(r"[-/\\—–−―─无]{1,3}")
_NUMBER = re.compile(
    r"(?P<sign>[-−+]|减|增)?(?P<digits>0|[1-9]\d*|[1-9]\d{0,2}(?:,\d{3})+)(?P<decimals>\.\d+)?"
    r"(?P<unit>[亿万千]元|元|件|项|个|条|宗|次|起)?(?P<note>\([^()]*\D[^()]*\))?",
    re.ASCII,
)
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
    if any(unicodedata.category(c) in ("No", "Nl") for c in printed if c != "〇"):
        return Token(printed, "unreadable")  # a footnote mark or a circled number is not a digit
    bare = fold(printed)
    if not bare:
        return Token(printed, "blank")
    if _DASHES.fullmatch(bare):
        return Token(printed, "dash")
    match = _NUMBER.fullmatch(bare)
    if not match or re.search(r"\d\s+[\d.,]|[.,]\s+\d", unicodedata.normalize("NFKC", printed)):
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
