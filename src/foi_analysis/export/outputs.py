"""What of a notebook's outputs a reader sees: results, pictures with their words, tables that can be listened to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from lxml import html as lxml_html
from lxml.html import HtmlElement
from nbformat import NotebookNode

from foi_analysis.resources import Language, say

PICTURES = ("image/svg+xml", "image/png", "image/jpeg")
#: How matplotlib and seaborn print what a call returned that drew something.
_DRAWN = re.compile(r"<(Axes|Figure|SubFigure|matplotlib\.|seaborn\.|\w*Container object)|\bText\(")
_NUMBER = re.compile(r"[-−]?(\d[\d,]*\.?\d*|\.\d+)(e[+-]?\d+)?\s?%?", re.IGNORECASE)
_NO_NUMBER = frozenset({"", "NaN", "nan", "<NA>", "None", "NaT", "inf", "-inf", "..."})
#: Attributes of tables that pandas still writes and style sheets have replaced.
_OBSOLETE = ("border", "halign", "valign", "style")


@dataclass(frozen=True, slots=True)
class Told:
    """What the metadata of an output say of its picture; empty where they say nothing."""

    alt: str
    caption: str
    name: str


def told(output: NotebookNode, kind: str) -> Told:
    """Return what is said of a picture, by the metadata of its kind or of the whole output."""
    metadata = output.get("metadata", {})
    own = metadata.get(kind, {})
    return Told(*(str(own.get(key) or metadata.get(key) or "") for key in ("alt", "caption", "name")))


def shown(cell: NotebookNode) -> list[NotebookNode]:
    """Return the outputs of a code cell that a reader sees.

    The text of what a call returned that drew, such as ``<Axes: >``, goes when the picture itself is there; any
    other result stays.
    """
    outputs: list[NotebookNode] = cell.get("outputs", [])
    if not any(kind in output.get("data", {}) for output in outputs for kind in PICTURES):
        return outputs
    return [output for output in outputs if not _says_drawn(output)]


def _says_drawn(output: NotebookNode) -> bool:
    data = output.get("data", {})
    return set(data) == {"text/plain"} and bool(_DRAWN.search(data["text/plain"]))


def frames(html: str, language: Language = "en") -> str:
    """Return HTML whose tables of pandas scroll by key, have a scope on each head, and numbers at the right.

    Parameters
    ----------
    html : str
        An output. Without a table of pandas it is returned as it is.
    language : {"zh", "en"}
        Language in which the table's frame is named.
    """
    if 'class="dataframe"' not in html:
        return html
    root = lxml_html.fragment_fromstring(html, create_parent="div")
    for style in root.xpath("//style[@scoped]"):
        style.drop_tree()
    for table in root.xpath("//table[@class='dataframe']"):
        _without_indents(table)
        _in_one_line(table)
        _with_scopes(table)
        _with_numbers(table)
        _in_frame(table, language)
    return (root.text or "") + "".join(lxml_html.tostring(child, encoding="unicode") for child in root)


def _without_indents(table: HtmlElement) -> None:
    """Take away the spaces between rows and cells, which nobody sees."""
    for element in table.iter():
        if not (element.tail or "").strip():
            element.tail = None
        if len(element) and not (element.text or "").strip():
            element.text = None


def _in_frame(table: HtmlElement, language: Language) -> None:
    """Put a table into a group that can be reached and scrolled by key."""
    label = escape(say("export.table", language))
    frame = lxml_html.fragment_fromstring(f'<div class="wide" role="group" aria-label="{label}" tabindex="0"></div>')
    frame.tail, table.tail = table.tail, None
    table.getparent().replace(table, frame)
    frame.append(table)


def _in_one_line(table: HtmlElement) -> None:
    """Lift the names of index levels, which pandas writes in a line of their own, to the heads of the columns."""
    rows = table.findall("thead/tr")
    if len(rows) < 2 or len(rows[-1]) != len(rows[-2]):
        return
    above, names = rows[-2:]
    pairs = [(head, name) for head, name in zip(above, names, strict=True) if name.text]
    if not any(head.text for head, _ in pairs):
        for head, name in pairs:
            above.replace(head, name)
        names.getparent().remove(names)


def _with_scopes(table: HtmlElement) -> None:
    """Say of each head what it is the head of; one without words is none."""
    for element in table.iter("table", "tr", "th", "td"):
        for name in _OBSOLETE:
            element.attrib.pop(name, None)
    for head in list(table.iter("th")):
        over = next(head.iterancestors("thead"), None) is not None
        span = head.attrib.get("colspan" if over else "rowspan", "1")
        if not head.text_content().strip():
            head.tag = "td"
        else:
            head.set("scope", ("col" if over else "row") + ("group" if span != "1" else ""))


def _with_numbers(table: HtmlElement) -> None:
    """Mark the cells of columns that hold numbers, and their heads. Rows of merged index levels begin later."""
    body = [_from_the_end(row) for row in table.iterfind("tbody/tr")]
    heads = [_from_the_end(row) for row in table.iterfind("thead/tr")]
    for place in sorted({place for row in body for place in row if row[place].tag == "td"}):
        cells = [row[place] for row in body if place in row]
        if _numeric([cell.text_content().strip() for cell in cells]):
            for cell in (*cells, *(row[place] for row in heads if place in row)):
                cell.set("class", "foi-number")


def _from_the_end(row: HtmlElement) -> dict[int, HtmlElement]:
    """Return the cells of a row that cover one column, by their place counted from the last column."""
    return {place: cell for place, cell in _placed(row) if cell.attrib.get("colspan", "1") == "1"}


def _placed(row: HtmlElement) -> Iterator[tuple[int, HtmlElement]]:
    place = 0
    for cell in reversed(row):
        yield place, cell
        place += int(cell.attrib.get("colspan", "1"))


def _numeric(texts: Sequence[str]) -> bool:
    numbers = [bool(_NUMBER.fullmatch(text)) for text in texts]
    return any(numbers) and all(number or text in _NO_NUMBER for number, text in zip(numbers, texts, strict=True))
