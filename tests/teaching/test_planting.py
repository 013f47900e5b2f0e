"""Planted errors can be found, are the same for the same seed, and their answers stay sealed."""

from __future__ import annotations

import hashlib
import random
import re
from collections.abc import Callable

import matplotlib.pyplot as plt
import pytest
from made_reports import with_values

from foi_analysis import Report, load_panel
from foi_analysis.checks import verdicts
from foi_analysis.explanations import groups_of
from foi_analysis.form import CellKey
from foi_analysis.plot.figure import words_of
from foi_analysis.resources import LANGUAGES, Language, read_toml
from foi_analysis.teaching import KINDS, UNFINDABLE, Exercise, check_answer, check_kind, hint, plant_error, practice
from foi_analysis.teaching.kinds import gallery, gallery_figure, kind_name, specimens
from foi_analysis.teaching.slips import SLIPS, Chance

WORDS = read_toml("words/teaching.toml")
#: What twenty seeds plant in the shipped copy of the reference report, recorded once.
RECORDED = "f63887e6d0bccb49ee908ce5f8fddaadf304b3f3f5170de3141ea1dd3e3d3847"


@pytest.fixture(scope="module")
def shipped() -> Report:
    return load_panel().report("shanghai_psb_2024")


def changed(report: Report, exercise: Exercise) -> dict[CellKey, int]:
    """Give the true values of the cells that were changed, by comparing with the report itself."""
    faulty = exercise.report.grid
    return {k: int(c.value) for k, c in report.grid.items() if c.value is not None and c.value != faulty[k].value}


def named(answer: dict[CellKey, int]) -> dict[str, int]:
    return {str(key): value for key, value in answer.items()}


# ---- findable, or declared not to be ----


@pytest.mark.parametrize("seed", range(1, 1000, 37))
def test_a_seed_gives_an_exercise_that_explain_solves_alone_or_among_equals(shipped: Report, seed: int) -> None:
    exercise = plant_error(shipped, None, seed)
    true = changed(shipped, exercise)
    assert exercise.findable
    assert 1 <= len(true) <= 2
    groups = groups_of(exercise.report)
    answers = [{c.key: c.implied for c in e.changes} for g in groups for e in g.explanations]
    assert groups
    assert true in answers or len(groups) > 1
    for group in groups:  # two groups are repaired one by one
        assert any({c.key: c.implied for c in e.changes}.items() <= true.items() for e in group.explanations)


@pytest.mark.parametrize("kind", SLIPS)
def test_every_kind_of_the_injector_can_be_asked_for(shipped: Report, kind: str) -> None:
    exercise = plant_error(shipped, kind, "any")
    assert check_answer(exercise, named(changed(shipped, exercise)), "en").status == "right"
    assert check_kind(exercise, kind, "en")


@pytest.mark.parametrize("kind", UNFINDABLE)
def test_kinds_declared_unfindable_break_no_identity_and_change_something(shipped: Report, kind: str) -> None:
    exercise = plant_error(shipped, kind, 5)
    assert not exercise.findable
    assert changed(shipped, exercise)
    assert not [v for v in verdicts(exercise.report) if v.kind == "identity" and v.outcome != "holds"]
    assert groups_of(exercise.report) == ()
    assert check_answer(exercise, named(changed(shipped, exercise)), "en").status == "right"
    assert check_answer(exercise, {"requests.new.total": 3}, "en").status == "wrong"


def test_reports_of_other_forms_and_with_blanks_make_exercises_and_a_gallery_of_the_kinds_that_can_occur() -> None:
    panel = load_panel()
    for name in ("pingtan_2019", "shanghai_general_office_2019", "shanghai_science_commission_2024"):
        report = panel.report(name)
        exercise = plant_error(report, None, 1)
        assert check_answer(exercise, named(changed(report, exercise)), "zh").status == "right"
    kinds = {one.kind for one in specimens(load_panel().report("shanghai_general_office_2019"))}
    assert set(KINDS) - kinds == {"swapped"}


@pytest.mark.parametrize("kind", ["digit wrong", "copied"])
def test_slips_beside_blank_cells_leave_these_blank(kind: str) -> None:
    report = load_panel().report("shanghai_general_office_2019")
    blank = {key for key, cell in report.grid.items() if cell.value is None}
    assert blank
    for seed in range(6):
        faulty = plant_error(report, kind, seed).report
        assert {key for key, cell in faulty.grid.items() if cell.value is None} == blank


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda _: plant_error(load_panel().report("pingtan_2020")),
         r"pingtan_2020: already broken: outcomes\.natural_person, outcomes\.total"),
        (lambda r: plant_error(with_values(r, dict.fromkeys(r.grid))), "try another kind"),
        (lambda r: plant_error(r, "typo"), "no kind of error is called 'typo'; there are transposed"),
        (lambda r: hint(plant_error(r), 4, "en"), "level 4"),
        (lambda _: Chance(1).randrange(0), "nothing to draw from"),
        (lambda _: Chance(1).sample([1, 2], 3), "cannot draw 3 of 2"),
    ],
)  # fmt: skip
def test_what_cannot_be_planted_hinted_at_or_drawn_is_refused(
    shipped: Report, call: Callable[[Report], object], said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        call(shipped)


def test_the_report_is_not_changed_and_no_cell_of_the_copy_gives_itself_away(
    shipped: Report, reference: Report
) -> None:
    before = dict(shipped.grid)
    plant_error(shipped, None, 3)
    plant_error(shipped, "block", 3)
    assert dict(shipped.grid) == before
    exercise = plant_error(reference, None, 3)
    assert {cell.proofs for cell in exercise.report.grid.values()} == {()}
    assert all(cell.printed == str(cell.value) for cell in exercise.report.grid.values())


# ---- the same everywhere ----


def test_the_same_seed_plants_what_it_planted_when_this_was_recorded(shipped: Report) -> None:
    planted = [plant_error(shipped, kind, seed) for seed in range(20) for kind in (None, KINDS[seed % len(KINDS)])]
    text = "\n".join(f"{e.sealed} {[c.value for c in e.report.grid.values()]}" for e in planted)
    assert hashlib.sha256(text.encode()).hexdigest() == RECORDED


def test_chance_rests_on_the_one_method_whose_numbers_python_promises(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = [Chance("a", 1).sample(range(50), 50), Chance("a", 1).randint(3, 90), Chance("a", 1).choice("xyz")]

    def unstable(*_: object) -> int:
        raise AssertionError("not promised to stay the same")

    for name in ("getrandbits", "_randbelow"):
        monkeypatch.setattr(random.Random, name, unstable, raising=True)
    assert drawn == [Chance("a", 1).sample(range(50), 50), Chance("a", 1).randint(3, 90), Chance("a", 1).choice("xyz")]


def test_students_get_different_exercises_and_practice_reports_follow_their_seed(shipped: Report) -> None:
    printed = [plant_error(shipped, None, f"student {n}").report.grid.values() for n in range(30)]
    assert len({str([cell.value for cell in cells]) for cells in printed}) >= 28
    assert [r.grid for r in practice("a")] == [r.grid for r in practice("a")]
    assert practice("a")[0].grid != practice("b")[0].grid


# ---- sealed ----


@pytest.mark.parametrize("seed", range(12))
def test_printing_an_exercise_shows_neither_cell_nor_value_nor_kind(shipped: Report, seed: int) -> None:
    exercise = plant_error(shipped, None, seed)
    shown = repr(exercise) + repr(exercise.sealed) + str(exercise)
    assert re.fullmatch(r"<Exercise \d+: <Sealed [0-9a-f]{64}>>", repr(exercise))
    for key in changed(shipped, exercise):
        assert key.row not in shown
        assert key.column not in shown
    stored = [getattr(exercise.sealed, name) for name in exercise.sealed.__slots__]
    assert not any(kind in str(stored) for kind in KINDS)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_hints_go_from_vague_to_near_and_never_state_the_answer(shipped: Report, kind: str, language: Language) -> None:
    for seed in range(6):
        exercise = plant_error(shipped, kind, seed)
        hints = [hint(exercise, level, language) for level in (1, 2, 3)]
        assert len(set(hints)) == 3
        for key, value in changed(shipped, exercise).items():
            table = shipped.form.table(key.table)
            row, column = table.row(key.row).label(language), table.column(key.column).label(language)
            assert row == column or not any(f"“{row}”" in text and f"“{column}”" in text for text in hints)
            assert not any(str(key) in text for text in hints)
            for number in (value, exercise.report.grid[key].value):
                assert number is None or number < 10 or not any(str(number) in text for text in hints)


# ---- kinds in words ----


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_a_name_and_a_sentence_on_how_it_happens(kind: str, language: Language) -> None:
    key = kind.replace(" ", "_")
    assert kind_name(kind, language)
    assert WORDS[f"life_{key}"][language].endswith("。" if language == "zh" else ".")
    assert kind in UNFINDABLE or WORDS[f"trace_{key}"][language]


def test_the_gallery_shows_every_kind_with_what_catches_it(shipped: Report) -> None:
    found = {one.kind: one for one in specimens(shipped)}
    assert tuple(found) == KINDS
    for kind, one in found.items():
        assert bool(one.caught) == (kind not in UNFINDABLE)
        assert {v.rule.family for v in one.caught}.isdisjoint(v.rule.family for v in one.missed)
        assert all(set(v.rule.cells) & set(one.changed) for v in one.caught)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_small_maps_say_in_words_what_they_draw(shipped: Report, language: Language) -> None:
    axes = gallery_figure(shipped, language)
    (said,) = words_of(axes)
    assert said.frame is not None
    counts = said.frame.groupby("kind")["changed"].sum()
    assert len(counts) == len(KINDS)
    for one in specimens(shipped):
        told = next(part for part in re.split(r"[。.] ", said.alt) if kind_name(one.kind, language) in part)
        assert re.findall(r"\d+", told.replace("10", "", 1) if one.kind == "power of ten" else told)[-2:] == [
            str(counts[one.kind]),
            str(len(one.caught)),
        ]
    assert [" ".join(ax.get_title().split()) for ax in axes if language == "en"] == [
        kind_name(one.kind, language) for one in specimens(shipped) if language == "en"
    ]
    plt.close(axes[0].figure)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_gallery_table_tells_names_that_can_be_asked_for(shipped: Report, language: Language) -> None:
    table = gallery(shipped, language)
    assert [record["kind"] for record in table.records] == list(KINDS)
    assert all(f"({kind})" in table.html() for kind in KINDS)
