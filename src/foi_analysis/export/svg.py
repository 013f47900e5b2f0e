"""Make an SVG part of a page: its text stays text, and nothing in it meets the rest of the page by accident."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from lxml import etree
from lxml.etree import _Element

from foi_analysis.export.notebook import ExportError

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
        raise ExportError(f"a picture is no SVG ({error}); draw it again") from error


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
