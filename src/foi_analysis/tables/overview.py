"""What a report shows of itself in a notebook: its head, what the checks say, its doubts, and its three tables."""

from __future__ import annotations

from collections import Counter
from html import escape

from foi_analysis.bilingual import doubt_of, named
from foi_analysis.checks import verdicts
from foi_analysis.organs import organ_name
from foi_analysis.report import Report
from foi_analysis.resources import Language, language_of, say
from foi_analysis.rules import VERDICTS
from foi_analysis.tables.grid import STYLESHEET
from foi_analysis.tables.published import published_table

#: So many doubtful cells are listed; of more, the number is given.
_LISTED = 10
#: The table that stands open; the others unfold.
_OPEN = "requests"


def report_html(report: Report, language: Language | None = None) -> str:
    """Return a report as HTML: organ, year, form and scope, verdicts by number, doubts, and the tables to unfold."""
    told = language_of(language)
    tables = "".join(_folded(report, table.key, told) for table in report.form.tables)
    return (
        f'<style>\n{STYLESHEET}</style>\n<div class="foi-report" lang="{"zh-Hans" if told == "zh" else "en"}">\n'
        f"<p><strong>{escape(_title(report, told))}</strong><br>{_facts(report, told)}</p>\n"
        f"{_doubts(report, told)}{tables}</div>\n"
    )


def _title(report: Report, language: Language) -> str:
    unknown = say("tables.unknown", language)
    values = {"organ": organ_name(report.organ.value, language) or unknown, "year": report.year.value or unknown}
    return say("tables.overview_title", language, **values)


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
