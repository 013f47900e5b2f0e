"""HTML and MHTML become a Document. Nothing is fetched; scripts, styles and hidden parts are not read."""

from __future__ import annotations

import email
import email.policy
import re

from lxml import etree
from lxml import html as lxml_html

from foi_analysis.reading.builder import Builder
from foi_analysis.reading.document import Document, Line
from foi_analysis.reading.text import decode

_SKIPPED = frozenset({"script", "style", "noscript", "template", "head", "select", "textarea", "svg", "math", "iframe"})
_PARAGRAPHS = frozenset(
    {"p", "div", "br", "li", "ul", "ol", "dl", "dt", "dd", "h1", "h2", "h3", "h4", "h5", "h6", "section", "article"}
    | {"header", "footer", "nav", "main", "hr", "pre", "blockquote", "center", "form", "fieldset", "caption"}
    | {"address", "figure"}
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all", re.IGNORECASE)
_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_DATE = re.compile(r"(20\d\d)[-/.年](\d{1,2})[-/.月](\d{1,2})")
_DATED = frozenset({"pubdate", "publishdate", "createdate", "article:published_time"})


def read_html(name: str, content: bytes, sha256: str) -> Document:
    """Make a Document of a web page. Raises ValueError when it cannot be decoded or parsed."""
    text = _decode(content)
    try:
        root = lxml_html.document_fromstring(text.replace("\x00", ""), parser=lxml_html.HTMLParser(no_network=True))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise ValueError(f"this is no readable web page ({error})") from None
    title = " ".join(root.xpath("string(//title[1])").split())
    return Document(name, _lines(root), sha256, title, _published(root))


def unpack_mhtml(content: bytes) -> bytes:
    """Give the web page inside an MHTML archive. Raises ValueError when there is none."""
    message = email.message_from_bytes(content, policy=email.policy.default)
    for part in message.walk():
        if part.get_content_type() == "text/html":
            payload = part.get_payload(decode=True)
            if isinstance(payload, bytes):
                return payload
    raise ValueError("this archive holds no web page")


def _decode(content: bytes) -> str:
    """Decode by the byte-order mark, what the page declares, or what reads as text, in this order."""
    declared = _CHARSET.search(content[:4096])
    name = declared[1].decode("ascii", "replace").lower() if declared else ""
    name = "gb18030" if name in ("gb2312", "gbk") else name
    if name and name != "utf-8" and not content.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        try:
            return content.decode(name)
        except (UnicodeDecodeError, LookupError):
            pass
    return decode(content)


def _lines(root: etree._Element) -> tuple[Line, ...]:
    """Walk the tree without recursion, so that no depth of nesting can break it."""
    build = Builder()
    hidden: etree._Element | None = None
    for event, element in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        if event in ("comment", "pi"):
            if hidden is None:
                build.text(element.tail)
        elif event == "start":
            if hidden is None and _is_hidden(element):
                hidden = element
            if hidden is None:
                _start(build, element)
                build.text(_squeezed(element.text))
        else:
            if hidden is None:
                _end(build, element)
            if hidden is element:
                hidden = None
            if hidden is None:
                build.text(_squeezed(element.tail))
    return build.lines


def _squeezed(text: str | None) -> str | None:
    """Read a line break of the source as the space that a browser shows; none between ideographs."""
    return re.sub(r"[ \t]*[\r\n]\s*", " ", text) if text else text


def _is_hidden(element: etree._Element) -> bool:
    return (
        element.tag in _SKIPPED
        or "hidden" in element.attrib
        or bool(_HIDDEN.search(element.get("style", "")))
        or (element.tag == "input")
    )


def _start(build: Builder, element: etree._Element) -> None:
    tag = element.tag
    if tag == "table":
        build.start_table()
    elif tag == "tr":
        build.start_row()
    elif tag in ("td", "th"):
        build.start_cell(_span(element, "colspan"), _span(element, "rowspan"))
    elif tag in _PARAGRAPHS:
        build.end_paragraph()


def _end(build: Builder, element: etree._Element) -> None:
    if element.tag == "table":
        build.end_table()
    elif element.tag in _PARAGRAPHS and element.tag != "br":
        build.end_paragraph()
    elif element.tag in ("td", "th", "tr"):
        build.end_cell()


def _span(element: etree._Element, name: str) -> int:
    digits = re.match(r"\s*(\d{1,9})", element.get(name, ""))
    return int(digits[1]) if digits else 1


def _published(root: etree._Element) -> str:
    for meta in root.iter("meta"):
        if (meta.get("name") or meta.get("property") or "").lower() in _DATED:
            match = _DATE.search(meta.get("content", ""))
            if match:
                return f"{match[1]}-{int(match[2]):02}-{int(match[3]):02}"
    return ""
