"""What runs in lines: HTML's words, emphasis, links and code become one piece of Typst content.

Text is always a string of Typst code, so nothing in it can become markup. All lengths are in em.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from lxml.html import HtmlElement

from foi_analysis.fonts import advance

_ESCAPED = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
_SPECIAL = re.compile(r'["\\\x00-\x1f\x7f\u2028\u2029]')
#: A place to break a line, of no width.
BREAK = "\u200b"
_WIDE = "\u2e80-\u9fff\uac00-\ud7ff\uf900-\ufaff\uff00-\uffef"
#: A line is broken anyway at spaces, at Chinese characters and signs, and after hyphens and strokes unless a digit
#: follows; these are the pieces between.
_PIECE = re.compile(rf"(?:[^\s/–—{_WIDE}-]|[/–—-](?=\d))+[/–—-]*")
_CHINESE = re.compile(f"[{_WIDE}]+")
#: Pieces are cut after so many characters, few enough to fill a narrow column.
_CUT = 6
#: So many Chinese characters of a word stay together in a column.
_TOGETHER = 4
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


def string(text: str) -> str:
    r"""Write a text as a string of Typst code, on one line.

    >>> print(string('#eval("1+1") \\ $x$'))
    "#eval(\"1+1\") \\ $x$"
    """
    return f'"{_SPECIAL.sub(_escape, text)}"'


def call(name: str, *arguments: str, **named: str) -> str:
    """Write the call of a function; the arguments are code already.

    >>> call("heading", string("A"), level="2")
    'heading("A",level:2)'
    """
    pairs = (f"{key.replace('_', '-')}:{value}" for key, value in named.items())
    return f"{name}({','.join((*arguments, *pairs))})"


def array(items: Iterable[str]) -> str:
    """Write an array; one of a single item keeps its comma.

    >>> array(["1"]), array([])
    ('(1,)', '()')
    """
    return f"({''.join(f'{item},' for item in items)})"


def sequence(parts: Iterable[str]) -> str:
    """Write pieces of content one after the other; empty content when there are none.

    >>> sequence(['"a"', 'strong("b")']), sequence([])
    ('{"a";strong("b")}', '[]')
    """
    written = ";".join(parts)
    return f"{{{written}}}" if written else "[]"


def labelled(content: str, name: str) -> str:
    """Write content that links inside the document can lead to."""
    return f"[#{content}#label({string(name)})]"


def _escape(found: re.Match[str]) -> str:
    character = found[0]
    return _ESCAPED.get(character) or f"\\u{{{ord(character):x}}}"


def width(text: str) -> float:
    """Return the width of a text set in one line.

    >>> width("中文")
    2.0
    """
    return sum(map(advance, text))


def narrowest(text: str) -> float:
    """Return the width of the narrowest column that shows a text without cutting a word."""
    words = (width(piece) for piece in _PIECE.findall(text))
    chinese = (float(min(len(run), _TOGETHER)) for run in _CHINESE.findall(text))
    return max((*words, *chinese), default=0.0)


def breakable(text: str, longest: float) -> str:
    """Return a text with places to break inside pieces wider than ``longest``.

    >>> breakable("a word and " + "x" * 8, 3.0).replace(BREAK, "|")
    'a word and xxxxxx|xx'
    """
    return _PIECE.sub(lambda found: _cut(found[0]) if width(found[0]) > longest else found[0], text)


def _cut(piece: str) -> str:
    return BREAK.join(piece[at : at + _CUT] for at in range(0, len(piece), _CUT))


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
    return text_in(str(element.attrib.get("lang", "")), content)


def text_in(tag: str, content: str) -> str:
    """Say that content is in the language of a tag such as ``zh-CN``; without a tag it stays as it is."""
    language = tag.partition("-")[0]
    if not language:
        return content
    return call("text", content, lang=string(language), **({"region": string("CN")} if language == "zh" else {}))


def unseen(element: Any) -> bool:
    """Check whether a page hides an element from everyone."""
    return element.tag in ("style", "script", "template") or bool(_UNSEEN & classes(element))


def classes(element: Any) -> set[str]:
    """Return the classes of an element."""
    return set(element.attrib.get("class", "").split())


def lines(element: HtmlElement, chapter: str, longest: float = LONGEST) -> list[str]:
    """Write the lines of an element: one for each span that is a line of its own, else one for the whole."""
    spans = [child for child in element if isinstance(child.tag, str) and classes(child) & LINES]
    if not spans:
        whole = list(Inline(chapter, longest).inside(element))
        return [sequence(whole)] if whole else []
    return [in_language(span, sequence(Inline(chapter, longest).inside(span))) for span in spans]
