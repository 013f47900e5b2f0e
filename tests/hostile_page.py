"""A page of a report whose every text is hostile: markup, an attribute that runs a script, writing turned around."""

from __future__ import annotations

from dataclasses import replace

import matplotlib.pyplot as plt
import nbformat

from foi_analysis import Report, plot
from foi_analysis.export.exporter import FoiHtmlExporter
from foi_analysis.export.page import Fact
from foi_analysis.plot.figure import figure_of, picture
from foi_analysis.report import Finding
from foi_analysis.resources import Language
from foi_analysis.tables import head_table, published_table

EVIL = '<script>alert(1)</script></td></caption></svg></title>"onmouseover="alert(2)\' 局\u202e公安\u2067'
#: As a reader shall see it: every character, those without a shape as their number.
SEEN = EVIL.replace("\u202e", "[U+202E]").replace("\u2067", "[U+2067]")


def hostile_report(report: Report) -> Report:
    """Return a copy whose organ, name, places, doubts and printed tokens are all hostile."""
    cells = {
        key: cell._replace(printed=EVIL, where=EVIL, doubt=EVIL, note=EVIL) if key.row == "new" else cell
        for key, cell in report.grid.items()
    }
    said = Finding(EVIL, EVIL, EVIL, EVIL)
    return replace(report, organ=said, scope=said, name=EVIL, faults=(EVIL,), grid=cells)


def hostile_page(report: Report, language: Language) -> str:
    """Return the page of such a report: tables and a figure under a hostile title, subject and fact."""
    evil = hostile_report(report)
    figure = figure_of(plot.appeals(evil, language=language))
    said = {"image/svg+xml": {"alt": EVIL, "caption": EVIL, "name": EVIL}}
    svg = {"image/svg+xml": picture(figure, "svg", **{"svg.fonttype": "none"}).decode()}
    plt.close(figure)
    shown = [
        thing._repr_mimebundle_() for thing in (head_table(evil, language), published_table(evil, "requests", language))
    ]
    cells = [nbformat.v4.new_markdown_cell("# Title", id="title")]
    for number, (bundle, metadata) in enumerate([*shown, (svg, said)]):
        output = nbformat.v4.new_output("display_data", bundle, metadata=metadata)
        cells.append(nbformat.v4.new_code_cell(f"# {EVIL}", id=f"c{number}", outputs=[output]))
    about = {"subject": EVIL, "facts": [Fact(EVIL, EVIL, lang="zh-CN")]}
    book = nbformat.v4.new_notebook(cells=cells)
    return str(FoiHtmlExporter(language=language).from_notebook_node(book, {"foi": about})[0])
