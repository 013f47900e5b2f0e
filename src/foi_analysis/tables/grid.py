"""What every table is before it is shown: boxes in rows under a caption; and the one renderer of them.

Nothing here knows a report or a form.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from importlib.resources import files
from typing import Literal

import pandas as pd

from foi_analysis.bilingual import TAGS, Shown, Words, words
from foi_analysis.resources import csv_text

Scope = Literal["", "col", "colgroup", "row", "rowgroup"]
Value = str | int | float | None
_SUM = re.compile(r"-[0-9a-f]{6}$")

#: The one stylesheet of all tables: class names only, legible on light and on dark ground, and in print.
STYLESHEET = files("foi_analysis").joinpath("tables/tables.css").read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Box:
    """A cell of a table as shown; a header cell when it has a scope.

    ``down`` and ``across`` count the rows and columns that it covers. ``remark`` is a sign printed behind the
    content, ``spoken`` what a screen reader says in addition, ``title`` what hovering over the box or coming to
    it by the Tab key shows, ``clip`` a PNG file shown with it; nothing of that is part of the content.
    """

    content: Words
    scope: Scope = ""
    down: int = 1
    across: int = 1
    id: str = ""
    headers: tuple[str, ...] = ()
    kind: str = ""
    remark: str = ""
    spoken: Words | None = None
    title: Words | None = None
    cell: str = ""
    clip: bytes = b""

    def html(self, shown: Shown) -> str:
        """Write the box as ``<th>`` or ``<td>``, escaped."""
        tag = "th" if self.scope else "td"
        remark = f'<span class="foi-remark" aria-hidden="true">{escape(self.remark)}</span>' if self.remark else ""
        spoken = f'<span class="foi-spoken">{escape(self.spoken.plain(shown))}</span>' if self.spoken else ""
        content = escape(self.content.zh) if self._quotes(shown) else self.content.html(shown)
        return f"<{tag}{''.join(self._attributes(shown))}>{content}{remark}{spoken}{self._clip(shown)}</{tag}>"

    def _clip(self, shown: Shown) -> str:
        if not self.clip:
            return ""
        alt = escape(words("clip").plain(shown))
        return f'<img class="foi-clip" alt="{alt}" src="data:image/png;base64,{b64encode(self.clip).decode()}">'

    def _quotes(self, shown: Shown) -> bool:
        """Check whether the box is a quotation in another language, so that its tag says which."""
        return bool(self.content.quoted and shown != self.content.quoted)

    def _attributes(self, shown: Shown) -> Iterator[str]:
        pairs = {
            "id": self.id,
            "scope": self.scope,
            "lang": TAGS[self.content.quoted] if self.content.quoted and self._quotes(shown) else "",
            "rowspan": str(self.down) if self.down > 1 else "",
            "colspan": str(self.across) if self.across > 1 else "",
            "class": " ".join(f"foi-{kind}" for kind in self.kind.split()),
            "headers": " ".join(self.headers),
            "data-cell": self.cell,
            "tabindex": "0" if self.title else "",
            "aria-description": self.title.plain(shown) if self.title else "",
        }
        return (f' {name}="{escape(value)}"' for name, value in pairs.items() if value)


Row = tuple[Box, ...]


@dataclass(frozen=True, repr=False)
class PublishedTable:
    """A table ready to be shown: caption, header rows, groups of rows, notes, and its records as data.

    In a notebook it shows itself as HTML. ``records`` are what ``csv`` and ``frame`` give.
    """

    id: str
    language: Shown
    title: Words
    caption: tuple[Words, ...]
    head: tuple[Row, ...]
    bodies: tuple[tuple[Row, ...], ...]
    records: tuple[Mapping[str, Value], ...]
    notes: tuple[Words, ...] = ()
    kind: str = ""

    def html(self) -> str:
        """Write the table as HTML without its stylesheet: one ``<div>`` that scrolls when it is too wide."""
        shown, caption = self.language, f"{self.id}-caption"
        lang = f' lang="{TAGS[shown]}"' if shown != "both" else ""
        head = f"<thead>\n{_lines(self.head, shown)}</thead>\n" if self.head else ""
        body = "".join(f"<tbody>\n{_lines(rows, shown)}</tbody>\n" for rows in self.bodies)
        before, after = self._skips()
        return (
            f'<div class="foi-table foi-{self.kind or "plain"}"{lang}>\n{before}'
            f'<div class="foi-scroll" role="region" aria-labelledby="{caption}" tabindex="0">\n'
            f'<table id="{self.id}">\n<caption id="{caption}">{self._caption()}</caption>\n'
            f"{head}{body}</table>\n</div>\n{after}{self._notes()}</div>\n"
        )

    def _skips(self) -> tuple[str, str]:
        """Return the ways past a table whose boxes are stops of the Tab key, to its end and back to its start."""
        if not any(box.title for rows in self.bodies for row in rows for box in row):
            return "", ""
        return self._way("skip", "start", "end"), self._way("back", "end", "start")

    def _way(self, name: str, here: str, there: str) -> str:
        said = words(f"{name}_table", table=self.title).html(self.language)
        return f'<a class="foi-skip" id="{self.id}-{here}" href="#{self.id}-{there}">{said}</a>\n'

    def csv(self) -> str:
        """Write the table's records as CSV: LF line ends, one header line, nothing where there is no value."""
        names = list(self.records[0]) if self.records else []
        return csv_text([names, *([record.get(name) for name in names] for record in self.records)])

    @property
    def name(self) -> str:
        """The name of the table's data: its id without the sum of the report that it was made from."""
        return _SUM.sub("", self.id)

    def frame(self) -> pd.DataFrame:
        """Return the table's records as a tidy frame, index from 0, NaN where there is no number."""
        return pd.DataFrame([dict(record) for record in self.records])

    def __repr__(self) -> str:
        """Name the table in one line: what a terminal shows, and no address in memory."""
        return f"<PublishedTable {self.id}: {self.title.en}>"

    def _repr_html_(self) -> str:
        return f"<style>\n{STYLESHEET}</style>\n{self.html()}"

    def _repr_mimebundle_(self, **_: object) -> tuple[dict[str, str], dict[str, str]]:
        """Show HTML; what the table holds goes along as CSV, and its name as metadata, for whoever makes a page."""
        data = {"text/csv": self.csv()} if self.records else {}
        return {"text/html": self._repr_html_(), **data}, {"name": self.name}

    def _caption(self) -> str:
        lines = "".join(f'<span class="foi-line">{line.html(self.language)}</span>' for line in self.caption)
        return f'<span class="foi-title">{self.title.html(self.language)}</span>{lines}'

    def _notes(self) -> str:
        items = "".join(f"<li>{note.html(self.language)}</li>\n" for note in self.notes)
        return f'<ul class="foi-notes">\n{items}</ul>\n' if items else ""


def heads(*names: str) -> Row:
    """Return one line of column heads, named by sentences of ``words/tables.toml``."""
    return tuple(Box(words(name), "col") for name in names)


def _lines(rows: Sequence[Row], shown: Shown) -> str:
    return "".join("<tr>" + "".join(box.html(shown) for box in row) + "</tr>\n" for row in rows)
