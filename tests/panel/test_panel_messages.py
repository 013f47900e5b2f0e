"""What is said of a panel: what may be compared, and what is refused and why."""

from __future__ import annotations

from dataclasses import replace

import pytest

from foi_analysis import Panel, Report, load_panel, say
from foi_analysis.resources import LANGUAGES, Language


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_may_not_be_compared_is_refused_with_its_reason(language: Language) -> None:
    texts = say("comparability", load_panel(), language).texts
    refused = [text for text in texts if text.startswith(("Refused", "不予比较"))]
    assert len(refused) == 1
    assert "cn-2019" in refused[0]
    assert any("22" in text for text in texts)
    assert say("comparability", Panel.of([]), language).texts


def test_reports_of_one_form_are_refused_nothing_and_conflicts_are_told(reports: list[Report]) -> None:
    panel = load_panel()
    texts = say("comparability", panel.select(panel.reports_of("cn-2021")), "en").texts
    assert not any(text.startswith("Refused") for text in texts)
    texts = say("comparability", Panel.of([reports[0], replace(reports[0], name="again")]), "en").texts
    assert any("2 reports that share organ and year" in text for text in texts)
