"""Texts in both languages, and the names of codes, places, doubts and organs in them."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from numbers import Real
from typing import Literal, SupportsFloat

from foi_analysis.resources import LANGUAGES, Language, Told, in_language, load, read_toml, say

Shown = Literal["zh", "en", "both"]

#: The language tag of each language in HTML.
TAGS: Mapping[Language, str] = {"zh": "zh-Hans", "en": "en"}

#: A Chinese character or mark.
_HAN = "[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]"


def languages(shown: Shown) -> tuple[Language, ...]:
    """Return the languages to show, Chinese first."""
    return LANGUAGES if shown == "both" else (shown,)


@dataclass(frozen=True, slots=True)
class Words:
    """A text in both languages. ``quoted`` is the language of a quotation, which is the same in both."""

    zh: str
    en: str
    quoted: Language | None = None

    @classmethod
    def of(cls, text: Callable[[Language], str]) -> Words:
        """Return in both languages what is a text in each of them, such as the ``label`` of a term."""
        return cls(text("zh"), text("en"))

    def html(self, shown: Shown) -> str:
        """Write the text as HTML, escaped; in both languages, the Chinese stands above the English."""
        if self.quoted and shown != self.quoted:
            return f'<span lang="{TAGS[self.quoted]}">{escape(self.zh)}</span>'
        if shown != "both" or self.zh == self.en:
            return escape(self.zh if shown == "zh" else self.en)
        return "".join(f'<span class="foi-{x}" lang="{TAGS[x]}">{escape(self.one(x))}</span>' for x in LANGUAGES)

    def one(self, language: Language) -> str:
        """Return the plain text in `language`."""
        return self.zh if language == "zh" else self.en

    def plain(self, shown: Shown) -> str:
        """Return the plain text, both languages on one line when both are shown."""
        return " / ".join(dict.fromkeys(self.one(language) for language in languages(shown)))


def same(text: str) -> Words:
    """Return a text that needs no translation, such as a number."""
    return Words(text, text)


def side_by_side(key: str, between: str = " / ", **values: object) -> str:
    """Return a sentence in both languages, one behind the other; once when they are the same."""
    return between.join(dict.fromkeys(say(key, language, **values) for language in LANGUAGES))


def both(said: object) -> Words:
    """Return what a message or an error says in both languages."""
    return Words(in_language(said, "zh"), in_language(said, "en"))


def words(key: str, /, **values: Words | str | int) -> Words:
    """Return a sentence of ``words/tables.toml`` in both languages, its places filled in each of them."""
    return both(Told(f"tables.{key}", **values))


def named(kind: str, name: str, **values: str) -> Words:
    """Return the name of a code (a mark, proof, scope, level, …) in both languages; the code where it has none."""
    key = f"{kind}_{name.replace(' ', '_')}"
    known = key in read_toml("words/tables.toml")
    return words(key, **values) if known else same(" ".join((name, *values.values())))


def joined(parts: Sequence[Words], zh: str = "、", en: str = ", ") -> Words:
    """Join texts with the separator of each language."""
    return Words(zh.join(part.zh for part in parts), en.join(part.en for part in parts))


def listed(names: Iterable[object]) -> Words:
    """Return names that need no translation, one after the other."""
    return joined([same(str(name)) for name in names])


def place(where: str) -> Words:
    """Name a place in a source, such as ``line 69, field 3``, in both languages."""
    return joined([_step(step) for step in where.split(", ")], "", ", ")


def _step(step: str) -> Words:
    """Name one step of a place: a kind and a number, or a name such as ``title``."""
    kind, _, number = step.partition(" ")
    if number.isdigit():
        return named("place", kind, n=number)
    return named("place", f"{kind}_of_sheet", n=number) if kind in ("sheet", "cell") else named("place", step)


def doubt_of(text: str) -> Words:
    """Return a doubt in both languages; words that have no translation are kept as they are."""
    phrase, colon, detail = text.partition(": ")
    known, more = named("doubt", phrase), detail_of(detail)
    return Words(f"{known.zh}{'：' * bool(colon)}{more.zh}", f"{known.en}{colon}{more.en}")


def detail_of(text: str) -> Words:
    """Return what stands behind the colon of a doubt, such as ``by order 5 (line 3, field 2)``."""
    units = re.fullmatch(r"(\S+) in place of (\S+)", text)
    if units:
        return words("doubt_in_place_of", value=units[1], other=units[2])
    match = re.fullmatch(r"(by order |also )?(.*) \((.+)\)", text)
    if not match:
        return named("doubt", text)
    value = named("mark", match[2]) if match[2] == "blank" else same(match[2])
    return words(f"doubt_{(match[1] or 'of the head').strip().replace(' ', '_')}", value=value, place=place(match[3]))


def fault_of(fault: str) -> Words:
    """Return a fault of a reading in both languages, each on one line, though a label within it may take several."""
    said = both(fault if isinstance(fault, Told) else _retold(fault))
    return Words(_on_one_line(said.zh), _on_one_line(said.en))


def _retold(fault: str) -> str:
    """Return the message that a fault was, of which a panel keeps the English text; the text where it is none."""
    for key, pattern in _fault_patterns():
        if found := pattern.fullmatch(fault):
            return Told(key, **{name: _FILLED.get(name, str)(value) for name, value in found.groupdict().items()})
    return fault


def numbers_of_pages(text: str) -> Words:
    """Return the numbers of pages, such as ``1, 3, …``, in both languages."""
    return Words(text.replace(", …", "等").replace(", ", "、"), text)


def _table_named(text: str) -> Words:
    """Return the name of a table, such as ``fees (收费情况)``, in both languages."""
    found = re.fullmatch(r"\w+ \((.+)\)", text)
    return Words(found[1] if found else text, text)


#: How a value of a fault is made of its English text.
_FILLED: Mapping[str, Callable[[str], object]] = {
    "place": place,
    "table": _table_named,
    "pages": numbers_of_pages,
    "why": _retold,
}
#: What may stand among the faults of a report because some of its pages are pictures.
_OF_PICTURES = ("needs_engine", "pdf_picture", "pdf_some_pictures")


@cache
def _fault_patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Return the keys of faults, each with a pattern of its English text."""
    return tuple(
        (f"refusals.{key}", re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.+)", re.escape(texts["en"])), re.DOTALL))
        for key, texts in read_toml("words/refusals.toml").items()
        if key.startswith("fault_") or key in _OF_PICTURES
    )


def _on_one_line(text: str) -> str:
    r"""Join the lines of a text: with nothing between Chinese characters, else with a space.

    >>> _on_one_line("公共企事\n业单位"), _on_one_line("label\n(line 1)")
    ('公共企事业单位', 'label (line 1)')
    """
    return re.sub(r"\s*\n\s*", " ", re.sub(rf"(?<={_HAN})\s*\n\s*(?={_HAN})", "", text)).strip()


def number(value: float, language: Language) -> str:
    """Write a number as the language does: thousands are marked in English only."""
    text = f"{value:,.0f}" if float(value).is_integer() else f"{value:,.2f}"
    return (text if language == "en" else text.replace(",", "")).replace("-", "−")


def ratio(value: float, language: Language) -> str:
    """Write a ratio, with two decimals below ten and one above."""
    text = f"{value:,.2f}" if abs(value) < 10 else f"{value:,.1f}"
    return (text if language == "en" else text.replace(",", "")).replace("-", "−")


def ratio_of(value: float, unit: str, language: Language) -> str:
    """Write a ratio with its unit: where the unit has ``…``, else behind the number.

    >>> ratio_of(100.41, "每新收100件办结…件", "zh"), ratio_of(0.91, "", "en")
    ('每新收100件办结100.4件', '0.91')
    """
    number = ratio(value, language)
    if "…" in unit:
        return unit.replace("…", number)
    return f"{number}{unit}" if language == "zh" else f"{number} {unit}".strip()


def percent(share: float, language: Language) -> str:
    """Write a share; what is not quite nothing, or not quite all, is never written as such. Empty for NaN."""
    if math.isnan(share):
        return ""
    text = f"{100 * share:.1f}"
    if text == "0.0" and share > 0:
        text = "<0.1"
    elif text == "100.0" and share < 1:
        text = ">99.9"
    return say("figures.percent", language, number=text)


class Amount:
    """A number in a sentence: ``{n}`` writes it, ``{n:request|requests}`` writes it with its noun."""

    def __init__(self, value: SupportsFloat, language: Language) -> None:
        self._value, self._language = value, language

    def __format__(self, nouns: str) -> str:
        text = number(float(self._value), self._language)
        one, _, many = nouns.partition("|")
        return f"{text} {one if self._value == 1 else many}" if nouns else text


def phrase(key: str, language: Language, /, **values: object) -> str:
    """Return a sentence as ``say`` does, each number among its values written as an ``Amount``."""
    filled = {name: Amount(value, language) if isinstance(value, Real) else value for name, value in values.items()}
    return say(key, language, **filled)


# ---- names of organs in English ----


def organ_name(name: str, language: Language) -> str:
    """Return an organ's name in `language`.

    Parameters
    ----------
    name : str
        The Chinese name, as a report states it.
    language : {"zh", "en"}

    Returns
    -------
    str
        In English, the English name with the Chinese one in brackets. The Chinese name alone where no English one is
        known, and always in Chinese.

    Examples
    --------
    >>> organ_name("上海市公安局", "en")
    'Shanghai Municipal Public Security Bureau (上海市公安局)'
    >>> organ_name("上海市公安局", "zh")
    '上海市公安局'
    """
    english = _english().get(name, "") if language == "en" else ""
    return say("tables.organ_named", language, english=english, name=name) if english else name


@cache
def _english() -> dict[str, str]:
    sources = load("foi_analysis.panel").load_sources()
    return dict(zip(sources["organ"], sources["organ_en"], strict=True))
