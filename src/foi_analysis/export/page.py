"""The page around a body: title, ways to other pages, contents, what it rests on, style and font.

The part of the package's font that a page needs travels inside the page.
"""

from __future__ import annotations

import base64
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from fontTools import subset as subsetting
from fontTools.ttLib import TTFont
from fontTools.ttLib.scaleUpem import scale_upem
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from lxml import html as lxml_html
from lxml.html import HtmlElement
from markupsafe import Markup, escape

from foi_analysis.bilingual import listed
from foi_analysis.export.notebook import ExportError
from foi_analysis.resources import FAMILY, Language, Told, font_path, missing_characters, say, visible

# ---- what a page may not be ----


#: What a page may be built of. Anything else, above all what runs or loads, is refused.
_NAMES = """
    html head meta title link style body header footer main nav section div span p a abbr b strong i em small sub sup
    del s ins mark q cite time bdi code kbd samp var pre br hr wbr h1 h2 h3 h4 h5 h6 ul ol li dl dt dd blockquote
    table caption colgroup col thead tbody tfoot tr th td figure figcaption img details summary
    svg g path rect circle ellipse line polyline polygon text tspan defs use clippath desc pattern"""
_ELEMENTS = frozenset(_NAMES.split())
_LOADING = ("src", "srcset", "poster", "data", "background", "action", "formaction", "xlink:href")
_SAFE_LINK = re.compile(r"(https?:|mailto:|#|\.{0,2}/|[^:/?#]+(?:[/?#]|$))", re.IGNORECASE)
_STYLE_LOADS = re.compile(r"@import|url\(\s*[\"']?\s*(?!data:|#)", re.IGNORECASE)
_CLEAR = re.compile(r"^\s*data:|^#", re.IGNORECASE)
#: The texts in an element that are drawn, as XPath.
_TEXTS = "//text()[not(parent::style or parent::script)]"


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: its level, its words, and the id that leads to it."""

    level: int
    text: str
    id: str


def inspect_page(html: str) -> None:
    """Refuse a page that would not do: the first fault is raised as ExportError.

    Faults: an element that runs or loads, an address that a browser would load, a picture without words, headings
    out of order, an id given twice.
    """
    root = _parse(html)
    for faults in (_foreign, _loads, _wordless, _disordered, _twins):
        for fault in faults(root):
            raise ExportError(fault)


def inspect_pages(folder: Path) -> None:
    """Refuse a folder in which a page would not do: raises ExportError, which names page, cell and fault."""
    for path in sorted(folder.rglob("*.html")):
        try:
            inspect_page(path.read_text(encoding="utf-8"))
        except ExportError as error:
            raise ExportError(Told("errors.at", where=path.relative_to(folder).as_posix(), what=error)) from error


def outline(html: str) -> list[Heading]:
    """Return the headings that can be linked to, in order."""
    return [heading for heading in _headings(_parse(html)) if heading.id]


def drawn_characters(html: str) -> str:
    """Return the characters that a page draws, each once, sorted, without white space."""
    return _once(_parse(html).xpath(f"//body{_TEXTS} | //@aria-description"))


def pictured_characters(html: str) -> str:
    """Return the characters that a page's pictures draw as text, each once, sorted, without white space."""
    return _once(_parse(html).xpath(f"//svg{_TEXTS}"))


def _once(texts: Iterable[str]) -> str:
    return "".join(sorted({c for text in texts for c in text if not c.isspace()}))


def _parse(html: str) -> HtmlElement:
    parser = lxml_html.HTMLParser(encoding="utf-8", huge_tree=True)
    return lxml_html.document_fromstring(html.encode("utf-8"), parser=parser)


def _foreign(root: HtmlElement) -> Iterator[str]:
    for element in root.iter("*"):
        if element.tag.lower() not in _ELEMENTS:
            yield _at(element, Told("errors.page_element", tag=element.tag))
        if any(name.lower().startswith("on") for name in element.attrib):
            yield _at(element, Told("errors.page_script", tag=element.tag, names=listed(element.attrib)))
        if "http-equiv" in element.attrib:
            yield _at(element, Told("errors.page_meta"))


def _loads(root: HtmlElement) -> Iterator[str]:
    for element in root.iter("*"):
        for name in _LOADING:
            if name in element.attrib and not _CLEAR.match(element.attrib[name]):
                yield _at(element, Told("errors.page_loads", name=name, address=element.attrib[name][:60]))
        href = element.attrib.get("href", "")
        if element.tag == "link" and not _CLEAR.match(href):
            yield Told("errors.page_link", address=href[:60])
        if element.tag != "link" and href and not _SAFE_LINK.match(href.strip()):
            yield _at(element, Told("errors.page_leads", address=href[:60]))
        style = (element.text or "") if element.tag == "style" else element.attrib.get("style", "")
        if _STYLE_LOADS.search(style):
            yield _at(element, Told("errors.page_style"))


def _wordless(root: HtmlElement) -> Iterator[str]:
    for element in root.iter("*"):
        if element.tag == "img" and not element.attrib.get("alt", "").strip():
            yield _at(element, Told("errors.picture_wordless"))
        drawn = element.tag == "svg" and element.attrib.get("aria-hidden") != "true"
        if drawn and not element.attrib.get("aria-label", "").strip():
            yield _at(element, Told("errors.drawing_wordless"))


def _disordered(root: HtmlElement) -> Iterator[str]:
    levels = [(heading.level, heading.text) for heading in _headings(root)]
    tops = [text for level, text in levels if level == 1]
    if len(tops) != 1:
        yield Told("errors.page_tops", n=len(tops), tops=listed(tops))
    for (before, _), (level, text) in zip([(0, ""), *levels], levels, strict=False):
        if level > before + 1:
            yield Told("errors.page_levels", heading=text, level=level, before=before)


def _twins(root: HtmlElement) -> Iterator[str]:
    for name, times in Counter(root.xpath("//@id[. != '']")).items():
        if times > 1:
            yield Told("errors.page_twins", id=name)


def _headings(root: HtmlElement) -> list[Heading]:
    return [
        Heading(int(element.tag[1]), " ".join(element.text_content().split()), element.attrib.get("id", ""))
        for element in root.iter("h1", "h2", "h3", "h4", "h5", "h6")
    ]


def _at(element: Any, fault: Told) -> Told:
    """Say where a fault is: in the nearest element around that has an id, which on a page is a cell of the notebook."""
    for around in (element, *element.iterancestors()):
        if around.attrib.get("id"):
            return Told("errors.in_cell", cell=around.attrib["id"], error=fault)
    return Told("errors.on_page", error=fault)


# ---- the page ----


#: Letterlike signs, arrows, mathematics and all of Chinese lie from here on; letters and quotation marks below.
_BEYOND_LATIN = 0x2100
#: Units of an em: a pixel of text has eight of them, and the font is a quarter smaller than on a grid of 1,000.
_UNITS = 128
#: The family of letters in the pictures of an English page.
PICTURED = f"{FAMILY} Pictured"
TAGS: Mapping[Language, str] = {"zh": "zh-CN", "en": "en"}
_HERE = Path(__file__).parent
_TEMPLATES = Environment(
    loader=FileSystemLoader(_HERE / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    keep_trailing_newline=True,
)
_STYLE = re.compile(r"<style>(.*?)</style>\s*", re.DOTALL)
_LOOSE = re.compile(r"/\*.*?\*/\s*|\s*([{};,]) *|(?<=:) (?=\S)")
_WORDS = ("skip", "pages", "contents", "source", "made")


def font_face(characters: str, language: Language, *, pictured: str = "") -> str:
    """Return CSS rules with the font's subset for these characters, WOFF2 in a data address; empty for none.

    On an English page the font draws what Latin fonts lack and leaves letters to the machine's own: it stands
    first, with a range, because a browser that loads it last has drawn the first Chinese word without it. Only
    pictures have their letters, those of ``pictured``, drawn by it on every page: a second family, ``PICTURED``.
    Raises ExportError, which names them, when the font lacks some of the characters.
    """
    refuse_undrawn(characters)
    if language == "zh":
        return _face(FAMILY, characters)
    beyond, letters = (
        [c for c in text if (ord(c) >= _BEYOND_LATIN) == far] for text, far in ((characters, True), (pictured, False))
    )
    return _face(FAMILY, "".join(beyond), f";unicode-range:U+{_BEYOND_LATIN:X}-10FFFF") + _face(
        PICTURED, "".join(letters)
    )


def _face(family: str, characters: str, limit: str = "") -> str:
    if not characters:
        return ""
    encoded = base64.b64encode(subset(characters)).decode("ascii")
    return f'@font-face{{font-family:"{family}";src:url(data:font/woff2;base64,{encoded}) format("woff2"){limit}}}\n'


def refuse_undrawn(characters: str) -> None:
    """Refuse characters that the package's font cannot draw: raises ExportError, which names them."""
    missing = missing_characters(characters)
    if missing:
        named = ", ".join(f"{c!r} (U+{ord(c):04X})" for c in missing)
        raise ExportError(Told("errors.font_lacks", characters=named))


@cache
def subset(characters: str) -> bytes:
    """Return the font with these characters only, as WOFF2 on a coarser grid; the same bytes each time."""
    options = subsetting.Options(flavor="woff2", hinting=False, layout_features=[], notdef_outline=True)
    options.name_IDs = [0, 1, 2, 13, 14]
    with TTFont(font_path(), lazy=True, recalcTimestamp=False) as font:
        cutter = subsetting.Subsetter(options)
        cutter.populate(unicodes=[ord(c) for c in f" {characters}"])  # a font needs a space
        cutter.subset(font)
        scale_upem(font, _UNITS)
        out = io.BytesIO()
        subsetting.save_font(font, out, options)
    return out.getvalue()


@dataclass(frozen=True, slots=True)
class Link:
    """A way to another page; ``lang`` is set when that page is in another language, ``size`` where it is told."""

    href: str
    text: str
    here: bool = False
    lang: str = ""
    size: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that a page rests on; ``kind`` is a class for its style, ``lang`` the language of a quoted value."""

    name: str
    value: str
    kind: str = ""
    lang: str = ""


@dataclass(frozen=True, slots=True)
class Basis:
    """What a page or a document rests on: its subject, such as an organ and a year, and its facts."""

    subject: str = ""
    facts: Sequence[Fact] = ()


def page(title: str, body: str, language: Language, basis: Basis, links: Sequence[Link] = ()) -> str:
    """Write a whole page around ``body``, its style sheets hoisted, with the font for the characters it draws.

    Characters without a shape are written out as their number (see ``visible``).
    Raises ExportError when a character is not in the font.
    """
    inside, sheets = _hoist(body)
    words = {word: say(f"export.{word}", language) for word in _WORDS}
    values: dict[str, Any] = {
        **{"title": title, "tag": TAGS[language], "subject": basis.subject, "words": words},
        **{"links": links, "facts": basis.facts, "body": Markup(inside)},
        **{"outline": [heading for heading in outline(inside) if heading.level in (2, 3)]},
        **{"style": Markup(_PAGE_STYLE), "sheets": [Markup(sheet) for sheet in sheets]},
    }
    bare = visible(render("page.html.j2", font="", **values))
    font = font_face(drawn_characters(bare), language, pictured=pictured_characters(bare))
    return visible(render("page.html.j2", font=Markup(font), **values))


def data_link(href: str, language: Language) -> str:
    """Write the paragraph that links to the data of a table or figure."""
    text = say("export.data", language, name=href.rpartition("/")[2])
    return f'<p class="foi-data"><a href="{escape(href)}">{escape(text)}</a></p>\n'


def render(template: str, **values: Any) -> str:
    """Fill one of the page templates; whatever is not Markup is escaped."""
    return _TEMPLATES.get_template(template).render(**values)


def _hoist(body: str) -> tuple[str, list[str]]:
    """Take the style sheets out of a body: a page needs each of them once, in its head."""
    sheets = dict.fromkeys(_narrow(sheet) for sheet in _STYLE.findall(body))
    return _STYLE.sub("", body), list(sheets)


def _narrow(style: str) -> str:
    """Take out of a style sheet the white space that says nothing."""
    return _LOOSE.sub(r"\1", style)


_PAGE_STYLE = _narrow((_HERE / "page.css").read_text(encoding="utf-8"))
