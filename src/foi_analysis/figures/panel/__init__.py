"""The figures of a panel: each a function of a panel and a language that gives a ``Drawing``.

matplotlib is imported only when one of them is called.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING

from foi_analysis.panel.panel import Panel
from foi_analysis.resources import Language

if TYPE_CHECKING:
    from foi_analysis.figures.drawing import Drawing

PanelFigure = Callable[[Panel, Language], "Drawing"]

_NAMES = ("trends", "funnel", "outcomes", "chain", "stock", "appeals", "definitions")


def _draw(name: str, panel: Panel, language: Language) -> Drawing:
    drawing: Drawing = getattr(import_module(f"{__name__}.{name}"), name)(panel, language)
    return drawing


#: The figures by name, in the order in which they are read. Each lives in the module of its name.
PANEL_FIGURES: Mapping[str, PanelFigure] = MappingProxyType({name: partial(_draw, name) for name in _NAMES})
