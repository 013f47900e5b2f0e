"""Tables about a report and its form: what it says of itself, what its terms mean, and the whole at a glance."""

from __future__ import annotations

from collections import Counter
from html import escape
from itertools import groupby

from foi_analysis.bilingual import Shown, Words, doubt_of, fault_of, joined, named, organ_name, place, same, words
from foi_analysis.checks import verdicts
from foi_analysis.form import Entry, Form, entries
from foi_analysis.report import FINDINGS, Finding, Report, facts_of
from foi_analysis.resources import Language, columns, language_of, say
from foi_analysis.rules import VERDICTS
from foi_analysis.tables.grid import STYLESHEET, Box, PublishedTable, Row, Value, heads
from foi_analysis.tables.published import counted, numbered, published_table


def head_table(report: Report, language: Shown | None = None) -> PublishedTable:
    """Show what a report says of itself, each entry with its place and the words it rests on.

    ``language`` is the one that is set when not given. Records, one an entry: entry, value, where, quote, doubt. What
    the report does not say has an empty value.
    """
    lines = [_finding(name, getattr(report, name)) for name in FINDINGS]
    lines[2:2] = [_fact("form", Words.of(report.form.label), words("form_places"), same(report.form.instrument))]
    lines += [
        _fact("file", same(report.name)),
        _fact("sha256", same(report.sha256)),
        _fact("cells", counted(list(report.grid.values()))),
        _fact("faults", joined([fault_of(fault) for fault in report.faults], "；", "; ")),
    ]
    return PublishedTable(
        id=f"head-{report.sha256[:6]}",
        language=language or language_of(),
        title=words("head_title"),
        caption=(words("head_note"),),
        head=(heads("head_item", "head_value", "head_place", "head_quote"),),
        bodies=(tuple(lines),),
        records=tuple({"entry": name, **getattr(report, name).record()} for name in FINDINGS),
        kind="text",
    )


def _finding(name: str, finding: Finding) -> Row:
    known = named(name, finding.value) if name in ("scope", "level") else Words(finding.value, finding.value)
    if name == "organ" and finding:
        english = organ_name(finding.value, "en")
        known = Words(finding.value, english, "zh" if english == finding.value else None)
    if finding.doubt:
        known = joined([known, words("doubtful", doubt=doubt_of(finding.doubt))], "；", "; ")
    parts = finding.parts or (finding,)
    where = joined([place(part.where) for part in parts], "；", "; ")
    quote = "；".join(f"“{part.quote}”" for part in parts if part.quote)
    return _fact(name, known if finding else words("unknown"), where, Words(quote, quote, "zh"))


def _fact(name: str, value: Words, where: Words | None = None, quote: Words | None = None) -> Row:
    shown = value if value.zh else words("head_none")
    return (Box(words(f"head_{name}"), "row"), Box(shown), Box(where or same("")), Box(quote or same("")))


def glossary_table(source_form: Form | Report, table: str, language: Shown | None = None) -> PublishedTable:
    """Explain each row, column and head of one table: both names, meaning, legal basis, note.

    Takes a form or a report; ``language`` is the one that is set when not given. Records, one a term: part, key, zh,
    en, gloss_zh, gloss_en, basis_zh, basis_en, note_zh, note_en. Raises KeyError when the form has no such table.
    """
    form = source_form.form if isinstance(source_form, Report) else source_form
    shape = form.table(table)
    found = [entry for entry in entries(form, table) if entry.gloss("en") or entry.basis("en")]
    titles = ("zh", "en", "gloss", "basis", "remark")
    bodies = tuple(
        ((Box(named("part", part), "rowgroup", across=len(titles), kind="block"),), *(_term(e) for e in group))
        for part, group in groupby(found, lambda entry: entry.part)
    )
    return PublishedTable(
        id=f"glossary-{form.id}-{table}",
        language=language or language_of(),
        title=words("glossary_title", table=Words.of(shape.label)),
        caption=(Words(f"{form.zh}，{form.instrument}", f"{form.en}, {form.instrument}"), words("glossary_note")),
        head=(heads(*(f"glossary_{title}" for title in titles)),),
        bodies=bodies,
        records=tuple(_explained(entry) for entry in found),
        kind="text",
    )


def _term(entry: Entry) -> Row:
    label = numbered(entry.term)
    return (
        Box(Words(label.zh, label.zh, "zh"), "row"),
        Box(Words(label.en, label.en, "en")),
        *(Box(Words.of(text)) for text in (entry.gloss, entry.basis, entry.note)),
    )


def _explained(entry: Entry) -> dict[str, Value]:
    texts = columns(gloss=entry.gloss, basis=entry.basis, note=entry.note)
    return {"part": entry.part, "key": entry.key, "zh": entry.term.zh, "en": entry.term.en, **texts}


# ---- what a report shows of itself ----


#: So many doubtful cells are listed; of more, the number is given.
_LISTED = 10
#: The table that stands open; the others unfold.
_OPEN = "requests"


def report_html(report: Report, language: Language | None = None) -> str:
    """Return a report as HTML: organ, year, form and scope, verdicts by number, doubts, and the tables to unfold."""
    told = language_of(language)
    title = say("tables.overview_title", told, **facts_of(report, told))
    tables = "".join(_folded(report, table.key, told) for table in report.form.tables)
    return (
        f'<style>\n{STYLESHEET}</style>\n<div class="foi-report" lang="{"zh-Hans" if told == "zh" else "en"}">\n'
        f"<p><strong>{escape(title)}</strong><br>{_facts(report, told)}</p>\n"
        f"{_doubts(report, told)}{tables}</div>\n"
    )


def _facts(report: Report, language: Language) -> str:
    found = Counter((verdict.kind, verdict.outcome) for verdict in verdicts(report))
    counts = {
        kind: say("tables.overview_verdicts", language, **{v.replace(" ", "_"): found[kind, v] for v in VERDICTS})
        for kind in ("identity", "bound")
    }
    facts = (
        ("form", report.form.label(language)),
        ("scope", named("scope", report.scope.value or "unknown").one(language)),
        ("identities", counts["identity"]),
        ("bounds", counts["bound"]),
        ("cells", say("tables.overview_count", language, n=len(report.grid), doubtful=len(report.doubtful),
                      unread=len(report.unread))),
        ("file", report.name),
    )  # fmt: skip
    return "<br>".join(escape(say(f"tables.overview_{key}", language, value=value)) for key, value in facts)


def _doubts(report: Report, language: Language) -> str:
    cells = report.doubtful
    if not cells:
        return ""
    items = [
        f"<li><code>{cell.key}</code> {escape(doubt_of(cell.doubt).one(language))}</li>" for cell in cells[:_LISTED]
    ]
    more = [f"<li>{escape(say('cli.more', language, n=len(cells) - _LISTED))}</li>"] if len(cells) > _LISTED else []
    return f"<p>{escape(say('tables.overview_doubts', language))}</p>\n<ul>{''.join([*items, *more])}</ul>\n"


def _folded(report: Report, table: str, language: Language) -> str:
    title = escape(report.form.table(table).label(language))
    inside = published_table(report, table, language).html()
    return f"<details{' open' if table == _OPEN else ''}>\n<summary>{title}</summary>\n{inside}</details>\n"
