"""Detect sentences that are not about what the table counts: another year, another organ, a plan, a part."""

from __future__ import annotations

import re
from functools import cache

from foi_analysis.prose.kinds import Mention, pattern
from foi_analysis.report import Report
from foi_analysis.resources import read_toml

#: How far back the organ is sought of which a sentence speaks.
_REACH = 120
#: How far back the year is sought.
_YEAR = 400
#: What stands before 其中 still belongs to the clause after it.
_LEAD = 4


def time_guard(mention: Mention, report: Report) -> tuple[str, dict[str, str]] | None:
    """Return why a number is about another time than the table, with the words of the reason; None when it is not."""
    clause = mention.clause
    for name in ("growth", "comparison", "planned"):
        if pattern("guards", name).search(clause):
            return name, {}
    if pattern("guards", "period").search(mention.lead + clause) or pattern("guards", "average").search(clause):
        return "period", {}
    if pattern("guards", "span").search(mention.before[-_REACH:]):
        return "span", {}
    return _other_year(mention, report)


def scope_guard(mention: Mention, report: Report) -> str:
    """Return the word for the body that a number belongs to, when it is not the table's; else nothing."""
    body, word = subject(mention, report.organ.value)
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
    if kind.topic is None:
        return True
    if not any(text.startswith("requests.") for text in kind.cells):
        appeals = pattern("guards", "appeals").search(sentence.before)
        return bool(appeals or kind.topic.search(sentence.heading + sentence.text))
    context = sentence.heading + sentence.before
    spoken = context + (sentence.text if kind.statement else mention.before + mention.clause)
    topic = kind.topic.search(context + sentence.text)
    return bool(topic) and not _is_foreign(context + sentence.text[: mention.start], spoken)


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
        elif body == "office" and pattern("scope", "office").search(organ):
            body = "own"
        found = (body, match[0])
    return found


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
    """Check whether a name may be short for the report's organ: its last letters, in order, and no other place."""
    letters = iter(organ)
    alike = all(letter in letters for letter in name[-2:])
    return alike and all(place in organ for place in pattern("scope", "places").findall(name))


def _other_year(mention: Mention, report: Report) -> tuple[str, dict[str, str]] | None:
    years = [match["year"] for match in pattern("guards", "year").finditer(mention.before[-_YEAR:])]
    if not years or years[-1] == report.year.value:
        return None
    if not report.year.value:
        return "unknown_year", {"year": years[-1]}
    return "other_year", {"year": years[-1], "own": report.year.value}


def _is_foreign(before: str, spoken: str) -> bool:
    """Check whether something else than requests for information was spoken of last."""
    foreign = max((match.start() for match in pattern("guards", "foreign").finditer(before)), default=-1)
    topic = max((match.start() for match in pattern("guards", "topic").finditer(spoken)), default=-1)
    return foreign > topic
