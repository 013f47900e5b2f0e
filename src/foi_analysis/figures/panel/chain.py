"""What one year carried out and the next carried in."""

from __future__ import annotations

from foi_analysis.figures.drawing import Drawing
from foi_analysis.figures.panel.joins import Chain, draw_chain
from foi_analysis.form import CellKey
from foi_analysis.panel import Panel
from foi_analysis.resources import Language

CHAIN = Chain(
    "chain",
    "carry_chain.total",
    {"box_in": CellKey("requests", "carried_in", "total"), "box_out": CellKey("requests", "carried_out", "total")},
    "requests",
)


def chain(panel: Panel, language: Language) -> Drawing:
    """Draw for each organ whether each year carries in what the year before carried out.

    Raises MissingGlyphError when the font lacks a character of an organ's name.
    """
    return draw_chain(panel, CHAIN, language)
