"""What stands in blocks: HTML's paragraphs, headings, lists, quotations, code, tables and figures, as Typst.

Pictures are taken out of HTML's addresses and kept once each, with words for who does not see them.
"""

from __future__ import annotations

import base64
import binascii
import html
import re
from collections.abc import Callable, Iterator, Mapping
from hashlib import sha256
from typing import Any

from lxml import etree
from lxml import html as lxml_html
from lxml.html import HtmlElement

from foi_analysis.export.inspection import SAY_IT
from foi_analysis.export.notebook import ExportError
from foi_analysis.export.pdf.inline import (
    Inline,
    breakable,
    call,
    in_language,
    labelled,
    place,
    sequence,
    string,
    unseen,
)
from foi_analysis.export.pdf.tables import table

_KINDS = {"image/svg+xml": "svg", "image/png": "png", "image/jpeg": "jpg"}
_BEGINNINGS = {"png": b"\x89PNG\r\n\x1a\n", "jpg": b"\xff\xd8\xff"}
_DATA = re.compile(r"\s*data:(?P<kind>[\w/+.-]+)(?:;[\w=-]+)*?;base64,(?P<data>.+)", re.DOTALL)
_SVG = re.compile(r"<svg\b[^>]*>.*?</svg\s*>", re.DOTALL | re.IGNORECASE)
_NAMESPACE = 'xmlns="http://www.w3.org/2000/svg"'
_LABEL = re.compile(r"""\baria-label\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_GROUPS = "div section article main aside header footer nav details center dl form fieldset"
#: A line of code may be this wide, in em of its own size, before it is broken.
_CODE = 40.0


class Pictures:
    """The files of a document's pictures, by name; the same picture is kept once."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}

    def show(self, element: HtmlElement, caption: str = "none") -> str:
        """Write an ``<img>``, its file kept, and its caption, which is Typst already.

        Raises ExportError when it has no words, lies elsewhere, or is not what it says.
        """
        words = " ".join(element.attrib.get("alt", "").split())
        if not words:
            raise ExportError(f"a picture without alt text; {SAY_IT}")
        return call("picture", string(self._keep(element.attrib.get("src", ""))), string(words), caption=caption)

    def _keep(self, address: str) -> str:
        found = _DATA.fullmatch(address)
        if not found or found["kind"] not in _KINDS:
            raise ExportError(f"src={address[:60]!r} would be loaded; embed it as data: (SVG, PNG or JPEG)")
        kind, content = _KINDS[found["kind"]], _decoded(found["data"])
        if not _is_picture(kind, content):
            raise ExportError(f"src={address[:60]!r} is not {kind.upper()}; draw the picture again")
        name = f"{sha256(content).hexdigest()[:20]}.{kind}"
        self.files[name] = content
        return name


def _decoded(data: str) -> bytes:
    try:
        return base64.b64decode(data)
    except binascii.Error:
        return b""


def _is_picture(kind: str, content: bytes) -> bool:
    """Check the first bytes of a picture, and that a drawing is well-formed."""
    if kind in _BEGINNINGS:
        return content.startswith(_BEGINNINGS[kind])
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    try:
        return bool(etree.QName(etree.fromstring(content, parser)).localname == "svg")
    except etree.XMLSyntaxError:
        return False


def image(kind: str, content: str, words: str) -> str:
    """Write a notebook's picture (SVG as text, any other in base64) as an ``<img>`` of HTML."""
    data = base64.b64encode(content.encode()).decode("ascii") if kind == "image/svg+xml" else "".join(content.split())
    return f'<img alt="{html.escape(words)}" src="data:{kind};base64,{data}">'


def lift_drawings(page: str) -> str:
    """Replace each ``<svg>`` in HTML by an ``<img>``: HTML's parser would spoil it. What is hidden from all goes."""
    return _SVG.sub(_lifted, page) if "<svg" in page else page


def _lifted(found: re.Match[str]) -> str:
    drawing = found[0]
    start = drawing[: drawing.index(">")]
    if 'aria-hidden="true"' in start:
        return ""
    label = _LABEL.search(start)
    words = html.unescape(label[1] or label[2] or "") if label else ""
    named = drawing if "xmlns=" in start else re.sub(r"<svg\b", f"<svg {_NAMESPACE}", drawing, count=1)
    return image("image/svg+xml", named, words)


class Blocks:
    """Writes HTML as blocks of Typst, one after the other.

    ``chapter`` is the notebook's name, for the places that links lead to; pictures are kept in ``pictures``.
    """

    def __init__(self, chapter: str, pictures: Pictures) -> None:
        self._chapter = chapter
        self._pictures = pictures
        self._writers: Mapping[str, Callable[[HtmlElement], Iterator[str]]] = {
            **{f"h{level}": self._heading for level in range(1, 7)},
            **dict.fromkeys(_GROUPS.split(), self._group),
            **{"p": self._paragraph, "summary": self._paragraph, "dt": self._term, "dd": self._explained},
            **{"ul": self._list, "ol": self._list, "menu": self._list, "blockquote": self._quotation},
            **{"pre": self._code, "hr": self._rule, "table": self._table, "figure": self._figure, "img": self._picture},
        }

    def write(self, html: str, *, leads: bool = False) -> str:
        """Write a piece of HTML; one that ``leads`` to a table, by a heading and a paragraph, stays beside it.

        Raises ExportError for a picture without words, or that would be loaded.
        """
        parts = list(self._inside(parse(html)))
        if leads and len(parts) == 2 and parts[1].startswith("par("):
            parts[1] = call("lead", parts[1])
        return sequence(parts)

    def _inside(self, element: HtmlElement) -> Iterator[str]:
        """Write what an element holds: its blocks, and each run of words between them as a paragraph."""
        run = Inline(self._chapter)
        words = list(run.text(element.text))
        for child in element:
            if not isinstance(child.tag, str):
                words += run.text(child.tail)
            elif child.tag in self._writers or _holds_blocks(child, self._writers):
                yield from _paragraph(words)
                if not unseen(child):
                    yield from self._writers.get(child.tag, self._group)(child)
                run = Inline(self._chapter)
                words = list(run.text(child.tail))
            else:
                words += run.element(child)
                words += run.text(child.tail)
        yield from _paragraph(words)

    def _group(self, element: HtmlElement) -> Iterator[str]:
        content = sequence(self._inside(element))
        if content != "[]":
            yield in_language(element, call("note", content) if element.attrib.get("role") == "note" else content)

    def _paragraph(self, element: HtmlElement) -> Iterator[str]:
        for written in self._inside(element):
            yield in_language(element, written)

    def _heading(self, element: HtmlElement) -> Iterator[str]:
        words = sequence(Inline(self._chapter).inside(element))
        heading = in_language(element, call("heading", words, level=element.tag[1]))
        name = element.attrib.get("id")
        yield labelled(heading, place(self._chapter, name)) if name and heading.startswith("heading") else heading

    def _list(self, element: HtmlElement) -> Iterator[str]:
        items = [sequence(self._inside(item)) for item in element if item.tag == "li"]
        start = element.attrib.get("start", "")
        if not items:
            return
        if element.tag == "ol":
            named = {"start": start} if start.isdecimal() else {}
            yield call("enum", *(call("enum.item", item) for item in items), **named)
        else:
            yield call("list", *(call("list.item", item) for item in items))

    def _term(self, element: HtmlElement) -> Iterator[str]:
        yield from _paragraph([call("strong", sequence(Inline(self._chapter).inside(element)))])

    def _explained(self, element: HtmlElement) -> Iterator[str]:
        yield call("pad", sequence(self._inside(element)), left="1.5em")

    def _quotation(self, element: HtmlElement) -> Iterator[str]:
        yield in_language(element, call("quotation", sequence(self._inside(element))))

    def _code(self, element: HtmlElement) -> Iterator[str]:
        yield code(element.text_content())

    def _rule(self, _: HtmlElement) -> Iterator[str]:
        yield "rule()"

    def _table(self, element: HtmlElement) -> Iterator[str]:
        written = table(element, self._chapter)
        if written:
            yield in_language(element, written)

    def _picture(self, element: HtmlElement) -> Iterator[str]:
        yield self._pictures.show(element)

    def _figure(self, element: HtmlElement) -> Iterator[str]:
        """Write a picture and its caption as one; a figure of anything else as what it holds."""
        pictures, captions = list(element.iter("img")), list(element.iter("figcaption"))
        if len(pictures) != 1 or len(captions) > 1 or any(element.iter("table", "pre")):
            yield from self._inside(element)
            return
        words = [sequence(Inline(self._chapter).inside(caption)) for caption in captions]
        yield self._pictures.show(pictures[0], *words)


def code(text: str) -> str:
    """Write a listing: every line and space as it stands, lines that are too long broken."""
    text = text.expandtabs(4).strip("\n")
    return call("listing", string("\n".join(breakable(line, _CODE) for line in text.split("\n")))) if text else "[]"


def parse(html: str) -> HtmlElement:
    """Parse a piece of HTML as what one element holds; drawings in it become pictures."""
    parser = lxml_html.HTMLParser(encoding="utf-8", huge_tree=True)
    return lxml_html.fromstring(f"<div>{lift_drawings(html)}</div>".encode(), parser=parser)


def _paragraph(words: list[str]) -> Iterator[str]:
    if words:
        yield call("par", sequence(words))


def _holds_blocks(element: Any, blocks: Mapping[str, Any]) -> bool:
    return any(inside.tag in blocks for inside in element.iterdescendants())
