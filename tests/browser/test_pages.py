"""The exported pages in a real browser: nothing is loaded, Chinese is drawn, nothing is cut off, keys work."""

from __future__ import annotations

import re
from pathlib import Path

import pypdfium2
import pytest
from chrome import NAMES, Page, find_chrome

pytestmark = pytest.mark.skipif(find_chrome() is None, reason="no Chromium here")

HAN = "/[\\u3400-\\u9fff]/"

#: Number the visible elements with Chinese text of their own; give how many Chinese characters each has.
NUMBER_CHINESE = f"""(() => {{
  const found = [];
  for (const element of document.body.querySelectorAll('*')) {{
    const own = [...element.childNodes].filter(n => n.nodeType === 3).map(n => n.data).join('');
    const chinese = [...own].filter(c => {HAN}.test(c)).length;
    if (chinese && element.getClientRects().length && getComputedStyle(element).clipPath === 'none') {{
      element.dataset.chinese = found.length;
      found.push(chinese);
    }}
  }}
  return found;
}})()"""

#: The visible elements that stick out of the window, those inside of something that scrolls aside.
STICKING_OUT = """(() => {
  const scrolls = e => e && (['auto', 'scroll'].includes(getComputedStyle(e).overflowX) || scrolls(e.parentElement));
  return [...document.body.querySelectorAll('*')]
    .filter(e => !['skip', 'foi-skip', 'foi-spoken'].some(unseen => e.classList.contains(unseen)))
    .filter(e => e.getBoundingClientRect().right > WIDTH + 1 && !scrolls(e))
    .map(e => e.tagName + ' ' + e.textContent.slice(0, 40));
})()"""

#: The elements whose text is cut: what they hold is wider than they are, and it is hidden.
CUT_OFF = """[...document.body.querySelectorAll('*')]
  .filter(e => ['hidden', 'clip'].includes(getComputedStyle(e).overflowX) && e.scrollWidth > e.clientWidth + 1)
  .filter(e => !['foi-skip', 'foi-spoken'].some(unseen => e.classList.contains(unseen)))
  .map(e => e.outerHTML.slice(0, 80))"""

#: Elements that scroll sideways but that the keyboard cannot reach.
UNREACHABLE = """[...document.body.querySelectorAll('*')]
  .filter(e => ['auto', 'scroll'].includes(getComputedStyle(e).overflowX) && e.scrollWidth > e.clientWidth + 1)
  .filter(e => e.tabIndex < 0).map(e => e.outerHTML.slice(0, 80))"""


@pytest.mark.parametrize("name", NAMES)
def test_a_page_asks_for_nothing_and_complains_of_nothing(page: Page, exports: Path, name: str) -> None:
    page.open(exports / f"{name}.html")
    assert [url for url in page.requests[1:] if not url.startswith("data:")] == []
    assert page.requests[0].endswith(f"{name}.html")
    assert page.complaints == []


@pytest.mark.parametrize("name", NAMES)
def test_all_chinese_is_drawn_by_the_font_that_the_page_carries(page: Page, exports: Path, name: str) -> None:
    page.open(exports / f"{name}.html")
    page.run("document.querySelectorAll('details').forEach(e => { e.open = true })")  # code, too, holds Chinese
    counts = page.run(NUMBER_CHINESE)
    assert counts
    drawn = page.fonts("[data-chinese]")
    for number, (chinese, fonts) in enumerate(zip(counts, drawn, strict=True)):
        own = sum(font["glyphCount"] for font in fonts if font["isCustomFont"])
        assert own >= chinese, (fonts, page.run(f"document.querySelector('[data-chinese=\"{number}\"]').outerHTML"))


#: What people with low vision set: letters twice as large, or everything further apart (WCAG 2.2, 1.4.4 and 1.4.12),
#: and the widths of window that are tried with nothing set, and with these.
SETTINGS = {
    "": (1280, 640, 390, 320),
    "html{font-size:200%}": (1280, 390),
    "*{line-height:1.5!important;letter-spacing:.12em!important;word-spacing:.16em!important}"
    "p{margin-bottom:2em!important}": (1280, 390),
}


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_cut_off_or_out_of_reach_on_phone_tablet_or_desktop(page: Page, exports: Path, name: str) -> None:
    page.open(exports / f"{name}.html")
    page.run("document.head.insertAdjacentHTML('beforeend', '<style id=set></style>')")
    for setting, widths in SETTINGS.items():
        page.run(f"document.getElementById('set').textContent = '{setting}'")
        for width in widths:
            page.resize(width, 900)
            assert page.run("document.documentElement.scrollWidth") <= width
            for fault in (STICKING_OUT.replace("WIDTH", str(width)), CUT_OFF, UNREACHABLE):
                assert page.run(fault) == [], (setting, width)


BAD = """<!DOCTYPE html><meta name="viewport" content="width=device-width"><body style="margin:0">
<p style="width:500px">wide</p>
<p style="width:2em;overflow:hidden;white-space:nowrap">this is cut off</p>
<p style="width:2em;overflow:auto;white-space:nowrap">this scrolls</p>"""


def test_each_of_these_checks_finds_its_fault(page: Page, tmp_path: Path) -> None:
    (tmp_path / "bad.html").write_text(BAD)
    page.open(tmp_path / "bad.html", 390)
    assert page.run(STICKING_OUT.replace("WIDTH", "390"))[:1] == ["P wide"]
    assert [html[-10:] for html in page.run(CUT_OFF)] == ["ut off</p>"]
    assert len(page.run(UNREACHABLE)) == 1
    (tmp_path / "loads.html").write_text(
        "<img src='http://127.0.0.1:9/a.png'><p>公</p><script>console.error(1)</script>"
    )
    page.open(tmp_path / "loads.html")
    assert "http://127.0.0.1:9/a.png" in page.requests
    assert len(page.complaints) >= 2


#: The beginnings of what stands in each figure and in its caption.
FIGURES = """[...document.querySelectorAll('figure:has(figcaption)')].map(f =>
  [f.querySelector('svg text').textContent, f.querySelector('figcaption').firstChild.data.trim().slice(0, 16)])"""


@pytest.mark.parametrize("name", NAMES)
def test_a_printed_page_holds_all_text_within_its_margins_and_a_figure_beside_its_caption(
    page: Page, exports: Path, tmp_path: Path, name: str
) -> None:
    page.open(exports / f"{name}.html")
    figures = page.run(FIGURES)
    page.print(tmp_path / "page.pdf")
    texts = []
    with pypdfium2.PdfDocument(tmp_path / "page.pdf") as pdf:
        for sheet in pdf:
            assert [round(side) for side in sheet.get_size()] == [595, 842], "printed on A4"
            words = sheet.get_textpage()
            boxes = [words.get_charbox(i) for i in range(words.count_chars())]
            assert all(box[0] > 30 and box[2] < 595 - 30 for box in boxes if box[0] < box[2])
            texts.append("".join(words.get_text_range().split()))
    assert "上海市公安局" in "".join(texts)
    assert bool(figures) == (name != "index")
    for title, caption in figures:
        assert any("".join(title.split()) in s and "".join(caption.split()) in s for s in texts), (title, caption)


def test_the_first_key_leads_past_the_navigation(page: Page, exports: Path) -> None:
    page.open(exports / "zh/04_appeals.html")
    page.press("Tab")
    assert page.run("document.activeElement.className") == "skip"
    assert page.run("document.activeElement.getBoundingClientRect().left") >= 0
    page.press("Enter")
    assert page.run("location.hash") == "#main"


def test_both_languages_lead_to_each_other(page: Page, exports: Path) -> None:
    for language, other in (("zh", "en"), ("en", "zh")):
        page.open(exports / language / "02_consistency.html")
        link = page.run(f"document.querySelector('header a[hreflang^={other}]').href")
        assert link == (exports / other / "02_consistency.html").resolve().as_uri()


@pytest.mark.parametrize("name", NAMES)
def test_a_page_is_under_200_kb_without_its_pictures_and_under_350_with_them(exports: Path, name: str) -> None:
    html = (exports / f"{name}.html").read_text(encoding="utf-8")
    bare = re.sub(r"<svg .*?</svg>|data:image/[^\"]+", "", html, flags=re.DOTALL)
    assert len(bare.encode()) < 200_000
    assert len(html.encode()) < 350_000
