"""Print a laid-out report as a file: plain text, web page, Markdown, Word or PDF.

The same page gives the same bytes.
"""

from __future__ import annotations

import base64
import io
import zipfile
from collections.abc import Callable, Iterator
from html import escape

from pagemaker.pages import Grid, Page, Printed, placed
from pagemaker.pdf import to_pdf

_WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_TYPES = (
    '<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'wordprocessingml.document.main+xml"/></Types>'
)
_RELATIONS = (
    '<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
    'relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
    'officeDocument" Target="word/document.xml"/></Relationships>'
)


def to_text(page: Page) -> bytes:
    """Print plain text: one line a row, a tab before every cell but the first, merged cells leave blanks."""
    lines = [page.title, ""]
    for part in page.parts:
        lines += [*("\t".join(texts) for texts in _written_out(part)), ""] if isinstance(part, Grid) else [part]
    return "\n".join(lines).encode()


def to_html(page: Page) -> bytes:
    """Print a web page with merged cells."""
    body = [f"<h1>{escape(page.title)}</h1>"]
    for part in page.parts:
        if isinstance(part, str):
            body.append(f"<p>{escape(part)}</p>")
            continue
        rows = ("".join(_td(cell) for cell in row) for row in part.rows)
        body.append("<table border=1>" + "".join(f"<tr>{row}</tr>" for row in rows) + "</table>")
    title = escape(page.title)
    head = f'<meta charset="utf-8"><title>{title}</title>'
    return f"<!DOCTYPE html><html><head>{head}</head><body>{''.join(body)}</body></html>".encode()


def to_markdown(page: Page) -> bytes:
    """Print Markdown with pipe tables; merged cells leave blanks."""
    lines = [f"# {page.title}", ""]
    for part in page.parts:
        if isinstance(part, str):
            lines += [part, ""]
            continue
        for number, texts in enumerate(_written_out(part)):
            lines.append("| " + " | ".join(texts) + " |")
            lines += ["|" + "---|" * len(texts)] * (number == 0)
        lines.append("")
    return "\n".join(lines).encode()


def to_docx(page: Page) -> bytes:
    """Print a Word file with merged cells."""
    body = [_paragraph(page.title)]
    for part in page.parts:
        body.append(_paragraph(part) if isinstance(part, str) else _word_table(part))
    xml = f'<?xml version="1.0" encoding="UTF-8"?><w:document {_WORD}><w:body>{"".join(body)}</w:body></w:document>'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in (("[Content_Types].xml", _TYPES), ("_rels/.rels", _RELATIONS), ("word/document.xml", xml)):
            archive.writestr(zipfile.ZipInfo(name), text)
    return out.getvalue()


def mhtml(page: bytes, coding: str = "base64", parts: int = 1) -> bytes:
    """Save a page as a web archive, so many times."""
    body = base64.encodebytes(page) if coding == "base64" else page
    part = b"--B\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: %s\r\n\r\n%s\r\n" % (
        coding.encode(),
        body,
    )
    head = b'From: <Saved>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="B"\r\n\r\n'
    return head + part * parts + b"--B--\r\n"


#: The printers by the ending of the file that they make.
FORMATS: dict[str, Callable[[Page], bytes]] = {
    ".txt": to_text,
    ".html": to_html,
    ".md": to_markdown,
    ".docx": to_docx,
    ".pdf": to_pdf,
}


def print_page(page: Page, ending: str) -> bytes:
    """Print a page as a file with one of the endings in ``FORMATS``; KeyError for another."""
    return FORMATS[ending](page)


def _written_out(grid: Grid) -> Iterator[list[str]]:
    """Give each row as texts, one a column of the grid, blank where a merged cell goes on."""
    for line in placed(grid):
        texts: list[str] = []
        for _, cell, begins in line:
            texts += [cell.text if begins else "", *[""] * (cell.across - 1)]
        yield texts


def _td(cell: Printed) -> str:
    across = f' colspan="{cell.across}"' if cell.across > 1 else ""
    down = f' rowspan="{cell.down}"' if cell.down > 1 else ""
    return f"<td{across}{down}>{escape(cell.text)}</td>"


def _paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{escape(text)}</w:t></w:r></w:p>"


def _word_table(grid: Grid) -> str:
    rows = ("".join(_tc(cell, begins) for _, cell, begins in line) for line in placed(grid))
    return "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in rows) + "</w:tbl>"


def _tc(cell: Printed, begins: bool) -> str:
    across = f'<w:gridSpan w:val="{cell.across}"/>' if cell.across > 1 else ""
    merge = "" if cell.down == 1 else f'<w:vMerge w:val="{"restart" if begins else "continue"}"/>'
    return f"<w:tc><w:tcPr>{across}{merge}</w:tcPr>{_paragraph(cell.text if begins else '')}</w:tc>"
