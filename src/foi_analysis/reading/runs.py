"""Runs of text that are not plain: raised (footnote marks) and struck out.

A raised 2 behind 12 is no third digit, and a struck-out 15 before 12 is no part of a number. In words
such runs are left out, as a reader leaves them out; beside a value they are written so that nothing takes
them for digits: 12^2, ~15~12.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

#: Stands where something is printed that is no text: a picture, a formula, a form's control.
OBJECT = "\ufffc"
#: Stands for a character that cannot be known.
UNKNOWN = "\ufffd"
RAISED, STRUCK = "^", "~"
_NOTE = re.compile(r"[\s\d①-⑳*※†‡\[\]()〔〕（）注a-zA-Z,，]{0,6}")
_IDEOGRAPH = re.compile(r"[\u4e00-\u9fff]")
#: As many ideographs make words.
_WORDS = 2


class Run(NamedTuple):
    """A run that is raised or struck out."""

    text: str
    sign: str


def written(runs: Sequence[str | Run]) -> str:
    """Write runs as one text, so that no raised or struck-out digit joins the plain ones."""
    texts = [run for run in runs if isinstance(run, str)]
    plain = "".join(texts)
    if len(texts) == len(runs):
        return plain
    words = len(_IDEOGRAPH.findall(plain)) >= _WORDS
    return "".join(run if isinstance(run, str) else _in_words(run) if words else _beside_value(run) for run in runs)


def _in_words(run: Run) -> str:
    return "" if run.sign == STRUCK or _NOTE.fullmatch(run.text) else run.text


def _beside_value(run: Run) -> str:
    if not run.text.strip():
        return run.text
    return f"{STRUCK}{run.text}{STRUCK}" if run.sign == STRUCK else RAISED + run.text
