"""HTML becomes a Document.

Nothing is fetched; scripts, styles and hidden parts are not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from lxml import etree

from foi_analysis.reading.document import OBJECT, RAISED, STRUCK, TAB, UNKNOWN, Builder, Document, Line
from foi_analysis.reading.text import decode, in_utf8
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


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """How an element shows its text; what it takes from it, or gives back, are bits. There is one for each way."""

    hidden: bool = False
    is_object: bool = False
    apart: bool = False
    sign: str = ""
    keeps_lines: bool = False
    taken: int = 0
    given: int = 0
    backed: bool = False


_PAGE, _NOWHERE = Look(), Look(hidden=True)


def look(tag: str, attributes: Mapping[str, str]) -> Look:
    """Return how an element shows its text, judged by its name and attributes."""
    hidden = "hidden" in attributes or (tag == "dialog" and "open" not in attributes)
    note = "footnotereference" in attributes.get("class", "").lower() or (
        tag == "a" and re.match("#.", attributes.get("href", ""))
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


@lru_cache(maxsize=4096)
def _within(shown: Look, above: Look, ruled: str) -> Look:
    """Return how the text in an element is to be taken: from its look, that of the element around it, and a rule's."""
    hidden, taken = shown.hidden or shown.is_object, shown.taken & ~(_CONTRAST if above.backed else 0)
    if ruled == "forced":
        hidden, taken = False, taken & ~_UNSEEN
    return Look(
        hidden,
        shown.is_object and not shown.hidden,
        shown.apart,
        shown.sign or above.sign,
        shown.keeps_lines or above.keeps_lines,
        (taken | _ORDER if ruled else taken) | above.taken & ~shown.given,
        0,
        shown.backed or above.backed,
    )


@lru_cache(maxsize=4096)
def _plain_within(tag: str, style: str, above: Look) -> Look:
    return _within(_look(tag, style, "", False), above, "")


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


# ---- HTML ----


#: A larger page, or one of more tags, holds more than a report; reading stops before memory does. No tag is shorter.
_LARGEST, _MOST_TAGS, _DEEPEST, _SHORTEST = 20_000_000, 200_000, 1_000, 3
#: Only a page of more bytes is searched for pictures in it.
_LARGE = 1_000_000
_CHARSET = re.compile(rb"<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
#: Word puts an empty element behind each run; with the tag behind it, it can be left out, and joins nothing.
_NOTHING, _TAG = b"<o:p></o:p></", b"</"
_PICTURE = re.compile(rb"data:[\w/+.-]{0,60};base64,[A-Za-z0-9+/=%]*")
_DATE = re.compile(r"(20\d\d)[-/.年](\d{1,2})[-/.月](\d{1,2})")
_DATED = frozenset({"pubdate", "publishdate", "createdate", "article:published_time"})
_SECTIONS = frozenset({"thead", "tbody", "tfoot"})
_CELLS = frozenset({"tr", "td", "th"})
_PARTS = _SECTIONS | _CELLS | {"table", "input"}
_SPAN = re.compile(r"\s*(\d{1,9})", re.ASCII)
_BREAK = re.compile(r"[ \t]*[\r\n]\s*")


def read_html(name: str, content: bytes, sha256: str, charset: str = "") -> Document:
    """Make a Document of a web page; ``charset`` is what an archive says of it, if anything.

    Raises ValueError when the page cannot be decoded or parsed, or is too large.
    """
    build = Builder()
    title, published = parse(in_utf8(*_without_pictures(content, charset)), build)
    return Document(name, build.lines, sha256, " ".join(title.split()), published)


def lines_of(text: str, tables: int = 0, paragraphs: int = 0) -> tuple[Line, ...]:
    """Return the lines of HTML embedded in another text, in which so many tables and paragraphs came before."""
    build = Builder(tables, paragraphs)
    parse(text, build)
    return build.lines


def parse(text: str | bytes, build: Builder) -> tuple[str, str]:
    """Parse a page, a text or its bytes in UTF-8, into a builder; return its title and its day of publication.

    Raises ValueError when it has too many tags, or nests too deep.
    """
    content = (text.encode("utf-8", "replace") if isinstance(text, str) else text).replace(_NOTHING, _TAG)
    if len(content) > _LARGEST or (len(content) > _SHORTEST * _MOST_TAGS and content.count(b"<") > _MOST_TAGS):
        raise ValueError(Told("refusals.page_long"))
    page = Page(build)
    parser = etree.HTMLParser(target=page, no_network=True, huge_tree=True, encoding="utf-8")
    try:
        etree.fromstring(content, parser)
    except (etree.LxmlError, AssertionError) as error:
        raise ValueError(Told("refusals.page_unreadable", error=str(error))) from None
    if any(entry.level_name == "FATAL" for entry in parser.error_log):
        raise ValueError(Told("refusals.page_deep"))
    page.build = Builder()  # a parser and its target hold each other: what was built must not live as long as they do
    return page.title, page.published


def decode_page(content: bytes, charset: str) -> str:
    """Decode all but pictures: by the byte-order mark, by what reads as text, and by what the page declares."""
    return decode(*_without_pictures(content, charset))


def _without_pictures(content: bytes, charset: str) -> tuple[bytes, str]:
    """Return a page without the pictures in it, and the encoding that it declares, or else the one given."""
    if len(content) > _LARGE and b";base64," in content:
        content = _PICTURE.sub(b"", content)
    declared = _CHARSET.search(content[:8192])
    return content, declared[1].decode("ascii", "replace") if declared else charset


class Page:
    """Take a parser's events and pass on to a builder what a browser would show."""

    def __init__(self, build: Builder) -> None:
        """Begin a page."""
        self.build = build
        self.title = ""
        self.published = ""
        #: each open element, how the text in it is to be taken, and its attributes
        self._open: list[tuple[str, Look, Mapping[str, str]]] = [("", _PAGE, {})]
        #: the selectors of what a style sheet hides, raises or strikes out, and of what it shows, each by one mark
        self._odd: dict[str, list[Selector]] = {}
        self._forced: dict[str, list[Selector]] = {}
        self._selectors = self._compared = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Take the start of an element."""
        around = self._open
        above = around[-1][1]
        if len(around) > _DEEPEST:
            raise ValueError(Told("refusals.page_deeper", deepest=_DEEPEST))
        if tag == "meta":
            self._meta(attributes)
        if above.hidden:
            around.append((tag, _NOWHERE, attributes))
            return
        if self._odd or self._forced or not _PLAIN.issuperset(attributes):
            shown = look(tag, attributes)
            ruled = self._ruled(tag, attributes, shown) if self._odd or self._forced else ""
            inner = _within(shown, above, ruled)
        else:
            inner = _plain_within(tag, attributes["style"][:2000] if "style" in attributes else "", above)
        around.append((tag, inner, attributes))
        if inner.hidden:
            if inner.is_object and self.build.in_cell and not is_spacer(attributes):
                self.build.text("" if inner.taken & _SIGHT else OBJECT)
        elif tag in _PARTS:
            self._begin(tag, attributes, inner)
        elif inner.apart:
            self.build.end_paragraph()

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

    def _ruled(self, tag: str, attributes: Mapping[str, str], shown: Look) -> str:
        """Return what a style sheet says of an element: it is ``forced`` to be seen, or looks ``odd``; or nothing."""
        unseen = shown.hidden or shown.is_object or shown.taken & _UNSEEN
        if unseen and tag not in _HIDDEN | _OBJECTS and self._is_among(self._forced, tag, attributes):
            return "forced"
        return "odd" if self._is_among(self._odd, tag, attributes) else ""

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
        """Begin a part of a table, or a control."""
        if tag == "tr":
            self.build.start_row()
        elif tag in _CELLS:
            across, down = attributes.get("colspan"), attributes.get("rowspan")
            self.build.start_cell(_span(across) if across else 1, _span(down) if down else 1)
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


def _span(text: str) -> int:
    digits = _SPAN.match(text)
    return int(digits[1]) if digits else 1
