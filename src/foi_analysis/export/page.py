"""The page around a body: title, ways to other pages, contents, what it rests on, style and font.

The part of the package's font that a page needs travels inside the page.
"""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from fontTools import subset as subsetting
from fontTools.ttLib import TTFont
from fontTools.ttLib.scaleUpem import scale_upem
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from foi_analysis.export.inspection import Heading, drawn_characters, outline, pictured_characters
from foi_analysis.export.notebook import ExportError
from foi_analysis.fonts import FAMILY, font_path, missing_characters, visible
from foi_analysis.resources import Language, say

#: Letterlike signs, arrows, mathematics and all of Chinese lie from here on; letters and quotation marks below.
_BEYOND_LATIN = 0x2100
#: Units of an em: a pixel of text has eight of them, and the font is a quarter smaller than on a grid of 1,000.
_UNITS = 128
#: The family of letters in the pictures of an English page.
PICTURED = f"{FAMILY} Pictured"
TAGS: Mapping[Language, str] = {"zh": "zh-CN", "en": "en"}
_HERE = Path(__file__).parent
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
        raise ExportError(f"the package's font cannot draw {named}; add to it with scripts/build_font.py")


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


def page(
    title: str,
    body: str,
    language: Language,
    *,
    links: Sequence[Link] = (),
    facts: Sequence[Fact] = (),
    subject: str = "",
) -> str:
    """Write a whole page around ``body``, its style sheets hoisted, with the font for the characters it draws.

    Characters without a shape are written out as their number (see ``visible``).
    Raises ExportError when a character is not in the font.
    """
    inside, sheets = _hoist(body)
    words = {word: say(f"export.{word}", language) for word in _WORDS}
    values: dict[str, Any] = {
        **{"title": title, "tag": TAGS[language], "subject": subject, "words": words},
        **{"links": links, "facts": facts, "body": Markup(inside), "outline": _contents(inside)},
        **{"style": _trusted(_page_style()), "sheets": [_trusted(sheet) for sheet in sheets]},
    }
    bare = visible(render("page.html.j2", font="", **values))
    font = font_face(drawn_characters(bare), language, pictured=pictured_characters(bare))
    return visible(render("page.html.j2", font=_trusted(font), **values))


def data_link(href: str, language: Language) -> str:
    """Write the paragraph that links to the data of a table or figure."""
    text = say("export.data", language, name=href.rpartition("/")[2])
    return f'<p class="foi-data"><a href="{escape(href)}">{escape(text)}</a></p>\n'


def render(template: str, **values: Any) -> str:
    """Fill one of the page templates; whatever is not Markup is escaped."""
    return _environment().get_template(template).render(**values)


def _hoist(body: str) -> tuple[str, list[str]]:
    """Take the style sheets out of a body: a page needs each of them once, in its head."""
    sheets = dict.fromkeys(_narrow(sheet) for sheet in _STYLE.findall(body))
    return _STYLE.sub("", body), list(sheets)


def _narrow(style: str) -> str:
    """Take out of a style sheet the white space that says nothing."""
    return _LOOSE.sub(r"\1", style)


def _contents(body: str) -> list[Heading]:
    return [heading for heading in outline(body) if heading.level in (2, 3)]


@cache
def _page_style() -> str:
    return _narrow((_HERE / "page.css").read_text(encoding="utf-8"))


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )


def _trusted(style: str) -> Markup:
    return Markup(style)
