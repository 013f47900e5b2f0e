"""The tests of students' functions: right ones pass, wrong ones hear what teaches, no constant passes."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import pandas as pd
import pytest

from foi_analysis import Report, load_panel, teaching
from foi_analysis.plot import caption, describe
from foi_analysis.resources import LANGUAGES, Language, read_toml
from foi_analysis.teaching import NotYet, try_out
from foi_analysis.teaching.tasks import TASKS

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "teaching" / "source" / "exercises" / "06_exercises.ipynb"
Function = Callable[..., Any]
practice = cache(teaching.practice)


@pytest.fixture(scope="module")
def solutions() -> dict[str, Function]:
    """Return the functions of the notebook with solutions."""
    book = json.loads(SOURCE.read_text(encoding="utf-8"))
    report = load_panel().report("shanghai_psb_2024")
    names = teaching.labels(report, "review", "en")
    space: dict[str, Any] = {"pd": pd, "teaching": teaching, "names": names, "unit": "cases"}
    for cell in book["cells"]:
        text = "".join(cell["source"])
        if cell["cell_type"] == "code" and text.startswith("def "):
            exec(compile(ast.parse(text), cell["id"], "exec"), space)
    return {task: space[task] for task in TASKS}


def hint_of(task: str, function: Function, reports: tuple[Report, ...] = ()) -> str:
    with pytest.raises(NotYet) as told:
        try_out(task, function, reports or practice("a test"), "en")
    return str(told.value)


#: Reports of each form, one of them with blanks, and one with sums that do not hold.
SHIPPED = ("shanghai_psb_2024", "shanghai_general_office_2019", "huaian_hongze_2023", "pingtan_2020")


@pytest.mark.parametrize("task", TASKS)
def test_the_solution_passes_on_invented_reports_and_on_shipped_ones(solutions: dict[str, Function], task: str) -> None:
    try_out(task, solutions[task], (*practice("x"), *map(load_panel().report, SHIPPED)), "en")


CONSTANTS: list[Any] = [None, 0, 1, 0.5, True, False, "", (), (None, None), (0.1, 0.5), {}, set(), []]


@pytest.mark.parametrize("task", TASKS)
def test_no_constant_passes_nor_what_is_right_for_one_report_alone(solutions: dict[str, Function], task: str) -> None:
    for constant in CONSTANTS:
        hint_of(task, lambda *_, c=constant: c)
    if task in ("read_cell", "interval", "draw"):
        return
    results: list[Any] = []
    for report in practice("first")[::2]:
        try_out(task, lambda *given: results.append(solutions[task](*given)) or results[-1], [report], "en")
    for result in results:  # what the first reports call for fails on those of another seed
        hint_of(task, lambda *_, r=result: r, practice("second"))


@pytest.mark.parametrize("task", TASKS)
def test_a_function_that_is_not_written_or_fails_is_told_so(task: str) -> None:
    def unwritten(*_: Any) -> None:
        raise NotImplementedError

    def failing(*_: Any) -> None:
        raise KeyError("nwe")

    assert "not written yet" in hint_of(task, unwritten)
    with pytest.raises(NotYet, match="还没有写完"):
        try_out(task, unwritten, practice(1), "zh")
    assert "KeyError: 'nwe'" in hint_of(task, failing)


def test_a_function_that_changes_its_frame_is_told_to_copy(solutions: dict[str, Function]) -> None:
    def careless(cells: pd.DataFrame) -> Any:
        result = solutions["balance"](cells)
        cells["value"] = 0
        return result

    assert "Take a copy first" in hint_of("balance", careless)


# ---- typical mistakes; each is given the solutions first ----

Own = dict[str, Function]


def _one_column(own: Own, cells: pd.DataFrame, block: list[str]) -> Any:
    moved = own["shift_block"](cells, block)
    return cells.assign(value=moved["value"].where(cells.index.isin(["total"], level="column"), cells["value"]))


def _half_disclosed(_: Own, cells: pd.DataFrame) -> Any:
    total = cells.loc["requests", "value"].unstack()["total"]
    return total["disclosed"] / total["concluded"], total["disclosed"] / total["concluded"]


def _wald(_: Own, k: int, n: int) -> Any:
    p = k / n if n else 0
    half = 1.96 * (p * (1 - p) / n) ** 0.5 if n else 0
    return (p - half, p + half) if n else None


def _zeros_over_zeros(_: Own, cells: pd.DataFrame, identities: Any) -> Any:
    value = cells["value"]
    return {str(i.right[0]): value[list(i.left)].sum() for i in identities if value[i.right[0]] == 0}


MISTAKES: list[tuple[str, Function, str]] = [
    ("read_cell", lambda _, cells, __, *of: cells["value"].fillna(0).xs(of, level=("row", "column")).iloc[0],
     "Match table, row and column"),
    ("balance", lambda own, cells: own["balance"](cells)[["total"]], "seven applicant columns"),
    ("broken", lambda own, cells, identities: own["broken"](cells.fillna({"value": 0}), identities),
     "no number nothing can be judged"),
    ("locate", lambda _, failing, __: set(failing[0].cells) if failing else set(),
     "in every broken identity and in none that holds"),
    ("hidden_fault", lambda _, failing: bool(failing), "Two things must both be so"),
    ("zero_totals", _zeros_over_zeros, "adds up to more"),
    ("shift_block", lambda own, cells, block: own["shift_block"](cells, block[::-1]), "not where they should be"),
    ("shift_block", _one_column, "not where they should be"),
    ("shift_block", lambda _, cells, __: cells, "Nothing has moved"),
    ("shift_block", lambda _, cells, __: cells.head(), "same rows and columns"),
    ("rates", _half_disclosed, "Disclosed plus partly disclosed"),
    ("rates", lambda own, cells: tuple(rate or 0.0 for rate in own["rates"](cells)), "the result is None"),
    ("interval", _wald, "Wilson's formula"),
    ("interval", lambda own, k, n: own["interval"](k, n) or (0, 0), "no rate and no interval"),
]  # fmt: skip


@pytest.mark.parametrize(("task", "mistake", "words"), MISTAKES, ids=[words for _, _, words in MISTAKES])
def test_typical_mistakes_hear_what_teaches(
    solutions: dict[str, Function], task: str, mistake: Function, words: str
) -> None:
    assert words in hint_of(task, partial(mistake, solutions))


# ---- drawings ----


def _bars(**changes: Any) -> Function:
    """Draw as the solution does, but for what a student may do wrong."""

    def draw(cells: pd.DataFrame, ax: Any) -> None:
        review = cells.loc["review", "value"].unstack()
        left = 0 * review["total"]
        for result in changes.get("results", ("upheld", "corrected", "other", "pending")):
            hatch = "//" if result in changes.get("hatched", ("pending",)) else None
            start = changes.get("start", left)
            bars = (review.index, review[result])
            if changes.get("upright"):
                ax.bar(*bars, bottom=start, hatch=hatch, label=result)
            else:
                ax.barh(*bars, left=start, hatch=hatch, label=result)
            left = left + review[result]
        if changes.get("explained", True):
            ax.set_xlabel("cases")
            ax.legend()

    return draw


def test_upright_bars_will_do_as_well() -> None:
    try_out("draw", _bars(upright=True), practice("a test"), "en")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"results": (), "explained": False}, "no bars"),
        ({"results": ("upheld", "corrected", "other")}, "as long as its total"),
        ({"hatched": ()}, "colour alone is not enough"),
        ({"hatched": ("pending", "other")}, "no other result is hatched"),
        ({"explained": False}, "what is counted"),
    ],
)
def test_drawings_that_hide_the_pending_are_sent_back(changes: dict[str, Any], words: str) -> None:
    assert words in hint_of("draw", _bars(**changes))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_students_drawing_is_shown_with_the_numbers_in_words(language: Language) -> None:
    report = load_panel().report("shanghai_psb_2024")
    ax = teaching.show(_bars(), report, language)
    for row in ("reconsideration", "litigation_direct", "litigation_after_reconsideration"):
        for column in ("total", "pending"):
            assert str(report.value("review", row, column)) in describe(ax)
    assert len(ax.patches) == sum(len(bars) for bars in ax.containers) > 0
    assert caption(ax)
    plt.close(ax.figure)


# ---- words ----


def test_every_hint_of_a_task_is_written_in_both_languages() -> None:
    hints = [texts for key, texts in read_toml("words/teaching.toml").items() if key.startswith("try_")]
    assert len(hints) > 15
    assert all(texts[language] for texts in hints for language in LANGUAGES)


def test_a_report_is_opened_by_name_or_path_and_its_table_shows_marks_and_keys(reference_path: Path) -> None:
    frame = teaching.wide(load_panel().report("shanghai_general_office_2019"), "requests", "en")
    assert frame.shape == (23, 7)
    assert frame.loc["Brought forward from last year (carried_in)", "Commercial enterprises (business)"] == "blank"
    assert frame.iloc[0, 0] == 821
    by_name, by_path = teaching.open_report("shanghai_psb_2024"), teaching.open_report(str(reference_path))
    assert [c.value for c in by_name.grid.values()] == [c.value for c in by_path.grid.values()]
    with pytest.raises(OSError, match="nowhere"):
        teaching.open_report("nowhere.txt")
