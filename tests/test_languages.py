"""What the program says is said in Chinese as well as in English."""

from __future__ import annotations

import ast
import io
import json
import pickle
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import matplotlib.pyplot as plt
import pytest
from hostile import FILES

import foi_analysis as foi
from foi_analysis import ReadingError, Report, printing, read_report
from foi_analysis.bilingual import Words, doubt_of, fault_of, place
from foi_analysis.form import load_form
from foi_analysis.reading import align_best, open_document
from foi_analysis.reading.ofd_page import Budget, numbers
from foi_analysis.reading.pdf import _which
from foi_analysis.reading.picture import Printed, recognise_anew
from foi_analysis.reading.sidecar import EXTRA, open_sidecar
from foi_analysis.resources import LANGUAGES, Language, Told, in_language, read_toml

PACKAGE = Path(__file__).parents[1] / "src" / "foi_analysis"
REFERENCE = PACKAGE.parents[1] / "data/raw/shanghai_psb_2024.txt"

# ---- reading: refusals, faults and doubts ----

REFUSALS: dict[str, dict[str, str]] = read_toml("words/refusals.toml")
READERS = [*sorted((PACKAGE / "reading").glob("*.py"))]
#: Names of kinds of files, programs, codes and units, and what is typed: they are the same in Chinese.
LATIN = re.compile(
    r"\.(?:docx|xlsx|xlsb|ppt)|pip install 'foi_analysis\[ocr\]'|foi-analysis(?: ocr)?"
    r"|(?<![A-Za-z])(?:CSV|Excel|GB18030|MB|OFD|Office|OpenDocument|PDF|PNG|RTF|SHA-256|UTF-8|UTF-16|WPS|Word|XML|rb)(?![A-Za-z])"
)
#: Values that are quoted: names of files and parts, what a library says, and what stands in the file.
QUOTED = ("name", "file", "error", "kind", "how", "text", "sum", "version", "number", "owner", "where", "extra")
#: A hostile file for each thing that is said of one.
REFUSED = (
    "nuls.txt", "scan.pdf", "page-number.pdf", "locked.pdf", "mini-fat.doc", "locked.doc", "word-95.doc", "letters.doc",
    "long-text.docx", "fields.doc", "rows.doc", "levels.doc", "pipes.md", "old.ppt", "before-2019.txt", "announced.txt",
    "locked.docx", "other.zip", "sheet.xlsx", "binary.xlsb", "xml.xls", "merged.xls", "truncated.xls", "no-place.xlsx",
    "sheets.xlsx", "deep.xlsx", "laughs.xlsx", "bomb.xlsx", "merged-short.xls", "locked.xls", "excel-95.xls",
    "report.odt", "report.ofd", "lzma.docx", "many-parts.docx", "laughs.docx", "laughs-16.docx", "spans.html",
    "deep-tables.html", "misnested.html", "one-line.txt", "one-line-2mb.txt", "surrogates.html", "page-count.pdf",
    "cyclic.pdf", "same-page.pdf", "forms.pdf", "forms-deep.pdf", "huge-page.pdf", "unmapped.pdf", "folds.mht",
    "picture.txt", "rich.doc", "flat.doc", "packed.txt",
)  # fmt: skip


def quoted_in(said: object) -> Iterator[str]:
    """Yield what a message quotes."""
    for name, value in said.values.items() if isinstance(said, Told) else ():
        if isinstance(value, Told):
            yield from quoted_in(value)
        elif name in QUOTED:
            yield str(value)


def latin_in(text: str, quoted: Iterable[str] = ()) -> list[str]:
    """Return the words in Latin letters that stand in a Chinese text, but for those that it may have."""
    for quotation in sorted(quoted, key=len, reverse=True):
        text = text.replace(quotation, "")
    return re.findall(r"[A-Za-z]+", LATIN.sub("", text))


def assert_chinese(said: object) -> None:
    text = in_language(said, "zh")
    told = said.args[0] if isinstance(said, BaseException) else said
    assert isinstance(told, Told), told
    assert re.search(r"[\u4e00-\u9fff]", text), text
    assert latin_in(text, quoted_in(told)) == [], text
    assert "\n" not in text


def test_a_refusal_has_no_latin_letters_in_chinese_but_names_and_what_is_quoted() -> None:
    for key, texts in REFUSALS.items():
        assert all(texts.values()), key
        assert latin_in(re.sub(r"\{\w+\}", "", texts["zh"])) == [], key


def test_every_refusal_is_used_and_every_one_that_is_used_is_there() -> None:
    used = {key for path in PACKAGE.rglob("*.py") for key in re.findall(r'"refusals\.(\w+)"', path.read_text("utf-8"))}
    assert used == set(REFUSALS)


#: Errors whose words stay English, by module: why.
ENGLISH = {
    "corpus": "caught: a damaged part is made anew",
    "form": "a form of the package is wrong",
    "formula": "a formula of the package is wrong",
    "measures": "a measure of the package is wrong",
    "prose/kinds": "a pattern of the package is wrong",
    "resources": "an attribute that Python asks for",
    "rules": "a rule of the package is wrong",
    "teaching/slips": "a wrong call of a function that only the package calls",
}


def raised_plainly(tree: ast.AST, *, handed_on: bool) -> Iterator[int]:
    """Yield the lines on which an error is raised, or made, with a text of one language.

    What is handed on from elsewhere may be in both. A ComparisonError is given the key of a text.
    """
    for call in ast.walk(tree):
        kind = ast.unparse(call.func) if isinstance(call, ast.Call) else ""
        if isinstance(call, ast.Call) and re.fullmatch("[A-Za-z.]+Error", kind) and kind != "ComparisonError":
            first = call.args[0] if call.args else ast.Constant("")
            told = isinstance(first, ast.Call) and ast.unparse(first.func) == "Told"
            if not told and (not handed_on or isinstance(first, ast.JoinedStr | ast.BinOp | ast.Constant)):
                yield call.lineno


def test_errors_are_raised_in_words_that_both_languages_have() -> None:
    english = set[str]()
    for path in PACKAGE.rglob("*.py"):
        name = path.relative_to(PACKAGE).with_suffix("").as_posix()
        tree = ast.parse(path.read_text(encoding="utf-8"))
        english |= {name} if any(raised_plainly(tree, handed_on=not name.startswith("reading/"))) else set()
    assert english == set(ENGLISH)


def test_an_error_in_one_language_is_found() -> None:
    for line in ("raise ValueError('odd')", "raise ReadingError(f'{x}')", "raise ValueError(WHY % 1)", "ValueError()"):
        for handed_on in (True, False):
            assert list(raised_plainly(ast.parse(line), handed_on=handed_on)) == [1], line
    assert list(raised_plainly(ast.parse("raise ValueError(Told('refusals.empty'))"), handed_on=False)) == []


@pytest.mark.parametrize("name", REFUSED)
def test_a_refused_file_is_told_in_chinese(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "foi_analysis.reading.recognise", None)
    path = tmp_path / name
    path.write_bytes(FILES[name][0]())
    with pytest.raises(ReadingError) as error:
        read_report(path)
    assert_chinese(error.value)
    assert in_language(error.value, "zh").startswith(f"{name}：")
    assert in_language(error.value, "en") == str(error.value)


def test_what_is_no_file_to_read_is_told_in_chinese(tmp_path: Path) -> None:
    sidecar = tmp_path / "scan.png.ocr.json"
    sidecar.write_text("{}", encoding="utf-8")
    for source in (tmp_path, sidecar, io.StringIO("text")):
        with pytest.raises(ReadingError) as error:
            read_report(source)  # type: ignore[arg-type]
        assert_chinese(error.value)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "已损坏（JSONDecodeError："),
        ("{}", "已损坏（KeyError：'version'）"),
        ('{"version": 9, "sha256": ""}', "的版本是9，不是1"),
        ('{"version": 1, "sha256": "abc", "engine": {}, "count": 0, "pages": []}', "出自另一个文件（SHA-256 abc…）"),
        (
            '{"version": 1, "sha256": "", "engine": {}, "pages": [{"width": 1, "height": 1, "turned": 0,'
            ' "rulings": [], "white": [], "number": 0, "words": [], "cells": []}]}',
            "已损坏（ValueError：页码为0）",
        ),
    ],
)
def test_a_sidecar_that_cannot_be_used_is_told_in_chinese(content: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "scan.png.ocr.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ValueError, match="its sidecar") as error:
        open_sidecar(path, "f" * 64)
    assert said in in_language(error.value, "zh")
    assert_chinese(error.value)


def test_numbers_and_sizes_of_an_ofd_file_are_told_in_chinese() -> None:
    with pytest.raises(ValueError, match=r"\(Size of TextObject is 'x'\)|holds 'x'") as error:
        numbers("x", 1, "Size of TextObject")
    assert "TextObject的Size中有'x'" in in_language(error.value, "zh")
    for what in ("tags", "attributes", "parts", "annotations", "pages", "characters", "characters of advances"):
        with pytest.raises(ValueError, match=f"more than 1 {what}: ") as error:
            Budget().spend(what, 2, 1)
        assert_chinese(error.value)


def test_what_recognising_needs_is_told_in_chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "foi_analysis.reading.recognise", None)
    with pytest.raises(ValueError, match="pip install") as error:
        recognise_anew(Printed("a.png", b"", ""), Told("refusals.recognising"))
    assert in_language(error.value, "zh") == "识别功能尚未安装，请先运行pip install 'foi_analysis[ocr]'再试"


def test_two_reports_in_one_file_are_told_in_chinese(reference_text: str, tmp_path: Path) -> None:
    other = reference_text.replace("4", "7")
    path = tmp_path / "two.txt"
    for second in (other, other.replace("上海市公安局", "重庆市民政局")):
        path.write_text(f"{reference_text}\n{second}", encoding="utf-8")
        with pytest.raises(ReadingError, match="two reports in one file") as error:
            read_report(path)
        assert_chinese(error.value)
        assert "一个文件内有两份年报" in in_language(error.value, "zh")


@pytest.fixture
def faulty(reference_text: str, tmp_path: Path) -> Report:
    """Return a report with a row that the form does not have, and without its last table."""
    lines = reference_text.splitlines()
    at = next(i for i, line in enumerate(lines) if "予以公开" in line and "部分" not in line and line.count("\t") > 5)
    table = next(i for i, line in enumerate(lines) if line.lstrip().startswith("四、"))
    path = tmp_path / "faulty.txt"
    odd = re.sub("予以公开", "另行告知", lines[at])
    path.write_text("\n".join([*lines[:at], odd, *lines[at + 1 : table]]), encoding="utf-8")
    return read_report(path)


def test_faults_are_shown_in_the_language_that_is_asked_for(faulty: Report) -> None:
    assert faulty.faults
    chinese, english = printing.text(faulty, "zh"), printing.text(faulty, "en")
    for fault in faulty.faults:
        assert isinstance(fault, Told)
        assert f"  {fault_of(fault).zh}\n" in f"{chinese}\n"
        assert f"  {fault_of(fault).en}\n" in f"{english}\n"
        assert re.match(r"[\u4e00-\u9fff]", fault_of(fault).zh)
        assert fault_of(str(fault)) == fault_of(fault)  # as a panel gives it back


@pytest.mark.parametrize("key", [key for key in REFUSALS if key.startswith("fault_")])
def test_a_fault_is_known_again_by_its_english_text(key: str) -> None:
    values = {"row": "依申请\n公开", "place": place("page 1, table 2, row 3, cell 4")}
    table = Words("收费情况", "fees (收费情况)")
    told = Told(f"refusals.{key}", **(values if "{row}" in REFUSALS[key]["en"] else {"table": table}))
    assert fault_of(str(told)) == fault_of(told)
    assert "\n" not in fault_of(told).zh + fault_of(told).en
    assert latin_in(fault_of(told).zh) == []
    assert pickle.loads(pickle.dumps(told)) == told
    assert in_language(pickle.loads(pickle.dumps(told)), "zh") == in_language(told, "zh")


@pytest.mark.parametrize(
    ("pictures", "said"),
    [
        ([3], "这个PDF文件的第3页是图片"),
        ([1, 2], "这个PDF文件的第1、2页是图片"),
        ([1, 2, 3, 4, 5, 6], "这个PDF文件的第1、2、3、4、5等页是图片"),
    ],
)
def test_pages_that_could_not_be_recognised_are_told_in_chinese(pictures: list[int], said: str) -> None:
    told = Told("refusals.needs_engine", why=_which(pictures), extra=EXTRA)
    assert fault_of(told).zh == fault_of(str(told)).zh == f"{said}，请先运行{EXTRA}再试"
    assert fault_of(told).en == told


def test_a_fault_that_is_no_message_of_ours_stays_as_it_is() -> None:
    assert fault_of("something else") == Words("something else", "something else")


#: Doubts of cells and of the head as the readers put them, and what they quote.
DOUBTS = (
    ("align.py", "columns in another order than the form's", ""), ("align.py", "the total may stand first", ""),
    ("align.py", "a row of many lines, and its sum does not hold", ""),
    ("align.py", "numbers in a line of their own below", ""),
    ("align.py", "a column more than the form has", ""), ("align.py", "column heads in two orders", ""),
    ("align.py", "label differs from the form: ", "标签"), ("align.py", "label differs from the form", ""),
    ("align.py", "the row has rows of its own: ", "标签"), ("align.py", "one value over several cells", ""),
    ("align.py", "two rows in one", ""), ("align.py", "two values in one cell", ""),
    ("align.py", "column labels in pieces", ""), ("align.py", "a blank field between the values", ""),
    ("align.py", "more values than columns in the row", ""), ("align.py", "another unit: ", "元 in place of 万元"),
    ("align.py", "no label found: read by counting alone", ""),
    ("align.py", "two readings disagree: by order ", "blank (sheet 表1, cell B2)"),
    ("align.py", "two readings disagree: by order ", "5 (line 3, field 2)"),
    ("align.py", "two readings disagree: by order ", "blank (table 1, row 3)"),
    ("align.py", "found twice: also ", "5 (paragraph 3, field 2)"),
    ("align.py", "found twice: also ", "5 (page 2, row 4)"),
    ("align.py", "unreadable: no number, blank or dash", ""), ("place.py", "unreadable: its column is not certain", ""),
    ("place.py", "unreadable: the row's values do not fit its columns", ""),
    ("picture.py", "recognised in two ways", ": also 5 (page 1, table 1, row 2, beside it)"),
    ("../read.py", "recognised once", ""), ("../read.py", "recognised in a picture, and a sum does not hold", ""),
    ("head.py", "years disagree: ", "2023 (file name)"), ("head.py", "organs disagree: ", "某局 (title)"),
    ("head.py", "years disagree: ", "2023 (title)"), ("head.py", "organs disagree: ", "上海市公安局 (line 3)"),
    ("head.py", "named as publisher alone", ""), ("head.py", "no place or organ that is known begins the name", ""),
)  # fmt: skip


@pytest.mark.parametrize(("module", "doubt", "quoted"), DOUBTS)
def test_a_doubt_has_chinese_words_and_keeps_its_english_ones(module: str, doubt: str, quoted: str) -> None:
    assert doubt in (PACKAGE / "reading" / module).read_text(encoding="utf-8")
    shown = doubt_of(f"{doubt}{quoted}")
    assert not re.search("[A-Za-z]", shown.zh.replace("B2", "")), shown.zh
    english = shown.en.removesuffix(", and nothing else bears it out")
    assert english == f"{doubt}{quoted}".replace("(title)", "(the file's title)")


def test_words_of_no_known_doubt_stay_as_they_are() -> None:
    assert doubt_of("smudged: by a thumb").one("zh") == "smudged：by a thumb"


def test_no_reader_has_a_doubt_that_is_not_listed_above() -> None:
    """What is listed is all that stands behind ``doubt =`` and ``doubt=`` in the readers, or is returned as one."""
    known = " ".join(doubt for _, doubt, _ in DOUBTS)
    for path in (*READERS, PACKAGE / "read.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [target.id for target in getattr(node, "targets", ()) if isinstance(target, ast.Name)]
            if (isinstance(node, ast.keyword) and node.arg == "doubt") or "doubt" in names:
                for inner in ast.walk(node.value):  # type: ignore[attr-defined]
                    text = inner.value if isinstance(inner, ast.Constant) and isinstance(inner.value, str) else ""
                    assert " " not in text.strip(" ()") or text in known, f"{path.name}:{node.value.lineno}"  # type: ignore[attr-defined]


def test_every_place_in_a_source_has_a_name_in_chinese() -> None:
    for where in (
        "line 1, field 2", "page 1, line 2, field 3", "page 1, table 2, row 3, cell 4",
        "page 1, table 2, row 3, beside it", "table 1, row 2, cell 3",
        "paragraph 1, field 2", "title", "file name", "metadata",
    ):  # fmt: skip
        assert latin_in(place(where).zh) == [], where
        assert where in ("title", "metadata") or place(where).en == where
    assert place("sheet 表（1）, cell AB12") == Words("工作表“表（1）”AB12格", "sheet 表（1）, cell AB12")


def test_a_document_without_a_table_tells_each_that_is_missing(tmp_path: Path) -> None:
    path = tmp_path / "prose.txt"
    path.write_text("本年度工作情况\n", encoding="utf-8")
    found = align_best(open_document(path))
    assert found.form in [load_form(found.form.id)]
    assert [fault_of(fault).zh for fault in found.faults] == [f"未找到表：{table.zh}" for table in found.form.tables]


def shipped() -> Report:
    return foi.load_panel()["shanghai_psb_2024"]


@pytest.mark.parametrize(("language", "said"), [("en", "is printed as"), ("zh", "一个文件内有两份年报：")])
def test_a_second_report_without_a_title_is_told_by_the_first_cell_that_differs(
    language: Language, said: str, reference_text: str
) -> None:
    start, end = (reference_text.index(head) for head in ("三、收到和处理", "五、政府信息公开工作存在"))
    again = re.sub(r"\t(\d+)(?=\t)", lambda found: f"\t{int(found[1]) + 1}", reference_text[start:end])
    with pytest.raises(ReadingError) as error:
        read_report(io.BytesIO(f"{reference_text}\n{again}".encode()))
    assert said in in_language(error.value, language)


#: What a reader of a notebook may get wrong, each with the error that it meets.
WRONG: dict[str, tuple[type[Exception], Callable[[], object]]] = {
    "no such file": (FileNotFoundError, lambda: foi.read_report("/nowhere/none.txt")),
    "an empty file": (ReadingError, lambda: foi.read_report(io.BytesIO(b""))),
    "a folder": (ReadingError, lambda: foi.read_report(PACKAGE / "fonts")),
    "no such supplement": (FileNotFoundError, lambda: foi.read_report(REFERENCE, "/nowhere/none.csv")),
    "no such table of cells": (FileNotFoundError, lambda: foi.read_panel("/nowhere/none.csv")),
    "no such panel": (FileNotFoundError, lambda: foi.read_panel("/nowhere/none.parquet")),
    "a folder as a panel": (ReadingError, lambda: foi.read_panel(PACKAGE / "fonts")),
    "no reports": (ReadingError, lambda: foi.read_reports(PACKAGE / "fonts")),
    "no such cell": (KeyError, lambda: shipped().value("requests", "newx", "total")),
    "no such table": (KeyError, lambda: shipped().table("x")),
    "no such report": (KeyError, lambda: foi.load_panel()["x"]),
    "no such number": (IndexError, lambda: foi.load_panel().select([99])),
    "no mask": (TypeError, lambda: foi.load_panel().select("x")),
    "a short mask": (ValueError, lambda: foi.load_panel().select([True])),
    "no report": (TypeError, lambda: foi.check("x")),
    "several things": (TypeError, lambda: foi.measure([3])),
    "no such group": (ValueError, lambda: foi.measure(shipped(), by="sex")),
    "no such topic": (ValueError, lambda: foi.say("x", shipped())),
    "a panel's topic": (TypeError, lambda: foi.say("comparability", shipped())),
    "a panel's figure": (TypeError, lambda: foi.plot.trends(shipped())),
    "a report's figure": (TypeError, lambda: foi.plot.outcomes(foi.load_panel())),
    "no figure": (TypeError, lambda: foi.plot.outcomes(3)),
    "a text for a number": (ValueError, lambda: shipped().replace({"requests.new.total": "x"})),
    "no such model": (ValueError, lambda: foi.funnel_limits([1], [2], model="x")),
    "no such language": (ValueError, lambda: foi.set_language("fr")),
    "no place to write": (OSError, lambda: foi.plot.save(foi.plot.flow(shipped()), "/proc/flow")),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", WRONG)
def test_errors_of_a_notebook_speak_the_language_that_is_set(name: str, language: Language) -> None:
    kind, mistaken = WRONG[name]
    foi.set_language(language)
    try:
        with pytest.raises(kind) as error:
            mistaken()
        said = str(error.value)
    finally:
        foi.set_language("en")
        plt.close("all")
    assert bool(re.search("[一-鿿]", said)) == (language == "zh"), said
    assert language == "en" or not re.search(r"[A-Za-z]{2,} [a-z]{2,} [a-z]{2,}", said), said


def test_what_a_message_is_as_data_does_not_depend_on_the_language() -> None:
    told = Told("refusals.empty")
    foi.set_language("zh")
    try:
        assert str(told) == "文件是空的，请重新保存或下载"
        assert json.dumps(told) == json.dumps("\n".join([told]))
        assert (told == "the file is empty; save or download it again") is True
    finally:
        foi.set_language("en")
