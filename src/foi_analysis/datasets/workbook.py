"""One Excel workbook of a report: how to cite it, its tables as published, and tidy tables of everything.

Texts stay texts, numbers stay exact, and colour is never the only sign.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

import pandas as pd

from foi_analysis.bilingual import named
from foi_analysis.datasets.citation import citation
from foi_analysis.datasets.tidy import Dataset, Value, cells, checks, codes, rates
from foi_analysis.printing import remarks_on
from foi_analysis.report import Cell, Report, plain
from foi_analysis.resources import LANGUAGES, MOMENT, Language, read_toml, say, width_in_columns
from foi_analysis.tables.about import head_table
from foi_analysis.tables.grid import Box, PublishedTable, Row
from foi_analysis.tables.published import DOUBT, SUPPLIED, evidence, published_table

#: A spreadsheet keeps so many digits of a number; one with more stands as text, so that none of them is lost.
_DIGITS = 15
#: A spreadsheet takes no longer text in one cell.
_LONGEST = 32_767
#: With these signs, their full-width forms included, a spreadsheet lets a formula begin; white space may stand before.
_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\r\n]")
_ITEM_WIDTH, _TEXT_WIDTH, _WIDEST, _LINE = 32, 74, 60, 15.0
_SIGNS = ("blank", "dash", "missing", "unreadable", "doubt", "supplied")
_OPTIONS = {"strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}

Look = Mapping[str, Any]
_LOOKS = read_toml("datasets/workbook.toml")
_TITLE, _CAPTION, _SECTION, _TEXT = (_LOOKS[name] for name in ("title", "caption", "section", "text"))
_HEAD, _ROW_HEAD, _NUMBER, _GROUNDS = (_LOOKS[name] for name in ("head", "row_head", "number", "grounds"))


def workbook(report: Report, languages: Sequence[Language] = LANGUAGES) -> bytes:
    """Write a report as an Excel workbook, the same bytes each time.

    Sheets: ``about`` (what it rests on, how to cite it, what the signs mean); each table as published, in
    each of the languages; then ``cells``, ``checks``, ``measures`` and ``codebook``, tidy and in both languages.
    Numbers are numbers, except those of more than 15 digits, which a spreadsheet would round; no text is ever a
    formula.
    """
    out = io.BytesIO()
    with pd.ExcelWriter(out, engine="xlsxwriter", engine_kwargs={"options": _OPTIONS}) as writer:
        _describe(writer.book, report, languages[0])
        _Sheet(writer.book, "about").write_about(report, languages)
        for language in languages:
            for table in report.form.tables:
                sheet = _Sheet(writer.book, say(f"datasets.sheet_{table.key}", language))
                sheet.write_table(published_table(report, table.key, language), report)
        for data in datasets(report):
            _write_dataset(writer, data)
    return out.getvalue()


def datasets(report: Report) -> tuple[Dataset, ...]:
    """Return every tidy table of a report, in the order of a workbook's sheets."""
    return (cells(report), checks(report), rates(report), codes(report.form))


def _describe(book: Any, report: Report, language: Language) -> None:
    """Say what a workbook is, without the moment, the person and the program that made it."""
    about = " ".join(filter(None, (report.organ.value, report.year.value))) or report.name
    title = f"{say('datasets.about', language)}: {about}"
    book.set_properties({"title": title, "author": "foi_analysis", "created": MOMENT.replace(tzinfo=None)})


def _write_dataset(writer: pd.ExcelWriter[Any], data: Dataset) -> None:
    """Write a tidy table: its heads frozen, a filter over it, columns as wide as what they hold."""
    rows = [[_written(value) for value in row] for row in data.rows]
    frame = pd.DataFrame(rows, columns=list(data.columns), dtype=object)
    frame.to_excel(writer, sheet_name=data.name, index=False, freeze_panes=(1, 0), autofilter=True)
    sheet = _Sheet(writer.book, data.name, writer.sheets[data.name])
    longest = [max(width_in_columns(str(value)) for value in (f"{name}   ", *frame[name].dropna())) for name in frame]
    widths = [min(each + 2, _WIDEST) for each in longest]
    sheet.shape(widths, _TEXT if data.name == "codebook" else None)
    if data.name == "codebook":
        for row, values in enumerate(rows, 1):
            sheet.heighten(row, zip(map(str, values), widths, strict=True))
    for row, column in zip(*frame.map(_is_formula).to_numpy().nonzero(), strict=True):
        sheet.put(int(row) + 1, int(column), rows[row][column], {"quote_prefix": True})
    writer.sheets[data.name].repeat_rows(0, 0)


def _is_formula(value: Any) -> bool:
    """Check whether a spreadsheet could take a value for a formula."""
    return isinstance(value, str) and _FORMULA.match(value) is not None


def _written(value: Value) -> str | float | bool | None:
    """Return a value as a spreadsheet keeps it: a number of few digits, or a text."""
    if value is None or isinstance(value, (bool, float)):
        return value
    if not isinstance(value, str) and len(Decimal(value).as_tuple().digits) <= _DIGITS:
        return int(value) if value == int(value) else float(value)
    return (value if isinstance(value, str) else plain(value))[:_LONGEST]


class _Sheet:
    """A sheet of a workbook: printed on its side, as wide as the page."""

    def __init__(self, book: Any, name: str, sheet: Any = None) -> None:
        self._book = book
        self._sheet = sheet or book.add_worksheet(name)
        self._sheet.set_landscape()
        self._sheet.set_paper(9)
        self._sheet.fit_to_pages(1, 0)

    def shape(self, widths: Iterable[float], look: Look | None = None) -> None:
        """Set the widths of the columns, and how what has no look of its own looks in them."""
        for column, width in enumerate(widths):
            self._sheet.set_column(column, column, width, self._book.add_format(look) if look else None)

    def heighten(self, row: int, texts: Iterable[tuple[str, float]], more: float = 0) -> None:
        """Make a row as high as its texts are, each in a column of the given width."""
        lines = [
            sum(-(-width_in_columns(line) // max(int(room), 1)) or 1 for line in text.split("\n"))
            for text, room in texts
        ]
        self._sheet.set_row(row, _LINE * max(lines, default=1) + more)

    def put(self, row: int, column: int, value: Value, look: Look, down: int = 1, across: int = 1) -> None:
        """Write one value, counted from 0: a number as a number, a text as a text whatever it begins with."""
        content = _written(value)
        quoted = {"quote_prefix": True} if _is_formula(content) else {}
        style = self._book.add_format({**look, **quoted})
        if (down, across) == (1, 1):
            self._sheet.write(row, column, content, style)
        else:
            self._sheet.merge_range(row, column, row + down - 1, column + across - 1, content, style)

    # ---- the first sheet ----

    def write_about(self, report: Report, languages: Sequence[Language]) -> None:
        """Write what a workbook rests on: one column a language, side by side."""
        self.put(0, 0, " · ".join(say("datasets.about", language) for language in languages), _TITLE)
        row = 2
        for head, lines in _about(report, languages):
            self.put(row, 0, head, _SECTION)
            for item, *texts in lines:
                row += 1
                self.put(row, 0, item, {**_TEXT, "bold": True})
                for column, text in enumerate(texts, 1):
                    self.put(row, column, text, _TEXT)
                self.heighten(row, [(item, _ITEM_WIDTH), *((text, _TEXT_WIDTH) for text in texts)])
            row += 2
        self.shape([_ITEM_WIDTH, *[_TEXT_WIDTH] * len(languages)])
        self._sheet.freeze_panes(1, 1)

    # ---- tables as published ----

    def write_table(self, table: PublishedTable, report: Report) -> None:
        """Write a table as published, heads merged as they are printed, caption above and notes below.

        Each cell of a broken identity is filled, and a comment tells what is printed, what does not hold and what the
        identities imply.
        """
        shown, top = table.language, 3
        remarks = {str(key): text for key, text in remarks_on(report, _language(table)).items()}
        values = {str(key): cell for key, cell in report.grid.items()}
        rows = [*table.head, *(row for body in table.bodies for row in body)]
        self.put(0, 0, table.title.plain(shown), _TITLE)
        self.put(1, 0, "  ".join(line.plain(shown) for line in table.caption), _CAPTION)
        for row, column, box in _placed(rows, top):
            if box.cell:
                self._put_cell(row, column, box, values[box.cell], table, remarks.get(box.cell, ""))
            else:
                is_row_head = box.scope in ("row", "rowgroup") and box.kind != "block"
                look = _ROW_HEAD if is_row_head else _HEAD
                self.put(row, column, box.content.plain(shown), look, box.down, box.across)
        for row, note in enumerate(table.notes, top + len(rows) + 1):
            self.put(row, 0, note.plain(shown), _CAPTION)
        self._shape(table, rows, top)

    def _put_cell(self, row: int, column: int, box: Box, cell: Cell, table: PublishedTable, broken: str) -> None:
        """Write a cell of the form: its number, or what is printed instead; doubtful and broken ones are marked."""
        number = cell.is_number and cell.value is not None
        kind = "doubt" if cell.doubt and cell.is_number else cell.mark
        ground = _GROUNDS.get(kind) or (_GROUNDS["broken"] if broken else {})
        signs = f"{DOUBT if cell.doubt else ''}{SUPPLIED if cell.mark == 'supplied' else ''}"
        sign = {"num_format": "General" + "".join(f'"{each}"' for each in signs)} if number else {}
        shown = cell.value if number else _words_for(cell, table)
        self.put(row, column, shown, {**_NUMBER, **ground, **sign}, box.down, box.across)
        if cell.doubt or cell.mark in ("supplied", "missing", "unreadable"):
            broken = "\n".join(filter(None, (broken, evidence(cell).one(_language(table)))))
        if broken:
            size = {"width": 320, "height": 60 + 18 * (len(broken) // 30)}
            self._sheet.write_comment(row, column, broken[:_LONGEST], {"author": "foi_analysis", **size})

    def _shape(self, table: PublishedTable, rows: Sequence[Row], top: int) -> None:
        """Set widths and heights, and freeze what heads the table."""
        boxes = list(_placed(rows, top))
        first = min((column for _, column, box in boxes if box.cell), default=0)
        last = max(column + box.across for _, column, box in boxes)
        widths = [16.0 if column >= first else 36.0 if column == first - 1 else 12.0 for column in range(last)]
        self.shape(widths)
        for row in range(top, top + len(rows)):
            here = [(box, column) for r, column, box in boxes if r == row]
            rooms = [0.9 * box.down * sum(widths[column : column + box.across]) for box, column in here]
            texts = [box.content.plain(table.language) for box, _ in here]
            self.heighten(row, zip(texts, rooms, strict=True), more=3)
        self._sheet.freeze_panes(top + len(table.head), first)
        if table.head:
            self._sheet.repeat_rows(top, top + len(table.head) - 1)


def _language(table: PublishedTable) -> Language:
    return "zh" if table.language == "zh" else "en"


def _words_for(cell: Cell, table: PublishedTable) -> str | None:
    """Return the text in place of a number: a dash as printed, the name of what is wrong, nothing for a blank."""
    if cell.mark in ("missing", "unreadable"):
        return named("mark", cell.mark).plain(table.language)
    return cell.printed.strip() or None if cell.mark == "dash" else None


def _placed(rows: Sequence[Row], top: int) -> Iterator[tuple[int, int, Box]]:
    """Yield each box with the row and column in which it begins, after the room that earlier boxes cover."""
    taken: set[tuple[int, int]] = set()
    for row, boxes in enumerate(rows, top):
        column = 0
        for box in boxes:
            while (row, column) in taken:
                column += 1
            yield row, column, box
            taken |= {(row + i, column + j) for i in range(box.down) for j in range(box.across)}


# ---- what stands on the first sheet ----


def _about(report: Report, languages: Sequence[Language]) -> Iterator[tuple[str, list[tuple[str, ...]]]]:
    """Yield the sections of the first sheet: a heading, and lines of an item and its text in each language."""
    yield _both("about_report", languages), _facts(report, languages)
    yield _both("about_citation", languages), _citation(report, languages)
    signs = [(_both(f"sign_{sign}", languages), *_each(f"sign_{sign}_means", languages)) for sign in _SIGNS]
    yield _both("about_signs", languages), signs
    tables = [
        (say(f"datasets.sheet_{table.key}", language), *(table.label(each) for each in languages))
        for language in languages
        for table in report.form.tables
    ]
    tidy = [(data.name, *_each(f"holds_{data.name}", languages)) for data in datasets(report)]
    yield _both("about_sheets", languages), [*tables, *tidy]


def _facts(report: Report, languages: Sequence[Language]) -> list[tuple[str, ...]]:
    rows = [row for body in head_table(report, "both").bodies for row in body]
    return [
        (
            " · ".join(row[0].content.one(language) for language in languages),
            *(row[1].content.one(language) for language in languages),
        )
        for row in rows
    ]


def _citation(report: Report, languages: Sequence[Language]) -> list[tuple[str, ...]]:
    found = [citation(report, language) for language in languages]
    parts = [
        (" · ".join(dict.fromkeys(head for head, _ in part)), *(text for _, text in part))
        for part in zip(*(one.parts for one in found), strict=True)
    ]
    return [*parts, (_both("about_hint", languages), *(one.hint for one in found))]


def _both(key: str, languages: Sequence[Language]) -> str:
    return " · ".join(dict.fromkeys(_each(key, languages)))


def _each(key: str, languages: Sequence[Language]) -> list[str]:
    return [say(f"datasets.{key}", language) for language in languages]
