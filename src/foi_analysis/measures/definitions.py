"""What is measured: names, sums of cells, uses and limits, loaded from ``measures.toml``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Literal

from foi_analysis.form import CellKey, Form, Term, form_ids, load_form
from foi_analysis.linear import add_up
from foi_analysis.resources import Language, read_toml

Kind = Literal["share", "ratio"]
Group = Literal["disclosure", "grounds", "handling", "pace", "applicants", "appeals"]
Sum = Mapping[CellKey, int]

#: The column of all applicants together.
TOTAL = "total"


@dataclass(frozen=True)
class Break:
    """A change of law on a day: figures before and after it do not measure the same thing."""

    id: str
    on: date
    zh: str
    en: str

    def text(self, language: Language) -> str:
        """Tell in one language what changed."""
        return self.zh if language == "zh" else self.en

    def parts(self, earlier: int, later: int) -> bool:
        """Whether it falls between two report years, or within one of them."""
        return date(earlier, 1, 1) < self.on <= date(later, 12, 31)


@dataclass(frozen=True, eq=False)
class Measure:
    """A share (a part of a whole) or a ratio, with its definition, who uses it, and what it must not be used for.

    ``numerator`` and ``denominator`` are sums of names as in ``linear``; ``{applicant}`` in them stands for a kind
    of applicant. The value is ``scale`` times their quotient. ``breaks`` are the changes of law across
    which it is never compared; ``cautions`` those across which a comparison needs a remark.
    """

    id: str
    family: str
    group: Group
    kind: Kind
    numerator: str
    denominator: str
    scale: float
    texts: Mapping[str, str]
    breaks: tuple[Break, ...] = ()
    cautions: tuple[Break, ...] = ()

    def name(self, language: Language) -> str:
        """Give the measure's name in one language."""
        return self.texts[language]

    def unit(self, language: Language) -> str:
        """Give the unit of its value in one language; empty for a share."""
        return self.texts.get(f"unit_{language}", "")

    def use(self, language: Language) -> str:
        """Tell who uses it, and for what."""
        return self.texts[f"use_{language}"]

    def hides(self, language: Language) -> str:
        """Tell what it hides."""
        return self.texts[f"hides_{language}"]

    def never(self, language: Language) -> str:
        """Tell what it must not be used for."""
        return self.texts[f"never_{language}"]

    @property
    def by_applicant(self) -> bool:
        """Whether it can be given for each kind of applicant."""
        return "{applicant}" in self.numerator + self.denominator

    def sums(self, form: Form, applicant: str = TOTAL) -> tuple[Sum, Sum]:
        """Give numerator and denominator as cells with coefficients. Raises KeyError when the form lacks a cell."""
        return _sums(self, form, applicant)

    def cells(self, form: Form, applicant: str = TOTAL) -> tuple[CellKey, ...]:
        """Give the cells that it rests on, each once, the numerator's first. Raises KeyError as ``sums``."""
        numerator, denominator = self.sums(form, applicant)
        return tuple(dict.fromkeys((*numerator, *denominator)))

    def applies(self, form: Form) -> bool:
        """Whether the form has all cells of the measure; where it has not, the measure does not exist."""
        try:
            self.sums(form)
        except KeyError:
            return False
        return True

    def refused(self, earlier: int, later: int) -> tuple[Break, ...]:
        """Give the changes of law that forbid comparing two report years."""
        return tuple(one for one in self.breaks if one.parts(earlier, later))

    def remarked(self, earlier: int, later: int) -> tuple[Break, ...]:
        """Give the changes of law that a comparison of two report years must mention."""
        return tuple(one for one in self.cautions if one.parts(earlier, later))


@cache
def _sums(measure: Measure, form: Form, applicant: str) -> tuple[Sum, Sum]:
    parts = (text.format(applicant=applicant) for text in (measure.numerator, measure.denominator))
    numerator, denominator = (add_up(form, text) for text in parts)
    return numerator, denominator


@cache
def load_breaks() -> Mapping[str, Break]:
    """Load the changes of law that break series, by id, in order of time."""
    return {entry["id"]: Break(**entry) for entry in read_toml("measures.toml")["breaks"]}


@cache
def load_measures() -> tuple[Measure, ...]:
    """Load all measures, in the file's order.

    Raises ValueError, naming the measure, when no form has its cells or a sum cannot be read.
    """
    return tuple(measure for entry in read_toml("measures.toml")["measures"] for measure in parse_measure(entry))


@cache
def measures_of(form: Form, applicant: str = TOTAL) -> tuple[Measure, ...]:
    """Give the measures that a form allows; for one kind of applicant, those given by kind of applicant."""
    return tuple(m for m in load_measures() if m.applies(form) and (applicant == TOTAL or m.by_applicant))


def parse_measure(entry: Mapping[str, Any]) -> Iterator[Measure]:
    """Read one measure; one with ``each`` is written out for every row under that head.

    Raises ValueError as ``load_measures`` does.
    """
    for row in _rows(entry):
        label = {language: row.label(language) if row else "" for language in ("zh", "en")}
        key = row.key if row else ""
        measure = Measure(
            id=f"{entry['id']}.{key}" if row else entry["id"],
            family=entry["id"],
            group=entry["group"],
            kind=entry["kind"],
            numerator=_placed(entry["numerator"], key),
            denominator=_placed(entry["denominator"], key),
            scale=float(entry.get("scale", 1)),
            texts={k: v.replace("{label}", _bare(label[k[-2:]])) for k, v in entry.items() if k.endswith(("zh", "en"))},
            breaks=tuple(load_breaks()[name] for name in entry.get("breaks", ())),
            cautions=tuple(load_breaks()[name] for name in entry.get("cautions", ())),
        )
        if not any(measure.applies(load_form(form_id)) for form_id in form_ids()):
            raise ValueError(f"measure {measure.id}: no form has all cells of {measure.numerator!r} over "
                             f"{measure.denominator!r}")  # fmt: skip
        yield measure


def _placed(text: str, row: str) -> str:
    return text.replace("{row}", row)


def _bare(label: str) -> str:
    """Leave out the number before a label, such as ``1.``."""
    number, dot, rest = label.partition(".")
    return rest if dot and number.isdigit() else label


def _rows(entry: Mapping[str, Any]) -> list[Term | None]:
    """Give the rows under the head that ``each`` names; nothing, once, where it names none."""
    if "each" not in entry:
        return [None]
    rows = (row for table in load_form("cn-2021").tables for row in table.rows)
    return [row for row in rows if entry["each"] in (row.family, row.group)]
