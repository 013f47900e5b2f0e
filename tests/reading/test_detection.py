"""A sample of the detection benchmark: no damage to a page is ever read silently wrong."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from detection import judge, read_all_ways
from pagemaker import lay_out, print_page
from pagemaker.mutations import MUTATIONS, is_false, is_seen

from foi_analysis import load_form
from foi_analysis.form import CellKey
from foi_analysis.teaching.answers import draw_values

SAMPLE = [(form, ending) for form in ("cn-2021", "cn-2019") for ending in (".txt", ".html", ".md")]
KEY, OTHER = CellKey("requests", "new", "total"), CellKey("requests", "new", "business")


@pytest.mark.parametrize("name", [name for name in MUTATIONS if not is_false(name)])
def test_no_damage_is_read_silently_wrong(name: str, tmp_path: Path) -> None:
    tried = 0
    for number, (form_id, ending) in enumerate(SAMPLE):
        form = load_form(form_id)
        page = lay_out(form, draw_values(form, 100 + number, (40, 2500)[number % 2]), "某某市人民政府", 2022)
        damaged = MUTATIONS[name](page, random.Random(f"{name} {number}"))
        if damaged is None or not is_seen(name, ending):
            continue
        tried += 1
        path = tmp_path / f"report{ending}"
        path.write_bytes(print_page(damaged, ending))
        assert read_all_ways(path, damaged.truth(), form)["all"] != "silent", (form_id, ending)
    assert tried


@pytest.mark.parametrize(
    "name", ["unchanged", "page number", "repeat header", "break table", "reorder sections", "tear label"]
)
def test_harmless_damage_is_read_right(name: str, tmp_path: Path) -> None:
    form = load_form("cn-2021")
    page = lay_out(form, draw_values(form, 11, 700), "某某市人民政府", 2022)
    damaged = next(d for seed in range(20) if (d := MUTATIONS[name](page, random.Random(seed))) is not None)
    for ending in (".txt", ".html", ".docx"):
        path = tmp_path / f"report{ending}"
        path.write_bytes(print_page(damaged, ending))
        assert read_all_ways(path, damaged.truth(), form)["all"] == "right"


@pytest.mark.parametrize(
    ("read", "doubts", "verdict"),
    [
        ({KEY: "5", OTHER: "2"}, set(), "right"),
        ({KEY: "5"}, set(), "flagged"),
        ({KEY: "6", OTHER: "2"}, set(), "silent"),
        ({KEY: "6", OTHER: "2"}, {KEY}, "flagged"),
        ({KEY: "5", OTHER: "2", CellKey("review", "x", "y"): "1"}, set(), "silent"),
    ],
)
def test_the_judge_tells_right_flagged_and_silent_apart(
    read: dict[CellKey, str], doubts: set[CellKey], verdict: str
) -> None:
    assert judge(read, {KEY: "5", OTHER: "2"}, frozenset(doubts)) == verdict
