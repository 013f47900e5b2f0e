"""Nothing in a report's text can become markup or a script on a page, nor turn around what stands beside it."""

from __future__ import annotations

import pytest
from hostile_page import SEEN, hostile_page
from lxml import html as lxml_html
from lxml.html import HtmlElement

from foi_analysis import Report
from foi_analysis.resources import LANGUAGES, visible


@pytest.fixture(scope="module", params=LANGUAGES)
def root(request: pytest.FixtureRequest, reference: Report) -> HtmlElement:
    return lxml_html.document_fromstring(hostile_page(reference, request.param))


def test_no_text_becomes_an_element_or_an_attribute(root: HtmlElement) -> None:
    assert list(root.iter("script")) == []
    assert [name for element in root.iter() for name in element.attrib if name.startswith("on")] == []
    assert len(root.findall(".//table")) == 2
    assert len(root.findall(".//title")) == 1


@pytest.mark.parametrize(
    "place",
    [
        *("//head/title", "//p[@class='subject']", "//footer//dt", "//footer//dd", "//pre/code"),
        *("//table[starts-with(@id, 'head-')]//td", "//table[starts-with(@id, 'requests-')]/caption"),
        *("//ul[@class='foi-notes']/li", "//*[local-name()='svg']", "//figcaption"),
    ],
)
def test_a_hostile_text_stands_there_as_text(root: HtmlElement, place: str) -> None:
    squeezed = "".join(SEEN.split())
    assert any(squeezed in "".join(found.text_content().split()) for found in root.xpath(place))


@pytest.mark.parametrize("attribute", ["aria-description", "aria-label"])
def test_a_hostile_text_stays_within_what_a_screen_reader_says(root: HtmlElement, attribute: str) -> None:
    said = [element.attrib[attribute] for element in root.xpath(f"//*[@{attribute}]")]
    assert any(SEEN in text for text in said)


def test_nothing_turns_the_writing_around(root: HtmlElement) -> None:
    assert "\u202e" not in lxml_html.tostring(root, encoding="unicode")


@pytest.mark.parametrize("text", ["政府\u200b信息", "\x00", "a\x85b", "\u2028", "\u200f", "\ufeff"])
def test_what_has_no_shape_is_written_out(text: str) -> None:
    assert visible(text) != text
    assert visible(visible(text)) == visible(text)
    assert all(character in visible(text) for character in text if character.isalpha())


@pytest.mark.parametrize("text", ["政府信息\n公开\t“号”〔2025〕", "naïve ‐ – — …", ""])
def test_what_has_a_shape_stays_as_it_is(text: str) -> None:
    assert visible(text) == text
