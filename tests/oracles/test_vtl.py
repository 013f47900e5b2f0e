"""vtlengine runs the ruleset that we export and comes to our verdicts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import pandas as pd
import vtlengine
from conftest import tell

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


def figures(reports: Mapping[str, Mapping[str, int | None]]) -> pd.DataFrame:
    rows = [(name, cell, value) for name, values in reports.items() for cell, value in values.items()]
    return pd.DataFrame(rows, columns=["REPORT", "CELL", "VALUE"]).astype({"VALUE": "Float64"})


def run(sample: Mapping[str, Any]) -> Verdicts:
    """Run all reports at once; give the verdicts by report and rule."""
    results = vtlengine.run(sample["vtl"], FIGURES, {"figures": figures(sample["reports"])})
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


def test_vtlengine_agrees_on_every_identity_and_bound(form: str, sample: Mapping[str, Any]) -> None:
    ours = {(report, rule): outcome for report, _, rule, outcome in sample["verdicts"]}
    theirs = run(sample)
    assert {key: theirs[key] for key in ours} == ours
    fields = {"proactive" in rule for _, rule in theirs.keys() - ours.keys()}
    assert fields <= {True}, "only the cells that hold no counts are judged by vtlengine alone"
    counts = Counter(outcome for (_, rule), outcome in ours.items() if not rule.startswith("counts_"))
    told = ", ".join(f"{counts[outcome]} {outcome}" for outcome in ("holds", "broken", "not assessable"))
    tell(
        f"vtlengine {vtlengine.__version__}, {form}: {len(sample['reports'])} reports, {len(ours)} verdicts agree; "
        f"sums: {told}"
    )
