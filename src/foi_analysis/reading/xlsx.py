"""Read what the sheets of an Excel workbook (.xlsx) show, from its XML."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from lxml import etree

from foi_analysis.reading.archive import Archive, opened, refuse_entities, tree_of
from foi_analysis.reading.document import RAISED, STRUCK, UNKNOWN, WHITE, Run, Runs
from foi_analysis.reading.workbook import FAR, MOST_FORMATS, MOST_SHEETS, PLAIN, Place, Sheet, Style, builtin
from foi_analysis.resources import Told

_WORKBOOK, _RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_M = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
#: The same namespaces in files of the strict kind.
_STRICT = (
    (b"http://purl.oclc.org/ooxml/spreadsheetml/main", _M[1:-1].encode()),
    (b"http://purl.oclc.org/ooxml/officeDocument/relationships", _ID[1:-3].encode()),
)
#: A workbook of more tags or attributes holds more than a report; reading stops before memory does.
_MOST_TAGS, _MOST_ATTRIBUTES = 600_000, 1_200_000
_NUMBER = re.compile(r"-?\d{1,400}(?:\.\d{1,400})?(?:[eE][-+]?\d{1,4})?", re.ASCII)
_PLACE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})", re.ASCII)
_WHITE = re.compile(r"(?:..)?(?:F.){3}", re.IGNORECASE)
_CODE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_ON = frozenset({"1", "true", "on"})
_T = TypeVar("_T")


def read_xlsx(content: bytes) -> list[Sheet]:
    """Return the sheets that are not hidden. Raises ValueError when the workbook is damaged, locked or too large."""
    with opened(content, "refusals.excel_workbook") as archive:
        return _Workbook(archive).sheets()


@dataclass
class _Workbook:
    """A workbook that is open: its parts as XML, and what its sheets share."""

    archive: Archive
    tags: int = 0
    attributes: int = 0
    strings: list[Runs] = field(default_factory=list)
    styles: list[Style] = field(default_factory=list)
    #: the numbers of those styles of conditional formats that write in white
    white: set[str] = field(default_factory=set)
    calculated: bool = True

    def sheets(self) -> list[Sheet]:
        root = self._parse(_WORKBOOK)
        named = root.findall(f"{_M}sheets/{_M}sheet")
        if len(named) > MOST_SHEETS:
            raise ValueError(Told("refusals.workbook_sheets", most=MOST_SHEETS))
        targets = {one.get("Id"): one for one in self._parse(_RELATIONS)}
        parts = {_type(one): _part(one) for one in targets.values()}
        if "styles" in parts:
            styles = self._parse(parts["styles"])
            self.styles = list(_styles(styles))
            self.white = {str(i) for i, one in enumerate(styles.iterfind(f"{_M}dxfs/{_M}dxf")) if _is_unseen(one)}
        shared = self._parse(parts["sharedStrings"]) if "sharedStrings" in parts else ()
        self.strings = [_runs(item) for item in shared]
        self.calculated = not any(_is_on(one, "fullCalcOnLoad") for one in root.iter(f"{_M}calcPr"))
        from_1904 = any(_is_on(one, "date1904") for one in root.iter(f"{_M}workbookPr"))
        return [
            self._sheet(Sheet(one.get("name", ""), from_1904), targets[one.get(_ID)])
            for one in named
            if one.get("state", "visible") == "visible" and _type(targets[one.get(_ID)]) == "worksheet"
        ]

    def _parse(self, part: str) -> etree._Element:
        xml = self.archive.part(part)
        refuse_entities(xml, "refusals.workbook_entities")
        self.tags += xml.count(b"<")
        self.attributes += xml.count(b"=")
        if self.tags > _MOST_TAGS or self.attributes > _MOST_ATTRIBUTES:
            raise ValueError(Told(FAR))
        for strict, usual in _STRICT:
            xml = xml.replace(strict, usual)
        try:
            return tree_of(xml)
        except etree.XMLSyntaxError as error:
            raise ValueError(Told("refusals.workbook_damaged", how=str(error))) from None

    def _sheet(self, sheet: Sheet, relation: etree._Element) -> Sheet:
        root = self._parse(_part(relation))
        sheet.shows_zeros = all(one.get("showZeros") not in ("0", "false") for one in root.iter(f"{_M}sheetView"))
        for column in root.iter(f"{_M}col"):
            if _is_on(column, "hidden") or _is_none(column.get("width")):
                sheet.hide_columns(_count(column.get("min")) - 1, _count(column.get("max")) - 1)
        for joined in root.iter(f"{_M}mergeCell"):
            sheet.merge(*_range(joined.get("ref", "")))
        number = -1
        for row in root.iterfind(f"{_M}sheetData/{_M}row"):
            number = _count(row.get("r")) - 1 if row.get("r") else number + 1
            if _is_on(row, "hidden") or _is_none(row.get("ht")):
                sheet.hidden_rows.add(number)
            self._row(sheet, number, row)
        for rule in root.iterfind(f"{_M}conditionalFormatting/{_M}cfRule"):
            zeros = rule.get("operator") == "equal" and rule.findtext(f"{_M}formula") == "0"
            for reference in rule.getparent().get("sqref", "").split() if rule.get("dxfId") in self.white else ():
                sheet.whiten(*_range(reference), zeros)
        return sheet

    def _row(self, sheet: Sheet, number: int, row: etree._Element) -> None:
        place = (number, -1)
        for cell in row.iterfind(f"{_M}c"):
            place = _place(cell.get("r", "")) if cell.get("r") else (number, place[1] + 1)
            style = _of(self.styles, cell.get("s", "0"), PLAIN)
            value = self._value(cell)
            if value is None:
                sheet.rule(place, style)
            elif place in sheet.texts:
                raise ValueError(Told("refusals.workbook_damaged", how=Told("refusals.cell_twice")))
            else:
                sheet.put(place, value, style)

    def _value(self, cell: etree._Element) -> float | Runs | None:
        """Return what a cell holds; of a formula its last result or, where there is none that holds, the formula."""
        kind, text = cell.get("t", "n"), cell.findtext(f"{_M}v", "")
        formula = cell.find(f"{_M}f")
        if formula is not None and not (self.calculated and (text or kind == "str")):
            return ["=" + (formula.text or "").encode("ascii", "replace").decode()[:40]]
        if kind == "inlineStr":
            item = cell.find(f"{_M}is")
            return None if item is None else _runs(item)
        if not text:
            return None
        if kind == "s":
            return _of(self.strings, text, [UNKNOWN])
        if kind == "b":
            return ["TRUE" if text == "1" else "FALSE"]
        if kind != "n":
            return [text]
        return float(text) if _NUMBER.fullmatch(text) else [UNKNOWN + text]


def _type(relation: etree._Element) -> str:
    return str(relation.get("Type", "")).rpartition("/")[2]


def _part(relation: etree._Element) -> str:
    return posixpath.normpath(posixpath.join("/xl", relation.get("Target", ""))).lstrip("/")


def _of(some: Sequence[_T], number: str, otherwise: _T) -> _T:
    return some[int(number)] if number.isdecimal() and int(number) < len(some) else otherwise


def _count(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 8 else 1


def _is_on(element: etree._Element, name: str) -> bool:
    return element.get(name) in _ON


def _is_none(size: str | None) -> bool:
    return size is not None and size.strip("0.") == ""


def _place(reference: str) -> Place:
    """Return the row and column, from 0, of a reference such as ``C5``. Raises ValueError when it is none."""
    match = _PLACE.fullmatch(reference)
    if not match:
        raise ValueError(Told("refusals.workbook_damaged", how=Told("refusals.cell_nowhere")))
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - 64
    return int(match[2]) - 1, column - 1


def _range(reference: str) -> tuple[Place, Place]:
    first, _, last = reference.partition(":")
    return _place(first), _place(last or first)


def _runs(item: etree._Element) -> Runs:
    """Return the runs of a text, without its reading aids."""
    parts = [part for part in item if part.tag in (f"{_M}t", f"{_M}r")]
    runs: list[str | Run] = []
    for part in parts:
        if part.tag == f"{_M}t":
            runs.append(_unescaped(part.text or ""))
        else:
            text, sign = _unescaped(part.findtext(f"{_M}t", "")), _sign(part.find(f"{_M}rPr"))
            runs.append(Run(text, sign) if sign else text)
    return runs


def _unescaped(text: str) -> str:
    """Return a text with the characters that stand in it as codes, such as ``_x000D_``."""
    return _CODE.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def _sign(font: etree._Element | None) -> str:
    """Return the sign of a font that is raised, struck out or white, else nothing."""
    if font is None:
        return ""
    struck, align = font.find(f"{_M}strike"), font.find(f"{_M}vertAlign")
    if struck is not None and struck.get("val", "1") in _ON:
        return STRUCK
    if align is not None and align.get("val") in ("superscript", "subscript"):
        return RAISED
    return WHITE if _is_white(font.find(f"{_M}color")) else ""


def _styles(root: etree._Element) -> Iterator[Style]:
    codes = {one.get("numFmtId"): one.get("formatCode", "") for one in root.iter(f"{_M}numFmt")}
    if len(codes) > MOST_FORMATS:
        raise ValueError(Told(FAR))
    fonts = root.findall(f"{_M}fonts/{_M}font")
    signs = [_sign(font) for font in fonts]
    fills, borders = root.findall(f"{_M}fills/{_M}fill"), root.findall(f"{_M}borders/{_M}border")
    bare = [_is_bare(fill.find(f"{_M}patternFill")) for fill in fills]
    ruled = [any(side.get("style", "none") != "none" for side in border) for border in borders]
    for one in root.iterfind(f"{_M}cellXfs/{_M}xf"):
        number, font = one.get("numFmtId", "0"), one.get("fontId", "0")
        code = codes[number] if number in codes else builtin(int(number) if number.isdecimal() else 0)
        has_rule, is_bare = _of(ruled, one.get("borderId", "0"), False), _of(bare, one.get("fillId", "0"), True)
        yield Style(code, _of(signs, font, ""), has_rule, is_bare)


def _is_bare(fill: etree._Element | None) -> bool:
    return fill is not None and (fill.get("patternType", "none") == "none" or _is_white(fill.find(f"{_M}fgColor")))


def _is_unseen(style: etree._Element) -> bool:
    """Check whether a style of a conditional format writes in white, without a fill."""
    return _is_white(style.find(f"{_M}font/{_M}color")) and style.find(f"{_M}fill") is None


def _is_white(color: etree._Element | None) -> bool:
    said = {} if color is None else color.attrib
    of_theme = said.get("theme") == "0" and not said.get("tint", "").startswith("-0")  # -4.9E-2 is all but white
    return of_theme or bool(_WHITE.fullmatch(said.get("rgb", ""))) or said.get("indexed") in ("1", "9")
