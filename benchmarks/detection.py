"""Damage printed reports in every known way and count what the reader makes of them.

For each case: read right (every cell as printed, no doubt), flagged (something missing, unreadable or
doubtful), or silently wrong (another value, or a value where none is printed, without a doubt). The readings
are also counted alone: by label, by order, and by order with the identities as the only guard.

    python benchmarks/detection.py [--cases N] [--out FILE.json]
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import harness  # noqa: F401  # where pagemaker lies
from pagemaker import FORMATS, lay_out
from pagemaker.mutations import MUTATIONS, is_false, is_seen
from pagemaker.shapes import SHAPES

from foi_analysis.form import CellKey, Form, form_ids, load_form
from foi_analysis.read import prove
from foi_analysis.reading import open_document, read_file
from foi_analysis.reading.align import read_twice
from foi_analysis.reading.document import read_token
from foi_analysis.report import ReadingError
from foi_analysis.teaching.answers import draw_values

Texts = Mapping[CellKey, str]
WAYS = ("all", "label", "order", "identities")
#: How a page is printed, by a name that ends as the file does: formats, and shapes that people copy and save.
PRINTERS = {**FORMATS, **SHAPES}
Counts = dict[str, dict[str, Counter[str]]]


def judge(read: Texts, truth: Texts, doubts: frozenset[CellKey] = frozenset()) -> str:
    """Judge one reading: ``right``, ``flagged`` or ``silent``.

    ``read`` holds what was read, without the cells that were not; ``doubts`` names those that were doubted.
    """
    printed = {key: text for key, text in truth.items() if read_token(text).mark in ("number", "blank", "dash")}
    wrong = [k for k, text in read.items() if k not in doubts and not same(text, printed.get(k))]
    if wrong:
        return "silent"
    return "right" if not doubts and all(key in read for key in printed) else "flagged"


def same(one: str, other: str | None) -> bool:
    """Whether two texts print the same value; a blank read where nothing is printed is no value."""
    a = read_token(one)
    if other is None:
        return a.value is None
    b = read_token(other)
    return a.value == b.value and (a.value is not None or a.mark == b.mark or a.mark == "blank")


def read_all_ways(path: Path, truth: Texts, form: Form) -> dict[str, str]:
    """Read one file with everything together, and with each reading alone."""
    found = dict.fromkeys(WAYS, "flagged")
    try:
        report = prove(read_file(path))
    except ReadingError:
        return found
    printed = {k: c.printed for k, c in report.grid.items() if c.mark not in ("missing", "unreadable")}
    doubts = frozenset(cell.key for cell in report.doubtful)
    found["all"] = judge(printed, truth, doubts)
    by_label, by_order = read_twice(open_document(path), form)
    found["label"] = judge(by_label, truth)
    found["order"] = judge(by_order, truth)
    found["identities"] = found["order"]
    if found["order"] == "silent" and not _hold(by_order, form):
        found["identities"] = "flagged"
    return found


def _hold(texts: Texts, form: Form) -> bool:
    """Whether every identity holds over texts, a blank or missing one counting as not."""
    values = {key: read_token(text).value for key, text in texts.items()}
    for identity in form.identities:
        sides = [[values.get(key) for key in side] for side in (identity.left, identity.right)]
        if any(value is None for side in sides for value in side):
            return False
        if sum(v for v in sides[0] if v is not None) != sum(v for v in sides[1] if v is not None):
            return False
    return True


def run(cases: int, keep: Path | None = None, seed: int = 1) -> tuple[Counts, Counts]:
    """Try every mutation on every form and printing ``cases`` times.

    Give the counts by mutation and way, and those of undamaged and of all truthful pages by how they are printed. The
    first silently wrong file of each mutation goes to the folder ``keep``.
    """
    kept = set[str]()
    table = {name: {way: Counter[str]() for way in WAYS} for name in MUTATIONS}
    printed = {name: {"undamaged": Counter[str](), "truthful": Counter[str]()} for name in PRINTERS}
    with tempfile.TemporaryDirectory() as folder:
        for form in map(load_form, form_ids()):
            for number in range(cases):
                size = (8, 60, 400, 3000, 30000)[number % 5]
                page = lay_out(form, draw_values(form, seed + number, size), "测试市人民政府", 2024)
                for name, mutate in MUTATIONS.items():
                    for ending, write in PRINTERS.items():
                        chance = random.Random(f"{seed} {number} {name} {ending} {form.id}")
                        damaged = mutate(page, chance)
                        if damaged is None or not is_seen(name, ending):
                            continue
                        path = Path(folder, f"report{Path(f'x{ending}').suffix}")
                        path.write_bytes(write(damaged))
                        found = read_all_ways(path, damaged.truth(), form)
                        for way, outcome in found.items():
                            table[name][way][outcome] += 1
                        if name == "unchanged":
                            printed[ending]["undamaged"][found["all"]] += 1
                        if not is_false(name):
                            printed[ending]["truthful"][found["all"]] += 1
                        if found["all"] == "silent" and keep and name not in kept:
                            kept.add(name)
                            (keep / f"{name}-{form.id}-{ending}".replace(" ", "_")).write_bytes(write(damaged))
    return table, printed


def main() -> None:
    """Run from the command line."""
    ask = argparse.ArgumentParser()
    ask.add_argument("--cases", type=int, default=5)
    ask.add_argument("--out", type=Path)
    ask.add_argument("--keep", type=Path, help="a folder for the first silently wrong file of each mutation")
    args = ask.parse_args()
    if args.keep:
        args.keep.mkdir(exist_ok=True)
    table, printed = run(args.cases, args.keep)
    for name, ways in table.items():
        counts = "  ".join(f"{way} {c['right']}/{c['flagged']}/{c['silent']}" for way, c in ways.items())
        print(f"{name:24} {ways['all'].total():5}  {counts}{'   (page itself false)' if is_false(name) else ''}")
    honest = [ways["all"] for name, ways in table.items() if not is_false(name)]
    total = sum(honest, Counter())
    print(f"all: {total.total()} cases, {total['right']} right, {total['flagged']} flagged, {total['silent']} silent")
    for name, counts in printed.items():
        print(f"{name:36} undamaged {dict(counts['undamaged'])}, truthful {dict(counts['truthful'])}")
    if args.out:
        args.out.write_text(json.dumps({"damage": table, "printing": printed}, ensure_ascii=False, indent=1) + "\n")


if __name__ == "__main__":
    main()
