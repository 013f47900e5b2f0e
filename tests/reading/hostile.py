"""Hostile and damaged files, each made on the spot: what it is called, how it is made, what must be said of it."""

from __future__ import annotations

import base64
import io
import os
import random
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pagemaker import doc
from pagemaker.ofd import BLACK, WHITE, Style, filled, letters, written
from pagemaker.printing import mhtml
from pagemaker.sheets import Sheet
from pagemaker.workbooks import record, xls_cell, xls_stream

from foi_analysis.form import load_form

NO_TABLES = "某县水利局2023年政府信息公开工作年度报告\n二、主动公开政府信息情况\n我局收到申请3件。\n"
BEFORE_2019 = "某局政府信息公开情况统计表\n一、主动公开情况\n（一）主动公开政府信息数\t条\t3\n（一）收到申请数\t件\t2\n"
RUN_ON = "".join(f"- {row.zh}：自然人 1，总计 1\n" for table in load_form("cn-2021").tables for row in table.rows)
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MB = 1_000_000


def docx(body: str, head: str = "", encoding: str = "utf-8") -> bytes:
    """Make a Word file of the XML within its body."""
    xml = f"{head}<w:document {W}><w:body>{body}</w:body></w:document>".encode(encoding)
    return zipped({"word/document.xml": xml})


def zipped(parts: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


SHEETS = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
RULED = '<c s="1"/>' * 100
LAUGHS = '<!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'


def xlsx(rows: str, behind: str = "", strings: str = "", head: str = "", count: int = 1) -> bytes:
    """Make an Excel workbook of the XML of its rows, and what stands behind them; the same sheet so many times."""
    sheets = "".join(f'<sheet name="s{i}" sheetId="{i}" r:id="r{i}"/>' for i in range(count))
    relations = "".join(
        f'<Relationship Id="r{i}" Type="{RELATIONS}/worksheet" Target="worksheets/s{i}.xml"/>' for i in range(count)
    )
    relations += f'<Relationship Id="t" Type="{RELATIONS}/sharedStrings" Target="t.xml"/>'
    relations += f'<Relationship Id="f" Type="{RELATIONS}/styles" Target="f.xml"/>'
    sheet = f"{head}<worksheet {SHEETS}><sheetData>{rows}</sheetData>{behind}</worksheet>".encode()
    borders = '<borders><border/><border><left style="thin"/></border></borders>'
    styles = f'<styleSheet {SHEETS}>{borders}<cellXfs><xf/><xf borderId="1"/></cellXfs></styleSheet>'
    parts = {
        "xl/workbook.xml": f'<workbook {SHEETS} xmlns:r="{RELATIONS}"><sheets>{sheets}</sheets></workbook>'.encode(),
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}">{relations}</Relationships>'.encode(),
        "xl/t.xml": f"<sst {SHEETS}>{strings}</sst>".encode(),
        "xl/f.xml": styles.encode(),
    }
    return zipped(parts | {f"xl/worksheets/s{i}.xml": sheet for i in range(count)})


def xls(cells: bytes, shared: bytes = b"") -> bytes:
    """Make a workbook of Excel 97 of the records of its one sheet."""
    return doc.ole({"Workbook": xls_stream([("s", 0, [cells])], [shared])})


def pdf(*objects: bytes, root: int = 1) -> bytes:
    """Make a PDF of objects numbered from 1."""
    out, at = io.BytesIO(), []
    out.write(b"%PDF-1.4\n")
    for number, body in enumerate(objects, 1):
        at.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.write(b"".join(b"%010d 00000 n \n" % place for place in at))
    out.write(b"trailer <</Size %d /Root %d 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, root, start))
    return out.getvalue()


def tree(pages: bytes, *objects: bytes) -> bytes:
    """Make a PDF of a catalog, its pages and objects numbered from 3."""
    return pdf(b"<</Type /Catalog /Pages 2 0 R>>", b"<</Type /Pages %s>>" % pages, *objects)


def stream(content: bytes, extra: bytes = b"", packed: bool = True) -> bytes:
    if packed:
        content, extra = zlib.compress(content, 9), extra + b" /Filter /FlateDecode"
    return b"<</Length %d %s>>\nstream\n%s\nendstream" % (len(content), extra, content)


def one_page(content: bytes, resources: bytes = b"", page: bytes = b"", *more: bytes, packed: bool = True) -> bytes:
    """Make a PDF of one A4 page: objects 1 to 5 are catalog, pages, page, content and the font F1."""
    return tree(
        b"/Kids [3 0 R] /Count 1",
        b"<</Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources <</Font <</F1 5 0 R>> %s>> %s>>" % (resources, page),
        stream(content, packed=packed),
        b"<</Type /Font /Subtype /Type1 /BaseFont /Helvetica>>",
        *more,
    )


def text_ops(count: int) -> bytes:
    lines = (
        b"BT /F1 8 Tf 1 0 0 1 20 %d Tm (%s) Tj ET" % (830 - i % 800, b"1234567890" * 10) for i in range(count // 100)
    )
    return b"\n".join(lines)


def spaces(size: int) -> bytes:
    """Give ``size`` spaces, deflated, without ever holding them: one block that stands for itself, repeated."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = packer.compress(b" " * MB) + packer.flush(zlib.Z_FULL_FLUSH)
    return block * (size // MB) + zlib.compressobj(9, zlib.DEFLATED, -15).flush()


def bomb(size: int) -> bytes:
    """Make a zip whose one part unpacks to ``size`` bytes."""
    data = spaces(size)
    name = b"word/document.xml"
    sizes = struct.pack("<III", 0, len(data), size & 0xFFFFFFFF)
    local = b"PK\x03\x04" + struct.pack("<HHHHH", 20, 0, 8, 0, 33) + sizes + struct.pack("<HH", len(name), 0) + name
    central = (
        b"PK\x01\x02" + struct.pack("<HHHHHH", 20, 20, 0, 8, 0, 33) + sizes
        + struct.pack("<HHHHHII", len(name), 0, 0, 0, 0, 0, 0) + name
    )  # fmt: skip
    end = b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(central), len(local) + len(data), 0)
    return local + data + central + end


def encrypted_zip() -> bytes:
    content = bytearray(docx("<w:p/>"))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + offset] |= 1
    return bytes(content)


def laughs(encoding: str = "utf-8") -> bytes:
    entities = "".join(f'<!ENTITY e{i} "{f"&e{i - 1};" * 10}">' for i in range(1, 12))
    head = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE d [<!ENTITY e0 "ha">{entities}]>'
    return docx("<w:p><w:r><w:t>&e11;</w:t></w:r></w:p>", head, encoding)


def locked_pdf() -> bytes:
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.pdfgen.canvas import Canvas

    file = io.BytesIO()
    page = Canvas(file, encrypt=StandardEncryption("secret", strength=128))
    page.drawString(72, 720, "locked")
    page.save()
    return file.getvalue()


def nested_forms(levels: int, times: int) -> bytes:
    """Make a page of forms that draw each other: ``times`` to the power of ``levels`` drawings."""
    forms = []
    for level in range(levels):
        last = level == levels - 1
        body = b"0 0 m 9 9 l S\n" * times if last else b"/X Do\n" * times
        names = b"" if last else b"/Resources <</XObject <</X %d 0 R>>>>" % (level + 7)
        forms.append(stream(body, b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] " + names))
    return one_page(b"/X Do", b"/XObject <</X 6 0 R>>", b"", *forms)


CELL = xls_cell(0, 0, 1)
#: Where the directory of a small file stands, and a row of as many cells as there can be.
DIRECTORY, WIDE = 1024, [doc.Cell([], i * 40) for i in range(1, 17)]


def sound_doc(text: str = "1", said: bytes = b"", **options: Any) -> bytes:
    """Make a Word 97 file of a text with marks in it, all of them of the same properties."""
    return doc.write([doc.Paragraph([doc.Run(text)], "\r", said)], **options)


def changed(content: bytes, numbers: dict[int, int]) -> bytes:
    """Write numbers of four bytes over those at some places."""
    out = bytearray(content)
    for at, number in numbers.items():
        struct.pack_into("<I", out, at, number)
    return bytes(out)


def unmapped() -> bytes:
    """Make a page whose font says of no character what it prints."""
    codes = b"".join(b"%04X" % random.Random(1).randrange(3, 900) for _ in range(3000))
    font = b"<</Type /Font /Subtype /Type0 /BaseFont /Nameless /Encoding /Identity-H /DescendantFonts [6 0 R]>>"
    child = (
        b"<</Type /Font /Subtype /CIDFontType2 /BaseFont /Nameless"
        b" /CIDSystemInfo <</Registry (Adobe) /Ordering (Identity) /Supplement 0>>"
        b" /FontDescriptor <</Type /FontDescriptor /FontName /Nameless /Flags 4>>>>"
    )
    content = stream(b"BT /F1 10 Tf 20 400 Td <" + codes + b"> Tj ET")
    return tree(
        b"/Kids [3 0 R] /Count 1",
        b"<</Type /Page /Parent 2 0 R /MediaBox [0 0 99999 842] /Contents 4 0 R /Resources <</Font <</F1 5 0 R>>>>>>",
        content,
        font,
        child,
    )


def cells(count: int, span: str) -> bytes:
    return b"<html><table>" + b"<tr><td %s>1<td>2" % span.encode() * count + b"</table>"


def _random(size: int) -> bytes:
    return random.Random(7).randbytes(size)


def _truncated(content: bytes, share: float) -> bytes:
    return content[: int(len(content) * share)]


def _big_table(rows: int) -> bytes:
    return b"<html><table>" + b"<tr><td>1<td>2<td>3" * rows + b"</table>"


def _lines(piece: str, times: int, end: str = "") -> bytes:
    return ((piece + end) * times).encode()


HUGE_SPAN = 'colspan="1000000000" rowspan="1000000000"'
DEEP = "<w:tbl><w:tr><w:tc>"

#: What is said of a text, and of a page, that one limit or another stops.
LONG, DEEP_OR_LONG = "table|far more|far longer", "deep|far longer|table"
#: name of the file -> how its content is made, and words that the message must hold
FILES: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty.txt": (lambda: b" \r\n\t", "the file is empty"),
    "all-bytes.txt": (lambda: bytes(range(256)) * 40, "a file of an unknown kind"),
    "error.html": (lambda: b"<html><title>404</title><h1>Not Found</h1></html>", "an error or login page"),
    "old.txt": (
        lambda: "平川县水利局2012年政府信息公开工作年度报告\n一、概述\n二、主动公开情况\n".encode(), "before 2019",
    ),
    "reports.zip": (lambda: zipped({"年报.docx": b"x"}), "an archive; unpack it"),
    "letter.txt": (lambda: b"Dear reader,\n" * 50, "no table of the prescribed form found"),
    "nuls.txt": (lambda: b"\x00" * MB, "empty"),
    "scan.pdf": (lambda: one_page(b"0 0 100 100 re f"), "no text layer: pip install"),
    "page-number.pdf": (lambda: one_page(b"BT /F1 8 Tf 300 20 Td (- 17 -) Tj ET"), "no text layer.*pip install"),
    "no-first.pdf": (
        lambda: one_page(b"0 0 9 9 re f", b"", b"", stream(b"7 0 <<>>", b"/Type /ObjStm /N 1")), "no text layer",
    ),
    "locked.pdf": (locked_pdf, "protected by a password"),
    "cut.doc": (lambda: sound_doc()[:4000], "damaged"),
    "locked.doc": (lambda: sound_doc(flags=0x100), "protected by a password; save it without one"),
    "word-95.doc": (lambda: sound_doc(version=104), r"older than 97; save it as \.docx"),
    "no-word.doc": (lambda: doc.ole({"WordDocument": bytes(4096), "1Table": b""}), "damaged.*save it again"),
    "no-table.doc": (lambda: doc.ole({"WordDocument": sound_doc()[-12000:], "Data": b""}), "damaged.*save it again"),
    "other-stream.doc": (lambda: doc.ole({"Word": "WordDocument".encode("utf-16-le")}), "of another kind, or damaged"),
    "other-count.doc": (lambda: doc.write([next(doc.row(WIDE)), *doc.row(WIDE[:2])]), "other cells than it says"),
    "letters.doc": (lambda: sound_doc("1" * 300_001), "far longer than a report; give the report alone"),
    "paragraphs.doc": (lambda: sound_doc("\r1" * 110_000), "far more"),
    "fields.doc": (lambda: sound_doc("\x13" * 140_000), "nests fields"),
    "fields-21.doc": (lambda: sound_doc("\x13" * 21), "20 deep; give the report alone"),
    "levels-21.doc": (lambda: sound_doc("x", b"\x49\x66\x15\x00\x00\x00"), "20 deep; give the report alone"),
    "cells.doc": (lambda: sound_doc("\x07" * 140_000, doc.IN_TABLE), "rows or cells"),
    "rows.doc": (lambda: sound_doc("\x07" * 290_000, doc.IN_TABLE + doc.ENDS_ROW), "rows or cells"),
    "wide.doc": (lambda: doc.write([*doc.row(WIDE)] * 2_500), "far more|far longer|table"),
    "levels.doc": (lambda: sound_doc("1\r", b"\x49\x66\xff\xff\xff\x7f"), "nests tables"),
    "styles.doc": (lambda: sound_doc(styles=[b"\x30\x4a\x0f\x00" * 90] * 2000), "table|no text"),
    "huge-size.doc": (
        lambda: changed(sound_doc(), {DIRECTORY + 128 * k + 120: 0x7FFF_FFF0 for k in range(4)}), "damaged",
    ),
    "fat.doc": (lambda: changed(sound_doc() + b"\x00" * 40 * MB, {44: 90_000, 68: 9, 72: 708}), "damaged"),
    "mini-fat.doc": (lambda: changed(sound_doc(), {64: 0x7FFF_FFFF, DIRECTORY + 128 + 120: 100}), "damaged"),
    "sectors.doc": (lambda: changed(sound_doc(), {30: 0x0006_0000}), "damaged"),
    "circle.doc": (
        lambda: changed(sound_doc() + b"\x00" * 40 * MB, {512 + 4: 1, 76 + 4: 0, 76 + 8: 0}), "damaged|no text|table",
    ),
    "old.ppt": (lambda: OLE + "PowerPoint Document".encode("utf-16-le") + _random(20_000), "damaged"),
    "before-2019.txt": (lambda: BEFORE_2019.encode(), "form used before 2019"),
    "no-tables.txt": (lambda: NO_TABLES.encode(), "attachment"),
    "run-on.txt": (lambda: f"{NO_TABLES}{RUN_ON}".encode(), "layout kept"),
    "announced.txt": (lambda: "某县水利局2023年政府信息公开工作年度报告\n附件：下载\n".encode(), "attachment"),
    "locked.docx": (lambda: OLE + b"\x00" * 1016 + "EncryptedPackage".encode("utf-16-le"), "protected by a password"),
    "locked-parts.docx": (encrypted_zip, "protected by a password"),
    "other.zip": (lambda: zipped({"a.txt": b"x"}), "an archive; unpack it"),
    "sheet.xlsx": (lambda: zipped({"xl/workbook.xml": b"<x/>"}), "Excel workbook is damaged"),
    "binary.xlsb": (lambda: zipped({"xl/workbook.bin": b"x"}), "binary Excel workbook.*xlsx"),
    "xml.xls": (
        lambda: b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>', "one piece of XML.*xlsx",
    ),
    "far.xlsx": (
        lambda: xlsx('<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'),
        "far larger",
    ),
    "ruled.xlsx": (lambda: xlsx("".join(f'<row r="{i}">{RULED}</row>' for i in range(1, 5000))), "far larger|far more"),
    "cells.xlsx": (lambda: xlsx("<row>" + "<c><v>1</v></c>" * 250_000 + "</row>"), "far larger"),
    "wide.xlsx": (lambda: xlsx("<row>" + "<c/>" * 500_000 + "</row>"), "table"),
    "same-cell.xlsx": (lambda: xlsx('<row r="1">' + '<c r="A1"><v>1</v></c>' * 9 + "</row>"), "there twice"),
    "no-place.xlsx": (lambda: xlsx('<row r="1"><c r="A99999999999"><v>1</v></c></row>'), "without a place"),
    "merged.xlsx": (
        lambda: xlsx("<row/>", "<mergeCells>" + '<mergeCell ref="A1:XFD1048576"/>' * 90_000 + "</mergeCells>"),
        "far larger",
    ),
    "merged-once.xlsx": (
        lambda: xlsx("<row><c><v>1</v></c></row>", '<mergeCells><mergeCell ref="A1:GR900"/></mergeCells>'), "table",
    ),
    "sheets.xlsx": (lambda: xlsx("<row/>", count=30), "more than 20 sheets"),
    "long-text.xlsx": (
        lambda: xlsx('<row><c t="inlineStr"><is><t>' + "1" * 20 * MB + "</t></is></c></row>"),
        "damaged|far larger|far more",
    ),
    "text.xlsx": (
        lambda: xlsx('<row><c t="s"><v>0</v></c></row>' * 4000, strings="<si><t>" + "1" * 9 * MB + "</t></si>"),
        "far larger|far more",
    ),
    "runs.xlsx": (
        lambda: xlsx(
            '<row><c t="s"><v>0</v></c></row>' * 4000, strings="<si>" + f"<r><t>{'1' * 900_000}</t></r>" * 2 + "</si>"
        ),
        "far larger",
    ),
    "number.xlsx": (lambda: xlsx("<row><c><v>" + "1" * 9 * MB + "</v></c></row>"), "far larger|far more|table"),
    "laughs.xlsx": (lambda: xlsx("<row/>", head=LAUGHS), "entities"),
    "bomb.xlsx": (lambda: xlsx(" " * 40 * MB), "unpacks to more than"),
    "bombs.xlsx": (lambda: xlsx(f"<!--{' ' * 9 * MB}-->" * 2, count=5), "unpacks to more than"),
    "tags.xlsx": (lambda: xlsx("<row/>" * 900_000), "far larger"),
    "deep.xlsx": (lambda: xlsx("<row>" * 90_000), "damaged"),
    "records.xls": (lambda: xls(record(0x200) * MB), "far larger"),
    "cells.xls": (lambda: xls(b"".join(xls_cell(i % 5000, i // 5000, 1) for i in range(200_000))), "far larger"),
    "far.xls": (lambda: xls(xls_cell(0, 0, 1) + xls_cell(65535, 255, 1)), "far larger"),
    "merged.xls": (
        lambda: xls(record(0xE5, "H", 1000, more=struct.pack("<4H", 0, 65535, 0, 255) * 1000)), "far larger",
    ),
    "merged-short.xls": (lambda: xls(record(0xE5, "H", 60_000)), "damaged"),
    "texts.xls": (lambda: xls(b"", record(0xFC, "II", 2**31, 2**31, more=bytes(6 * MB))), "damaged|far|table"),
    "text-length.xls": (lambda: xls(b"", record(0xFC, "IIHBI", 1, 1, 65535, 12, 2**31)), "damaged"),
    "locked.xls": (lambda: xls(b"", record(0x2F, "H", 1)), "protected by a password"),
    "excel-95.xls": (lambda: doc.ole({"Book": b"x"}), "Excel 5 or 95.*xlsx"),
    "truncated.xls": (lambda: doc.ole({"Workbook": _truncated(xls_stream([("s", 0, [CELL] * 2000)]), 0.5)}), "damaged"),
    "report.odt": (lambda: zipped({"content.xml": b"<x/>"}), "OpenDocument"),
    "report.ofd": (lambda: zipped({"OFD.xml": b"<x/>"}), "OFD file has no text layer; save its pages"),
    "bomb.docx": (lambda: bomb(4000 * MB), "unpacks to more than"),
    "lzma.docx": (lambda: zipped({"word/document.xml": b" " * 20 * MB}, zipfile.ZIP_LZMA), "packed in a way"),
    "many-parts.docx": (lambda: zipped({f"p{i}": b"" for i in range(20_000)}), "parts"),
    "overlap.docx": (lambda: docx("<w:p/>").replace(b"PK\x01\x02", b"PK\x01\x02" * 3), "damaged|no Word document"),
    "laughs.docx": (laughs, "entities"),
    "laughs-16.docx": (lambda: laughs("utf-16"), "damaged|entities"),
    "external.docx": (lambda: docx("<w:p/>", '<!DOCTYPE d [<!ENTITY x SYSTEM "http://127.0.0.1:9/x">]>'), "entities"),
    "deep.docx": (lambda: docx(DEEP * 5000), "damaged"),
    "deep-closed.docx": (lambda: docx("<w:p>" * 5000 + "</w:p>" * 5000), "damaged|table"),
    "tags.docx": (lambda: docx("<w:p/>" * 4 * MB), "far longer"),
    "attributes.docx": (lambda: docx("<w:p " + " ".join(f'a{i}=""' for i in range(1_500_000)) + "/>"), "far longer"),
    "spans.docx": (
        lambda: docx(
            "<w:tbl><w:tr>"
            + '<w:tc><w:tcPr><w:gridSpan w:val="999999999"/></w:tcPr><w:p/></w:tc>' * 5
            + "</w:tr></w:tbl>"
        ),
        "columns",
    ),
    "long-text.docx": (lambda: docx("<w:p><w:r><w:t>" + "1" * 9 * MB + "</w:t></w:r></w:p>"), "far more text"),
    "spans.html": (lambda: cells(3, HUGE_SPAN), "table"),
    "many-spans.html": (lambda: cells(30_000, HUGE_SPAN), "columns|far more"),
    "many-rowspans.html": (lambda: cells(30_000, 'rowspan="500"'), "columns|far more"),
    "deep-tables.html": (lambda: b"<html>" + b"<table><tr><td>" * 1000 + b"1", "table|deep"),
    "unclosed.html": (lambda: b"<html>" + b"<b>1" * 100_000, DEEP_OR_LONG),
    "misnested.html": (lambda: b"<html>" + b"<a><p><b></a>" * 60_000, DEEP_OR_LONG),
    "tags.html": (lambda: b"<html>" + b"<p>" * 10 * MB, "far longer"),
    "nested.html": (lambda: b"<html>" + b"<div>" * 900 + b"<table><tr><td>1" * 30_000, DEEP_OR_LONG),
    "rows.html": (lambda: _big_table(60_000), "far longer|far more"),
    "attributes.html": (
        lambda: b"<html><p " + b" ".join(b'a%d="1"' % i for i in range(400_000)) + b">", "table|web page",
    ),
    "long-attribute.html": (lambda: b'<html><p style="' + b"color:red;" * 1_500_000 + b'">1', "table"),
    "sheet.html": (lambda: b"<html><style>" + b".a{" * 3_000_000 + b"</style>", "table"),
    "comment.html": (lambda: b"<html><!--" + b"-" * 10 * MB, "table"),
    "pictures.html": (
        lambda: b'<html><img src="data:image/png;base64,' + base64.b64encode(_random(30 * MB)) + b'">', "table",
    ),
    "100mb.txt": (lambda: b"1 2 3 4 5 6 7 8\n" * (100 * MB // 16), "larger than"),
    "49mb.html": (lambda: b"<html>" + b"<p>1</p>" * (49 * MB // 8), "far longer"),
    "one-line.txt": (lambda: b"1" * 40 * MB, "more than"),
    "one-line-2mb.txt": (lambda: b"1" * 2 * MB, "far longer|far more|table"),
    "lines.txt": (lambda: b"1\n" * 900_000, "far longer"),
    "random.bin": (lambda: _random(2 * MB), "a file of an unknown kind"),
    "random.pdf": (lambda: b"%PDF-1.7\n" + _random(2 * MB), "damaged"),
    "random.docx": (lambda: b"PK\x03\x04" + _random(2 * MB), "damaged"),
    "random.mht": (lambda: b"MIME-Version: 1.0\nContent-Type: text/html\n\n" + _random(2 * MB), "no text|table|web"),
    "truncated.pdf": (lambda: _truncated(one_page(text_ops(5000)), 0.2), "damaged|no text layer"),
    "no-pages.pdf": (lambda: pdf(b"<</Type /Catalog>>"), "damaged|no text layer"),
    "cyclic.pdf": (lambda: tree(b"/Kids [2 0 R 2 0 R] /Count 2"), "damaged|no text layer"),
    "cyclic-parent.pdf": (
        lambda: tree(b"/Kids [3 0 R] /Count 1 /Parent 3 0 R", b"<</Type /Pages /Kids [2 0 R] /Count 1 /Parent 2 0 R>>"),
        "damaged|no text layer",
    ),
    "page-count.pdf": (lambda: tree(b"/Kids [] /Count 2000000000"), "pages|damaged|no text layer"),
    "same-page.pdf": (
        lambda: tree(b"/Kids [" + b"3 0 R " * 100_000 + b"] /Count 100000", b"<</Type /Page /MediaBox [0 0 9 9]>>"),
        "pages",
    ),
    "segments.pdf": (
        lambda: one_page(
            b"".join(b"%d %d m %d %d l S\n" % (i % 500, i % 800, i % 500 + 9, i % 800) for i in range(100_000))
        ),
        "no text layer|draws",
    ),
    "one-path.pdf": (lambda: one_page(b"0 0 m " + b"7 9 l 500 800 l " * 50_000 + b"S"), "no text layer|draws"),
    "rulings.pdf": (
        lambda: one_page(
            b"".join(b"0 %.2f 595 0.1 re f %.2f 0 0.1 842 re f\n" % (i * 0.4, i * 0.3) for i in range(2000))
            + text_ops(3000)
        ),
        "table",
    ),
    "characters.pdf": (lambda: one_page(text_ops(200_000)), "characters"),
    "same-character.pdf": (lambda: one_page(b"BT /F1 8 Tf 20 400 Td (" + b"1" * 40_000 + b") Tj ET"), "table|no text"),
    "overprint.pdf": (
        lambda: one_page(b"".join(b"BT /F1 8 Tf %d 400 Td (1) Tj ET\n" % (20 + i % 3) for i in range(20_000))),
        "no text layer|table",
    ),
    "forms.pdf": (lambda: nested_forms(10, 10), "draws|no text layer"),
    "forms-deep.pdf": (lambda: nested_forms(60, 2), "draw"),
    "content-bomb.pdf": (lambda: one_page(b"0 0 m 9 9 l S\n" * 5 * MB), "unpacks|draws"),
    "filter-bomb.pdf": (
        lambda: one_page(b"\x78\xda" + spaces(900 * MB)).replace(
            b"/Filter /FlateDecode", b"/Filter [/FlateDecode /FlateDecode]", 1
        ),
        "unpacks|no text layer|damaged",
    ),
    "font-bomb.pdf": (
        lambda: one_page(
            b"", b"", b"", stream(b"\x78\xda" + spaces(900 * MB), b"/Length1 9 /Filter /FlateDecode", packed=False)
        ),
        "unpacks",
    ),
    "huge-page.pdf": (
        lambda: one_page(text_ops(3000)).replace(b"[0 0 595 842]", b"[0 0 1e30 1e30]"), "table|text layer|damaged",
    ),
    "unmapped.pdf": (unmapped, "do not say which characters"),
    "digits.txt": (lambda: _lines("7" * 30_000, 3, "\n"), LONG),
    "brackets.txt": (lambda: _lines("（(", 48_000), LONG),
    "numbering-lines.txt": (lambda: _lines("一、（一）1.", 9_000, "\n"), LONG),
    "words.txt": (lambda: _lines("政府信息公开", 16_000), LONG),
    "titles.txt": (lambda: _lines("人民政府" * 25, 950, "\n"), LONG),
    "dates.txt": (lambda: _lines("2023年1月", 13_000), LONG),
    "pipes.md": (lambda: _lines("|---" * 1000, 22, "\n"), LONG),
    "pipes-line.md": (lambda: _lines("| - ", 19_000), LONG),
    "open-tables.md": (lambda: _lines("<table ", 14_000), LONG),
    "open-remarks.md": (lambda: _lines("<!-- ", 400_000), LONG),
    "spaces.txt": (lambda: _lines("1" + " " * 2000, 48), LONG),
    "surrogates.html": (lambda: b"<html><p>" + b"&#xD800;&#xDFFF;\xed\xa0\x80" * 1000, "table|no text"),
    "parts.mht": (lambda: mhtml(b"<html><p>1", parts=50_000), "table|no text"),
    "boundaries.mht": (lambda: mhtml(b"\r\n--B" * MB, "7bit"), "web|table"),
    "folds.mht": (lambda: mhtml(b"x").replace(b"\r\n\r\n", b"\r\n " * 300_000, 2), "web|table|no text"),
    "base64.mht": (lambda: mhtml(b"<html>" + b"<p>" * 3 * MB), "far longer"),
    "picture.txt": (lambda: b"\x89PNG\r\n\x1a\n" + _random(1000), "picture"),
    "rich.doc": (lambda: b"{\\rtf1 x}", "rich-text"),
    "flat.doc": (lambda: b'<?xml version="1.0"?><?mso-application progid="Word.Document"?><w:wordDocument/>', "XML"),
    "packed.txt": (lambda: b"\x1f\x8b" + _random(100), "archive"),
}  # fmt: skip


def ofd(inside: str, times: int = 1, **parts: str) -> bytes:
    """Make an OFD file whose page draws something so many times, with parts in place of its own."""
    more = {f"Doc_0/{name}.xml": xml for name, xml in parts.items()}
    return written([Sheet(texts=[(12.0, 20.0, "这里写着一段话。" * 9)])], Style(), inside * times, more)


def ofd_pages(place: str, times: int) -> bytes:
    pages = f'<o:Page ID="1" BaseLoc="{place}"/>' * times
    return ofd("", Document="<o:Document {x}><o:Pages>" + pages + "</o:Pages></o:Document>")


CYCLE = (
    '<o:Res {x}><o:CompositeGraphicUnits><o:CompositeGraphicUnit ID="7"><o:Content>'
    + '<o:CompositeObject ResourceID="7"/>' * 50
    + "</o:Content></o:CompositeGraphicUnit></o:CompositeGraphicUnits></o:Res>"
)
SEGMENTS = "L 9 9 L 0 5 " * 420_000
FILES |= {
    "repetitions.ofd": (lambda: ofd(letters("12" * 9, deltas="g 1000000000 1")), "damaged"),
    "no-number.ofd": (lambda: ofd(letters("12", deltas="nan")), "damaged"),
    "infinite.ofd": (lambda: ofd(letters("12", size=float("inf"))), "damaged"),
    "advances.ofd": (lambda: ofd(letters("12" * 9, deltas="1 " * 4_000_000)), "advances"),
    "letters.ofd": (lambda: ofd(letters("12" * 2_000_000)), "characters"),
    "objects.ofd": (lambda: ofd("<o:PathObject/>", 1_000_000), "tags"),
    "segments.ofd": (lambda: ofd(filled(BLACK).replace("C<", SEGMENTS + "<")), "draws far more"),
    "white.ofd": (lambda: ofd(filled(BLACK) + letters("1" * 90, more=WHITE), 1_000), "draws far more|fonts"),
    "cycle.ofd": (lambda: ofd('<o:CompositeObject ResourceID="7"/>', 9, Res=CYCLE), "draws far more"),
    "deep.ofd": (lambda: ofd("<o:PageBlock>", 9_000), "damaged"),
    "entities.ofd": (lambda: ofd("", Res='<!DOCTYPE d [<!ENTITY a "1">]><o:Res {x}>&a;</o:Res>'), "entities"),
    "outside.ofd": (lambda: ofd_pages("../../secret", 1), "outside of itself"),
    "missing.ofd": (lambda: ofd_pages("P.xml", 1), "missing"),
    "pages.ofd": (lambda: ofd_pages("Pages/Page_0/Content.xml", 999), "pages|characters"),
    "no-xml.ofd": (lambda: zipped({"OFD.xml": b"\xff\xfe"}), "damaged"),
}


def special(folder: Path) -> dict[str, tuple[Path, str]]:
    """Make what is no regular file; name -> path and words of the message."""
    made = {"folder": folder / "folder.html", "pipe": folder / "pipe.pdf", "loop": folder / "loop.txt"}
    made["folder"].mkdir()
    os.mkfifo(made["pipe"])
    made["loop"].symlink_to(made["loop"])
    return {
        "folder": (made["folder"], "folder"),
        "pipe": (made["pipe"], "no regular file"),
        "device": (Path("/dev/zero"), "no regular file"),
        "loop": (made["loop"], "symbolic|symlink|Too many"),
        "absent": (folder / "absent.txt", "No such file"),
        "nul": (Path("a\0b.txt"), "null"),
    }
