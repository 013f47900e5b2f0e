"""How a test cell speaks: it tells what is right, and stops with a hint where something is not right yet."""

from __future__ import annotations

import sys

from foi_analysis.resources import Language, say
from foi_analysis.teaching.answers import Checked


class NotYet(AssertionError):  # noqa: N818
    """An answer that is not right yet; the message is a hint. A notebook shows the hint alone, without a traceback."""

    def _render_traceback_(self) -> list[str]:
        return [f"× {self}"]


def expect(checked: object, language: Language) -> None:
    """Tell a right answer's message; raise NotYet with the hint for another. Takes a ``Checked`` or a truth value."""
    if not checked:
        raise NotYet(checked.message if isinstance(checked, Checked) else say("teaching.try_again", language))
    tell(checked.message if isinstance(checked, Checked) else say("teaching.passed", language))


def tell(line: str) -> None:
    """Write one line to the cell's output. Never to the error stream, which a grader takes for a failure."""
    sys.stdout.write(f"{line}\n")
