"""Measure reading against a named alternative in the same run; write the ratios to results/reading.json.

- a web page of real size, read with all proofs, against ``pandas.read_html``, which only finds the grids
- a PDF, against pdfplumber's ``extract_tables`` over the same pages
- the reference text, against importing pandas

    python benchmarks/reading.py
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pandas as pd
import pdfplumber
from harness import REFERENCE, Work, record
from pagemaker import lay_out, print_page

from foi_analysis.form import load_form
from foi_analysis.read import read_report
from foi_analysis.teaching.answers import draw_values

#: What word processors write around each cell, so that the page is as large as published ones.
STYLE = (
    "border-left:none;mso-border-left-alt:none;border-right:1.0000pt outset windowtext;mso-border-right-alt:1.0000pt "
    "outset windowtext;border-top:none;mso-border-top-alt:none;border-bottom:1.0000pt outset windowtext;"
    "mso-border-bottom-alt:1.0000pt outset windowtext;padding:3.7500pt 3.7500pt 3.7500pt 3.7500pt;"
)
INNER = (
    "margin-top:1.5000pt;margin-right:0.0000pt;margin-bottom:0.0000pt;margin-left:0.0000pt;text-indent:0.0000pt;"
    "word-break:break-all;mso-pagination:widow-orphan;text-align:justify;text-justify:inter-ideograph;line-height:21pt;"
)
FONT = (
    "font-family:仿宋_GB2312;mso-hansi-font-family:Calibri;color:rgb(51,51,51);letter-spacing:0.0000pt;font-size:14pt;"
)


def published_page(seed: int, organ: str) -> bytes:
    """Print a web page as word processors publish it, styles in every cell."""
    form = load_form("cn-2021")
    page = print_page(lay_out(form, draw_values(form, seed, 900), organ, 2024), ".html").decode()
    opened = page.replace("<td", f'<td style="{STYLE}"')
    wrapped = opened.replace("</td>", "<o:p></o:p></span></p></td>")
    parts = wrapped.split("<td ")
    cells = (part.replace(">", f'><p style="{INNER}"><span style="{FONT}">', 1) for part in parts[1:])
    return "<td ".join([parts[0], *cells]).encode()


def seconds(work: Work) -> float:
    """Time some work on the processor."""
    start = time.process_time()
    work()
    return time.process_time() - start


def compare(ours: Work, name: str, theirs: Work, pairs: int) -> dict[str, float | str]:
    """Time two things by turns, as a machine's speed changes: the medians, and that of their ratios."""
    ours(), theirs()
    taken = [(seconds(ours), seconds(theirs)) for _ in range(pairs)]
    return _figures(*map(statistics.median, zip(*taken, strict=True)), name, statistics.median(a / b for a, b in taken))


def import_seconds(module: str, runs: int = 7) -> float:
    """Time an import in a fresh interpreter: the median of several."""
    code = f"import time; s = time.process_time(); import {module}; print(time.process_time() - s)"
    found = [subprocess.run([sys.executable, "-c", code], capture_output=True, check=True) for _ in range(runs)]
    return statistics.median(float(run.stdout) for run in found)


def plumbed(path: Path) -> list[object]:
    """Extract all tables with pdfplumber."""
    with pdfplumber.open(path) as pdf:
        return [page.extract_tables() for page in pdf.pages]


def measure() -> dict[str, dict[str, float | str]]:
    """Measure all three."""
    form = load_form("cn-2021")
    with tempfile.TemporaryDirectory() as folder:
        html, pdf = Path(folder, "report.html"), Path(folder, "report.pdf")
        html.write_bytes(published_page(1, "某某市人民政府"))
        pdf.write_bytes(print_page(lay_out(form, draw_values(form, 1, 900), "某某市人民政府", 2024), ".pdf"))
        text = [seconds(lambda: read_report(REFERENCE)) for _ in range(9)]
        ours, pandas = statistics.median(text), import_seconds("pandas")
        return {
            "html": compare(lambda: read_report(html), "pandas.read_html", lambda: pd.read_html(html), 151)
            | {"kilobytes": round(html.stat().st_size / 1000)},
            "pdf": compare(lambda: read_report(pdf), "pdfplumber extract_tables", lambda: plumbed(pdf), 7),
            "text": _figures(ours, pandas, "import pandas", ours / pandas),
        }


def _figures(ours: float, theirs: float, name: str, ratio: float) -> dict[str, float | str]:
    return {
        "ours_ms": round(ours * 1e3, 1),
        "against": name,
        "theirs_ms": round(theirs * 1e3, 1),
        "ratio": round(ratio, 3),
    }


if __name__ == "__main__":
    record("reading", measure())
