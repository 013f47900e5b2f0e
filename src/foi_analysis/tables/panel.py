"""What a panel holds, and what its checks find, as tables."""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby
from typing import Any

import pandas as pd

from foi_analysis.bilingual import Shown, Words, joined, named, same, words
from foi_analysis.bilingual import number as written
from foi_analysis.checks import check, counts_by_report
from foi_analysis.explanations import explain
from foi_analysis.extract import plain
from foi_analysis.form import CellKey, Identity, load_form
from foi_analysis.judging import judge
from foi_analysis.panel import Panel
from foi_analysis.rules import Rule
from foi_analysis.tables.grid import Box, PublishedTable, Row
from foi_analysis.tables.rules import RECORDED, heads, number

_KINDS = {"identity": "panel_hard", "bound": "panel_bound", "hint": "panel_hint"}
#: So many lines a table shows at most; of the rest it says how many they are.
_MOST = 200
_EXPLAINED = ("report", "organ", "year", "broken", "explanation", "of", "cell", "printed", "implied", "bounded")
_REPORT_HEADS = ("organ", "year", "form", "scope", "numbers", "blank", "missing", "broken", "unassessable")
_BREAK_HEADS = ("organ", "year", "rule", "left", "right", "difference", "kind", "meaning")
_EXPLAINED_HEADS = ("organ", "year", "rules", "explanation", "change")


def panel_table(panel: Panel, language: Shown = "both") -> PublishedTable:
    """Show the reports of a panel: organ, year, form, scope, cells by what stands in them, and identities broken.

    Records, one a report: those of ``Panel.reports`` with identities broken and not assessable.
    """
    counts = counts_by_report(panel, judge(panel))[["identity_broken", "identity_not_assessable"]]
    records = _records(panel.reports.join(counts))
    return PublishedTable(
        id="panel-reports",
        language=language,
        title=words("panel_title"),
        caption=(words("panel_caption", n=len(records)),),
        head=(heads(*(f"panel_{name}" for name in _REPORT_HEADS)),),
        bodies=_by_organ(records[:_MOST], _report_line),
        records=tuple(records),
        notes=(
            *(words("panel_form_note", id=form.id, form=Words(form.zh, form.en)) for form in panel.forms),
            *_cut(len(records)),
        ),
        kind="text",
    )


def breaks_table(panel: Panel, language: Shown = "both") -> PublishedTable:
    """Show every rule that a report, or two years of one organ, breaks; those about the reading apart.

    Records, one a break, as ``check`` gives them.
    """
    frame = check(panel, verdict="broken")[list(RECORDED)]
    frame = frame[frame["kind"] != "reading"]
    known, records = _rules(panel), _with_heads(panel, frame)
    return PublishedTable(
        id="panel-breaks",
        language=language,
        title=words("panel_breaks_title"),
        caption=(words("panel_breaks_caption", n=len(records)),),
        head=(heads(*(f"panel_{name}" for name in _BREAK_HEADS)),),
        bodies=_by_organ(records[:_MOST], lambda record: _break_line(record, known[record["rule"]])),
        records=tuple(records),
        notes=(words("panel_breaks_note"), *_cut(len(records))),
        kind="text",
    )


def explanations_table(panel: Panel, language: Shown = "both") -> PublishedTable:
    """Show the smallest changes that would mend what is broken: proposals beside the printed values, never instead.

    Records, one a cell to change, as ``explain`` gives them.
    """
    known, records = _rules(panel), _with_heads(panel, explain(panel)[list(_EXPLAINED)])
    return PublishedTable(
        id="panel-explanations",
        language=language,
        title=words("panel_explained_title"),
        caption=(words("panel_explained_caption"),),
        head=(heads(*(f"panel_{name}" for name in _EXPLAINED_HEADS)),),
        bodies=_by_organ(records[:_MOST], lambda record: _explained_line(record, known)),
        records=tuple(records),
        notes=_cut(len(records)),
        kind="text",
    )


def _records(frame: Any) -> list[dict[str, Any]]:
    """Return a frame's rows as plain values, None where there is nothing."""
    rows = frame.astype(object).to_dict("records")
    return [{name: None if pd.isna(value) else value for name, value in row.items()} for row in rows]


def _with_heads(panel: Panel, frame: Any) -> list[dict[str, Any]]:
    """Return a frame as records, with the organ and year of each report."""
    heads = panel.heads.set_index("report")[["organ", "organ_en", "year"]].to_dict("index")
    return [{**{str(name): text for name, text in heads[one["report"]].items()}, **one} for one in _records(frame)]


def _rules(panel: Panel) -> dict[str, Identity | Rule]:
    return {rule.id: rule for judged in judge(panel) for rule in judged.rules}


def _by_organ(records: list[dict[str, Any]], line: Callable[[dict[str, Any]], Row]) -> tuple[tuple[Row, ...], ...]:
    """Lay out lines, those of one organ together; its name stands before the first of them."""
    groups = [list(some) for _, some in groupby(records, key=lambda record: record["organ"])]
    return tuple(
        tuple(
            (*([Box(_organ(record), "rowgroup", down=len(group))] if at == 0 else []), *line(record))
            for at, record in enumerate(group)
        )
        for group in groups
    )


def _organ(record: dict[str, Any]) -> Words:
    organ = record["organ"] or ""
    return Words(organ, record.get("organ_en") or organ) if organ else words("unknown_organ")


def _year(record: dict[str, Any]) -> Box:
    return Box(same(str(record["year"])) if record["year"] else words("unknown_year"), "row")


def _report_line(record: dict[str, Any]) -> Row:
    counts = ("number", "blank", "missing", "identity_broken", "identity_not_assessable")
    return (
        _year(record),
        Box(same(record["form"])),
        Box(named("scope", record["scope"] or "unknown")),
        *(number(int(record[name])) for name in counts),
    )


def _break_line(record: dict[str, Any], rule: Identity | Rule) -> Row:
    titles, meanings = ((Words(text("zh"), text("en"))) for text in (rule.title, rule.meaning))
    where = record["where"]
    title = joined([titles, _where(record["table"], where)], "：", ": ") if where else titles
    return (
        _year(record),
        Box(title),
        *(Box(_figure(record[name]), kind="number") for name in ("left", "right", "difference")),
        Box(words(_KINDS[str(record["kind"])])),
        Box(meanings),
    )


def _where(table: str, key: str) -> Words:
    """Name the row or column along which a rule runs."""
    shape = load_form("cn-2021").table(table)
    terms = {term.key: term for term in (*load_form("cn-2019").table(table).rows, *shape.rows, *shape.columns)}
    return Words(terms[key].label("zh"), terms[key].label("en")) if key in terms else same(key)


def _figure(value: float | None) -> Words:
    if value is None:
        return same("–")
    amount = round(float(value), 2)
    return Words(written(amount, "zh"), written(amount, "en"))


def _explained_line(record: dict[str, Any], known: dict[str, Identity | Rule]) -> Row:
    titles = [known[name] for name in record["broken"].split()]
    rules = joined([Words(one.title("zh"), one.title("en")) for one in titles[:1]])
    more = words("panel_and_more", n=len(titles) - 1) if len(titles) > 1 else same("")
    proposal = (
        words("panel_proposal", n=record["explanation"], of=record["of"]) if record["of"] else words("panel_none")
    )
    return (_year(record), Box(joined([rules, more], "", "")), Box(proposal), Box(_change(record)))


def _change(record: dict[str, Any]) -> Words:
    if not record["cell"]:
        return same("–")
    key = CellKey(*record["cell"].split("."))
    form = next(form for form in map(load_form, ("cn-2021", "cn-2019")) if key in form.cells)
    table = form.table(key.table)
    names = [Words(t.label("zh"), t.label("en")) for t in (table.row(key.row), table.column(key.column))]
    printed, implied = ("?" if record[name] is None else plain(int(record[name])) for name in ("printed", "implied"))
    return joined([joined(names, " · ", " · "), same(f"{printed} → {implied}")], "：", ": ")


def _cut(count: int) -> tuple[Words, ...]:
    return (words("panel_cut", shown=_MOST, all=count),) if count > _MOST else ()
