"""A run of the command speaks one language: that of --lang, else of the locale; what it writes depends on neither."""

from __future__ import annotations

import argparse
import errno
import json
import pickle
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

from foi_analysis import ReadingError
from foi_analysis.cli import main
from foi_analysis.corpus import Counts, summary
from foi_analysis.resources import LANGUAGES, Language, Told, advise, in_language, language_of, read_toml, say
from foi_analysis.usage import HelpFormatter, _wrapped, language_asked

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "foi_analysis"
OURS = ("cli", "errors", "help")
ROOMS = sorted(path.stem for path in (PACKAGE / "words").glob("*.toml"))
COMMANDS = ("check", "reproduce", "verify", "extract", "panel", "ocr", "rules")
Captured = pytest.CaptureFixture[str]
Patch = pytest.MonkeyPatch

# ---- which language ----


@pytest.mark.parametrize(
    ("arguments", "environment", "language"),
    [
        ([], {}, "en"),
        ([], {"LANG": "zh_CN.UTF-8"}, "zh"),
        ([], {"LANG": "ZH_TW"}, "zh"),
        ([], {"LANG": "de_DE.UTF-8"}, "en"),
        ([], {"LC_ALL": "C", "LANG": "zh_CN.UTF-8"}, "en"),
        ([], {"LC_ALL": "", "LC_MESSAGES": "POSIX", "LANG": "zh_CN.UTF-8"}, "en"),
        ([], {"LC_ALL": "", "LC_MESSAGES": "", "LANG": "zh"}, "zh"),
        (["check", "--lang", "zh", "a"], {}, "zh"),
        (["check", "--lang=en", "a"], {"LANG": "zh_CN.UTF-8"}, "en"),
        (["check", "--la", "zh", "a"], {}, "zh"),
        (["check", "--lang"], {"LANG": "zh_CN.UTF-8"}, "zh"),
        (["check", "--lang", "fr"], {"LANG": "zh_CN.UTF-8"}, "zh"),
        (["reproduce", "--lang", "zh,en"], {}, "en"),
        (["reproduce", "--lang", "zh"], {}, "zh"),
        (["check", "-o", "zh", "--", "zh"], {}, "en"),
    ],
)
def test_the_language_is_asked_for_or_that_of_the_locale(
    arguments: list[str], environment: dict[str, str], language: Language
) -> None:
    assert language_asked(arguments, environment) == language


@pytest.mark.usefixtures("chinese")
def test_what_was_before_a_run_is_so_again(capsys: Captured) -> None:
    before = language_of(), vars(argparse)["_"], vars(argparse)["ngettext"]
    for arguments in (["--help"], ["check"], ["rules"], ["check", "no.txt"]):
        ended(arguments)
    assert before == (language_of(), vars(argparse)["_"], vars(argparse)["ngettext"])
    with pytest.raises(SystemExit):
        argparse.ArgumentParser(prog="other").parse_args(["--help"])
    assert "show this help message and exit" in capsys.readouterr().out


# ---- every command, in both languages ----


@pytest.fixture
def chinese(monkeypatch: Patch) -> None:
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")


@pytest.fixture
def place(tmp_path: Path, monkeypatch: Patch, reference_text: str) -> Path:
    """A folder with reports whole, damaged and refused, with values that cannot be supplied, and no project."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("foi_analysis.export.notebook.is_project", lambda _: False)
    for name in ("corpus", "corpus/inner", "elsewhere"):
        Path(name).mkdir()
    Path("whole.txt").write_text(reference_text, encoding="utf-8")
    wrong = reference_text.replace("\t1672\t", "\t16?2\t").replace("\t223\t", "\t232\t")
    assert wrong != reference_text
    Path("wrong.txt").write_text(wrong, encoding="utf-8")
    Path("empty.txt").touch()
    for name, text in {"a.txt": reference_text, "copy.txt": reference_text, "inner/b.txt": wrong, "e.txt": ""}.items():
        (Path("corpus") / name).write_text(text, encoding="utf-8")
    Path("corpus/link").symlink_to(tmp_path / "elsewhere")
    head = "cell,value,who,why\n"
    Path("known.csv").write_text(f"{head}requests.new.total,1691,A,B\n", encoding="utf-8")
    Path("other.csv").write_text(f"{head}requests.new.nobody,1,A,B\n", encoding="utf-8")
    Path("lacking.csv").write_text(f"{head}requests.new.natural_person,1,,\n", encoding="utf-8")
    Path("columns.csv").write_text("cell,value\na,1\n", encoding="utf-8")
    return tmp_path


#: Arguments, the exit status that they lead to, and what is said in English.
RUNS = [
    ("--help", 0, "usage: foi-analysis"), *((f"{command} --help", 0, command) for command in COMMANDS[1:]),
    ("check --help", 0, "a file that cannot be read at all"),
    ("", 2, "usage: foi-analysis"), ("bogus", 2, "usage: foi-analysis"), ("check", 2, "usage: foi-analysis"),
    ("reproduce --lang fr", 2, "usage: foi-analysis"), ("check --frob whole.txt", 2, ""),
    ("check --format xml whole.txt", 2, ""), ("check --verb=1 whole.txt", 2, ""), ("check --lang", 2, ""),
    ("check --lang fr whole.txt", 2, ""), ("extract no.txt -o a.xls", 2, "must end in .csv, .json or .parquet"),
    ("panel corpus -o a.csv", 2, ""), ("panel corpus --workers 0", 2, ""),
    ("panel corpus --workers 1 --scheduler tcp://x", 2, ""), ("ocr whole.txt -o a.txt", 2, ""),
    ("rules --form cn-1", 2, ""), ("check whole.txt", 0, ""), ("check --verbose whole.txt", 0, ""),
    ("check wrong.txt whole.txt", 1, ""), ("check --verbose wrong.txt", 1, ""), ("check no.txt", 2, ""),
    ("check empty.txt", 2, ""), ("check whole.txt empty.txt wrong.txt", 2, ""),
    ("check --supplied known.csv whole.txt", 2, ""), ("check --supplied other.csv wrong.txt", 2, ""),
    ("check --supplied lacking.csv wrong.txt", 2, ""), ("check --supplied columns.csv wrong.txt", 2, ""),
    ("extract --supplied known.csv whole.txt wrong.txt", 2, "give one REPORT"),
    ("check --supplied no.csv whole.txt", 2, ""), ("extract whole.txt -o cells.csv", 0, ""),
    ("extract wrong.txt empty.txt -o cells.json", 2, ""),
    ("extract whole.txt -o no/cells.csv", 2, "its folder is not there"), ("extract no.txt", 2, ""),
    ("panel no", 2, ""), ("panel elsewhere", 2, ""),
    ("panel corpus -o no/a.parquet", 2, ""), ("ocr no.png", 2, ""), ("ocr a.png b.png -o a.ocr.json", 2, ""),
    ("reproduce", 2, ""), ("reproduce no.txt", 2, ""), ("reproduce --supplied known.csv", 2, "name it"),
    ("verify", 2, ""),
]  # fmt: skip
#: What stands in Latin letters in a Chinese text: names of files, options, commands, cells, formats and software.
LATIN = re.compile(
    r"(?:foi[-_]analysis|reproduce|verify|extract|check|panel|ocr|rules|bogus|text|json|csv|parquet|validate|vtl)\b"
    r"|--?[a-z][a-z-]*|cn-20[a-z0-9-]+|[\w/{}.-]*\.(?:txt|csv|json|parquet|refused|xls|png|ocr)\b|SHA-256|VTL|YAML|Parquet"
    r"|CSV|PDF|UTF-8|JSON|DOI|Dask|Python|\bR\b|tcp://\w+|HOST:\d+|pip install '[\w\[\]]+'|out/|\bzh\b|\ben\b|xml|fr\b"
    r"|(?:requests|proactive|review|cell|balance|applicants|outcomes)[\w.]*(?:,value,who,why)?|\b(?:value|who|why)\b"
    r"|elsewhere|corpus|\bno\b|\blink\b|Wilson|\[pdf\]|cn-1|\b[0-9a-f]{64}\b",
    re.ASCII,
)
#: What is Chinese in an English text: names of organs, labels of the form, and what is quoted from the report.
LABELS = re.compile("上海市公安局|政府信息公开工作年度报告|总计|件|“[^”]*”")


def ended(arguments: list[str]) -> int:
    """Run the command and return its exit status, also where argparse ends the run."""
    try:
        return main(arguments)
    except SystemExit as stop:
        return int(str(stop.code))


def assert_english(said: str) -> None:
    assert re.findall(r".*[\u3000-\u9fff\uff00-\uffef].*", LABELS.sub("", said)) == []


def assert_chinese(said: str) -> None:
    assert re.findall(r".*[A-Za-z]{2}.*", LATIN.sub("", said)) == []
    assert said.count("\n") == 0 or re.search(r"[\u4e00-\u9fff]", said)
    assert re.findall(r".*[\u4e00-\u9fff][,;:!?()][\u4e00-\u9fff].*", said) == []


@pytest.mark.slow
@pytest.mark.parametrize(("line", "status", "told"), RUNS, ids=[line or "nothing" for line, *_ in RUNS])
def test_a_run_ends_as_it_should_and_tells_no_word_of_the_other_language(
    line: str, status: int, told: str, place: Path, capsys: Captured, monkeypatch: Patch
) -> None:
    assert ended(line.split()) == status
    said = "".join(capsys.readouterr())
    assert told in LABELS.sub("", said)
    assert_english(said)
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    assert ended(line.split()) == status
    assert_chinese("".join(capsys.readouterr()).replace(str(place), ""))


@pytest.mark.usefixtures("place", "chinese")
def test_an_option_asks_for_a_language_whatever_the_locale(capsys: Captured) -> None:
    assert main(["extract", "no.txt", "--lang", "en"]) == 2
    assert "No such file or directory; give the path of a report" in capsys.readouterr().err
    assert main(["check", "whole.txt", "--lang", "en"]) == 0
    assert "Every cell was read without doubt" in capsys.readouterr().out
    assert ended(["check", "--help", "--lang", "en"]) == 0
    assert capsys.readouterr().out.startswith("usage: ")


@pytest.mark.usefixtures("place")
def test_what_is_written_and_how_it_ends_does_not_depend_on_the_language(capsys: Captured, monkeypatch: Patch) -> None:
    lines = ("extract whole.txt", "check --format json whole.txt empty.txt no.txt", *(
        f"rules --format {name}" for name in ("validate", "vtl", "json")
    ))  # fmt: skip
    made: list[list[tuple[int, str]]] = []
    for locale in ("C", "zh_CN.UTF-8"):
        monkeypatch.setenv("LANG", locale)
        made.append([(ended(line.split()), capsys.readouterr().out) for line in lines])
    assert made[0] == made[1]
    assert json.loads(made[1][1][1])[2]["error"].startswith("no.txt: No such file")


@pytest.mark.slow
def test_a_panel_begun_in_one_language_goes_on_in_the_other_and_its_refusals_stand_in_both(
    place: Path, capsys: Captured, monkeypatch: Patch
) -> None:
    made = []
    for locale, options in (("C", []), ("zh_CN.UTF-8", ["--keep-journal"]), ("C", [])):
        monkeypatch.setenv("LANG", locale)
        assert main(["panel", "corpus", "--workers", "1", *options]) == 2
        said = "".join(capsys.readouterr()).replace(str(place), "")
        assert_english(said) if locale == "C" else assert_chinese(said)
        made.append((Path("panel.parquet").read_bytes(), Path("panel.refused.csv").read_bytes()))
    assert made[0] == made[1] == made[2]
    assert made[0][1].decode().splitlines() == [
        "file,reason,reason_zh",
        "copy.txt,a copy of a.txt: the same bytes; counted once,与a.txt逐字节相同，是其副本，只计一次",
        "e.txt,the file is empty; save or download it again,文件是空的，请重新保存或下载",
        "link,a link to a folder is not followed; give that folder by name,"
        "这是指向文件夹的链接，不予跟随；请直接给出那个文件夹",
    ]


def test_pictures_and_copies_are_counted_in_both_languages() -> None:
    counts = Counts(9, whole=5, doubtful=1, refused=1, copies=2, pictures=1)
    assert str(counts) == "5 whole, 1 doubtful, 1 refused, 2 copies"
    told = summary(counts, Path("p.parquet"))
    assert told.endswith("(p.refused.csv); 1 is a picture: pip install 'foi_analysis[ocr]' and run it again")
    assert in_language(told, "zh").startswith(
        "共9个文件：无疑5份，存疑1份，未能读取1份，副本2份（p.refused.csv）；其中1个是图片"
    )


# ---- errors ----


def test_errors_of_the_system_are_told_in_chinese_with_what_to_do() -> None:
    for number in (errno.ENOENT, errno.EACCES, errno.ENOSPC, errno.EISDIR, errno.EIO, errno.ENAMETOOLONG):
        told = in_language(advise(OSError(number, "the system's own words")), "zh")
        assert re.fullmatch(r"[\u4e00-\u9fff，；]+", told)
        assert "请" in told
    assert advise(OSError(errno.EACCES, "the  system's")) == "the system's; ask for access, or give another place"
    assert in_language(advise(OSError("nothing known")), "zh").startswith("nothing known；")


def test_a_message_can_be_sent_to_another_process_and_an_error_with_it() -> None:
    told = Told("errors.closed", why=advise(OSError(errno.EACCES, "Permission denied")))
    error = pickle.loads(pickle.dumps(ReadingError(told)))
    assert str(error) == "this folder cannot be opened: Permission denied; ask for access, or give another place"
    assert in_language(error, "zh") == "无法打开此文件夹：没有访问权限；请申请访问权限，或换一个位置"
    assert in_language(Told("errors.at", where="a", what=error), "zh").startswith("a：无法打开此文件夹")


def test_what_is_no_message_of_ours_is_told_as_it_is() -> None:
    assert in_language(KeyError("a"), "zh") == "'a'"
    assert in_language(OSError(2, "No"), "zh") == "[Errno 2] No"
    assert in_language(KeyError(Told("errors.no_reports")), "zh") == "没有年报"


# ---- help ----


@pytest.mark.usefixtures("chinese")
def test_help_in_chinese_is_as_wide_as_the_screen_and_its_columns_are_straight(
    capsys: Captured, monkeypatch: Patch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert ended(["panel", "--help"]) == 0
    lines = capsys.readouterr().out.splitlines()
    begins = {_width(line) - _width(line.lstrip("-")) for line in lines}
    assert begins == {0}
    options = [line for line in lines if line.startswith(("  --", "  -h"))]
    assert {_width(line[: re.match(r"\s+.*?\s{2,}(?=\S)", line).end()]) for line in options} == {22}  # type: ignore[union-attr]
    helps = [line for command in COMMANDS for line in _help(command, capsys).partition("选项：")[2].splitlines()]
    assert max(map(_width, helps)) <= 80


def _help(command: str, capsys: Captured) -> str:
    ended([command, "--help"])
    return capsys.readouterr().out


def _width(text: str) -> int:
    return sum(2 if c >= "\u3000" or c in "“”" else 1 for c in text)


def test_chinese_breaks_anywhere_but_before_a_sign_that_ends() -> None:
    assert _wrapped("一二三四，五六", 8) == ["一二三", "四，五六"]
    assert _wrapped("写成 Parquet 文件", 10) == ["写成", "Parquet 文", "件"]
    assert HelpFormatter("x")._split_lines("plain English text", 10) == ["plain", "English", "text"]


# ---- words ----


def pairs(value: object, path: str = "") -> Iterator[tuple[str, dict[Language, str]]]:
    """Yield texts that stand in both languages, with their keys."""
    if isinstance(value, dict):
        if set(value) == set(LANGUAGES) and all(isinstance(text, str) for text in value.values()):
            yield path, value
        else:
            for key, inner in value.items():
                yield from pairs(inner, f"{path}.{key}" if path else key)


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


#: Texts whose languages name other places: the system's own words in English; an English name of an organ.
UNEQUAL = r"errors\.system_\w+|tables\.organ_named"


#: A mark doubled, a half-width mark beside a Chinese character, a space within Chinese.
BADLY_SET = re.compile(
    r"[，。；：、！？]{2}|[\u4e00-\u9fff][,;:!?()]|[\u4e00-\u9fff] ?[,;:!?()\"](?![\w.])|[,;:!?()][\u4e00-\u9fff]"
    r"|[\u4e00-\u9fff，。；：] +[\u4e00-\u9fff，。；：]"
)
#: Rooms that are read as a whole, entry by entry.
WHOLE = {"choices", "decision", "facts", "findings", "glossary", "numbering", "readings"}


@pytest.mark.parametrize("room", ROOMS)
def test_every_text_is_in_both_languages_and_fills_the_same_places(room: str) -> None:
    entries = read_toml(f"words/{room}.toml")
    for key, texts in entries.items():
        assert room in WHOLE or set(texts) - {"advice", "settle"} == set(LANGUAGES), key
    for key, texts in pairs(entries):
        if not re.fullmatch(UNEQUAL, f"{room}.{key}") and room != "figures":
            assert places(texts["zh"]) == places(texts["en"]), key
            zh, en = (sorted(re.findall(r"%\(?\w+", texts[language], re.ASCII)) for language in LANGUAGES)
            assert zh == en, key


@pytest.mark.parametrize("room", ROOMS)
def test_chinese_has_its_own_punctuation(room: str) -> None:
    for key, texts in pairs(read_toml(f"words/{room}.toml")):
        assert not BADLY_SET.search(re.sub("`.*?`", "`x`", texts["zh"])), key
        if room in OURS:
            assert say(f"{room}.{key}", "zh", **dict.fromkeys(places(texts["zh"]), 1.0)) is not None
