"""Read a published report: a file becomes a Document, the Document is aligned with a form.

``read_file`` gives a Report whose cells carry the proofs of reading only (``label``, ``order``); what the
identities and the prose prove is added by ``foi_analysis.read``.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from foi_analysis import bilingual
from foi_analysis.bilingual import Words, detail_of
from foi_analysis.form import Form, form_ids, load_form
from foi_analysis.reading.align import Alignment, align, told_of_table
from foi_analysis.reading.columns import heads_twice
from foi_analysis.reading.document import Document
from foi_analysis.reading.files import open_document
from foi_analysis.reading.head import beside_headings, read_head, titled, titled_anew
from foi_analysis.reading.labels import bare, column_labels, heading, letters_of, row_labels, zone
from foi_analysis.reading.picture import recognised_twice
from foi_analysis.reading.shapes import gridded, laid_out, unglue, unindexed, unrepeat, unstack, upright
from foi_analysis.report import Cell, Paragraph, ReadingError, Report
from foi_analysis.resources import Told, read_toml, told_by

__all__ = ["align_best", "open_document", "read_file"]

#: Fewer found cells than this share of a form is no report.
_LEAST = 0.05
#: More cells than this share printed twice, with other values, are a second report.
_TWICE = 0.1
#: More cells than this share printed again, under a title that names another organ or year, are one, too.
_AGAIN = 0.04
#: A document that prints fewer of a form's labels than this may have run together.
_FEW = 15
#: A head of a column tells as much of the form as so many labels of rows, which another form's rows may stand among.
_HEADS_TELL = 2
#: One that prints as many of them anywhere, in words that run on, too, is on that form.
_MANY = 25
#: The first year of the prescribed form; a page with fewer letters holds no report.
_FIRST_YEAR, _HARDLY_ANY = "2019", 200
#: No report has as many lines, of its tables and its prose together.
_LONG = 2000


def read_file(source: str | Path | BinaryIO) -> Report:
    """Read a published report, given by its path or as a binary file object.

    Raises OSError when the file cannot be opened, and ReadingError (which file, why, what to do) when it
    is no report or none that can be read.
    """
    document = open_document(source)
    best = align_best(document)
    faults: tuple[str, ...] = ()
    if document.rest and any(cell.mark == "missing" for cell in best.cells.values()):
        document, faults = _with_pictures(document, document.rest)
        best = align_best(document)
    _refuse_two(document, best)
    if best.found < _LEAST * len(best.form.cells):
        raise _refused(document, Told("refusals.no_table", advice=Told(_advice(document))))
    head = read_head(document)
    return Report(
        name=document.name,
        form=best.form,
        grid=recognised_twice(best.cells, document.recognised) if document.recognised else best.cells,
        organ=head.organ,
        year=beside_headings(head.year, (line for line in document.lines if heading(line, best.form))),
        scope=head.scope,
        level=head.level,
        published_on=head.published_on,
        sha256=document.sha256,
        paragraphs=tuple(Paragraph(line.text, line.where) for line in document.prose()),
        faults=(*faults, *best.faults),
        subtotals=best.subtotals,
        is_recognised=bool(document.recognised),
        source=Path(source).resolve() if document.spots and isinstance(source, str | Path) else None,
    )


def _with_pictures(document: Document, rest: Callable[[], Document]) -> tuple[Document, tuple[str, ...]]:
    """Return a document with the pages that are pictures, too, or as it is with why they cannot be recognised."""
    try:
        return rest(), ()
    except ValueError as error:
        return document, (told_by(error),)


def _refuse_two(document: Document, best: Alignment) -> None:
    """Refuse a document that prints two reports, one after the other or side by side."""
    twice = [cell for cell in best.cells.values() if cell.doubt.startswith("found twice")]
    for table in best.form.tables:
        if table.layout == "rows" and heads_twice(zone(document, best.form, table), table):
            raise _refused(document, told_of_table("refusals.side_by_side", table))
    several = titled(document.lines) if best.twice > _AGAIN * len(best.form.cells) else ()
    names = next((names for names in several if len(names) > 1), None) or _titled_anew(document, best.form)
    if names:
        raise _refused(document, Told("refusals.two_titles", one=names[0], other=names[1]))
    if len(twice) > _TWICE * len(best.form.cells):
        raise _refused(document, _printed_twice(twice[0], best.form))


def _titled_anew(document: Document, form: Form) -> tuple[str, str] | None:
    """Return what two titles name that stand above the headings of the same tables, as in two reports."""
    named = {table.key for table in form.tables}
    keys = [heading(line, form) for line in document.lines]
    tables = [(at, key) for at, key in enumerate(keys) if key in named]
    starts = [at for at, key in tables if key == tables[0][1]]
    if len(starts) < 2 or len({key for at, key in tables if at < starts[1]}) < 2:
        return None
    last = max(at for at, _ in tables if at < starts[1])
    return titled_anew(document.lines[: starts[0]], document.lines[last : starts[1]])


def _printed_twice(cell: Cell, form: Form) -> Told:
    table = form.table(cell.key.table)
    row, column = table.row(cell.key.row), table.column(cell.key.column)
    named = Words(f"{table.zh}“{row.zh}”行“{column.zh}”栏", str(cell.key))
    again = detail_of(cell.doubt.removeprefix("found twice: also "))
    return Told("refusals.two_values", cell=named, printed=cell.printed, place=bilingual.place(cell.where), other=again)


def _refused(document: Document, why: Told) -> ReadingError:
    return ReadingError(Told("refusals.of_file", name=document.name, why=why))


def _advice(document: Document) -> str:
    """Return the key of what a document is that holds no table of the form, and what to give in its place."""
    if _loose(document):
        return "refusals.give_layout"
    letters = "".join(letters_of(line.text) for line in document.lines)
    if sum(letters_of(words) in letters for words in read_toml("reading/spelling.toml")["before_2019"]) > 1:
        return "refusals.before_2019"
    years = titled(document.lines)[1]
    if years:
        return "refusals.before_2019" if max(years) < _FIRST_YEAR else "refusals.give_attachment"
    is_page = len(letters) < _HARDLY_ANY and "公开" not in letters
    return "refusals.give_page" if is_page else "refusals.give_report"


def _loose(document: Document) -> bool:
    """Check whether a document prints the labels of a form, though no table of it could be read."""
    printed, letters = _printed(document), "".join(bare(line.text) for line in document.lines)
    fits = [(_fit(form, printed), _fit(form, letters)) for form in map(load_form, form_ids())]
    return any(apart >= _FEW or anywhere >= _MANY for apart, anywhere in fits)


def align_best(document: Document) -> Alignment:
    """Align a document with the form whose labels it prints; the form is found, never assumed.

    Forms that fit equally well are all tried and the one that finds most of its cells is taken; of
    equals a form of the notices comes before a mixture, and the newer before the older. A document that
    prints hardly any label in a place of its own is first taken apart; one that is not read for sure is tried once
    more in each of its shapes, unless it is longer than a report, and one of which nothing can be read with each cell
    on a line of its own.
    """
    document, forms = unindexed(document), [load_form(form_id) for form_id in form_ids()]
    whole = dict.fromkeys(forms, document)
    printed = _printed(document)
    shown = dict.fromkeys(forms, printed)
    if max(_fit(form, printed) for form in forms) < _FEW:
        whole = {form: unglue(document, form) for form in forms}
        shown = {form: _printed(whole[form]) for form in forms}
    fits = {form: _fit(form, shown[form], _HEADS_TELL) for form in forms}
    fitting = [form for form in forms if fits[form] == max(fits.values())]
    best = _best([align(whole[form], form) for form in fitting])
    short = [form for form in fitting if len(whole[form].lines) < _LONG]
    if best.sure < len(best.form.cells):
        shaped = (align(shape, form) for form in short for shape in _shapes(whole[form], form))
        best = max((best, *shaped), key=lambda alignment: alignment.sure)
    if best.found >= _LEAST * len(best.form.cells):
        return best
    return max(best, _best([align(unstack(document, form), form) for form in fitting]), key=lambda a: a.found)


def _shapes(document: Document, form: Form) -> Iterator[Document]:
    """Yield what a document becomes with each repeated word once, its texts on grids, its tables turned, or all."""
    even, laid = gridded(document), laid_out(document, form)
    turned = upright(even, form)
    seen = {document.lines}
    for shaped in (laid, unrepeat(document), even, unrepeat(even), turned, unrepeat(turned)):
        if shaped.lines not in seen:
            seen.add(shaped.lines)
            yield shaped


def _best(found: Iterable[Alignment]) -> Alignment:
    return max(found, key=lambda a: (a.found, -len(a.form.id), a.form.id))


def _printed(document: Document) -> set[str]:
    """Return the letters of all that is printed in a place of its own."""
    return {bare(text) for text in {field.text for line in document.lines for field in line.fields}}


def _fit(form: Form, printed: Container[str], heads: int = 1) -> int:
    """Count the form's rows and columns that are among some texts, or anywhere in one; a column counts as ``heads``."""
    found = 0
    for table in form.tables:
        for labels, worth in ((row_labels(table), 1), (column_labels(table), heads)):
            found += worth * len({key for spelling, key in labels.spellings.items() if spelling in printed})
    return found
