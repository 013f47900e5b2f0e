"""Give each number of the prose its verdict against the table, with the reason in both languages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from foi_analysis.form import CellKey
from foi_analysis.prose.guards import is_clear, known_scope, part_guard, scope_guard, time_guard
from foi_analysis.prose.judgement import Judgement, Outcome, Text, Words, how, names, plain, spell
from foi_analysis.prose.mentions import Mention
from foi_analysis.prose.patterns import Kind, Meaning, meanings, pattern
from foi_analysis.prose.shares import judge_share
from foi_analysis.report import Number, Report
from foi_analysis.resources import read_toml

#: The totals of which a number that contradicts another may be the right one.
_TOTALS = ("new", "carried_in", "concluded", "carried_out")


def judge(mention: Mention, here: Sequence[Mention], last: Sequence[Mention], report: Report) -> Judgement:
    """Judge one number; ``here`` are all numbers of its sentence, ``last`` those of the sentence before."""
    kind, unit = mention.kind, mention.found.unit
    words = read_toml("prose/patterns.toml")["numbers"]
    if unit == words["percent"]:
        return judge_share(mention, here, last, report)
    if unit in words["growth"] or (kind is None and pattern("guards", "growth").search(mention.clause)):
        return Judgement("not checkable", "growth")
    if kind is None:
        return _part(mention, here)
    if not kind.cells:
        return Judgement("not checkable", kind.reason)
    options = meanings(kind, report.form)
    if not options:
        return Judgement("not checkable", "no_cell")
    values = tuple(_value(mention, option, report) for option in options)
    return _against_table(_Case(mention, kind, report, options, values))


@dataclass(frozen=True)
class _Case:
    """A number, the formulas that it may equal in the report's form, and the table's value of each."""

    mention: Mention
    kind: Kind
    report: Report
    options: tuple[Meaning, ...]
    values: tuple[Number | None, ...]

    @property
    def known(self) -> tuple[Number, ...]:
        """The values that the table gives."""
        return tuple(value for value in self.values if value is not None)

    def name(self, option: Meaning) -> Text:
        """Name the cells of a formula, many of them by what they count together."""
        return names(option.cells, self.report, {"zh": self.kind.zh, "en": self.kind.en})

    def tell(self, outcome: Outcome, why: str, words: Words, option: Meaning | None = None) -> Judgement:
        """Write the verdict; about the usual meaning unless another is given."""
        option = option or self.options[0]
        named: Words = {"cells": self.name(option)}
        usual = option is self.options[0]
        return Judgement(outcome, why, option.cells, how(option), option.text, self.known, named | words, usual)


def _against_table(case: _Case) -> Judgement:
    """Hold a number against the cells that it may equal."""
    time = time_guard(case.mention, case.report)
    if time:
        return case.tell("set aside", time[0], dict(time[1]))
    for option, value in zip(case.options, case.values, strict=True):
        if value is not None and case.mention.found.interval.holds(value):
            return _agreed(case, option, value)
    if case.values[0] is None:
        missing = [key for key in case.options[0].cells if case.report.grid[key].value is None]
        return case.tell("not checkable", "no_number", {"missing": names(missing, case.report)})
    return _differs(case)


def _agreed(case: _Case, option: Meaning, value: Number) -> Judgement:
    """Write a verdict of agreement, and in which meaning."""
    found, usual = case.mention.found, case.values[0]
    if case.kind.statement:
        return case.tell("agrees", "statement", {}, option)
    words: Words = {"expected": spell(value)}
    if not found.interval.exact and (value != found.value or value == found.interval.low):
        return case.tell("interval", "interval", words, option)
    if option is case.options[0] or usual is None:
        return case.tell("agrees", "agrees", words, option)
    words |= {"usual": case.name(case.options[0]), "usual_value": spell(usual)}
    return case.tell("agrees", "agrees_other", words, option)


def _differs(case: _Case) -> Judgement:
    """Judge a number that equals none of its cells: a contradiction only when nothing speaks against it."""
    words: Words = {"expected": spell(case.known[0]), "number": case.mention.found.printed}
    why, more = _excuse(case)
    if why:
        return case.tell("set aside", why, words | more)
    other = _total(case)
    if other:
        return case.tell("contradicts", "contradicts_as", words | {"other": names([other], case.report)})
    return case.tell("contradicts", "contradicts", words)


def _excuse(case: _Case) -> tuple[str, Words]:
    """Give the reason why a difference proves nothing; empty when there is none."""
    mention, report = case.mention, case.report
    doubtful = [key for key in case.options[0].cells if report.grid[key].doubt]
    if doubtful:
        return "doubtful", {"cells": names(doubtful, report)}
    if mention.found.unclear:
        return "unclear_number", {}
    if mention.sentence.is_torn(min(mention.start, mention.found.start), max(mention.end, mention.found.end)):
        return "torn", {}
    scope = scope_guard(mention, report)
    if scope:
        return "scope", {"word": scope, "scope": plain(f"scope_{known_scope(report).replace(' ', '_')}")}
    part = part_guard(mention)
    if part:
        return "part_of_whole", {"word": part}
    return ("", {}) if is_clear(mention) else ("unclear", {})


def _value(mention: Mention, option: Meaning, report: Report) -> Number | None:
    """Give the table's number, in the unit of the prose; None where one of the cells prints none."""
    values = [report.grid[key].value for key in option.cells]
    if any(value is None for value in values):
        return None
    total: Number = sum(value for value in values if value is not None)
    yuan: dict[str, int] = read_toml("prose/patterns.toml")["numbers"]["yuan"]
    if mention.kind and mention.kind.unit and mention.found.unit in yuan:
        return Decimal(total) * yuan[mention.kind.unit] / yuan[mention.found.unit]
    return total


def _total(case: _Case) -> CellKey | None:
    """Give the other total of the requests that the number equals, if it was meant to be one of them."""
    if not any(text.startswith("requests.") and text.endswith(".total") for text in case.kind.cells):
        return None
    keys = (CellKey("requests", row, "total") for row in _TOTALS)
    return next((key for key in keys if case.report.grid[key].value == case.mention.found.value), None)


def _part(mention: Mention, here: Sequence[Mention]) -> Judgement:
    """Judge a number that the form does not count: as a part of the number before it, where 其中 says so."""
    whole = next((other for other in reversed(here) if other.found.end <= mention.found.start), None)
    if whole is None or not _is_part(mention, whole):
        return Judgement("not checkable", "unlinked")
    words: Words = {"number": mention.found.printed, "whole": whole.found.printed}
    if mention.found.value <= whole.found.value:
        return Judgement("not checkable", "part", words=words)
    torn = mention.sentence.is_torn(whole.found.start, mention.found.end)
    unclear = torn or mention.found.unclear or whole.found.unclear
    return Judgement("not checkable", "unlinked") if unclear else Judgement("contradicts", "part_exceeds", words=words)


def _is_part(mention: Mention, whole: Mention) -> bool:
    between = mention.sentence.text[whole.found.end : mention.found.start]
    exact = mention.found.interval.exact and whole.found.interval.exact
    return exact and mention.found.unit == whole.found.unit and bool(pattern("guards", "part_of").search(between))
