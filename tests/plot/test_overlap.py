"""No text meets another one or leaves the figure, whatever is printed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from overlap import faults
from strange import STRANGE, STRANGE_PANELS

import foi_analysis as foi
from foi_analysis import Panel, Report
from foi_analysis.plot import PANEL_FIGURES, REPORT_FIGURES
from foi_analysis.plot.figure import figure_of
from foi_analysis.resources import LANGUAGES, Language

pytestmark = pytest.mark.slow
CHARTS = ("outcomes", "applicants", "flow", "appeals", "definitions", "grounds", "measures")
MAPS = ("check_map", "evidence_map")
#: Strange in what stands below every chart alike: name and organ.
NAMED = ("long", "evil")


def drawn(name: str, data: Any, language: Language, **kwargs: Any) -> list[str]:
    return faults(figure_of(getattr(foi.plot, name)(data, language=language, **kwargs)))


@pytest.mark.parametrize("name", [*REPORT_FIGURES, *PANEL_FIGURES])
def test_what_is_shipped_is_drawn_narrowly_without_overlap(reference: Report, name: str) -> None:
    data = reference if name in REPORT_FIGURES else foi.load_panel()
    longest: Language = "zh" if name in MAPS else "en"
    assert drawn(name, data, longest, **({} if name == "summary" else {"width": 8.5})) == []


def in_turn(names: Sequence[str], number: int) -> list[tuple[str, Language]]:
    """Give every other of some figures, beginning with the first or the second, and the languages in turn, too."""
    return [(name, LANGUAGES[(number + i) // 2 % 2]) for i, name in enumerate(names) if (number + i) % 2]


@pytest.mark.parametrize("kind", STRANGE)
def test_charts_of_strange_reports_are_drawn_without_overlap(strange: dict[str, Report], kind: str) -> None:
    for name, language in (
        in_turn(CHARTS, STRANGE.index(kind)) if kind not in NAMED else [(CHARTS[0], LANGUAGES[STRANGE.index(kind) % 2])]
    ):
        assert drawn(name, strange[kind], language) == [], name


@pytest.mark.parametrize(
    ("name", "kind", "language"),
    [
        ("check_map", "huge", "zh"), ("check_map", "doubtful", "en"), ("check_map", "cn-2019", "zh"),
        ("evidence_map", "all_blank", "en"), ("evidence_map", "doubtful", "zh"), ("evidence_map", "nothing", "en"),
    ],
)  # fmt: skip
def test_maps_of_strange_reports_are_drawn_without_overlap(
    strange: dict[str, Report], name: str, kind: str, language: Language
) -> None:
    assert drawn(name, strange[kind], language) == []


@pytest.mark.parametrize("kind", STRANGE_PANELS)
def test_strange_panels_are_drawn_without_overlap(panels: dict[str, Panel], kind: str) -> None:
    for name, language in in_turn(PANEL_FIGURES, STRANGE_PANELS.index(kind)):
        assert drawn(name, panels[kind], language) == [], name


def test_an_overlap_would_be_found(reference: Report) -> None:
    ax = foi.plot.outcomes(reference, language="en")
    assert faults(ax.figure) == []
    for text in ("one", "another"):
        ax.text(500, 100, text)
    assert any("'one' over 'another'" in fault for fault in faults(ax.figure))
