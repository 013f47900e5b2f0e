"""Print reports as pictures, damage them as scanners and faxes do, and count what is recognised of each cell.

A cell is right, doubted though right, missing or unreadable, wrong but doubted, or wrong without a doubt; the last are
counted once more where an identity or the prose proves them, which is the worst that can be.

    python benchmarks/recognition.py [--reports N] [--dots 100,150,200,300] [--damages clean,…] [--out FILE.json]
"""

from __future__ import annotations

import argparse
import io
import json
import time
from collections import Counter
from pathlib import Path

import harness  # noqa: F401  # where pagemaker lies
from pagemaker import lay_out
from pagemaker.pdf import to_pdf
from pagemaker.scans import DAMAGES, as_pdf, photographed

from foi_analysis.form import Form, load_form
from foi_analysis.read import read_report
from foi_analysis.report import ReadingError
from foi_analysis.teaching.answers import draw_values

#: Forms, how large the figures are, and the size of the letters, in points.
REPORTS = (("cn-2021", 3000, 8.0), ("cn-2019", 400, 7.5), ("cn-2021", 60, 9.0))
_FIGURES = {"row", "column", "balance", "prose"}


def recognise(pdf: bytes, values: dict[object, object], dots: int, damage: str, seed: int) -> Counter[str]:
    """Read a report from pictures of its pages; count its cells by what became of them."""
    pages = photographed(pdf, dots, damage, seed)
    try:
        report = read_report(io.BytesIO(as_pdf(pages, dots)))
    except ReadingError:
        return Counter(missing=len(values), pages=len(pages))
    counts = Counter(pages=len(pages))
    for key, value in values.items():
        cell = report.grid.get(key)
        if cell is None or cell.mark in ("missing", "unreadable"):
            counts["missing"] += 1
        elif cell.value == value:
            counts["doubted" if cell.doubt else "right"] += 1
        else:
            counts["wrong, doubted" if cell.doubt else "wrong"] += 1
            counts["wrong, proved"] += not cell.doubt and bool(_FIGURES & {*cell.proofs})
    return counts


def main() -> None:
    """Run from the command line."""
    ask = argparse.ArgumentParser()
    ask.add_argument("--reports", type=int, default=3)
    ask.add_argument("--dots", default="100,150,200,300")
    ask.add_argument("--damages", default=",".join(DAMAGES))
    ask.add_argument("--out", type=Path)
    args = ask.parse_args()
    found: dict[str, dict[str, dict[str, int]]] = {}
    for damage in args.damages.split(","):
        for dots in map(int, args.dots.split(",")):
            counts, begun = Counter[str](), time.process_time()
            for seed, (form_id, size, letters) in enumerate(REPORTS[: args.reports], 1):
                form: Form = load_form(form_id)
                values = draw_values(form, seed, size)
                pdf = to_pdf(lay_out(form, values, "测试市人民政府", 2020 + seed), letters)
                counts += recognise(pdf, values, dots, damage, seed)
            found.setdefault(damage, {})[str(dots)] = dict(sorted(counts.items()))
            print(f"{damage:8} {dots:4} {time.process_time() - begun:6.1f} s  {dict(counts)}", flush=True)
    if args.out:
        args.out.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
