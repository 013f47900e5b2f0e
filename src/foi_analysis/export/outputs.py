"""What of a notebook's outputs a reader sees: results, pictures with their words, tables that can be listened to."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import accumulate
from typing import Any

from lxml import etree
from lxml import html as lxml_html
from lxml.etree import _Element
from lxml.html import HtmlElement
from nbformat import NotebookNode

from foi_analysis.export.notebook import ExportError
from foi_analysis.resources import Language, say
from foi_analysis.resources import Told as Message

# ---- drawings ----


_SVG = "{http://www.w3.org/2000/svg}"
_HREF = "{http://www.w3.org/1999/xlink}href"
_POINTS = re.compile(r"\s*([MLQCHVz])\s*")
_FRACTION = re.compile(r"-?\d+\.\d+")
_UPRIGHT = re.compile(r"rotate\(-?0 ")
_FONT = re.compile(r"font-family: [^;\"]*;? ?")
_REFERENCE = re.compile(r"(?<=url\(#)[^)]+")
_NUMBERS = ("d", "x", "y", "width", "height", "transform", "style")


def inline(svg: str, name: str, alt: str) -> str:
    """Return an SVG as an ``<svg>`` element of a page that brings the font.

    Parameters
    ----------
    svg : str
        The picture, with text as text.
    name : str
        What ids and classes begin with, so that two pictures share none.
    alt : str
        What it shows, in words.

    Returns
    -------
    str
        Styles that occur again are classes, in a ``<style>`` before the element; numbers are rounded to a hundredth
        of a point.

    Raises
    ------
    ExportError
        When it is no SVG.
    """
    root = _parsed(svg)
    for unwanted in (f"{_SVG}metadata", f"{_SVG}title", f"{_SVG}style"):
        for element in list(root.iter(unwanted)):
            element.getparent().remove(element)
    for element in root.iter():
        _lighten(element)
    _rename(root, name)
    _unwrap(root)
    sheet = _classes(root, name)
    root.attrib.update({"role": "img", "aria-label": alt, "style": "stroke-linejoin:round;stroke-linecap:butt"})
    etree.cleanup_namespaces(root)
    return f"<style>{sheet}</style>\n{etree.tostring(root, encoding='unicode', with_tail=False)}"


def in_font(svg: str, family: str) -> str:
    """Return an SVG whose text is of one family. Raises ExportError when it is no SVG."""
    _parsed(svg)
    return _FONT.sub(f"font-family: '{family}'; ", svg)


def _parsed(svg: str) -> _Element:
    parser = etree.XMLParser(
        remove_comments=True, remove_blank_text=True, resolve_entities=False, no_network=True, huge_tree=True
    )
    try:
        return etree.fromstring(svg.encode(), parser)
    except etree.XMLSyntaxError as error:
        raise ExportError(Message("errors.no_svg", error=error)) from error


def _lighten(element: _Element) -> None:
    """Shorten an element's numbers; an upright text says nothing of its rotation, nor any of the page's font."""
    attributes: dict[str, str] = element.attrib
    for key in _NUMBERS:
        if key in attributes:
            attributes[key] = _FRACTION.sub(_rounded, attributes[key])
    if "d" in attributes:
        attributes["d"] = _POINTS.sub(r"\1", attributes["d"]).strip()
    if _UPRIGHT.match(attributes.get("transform", "")):
        del attributes["transform"]
    if "style" in attributes:
        attributes["style"] = re.sub(r"([:;]) ", r"\1", _FONT.sub("", attributes["style"]))


def _rounded(number: re.Match[str]) -> str:
    return f"{round(float(number[0]), 2):g}"


def _rename(root: _Element, name: str) -> None:
    """Begin the ids that something refers to with the picture's name, and drop the others."""
    wanted: set[str] = set()
    for element in root.iter():
        for key, value in element.attrib.items():
            wanted.update(_REFERENCE.findall(value))
            element.set(key, _REFERENCE.sub(lambda found: f"{name}-{found[0]}", value))
        if _HREF in element.attrib:
            wanted.add(element.attrib[_HREF][1:])
            element.set("href", f"#{name}-{element.attrib.pop(_HREF)[1:]}")
    for element in root.iter():
        own = element.attrib.pop("id", None)
        if own in wanted:
            element.set("id", f"{name}-{own}")


def _unwrap(root: _Element) -> None:
    """Take away groups that say nothing of what is in them."""
    for group in list(root.iter(f"{_SVG}g", f"{_SVG}defs")):
        parent: Any = group.getparent()
        if group.tag == f"{_SVG}g" and not group.attrib:
            for child in list(group):
                group.addprevious(child)
            parent.remove(group)
        elif not len(group):
            parent.remove(group)


def _classes(root: _Element, name: str) -> str:
    """Write each style that occurs more than once as a class, and return the style sheet of these classes."""
    styles = Counter(e.attrib["style"] for e in root.iter() if "style" in e.attrib)
    names = {style: f"{name}-{i}" for i, (style, n) in enumerate(styles.items()) if n > 1}
    for element in root.iter():
        if element.attrib.get("style") in names:
            element.set("class", names[element.attrib.pop("style")])
    return "".join(f".{own}{{{style}}}" for style, own in names.items())


# ---- outputs ----


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
    title: str


def told(output: NotebookNode, kind: str) -> Told:
    """Return what is said of a picture, by the metadata of its kind or of the whole output."""
    metadata = output.get("metadata", {})
    own = metadata.get(kind, {})
    return Told(*(str(own.get(key) or metadata.get(key) or "") for key in ("alt", "caption", "name", "title")))


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
    spans = [int(cell.attrib.get("colspan", "1")) for cell in reversed(row)]
    places = accumulate(spans, initial=0)
    return {place: cell for place, span, cell in zip(places, spans, reversed(row), strict=False) if span == 1}


def _numeric(texts: Sequence[str]) -> bool:
    numbers = [bool(_NUMBER.fullmatch(text)) for text in texts]
    return any(numbers) and all(number or text in _NO_NUMBER for number, text in zip(numbers, texts, strict=True))
