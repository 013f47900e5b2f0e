"""What a table hands over to whoever shows it, beside the HTML that a notebook shows: its data, as ``CSV``.

``data_mark`` leaves, in the HTML, the place where a page puts the link to that data.
"""

from __future__ import annotations

import re
from collections.abc import Callable

HTML = "text/html"
CSV = "text/csv"

_MARK = re.compile(r'<p class="foi-data" data-csv="([\w.-]+)" hidden></p>\n?')


def data_mark(name: str) -> str:
    """Return the mark of the place for a link to the data of that name; nobody sees it before it is filled.

    Raises ValueError when the name would not do as that of a file.
    """
    mark = f'<p class="foi-data" data-csv="{name}" hidden></p>\n'
    if not _MARK.fullmatch(mark):
        raise ValueError(f"{name!r} cannot name a file of data: letters, digits, '-', '_' and '.' only")
    return mark


def marked(html: str) -> list[str]:
    """Return the names in the marks of an HTML text, in order."""
    return _MARK.findall(html)


def fill_marks(html: str, link: Callable[[str], str]) -> str:
    """Return a copy with what ``link`` makes of each name in the place of its mark."""
    return _MARK.sub(lambda found: link(found[1]), html)
