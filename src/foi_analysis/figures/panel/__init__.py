"""The figures of a panel: each a function of a panel and a language that gives a ``Drawing``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from foi_analysis.figures.drawing import Drawing
from foi_analysis.figures.panel import appeals, chain, definitions, funnel, outcomes, stock, trends
from foi_analysis.panel import Panel
from foi_analysis.resources import Language

PanelFigure = Callable[[Panel, Language], Drawing]

#: The figures by name, in the order in which they are read. Each lives in the module of its name.
PANEL_FIGURES: Mapping[str, PanelFigure] = MappingProxyType(
    {
        "trends": trends.trends,
        "funnel": funnel.funnel,
        "outcomes": outcomes.outcomes,
        "chain": chain.chain,
        "stock": stock.stock,
        "appeals": appeals.appeals,
        "definitions": definitions.definitions,
    }
)
