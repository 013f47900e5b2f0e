"""Sentences about a report or a panel: the words are data, every number is computed from what is at hand.

A sentence of ``words/findings.toml`` or ``words/readings.toml`` names the values it needs. Where one of them is no
number the sentence is replaced by one that says so, and which cells stand in the way.
"""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from html import escape
from itertools import islice
from typing import Any

from foi_analysis import resources
from foi_analysis.bilingual import TAGS, Amount, listed, organ_name, percent
from foi_analysis.cell_tables import MARKS
from foi_analysis.checks import hints, verdicts
from foi_analysis.datasets.citation import citation
from foi_analysis.formula import cells_of, terms
from foi_analysis.panel import ComparisonError, Panel
from foi_analysis.printing import claimed, explained, hinted, outcomes
from foi_analysis.prose import claims, coverage
from foi_analysis.report import Cell, Number, Report, facts_of
from foi_analysis.resources import Language, Told, language_of, read_toml
from foi_analysis.tables.grid import STYLESHEET
from foi_analysis.tables.published import name
from foi_analysis.teaching.slips import count_noticed

# ---- the numbers that sentences speak of, by name ----


@dataclass(frozen=True)
class Facts:
    """The cells and counts of a report by name.

    A name is that of a cell (``requests.new.total``), that of a family of outcome in the place of a row
    (``requests.withheld.total``: the sum of its rows), or a count (``count.identity.holds``).
    """

    report: Report

    @cached_property
    def counts(self) -> dict[str, int]:
        """What reading and checks count in the report, by name."""
        return {**_reading(self.report), **_checks(self.report), **_slips(self.report)}

    def cells(self, expression: str) -> tuple[Cell, ...]:
        """Return the cells that an expression rests on. Raises KeyError when the form has no such cell."""
        return tuple(cell for _, name in terms(expression) for cell in self._cells(name))

    def value(self, expression: str) -> Number | None:
        """Return the value of names joined by ``+`` and ``-``; None when a cell of it is no number.

        Raises KeyError when the form has no such cell.
        """
        signed = [(sign, value) for sign, name in terms(expression) for value in self._values(name)]
        return None if any(value is None for _, value in signed) else sum(s * v for s, v in signed if v is not None)

    def _cells(self, name: str) -> tuple[Cell, ...]:
        if name in self.counts:
            return ()
        return tuple(self.report.grid[key] for key in cells_of(self.report.form, name))

    def _values(self, name: str) -> Sequence[Number | None]:
        return [self.counts[name]] if name in self.counts else [cell.value for cell in self._cells(name)]


def _reading(report: Report) -> dict[str, int]:
    cells = report.grid.values()
    marks = Counter(cell.mark for cell in cells)
    return {
        "count.cells": len(report.grid),
        **{f"count.{mark}": marks[mark] for mark in MARKS},
        "count.doubtful": len(report.doubtful),
        "count.two_readings": sum({"label", "order"} <= set(cell.proofs) for cell in cells),
        "count.protected": sum(bool(over) for over in report.form.identities_of.values()),
        "count.unprotected": sum(not over for over in report.form.identities_of.values()),
    }


def _checks(report: Report) -> dict[str, int]:
    found = verdicts(report)
    groups = {
        "identity": [verdict for verdict in found if verdict.kind == "identity"],
        "printed": [v for v in found if v.kind == "identity" and v.rule.source == "printed"],
        "bound": [verdict for verdict in found if verdict.kind == "bound"],
    }
    counts = {
        "count.identities": len(groups["identity"]),
        "count.identities.printed": len(groups["printed"]),
        "count.identities.implied": len(groups["identity"]) - len(groups["printed"]),
    }
    for kind, group in groups.items():
        counts |= {f"count.{kind}.{outcome}": n for outcome, n in outcomes(group).items()}
    return counts


def _slips(report: Report) -> dict[str, int]:
    return {
        f"slips.{record['kind']}.{what}": int(record[what])
        for record in count_noticed(report).to_dict("records")
        for what in ("tried", "noticed", "unnoticed")
    }


# ---- sentences about a report or a panel ----


#: More cells than this that stand in the way of a sentence are counted, not named.
_NAMED = 4
_SIGNS = re.compile(r"[!-/:-@\[-`{-~]")
#: So many wrong readings stand in a box, when the report's figures invite as many.
_READINGS = 3


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence and the cells that it rests on; ``told`` is False when it says only that something is unknown."""

    text: str
    cells: tuple[str, ...] = ()
    told: bool = True

    def markdown(self, label: str = "") -> str:
        """Return the sentence as a line of Markdown, in which nothing of it is markup."""
        return f"{f'**{_plain(label)}** ' if label else ''}{_plain(self.text)}"

    def html(self, label: str = "") -> str:
        """Return the sentence as a paragraph of HTML, escaped, its cells in ``data-cells``."""
        cells = f' data-cells="{escape(" ".join(self.cells))}"' if self.cells else ""
        return f"<p{cells}>{f'<strong>{escape(label)}</strong> ' if label else ''}{escape(self.text)}</p>\n"


@dataclass(frozen=True, slots=True, repr=False)
class Said:
    """What ``say`` returns: sentences that print as text and show as paragraphs in a notebook.

    Attributes
    ----------
    sentences : tuple of Sentence
        Each with its ``text``, the names of the ``cells`` that it rests on, and whether it was ``told``: False where
        it says only that something is unknown.
    text, html, markdown : str
        All of it, as plain text, as HTML and as Markdown.
    """

    sentences: tuple[Sentence, ...]
    text: str
    html: str
    markdown: str

    @property
    def texts(self) -> tuple[str, ...]:
        """The sentences as plain text."""
        return tuple(sentence.text for sentence in self.sentences)

    def __repr__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        return self.html

    def _repr_markdown_(self) -> str:
        return self.markdown


def say(topic: str, x: Report | Panel, language: Language | None = None) -> Said:
    """Say in sentences what a report, or a panel, shows on one topic; every number comes from `x`.

    A sentence whose cells the form does not have is left out. One that a blank, missing or unreadable cell makes
    impossible is replaced by one that says so, and which cells stand in the way.

    Parameters
    ----------
    topic : str
        Of a report, what its tables show: ``report``, ``proactive``, ``requests``, ``review``, ``data``,
        ``outcomes``, ``applicants``, ``flow``, ``appeals``, ``rates``; what checks show: ``checks``, ``evidence``,
        ``slips``, ``explanations``, ``hints``, ``claims``; how its figures are misread: ``misread_outcomes``,
        ``misread_appeals``; and how to cite it: ``citation``. Of a panel: ``comparability``.
    x : Report or Panel
    language : {"zh", "en"}, optional
        The language that is set when not given.

    Returns
    -------
    Said
        Prints as plain text; in a notebook it shows itself as paragraphs.

    Raises
    ------
    ValueError
        For an unknown topic, with the nearest one that is known.
    TypeError
        When `x` is a report and the topic is one of panels, or the other way round.

    Examples
    --------
    >>> import foi_analysis as foi
    >>> report = foi.read_report("data/raw/shanghai_psb_2024.txt")
    >>> foi.say("requests", report)
    1,691 requests were received in the year and 77 brought forward from the year before; 1,698 were concluded and 70 carried forward to the next year.
    >>> foi.say("outcomes", report).sentences[0].cells[:2]
    ('requests.concluded.total', 'requests.disclosed.total')
    """  # noqa: E501  (a sentence that is printed stands on one line)
    told, known = language_of(language), {**_REPORT, **_PANEL}
    if topic not in known:
        near = difflib.get_close_matches(topic, known, 1)
        there = Told("errors.no_topic", topic=topic, known=listed(known))
        raise ValueError(Told("errors.no_topic_but", topic=topic, near=near[0], known=listed(known)) if near else there)
    if not isinstance(x, Panel if topic in _PANEL else Report):
        key = "errors.topic_of_panel" if topic in _PANEL else "errors.topic_of_report"
        raise TypeError(Told(key, topic=topic, given=type(x).__name__))
    return known[topic](x, told)


# ---- sentences of TOML files ----


def sentence(known: Facts, entry: Mapping[str, Any], language: Language, text: str = "") -> Sentence | None:
    """Return one sentence of a TOML file; None when the form lacks a cell of it, or its condition is not met.

    ``entry`` has the text in both languages, ``values`` (expressions by name), ``shares`` (pairs of those
    names: part and whole), ``when`` (conditions such as ``a == b``) and ``about`` (its subject in both
    languages). ``text`` replaces the entry's own.
    """
    values: Mapping[str, str] = entry.get("values", {})
    try:
        found = {key: known.value(expression) for key, expression in values.items()}
    except KeyError:
        return None
    cells = tuple(cell for expression in values.values() for cell in known.cells(expression))
    keys = tuple(dict.fromkeys(str(cell.key) for cell in cells))
    numbers = {key: value for key, value in found.items() if value is not None}
    if len(numbers) < len(found):
        return Sentence(_unknown(known.report, entry, cells, language), keys, told=False)
    if not all(_holds(condition, numbers) for condition in entry.get("when", ())):
        return None
    shares = {key: (numbers[part], numbers[whole]) for key, (part, whole) in entry.get("shares", {}).items()}
    if any(whole <= 0 for _, whole in shares.values()):
        return Sentence(_phrase("undefined", language, about=_about(entry, language)), keys, told=False)
    filled = {
        **_head(known.report, language),
        **{key: Amount(value, language) for key, value in numbers.items()},
        **{key: percent(float(part / whole), language) for key, (part, whole) in shares.items()},
    }
    said = (text or entry[language]).format(**filled)
    return Sentence(said + _doubts(cells, language), keys)


def _plain(text: str) -> str:
    """Return a text as Markdown that shows it as it is."""
    return _SIGNS.sub(r"\\\g<0>", text)


def _phrase(key: str, language: Language, **values: object) -> str:
    return resources.say(f"notebook.{key}", language, **values)


def _head(report: Report, language: Language) -> dict[str, str]:
    organ = organ_name(report.organ.value, language) or _phrase("this_organ", language)
    return {**facts_of(report, language), "organ": organ}


def _holds(condition: str, numbers: Mapping[str, Number]) -> bool:
    """Return whether a condition such as ``grounds == reconsiderations`` or ``pending > 0`` is met."""
    left, relation, right = condition.split()
    a, b = (numbers[side] if side in numbers else int(side) for side in (left, right))
    return {"==": a == b, "!=": a != b, ">": a > b, "<": a < b}[relation]


def _about(entry: Mapping[str, Any], language: Language) -> str:
    """Name the subject of a sentence, for when it cannot be told."""
    return str(entry.get(f"about_{language}") or _phrase("this", language))


def _unknown(report: Report, entry: Mapping[str, Any], cells: Iterable[Cell], language: Language) -> str:
    """Say that something cannot be said, and which cells stand in the way."""
    all_cells = list(dict.fromkeys(cells))
    absent, marks = [cell for cell in all_cells if not cell.is_number], {cell.mark for cell in all_cells}
    about = _about(entry, language)
    if len(marks) == 1:
        mark = resources.say(f"tables.mark_{marks.pop()}", language)
        return _phrase("cannot_any", language, about=about, n=len(absent), mark=mark)
    names = [
        _phrase(
            "absent",
            language,
            cell=name(report.form.table(cell.key.table), cell.key).one(language),
            mark=resources.say(f"tables.mark_{cell.mark}", language),
        )
        for cell in absent[:_NAMED]
    ]
    more = _phrase("more", language, n=len(absent) - _NAMED) if len(absent) > _NAMED else ""
    return _phrase("cannot", language, about=about, cells=_phrase("comma", language).join(names) + more)


def _doubts(cells: Iterable[Cell], language: Language) -> str:
    doubtful = sum(bool(cell.doubt) for cell in dict.fromkeys(cells))
    return _phrase("doubtful", language, n=doubtful) if doubtful else ""


# ---- topics ----


def _said(sentences: Iterable[Sentence], language: Language) -> Said:
    told = tuple(sentences)
    body = "".join(one.html() for one in told)
    html = f'<div class="foi-findings" lang="{TAGS[language]}">\n{body}</div>\n'
    return Said(told, "\n".join(one.text for one in told), html, "\n\n".join(one.markdown() for one in told))


def _of_lines(lines: Iterable[str], language: Language) -> Said:
    return _said((Sentence(line.strip()) for line in lines), language)


def _finding(topic: str, report: Report, language: Language) -> Said:
    known = Facts(report)
    told = (sentence(known, entry, language) for entry in read_toml("words/findings.toml")[topic])
    return _said((one for one in told if one), language)


def _explanations(report: Report, language: Language) -> Said:
    """Say every smallest explanation of what is broken in a report."""
    return _of_lines(list(explained(report, language)) or [resources.say("accounts.whole", language)], language)


def _claims(report: Report, language: Language) -> Said:
    """Say how many numbers the prose holds, and what the tables say of those that they bear on."""
    found = claims(report)
    first = resources.say("accounts.coverage", language, **coverage(found))
    return _of_lines([first, *claimed(found, language)], language)


def _hints(report: Report, language: Language) -> Said:
    """Say which hints do not hold, each with what that means; that all hold, when they do."""
    lines = list(hinted(hints(report), language))
    return _of_lines(lines or [resources.say("accounts.no_hint", language)], language)


def _citation(report: Report, language: Language) -> Said:
    found = citation(report, language)
    *parts, (head, bibtex) = found.parts
    html = (
        f'<div class="foi-citation" lang="{TAGS[language]}">\n'
        + "".join(f"<p><strong>{escape(title)}</strong><br>{escape(text)}</p>\n" for title, text in parts)
        + f"<p><strong>{escape(head)}</strong></p>\n<pre><code>{escape(bibtex)}</code></pre>\n"
        + f"<p><em>{escape(found.hint)}</em></p>\n</div>\n"
    )
    sentences = tuple(Sentence(text) for text in (*(text for _, text in found.parts), found.hint))
    named = [f"**{_plain(title)}**  \n{_plain(text)}" for title, text in parts]
    markdown = "\n\n".join([*named, f"**{_plain(head)}**", f"````\n{bibtex}\n````", f"*{_plain(found.hint)}*"])
    return Said(sentences, found.text, html, markdown)


def _misread(topic: str, report: Report, language: Language) -> Said:
    """Say wrong readings that a report's own figures invite, at most three, each with what is right.

    Taken in order from ``words/readings.toml``: those whose figures the report prints and to which they apply.
    """
    pairs = list(islice(_pairs(report, topic, language), _READINGS))
    title = _phrase(f"readings_{len(pairs)}", language)
    first, second = (_phrase(f"reading_{kind}", language) for kind in ("wrong", "right"))
    items = "".join(f"<li>\n{wrong.html(first)}{right.html(second)}</li>\n" for wrong, right in pairs)
    html = (
        f"<style>\n{STYLESHEET}</style>\n"
        f'<div class="foi-readings" role="note" aria-labelledby="readings-{topic}" lang="{TAGS[language]}">\n'
        f'<p id="readings-{topic}"><strong>{escape(title)}</strong></p>\n'
        f"{f'<ol>{items}</ol>' if items else ''}\n</div>\n"
    )
    lines = [f"{first} {wrong.text}\n{second} {right.text}" for wrong, right in pairs]
    numbered = [
        f"{i}. {wrong.markdown(first)}\n\n   {right.markdown(second)}" for i, (wrong, right) in enumerate(pairs, 1)
    ]
    markdown = "\n\n".join([f"**{_plain(title)}**", *numbered])
    return Said(tuple(one for pair in pairs for one in pair), "\n".join([title, *lines]), html, markdown)


def _pairs(report: Report, topic: str, language: Language) -> Iterator[tuple[Sentence, Sentence]]:
    known = Facts(report)
    for entry in read_toml("words/readings.toml")[topic]:
        wrong, right = (sentence(known, entry, language, entry[f"{kind}_{language}"]) for kind in ("wrong", "right"))
        if wrong and right and wrong.told and right.told:
            yield wrong, right


def _comparability(panel: Panel, language: Language) -> Said:
    """Say what of a panel may be compared: rows common to its forms, scopes, conflicts, and what is refused and why."""
    told = [_size(panel, language)]
    for table in ("requests", "review", "proactive") if panel.forms else ():
        try:
            told.append(panel.common(table).sentence(language))
        except ComparisonError as refused:
            told.append(resources.say("comparison.refused", language, reason=refused.reason(language)))
    if panel.reports["scope"].nunique() > 1:
        told.append(resources.say("comparison.scopes", language))
    clashes = len(panel.conflicts)
    kind = "conflicts" if clashes else "conflicts_none"
    told.append(resources.say(f"comparison.{kind}", language, n=Amount(clashes, language)))
    told += _namesakes(panel, language)
    reasons = panel.unpaired["reason"].value_counts()
    if len(reasons):
        counts = {reason: int(reasons.get(reason, 0)) for reason in ("gap", "conflict", "namesake")}
        total = Amount(int(reasons.sum()), language)
        told.append(resources.say("comparison.unpaired", language, n=total, **counts))
    return _of_lines(told, language)


def _namesakes(panel: Panel, language: Language) -> Iterator[str]:
    """Yield a sentence for names that may be those of one organ; of many, for the first."""
    pairs = list(panel.namesakes.itertuples(index=False))
    for organ, other in pairs[:_NAMED]:
        names = {"organ": organ_name(organ, language), "other": organ_name(other, language)}
        yield resources.say("comparison.namesakes", language, **names)
    if len(pairs) > _NAMED:
        yield resources.say("comparison.namesakes_more", language, n=Amount(len(pairs) - _NAMED, language))


def _size(panel: Panel, language: Language) -> str:
    heads = panel.reports
    counts = {
        "reports": len(panel),
        "organs": heads.loc[heads["organ"] != "", "organ"].nunique(),
        "forms": len(panel.forms),
        "scopes": heads["scope"].nunique(),
    }
    return resources.say("comparison.size", language, **{key: Amount(n, language) for key, n in counts.items()})


_REPORT: dict[str, Callable[[Any, Language], Said]] = {
    **{topic: partial(_finding, topic) for topic in read_toml("words/findings.toml")},
    "explanations": _explanations,
    "hints": _hints,
    "claims": _claims,
    **{f"misread_{topic}": partial(_misread, topic) for topic in read_toml("words/readings.toml")},
    "citation": _citation,
}
_PANEL: dict[str, Callable[[Any, Language], Said]] = {"comparability": _comparability}
