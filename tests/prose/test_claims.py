"""Claims of the prose: each sentence here is our own, held against the tables of the reference report."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_reports import key_of, with_cell, with_values

from foi_analysis import Report
from foi_analysis.prose import Claim, claims, claims_frame, coverage, proved_cells
from foi_analysis.report import Finding, Number, Paragraph

Telling = Callable[..., Report]
NEW = "requests.new.total"
#: What the prose of the reference report states of its tables.
CLAIMED = {
    "7件": "proactive.normative_documents.issued", "33件": "proactive.normative_documents.in_force", "1691件": NEW,
    "1698件": "requests.concluded.total", "77件": "requests.carried_in.total", "70件": "requests.carried_out.total",
}  # fmt: skip
#: A sentence, the number looked for, its verdict, formula and beginning of the reason; scope and organ of the report.
SENTENCES = pd.read_csv(Path(__file__).parent / "sentences.csv", comment="#", keep_default_na=False, dtype="str")
NUMBERS = SENTENCES[SENTENCES["number"] != ""].to_dict("records")
NOTHING = SENTENCES[SENTENCES["number"] == ""].to_dict("records")


@pytest.fixture
def telling(reference: Report) -> Telling:
    """Make a report that says some lines, in which some cells print other numbers."""

    def make(
        *lines: str, scope: str = "own organ", organ: str = "", places: tuple[str, ...] = (), **cells: Number | None
    ) -> Report:
        named = places or tuple(f"line {number}, field 1" for number in range(1, len(lines) + 1))
        return replace(
            with_values(reference, {name.replace("__", "."): value for name, value in cells.items()}),
            paragraphs=tuple(Paragraph(text, where) for text, where in zip(lines, named, strict=True)),
            scope=Finding(scope),
            organ=Finding(organ) if organ else reference.organ,
        )

    return make


def find(report: Report, printed: str) -> Claim:
    found = [claim for claim in claims(report) if claim.printed == printed]
    assert len(found) == 1, f"{printed}: {[claim.printed for claim in claims(report)]}"
    return found[0]


@pytest.mark.parametrize("said", NUMBERS, ids=lambda said: said["number"])
def test_a_sentence_gives_its_number_its_cells_its_verdict_and_the_reason(
    telling: Telling, said: dict[str, str]
) -> None:
    report = telling(said["sentence"], scope=said["scope"] or "own organ", organ=said["organ"])
    claim = find(report, said["number"])
    assert (claim.verdict, claim.meaning[: len(said["meaning"])]) == (said["verdict"], said["meaning"])
    assert bool(claim.meaning) == bool(said["meaning"])
    assert claim.reason("en").startswith(said["reason"])
    assert claim.reason("zh") != claim.reason("en")


@pytest.mark.parametrize("said", NOTHING, ids=lambda said: said["verdict"])
def test_what_can_be_meant_otherwise_contradicts_nothing_and_dates_and_names_claim_nothing(
    telling: Telling, said: dict[str, str]
) -> None:
    found = {claim.verdict for claim in claims(telling(said["sentence"]))}
    assert bool(found) == (said["verdict"] == "no contradiction")
    assert found <= {"agrees", "interval", "set aside", "not checkable"}


def test_a_number_told_twice_of_letters_counts_no_requests(telling: Telling) -> None:
    *_, claim = claims(telling("县长信箱受理信件180件，已办结180件。"))
    assert (claim.printed, claim.verdict) == ("180件", "set aside")
    assert claim.reason("en").startswith("only a part")


def test_the_reference_reports_seven_numbers_agree_and_prove_their_cells(reference: Report) -> None:
    found = claims(reference)
    held = {claim.printed: claim.verdict for claim in found if claim.linked}
    assert held == dict.fromkeys(CLAIMED, "agrees") | {"61%": "interval"}
    assert {str(key) for key in proved_cells(found)} == {*CLAIMED.values()}, "what is stated alone and exactly"
    counts = coverage(found)
    assert counts["contradicting"] == counts["set_aside"] == 0
    assert (counts["linked"], counts["agreeing"], counts["interval"]) == (7, 6, 1)
    parts = ("agreeing", "interval", "contradicting", "not_checkable", "set_aside")
    assert counts["found"] == sum(counts[part] for part in parts)


def test_the_rounded_numbers_of_the_reference_report_are_intervals(reference: Report) -> None:
    bounds = {
        "8.1万余条": (81000, 82000), "近60万": (500000, 600000), "5506万余次": (55060000, 55070000),
        "逾200万": (2000000, 3000000), "929件": (929, 929),
    }  # fmt: skip
    assert {c.printed: (c.low, c.high) for c in claims(reference) if c.printed in bounds} == bounds


def test_a_claim_quotes_the_files_own_characters_and_tells_its_place(reference: Report, reference_text: str) -> None:
    claim = find(reference, "1691件")
    assert claim.where == "line 21, field 1"
    assert claim.quote.startswith("2024 年，我局受理政府信息公开申请 1691 件，答复政府信息公开申请 1698 件（含上年度")
    lines = reference_text.replace("\n", "")
    assert all(claim.quote.strip("…") in lines for claim in claims(reference))


@pytest.mark.parametrize(("printed", "cell"), CLAIMED.items())
def test_a_wrong_number_in_the_table_turns_the_claim_into_a_contradiction(
    reference: Report, printed: str, cell: str
) -> None:
    key = key_of(cell)
    report = with_values(reference, {key: reference.grid[key].value + 5})  # type: ignore[operator]
    contradicted = [claim for claim in claims(report) if claim.verdict == "contradicts"]
    assert [(claim.printed, claim.cells) for claim in contradicted] == [(printed, (key,))]


def test_a_sum_an_interval_or_a_second_meaning_proves_no_cell(telling: Telling) -> None:
    report = telling(
        "我局收到政府信息公开申请1768件。", "答复的申请中，不予公开159件。", "我局答复信息公开申请1600余件。"
    )
    assert proved_cells(claims(report)) == set()
    # nor does a second meaning where the usual one has no number
    found = claims(telling("信息公开类行政诉讼18件。", review__litigation_after_reconsideration__total=None))
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
    assert (claim.verdict, claim.meaning, claim.expected[0]) == ("agrees", f"{NEW} + requests.carried_in.total", 74)
    assert "74" in claim.reason("en")
    assert {find(report, printed).verdict for printed in ("72件", "3件")} == {"agrees"}


def test_a_doubtful_reading_or_a_cell_without_a_number_is_never_held_against_the_organ(reference: Report) -> None:
    claim = find(with_cell(reference, NEW, value=1961, doubt="two readings disagree: by order 1691"), "1691件")
    assert claim.verdict == "set aside"
    assert claim.reason("en").startswith("the reading of")
    claim = find(with_values(reference, {NEW: None}), "1691件")
    assert (claim.verdict, claim.linked) == ("not checkable", True)


@pytest.mark.parametrize(
    ("sentence", "kind", "verdict"),
    [
        ("未收到政府信息公开申请。", "no_requests", "contradicts"),
        ("未发生因政府信息公开引起的行政复议。", "no_reconsideration", "contradicts"),
        ("未发生因政府信息公开引起的行政复议和行政诉讼情况。", "no_appeals", "contradicts"),
        ("信息公开类复议、诉讼均获维持。", "appeals_upheld", "contradicts"),
        ("信息公开类行政复议均已审结。", "reconsideration_closed", "contradicts"),
        ("信息公开类行政诉讼案件均无败诉。", "", ""),
        ("全部在规定时限内办结。", "deadline", "not checkable"),
        ("我局未收取信息处理费。", "no_processing_fee", "not checkable"),
    ],
)
def test_a_statement_says_that_its_cells_are_nought(telling: Telling, sentence: str, kind: str, verdict: str) -> None:
    assert [(claim.kind, claim.verdict) for claim in claims(telling(sentence))] == ([(kind, verdict)] if kind else [])


def test_statements_agree_where_the_table_prints_nought(telling: Telling) -> None:
    results = ("upheld", "corrected", "other", "pending", "total")
    rows = ("reconsideration", "litigation_direct", "litigation_after_reconsideration")
    none = {f"review__{row}__{column}": 0 for row in rows for column in results}
    report = telling("未发生因政府信息公开引起的行政复议和行政诉讼。", **none)
    assert [claim.verdict for claim in claims(report)] == ["agrees"]
    assert proved_cells(claims(report)) == set()


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


def test_running_tables_claim_nothing_and_numbers_beyond_those_of_a_report_are_unread(telling: Telling) -> None:
    glued = "信息内容 本年制发件数 本年废止件数 现行有效件数 规章000行政规范性文件8件 本年收费金额（单位：万元）5万元"
    assert claims(telling(glued)) == ()
    report = replace(telling("2024年收到政府信息公开申请1500件。"), year=Finding())
    assert find(report, "1500件").verdict == "set aside"
    found = claims(telling("发布信息1条。" * 1500))
    assert len(found) == 1001
    assert (found[-1].id, found[-1].verdict) == ("too_many", "not checkable")
    (number, *_) = claims(telling("因政府信息公开被申请行政复议143件、无行政诉讼。"))
    assert number.kind == "reconsideration"


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


@pytest.mark.slow
@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_paragraph_of_a_megabyte_takes_no_more_than_its_length_asks(reference: Report, text: str) -> None:
    part = seconds(reference, text[: len(text) // 4])
    assert seconds(reference, text) < 9 * part + 0.2


def test_a_hostile_number_of_lines_takes_no_more_than_their_number_asks(reference: Report) -> None:
    lines = ["我局收到申请共计。其中本年"] * 20_000
    assert seconds(reference, *lines) < 9 * seconds(reference, *lines[:5_000]) + 0.2


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


def test_a_sentence_that_alone_gives_a_department_its_scope_contradicts_nothing(reference: Report) -> None:
    said = "全市公安机关共受理政府信息公开申请4300件。"
    scope = Finding("vertical system", "line 9", "全市公安机关共受理政府信息公开申请")
    bare = replace(reference, paragraphs=(Paragraph(said, "line 9"),))
    assert {claim.verdict for claim in claims(replace(bare, scope=scope))} == {"set aside"}
    assert {claim.verdict for claim in claims(replace(bare, scope=Finding("vertical system")))} == {"contradicts"}
