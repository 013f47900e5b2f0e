"""One Excel workbook of a report: how to cite it, its tables as published, and tidy tables of everything."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from lxml import etree
from openpyxl import Workbook
from openpyxl.packaging.extended import ExtendedProperties
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.xml.functions import tostring

from foi_analysis.datasets.citation import citation
from foi_analysis.datasets.sheets import ITEM, SECTION, TEXT, TITLE, height, plain_text, put, write_dataset, write_table
from foi_analysis.datasets.tidy import Dataset, cells, checks, codes, rates
from foi_analysis.report import Report
from foi_analysis.resources import LANGUAGES, MOMENT, Language, say
from foi_analysis.tables.about import head_table
from foi_analysis.tables.published import published_table

#: The number by which a zip archive says that it was packed on a Unix system, wherever it was packed.
_UNIX = 3
_READABLE = 0o644 << 16
_CORE, _APP = "docProps/core.xml", "docProps/app.xml"
_ITEM_WIDTH, _TEXT_WIDTH = 32, 74
_SIGNS = ("blank", "dash", "missing", "unreadable", "doubt", "supplied")
Line = tuple[str, tuple[str, ...]]


def repacked(archive: bytes, replaced: Mapping[str, bytes]) -> bytes:
    """Pack an archive of XML files again in the same order, each with the same fixed date and rights.

    ``replaced`` gives new contents of members by their names. Each is written in canonical form, which is the same
    whatever library wrote it. Raises lxml.etree.XMLSyntaxError for a member that is no XML.
    """
    out = io.BytesIO()
    with ZipFile(io.BytesIO(archive)) as old, ZipFile(out, "w") as new:
        for name in old.namelist():
            member = ZipInfo(name, MOMENT.timetuple()[:6])
            member.create_system, member.external_attr, member.compress_type = _UNIX, _READABLE, ZIP_DEFLATED
            tree = etree.fromstring(replaced[name] if name in replaced else old.read(name))
            new.writestr(member, etree.tostring(tree, method="c14n", exclusive=True), compresslevel=9)
    return out.getvalue()


def workbook(report: Report, languages: Sequence[Language] = LANGUAGES) -> bytes:
    """Write a report as an Excel workbook, the same bytes each time.

    Sheets: ``about`` (what it rests on, how to cite it, what the signs mean); each table as published, in
    each of the languages; then ``cells``, ``checks``, ``measures`` and ``codebook``, tidy and in both languages.
    Numbers are numbers, except those of more than 15 digits, which a spreadsheet would round; no text is ever a
    formula.
    """
    book = Workbook()
    book.remove(book.active)
    _write_about(book.create_sheet("about"), report, languages)
    for language in languages:
        for table in report.form.tables:
            sheet = book.create_sheet(say(f"datasets.sheet_{table.key}", language))
            write_table(sheet, published_table(report, table.key, language), report)
    for data in datasets(report):
        write_dataset(book.create_sheet(data.name), data, to_read=data.name == "codebook")
    for sheet in book.worksheets:
        _fit_page(sheet)
    return _saved(book, report, languages[0])


def datasets(report: Report) -> tuple[Dataset, ...]:
    """Return every tidy table of a report, in the order of a workbook's sheets."""
    return (cells(report), checks(report), rates(report), codes(report.form))


def _write_about(sheet: Worksheet, report: Report, languages: Sequence[Language]) -> None:
    """Write the first sheet: one column a language, side by side."""
    put(sheet, 1, 1, " · ".join(say("datasets.about", language) for language in languages), **TITLE)
    top = 3
    for head, lines in _about(report, languages):
        put(sheet, top, 1, head, **SECTION)
        for row, (item, texts) in enumerate(lines, top + 1):
            put(sheet, row, 1, item, **ITEM)
            for column, text in enumerate(texts, 2):
                put(sheet, row, column, text, **TEXT)
            sheet.row_dimensions[row].height = height([(item, _ITEM_WIDTH), *((t, _TEXT_WIDTH) for t in texts)])
        top += len(lines) + 2
    for column in range(1, len(languages) + 2):
        sheet.column_dimensions["ABC"[column - 1]].width = _ITEM_WIDTH if column == 1 else _TEXT_WIDTH
    sheet.freeze_panes = "B2"


def _about(report: Report, languages: Sequence[Language]) -> Iterator[tuple[str, list[Line]]]:
    """Yield the sections of the first sheet: a heading, and lines of an item and its text in each language."""
    yield _both("about_report", languages), _facts(report, languages)
    yield _both("about_citation", languages), _citation(report, languages)
    yield _both("about_signs", languages), [_said(f"sign_{sign}", languages) for sign in _SIGNS]
    tables = [
        (say(f"datasets.sheet_{table.key}", lang), tuple(table.label(x) for x in languages))
        for lang in languages
        for table in report.form.tables
    ]
    tidy = [(data.name, tuple(say(f"datasets.holds_{data.name}", x) for x in languages)) for data in datasets(report)]
    yield _both("about_sheets", languages), [*tables, *tidy]


def _facts(report: Report, languages: Sequence[Language]) -> list[Line]:
    rows = [row for body in head_table(report, "both").bodies for row in body]
    return [
        (
            " · ".join(row[0].content.one(language) for language in languages),
            tuple(row[1].content.one(language) for language in languages),
        )
        for row in rows
    ]


def _citation(report: Report, languages: Sequence[Language]) -> list[Line]:
    found = [citation(report, language) for language in languages]
    lines = []
    for parts in zip(*(one.parts for one in found), strict=True):
        lines.append((" · ".join(dict.fromkeys(head for head, _ in parts)), tuple(text for _, text in parts)))
    return [*lines, (_both("about_hint", languages), tuple(one.hint for one in found))]


def _said(key: str, languages: Sequence[Language]) -> Line:
    return _both(key, languages), tuple(say(f"datasets.{key}_means", language) for language in languages)


def _both(key: str, languages: Sequence[Language]) -> str:
    return " · ".join(dict.fromkeys(say(f"datasets.{key}", language) for language in languages))


def _fit_page(sheet: Worksheet) -> None:
    """Print a sheet on its side, as wide as the page."""
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True


def _saved(book: Workbook, report: Report, language: Language) -> bytes:
    """Save a workbook without the moment, the person and the version of the library that made it."""
    about = " ".join(filter(None, (report.organ.value, report.year.value))) or report.name
    book.properties.creator = "foi_analysis"
    book.properties.title = plain_text(f"{say('datasets.about', language)}: {about}")
    out = io.BytesIO()
    book.save(out)
    book.properties.created = book.properties.modified = MOMENT.replace(tzinfo=None)
    app = ExtendedProperties(Application="foi_analysis")
    app.AppVersion = None
    return repacked(out.getvalue(), {_CORE: tostring(book.properties.to_tree()), _APP: tostring(app.to_tree())})
