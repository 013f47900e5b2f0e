"""Sentences about reports and panels: every number is the report's, and what cannot be said is said to be so."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

import foi_analysis as foi
from foi_analysis import Report, load_form, read_report, say
from foi_analysis.report import Cell, Finding, Mark
from foi_analysis.resources import LANGUAGES, Language, read_toml
from foi_analysis.tables import decision_table
from foi_analysis.teaching.slips import count_noticed

FINDINGS = tuple(read_toml("words/findings.toml"))
READINGS = tuple(read_toml("words/readings.toml"))


# ---- reports of every kind ----


def _all(report: Report, mark: Mark, value: int | None) -> Report:
    cells = {key: Cell(key, value, mark, "" if value is None else str(value)) for key in report.grid}
    return replace(report, grid=cells, organ=Finding(), year=Finding(), scope=Finding("unknown"))


EXTREMES: dict[str, Callable[[Report], Report]] = {
    "blank": lambda report: _all(report, "blank", None),
    "missing": lambda report: _all(report, "missing", None),
    "zero": lambda report: _all(report, "number", 0),
    "one": lambda report: _all(report, "number", 1),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", EXTREMES)
def test_sentences_boxes_and_tables_never_fail(reference: Report, kind: str, language: Language) -> None:
    report = EXTREMES[kind](reference)
    for topic in (
        *FINDINGS,
        *(f"misread_{topic}" for topic in READINGS),
        "explanations",
        "hints",
        "claims",
        "citation",
    ):
        assert say(topic, report, language)._repr_html_()
    assert decision_table(report, language).html()


@pytest.mark.parametrize("form_id", ["cn-2019", "cn-2021-hybrid"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences_hold_for_the_other_forms_too(reference: Report, form_id: str, language: Language) -> None:
    form = load_form(form_id)
    report = replace(reference, form=form, grid={key: Cell(key, 3, "number", "3") for key in form.cells})
    for topic in FINDINGS:
        assert say(topic, report, language).texts or topic == "proactive"
    rows = {str(record["row"]) for record in decision_table(report, language).records}
    assert "other_handled" in rows
    assert "other_else" not in rows


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_blank_cell_leaves_no_number_in_its_sentence(edited: Callable[..., Path], language: Language) -> None:
    report = read_report(edited(("\t223\t", "\t\t")))
    (first, *_) = say("outcomes", report, language).sentences
    assert not first.told
    assert not re.search(r"\d\d", first.text)


def test_a_share_of_nothing_is_undefined(reference: Report) -> None:
    report = EXTREMES["zero"](reference)
    assert "denominator is 0" in say("outcomes", report, "en").texts[0]


def test_sentences_say_when_a_cell_is_in_doubt(reference: Report) -> None:
    cell = reference.cell("requests", "new", "total")
    report = replace(reference, grid={**reference.grid, cell.key: cell._replace(doubt="found twice: also 5 (line 1)")})
    assert "in doubt" in say("requests", report, "en").texts[0]
    assert "in doubt" not in say("requests", reference, "en").texts[0]


def test_figures_in_sentences_are_those_of_the_report(reference: Report) -> None:
    text = " ".join(say("outcomes", reference, "zh").texts)
    for row in ("concluded", "disclosed", "partly_disclosed", "other_else"):
        assert str(reference.value("requests", row, "total")) in text
    assert "13.9%" in text  # (223 + 13) / 1698
    assert "59.7%" in text  # (223 + 13) / (223 + 13 + 159)


def test_the_coincidence_is_shown_only_where_it_holds(reference: Report, edited: Callable[..., Path]) -> None:
    assert "coincidence" in say("misread_appeals", reference, "en").texts[1]
    other = read_report(edited(("96\t2\t7\t38\t143\t", "95\t2\t7\t38\t142\t")))
    texts = say("misread_appeals", other, "en").texts
    assert len(texts) == 6
    assert not any("coincidence" in text for text in texts)


def test_slips_that_no_identity_notices_are_those_of_the_design(reference: Report) -> None:
    found = count_noticed(reference).set_index("kind")
    assert found.loc["block"].to_dict() == {"tried": 209, "noticed": 0, "unnoticed": 209}
    assert found.loc["rows", ["tried", "unnoticed"]].to_dict() == {"tried": 289, "unnoticed": 200}
    assert found.loc["number_requests", ["tried", "noticed"]].to_dict() == {"tried": 175, "noticed": 175}
    assert found.loc["number_proactive", "noticed"] == 0


def test_a_blank_report_has_no_slip_to_try(reference: Report) -> None:
    assert count_noticed(EXTREMES["blank"](reference))["tried"].sum() == 0


# ---- topics ----


def test_an_unknown_topic_names_the_nearest_and_all_that_there_are(reference: Report) -> None:
    with pytest.raises(
        ValueError, match=r"no topic 'outcome'; is 'outcomes' meant\? There are report, .*comparability"
    ):
        say("outcome", reference)


def test_a_topic_of_panels_asks_for_a_panel_and_one_of_reports_for_a_report(reference: Report) -> None:
    with pytest.raises(TypeError, match="'comparability' is a topic of a panel, and a Report was given"):
        say("comparability", reference)
    with pytest.raises(TypeError, match="'flow' is a topic of a report, and a Panel was given"):
        say("flow", foi.load_panel())


def test_sentences_follow_the_language_that_is_set(reference: Report) -> None:
    assert say("requests", reference).texts == say("requests", reference, "en").texts
    foi.set_language("zh")
    assert say("requests", reference).texts == say("requests", reference, "zh").texts
    foi.set_language("en")
