"""The stock of normative documents in force, from year to year."""

from __future__ import annotations

from foi_analysis.figures.drawing import Drawing
from foi_analysis.figures.panel.joins import Chain, draw_chain
from foi_analysis.form import CellKey
from foi_analysis.panel import Panel
from foi_analysis.resources import Language

_DOCUMENTS = ("proactive", "normative_documents")
STOCK = Chain(
    "stock",
    "stock_of_documents",
    {"box_issued": CellKey(*_DOCUMENTS, "issued"), "box_repealed": CellKey(*_DOCUMENTS, "repealed"),
     "box_in_force": CellKey(*_DOCUMENTS, "in_force")},
    "proactive",
)  # fmt: skip


def stock(panel: Panel, language: Language) -> Drawing:
    """Draw for each organ whether documents in force are those of the year before, plus issued, less repealed.

    Only between reports in the same form: the columns changed their meaning. Raises MissingGlyphError when the font
    lacks a character of an organ's name.
    """
    return draw_chain(panel, STOCK, language)
