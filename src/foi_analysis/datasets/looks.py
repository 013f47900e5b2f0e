"""How the cells of a workbook look: heads, titles, marks. Colour is never the only sign."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

from foi_analysis.report import Cell
from foi_analysis.tables.marks import DOUBT, SUPPLIED

_THIN = Side(style="thin", color="FF9E9E9E")
_BOX = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_WRAPPED = {"wrap_text": True, "vertical": "center"}
_GREY = PatternFill("solid", fgColor="FFE8E8E8")
_PALE = PatternFill("solid", fgColor="FFF5F5F5")


def _font(**kind: Any) -> Font:
    return Font(**{"name": "Calibri", "family": 2, "size": 11, **kind})


TITLE: Mapping[str, Any] = {"font": _font(bold=True, size=14)}
CAPTION: Mapping[str, Any] = {"font": _font(color="FF555555"), "alignment": Alignment(wrap_text=False)}
HEAD: Mapping[str, Any] = {
    "font": _font(bold=True),
    "fill": _GREY,
    "border": _BOX,
    "alignment": Alignment(horizontal="center", **_WRAPPED),
}
ROW_HEAD: Mapping[str, Any] = {
    "fill": _PALE,
    "border": _BOX,
    "alignment": Alignment(horizontal="left", indent=1, **_WRAPPED),
}
SECTION: Mapping[str, Any] = {"font": _font(bold=True, size=12), "alignment": Alignment(vertical="bottom")}
ITEM: Mapping[str, Any] = {"font": _font(bold=True), "alignment": Alignment(wrap_text=True, vertical="top")}
TEXT: Mapping[str, Any] = {"alignment": Alignment(wrap_text=True, vertical="top")}

_NUMBER: Mapping[str, Any] = {"border": _BOX, "alignment": Alignment(horizontal="right", vertical="center")}
#: Doubtful, and what could not be read: a ground beside the sign or the word.
_FILLS = {
    "doubt": PatternFill("lightUp", fgColor="FFD55E00"),
    "missing": PatternFill("lightGray", fgColor="FF9E9E9E"),
    "unreadable": PatternFill("lightGray", fgColor="FF9E9E9E"),
}
#: The format of a number, by whether it is doubtful and whether a person supplied it: the sign is no part of it.
SIGNED = {
    (doubt, supplied): "General" + "".join(f'"{sign}"' for sign in (DOUBT * doubt, SUPPLIED * supplied) if sign)
    for doubt in (False, True)
    for supplied in (False, True)
}
_COMMENT_WIDTH = 320


def looks_of(cell: Cell) -> Mapping[str, Any]:
    """Give the look of a cell of the form by its mark and doubt."""
    kind = "doubt" if cell.doubt and cell.is_number else cell.mark
    return {**_NUMBER, "fill": _FILLS[kind]} if kind in _FILLS else _NUMBER


def remark(text: str) -> Comment:
    """Give a comment on a cell, large enough to be read."""
    return Comment(text, "foi_analysis", height=60 + 18 * (len(text) // 30), width=_COMMENT_WIDTH)
