"""What figures say: counts and shares as each language writes them, titles, sources, and what is not printed."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

import pandas as pd

from foi_analysis import bilingual
from foi_analysis.bilingual import number, percent, phrase, ratio_of
from foi_analysis.checks import identity_verdicts
from foi_analysis.form import CellKey, Term, title_along
from foi_analysis.panel import Panel
from foi_analysis.report import Cell, Report, facts_of
from foi_analysis.resources import Language, Told, language_of, missing_characters, say, visible

#: So many broken identities are named one by one; of more, the number is given.
_NAMED = 4


class Count(NamedTuple):
    """A sum of cells: what is printed of it, and how many of its cells print no number.

    Unless ``absent`` is 0 the sum is not known, and ``least`` is the least it can be.
    """

    least: float
    absent: int
    cells: int

    @property
    def value(self) -> float:
        """The sum, NaN unless every cell prints a number."""
        return math.nan if self.absent else self.least

    def over(self, whole: Count) -> float:
        """Return the share of a whole; NaN when one is not known, the whole not above 0, or less than the part."""
        return self.value / whole.value if whole.value > 0 and self.value <= whole.value else math.nan


def counted(amount: Count, language: Language, *, short: bool = False) -> str:
    """Return a sum as text: a number, the least it can be, or that it is not printed; for a narrow column in short."""
    if not amount.absent:
        return number(amount.least, language)
    form = "not_printed" if amount.absent == amount.cells else "at_least"
    return phrase(f"figures.{form}{'_short' if short else ''}", language, number=amount.least)


def brief(term: Term, language: Language) -> str:
    """Return a label without its numbering and its remarks in brackets."""
    return term.en if language == "en" else re.sub(r"（[^）]*）|^[^（）]、", "", term.zh) or term.zh


def listed(parts: Iterable[str], language: Language) -> str:
    """Return the parts of a list as text."""
    return say("figures.comma", language).join(parts)


def joined(sentences: Iterable[str], language: Language) -> str:
    """Return sentences as a paragraph; Chinese puts no space between them."""
    return (" " if language == "en" else "").join(sentence for sentence in sentences if sentence)


def shown(cell: Cell, language: Language) -> str:
    """Return what stands in a cell: the number as printed, a dash as printed, or what else it is in a word.

    A number given by a person stands in the place of what is printed. A token with a character that the font lacks
    gives way to its plain value, so that a stray sign stops no picture.
    """
    plain = str(cell.value) if cell.is_number else say(f"figures.mark.{cell.mark}", language)
    as_printed = cell.mark in ("number", "dash")
    token = " ".join(cell.printed.split()) if as_printed else ""
    return plain if not token or missing_characters(token) else token


# ---- frames and what they carry ----


def tidy(
    data: Report | Panel | pd.DataFrame,
    make: Callable[..., pd.DataFrame],
    needed: Iterable[str],
    language: Language | None,
) -> pd.DataFrame:
    """Return the frame to draw: the one given, or the one that `make` gives of a report or panel.

    Raises ValueError, which names them, when columns are missing or the frame has no row, and TypeError for a panel
    where a report is drawn, the other way round, or for what is none of them.
    """
    name, wanted = make.__name__.removesuffix("_data"), next(iter(make.__annotations__))
    if isinstance(data, Report | Panel):
        given = type(data).__name__.lower()
        if given != wanted:
            raise TypeError(Told(f"errors.draws_{wanted}", figure=name))
        return make(data, language_of(language))
    if not hasattr(data, "columns"):
        raise TypeError(Told("errors.draws_frame", figure=name, make=make.__name__, given=type(data).__name__))
    missing = [name for name in needed if name not in data.columns]
    if missing:
        raise ValueError(Told("errors.frame_lacks", columns=bilingual.listed(missing), make=make.__name__))
    if data.empty:
        raise ValueError(Told("errors.frame_empty", make=make.__name__))
    frame = data.copy()
    frame.attrs = dict(data.attrs)
    if language:
        frame.attrs["language"] = language_of(language)
    return frame


def groups(frame: pd.DataFrame, by: str | list[str]) -> Iterator[tuple[Any, pd.DataFrame]]:
    """Iterate over the parts of a frame whose rows agree in a column, or several, each part with what they agree in."""
    return iter(frame.groupby(by, sort=False, observed=True))


def rows_of(frame: pd.DataFrame) -> Iterator[Any]:
    """Iterate over the rows of a frame as named tuples."""
    return frame.itertuples()


def language_in(frame: pd.DataFrame) -> Language:
    """Return the language of a frame's labels."""
    return language_of(frame.attrs.get("language"))


def with_words(
    frame: pd.DataFrame, name: str, language: Language, source: str, notes: Iterable[str], **places: object
) -> pd.DataFrame:
    """Return the frame with what a figure says beside it: ``unit``, ``source``, ``notes`` and ``caption``.

    `places` fill the caption.
    """
    frame.attrs = {
        "name": name,
        "language": language,
        "unit": say(f"figures.{name}.unit", language),
        "source": source,
        "notes": list(notes),
        "caption": say(f"figures.{name}.caption", language, **places),
    }
    return frame


def of_report(
    frame: pd.DataFrame,
    name: str,
    report: Report,
    language: Language,
    keys: Iterable[CellKey],
    table: str = "",
    **places: object,
) -> pd.DataFrame:
    """Return the frame with unit, source, remarks and caption of a figure of a report.

    The caption may name the table that it rests on, and rows and columns of it (``{row_concluded}``).
    """
    source = visible(say("figures.subtitle", language, **facts_of(report, language)))
    if table:
        rests_on = report.form.table(table)
        places |= {"table": rests_on.label(language), "cells": len(rests_on.cells)}
        places |= {f"row_{row.key}": row.label(language) for row in rests_on.rows}
        places |= {f"column_{column.key}": column.label(language) for column in rests_on.columns}
    return with_words(frame, name, language, source, remarks(report, keys, language), **places)


def alternative(title: str, frame: pd.DataFrame) -> str:
    """Return the alternative text of a frame: the kind of figure, its finding, and every row as ``label text``.

    Rows are listed by ``group`` where the frame has that column.
    """
    language = language_in(frame)
    said = say("figures.item_plain", language, label="{}", count="{}")
    parts = []
    for group, rows in groups(frame, "group") if "group" in frame else [("", frame)]:
        pairs = zip(rows["label"], rows["text"], strict=True)
        items = listed((said.format(label, text).strip() for label, text in pairs), language)
        parts.append(say("figures.in_group" if group else "figures.in_none", language, group=group, items=items))
    first = say(f"figures.{frame.attrs.get('name', 'outcomes')}.alt", language, title=title)
    return joined([first, *parts], language)


# ---- measures ----


def measure_text(row: Any, language: Language) -> str:
    """Return a row of ``foi.measure`` as text: counts, and interval or unit or bounds; or why there is none."""
    counts = say(
        f"figures.share.{'counts' if row.kind == 'share' else 'over'}",
        language,
        numerator=printed(row.numerator, language),
        denominator=printed(row.denominator, language),
    )
    return say(f"figures.share.{row.state}", language, counts=counts, value=value_text(row, language))


def value_text(row: Any, language: Language) -> str:
    """Return the value of a measure with its interval or unit, or its bounds; empty where there is neither."""
    if row.state == "defined":
        value = _amount(row, row.value, language)
        if row.kind != "share":
            return value
        return value + say("figures.interval", language, low=f"{100 * row.low:.1f}", high=f"{100 * row.high:.1f}")
    if row.state != "bounded":
        return ""
    low = _amount(row, row.lower, language)
    if math.isinf(row.upper):
        return say("figures.share.from", language, low=low)
    form = "one" if row.lower == row.upper else "range"
    return say(f"figures.share.{form}", language, low=low, high=_amount(row, row.upper, language))


def printed(amount: float, language: Language) -> str:
    """Return a count as text, or that it is not printed."""
    return say("figures.not_printed_short", language) if math.isnan(amount) else number(amount, language)


def _amount(row: Any, value: float, language: Language) -> str:
    if row.kind == "share":
        return percent(value, language)
    return ratio_of(value, row.unit, language)


# ---- what stands in the way of reading a picture ----


def remarks(report: Report, keys: Iterable[CellKey], language: Language) -> list[str]:
    """Return what stands in the way of reading a picture of these cells: absent, supplied, doubtful, broken."""
    wanted = set(keys)
    cells = [report.grid[key] for key in report.form.cells if key in wanted]
    found = {
        "absent": sum(not cell.is_number for cell in cells),
        "supplied": sum(cell.mark == "supplied" for cell in cells),
        "doubtful": sum(bool(cell.doubt) for cell in cells),
    }
    said = [phrase(f"figures.remark.{kind}", language, n=n) for kind, n in found.items() if n]
    away = [
        say("figures.remark.no_table", language, table=table.label(language))
        for table in report.form.tables
        if wanted & set(table.cells) and all(report.grid[key].mark == "missing" for key in table.cells)
    ]
    return [*away, *said, *_broken(report, wanted, language)]


def _broken(report: Report, wanted: set[CellKey], language: Language) -> Iterator[str]:
    """Name the broken identities all of whose cells are wanted, the first few one by one."""
    found = (verdict for verdict in identity_verdicts(report) if verdict.outcome == "broken")
    broken = [verdict for verdict in found if wanted.issuperset(verdict.rule.cells)]
    for verdict in broken[:_NAMED]:
        given = any(report.grid[key].mark == "supplied" for key in verdict.rule.cells)
        kind = "doubtful_break" if verdict.doubtful else "broken_given" if given else "broken"
        sides = {"left": float(verdict.left or 0), "right": float(verdict.right or 0)}
        yield phrase(
            f"figures.remark.{kind}", language, title=title_along(report.form, verdict.rule, language), **sides
        )
    if len(broken) > _NAMED:
        yield phrase("figures.remark.more_broken", language, n=len(broken) - _NAMED)


# ---- broken and doubtful numbers ----


#: Behind a number that is not compared, in a frame's texts.
MARK = " *"
#: So many reports are named one by one; of more, the number is given.
_LISTED = 6


def unsound(frame: pd.DataFrame) -> pd.Series[bool]:
    """Return which rows rest on a cell of a broken identity or of a doubtful reading."""
    found: pd.Series[bool] = frame["broken"].astype(bool) | frame["doubtful"].astype(bool)
    return found


def marked(frame: pd.DataFrame) -> list[str]:
    """Return the texts of a frame, those of unsound rows with a mark behind them."""
    pairs = zip(frame["text"], unsound(frame), strict=True)
    return [f"{text}{MARK}" if found else text for text, found in pairs]


def unsound_notes(frame: pd.DataFrame, language: Language, who: str, what: str, printed: Iterable[str]) -> list[str]:
    """Return a sentence for each report with unsound rows: why they are, and what is printed.

    Parameters
    ----------
    frame : DataFrame
    language : {"zh", "en"}
    who, what : str
        The columns that name the report and the number.
    printed : iterable of str
        What is printed, one text a row; a row whose text is empty is left out.
    """
    rows = frame.assign(printed=list(printed))
    rows = rows[unsound(rows) & (rows["printed"] != "")]
    notes = []
    for name, part in groups(rows, who):
        said = listed(part[what].astype(str) + " " + part["printed"], language)
        cause = "broken" if part["broken"].any() else "doubtful"
        notes.append(say(f"comparison.unsound_{cause}", language, who=name, what=said))
    more = len(notes) - _LISTED
    if more > 0:
        notes[_LISTED:] = [phrase("comparison.unsound_more", language, n=more)]
    return notes
