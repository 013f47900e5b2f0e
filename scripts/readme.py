"""Write the parts of the documents that the program produces: commands with their output, and measured tables.

    python scripts/readme.py            write them
    python scripts/readme.py --check    only tell which are out of date, and exit 1

Each part stands between ``<!-- begin NAME -->`` and ``<!-- end NAME -->``.
"""

from __future__ import annotations

import contextlib
import io
import json
import re
import sys
from code import InteractiveInterpreter
from collections.abc import Callable
from pathlib import Path

import nbformat
import pandas as pd

import foi_analysis as foi
from foi_analysis.cli import main as foi_analysis
from foi_analysis.measures import measures_of

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))  # pagemaker, the maker of test pages

from pagemaker.mutations import MUTATIONS, is_false

ROOT = Path(__file__).resolve().parent.parent
REPORT = "data/raw/shanghai_psb_2024.txt"
RESULTS = ROOT / "benchmarks" / "results"
DOCUMENTS = (ROOT / "README.md", ROOT / "README.zh.md", *sorted((ROOT / "docs").glob("*.md")))


def run(*arguments: str) -> str:
    """Run a command of the program in the project's folder and return what it prints."""
    out = io.StringIO()
    with contextlib.chdir(ROOT), contextlib.redirect_stdout(out):
        foi_analysis(list(arguments))
    return out.getvalue()


def shell(command: str, output: str) -> str:
    """Show a command and its output as a console block."""
    return f"```console\n$ {command}\n{output.rstrip()}\n```"


def check_reference() -> str:
    """Show the check of the reference report."""
    return shell(f"foi-analysis check {REPORT}", run("check", REPORT))


def check_in_chinese() -> str:
    """Show the check of the reference report in Chinese."""
    return shell(f"foi-analysis check --lang zh {REPORT}", run("check", "--lang", "zh", REPORT))


def extract_reference() -> str:
    """Show the first cells of the reference report, the columns that are the same in every line left out."""
    lines = run("extract", REPORT).splitlines()
    return shell(f"foi-analysis extract {REPORT} | head -4", "\n".join(line[:170] + "…" for line in lines[:4]))


def detection() -> str:
    """Tell the outcome of the detection benchmark, mutation by mutation."""
    table = json.loads((RESULTS / "detection.json").read_text(encoding="utf-8"))["damage"]
    ways = ("all", "label", "order", "identities")
    lines = [
        "| damage to the page | cases | all together | label alone | order alone | order + identities |",
        "|---|--:|--:|--:|--:|--:|",
    ]
    for name in MUTATIONS:
        counts = table[name]
        cells = (" / ".join(str(counts[way].get(o, 0)) for o in ("right", "flagged", "silent")) for way in ways)
        label = f"{name} *(the page itself is false)*" if is_false(name) else name
        lines.append(f"| {label} | {sum(counts['all'].values())} | {' | '.join(cells)} |")
    honest = [table[name]["all"] for name in MUTATIONS if not is_false(name)]
    sums = [sum(counts.get(outcome, 0) for counts in honest) for outcome in ("right", "flagged", "silent")]
    lines.append("")
    lines.append(
        f"Over {sum(sums):,} damaged pages that still tell the truth: {sums[0]:,} read right, {sums[1]:,} flagged or "
        f"refused, **{sums[2]} silently wrong**. Cells are *read right / flagged / silently wrong*."
    )
    return "\n".join(lines)


def printing() -> str:
    """Tell the outcome of the detection benchmark by the way in which pages are printed, copied or saved."""
    table = json.loads((RESULTS / "detection.json").read_text(encoding="utf-8"))["printing"]
    lines = ["| printed, copied or saved as | undamaged | damaged, and still true |", "|---|--:|--:|"]
    for name, counts in table.items():
        cells = (
            " / ".join(str(counts[kind].get(o, 0)) for o in ("right", "flagged", "silent"))
            for kind in ("undamaged", "truthful")
        )
        lines.append(f"| {name.removeprefix('.')} | {' | '.join(cells)} |")
    return "\n".join(lines)


def recognition() -> str:
    """Tell what was recognised of pictures of reports, by what the scanner did and how many dots there are."""
    found = json.loads((RESULTS / "recognition.json").read_text(encoding="utf-8"))
    kinds = ("right", "doubted", "missing", "wrong, doubted", "wrong")
    dots = list(next(iter(found.values())))
    lines = [f"| pages | {' | '.join(f'{n} dots an inch' for n in dots)} |", f"|---|{'--:|' * len(dots)}"]
    for damage, by_dots in found.items():
        cells = (" / ".join(str(counts.get(kind, 0)) for kind in kinds) for counts in by_dots.values())
        lines.append(f"| {damage} | {' | '.join(cells)} |")
    counts = [counts for by_dots in found.values() for counts in by_dots.values()]
    cells, wrong, proved = (
        sum(counts.get(kind, 0) for counts in counts for kind in chosen)
        for chosen in (kinds, ("wrong",), ("wrong, proved",))
    )
    lines.append("")
    lines.append(
        f"Of {cells:,} cells: **{wrong} wrong without a doubt**, {proved} of them proved by an identity or the prose. Cells "
        "are *right / right but doubted / missing or unreadable / wrong but doubted / wrong without a doubt*."
    )
    return "\n".join(lines)


def speed() -> str:
    """Tell the recorded ratios of the benchmarks."""
    reading = json.loads((RESULTS / "reading.json").read_text(encoding="utf-8"))
    names = {
        "html": f"a web page of {reading['html']['kilobytes']} kB, all proofs",
        "pdf": "a PDF, all proofs",
        "text": "the reference text, all proofs",
    }
    lines = ["| reading | against | ratio of times |", "|---|---|--:|"]
    lines += [f"| {name} | {reading[key]['against']} | {reading[key]['ratio']} |" for key, name in names.items()]
    imported = json.loads((RESULTS / "import_cost.json").read_text(encoding="utf-8"))
    lines.append(f"| importing foi_analysis | import pandas | {imported['ratio']} |")
    exported = json.loads((RESULTS / "exporting.json").read_text(encoding="utf-8"))
    times = ", ".join(f"{ratio} ({kind})" for kind, ratio in exported["ratio"].items())
    lines.append(f"| all pages of one language, run and converted | {exported['against']} | {times} |")
    return "\n".join(lines)


def checking() -> str:
    """Tell what checking 100 000 reports costs against others, and how often a planted slip is named."""
    found = json.loads((RESULTS / "checking.json").read_text(encoding="utf-8"))
    costs = found["milliseconds"]
    lines = [
        f"| {found['identities']} identities over {found['reports']:,} reports, by | milliseconds | relative to ours |",
        "|---|--:|--:|",
    ]
    names = ("ours", "bare numpy", "pandas, columns added", "pandas, sum(axis=1)", "pandera", "pointblank")
    lines += [f"| {name} | {costs[name]:,.0f} | {costs[name] / costs['ours']:.1f} |" for name in names]
    floats = costs["ours, floats"] / costs["bare numpy, floats"]
    lines += ["", f"Over floats with gaps ours takes {floats:.2f} times what bare numpy takes without a verdict."]
    return "\n".join(lines)


def explaining() -> str:
    """Tell how often the true cell is named, and how soon."""
    found = json.loads((RESULTS / "explaining.json").read_text(encoding="utf-8"))
    answer, first = "true cells in the answer, first or in the tie", "true cells ranked first"
    kinds = found["one slip, by kind, in each of the 190 cells"]
    rows = {f"one slip: {name}{' (two cells)' * (name == 'swapped')}": row for name, row in kinds.items()}
    rows |= {name: found[name] for name in ("two slips", "three slips")}
    lines = ["| planted | times | true cells in the answer | ranked first |", "|---|--:|--:|--:|"]
    lines += [f"| {name} | {row['planted']} | {row[answer]}% | {row[first]}% |" for name, row in rows.items()]
    times, banff = found["times"], found["banff on the same records"]
    lines.append("")
    lines.append(
        f"Explaining one slip takes {times['microseconds a report in the batch']:.0f} microseconds a report in a batch "
        f"of {times['reports in the batch']:,}, {times['microseconds alone, groups_of(report)']} alone. "
        f"banff {banff['banff']} takes {banff['banff, milliseconds a report']} ms for the same records and finds the "
        "planted cell in "
        f"{banff['banff names the wrong cell']}% of them, one answer among equals; ours has it in its answer in "
        f"{banff['ours has the wrong cell in the answer']:.0f}%. At most "
        f"{found['worst case']['sets tried for one group at most']:,} sets of cells are tried for one group of broken "
        "identities; where that bound was hit, the answer says so. Swapped neighbours that change no sum break nothing."
    )
    return "\n".join(lines)


def measured() -> str:
    """Tell the disclosure measures of the reference report, each under its own definition."""
    report = foi.read_report(ROOT / REPORT)
    names = {one.id: one for one in measures_of(report.form)}
    frame = foi.measure(report).query("group == 'disclosure'")
    lines = ["| measure of the reference report | counts | value | 95% interval |", "|---|--:|--:|--:|"]
    for row in frame.to_dict("records"):
        value, low, high = (f"{100 * row[key]:.1f}" for key in ("value", "low", "high"))
        counts = f"{row['numerator']:.0f} / {row['denominator']:.0f}"
        lines.append(f"| {names[row['measure']].name('en')} | {counts} | {value}% | {low} to {high}% |")
    return "\n".join(lines)


def exercises() -> str:
    """List the exercises with their minutes and points, as the notebook with solutions has them."""
    book = nbformat.read(ROOT / "teaching/source/exercises/06_exercises.ipynb", as_version=4)
    lines, head, points = [], "", dict[str, int]()
    for cell in book.cells:
        heading = re.match(r"## (\d+ .+)", cell.source) if "lang-en" in cell.metadata.get("tags", ()) else None
        head = heading[1] if heading else head
        points[head] = points.get(head, 0) + cell.metadata.get("nbgrader", {}).get("points", 0)
    for head in filter(None, points):
        found = re.fullmatch(r"(\d+) (.+) \(about (\d+) minutes\)", head)
        assert found
        lines.append(f"| {found[1]} | {found[2]} | {found[3]} | {points[head]} |")
    return "\n".join(["| | exercise | minutes | points |", "|--:|---|--:|--:|", *lines])


def planting() -> str:
    """Show an exercise in Python: planted, asked about, answered."""
    return _session(
        "import foi_analysis as foi",
        "from foi_analysis import teaching",
        'report = foi.load_panel()["shanghai_psb_2024"]',
        'exercise = teaching.plant_error(report, kind=None, seed="20260001")',
        "exercise",
        'print(teaching.hint(exercise, 3, "en"))',
        'teaching.check_answer(exercise, {"requests.new.total": 12}, "en")',
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


def many() -> str:
    """Show a first minute with many reports."""
    return _session(
        "panel = foi.load_panel()  # fourteen published reports, checked by hand (data/panel/)",
        "panel",
        'panel.reports[["report", "year", "form", "scope", "number", "blank", "missing"]].head(4)',
        'panel.wide["requests", "new", "total"].head(3)',
        'foi.explain(panel)[["report", "cell", "printed", "implied", "slip", "tie"]].head(3)',
        'panel.changes()[["report", "measure", "change", "low", "high", "state"]].head(2).round(1)',
        'print(panel.common("requests").sentence("en"))',
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


def comparing() -> str:
    """Tell what checking and measuring a large panel costs, and what others take for the same."""
    found = json.loads((RESULTS / "comparing.json").read_text(encoding="utf-8"))
    whole, same = found["whole panel"], found["identities and measures"]
    costs = same["milliseconds"]
    lines = [
        f"| {same['identities']} identities and {same['measures']} measures of {same['reports']:,} reports, by | "
        "milliseconds | relative to ours |",
        "|---|--:|--:|",
    ]
    lines += [f"| {name} | {cost:,.0f} | {cost / costs['ours']:.1f} |" for name, cost in costs.items()]
    seconds = whole["seconds"]
    lines.append("")
    lines.append(
        f"All checks and measures over {whole['reports']:,} reports take {seconds['all checks and measures']} s and "
        f"{whole['megabytes at the peak']['after all checks and measures']} MB; explaining the "
        f"{whole['reports explained']:,} that are broken takes {seconds['explanations of the broken']} s "
        "(`python benchmarks/comparing.py`)."
    )
    return "\n".join(lines)


def corpus() -> str:
    """Tell how fast folders are read, and what a national corpus would take."""
    found = json.loads((RESULTS / "panel.json").read_text(encoding="utf-8"))
    nation, pairs = found["a national corpus"], f"{found['pairs']} pairs over {found['files of a pair']:,} files"
    one, two = found["reports per second, one worker"], found["reports per second, two workers"]
    most, memory = found["most memory in MB, all files"], found["memory, all over a tenth"]
    return (
        f"Measured on web pages of {found['kilobytes a file']} kB: {one} reports a second with one worker, {two} "
        f"with two ({found['two workers over one']} times, median of {pairs}); {most} MB at most for "
        f"{found['files']:,} files, {memory} times what a tenth of them takes; Parquet of "
        f"{found['parquet over csv']:.1%} of the CSV's size. A national corpus of {nation['files']:,} files would take "
        f"{nation['hours with two workers']} hours with two workers and {nation['parquet in MB']} MB of Parquet "
        "(`python benchmarks/panel.py`)."
    )


PARTS: dict[str, Callable[[], str]] = {
    "check": check_reference,
    "check_zh": check_in_chinese,
    "extract": extract_reference,
    "detection": detection,
    "printing": printing,
    "recognition": recognition,
    "checking": checking,
    "explaining": explaining,
    "minute": minute,
    "many": many,
    "measures": measured,
    "comparing": comparing,
    "corpus": corpus,
    "speed": speed,
    "exercises": exercises,
    "planting": planting,
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
