"""What ``foi-analysis check`` and ``reproduce`` print: for a person in two languages, for programs as JSON."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import count, groupby
from typing import Any

from foi_analysis.bilingual import doubt_of, fault_of, named, place
from foi_analysis.checks import Verdict, check, hints, identity_verdicts, pair_years, verdicts
from foi_analysis.explanations import BOUND, Change, Explanation, Group, groups_of
from foi_analysis.form import CellKey, Form, Identity, title_along
from foi_analysis.panel import Panel, as_panel
from foi_analysis.prose import Claim, claims, coverage
from foi_analysis.read import exit_status
from foi_analysis.report import FINDINGS, Cell, Finding, Number, Report, plain
from foi_analysis.resources import Language, columns, read_toml, say
from foi_analysis.rules import VERDICTS, Rule, load_rules

# ---- what checks find beyond verdicts ----


#: So many candidates of a tie are written out; of more, the number is given.
_LISTED = 6


def explained(report: Report, language: Language) -> Iterator[str]:
    """Write the explanations of each group of broken identities, one line a candidate, likeliest first."""
    for group in groups_of(report):
        broken = say("accounts.rules", language).join(title_along(report.form, one, language) for one in group.broken)
        yield say("accounts.group", language, rules=broken)
        yield f"  {say('accounts.reading' if group.whose == 'reading doubtful' else 'accounts.source', language)}"
        yield from (f"  {line}" for line in _candidates(group, report.form, language))


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
                rule=title_along(report.form, one.rule, language),
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


def _candidates(group: Group, form: Form, language: Language) -> Iterator[str]:
    found = group.explanations
    if not found:
        key = "accounts.bounded" if group.bounded else "accounts.none"
        yield say(key, language, n=BOUND)
        return
    yield say("accounts.tie" if group.is_tie else "accounts.one", language, n=len(found), cells=len(found[0].changes))
    for explanation in found[:_LISTED]:
        yield "- " + say("accounts.and", language).join(_change(c, form, language) for c in explanation.changes)
    if len(found) > _LISTED:
        yield say("accounts.more", language, n=len(found) - _LISTED)


def _change(change: Change, form: Form, language: Language) -> str:
    implied = say("accounts.several", language) if change.implied is None else str(change.implied)
    slip = say(f"accounts.slip_{change.slip.replace(' ', '_')}", language) if change.slip else ""
    key, cell = "accounts.change_slip" if slip else "accounts.change", cell_name(form, change.key, language)
    return say(key, language, cell=cell, printed=change.printed, implied=implied, slip=slip)


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
            **columns(reason=claim.reason),
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
            **columns(title=hint.rule.title),
        }
        for hint in hints
    ]


def _explanation(explanation: Explanation) -> dict[str, Any]:
    changes = [
        {"cell": str(c.key), "printed": c.printed, "implied": c.implied, "slip": c.slip, "where": c.where}
        for c in explanation.changes
    ]
    return {"changes": changes, "evidence": explanation.evidence}


# ---- the account of a report ----


#: So many cells of one kind are listed, and so many identities of a family; of more, the number is given.
_SHOWN, _FEW = 40, 3


def text(report: Report, language: Language, *, verbose: bool = False) -> str:
    """Return what a report is and the verdict, what is wrong with its cells and places, then the rest in numbers.

    With `verbose` also where organ and year stand, the identities by what they add up, each that cannot be assessed,
    and every claim that agrees.
    """
    rest = (_places, _counts, _families, _agreeing) if verbose else (_counts,)
    unclear = _open if verbose else _open_by_family
    parts = (_subject, _result, _faults, _cells, _breaks, _explanations, unclear, _contradicting, *rest, _hints)
    return "".join(f"{line}\n" for part in parts for line in part(report, language))


def across(reports: Sequence[Report], language: Language) -> str:
    """Return what does not hold between reports of one organ for neighbouring years, and which are for one year."""
    panel = as_panel(_named_apart(reports))
    pairs = len(pair_years(panel)[0])
    found = check(panel, verdict="broken", language=language)
    broken = found[found["last"] != ""]
    rules = {rule.id: rule for rule in load_rules()}
    lines = list(_conflicts(panel, language))
    lines += [say("accounts.years", language, n=pairs, broken=len(broken))] if pairs else []
    for row in broken.itertuples():
        meaning = f"{rules[str(row.rule)].title(language)}. {rules[str(row.rule)].meaning(language)}"
        lines.append(
            "  " + say("accounts.year", language, last=row.last, report=row.report, rule=row.rule, meaning=meaning)
        )
    return "".join(f"{line}\n" for line in lines)


def _conflicts(panel: Panel, language: Language) -> Iterator[str]:
    for (organ, year), reports in panel.conflicts.groupby(["organ", "year"], sort=False)["report"]:
        for report in reports[1:]:
            yield say("accounts.twice", language, first=reports.iloc[0], report=report, organ=organ, year=year)


def _named_apart(reports: Iterable[Report]) -> Iterator[Report]:
    """Yield the reports; the second of one name, from another folder, is named ``report.html (2)``."""
    used: set[str] = set()
    for report in reports:
        names = (f"{report.name} ({n})" if n > 1 else report.name for n in count(1))
        name = next(name for name in names if name not in used)
        used.add(name)
        yield replace(report, name=name)


def summary(report: Report, language: Language) -> str:
    """Return what a run ends with: cells read, and identities by verdict."""
    return "".join(f"{line}\n" for line in (_counted(report, language), _tally(report, "identity", language)))


def as_json(checked: Iterable[Report | tuple[str, str]]) -> str:
    """Return reports, and files that could not be read with the reason, as one JSON array with stable keys."""
    entries = [
        _record(found) if isinstance(found, Report) else {"report": found[0], "error": found[1], "status": 2}
        for found in checked
    ]
    return json.dumps(entries, ensure_ascii=False, indent=1) + "\n"


def _subject(report: Report, language: Language) -> Iterator[str]:
    unknown = say("cli.unknown", language)
    organ, year = report.organ.value or unknown, report.year.value or unknown
    form = report.form.label(language)
    yield say("cli.subject", language, name=report.name, organ=organ, year=year, form=form)


def _faults(report: Report, language: Language) -> Iterator[str]:
    for name in ("organ", "year"):
        found = getattr(report, name)
        if found.doubt:
            yield ""
            head, doubt = _line(name, _found(name, found, language), language), doubt_of(found.doubt).one(language)
            yield say("cli.head_doubted", language, head=head, doubt=doubt)
    if report.faults:
        yield ""
        yield _line("faults", "", language).rstrip()
        yield from (f"  {fault_of(fault).one(language)}" for fault in report.faults)


def _section(heading: str, lines: Iterable[str], language: Language) -> Iterator[str]:
    """Yield a blank line, a heading and the lines under it; nothing when there are none."""
    for number, line in enumerate(lines):
        if not number:
            yield ""
            yield say("cli.line", language, name=say(heading, language), value="").rstrip()
        yield f"  {line}"


def _places(report: Report, language: Language) -> Iterator[str]:
    yield ""
    for name in FINDINGS:
        yield _line(name, _found(name, getattr(report, name), language), language)
        if name == "year":
            yield _line("form", f"{report.form.label(language)} ({report.form.id})", language)
    yield _line("sha256", report.sha256, language)


def _found(name: str, finding: Finding, language: Language) -> str:
    if not finding:
        return say("cli.unknown", language)
    value = named(name, finding.value).one(language) if name in ("scope", "level") else finding.value
    return say("cli.place", language, value=value, where=place(finding.where).one(language))


def _cells(report: Report, language: Language) -> Iterator[str]:
    told = set[str]()
    for name, cells in (("doubtful", _doubtful(report)), ("unread", report.unread)):
        lines = [_described(report.form, cell, language) for cell in cells[:_SHOWN]]
        lines += [say("cli.more", language, n=len(cells) - _SHOWN)] if len(cells) > _SHOWN else []
        settled = dict.fromkeys(map(_settled_by, cells))
        lines += [f"→ {say(f'cli.settle_{key}', language)}" for key in settled if key not in told]
        told.update(settled)
        yield from _section(f"cli.{name}", lines, language)


def _doubtful(report: Report) -> tuple[Cell, ...]:
    """Return the cells that were read with a doubt: those that could not be read are told by themselves."""
    return tuple(cell for cell in report.doubtful if cell.mark not in ("missing", "unreadable"))


def _settled_by(cell: Cell) -> str:
    """Name what would settle a cell that is missing, unreadable or doubtful."""
    if cell.mark in ("missing", "unreadable"):
        return cell.mark
    known = read_toml("words/tables.toml").get(f"doubt_{cell.doubt.partition(':')[0].replace(' ', '_')}", {})
    return str(known.get("settle", "label"))


def _counted(report: Report, language: Language) -> str:
    marks = Counter(cell.mark for cell in report.grid.values())
    parts = [say("cli.mark", language, mark=named("mark", mark).one(language), n=n) for mark, n in marks.items()]
    parts.append(say("cli.doubtful_count", language, n=len(report.doubtful)))
    return say("cli.cells", language, n=len(report.grid), marks=say("cli.comma", language).join(parts))


def _described(form: Form, cell: Cell, language: Language) -> str:
    why = doubt_of(cell.doubt).one(language) if cell.doubt else named("mark", cell.mark).one(language)
    name = cell_name(form, cell.key, language)
    if not cell.where:
        return say("cli.cell_absent", language, cell=name, why=why)
    where, key = place(cell.where).one(language), "cli.cell_printed" if cell.printed else "cli.cell_blank"
    return say(key, language, cell=name, where=where, printed=cell.printed, why=why)


def cell_name(form: Form, key: CellKey, language: Language) -> str:
    """Return the labels of a cell's table, row and column. Raises KeyError when the form has no such cell."""
    table = form.table(key.table)
    row, column = table.row(key.row), table.column(key.column)
    path = " › ".join(term.label(language) for term in (*table.path(row), row))
    return say("cli.cell_path", language, table=table.label(language), row=path, column=column.label(language))


def _counts(report: Report, language: Language) -> Iterator[str]:
    yield ""
    yield _counted(report, language)
    yield _tally(report, "identity", language)
    yield _tally(report, "bound", language)
    yield say("accounts.coverage", language, **coverage(claims(report)))


def _families(report: Report, language: Language) -> Iterator[str]:
    lines = []
    for _, group in groupby(identity_verdicts(report), lambda v: v.rule.family):
        alike = list(group)
        about = {"title": alike[0].rule.title(language), "source": _source(alike[0], language)}
        holds = sum(v.outcome == "holds" for v in alike)
        lines.append(say("cli.family", language, **about, holds=holds, n=len(alike)))
    return _section("cli.families", lines, language)


def _tally(report: Report, kind: str, language: Language) -> str:
    counts = outcomes(v for v in verdicts(report) if v.kind == kind)
    key = "cli.identities" if kind == "identity" else "cli.bounds"
    return say(key, language, n=sum(counts.values()), unknown=counts.pop("not_assessable"), **counts)


def _breaks(report: Report, language: Language) -> Iterator[str]:
    lines: list[str] = []
    for verdict in (v for v in verdicts(report) if v.outcome == "broken"):
        lines += (_break(verdict, language), *(f"  {line}" for line in _operands(report, verdict, language)))
        lines.append(f"  {say('cli.break_reading', language) if verdict.doubtful else verdict.rule.meaning(language)}")
    return _section("cli.broken", lines, language)


def _break(verdict: Verdict[Identity], language: Language) -> str:
    key = "cli.break_equal" if verdict.rule.relation == "=" else "cli.break_bound"
    return say(
        key,
        language,
        rule=verdict.rule.id,
        title=verdict.rule.title(language),
        source=_source(verdict, language),
        left=plain(verdict.left),
        right=plain(verdict.right),
        difference=_signed(verdict.difference),
    )


def _source(verdict: Verdict[Identity], language: Language) -> str:
    return say(f"cli.source_{verdict.rule.source}", language)


def _operands(report: Report, verdict: Verdict[Identity], language: Language) -> Iterator[str]:
    for side, keys in (("left", verdict.rule.left), ("right", verdict.rule.right)):
        for key in keys:
            cell = report.printed_cells[key]
            name, where = cell_name(report.form, key, language), place(cell.where).one(language)
            yield _line(
                f"side_{side}", say("cli.term", language, cell=name, printed=cell.printed, where=where), language
            )


def _explanations(report: Report, language: Language) -> Iterator[str]:
    return _section("accounts.explanations", explained(report, language), language)


def _contradicting(report: Report, language: Language) -> Iterator[str]:
    return _claims(report, ("contradicts",), language)


def _agreeing(report: Report, language: Language) -> Iterator[str]:
    return _claims(report, ("set aside", "agrees", "interval"), language)


def _claims(report: Report, verdicts: Sequence[str], language: Language) -> Iterator[str]:
    found = [one for one in claims(report) if one.verdict in verdicts]
    return _section("cli.claims", claimed(found, language), language)


def _hints(report: Report, language: Language) -> Iterator[str]:
    return _section("accounts.hints", hinted(hints(report), language), language)


def _open(report: Report, language: Language) -> Iterator[str]:
    found = (v for v in identity_verdicts(report) if v.outcome == "not assessable")
    return _section("cli.not_assessable", (_not_assessed(one, language) for one in found), language)


def _open_by_family(report: Report, language: Language) -> Iterator[str]:
    """Yield the identities that cannot be assessed; of many in a family their number."""
    lines: list[str] = []
    for family, group in groupby(identity_verdicts(report), lambda v: v.rule.family):
        alike = list(group)
        unclear = [one for one in alike if one.outcome == "not assessable"]
        if len(unclear) > _FEW:
            about = {"title": unclear[0].rule.title(language), "source": _source(unclear[0], language)}
            lines.append(say("cli.open_family", language, family=family, n=len(unclear), all=len(alike), **about))
        else:
            lines += (_not_assessed(one, language) for one in unclear)
    return _section("cli.not_assessable", lines, language)


def _not_assessed(verdict: Verdict[Identity], language: Language) -> str:
    title = say("cli.titled", language, title=verdict.rule.title(language), source=_source(verdict, language))
    return say("cli.line", language, name=verdict.rule.id, value=title)


def _result(report: Report, language: Language) -> Iterator[str]:
    if not exit_status(report):
        yield say("cli.clear", language)
        yield say("cli.caution", language)
        return
    found = verdicts(report)
    counts = {
        "head": sum(bool(found.doubt) for found in (report.organ, report.year)),
        "doubtful": len(_doubtful(report)),
        "unread": len(report.unread),
        "broken": sum(one.outcome == "broken" for one in found),
        "open": sum(one.outcome == "not assessable" and one.kind == "identity" for one in found),
        "contradicting": sum(one.verdict == "contradicts" for one in claims(report)),
        "faults": len(report.faults),
    }
    what = [say(f"cli.unclear_{name}", language, n=n) for name, n in counts.items() if n]
    yield say("cli.unclear", language, what=say("cli.comma", language).join(what))


def _line(name: str, value: str, language: Language) -> str:
    return say("cli.line", language, name=say(f"cli.{name}", language), value=value)


def _signed(value: Number | None) -> str:
    return "" if value is None else f"{'+' if value > 0 else ''}{plain(value)}"


def _record(report: Report) -> dict[str, Any]:
    found = verdicts(report)
    return {
        "report": report.name,
        **{name: getattr(report, name).record() for name in FINDINGS},
        "form": report.form.id,
        "sha256": report.sha256,
        "faults": list(report.faults),
        "cells": {"total": len(report.grid), **Counter(cell.mark for cell in report.grid.values())},
        "doubtful": [_cell(cell) for cell in report.doubtful],
        "unread": [_cell(cell) for cell in report.unread],
        "subtotals": [_cell(cell) for cell in report.subtotals.values()],
        "identities": outcomes(v for v in found if v.kind == "identity"),
        "bounds": outcomes(v for v in found if v.kind == "bound"),
        "broken": [_verdict(report, v) for v in found if v.outcome == "broken"],
        "not_assessable": [_verdict(report, v) for v in found if v.outcome == "not assessable"],
        "explanations": explanation_records(groups_of(report)),
        "claims": {"coverage": coverage(claims(report)), "linked": claim_records(claims(report))},
        "hints": hint_records(hints(report)),
        "status": exit_status(report),
    }


def _cell(cell: Cell) -> dict[str, Any]:
    shown = {"value": _number(cell.value), "mark": cell.mark, "printed": cell.printed}
    return {"cell": str(cell.key), **shown, "where": cell.where, "doubt": cell.doubt}


def _verdict(report: Report, verdict: Verdict[Identity]) -> dict[str, Any]:
    rule = verdict.rule
    return {
        "rule": rule.id,
        **{"family": rule.family, "kind": verdict.kind, "source": rule.source, "relation": rule.relation},
        **{"left": _number(verdict.left), "right": _number(verdict.right), "difference": _number(verdict.difference)},
        "doubtful": verdict.doubtful,
        **columns(meaning=rule.meaning),
        "left_cells": _sides(report, rule.left),
        "right_cells": _sides(report, rule.right),
    }


def _sides(report: Report, keys: Sequence[CellKey]) -> list[dict[str, Any]]:
    return [_cell(report.printed_cells[key]) for key in keys]


def outcomes(found: Iterable[Verdict[Identity]]) -> dict[str, int]:
    """Count verdicts by their outcome, with keys of one word: holds, broken, not_assessable."""
    counts = Counter(verdict.outcome for verdict in found)
    return {outcome.replace(" ", "_"): counts[outcome] for outcome in VERDICTS}


def _number(value: Number | None) -> Any:
    return None if value is None else json.loads(plain(value))
