"""The exported pages by keyboard, by ear and on paper: axe finds no fault, and a number tells where it stands."""

from __future__ import annotations

import importlib.util
import os
from functools import cache
from pathlib import Path

import pypdfium2
import pytest
from chrome import NAMES, Page, find_chrome
from hostile_page import SEEN, hostile_page

from foi_analysis import Report
from foi_analysis.resources import LANGUAGES, Language

pytestmark = pytest.mark.skipif(find_chrome() is None, reason="no Chromium here")

TABLES = "01_report_tables"
#: Cells at the corners of the three tables, where there is least room.
CORNERS = (
    *("proactive.rules.issued", "proactive.fees.amount"),
    *("requests.new.natural_person", "requests.new.total", "requests.carried_out.natural_person"),
    *("requests.carried_out.total", "review.reconsideration.upheld", "review.litigation_after_reconsideration.total"),
)
#: What the style sheet paints behind what it says of a number.
GROUND = (0x1B, 0x1B, 0x1B)

#: Asks for the contrast of level AAA of every text: by itself axe leaves those that have less than level AA asks for to
#: a second rule, which would go through all texts once more.
AXE_SET = """axe.configure({checks: [{id: 'color-contrast-enhanced', options: {
  ignoreUnicode: true, ignoreLength: false, ignorePseudo: false, pseudoSizeThreshold: 0.25,
  boldValue: 700, boldTextPt: 14, largeTextPt: 18, contrastRatio: {normal: {expected: 7}, large: {expected: 4.5}}
}}]})"""
#: Every rule of axe, those for best practice and for level AAA with them, but for the ones that axe itself calls
#: experimental, and that second rule; of these, those of colours, the others, or both.
AXE_RUN = """axe.run(document, {
  resultTypes: ['violations'],
  runOnly: {type: 'rule', values: axe.getRules().filter(rule => !rule.tags.includes('experimental'))
    .filter(rule => rule.ruleId !== 'color-contrast')
    .filter(rule => COLOURS.includes(rule.tags.includes('cat.color'))).map(rule => rule.ruleId)}
}).then(found => found.violations.map(fault => [fault.id, ...fault.nodes.slice(0, 3).map(node => node.html)]))"""
ALL, OF_COLOURS, OTHERS = (AXE_RUN.replace("COLOURS", which) for which in ("[true, false]", "[true]", "[false]"))


@cache
def axe() -> str | None:
    """The text of axe-core: in FOI_AXE's folder, or installed; nothing else of the package that carries it is used."""
    found = importlib.util.find_spec("axe_playwright_python") if "FOI_AXE" not in os.environ else None
    folder = Path(os.environ["FOI_AXE"], "axe_playwright_python") if "FOI_AXE" in os.environ else None
    if found and found.origin:
        folder = Path(found.origin).parent
    return (folder / "axe.min.js").read_text(encoding="utf-8") if folder else None


@pytest.fixture
def axe_text() -> str:
    text = axe()
    if text is None:
        pytest.skip("no axe-core here: pip install --no-deps --require-hashes -r tests/browser/requirements.txt")
    return text


@pytest.mark.parametrize("name", NAMES)
def test_axe_finds_no_fault_by_day_and_by_night(page: Page, exports: Path, axe_text: str, name: str) -> None:
    page.open(exports / f"{name}.html")
    page.run(f"{axe_text};{AXE_SET};1")
    if name.startswith("en"):  # the colours of both languages are the same
        assert page.run(OTHERS) == []
        return
    assert page.run(ALL) == []
    page.shade(dark=True)
    assert page.run(OF_COLOURS) == []


def test_axe_finds_the_faults_that_there_are(page: Page, axe_text: str, tmp_path: Path) -> None:
    (tmp_path / "bad.html").write_text(
        "<p style='color:#999'>pale</p><h1>top</h1><h3>deep</h3><img src='data:,'><table><td>a</table>"
    )
    page.open(tmp_path / "bad.html")
    page.run(f"{axe_text};{AXE_SET};1")
    found = {fault for fault, *_ in page.run(ALL)}
    assert {"color-contrast-enhanced", "heading-order", "image-alt", "html-has-lang", "landmark-one-main"} <= found
    assert {fault for fault, *_ in page.run(OF_COLOURS)} == {"color-contrast-enhanced"}


# ---- what a number tells ----


def told_in_full(page: Page, selector: str, width: int, height: int) -> None:
    """Assert that what is told of an element stands in the window, whole, painted over everything else."""
    box = page.box_after(selector)
    assert box, selector
    left, top, right, bottom = box
    assert 0 <= left < left + 100 < right <= width, (selector, box)
    assert 0 <= top < bottom <= height, (selector, box)
    pixels = page.pixels()
    corners = [(y, x) for y in (top + 4, bottom - 4) for x in (left + 4, right - 4)]
    assert [tuple(pixels[round(y), round(x)]) for y, x in corners] == [GROUND] * 4, (selector, box)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("width", [1280, 640, 390, 320])
def test_a_number_with_the_focus_tells_its_place_in_full(page: Page, exports: Path, language: str, width: int) -> None:
    page.open(exports / language / f"{TABLES}.html", width, 700)
    for cell in CORNERS:
        selector = f'[data-cell="{cell}"]'
        assert page.box_after(selector) is None
        page.run(f"document.querySelector('{selector}').focus()")
        page.settle()
        told_in_full(page, selector, width, 700)


@pytest.mark.parametrize(("language", "width"), [("zh", 1280), ("en", 640), ("zh", 390)])
def test_a_number_under_the_pointer_tells_its_place_in_full(
    page: Page, exports: Path, language: str, width: int
) -> None:
    page.open(exports / language / f"{TABLES}.html", width, 700)
    for cell in CORNERS:
        selector = f'[data-cell="{cell}"]'
        page.run(f"document.querySelector('{selector}').scrollIntoView({{block: 'center', inline: 'center'}})")
        x, y = page.run(
            f"(r => [r.left + r.width / 2, r.top + r.height / 2])"
            f"(document.querySelector('{selector}').getBoundingClientRect())"
        )
        page.point_at(x, y)
        page.settle()
        told_in_full(page, selector, width, 700)
    page.point_at(1, 1)
    assert page.box_after(selector) is None


def test_every_number_of_every_published_table_is_a_stop_and_is_heard_with_its_place(page: Page, exports: Path) -> None:
    page.open(exports / "en" / f"{TABLES}.html")
    cells = page.run("[...document.querySelectorAll('[data-cell]')].map(e => [e.tabIndex, e.ariaDescription])")
    assert len(cells) == 200
    assert all(stop == 0 and told.startswith("line ") and "evidence: " in told for stop, told in cells)
    role, name, description = page.heard('[data-cell="requests.new.total"]')
    assert (role, name) == ("cell", page.run("document.querySelector('[data-cell=\"requests.new.total\"]').innerText"))
    assert description == page.run("document.querySelector('[data-cell=\"requests.new.total\"]').ariaDescription")


# ---- a hostile report ----


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_hostile_report_runs_and_loads_nothing(
    page: Page, reference: Report, tmp_path: Path, language: Language
) -> None:
    (tmp_path / "hostile.html").write_text(hostile_page(reference, language), encoding="utf-8")
    page.open(tmp_path / "hostile.html")
    assert page.complaints == []
    assert [url for url in page.requests[1:] if not url.startswith("data:")] == []
    x, y = page.run("(r => [r.left + 9, r.top + 9])(document.querySelector('[data-cell]').getBoundingClientRect())")
    page.point_at(x, y)
    assert page.run("[document.scripts.length, document.querySelectorAll('[onmouseover]').length]") == [0, 0]
    assert SEEN in page.run("document.title")


# ---- by keyboard ----


def active(page: Page, what: str) -> str:
    return str(page.run(f"document.activeElement.{what}"))


def test_a_table_is_passed_with_one_key_and_gone_through_with_others(page: Page, exports: Path) -> None:
    page.open(exports / "en" / f"{TABLES}.html")
    page.run("document.querySelector('[id^=requests-][id$=-start]').focus()")
    assert page.run("document.activeElement.getBoundingClientRect().width") > 100, "it shows when it has the focus"
    page.press("Tab")
    assert active(page, "getAttribute('role')") == "region"
    page.press("Tab")
    assert active(page, "dataset.cell") == "requests.new.natural_person"
    page.press("Tab")
    assert active(page, "dataset.cell") == "requests.new.business"
    page.run("document.querySelector('[id^=requests-][id$=-start]').focus()")
    page.press("Enter")
    page.press("Tab")
    assert active(page, "getAttribute('href')") == "data/requests.csv"


#: The elements that the Tab key stops at, in the order of the page, with what a screen reader calls them.
NAMED = "e => e.tagName + '#' + (e.id || e.className || e.getAttribute('href'))"
STOPS = f"""[...document.querySelectorAll('a[href], summary, [tabindex="0"]')].filter(e => e.checkVisibility())
  .filter(e => !e.dataset.cell).map({NAMED})"""


@pytest.mark.parametrize("name", NAMES)
def test_the_tab_key_goes_through_a_page_in_its_order_and_out_at_its_end(page: Page, exports: Path, name: str) -> None:
    page.open(exports / f"{name}.html")
    wanted = page.run(STOPS)
    page.run("document.querySelectorAll('[data-cell]').forEach(e => e.removeAttribute('tabindex'))")
    seen = []
    for _ in wanted:
        page.press("Tab")
        seen.append(page.run(f"({NAMED})(document.activeElement)"))
        assert page.run("getComputedStyle(document.activeElement).outlineStyle") != "none", seen[-1]
    assert seen == wanted


# ---- on paper ----


def printed(page: Page, path: Path) -> list[str]:
    page.print(path)
    with pypdfium2.PdfDocument(path) as pdf:
        return [sheet.get_textpage().get_text_range() for sheet in pdf]


def test_paper_has_page_numbers_heads_on_every_sheet_and_nothing_that_hovers(
    page: Page, exports: Path, tmp_path: Path
) -> None:
    page.open(exports / "en" / f"{TABLES}.html")
    page.run("document.querySelector('[data-cell=\"requests.new.total\"]').focus()")
    sheets = printed(page, tmp_path / "page.pdf")
    assert all(f"{number} / {len(sheets)}" in sheet for number, sheet in enumerate(sheets, 1))
    heads = [sheet for sheet in sheets if "Natural" in sheet and "Commercial" in sheet]
    rows = [sheet for sheet in sheets if "State secret" in sheet and "persons" in sheet]
    assert heads
    assert rows
    text = "".join(sheets)
    for unseen in ("evidence: label", "Skip this table", "Skip to the text", "On this page", "Data: "):
        assert unseen not in text
    assert 'report.show("requests"' in " ".join(text.split())
