"""What teachers and students need: errors planted in a report, sealed answers, hints, and tests that teach.

>>> from foi_analysis import load_panel, teaching
>>> report = load_panel().report("shanghai_psb_2024")
>>> exercise = teaching.plant_error(report, "transposed", seed=7)
>>> teaching.check_answer(exercise, {"requests.new.total": 1}, "en").status
'wrong'
>>> print(teaching.hint(exercise, 1, "en"))  # doctest: +ELLIPSIS
Some sums do not agree, all of them here: ...
"""

from foi_analysis.teaching.answers import (
    Checked,
    NotYet,
    check_answer,
    check_cells,
    check_kind,
    expect,
    grade_sentences,
)
from foi_analysis.teaching.choices import check_choice, fact_patterns, grade_facts, row_names, statements
from foi_analysis.teaching.kinds import gallery, gallery_figure
from foi_analysis.teaching.planting import KINDS, UNFINDABLE, Exercise, hint, plant_error, repairs
from foi_analysis.teaching.reports import identities, labels, open_report, practice, wide
from foi_analysis.teaching.tasks import show, try_out

__all__ = [
    "KINDS",
    "UNFINDABLE",
    "Checked",
    "Exercise",
    "NotYet",
    "check_answer",
    "check_cells",
    "check_choice",
    "check_kind",
    "expect",
    "fact_patterns",
    "gallery",
    "gallery_figure",
    "grade_facts",
    "grade_sentences",
    "hint",
    "identities",
    "labels",
    "open_report",
    "plant_error",
    "practice",
    "repairs",
    "row_names",
    "show",
    "statements",
    "try_out",
    "wide",
]
