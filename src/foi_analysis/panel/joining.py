"""Put panels one after the other, without reading anything again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from foi_analysis.panel.cells import Cells, Words
from foi_analysis.panel.panel import Panel
from foi_analysis.panel.placing import Layout, layout
from foi_analysis.panel.stored import HEAD, TEXTS
from foi_analysis.report import Number

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Ints = npt.NDArray[np.int64]


def join(panels: Sequence[Panel]) -> Panel:
    """Give one panel with the reports of all, in the order given; reports of one name all stay."""
    import numpy as np

    heads = {name: tuple(text for panel in panels for text in panel.heads[name]) for name in HEAD}
    laid = layout(list(heads["form"]))
    slots = _slots(panels, laid)
    values, marks = np.empty(int(laid.base[-1]), np.float64), np.empty(int(laid.base[-1]), np.uint8)
    exact: dict[int, Number] = {}
    for panel, to in zip(panels, slots, strict=True):
        values[to], marks[to] = panel.cells.values, panel.cells.marks
        exact |= {int(to[at]): number for at, number in panel.cells.exact.items()}
    words = {name: _words([panel.cells.words[name] for panel in panels], slots, len(values)) for name in TEXTS}
    return Panel(heads, laid, Cells(values, exact, marks, words))


def _slots(panels: Sequence[Panel], laid: Layout) -> list[Ints]:
    """Give for each panel where each of its cells goes."""
    import numpy as np

    found, before = [], dict.fromkeys(laid.forms, 0)
    for panel in panels:
        to = [np.zeros(0, np.int64)]
        for form, count in zip(panel.forms, panel.layout.counts.tolist(), strict=True):
            rows = np.arange(before[form], before[form] + count)
            to.append(laid.places(laid.forms.index(form), rows).ravel())
            before[form] += count
        found.append(np.concatenate(to))
    return found


def _words(parts: Sequence[Words], slots: Sequence[Ints], size: int) -> Words:
    import numpy as np

    texts = sorted({text for part in parts for text in part.texts})
    at = {text: code for code, text in enumerate(texts)}
    codes = np.empty(size, np.min_scalar_type(max(0, len(texts) - 1)))
    for part, to in zip(parts, slots, strict=True):
        codes[to] = np.array([at[text] for text in part.texts] or [0], codes.dtype)[part.codes]
    return Words(codes, tuple(texts))
