"""What a cell of a notebook shows, as one piece of HTML: the richest form of each output."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Any

from foi_analysis.export.exporter import prose
from foi_analysis.export.pdf.pictures import image

_PICTURES = ("image/svg+xml", "image/png", "image/jpeg")


def shown(cell: Any) -> str:
    """Give what a cell shows: prose, or outputs; raw cells and warnings of the kernel are shown to nobody."""
    if cell.cell_type == "markdown":
        return prose(cell)
    return "".join(_outputs(cell)) if cell.cell_type == "code" else ""


def _outputs(cell: Any) -> Iterator[str]:
    for output in cell.get("outputs", ()):
        if output.output_type == "stream":
            yield _listing(output.text) if output.name == "stdout" else ""
        elif output.output_type == "error":
            yield _listing(f"{output.ename}: {output.evalue}")
        else:
            yield _rich(output, cell)


def _rich(output: Any, cell: Any) -> str:
    """Give the richest form: HTML, a picture, Markdown, or plain text."""
    data = output.data
    if "text/html" in data:
        return f"<div>{data['text/html']}</div>"
    for kind in _PICTURES:
        if kind in data:
            return image(kind, data[kind], _words(output, kind))
    if "text/markdown" in data:
        return prose(type(cell)(cell, source=data["text/markdown"], cell_type="markdown"))
    return _listing(data.get("text/plain", ""))


def _words(output: Any, kind: str) -> str:
    """Give the alt text of a picture, from the metadata of its kind or of the output."""
    metadata = output.get("metadata", {})
    return str(metadata.get(kind, {}).get("alt") or metadata.get("alt", ""))


def _listing(text: str) -> str:
    return f"<pre>{escape(text)}</pre>" if text.strip() else ""
