"""Judge each number of the prose against the table, with the reason in both languages.

A printed share allows the interval of its rounding; organs also cut digits off, which is told. Only a share whose
sentence names both its numbers (…929件,其中…567件,…率61%) can be contradicted, and then by the text itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import ROUND_FLOOR, Decimal
from functools import cache
from typing import Literal

from foi_analysis.bilingual import Words, both, joined, named
from foi_analysis.form import CellKey
from foi_analysis.prose.kinds import Kind, Meaning, Mention, clause_before, load_kinds, meanings, pattern
from foi_analysis.report import Number, Report
from foi_analysis.resources import Language, Told, in_language, read_toml

# ---- sentences that are not about what the table counts ----


#: How far back the organ is sought of which a sentence speaks.
_REACH = 120
#: A longer stretch of a sentence says more than a number and what it counts.
_STRETCH = 200
#: How far back the year is sought.
_YEAR = 400
#: How far before a body its level is sought.
_LEVEL = 12
#: What stands before 其中 still belongs to the clause after it.
_LEAD = 4


def time_guard(mention: Mention, report: Report) -> tuple[str, dict[str, str]] | None:
    """Return why a number is about another time than the table, with the words of the reason; None when it is not."""
    clause = mention.clause
    carried = pattern("guards", "carried_between").search(clause)
    if carried and report.year.value and report.year.value not in carried.groups():
        return "other_year", {"year": carried["to"], "own": report.year.value}
    for name in ("growth", "comparison", "planned"):
        if pattern("guards", name).search(clause):
            return name, {}
    if pattern("guards", "period").search(mention.lead + clause) or pattern("guards", "average").search(clause):
        return "period", {}
    if pattern("guards", "span").search(mention.before[-_REACH:]):
        return "span", {}
    return _other_year(mention, report)


def scope_guard(mention: Mention, report: Report) -> str:
    """Return the word for the body that a number belongs to, when it is not the table's; else nothing.

    Of a department's table only this sentence may say that it covers others, too: then it may cover none.
    """
    body, word = subject(mention, report.organ.value)
    if body == "own" and pattern("scope", "level_alone").search(word) and known_scope(report) == "unknown":
        return word  # of a government of which it is not known whether its figures are those of all its bodies
    alone = any(part.quote and part.quote in mention.sentence.printed for part in (report.scope, *report.scope.parts))
    if body == "whole" and alone and report.level.value.endswith("department"):
        return word
    return "" if body in _fits()[known_scope(report)] else word


def known_scope(report: Report) -> str:
    """Return the scope of a report's tables; one that is not listed is unknown."""
    return report.scope.value if report.scope.value in _fits() else "unknown"


def _fits() -> dict[str, list[str]]:
    """Return, for each scope of a report, the bodies whose figures its tables hold."""
    fits: dict[str, list[str]] = read_toml("prose/patterns.toml")["scope"]["fits"]
    return fits


def part_guard(mention: Mention) -> str:
    """Return the word that makes the number a part of what its kind counts; empty when there is none."""
    if not (mention.kind and mention.kind.whole):
        return ""
    clause = mention.clause
    at = mention.before.rfind(clause.partition("#")[0])
    match = pattern("guards", "part").search(mention.before[max(at - _LEAD, 0) : at] + clause)
    return match["word"] if match else ""


def is_clear(mention: Mention) -> bool:
    """Check whether the words say so clearly what the number counts that a difference is a contradiction."""
    kind, sentence = mention.kind, mention.sentence
    if kind is None or mention.is_hint:
        return False
    return kind.topic is None or bool(kind.topic.search(sentence.heading + sentence.before + sentence.text))


def is_plain(mention: Mention, here: Sequence[Mention], organ: str) -> bool:
    """Check whether nothing but known words stands around a number, from the clause that names what it counts on.

    Any other word may make it another number: that of one channel, of what was examined, of another's cases.
    """
    kind, text, end = mention.kind, mention.sentence.text, mention.ends
    begin = _named_from(mention, here)
    if kind is None or end - begin > _STRETCH or pattern("plain", "behind").search(text[end:]):
        return False
    words = text[begin:end]
    for other in reversed(here):
        if begin <= other.found.start and other.found.end <= end and not (other.kind and other.kind.statement):
            words = words[: other.found.start - begin] + "#" + words[other.found.end - begin :]
    if kind.statement and "#" in words:
        return False
    return not _plain_words(kind).sub("", _without_bodies(words, organ))


def _named_from(mention: Mention, here: Sequence[Mention]) -> int:
    """Return where the words begin that say what a number counts: with what leads up to them, or enumerates."""
    text, begin, leads = mention.sentence.text, mention.begins, 0
    named = pattern("named", table_of(mention.kind)) if mention.kind else None
    while begin > 0 and mention.ends - begin <= _STRETCH:
        before = clause_before(text, begin)
        tells = any(before <= other.found.start < begin for other in here)
        if named and named.search(text, begin, mention.ends) and text[begin - 1] != "、":
            leads += 1
            if tells or leads > 1:
                break
        begin = before
    return begin


def table_of(kind: Kind) -> str:
    """Return the table whose cells a kind counts."""
    return kind.cells[0].partition(".")[0]


@cache
def _plain_words(kind: Kind) -> re.Pattern[str]:
    """Match the words that may stand around a number of a kind, or around a statement that there is none."""
    has_result = table_of(kind) == "review" and not kind.cells[0].endswith(".total")
    names = (*("results",) * has_result, *("none",) * kind.statement, table_of(kind), "all")
    return re.compile("|".join(pattern("plain", name).pattern for name in names))


def _without_bodies(words: str, organ: str) -> str:
    """Leave out the report's own organ and the bodies whose figures a table may hold."""

    def kept(match: re.Match[str]) -> str:
        is_own = match["name"] and _is_own(match["name"], organ)
        return match[0] if match["other"] or (match["name"] and not is_own) else ""

    words = words.replace(organ, "") if organ else words
    words = pattern("scope", "authority").sub(lambda found: "" if found[1] in organ else found[0], words)
    return _bodies().sub(kept, words)


def subject(mention: Mention, organ: str) -> tuple[str, str]:
    """Return whose number it is (own, whole, office, government, other or none) and the word that says so.

    The nearest word before it in its sentence decides; else the last subject of the sentences before.
    """
    sentence = mention.sentence
    here = _nearest(_bodies(), sentence.text, mention.found.start, organ)
    return here if here[1] else _nearest(_subjects(), sentence.before, len(sentence.before), organ)


def _nearest(bodies: re.Pattern[str], text: str, end: int, organ: str) -> tuple[str, str]:
    """Find the last body before a place; it may be told by what follows it there."""
    found = ("none", "")
    for match in bodies.finditer(text, max(end - _REACH, 0)):
        if match.end() > end:
            break
        body = next(name for name, word in match.groupdict().items() if word)
        if body == "name":
            body = "own" if _is_own(match["name"], organ) else "other"
        elif body in ("whole", "office", "government") and _is_elsewhere(
            text[max(match.start() - _LEVEL, 0) : match.end()], organ
        ):
            body = "other"
        elif body == "office" and pattern("scope", "office").search(organ):
            body = "own"
        found = (body, match[0])
    return found


def _is_elsewhere(text: str, organ: str) -> bool:
    """Check whether a text ends in a body of another level than the organ's, as 全市 in a county's report."""
    named = pattern("scope", "level_of_body").search(text)
    levels = pattern("scope", "levels").findall(organ)
    return bool(named and levels and (named["level"] or named["of"]) != levels[-1])


@cache
def _bodies() -> re.Pattern[str]:
    """Combine the words for bodies; a named organ is one group within its expression."""
    names = ("own", "whole", "office", "government", "other")
    parts = [f"(?P<{name}>{pattern('scope', name).pattern})" for name in names]
    return re.compile("|".join([*parts, pattern("scope", "named").pattern]))


@cache
def _subjects() -> re.Pattern[str]:
    """Match the words for bodies where they are the subject of what follows."""
    return re.compile(f"(?:{_bodies().pattern})(?={pattern('scope', 'subject').pattern})")


def _is_own(name: str, organ: str) -> bool:
    """Check whether a name may be short for the report's organ: its letters stand in the organ's name, in order."""
    letters = iter(organ)
    return all(letter in letters for letter in pattern("scope", "lead").sub("", name))


def _other_year(mention: Mention, report: Report) -> tuple[str, dict[str, str]] | None:
    years = [year for match in pattern("guards", "times").finditer(mention.before[-_YEAR:]) if (year := match["year"])]
    if not years or years[-1] == report.year.value:
        return None
    if not report.year.value:
        return "unknown_year", {"year": years[-1]}
    return "other_year", {"year": years[-1], "own": report.year.value}


# ---- verdicts ----


Outcome = Literal["agrees", "interval", "contradicts", "not checkable", "set aside"]
How = Literal["", "cell", "sum", "ratio", "stated"]
#: What fills the places of a reason.
Filling = dict[str, Words | str | int]

#: More cells than these are named by what they count together.
_NAMED = 2
#: The totals of which a share of requests may be one, as sums of rows.
_WHOLES = (("concluded",), ("new",), ("new", "carried_in"))
#: The totals of which a number that contradicts another may be the right one.
_TOTALS = ("new", "carried_in", "concluded", "carried_out")


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict with what it rests on.

    ``why`` names its reason, whose places ``words`` fill. ``cells`` are the cells it is about, ``how`` tells how they
    give the number (``stated``: a share of two numbers of the text), ``meaning`` is the formula, ``usual`` whether it
    is what the words usually mean. ``expected`` are the values that would agree, the usual meaning first.
    """

    verdict: Outcome
    why: str
    cells: tuple[CellKey, ...] = ()
    how: How = ""
    meaning: str = ""
    expected: tuple[Number, ...] = ()
    words: Filling = field(default_factory=dict)
    usual: bool = False

    def reason(self, language: Language) -> str:
        """Write the reason for the verdict in one language."""
        return in_language(Told(f"prose.{self.why}", **self.words), language)


def names(cells: Sequence[CellKey], report: Report, together: Words | None = None) -> Words:
    """Name cells in both languages; many of them by what they count ``together``, or by the first."""
    if len(cells) > _NAMED and together:
        return together
    plus, more = both(Told("prose.plus")), "…" * (len(cells) > _NAMED)
    found = joined([_label(key, report) for key in cells[:_NAMED]], plus.zh, plus.en)
    return Words(found.zh + more, found.en + more)


def spell(value: Number) -> str:
    """Write a number as a reader expects it."""
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)


def how(meaning: Meaning) -> How:
    """Return how the cells of a formula give its number: as a cell, a sum or a ratio."""
    return "ratio" if meaning.divisor else "sum" if len(meaning.cells) > 1 else "cell"


def _label(key: CellKey, report: Report) -> Words:
    table = report.form.table(key.table)
    row, column = (Words(term.zh, term.en) for term in (table.row(key.row), table.column(key.column)))
    return both(Told("prose.cell", row=row, column=column))


def judge_share(mention: Mention, here: Sequence[Mention], last: Sequence[Mention], report: Report) -> Judgement:
    """Judge a percentage; ``here`` and ``last`` as for ``judge``."""
    if pattern("guards", "growth").search(mention.clause):
        return Judgement("not checkable", "growth")
    time = time_guard(mention, report)
    if time:
        return Judgement("set aside", time[0], words=dict(time[1]))
    part = _share_of(mention, here)
    stated = _of_numbers(mention, part, here, last, report) if part else None
    found = stated or _of_cells(mention, report) or (_contradicted(mention, part, here) if part else None)
    return found or Judgement("not checkable", "share_unclear" if part else "share_unlinked")


def _share_of(mention: Mention, here: Sequence[Mention]) -> Mention | None:
    """Return the number that this is the share of: the last before it, with 占 or 率 between."""
    before = [other for other in here if other.found.end <= mention.found.start]
    if not before or not _is_count(before[-1]):
        return None
    between = mention.sentence.text[before[-1].found.end : mention.found.start]
    return before[-1] if pattern("guards", "rate").search(between) else None


def _is_count(mention: Mention) -> bool:
    return mention.found.interval.exact and mention.found.value > 0 and bool(mention.found.unit)


def _of_numbers(
    mention: Mention, part: Mention, here: Sequence[Mention], last: Sequence[Mention], report: Report
) -> Judgement | None:
    """Compare a share with its part over each possible whole; None when no quotient fits."""
    stated = [other for other in here if other.found.end <= part.found.start] + list(last)
    wholes = [(other.found.value, ()) for other in stated if _is_count(other) and (not other.kind or other.kind.whole)]
    fitting = [
        (why, whole, cells)
        for whole, cells in (*wholes, *_totals((part, *here), report))
        if whole >= part.found.value and (why := _agrees(mention, part.found.value, whole))
    ]
    fitting.sort(key=lambda found: found[0] != "share")  # one that is rounded explains more than one that is cut off
    return next((_share(mention, part.found.value, whole, cells, why) for why, whole, cells in fitting), None)


def _totals(mentions: Iterable[Mention], report: Report) -> Iterator[tuple[Number, tuple[CellKey, ...]]]:
    """Yield the totals of the table, where one of some numbers is one of requests."""
    counted = (mention.kind.cells for mention in mentions if mention.kind)
    requests = next((cells for cells in counted if any(text.startswith("requests.") for text in cells)), None)
    own = requests[0].split(".")[1] if requests else ""
    for rows in sorted(_WHOLES, key=lambda rows: rows[0] != own) if requests else ():  # of applicants: those received
        cells = tuple(CellKey("requests", row, "total") for row in rows)
        total = _sum(cells, report)
        if total is not None:
            yield total, cells


def _agrees(mention: Mention, part: Number, whole: Number) -> str:
    """Name how a quotient fits the printed share: rounded or cut off; empty when it does not."""
    quotient = Decimal(100) * Decimal(part) / Decimal(whole)
    interval, printed = mention.found.interval, Decimal(mention.found.value)
    if interval.holds(quotient):
        return "share"
    if interval.high is None or not interval.low < printed < interval.high:
        return ""
    digit = ((Decimal(interval.high) - printed) * 2).normalize()
    return "share_cut" if quotient.quantize(digit, ROUND_FLOOR) == printed else ""


def _share(mention: Mention, part: Number, whole: Number, cells: tuple[CellKey, ...], why: str) -> Judgement:
    exact = Decimal(100) * Decimal(part) == Decimal(mention.found.value) * Decimal(whole)
    words: Filling = {"part": spell(part), "whole": spell(whole)}
    meaning = f"{spell(part)} / {spell(whole)}"
    expected = (_percent(part, whole),)
    return Judgement("agrees" if exact else "interval", why, cells, "stated", meaning, expected, words)


def _contradicted(mention: Mention, part: Mention, here: Sequence[Mention]) -> Judgement | None:
    """Judge a share by its own sentence; None unless that names both numbers without doubt."""
    at = list(here).index(part)
    whole = here[at - 1] if at else part
    if not _is_named(mention, part, whole):
        return None
    number, of = part.found.value, whole.found.value
    if why := _agrees(mention, number, of):
        return _share(mention, number, of, (), why)
    expected = _percent(number, of)
    words: Filling = {"part": spell(number), "whole": spell(of), "expected": spell(expected)}
    return Judgement("contradicts", "share_differs", (), "stated", f"{spell(number)} / {spell(of)}", (expected,), words)


def _is_named(mention: Mention, part: Mention, whole: Mention) -> bool:
    """Check whether a sentence says without doubt that the share is that of the part in the whole."""
    text, sentence = mention.sentence.text, mention.sentence
    if whole is part or not _is_count(whole) or whole.found.unit != part.found.unit:
        return False
    if part.found.value > whole.found.value or any(other.found.unclear for other in (whole, part, mention)):
        return False
    named = pattern("guards", "part_of").search(text[whole.found.end : part.found.start])
    rate = pattern("guards", "rate_of_part").search(text[part.found.end : mention.found.start])
    noun = text[whole.found.end + named.end() : part.found.start] if named else ""
    of_part = named and rate and (rate["share"] or (noun and rate["of"] == noun))
    return bool(of_part) and not sentence.is_torn(whole.found.start, mention.found.end)


def _of_cells(mention: Mention, report: Report) -> Judgement | None:
    """Compare a share with a quotient of cells; None when it differs, for rates are defined in many ways."""
    for option in meanings(mention.kind, report.form) if mention.kind else ():
        part, whole = (_sum(cells, report) for cells in (option.cells, option.divisor))
        why = _agrees(mention, part, whole) if part is not None and whole else ""
        if part is not None and whole and why:
            share = _share(mention, part, whole, option.cells + option.divisor, why)
            return replace(share, how="ratio", meaning=option.text)
    return None


def _sum(cells: Sequence[CellKey], report: Report) -> Number | None:
    """Return the sum of cells; None where one of them prints no number."""
    values = [report.grid[key].value for key in cells]
    return None if any(value is None for value in values) else sum(value for value in values if value is not None)


def _percent(part: Number, whole: Number) -> Decimal:
    return (Decimal(100) * Decimal(part) / Decimal(whole)).quantize(Decimal("0.01"))


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
    kind = _carried(mention, kind, report)
    if not kind.cells:
        return Judgement("not checkable", kind.reason)
    options = meanings(kind, report.form)
    if not options:
        return Judgement("not checkable", "no_cell")
    values = tuple(_value(mention, option, report) for option in options)
    return _against_table(_Case(mention, kind, report, options, values, here))


def _carried(mention: Mention, kind: Kind, report: Report) -> Kind:
    """Return what is counted where requests go from one year to another, both named: carried in, or carried over."""
    years = pattern("guards", "carried_between").search(mention.clause)
    if not kind.id.startswith("carried_") or not years:
        return kind
    names = {years["to"]: "carried_in", years["from"]: "carried_out"}
    return next((other for other in load_kinds() if other.id == names.get(report.year.value)), kind)


@dataclass(frozen=True)
class _Case:
    """A number, the formulas that it may equal in the report's form, and the table's value of each."""

    mention: Mention
    kind: Kind
    report: Report
    options: tuple[Meaning, ...]
    values: tuple[Number | None, ...]
    here: Sequence[Mention] = ()

    @property
    def known(self) -> tuple[Number, ...]:
        """The values that the table gives."""
        return tuple(value for value in self.values if value is not None)

    def name(self, option: Meaning) -> Words:
        """Name the cells of a formula, many of them by what they count together."""
        return names(option.cells, self.report, Words(self.kind.zh, self.kind.en))

    def tell(self, verdict: Outcome, why: str, words: Filling, option: Meaning | None = None) -> Judgement:
        """Write the verdict; about the usual meaning unless another is given."""
        option = option or self.options[0]
        filling: Filling = {"cells": self.name(option), **words}
        usual = option is self.options[0]
        return Judgement(verdict, why, option.cells, how(option), option.text, self.known, filling, usual)


def _against_table(case: _Case) -> Judgement:
    """Compare a number with the cells that it may equal."""
    time = time_guard(case.mention, case.report)
    if time:
        return case.tell("set aside", time[0], dict(time[1]))
    holding = [
        (option, value)
        for option, value in zip(case.options, case.values, strict=True)
        if value is not None and case.mention.found.interval.holds(value)
    ]
    if holding and (not case.kind.statement or holding[0][0] is case.options[0]):
        return _agreed(case, *holding[0])
    if case.values[0] is None:
        missing = [key for key in case.options[0].cells if case.report.grid[key].value is None]
        return case.tell("not checkable", "no_number", {"missing": names(missing, case.report)})
    return _differs(case)


def _agreed(case: _Case, option: Meaning, value: Number) -> Judgement:
    """Write a verdict of agreement, and in which meaning."""
    found, usual = case.mention.found, case.values[0]
    if case.kind.statement:
        return case.tell("agrees", "statement", {}, option)
    words: Filling = {"expected": spell(value)}
    if not found.interval.exact and (value != found.value or value == found.interval.low):
        return case.tell("interval", "interval", words, option)
    if option is case.options[0] or usual is None:
        judged = case.tell("agrees", "agrees", words, option)
        is_named = table_of(case.kind) != "requests" or pattern("guards", "requests").search(case.mention.sentence.text)
        return judged if is_named else replace(judged, usual=False)  # 收到建议47件，答复47件 proves nothing
    words |= {"usual": case.name(case.options[0]), "usual_value": spell(usual)}
    return case.tell("agrees", "agrees_other", words, option)


def _differs(case: _Case) -> Judgement:
    """Judge a number that equals none of its cells: a contradiction only when nothing speaks against it."""
    words: Filling = {"expected": spell(case.known[0]), "number": case.mention.found.printed}
    why, more = _excuse(case)
    if why:
        return case.tell("set aside", why, words | more)
    other = _total(case)
    if other:
        return case.tell("contradicts", "contradicts_as", words | {"other": names([other], case.report)})
    return case.tell("contradicts", "contradicts", words)


def _excuse(case: _Case) -> tuple[str, Filling]:
    """Return the reason why a difference proves nothing; empty when there is none."""
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
        return "scope", {"word": scope, "scope": named("scope", known_scope(report))}
    year = _year_before(mention, report)
    if year:
        return "other_year", {"year": year, "own": report.year.value}
    if pattern("guards", "period").search(mention.before):
        return "period", {}
    part = part_guard(mention) or _part_of(case)
    if part:
        return "part_of_whole", {"word": part}
    if _is_told_beside(case):
        return "beside", {}
    return ("", {}) if _is_certain(case) else ("unclear", {})


def _is_certain(case: _Case) -> bool:
    """Check whether a number can count nothing else than the cells that it differs from."""
    if _may_be_more(case) or _is_rounded(case) or (case.kind.statement and any(value == 0 for value in case.known)):
        return False
    return is_clear(case.mention) and is_plain(case.mention, case.here, case.report.organ.value)


def _may_be_more(case: _Case) -> bool:
    """Check whether a number may count more than its kind: two outcomes, cases of both kinds, or all there ever was.

    What was answered of the requests received is less than they are.
    """
    text, kind = case.mention.before, case.kind
    for other in reversed([one.found for one in case.here if one.found.end <= case.mention.found.start]):
        text = f"{text[: other.start]}#{text[other.end :]}"
    names = ["ever", *["together"] * (kind.id != "disclosed_any"), *["answered"] * (kind.id == "received")]
    has_result = table_of(kind) == "review" and not kind.cells[0].endswith(".total")
    return any(pattern("guards", name).search(text) for name in (*names, *["of_both"] * has_result))


def _is_rounded(case: _Case) -> bool:
    """Check whether an amount is the table's, which prints it rounded to its unit."""
    yuan: dict[str, int] = read_toml("prose/patterns.toml")["numbers"]["yuan"]
    found, known = case.mention.found, case.known[0]
    if not case.kind.unit or found.unit not in yuan:
        return False
    digits = Decimal(case.report.grid[case.options[0].cells[0]].value or 0).as_tuple().exponent
    step = Decimal(yuan[case.kind.unit]).scaleb(min(int(digits), 0)) / yuan[found.unit]
    return abs(Decimal(found.value) - Decimal(known)) <= step / 2


def _year_before(mention: Mention, report: Report) -> str:
    """Return the other year that is the last one named before a number, in its sentence or shortly before it."""
    text = mention.sentence.before[-_REACH:] + mention.before
    own, times = report.year.value, list(pattern("guards", "times").finditer(text))
    if not times or times[-1]["now"] or not own:
        return ""
    year: str = times[-1]["year"] or str(int(own) - 1)
    return year if year != own else ""


def _part_of(case: _Case) -> str:
    """Return the words that make a result one of a part of the requests: of some applicants, or of some of them only.

    What it is a part of is the last number before it, none smaller; results of requests received are at most those of
    all that were concluded.
    """
    mention, report = case.mention, case.report
    _, row, column = case.options[0].cells[0]
    if table_of(case.kind) != "requests" or column != "total":
        return ""
    applicants = pattern("guards", "applicants").search(pattern("guards", "anyone").sub("", mention.before))
    if applicants:
        return applicants[0]
    if row in ("new", "carried_in", "carried_out"):
        return ""
    before = [other for other in case.here if other.found.end <= mention.found.start and _is_count(other)]
    wholes = [other for other in before if not other.kind or table_of(other.kind) == "requests"]
    whole = next((other for other in reversed(wholes) if other.found.value >= mention.found.value), None)
    if whole is None:
        return ""
    new, carried, concluded = (
        _sum((CellKey("requests", name, "total"),), report) for name in ("new", "carried_in", "concluded")
    )
    totals = {concluded, new, (new or 0) + (carried or 0)}
    if whole.found.value not in totals:
        return whole.found.printed
    is_less = row != "concluded" and mention.found.value < case.known[0]
    return whole.found.printed if whole.found.value == new and carried and is_less else ""


def _is_told_beside(case: _Case) -> bool:
    """Check whether the table's number stands beside it, or is it with one or all of those beside it, or without one.

    Answers to requests received may leave out those carried in, or over.
    """
    mention = case.mention
    beside = [other.found for other in case.here if other is not mention and other.found.unit == mention.found.unit]
    number = mention.found.value
    near = {found.value for found in beside} | {sum(found.value for found in beside)}
    if case.kind.id == "concluded":
        cells = ((CellKey("requests", name, "total"),) for name in ("carried_in", "carried_out"))
        near |= {value for key in cells if (value := _sum(key, case.report))}
    told = {number + other for other in near} | {number - other for other in near}
    return any(value in told or any(found.interval.holds(value) for found in beside) for value in case.known)


def _value(mention: Mention, option: Meaning, report: Report) -> Number | None:
    """Return the table's number in the unit of the prose; None where one of the cells prints none."""
    total = _sum(option.cells, report)
    yuan: dict[str, int] = read_toml("prose/patterns.toml")["numbers"]["yuan"]
    if total is not None and mention.kind and mention.kind.unit and mention.found.unit in yuan:
        return Decimal(total) * yuan[mention.kind.unit] / yuan[mention.found.unit]
    return total


def _total(case: _Case) -> CellKey | None:
    """Return the other total of requests that the number equals, if it counts requests."""
    if not any(text.startswith("requests.") and text.endswith(".total") for text in case.kind.cells):
        return None
    keys = (CellKey("requests", row, "total") for row in _TOTALS)
    return next((key for key in keys if case.report.grid[key].value == case.mention.found.value), None)


def _part(mention: Mention, here: Sequence[Mention]) -> Judgement:
    """Judge a number that the form does not count: as a part of the number before it, where 其中 says so."""
    whole = next((other for other in reversed(here) if other.found.end <= mention.found.start), None)
    if whole is None or not _is_part(mention, whole):
        return Judgement("not checkable", "unlinked")
    words: Filling = {"number": mention.found.printed, "whole": whole.found.printed}
    if mention.found.value <= whole.found.value:
        return Judgement("not checkable", "part", words=words)
    torn = mention.sentence.is_torn(whole.found.start, mention.found.end)
    unclear = torn or mention.found.unclear or whole.found.unclear
    return Judgement("not checkable", "unlinked") if unclear else Judgement("contradicts", "part_exceeds", words=words)


def _is_part(mention: Mention, whole: Mention) -> bool:
    between = mention.sentence.text[whole.found.end : mention.found.start]
    exact = mention.found.interval.exact and whole.found.interval.exact
    return exact and mention.found.unit == whole.found.unit and bool(pattern("guards", "part_of").search(between))
