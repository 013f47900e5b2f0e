from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree, html
from made_reports import with_cell, with_values

from foi_analysis import Report, load_form, read_report
from foi_analysis.form import CellKey, entries, form_ids
from foi_analysis.report import Cell, Finding
from foi_analysis.resources import read_toml
from foi_analysis.tables import (
    PublishedTable,
    Shown,
    decision_table,
    glossary_table,
    head_table,
    measures_table,
    published_table,
)

SHOWN: tuple[Shown, ...] = ("zh", "en", "both")
TABLES = ("proactive", "requests", "review")
ABOUT: tuple[Callable[[Report, Shown], PublishedTable], ...] = (decision_table, head_table, measures_table)


WORKING_NOTES = (
    "from memory", "re-read", "not seen", "label as", "as a label:", "never show", "avoid", "group head", "gov.cn",
)  # fmt: skip


def parsed(table: PublishedTable) -> etree._Element:
    return html.fragment_fromstring(table.html())


def every_table(report: Report, shown: Shown) -> list[PublishedTable]:
    published = [published_table(report, key, shown) for key in TABLES]
    glossaries = [glossary_table(report, key, shown) for key in TABLES]
    return [*published, *glossaries, *(make(report, shown) for make in ABOUT)]


def the_cell(table: PublishedTable, key: CellKey) -> etree._Element:
    (found,) = parsed(table).xpath(f"//td[@data-cell='{key}']")
    return found


@pytest.mark.parametrize("key", TABLES)
@pytest.mark.parametrize("shown", SHOWN)
def test_every_number_stands_once_under_the_value_read_and_tells_its_place(
    reference: Report, key: str, shown: Shown
) -> None:
    cells = parsed(published_table(reference, key, shown)).xpath("//td[@data-cell]")
    printed = {str(k): str(cell.value) for k, cell in reference.grid.items() if k.table == key}
    assert {cell.get("data-cell"): cell.text for cell in cells} == printed
    places = {cell.get("aria-description").partition("；" if shown == "zh" else "; ")[0] for cell in cells}
    assert len(places) == len(cells) == len(printed)


@pytest.mark.parametrize("shown", SHOWN)
def test_cells_fill_every_table_without_gap_or_overlap_and_heads_and_captions_can_be_found(
    reference: Report, shown: Shown
) -> None:
    for table in every_table(reference, shown):
        root = parsed(table)
        for part in root.xpath(".//thead | .//tbody"):
            taken: set[tuple[int, int]] = set()
            for y, row in enumerate(part.iter("tr")):
                x = 0
                for box in row:
                    while (y, x) in taken:
                        x += 1
                    height, width = int(box.get("rowspan", "1")), int(box.get("colspan", "1"))
                    merged = {(y + dy, x + dx) for dy in range(height) for dx in range(width)}
                    assert not merged & taken, table.id
                    taken |= merged
            height, width = (1 + max(where[axis] for where in taken) for axis in (0, 1))
            assert len(taken) == height * width, table.id
            assert height == len(list(part.iter("tr"))), table.id
        assert {th.get("scope") for th in root.iter("th")} <= {"col", "colgroup", "row", "rowgroup"}
        heads = {th.get("id") for th in root.iter("th")}
        for td in root.iter("td"):
            assert set((td.get("headers") or "").split()) <= heads
        (caption,) = root.iter("caption")
        assert caption.text_content().strip()
        (region,) = root.xpath("//div[@role='region']")
        assert region.get("aria-labelledby") == caption.get("id")


def test_a_cell_names_all_its_heads_in_three_levels(reference: Report) -> None:
    root = parsed(published_table(reference, "requests", "zh"))
    key = "requests.withheld_process.legal_service"
    (cell,) = root.xpath(f"//td[@data-cell='{key}']")
    heads = [root.get_element_by_id(i).text_content() for i in cell.get("headers").split()]
    table = reference.form.table("requests")
    row, column = table.row("withheld_process"), table.column("legal_service")
    assert heads == [term.zh for term in (*table.path(row), row, *table.path(column), column)]
    assert len(heads) == 6


def test_english_labels_carry_the_printed_numbers_and_both_languages_show_chinese_above_english(
    reference: Report,
) -> None:
    heads = [th.text_content() for th in parsed(published_table(reference, "requests", "en")).iter("th")]
    assert "III. Outcomes this year" in heads
    assert "(7) Total concluded" in heads
    assert "8. Information under a special access regime (registry searches and the like)" in heads
    root = parsed(published_table(reference, "review", "both"))
    spans = [(span.get("lang"), span.text) for span in root.xpath("//th")[0]]
    assert spans == [("zh-Hans", "行政复议"), ("en", "Administrative reconsideration")]


def test_the_caption_tells_the_source_and_a_number_its_place_print_and_proofs(reference: Report) -> None:
    (caption,) = parsed(published_table(reference, "requests", "en")).iter("caption")
    text = caption.text_content()
    for part in ("requests", reference.organ.value, reference.year.value, reference.name, reference.sha256[:12], "175"):
        assert part in text
    cell = reference.cell("requests", "new", "total")
    shown = the_cell(published_table(reference, "requests", "en"), cell.key)
    told = shown.get("aria-description")
    assert told == f"{cell.where}; evidence: label, order, row sum, balance, prose"
    other = with_cell(reference, cell.key, printed="1 691")
    told = the_cell(published_table(other, "requests", "en"), cell.key).get("aria-description")
    assert told.startswith(f"{cell.where}; printed as “1 691”; "), "told where it is not what is shown"
    assert shown.get("tabindex") == "0"
    assert shown.text_content() == cell.printed, "what is told is no part of the number"


def test_a_table_of_many_stops_has_a_way_past_it_and_a_way_back(reference: Report) -> None:
    root = parsed(published_table(reference, "requests", "en"))
    skip, back = root.xpath("//a[@class='foi-skip']")
    assert (skip.get("href"), back.get("href")) == (f"#{back.get('id')}", f"#{skip.get('id')}")
    assert "Requests received and handled" in skip.text
    assert list(root).index(skip) < list(root).index(root.find("div")) < list(root).index(back)
    assert parsed(head_table(reference, "en")).xpath("//a[@class='foi-skip']") == []


@pytest.mark.parametrize(
    ("mark", "printed", "shown"),
    [("blank", "", ""), ("dash", "—", "—"), ("missing", "", "missing"), ("unreadable", "1O", "unreadable")],
)
def test_what_is_no_number_is_never_shown_as_one(reference: Report, mark: str, printed: str, shown: str) -> None:
    key = CellKey("requests", "new", "total")
    report = with_cell(reference, key, value=None, mark=mark, printed=printed)
    table = published_table(report, "requests", "en")
    assert (the_cell(table, key).text or "") == shown
    assert any(f"{mark} (1)" in note.en for note in table.notes)
    frame = table.frame().set_index(["row", "column"])
    assert frame["value"].isna().sum() == 1
    assert frame.loc[("new", "total"), "mark"] == mark


def test_zero_is_printed_as_zero_and_a_doubtful_or_supplied_number_is_marked_by_sign_and_note(
    reference: Report,
) -> None:
    assert the_cell(published_table(reference, "proactive", "zh"), CellKey("proactive", "rules", "issued")).text == "0"
    old = reference.cell("requests", "new", "total")
    doubt = "two readings disagree: by order 1619 (line 69, field 9)"
    table = published_table(with_cell(reference, old.key, doubt=doubt), "requests", "zh")
    text = the_cell(table, old.key).text_content()
    assert text.startswith(f"{old.value}?")
    assert "两种读法不一致：按次序为1619（第69行第9栏）" in text
    assert any("按次序为1619" in note.zh for note in table.notes)
    key = CellKey("review", "reconsideration", "total")
    table = published_table(with_cell(reference, key, value=5, mark="supplied", printed=""), "review", "en")
    assert the_cell(table, key).text_content().startswith("5†")
    assert any(note.en.startswith("† supplied (1)") for note in table.notes)


def test_a_table_that_is_not_there_says_so_once(reference: Report) -> None:
    missing = {key: Cell(key, None, "missing") if key.table == "review" else c for key, c in reference.grid.items()}
    (note,) = published_table(replace(reference, grid=missing), "review", "en").notes
    assert "not found" in note.en


def test_csv_holds_one_line_a_cell_with_its_evidence_whatever_the_language(reference: Report) -> None:
    lines = published_table(reference, "review", "zh").csv().splitlines()
    assert lines[0] == "table,row,column,row_zh,row_en,column_zh,column_en,value,mark,printed,where,proofs,doubt"
    assert len(lines) == 16
    assert len({published_table(reference, "requests", shown).csv() for shown in SHOWN}) == 1


def test_only_html_is_shown_and_it_brings_its_style(reference: Report) -> None:
    table = published_table(reference, "review", "en")
    assert reference.show("review", "en").html() == table.html()
    bundle, metadata = table._repr_mimebundle_()
    assert list(bundle) == ["text/html", "text/csv"]
    assert bundle["text/csv"] == table.csv()
    assert metadata == {"name": "review"}
    assert bundle["text/html"].startswith("<style>")
    assert "<script" not in bundle["text/html"]
    assert "http" not in bundle["text/html"]


def test_two_readings_of_one_file_give_the_same_bytes_and_ids_are_unique(
    reference: Report, reference_path: Path
) -> None:
    tables = every_table(reference, "both")
    assert [one.html() for one in tables] == [one.html() for one in every_table(read_report(reference_path), "both")]
    ids = [name for table in tables for name in parsed(table).xpath("//@id")]
    assert len(ids) == len(set(ids))


@settings(max_examples=15, deadline=None)
@given(text=st.text(min_size=1))
def test_whatever_a_file_says_is_escaped(reference: Report, text: str) -> None:
    hostile = f"<script>{text}</script>\"'&"
    key = CellKey("review", "reconsideration", "total")
    report = replace(
        with_cell(reference, key, value=None, mark="dash", printed=hostile, where=hostile, doubt=hostile),
        organ=Finding(hostile, hostile, hostile),
        name=hostile,
        faults=(hostile,),
    )
    for table in (published_table(report, "review", "both"), head_table(report, "both")):
        assert "<script" not in table.html()


def test_head_gives_place_and_words_and_says_what_is_unknown(reference: Report) -> None:
    frame = head_table(reference, "en").frame().set_index("entry")
    assert frame.loc["organ", "where"].startswith("line ")
    assert frame.loc["published_on", "value"] == ""
    assert "unknown" in head_table(reference, "en").html()


@pytest.mark.parametrize("form_id", form_ids())
def test_every_term_of_every_form_is_explained_in_chinese_and_holds_no_working_notes(form_id: str) -> None:
    for table in load_form(form_id).tables:
        for entry in entries(load_form(form_id), table.key):
            assert entry.gloss("zh"), entry.key
            assert entry.basis("zh"), entry.key
            assert entry.gloss("zh") != entry.term.gloss
            assert not [word for word in WORKING_NOTES if word in entry.note("en").lower()]


def test_the_glossary_explains_no_term_that_no_form_has() -> None:
    known = {
        (t.key, term.key) for f in form_ids() for t in load_form(f).tables for term in (*t.rows, *t.columns, *t.groups)
    }
    texts = read_toml("words/glossary.toml")
    tables = [*((key, texts[key]) for key in TABLES), *(pair for f in form_ids() for pair in texts.get(f, {}).items())]
    assert {(table, key) for table, keys in tables for key in keys} <= known


def measure_line(table: PublishedTable, name: str) -> list[str]:
    lines = [[box.text_content() for box in row] for row in parsed(table).iter("tr")]
    (found,) = [line for line in lines if line[0] == name]
    return found


def test_a_measure_stands_with_its_counts_interval_definition_and_limits(reference: Report) -> None:
    line = measure_line(
        measures_table(reference, "en", "disclosure"), "Release rate without information under a special access regime"
    )
    assert line[1:4] == ["236 / 379", "62.3%", "57.3% to 67.0%"]
    assert line[4] == (
        "[(1) Disclosed + (2) Partly disclosed] ÷ "
        "[(1) Disclosed + (2) Partly disclosed + (3) Not disclosed − 8. Information under a special access regime]"
    )
    assert "Never join it in one series" in line[5]
    chinese = measure_line(measures_table(reference, "zh", "pace"), "推算的平均办理时间（稳态估计）")
    assert chinese[1:4] == ["147／1691", "10.9个工作日", "无（比值）"]
    appeals = measures_table(reference, "en", "appeals")
    decided = "[Upheld + Corrected + Other result]"
    assert measure_line(appeals, "Reconsiderations: share corrected of those decided")[4] == (
        f"Administrative reconsideration: Corrected ÷ {decided}"
    )
    carried = "［二、上年结转政府信息公开申请数量 + 四、结转下年度继续办理］"
    assert chinese[4] == f"{carried} ÷ 一、本年新收政府信息公开申请数量 × 0.5 × 250"


def test_measures_keep_their_groups_and_records(reference: Report) -> None:
    whole = measures_table(reference, "both")
    groups = list(dict.fromkeys(str(record["group"]) for record in whole.records))
    assert [r for g in groups for r in measures_table(reference, "en", g).records] == list(whole.records)
    assert whole.frame().set_index("measure").loc["release_rate", "definition_zh"].startswith("［（一）予以公开 + ")
    with pytest.raises(ValueError, match="no measure in the group 'speed'"):
        measures_table(reference, "en", "speed")


DISCLOSED = "Share of concluded requests disclosed"


@pytest.mark.parametrize(
    ("changes", "name", "counts", "value"),
    [
        ({"disclosed": None}, DISCLOSED, "not all printed / 1,698", "by the identities 13.1%"),
        ({"disclosed": None, "partly_disclosed": None}, DISCLOSED, "not all", "between"),
        ({"new": 0}, "Implied handling time (steady-state estimate)", "147 / 0", "undefined (0 in the denominator)"),
        ({"concluded": 100}, DISCLOSED, "223 / 100", "the printed numbers contradict each other"),
    ],
)
def test_what_is_not_known_is_said_in_the_place_of_the_value(
    reference: Report, changes: dict[str, int | None], name: str, counts: str, value: str
) -> None:
    values = {f"requests.{row}.total": number for row, number in changes.items()}
    values |= {f"requests.{row}.natural_person": None for row, number in changes.items() if number is None}
    line = measure_line(measures_table(with_values(reference, values), "en"), name)
    assert line[1].startswith(counts)
    assert line[2].startswith(value)
    assert line[3] in ("none", "none (ratio)")


def test_a_measure_on_doubtful_or_broken_ground_is_marked_and_named(reference: Report) -> None:
    key = CellKey("requests", "new", "total")
    report = with_cell(reference, key, value=1, doubt="found twice")
    table = measures_table(report, "en", "pace")
    assert measure_line(table, "Clearance ratio: concluded per 100 received")[2].endswith("?‡")
    assert [note.en[0] for note in table.notes] == ["?", "‡"]
    assert all("Clearance" in note.en and "结收比" in note.zh for note in table.notes)
    assert not measures_table(reference, "en").notes


def test_the_decision_table_has_every_end_of_a_request_and_asks_for_parts_before_grounds(reference: Report) -> None:
    rows = [record["row"] for record in decision_table(reference, "en").records]
    ends = [row.key for row in reference.form.table("requests").rows if row.family or row.key == "carried_out"]
    assert sorted(map(str, rows)) == sorted(ends)
    steps = list(dict.fromkeys(str(record["step"]) for record in decision_table(reference, "en").records))
    assert steps.index("separable") < steps.index("must") < steps.index("may") < steps.index("disclose")


def test_periods_of_the_law_have_a_source_and_no_gap_and_remedies_name_no_day_but_their_bounds() -> None:
    data = read_toml("words/decision.toml")
    assert all(entry["source"] for entry in (*data["periods"], *data["remedies"].values()))
    assert {end["remedy"] for step in data["steps"] for end in step["ends"]} == set(data["remedies"])
    periods = [period for period in read_toml("words/decision.toml")["periods"] if not period.get("reported")]
    assert "since" not in periods[0]
    assert "until" not in periods[-1]
    for earlier, later in pairwise(periods):
        assert later["since"] == earlier["until"] + timedelta(days=1)
    data = read_toml("words/decision.toml")
    known = [period for period in data["periods"] if not period.get("reported")]
    days = {period[end].isoformat() for period in known for end in ("since", "until") if end in period}
    named = {day for remedy in data["remedies"].values() for day in re.findall(r"\d{4}-\d\d-\d\d", remedy["en"])}
    assert named
    assert named <= days


def test_a_law_whose_official_text_was_not_seen_is_called_reported(reference: Report) -> None:
    reported = [period for period in read_toml("words/decision.toml")["periods"] if period.get("reported")]
    notes = [note.en for note in decision_table(reference, "en").notes]
    for period in reported:
        assert period["en"] in notes
        assert "reported" in period["en"]
        assert "据报道" in period["zh"]


@pytest.mark.parametrize(
    ("shown", "places"), [("zh", "第17行第1栏；第25行第1栏"), ("en", "line 17, field 1; line 25, field 1")]
)
def test_each_passage_that_the_scope_rests_on_stands_in_quotation_marks_with_its_place(
    reference: Report, shown: Shown, places: str
) -> None:
    row = next(row for row in parsed(head_table(reference, shown)).xpath("//tr") if places in row.text_content())
    assert "“制发并公开行政规范性文件 7 件，动态调整我局”；“全市各级公安机关共”" in row.text_content()
