"""Write the parts of the documents that the program produces: commands with their output, and measured tables.

    python scripts/readme.py            write them
    python scripts/readme.py --check    only tell which are out of date, and exit 1

Each part stands between ``<!-- begin NAME -->`` and ``<!-- end NAME -->``; ``NAME_zh`` is the same part in Chinese.
The words are in ``readme.toml``.
"""

from __future__ import annotations

import contextlib
import io
import json
import re
import sys
import tomllib
from code import InteractiveInterpreter
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd

import foi_analysis as foi
from foi_analysis.cli import main as foi_analysis
from foi_analysis.measures import measures_of
from foi_analysis.resources import Language, say

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))  # pagemaker, the maker of test pages

from pagemaker.mutations import MUTATIONS, is_false

ROOT = Path(__file__).resolve().parent.parent
REPORT = "data/raw/shanghai_psb_2024.txt"
RESULTS = ROOT / "benchmarks" / "results"
DOCUMENTS = (
    ROOT / "README.md",
    ROOT / "README.zh.md",
    *sorted((ROOT / "docs").glob("*.md")),
    *sorted((ROOT / "docs" / "zh").glob("*.md")),
)
WORDS: dict[str, Any] = tomllib.loads((ROOT / "scripts" / "readme.toml").read_text(encoding="utf-8"))


def run(*arguments: str) -> str:
    """Run a command of the program in the project's folder and return what it prints."""
    out = io.StringIO()
    with contextlib.chdir(ROOT), contextlib.redirect_stdout(out):
        foi_analysis(list(arguments))
    return out.getvalue()


def shell(command: str, output: str) -> str:
    """Show a command and its output as a console block."""
    return f"```console\n$ {command}\n{output.rstrip()}\n```"


def number(value: int, language: Language) -> str:
    """Write a whole number as a language does: 100,000 in English, 10万 in Chinese."""
    if language == "en":
        return f"{value:,}"
    return f"{value // 10_000}万" if value and value % 10_000 == 0 else str(value)


def words(key: str, language: Language, **values: object) -> str:
    """Return a text of ``readme.toml``, such as ``detection.head``, its ``{places}`` filled."""
    part, _, name = key.partition(".")
    shown = {k: number(v, language) if isinstance(v, int) else v for k, v in values.items()}
    return WORDS[part][name][language].format(**shown)


def named(kind: str, name: str, language: Language) -> str:
    """Return what a benchmark calls a thing, in Chinese by the names in ``readme.toml``."""
    return WORDS["names"][kind][name] if language == "zh" else name


def table(head: str, rows: Iterable[Iterable[str]], texts: int = 1) -> str:
    """Lay out a table under a head line; all but the first columns are numbers."""
    rule = "|" + "---|" * texts + "--:|" * (head.count("|") - 1 - texts)
    return "\n".join([head, rule, *(f"| {' | '.join(row)} |" for row in rows)])


def result(name: str) -> Any:
    """Read what a benchmark recorded."""
    return json.loads((RESULTS / f"{name}.json").read_text(encoding="utf-8"))


def counted(counts: Mapping[str, int], kinds: Iterable[str] = ("right", "flagged", "silent")) -> str:
    """Write counts side by side."""
    return " / ".join(str(counts.get(kind, 0)) for kind in kinds)


def check_reference(language: Language) -> str:
    """Show the check of the reference report."""
    asked = ["check", *(["--lang", "zh"] if language == "zh" else []), REPORT]
    return shell(f"foi-analysis {' '.join(asked)}", run(*asked))


def extract_reference() -> str:
    """Show the first cells of the reference report, the columns that are the same in every line left out."""
    lines = run("extract", REPORT).splitlines()
    return shell(f"foi-analysis extract {REPORT} | head -4", "\n".join(line[:170] + "…" for line in lines[:4]))


def detection(language: Language) -> str:
    """Tell the outcome of the detection benchmark, mutation by mutation."""
    found = result("detection")["damage"]
    rows = []
    for name in MUTATIONS:
        counts, label = found[name], named("damage", name, language)
        cases = str(sum(counts["all"].values()))
        label = words("detection.false", language, name=label) if is_false(name) else label
        rows.append([label, cases, *(counted(counts[way]) for way in ("all", "label", "order", "identities"))])
    honest = [found[name]["all"] for name in MUTATIONS if not is_false(name)]
    sums = {kind: sum(counts.get(kind, 0) for counts in honest) for kind in ("right", "flagged", "silent")}
    told = words("detection.sum", language, pages=sum(sums.values()), **sums)
    return f"{table(words('detection.head', language), rows)}\n\n{told}"


def printing(language: Language) -> str:
    """Tell the outcome of the detection benchmark by the way in which pages are printed, copied or saved."""
    rows = []
    for name, counts in result("detection")["printing"].items():
        shape, _, ending = name.rpartition(".")
        told = shape and words("printing.name", language, name=named("printing", shape, language), ending=ending)
        rows.append([told or ending, counted(counts["undamaged"]), counted(counts["truthful"])])
    return table(words("printing.head", language), rows)


def recognition(language: Language) -> str:
    """Tell what was recognised of pictures of reports, by what the scanner did and how many dots there are."""
    found = result("recognition")
    kinds = ("right", "doubted", "missing", "wrong, doubted", "wrong")
    dots = (words("recognition.dots", language, n=n) for n in next(iter(found.values())))
    head = f"| {' | '.join([words('recognition.pages', language), *dots])} |"
    rows = [
        [named("recognition", damage, language), *(counted(counts, kinds) for counts in by_dots.values())]
        for damage, by_dots in found.items()
    ]
    counts = [counts for by_dots in found.values() for counts in by_dots.values()]
    cells, wrong, proved = (
        sum(counts.get(kind, 0) for counts in counts for kind in chosen)
        for chosen in (kinds, ("wrong",), ("wrong, proved",))
    )
    told = words("recognition.sum", language, cells=cells, wrong=wrong, proved=proved)
    return f"{table(head, rows)}\n\n{told}"


def speed(language: Language) -> str:
    """Tell the recorded ratios of the benchmarks."""
    reading, exported = result("reading"), result("exporting")
    rows = [
        [
            words(f"speed.{name}", language, kilobytes=reading["html"]["kilobytes"]),
            reading[name]["against"],
            str(reading[name]["ratio"]),
        ]
        for name in ("html", "pdf", "text")
    ]
    rows.append([words("speed.import", language), "import pandas", str(result("import_cost")["ratio"])])
    times = words("speed.times", language, **exported["ratio"])
    rows.append([words("speed.export", language), exported["against"], times])
    return table(words("speed.head", language), rows, texts=2)


def checking(language: Language) -> str:
    """Tell what checking 100 000 reports costs against others, and how often a planted slip is named."""
    found = result("checking")
    costs = found["milliseconds"]
    names = ("ours", "bare numpy", "pandas, columns added", "pandas, sum(axis=1)", "pandera", "pointblank")
    head = words("checking.head", language, identities=found["identities"], reports=found["reports"])
    floats = words("checking.floats", language, ratio=costs["ours, floats"] / costs["bare numpy, floats"])
    return f"{_costs(head, {name: costs[name] for name in names}, language)}\n\n{floats}"


def _costs(head: str, costs: Mapping[str, float], language: Language) -> str:
    """Lay out milliseconds by program, and relative to ours."""
    rows = (
        [named("program", name, language), number(round(cost), language), f"{cost / costs['ours']:.1f}"]
        for name, cost in costs.items()
    )
    return table(head, rows)


def explaining(language: Language) -> str:
    """Tell how often the true cell is named, and how soon."""
    found = result("explaining")
    answer, first = "true cells in the answer, first or in the tie", "true cells ranked first"
    kinds = found["one slip, by kind, in each of the 190 cells"]
    planted = {_slip(name, language): row for name, row in kinds.items()}
    planted |= {named("planted", name, language): found[name] for name in ("two slips", "three slips")}
    rows = ([name, str(row["planted"]), f"{row[answer]}%", f"{row[first]}%"] for name, row in planted.items())
    times, banff = found["times"], found["banff on the same records"]
    told = words(
        "explaining.sum",
        language,
        batch=times["microseconds a report in the batch"],
        reports=times["reports in the batch"],
        alone=times["microseconds alone, groups_of(report)"],
        banff=banff["banff"],
        milliseconds=banff["banff, milliseconds a report"],
        theirs=banff["banff names the wrong cell"],
        ours=banff["ours has the wrong cell in the answer"],
        sets=found["worst case"]["sets tried for one group at most"],
    )
    return f"{table(words('explaining.head', language), rows)}\n\n{told}"


def _slip(name: str, language: Language) -> str:
    """Return the name of a planted slip, in Chinese as explanations have it."""
    shown = say(f"accounts.slip_{name.replace(' ', '_')}", "zh") if language == "zh" else name
    return words(f"explaining.{'pair' if name == 'swapped' else 'one'}", language, name=shown)


def measured() -> str:
    """Tell the disclosure measures of the reference report, each under its own definition."""
    report = foi.read_report(ROOT / REPORT)
    names = {one.id: one for one in measures_of(report.form)}
    frame = foi.measure(report).query("group == 'disclosure'")
    rows = []
    for row in frame.to_dict("records"):
        value, low, high = (f"{100 * row[key]:.1f}" for key in ("value", "low", "high"))
        counts = f"{row['numerator']:.0f} / {row['denominator']:.0f}"
        rows.append([names[row["measure"]].name("en"), counts, f"{value}%", f"{low} to {high}%"])
    return table("| measure of the reference report | counts | value | 95% interval |", rows)


def exercises(language: Language) -> str:
    """List the exercises with their minutes and points, as the notebook with solutions has them."""
    book = nbformat.read(ROOT / "teaching/source/exercises/06_exercises.ipynb", as_version=4)
    heading = WORDS["exercises"]["heading"][language]
    parts, points, head = dict[str, re.Match[str]](), dict[str, int](), ""
    for cell in book.cells:
        here = f"lang-{language}" in cell.metadata.get("tags", ()) and re.match(f"## {heading}", cell.source)
        if here:
            head = here[0]
            parts[head] = here
        points[head] = points.get(head, 0) + cell.metadata.get("nbgrader", {}).get("points", 0)
    rows = (f"| {found[1]} | {found[2]} | {found[3]} | {points[head]} |" for head, found in parts.items())
    return "\n".join([words("exercises.head", language), "|--:|---|--:|--:|", *rows])


def planting(language: Language) -> str:
    """Show an exercise in Python: planted, asked about, answered."""
    return _session(
        "import foi_analysis as foi",
        "from foi_analysis import teaching",
        'report = foi.load_panel()["shanghai_psb_2024"]',
        'exercise = teaching.plant_error(report, kind=None, seed="20260001")',
        "exercise",
        f'print(teaching.hint(exercise, 3, "{language}"))',
        f'teaching.check_answer(exercise, {{"requests.new.total": 12}}, "{language}")',
    )


def minute() -> str:
    """Show a first minute with one report."""
    return _session(
        "import foi_analysis as foi",
        f'report = foi.read_report("{REPORT}")',
        "report",
        'report.value("requests", "new", "total")',
        'report.cells.loc["review", "value"].unstack()',
        'foi.check(report).groupby("kind", sort=False, observed=True)["verdict"].value_counts().unstack()',
        'foi.measure(report)[["measure", "numerator", "denominator", "value", "low", "high"]].head(3).round(3)',
        'what_if = report.replace({"requests.new.total": 1961})  # a copy; the report never changes',
        'foi.explain(what_if)[["cell", "printed", "implied", "slip"]]',
    )


def many(language: Language) -> str:
    """Show a first minute with many reports."""
    return _session(
        f"panel = foi.load_panel()  # {words('many.comment', language)}",
        "panel",
        'panel.reports[["report", "year", "form", "scope", "number", "blank", "missing"]].head(4)',
        'panel.wide["requests", "new", "total"].head(3)',
        'foi.explain(panel)[["report", "cell", "printed", "implied", "slip", "tie"]].head(3)',
        'panel.changes()[["report", "measure", "change", "low", "high", "state"]].head(2).round(1)',
        f'print(panel.common("requests").sentence("{language}"))',
    )


def _session(*code: str) -> str:
    """Return lines of Python as a person types them, each with what it shows."""
    out = io.StringIO()
    wide = pd.option_context("display.width", 120, "display.max_columns", None)
    with contextlib.chdir(ROOT), contextlib.redirect_stdout(out), wide:
        console = InteractiveInterpreter({"foi": foi})
        for line in code:
            out.write(f">>> {line}\n")
            console.runsource(line)
    return f"```pycon\n{out.getvalue().rstrip()}\n```"


def comparing(language: Language) -> str:
    """Tell what checking and measuring a large panel costs, and what others take for the same."""
    found = result("comparing")
    whole, same = found["whole panel"], found["identities and measures"]
    head = words("comparing.head", language, **{key: same[key] for key in ("identities", "measures", "reports")})
    told = words(
        "comparing.sum",
        language,
        reports=whole["reports"],
        checks=whole["seconds"]["all checks and measures"],
        megabytes=whole["megabytes at the peak"]["after all checks and measures"],
        broken=whole["reports explained"],
        explanations=whole["seconds"]["explanations of the broken"],
    )
    return f"{_costs(head, same['milliseconds'], language)}\n\n{told}"


def corpus(language: Language) -> str:
    """Tell how fast folders are read, and what a national corpus would take."""
    found = result("panel")
    nation = found["a national corpus"]
    return words(
        "corpus.text",
        language,
        kilobytes=found["kilobytes a file"],
        one=found["reports per second, one worker"],
        two=found["reports per second, two workers"],
        ratio=found["two workers over one"],
        pairs=found["pairs"],
        pair=found["files of a pair"],
        most=found["most memory in MB, all files"],
        files=found["files"],
        memory=found["memory, all over a tenth"],
        parquet=found["parquet over csv"],
        nation=nation["files"],
        hours=nation["hours with two workers"],
        megabytes=nation["parquet in MB"],
    )


#: Parts that are written in both languages: as ``NAME`` and as ``NAME_zh``.
_TOLD: dict[str, Callable[[Language], str]] = {
    "check": check_reference,
    "detection": detection,
    "printing": printing,
    "recognition": recognition,
    "checking": checking,
    "explaining": explaining,
    "many": many,
    "comparing": comparing,
    "corpus": corpus,
    "speed": speed,
    "exercises": exercises,
    "planting": planting,
}

PARTS: dict[str, Callable[[], str]] = {
    "extract": extract_reference,
    "minute": minute,
    "measures": measured,
    **{name: partial(make, "en") for name, make in _TOLD.items()},
    **{f"{name}_zh": partial(make, "zh") for name, make in _TOLD.items()},
}


def written(text: str) -> str:
    """Return a document with every produced part made anew. Raises KeyError for a part that is not known."""

    def part(match: re.Match[str]) -> str:
        return f"{match[1]}\n{PARTS[match[2]]()}\n{match[3]}"

    return re.sub(r"(<!-- begin (\w+) -->)\n.*?(<!-- end \2 -->)", part, text, flags=re.DOTALL)


def main() -> int:
    """Write the documents, or with ``--check`` compare them."""
    differ = False
    for path in DOCUMENTS:
        before = path.read_text(encoding="utf-8")
        after = written(before)
        differ |= before != after
        if "--check" not in sys.argv:
            path.write_text(after, encoding="utf-8", newline="\n")
    return int(differ and "--check" in sys.argv)


if __name__ == "__main__":
    sys.exit(main())
