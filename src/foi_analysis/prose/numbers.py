"""Numbers as prose prints them: Arabic or Chinese digits, rounded or exact, each with its interval.

Words and patterns are data in ``patterns.toml``. An exact number is an interval of one value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any

from foi_analysis.report import Number
from foi_analysis.resources import read_toml

#: The longest word before a number that makes it an interval.
_LEAD = 4


@dataclass(frozen=True, slots=True)
class Interval:
    """The values that a printed number allows: ``low`` <= value < ``high``, or one value when both are equal.

    ``high`` is None where the number only says at least so many.
    """

    low: Number
    high: Number | None

    @property
    def exact(self) -> bool:
        """Whether only one value is allowed."""
        return self.low == self.high

    def holds(self, value: Number) -> bool:
        """Check whether a value is allowed."""
        return value == self.low if self.exact else self.low <= value and (self.high is None or value < self.high)


@dataclass(frozen=True, slots=True)
class Found:
    """A number found in a text: where it stands there, as printed, its value, interval and unit.

    ``unclear`` tells that its digits can be read in more than one way (a space or a full-width comma among
    them, or a range).
    """

    start: int
    end: int
    printed: str
    value: Number
    interval: Interval
    unit: str
    unit_at: int
    unclear: bool = False


def find_numbers(text: str) -> Iterator[Found]:
    """Find the numbers of a folded text that may count something, in order; never raises.

    They have a unit, or 万 or 亿, or follow a word such as 数量. Titles in 《》, numbers of documents in 〔〕 and
    addresses are passed over.
    """
    patterns = _patterns()
    text = patterns["skip"].sub(lambda match: "_" * len(match[0]), text)
    end = 0
    for start in patterns["starts"].finditer(text):
        match = patterns["pattern"].match(text, start.start()) if start.start() >= end else None
        found = _found(text, match) if match and _may_count(text, match) else None
        if found:
            end = found.end
            yield found


def chinese_number(text: str) -> int:
    """Read a number in Chinese characters, such as 一百二十三, 两万 or 二〇二四.

    Raises KeyError when another character stands in it.

    >>> chinese_number("三千零四万")
    30040000
    """
    words = _words()
    digits, places, scales = words["digits"], words["places"], words["scales"]
    if text and all(character in digits for character in text):
        return int("".join(str(digits[character]) for character in text))
    total = section = digit = 0
    for character in text:
        if character in digits:
            digit = digits[character]
        elif character in places:
            section += (digit or 1) * places[character]
            digit = 0
        else:
            total = _scaled(total, section + digit, scales[character])
            section = digit = 0
    return total + section + digit


def interval(value: Number, form: str, last: Number) -> Interval:
    """Return the values that a printed number allows.

    ``form`` is one of exact, rounded (half of ``last``, the place of the last printed digit, either way), about
    (half of the place of its last digit that is not 0), above or below (as far as one such place), least, most.
    """
    step = last if form == "rounded" else _step(value)
    half = step // 2 if isinstance(step, int) and step % 2 == 0 else Decimal(step) / 2
    bounds: dict[str, tuple[Number, Number | None]] = {
        "exact": (value, value),
        "rounded": (value - half, value + half),
        "about": (value - half, value + half),
        "above": (value, value + step),
        "below": (value - _below(value, step), value),
        "least": (value, None),
        "most": (0, value),
    }
    return Interval(*bounds[form])


@cache
def _words() -> dict[str, Any]:
    return dict(read_toml("prose/patterns.toml")["numbers"])


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    words = _words()
    text = words["pattern"]
    for name in ("zh_units", "units"):
        text = text.replace(f"<{name}>", "|".join(map(re.escape, words[name])))
    return {"pattern": re.compile(text)} | {
        name: re.compile(words[name]) for name in ("skip", "starts", "lead", "bare")
    }


@cache
def _forms() -> dict[str, str]:
    """Return the form of the interval for each word that makes one."""
    return {word: form for form in ("above", "below", "least", "most", "about") for word in _words()[form]}


def _found(text: str, match: re.Match[str]) -> Found | None:
    """Read one match; None for a word that only looks like a number."""
    lead = _patterns()["lead"].search(text, max(match.start() - _LEAD, 0), match.start() + 1)
    word = match["more"] or match["after"] or match["tail"] or (lead[0] if lead else "")
    unit = _words()["percent"] if match["percent"] else match["unit"] or ""
    read = _read(match["digits"], match["percent"], match["zh"], match["scale"], unit, word)
    if read is None:
        return None
    start = lead.start() if lead else match.start()
    unit_at = match.start("unit") if match["unit"] else match.end()
    return Found(start, match.end(), text[start : match.end()], *read, unit, unit_at, _unclear(text, match))


def _may_count(text: str, match: re.Match[str]) -> bool:
    """Check whether a number has a unit or a scale, or what stands before it may make it a count: no date has."""
    if match["unit"] or match["scale"] or match["percent"] or match["zh"]:
        return True
    return bool(
        _patterns()["bare"].search(f"{text[max(match.start() - _LEAD, 0) : match.start()]}#{text[match.end() :][:1]}")
    )


@lru_cache(maxsize=4096)
def _read(
    digits: str | None, percent: str | None, zh: str | None, scale: str | None, unit: str, word: str
) -> tuple[Number, Interval] | None:
    """Read the parts of a match: its value and interval."""
    if zh:
        value, vague = _chinese(zh, unit)
        if value < 0 or vague == "many":
            return None if value < 0 else (value, Interval(value, value * 10))
        scaled, last = value >= 10**4 and value % 10**4 == 0, 10**4 if value >= 10**4 else 1
        return value, interval(value, _forms().get(word) or _plain(unit, scaled, bool(vague)), last)
    printed = _arabic(digits, scale) if digits else _percent(percent or "")
    return printed[0], interval(printed[0], _forms().get(word) or _plain(unit, bool(scale)), printed[1])


def _arabic(digits: str, scale: str | None) -> tuple[Number, Number]:
    """Return the value and the place of its last printed digit."""
    bare = re.sub("[,， ]", "", digits)
    factor = _words()["scales"][scale] if scale else 1
    decimals = len(bare.partition(".")[2])
    return _whole(Decimal(bare) * factor), _whole(Decimal(factor).scaleb(-decimals))


def _percent(text: str) -> tuple[Number, Number]:
    """Read the part after 百分之."""
    words = _words()
    whole, _, decimals = text.partition(words["point"])
    value = 100 if whole == words["hundred_percent"] else chinese_number(whole)
    places = "".join(str(words["digits"][digit]) for digit in decimals)
    return _whole(Decimal(f"{value}.{places or 0}")), _whole(Decimal(1).scaleb(-len(places)))


def _chinese(text: str, unit: str) -> tuple[int, str]:
    """Return the value and ``many`` or ``some`` when its digits are vague; -1 for what is no number."""
    words = _words()
    plain = text.strip(words["vague"])
    if (text == words["one"] and unit not in words["one_units"]) or text == words["nought"]:
        return -1, ""
    if not plain or any(character in words["vague"] for character in plain):
        return -1, ""
    return chinese_number(plain), "" if plain == text else "some" if text.startswith(plain) else "many"


def _plain(unit: str, scaled: bool, vague: bool = False) -> str:
    """Name the interval of a number without a word around it: a share, an amount, one in 万 or 亿 is rounded."""
    words = _words()
    return "above" if vague else "rounded" if scaled or unit == words["percent"] or unit in words["yuan"] else "exact"


def _unclear(text: str, match: re.Match[str]) -> bool:
    """Check whether other digits stand so near that they may belong to the number."""
    digits = match["digits"] or ""
    before = text[max(match.start() - 2, 0) : match.start()]
    near = len(before) == 2 and before[0].isdigit() and before[1] in " -—–~至到"
    return near or "，" in digits or " " in digits


def _scaled(total: int, section: int, scale: int) -> int:
    """Apply 万 or 亿: to all that stands before it, or after a larger one to the last part."""
    return (total + section or 1) * scale if total < scale else total + section * scale


def _below(value: Number, step: Number) -> Number:
    """Return how far a number may lie below a round one: for a lone 1, as in 近10万, a tenth of it."""
    return _whole(Decimal(step) / 10) if value == step else step


def _step(value: Number) -> Number:
    """Return the place of the last digit that is not 0."""
    if not value:
        return 1
    exponent = Decimal(value).normalize().as_tuple().exponent
    assert isinstance(exponent, int)
    return _whole(Decimal(1).scaleb(exponent))


def _whole(value: Decimal) -> Number:
    return int(value) if value == value.to_integral_value() else value
