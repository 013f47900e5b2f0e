"""What teachers and students need: errors planted in a report, sealed answers, hints, and tests that teach.

>>> from foi_analysis import load_panel, teaching
>>> report = load_panel().report("shanghai_psb_2024")
>>> exercise = teaching.plant_error(report, "transposed", seed=7)
>>> teaching.check_answer(exercise, {"requests.new.total": 1}, "en").status
'wrong'
>>> print(teaching.hint(exercise, 1, "en"))  # doctest: +ELLIPSIS
Some sums do not agree, all of them here: ...
"""

from foi_analysis.teaching.answers import Checked, check_answer, check_cells, check_kind
from foi_analysis.teaching.choices import (
    check_choice,
    fact_patterns,
    grade_facts,
    row_names,
    statements,
)
from foi_analysis.teaching.drawn import show
from foi_analysis.teaching.frames import identities, labels, wide
from foi_analysis.teaching.gallery import gallery, gallery_figure
from foi_analysis.teaching.hints import hint
from foi_analysis.teaching.planting import KINDS, UNFINDABLE, Exercise, plant_error, repairs
from foi_analysis.teaching.practice import open_report, practice
from foi_analysis.teaching.sentences import grade_sentences
from foi_analysis.teaching.tasks import try_out
from foi_analysis.teaching.telling import NotYet, expect

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
