"""The figures: each a function of a report and a language that gives a ``Drawing``.

matplotlib is imported only when one of them is called.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING

from foi_analysis.report import Report
from foi_analysis.resources import Language

if TYPE_CHECKING:
    from foi_analysis.figures.drawing import Drawing

Figure = Callable[[Report, Language], "Drawing"]

_NAMES = (
    "summary",
    "outcomes",
    "definitions",
    "grounds",
    "applicants",
    "flow",
    "appeals",
    "measures",
    "check_map",
    "evidence_map",
)


def _draw(name: str, report: Report, language: Language) -> Drawing:
    drawing: Drawing = getattr(import_module(f"{__name__}.{name}"), name)(report, language)
    return drawing


#: The figures by name, in the order in which they are read. Each lives in the module of its name.
FIGURES: Mapping[str, Figure] = MappingProxyType({name: partial(_draw, name) for name in _NAMES})


def draw_all(report: Report, language: Language) -> tuple[Drawing, ...]:
    """Draw every figure of a report in one language, in the order of ``FIGURES``.

    Raises MissingGlyphError when the font lacks a character of the report.
    """
    return tuple(figure(report, language) for figure in FIGURES.values())
