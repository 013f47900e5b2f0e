"""Nothing overlaps and nothing is cut off, whatever the report prints."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations

import pytest
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from foi_analysis import Report
from foi_analysis.figures import FIGURES
from foi_analysis.figures.drawing import Drawing
from foi_analysis.figures.style import drawing_style
from foi_analysis.resources import LANGUAGES, Language

CHARTS = [name for name in FIGURES if not name.endswith("_map")]
BOTH = ("huge", "long")
STRANGE: list[tuple[str, Language]] = [(kind, language) for kind in BOTH for language in LANGUAGES]
STRANGE += [
    ("blank", "en"),
    ("zero", "zh"),
    ("one", "en"),
    ("doubtful", "zh"),
    ("nothing", "en"),
    ("evil", "en"),
    ("big", "zh"),
]
STRANGE += [("one_huge", "en"), ("all_blank", "en"), ("cn-2019", "zh"), ("cn-2021-hybrid", "en")]
#: What stands for a number, by the beginning of its id.
MARKS = ("bar.", "node.", "share.", "request.", "head.", "mark.", "interval.", "range.", "numerator.", "denominator.")
#: Pixels of 150 to the inch by which two boxes may touch.
SLACK = 1.0


def faults(figure: Figure) -> list[str]:
    """Name the texts that overlap one another or a bar, and those that leave the page."""
    with drawing_style():
        texts = [text for text in figure.findobj(Text) if text.get_text()]
        boxes = [(text.get_text(), shrunk(text.get_window_extent())) for text in texts]
        bars = [
            (str(patch.get_gid()), shrunk(patch.get_window_extent()))
            for patch in figure.findobj(Patch)
            if str(patch.get_gid()).startswith(MARKS)
        ]
    found = [f"{a!r} over {b!r}" for (a, box), (b, other) in combinations(boxes, 2) if box.overlaps(other)]
    found += [f"{a!r} over {b!r}" for a, box in boxes for b, other in bars if box.overlaps(other)]
    page = figure.bbox
    return found + [
        f"{a!r} leaves the page" for a, box in boxes if box.x0 < 0 or box.y0 < 0 or box.x1 > page.x1 or box.y1 > page.y1
    ]


def shrunk(box: Bbox) -> Bbox:
    return Bbox.from_extents(box.x0 + SLACK, box.y0 + SLACK, max(box.x1, box.x0 + 2 * SLACK) - SLACK, box.y1 - SLACK)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", FIGURES)
def test_the_reference_report_is_drawn_without_overlap(
    drawings: dict[tuple[str, Language], Drawing], name: str, language: Language
) -> None:
    assert faults(drawings[name, language].figure) == []


@pytest.mark.parametrize(("kind", "language"), STRANGE)
@pytest.mark.parametrize("name", CHARTS)
def test_charts_of_strange_reports_are_drawn_without_overlap(
    draw_strange: Callable[[str, str, Language], Drawing], name: str, kind: str, language: Language
) -> None:
    assert faults(draw_strange(name, kind, language).figure) == []


@pytest.mark.parametrize(
    ("name", "kind", "language"),
    [("check_map", "huge", "en"), ("check_map", "doubtful", "zh"), ("evidence_map", "all_blank", "en"),
     ("evidence_map", "nothing", "zh"), ("check_map", "cn-2019", "zh"), ("evidence_map", "cn-2021-hybrid", "en")],
)  # fmt: skip
def test_maps_of_strange_reports_are_drawn_without_overlap(
    draw_strange: Callable[[str, str, Language], Drawing], name: str, kind: str, language: Language
) -> None:
    assert faults(draw_strange(name, kind, language).figure) == []


def test_an_overlap_would_be_found(reference: Report) -> None:
    figure = FIGURES["appeals"](reference, "en").figure
    assert faults(figure) == []
    with drawing_style():
        figure.axes[0].text(30, 12, "in the way")
    assert any("in the way" in fault for fault in faults(figure))
