"""The way of the requests through the year: received and carried in, then outcomes and carried over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from foi_analysis.bilingual import number
from foi_analysis.figures.drawing import Drawing
from foi_analysis.figures.facts import Count, brief, count, counted, joined, listed, many, remarks, subtitle
from foi_analysis.figures.sheet import LEADING, Align, Sheet
from foi_analysis.figures.style import colour, drawing_style, hatch, size
from foi_analysis.figures.wrap import wrap
from foi_analysis.form import CellKey
from foi_analysis.report import Report
from foi_analysis.resources import Language, say

Side = Literal["in", "out"]

#: The height of all requests together, the width of a node, the gap between two nodes, in points.
_BODY = 230.0
_NODE = 10.0
_GAP = 7.0
#: Where the three columns of nodes and the labels on the right begin, as parts of the width.
_COLUMNS = {"in": 0.25, "pool": 0.49, "out": 0.71}


@dataclass(frozen=True, slots=True)
class _Stream:
    """A stream into the year or out of it."""

    key: str
    side: Side
    label: str
    count: Count
    fill: str


def flow(report: Report, language: Language) -> Drawing:
    """Draw the flow of requests, widths proportional to counts; what does not balance is drawn as a gap and said.

    Raises MissingGlyphError when the font lacks a character of the report.
    """
    streams = _streams(report, language)
    title, notes = _title(report, streams, language), _notes(report, streams, language)
    with drawing_style():
        sheet = Sheet()
        sheet.head(title, subtitle(report, say("figures.flow.unit", language), language))
        _draw(sheet, streams, language)
        sheet.notes(notes)
        figure = sheet.finish()
    return Drawing("flow", figure, _alt(title, streams, language), title, _caption(report, notes, language),
                   flow_data(report, language))  # fmt: skip


def flow_data(report: Report, language: Language) -> pd.DataFrame:
    """Return what the figure draws: one row a stream, in printed order; a gap, where the two sides differ, last.

    Columns: side (in, out), stream (a row or family of the form, or gap), label, count (requests; NaN when not wholly
    printed), least (what is printed of it).
    """
    streams = _streams(report, language)
    return pd.DataFrame(
        {
            "side": [stream.side for stream in streams],
            "stream": [stream.key for stream in streams],
            "label": [stream.label for stream in streams],
            "count": [stream.count.value for stream in streams],
            "least": [stream.count.printed for stream in streams],
        }
    )


def _streams(report: Report, language: Language) -> list[_Stream]:
    """Return the streams of both sides, and the gap between their sums where there is one."""
    families = [
        _Stream(head.key, "out", brief(head, language), count(report, map(_key, rows)), colour("families", head.key))
        for head, rows in report.form.families()
    ]
    streams = [_row(report, "new", "in", language), _row(report, "carried_in", "in", language), *families]
    streams.append(_row(report, "carried_out", "out", language))
    gap = _total(streams, "in").value - _total(streams, "out").value
    if gap > 0 or gap < 0:
        side: Side = "out" if gap > 0 else "in"
        label = say("figures.flow.gap", language)
        streams.append(_Stream("gap", side, label, Count(abs(gap), 0, 0), colour("flow", "gap")))
    return streams


def _row(report: Report, row: str, side: Side, language: Language) -> _Stream:
    label = brief(report.form.table("requests").row(row), language)
    return _Stream(row, side, label, count(report, [_key(row)]), colour("flow", row))


def _total(streams: Sequence[_Stream], side: Side) -> Count:
    """Add up one side, its gap left out."""
    counts = [stream.count for stream in streams if stream.side == side and stream.key != "gap"]
    return Count(*(sum(part) for part in zip(*((c.printed, c.absent, c.cells) for c in counts), strict=True)))


def _draw(sheet: Sheet, streams: Sequence[_Stream], language: Language) -> None:
    sides: dict[Side, list[_Stream]] = {side: [s for s in streams if s.side == side] for side in ("in", "out")}
    whole = max(sum(stream.count.height for stream in side) for side in sides.values())
    unit = _BODY / whole if whole > 0 else 0.0
    top = sheet.y + size("text") * LEADING + 2
    heights = {side: _heights(sheet, side, items, unit, language) for side, items in sides.items()}
    body = max(_BODY * (unit > 0), *(sum(slots) for slots in heights.values()))
    pool = top + (body - _BODY) / 2
    _draw_heads(sheet, streams, language)
    sheet.box(_COLUMNS["pool"] * sheet.width, pool, _NODE, unit * whole, colour("ink", "outline"), name="pool")
    for side, items in sides.items():
        start = top + (body - sum(heights[side])) / 2
        _draw_side(sheet, items, heights[side], start, pool, unit, language)
    sheet.y = top + body + _GAP


def _heights(sheet: Sheet, side: Side, streams: Sequence[_Stream], unit: float, language: Language) -> list[float]:
    """Return the height of each stream's slot: enough for its width and for its label."""
    return [
        max(unit * stream.count.height, len(_lines(sheet, stream, language)) * size("text") * LEADING) + _GAP
        for stream in streams
        if stream.side == side
    ]


def _draw_heads(sheet: Sheet, streams: Sequence[_Stream], language: Language) -> None:
    """Write over each column what it is; in the middle stand all the requests on hand."""
    total, points = counted(_total(streams, "in"), language), size("text")
    heads: dict[str, Align] = {"in": "right", "pool": "center", "out": "left"}
    shift = {"in": _NODE, "pool": _NODE / 2, "out": 0.0}
    for column, align in heads.items():
        text = say(f"figures.flow.head_{column}", language, count=total)
        sheet.text(_COLUMNS[column] * sheet.width + shift[column], sheet.y, text, points, align=align)


def _draw_side(
    sheet: Sheet, streams: Sequence[_Stream], heights: Sequence[float], y: float, pool: float, unit: float,
    language: Language,
) -> None:  # fmt: skip
    for stream, slot in zip(streams, heights, strict=True):
        width = unit * stream.count.height
        x = _COLUMNS[stream.side] * sheet.width
        node = y + (slot - width) / 2
        if width > 0:
            _draw_band(sheet, stream, node, pool, width)
        sheet.box(x, node, _NODE, width, stream.fill, hatch=hatch(stream.key), name=f"node.{stream.key}")
        _draw_label(sheet, stream, y + slot / 2, language)
        y, pool = y + slot, pool + width


def _draw_band(sheet: Sheet, stream: _Stream, node: float, pool: float, width: float) -> None:
    x, middle = _COLUMNS[stream.side] * sheet.width, _COLUMNS["pool"] * sheet.width
    name = f"band.{stream.key}"
    if stream.side == "in":
        sheet.band((x + _NODE, node), (middle, pool), width, stream.fill, name)
    else:
        sheet.band((middle + _NODE, pool), (x, node), width, stream.fill, name)


def _draw_label(sheet: Sheet, stream: _Stream, middle: float, language: Language) -> None:
    lines = _lines(sheet, stream, language)
    inward = stream.side == "in"
    x = _COLUMNS[stream.side] * sheet.width + (-_GAP if inward else _NODE + _GAP)
    top = middle - len(lines) * size("text") * LEADING / 2 + 0.1 * size("text")
    sheet.block(x, top, lines, size("text"), sheet.width, align="right" if inward else "left")


def _lines(sheet: Sheet, stream: _Stream, language: Language) -> list[str]:
    """Return a label's lines, its count on the last; what is no plain number stands on lines of its own."""
    room = _COLUMNS["in"] if stream.side == "in" else 1 - _COLUMNS["out"]
    width = room * sheet.width - _GAP - (_NODE if stream.side == "out" else 0)
    amount = counted(stream.count, language)
    if stream.count.known:
        return wrap(f"{stream.label} {amount}", size("text"), width)
    return [line for text in (stream.label, amount) for line in wrap(text, size("text"), width)]


def _title(report: Report, streams: Sequence[_Stream], language: Language) -> str:
    concluded, left = count(report, [_key("concluded")]), count(report, [_key("carried_out")])
    received, given = _total(streams, "in"), _total(streams, "out")
    if not all(amount.known for amount in (concluded, left, received, given)):
        return say("figures.flow.title_unknown", language)
    if received.printed != given.printed:
        return say("figures.flow.title_gap", language, **_both(streams, language))
    return say(
        "figures.flow.title",
        language,
        requests=many("requests", received.printed, language),
        concluded=counted(concluded, language),
        left=counted(left, language),
    )


def _both(streams: Sequence[_Stream], language: Language) -> dict[str, str]:
    return {"left": counted(_total(streams, "in"), language), "right": counted(_total(streams, "out"), language)}


def _notes(report: Report, streams: Sequence[_Stream], language: Language) -> list[str]:
    notes = remarks(report, _keys(report), language)
    return [*(_gaps(streams, language)), *notes]


def _gaps(streams: Sequence[_Stream], language: Language) -> Iterator[str]:
    for stream in streams:
        if stream.key == "gap":
            gap = number(stream.count.printed, language)
            yield say("figures.flow.remark_gap", language, gap=gap, **_both(streams, language))


def _alt(title: str, streams: Sequence[_Stream], language: Language) -> str:
    said = {
        side: listed((f"{s.label} {counted(s.count, language)}" for s in streams if s.side == side), language)
        for side in ("in", "out")
    }
    return say("figures.flow.alt", language, title=title, received=said["in"], given=said["out"])


def _caption(report: Report, notes: Sequence[str], language: Language) -> str:
    table = report.form.table("requests")
    column = table.column("total").label(language)
    rests = say("figures.flow.caption", language, table=table.label(language), column=column)
    return joined([rests, *notes], language)


def _keys(report: Report) -> list[CellKey]:
    outcomes = [row for _, rows in report.form.families() for row in rows]
    return [_key(row) for row in ("new", "carried_in", *outcomes, "concluded", "carried_out")]


def _key(row: str) -> CellKey:
    return CellKey("requests", row, "total")
