"""A finished drawing: the picture, what it says in words, and the frame it was drawn from."""

from __future__ import annotations

import base64
import html
import io
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from foi_analysis.bundle import HTML
from foi_analysis.figures.compact import compact
from foi_analysis.figures.style import drawing_style
from foi_analysis.resources import Language


@dataclass(frozen=True, eq=False)
class Drawing:
    """A matplotlib figure with its words.

    ``alt`` says what a reader who cannot see the picture needs; ``title`` is the finding, as drawn;
    ``caption`` says which cells it rests on and how not to read it; ``data`` is the frame that was drawn.
    """

    name: str
    figure: Figure
    alt: str
    title: str
    caption: str
    data: pd.DataFrame

    def svg(self) -> bytes:
        """Return the picture as SVG, its letters as outlines; the same bytes each time."""
        words = {"Title": self.title, "Description": self.alt}
        return compact(self._written("svg", {**words, "Date": None, "Creator": None}))

    def csv(self) -> str:
        """Write what was drawn as CSV: LF line ends, one header line."""
        return str(self.data.to_csv(index=False, lineterminator="\n"))

    def png(self) -> bytes:
        """Return the picture as PNG of 150 dots per inch; the same bytes each time."""
        return self._written("png", {"Software": None})

    def save(self, directory: str | Path, language: Language) -> tuple[Path, Path]:
        """Write NAME.LANGUAGE.svg and NAME.LANGUAGE.png, each whole or not at all, and give their paths.

        The directory is made when it is not there. Raises OSError when it cannot be written to.
        """
        folder = Path(directory)
        folder.mkdir(parents=True, exist_ok=True)
        paths = folder / f"{self.name}.{language}.svg", folder / f"{self.name}.{language}.png"
        for path, content in zip(paths, (self.svg(), self.png()), strict=True):
            _replace(path, content)
        return paths

    def _written(self, kind: str, metadata: dict[str, str | None]) -> bytes:
        out = io.BytesIO()
        with drawing_style():
            self.figure.savefig(out, format=kind, metadata=metadata)
        return out.getvalue()

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:  # noqa: ARG002
        source = base64.b64encode(self.svg()).decode("ascii")
        image = f'<img alt="{html.escape(self.alt)}" src="data:image/svg+xml;base64,{source}">'
        return {HTML: f"<figure>{image}<figcaption>{html.escape(self.caption)}</figcaption></figure>"}


def _replace(path: Path, content: bytes) -> None:
    """Put a file in place in one step: a reader, or a crash, never meets half of it."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
