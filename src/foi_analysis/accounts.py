"""Write out what checks find beyond verdicts: explanations of what is broken, hints, and what the prose claims.

For a person in two languages, and as records for programs. Names of cells are given by the caller.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from foi_analysis.bilingual import along, place
from foi_analysis.checks import Verdict, identity_verdicts
from foi_analysis.explanations import Change, Explanation, Group, groups_of
from foi_analysis.form import CellKey, Form
from foi_analysis.prose import Claim
from foi_analysis.report import Report
from foi_analysis.resources import Language, say
from foi_analysis.rules import Rule
from foi_analysis.search import BOUND

Namer = Callable[[CellKey], str]
#: So many candidates of a tie are written out; of more, the number is given.
_LISTED = 6


def explained(form: Form, groups: Sequence[Group], name: Namer, language: Language) -> Iterator[str]:
    """Write the explanations of each group of broken identities, one line a candidate, likeliest first."""
    for group in groups:
        broken = say("accounts.rules", language).join(along(form, one, language) for one in group.broken)
        yield say("accounts.group", language, rules=broken)
        yield f"  {say('accounts.reading' if group.whose == 'reading doubtful' else 'accounts.source', language)}"
        yield from (f"  {line}" for line in _candidates(group, name, language))


def remarks_on(report: Report, language: Language) -> dict[CellKey, str]:
    """Return for each cell under a broken identity what is printed, what does not hold, and what is implied."""
    broken = [one for one in identity_verdicts(report) if one.outcome == "broken"]
    groups = groups_of(report)
    found: dict[CellKey, str] = {}
    for key in (key for key in report.grid if any(key in one.rule.cells for one in broken)):
        mine = [one for one in broken if key in one.rule.cells]
        rules = [
            say(
                "accounts.remark_rule",
                language,
                rule=along(report.form, one.rule, language),
                left=one.left,
                right=one.right,
            )
            for one in mine
        ]
        ways = [way for group in groups for way in group.explanations if key in {c.key for c in way.changes}]
        implied = list(dict.fromkeys(_implied(key, way, language) for way in ways))
        printed = say("accounts.remark_printed", language, printed=report.grid[key].printed)
        none = [] if implied else [say("accounts.remark_none", language)]
        found[key] = "\n".join((printed, *rules, *implied, *none))
    return found


def _implied(key: CellKey, way: Explanation, language: Language) -> str:
    """Return what an explanation makes of one of its cells."""
    value = next(change.implied for change in way.changes if change.key == key)
    implied = say("accounts.several", language) if value is None else value
    others = len(way.changes) - 1
    return say(f"accounts.remark_{'with' if others else 'implied'}", language, n=others, implied=implied)


def _candidates(group: Group, name: Namer, language: Language) -> Iterator[str]:
    found = group.explanations
    if not found:
        key = "accounts.bounded" if group.bounded else "accounts.none"
        yield say(key, language, n=BOUND)
        return
    yield say("accounts.tie" if group.is_tie else "accounts.one", language, n=len(found), cells=len(found[0].changes))
    for explanation in found[:_LISTED]:
        yield "- " + say("accounts.and", language).join(_change(c, name, language) for c in explanation.changes)
    if len(found) > _LISTED:
        yield say("accounts.more", language, n=len(found) - _LISTED)


def _change(change: Change, name: Namer, language: Language) -> str:
    implied = say("accounts.several", language) if change.implied is None else str(change.implied)
    slip = say(f"accounts.slip_{change.slip.replace(' ', '_')}", language) if change.slip else ""
    key = "accounts.change_slip" if slip else "accounts.change"
    return say(key, language, cell=name(change.key), printed=change.printed, implied=implied, slip=slip)


def claimed(found: Sequence[Claim], language: Language) -> Iterator[str]:
    """Write the claims that the tables bear on: first what contradicts them, then what agrees or was set aside."""
    order = ("contradicts", "set aside", "agrees", "interval")
    for verdict in order:
        for claim in found:
            if claim.verdict == verdict:
                name = say(f"accounts.claim_{verdict.replace(' ', '_')}", language)
                about = {"verdict": name, "printed": claim.printed, "quote": claim.quote}
                about["where"] = place(claim.where).one(language)
                yield say("accounts.claim", language, **about, reason=claim.reason(language))


def claim_records(found: Sequence[Claim]) -> list[dict[str, Any]]:
    """Return the claims that are linked to cells as records with stable keys."""
    return [
        {
            "claim": claim.id,
            "verdict": claim.verdict,
            "printed": claim.printed,
            "low": float(claim.low),
            "high": None if claim.high is None else float(claim.high),
            "cells": [str(key) for key in claim.cells],
            "where": claim.where,
            "quote": claim.quote,
            "reason_zh": claim.reason("zh"),
            "reason_en": claim.reason("en"),
        }
        for claim in found
        if claim.cells or claim.verdict in ("contradicts", "set aside", "interval")
    ]


def hinted(hints: Sequence[Verdict[Rule]], language: Language) -> Iterator[str]:
    """Write the hints that do not hold, each with what a break means."""
    for hint in hints:
        if hint.outcome == "broken":
            yield say("accounts.hint", language, title=hint.rule.title(language), meaning=hint.rule.meaning(language))


def explanation_records(groups: Sequence[Group]) -> list[dict[str, Any]]:
    """Return the groups as records with stable keys: rules, whose, bounded, tie, explanations."""
    return [
        {
            "rules": [one.id for one in group.broken],
            "whose": group.whose,
            "bounded": group.bounded,
            "tie": group.is_tie,
            "explanations": [_explanation(explanation) for explanation in group.explanations],
        }
        for group in groups
    ]


def hint_records(hints: Sequence[Verdict[Rule]]) -> list[dict[str, Any]]:
    """Return the hints as records with stable keys: rule, verdict, left, right, cells, title_zh, title_en."""
    return [
        {
            "rule": hint.rule.id,
            "verdict": hint.outcome,
            "left": None if hint.left is None else float(hint.left),
            "right": None if hint.right is None else float(hint.right),
            "cells": [str(key) for key in hint.rule.cells],
            "title_zh": hint.rule.title("zh"),
            "title_en": hint.rule.title("en"),
        }
        for hint in hints
    ]


def _explanation(explanation: Explanation) -> dict[str, Any]:
    changes = [
        {"cell": str(c.key), "printed": c.printed, "implied": c.implied, "slip": c.slip, "where": c.where}
        for c in explanation.changes
    ]
    return {"changes": changes, "evidence": explanation.evidence}
