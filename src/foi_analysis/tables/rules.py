"""Tables of what the checks and the evidence say."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from foi_analysis.bilingual import Shown, Words, joined, named, same, words
from foi_analysis.checks import Verdict, check, verdicts
from foi_analysis.evidence import certify
from foi_analysis.extract import plain
from foi_analysis.form import CellKey, Identity
from foi_analysis.report import Report
from foi_analysis.tables.grid import Box, PublishedTable, Row, Value
from foi_analysis.tables.marks import counted, name
from foi_analysis.tables.published import source

_OUTCOMES = ("holds", "broken", "not assessable")

#: The columns of ``check`` that tables of verdicts record, in their order.
RECORDED = (
    "report", "last", "rule", "family", "kind", "source", "table", "where", "left", "right", "difference", "verdict",
    "doubtful", "cells",
)  # fmt: skip


def heads(*names: str) -> Row:
    """Return one line of column heads, named by sentences of ``words/tables.toml``."""
    return tuple(Box(words(name), "col") for name in names)


def number(value: int) -> Box:
    """Show a whole number."""
    return Box(same(str(value)), kind="number")


def verdict_summary(report: Report, language: Shown = "both") -> PublishedTable:
    """Count the verdicts on each family of identities and bounds; what the form prints apart from what is implied.

    Records, one a family in the form's order: kind, family, source, rules, holds, broken, not assessable.
    """
    found = verdicts(report)
    families = [tuple(group) for _, group in groupby(found, lambda v: (v.kind, v.rule.family))]
    records = tuple(_counts(family) for family in families)
    lines = [_summary(family, record) for family, record in zip(families, records, strict=True)]
    kinds = [[line for line, f in zip(lines, families, strict=True) if f[0].kind == kind] for kind in _kinds(found)]
    bodies = tuple(
        ((Box(named("kind", kind), "rowgroup", down=len(rows)), *rows[0]), *rows[1:])
        for kind, rows in zip(_kinds(found), kinds, strict=True)
    )
    titles = ("verdicts_kind", "verdicts_rule", "verdicts_source", "verdicts_count")
    return PublishedTable(
        id=f"verdicts-{report.sha256[:6]}",
        language=language,
        title=words("verdicts_title"),
        caption=(*source(report), words("verdicts_note"), _rests_on(report, found)),
        head=((*heads(*titles), *(Box(named("column", outcome), "col") for outcome in _OUTCOMES)),),
        bodies=bodies,
        records=records,
        kind="plain",
    )


def _kinds(found: Sequence[Verdict[Identity]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(verdict.kind for verdict in found))


def _counts(family: Sequence[Verdict[Identity]]) -> dict[str, Value]:
    first = family[0]
    outcomes: dict[str, Value] = {outcome: sum(v.outcome == outcome for v in family) for outcome in _OUTCOMES}
    about = {"kind": first.kind, "family": first.rule.family, "source": first.rule.source}
    return {**about, "rules": len(family), **outcomes}


def _summary(family: Sequence[Verdict[Identity]], record: dict[str, Value]) -> Row:
    rule = family[0].rule
    numbers = [int(record[key] or 0) for key in ("rules", *_OUTCOMES)]
    return (Box(Words(rule.zh, rule.en), "row"), Box(named("source", rule.source)), *map(number, numbers))


def _rests_on(report: Report, found: Sequence[Verdict[Identity]]) -> Words:
    keys = dict.fromkeys(key for verdict in found for key in verdict.rule.cells)
    return words("rests_on", cells=counted([report.printed_cells[key] for key in keys]))


def broken_rules(report: Report, language: Shown = "both") -> PublishedTable:
    """List every identity and bound that is broken or not assessable: both sides, their difference, its cells.

    Records, one a rule, as ``foi_analysis.check`` gives them; none when every rule holds.
    """
    found = [verdict for verdict in verdicts(report) if verdict.outcome != "holds"]
    listed = [verdict for verdict in found if verdict.outcome == "broken" or len(verdict.rule.cells) > 1]
    frame = check(report)[list(RECORDED)]
    frame = frame[(frame["verdict"] != "holds") & frame["kind"].isin(_kinds(verdicts(report)))].astype(object)
    records = frame.where(frame.notna(), None).to_dict("records")
    titles = ("verdicts_rule", *(f"broken_{x}" for x in ("along", "left", "right", "difference", "verdict", "cells")))
    nothing = words("broken_only_counted" if found else "broken_none")
    lines = tuple(_open(report, verdict) for verdict in listed)
    return PublishedTable(
        id=f"broken-{report.sha256[:6]}",
        language=language,
        title=words("broken_title"),
        caption=(*source(report), words("broken_note", n=len(found) - len(listed))),
        head=(heads(*titles),),
        bodies=(lines or ((Box(nothing, across=len(titles)),),),),
        records=tuple({str(key): value for key, value in record.items()} for record in records),
    )


def _open(report: Report, verdict: Verdict[Identity]) -> Row:
    rule = verdict.rule
    outcome = named("verdict", verdict.outcome)
    sides = (verdict.left, verdict.right, verdict.difference)
    return (
        Box(words("rule_source", rule=Words(rule.zh, rule.en), source=named("source", rule.source)), "row"),
        Box(_along(report, rule)),
        *(Box(same(plain(side) or "–"), kind="number") for side in sides),
        Box(words("broken_doubtful", verdict=outcome) if verdict.doubtful else outcome),
        Box(_equation(report, rule)),
    )


def _along(report: Report, rule: Identity) -> Words:
    """Name the row or column that a rule runs along, or the one cell that it is about."""
    terms = report.form.along(rule.cells)
    if len(terms) == 2:
        return name(report.form.table(rule.cells[0].table), rule.cells[0])
    return Words(terms[0].zh, terms[0].en)


def _equation(report: Report, rule: Identity) -> Words:
    """Write a rule out with the names and values of its cells."""
    across = len({key.row for key in rule.cells}) == 1
    sides = [[_operand(report, key, across) for key in side] for side in (rule.left, rule.right)]
    plus = [joined(side, " + ", " + ") for side in sides if side]
    relation = f" {'≤' if rule.relation == '<=' else '='} "
    return joined(plus, relation, relation)


def _operand(report: Report, key: CellKey, across: bool) -> Words:
    table, cell = report.form.table(key.table), report.printed_cells[key]
    term = table.column(key.column) if across else table.row(key.row)
    value = same(plain(cell.value)) if cell.is_number else named("mark", cell.mark)
    return words("term", label=Words(term.zh, term.en), value=value)


def certificate_table(report: Report, language: Shown = "both") -> PublishedTable:
    """Count the cells of each table by the proofs that they carry.

    Records, one for each table and combination that occurs: table, proofs, count, cells, doubtful.
    """
    frame = certify(report).drop(columns="report")
    records = tuple({str(key): value for key, value in record.items()} for record in frame.to_dict("records"))
    bodies = tuple(
        _proofs(report, table, tuple(group)) for table, group in groupby(records, lambda record: record["table"])
    )
    return PublishedTable(
        id=f"certificate-{report.sha256[:6]}",
        language=language,
        title=words("certificate_title"),
        caption=(
            *source(report),
            words("certificate_note"),
            words("rests_on", cells=counted(list(report.grid.values()))),
        ),
        head=(heads(*(f"certificate_{x}" for x in ("table", "proofs", "count", "cells", "doubtful"))),),
        bodies=bodies,
        records=records,
    )


def _proofs(report: Report, table: Value, records: Sequence[dict[str, Value]]) -> tuple[Row, ...]:
    shape = report.form.table(str(table))
    head = Box(Words(shape.zh, shape.en), "rowgroup", down=len(records))
    lines = [_combination(record) for record in records]
    return ((head, *lines[0]), *lines[1:])


def _combination(record: dict[str, Value]) -> Row:
    proofs = [named("proof", proof) for proof in str(record["proofs"]).split("+") if proof]
    numbers = [int(record[key] or 0) for key in ("count", "cells", "doubtful")]
    return (Box(joined(proofs) if proofs else words("no_proof"), "row"), *map(number, numbers))
