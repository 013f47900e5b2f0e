"""English names of organs on English pages, where the package knows one."""

from __future__ import annotations

from dataclasses import replace

from foi_analysis import say
from foi_analysis.bilingual import organ_name
from foi_analysis.datasets import citation
from foi_analysis.plot.report import outcomes_data
from foi_analysis.report import Finding, Report
from foi_analysis.reproduce import report_facts
from foi_analysis.tables.about import head_table

BUREAU = "Shanghai Municipal Public Security Bureau (上海市公安局)"


def test_a_name_that_is_not_known_stays_as_it_is() -> None:
    assert organ_name("某市某局", "en") == "某市某局"
    assert organ_name("", "en") == ""


def test_english_texts_name_the_organ_in_english_and_chinese_ones_do_not(reference: Report) -> None:
    texts = {
        language: [
            head_table(reference, language).html(),
            report_facts(reference, language)[0].value,
            citation(reference, language).report,
            outcomes_data(reference, language).attrs["source"],
            say("report", reference, language).text,
        ]
        for language in ("zh", "en")
    }
    assert all(BUREAU in text for text in texts["en"])
    assert all("上海市公安局" in text and "Shanghai Municipal" not in text for text in texts["zh"])


def test_an_unknown_organ_keeps_its_chinese_name_in_english(reference: Report) -> None:
    other = replace(reference, organ=Finding("某市某局", "line 5, field 1", "某市某局"))
    assert "某市某局, 2024" in outcomes_data(other, "en").attrs["source"]
    assert report_facts(other, "en")[0].value == "某市某局"


def test_broken_identities_are_named_with_their_line(reference: Report) -> None:
    changed = reference.replace({"requests.unable_must_create.total": 3})
    told = say("explanations", changed, "zh").text
    assert "“各类申请人之和等于总计”（“2.没有现成信息需要另行制作”一行）" in told
    assert "“各项办理结果之和等于（七）总计”（“总计”一列）" in told
