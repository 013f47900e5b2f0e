"""What teachers and students need: errors planted in a report, sealed answers, hints, and tests that teach.

>>> from foi_analysis import load_panel, teaching
>>> report = load_panel().report("shanghai_psb_2024")
>>> exercise = teaching.plant_error(report, "transposed", seed=7)
>>> teaching.check_answer(exercise, {"requests.new.total": 1}, "en").status
'wrong'
>>> print(teaching.hint(exercise, 1, "en"))  # doctest: +ELLIPSIS
Some sums do not agree, all of them here: ...
"""

from foi_analysis.teaching.answers import Checked as Checked
from foi_analysis.teaching.answers import NotYet as NotYet
from foi_analysis.teaching.answers import check_answer as check_answer
from foi_analysis.teaching.answers import check_cells as check_cells
from foi_analysis.teaching.answers import check_kind as check_kind
from foi_analysis.teaching.answers import expect as expect
from foi_analysis.teaching.answers import grade_sentences as grade_sentences
from foi_analysis.teaching.answers import labels as labels
from foi_analysis.teaching.answers import open_report as open_report
from foi_analysis.teaching.answers import practice as practice
from foi_analysis.teaching.answers import wide as wide
from foi_analysis.teaching.kinds import check_choice as check_choice
from foi_analysis.teaching.kinds import fact_patterns as fact_patterns
from foi_analysis.teaching.kinds import gallery as gallery
from foi_analysis.teaching.kinds import gallery_figure as gallery_figure
from foi_analysis.teaching.kinds import grade_facts as grade_facts
from foi_analysis.teaching.kinds import row_names as row_names
from foi_analysis.teaching.kinds import statements as statements
from foi_analysis.teaching.planting import KINDS as KINDS
from foi_analysis.teaching.planting import UNFINDABLE as UNFINDABLE
from foi_analysis.teaching.planting import Exercise as Exercise
from foi_analysis.teaching.planting import hint as hint
from foi_analysis.teaching.planting import identities as identities
from foi_analysis.teaching.planting import plant_error as plant_error
from foi_analysis.teaching.planting import repairs as repairs
from foi_analysis.teaching.tasks import show as show
from foi_analysis.teaching.tasks import try_out as try_out
