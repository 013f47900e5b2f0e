"""An HTML table becomes a table of Typst: heads that are repeated, merged cells, sides, caption, a width that fits."""

from __future__ import annotations

from collections.abc import Iterator

from lxml.html import HtmlElement

from foi_analysis.export.pdf.grid import Grid, GridCell, Part, read_grid
from foi_analysis.export.pdf.inline import lines
from foi_analysis.export.pdf.lengths import width
from foi_analysis.export.pdf.markup import array, call, sequence
from foi_analysis.export.pdf.widths import PADDING, Layout, lay_out, wanted

#: A row of about so many lines is not torn between two pages.
_MOST_LINES = 18


def table(element: HtmlElement, chapter: str) -> str:
    """Write an HTML table; nothing when it has no cell."""
    grid = read_grid(element)
    if not grid.columns:
        return ""
    layout = lay_out(grid.columns, [wanted(cell.row, cell.column, cell.across, cell.text) for cell in grid.cells])
    caption = element.find("caption")
    return call(
        "tabulation",
        *_parts(grid, layout, chapter),
        caption=array(lines(caption, chapter) if caption is not None else []),
        size=f"{layout.size}pt",
        lying=_truth(layout.lying),
        whole=_truth(any(cell.down > 1 for part in grid.parts if not part.level for cell in part.cells)),
        columns=array(f"{width}pt" for width in layout.columns),
    )


def _truth(value: bool) -> str:
    return str(value).lower()


def _parts(grid: Grid, layout: Layout, chapter: str) -> Iterator[str]:
    for part in grid.parts:
        cells = [_cell(cell, part, layout, chapter) for cell in part.cells]
        if part.level:
            # Were heads of blocks repeated, Typst would repeat those of blocks that have ended, too.
            yield call("table.header", *cells, level=str(part.level), repeat=_truth(part.repeated))
        else:
            yield from cells


def _cell(cell: GridCell, part: Part, layout: Layout, chapter: str) -> str:
    """Write a cell: how far it reaches, to which side it stands, and what it is, which decides its ground."""
    spans = {"colspan": cell.across, "rowspan": cell.down}
    named = {name: str(count) for name, count in spans.items() if count > 1}
    kind = "head" if part.level or (cell.head and not cell.names_a_row) else "name" if cell.head else "value"
    breakable = {} if cell.down > 1 or _is_long(cell, layout) else {"breakable": "false"}
    return call(kind, _content(cell, layout, chapter), align=cell.align, **named, **breakable)


def _is_long(cell: GridCell, layout: Layout) -> bool:
    """Tell whether a cell could be too tall to be kept on one page."""
    across = sum(layout.columns[cell.column : cell.column + cell.across]) / layout.size
    return width(cell.text) > _MOST_LINES * max(across - PADDING, 1.0)


def _content(cell: GridCell, layout: Layout, chapter: str) -> str:
    if cell.element is None:
        return "[]"
    first, *others = lines(cell.element, chapter, layout.longest) or ["[]"]
    return sequence((first, *(part for line in others for part in ("linebreak()", line))))
