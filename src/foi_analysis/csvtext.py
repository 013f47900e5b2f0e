"""The one way in which every CSV text of the package is written."""

from __future__ import annotations

import csv
from collections.abc import Iterable


class _Lines(list[str]):
    """Take lines from a csv writer, which writes each in one piece, and end them with LF alone."""

    def write(self, line: str) -> None:
        self.append(line.removesuffix("\r\n") + "\n")


def csv_text(rows: Iterable[Iterable[object]]) -> str:
    r"""Write rows as CSV with LF line ends; None is nothing.

    A carriage return in a field is quoted, which Python's writer does before 3.13 only when it ends lines with one.

    >>> csv_text([("a", "b"), ("x\ry", None)])
    'a,b\n"x\ry",\n'
    """
    lines = _Lines()
    csv.writer(lines, lineterminator="\r\n").writerows(rows)
    return "".join(lines)
