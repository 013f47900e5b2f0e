"""What is said to a student's answers: right, as good, nearly, wrong; never the answer itself."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from foi_analysis import Report, load_form, load_panel, teaching
from foi_analysis.form import entries
from foi_analysis.resources import LANGUAGES, Language, read_toml
from foi_analysis.teaching import NotYet, check_answer, check_cells, check_choice, check_kind, plant_error, repairs
from foi_analysis.teaching.kinds import RATES, right_letters, right_rows

FACTS = read_toml("words/facts.toml")
CHOICES = read_toml("words/choices.toml")


@pytest.fixture(scope="module")
def shipped() -> Report:
    return load_panel().report("shanghai_psb_2024")


@pytest.fixture(scope="module")
def lost_total(shipped: Report) -> teaching.Exercise:
    return plant_error(shipped, "total printed as 0", 1)


def answer_of(exercise: teaching.Exercise) -> dict[str, int]:
    return {str(key): value for key, value in next(repairs(exercise.report)).items()}


# ---- the planted error ----


def test_half_an_answer_a_right_cell_among_others_and_a_wrong_one_are_told_apart(lost_total: teaching.Exercise) -> None:
    ((cell, value),) = answer_of(lost_total).items()
    nearly = check_answer(lost_total, {cell: value + 1}, "en")
    assert (nearly.status, bool(nearly)) == ("values", False)
    assert str(value) not in nearly.message
    assert check_cells(lost_total, {cell: value + 1}, "en")
    assert not check_cells(lost_total, {"requests.new.total": value}, "en")
    assert check_answer(lost_total, {**answer_of(lost_total), "requests.new.business": 3}, "en").status == "some"
    told = check_answer(lost_total, {"requests.carried_in.research": 8}, "en")
    assert told.status == "wrong"
    assert "some sums still do not agree: 4" in told.message  # two of the error, two that this change breaks


def test_another_repair_as_small_is_accepted_and_called_a_tie(shipped: Report) -> None:
    for seed in range(60):
        exercise = plant_error(shipped, "swapped", seed)
        equals = [{str(k): v for k, v in repair.items()} for repair in repairs(exercise.report)]
        if len(equals) > 1:
            found = [check_answer(exercise, answer, "en") for answer in equals]
            assert sorted(one.status for one in found) == sorted(["right", *["tied"] * (len(equals) - 1)])
            assert all(found)
            assert "evidence" in next(one.message for one in found if one.status == "tied")
            return
    raise AssertionError("no tie in sixty seeds: the test shows nothing")


def test_nothing_nonsense_and_names_of_no_cell_are_told_apart(lost_total: teaching.Exercise) -> None:
    assert "Nothing is answered" in check_answer(lost_total, {}, "en").message
    assert "No cell is called “requests.new.totle”" in check_answer(lost_total, {"requests.new.totle": 1}, "en").message
    for value in (None, "7", 1.5, True, float("nan"), float("inf")):
        told = check_answer(lost_total, {"requests.new.total": value}, "en")  # type: ignore[dict-item]
        assert "whole number" in told.message


def test_a_kind_is_right_when_it_accounts_for_what_is_printed(lost_total: teaching.Exercise) -> None:
    assert check_kind(lost_total, "total printed as 0", "en")
    for kind, words in (("transposed", "would not print"), ("typo", "No slip is called"), ("", "Nothing is answered")):
        told = check_kind(lost_total, kind, "en")
        assert not told
        assert words in told.message


# ---- statements to choose from ----


@pytest.mark.parametrize("question", CHOICES)
def test_only_the_right_letters_pass_and_no_letters_pass_for_every_student(question: str) -> None:
    for rate in RATES:
        for seed in range(8):
            right = right_letters(question, seed, rate)
            letters = {str(r["letter"]) for r in teaching.statements(question, seed, "en").records}
            assert check_choice(question, seed, right, "en", rate)
            assert not any(check_choice(question, seed, right ^ {letter}, "en", rate) for letter in letters)
    assert len({tuple(sorted(right_letters(question, seed, "all"))) for seed in range(30)}) > 3


@pytest.mark.parametrize("language", LANGUAGES)
def test_hints_of_statements_name_no_letter_and_repeat_no_statement(language: Language) -> None:
    for statements in CHOICES.values():
        assert all(one[f"hint_{language}"].endswith(("?", "？", "。", ".")) for one in statements)
        for one in statements:
            assert not any(other[language] in one[f"hint_{language}"] for other in statements)


def test_an_empty_choice_and_letters_that_are_not_there_say_so_and_two_rates_hide_different_things() -> None:
    assert "Nothing is chosen" in check_choice("blind", 1, set(), "en").message
    assert "no statement Z" in check_choice("blind", 1, {"z", "A"}, "en").message
    assert "RATE should be" in check_choice("hides", 1, {"A"}, "en", "most").message
    assert right_letters("hides", 1, "all") != right_letters("hides", 1, "decided")


# ---- fact patterns ----


def test_ten_fact_patterns_lead_to_ten_outcome_rows_of_five_families() -> None:
    table = load_form("cn-2021").table("requests")
    rows = [table.row(fact["row"]) for fact in FACTS.values()]
    assert len(rows) == len({row.key for row in rows}) == 10
    assert {row.family for row in rows} >= {"disclosed", "partly_disclosed", "withheld", "unable", "not_processed"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_hints_of_fact_patterns_name_neither_their_row_nor_its_article(language: Language) -> None:
    bases = {entry.key: entry.basis(language) for entry in entries(load_form("cn-2021"), "requests")}
    labels = {row.key: row.label(language) for row in load_form("cn-2021").table("requests").rows}
    for fact in FACTS.values():
        assert labels[fact["row"]] not in fact[f"hint_{language}"]
        assert bases[fact["row"]] not in fact[f"hint_{language}"]
        assert fact["row"] not in fact[f"hint_{language}"]


def test_facts_earn_a_point_each_and_one_row_for_all_earns_one(capsys: pytest.CaptureFixture[str]) -> None:
    right = right_rows("s")
    assert teaching.grade_facts(right, "s", "en") == 10
    told = capsys.readouterr().out
    assert told.count("✓") == 10
    assert "art. 39 para. 1" in told
    wrong = {**right, 1: "other_else", 2: "carried", 3: ""}
    assert teaching.grade_facts(wrong, "s", "zh") == 7
    told = capsys.readouterr().out
    assert "没有叫“carried”的行" in told
    assert "还没有作答" in told
    assert teaching.grade_facts({}, "s", "en") == 0
    for row in {fact["row"] for fact in FACTS.values()}:
        assert teaching.grade_facts(dict.fromkeys(range(1, 11), row), "s", "en") == 1
    others = [teaching.grade_facts(right_rows(f"other {n}"), "s", "en") for n in range(20)]
    assert sum(others) / len(others) < 3


# ---- sentences ----

TRUE = ("text", "requests.disclosed.total / requests.concluded.total < 1/4")
LAST = ("text", "requests.new.total > last.requests.new.total")
MORE = ("text", "review.reconsideration.upheld > review.reconsideration.corrected")
MANY = ("text", "requests.new.natural_person / requests.new.total > 1/2")


def test_three_supported_sentences_and_one_that_is_not_earn_all_points(
    shipped: Report, capsys: pytest.CaptureFixture[str]
) -> None:
    assert teaching.grade_sentences([TRUE, MORE, MANY, LAST], shipped, "en") == 8
    assert teaching.grade_sentences([TRUE, MORE, MANY, ("text", "requests.new.total < 100")], shipped, "en") == 8
    assert teaching.grade_sentences([TRUE, MORE, LAST, MANY], shipped, "en") == 4
    assert "should be a sentence that the data do **not** support" in capsys.readouterr().out
    assert teaching.grade_sentences([], shipped, "zh") == 0


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        (("", ""), "not written yet"),
        (("text", "requests.new.total >"), "is no formula"),
        (("text", "requests.new.totl > 3"), "names no cell of any form"),
        (("text", "requests.new.total"), "states nothing"),
        (("text", "requests.new.total < 5"), "do not support it"),
        (("text", "requests.new.total < last.requests.new.total"), "do not support it"),
        (("text", "requests.disclosed.total <= requests.concluded.total"), "it says nothing"),
        (("text", "requests.new.total >= 0"), "it says nothing"),
        (("text", "2 > 1"), "it says nothing"),
        (MORE, "an earlier sentence"),
    ],
)
def test_sentences_that_fail_hear_why(
    shipped: Report, sentence: tuple[str, str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert teaching.grade_sentences([MORE, sentence, MANY, LAST], shipped, "en") == 6
    assert told in capsys.readouterr().out


# ---- how a test cell speaks ----


def test_expect_tells_what_is_right_and_stops_with_the_hint_alone(capsys: pytest.CaptureFixture[str]) -> None:
    teaching.expect(teaching.Checked("right", "Well done."), "en")
    assert capsys.readouterr().out == "Well done.\n"
    with pytest.raises(NotYet, match="Look again"):
        teaching.expect(teaching.Checked("wrong", "Look again."), "en")
    with pytest.raises(NotYet, match="还不对"):
        teaching.expect(False, "zh")
    show: Callable[[], list[str]] = NotYet("a hint")._render_traceback_
    assert show() == ["× a hint"]
