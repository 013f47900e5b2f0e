"""A verdict on one number of the prose, what it rests on, and the names that its reason uses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from foi_analysis.form import CellKey
from foi_analysis.prose.patterns import Meaning
from foi_analysis.report import Number, Report
from foi_analysis.resources import LANGUAGES, Language, say

Outcome = Literal["agrees", "interval", "contradicts", "not checkable", "set aside"]
How = Literal["", "cell", "sum", "ratio", "stated"]
Text = Mapping[Language, str]
Words = dict[str, Text | str]

#: More cells than these are named by what they count together.
_NAMED = 2


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict with what it rests on; ``words`` fill the places of its reason, alike or by language.

    ``usual`` tells that it rests on the usual meaning of the words.
    """

    outcome: Outcome
    why: str
    cells: tuple[CellKey, ...] = ()
    how: How = ""
    meaning: str = ""
    expected: tuple[Number, ...] = ()
    words: Words = field(default_factory=dict)
    usual: bool = False

    def reason(self, language: Language) -> str:
        """Write the reason in one language."""
        values = {key: word if isinstance(word, str) else word[language] for key, word in self.words.items()}
        return say(f"prose.{self.why}", language, **values)


def plain(key: str) -> Text:
    """Give a phrase of the words of this room in both languages."""
    return {language: say(f"prose.{key}", language) for language in LANGUAGES}


def names(cells: Sequence[CellKey], report: Report, together: Text | None = None) -> Text:
    """Name cells in both languages; many of them by what they count ``together``, or by the first."""
    if len(cells) > _NAMED and together:
        return together
    more = "…" if len(cells) > _NAMED else ""
    return {
        language: say("prose.plus", language).join(_label(key, report, language) for key in cells[:_NAMED]) + more
        for language in LANGUAGES
    }


def spell(value: Number) -> str:
    """Write a number as a reader expects it."""
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)


def how(meaning: Meaning) -> How:
    """Tell how the cells of a formula give its number."""
    return "ratio" if meaning.divisor else "sum" if len(meaning.cells) > 1 else "cell"


def _label(key: CellKey, report: Report, language: Language) -> str:
    table = report.form.table(key.table)
    row, column = table.row(key.row).label(language), table.column(key.column).label(language)
    return say("prose.cell", language, row=row, column=column)
