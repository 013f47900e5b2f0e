"""What the notebook on many reports shows beside its figures: tables and sentences, in both languages."""

from __future__ import annotations

from dataclasses import replace

import pytest

from foi_analysis import Panel, Report, load_panel, say, tables
from foi_analysis.resources import LANGUAGES, Language


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_report_and_every_break_has_its_line(language: Language) -> None:
    panel = load_panel()
    reports, breaks = tables.panel_table(panel, language), tables.breaks_table(panel, language)
    assert sum(len(rows) for rows in reports.bodies) == len(panel)
    frame = breaks.frame()
    assert sum(len(rows) for rows in breaks.bodies) == len(frame)
    stock = frame[frame["rule"] == "stock_of_documents"]
    assert stock["year"].tolist() == ["2023", "2024", "2025"]
    assert stock["difference"].tolist() == [-173.0, -59.0, 93.0]
    assert "−173" in breaks.html()
    assert "reading" not in set(frame["kind"])


def test_explanations_stand_side_by_side_and_change_nothing() -> None:
    table = tables.explanations_table(load_panel(), "en")
    hongze = [record for record in table.records if record["report"] == "huaian_hongze_2023"]
    assert [(r["cell"], r["printed"], r["implied"], r["of"]) for r in hongze] == [
        ("review.reconsideration.total", 0, 11, 1),
        ("review.litigation_after_reconsideration.total", 0, 5, 2),
        ("review.litigation_after_reconsideration.upheld", 5, 0, 2),
    ]
    assert load_panel().report("huaian_hongze_2023").value("review", "reconsideration", "total") == 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_may_not_be_compared_is_refused_with_its_reason(language: Language) -> None:
    texts = say("comparability", load_panel(), language).texts
    refused = [text for text in texts if text.startswith(("Refused", "拒绝比较"))]
    assert len(refused) == 1
    assert "cn-2019" in refused[0]
    assert any("22" in text for text in texts)


def test_reports_of_one_form_are_not_refused_anything() -> None:
    panel = load_panel()
    texts = say("comparability", panel.select(panel.reports_of("cn-2021")), "en").texts
    assert not any(text.startswith("Refused") for text in texts)


def test_conflicts_are_told(reports: list[Report]) -> None:
    texts = say("comparability", Panel.of([reports[0], replace(reports[0], name="again")]), "en").texts
    assert any("2 reports that share organ and year" in text for text in texts)


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_shown_of_a_panel_of_nothing(language: Language) -> None:
    panel = Panel.of([])
    for table in (tables.panel_table, tables.breaks_table, tables.explanations_table):
        assert table(panel, language).records == ()
        assert "<table" in table(panel, language).html()
    assert say("comparability", panel, language).texts
