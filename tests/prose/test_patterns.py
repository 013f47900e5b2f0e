"""The patterns are data that can be trusted: named, complete, and speaking only of cells that there are."""

from __future__ import annotations

from collections import Counter

import pytest

from foi_analysis.form import form_ids, load_form
from foi_analysis.prose.kinds import Kind, load_kinds, meanings
from foi_analysis.prose.numbers import fold_prose, sentences, squeeze
from foi_analysis.prose.verdicts import Judgement
from foi_analysis.report import Paragraph
from foi_analysis.resources import LANGUAGES, read_toml


@pytest.mark.parametrize("kind", load_kinds(), ids=lambda kind: kind.id)
def test_a_kind_is_named_in_both_languages_and_marks_its_number(kind: Kind) -> None:
    assert kind.zh
    assert kind.en
    texts = [pattern.pattern for pattern in kind.patterns + kind.hints]
    assert texts
    assert all(("#(?:" in text or "#元" in text or "#%" in text) != kind.statement for text in texts)
    assert bool(kind.cells) != bool(kind.reason)


def test_kinds_have_different_names_and_the_form_of_2021_the_cells_of_all_but_procurement() -> None:
    assert max(Counter(kind.id for kind in load_kinds()).values()) == 1
    form = load_form("cn-2021")
    without = {kind.id for kind in load_kinds() if kind.cells and not meanings(kind, form)}
    assert without == {"procurement", "procurement_amount"}


@pytest.mark.parametrize("form_id", form_ids())
def test_a_family_of_outcome_is_the_sum_of_its_rows(form_id: str) -> None:
    form = load_form(form_id)
    by_id = {kind.id: kind for kind in load_kinds()}
    for head, rows in form.families():
        (meaning,) = meanings(by_id[head.key], form)
        assert tuple(key.row for key in meaning.cells) == rows


def test_every_reason_has_words_in_both_languages() -> None:
    for why, texts in read_toml("words/prose.toml").items():
        assert set(texts) == set(LANGUAGES), why
    for kind in load_kinds():
        if kind.reason:
            assert Judgement("not checkable", kind.reason).reason("en")


def test_folding_keeps_every_character_and_white_space_goes_save_one_between_numbers() -> None:
    text = "（２０２４年）Ａ：１％，；⾏政"
    assert fold_prose(text) == "(2024年)A:1%，;行政"
    assert len(fold_prose(text)) == len(text)
    assert squeeze(" 收 到  16 91\n件 A b\u200b ") == "收到16 91件A b"


def test_a_sentence_tells_where_its_words_stand_and_headings_and_page_numbers_are_none() -> None:
    lines = ("第一句到此为止。第二句从这一行开始但在", "下一行才结束。")
    found = list(sentences(Paragraph(text, f"line {at}, field 1") for at, text in enumerate(lines, 4)))
    assert [sentence.printed for sentence in found] == ["第一句到此为止。", "第二句从这一行开始但在下一行才结束。"]
    assert (found[1].where(0), found[1].where(10), found[1].where(11)) == ("line 4, field 1",) * 2 + (
        "line 5, field 1",
    )
    lines = ("（二）依申请公开方面", "— 3 —", "答复申请若干件。")
    found = list(sentences(Paragraph(text, f"line {at}") for at, text in enumerate(lines)))
    assert [(sentence.heading, sentence.text) for sentence in found] == [("(二)依申请公开方面", "答复申请若干件。")]
