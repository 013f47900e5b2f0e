"""What the notebook on many reports calls: its figures by name, and sentences on what may be compared."""

from __future__ import annotations

from pathlib import Path

from foi_analysis.figures.drawing import Drawing
from foi_analysis.figures.panel import PANEL_FIGURES
from foi_analysis.notebook.findings import Amount, Findings, Sentence
from foi_analysis.panel import ComparisonError, Panel, load_panel, read_panel
from foi_analysis.resources import Language, say


def open_panel(path: str | Path | None) -> Panel:
    """Open a panel: a table that ``foi-analysis panel`` or ``extract`` wrote, or, with None, the one that is shipped.

    Raises as ``read_panel`` does.
    """
    return load_panel() if path is None else read_panel(path)


def panel_figure(panel: Panel, name: str, language: Language) -> Drawing:
    """Draw one figure of a panel by its name (``PANEL_FIGURES``). Raises KeyError for an unknown name."""
    return PANEL_FIGURES[name](panel, language)


def comparability(panel: Panel, language: Language) -> Findings:
    """Say what of a panel may be compared: rows common to its forms, scopes, conflicts, and what is refused and why."""
    told = [_size(panel, language)]
    for table in ("requests", "review", "proactive") if panel.forms else ():
        try:
            told.append(panel.common(table).sentence(language))
        except ComparisonError as refused:
            told.append(say("comparison.refused", language, reason=refused.reason(language)))
    if len(set(panel.heads["scope"])) > 1:
        told.append(say("comparison.scopes", language))
    clashes = Amount(len(panel.conflicts), language)
    told.append(say(f"comparison.conflicts{'' if len(panel.conflicts) else '_none'}", language, n=clashes))
    return Findings(language, tuple(Sentence(text, ()) for text in told))


def _size(panel: Panel, language: Language) -> str:
    organs = len({organ for organ in panel.heads["organ"] if organ})
    counts = {
        "reports": len(panel),
        "organs": organs,
        "forms": len(panel.forms),
        "scopes": panel.heads["scope"].nunique(),
    }
    return say("comparison.size", language, **{name: Amount(count, language) for name, count in counts.items()})
