"""CSV for a double click in Excel, in China too: the byte-order mark, and no text that Excel would run.

Plain CSV stays faithful to the print, character by character. This variant is for Excel alone: it takes a file
without a byte-order mark for one in the machine's own encoding, and a text that begins with a sign for a formula.
"""

from __future__ import annotations

import csv
import io
import re

from foi_analysis.csvtext import csv_text

BYTE_ORDER_MARK = "\ufeff"
#: With these signs, their full-width forms included, a spreadsheet lets a formula begin; white space may stand before.
_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\r\n]")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")


def excel_csv(text: str) -> str:
    r"""Give a CSV text as Excel needs it: a byte-order mark before it, each text that could be a formula made safe.

    >>> excel_csv("a,b\n=cmd(),-5\n")
    "\ufeffa,b\n'=cmd(),-5\n"
    """
    rows = csv.reader(io.StringIO(text, newline=""))
    return BYTE_ORDER_MARK + csv_text([safe(field) for field in row] for row in rows)


def safe(field: str) -> str:
    """Put an apostrophe before a text that a spreadsheet could take for a formula; numbers stay as they are."""
    return f"'{field}" if starts_formula(field) and not _NUMBER.fullmatch(field) else field


def starts_formula(text: str) -> bool:
    """Tell whether a spreadsheet could take a text for a formula."""
    return _FORMULA.match(text) is not None
