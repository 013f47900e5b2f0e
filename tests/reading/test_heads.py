"""Titles as organs write them, of invented places: organ, year and level, each right or at least not wrong."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from foi_analysis.reading.head import Head, read_head
from foi_analysis.reading.text import read_text

with (Path(__file__).parent / "heads.csv").open(encoding="utf-8") as file:
    TITLES = list(csv.DictReader(file))
REST = "一、总体情况\n略。\n"


def head_of(text: str, name: str = "report.txt") -> Head:
    return read_head(read_text(name, f"{text}\n{REST}".encode(), ""))


def test_of_280_titles_none_is_read_wrong_and_nearly_all_are_read() -> None:
    assert len(TITLES) >= 280
    right = 0
    for row in TITLES:
        head = head_of(row["title"])
        wanted = (row["organ"].replace("（", "(").replace("）", ")"), row["year"], row["level"] or "unknown")
        found = (head.organ.value, head.year.value, head.level.value)
        wrong = [one for one, other in zip(found, wanted, strict=True) if one not in (other, "", "unknown")]
        assert not wrong or head.organ.doubt or head.year.doubt, (row["title"], found)
        right += found == wanted
    assert right >= 0.95 * len(TITLES)


@pytest.mark.parametrize(
    ("text", "organ"),
    [
        ("根据《平川县人民政府办公室关于2023年度政府信息公开工作年度报告编制工作的通知》要求，报告如下", ""),
        ("按照《青禾市政务公开办关于做好2023年政府信息公开年度报告的函》，现将2023年政府信息公开工作情况报告如下", ""),
        ("《青禾市2023年政务公开工作要点实施方案》印发后，青禾市水务局2023年政府信息公开工作年度报告", "青禾市水务局"),
    ],
)
def test_a_cited_instrument_is_no_title(text: str, organ: str) -> None:
    assert head_of(text).organ.value == organ


@pytest.mark.parametrize("filler", ["根据有关规定编制本报告，" * 12, "本报告由以下部分组成。" * 20])
def test_a_title_that_runs_into_its_first_paragraph_is_found(filler: str) -> None:
    head = head_of(f"平川县水利局2023年政府信息公开工作年度报告{filler}")
    assert (head.organ.value, head.year.value) == ("平川县水利局", "2023")


@pytest.mark.parametrize(
    ("second", "doubt"),
    [
        ("平川县教育局2023年政府信息公开工作年度报告", "organs disagree: 平川县教育局 (line 2, field 1)"),
        ("青禾市平川县水利局2023年政府信息公开工作年度报告", ""),
        ("县水利局2023年政府信息公开工作年度报告", ""),
    ],
)
def test_names_that_cannot_be_one_are_doubted(second: str, doubt: str) -> None:
    assert head_of(f"平川县水利局2023年政府信息公开工作年度报告\n{second}").organ.doubt == doubt


def test_a_files_name_that_says_otherwise_is_told() -> None:
    head = head_of("平川县水利局2023年政府信息公开工作年度报告", "平川县水利局2022年政府信息公开工作年度报告.txt")
    assert (head.year.value, head.year.doubt) == ("2023", "years disagree: 2022 (file name)")
    assert head.organ.doubt == ""


def test_a_period_may_be_written_in_figures_alone() -> None:
    head = head_of("政府信息公开工作年度报告\n本报告数据统计期限为2021-1-1至2021-12-31。")
    assert head.year.value == "2021"


def test_another_year_of_the_same_organ_in_another_title_is_told_unless_the_period_settles_it() -> None:
    text = "上一篇：平川县水利局2023年政府信息公开工作年度报告\n平川县水利局2024年政府信息公开工作年度报告"
    assert head_of(text).year.doubt == "years disagree: 2024 (line 2, field 1)"
    settled = "平川县水利局2024年政府信息公开工作年度报告\n本报告数据统计期限为2024年1月1日至12月31日。"
    assert head_of(f"{settled}\n下一篇：平川县水利局2023年政府信息公开工作年度报告").year.doubt == ""


@pytest.mark.parametrize(
    ("text", "organ", "doubt"),
    [
        ("2023年政府信息公开工作年度报告\n平川县水利局", "平川县水利局", ""),
        ("2023年度政府信息公开工作年度报告\n（平川县水利局）", "平川县水利局", ""),
        ("2023年政府信息公开工作年度报告\n平川县水利局 2024年1月20日", "平川县水利局", ""),
        ("政府信息公开工作年度报告\n（2023年度）\n平川县人民政府办公室", "平川县人民政府办公室", ""),
        ("2023年政府信息公开工作年度报告\n编制单位：平川县水利局 公开日期：2024-01-20", "平川县水利局", ""),
        ("2023年政府信息公开工作年度报告\n填报单位:平川县水利局", "平川县水利局", ""),
        ("2023年政府信息公开工作年度报告\n发布机构：平川县政府办公室", "平川县政府办公室", "named as publisher alone"),
        (
            "索引号：A1 公开主体：平川县水利局 成文日期：2024年\n2023年政府信息公开工作年度报告",
            "平川县水利局",
            "named as publisher alone",
        ),
        ("2023年政府信息公开工作年度报告\n平川县人民政府门户网站", "", ""),
        ("2023年政府信息公开工作年度报告\n首页 > 政务公开", "", ""),
        ("2023年政府信息公开工作年度报告\n上一篇：平川县教育局", "", ""),
        ("2023年政府信息公开工作年度报告\n各填报单位要高度重视。", "", ""),
    ],
)
def test_an_organ_that_no_title_names_is_sought_below_it_and_in_metadata(text: str, organ: str, doubt: str) -> None:
    head = head_of(text)
    assert (head.organ.value, head.organ.doubt, head.year.value) == (organ, doubt, "2023")


@pytest.mark.parametrize(
    ("title", "doubt"),
    [
        ("2023-2024年度平川县水利局政府信息公开工作年度报告", "years disagree: 2023 (line 1, field 1)"),
        ("平川县水利局2024/2025年政府信息公开工作年度报告", "years disagree: 2024 (line 1, field 1)"),
        ("平川县水利局2023年至2024年政府信息公开工作年度报告", "years disagree: 2023 (line 1, field 1)"),
        ("2023－2024年度政府信息公开工作年度报告", "years disagree: 2023 (line 1, field 1)"),
        ("平川县水利局2024-1-1政府信息公开工作年度报告", ""),
    ],
)
def test_a_span_of_years_in_a_title_is_told_unless_the_period_settles_it(title: str, doubt: str) -> None:
    year = head_of(title).year
    assert year.doubt == doubt
    settled = head_of(f"{title}\n本报告数据统计期限为{year.value or 2024}年1月1日至12月31日。")
    assert settled.year.doubt == ""


@pytest.mark.parametrize(
    ("said", "scope"),
    [
        ("全县共受理不动产登记申请3000件。", "unknown"),
        ("全系统共受理行政许可申请12件。", "unknown"),
        ("我局收到申请3件。全县各级行政机关共同推进。", "unknown"),
        ("全县共受理政府信息公开申请3件。", "whole government"),
        ("全县各级行政机关共收到政府信息公开申请5件。", "whole government"),
        ("我局共收到政府信息公开申请3件。", "own organ"),
        ("我单位共受理政府信息公开申请3件。", "own organ"),
    ],
)
def test_a_scope_is_read_from_requests_for_information_only(said: str, scope: str) -> None:
    assert head_of(f"平川县水利局2023年政府信息公开工作年度报告\n{said}").scope.value == scope


@pytest.mark.parametrize(
    "said",
    [
        "发布日期：2024-01-20",
        "公开日期:2024年1月20日",
        "发文日期：2024/1/20",
        "发布于 2024-1-20",
        "时间：2024-01-20",
        "成文日期：二〇二四年一月二十日",
        "印发日期：2024年一月二十日",
    ],
)
def test_the_date_of_publication_is_found(said: str) -> None:
    assert head_of(f"平川县水利局2023年政府信息公开工作年度报告\n{said}").published_on.value == "2024-01-20"
