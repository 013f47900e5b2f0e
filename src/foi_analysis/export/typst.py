"""Write what a notebook shows in Typst: prose from Markdown, pictures from files, tables cell by cell.

Text is always a string of Typst code, so nothing in it can become markup. How things look stands in ``report.typ``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import Any, cast

import mistune
from lxml import html as lxml_html
from lxml.html import HtmlElement

from foi_analysis.export.notebook import ExportError
from foi_analysis.resources import Told, advance

_ESCAPED = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
_SPECIAL = re.compile(r'["\\\x00-\x1f\x7f\u2028\u2029]')
#: A place to break a line, of no width.
BREAK = "\u200b"
_WIDE = "\u2e80-\u9fff\uac00-\ud7ff\uf900-\ufaff\uff00-\uffef"
#: A line is broken anyway at spaces, at Chinese characters and signs, and after hyphens and strokes unless a digit
#: follows; these are the pieces between.
_PIECE = re.compile(rf"(?:[^\s/–—{_WIDE}-]|[/–—-](?=\d))+[/–—-]*")
_CHINESE = re.compile(f"[{_WIDE}]+")
#: Pieces are cut after so many characters, few enough to fill a narrow column.
_CUT = 6
#: So many Chinese characters of a word stay together in a column.
_TOGETHER = 4
#: A piece without a place to break gets one when it is longer than this, in em: in prose, in code, in a table.
_PROSE, _CODE, _TABLE = 24.0, 40.0, 13.0
_SPACE = re.compile(r"\s+")


def string(text: str) -> str:
    r"""Write a text as a string of Typst code, on one line.

    >>> print(string('#eval("1+1") \\ $x$'))
    "#eval(\"1+1\") \\ $x$"
    """
    return f'"{_SPECIAL.sub(_escape, text)}"'


def _escape(found: re.Match[str]) -> str:
    return _ESCAPED.get(found[0]) or f"\\u{{{ord(found[0]):x}}}"


def call(name: str, *arguments: str, **named: str) -> str:
    """Write the call of a function; the arguments are code already.

    >>> call("heading", string("A"), level="2")
    'heading("A",level:2)'
    """
    pairs = (f"{key.replace('_', '-')}:{value}" for key, value in named.items())
    return f"{name}({','.join((*arguments, *pairs))})"


def array(items: Iterable[str]) -> str:
    """Write an array; one of a single item keeps its comma.

    >>> array(["1"]), array([])
    ('(1,)', '()')
    """
    return f"({''.join(f'{item},' for item in items)})"


def sequence(parts: Iterable[str]) -> str:
    """Write pieces of content one after the other; empty content when there are none.

    >>> sequence(['"a"', 'strong("b")']), sequence([])
    ('{"a";strong("b")}', '[]')
    """
    written = ";".join(parts)
    return f"{{{written}}}" if written else "[]"


def words(text: str, longest: float = _PROSE) -> str:
    """Write words as a string of Typst code, with places to break inside pieces wider than ``longest`` em.

    >>> words("a word and " + "x" * 8, 3.0).replace(BREAK, "|")
    '"a word and xxxxxx|xx"'
    """
    return string(_PIECE.sub(lambda found: _cut(found[0]) if width(found[0]) > longest else found[0], text))


def _cut(piece: str) -> str:
    return BREAK.join(piece[at : at + _CUT] for at in range(0, len(piece), _CUT))


def width(text: str) -> float:
    """Return the width of a text set in one line, in em.

    >>> width("中文")
    2.0
    """
    return sum(map(advance, text))


def listing(text: str) -> str:
    """Write code, or what was printed: every line and space as it stands, lines that are too long broken."""
    lines = text.expandtabs(4).strip("\n").split("\n")
    return call("listing", words("\n".join(lines), _CODE)) if any(lines) else "[]"


def picture(file: str, alt: str, caption: str = "") -> str:
    """Write a picture that lies beside the document. Raises ExportError when no words say what it shows."""
    if not alt.strip():
        raise ExportError(Told("errors.picture_wordless"))
    return call("picture", string(file), string(alt), caption=words(caption) if caption else "none")


# ---- prose ----


class Prose:
    """Writes Markdown as blocks of Typst.

    ``chapter`` names the notebook, to which links that give an id alone lead; headings are places ``chapter#cell-n``.
    """

    _AROUND: Mapping[str, str] = {"strong": "strong", "emphasis": "emph", "strikethrough": "strike"}

    def __init__(self, chapter: str, cell: str) -> None:
        self._chapter, self._cell = chapter, cell
        self._headings = 0

    def write(self, markdown: str) -> list[str]:
        """Write each block. Raises ExportError for a picture, which only an output may hold."""
        tokens, _ = _markdown().parse(markdown)
        return list(self._blocks(cast("list[dict[str, Any]]", tokens)))

    def _blocks(self, tokens: Sequence[Mapping[str, Any]]) -> Iterator[str]:
        for token in tokens:
            kind, inside = token["type"], token.get("children", ())
            if kind in ("paragraph", "block_text"):
                yield call("par", self._line(inside))
            elif kind == "heading":
                yield self._heading(token["attrs"]["level"], self._line(inside))
            elif kind == "list":
                yield self._list(token)
            elif kind == "block_quote":
                yield call("quotation", sequence(self._blocks(inside)))
            elif kind == "block_code":
                yield listing(token["raw"])
            elif kind == "thematic_break":
                yield "rule()"
            elif kind == "table":
                yield _tabulation(_of_markdown(token), [])
            elif kind == "block_html":
                yield from html(token["raw"])

    def _heading(self, level: int, content: str) -> str:
        self._headings += 1
        place = f"{self._chapter}#{self._cell}-{self._headings}"
        return f"[#{call('heading', content, level=str(level))}#label({string(place)})]"

    def _list(self, token: Mapping[str, Any]) -> str:
        items = [sequence(self._blocks(item["children"])) for item in token["children"]]
        if not token["attrs"].get("ordered"):
            return call("list", *(call("list.item", item) for item in items))
        start = str(token["attrs"].get("start", 1))
        return call("enum", *(call("enum.item", item) for item in items), start=start)

    def _line(self, tokens: Sequence[Mapping[str, Any]]) -> str:
        return sequence(self._inline(tokens))

    def _inline(self, tokens: Sequence[Mapping[str, Any]]) -> Iterator[str]:
        for token in tokens:
            kind = token["type"]
            if kind == "text":
                yield words(_SPACE.sub(" ", token["raw"]))
            elif kind == "codespan":
                yield call("code", words(token["raw"]))
            elif kind == "softbreak":
                yield string(" ")
            elif kind == "linebreak" or (kind == "inline_html" and token["raw"].startswith("<br")):
                yield "linebreak()"
            elif kind == "link":
                yield self._link(token["attrs"]["url"], self._line(token["children"]))
            elif kind == "image":
                raise ExportError(Told("errors.picture_in_prose"))
            elif kind in self._AROUND:
                yield call(self._AROUND[kind], self._line(token["children"]))

    def _link(self, address: str, content: str) -> str:
        """Write a link to the web as a link, one to a notebook as a way inside, and any other as its words."""
        if re.match(r"https?://|mailto:", address, re.IGNORECASE):
            return call("link", string(address), content)
        name, _, place = address.partition("#")
        chapter = re.sub(r"^.*/|\.(ipynb|html)$", "", name) or self._chapter
        places = [f"{chapter}#{place}", chapter] if name and place else [f"{chapter}#{place}" if place else chapter]
        return call("way", array(map(string, places)), content)


@cache
def _markdown() -> mistune.Markdown:
    return mistune.create_markdown(renderer=None, plugins=["strikethrough", "table", "url"])


def _of_markdown(token: Mapping[str, Any]) -> list[Cell]:
    """Return the cells of a table in Markdown."""
    head, *bodies = token["children"]
    rows = [(True, head["children"]), *((False, row["children"]) for body in bodies for row in body["children"])]
    return [
        Cell(
            i,
            j,
            (_plain(cell.get("children", ())),),
            cell["attrs"].get("align") or "left",
            head=is_head,
            level=int(is_head),
        )
        for i, (is_head, row) in enumerate(rows)
        for j, cell in enumerate(row)
    ]


def _plain(tokens: Sequence[Mapping[str, Any]]) -> str:
    return "".join(token.get("raw", "") + _plain(token.get("children", ())) for token in tokens)


# ---- what outputs show as HTML ----

#: Spans that pages show as lines of their own, and what is of use on a page alone: to its ear, its keys, its links.
_LINES = frozenset({"foi-title", "foi-line", "foi-zh", "foi-en"})
_UNSEEN = frozenset({"foi-spoken", "foi-skip", "foi-clip"})
_BLOCKS = frozenset(
    ("p", "div", "section", "ul", "ol", "li", "dl", "dt", "dd", "h1", "h2", "h3", "h4", "summary", "details", "caption")
)
_HIDDEN = ("style", "script", "template")
_PICTURES = ("img", "svg", "video", "object", "canvas")


def html(text: str) -> Iterator[str]:
    """Write HTML as its tables, its listings and, between them, a paragraph for each block of words.

    Raises ExportError for a picture: one without words beside it would be lost to who does not see it.
    """
    parser = lxml_html.HTMLParser(encoding="utf-8", huge_tree=True)
    root = lxml_html.fragment_fromstring(text.encode(), create_parent="div", parser=parser)
    for found in (picture for picture in root.iter(*_PICTURES) if not _classes(picture) & _UNSEEN):
        raise ExportError(Told("errors.inside_html", tag=found.tag))
    for line in _seen_lines(root, whole=True):
        yield line[1:] if line.startswith("\0") else call("par", words(line))


def _seen_lines(element: HtmlElement, *, whole: bool = False) -> list[str]:
    """Return the lines of words in an element that a reader sees; ``whole`` writes its tables and listings as code.

    Code is a line of its own, behind a zero character.
    """
    return [line for line in map(str.strip, _seen(element, whole).split("\n")) if line]


def _seen(element: Any, whole: bool) -> str:
    if whole and element.tag in ("table", "pre"):
        return f"\n\0{table(element) if element.tag == 'table' else listing(element.text_content())}\n"
    if not isinstance(element.tag, str) or element.tag in _HIDDEN or _classes(element) & _UNSEEN:
        return ""
    if element.tag == "br":
        return "\n"
    inside = _SPACE.sub(" ", element.text or "")
    inside += "".join(_seen(child, whole) + _SPACE.sub(" ", child.tail or "") for child in element)
    return f"\n{inside}\n" if element.tag in _BLOCKS or _classes(element) & _LINES else inside


def _classes(element: Any) -> set[str]:
    return set(element.attrib.get("class", "").split())


# ---- tables ----

#: The width of the text on a page upright and lying, in points (A4 less its margins, see ``report.typ``).
UPRIGHT, LYING = 481.0, 728.0
#: Sizes of type to try, in points: those one reads with ease upright, then the page lies, then smaller ones.
_TRIES = (*((size, UPRIGHT) for size in (8.5, 7.5, 6.5)), *((size, LYING) for size in (8.5, 7.5, 6.5, 5.5, 4.5, 4.0)))
#: Space left and right of a cell's words, together, in em (see ``report.typ``).
_PADDING = 1.1
_MOST_SPANNED = 1000
#: A row of about so many lines is not torn between two pages.
_MOST_LINES = 18


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table: its place, its lines of words, how far it reaches, and whether it is a head.

    Heads of ``level`` 1 stand over the table and are repeated on each page, those of 2 over the rows that follow.
    """

    row: int
    column: int
    lines: tuple[str, ...] = ()
    align: str = "left"
    across: int = 1
    down: int = 1
    head: bool = False
    level: int = 0

    @property
    def least(self) -> float:
        """The width, in em, that cuts no word."""
        text = " ".join(self.lines)
        chinese = (min(len(run), _TOGETHER) for run in _CHINESE.findall(text))
        return min(max((*map(width, _PIECE.findall(text)), *chinese), default=0.0), _TABLE) + _PADDING

    @property
    def most(self) -> float:
        """The width, in em, that breaks no line."""
        return max(self.least, max(map(width, self.lines), default=0.0) + _PADDING)


def table(element: HtmlElement) -> str:
    """Write a table of HTML; nothing when it has no cell."""
    caption = element.find("caption")
    return _tabulation(_of_html(element), _seen_lines(caption) if caption is not None else [])


def _of_html(element: HtmlElement) -> list[Cell]:
    """Place the cells of an HTML table; where a row is short, empty cells fill it."""
    rows = [row for row in element.iter("tr") if next(row.iterancestors("table")) is element]
    columns = max((sum(_span(cell, "colspan") for cell in row) for row in rows), default=0)
    levels = [_level(row) for row in rows]
    taken: set[tuple[int, int]] = set()
    cells: list[Cell] = []
    for number, row in enumerate(rows):
        last = number + sum(1 for _ in row.itersiblings("tr"))
        level = levels[number] if not all(levels) else 0
        for cell in row.iterchildren("td", "th"):
            free = [column for column in range(columns) if (number, column) not in taken]
            if not free:
                break
            run = [column for i, column in enumerate(free) if column == free[0] + i]
            across = min(_span(cell, "colspan"), len(run))
            down = min(_span(cell, "rowspan") or len(rows), last + 1 - number)
            taken |= {(number + i, free[0] + j) for i in range(down) for j in range(across)}
            cells.append(_read(cell, number, free[0], across, down, level))
        empty = [column for column in range(columns) if (number, column) not in taken]
        cells += [Cell(number, column, level=level) for column in empty]
    return cells


def _level(row: HtmlElement) -> int:
    """Return the level of a row of heads: 1 in the table's head, 2 over a block of rows, 0 for any other row."""
    if row.getparent().tag == "thead":
        return 1
    over = all(cell.tag == "th" and cell.attrib.get("scope") != "row" and _span(cell, "rowspan") == 1 for cell in row)
    return 2 if over and len(row) and row.getnext() is not None else 0


def _read(cell: HtmlElement, row: int, column: int, across: int, down: int, level: int) -> Cell:
    head = cell.tag == "th"
    asked = re.search(r"text-align:\s*(left|center|right)", cell.attrib.get("style", ""))
    if asked:
        align = asked[1]
    elif "data-cell" in cell.attrib or "foi-number" in _classes(cell):
        align = "right"
    else:
        align = "center" if level and head and len(cell.getparent()) > 1 else "left"
    return Cell(row, column, tuple(_seen_lines(cell)), align, across, down, head, level)


def _span(cell: HtmlElement, name: str) -> int:
    asked = cell.attrib.get(name, "1")
    return min(int(asked), _MOST_SPANNED) if asked.isdecimal() else 1


def _tabulation(cells: Sequence[Cell], caption: Sequence[str]) -> str:
    """Write a table: its heads, its cells, and columns that share out the page's width."""
    if not cells:
        return "[]"
    size, lying, columns = lay_out(cells)
    longest = min(_TABLE, max(columns[0] / size - _PADDING, 1.0)) if size == _TRIES[-1][0] else _TABLE
    tall = _tall(cells, size, columns)
    rows = []
    for level, part in groupby(cells, lambda cell: cell.level):
        written = [_cell(cell, tall, longest) for cell in part]
        rows += [call("table.header", *written, level=str(level), repeat=_truth(level == 1))] if level else written
    return call(
        "tabulation",
        *rows,
        caption=array(map(words, caption)),
        size=f"{size}pt",
        lying=_truth(lying),
        whole=_truth(any(cell.down > 1 for cell in cells if not cell.level)),
        columns=array(f"{column}pt" for column in columns),
    )


def _truth(value: bool) -> str:
    return str(value).lower()


def lay_out(cells: Sequence[Cell]) -> tuple[float, bool, list[float]]:
    """Return size of type, whether the page lies, and the columns' widths in points; no wider than the page.

    Upright in a size that one reads with ease, else lying. Columns get what cuts no word and share the rest.
    """
    columns = max(cell.column + cell.across for cell in cells)
    least, most = (_needs(cells, columns, name) for name in ("least", "most"))
    wanted = sum(most) - sum(least)
    for size, room in _TRIES:
        spare = room / size - sum(least)
        if spare >= 0:
            grown = min(spare / wanted, 1.0) if wanted else 0.0
            widths = (lower + grown * (upper - lower) for lower, upper in zip(least, most, strict=True))
            return size, room == LYING, [round(each * size, 2) for each in widths]
    return size, True, [round(LYING / columns, 2)] * columns


def _needs(cells: Iterable[Cell], columns: int, name: str) -> list[float]:
    """Return the width that each column needs: by its own cells first, then by those that cover several columns."""
    needs = [0.0] * columns
    for cell in sorted(cells, key=lambda cell: cell.across):
        covered = slice(cell.column, cell.column + cell.across)
        lacking = max(getattr(cell, name) - sum(needs[covered]), 0.0) / cell.across
        needs[covered] = [each + lacking for each in needs[covered]]
    return needs


def _tall(cells: Sequence[Cell], size: float, columns: Sequence[float]) -> dict[int, float]:
    """Return about how many lines each row takes: those of its longest cell that covers no other row."""
    tall: dict[int, float] = {}
    for cell in cells:
        if cell.down == 1:
            room = max(sum(columns[cell.column : cell.column + cell.across]) / size - _PADDING, 1.0)
            tall[cell.row] = max(tall.get(cell.row, 1.0), sum(map(width, cell.lines)) / room)
    return tall


def _cell(cell: Cell, tall: Mapping[int, float], longest: float) -> str:
    """Write a cell: what it is, which decides its ground, to which side it stands, and how far it reaches.

    The rows that it covers stay on one page, unless they take too many lines.
    """
    spans = {"colspan": cell.across, "rowspan": cell.down}
    named = {name: str(count) for name, count in spans.items() if count > 1}
    if sum(tall.get(row, 1.0) for row in range(cell.row, cell.row + cell.down)) <= _MOST_LINES:
        named["breakable"] = "false"
    kind = "head" if cell.level else "name" if cell.head else "value"
    lines = [words(line, longest) for line in cell.lines]
    content = sequence(part for line in lines for part in ("linebreak()", line)).replace("linebreak();", "", 1)
    return call(kind, content, align=cell.align, **named)
