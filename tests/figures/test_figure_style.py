"""Settings are set for a drawing and back again; colours can be told from paper and from one another."""

from __future__ import annotations

from dataclasses import replace

import matplotlib as mpl
import pytest
from matplotlib import font_manager

from foi_analysis import Report
from foi_analysis.figures import FIGURES
from foi_analysis.figures.style import CONTRAST, MissingGlyphError, colour, contrast, drawing_style, outline, shade
from foi_analysis.fonts import FAMILY, font_path
from foi_analysis.report import PROOFS, Finding
from foi_analysis.resources import read_toml

PALETTE = read_toml("figures/palette.toml")
SURFACES = [(group, key) for group in ("families", "results", "flow", "verdicts") for key in PALETTE[group]]
GROUNDS = [shade(count) for count in range(len(PROOFS) + 1)]
GROUNDS += [colour("verdicts", key) for key in PALETTE["verdicts"] if key != "broken"]


def test_a_drawing_leaves_no_setting_behind(reference: Report) -> None:
    before = dict(mpl.rcParams)
    FIGURES["appeals"](reference, "zh")
    assert dict(mpl.rcParams) == before


def test_the_font_of_the_package_is_the_one_drawn_with() -> None:
    with drawing_style():
        assert mpl.rcParams["font.family"] == [FAMILY]
        assert font_manager.findfont(FAMILY, fallback_to_default=False) == str(font_path())


@pytest.mark.parametrize("name", FIGURES)
def test_a_character_outside_the_font_is_named_with_what_to_do(reference: Report, name: str) -> None:
    report = replace(reference, organ=Finding("某𠮷市公安局"))
    with pytest.raises(MissingGlyphError, match=r"'𠮷' \(U\+20BB7\).*build_font\.py"):
        FIGURES[name](report, "zh")


@pytest.mark.parametrize(("one", "other", "ratio"), [("#000000", "#FFFFFF", 21.0), ("#777777", "#FFFFFF", 4.48)])
def test_contrast_is_that_of_the_standard(one: str, other: str, ratio: float) -> None:
    assert contrast(one, other) == pytest.approx(ratio, abs=0.005) == contrast(other, one)


@pytest.mark.parametrize(("group", "key"), SURFACES)
def test_every_surface_or_its_outline_stands_out_from_paper(group: str, key: str) -> None:
    fill, paper = colour(group, key), colour("ink", "paper")
    assert max(contrast(fill, paper), contrast(outline(fill), paper)) >= CONTRAST


@pytest.mark.parametrize("ground", GROUNDS)
def test_text_can_be_read_on_every_ground(ground: str) -> None:
    assert contrast(colour("ink", "text"), ground) >= 4.5


def test_text_can_be_read_on_paper_and_on_a_broken_cell() -> None:
    assert contrast(colour("ink", "muted"), colour("ink", "paper")) >= 4.5
    assert contrast(colour("ink", "paper"), colour("verdicts", "broken")) >= 4.5


def test_a_colour_of_an_outcome_stands_for_nothing_else() -> None:
    families = list(PALETTE["families"].values())
    elsewhere = {colour(group, key) for group, key in SURFACES if group != "families"}
    assert len(set(families)) == len(families) == 6
    assert not elsewhere & set(families)


def test_pending_cases_are_hatched() -> None:
    assert {"pending", "carried_in", "carried_out"} <= set(PALETTE["hatches"])
