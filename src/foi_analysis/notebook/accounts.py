"""Explanations, hints and claims as sentences, and a copy of a report with a planted slip to try them on."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import replace

from foi_analysis.accounts import claimed as _claimed
from foi_analysis.accounts import explained as _explained
from foi_analysis.accounts import hinted as _hinted
from foi_analysis.checks import hints
from foi_analysis.explanations import groups_of
from foi_analysis.figures.drawing import Drawing
from foi_analysis.form import CellKey
from foi_analysis.notebook.findings import Findings, Sentence
from foi_analysis.notebook.guide import figure
from foi_analysis.printing import cell_name
from foi_analysis.prose import claims, coverage
from foi_analysis.report import Report
from foi_analysis.resources import Language, say
from foi_analysis.teaching.slips import plant as _plant


def planted(report: Report, seed: int = 1) -> Report:
    """Return a copy in which two neighbouring digits of one cell are exchanged, as a typist does.

    The cell is drawn at random among those that an identity covers, the same for the same seed; a report
    without such a number comes back as it is. The report given is not changed.
    """
    whole = {key: int(c.value) for key, c in report.grid.items() if c.value is not None and c.value == int(c.value)}
    covered = [key for key in whole if report.form.identities_of[key]]
    slip = _plant(report.form, whole, "transposed", random.Random(seed), covered)
    return _with(report, {key: slip.values[key] for key in slip.true}) if slip else report


def explained(report: Report, language: Language) -> Findings:
    """Return, in sentences to quote, every smallest explanation of what is broken in a report."""

    def name(key: CellKey) -> str:
        return cell_name(report.form, key, language)

    lines = list(_explained(groups_of(report), name, language)) or [say("accounts.whole", language)]
    return _sentences(lines, language)


def claimed(report: Report, language: Language) -> Findings:
    """Return how many numbers the prose holds, and what the tables say of those that they bear on."""
    found = claims(report)
    return _sentences([say("accounts.coverage", language, **coverage(found)), *_claimed(found, language)], language)


def hinted(report: Report, language: Language) -> Findings:
    """Return the hints that do not hold, each with what that means; that all hold, when they do."""
    return _sentences(list(_hinted(hints(report), language)) or [say("accounts.no_hint", language)], language)


def slip_figure(report: Report, language: Language) -> Drawing:
    """Draw the check map of a report with a planted slip, under a name of its own."""
    drawing = figure(report, "check_map", language)
    return replace(drawing, name="check_map_planted")


def _with(report: Report, values: dict[CellKey, int]) -> Report:
    cells = dict(report.grid)
    for key, value in values.items():
        cells[key] = replace(cells[key], value=value, printed=str(value), proofs=())
    return replace(report, grid=cells, name=say("accounts.copy", "en", name=report.name))


def _sentences(lines: Iterable[str], language: Language) -> Findings:
    return Findings(language, tuple(Sentence(line.strip(), ()) for line in lines))
