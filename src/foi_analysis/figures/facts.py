"""What the figures say in words: numbers as each language writes them, sources, and what is not printed."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from foi_analysis.bilingual import number
from foi_analysis.checks import Verdict, verdicts
from foi_analysis.fonts import missing_characters, visible
from foi_analysis.form import CellKey, Identity, Term
from foi_analysis.report import Cell, Report
from foi_analysis.resources import Language, say

#: So many broken identities are named one by one; of more, the number is given.
_NAMED = 4


@dataclass(frozen=True, slots=True)
class Count:
    """A sum of cells: what is printed of it, and how many of its cells print no number.

    While ``absent`` is not 0 the sum is not known; ``printed`` is then the least it can be.
    """

    printed: float
    absent: int
    cells: int

    @property
    def value(self) -> float:
        """The sum, NaN unless every cell prints a number."""
        return math.nan if self.absent else self.printed

    @property
    def known(self) -> bool:
        """Whether every cell prints a number."""
        return not self.absent

    @property
    def height(self) -> float:
        """What can be drawn of it: never less than nothing."""
        return max(self.printed, 0.0)

    def over(self, whole: Count) -> float:
        """Return the share of a whole; NaN when one is not known, the whole not above 0, or less than the part."""
        known = self.known and whole.known and whole.printed > 0 and self.printed <= whole.printed
        return self.value / whole.value if known else math.nan


def count(report: Report, keys: Iterable[CellKey]) -> Count:
    """Add up cells of a report, exactly."""
    values = [report.grid[key].value for key in keys]
    numbers = [value for value in values if value is not None]
    return Count(float(sum(numbers)), len(values) - len(numbers), len(values))


def counted(amount: Count, language: Language, *, short: bool = False) -> str:
    """Write a sum: a number, the least it can be, or that it is not printed; for a narrow column in short."""
    if amount.known:
        return number(amount.printed, language)
    form = "not_printed" if amount.absent == amount.cells else "at_least"
    key = f"figures.{form}{'_short' if short else ''}"
    return say(key, language, number=number(amount.printed, language))


def many(name: str, amount: float, language: Language) -> str:
    """Write a number with its noun, such as ``1 request`` and ``2 requests``."""
    form = "one" if amount == 1 else "many"
    return say(f"figures.{name}.{form}", language, number=number(amount, language))


def brief(term: Term, language: Language) -> str:
    """Return a label without its numbering and its remarks in brackets."""
    if language == "en":
        return term.en
    return re.sub(r"（[^）]*）|^[^（）]、", "", term.zh) or term.zh


def row_name(row: Term, language: Language) -> str:
    """Return a row's label for use outside its table: there, a bare total must say of what."""
    return say("figures.concluded", language) if row.key == "concluded" else brief(row, language)


def within(term: Term, language: Language) -> str:
    """Return a label as it stands within a sentence."""
    label = brief(term, language)
    return label[0].lower() + label[1:] if language == "en" else label


def listed(parts: Iterable[str], language: Language) -> str:
    """Join parts of a list."""
    return say("figures.comma", language).join(parts)


def joined(sentences: Iterable[str], language: Language) -> str:
    """Join sentences to a paragraph; Chinese puts no space between them."""
    return (" " if language == "en" else "").join(sentence for sentence in sentences if sentence)


def subtitle(report: Report, unit: str, language: Language) -> str:
    """Return the unit, the organ, the year and the source; what the report does not tell is unknown."""
    unknown = say("figures.unknown", language)
    return say(
        "figures.subtitle",
        language,
        unit=unit,
        organ=visible(report.organ.value) or unknown,
        year=report.year.value or unknown,
        name=visible(report.name),
    )


def remarks(report: Report, keys: Iterable[CellKey], language: Language) -> list[str]:
    """Say what stands in the way of reading a picture of these cells: absent, supplied, doubtful, broken."""
    wanted = set(keys)
    cells = [report.grid[key] for key in report.form.cells if key in wanted]
    found = {
        "absent": sum(not cell.is_number for cell in cells),
        "supplied": sum(cell.mark == "supplied" for cell in cells),
        "doubtful": sum(bool(cell.doubt) for cell in cells),
    }
    said = [many(f"remark.{kind}", number_of, language) for kind, number_of in found.items() if number_of]
    return [*_tables_away(report, wanted, language), *said, *_broken(report, wanted, language)]


def shown(cell: Cell, language: Language) -> str:
    """Return what stands in a cell: the number as printed, a dash as printed, or what else it is in a word.

    A token with a character that the font lacks gives way to its plain value, so that a stray sign stops no picture.
    """
    plain = str(cell.value) if cell.is_number else say(f"figures.mark.{cell.mark}", language)
    token = " ".join(cell.printed.split()) if cell.is_number or cell.mark == "dash" else ""
    return plain if not token or missing_characters(token) else token


def _tables_away(report: Report, wanted: set[CellKey], language: Language) -> Iterator[str]:
    """Name the tables of which not one cell was found."""
    for table in report.form.tables:
        if wanted & set(table.cells) and all(report.grid[key].mark == "missing" for key in table.cells):
            yield say("figures.remark.no_table", language, table=table.label(language))


def _broken(report: Report, wanted: set[CellKey], language: Language) -> Iterator[str]:
    """Name the broken identities all of whose cells are wanted, the first few one by one."""
    broken = [
        verdict
        for verdict in verdicts(report)
        if verdict.kind == "identity" and verdict.outcome == "broken" and wanted.issuperset(verdict.rule.cells)
    ]
    yield from (_named(verdict, language) for verdict in broken[:_NAMED])
    if len(broken) > _NAMED:
        yield many("remark.more_broken", len(broken) - _NAMED, language)


def _named(verdict: Verdict[Identity], language: Language) -> str:
    return say(
        f"figures.remark.{'doubtful_break' if verdict.doubtful else 'broken'}",
        language,
        title=_sourced(verdict, language),
        id=verdict.rule.id,
        left=number(float(verdict.left or 0), language),
        right=number(float(verdict.right or 0), language),
    )


def _sourced(verdict: Verdict[Identity], language: Language) -> str:
    """Return a rule's title, and whether the form prints it or a label implies it."""
    rule = verdict.rule
    return say("cli.titled", language, title=rule.title(language), source=say(f"cli.source_{rule.source}", language))
