"""The tidy tables and the codebook: everything the report has, and everything explained in both languages."""

from __future__ import annotations

import csv
import io

import pytest
from made_reports import with_values

from foi_analysis import Report, check, load_form, measure
from foi_analysis.datasets import Dataset, cells, checks, codes, datasets, rates
from foi_analysis.form import form_ids
from foi_analysis.measures import measures_of
from foi_analysis.report import records


def lines(data: Dataset) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.csv())))


def test_cells_hold_what_extract_writes_and_tables_are_as_wide_in_every_row(reference: Report, marked: Report) -> None:
    for report in (reference, marked):
        for found, expected in zip(lines(cells(report)), records(report), strict=True):
            assert {name: found[name] for name in expected} == expected
    for data in datasets(reference):
        assert {len(row) for row in data.rows} == {len(data.columns)}
        assert len(set(data.columns)) == len(data.columns)


def test_checks_hold_every_rule_with_its_verdict_and_a_title(reference: Report) -> None:
    frame, found = check(reference), lines(checks(reference))
    assert [line["rule"] for line in found] == list(frame["rule"])
    assert [line["verdict"] for line in found] == list(frame["verdict"])
    assert all(line["rule_zh"] and line["rule_en"] for line in found)
    line = next(line for line in found if line["rule"] == "balance.total")
    assert (line["left"], line["right"], line["difference"], line["doubtful"]) == ("1768", "1768", "0", "false")


def test_measures_hold_both_counts_and_the_interval_and_a_blank_never_makes_a_value(reference: Report) -> None:
    found = {(line["measure"], line["applicant"]): line for line in lines(rates(reference))}
    assert len(found) == len(measure(reference, by="applicant"))
    line = found["release_rate", "total"]
    assert (line["numerator"], line["denominator"], line["state"]) == ("236", "395", "defined")
    assert [round(float(line[name]), 3) for name in ("value", "low", "high")] == [0.597, 0.548, 0.645]
    assert len(line["value"].removeprefix("0.")) <= 12
    assert line["measure_zh"]
    assert line["applicant_zh"] == "总计"
    report = with_values(reference, {"requests.disclosed.total": None})
    found = {(line["measure"], line["applicant"]): line for line in lines(rates(report))}
    line = found["disclosed_share", "total"]
    assert (line["numerator"], line["denominator"], line["value"], line["state"]) == ("", "1698", "", "bounded")


@pytest.mark.parametrize("form", form_ids())
def test_the_codebook_explains_every_code_of_every_table(reference: Report, form: str) -> None:
    shape = load_form(form)
    known = {(line["kind"], line["table"], line["key"]): line for line in lines(codes(shape))}
    for data in (cells(reference), checks(reference), rates(reference), codes(shape)):
        for name in data.columns:
            assert ("field", data.name, name) in known
    for table in shape.tables:
        assert ("table", "", table.key) in known
        for kind, terms in (("row", table.rows), ("column", table.columns)):
            for term in terms:
                line = known[kind, table.key, term.key]
                assert (line["label_zh"], line["label_en"]) == (term.zh, term.en)
    for one in measures_of(shape):
        line = known["measure", "", one.id]
        assert (line["label_en"], line["never_zh"]) == (one.name("en"), one.never("zh"))
        assert one.numerator in line["definition"]
    assert {key for kind, _, key in known if kind == "rule"} == {i.family for i in (*shape.identities, *shape.bounds)}


def test_every_code_of_a_table_is_in_the_codebook_in_both_languages(reference: Report, marked: Report) -> None:
    for line in lines(codes(reference.form)):
        for text in ("label", "use", "hides", "never", *(["meaning"] if line["kind"] != "head" else [])):
            assert bool(line[f"{text}_zh"]) == bool(line[f"{text}_en"]), (line["kind"], line["key"], text)
    known = {(line["kind"], line["key"]) for line in lines(codes(reference.form))}
    for report in (reference, marked):
        for line in lines(cells(report)):
            assert ("mark", line["mark"]) in known
            assert all(("proof", proof) in known for proof in line["proofs"].split("+") if proof)
        assert all(("state", line["state"]) in known for line in lines(rates(report)))
