"""vtlengine runs the ruleset that we export and comes to our verdicts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import pandas as pd
import pytest
import vtlengine
from sampling import FORMS, reports, tell

from foi_analysis import Report
from foi_analysis.checks import verdicts
from foi_analysis.form import Form
from foi_analysis.rulebook import name_of, to_vtl

FIGURES = {
    "datasets": [
        {
            "name": "figures",
            "DataStructure": [
                {"name": "REPORT", "type": "String", "role": "Identifier", "nullable": False},
                {"name": "CELL", "type": "String", "role": "Identifier", "nullable": False},
                {"name": "VALUE", "type": "Number", "role": "Measure", "nullable": True},
            ],
        }
    ]
}
Verdicts = dict[tuple[str, str], str]


def figures(drawn: list[Report]) -> pd.DataFrame:
    rows = [(report.name, str(key), cell.value) for report in drawn for key, cell in report.grid.items()]
    frame = pd.DataFrame(rows, columns=["REPORT", "CELL", "VALUE"])
    return frame.astype({"VALUE": "Float64"})


def run(form: Form, drawn: list[Report]) -> Verdicts:
    """Run all reports at once; return the verdicts by report and rule."""
    results = vtlengine.run(to_vtl(form), FIGURES, {"figures": figures(drawn)})
    found: Verdicts = {}
    for name in ("identities", "bounds"):
        frame = results[name].data
        found |= judged(zip(frame["REPORT"], frame["ruleid"], frame["bool_var"], strict=True))
    frame = results["counts"].data
    rules = "counts_" + frame["CELL"].str.replace(".", "_", regex=False)
    return found | judged(zip(frame["REPORT"], rules, frame["bool_var"], strict=True))


def judged(rows: zip[tuple[str, str, object]]) -> Verdicts:
    words: Mapping[object, str] = {True: "holds", False: "broken"}
    return {(report, rule): "not assessable" if pd.isna(b) else words[bool(b)] for report, rule, b in rows}


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.id)
def test_vtlengine_agrees_on_every_identity_and_bound(form: Form) -> None:
    drawn = reports(form)
    ours = {(report.name, name_of(v.rule)): v.outcome for report in drawn for v in verdicts(report)}
    theirs = run(form, drawn)
    assert {key: theirs[key] for key in ours} == ours
    fields = {"proactive" in rule for _, rule in theirs.keys() - ours.keys()}
    assert fields <= {True}, "only the cells that hold no counts are judged by vtlengine alone"
    counts = Counter(outcome for (_, rule), outcome in ours.items() if not rule.startswith("counts_"))
    told = ", ".join(f"{counts[outcome]} {outcome}" for outcome in ("holds", "broken", "not assessable"))
    tell(
        f"vtlengine {vtlengine.__version__}, {form.id}: {len(drawn)} reports, {len(ours)} verdicts agree; sums: {told}"
    )
