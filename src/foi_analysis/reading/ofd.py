"""An OFD file (GB/T 33190-2016) becomes a Document: a zip archive of XML, of which what the pages print is read."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from lxml import etree

from foi_analysis.reading.archive import Archive, opened, refuse_entities, tree_of
from foi_analysis.reading.document import OBJECT, Document
from foi_analysis.reading.drawings import Char
from foi_analysis.reading.ofd_page import (
    MOST_REPEATED,
    Budget,
    Resources,
    Sheet,
    chars,
    drawings,
    is_visible,
    numbers,
    open_sheet,
    weigh,
    within,
)
from foi_analysis.reading.pages import MOST_PAGES, Placed, no_text, numbered, page_lines
from foi_analysis.resources import Told

_WHAT = "refusals.ofd_file"
#: A file of more tags, attributes, or annotations holds more than a report; so does one that names parts so often.
_MOST_TAGS, _MOST_ATTRIBUTES, _MOST_NOTES, _MOST_PARTS = 400_000, 1_000_000, 5_000, 5_000
#: All pages of a report together have no more rulings, and their tables no more places for cells.
_MOST_RULINGS, _MOST_SQUARES = 40_000, 100_000
_A4 = [0.0, 0.0, 210.0, 297.0]
#: Annotations that change no text: seals, watermarks, and what only marks it.
_PLAIN_NOTES = frozenset({"stamp", "watermark", "link", "highlight"})


def read_ofd(name: str, content: bytes, sha256: str) -> Document:
    """Make a Document of an OFD file.

    Raises ValueError when it is locked, damaged, too long, or has no text that can be read.
    """
    with opened(content, _WHAT) as archive:
        package = _Package(archive)
        pages = list(_pages(package))
    lines = tuple(line for page in numbered(pages) for line in page)
    text = "".join(line.text for line in lines)
    if why := no_text(text, package.budget.spent["characters"], len(pages), _WHAT):
        raise ValueError(Told("refusals.ofd_no_text", why=why))
    return Document(name, lines, sha256)


def _damaged(how: str | Told) -> ValueError:
    return ValueError(Told("refusals.damaged", what=Told(_WHAT), how=how))


@dataclass(slots=True)
class _Package:
    """The parts of a file as trees, each found by the place that another names; and how much has been read of it."""

    archive: Archive
    budget: Budget = field(default_factory=Budget)
    cases: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.cases = {name.lower(): name for name in sorted(self.archive.names)}

    def tree(self, name: str) -> etree._Element:
        """Return the XML of a part. Raises ValueError when it is missing, damaged, or longer than any report."""
        name = self.known(name)
        if name not in self.archive.names:
            raise _damaged(Told("refusals.part_missing", name=name[:80]))
        xml = self.archive.part(name)
        refuse_entities(xml, "refusals.ofd_entities")
        self.budget.spend("tags", xml.count(b"<"), _MOST_TAGS)
        self.budget.spend("attributes", xml.count(b"="), _MOST_ATTRIBUTES)
        try:
            return tree_of(xml)
        except etree.XMLSyntaxError as error:
            raise _damaged(str(error)[:100]) from None

    def known(self, name: str) -> str:
        """Return the name of a part as the archive has it, which may differ in the case of its letters."""
        self.budget.spend("parts", 1, _MOST_PARTS)
        return name if name in self.archive.names else self.cases.get(name.lower(), name)

    def linked(self, at: str, element: etree._Element, path: str) -> Iterator[tuple[str, etree._Element]]:
        """Yield the parts, by name, whose places stand at a path in the part ``at``; those that are missing are not."""
        for found in within(element, path):
            name = self.known(place(at, "".join(found.itertext())))
            if name in self.archive.names:
                yield name, self.tree(name)


def place(at: str, to: str) -> str:
    """Return the name of a part by its place, counted from the root or from the part ``at`` that names it.

    Raises ValueError for a place outside of the file.
    """
    name = posixpath.normpath(posixpath.join(posixpath.dirname(at), to.strip().replace("\\", "/")))
    if name.split("/")[0] == "..":
        raise ValueError(Told("refusals.ofd_outside"))
    return name.lstrip("/")


@dataclass(slots=True)
class _Book:
    """A document of the file: where it stands, its tree, what its pages share, and the notes on each page."""

    name: str
    tree: etree._Element
    resources: Resources = field(default_factory=Resources)
    templates: dict[str, tuple[etree._Element, int]] = field(default_factory=dict)
    notes: dict[str, list[etree._Element]] = field(default_factory=dict)


def _pages(package: _Package) -> Iterator[list[Placed]]:
    """Yield the lines of each page, of all documents in the file."""
    for root in within(package.tree("OFD.xml"), "DocBody/DocRoot"):
        name = place("", "".join(root.itertext()))
        book = _Book(name, package.tree(name))
        for path in ("CommonData/PublicRes", "CommonData/DocumentRes"):
            for _, tree in package.linked(name, book.tree, path):
                book.resources.add(tree)
        for at, tree in package.linked(name, book.tree, "Annotations"):
            for page in within(tree, "Page"):
                notes = [note for _, part in package.linked(at, page, "FileLoc") for note in within(part, "Annot")]
                package.budget.spend("annotations", len(notes), _MOST_NOTES)
                book.notes.setdefault(page.get("PageID", ""), []).extend(notes)
        for page in within(book.tree, "Pages/Page"):
            package.budget.spend("pages", 1, MOST_PAGES)
            yield _page(package, book, page)


def _page(package: _Package, book: _Book, page: etree._Element) -> list[Placed]:
    name = place(book.name, page.get("BaseLoc", ""))
    tree = package.tree(name)
    for _, found in package.linked(name, tree, "PageRes"):
        book.resources.add(found)
    drawn = [_template(package, book, found.get("TemplateID", "")) for found in within(tree, "Template")]
    layers = [layer for part in (*drawn, tree) for layer in within(part, "Content/Layer")]
    sheet = open_sheet(layers, _box(book, tree), book.resources, package.budget)
    shapes = drawings(sheet)
    package.budget.work(len(shapes.rulings) + len(shapes.edges), _MOST_RULINGS)
    printed = [
        *shapes.unstruck(chars(sheet, shapes)),
        *shapes.pictures,
        *_notes(sheet, book.notes.get(page.get("ID", ""), ())),
    ]
    tables = shapes.tables()
    package.budget.work(sum(len(table.xs) * len(table.ys) for table in tables), _MOST_SQUARES)
    return page_lines(package.budget.spent["pages"], printed, tables)


def _template(package: _Package, book: _Book, name: str) -> etree._Element:
    """Return a page that others draw as well. Raises ValueError when it is missing, or drawn far too often."""
    if name not in book.templates:
        found = [one for one in within(book.tree, "CommonData/TemplatePage") if one.get("ID") == name]
        if not found:
            raise _damaged(Told("refusals.template_missing", name=name[:40]))
        tree = package.tree(place(book.name, found[0].get("BaseLoc", "")))
        book.templates[name] = tree, weigh(tree)
    tree, size = book.templates[name]
    package.budget.spend("characters of repeated drawings", size, MOST_REPEATED)
    return tree


def _box(book: _Book, page: etree._Element) -> list[float]:
    """Return the corner and the size of a page in millimetres: its own, or that of all pages."""
    areas = within(page, "Area/PhysicalBox") or within(book.tree, "CommonData/PageArea/PhysicalBox")
    return numbers("".join(areas[0].itertext()), 4, "PhysicalBox") if areas else _A4


def _notes(sheet: Sheet, notes: Iterable[etree._Element]) -> Iterator[Char]:
    """Yield a mark where an annotation adds text to the page or strikes some out."""
    for note in notes:
        sort, subtype = note.get("Type", "").lower(), note.get("Subtype", "").lower()
        if is_visible(note) and (sort not in _PLAIN_NOTES or "strike" in subtype):
            for look in within(note, "Appearance"):
                yield Char(OBJECT, *sheet.bounds(numbers(look.get("Boundary", ""), 4, "Boundary of Appearance")))
