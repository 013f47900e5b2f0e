"""Titles as organs write them, of invented places: organ, year and level, each right or at least not wrong."""

from __future__ import annotations

import csv
import time
from pathlib import Path

import pytest

from foi_analysis.reading.head import Head, read_head
from foi_analysis.reading.html import read_html
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


@pytest.mark.parametrize(
    "sentence",
    [
        "本报告数据已汇入《平川县人民政府2023年政府信息公开工作年度报告》。",
        "本报告与平川县财政局2023年政府信息公开工作年度报告口径一致。",
        "参照平川县财政局2023年政府信息公开工作年度报告编制。",
        "我局配合编制平川县人民政府2023年政府信息公开工作年度报告。",
    ],
)
def test_another_bodys_report_is_cited_not_titled(sentence: str) -> None:
    assert head_of(f"2023年政府信息公开工作年度报告\n{sentence}").organ.value == ""


@pytest.mark.parametrize(
    "sentence",
    [
        "对照2022年政府信息公开工作年度报告指出的问题，逐项整改。",
        "按时编制并公开2022年度政府信息公开年报。",
        "我局2022年政府信息公开工作年度报告已按时公布。",
    ],
)
def test_a_year_that_a_sentence_cites_is_not_that_of_a_title_without_one(sentence: str) -> None:
    title = f"平川县水利局政府信息公开工作年度报告\n{sentence}"
    assert head_of(title).year.value == ""
    assert head_of(f"{title}\n本报告数据统计期限为2023年1月1日至12月31日。").year.value == "2023"


def test_a_government_above_a_text_of_a_department_is_doubted_and_its_level_with_it() -> None:
    head = head_of("青禾市人民政府\n2023年度政府信息公开工作年度报告\n2023年，我局认真落实《条例》。")
    assert head.organ.doubt == head.level.doubt == "organs disagree: 我局 (line 3, field 1)"
    assert not head_of("青禾市人民政府2023年政府信息公开工作年度报告\n2023年，我市认真落实《条例》。").organ.doubt


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("来源：平川县水利局 发布时间：2024-01-15", "2024-01-15"),
        ("发布时间：2024-1-15 9:02", "2024-01-15"),
        ("【发布时间】2024-01-15", "2024-01-15"),
        ("发布机构：平川县人民政府办公室 发布日期：2024-01-15", "2024-01-15"),
        ("日期：2026年11月27日 星期五", ""),
        ("时间：2026年11月27日", ""),
        ("收费目录（发布时间：2024年2月18日）", ""),
        # a time of day is no part of the day
        ("发布时间：2024-1-1 12:30", "2024-01-01"),
        ("时间：2024-01-20 09:30", "2024-01-20"),
        # without the word
        ("更新时间：2024-01-20", "2024-01-20"),
        ("来源：平川县水利局 更新时间：2024-01-20", "2024-01-20"),
        ("更新时间：2025-01-20", ""),
        ("2024-01-20 来源：平川县水利局", "2024-01-20"),
        ("2024-01-20 09:30:12 来源：平川县水利局", "2024-01-20"),
        ("[ 2024-01-20 ]", "2024-01-20"),
        ("[ 2023-01-20 ]", ""),
        ("2024年1月20日", ""),
        ("2024-01-20 地点：会议室", ""),
        ("报告日期：2024-01-20", ""),
    ],
)
def test_a_day_is_that_of_publication_or_none(said: str, day: str) -> None:
    assert head_of(f"平川县水利局2023年政府信息公开工作年度报告\n{said}").published_on.value == day
    prose = head_of("平川县水利局2023年政府信息公开工作年度报告\n" + "略。\n" * 60 + "时间：2024年5月20日 地点：会议室")
    assert prose.published_on.value == ""


@pytest.mark.parametrize(
    "said", ["发布时间：2024-01-20 来源：甲", " 时间：2024-01-20 09:30 根据", " [ 2024-01-20 ] 根据"]
)
def test_a_day_behind_the_title_on_one_line_is_found(said: str) -> None:
    assert head_of(f"平川县水利局2023年政府信息公开工作年度报告{said}").published_on.value == "2024-01-20"


@pytest.mark.parametrize(
    ("cells", "day"),
    [
        ("发布机构|平川县水利局|发布日期|2024-01-20", "2024-01-20"),
        ("信息分类：其他|发布日期：2024年1月20日", "2024-01-20"),
        ("发布日期|2023-01-20|成文日期|2024-01-20", ""),
    ],
)
def test_a_day_in_an_index_box_is_that_of_publication_alone(cells: str, day: str) -> None:
    title = "<h1>平川县水利局2023年政府信息公开工作年度报告</h1>"
    page = f"{title}<table border=1><tr><td>{cells.replace('|', '<td>')}</table>"
    assert read_head(read_html("page.html", page.encode(), "", "utf-8")).published_on.value == day


@pytest.mark.parametrize(
    ("text", "organ", "doubt"),
    [
        # what a site or a sentence says before the name
        ("政务公开 平川县水利局2023年政府信息公开工作年度报告", "平川县水利局", ""),
        ("县直机关 平川县水利局2023年政府信息公开工作年度报告", "平川县水利局", ""),
        ("平川县人民政府 平川县水利局2023年政府信息公开工作年度报告", "平川县水利局", ""),
        ("现依法公开平川县水利局2023年政府信息公开工作年度报告", "平川县水利局", ""),
        ("特编写平川县水利局2023年政府信息公开工作年度报告", "平川县水利局", ""),
        ("更新于2024年1月9日 平川县水利局2023年政府信息公开工作年度报告", "平川县水利局", ""),
        # marks between the name and the rest
        ("本报告由平川县水利局根据有关规定编制。\n2023年政府信息公开工作年度报告", "平川县水利局", ""),
        ("2023年政府信息公开工作年度报告\n填报单位（盖章）：平川县水利局", "平川县水利局", ""),
        ("平川县人民政府：\n2023年政府信息公开工作年度报告", "", ""),
        ("2023年政府信息公开工作年度报告——平川县水利局", "平川县水利局", ""),
        ("【平川县水利局】政府信息公开工作年度报告（2023年度）", "平川县水利局", ""),
        # one name with a space in it
        ("青禾市 平川县水利局2023年政府信息公开工作年度报告", "青禾市平川县水利局", ""),
        ("平川县 水利局2023年政府信息公开工作年度报告", "平川县水利局", ""),
        ("平川县政务公开办公室2023年政府信息公开工作年度报告", "平川县政务公开办公室", ""),
        # a name that begins on the line before
        ("青禾市住房和\n城乡建设局2023年政府信息公开工作年度报告", "青禾市住房和城乡建设局", ""),
        ("平川县\n水利局\n2023年政府信息公开工作年度报告", "平川县水利局", ""),
        ("国家税务总局\n青禾市税务局2023年政府信息公开工作年度报告", "国家税务总局青禾市税务局", ""),
        # two organs, of which one stands before
        ("青禾市民族宗教局\n青禾市侨务办公室2023年政府信息公开工作年度报告", "青禾市侨务办公室", "青禾市民族宗教局"),
        ("青禾市民族宗教局 青禾市侨务办公室2023年政府信息公开工作年度报告", "青禾市侨务办公室", "青禾市民族宗教局"),
        # a name that may begin before a space
        ("蓬 海区人民政府2023年政府信息公开工作年度报告", "海区人民政府", "蓬"),
        ("新安县 镜岭镇人民政府2023年政府信息公开工作年度报告", "镜岭镇人民政府", "新安县"),
        ("平川县\n平川县水利局2023年政府信息公开工作年度报告", "平川县水利局", ""),
        ("云泽 市市场监督管理局2023年政府信息公开工作年度报告", "云泽市市场监督管理局", ""),
        # a cited notice that goes on in the next line
        (
            "2023年政府信息公开工作年度报告\n按《平川县政府办公室关于做好2023年政府信息公开工作年度报告编\n制的通知》",
            "",
            "",
        ),
    ],
)
def test_a_name_is_found_among_what_stands_before_it(text: str, organ: str, doubt: str) -> None:
    found = head_of(text).organ
    assert (found.value, found.doubt.partition(" (")[0]) == (organ, f"organs disagree: {doubt}" if doubt else "")


def test_a_site_in_the_title_is_doubted_where_metadata_name_a_department() -> None:
    text = "平川县人民政府\n2023年政府信息公开工作年度报告\n发布机构：平川县水利局\n"
    assert head_of(text).organ.doubt or head_of(text).organ.value != "平川县人民政府"


def test_the_title_names_the_organ_and_the_period_the_year() -> None:
    head = head_of("平川县水利局政府信息公开工作年度报告\n本报告数据统计期限自2023年1月1日起，至2023年12月31日止。")
    assert (head.organ.value, head.year.value) == ("平川县水利局", "2023")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("成文日期：2024-01-08 发布日期：2024-01-26", "2024-01-26"),
        ("成文日期：2024-01-08", "2024-01-08"),
        ("发布日期：2024-13-45", ""),
        ("发布日期：2023-03-01", ""),
        ("财政预算公开时间：2024年2月10日", ""),
    ],
)
def test_the_day_of_publication_is_a_day_behind_the_reports_year(text: str, day: str) -> None:
    assert head_of(f"平川县水利局2023年政府信息公开工作年度报告\n{text}").published_on.value == day


@pytest.mark.parametrize(
    ("organ", "level"),
    [
        ("青禾省云岭土家族苗族自治州财政局", "city department"),
        ("财政部贵州监管局", "unknown"),
        ("广州海事局", "unknown"),
        ("国家市场监督管理总局", "unknown"),
        ("青禾省老区建设促进局", "provincial department"),
        ("平川经济开发区管理委员会", "unknown"),
        ("国家税务总局上海市税务局", "provincial department"),
        ("北京市人民政府外事办公室", "provincial department"),
        ("上海市公安局城南分局", "county department"),
        ("平川县石桥村民委员会", "unknown"),
        ("青禾省政府办公厅", "provincial government office"),
        ("平川县", "county"),
        ("石桥镇政府", "township"),
        ("城东街道办", "township"),
    ],
)
def test_a_level_is_that_of_the_place_and_not_of_a_letter_in_a_word(organ: str, level: str) -> None:
    head = head_of(f"{organ}2023年政府信息公开工作年度报告")
    assert (head.organ.value, head.level.value) == (organ, level)


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
        ("来源：平川县水利局 浏览次数：40\n2023年政府信息公开工作年度报告", "平川县水利局", "named as publisher alone"),
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
        ("本年度全县共修建水库3座。", "unknown"),
        ("全县各级公安机关共处置警情300起。", "unknown"),
        ("落实全县各级行政机关制定的制度。", "unknown"),
        ("各乡镇汛情由我局汇总。", "unknown"),
        ("本机关收到群众来电9次。", "unknown"),
        ("制发通知，要求各科室向我局备案。", "unknown"),
        ("我局全年共新收政府信息公开申请3件。", "own organ"),
        ("本局2023年收到政府信息公开申请3件。", "own organ"),
        ("全县水利系统共受理政府信息公开申请5件。", "vertical system"),
        ("全县各乡镇、各部门共受理政府信息公开申请30件。", "whole government"),
        ("我县新收政府信息公开申请30件。", "whole government"),
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


def test_long_names_that_are_nearly_alike_take_no_more_than_their_length_asks() -> None:
    def seconds(size: int) -> float:
        begun = time.process_time()
        titles = (f"{name}2023年政府信息公开工作年度报告" for name in ("市" * size + "厅局", "市" * 2 * size + "局"))
        assert head_of("\n".join(titles)).organ.value
        return time.process_time() - begun

    assert seconds(16) < 8 * seconds(4) + 0.5
