"""Claims of the prose: each sentence here is our own, held against the tables of the reference report."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foi_analysis import Report
from foi_analysis.form import CellKey
from foi_analysis.prose import Claim, claims, claims_frame, coverage, proved_cells
from foi_analysis.report import Finding, Paragraph

Telling = Callable[..., Report]

NEW, CONCLUDED = "requests.new.total", "requests.concluded.total"
BOTH = "requests.new.total + requests.carried_in.total"
R = "review.reconsideration."
LITIGATION = "review.litigation_direct.{0} + review.litigation_after_reconsideration.{0}"

#: Sentence, printed number, formula of the cells, verdict.
SENTENCES = [
    # requests received
    ("本年度我局共收到政府信息公开申请1691件。", "1691件", NEW, "agrees"),
    ("全年新收信息公开申请1,691件。", "1,691件", NEW, "agrees"),
    ("全年共接收依申请公开１６９１件。", "1691件", NEW, "agrees"),
    ("全年收到依申请公开 1691 条，都已登记。", "1691条", NEW, "agrees"),
    ("我局收到政府信息公开申请1768件。", "1768件", BOTH, "agrees"),
    ("我局收到政府信息公开申请1700件。", "1700件", NEW, "contradicts"),
    ("我局收到政府信息公开申请近1700件。", "近1700件", NEW, "interval"),
    ("我局收到政府信息公开申请1600余件。", "1600余件", NEW, "interval"),
    ("我局收到政府信息公开申请约1700件。", "约1700件", NEW, "interval"),
    ("我局收到政府信息公开申请1700余件。", "1700余件", BOTH, "interval"),
    ("我局收到政府信息公开申请1800余件。", "1800余件", NEW, "contradicts"),
    ("一年来，我局共受理各类政府信息公开申请1700件。", "1700件", NEW, "contradicts"),
    ("2024年1月1日至12月31日，我局共收到政府信息公开申请1700件，均按时答复。", "1700件", NEW, "contradicts"),
    ("依申请公开方面：2024年，共收到政府信息公开申请1700件，同比增长5%。", "1700件", NEW, "contradicts"),
    ("我局收到政府信息公开申请一千六百九十一件。", "一千六百九十一件", NEW, "agrees"),
    ("2024年，政府信息公开申请共收到1691件。", "1691件", NEW, "agrees"),
    # requests concluded, carried in, carried over
    ("全年办结政府信息公开申请1698件。", "1698件", CONCLUDED, "agrees"),
    ("我局收到信息公开申请1691件，已办结1698件。", "1698件", CONCLUDED, "agrees"),
    ("我局收到信息公开申请1691件，已办结1689件。", "1689件", CONCLUDED, "contradicts"),
    ("共办理政府信息公开申请1768件。", "1768件", BOTH, "agrees"),
    ("其中上年结转77件。", "77件", "requests.carried_in.total", "agrees"),
    ("另有2023年结转的申请77件。", "77件", "requests.carried_in.total", "agrees"),
    ("结转上年度政府信息公开申请七十七件。", "七十七件", "requests.carried_in.total", "agrees"),
    ("含上年度结转申请78件。", "78件", "requests.carried_in.total", "contradicts"),
    ("70件结转至下一年度继续办理。", "70件", "requests.carried_out.total", "agrees"),
    ("尚有70件转2025年答复。", "70件", "requests.carried_out.total", "agrees"),
    ("结转下年度办理的申请7件。", "7件", "requests.carried_out.total", "contradicts"),
    ("截至2024年12月31日，将70件申请结转下年度办理。", "70件", "requests.carried_out.total", "agrees"),
    # outcomes
    ("在答复的申请中，予以公开223件。", "223件", "requests.disclosed.total", "agrees"),
    (
        "答复的申请中，予以公开和部分公开236件。",
        "236件",
        "requests.disclosed.total + requests.partly_disclosed.total",
        "agrees",
    ),
    ("答复的申请中，部分公开十三件。", "十三件", "requests.partly_disclosed.total", "agrees"),
    ("答复的申请中，不予公开159件。", "159件", "requests.withheld.total", "agrees"),
    ("答复的申请中，不予公开160件。", "160件", "requests.withheld.total", "contradicts"),
    ("答复的申请中，无法提供925件，不予处理47件。", "925件", "requests.unable.total", "agrees"),
    ("答复的申请中，无法提供925件，不予处理47件。", "47件", "requests.not_processed.total", "agrees"),
    ("答复的申请中，作其他处理331件。", "331件", "requests.other_handled.total", "agrees"),
    ("申请中涉及三类内部事务信息89件，重复申请15件。", "89件", "requests.withheld_internal_affairs.total", "agrees"),
    ("申请中涉及三类内部事务信息89件，重复申请15件。", "15件", "requests.not_processed_repeat.total", "agrees"),
    ("网站上予以公开1200件。", "1200件", "requests.disclosed.total", "set aside"),
    # applicants
    ("收到的申请中，自然人提出1672件。", "1672件", "requests.new.natural_person", "agrees"),
    ("收到的申请中，商业企业14件。", "14件", "requests.new.business", "agrees"),
    ("答复的申请里商业企业13件。", "13件", "requests.concluded.business", "agrees"),
    ("收到的申请中，法人或其他组织提出19件。", "19件", "requests.new.business + ", "agrees"),
    ("收到的申请中，自然人提出1600件。", "1600件", "requests.new.natural_person", "contradicts"),
    # documents
    ("今年制定并公布规范性文件7件，废止0件。", "7件", "proactive.normative_documents.issued", "agrees"),
    ("年末现行有效的行政规范性文件为三十三件。", "三十三件", "proactive.normative_documents.in_force", "agrees"),
    ("年末行政规范性文件现行有效33件。", "33件", "proactive.normative_documents.in_force", "agrees"),
    ("集中公开现行有效行政规范性文件393件。", "393件", "proactive.normative_documents.in_force", "contradicts"),
    ("废止行政规范性文件2件。", "2件", "proactive.normative_documents.repealed", "contradicts"),
    ("公开行政规范性文件33件。", "33件", "proactive.normative_documents.in_force", "agrees"),
    ("公开行政规范性文件12件。", "12件", "proactive.normative_documents.issued", "set aside"),
    ("作出行政许可决定1693万余件。", "1693万余件", "proactive.licences.decisions", "interval"),
    ("作出行政处罚决定18977998件。", "18977998件", "proactive.penalties.decisions", "agrees"),
    ("行政事业性收费6.891亿元。", "6.891亿元", "proactive.fees.amount", "agrees"),
    ("行政事业性收费6.9亿元。", "6.9亿元", "proactive.fees.amount", "interval"),
    ("行政事业性收费68910.4万元。", "68910.4万元", "proactive.fees.amount", "contradicts"),
    ("今年以来，我局印发行政规范性文件7件。", "7件", "proactive.normative_documents.issued", "agrees"),
    ("继续有效的规范性文件总数三十三件。", "三十三件", "proactive.normative_documents.in_force", "agrees"),
    # appeals
    ("因政府信息公开引起的行政复议案件143件。", "143件", R + "total", "agrees"),
    (
        "因政府信息公开被行政复议143件，其中维持96件、纠正2件、其他结果7件、尚未审结38件。",
        "96件",
        R + "upheld",
        "agrees",
    ),
    (
        "因政府信息公开被行政复议143件，其中维持96件、纠正2件、其他结果7件、尚未审结38件。",
        "2件",
        R + "corrected",
        "agrees",
    ),
    ("因政府信息公开被行政复议143件，其中维持96件、纠正2件、其他结果7件、尚未审结38件。", "7件", R + "other", "agrees"),
    (
        "因政府信息公开被行政复议143件，其中维持96件、纠正2件、其他结果7件、尚未审结38件。",
        "38件",
        R + "pending",
        "agrees",
    ),
    ("因政府信息公开被行政复议143件，其中纠正3件。", "3件", R + "corrected", "contradicts"),
    ("有143件涉及信息公开的行政复议。", "143件", R + "total", "agrees"),
    ("信息公开类行政诉讼58件，维持45件。", "58件", LITIGATION.format("total"), "agrees"),
    ("信息公开类行政诉讼58件，维持45件。", "45件", LITIGATION.format("upheld"), "agrees"),
    ("信息公开未经复议直接起诉18件，复议后起诉40件。", "18件", "review.litigation_direct.total", "agrees"),
    (
        "信息公开未经复议直接起诉18件，复议后起诉40件。",
        "40件",
        "review.litigation_after_reconsideration.total",
        "agrees",
    ),
    ("信息公开行政复议和行政诉讼案件201件。", "201件", R + "total + ", "agrees"),
    ("信息公开类行政复议143件，撤销1件。", "1件", R + "corrected", "set aside"),
    ("全年办理行政复议案件2300件。", "2300件", R + "total", "set aside"),
    ("我局作为行政复议机关，审理涉信息公开的行政复议案件12件。", "12件", R + "total", "set aside"),
    # what the form does not count
    ("全年公开信息2300条。", "2300条", "", "not checkable"),
    ("召开新闻发布会20余场。", "20余场", "", "not checkable"),
    ("收取信息处理费0元。", "0元", "", "not checkable"),
    ("申请数量同比增长12.5%。", "12.5%", "", "not checkable"),
    ("申请数量较上年减少3件。", "3件", "", "not checkable"),
    ("满意率提高3个百分点。", "3个百分点", "", "not checkable"),
    ("办理人大代表建议50件。", "50件", "", "not checkable"),
]


def find(report: Report, printed: str) -> Claim:
    found = [claim for claim in claims(report) if claim.printed == printed]
    assert len(found) == 1, f"{printed}: {[claim.printed for claim in claims(report)]}"
    return found[0]


@pytest.mark.parametrize(("sentence", "printed", "meaning", "verdict"), SENTENCES)
def test_a_sentence_gives_its_number_its_cells_and_its_verdict(
    telling: Telling, sentence: str, printed: str, meaning: str, verdict: str
) -> None:
    claim = find(telling(sentence), printed)
    assert (claim.verdict, claim.meaning[: len(meaning)]) == (verdict, meaning)
    assert bool(claim.meaning) == bool(meaning)
    assert claim.reason("zh") != claim.reason("en")


def test_the_reference_reports_seven_numbers_agree_and_nothing_contradicts(reference: Report) -> None:
    found = claims(reference)
    held = {claim.printed: claim.verdict for claim in found if claim.linked}
    agree = dict.fromkeys(("7件", "33件", "1691件", "1698件", "77件", "70件"), "agrees")
    assert held == agree | {"61%": "interval"}
    counts = coverage(found)
    assert counts["contradicting"] == counts["set_aside"] == 0
    assert (counts["linked"], counts["agreeing"], counts["interval"]) == (7, 6, 1)


def test_coverage_adds_up(reference: Report) -> None:
    counts = coverage(claims(reference))
    parts = ("agreeing", "interval", "contradicting", "not_checkable", "set_aside")
    assert counts["found"] == sum(counts[part] for part in parts)


def test_the_rounded_numbers_of_the_reference_report_are_intervals(reference: Report) -> None:
    bounds = {claim.printed: (claim.low, claim.high) for claim in claims(reference)}
    assert bounds["8.1万余条"] == (81000, 82000)
    assert bounds["近60万"] == (500000, 600000)
    assert bounds["5506万余次"] == (55060000, 55070000)
    assert bounds["逾200万"] == (2000000, 3000000)
    assert bounds["929件"] == (929, 929)


def test_a_claim_quotes_its_sentence_and_tells_its_place(reference: Report) -> None:
    claim = next(claim for claim in claims(reference) if claim.printed == "1691件")
    assert claim.where == "line 21, field 1"
    assert claim.quote.startswith("2024 年，我局受理政府信息公开申请 1691 件，答复政府信息公开申请 1698 件（含上年度")


def test_every_claim_quotes_the_files_own_characters(reference: Report, reference_text: str) -> None:
    lines = reference_text.replace("\n", "")
    assert all(claim.quote.strip("…") in lines for claim in claims(reference))


@pytest.mark.parametrize(
    ("cell", "printed"),
    [
        ("proactive.normative_documents.issued", "7件"),
        ("proactive.normative_documents.in_force", "33件"),
        ("requests.new.total", "1691件"),
        ("requests.concluded.total", "1698件"),
        ("requests.carried_in.total", "77件"),
        ("requests.carried_out.total", "70件"),
    ],
)
def test_a_wrong_number_in_the_table_turns_the_claim_into_a_contradiction(
    reference: Report, cell: str, printed: str
) -> None:
    key = CellKey(*cell.split("."))
    wrong = replace(reference.grid[key], value=reference.grid[key].value + 5)  # type: ignore[operator]
    report = replace(reference, grid={**reference.grid, key: wrong})
    contradicted = [claim for claim in claims(report) if claim.verdict == "contradicts"]
    assert [(claim.printed, claim.cells) for claim in contradicted] == [(printed, (key,))]


def test_prose_proves_the_cells_that_it_states_alone_and_exactly(reference: Report) -> None:
    keys = {str(key) for key in proved_cells(claims(reference))}
    rows = {f"requests.{row}.total" for row in ("new", "concluded", "carried_in", "carried_out")}
    assert keys == rows | {"proactive.normative_documents.issued", "proactive.normative_documents.in_force"}


def test_a_sum_an_interval_or_a_second_meaning_proves_no_cell(telling: Telling) -> None:
    report = telling(
        "我局收到政府信息公开申请1768件。", "答复的申请中，不予公开159件。", "我局答复信息公开申请1600余件。"
    )
    assert proved_cells(claims(report)) == set()


def test_a_second_meaning_proves_no_cell_where_the_usual_one_has_no_number(telling: Telling) -> None:
    report = telling("信息公开类行政诉讼18件。")
    key = CellKey("review", "litigation_after_reconsideration", "total")
    blank = replace(report.grid[key], value=None, mark="blank", printed="")
    found = claims(replace(report, grid={**report.grid, key: blank}))
    assert [(claim.verdict, claim.meaning) for claim in found] == [("agrees", "review.litigation_direct.total")]
    assert proved_cells(found) == set()


def test_a_number_that_is_another_total_is_named(telling: Telling) -> None:
    claim = find(telling("我局收到政府信息公开申请1698件。"), "1698件")
    assert claim.verdict == "contradicts"
    assert "总计" in claim.reason("zh")
    assert "number of Total concluded" in claim.reason("en")


def test_received_may_mean_new_and_carried_in_and_the_reason_says_so(telling: Telling) -> None:
    report = telling(
        "2024年，全区收到政府信息公开申请75件，涉及自然人72件、商业企业3件。",
        scope="whole government",
        requests__new__total=74,
        requests__carried_in__total=1,
        requests__new__natural_person=71,
        requests__carried_in__natural_person=1,
        requests__new__business=3,
    )
    claim = find(report, "75件")
    assert (claim.verdict, claim.meaning, claim.expected[0]) == ("agrees", BOTH, 74)
    assert "74" in claim.reason("en")
    assert {find(report, printed).verdict for printed in ("72件", "3件")} == {"agrees"}


#: What makes a difference prove nothing: sentence, printed number, start of the reason.
ASIDE = [
    ("2023年，我局收到政府信息公开申请1500件。", "1500件", "speaks of 2023"),
    ("2024年收到信息公开申请1691件（2022年收到政府信息公开申请900件）。", "900件", "speaks of 2022"),
    ("去年收到政府信息公开申请900件。", "900件", "a number of a comparison"),
    ("上半年收到政府信息公开申请900件。", "900件", "speaks of a part of the year"),
    ("2024年上半年，我局收到政府信息公开申请900件。", "900件", "speaks of a part of the year"),
    ("截至2024年6月底，我局收到政府信息公开申请900件。", "900件", "speaks of a part of the year"),
    ("2020年至2024年，我局收到政府信息公开申请9000件。", "9000件", "adds up several years"),
    ("徐汇区公安局收到政府信息公开申请900件。", "900件", "another or an unclear scope"),
    ("月均收到政府信息公开申请140件。", "140件", "speaks of a part of the year"),
    ("条例施行以来收到政府信息公开申请9000件。", "9000件", "adds up several years"),
    ("力争明年办结政府信息公开申请2000件。", "2000件", "a planned"),
    ("全市各级公安机关收到政府信息公开申请9000件。", "9000件", "another or an unclear scope"),
    ("各区分局收到政府信息公开申请900件。", "900件", "another or an unclear scope"),
    ("市住建局收到政府信息公开申请900件。", "900件", "another or an unclear scope"),
    ("我局收到信息公开申请1691件，其中网上受理政府信息公开申请1200件。", "1200件", "only a part"),
    ("县长信箱受理信件180件，已办结180件。", "180件", "only a part"),
    ("我局收到政府信息公开申请1，700件。", "1，700件", "the number can be read in more than one way"),
]  # fmt: skip


#: Numbers of last year's requests, of another organ or level, of some requests or applicants alone, or told in parts.
ASIDE += [
    ("上一年度我局收到政府信息公开申请1500件，办结1600件。", "1600件", "speaks of 2023"),
    ("去年因政府信息公开引发行政复议11件，行政诉讼8件。", "8件", "speaks of 2023"),
    ("2023年我局收到政府信息公开申请1500件。其中予以公开301件。", "301件", "speaks of 2023"),
    ("省公安局2024年收到政府信息公开申请900件。", "900件", "another or an unclear scope"),
    ("商业企业申请14件，予以公开3件。", "3件", "only a part (“商业企业”)"),
    ("自然人方面，答复政府信息公开申请予以公开200件。", "200件", "only a part (“自然人”)"),
    ("上年结转的77件申请中，予以公开7件。", "7件", "only a part (“77件”)"),
    ("新收政府信息公开申请1691件，予以公开220件。", "220件", "only a part (“1691件”)"),
    ("申请公开信息2100条，予以公开301条。", "301条", "only a part (“2100条”)"),
    ("收到政府信息公开申请1700件，申请人撤回9件。", "1700件", "a number beside it"),
    ("收到政府信息公开申请1691件，办结1621件。", "1621件", "a number beside it"),
    ("5月至8月，新收政府信息公开申请18件，依法答复政府信息公开申请21件。", "21件", "speaks of a part of the year"),
    ("自然人申请方面，新收政府信息公开申请21件。", "21件", "only a part (“自然人”)"),
    ("2024年审结政府信息公开行政复议6件，行政诉讼4件。", "4件", "the sentence does not make clear"),
]


@pytest.mark.parametrize(("sentence", "printed", "reason"), ASIDE)
def test_a_difference_that_proves_nothing_is_set_aside_with_its_reason(
    telling: Telling, sentence: str, printed: str, reason: str
) -> None:
    claim = [claim for claim in claims(telling(sentence)) if claim.printed == printed][-1]
    assert claim.verdict == "set aside"
    assert claim.reason("en").startswith(reason)


@pytest.mark.parametrize(
    ("scope", "organ", "subject", "verdict"),
    [
        ("whole government", "洪泽区人民政府", "全区", "contradicts"),
        ("whole government", "洪泽区人民政府", "", "contradicts"),
        ("whole government", "洪泽区人民政府", "区政府办公室", "set aside"),
        ("whole government", "洪泽区人民政府", "区政府", "set aside"),
        ("whole government", "洪泽区人民政府", "我办", "set aside"),
        ("whole government", "洪泽区人民政府", "区住建局", "set aside"),
        ("unknown", "洪泽区人民政府", "区政府办公室", "set aside"),
        ("unknown", "洪泽区人民政府", "全区", "set aside"),
        ("government and its office", "上海市人民政府办公厅", "市政府办公厅", "contradicts"),
        ("government and its office", "上海市人民政府办公厅", "各区", "set aside"),
        ("vertical system", "上海市公安局", "全市各级公安机关", "contradicts"),
        ("vertical system", "上海市公安局", "我局", "set aside"),
        ("own organ", "上海市公安局", "市公安局", "contradicts"),
        ("own organ", "上海市公安局", "本机关", "contradicts"),
        ("unknown", "上海市科学技术委员会", "市科委", "contradicts"),
        ("a scope not yet known", "上海市公安局", "全市", "set aside"),
    ],
)
def test_a_number_of_another_scope_never_becomes_a_contradiction(
    telling: Telling, scope: str, organ: str, subject: str, verdict: str
) -> None:
    sentence = f"2024年{subject}共收到政府信息公开申请17件。"
    claim = find(telling(sentence, scope=scope, organ=organ), "17件")
    assert claim.verdict == verdict


def test_the_subject_of_the_sentence_before_is_still_the_subject(telling: Telling) -> None:
    said = ("2024年，区政府办公室收到政府信息公开申请17件。其中结转下年度2件。", "政府信息公开申请结转下年度2件。")
    other, own = (telling(line, scope="whole government", organ="洪泽区人民政府") for line in said)
    assert find(other, "2件").verdict == "set aside"
    assert find(own, "2件").verdict == "contradicts"


def test_all_ways_of_applying_together_are_no_part(telling: Telling) -> None:
    report = telling("通过信函、网络、当面申请等渠道收到政府信息公开申请1700件。")
    assert find(report, "1700件").verdict == "contradicts"


def test_a_number_of_another_scope_that_equals_the_table_agrees(telling: Telling) -> None:
    report = telling("区政府办公室收到政府信息公开申请1691件。", scope="whole government", organ="洪泽区人民政府")
    assert find(report, "1691件").verdict == "agrees"


def test_a_doubtful_reading_is_never_held_against_the_organ(reference: Report) -> None:
    key = CellKey("requests", "new", "total")
    doubtful = replace(reference.grid[key], value=1961, doubt="two readings disagree: by order 1691")
    claim = find(replace(reference, grid={**reference.grid, key: doubtful}), "1691件")
    assert claim.verdict == "set aside"
    assert claim.reason("en").startswith("the reading of")


def test_a_cell_without_a_number_makes_the_claim_not_checkable(reference: Report) -> None:
    key = CellKey("requests", "new", "total")
    blank = replace(reference.grid[key], value=None, mark="blank", printed="")
    claim = find(replace(reference, grid={**reference.grid, key: blank}), "1691件")
    assert (claim.verdict, claim.linked) == ("not checkable", True)


@pytest.mark.parametrize(
    ("sentence", "verdict"),
    [
        ("共产生公文929件，其中主动公开567件，主动公开率61%。", "interval"),
        ("共产生公文929件，其中主动公开567件，主动公开率百分之六十一。", "interval"),
        ("共产生公文929件，其中主动公开567件，主动公开率61.03%。", "interval"),
        ("共产生公文929件，其中主动公开567件，主动公开率61.04%。", "contradicts"),
        ("共产生公文929件，其中主动公开567件，主动公开率16%。", "contradicts"),
        ("共产生公文200件，其中主动公开100件，主动公开率50%。", "agrees"),
        ("答复政府信息公开申请1698件，不予公开159件，占9.36%。", "interval"),
        ("答复政府信息公开申请1698件，无法提供925件，占54.4%。", "interval"),
        ("答复政府信息公开申请1698件，无法提供925件，占54.47%。", "interval"),
        ("答复政府信息公开申请1698件，无法提供925件，占44%。", "not checkable"),
        ("不予公开159件的申请均已告知，占9.4%。", "interval"),
        ("群众满意率99.5%。", "not checkable"),
        ("收到信息公开申请1691件，办结率96%。", "interval"),
    ],
)
def test_a_share_is_the_quotient_of_stated_numbers_or_not_checkable(
    telling: Telling, sentence: str, verdict: str
) -> None:
    share = [claim for claim in claims(telling(sentence)) if claim.unit == "%"]
    assert [claim.verdict for claim in share] == [verdict]


def test_a_share_whose_digits_were_cut_off_says_so(telling: Telling) -> None:
    claim = find(telling("答复的申请805件，不予公开35件，占4.34%。"), "4.34%")
    assert (claim.verdict, claim.meaning) == ("interval", "35 / 805")
    assert "cut off" in claim.reason("en")


def test_a_part_may_not_exceed_its_whole(telling: Telling) -> None:
    assert find(telling("发布信息20条，其中动态30条。"), "30条").verdict == "contradicts"
    assert find(telling("发布信息30条，其中动态20条。"), "20条").reason("en").startswith("a part of the stated 30条")


#: Statements without a number: sentence, kind, verdict.
STATEMENTS = [
    ("未收到政府信息公开申请。", "no_requests", "contradicts"),
    ("未发生因政府信息公开引起的行政复议。", "no_reconsideration", "contradicts"),
    ("未发生因政府信息公开引起的行政复议和行政诉讼情况。", "no_appeals", "contradicts"),
    ("信息公开类复议、诉讼均获维持。", "appeals_upheld", "contradicts"),
    ("信息公开类行政复议均已审结。", "reconsideration_closed", "contradicts"),
    ("信息公开类行政诉讼案件均无败诉。", "", ""),
    ("全部在规定时限内办结。", "deadline", "not checkable"),
    ("我局未收取信息处理费。", "no_processing_fee", "not checkable"),
]


@pytest.mark.parametrize(("sentence", "kind", "verdict"), STATEMENTS)
def test_a_statement_says_that_its_cells_are_nought(telling: Telling, sentence: str, kind: str, verdict: str) -> None:
    assert [(claim.kind, claim.verdict) for claim in claims(telling(sentence))] == ([(kind, verdict)] if kind else [])


def test_statements_agree_where_the_table_prints_nought(telling: Telling) -> None:
    results = ("upheld", "corrected", "other", "pending", "total")
    rows = ("reconsideration", "litigation_direct", "litigation_after_reconsideration")
    none = {f"review__{row}__{column}": 0 for row in rows for column in results}
    report = telling("未发生因政府信息公开引起的行政复议和行政诉讼。", **none)
    assert [claim.verdict for claim in claims(report)] == ["agrees"]
    assert proved_cells(claims(report)) == set()


@pytest.mark.parametrize(
    "sentence",
    [
        "根据《条例》第二十条第（一）项和第36条，我局办理依申请公开。",
        "国务院令第711号自2019年5月15日起施行。",
        "电话：0517-87222589，邮编：223100，地址：中山路20号3楼。",
        "国办公开办函〔2021〕30号规定了格式。",
        "深入推进高效办成一件事改革，一起推动落实。",
        "落实“两个维护”，开展第三次集中培训。",
        "在20个工作日内答复，最长不超过3个月。",
        "一、受理情况",
        "（三）零件采购公开",
        "《关于办理50件实事的通知》已公布。",
        "面向18周岁以上居民，服务时间为9时至17时。",
    ],
)
def test_dates_articles_telephones_and_names_are_no_claims(telling: Telling, sentence: str) -> None:
    assert claims(telling(sentence)) == ()


def test_a_sentence_torn_by_lines_is_joined_again(telling: Telling) -> None:
    report = telling(
        "（二）依申请公开情况。",
        "2024年我局收到政府信息公开申请1",
        "691件，答复政府信息公开申请",
        "1698件，均在期限内答复。",
    )
    assert [(claim.printed, claim.verdict) for claim in claims(report) if claim.cells] == [
        ("1 691件", "agrees"),
        ("1698件", "agrees"),
    ]


def test_a_gap_between_lines_makes_a_difference_prove_nothing(telling: Telling) -> None:
    lines = ("全年工作情况：上年结转政府信息公开申请", "1691件，均已答复。")
    whole = telling(*lines, places=("page 1, line 4, field 1", "page 1, line 5, field 1"))
    torn = telling(*lines, places=("page 1, line 4, field 1", "page 1, line 6, field 1"))
    assert find(whole, "1691件").verdict == "contradicts"
    assert find(torn, "1691件").verdict == "set aside"


def test_tables_printed_as_running_text_give_no_claims(telling: Telling) -> None:
    glued = "信息内容 本年制发件数 本年废止件数 现行有效件数 规章000行政规范性文件8件 本年收费金额（单位：万元）5万元"
    assert claims(telling(glued)) == ()


def test_the_year_of_a_report_that_is_not_known_makes_named_years_set_aside(telling: Telling) -> None:
    report = replace(telling("2024年收到政府信息公开申请1500件。"), year=Finding())
    assert find(report, "1500件").verdict == "set aside"


def test_the_frame_has_one_row_a_claim_in_either_language(reference: Report) -> None:
    zh, en = claims_frame(reference, "zh"), claims_frame(reference, "en")
    assert len(zh) == len(en) == len(claims(reference))
    assert zh.drop(columns="reason").equals(en.drop(columns="reason"))
    assert list(zh.columns[:3]) == ["claim", "kind", "where"]
    assert claims_frame(replace(reference, paragraphs=())).empty


HOSTILE = [
    "1件" * 340_000,
    "收到申请1件，" * 60_000,
    "件" * 350_000,
    "9" * 1_000_000,
    "1," * 500_000 + "件",
    "其中" * 170_000 + "1件",
    "收到" + "政府信息公开" * 60_000 + "申请1件",
    "现行有效" * 90_000,
    "一" * 350_000 + "件",
    "《" * 350_000,
    "未" * 170_000 + "行政复议" * 40_000,
    "https:" * 60_000,
    "复议诉讼均未" * 60_000,
    "市公安局收到申请2件，" * 30_000,
    "（" * 300_000 + "1件",
    " \n" * 200_000 + "1 2 3件" * 40_000,
]


def seconds(report: Report, *paragraphs: str) -> float:
    """Give the processor time of finding the claims of some paragraphs."""
    given = replace(
        report, paragraphs=tuple(Paragraph(text, f"line {n}, field 1") for n, text in enumerate(paragraphs))
    )
    start = time.process_time()
    assert len(claims(given)) <= 1001
    return time.process_time() - start


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_paragraph_of_a_megabyte_takes_no_more_than_its_length_asks(reference: Report, text: str) -> None:
    part = seconds(reference, text[: len(text) // 4])
    assert seconds(reference, text) < 9 * part + 0.2


def test_a_hostile_number_of_lines_takes_no_more_than_their_number_asks(reference: Report) -> None:
    lines = ["我局收到申请共计。其中本年"] * 20_000
    assert seconds(reference, *lines) < 9 * seconds(reference, *lines[:5_000]) + 0.2


def test_numbers_beyond_those_of_any_report_are_said_to_be_unread(telling: Telling) -> None:
    found = claims(telling("发布信息1条。" * 1500))
    assert len(found) == 1001
    assert (found[-1].id, found[-1].verdict) == ("too_many", "not checkable")


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.text(
            st.sampled_from("收到政府信息公开申请1234567890件余近约万亿，。、（）其中年占率%一二十百零复议诉讼 "),
            max_size=60,
        ),
        max_size=4,
    )
)
def test_any_prose_is_read_without_an_error(reference: Report, texts: list[str]) -> None:
    report = replace(reference, paragraphs=tuple(Paragraph(text, f"line {i}") for i, text in enumerate(texts)))
    found = claims(report)
    assert coverage(found)["found"] == len(found)
    assert all(claim.reason("zh") and claim.reason("en") for claim in found)


@pytest.mark.parametrize(
    ("sentence", "printed"),
    [
        ("自然人提出申请1672件，占98.9%；法人或其他组织提出申请19件，占1.1%。", "1.1%"),
        ("收到的申请中，法人或其他组织提出19件，占比为1.12%。", "1.12%"),
    ],
)
def test_a_share_of_applicants_is_that_of_the_requests_received(sentence: str, printed: str, telling: Telling) -> None:
    claim = find(telling(sentence), printed)
    assert claim.meaning == "19 / 1691"


def test_reconsiderations_are_no_suits_that_a_list_denies(telling: Telling) -> None:
    (number, *_) = claims(telling("因政府信息公开被申请行政复议143件、无行政诉讼。"))
    assert number.kind == "reconsideration"


# ---- a contradiction is an accusation ----


@pytest.mark.parametrize(
    "sentence",
    [
        # all cases of the organ, of which those about information are a part
        "全年共办理行政复议案件356件，其中政府信息公开类143件。",
        "全年共受理行政复议案件356件，其中涉及信息公开的143件。",
        "全局被提起行政诉讼210件，其中信息公开案件58件。",
        # carried between two years that are named
        "2023年结转至2024年办理的申请77件，2024年结转至2025年办理的申请70件。",
        "2023年度顺延至2024年的申请77件，2024年度转至2025年的申请70件。",
        # accepted out of received
        "接收政府信息公开申请1691件，经审查受理1650件。",
        "共收到政府信息公开申请1691件，实际受理1502件，其余不属于受理范围。",
        # shares of one whole
        "共收到政府信息公开申请1691件。公民提出申请1672件，占比98.9%；法人或其他组织提出申请19件，占比1.1%。",
        # a rate of the whole behind its part
        "全年收到政府信息公开申请1691件，其中邮寄申请850件，按期办结率100%。",
        "答复政府信息公开申请1698件，其中公开223件，回访满意率99.9%。",
        "制作公文929件，其中规范性文件7件，解读率100%。",
        # other documents, appeals of another stage, other bodies' cases
        "起草公文929件，其中主动公开567件、依申请公开290件、不予公开72件。",
        "新收政府信息公开类行政复议130件，上年结转13件。",
        "政府信息公开行政复议转下年审理38件。",
        "审结因政府信息公开引起的行政复议案件105件。",
        "作为复议机关，我局受理因政府信息公开引起的行政复议案件31件。",
        "政府信息公开行政复议和行政诉讼数量分别为143件、58件。",
        "因政府信息公开被申请行政复议143件、未被提起其他行政诉讼。",
        "未发生因政府信息公开被判决纠错的行政诉讼案件。",
        "未发生群体性的政府信息公开行政诉讼。",
        # stages of a request, and what is done for others
        "全年新收政府信息公开申请1691件，按时答复1630件。",
        "依法不予受理信息公开申请9件，受理后撤回信息公开申请12件。",
        "延长答复期限的政府信息公开申请210件。",
        "协助上级机关答复政府信息公开申请6件，审核把关信息公开答复500件。",
        "截至12月10日，共收到政府信息公开申请1600件。",
        "收到政府信息公开申请1720件，其中合并办理29件，实际办理1691件。",
        "市局本级收到政府信息公开申请700件，其他单位收到政府信息公开申请991件。",
        "通过网站未收到政府信息公开申请，通过信函收到政府信息公开申请1691件。",
        "申请中重复申请不予处理15件，逾期不补正其他处理35件。",
        # years side by side, and a sum of two kinds of documents
        "2022年、2023年、2024年政府信息公开申请分别为1200件、1500件、1691件。",
        "2022年结转至2023年的政府信息公开申请为55件。",
        "废止和失效规范性文件20件。",
        "制定行政规范性文件9件（含联合制定2件）。",
        "交通部门作出行政处罚决定47万件。",
    ],
)
def test_what_can_be_meant_otherwise_contradicts_nothing(sentence: str, telling: Telling) -> None:
    found = claims(telling(sentence))
    assert found
    assert {claim.verdict for claim in found} <= {"agrees", "interval", "set aside", "not checkable"}


def test_a_sentence_that_alone_gives_a_department_its_scope_contradicts_nothing(reference: Report) -> None:
    said = "全市公安机关共受理政府信息公开申请4300件。"
    scope = Finding("vertical system", "line 9", "全市公安机关共受理政府信息公开申请")
    bare = replace(reference, paragraphs=(Paragraph(said, "line 9"),))
    assert {claim.verdict for claim in claims(replace(bare, scope=scope))} == {"set aside"}
    assert {claim.verdict for claim in claims(replace(bare, scope=Finding("vertical system")))} == {"contradicts"}


def test_what_is_carried_between_two_named_years_agrees_where_it_belongs(telling: Telling) -> None:
    found = claims(telling("2023年结转至2024年办理的申请77件，2024年结转至2025年办理的申请70件。"))
    assert [claim.verdict for claim in found] == ["agrees", "agrees"]
    wrong = claims(telling("2023年结转至2024年办理的申请78件。"))
    assert [claim.verdict for claim in wrong] == ["contradicts"]
