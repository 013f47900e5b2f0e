"""The figures: each a function of a report and a language that gives a ``Drawing``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from foi_analysis.figures import (
    appeals,
    applicants,
    check_map,
    definitions,
    evidence_map,
    flow,
    grounds,
    measures,
    outcomes,
    summary,
)
from foi_analysis.figures.drawing import Drawing
from foi_analysis.report import Report
from foi_analysis.resources import Language

Figure = Callable[[Report, Language], Drawing]

#: The figures by name, in the order in which they are read. Each lives in the module of its name.
FIGURES: Mapping[str, Figure] = MappingProxyType(
    {
        "summary": summary.summary,
        "outcomes": outcomes.outcomes,
        "definitions": definitions.definitions,
        "grounds": grounds.grounds,
        "applicants": applicants.applicants,
        "flow": flow.flow,
        "appeals": appeals.appeals,
        "measures": measures.measures,
        "check_map": check_map.check_map,
        "evidence_map": evidence_map.evidence_map,
    }
)
