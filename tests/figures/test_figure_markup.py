"""No word of a report becomes markup in a picture or in what is said beside it."""

from __future__ import annotations

import base64
from dataclasses import replace

import pytest
from lxml import etree, html

from foi_analysis import Report
from foi_analysis.figures import FIGURES
from foi_analysis.figures.drawing import Drawing
from foi_analysis.resources import LANGUAGES, Language

DUBLIN = "{http://purl.org/dc/elements/1.1/}"
WORDS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</td></svg>",
    "]]> & &lt; '",
    "=cmd()",
    "#eval(1)",
    "$\\frac{1}{2}$",
)


def judged(svg: bytes) -> etree._Element:
    """Parse a picture; it may hold nothing that runs or loads."""
    tree = etree.fromstring(svg)
    for element in tree.iter(etree.Element):
        name = etree.QName(element).localname
        assert name.lower() not in ("script", "foreignobject", "iframe", "image", "img", "a", "animate", "set"), name
        for attribute, value in element.attrib.items():
            assert not etree.QName(attribute).localname.lower().startswith("on"), attribute
            if etree.QName(attribute).localname == "href":
                assert value.startswith("#"), value
    return tree


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", FIGURES)
def test_a_picture_of_a_hostile_report_holds_nothing_that_runs_or_loads(
    strange: dict[str, Report], name: str, language: Language
) -> None:
    drawing = FIGURES[name](strange["evil"], language)
    tree = judged(drawing.svg())
    assert tree.findtext(f".//{DUBLIN}title") == drawing.title
    assert tree.findtext(f".//{DUBLIN}description") == drawing.alt
    page = html.fromstring(drawing._repr_mimebundle_()["text/html"])
    assert {element.tag for element in page.iter()} <= {"figure", "img", "figcaption", "a", "svg"} | _drawn(page)
    assert page.find(".//figcaption").text_content().startswith(drawing.caption)


def _drawn(page: html.HtmlElement) -> set[str]:
    """Name what stands inside a picture that is part of the page."""
    return {element.tag for picture in page.iter("svg") for element in picture.iter()}


@pytest.mark.parametrize("text", WORDS)
def test_title_alternative_text_and_caption_come_out_as_they_are(
    drawings: dict[tuple[str, Language], Drawing], text: str
) -> None:
    drawing = replace(drawings["outcomes", "en"], title=text, alt=text, caption=text)
    tree = judged(drawing.svg())
    assert tree.findtext(f".//{DUBLIN}title") == text
    assert tree.findtext(f".//{DUBLIN}description") == text
    page = html.fromstring(drawing._repr_mimebundle_()["text/html"])
    (image,) = page.iter("img")
    assert image.get("alt") == text
    judged(base64.b64decode(image.get("src").partition(",")[2]))
    assert page.find(".//figcaption").text_content() == text
    assert {element.tag for element in page.iter()} == {"figure", "img", "figcaption"}
