"""Print a laid-out report as an OFD file (GB/T 33190-2016), in the ways that its producers draw tables and text."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from itertools import groupby
from typing import Literal

from pagemaker.pages import Page
from pagemaker.sheets import HIGH, SIZE, WIDE, Sheet, advance, sheets

_SPACES = {"ofd:": 'xmlns:ofd="http://www.ofdspec.org/2016"', "": 'xmlns="http://www.ofdspec.org"'}


@dataclass(frozen=True, slots=True)
class Style:
    """How a file is written: what rules tables, how text is cut into objects, and where things stand.

    ``scale``: points are the unit of objects, and their CTM turns them into millimetres. ``turned``: the text
    runs from the top of the page to its bottom. ``template``: the rules stand on a template page. ``nested``: blocks
    in blocks, and the rules in a composite drawing. ``high``: of the pages, in millimetres.
    """

    prefix: str = "ofd:"
    rules: Literal["lines", "rectangles", "fills", "one path"] = "lines"
    glyphs: bool = False
    scale: float = 1.0
    turned: bool = False
    template: bool = False
    nested: bool = False
    high: float = HIGH


#: The ways in which reports are printed by the tests, by name.
STYLES = {
    "lines": Style(),
    "rectangles": Style(rules="rectangles", prefix=""),
    "fills": Style(rules="fills", scale=25.4 / 72),
    "one path": Style(rules="one path", scale=25.4 / 72, nested=True),
    "glyphs": Style(glyphs=True),
    "template": Style(template=True, rules="one path"),
    "turned": Style(turned=True),
    "short pages": Style(high=70.0),
}


def to_ofd(page: Page, style: Style = STYLES["lines"]) -> bytes:
    """Print an OFD file. The same bytes each time."""
    return written(list(sheets(page, style.high)), style)


def written(pages: list[Sheet], style: Style, extra: str = "", more: dict[str, str] | None = None) -> bytes:
    """Write laid-out pages as a file; ``extra`` is drawn on its first page, ``more`` are further parts."""
    parts = {"OFD.xml": "<o:OFD {x}><o:DocBody><o:DocRoot>Doc_0/Document.xml</o:DocRoot></o:DocBody></o:OFD>"}
    listed, templates, units = "", "", ""
    for i, sheet in enumerate(pages):
        rules = "".join(_rules(sheet, style))
        texts = "".join(_text(sheet, style, *line) for line in sheet.texts)
        if style.nested:
            units += f'<o:CompositeGraphicUnit ID="{i + 90}"><o:Content>{rules}</o:Content></o:CompositeGraphicUnit>'
            rules = f'<o:CompositeObject ResourceID="{i + 90}" Boundary="0 0 210 297"/>'
            texts = f"<o:PageBlock><o:PageBlock>{texts}</o:PageBlock></o:PageBlock>"
        size = (sheet.height, WIDE) if style.turned else (WIDE, sheet.height)
        area = f"<o:Area><o:PhysicalBox>0 0 {size[0]:.4f} {size[1]:.4f}</o:PhysicalBox></o:Area>"
        start, end = "<o:Page {x}>" + area, "</o:Layer></o:Content></o:Page>"
        if style.template:
            parts[f"Doc_0/Tpls/Tpl_{i}/Content.xml"] = f"{start}<o:Content><o:Layer>{rules}{end}"
            templates += f'<o:TemplatePage ID="{i + 50}" BaseLoc="Tpls/Tpl_{i}/Content.xml"/>'
            start, rules = f'{start}<o:Template TemplateID="{i + 50}" ZOrder="Background"/>', ""
        parts[f"Doc_0/Pages/Page_{i}/Content.xml"] = (
            f"{start}<o:Content><o:Layer>{rules}{texts}{extra if i == 0 else ''}{end}"
        )
        listed += f'<o:Page ID="{i + 1}" BaseLoc="{"/Doc_0/" if i % 2 else ""}Pages/Page_{i}/Content.xml"/>'
    parts["Doc_0/Res.xml"] = f"<o:Res {{x}}><o:CompositeGraphicUnits>{units}</o:CompositeGraphicUnits></o:Res>"
    parts["Doc_0/Document.xml"] = (
        f"<o:Document {{x}}><o:CommonData><o:DocumentRes>Res.xml</o:DocumentRes>{templates}</o:CommonData>"
        f"<o:Pages>{listed}</o:Pages><o:Annotations>Annots.xml</o:Annotations></o:Document>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in (parts | (more or {})).items():
            xml = text.replace("{x}", _SPACES[style.prefix]).replace("<o:", f"<{style.prefix}")
            archive.writestr(zipfile.ZipInfo(name), xml.replace("</o:", f"</{style.prefix}"))
    return out.getvalue()


def drawn(kind: str, sheet: Sheet, style: Style, box: tuple[float, ...], inside: str, more: str = "") -> str:
    """Write an object whose own points count from the corner of its box, in millimetres or in points."""
    (x, y, *_), scale = box, style.scale
    matrix = f"{scale} 0 0 {scale} 0 0"
    if style.turned:
        matrix, box = f"0 {scale} {-scale} 0 {sheet.height - y} {x}", (0, 0, sheet.height, WIDE)
    bounds = " ".join(f"{value:.4f}" for value in box)
    return f'<o:{kind} Boundary="{bounds}" CTM="{matrix}" {more}>{inside}</o:{kind}>'


def _text(sheet: Sheet, style: Style, x: float, y: float, words: str) -> str:
    if style.glyphs and len(words) > 1:
        ends = [sum(map(advance, words[:i])) for i in range(len(words))]
        return "".join(_text(sheet, style, x + end, y, letter) for end, letter in zip(ends, words, strict=True))
    steps = [f"{advance(letter) / style.scale:.4f}" for letter in words[:-1]]
    runs = ((step, len(list(same))) for step, same in groupby(steps))
    deltas = " ".join(step if count == 1 else f"g {count} {step}" for step, count in runs)
    more = f'DeltaX="{deltas}"' if deltas else ""
    code = f'<o:TextCode X="0" Y="{SIZE / style.scale:.4f}" {more}>{escape(words)}</o:TextCode>'
    box = (x, y - SIZE, sum(map(advance, words)), SIZE * 1.2)
    return drawn("TextObject", sheet, style, box, code, f'Font="1" Size="{SIZE / style.scale:.4f}"')


def _rules(sheet: Sheet, style: Style) -> Iterator[str]:
    """Yield what rules the cells of a page."""
    sides: list[tuple[float, float, float, float]] = []
    for x0, y0, x1, y1 in sheet.cells:
        sides += [(x0, y0, x1, y0), (x0, y0, x0, y1), (x1, y0, x1, y1), (x0, y1, x1, y1)]
    if style.rules == "one path":
        data = " ".join(_path(*(value / style.scale for value in side)) for side in sides)
        data = f"<o:AbbreviatedData>{data}</o:AbbreviatedData>"
        yield drawn("PathObject", sheet, style, (0, 0, WIDE, sheet.height), data)
        return
    thick = 0.18 if style.rules == "fills" else 0.0
    for x0, y0, x1, y1 in sheet.cells if style.rules == "rectangles" else sides:
        right, down = ((value + thick) / style.scale for value in (x1 - x0, y1 - y0))
        whole = style.rules in ("rectangles", "fills")
        data = f"M 0 0 L {right:.4f} 0 L {right:.4f} {down:.4f} L 0 {down:.4f} C" if whole else _path(0, 0, right, down)
        fill = 'Fill="true" Stroke="false"' if thick else ""
        inside = f'<o:FillColor Value="0 0 0"/><o:AbbreviatedData>{data}</o:AbbreviatedData>'
        yield drawn("PathObject", sheet, style, (x0, y0, x1 - x0 + thick, y1 - y0 + thick), inside, fill)


def _path(x0: float, y0: float, x1: float, y1: float) -> str:
    return f"M {x0:.4f} {y0:.4f} L {x1:.4f} {y1:.4f}"


#: What colours an object.
WHITE, BLACK = '<o:FillColor Value="255 255 255"/>', '<o:FillColor Value="0 0 0"/>'


def letters(words: str, x: float = 62, y: float = 56, deltas: str = "g 99 1.5", size: float = 3, more: str = "") -> str:
    """Write a text object, with what ``more`` puts into it before its letters."""
    code = f'<o:TextCode X="0" Y="0" DeltaX="{deltas}">{words}</o:TextCode>'
    return f'<o:TextObject Boundary="{x} {y} 9 9" Size="{size}">{more}{code}</o:TextObject>'


def filled(colour: str, x: float = 61, y: float = 51, data: str = "M 0 0 L 20 0 L 20 8 L 0 8 C") -> str:
    """Write a path that is filled with a colour."""
    data = f"<o:AbbreviatedData>{data}</o:AbbreviatedData>"
    return f'<o:PathObject Boundary="{x} {y} 20 8" Stroke="false" Fill="true">{colour}{data}</o:PathObject>'
