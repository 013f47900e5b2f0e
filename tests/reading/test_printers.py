"""Whatever way a page is printed, it is read as printed; damaged in whatever way, it is never read silently wrong."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

import pytest
from detection import judge, read_all_ways
from expected import ORGAN, Read, Values, Write, assert_as_printed, drawn
from pagemaker import FORMATS, lay_out, print_page
from pagemaker.mutations import MUTATIONS, is_false, is_seen
from pagemaker.printers import BOOKS, OFDS, PRINTERS, WORDS
from pagemaker.shapes import COPIED, SHAPES, UNRULED

from foi_analysis import ReadingError, load_form
from foi_analysis.checks import verdicts
from foi_analysis.form import CellKey, form_ids

#: What keeps the place of a cell in which nothing is printed.
KEEPS_BLANKS = [
    *(*BOOKS, *WORDS, *OFDS, ".html", ".docx", "commas.txt", "semicolons.txt", "blanks kept.txt"),
    *("an answer.json", "taken out.json", "open left.pdf"),
]
TRUE = [name for name in MUTATIONS if not is_false(name)]
KEY, OTHER = CellKey("requests", "new", "total"), CellKey("requests", "new", "business")


def ending(printer: str) -> str:
    return Path(f"x{printer}").suffix


def on_forms(printers: Iterable[str]) -> list[tuple[str, str]]:
    """Give each printer a form, the next one another; shapes the form of 2021, too, those of ``FORMATS`` all."""
    return [
        (form_id, printer)
        for i, printer in enumerate(printers)
        for form_id in form_ids()
        if printer in FORMATS or form_id == form_ids()[i % 4] or (printer in SHAPES and form_id == "cn-2021")
    ]


@pytest.mark.parametrize(("form_id", "printer"), on_forms(PRINTERS))
def test_a_page_is_read_as_printed(form_id: str, printer: str, read: Read) -> None:
    number = list(PRINTERS).index(printer) + list(form_ids()).index(form_id)
    form, values, page = drawn(form_id, number, (9, 900, 2500, 50_000)[number % 4])
    content = PRINTERS[printer](page)
    report = read(content, ending(printer))
    assert report.form is form
    assert_as_printed(report, values)
    assert (report.organ.value, report.year.value, report.faults) == (ORGAN, "2024", ())
    assert all(verdict.outcome == "holds" for verdict in verdicts(report))
    assert printer not in FORMATS or print_page(page, printer) == content


@pytest.mark.parametrize(("form_id", "printer"), on_forms(KEEPS_BLANKS))
def test_a_blank_is_read_as_a_blank(form_id: str, printer: str, read: Read) -> None:
    form, values, _ = drawn(form_id, 33, 2500)
    some: Values = {key: value for key, value in values.items() if value}
    assert_as_printed(read(PRINTERS[printer](lay_out(form, some, ORGAN, 2024)), ending(printer)), some)


@pytest.mark.parametrize("printer", sorted({*FORMATS, *KEEPS_BLANKS[::2]}))
def test_a_blank_form_holds_nothing_and_nothing_is_zero(printer: str, read: Read) -> None:
    content = PRINTERS[printer](lay_out(load_form("cn-2021"), {}, ORGAN, 2024))
    marks = {cell.mark for cell in read(content, ending(printer)).grid.values()}
    unruled = printer.startswith((".txt", ".md", ".pdf", "merged.", "neither", "blanks kept", "open"))
    assert marks <= ({"blank", "missing", "unreadable"} if unruled else {"blank"})


Case = tuple[str, str, int, int, int]


def formats(name: str) -> list[Case]:
    """Return form, printer, number, seed and size of the pages on which every damage is tried."""
    at, forms = TRUE.index(name), ("cn-2021", "cn-2019")
    sample = [(forms[(at + i) % 2], ending, at + i) for i, ending in enumerate((".txt", ".html", ".md"))]
    return [(*pair, n % 6, 100 + n % 6, (40, 2500)[n % 2]) for *pair, n in sample]


def copies(name: str) -> list[Case]:
    """Return the same of a tenth of the shapes, a quarter of the rules and a kind of workbook, in turn."""
    at, number = TRUE.index(name), list(MUTATIONS).index(name)
    shapes = [(f"{shape}.txt", number + i) for i, shape in enumerate(COPIED) if i % 10 == at % 10]
    shapes += [(f"{rules}.pdf", number) for i, rules in enumerate(UNRULED) if i % 4 == at % 4]
    shapes += [(f"merged and ruled{('.xlsx', '.xls')[at % 2]}", number)]
    return [("cn-2021", printer, n % 3, 50 + n % 3, (40, 900, 2500)[n % 3]) for printer, n in shapes]


@pytest.mark.parametrize("name", TRUE)
@pytest.mark.parametrize("cases", [formats, pytest.param(copies, marks=pytest.mark.slow)])
def test_no_damage_is_read_silently_wrong(cases: Callable[[str], list[Case]], name: str, read: Read) -> None:
    """A sample: ``benchmarks/detection.py`` tries every damage on every form in every way of printing."""
    outcomes = {}
    for form_id, printer, number, seed, size in cases(name):
        damaged = MUTATIONS[name](drawn(form_id, seed, size, 2022)[2], random.Random(f"{name} {number}"))
        if damaged is None or not (is_seen(name, printer) or printer in BOOKS):
            continue
        outcomes[form_id, printer] = "refused"
        with suppress(ReadingError):
            report = read(PRINTERS[printer](damaged), ending(printer))
            printed = {k: c.printed for k, c in report.grid.items() if c.mark not in ("missing", "unreadable")}
            doubted = frozenset(cell.key for cell in report.doubtful)
            outcomes[form_id, printer] = judge(printed, damaged.truth(), doubted)
    assert outcomes or cases is copies
    assert "silent" not in outcomes.values(), outcomes


@pytest.mark.parametrize(
    "name", ["unchanged", "page number", "repeat header", "break table", "reorder sections", "tear label"]
)
def test_harmless_damage_is_read_right(name: str, write: Write) -> None:
    form, _, page = drawn("cn-2021", 11, 700, 2022)
    damaged = next(d for seed in range(20) if (d := MUTATIONS[name](page, random.Random(seed))) is not None)
    for printer in (".txt", ".html", ".docx"):
        found = read_all_ways(write(PRINTERS[printer](damaged), printer), damaged.truth(), form)
        assert found["all"] == "right"


@pytest.mark.parametrize(
    ("found", "doubts", "verdict"),
    [
        ({KEY: "5", OTHER: "2"}, set(), "right"),
        ({KEY: "5"}, set(), "flagged"),
        ({KEY: "6", OTHER: "2"}, set(), "silent"),
        ({KEY: "6", OTHER: "2"}, {KEY}, "flagged"),
        ({KEY: "5", OTHER: "2", CellKey("review", "x", "y"): "1"}, set(), "silent"),
    ],
)
def test_the_judge_tells_right_flagged_and_silent_apart(found: Values, doubts: set[CellKey], verdict: str) -> None:
    assert judge(found, {KEY: "5", OTHER: "2"}, frozenset(doubts)) == verdict
