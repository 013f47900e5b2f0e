"""Files of the same bytes, words kept with Axes, one theme, and bad input told in one line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import pytest
import seaborn as sns
from matplotlib import font_manager
from matplotlib.axes import Axes

import foi_analysis as foi
from foi_analysis import Panel, Report
from foi_analysis.plot import theme
from foi_analysis.plot.figure import figure_of, picture
from foi_analysis.report import Finding
from foi_analysis.resources import FAMILY, font_path


def test_a_picture_is_the_same_twice_and_holds_no_date(reference: Report) -> None:
    ax = foi.plot.flow(reference, language="en")
    svg = picture(ax.figure, "svg")
    assert svg == picture(foi.plot.flow(reference, language="en").figure, "svg")
    assert b"<dc:date>" not in svg
    assert mpl.__version__.encode() not in svg


def test_files_are_whole_or_not_there(reference: Report, tmp_path: Path) -> None:
    ax = foi.plot.outcomes(reference)
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="file"):
        foi.plot.save(ax, tmp_path / "file" / "outcomes")
    paths = foi.plot.save(ax, tmp_path / "new" / "outcomes.en")
    assert [path.name for path in paths] == ["outcomes.en.svg", "outcomes.en.png"]
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == ["outcomes.en.png", "outcomes.en.svg"]


def test_a_figure_of_ones_own_is_described_in_ones_own_words_and_two_on_one_sheet_both(reference: Report) -> None:
    figure, axes = plt.subplots(1, 2)
    assert foi.plot.describe(axes[0]) == foi.plot.caption(figure) == ""
    sns.lineplot(x=[1, 2], y=[3, 4], ax=axes[0])
    assert foi.plot.describe(axes[0], "rises from 3 to 4") == foi.plot.describe(figure) == "rises from 3 to 4"
    figure, axes = plt.subplot_mosaic("ab", figsize=(20, 9), layout="constrained")
    said = [
        foi.plot.describe(foi.plot.outcomes(reference, axes["a"])),
        foi.plot.describe(foi.plot.appeals(reference, axes["b"])),
    ]
    assert foi.plot.describe(figure) == " ".join(said)


# ---- theme ----


def test_the_theme_takes_settings_and_drawing_leaves_none_behind_and_takes_the_packages_font(reference: Report) -> None:
    with mpl.rc_context():
        mpl.rcParams["font.family"] = ["sans-serif"]
        before = dict(mpl.rcParams)
        foi.plot.appeals(reference, language="zh")
        assert dict(mpl.rcParams) == before
    with mpl.rc_context():
        foi.set_theme(**{"axes.titlesize": 20.0})
        assert mpl.rcParams["axes.titlesize"] == 20.0
        first = mpl.rcParams["axes.prop_cycle"].by_key()["color"][0]
        assert mpl.colors.to_hex(first).upper() == theme.FAMILIES["disclosed"]
    with theme.theme():
        assert mpl.rcParams["font.family"] == [FAMILY]
        assert font_manager.findfont(FAMILY, fallback_to_default=False) == str(font_path())


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, from 1 to 21 (WCAG 2.2)."""
    darker, lighter = sorted(luminance(color) for color in (one, other))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(color: str) -> float:
    parts = (int(color[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def test_text_can_be_read_on_every_ground() -> None:
    grounds = [*theme.SHADES, theme.PAPER, *(color for key, color in theme.VERDICTS.items() if key != "broken")]
    assert min(contrast(theme.INK, ground) for ground in grounds) >= 4.5
    assert contrast(theme.MUTED, theme.PAPER) >= 4.5
    assert contrast(theme.PAPER, theme.VERDICTS["broken"]) >= 4.5
    assert contrast(theme.POINT, theme.PAPER) >= 3


def test_a_colour_of_an_outcome_stands_for_nothing_else_and_grey_alone_tells_neighbours_apart() -> None:
    families = list(theme.FAMILIES.values())
    elsewhere = {*theme.RESULTS.values(), *theme.FLOWS.values(), *theme.VERDICTS.values()}
    assert len(set(families)) == 6
    assert not elsewhere & set(families)
    for one, other in combinations(theme.FAMILIES, 2):
        hatched = (one in theme.HATCHES) != (other in theme.HATCHES)
        differ = theme.HATCHES.get(one) != theme.HATCHES.get(other)
        assert hatched or differ or contrast(theme.FAMILIES[one], theme.FAMILIES[other]) > 1.15, (one, other)


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("Requests received", 60, ["Requests", "received"]),
        ("公开和部分公开，占办结", 60, ["公开和部分公", "开，占办结"]),
        ("甲乙丙丁戊己庚，辛", 57, ["甲乙丙丁戊己", "庚，辛"]),
        ("236 of 395, 59.7% [54.8, 64.5]", 80, ["236 of 395, 59.7%", "[54.8, 64.5]"]),
        ("law-enforcement", 53, ["law-", "enforcement"]),
    ],
)
def test_text_is_broken_where_its_language_allows(text: str, width: float, lines: list[str]) -> None:
    broken = theme.fill(text, 8, width).split("\n")
    assert "".join(broken).replace(" ", "") == text.replace(" ", "")
    assert not any(line[0] in "，。）］" for line in broken)
    assert all(theme.width_of(line, 8) <= width + 0.01 for line in broken)
    if text.isascii():
        assert broken == lines


# ---- bad input ----


def test_an_empty_panel_says_that_there_is_nothing_and_axes_too_small_give_a_warning(reference: Report) -> None:
    for name in foi.plot.PANEL_FIGURES:
        ax = getattr(foi.plot, name)(Panel.of([]), language="en")
        assert figure_of(ax).get_suptitle()
    _, ax = plt.subplots(figsize=(2, 1))
    with pytest.warns(UserWarning, match=r"outcomes needs about .* inches.*make the figure larger"):
        foi.plot.outcomes(reference, ax)


def removed(ax: Axes) -> Axes:
    ax.remove()
    return ax


@pytest.mark.parametrize(
    ("name", "data", "asked", "error", "said"),
    [
        ("outcomes", lambda r: foi.plot.outcomes_data(r).drop(columns=["least", "text"]), {}, ValueError,
         r"lacks the columns least, text.*outcomes_data\(\)"),
        ("grounds", lambda r: foi.plot.grounds_data(r).iloc[:0], {}, ValueError, "no rows"),
        ("outcomes", lambda _: foi.load_panel(), {}, TypeError, "outcomes draws a report"),
        ("trends", lambda r: r, {}, TypeError, "trends draws a panel"),
        ("flow", lambda r: r, {"language": lambda: "fr"}, ValueError, "no language 'fr'; give 'zh' or 'en'"),
        ("appeals", lambda r: r, {"ax": lambda: plt.figure().add_axes((0, 0, 1, 1))}, ValueError, "stand in no grid"),
        ("outcomes", lambda r: r, {"ax": lambda: removed(plt.subplots()[1])}, ValueError, "belong to no figure"),
        ("outcomes", lambda r: replace(r, organ=Finding("某𠮷市公安局")), {"language": lambda: "zh"},
         foi.plot.MissingGlyphError, r"'𠮷' \(U\+20BB7\).*build_font\.py"),
    ],
)  # fmt: skip
def test_what_cannot_be_drawn_is_refused_with_what_to_do(
    reference: Report,
    name: str,
    data: Callable[[Report], Any],
    asked: dict[str, Callable[[], Any]],
    error: type[Exception],
    said: str,
) -> None:
    with pytest.raises(error, match=said):
        getattr(foi.plot, name)(data(reference), **{key: value() for key, value in asked.items()})
