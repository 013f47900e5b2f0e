"""HTML, alone or in a web archive (.mht), or Markdown becomes a Document.

Nothing is fetched; scripts, styles and hidden parts are not read.
"""

from __future__ import annotations

import binascii
import quopri
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from html import unescape

from lxml import etree

from foi_analysis.reading.document import OBJECT, RAISED, STRUCK, UNKNOWN, Document, Field, Line, Run, written
from foi_analysis.reading.stacked import is_stacked, stacked_cells
from foi_analysis.reading.text import PIPES, RULE, decode, numbered, text_line
from foi_analysis.resources import Told

# ---- elements ----


_HIDDEN = frozenset(
    {"script", "style", "noscript", "template", "head", "title", "option", "rt", "rp", "datalist", "area", "param"}
)
#: What a browser shows in its place is no text.
_OBJECTS = frozenset(
    {"img", "svg", "math", "iframe", "frame", "object", "embed", "applet", "video", "audio", "canvas", "select"}
    | {"meter", "progress"}
)
_BLOCKS = frozenset(
    {"p", "div", "br", "li", "ul", "ol", "dl", "dt", "dd", "h1", "h2", "h3", "h4", "h5", "h6", "section", "article"}
    | {"header", "footer", "nav", "main", "hr", "pre", "blockquote", "center", "form", "fieldset", "caption", "aside"}
    | {"address", "figure", "figcaption", "legend", "summary", "details", "dialog", "menu", "dir", "hgroup"}
    | {"textarea", "button", "listing", "xmp", "plaintext", "marquee"}
)
_SIGNS = {"sup": RAISED, "sub": RAISED, "s": STRUCK, "strike": STRUCK, "del": STRUCK}
#: Stands for a tab where an element shows it.
TAB = "\v"
_KEEPS_LINES = frozenset({"pre", "textarea", "listing", "xmp", "plaintext"})
#: Controls that show their value as text.
_TYPED = frozenset({"", "text", "number", "tel", "search", "email", "url", "date"})

#: Elements within a line, which a style may raise or lower.
_INLINE = frozenset({"a", "abbr", "b", "big", "em", "font", "i", "label", "small", "span", "strong", "u"})

_NONE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*collapse|mso-hide\s*:\s*all|opacity\s*:\s*0*\.?0+\s*(?:;|!|$)", re.IGNORECASE
)
_APART = re.compile(
    r"display\s*:\s*(?:inline-)?(?:block|flex|grid|table|list-item|flow-root)|float\s*:\s*(?:left|right)"
    r"|position\s*:\s*(?:abs|fix)|(?<![\w-])flex(?:-grow|-basis)?\s*:",
    re.IGNORECASE,
)
_RAISED = re.compile(r"vertical-align\s*:\s*(?:super|sub)|mso-text-raise", re.IGNORECASE)
_LIFTED = re.compile(
    r"vertical-align\s*:\s*-?[\d.]*[1-9]|^(?=.*font-size).*vertical-align\s*:\s*(?:text-)?top"
    r"|^(?=.*position\s*:\s*rel).*(?<![\w-])(?:top|bottom)\s*:\s*-?[\d.]*[1-9]",
    re.IGNORECASE | re.DOTALL,
)
_STRUCK = re.compile(r"line-through", re.IGNORECASE)
_AWAY = re.compile(r"(?:left|top|text-indent)\s*:\s*-\d{3,}|clip\s*:\s*rect\(\s*[01](?:px)?\b", re.IGNORECASE)
_BACKED = re.compile(
    r"background(?![\w-]*\s*:\s*(?:transparent|none|inherit|initial|white|#f{3}(?:f{3})?)\s*(?:;|!|$))", re.IGNORECASE
)
_LINES = re.compile(r"white-space\s*:\s*pre", re.IGNORECASE)
_FONT = r"(?<![\w-])font(?:-size)?\s*:\s*(?:[a-z\d-]+\s+)*"
#: What a style takes from the text of an element and of those in it, each till one of them gives it back.
_SIGHT, _SIZE, _COLOR, _LEGIBLE, _CONTRAST, _ORDER = 1, 2, 4, 8, 16, 32
_TAKES = {
    _SIGHT: re.compile(r"(?<!backface-)visibility\s*:\s*hidden", re.IGNORECASE),
    _SIZE: re.compile(_FONT + r"0*\.?0+(?![\d.])", re.IGNORECASE),
    _COLOR: re.compile(
        r"(?<![\w-])color\s*:\s*(?:transparent|#[\da-f]{3}0|#[\da-f]{6}00"
        r"|(?:rgb|hsl)a?\((?:(?:[^,)]{1,20},){3}|[^/)]{1,60}/)\s*[0.]+%?\s*\))\s*(?:;|!|$)",
        re.IGNORECASE,
    ),
    _LEGIBLE: re.compile(_FONT + r"[01]?(?:\.\d+)?p[xt]", re.IGNORECASE),
    _CONTRAST: re.compile(
        r"(?<![\w-])color\s*:\s*(?:\w*white(?:smoke)?|snow|ivory|#?f{3}f?|#?(?:f[\da-f]){3}(?:ff)?"
        r"|rgba?\(\s*(?:2[45]\d[\s,]+){2}2[45]\d\b[^)]*\)|hsla?\((?:\s*[^,\s)]+[,\s]){2}\s*(?:9[5-9]|100)\b[^)]*\))"
        r"\s*(?:;|!|$)",
        re.IGNORECASE,
    ),
    _ORDER: re.compile(r"bidi-override", re.IGNORECASE),
}
_GIVES = {
    _SIGHT: re.compile(r"visibility\s*:\s*(?:visible|initial)", re.IGNORECASE),
    _SIZE | _LEGIBLE: re.compile(
        _FONT + r"(?:[\d.]*[1-9][\d.]*(?:p[xtc]|cm|mm|in|rem|v[wh])|[x-]*(?:small|large)\b|medium|initial|[a-z]+\()",
        re.IGNORECASE,
    ),
    _COLOR | _CONTRAST: re.compile(r"(?<![\w-])color\s*:\s*(?!inherit|currentcolor|;|$)", re.IGNORECASE),
}
#: Text without one of these is not shown; without another it may be seen or not, or in another order.
_UNSEEN = _SIGHT | _SIZE
#: What hides, raises or strikes out where a style sheet says it.
_ODD = (_NONE, _RAISED, _STRUCK, _AWAY, _TAKES[_SIGHT], _TAKES[_SIZE], _TAKES[_COLOR])
#: What shows where a style sheet says it, whatever the element itself says.
_FORCED = (
    re.compile(
        r"(?:display|visibility|opacity|font-size)\s*:\s*(?!none|hidden|0)[^;]{0,60}!\s*important", re.IGNORECASE
    ),
)


@dataclass(frozen=True, slots=True)
class Look:
    """How an element shows its text; what it takes from it, or gives back, are bits."""

    hidden: bool = False
    is_object: bool = False
    apart: bool = False
    sign: str = ""
    keeps_lines: bool = False
    taken: int = 0
    given: int = 0
    backed: bool = False
    plain: bool = field(init=False, compare=False)

    def __post_init__(self) -> None:
        """Note whether the text of an element inside looks as if this one were not there."""
        plain = not (self.hidden or self.is_object or self.sign or self.keeps_lines or self.taken or self.backed)
        object.__setattr__(self, "plain", plain)


_NOWHERE = Look(hidden=True)


def look(tag: str, attributes: Mapping[str, str]) -> Look:
    """Return how an element shows its text, judged by its name and attributes."""
    if not attributes:
        return _look(tag, "", "", False)
    if len(attributes) == 1 and "style" in attributes:
        return _look(tag, attributes["style"][:2000], "", False)
    if _PLAIN.issuperset(attributes):
        return _look(tag, attributes.get("style", "")[:2000], "", False)
    hidden = "hidden" in attributes or (tag == "dialog" and "open" not in attributes)
    note = "footnotereference" in attributes.get("class", "").lower() or (
        tag == "a" and attributes.get("href", "").startswith("#")
    )
    style = "" if attributes.get("id") == _SHOWN else attributes.get("style", "")[:2000]
    style += "".join(_MEANS[name].format(value[:100]) for name, value in attributes.items() if name in _MEANS)
    if tag == "bdo" and attributes.get("dir", "").lower() == "rtl":
        style += ";bidi-override"
    return _look(tag, style, RAISED if note else "", hidden)


@lru_cache(maxsize=4096)
def _look(tag: str, style: str, sign: str, hidden: bool) -> Look:
    sign = _SIGNS.get(tag, "") or sign
    if not style:
        return Look(hidden or tag in _HIDDEN, tag in _OBJECTS, tag in _BLOCKS, sign, tag in _KEEPS_LINES)
    apart = tag in _BLOCKS or bool(_APART.search(style))
    contrast = _CONTRAST if _BACKED.search(style) else 0
    return Look(
        hidden or tag in _HIDDEN or bool(_NONE.search(style)),
        tag in _OBJECTS,
        apart,
        sign or (STRUCK if _STRUCK.search(style) else RAISED if _is_raised(tag, style, apart) else ""),
        tag in _KEEPS_LINES or bool(_LINES.search(style)),
        sum(bit for bit, takes in _TAKES.items() if takes.search(style)) & ~contrast,
        sum(bits for bits, gives in _GIVES.items() if gives.search(style)) | contrast,
        bool(contrast),
    )


def _is_raised(tag: str, style: str, apart: bool) -> bool:
    return bool(_RAISED.search(style) or (tag in _INLINE and not apart and _LIFTED.search(style)))


def _seen(text: str, taken: int) -> str:
    """Return what is to be read of text from which so much is taken: a number in it may not be seen as it stands."""
    if taken & _UNSEEN:
        return ""
    is_value = any(map(str.isdigit, text)) or len(text.strip()) == 1
    return UNKNOWN + text if taken and is_value else text


#: The identity of the part of a page of WeChat that its script shows.
_SHOWN = "js_content"
#: What attributes mean, as styles.
_MEANS = {
    "bgcolor": ";background:{}",
    "background": ";background:{}",
    "color": ";color:{}",
    "size": ";font-size:medium",
}
#: Attributes that, style aside, say nothing of how text looks.
_PLAIN = frozenset({"style", "colspan", "rowspan", "width", "height", "valign", "align", "border", "lang"})


def typed(attributes: Mapping[str, str]) -> str:
    """Return the text that an input element shows; empty when it shows none."""
    return attributes.get("value", "") if attributes.get("type", "").strip().lower() in _TYPED else ""


def is_spacer(attributes: Mapping[str, str]) -> bool:
    """Check whether a picture is too small to show anything."""
    return any(re.fullmatch(r"\s*[0-3](?:px)?\s*", attributes.get(side, "")) for side in ("width", "height"))


#: The parts of a selector, from the element itself outwards: what each must have as name, identity, class or attribute.
Selector = tuple[frozenset[str], ...]
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)|<!--|-->", re.DOTALL)
#: A selector that tells what an element is and where it stands, not when.
_SELECTOR = re.compile(r"(?:[\w\s>+~*#.-]|\[[^\]]*\]|:(?:(?:first|last|only|nth)-[\w-]+|not)(?![\w-])(?:\([^)]*\))?)+")
#: What is left out of it: values of attributes, which of its siblings an element is, and what comes before it.
_WHICH = re.compile(r"(\[[\w-]+)[^\]]*\]|:[\w-]+(?:\([^)]*\))?")
_BEFORE = re.compile(r"[^\s>+~]+\s*[+~]")
_MARK = re.compile(r"[#.\[]?[\w-]+")
#: No page of a report has a longer selector, or more of them; beyond so many comparisons all are taken to match.
_LONGEST_SELECTOR, _MOST_SELECTORS, _MOST_COMPARED = 200, 50_000, 1_000_000
#: Elements that a parser may add or leave out.
_IMPLIED = frozenset({"html", "body", "tbody"})


def selectors_of(sheet: str, rules: tuple[re.Pattern[str], ...]) -> Iterator[Selector]:
    """Yield the selectors of what a style sheet says such a thing of, outside of any @media."""
    depth = 0
    for piece in _COMMENT.sub("", sheet).split("}"):
        depth += piece.count("{") - 1
        selectors, brace, body = piece.partition("{")
        if brace and not depth and "@" not in selectors and any(rule.search(body) for rule in rules):
            yield from (found for found in map(_selector, selectors.split(",")) if found and found[0])
        depth = max(depth, 0)


def _selector(text: str) -> Selector:
    """Return the parts of a selector; none where it tells more than what an element is and where it stands."""
    text = text.strip().lower()
    if len(text) > _LONGEST_SELECTOR or not _SELECTOR.fullmatch(text):
        return ()
    parts = _BEFORE.sub("", _WHICH.sub(r"\1", text)).replace(">", " ").split()
    return tuple(frozenset(_MARK.findall(part)) - _IMPLIED for part in reversed(parts))


def _marks(tag: str, attributes: Mapping[str, str]) -> frozenset[str]:
    """Return what a selector may call an element by."""
    return _marks_of(tag, attributes.get("id", ""), attributes.get("class", "")[:1000], *attributes)


@lru_cache(maxsize=4096)
def _marks_of(tag: str, identity: str, classes: str, *names: str) -> frozenset[str]:
    return frozenset(
        {tag, "#" + identity.lower(), *map(".{}".format, classes.lower().split()), *map("[{}".format, names)}
    )


# ---- the builder ----


#: Spans beyond these are taken as these: no form is as wide or as long.
_WIDEST, _LONGEST = 200, 500
#: A table of more columns is no form's.
_MOST_COLUMNS = 500


@dataclass(slots=True)
class _Cell:
    across: int
    down: int
    text: list[str | Run] = field(default_factory=list)
    continued: bool = False
    skipped: bool = False
    reach: int = 1


@dataclass(slots=True)
class _Table:
    number: int
    rows: list[list[_Cell]] = field(default_factory=list)
    sections: list[int] = field(default_factory=list)
    layout: bool = False


class Builder:
    """Take events in reading order; ``lines`` gives what they make.

    ``tables`` and ``paragraphs`` are how many came before: places count on from there.
    """

    def __init__(self, tables: int = 0, paragraphs: int = 0) -> None:
        """Begin an empty document."""
        self._lines: list[Line] = []
        self._open: list[_Table] = []
        self._text: list[str | Run] = []
        #: the cell that text belongs to; None outside of cells and inside layout
        self._cell: _Cell | None = None
        self.tables = tables
        self.paragraphs = paragraphs

    @property
    def lines(self) -> tuple[Line, ...]:
        """The lines made so far, what is still open included. Raises ValueError on a table too wide for a form."""
        while self._open:
            self.end_table()
        self._flush()
        return tuple(self._lines)

    @property
    def in_cell(self) -> bool:
        """Whether text now belongs to the cell of a table that is no layout."""
        return self._cell is not None

    def text(self, text: str | None, sign: str = "") -> None:
        """Take a run of text, raised or struck out where ``sign`` says so; runs follow without a space."""
        if text:
            (self._cell.text if self._cell else self._text).append(Run(text, sign) if sign else text)

    def end_paragraph(self) -> None:
        """End a paragraph, or a line within a cell."""
        if self._cell:
            self._cell.text.append("\n")
        else:
            self._flush()

    def start_table(self) -> None:
        """Begin a table; begun within a cell, it makes the tables around it layout."""
        for table in self._open:
            if not table.layout:
                self._dissolve(table)
        self._flush()
        self._cell = None
        self.tables += 1
        self._open.append(_Table(self.tables))

    def start_section(self) -> None:
        """Begin a section of the innermost table: cells merged downwards end before it."""
        if self._open:
            self._open[-1].sections.append(len(self._open[-1].rows))

    def start_row(self) -> None:
        """Begin a row of the innermost table."""
        self._flush()
        self._cell = None
        if self._open:
            self._open[-1].rows.append([])

    def start_cell(self, across: int = 1, down: int = 1) -> None:
        """Begin a cell that covers so many columns and rows; 0 rows are all that follow in its section."""
        self._flush()
        self._cell = None
        if not self._open or self._open[-1].layout:
            return
        if not self._open[-1].rows:
            self.start_row()
        across, down = min(max(across, 1), _WIDEST), min(down if down > 0 else _LONGEST, _LONGEST)
        self._cell = _Cell(across, down)
        self._open[-1].rows[-1].append(self._cell)

    def continue_cell(self) -> None:
        """Mark the cell just begun as a continuation of the one above or before it."""
        if self._cell:
            self._cell.continued = True

    def skip(self, columns: int) -> None:
        """Leave columns of the grid empty, as Word does at the edges of some rows."""
        if columns > 0 and self._open and self._open[-1].rows:
            self._open[-1].rows[-1].append(_Cell(min(columns, _WIDEST), 1, continued=True, skipped=True))
            self._cell = None

    def end_cell(self) -> None:
        """End the innermost cell: text behind it belongs to no cell."""
        if self._cell is None:
            self._flush()
        self._cell = None

    def end_table(self) -> None:
        """End the innermost table."""
        if not self._open:
            return
        table, self._cell = self._open[-1], None
        if table.layout or all(len(row) < 2 for row in table.rows):
            self._dissolve(table)
            self._flush()
            self._open.pop()
            return
        self._flush()
        self._open.pop()
        self._lines += _grid(table)

    def _dissolve(self, table: _Table) -> None:
        """Turn what a table holds so far into paragraphs."""
        self._flush()
        for row in table.rows:
            for cell in row:
                for text in written(cell.text).split("\n"):
                    self._text = [text]
                    self._flush()
        table.layout, table.rows, table.sections = True, [], []

    def _flush(self) -> None:
        if not self._text:
            return
        text = written(self._text).replace(OBJECT, " ").strip("\n")
        bare = text.lstrip(TAB)  # one that begins a line alone sets it in
        pieces = text.split(TAB) if TAB in bare else [bare]
        self._text = []
        texts = [" ".join(piece.split()) for piece in pieces]
        if any(texts):
            self.paragraphs += 1
            where = f"paragraph {self.paragraphs}"
            many = len(texts) > 1
            fields = (Field(text, f"{where}, field {i}" if many else where) for i, text in enumerate(texts, 1))
            self._lines.append(Line(tuple(fields)))


def _grid(table: _Table) -> list[Line]:
    """Lay the cells of a table on its grid, row by row."""
    taken: dict[int, int] = {}
    lines: list[Line] = []
    _reach_down(table)
    for number, row in enumerate(table.rows):
        if number in table.sections:
            taken = {}
        fields, left = [], 0
        for at, cell in enumerate(row, 1):
            while taken.get(left, 0) > number:
                left += 1
            right = left + cell.across
            if right > _MOST_COLUMNS:
                raise ValueError(Told("refusals.page_columns", table=table.number, most=_MOST_COLUMNS))
            if not cell.continued:
                where = f"table {table.number}, row {number + 1}, cell {at}"
                fields.append(Field(written(cell.text).strip(), where, left, right, max(cell.down, cell.reach)))
            if cell.down > 1:
                taken |= dict.fromkeys(range(left, right), number + cell.down)
            left = right
        if fields:
            lines.append(Line(tuple(fields), table.number))
    return lines


def _reach_down(table: _Table) -> None:
    """Count for each cell the rows whose cells continue it, as Word writes merged ones."""
    above: dict[int, _Cell] = {}
    for row in table.rows:
        left = 0
        for cell in row:
            if not cell.continued or cell.skipped:
                above[left] = cell
            elif left in above:
                above[left].reach += 1
            left += cell.across


# ---- HTML ----


#: A larger page, or one of more tags, holds more than a report; reading stops before memory does.
_LARGEST, _MOST_TAGS, _DEEPEST = 20_000_000, 200_000, 1_000
_CHARSET = re.compile(rb"<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_PICTURE = re.compile(rb"data:[\w/+.-]{0,60};base64,[A-Za-z0-9+/=%]*")
_DATE = re.compile(r"(20\d\d)[-/.年](\d{1,2})[-/.月](\d{1,2})")
_DATED = frozenset({"pubdate", "publishdate", "createdate", "article:published_time"})
_SECTIONS = frozenset({"thead", "tbody", "tfoot"})
_CELLS = frozenset({"tr", "td", "th"})
_PARTS = _SECTIONS | _CELLS | {"table", "input"}
_BREAK = re.compile(r"[ \t]*[\r\n]\s*")
_BOUNDARY = re.compile(rb"boundary\s*=\s*(?:\"([^\"\r\n]{1,200})\"|([^\s;\"]{1,200}))", re.IGNORECASE)
_BLANK = re.compile(rb"\r?\n\r?\n")
_FOLD = re.compile(rb"\r?\n[ \t]+")
#: A saved page has a handful of parts, each picture one.
_MOST_BOUNDARIES = 20


def read_html(name: str, content: bytes, sha256: str, charset: str = "") -> Document:
    """Make a Document of a web page; ``charset`` is what an archive says of it, if anything.

    Raises ValueError when the page cannot be decoded or parsed, or is too large.
    """
    page = parse(_decode(content, charset), Builder())
    return Document(name, page.build.lines, sha256, " ".join(page.title.split()), page.published)


def lines_of(text: str, tables: int = 0, paragraphs: int = 0) -> tuple[Line, ...]:
    """Return the lines of HTML embedded in another text, in which so many tables and paragraphs came before."""
    return parse(text, Builder(tables, paragraphs)).build.lines


def parse(text: str, build: Builder) -> Page:
    """Parse a page into a builder. Raises ValueError when it has too many tags, or nests too deep."""
    if len(text) > _LARGEST or text.count("<") > _MOST_TAGS:
        raise ValueError(Told("refusals.page_long"))
    page = Page(build)
    parser = etree.HTMLParser(target=page, no_network=True, huge_tree=True, encoding="utf-8")
    try:
        etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (etree.LxmlError, AssertionError) as error:
        raise ValueError(Told("refusals.page_unreadable", error=str(error))) from None
    if any(entry.level_name == "FATAL" for entry in parser.error_log):
        raise ValueError(Told("refusals.page_deep"))
    return page


def _decode(content: bytes, charset: str) -> str:
    """Decode all but pictures: by the byte-order mark, by what reads as text, and by what the page declares."""
    if b";base64," in content:
        content = _PICTURE.sub(b"", content)
    declared = _CHARSET.search(content[:8192])
    return decode(content, declared[1].decode("ascii", "replace") if declared else charset)


class Page:
    """Take a parser's events and pass on to a builder what a browser would show."""

    def __init__(self, build: Builder) -> None:
        """Begin a page."""
        self.build = build
        self.title = ""
        self.published = ""
        #: each open element, how the text in it is to be taken, and its attributes
        self._open: list[tuple[str, Look, Mapping[str, str]]] = [("", Look(), {})]
        #: the selectors of what a style sheet hides, raises or strikes out, and of what it shows, each by one mark
        self._odd: dict[str, list[Selector]] = {}
        self._forced: dict[str, list[Selector]] = {}
        self._selectors = self._compared = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Take the start of an element."""
        above = self._open[-1][1]
        if len(self._open) > _DEEPEST:
            raise ValueError(Told("refusals.page_deeper", deepest=_DEEPEST))
        if tag == "meta":
            self._meta(attributes)
        if above.hidden:
            self._open.append((tag, _NOWHERE, attributes))
            return
        shown = look(tag, attributes)
        if above.plain and not (shown.hidden or shown.taken or shown.is_object or self._odd):
            self._open.append((tag, shown, attributes))  # as below, for nearly all elements of nearly all pages
            if tag in _PARTS:
                self._begin(tag, attributes, shown)
            elif shown.apart:
                self.build.end_paragraph()
            return
        inner = self._inner(tag, attributes, shown, above)
        self._open.append((tag, inner, attributes))
        if shown.is_object and not shown.hidden and self.build.in_cell and not is_spacer(attributes):
            self.build.text("" if inner.taken & _SIGHT else OBJECT)
        elif not inner.hidden:
            self._begin(tag, attributes, inner)

    def end(self, tag: str) -> None:
        """Take the end of an element."""
        if len(self._open) == 1:
            return
        ended = self._open.pop()[1]
        if ended.hidden:
            return
        if tag in _CELLS:
            self.build.end_cell()
        elif tag == "table":
            self.build.end_table()
        elif ended.apart and tag != "br":
            self.build.end_paragraph()

    def data(self, text: str) -> None:
        """Take a piece of text."""
        tag, above, _ = self._open[-1]
        if above.hidden:
            self._hidden(tag, text)
            return
        if above.taken:
            text = _seen(text, above.taken)
        if above.keeps_lines:
            for i, line in enumerate(text.splitlines()):
                if i:
                    self.build.end_paragraph()
                self.build.text(line.replace("\t", TAB), above.sign)
            if text.endswith("\n"):
                self.build.end_paragraph()
        else:
            # a browser shows a line break of the source as a space
            self.build.text(_BREAK.sub(" ", text) if "\n" in text or "\r" in text else text, above.sign)

    def close(self) -> Page:
        """End the page."""
        return self

    def _inner(self, tag: str, attributes: Mapping[str, str], shown: Look, above: Look) -> Look:
        """Return how the text in an element is to be taken, from its look and that of the element around it."""
        hidden, taken = shown.hidden or shown.is_object, shown.taken & ~(_CONTRAST if above.backed else 0)
        if (
            (hidden or taken & _UNSEEN)
            and tag not in _HIDDEN | _OBJECTS
            and self._is_among(self._forced, tag, attributes)
        ):
            hidden, taken = False, taken & ~_UNSEEN | _ORDER
        elif self._odd and self._is_among(self._odd, tag, attributes):
            taken |= _ORDER
        return Look(
            hidden,
            False,
            shown.apart,
            shown.sign or above.sign,
            shown.keeps_lines or above.keeps_lines,
            taken | above.taken & ~shown.given,
            0,
            shown.backed or above.backed,
        )

    def _is_among(self, rules: Mapping[str, list[Selector]], tag: str, attributes: Mapping[str, str]) -> bool:
        """Check whether one of the selectors means an element of a cell."""
        if not rules or not self.build.in_cell:
            return False
        marks = _marks(tag, attributes)
        named = marks & rules.keys()
        self._compared += len(self._open) * sum(len(rules[mark]) for mark in named)
        if self._compared > _MOST_COMPARED:
            return bool(named)
        selectors = (selector for mark in named for selector in rules[mark])
        return any(selector[0] <= marks and self._is_within(selector[1:]) for selector in selectors)

    def _is_within(self, parts: Selector) -> bool:
        above = reversed(self._open)
        return all(any(part <= _marks(tag, attributes) for tag, _, attributes in above) for part in parts)

    def _begin(self, tag: str, attributes: Mapping[str, str], shown: Look) -> None:
        if tag not in _PARTS:
            if shown.apart:
                self.build.end_paragraph()
        elif tag == "tr":
            self.build.start_row()
        elif tag in _CELLS:
            self.build.start_cell(_span(attributes.get("colspan")), _span(attributes.get("rowspan")))
        elif tag == "table":
            self.build.start_table()
        elif tag in _SECTIONS:
            self.build.start_section()
        elif typed(attributes):
            self.build.end_paragraph()
            self.build.text(_seen(typed(attributes), shown.taken))
            self.build.end_paragraph()
        elif shown.apart:
            self.build.end_paragraph()

    def _hidden(self, tag: str, text: str) -> None:
        if tag == "title" and len(self.title) < 1000:
            self.title += text
        elif tag == "style":
            for found, rules in ((self._odd, _ODD), (self._forced, _FORCED)):
                self._note(found, selectors_of(text, rules))
        elif tag == "script" and self.build.in_cell and "document.write" in text:
            self.build.text(OBJECT)

    def _note(self, found: dict[str, list[Selector]], selectors: Iterator[Selector]) -> None:
        """Keep selectors, each by one mark of the elements that it means."""
        for selector in selectors:
            self._selectors += 1
            if self._selectors > _MOST_SELECTORS:
                raise ValueError(Told("refusals.page_long"))
            found.setdefault(min(selector[0]), []).append(selector)

    def _meta(self, attributes: Mapping[str, str]) -> None:
        if (attributes.get("name") or attributes.get("property") or "").lower() in _DATED and not self.published:
            match = _DATE.search(attributes.get("content", ""))
            self.published = f"{match[1]}-{int(match[2]):02}-{int(match[3]):02}" if match else ""


def _span(text: str | None) -> int:
    digits = re.match(r"\s*(\d{1,9})", text, re.ASCII) if text else None
    return int(digits[1]) if digits else 1


def read_mhtml(name: str, content: bytes, sha256: str) -> Document:
    """Make a Document of the web page inside an archive: the largest that has a table.

    Raises ValueError when there is none, and as ``read_html`` does.
    """
    page, charset = _saved(content)
    return read_html(name, page, sha256, charset)


def page_text(content: bytes) -> str:
    """Return the text of a web page, alone or inside an archive. Raises ValueError as what reads them does."""
    is_archive = b"mime-version:" in content[:4096].lower() and not content.lstrip().startswith(b"<")
    return _decode(*(_saved(content) if is_archive else (content, "")))


def _saved(content: bytes) -> tuple[bytes, str]:
    """Return the page inside an archive, and the encoding that the archive says it has."""
    pages = [_decoded(*part) for part in _parts(content) if b"text/html" in part[0].lower()]
    if not pages:
        raise ValueError(Told("refusals.no_page"))
    return max(pages, key=lambda page: (b"<table" in page[0].lower(), len(page[0])))


def _parts(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the head and the body of each part."""
    names = dict.fromkeys(match[1] or match[2] for match in _BOUNDARY.finditer(content[:65536]))
    marks = [re.escape(b"--" + name) for name in list(names)[:_MOST_BOUNDARIES]]
    pieces = re.split(rb"(?:^|\r?\n)(?:" + b"|".join(marks) + rb")[^\r\n]*", content) if marks else [content]
    for piece in pieces:
        piece = piece.lstrip(b"\r\n")
        blank = _BLANK.search(piece)
        if blank:
            yield _FOLD.sub(b" ", piece[: blank.start()]), piece[blank.end() :]


def _decoded(head: bytes, body: bytes) -> tuple[bytes, str]:
    """Return a part's content, and the encoding that the archive says it has."""
    coding = re.search(rb"content-transfer-encoding:\s*([\w-]+)", head, re.IGNORECASE)
    charset = re.search(rb"charset\s*=\s*\"?([\w-]+)", head, re.IGNORECASE)
    name = coding[1].lower() if coding else b""
    if name == b"quoted-printable":
        body = quopri.decodestring(body)
    elif name == b"base64":
        body = _base64(body)
    return body, charset[1].decode("ascii", "replace") if charset else ""


def _base64(body: bytes) -> bytes:
    """Decode what is whole; a torn end is left off, as browsers do."""
    letters = re.sub(rb"[^A-Za-z0-9+/]", b"", body)
    return binascii.a2b_base64(letters[: len(letters) // 4 * 4]) + _rest(letters[len(letters) // 4 * 4 :])


def _rest(letters: bytes) -> bytes:
    return binascii.a2b_base64(letters + b"=" * (4 - len(letters))) if len(letters) > 1 else b""


# ---- Markdown ----


_MARKS = re.compile(r"^\s{0,3}(?:#{1,6}\s+|>\s?|[*+]\s+)")
_EMPHASIS = re.compile(r"(\*{1,3}|`)([^*`]+)\1|(?<!\w)_{1,2}([^_]+)_{1,2}(?!\w)")
_PIPE = re.compile(r"(?<!\\)\|")
_STRUCK_MARKS = re.compile(r"~~")
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+.!|<>~-])")
_BREAKS = re.compile(r"<br\s*/?>", re.IGNORECASE)
_TABLE = re.compile(r"<table[\s>]", re.IGNORECASE)
_END = re.compile(r"</table\s*>", re.IGNORECASE)


def read_markdown(name: str, content: bytes, sha256: str) -> Document:
    """Make a Document of a Markdown text. Raises ValueError as ``decode`` does."""
    text = "".join(_without_remarks(decode(content)))
    return Document(name, tuple(_lines(text.translate(PIPES))), sha256)


def _without_remarks(text: str) -> Iterator[str]:
    """Yield a text without its remarks, but with their line breaks, so that lines keep their numbers."""
    at = 0
    while (start := text.find("<!--", at)) >= 0 and (end := text.find("-->", start)) >= 0:
        yield text[at:start]
        yield "\n" * text.count("\n", start, end)
        at = end + len("-->")
    yield text[at:]


def _lines(text: str) -> Iterator[Line]:
    if is_stacked(text):
        yield from (Line((Field(_plain(cell), f"line {number}, field 1"),)) for number, cell in stacked_cells(text))
        return
    before, tables, edged = 0, 0, _is_edged(text)
    for piece, is_table in _pieces(text):
        if is_table:
            found = lines_of(piece, tables, tables * 1000)
            tables = max((line.grid for line in found), default=tables)
            yield from found
        else:
            yield from (_line(before + number, line, edged) for number, line in numbered(piece) if not _is_rule(line))
        before += piece.count("\n")


def _pieces(text: str) -> Iterator[tuple[str, bool]]:
    """Cut a text into Markdown and tables written in HTML."""
    at = 0
    while (start := _TABLE.search(text, at)) and (end := _END.search(text, start.end())):
        yield text[at : start.start()], False
        yield text[start.start() : end.end()], True
        at = end.end()
    yield text[at:], False


def _is_rule(line: str) -> bool:
    return bool(RULE.fullmatch(line))


def _is_edged(text: str) -> bool:
    """Check whether every row begins with a pipe; where one does not, a line that does begins with an empty cell."""
    return all(line.lstrip().startswith("|") for line in text.splitlines() if _PIPE.search(line))


def _line(number: int, text: str, edged: bool) -> Line:
    bare = text.strip()
    if len(bare) < 2 or not _PIPE.search(bare):
        return text_line(number, _plain(text))
    cells = _PIPE.split((bare.removeprefix("|") if edged else bare).removesuffix("|"))
    return Line(tuple(Field(_plain(cell), f"line {number}, field {i}") for i, cell in enumerate(cells, 1)))


def _plain(text: str) -> str:
    """Drop marks of emphasis; a struck-out number stays marked, so that it joins no other."""
    shown = _EMPHASIS.sub(lambda match: match[2] or match[3] or "", _BREAKS.sub("\n", _MARKS.sub("", text)))
    return _ESCAPED.sub(r"\1", unescape(_STRUCK_MARKS.sub("~", shown))).strip()
