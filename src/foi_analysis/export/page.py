"""The page around a body: title, ways to other pages, contents, what it rests on, style and font."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from foi_analysis.export.inspection import Heading, drawn_characters, inspect_page, outline, pictured_characters
from foi_analysis.export.subset import font_face
from foi_analysis.fonts import visible
from foi_analysis.resources import Language, say

TAGS: Mapping[Language, str] = {"zh": "zh-CN", "en": "en"}
_HERE = Path(__file__).parent
_STYLE = re.compile(r"<style>(.*?)</style>\s*", re.DOTALL)
_LOOSE = re.compile(r"/\*.*?\*/\s*|\s*([{};,]) *|(?<=:) (?=\S)")
_WORDS = ("skip", "pages", "contents", "source", "made")


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
    Raises ExportError when the page would not do (see ``inspect_page``) or a character is not in the font.
    """
    inside, sheets = _hoist(body)
    words = {word: say(f"export.{word}", language) for word in _WORDS}
    values: dict[str, Any] = {
        **{"title": title, "tag": TAGS[language], "subject": subject, "words": words},
        **{"links": links, "facts": facts, "body": Markup(inside), "outline": _contents(inside)},
        **{"style": _trusted(_page_style()), "sheets": [_trusted(sheet) for sheet in sheets]},
    }
    bare = visible(render("page.html.j2", font="", **values))
    inspect_page(bare)
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
