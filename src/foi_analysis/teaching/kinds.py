"""Kinds of statements to choose from, and kinds of errors: which identities catch them, and which cannot."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection

from foi_analysis.bilingual import Shown, Words, joined, same
from foi_analysis.checks import Verdict, identity_verdicts
from foi_analysis.form import CellKey, Form, Identity, entries, load_form
from foi_analysis.plot.figure import MARGIN, remember
from foi_analysis.plot.figure import Words as Said
from foi_analysis.plot.theme import INK, PAPER, SHADES, fill, sizes, themed
from foi_analysis.printing import cell_name
from foi_analysis.report import Report, plain
from foi_analysis.resources import Language, read_toml, say
from foi_analysis.tables.grid import Box, PublishedTable, Row
from foi_analysis.tables.published import source
from foi_analysis.teaching.answers import Checked, judged, tell, words
from foi_analysis.teaching.planting import KINDS, line_of, plant_error
from foi_analysis.teaching.slips import Chance

# ---- statements to choose from ----


_FORM = "cn-2021"
#: The rates among which a student chooses; some statements are true of one of them only.
RATES = ("all", "decided")


def statements(question: str, seed: object, language: Shown) -> PublishedTable:
    """Show the statements of a question of ``words/choices.toml`` under letters in a student's own order.

    Raises KeyError for an unknown question.
    """
    texts = {letter: Words(one["zh"], one["en"]) for letter, one in _lettered(question, seed).items()}
    return _table(f"choose-{question}", language, ("choose", "letter", "statement"), texts, "letter")


def check_choice(question: str, seed: object, chosen: Iterable[str], language: Language, rate: str = "") -> Checked:
    """Check the letters that a student chose; a hint where one statement is judged wrongly.

    ``rate`` is the rate of which the statements speak, one of ``RATES``, for the question that depends on it.
    The hint says neither which statement it is about nor whether it was chosen. Raises KeyError for an unknown
    question.
    """
    lettered, letters = _lettered(question, seed), {str(letter).upper() for letter in chosen}
    if not letters:
        return judged("wrong", "none_chosen", language)
    if unknown := sorted(letters - lettered.keys()):
        return judged("wrong", "no_letter", language, letters=", ".join(unknown))
    if rate not in RATES and any(isinstance(one["right"], list) for one in lettered.values()):
        return judged("wrong", "rate_unknown", language)
    misjudged = letters ^ right_letters(question, seed, rate)
    if misjudged:
        return judged("wrong", "think", language, hint=lettered[min(misjudged)][f"hint_{language}"])
    return judged("right", "right", language)


def right_letters(question: str, seed: object, rate: str = "") -> set[str]:
    """Return the letters of the right statements, for the teacher. Raises KeyError for an unknown question."""
    rights = {letter: one["right"] for letter, one in _lettered(question, seed).items()}
    return {letter for letter, right in rights.items() if (rate in right if isinstance(right, list) else right)}


def fact_patterns(seed: object, language: Shown) -> PublishedTable:
    """Show the ten fact patterns under numbers in a student's own order."""
    texts = {n: Words(one["zh"], one["en"]) for n, one in _numbered(seed).items()}
    return _table("facts", language, ("facts_title", "facts_number", "facts_text"), texts, "number", "facts_note")


def row_names(language: Shown) -> PublishedTable:
    """Show the names of the outcome rows with their labels in the form."""
    table = load_form(_FORM).table("requests")
    paths = {row.key: (*table.path(row)[1:], row) for row in table.rows if row.family}
    texts = {key: joined([Words(term.zh, term.en) for term in path], " › ", " › ") for key, path in paths.items()}
    return _table("row-names", language, ("rows_title", "rows_key", "rows_label"), texts, "row")


def grade_facts(answers: Mapping[int, str], seed: object, language: Language) -> float:
    """Print for each fact pattern whether its row is right, with the legal basis or a hint; return one point for each.

    ``answers`` are keys of outcome rows by the number of the fact pattern.
    """
    bases = {entry.key: entry.basis(language) for entry in entries(load_form(_FORM), "requests") if entry.term.family}
    points = 0.0
    for n, one in _numbered(seed).items():
        row = answers.get(n, "")
        said = "right" if row == one["row"] else "wrong" if row in bases else "no_row" if row else "open"
        basis, clue = bases.get(row, ""), one[f"hint_{language}"]
        tell(say(f"teaching.fact_{said}", language, n=n, row=row, basis=basis, hint=clue))
        points += said == "right"
    return points


def right_rows(seed: object) -> dict[int, str]:
    """Return the right row of each fact pattern by its number, for the teacher."""
    return {n: str(one["row"]) for n, one in _numbered(seed).items()}


def _lettered(question: str, seed: object) -> dict[str, dict[str, Any]]:
    found = read_toml("words/choices.toml")[question]
    order = Chance("choice", question, seed).sample(found, len(found))
    return dict(zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", order, strict=False))


def _numbered(seed: object) -> dict[int, dict[str, Any]]:
    found = list(read_toml("words/facts.toml").values())
    return dict(enumerate(Chance("facts", seed).sample(found, len(found)), start=1))


def _table(
    name: str, language: Shown, said: tuple[str, str, str], texts: Mapping[Any, Words], column: str, *notes: str
) -> PublishedTable:
    """Return texts by letter, number or name as a table; ``said`` are its title and the heads of its two columns."""
    title, *heads = map(words, said)
    return PublishedTable(
        id=name,
        language=language,
        title=title,
        caption=tuple(map(words, notes)),
        head=(tuple(Box(head, "col") for head in heads),),
        bodies=(tuple((Box(same(str(key)), "row"), Box(text)) for key, text in texts.items()),),
        records=tuple({column: key, "zh": text.zh, "en": text.en} for key, text in texts.items()),
        kind="text",
    )


# ---- the gallery ----


#: Small maps in a line; the side of a square in them, of the distance between two.
_ACROSS, _SIDE = 6, 0.9
#: Height of a line of maps, of the figure's width; outline of a square.
_TALL, _EDGE = 0.42, "#333333"


@dataclass(frozen=True)
class Specimen:
    """One planted error: the cells changed, the verdicts that broke, and those of families in which none did."""

    kind: str
    report: Report
    faulty: Report
    changed: tuple[CellKey, ...]
    caught: tuple[Verdict[Identity], ...]
    missed: tuple[Verdict[Identity], ...]


def kind_name(kind: str, language: Language) -> str:
    """Return the name of a kind of error."""
    key = kind.replace(" ", "_")
    own = f"kind_{key}" in read_toml("words/teaching.toml")
    return say(f"teaching.kind_{key}" if own else f"accounts.slip_{key}", language)


def specimens(report: Report) -> Iterator[Specimen]:
    """Plant one error of each kind that can occur in a report. Raises ValueError when its sums are broken already."""
    for kind in KINDS:
        try:
            faulty = plant_error(report, kind, "gallery").report
        except ValueError:
            if any(v.outcome == "broken" for v in identity_verdicts(report)):
                raise
            continue
        changed = tuple(key for key, cell in report.grid.items() if cell.value != faulty.grid[key].value)
        judged = identity_verdicts(faulty)
        caught = tuple(v for v in judged if v.outcome == "broken")
        families = {v.rule.family for v in caught}
        missed = tuple(v for v in judged if v.rule.family not in families)
        yield Specimen(kind, report, faulty, changed, caught, missed)


# ---- the table ----


def gallery(report: Report, language: Shown) -> PublishedTable:
    """Show each kind of error with its name, how it happens, an example, and what catches it and what cannot.

    Records, one a kind: kind, cells (changed, by name), caught, missed (ids of identities). Raises ValueError when
    the report's sums are broken already.
    """
    found = list(specimens(report))
    heads = ("gallery_kind", "gallery_life", "gallery_example", "gallery_caught", "gallery_missed")
    return PublishedTable(
        id=f"gallery-{report.sha256[:6]}",
        language=language,
        title=words("gallery_title"),
        caption=(*source(report), words("gallery_note")),
        head=(tuple(Box(words(head), "col") for head in heads),),
        bodies=(tuple(map(_line, found)),),
        records=tuple(
            {
                "kind": one.kind,
                "cells": " ".join(map(str, one.changed)),
                "caught": " ".join(v.rule.id for v in one.caught),
                "missed": " ".join(v.rule.id for v in one.missed),
            }
            for one in found
        ),
        kind="text",
    )


def _line(one: Specimen) -> Row:
    return (
        Box(Words.of(lambda language: f"{kind_name(one.kind, language)} ({one.kind})"), "row"),
        Box(words(f"life_{one.kind.replace(' ', '_')}")),
        *(Box(Words.of(partial(text, one))) for text in (_example, _caught, _missed)),
    )


def _example(one: Specimen, language: Language) -> str:
    shown = []
    for key in one.changed[:2]:
        printed, true = plain(one.faulty.grid[key].value), plain(one.report.grid[key].value)
        cell = cell_name(one.report.form, key, language)
        shown.append(say("teaching.gallery_cell", language, cell=cell, printed=printed, true=true))
    if len(one.changed) <= len(shown):
        return say("notebook.comma", language).join(shown)
    return say("teaching.gallery_cells", language, n=len(one.changed), example=shown[0])


def _caught(one: Specimen, language: Language) -> str:
    """Name the broken identities, those of one family together, with two lines along which they run."""
    told, comma = [], say("notebook.comma", language)
    for _, group in groupby((v.rule for v in one.caught), lambda identity: identity.family):
        alike = list(group)
        lines = comma.join(line_of(one.faulty, identity, language) for identity in alike[:2])
        more = say("notebook.more", language, n=len(alike) - 2) if len(alike) > 2 else ""
        told.append(say("teaching.gallery_rule", language, title=alike[0].title(language), lines=lines + more))
    return comma.join(told) or say("teaching.gallery_all", language)


def _missed(one: Specimen, language: Language) -> str:
    titles = dict.fromkeys(v.rule.title(language) for v in one.missed)
    return say("notebook.comma", language).join(titles) or say("teaching.gallery_none", language)


# ---- the figure ----


@themed
def gallery_figure(report: Report, language: Language, width: float = 16.0) -> np.ndarray:
    """Draw small maps of the form, one for each kind of error: cells changed, and cells under a broken identity.

    Parameters
    ----------
    report : Report
    language : {"zh", "en"}
    width : float, default 16
        Width of the figure in cm.

    Returns
    -------
    ndarray of Axes
        One a kind, in the order of ``KINDS``.

    Raises
    ------
    ValueError
        When the report's sums are broken already.
    MissingGlyphError
        When the font lacks a character.
    """
    found = list(specimens(report))
    down, inches = -(-len(found) // _ACROSS), width / 2.54
    text, points = sizes(inches), 72 * inches
    figure = plt.figure(figsize=(inches, _TALL * inches * down), layout="constrained")
    axes = figure.subplots(down, _ACROSS, squeeze=False).ravel()
    title = fill(say("teaching.gallery_figure", language), text.title, points - 2 * MARGIN)
    figure.suptitle(title, x=MARGIN / points, ha="left", size=text.title)
    for ax in axes:
        ax.set_axis_off()
    for ax, one in zip(axes, found, strict=False):
        _map(ax, one)
        ax.set_title(
            fill(kind_name(one.kind, language), text.tiny, points / _ACROSS - 2 * MARGIN), size=text.tiny, loc="center"
        )
    rows = [(one.kind, *key, key in one.changed) for one in found for key in report.form.cells]
    frame = pd.DataFrame(rows, columns=["kind", "table", "row", "column", "changed"])
    remember(axes, Said(_alt(found, language), say("teaching.gallery_caption", language), "gallery", frame))
    return axes[: len(found)]


def _map(ax: Axes, one: Specimen) -> None:
    """Draw one small map: a square for each cell, dark and dotted where changed, light under a broken identity."""
    corners = _corners(one.faulty.form)
    fills = dict.fromkeys(corners, PAPER)
    fills |= {key: SHADES[-1] for v in one.caught for key in v.rule.cells if key in corners}
    fills |= {key: INK for key in one.changed if key in corners}
    squares = [[(x, y), (x + _SIDE, y), (x + _SIDE, y + _SIDE), (x, y + _SIDE)] for x, y in corners.values()]
    ax.add_collection(PolyCollection(squares, facecolors=list(fills.values()), edgecolors=_EDGE, linewidths=0.4))
    dots = [corners[key] for key in one.changed if key in corners]
    x, y = ([corner[axis] + _SIDE / 2 for corner in dots] for axis in (0, 1))
    ax.scatter(x, y, s=3, color=PAPER, zorder=3)
    ax.set(xlim=(-0.2, 7.2), ylim=(max(y for _, y in corners.values()) + 1.5, -0.5))


def _corners(form: Form) -> dict[CellKey, tuple[float, float]]:
    """Return the upper left corner of each cell's square, in columns and rows, one table below the other."""
    found: dict[CellKey, tuple[float, float]] = {}
    top = 0
    for table in map(form.table, ("requests", "review")):  # the tables that identities stand over
        rows, columns = [row.key for row in table.rows], [column.key for column in table.columns]
        found |= {key: (float(columns.index(key.column)), float(top + rows.index(key.row))) for key in table.cells}
        top += len(rows) + 1
    return found


def _alt(found: Sequence[Specimen], language: Language) -> str:
    listed = []
    for one in found:
        counts = {"changed": len(one.changed), "broken": len(one.caught)}
        listed.append(say("teaching.gallery_alt_one", language, kind=kind_name(one.kind, language), **counts))
    return say("teaching.gallery_alt", language, n=len(found), list=" ".join(listed))
