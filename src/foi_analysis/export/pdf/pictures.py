"""Pictures: taken out of HTML's addresses, kept once each, and shown with words for who does not see them."""

from __future__ import annotations

import base64
import binascii
import html
import re
from hashlib import sha256

from lxml import etree
from lxml.html import HtmlElement

from foi_analysis.export.notebook import ExportError
from foi_analysis.export.pdf.markup import call, string

_KINDS = {"image/svg+xml": "svg", "image/png": "png", "image/jpeg": "jpg"}
_BEGINNINGS = {"png": b"\x89PNG\r\n\x1a\n", "jpg": b"\xff\xd8\xff"}
_DATA = re.compile(r"\s*data:(?P<kind>[\w/+.-]+)(?:;[\w=-]+)*?;base64,(?P<data>.+)", re.DOTALL)
_SVG = re.compile(r"<svg\b[^>]*>.*?</svg\s*>", re.DOTALL | re.IGNORECASE)
_NAMESPACE = 'xmlns="http://www.w3.org/2000/svg"'
_LABEL = re.compile(r"""\baria-label\s*=\s*(?:"([^"]*)"|'([^']*)')""")


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
            raise ExportError("a picture without alt text; say in words what it shows")
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
    """Tell whether a file is what it says, as far as its beginning shows; a drawing, whether it is whole."""
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
