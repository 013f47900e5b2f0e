"""What is drawn can be seen and read: on paper, in grey, and at the size at which it is printed."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from typing import NamedTuple

import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from foi_analysis import Report
from foi_analysis.figures import FIGURES
from foi_analysis.figures.drawing import Drawing
from foi_analysis.figures.style import CONTRAST, contrast, drawing_style
from foi_analysis.resources import LANGUAGES, Language

Drawings = dict[tuple[str, Language], Drawing]
PAPER = "#ffffff"
#: WCAG 2.2, 1.4.3: text.
READABLE = 4.5
#: Two plain surfaces side by side are told apart in grey from this ratio on.
APART = 1.3
#: Points, on a page 16 cm wide.
SMALLEST = 5.5
#: What stands for a number, by the beginning of its id.
MARKS = ("bar.", "node.", "share.", "request.", "mark.", "interval.", "range.", "head.", "cell.", "numerator.",
         "denominator.")  # fmt: skip
KINDS: list[tuple[str, Language]] = [("big", "zh"), ("all_blank", "en"), ("cn-2019", "zh")]


class Surface(NamedTuple):
    """A patch: its id, where it is, its face over paper, its edge, its hatching."""

    name: str
    box: Bbox
    face: str
    edge: str
    hatch: str


def over_paper(colour: tuple[float, float, float, float]) -> str:
    *parts, alpha = colour
    return str(to_hex([alpha * part + (1 - alpha) for part in parts]))


def surfaces(figure: Figure) -> list[Surface]:
    """Give every patch in the order in which they are painted."""
    return [
        Surface(
            str(patch.get_gid() or ""),
            patch.get_window_extent(),
            over_paper(patch.get_facecolor()),
            over_paper(patch.get_edgecolor()) if patch.get_linewidth() else "",
            patch.get_hatch() or "",
        )
        for patch in figure.axes[0].patches
    ]


def ground_of(text: Text, painted: list[Surface]) -> tuple[str, str]:
    """Give the face and the hatching of what lies under the middle of a text."""
    box = text.get_window_extent()
    x, y = (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
    under = [s for s in painted if s.box.x0 <= x <= s.box.x1 and s.box.y0 <= y <= s.box.y1]
    return (under[-1].face, under[-1].hatch) if under else (PAPER, "")


def unseen(figure: Figure) -> list[str]:
    """Name the marks that do not stand out from paper, by their face or by the line around them."""
    return [
        surface.name
        for surface in surfaces(figure)
        if surface.name.startswith(MARKS)
        and max(contrast(colour, PAPER) for colour in (surface.face, surface.edge) if colour) < CONTRAST
    ]


def unreadable(figure: Figure) -> list[str]:
    """Name the texts that do not stand out from what they lie on, and those on hatching."""
    with drawing_style():
        painted = [s for s in surfaces(figure) if not s.name.startswith("band.")]
        texts = [text for text in figure.findobj(Text) if text.get_text()]
        grounds = [(text, *ground_of(text, painted)) for text in texts]
    return [t.get_text() for t, face, hatch in grounds if hatch or contrast(to_hex(t.get_color()), face) < READABLE]


def alike(figure: Figure) -> list[str]:
    """Name the neighbours that a reader of a grey print cannot tell apart: the same grey and hatching."""
    parts = [s for s in surfaces(figure) if s.name.startswith(("share.", "node."))]
    touching = [(a, b) for a, b in combinations(parts, 2) if a.box.padded(1).overlaps(b.box)]
    return [f"{a.name} beside {b.name}" for a, b in touching if a.hatch == b.hatch and contrast(a.face, b.face) < APART]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", FIGURES)
def test_every_mark_and_text_stands_out_from_its_ground(drawings: Drawings, name: str, language: Language) -> None:
    figure = drawings[name, language].figure
    assert unseen(figure) == []
    assert unreadable(figure) == []
    assert alike(figure) == []


@pytest.mark.parametrize(("kind", "language"), KINDS)
@pytest.mark.parametrize("name", FIGURES)
def test_marks_and_texts_of_strange_reports_stand_out_too(
    draw_strange: Callable[[str, str, Language], Drawing], name: str, kind: str, language: Language
) -> None:
    figure = draw_strange(name, kind, language).figure
    assert (unseen(figure), unreadable(figure), alike(figure)) == ([], [], [])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", FIGURES)
def test_no_text_is_smaller_than_can_be_read_in_print(drawings: Drawings, name: str, language: Language) -> None:
    texts = [text for text in drawings[name, language].figure.findobj(Text) if text.get_text()]
    assert [(t.get_text(), t.get_fontsize()) for t in texts if t.get_fontsize() < SMALLEST] == []


@pytest.mark.parametrize("name", FIGURES)
def test_pictures_are_as_wide_as_a_page_s_column_and_fit_on_the_page(drawings: Drawings, name: str) -> None:
    for language in LANGUAGES:
        width, height = drawings[name, language].figure.get_size_inches() * 2.54
        if name == "summary":
            assert (width, height) == (pytest.approx(21, abs=0.05), pytest.approx(29.7, abs=0.05))
        else:
            assert width == pytest.approx(16, abs=0.05)
            assert height <= 26.5


@pytest.mark.parametrize("kind", ["long", "doubtful", "cn-2019", "huge"])
def test_the_year_on_a_page_keeps_the_proportions_of_a_page(
    draw_strange: Callable[[str, str, Language], Drawing], kind: str
) -> None:
    width, height = draw_strange("summary", kind, "zh").figure.get_size_inches()
    assert height / width == pytest.approx(297 / 210)


def test_what_cannot_be_seen_or_told_apart_would_be_found(reference: Report) -> None:
    figure = FIGURES["applicants"](reference, "en").figure
    painted = {str(patch.get_gid()): patch for patch in figure.findobj(Patch) if patch.get_gid()}
    first, second = (painted[f"share.total.{family}"] for family in ("unable", "not_processed"))
    first.set(facecolor="#FFFF00", edgecolor="#FFFF00")
    second.set(hatch=None, facecolor="#FFFF20")
    assert unseen(figure) == ["share.total.unable"]
    assert "share.total.unable beside share.total.not_processed" in alike(figure)
    with drawing_style():
        figure.axes[0].text(first.get_x() + 20, first.get_y() + 5, "pale", color="#FFFFFF")
    assert unreadable(figure) == ["pale"]
