"""What runs in lines: HTML's words, emphasis, links and code become one piece of Typst content."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lxml.html import HtmlElement

from foi_analysis.export.pdf.lengths import breakable
from foi_analysis.export.pdf.markup import array, call, sequence, string

#: HTML's elements and the functions that set them; both strong and emphasis live in ``report.typ``.
_FUNCTIONS = {
    **dict.fromkeys(("strong", "b"), "strong"),
    **dict.fromkeys(("em", "i", "cite", "var"), "emph"),
    **dict.fromkeys(("code", "kbd", "samp", "tt"), "code"),
    **dict.fromkeys(("del", "s"), "strike"),
    **{"ins": "underline", "u": "underline", "mark": "highlight", "sub": "sub", "sup": "super", "small": "small"},
}
#: Spans that pages show as lines of their own, and what is of use on a page alone: to its ear, its keys, its links.
LINES = frozenset({"foi-title", "foi-line", "foi-zh", "foi-en"})
_UNSEEN = frozenset({"foi-spoken", "foi-skip", "foi-data"})
#: Blocks inside a cell of a table: each begins a line.
_LINES_ALONE = frozenset({"p", "div", "li", "dt", "dd"})
_SPACE = re.compile(r"[ \t\n\r\f]+")
_WEB = re.compile(r"(https?://|mailto:)", re.IGNORECASE)
_NOTEBOOK = re.compile(r"(?:\.{0,2}/)*(?P<name>[^/?#]*?)(?:\.ipynb|\.html)?(?:#(?P<id>.*))?")
#: Longer pieces without a place to break, in em, get one: this fits the narrowest page.
LONGEST = 24.0


class Inline:
    """Collects one run of content: white space is folded as a browser folds it, across elements.

    ``chapter`` names the notebook, to which links that give an id alone lead.
    """

    def __init__(self, chapter: str, longest: float = LONGEST) -> None:
        self._chapter = chapter
        self._longest = longest
        self._after_space = True
        self._begun = False

    def text(self, text: str | None) -> Iterator[str]:
        """Write words; white space at the start of a line, or after other white space, goes."""
        folded = _SPACE.sub(" ", text or "")
        if self._after_space:
            folded = folded.removeprefix(" ")
        if folded:
            self._after_space, self._begun = folded.endswith(" "), True
            yield string(breakable(folded, self._longest))

    def inside(self, element: HtmlElement) -> Iterator[str]:
        """Write what an element holds."""
        yield from self.text(element.text)
        for child in element:
            yield from self.element(child)
            yield from self.text(child.tail)

    def element(self, element: HtmlElement) -> Iterator[str]:
        """Write an element: its words in the way that its name and its language ask for."""
        if not isinstance(element.tag, str) or unseen(element):
            return
        if element.tag == "br":
            self._after_space = True
            yield "linebreak()"
        elif element.tag == "input":
            yield string("☑ " if "checked" in element.attrib else "☐ ")
        else:
            if element.tag in _LINES_ALONE and self._begun:
                self._after_space = True
                yield "linebreak()"
            yield from self._set(element)

    def _set(self, element: HtmlElement) -> Iterator[str]:
        parts = list(self.inside(element))
        if not parts:
            return
        content = in_language(element, sequence(parts))
        if element.tag == "a":
            content = self._link(element, content)
        elif element.tag in _FUNCTIONS:
            content = call(_FUNCTIONS[element.tag], content)
        elif not content.startswith("text("):
            yield from parts
            return
        yield content

    def _link(self, element: HtmlElement, content: str) -> str:
        """Write a link to the web as a link, one to a notebook as a way inside, and any other as its words."""
        address = element.attrib.get("href", "").strip()
        if _WEB.match(address):
            return call("link", string(address), content)
        found = _NOTEBOOK.fullmatch(address)
        if not found:
            return content
        chapter = found["name"] or self._chapter
        places = dict.fromkeys(
            (place(chapter, found["id"]), chapter) if found["name"] else (place(chapter, found["id"]),)
        )
        return call("way", array(map(string, places)), content)


def place(chapter: str, name: str | None = None) -> str:
    """Name a place inside the document: a notebook, or a heading of it."""
    return f"{chapter}#{name}" if name else chapter


def in_language(element: Any, content: str) -> str:
    """Say in which language content is, where the element says so."""
    language = str(element.attrib.get("lang", "")).partition("-")[0]
    if not language:
        return content
    return call("text", content, lang=string(language), **({"region": string("CN")} if language == "zh" else {}))


def unseen(element: Any) -> bool:
    """Tell whether a page shows an element to nobody."""
    return element.tag in ("style", "script", "template") or bool(_UNSEEN & classes(element))


def classes(element: Any) -> set[str]:
    """Give the classes of an element."""
    return set(element.attrib.get("class", "").split())


def lines(element: HtmlElement, chapter: str, longest: float = LONGEST) -> list[str]:
    """Write the lines of an element: one for each span that is a line of its own, else one for the whole."""
    spans = [child for child in element if isinstance(child.tag, str) and classes(child) & LINES]
    if not spans:
        whole = list(Inline(chapter, longest).inside(element))
        return [sequence(whole)] if whole else []
    return [in_language(span, sequence(Inline(chapter, longest).inside(span))) for span in spans]
