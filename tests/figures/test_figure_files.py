"""The same report gives the same bytes anywhere; what a report says comes out as text and nothing else."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest
from conftest import EVIL  # the one beside this file
from matplotlib.text import Text

from foi_analysis import Report
from foi_analysis.bundle import CSV, HTML, PAGE
from foi_analysis.figures import FIGURES
from foi_analysis.figures.drawing import Drawing
from foi_analysis.resources import LANGUAGES, Language

ROOT = Path(__file__).resolve().parents[2]
Drawings = dict[tuple[str, Language], Drawing]
Svgs = dict[tuple[str, Language], bytes]
PROGRAM = """
import hashlib, sys
from foi_analysis import read_report
from foi_analysis.figures import FIGURES
report = read_report(sys.argv[1])
for name in FIGURES:
    drawing = FIGURES[name](report, "zh")
    print(name, hashlib.sha256(drawing.svg()).hexdigest())
print(hashlib.sha256(FIGURES["applicants"](report, "zh").png()).hexdigest())
"""


class Tags(HTMLParser):
    """Collect the tags, the attributes and the text of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: dict[str, str | None] = {}
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes.update(attrs)

    def handle_data(self, data: str) -> None:
        self.text += data


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def test_the_bytes_are_the_same_in_another_place_time_and_tongue(
    drawings: Drawings, svgs: Svgs, reference_path: Path, tmp_path: Path
) -> None:
    fonts = tmp_path / "fonts.conf"
    fonts.write_text('<?xml version="1.0"?><fontconfig></fontconfig>', encoding="utf-8")
    settings = tmp_path / "matplotlibrc"
    settings.write_text("font.size: 30\naxes.linewidth: 9\nsavefig.facecolor: red\n", encoding="utf-8")
    environment = {
        **os.environ, "TZ": "Pacific/Kiritimati", "LC_ALL": "C", "PYTHONHASHSEED": "7", "HOME": str(tmp_path),
        "FONTCONFIG_FILE": str(fonts), "MPLCONFIGDIR": str(tmp_path), "MATPLOTLIBRC": str(settings),
        "PYTHONUTF8": "1",
    }  # fmt: skip
    result = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(reference_path)],
        env=environment, cwd=tmp_path, capture_output=True, text=True, check=True,
    )  # fmt: skip
    expected = [f"{name} {sha256(svgs[name, 'zh'])}" for name in FIGURES]
    assert result.stdout.splitlines() == [*expected, sha256(drawings["applicants", "zh"].png())]


def test_drawing_again_gives_the_same_bytes(drawings: Drawings, svgs: Svgs, reference: Report) -> None:
    again = FIGURES["appeals"](reference, "en")
    assert again.svg() == svgs["appeals", "en"]
    assert again.png() == drawings["appeals", "en"].png()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", FIGURES)
def test_the_published_pictures_are_those_that_the_program_draws(svgs: Svgs, name: str, language: Language) -> None:
    published = (ROOT / "figures" / f"{name}.{language}.svg").read_bytes()
    assert published == svgs[name, language], "draw them again and look at them"


def test_nothing_of_the_machine_or_the_day_stands_in_a_file(drawings: Drawings) -> None:
    drawing = drawings["flow", "zh"]
    assert not re.search(rb"20\d\d-\d\d-\d\d|matplotlib", drawing.svg(), re.IGNORECASE)
    assert b"tEXt" not in drawing.png()
    assert b"tIME" not in drawing.png()


def test_saving_writes_both_files_whole_and_leaves_nothing_else(drawings: Drawings, tmp_path: Path) -> None:
    folder = tmp_path / "new" / "figures"
    drawing = drawings["appeals", "en"]
    for _ in range(2):
        paths = drawing.save(folder, "en")
    assert sorted(path.name for path in folder.iterdir()) == ["appeals.en.png", "appeals.en.svg"]
    assert [path.read_bytes() for path in paths] == [drawing.svg(), drawing.png()]


def test_a_save_that_fails_leaves_the_old_file_and_no_other(drawings: Drawings, tmp_path: Path) -> None:
    (tmp_path / "appeals.en.svg").mkdir()
    with pytest.raises(OSError, match=r"appeals\.en\.svg"):
        drawings["appeals", "en"].save(tmp_path, "en")
    assert [path.name for path in tmp_path.iterdir()] == ["appeals.en.svg"]


@pytest.mark.parametrize("name", FIGURES)
def test_an_svg_holds_outlines_only_and_carries_its_alt_text(drawings: Drawings, svgs: Svgs, name: str) -> None:
    drawing = drawings[name, "en"]
    root = ElementTree.fromstring(svgs[name, "en"])
    tags = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert not tags & {"text", "script", "image", "a", "foreignObject"}
    texts = [element.text for element in root.iter()]
    assert drawing.alt in texts
    assert drawing.title in texts
    links = {value for element in root.iter() for key, value in element.items() if key.endswith("href")}
    assert all(link.startswith("#") for link in links)


def test_all_ids_that_an_svg_refers_to_are_there(svgs: Svgs) -> None:
    svg = svgs["check_map", "zh"].decode()
    assert set(re.findall(r'href="#([^"]+)"', svg)) <= set(re.findall(r' id="([^"]+)"', svg))


@pytest.mark.parametrize("name", FIGURES)
def test_an_organ_s_name_is_drawn_as_it_is_written(strange: dict[str, Report], name: str) -> None:
    drawing = FIGURES[name](strange["evil"], "en")
    texts = drawing.figure.findobj(Text)
    assert EVIL.replace(" ", "") in "".join(text.get_text() for text in texts).replace(" ", "")
    assert not any(text.get_parse_math() for text in texts if text.get_text())
    assert b"<script" not in drawing.svg()


def test_a_text_of_markup_stays_a_text(drawings: Drawings) -> None:
    drawing = replace(drawings["appeals", "en"], title=EVIL, alt=EVIL + '" onload="x', caption=EVIL)
    root = ElementTree.fromstring(drawing.svg())
    assert not [element for element in root.iter() if element.tag.endswith("script")]
    assert EVIL in [element.text for element in root.iter()]
    bundle = drawing._repr_mimebundle_()
    page = Tags()
    page.feed(bundle["text/html"])
    assert list(bundle) == [HTML, PAGE, CSV]
    assert page.tags == ["figure", "img", "figcaption"]
    assert page.attributes["alt"] == EVIL + '" onload="x'
    assert page.text == EVIL
    inside = Tags()
    inside.feed(bundle[PAGE])
    assert set(inside.tags) <= {
        "figure",
        "style",
        "svg",
        "path",
        "text",
        "g",
        "defs",
        "pattern",
        "rect",
        "figcaption",
        "p",
    }
    assert inside.attributes["aria-label"] == EVIL + '" onload="x'
    assert not [name for name in {**page.attributes, **inside.attributes} if name.startswith("on")]


def test_a_picture_for_a_page_holds_the_texts_as_text_and_is_a_fraction_of_the_outlines(drawings: Drawings) -> None:
    for drawing in drawings.values():
        _, _, svg = drawing.inline().partition("\n")
        shown = {
            text.get_text() for text in drawing.figure.findobj(Text) if text.get_text().strip() and text.get_visible()
        }
        drawn = " ".join("".join(element.itertext()) for element in ElementTree.fromstring(svg).iter())
        missing = [line for text in shown for line in text.splitlines() if line.strip() not in drawn]
        assert missing == [], drawing.name
        assert len(svg.encode()) < len(drawing.svg()) / 4, drawing.name


def test_pictures_on_one_page_share_neither_ids_nor_classes_and_refer_only_to_their_own(drawings: Drawings) -> None:
    for name, language in drawings:
        sheet, _, svg = drawings[name, language].inline().partition("\n")
        ids, used = set(re.findall(r' id="([^"]+)"', svg)), set(re.findall(r"url\(#([^)]+)\)", sheet + svg))
        classes, ruled = set(re.findall(r' class="([^"]+)"', svg)), set(re.findall(r"\.([\w-]+)\{", sheet))
        assert used == ids, name
        assert classes == ruled, name
        assert all(own.startswith(f"{name}-") for own in ids | classes)


def test_what_is_drawn_comes_along_as_data(drawings: Drawings) -> None:
    drawing = drawings["outcomes", "zh"]
    lines = drawing.csv().splitlines()
    assert lines[0].split(",") == list(drawing.data.columns)
    assert len(lines) == len(drawing.data) + 1


def test_figures_are_named_as_they_are_listed(reference: Report) -> None:
    assert [figure(reference, "zh").name for figure in FIGURES.values()] == list(FIGURES)
