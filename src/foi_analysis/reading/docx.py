"""A Word file (.docx) becomes a Document: its paragraphs and tables as printed, deleted and hidden text left out.

The file is a zip archive, of which one part is read and no more than is sensible.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from lxml import etree

from foi_analysis.reading.archive import Archive, opened, refuse_entities, tree_of
from foi_analysis.reading.document import OBJECT, RAISED, STRUCK, TAB, UNKNOWN, Builder, Document, Line
from foi_analysis.reading.html import parse
from foi_analysis.reading.mhtml import page_text
from foi_analysis.resources import Told

#: What each style says that says anything of how text is shown.
Styles = Mapping[str, Mapping[str, str]]
_MAIN = "word/document.xml"
_TYPES = "[Content_Types].xml"
_OVERRIDE = re.compile(rb"<Override\s[^<>]{0,1000}>")
_PART = re.compile(rb"PartName\s*=\s*[\"']/([^\"']{1,200})[\"']")
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_COMPATIBLE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_INLINE = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}inline"
_SKIPPED = frozenset(
    [_W + tag for tag in ("del", "moveFrom", "instrText", "delText", "pPr", "sectPr", "tblPr", "rt", "tblGrid")]
    + [_COMPATIBLE + "Fallback"]
)
#: What is printed in their place is no text.
_OBJECTS = frozenset({_W + "object", _W + "ddList", _INLINE, _MATH + "oMath"})
_UNREAD = _SKIPPED | _OBJECTS
_OFF = frozenset({"", "0", "false", "off", "none"})
#: What a style may say of how text is shown.
_STYLED = (
    *("rPr/strike", "rPr/dstrike", "rPr/vanish", "rPr/vertAlign", "rPr/position", "rPr/color", "rPr/sz"),
    *("rPr/shd", "rPr/highlight", "pPr/shd", "pPr/numPr/numId"),
)
#: Half points that nobody can read; a colour that nobody sees.
_TINY = frozenset("1234")
_WHITE = re.compile(r"(?:F[0-9A-F]){3}", re.IGNORECASE)
#: Fields that print what is no text.
_DRAWN = re.compile(r"\s*(?:EQ|SYMBOL)\b", re.IGNORECASE)
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
#: What it may end with, the name of a part that is a web page.
_PAGES = (".htm", ".html", ".xhtml", ".mht", ".mhtml")
#: Styles rest on one another no deeper than this.
_MOST_STYLES = 20
#: A document of more tags or attributes holds more than a report; reading stops before memory does.
_MOST_TAGS, _MOST_ATTRIBUTES, _DEEPEST = 600_000, 1_000_000, 250


def read_docx(name: str, content: bytes, sha256: str) -> Document:
    """Make a Document of a Word file. Raises ValueError when it is none, is damaged, or is too large."""
    with opened(content, "refusals.word_file") as archive:
        main = _main_part(archive)
        beside = f"{main.rpartition('/')[0]}/styles.xml".lstrip("/")
        text, styles = archive.part(main), archive.part(beside) if beside in archive.names else b""
        pages = _pages(archive, main) if b"altChunk" in text else {}
    return Document(name, _Reader(_styles(_parse(styles)) if styles else {}, pages).read(_parse(text)), sha256)


def _main_part(archive: Archive) -> str:
    """Return the name of the part with a Word file's text: nearly always the same, else what the package declares."""
    if _MAIN in archive.names:
        return _MAIN
    for override in _OVERRIDE.findall(archive.part(_TYPES)) if _TYPES in archive.names else ():
        part = _PART.search(override)
        if b"wordprocessingml" in override and b".main+xml" in override and part:
            return part[1].decode("utf-8", "replace")
    raise ValueError(Told("refusals.no_word"))


def _pages(archive: Archive, main: str) -> dict[str, str]:
    """Return the web pages that a Word file shows as parts of its text, each by its key."""
    folder, _, name = main.rpartition("/")
    beside, found = f"{folder}/_rels/{name}.rels".lstrip("/"), {}
    for one in _parse(archive.part(beside)).iterfind("{*}Relationship") if beside in archive.names else ():
        target = one.get("Target", "")
        part = target[1:] if target.startswith("/") else f"{folder}/{target}".lstrip("/")
        if one.get("Type", "").endswith("/aFChunk") and part.lower().endswith(_PAGES) and part in archive.names:
            found[one.get("Id", "")] = page_text(archive.part(part))
    if sum(page.count("<") for page in found.values()) > _MOST_TAGS:
        raise ValueError(Told("refusals.word_long"))
    return found


def _styles(root: etree._Element) -> Styles:
    """Return what the styles say that say anything, what those say that they rest on included."""
    own: dict[str, dict[str, str]] = {}
    below: dict[str, str] = {}
    for style in root.iterfind(_W + "style"):
        name, base = style.get(_W + "styleId", ""), style.find(_W + "basedOn")
        below[name] = "" if base is None else base.get(_W + "val", "")
        found = {path: _find(style, path) for path in _STYLED}
        own[name] = {path: one.get(_W + "val", "true") for path, one in found.items() if one is not None}
    said: dict[str, dict[str, str]] = {}
    for name in own:
        chain = [name]
        while below.get(chain[-1]) in own and len(chain) < _MOST_STYLES:
            chain.append(below[chain[-1]])
        said[name] = {path: value for one in reversed(chain) for path, value in own[one].items()}
    return {name: found for name, found in said.items() if found}


def _parse(xml: bytes) -> etree._Element:
    refuse_entities(xml, "refusals.word_entities")
    if xml.count(b"<") > _MOST_TAGS or xml.count(b"=") > _MOST_ATTRIBUTES:
        raise ValueError(Told("refusals.word_long"))
    try:
        return tree_of(xml.replace(_STRICT, _W[1:-1].encode()))
    except etree.XMLSyntaxError as error:
        raise ValueError(Told("refusals.word_damaged", how=str(error))) from None


class _Reader:
    """Walk the tree of a document and pass on to a builder what Word would print."""

    def __init__(self, styles: Styles, pages: dict[str, str]) -> None:
        self._styles = styles
        self._pages = pages
        self._build = Builder()
        #: for each field that is open, whether its instruction is still being read
        self._fields: list[bool] = []
        self._sign = ""
        self._is_faint = False
        self._doubtful = 0

    def read(self, root: etree._Element) -> tuple[Line, ...]:
        """Return the lines of a document."""
        walk = etree.iterwalk(root, events=("start", "end"))
        for event, element in walk:
            if event == "end":
                self._end(element)
            elif self._is_skipped(element):
                self._skip(element)
                walk.skip_subtree()
            else:
                self._start(element)
        return self._build.lines

    def _is_skipped(self, element: etree._Element) -> bool:
        """Check whether nothing in an element is read: it is hidden or deleted, or no text."""
        tag = element.tag
        if tag == _W + "r":
            return self._said_of(element).get("rPr/vanish", "") not in _OFF
        if tag == _W + "tr":
            return element.find(f"{_W}trPr/{_W}del") is not None or self._says(element, "trPr/hidden") not in _OFF
        return tag in _UNREAD or (tag == _COMPATIBLE + "Choice" and element.getprevious() is not None)

    def _skip(self, element: etree._Element) -> None:
        """Pass over an element; where it prints what is no text, a mark is left."""
        if element.tag in _OBJECTS and self._build.in_cell:
            self._build.text(OBJECT)
        elif element.tag == _W + "instrText":
            self._instruct(element.text or "", any(self._fields[:-1]))

    def _start(self, element: etree._Element) -> None:
        tag = element.tag
        if tag == _W + "t":
            self._text(element.text or "")
        elif tag == _W + "r":
            said = self._said_of(element)
            self._sign, self._is_faint = _sign(said), self._is_unseen(element, said)
        elif tag == _W + "p":
            self._build.end_paragraph()
            if self._build.in_cell and self._says(element, "pPr/numPr/numId") not in ("", "0"):
                self._build.text(UNKNOWN)  # a number that Word counts, and only Word knows
        elif tag in (_W + "tbl", _W + "tr", _W + "tc"):
            self._start_part(element)
        elif tag == _W + "fldChar":
            self._field(element.get(_W + "fldCharType"))
        elif tag == _W + "fldSimple":
            self._instruct(element.get(_W + "instr", ""), any(self._fields))
        elif tag == _W + "altChunk" and element.get(_RELATION) in self._pages:
            parse(self._pages.pop(element.get(_RELATION, "")), self._build)
        elif tag == _W + "bdo":
            self._doubtful += element.get(_W + "val") == "rtl"
        else:
            self._character(element)

    def _start_part(self, element: etree._Element) -> None:
        if element.tag == _W + "tbl":
            self._build.start_table()
        elif element.tag == _W + "tr":
            self._build.start_row()
            self._build.skip(_value(element, "trPr/gridBefore"))
        else:
            self._build.start_cell(_value(element, "tcPr/gridSpan") or 1)
            if _continues(element, "vMerge") or _continues(element, "hMerge"):
                self._build.continue_cell()

    def _character(self, element: etree._Element) -> None:
        """Take a character that is an element of its own."""
        tag = element.tag
        if tag in (_W + "tab", _W + "ptab"):
            self._text(" " if self._build.in_cell else TAB)
        elif tag in (_W + "br", _W + "cr"):
            self._build.end_paragraph()
        elif tag == _W + "noBreakHyphen":
            self._text("-")
        elif tag == _W + "sym":
            self._text(_symbol(element.get(_W + "char", "")))

    def _text(self, text: str) -> None:
        if not any(self._fields):
            is_unseen = self._is_faint and any(map(str.isdigit, text))
            self._build.text((UNKNOWN if is_unseen or (self._doubtful and text.strip()) else "") + text, self._sign)

    def _field(self, kind: str | None) -> None:
        """Follow a field: what stands before its separator is its instruction, not print."""
        if kind == "begin":
            self._fields.append(True)
        elif self._fields and kind == "separate":
            self._fields[-1] = False
        elif self._fields and kind == "end":
            self._fields.pop()

    def _instruct(self, instruction: str, is_unprinted: bool) -> None:
        """Take a field's instruction: some print what is no text."""
        if self._build.in_cell and not is_unprinted and _DRAWN.match(instruction):
            self._build.text(OBJECT)

    def _said_of(self, run: etree._Element) -> Mapping[str, str]:
        """Return what is said of a run: by itself, else by its style, else by its paragraph's."""
        properties = run.find(_W + "rPr")
        children = () if properties is None else properties.iterchildren(_W + "*")
        own = {f"rPr/{one.tag[len(_W) :]}": one.get(_W + "val", "true") for one in children}
        if not self._styles:
            return own
        paragraph = self._styled(next(run.iterancestors(_W + "p"), run))
        return {**paragraph, **self._styles.get(own.get("rPr/rStyle", ""), {}), **own}

    def _says(self, element: etree._Element, path: str) -> str:
        """Return what is said of a paragraph, or another part: by itself, else by its style."""
        found = _find(element, path)
        return self._styled(element).get(path, "") if found is None else found.get(_W + "val", "true")

    def _styled(self, paragraph: etree._Element) -> Mapping[str, str]:
        style = _find(paragraph, "pPr/pStyle") if self._styles else None
        return {} if style is None else self._styles.get(style.get(_W + "val", ""), {})

    def _is_unseen(self, run: etree._Element, said: Mapping[str, str]) -> bool:
        """Check whether a run, of which so much is said, is tiny, or white on a ground that nothing shades."""
        is_tiny = said.get("rPr/sz") in _TINY
        if is_tiny or not _WHITE.fullmatch(said.get("rPr/color", "")):
            return is_tiny
        cell, paragraph = (next(run.iterancestors(_W + tag), run) for tag in ("tc", "p"))
        is_shaded = {"rPr/shd", "rPr/highlight"} & said.keys()
        return not (is_shaded or self._says(paragraph, "pPr/shd") or self._says(cell, "tcPr/shd"))

    def _end(self, element: etree._Element) -> None:
        tag = element.tag
        if tag == _W + "r":
            self._sign = ""
        elif tag == _W + "tbl":
            self._build.end_table()
        elif tag == _W + "p":
            self._build.end_paragraph()
        elif tag in (_W + "tc", _W + "tr"):
            self._build.end_cell()
        elif tag == _W + "bdo":
            self._doubtful -= element.get(_W + "val") == "rtl"


def _find(element: etree._Element, path: str) -> etree._Element | None:
    return element.find("/".join(_W + step for step in path.split("/")))


def _sign(said: Mapping[str, str]) -> str:
    """Return the sign of a run that is raised or struck out, else nothing."""
    if said.get("rPr/strike", "") not in _OFF or said.get("rPr/dstrike", "") not in _OFF:
        return STRUCK
    is_raised = said.get("rPr/vertAlign") in ("superscript", "subscript") or said.get("rPr/position", "0") != "0"
    return RAISED if is_raised else ""


def _continues(cell: etree._Element, kind: str) -> bool:
    merge = _find(cell, f"tcPr/{kind}")
    return merge is not None and merge.get(_W + "val", "continue") == "continue"


def _symbol(code: str) -> str:
    """Return a character of a symbol font, moved to the private area so that it counts as no letter or digit."""
    try:
        return chr(int(code[:4], 16) | 0xF000)
    except ValueError:
        return UNKNOWN


def _value(element: etree._Element, path: str) -> int:
    found = _find(element, path)
    text = found.get(_W + "val", "") if found is not None else ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
