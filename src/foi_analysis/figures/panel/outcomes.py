"""Outcomes as a heat map: a line a report, a column a family of outcome, in shares of all requests concluded."""

from __future__ import annotations

import math
from collections.abc import Callable

import pandas as pd

from foi_analysis.bilingual import number, percent
from foi_analysis.figures.drawing import Drawing
from foi_analysis.figures.facts import brief, joined, listed
from foi_analysis.figures.panel.lines import START, STEP, Line, Shown, draw_heads, draw_lines, notes_of, shown, source
from foi_analysis.figures.sheet import Sheet
from foi_analysis.figures.style import colour, drawing_style, heat, size
from foi_analysis.form import CellKey
from foi_analysis.panel import Panel
from foi_analysis.resources import Language, say

_COUNT = 42.0


def outcomes(panel: Panel, language: Language) -> Drawing:
    """Draw the shares of the six families of outcome for each report, by scope; what is not printed is hatched.

    Raises MissingGlyphError when the font lacks a character of an organ's name.
    """
    some, frame = shown(panel, language), outcomes_data(panel, language)
    title, notes = _title(frame, language), notes_of(panel, some, ["requests"], language)
    with drawing_style():
        sheet = Sheet()
        sheet.head(title, source(panel, say("comparison.unit_outcomes", language), language))
        _draw(sheet, some, frame, language)
        sheet.notes([say("comparison.note_outcomes", language), *notes])
        figure = sheet.finish()
    caption = joined([say("comparison.caption_outcomes", language), *some.captions(language), *notes], language)
    return Drawing("panel_outcomes", figure, _alt(title, some, frame, language), title, caption, frame)


def outcomes_data(panel: Panel, language: Language) -> pd.DataFrame:
    """Return what the figure draws: one row a report and family, those of the figure only.

    Columns: at (the report's number), report, organ, year, form, scope, family, label, count (NaN where a row of it
    prints no number), concluded, share.
    """
    rows = []
    for line in shown(panel, language).lines:
        form, value = panel.forms[panel.form_codes[line.at]], _values(panel, line.at)
        concluded = value("concluded")
        for term, members in form.families():
            count = sum((value(row) for row in members), 0.0)
            share = count / concluded if concluded > 0 and 0 <= count <= concluded else math.nan
            heads = (panel.heads[name][line.at] for name in ("report", "organ", "year", "form", "scope"))
            rows.append((line.at, *heads, term.key, brief(term, language), count, concluded, share))
    columns = ["at", "report", "organ", "year", "form", "scope", "family", "label", "count", "concluded", "share"]
    return pd.DataFrame(rows, columns=columns)


def _values(panel: Panel, at: int) -> Callable[[str], float]:
    """Return a function that looks up the total of a row of requests, NaN where none is printed."""
    return lambda row: float(panel.column(CellKey("requests", row, "total"))[at])


def _draw(sheet: Sheet, some: Shown, frame: pd.DataFrame, language: Language) -> None:
    if frame.empty:
        return
    labels = frame.drop_duplicates("family").set_index("family")["label"]
    width = (sheet.width - START - _COUNT) / len(labels)
    places = {family: START + at * width for at, family in enumerate(labels.index)}
    draw_heads(sheet, [
        *((places[family], width, str(label)) for family, label in labels.items()),
        (sheet.width - _COUNT, _COUNT, say("comparison.head_concluded", language)),
    ])  # fmt: skip
    by_report = dict(list(frame.groupby("at")))

    def draw(line: Line, y: float) -> None:
        here = by_report[line.at]
        for family, share in zip(here["family"].tolist(), here["share"].tolist(), strict=True):
            known = not math.isnan(share)
            fill, hatch = (heat(share), None) if known else (colour("ink", "paper"), "/////")
            sheet.box(places[family] + 0.5, y - STEP / 2 + 0.5, width - 1, STEP - 1, fill, hatch=hatch,
                      edge=colour("ink", "rule"), line=0.4)  # fmt: skip
            if known:
                sheet.fitted(places[family] + width / 2, y, percent(share, language), size("small"), width - 4)
        count = by_report[line.at]["concluded"].iloc[0]
        text = number(count, language) if count == count else "–"
        sheet.fitted(sheet.width - 2, y, text, size("small"), _COUNT - 4, align="right")

    draw_lines(sheet, some, draw)


def _title(frame: pd.DataFrame, language: Language) -> str:
    """Say which family is the largest in most reports."""
    known = frame.dropna(subset=["share"])
    if known.empty:
        return say("comparison.title_nothing", language)
    largest = known.loc[known.groupby("at")["share"].idxmax()]
    first = largest["label"].value_counts(sort=False)
    label = str(first.idxmax())
    return say("comparison.title_outcomes", language, n=int(first[label]), all=len(largest), label=label)


def _alt(title: str, some: Shown, frame: pd.DataFrame, language: Language) -> str:
    parts = []
    for line in some.lines:
        here = frame[frame["at"] == line.at]
        shares = [
            say("figures.item_plain", language, label=label,
                count=percent(share, language) or say("figures.not_printed_short", language))
            for label, share in zip(here["label"].tolist(), here["share"].tolist(), strict=True)
        ]  # fmt: skip
        parts.append(say("comparison.said", language, name=line.name(language), text="，".join(shares) if
                         language == "zh" else ", ".join(shares)))  # fmt: skip
    return say("comparison.alt_outcomes", language, title=title, lines=listed(parts, language))
