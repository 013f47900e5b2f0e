"""A compact SVG shows what the original shows."""

from __future__ import annotations

import io
import re

from hypothesis import given, settings
from hypothesis import strategies as st

from foi_analysis.figures.compact import _relative, compact
from foi_analysis.figures.drawing import Drawing
from foi_analysis.figures.style import drawing_style
from foi_analysis.resources import Language

NUMBER = st.integers(min_value=-9999, max_value=9999)
SIZES = {"M": 1, "L": 1, "Q": 2, "C": 3, "z": 0}
STEP = st.sampled_from("MLQCz").flatmap(
    lambda command: st.tuples(
        st.just(command), st.lists(st.tuples(NUMBER, NUMBER), min_size=SIZES[command], max_size=SIZES[command])
    )
)


def absolute(path: str) -> list[tuple[str, list[tuple[int, int]]]]:
    """Read a path of relative steps as a renderer does, and give it with absolute points."""
    here = start = (0, 0)
    found = []
    for command, numbers in re.findall(r"([mlqcz])([^mlqcz]*)", path):
        values = [int(value) for value in re.findall(r"-?\d+", numbers)]
        points = [(here[0] + x, here[1] + y) for x, y in zip(values[::2], values[1::2], strict=True)]
        here = points[-1] if points else start
        start = here if command == "m" else start
        found.append((command.upper() if command != "z" else "z", points))
    return found


@settings(max_examples=80, deadline=None)
@given(steps=st.lists(STEP, max_size=8).map(lambda steps: [("M", [(1, 2)]), *steps]))
def test_steps_lead_to_the_same_points(steps: list[tuple[str, list[tuple[int, int]]]]) -> None:
    path = " \n".join(command + " " + " ".join(f"{x} {y}" for x, y in points) for command, points in steps)
    assert absolute(_relative(path)) == steps


def test_no_element_and_no_word_is_lost(drawings: dict[tuple[str, Language], Drawing]) -> None:
    raw = io.BytesIO()
    with drawing_style():
        drawings["appeals", "zh"].figure.savefig(raw, format="svg", metadata={"Title": "a --> b", "Date": None})
    slim = compact(raw.getvalue())
    assert len(slim) < 0.7 * len(raw.getvalue())
    for tag in (b"<path", b"<use", b"<g", b"<title>a --&gt; b</title>"):
        assert slim.count(tag) == raw.getvalue().count(tag) > 0
