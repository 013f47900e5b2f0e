"""Reports printed by us, for tests of panels."""

from __future__ import annotations

from functools import cache

from pagemaker import lay_out, print_page

from foi_analysis import load_form
from foi_analysis.teaching.answers import draw_values

#: Organ, year, form and ending of the files that ``folder`` writes.
PRINTED = (
    ("甲县人民政府", 2020, "cn-2019", ".html"),
    ("甲县人民政府", 2021, "cn-2021", ".html"),
    ("甲县人民政府", 2022, "cn-2021-hybrid", ".txt"),
    ("乙市财政局", 2021, "cn-2021", ".docx"),
    ("乙市财政局", 2022, "cn-2021", ".md"),
)


@cache
def printed(organ: str, year: int, form_id: str, ending: str = ".html", seed: int = 1, **changes: str) -> bytes:
    """Print a report; ``changes`` gives other texts for cells, the dots of their names written as two underscores."""
    form = load_form(form_id)
    values: dict[object, object] = dict(draw_values(form, seed + year))
    for name, text in changes.items():
        key = next(key for key in form.cells if str(key) == name.replace("__", "."))
        values[key] = text
    return print_page(lay_out(form, values, organ, year), ending)  # type: ignore[arg-type]
